//! What names mean beside a figure, in a cell, in a question: numbers, functions, derivatives of functions.
//!
//! Here: definitions and calls on top of the language, `diff(f, x)(a)` and `f'(a)` among them.
//! Not here: the language itself (`syntax`), rules of differentiation (`calculus`).
//! Invariant: variables of a function never meet names of the same spelling outside of it.
//! Start reading at [`Scope::expression`].

use std::collections::{BTreeMap, HashMap};

use crate::calculus::nth_derivative;
use crate::expr::{Condition, Expr, Symbol};
use crate::syntax::{self, Call, Callee, Errors, FreeNames, KnownNames, Lowered, Span, SyntaxError, Written};

use super::fault::FigureFault;

/// What names mean. Cheap enough to clone for each function.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    meanings: BTreeMap<String, Meaning>,
    /// Other names are variables.
    open: bool,
}

#[derive(Clone, Debug)]
enum Meaning {
    Value(Expr),
    Function(Function),
    /// Another name for a function of the language.
    Alias(String),
}

#[derive(Clone, Debug)]
struct Function {
    /// The names of its variables, with the symbols that stand for them in the body.
    vars: Vec<(String, Symbol)>,
    body: Expr,
}

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

/// Highest order of a derivative.
const MAX_ORDER: u32 = 20;

impl Scope {
    /// Nothing is known but the language; other names are mistakes.
    pub fn strict() -> Scope {
        Scope::default()
    }

    /// Nothing is known but the language; other names are variables.
    pub fn open() -> Scope {
        Scope { open: true, ..Scope::default() }
    }

    /// The same, with other names as variables.
    pub fn opened(&self) -> Scope {
        Scope { open: true, ..self.clone() }
    }

    /// `name` is a variable.
    pub fn variable(&mut self, name: &str) {
        self.value(name, Expr::var(name));
    }

    /// `name` is a variable of its own, whatever else is called so; gives the symbol that stands for it.
    pub fn local(&mut self, name: &str) -> Symbol {
        let mut spelling = name.to_owned();
        while self.is_spelling_used(&spelling) {
            spelling.push('_');
        }
        let symbol = Symbol::new(&spelling);
        self.value(name, Expr::var(symbol.clone()));
        symbol
    }

    fn is_spelling_used(&self, spelling: &str) -> bool {
        self.meanings.values().any(|meaning| match meaning {
            Meaning::Value(e) => e.free_symbols().iter().any(|s| s.name() == spelling),
            Meaning::Function(f) => {
                let own = |s: &Symbol| f.vars.iter().any(|(_, v)| v == s);
                f.body.free_symbols().iter().any(|s| s.name() == spelling && !own(s))
            }
            Meaning::Alias(_) => false,
        })
    }

    /// `name` stands for an expression.
    pub fn value(&mut self, name: &str, e: Expr) {
        self.meanings.insert(name.to_owned(), Meaning::Value(e));
    }

    /// `name` is a function; `vars` are the symbols that [`Scope::local`] gave for its variables, with their names.
    pub fn function(&mut self, name: &str, vars: Vec<(String, Symbol)>, body: Expr) {
        self.meanings.insert(name.to_owned(), Meaning::Function(Function { vars, body }));
    }

    /// `name` is another name for a function of the language; `false` when there is no such function.
    pub fn alias(&mut self, name: &str, function: &str) -> bool {
        let known = crate::expr::Func::from_name(function).is_some() || matches!(function, "sqrt" | "ln");
        if known {
            self.meanings.insert(name.to_owned(), Meaning::Alias(function.to_owned()));
        }
        known
    }

    /// Only what depends on no other symbols than these.
    pub(super) fn only(&self, allowed: impl Fn(&Symbol) -> bool) -> Scope {
        let keep = |meaning: &Meaning| match meaning {
            Meaning::Value(e) => e.free_symbols().iter().all(&allowed),
            Meaning::Function(f) => {
                let own = |s: &Symbol| f.vars.iter().any(|(_, v)| v == s);
                f.body.free_symbols().iter().all(|s| own(s) || allowed(s))
            }
            Meaning::Alias(_) => true,
        };
        let meanings =
            self.meanings.iter().filter(|(_, m)| keep(m)).map(|(n, m)| (n.clone(), m.clone())).collect();
        Scope { meanings, open: self.open }
    }

    /// Reads an expression.
    ///
    /// # Errors
    /// The first mistake in it; the place counts in bytes of `text`.
    pub fn expression(&self, text: &str) -> Result<Expr, FigureFault> {
        self.lowered(text).map(|l| l.expr)
    }

    /// Reads an expression, with what must hold for the text to have a value.
    ///
    /// # Errors
    /// As [`Scope::expression`].
    pub fn conditional(&self, text: &str) -> Result<(Expr, Vec<Condition>), FigureFault> {
        self.lowered(text).map(|l| (l.expr, l.conditions))
    }

    fn lowered(&self, text: &str) -> Result<Lowered, FigureFault> {
        let read = |text| {
            let written = syntax::parse(text, &syntax::Limits::default())?;
            let lowered = syntax::lower(&written, &mut self.clone())?;
            without_axes(&lowered.expr, written.span)?;
            Ok(lowered)
        };
        read(text).map_err(|errors| fault(text, &errors))
    }

    /// Reads what a text asks for: a derivative keeps what it is the derivative of.
    ///
    /// # Errors
    /// As [`Scope::expression`].
    pub fn task(&self, text: &str) -> Result<Task, FigureFault> {
        let read = |text| {
            let written = syntax::parse(text, &syntax::Limits::default())?;
            let mut scope = self.clone();
            match written.without_brackets().as_call() {
                Some(("diff", args)) => {
                    let (of, by, order) = scope.derivative_parts(args, written.span)?;
                    Ok(Task::Derivative { of, by, order })
                }
                _ => {
                    let e = syntax::lower(&written, &mut scope)?.expr;
                    without_axes(&e, written.span)?;
                    Ok(Task::Value(e))
                }
            }
        };
        read(text).map_err(|errors: Errors| fault(text, &errors))
    }

    /// `text` is the name of a function of one variable: the function at `var`.
    pub(super) fn applied(&self, text: &str, var: &Symbol) -> Option<Expr> {
        match self.meanings.get(text)? {
            Meaning::Function(f) if f.vars.len() == 1 => {
                Some(f.body.replace(&f.vars[0].1, &Expr::var(var.clone())))
            }
            _ => None,
        }
    }

    fn get_function(&self, name: &str) -> Option<Function> {
        match self.meanings.get(name) {
            Some(Meaning::Function(f)) => Some(f.clone()),
            _ => None,
        }
    }

    /// What is differentiated, by what, how often: the arguments of `diff`.
    fn derivative_parts(&mut self, args: &[Written], span: Span) -> Result<(Expr, Symbol, u32), Errors> {
        let (of, by, order) = match args {
            [of, by] => (of, by, 1),
            [of, by, order] => (of, by, self.order(order)?),
            _ => {
                let error = SyntaxError::new("syntax.arguments", span, "`diff` takes two or three arguments");
                return Err(error.with_hint("write `diff(x^2, x)` or `diff(f, x, 2)`").into());
            }
        };
        let Some(name) = by.as_name() else {
            let error = SyntaxError::new("syntax.arguments", by.span, "a derivative is by a name");
            return Err(error.with_hint("write `diff(x^2, x)`").into());
        };
        // `diff(f, x)`: f at its own variables, which are then what their names mean here.
        if let Some(f) = of.as_name().and_then(|n| self.get_function(n)) {
            let var = f.vars.iter().find(|(n, _)| n == name).map(|(_, s)| s.clone());
            let var = var.ok_or_else(|| not_a_variable(of.as_name().unwrap_or_default(), name, by.span))?;
            return Ok((f.body, var, order));
        }
        let symbol = self.symbol(name, by.span)?;
        let e = syntax::lower(of, self)?.expr;
        without_axes(&e, of.span)?;
        Ok((e, symbol, order))
    }

    fn order(&mut self, written: &Written) -> Result<u32, Errors> {
        let e = syntax::lower(written, self)?.expr;
        let order = e.as_number().and_then(crate::expr::Rational::to_i64).and_then(|n| u32::try_from(n).ok());
        order.filter(|n| *n <= MAX_ORDER).ok_or_else(|| {
            let message = format!("the order of a derivative is a whole number up to {MAX_ORDER}");
            SyntaxError::new("syntax.arguments", written.span, message).into()
        })
    }

    /// The symbol that a name stands for.
    fn symbol(&mut self, name: &str, span: Span) -> Result<Symbol, Errors> {
        let e = syntax::Scope::name(self, name, span)?;
        e.as_ref().and_then(Expr::as_var).cloned().ok_or_else(|| {
            let message = format!("`{name}` is not a variable");
            SyntaxError::new("name.variable", span, message).with_hint("differentiate by a variable").into()
        })
    }

    /// `diff(…)` as an expression of what its variables mean here.
    fn differentiated(&mut self, args: &[Written], span: Span) -> Result<Expr, Errors> {
        let (of, by, order) = self.derivative_parts(args, span)?;
        let derivative = nth_derivative(&of, &by, order);
        match args.first().and_then(Written::as_name).and_then(|n| self.get_function(n)) {
            Some(f) => self.at_own_names(&f, &derivative, span),
            None => Ok(derivative),
        }
    }

    /// The variables of a function replaced by what their names mean here.
    fn at_own_names(&mut self, f: &Function, e: &Expr, span: Span) -> Result<Expr, Errors> {
        let mut values = HashMap::new();
        for (name, symbol) in &f.vars {
            if e.contains(symbol) {
                let here = syntax::Scope::name(self, name, span)?;
                values.insert(symbol.clone(), here.unwrap_or_else(|| Expr::var(name.as_str())));
            }
        }
        Ok(e.substitute(&values))
    }

    /// A body at arguments.
    fn apply(
        &mut self,
        name: &str,
        f: &Function,
        body: &Expr,
        args: &[Written],
        span: Span,
    ) -> Result<Lowered, Errors> {
        if args.len() != f.vars.len() {
            let (given, wanted) = (args.len(), f.vars.len());
            let names: Vec<&str> = f.vars.iter().map(|(n, _)| n.as_str()).collect();
            let message = format!("`{name}` takes {wanted} arguments, not {given}");
            let error = SyntaxError::new("syntax.arguments", span, message);
            return Err(error.with_hint(format!("write `{name}({})`", names.join(", "))).into());
        }
        let mut values = HashMap::new();
        let mut conditions = Vec::new();
        for ((_, symbol), arg) in f.vars.iter().zip(args) {
            let lowered = syntax::lower(arg, self)?;
            without_axes(&lowered.expr, arg.span)?;
            conditions.extend(lowered.conditions);
            values.insert(symbol.clone(), lowered.expr);
        }
        let expr = body.substitute(&values);
        conditions.extend(expr.domain());
        Ok(Lowered { expr, conditions })
    }

    /// `diff(f, x)(a)`, `diff(x^2 + x, x)(a)`.
    fn call_result(
        &mut self,
        function: &Written,
        args: &[Written],
        span: Span,
    ) -> Option<Result<Lowered, Errors>> {
        let ("diff", inner) = function.without_brackets().as_call()? else { return None };
        Some(self.derivative_at(inner, args, function.span, span))
    }

    fn derivative_at(
        &mut self,
        inner: &[Written],
        args: &[Written],
        at: Span,
        span: Span,
    ) -> Result<Lowered, Errors> {
        if let Some((name, f)) =
            inner.first().and_then(Written::as_name).and_then(|n| Some((n, self.get_function(n)?)))
        {
            let (of, by, order) = self.derivative_parts(inner, at)?;
            let derivative = nth_derivative(&of, &by, order);
            return self.apply(name, &f, &derivative, args, span);
        }
        // The variable of a formula need not be known outside of it.
        let mut inside = self.clone();
        let name = inner.get(1).and_then(Written::as_name).unwrap_or_default().to_owned();
        let symbol = inside.local(&name);
        let (of, by, order) = inside.derivative_parts(inner, at)?;
        let f = Function { vars: vec![(name.clone(), symbol)], body: nth_derivative(&of, &by, order) };
        self.apply("diff(…)", &f, &f.body, args, span)
    }
}

impl syntax::Scope for Scope {
    fn name(&mut self, name: &str, span: Span) -> Result<Option<Expr>, SyntaxError> {
        match self.meanings.get(name) {
            Some(Meaning::Value(e)) => Ok(Some(e.clone())),
            Some(Meaning::Function(f)) => {
                let names: Vec<&str> = f.vars.iter().map(|(n, _)| n.as_str()).collect();
                let error =
                    SyntaxError::new("name.function", span, format!("`{name}` is a function, not a number"));
                Err(error.with_hint(format!("write `{name}({})`", names.join(", "))))
            }
            Some(Meaning::Alias(function)) => {
                let message = format!("`{name}` is the function {function}, not a number");
                Err(SyntaxError::new("name.function", span, message).with_hint(format!("write `{name}(x)`")))
            }
            None if self.open => FreeNames.name(name, span),
            None => KnownNames::new(self.known()).name(name, span),
        }
    }

    fn call(&mut self, call: &Call<'_>, span: Span) -> Option<Result<Lowered, Errors>> {
        let plain = |e: Result<Expr, Errors>| e.map(|expr| Lowered { conditions: expr.domain(), expr });
        match call.callee {
            Callee::Name("diff") => Some(plain(self.differentiated(call.args, span))),
            Callee::Name(name) => match self.meanings.get(name)?.clone() {
                Meaning::Function(f) => Some(self.apply(name, &f, &f.body, call.args, span)),
                Meaning::Alias(function) => {
                    let written = syntax::CallForm {
                        function: Written::new(syntax::Kind::Name(function.into()), span),
                        args: call.args.to_vec(),
                        bare: false,
                        spaced: false,
                    };
                    let written = Written::new(syntax::Kind::Call(Box::new(written)), span);
                    Some(syntax::lower(&written, self))
                }
                Meaning::Value(_) => None,
            },
            Callee::Primed(name, primes) => {
                let f = self.get_function(name)?;
                let [(_, var)] = f.vars.as_slice() else {
                    let message = format!("`{name}'` does not say by which variable");
                    let error = SyntaxError::new("syntax.arguments", span, message);
                    return Some(Err(error.with_hint(format!("write `diff({name}, x)`")).into()));
                };
                let derivative = nth_derivative(&f.body, var, primes.min(MAX_ORDER));
                Some(match call.args {
                    [] => plain(self.at_own_names(&f, &derivative, span)),
                    args => self.apply(name, &f, &derivative, args, span),
                })
            }
            Callee::Result(function) => self.call_result(function, call.args, span),
            Callee::Derivative(form) => {
                let [(by, order)] = form.by.as_slice() else { return None };
                let by = Written::new(syntax::Kind::Name(by.clone()), span);
                let order = Written::new(syntax::Kind::Number(order.to_string().into()), span);
                Some(plain(self.differentiated(&[form.of.clone(), by, order], span)))
            }
        }
    }

    fn is_function(&self, name: &str) -> bool {
        name == "diff" || matches!(self.meanings.get(name), Some(Meaning::Function(_) | Meaning::Alias(_)))
    }

    fn known(&self) -> Vec<String> {
        let values = self.meanings.iter().filter(|(_, m)| matches!(m, Meaning::Value(_)));
        values.map(|(name, _)| name.clone()).collect()
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

fn not_a_variable(function: &str, name: &str, span: Span) -> Errors {
    let message = format!("`{name}` is not a variable of `{function}`");
    SyntaxError::new("name.variable", span, message).into()
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
