//! Sparse Hessians.

use super::jacobian::entries;
use super::plan::{Guess, Method, Plan, Space, directions};
use crate::calculus::{differentials, gradient};
use crate::expr::{Expr, Shape, Symbol};
use crate::program::{Budget, Colouring, Program, ProgramError, SparsityPattern};

/// The entries of a Hessian, on and below the diagonal, that can be other than 0.
#[derive(Clone, Debug)]
pub struct SparseHessian {
    lower: SparsityPattern,
    plan: Plan,
}

impl SparseHessian {
    /// The Hessian of a scalar by the variables `by`; `given` are the other names that occur.
    ///
    /// The pattern is that of the gradient's Jacobian, read from the gradient's program. The entries are computed by an
    /// expression each, or by products with the Hessian for a star colouring: what takes fewer steps, or as `method` says.
    ///
    /// ```
    /// use secant::expr::Symbol;
    /// use secant::program::Budget;
    /// use secant::sparse::{Space, SparseHessian};
    /// use secant::syntax::parse_expr;
    /// let f = parse_expr("x^3 + x y + z^2").unwrap();
    /// let h = SparseHessian::compile(&f, &["x", "y", "z"].map(Symbol::new), &[], None, &Budget::UNLIMITED)?;
    /// assert_eq!(h.lower().entries().collect::<Vec<_>>(), [(0, 0), (1, 0), (2, 2)]);
    /// let mut values = [0.0; 3];
    /// h.evaluate(&[2.0, 5.0, 0.0], &mut values, &mut Space::default())?;
    /// assert_eq!(values, [12.0, 1.0, 2.0]);
    /// # Ok::<(), secant::program::ProgramError>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`Program::compile`]; those of [`Budget`], whose operations are those of finding pattern and colours.
    pub fn compile(
        f: &Expr,
        by: &[Symbol],
        given: &[Symbol],
        method: Option<Method>,
        budget: &Budget<'_>,
    ) -> Result<SparseHessian, ProgramError> {
        let inputs = [by, given].concat();
        let wrt: Vec<_> = by.iter().map(|x| (x.clone(), Shape::SCALAR)).collect();
        let gradient = gradient(f, &wrt);
        let program = Program::compile(&gradient, &inputs)?;
        let dependence = program.dependence(budget)?;
        let row = |i: usize| dependence.pattern.row(i).iter().copied().filter(|j| (*j as usize) < by.len());
        // Forms differ, so that one of two equal entries may be seen to be 0 and the other not: kept are those of either.
        let whole = SparsityPattern::from_rows(by.len(), (0..by.len()).map(|i| row(i).collect())).symmetric();
        let lower = whole.filtered(|i, j| j <= i);
        let direct = || Plan::direct(&entries(&gradient, by, &lower), &inputs);
        let coloured = |colouring: Colouring| {
            let alone = colouring.alone(&whole);
            let read = lower.entries().map(|(i, j)| {
                let here = whole.position(i, j).is_some_and(|k| alone[k]);
                let (row, column) = if here { (i, j) } else { (j, i) };
                (colouring.colours[column], row as u32)
            });
            let read = read.collect();
            let seeds = directions(by);
            let changes: Vec<_> = by.iter().cloned().zip(seeds.iter().cloned().map(Expr::var)).collect();
            Plan::coloured(&differentials(&gradient, &changes), &inputs, &seeds, colouring, read)
        };
        let guess = Guess {
            behind_rows: dependence.steps,
            steps: program.instruction_count() as u64,
            least: if lower.entries().all(|(i, j)| i == j) { 1 } else { 2 },
        };
        let colouring = |budget: &Budget<'_>| whole.colour_symmetric(budget);
        let plan = Plan::choose(method, guess, budget, colouring, direct, coloured)?;
        Ok(SparseHessian { lower, plan })
    }

    /// Which entries there are, on and below the diagonal; those above are the same.
    pub fn lower(&self) -> &SparsityPattern {
        &self.lower
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
