//! Names and functions: with brackets and without, raised to a power, with a base.
//!
//! Start reading at [`Parser::named`].

use super::super::error::SyntaxError;
use super::super::token::{Shape, Tok};
use super::super::vocabulary::{Other, Word};
use super::super::written::{Bracket, CallForm, Join, Kind, Raise, Written};
use super::{Parser, base_function};

impl Parser<'_> {
    pub(super) fn name_kind(&self) -> Kind {
        Kind::Name(self.word().unwrap_or_default().into())
    }

    pub(super) fn named(&mut self) -> Written {
        let name: Box<str> = self.word().unwrap_or_default().into();
        if matches!(&*name, "and" | "or") {
            return self.missing_operand();
        }
        if &*name == "not" {
            // Where an operand is looked for, `y = not (x < 1)`, it needs its brackets.
            let start = self.advance();
            if !matches!(self.peek(), Tok::Open(Shape::Round)) {
                let error = SyntaxError::new("syntax.unexpected", start, "`not` cannot stand here");
                self.error(error.with_hint("put brackets around it: `(not …)`"));
            }
            let inner = self.nested(Self::primary);
            let span = start.to(inner.span);
            return self.node(Kind::Not(Box::new(inner)), span);
        }
        if &*name == "d"
            && !self.latex
            && let Some(derivative) = self.derivative(false)
        {
            return derivative;
        }
        let kind = self.name_kind();
        let span = self.advance();
        let function = self.node(kind, span);
        if matches!(self.peek(), Tok::Subscript) {
            return self.log_with_base(function);
        }
        if matches!(self.peek(), Tok::Open(Shape::Round)) {
            let spaced = self.spaced();
            return self.call(function, spaced);
        }
        if !Word::goes_bare(base_function(&name)) {
            return function;
        }
        match self.peek() {
            Tok::Caret => self.function_power(function),
            Tok::Superscript(text) if &**text != "T" => self.function_power(function),
            _ if self.starts_operand() => {
                let arg = self.bare_argument(&name);
                let span = function.span.to(arg.span);
                self.node(
                    Kind::Call(Box::new(CallForm { function, args: vec![arg], bare: true, spaced: true })),
                    span,
                )
            }
            Tok::Minus | Tok::Plus if self.latex || (self.spaced() && !self.tokens[self.at + 1].spaced) => {
                let operand = self.tokens[(self.at + 1).min(self.tokens.len() - 1)].span;
                let error =
                    SyntaxError::new("syntax.missing-argument", span, format!("`{name}` has no argument"));
                self.error_showing(
                    error,
                    &[operand],
                    |t| format!("put its argument in brackets: `{name}(-{}…)`", t[0]),
                    "put its argument in brackets",
                );
                function
            }
            _ => function,
        }
    }

    /// `\log_2 x`, `\log_{b}(x)`
    #[inline(never)]
    pub(super) fn log_with_base(&mut self, function: Written) -> Written {
        let start = self.advance();
        let base = self.nested(Self::primary);
        let name = function.as_name().unwrap_or_default().to_owned();
        if Word::find(&name) != Some(Word::Other(Other::Log)) {
            self.error(
                SyntaxError::new("syntax.latex", start.to(base.span), format!("`{name}` takes no subscript"))
                    .with_hint("only `\\log` has one, its base"),
            );
        }
        let base = match base.kind {
            Kind::Brackets(Bracket::Unseen, inner) => *inner,
            _ => base,
        };
        let mut written = if matches!(self.peek(), Tok::Open(Shape::Round)) {
            self.call(function, false)
        } else if self.starts_operand() {
            let arg = self.bare_argument(&name);
            let span = function.span.to(arg.span);
            self.node(
                Kind::Call(Box::new(CallForm { function, args: vec![arg], bare: true, spaced: true })),
                span,
            )
        } else {
            self.missing_operand()
        };
        if let Kind::Call(call) = &mut written.kind {
            call.args.push(base);
            call.bare = false;
        }
        // The base may be higher than what is there.
        let Written { kind, span, .. } = written;
        self.node(kind, span)
    }

    /// `sin^2 x`, `sin^2(x)`, `sin²(x)`; `sin^-1 x` is refused.
    #[inline(never)]
    pub(super) fn function_power(&mut self, function: Written) -> Written {
        let name = function.as_name().unwrap_or_default().to_owned();
        let (exponent, negative) = if let Tok::Superscript(text) = self.peek().clone() {
            let span = self.advance();
            let negative = text.starts_with('-');
            (self.raised(text.trim_start_matches('-'), span), negative)
        } else {
            self.advance();
            let negative = matches!(self.peek(), Tok::Minus)
                || (matches!(self.peek(), Tok::Open(_)) && matches!(self.peek_at(1), Tok::Minus));
            if matches!(self.peek(), Tok::Minus | Tok::Plus) {
                self.advance();
            }
            // A name in the exponent must not swallow the bracket of the argument.
            let exponent = match self.peek() {
                Tok::Name(_) => {
                    let kind = self.name_kind();
                    let span = self.advance();
                    self.node(kind, span)
                }
                _ => self.nested(Self::primary),
            };
            (exponent, negative)
        };
        if negative {
            let inverse = match Word::find(&format!("a{name}")) {
                Some(_) => {
                    format!("write `a{name}(x)` for the inverse function, `1/{name}(x)` for the reciprocal")
                }
                None => format!("write `1/{name}(x)` for the reciprocal"),
            };
            let span = function.span.to(exponent.span);
            let message = format!("`{name}^-1` can be read in two ways");
            self.error(SyntaxError::new("syntax.ambiguous-power", span, message).with_hint(inverse));
        }
        let span = function.span;
        let call = if matches!(self.peek(), Tok::Open(Shape::Round)) {
            let spaced = self.spaced();
            self.call(function, spaced)
        } else if self.starts_operand() {
            let arg = self.bare_argument(&name);
            let span = span.to(arg.span);
            self.node(
                Kind::Call(Box::new(CallForm { function, args: vec![arg], bare: true, spaced: true })),
                span,
            )
        } else {
            let error = SyntaxError::new(
                "syntax.missing-argument",
                span.to(exponent.span),
                format!("`{name}` has no argument"),
            );
            self.error(error.with_hint(format!("write it as `{name}(x)`")));
            function
        };
        let span = span.to(call.span).to(exponent.span);
        self.node(Kind::Power(Raise::OnFunction, Box::new((call, exponent))), span)
    }

    /// The argument of `sin 2 x` and the like: numbers, then one name, root, fraction, modulus or function.
    #[inline(never)]
    pub(super) fn bare_argument(&mut self, function: &str) -> Written {
        let start = self.span();
        let mut factors: Vec<(Join, Written)> = Vec::new();
        loop {
            let coefficient = matches!(self.peek(), Tok::Number(_)) || self.word() == Some("pi");
            let join = if factors.is_empty() { Join::First } else { Join::Implicit };
            if join == Join::Implicit && matches!(self.peek(), Tok::Number(_)) {
                break;
            }
            let factor = self.nested(Self::power);
            factors.push((join, factor));
            let goes_on = self.starts_operand() && (self.latex || !self.spaced());
            if !coefficient || self.stopped || !goes_on || self.at_function() {
                break;
            }
        }
        let argument = if factors.len() == 1 {
            factors.swap_remove(0).1
        } else {
            let span = factors[0].1.span.to(factors[factors.len() - 1].1.span);
            self.node(Kind::Product(factors), span)
        };
        let divided = matches!(self.peek(), Tok::Over | Tok::OverEach);
        if divided || (self.starts_operand() && !self.at_function()) {
            let span = argument.span;
            let next = self.tokens[(self.at + usize::from(divided)).min(self.tokens.len() - 1)].span;
            let sign = if divided { "/" } else { " " };
            let error = SyntaxError::new(
                "syntax.ambiguous-argument",
                start.to(next),
                format!("where the argument of `{function}` ends can be read in two ways"),
            );
            self.error_showing(
                error,
                &[span, next],
                |t| {
                    format!(
                        "write `{function}({}{sign}{})` or `{function}({}){sign}{}`",
                        t[0], t[1], t[0], t[1]
                    )
                },
                "put the argument in brackets",
            );
        }
        argument
    }

    pub(super) fn at_function(&self) -> bool {
        self.word().is_some_and(|w| Word::find(base_function(w)).is_some())
    }
}
