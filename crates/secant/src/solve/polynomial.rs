//! Polynomials in one unknown with rational coefficients.
//!
//! Here: the greatest common divisor, repeated factors taken apart, exact roots of low degree.
//! Not here: where real roots lie (`isolate`).
//! Invariant: the coefficient of the highest power is not 0; the polynomial 0 is not represented.

use num_bigint::{BigInt, BigUint};
use num_integer::Integer;
use num_traits::One;

use super::reduce::coefficients;
use crate::expr::{Expr, Rational, Symbol};

/// Coefficients, ascending.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Polynomial(Vec<Rational>);

/// Bits of a coefficient above which arithmetic with it is not worth the while.
const MAX_BITS: u64 = 4_000;

impl Polynomial {
    pub(super) fn one() -> Polynomial {
        Polynomial(vec![Rational::ONE])
    }

    /// `None` when `e` is no polynomial in `x` with rational coefficients, or 0.
    pub(super) fn of(e: &Expr, x: &Symbol) -> Option<Polynomial> {
        let found = coefficients(e, x)?;
        let degree = *found.keys().next_back()?;
        let list = (0..=degree).map(|k| found.get(&k).map_or(Rational::ZERO, Rational::without_decimal));
        Some(Polynomial(list.collect()))
    }

    fn trimmed(mut list: Vec<Rational>) -> Option<Polynomial> {
        while list.last().is_some_and(Rational::is_zero) {
            list.pop();
        }
        (!list.is_empty()).then_some(Polynomial(list))
    }

    pub(super) fn degree(&self) -> usize {
        self.0.len() - 1
    }

    /// In the form of Horner, which intervals like.
    pub(super) fn to_expr(&self, x: &Symbol) -> Expr {
        let x = Expr::var(x.clone());
        self.0.iter().rev().fold(Expr::zero(), |all, c| &x * all + Expr::number(c.clone()))
    }

    pub(super) fn times(&self, other: &Polynomial) -> Polynomial {
        let mut list = vec![Rational::ZERO; self.degree() + other.degree() + 1];
        for (i, a) in self.0.iter().enumerate() {
            for (j, b) in other.0.iter().enumerate() {
                list[i + j] = &list[i + j] + &(a * b);
            }
        }
        Polynomial(list)
    }

    fn monic(&self) -> Polynomial {
        let lead = self.0.last().and_then(Rational::recip).unwrap_or(Rational::ONE);
        Polynomial(self.0.iter().map(|c| c * &lead).collect())
    }

    fn derivative(&self) -> Option<Polynomial> {
        let list = self.0.iter().enumerate().skip(1);
        Polynomial::trimmed(list.map(|(k, c)| c * &Rational::integer(k as i64)).collect())
    }

    /// Quotient and rest.
    fn divided(&self, by: &Polynomial) -> (Option<Polynomial>, Option<Polynomial>) {
        let lead = by.0.last().and_then(Rational::recip).unwrap_or(Rational::ONE);
        let mut rest = self.0.clone();
        let mut quotient = vec![Rational::ZERO; (self.0.len() + 1).saturating_sub(by.0.len())];
        for k in (0..quotient.len()).rev() {
            let c = &rest[k + by.degree()] * &lead;
            for (j, b) in by.0.iter().enumerate() {
                rest[k + j] = &rest[k + j] - &(&c * b);
            }
            quotient[k] = c;
        }
        (Polynomial::trimmed(quotient), Polynomial::trimmed(rest))
    }

    fn exactly_divided(&self, by: &Polynomial) -> Polynomial {
        self.divided(by).0.unwrap_or_else(Polynomial::one)
    }

    fn is_heavy(&self) -> bool {
        self.0.iter().any(|c| c.bits() > MAX_BITS)
    }

    /// `None` where the numbers on the way grow too large.
    fn common_divisor(&self, other: &Polynomial) -> Option<Polynomial> {
        let (mut a, mut b) = (self.monic(), Some(other.monic()));
        while let Some(divisor) = b {
            if divisor.is_heavy() {
                return None;
            }
            b = a.divided(&divisor).1.map(|rest| rest.monic());
            a = divisor;
        }
        Some(a)
    }

    /// The parts whose roots have multiplicity 1, 2, …; together they have every root once.
    ///
    /// # Source
    /// Yun, *On square-free decomposition algorithms*, SYMSAC 1976.
    pub(super) fn square_free_parts(&self) -> Vec<(Polynomial, u32)> {
        let whole = || vec![(self.clone(), 1)];
        let Some(slope) = self.derivative() else { return Vec::new() };
        let Some(common) = self.common_divisor(&slope) else { return whole() };
        if common.degree() == 0 {
            return whole();
        }
        let mut parts = Vec::new();
        let mut rest = self.monic().exactly_divided(&common);
        let mut shared = common;
        let mut n = 1;
        while rest.degree() > 0 {
            let Some(again) = rest.common_divisor(&shared) else { return whole() };
            let once = rest.exactly_divided(&again);
            if once.degree() > 0 {
                parts.push((once.monic(), n));
            }
            shared = shared.exactly_divided(&again);
            rest = again;
            n += 1;
        }
        parts
    }

    pub(super) fn value(&self, x: &Rational) -> Rational {
        self.0.iter().rev().fold(Rational::ZERO, |sum, c| &(&sum * x) + c)
    }

    /// Without a root, as many times as it has it.
    pub(super) fn without(&self, root: &Rational) -> Polynomial {
        let factor = Polynomial(vec![-root, Rational::ONE]);
        let mut p = self.clone();
        while p.degree() > 0 && p.value(root).is_zero() {
            p = p.exactly_divided(&factor);
        }
        p
    }

    /// The roots of one of degree 2, where they are real.
    pub(super) fn quadratic_roots(&self) -> Vec<Expr> {
        let [c, b, a] = &self.0[..] else { return Vec::new() };
        let Some(half) = (a * &Rational::integer(2)).recip() else { return Vec::new() };
        let inside = &(b * b) - &(&(a * c) * &Rational::integer(4));
        if inside.is_negative() {
            return Vec::new();
        }
        let middle = Expr::number(-(b * &half));
        let away = Expr::number(&inside * &(&half * &half)).sqrt();
        vec![&middle - &away, middle + away]
    }

    /// The sizes of the lowest and the highest coefficient, once all are integers without a common denominator.
    pub(super) fn ends(&self) -> Option<(BigUint, BigUint)> {
        let common = self.0.iter().fold(BigInt::one(), |all, c| all.lcm(&c.denominator()));
        let size = |c: &Rational| (c.numerator() * (&common / c.denominator())).magnitude().clone();
        Some((size(self.0.first()?), size(self.0.last()?)))
    }

    /// Its even part as a polynomial in `x²`; `None` where it has odd powers.
    pub(super) fn in_squares(&self) -> Option<Polynomial> {
        let odd = self.0.iter().skip(1).step_by(2).any(|c| !c.is_zero());
        (!odd).then(|| Polynomial(self.0.iter().step_by(2).cloned().collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(list: &[i64]) -> Polynomial {
        Polynomial(list.iter().map(|n| Rational::integer(*n)).collect())
    }

    #[test]
    fn repeated_factors_are_taken_apart() {
        // (x - 1)(x - 2)²(x + 3)³, made and taken apart
        let (a, b, c) = (of(&[-1, 1]), of(&[-2, 1]), of(&[3, 1]));
        let p = a.times(&b).times(&b).times(&c).times(&c).times(&c).times(&of(&[5]));
        assert_eq!(p.square_free_parts(), [(a, 1), (b, 2), (c, 3)]);
        assert_eq!(of(&[-2, 0, 1]).square_free_parts(), [(of(&[-2, 0, 1]), 1)]);
        assert!(of(&[7]).square_free_parts().is_empty());
    }

    #[test]
    fn quadratic() {
        let roots = of(&[-1, -1, 1]).quadratic_roots();
        assert_eq!(roots.len(), 2);
        assert!(of(&[1, 0, 1]).quadratic_roots().is_empty());
    }
}
