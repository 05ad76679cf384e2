//! Can it be integrated up to an end? Decided by limits.
//!
//! Invariant: that an integral diverges is said only where a limit shows it: `t f` tends to something other than 0, or
//! beyond all bounds, as the distance `t` goes to 0 (at infinity, `x f`).

use crate::equality::proves_zero;
use crate::expr::{Condition, Constant, Expr, Node, Rational, Symbol, power};
use crate::series::{Limit, Side, Toward, limit};

use super::enclosure;

/// What the integrand does at an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Behaviour {
    /// Has a finite limit: nothing to fear.
    Finite,
    /// Grows slowly enough, or falls fast enough.
    Integrable,
    Diverges,
    /// Swings without getting small.
    Oscillates,
    Undecided,
}

/// What a limit says.
enum Seen {
    Zero,
    Finite,
    Infinite,
    Swings,
    Unknown,
}

/// Where `t^s f` stays small for one of these, it can be integrated.
const NEAR: [(i64, i64); 4] = [(1, 2), (3, 4), (9, 10), (99, 100)];
/// The same of `x^s f` at infinity.
const FAR: [(i64, i64); 4] = [(2, 1), (3, 2), (11, 10), (101, 100)];

/// At a number, from above or below.
pub(super) fn at_point(f: &Expr, x: &Symbol, c: &Expr, above: bool, assume: &[Condition]) -> Behaviour {
    let t = Symbol::new("\u{2022}t");
    let f = super::segment::shifted(f, x, c, above, &t);
    let seen = |s: &Expr| {
        let weighted = power(&Expr::var(t.clone()), s) * &f;
        see(limit(&weighted, &t, &Toward::Point(Expr::zero()), Side::Right, assume), assume)
    };
    match seen(&Expr::zero()) {
        Seen::Zero | Seen::Finite => return Behaviour::Finite,
        Seen::Infinite | Seen::Swings | Seen::Unknown => {}
    }
    judged(seen, &NEAR)
}

/// At infinity, or below all bounds.
pub(super) fn at_infinity(f: &Expr, x: &Symbol, upward: bool, assume: &[Condition]) -> Behaviour {
    let t = Symbol::new("\u{2022}t");
    let var = Expr::var(t.clone());
    let f = f.replace(x, &if upward { var.clone() } else { -&var });
    let seen =
        |s: &Expr| see(limit(&(power(&var, s) * &f), &t, &Toward::Infinity, Side::Both, assume), assume);
    judged(seen, &FAR)
}

fn judged(seen: impl Fn(&Expr) -> Seen, exponents: &[(i64, i64)]) -> Behaviour {
    let once = seen(&Expr::one());
    match once {
        Seen::Finite | Seen::Infinite => return Behaviour::Diverges,
        Seen::Zero | Seen::Swings | Seen::Unknown => {}
    }
    for (p, q) in exponents {
        let s = Expr::number(Rational::ratio(*p, *q).unwrap_or(Rational::ONE));
        if matches!(seen(&s), Seen::Zero | Seen::Finite) {
            return Behaviour::Integrable;
        }
    }
    if matches!(once, Seen::Swings) { Behaviour::Oscillates } else { Behaviour::Undecided }
}

fn see(found: Result<Limit, crate::series::Stop>, assume: &[Condition]) -> Seen {
    match found {
        Err(_) => Seen::Unknown,
        Ok(Limit::None { .. }) => Seen::Swings,
        Ok(Limit::Value(v)) if v.is_zero() => Seen::Zero,
        Ok(Limit::Value(v))
            if matches!(v.split_coefficient().1.node(), Node::Constant(Constant::Infinity)) =>
        {
            Seen::Infinite
        }
        Ok(Limit::Value(v)) => match enclosure(&v) {
            Some(bounds) if !bounds.contains(0.0) => Seen::Finite,
            Some(_) if proves_zero(&v, assume, 4_000) => Seen::Zero,
            _ => Seen::Unknown,
        },
    }
}
