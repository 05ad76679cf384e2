//! `X' g(X w)` with `X` read once: the gradient of least squares, of logistic regression, of chi-squared, and products with
//! their Hessians.
//!
//! Here: which products with one matrix and its transpose stand around one loop over its rows, and running them together,
//! some rows at a time, while these are still in the cache.
//! Invariant: the numbers are those of the steps one after another, but for the order of the sums.

use super::Step;
use super::float::Float;
use super::loops::Loop;
use super::matrix::{combine, dot};
use super::memory::Memory;
use super::product::MatrixVector;
use super::tiles::Tile;
use crate::program::{Isa, Workspace};

/// Numbers of the matrix taken at a time: half of a second-level cache.
const BLOCK: usize = 1 << 15;

/// Products before and after a loop over the rows of their matrix.
#[derive(Clone, Debug)]
pub(super) struct RowBlock {
    /// `z = X w`, each with its own vector.
    before: Vec<MatrixVector>,
    body: Loop,
    /// `X' r`.
    after: Vec<MatrixVector>,
}

impl RowBlock {
    pub(super) fn touched(&self) -> Vec<usize> {
        let products = self.before.iter().chain(&self.after);
        products.flat_map(|p| [p.matrix.0, p.vector.0, p.out.0]).chain(self.body.touched()).collect()
    }

    pub(super) fn run<T: Float>(
        &self,
        memory: &mut Memory<'_, '_, T>,
        workspace: &mut Workspace,
        tiles: &mut Vec<Tile>,
    ) {
        let isa = workspace.isa;
        for p in &self.after {
            memory.write(p.out.0)[p.out.1..p.out.1 + p.rows].fill(T::default());
        }
        let rows = self.after[0].inside;
        let step = (BLOCK / self.after[0].rows.max(1)).max(8);
        for start in (0..rows).step_by(step) {
            let end = rows.min(start + step);
            for p in &self.before {
                let mut taken = memory.take(p.out.0);
                let (x, w) = (memory.read(p.matrix.0), &memory.read(p.vector.0)[p.vector.1..][..p.inside]);
                let z = &mut taken.numbers()[p.out.1..][..p.rows];
                for (i, y) in z.iter_mut().enumerate().take(end).skip(start) {
                    *y = dot(isa, &x[p.matrix.1 + i * p.row_step..][..p.inside], w);
                }
                memory.put(p.out.0, taken);
            }
            self.body.run(start..end, memory, workspace, tiles);
            for p in &self.after {
                let mut taken = memory.take(p.out.0);
                let (x, r) = (memory.read(p.matrix.0), &memory.read(p.vector.0)[p.vector.1..][..p.inside]);
                let g = &mut taken.numbers()[p.out.1..][..p.rows];
                add_rows(isa, g, start..end, r, |i| &x[p.matrix.1 + i * p.inside_step..][..p.rows]);
                memory.put(p.out.0, taken);
            }
        }
    }
}

/// `g += Σ r[i] row(i)`.
fn add_rows<'a, T: Float + 'a>(
    isa: Isa,
    g: &mut [T],
    range: std::ops::Range<usize>,
    r: &[T],
    row: impl Fn(usize) -> &'a [T],
) {
    let (fours, rest) = r[range.clone()].as_chunks::<4>();
    for (k, weights) in fours.iter().enumerate() {
        let i = range.start + 4 * k;
        combine(isa, g, [row(i), row(i + 1), row(i + 2), row(i + 3)], *weights);
    }
    for (k, weight) in rest.iter().enumerate() {
        combine(isa, g, [row(range.start + 4 * fours.len() + k)], [*weight]);
    }
}

/// Steps with the products around a loop drawn into it, wherever nothing between them is in the way.
pub(super) fn with_row_blocks(steps: Vec<Step>) -> Vec<Step> {
    let mut steps: Vec<Option<Step>> = steps.into_iter().map(Some).collect();
    for k in 0..steps.len() {
        let Some(Step::Loop(body)) = &steps[k] else { continue };
        let Some(rows) = body.rows() else { continue };
        let touches = |k: usize, buffer: usize| {
            steps[k].as_ref().is_some_and(|step: &Step| step.touched().contains(&buffer))
        };
        let after: Vec<(usize, MatrixVector)> = (k + 1..steps.len())
            .filter_map(|j| Some((j, product(&steps[j])?)))
            .filter(|(j, p)| {
                p.is_transposed(rows)
                    && body.writes(p.vector)
                    && (k..*j).all(|i| !touches(i, p.out.0))
                    && (k + 1..*j).all(|i| !touches(i, p.vector.0) || product(&steps[i]).is_some())
            })
            .collect();
        let Some((_, first)) = after.first() else { continue };
        let matrix = (first.matrix, first.inside_step, first.rows);
        let after: Vec<_> =
            after.iter().filter(|(_, p)| (p.matrix, p.inside_step, p.rows) == matrix).cloned().collect();
        let before: Vec<(usize, MatrixVector)> = (0..k)
            .filter_map(|j| Some((j, product(&steps[j])?)))
            .filter(|(j, p)| {
                p.is_by_rows(rows)
                    && (p.matrix, p.row_step, p.inside) == matrix
                    && body.reads(p.out)
                    && (*j + 1..k).all(|i| !touches(i, p.out.0))
            })
            .collect();
        if before.is_empty() {
            continue;
        }
        let Some(Step::Loop(body)) = steps[k].take() else { continue };
        for (j, _) in before.iter().chain(&after) {
            steps[*j] = None;
        }
        let only = |list: Vec<(usize, MatrixVector)>| list.into_iter().map(|(_, p)| p).collect();
        let block = RowBlock { before: only(before), body: *body, after: only(after) };
        steps[k] = Some(Step::RowBlock(Box::new(block)));
    }
    steps.into_iter().flatten().collect()
}

fn product(step: &Option<Step>) -> Option<MatrixVector> {
    match step {
        Some(Step::Product(p)) => p.matrix_vector(),
        _ => None,
    }
}
