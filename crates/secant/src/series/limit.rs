//! Limits: by the leading term of a series, and where there is none by comparison of growth.
//!
//! Here: one side, both sides, infinity.
//! Not here: how growth is compared (`growth`); numbers tried near the point: a limit is a consequence of exact terms.
//! Invariant: a limit "does not exist" only where two values are approached, or one side and the other differ.
//! Start reading at [`limit`].

use std::cmp::Ordering;

use crate::equality::proves_zero;
use crate::expr::{Condition, Constant, Expr, Node, Symbol};

use super::Stop;
use super::decide::Decide;
use super::growth::{Growth, Tends};

/// Where the variable goes.
#[derive(Clone, Debug, PartialEq)]
pub enum Toward {
    /// To a number.
    Point(Expr),
    /// Beyond all bounds.
    Infinity,
    /// Below all bounds.
    MinusInfinity,
}

/// From which side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// From both.
    Both,
    /// From below.
    Left,
    /// From above.
    Right,
}

/// What is approached.
#[derive(Clone, Debug, PartialEq)]
pub enum Limit {
    /// This, which may be `inf` or `-inf`.
    Value(Expr),
    /// Nothing: one side differs from the other, or (where a side is `None`) it oscillates or has no values.
    None {
        /// What is approached from below.
        left: Option<Expr>,
        /// What is approached from above.
        right: Option<Expr>,
    },
}

/// The limit of `e` as `x` goes somewhere.
///
/// # Errors
/// [`Stop`] where it could not be decided; never a guess.
pub fn limit(e: &Expr, x: &Symbol, to: &Toward, side: Side, assume: &[Condition]) -> Result<Limit, Stop> {
    let one = |from_above: bool| one_side(e, x, to, from_above, assume);
    let lone = |found: Option<Expr>| match found {
        Some(value) => Limit::Value(value),
        None => Limit::None { left: None, right: None },
    };
    match (to, side) {
        (Toward::Infinity | Toward::MinusInfinity, _) | (Toward::Point(_), Side::Right) => {
            one(true).map(lone)
        }
        (Toward::Point(_), Side::Left) => one(false).map(lone),
        (Toward::Point(_), Side::Both) => {
            let (left, right) = match (one(false), one(true)) {
                // Only one side has values: that of the domain counts.
                (Err(Stop::Undefined), Ok(right)) => return Ok(lone(right)),
                (Ok(left), Err(Stop::Undefined)) => return Ok(lone(left)),
                (left, right) => (left?, right?),
            };
            match (&left, &right) {
                (Some(a), Some(b)) if a == b || same(a, b, assume) => Ok(Limit::Value(a.clone())),
                (Some(a), Some(b)) if !certainly_differ(a, b, assume) => Err(Stop::Undecided(a - b)),
                _ => Ok(Limit::None { left, right }),
            }
        }
    }
}

pub(super) fn is_infinite(e: &Expr) -> bool {
    matches!(e.split_coefficient().1.node(), Node::Constant(Constant::Infinity))
}

fn same(a: &Expr, b: &Expr, assume: &[Condition]) -> bool {
    !is_infinite(a) && !is_infinite(b) && proves_zero(&(a - b), assume, 20_000)
}

fn certainly_differ(a: &Expr, b: &Expr, assume: &[Condition]) -> bool {
    if is_infinite(a) || is_infinite(b) {
        return true;
    }
    Decide { assume: assume.to_vec() }.is_zero(&(a - b)) == Ok(false)
}

/// `None`: it oscillates.
fn one_side(
    e: &Expr,
    x: &Symbol,
    to: &Toward,
    from_above: bool,
    assume: &[Condition],
) -> Result<Option<Expr>, Stop> {
    let growth = Growth::new(assume);
    let var = Expr::var(growth.x.clone());
    let moved = match to {
        Toward::Infinity => var.clone(),
        Toward::MinusInfinity => -&var,
        Toward::Point(a) if from_above => a + var.recip(),
        Toward::Point(a) => a - var.recip(),
    };
    let outcome = match growth.by_series(&e.replace(x, &moved.replace(&growth.x, &var.recip()))) {
        Some(found) => Ok(found),
        None => growth.limit(&e.replace(x, &moved)),
    };
    match outcome {
        Ok(Tends::To(value)) => growth.settled(&value),
        Ok(Tends::Beyond(sign)) => Ok(Some(infinity(sign))),
        Err(Stop::Oscillates) => Ok(None),
        Err(stop) => Err(stop),
    }
}

fn infinity(sign: Ordering) -> Expr {
    let infinity = Expr::constant(Constant::Infinity);
    if sign.is_lt() { -infinity } else { infinity }
}
