//! The one place where the command line meets the engine.

use anyhow::Context as _;
use secant::sheet::{Limits, answer_line};
use serde_json::Value;

/// One request, one reply.
pub(crate) fn ask(request: &Value) -> anyhow::Result<Value> {
    serde_json::from_str(&answer(&request.to_string()))
        .context("the engine's reply is not JSON; this is our mistake")
}

/// One request as a line of JSON, its reply as another.
pub(crate) fn answer(line: &str) -> String {
    answer_line(line, &Limits::default())
}
