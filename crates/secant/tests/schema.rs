//! The JSON Schema of requests and replies: true of what the types take and give.

use std::collections::BTreeSet;

use secant::sheet::{Limits, answer_line, schema};
use serde_json::{Value, json};

fn ask(request: &Value) -> Value {
    serde_json::from_str(&answer_line(&request.to_string(), &Limits::default())).unwrap()
}

/// As much of a validator as the schema needs; `Err` says where it does not fit.
fn fits(value: &Value, schema: &Value, whole: &Value) -> Result<(), String> {
    let Some(rules) = schema.as_object() else { return Err("no schema".into()) };
    for (rule, what) in rules {
        let good = match rule.as_str() {
            "$ref" => {
                let name = what.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                fits(value, whole["$defs"].get(name).ok_or(format!("no definition `{name}`"))?, whole)?;
                true
            }
            "type" => match what.as_str().unwrap() {
                "string" => value.is_string(),
                "number" => value.is_number(),
                "integer" => value.is_i64() || value.is_u64(),
                "boolean" => value.is_boolean(),
                "null" => value.is_null(),
                "array" => value.is_array(),
                "object" => value.is_object(),
                other => return Err(format!("unknown type {other}")),
            },
            "const" => value == what,
            "enum" => what.as_array().unwrap().contains(value),
            "anyOf" => what.as_array().unwrap().iter().any(|s| fits(value, s, whole).is_ok()),
            "items" => {
                value.as_array().into_iter().flatten().try_for_each(|v| fits(v, what, whole))?;
                true
            }
            "required" => {
                what.as_array().unwrap().iter().all(|name| value.get(name.as_str().unwrap()).is_some())
            }
            "properties" | "additionalProperties" => {
                for (name, v) in value.as_object().into_iter().flatten() {
                    match (rules.get("properties").and_then(|p| p.get(name)), &rules["additionalProperties"])
                    {
                        (Some(known), _) => fits(v, known, whole)?,
                        (None, Value::Bool(false)) => return Err(format!("unknown field `{name}`")),
                        (None, other) => fits(v, other, whole)?,
                    }
                }
                true
            }
            other => return Err(format!("unknown rule {other}")),
        };
        if !good {
            return Err(format!("{value} is not {rule}: {what}"));
        }
    }
    Ok(())
}

fn definition(name: &str) -> (Value, Value) {
    let whole = schema();
    (whole["$defs"][name].clone(), whole)
}

const OPS: &[&str] = &[
    "parse",
    "plot",
    "simplify",
    "evaluate",
    "diff",
    "implicit_diff",
    "parametric_diff",
    "grad",
    "jacobian",
    "hessian",
    "explain",
    "equal",
    "taylor",
    "limit",
    "integrate",
    "solve",
    "minimize",
    "fit",
];

/// The types name the fields that they take when they meet another: these are those of the schema.
#[test]
fn requests_have_the_fields_of_the_types() {
    for op in OPS {
        let (request, _) = definition(&format!("request of {op}"));
        let common = ["id", "op", "declare", "define", "assume", "also"];
        let own = |list: Vec<&str>| -> BTreeSet<String> {
            list.into_iter().filter(|n| !common.contains(n)).map(str::to_owned).collect()
        };
        let fields = own(request["properties"].as_object().unwrap().keys().map(String::as_str).collect());
        let reply = ask(&json!({"op": op, "no such field": 1}));
        let message = reply["error"]["message"].as_str().unwrap();
        let expected = message.split("expected").nth(1).unwrap_or_else(|| panic!("{reply}"));
        let taken: BTreeSet<String> = expected.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        assert_eq!(fields, taken, "{op}");
        // Fields that must be there are missed.
        let needed = own(request["required"].as_array().unwrap().iter().filter_map(Value::as_str).collect());
        let missed = ask(&json!({"op": op}));
        let misses = missed["error"]["message"].as_str().unwrap_or_default().contains("missing field");
        assert_eq!(misses, !needed.is_empty(), "{op}: {missed}");
    }
    let said = ask(&json!({"op": "no such operation"}));
    let hint = said["error"]["hint"]
        .as_str()
        .unwrap()
        .trim_start_matches("one of ")
        .split(", ")
        .collect::<BTreeSet<_>>();
    assert_eq!(hint, OPS.iter().copied().collect::<BTreeSet<_>>());
}

#[test]
fn requests_and_replies_fit() {
    let also = json!(["latex", "mathml"]);
    let requests = [
        json!({"id": 7, "op": "parse", "expr": "x/x", "also": also}),
        json!({"op": "parse", "latex": r"\frac{1}{x}"}),
        json!({"op": "parse", "expr": "f(2)", "define": ["f(x) = x^2"], "declare": {"w": "vector(n)"}, "assume": ["a > 0"]}),
        json!({"op": "plot", "over": {"x": [-4, "pi"]}, "title": "two", "size": [400, 300], "y": [-2, 2], "layers": [
            {"draw": "curve", "expr": "sin(x)", "name": "wave"}, {"draw": "area", "expr": "x", "over": [0, 1]}],
            "below": {"layers": [{"draw": "points", "at": [[0, 1], [1, 0]], "errors": [0.5, 0.5]}], "ylabel": "rest"}}),
        json!({"op": "plot", "over": {"x": [-1, 1], "y": [-1, 1]}, "equal": true, "layers": [
            {"draw": "landscape", "expr": "x y", "levels": 5}, {"draw": "equation", "equation": "x^2 + y^2 = 1"},
            {"draw": "field", "expr": ["-y", "x"]}, {"draw": "path", "at": [[0, 0], [1, 1]]}, {"draw": "note", "at": [0, 0], "text": "here"}]}),
        json!({"op": "simplify", "expr": "sqrt(x^2)", "assume": ["x > 0"]}),
        json!({"op": "evaluate", "expr": "1/x", "at": {"x": 0}}),
        json!({"op": "evaluate", "expr": "x w", "declare": {"w": "vector(n)"}, "at": [{"x": "1/2", "w": [1, "pi"]}]}),
        json!({"op": "diff", "expr": "x^5", "wrt": "x", "order": 2, "at": {"x": 2}}),
        json!({"op": "diff", "expr": "abs(x)", "wrt": "x", "at": [{"x": 1}], "also": also}),
        json!({"op": "implicit_diff", "equation": "x^2 + y^2 = 1", "y": "y", "x": "x"}),
        json!({"op": "parametric_diff", "x": "t", "y": "t^2", "t": "t", "order": 2}),
        json!({"op": "grad", "expr": "x^2 y", "wrt": ["x", "y"], "at": {"x": 1, "y": 2}, "also": also}),
        json!({"op": "jacobian", "expr": ["x y", "x"], "wrt": ["x", "y"]}),
        json!({"op": "hessian", "expr": "x^2 y", "wrt": ["x", "y"], "at": [{"x": 1, "y": 2}]}),
        json!({"op": "explain", "of": {"op": "diff", "expr": "x sin(x)", "wrt": "x", "also": also}, "full": true, "also": also}),
        json!({"op": "explain", "of": {"op": "grad", "expr": "w' w", "wrt": "w", "declare": {"w": "vector(n)"}}}),
        json!({"op": "equal", "a": "x", "b": "y"}),
        json!({"op": "equal", "a": "x/x", "b": "1"}),
        json!({"op": "taylor", "expr": "exp(x)", "at": {"x": 0.5}, "order": 3, "over": {"x": [0, "pi/2"]}, "also": also}),
        json!({"op": "taylor", "expr": "exp(x)", "at": {"x": 0.5}, "error": 0.001, "over": {"x": [0, 1]}, "radius": true, "also": also}),
        json!({"op": "taylor", "expr": "1/(1 + x^2)", "at": {"x": 0}, "order": 3, "radius": true}),
        json!({"op": "taylor", "expr": "abs(x)", "at": {"x": 0}, "order": 3, "over": {"x": [0, 1]}}),
        json!({"op": "taylor", "expr": "a x y", "at": {"x": "b", "y": "1/3"}, "order": 2}),
        json!({"op": "fit", "model": "y ~ a + b x", "data": {"x": [1, 2, 3, 4], "y": [1, 3, 4, 6.5]}, "bands": {"x": [0, 5]}}),
        json!({"op": "fit", "model": "log(y) ~ a - b x", "data": {"x": [1, 2, 3, 4], "y": [9, 5, 2.5, 1]}, "sigma": [0.1, 0.1, 0.2, 0.2],
            "observed": true, "profile": true, "options": {"level": 0.9}}),
        json!({"op": "fit", "model": "y ~ a b exp(-c x)", "data": {"x": [1, 2, 3, 4], "y": [9, 5, 2.5, 1]}, "sigma": 0.1, "start": {"c": "1/2"},
            "bounds": {"c": [0, null]}, "loss": "huber", "params": ["a", "b", "c"]}),
        json!({"op": "limit", "expr": "sin(x)/x", "wrt": "x", "to": 0, "also": also}),
        json!({"op": "limit", "expr": "1/x", "wrt": "x", "to": 0}),
        json!({"op": "minimize", "expr": "x + y", "subject_to": ["x^2 + y^2 = 2", "x <= 1/2"], "from": {"x": -1, "y": 0.5}}),
        json!({"op": "minimize", "expr": "x + y", "subject_to": "x^2 + y^2 = 2", "over": {"x": [-2, 2], "y": [-2, 2]}, "method": "stationary"}),
        json!({"op": "minimize", "expr": "x^4 - x", "over": {"x": [-2, 2]}, "method": "global"}),
        json!({"op": "explain", "of": {"op": "minimize", "expr": "x + y", "subject_to": "x^2 + y^2 = 2", "from": {"x": 1, "y": 1}}, "also": also}),
        json!({"op": "solve", "equations": ["x^2 = 2"], "over": {"x": [-2, "pi"]}}),
        json!({"op": "solve", "equations": "abs(x)"}),
        json!({"op": "solve", "equations": "cos(x) = x", "from": {"x": 1}, "method": "newton", "options": {"max_steps": 9}}),
        json!({"op": "solve", "equations": "x^3 = x + 1", "over": {"x": [0, 2]}, "method": "bisection"}),
        json!({"op": "explain", "of": {"op": "solve", "equations": "x^2 = 2", "from": {"x": 1}}, "also": also}),
        json!({"op": "minimize", "expr": "(x - a)^2 + y^4", "from": {"x": "1/2", "y": 3, "a": 0}}),
        json!({"op": "minimize", "expr": "(x - 5)^2 + 1000000000 y^2", "over": {"x": [0, "pi"], "y": ["-inf", 5]},
            "method": "l-bfgs", "options": {"memory": 3, "line_search": "backtracking", "step": 0.5}}),
        json!({"op": "minimize", "expr": "sum((w - 1).^2)", "declare": {"w": "vector(n)"}, "from": {"w": [0, 3, 4]}}),
        json!({"op": "minimize", "expr": "-x", "from": {"x": 0}}),
        json!({"op": "integrate", "expr": "exp(-x)/sqrt(x)", "wrt": "x", "from": 0, "to": "inf", "pieces": true}),
        json!({"op": "integrate", "expr": "1/x", "wrt": "x", "from": "-1/2", "to": 1}),
        json!({"op": "limit", "expr": "atan(x)", "wrt": "x", "to": "-inf", "side": "right"}),
        json!({"op": "integrate", "expr": "x sin(x)", "wrt": "x", "also": also}),
        json!({"op": "integrate", "expr": "x^n", "wrt": "x"}),
        json!({"op": "integrate", "expr": "exp(x^2)", "wrt": "x"}),
        json!({"op": "explain", "of": {"op": "integrate", "expr": "x sin(x^2)", "wrt": "x"}, "also": also}),
    ];
    for request in &requests {
        let op = request["op"].as_str().unwrap();
        let (schema, whole) = definition(&format!("request of {op}"));
        fits(request, &schema, &whole).unwrap_or_else(|e| panic!("{request}: {e}"));
        let reply = ask(request);
        assert_eq!(reply["ok"], json!(true), "{request}: {reply}");
        let (schema, _) = definition(&format!("reply to {op}"));
        fits(&reply, &schema, &whole).unwrap_or_else(|e| panic!("{request}: {reply}: {e}"));
        let (schema, _) = definition("reply");
        fits(&reply, &schema, &whole).unwrap_or_else(|e| panic!("{request}: {reply}: {e}"));
    }
    let (failure, whole) = definition("failure");
    for request in [
        json!({"id": [1], "op": "parse", "expr": "1 + ) + (2"}),
        json!({"op": "parse", "expr": "a b", "define": ["a = )", "b = 1/0 + 1/0"]}),
        json!({"op": "diff"}),
        json!(3),
        json!({"op": "equal", "a": "x +", "b": "1"}),
    ] {
        let reply = ask(&request);
        assert_eq!(reply["ok"], json!(false), "{request}: {reply}");
        fits(&reply, &failure, &whole).unwrap_or_else(|e| panic!("{request}: {reply}: {e}"));
    }
}

#[test]
fn what_does_not_fit_is_told() {
    let (schema, whole) = definition("request");
    for request in [
        json!({"op": "parse", "expr": 3}),
        json!({"op": "diff", "expr": "x"}),
        json!({"op": "diff", "expr": "x", "wrt": "x", "oder": 2}),
        json!({"op": "solve", "equations": 3}),
        json!({"expr": "x"}),
    ] {
        assert!(fits(&request, &schema, &whole).is_err(), "{request}");
    }
}
