//! Antiderivatives, with the steps that lead to them.
//!
//! Here: the table of methods ([`methods`]), the walk over it ([`search`]), the mathematics of each method.
//! Not here: the derivative and the comparison, by which every answer is checked before it is given.
//! Invariant: the slope of an answer has been compared with the integrand, proven or tested; what failed is not given.
//! Start reading at [`antiderivative()`], then [`methods::METHODS`].
//!
//! Everything is real. The antiderivative of `1/u` is `log(abs(u))`: real on both sides of 0, and `log(u)` where `u` is
//! known to be positive. A constant may differ from one piece of the domain to the next.

mod algebra;
mod check;
mod exponential;
mod factor;
mod inverse;
mod methods;
mod pair;
mod parts;
mod polynomial;
mod quadratic;
mod radical;
mod rational;
mod search;
mod substitution;
mod table;
mod trigonometric;
mod waves;

use crate::equality;
use crate::expr::{Condition, Expr, Func, Func2, Node, Symbol, apply2, expand, select};
use algebra::positive;
use check::{Compared, compare};
use search::Search;
pub use search::{IntegralStep, Side};

/// How much effort is made.
#[derive(Clone, Debug)]
pub struct Options {
    /// What may be taken for granted.
    pub assume: Vec<Condition>,
    /// Integrals that may be looked at on the way; default 200.
    pub attempts: usize,
    /// How deep substitutions and parts may nest; default 12.
    pub depth: usize,
    /// Terms that the final comparison and the simplification may make; default 50 000.
    pub proof_terms: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options { assume: Vec::new(), attempts: 200, depth: 12, proof_terms: 50_000 }
    }
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Antiderivative {
    /// The antiderivative, or `None` where no method led to one.
    pub result: Option<Expr>,
    /// Is its slope proven to be the integrand? Otherwise the two agree at every tested point.
    pub proven: bool,
    /// What was supposed of the letters in it.
    pub conditions: Vec<Condition>,
    /// The lines, in the order in which a person would write them.
    pub steps: Vec<IntegralStep>,
    /// Why there is none; empty where there is one.
    pub reason: String,
}

/// An antiderivative of the scalar `e` by `x`; every other name is held constant.
///
/// Deterministic, and bounded by the options. Where the form depends on the sign of something in the letters that could
/// as well be the other, the answer has both forms.
pub fn antiderivative(e: &Expr, x: &Symbol, options: &Options) -> Antiderivative {
    let (mut first, open) = one_form(e, x, options);
    let (Some(result), Some(open)) = (&first.result, open) else { return first };
    let mut assume = options.assume.clone();
    assume.push(positive(&-&open));
    let (second, _) = one_form(e, x, &Options { assume, ..options.clone() });
    if let Some(other) = second.result {
        let supposed = positive(&open);
        first.result = Some(select(&apply2(Func2::Less, &Expr::zero(), &open), result, &other));
        first.proven &= second.proven;
        first.conditions.retain(|c| *c != supposed);
        first.conditions.extend(second.conditions);
        first.steps.extend(second.steps);
    }
    first
}

/// The antiderivative, and what was supposed positive although it could as well be negative.
fn one_form(e: &Expr, x: &Symbol, options: &Options) -> (Antiderivative, Option<Expr>) {
    let none = |reason: &str| {
        let (result, conditions, steps) = (None, Vec::new(), Vec::new());
        (Antiderivative { result, proven: false, conditions, steps, reason: reason.to_owned() }, None)
    };
    if e.is_undefined() || e.has_axes() {
        return none("the integrand has no real value");
    }
    if search::too_large(e) {
        return none("the integrand is too large");
    }
    let names: Vec<Symbol> = e.free_symbols().into_iter().collect();
    let mut search = Search::new(&options.assume, &names, options.attempts, options.depth);
    let Some(raw) = search.integrate(e, x) else {
        return none(if search.exhausted() {
            "the search was ended by its budget; there may be an elementary form"
        } else {
            "no elementary form was found"
        });
    };
    let facts = [&options.assume[..], &search.supposed].concat();
    let raw = without_constant(&raw, x);
    let tidy = without_constant(&finish(&raw, &facts, options.proof_terms), x);
    for candidate in [&tidy, &raw] {
        let compared = compare(candidate, e, x, &facts, options.proof_terms);
        if compared != Compared::Not {
            let open = search.open.filter(|open| search.supposed.contains(&positive(open)));
            let found = Antiderivative {
                result: Some(candidate.clone()),
                proven: compared == Compared::Proven,
                conditions: search.supposed,
                steps: search.steps,
                reason: String::new(),
            };
            return (found, open);
        }
    }
    none("what was found did not pass the check by differentiation")
}

/// The form a person would write.
fn finish(e: &Expr, facts: &[Condition], terms: usize) -> Expr {
    let known = equality::assuming(e, facts);
    let short = |e: &Expr| equality::assuming(&equality::simplify(e, terms.min(20_000)), facts);
    let mut best = short(&known);
    // Multiplied out first it may come shorter, with like terms together.
    if known.node_count() < 150
        && let Some(flat) = expand(&known, 200)
    {
        let other = short(&flat);
        if other.to_formula().size() < best.to_formula().size() {
            best = other;
        }
    }
    best
}

/// A constant beside the terms that vary says nothing, nor does one inside a logarithm that is such a term.
fn without_constant(e: &Expr, x: &Symbol) -> Expr {
    let list = algebra::terms(e);
    if let [one] = &list[..] {
        // A sign is constant on each piece.
        let fixed = |f: &Expr| algebra::free(f, x) || matches!(f.node(), Node::Apply(Func::Sign, _));
        let (c, rest): (Vec<_>, Vec<_>) = algebra::factors(one).into_iter().partition(fixed);
        let (c, rest) = (c.into_iter().product::<Expr>(), rest.into_iter().product::<Expr>());
        let several = algebra::terms(&rest).len() > 1;
        return if several { c * without_constant(&rest, x) } else { plain_logarithm(one, x) };
    }
    list.iter().filter(|t| !algebra::free(t, x)).map(|t| plain_logarithm(t, x)).sum()
}

/// `c log(a u^n)` as `c n log(u)`, which differs by a constant.
fn plain_logarithm(t: &Expr, x: &Symbol) -> Expr {
    let (c, rest) = algebra::split_constant(t, x);
    let Node::Apply(Func::Log, inside) = rest.node() else { return t.clone() };
    let (constant, varying) = algebra::split_constant(inside, x);
    let inside = if constant.is_nonnegative() { varying } else { inside.clone() };
    let (base, n) = inside.split_power();
    match n.as_number() {
        Some(n)
            if matches!(inside.node(), Node::Power(..)) && (n.is_odd_integer() || base.is_nonnegative()) =>
        {
            crate::expr::scale(n, &(c * base.log()))
        }
        _ => c * inside.log(),
    }
}
