//! Expressions in writing: text that can be read back, LaTeX and presentation MathML.
//!
//! Here: the order a person would write things in, fractions, roots, brackets, names.
//! Not here: what a canonical form is (the rest of `expr`), reading text (`syntax`), the wording of steps (`calculus`).
//! Invariant: what can be seen is decided once, in a [`Formula`]; the three notations only spell it. The text of an
//! expression reads back as the same expression. Nothing recurses, and nothing grows beyond a stated size.
//! Start reading at [`Formula`]; `build` makes one from an expression (`contraction` finds matrix notation, `tensor`
//! the rest of what has axes), `order` arranges it, `level` sets brackets, `text`, `latex` and `mathml` spell it,
//! those of `array` what only vectors and matrices have.

mod array;
mod build;
mod condition;
mod contraction;
mod formula;
mod latex;
mod layout;
mod level;
mod mathml;
mod names;
mod number;
mod order;
mod tensor;
mod text;
mod write;

use std::collections::HashMap;
use std::fmt;

use super::{Expr, Symbol};

pub use formula::Formula;
pub use layout::Relation;

/// A way to write a formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Notation {
    /// The language of Secant itself.
    Text,
    /// LaTeX, for mathematics mode.
    Latex,
    /// Presentation MathML, a complete `<math>` element.
    MathMl,
    /// Presentation MathML without the `<math>` around it, to stand inside another formula.
    MathMlFragment,
}

/// The formula is longer than was allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "written out, the formula has {nodes} parts, nested {depth} deep; allowed are {max_nodes}, {max_depth} deep"
)]
pub struct TooLarge {
    /// Numbers, names, operations and functions in the formula as it would be written; saturates.
    pub nodes: u64,
    /// How deep they are nested.
    pub depth: u32,
    /// How many parts were allowed.
    pub max_nodes: usize,
    /// How deep they may be nested in this notation.
    pub max_depth: u32,
}

impl TooLarge {
    /// The code of this error, which never changes.
    pub const fn code(&self) -> &'static str {
        "budget.print"
    }
}

/// More parts than this are abbreviated by `Display`.
const TEXT_NODES: usize = 100_000;
/// More parts than this are abbreviated by [`Expr::to_latex`] and [`Expr::to_mathml`].
const TYPESET_NODES: usize = 20_000;
/// Deeper nesting is no longer laid out by browsers and typesetters.
const TYPESET_DEPTH: u32 = 100;

impl Notation {
    /// How many parts are written before the rest is left out, and how deep.
    const fn usual_limits(self) -> (usize, u32) {
        match self {
            Notation::Text => (TEXT_NODES, u32::MAX),
            Notation::Latex | Notation::MathMl | Notation::MathMlFragment => (TYPESET_NODES, TYPESET_DEPTH),
        }
    }
}

impl Expr {
    /// It as a formula, in the order a person would write it.
    pub fn to_formula(&self) -> Formula {
        build::formula(self, &HashMap::new())
    }

    /// It as a formula in which some names stand for other formulas: a derivative still to be taken, a named function.
    pub fn to_formula_with(&self, names: &HashMap<Symbol, Formula>) -> Formula {
        build::formula(self, names)
    }

    /// It in LaTeX, for mathematics mode. What is longer than 20 000 parts is abbreviated with `\dots`.
    pub fn to_latex(&self) -> String {
        self.to_formula().to_latex()
    }

    /// It as a complete MathML element. What is longer than 20 000 parts is abbreviated with `…`.
    pub fn to_mathml(&self) -> String {
        self.to_formula().to_mathml()
    }

    /// It as MathML to stand inside another formula, one element. What is longer than 20 000 parts is abbreviated.
    pub fn to_mathml_fragment(&self) -> String {
        self.to_formula().to_mathml_fragment()
    }

    /// Its text, complete.
    ///
    /// # Errors
    /// [`TooLarge`] when it has more than `max_nodes` parts, written out as a tree.
    pub fn print_limited(&self, max_nodes: usize) -> Result<String, TooLarge> {
        self.to_formula().print_limited(Notation::Text, max_nodes)
    }
}

/// Its text, which reads back as the same expression. What is longer than 100 000 parts is abbreviated with `…`.
impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_formula().fmt(f)
    }
}
