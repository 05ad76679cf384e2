//! What the names of a request mean.

use super::limits::Limits;
use super::reply::Fault;
use crate::expr::{Condition, ConditionKind, Expr, Shape, Symbol};
use crate::program;
use crate::syntax::{self, FreeNames, Kind, Lowered, Rel, Scope, Span, SyntaxError, Written};

/// Most axes of one name.
const MAX_AXES: usize = 8;

/// Reads the texts of one request: limits, names with axes, and what may be taken for granted.
pub(super) struct Reader {
    limits: syntax::Limits,
    /// The names that have a shape, as variables.
    pub(super) declared: Vec<(Symbol, Expr)>,
    pub(super) assumptions: Vec<Condition>,
    pub(super) integers: Vec<Symbol>,
}

impl Reader {
    pub(super) fn new(limits: &Limits) -> Reader {
        let limits = syntax::Limits {
            max_chars: limits.max_chars,
            max_depth: limits.max_depth as usize,
            max_nodes: limits.max_nodes,
        };
        Reader { limits, declared: Vec::new(), assumptions: Vec::new(), integers: Vec::new() }
    }

    pub(super) fn read(&self, text: &str) -> Result<Lowered, Box<Fault>> {
        let written = syntax::parse(text, &self.limits)?;
        Ok(syntax::lower(&written, &mut Names { declared: &self.declared })?)
    }

    pub(super) fn read_latex(&self, latex: &str) -> Result<Lowered, Box<Fault>> {
        let written = syntax::parse_latex(latex, &self.limits)?;
        Ok(syntax::lower(&written, &mut Names { declared: &self.declared })?)
    }

    /// An equation `a = b`, as the expression `a - b`; an expression alone stands for one that is nought.
    pub(super) fn read_equation(&self, text: &str) -> Result<Lowered, Box<Fault>> {
        let written = syntax::parse(text, &self.limits)?;
        let mut names = Names { declared: &self.declared };
        match written.as_equation() {
            Some((a, b)) => {
                let (a, b) = (syntax::lower(a, &mut names)?, syntax::lower(b, &mut names)?);
                if !a.expr.shape().is_scalar() || !b.expr.shape().is_scalar() {
                    let message = format!("an equation of {} and {}", a.expr.shape(), b.expr.shape());
                    return Err(Fault::new("shape.equation", message)
                        .hint("an equation here is one of numbers; write it entry by entry")
                        .boxed());
                }
                Ok(Lowered { expr: a.expr - b.expr, conditions: [a.conditions, b.conditions].concat() })
            }
            None => Ok(syntax::lower(&written, &mut names)?),
        }
    }

    /// Gives a name its shape: `matrix(m, n)`, `vector(3)`, `matrix(n, n, symmetric)`.
    pub(super) fn declare(&mut self, name: &str, text: &str) -> Result<(), Box<Fault>> {
        let name = variable_of(name, &self.limits)?;
        let declared = syntax::parse_shape(text, &self.limits)?;
        let mut dims = Vec::new();
        for size in &declared.sizes {
            dims.push(syntax::lower(size, &mut FreeNames)?.expr);
        }
        if dims.len() > MAX_AXES {
            let message = format!("`{name}` has {} axes; allowed are {MAX_AXES}", dims.len());
            return Err(Fault::new("budget.axes", message).boxed());
        }
        let symmetric = declared.properties.iter().any(|(p, _)| &**p == "symmetric");
        if let Some((other, _)) =
            declared.properties.iter().find(|(p, _)| !matches!(&**p, "symmetric" | "integer"))
        {
            let message = format!("`{other}` is not used yet");
            return Err(Fault::new("unsupported.property", message)
                .hint("leave it out, or say `symmetric`")
                .boxed());
        }
        if declared.properties.iter().any(|(p, _)| &**p == "integer") {
            self.integers.push(name.clone());
        }
        let variable = match dims.as_slice() {
            [m, n] if symmetric && m == n => Expr::symmetric_var(name.clone(), m.clone()),
            _ if symmetric => {
                return Err(Fault::new(
                    "shape.not-square",
                    format!("`{name}` is symmetric, so it must be square"),
                )
                .boxed());
            }
            _ => Expr::tensor_var(name.clone(), Shape::new(dims)),
        };
        self.declared.push((name, variable));
        Ok(())
    }

    /// The variable of a name: with its axes, if it was given some.
    pub(super) fn variable(&self, text: &str) -> Result<(Symbol, Shape), Box<Fault>> {
        let name = variable_of(text, &self.limits)?;
        let declared = self.declared.iter().find(|(n, _)| *n == name);
        Ok((name, declared.map_or(Shape::SCALAR, |(_, e)| e.shape().clone())))
    }

    /// The value of an exact text: `1/3`, `pi/2`.
    pub(super) fn number(&self, text: &str) -> Result<f64, Box<Fault>> {
        match text.trim() {
            "nan" => return Ok(f64::NAN),
            "-inf" => return Ok(f64::NEG_INFINITY),
            _ => {}
        }
        let lowered = self.read(text)?;
        program::eval(&lowered.expr, &[]).map_err(|_| {
            Fault::new("request.point", format!("`{text}` is not a number"))
                .hint("write a number, or a text such as \"1/3\" or \"pi/2\"")
                .boxed()
        })
    }

    /// Takes `a > 0`, `x != 0`, `n integer` for granted.
    pub(super) fn assume(&mut self, text: &str) -> Result<(), Box<Fault>> {
        let words: Vec<&str> = text.split_whitespace().collect();
        if let [name, "integer"] | [name, "is", "integer"] = words[..] {
            let name = variable_of(name, &self.limits)?;
            self.integers.push(name);
            return Ok(());
        }
        let written = syntax::parse(text, &self.limits)?;
        let Kind::Relation(first, rest) = &written.kind else { return Err(not_an_assumption(text)) };
        let mut left: &Written = first;
        for (relation, right) in rest {
            let difference = |a: &Written, b: &Written| -> Result<_, Box<Fault>> {
                let (a, b) = (syntax::lower(a, &mut FreeNames)?, syntax::lower(b, &mut FreeNames)?);
                Ok(a.expr - b.expr)
            };
            let (kind, expr) = match relation {
                Rel::Greater => (ConditionKind::Positive, difference(left, right)?),
                Rel::GreaterEqual => (ConditionKind::NonNegative, difference(left, right)?),
                Rel::Less => (ConditionKind::Positive, difference(right, left)?),
                Rel::LessEqual => (ConditionKind::NonNegative, difference(right, left)?),
                Rel::NotEqual => (ConditionKind::NonZero, difference(left, right)?),
                Rel::Equal | Rel::Same => return Err(not_an_assumption(text)),
            };
            self.assumptions.push(Condition::new(kind, expr));
            left = right;
        }
        Ok(())
    }
}

/// Names with axes, and beside them any other name as a number.
struct Names<'a> {
    declared: &'a [(Symbol, Expr)],
}

impl Scope for Names<'_> {
    fn name(&mut self, name: &str, span: Span) -> Result<Option<Expr>, SyntaxError> {
        match self.declared.iter().find(|(n, _)| n.name() == name) {
            Some((_, e)) => Ok(Some(e.clone())),
            None => FreeNames.name(name, span),
        }
    }

    fn known(&self) -> Vec<String> {
        self.declared.iter().map(|(n, _)| n.name().to_owned()).collect()
    }
}

fn not_an_assumption(text: &str) -> Box<Fault> {
    Fault::new("request.assume", format!("`{text}` is not an assumption"))
        .hint("write something like `a > 0`, `x != 1` or `n integer`")
        .boxed()
}

/// The name that a text holds.
fn variable_of(text: &str, limits: &syntax::Limits) -> Result<Symbol, Box<Fault>> {
    let lowered = syntax::lower(&syntax::parse(text, limits)?, &mut FreeNames)?;
    lowered.expr.as_var().cloned().ok_or_else(|| {
        Fault::new("request.variable", format!("`{text}` is not the name of a variable"))
            .hint("give one name, such as `x`")
            .boxed()
    })
}
