//! The one line in, the one line out of every door: what the engine can be asked, and the op that needs a course.
//!
//! Here: which part answers an op. Not here: what an answer is (`secant::sheet`, `grade`).
//! Start reading at [`answer_line()`].

use secant::sheet::{self, Fault, Limits};
use serde_json::{Value, json};

use crate::grade::{GradeAsk, grade};

/// One JSON request, one JSON reply: `grade` is answered here, everything else by [`secant::sheet`]. Never panics,
/// whatever the line holds.
pub fn answer_line(line: &str, limits: &Limits) -> String {
    let reply = match serde_json::from_str::<Value>(line) {
        // The engine says what is wrong with what is no JSON.
        Err(_) => return sheet::answer_line(line, limits),
        Ok(value) if value.get("op").and_then(Value::as_str) == Some("grade") => answer_grade(value, limits),
        Ok(value) => json!(sheet::answer(value, limits)),
    };
    reply.to_string()
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
