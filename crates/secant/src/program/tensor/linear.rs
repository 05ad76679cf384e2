//! Linear algebra of square matrices: elimination with row exchanges, solutions, inverse, determinant.
//!
//! Source: Golub & Van Loan, *Matrix Computations*, 4th ed., §3.4.

use super::float::Float;
use crate::expr::MatrixFunc;

/// Memory for a factorisation, kept between calls.
#[derive(Clone, Debug, Default)]
pub(super) struct Factors<T> {
    lu: Vec<T>,
    order: Vec<usize>,
    /// The sign of the exchange, 0 when a leading entry was 0.
    sign: f64,
    /// Rows on their way to other places.
    rows: Vec<T>,
}

impl<T: Float> Factors<T> {
    /// `P A = L U`, for what is asked of it next.
    pub(super) fn factor(&mut self, a: &[T], n: usize) {
        self.sign = self.eliminate(a, n);
    }

    fn eliminate(&mut self, a: &[T], n: usize) -> f64 {
        self.lu.clear();
        self.lu.extend_from_slice(&a[..n * n]);
        self.order.clear();
        self.order.extend(0..n);
        let lu = &mut self.lu;
        let mut sign = 1.0;
        for k in 0..n {
            let mut lead = k;
            for i in k + 1..n {
                // What is not a number leads, so that it is seen.
                let (x, y) = (lu[i * n + k].abs(), lu[lead * n + k].abs());
                if x > y || x.to_f64().is_nan() {
                    lead = i;
                }
            }
            if lu[lead * n + k] == T::default() {
                return 0.0;
            }
            if lead != k {
                sign = -sign;
                self.order.swap(k, lead);
                let (above, below) = lu.split_at_mut(lead * n);
                above[k * n..(k + 1) * n].swap_with_slice(&mut below[..n]);
            }
            let (above, below) = lu.split_at_mut((k + 1) * n);
            let leading = &above[k * n..];
            for row in below.chunks_exact_mut(n) {
                let m = row[k] / leading[k];
                row[k] = m;
                if m == T::default() {
                    continue;
                }
                for (x, y) in row[k + 1..].iter_mut().zip(&leading[k + 1..]) {
                    *x -= m * *y;
                }
            }
        }
        sign
    }

    fn invert(&self, x: &mut [T], n: usize) {
        x.fill(T::default());
        // The rows of the identity in the order of the exchange.
        for (i, &from) in self.order.iter().enumerate() {
            x[i * n + from] = T::from_f64(1.0);
        }
        self.substitute(x, n, n);
    }

    /// `L U X = B`, the columns of `X` in the place of those of `B`.
    fn substitute(&self, x: &mut [T], n: usize, columns: usize) {
        for i in 0..n {
            let (above, own) = x.split_at_mut(i * columns);
            for (k, row) in above.chunks_exact(columns).enumerate() {
                subtract(&mut own[..columns], self.lu[i * n + k], row);
            }
        }
        for i in (0..n).rev() {
            let (own, below) = x[i * columns..].split_at_mut(columns);
            for (k, row) in below.chunks_exact(columns).enumerate() {
                subtract(own, self.lu[i * n + i + 1 + k], row);
            }
            let lead = self.lu[i * n + i];
            own.iter_mut().for_each(|x| *x = *x / lead);
        }
    }

    /// `U' L' X = B`, the columns of `X` in the place of those of `B`.
    fn substitute_transposed(&self, x: &mut [T], n: usize, columns: usize) {
        for i in 0..n {
            let (own, below) = x[i * columns..].split_at_mut(columns);
            let lead = self.lu[i * n + i];
            own.iter_mut().for_each(|x| *x = *x / lead);
            for (k, row) in below.chunks_exact_mut(columns).enumerate() {
                subtract(row, self.lu[i * n + i + 1 + k], own);
            }
        }
        for i in (0..n).rev() {
            let (above, own) = x.split_at_mut(i * columns);
            for (k, row) in above.chunks_exact_mut(columns).enumerate() {
                subtract(row, self.lu[i * n + k], &own[..columns]);
            }
        }
    }

    /// `A X = B`, or with the transpose of `A`, for the `n × n` matrix that was factored last: the rows of `x` are those of `B`,
    /// and then of `X`. Of a singular matrix there is no solution: not a number.
    pub(super) fn solve(&mut self, n: usize, transposed: bool, x: &mut [T]) {
        if n == 0 || x.is_empty() {
            return;
        }
        let columns = x.len() / n;
        if self.sign == 0.0 {
            return x.fill(T::from_f64(f64::NAN));
        }
        if transposed {
            self.substitute_transposed(x, n, columns);
        }
        self.rows.clear();
        self.rows.extend_from_slice(x);
        let row = |k: usize| k * columns..(k + 1) * columns;
        for (k, &other) in self.order.iter().enumerate() {
            let (to, from) = if transposed { (other, k) } else { (k, other) };
            x[row(to)].copy_from_slice(&self.rows[row(from)]);
        }
        if !transposed {
            self.substitute(x, n, columns);
        }
    }

    /// The function of the `n × n` matrix that was factored last. Of a singular one the inverse is not a number, the
    /// determinant 0, its logarithm -inf.
    pub(super) fn apply(&self, f: MatrixFunc, n: usize, into: &mut [T]) {
        let sign = self.sign;
        let diagonal = (0..n).map(|k| self.lu[k * n + k].to_f64());
        match f {
            MatrixFunc::Inverse if sign == 0.0 => into.fill(T::from_f64(f64::NAN)),
            MatrixFunc::Inverse => self.invert(&mut into[..n * n], n),
            MatrixFunc::Det if sign == 0.0 => into[0] = T::default(),
            MatrixFunc::Det => into[0] = T::from_f64(sign * diagonal.product::<f64>()),
            MatrixFunc::LogDet if sign == 0.0 => into[0] = T::from_f64(f64::NEG_INFINITY),
            MatrixFunc::LogDet => into[0] = T::from_f64(diagonal.map(|x| x.abs().ln()).sum()),
        }
    }
}

/// `row -= m · other`.
fn subtract<T: Float>(row: &mut [T], m: T, other: &[T]) {
    if m != T::default() {
        for (x, y) in row.iter_mut().zip(other) {
            *x -= m * *y;
        }
    }
}
