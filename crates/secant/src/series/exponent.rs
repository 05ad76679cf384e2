//! Exponents of a series: rational numbers nearly always, any real constant in a limit.

use std::cmp::Ordering;

use crate::equality::proves_zero;
use crate::expr::{Expr, Rational, scale};

use super::decide;

/// A real constant that can be compared.
#[derive(Clone, Debug)]
pub(super) struct Exponent {
    value: f64,
    exact: Expr,
}

impl Exponent {
    pub(super) fn integer(n: i64) -> Exponent {
        Exponent { value: n as f64, exact: Expr::integer(n) }
    }

    pub(super) fn rational(n: &Rational) -> Exponent {
        Exponent { value: n.to_f64(), exact: Expr::number(n.clone()) }
    }

    /// Of an expression without names; `None` where it has no value.
    pub(super) fn of(e: &Expr) -> Option<Exponent> {
        if let Some(n) = e.as_number() {
            return Some(Exponent::rational(n));
        }
        let value = decide::value(e, &[], &[])?.middle();
        value.is_finite().then(|| Exponent { value, exact: e.clone() })
    }

    pub(super) fn exact(&self) -> &Expr {
        &self.exact
    }

    pub(super) fn as_rational(&self) -> Option<&Rational> {
        self.exact.as_number()
    }

    pub(super) fn plus(&self, other: &Exponent) -> Exponent {
        match (self.as_rational(), other.as_rational()) {
            (Some(a), Some(b)) => Exponent::rational(&(a + b)),
            _ => Exponent { value: self.value + other.value, exact: &self.exact + &other.exact },
        }
    }

    pub(super) fn minus(&self, other: &Exponent) -> Exponent {
        self.plus(&Exponent { value: -other.value, exact: -&other.exact })
    }

    /// `None` where the product has no value that can be compared.
    pub(super) fn times(&self, by: &Expr) -> Option<Exponent> {
        match (self.as_rational(), by.as_number()) {
            (Some(a), Some(b)) => Some(Exponent::rational(&(a * b))),
            _ => Exponent::of(&(&self.exact * by)),
        }
    }

    pub(super) fn is_zero(&self) -> bool {
        self.cmp(&Exponent::integer(0)).is_eq()
    }

    pub(super) fn is_positive(&self) -> bool {
        self.cmp(&Exponent::integer(0)).is_gt()
    }

    pub(super) fn is_negative(&self) -> bool {
        self.cmp(&Exponent::integer(0)).is_lt()
    }

    /// `exponent · e`
    pub(super) fn scale(&self, e: &Expr) -> Expr {
        match self.as_rational() {
            Some(n) => scale(n, e),
            None => &self.exact * e,
        }
    }
}

impl PartialEq for Exponent {
    fn eq(&self, other: &Exponent) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Exponent {}

impl PartialOrd for Exponent {
    fn partial_cmp(&self, other: &Exponent) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Exponent {
    fn cmp(&self, other: &Exponent) -> Ordering {
        if let (Some(a), Some(b)) = (self.as_rational(), other.as_rational()) {
            return a.cmp(b);
        }
        let near = (self.value - other.value).abs() <= 1e-9 * (1.0 + self.value.abs());
        if near && (self.exact == other.exact || proves_zero(&(&self.exact - &other.exact), &[], 2_000)) {
            return Ordering::Equal;
        }
        self.value.total_cmp(&other.value)
    }
}
