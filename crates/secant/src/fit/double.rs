//! Numbers of twice the precision: a sum of two `f64` that do not overlap, some 32 digits.
//!
//! Here: sums, products, quotients, powers. Each result is within a few units of the 106th bit.
//! Not here: functions such as `exp`, of which only the first 16 digits are known (`precise`).
//! Source: Dekker, Numer. Math. 18 (1971); Joldes, Muller & Popescu, ACM TOMS 44 (2017), algorithms 6, 12 and 18.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// `high + low`, `low` being what rounding has taken from `high`.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub(super) struct Double {
    pub(super) high: f64,
    pub(super) low: f64,
}

/// The sum, and what rounding has taken from it.
#[inline(always)]
pub(super) fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let s = a + b;
    let t = s - a;
    (s, (a - (s - t)) + (b - t))
}

/// [`two_sum`] where `a` is not the smaller.
#[inline(always)]
fn quick_sum(a: f64, b: f64) -> Double {
    let s = a + b;
    Double { high: s, low: b - (s - a) }
}

/// The product, and what rounding has taken from it.
#[inline(always)]
pub(super) fn two_product(a: f64, b: f64) -> (f64, f64) {
    let p = a * b;
    (p, a.mul_add(b, -p))
}

impl Double {
    pub(super) const ZERO: Double = Double { high: 0.0, low: 0.0 };
    pub(super) const ONE: Double = Double { high: 1.0, low: 0.0 };

    /// Adds an `f64`, exactly where it comes to few of them.
    #[inline(always)]
    pub(super) fn plus(self, b: f64) -> Double {
        let (s, e) = two_sum(self.high, b);
        quick_sum(s, e + self.low)
    }

    /// The nearest `f64`.
    #[inline(always)]
    pub(super) fn value(self) -> f64 {
        self.high + self.low
    }

    /// The square root; not a number below 0.
    pub(super) fn sqrt(self) -> Double {
        if self.high == 0.0 {
            return Double::ZERO;
        }
        let root = self.high.sqrt();
        let rest = self - Double::from(root) * Double::from(root);
        quick_sum(root, rest.high / (2.0 * root))
    }

    /// A whole power.
    pub(super) fn powi(self, exponent: i64) -> Double {
        let (mut base, mut left, mut power) = (self, exponent.unsigned_abs(), Double::ONE);
        while left > 0 {
            if left & 1 == 1 {
                power = power * base;
            }
            left >>= 1;
            if left > 0 {
                base = base * base;
            }
        }
        if exponent < 0 { Double::ONE / power } else { power }
    }
}

impl From<f64> for Double {
    #[inline(always)]
    fn from(x: f64) -> Double {
        Double { high: x, low: 0.0 }
    }
}

impl Add for Double {
    type Output = Double;

    #[inline(always)]
    fn add(self, b: Double) -> Double {
        let (s, e) = two_sum(self.high, b.high);
        let (t, f) = two_sum(self.low, b.low);
        let first = quick_sum(s, e + t);
        quick_sum(first.high, first.low + f)
    }
}

impl Neg for Double {
    type Output = Double;

    #[inline(always)]
    fn neg(self) -> Double {
        Double { high: -self.high, low: -self.low }
    }
}

impl Sub for Double {
    type Output = Double;

    #[inline(always)]
    fn sub(self, b: Double) -> Double {
        self + -b
    }
}

impl Mul for Double {
    type Output = Double;

    #[inline(always)]
    fn mul(self, b: Double) -> Double {
        let (p, e) = two_product(self.high, b.high);
        quick_sum(p, self.low.mul_add(b.high, self.high.mul_add(b.low, e)))
    }
}

impl Div for Double {
    type Output = Double;

    fn div(self, b: Double) -> Double {
        let q = self.high / b.high;
        if !q.is_finite() || b.high == 0.0 {
            return Double::from(q);
        }
        let rest = self - b * Double::from(q);
        let next = rest.high / b.high;
        let rest = rest - b * Double::from(next);
        quick_sum(q, next).plus(rest.high / b.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_digits() {
        let third = Double::ONE / Double::from(3.0);
        let back = third + third + third - Double::ONE;
        assert!(back.value().abs() < 1e-31, "{back:?}");
        let two = Double::from(2.0).sqrt();
        let rest = two * two - Double::from(2.0);
        assert!(rest.value().abs() < 1e-31, "{rest:?}");
        let power = third.powi(-7) - Double::from(2187.0);
        assert!(power.value().abs() < 1e-27, "{power:?}");
        // What one rounding loses is kept: the sum of 1 and 2^-80 is not 1.
        let small = Double::ONE.plus(2f64.powi(-80)) - Double::ONE;
        assert_eq!(small.value(), 2f64.powi(-80));
    }
}
