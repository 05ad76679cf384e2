//! The walk that applies the rules, once to each shared node, without recursion.

use std::collections::HashMap;

use super::rules::{OuterRule, partials};
use crate::expr::{
    Constant, Expr, Func, HashBuild, Node, Rational, Symbol, Term, power, product, scale, select, sum, term,
};

/// A rule of differentiation, as a textbook calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// A number does not change.
    Constant,
    /// `dx/dx = 1`
    Variable,
    /// A number in front stays in front.
    ConstantFactor,
    /// Term by term.
    Sum,
    /// `(u v)' = u' v + u v'`, for any number of factors.
    Product,
    /// `(u/v)' = (u' v − u v')/v²`
    Quotient,
    /// `(xⁿ)' = n xⁿ⁻¹`
    Power,
    /// `(aˣ)' = aˣ log a`
    Exponential,
    /// `(uᵛ)' = uᵛ (v' log u + v u'/u)`
    GeneralPower,
    /// A row of [`super::RULES`].
    Function(Func),
    /// A function of two arguments, each with its partial derivative.
    Partials(&'static str),
    /// Branch by branch.
    Piecewise,
    /// A derivative that was written down and not carried out stays so.
    Unevaluated,
    /// Factor by factor, whatever the indices: `d(A B) = dA B + A dB`.
    TensorProduct,
    /// Entry by entry.
    Entries,
    /// `d(A⁻¹) = −A⁻¹ dA A⁻¹`
    Inverse,
    /// `d det A = det A · tr(A⁻¹ dA)`
    Determinant,
    /// `d log|det A| = tr(A⁻¹ dA)`
    LogDeterminant,
    /// `d log Σ exp u = Σ softmax(u) du`
    LogSumExp,
    /// The entry that is the largest (smallest) counts; tied ones share.
    Extremum,
    /// `d Π u = Π u · Σ du/u`
    ProductOfEntries,
    /// `df = ⟨G, dX⟩`, so the derivative by `X` is `G`.
    ReadOff,
}

impl Rule {
    /// The name a person knows it by.
    pub fn name(self) -> &'static str {
        match self {
            Rule::Constant => "constant",
            Rule::Variable => "variable",
            Rule::ConstantFactor => "constant factor",
            Rule::Sum => "sum rule",
            Rule::Product => "product rule",
            Rule::Quotient => "quotient rule",
            Rule::Power => "power rule",
            Rule::Exponential => "exponential rule",
            Rule::GeneralPower => "general power rule",
            Rule::Function(f) => OuterRule::of(f).name,
            Rule::Partials(name) => name,
            Rule::Piecewise => "piecewise",
            Rule::Unevaluated => "unevaluated derivative",
            Rule::TensorProduct => "matrix product rule",
            Rule::Entries => "entry by entry",
            Rule::Inverse => "inverse matrix",
            Rule::Determinant => "determinant (Jacobi)",
            Rule::LogDeterminant => "log-determinant",
            Rule::LogSumExp => "log-sum-exp",
            Rule::Extremum => "extremum",
            Rule::ProductOfEntries => "product of entries",
            Rule::ReadOff => "read off the derivative",
        }
    }
}

/// The derivative of `e` by `x`; every other name is held constant.
///
/// The result shares its parts with `e`; the cost is linear in the nodes of the graph (the product of `k` factors
/// counting `k²`). Outside the domain of `e` it means nothing; where `e` has a kink, it is the one of the rule table.
pub fn derivative(e: &Expr, x: &Symbol) -> Expr {
    let seeds = [(x.clone(), Expr::one())];
    Walk::new(&seeds).derivative(e)
}

/// [`derivative()`], given up (`None`) when more than about `max_parts` parts would be made on the way: the product of
/// `k` factors has a derivative of `k²`.
pub fn derivative_within(e: &Expr, x: &Symbol, max_parts: usize) -> Option<Expr> {
    let seeds = [(x.clone(), Expr::one())];
    let mut walk = Walk { left: Some(max_parts), ..Walk::new(&seeds) };
    let d = walk.derivative(e);
    (walk.left != Some(0)).then_some(d)
}

/// The differential of `e`: what it changes by, to first order, when each name changes by the expression given for it.
///
/// Linear in these expressions, each of which has the shape of its name; every other name is held constant.
pub fn differential(e: &Expr, changes: &[(Symbol, Expr)]) -> Expr {
    Walk::new(changes).derivative(e)
}

/// [`differential`] of several expressions: what they share is differentiated once.
pub fn differentials(outputs: &[Expr], changes: &[(Symbol, Expr)]) -> Vec<Expr> {
    let mut walk = Walk::new(changes);
    outputs.iter().map(|e| walk.derivative(e)).collect()
}

/// The derivative of order `n`; order 0 is `e` itself.
pub fn nth_derivative(e: &Expr, x: &Symbol, n: u32) -> Expr {
    let seeds = [(x.clone(), Expr::one())];
    let mut walk = Walk::new(&seeds);
    (0..n).fold(e.clone(), |e, _| walk.derivative(&e))
}

/// Derivatives by one variable, or differentials in several, remembered for every node met.
pub(super) struct Walk<'a> {
    seeds: HashMap<&'a Symbol, &'a Expr, HashBuild>,
    /// The [`Symbol::bloom`] bits of the seeds.
    blooms: u64,
    /// Parts that may still be made, where there is a limit; at nought the walk stops, and its result means nothing.
    left: Option<usize>,
    /// Derivatives of the nodes met, by address, `None` where nothing varies; variables are not in it.
    done: HashMap<usize, Option<Expr>, HashBuild>,
    /// What was differentiated, kept so that its nodes live and an address stays theirs.
    roots: Vec<Expr>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(seeds: &'a [(Symbol, Expr)]) -> Walk<'a> {
        let blooms = seeds.iter().fold(0, |bits, (x, _)| bits | x.bloom());
        let seeds = seeds.iter().map(|(x, d)| (x, d)).collect();
        Walk { seeds, blooms, left: None, done: HashMap::default(), roots: Vec::new() }
    }

    fn seed(&self, e: &Expr) -> Option<&Expr> {
        self.seeds.get(e.as_var()?).copied()
    }

    fn may_vary(&self, e: &Expr) -> bool {
        e.may_contain_any(self.blooms)
    }

    pub(super) fn derivative(&mut self, root: &Expr) -> Expr {
        self.roots.push(root.clone());
        self.done.reserve(root.depth() as usize);
        let mut work = vec![(root, false)];
        while let Some((e, parts_done)) = work.pop() {
            if parts_done {
                let mut depends = false;
                e.node().for_each_child(|c| depends |= self.depends(c));
                if depends && !self.may_make_parts_of(e) {
                    return e.clone();
                }
                let rule = || apply_rule(e, &|u| self.depends(u), &mut |u| self.known(u));
                let d = depends.then(|| rule().1);
                self.done.insert(e.address(), d);
            } else if self.may_vary(e) && e.as_var().is_none() && !self.done.contains_key(&e.address()) {
                work.push((e, true));
                self.for_each_part(e, |c| work.push((c, false)));
            }
        }
        self.known(root)
    }

    /// Counts the parts that the rule for a node makes; `false` when there would be too many.
    fn may_make_parts_of(&mut self, e: &Expr) -> bool {
        let Some(left) = self.left else { return true };
        let made = parts_made(e, &|u| self.done.get(&u.address()).and_then(Option::as_ref));
        self.left = Some(left.saturating_sub(made));
        self.left != Some(0)
    }

    /// The parts whose derivatives the rule asks for: the children, but of a quotient the denominator and not its
    /// reciprocal.
    fn for_each_part<'e>(&self, e: &'e Expr, mut visit: impl FnMut(&'e Expr)) {
        match e.node() {
            Node::Product(factors) if factors.iter().any(|f| self.may_vary(f) && !is_below_the_bar(f)) => {
                for f in factors {
                    match f.node() {
                        Node::Power(base, n) if n.as_number().is_some_and(Rational::is_negative) => {
                            visit(base)
                        }
                        _ => visit(f),
                    }
                }
            }
            node => node.for_each_child(visit),
        }
    }

    /// Does it contain the variable? Only asked of nodes that the walk has been through, and of powers of such.
    pub(super) fn depends(&self, e: &Expr) -> bool {
        if !self.may_vary(e) {
            return false;
        }
        match (self.done.get(&e.address()), e.node()) {
            (Some(d), _) => d.is_some(),
            (None, Node::Power(base, n)) if n.as_number().is_some() => self.depends(base),
            (None, _) => self.seed(e).is_some(),
        }
    }

    /// The derivative of a node that the walk has been through, or of what a rule made from such nodes.
    pub(super) fn known(&self, e: &Expr) -> Expr {
        match self.done.get(&e.address()) {
            Some(Some(d)) => d.clone(),
            Some(None) => Expr::zeros(e.shape()),
            None => match (self.seed(e), e.node()) {
                (Some(d), _) => d.clone(),
                // Parts that a rule makes itself (a product of some of the factors) are not in the table.
                (None, Node::Product(_) | Node::Sum(_) | Node::Power(..)) => self.of_parts(e),
                // What has no value has no slope either.
                (None, Node::Constant(Constant::Undefined)) => e.clone(),
                _ => Expr::zeros(e.shape()),
            },
        }
    }

    fn of_parts(&self, e: &Expr) -> Expr {
        if !self.depends_now(e) {
            return Expr::zeros(e.shape());
        }
        apply_rule(e, &|u| self.depends_now(u), &mut |u| self.known(u)).1
    }

    /// [`Walk::depends`], for parts that a rule made as well.
    pub(super) fn depends_now(&self, e: &Expr) -> bool {
        self.depends(e) || self.parts_depend(e, 4)
    }

    /// What a rule makes is at most a few levels above nodes that the walk has seen.
    fn parts_depend(&self, e: &Expr, levels: u32) -> bool {
        let mut depends = false;
        if levels > 0 && self.may_vary(e) {
            e.node().for_each_child(|c| depends |= self.depends(c) || self.parts_depend(c, levels - 1));
        }
        depends
    }
}

/// How many parts the rule for a node makes, roughly.
fn parts_made<'e>(e: &Expr, d: &dyn Fn(&Expr) -> Option<&'e Expr>) -> usize {
    match e.node() {
        Node::Product(factors) => factors.len() * factors.len(),
        // The terms of the parts' derivatives come together in one sum.
        Node::Sum(s) => s.terms.iter().map(|t| d(&t.expr).map_or(1, width)).sum(),
        Node::Tensor(_) => 8,
        _ => 1,
    }
}

fn width(e: &Expr) -> usize {
    match e.node() {
        Node::Sum(s) => s.terms.len().max(1),
        _ => 1,
    }
}

/// One rule, applied to one node that varies: `depends` tells which parts vary, `d` supplies their derivatives.
///
/// With the real derivatives for `d` this computes; with [`Expr::derivative_of`] for `d` it is the line of a
/// textbook. Both come from here, so they cannot disagree.
pub(super) fn apply_rule(
    e: &Expr,
    depends: &dyn Fn(&Expr) -> bool,
    d: &mut dyn FnMut(&Expr) -> Expr,
) -> (Rule, Expr) {
    match e.node() {
        Node::Number(_) | Node::Constant(_) => (Rule::Constant, Expr::zero()),
        Node::Var(_) => (Rule::Variable, Expr::one()),
        Node::Sum(s) => match &s.terms[..] {
            [Term { coefficient, expr }] if s.constant.is_zero() => {
                (Rule::ConstantFactor, scale(coefficient, &d(expr)))
            }
            terms => {
                let varying = terms.iter().filter(|t| depends(&t.expr));
                (Rule::Sum, sum(varying.map(|t| (t.coefficient.clone(), d(&t.expr)))))
            }
        },
        Node::Product(factors) => product_rule(factors, depends, d),
        Node::Power(base, exponent) => match (depends(base), depends(exponent)) {
            (true, false) => {
                let less = match exponent.as_number() {
                    Some(n) => Expr::number(n - &Rational::ONE),
                    None => exponent - Expr::one(),
                };
                (Rule::Power, product([exponent.clone(), power(base, &less), d(base)]))
            }
            (false, _) => (Rule::Exponential, product([e.clone(), base.log(), d(exponent)])),
            (true, true) => {
                let by_exponent = product([d(exponent), base.log()]);
                let by_base = product([exponent.clone(), d(base), base.recip()]);
                (Rule::GeneralPower, product([e.clone(), by_exponent + by_base]))
            }
        },
        Node::Apply(f, u) => (Rule::Function(*f), product([(OuterRule::of(*f).outer)(u), d(u)])),
        Node::Apply2(f, a, b) => {
            let (name, outer) = partials(*f, a, b);
            let parts = [a, b].into_iter().zip(outer).filter(|(u, _)| depends(u));
            let terms: Option<Vec<_>> = parts.map(|(u, outer)| Some(term([outer?, d(u)]))).collect();
            (Rule::Partials(name), terms.map_or_else(Expr::undefined, sum))
        }
        Node::Select(c, a, b) => (Rule::Piecewise, select(c, &d(a), &d(b)).broadcast(e.shape())),
        Node::Derivative(..) => (Rule::Unevaluated, d(e)),
        Node::Tensor(t) => super::tensor::apply_rule(e, t, depends, d),
    }
}

fn product_rule(
    factors: &[Expr],
    depends: &dyn Fn(&Expr) -> bool,
    d: &mut dyn FnMut(&Expr) -> Expr,
) -> (Rule, Expr) {
    if !factors.iter().all(depends) {
        let (varying, fixed): (Vec<&Expr>, Vec<&Expr>) = factors.iter().partition(|f| depends(f));
        let rest = product(varying.into_iter().cloned());
        let fixed = product(fixed.into_iter().cloned());
        return (Rule::ConstantFactor, product([fixed, d(&rest)]));
    }
    let below = || factors.iter().filter(|f| is_below_the_bar(f));
    let above = || factors.iter().filter(|f| !is_below_the_bar(f));
    if below().next().is_some() && above().next().is_some() {
        let u = product(above().cloned());
        let v = product(below().map(Expr::recip));
        return (Rule::Quotient, quotient(&u, &v, d));
    }
    // Factors that are all below the bar are one reciprocal; else each factor takes its turn.
    let turns = (0..factors.len()).map(|k| {
        let others = factors.iter().enumerate().filter(|(j, _)| *j != k).map(|(_, f)| f.clone());
        term(std::iter::once(d(&factors[k])).chain(others))
    });
    (Rule::Product, sum(turns))
}

fn is_below_the_bar(f: &Expr) -> bool {
    match f.node() {
        Node::Power(_, e) => e.has_negative_coefficient(),
        _ => false,
    }
}

/// `(u' v − u v')/v²`; a power `v = wⁿ` loses the common `wⁿ⁻¹` at once.
fn quotient(u: &Expr, v: &Expr, d: &mut dyn FnMut(&Expr) -> Expr) -> Expr {
    let (w, n) = v.split_power();
    let simple_power = n.as_number().is_some_and(|n| n.is_positive() && !n.is_one());
    if simple_power && !matches!(v.node(), Node::Apply(Func::Exp, _)) {
        let top = sum([term([d(u), w.clone()]), minus(term([n.clone(), u.clone(), d(&w)]))]);
        return product([top, power(&w, &-(n + Expr::one()))]);
    }
    let top = sum([term([d(u), v.clone()]), minus(term([u.clone(), d(v)]))]);
    product([top, v.powi(-2)])
}

fn minus((c, e): (Rational, Expr)) -> (Rational, Expr) {
    (-c, e)
}

impl Expr {
    /// The derivative by a variable; see [`derivative()`].
    pub fn diff(&self, x: &Symbol) -> Expr {
        derivative(self, x)
    }
}
