//! The form a person would write.

use secant::equality::{assuming, proves_zero, simplify};
use secant::expr::{Condition, ConditionKind, Expr, Symbol};
use secant::program::eval;
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
    check("1/(x - 1) - 1/(x + 1)", "2/((x + 1) (x - 1))");
    check("x^3 + 3 x^2 + 3 x + 1", "(x + 1)^3");
    check("4 x^2 - 12 x y + 9 y^2", "(3 y - 2 x)^2");
    check("x^2 + x + 1", "x^2 + x + 1");
    check("sin(x)/cos(x) + y", "y + tan(x)");
    check("x sinh(2 x)^2/cosh(2 x)^2", "x tanh(2 x)^2");
    check("cos(x)/sin(x)", "cos(x)/sin(x)");
}

/// What is known of names makes forms shorter that are else kept for the sake of other signs.
#[test]
fn under_conditions() {
    let check = |text: &str, facts: &[&str], want: &str| {
        let facts: Vec<Condition> = facts.iter().map(|fact| condition(fact)).collect();
        let e = parse_expr(text).unwrap();
        let s = assuming(&simplify(&assuming(&e, &facts), BUDGET), &facts);
        assert_eq!(s.to_string(), want, "from {text}");
        assert!(agree_where(&facts, &e, &s) >= 2, "{text}: {s}");
    };
    check("sqrt(x^2)", &["x > 0"], "x");
    check("sqrt(x^2)", &["-x >= 0"], "-x");
    check("abs(a - b)", &["a - b > 0"], "a - b");
    check("abs(b - a - 1)", &["a - b > 0"], "a - b + 1");
    check("log(a b)", &["a > 0"], "log(a) + log(b)");
    check("log(a b)", &["b >= 0"], "log(a b)");
    check("log(x^3) - 3 log(x)", &["x > 0"], "0");
    check("sqrt(a b)/sqrt(b)", &["b > 0"], "sqrt(a)");
    check("max(x, -y)", &["x > 0", "y > 0"], "x");
    check("relu(x y)", &["x > 0", "-y > 0"], "0");
    check("where(x < 0, 1, x^2)", &["x >= 0"], "x^2");
    check("(x^a)^(1/2)", &["x > 0"], "x^(a/2)");
    check("sign(x^2 + x + 1)", &["x > 0"], "1");
    check("abs(x) + abs(y)", &["x > 0"], "x + abs(y)");
}

/// At how many points do the facts hold, where both sides must have the same value?
fn agree_where(facts: &[Condition], e: &Expr, s: &Expr) -> usize {
    let names: Vec<Symbol> = (e.clone() + s + Expr::var("x")).free_symbols().into_iter().collect();
    let places = [-2.5, -1.25, -0.5, 0.25, 0.75, 2.0];
    let mut held = 0;
    for k in 0..places.len().pow(names.len() as u32) {
        let digit = |i: usize| k / places.len().pow(i as u32) % places.len();
        let at: Vec<(Symbol, f64)> =
            names.iter().cloned().enumerate().map(|(i, n)| (n, places[digit(i)])).collect();
        let all: Vec<(Symbol, f64)> =
            at.iter().cloned().chain(["x", "y", "a", "b"].map(|n| (Symbol::new(n), 1.0))).collect();
        if !facts.iter().all(|fact| fact.holds_for(eval(&fact.expr, &first_of_each(&all)).unwrap())) {
            continue;
        }
        let (left, right) = (eval(e, &at).unwrap(), eval(s, &at).unwrap());
        if left.is_nan() {
            continue;
        }
        assert!((left - right).abs() <= 1e-12 * left.abs().max(1.0), "{e} and {s} at {at:?}");
        held += 1;
    }
    held
}

fn first_of_each(at: &[(Symbol, f64)]) -> Vec<(Symbol, f64)> {
    let mut known: Vec<(Symbol, f64)> = Vec::new();
    for (name, value) in at {
        if !known.iter().any(|(n, _)| n == name) {
            known.push((name.clone(), *value));
        }
    }
    known
}

fn condition(text: &str) -> Condition {
    let (left, kind) = match text.strip_suffix(" > 0") {
        Some(left) => (left, ConditionKind::Positive),
        None => (text.strip_suffix(" >= 0").unwrap(), ConditionKind::NonNegative),
    };
    Condition::new(kind, parse_expr(left).unwrap())
}
