//! Series, limits and integrals of any text end within their budgets, with an answer or a reason that is not ours.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use secant::sheet::{Limits, answer_line};
use serde_json::{Value, json};

fuzz_target!(|input: (u8, &str, &str)| -> Corpus {
    let (op, one, other) = input;
    let limits = Limits {
        max_chars: 120,
        max_nodes: 500,
        proof_terms: 1_000,
        max_order: 12,
        max_operations: 1_000_000,
        ..Limits::default()
    };
    let request = match op % 8 {
        0 => json!({"op": "taylor", "expr": one, "at": {"x": other}, "order": op / 20}),
        1 => {
            json!({"op": "taylor", "expr": one, "at": {"x": 1}, "order": 4, "over": {"x": [other, 2]}, "radius": true})
        }
        2 => {
            json!({"op": "taylor", "expr": one, "at": {"x": 0, "y": other}, "order": 2, "over": {"x": [-1, 1], "y": [0, 1]}})
        }
        3 => json!({"op": "taylor", "expr": one, "at": {"x": other}, "error": 1e-6, "over": {"x": [-1, 1]}}),
        4 => json!({"op": "limit", "expr": one, "wrt": "x", "to": other}),
        5 => json!({"op": "limit", "expr": one, "wrt": "x", "to": "inf", "assume": [other]}),
        6 => json!({"op": "integrate", "expr": one, "wrt": "x", "from": other, "to": "inf"}),
        _ => json!({"op": "integrate", "expr": one, "wrt": "x", "from": 0, "to": other, "prove": op > 127}),
    };
    let reply = answer_line(&request.to_string(), &limits);
    let reply: Value = serde_json::from_str(&reply).unwrap_or_else(|error| panic!("{error}: {reply}"));
    if reply["ok"] != true {
        let code = reply["error"]["code"].as_str().unwrap_or_else(|| panic!("no code: {reply}"));
        assert!(!code.starts_with("internal."), "{request} gives {reply}");
    }
    Corpus::Keep
});
