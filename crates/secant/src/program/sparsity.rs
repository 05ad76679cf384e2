//! Which entries of a Jacobian can be other than 0, read from the steps of a program.
//!
//! Here: [`SparsityPattern`], and the walk back from each output to the inputs that it depends on.
//! Not here: what is made of it (`colouring`; `crate::sparse`).
//! Invariant: an entry outside the pattern is 0 at every point where the function has a derivative. An operation whose
//! derivative is 0 (`floor`, a comparison, the condition of `where`) passes no dependence on.

use super::opcode::{Op, Operands};
use super::{Budget, Instruction, Program, ProgramError};

/// The places of the entries of a matrix that can be other than 0, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SparsityPattern {
    columns: usize,
    /// Where each row begins in `indices`, and where the last one ends.
    starts: Vec<usize>,
    indices: Vec<u32>,
}

impl SparsityPattern {
    /// From the columns of each row, in any order.
    ///
    /// # Panics
    /// Where a column is not below `columns`.
    pub fn from_rows(columns: usize, rows: impl IntoIterator<Item = Vec<u32>>) -> SparsityPattern {
        let mut pattern = SparsityPattern { columns, starts: vec![0], indices: Vec::new() };
        for mut row in rows {
            row.sort_unstable();
            row.dedup();
            assert!(row.last().is_none_or(|j| (*j as usize) < columns), "a column beyond the last");
            pattern.indices.extend(row);
            pattern.starts.push(pattern.indices.len());
        }
        pattern
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// How many entries can be other than 0.
    pub fn count(&self) -> usize {
        self.indices.len()
    }

    /// The columns of row `i`, in order.
    pub fn row(&self, i: usize) -> &[u32] {
        &self.indices[self.starts[i]..self.starts[i + 1]]
    }

    /// The entries in order, as row and column; the order of everything that is kept entry by entry.
    pub fn entries(&self) -> impl Iterator<Item = (usize, usize)> {
        (0..self.rows()).flat_map(|i| self.row(i).iter().map(move |j| (i, *j as usize)))
    }

    /// The place of an entry among [`SparsityPattern::entries`].
    pub fn position(&self, i: usize, j: usize) -> Option<usize> {
        let found = self.row(i).binary_search(&u32::try_from(j).ok()?);
        found.ok().map(|k| self.starts[i] + k)
    }

    /// Rows and columns exchanged.
    pub fn transposed(&self) -> SparsityPattern {
        let mut starts = vec![0; self.columns + 1];
        for j in &self.indices {
            starts[*j as usize + 1] += 1;
        }
        for j in 0..self.columns {
            starts[j + 1] += starts[j];
        }
        let (mut next, mut indices) = (starts.clone(), vec![0; self.indices.len()]);
        for (i, j) in self.entries() {
            indices[next[j]] = i as u32;
            next[j] += 1;
        }
        SparsityPattern { columns: self.rows(), starts, indices }
    }

    /// The entries that `keep` holds for.
    pub fn filtered(&self, keep: impl Fn(usize, usize) -> bool) -> SparsityPattern {
        let row = |i: usize| self.row(i).iter().copied().filter(|j| keep(i, *j as usize)).collect();
        SparsityPattern::from_rows(self.columns, (0..self.rows()).map(row))
    }

    /// Entries of a square pattern or of its transpose.
    ///
    /// # Panics
    /// Where it is not square.
    pub fn symmetric(&self) -> SparsityPattern {
        assert_eq!(self.rows(), self.columns, "only a square pattern can be symmetric");
        let other = self.transposed();
        let row = |i: usize| [self.row(i), other.row(i)].concat();
        SparsityPattern::from_rows(self.columns, (0..self.rows()).map(row))
    }
}

/// A pattern, and how many steps stand behind it: those that each output needs, added up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependence {
    /// A row for each output, a column for each input.
    pub pattern: SparsityPattern,
    /// Steps that the outputs need, one that several need counting for each.
    pub steps: u64,
}

impl Program {
    /// The inputs that each output depends on with a derivative: the pattern of the Jacobian.
    ///
    /// Cost: the steps behind each output, added up; linear where outputs have few of them in common.
    ///
    /// # Errors
    /// Those of [`Budget`].
    pub fn dependence(&self, budget: &Budget<'_>) -> Result<Dependence, ProgramError> {
        let constants = self.inputs.len() + self.constants.len();
        let count = constants + self.code.len();
        let entries = |n: usize| 4 * n as u64;
        let memory = 4 * count as u64 + 12 * self.code.len() as u64;
        budget.allow(count as u64, memory)?;
        // Registers are used again: by whom each was written last, as it was at every step.
        let mut holds: Vec<u32> = (0..self.registers).collect();
        let mut operands: Vec<[u32; 3]> = Vec::with_capacity(self.code.len());
        for (k, step) in self.code.iter().enumerate() {
            operands.push(passing_on(step).map(|r| r.map_or(NONE, |r| holds[r as usize])));
            holds[step.dst as usize] = (constants + k) as u32;
        }
        let mut seen = vec![NONE; count];
        let (mut pattern, mut work) =
            (SparsityPattern { columns: self.inputs.len(), starts: vec![0], indices: vec![] }, vec![]);
        let mut steps = 0_u64;
        for (i, output) in self.outputs.iter().enumerate() {
            let begin = pattern.indices.len();
            work.push(holds[*output as usize]);
            while let Some(v) = work.pop() {
                if v == NONE || std::mem::replace(&mut seen[v as usize], i as u32) == i as u32 {
                    continue;
                }
                let v = v as usize;
                if v < self.inputs.len() {
                    pattern.indices.push(v as u32);
                } else if v >= constants {
                    steps += 1;
                    work.extend(operands[v - constants]);
                }
            }
            pattern.indices[begin..].sort_unstable();
            pattern.starts.push(pattern.indices.len());
            budget.allow(steps, memory + entries(pattern.indices.len()))?;
        }
        Ok(Dependence { pattern, steps })
    }
}

const NONE: u32 = u32::MAX;

/// The registers that the result has a derivative by.
fn passing_on(step: &Instruction) -> [Option<u32>; 3] {
    let (a, b, c) = (Some(step.a), Some(step.b), Some(step.c));
    match (step.op, step.op.operands()) {
        (Op::Sign | Op::Floor | Op::Ceil | Op::Step, _) => [None; 3],
        (Op::Lt | Op::Le | Op::Eq | Op::Ne | Op::And | Op::Or, _) => [None; 3],
        (_, Operands::One | Operands::Literal) => [a, None, None],
        (_, Operands::Two) => [a, b, None],
        (_, Operands::Three) => [b, c, None],
    }
}
