//! The op `minimize`, as it comes over every door.

use proptest::prelude::*;
use secant::minimize::METHODS;
use secant::sheet::{Limits, answer_line};
use serde_json::{Value, json};

fn ask_within(request: &Value, limits: &Limits) -> Value {
    serde_json::from_str(&answer_line(&request.to_string(), limits)).unwrap()
}

fn ask(request: &Value) -> Value {
    ask_within(request, &Limits::default())
}

/// An answer with these fields; numbers to nine digits.
#[track_caller]
fn check(request: Value, want: Value) {
    fn same(a: &Value, b: &Value) -> bool {
        match (a, b) {
            (Value::Number(a), Value::Number(b)) => {
                let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
                (a - b).abs() <= 1e-9 * b.abs().max(1.0)
            }
            (Value::Array(a), Value::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
            }
            (Value::Object(a), Value::Object(b)) => {
                a.len() == b.len() && b.iter().all(|(k, b)| a.get(k).is_some_and(|a| same(a, b)))
            }
            (a, b) => a == b,
        }
    }
    let reply = ask(&request);
    for (field, value) in want.as_object().unwrap() {
        assert!(same(&reply[field], value), "`{field}` of {reply} for {request}");
    }
}

#[track_caller]
fn refuses(request: Value, code: &str, field: &str) {
    let reply = ask(&request);
    assert_eq!(reply["error"]["code"], json!(code), "{reply}");
    assert_eq!(reply["error"]["field"], json!(field), "{reply}");
}

#[test]
fn minima() {
    check(
        json!({"op": "minimize", "expr": "(x - 1/3)^2 + 2", "from": {"x": 5}}),
        json!({"ok": true, "at": {"x": 1.0 / 3.0}, "value": 2.0, "kind": "minimum", "status": "tested",
            "stop": "gradient", "method": "newton", "condition": 1.0, "gradient_norm": 0.0}),
    );
    check(
        json!({"op": "minimize", "expr": "x^2 - y^2", "from": {"x": 1, "y": "1/2"}}),
        json!({"stop": "unbounded", "kind": "undecided", "status": "failed"}),
    );
    // A name that does not occur is passed over; with bounds alone it begins in the middle.
    check(
        json!({"op": "minimize", "expr": "-x", "over": {"x": [0, "pi"], "y": [0, 1]}}),
        json!({"at": {"x": std::f64::consts::PI}, "kind": "minimum", "post_mortem":
            {"active": [{"name": "x", "side": "upper", "bound": std::f64::consts::PI, "multiplier": 1.0}]}}),
    );
    check(
        json!({"op": "minimize", "expr": "x^2 + y^2", "over": {"x": [1, "inf"], "y": ["-inf", "inf"]}}),
        json!({"at": {"x": 1.0, "y": 0.0}, "value": 1.0}),
    );
    // Vectors, with an extent that the start gives.
    check(
        json!({"op": "minimize", "expr": "sum((A w - b).^2)", "declare": {"w": "vector(2)"},
            "define": ["A = [1, 2; 3, 5]", "b = [1, 2]"], "from": {"w": [0, 0]}}),
        json!({"at": {"w": [-1.0, 1.0]}, "value": 0.0, "status": "tested"}),
    );
    check(
        json!({"op": "minimize", "expr": "sum((w - 1).^2)/n + n", "declare": {"w": "vector(n)"}, "from": {"w": [0, 5, 9]}}),
        json!({"at": {"w": [1.0, 1.0, 1.0]}, "value": 3.0, "status": "tested"}),
    );
    check(
        json!({"op": "minimize", "expr": "sum((w - 2).^2)", "declare": {"w": "vector(3)"},
            "over": {"w": [0, [1, 2, 3]]}}),
        json!({"at": {"w": [1.0, 2.0, 2.0]}, "value": 1.0, "kind": "minimum"}),
    );
    // What the text says beside its canonical form holds, too.
    check(
        json!({"op": "minimize", "expr": "exp(log(x)) + 1", "from": {"x": -1}}),
        json!({"stop": "not-finite", "value": "nan", "status": "failed"}),
    );
}

#[test]
fn a_way_to_compare_with_ones_own() {
    check(
        json!({"op": "minimize", "expr": "x^2", "from": {"x": 1}, "method": "gradient-descent",
            "options": {"step": 0.25, "max_steps": 2}}),
        json!({"stop": "max-steps", "steps": 2, "evaluations": {"f": 0, "grad": 3, "hessian": 1}, "trace": [
            {"step": 0, "at": {"x": 1.0}, "value": 1.0, "gradient_norm": 2.0, "length": 0.0},
            {"step": 1, "at": {"x": 0.5}, "value": 0.25, "gradient_norm": 1.0, "length": 0.5},
            {"step": 2, "at": {"x": 0.25}, "value": 0.0625, "gradient_norm": 0.5, "length": 0.25}]}),
    );
}

#[test]
fn refusals() {
    let f = "x^2";
    refuses(json!({"op": "minimize", "expr": f}), "request.field", "from");
    refuses(json!({"op": "minimize", "expr": "x y", "from": {"x": 1}}), "name.without-value", "from");
    refuses(json!({"op": "minimize", "expr": "[x, 1]", "from": {"x": 1}}), "shape.minimize", "expr");
    refuses(json!({"op": "minimize", "expr": f, "from": {"x": [1]}}), "shape.point", "from");
    refuses(json!({"op": "minimize", "expr": f, "over": {"x": [1, 0]}}), "request.bounds", "over");
    refuses(json!({"op": "minimize", "expr": f, "over": {"x": [[0, 1], 2]}}), "shape.point", "over");
    refuses(
        json!({"op": "minimize", "expr": f, "from": {"x": 1}, "method": "simplex"}),
        "request.option",
        "method",
    );
    for options in [
        json!({"stp": 1}),
        json!({"step": -1}),
        json!({"step": "long"}),
        json!({"momentum": 1}),
        json!({"max_steps": 10_000_000}),
        json!({"line_search": "golden"}),
    ] {
        refuses(
            json!({"op": "minimize", "expr": f, "from": {"x": 1}, "options": options}),
            "request.option",
            "options",
        );
    }
    refuses(
        json!({"op": "minimize", "expr": "x^3", "from": {"x": 1}, "method": "gauss-newton"}),
        "unsupported.method",
        "method",
    );
    refuses(
        json!({"op": "minimize", "expr": "k^2", "from": {"k": 1}, "assume": ["k integer"]}),
        "unsupported.minimize",
        "from",
    );
}

/// What costs too much ends with what was found until then; what is called off ends at once.
#[test]
fn bounded() {
    let request = json!({"op": "minimize", "expr": "(1 - x)^2 + 100 (y - x^2)^2", "from": {"x": -1.2, "y": 1},
        "method": "gradient-descent", "options": {"step": 1e-9, "max_steps": 1_000_000}});
    let reply = ask_within(&request, &Limits { max_operations: 100_000, ..Limits::default() });
    assert_eq!((&reply["stop"], &reply["status"]), (&json!("budget"), &json!("failed")), "{reply}");
    assert!(reply["trace"].as_array().unwrap().len() <= 1000);
    let stop = secant::sheet::Stop::default();
    stop.raise();
    let reply = ask_within(&request, &Limits { stop: Some(stop), ..Limits::default() });
    assert_eq!(reply["error"]["code"], json!("budget.cancelled"), "{reply}");
}

/// Texts that mean well, and others.
fn texts() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "x",
        "y",
        "x^2",
        "(x - y)^2",
        "1/x",
        "log(x)",
        "gamma(y)",
        "floor(y)",
        "where(x > 0, x, y^2)",
        "max(x, y)",
        "x^x",
        "exp(exp(x))",
        "sqrt(abs(x))",
        "sum([x, y, 3].^2)",
        "det([x, 1; y, x])",
        "10^300 x",
        "y^2/10^300",
        "((",
        "x = 1",
        "diff(sin(x), x)",
        "z",
        "tan(x y)",
        "3",
        "abs(y)",
        "erf(x)",
        "mod(x, 2)",
        "0/0",
        "sign(x)",
        "[x, y]",
        "x!",
    ]);
    let between = prop::sample::select(vec![" + ", " - ", " * ", "/", "^", " - 3 * "]);
    prop::collection::vec((part, between), 1..5).prop_map(|parts| {
        parts.iter().fold(String::new(), |text, (part, sign)| {
            if text.is_empty() { (*part).to_owned() } else { format!("({text}){sign}({part})") }
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
    /// Whatever is asked: one answer or one refusal, within the limits, that does not contradict itself.
    #[test]
    fn whatever_is_asked(
        expr in texts(), x in prop::num::f64::NORMAL | prop::num::f64::ZERO, y in -3.0f64..3.0, method in 0..METHODS.len() + 1,
        step in prop::num::f64::POSITIVE, memory in 0usize..30, bounded: bool,
    ) {
        let limits = Limits { max_operations: 2_000_000, max_memory: 1 << 24, ..Limits::default() };
        let mut request = json!({"op": "minimize", "expr": expr, "from": {"x": x, "y": y},
            "options": {"max_steps": 60, "step": step, "memory": memory, "trace": 5,
                "line_search": if memory % 2 == 0 { "wolfe" } else { "backtracking" },
                "conjugate": if memory % 3 == 0 { "hager-zhang" } else { "polak-ribiere" }}});
        if let Some(row) = METHODS.get(method) {
            request["method"] = json!(row.name);
        }
        if bounded {
            request["over"] = json!({"x": [-2, x.abs()], "y": [y, "inf"]});
        }
        let reply = ask_within(&request, &limits);
        if reply["ok"] != json!(true) {
            let code = reply["error"]["code"].as_str().unwrap();
            prop_assert!(!code.starts_with("internal.") && !code.starts_with("program."), "{} gives {}", request, reply);
            return Ok(());
        }
        if reply["stop"] == json!("unbounded") {
            prop_assert!(reply["kind"] != json!("minimum") && reply["status"] == json!("failed"), "{} gives {}", request, reply);
        }
        if let (Some(first), Some(best)) = (reply["trace"][0]["value"].as_f64(), reply["value"].as_f64()) {
            prop_assert!(best <= first, "{} gives {}", request, reply);
        }
        prop_assert!(reply["trace"].as_array().unwrap().len() <= 5, "{} gives {}", request, reply);
        prop_assert!(reply["status"] != json!("proven"), "{} gives {}", request, reply);
    }
}
