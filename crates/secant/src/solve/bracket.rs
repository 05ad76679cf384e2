//! One equation in one unknown, with a change of sign kept between two ends.
//!
//! Here: bisection, and Newton's step as long as it stays in the bracket and the bracket shrinks.
//! Invariant: the values at the ends of the bracket have different signs, all the way.

use crate::program::{Budget, Interval};

use super::newton::{finish, unusable};
use super::report::{RootOptions, RootReport, Step, Stop};
use super::system::{Evaluator, SolveError, System};

/// Halves the bracket until it is as narrow as `step_tol`.
///
/// # Errors
/// [`SolveError::Count`] for more than one unknown, and those of the evaluation.
pub fn bisection(
    system: &System,
    over: Interval,
    options: &RootOptions,
    budget: &Budget<'_>,
) -> Result<RootReport, SolveError> {
    between(system, over, options, budget, false)
}

/// Newton's step where it stays inside the bracket and at least halves the step before the last; else the bracket is halved.
///
/// # Errors
/// As [`bisection`].
///
/// # Source
/// Press et al., *Numerical Recipes*, 3rd ed., §9.4 (the idea; the code is our own).
pub fn bracketed(
    system: &System,
    over: Interval,
    options: &RootOptions,
    budget: &Budget<'_>,
) -> Result<RootReport, SolveError> {
    between(system, over, options, budget, true)
}

fn between(
    system: &System,
    over: Interval,
    options: &RootOptions,
    budget: &Budget<'_>,
    tangents: bool,
) -> Result<RootReport, SolveError> {
    if system.dimension() != 1 {
        return Err(SolveError::Count { equations: system.dimension(), unknowns: 1 });
    }
    let mut on = Evaluator::new(system, budget);
    let (mut low, mut high) = (over.low(), over.high());
    let (at_low, at_high) = (on.values(&[low])?[0], on.values(&[high])?[0]);
    let mut trace = Vec::new();
    for (x, value) in [(low, at_low), (high, at_high)] {
        trace.push(Step { at: vec![x], values: vec![value], slope: None, bracket: Some([low, high]) });
        if value == 0.0 {
            return finish(on, Some(vec![x]), Stop::Converged, trace, None);
        }
        if let Some(stop) = unusable(&[x], &[value]) {
            return finish(on, None, stop, trace, None);
        }
    }
    if (at_low < 0.0) == (at_high < 0.0) {
        let stop = Stop::NoBracket { values: [at_low, at_high] };
        return finish(on, None, stop, trace, None);
    }
    // A root at 0 has no size of its own: that of the bracket stands for it.
    let least = (1e-3 * low.abs().max(high.abs())).max(f64::MIN_POSITIVE);
    let mut x = 0.5 * low + 0.5 * high;
    let mut before = [f64::INFINITY; 2];
    let mut smallest = f64::INFINITY;
    let stop = loop {
        let (value, slope) = if tangents {
            let (values, slopes) = on.slopes(&[x])?;
            (values[0], Some(slopes[0]))
        } else {
            (on.values(&[x])?[0], None)
        };
        trace.push(Step { at: vec![x], values: vec![value], slope, bracket: Some([low, high]) });
        smallest = smallest.min(value.abs());
        if value == 0.0 {
            break Stop::Converged;
        }
        if let Some(stop) = unusable(&[x], &[value]) {
            break stop;
        }
        if (value < 0.0) == (at_low < 0.0) {
            low = x;
        } else {
            high = x;
        }
        let size = low.abs().max(high.abs()).max(least);
        let middle = 0.5 * low + 0.5 * high;
        if high - low <= options.step_tol * size || middle <= low || middle >= high {
            // A change of sign that the values do not follow is a pole or a jump.
            let at_jump = smallest > 1e-3 * at_low.abs().min(at_high.abs());
            break if at_jump { Stop::Stuck { at: vec![x] } } else { Stop::Converged };
        }
        if trace.len() > options.max_steps + 2 {
            break Stop::MaxSteps;
        }
        let tangent = slope.map(|slope| x - value / slope).filter(|next| low < *next && *next < high);
        let next = match tangent {
            Some(next) if (next - x).abs() < 0.5 * before[0] => next,
            _ => middle,
        };
        before = [before[1], (next - x).abs()];
        if tangent == Some(next) && (next - x).abs() <= options.step_tol * size {
            x = next;
            break Stop::Converged;
        }
        x = next;
    };
    let at = (stop == Stop::Converged).then(|| vec![x]);
    finish(on, at, stop, trace, None)
}
