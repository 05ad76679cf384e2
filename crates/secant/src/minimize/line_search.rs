//! How far along a direction: the value has to fall, and the slope to flatten.
//!
//! Between bounds the line bends along them: every point of it is put back between the bounds, and what is held there has no
//! part in the slope.
//! Source: Nocedal & Wright, *Numerical Optimization*, 2nd ed., §3.5; near the end, where values are rounding, the approximate
//! condition of Hager & Zhang, SIAM J. Optim. 16 (2005).

use super::MinimizeError;
use super::options::LineSearch;
use super::run::{Point, Run, dot};

/// Share of the promised fall that is enough.
const ENOUGH: f64 = 1e-4;
/// So much further where the value still falls.
const FURTHER: f64 = 4.0;
/// Trials of one search.
const MOST_TRIALS: usize = 50;

/// A point of the line.
#[derive(Clone, Debug)]
pub(super) struct Trial {
    pub(super) along: f64,
    pub(super) point: Point,
    slope: f64,
}

/// Where a search may look for its next trial.
#[derive(Clone, Copy)]
struct End {
    along: f64,
    f: f64,
    slope: f64,
}

impl End {
    fn of(t: &Trial) -> End {
        End { along: t.along, f: t.point.f, slope: t.slope }
    }
}

/// A lower point along `d`, which leads down; `first` is tried first. `flatten` is the share of the slope that may be left.
pub(super) fn search(
    run: &mut Run<'_, '_>,
    d: &[f64],
    first: f64,
    flatten: f64,
) -> Result<Option<Trial>, MinimizeError> {
    match run.options.line_search {
        LineSearch::Backtracking => backtracking(run, d, first),
        LineSearch::Wolfe => wolfe(run, d, first, flatten),
    }
}

fn trial(run: &mut Run<'_, '_>, d: &[f64], along: f64) -> Result<Trial, MinimizeError> {
    let mut x: Vec<f64> = run.at.x.iter().zip(d).map(|(x, d)| x + along * d).collect();
    let before = x.clone();
    run.project(&mut x);
    let point = run.point(x)?;
    let moving = point.x.iter().zip(&before).map(|(a, b)| a == b);
    let slope =
        point.g.iter().zip(d).zip(moving).filter(|(_, moving)| *moving).map(|((g, d), _)| g * d).sum();
    Ok(Trial { along, point, slope })
}

fn backtracking(run: &mut Run<'_, '_>, d: &[f64], first: f64) -> Result<Option<Trial>, MinimizeError> {
    let (f, slope) = (run.at.f, dot(&run.at.g, d));
    let mut along = first;
    for _ in 0..MOST_TRIALS {
        let t = trial(run, d, along)?;
        if t.point.f == f64::NEG_INFINITY {
            return Ok(Some(t));
        }
        if t.point.is_finite() && t.point.f <= f + ENOUGH * along * slope && t.point.f < f {
            return Ok(Some(t));
        }
        along *= 0.5;
    }
    Ok(None)
}

fn wolfe(run: &mut Run<'_, '_>, d: &[f64], first: f64, flatten: f64) -> Result<Option<Trial>, MinimizeError> {
    let start = End { along: 0.0, f: run.at.f, slope: dot(&run.at.g, d) };
    let rounding = 4.0 * f64::EPSILON * start.f.abs();
    let (mut low, mut high): (End, Option<End>) = (start, None);
    let mut lowest: Option<Trial> = None;
    let mut along = first;
    for _ in 0..MOST_TRIALS {
        let t = trial(run, d, along)?;
        if t.point.f == f64::NEG_INFINITY {
            return Ok(Some(t));
        }
        let finite = t.point.is_finite();
        let falls = finite && t.point.f <= start.f + ENOUGH * along * start.slope;
        if falls && t.slope.abs() <= flatten * start.slope.abs() {
            return Ok(Some(t));
        }
        // Where the difference of values is rounding the slopes still tell.
        let nearly = finite && t.point.f <= start.f + rounding;
        if nearly && t.slope >= flatten * start.slope && t.slope <= (2.0 * ENOUGH - 1.0) * start.slope {
            return Ok(Some(t));
        }
        let here = if finite { End::of(&t) } else { End { along, f: f64::INFINITY, slope: f64::NAN } };
        if !falls || here.f >= low.f {
            high = Some(here);
        } else {
            let beyond = high.is_none_or(|h| h.along > low.along);
            if beyond == (here.slope >= 0.0) {
                high = Some(low);
            }
            low = here;
            lowest = Some(t);
        }
        along = match high {
            None => FURTHER * along,
            Some(high) => between(&low, &high),
        };
        let step = (along - low.along).abs();
        let seen = |x: &f64, d: &f64| (d * step).abs() > f64::EPSILON * x.abs() * 0.5;
        if !along.is_finite() || !run.at.x.iter().zip(d).any(|(x, d)| seen(x, d)) {
            break;
        }
    }
    Ok(lowest.filter(|t| t.point.f < start.f))
}

/// Between the ends: the lowest point of the cubic through both, kept off the ends.
fn between(low: &End, high: &End) -> f64 {
    let width = high.along - low.along;
    if !high.f.is_finite() || !high.slope.is_finite() {
        return low.along + 0.1 * width;
    }
    let d1 = low.slope + high.slope - 3.0 * (high.f - low.f) / width;
    let root = (d1 * d1 - low.slope * high.slope).sqrt() * width.signum();
    let share = 1.0 - (high.slope + root - d1) / (high.slope - low.slope + 2.0 * root);
    let share = if share.is_finite() { share.clamp(0.1, 0.9) } else { 0.5 };
    low.along + share * width
}
