//! Taylor jets: the same program, run on truncated power series.
//!
//! Here: [`Program::evaluate_jet`] and the memory behind it; the operations on series are in `step`, the arithmetic under
//! them in `series`; the same over boxes in `enclosed`.
//! Not here: bounds of what is cut off (`series`); derivatives as expressions (`calculus`).
//! Invariant: coefficient 0 has the bits that [`Program::evaluate`] gives. No coefficient after one that is not finite is
//! a number, and where a function has a value but no series, all after `c_0` are NaN.
//! Start reading at [`Program::evaluate_jet`].

mod enclosed;
mod enclosed_step;
mod series;
mod step;

use super::{Budget, Program, ProgramError, Workspace};

/// Series for the registers, and some to work in.
#[derive(Clone, Debug, Default)]
pub(super) struct Jets {
    /// Coefficients, register by register.
    rows: Vec<f64>,
    /// How many coefficients of each register are not 0 for certain.
    lengths: Vec<u32>,
    work: Vec<f64>,
}

/// Series that a step works in, its result among them.
const WORK: usize = 4;

/// Steps between two looks at the flag of a budget.
const STRIDE: usize = 64;

impl Program {
    /// Runs the program on power series in one variable `t`: each input is given by its coefficients `c_0, c_1, …`, those
    /// that are not given are 0; each output gets as many coefficients as it has room for.
    ///
    /// Shapes: all outputs have one length, the order plus one; an input may be shorter, and is cut where it is longer.
    /// The variable itself at `a` is `[a, 1]`, and then coefficient `k` is the `k`-th derivative at `a` over `k!`. With
    /// inputs `[x_i, v_i]` the outputs are the derivatives along the line `x + t v`: `c_1` is the product of the Jacobian
    /// with `v`, and of a scalar `2 c_2` is `v' H v`; with `[x_i, v_i + w_i]` and `[x_i, v_i − w_i]`, `c_2` of the first
    /// less `c_2` of the second is `2 v' H w`.
    ///
    /// Cost: at most in the square of the length for an operation, in its third power for `gamma`, `lgamma`, `digamma` and
    /// `polygamma` of what is not a straight line (no differential equation with algebraic coefficients leads to them). For
    /// these the order is at most 100, and what lies beyond is NaN. Nothing is allocated once the workspace has grown.
    ///
    /// Where there is no derivative, that of the rule table of `calculus` is taken: `|u|` and `relu(u)` at 0 are
    /// constant, of two equal numbers `max` and `min` take the first, `where` takes the branch that it takes at `c_0`, and
    /// `floor`, `sign`, comparisons and the like are constant everywhere.
    ///
    /// ```
    /// use secant::expr::Expr;
    /// use secant::program::{Budget, Program, Workspace};
    /// let program = Program::compile(&[Expr::var("x").exp()], &["x".into()])?;
    /// let mut c = [0.0; 4];
    /// program.evaluate_jet(&[&[0.0, 1.0]], &mut [&mut c], &Budget::UNLIMITED, &mut Workspace::new())?;
    /// assert_eq!(c, [1.0, 1.0, 0.5, 0.5 / 3.0]);
    /// # Ok::<(), secant::program::ProgramError>(())
    /// ```
    ///
    /// # Errors
    /// [`ProgramError::InputCount`], [`ProgramError::OutputCount`], [`ProgramError::ColumnLength`] when outputs differ in
    /// length or an input is empty, and those of [`Budget`].
    ///
    /// # Source
    /// Griewank & Walther, *Evaluating Derivatives*, 2nd ed., ch. 13.
    pub fn evaluate_jet(
        &self,
        inputs: &[&[f64]],
        out: &mut [&mut [f64]],
        budget: &Budget<'_>,
        workspace: &mut Workspace,
    ) -> Result<(), ProgramError> {
        self.check_lengths(inputs.len(), out.len())?;
        let n = out.first().map_or(0, |y| y.len());
        if let Some(column) = inputs.iter().position(|series| series.is_empty()) {
            return Err(ProgramError::ColumnLength { column, given: 0, wanted: 1 });
        }
        if let Some(k) = out.iter().position(|y| y.len() != n) {
            let (column, given) = (inputs.len() + k, out[k].len());
            return Err(ProgramError::ColumnLength { column, given, wanted: n });
        }
        let (registers, length, steps) = (u64::from(self.registers), n as u64, self.code.len() as u64);
        let cost = steps.saturating_mul(length.saturating_mul(length));
        let bytes = (registers + WORK as u64).saturating_mul(length).saturating_mul(8);
        budget.allow(cost, bytes.saturating_add(4 * registers))?;
        if n == 0 {
            return Ok(());
        }

        let Jets { rows, lengths, work } = &mut workspace.jets;
        grow(rows, self.registers as usize * n);
        grow(work, WORK * n);
        lengths.clear();
        lengths.resize(self.registers as usize, 0);
        let constants = self.constants.iter().map(|c| std::slice::from_ref(&c.value));
        for (k, series) in inputs.iter().copied().chain(constants).enumerate() {
            let series = &series[..series.len().min(n)];
            let used = series.iter().rposition(|c| *c != 0.0).map_or(1, |last| last + 1);
            rows[k * n..][..used].copy_from_slice(&series[..used]);
            lengths[k] = used as u32;
        }
        for (k, step) in self.code.iter().enumerate() {
            if k % STRIDE == STRIDE - 1 {
                budget.proceed(k as u64 * length * length, cost)?;
            }
            let series = |r: u32| &rows[r as usize * n..][..lengths[r as usize] as usize];
            let used = step::run(workspace.isa, step, series, &mut work[..WORK * n]);
            rows[step.dst as usize * n..][..used].copy_from_slice(&work[..used]);
            lengths[step.dst as usize] = used as u32;
        }
        for (y, k) in out.iter_mut().zip(&self.outputs) {
            series::copy(&rows[*k as usize * n..][..lengths[*k as usize] as usize], y);
        }
        Ok(())
    }
}

fn grow(numbers: &mut Vec<f64>, length: usize) {
    if numbers.len() < length {
        numbers.resize(length, 0.0);
    }
}
