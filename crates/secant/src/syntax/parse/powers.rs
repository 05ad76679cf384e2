//! Powers and exponents, and where they are unclear.
//!
//! Start reading at [`Parser::power_of`].

use super::super::error::{Span, SyntaxError};
use super::super::token::{Shape, Tok};
use super::super::written::{Kind, Raise, Written};
use super::{Level, Parser};

impl Parser<'_> {
    pub(super) fn power(&mut self) -> Written {
        self.climb(Level::Power)
    }

    #[inline(never)]
    pub(super) fn power_of(&mut self, base: Written) -> Written {
        let raise = match self.peek() {
            Tok::Caret => Raise::Caret,
            Tok::CaretEach => Raise::Each,
            _ => return base,
        };
        self.check_root(&base, "…");
        let caret = self.advance();
        if self.latex && self.transposed() {
            let span = base.span.to(self.previous_span());
            let primed = self.node(Kind::Primed(Box::new(base), 1), span);
            return self.power_of(primed);
        }
        let exponent = self.exponent(&base, caret);
        let span = base.span.to(exponent.span);
        self.node(Kind::Power(raise, Box::new((base, exponent))), span)
    }

    /// `^\top`, `^{\top}`, `^{\prime}`, in LaTeX.
    pub(super) fn transposed(&mut self) -> bool {
        let is = |t: &Tok| matches!(t, Tok::Transpose | Tok::Prime);
        let group = matches!(self.peek(), Tok::Open(Shape::Group));
        if group && is(self.peek_at(1)) && matches!(self.peek_at(2), Tok::Close(Shape::Group)) {
            self.at += 3;
            return true;
        }
        false
    }

    /// `√x^2` can be read in two ways.
    #[inline(never)]
    pub(super) fn check_root(&mut self, base: &Written, exponent: &str) {
        let Kind::Root(_, inner) = &base.kind else { return };
        if matches!(inner.kind, Kind::Brackets(..)) {
            return;
        }
        self.error_showing(
            SyntaxError::new(
                "syntax.ambiguous-power",
                base.span.to(self.span()),
                "a power behind a root can be read in two ways",
            ),
            &[base.span],
            |t| format!("write `({})^{exponent}`, or put brackets around what is under the root", t[0]),
            "put brackets around the root, or around what is under it",
        );
    }

    pub(super) fn exponent(&mut self, base: &Written, caret: Span) -> Written {
        if !self.descend() {
            self.depth -= 1;
            return self.nothing();
        }
        let signs = self.signs();
        let operand = self.postfix();
        self.check_exponent(base, &operand);
        let mut written =
            if matches!(self.peek(), Tok::Caret | Tok::CaretEach) { self.power_of(operand) } else { operand };
        if !signs.is_empty() {
            written = self.signed(signs, written);
        }
        if written.as_name() == Some("") {
            written.span = caret;
        }
        self.depth -= 1;
        written
    }

    /// `x^2!` and `e^2x` can be read in two ways.
    #[inline(never)]
    pub(super) fn check_exponent(&mut self, base: &Written, operand: &Written) {
        if let Kind::Factorial(inner) | Kind::Primed(inner, _) = &operand.kind
            && inner.as_call().is_none()
        {
            let sign = if matches!(operand.kind, Kind::Factorial(_)) { "!" } else { "'" };
            self.error_showing(
                SyntaxError::new(
                    "syntax.ambiguous-power",
                    base.span.to(operand.span),
                    format!("`{sign}` behind an exponent can be read in two ways"),
                ),
                &[base.span, inner.span],
                |t| format!("write `({}^{}){sign}` or `{}^({}{sign})`", t[0], t[1], t[0], t[1]),
                "put brackets around the power, or around the exponent",
            );
        }
        let plain_number = matches!(operand.kind, Kind::Number(_));
        let fixed_base = matches!(base.kind, Kind::Number(_)) || base.as_name() == Some("e");
        let tight = !self.latex && !self.spaced() && matches!(self.peek(), Tok::Name(_));
        if plain_number && fixed_base && tight {
            let name = self.span();
            self.error_showing(
                SyntaxError::new(
                    "syntax.ambiguous-power",
                    base.span.to(name),
                    "where this exponent ends can be read in two ways",
                ),
                &[base.span, operand.span, name],
                |t| format!("write `{}^({}{})` or `{}^{} {}`", t[0], t[1], t[2], t[0], t[1], t[2]),
                "put brackets around the exponent",
            );
        }
    }
}
