//! The pieces that both readers, of text and of LaTeX, hand to the parser.

use super::error::Span;

/// A piece of text with its place.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Tok,
    pub(super) span: Span,
    /// A blank before it? Never so in LaTeX, where blanks mean nothing.
    pub(super) spaced: bool,
}

/// What a piece is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tok {
    Number(Box<str>),
    /// In its ASCII spelling.
    Name(Box<str>),
    Plus,
    Minus,
    Times,
    Over,
    Caret,
    TimesEach,
    OverEach,
    CaretEach,
    Bang,
    Prime,
    /// `²`, `⁻¹`, `ⁿ` in ordinary characters.
    Superscript(Box<str>),
    Degree,
    /// `√`, `∛`, `∜`
    Root(u32),
    Partial,
    Nabla,
    Comma,
    Semicolon,
    Colon,
    Equal,
    Same,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Tilde,
    DotDot,
    Open(Shape),
    Close(Shape),
    /// `|`, which opens and closes.
    Pipe,
    /// `‖`, which opens and closes.
    DoublePipe,
    // What only LaTeX has.
    /// `\frac`; two groups follow.
    Frac,
    /// `\sqrt[n]`; the index and then a group follow.
    RootIndex,
    /// `_` behind a function; a group follows.
    Subscript,
    /// `\top` in an exponent.
    Transpose,
    End,
}

/// The shape of a bracket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Round,
    Square,
    Brace,
    /// The unseen braces of LaTeX.
    Group,
    /// The unseen brackets around a subscript of LaTeX that names places.
    Places,
    /// `\left|`
    Bar,
    /// `\left\|`
    DoubleBar,
    Floor,
    Ceil,
    /// `\begin{cases}`
    Cases,
}

impl Shape {
    /// How the two are written.
    pub(super) const fn pair(self) -> (&'static str, &'static str) {
        match self {
            Shape::Round => ("(", ")"),
            Shape::Square => ("[", "]"),
            Shape::Brace | Shape::Group | Shape::Places => ("{", "}"),
            Shape::Bar => ("|", "|"),
            Shape::DoubleBar => ("‖", "‖"),
            Shape::Floor => ("⌊", "⌋"),
            Shape::Ceil => ("⌈", "⌉"),
            Shape::Cases => ("\\begin{cases}", "\\end{cases}"),
        }
    }
}

impl Tok {
    /// The piece in a message.
    pub(super) fn describe(&self, source: &[char], span: Span) -> String {
        if matches!(self, Tok::End) {
            return "the end".into();
        }
        let text: String =
            source.iter().skip(span.from as usize).take((span.to - span.from).min(40) as usize).collect();
        format!("`{text}`")
    }
}
