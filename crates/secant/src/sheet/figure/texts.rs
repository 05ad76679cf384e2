//! The texts of a figure, of a cell and of a question, read in a scope; mistakes carry their place in bytes.

use super::fault::FigureFault;
use crate::expr::{Condition, Expr, Symbol};
use crate::sheet::Scope;
use crate::syntax::{self, Errors, Lowered, Span, SyntaxError};

/// What a text asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Task {
    /// A formula.
    Value(Expr),
    /// A derivative, not yet taken.
    Derivative {
        /// Of what.
        of: Expr,
        /// By which variable.
        by: Symbol,
        /// How often.
        order: u32,
    },
}

impl Scope {
    /// Reads the expression of a number.
    ///
    /// # Errors
    /// The first mistake in it; the place counts in bytes of `text`.
    pub fn expression(&self, text: &str) -> Result<Expr, FigureFault> {
        self.number(text).map(|l| l.expr)
    }

    /// Reads the expression of a number, with what must hold for the text to have a value.
    ///
    /// # Errors
    /// As [`Scope::expression`].
    pub fn conditional(&self, text: &str) -> Result<(Expr, Vec<Condition>), FigureFault> {
        self.number(text).map(|l| (l.expr, l.conditions))
    }

    /// Reads a formula, of numbers or of what has axes, with what must hold for the text to have a value.
    ///
    /// # Errors
    /// The first mistake in it; the place counts in bytes of `text`.
    pub fn formula(&self, text: &str) -> Result<(Expr, Vec<Condition>), FigureFault> {
        let read = || self.meaning(&syntax::parse(text, &self.limits())?);
        read().map(|l| (l.expr, l.conditions)).map_err(|errors| fault(text, &errors))
    }

    fn number(&self, text: &str) -> Result<Lowered, FigureFault> {
        let read = || {
            let written = syntax::parse(text, &self.limits())?;
            let lowered = self.meaning(&written)?;
            without_axes(&lowered.expr, written.span)?;
            Ok(lowered)
        };
        read().map_err(|errors| fault(text, &errors))
    }

    /// Reads what a text asks for: a derivative keeps what it is the derivative of.
    ///
    /// # Errors
    /// As [`Scope::expression`].
    pub fn task(&self, text: &str) -> Result<Task, FigureFault> {
        let read = || {
            let written = syntax::parse(text, &self.limits())?;
            if let Some(("diff", args)) = written.without_brackets().as_call()
                && let Some((of, by, order)) = self.clone().single_derivative(args, written.span)?
                && !of.has_axes()
            {
                return Ok(Task::Derivative { of, by, order });
            }
            Ok(Task::Value(self.meaning(&written)?.expr))
        };
        read().map_err(|errors: Errors| fault(text, &errors))
    }
}

/// Figures are made of numbers.
fn without_axes(e: &Expr, span: Span) -> Result<(), Errors> {
    if !e.has_axes() {
        return Ok(());
    }
    let error = SyntaxError::new("unsupported.tensor", span, "vectors and matrices are not read here");
    Err(error.with_hint("only numbers are read here; write out the entries one by one").into())
}

/// The first mistake, with its place in bytes of the text.
fn fault(text: &str, errors: &Errors) -> FigureFault {
    let first = errors.first();
    let byte = |n: u32| text.char_indices().nth(n as usize).map_or(text.len(), |(at, _)| at);
    let span = byte(first.span().from)..byte(first.span().to);
    let fault = FigureFault::new(first.code(), first.message(), span);
    match first.hint() {
        Some(hint) => fault.hint(hint),
        None => fault,
    }
}
