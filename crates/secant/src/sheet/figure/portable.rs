//! A program as JSON, for the interpreter in the page.

use crate::program::Program;

use super::compiled::Portable;

/// The program in the portable form.
pub(super) fn json(program: &Program) -> Portable {
    let _ = program;
    Portable::Null
}
