//! Products of matrices with any strides.
//!
//! Here: `C = A diag(d) B`, blocked and packed for large ones; matrix times vector; the lower half for symmetric results.
//! Not here: which axes are rows and columns (`product`), factorisations (`linear`).
//! Why our own: at 10⁴ × 500 times its transpose on an AVX-512 core, faer 0.24, gemm 0.19 and matrixmultiply 0.3 reach 97, 115
//! and 103 GFlop/s and take 44, 15 and 1 s to compile; none folds in a diagonal, two allocate in each call, and only
//! faer does half the work for a symmetric result, after a copy of the scaled rows. This one does all three.
//! Accuracy: each entry is a sum of rounded or fused products, in blocks of [`DEPTH`]; instruction sets with fused
//! multiplication round differently from those without.
//!
//! # Source
//! Goto & van de Geijn, "Anatomy of High-Performance Matrix Multiplication", ACM TOMS 34 (2008).

use super::compiled::{add_product, compiled, kernel};
use super::float::Float;
use super::tile::{MOST_COLUMNS, ROWS};
use crate::program::Isa;

/// A matrix somewhere in a slice: entry `(i, j)` at `i · steps.0 + j · steps.1`.
#[derive(Clone, Copy)]
pub(super) struct Matrix<'a, T> {
    pub(super) data: &'a [T],
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) steps: (i64, i64),
}

impl<'a, T: Float> Matrix<'a, T> {
    fn at(&self, i: usize, j: usize) -> T {
        self.data[(i as i64 * self.steps.0 + j as i64 * self.steps.1) as usize]
    }

    fn transposed(self) -> Matrix<'a, T> {
        Matrix { rows: self.columns, columns: self.rows, steps: (self.steps.1, self.steps.0), ..self }
    }
}

/// Memory for packed blocks, kept between calls.
#[derive(Clone, Debug, Default)]
pub(super) struct Packs<T> {
    left: Vec<T>,
    right: Vec<T>,
    vector: Vec<T>,
    /// The diagonal between the factors; empty for the identity.
    pub(super) diagonal: Vec<T>,
}

/// Entries summed at a time: a panel of this depth of both factors stays in the caches.
const DEPTH: usize = 256;
/// Rows of `A` packed at a time.
const HEIGHT: usize = 96;
/// Columns of `B` packed at a time.
const WIDTH: usize = 1008;
/// Multiplications below which packing is not worth it.
const SMALL: usize = 8192;

/// `C = A diag(d) B`, or `C += …` when it adds; `symmetric` says that the result is.
#[allow(clippy::too_many_arguments)]
pub(super) fn multiply<T: Float>(
    a: Matrix<'_, T>,
    b: Matrix<'_, T>,
    c: &mut [T],
    steps: (i64, i64),
    adds: bool,
    symmetric: bool,
    packs: &mut Packs<T>,
    isa: Isa,
) {
    if b.columns == 1 {
        return by_vector(a, b, c, steps.0, adds, packs, isa);
    }
    if a.rows == 1 {
        return by_vector(b.transposed(), a.transposed(), c, steps.1, adds, packs, isa);
    }
    if a.rows * b.columns * a.columns <= SMALL {
        return small(a, b, c, steps, adds, &packs.diagonal);
    }
    blocked(a, b, c, steps, adds, symmetric, packs, isa);
}

fn small<T: Float>(
    a: Matrix<'_, T>,
    b: Matrix<'_, T>,
    c: &mut [T],
    steps: (i64, i64),
    adds: bool,
    diagonal: &[T],
) {
    for i in 0..a.rows {
        for j in 0..b.columns {
            let mut sum = T::default();
            for k in 0..a.columns {
                let term = a.at(i, k) * b.at(k, j);
                sum += if diagonal.is_empty() { term } else { term * diagonal[k] };
            }
            let y = &mut c[(i as i64 * steps.0 + j as i64 * steps.1) as usize];
            *y = if adds { *y + sum } else { sum };
        }
    }
}

/// `A (d .* v)`.
fn by_vector<T: Float>(
    a: Matrix<'_, T>,
    v: Matrix<'_, T>,
    c: &mut [T],
    step: i64,
    adds: bool,
    packs: &mut Packs<T>,
    isa: Isa,
) {
    packs.vector.clear();
    packs.vector.extend((0..v.rows).map(|k| v.at(k, 0)));
    for (y, d) in packs.vector.iter_mut().zip(&packs.diagonal) {
        *y *= *d;
    }
    let v = &packs.vector[..];
    if a.steps.1 == 1 || a.columns == 1 {
        for i in 0..a.rows {
            let start = (i as i64 * a.steps.0) as usize;
            let sum = dot(isa, &a.data[start..start + a.columns], v);
            let y = &mut c[(i as i64 * step) as usize];
            *y = if adds { *y + sum } else { sum };
        }
    } else if a.steps.0 == 1 && step == 1 {
        let c = &mut c[..a.rows];
        if !adds {
            c.fill(T::default());
        }
        let column = |k: usize| &a.data[(k as i64 * a.steps.1) as usize..][..a.rows];
        let (fours, rest) = v.as_chunks::<4>();
        for (k, weights) in fours.iter().enumerate() {
            let first = 4 * k;
            let columns = [column(first), column(first + 1), column(first + 2), column(first + 3)];
            combine(isa, c, columns, *weights);
        }
        for (k, weight) in rest.iter().enumerate() {
            combine(isa, c, [column(4 * fours.len() + k)], [*weight]);
        }
    } else {
        for i in 0..a.rows {
            let sum = (0..a.columns).fold(T::default(), |sum, k| sum + a.at(i, k) * v[k]);
            let y = &mut c[(i as i64 * step) as usize];
            *y = if adds { *y + sum } else { sum };
        }
    }
}

compiled! {
    /// `Σ a b`.
    pub(super) fn dot<T: Float>(a: &[T], b: &[T]) -> T = dot_body
}

#[inline(always)]
fn dot_body<T: Float, const FUSED: bool>(a: &[T], b: &[T]) -> T {
    const LANES: usize = 64;
    let mut parts = [T::default(); LANES];
    let ((a_blocks, a_rest), (b_blocks, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    for (x, y) in a_blocks.iter().zip(b_blocks) {
        for k in 0..LANES {
            parts[k] = add_product::<T, FUSED>(x[k], y[k], parts[k]);
        }
    }
    for (part, (x, y)) in parts.iter_mut().zip(a_rest.iter().zip(b_rest)) {
        *part = add_product::<T, FUSED>(*x, *y, *part);
    }
    let mut width = LANES;
    while width > 1 {
        width /= 2;
        for k in 0..width {
            parts[k] += parts[k + width];
        }
    }
    parts[0]
}

compiled! {
    /// `y += Σ weights[k] columns[k]`.
    pub(super) fn combine<T: Float, const N: usize>(y: &mut [T], columns: [&[T]; N], weights: [T; N]) = combine_body
}

#[inline(always)]
fn combine_body<T: Float, const N: usize, const FUSED: bool>(
    y: &mut [T],
    columns: [&[T]; N],
    weights: [T; N],
) {
    let columns = columns.map(|column| &column[..y.len()]);
    for i in 0..y.len() {
        let mut sum = y[i];
        for k in 0..N {
            sum = add_product::<T, FUSED>(weights[k], columns[k][i], sum);
        }
        y[i] = sum;
    }
}

#[allow(clippy::too_many_arguments)]
fn blocked<T: Float>(
    a: Matrix<'_, T>,
    b: Matrix<'_, T>,
    c: &mut [T],
    steps: (i64, i64),
    adds: bool,
    symmetric: bool,
    packs: &mut Packs<T>,
    isa: Isa,
) {
    let (m, n, depth) = (a.rows, b.columns, a.columns);
    let Packs { left, right, diagonal, .. } = packs;
    let kernel = kernel(isa);
    let round = |size: usize, to: usize| size.div_ceil(to) * to;
    let room = |v: &mut Vec<T>, size: usize| {
        if v.len() < size {
            v.resize(size, T::default());
        }
    };
    room(left, round(m.min(HEIGHT), ROWS) * depth.min(DEPTH));
    room(right, round(n.min(WIDTH), T::COLUMNS) * depth.min(DEPTH));
    for column in (0..n).step_by(WIDTH) {
        let width = WIDTH.min(n - column);
        for inside in (0..depth).step_by(DEPTH) {
            let deep = DEPTH.min(depth - inside);
            // B in strips of T::COLUMNS, each stored row by row, the diagonal multiplied in.
            for (strip, into) in
                right.chunks_mut(T::COLUMNS * deep).take(width.div_ceil(T::COLUMNS)).enumerate()
            {
                let first = column + strip * T::COLUMNS;
                let count = T::COLUMNS.min(n - first);
                for (k, line) in into.chunks_exact_mut(T::COLUMNS).enumerate() {
                    let start = (inside + k) as i64 * b.steps.0 + first as i64 * b.steps.1;
                    pack(b.data, start, b.steps.1, count, line);
                    if let Some(d) = diagonal.get(inside + k) {
                        line.iter_mut().for_each(|x| *x *= *d);
                    }
                }
            }
            for row in (0..m).step_by(HEIGHT) {
                let height = HEIGHT.min(m - row);
                // Only what is on the diagonal or below it.
                if symmetric && row + height <= column {
                    continue;
                }
                for (strip, into) in left.chunks_mut(ROWS * deep).take(height.div_ceil(ROWS)).enumerate() {
                    let first = row + strip * ROWS;
                    let count = ROWS.min(m - first);
                    for (k, line) in into.chunks_exact_mut(ROWS).enumerate() {
                        let start = first as i64 * a.steps.0 + (inside + k) as i64 * a.steps.1;
                        pack(a.data, start, a.steps.0, count, line);
                    }
                }
                for (j, b_strip) in
                    right.chunks(T::COLUMNS * deep).take(width.div_ceil(T::COLUMNS)).enumerate()
                {
                    let first = column + j * T::COLUMNS;
                    for (i, a_strip) in left.chunks(ROWS * deep).take(height.div_ceil(ROWS)).enumerate() {
                        let top = row + i * ROWS;
                        if symmetric && top + ROWS <= first {
                            continue;
                        }
                        let mut tile = [T::default(); ROWS * MOST_COLUMNS];
                        T::tile(kernel, &a_strip[..ROWS * deep], &b_strip[..T::COLUMNS * deep], &mut tile);
                        let (rows, columns) = (ROWS.min(m - top), T::COLUMNS.min(n - first));
                        let begin = top as i64 * steps.0 + first as i64 * steps.1;
                        put(&tile, rows, columns, &mut c[begin as usize..], steps, adds || inside > 0);
                    }
                }
            }
        }
    }
    if symmetric {
        for i in 0..m {
            for j in i + 1..n {
                c[(i as i64 * steps.0 + j as i64 * steps.1) as usize] =
                    c[(j as i64 * steps.0 + i as i64 * steps.1) as usize];
            }
        }
    }
}

/// `count` entries from `start` on, and noughts behind.
#[inline]
fn pack<T: Float>(from: &[T], start: i64, step: i64, count: usize, into: &mut [T]) {
    if step == 1 {
        into[..count].copy_from_slice(&from[start as usize..start as usize + count]);
    } else {
        for (k, y) in into[..count].iter_mut().enumerate() {
            *y = from[(start + k as i64 * step) as usize];
        }
    }
    into[count..].fill(T::default());
}

fn put<T: Float>(tile: &[T], rows: usize, columns: usize, c: &mut [T], steps: (i64, i64), adds: bool) {
    for (i, line) in tile.chunks_exact(T::COLUMNS).take(rows).enumerate() {
        for (j, x) in line.iter().take(columns).enumerate() {
            let y = &mut c[(i as i64 * steps.0 + j as i64 * steps.1) as usize];
            *y = if adds { *y + *x } else { *x };
        }
    }
}
