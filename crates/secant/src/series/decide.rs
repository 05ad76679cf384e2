//! Is a constant nought, and what is its sign? Decided by proof, or not at all.
//!
//! Here: intervals first, then the normal form of `equality`; names without a value are taken at a few points.
//! Not here: series, limits.
//! Invariant: a sign that is given holds for the exact value; of an expression with free names, a sign is given only
//! where the assumptions make it certain, and "not nought" means not nought in general.

use std::cmp::Ordering;

use crate::equality::{self, proves_zero};
use crate::expr::{Condition, ConditionKind, Expr, Func, Symbol, apply};
use crate::program::{Enclosure, Interval, Program, Workspace};

use super::Stop;

/// Decides, within a budget, and remembers nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Decide {
    /// What may be taken for granted about the free names.
    pub(super) assume: Vec<Condition>,
}

/// Terms that a proof may use.
const PROOF: usize = 4_000;
/// Nodes above which no proof is tried.
const MOST_NODES: usize = 3_000;

impl Decide {
    /// Is it 0? Of what has free names: is it 0 for all their values?
    pub(super) fn is_zero(&self, e: &Expr) -> Result<bool, Stop> {
        if let Some(n) = e.as_number() {
            return Ok(n.is_zero());
        }
        if e.is_undefined() {
            return Err(Stop::Undefined);
        }
        let names: Vec<Symbol> = e.free_symbols().into_iter().collect();
        for point in points(names.len()) {
            match value(e, &names, &point) {
                Some(v) if !v.contains(0.0) => return Ok(false),
                _ if names.is_empty() => break,
                _ => {}
            }
        }
        if e.node_count() <= MOST_NODES && proves_zero(e, &self.assume, PROOF) {
            return Ok(true);
        }
        Err(Stop::Undecided(e.clone()))
    }

    /// Its sign.
    pub(super) fn sign(&self, e: &Expr) -> Result<Ordering, Stop> {
        if let Some(n) = e.as_number() {
            return Ok(if n.is_zero() {
                Ordering::Equal
            } else if n.is_negative() {
                Ordering::Less
            } else {
                Ordering::Greater
            });
        }
        if e.is_undefined() {
            return Err(Stop::Undefined);
        }
        if e.free_symbols().is_empty() {
            if let Some(v) = value(e, &[], &[]) {
                if v.low() > 0.0 {
                    return Ok(Ordering::Greater);
                }
                if v.high() < 0.0 {
                    return Ok(Ordering::Less);
                }
            }
            return if self.is_zero(e)? { Ok(Ordering::Equal) } else { Err(Stop::Undecided(e.clone())) };
        }
        let known = equality::assuming(e, &self.assume);
        for (sign, e) in [(Ordering::Greater, known.clone()), (Ordering::Less, -&known)] {
            let wanted = Condition::new(ConditionKind::Positive, e.clone());
            let given = |c: &Condition| wanted.follows_from(c);
            if e.is_positive() || self.assume.iter().any(given) || self.is_product_of_known(&e) {
                return Ok(sign);
            }
        }
        match self.is_zero(e) {
            Ok(true) => Ok(Ordering::Equal),
            _ => Err(Stop::Undecided(e.clone())),
        }
    }

    /// `floor` or `ceil` of a constant that is no integer.
    pub(super) fn rounded(&self, f: Func, e: &Expr) -> Result<Expr, Stop> {
        let rounded = apply(f, e);
        if rounded.as_number().is_some() {
            return Ok(rounded);
        }
        let round = |x: f64| if f == Func::Floor { x.floor() } else { x.ceil() };
        match value(e, &[], &[]).map(|v| (round(v.low()), round(v.high()))) {
            Some((low, high)) if low == high && low.abs() < 1e15 => Ok(Expr::integer(low as i64)),
            _ => Err(Stop::Undecided(rounded)),
        }
    }

    /// A product of parts that are all positive by assumption.
    fn is_product_of_known(&self, e: &Expr) -> bool {
        let (c, rest) = e.split_coefficient();
        let positive = |part: &Expr| {
            let base = part.split_power().0;
            base.is_positive()
                || self
                    .assume
                    .iter()
                    .any(|c| Condition::new(ConditionKind::Positive, base.clone()).follows_from(c))
        };
        c.is_positive()
            && match rest.node() {
                crate::expr::Node::Product(factors) => factors.iter().all(positive),
                crate::expr::Node::Sum(sum) => {
                    !sum.constant.is_negative()
                        && sum
                            .terms
                            .iter()
                            .all(|t| t.coefficient.is_positive() && self.is_product_of_known(&t.expr))
                }
                _ => positive(&rest),
            }
    }
}

/// An enclosure of the value; `None` where it may have none.
pub(super) fn value(e: &Expr, names: &[Symbol], at: &[f64]) -> Option<Interval> {
    let program = Program::compile(std::slice::from_ref(e), names).ok()?;
    let inputs: Vec<Interval> = at.iter().map(|x| Interval::point(*x)).collect();
    let mut out = [Enclosure { values: Interval::EMPTY, defined: false }];
    program.evaluate_interval(&inputs, &mut out, &mut Workspace::new()).ok()?;
    (out[0].defined && !out[0].values.is_empty()).then_some(out[0].values)
}

/// A few points in general position: positive ones first, where most functions have a value.
fn points(names: usize) -> Vec<Vec<f64>> {
    let one = |k: usize, scale: f64| -> Vec<f64> {
        (0..names).map(|i| scale * (0.3 + ((i * 7 + k * 5 + 3) as f64 * 0.618_033_988_75).fract())).collect()
    };
    if names == 0 {
        return vec![Vec::new()];
    }
    vec![one(0, 1.0), one(1, 2.0), one(2, 0.5), one(3, -1.0), one(4, 5.0)]
}
