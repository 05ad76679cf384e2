//! Whole statements: an expression, a definition, a declaration, a model.
//!
//! Start reading at [`Statement`].

use super::error::{Errors, Span, SyntaxError};
use super::parse::Parser;
use super::token::Tok;
use super::vocabulary::{CONSTANTS, Word};
use super::written::{Kind, Rel, Written};

/// One line of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// An expression, a relation or a call.
    Expression(Written),
    /// `a = 3`, `f(x, y) = x^2 y`
    Definition {
        /// What is defined.
        name: Box<str>,
        /// Where its name stands.
        name_span: Span,
        /// The arguments; none for a value.
        params: Vec<(Box<str>, Span)>,
        /// Written with brackets, `f() = 1` too?
        is_function: bool,
        /// What it stands for.
        body: Written,
    },
    /// `X: matrix(m, n)`
    Declaration {
        /// What is declared.
        name: Box<str>,
        /// Where its name stands.
        name_span: Span,
        /// What it is.
        shape: DeclaredShape,
    },
    /// `y ~ a exp(-b x)`
    Model {
        /// What is observed.
        left: Written,
        /// What it is thought to be.
        right: Written,
    },
}

/// The shape in a declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredShape {
    /// A number, a vector, a matrix or more.
    pub kind: DeclaredKind,
    /// The sizes: numbers or names.
    pub sizes: Vec<Written>,
    /// `symmetric` and the like.
    pub properties: Vec<(Box<str>, Span)>,
    /// Where it stands.
    pub span: Span,
}

/// What a declared name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeclaredKind {
    /// A number.
    Scalar,
    /// A column of `n` numbers.
    Vector,
    /// `m` rows and `n` columns.
    Matrix,
    /// Three sizes or more.
    Tensor,
}

const PROPERTIES: &[&str] =
    &["symmetric", "diagonal", "lower", "upper", "orthogonal", "positive", "integer", "identity"];

impl Parser<'_> {
    pub(super) fn statement(mut self) -> Result<Statement, Errors> {
        if matches!(self.peek(), Tok::Name(_)) && matches!(self.peek_at(1), Tok::Colon) {
            let statement = self.declaration();
            return self.finish(statement);
        }
        let left = self.expr();
        if matches!(self.peek(), Tok::Tilde) {
            self.advance();
            let right = self.whole_expr();
            return self.finish(Statement::Model { left, right });
        }
        if !self.at_end() {
            self.unexpected();
        }
        let statement = self.definition(left);
        self.finish(statement)
    }

    /// `declared` after a name in a request: `matrix(3, 3, symmetric)`.
    pub(super) fn shape_alone(mut self) -> Result<DeclaredShape, Errors> {
        let shape = self.shape();
        self.finish(shape)
    }

    fn declaration(&mut self) -> Statement {
        let name: Box<str> = self.word().unwrap_or_default().into();
        let name_span = self.advance();
        self.check_free(&name, name_span);
        self.advance();
        Statement::Declaration { name, name_span, shape: self.shape() }
    }

    fn shape(&mut self) -> DeclaredShape {
        let start = self.span();
        let kind = match self.word() {
            Some("scalar" | "number" | "real") => Some(DeclaredKind::Scalar),
            Some("vector") => Some(DeclaredKind::Vector),
            Some("matrix") => Some(DeclaredKind::Matrix),
            Some("tensor") => Some(DeclaredKind::Tensor),
            _ => None,
        };
        let written = self.whole_expr();
        let span = start.to(written.span);
        let Some(kind) = kind else {
            self.error(
                SyntaxError::new("syntax.declaration", span, "this is not a shape")
                    .with_hint("write `scalar`, `vector(n)`, `matrix(m, n)` or `tensor(k, m, n)`"),
            );
            return DeclaredShape { kind: DeclaredKind::Scalar, sizes: vec![], properties: vec![], span };
        };
        let args = match written.kind {
            Kind::Call(call) if call.function.as_name().is_some() => call.args,
            _ => Vec::new(),
        };
        let (mut sizes, mut properties) = (Vec::new(), Vec::new());
        for arg in args {
            match arg.as_name().filter(|n| PROPERTIES.contains(n)) {
                Some(name) => properties.push((name.into(), arg.span)),
                None => sizes.push(arg),
            }
        }
        let fits = match kind {
            DeclaredKind::Scalar => sizes.is_empty(),
            DeclaredKind::Vector => sizes.len() == 1,
            DeclaredKind::Matrix => sizes.len() == 2,
            DeclaredKind::Tensor => !sizes.is_empty(),
        };
        if !fits {
            let hint = match kind {
                DeclaredKind::Scalar => "write `scalar` alone",
                DeclaredKind::Vector => "write its length: `vector(n)`",
                DeclaredKind::Matrix => "write rows and columns: `matrix(m, n)`",
                DeclaredKind::Tensor => "write every size: `tensor(k, m, n)`",
            };
            let message = format!("{} sizes do not make this shape", sizes.len());
            self.error(SyntaxError::new("syntax.declaration", span, message).with_hint(hint));
        }
        for size in &sizes {
            let whole = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            let good = match &size.kind {
                Kind::Number(text) => whole(text) && text.bytes().any(|b| b != b'0'),
                Kind::Name(_) => true,
                _ => false,
            };
            if !good {
                self.error(
                    SyntaxError::new(
                        "syntax.declaration",
                        size.span,
                        "a size is a whole number above 0, or a name",
                    )
                    .with_hint("write `vector(3)` or `vector(n)`"),
                );
            }
        }
        DeclaredShape { kind, sizes, properties, span }
    }

    /// `name = …` and `f(x, y) = …` define; every other relation is an expression.
    fn definition(&mut self, written: Written) -> Statement {
        let head = match &written.kind {
            Kind::Relation(left, rest) if rest.len() == 1 && rest[0].0 == Rel::Equal => left,
            _ => return Statement::Expression(written),
        };
        let (name, args, is_function) = match &head.kind {
            Kind::Name(name) => (name.clone(), &[] as &[Written], false),
            Kind::Call(call) if !call.bare && call.function.as_name().is_some() => {
                let names = call.args.iter().all(|a| a.as_name().is_some());
                let Some(name) = call.function.as_name() else { return Statement::Expression(written) };
                if !names || name == "~" || Word::find(name).is_some_and(|w| w == Word::Operation) {
                    return Statement::Expression(written);
                }
                (name.into(), call.args.as_slice(), true)
            }
            _ => return Statement::Expression(written),
        };
        let name_span = match &head.kind {
            Kind::Call(call) => call.function.span,
            _ => head.span,
        };
        self.check_free(&name, name_span);
        let mut params: Vec<(Box<str>, Span)> = Vec::new();
        for arg in args {
            let param: Box<str> = arg.as_name().unwrap_or_default().into();
            self.check_free(&param, arg.span);
            if params.iter().any(|(known, _)| *known == param) {
                self.error(
                    SyntaxError::new(
                        "syntax.definition",
                        arg.span,
                        format!("`{param}` is an argument twice"),
                    )
                    .with_hint("give every argument a name of its own"),
                );
            }
            params.push((param, arg.span));
        }
        let body = match written.kind {
            Kind::Relation(_, mut rest) => rest.swap_remove(0).1,
            _ => written,
        };
        Statement::Definition { name, name_span, params, is_function, body }
    }

    /// A name of the language cannot be given another meaning.
    fn check_free(&mut self, name: &str, span: Span) {
        let what = match name {
            _ if CONSTANTS.contains(&name) => "a constant",
            _ if Word::is_reserved(name) => "a function",
            _ => return,
        };
        let message = format!("`{name}` is {what} of the language");
        let hint = format!("choose another name, such as `{name}_1`");
        self.error(SyntaxError::new("syntax.definition", span, message).with_hint(hint));
    }
}
