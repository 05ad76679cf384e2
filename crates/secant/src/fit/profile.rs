//! Errors by the profile of chi-squared: how far a parameter can go, all others following, until chi-squared has risen by what
//! its probability allows. They need no model that is nearly linear, and both sides can differ (as MINOS does it).
//!
//! Source: Bates & Watts, *Nonlinear Regression Analysis*, §6.1; James & Roos, Comput. Phys. Commun. 10 (1975).

use super::descent::{DAMPING, descend};
use super::error::FitError;
use super::options::{FitOptions, Loss, Method};
use super::pass::Engine;
use super::regression::Regression;
use super::report::{FitReport, ParamKind};
use super::rows::Rows;
use crate::expr::Symbol;

/// How far a parameter may be, to both sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Interval {
    /// The parameter.
    pub name: Symbol,
    /// The lower end; none where chi-squared never rises enough, or a bound is in the way.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
}

/// Steps to one end of an interval.
const STEPS: usize = 40;

impl Regression {
    /// The intervals of this probability of the free parameters, from where a fit has ended.
    ///
    /// # Errors
    /// As [`Regression::run`]; [`FitError::Option`] where `level` is not between 0 and 1, or a loss is chosen, for which chi-squared does
    /// not rise as this needs it.
    pub fn profile(
        &self,
        report: &FitReport,
        rows: &mut dyn Rows,
        level: f64,
        options: &FitOptions<'_>,
    ) -> Result<Vec<Interval>, FitError> {
        if !(level > 0.0 && level < 1.0) {
            return Err(FitError::Option {
                option: "level",
                value: level,
                wanted: "a number between 0 and 1",
            });
        }
        if let Some(scale) = report.loss.scale() {
            return Err(FitError::Option {
                option: "loss scale",
                value: scale,
                wanted: "no loss: profiles are of chi-squared",
            });
        }
        let options = FitOptions { method: Method::LevenbergMarquardt, loss: Loss::Squares, ..*options };
        let mut engine = Engine::new(&options);
        let mut intervals = Vec::new();
        for (j, param) in report.params.iter().take(self.params.len()).enumerate() {
            let mut ends = [None, None];
            if param.kind == ParamKind::Free && param.stderr > 0.0 && report.stop.is_minimum() {
                for (end, side) in ends.iter_mut().zip([-1.0, 1.0]) {
                    *end = self.end(report, rows, &mut engine, j, side, level)?;
                }
            }
            intervals.push(Interval { name: param.name.clone(), low: ends[0], high: ends[1] });
        }
        Ok(intervals)
    }

    /// Where chi-squared has risen enough on one side of a parameter.
    fn end(
        &self,
        report: &FitReport,
        rows: &mut dyn Rows,
        engine: &mut Engine<'_>,
        j: usize,
        side: f64,
        level: f64,
    ) -> Result<Option<f64>, FitError> {
        let times = report.quantile(level);
        let unit = if report.absolute { 1.0 } else { report.residual_sd };
        let (origin, size) = (report.params[j].value, report.params[j].stderr);
        let (low, high) = self.bounds[j];
        let mut at = report.point();
        // How many standard errors chi-squared has risen by, `far` of them away: `far` itself if the model were linear.
        let mut risen = |far: f64, at: &mut Vec<f64>| -> Result<Option<f64>, FitError> {
            let value = origin + side * far * size;
            if value < low || value > high {
                return Ok(None);
            }
            let mut bounds = self.bounds.clone();
            bounds[j] = (value, value);
            let mut start = at.clone();
            start[j] = value;
            engine.evaluations = 0;
            match descend(self, &bounds, engine, rows, start, DAMPING) {
                Ok(found) => {
                    *at = found.params;
                    Ok(Some(((found.cost - report.cost).max(0.0)).sqrt() / unit))
                }
                // The model has no value out there.
                Err(FitError::NoValue { .. }) => Ok(None),
                Err(e) => Err(e),
            }
        };
        let (mut inner, mut outer) = ((0.0, 0.0), None::<(f64, f64)>);
        let mut far = times;
        for _ in 0..STEPS {
            let Some(rise) = risen(far, &mut at)? else {
                // Between what is known and what is not there may still be an end.
                match outer {
                    Some(_) => return Ok(None),
                    None if far - inner.0 < 1e-6 * far => return Ok(None),
                    None => far = 0.5 * (inner.0 + far),
                }
                continue;
            };
            if (rise / times - 1.0).abs() < 1e-9 {
                return Ok(Some(origin + side * far * size));
            }
            if rise < times {
                inner = (far, rise)
            } else {
                outer = Some((far, rise))
            }
            far = match outer {
                None if far > 1e4 => return Ok(None),
                None => 2.0 * far,
                Some(outer) => {
                    if outer.0 - inner.0 <= 1e-12 * outer.0 {
                        return Ok(Some(origin + side * outer.0 * size));
                    }
                    // Where the straight line between both crosses, kept away from the ends.
                    let cross = inner.0 + (outer.0 - inner.0) * (times - inner.1) / (outer.1 - inner.1);
                    let edge = 1e-3 * (outer.0 - inner.0);
                    cross.clamp(inner.0 + edge.min(1e-9 * outer.0), outer.0 - edge.min(1e-9 * outer.0))
                }
            };
        }
        Ok(outer.map(|outer| origin + side * 0.5 * (inner.0 + outer.0) * size))
    }
}
