//! Evaluation at one point.

use super::functions::scalar;
use super::isa::Isa;
use super::{Instruction, Program, ProgramError, Workspace};

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
        run(workspace.isa, &self.code, registers);
        for (y, k) in out.iter_mut().zip(&self.outputs) {
            *y = registers[*k as usize];
        }
        Ok(())
    }
}

fn run(isa: Isa, code: &[Instruction], registers: &mut [f64]) {
    #[cfg(target_arch = "x86_64")]
    if isa.fused() {
        // SAFETY: a workspace holds an instruction set only where the machine has it (`Workspace::with_isa`).
        return unsafe { run_fused(code, registers) };
    }
    run_on::<false>(code, registers);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn run_fused(code: &[Instruction], registers: &mut [f64]) {
    run_on::<true>(code, registers);
}

#[inline(always)]
fn run_on<const FMA: bool>(code: &[Instruction], registers: &mut [f64]) {
    for step in code {
        let value = scalar::<FMA>(step.op, [step.a, step.b, step.c], |k| registers[k as usize]);
        registers[step.dst as usize] = value;
    }
}
