//! Polynomials in one variable; coefficients are expressions without it.
//!
//! Invariant: the leading coefficient is not nought, as far as algebra shows; coefficients that are no numbers are kept
//! over one bar.

use super::algebra::{free, is_zero, norm};
use crate::expr::{Expr, Node, Rational, Symbol};

/// Higher powers are not multiplied out.
const MAX_DEGREE: usize = 120;

/// Coefficients, the constant first; none for nought.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Poly(pub(super) Vec<Expr>);

/// Numbers are added as such.
pub(super) fn add(a: &Expr, b: &Expr) -> Expr {
    if a.is_zero() {
        return b.clone();
    }
    if b.is_zero() {
        return a.clone();
    }
    norm(&(a + b))
}

/// Numbers are multiplied as such.
pub(super) fn mul(a: &Expr, b: &Expr) -> Expr {
    if a.is_one() {
        return b.clone();
    }
    if b.is_one() {
        return a.clone();
    }
    norm(&(a * b))
}

impl Poly {
    pub(super) fn new(mut coefficients: Vec<Expr>) -> Poly {
        while coefficients.last().is_some_and(is_zero) {
            coefficients.pop();
        }
        Poly(coefficients)
    }

    pub(super) fn zero() -> Poly {
        Poly(Vec::new())
    }

    pub(super) fn constant(c: Expr) -> Poly {
        Poly::new(vec![c])
    }

    pub(super) fn x() -> Poly {
        Poly(vec![Expr::zero(), Expr::one()])
    }

    pub(super) fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    /// 0 for a constant and for nought.
    pub(super) fn degree(&self) -> usize {
        self.0.len().saturating_sub(1)
    }

    pub(super) fn coefficient(&self, k: usize) -> Expr {
        self.0.get(k).cloned().unwrap_or_else(Expr::zero)
    }

    pub(super) fn leading(&self) -> Expr {
        self.0.last().cloned().unwrap_or_else(Expr::zero)
    }

    /// The coefficients when all are numbers.
    pub(super) fn numbers(&self) -> Option<Vec<Rational>> {
        self.0.iter().map(|c| c.as_number().cloned()).collect()
    }

    pub(super) fn plus(&self, other: &Poly) -> Poly {
        let n = self.0.len().max(other.0.len());
        Poly::new((0..n).map(|k| add(&self.coefficient(k), &other.coefficient(k))).collect())
    }

    pub(super) fn minus(&self, other: &Poly) -> Poly {
        self.plus(&other.scaled(&Expr::integer(-1)))
    }

    pub(super) fn scaled(&self, c: &Expr) -> Poly {
        Poly::new(self.0.iter().map(|a| mul(a, c)).collect())
    }

    pub(super) fn times(&self, other: &Poly) -> Poly {
        if self.is_zero() || other.is_zero() {
            return Poly::zero();
        }
        let mut list = vec![Expr::zero(); self.0.len() + other.0.len() - 1];
        for (i, a) in self.0.iter().enumerate() {
            for (j, b) in other.0.iter().enumerate() {
                if !a.is_zero() && !b.is_zero() {
                    list[i + j] = add(&list[i + j], &mul(a, b));
                }
            }
        }
        Poly::new(list)
    }

    pub(super) fn pow(&self, n: usize) -> Option<Poly> {
        if self.degree() * n > MAX_DEGREE {
            return None;
        }
        let (mut result, mut square, mut left) = (Poly::constant(Expr::one()), self.clone(), n);
        while left > 0 {
            if left % 2 == 1 {
                result = result.times(&square);
            }
            left /= 2;
            if left > 0 {
                square = square.times(&square);
            }
        }
        Some(result)
    }

    pub(super) fn derivative(&self) -> Poly {
        let terms = self.0.iter().enumerate().skip(1);
        Poly::new(terms.map(|(k, c)| mul(&Expr::integer(k as i64), c)).collect())
    }

    /// Quotient and remainder; the divisor is not nought.
    pub(super) fn divide(&self, by: &Poly) -> (Poly, Poly) {
        let inverse = norm(&by.leading().recip());
        let mut rest = self.0.clone();
        let mut quotient = vec![Expr::zero(); (self.0.len() + 1).saturating_sub(by.0.len())];
        while rest.len() >= by.0.len() {
            let c = mul(rest.last().expect("not shorter than the divisor"), &inverse);
            let shift = rest.len() - by.0.len();
            for (k, b) in by.0.iter().enumerate() {
                if !b.is_zero() && !c.is_zero() {
                    rest[shift + k] = add(&rest[shift + k], &mul(&-&c, b));
                }
            }
            quotient[shift] = c;
            rest.pop();
        }
        (Poly::new(quotient), Poly::new(rest))
    }

    pub(super) fn monic(&self) -> Poly {
        self.scaled(&norm(&self.leading().recip()))
    }

    /// The greatest common divisor, with leading coefficient 1.
    pub(super) fn gcd(&self, other: &Poly) -> Poly {
        let (mut a, mut b) = (self.clone(), other.clone());
        while !b.is_zero() {
            let rest = a.divide(&b).1;
            a = b;
            b = if rest.is_zero() { rest } else { rest.monic() };
        }
        if a.is_zero() { a } else { a.monic() }
    }

    /// `u` with `u · self ≡ 1` modulo `modulus`, where they have no common factor.
    pub(super) fn inverse(&self, modulus: &Poly) -> Option<Poly> {
        let (mut r, mut s) =
            ((modulus.clone(), Poly::zero()), (self.divide(modulus).1, Poly::constant(Expr::one())));
        while s.0.degree() > 0 {
            let (q, rest) = r.0.divide(&s.0);
            let next = (rest, r.1.minus(&q.times(&s.1)));
            r = s;
            s = next;
        }
        if s.0.is_zero() {
            return None;
        }
        Some(s.1.scaled(&norm(&s.0.leading().recip())).divide(modulus).1)
    }

    /// Square-free factors with their powers: `Π fₖᵏ`, up to the leading coefficient.
    pub(super) fn square_free(&self) -> Vec<(Poly, usize)> {
        let mut found = Vec::new();
        let mut shared = self.gcd(&self.derivative());
        let mut rest = self.divide(&shared).0;
        let mut k = 1;
        while rest.degree() > 0 {
            let next = rest.gcd(&shared);
            let factor = rest.divide(&next).0;
            if factor.degree() > 0 {
                found.push((factor.monic(), k));
            }
            shared = shared.divide(&next).0;
            rest = next;
            k += 1;
        }
        found
    }

    pub(super) fn at(&self, x: &Expr) -> Expr {
        self.0.iter().rev().fold(Expr::zero(), |total, c| add(&mul(&total, x), c))
    }

    /// As an expression in `x`.
    pub(super) fn to_expr(&self, x: &Expr) -> Expr {
        self.0.iter().enumerate().map(|(k, c)| c * x.powi(k as i64)).sum()
    }

    /// `e` as a polynomial in `x`, if it is one.
    pub(super) fn of(e: &Expr, x: &Symbol) -> Option<Poly> {
        if free(e, x) {
            return Some(Poly::new(vec![norm(e)]));
        }
        match e.node() {
            Node::Var(_) => Some(Poly::x()),
            Node::Sum(s) => {
                let mut total = Poly::new(vec![Expr::number(s.constant.clone())]);
                for t in &s.terms {
                    total = total.plus(&Poly::of(&t.expr, x)?.scaled(&Expr::number(t.coefficient.clone())));
                }
                Some(total)
            }
            Node::Product(factors) => {
                let mut total = Poly::constant(Expr::one());
                for f in factors {
                    let f = Poly::of(f, x)?;
                    if total.degree() + f.degree() > MAX_DEGREE {
                        return None;
                    }
                    total = total.times(&f);
                }
                Some(total)
            }
            Node::Power(base, n) => {
                let n = n
                    .as_number()
                    .and_then(Rational::to_i64)
                    .filter(|n| (0..=MAX_DEGREE as i64).contains(n))?;
                Poly::of(base, x)?.pow(n as usize)
            }
            _ => None,
        }
    }

    /// `a` and `b` when it is `a x + b` with `a` not 0.
    pub(super) fn linear(&self) -> Option<(Expr, Expr)> {
        (self.degree() == 1).then(|| (self.coefficient(1), self.coefficient(0)))
    }
}

/// A quotient of polynomials.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fraction {
    pub(super) above: Poly,
    pub(super) below: Poly,
}

impl Fraction {
    /// `e` as a quotient of polynomials in `x`, if it is one.
    pub(super) fn of(e: &Expr, x: &Symbol) -> Option<Fraction> {
        if let Some(above) = Poly::of(e, x) {
            return Some(Fraction { above, below: Poly::constant(Expr::one()) });
        }
        match e.node() {
            Node::Sum(s) => {
                let number = |n: &Rational| Poly::constant(Expr::number(n.clone()));
                let mut total = Fraction { above: number(&s.constant), below: number(&Rational::ONE) };
                for t in &s.terms {
                    let f = Fraction::of(&t.expr, x)?;
                    total = total.plus(&f.above.scaled(&Expr::number(t.coefficient.clone())), &f.below)?;
                }
                Some(total)
            }
            Node::Product(factors) => {
                let mut total =
                    Fraction { above: Poly::constant(Expr::one()), below: Poly::constant(Expr::one()) };
                for f in factors {
                    let f = Fraction::of(f, x)?;
                    let degree = (total.above.degree() + f.above.degree())
                        .max(total.below.degree() + f.below.degree());
                    if degree > MAX_DEGREE {
                        return None;
                    }
                    total.above = total.above.times(&f.above);
                    total.below = total.below.times(&f.below);
                }
                Some(total)
            }
            Node::Power(base, n) => {
                let n = n.as_number().and_then(Rational::to_i64)?;
                let base = Fraction::of(base, x)?;
                let size = usize::try_from(n.unsigned_abs()).ok()?;
                let (above, below) = (base.above.pow(size)?, base.below.pow(size)?);
                if n > 0 {
                    Some(Fraction { above, below })
                } else {
                    (!above.is_zero()).then_some(Fraction { above: below, below: above })
                }
            }
            _ => None,
        }
    }

    fn plus(&self, above: &Poly, below: &Poly) -> Option<Fraction> {
        if self.below == *below {
            return Some(Fraction { above: self.above.plus(above), below: below.clone() });
        }
        let (mut left, mut right) = (self.below.clone(), below.clone());
        if left.degree() > 0 && right.degree() > 0 {
            let shared = left.gcd(&right);
            if shared.degree() > 0 {
                (left, right) = (left.divide(&shared).0, right.divide(&shared).0);
            }
        }
        if self.below.degree() + right.degree() > MAX_DEGREE {
            return None;
        }
        let above = self.above.times(&right).plus(&above.times(&left));
        Some(Fraction { above, below: self.below.times(&right) })
    }

    /// In lowest terms, the denominator with leading coefficient 1.
    pub(super) fn lowest(&self) -> Fraction {
        let mut f = self.clone();
        if f.below.degree() > 0 {
            let shared = f.above.gcd(&f.below);
            if shared.degree() > 0 {
                f = Fraction { above: f.above.divide(&shared).0, below: f.below.divide(&shared).0 };
            }
        }
        let inverse = norm(&f.below.leading().recip());
        Fraction { above: f.above.scaled(&inverse), below: f.below.scaled(&inverse) }
    }

    pub(super) fn to_expr(&self, x: &Expr) -> Expr {
        self.above.to_expr(x) / self.below.to_expr(x)
    }
}
