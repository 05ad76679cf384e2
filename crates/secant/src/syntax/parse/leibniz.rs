//! Derivatives in Leibniz' notation, in text and in LaTeX.
//!
//! Start reading at [`Parser::derivative`].

use super::super::error::{Span, SyntaxError};
use super::super::token::{Shape, Tok};
use super::super::vocabulary::Word;
use super::super::written::{Join, Kind, LeibnizForm, Written};
use super::{Level, Parser};

impl Parser<'_> {
    pub(super) fn derivative_or_nothing(&mut self) -> Written {
        match self.derivative(true) {
            Some(derivative) => derivative,
            None => {
                let span = self.advance();
                self.error(
                    SyntaxError::new("syntax.unexpected", span, "`∂` without what it differentiates by")
                        .with_hint("write `∂f/∂x`, `∂/∂x (…)` or `diff(f, x)`"),
                );
                self.nothing()
            }
        }
    }

    /// `∂f/∂x`, `∂²f/∂x²`, `∂²f/(∂x ∂y)`, `∂/∂x …`, and `d/dx …`; moves only when it is one.
    #[inline(never)]
    pub(super) fn derivative(&mut self, partial: bool) -> Option<Written> {
        let (start, at) = (self.span(), self.at);
        self.advance();
        let order = self.raised_order();
        // `d` is a good name for a number: only `d/dx` with something behind it is the operator.
        let of = if !partial && order.is_some() && self.is_order_below(order) {
            Some(self.derivative_subject())
        } else if partial && !matches!(self.peek(), Tok::Over) {
            match self.peek() {
                Tok::Name(_) | Tok::Open(Shape::Round) => Some(self.derivative_subject()),
                _ => None,
            }
        } else {
            None
        };
        let slash = matches!(self.peek(), Tok::Over) && (partial || !self.spaced());
        let grouped = matches!(self.peek_at(1), Tok::Open(Shape::Round)) && self.is_differential(2, partial);
        if !slash || (!grouped && !self.is_differential(1, partial)) {
            if let Some(of) = of {
                // Going back would read the subject twice, and what is in it four times.
                let error =
                    SyntaxError::new("syntax.unexpected", start, "`∂` without what it differentiates by");
                self.error(error.with_hint("write `∂f/∂x`, `∂/∂x (…)` or `diff(f, x)`"));
                return Some(of);
            }
            self.at = at;
            return None;
        }
        self.advance();
        if grouped {
            self.advance();
        }
        let mut by = Vec::new();
        while self.is_differential(0, partial) {
            by.push(self.differential(partial));
            // `∂²f/∂x∂y` needs no brackets: the order says how many there are.
            if !grouped && orders(&by) >= order.unwrap_or(1) {
                break;
            }
            self.eat(&Tok::Times);
        }
        if grouped && !self.eat(&Tok::Close(Shape::Round)) {
            if !partial {
                self.at = at; // `d/(dd s)` is a quotient
                return None;
            }
            self.unexpected();
            self.skip_to_separator();
            self.eat(&Tok::Close(Shape::Round));
        }
        let end = self.previous_span();
        let (of, operator) = match of {
            Some(of) => (of, false),
            None if self.starts_operand() => (self.operand_of_operator(), true),
            None if partial => (self.missing_operand(), true),
            None => {
                self.at = at;
                return None;
            }
        };
        Some(self.derivative_node(LeibnizForm { of, by, partial, operator }, order, start.to(end)))
    }

    /// `y/dx²`, behind `d²`: a name over the differential of that order.
    fn is_order_below(&self, order: Option<u32>) -> bool {
        let raised = match self.peek_at(3) {
            Tok::Superscript(text) => text.parse().ok(),
            Tok::Caret => match self.peek_at(4) {
                Tok::Number(text) => text.parse().ok(),
                _ => None,
            },
            _ => None,
        };
        self.word().is_some()
            && matches!(self.peek_at(1), Tok::Over)
            && self.is_differential(2, false)
            && raised == order
    }

    pub(super) fn derivative_subject(&mut self) -> Written {
        if matches!(self.peek(), Tok::Name(_)) && !matches!(self.peek_at(1), Tok::Open(Shape::Round)) {
            let kind = self.name_kind();
            let span = self.advance();
            return self.node(kind, span);
        }
        self.nested(Self::primary)
    }

    /// All factors that follow, up to the next sign that joins them to something else.
    pub(super) fn operand_of_operator(&mut self) -> Written {
        let first = self.nested(Self::power);
        let mut span = first.span;
        let mut factors = vec![(Join::First, first)];
        while self.starts_operand() && !self.stopped {
            let factor = self.nested(Self::power);
            span = span.to(factor.span);
            factors.push((Join::Implicit, factor));
        }
        if factors.len() == 1 { factors.swap_remove(0).1 } else { self.node(Kind::Product(factors), span) }
    }

    #[inline(never)]
    pub(super) fn derivative_node(&mut self, form: LeibnizForm, order: Option<u32>, span: Span) -> Written {
        let span = if form.operator { span.to(form.of.span) } else { span };
        let sum = orders(&form.by);
        if order.unwrap_or(1) != sum {
            let above = order.unwrap_or(1);
            let message = format!("{above} above and {sum} below: the orders of this derivative differ");
            self.error(
                SyntaxError::new("syntax.unexpected", span, message)
                    .with_hint("write a second derivative as `∂²f/∂x²` or as `diff(f, x, 2)`"),
            );
        }
        self.node(Kind::Derivative(Box::new(form)), span)
    }

    /// The `²` or `^2` of `∂²f`.
    pub(super) fn raised_order(&mut self) -> Option<u32> {
        let order = match self.peek() {
            Tok::Superscript(text) => text.parse().ok()?,
            Tok::Caret => {
                let group = matches!(self.peek_at(1), Tok::Open(Shape::Group));
                let Tok::Number(text) = self.peek_at(1 + usize::from(group)) else { return None };
                let order = text.parse().ok()?;
                self.at += if group { 3 } else { 1 };
                order
            }
            _ => return None,
        };
        self.advance();
        Some(order)
    }

    /// Does `dx` or `∂x` stand here?
    pub(super) fn is_differential(&self, ahead: usize, partial: bool) -> bool {
        if partial {
            return matches!(self.peek_at(ahead), Tok::Partial) && self.word_at(ahead + 1).is_some();
        }
        match self.word_at(ahead) {
            Some("d") => self.latex && self.word_at(ahead + 1).is_some(),
            Some(word) => {
                !self.latex && word.len() > 1 && word.starts_with('d') && Word::find(word).is_none()
            }
            None => false,
        }
    }

    pub(super) fn differential(&mut self, partial: bool) -> (Box<str>, u32) {
        let name: Box<str> = if partial || self.latex {
            self.advance();
            self.word().unwrap_or_default().into()
        } else {
            self.word().unwrap_or_default()[1..].into()
        };
        self.advance();
        (name, self.raised_order().unwrap_or(1))
    }

    /// `\frac{d}{dx} …`, `\frac{dy}{dx}`, `\frac{\partial^2 f}{\partial x \partial y}`; moves only when it is one.
    #[inline(never)]
    pub(super) fn leibniz_fraction(&mut self) -> Option<Written> {
        let (at, start) = (self.at, self.span());
        let partial = matches!(self.peek_at(2), Tok::Partial);
        if !partial && self.word_at(2) != Some("d") {
            return None;
        }
        self.at += 3;
        let order = self.raised_order();
        let subject = self.at;
        let mut level = 0_usize;
        while level > 0 || !matches!(self.peek(), Tok::Close(Shape::Group)) {
            match self.peek() {
                Tok::Open(_) => level += 1,
                Tok::Close(_) => level = level.saturating_sub(1),
                Tok::End => break,
                _ => {}
            }
            self.advance();
        }
        let subject_end = self.at;
        self.eat(&Tok::Close(Shape::Group));
        self.eat(&Tok::Open(Shape::Group));
        let mut by = Vec::new();
        while self.is_differential(0, partial) {
            by.push(self.differential(partial));
            self.eat(&Tok::Times);
        }
        if by.is_empty() || !matches!(self.peek(), Tok::Close(Shape::Group)) {
            self.at = at;
            return None;
        }
        let end = self.advance();
        let behind = self.at;
        if subject_end > subject {
            self.at = subject;
            let of = self.nested(|p| p.climb(Level::Sum));
            if self.at != subject_end && !self.stopped {
                self.unexpected();
            }
            if !self.stopped {
                self.at = behind;
            }
            let form = LeibnizForm { of, by, partial, operator: false };
            return Some(self.derivative_node(form, order, start.to(end)));
        }
        if !self.starts_operand() {
            self.error(
                SyntaxError::new("syntax.missing-operand", start.to(end), "nothing follows the derivative")
                    .with_hint("write what is differentiated behind it, in brackets"),
            );
            return Some(self.nothing());
        }
        let of = self.operand_of_operator();
        Some(self.derivative_node(LeibnizForm { of, by, partial, operator: true }, order, start.to(end)))
    }
}

/// How often is differentiated in all.
fn orders(by: &[(Box<str>, u32)]) -> u32 {
    by.iter().fold(0, |sum, (_, n)| sum.saturating_add(*n))
}
