//! Functions applied to arguments: exact values, symmetry, inverses.

use super::func::{Func, Func2, Parity};
use super::node::{Constant, Expr, Node};
use super::rational::Rational;
use super::{product, scale, sum};

/// `f(a)`, with what is exactly known folded in: `sin(0)`, `cos(pi/3)`, `exp(log(x))`, `sin(-x)`.
pub fn apply(f: Func, a: &Expr) -> Expr {
    if a.is_undefined() {
        return a.clone();
    }
    if let Some((c, shape)) = a.uniform() {
        return apply(f, &c).broadcast(&shape);
    }
    if f.parity() != Parity::Neither && is_negated(a) {
        let positive = apply(f, &-a);
        return if f.parity() == Parity::Odd { -positive } else { positive };
    }
    exact(f, a).unwrap_or_else(|| Expr::from_node(Node::Apply(f, a.clone())))
}

/// Is every coefficient below nought, so that the sign may come out?
fn is_negated(a: &Expr) -> bool {
    match a.node() {
        Node::Number(n) => n.is_negative(),
        Node::Sum(s) => !s.constant.is_positive() && s.terms.iter().all(|t| t.coefficient.is_negative()),
        _ => false,
    }
}

fn exact(f: Func, a: &Expr) -> Option<Expr> {
    let number = a.as_number();
    let is = |n: i64| number.and_then(Rational::to_i64) == Some(n);
    let pi = || Expr::constant(Constant::Pi);
    let pi_over = |n: i64| scale(&Rational::ratio(1, n).expect("not 0"), &pi());
    match f {
        Func::Exp => match a.node() {
            Node::Number(n) if n.is_zero() => Some(Expr::one()),
            Node::Number(n) if n.is_one() => Some(Expr::constant(Constant::E)),
            Node::Apply(Func::Log, u) => Some(u.clone()),
            _ => exp_of_logs(a),
        },
        Func::Log => match a.node() {
            Node::Number(n) if n.is_one() => Some(Expr::zero()),
            Node::Number(n) if !n.is_positive() => Some(Expr::undefined()),
            Node::Constant(Constant::E) => Some(Expr::one()),
            Node::Apply(Func::Exp, u) => Some(u.clone()),
            _ => None,
        },
        Func::Log2 | Func::Log10 => {
            let base = if f == Func::Log2 { 2 } else { 10 };
            match number {
                Some(n) if !n.is_positive() => Some(Expr::undefined()),
                Some(n) => exact_log(n, base).map(Expr::integer),
                None => None,
            }
        }
        Func::Sin | Func::Cos | Func::Tan | Func::Sec | Func::Csc | Func::Cot => trigonometric(f, a),
        Func::Asin | Func::Acos | Func::Atan => inverse_trigonometric(f, a),
        Func::Sinh | Func::Tanh | Func::Asinh | Func::Atanh | Func::Erf if is(0) => Some(Expr::zero()),
        Func::Cosh | Func::Sech if is(0) => Some(Expr::one()),
        Func::Acosh if is(1) => Some(Expr::zero()),
        Func::Csch | Func::Coth | Func::Acsc | Func::Asec | Func::Acsch if is(0) => Some(Expr::undefined()),
        Func::Acot if is(1) => Some(pi_over(4)),
        Func::Sigmoid if is(0) => Some(Expr::number(Rational::HALF)),
        Func::Softplus if is(0) => Some(apply(Func::Log, &Expr::integer(2))),
        Func::Cbrt => match a.node() {
            Node::Number(n) => n.root(3).map(Expr::number),
            Node::Power(b, e) if e.as_number().and_then(Rational::to_i64) == Some(3) => Some(b.clone()),
            Node::Sum(s) if s.constant.is_zero() && s.terms.len() == 1 => {
                let root = s.terms[0].coefficient.root(3)?;
                Some(scale(&root, &apply(Func::Cbrt, &s.terms[0].expr)))
            }
            _ => None,
        },
        Func::Abs => absolute(a),
        Func::Sign => match a.node() {
            Node::Number(n) => Some(Expr::integer(i64::from(n.is_positive()) - i64::from(n.is_negative()))),
            Node::Sum(s)
                if s.constant.is_zero() && s.terms.len() == 1 && !s.terms[0].coefficient.is_one() =>
            {
                Some(apply(Func::Sign, &s.terms[0].expr))
            }
            _ if a.is_positive() => Some(Expr::one()),
            _ => None,
        },
        Func::Floor => number.map(|n| Expr::number(n.floor())),
        Func::Ceil => number.map(|n| Expr::number(-(-n).floor())),
        Func::Relu => match number {
            Some(n) => Some(if n.is_negative() { Expr::zero() } else { a.clone() }),
            None => a.is_nonnegative().then(|| a.clone()),
        },
        Func::Step => match number {
            Some(n) => Some(Expr::integer(i64::from(n.is_positive()))),
            None => a.is_positive().then(Expr::one),
        },
        Func::Gamma => match number.filter(|n| n.is_integer()) {
            Some(n) => match n.to_i64() {
                Some(n) if n <= 0 => Some(Expr::undefined()),
                Some(n) if n <= 100 => {
                    Some(Expr::number((1..n).fold(Rational::ONE, |f, k| &f * &Rational::integer(k))))
                }
                _ => None,
            },
            None => None,
        },
        Func::Lgamma if is(1) || is(2) => Some(Expr::zero()),
        Func::Sinh
        | Func::Cosh
        | Func::Tanh
        | Func::Sech
        | Func::Csch
        | Func::Coth
        | Func::Asinh
        | Func::Acosh
        | Func::Atanh
        | Func::Asec
        | Func::Acsc
        | Func::Acot
        | Func::Asech
        | Func::Acsch
        | Func::Acoth
        | Func::Erf
        | Func::Lgamma
        | Func::Digamma
        | Func::Sigmoid
        | Func::Softplus => None,
    }
}

/// `exp(n log u + w)` is `uⁿ exp(w)` for a number `n`.
fn exp_of_logs(a: &Expr) -> Option<Expr> {
    let log_of = |e: &Expr| match e.node() {
        Node::Apply(Func::Log, u) => Some(u.clone()),
        _ => None,
    };
    let Node::Sum(s) = a.node() else { return None };
    let powers: Vec<Expr> = s
        .terms
        .iter()
        .filter_map(|t| Some(super::power(&log_of(&t.expr)?, &Expr::number(t.coefficient.clone()))))
        .collect();
    if powers.is_empty() {
        return None;
    }
    let others = s.terms.iter().filter(|t| log_of(&t.expr).is_none());
    let rest = std::iter::once((s.constant.clone(), Expr::one()))
        .chain(others.map(|t| (t.coefficient.clone(), t.expr.clone())));
    Some(product(powers.into_iter().chain([apply(Func::Exp, &sum(rest))])))
}

/// `k` with `base^k = n`.
fn exact_log(n: &Rational, base: i64) -> Option<i64> {
    (-320..=320).find(|&k| Rational::integer(base).pow(k).as_ref() == Some(n))
}

fn absolute(a: &Expr) -> Option<Expr> {
    if a.is_nonnegative() {
        return Some(a.clone());
    }
    match a.node() {
        Node::Number(n) => Some(Expr::number(n.abs())),
        Node::Sum(s) if s.constant.is_zero() && s.terms.len() == 1 && !s.terms[0].coefficient.is_one() => {
            Some(scale(&s.terms[0].coefficient.abs(), &apply(Func::Abs, &s.terms[0].expr)))
        }
        Node::Product(factors) => {
            // |a b| = |a| |b|; what is known not to be negative loses its bars on the way.
            Some(product(factors.iter().map(|f| apply(Func::Abs, f))))
        }
        Node::Power(b, e) if e.as_number().is_some_and(Rational::is_integer) => {
            Some(super::power(&apply(Func::Abs, b), e))
        }
        _ => None,
    }
}

/// Values at multiples of π/12 that are written with one root, and the periodicity and symmetry that lead there.
fn trigonometric(f: Func, a: &Expr) -> Option<Expr> {
    let twelve = Rational::integer(12);
    let is_pi = |e: &Expr| matches!(e.node(), Node::Constant(Constant::Pi));
    let twelfths = match a.node() {
        Node::Number(n) if n.is_zero() => Rational::ZERO,
        Node::Constant(Constant::Pi) => twelve,
        Node::Sum(s) if s.constant.is_zero() && s.terms.len() == 1 && is_pi(&s.terms[0].expr) => {
            &s.terms[0].coefficient * &twelve
        }
        _ => return inverse_inside(f, a),
    };
    let turns = (&twelfths * &Rational::ratio(1, 24).expect("not 0")).floor();
    let k = (&twelfths - &(&turns * &Rational::integer(24))).to_i64()?;
    let sine = |k: i64| -> Option<Expr> {
        let k = k.rem_euclid(24);
        let (k, sign) = if k >= 12 { (k - 12, -1) } else { (k, 1) };
        let k = if k > 6 { 12 - k } else { k };
        let root = |n: i64| scale(&Rational::HALF, &Expr::integer(n).sqrt());
        let value = match k {
            0 => Expr::zero(),
            2 => Expr::number(Rational::HALF),
            3 => root(2),
            4 => root(3),
            6 => Expr::one(),
            _ => return None,
        };
        Some(scale(&Rational::integer(sign), &value))
    };
    let (sin, cos) = (sine(k), sine(k + 6));
    match f {
        Func::Sin => sin,
        Func::Cos => cos,
        Func::Tan => Some(sin? / cos?),
        Func::Sec => Some(cos?.recip()),
        Func::Csc => Some(sin?.recip()),
        _ => Some(cos? / sin?),
    }
}

/// `sin(asin(u))` and its kin.
fn inverse_inside(f: Func, a: &Expr) -> Option<Expr> {
    let Node::Apply(g, u) = a.node() else { return None };
    match (f, g) {
        (Func::Sin, Func::Asin) | (Func::Cos, Func::Acos) | (Func::Tan, Func::Atan) => Some(u.clone()),
        (Func::Cos, Func::Asin) | (Func::Sin, Func::Acos) => Some((Expr::one() - u.powi(2)).sqrt()),
        _ => None,
    }
}

fn inverse_trigonometric(f: Func, a: &Expr) -> Option<Expr> {
    let pi = |n: i64, d: i64| Some(scale(&Rational::ratio(n, d)?, &Expr::constant(Constant::Pi)));
    if f == Func::Atan {
        return match a.as_number().and_then(Rational::to_i64) {
            Some(0) => Some(Expr::zero()),
            Some(1) => pi(1, 4),
            _ if *a == Expr::integer(3).sqrt() => pi(1, 3),
            _ if *a == Expr::integer(3).sqrt().recip() => pi(1, 6),
            _ => None,
        };
    }
    if a.as_number().is_some_and(|n| n.abs() > Rational::ONE) {
        return Some(Expr::undefined());
    }
    let angle = |x: &Expr| {
        let half_root = |n: i64| scale(&Rational::HALF, &Expr::integer(n).sqrt());
        if x.is_zero() {
            Some(0)
        } else if x.as_number() == Some(&Rational::HALF) {
            Some(2)
        } else if *x == half_root(2) {
            Some(3)
        } else if *x == half_root(3) {
            Some(4)
        } else if x.is_one() {
            Some(6)
        } else {
            None
        }
    };
    let twelfths = angle(a).or_else(|| angle(&-a).map(|k: i64| -k))?;
    pi(if f == Func::Asin { twelfths } else { 6 - twelfths }, 12)
}

/// `f(a, b)`, with what is exactly known folded in.
pub fn apply2(f: Func2, a: &Expr, b: &Expr) -> Expr {
    if a.is_undefined() || b.is_undefined() {
        return Expr::undefined();
    }
    let truth = |t: bool| Some(Expr::integer(i64::from(t)));
    let numbers = a.as_number().zip(b.as_number());
    let folded = match (f, numbers) {
        (Func2::Max, Some((x, y))) => Some(Expr::number(x.max(y).clone())),
        (Func2::Min, Some((x, y))) => Some(Expr::number(x.min(y).clone())),
        (Func2::Max | Func2::Min, None) if a == b => Some(a.clone()),
        (Func2::Mod, Some((x, y))) => match y.recip() {
            Some(r) => Some(Expr::number(x - &(y * &(x * &r).floor()))),
            None => Some(Expr::undefined()),
        },
        (Func2::Less, Some((x, y))) => truth(x < y),
        (Func2::LessEqual, Some((x, y))) => truth(x <= y),
        (Func2::Equal, Some((x, y))) => truth(x == y),
        (Func2::NotEqual, Some((x, y))) => truth(x != y),
        (Func2::And, Some((x, y))) => truth(!x.is_zero() && !y.is_zero()),
        (Func2::Or, Some((x, y))) => truth(!x.is_zero() || !y.is_zero()),
        (Func2::Polygamma, None) if a.is_zero() => Some(apply(Func::Digamma, b)),
        (Func2::Atan2, Some((y, x))) if y.is_zero() && x.is_positive() => Some(Expr::zero()),
        _ => None,
    };
    if let Some(e) = folded {
        return e;
    }
    // Symmetric functions keep their arguments in canonical order.
    let symmetric =
        matches!(f, Func2::Max | Func2::Min | Func2::Equal | Func2::NotEqual | Func2::And | Func2::Or);
    let (a, b) = if symmetric && a.stable_hash() > b.stable_hash() { (b, a) } else { (a, b) };
    Expr::from_node(Node::Apply2(f, a.clone(), b.clone()))
}

/// `a` where `condition` is not 0, else `b`.
pub fn select(condition: &Expr, a: &Expr, b: &Expr) -> Expr {
    match condition.as_number() {
        Some(c) => {
            if c.is_zero() {
                b.clone()
            } else {
                a.clone()
            }
        }
        None if a == b => a.clone(),
        None => Expr::from_node(Node::Select(condition.clone(), a.clone(), b.clone())),
    }
}

macro_rules! methods {
    ($($method:ident $func:ident,)*) => {
        impl Expr {$(
            #[doc = concat!("`", stringify!($method), "` of it.")]
            pub fn $method(&self) -> Expr {
                apply(Func::$func, self)
            }
        )*}
    };
}

methods! {
    exp Exp, log Log, sin Sin, cos Cos, tan Tan, asin Asin, acos Acos, atan Atan,
    sinh Sinh, cosh Cosh, tanh Tanh, abs Abs, sign Sign,
}

impl std::iter::Sum for Expr {
    fn sum<I: Iterator<Item = Expr>>(iter: I) -> Expr {
        sum(iter.map(|e| (Rational::ONE, e)))
    }
}

impl std::iter::Product for Expr {
    fn product<I: Iterator<Item = Expr>>(iter: I) -> Expr {
        product(iter)
    }
}
