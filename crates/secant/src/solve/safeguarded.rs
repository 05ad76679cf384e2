//! Newton's step where it can be trusted, a shorter one along the slope of the residual where it cannot.
//!
//! Here: Powell's dogleg in a region of trust, for one unknown or many.
//! Start reading at [`safeguarded`].

use nalgebra::{DMatrix, DVector};

use crate::program::Budget;

use super::newton::{check, finish, step, unusable};
use super::report::{RootOptions, RootReport, Step, Stop};
use super::system::{Evaluator, SolveError, System};

/// Makes `‖f‖` smaller step by step from `from`, by Newton's step as far as the linear picture holds.
///
/// It cannot run away; it may come to rest at a place where `‖f‖` is smallest and not 0 ([`Stop::Stuck`]).
///
/// # Errors
/// [`SolveError::Count`] when `from` does not fit, and those of the evaluation.
///
/// # Source
/// Nocedal & Wright, *Numerical Optimization*, 2nd ed., algorithm 11.5 and §4.1; unknowns are measured by the columns of
/// the Jacobian, as MINPACK does.
pub fn safeguarded(
    system: &System,
    from: &[f64],
    options: &RootOptions,
    budget: &Budget<'_>,
) -> Result<RootReport, SolveError> {
    check(system, from)?;
    let n = from.len();
    let mut on = Evaluator::new(system, budget);
    let mut trace = Vec::new();
    let mut x = from.to_vec();
    let mut scale = vec![0.0_f64; n];
    let mut radius = 0.0;
    let mut idle = 0;
    let mut sizes: Vec<f64> = x.iter().map(|v| v.abs()).collect();
    let (mut values, mut jacobian) = on.slopes(&x)?;
    let stop = loop {
        let slope = (n == 1).then(|| jacobian[0]);
        trace.push(Step { at: x.clone(), values: values.clone(), slope, bracket: None });
        if let Some(stop) = unusable(&x, &values) {
            break stop;
        }
        if values.iter().all(|v| *v == 0.0) {
            break Stop::Converged;
        }
        if jacobian.iter().any(|v| !v.is_finite()) {
            break Stop::NotFinite { at: x.clone() };
        }
        if trace.len() > options.max_steps {
            break Stop::MaxSteps;
        }
        let j = DMatrix::from_row_slice(n, n, &jacobian);
        let f = DVector::from_row_slice(&values);
        for (k, s) in scale.iter_mut().enumerate() {
            *s = s.max(j.column(k).norm());
            if *s == 0.0 {
                *s = 1.0;
            }
        }
        let scaled = |v: &[f64]| v.iter().zip(&scale).map(|(v, s)| (v * s) * (v * s)).sum::<f64>().sqrt();
        if radius == 0.0 {
            let size = scaled(&x);
            radius = if size > 0.0 { 10.0 * size } else { 10.0 };
        }
        // Downhill, in the scaled unknowns.
        let slope = j.transpose() * &f;
        let down: Vec<f64> = slope.iter().zip(&scale).map(|(g, s)| -g / (s * s)).collect();
        let along = &j * DVector::from_row_slice(&down);
        let length = scaled(&down);
        if length <= f64::EPSILON * f.norm() || along.norm() == 0.0 {
            break Stop::Stuck { at: x.clone() };
        }
        let cauchy: Vec<f64> = {
            let t = (length * length) / along.norm_squared();
            down.iter().map(|d| t * d).collect()
        };
        let newton = step(&jacobian, &values);
        sizes.iter_mut().zip(&x).for_each(|(size, v)| *size = size.max(v.abs()));
        let within = |s: &[f64], tol: f64| {
            let size = |k: usize| x[k].abs().max(1e-3 * sizes[k]).max(f64::MIN_POSITIVE);
            s.iter().enumerate().all(|(k, s)| s.abs() <= tol * size(k))
        };
        // Where no step helps any more, a short one says that rounding is all that is left.
        let arrived = newton.as_ref().is_some_and(|s| within(s, NEAR));
        if let Some(s) = &newton
            && within(s, options.step_tol)
        {
            x.iter_mut().zip(s).for_each(|(v, s)| *v += s);
            break Stop::Converged;
        }
        if idle >= MOST_IDLE {
            break if arrived { Stop::Converged } else { Stop::Stuck { at: x.clone() } };
        }
        // Shorter and shorter, until the values do get smaller.
        let mut next = None;
        for _ in 0..60 {
            let tried = dogleg(newton.as_deref(), &cauchy, &down, length, radius, &scaled);
            let there: Vec<f64> = x.iter().zip(&tried).map(|(v, s)| v + s).collect();
            if there == x {
                break;
            }
            let values_there = on.values(&there)?;
            let now = f.norm();
            let then = DVector::from_row_slice(&values_there).norm();
            let model = (&f + &j * DVector::from_row_slice(&tried)).norm();
            let gain = (now * now - then * then) / (now * now - model * model).max(f64::MIN_POSITIVE);
            let long = scaled(&tried);
            if gain.is_nan() || gain < 0.25 || !then.is_finite() {
                radius = 0.25 * long.min(radius);
            } else if gain > 0.75 && long > 0.9 * radius {
                radius *= 2.0;
            }
            if gain > 1e-4 && then.is_finite() {
                next = Some(there);
                idle = if then > (1.0 - LEAST_GAIN) * now { idle + 1 } else { 0 };
                break;
            }
        }
        let Some(next) = next else {
            break if arrived || on.is_zero_within_rounding(&x)? {
                Stop::Converged
            } else {
                Stop::Stuck { at: x.clone() }
            };
        };
        x = next;
        (values, jacobian) = on.slopes(&x)?;
    };
    let at = (stop == Stop::Converged).then_some(x);
    finish(on, at, stop, trace, None)
}

/// So many steps in a row that gain less than this share have come to rest.
const MOST_IDLE: usize = 3;
const LEAST_GAIN: f64 = 1e-9;
/// Newton's step there, in units of the size of its unknown.
const NEAR: f64 = 1e-7;

/// Newton's step if it is short enough; else along the steepest way down and then toward it, up to the radius.
fn dogleg(
    newton: Option<&[f64]>,
    cauchy: &[f64],
    down: &[f64],
    length: f64,
    radius: f64,
    scaled: &dyn Fn(&[f64]) -> f64,
) -> Vec<f64> {
    if let Some(newton) = newton
        && scaled(newton) <= radius
    {
        return newton.to_vec();
    }
    let size = scaled(cauchy);
    let Some(newton) = newton.filter(|_| size < radius) else {
        let t = (radius / length).min(size / length);
        return down.iter().map(|d| t * d).collect();
    };
    // The point on the way from one to the other at which the radius is reached, by halving: it is one of a line.
    let (mut low, mut high) = (0.0, 1.0);
    let at = |t: f64| -> Vec<f64> { cauchy.iter().zip(newton).map(|(c, n)| c + t * (n - c)).collect() };
    for _ in 0..40 {
        let middle = 0.5 * (low + high);
        if scaled(&at(middle)) <= radius { low = middle } else { high = middle }
    }
    at(low)
}
