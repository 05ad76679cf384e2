//! Powers. Everything is real: a negative number to a fractional power is not a number.

use super::func::Func;
use super::node::{Constant, Expr, Node};
use super::rational::Rational;
use super::tensor::{Reduction, Tensor};
use super::{apply, product, scale};

/// `base ^ exponent`.
pub fn power(base: &Expr, exponent: &Expr) -> Expr {
    if base.is_undefined() || exponent.is_undefined() {
        return Expr::undefined();
    }
    let Some(e) = exponent.as_number() else { return symbolic_power(base, exponent) };
    if e.is_zero() {
        return Expr::ones(base.shape());
    }
    if let Some((c, ones)) = base.uniform() {
        return power(&c, exponent).broadcast(&ones);
    }
    if e.is_one() {
        return base.clone();
    }
    match base.node() {
        Node::Number(b) => rational_power(b, e),
        Node::Constant(Constant::E) => apply(Func::Exp, exponent),
        Node::Constant(Constant::Infinity) if e.is_negative() => Expr::zero(),
        Node::Apply(Func::Exp, u) => apply(Func::Exp, &product([exponent.clone(), u.clone()])),
        Node::Apply(Func::Abs, u) if e.is_even_integer() => power(u, exponent),
        Node::Apply(Func::Cbrt, u) if (e * &Rational::ratio(1, 3).expect("3 is not 0")).is_integer() => {
            power(u, &Expr::number(e * &Rational::ratio(1, 3).expect("3 is not 0")))
        }
        Node::Power(b, inner) => match inner.as_number() {
            Some(i) => power_of_power(b, i, e),
            None if e.is_integer() => power(b, &product([inner.clone(), exponent.clone()])),
            None => raw(base, exponent),
        },
        Node::Product(factors) if e.is_integer() => product(factors.iter().map(|f| power(f, exponent))),
        Node::Product(factors) => {
            // A factor that is never negative may leave the root; the others stay together.
            let (out, rest): (Vec<_>, Vec<_>) = factors.iter().cloned().partition(|f| f.is_nonnegative());
            if out.is_empty() {
                return raw(base, exponent);
            }
            let rest = match rest.len() {
                0 => Expr::one(),
                1 => power(&rest[0], exponent),
                _ => raw(&product(rest), exponent),
            };
            product(out.iter().map(|f| power(f, exponent)).chain([rest]))
        }
        Node::Sum(s) if s.constant.is_zero() && s.terms.len() == 1 => {
            let (c, inner) = (&s.terms[0].coefficient, &s.terms[0].expr);
            if e.is_integer() || !c.is_negative() {
                product([rational_power(c, e), power(inner, exponent)])
            } else if c.is_minus_one() {
                raw(base, exponent)
            } else {
                product([rational_power(&c.abs(), e), power(&-inner, exponent)])
            }
        }
        Node::Sum(_)
        | Node::Constant(_)
        | Node::Var(_)
        | Node::Apply(..)
        | Node::Apply2(..)
        | Node::Select(..)
        | Node::Derivative(..)
        | Node::Tensor(_) => raw(base, exponent),
    }
}

fn raw(base: &Expr, exponent: &Expr) -> Expr {
    Expr::from_node(Node::Power(base.clone(), exponent.clone()))
}

fn symbolic_power(base: &Expr, exponent: &Expr) -> Expr {
    match base.node() {
        Node::Number(b) if b.is_one() => Expr::one(),
        Node::Constant(Constant::E) => apply(Func::Exp, exponent),
        Node::Apply(Func::Exp, u) => apply(Func::Exp, &product([exponent.clone(), u.clone()])),
        Node::Power(b, inner) if b.is_positive() => power(b, &product([inner.clone(), exponent.clone()])),
        _ => raw(base, exponent),
    }
}

/// `(b^i)^e` for numbers `i`, `e`.
fn power_of_power(b: &Expr, i: &Rational, e: &Rational) -> Expr {
    let combined = Expr::number(i * e);
    if i.is_even_integer() && !e.is_integer() {
        // sqrt(x^2) is |x|: the inner power has taken the sign away.
        power(&apply(Func::Abs, b), &combined)
    } else {
        // For odd or fractional `i` both sides are defined for the same signs of `b`.
        power(b, &combined)
    }
}

/// A number to a rational power: integer powers of primes come out, `2^(1/2)` stays.
fn rational_power(b: &Rational, e: &Rational) -> Expr {
    if b.is_one() {
        return Expr::one();
    }
    if b.is_zero() {
        return if e.is_negative() { Expr::undefined() } else { Expr::zero() };
    }
    let stay = || raw(&Expr::number(b.clone()), &Expr::number(e.clone()));
    if e.is_integer() {
        return match e.to_i64().and_then(|n| b.pow(n)) {
            Some(value) => Expr::number(value),
            None => stay(),
        };
    }
    if b.is_negative() {
        return Expr::undefined();
    }
    let (Some((n, d)), Some((p, q))) = (b.to_small(), e.to_small()) else { return stay() };
    if q > 64 || p.abs() > 4096 {
        return stay();
    }
    let mut c = Rational::ONE;
    let mut radicals: Vec<(u64, Rational)> = Vec::new();
    for (value, sign) in [(n.unsigned_abs(), 1), (d.unsigned_abs(), -1)] {
        for (prime, multiplicity) in prime_factors(value) {
            let total = &Rational::integer(sign * i64::from(multiplicity)) * e;
            let whole = total.floor();
            let fraction = &total - &whole;
            let Some(factor) = whole.to_i64().and_then(|w| Rational::integer(prime as i64).pow(w)) else {
                return stay();
            };
            c = &c * &factor;
            if !fraction.is_zero() {
                radicals.push((prime, fraction));
            }
        }
    }
    let mark = if b.is_decimal() { b } else { &Rational::ONE };
    let c = if b.is_decimal() { &(&c * mark) * &b.recip().expect("not 0") } else { c };
    let factors: Vec<Expr> = radicals
        .into_iter()
        .map(|(prime, fraction)| raw(&Expr::integer(prime as i64), &Expr::number(fraction)))
        .collect();
    match factors.len() {
        0 => Expr::number(c),
        1 => scale(&c, &factors[0]),
        _ => scale(&c, &product(factors)),
    }
}

/// Prime factors below 2¹⁶ by trial division; what is left counts as one factor (it is prime, or has no root a
/// person would look for).
fn prime_factors(mut n: u64) -> Vec<(u64, u32)> {
    let mut factors = Vec::new();
    let mut p = 2;
    while p < 1 << 16 && p * p <= n {
        let mut multiplicity = 0;
        while n.is_multiple_of(p) {
            n /= p;
            multiplicity += 1;
        }
        if multiplicity > 0 {
            factors.push((p, multiplicity));
        }
        p += if p == 2 { 1 } else { 2 };
    }
    if n > 1 {
        factors.push((n, 1));
    }
    factors
}

impl Expr {
    /// The square root.
    pub fn sqrt(&self) -> Expr {
        power(self, &Expr::number(Rational::HALF))
    }

    /// It to an integer power.
    pub fn powi(&self, n: i64) -> Expr {
        power(self, &Expr::integer(n))
    }

    /// One over it.
    pub fn recip(&self) -> Expr {
        self.powi(-1)
    }

    /// Certainly ≥ 0 wherever it is defined? A quick look, not a proof search.
    pub fn is_nonnegative(&self) -> bool {
        self.sign_known(false, 6)
    }

    /// Certainly > 0 wherever it is defined? A quick look, not a proof search.
    pub fn is_positive(&self) -> bool {
        self.sign_known(true, 6)
    }

    fn sign_known(&self, strict: bool, depth: u32) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        match self.node() {
            Node::Number(n) => {
                if strict {
                    n.is_positive()
                } else {
                    !n.is_negative()
                }
            }
            Node::Constant(c) => matches!(c, Constant::Pi | Constant::E | Constant::Infinity),
            Node::Var(_) => false,
            Node::Sum(s) => {
                !s.constant.is_negative()
                    && s.terms.iter().all(|t| !t.coefficient.is_negative() && t.expr.sign_known(false, depth))
                    && (!strict
                        || s.constant.is_positive()
                        || s.terms.iter().any(|t| t.expr.sign_known(true, depth)))
            }
            Node::Product(factors) => factors.iter().all(|f| f.sign_known(strict, depth)),
            Node::Power(b, e) => match e.as_number() {
                // An even power of something that may vanish is positive only as a reciprocal.
                Some(e) if e.is_even_integer() => !strict || e.is_negative() || b.sign_known(true, depth),
                Some(e) if !e.is_integer() => !strict || e.is_negative() || b.sign_known(true, depth),
                _ => b.sign_known(true, depth) || (!strict && b.sign_known(false, depth)),
            },
            Node::Apply(f, a) => match f {
                Func::Exp | Func::Cosh | Func::Sech | Func::Sigmoid | Func::Softplus => true,
                Func::Abs | Func::Relu | Func::Step | Func::Acos | Func::Acosh | Func::Asech => !strict,
                Func::Cbrt | Func::Sinh | Func::Tanh | Func::Atan | Func::Asinh | Func::Erf => {
                    a.sign_known(strict, depth)
                }
                _ => false,
            },
            Node::Apply2(..) | Node::Derivative(..) => false,
            Node::Tensor(t) => match t {
                Tensor::Zeros | Tensor::Shift(_) | Tensor::Unit(_) => !strict,
                Tensor::Contract(factors) => factors.iter().all(|f| f.expr.sign_known(strict, depth)),
                Tensor::Stack(entries) => entries.iter().all(|e| e.sign_known(strict, depth)),
                Tensor::Reduce(Reduction::Max | Reduction::Min | Reduction::Product, a) => {
                    a.sign_known(strict, depth)
                }
                Tensor::Reduce(Reduction::LogSumExp, _) | Tensor::Var { .. } | Tensor::Matrix(..) => false,
            },
            Node::Select(_, a, b) => a.sign_known(strict, depth) && b.sign_known(strict, depth),
        }
    }
}
