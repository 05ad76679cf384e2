//! What names mean: in a request, beside a figure, in a cell, in a question.
//!
//! Here: definitions and calls on top of the language (`function`), definitions that come as texts (`define`),
//! derivatives inside texts (`derivative`): `diff(f, x)(a)`, `f'(a)`, `∂f/∂x`, `grad(f)`; Taylor polynomials and limits
//! inside texts (`series`); integrals inside texts (`integral`); columns of numbers (`column`).
//! Not here: the language itself (`syntax`), rules of differentiation (`calculus`).
//! Invariant: variables of a function never meet names of the same spelling outside of it.
//! Start reading at [`Scope::lower`].

mod column;
mod define;
mod derivative;
mod function;
mod integral;
mod series;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::limits::Limits;
use crate::expr::{Expr, Func, Symbol};
use crate::syntax::{self, Call, Callee, Errors, FreeNames, KnownNames, Lowered, Span, SyntaxError, Written};
use function::{Function, Template, Work};

pub(super) use define::Declared;
pub(super) use derivative::By;

/// Most axes of a name, and of a derivative.
pub(super) const MAX_AXES: usize = 8;

/// What names mean. Cheap enough to clone for each function.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    meanings: BTreeMap<String, Meaning>,
    /// Other names are variables.
    open: bool,
    limits: Limits,
    /// How far calls of functions have gone.
    work: Work,
    /// Inside a fold over columns: the entry they stand for.
    entry: Option<column::Entry>,
    /// From where to where the numbers of these names may move.
    ranges: BTreeMap<String, (f64, f64)>,
    /// Texts here are for numbers only, and never compared as formulas.
    numbers: bool,
    /// The numbers of traces: what stands for each where the trace stands last.
    traces: BTreeMap<String, Vec<(String, Symbol)>>,
}

#[derive(Clone, Debug)]
enum Meaning {
    /// A variable, or what stands for one.
    Value(Lowered),
    Function(Function),
    /// A function whose body is read anew for arguments of other shapes.
    Template(Arc<Template>),
    /// Another name for a function of the language.
    Alias(String),
    /// Numbers, one after the other.
    Column(Arc<[Expr]>),
}

impl Scope {
    /// Nothing is known but the language; other names are mistakes.
    pub fn strict() -> Scope {
        Scope::default()
    }

    /// Nothing is known but the language; other names are variables.
    pub fn open() -> Scope {
        Scope { open: true, ..Scope::default() }
    }

    /// The same for texts that stand for numbers only: where no formula is known, one that gives the number will do.
    pub(super) fn for_numbers(self) -> Scope {
        Scope { numbers: true, ..self }
    }

    /// The same, with other names as variables.
    pub fn opened(&self) -> Scope {
        Scope { open: true, ..self.clone() }
    }

    /// The same within these limits.
    pub fn within(self, limits: &Limits) -> Scope {
        Scope { limits: limits.clone(), ..self }
    }

    /// The limits for a text that is read here.
    pub fn limits(&self) -> syntax::Limits {
        syntax::Limits {
            max_chars: self.limits.max_chars,
            max_depth: self.limits.max_depth as usize,
            max_nodes: self.limits.max_nodes,
        }
    }

    /// `name` is a variable.
    pub fn variable(&mut self, name: &str) {
        self.value(name, Expr::var(name));
    }

    /// `name` is a variable that moves between these ends.
    pub(super) fn parameter(&mut self, name: &str, low: f64, high: f64) {
        self.variable(name);
        self.ranges.insert(name.to_owned(), (low, high));
    }

    /// `name` is a trace with these numbers; gives what stands for each where the trace ends.
    pub(super) fn trace(&mut self, name: &str, numbers: Vec<String>) -> Vec<Symbol> {
        let symbols: Vec<Symbol> =
            numbers.iter().map(|n| Symbol::new(&format!("{name}\u{2022}{n}"))).collect();
        self.traces.insert(name.to_owned(), numbers.into_iter().zip(symbols.clone()).collect());
        symbols
    }

    /// Does this stand for where a trace ends?
    fn is_end(&self, symbol: &Symbol) -> bool {
        self.traces.values().flatten().any(|(_, end)| end == symbol)
    }

    /// `last(walk, x)`
    fn last(&self, args: &[Written], span: Span) -> Result<Lowered, Errors> {
        let [trace, number] = args else {
            let error =
                SyntaxError::new("syntax.arguments", span, "`last` takes a trace and one of its numbers");
            return Err(error.with_hint("write `last(walk, x)`").into());
        };
        let known = |names: Vec<&str>| format!("there is `{}`", names.join("`, `"));
        let Some(numbers) = trace.as_name().and_then(|name| self.traces.get(name)) else {
            let error = SyntaxError::new("name.unknown", trace.span, format!("`{trace}` is no trace"));
            return Err(error.with_hint(known(self.traces.keys().map(String::as_str).collect())).into());
        };
        match numbers.iter().find(|(name, _)| number.as_name() == Some(name)) {
            Some((_, end)) => Ok(Expr::var(end.clone()).into()),
            None => {
                let error = SyntaxError::new(
                    "name.unknown",
                    number.span,
                    format!("`{trace}` has no number `{number}`"),
                );
                Err(error.with_hint(known(numbers.iter().map(|(n, _)| n.as_str()).collect())).into())
            }
        }
    }

    /// `name` is a variable of its own, whatever else is called so; gives the symbol that stands for it.
    pub fn local(&mut self, name: &str) -> Symbol {
        let symbol = self.unused(name);
        self.value(name, Expr::var(symbol.clone()));
        symbol
    }

    /// A symbol spelled like `name` as far as no meaning has it.
    fn unused(&self, name: &str) -> Symbol {
        let mut spelling = name.to_owned();
        while self.is_spelling_used(&spelling) {
            spelling.push('_');
        }
        Symbol::new(&spelling)
    }

    fn is_spelling_used(&self, spelling: &str) -> bool {
        self.meanings.values().any(|meaning| match meaning {
            Meaning::Value(v) => v.expr.free_symbols().iter().any(|s| s.name() == spelling),
            Meaning::Function(f) => f.outside().any(|s| s.name() == spelling),
            Meaning::Template(t) => t.scope().is_spelling_used(spelling),
            Meaning::Alias(_) => false,
            Meaning::Column(entries) => {
                entries.iter().any(|e| e.free_symbols().iter().any(|s| s.name() == spelling))
            }
        })
    }

    /// `name` stands for an expression, or for what a text means.
    pub fn value(&mut self, name: &str, value: impl Into<Lowered>) {
        self.meanings.insert(name.to_owned(), Meaning::Value(value.into()));
    }

    /// `name` is a function; `vars` are the symbols that [`Scope::local`] gave for its variables, with their names.
    pub fn function(&mut self, name: &str, vars: Vec<(String, Symbol)>, body: impl Into<Lowered>) {
        let vars = vars.into_iter().map(|(name, symbol)| (name, Expr::var(symbol))).collect();
        let mut body = body.into();
        if body.conditions.is_empty() {
            body.conditions = body.expr.domain();
        }
        self.meanings.insert(name.to_owned(), Meaning::Function(Function { vars, body }));
    }

    /// `name` is another name for a function of the language; `false` when there is no such function.
    pub fn alias(&mut self, name: &str, function: &str) -> bool {
        let known = Func::from_name(function).is_some() || matches!(function, "sqrt" | "ln");
        if known {
            self.meanings.insert(name.to_owned(), Meaning::Alias(function.to_owned()));
        }
        known
    }

    /// Only what depends on no other symbols than these.
    pub(super) fn only(&self, allowed: impl Fn(&Symbol) -> bool) -> Scope {
        let keep = |meaning: &Meaning| match meaning {
            Meaning::Value(v) => v.expr.free_symbols().iter().all(&allowed),
            Meaning::Function(f) => f.outside().all(|s| allowed(&s)),
            Meaning::Template(_) | Meaning::Alias(_) => true,
            // What is typed for a function is about its variables alone.
            Meaning::Column(_) => false,
        };
        let meanings =
            self.meanings.iter().filter(|(_, m)| keep(m)).map(|(n, m)| (n.clone(), m.clone())).collect();
        Scope { meanings, traces: BTreeMap::new(), ..self.clone() }
    }

    /// What a text means.
    pub(super) fn lower(&self, text: &str) -> Result<Lowered, Errors> {
        self.meaning(&syntax::parse(text, &self.limits())?)
    }

    /// What a formula in LaTeX means.
    pub(super) fn lower_latex(&self, latex: &str) -> Result<Lowered, Errors> {
        let axes = |m: &Meaning| matches!(m, Meaning::Value(v) if !v.expr.shape().is_scalar());
        let any = self.meanings.values().any(axes);
        let with_axes =
            |name: &str| if name.is_empty() { any } else { self.meanings.get(name).is_some_and(axes) };
        self.meaning(&syntax::parse_latex_with(latex, &self.limits(), &with_axes)?)
    }

    /// What something written means.
    ///
    /// # Errors
    /// As [`syntax::lower()`].
    pub fn meaning(&self, written: &Written) -> Result<Lowered, Errors> {
        syntax::lower(written, &mut self.clone())
    }

    /// `text` is the name of a function of as many variables: the function at `vars`, symbols that nothing else has.
    pub(super) fn applied(&self, text: &str, vars: &[Symbol]) -> Option<Expr> {
        let Meaning::Function(f) = self.meanings.get(text)? else { return None };
        if f.vars.len() != vars.len() {
            return None;
        }
        let mut pairs = f.vars.iter().zip(vars);
        pairs.try_fold(f.body.expr.clone(), |e, ((_, x), v)| {
            Some(e.replace(x.as_var()?, &Expr::var(v.clone())))
        })
    }

    /// The name stands for a function of this scope; its variables.
    pub(super) fn variables_of(&self, name: &str) -> Option<Vec<&str>> {
        match self.meanings.get(name)? {
            Meaning::Function(f) => Some(f.vars.iter().map(|(n, _)| n.as_str()).collect()),
            Meaning::Template(t) => Some(t.names().iter().map(String::as_str).collect()),
            Meaning::Value(_) | Meaning::Alias(_) | Meaning::Column(_) => None,
        }
    }

    /// The symbol that a name stands for, as the variable it is.
    fn variable_of(&mut self, name: &str, span: Span) -> Result<Expr, Errors> {
        let meaning = syntax::Scope::name(self, name, span)?;
        match meaning {
            Some(Lowered { expr, .. }) if expr.as_var().is_some() => Ok(expr),
            Some(Lowered { expr, .. }) => {
                let text =
                    expr.print_limited(40).map_or_else(|_| "an expression".into(), |t| format!("`{t}`"));
                let message = format!("`{name}` stands for {text}; it is not a variable");
                let error = SyntaxError::new("name.variable", span, message);
                Err(error.with_hint("a derivative is by a name that has no meaning yet").into())
            }
            None => {
                let message = format!("`{name}` is not a variable");
                let error = SyntaxError::new("name.variable", span, message);
                Err(error.with_hint("differentiate by a variable").into())
            }
        }
    }
}

impl syntax::Scope for Scope {
    fn name(&mut self, name: &str, span: Span) -> Result<Option<Lowered>, SyntaxError> {
        match self.meanings.get(name) {
            Some(Meaning::Value(v)) => Ok(Some(v.clone())),
            Some(Meaning::Function(_) | Meaning::Template(_)) => {
                let names = self.variables_of(name).unwrap_or_default().join(", ");
                let error =
                    SyntaxError::new("name.function", span, format!("`{name}` is a function, not a number"));
                Err(error.with_hint(format!("write `{name}({names})`")))
            }
            Some(Meaning::Alias(function)) => {
                let message = format!("`{name}` is the function {function}, not a number");
                Err(SyntaxError::new("name.function", span, message).with_hint(format!("write `{name}(x)`")))
            }
            Some(Meaning::Column(entries)) => self.column_here(name, entries, span).map(Some),
            None if self.open => FreeNames.name(name, span),
            None => KnownNames::new(self.known()).name(name, span),
        }
    }

    fn call(&mut self, call: &Call<'_>, span: Span) -> Option<Result<Lowered, Errors>> {
        match call.callee {
            Callee::Name(name) => self.call_of_name(name, call.args, span),
            Callee::Primed(name, primes) => self.primed(name, primes, call.args, span),
            Callee::Result(function) => self.call_of_result(function, call.args, span),
            Callee::Derivative(form) => self.leibniz(form, span),
        }
    }

    fn is_function(&self, name: &str) -> bool {
        match self.meanings.get(name) {
            Some(Meaning::Value(_) | Meaning::Column(_)) => false,
            Some(_) => true,
            None => self.is_fold(name) || (name == "last" && !self.traces.is_empty()),
        }
    }

    fn entry(&mut self, name: &str, places: &[Written], span: Span) -> Option<Result<Lowered, Errors>> {
        self.entry_of(name, places, span)
    }

    fn known(&self) -> Vec<String> {
        let named = |m: &Meaning| matches!(m, Meaning::Value(_) | Meaning::Column(_));
        let values = self.meanings.iter().filter(|(_, m)| named(m));
        values.map(|(name, _)| name.clone()).collect()
    }
}
