//! Sparse Jacobians.

use super::plan::{Guess, Method, Plan, Space, directions};
use crate::calculus::{differentials, jacobian};
use crate::expr::{Expr, Shape, Symbol};
use crate::program::{Budget, Colouring, Program, ProgramError, SparsityPattern};

/// The entries of a Jacobian that can be other than 0.
#[derive(Clone, Debug)]
pub struct SparseJacobian {
    pattern: SparsityPattern,
    plan: Plan,
}

impl SparseJacobian {
    /// The Jacobian of `outputs`, scalars, by the variables `by`; `given` are the other names that occur.
    ///
    /// The pattern is read from the program of the outputs. The entries are computed by an expression each, or by products
    /// with the Jacobian for the colours of its columns: what takes fewer steps, or as `method` says (the number of colours
    /// in it is of no account).
    ///
    /// ```
    /// use secant::expr::Symbol;
    /// use secant::program::Budget;
    /// use secant::sparse::{Space, SparseJacobian};
    /// use secant::syntax::parse_expr;
    /// let outputs = ["x^2", "x y", "sin(z)"].map(|text| parse_expr(text).unwrap());
    /// let j = SparseJacobian::compile(&outputs, &["x", "y", "z"].map(Symbol::new), &[], None, &Budget::UNLIMITED)?;
    /// assert_eq!(j.pattern().entries().collect::<Vec<_>>(), [(0, 0), (1, 0), (1, 1), (2, 2)]);
    /// let mut values = [0.0; 4];
    /// j.evaluate(&[3.0, 5.0, 0.0], &mut values, &mut Space::default())?;
    /// assert_eq!(values, [6.0, 5.0, 3.0, 1.0]);
    /// # Ok::<(), secant::program::ProgramError>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`Program::compile`]; those of [`Budget`], whose operations are those of finding pattern and colours.
    pub fn compile(
        outputs: &[Expr],
        by: &[Symbol],
        given: &[Symbol],
        method: Option<Method>,
        budget: &Budget<'_>,
    ) -> Result<SparseJacobian, ProgramError> {
        let inputs = [by, given].concat();
        let f = Program::compile(outputs, &inputs)?;
        let dependence = f.dependence(budget)?;
        let row = |i: usize| dependence.pattern.row(i).iter().copied().filter(|j| (*j as usize) < by.len());
        let pattern = SparsityPattern::from_rows(by.len(), (0..outputs.len()).map(|i| row(i).collect()));
        let direct = || Plan::direct(&entries(outputs, by, &pattern), &inputs);
        let coloured = |colouring: Colouring| {
            let read = pattern.entries().map(|(i, j)| (colouring.colours[j], i as u32)).collect();
            let seeds = directions(by);
            let changes: Vec<_> = by.iter().cloned().zip(seeds.iter().cloned().map(Expr::var)).collect();
            Plan::coloured(&differentials(outputs, &changes), &inputs, &seeds, colouring, read)
        };
        let guess = Guess {
            behind_rows: dependence.steps,
            steps: f.instruction_count() as u64,
            least: (0..pattern.rows()).map(|i| pattern.row(i).len()).max().unwrap_or(0),
        };
        let colouring = |budget: &Budget<'_>| pattern.colour_columns(budget);
        let plan = Plan::choose(method, guess, budget, colouring, direct, coloured)?;
        Ok(SparseJacobian { pattern, plan })
    }

    /// Which entries there are: a row for each output, a column for each variable.
    pub fn pattern(&self) -> &SparsityPattern {
        &self.pattern
    }

    /// How they are computed.
    pub fn method(&self) -> Method {
        self.plan.method()
    }

    /// Steps of one evaluation.
    pub fn steps(&self) -> u64 {
        self.plan.steps()
    }

    /// Computes the entries, in the order of the pattern, at a point: the variables, then what is given. Allocates nothing
    /// once the space has grown.
    ///
    /// # Errors
    /// [`ProgramError::InputCount`] and [`ProgramError::OutputCount`] when the slices do not fit.
    pub fn evaluate(&self, at: &[f64], values: &mut [f64], space: &mut Space) -> Result<(), ProgramError> {
        self.plan.evaluate(at, values, space)
    }
}

/// An expression for each entry of the pattern.
pub(super) fn entries(outputs: &[Expr], by: &[Symbol], pattern: &SparsityPattern) -> Vec<Expr> {
    let mut entries = Vec::with_capacity(pattern.count());
    for (i, f) in outputs.iter().enumerate() {
        let wrt: Vec<_> = pattern.row(i).iter().map(|j| (by[*j as usize].clone(), Shape::SCALAR)).collect();
        entries.extend(jacobian(f, &wrt));
    }
    entries
}
