//! What a learner is typing, read back as mathematics while it is typed.

use serde::Serialize;

use crate::fault::Fault;
use crate::question;

/// A formula as it was understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// The formula in the engine's own writing.
    pub text: String,
    /// The formula as mathematics.
    pub mathml: String,
}

/// Reads a formula in these names; every other name is a mistake.
///
/// # Errors
/// What is wrong with it, and where.
pub fn read(text: &str, names: &[&str]) -> Result<Reading, Fault> {
    let (e, _) = question::typed(text, names)?;
    Ok(Reading { text: e.to_string(), mathml: e.to_mathml() })
}
