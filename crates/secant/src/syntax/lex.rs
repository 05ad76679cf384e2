//! Text into pieces: numbers, names, signs.
//!
//! Not here: LaTeX (`latex`), what the pieces mean together (`parse`).
//! Start reading at [`lex()`].

use super::error::{Span, SyntaxError};
use super::spelling::{greek, is_blank, lookalike, plain, subscript, superscript};
use super::token::{Shape, Tok, Token};

/// More digits than this in one number is a mistake, or mischief.
const MAX_DIGITS: usize = 4000;

/// The pieces of the text, ended by [`Tok::End`], and what could not be read.
pub(super) fn lex(source: &[char]) -> (Vec<Token>, Vec<SyntaxError>) {
    let mut lexer = Lexer { source, at: 0, tokens: Vec::with_capacity(source.len() / 2 + 1), errors: vec![] };
    lexer.run();
    (lexer.tokens, lexer.errors)
}

/// Checks the digits of a number as they were typed.
pub(super) fn check_number(text: &str, span: Span) -> Result<(), SyntaxError> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let exponent = text.split_once(['e', 'E']).map_or(Some(0), |(_, e)| e.parse::<i32>().ok());
    if digits > MAX_DIGITS {
        return Err(SyntaxError::new("budget.number", span, format!("a number of {digits} digits"))
            .with_hint(format!(
                "at most {MAX_DIGITS} digits are read; write it with a power, as `3*10^{digits}`"
            )));
    }
    match exponent {
        Some(e) if e.unsigned_abs() as usize <= MAX_DIGITS => Ok(()),
        _ => Err(SyntaxError::new("budget.number", span, "the exponent of this number is too large")
            .with_hint(format!("an exponent is at most {MAX_DIGITS}; write it as a power of 10"))),
    }
}

/// A letter that may stand in a name; subscripts and superscripts have a meaning of their own.
fn is_letter(c: char) -> bool {
    greek(c).is_some() || (c.is_alphabetic() && superscript(c).is_none() && subscript(c).is_none())
}

struct Lexer<'a> {
    source: &'a [char],
    at: usize,
    tokens: Vec<Token>,
    errors: Vec<SyntaxError>,
}

impl Lexer<'_> {
    /// The character `ahead` of here, in its plain form; `\0` behind the end.
    fn peek(&self, ahead: usize) -> char {
        self.source.get(self.at + ahead).map_or('\0', |&c| plain(c))
    }

    fn run(&mut self) {
        loop {
            let before = self.at;
            while self.at < self.source.len() && is_blank(self.source[self.at]) {
                self.at += 1;
            }
            let spaced = self.at > before;
            let from = self.at;
            if from == self.source.len() {
                let span = Span::new(from, from);
                self.tokens.push(Token { kind: Tok::End, span, spaced });
                return;
            }
            // A piece that cannot be read stands for a name, so that what is around it can be.
            let kind = self.next_kind().unwrap_or(Tok::Name("".into()));
            self.tokens.push(Token { kind, span: Span::new(from, self.at), spaced });
        }
    }

    /// Reads one piece and moves behind it; `None` when it was a mistake.
    fn next_kind(&mut self) -> Option<Tok> {
        let c = self.peek(0);
        if c.is_ascii_digit() || (c == '.' && self.peek(1).is_ascii_digit()) {
            return self.number();
        }
        if superscript(c).is_some() && !c.is_ascii() {
            let text = self.take_while(superscript);
            return Some(Tok::Superscript(text.into()));
        }
        if greek(c) == Some("pi") {
            // Alone, so that `2πr` is a product.
            self.at += 1;
            return self.constant_with_subscript("pi");
        }
        if is_letter(c) {
            return self.name();
        }
        let (kind, length) = match (c, self.peek(1)) {
            ('.', '.') => (Tok::DotDot, 2),
            ('.', '*') => (Tok::TimesEach, 2),
            ('.', '/') => (Tok::OverEach, 2),
            ('.', '^') => (Tok::CaretEach, 2),
            ('*', '*') => (Tok::Caret, 2),
            ('=', '=') => (Tok::Same, 2),
            ('!', '=') if self.peek(2) != '=' => (Tok::NotEqual, 2),
            ('<', '=') => (Tok::LessEqual, 2),
            ('>', '=') => (Tok::GreaterEqual, 2),
            ('<', '>') => (Tok::NotEqual, 2),
            ('+', _) => (Tok::Plus, 1),
            ('-' | '−' | '–' | '‐' | '‑' | '﹣', _) => (Tok::Minus, 1),
            ('*' | '·' | '×' | '⋅' | '∙' | '•' | '∗', _) => (Tok::Times, 1),
            ('/' | '÷' | '∕' | '⁄', _) => (Tok::Over, 1),
            ('^', _) => (Tok::Caret, 1),
            ('⊙', _) => (Tok::TimesEach, 1),
            ('!', _) => (Tok::Bang, 1),
            ('\'' | '′' | '’' | '‘' | '`', _) => (Tok::Prime, 1),
            ('°' | 'º' | '˚', _) => (Tok::Degree, 1),
            ('√', _) => (Tok::Root(2), 1),
            ('∛', _) => (Tok::Root(3), 1),
            ('∜', _) => (Tok::Root(4), 1),
            ('∂', _) => (Tok::Partial, 1),
            ('∇', _) => (Tok::Nabla, 1),
            ('∞', _) => (Tok::Name("inf".into()), 1),
            (',', _) => (Tok::Comma, 1),
            (';', _) => (Tok::Semicolon, 1),
            (':', _) => (Tok::Colon, 1),
            ('=', _) => (Tok::Equal, 1),
            ('≡', _) => (Tok::Same, 1),
            ('≠', _) => (Tok::NotEqual, 1),
            ('<', _) => (Tok::Less, 1),
            ('>', _) => (Tok::Greater, 1),
            ('≤' | '⩽' | '≦', _) => (Tok::LessEqual, 1),
            ('≥' | '⩾' | '≧', _) => (Tok::GreaterEqual, 1),
            ('~' | '∼', _) => (Tok::Tilde, 1),
            ('…', _) => (Tok::DotDot, 1),
            ('∧', _) => (Tok::Name("and".into()), 1),
            ('∨', _) => (Tok::Name("or".into()), 1),
            ('¬', _) => (Tok::Name("not".into()), 1),
            ('(', _) => (Tok::Open(Shape::Round), 1),
            (')', _) => (Tok::Close(Shape::Round), 1),
            ('[', _) => (Tok::Open(Shape::Square), 1),
            (']', _) => (Tok::Close(Shape::Square), 1),
            ('{', _) => (Tok::Open(Shape::Brace), 1),
            ('}', _) => (Tok::Close(Shape::Brace), 1),
            ('⌊', _) => (Tok::Open(Shape::Floor), 1),
            ('⌋', _) => (Tok::Close(Shape::Floor), 1),
            ('⌈', _) => (Tok::Open(Shape::Ceil), 1),
            ('⌉', _) => (Tok::Close(Shape::Ceil), 1),
            ('|' | '∣' | '│', _) => (Tok::Pipe, 1),
            ('‖' | '∥', _) => (Tok::DoublePipe, 1),
            _ => {
                self.unknown(c);
                return None;
            }
        };
        self.at += length;
        Some(kind)
    }

    fn take_while(&mut self, keep: fn(char) -> Option<char>) -> String {
        let mut text = String::new();
        while let Some(c) = keep(self.peek(0)) {
            text.push(c);
            self.at += 1;
        }
        text
    }

    fn take_digits(&mut self) -> String {
        self.take_while(|c| c.is_ascii_digit().then_some(c))
    }

    fn number(&mut self) -> Option<Tok> {
        let from = self.at;
        let mut text = self.take_digits();
        // The point of `1..2` and `2.*x` is not the number's.
        if self.peek(0) == '.' && !matches!(self.peek(1), '.' | '*' | '/' | '^') {
            text.push('.');
            self.at += 1;
            text += &self.take_digits();
        }
        if matches!(self.peek(0), 'e' | 'E') {
            let signed = usize::from(matches!(self.peek(1), '+' | '-' | '−'));
            if self.peek(1 + signed).is_ascii_digit() {
                text.push('e');
                if signed == 1 {
                    text.push(if self.peek(1) == '+' { '+' } else { '-' });
                }
                self.at += 1 + signed;
                text += &self.take_digits();
            }
        }
        if self.peek(0) == '.' && self.peek(1).is_ascii_digit() {
            while self.peek(0) == '.' || self.peek(0).is_ascii_digit() {
                self.at += 1;
            }
            let span = Span::new(from, self.at);
            self.errors.push(
                SyntaxError::new("syntax.number", span, "a number has one decimal point")
                    .with_hint("write a range as `1..2` and a product as `1*2`"),
            );
            return None;
        }
        // `3.` is 3: the point would run into what follows when it is printed.
        let text = text.strip_suffix('.').unwrap_or(&text);
        match check_number(text, Span::new(from, self.at)) {
            Ok(()) => Some(Tok::Number(text.into())),
            Err(e) => {
                self.errors.push(e);
                None
            }
        }
    }

    fn constant_with_subscript(&mut self, name: &str) -> Option<Tok> {
        let mut text = name.to_owned();
        self.subscripts(&mut text);
        Some(Tok::Name(text.into()))
    }

    fn name(&mut self) -> Option<Tok> {
        let from = self.at;
        let mut text = String::new();
        loop {
            let c = self.peek(0);
            match greek(c) {
                // The number, unless it is a subscript: `x_π` is `x_pi`.
                Some("pi") if !text.ends_with('_') => break,
                Some(spelled) => text += spelled,
                None if is_letter(c) || c.is_ascii_digit() => text.push(c),
                None if c == '_' && self.continues_name(1) => text.push(c),
                None => break,
            }
            self.at += 1;
        }
        self.subscripts(&mut text);
        if let Some(latin) = text.chars().next().and_then(lookalike)
            && text.chars().all(|c| lookalike(c).is_some() || c.is_ascii())
            && self.at - from <= 2
        {
            let typed: String = self.source[from..self.at].iter().collect();
            let meant: String = text.chars().map(|c| lookalike(c).unwrap_or(c)).collect();
            self.errors.push(
                SyntaxError::new(
                    "syntax.lookalike",
                    Span::new(from, self.at),
                    format!("`{typed}` is written with the Cyrillic letter that looks like `{latin}`"),
                )
                .with_hint(format!("type the Latin letter: `{meant}`")),
            );
        }
        Some(Tok::Name(text.into()))
    }

    fn continues_name(&self, ahead: usize) -> bool {
        let c = self.peek(ahead);
        is_letter(c) || c.is_ascii_digit()
    }

    /// `x₁`, `x_{max}`: the subscript joins the name as `x_1`, `x_max`.
    fn subscripts(&mut self, text: &mut String) {
        if subscript(self.peek(0)).is_some() {
            text.push('_');
            *text += &self.take_while(subscript);
        } else if self.peek(0) == '_' && self.peek(1) == '{' {
            let from = self.at;
            self.at += 2;
            let mut inside = String::new();
            loop {
                let c = self.peek(0);
                if let Some(spelled) = greek(c) {
                    inside += spelled;
                } else if is_letter(c) || c.is_ascii_digit() {
                    inside.push(c);
                } else if !matches!(c, ' ' | '_') {
                    break;
                }
                self.at += 1;
            }
            if self.peek(0) == '}' && !inside.is_empty() {
                self.at += 1;
            } else {
                while self.at < self.source.len() && self.peek(0) != '}' {
                    self.at += 1;
                }
                self.at = (self.at + 1).min(self.source.len());
                let span = Span::new(from, self.at);
                self.errors.push(
                    SyntaxError::new("syntax.character", span, "a subscript holds letters and digits")
                        .with_hint("write it as `x_1` or `x_{max}`"),
                );
            }
            text.push('_');
            *text += &inside;
        }
    }

    fn unknown(&mut self, c: char) {
        let span = Span::new(self.at, self.at + 1);
        self.at += 1;
        let error = |message: String| SyntaxError::new("syntax.character", span, message);
        let error =
            match c {
                '″' | '"' | '“' | '”' => error(format!("`{c}` has no meaning here"))
                    .with_hint("write a second derivative with two single primes: `f''(x)`"),
                '%' => error("`%` has no meaning here".into()).with_hint("write 5 % as `5/100`"),
                '$' => error("`$` has no meaning here".into()).with_hint("leave it out"),
                '&' => error("`&` has no meaning here".into()).with_hint("write `and`"),
                '\\' => error("`\\` belongs to LaTeX".into())
                    .with_hint("write the name alone: `sin`, not `\\sin`"),
                '±' => error("`±` means two values".into())
                    .with_hint("write both, once with `+` and once with `-`"),
                '∫' => error("`∫` is written out here".into()).with_hint("write `integrate(f, x=a..b)`"),
                '∑' => error("`∑` is written out here".into())
                    .with_hint("write `sum(v)` for the sum of a vector"),
                '∏' => error("`∏` is written out here".into()).with_hint("write the factors with `*`"),
                '½' | '⅓' | '¼' | '¾' | '⅔' => {
                    error(format!("`{c}` is not read")).with_hint("write it as `(1/2)`")
                }
                '→' => error("`→` has no meaning here".into()).with_hint("write `limit(f, x=0)`"),
                '∘' => error("`∘` has no meaning here".into()).with_hint("write `f(g(x))`"),
                '≈' => error("`≈` has no meaning here".into()).with_hint("write `=`"),
                '∈' => error("`∈` has no meaning here".into()).with_hint("write a range as `x=0..1`"),
                '_' => error("`_` stands inside a name".into()).with_hint("write `x_1` or `x_max`"),
                '.' => error("a point with no digit beside it".into()).with_hint("write `*` for a product"),
                '@' | '#' | '?' => error(format!("`{c}` has no meaning here")).with_hint("leave it out"),
                c if c.is_control() => error(format!("a character that cannot be seen (U+{:04X})", c as u32))
                    .with_hint("leave it out"),
                c => error(format!("`{c}` has no meaning here"))
                    .with_hint("leave it out, or write it as a name"),
            };
        // Rubbish in bulk is one mistake, not ten thousand.
        if self.errors.len() < 4 * super::error::MAX_ERRORS {
            self.errors.push(error);
        }
    }
}
