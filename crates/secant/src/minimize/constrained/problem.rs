//! Objective and constraints as programs: values, first derivatives, the Hessian of the Lagrangian.

use nalgebra::{DMatrix, DVector};

use super::{Constraint, Relation};
use crate::calculus::{gradient, hessian};
use crate::expr::Rational;
use crate::expr::{Expr, Shape, Symbol, scale};
use crate::minimize::{MinimizeError, report::Evaluations};
use crate::program::{Budget, Program, Workspace};

/// A function of numbers, under constraints and bounds.
#[derive(Debug)]
pub struct Problem<'a> {
    pub(super) objective: Expr,
    pub(super) names: Vec<Symbol>,
    pub(super) constraints: Vec<Constraint>,
    /// The constraints with `≥` turned round: equal to 0, or at most 0.
    pub(super) turned: Vec<Expr>,
    pub(super) bounds: Vec<(f64, f64)>,
    pub(super) multipliers: Vec<Symbol>,
    values: Program,
    slopes: Program,
    curvature: Option<Program>,
    workspace: Workspace,
    budget: Budget<'a>,
    pub(super) evaluations: Evaluations,
    numbers: Vec<f64>,
}

/// Values and first derivatives at a point.
#[derive(Clone, Debug)]
pub(super) struct First {
    pub(super) value: f64,
    pub(super) constraints: DVector<f64>,
    pub(super) gradient: DVector<f64>,
    /// The gradients of the constraints, a column each.
    pub(super) normals: DMatrix<f64>,
}

impl First {
    pub(super) fn is_finite(&self) -> bool {
        let slopes = self.gradient.iter().chain(self.normals.iter());
        self.value.is_finite() && self.constraints.iter().chain(slopes).all(|v| v.is_finite())
    }
}

/// Most variables: everything here is dense.
const MOST_VARIABLES: usize = 250;

impl<'a> Problem<'a> {
    /// The least of `objective`, a function of the numbers `names`, where the constraints hold; `bounds` are from and to for
    /// each, infinite where there is none.
    ///
    /// # Errors
    /// [`MinimizeError::Start`] where there are more or fewer bounds than names, [`MinimizeError::Bounds`],
    /// [`MinimizeError::TooMany`], and those of [`Program::compile`].
    pub fn new(
        objective: &Expr,
        names: &[Symbol],
        constraints: &[Constraint],
        bounds: Option<&[(f64, f64)]>,
        budget: Budget<'a>,
    ) -> Result<Problem<'a>, MinimizeError> {
        let n = names.len();
        if n > MOST_VARIABLES {
            return Err(MinimizeError::TooMany { given: n, limit: MOST_VARIABLES });
        }
        let open = vec![(f64::NEG_INFINITY, f64::INFINITY); n];
        let bounds = bounds.unwrap_or(&open);
        if bounds.len() != n {
            return Err(MinimizeError::Start { given: bounds.len(), wanted: n });
        }
        if let Some(k) =
            bounds.iter().position(|(low, high)| low.partial_cmp(high).is_none_or(|order| order.is_gt()))
        {
            let (low, high) = bounds[k];
            return Err(MinimizeError::Bounds { name: names[k].name().to_owned(), low, high });
        }
        let turned: Vec<Expr> = constraints
            .iter()
            .map(|c| match c.relation {
                Relation::Equal | Relation::AtMost => c.expr.clone(),
                Relation::AtLeast => scale(&Rational::MINUS_ONE, &c.expr),
            })
            .collect();
        let wrt = wrt(names);
        let values: Vec<Expr> = std::iter::once(objective.clone()).chain(turned.iter().cloned()).collect();
        let slopes: Vec<Expr> =
            values.iter().cloned().chain(values.iter().flat_map(|e| gradient(e, &wrt))).collect();
        // Names that cannot be typed.
        let multipliers = (0..turned.len()).map(|k| Symbol::new(&format!("multiplier {k}"))).collect();
        Ok(Problem {
            values: Program::compile(&values, names)?,
            slopes: Program::compile(&slopes, names)?,
            curvature: None,
            objective: objective.clone(),
            names: names.to_vec(),
            constraints: constraints.to_vec(),
            turned,
            bounds: bounds.to_vec(),
            multipliers,
            workspace: Workspace::new(),
            budget,
            evaluations: Evaluations::default(),
            numbers: Vec::new(),
        })
    }

    /// How many numbers a point has.
    pub fn dimension(&self) -> usize {
        self.names.len()
    }

    pub(super) fn is_equation(&self, k: usize) -> bool {
        self.constraints[k].relation == Relation::Equal
    }

    fn charge(&self, program: &Program) -> Result<(), MinimizeError> {
        Ok(self.budget.allow(program.instruction_count() as u64, 0)?)
    }

    /// The objective and the constraints.
    pub(super) fn values(&mut self, x: &DVector<f64>) -> Result<(f64, DVector<f64>), MinimizeError> {
        self.charge(&self.values)?;
        self.evaluations.f += 1;
        self.numbers.resize(self.values.output_count(), 0.0);
        self.values.evaluate(x.as_slice(), &mut self.numbers, &mut self.workspace)?;
        Ok((self.numbers[0], DVector::from_row_slice(&self.numbers[1..])))
    }

    pub(super) fn first(&mut self, x: &DVector<f64>) -> Result<First, MinimizeError> {
        self.charge(&self.slopes)?;
        self.evaluations.grad += 1;
        let (n, m) = (self.names.len(), self.turned.len());
        self.numbers.resize(self.slopes.output_count(), 0.0);
        self.slopes.evaluate(x.as_slice(), &mut self.numbers, &mut self.workspace)?;
        let (values, slopes) = self.numbers.split_at(1 + m);
        Ok(First {
            value: values[0],
            constraints: DVector::from_row_slice(&values[1..]),
            gradient: DVector::from_row_slice(&slopes[..n]),
            normals: DMatrix::from_column_slice(n, m, &slopes[n..]),
        })
    }

    /// The Hessian of the Lagrangian; `multipliers` are those of the turned constraints.
    pub(super) fn second(
        &mut self,
        x: &DVector<f64>,
        multipliers: &DVector<f64>,
    ) -> Result<DMatrix<f64>, MinimizeError> {
        let n = self.names.len();
        if self.curvature.is_none() {
            let rows = hessian(&self.lagrangian(), &wrt(&self.names));
            let below: Vec<Expr> = rows.iter().enumerate().flat_map(|(i, row)| row[..=i].to_vec()).collect();
            let inputs: Vec<Symbol> = self.names.iter().chain(&self.multipliers).cloned().collect();
            self.curvature = Some(Program::compile(&below, &inputs)?);
        }
        let mut whole = DMatrix::zeros(n, n);
        let Some(program) = &self.curvature else { return Ok(whole) };
        self.budget.allow(program.instruction_count() as u64, 0)?;
        self.evaluations.hessian += 1;
        let at: Vec<f64> = x.iter().chain(multipliers).copied().collect();
        self.numbers.resize(program.output_count(), 0.0);
        program.evaluate(&at, &mut self.numbers, &mut self.workspace)?;
        let mut entries = self.numbers.iter();
        for i in 0..n {
            for (j, v) in (0..=i).zip(&mut entries) {
                whole[(i, j)] = *v;
                whole[(j, i)] = *v;
            }
        }
        Ok(whole)
    }

    pub(super) fn lagrangian(&self) -> Expr {
        let parts = self.turned.iter().zip(&self.multipliers);
        parts.fold(self.objective.clone(), |sum, (c, name)| sum + Expr::var(name.clone()) * c)
    }

    pub(super) fn budget(&self) -> Budget<'a> {
        self.budget
    }
}

pub(super) fn wrt(names: &[Symbol]) -> Vec<(Symbol, Shape)> {
    names.iter().map(|x| (x.clone(), Shape::SCALAR)).collect()
}
