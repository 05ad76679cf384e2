//! Any question to a method ends with one line, and what it says of itself is consistent.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use secant::sheet::{Limits, answer_line};
use serde_json::{Value, json};

const METHODS: &[&str] = &[
    "gradient-descent",
    "steepest-descent",
    "momentum",
    "nesterov",
    "adam",
    "conjugate-gradient",
    "bfgs",
    "l-bfgs",
    "newton",
    "gauss-newton",
    "levenberg-marquardt",
];

fuzz_target!(|input: (u8, &str, f64, f64, f64, u8, bool)| -> Corpus {
    let (method, expr, x, y, step, memory, bounded) = input;
    let limits = Limits {
        max_chars: 300,
        max_nodes: 2_000,
        proof_terms: 1_000,
        max_operations: 2_000_000,
        max_memory: 1 << 24,
        ..Limits::default()
    };
    let mut request = json!({"op": "minimize", "expr": expr, "from": {"x": x, "y": y},
        "options": {"max_steps": 60, "step": step, "memory": memory, "trace": 5,
            "line_search": if memory % 2 == 0 { "wolfe" } else { "backtracking" },
            "conjugate": if memory % 3 == 0 { "hager-zhang" } else { "polak-ribiere" }}});
    if let Some(name) = METHODS.get(usize::from(method) % (METHODS.len() + 1)) {
        request["method"] = json!(name);
    }
    if bounded {
        request["over"] = json!({"x": [-2, x], "y": [y, "inf"]});
    }
    let line = request.to_string();
    let reply = answer_line(&line, &limits);
    assert!(!reply.contains('\n'), "more than a line: {reply}");
    let reply: Value = serde_json::from_str(&reply).unwrap_or_else(|error| panic!("{error}: {reply}"));
    if reply["ok"] != true {
        let code = reply["error"]["code"].as_str().unwrap_or_else(|| panic!("no code: {reply}"));
        assert!(!code.starts_with("internal."), "{line} gives {reply}");
        return Corpus::Keep;
    }
    if reply["stop"] == "unbounded" {
        assert!(reply["kind"] != "minimum" && reply["status"] == "failed", "{line} gives {reply}");
    }
    if let (Some(first), Some(best)) = (reply["trace"][0]["value"].as_f64(), reply["value"].as_f64()) {
        assert!(best <= first, "{line} gives {reply}");
    }
    assert!(reply["trace"].as_array().is_some_and(|trace| trace.len() <= 5), "{line} gives {reply}");
    assert!(reply["status"] != "proven", "{line} gives {reply}");
    Corpus::Keep
});
