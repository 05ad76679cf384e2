//! Products of columns: `A'A`, from the rows of a piece, by the instructions of the machine.
//!
//! Here: the loops, in `f64` and exact to twice its precision.
//! Not here: what the columns are (`pass`), what is done with the products (`normal`).
//! Invariant: the order of additions depends on the number of rows alone.

use super::double::{Double, two_product, two_sum};
use crate::program::Isa;

/// Additions that go on side by side.
const LANES: usize = 8;
/// Rows that stay in the nearest cache while all pairs of columns are multiplied.
const BLOCK: usize = 256;
/// Columns that are multiplied by as many others at a time.
const TILE: usize = 3;

/// Entries of the upper triangle of a matrix of `q` rows, and columns of it.
pub(super) fn triangle(q: usize) -> usize {
    q * (q + 1) / 2
}

/// The place of an entry of the upper triangle, row by row; `i ≤ j`.
pub(super) fn place(q: usize, i: usize, j: usize) -> usize {
    i * (2 * q - i + 1) / 2 + j - i
}

/// A function of loops, compiled for each instruction set; the last word is the body, which knows whether the machine
/// multiplies and adds in one rounding.
macro_rules! on_every_machine {
    ($(#[$doc:meta])* fn $name:ident($($arg:ident: $type:ty),* $(,)?) = $body:ident, $avx2:ident, $avx512:ident) => {
        $(#[$doc])*
        pub(super) fn $name(isa: Isa, $($arg: $type),*) {
            match isa {
                // SAFETY: the machine has these instructions.
                #[cfg(target_arch = "x86_64")]
                Isa::Avx2 if isa.is_available() => unsafe { $avx2($($arg),*) },
                // SAFETY: as above.
                #[cfg(target_arch = "x86_64")]
                Isa::Avx512 if isa.is_available() => unsafe { $avx512($($arg),*) },
                Isa::Baseline | Isa::Avx2 | Isa::Avx512 => $body::<false>($($arg),*),
            }
        }

        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx2,fma")]
        unsafe fn $avx2($($arg: $type),*) {
            $body::<true>($($arg),*);
        }

        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx2,fma")]
        unsafe fn $avx512($($arg: $type),*) {
            $body::<true>($($arg),*);
        }
    };
}

on_every_machine! {
    /// Adds the products of every two columns to `out`, the upper triangle row by row. The columns are equally long.
    fn add_products(columns: &[&[f64]], out: &mut [f64]) = products, products_avx2, products_avx512
}

on_every_machine! {
    /// [`add_products`], each exact to twice the precision; `low`, where given, are the lower halves of the columns.
    fn add_exact_products(columns: &[&[f64]], low: Option<&[&[f64]]>, out: &mut [Double])
        = exact, exact_avx2, exact_avx512
}

on_every_machine! {
    /// What is left of the first column when so many of each other one are taken from it, in two parts that make twice the
    /// precision.
    fn subtract(columns: &[&[f64]], params: &[Double], high: &mut [f64], low: &mut [f64])
        = rest, rest_avx2, rest_avx512
}

on_every_machine! {
    /// Adds the square of a column in two parts to the first of `out`, and its products with others to the rest.
    fn add_products_with(high: &[f64], low: &[f64], columns: &[&[f64]], out: &mut [Double])
        = with, with_avx2, with_avx512
}

#[inline(always)]
fn products<const FMA: bool>(columns: &[&[f64]], out: &mut [f64]) {
    let q = columns.len();
    let rows = columns.first().map_or(0, |c| c.len());
    let mut start = 0;
    while start < rows {
        let end = rows.min(start + BLOCK);
        for i in (0..q).step_by(TILE) {
            for j in (i..q).step_by(TILE) {
                // Beyond the last column it stands in for those that are missing.
                let side =
                    |first: usize| std::array::from_fn(|k| &columns[(first + k).min(q - 1)][start..end]);
                let sums = tile::<FMA>(side(i), side(j));
                for (a, row) in sums.iter().enumerate() {
                    for (b, sum) in row.iter().enumerate() {
                        let (i, j) = (i + a, j + b);
                        if i <= j && j < q {
                            out[place(q, i, j)] += sum;
                        }
                    }
                }
            }
        }
        start = end;
    }
}

#[inline(always)]
fn tile<const FMA: bool>(left: [&[f64]; TILE], right: [&[f64]; TILE]) -> [[f64; TILE]; TILE] {
    let mut sums = [[[0.0; LANES]; TILE]; TILE];
    let mut l = left.map(|c| c.as_chunks::<LANES>().0.iter());
    let mut r = right.map(|c| c.as_chunks::<LANES>().0.iter());
    while let (Some(l0), Some(l1), Some(l2), Some(r0), Some(r1), Some(r2)) =
        (l[0].next(), l[1].next(), l[2].next(), r[0].next(), r[1].next(), r[2].next())
    {
        let (l, r) = ([l0, l1, l2], [r0, r1, r2]);
        for a in 0..TILE {
            for b in 0..TILE {
                for k in 0..LANES {
                    let sum = &mut sums[a][b][k];
                    *sum = if FMA { l[a][k].mul_add(r[b][k], *sum) } else { *sum + l[a][k] * r[b][k] };
                }
            }
        }
    }
    let (l, r) = (left.map(|c| c.as_chunks::<LANES>().1), right.map(|c| c.as_chunks::<LANES>().1));
    std::array::from_fn(|a| {
        std::array::from_fn(|b| {
            let mut lanes = sums[a][b];
            for (k, (x, y)) in l[a].iter().zip(r[b]).enumerate() {
                lanes[k] += x * y;
            }
            let [x0, x1, x2, x3, x4, x5, x6, x7] = lanes;
            ((x0 + x4) + (x2 + x6)) + ((x1 + x5) + (x3 + x7))
        })
    })
}

#[inline(always)]
fn exact<const FMA: bool>(columns: &[&[f64]], low: Option<&[&[f64]]>, out: &mut [Double]) {
    let q = columns.len();
    for i in 0..q {
        for j in i..q {
            let sum = match low {
                None => dot(columns[i], columns[j]),
                Some(low) => dot_of_double([columns[i], low[i]], [columns[j], low[j]]),
            };
            let out = &mut out[place(q, i, j)];
            *out = *out + sum;
        }
    }
}

#[inline(always)]
fn with<const FMA: bool>(high: &[f64], low: &[f64], columns: &[&[f64]], out: &mut [Double]) {
    for (k, out) in out.iter_mut().enumerate() {
        let (other, times) = if k == 0 { (high, 2.0) } else { (columns[k - 1], 1.0) };
        *out = *out + dot(high, other) + dot(low, other) * Double::from(times);
    }
}

/// Adds the product to the sum in each lane.
#[inline(always)]
fn add(high: &mut f64, low: &mut f64, x: f64, y: f64, rest: f64) {
    let (p, e) = two_product(x, y);
    let (s, t) = two_sum(*high, p);
    (*high, *low) = (s, *low + (t + (e + rest)));
}

#[inline(always)]
fn dot(x: &[f64], y: &[f64]) -> Double {
    let (mut high, mut low) = ([0.0; LANES], [0.0; LANES]);
    let ((xs, x_rest), (ys, y_rest)) = (x.as_chunks::<LANES>(), y.as_chunks::<LANES>());
    for (x, y) in xs.iter().zip(ys) {
        for k in 0..LANES {
            add(&mut high[k], &mut low[k], x[k], y[k], 0.0);
        }
    }
    for (k, (x, y)) in x_rest.iter().zip(y_rest).enumerate() {
        add(&mut high[k], &mut low[k], *x, *y, 0.0);
    }
    total(&high, &low)
}

#[inline(always)]
fn rest<const FMA: bool>(columns: &[&[f64]], params: &[Double], high: &mut [f64], low: &mut [f64]) {
    high.copy_from_slice(columns[0]);
    low.fill(0.0);
    for (column, b) in columns[1..].iter().zip(params) {
        for ((high, low), x) in high.iter_mut().zip(low.iter_mut()).zip(*column) {
            add(high, low, -b.high, *x, -b.low * x);
        }
    }
}

#[inline(always)]
fn dot_of_double(x: [&[f64]; 2], y: [&[f64]; 2]) -> Double {
    let mut sum = Double::ZERO;
    for k in 0..x[0].len() {
        let (x, y) = (Double { high: x[0][k], low: x[1][k] }, Double { high: y[0][k], low: y[1][k] });
        sum = sum + x * y;
    }
    sum
}

#[inline(always)]
fn total(high: &[f64; LANES], low: &[f64; LANES]) -> Double {
    let lanes = high.iter().zip(low);
    lanes.fold(Double::ZERO, |sum, (high, low)| (sum + Double::from(*high)).plus(*low))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(q: usize, rows: usize) -> Vec<Vec<f64>> {
        (0..q)
            .map(|j| (0..rows).map(|i| ((i * (j + 3) + 7 * j) % 101) as f64 / 7.0 - 5.0).collect())
            .collect()
    }

    #[test]
    fn every_pair_of_columns_on_every_machine() {
        for q in 1..9 {
            for rows in [0, 1, 7, 8, 9, 255, 256, 257, 600] {
                let columns = columns(q, rows);
                let views: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
                for isa in Isa::ALL.iter().copied().filter(|isa| isa.is_available()) {
                    let mut fast = vec![0.0; triangle(q)];
                    add_products(isa, &views, &mut fast);
                    let mut sure = vec![Double::ZERO; triangle(q)];
                    add_exact_products(isa, &views, None, &mut sure);
                    for i in 0..q {
                        for j in i..q {
                            let want: f64 = columns[i].iter().zip(&columns[j]).map(|(a, b)| a * b).sum();
                            let scale: f64 =
                                columns[i].iter().zip(&columns[j]).map(|(a, b)| (a * b).abs()).sum();
                            let have = [fast[place(q, i, j)], sure[place(q, i, j)].value()];
                            assert!(
                                have.iter().all(|h| (h - want).abs() <= 1e-13 * scale),
                                "{i} {j} of {q}, {rows} rows, {}: {have:?} for {want}",
                                isa.name()
                            );
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn nothing_is_lost_where_large_products_cancel() {
        let rows = 1000;
        let x: Vec<f64> = (0..rows).map(|i| if i % 2 == 0 { 1e15 + 1.0 } else { 1e15 }).collect();
        let y: Vec<f64> = (0..rows).map(|i| if i % 2 == 0 { 1e15 } else { -1e15 }).collect();
        let mut out = [Double::ZERO; 3];
        add_exact_products(Isa::best(), &[&x, &y], None, &mut out);
        assert_eq!(out[1].value(), 500.0 * 1e15);
    }
}
