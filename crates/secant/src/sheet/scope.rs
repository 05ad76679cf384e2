//! What the names of a request mean.

use super::limits::Limits;
use super::reply::Fault;
use crate::expr::{Condition, ConditionKind, Symbol};
use crate::program;
use crate::syntax::{self, FreeNames, Kind, Lowered, Rel, Written};

/// Reads the texts of one request: limits, and what may be taken for granted.
pub(super) struct Reader {
    limits: syntax::Limits,
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
        Reader { limits, assumptions: Vec::new(), integers: Vec::new() }
    }

    pub(super) fn read(&self, text: &str) -> Result<Lowered, Box<Fault>> {
        let written = syntax::parse(text, &self.limits)?;
        Ok(syntax::lower(&written, &mut FreeNames)?)
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

fn not_an_assumption(text: &str) -> Box<Fault> {
    Fault::new("request.assume", format!("`{text}` is not an assumption"))
        .hint("write something like `a > 0`, `x != 1` or `n integer`")
        .boxed()
}

/// The variable that a text names.
pub(super) fn variable(name: &str, limits: &Limits) -> Result<Symbol, Box<Fault>> {
    variable_of(name, &Reader::new(limits).limits)
}

fn variable_of(text: &str, limits: &syntax::Limits) -> Result<Symbol, Box<Fault>> {
    let lowered = syntax::lower(&syntax::parse(text, limits)?, &mut FreeNames)?;
    lowered.expr.as_var().cloned().ok_or_else(|| {
        Fault::new("request.variable", format!("`{text}` is not the name of a variable"))
            .hint("give one name, such as `x`")
            .boxed()
    })
}
