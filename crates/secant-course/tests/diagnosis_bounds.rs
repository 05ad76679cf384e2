//! The diagnosis stays within bounds whatever is asked, and says the same in every run.

use secant::calculus;
use secant::expr::Symbol;
use secant::sheet::Scope;
use secant::syntax::{self, parse};
use secant_course::diagnosis::{Explanation, Problem, diagnose, likely};
use serde_json::{Value, json};

fn explain(task: &Value, answer: &str) -> Option<Vec<Explanation>> {
    let scope = Scope::open();
    let read = |text: &str| {
        let written = parse(text, &syntax::Limits::default()).ok()?;
        let meaning = syntax::lower(&written, &mut scope.clone()).ok()?;
        Some((written, meaning.expr))
    };
    let (_, function) = read(task["expr"].as_str()?)?;
    let order = task["order"].as_u64()? as u32;
    let x = Symbol::new("x");
    let once = |e: secant::expr::Expr| calculus::derivative_within(&e, &x, 2_000);
    let model = (0..order).try_fold(function, |e, _| once(e).filter(|d| d.node_count() < 2_000))?;
    let (written, meaning) = read(answer)?;
    Some(diagnose(&Problem { task, scope: &scope, written: &written, answer: &meaning, model: &model }))
}

#[test]
fn anything_is_answered() {
    let tower = "2^".repeat(30) + "x";
    let nest = "sin(".repeat(90) + "x" + &")".repeat(90);
    let wide = (1..200).map(|k| format!("x^{k} sin({k} x)")).collect::<Vec<_>>().join(" + ");
    let factors = (1..40).map(|k| format!("(x + {k})")).collect::<Vec<_>>().join("*");
    let long = format!("{} x", "7".repeat(1000));
    let names = (1..90).map(|k| format!("a_{k} x")).collect::<Vec<_>>().join(" + ");
    let functions = [
        "x",
        "5",
        "0",
        "x/0.5",
        "2^2^2^2^x",
        "x^1000",
        "x^(10^9)",
        "(x^100)^100",
        "exp(exp(exp(exp(x))))",
        "1/x/x/x/x",
        "log(log(log(x)))",
        "sqrt(-x^2 - 1)",
        "gamma(x)^x",
        "where(x < 1, x, x^2)",
        "max(x, y, z)",
        "floor(x) abs(x)",
        "sin x(x + 1)",
        "1e300 x",
        "1e-300 x",
        "asin(x + 10)",
        "a b c d e f g x",
        &tower,
        &nest,
        &wide,
        &factors,
        &long,
        &names,
    ];
    for f in functions {
        for order in [1, 2] {
            let task = json!({"op": "diff", "expr": f, "wrt": "x", "order": order});
            for answer in ["x^77 - y", f] {
                let first = explain(&task, answer);
                if order == 1 && f.len() < 12 {
                    assert_eq!(first, explain(&task, answer), "{f} -> {answer}");
                }
            }
        }
    }
}

#[test]
fn tasks_that_make_no_sense_are_not_explained() {
    let scope = Scope::open();
    for task in [
        json!(null),
        json!({}),
        json!({"op": "diff"}),
        json!({"op": "diff", "expr": 3, "wrt": "x"}),
        json!({"op": "diff", "expr": "x +", "wrt": "x"}),
        json!({"op": "diff", "expr": "x", "wrt": "x", "order": -1}),
        json!({"op": "diff", "expr": "x", "wrt": "x", "order": 1000}),
        json!({"op": "grad", "expr": "x", "wrt": []}),
        json!({"op": "jacobian", "expr": ["x", 3], "wrt": "x"}),
        json!({"op": "hessian", "expr": ["x", "y"], "wrt": ["x", "y"]}),
        json!({"op": "implicit_diff", "equation": "x = 1", "y": "y", "x": "x"}),
        json!({"op": "parametric_diff", "x": "3", "y": "t", "t": "t"}),
        json!({"op": "parse", "expr": "x"}),
    ] {
        for answer in ["x", "[x, y; 1]", "(x, (y, 1))", "[[x, 1], [2]]", "[]", "x = 1"] {
            let Ok(written) = parse(answer, &syntax::Limits::default()) else { continue };
            let meaning = syntax::lower(&written, &mut scope.clone());
            let meaning = meaning.map_or_else(|_| secant::expr::Expr::undefined(), |m| m.expr);
            let problem =
                Problem { task: &task, scope: &scope, written: &written, answer: &meaning, model: &meaning };
            assert_eq!(diagnose(&problem), [], "{task} -> {answer}");
        }
        let _ = likely(&task, &scope);
    }
}

#[test]
fn tables_of_any_form_are_read() {
    let task = json!({"op": "jacobian", "expr": ["x y", "x + y"], "wrt": ["x", "y"]});
    let scope = Scope::open();
    let (_, model) = {
        let written = parse("[y, x; 1, 1]", &syntax::Limits::default()).expect("a matrix");
        let meaning = syntax::lower(&written, &mut scope.clone()).expect("a meaning").expr;
        (written, meaning)
    };
    for answer in [
        "x",
        "[y]",
        "[y, x, 1, 1]",
        "[y; x; 1; 1]",
        "(y, x)",
        "[[y, x], [1]]",
        "[[y], [x, 1, 1]]",
        "zeros(2, 2)",
        "eye(2)",
        "[y, 1; x, 1]'",
    ] {
        let written = parse(answer, &syntax::Limits::default()).expect("something written");
        let meaning = syntax::lower(&written, &mut scope.clone());
        let meaning = meaning.map_or_else(|_| secant::expr::Expr::undefined(), |m| m.expr);
        let problem =
            Problem { task: &task, scope: &scope, written: &written, answer: &meaning, model: &model };
        for explanation in diagnose(&problem) {
            assert!((1..=2).contains(&explanation.slips.len()), "{answer}");
        }
    }
}
