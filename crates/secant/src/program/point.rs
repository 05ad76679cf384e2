//! Evaluation at one point.

use super::functions::scalar;
use super::{Program, ProgramError, Workspace};

impl Program {
    /// Computes every output at one point. Allocates nothing once the workspace has grown.
    ///
    /// # Errors
    /// [`ProgramError::InputCount`] and [`ProgramError::OutputCount`] when the slices do not fit the program.
    pub fn evaluate(
        &self,
        inputs: &[f64],
        out: &mut [f64],
        workspace: &mut Workspace,
    ) -> Result<(), ProgramError> {
        self.check_lengths(inputs.len(), out.len())?;
        let registers = &mut workspace.scalars;
        if registers.len() < self.registers as usize {
            registers.resize(self.registers as usize, 0.0);
        }
        registers[..inputs.len()].copy_from_slice(inputs);
        for (r, constant) in registers[inputs.len()..].iter_mut().zip(&self.constants) {
            *r = constant.value;
        }
        for step in &self.code {
            let value = scalar(step.op, [step.a, step.b, step.c], |k| registers[k as usize]);
            registers[step.dst as usize] = value;
        }
        for (y, k) in out.iter_mut().zip(&self.outputs) {
            *y = registers[*k as usize];
        }
        Ok(())
    }
}
