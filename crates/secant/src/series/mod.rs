//! Series with exact coefficients, limits, and proven bounds of what a Taylor polynomial leaves out.
//!
//! Here: the expansion of an expression in a small variable (Taylor, Laurent, Puiseux), limits by comparison of growth,
//! remainders by intervals.
//! Not here: series of numbers at a point, which a program gives at once ([`crate::program::Program::evaluate_jet`]).
//! Invariant: a coefficient or a limit that is given holds exactly; what cannot be decided is refused, with the reason
//! ([`Stop`]); every walk ends within a budget.
//! Start reading at [`taylor()`] and [`limit()`].

mod arithmetic;
mod decide;
mod expand;
mod exponent;
mod growth;
mod limit;
mod radius;
mod remainder;
mod rewrite;
mod taylor;
mod waves;

use crate::expr::Expr;

pub use limit::{Limit, Side, Toward, limit};
pub use radius::{Radius, radius};
pub use remainder::{Enough, Remainder, order_for, remainder};
pub use taylor::{Kind, Power, Taylor, taylor};

/// Why there is no series, or no limit was found.
#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    /// Nothing real near the point: `log(-1 + x)` at 0.
    Undefined,
    /// Whether this is nought, or its sign, could not be decided.
    Undecided(Expr),
    /// No power series: this oscillates or grows faster than any power there.
    Essential(Expr),
    /// Goes up and down for ever.
    Oscillates,
    /// Grows beyond all bounds where a value was needed.
    Unbounded(Expr),
    /// Something that no series is known for.
    Unsupported(String),
    /// More terms cancel than were computed.
    MoreTerms,
    /// More work than is allowed.
    Budget,
}

/// What shortening a coefficient may cost.
const SHORTEN: usize = 4_000;
