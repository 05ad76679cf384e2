//! From which starts a minimum is looked for, and which of those found is taken.

use super::descent::{DAMPING, descend};
use super::error::FitError;
use super::options::Method;
use super::pass::Engine;
use super::regression::Regression;
use super::report::Found;
use super::rows::Rows;
use super::starts::propose;

/// Goes down from the start that is given; from one that is proposed where it is not, or where that ends in a place that is no
/// minimum, or in one at which parameters have lost their meaning.
pub(super) fn search(
    model: &Regression,
    engine: &mut Engine<'_>,
    rows: &mut dyn Rows,
    given: &[Option<f64>],
) -> Result<Found, FitError> {
    let limit = engine.options.max_evaluations;
    let simple = engine.options.method != Method::LevenbergMarquardt;
    let known: Option<Vec<f64>> = given.iter().copied().collect();
    let mut best: Option<Found> = None;
    if let Some(start) = known.clone() {
        let found = descend(model, &model.bounds, engine, rows, start, DAMPING)?;
        if simple || found.is_sound() || engine.evaluations >= limit {
            return Ok(found);
        }
        best = Some(found);
    }
    let given: &[Option<f64>] = if best.is_some() { &vec![None; given.len()] } else { given };
    for start in propose(model, engine, rows, given, known.as_deref())? {
        let found = match descend(model, &model.bounds, engine, rows, start, DAMPING) {
            Ok(found) => Found { proposed: true, ..found },
            Err(e) if best.is_none() => return Err(e),
            Err(_) => continue,
        };
        let sound = found.is_sound();
        let better = best.as_ref().is_none_or(|best| match (sound, best.is_sound()) {
            (true, false) => found.cost <= best.cost * (1.0 + 1e-9),
            (false, true) => false,
            _ => found.cost < best.cost,
        });
        if better {
            best = Some(found);
        }
        if sound || simple || engine.evaluations >= limit {
            break;
        }
    }
    best.ok_or(FitError::NoParameters)
}
