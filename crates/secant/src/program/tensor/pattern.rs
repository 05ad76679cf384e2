//! Sparse and structured arrays: which entries there are is known when the program is made, the values come when it runs.
//!
//! Here: runs of entries (a diagonal, a row, a block, `core ⊗ identity`), entry by entry, rows compressed, dense.
//! Not here: how the structure is found (`form`, `build`).
//! Invariant: an entry that no run has is 0, and one that several have is their sum.

use super::bind;
use super::build::Builder;
use super::form::{Coord, Piece};
use crate::program::ProgramError;

/// How the values of an output are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// Every entry, row by row.
    #[default]
    Dense,
    /// The entries that can be other than 0: see [`Pattern`].
    Sparse,
    /// Of a matrix that equals its transpose, those on the diagonal and below.
    Lower,
}

/// Which entries a sparse output has, and where the value of each lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    shape: Vec<usize>,
    runs: Vec<Run>,
    values: usize,
    lower: bool,
}

/// Entries at coordinates that are each a variable plus an offset, over a box of variables: `(i, i + 1)` for `i < n` is a
/// diagonal. A variable on which no value depends is not stored: `core ⊗ identity` has the values of its core.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    extents: Vec<usize>,
    at: Vec<Coord>,
    start: usize,
    steps: Vec<usize>,
}

/// A matrix by compressed rows. The value of slot `k` is the sum of `values[v]` over the `(v, k)` in `terms`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompressedRows {
    /// Where each row begins in `columns`, and at the end how many slots there are.
    pub row_starts: Vec<usize>,
    /// The column of each slot, ascending in a row.
    pub columns: Vec<usize>,
    /// A value of the sparse output, and the slot to which it belongs.
    pub terms: Vec<(usize, usize)>,
}

impl Run {
    /// The extents of its variables.
    pub fn extents(&self) -> &[usize] {
        &self.extents
    }

    /// For a diagonal of a matrix: the column minus the row.
    pub fn diagonal(&self) -> Option<i64> {
        match self.at[..] {
            [i, j] if i.var.is_some() && i.var == j.var => Some(j.offset - i.offset),
            _ => None,
        }
    }

    fn entries(&self) -> usize {
        self.extents.iter().product()
    }

    /// The value and the coordinates of entry `k`.
    fn entry(&self, mut k: usize) -> (usize, Vec<usize>) {
        let mut value = self.start;
        let mut index = vec![0; self.extents.len()];
        for v in (0..self.extents.len()).rev() {
            index[v] = k % self.extents[v];
            k /= self.extents[v];
            value += index[v] * self.steps[v];
        }
        let at = |c: &Coord| (c.offset + c.var.map_or(0, |v| index[v] as i64)) as usize;
        (value, self.at.iter().map(at).collect())
    }
}

impl Pattern {
    /// The runs for these pieces, which no longer overlap within a kind; those above the diagonal left out for `lower`.
    /// The second list has the pieces that stay.
    pub(super) fn new(
        shape: &[i64],
        pieces: Vec<Piece>,
        lower: bool,
        builder: &Builder,
    ) -> Result<(Pattern, Vec<Piece>), ProgramError> {
        let shape: Vec<usize> = shape.iter().map(|&n| n as usize).collect();
        let lower = lower && shape.len() == 2;
        let mut pattern = Pattern { shape, runs: Vec::new(), values: 0, lower };
        let mut left = Vec::new();
        for p in pieces {
            let varies = builder.places.varies(&p.body, p.extents.len());
            let extents: Vec<usize> = p.extents.iter().map(|&n| n as usize).collect();
            // A number that is the same along a diagonal is written out: whoever reads expects a diagonal.
            let stored = |v: usize| varies[v] || extents.len() == 1;
            let own: Vec<i64> =
                p.extents.iter().enumerate().map(|(v, n)| if stored(v) { *n } else { 1 }).collect();
            let size = bind::entries(&own)?;
            let steps = bind::strides(&own).into_iter().enumerate();
            let steps = steps.map(|(v, s)| if stored(v) { s as usize } else { 0 }).collect();
            let run = Run { extents, at: p.at.clone(), start: pattern.values, steps };
            let above = match p.at[..] {
                [i, j] => {
                    let last = i.offset + i.var.map_or(0, |v| p.extents[v] - 1);
                    run.diagonal().is_some_and(|k| k > 0) || last < j.offset
                }
                _ => false,
            };
            if lower && above {
                continue;
            }
            pattern.values += size;
            pattern.runs.push(run);
            left.push(p);
        }
        Ok((pattern, left))
    }

    /// Where the values of run `k` begin, and how far apart they are along its variables.
    pub(super) fn place(&self, k: usize) -> (usize, &[usize]) {
        (self.runs[k].start, &self.runs[k].steps)
    }

    /// The extents of the array.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The runs.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// How many values are stored.
    pub fn value_count(&self) -> usize {
        self.values
    }

    /// How many entries the runs have; more than values where a value stands for many.
    pub fn entry_count(&self) -> usize {
        self.entries().count()
    }

    /// Each entry: where its value is among the values, and its coordinates, from 0.
    pub fn entries(&self) -> impl Iterator<Item = (usize, Vec<usize>)> + '_ {
        let all = self.runs.iter().flat_map(|run| (0..run.entries()).map(move |k| run.entry(k)));
        all.filter(|(_, at)| !self.lower || at[1] <= at[0])
    }

    /// The array, row by row, with its noughts; of a [`Layout::Lower`] matrix with what is above the diagonal. `None` when
    /// there are not as many values as the pattern has, or the array would be too large.
    pub fn dense(&self, values: &[f64]) -> Option<Vec<f64>> {
        let shape: Vec<i64> = self.shape.iter().map(|&n| n as i64).collect();
        if values.len() != self.values {
            return None;
        }
        let mut dense = vec![0.0; bind::entries(&shape).ok()?];
        for (value, at) in self.entries() {
            dense[at.iter().zip(&self.shape).fold(0, |place, (i, n)| place * n + i)] += values[value];
            if self.lower && at[0] != at[1] {
                dense[at[1] * self.shape[1] + at[0]] += values[value];
            }
        }
        Some(dense)
    }

    /// By compressed rows; `None` for what is no matrix.
    pub fn compressed_rows(&self) -> Option<CompressedRows> {
        let [rows, _] = self.shape[..] else { return None };
        let mut list: Vec<(usize, usize, usize)> =
            self.entries().map(|(value, at)| (at[0], at[1], value)).collect();
        list.sort_unstable();
        let mut compressed =
            CompressedRows { row_starts: vec![0; rows + 1], columns: Vec::new(), terms: Vec::new() };
        let mut last = None;
        for (i, j, value) in list {
            if last != Some((i, j)) {
                last = Some((i, j));
                compressed.columns.push(j);
                compressed.row_starts[i + 1] += 1;
            }
            compressed.terms.push((value, compressed.columns.len() - 1));
        }
        for i in 0..rows {
            compressed.row_starts[i + 1] += compressed.row_starts[i];
        }
        Some(compressed)
    }
}
