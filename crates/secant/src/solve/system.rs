//! Equations and unknowns, compiled: values and Jacobian at points, enclosures over boxes.

use crate::calculus::jacobian;
use crate::expr::{Condition, Expr, Shape, Symbol};
use crate::program::{Budget, Enclosure, Interval, Program, ProgramError, Workspace};

use super::certify::{Narrowed, narrowed, tight};
use super::reduce::{Reduced, reduce};
use super::smooth::{Check, all_certain, checks, holds};

/// Why equations cannot be solved.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SolveError {
    /// As many equations as unknowns are wanted.
    #[error("{equations} equations for {unknowns} unknowns; wanted are as many of the one as of the other")]
    Count {
        /// How many.
        equations: usize,
        /// How many.
        unknowns: usize,
    },
    /// More unknowns than the method is made for.
    #[error("{unknowns} unknowns; at most {limit} are allowed here")]
    TooMany {
        /// How many.
        unknowns: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// From the program.
    #[error(transparent)]
    Program(#[from] ProgramError),
}

impl SolveError {
    /// A code that never changes.
    pub fn code(&self) -> &'static str {
        match self {
            SolveError::Count { .. } => "request.equations",
            SolveError::TooMany { .. } => "budget.unknowns",
            SolveError::Program(e) => e.code(),
        }
    }
}

/// As many equations `f = 0` as unknowns, compiled.
#[derive(Clone, Debug)]
pub struct System {
    unknowns: Vec<Symbol>,
    equations: Vec<Expr>,
    conditions: Vec<Condition>,
    reduced: Vec<Reduced>,
    /// The equations, then the conditions.
    values: Program,
    /// The equations, the conditions, then the Jacobian, row by row.
    slopes: Program,
    /// The reduced equations, the equations, then the conditions.
    range: Program,
    /// The Jacobian of the reduced equations, then what has to be checked.
    tangents: Program,
    /// `None`: nothing is known of where the equations are smooth.
    checks: Option<Vec<Check>>,
}

/// Most unknowns: the Jacobian is dense.
const MAX_UNKNOWNS: usize = 500;

/// What an enclosure of the equations over a box says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// There is no root.
    None,
    /// There may be one; everything has a value.
    Perhaps,
    /// There may be one, and there may be points without a value.
    PerhapsUndefined,
}

/// What is known of the roots in a box.
#[derive(Clone, Debug, PartialEq)]
pub enum Narrowing {
    /// There are none.
    None,
    /// All of them (of the equations without their conditions: at most one) lie here.
    One(Vec<Interval>),
    /// All of them lie in these parts.
    Parts(Vec<Vec<Interval>>),
    /// Nothing.
    Unknown,
}

impl System {
    /// `equations` that are to be 0, as functions of `unknowns`; a root has to meet the `conditions`, too.
    ///
    /// # Errors
    /// [`SolveError::Count`], [`SolveError::TooMany`], and those of [`Program::compile`].
    pub fn new(
        equations: &[Expr],
        conditions: &[Condition],
        unknowns: &[Symbol],
    ) -> Result<System, SolveError> {
        if equations.len() != unknowns.len() || unknowns.is_empty() {
            return Err(SolveError::Count { equations: equations.len(), unknowns: unknowns.len() });
        }
        if unknowns.len() > MAX_UNKNOWNS {
            return Err(SolveError::TooMany { unknowns: unknowns.len(), limit: MAX_UNKNOWNS });
        }
        let wrt: Vec<(Symbol, Shape)> = unknowns.iter().map(|x| (x.clone(), Shape::SCALAR)).collect();
        let reduced: Vec<Reduced> = equations.iter().map(|e| reduce(e, unknowns)).collect();
        let simple: Vec<Expr> = reduced.iter().map(|r| r.expr.clone()).collect();
        let asked: Vec<Expr> = conditions.iter().map(|c| c.expr.clone()).collect();
        let rows = |of: &[Expr]| -> Vec<Expr> { of.iter().flat_map(|e| jacobian(e, &wrt)).collect() };
        let checks = checks(&simple, unknowns);
        let looked_at = checks.iter().flatten().flat_map(Check::outputs);
        let tangents: Vec<Expr> = rows(&simple).into_iter().chain(looked_at).collect();
        let compile = |outputs: &[&[Expr]]| Program::compile(&outputs.concat(), unknowns);
        Ok(System {
            values: compile(&[equations, &asked])?,
            slopes: compile(&[equations, &asked, &rows(equations)])?,
            range: compile(&[&simple, equations, &asked])?,
            tangents: Program::compile(&tangents, unknowns)?,
            unknowns: unknowns.to_vec(),
            equations: equations.to_vec(),
            conditions: conditions.to_vec(),
            reduced,
            checks,
        })
    }

    /// How many unknowns there are.
    pub fn dimension(&self) -> usize {
        self.unknowns.len()
    }

    /// Their names.
    pub fn unknowns(&self) -> &[Symbol] {
        &self.unknowns
    }

    /// What is to be 0.
    pub fn equations(&self) -> &[Expr] {
        &self.equations
    }

    /// What one step of the interval Newton method says of the roots in a box; `One` is narrowed as far as rounding allows.
    ///
    /// # Errors
    /// Those of the evaluation.
    pub fn narrow(&self, x: &[Interval], budget: &Budget<'_>) -> Result<Narrowing, ProgramError> {
        let mut on = Evaluator::new(self, budget);
        if on.verdict(x)? == Verdict::None {
            return Ok(Narrowing::None);
        }
        Ok(match narrowed(&mut on, x)? {
            Narrowed::Empty => Narrowing::None,
            Narrowed::One(z) => Narrowing::One(tight(&mut on, z)?),
            Narrowed::Parts(z, None) => Narrowing::Parts(vec![z]),
            Narrowed::Parts(z, Some(other)) => Narrowing::Parts(vec![z, other]),
            Narrowed::Unknown => Narrowing::Unknown,
        })
    }

    pub(super) fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    pub(super) fn reduced(&self) -> &[Reduced] {
        &self.reduced
    }
}

/// A system with the memory to evaluate it, and a count of how often that was done.
pub(super) struct Evaluator<'a> {
    pub(super) system: &'a System,
    pub(super) evaluations: usize,
    budget: &'a Budget<'a>,
    spent: u64,
    workspace: Workspace,
    numbers: Vec<f64>,
    enclosures: Vec<Enclosure>,
}

const NOWHERE: Enclosure = Enclosure { values: Interval::EMPTY, defined: false };

impl<'a> Evaluator<'a> {
    pub(super) fn new(system: &'a System, budget: &'a Budget<'a>) -> Evaluator<'a> {
        Evaluator {
            system,
            evaluations: 0,
            budget,
            spent: 0,
            workspace: Workspace::new(),
            numbers: Vec::new(),
            enclosures: Vec::new(),
        }
    }

    /// The values at a point; not a number where a condition fails.
    pub(super) fn values(&mut self, x: &[f64]) -> Result<Vec<f64>, ProgramError> {
        self.at(&self.system.values, x)?;
        self.numbers.truncate(x.len());
        Ok(self.numbers.clone())
    }

    /// The values, and the Jacobian by rows.
    pub(super) fn slopes(&mut self, x: &[f64]) -> Result<(Vec<f64>, Vec<f64>), ProgramError> {
        self.at(&self.system.slopes, x)?;
        let from = x.len() + self.system.conditions.len();
        Ok((self.numbers[..x.len()].to_vec(), self.numbers[from..].to_vec()))
    }

    fn charge(&mut self, program: &Program) -> Result<(), ProgramError> {
        self.evaluations += 1;
        self.spent = self.spent.saturating_add(program.instruction_count() as u64 + 1);
        self.budget.allow(self.spent, 0)
    }

    fn at(&mut self, program: &Program, x: &[f64]) -> Result<(), ProgramError> {
        self.charge(program)?;
        self.numbers.clear();
        self.numbers.resize(program.output_count(), 0.0);
        program.evaluate(x, &mut self.numbers, &mut self.workspace)?;
        let (values, checks) = self.numbers.split_at_mut(x.len());
        if self.system.conditions.iter().zip(checks).any(|(c, v)| !c.holds_for(*v)) {
            values.fill(f64::NAN);
        }
        Ok(())
    }

    fn over(&mut self, program: &Program, x: &[Interval]) -> Result<(), ProgramError> {
        self.charge(program)?;
        self.enclosures.clear();
        self.enclosures.resize(program.output_count(), NOWHERE);
        program.evaluate_interval_within(x, &mut self.enclosures, self.budget, &mut self.workspace)
    }

    /// May there be a root in the box?
    pub(super) fn verdict(&mut self, x: &[Interval]) -> Result<Verdict, ProgramError> {
        self.over(&self.system.range, x)?;
        let (equations, conditions) = self.enclosures.split_at(2 * x.len());
        let nowhere = equations.iter().any(|e| e.values.is_empty());
        if nowhere || equations.iter().any(|e| !e.values.contains(0.0)) {
            return Ok(Verdict::None);
        }
        let mut certain = equations.iter().all(|e| e.defined);
        for (c, e) in self.system.conditions.iter().zip(conditions) {
            match holds(c.kind, *e) {
                Some(true) => {}
                Some(false) => return Ok(Verdict::None),
                None => certain = false,
            }
        }
        Ok(if certain { Verdict::Perhaps } else { Verdict::PerhapsUndefined })
    }

    /// Enclosures of the reduced equations; `None` where one may have no value.
    pub(super) fn reduced(&mut self, x: &[Interval]) -> Result<Option<Vec<Interval>>, ProgramError> {
        self.over(&self.system.range, x)?;
        let mine = &self.enclosures[..x.len()];
        Ok(mine.iter().all(|e| e.defined).then(|| mine.iter().map(|e| e.values).collect()))
    }

    /// An enclosure of the Jacobian of the reduced equations over the box, by rows; `None` where they may not be smooth.
    pub(super) fn tangents(&mut self, x: &[Interval]) -> Result<Option<Vec<Interval>>, ProgramError> {
        let Some(checks) = &self.system.checks else { return Ok(None) };
        self.over(&self.system.tangents, x)?;
        let (slopes, looked_at) = self.enclosures.split_at(x.len() * x.len());
        if !all_certain(checks, looked_at) {
            return Ok(None);
        }
        let fine = |e: &Enclosure| e.defined && e.values.magnitude().is_finite();
        Ok(slopes.iter().all(fine).then(|| slopes.iter().map(|e| e.values).collect()))
    }

    /// The largest absolute value of the equations at a point.
    pub(super) fn residual(&mut self, x: &[f64]) -> Result<f64, ProgramError> {
        let values = self.values(x)?;
        Ok(values.iter().fold(0.0, |worst: f64, v| if v.is_nan() { f64::NAN } else { worst.max(v.abs()) }))
    }

    /// Are the equations 0 at the point within the rounding of their evaluation?
    pub(super) fn is_zero_within_rounding(&mut self, x: &[f64]) -> Result<bool, ProgramError> {
        let point: Vec<Interval> = x.iter().map(|x| Interval::point(*x)).collect();
        if point.iter().any(|x| x.is_empty()) {
            return Ok(false);
        }
        self.over(&self.system.range, &point)?;
        let equations = &self.enclosures[x.len()..2 * x.len()];
        Ok(equations.iter().all(|e| e.defined && e.values.contains(0.0)))
    }
}
