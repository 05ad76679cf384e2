//! The form a person would write.

use secant::equality::{proves_zero, simplify};
use secant::syntax::parse_expr;

const BUDGET: usize = 100_000;

#[track_caller]
fn check(text: &str, want: &str) {
    let e = parse_expr(text).unwrap();
    let s = simplify(&e, BUDGET);
    assert_eq!(s.to_string(), want, "from {text}");
    assert_eq!(simplify(&s, BUDGET), s, "{text}: once more changes nothing");
    assert!(proves_zero(&(&e - &s), &e.domain(), BUDGET), "{text}");
}

#[test]
fn shorter_forms() {
    check("sin(x)^2 + cos(x)^2", "1");
    check("(x^2 - 1)/(x - 1)", "x + 1");
    check("(x + 1)^2 - x^2", "2 x + 1");
    check("1/x - 1/(x + 1)", "1/(x (x + 1))");
    check("x^2 exp(x) + 2 x exp(x)", "x exp(x) (x + 2)");
    check("(x^3 - y^3)/(x - y)", "x^2 + x y + y^2");
    check("2 sin(x) cos(x)", "sin(2 x)");
    check("cos(x)^2 - sin(x)^2", "cos(2 x)");
    check("cosh(x)^2 - sinh(x)^2", "1");
    check("6 x (x^2 + 1)^2", "6 x (x^2 + 1)^2");
    check("a b + a c", "a (b + c)");
    check("x/(x^2 + x)", "1/(x + 1)");
    check("(1 + x^2 - 2 x^2)/(1 + x^2)^2", "(1 - x^2)/(x^2 + 1)^2");
    check("exp(x + log(2))", "2 exp(x)");
    check("sqrt(x^2)", "abs(x)");
    check("log(x y)", "log(x y)");
}
