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
mod factor;
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
use crate::expr::{Condition, Expr, Symbol};
use check::{Compared, compare};
pub use search::{IntegralStep, Side};
use search::Search;

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
/// Deterministic, and bounded by the options.
pub fn antiderivative(e: &Expr, x: &Symbol, options: &Options) -> Antiderivative {
    let none = |reason: &str| Antiderivative {
        result: None,
        proven: false,
        conditions: Vec::new(),
        steps: Vec::new(),
        reason: reason.to_owned(),
    };
    if e.is_undefined() || e.has_axes() {
        return none("the integrand has no real value");
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
    let tidy = without_constant(&finish(&raw, &facts, options.proof_terms), x);
    for candidate in [&tidy, &raw] {
        let compared = compare(candidate, e, x, &facts, options.proof_terms);
        if compared != Compared::Not {
            return Antiderivative {
                result: Some(candidate.clone()),
                proven: compared == Compared::Proven,
                conditions: search.supposed,
                steps: search.steps,
                reason: String::new(),
            };
        }
    }
    none("what was found did not pass the check by differentiation")
}

/// The form a person would write.
fn finish(e: &Expr, facts: &[Condition], terms: usize) -> Expr {
    let known = equality::assuming(e, facts);
    equality::assuming(&equality::simplify(&known, terms.min(20_000)), facts)
}

/// A constant beside the terms that vary says nothing.
fn without_constant(e: &Expr, x: &Symbol) -> Expr {
    algebra::terms(e).into_iter().filter(|t| !algebra::free(t, x)).sum()
}
