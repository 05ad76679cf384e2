//! Evaluation at many points, by one thread or several.
//!
//! Here: who computes which points, and what it may cost.
//! Not here: the loops over a chunk (`batch`), what is read and written (`columns`).
//! Invariant: the bits of a result depend on its point alone, not on the chunk or the thread that it falls to.
//! Start reading at [`Program::evaluate_many`].

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use smallvec::SmallVec;

use super::batch::{BLOCK, File, run};
use super::columns::Places;
use super::isa::Isa;
use super::tape::Tape;
use super::{Budget, Column, Outputs, Program, ProgramError, Workspace};

/// How [`Program::evaluate_many`] does its work.
#[derive(Clone, Copy, Debug)]
pub struct Effort<'a> {
    /// Most threads that work on it, taken from rayon's pool; default 1. Where there is little to do, or where the target
    /// has no threads (WebAssembly), one does it all. The results are the same.
    pub threads: usize,
    /// What it may cost; default without limits.
    pub budget: Budget<'a>,
}

impl Default for Effort<'_> {
    fn default() -> Self {
        Effort { threads: 1, budget: Budget::UNLIMITED }
    }
}

/// Operations below which a second thread costs more than it brings.
pub(super) const WORTH_A_THREAD: u64 = 1 << 17;

impl Program {
    /// Computes every output at every point: `out[j][i]` is output `j` at point `i`, the same bits as [`Program::evaluate`]
    /// gives there, however the batch is split.
    ///
    /// Shapes: a column or an output has as many numbers as the batch has points. Allocates nothing once the workspace
    /// has grown.
    ///
    /// # Errors
    /// [`ProgramError::InputCount`], [`ProgramError::OutputCount`], and [`ProgramError::ColumnLength`] when lengths differ.
    pub fn evaluate_batch(
        &self,
        inputs: &[Column<'_>],
        out: &mut [&mut [f64]],
        workspace: &mut Workspace,
    ) -> Result<(), ProgramError> {
        self.evaluate_many(inputs, Outputs::Columns(out), &Effort::default(), workspace)
    }

    /// [`Program::evaluate_batch`] for columns and rows of 64 or 32 bits, by several threads, within a budget.
    ///
    /// Points in rows, read and written where they lie:
    ///
    /// ```
    /// use secant::expr::{Expr, Symbol};
    /// use secant::program::{Column, Effort, Outputs, Program, Workspace};
    /// let (x, y) = (Expr::var("x"), Expr::var("y"));
    /// let f = Program::compile(&[&x + &y, &x * &y], &["x", "y"].map(Symbol::new))?;
    /// let points = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    /// let mut results = [0.0; 6];
    /// let columns = [Column::Strided(&points, 2), Column::Strided(&points[1..], 2)];
    /// let effort = Effort { threads: 2, ..Effort::default() };
    /// f.evaluate_many(&columns, Outputs::Rows(&mut results, 2), &effort, &mut Workspace::new())?;
    /// assert_eq!(results, [3.0, 2.0, 7.0, 12.0, 11.0, 30.0]);
    /// # Ok::<(), secant::program::ProgramError>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`Program::evaluate_batch`]; [`ProgramError::Stride`] for a stride in which the outputs have no room, or of
    /// 0; those of [`Budget`], and after [`ProgramError::Cancelled`] some results are there and others are not.
    pub fn evaluate_many(
        &self,
        inputs: &[Column<'_>],
        mut out: Outputs<'_, '_>,
        effort: &Effort<'_>,
        workspace: &mut Workspace,
    ) -> Result<(), ProgramError> {
        self.check_lengths(inputs.len(), out.count().unwrap_or(self.outputs.len()))?;
        let points = self.points(inputs, &out)?;
        let steps = self.code.len().max(1) as u64;
        let cost = steps.saturating_mul(points as u64);
        let worth = usize::try_from(cost / WORTH_A_THREAD).unwrap_or(usize::MAX);
        let threads = match cfg!(target_family = "wasm") {
            true => 1,
            false => effort.threads.min(worth).min(points.div_ceil(self.tape.chunk())).max(1),
        };
        // Room for all points of a small batch is enough.
        let chunk = self.tape.chunk().min(points.next_multiple_of(BLOCK));
        let size = self.tape.places * chunk;
        effort.budget.allow(cost, 8 * size as u64 * threads as u64)?;

        let registers = &mut workspace.chunks;
        if registers.len() < size * threads {
            registers.resize(size * threads, 0.0);
        }
        let task = Task {
            program: self,
            inputs,
            chunk,
            places: out.places(),
            isa: workspace.isa,
            budget: &effort.budget,
            cost,
            done: AtomicU64::new(0),
        };
        task.share(0..points, threads, &mut registers[..size * threads])
    }

    /// How many points there are: as many as the outputs have room for, or else as the inputs have values.
    fn points(&self, inputs: &[Column<'_>], out: &Outputs<'_, '_>) -> Result<usize, ProgramError> {
        let outputs = self.outputs.len();
        for (column, stride) in inputs.iter().map(Column::stride).chain(out.stride()).enumerate() {
            let wanted = if column == inputs.len() { outputs.max(1) } else { 1 };
            if stride < wanted {
                return Err(ProgramError::Stride { column, given: stride, wanted });
            }
        }
        let rooms = (0..outputs).map(|k| Some(out.room(k, outputs)));
        let lengths = inputs.iter().map(Column::points).chain(rooms);
        let wanted = match outputs {
            0 => lengths.clone().flatten().next().unwrap_or(0),
            _ => out.room(0, outputs),
        };
        match lengths.enumerate().find_map(|(k, n)| n.filter(|n| *n != wanted).map(|n| (k, n))) {
            Some((column, given)) => Err(ProgramError::ColumnLength { column, given, wanted }),
            None => Ok(wanted),
        }
    }
}

/// Inputs, or outputs, that are read or written where they lie; more are copied.
const FEW: usize = 16;
type Few<T> = SmallVec<[T; FEW]>;

/// A batch that is being computed.
struct Task<'t> {
    program: &'t Program,
    inputs: &'t [Column<'t>],
    /// Points that are computed together.
    chunk: usize,
    places: Places,
    isa: Isa,
    budget: &'t Budget<'t>,
    cost: u64,
    /// Operations done so far, by all threads.
    done: AtomicU64,
}

impl Task<'_> {
    /// Halves the points until there is a part for each thread, each with its part of the registers.
    fn share(&self, points: Range<usize>, threads: usize, registers: &mut [f64]) -> Result<(), ProgramError> {
        if threads == 1 {
            return self.compute(points, registers);
        }
        let first = threads / 2;
        let chunks = points.len().div_ceil(self.chunk);
        let middle = points.start + self.chunk * (chunks * first / threads);
        let (mine, theirs) = registers.split_at_mut(registers.len() / threads * first);
        let (left, right) = join(
            || self.share(points.start..middle, first, mine),
            || self.share(middle..points.end, threads - first, theirs),
        );
        left.and(right)
    }

    fn compute(&self, points: Range<usize>, registers: &mut [f64]) -> Result<(), ProgramError> {
        let Tape { steps, outputs, constants, .. } = &self.program.tape;
        let chunk = self.chunk;
        for (k, constant) in constants.iter().enumerate() {
            registers[(self.inputs.len() + k) * chunk..][..chunk].fill(*constant);
        }
        for (k, column) in self.inputs.iter().enumerate() {
            if let Column::Same(value) = column {
                registers[k * chunk..][..chunk].fill(*value);
            }
        }
        let mut start = points.start;
        while start < points.end {
            // Whole blocks, which numbers are read and written for where they lie, and at last what is left.
            let left = points.end - start;
            let whole = left >= BLOCK;
            let n = if whole { chunk.min(left - left % BLOCK) } else { left };
            let mut given: Few<*const f64> = Few::new();
            for (k, column) in self.inputs.iter().enumerate() {
                let own = match column {
                    Column::Values(values) if whole && k < FEW => values[start..start + n].as_ptr(),
                    Column::Same(_) => std::ptr::null(),
                    _ => {
                        column.read(start, &mut registers[k * chunk..][..n]);
                        std::ptr::null()
                    }
                };
                if k < FEW {
                    given.push(own);
                }
            }
            let mut elsewhere: Few<(u32, *mut f64)> = Few::new();
            for (k, &place) in outputs.iter().enumerate().take(FEW) {
                let computed = place as usize >= self.inputs.len() + constants.len();
                if whole
                    && computed
                    && outputs[..k].iter().all(|other| *other != place)
                    // SAFETY: as below.
                    && let Some(numbers) = unsafe { self.places.column(k, start) }
                {
                    elsewhere.push((place, numbers));
                }
            }
            // What lies where the next points are is fetched while these are computed: a chunk is too short for the machine to
            // foresee the next.
            let next = n.min(points.end - start - n);
            given
                .iter()
                .filter(|numbers| !numbers.is_null())
                .for_each(|numbers| fetch::<false>(*numbers, n, next));
            elsewhere.iter().for_each(|(_, numbers)| fetch::<true>(*numbers, n, next));
            let mut file = File { numbers: &mut registers[..], chunk, given: &given, outputs: &elsewhere };
            // SAFETY: the registers have all places of the tape; columns have a number for every point (`Program::points`),
            // those of outputs are borrowed alone, and each is the place of one output.
            unsafe { run(self.isa, steps, &mut file, n.next_multiple_of(BLOCK)) };
            for (k, &place) in outputs.iter().enumerate() {
                let results = file.at(place).cast_const();
                // SAFETY: there are n numbers. `Program::points` has seen that there is room for every point; `share` gives each
                // point to one thread; `evaluate_many` holds the outputs until all threads are done.
                unsafe {
                    if self.places.column(k, start).is_none_or(|own| !std::ptr::eq(own, results)) {
                        self.places.write(k, start, std::slice::from_raw_parts(results, n));
                    }
                }
            }
            start += n;
            let operations = (n * self.program.code.len().max(1)) as u64;
            let done = self.done.fetch_add(operations, Ordering::Relaxed) + operations;
            if start < points.end {
                self.budget.proceed(done, self.cost)?;
            }
        }
        Ok(())
    }
}

/// Asks for `count` numbers that begin `from` numbers further on, to read them or to write them soon. Nothing is read.
#[inline]
fn fetch<const WRITE: bool>(numbers: *const f64, from: usize, count: usize) {
    /// Numbers in a line of the cache.
    const LINE: usize = 8;
    #[cfg(target_arch = "x86_64")]
    for k in (from..from + count).step_by(LINE) {
        use std::arch::x86_64::{_MM_HINT_ET0, _MM_HINT_T0, _mm_prefetch};
        let place = numbers.wrapping_add(k).cast::<i8>();
        // SAFETY: any address may be asked for; the instructions belong to every machine of this kind.
        unsafe {
            if WRITE { _mm_prefetch::<_MM_HINT_ET0>(place) } else { _mm_prefetch::<_MM_HINT_T0>(place) }
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (numbers, from, count, LINE);
}

#[cfg(not(target_family = "wasm"))]
pub(crate) fn join<A: Send, B: Send>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B + Send) -> (A, B) {
    rayon::join(a, b)
}

#[cfg(target_family = "wasm")]
pub(crate) fn join<A, B>(a: impl FnOnce() -> A, b: impl FnOnce() -> B) -> (A, B) {
    (a(), b())
}
