//! Is a lower value near a point that looks like a minimum? Eigenvalues speak of the point alone; at the flat place of `x^3` they
//! say nothing, and next to it the wrong thing.
//!
//! Along the directions of least curvature it goes, both ways, as far as the model lets the value rise by more than rounding.

use nalgebra::{DMatrix, SymmetricEigen};

use super::MinimizeError;
use super::run::{Point, Run};

/// So much, relative to the value or 1, the value should rise by the model.
const RISE: f64 = 1e-10;
/// Where the model has its stationary point at a distance, the value is higher so many times as far away.
const BEYOND: f64 = 20.0;
/// No further than this, relative to `x` or 1.
const FURTHEST: f64 = 1e-2;
/// So many directions are tried.
const DIRECTIONS: usize = 10;

/// The part of a symmetric matrix along some variables, in the units of its own diagonal.
pub(super) struct Scaled {
    pub(super) units: Vec<f64>,
    pub(super) eigen: SymmetricEigen<f64, nalgebra::Dyn>,
}

impl Scaled {
    pub(super) fn of(h: &DMatrix<f64>, free: &[usize]) -> Option<Scaled> {
        let m = free.len();
        let entry = |i: usize, j: usize| h[(free[i], free[j])];
        let unit = |i: usize| entry(i, i).abs().sqrt();
        let units: Vec<f64> = (0..m).map(unit).map(|u| if u > 0.0 { u } else { 1.0 }).collect();
        let matrix = DMatrix::from_fn(m, m, |i, j| entry(i, j) / units[i] / units[j]);
        let eigen = eigen(matrix)?;
        Some(Scaled { units, eigen })
    }
}

/// Eigenvalues and eigenvectors; `None` where they are not found.
pub(super) fn eigen(matrix: DMatrix<f64>) -> Option<SymmetricEigen<f64, nalgebra::Dyn>> {
    let most = 200 + 60 * matrix.nrows();
    if matrix.iter().any(|x| !x.is_finite()) {
        return None;
    }
    SymmetricEigen::try_new(matrix, f64::EPSILON, most)
}

impl Run<'_, '_> {
    /// Is the value, far beyond the stationary point that the model has at the end of `step`, still lower than at `p`? Then it is
    /// none: the value only flattens.
    pub(super) fn lower_beyond(&mut self, p: &Point, step: &[f64]) -> Result<bool, MinimizeError> {
        let mut x: Vec<f64> = p.x.iter().zip(step).map(|(x, s)| x + BEYOND * s).collect();
        self.project(&mut x);
        let noise = self.objective.noise(&p.x, p.f, &p.g)?;
        Ok(self.objective.value(&x)? < p.f - 2.0 * noise)
    }

    /// A point near `p` whose value is lower by more than rounding; `free` are the variables that may move.
    pub(super) fn lower_nearby(
        &mut self,
        p: &Point,
        free: &[usize],
        scaled: &Scaled,
    ) -> Result<Option<Vec<f64>>, MinimizeError> {
        let noise = self.objective.noise(&p.x, p.f, &p.g)?;
        let rise = (RISE * p.f.abs().max(1.0)).max(10.0 * noise);
        let values = &scaled.eigen.eigenvalues;
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
        for &k in order.iter().take(DIRECTIONS) {
            let direction: Vec<f64> =
                scaled.eigen.eigenvectors.column(k).iter().zip(&scaled.units).map(|(v, u)| v / u).collect();
            let relative = |(d, &i): (&f64, &usize)| d.abs() / p.x[i].abs().max(1.0);
            let size = direction.iter().zip(free).map(relative).fold(0.0, f64::max);
            let far = (2.0 * rise / values[k].abs()).sqrt().min(FURTHEST / size);
            for along in [far, -far] {
                let mut x = p.x.clone();
                direction.iter().zip(free).for_each(|(d, &i)| x[i] += along * d);
                self.project(&mut x);
                let there = self.objective.value(&x)?;
                if there.is_finite() && there < p.f - 0.1 * rise && x.iter().all(|x| x.is_finite()) {
                    return Ok(Some(x));
                }
            }
        }
        Ok(None)
    }
}
