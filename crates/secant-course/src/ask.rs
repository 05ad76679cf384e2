//! The one line in, the one line out of every door: what the engine can be asked, and the op that needs a course.
//!
//! Here: which part answers an op. Not here: what an answer is (`secant::sheet`, `grade`).
//! Start reading at [`answer_line()`].

use secant::sheet::schema::{Field, Operation, object, reference, schema_with};
use secant::sheet::{self, Fault, Limits};
use serde_json::{Value, json};

use crate::grade::{GradeAsk, Kind, Verdict, grade};

/// One JSON request, one JSON reply: `grade` is answered here, everything else by [`secant::sheet`]. Never panics,
/// whatever the line holds.
pub fn answer_line(line: &str, limits: &Limits) -> String {
    match serde_json::from_str::<Value>(line) {
        // The engine says what is wrong with what is no JSON.
        Err(_) => sheet::answer_line(line, limits),
        Ok(value) if value.get("op").and_then(Value::as_str) == Some("grade") => {
            answer_grade(value, limits).to_string()
        }
        Ok(value) => sheet::answer(value, limits).to_line(),
    }
}

/// Answers a request of the op `grade`.
fn answer_grade(mut request: Value, limits: &Limits) -> Value {
    let mut id = Value::Null;
    if let Some(fields) = request.as_object_mut() {
        fields.remove("op");
        id = fields.remove("id").unwrap_or_default();
    }
    let ask = serde_json::from_value::<GradeAsk>(request);
    let graded = ask
        .map_err(|e| Fault::new("request.field", e.to_string()).boxed())
        .and_then(|ask| grade(&ask, limits));
    let mut reply = match graded {
        Ok(grade) => {
            let mut reply = json!(grade);
            reply["ok"] = true.into();
            reply
        }
        Err(fault) => json!({ "ok": false, "error": fault }),
    };
    if !id.is_null() {
        reply["id"] = id;
    }
    reply
}

/// What `grade` takes and gives, as rows of the engine's table.
#[rustfmt::skip]
const GRADE: Operation = ("grade", &[
    ("answer", "given", true), ("model", "given", true), ("kind", "kind", false), ("form", "one or many", false),
    ("tolerance", "tolerance", false), ("wrt", "string", false), ("draw", "window", false), ("at", "point value", false), ("order", "integer", false),
    ("task", "object", false), ("record", "boolean", false), ("seed", "integer", false),
], &[&[
    ("verdict", "grade verdict", true), ("score", "number", true), ("feedback", "string", true), ("reading", "string", false),
    ("latex", "string", false), ("mathml", "string", false), ("witness", "grade witness", false), ("form", "form", false),
    ("error", "fault", false), ("parts", "parts", false), ("diagnosis", "slips", true), ("record", "object", false),
]]);

const TOLERANCE: &[Field] = &[
    ("relative", "number", false),
    ("absolute", "number", false),
    ("significant_figures", "integer", false),
    ("decimal_places", "integer", false),
];
const WINDOW: &[Field] =
    &[("x", "two numbers", true), ("y", "two numbers", true), ("within", "number", false)];
const WITNESS: &[Field] =
    &[("at", "numbers by name", true), ("yours", "number", true), ("expected", "number", true)];
const FORM: &[Field] = &[("asked", "string", true), ("ok", "boolean", true), ("message", "string", false)];
const PART: &[Field] = &[
    ("name", "string", true),
    ("at", "integers", false),
    ("verdict", "grade verdict", true),
    ("message", "string", false),
];
const SLIP: &[Field] = &[
    ("slip", "string", true),
    ("at", "integers", false),
    ("would_give", "string", true),
    ("explanation", "integer", true),
];

/// The JSON Schema of every request and reply, those of the engine included.
pub fn schema() -> Value {
    let list = |of: Value| json!({ "type": "array", "items": of });
    let given = json!({ "anyOf": [
        { "type": "string" }, { "type": "number" }, list(json!({ "type": "string" })),
        { "type": "object", "additionalProperties": reference("point value") },
    ]});
    let words = |words: Vec<&str>| json!({ "enum": words });
    let defined = [
        ("given", given),
        ("kind", words(Kind::ALL.iter().map(|(_, word)| *word).collect())),
        ("tolerance", object(TOLERANCE.iter())),
        ("window", object(WINDOW.iter())),
        (
            "two numbers",
            json!({ "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 2 }),
        ),
        ("grade verdict", words(Verdict::ALL.iter().map(|v| v.word()).collect())),
        ("grade witness", object(WITNESS.iter())),
        ("form", object(FORM.iter())),
        ("parts", list(object(PART.iter()))),
        ("slips", list(object(SLIP.iter()))),
    ];
    schema_with(&[GRADE], &defined)
}
