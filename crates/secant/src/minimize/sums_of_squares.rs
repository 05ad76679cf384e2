//! Sums of squares: the residuals made linear.
//!
//! The systems are solved by QR of the Jacobian, whose condition is the root of that of the normal equations.
//! Source: Moré, "The Levenberg–Marquardt algorithm" (1978); Nielsen, "Damping parameter in Marquardt's method" (1999).

use nalgebra::{DMatrix, DVector, SVD};

use super::MinimizeError;
use super::newton::KEPT;
use super::report::Stop;
use super::run::Run;

/// Damping at the start, in units of the squared columns of the Jacobian.
const DAMPING: f64 = 1e-3;
/// The longest step is as short as rounding where it is damped more.
const MOST_DAMPING: f64 = 1e40;

/// Residuals and their Jacobian.
type Linear = (DVector<f64>, DMatrix<f64>);

/// Residuals and Jacobian here, when they are finite.
fn linear(run: &mut Run<'_, '_>) -> Result<Option<Linear>, MinimizeError> {
    let x = run.at.x.clone();
    let Some((r, j)) = run.objective.jacobian(&x)? else { return Ok(None) };
    if r.iter().chain(j.iter()).all(|x| x.is_finite()) {
        return Ok(Some((DVector::from_vec(r), j)));
    }
    run.broken = Some(x);
    Ok(None)
}

/// A factorisation of the Jacobian, for the budget.
fn charge(run: &mut Run<'_, '_>, times: u64, j: &DMatrix<f64>) -> Result<(), MinimizeError> {
    let (m, n) = (j.nrows() as u64, j.ncols() as u64);
    Ok(run.objective.charge(times * (m + n) * n * n)?)
}

/// Whole steps, without looking whether they lead down.
pub(super) fn gauss_newton(run: &mut Run<'_, '_>) -> Result<Stop, MinimizeError> {
    loop {
        let Some((r, j)) = linear(run)? else { return Ok(Stop::NotFinite) };
        charge(run, 10, &j)?;
        let small = f64::EPSILON * j.nrows().max(j.ncols()) as f64;
        let Some(svd) = SVD::try_new(j, true, true, f64::EPSILON, 10_000) else {
            return Ok(Stop::NotFinite);
        };
        let cut = small * svd.singular_values.max();
        let Ok(s) = svd.solve(&-r, cut) else { return Ok(Stop::NotFinite) };
        let x = run.at.x.iter().zip(s.iter()).map(|(x, s)| x + s).collect();
        let next = run.point(x)?;
        let noise = run.noise()?;
        let rounding =
            (next.f - run.at.f).abs() <= noise && run.slope_length(&next) > 0.5 * run.slope_length(&run.at);
        if let Some(stop) = run.step_to(next) {
            return Ok(stop);
        }
        if rounding {
            return Ok(Stop::Rounding);
        }
    }
}

pub(super) fn levenberg_marquardt(run: &mut Run<'_, '_>) -> Result<Stop, MinimizeError> {
    let n = run.at.x.len();
    let mut units = vec![0.0_f64; n];
    let (mut damping, mut growth) = (DAMPING, 2.0);
    loop {
        let Some((r, j)) = linear(run)? else { return Ok(Stop::NotFinite) };
        for (k, unit) in units.iter_mut().enumerate() {
            *unit = (KEPT * *unit).max(j.column(k).norm());
        }
        let free = run.free(&run.at);
        let next = loop {
            charge(run, 2, &j)?;
            let s = damped(&r, &j, &units, damping, &free);
            let mut x: Vec<f64> = run.at.x.iter().zip(&s).map(|(x, s)| x + s).collect();
            run.project(&mut x);
            let s = DVector::from_iterator(n, x.iter().zip(&run.at.x).map(|(a, b)| a - b));
            let js = &j * &s;
            let promised = -(2.0 * r.dot(&js) + js.norm_squared());
            let noise = run.noise()?;
            let there = run.objective.value(&x)?;
            let fallen = run.at.f - there;
            if promised.abs() <= noise && fallen.abs() <= noise {
                let point = run.point(x)?;
                if point.is_finite() && run.slope_length(&point) <= 0.5 * run.slope_length(&run.at) {
                    break point;
                }
                return Ok(Stop::Rounding);
            }
            let share = if there.is_finite() && promised > 0.0 { fallen / promised } else { -1.0 };
            if share > 1e-4 {
                let point = run.point(x)?;
                if point.is_finite() {
                    damping *= (1.0 - (2.0 * share.min(1.5) - 1.0).powi(3)).max(1.0 / 3.0);
                    damping = damping.max(f64::MIN_POSITIVE);
                    growth = 2.0;
                    break point;
                }
            }
            damping *= growth;
            growth *= 2.0;
            if damping >= MOST_DAMPING {
                return Ok(if promised.abs() <= noise { Stop::Rounding } else { Stop::Step });
            }
        };
        if let Some(stop) = run.step_to(next) {
            return Ok(stop);
        }
    }
}

/// The least of `|J s + r|² + damping |units s|²` over the free variables.
fn damped(r: &DVector<f64>, j: &DMatrix<f64>, units: &[f64], damping: f64, free: &[bool]) -> Vec<f64> {
    let list: Vec<usize> = (0..units.len()).filter(|&k| free[k]).collect();
    let (m, n) = (j.nrows(), list.len());
    let mut s = vec![0.0; units.len()];
    if n == 0 {
        return s;
    }
    // Columns of length 1: a unit each.
    let unit = |k: usize| if units[list[k]] > 0.0 { units[list[k]] } else { 1.0 };
    let mut whole = DMatrix::zeros(m + n, n);
    for k in 0..n {
        whole.view_mut((0, k), (m, 1)).copy_from(&(j.column(list[k]) / unit(k)));
        whole[(m + k, k)] = damping.sqrt();
    }
    let mut right = DVector::zeros(m + n);
    right.rows_mut(0, m).copy_from(&-r);
    let qr = whole.qr();
    qr.q_tr_mul(&mut right);
    let solved = qr.unpack_r().solve_upper_triangular(&right.rows(0, n));
    if let Some(solved) = solved {
        (0..n).for_each(|k| s[list[k]] = solved[k] / unit(k));
    }
    s
}
