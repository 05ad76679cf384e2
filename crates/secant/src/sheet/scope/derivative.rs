//! Derivatives inside texts: `diff(f, x, 2)`, `grad(f)`, `f'(a)`, `∂²f/∂x∂y`; by numbers, vectors, matrices and parts of
//! them.
//!
//! Not here: the rules (`calculus`). Start reading at [`Scope::derivative_of`] and [`By`].

use super::function::Function;
use super::{MAX_AXES, Meaning, Scope};
use crate::calculus;
use crate::expr::domain;
use crate::expr::{Expr, Node, Rational, Shape, Symbol, Tensor, contract};
use crate::syntax::{self, Errors, Kind, LeibnizForm, Lowered, Span, SyntaxError, Written};

/// Highest order of a derivative inside a text.
const MAX_ORDER: u32 = 20;

/// An operation of the calculus that may stand inside a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Diff,
    Grad,
    Jacobian,
    Hessian,
}

impl Operation {
    pub(super) fn named(name: &str) -> Option<Operation> {
        Some(match name {
            "diff" => Operation::Diff,
            "grad" => Operation::Grad,
            "jacobian" => Operation::Jacobian,
            "hessian" => Operation::Hessian,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Operation::Diff => "diff",
            Operation::Grad => "grad",
            Operation::Jacobian => "jacobian",
            Operation::Hessian => "hessian",
        }
    }
}

/// What is differentiated by: a variable, or a part of one, such as `x[2:n]` or `A[1, :]`.
#[derive(Clone, Debug)]
pub(in crate::sheet) struct By {
    /// The name of the variable.
    pub(in crate::sheet) symbol: Symbol,
    /// The shape of all of it.
    pub(in crate::sheet) whole: Shape,
    /// The part that is meant, made of the variable; `None` for all of it.
    part: Option<Expr>,
}

impl By {
    /// By all of a variable.
    fn all(variable: &Expr) -> Option<By> {
        Some(By { symbol: variable.as_var()?.clone(), whole: variable.shape().clone(), part: None })
    }

    /// The shape of what is differentiated by.
    pub(in crate::sheet) fn shape(&self) -> &Shape {
        self.part.as_ref().map_or(&self.whole, Expr::shape)
    }

    /// All of the variable, and not a part of it?
    pub(in crate::sheet) fn is_whole(&self) -> bool {
        self.part.is_none()
    }

    /// The part of a derivative by the whole that is the derivative by this: `d` has the axes of the whole last.
    ///
    /// The entries of a part are entries of the whole, so its derivative is a selection, and the product with it selects.
    pub(in crate::sheet) fn select(&self, d: &Expr) -> Expr {
        let Some(part) = &self.part else { return d.clone() };
        let selection = calculus::jacobian(part, &[(self.symbol.clone(), self.whole.clone())]).swap_remove(0);
        let (all, kept, chosen) = (
            d.shape().rank() as u32,
            (d.shape().rank() - self.whole.rank()) as u32,
            part.shape().rank() as u32,
        );
        let labels: Vec<u32> = (0..all).collect();
        let places: Vec<u32> = (all..all + chosen).chain(kept..all).collect();
        let out: Vec<u32> = (0..kept).chain(all..all + chosen).collect();
        contract(&[(d, &labels), (&selection, &places)], &out, &[])
    }

    /// The derivative of `e`, the axes of `e` first; `None` when it has more than about `max_parts` parts.
    pub(in crate::sheet) fn derivative(&self, e: &Expr, max_parts: usize) -> Option<Expr> {
        if self.whole.is_scalar() {
            return calculus::derivative_within(e, &self.symbol, 10 * max_parts);
        }
        let d = calculus::jacobian(e, &[(self.symbol.clone(), self.whole.clone())]).swap_remove(0);
        Some(self.select(&d)).filter(|d| d.node_count() <= 10 * max_parts)
    }
}

/// What is differentiated, and the variables it has if it is a function.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) function: Function,
    /// The names that its variables have in texts; none for a formula.
    pub(super) is_function: bool,
}

/// One or several things to differentiate by, each so many times.
type Bys = Vec<(By, u32)>;

impl Scope {
    /// What a text says to differentiate by: `x`, `x[2:n]`, `A[1, :]`.
    pub(in crate::sheet) fn by_text(&self, text: &str) -> Result<By, Errors> {
        let written = syntax::parse(text, &self.limits())?;
        self.clone().by(&written, None)
    }

    /// What is written, as something to differentiate by; `f` is the function whose variables are meant.
    fn by(&mut self, w: &Written, f: Option<&Function>) -> Result<By, Errors> {
        let inner = w.without_brackets();
        let base = match &inner.kind {
            Kind::Name(_) => inner,
            Kind::Index(base, _) => base,
            _ => inner,
        };
        let Some(name) = base.as_name() else {
            let message = format!("`{}` is not a variable", shortened(w));
            let error = SyntaxError::new("syntax.arguments", w.span, message);
            let hint = "a derivative is by a name, `x`, or by a part, `x[1]`, `x[2:n]`, `A[1, :]`";
            return Err(error.with_hint(hint).into());
        };
        let variable = match f {
            None => self.variable_of(name, base.span)?,
            Some(f) => match f.vars.iter().find(|(n, _)| n == name) {
                Some((_, variable)) => variable.clone(),
                None => {
                    let names: Vec<&str> = f.vars.iter().map(|(n, _)| n.as_str()).collect();
                    let message = format!("`{name}` is not a variable of this function");
                    let error = SyntaxError::new("name.variable", base.span, message);
                    return Err(error
                        .with_hint(format!("it is a function of `{}`", names.join("`, `")))
                        .into());
                }
            },
        };
        let Some(by) = By::all(&variable) else { unreachable!("a variable has a name") };
        if base == inner {
            return Ok(by);
        }
        let mut inside = self.clone();
        inside.value(name, variable);
        Ok(By { part: Some(syntax::lower(inner, &mut inside)?.expr), ..by })
    }

    /// The symbol of a number, of this scope or of the function whose variables are meant.
    pub(super) fn number_by(
        &mut self,
        name: &str,
        f: Option<&Function>,
        span: Span,
    ) -> Result<Symbol, Errors> {
        let by = self.by(&Written::new(Kind::Name(name.into()), span), f)?;
        if by.whole.is_scalar() {
            return Ok(by.symbol);
        }
        let message = format!("`{name}` is {}, not a number", by.whole);
        Err(SyntaxError::new("shape.series", span, message).with_hint("take one entry of it").into())
    }

    /// The name of a function of this scope.
    fn as_function<'w>(&self, w: &'w Written) -> Option<&'w str> {
        w.as_name().filter(|name| self.variables_of(name).is_some())
    }

    /// A function by its name, a list of functions of the same variables, or a formula.
    pub(super) fn subject(&mut self, w: &Written, given: Option<&[Lowered]>) -> Result<Subject, Errors> {
        if let Some(name) = self.as_function(w) {
            return Ok(Subject { function: self.function_for(name, given, w.span)?, is_function: true });
        }
        if let Kind::Matrix(rows) = &w.kind
            && (rows.len() == 1 || rows.iter().all(|r| r.len() == 1))
            && let Some(names) =
                rows.iter().flatten().map(|w| self.as_function(w)).collect::<Option<Vec<_>>>()
            && let [first, others @ ..] = names.as_slice()
            && others.iter().all(|n| self.variables_of(n) == self.variables_of(first))
        {
            let whole = self.function_for(first, given, w.span)?;
            let own: Vec<Expr> = whole.vars.iter().map(|(_, v)| v.clone()).collect();
            let mut bodies = vec![whole.body.clone()];
            for name in others {
                bodies.push(self.function_for(name, given, w.span)?.at(&own));
            }
            if let Some(odd) = bodies.iter().find(|b| b.expr.shape() != bodies[0].expr.shape()) {
                let message = format!("{} and {} are no list", bodies[0].expr.shape(), odd.expr.shape());
                let error = SyntaxError::new("shape.literal", w.span, message);
                return Err(error.with_hint("functions in a list have values of one shape").into());
            }
            let conditions = bodies.iter().flat_map(|b| b.conditions.clone()).collect();
            let expr = Expr::stack(bodies.into_iter().map(|b| b.expr).collect());
            let function = whole.with(Lowered { expr, conditions, row: false });
            return Ok(Subject { function, is_function: true });
        }
        let body = syntax::lower(w, self)?;
        Ok(Subject { function: Function { vars: Vec::new(), body }, is_function: false })
    }

    /// The arguments of an operation: what is differentiated, by what, how often.
    fn parts(
        &mut self,
        operation: Operation,
        args: &[Written],
        given: Option<&[Lowered]>,
        span: Span,
    ) -> Result<(Subject, Bys), Errors> {
        let Some((of, by)) = args.split_first() else {
            let name = operation.name();
            let error = SyntaxError::new(
                "syntax.arguments",
                span,
                format!("`{name}` takes something to differentiate"),
            );
            return Err(error.with_hint(format!("write `{name}(x^2, x)`")).into());
        };
        let subject = self.subject(of, given)?;
        let function = subject.is_function.then_some(&subject.function);
        // `grad(f, [x, y])` is `grad(f, x, y)`.
        let by: Vec<&Written> = match by {
            [one] => match &one.kind {
                Kind::Matrix(rows) => rows.iter().flatten().collect(),
                _ => vec![one],
            },
            many => many.iter().collect(),
        };
        let mut bys: Bys = Vec::new();
        for w in by {
            match (self.order(w)?, bys.last_mut()) {
                (Some(order), Some((_, times))) if operation == Operation::Diff => *times = order,
                (Some(_), _) => {
                    if w.as_name().is_some() {
                        // A name that stands for a number.
                        self.by(w, function)?;
                    }
                    let name = operation.name();
                    let message = format!("`{}` is no name to differentiate by", shortened(w));
                    let error = SyntaxError::new("syntax.arguments", w.span, message);
                    return Err(error.with_hint(format!("write `{name}(x^2, x)`")).into());
                }
                (None, _) => bys.push((self.by(w, function)?, 1)),
            }
        }
        if bys.is_empty() {
            bys = self.all_variables(operation, &subject, of)?.into_iter().map(|by| (by, 1)).collect();
        }
        let total = bys.iter().fold(0_u32, |sum, (_, n)| sum.saturating_add(*n));
        if operation == Operation::Diff && total > MAX_ORDER {
            let message = format!("a derivative of order {total}; inside a text they go up to {MAX_ORDER}");
            return Err(SyntaxError::new("budget.order", span, message).with_hint("lower the order").into());
        }
        Ok((subject, bys))
    }

    /// By what, where nobody says so: the variables of a function, or the only name in a formula.
    fn all_variables(
        &self,
        operation: Operation,
        subject: &Subject,
        of: &Written,
    ) -> Result<Vec<By>, Errors> {
        if subject.is_function {
            let all: Vec<By> = subject.function.vars.iter().filter_map(|(_, v)| By::all(v)).collect();
            if operation != Operation::Diff || all.len() == 1 {
                return Ok(all);
            }
        } else {
            let mut variables = subject.function.body.expr.post_order();
            variables.retain(|e| e.as_var().is_some());
            if let [one, others @ ..] = variables.as_slice()
                && others.iter().all(|v| v == one)
            {
                return Ok(By::all(one).into_iter().collect());
            }
        }
        let names: Vec<String> = if subject.is_function {
            subject.function.vars.iter().map(|(n, _)| n.clone()).collect()
        } else {
            subject.function.body.expr.free_symbols().iter().map(|s| s.name().to_owned()).collect()
        };
        let text = shortened(of);
        let message = format!("this does not say by what `{text}` is differentiated");
        let error = SyntaxError::new("syntax.arguments", of.span, message);
        let name = operation.name();
        let by = match (operation, names.as_slice()) {
            (_, []) => "x".to_owned(),
            (Operation::Diff, [first, ..]) => first.clone(),
            (_, names) => names.iter().take(6).cloned().collect::<Vec<_>>().join(", "),
        };
        Err(error.with_hint(format!("write `{name}({text}, {by})`")).into())
    }

    /// The order of a derivative: a whole number, written as one or under a name.
    fn order(&mut self, w: &Written) -> Result<Option<u32>, Errors> {
        let number = match &w.without_brackets().kind {
            Kind::Name(name) => match self.meanings.get(&**name) {
                Some(Meaning::Value(v)) => v.expr.as_number().cloned(),
                _ => None,
            },
            Kind::Index(..) => None,
            _ => syntax::lower(w, self)?.expr.as_number().cloned(),
        };
        let Some(number) = number else { return Ok(None) };
        let order = Rational::to_i64(&number).and_then(|n| u32::try_from(n).ok()).filter(|n| *n <= MAX_ORDER);
        order.map(Some).ok_or_else(|| {
            let message = format!("the order of a derivative is a whole number up to {MAX_ORDER}");
            SyntaxError::new("syntax.arguments", w.span, message).with_hint("write `diff(f, x, 2)`").into()
        })
    }

    /// The derivative, made of the variables of the subject.
    fn taken(
        &self,
        operation: Operation,
        subject: &Subject,
        bys: &Bys,
        span: Span,
    ) -> Result<Lowered, Errors> {
        let body = &subject.function.body;
        let fail = |code: &'static str, message: String, hint: &str| -> Errors {
            SyntaxError::new(code, span, message).with_hint(hint).into()
        };
        let once = |e: &Expr, by: &By| -> Result<Expr, Errors> {
            if e.extent_symbols().contains(&by.symbol) {
                let message = format!("`{}` is a size or a place in this expression", by.symbol);
                return Err(fail("shape.wrt", message, "differentiate by a name that is a number"));
            }
            if self.ranges.contains_key(by.symbol.name()) && e.free_symbols().iter().any(|s| self.is_end(s)) {
                let message = format!("where a trace ends has no derivative by `{}` here", by.symbol);
                return Err(fail("unsupported.derivative", message, "take the difference of two traces"));
            }
            if e.shape().rank() + by.whole.rank().max(by.shape().rank()) > MAX_AXES {
                let message = format!("this derivative would have more than {MAX_AXES} axes");
                return Err(fail("budget.axes", message, "ask for a lower order, or by less at once"));
            }
            let d = by.derivative(e, self.limits.max_nodes);
            d.filter(|d| d.node_count() <= self.limits.max_nodes).ok_or_else(|| {
                let message = format!("a derivative has more than {} parts", self.limits.max_nodes);
                fail("budget.nodes", message, "ask for a lower order, or by less at once")
            })
        };
        let scalar = body.expr.shape().is_scalar();
        if matches!(operation, Operation::Grad | Operation::Hessian) && !scalar {
            let what = if operation == Operation::Grad { "a gradient" } else { "a Hessian" };
            let message = format!("this is {}; {what} is of a scalar", body.expr.shape());
            return Err(fail("shape.grad", message, "use `jacobian`"));
        }
        if operation != Operation::Diff && bys.len() > 1 && bys.iter().any(|(by, _)| !by.shape().is_scalar())
        {
            let name = operation.name();
            let message = format!("`{name}` by several names takes names of numbers");
            return Err(fail("shape.wrt", message, "ask for one vector or matrix at a time"));
        }
        // By several names there is an axis for them, behind those of the thing.
        let all = |e: &Expr| -> Result<Expr, Errors> {
            match bys.as_slice() {
                [(by, _)] => once(e, by),
                _ => {
                    let columns = bys.iter().map(|(by, _)| once(e, by)).collect::<Result<Vec<_>, _>>()?;
                    Ok(last_axis(columns))
                }
            }
        };
        let expr = match operation {
            Operation::Diff => {
                let mut d = body.expr.clone();
                for (by, times) in bys {
                    for _ in 0..*times {
                        d = once(&d, by)?;
                    }
                }
                d
            }
            Operation::Grad | Operation::Jacobian => all(&body.expr)?,
            Operation::Hessian => all(&all(&body.expr)?)?,
        };
        let mut conditions = body.conditions.clone();
        for c in expr.domain() {
            domain::require(&mut conditions, c.kind, c.expr);
        }
        let row = body.row && expr.shape() == body.expr.shape();
        Ok(Lowered { expr, conditions, row })
    }

    /// What `diff(…)` and its kin ask for: the thing itself, the one variable and the order where that is all.
    pub(in crate::sheet) fn single_derivative(
        &mut self,
        args: &[Written],
        span: Span,
    ) -> Result<Option<(Expr, Symbol, u32)>, Errors> {
        let (subject, bys) = self.parts(Operation::Diff, args, None, span)?;
        Ok(match bys.as_slice() {
            [(by, order)] if by.whole.is_scalar() => {
                Some((subject.function.body.expr, by.symbol.clone(), *order))
            }
            _ => None,
        })
    }

    /// An operation as an expression of what its variables mean here.
    pub(super) fn derivative_here(
        &mut self,
        operation: Operation,
        args: &[Written],
        span: Span,
    ) -> Result<Lowered, Errors> {
        let (subject, bys) = self.parts(operation, args, None, span)?;
        let d = self.taken(operation, &subject, &bys, span)?;
        self.at_own_names(&subject, d, span)
    }

    /// The variables of a function replaced by what their names mean here.
    pub(super) fn at_own_names(
        &mut self,
        subject: &Subject,
        d: Lowered,
        span: Span,
    ) -> Result<Lowered, Errors> {
        if !subject.is_function {
            return Ok(d);
        }
        let mut given = Vec::new();
        for (name, variable) in &subject.function.vars {
            let occurs = variable.as_var().is_some_and(|s| d.expr.contains(s));
            let here = if occurs { syntax::Scope::name(self, name, span)? } else { None };
            given.push(match here {
                Some(here) if here.expr.shape() == variable.shape() => here,
                _ => Expr::tensor_var(name.as_str(), variable.shape().clone()).into(),
            });
        }
        self.put(&subject.function.with(d), given, span)
    }

    /// `diff(f, x)(a)`, `diff(x^2 + x, x)(a)`, `grad(f)(1, 2)`.
    pub(super) fn call_of_result(
        &mut self,
        function: &Written,
        args: &[Written],
        span: Span,
    ) -> Option<Result<Lowered, Errors>> {
        let (name, inner) = function.without_brackets().as_call()?;
        if name == "taylor" && !self.meanings.contains_key(name) {
            return Some(self.taylor_at(inner, args, function.span, span));
        }
        let operation = Operation::named(name).filter(|_| !self.meanings.contains_key(name))?;
        Some(self.derivative_at(operation, inner, args, function.span, span))
    }

    fn derivative_at(
        &mut self,
        operation: Operation,
        inner: &[Written],
        args: &[Written],
        at: Span,
        span: Span,
    ) -> Result<Lowered, Errors> {
        let listed = |w: &Written| match &w.kind {
            Kind::Matrix(rows) => {
                rows.first().and_then(|r| r.first()).and_then(Written::as_name).map(str::to_owned)
            }
            _ => w.as_name().map(str::to_owned),
        };
        let named = inner.first().and_then(listed).filter(|n| self.variables_of(n).is_some());
        if let Some(name) = named {
            let given = self.given(&name, args, span)?;
            let (subject, bys) = self.parts(operation, inner, Some(&given), at)?;
            let d = self.taken(operation, &subject, &bys, at)?;
            return self.put(&subject.function.with(d), given, span);
        }
        // The variables of a formula need not be known outside of it.
        let mut inside = self.clone();
        let mut vars: Vec<(String, Expr)> = Vec::new();
        let names = inner.iter().skip(1).flat_map(|w| match &w.kind {
            Kind::Index(base, _) => base.names(),
            _ => w.names(),
        });
        let mut given = Vec::new();
        for name in names {
            let number =
                matches!(self.meanings.get(name), Some(Meaning::Value(v)) if v.expr.as_number().is_some());
            if vars.iter().any(|(n, _)| n == name) || number {
                continue;
            }
            let Some(arg) = args.get(vars.len()) else { break };
            let arg = syntax::lower(arg, self)?;
            let variable = Expr::tensor_var(inside.unused(name), arg.expr.shape().clone());
            inside.value(name, variable.clone());
            vars.push((name.to_owned(), variable));
            given.push(arg);
        }
        if args.len() != vars.len() {
            let message = format!("`{}(…)` takes another number of arguments", operation.name());
            let error = SyntaxError::new("syntax.arguments", span, message);
            return Err(error.with_hint("write a value for each name: `diff(x^2, x)(3)`").into());
        }
        let (subject, bys) = inside.parts(operation, inner, None, at)?;
        let body = inside.taken(operation, &subject, &bys, at)?;
        self.put(&Function { vars, body }, given, span)
    }

    /// `f'(a)`, and `f'` at what its variable means here.
    pub(super) fn primed(
        &mut self,
        name: &str,
        primes: u32,
        args: &[Written],
        span: Span,
    ) -> Option<Result<Lowered, Errors>> {
        if let Some(Meaning::Value(v)) = self.meanings.get(name)
            && v.expr.shape().is_scalar()
            && v.expr.as_var().is_none()
        {
            let message = format!("`{name}` is a value and no function, so `{name}'` does not say by what");
            let error = SyntaxError::new("name.variable", span, message);
            return Some(Err(error.with_hint(format!("write `diff({name}, x)`")).into()));
        }
        let names = self.variables_of(name)?;
        if names.len() != 1 {
            let message = format!("`{name}'` does not say by which variable");
            let error = SyntaxError::new("syntax.arguments", span, message);
            let by = names.first().copied().unwrap_or("x");
            return Some(Err(error.with_hint(format!("write `diff({name}, {by})`")).into()));
        }
        Some(self.primed_at(name, primes.min(MAX_ORDER), args, span))
    }

    fn primed_at(
        &mut self,
        name: &str,
        primes: u32,
        args: &[Written],
        span: Span,
    ) -> Result<Lowered, Errors> {
        let given = if args.is_empty() { None } else { Some(self.given(name, args, span)?) };
        let function = self.function_for(name, given.as_deref(), span)?;
        let bys: Bys = function.vars.iter().filter_map(|(_, v)| By::all(v)).map(|by| (by, primes)).collect();
        let subject = Subject { function, is_function: true };
        let d = self.taken(Operation::Diff, &subject, &bys, span)?;
        match given {
            Some(given) => self.put(&subject.function.with(d), given, span),
            None => self.at_own_names(&subject, d, span),
        }
    }

    /// `∂f/∂x`, `d²f/dx²`, `d/dx (x^2)`, and `dy/dx` where `y` has a meaning.
    pub(super) fn leibniz(&mut self, form: &LeibnizForm, span: Span) -> Option<Result<Lowered, Errors>> {
        let of = form.of.without_brackets().as_name();
        let known = of.is_none_or(|name| match self.meanings.get(name) {
            Some(Meaning::Value(v)) => v.expr.as_var().is_none_or(|s| s.name() != name),
            Some(_) => true,
            None => false,
        });
        if !form.operator && !known {
            // The quotient of two names, unless it was written with `∂`.
            if !form.partial && form.by.iter().all(|(_, n)| *n == 1) {
                return None;
            }
            let name = of.unwrap_or_default();
            let by = form.by.first().map_or("x", |(name, _)| name);
            let message = format!("`{name}` does not say what it depends on");
            let error = SyntaxError::new("name.unknown", form.of.span, message);
            return Some(Err(error.with_hint(format!("define it first: `{name}({by}) = …`")).into()));
        }
        let mut args = vec![form.of.clone()];
        for (by, order) in &form.by {
            args.push(Written::new(Kind::Name(by.clone()), span));
            args.push(Written::new(Kind::Number(order.to_string().into()), span));
        }
        Some(self.derivative_here(Operation::Diff, &args, span))
    }
}

/// Things of one shape along a new last axis; of lists, a list of rows.
fn last_axis(columns: Vec<Expr>) -> Expr {
    if let Some(lists) = columns.iter().map(entries).collect::<Option<Vec<_>>>() {
        let rows = lists.first().map_or(0, Vec::len);
        return Expr::stack(
            (0..rows).map(|r| last_axis(lists.iter().map(|c| c[r].clone()).collect())).collect(),
        );
    }
    let stacked = Expr::stack(columns);
    let rank = stacked.shape().rank() as u32;
    if rank < 2 {
        return stacked;
    }
    let labels: Vec<u32> = (0..rank).collect();
    let out: Vec<u32> = (1..rank).chain([0]).collect();
    contract(&[(&stacked, &labels)], &out, &[])
}

/// The entries of a list along its first axis.
fn entries(e: &Expr) -> Option<Vec<Expr>> {
    match (e.node(), e.shape().dims()) {
        (Node::Tensor(Tensor::Stack(list)), _) => Some(list.to_vec()),
        (Node::Tensor(Tensor::Zeros), [n, inner @ ..]) => {
            let n = n.as_number()?.to_i64().filter(|n| *n <= 1000)?;
            Some((0..n).map(|_| Expr::zeros(&Shape::new(inner.iter().cloned()))).collect())
        }
        _ => None,
    }
}

fn shortened(w: &Written) -> String {
    let text = w.to_string();
    if text.chars().count() > 40 { "…".to_owned() } else { text }
}
