//! Wrong answers and what they are explained by.

use secant::sheet::{Limits, Reply, Request, run};
use secant::syntax;
use serde_json::json;

use super::*;

/// The explanations of an answer, each the names of its slips.
fn explanations(task: &Value, model: &str, answer: &str) -> Vec<Vec<&'static str>> {
    let scope = Scope::open();
    let written = syntax::parse(answer, &syntax::Limits::default()).unwrap();
    let meaning = syntax::lower(&written, &mut scope.clone()).unwrap();
    let model = syntax::lower(&syntax::parse(model, &syntax::Limits::default()).unwrap(), &mut scope.clone());
    let problem = Problem {
        task,
        scope: &scope,
        written: &written,
        answer: &meaning.expr,
        model: &model.unwrap().expr,
    };
    let explanations = diagnose(&problem);
    explanations.iter().map(|e| e.slips.iter().map(|b| b.slip.name).collect()).collect()
}

fn model(task: &Value) -> String {
    let Reply { outcome, .. } = run(&Request::from_json(task.clone()).unwrap(), &Limits::default());
    let reply = serde_json::to_value(outcome.unwrap()).unwrap();
    reply["expr"].as_str().unwrap().to_owned()
}

#[track_caller]
fn check(expr: &str, answer: &str, slip: &str) {
    let task = json!({"op": "diff", "expr": expr, "wrt": "x"});
    let found = explanations(&task, &model(&task), answer);
    assert_eq!(found.first().map(|e| e.join(" + ")).as_deref(), Some(slip), "{expr} -> {answer}: {found:?}");
}

#[test]
fn one_rule() {
    check("sin(3x)", "cos(3x)", "inner-derivative-forgotten");
    check("x^2 sin(x)", "2x cos(x)", "product-as-product-of-derivatives");
    check("x/(x+1)", "(x - (x+1))/(x+1)^2", "quotient-order-swapped");
    check("2^x", "x*2^(x-1)", "power-rule-on-exponential");
    check("cos(x)", "sin x", "sign-of-cosine");
}
