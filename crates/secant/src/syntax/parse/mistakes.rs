//! Mistakes: brackets that do not match, pieces that cannot stand where they stand, budgets used up.
//!
//! Start reading at [`Parser::check_brackets`].

use super::super::error::{MAX_ERRORS, Span, SyntaxError};
use super::super::token::{Shape, Tok};
use super::super::written::{Kind, Written};
use super::Parser;
use super::limits::HEIGHT_PER_DEPTH;

impl Parser<'_> {
    #[inline(never)]
    pub(in crate::syntax) fn error(&mut self, error: SyntaxError) {
        if !self.stopped && self.errors.len() < 4 * MAX_ERRORS {
            self.errors.push(error);
        }
    }

    #[inline(never)]
    /// A mistake with a hint that shows corrected text, unless the text is too long to be shown.
    pub(super) fn error_showing(
        &mut self,
        error: SyntaxError,
        pieces: &[Span],
        hint: impl Fn(&[String]) -> String,
        plain: &str,
    ) {
        let texts: Vec<String> = pieces.iter().map(|s| self.text(*s)).collect();
        let long = texts.iter().map(|t| t.chars().count()).sum::<usize>() > 80;
        let hint = if long { plain.to_owned() } else { hint(&texts) };
        self.error(error.with_hint(hint));
    }

    #[cold]
    pub(super) fn stop(&mut self, error: SyntaxError) {
        if !self.stopped {
            self.errors.push(error);
            self.stopped = true;
        }
        self.at = self.tokens.len() - 1;
    }

    #[cold]
    pub(super) fn too_deep(&mut self, span: Span) {
        let depth = self.limits.depth();
        let message = format!("the text is nested more than {depth} levels deep");
        let hint = "give an inner part a name, and use the name";
        self.stop(SyntaxError::new("budget.depth", span, message).with_hint(hint));
    }

    /// Stands for what is not there, once a mistake has been noted.
    pub(super) fn nothing(&self) -> Written {
        Written::new(Kind::Name("".into()), self.span())
    }

    pub(super) fn descend(&mut self) -> bool {
        if self.depth >= self.limits.depth() {
            let span = self.span();
            self.too_deep(span);
        }
        self.depth += 1;
        !self.stopped
    }

    #[inline(never)]
    pub(super) fn node(&mut self, kind: Kind, span: Span) -> Written {
        self.nodes += 1;
        if self.nodes > self.limits.max_nodes {
            let message = format!("the text has more than {} parts", self.limits.max_nodes);
            let hint = "split it into definitions, one for each part";
            self.stop(SyntaxError::new("budget.nodes", span, message).with_hint(hint));
        }
        let written = Written::new(kind, span);
        if written.height() as usize > HEIGHT_PER_DEPTH * self.limits.depth() {
            self.too_deep(span);
            return self.nothing();
        }
        written
    }

    /// Brackets are matched before anything else: a missing one would make every later message wrong.
    pub(super) fn check_brackets(&mut self) {
        let mut open: Vec<(Shape, Span)> = Vec::new();
        let mut wrong = Vec::new();
        let mut deepest = None;
        for t in &self.tokens {
            match t.kind {
                Tok::Open(shape) => {
                    open.push((shape, t.span));
                    if open.len() == self.limits.depth() + 1 {
                        deepest = Some(t.span);
                        break;
                    }
                }
                Tok::Close(shape) => match open.last() {
                    Some((s, _)) if *s == shape => {
                        open.pop();
                    }
                    Some((s, at)) if open.iter().any(|(o, _)| *o == shape) => {
                        // Something inside was left open.
                        let (s, at) = (*s, *at);
                        let (left, right) = s.pair();
                        wrong.push(
                            SyntaxError::new("syntax.unbalanced", at, format!("`{left}` is never closed"))
                                .with_hint(format!("put `{right}` before `{}`", shape.pair().1)),
                        );
                        while open.pop().is_some_and(|(o, _)| o != shape) {}
                    }
                    _ => {
                        let (left, right) = shape.pair();
                        let error = format!("`{right}` closes nothing");
                        let mut hint = format!("leave it out, or put `{left}` where it should begin");
                        if self.source.len() <= 60 && wrong.is_empty() {
                            let (before, after) = self.source.split_at(t.span.from as usize);
                            let after = after.iter().skip((t.span.to - t.span.from) as usize);
                            let text: String = before.iter().chain(after).collect();
                            hint = format!("leave it out: `{}`", text.trim());
                        }
                        wrong.push(SyntaxError::new("syntax.unbalanced", t.span, error).with_hint(hint));
                    }
                },
                _ => {}
            }
        }
        if let Some(span) = deepest {
            self.too_deep(span);
            return;
        }
        let alone = open.len() == 1 && wrong.is_empty() && self.source.len() <= 60;
        for (shape, span) in open.into_iter().take(MAX_ERRORS) {
            let (left, right) = shape.pair();
            let hint = if alone && !self.latex {
                let text: String = self.source.iter().collect();
                format!("close it, perhaps at the end: `{}{right}`", text.trim_end())
            } else {
                format!("add `{right}` where it should end")
            };
            let error = format!("`{left}` is never closed");
            wrong.push(SyntaxError::new("syntax.unbalanced", span, error).with_hint(hint));
        }
        if !wrong.is_empty() {
            wrong.truncate(MAX_ERRORS);
            self.errors.append(&mut wrong);
            self.stopped = true;
            self.at = self.tokens.len() - 1;
        }
    }

    /// The piece here cannot stand here.
    #[cold]
    pub(in crate::syntax) fn unexpected(&mut self) {
        let span = self.span();
        let what = self.peek().describe(self.source, span);
        let error = |message: String| SyntaxError::new("syntax.unexpected", span, message);
        let error = match self.peek() {
            Tok::Comma => error("a comma outside brackets".into())
                .with_hint("write a decimal point as `.`, and arguments inside brackets"),
            Tok::Semicolon => error("`;` outside `[…]`".into()).with_hint("write one expression at a time"),
            Tok::Tilde => error("`~` outside a model".into())
                .with_hint("a model `y ~ a x + b` stands alone, or first in `fit(…)`"),
            Tok::Colon => error("`:` cannot stand here".into())
                .with_hint("declare a name as `w: vector(n)`; a slice is written `x[2:n]`; divide with `/`"),
            Tok::DotDot => error("a range inside a range".into()).with_hint("a range has two ends: `-1..1`"),
            _ => error(format!("{what} cannot stand here"))
                .with_hint("put an operator before it, or leave it out"),
        };
        self.error(error);
    }

    #[cold]
    pub(super) fn missing_operand(&mut self) -> Written {
        let span = self.span();
        let before = self.previous_span();
        let error = if self.at_end() && self.at == 0 {
            SyntaxError::new("syntax.empty", span, "there is nothing to read")
                .with_hint("type an expression, such as `x^2`")
        } else {
            let operator = self.at > 0
                && !matches!(
                    self.tokens[self.at - 1].kind,
                    Tok::Number(_) | Tok::Name(_) | Tok::Close(_) | Tok::Open(_) | Tok::Bang | Tok::Prime
                );
            let opened = self.at > 0 && matches!(self.tokens[self.at - 1].kind, Tok::Open(_));
            if operator {
                let sign = self.text(before);
                SyntaxError::new("syntax.missing-operand", before, format!("nothing follows `{sign}`"))
                    .with_hint(format!("write what comes after `{sign}`, or leave it out"))
            } else if opened {
                SyntaxError::new(
                    "syntax.missing-operand",
                    before.to(span),
                    "there is nothing between the brackets",
                )
                .with_hint("write something inside them, or leave them out")
            } else {
                let what = self.peek().describe(self.source, span);
                SyntaxError::new("syntax.missing-operand", span, format!("nothing stands before {what}"))
                    .with_hint(format!("write what comes before {what}, or leave it out"))
            }
        };
        self.error(error);
        self.nothing()
    }
}
