//! Text and LaTeX in; expressions, or errors with their places, out.
//!
//! Here: the language. `parse` makes the surface tree ([`Written`]: what a person wrote), `lower` gives it its
//! meaning ([`Lowered`]: an expression, and what must hold for the text to mean something). Between them stands a
//! [`Scope`], which knows the names.
//! Not here: printing of expressions (`expr`), calls such as `diff(f, x)` (`sheet`).
//! Invariant: any text at all gives an answer within [`Limits`], and never a panic.
//! Start reading at [`parse()`], then [`lower()`].

mod error;
mod latex;
mod lex;
mod lower;
mod parse;
mod resolve;
mod scope;
mod spelling;
mod statement;
mod token;
mod vocabulary;
mod written;

pub use error::{CODES, Errors, Span, SyntaxError};
pub use lower::{Lowered, lower};
pub use parse::Limits;
pub use resolve::resolve;
pub use scope::{Call, Callee, FreeNames, KnownNames, Scope, unknown_name};
pub use statement::{DeclaredKind, DeclaredShape, Statement};
pub use written::{Bracket, CallForm, Join, Kind, LeibnizForm, Logical, Raise, Rel, Sign, Written};

use crate::expr::Expr;
use parse::Parser;

/// Reads an expression, a relation or a call.
///
/// # Errors
/// Every mistake found, each with a code, a span and a hint; `budget.` codes when a limit is passed.
pub fn parse(text: &str, limits: &Limits) -> Result<Written, Errors> {
    let source = limits.characters(text)?;
    let (tokens, errors) = lex::lex(&source);
    Parser::new(&source, tokens, errors, limits, false).whole()
}

/// Reads a formula in LaTeX, as people write it and as formula editors export it; spans are those of the LaTeX.
///
/// Letters stand for themselves: `xy` is a product, longer names are written `\\mathrm{speed}`.
///
/// # Errors
/// As [`parse()`].
///
/// ```
/// use secant::syntax::{Limits, parse_latex};
/// let written = parse_latex(r"\frac{1}{2} \sin^2\left(\alpha x\right)", &Limits::default())?;
/// assert_eq!(written.to_string(), "(1/2) sin^2(alpha x)");
/// # Ok::<(), secant::syntax::Errors>(())
/// ```
pub fn parse_latex(latex: &str, limits: &Limits) -> Result<Written, Errors> {
    parse_latex_with(latex, limits, &|_| false)
}

/// [`parse_latex()`] beside names of vectors, matrices and the like, whose subscripts are places: `x_{i}` is `x[i]`.
///
/// `with_axes` says of a name whether it is one of them, and of the empty name whether there are any.
///
/// # Errors
/// As [`parse()`].
pub fn parse_latex_with(
    latex: &str,
    limits: &Limits,
    with_axes: &dyn Fn(&str) -> bool,
) -> Result<Written, Errors> {
    let source = limits.characters(latex)?;
    let (tokens, errors) = latex::lex(&source, limits.depth(), with_axes);
    Parser::new(&source, tokens, errors, limits, true).whole()
}

/// Reads a line of a sheet: an expression, a definition, a declaration or a model.
///
/// # Errors
/// As [`parse()`].
pub fn parse_statement(text: &str, limits: &Limits) -> Result<Statement, Errors> {
    let source = limits.characters(text)?;
    let (tokens, errors) = lex::lex(&source);
    Parser::new(&source, tokens, errors, limits, false).statement()
}

/// Reads a shape as it stands in a declaration: `matrix(3, 3, symmetric)`.
///
/// # Errors
/// As [`parse()`].
pub fn parse_shape(text: &str, limits: &Limits) -> Result<DeclaredShape, Errors> {
    let source = limits.characters(text)?;
    let (tokens, errors) = lex::lex(&source);
    Parser::new(&source, tokens, errors, limits, false).shape_alone()
}

/// The expression a text stands for, every name being a number, within the default limits.
///
/// # Errors
/// As [`parse()`] and [`lower()`].
///
/// ```
/// let e = secant::syntax::parse_expr("2 x sin(x)^2")?;
/// assert_eq!(e, secant::syntax::parse_expr("sin(x)^2 * (x + x)")?);
/// let wrong = secant::syntax::parse_expr("1/2x").unwrap_err();
/// assert_eq!(wrong.first().code(), "syntax.ambiguous-division");
/// # Ok::<(), secant::syntax::Errors>(())
/// ```
pub fn parse_expr(text: &str) -> Result<Expr, Errors> {
    Ok(lower(&parse(text, &Limits::default())?, &mut FreeNames)?.expr)
}
