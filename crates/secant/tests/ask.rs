//! Requests and replies, as they come over every door.

use secant::sheet::{Limits, Stop, answer_line};
use serde_json::{Value, json};

fn ask(request: &Value) -> Value {
    serde_json::from_str(&answer_line(&request.to_string(), &Limits::default())).unwrap()
}

#[track_caller]
fn check(request: Value, want: Value) {
    let reply = ask(&request);
    for (field, value) in want.as_object().unwrap() {
        assert_eq!(&reply[field], value, "`{field}` of {reply} for {request}");
    }
}

#[track_caller]
fn refuses(request: Value, code: &str, at: Option<[usize; 2]>) {
    let reply = ask(&request);
    assert_eq!(reply["ok"], json!(false), "{reply}");
    assert_eq!(reply["error"]["code"], json!(code), "{reply}");
    match at {
        Some(at) => assert_eq!(reply["error"]["at"], json!(at), "{reply}"),
        None => assert!(reply["error"]["at"].is_null(), "{reply}"),
    }
}

#[test]
fn parse() {
    check(
        json!({"id": 7, "op": "parse", "expr": "x + x + 1/3 + 1/6"}),
        json!({"id": 7, "ok": true, "expr": "2 x + 1/2", "shape": [], "free": ["x"], "conditions": []}),
    );
    check(json!({"op": "parse", "expr": "x/x"}), json!({"expr": "1", "conditions": ["x != 0"]}));
    check(json!({"op": "parse", "expr": "0.1 + 0.2"}), json!({"expr": "0.3"}));
    check(json!({"op": "parse", "expr": "x^2", "also": ["latex"]}), json!({"latex": "x^{2}"}));
    check(
        json!({"op": "parse", "latex": r"\frac{x}{2}\sin x"}),
        json!({"expr": "x sin(x)/2", "free": ["x"]}),
    );
    refuses(json!({"op": "parse", "latex": r"x + \frac{1}{0}"}), "domain.division-by-zero", Some([13, 14]));
}

#[test]
fn evaluate() {
    check(json!({"op": "evaluate", "expr": "1 + 1"}), json!({"ok": true, "value": 2.0}));
    check(
        json!({"op": "evaluate", "expr": "sin(x)", "at": {"x": "pi/2", "unused": 1}}),
        json!({"value": 1.0}),
    );
    check(
        json!({"op": "evaluate", "expr": "x y", "at": [{"x": 2, "y": 3}, {"x": "1/2", "y": 4}]}),
        json!({"values": [6.0, 2.0]}),
    );
    check(json!({"op": "evaluate", "expr": "x/x", "at": {"x": 0}}), json!({"value": "nan"}));
    check(json!({"op": "evaluate", "expr": "exp(x)", "at": {"x": 1000}}), json!({"value": "inf"}));
    check(json!({"op": "evaluate", "expr": "x^(1/3)", "at": {"x": -8}}), json!({"value": "nan"}));
    check(json!({"op": "evaluate", "expr": "cbrt(x)", "at": {"x": -8}}), json!({"value": -2.0}));
    check(json!({"op": "evaluate", "expr": "x", "at": []}), json!({"values": []}));
    refuses(json!({"op": "evaluate", "expr": "x + y", "at": {"x": 1}}), "name.without-value", None);
    refuses(json!({"op": "evaluate", "expr": "x", "at": {"x": [1, 2]}}), "shape.point", None);
}

#[test]
fn diff() {
    check(
        json!({"op": "diff", "expr": "x^2 sin(x)", "wrt": "x"}),
        json!({"expr": "x^2 cos(x) + 2 x sin(x)", "conditions": []}),
    );
    check(json!({"op": "diff", "expr": "x^5", "wrt": "x", "order": 3}), json!({"expr": "60 x^2"}));
    check(
        json!({"op": "diff", "expr": "x^2 y", "wrt": "y", "at": {"x": 3, "y": 1}}),
        json!({"expr": "x^2", "value": 9.0}),
    );
    check(
        json!({"op": "diff", "expr": "log(x)", "wrt": "x"}),
        json!({"expr": "1/x", "conditions": ["x > 0"]}),
    );
    check(
        json!({"op": "diff", "expr": "log(x)", "wrt": "x", "assume": ["x > 0"]}),
        json!({"conditions": []}),
    );
    // Below 0 the formula of the derivative is real and the condition says so; a hole has no slope.
    check(
        json!({"op": "diff", "expr": "log(x)", "wrt": "x", "at": [{"x": -2}, {"x": 0}]}),
        json!({"values": [-0.5, "nan"], "conditions": ["x > 0"]}),
    );
    check(json!({"op": "diff", "expr": "x^2/x", "wrt": "x", "at": {"x": 0}}), json!({"value": "nan"}));
    check(
        json!({"op": "diff", "expr": "abs(x)", "wrt": "x"}),
        json!({"expr": "sign(x)", "conditions": ["x != 0"]}),
    );
    refuses(json!({"op": "diff", "expr": "x", "wrt": "x + 1"}), "request.variable", Some([0, 5]));
    refuses(json!({"op": "diff", "expr": "x", "wrt": "x", "order": 1000}), "budget.order", None);
}

#[test]
fn explain() {
    let of = json!({"op": "diff", "expr": "x^2 sin(x)", "wrt": "x"});
    let reply = ask(&json!({"op": "explain", "of": of}));
    let rules: Vec<&str> =
        reply["steps"].as_array().unwrap().iter().map(|s| s["rule"].as_str().unwrap()).collect();
    assert_eq!(rules[0], "product rule");
    assert!(rules.contains(&"power rule") && rules.contains(&"sine"), "{rules:?}");
    assert_eq!(reply["expr"], json!("x^2 cos(x) + 2 x sin(x)"));
    refuses(json!({"op": "explain", "of": {"op": "evaluate", "expr": "1"}}), "unsupported.explain", None);
}

#[test]
fn equal() {
    let verdict = |a: &str, b: &str, want: &str| {
        check(json!({"op": "equal", "a": a, "b": b}), json!({"verdict": want}));
    };
    verdict("(x + 1)^2", "x^2 + 2x + 1", "equal");
    verdict("sin(2x)", "2 sin(x) cos(x)", "equal");
    verdict("x/x", "1", "equal where both exist");
    verdict("log(x^2)", "2 log(x)", "equal where both exist");
    verdict("(x^2 - 1)/(x - 1)", "x + 1", "equal where both exist");
    verdict("1/(x^2 + 1)", "(x^2 + 1)^-1", "equal");
    verdict("sin(x)", "x", "different");
    verdict("2 + 2", "4", "equal");
    verdict("2 + 2", "5", "different");
    verdict("sqrt(x^2)", "x", "different");
    verdict("sqrt(1 - x) sqrt(1 + x)", "sqrt(1 - x^2)", "equal at tested points");
    verdict("log(-1 - x^2)", "x", "undecided");
    check(
        json!({"op": "equal", "a": "sqrt(x^2)", "b": "x", "assume": ["x > 0"]}),
        json!({"verdict": "equal"}),
    );
    let reply = ask(&json!({"op": "equal", "a": "x^2", "b": "x^3"}));
    let x = reply["witness"]["at"]["x"].as_f64().unwrap();
    assert_eq!(reply["witness"]["a"].as_f64().unwrap(), x * x);
    assert_ne!(reply["witness"]["a"], reply["witness"]["b"]);
}

#[test]
fn bad_requests() {
    let line =
        |text: &str| -> Value { serde_json::from_str(&answer_line(text, &Limits::default())).unwrap() };
    assert_eq!(line("")["error"]["code"], "request.not-json");
    assert_eq!(line("{")["error"]["code"], "request.not-json");
    assert_eq!(line("[1]")["error"]["code"], "request.not-an-object");
    assert_eq!(line(r#"{"id": 3}"#)["error"]["code"], "request.no-op");
    assert_eq!(line(r#"{"id": 3}"#)["id"], 3);
    assert_eq!(line(r#"{"id": 3, "op": "fly"}"#)["error"]["code"], "request.unknown-op");
    assert_eq!(line(r#"{"op": "diff", "expr": "x"}"#)["error"]["code"], "request.field");
    assert_eq!(
        line(r#"{"op": "diff", "expr": "x", "wrt": "x", "ordre": 2}"#)["error"]["code"],
        "request.field"
    );
    assert_eq!(line(&"[".repeat(100_000))["error"]["code"], "request.not-json");
}

#[test]
fn bad_texts_say_where() {
    refuses(json!({"op": "parse", "expr": "(x + 1"}), "syntax.unbalanced", Some([0, 1]));
    refuses(json!({"op": "parse", "expr": "1/0"}), "domain.division-by-zero", Some([2, 3]));
    refuses(json!({"op": "parse", "expr": "sinn(x)"}), "name.unknown-function", Some([0, 4]));
    refuses(json!({"op": "equal", "a": "x", "b": "x +"}), "syntax.missing-operand", Some([2, 3]));
    let reply = ask(&json!({"op": "equal", "a": "x", "b": "x +"}));
    assert_eq!(reply["error"]["field"], "b");
    let nest = ask(&json!({"op": "parse", "expr": "(".repeat(10_000)}));
    assert!(nest["error"]["code"].as_str().unwrap().starts_with("budget."), "{nest}");
    let long = ask(&json!({"op": "parse", "expr": "x+".repeat(500_000)}));
    assert_eq!(long["error"]["code"], "budget.text");
}

#[test]
fn adversaries_end() {
    for text in
        ["2^2^2^2^2^2^x", "9^9^9^9^9^9", "x^x^x^x^x^x^x^x", "exp(exp(exp(exp(exp(x)))))", "(x+y+z+u+v+w)^60"]
    {
        let reply = ask(&json!({"op": "diff", "expr": text, "wrt": "x", "order": 2}));
        assert!(reply["ok"].is_boolean(), "{text}");
        let reply = ask(&json!({"op": "equal", "a": text, "b": format!("1 + {text}")}));
        assert!(reply["ok"].is_boolean(), "{text}");
    }
    let digits = "7".repeat(5000);
    let reply = ask(&json!({"op": "equal", "a": format!("{digits} x^{digits}"), "b": "x"}));
    assert!(reply["ok"].is_boolean());
}

#[test]
fn derivatives_have_the_form_of_the_question() {
    check(
        json!({"op": "grad", "expr": "x^2 y", "wrt": ["x", "y"], "at": {"x": 1, "y": 3}}),
        json!({"expr": ["2 x y", "x^2"], "shape": ["2"], "value": [6.0, 1.0]}),
    );
    check(json!({"op": "grad", "expr": "x^2 y", "wrt": "y"}), json!({"expr": "x^2", "shape": []}));
    check(
        json!({"op": "jacobian", "expr": ["x y", "x + y"], "wrt": ["x", "y"], "at": [{"x": 2, "y": 5}]}),
        json!({"expr": [["y", "x"], ["1", "1"]], "shape": ["2", "2"], "values": [[[5.0, 2.0], [1.0, 1.0]]]}),
    );
    check(
        json!({"op": "hessian", "expr": "x^2 y + y^3", "wrt": ["x", "y"], "at": {"x": 1, "y": 2}}),
        json!({"expr": [["2 y", "2 x"], ["2 x", "6 y"]], "structure": "symmetric", "value": [[4.0, 2.0], [2.0, 12.0]]}),
    );
    check(
        json!({"op": "hessian", "expr": "x^2 + y^3", "wrt": ["x", "y"]}),
        json!({"expr": [["2", "0"], ["0", "6 y"]], "structure": "diagonal"}),
    );
    refuses(json!({"op": "grad", "expr": ["x", "y"], "wrt": "x"}), "shape.grad", None);
    refuses(json!({"op": "grad", "expr": "x", "wrt": ["x", "x"]}), "request.field", None);
    refuses(json!({"op": "grad", "expr": "x", "wrt": []}), "request.field", None);
}

#[test]
fn along_curves_and_by_equations() {
    check(
        json!({"op": "implicit_diff", "equation": "x^2 + y^2 = 1", "y": "y", "x": "x"}),
        json!({"expr": "-x/y"}),
    );
    check(
        json!({"op": "parametric_diff", "x": "cos(t)", "y": "sin(t)", "t": "t"}),
        json!({"expr": "-cos(t)/sin(t)"}),
    );
    check(
        json!({"op": "parametric_diff", "x": "t^2", "y": "t^3", "t": "t", "order": 2}),
        json!({"expr": "3/(4 t)"}),
    );
    refuses(json!({"op": "implicit_diff", "equation": "x = 1", "y": "y", "x": "x"}), "domain.implicit", None);
    refuses(json!({"op": "parametric_diff", "x": "1", "y": "t", "t": "t"}), "domain.parametric", None);
}

#[test]
fn simplify() {
    check(
        json!({"op": "simplify", "expr": "(x^2 - 1)/(x - 1)"}),
        json!({"expr": "x + 1", "conditions": ["x - 1 != 0"]}),
    );
    check(json!({"op": "simplify", "expr": "sin(x)^2 + cos(x)^2"}), json!({"expr": "1", "conditions": []}));
}

#[test]
fn assumptions_shorten() {
    check(
        json!({"op": "simplify", "expr": "sqrt(x^2) + log(a b)", "assume": ["x > 0", "a > 0"]}),
        json!({"expr": "x + log(a) + log(b)"}),
    );
    check(
        json!({"op": "diff", "expr": "sqrt(x^2)", "wrt": "x", "assume": ["x < 0"]}),
        json!({"expr": "-1", "conditions": []}),
    );
}

#[test]
fn an_evaluation_stays_within_its_budget() {
    let at: Vec<String> = (0..100).map(|k| format!("{{\"x\":{k}}}")).collect();
    let line = format!("{{\"op\":\"evaluate\",\"expr\":\"sin(x) + x^2\",\"at\":[{}]}}", at.join(","));
    let code = |limits: &Limits| {
        let reply: Value = serde_json::from_str(&answer_line(&line, limits)).unwrap();
        reply["error"]["code"].as_str().unwrap_or("none").to_owned()
    };
    assert_eq!(code(&Limits::default()), "none");
    assert_eq!(code(&Limits { threads: 4, ..Limits::default() }), "none");
    assert_eq!(code(&Limits { max_operations: 100, ..Limits::default() }), "budget.operations");
    assert_eq!(code(&Limits { max_memory: 100, ..Limits::default() }), "budget.memory");
    let stop = Stop::default();
    let stopped = Limits { stop: Some(stop.clone()), ..Limits::default() };
    assert_eq!(code(&stopped), "none");
    stop.raise();
    assert_eq!(code(&stopped), "budget.cancelled");
}
