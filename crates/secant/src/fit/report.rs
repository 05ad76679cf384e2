//! What came of a fit: parameters with their errors, how good it is, why it stopped.
//!
//! Start reading at [`FitReport`].

use super::chance::chi_squared_tail;
use super::double::Double;
use super::error::FitError;
use super::gram::place;
use super::identify::{self, Direction};
use super::normal::{Factor, Spread, spread};
use super::options::{Loss, Method, Sigma};
use super::pass::Engine;
use super::regression::Regression;
use super::rows::Rows;
use crate::expr::Symbol;

/// Why a fit stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The model is linear: its equations were solved.
    Solved,
    /// The parameters are as sure as was asked for.
    Converged,
    /// The residuals are 0.
    Exact,
    /// As near as rounding lets it come: chi-squared no longer changes.
    Rounding,
    /// No step leads down, however short, though there is a slope.
    Stalled,
    /// The evaluations that were allowed are used up.
    MaxEvaluations,
    /// A step led to where the model has no value.
    NotFinite,
}

impl Stop {
    /// One word.
    pub const fn word(self) -> &'static str {
        match self {
            Stop::Solved => "solved",
            Stop::Converged => "converged",
            Stop::Exact => "exact",
            Stop::Rounding => "rounding",
            Stop::Stalled => "stalled",
            Stop::MaxEvaluations => "max-evaluations",
            Stop::NotFinite => "not-finite",
        }
    }

    /// What it means.
    pub const fn about(self) -> &'static str {
        match self {
            Stop::Solved => "the model is linear in its parameters; its equations were solved",
            Stop::Converged => "the next step would change no parameter by more than the tolerance",
            Stop::Exact => "the model goes through every row",
            Stop::Rounding => "chi-squared no longer changes beyond rounding",
            Stop::Stalled => {
                "no step leads down: the slope is not that of a minimum, or a parameter runs away"
            }
            Stop::MaxEvaluations => "the evaluations that were allowed are used up",
            Stop::NotFinite => "a step led to where the model has no value",
        }
    }

    /// Is it a minimum, as far as numbers tell?
    pub const fn is_minimum(self) -> bool {
        matches!(self, Stop::Solved | Stop::Converged | Stop::Exact | Stop::Rounding)
    }
}

/// A point on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct TracePoint {
    /// The free parameters.
    pub params: Vec<f64>,
    /// Chi-squared there, or what a loss makes of it.
    pub chi2: f64,
    /// The damping of the next step.
    pub damping: f64,
}

/// What a parameter came out as.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Its name.
    pub name: Symbol,
    /// Its value.
    pub value: f64,
    /// Its standard error; 0 when it was fixed, not a number where the rows do not tell, or where it is held by a bound.
    pub stderr: f64,
    /// How it was found.
    pub kind: ParamKind,
}

/// How a parameter was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    /// By the fit.
    Free,
    /// By the fit, and a bound holds it: the errors of the others are those for this value.
    AtBound,
    /// The rows do not determine it: along a direction of [`FitReport::unidentified`] it is as good elsewhere.
    Undetermined,
    /// It was given.
    Fixed,
    /// By other parameters.
    Tied,
}

/// What came of a fit.
#[derive(Clone, Debug, PartialEq)]
pub struct FitReport {
    /// Every parameter: free ones first, then those that were fixed or tied.
    pub params: Vec<Param>,
    /// Of the free parameters, row by row: `(J'J)⁻¹` (the expected one), over sigma where that is known, else times
    /// [`FitReport::residual_sd`] squared. With a loss, the sandwich `H⁻¹ (J'ψ²J) H⁻¹`. [`Regression::observed`] gives the other.
    pub covariance: Vec<Vec<f64>>,
    /// The covariance with a diagonal of 1.
    pub correlation: Vec<Vec<f64>>,
    /// The sum of the squares of the residuals, over sigma where that is known.
    pub chi2: f64,
    /// What was made least: chi-squared, or what the loss makes of it.
    pub cost: f64,
    /// Rows.
    pub rows: usize,
    /// Rows less free parameters.
    pub dof: usize,
    /// The probability of a chi-squared as large as this or larger, where sigma is known and rows scatter as it says.
    pub p_value: Option<f64>,
    /// `√(χ²/dof)`: the scatter of the rows, in units of sigma where that is known.
    pub residual_sd: f64,
    /// Akaike's criterion, `χ² + 2p` where sigma is known, else `n log(χ²/n) + 2p`; only differences say anything.
    pub aic: f64,
    /// The one of Schwarz, with `p log n` instead of `2p`.
    pub bic: f64,
    /// The part of the scatter of the left side about its mean that the model explains; of fits without weights.
    pub r_squared: Option<f64>,
    /// Of the slopes, columns brought to length 1; infinite where a direction is not determined.
    pub condition: f64,
    /// Directions along which the model does not change: only combinations are determined.
    pub unidentified: Vec<Direction>,
    /// Where the parameters are hard to tell apart (condition above 10⁴): along which direction least is known.
    pub weakest: Option<Direction>,
    /// Is the error of the parameters absolute (sigma known), or scaled by the residuals?
    pub absolute: bool,
    /// Why it stopped.
    pub stop: Stop,
    /// Evaluations of the model over all rows, its slopes included.
    pub evaluations: usize,
    /// The way there.
    pub trace: Vec<TracePoint>,
    /// Was the start proposed, all of it or a part?
    pub proposed: bool,
    /// How it was looked for.
    pub method: Method,
    /// What was made least.
    pub loss: Loss,
    /// `H⁻¹` without the scatter, row by row.
    pub(super) inverse: Vec<f64>,
}

/// What a method found.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) params: Vec<f64>,
    pub(super) at_bound: Vec<bool>,
    /// The upper triangle of `J'J`.
    pub(super) curvature: Vec<Double>,
    pub(super) exact: bool,
    pub(super) cost: f64,
    /// Not a number where it is not known yet.
    pub(super) chi2: f64,
    pub(super) rows: usize,
    pub(super) stop: Stop,
    pub(super) trace: Vec<TracePoint>,
    pub(super) proposed: bool,
    /// Are there parameters that are not told apart there?
    pub(super) degenerate: bool,
}

impl Found {
    /// Is it a minimum, and one at which every parameter means something?
    pub(super) fn is_sound(&self) -> bool {
        self.stop.is_minimum() && !self.degenerate
    }
}

impl FitReport {
    pub(super) fn new(
        model: &Regression,
        engine: &mut Engine<'_>,
        rows: &mut dyn Rows,
        found: Found,
    ) -> Result<FitReport, FitError> {
        let p = found.params.len();
        let free: Vec<usize> = (0..p).filter(|j| !found.at_bound[*j]).collect();
        let (inner, spread, undetermined) = if found.exact {
            errors(&pick(&found.curvature, p, &free, |x| x), free.len())
        } else {
            errors(&pick(&found.curvature, p, &free, Double::value), free.len())
        };
        let mut inverse = vec![f64::NAN; p * p];
        for (a, i) in free.iter().enumerate() {
            for (b, j) in free.iter().enumerate() {
                inverse[i * p + j] = inner[a * free.len() + b];
            }
        }
        let mut chi2 = found.chi2;
        if engine.options.loss != Loss::Squares {
            let (sandwich, squares) =
                super::sandwich::covariance(model, engine, rows, &found.params, &inverse)?;
            (inverse, chi2) = (sandwich, squares);
        }
        let dof = found.rows - p;
        let residual_sd = if dof > 0 { (chi2 / dof as f64).sqrt() } else { f64::NAN };
        let absolute = model.sigma != Sigma::Unknown && !model.relative;
        // The sandwich holds the scatter of the residuals already.
        let scale = match engine.options.loss {
            Loss::Squares if absolute => 1.0,
            Loss::Squares => residual_sd * residual_sd,
            _ => found.rows as f64 / dof.max(1) as f64,
        };
        let covariance: Vec<Vec<f64>> =
            inverse.chunks(p).map(|row| row.iter().map(|x| x * scale).collect()).collect();
        let correlation = (0..p)
            .map(|i| {
                let of = |j: usize| match i == j {
                    true => 1.0,
                    false => inverse[i * p + j] / (inverse[i * p + i] * inverse[j * p + j]).sqrt(),
                };
                (0..p).map(of).collect()
            })
            .collect();
        let directions: Vec<Wide> =
            spread.directions.iter().map(|d| widen(d, &free, p, &found.curvature)).collect();
        let named = |direction: &Wide| identify::name(model, &found.params, direction);
        let unidentified: Vec<Direction> =
            if spread.condition.is_infinite() { directions.iter().map(named).collect() } else { Vec::new() };
        let weakest = (spread.condition > 1e4 && spread.condition.is_finite())
            .then(|| directions.first().map(|d| identify::plain(model, d)))
            .flatten();
        let moving =
            |j: usize| unidentified.iter().any(|d| d.parts.iter().any(|(n, _)| *n == model.params[j]));
        let undetermined: Vec<usize> = undetermined.iter().map(|k| free[*k]).collect();
        let mut params: Vec<Param> = (0..p)
            .map(|j| {
                let kind = match () {
                    () if found.at_bound[j] => ParamKind::AtBound,
                    () if undetermined.contains(&j) || moving(j) => ParamKind::Undetermined,
                    () => ParamKind::Free,
                };
                let known = kind == ParamKind::Free;
                let stderr = if known { covariance[j][j].sqrt() } else { f64::NAN };
                Param { name: model.params[j].clone(), value: found.params[j], stderr, kind }
            })
            .collect();
        for (name, value) in &model.fixed {
            params.push(Param { name: name.clone(), value: *value, stderr: 0.0, kind: ParamKind::Fixed });
        }
        params.extend(super::tied::params(model, &found.params, &covariance)?);
        let (n, count) = (found.rows as f64, p as f64);
        let fit = match model.sigma == Sigma::Unknown || model.relative {
            true => n * (chi2 / n).ln(),
            false => chi2,
        };
        let r_squared = match model.sigma {
            Sigma::Unknown if engine.options.loss == Loss::Squares => {
                Some(1.0 - chi2 / super::scatter::about_mean(model, engine, rows)?)
            }
            _ => None,
        };
        Ok(FitReport {
            params,
            covariance,
            correlation,
            chi2,
            cost: found.cost,
            rows: found.rows,
            dof,
            p_value: (absolute && dof > 0 && engine.options.loss == Loss::Squares)
                .then(|| chi_squared_tail(chi2, dof as f64)),
            residual_sd,
            aic: fit + 2.0 * count,
            bic: fit + count * n.ln(),
            r_squared,
            condition: spread.condition,
            unidentified,
            weakest,
            absolute,
            stop: found.stop,
            evaluations: engine.evaluations,
            trace: found.trace,
            proposed: found.proposed,
            method: engine.options.method,
            loss: engine.options.loss,
            inverse,
        })
    }

    /// The value of a parameter.
    pub fn value(&self, name: &str) -> Option<f64> {
        self.params.iter().find(|p| p.name.name() == name).map(|p| p.value)
    }

    /// The standard error of a parameter.
    pub fn stderr(&self, name: &str) -> Option<f64> {
        self.params.iter().find(|p| p.name.name() == name).map(|p| p.stderr)
    }

    /// The values of the free parameters.
    pub(super) fn point(&self) -> Vec<f64> {
        self.params.iter().take(self.covariance.len()).map(|p| p.value).collect()
    }
}

/// The upper triangle of the rows and columns of these parameters.
fn pick<T>(upper: &[Double], p: usize, free: &[usize], of: impl Fn(Double) -> T) -> Vec<T> {
    let mut picked = Vec::with_capacity(upper.len());
    for (a, i) in free.iter().enumerate() {
        picked.extend(free[a..].iter().map(|j| of(upper[place(p, *i, *j)])));
    }
    picked
}

fn errors<T: super::normal::Real>(upper: &[T], size: usize) -> (Vec<f64>, Spread, Vec<usize>) {
    let factor = Factor::new(size, upper, &[]);
    (factor.inverse(), spread(size, upper, &factor), factor.undetermined)
}

/// A direction in the parameters.
pub(super) struct Wide {
    /// How much of each parameter.
    pub(super) parts: Vec<f64>,
    /// How much that changes the model, over all of them.
    pub(super) shares: Vec<f64>,
}

/// A direction in free parameters over the lengths of their columns, as one in parameters.
fn widen(direction: &[f64], free: &[usize], p: usize, curvature: &[Double]) -> Wide {
    let mut wide = Wide { parts: vec![0.0; p], shares: vec![0.0; p] };
    let length = |j: usize| curvature[place(p, j, j)].value().max(0.0).sqrt();
    // Where a parameter changes nothing at all, it alone is the direction.
    let alone = free.iter().zip(direction).find(|(j, d)| length(**j) == 0.0 && **d != 0.0);
    if let Some((j, _)) = alone {
        (wide.parts[*j], wide.shares[*j]) = (1.0, 1.0);
        return wide;
    }
    for (d, j) in direction.iter().zip(free).filter(|(_, j)| length(**j) > 0.0) {
        (wide.parts[*j], wide.shares[*j]) = (d / length(*j), *d);
    }
    wide
}
