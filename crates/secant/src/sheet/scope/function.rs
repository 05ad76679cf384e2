//! Functions that were defined, and their calls.
//!
//! A function whose text is at hand is read once for each set of shapes that its arguments come in.
//! Start reading at [`Scope::call_of_name`].

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Meaning, Scope, derivative};
use crate::expr::domain;
use crate::expr::{Condition, Expr, Node, Shape, Symbol};
use crate::syntax::{self, Errors, Lowered, Span, SyntaxError, Written};

/// A function: variables and what it makes of them.
#[derive(Clone, Debug)]
pub(super) struct Function {
    /// The names of its variables, with the variables that stand for them in the body.
    pub(super) vars: Vec<(String, Expr)>,
    pub(super) body: Lowered,
}

impl Function {
    /// The symbols of the body that are none of its variables.
    pub(super) fn outside(&self) -> impl Iterator<Item = Symbol> + '_ {
        let own = |s: &Symbol| self.vars.iter().any(|(_, v)| v.as_var() == Some(s));
        self.body.expr.free_symbols().into_iter().filter(move |s| !own(s))
    }

    /// Are sizes or places made of its variables? Then no expression can be put for them afterwards.
    fn has_sizes_of_its_own(&self) -> bool {
        let sizes = self.body.expr.extent_symbols();
        self.vars.iter().any(|(_, v)| v.as_var().is_some_and(|s| sizes.contains(s)))
    }

    /// Another meaning made of the same variables.
    pub(super) fn with(&self, body: Lowered) -> Function {
        Function { vars: self.vars.clone(), body }
    }

    /// The body with these in place of the variables.
    pub(super) fn at(&self, values: &[Expr]) -> Lowered {
        let symbols = self.vars.iter().filter_map(|(_, v)| v.as_var().cloned());
        let values: HashMap<Symbol, Expr> = symbols.zip(values.iter().cloned()).collect();
        let expr = self.body.expr.substitute(&values);
        let mut conditions: Vec<Condition> = Vec::new();
        for c in &self.body.conditions {
            domain::require(&mut conditions, c.kind, c.expr.substitute(&values));
        }
        Lowered { expr, conditions, row: self.body.row }
    }
}

/// Most binary digits of the numbers in a call, over all the places they may be put. Time goes with their square.
const MAX_BITS: u64 = 300_000;
/// Most binary digits of a number that comes out of a call: about 6 000 decimal ones.
const MAX_BITS_OUT: u64 = 20_000;

/// How the arguments of a function lie: shape, and whether as a row.
type Lie = Vec<(Shape, bool)>;

/// The text of a function, with what its names mean.
#[derive(Debug)]
pub(super) struct Template {
    names: Vec<String>,
    /// What its variables are where nobody says so.
    lie: Lie,
    written: Written,
    scope: Scope,
    read: Mutex<Vec<(Lie, Result<Function, Errors>)>>,
}

impl Template {
    /// `scope` knows the names of the text.
    pub(super) fn new(names: Vec<String>, written: Written, scope: Scope) -> Template {
        let lie = names
            .iter()
            .map(|name| match scope.meanings.get(name) {
                Some(Meaning::Value(v)) => (v.expr.shape().clone(), v.row),
                _ => (Shape::SCALAR, false),
            })
            .collect();
        Template { names, lie, written, scope, read: Mutex::default() }
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    pub(super) fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The function for arguments that lie so; what could not be read once is not tried again.
    fn read(&self, lie: &Lie, caller: &Scope, span: Span) -> Result<Function, Errors> {
        let known = |list: &[(Lie, Result<Function, Errors>)]| {
            list.iter().find(|(l, _)| l == lie).map(|(_, f)| f.clone())
        };
        if let Some(f) = known(&self.read.lock().unwrap_or_else(PoisonError::into_inner)) {
            return f;
        }
        let f = self.read_anew(lie, caller, span);
        self.read.lock().unwrap_or_else(PoisonError::into_inner).push((lie.clone(), f.clone()));
        f
    }

    fn read_anew(&self, lie: &Lie, caller: &Scope, span: Span) -> Result<Function, Errors> {
        let mut scope = self.inside(caller, span)?;
        let mut vars = Vec::new();
        for (name, (shape, row)) in self.names.iter().zip(lie) {
            let variable = Expr::tensor_var(scope.unused(name), shape.clone());
            scope.value(name, Lowered { row: *row, ..variable.clone().into() });
            vars.push((name.clone(), variable));
        }
        Ok(Function { vars, body: scope.meaning(&self.written)? })
    }

    /// The text with these in place of its variables.
    fn read_at(&self, args: &[Lowered], caller: &Scope, span: Span) -> Result<Lowered, Errors> {
        let mut scope = self.inside(caller, span)?;
        self.names.iter().zip(args).for_each(|(name, arg)| scope.value(name, arg.clone()));
        scope.meaning(&self.written)
    }

    /// The scope of the text, as deep as its caller is and one more.
    fn inside(&self, caller: &Scope, span: Span) -> Result<Scope, Errors> {
        Ok(Scope { work: caller.work.deeper(&self.written, span)?, ..self.scope.clone() })
    }
}

/// How much has been read for calls: bounded, so that functions of functions end.
#[derive(Clone, Debug, Default)]
pub(super) struct Work {
    /// Characters, in the whole of a scope.
    chars: Arc<AtomicUsize>,
    /// Levels of the texts that are being read, inside each other.
    levels: u32,
}

impl Work {
    const MAX_CHARS: usize = 1_000_000;
    const MAX_LEVELS: u32 = 500;

    fn deeper(&self, written: &Written, span: Span) -> Result<Work, Errors> {
        let length = (written.span.to - written.span.from) as usize + 1;
        let chars = self.chars.fetch_add(length, Ordering::Relaxed) + length;
        let levels = self.levels.saturating_add(written.height()).saturating_add(10);
        if chars > Work::MAX_CHARS || levels > Work::MAX_LEVELS {
            let error =
                SyntaxError::new("budget.calls", span, "functions call functions too deep or too often");
            return Err(error.with_hint("define what is used often as a value, without arguments").into());
        }
        Ok(Work { chars: self.chars.clone(), levels })
    }
}

impl Scope {
    /// `f(a, b)`, `diff(f, x)`.
    pub(super) fn call_of_name(
        &mut self,
        name: &str,
        args: &[Written],
        span: Span,
    ) -> Option<Result<Lowered, Errors>> {
        match self.meanings.get(name) {
            Some(Meaning::Function(_) | Meaning::Template(_)) => Some(self.applied_to(name, args, span)),
            Some(Meaning::Alias(function)) => {
                let written = syntax::CallForm {
                    function: Written::new(syntax::Kind::Name(function.as_str().into()), span),
                    args: args.to_vec(),
                    bare: false,
                    spaced: false,
                };
                let written = Written::new(syntax::Kind::Call(Box::new(written)), span);
                Some(syntax::lower(&written, self))
            }
            Some(Meaning::Value(_) | Meaning::Column(_)) => None,
            None => match (derivative::Operation::named(name), name) {
                (Some(operation), _) => Some(self.derivative_here(operation, args, span)),
                (None, "taylor") => Some(self.taylor_here(args, span)),
                (None, "limit") => Some(self.limit_here(args, span)),
                (None, "integrate") => Some(self.integral_here(args, span)),
                (None, "last") if !self.traces.is_empty() => Some(self.last(args, span)),
                (None, _) => self.folded(name, args, span),
            },
        }
    }

    /// The meaning of a function at arguments.
    fn applied_to(&mut self, name: &str, args: &[Written], span: Span) -> Result<Lowered, Errors> {
        let given = self.given(name, args, span)?;
        let f = self.function_for(name, Some(&given), span)?;
        let Some(Meaning::Template(t)) = self.meanings.get(name) else {
            return self.put(&f, given, span);
        };
        if f.has_sizes_of_its_own() {
            return t.read_at(&given, self, span).map_err(|errors| in_body(name, errors, span));
        }
        let known = given.iter().all(|a| !a.expr.is_undefined());
        let whole = self.put(&f, given, span)?;
        let nowhere = whole.expr.is_undefined() || whole.conditions.iter().any(|c| c.holds() == Some(false));
        if known && nowhere {
            let error = SyntaxError::new("domain.undefined", span, format!("`{name}` has no value here"));
            return Err(error.with_hint("check the arguments: is there a division by 0 in it?").into());
        }
        Ok(whole)
    }

    /// A body at arguments, with what must hold for the arguments themselves.
    ///
    /// What comes out has no more parts than body and arguments together.
    pub(super) fn put(&self, f: &Function, given: Vec<Lowered>, span: Span) -> Result<Lowered, Errors> {
        let values: Vec<Expr> = given.iter().map(|a| a.expr.clone()).collect();
        let long = values.iter().map(digits).fold(digits(&f.body.expr), u64::max);
        let too_long = || -> Result<Lowered, Errors> {
            let message = "the numbers in this call have too many digits to be put together exactly";
            let error = SyntaxError::new("budget.number", span, message);
            Err(error.with_hint("write rounded numbers").into())
        };
        if long > 64 && long.saturating_mul(f.body.expr.node_count() as u64) > MAX_BITS {
            return too_long();
        }
        let mut whole = f.at(&values);
        if digits(&whole.expr) > MAX_BITS_OUT {
            return too_long();
        }
        let (nodes, most) = (whole.expr.node_count(), self.limits.max_nodes);
        if nodes > most {
            let message = format!("this call has {nodes} parts; allowed are {most}");
            return Err(SyntaxError::new("budget.nodes", span, message)
                .with_hint("ask for less at once")
                .into());
        }
        for c in given.into_iter().flat_map(|a| a.conditions) {
            domain::require(&mut whole.conditions, c.kind, c.expr);
        }
        Ok(whole)
    }

    /// The arguments of a call, as many as there should be.
    pub(super) fn given(&mut self, name: &str, args: &[Written], span: Span) -> Result<Vec<Lowered>, Errors> {
        let names = self.variables_of(name).unwrap_or_default();
        if args.len() != names.len() {
            let (given, wanted) = (args.len(), names.len());
            let s = if wanted == 1 { "" } else { "s" };
            let message = format!("`{name}` takes {wanted} argument{s}, not {given}");
            let error = SyntaxError::new("syntax.arguments", span, message);
            return Err(error.with_hint(format!("write `{name}({})`", names.join(", "))).into());
        }
        args.iter().map(|arg| syntax::lower(arg, self)).collect()
    }

    /// The function of this name, for these arguments or for what its variables are by themselves.
    pub(super) fn function_for(
        &self,
        name: &str,
        given: Option<&[Lowered]>,
        span: Span,
    ) -> Result<Function, Errors> {
        match self.meanings.get(name) {
            Some(Meaning::Function(f)) => {
                let odd =
                    given.and_then(|g| f.vars.iter().zip(g).find(|((_, v), a)| v.shape() != a.expr.shape()));
                match odd {
                    None => Ok(f.clone()),
                    Some(((var, v), a)) => {
                        let message = format!("`{var}` of `{name}` is {}, not {}", v.shape(), a.expr.shape());
                        let error = SyntaxError::new("shape.mismatch", span, message);
                        Err(error.with_hint("write out the entries one by one").into())
                    }
                }
            }
            Some(Meaning::Template(t)) => {
                let lie = match given {
                    Some(given) => given.iter().map(|a| (a.expr.shape().clone(), a.row)).collect(),
                    None => t.lie.clone(),
                };
                t.read(&lie, self, span).map_err(|errors| in_body(name, errors, span))
            }
            _ => {
                let error =
                    SyntaxError::new("name.unknown-function", span, format!("there is no function `{name}`"));
                Err(error.with_hint(format!("define it first: `{name}(x) = …`")).into())
            }
        }
    }
}

/// Binary digits of the longest number in it.
fn digits(e: &Expr) -> u64 {
    let own = |part: &Expr| match part.node() {
        Node::Number(n) => n.bits(),
        Node::Sum(s) => s.terms.iter().map(|t| t.coefficient.bits()).fold(s.constant.bits(), u64::max),
        _ => 0,
    };
    e.post_order().iter().map(own).max().unwrap_or(0)
}

/// A mistake in the body of a function, told where it is called.
fn in_body(name: &str, errors: Errors, span: Span) -> Errors {
    let first = errors.first();
    if first.code().starts_with("budget.") {
        return first.clone().into();
    }
    // The innermost function is the one to look at.
    let message = match first.message() {
        inner if inner.starts_with("in `") => inner.to_owned(),
        own => format!("in `{name}`: {own}"),
    };
    let error = SyntaxError::new(first.code(), span, message);
    match first.hint() {
        Some(hint) => error.with_hint(hint).into(),
        None => error.into(),
    }
}
