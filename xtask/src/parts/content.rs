//! The course, checked by the command that its authors use.

use crate::run::{Context, Outcome, visibly};

/// `secant check course/`.
pub(super) fn run(context: &Context) -> Outcome {
    match super::secant(context) {
        Ok(secant) => visibly(context.command(secant).args(["check", "course/"])),
        Err(outcome) => outcome,
    }
}
