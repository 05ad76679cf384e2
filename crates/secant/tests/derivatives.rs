//! Derivatives, confirmed a second way: central differences know none of our rules.

use std::collections::BTreeMap;
use std::path::Path;

use secant::calculus::{Detail, RULES, derivative, explain, nth_derivative};
use secant::expr::{Expr, Func, Node, Symbol, apply};
use secant::program::eval;
use secant::syntax::parse_expr;

fn value(e: &Expr, at: &BTreeMap<String, f64>) -> f64 {
    let point: Vec<(Symbol, f64)> = at.iter().map(|(n, x)| (Symbol::new(n), *x)).collect();
    eval(e, &point).unwrap()
}

/// Richardson's extrapolation of central differences: error of order h⁶.
fn difference(e: &Expr, x: &str, at: &BTreeMap<String, f64>) -> f64 {
    let central = |h: f64| {
        let moved = |by: f64| {
            let mut at = at.clone();
            *at.get_mut(x).unwrap() += by;
            value(e, &at)
        };
        (moved(h) - moved(-h)) / (2.0 * h)
    };
    let h = 1e-3 * (1.0 + at[x].abs());
    let (a, b, c) = (central(h), central(h / 2.0), central(h / 4.0));
    let (ab, bc) = ((4.0 * b - a) / 3.0, (4.0 * c - b) / 3.0);
    (16.0 * bc - ab) / 15.0
}

#[track_caller]
fn agrees(e: &Expr, x: &str, at: &BTreeMap<String, f64>) {
    let want = difference(e, x, at);
    let have = value(&derivative(e, &Symbol::new(x)), at);
    if want.is_finite() {
        assert!((want - have).abs() <= 1e-6 * want.abs().max(1.0), "d/d{x} {e} at {at:?}: {have} for {want}");
    }
}

#[track_caller]
fn check(f: &str, x: &str, want: &str) {
    let e = parse_expr(f).unwrap();
    let d = derivative(&e, &Symbol::new(x));
    assert_eq!(d.to_string(), want, "of {f}");
    for base in [0.3, 0.7, 1.4] {
        let names = e.free_symbols();
        let mut at: BTreeMap<String, f64> =
            names.iter().zip([1.0, 0.6, 1.7]).map(|(n, k)| (n.name().to_owned(), base * k)).collect();
        at.entry(x.to_owned()).or_insert(base);
        agrees(&e, x, &at);
    }
}

#[test]
fn rules_one_by_one() {
    check("7", "x", "0");
    check("x", "x", "1");
    check("y", "x", "0");
    check("5 x", "x", "5");
    check("x^3", "x", "3 x^2");
    check("1/x", "x", "-1/x^2");
    check("sqrt(x)", "x", "1/(2 sqrt(x))");
    check("x^3 + 2 x^2 - x", "x", "3 x^2 + 4 x - 1");
    check("x sin(x)", "x", "x cos(x) + sin(x)");
    check("x exp(x) sin(x)", "x", "x cos(x) exp(x) + x exp(x) sin(x) + exp(x) sin(x)");
    check("sin(x)/x", "x", "(x cos(x) - sin(x))/x^2");
    check("x/(1 + x^2)", "x", "(1 - x^2)/(x^2 + 1)^2");
    check("x/(1 + x)^3", "x", "(1 - 2 x)/(x + 1)^4");
    check("sin(a x)", "x", "a cos(a x)");
    check("exp(sin(x^2))", "x", "2 x cos(x^2) exp(sin(x^2))");
    check("a^x", "x", "a^x log(a)");
    check("x^x", "x", "x^x (log(x) + 1)");
    check("x^y", "y", "x^y log(x)");
    check("log(x, 3)", "x", "1/(x log(3))");
    check("abs(x)", "x", "sign(x)");
    check("max(x, 2 y)", "x", "where(2 y <= x, 1, 0)");
    check("where(x < 1, x^2, x)", "x", "where(x < 1, 2 x, 1)");
    check("atan2(y, x)", "x", "-y/(x^2 + y^2)");
    check("relu(x^2 - 1)", "x", "2 x step(x^2 - 1)");
}

#[test]
fn every_row_of_the_table() {
    let x = Expr::var("x");
    for rule in RULES {
        let e = apply(rule.f, &x);
        // A place where the function is smooth and real.
        let places: &[f64] = match rule.f {
            Func::Asec | Func::Acsc | Func::Acoth | Func::Acosh => &[1.3, 2.5, 4.0],
            _ => &[0.2, 0.45, 0.83],
        };
        for &place in places {
            agrees(&e, "x", &BTreeMap::from([("x".to_owned(), place)]));
        }
        let inner = apply(
            rule.f,
            &(&x / Expr::integer(2) + Expr::number(secant::expr::Rational::from_decimal("0.1").unwrap())),
        );
        for &place in places {
            agrees(&inner, "x", &BTreeMap::from([("x".to_owned(), 2.0 * place)]));
        }
    }
}

#[test]
fn linear_and_commuting() {
    let (x, y) = (Symbol::new("x"), Symbol::new("y"));
    for f in ["sin(x y) exp(x)", "x^2 y/(1 + x y)", "log(x + y^2)", "x^y", "atan(x/y)"] {
        for g in ["cos(x)", "x^3 - y"] {
            let (f, g) = (parse_expr(f).unwrap(), parse_expr(g).unwrap());
            let both = derivative(&(Expr::integer(3) * &f - &g), &x);
            let apart = Expr::integer(3) * derivative(&f, &x) - derivative(&g, &x);
            assert!(secant::equality::proves_zero(&(both - apart), &[], 50_000));
            let (xy, yx) = (derivative(&derivative(&f, &x), &y), derivative(&derivative(&f, &y), &x));
            assert!(secant::equality::proves_zero(&(xy - yx), &[], 50_000), "{f}");
        }
    }
}

/// Every line of a derivation is an equation: both sides have the same value at a point.
#[test]
fn every_step_holds() {
    let texts = [
        "x^2 sin(x)",
        "sin(x)/x",
        "exp(sin(x^2))",
        "x^x",
        "log(x) sqrt(1 + x^2)",
        "(x^2 + 1)^3/(x - 5)",
        "abs(x - 3) max(x, 2)",
        "2^x + tan(x)^2",
        "1/(1 + exp(-3 x))",
        "x y exp(x y)",
    ];
    let mut lines = 0;
    for text in texts {
        let e = parse_expr(text).unwrap();
        for detail in [Detail::Normal, Detail::Full] {
            let derivation = explain(&e, &Symbol::new("x"), 2, detail, 500);
            assert!(!derivation.cut, "{text}");
            assert_eq!(derivation.result, nth_derivative(&e, &Symbol::new("x"), 2));
            for step in &derivation.steps {
                let at = BTreeMap::from([("x".to_owned(), 0.7), ("y".to_owned(), 1.1)]);
                let (from, to) = (value(&carried_out(&step.from), &at), value(&carried_out(&step.to), &at));
                assert!(
                    (from - to).abs() <= 1e-7 * from.abs().max(1.0),
                    "{text}: {} = {}",
                    step.from,
                    step.to
                );
                lines += 1;
            }
        }
    }
    assert!(lines > 200, "{lines}");
}

/// Unevaluated derivatives replaced by central differences: an interpolating number would do as well.
fn carried_out(e: &Expr) -> Expr {
    e.rebuild(|part| match part.node() {
        Node::Derivative(u, x) => {
            let at = BTreeMap::from([("x".to_owned(), 0.7), ("y".to_owned(), 1.1)]);
            let slope = difference(u, x.name(), &at);
            Some(Expr::number(secant::expr::Rational::from_f64(slope).unwrap()))
        }
        _ => None,
    })
}

#[test]
fn the_shared_cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/derivatives");
    let Ok(files) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: no folder shared/data beside the project");
        return;
    };
    // Everything is real here. Some antiderivatives of the collection pass through complex numbers on the way to a real
    // derivative; there neither the expression nor its derivative has a value. Each such row is listed with the part
    // that is not real.
    let (mut rows, mut not_real, mut failed) = (0, Vec::new(), Vec::new());
    for file in files.flatten().filter(|f| f.path().extension().is_some_and(|e| e == "jsonl")) {
        for line in std::fs::read_to_string(file.path()).unwrap().lines() {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            rows += 1;
            let text = row["expr"].as_str().unwrap();
            let x = Symbol::new(row["var"].as_str().unwrap());
            let order = u32::try_from(row["order"].as_u64().unwrap()).unwrap();
            let e = match parse_expr(text) {
                Ok(e) => e,
                Err(errors) if errors.first().code().starts_with("domain.") => {
                    let span = errors.first().span();
                    let part: String =
                        text.chars().skip(span.from as usize).take((span.to - span.from) as usize).collect();
                    not_real.push(format!("{}: `{part}`", row["id"].as_str().unwrap()));
                    continue;
                }
                Err(errors) => {
                    failed.push(format!("{}: {text}: {errors}", row["id"]));
                    continue;
                }
            };
            let d = nth_derivative(&e, &x, order);
            for sample in row["samples"].as_array().unwrap() {
                let at = sample["at"].as_object().unwrap();
                let at: BTreeMap<String, f64> =
                    at.iter().map(|(n, v)| (n.clone(), v.as_f64().unwrap())).collect();
                let want = sample["value"].as_f64().unwrap();
                let have = value(&d, &at);
                // The samples have some ten digits; where the derivative is a difference of large terms, fewer count.
                let close = (have - want).abs() <= 1e-7 * want.abs().max(1e-6);
                if !close && value(&e, &at).is_nan() {
                    not_real.push(format!("{}: {}", row["id"].as_str().unwrap(), without_value(&e, &at)));
                    break;
                }
                if !close {
                    failed.push(format!("{}: {text} at {at:?}: {have} for {want}", row["id"]));
                    break;
                }
            }
        }
    }
    assert!(failed.is_empty(), "{} of {rows} failed:\n{}", failed.len(), failed.join("\n"));
    not_real.sort();
    let listed = include_str!("derivatives/not_real.txt");
    let listed: Vec<&str> = listed.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(not_real, listed, "the rows that are not real, as tests/derivatives/not_real.txt lists them");
    eprintln!("{} of {rows} rows passed, {} are not real", rows - not_real.len(), not_real.len());
}

/// The innermost part that has no value although its own parts have, with the value that it is asked at.
fn without_value(e: &Expr, at: &BTreeMap<String, f64>) -> String {
    let parts = e.post_order();
    let part = parts.iter().find(|part| value(part, at).is_nan()).expect("the whole has no value");
    match part.node() {
        Node::Apply(f, u) => format!("{}({:.4})", f.name(), value(u, at)),
        Node::Power(b, n) => format!("({:.4})^({})", value(b, at), n),
        _ => format!("{part}"),
    }
}
