//! What a request gives beside its question: limits, names, what may be taken for granted.

use std::collections::BTreeMap;

use super::limits::Limits;
use super::reply::Fault;
use super::scope::{By, Declared, Scope};
use crate::expr::{Condition, ConditionKind, Symbol};
use crate::minimize::{Constraint, Relation};
use crate::program;
use crate::syntax::{self, Kind, Lowered, Rel, Written};

/// Reads the texts of one request.
#[derive(Debug)]
pub struct Reader {
    scope: Scope,
    pub(super) declared: Declared,
    pub(super) assumptions: Vec<Condition>,
}

impl Reader {
    /// Of a request with these `declare`, `define` and `assume`; see [`super::Request`].
    ///
    /// # Errors
    /// What cannot be read, and in which field it stands.
    pub fn new(
        declare: &BTreeMap<String, String>,
        define: &[String],
        assume: &[String],
        limits: &Limits,
    ) -> Result<Reader, Box<Fault>> {
        let mut scope = Scope::open().within(limits);
        let declared = scope.define(declare, define)?;
        let mut reader = Reader { scope, declared, assumptions: Vec::new() };
        for text in assume {
            reader.assume(text).map_err(|fault| fault.in_field("assume").boxed())?;
        }
        Ok(reader)
    }

    /// What names mean.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// What may be taken for granted.
    pub fn assumptions(&self) -> &[Condition] {
        &self.assumptions
    }

    pub(super) fn read(&self, text: &str) -> Result<Lowered, Box<Fault>> {
        Ok(self.scope.lower(text)?)
    }

    pub(super) fn read_latex(&self, latex: &str) -> Result<Lowered, Box<Fault>> {
        Ok(self.scope.lower_latex(latex)?)
    }

    /// An equation `a = b`, as the expression `a - b`; an expression alone stands for one that is nought.
    pub(super) fn read_equation(&self, text: &str) -> Result<Lowered, Box<Fault>> {
        let written = syntax::parse(text, &self.scope.limits())?;
        match written.as_equation() {
            Some((a, b)) => {
                let (a, b) = (self.scope.meaning(a)?, self.scope.meaning(b)?);
                if !a.expr.shape().is_scalar() || !b.expr.shape().is_scalar() {
                    let message = format!("an equation of {} and {}", a.expr.shape(), b.expr.shape());
                    return Err(Fault::new("shape.equation", message)
                        .hint("an equation here is one of numbers; write it entry by entry")
                        .boxed());
                }
                let conditions = [a.conditions, b.conditions].concat();
                Ok(Lowered { conditions, ..(a.expr - b.expr).into() })
            }
            None => Ok(self.scope.meaning(&written)?),
        }
    }

    /// The sides of an equation, as they were written.
    pub(super) fn sides(&self, text: &str) -> Option<(String, String)> {
        let written = syntax::parse(text, &self.scope.limits()).ok()?;
        written.as_equation().map(|(a, b)| (a.to_string(), b.to_string()))
    }

    /// What a text says to differentiate by: `x`, `x[2:n]`, `A[1, :]`.
    pub(super) fn by(&self, text: &str) -> Result<By, Box<Fault>> {
        self.scope.by_text(text).map_err(|errors| {
            let mut fault = Box::<Fault>::from(errors);
            // In a text it is an argument of `diff`, here it is a field.
            if fault.code == "syntax.arguments" {
                fault.code = "request.variable".into();
            }
            fault
        })
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
    fn assume(&mut self, text: &str) -> Result<(), Box<Fault>> {
        let words: Vec<&str> = text.split_whitespace().collect();
        if let [name, "integer"] | [name, "is", "integer"] = words[..] {
            let by = self.by(name)?;
            self.declared.integers.push(by.symbol);
            return Ok(());
        }
        let written = syntax::parse(text, &self.scope.limits())?;
        let Kind::Relation(first, rest) = &written.kind else { return Err(not_an_assumption(text)) };
        let mut left: &Written = first;
        for (relation, right) in rest {
            let difference = |a: &Written, b: &Written| -> Result<_, Box<Fault>> {
                let (a, b) = (self.scope.meaning(a)?, self.scope.meaning(b)?);
                if !a.expr.shape().is_scalar() || !b.expr.shape().is_scalar() {
                    let message = format!("an assumption on {} and {}", a.expr.shape(), b.expr.shape());
                    return Err(Fault::new("shape.assumption", message)
                        .hint("assumptions are on numbers")
                        .boxed());
                }
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

    /// `x + y <= 1`, `0 <= x <= 1`, `x = y` as constraints, with what has to hold for them to have a value.
    pub(super) fn constraints(&self, text: &str) -> Result<(Vec<Constraint>, Vec<Condition>), Box<Fault>> {
        let written = syntax::parse(text, &self.scope.limits())?;
        let refused = |hint: &str| {
            Err(Fault::new("request.constraint", format!("`{text}` is not a constraint")).hint(hint).boxed())
        };
        if let Some((a, b)) = written.as_equation() {
            let (a, b) = (self.scope.meaning(a)?, self.scope.meaning(b)?);
            let expr = a.expr - b.expr;
            return Ok((
                vec![Constraint { expr, relation: Relation::Equal }],
                [a.conditions, b.conditions].concat(),
            ));
        }
        let Kind::Relation(first, rest) = &written.kind else {
            return refused("write something like `x + y = 1` or `x^2 <= y`");
        };
        let (mut list, mut conditions) = (Vec::new(), Vec::new());
        let mut left: &Written = first;
        for (relation, right) in rest {
            let (a, b) = (self.scope.meaning(left)?, self.scope.meaning(right)?);
            let relation = match relation {
                Rel::LessEqual => Relation::AtMost,
                Rel::GreaterEqual => Relation::AtLeast,
                Rel::Equal | Rel::Same => Relation::Equal,
                Rel::Less | Rel::Greater => return refused("write `<=` or `>=`: the border belongs to it"),
                Rel::NotEqual => return refused("what is only to be avoided is no constraint"),
            };
            list.push(Constraint { expr: a.expr - b.expr, relation });
            conditions.extend(a.conditions);
            conditions.extend(b.conditions);
            left = right;
        }
        Ok((list, conditions))
    }

    /// The names that are integers.
    pub fn integers(&self) -> &[Symbol] {
        &self.declared.integers
    }
}

fn not_an_assumption(text: &str) -> Box<Fault> {
    Fault::new("request.assume", format!("`{text}` is not an assumption"))
        .hint("write something like `a > 0`, `x != 1` or `n integer`")
        .boxed()
}
