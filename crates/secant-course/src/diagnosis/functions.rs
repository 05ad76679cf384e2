//! What the slope of a function is taken for: one row a mistake.
//!
//! The right slopes are the engine's ([`secant::calculus::RULES`]); a row here gives a wrong one at `u`.

use secant::expr::{Expr, Func, apply};

/// A wrong slope of a function.
pub(crate) struct WrongSlope {
    pub(crate) f: Func,
    /// The mistake, by its name in the table of slips.
    pub(crate) slip: &'static str,
    /// The larger, the rarer.
    pub(crate) cost: u32,
    /// What is taken for the slope, at `u`.
    pub(crate) outer: fn(&Expr) -> Expr,
}

const fn row(f: Func, slip: &'static str, cost: u32, outer: fn(&Expr) -> Expr) -> WrongSlope {
    WrongSlope { f, slip, cost, outer }
}

fn f(f: Func, u: &Expr) -> Expr {
    apply(f, u)
}
fn sq(e: &Expr) -> Expr {
    e.powi(2)
}
fn one() -> Expr {
    Expr::one()
}
fn log_of(base: i64) -> Expr {
    Expr::integer(base).log()
}

/// Every wrong slope; those of one function stand together.
#[rustfmt::skip]
pub(crate) const WRONG_SLOPES: &[WrongSlope] = &[
    row(Func::Sin,   "sign-of-sine",   3, |u| -u.cos()),
    row(Func::Sin,   "inverse-function", 14, |u| u.cos().recip()),
    row(Func::Sin,   "inverse-function", 15, |u| (one() - sq(u)).sqrt().recip()),
    row(Func::Cos,   "sign-of-cosine", 2, |u| u.sin()),
    row(Func::Cos,   "inverse-function", 15, |u| -(one() - sq(u)).sqrt().recip()),
    row(Func::Tan,   "tangent-derivative", 5, |u| f(Func::Sec, u)),
    row(Func::Tan,   "tangent-derivative", 5, |u| -sq(&f(Func::Sec, u))),
    row(Func::Tan,   "tangent-derivative", 6, |u| f(Func::Sec, u) * u.tan()),
    row(Func::Tan,   "tangent-derivative", 6, |u| f(Func::Cot, u)),
    row(Func::Tan,   "tangent-derivative", 6, |u| -f(Func::Cot, u)),
    row(Func::Tan,   "tangent-derivative", 7, |u| one() - sq(&u.tan())),
    row(Func::Tan,   "tangent-derivative", 8, |u| one() + u.tan()),
    row(Func::Tan,   "tangent-derivative", 8, |u| sq(&u.tan())),
    row(Func::Tan,   "tangent-derivative", 8, |u| sq(&f(Func::Csc, u))),
    row(Func::Tan,   "inverse-function", 9, |u| (one() + sq(u)).recip()),
    row(Func::Sec,   "tangent-derivative", 5, |u| -(f(Func::Sec, u) * u.tan())),
    row(Func::Sec,   "tangent-derivative", 6, |u| sq(&u.tan())),
    row(Func::Sec,   "tangent-derivative", 6, |u| sq(&f(Func::Sec, u))),
    row(Func::Sec,   "tangent-derivative", 6, |u| u.tan()),
    row(Func::Csc,   "tangent-derivative", 5, |u| f(Func::Csc, u) * f(Func::Cot, u)),
    row(Func::Csc,   "tangent-derivative", 6, |u| -sq(&f(Func::Cot, u))),
    row(Func::Csc,   "tangent-derivative", 6, |u| f(Func::Sec, u)),
    row(Func::Cot,   "tangent-derivative", 5, |u| sq(&f(Func::Csc, u))),
    row(Func::Cot,   "tangent-derivative", 6, |u| -f(Func::Csc, u)),
    row(Func::Cot,   "tangent-derivative", 6, |u| u.tan()),
    row(Func::Cot,   "tangent-derivative", 6, |u| sq(&f(Func::Sec, u))),
    row(Func::Asin,  "inverse-function", 3, |u| u.cos().recip()),
    row(Func::Asin,  "inverse-function", 3, |u| -u.cos() * u.sin().powi(-2)),
    row(Func::Asin,  "inverse-function", 5, |u| u.sin().recip()),
    row(Func::Asin,  "inverse-function", 5, |u| f(Func::Acos, u)),
    row(Func::Asin,  "inverse-trig-derivative", 4, |u| (one() - sq(u)).recip()),
    row(Func::Asin,  "inverse-trig-derivative", 4, |u| -(one() - sq(u)).sqrt().recip()),
    row(Func::Asin,  "inverse-trig-derivative", 4, |u| (one() + sq(u)).sqrt().recip()),
    row(Func::Asin,  "inverse-trig-derivative", 5, |u| (sq(u) - one()).sqrt().recip()),
    row(Func::Asin,  "inverse-trig-derivative", 6, |u| (one() - sq(u)).sqrt()),
    row(Func::Asin,  "inverse-trig-derivative", 6, |u| (one() + sq(u)).recip()),
    row(Func::Asin,  "inverse-trig-derivative", 6, |u| (one() - u).sqrt().recip()),
    row(Func::Acos,  "inverse-function", 3, |u| -u.sin().recip()),
    row(Func::Acos,  "inverse-function", 3, |u| u.sin() * u.cos().powi(-2)),
    row(Func::Acos,  "inverse-function", 5, |u| u.cos().recip()),
    row(Func::Acos,  "inverse-function", 5, |u| -f(Func::Asin, u)),
    row(Func::Acos,  "inverse-trig-derivative", 2, |u| (one() - sq(u)).sqrt().recip()),
    row(Func::Acos,  "inverse-trig-derivative", 4, |u| -(one() - sq(u)).recip()),
    row(Func::Acos,  "inverse-trig-derivative", 4, |u| -(one() + sq(u)).sqrt().recip()),
    row(Func::Acos,  "inverse-trig-derivative", 6, |u| -(one() - sq(u)).sqrt()),
    row(Func::Atan,  "inverse-function", 3, |u| sq(&u.cos())),
    row(Func::Atan,  "inverse-function", 3, |u| -sq(&f(Func::Csc, u))),
    row(Func::Atan,  "inverse-function", 5, |u| u.tan().recip()),
    row(Func::Atan,  "inverse-function", 5, |u| sq(&f(Func::Sec, u))),
    row(Func::Atan,  "inverse-trig-derivative", 3, |u| (one() - sq(u)).recip()),
    row(Func::Atan,  "inverse-trig-derivative", 3, |u| (one() + u).recip()),
    row(Func::Atan,  "inverse-trig-derivative", 4, |u| (one() + sq(u)).sqrt().recip()),
    row(Func::Atan,  "inverse-trig-derivative", 4, |u| -(one() + sq(u)).recip()),
    row(Func::Atan,  "inverse-trig-derivative", 5, |u| one() + sq(u)),
    row(Func::Atan,  "inverse-trig-derivative", 6, |u| (one() - sq(u)).sqrt().recip()),
    row(Func::Acot,  "inverse-trig-derivative", 3, |u| (one() + sq(u)).recip()),
    row(Func::Acot,  "inverse-function", 4, |u| -sq(&u.sin())),
    row(Func::Sinh,  "hyperbolic-sign", 2, |u| -u.cosh()),
    row(Func::Cosh,  "hyperbolic-sign", 2, |u| -u.sinh()),
    row(Func::Tanh,  "tangent-derivative", 5, |u| one() + sq(&u.tanh())),
    row(Func::Tanh,  "tangent-derivative", 5, |u| u.cosh().recip()),
    row(Func::Tanh,  "tangent-derivative", 5, |u| -u.cosh().powi(-2)),
    row(Func::Tanh,  "tangent-derivative", 6, |u| one() - u.tanh()),
    row(Func::Tanh,  "tangent-derivative", 6, |u| u.tanh().recip()),
    row(Func::Tanh,  "tangent-derivative", 7, |u| u.tanh() * (one() - u.tanh())),
    row(Func::Coth,  "tangent-derivative", 5, |u| sq(&f(Func::Csch, u))),
    row(Func::Sech,  "tangent-derivative", 5, |u| f(Func::Sech, u) * u.tanh()),
    row(Func::Asinh, "inverse-trig-derivative", 4, |u| (one() - sq(u)).sqrt().recip()),
    row(Func::Asinh, "inverse-trig-derivative", 4, |u| (sq(u) - one()).sqrt().recip()),
    row(Func::Asinh, "inverse-trig-derivative", 5, |u| (one() + sq(u)).recip()),
    row(Func::Asinh, "inverse-function", 4, |u| u.cosh().recip()),
    row(Func::Acosh, "inverse-trig-derivative", 4, |u| (one() + sq(u)).sqrt().recip()),
    row(Func::Acosh, "inverse-trig-derivative", 4, |u| (one() - sq(u)).sqrt().recip()),
    row(Func::Acosh, "inverse-function", 4, |u| u.sinh().recip()),
    row(Func::Atanh, "inverse-trig-derivative", 3, |u| (one() + sq(u)).recip()),
    row(Func::Atanh, "inverse-trig-derivative", 4, |u| (one() - sq(u)).sqrt().recip()),
    row(Func::Atanh, "inverse-function", 4, |u| sq(&u.cosh())),
    row(Func::Log,   "log-derivative", 3, |u| u.log().recip()),
    row(Func::Log,   "log-derivative", 6, |u| -u.powi(-2)),
    row(Func::Log,   "log-derivative", 6, |u| u.powi(-2)),
    row(Func::Log,   "log-derivative", 6, |u| -u.recip()),
    row(Func::Log,   "log-derivative", 7, |u| u.clone()),
    row(Func::Log,   "log-derivative", 7, |u| u.exp()),
    row(Func::Log,   "log-derivative", 8, |u| (u * u.log()).recip()),
    row(Func::Log,   "integrated-instead", 12, |u| u * u.log() - u),
    row(Func::Log2,  "log-factor-lost", 2, Expr::recip),
    row(Func::Log2,  "log-derivative", 4, |u| log_of(2) * u.recip()),
    row(Func::Log2,  "log-derivative", 6, |u| (u * Expr::integer(2)).recip()),
    row(Func::Log2,  "log-derivative", 6, |u| f(Func::Log2, u).recip()),
    row(Func::Log2,  "log-derivative", 7, |u| (u * u.log()).recip()),
    row(Func::Log10, "log-factor-lost", 2, Expr::recip),
    row(Func::Log10, "log-derivative", 4, |u| log_of(10) * u.recip()),
    row(Func::Log10, "log-derivative", 6, |u| (u * Expr::integer(10)).recip()),
    row(Func::Log10, "log-derivative", 6, |u| f(Func::Log10, u).recip()),
    row(Func::Cbrt,  "root-derivative", 4, |u| f(Func::Cbrt, u).recip()),
    row(Func::Cbrt,  "root-derivative", 4, |u| sq(&f(Func::Cbrt, u)).recip()),
    row(Func::Cbrt,  "root-derivative", 4, |u| (Expr::integer(2) * u.sqrt()).recip()),
    row(Func::Cbrt,  "root-derivative", 5, |u| (Expr::integer(3) * f(Func::Cbrt, u)).recip()),
    row(Func::Cbrt,  "power-not-lowered", 5, |u| f(Func::Cbrt, u) * Expr::integer(3).recip()),
    row(Func::Abs,   "modulus-derivative", 3, |_| one()),
    row(Func::Abs,   "modulus-derivative", 5, |u| u.abs().recip()),
    row(Func::Abs,   "modulus-derivative", 6, |u| -u.sign()),
    row(Func::Abs,   "modulus-derivative", 6, |_| -one()),
    row(Func::Sigmoid, "activation-derivative", 3, |u| one() - f(Func::Sigmoid, u)),
    row(Func::Sigmoid, "activation-derivative", 4, |u| f(Func::Sigmoid, u) * (one() + f(Func::Sigmoid, u))),
    row(Func::Sigmoid, "activation-derivative", 4, |u| u * (one() - u)),
    row(Func::Sigmoid, "activation-derivative", 5, |u| one() - sq(&f(Func::Sigmoid, u))),
    row(Func::Softplus, "activation-derivative", 4, |u| u.exp()),
    row(Func::Softplus, "activation-derivative", 4, |u| (one() + u.exp()).recip()),
    row(Func::Relu,  "activation-derivative", 3, |_| one()),
    row(Func::Relu,  "activation-derivative", 5, |u| -f(Func::Step, u)),
    row(Func::Erf,   "coefficient-lost", 4, |u| (-sq(u)).exp()),
];

/// The rows of a function, each with its number.
pub(crate) fn wrong_slopes(of: Func) -> impl Iterator<Item = (usize, &'static WrongSlope)> {
    WRONG_SLOPES.iter().enumerate().filter(move |(_, row)| row.f == of)
}
