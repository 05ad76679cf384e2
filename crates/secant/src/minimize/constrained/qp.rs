//! Quadratic programs: a strictly convex quadratic under linear equations and inequalities.
//!
//! Here: the dual active-set method. It begins at the lowest point of all and takes in one violated constraint after the
//! other, so that no feasible start is needed and infeasibility is seen.
//! Invariant: what is returned meets every constraint within rounding, and multipliers of inequalities are not negative.
//!
//! Source: Goldfarb & Idnani, *A numerically stable dual method for solving strictly convex quadratic programs*,
//! Mathematical Programming 27 (1983); here in the coordinates in which the quadratic is a sphere.

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

/// `min ½ xᵀHx + gᵀx` where the first `equations` rows of `a x ≤ b` hold with equality.
pub(super) struct Quadratic<'a> {
    pub(super) g: &'a DVector<f64>,
    /// A constraint a column.
    pub(super) normals: &'a DMatrix<f64>,
    pub(super) b: &'a DVector<f64>,
    pub(super) equations: usize,
}

/// `H x + g + normals u = 0`.
#[derive(Clone, Debug)]
pub(super) struct Solution {
    pub(super) x: DVector<f64>,
    pub(super) multipliers: DVector<f64>,
}

/// Why there is no solution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// No point meets all constraints.
    Infeasible,
    /// Rounding keeps it from an end.
    Stalled,
}

/// Violations below this share of the numbers involved are rounding.
const ROUNDING: f64 = 1e-12;
/// What is left of a normal when the active ones are taken out of it, below which it depends on them.
const DEPENDENT: f64 = 1e-10;

/// The active constraints, with an orthonormal basis of their normals: `v[active] = q r`.
struct Active {
    which: Vec<usize>,
    q: Vec<DVector<f64>>,
    /// Columns of the triangle.
    r: Vec<Vec<f64>>,
    u: Vec<f64>,
}

impl Active {
    /// What is left of `v`, and its part along the basis.
    fn split(&self, v: &DVector<f64>) -> (DVector<f64>, Vec<f64>) {
        let mut rest = v.clone();
        let mut along = vec![0.0; self.q.len()];
        for _ in 0..2 {
            for (q, total) in self.q.iter().zip(&mut along) {
                let part = q.dot(&rest);
                rest.axpy(-part, q, 1.0);
                *total += part;
            }
        }
        (rest, along)
    }

    /// `r⁻¹ along`.
    fn dual(&self, along: &[f64]) -> Vec<f64> {
        let mut d = along.to_vec();
        for k in (0..d.len()).rev() {
            d[k] /= self.r[k][k];
            for j in 0..k {
                d[j] -= self.r[k][j] * d[k];
            }
        }
        d
    }

    fn add(&mut self, which: usize, rest: DVector<f64>, mut along: Vec<f64>, u: f64) {
        let size = rest.norm();
        along.push(size);
        self.q.push(rest / size);
        self.r.push(along);
        self.which.push(which);
        self.u.push(u);
    }

    fn drop(&mut self, k: usize, v: &DMatrix<f64>) {
        let mut which = std::mem::take(&mut self.which);
        let mut u = std::mem::take(&mut self.u);
        which.remove(k);
        u.remove(k);
        // Those before keep their part of the basis.
        self.q.truncate(k);
        self.r.truncate(k);
        self.which.extend(&which[..k]);
        self.u.extend(&u[..k]);
        for (which, u) in which[k..].iter().zip(&u[k..]) {
            let (rest, along) = self.split(&v.column(*which).into_owned());
            self.add(*which, rest, along, *u);
        }
    }
}

pub(super) fn solve(hessian: &Cholesky<f64, Dyn>, problem: &Quadratic<'_>) -> Result<Solution, Failure> {
    let (n, m) = problem.normals.shape();
    let lower = hessian.l_dirty();
    let mut v = problem.normals.clone();
    let mut y = -problem.g.clone();
    if !lower.solve_lower_triangular_mut(&mut v) || !lower.solve_lower_triangular_mut(&mut y) {
        return Err(Failure::Stalled);
    }
    let sizes: Vec<f64> = (0..m).map(|k| v.column(k).norm()).collect();
    let tolerance =
        |k: usize, y: &DVector<f64>| ROUNDING * (problem.b[k].abs() + sizes[k] * y.norm()).max(1e-300);
    let mut active = Active { which: Vec::new(), q: Vec::new(), r: Vec::new(), u: Vec::new() };
    for (k, size) in sizes.iter().enumerate().take(problem.equations) {
        let column = v.column(k).into_owned();
        let (rest, along) = active.split(&column);
        let s = column.dot(&y) - problem.b[k];
        if rest.norm() <= DEPENDENT * size || *size == 0.0 {
            if s.abs() > 1e3 * tolerance(k, &y) {
                return Err(Failure::Infeasible);
            }
            continue;
        }
        let t = -s / rest.norm_squared();
        y.axpy(t, &rest, 1.0);
        let dual = active.dual(&along);
        active.u.iter_mut().zip(dual).for_each(|(u, r)| *u += t * r);
        active.add(k, rest, along, -t);
    }
    for _ in 0..20 * (n + m) + 100 {
        // The constraint that is violated most.
        let worst = (problem.equations..m)
            .filter(|k| !active.which.contains(k))
            .map(|k| (k, v.column(k).dot(&y) - problem.b[k]))
            .filter(|(k, s)| *s > tolerance(*k, &y))
            .max_by(|a, b| (a.1 / sizes[a.0].max(1e-300)).total_cmp(&(b.1 / sizes[b.0].max(1e-300))));
        let Some((p, _)) = worst else {
            let mut multipliers = DVector::zeros(m);
            active.which.iter().zip(&active.u).for_each(|(k, u)| multipliers[*k] = *u);
            if !lower.tr_solve_lower_triangular_mut(&mut y) {
                return Err(Failure::Stalled);
            }
            return Ok(Solution { x: y, multipliers });
        };
        let column = v.column(p).into_owned();
        let mut pushed = 0.0;
        loop {
            let (rest, along) = active.split(&column);
            let dual = active.dual(&along);
            let s = column.dot(&y) - problem.b[p];
            let blocking = active
                .which
                .iter()
                .zip(active.u.iter().zip(&dual))
                .enumerate()
                .filter(|(_, (which, (_, r)))| **which >= problem.equations && **r > 0.0)
                .map(|(k, (_, (u, r)))| (k, (u / r).max(0.0)))
                .min_by(|a, b| a.1.total_cmp(&b.1));
            let full = if rest.norm() > DEPENDENT * sizes[p] { Some(s / rest.norm_squared()) } else { None };
            let step = match (full, blocking) {
                (None, None) => return Err(Failure::Infeasible),
                (Some(full), Some((_, first))) => full.min(first),
                (Some(full), None) => full,
                (None, Some((_, first))) => first,
            };
            if full.is_some() {
                y.axpy(-step, &rest, 1.0);
            }
            active.u.iter_mut().zip(&dual).for_each(|(u, r)| *u -= step * r);
            pushed += step;
            if full == Some(step) {
                active.add(p, rest, along, pushed);
                break;
            }
            let Some((k, _)) = blocking else { return Err(Failure::Stalled) };
            active.drop(k, &v);
        }
    }
    Err(Failure::Stalled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(h: &[f64], g: &[f64], rows: &[(&[f64], f64)], equations: usize, want: Option<&[f64]>) {
        let n = g.len();
        let h = DMatrix::from_row_slice(n, n, h);
        let g = DVector::from_row_slice(g);
        let normals = DMatrix::from_fn(n, rows.len(), |i, k| rows[k].0[i]);
        let b = DVector::from_iterator(rows.len(), rows.iter().map(|(_, b)| *b));
        let problem = Quadratic { g: &g, normals: &normals, b: &b, equations };
        let found = solve(&Cholesky::new(h.clone()).unwrap(), &problem);
        let Some(want) = want else { return assert_eq!(found.unwrap_err(), Failure::Infeasible) };
        let found = found.unwrap();
        assert!((&found.x - DVector::from_row_slice(want)).norm() < 1e-12, "{found:?}");
        assert!((h * &found.x + g + normals * &found.multipliers).norm() < 1e-12, "{found:?}");
        assert!(found.multipliers.rows(equations, rows.len() - equations).iter().all(|u| *u >= 0.0));
    }

    #[test]
    fn small_programs() {
        let one = &[1.0, 0.0, 0.0, 1.0];
        check(one, &[-1.0, -2.0], &[], 0, Some(&[1.0, 2.0]));
        check(one, &[0.0, 0.0], &[(&[1.0, 1.0], 2.0)], 1, Some(&[1.0, 1.0]));
        check(one, &[-3.0, 0.0], &[(&[1.0, 0.0], 1.0), (&[0.0, 1.0], 1.0)], 0, Some(&[1.0, 0.0]));
        check(one, &[-3.0, -3.0], &[(&[1.0, 1.0], 2.0), (&[1.0, 0.0], 0.5)], 0, Some(&[0.5, 1.5]));
        // The one that comes first has to go again.
        check(
            &[2.0, 0.0, 0.0, 1.0],
            &[-4.0, -4.0],
            &[(&[1.0, 1.0], 1.0), (&[0.0, 1.0], 0.0)],
            0,
            Some(&[1.0, 0.0]),
        );
        check(one, &[0.0, 0.0], &[(&[1.0, 0.0], -1.0), (&[-1.0, 0.0], -1.0)], 0, None);
        check(one, &[0.0, 0.0], &[(&[1.0, 1.0], 1.0), (&[2.0, 2.0], 3.0)], 2, None);
        check(one, &[0.0, 0.0], &[(&[1.0, 1.0], 1.0), (&[2.0, 2.0], 2.0)], 2, Some(&[0.5, 0.5]));
    }
}
