//! Names that come with a question as texts: `f(x, y) = x^2 y`, `A = [1, 2; 3, 4]`, `w: vector(n)`.
//!
//! The texts may stand in any order; each is read when all that it names has been.
//! Start reading at [`Scope::define`].

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::function::Template;
use super::{MAX_AXES, Meaning, Scope};
use crate::expr::{Expr, Rational, Shape, Symbol};
use crate::sheet::reply::Fault;
use crate::syntax::{self, DeclaredShape, Errors, Kind, Statement, SyntaxError, Written};

/// Most definitions of one question.
const MAX_DEFINITIONS: usize = 1000;

/// A name with what is said about it.
struct Entry<'a> {
    name: String,
    /// The field of the request, for faults.
    field: String,
    said: Said<'a>,
}

enum Said<'a> {
    Value(&'a Written),
    Function(Vec<String>, &'a Written),
    Shape(&'a DeclaredShape),
}

/// What has been said beside what the names mean.
#[derive(Debug, Default)]
pub(in crate::sheet) struct Declared {
    /// The names that have a shape, as variables.
    pub(in crate::sheet) variables: Vec<(Symbol, Expr)>,
    pub(in crate::sheet) integers: Vec<Symbol>,
    /// The names that stand for something else.
    pub(in crate::sheet) defined: BTreeSet<String>,
}

impl Scope {
    /// Takes declarations (name to shape) and the statements of `define`, in any order.
    ///
    /// # Errors
    /// Every one that cannot be read; `name.cycle`, `name.defined-twice`.
    pub(in crate::sheet) fn define(
        &mut self,
        declare: &BTreeMap<String, String>,
        define: &[String],
    ) -> Result<Declared, Box<Fault>> {
        let limits = self.limits();
        let mut faults: Vec<Fault> = Vec::new();
        let mut shapes: Vec<(String, String, DeclaredShape)> = Vec::new();
        let mut statements: Vec<(String, Statement)> = Vec::new();
        if define.len() + declare.len() > MAX_DEFINITIONS {
            let message =
                format!("{} definitions; allowed are {MAX_DEFINITIONS}", define.len() + declare.len());
            return Err(Fault::new("budget.definitions", message).in_field("define").boxed());
        }
        for (name, text) in declare {
            let read =
                variable_name(name, &limits).and_then(|n| Ok((n, syntax::parse_shape(text, &limits)?)));
            match read {
                Ok((name, shape)) => shapes.push((name, "declare".into(), shape)),
                Err(errors) => faults.extend(all(errors, "declare")),
            }
        }
        for (k, text) in define.iter().enumerate() {
            let field = if define.len() == 1 { "define".to_owned() } else { format!("define[{k}]") };
            match syntax::parse_statement(text, &limits) {
                Ok(statement) => statements.push((field, statement)),
                Err(errors) => faults.extend(all(errors, &field)),
            }
        }
        let mut entries: Vec<Entry<'_>> = shapes
            .iter()
            .map(|(name, field, shape)| Entry {
                name: name.clone(),
                field: field.clone(),
                said: Said::Shape(shape),
            })
            .collect();
        for (field, statement) in &statements {
            match entry(field, statement) {
                Ok(entry) => entries.push(entry),
                Err(errors) => faults.extend(all(errors, field)),
            }
        }
        for (k, entry) in entries.iter().enumerate() {
            if entries[..k].iter().any(|e| e.name == entry.name) {
                let fault =
                    Fault::new("name.defined-twice", format!("`{}` is given a meaning twice", entry.name));
                faults
                    .push(fault.hint("leave one of them out, or choose another name").in_field(&entry.field));
            }
        }
        let order = if faults.is_empty() { in_order(&entries) } else { Err(Vec::new()) };
        let mut declared = Declared::default();
        match order {
            Err(cycle) => faults.extend(cycle),
            Ok(order) => {
                for entry in order {
                    if let Err(errors) = self.take(entry, &mut declared) {
                        faults.extend(all(errors, &entry.field));
                    }
                }
            }
        }
        let mut faults = faults.into_iter();
        match faults.next() {
            None => Ok(declared),
            Some(first) => Err(Fault { more: faults.take(9).collect(), ..first }.boxed()),
        }
    }

    fn take(&mut self, entry: &Entry<'_>, declared: &mut Declared) -> Result<(), Errors> {
        match &entry.said {
            Said::Value(written) => {
                let meaning = self.meaning(written)?;
                declared.defined.insert(entry.name.clone());
                self.value(&entry.name, meaning);
            }
            Said::Function(names, written) => {
                let mut used: BTreeSet<String> = names.iter().cloned().collect();
                uses(written, &mut used);
                let mut scope = self.clone();
                scope.meanings.retain(|name, _| used.contains(name));
                let template = Template::new(names.clone(), (*written).clone(), scope);
                let template = Meaning::Template(Arc::new(template));
                declared.defined.insert(entry.name.clone());
                self.meanings.insert(entry.name.clone(), template);
                // A body that makes no sense of numbers may make sense of the vectors it will be called with.
                let read = self.function_for(&entry.name, None, written.span);
                if read.is_err() {
                    let alone = self.body_for_numbers(names, written);
                    return alone
                        .or_else(|e| if is_of_shape(&e) && !names.is_empty() { Ok(()) } else { Err(e) });
                }
            }
            Said::Shape(shape) => {
                let variable = self.declared(&entry.name, shape, declared)?;
                declared.variables.push((Symbol::new(&entry.name), variable.clone()));
                self.value(&entry.name, variable);
            }
        }
        Ok(())
    }

    /// The mistakes of a body, with their places in its own text.
    fn body_for_numbers(&self, names: &[String], written: &Written) -> Result<(), Errors> {
        let mut inside = self.clone();
        for name in names {
            if !matches!(inside.meanings.get(name), Some(Meaning::Value(v)) if v.expr.as_var().is_some()) {
                inside.variable(name);
            }
        }
        inside.meaning(written).map(|_| ())
    }

    /// The variable that a declaration speaks of.
    fn declared(&self, name: &str, shape: &DeclaredShape, declared: &mut Declared) -> Result<Expr, Errors> {
        let mut dims = Vec::new();
        for size in &shape.sizes {
            let dim = self.meaning(size)?.expr;
            let good = match dim.as_number() {
                Some(n) => n.is_integer() && n.is_positive() && *n <= Rational::integer(1_000_000_000),
                None => dim.shape().is_scalar(),
            };
            if !good {
                let error =
                    SyntaxError::new("shape.size", size.span, format!("`{size}` is {dim}, which is no size"));
                return Err(error.with_hint("a size is a whole number above 0, or a name").into());
            }
            dims.push(dim);
        }
        if dims.len() > MAX_AXES {
            let message = format!("`{name}` has {} axes; allowed are {MAX_AXES}", dims.len());
            return Err(SyntaxError::new("budget.axes", shape.span, message).into());
        }
        let known = ["symmetric", "integer"];
        if let Some((other, span)) = shape.properties.iter().find(|(p, _)| !known.contains(&&**p)) {
            let error = SyntaxError::new("unsupported.property", *span, format!("`{other}` is not used yet"));
            return Err(error.with_hint("leave it out, or say `symmetric`").into());
        }
        let has = |property: &str| shape.properties.iter().any(|(p, _)| &**p == property);
        if has("integer") {
            declared.integers.push(Symbol::new(name));
        }
        match dims.as_slice() {
            [m, n] if has("symmetric") && m == n => Ok(Expr::symmetric_var(name, m.clone())),
            _ if has("symmetric") => {
                let message = format!("`{name}` is symmetric, so it must be square");
                Err(SyntaxError::new("shape.not-square", shape.span, message).into())
            }
            _ => Ok(Expr::tensor_var(name, Shape::new(dims))),
        }
    }
}

/// A name as it stands alone in a request.
fn variable_name(text: &str, limits: &syntax::Limits) -> Result<String, Errors> {
    match syntax::parse_statement(&format!("{text}: scalar"), limits)? {
        Statement::Declaration { name, .. } => Ok(name.into()),
        _ => {
            let span = syntax::Span::new(0, text.chars().count());
            let error =
                SyntaxError::new("request.variable", span, format!("`{text}` is not the name of a variable"));
            Err(error.with_hint("give one name, such as `x`").into())
        }
    }
}

fn entry<'a>(field: &str, statement: &'a Statement) -> Result<Entry<'a>, Errors> {
    let (name, said) = match statement {
        Statement::Definition { name, params, is_function: true, body, .. } => {
            let names = params.iter().map(|(n, _)| String::from(&**n)).collect();
            (name, Said::Function(names, body))
        }
        Statement::Definition { name, body, .. } => (name, Said::Value(body)),
        Statement::Declaration { name, shape, .. } => (name, Said::Shape(shape)),
        Statement::Expression(Written { span, .. }) | Statement::Model { left: Written { span, .. }, .. } => {
            let error = SyntaxError::new("syntax.definition", *span, "this gives no name a meaning");
            return Err(error.with_hint("write `a = 3`, `f(x) = x^2` or `w: vector(n)`").into());
        }
    };
    Ok(Entry { name: String::from(&**name), field: field.to_owned(), said })
}

/// Every name that a text may speak of, functions among them.
fn uses(w: &Written, names: &mut BTreeSet<String>) {
    match &w.kind {
        Kind::Name(name) => {
            names.insert(String::from(&**name));
            // `dy/dx` speaks of `y`.
            names.extend(name.strip_prefix('d').map(str::to_owned));
        }
        Kind::Derivative(form) => names.extend(form.by.iter().map(|(n, _)| String::from(&**n))),
        _ => {}
    }
    w.kind.for_each_child(|c| uses(c, names));
}

/// Each behind those it speaks of.
fn in_order<'e, 'a>(entries: &'e [Entry<'a>]) -> Result<Vec<&'e Entry<'a>>, Vec<Fault>> {
    let place: HashMap<&str, usize> = entries.iter().enumerate().map(|(k, e)| (e.name.as_str(), k)).collect();
    let needs: Vec<BTreeSet<usize>> = entries
        .iter()
        .map(|entry| {
            let mut names = BTreeSet::new();
            match &entry.said {
                Said::Value(w) => uses(w, &mut names),
                Said::Function(params, w) => {
                    uses(w, &mut names);
                    // What a variable is by itself may be declared; what it is called is its own affair.
                    let own = |n: &String| params.contains(n);
                    let declared = |n: &String| {
                        place.get(n.as_str()).is_some_and(|k| matches!(entries[*k].said, Said::Shape(_)))
                    };
                    names.retain(|n| !own(n) || declared(n));
                }
                Said::Shape(shape) => shape.sizes.iter().for_each(|w| uses(w, &mut names)),
            }
            names.iter().filter_map(|n| place.get(n.as_str()).copied()).collect()
        })
        .collect();
    let mut order: Vec<usize> = Vec::new();
    let mut done = vec![false; entries.len()];
    loop {
        let ready: Vec<usize> =
            (0..entries.len()).filter(|k| !done[*k] && needs[*k].iter().all(|n| done[*n])).collect();
        if ready.is_empty() {
            break;
        }
        for k in ready {
            done[k] = true;
            order.push(k);
        }
    }
    if order.len() == entries.len() {
        return Ok(order.into_iter().map(|k| &entries[k]).collect());
    }
    // Whoever waits for somebody who waits leads into a circle.
    let mut at = done.iter().position(|d| !d).unwrap_or(0);
    let mut path: Vec<usize> = Vec::new();
    while !path.contains(&at) {
        path.push(at);
        at = needs[at].iter().copied().find(|n| !done[*n]).unwrap_or(at);
    }
    let circle: Vec<&str> =
        path.iter().skip_while(|k| **k != at).map(|k| entries[*k].name.as_str()).collect();
    let message = match circle.as_slice() {
        [one] => format!("`{one}` is defined by itself"),
        many => format!("`{}` are defined by each other", many.join("`, `")),
    };
    let fault = Fault::new("name.cycle", message).hint("give one of them a meaning of its own");
    Err(vec![fault.in_field(&entries[at].field)])
}

/// Is what is wrong only that numbers are not vectors?
fn is_of_shape(errors: &Errors) -> bool {
    errors.iter().all(|e| e.code().starts_with("shape.") || e.code() == "unsupported.tensor")
}

fn all<'f>(errors: Errors, field: &'f str) -> impl Iterator<Item = Fault> + 'f {
    errors.into_iter().map(move |e| Fault::from(e).in_field(field))
}
