//! The table of antiderivatives: `∫ f(u) du` for every elementary function that has one, and powers.

use super::algebra::{free, ratio};
use super::polynomial::Poly;
use super::search::{Found, Search};
use crate::expr::{Condition, ConditionKind, Constant, Expr, Func, Node, Rational, Symbol, apply, power};

/// `∫ f(u) du = antiderivative(u)`.
pub(super) struct Row {
    pub(super) f: Func,
    pub(super) antiderivative: fn(&Expr) -> Expr,
}

fn square_root(u: &Expr, sign: i64, more: i64) -> Expr {
    (Expr::integer(sign) * u.powi(2) + Expr::integer(more)).sqrt()
}

fn of(f: Func, u: &Expr) -> Expr {
    u * apply(f, u)
}

fn half(e: Expr) -> Expr {
    ratio(1, 2) * e
}

/// A function a row.
#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    Row { f: Func::Exp,      antiderivative: |u| u.exp() },
    Row { f: Func::Log,      antiderivative: |u| u * u.log() - u },
    Row { f: Func::Log2,     antiderivative: |u| of(Func::Log2, u) - u / Expr::integer(2).log() },
    Row { f: Func::Log10,    antiderivative: |u| of(Func::Log10, u) - u / Expr::integer(10).log() },
    Row { f: Func::Sin,      antiderivative: |u| -u.cos() },
    Row { f: Func::Cos,      antiderivative: |u| u.sin() },
    Row { f: Func::Tan,      antiderivative: |u| -u.cos().abs().log() },
    Row { f: Func::Cot,      antiderivative: |u| u.sin().abs().log() },
    Row { f: Func::Sec,      antiderivative: |u| (apply(Func::Sec, u) + u.tan()).abs().log() },
    Row { f: Func::Csc,      antiderivative: |u| -(apply(Func::Csc, u) + apply(Func::Cot, u)).abs().log() },
    Row { f: Func::Asin,     antiderivative: |u| u * u.asin() + square_root(u, -1, 1) },
    Row { f: Func::Acos,     antiderivative: |u| u * u.acos() - square_root(u, -1, 1) },
    Row { f: Func::Atan,     antiderivative: |u| u * u.atan() - half((u.powi(2) + Expr::one()).log()) },
    Row { f: Func::Acot,     antiderivative: |u| of(Func::Acot, u) + half((u.powi(2) + Expr::one()).log()) },
    Row { f: Func::Asec,     antiderivative: |u| of(Func::Asec, u) - u.sign() * (u + square_root(u, 1, -1)).abs().log() },
    Row { f: Func::Acsc,     antiderivative: |u| of(Func::Acsc, u) + u.sign() * (u + square_root(u, 1, -1)).abs().log() },
    Row { f: Func::Sinh,     antiderivative: |u| u.cosh() },
    Row { f: Func::Cosh,     antiderivative: |u| u.sinh() },
    Row { f: Func::Tanh,     antiderivative: |u| u.cosh().log() },
    Row { f: Func::Coth,     antiderivative: |u| u.sinh().abs().log() },
    Row { f: Func::Sech,     antiderivative: |u| u.sinh().atan() },
    Row { f: Func::Csch,     antiderivative: |u| half(u.clone()).tanh().abs().log() },
    Row { f: Func::Asinh,    antiderivative: |u| of(Func::Asinh, u) - square_root(u, 1, 1) },
    Row { f: Func::Acosh,    antiderivative: |u| of(Func::Acosh, u) - square_root(u, 1, -1) },
    Row { f: Func::Atanh,    antiderivative: |u| of(Func::Atanh, u) + half((Expr::one() - u.powi(2)).log()) },
    Row { f: Func::Acoth,    antiderivative: |u| of(Func::Acoth, u) + half((u.powi(2) - Expr::one()).log()) },
    Row { f: Func::Asech,    antiderivative: |u| of(Func::Asech, u) + u.asin() },
    Row { f: Func::Acsch,    antiderivative: |u| of(Func::Acsch, u) + u.sign() * apply(Func::Asinh, u) },
    Row { f: Func::Cbrt,     antiderivative: |u| ratio(3, 4) * of(Func::Cbrt, u) },
    Row { f: Func::Abs,      antiderivative: |u| half(u * u.abs()) },
    Row { f: Func::Sign,     antiderivative: |u| u.abs() },
    Row { f: Func::Floor,    antiderivative: |u| { let n = apply(Func::Floor, u); u * &n - half(&n * (&n + Expr::one())) } },
    Row { f: Func::Ceil,     antiderivative: |u| { let n = apply(Func::Ceil, u); u * &n - half(&n * (&n - Expr::one())) } },
    Row { f: Func::Erf,      antiderivative: |u| of(Func::Erf, u) + (-u.powi(2)).exp() / Expr::constant(Constant::Pi).sqrt() },
    Row { f: Func::Digamma,  antiderivative: |u| apply(Func::Lgamma, u) },
    Row { f: Func::Sigmoid,  antiderivative: |u| apply(Func::Softplus, u) },
    Row { f: Func::Relu,     antiderivative: |u| half(u * apply(Func::Relu, u)) },
    Row { f: Func::Step,     antiderivative: |u| apply(Func::Relu, u) },
];

/// A function, its power, and the antiderivative of that.
type Power = (Func, i64, fn(&Expr) -> Expr);

/// Squares that are slopes, and reciprocals.
#[rustfmt::skip]
const POWERS: &[Power] = &[
    (Func::Sec,   2, |u| u.tan()),
    (Func::Cos,  -2, |u| u.tan()),
    (Func::Csc,   2, |u| -apply(Func::Cot, u)),
    (Func::Sin,  -2, |u| -apply(Func::Cot, u)),
    (Func::Sech,  2, |u| u.tanh()),
    (Func::Cosh, -2, |u| u.tanh()),
    (Func::Csch,  2, |u| -apply(Func::Coth, u)),
    (Func::Sinh, -2, |u| -apply(Func::Coth, u)),
    (Func::Tan,   2, |u| u.tan() - u),
    (Func::Cot,   2, |u| -apply(Func::Cot, u) - u),
    (Func::Tanh,  2, |u| u - u.tanh()),
    (Func::Coth,  2, |u| u - apply(Func::Coth, u)),
    // 1/f of those that have a name of their own
    (Func::Cos,  -1, |u| (apply(Func::Sec, u) + u.tan()).abs().log()),
    (Func::Sin,  -1, |u| -(apply(Func::Csc, u) + apply(Func::Cot, u)).abs().log()),
    (Func::Tan,  -1, |u| u.sin().abs().log()),
    (Func::Cot,  -1, |u| -u.cos().abs().log()),
    (Func::Sec,  -1, |u| u.sin()),
    (Func::Csc,  -1, |u| -u.cos()),
    (Func::Cosh, -1, |u| u.sinh().atan()),
    (Func::Sinh, -1, |u| half(u.clone()).tanh().abs().log()),
    (Func::Tanh, -1, |u| u.sinh().abs().log()),
    (Func::Coth, -1, |u| u.cosh().log()),
    (Func::Sech, -1, |u| u.sinh()),
    (Func::Csch, -1, |u| u.cosh()),
];

/// The slope of `u` where it is linear in `x`.
pub(super) fn slope(u: &Expr, x: &Symbol) -> Option<Expr> {
    if u.as_var() == Some(x) {
        return Some(Expr::one());
    }
    Poly::of(u, x)?.linear().map(|(a, _)| a)
}

/// The rows of the table, and powers, of what is linear in the variable.
pub(super) fn look_up(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Found> {
    let over = |result: Expr, a: Expr| Some(Found::new(result / a));
    match e.node() {
        Node::Var(_) => Some(Found::new(half(e.powi(2))).says("power rule".to_owned())),
        Node::Apply(f, u) => {
            let row = ROWS.iter().find(|row| row.f == *f)?;
            over((row.antiderivative)(u), slope(u, x)?)
        }
        Node::Power(u, n) if free(n, x) => {
            if let (Node::Apply(f, v), Some(n)) = (u.node(), n.as_number().and_then(Rational::to_i64)) {
                let row = POWERS.iter().find(|(g, m, _)| g == f && *m == n)?;
                return over(row.2(v), slope(v, x)?);
            }
            let a = slope(u, x)?;
            if n.as_number() == Some(&Rational::MINUS_ONE) {
                return over(u.abs().log(), a);
            }
            let next = n + Expr::one();
            if n.as_number().is_none() && search.sign(&next).is_none_or(|s| s == 0) {
                search.supposed.push(Condition::new(ConditionKind::NonZero, next.clone()));
            }
            Some(Found::new(power(u, &next) / (a * next)).says("power rule".to_owned()))
        }
        Node::Power(b, u) if free(b, x) => over(e / b.log(), slope(u, x)?),
        _ => None,
    }
}
