//! The pages in a real browser: pytest and playwright drive the system's Chromium.

use std::process::Command;

use crate::run::{Context, Outcome, visibly};
use crate::tools;

/// Every test of `tests/browser`.
pub(super) fn run(context: &Context) -> Outcome {
    let mut words = vec!["-m", "pytest", "tests/browser", "-m", "not screenshots"];
    words.extend(context.extra.iter().map(String::as_str));
    harness(context, &words)
}

/// The pictures of `docs/images/`, taken through the same harness.
pub(super) fn screenshots(context: &Context) -> Outcome {
    harness(context, &["-m", "pytest", "tests/browser", "-m", "screenshots"])
}

fn harness(context: &Context, words: &[&str]) -> Outcome {
    match prepared(context) {
        Ok(mut command) => visibly(command.args(words)),
        Err(outcome) => outcome,
    }
}

fn prepared(context: &Context) -> Result<Command, Outcome> {
    let browser = tools::browser(context)?;
    let python = tools::python(context, &context.root.join("tests/browser/requirements.txt"))?;
    let secant = super::secant(context)?;
    let mut command = context.command(python);
    command
        .env("SECANT_BINARY", secant)
        .env("SECANT_BROWSER", browser)
        .env("SECANT_KEEP", context.target.join("browser"))
        .env("PYTHONDONTWRITEBYTECODE", "1");
    Ok(command)
}
