//! The JSON Schema as it is shipped: current, and true of the op `grade`.

use std::collections::BTreeSet;

use secant::sheet::Limits;
use secant_course::{answer_line, schema};
use serde_json::{Value, json};

fn ask(request: &Value) -> Value {
    serde_json::from_str(&answer_line(&request.to_string(), &Limits::default())).unwrap()
}

fn fields(schema: &Value, what: &str) -> BTreeSet<String> {
    schema["$defs"][what]["properties"].as_object().unwrap().keys().cloned().collect()
}

#[test]
fn the_shipped_file_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/api.schema.json");
    let now = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), now, "write it again with UPDATE_GOLDEN=1");
}

#[test]
fn grade_takes_the_fields_of_the_schema() {
    let reply = ask(&json!({"op": "grade", "no such field": 1}));
    let message = reply["error"]["message"].as_str().unwrap();
    let expected = message.split("expected").nth(1).unwrap_or_else(|| panic!("{reply}"));
    let mut taken: BTreeSet<String> = expected.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    taken.extend(["id", "op"].map(str::to_owned));
    assert_eq!(fields(&schema(), "request of grade"), taken);
}

#[test]
fn grade_gives_the_fields_of_the_schema() {
    let schema = schema();
    let known = fields(&schema, "reply to grade");
    let task = json!({"op": "diff", "expr": "sin(3x)", "wrt": "x"});
    let mut seen = BTreeSet::new();
    for (answer, kind, form) in [
        ("cos(3x)", "expression", "expanded"),
        ("3 cos(3x)", "expression", "expanded"),
        ("cos(3x", "expression", "expanded"),
        ("3 cos(3x) + x (x + 1) - x^2 - x", "expression", "expanded"),
        ("[1, 2]", "vector", "exact"),
    ] {
        let model = if kind == "vector" { "[1, 3]" } else { "3 cos(3x)" };
        let reply = ask(
            &json!({"op": "grade", "id": 1, "answer": answer, "model": model, "kind": kind, "form": form,
            "record": true, "task": task, "also": ["latex", "mathml"]}),
        );
        let gives: BTreeSet<String> = reply.as_object().unwrap().keys().cloned().collect();
        assert!(gives.is_subset(&known), "{reply}");
        for must in schema["$defs"]["reply to grade"]["required"].as_array().unwrap() {
            assert!(gives.contains(must.as_str().unwrap()), "{must}: {reply}");
        }
        seen.extend(gives);
    }
    assert_eq!(seen, known, "every field comes at times");
}
