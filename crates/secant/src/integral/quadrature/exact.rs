//! The exact value of an integral over a range, from an antiderivative.
//!
//! Here: where the antiderivative jumps or has no value, found like the places of the integrand; limits on both sides of
//! each; for ends or letters without a number only what is continuous everywhere.
//! Not here: how an antiderivative is found.
//! Invariant: between two places that are told the antiderivative has a value everywhere and is continuous, by intervals,
//! so that its difference is the integral.

use crate::equality;
use crate::expr::{
    Condition, ConditionKind, Constant, Expr, Func, Func2, Node, Rational, Symbol, domain, sum,
};
use crate::program::{Budget, Interval, Program, Workspace};
use crate::series::{Limit, Side, Toward, limit};

use super::trouble::{self, Nature};
use super::{End, enclosure, place};

/// Most places at which limits are taken.
const MAX_PLACES: usize = 40;
/// What shortening the value may cost.
const SHORTEN: usize = 20_000;

/// An integral in closed form.
#[derive(Clone, Debug)]
pub struct Exact {
    /// The value.
    pub formula: Expr,
    /// The same as a number.
    pub value: f64,
    /// How far the exact value may be from that.
    pub error: f64,
    /// Is the antiderivative continuous from one end to the other, without a jump that had to be left out?
    pub unbroken: bool,
}

/// `F` from one end to the other, where all is a number; `None` where it cannot be said.
pub fn value(
    antiderivative: &Expr,
    x: &Symbol,
    from: &End,
    to: &End,
    assume: &[Condition],
    budget: &Budget<'_>,
) -> Option<Exact> {
    let (low, high) = (place(from)?, place(to)?);
    let (formula, unbroken) = if low > high {
        let (formula, unbroken) = ascending(antiderivative, x, (to, high), (from, low), assume, budget)?;
        (-formula, unbroken)
    } else {
        ascending(antiderivative, x, (from, low), (to, high), assume, budget)?
    };
    let formula = equality::simplify(&formula, SHORTEN);
    let bounds = enclosure(&formula)?;
    let value = bounds.middle();
    let error = (bounds.high() - value).max(value - bounds.low()).next_up();
    Some(Exact { formula, value, error, unbroken })
}

fn ascending(
    antiderivative: &Expr,
    x: &Symbol,
    (from, low): (&End, f64),
    (to, high): (&End, f64),
    assume: &[Condition],
    budget: &Budget<'_>,
) -> Option<(Expr, bool)> {
    let big = antiderivative;
    if big.free_symbols().iter().any(|name| name != x) || jumps_unseen(big) {
        return None;
    }
    if jumps(big, x) {
        trouble::kinks(big, x, (low.max(-trouble::FAR), high.min(trouble::FAR)), budget)?;
    }
    let program = Program::compile(std::slice::from_ref(big), std::slice::from_ref(x)).ok()?;
    let breaks = trouble::breaks(big, x, &program, (from, low), (to, high), budget).ok()?;
    if breaks.len() > MAX_PLACES {
        return None;
    }
    let at = |k: usize, above: bool| -> Option<Expr> {
        let end = if k == 0 { Some(from) } else { (k + 1 == breaks.len()).then_some(to) };
        let toward = match (&breaks[k].nature, end) {
            (Nature::Regular, Some(End::At(c))) => return defined(big.replace(x, c)),
            (Nature::Singular(c) | Nature::Kink(Some(c)), _) => Toward::Point(c.clone()),
            (Nature::Infinite, Some(End::Infinity)) => Toward::Infinity,
            (Nature::Infinite, _) => Toward::MinusInfinity,
            (Nature::Regular | Nature::Kink(None) | Nature::Somewhere, _) => return None,
        };
        let side = if above { Side::Right } else { Side::Left };
        match limit(big, x, &toward, side, assume) {
            Ok(Limit::Value(v)) => defined(v),
            Ok(Limit::None { .. }) | Err(_) => None,
        }
    };
    let mut total = Vec::new();
    for k in 1..breaks.len() {
        total.push(at(k, false)? - at(k - 1, true)?);
    }
    let unbroken = breaks.len() == 2 && !jumps(big, x);
    Some((sum(total.into_iter().map(|part| (Rational::ONE, part))), unbroken))
}

/// The same with letters for which there are no numbers, in the integrand or at the ends: only where the antiderivative is
/// certain to be continuous over the range. With it come the conditions on the letters.
pub fn formula(
    antiderivative: &Expr,
    x: &Symbol,
    ends: [&End; 2],
    assume: &[Condition],
) -> Option<(Expr, Vec<Condition>)> {
    if jumps(antiderivative, x) {
        return None;
    }
    let asked = domain::beyond(&antiderivative.domain(), assume);
    let (of_x, conditions): (Vec<Condition>, Vec<Condition>) =
        asked.into_iter().partition(|c| c.expr.contains(x));
    let range = [place(ends[0]), place(ends[1])];
    if !of_x.iter().all(|c| holds_between(c, x, range)) {
        return None;
    }
    let upward = match range {
        [Some(low), Some(high)] => low <= high,
        _ => true,
    };
    let at = |end: &End, above: bool| -> Option<Expr> {
        let toward = match end {
            End::At(c) if of_x.is_empty() => return Some(antiderivative.replace(x, c)),
            End::At(c) => Toward::Point(c.clone()),
            End::Infinity => Toward::Infinity,
            End::MinusInfinity => Toward::MinusInfinity,
        };
        match limit(antiderivative, x, &toward, if above { Side::Right } else { Side::Left }, assume) {
            Ok(Limit::Value(v)) if !infinite(&v) => Some(v),
            _ => None,
        }
    };
    let value = equality::simplify(&(at(ends[1], !upward)? - at(ends[0], upward)?), SHORTEN);
    let stated = domain::beyond(&conditions, &value.domain());
    (!infinite(&value)).then_some((value, stated))
}

/// Does a condition on `x` alone hold everywhere between two numbers?
fn holds_between(c: &Condition, x: &Symbol, range: [Option<f64>; 2]) -> bool {
    let [Some(a), Some(b)] = range else { return false };
    if c.expr.free_symbols().iter().any(|name| name != x) {
        return false;
    }
    let (Some(over), Ok(program)) = (
        Interval::new(a.min(b), a.max(b)),
        Program::compile(std::slice::from_ref(&c.expr), std::slice::from_ref(x)),
    ) else {
        return false;
    };
    let found = super::enclose(&program, &[over], &mut Workspace::new());
    // The ends themselves do not count: a limit is taken there. Inside, what is monotone there stays away from 0.
    let slope = c.expr.diff(x);
    let rises = Program::compile(&[slope], std::slice::from_ref(x))
        .map(|p| super::enclose(&p, &[over], &mut Workspace::new()))
        .is_ok_and(|s| s.defined && !s.values.contains(0.0));
    let one_sign = found.values.low() > 0.0
        || found.values.high() < 0.0
        || rises && (found.values.low() == 0.0 || found.values.high() == 0.0);
    found.defined
        && one_sign
        && match c.kind {
            ConditionKind::NonZero => true,
            ConditionKind::Positive | ConditionKind::NonNegative | ConditionKind::NoPole => {
                found.values.low() >= 0.0
            }
            ConditionKind::NotInteger => false,
        }
}

/// A number, certainly.
fn defined(e: Expr) -> Option<Expr> {
    (!infinite(&e) && enclosure(&e).is_some()).then_some(e)
}

fn infinite(e: &Expr) -> bool {
    e.post_order()
        .iter()
        .any(|part| matches!(part.node(), Node::Constant(Constant::Infinity | Constant::Undefined)))
}

/// Does it hold what jumps at places that are not looked for as kinks?
fn jumps_unseen(e: &Expr) -> bool {
    e.post_order().iter().any(|part| {
        matches!(part.node(), Node::Apply2(Func2::Atan2 | Func2::And | Func2::Or, ..) | Node::Select(..))
    })
}

/// Does it hold what may jump as `x` goes?
fn jumps(e: &Expr, x: &Symbol) -> bool {
    let jumping = |part: &Expr| match part.node() {
        Node::Apply(Func::Sign | Func::Floor | Func::Ceil | Func::Step, _) | Node::Select(..) => true,
        Node::Apply2(f, ..) => !matches!(f, Func2::Max | Func2::Min),
        _ => false,
    };
    e.post_order().iter().any(|part| jumping(part) && part.contains(x))
}
