//! The walk over the table of methods: memo, budget, and the log from which the steps are made.

use std::collections::HashMap;

use super::algebra::{self, free, positive};
use super::check::agrees;
use super::methods::METHODS;
use crate::equality;
use crate::expr::{Condition, Expr, HashBuild, Node, Rational, Symbol, power, product};

/// One side of a step: an expression in which some names stand for integrals.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// The expression.
    pub expr: Expr,
    /// Which names stand for the integral of what, by which variable.
    pub integrals: Vec<(Symbol, Expr, Symbol)>,
}

/// One line: `from = to`, by `rule`.
#[derive(Clone, Debug, PartialEq)]
pub struct IntegralStep {
    /// The rule, as a person calls it.
    pub rule: String,
    /// The left side.
    pub from: Side,
    /// The right side.
    pub to: Side,
}

/// What a method made of an integrand.
pub(super) struct Found {
    /// The antiderivative.
    pub(super) result: Expr,
    /// What the method says, where it is more than its name.
    pub(super) says: Option<String>,
    /// The line it writes, where that is not the result.
    pub(super) line: Option<Side>,
}

impl Found {
    pub(super) fn new(result: Expr) -> Found {
        Found { result, says: None, line: None }
    }
    pub(super) fn says(mut self, text: String) -> Found {
        self.says = Some(text);
        self
    }
    pub(super) fn line(mut self, side: Side) -> Found {
        self.line = Some(side);
        self
    }
}

/// A row of the table.
pub(super) struct Method {
    /// The name a person knows it by.
    pub(super) name: &'static str,
    /// The attempt.
    pub(super) attempt: fn(&mut Search<'_>, &Expr, &Symbol) -> Option<Found>,
}

/// Parts that may be worked on for every integral that may be looked at.
const WORK_PER_ATTEMPT: usize = 300;

/// What was found, with the steps and with what was supposed on the way.
#[derive(Clone)]
struct Known {
    result: Option<Expr>,
    steps: Vec<IntegralStep>,
    supposed: Vec<Condition>,
}

pub(super) struct Search<'a> {
    /// What may be taken for granted.
    facts: Vec<Condition>,
    /// What was supposed on the way.
    pub(super) supposed: Vec<Condition>,
    /// Of these, what could as well be negative where all letters are positive.
    pub(super) open: Option<Expr>,
    left: usize,
    /// Parts of expressions that may still be simplified or looked at.
    work: usize,
    depth: usize,
    max_depth: usize,
    memo: HashMap<(Expr, Symbol), Known, HashBuild>,
    pub(super) steps: Vec<IntegralStep>,
    names: &'a [Symbol],
}

impl<'a> Search<'a> {
    pub(super) fn new(
        facts: &[Condition],
        names: &'a [Symbol],
        attempts: usize,
        max_depth: usize,
    ) -> Search<'a> {
        Search {
            facts: facts.to_vec(),
            supposed: Vec::new(),
            open: None,
            left: attempts,
            work: attempts.saturating_mul(WORK_PER_ATTEMPT),
            depth: 0,
            max_depth,
            memo: HashMap::default(),
            steps: Vec::new(),
            names,
        }
    }

    pub(super) fn facts(&self) -> &[Condition] {
        &self.facts
    }

    /// Was the budget used up?
    pub(super) fn exhausted(&self) -> bool {
        self.left == 0 || self.work == 0
    }

    /// Takes what a laborious look at an expression costs from the budget, if it is there.
    pub(super) fn afford(&mut self, e: &Expr, times: usize) -> bool {
        let cost = e.node_count() * times;
        let enough = self.work >= cost;
        self.work = if enough { self.work - cost } else { 0 };
        enough
    }

    /// The antiderivative of `e` by `x`, if one of the methods finds it.
    pub(super) fn integrate(&mut self, e: &Expr, x: &Symbol) -> Option<Expr> {
        if e.is_undefined() {
            return None;
        }
        if free(e, x) {
            return Some(e * Expr::var(x.clone()));
        }
        if let Some(known) = self.memo.get(&(e.clone(), x.clone())).cloned() {
            for step in known.steps {
                if !self.steps.contains(&step) {
                    self.steps.push(step);
                }
            }
            for fact in known.supposed {
                if !self.facts.contains(&fact) {
                    self.supposed.push(fact.clone());
                    self.facts.push(fact);
                }
            }
            return known.result;
        }
        if self.exhausted() || self.depth >= self.max_depth || too_large(e) {
            return None;
        }
        self.left -= 1;
        self.depth += 1;
        // What is being looked for is not found by going round in a circle.
        let nothing = Known { result: None, steps: Vec::new(), supposed: Vec::new() };
        self.memo.insert((e.clone(), x.clone()), nothing);
        let (start, before) = (self.steps.len(), self.supposed.len());
        let result = METHODS.iter().find_map(|method| self.attempt(method, e, x));
        self.depth -= 1;
        if result.is_some() || self.left > 0 {
            let steps = self.steps[start.min(self.steps.len())..].to_vec();
            let supposed = self.supposed[before.min(self.supposed.len())..].to_vec();
            self.memo.insert((e.clone(), x.clone()), Known { result: result.clone(), steps, supposed });
        }
        result
    }

    /// The antiderivative of what the first rows of the table know, without a search.
    pub(super) fn at_sight(&mut self, e: &Expr, x: &Symbol) -> Option<Expr> {
        let (c, rest) = algebra::split_constant(e, x);
        let found = super::table::look_up(self, &rest, x).map(|found| found.result);
        let found = found.or_else(|| {
            let method = super::substitution::derivative_divides;
            if self.depth + 2 < self.max_depth {
                method(self, &rest, x).map(|found| found.result)
            } else {
                None
            }
        });
        Some(c * found?)
    }

    fn attempt(&mut self, method: &Method, e: &Expr, x: &Symbol) -> Option<Expr> {
        let (start, supposed, facts) = (self.steps.len(), self.supposed.len(), self.facts.len());
        let found = (method.attempt)(self, e, x)
            .filter(|found| !found.result.is_undefined() && agrees(&found.result, e, x, &self.facts));
        let Some(found) = found else {
            self.steps.truncate(start);
            self.supposed.truncate(supposed);
            self.facts.truncate(facts);
            return None;
        };
        let rule = found.says.unwrap_or_else(|| method.name.to_owned());
        let to = found.line.unwrap_or_else(|| Side { expr: found.result.clone(), integrals: Vec::new() });
        let from = integral(e, x);
        if from != to {
            self.steps.insert(start, IntegralStep { rule, from, to });
        }
        Some(found.result)
    }

    /// The antiderivative of `e` by a new variable, about which something is known; then `value` is put for it.
    pub(super) fn integrate_in(
        &mut self,
        e: &Expr,
        u: &Symbol,
        value: &Expr,
        known: Option<Condition>,
    ) -> Option<Expr> {
        let before = self.facts.len();
        self.facts.extend(known.clone());
        let result = self.integrate(e, u);
        if known.is_some() {
            self.facts.remove(before);
        }
        let result = result?.replace(u, value);
        (!result.is_undefined()).then_some(result)
    }

    /// A name that is not in use: `u`, then `v`, …
    pub(super) fn fresh(&self, e: &Expr, x: &Symbol) -> Symbol {
        const NAMES: [&str; 8] = ["u", "v", "w", "s", "z", "q", "p", "r"];
        let taken = |s: &Symbol| s == x || e.contains(s) || self.names.contains(s);
        let plain = NAMES.iter().map(|n| Symbol::new(n)).find(|s| !taken(s));
        plain.unwrap_or_else(|| {
            (1..).map(|k| Symbol::new(&format!("u_{k}"))).find(|s| !taken(s)).expect("names do not run out")
        })
    }

    pub(super) fn sign(&self, e: &Expr) -> Option<i32> {
        algebra::sign(e, &self.facts)
    }

    /// The sign of `e`; where it is not known, one is supposed, and stated with the answer.
    pub(super) fn sign_or_suppose(&mut self, e: &Expr) -> Option<i32> {
        if let Some(sign) = self.sign(e) {
            return Some(sign);
        }
        let e = &algebra::sign_core(&algebra::norm(e));
        let letters: Vec<Symbol> = e.free_symbols().into_iter().collect();
        let guess: Vec<Condition> = letters.iter().map(|s| positive(&Expr::var(s.clone()))).collect();
        let told = algebra::sign(e, &[&self.facts[..], &guess].concat());
        let sign = told.or_else(|| {
            let at: Vec<(Symbol, f64)> =
                letters.iter().enumerate().map(|(k, s)| (s.clone(), 0.9 - 0.17 * k as f64)).collect();
            let value = crate::program::eval(e, &at).ok().filter(|v| v.is_finite() && *v != 0.0)?;
            Some(if value > 0.0 { 1 } else { -1 })
        })?;
        if sign != 0 {
            let supposed = crate::expr::scale(&Rational::integer(i64::from(sign)), e);
            self.suppose(&supposed);
            if told.is_none() {
                self.open = Some(supposed);
            }
        }
        Some(sign)
    }

    /// Takes `e > 0` for granted, and states it with the answer.
    pub(super) fn suppose(&mut self, e: &Expr) {
        let fact = positive(e);
        self.supposed.push(fact.clone());
        self.facts.push(fact);
    }

    /// A number whose square is `e`, which is not negative; either of the two.
    pub(super) fn root(&self, e: &Expr) -> Expr {
        let (c, rest) = e.split_coefficient();
        let list = match rest.node() {
            Node::Product(factors) => factors.to_vec(),
            _ => vec![rest.clone()],
        };
        let (mut out, mut inside) = (Vec::new(), Vec::new());
        for f in list {
            let (base, n) = f.split_power();
            match n.as_number().map(|n| n * &Rational::HALF) {
                Some(half) if half.is_integer() => out.push(power(&base, &Expr::number(half))),
                _ => inside.push(f),
            }
        }
        let inside = equality::assuming(&(Expr::number(c) * product(inside)).sqrt(), &self.facts);
        product(out) * inside
    }
}

/// Walks over parts within parts go no deeper than this, and over no more parts.
pub(super) fn too_large(e: &Expr) -> bool {
    e.depth() > 60 || e.node_count() > 600
}

/// The integral of `e` as a side of its own.
pub(super) fn integral(e: &Expr, x: &Symbol) -> Side {
    let name = placeholder(e, x);
    Side { expr: Expr::var(name.clone()), integrals: vec![(name, e.clone(), x.clone())] }
}

/// The name that stands for an integral on the side of a step.
fn placeholder(e: &Expr, x: &Symbol) -> Symbol {
    Symbol::new(&format!("integral{:x}", e.stable_hash() ^ Expr::var(x.clone()).stable_hash()))
}

/// `expr` with integrals beside it: each `(c, e, x)` adds `c` times the integral of `e`.
pub(super) fn with_integrals(expr: Expr, integrals: &[(Expr, Expr, Symbol)]) -> Side {
    let mut total = expr;
    let mut list = Vec::new();
    for (c, e, x) in integrals {
        let name = placeholder(e, x);
        total = total + c * Expr::var(name.clone());
        list.push((name, e.clone(), x.clone()));
    }
    Side { expr: total, integrals: list }
}
