//! What expressions look like: as text, in LaTeX and in MathML.

use secant::expr::{Constant, Expr, Func, Func2, Rational, apply, apply2, power, select};

fn v(name: &str) -> Expr {
    Expr::var(name)
}
fn n(k: i64) -> Expr {
    Expr::integer(k)
}
fn q(a: i64, b: i64) -> Expr {
    Expr::number(Rational::ratio(a, b).unwrap())
}
fn decimal(text: &str) -> Expr {
    Expr::number(Rational::from_decimal(text).unwrap())
}
fn pi() -> Expr {
    Expr::constant(Constant::Pi)
}

#[track_caller]
fn text(e: Expr, want: &str) {
    assert_eq!(e.to_string(), want);
}

#[test]
fn sums_are_ordered_as_a_person_would() {
    let (x, y, a, b) = (v("x"), v("y"), v("a"), v("b"));
    text(x.powi(2) + n(3) * &x + n(1), "x^2 + 3 x + 1");
    text(n(1) - &x, "1 - x");
    text(-n(1) - &x, "-x - 1");
    text(n(1) + n(3) * &x - x.powi(2), "3 x - x^2 + 1");
    text(x.powi(2) + &x * &y + y.powi(2), "x^2 + x y + y^2");
    text(&a * x.powi(2) + &b * &x + v("c"), "a x^2 + b x + c");
    text(v("x_10") + v("x_9"), "x_9 + x_10");
    text(&x + pi() + n(1), "x + pi + 1");
    text(&x + n(1) / &x + n(1), "x + 1/x + 1");
    text(x.powi(5) / n(120) - x.powi(3) / n(6) + &x, "x^5/120 - x^3/6 + x");
    text(x.sin().powi(2) + x.sin() + x.cos(), "cos(x) + sin(x)^2 + sin(x)");
    text(power(&x, &v("n")) + x.powi(9), "x^n + x^9");
    text(y - v("m") * &x, "y - m x");
}

#[test]
fn products_are_ordered_as_a_person_would() {
    let (x, y) = (v("x"), v("y"));
    text(n(2) * &x * x.sin(), "2 x sin(x)");
    text(n(2) * pi() * v("r"), "2 pi r");
    text(&y * x.powi(2), "x^2 y");
    text(&x * (&x + n(1)), "x (x + 1)");
    text(n(2) * (&x + n(1)), "2 (x + 1)");
    text((&x + n(1)) / n(2), "(x + 1)/2");
    text(-(&x * (&x + n(1))), "-x (x + 1)");
    text(n(2).sqrt() * n(3).sqrt(), "sqrt(6)");
    text(n(2).sqrt() * &x, "sqrt(2) x");
    text(-(n(2).sqrt() / n(2)), "-sqrt(2)/2");
    text(n(2) * power(&n(3), &q(1, 3)), "2*3^(1/3)");
    text(&x * power(&n(2), &x), "x*2^x");
    text(v("gamma") * (&x + n(1)), "gamma*(x + 1)");
    text(v("gamma") * &x, "gamma x");
    text((-&x).exp() * x.sin(), "exp(-x) sin(x)");
    text(decimal("0.1") * &x, "0.1 x");
    text(decimal("6.022e23") * &x, "6.022e23 x");
    text(decimal("1e-30"), "1e-30");
    text(decimal("0.5"), "0.5");
}

#[test]
fn quotients_are_fractions() {
    let (x, y) = (v("x"), v("y"));
    text(&x / (n(1) + x.powi(2)), "x/(x^2 + 1)");
    text(&x / n(2), "x/2");
    text(n(3) * &x / n(4), "3 x/4");
    text(n(-2) * &x / n(3), "-2 x/3");
    text(&x / (n(2) * &y), "x/(2 y)");
    text(n(1) / x.sqrt(), "1/sqrt(x)");
    text(n(1) / (&x * &y), "1/(x y)");
    text((&x + n(1)) / (&x - n(1)), "(x + 1)/(x - 1)");
    text(power(&x, &q(2, 3)), "x^(2/3)");
    text(power(&x, &q(-2, 3)), "1/x^(2/3)");
    text(apply(Func::Cbrt, &x), "cbrt(x)");
    text(q(1, 2), "1/2");
    text(q(-1, 2), "-1/2");
    text(power(&q(1, 2), &x), "(1/2)^x");
    text(power(&n(-2), &x), "(-2)^x");
    text(power(&n(2), &-&x), "2^(-x)");
    text(power(&power(&x, &y), &v("z")), "(x^y)^z");
    text(power(&x, &power(&y, &v("z"))), "x^(y^z)");
}

#[test]
fn functions_relations_and_cases() {
    let (x, y, z) = (v("x"), v("y"), v("z"));
    text(x.exp(), "exp(x)");
    text(x.sin().powi(2), "sin(x)^2");
    text(x.abs(), "abs(x)");
    text(apply(Func::Gamma, &(v("n") + n(1))), "gamma(n + 1)");
    let less = apply2(Func2::Less, &x, &y);
    text(less.clone(), "x < y");
    text(select(&less, &x, &y), "where(x < y, x, y)");
    text(apply2(Func2::Less, &(&x + n(1)), &less), "x + 1 < (x < y)");
    text(apply2(Func2::Max, &apply2(Func2::Max, &y, &x), &z), "max(x, y, z)");
    text(apply2(Func2::Max, &n(0), &x), "max(x, 0)");
    let both = apply2(Func2::And, &less, &apply2(Func2::Equal, &n(0), &z));
    text(both.clone(), "x < y and z == 0");
    text(apply2(Func2::Or, &both, &less), "x < y and z == 0 or x < y");
    text(apply2(Func2::Atan2, &y, &x), "atan2(y, x)");
    text(Expr::derivative_of(&x.sin(), &"x".into()), "diff(sin(x), x)");
    text(x.powi(2) * Expr::derivative_of(&x.sin(), &"x".into()), "x^2 diff(sin(x), x)");
}
