//! Programs of expressions with axes: compiled once for given extents, evaluated many times.
//!
//! Here: [`TensorProgram`]: what is computed from what is given, in steps that share one set of slots.
//! Not here: operations on chunks of numbers (`program::batch`), derivatives (`calculus`).
//! Invariant: what can be wrong (names, shapes, extents, size) is found when the program is made; evaluation checks the
//! lengths of what it is given, and allocates nothing once the workspace has grown.
//! Start reading at [`TensorProgram::compile`]; then `form` (what an entry is), `build` (expressions → steps), `order`
//! (which factors first), and the steps: `loops`, `product`, `linear`.

mod bind;
mod build;
mod cells;
mod compiled;
mod float;
mod form;
mod fuse;
mod linear;
mod loops;
mod matrix;
mod memory;
mod order;
mod pattern;
mod points;
mod polynomial;
mod product;
mod row_block;
mod tile;
mod tiles;

use std::collections::BTreeSet;

use smallvec::SmallVec;

use self::bind::Extents;
use self::build::{Buffer, Builder, Draft, Item, Kind};
use self::form::{Access, Piece};
use self::linear::Factors;
use self::loops::Loop;
use self::matrix::Packs;
use self::memory::{Home, Memory};
use self::product::Product;
use self::row_block::{RowBlock, with_row_blocks};
use self::tiles::Tile;
use super::array::Array;
use super::{Budget, ProgramError, Workspace};
use crate::expr::{Expr, MatrixFunc, Reduction, Symbol, post_order};

pub use self::float::Float;
pub use self::memory::View;
pub use self::pattern::{CompressedRows, Layout, Pattern, Run};

/// Expressions with axes compiled together, so that what they share is computed once.
///
/// Slices, diagonals, single entries and identities cost nothing: only entries that can be other than 0 are computed.
/// Products of many factors are multiplied in the order that is cheapest for the extents given (which is the choice
/// between forward and reverse mode, and what lies between); elementwise parts run as fused loops.
///
/// ```
/// use secant::expr::{Expr, Shape, Symbol};
/// use secant::program::{TensorProgram, TensorWorkspace, View};
/// let (m, n) = (Expr::var("m"), Expr::var("n"));
/// let a = Expr::tensor_var("A", Shape::new([m, n.clone()]));
/// let x = Expr::tensor_var("x", Shape::new([n]));
/// let inputs = [(Symbol::new("A"), vec![2, 3]), (Symbol::new("x"), vec![3])];
/// let program = TensorProgram::compile(&[a.matmul(&x).exp()], &inputs)?;
/// let mut out = [0.0; 2];
/// let (a, x) = ([1.0, 0.0, 0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 2.0]);
/// program.evaluate(&[View::new(&a), View::new(&x)], &mut [&mut out], &mut TensorWorkspace::new())?;
/// assert_eq!(out[0], 1.0);
/// assert!((out[1] - 3f64.exp()).abs() < 1e-14);
/// # Ok::<(), secant::program::ProgramError>(())
/// ```
#[derive(Clone, Debug)]
pub struct TensorProgram {
    inputs: Vec<(Symbol, Vec<usize>)>,
    outputs: Vec<Output>,
    steps: Vec<Step>,
    homes: Vec<Home>,
    /// How many numbers each slot has room for.
    slots: Vec<usize>,
    work: u64,
}

#[derive(Clone, Debug)]
struct Output {
    shape: Vec<usize>,
    pattern: Option<Pattern>,
    values: usize,
}

#[derive(Clone, Debug)]
enum Step {
    Loop(Box<Loop>),
    Product(Box<Product>),
    RowBlock(Box<RowBlock>),
    Fold {
        f: Reduction,
        source: usize,
        length: usize,
        target: usize,
        rows: usize,
    },
    /// Factors a matrix; what comes next asks for functions of it and solutions with it.
    Factor {
        source: usize,
        n: usize,
    },
    Matrix {
        f: MatrixFunc,
        n: usize,
        target: usize,
    },
    Solve {
        n: usize,
        transposed: bool,
        right: usize,
        target: usize,
    },
}

/// Memory that evaluation works in. It grows to what a program needs, and is then used again without allocating; one may
/// serve many programs, one after another.
#[derive(Clone, Debug, Default)]
pub struct TensorWorkspace<T = f64> {
    scalar: Workspace,
    slots: Vec<Vec<T>>,
    copies: Vec<Vec<T>>,
    packs: Packs<T>,
    factors: Factors<T>,
    /// Of polynomial loops.
    tiles: Vec<Tile>,
    /// Of other threads.
    others: Vec<TensorWorkspace<T>>,
}

impl<T: Float> TensorWorkspace<T> {
    /// An empty one, for the best instruction set of this machine.
    pub fn new() -> TensorWorkspace<T> {
        TensorWorkspace::from_scalar(Workspace::new())
    }

    /// An empty one for the instruction set of another workspace.
    pub fn from_scalar(scalar: Workspace) -> TensorWorkspace<T> {
        TensorWorkspace { scalar, ..TensorWorkspace::default() }
    }
}

impl TensorProgram {
    /// Compiles `outputs` together, each in full, as functions of arrays with these names and extents. A scalar has none.
    ///
    /// # Errors
    /// [`ProgramError::UnknownName`], [`ProgramError::RepeatedInput`], [`ProgramError::Shape`] when extents do not fit a
    /// name, [`ProgramError::Extent`], [`ProgramError::NotSquare`], [`ProgramError::Unevaluated`],
    /// [`ProgramError::TooLarge`] when work or memory would pass the budget.
    pub fn compile(outputs: &[Expr], inputs: &[(Symbol, Vec<usize>)]) -> Result<TensorProgram, ProgramError> {
        let outputs: Vec<(Expr, Layout)> = outputs.iter().map(|e| (e.clone(), Layout::Dense)).collect();
        TensorProgram::with_layouts(&outputs, inputs, &[])
    }

    /// [`TensorProgram::compile`] with a layout for each output, and numbers for extents (and places of entries) that no
    /// input has.
    ///
    /// # Errors
    /// As [`TensorProgram::compile`].
    pub fn with_layouts(
        outputs: &[(Expr, Layout)],
        inputs: &[(Symbol, Vec<usize>)],
        extents: &[(Symbol, i64)],
    ) -> Result<TensorProgram, ProgramError> {
        let parts = post_order(outputs.iter().map(|(e, _)| e));
        let extents = Extents::bind(&parts, inputs, extents)?;
        let mut builder = Builder::new(extents, inputs)?;
        builder.walk(&parts)?;
        let mut made = Vec::with_capacity(outputs.len());
        for (k, (e, layout)) in outputs.iter().enumerate() {
            made.push(output(&mut builder, k, e, *layout)?);
        }
        let Builder { buffers, drafts, places, work, .. } = builder;
        let mut steps = Vec::new();
        // A matrix is whole before it is read, so that its factors stay right.
        let mut factored = None;
        for draft in fuse::fuse(drafts, &buffers, &places) {
            if let Draft::Matrix { source, n, .. } | Draft::Solve { source, n, .. } = draft
                && factored.replace(source) != Some(source)
            {
                steps.push(Step::Factor { source, n });
            }
            steps.push(match draft {
                Draft::Items(items) => Step::Loop(Box::new(Loop::new(&items, &places)?)),
                Draft::Product(p) => Step::Product(p),
                Draft::Fold { f, source, length, target } => {
                    Step::Fold { f, source, length, target, rows: buffers[target].size }
                }
                Draft::Matrix { f, n, target, .. } => Step::Matrix { f, n, target },
                Draft::Solve { n, transposed, right, target, .. } => {
                    Step::Solve { n, transposed, right, target }
                }
            });
        }
        let steps = with_row_blocks(steps);
        let touched: Vec<Vec<usize>> = steps.iter().map(Step::touched).collect();
        let (homes, slots) = memory::homes(&buffers, &touched);
        let numbers = slots.iter().map(|&n| n as u64).sum::<u64>();
        if numbers > 2 * bind::MAX_ENTRIES {
            return Err(ProgramError::TooLarge {
                size: numbers as usize,
                limit: 2 * bind::MAX_ENTRIES as usize,
            });
        }
        Ok(TensorProgram { inputs: inputs.to_vec(), outputs: made, steps, homes, slots, work })
    }

    /// The names and extents of the inputs, in order.
    pub fn inputs(&self) -> &[(Symbol, Vec<usize>)] {
        &self.inputs
    }

    /// How many outputs it has.
    pub fn output_count(&self) -> usize {
        self.outputs.len()
    }

    /// The extents of an output.
    pub fn output_shape(&self, output: usize) -> &[usize] {
        &self.outputs[output].shape
    }

    /// How many values an output has: of a dense one its entries, of a sparse one those of its pattern.
    pub fn output_len(&self, output: usize) -> usize {
        self.outputs[output].values
    }

    /// Which entries a sparse output has; `None` for a dense one.
    pub fn pattern(&self, output: usize) -> Option<&Pattern> {
        self.outputs[output].pattern.as_ref()
    }

    /// How many multiplications, or results of formulas, an evaluation costs, roughly.
    pub fn work(&self) -> u64 {
        self.work
    }

    /// How many numbers an evaluation keeps besides inputs and outputs.
    pub fn memory(&self) -> usize {
        self.slots.iter().sum()
    }

    /// Computes every output. Allocates nothing once the workspace has grown.
    ///
    /// # Errors
    /// [`ProgramError::InputCount`], [`ProgramError::OutputCount`], [`ProgramError::InputLength`],
    /// [`ProgramError::OutputLength`] when what is given does not fit the program.
    pub fn evaluate<T: Float>(
        &self,
        inputs: &[View<'_, T>],
        outputs: &mut [&mut [T]],
        workspace: &mut TensorWorkspace<T>,
    ) -> Result<(), ProgramError> {
        self.evaluate_within(inputs, outputs, workspace, &Budget::UNLIMITED)
    }

    /// [`TensorProgram::evaluate`] within a budget, whose flag is looked at between steps. Outputs of an evaluation that
    /// was stopped mean nothing.
    ///
    /// # Errors
    /// As [`TensorProgram::evaluate`], and [`ProgramError::Operations`], [`ProgramError::Memory`],
    /// [`ProgramError::Cancelled`].
    pub fn evaluate_within<T: Float>(
        &self,
        inputs: &[View<'_, T>],
        outputs: &mut [&mut [T]],
        workspace: &mut TensorWorkspace<T>,
        budget: &Budget<'_>,
    ) -> Result<(), ProgramError> {
        self.check(inputs, outputs)?;
        budget.allow(self.work, self.memory() as u64 * size_of::<T>() as u64)?;
        let TensorWorkspace { scalar, slots, copies, packs, factors, tiles, .. } = workspace;
        if slots.len() < self.slots.len() {
            slots.resize_with(self.slots.len(), Vec::new);
        }
        for (slot, &size) in slots.iter_mut().zip(&self.slots) {
            if slot.len() < size {
                slot.resize(size, T::default());
            }
        }
        if copies.len() < inputs.len() {
            copies.resize_with(inputs.len(), Vec::new);
        }
        for ((view, copy), (_, shape)) in inputs.iter().zip(copies.iter_mut()).zip(&self.inputs) {
            if view.rows().is_none() {
                view.copy(shape, copy);
            }
        }
        let mut memory = Memory { homes: &self.homes, inputs, copies, outputs, slots };
        for (k, step) in self.steps.iter().enumerate() {
            budget.proceed(self.work / self.steps.len() as u64 * k as u64, self.work)?;
            match step {
                Step::Loop(body) => body.run(body.all(), &mut memory, scalar, tiles),
                Step::RowBlock(block) => block.run(&mut memory, scalar, tiles),
                Step::Product(product) => product.run(&mut memory, packs, scalar.isa),
                Step::Fold { f, source, length, target, rows } => {
                    let mut taken = memory.take(*target);
                    let from = memory.read(*source);
                    for (k, y) in taken.numbers().iter_mut().take(*rows).enumerate() {
                        *y = fold(*f, &from[k * length..(k + 1) * length]);
                    }
                    memory.put(*target, taken);
                }
                Step::Factor { source, n } => factors.factor(memory.read(*source), *n),
                Step::Solve { n, transposed, right, target } => {
                    let mut taken = memory.take(*target);
                    let own = taken.numbers();
                    let right = memory.read(*right);
                    let size = own.len().min(right.len());
                    own[..size].copy_from_slice(&right[..size]);
                    factors.solve(*n, *transposed, &mut own[..size]);
                    memory.put(*target, taken);
                }
                Step::Matrix { f, n, target } => factors.apply(*f, *n, memory.write(*target)),
            }
        }
        Ok(())
    }

    fn check<T: Float>(&self, inputs: &[View<'_, T>], outputs: &[&mut [T]]) -> Result<(), ProgramError> {
        if inputs.len() != self.inputs.len() {
            return Err(ProgramError::InputCount { given: inputs.len(), wanted: self.inputs.len() });
        }
        if outputs.len() != self.outputs.len() {
            return Err(ProgramError::OutputCount { given: outputs.len(), wanted: self.outputs.len() });
        }
        for (view, (name, shape)) in inputs.iter().zip(&self.inputs) {
            let fits = match view.strides() {
                None => view.wanted(shape) == Some(view.len()),
                Some(_) => view.wanted(shape).is_some_and(|wanted| view.len() >= wanted),
            };
            if !fits {
                return Err(ProgramError::InputLength {
                    name: name.clone(),
                    given: view.len(),
                    shape: shape.clone(),
                });
            }
        }
        for (k, (out, wanted)) in outputs.iter().zip(&self.outputs).enumerate() {
            if out.len() != wanted.values {
                return Err(ProgramError::OutputLength {
                    output: k,
                    given: out.len(),
                    wanted: wanted.values,
                });
            }
        }
        Ok(())
    }
}

impl Step {
    fn touched(&self) -> Vec<usize> {
        match self {
            Step::Loop(body) => body.touched(),
            Step::Product(product) => product.touched(),
            Step::RowBlock(block) => block.touched(),
            Step::Fold { source, target, .. } => vec![*source, *target],
            Step::Factor { source, .. } => vec![*source],
            Step::Matrix { target, .. } => vec![*target],
            Step::Solve { right, target, .. } => vec![*right, *target],
        }
    }
}

/// Lays out an output: where it already lies alone in memory that memory becomes the output.
fn output(builder: &mut Builder, k: usize, e: &Expr, layout: Layout) -> Result<Output, ProgramError> {
    let shape = builder.shape(e)?;
    let pieces = builder.pieces(e)?;
    let plain_shape: Vec<usize> = shape.iter().map(|&n| n as usize).collect();
    if layout == Layout::Dense {
        let size = bind::entries(&shape)?;
        if let [Piece { body, .. }] = &pieces[..]
            && pieces[0].is_full(&shape)
            && let Some(access) = builder.places.plain(body)
            && builder.buffers[access.buffer].kind == Kind::Temporary
            && build::is_whole(access, &shape, builder.buffers[access.buffer].size)
        {
            let buffer = access.buffer;
            builder.buffers[buffer].kind = Kind::Output(k);
        } else {
            builder.buffers.push(Buffer { kind: Kind::Output(k), size });
            let buffer = builder.buffers.len() - 1;
            builder.store(&pieces, &shape, buffer)?;
        }
        return Ok(Output { shape: plain_shape, pattern: None, values: size });
    }
    let cells = cells::cells(&pieces, &mut builder.places);
    let (pattern, cells) = Pattern::new(&shape, cells, layout == Layout::Lower, builder)?;
    let values = pattern.value_count();
    builder.buffers.push(Buffer { kind: Kind::Output(k), size: values });
    let buffer = builder.buffers.len() - 1;
    for (run, p) in cells.into_iter().enumerate() {
        let (start, steps) = pattern.place(run);
        // Variables on which no value depends are left at their first.
        let extents: Vec<i64> =
            p.extents.iter().zip(steps).map(|(n, s)| if *s == 0 { 1 } else { *n }).collect();
        let steps: SmallVec<[i64; 4]> = steps.iter().map(|&s| s as i64).collect();
        let target = Access { buffer, offset: start as i64, steps };
        builder.item(Item { extents, body: p.body, target, add: false, clear: false })?;
    }
    Ok(Output { shape: plain_shape, pattern: Some(pattern), values })
}

/// The values of `outputs`, each name having the array given for it. Named extents are bound by the arrays. For many
/// evaluations compile a [`TensorProgram`].
///
/// # Errors
/// As [`TensorProgram::compile`].
pub fn evaluate_arrays(outputs: &[Expr], at: &[(Symbol, Array)]) -> Result<Vec<Array>, ProgramError> {
    // A number given for a name in an extent says what the extent is, unless an array does.
    let mut names: BTreeSet<Symbol> = outputs.iter().flat_map(Expr::extent_symbols).collect();
    for e in post_order(outputs) {
        if e.as_var().is_some() {
            e.shape().dims().iter().filter_map(Expr::as_var).for_each(|bound| {
                names.remove(bound);
            });
        }
    }
    let mut extents = Vec::new();
    for (name, array) in at.iter().filter(|(name, a)| a.shape.is_empty() && names.contains(name)) {
        let value = array.data.first().copied().unwrap_or(f64::NAN);
        if value != value.trunc() || value.abs() > 1e15 {
            return Err(ProgramError::Extent { dim: name.to_string(), value });
        }
        extents.push((name.clone(), value as i64));
    }
    let mut inputs: Vec<(Symbol, Vec<usize>)> = Vec::with_capacity(at.len());
    let mut views: Vec<View<'_>> = Vec::with_capacity(at.len());
    for (name, array) in at {
        // The first of a name counts.
        if !inputs.iter().any(|(n, _)| n == name) {
            inputs.push((name.clone(), array.shape.clone()));
            views.push(View::new(&array.data));
        }
    }
    let outputs: Vec<(Expr, Layout)> = outputs.iter().map(|e| (e.clone(), Layout::Dense)).collect();
    let program = TensorProgram::with_layouts(&outputs, &inputs, &extents)?;
    let mut values: Vec<Array> =
        program.outputs.iter().map(|o| Array::filled(o.shape.clone(), 0.0)).collect();
    let mut out: Vec<&mut [f64]> = values.iter_mut().map(|a| &mut a.data[..]).collect();
    program.evaluate(&views, &mut out, &mut TensorWorkspace::new())?;
    Ok(values)
}

fn fold<T: Float>(f: Reduction, row: &[T]) -> T {
    let row = || row.iter().map(|x| x.to_f64());
    let largest = row().fold(f64::NEG_INFINITY, |a, b| if b.is_nan() || b > a { b } else { a });
    T::from_f64(match f {
        Reduction::Max => largest,
        Reduction::Min => row().fold(f64::INFINITY, |a, b| if b.is_nan() || b < a { b } else { a }),
        Reduction::LogSumExp if largest.is_infinite() || largest.is_nan() => largest,
        Reduction::LogSumExp => largest + row().map(|x| (x - largest).exp()).sum::<f64>().ln(),
        Reduction::Product => row().product(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::Shape;

    /// Inverse, determinants and solutions from either side: the matrix is factored once.
    #[test]
    fn a_matrix_is_factored_once() {
        let n = || Expr::integer(3);
        let (x, b) =
            (Expr::tensor_var("X", Shape::new([n(), n()])), Expr::tensor_var("b", Shape::new([n()])));
        let a = Expr::identity(n()) + x.matmul(&x);
        let inverse = || Expr::matrix_func(MatrixFunc::Inverse, &a);
        let outputs = [
            inverse().matmul(&b),
            inverse().transpose().matmul(&b),
            Expr::matrix_func(MatrixFunc::Det, &a),
            Expr::matrix_func(MatrixFunc::LogDet, &a),
        ];
        let inputs = [(Symbol::new("X"), vec![3, 3]), (Symbol::new("b"), vec![3])];
        let program = TensorProgram::compile(&outputs, &inputs).unwrap();
        let count = |is: fn(&Step) -> bool| program.steps.iter().filter(|step| is(step)).count();
        assert_eq!(count(|step| matches!(step, Step::Factor { .. })), 1);
        assert_eq!(count(|step| matches!(step, Step::Solve { .. } | Step::Matrix { .. })), 4);

        let (x, b) = ([0.5, 2.0, -1.0, 0.25, 1.5, 3.0, -2.0, 1.0, 0.75], [1.0, -2.0, 0.5]);
        let (mut y, mut z, mut det, mut log) = ([0.0; 3], [0.0; 3], [0.0], [0.0]);
        let out: &mut [&mut [f64]] = &mut [&mut y, &mut z, &mut det, &mut log];
        program.evaluate(&[View::new(&x), View::new(&b)], out, &mut TensorWorkspace::new()).unwrap();
        let a = |i: usize, j: usize| {
            (0..3).map(|k| x[3 * i + k] * x[3 * k + j]).sum::<f64>() + f64::from(u8::from(i == j))
        };
        for (i, b) in b.iter().enumerate() {
            let left: f64 = (0..3).map(|j| a(j, i) * z[j]).sum();
            let right: f64 = (0..3).map(|j| a(i, j) * y[j]).sum();
            assert!((left - b).abs() < 1e-13 && (right - b).abs() < 1e-13, "{y:?} {z:?}");
        }
        let minor = |i: usize, j: usize| a(1, i) * a(2, j) - a(1, j) * a(2, i);
        let want = a(0, 0) * minor(1, 2) - a(0, 1) * minor(0, 2) + a(0, 2) * minor(0, 1);
        assert!((det[0] - want).abs() < 1e-12 * want.abs() && (log[0] - want.abs().ln()).abs() < 1e-12);
    }
}
