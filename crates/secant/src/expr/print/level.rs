//! How tightly things hold together, and so where brackets go.

use super::super::Func;
use super::array::Array;
use super::formula::Formula;
use super::layout::{Chain, Head, Id, Layout};
use super::names::{Name, greek, is_letter, own_brackets};

/// How tightly a part holds together; a place in a formula demands a level, and what is looser gets brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Anything at all: inside brackets, above a bar.
    Open,
    Or,
    And,
    Relation,
    /// Cases behind a brace: they end nowhere.
    Cases,
    Sum,
    /// `a/b` on one line.
    Quotient,
    /// `A x`: as the last factor of a product it needs no brackets, before another it does.
    Chain,
    Product,
    /// A fraction with a bar: beside a factor it needs no brackets, under an exponent it does.
    Stacked,
    Power,
    Atom,
}

/// Where on the page something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Text of the language, one line.
    Text,
    /// Typeset, with bars and raised exponents.
    Display,
    /// Typeset on one line, as in an exponent.
    Inline,
}

/// An exponential with a longer argument than this is written `exp(…)`.
const SHORT_EXPONENT: u64 = 14;

/// How tightly factor `k` of so many must hold together: a matrix product stands last or in brackets.
pub(super) fn factor_level(k: usize, factors: usize) -> Level {
    if k + 1 == factors { Level::Chain } else { Level::Product }
}

impl Formula {
    /// How tightly the part holds together when written in this style.
    pub(super) fn level(&self, id: Id, style: Style) -> Level {
        let text = style == Style::Text;
        match self.layout(id) {
            Layout::Number(n) if n.exponent.is_some() => {
                if text {
                    Level::Power
                } else {
                    Level::Product
                }
            }
            Layout::Number(_) | Layout::Symbol(_) | Layout::Constant(_) | Layout::SquareRoot(_) => {
                Level::Atom
            }
            Layout::Negative(_) | Layout::Sum(_) => Level::Sum,
            Layout::Product(_) => Level::Product,
            Layout::Fraction(..) => match style {
                Style::Text | Style::Inline => Level::Quotient,
                Style::Display => Level::Stacked,
            },
            Layout::Power(..) => Level::Power,
            Layout::Call(Head::Func(Func::Exp), args) if !text && self.is_short_exponent(args[0]) => {
                Level::Power
            }
            Layout::Call(..) => Level::Atom,
            Layout::Chain(Chain::And, ..) => Level::And,
            Layout::Chain(Chain::Or, ..) => Level::Or,
            Layout::Chain(Chain::Max | Chain::Min, ..) => Level::Atom,
            Layout::Relation(..) | Layout::Outside(..) => Level::Relation,
            Layout::Where(..) => {
                if text {
                    Level::Atom
                } else {
                    Level::Cases
                }
            }
            Layout::Derivative { .. } => match style {
                Style::Text => Level::Atom,
                Style::Display => Level::Stacked,
                Style::Inline => Level::Quotient,
            },
            Layout::Equals(_) => Level::Open,
            Layout::Array(array) => array.level(style),
        }
    }

    /// Is it short and simple enough to be raised above an `e`?
    pub(super) fn is_short_exponent(&self, id: Id) -> bool {
        let part = self.part(id);
        part.size <= SHORT_EXPONENT && part.raised <= 1 && !matches!(part.layout, Layout::Where(..))
    }

    /// Does it begin with a digit, so that a factor before it needs a sign between?
    pub(super) fn begins_with_digit(&self, mut id: Id, style: Style) -> bool {
        loop {
            match self.layout(id) {
                Layout::Number(_) => return true,
                Layout::Power(base, _) | Layout::Array(Array::Power(base, _))
                    if self.level(*base, style) == Level::Atom =>
                {
                    id = *base
                }
                Layout::Array(Array::Over(above, _)) => id = *above,
                Layout::Fraction(numerator, _) if style == Style::Display => id = *numerator,
                Layout::Product(factors) => id = factors[0],
                _ => return false,
            }
        }
    }

    /// Does it begin with the name of a function, in letters?
    pub(super) fn begins_with_function(&self, mut id: Id) -> bool {
        loop {
            match self.layout(id) {
                Layout::Power(base, _) => id = *base,
                Layout::Chain(Chain::Max | Chain::Min, ..) => return true,
                Layout::Call(Head::Func(Func::Cbrt), _) => return false,
                Layout::Call(Head::Func(Func::Exp), args) => return !self.is_short_exponent(args[0]),
                Layout::Call(Head::Func(f), _) => return own_brackets(*f).is_none(),
                Layout::Call(..) => return true,
                _ => return false,
            }
        }
    }

    /// Is it a name of several letters, or a power of one? It wants a space on both sides.
    pub(super) fn is_word(&self, id: Id) -> bool {
        match self.layout(id) {
            Layout::Symbol(s) => {
                let stem = Name::split(s.name()).stem;
                !is_letter(stem) && greek(stem).is_none()
            }
            Layout::Power(base, _) => matches!(self.layout(*base), Layout::Symbol(_)) && self.is_word(*base),
            _ => false,
        }
    }
}
