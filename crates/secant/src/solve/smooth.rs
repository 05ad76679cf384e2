//! Where a formula for the derivative is the derivative.
//!
//! Here: what has to hold over a box so that an expression has a continuous derivative on it, the one that the rule table
//! gives. Where value and derivative are defined all over the box, only kinks and jumps are left to be excluded.
//! Not here: where a value exists, which an enclosure says itself.
//! Invariant: a part that is not known to be smooth is never taken for it.

use crate::calculus;
use crate::expr::{Condition, ConditionKind, Expr, Func2, Node, Symbol};
use crate::program::{Budget, Enclosure, Interval, Program, ProgramError, Workspace};

/// Something to be looked at over the box.
#[derive(Clone, Debug)]
pub(super) enum Check {
    /// A condition on the value of an expression.
    Holds(Condition),
    /// The expression is 0 all over the box, or nowhere in it.
    Steady(Expr),
    /// The point `(x, y)`, given as `x` and `y`, keeps away from the cut of the angle: the negative half of the first axis.
    OffTheCut(Expr, Expr),
}

impl Check {
    pub(super) fn outputs(&self) -> Vec<Expr> {
        match self {
            Check::Holds(c) => vec![c.expr.clone()],
            Check::Steady(e) => vec![e.clone()],
            Check::OffTheCut(x, y) => vec![x.clone(), y.clone()],
        }
    }

    fn count(&self) -> usize {
        match self {
            Check::Holds(_) | Check::Steady(_) => 1,
            Check::OffTheCut(..) => 2,
        }
    }

    /// Is it certain, with these enclosures of the outputs?
    pub(super) fn is_certain(&self, of: &[Enclosure]) -> bool {
        if !of.iter().all(|e| e.defined) {
            return false;
        }
        let v = of[0].values;
        match self {
            Check::Holds(c) => holds(c.kind, of[0]) == Some(true),
            Check::Steady(_) => !v.contains(0.0) || (v.low() == 0.0 && v.high() == 0.0),
            Check::OffTheCut(..) => v.low() > 0.0 || !of[1].values.contains(0.0),
        }
    }
}

/// Where expressions have the continuous derivatives that the rule table gives.
#[derive(Clone, Debug)]
pub struct Smoothness {
    checks: Option<Vec<Check>>,
    program: Program,
}

impl Smoothness {
    /// Of these expressions, as functions of `unknowns`.
    ///
    /// # Errors
    /// Those of [`Program::compile`].
    pub fn of(expressions: &[Expr], unknowns: &[Symbol]) -> Result<Smoothness, ProgramError> {
        let checks = checks(expressions, unknowns);
        let outputs: Vec<Expr> = checks.iter().flatten().flat_map(Check::outputs).collect();
        Ok(Smoothness { program: Program::compile(&outputs, unknowns)?, checks })
    }

    /// Is it certain that there are no kinks and no jumps in the box? Whether there are values is another question.
    ///
    /// # Errors
    /// Those of the evaluation.
    pub fn is_certain(
        &self,
        x: &[Interval],
        budget: &Budget<'_>,
        workspace: &mut Workspace,
    ) -> Result<bool, ProgramError> {
        let Some(checks) = &self.checks else { return Ok(false) };
        if checks.is_empty() {
            return Ok(true);
        }
        let nowhere = Enclosure { values: Interval::EMPTY, defined: false };
        let mut out = vec![nowhere; self.program.output_count()];
        self.program.evaluate_interval_within(x, &mut out, budget, workspace)?;
        Ok(all_certain(checks, &out))
    }
}

pub(super) fn all_certain(checks: &[Check], mut of: &[Enclosure]) -> bool {
    checks.iter().all(|check| {
        let (mine, rest) = of.split_at(check.count());
        of = rest;
        check.is_certain(mine)
    })
}

/// Does the condition hold at every point of the box (`Some(true)`), at none, or is it not known?
pub(super) fn holds(kind: ConditionKind, e: Enclosure) -> Option<bool> {
    let v = e.values;
    if v.is_empty() {
        return Some(false);
    }
    let no_integer = v.low().floor() == v.high().floor() && v.low() > v.low().floor();
    let (yes, no) = match kind {
        ConditionKind::NonZero => (!v.contains(0.0), v.low() == 0.0 && v.high() == 0.0),
        ConditionKind::Positive => (v.low() > 0.0, v.high() <= 0.0),
        ConditionKind::NonNegative => (v.low() >= 0.0, v.high() < 0.0),
        ConditionKind::NoPole => (v.low() > 0.0 || no_integer, false),
        ConditionKind::NotInteger => (no_integer, false),
    };
    match (yes && e.defined, no) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

/// What must hold; `None` when there are parts of which nothing is known.
pub(super) fn checks(equations: &[Expr], unknowns: &[Symbol]) -> Option<Vec<Check>> {
    let mut checks = Vec::new();
    let mut seen: Vec<Condition> = Vec::new();
    for e in equations {
        for x in unknowns {
            for condition in calculus::smoothness(e, x) {
                if !seen.contains(&condition) {
                    seen.push(condition.clone());
                    checks.push(Check::Holds(condition));
                }
            }
        }
        for part in e.post_order() {
            match part.node() {
                Node::Apply2(f, a, b) => match f {
                    Func2::Less | Func2::LessEqual | Func2::Equal | Func2::NotEqual => {
                        checks.push(Check::Holds(Condition::new(ConditionKind::NonZero, a - b)));
                    }
                    Func2::And | Func2::Or => {
                        checks.extend([Check::Steady(a.clone()), Check::Steady(b.clone())]);
                    }
                    Func2::Atan2 => checks.push(Check::OffTheCut(b.clone(), a.clone())),
                    Func2::Mod | Func2::Max | Func2::Min | Func2::Polygamma => {}
                },
                Node::Select(condition, ..) => checks.push(Check::Steady(condition.clone())),
                Node::Tensor(_) | Node::Derivative(..) => return None,
                Node::Number(_)
                | Node::Constant(_)
                | Node::Var(_)
                | Node::Sum(_)
                | Node::Product(_)
                | Node::Power(..)
                | Node::Apply(..) => {}
            }
        }
    }
    Some(checks)
}
