//! Which part of an expression grows fastest, and the leading term in it.
//!
//! Here: the limit of an expression in `x` as `x` grows.
//! Not here: functions that have no series at infinity (`rewrite`), oscillation (`waves`).
//! Start reading at [`Growth::limit`], then [`Growth::leading`].
//!
//! Source: D. Gruntz, *On Computing Limits in a Symbolic Manipulation System*, ETH Zürich 1996, ch. 3.

use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::collections::HashMap;

use crate::equality::{self, proves_zero};
use crate::expr::{Condition, ConditionKind, Expr, Func, HashBuild, Node, Symbol, expand};

use super::decide::Decide;
use super::expand::{Expander, Signs};
use super::exponent::Exponent;
use super::limit::is_infinite;
use super::waves::Wave;
use super::{SHORTEN, Stop};

/// What something does as `x` grows.
#[derive(Clone, Debug)]
pub(super) enum Tends {
    To(Expr),
    Beyond(Ordering),
}
/// Compares how fast expressions grow.
pub(super) struct Growth {
    /// Grows beyond all bounds.
    pub(super) x: Symbol,
    pub(super) decide: Decide,
    steps: Cell<usize>,
    /// Numbers of which only bounds are known.
    pub(super) waves: RefCell<Vec<Wave>>,
    fresh: Cell<usize>,
}

/// Limits of parts that one limit may ask for.
const MAX_STEPS: usize = 400;
/// Nodes of an expression above which it is not looked at.
const MAX_NODES: usize = 4_000;
const MAX_DEPTH: u32 = 120;

impl Signs for Growth {
    fn plain(&self) -> &Decide {
        &self.decide
    }

    fn sign(&self, e: &Expr) -> Result<Ordering, Stop> {
        if !self.grows(e) {
            return self.sign_of_bounded(e);
        }
        match self.leading(&self.prepared(e)?)? {
            Some((_, c)) => Signs::sign(self, &c),
            None => Ok(Ordering::Equal),
        }
    }
}
impl Growth {
    /// With what may be taken for granted about other names.
    pub(super) fn new(assume: &[Condition]) -> Growth {
        let x = Symbol::new("\u{2022}x");
        let mut assume = assume.to_vec();
        assume.push(Condition::new(ConditionKind::Positive, Expr::var(x.clone())));
        Growth {
            x,
            decide: Decide { assume },
            steps: Cell::new(0),
            waves: RefCell::new(Vec::new()),
            fresh: Cell::new(0),
        }
    }

    pub(super) fn grows(&self, e: &Expr) -> bool {
        e.contains(&self.x)
    }

    pub(super) fn step(&self, e: &Expr) -> Result<(), Stop> {
        self.steps.set(self.steps.get() + 1);
        let large = e.depth() > MAX_DEPTH || e.node_count() > MAX_NODES;
        if large || self.steps.get() > MAX_STEPS { Err(Stop::Budget) } else { Ok(()) }
    }

    pub(super) fn symbol(&self, letter: &str) -> Symbol {
        self.fresh.set(self.fresh.get() + 1);
        Symbol::new(&format!("\u{2022}{letter}{}", self.fresh.get()))
    }

    /// The limit by the leading term of a power series in `1/x`, where there is one.
    pub(super) fn by_series(&self, e: &Expr) -> Option<Tends> {
        let log = self.symbol("log");
        for keep in [2, 6, 14] {
            let expander = Expander {
                t: &self.x,
                log_t: Expr::var(log.clone()),
                decide: &self.decide,
                keep: Exponent::integer(keep),
                one_sided: Cell::new(false),
            };
            let mut series = match expander.series(e) {
                Ok(series) => series,
                Err(Stop::MoreTerms) => continue,
                Err(_) => return None,
            };
            let Some((q, c)) = series.lead(&self.decide).ok()? else {
                if series.end.is_none() {
                    return Some(Tends::To(Expr::zero()));
                }
                if series.end.as_ref().is_some_and(Exponent::is_positive) {
                    return Some(Tends::To(Expr::zero()));
                }
                continue;
            };
            if c.contains(&log) {
                return None;
            }
            if q.is_positive() {
                return Some(Tends::To(Expr::zero()));
            }
            if q.is_zero() {
                return Some(Tends::To(c));
            }
            return self.decide.sign(&c).ok().filter(|s| s.is_ne()).map(Tends::Beyond);
        }
        None
    }

    /// The limit of an expression in `x`.
    pub(super) fn limit(&self, e: &Expr) -> Result<Tends, Stop> {
        self.step(e)?;
        if e.is_undefined() {
            return Err(Stop::Undefined);
        }
        if is_infinite(e) {
            let negative = e.split_coefficient().0.is_negative();
            return Ok(Tends::Beyond(if negative { Ordering::Less } else { Ordering::Greater }));
        }
        if !self.grows(e) {
            return Ok(Tends::To(e.clone()));
        }
        if e.as_var() == Some(&self.x) {
            return Ok(Tends::Beyond(Ordering::Greater));
        }
        let e = self.prepared(e)?;
        if !self.grows(&e) {
            return Ok(Tends::To(e));
        }
        match self.leading(&e)? {
            None => Ok(Tends::To(Expr::zero())),
            Some((q, c)) if q.is_positive() => {
                self.must_be_bounded(&c)?;
                Ok(Tends::To(Expr::zero()))
            }
            Some((q, c)) if q.is_zero() => self.limit(&c),
            Some((_, c)) => match Signs::sign(self, &c)? {
                Ordering::Equal => Err(Stop::Undecided(c)),
                sign => Ok(Tends::Beyond(sign)),
            },
        }
    }

    /// The leading term `c ω^q` in a small `ω` that no power of any coefficient outweighs; `None` for 0.
    fn leading(&self, e: &Expr) -> Result<Option<(Exponent, Expr)>, Stop> {
        self.step(e)?;
        if !self.grows(e) {
            return Ok((!self.decide.is_zero(e)?).then(|| (Exponent::integer(0), e.clone())));
        }
        let mut e = e.clone();
        let mut fastest = self.fastest(&e)?;
        if fastest.iter().any(|f| f.as_var() == Some(&self.x)) {
            // One step up: what grew like x grows like exp(x) now, and log(x) like x.
            // Its class, the powers of exp(x), is not looked for by comparing again, which would not end.
            let x = Expr::var(self.x.clone());
            e = e.replace(&self.x, &x.exp());
            let is_power =
                |p: &Expr| matches!(p.node(), Node::Apply(Func::Exp, u) if self.is_multiple_of_x(u));
            let mut class: Vec<Expr> = e.post_order().into_iter().filter(is_power).collect();
            for part in &fastest {
                let part = part.replace(&self.x, &x.exp());
                if matches!(part.node(), Node::Apply(Func::Exp, _)) && !class.contains(&part) {
                    class.push(part);
                }
            }
            fastest = class;
        }
        if fastest.is_empty() {
            return Ok(Some((Exponent::integer(0), e))); // logarithms came down a step
        }
        let Some((s0, omega_sign)) = self.scale(&fastest)? else { return Err(Stop::Undecided(e)) };
        let omega = self.symbol("w");
        let rewritten = self.in_terms_of(&e, &fastest, &s0, omega_sign, &omega, 0)?;
        let log_omega = if omega_sign { -&s0 } else { s0 };
        for keep in [1_i64, 2, 4, 9, 20] {
            let expander = Expander {
                t: &omega,
                log_t: log_omega.clone(),
                decide: self,
                keep: Exponent::integer(keep),
                one_sided: Cell::new(false),
            };
            let mut series = match expander.series(&rewritten) {
                Err(Stop::MoreTerms) => continue,
                series => series?,
            };
            match series.lead(&self.decide)? {
                Some(lead) => return Ok(Some(lead)),
                None if series.end.is_none() => return Ok(None),
                None => {}
            }
        }
        Err(Stop::MoreTerms)
    }

    /// `c x` for a constant `c`.
    fn is_multiple_of_x(&self, u: &Expr) -> bool {
        self.grows(u) && !self.grows(&(u / Expr::var(self.x.clone())))
    }

    /// The exponent `s` of a part `exp(s)` that all others of its class are powers of, and whether it grows.
    fn scale(&self, fastest: &[Expr]) -> Result<Option<(Expr, bool)>, Stop> {
        // One that holds none of the others.
        let simple = fastest.iter().find(|f| {
            let inside = self.exponent(f);
            !inside.post_order().iter().any(|p| fastest.contains(p))
        });
        let Some(s) = simple.map(|f| self.exponent(f)) else { return Ok(None) };
        match self.limit(&s)? {
            Tends::Beyond(sign) => Ok(Some((s, sign.is_gt()))),
            Tends::To(_) => Ok(None),
        }
    }

    /// `log` of a fastest part.
    fn exponent(&self, f: &Expr) -> Expr {
        match f.node() {
            Node::Apply(Func::Exp, u) => u.clone(),
            _ => f.log(),
        }
    }

    /// Every `exp(s)` of the class becomes `exp(s - c s0) ω^±c`.
    fn in_terms_of(
        &self,
        e: &Expr,
        fastest: &[Expr],
        s0: &Expr,
        grows: bool,
        omega: &Symbol,
        depth: u32,
    ) -> Result<Expr, Stop> {
        if depth > 12 {
            return Err(Stop::Budget);
        }
        let mut done = HashMap::<Expr, Expr, HashBuild>::default();
        for node in e.post_order() {
            let new = if fastest.contains(&node) {
                let s = self.exponent(&node);
                let c = match self.limit(&(&s / s0))? {
                    Tends::To(c) if self.waves_in(&c).is_empty() => equality::simplify(&c, SHORTEN),
                    _ => return Err(Stop::Undecided(s)),
                };
                let rest = &s - &c * s0;
                let rest = expand(&rest, 2_000).unwrap_or(rest);
                let rest = if proves_zero(&rest, &[], 2_000) { Expr::zero() } else { rest };
                let factor = self.in_terms_of(&rest, fastest, s0, grows, omega, depth + 1)?.exp();
                let by = if grows { -c } else { c };
                factor * crate::expr::power(&Expr::var(omega.clone()), &by)
            } else {
                node.with_children(|c| done[c].clone())
            };
            done.insert(node, new);
        }
        Ok(done[e].clone())
    }

    /// The parts that grow (or vanish) fastest: `x` itself or exponentials, all of one class.
    fn fastest(&self, e: &Expr) -> Result<Vec<Expr>, Stop> {
        let mut done = HashMap::<Expr, Vec<Expr>, HashBuild>::default();
        for node in e.post_order() {
            let found = if !self.grows(&node) {
                Vec::new()
            } else if node.as_var() == Some(&self.x) {
                vec![node.clone()]
            } else {
                if let Node::Power(_, exponent) = node.node()
                    && self.grows(exponent)
                {
                    return Err(Stop::Undecided(node.clone()));
                }
                let mut found = Vec::new();
                let mut children = Vec::new();
                node.node().for_each_child(|c| children.push(c.clone()));
                for child in &children {
                    found = self.faster(found, done[child].clone())?;
                }
                if let Node::Apply(Func::Exp, u) = node.node()
                    && matches!(self.limit(u)?, Tends::Beyond(_))
                {
                    found = self.faster(vec![node.clone()], found)?;
                }
                found
            };
            done.insert(node, found);
        }
        Ok(done.remove(e).unwrap_or_default())
    }

    fn faster(&self, mut a: Vec<Expr>, b: Vec<Expr>) -> Result<Vec<Expr>, Stop> {
        let (Some(f), Some(g)) = (a.first(), b.first()) else { return Ok(if a.is_empty() { b } else { a }) };
        if !b.iter().any(|g| a.contains(g)) {
            match self.limit(&(self.exponent(f) / self.exponent(g)))? {
                Tends::Beyond(_) => return Ok(a),
                Tends::To(c) if self.decide.is_zero(&c)? => return Ok(b),
                Tends::To(_) => {}
            }
        }
        for g in b {
            if !a.contains(&g) {
                a.push(g);
            }
        }
        Ok(a)
    }
}
