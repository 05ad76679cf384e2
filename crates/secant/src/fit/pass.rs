//! One pass over the rows: residuals, their slopes by the parameters, and the products of both, fused.
//!
//! Here: the compiled model, the pieces that the rows are worked through in, threads.
//! Not here: what is done with the sums (`linear`, `descent`).
//! Invariant: rows are cut into pieces of [`PIECE`] in each block, and sums of pieces are added in their order; so a result
//! does not depend on the number of threads.
//! Start reading at [`Engine::pass`].

use smallvec::SmallVec;

use super::double::Double;
use super::error::FitError;
use super::gram::{add_exact_products, add_products, triangle};
use super::options::{FitOptions, Loss, Progress};
use super::rows::{Rows, entry, length, part};
use crate::expr::Symbol;
use crate::program::{Column, Effort, Isa, Outputs, Program, Workspace, join};

/// Rows that are worked through together.
pub(super) const PIECE: usize = 4096;
/// Pieces between two looks at the flag of the budget.
const GROUP: usize = 64;

/// A model as it is computed.
#[derive(Debug)]
pub(super) struct Compiled {
    /// The columns of the data that it reads.
    pub(super) columns: Vec<Symbol>,
    /// Which of them is sigma.
    pub(super) sigma: Option<usize>,
    /// Parameters to what the program takes beside the columns.
    pub(super) prelude: Program,
    /// The columns of the sums, of which the first is the residual over sigma and each other one its slope by a parameter, downwards.
    pub(super) program: Program,
    /// Where each column of the sums is found.
    pub(super) sources: Vec<Source>,
}

/// Where a column of the sums is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// A column of the data, as it is.
    Column(usize),
    /// An output of the program.
    Output(usize),
}

/// The sums over all rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    /// Products of every two columns: the upper triangle, row by row.
    pub(super) products: Vec<Double>,
    /// What the residuals cost, which is chi-squared unless a loss was chosen.
    pub(super) cost: Double,
    pub(super) rows: usize,
}

impl Sums {
    pub(super) fn is_finite(&self) -> bool {
        self.cost.high.is_finite() && self.products.iter().all(|p| p.high.is_finite())
    }
}

/// How the rows are summed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct How {
    /// Products to twice the precision?
    pub(super) exact: bool,
    pub(super) loss: Loss,
}

/// What is done with a group of rows; see [`Engine::each_group`].
type EachGroup<'e, 'o> =
    &'e mut dyn FnMut(&mut Engine<'o>, &[Column<'_>], usize, usize, usize) -> Result<(), FitError>;

/// What is done with the columns of the sums of a piece, in memory that may be used, and with what its residuals cost.
type Then<'t> = &'t mut dyn FnMut(&mut Vec<f64>, &[&[f64]], f64);

/// What a thread works in.
#[derive(Debug, Default)]
struct Scratch {
    workspace: Workspace,
    outputs: Vec<f64>,
    fast: Vec<f64>,
}

/// A compiled model with the memory that it works in.
#[derive(Debug)]
pub(super) struct Engine<'o> {
    pub(super) options: &'o FitOptions<'o>,
    pub(super) evaluations: usize,
    /// The best cost so far, to be told.
    pub(super) best: f64,
    isa: Isa,
    scratch: Vec<Scratch>,
    scalars: Vec<f64>,
    partial: Vec<Double>,
    /// Operations so far.
    spent: u64,
}

impl<'o> Engine<'o> {
    pub(super) fn new(options: &'o FitOptions<'o>) -> Engine<'o> {
        Engine {
            options,
            evaluations: 0,
            best: f64::INFINITY,
            isa: Isa::best(),
            scratch: Vec::new(),
            scalars: Vec::new(),
            partial: Vec::new(),
            spent: 0,
        }
    }

    /// The sums at these parameters.
    pub(super) fn pass(
        &mut self,
        model: &Compiled,
        rows: &mut dyn Rows,
        params: &[f64],
        how: How,
    ) -> Result<Sums, FitError> {
        let q = model.sources.len();
        let size = triangle(q) + 1;
        let mut total = vec![Double::ZERO; size];
        let mut done = 0;
        self.each_group(model, rows, params, &mut |engine, columns, start, count, first| {
            let pieces = count.div_ceil(PIECE);
            engine.partial.clear();
            engine.partial.resize(pieces * size, Double::ZERO);
            let work = Work { model, columns, isa: engine.isa, how, end: start + count };
            work.share(start, &mut engine.partial, size, &mut engine.scratch)?;
            for piece in engine.partial.chunks(size) {
                total.iter_mut().zip(piece).for_each(|(sum, part)| *sum = *sum + *part);
            }
            done = first + count;
            Ok(())
        })?;
        self.evaluations += 1;
        let cost = total.pop().unwrap_or_default();
        let cost = if how.loss == Loss::Squares { total.first().copied().unwrap_or(cost) } else { cost };
        Ok(Sums { products: total, cost, rows: done })
    }

    /// Calls `each` with the inputs of the program, group after group: the columns of a block, where the group begins in them,
    /// how many rows it has, and how many were before it.
    pub(super) fn each_group(
        &mut self,
        model: &Compiled,
        rows: &mut dyn Rows,
        params: &[f64],
        each: EachGroup<'_, 'o>,
    ) -> Result<(), FitError> {
        let threads = if cfg!(target_family = "wasm") { 1 } else { self.options.threads.max(1) };
        self.scratch.resize_with(threads.max(self.scratch.len()), Scratch::default);
        self.scalars.resize(model.prelude.output_count(), 0.0);
        model.prelude.evaluate(params, &mut self.scalars, &mut self.scratch[0].workspace)?;
        let mut before = 0;
        rows.visit(&model.columns, &mut |block| {
            let count = block.iter().filter_map(length).min().unwrap_or(0);
            if let Some((k, other)) =
                block.iter().enumerate().find_map(|(k, c)| Some((k, length(c).filter(|n| *n != count)?)))
            {
                let column = model.columns[k].clone();
                let first = model.columns[0].clone();
                return Err(FitError::ColumnLength { column, given: other, first, wanted: count });
            }
            let inputs: SmallVec<[Column<'_>; 16]> =
                block.iter().copied().chain(self.scalars.iter().map(|x| Column::Same(*x))).collect();
            let mut start = 0;
            while start < count {
                let group = (count - start).min(GROUP * PIECE);
                let cost = (model.program.instruction_count() + model.sources.len()) as u64;
                self.spent = self.spent.saturating_add(cost.saturating_mul(group as u64));
                self.options.budget.allow(self.spent, 0)?;
                if let Some(sigma) = model.sigma.filter(|_| self.evaluations == 0) {
                    check_sigma(&part(&block[sigma], start, group), before)?;
                }
                each(self, &inputs, start, group, before)?;
                start += group;
                before += group;
                if let Some(tell) = self.options.progress {
                    tell(&Progress { evaluations: self.evaluations, rows: before, chi2: self.best });
                }
            }
            Ok(())
        })
    }

    /// Residuals and slopes of a group of rows: calls `each` with the columns of the sums, piece by piece.
    pub(super) fn each_piece(
        &mut self,
        model: &Compiled,
        columns: &[Column<'_>],
        start: usize,
        count: usize,
        mut each: impl FnMut(usize, &[&[f64]]),
    ) -> Result<(), FitError> {
        let work = Work {
            model,
            columns,
            isa: self.isa,
            how: How { exact: false, loss: Loss::Squares },
            end: start + count,
        };
        let mut from = start;
        while from < work.end {
            let to = work.end.min(from + PIECE);
            work.columns_of(from, to, &mut self.scratch[0], &mut |_, columns, _| {
                each(from - start, columns)
            })?;
            from = to;
        }
        Ok(())
    }
}

/// A standard deviation below 0 would go unnoticed: only its square counts.
fn check_sigma(sigma: &Column<'_>, before: usize) -> Result<(), FitError> {
    let bad = |value: &f64| value.is_nan() || *value <= 0.0;
    let found = match sigma {
        Column::Values(values) => values.iter().position(bad).map(|k| (k, values[k])),
        _ => (0..length(sigma).unwrap_or(1)).map(|k| (k, entry(sigma, k))).find(|(_, value)| bad(value)),
    };
    match found {
        Some((_, value)) if value.is_nan() => Ok(()),
        Some((k, value)) => Err(FitError::Sigma { value, row: before + k + 1 }),
        None => Ok(()),
    }
}

/// A group of rows that is being summed.
struct Work<'w> {
    model: &'w Compiled,
    columns: &'w [Column<'w>],
    isa: Isa,
    how: How,
    end: usize,
}

impl Work<'_> {
    /// Halves the pieces until there is a part for each thread.
    fn share(
        &self,
        start: usize,
        out: &mut [Double],
        size: usize,
        scratch: &mut [Scratch],
    ) -> Result<(), FitError> {
        let pieces = out.len() / size;
        if scratch.len() <= 1 || pieces <= 1 {
            for (k, out) in out.chunks_mut(size).enumerate() {
                let from = start + k * PIECE;
                self.sum(from, self.end.min(from + PIECE), out, &mut scratch[0])?;
            }
            return Ok(());
        }
        let threads = scratch.len() / 2;
        let half = (pieces * threads / scratch.len()).clamp(1, pieces - 1);
        let (left, right) = out.split_at_mut(half * size);
        let (mine, theirs) = scratch.split_at_mut(threads);
        let (a, b) = join(
            || self.share(start, left, size, mine),
            || self.share(start + half * PIECE, right, size, theirs),
        );
        a.and(b)
    }

    fn sum(&self, from: usize, to: usize, out: &mut [Double], scratch: &mut Scratch) -> Result<(), FitError> {
        let (exact, isa) = (self.how.exact, self.isa);
        let (products, rest) = out.split_at_mut(out.len() - 1);
        self.columns_of(from, to, scratch, &mut |fast, columns, cost| {
            rest[0] = Double::from(cost);
            if exact {
                add_exact_products(isa, columns, None, products);
            } else {
                fast.clear();
                fast.resize(products.len(), 0.0);
                add_products(isa, columns, fast);
                products.iter_mut().zip(&*fast).for_each(|(sum, fast)| *sum = Double::from(*fast));
            }
        })
    }

    /// The columns of the sums of the rows of a piece, weighted as the loss wants it, and what the residuals cost.
    fn columns_of(
        &self,
        from: usize,
        to: usize,
        scratch: &mut Scratch,
        then: Then<'_>,
    ) -> Result<(), FitError> {
        let rows = to - from;
        let Compiled { program, sources, .. } = self.model;
        let count = program.output_count();
        if scratch.outputs.len() < count * PIECE.min(rows) {
            scratch.outputs.resize(count * rows, 0.0);
        }
        let Scratch { workspace, outputs, fast } = scratch;
        let outputs = &mut outputs[..count * rows];
        if count > 0 {
            let inputs: SmallVec<[Column<'_>; 16]> =
                self.columns.iter().map(|c| part(c, from, rows)).collect();
            let mut views: SmallVec<[&mut [f64]; 16]> = outputs.chunks_mut(rows).collect();
            program.evaluate_many(&inputs, Outputs::Columns(&mut views), &Effort::default(), workspace)?;
        }
        let cost = if self.how.loss == Loss::Squares { 0.0 } else { weigh(self.how.loss, outputs, rows) };
        // A column of the data that does not lie side by side is copied.
        let copies: Vec<Vec<f64>> = sources
            .iter()
            .filter_map(|source| match *source {
                Source::Column(k) if !matches!(self.columns[k], Column::Values(_)) => {
                    Some((from..to).map(|row| entry(&self.columns[k], row)).collect())
                }
                _ => None,
            })
            .collect();
        let mut copied = copies.iter();
        let columns: SmallVec<[&[f64]; 16]> = sources
            .iter()
            .map(|source| match *source {
                Source::Output(k) => &outputs[k * rows..][..rows],
                Source::Column(k) => match self.columns[k] {
                    Column::Values(values) => &values[from..to],
                    _ => copied.next().map_or(&[][..], Vec::as_slice),
                },
            })
            .collect();
        then(fast, &columns, cost);
        Ok(())
    }
}

/// Weighs residuals (the first column) and slopes so that their products are gradient and curvature of the loss; what it costs.
fn weigh(loss: Loss, outputs: &mut [f64], rows: usize) -> f64 {
    let (residuals, slopes) = outputs.split_at_mut(rows);
    let mut total = Double::ZERO;
    for (k, r) in residuals.iter_mut().enumerate() {
        let (cost, pull, curvature) = loss.at(*r);
        total = total.plus(cost);
        let root = curvature.sqrt();
        *r *= pull / root;
        slopes.iter_mut().skip(k).step_by(rows).for_each(|s| *s *= root);
    }
    total.value()
}
