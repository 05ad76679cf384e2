//! What can be wrong with a course or with something a learner typed, and where.

use std::fmt;

use serde::Serialize;

/// One mistake, in a course file or in something a learner typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Never changes: tests, clients and translations use it.
    pub code: &'static str,
    /// Lowercase, without a full stop.
    pub message: String,
    /// The course file; empty for typed text.
    pub file: String,
    /// From 1; 0 for typed text.
    pub line: u32,
    /// In characters, from 1; 0 for typed text.
    pub column: u32,
    /// Characters of the typed text.
    pub at: Option<(usize, usize)>,
    /// What to do about it.
    pub hint: Option<String>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.file.is_empty() {
            write!(f, "{}:{}:{}: ", self.file, self.line, self.column)?;
        }
        write!(f, "{}", self.message)?;
        if let Some(hint) = &self.hint {
            write!(f, "\n    {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}

/// All that is wrong with a course, file by file and in the order of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// `Err` with all of them, in order, if there are any.
    pub(crate) fn into_result<T>(mut self, value: impl FnOnce() -> T) -> Result<T, Faults> {
        if self.0.is_empty() {
            return Ok(value());
        }
        self.0.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        self.0.dedup();
        Err(self)
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (k, fault) in self.0.iter().enumerate() {
            if k > 0 {
                writeln!(f)?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}
