//! The pictures of `docs/images/` that the command draws itself.

use crate::run::{Context, Outcome, visibly};

/// A file, and the words of `secant` that draw it.
#[rustfmt::skip]
const PICTURES: &[(&str, &[&str])] = &[
    ("taylor.svg", &["plot", "sin(x)", "x=-7..7", "--taylor", "0", "--order", "7", "--y", "-2.5..2.5"]),
];

/// Draws them all again.
pub(super) fn run(context: &Context) -> Outcome {
    let secant = match super::secant(context) {
        Ok(secant) => secant,
        Err(outcome) => return outcome,
    };
    for (name, words) in PICTURES {
        let file = context.root.join("docs/images").join(name);
        let outcome = visibly(context.command(&secant).args(*words).arg("-o").arg(file));
        if outcome != Outcome::Passed {
            return outcome;
        }
    }
    Outcome::Passed
}
