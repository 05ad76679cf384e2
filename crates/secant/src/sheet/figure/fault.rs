//! What can be wrong with a figure, and where.

use std::ops::Range;

/// One mistake in a figure: in its text, in a function typed in place of its own, in an expression beside it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FigureFault {
    /// Never changes: `syntax.…`, `name.…`, `domain.…`, `budget.…`.
    pub code: &'static str,
    /// Lowercase, without a full stop.
    pub message: String,
    /// The text it is in.
    pub origin: Origin,
    /// Bytes of that text.
    pub span: Range<usize>,
    /// The same in characters.
    pub chars: Range<usize>,
    /// What to do about it.
    pub hint: Option<String>,
}

/// Which text a mistake is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The figure's own.
    Figure,
    /// What was typed for the function of this name.
    Function(String),
    /// The expression with this index among those asked for beside the figure.
    Slot(usize),
}

impl FigureFault {
    pub(super) fn new(code: &'static str, message: impl Into<String>, span: Range<usize>) -> Self {
        let (message, chars) = (message.into(), span.clone());
        FigureFault { code, message, origin: Origin::Figure, span, chars, hint: None }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same fault where the text stands `by` bytes further on.
    pub fn moved(mut self, by: usize) -> Self {
        self.span = self.span.start + by..self.span.end + by;
        self
    }

    /// The fault as one of `text`, whose place `span` is.
    pub fn within(mut self, origin: Origin, text: &str) -> Self {
        let count = |byte: usize| text.char_indices().take_while(|(k, _)| *k < byte).count();
        self.chars = count(self.span.start)..count(self.span.end);
        self.origin = origin;
        self
    }
}
