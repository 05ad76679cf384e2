//! Evaluation of a program of arrays at many points, by one thread or several.
//!
//! Invariant: the bits of a result depend on its point alone, not on the thread that it falls to.

use std::ops::Range;

use smallvec::SmallVec;

use super::{Float, TensorProgram, TensorWorkspace, View};
use crate::program::many::{WORTH_A_THREAD, join};
use crate::program::{Budget, Effort, ProgramError, Workspace};

/// Inputs, or outputs, of one point or of some: without allocating where they are few.
type Few<T> = SmallVec<[T; 16]>;

impl TensorProgram {
    /// [`TensorProgram::evaluate`] at many points, which threads share. An input has its numbers either once, the same for all
    /// points, or as often as there are points, row by row; an output has its values for each point in turn.
    ///
    /// By one thread it allocates nothing once the workspace has grown, for up to 16 inputs and outputs.
    ///
    /// # Errors
    /// As [`TensorProgram::evaluate_within`], for all points together.
    pub fn evaluate_points<T: Float>(
        &self,
        points: usize,
        inputs: &[View<'_, T>],
        outputs: &mut [&mut [T]],
        effort: &Effort<'_>,
        workspace: &mut TensorWorkspace<T>,
    ) -> Result<(), ProgramError> {
        if outputs.len() != self.outputs.len() {
            return Err(ProgramError::OutputCount { given: outputs.len(), wanted: self.outputs.len() });
        }
        for (k, (out, own)) in outputs.iter().zip(&self.outputs).enumerate() {
            let wanted = own.values.saturating_mul(points);
            if out.len() != wanted {
                return Err(ProgramError::OutputLength { output: k, given: out.len(), wanted });
            }
        }
        let cost = self.work.saturating_mul(points as u64);
        let worth = usize::try_from(cost / WORTH_A_THREAD).unwrap_or(usize::MAX);
        let threads = match cfg!(target_family = "wasm") {
            true => 1,
            false => effort.threads.min(worth).min(points).max(1),
        };
        let memory = self.memory() as u64 * size_of::<T>() as u64;
        effort.budget.allow(cost, memory.saturating_mul(threads as u64))?;

        let isa = workspace.scalar.isa;
        let mut others = std::mem::take(&mut workspace.others);
        if others.len() < threads - 1 {
            let scalar = || Workspace { isa, ..Workspace::default() };
            others.resize_with(threads - 1, || TensorWorkspace::from_scalar(scalar()));
        }
        let task = Task {
            program: self,
            points,
            inputs,
            budget: Budget { cancel: effort.budget.cancel, ..Budget::UNLIMITED },
        };
        let outputs = outputs.iter_mut().map(|out| &mut **out).collect();
        let done = task.share(0..points, outputs, workspace, &mut others[..threads - 1]);
        workspace.others = others;
        done
    }
}

/// Points that are being computed.
struct Task<'t, T> {
    program: &'t TensorProgram,
    /// How many there are, of all threads.
    points: usize,
    inputs: &'t [View<'t, T>],
    budget: Budget<'t>,
}

impl<T: Float> Task<'_, T> {
    /// Halves the points until there is a part for each thread; `outputs` are those of the range.
    fn share(
        &self,
        range: Range<usize>,
        outputs: Few<&mut [T]>,
        own: &mut TensorWorkspace<T>,
        others: &mut [TensorWorkspace<T>],
    ) -> Result<(), ProgramError> {
        let threads = others.len() + 1;
        let (mine, rest) = others.split_at_mut((threads / 2).saturating_sub(1));
        let Some((other, theirs)) = rest.split_first_mut() else { return self.compute(range, outputs, own) };
        let middle = range.start + range.len() * (threads / 2) / threads;
        let (mut first, mut second) = (Few::new(), Few::new());
        for (out, output) in outputs.into_iter().zip(&self.program.outputs) {
            let (left, right) = out.split_at_mut((middle - range.start) * output.values);
            first.push(left);
            second.push(right);
        }
        let (left, right) = join(
            || self.share(range.start..middle, first, own, mine),
            || self.share(middle..range.end, second, other, theirs),
        );
        left.and(right)
    }

    fn compute(
        &self,
        range: Range<usize>,
        mut outputs: Few<&mut [T]>,
        workspace: &mut TensorWorkspace<T>,
    ) -> Result<(), ProgramError> {
        let program = self.program;
        for (k, point) in range.enumerate() {
            let views: Few<View<'_, T>> = self
                .inputs
                .iter()
                .zip(&program.inputs)
                .map(|(view, (_, shape))| view.at_point(point, self.points, shape.iter().product()))
                .collect();
            // What is missing, or too much, is seen by the evaluation.
            let views = if self.inputs.len() == views.len() { &views[..] } else { self.inputs };
            let mut own: Few<&mut [T]> = outputs
                .iter_mut()
                .zip(&program.outputs)
                .map(|(out, own)| &mut out[k * own.values..(k + 1) * own.values])
                .collect();
            program.evaluate_within(views, &mut own, workspace, &self.budget)?;
        }
        Ok(())
    }
}
