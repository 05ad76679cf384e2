//! Any line gets one line of JSON that says whether it is an answer, and never an error that is ours.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use secant::sheet::{Limits, answer_line};
use serde_json::{Value, json};

fuzz_target!(|input: (u8, &str, &str)| -> Corpus {
    let (op, one, other) = input;
    let limits =
        Limits { max_chars: 400, max_nodes: 2_000, proof_terms: 1_000, max_order: 4, ..Limits::default() };
    let line = match op % 8 {
        0 => one.to_owned(),
        1 => json!({"op": "parse", "expr": one, "also": ["latex", "mathml"]}).to_string(),
        2 => json!({"op": "evaluate", "expr": one, "at": {"x": other, "y": 0.5}}).to_string(),
        3 => json!({"op": "diff", "expr": one, "wrt": other}).to_string(),
        4 => json!({"op": "diff", "expr": one, "wrt": "x", "order": 2, "at": [{"x": other}, {"x": 1}]})
            .to_string(),
        5 => json!({"op": "explain", "of": {"op": "diff", "expr": one, "wrt": "x"}}).to_string(),
        6 => json!({"op": "equal", "a": one, "b": other}).to_string(),
        _ => json!({"op": "evaluate", "expr": one, "assume": [other], "at": {"x": "1/3"}}).to_string(),
    };
    let reply = answer_line(&line, &limits);
    assert!(!reply.contains('\n'), "more than a line: {reply}");
    let reply: Value = serde_json::from_str(&reply).unwrap_or_else(|error| panic!("{error}: {reply}"));
    if reply["ok"] != true {
        let code = reply["error"]["code"].as_str().unwrap_or_else(|| panic!("no code: {reply}"));
        assert!(!code.starts_with("internal."), "{line} gives {reply}");
        assert!(reply["error"]["message"].as_str().is_some_and(|text| !text.is_empty()), "{reply}");
    }
    Corpus::Keep
});
