//! How much of a text is read.

use super::super::error::{Errors, Span, SyntaxError};

/// How much of a text is read before it is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Characters; default 100 000.
    pub max_chars: usize,
    /// Brackets, exponents and the like inside each other; default 250, and never more than 400.
    pub max_depth: usize,
    /// Parts of the tree; default 100 000.
    pub max_nodes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { max_chars: 100_000, max_depth: 250, max_nodes: 100_000 }
    }
}

/// Deeper than this the reader's own stack would be at risk.
const DEEPEST: usize = 400;

/// A level of nesting can be a bracket, a sum and a product: so much higher than deep may a tree be.
pub(super) const HEIGHT_PER_DEPTH: usize = 3;

impl Limits {
    /// The depth that is kept to.
    pub(in crate::syntax) fn depth(&self) -> usize {
        self.max_depth.min(DEEPEST)
    }

    /// The characters of the text, or why it is not read.
    pub(in crate::syntax) fn characters(&self, text: &str) -> Result<Vec<char>, Errors> {
        let too_long = text.len() > self.max_chars && text.chars().nth(self.max_chars).is_some();
        if too_long {
            let span = Span::new(self.max_chars, self.max_chars + 1);
            let message = format!("the text is longer than {} characters", self.max_chars);
            let hint = "split it into definitions, one for each part";
            return Err(SyntaxError::new("budget.text", span, message).with_hint(hint).into());
        }
        Ok(text.chars().collect())
    }
}
