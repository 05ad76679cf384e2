//! Are two expressions equal? Proven, tested, or shown to differ.
//!
//! Here: the normal form that proves, the points that refute.
//! Not here: what a learner's mistake was (`secant-course`).
//! Invariant: `Different` carries a point at which interval arithmetic keeps the two values apart (of what has axes:
//! the values by far more than rounding); `Equal` is a proof for every point at which both sides have a value.
//! Start reading at [`equal()`] and [`proves_zero()`].

mod assuming;
mod compare;
mod normal;
mod points;
mod polynomial;
mod simplify;
mod tensors;

pub use assuming::assuming;
pub use compare::{Comparison, Options, Verdict, Witness, equal};

pub use simplify::{simplify, together};

use crate::expr::{Condition, Expr, expand};

/// Is `e` nought wherever it has a value? `true` is a proof; `false` says nothing.
pub fn proves_zero(e: &Expr, assume: &[Condition], budget: usize) -> bool {
    // The normal form works level by level; a very deep graph is left to the numbers.
    if e.is_zero() {
        return true;
    }
    if e.depth() > 600 {
        return false;
    }
    // Contractions are kernels to the normal form; multiplied out, equal ones meet.
    let multiplied =
        e.post_order().iter().any(|p| !p.shape().is_scalar()).then(|| expand(e, budget)).flatten();
    if multiplied.is_some_and(|e| e.is_zero()) {
        return true;
    }
    let mut normaliser = normal::Normaliser::new(budget);
    normaliser.assume(assume);
    normaliser.is_zero(e) == Ok(true)
}
