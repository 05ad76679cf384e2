//! The normal equations: `H δ = g` with `H = J'J`, brought to a diagonal of 1, by Cholesky's factors.
//!
//! Here: factors in `f64` and in twice its precision, solutions, inverses; which directions are not determined.
//! Not here: how `H` is summed (`gram`), what is done with a solution (`linear`, `descent`).
//! Invariant: everything is symmetric in the units of the parameters: multiplying a column of `J` by a power of 2 multiplies
//! results, and changes no digit of them.
//! Source: Golub & Van Loan, *Matrix Computations*, 4th ed., §4.2; Björck, *Numerical Methods for Least Squares*, §2.6.

use std::ops::{Add, Div, Mul, Sub};

use super::double::Double;
use super::gram::place;

/// What factors are made of.
pub(super) trait Real:
    Copy + From<f64> + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self>
{
    /// A pivot below this is taken for 0: what is left of a column of length 1, squared.
    const NOTHING: f64;
    fn of(x: Double) -> Self;
    fn sqrt(self) -> Self;
    fn value(self) -> f64;
}

impl Real for f64 {
    const NOTHING: f64 = 1e-13;

    fn of(x: Double) -> f64 {
        x.value()
    }

    fn sqrt(self) -> f64 {
        f64::sqrt(self)
    }

    fn value(self) -> f64 {
        self
    }
}

impl Real for Double {
    const NOTHING: f64 = 1e-26;

    fn of(x: Double) -> Double {
        x
    }

    fn sqrt(self) -> Double {
        Double::sqrt(self)
    }

    fn value(self) -> f64 {
        Double::value(self)
    }
}

/// Below this the pivots of a factor in `f64` have lost half of their digits.
pub(super) const POOR: f64 = 1e-8;

/// `S H S = L L'` with a diagonal `S` that makes the diagonal of `S H S` 1 (but for powers of 2).
#[derive(Clone, Debug)]
pub(super) struct Factor<T> {
    size: usize,
    /// `S`.
    scale: Vec<f64>,
    /// `L`, row by row; of a column that is not determined only 0.
    lower: Vec<T>,
    /// The columns that hold nothing that those before them do not.
    pub(super) undetermined: Vec<usize>,
    /// The least pivot that is not taken for 0.
    pub(super) least: f64,
}

impl<T: Real> Factor<T> {
    /// Of the matrix with this upper triangle, `raised` being added to its diagonal where it is given.
    pub(super) fn new(size: usize, upper: &[T], raised: &[f64]) -> Factor<T> {
        let diagonal = |j: usize| upper[place(size, j, j)].value();
        // A power of 2 rounds nothing.
        let scale: Vec<f64> = (0..size).map(|j| power_of_two(diagonal(j))).collect();
        let mut lower = vec![T::from(0.0); size * size];
        let mut factor = Factor { size, scale, lower: Vec::new(), undetermined: Vec::new(), least: 1.0 };
        for j in 0..size {
            let s = T::from(factor.scale[j]);
            let raised = T::from(raised.get(j).copied().unwrap_or(0.0));
            let whole = (upper[place(size, j, j)] + raised) * s * s;
            let mut pivot = whole;
            for k in 0..j {
                pivot = pivot - lower[j * size + k] * lower[j * size + k];
            }
            let share = pivot.value() / whole.value();
            if share.is_nan() || share <= T::NOTHING || whole.value() <= 0.0 {
                factor.undetermined.push(j);
                continue;
            }
            factor.least = factor.least.min(share);
            let root = pivot.sqrt();
            lower[j * size + j] = root;
            for i in j + 1..size {
                let mut sum = upper[place(size, j, i)] * s * T::from(factor.scale[i]);
                for k in 0..j {
                    sum = sum - lower[i * size + k] * lower[j * size + k];
                }
                lower[i * size + j] = sum / root;
            }
        }
        factor.lower = lower;
        factor
    }

    /// `δ` with `H δ = g`; 0 for what is not determined.
    pub(super) fn solve(&self, g: &[T]) -> Vec<T> {
        let n = self.size;
        let mut x: Vec<T> = g.iter().zip(&self.scale).map(|(g, s)| *g * T::from(*s)).collect();
        for j in 0..n {
            let diagonal = self.lower[j * n + j];
            if diagonal.value() == 0.0 {
                x[j] = T::from(0.0);
                continue;
            }
            let mut sum = x[j];
            for (l, x) in self.lower[j * n..j * n + j].iter().zip(&x) {
                sum = sum - *l * *x;
            }
            x[j] = sum / diagonal;
        }
        for j in (0..n).rev() {
            let diagonal = self.lower[j * n + j];
            if diagonal.value() == 0.0 {
                continue;
            }
            let mut sum = x[j];
            for (row, x) in self.lower.chunks(n).zip(&x).skip(j + 1) {
                sum = sum - row[j] * *x;
            }
            x[j] = sum / diagonal;
        }
        x.iter().zip(&self.scale).map(|(x, s)| *x * T::from(*s)).collect()
    }

    /// `H⁻¹`, row by row; not a number in rows and columns of what is not determined.
    pub(super) fn inverse(&self) -> Vec<f64> {
        let n = self.size;
        let mut inverse = vec![0.0; n * n];
        let mut unit = vec![T::from(0.0); n];
        for j in 0..n {
            unit[j] = T::from(1.0);
            let column = self.solve(&unit);
            unit[j] = T::from(0.0);
            for (i, x) in column.iter().enumerate() {
                inverse[i * n + j] = x.value();
            }
        }
        for i in 0..n {
            for j in 0..i {
                let mean = 0.5 * (inverse[i * n + j] + inverse[j * n + i]);
                (inverse[i * n + j], inverse[j * n + i]) = (mean, mean);
            }
        }
        for j in &self.undetermined {
            for k in 0..n {
                inverse[j * n + k] = f64::NAN;
                inverse[k * n + j] = f64::NAN;
            }
        }
        inverse
    }
}

/// A power of 2 near one over the root of `x`; 1 where there is none.
fn power_of_two(x: f64) -> f64 {
    if !(x > 0.0 && x.is_finite()) {
        return 1.0;
    }
    (-0.5 * x.log2()).round().clamp(-500.0, 500.0).exp2()
}

/// How hard the parameters are to tell apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Spread {
    /// The condition number of `J` with columns of length 1, to two digits.
    pub(super) condition: f64,
    /// Directions along which nothing changes; where there is none, the one along which least does. Unit vectors in the
    /// parameters times the lengths of their columns.
    pub(super) directions: Vec<Vec<f64>>,
}

/// Of `J'J`, given by its upper triangle and its factor.
pub(super) fn spread<T: Real>(size: usize, upper: &[T], factor: &Factor<T>) -> Spread {
    let length: Vec<f64> = (0..size).map(|j| upper[place(size, j, j)].value().max(0.0).sqrt()).collect();
    if !factor.undetermined.is_empty() {
        return Spread {
            condition: f64::INFINITY,
            directions: null_directions(size, upper, &length, factor),
        };
    }
    // Where bounds hold every parameter there is nothing to tell apart.
    if size == 0 {
        return Spread { condition: 1.0, directions: Vec::new() };
    }
    let inverse = factor.inverse();
    let (largest, _) = power_iteration(size, |i, j| {
        upper[place(size, i.min(j), i.max(j))].value() / (length[i] * length[j])
    });
    let (inverse, direction) = power_iteration(size, |i, j| inverse[i * size + j] * length[i] * length[j]);
    Spread { condition: (largest * inverse).sqrt(), directions: vec![direction] }
}

/// The largest eigenvalue of a positive matrix and its vector, to a few digits.
fn power_iteration(size: usize, entry: impl Fn(usize, usize) -> f64) -> (f64, Vec<f64>) {
    let matrix: Vec<f64> = (0..size * size).map(|k| entry(k / size, k % size)).collect();
    // Nearly the diagonal of a cube: no eigenvector is likely to stand square to it.
    let mut x: Vec<f64> = (0..size).map(|k| 1.0 + 0.1 * ((k * k + 3 * k) as f64).sin()).collect();
    let (mut y, mut value) = (vec![0.0; size], 0.0);
    for _ in 0..300 {
        let norm = x.iter().map(|x| x * x).sum::<f64>().sqrt();
        x.iter_mut().for_each(|x| *x /= norm);
        for (y, row) in y.iter_mut().zip(matrix.chunks(size)) {
            *y = row.iter().zip(&x).map(|(a, x)| a * x).sum();
        }
        let next: f64 = x.iter().zip(&y).map(|(x, y)| x * y).sum();
        std::mem::swap(&mut x, &mut y);
        let settled = (next - value).abs() <= 1e-4 * next.abs();
        value = next;
        if settled || !value.is_finite() {
            break;
        }
    }
    let norm = x.iter().map(|x| x * x).sum::<f64>().sqrt();
    x.iter_mut().for_each(|x| *x /= norm);
    (value, x)
}

/// Along each of these `J` changes nothing: each dependent column and what the others make it of.
fn null_directions<T: Real>(size: usize, upper: &[T], length: &[f64], factor: &Factor<T>) -> Vec<Vec<f64>> {
    let dependent = &factor.undetermined;
    let mut directions = Vec::new();
    for &j in dependent {
        let mut direction = vec![0.0; size];
        direction[j] = 1.0;
        if length[j] > 0.0 {
            let mut g: Vec<T> = (0..size).map(|i| upper[place(size, i.min(j), i.max(j))]).collect();
            dependent.iter().for_each(|k| g[*k] = T::from(0.0));
            for (i, x) in factor.solve(&g).iter().enumerate() {
                if !dependent.contains(&i) {
                    direction[i] = -x.value() * length[i] / length[j];
                }
            }
        }
        let norm = direction.iter().map(|x| x * x).sum::<f64>().sqrt();
        direction.iter_mut().for_each(|x| *x /= norm);
        directions.push(direction);
    }
    directions
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The upper triangle of the Hilbert matrix, `1/(i + j + 1)`.
    fn hilbert<T: Real>(n: usize) -> Vec<T> {
        let mut upper = Vec::new();
        for i in 0..n {
            for j in i..n {
                upper.push(T::from(1.0) / T::from((i + j + 1) as f64));
            }
        }
        upper
    }

    #[test]
    fn inverse_of_the_hilbert_matrix() {
        // Its inverse has whole entries; the first is n², the last of n = 10 is known, too.
        let factor = Factor::<Double>::new(10, &hilbert(10), &[]);
        let inverse = factor.inverse();
        assert!((inverse[0] - 100.0).abs() < 1e-10, "{}", inverse[0]);
        assert!((inverse[1] + 4950.0).abs() < 1e-8, "{}", inverse[1]);
        assert!((inverse[99] / 44_914_183_600.0 - 1.0).abs() < 1e-13, "{}", inverse[99]);
        assert!(factor.least < 1e-9 && factor.undetermined.is_empty());
    }

    #[test]
    fn a_column_twice() {
        // Columns a, b and a + 2 b of lengths that differ.
        let (a, b) = ([1.0, 2.0, 3.0, 4.0], [1.0, 0.0, 1.0, 5.0]);
        let columns = [a, b, std::array::from_fn(|k| a[k] + 2.0 * b[k])];
        let mut upper = Vec::new();
        for i in 0..3 {
            for j in i..3 {
                upper.push(Double::from(columns[i].iter().zip(columns[j]).map(|(x, y)| x * y).sum::<f64>()));
            }
        }
        let factor = Factor::new(3, &upper, &[]);
        assert_eq!(factor.undetermined, [2]);
        let spread = spread(3, &upper, &factor);
        assert_eq!(spread.condition, f64::INFINITY);
        let length = |c: &[f64; 4]| c.iter().map(|x| x * x).sum::<f64>().sqrt();
        let back: Vec<f64> = spread.directions[0].iter().zip(&columns).map(|(d, c)| d / length(c)).collect();
        assert!((back[0] / back[2] + 1.0).abs() < 1e-12 && (back[1] / back[2] + 2.0).abs() < 1e-12);
    }
}
