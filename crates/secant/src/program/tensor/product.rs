//! Two factors multiplied and summed: matrix products, matrix times vector, scalar products, one for each entry of what is
//! left over.
//!
//! Here: which variables are the rows, the columns and the inside of a matrix product, which are looped over.
//! Not here: the product itself (`matrix`), which pair is multiplied when (`order`).
//! Invariant: `C = A diag(d) B`, where the diagonal is never a matrix; a product of a matrix with its own transpose is
//! computed below the diagonal and mirrored.

use smallvec::SmallVec;

use super::float::Float;
use super::form::Access;
use super::matrix::{self, Matrix, Packs};
use super::memory::Memory;
use super::order::Set;
use crate::program::Isa;

#[derive(Clone, Debug)]
pub(super) struct Product {
    a: Place,
    b: Place,
    c: Place,
    diagonals: Vec<Place>,
    /// Rows of `C`, its columns, and what is summed.
    rows: Axis,
    columns: Axis,
    inside: Axis,
    outer: Vec<Axis>,
    /// Some of the outer axes are summed over as well.
    adds: bool,
    symmetric: bool,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    buffer: usize,
    offset: i64,
}

/// A variable, or several that run as one, with its steps in `A`, `B`, `C` and the diagonals.
#[derive(Clone, Debug)]
struct Axis {
    extent: usize,
    a: i64,
    b: i64,
    c: i64,
    d: SmallVec<[i64; 2]>,
}

/// Matrix times vector: buffers with offsets, extents and steps of the matrix.
#[derive(Clone, Copy, Debug)]
pub(super) struct MatrixVector {
    pub(super) matrix: (usize, usize),
    pub(super) vector: (usize, usize),
    pub(super) out: (usize, usize),
    pub(super) rows: usize,
    pub(super) inside: usize,
    pub(super) row_step: usize,
    pub(super) inside_step: usize,
}

impl MatrixVector {
    /// Is the matrix read row by row, so many rows?
    pub(super) fn is_by_rows(&self, rows: usize) -> bool {
        self.rows == rows && self.inside_step == 1
    }

    /// Is it read as the transpose of a matrix of so many rows?
    pub(super) fn is_transposed(&self, rows: usize) -> bool {
        self.inside == rows && self.row_step == 1
    }
}

impl Axis {
    /// Can it run inside `outer` as one axis?
    fn continues(&self, outer: &Axis) -> bool {
        let n = self.extent as i64;
        outer.a == self.a * n
            && outer.b == self.b * n
            && outer.c == self.c * n
            && outer.d.iter().zip(&self.d).all(|(o, i)| *o == i * n)
    }
}

impl Product {
    /// `c = Σ a b Π diagonals` over the variables `gone`; each access has a step for every variable.
    pub(super) fn new(
        a: &Access,
        b: &Access,
        c: &Access,
        diagonals: &[Access],
        extents: &[i64],
        gone: Set,
    ) -> Product {
        let mut kinds: [Vec<Axis>; 4] = Default::default();
        for (v, &n) in extents.iter().enumerate() {
            let d = diagonals.iter().map(|d| d.steps[v]).collect();
            let axis = Axis { extent: n as usize, a: a.steps[v], b: b.steps[v], c: c.steps[v], d };
            let summed = gone >> v & 1 == 1;
            let kind = match (axis.a != 0, axis.b != 0) {
                _ if summed => 2,
                (true, false) => 0,
                (false, true) => 1,
                (true, true) => 3,
                (false, false) => continue,
            };
            if n != 1 {
                kinds[kind].push(axis);
            }
        }
        // In each kind the longest run of variables that step as one; the others are looped over.
        let unit = Axis { extent: 1, a: 0, b: 0, c: 0, d: SmallVec::from_elem(0, diagonals.len()) };
        let mut outer = Vec::new();
        let mut adds = false;
        let mut main = |kind: usize, axes: &mut Vec<Axis>| -> Axis {
            axes.sort_by_key(|axis| std::cmp::Reverse(axis.a.abs().max(axis.b.abs())));
            let mut k = 1;
            while k < axes.len() {
                if axes[k].continues(&axes[k - 1]) {
                    let n = axes.remove(k - 1).extent;
                    axes[k - 1].extent *= n;
                } else {
                    k += 1;
                }
            }
            let longest = if kind == 3 { None } else { (0..axes.len()).max_by_key(|&k| axes[k].extent) };
            let main = longest.map_or_else(|| unit.clone(), |k| axes.remove(k));
            adds |= kind == 2 && !axes.is_empty();
            outer.append(axes);
            main
        };
        let [mut rows, mut columns, mut inside, mut batch] = kinds;
        let rows = main(0, &mut rows);
        let columns = main(1, &mut columns);
        let inside = main(2, &mut inside);
        main(3, &mut batch);
        let place = |access: &Access| Place { buffer: access.buffer, offset: access.offset };
        let (a, b, c) = (place(a), place(b), place(c));
        let same_place = a.buffer == b.buffer && a.offset == b.offset && inside.a == inside.b;
        let symmetric = same_place
            && rows.extent == columns.extent
            && rows.a == columns.b
            && outer.iter().all(|axis| axis.a == axis.b);
        let diagonals = diagonals.iter().map(place).collect();
        Product { a, b, c, diagonals, rows, columns, inside, outer, adds, symmetric }
    }

    pub(super) fn touched(&self) -> Vec<usize> {
        let diagonals = self.diagonals.iter().map(|d| d.buffer);
        [self.a.buffer, self.b.buffer, self.c.buffer].into_iter().chain(diagonals).collect()
    }

    pub(super) fn run<T: Float>(&self, memory: &mut Memory<'_, '_, T>, packs: &mut Packs<T>, isa: Isa) {
        let mut taken = memory.take(self.c.buffer);
        let c = taken.numbers();
        if self.adds || self.inside.extent == 0 {
            // What the sums are added to. The buffer is this product's alone.
            c.fill(T::default());
        }
        if self.outer.iter().all(|axis| axis.extent > 0) && self.inside.extent > 0 {
            self.run_over(memory, c, packs, isa);
        }
        memory.put(self.c.buffer, taken);
    }

    fn run_over<T: Float>(&self, memory: &Memory<'_, '_, T>, c: &mut [T], packs: &mut Packs<T>, isa: Isa) {
        let (a, b) = (memory.read(self.a.buffer), memory.read(self.b.buffer));
        let mut index: SmallVec<[usize; 4]> = SmallVec::from_elem(0, self.outer.len());
        loop {
            let at = |place: Place, step: &dyn Fn(&Axis) -> i64| {
                let sum: i64 = index.iter().zip(&self.outer).map(|(i, axis)| *i as i64 * step(axis)).sum();
                (place.offset + sum) as usize
            };
            let left = Matrix {
                data: &a[at(self.a, &|axis| axis.a)..],
                rows: self.rows.extent,
                columns: self.inside.extent,
                steps: (self.rows.a, self.inside.a),
            };
            let right = Matrix {
                data: &b[at(self.b, &|axis| axis.b)..],
                rows: self.inside.extent,
                columns: self.columns.extent,
                steps: (self.inside.b, self.columns.b),
            };
            // The first diagonal that changes along the inside is one; what does not is a number in front.
            let mut factor = T::from_f64(1.0);
            let mut diagonals: SmallVec<[(&[T], i64); 2]> = SmallVec::new();
            for (k, place) in self.diagonals.iter().enumerate() {
                let d = &memory.read(place.buffer)[at(*place, &|axis| axis.d[k])..];
                match self.inside.d[k] {
                    0 => factor *= d[0],
                    step => diagonals.push((d, step)),
                }
            }
            packs.diagonal.clear();
            if factor != T::from_f64(1.0) || !diagonals.is_empty() {
                packs.diagonal.resize(self.inside.extent, factor);
                for (d, step) in diagonals {
                    for (k, y) in packs.diagonal.iter_mut().enumerate() {
                        *y *= d[(k as i64 * step) as usize];
                    }
                }
            }
            let start = at(self.c, &|axis| axis.c);
            let steps = (self.rows.c, self.columns.c);
            matrix::multiply(left, right, &mut c[start..], steps, self.adds, self.symmetric, packs, isa);
            let mut axis = self.outer.len();
            loop {
                if axis == 0 {
                    return;
                }
                axis -= 1;
                index[axis] += 1;
                if index[axis] < self.outer[axis].extent {
                    break;
                }
                index[axis] = 0;
            }
        }
    }

    /// The product as matrix times vector, where it is one and the vectors lie side by side.
    pub(super) fn matrix_vector(&self) -> Option<MatrixVector> {
        let place = |p: Place| (p.buffer, p.offset as usize);
        let whole = self.outer.is_empty() && self.diagonals.is_empty() && !self.adds;
        let (matrix, vector, rows, steps) = match (self.rows.extent, self.columns.extent) {
            (_, 1) => (self.a, self.b, &self.rows, [self.rows.a, self.inside.a, self.inside.b]),
            (1, _) => (self.b, self.a, &self.columns, [self.columns.b, self.inside.b, self.inside.a]),
            _ => return None,
        };
        let [row_step, inside_step, vector_step] = steps;
        let forward = row_step > 0 && inside_step > 0 && vector_step == 1 && rows.c == 1;
        (whole && forward).then_some(MatrixVector {
            matrix: place(matrix),
            vector: place(vector),
            out: place(self.c),
            rows: rows.extent,
            inside: self.inside.extent,
            row_step: row_step as usize,
            inside_step: inside_step as usize,
        })
    }

    pub(super) fn target(&self) -> usize {
        self.c.buffer
    }
}
