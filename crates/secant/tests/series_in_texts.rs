//! Taylor polynomials, limits and integrals inside texts: in requests, beside definitions, in figures.

use std::collections::BTreeMap;

use secant::sheet::figure::Plan;
use secant::sheet::{Limits, answer_line};
use serde_json::{Value, json};

fn ask(request: &Value) -> Value {
    serde_json::from_str(&answer_line(&request.to_string(), &Limits::default())).unwrap()
}

/// What a text means beside these definitions: compared as formulas.
#[track_caller]
fn means(define: &[&str], text: &str, want: &str) {
    let reply = ask(&json!({"op": "equal", "a": text, "b": want, "define": define}));
    assert_eq!(reply["verdict"], json!("equal"), "{text}: {reply}");
}

#[track_caller]
fn refuses(define: &[&str], text: &str, code: &str) {
    let reply = ask(&json!({"op": "parse", "expr": text, "define": define}));
    assert_eq!(reply["error"]["code"], json!(code), "{text}: {reply}");
}

#[test]
fn polynomials() {
    means(&[], "taylor(sin(x), x = 0, 5)", "x - x^3/6 + x^5/120");
    means(&[], "taylor(sin(x), x = 0, order = 5)", "x - x^3/6 + x^5/120");
    means(&["f(t) = e^t"], "taylor(f, t = 0, 2)", "1 + t + t^2/2");
    means(&["f(t) = e^t"], "taylor(f(x), x = a, 2)", "e^a (1 + (x - a) + (x - a)^2/2)");
    means(&["f(x) = x^3"], "taylor(f(x), x = 1, 2)", "1 + 3 (x - 1) + 3 (x - 1)^2");
    means(&["T(x) = taylor(cos(x), x = 0, 2)"], "T(3) + T(0)", "1 - 9/2 + 1");
    means(&[], "taylor(log(x), x = 1, 2)(3)", "2 - 2");
    means(&["f(x) = 1/x"], "taylor(f, x = 2, 1)(u)", "1/2 - (u - 2)/4");
    means(&[], "diff(taylor(sin(x), x = 0, 5), x)", "taylor(cos(x), x = 0, 4)");
    means(&["f(x, y) = x^2 y"], "taylor(f(x, y), x = 1, y = 2, 1)", "2 + 4 (x - 1) + (y - 2)");
    means(&[], "taylor(1/x + x, x = 0, 2)", "1/x + x");
    means(&["n = 3"], "taylor(e^x, x = 0, n)", "1 + x + x^2/2 + x^3/6");
    means(&[], "taylor(sqrt(1 + c x), x = 0, 2)", "1 + c x/2 - c^2 x^2/8");
    // Where the sign of the place decides, the derivatives do.
    means(&[], "taylor(abs(x), x = a, 2)", "abs(a) + sign(a) (x - a)");
}

#[test]
fn limits() {
    means(&[], "limit(sin(x)/x, x = 0)", "1");
    means(&[], "limit((1 + 1/n)^n, n = inf)", "e");
    means(&["f(x) = x^3"], "limit((f(x) - f(a))/(x - a), x = a)", "3 a^2");
    means(&["f(x) = x^3"], "limit((f(a + h) - f(a))/h, h = 0)", "f'(a)");
    means(&["q(x) = sign(x)"], "limit(q, x = 0, side = left)", "-1");
    means(&[], "2 limit(atan(x), x = -inf)", "-pi");
}

#[test]
fn integrals() {
    means(&[], "integrate(x^2, x)", "x^3/3");
    means(&["f(x) = x e^x"], "diff(integrate(f(x), x), x)", "f(x)");
    means(&["f(x) = x e^x"], "diff(integrate(f, x), x)", "f(x)");
    means(&[], "integrate(x^2, x = 0..1)", "1/3");
    means(&[], "integrate(x^2, x = a..b)", "(b^3 - a^3)/3");
    means(&[], "integrate(x^2, x = 1..0)", "-1/3");
    means(&["A(u) = integrate(cos(t), t = 0..u)"], "A(pi/2)", "1");
    means(&[], "diff(integrate(sin(t), t = 0..x), x)", "sin(x)");
    means(&[], "integrate(1/sqrt(x), x = 0..4)", "4");
    means(&[], "integrate(log(x), x = 0..1)", "-1");
    means(&[], "integrate(e^(-x), x = 0..inf)", "1");
    means(&[], "integrate(1/(1 + x^2), x = -inf..inf)", "pi");
    means(&[], "integrate(1/x, x = 1..e)", "1");
    means(&[], "integrate(1/x, x = -e..-1)", "-1");
    // Across a pole there is none, whatever the antiderivative says.
    refuses(&[], "integrate(1/x, x = -1..2)", "unsupported.integral");
    refuses(&[], "integrate(1/x^2, x = -1..1)", "unsupported.integral");
    refuses(&[], "integrate(sin(x), x = 0..inf)", "unsupported.integral");
    refuses(&[], "integrate(1/x, x = 1..inf)", "unsupported.integral");
    refuses(&[], "integrate(e^x, x = 0..inf)", "domain.integral");
    refuses(&[], "integrate(1/x, x = a..b)", "unsupported.integral");
    refuses(&[], "integrate(e^(-x^2) sin(x^3), x = 0..1)", "unsupported.integral");
    refuses(&[], "integrate(x^2)", "syntax.arguments");
    refuses(&[], "integrate(x^2, 3)", "syntax.arguments");
    refuses(&[], "integrate(x^2, x = 3)", "syntax.arguments");
    refuses(&[], "integrate(x^2, x = 0..x)", "syntax.arguments");
}

/// In a figure an integral follows its ends, by a formula where there is one and by a rule where there is none.
#[test]
fn integrals_in_figures() {
    let text = "f(x) = sin(x)\nedit f\na = 0 in -2..2\nb = 1 in -2..4\nvalue s = integrate(f(x), x = a..b)\n\
        F(u) = integrate(f(t), t = 0..u)\nplot F(x), x = -1..2 as c";
    let sum = |f: &dyn Fn(f64) -> f64, a: f64, b: f64| {
        // Simpson's rule, which knows nothing of either.
        let (n, h) = (4000, (b - a) / 4000.0);
        let weight = |k: i32| {
            if k == 0 || k == n {
                1.0
            } else if k % 2 == 1 {
                4.0
            } else {
                2.0
            }
        };
        (0..=n).map(|k| weight(k) * f(a + f64::from(k) * h)).sum::<f64>() * h / 3.0
    };
    type Function<'a> = &'a dyn Fn(f64) -> f64;
    let cases: [(&str, Function<'_>); 4] = [
        ("sin(x)", &f64::sin),
        ("e^(-x^2)", &|x| (-x * x).exp()),
        ("cos(x^2) e^x", &|x| (x * x).cos() * x.exp()),
        ("1/(3 + x)", &|x| 1.0 / (3.0 + x)),
    ];
    for (typed, f) in cases {
        let figure = figure(text, &[("f", typed)]);
        for (a, b) in [(0.0, 1.0), (-2.0, 3.5), (1.5, -1.0), (1.0, 1.0)] {
            let value = figure.numbers(&[a, b])[figure.values[0].output];
            let want = sum(f, a, b);
            assert!((value - want).abs() <= 1e-6 * want.abs().max(1.0), "{typed} {a} {b}: {value} {want}");
        }
        let height = figure.curve(0, &[0.0, 1.0], &[1.25])[0];
        assert!((height - sum(f, 0.0, 1.25)).abs() < 1e-6, "{typed}: {height}");
    }
    // Across a pole there is a gap, and none beside it.
    let pole = figure(text, &[("f", "1/(x - 1/3)")]);
    let value = |a: f64, b: f64| pole.numbers(&[a, b])[pole.values[0].output];
    for (a, b) in [(0.0, 1.0), (-2.0, 3.9), (1.0, -1.0), (-1.0 / 3.0, 1.0)] {
        assert!(value(a, b).is_nan(), "{a} {b}: {}", value(a, b));
    }
    assert!((value(1.0, 2.0) - 2.5_f64.ln()).abs() < 1e-4);
}

#[test]
fn what_is_none() {
    refuses(&[], "taylor(sin(x), x = 0)", "syntax.arguments");
    refuses(&[], "taylor(sin(x), 3)", "syntax.arguments");
    refuses(&[], "taylor(sin(x), x = 0, 3, 4)", "syntax.arguments");
    refuses(&[], "taylor(sin(x), x = 0, 31)", "syntax.arguments");
    refuses(&[], "taylor(sin(x), x = 0, 3/2)", "syntax.arguments");
    refuses(&[], "taylor(sin(x), x = 0, m)", "syntax.arguments");
    refuses(&[], "taylor(sin(x), x = x, 3)", "syntax.arguments");
    refuses(&[], "taylor(sin(x), x = 0, 3, over = -1..1)", "syntax.arguments");
    refuses(&[], "taylor()", "syntax.arguments");
    refuses(&[], "taylor(abs(x), x = 0, 3)", "domain.series");
    refuses(&[], "taylor(log(x), x = 0, 3)", "domain.series");
    refuses(&[], "taylor(gamma(x + 4), x = 0, 30)", "budget.series");
    refuses(&[], "taylor([x, x^2], x = 0, 3)", "shape.series");
    refuses(&["f(x) = x^2"], "taylor(f, y = 0, 3)", "name.variable");
    refuses(&[], "limit(1/x, x = 0)", "domain.limit");
    refuses(&[], "limit(sin(1/x), x = 0)", "domain.limit");
    refuses(&[], "limit(x^2, 3)", "syntax.arguments");
    refuses(&[], "limit(x^2, x = 3, side = up)", "syntax.arguments");
}

fn figure(text: &str, typed: &[(&str, &str)]) -> secant::sheet::figure::Figure {
    let typed: BTreeMap<String, String> =
        typed.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())).collect();
    let plan = Plan::read(text).unwrap_or_else(|f| panic!("{text}: {f:?}"));
    plan.compile("test", &typed, &[]).unwrap_or_else(|f| panic!("{text}: {f:?}")).figure
}

/// Whatever is typed, the polynomial of a figure follows place and order.
#[test]
fn figures_follow() {
    let text = "f(x) = sin(x)\nedit f\na = 0.5 in -2..2\nn = 3 in 0..8\n\
        plot taylor(f(x), x = a, n), x = -1..1 as p";
    let factorial = |k: i32| (1..=k).map(f64::from).product::<f64>();
    let exp = |x: f64, a: f64, n: i32| (0..=n).map(|k| a.exp() * (x - a).powi(k) / factorial(k)).sum::<f64>();
    let recip =
        |x: f64, a: f64, n: i32| (0..=n).map(|k| (-(x - a)).powi(k) / (3.0 + a).powi(k + 1)).sum::<f64>();
    let sin = |x: f64, a: f64, n: i32| {
        let d = |k: i32| (a + f64::from(k) * std::f64::consts::FRAC_PI_2).sin();
        (0..=n).map(|k| d(k) * (x - a).powi(k) / factorial(k)).sum::<f64>()
    };
    type Polynomial<'a> = &'a dyn Fn(f64, f64, i32) -> f64;
    let cases: [(&[(&str, &str)], Polynomial<'_>); 3] =
        [(&[], &sin), (&[("f", "e^x")], &exp), (&[("f", "1/(3 + x)")], &recip)];
    for (typed, want) in cases {
        let figure = figure(text, typed);
        for a in [-2.0, -0.3, 0.0, 1.7] {
            for n in 0..=8 {
                let xs = [-1.0, -0.2, 0.9];
                let heights = figure.curve(0, &[a, f64::from(n)], &xs);
                for (x, y) in xs.iter().zip(heights) {
                    let want = want(*x, a, n);
                    assert!(
                        (y - want).abs() <= 1e-12 * want.abs().max(1.0),
                        "{typed:?} {x} {a} {n}: {y} {want}"
                    );
                }
            }
        }
        // Between two whole numbers it is the nearer one's.
        let near = |n: f64| figure.curve(0, &[0.4, n], &[0.7]);
        assert_eq!(near(2.6), near(3.0));
        assert_ne!(near(2.4), near(3.0));
    }
}

#[test]
fn figures_use_it_everywhere() {
    let figure = figure(
        "f(x) = e^x\na = 1 in -2..2\nT(x) = taylor(f(x), x = a, 2)\ns = T(2)\nl = limit((f(x) - f(a))/(x - a), x = a)\n\
         panel main: x = -2..2, y = -1..8\npoint P = (a, T(a)) drag a\nvalue here = s\nvalue slope = l\nvalue own = taylor(f(x), x = a, 2)(2)",
        &[],
    );
    let numbers = figure.numbers(&[0.5]);
    let e = 0.5_f64.exp();
    for value in &figure.values {
        let want = if value.id == "slope" { e } else { e * (1.0 + 1.5 + 1.125) };
        assert!((numbers[value.output] - want).abs() < 1e-12, "{}", value.id);
    }
}
