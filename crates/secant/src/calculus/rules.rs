//! The table of elementary derivatives: one row a function.

use crate::expr::{Condition, ConditionKind, Constant, Expr, Func, Func2, Rational, apply, apply2, select};

/// `d f(u) = f'(u) du`: a row gives `f'`, the walk supplies `du`, a printed step shows `name`.
pub struct OuterRule {
    /// What a person calls the rule.
    pub name: &'static str,
    /// The function it is about.
    pub f: Func,
    /// `f'` at `u`.
    pub outer: fn(&Expr) -> Expr,
    /// Where `f` has a value and no derivative, the row chooses one; this is what must hold for it not to be a choice.
    pub smooth: Option<fn(&Expr) -> Condition>,
}

const fn row(name: &'static str, f: Func, outer: fn(&Expr) -> Expr) -> OuterRule {
    OuterRule { name, f, outer, smooth: None }
}

const fn kinked(
    name: &'static str,
    f: Func,
    outer: fn(&Expr) -> Expr,
    smooth: fn(&Expr) -> Condition,
) -> OuterRule {
    OuterRule { name, f, outer, smooth: Some(smooth) }
}

fn one() -> Expr {
    Expr::one()
}
fn square(u: &Expr) -> Expr {
    u.powi(2)
}
fn log_of(base: i64) -> Expr {
    Expr::integer(base).log()
}
fn not_zero(u: &Expr) -> Condition {
    Condition::new(ConditionKind::NonZero, u.clone())
}
fn not_integer(u: &Expr) -> Condition {
    Condition::new(ConditionKind::NotInteger, u.clone())
}

/// The derivatives of the elementary functions, in the order of [`Func::ALL`].
///
/// Source: any table of derivatives, e.g. Abramowitz & Stegun §4.1.46, 4.3.105–110, 4.4.52–57, 4.5.71–76,
/// 4.6.37–42, 6.3.1, 7.1.1.
#[rustfmt::skip]
pub const RULES: &[OuterRule] = &[
    row("exponential",                Func::Exp,      |u| u.exp()),
    row("logarithm",                  Func::Log,      |u| u.recip()),
    row("logarithm to base 2",        Func::Log2,     |u| (u * log_of(2)).recip()),
    row("logarithm to base 10",       Func::Log10,    |u| (u * log_of(10)).recip()),
    row("sine",                       Func::Sin,      |u| u.cos()),
    row("cosine",                     Func::Cos,      |u| -u.sin()),
    row("tangent",                    Func::Tan,      |u| square(&apply(Func::Sec, u))),
    row("secant",                     Func::Sec,      |u| apply(Func::Sec, u) * u.tan()),
    row("cosecant",                   Func::Csc,      |u| -(apply(Func::Csc, u) * apply(Func::Cot, u))),
    row("cotangent",                  Func::Cot,      |u| -square(&apply(Func::Csc, u))),
    row("inverse sine",               Func::Asin,     |u| (one() - square(u)).sqrt().recip()),
    row("inverse cosine",             Func::Acos,     |u| -(one() - square(u)).sqrt().recip()),
    row("inverse tangent",            Func::Atan,     |u| (one() + square(u)).recip()),
    row("inverse secant",             Func::Asec,     |u| (square(u) * (one() - u.powi(-2)).sqrt()).recip()),
    row("inverse cosecant",           Func::Acsc,     |u| -(square(u) * (one() - u.powi(-2)).sqrt()).recip()),
    row("inverse cotangent",          Func::Acot,     |u| -(one() + square(u)).recip()),
    row("hyperbolic sine",            Func::Sinh,     |u| u.cosh()),
    row("hyperbolic cosine",          Func::Cosh,     |u| u.sinh()),
    row("hyperbolic tangent",         Func::Tanh,     |u| one() - square(&u.tanh())),
    row("hyperbolic secant",          Func::Sech,     |u| -(apply(Func::Sech, u) * u.tanh())),
    row("hyperbolic cosecant",        Func::Csch,     |u| -(apply(Func::Csch, u) * apply(Func::Coth, u))),
    row("hyperbolic cotangent",       Func::Coth,     |u| -square(&apply(Func::Csch, u))),
    row("inverse hyperbolic sine",    Func::Asinh,    |u| (one() + square(u)).sqrt().recip()),
    row("inverse hyperbolic cosine",  Func::Acosh,    |u| ((u - one()).sqrt() * (u + one()).sqrt()).recip()),
    row("inverse hyperbolic tangent", Func::Atanh,    |u| (one() - square(u)).recip()),
    row("inverse hyperbolic secant",  Func::Asech,    |u| -(u * (one() - square(u)).sqrt()).recip()),
    row("inverse hyperbolic cosecant", Func::Acsch,   |u| -(square(u) * (one() + u.powi(-2)).sqrt()).recip()),
    row("inverse hyperbolic cotangent", Func::Acoth,  |u| (one() - square(u)).recip()),
    row("cube root",                  Func::Cbrt,     |u| (Expr::integer(3) * square(&apply(Func::Cbrt, u))).recip()),
    kinked("modulus",                 Func::Abs,      |u| u.sign(), not_zero),
    kinked("sign",                    Func::Sign,     |_| Expr::zero(), not_zero),
    kinked("floor",                   Func::Floor,    |_| Expr::zero(), not_integer),
    kinked("ceiling",                 Func::Ceil,     |_| Expr::zero(), not_integer),
    row("error function",             Func::Erf,      |u| Expr::integer(2) * (-square(u)).exp() / Expr::constant(Constant::Pi).sqrt()),
    row("gamma function",             Func::Gamma,    |u| apply(Func::Gamma, u) * apply(Func::Digamma, u)),
    row("logarithm of gamma",         Func::Lgamma,   |u| apply(Func::Digamma, u)),
    row("digamma",                    Func::Digamma,  |u| apply2(Func2::Polygamma, &one(), u)),
    row("sigmoid",                    Func::Sigmoid,  |u| apply(Func::Sigmoid, u) * (one() - apply(Func::Sigmoid, u))),
    row("softplus",                   Func::Softplus, |u| apply(Func::Sigmoid, u)),
    kinked("rectifier",               Func::Relu,     |u| apply(Func::Step, u), not_zero),
    kinked("step",                    Func::Step,     |_| Expr::zero(), not_zero),
];

impl OuterRule {
    /// The row of a function.
    pub fn of(f: Func) -> &'static OuterRule {
        &RULES[f as usize]
    }
}

/// The name and the two partial derivatives of a function of two arguments; `None` where one is not elementary.
pub(super) fn partials(f: Func2, a: &Expr, b: &Expr) -> (&'static str, [Option<Expr>; 2]) {
    let (zero, minus) = (Expr::zero, |e: Expr| crate::expr::scale(&Rational::MINUS_ONE, &e));
    // At a tie the first argument counts, as it does in evaluation.
    let first = |holds: Expr| [Some(select(&holds, &one(), &zero())), Some(select(&holds, &zero(), &one()))];
    match f {
        Func2::Atan2 => {
            let r2 = square(a) + square(b);
            ("angle", [Some(b / &r2), Some(minus(a / &r2))])
        }
        Func2::Max => ("maximum", first(apply2(Func2::LessEqual, b, a))),
        Func2::Min => ("minimum", first(apply2(Func2::LessEqual, a, b))),
        Func2::Mod => ("remainder", [Some(one()), Some(minus(apply(Func::Floor, &(a / b))))]),
        Func2::Polygamma => ("polygamma", [None, Some(apply2(Func2::Polygamma, &(a + one()), b))]),
        Func2::Less | Func2::LessEqual | Func2::Equal | Func2::NotEqual | Func2::And | Func2::Or => {
            ("comparison", [Some(zero()), Some(zero())])
        }
    }
}

/// What must hold for the partial derivatives not to be a choice.
pub(super) fn smooth2(f: Func2, a: &Expr, b: &Expr) -> Option<Condition> {
    match f {
        Func2::Max | Func2::Min => Some(not_zero(&(a - b))),
        Func2::Mod => Some(not_integer(&(a / b))),
        Func2::Atan2
        | Func2::Polygamma
        | Func2::Less
        | Func2::LessEqual
        | Func2::Equal
        | Func2::NotEqual
        | Func2::And
        | Func2::Or => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_one_row_a_function_in_the_order_of_the_functions() {
        assert_eq!(RULES.iter().map(|r| r.f).collect::<Vec<_>>(), Func::ALL);
    }
}
