//! What expressions look like: as text, in LaTeX and in MathML.

#[path = "printing/table.rs"]
mod table;

use std::collections::HashMap;

use secant::expr::{
    Condition, ConditionKind, Constant, Expr, Formula, Func, Func2, Notation, Rational, Symbol, apply,
    apply2, power, product, select, sum,
};
use table::Table;

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

#[test]
fn sums_are_ordered_as_a_person_would() {
    let mut t = Table::new("sums");
    let (x, y, a, b) = (v("x"), v("y"), v("a"), v("b"));
    t.row(x.powi(2) + n(3) * &x + n(1), "x^2 + 3 x + 1");
    t.row(n(1) - &x, "1 - x");
    t.row(-n(1) - &x, "-x - 1");
    t.row(n(1) + n(3) * &x - x.powi(2), "3 x - x^2 + 1");
    t.row(x.powi(2) + &x * &y + y.powi(2), "x^2 + x y + y^2");
    t.row(&a * x.powi(2) + &b * &x + v("c"), "a x^2 + b x + c");
    t.row(v("x_10") + v("x_9"), "x_9 + x_10");
    t.row(&x + pi() + n(1), "x + pi + 1");
    t.row(&x + n(1) / &x + n(1), "x + 1/x + 1");
    t.row(x.powi(5) / n(120) - x.powi(3) / n(6) + &x, "x^5/120 - x^3/6 + x");
    t.row(x.sin().powi(2) + x.sin() + x.cos(), "cos(x) + sin(x)^2 + sin(x)");
    t.row(power(&x, &v("n")) + x.powi(9), "x^n + x^9");
    t.row(y - v("m") * &x, "y - m x");
    t.check();
}

#[test]
fn products_are_ordered_as_a_person_would() {
    let mut t = Table::new("products");
    let (x, y) = (v("x"), v("y"));
    t.row(n(2) * &x * x.sin(), "2 x sin(x)");
    t.row(n(2) * pi() * v("r"), "2 pi r");
    t.row(&y * x.powi(2), "x^2 y");
    t.row(&x * (&x + n(1)), "x (x + 1)");
    t.row(n(2) * (&x + n(1)), "2 (x + 1)");
    t.row((&x + n(1)) / n(2), "(x + 1)/2");
    t.row(-(&x * (&x + n(1))), "-x (x + 1)");
    t.row(n(2).sqrt() * n(3).sqrt(), "sqrt(6)");
    t.row(n(2).sqrt() * &x, "sqrt(2) x");
    t.row(-(n(2).sqrt() / n(2)), "-sqrt(2)/2");
    t.row(n(2) * power(&n(3), &q(1, 3)), "2*3^(1/3)");
    t.row(&x * power(&n(2), &x), "x*2^x");
    t.row(v("gamma") * (&x + n(1)), "gamma*(x + 1)");
    t.row(v("gamma") * &x, "gamma x");
    t.row((-&x).exp() * x.sin(), "exp(-x) sin(x)");
    t.row(decimal("0.1") * &x, "0.1 x");
    t.row(decimal("6.022e23") * &x, "6.022e23 x");
    t.row(decimal("1e-30"), "1e-30");
    t.row(decimal("0.5"), "0.5");
    t.check();
}

#[test]
fn quotients_are_fractions() {
    let mut t = Table::new("quotients");
    let (x, y) = (v("x"), v("y"));
    t.row(&x / (n(1) + x.powi(2)), "x/(x^2 + 1)");
    t.row(&x / n(2), "x/2");
    t.row(n(3) * &x / n(4), "3 x/4");
    t.row(n(-2) * &x / n(3), "-2 x/3");
    t.row(&x / (n(2) * &y), "x/(2 y)");
    t.row(n(1) / x.sqrt(), "1/sqrt(x)");
    t.row(n(1) / (&x * &y), "1/(x y)");
    t.row((&x + n(1)) / (&x - n(1)), "(x + 1)/(x - 1)");
    t.row(power(&x, &q(2, 3)), "x^(2/3)");
    t.row(power(&x, &q(-2, 3)), "1/x^(2/3)");
    t.row(apply(Func::Cbrt, &x), "cbrt(x)");
    t.row(q(1, 2), "1/2");
    t.row(q(-1, 2), "-1/2");
    t.row(power(&q(1, 2), &x), "(1/2)^x");
    t.row(power(&n(-2), &x), "(-2)^x");
    t.row(power(&n(2), &-&x), "2^(-x)");
    t.row(power(&power(&x, &y), &v("z")), "(x^y)^z");
    t.row(power(&x, &power(&y, &v("z"))), "x^(y^z)");
    t.check();
}

#[test]
fn functions_relations_and_cases() {
    let mut t = Table::new("functions");
    let (x, y, z) = (v("x"), v("y"), v("z"));
    t.row(x.exp(), "exp(x)");
    t.row(x.sin().powi(2), "sin(x)^2");
    t.row((&x + n(1)).abs(), "abs(x + 1)");
    t.row(x.sin().exp(), "exp(sin(x))");
    t.row((-x.powi(2) / n(2)).exp(), "exp(-x^2/2)");
    t.row(x.exp().exp().exp(), "exp(exp(exp(x)))");
    t.row(
        ((&x - &y).powi(2) / (n(2) * v("sigma").powi(2)) + &x + &z).exp(),
        "exp(x + z + (x - y)^2/(2 sigma^2))",
    );
    t.row(power(&x.cos(), &y), "cos(x)^y");
    t.row(power(&x.sin(), &q(3, 2)), "sin(x)^(3/2)");
    t.row(x.log().powi(3), "log(x)^3");
    t.row(x.exp().sin().abs().powi(3), "abs(sin(exp(x)))^3");
    t.row(&x * (&x.log() + n(1)), "x (log(x) + 1)");
    t.row((&x / &y).log(), "log(x/y)");
    t.row((x.powi(2) + n(1)).sqrt().recip(), "1/sqrt(x^2 + 1)");
    for f in Func::ALL {
        t.row(apply(*f, &(&x / &y + n(1))), &format!("{}(x/y + 1)", f.name()));
    }
    t.row(apply2(Func2::Polygamma, &n(2), &x), "polygamma(2, x)");
    t.row(apply2(Func2::Mod, &x, &y), "mod(x, y)");
    t.row(apply(Func::Gamma, &(v("n") + n(1))), "gamma(n + 1)");
    let less = apply2(Func2::Less, &x, &y);
    t.row(less.clone(), "x < y");
    t.row(select(&less, &x, &y), "where(x < y, x, y)");
    t.row(apply2(Func2::Less, &(&x + n(1)), &less), "x + 1 < (x < y)");
    t.row(apply2(Func2::Max, &apply2(Func2::Max, &y, &x), &z), "max(x, y, z)");
    t.row(apply2(Func2::Max, &n(0), &x), "max(x, 0)");
    let (one, other) = (apply2(Func2::Min, &x, &y), apply2(Func2::Min, &z, &n(1)));
    t.row(apply2(Func2::Min, &one, &other), "min(x, y, min(z, 1))");
    t.row(
        select(&less, &x, &select(&apply2(Func2::LessEqual, &y, &z), &y.powi(2), &n(0))),
        "where(x < y, x, where(y <= z, y^2, 0))",
    );
    t.row(n(1) + select(&less, &x, &y), "where(x < y, x, y) + 1");
    t.row(n(2) * less.clone(), "2 (x < y)");
    t.row(apply2(Func2::NotEqual, &n(0), &x), "x != 0");
    let both = apply2(Func2::And, &less, &apply2(Func2::Equal, &n(0), &z));
    t.row(both.clone(), "x < y and z == 0");
    t.row(apply2(Func2::Or, &both, &less), "x < y and z == 0 or x < y");
    t.row(apply2(Func2::Atan2, &y, &x), "atan2(y, x)");
    t.row(Expr::derivative_of(&x.sin(), &"x".into()), "diff(sin(x), x)");
    t.row(x.powi(2) * Expr::derivative_of(&x.sin(), &"x".into()), "x^2 diff(sin(x), x)");
    t.check();
}

#[test]
fn names() {
    let mut t = Table::new("names");
    for name in
        ["x", "alpha", "Omega", "Alpha", "omicron", "theta_0", "x_1", "x_max", "rate", "a_i_j", "β", "x_12"]
    {
        t.row(v(name).powi(2), &format!("{name}^2"));
    }
    t.row(v("rate") * (v("x") + n(1)), "rate*(x + 1)");
    t.row(v("gamma") * power(&(v("x") + n(1)), &v("n")), "gamma*(x + 1)^n");
    t.row(power(&n(2), &v("rate")) * (v("x") + n(1)), "2^rate*(x + 1)");
    t.row(v("theta_1") * (v("x") + n(1)), "theta_1 (x + 1)");
    // No name breaks out of its element or its group.
    t.row(v("<b>&amp;"), "<b>&amp;");
    t.row(v("a}{\\b$#"), "a}{\\b$#");
    t.row(Expr::undefined(), "undefined");
    t.row(-Expr::constant(Constant::Infinity), "-inf");
    t.check();
}

#[test]
fn formulas_say_what_no_expression_says() {
    let mut t = Table::new("formulas");
    let (x, symbol) = (v("x"), Symbol::new("x"));
    let d = |e: &Expr| Formula::derivative(e.to_formula(), &symbol, 1);
    t.row(d(&(n(1) / &x)), "diff(1/x, x)");
    t.row(Formula::derivative(x.sin().into(), &symbol, 2), "diff(sin(x), x, 2)");
    t.row(Expr::derivative_of(&Expr::derivative_of(&x.sin(), &symbol), &symbol), "diff(sin(x), x, 2)");
    t.row(Formula::partial_derivative((&x * v("y")).into(), &symbol, 1), "diff(x y, x)");
    let rule = Formula::sum([
        Formula::product([d(&x.powi(2)), x.sin().into()]),
        Formula::product([x.powi(2).into(), d(&x.sin())]),
    ]);
    t.row(
        Formula::equals([d(&(x.powi(2) * x.sin())), rule]),
        "diff(x^2 sin(x), x) = diff(x^2, x) sin(x) + x^2 diff(sin(x), x)",
    );
    t.row(Formula::equals([Formula::call("f", 2, [x.clone().into()]), (n(2) * &x).into()]), "f''(x) = 2 x");
    // 1 + 1 stays as it is given.
    let ones = Formula::sum([n(1).into(), n(1).into(), Formula::negative(x.clone().into())]);
    t.row(ones.clone(), "1 + 1 - x");
    t.row(Formula::product([n(2).into(), n(3).into(), ones.clone()]), "2*3 (1 + 1 - x)");
    t.row(Formula::quotient(ones.clone(), &ones), "(1 + 1 - x)/(1 + 1 - x)");
    t.row(Formula::power(ones.clone(), &q(1, 2).into()), "(1 + 1 - x)^(1/2)");
    t.row(Formula::negative(ones.clone()), "-(1 + 1 - x)");
    t.row(Formula::apply(Func::Log, Formula::negative(ones)), "log(-(1 + 1 - x))");
    t.row(Formula::quotient(x.clone().into(), &(&x / n(2)).into()), "x/(x/2)");
    // A name may stand for a formula.
    let names = HashMap::from([(Symbol::new("D"), d(&x.sin()))]);
    t.row((x.powi(2) * v("D") + n(1)).to_formula_with(&names), "x^2 diff(sin(x), x) + 1");
    t.row(v("D").recip().to_formula_with(&names), "1/diff(sin(x), x)");
    t.check();
}

#[test]
fn conditions() {
    let mut t = Table::new("conditions");
    let x = v("x") - n(1);
    for (kind, text) in [
        (ConditionKind::NonZero, "x - 1 != 0"),
        (ConditionKind::Positive, "x - 1 > 0"),
        (ConditionKind::NonNegative, "x - 1 >= 0"),
        (ConditionKind::NoPole, "x - 1 is not 0, -1, -2, …"),
        (ConditionKind::NotInteger, "x - 1 is not an integer"),
    ] {
        let condition = Condition::new(kind, x.clone());
        assert_eq!(condition.to_string(), text);
        t.row(condition.to_formula(), text);
    }
    t.check();
}

#[test]
fn the_order_is_the_same_whatever_the_order_of_building() {
    let names = ["x", "y", "z", "a", "b", "sigma"];
    let terms = |from: usize| {
        sum((0..6)
            .map(|k| (k + from) % 6)
            .map(|k| (Rational::integer(k as i64 + 1), v(names[k]).powi(k as i64 - 2))))
    };
    let factors = |from: usize| {
        product((0..6).map(|k| (k + from) % 6).map(|k| power(&v(names[k]), &q(k as i64 - 2, 2))))
    };
    for from in 1..6 {
        assert_eq!(terms(from).to_string(), terms(0).to_string());
        assert_eq!(factors(from).to_string(), factors(0).to_string());
    }
}

#[test]
fn a_shared_graph_is_abbreviated() {
    let e = (0..60).fold(v("x"), |e, _| e.sin() * (n(1) + &e));
    for printed in [e.to_string(), e.to_latex(), e.to_mathml()] {
        assert!(printed.len() < 4_000_000 && printed.len() > 1000, "{}", printed.len());
        assert!(printed.contains('…') || printed.contains("\\dots"));
    }
    let refused = e.print_limited(1000).unwrap_err();
    assert_eq!(refused.code(), "budget.print");
    assert!(refused.nodes > 1 << 60 && refused.max_nodes == 1000);
    assert_eq!(v("x").print_limited(1).unwrap(), "x");
    assert_eq!((v("x") + n(1)).print_limited(2).unwrap_err().nodes, 3);
}

#[test]
fn a_deep_expression_is_written_without_recursion() {
    let e = (0..100_000).fold(v("x"), |e, _| e.sin());
    assert!(e.to_string().starts_with("sin(sin("));
    assert!(e.to_string().ends_with(")))"));
    let limited = e.print_limited(200_000).unwrap();
    assert_eq!(limited.len(), 5 * 100_000 + 1);
    assert!(e.to_mathml().len() < 100_000);
    let refused = e.to_formula().print_limited(Notation::MathMl, 1_000_000).unwrap_err();
    assert!(refused.depth == 100_000 && refused.max_depth < 1000, "{refused}");
    let chain = (0..100_000).fold(v("x"), |e, k| apply2(Func2::Max, &e, &v(&format!("x_{k}"))));
    assert!(chain.to_string().starts_with("max("));
    let deep =
        (0..100_000).fold(v("x"), |e, _| select(&apply2(Func2::Less, &v("x"), &n(0)), &v("y"), &e.exp()));
    assert!(deep.to_latex().len() < 1_000_000);
}

#[test]
fn a_wide_expression_is_abbreviated() {
    let e = sum((0..150_000).map(|k| (Rational::ONE, v(&format!("x_{k}")))));
    let text = e.to_string();
    assert!(text.starts_with("x_0 + x_1 + x_2 + ") && text.ends_with(" + …"), "{}", &text[text.len() - 30..]);
    assert!(e.print_limited(150_001).unwrap().ends_with("x_149999"));
    let digits = power(&n(7), &n(4300)) * v("x");
    assert!(digits.print_limited(100).is_err());
}
