//! What is wrong with a text: a code that never changes, the place, and what to do about it.

use std::fmt;

/// A piece of a text, counted in characters: `from` is the first, `to` the one after the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The first character.
    pub from: u32,
    /// One past the last character.
    pub to: u32,
}

impl Span {
    /// From one character up to, and not including, another.
    pub fn new(from: usize, to: usize) -> Span {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Span { from: clamp(from), to: clamp(to) }
    }

    /// The smallest span that holds both.
    pub fn to(self, other: Span) -> Span {
        Span { from: self.from.min(other.from), to: self.to.max(other.to) }
    }

    /// The place right behind it, holding nothing.
    pub fn end(self) -> Span {
        Span { from: self.to, to: self.to }
    }

    /// The text of the span.
    pub fn of(self, text: &str) -> &str {
        let byte = |n: u32| text.char_indices().nth(n as usize).map_or(text.len(), |(at, _)| at);
        &text[byte(self.from)..byte(self.to)]
    }
}

/// Every code of this module, with what it stands for. Codes are for programs, messages for people.
#[rustfmt::skip]
pub const CODES: &[(&str, &str)] = &[
    ("syntax.empty",              "there is nothing to read"),
    ("syntax.character",          "a character that has no meaning here"),
    ("syntax.lookalike",          "a letter of another alphabet that looks like a Latin one"),
    ("syntax.number",             "a number that is not well formed"),
    ("syntax.unbalanced",         "a bracket without its partner"),
    ("syntax.missing-operand",    "an operator or a bracket with nothing to work on"),
    ("syntax.unexpected",         "something that cannot stand where it stands"),
    ("syntax.ambiguous-division", "`a/b c` can be read in two ways"),
    ("syntax.ambiguous-power",    "a power that can be read in two ways"),
    ("syntax.ambiguous-argument", "`sin x y` can be read in two ways"),
    ("syntax.number-position",    "a number behind what it multiplies"),
    ("syntax.arguments",          "a function with too few or too many arguments"),
    ("syntax.missing-argument",   "a function without its argument"),
    ("syntax.definition",         "a definition that is not well formed"),
    ("syntax.declaration",        "a declaration that is not well formed"),
    ("syntax.latex",              "LaTeX that is not understood"),
    ("syntax.ambiguous-product",  "`x .* y z` can be read in two ways"),
    ("shape.ragged",              "rows of different length in a matrix"),
    ("shape.product",             "factors whose shapes do not allow a product"),
    ("shape.mismatch",            "parts that should have one shape and have several"),
    ("shape.division",            "a divisor that is no number"),
    ("shape.power",               "a power that vectors or matrices do not have"),
    ("shape.not-square",          "a matrix that should be square"),
    ("shape.rank",                "too few or too many axes"),
    ("shape.index",               "an index that does not fit, or is out of range"),
    ("shape.axis",                "an axis that is not there"),
    ("shape.size",                "a size that is none"),
    ("shape.literal",             "entries that cannot be put together"),
    ("shape.empty",               "a vector of nothing"),
    ("shape.bars",                "bars around a vector or a matrix"),
    ("shape.einsum",              "index notation that does not fit"),
    ("name.unknown",              "a name nobody has introduced"),
    ("name.unknown-function",     "a function nobody has introduced"),
    ("domain.division-by-zero",   "a division by exactly 0"),
    ("domain.undefined",          "a function of a number outside its domain"),
    ("budget.text",               "the text is too long"),
    ("budget.depth",              "the text is nested too deeply"),
    ("budget.nodes",              "the text has too many parts"),
    ("budget.number",             "a number has too many digits"),
    ("budget.factors",            "a product of too many matrices"),
    ("budget.axes",               "too many axes"),
    ("unsupported.tensor",        "a prime behind what is neither a function nor has axes"),
    ("unsupported.operation",     "an operation that is not available where it is written"),
    ("unsupported.notation",      "a notation with no meaning as an expression"),
];

/// One thing that is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError(Box<Inner>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    code: &'static str,
    message: String,
    span: Span,
    hint: Option<String>,
}

impl SyntaxError {
    /// A mistake at a place; the message is in lower case and without a full stop.
    #[cold]
    pub fn new(code: &'static str, span: Span, message: impl Into<String>) -> SyntaxError {
        SyntaxError(Box::new(Inner { code, message: message.into(), span, hint: None }))
    }

    /// Adds what to do about it.
    pub fn with_hint(mut self, hint: impl Into<String>) -> SyntaxError {
        self.0.hint = Some(hint.into());
        self
    }

    /// The code, one of [`CODES`] when this module found the mistake. It never changes.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// What is wrong, for people.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Where it is.
    pub fn span(&self) -> Span {
        self.0.span
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        match &self.0.hint {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for SyntaxError {}

/// What is wrong with a text: one mistake at least, in the order of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errors(Vec<SyntaxError>);

/// More mistakes than this in one text help nobody.
pub(super) const MAX_ERRORS: usize = 10;

impl Errors {
    /// `None` when there are none. Sorted by place, the same place once for each code.
    pub(super) fn from_list(mut errors: Vec<SyntaxError>) -> Option<Errors> {
        errors.sort_by_key(|e| e.span());
        errors.dedup_by(|a, b| a.span() == b.span() && a.code() == b.code());
        errors.truncate(MAX_ERRORS);
        (!errors.is_empty()).then_some(Errors(errors))
    }

    /// The first mistake of the text.
    pub fn first(&self) -> &SyntaxError {
        &self.0[0]
    }

    /// All of them, in the order of the text.
    pub fn iter(&self) -> std::slice::Iter<'_, SyntaxError> {
        self.0.iter()
    }

    /// The same mistakes in a longer text, where this one begins `by` characters further on.
    pub fn shifted(mut self, by: usize) -> Errors {
        for e in &mut self.0 {
            let Span { from, to } = e.0.span;
            e.0.span = Span::new(from as usize + by, to as usize + by);
        }
        self
    }
}

impl From<SyntaxError> for Errors {
    fn from(error: SyntaxError) -> Errors {
        Errors(vec![error])
    }
}

impl From<Errors> for SyntaxError {
    /// The first of them.
    fn from(mut errors: Errors) -> SyntaxError {
        errors.0.swap_remove(0)
    }
}

impl IntoIterator for Errors {
    type Item = SyntaxError;
    type IntoIter = std::vec::IntoIter<SyntaxError>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Errors {
    type Item = &'a SyntaxError;
    type IntoIter = std::slice::Iter<'a, SyntaxError>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (k, e) in self.0.iter().enumerate() {
            if k > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{e}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Errors {}
