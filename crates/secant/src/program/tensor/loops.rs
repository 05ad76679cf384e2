//! Fused elementwise loops: one program over a box of variables, for everything that is computed over that box.
//!
//! Here: which variable runs innermost, which run together as one, gathering operands into chunks, sums.
//! Not here: the operations on a chunk (`program::batch`).
//! Invariant: places stay within their buffers, for every value of the variables.

use std::ops::Range;

use smallvec::SmallVec;

use super::build::Item;
use super::compiled::total;
use super::float::Float;
use super::form::{Access, Places};
use super::memory::Memory;
use super::polynomial::{MOST, Polynomial};
use super::tiles::Tile;
use crate::expr::{Expr, Symbol};
use crate::program::batch::{BLOCK, File, run};
use crate::program::{Isa, Program, ProgramError, Workspace};

#[derive(Clone, Debug)]
pub(super) struct Loop {
    /// Extents of the outer variables, and of the innermost.
    outer: SmallVec<[usize; 4]>,
    inner: usize,
    program: Program,
    sources: Vec<Place>,
    targets: Vec<Target>,
    clears: SmallVec<[usize; 2]>,
    polynomial: Option<Polynomial>,
}

/// A place and its steps along the variables of the loop.
#[derive(Clone, Debug)]
struct Place {
    buffer: usize,
    offset: i64,
    outer: SmallVec<[i64; 4]>,
    inner: i64,
}

#[derive(Clone, Debug)]
struct Target {
    place: Place,
    add: bool,
}

impl Loop {
    /// The loop over the common box of the items.
    pub(super) fn new(items: &[Item], places: &Places) -> Result<Loop, ProgramError> {
        let extents = &items[0].extents;
        let bodies: Vec<Expr> = items.iter().map(|item| item.body.clone()).collect();
        let mut names: Vec<Symbol> = bodies.iter().flat_map(Expr::free_symbols).collect();
        names.sort();
        names.dedup();
        let program = Program::compile(&bodies, &names)?;
        let mut accesses: Vec<Access> = Vec::with_capacity(names.len() + items.len());
        for name in &names {
            // Names were looked up when the parts were walked.
            let access = places
                .get(name)
                .ok_or_else(|| ProgramError::UnknownName { name: name.clone(), known: Vec::new() })?;
            let mut access = access.clone();
            access.steps.resize(extents.len(), 0);
            accesses.push(access);
        }
        accesses.extend(items.iter().map(|item| item.target.clone()));
        let order = nested(extents, &accesses);
        let (mut outer, mut inner) = (SmallVec::new(), 1);
        if let Some((last, rest)) = order.split_last() {
            outer.extend(rest.iter().map(|axis| axis.extent));
            inner = last.extent;
        }
        let place = |k: usize| {
            let (last, rest) = match order.split_last() {
                Some((last, rest)) => (last.steps[k], rest),
                // Of a single entry it does not matter, but that a sum stays where it is.
                None => (i64::from(k < names.len() || !items[k - names.len()].add), &[][..]),
            };
            let outer = rest.iter().map(|axis| axis.steps[k]).collect();
            Place { buffer: accesses[k].buffer, offset: accesses[k].offset, outer, inner: last }
        };
        let sources: Vec<Place> = (0..names.len()).map(place).collect();
        let targets =
            items.iter().enumerate().map(|(k, item)| Target { place: place(names.len() + k), add: item.add });
        let targets: Vec<Target> = targets.collect();
        let mut clears = SmallVec::new();
        for item in items.iter().filter(|item| item.clear) {
            clears.push(item.target.buffer);
        }
        let straight = run_straight(&sources, &targets, inner);
        let stored: Vec<bool> = targets.iter().map(|t| !t.add).collect();
        let polynomial = if straight { Polynomial::new(&program, &stored) } else { None };
        Ok(Loop { outer, inner, program, sources, targets, clears, polynomial })
    }

    /// The buffers that it reads or writes.
    pub(super) fn touched(&self) -> Vec<usize> {
        self.sources.iter().map(|s| s.buffer).chain(self.targets.iter().map(|t| t.place.buffer)).collect()
    }

    /// How many rows it runs over, where its one variable is that of rows.
    pub(super) fn rows(&self) -> Option<usize> {
        self.outer.is_empty().then_some(self.inner)
    }

    /// All values of the innermost variable.
    pub(super) fn all(&self) -> Range<usize> {
        0..self.inner
    }

    /// Does it read a vector there, each entry in its own row only?
    pub(super) fn reads(&self, (buffer, offset): (usize, usize)) -> bool {
        let mut places = self.sources.iter().filter(|s| s.buffer == buffer).peekable();
        places.peek().is_some() && places.all(|s| s.inner == 1 && s.offset == offset as i64)
    }

    /// Does it put a vector there, each entry in its own row?
    pub(super) fn writes(&self, (buffer, offset): (usize, usize)) -> bool {
        let places = self.targets.iter().filter(|t| !t.add).map(|t| &t.place);
        places.clone().any(|p| p.buffer == buffer && p.inner == 1 && p.offset == offset as i64)
    }

    /// Runs it for a range of the innermost variable; what is to be cleared is cleared with the first.
    pub(super) fn run<T: Float>(
        &self,
        range: Range<usize>,
        memory: &mut Memory<'_, '_, T>,
        workspace: &mut Workspace,
        tiles: &mut Vec<Tile>,
    ) {
        if range.start == 0 {
            for &buffer in &self.clears {
                memory.write(buffer).fill(T::default());
            }
        }
        if range.is_empty() || self.outer.contains(&0) {
            return;
        }
        if let Some(polynomial) = &self.polynomial
            && T::wide(&[]).is_some()
        {
            return self.run_polynomial(polynomial, range, memory, tiles, workspace.isa);
        }
        let isa = workspace.isa;
        let mut chunks = std::mem::take(&mut workspace.chunks);
        let tape = &self.program.tape;
        let chunk = tape.chunk().min(self.inner.next_multiple_of(BLOCK));
        prepare(&self.program, &mut chunks, chunk);
        let mut sums: SmallVec<[f64; 8]> = SmallVec::from_elem(0.0, self.targets.len());
        let mut odometer = Odometer::new(&self.outer);
        loop {
            let mut start = range.start;
            while start < range.end {
                let n = chunk.min(range.end - start);
                for (k, place) in self.sources.iter().enumerate() {
                    if place.inner == 0 && start > range.start {
                        continue;
                    }
                    let from = (odometer.at(place) + start as i64 * place.inner) as usize;
                    gather(memory.read(place.buffer), from, place.inner, &mut chunks[k * chunk..][..n]);
                }
                let mut file = File { numbers: &mut chunks, chunk, given: &[], outputs: &[] };
                // SAFETY: `prepare` has made room for all places.
                unsafe { run(isa, &tape.steps, &mut file, n.next_multiple_of(BLOCK)) };
                for (k, target) in self.targets.iter().enumerate() {
                    let values = &chunks[tape.outputs[k] as usize * chunk..][..n];
                    if target.is_sum() {
                        sums[k] += total(isa, values);
                    } else {
                        let to = (odometer.at(&target.place) + start as i64 * target.place.inner) as usize;
                        let into = memory.write(target.place.buffer);
                        scatter(values, into, to, target.place.inner, target.add);
                    }
                }
                start += n;
            }
            self.add_sums(memory, &odometer, &mut sums);
            if !odometer.advance(&self.outer) {
                workspace.chunks = chunks;
                return;
            }
        }
    }

    /// Adds what was summed along the innermost variable to where it belongs.
    fn add_sums<T: Float>(&self, memory: &mut Memory<'_, '_, T>, odometer: &Odometer, sums: &mut [f64]) {
        for (sum, target) in sums.iter_mut().zip(&self.targets) {
            if target.is_sum() {
                let y = &mut memory.write(target.place.buffer)[odometer.at(&target.place) as usize];
                *y = T::from_f64(y.to_f64() + *sum);
                *sum = 0.0;
            }
        }
    }

    fn run_polynomial<T: Float>(
        &self,
        polynomial: &Polynomial,
        range: Range<usize>,
        memory: &mut Memory<'_, '_, T>,
        tiles: &mut Vec<Tile>,
        isa: Isa,
    ) {
        let mut sums: SmallVec<[f64; 8]> = SmallVec::from_elem(0.0, self.targets.len());
        let mut odometer = Odometer::new(&self.outer);
        loop {
            // A buffer that is written is borrowed once, for all targets in it.
            let mut written: SmallVec<[(usize, *mut f64, usize); 4]> = SmallVec::new();
            let mut outputs: SmallVec<[Option<*mut f64>; MOST]> = SmallVec::new();
            for target in &self.targets {
                if target.is_sum() {
                    outputs.push(None);
                    continue;
                }
                let buffer = target.place.buffer;
                let known = written.iter().find(|(known, ..)| *known == buffer).copied();
                let (_, numbers, length) = known.unwrap_or_else(|| {
                    let numbers = T::wide_mut(memory.write(buffer)).unwrap_or_default();
                    written.push((buffer, numbers.as_mut_ptr(), numbers.len()));
                    written[written.len() - 1]
                });
                let at = odometer.at(&target.place) as usize + range.start;
                assert!(at + range.len() <= length, "places stay within their buffers");
                outputs.push(Some(numbers.wrapping_add(at)));
            }
            let mut sources: SmallVec<[*const f64; MOST]> = SmallVec::new();
            for source in &self.sources {
                let numbers = T::wide(memory.read(source.buffer)).unwrap_or_default();
                sources.push(numbers[odometer.at(source) as usize + range.start..][..range.len()].as_ptr());
            }
            // SAFETY: so many numbers are there, as was just seen; no two targets lie over each other, and no source is in a
            // buffer that is written (`run_straight`).
            unsafe { polynomial.run(isa, range.len(), &sources, &outputs, &mut sums, tiles) };
            self.add_sums(memory, &odometer, &mut sums);
            if !odometer.advance(&self.outer) {
                return;
            }
        }
    }
}

impl Target {
    /// Is it one number for all values of the innermost variable?
    fn is_sum(&self) -> bool {
        self.add && self.place.inner == 0
    }
}

/// Do all places lie side by side along the innermost variable, and no target over another or in a buffer that is read?
fn run_straight(sources: &[Place], targets: &[Target], inner: usize) -> bool {
    let overlap = |(k, t): (usize, &Target)| {
        targets[..k].iter().filter(|u| !u.is_sum() && u.place.buffer == t.place.buffer).any(|u| {
            u.place.outer != t.place.outer || (u.place.offset - t.place.offset).unsigned_abs() < inner as u64
        })
    };
    sources.len() <= MOST
        && targets.len() <= MOST
        && sources.iter().all(|s| s.inner == 1)
        && targets.iter().all(|t| t.is_sum() || (!t.add && t.place.inner == 1))
        && !targets.iter().any(|t| !t.is_sum() && sources.iter().any(|s| s.buffer == t.place.buffer))
        && !targets.iter().enumerate().filter(|(_, t)| !t.is_sum()).any(overlap)
}

/// The values of the outer variables.
struct Odometer(SmallVec<[usize; 4]>);

impl Odometer {
    fn new(outer: &[usize]) -> Odometer {
        Odometer(SmallVec::from_elem(0, outer.len()))
    }

    fn at(&self, place: &Place) -> i64 {
        place.offset + self.0.iter().zip(&place.outer).map(|(i, s)| *i as i64 * s).sum::<i64>()
    }

    /// To the next values; `false` after the last.
    fn advance(&mut self, outer: &[usize]) -> bool {
        for (i, n) in self.0.iter_mut().zip(outer).rev() {
            *i += 1;
            if *i < *n {
                return true;
            }
            *i = 0;
        }
        false
    }
}

/// Makes room for a chunk in the registers of a program, and puts its constants there.
fn prepare(program: &Program, registers: &mut Vec<f64>, chunk: usize) {
    let size = program.tape.places * chunk;
    if registers.len() < size {
        registers.resize(size, 0.0);
    }
    for (k, constant) in program.tape.constants.iter().enumerate() {
        registers[(program.inputs.len() + k) * chunk..][..chunk].fill(*constant);
    }
}

/// A variable of the loop, or several that run as one.
struct Axis {
    extent: usize,
    /// The step of each place.
    steps: Vec<i64>,
}

/// The axes of a loop, outermost first. Neighbours that every place steps through evenly are one.
fn nested(extents: &[i64], accesses: &[Access]) -> Vec<Axis> {
    let mut axes: Vec<Axis> = extents
        .iter()
        .enumerate()
        .filter(|(_, n)| **n != 1)
        .map(|(v, &n)| Axis { extent: n as usize, steps: accesses.iter().map(|a| a.steps[v]).collect() })
        .collect();
    // Far steps outside.
    axes.sort_by_key(|axis| std::cmp::Reverse(axis.steps.iter().map(|s| s.abs()).max()));
    let mut k = 1;
    while k < axes.len() {
        let n = axes[k].extent as i64;
        let even = axes[k - 1].steps.iter().zip(&axes[k].steps).all(|(outer, inner)| *outer == inner * n);
        if even {
            let outer = axes.remove(k - 1).extent;
            axes[k - 1].extent *= outer;
        } else {
            k += 1;
        }
    }
    // Longer than a chunk is no better.
    const LONG: usize = 256;
    // Innermost runs what lies side by side in most places, unless it is too short to be worth it.
    let worth = |axis: &Axis| {
        let near = axis.steps.iter().filter(|s| s.abs() <= 1).count() as f64 / axis.steps.len().max(1) as f64;
        (0.1 + near) * (axis.extent.min(LONG) as f64)
    };
    if let Some(best) = (0..axes.len()).max_by(|&a, &b| worth(&axes[a]).total_cmp(&worth(&axes[b]))) {
        let axis = axes.remove(best);
        axes.push(axis);
    }
    axes
}

fn gather<T: Float>(from: &[T], at: usize, step: i64, into: &mut [f64]) {
    match step {
        0 => into.fill(from[at].to_f64()),
        1 => {
            let from = &from[at..at + into.len()];
            for (y, x) in into.iter_mut().zip(from) {
                *y = x.to_f64();
            }
        }
        _ => {
            for (k, y) in into.iter_mut().enumerate() {
                *y = from[(at as i64 + k as i64 * step) as usize].to_f64();
            }
        }
    }
}

fn scatter<T: Float>(values: &[f64], into: &mut [T], at: usize, step: i64, add: bool) {
    match (step, add) {
        (1, false) => {
            for (y, x) in into[at..at + values.len()].iter_mut().zip(values) {
                *y = T::from_f64(*x);
            }
        }
        (1, true) => {
            for (y, x) in into[at..at + values.len()].iter_mut().zip(values) {
                *y = T::from_f64(y.to_f64() + *x);
            }
        }
        _ => {
            for (k, x) in values.iter().enumerate() {
                let y = &mut into[(at as i64 + k as i64 * step) as usize];
                *y = T::from_f64(if add { y.to_f64() + *x } else { *x });
            }
        }
    }
}
