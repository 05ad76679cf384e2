//! Nonlinear conjugate gradients.
//!
//! Source: Polak & Ribière 1969, with Powell's restart; Hager & Zhang, SIAM J. Optim. 16 (2005).

use super::MinimizeError;
use super::line_search::search;
use super::options::Conjugate;
use super::quasi_newton::LEAST;
use super::report::Stop;
use super::run::{Run, dot, length};

/// Share of the slope that a step may leave.
const FLATTEN: f64 = 0.1;
/// Where slopes that should be at right angles share more than this, it begins anew.
const SHARED: f64 = 0.2;
/// Hager and Zhang's lower bound of the share of the last direction.
const LEAST_SHARE: f64 = 0.01;

pub(super) fn run(run: &mut Run<'_, '_>) -> Result<Stop, MinimizeError> {
    let mut d: Vec<f64> = run.at.g.iter().map(|g| -g).collect();
    let mut alone = true;
    // What the last step was expected to bring.
    let mut last: Option<f64> = None;
    loop {
        let slope = dot(&run.at.g, &d);
        if !(slope < 0.0 && slope.is_finite()) {
            if alone {
                return Ok(Stop::Rounding);
            }
            d = run.at.g.iter().map(|g| -g).collect();
            alone = true;
            continue;
        }
        let long = length(d.iter().copied());
        let least = LEAST * length(run.at.x.iter().copied()) / long;
        let first = match (last, run.options.step) {
            (Some(last), _) => (last / -slope).max(least).min(1e10),
            (None, Some(step)) => step,
            (None, None) => (1.0 / long).min(1.0).max(least),
        };
        let Some(found) = search(run, &d, first, FLATTEN)? else {
            if -slope * first <= run.noise()? {
                return Ok(Stop::Rounding);
            }
            if alone && last.is_none() {
                return Ok(Stop::LineSearch);
            }
            (alone, last) = (true, None);
            d = run.at.g.iter().map(|g| -g).collect();
            continue;
        };
        last = Some(-slope * found.along);
        let before = run.at.g.clone();
        if let Some(stop) = run.step_to(found.point) {
            return Ok(stop);
        }
        let g = &run.at.g;
        let y: Vec<f64> = g.iter().zip(&before).map(|(a, b)| a - b).collect();
        let share = match run.options.conjugate {
            Conjugate::PolakRibiere if dot(g, &before).abs() >= SHARED * dot(g, g) => 0.0,
            Conjugate::PolakRibiere => (dot(g, &y) / dot(&before, &before)).max(0.0),
            Conjugate::HagerZhang => {
                let dy = dot(&d, &y);
                let share = (dot(&y, g) - 2.0 * dot(&y, &y) * dot(&d, g) / dy) / dy;
                let size = |v: &[f64]| length(v.iter().copied());
                share.max(-1.0 / (size(&d) * size(&before).min(LEAST_SHARE)))
            }
        };
        let share = if share.is_finite() { share } else { 0.0 };
        alone = share == 0.0;
        d.iter_mut().zip(g).for_each(|(d, g)| *d = share * *d - g);
    }
}
