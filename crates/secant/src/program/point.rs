//! Evaluation at one point.

use super::functions::{choose, powi, with_one, with_two};
use super::opcode::Op;
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
            let at = |k: u32| registers[k as usize];
            let a = at(step.a);
            let value = with_one!(step.op, k => k(a), _ => {
                with_two!(step.op, k => k(a, at(step.b)), _ => match step.op {
                    Op::Powi => powi(a, step.b as i32),
                    _ => choose(a, at(step.b), at(step.c)),
                })
            });
            registers[step.dst as usize] = value;
        }
        for (y, k) in out.iter_mut().zip(&self.outputs) {
            *y = registers[*k as usize];
        }
        Ok(())
    }
}
