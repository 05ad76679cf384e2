//! What stands behind an operand: `!`, primes, degrees, raised numbers, an index, arguments.
//!
//! Start reading at [`Parser::behind`].

use super::super::error::{Span, SyntaxError};
use super::super::token::{Shape, Tok};
use super::super::vocabulary::Word;
use super::super::written::{CallForm, Kind, Raise, Sign, Written};
use super::Parser;

impl Parser<'_> {
    pub(super) fn postfix(&mut self) -> Written {
        let written = self.primary();
        self.behind(written)
    }

    #[inline(never)]
    pub(super) fn behind(&mut self, mut written: Written) -> Written {
        while !self.stopped {
            let tight = !self.spaced();
            match self.peek() {
                Tok::Bang => {
                    let span = written.span.to(self.advance());
                    if matches!(written.kind, Kind::Factorial(_)) {
                        self.error_showing(
                            SyntaxError::new("syntax.ambiguous-power", span, "`!!` can be read in two ways"),
                            &[written.span],
                            |t| format!("write `({})!` for the factorial of a factorial", t[0]),
                            "put brackets around the first factorial",
                        );
                    }
                    written = self.node(Kind::Factorial(Box::new(written)), span);
                }
                Tok::Prime => {
                    let span = written.span.to(self.advance());
                    written = match written.kind {
                        Kind::Primed(inner, n) => self.node(Kind::Primed(inner, n + 1), span),
                        _ => self.node(Kind::Primed(Box::new(written), 1), span),
                    };
                }
                Tok::Degree => {
                    let span = written.span.to(self.advance());
                    written = self.node(Kind::Degrees(Box::new(written)), span);
                }
                Tok::Superscript(_) => written = self.superscript(written),
                Tok::Open(shape @ (Shape::Square | Shape::Places))
                    if *shape == Shape::Places || (tight && !self.latex && may_be_indexed(&written)) =>
                {
                    let shape = *shape;
                    self.advance();
                    let list = self.list(shape, true);
                    let span = written.span.to(self.advance());
                    written = self.node(Kind::Index(Box::new(written), list), span);
                }
                Tok::Open(Shape::Round) if tight && may_be_applied(&written) => {
                    written = self.call(written, false);
                }
                _ => break,
            }
        }
        written
    }

    /// The number or the letter that is written raised.
    #[inline(never)]
    pub(super) fn raised(&mut self, text: &str, at: Span) -> Written {
        let (sign, digits) = match text.strip_prefix(['+', '-']) {
            Some(rest) => (Some(if text.starts_with('-') { Sign::Minus } else { Sign::Plus }), rest),
            None => (None, text),
        };
        let name = digits.chars().next().is_some_and(char::is_alphabetic);
        let good = if name {
            digits.len() == 1
        } else {
            digits.bytes().all(|b| b.is_ascii_digit()) && !digits.is_empty()
        };
        if !good {
            self.error(
                SyntaxError::new("syntax.number", at, "this raised text is not a number")
                    .with_hint(format!("write it as `^({text})`")),
            );
        }
        let kind = if name { Kind::Name(digits.into()) } else { Kind::Number(digits.into()) };
        let mut exponent = self.node(kind, at);
        if let Some(sign) = sign {
            exponent = self.node(Kind::Signed(sign, Box::new(exponent)), at);
        }
        exponent
    }

    #[inline(never)]
    pub(super) fn superscript(&mut self, base: Written) -> Written {
        let Tok::Superscript(text) = self.peek().clone() else { return base };
        let at = self.advance();
        let span = base.span.to(at);
        if &*text == "T" {
            return self.node(Kind::Primed(Box::new(base), 1), span);
        }
        self.check_root(&base, &text);
        let exponent = self.raised(&text, at);
        if matches!(self.peek(), Tok::Caret) {
            self.error(
                SyntaxError::new(
                    "syntax.ambiguous-power",
                    span,
                    "a raised number with `^` behind it can be read in two ways",
                )
                .with_hint(format!("write `^({text}^…)`, or put brackets around the power")),
            );
        }
        self.node(Kind::Power(Raise::Superscript, Box::new((base, exponent))), span)
    }

    /// `function( … )`, standing before the bracket.
    #[inline(never)]
    pub(super) fn call(&mut self, function: Written, spaced: bool) -> Written {
        self.advance();
        let args = if matches!(self.peek(), Tok::Close(Shape::Round)) {
            Vec::new()
        } else {
            self.list(Shape::Round, false)
        };
        let span = function.span.to(self.advance());
        self.node(Kind::Call(Box::new(CallForm { function, args, bare: false, spaced })), span)
    }

    /// What is between brackets, up to and without the closing one; a mistake in one item does not hide the next.
    pub(super) fn list(&mut self, close: Shape, slices: bool) -> Vec<Written> {
        let pipes = (std::mem::take(&mut self.in_pipes), std::mem::take(&mut self.in_double_pipes));
        let mut list = Vec::new();
        loop {
            list.push(if slices { self.slice() } else { self.expr_or_model() });
            if self.stopped {
                break;
            }
            if !matches!(self.peek(), Tok::Comma) && *self.peek() != Tok::Close(close) {
                self.unexpected();
                self.skip_to_separator();
            }
            if !self.eat(&Tok::Comma) {
                break;
            }
        }
        (self.in_pipes, self.in_double_pipes) = pipes;
        list
    }

    /// Moves to the next comma, semicolon or closing bracket of this level. Brackets are known to match.
    pub(super) fn skip_to_separator(&mut self) {
        let mut level = 0_usize;
        while !self.at_end() {
            match self.peek() {
                Tok::Open(_) => level += 1,
                Tok::Close(_) | Tok::Comma | Tok::Semicolon if level == 0 => return,
                Tok::Close(_) => level -= 1,
                _ => {}
            }
            self.advance();
        }
    }

    /// An expression, or `y ~ a x + b`, which only `fit` takes.
    pub(super) fn expr_or_model(&mut self) -> Written {
        let left = self.expr();
        if !matches!(self.peek(), Tok::Tilde) {
            return left;
        }
        let tilde = self.advance();
        let right = self.expr();
        let span = left.span.to(right.span);
        let name = self.node(Kind::Name("~".into()), tilde);
        let form = CallForm { function: name, args: vec![left, right], bare: false, spaced: false };
        self.node(Kind::Call(Box::new(form)), span)
    }

    pub(super) fn slice(&mut self) -> Written {
        let start = self.span();
        let from = if matches!(self.peek(), Tok::Colon) { None } else { Some(Box::new(self.expr())) };
        let Tok::Colon = self.peek() else { return from.map_or_else(|| self.nothing(), |w| *w) };
        let mut span = start.to(self.advance());
        let to = match self.peek() {
            Tok::Comma | Tok::Close(_) => None,
            _ => Some(Box::new(self.expr())),
        };
        if let Some(to) = &to {
            span = span.to(to.span);
        }
        self.node(Kind::Slice(from, to), span)
    }
}

/// May `[…]` right behind it be an index?
fn may_be_indexed(w: &Written) -> bool {
    matches!(
        w.kind,
        Kind::Name(_)
            | Kind::Primed(..)
            | Kind::Call(_)
            | Kind::Brackets(..)
            | Kind::Matrix(_)
            | Kind::Index(..)
    )
}

/// May `(…)` right behind it be arguments? A bracket behind anything else is a factor.
fn may_be_applied(w: &Written) -> bool {
    match &w.kind {
        Kind::Primed(inner, _) => inner.as_name().is_some(),
        Kind::Call(call) => call.function.as_name().is_some_and(|n| Word::find(n) == Some(Word::Operation)),
        _ => false,
    }
}
