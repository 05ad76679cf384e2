//! The steps of a derivation, written down as the rules are applied.
//!
//! A step is an equation between expressions: `from` holds an unevaluated derivative and `to` what the rule makes
//! of it. Both sides can be evaluated, and a test does so for every step.

use std::collections::HashSet;

use super::derivative::{Rule, Walk, apply_rule};
use super::gradient::{change_of, jacobian};
use super::rules::{OuterRule, smooth2};
use crate::expr::{Condition, Expr, HashBuild, Node, Shape, Symbol};

/// How much is written down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// A line a rule; derivatives of numbers, of the variable and of what does not depend on it are taken as read.
    #[default]
    Normal,
    /// Every line.
    Full,
}

/// One line of a derivation: `from = to`, by `rule`; for [`Rule::ReadOff`] the right side is the derivative that the
/// differential on the left belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The rule applied; `None` for the line that puts the parts together.
    pub rule: Option<Rule>,
    /// The chain rule applied with it: the argument is more than the variable itself.
    pub chain: bool,
    /// The left side.
    pub from: Expr,
    /// The right side.
    pub to: Expr,
    /// The way from the whole expression to the part in question: which child, which child of that, …
    pub path: Vec<usize>,
    /// Where the derivative is the convention of the rule table, unless these hold.
    pub conditions: Vec<Condition>,
}

impl Step {
    /// The name a person knows the rule by.
    pub fn name(&self) -> String {
        match self.rule {
            None => "put together".to_owned(),
            Some(rule) if self.chain => format!("chain rule ({})", rule.name()),
            Some(rule) => rule.name().to_owned(),
        }
    }
}

/// A derivative with the steps that lead to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Derivation {
    /// The lines, in the order in which a person would write them.
    pub steps: Vec<Step>,
    /// The derivative.
    pub result: Expr,
    /// The steps were cut short because there would be more than the limit.
    pub cut: bool,
}

/// The derivative of `e` by `x` of the given order, with at most `max_steps` lines.
pub fn explain(e: &Expr, x: &Symbol, order: u32, detail: Detail, max_steps: usize) -> Derivation {
    let mut log = Log::new(x, detail, max_steps);
    let mut result = e.clone();
    let seeds = [(x.clone(), Expr::one())];
    for _ in 0..order {
        let mut walk = Walk::new(&seeds);
        let next = walk.derivative(&result);
        log.seen.clear();
        log.line(&walk, &result, &mut Vec::new(), 0);
        result = next;
    }
    Derivation { steps: log.steps, result, cut: log.cut }
}

/// The derivative of `e` by a variable with axes, with the steps of the book: the differential rule by rule, then the
/// derivative read off it.
pub fn explain_jacobian(e: &Expr, x: &Symbol, shape: &Shape, detail: Detail, max_steps: usize) -> Derivation {
    let seeds = [(x.clone(), change_of(x, shape))];
    let mut walk = Walk::new(&seeds);
    let differential = walk.derivative(e);
    let mut log = Log::new(x, detail, max_steps);
    log.line(&walk, e, &mut Vec::new(), 0);
    let result = jacobian(e, &[(x.clone(), shape.clone())]).remove(0);
    log.steps.push(Step {
        rule: Some(Rule::ReadOff),
        chain: false,
        from: differential,
        to: result.clone(),
        path: Vec::new(),
        conditions: Vec::new(),
    });
    Derivation { steps: log.steps, result, cut: log.cut }
}

/// Where the derivative of `e` by `x` is a convention of the rule table unless these hold.
pub fn smoothness(e: &Expr, x: &Symbol) -> Vec<Condition> {
    let parts = e.post_order();
    let mut varying = HashSet::<usize, HashBuild>::default();
    for part in &parts {
        let mut varies = part.as_var() == Some(x);
        part.node().for_each_child(|c| varies |= varying.contains(&c.address()));
        if varies {
            varying.insert(part.address());
        }
    }
    parts
        .iter()
        .filter(|part| varying.contains(&part.address()))
        .filter_map(kink)
        .filter(|c| c.holds() != Some(true))
        .collect()
}

fn kink(e: &Expr) -> Option<Condition> {
    match e.node() {
        Node::Apply(f, u) => OuterRule::of(*f).smooth.map(|condition| condition(u)),
        Node::Apply2(f, a, b) => smooth2(*f, a, b),
        _ => None,
    }
}

/// Deeper nests are not written out.
const MAX_DEPTH: usize = 100;

struct Log<'a> {
    x: &'a Symbol,
    detail: Detail,
    max_steps: usize,
    steps: Vec<Step>,
    seen: HashSet<usize, HashBuild>,
    /// Parts made by rules, kept alive so that an address in `seen` stays theirs.
    kept: Vec<Expr>,
    cut: bool,
}

impl<'a> Log<'a> {
    fn new(x: &'a Symbol, detail: Detail, max_steps: usize) -> Log<'a> {
        Log {
            x,
            detail,
            max_steps,
            steps: Vec::new(),
            seen: HashSet::default(),
            kept: Vec::new(),
            cut: false,
        }
    }

    /// Writes the lines for one part, and for the parts whose derivatives it needs.
    fn line(&mut self, walk: &Walk<'_>, e: &Expr, path: &mut Vec<usize>, depth: usize) {
        if !self.seen.insert(e.address()) {
            return;
        }
        self.kept.push(e.clone());
        if self.steps.len() >= self.max_steps || depth > MAX_DEPTH {
            self.cut = true;
            return;
        }
        let mut parts: Vec<Expr> = Vec::new();
        let depends = |u: &Expr| walk.depends_now(u);
        let detail = self.detail;
        let mut d = |u: &Expr| {
            let taken_as_read = !depends(u) || u.as_var().is_some();
            if taken_as_read && detail == Detail::Normal {
                return walk.known(u);
            }
            parts.push(u.clone());
            Expr::derivative_of(u, self.x)
        };
        let (rule, to) = if depends(e) {
            apply_rule(e, &depends, &mut d)
        } else {
            (Rule::Constant, Expr::zeros(e.shape()))
        };
        let chain = match e.node() {
            Node::Apply(_, u) => u.as_var().is_none(),
            Node::Power(base, _) if rule == Rule::Power => base.as_var().is_none(),
            Node::Power(_, exponent) if rule == Rule::Exponential => exponent.as_var().is_none(),
            _ => false,
        };
        let conditions = kink(e).filter(|c| c.holds() != Some(true)).into_iter().collect();
        let from = Expr::derivative_of(e, self.x);
        self.steps.push(Step {
            rule: Some(rule),
            chain,
            from,
            to: to.clone(),
            path: path.clone(),
            conditions,
        });
        for part in &parts {
            let place = place_of(e, part);
            path.extend(place);
            self.line(walk, part, path, depth + 1);
            path.truncate(path.len() - usize::from(place.is_some()));
        }
        if !parts.is_empty() {
            let result = walk.known(e);
            // A rule that leaves one derivative alone has been put together with that one.
            if result != to && !matches!(to.node(), Node::Derivative(..)) {
                self.steps.push(Step {
                    rule: None,
                    chain: false,
                    from: to,
                    to: result,
                    path: path.clone(),
                    conditions: Vec::new(),
                });
            }
        }
    }
}

/// Which child of `e` the part is; `None` for a part that a rule put together from several.
fn place_of(e: &Expr, part: &Expr) -> Option<usize> {
    let (mut place, mut k) = (None, 0);
    e.node().for_each_child(|c| {
        if c.address() == part.address() {
            place = Some(k);
        }
        k += 1;
    });
    place
}
