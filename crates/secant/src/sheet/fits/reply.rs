//! What a `fit` gives, as data and as text.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::fit::{Diagnostics, Direction, FitReport, Loss, Param, ParamKind, Regression, Standout};
use crate::sheet::number::Number;

/// What came of a fit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FitReply {
    /// Every parameter.
    pub params: BTreeMap<String, ParamReply>,
    /// The order of rows and columns of the covariance: the free parameters.
    pub order: Vec<String>,
    /// The expected covariance, `(J'J)⁻¹`.
    pub covariance: Vec<Vec<Number>>,
    /// The same with a diagonal of 1.
    pub correlation: Vec<Vec<Number>>,
    /// The covariance by the exact Hessian, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed: Option<Vec<Vec<Number>>>,
    /// Are errors absolute (`sigma` known) or scaled by the residuals?
    pub errors: &'static str,
    /// Of the residuals over sigma.
    pub chi2: Number,
    /// Rows less free parameters.
    pub dof: usize,
    /// Rows.
    pub rows: usize,
    /// Of so large a chi-squared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p_value: Option<Number>,
    /// `√(χ²/dof)`.
    pub residual_sd: Number,
    /// What the loss makes of chi-squared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Number>,
    /// Akaike's criterion.
    pub aic: Number,
    /// Schwarz's.
    pub bic: Number,
    /// Of fits without weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r_squared: Option<Number>,
    /// Of the slopes with columns of length 1.
    pub condition: Number,
    /// What the rows do not determine.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unidentified: Vec<DirectionReply>,
    /// Along which direction least is known, where that is hardly anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weakest: Option<DirectionReply>,
    /// Is the model linear in its parameters?
    pub linear: bool,
    /// `estimated`, or `failed`.
    pub status: &'static str,
    /// One word.
    pub stop: &'static str,
    /// What it means.
    pub reason: &'static str,
    /// Evaluations over all rows.
    pub evaluations: usize,
    /// Was the start proposed?
    pub proposed: bool,
    /// The way there.
    pub trace: Vec<FitTraceReply>,
    /// What the residuals say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diagnostics: Option<DiagnosticsReply>,
    /// Where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bands: Option<BandsReply>,
}

/// A parameter of a fit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ParamReply {
    /// Its value.
    pub value: Number,
    /// Its standard error.
    pub stderr: Number,
    /// `free`, `at-bound`, `undetermined`, `fixed`, `shared`.
    pub kind: &'static str,
    /// Where it lies with the probability asked for, by its standard error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<[Number; 2]>,
    /// The same by the profile of chi-squared; null where it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<[Option<Number>; 2]>,
}

/// A direction in the parameters.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DirectionReply {
    /// How much of each parameter.
    pub direction: BTreeMap<String, Number>,
    /// In words.
    pub about: String,
}

/// A point on the way of a fit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FitTraceReply {
    /// The free parameters, in order.
    pub params: Vec<Number>,
    /// Chi-squared there, or what the loss makes of it.
    pub chi2: Number,
    /// The damping of the next step.
    pub damping: Number,
}

/// What the residuals of a fit say.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DiagnosticsReply {
    /// Stretches of one sign.
    pub runs: usize,
    /// Of so few or so many.
    pub runs_p: Number,
    /// Of each with the next.
    pub autocorrelation: Number,
    /// 0 of a normal distribution.
    pub skewness: Number,
    /// 0 of a normal distribution.
    pub excess_kurtosis: Number,
    /// Of such moments.
    pub normality_p: Number,
    /// Rows with the largest standardised residuals.
    pub outliers: Vec<StandoutReply>,
    /// Rows with the most leverage.
    pub leverage: Vec<StandoutReply>,
}

/// A row that stands out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StandoutReply {
    /// The first is 1.
    pub row: usize,
    /// Its residual over its standard deviation.
    pub standardised: Number,
    /// From 0 to 1.
    pub leverage: Number,
}

/// Bands of a fit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BandsReply {
    /// The probability.
    pub level: Number,
    /// The curve.
    pub value: Vec<Number>,
    /// Half the width for the curve.
    pub confidence: Vec<Number>,
    /// Half the width for a new row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prediction: Option<Vec<Number>>,
}

pub(super) fn numbers(rows: &[Vec<f64>]) -> Vec<Vec<Number>> {
    rows.iter().map(|row| row.iter().copied().map(Number).collect()).collect()
}

fn direction(d: &Direction) -> DirectionReply {
    let parts = d.parts.iter().map(|(name, x)| (name.name().to_owned(), Number(*x)));
    DirectionReply { direction: parts.collect(), about: d.about() }
}

pub(super) fn diagnostics(told: &Diagnostics) -> DiagnosticsReply {
    let rows = |list: &[Standout]| {
        let row = |s: &Standout| StandoutReply {
            row: s.row,
            standardised: Number(s.standardised),
            leverage: Number(s.leverage),
        };
        list.iter().map(row).collect()
    };
    DiagnosticsReply {
        runs: told.runs,
        runs_p: Number(told.runs_p),
        autocorrelation: Number(told.autocorrelation),
        skewness: Number(told.skewness),
        excess_kurtosis: Number(told.excess_kurtosis),
        normality_p: Number(told.normality_p),
        outliers: rows(&told.outliers),
        leverage: rows(&told.leverage),
    }
}

impl FitReply {
    pub(super) fn new(model: &Regression, report: &FitReport, level: f64) -> FitReply {
        let times = report.quantile(level);
        let param = |p: &Param| {
            let known = matches!(p.kind, ParamKind::Free | ParamKind::Tied) && (times * p.stderr).is_finite();
            let reply = ParamReply {
                value: Number(p.value),
                stderr: Number(p.stderr),
                kind: match p.kind {
                    ParamKind::Free => "free",
                    ParamKind::AtBound => "at-bound",
                    ParamKind::Undetermined => "undetermined",
                    ParamKind::Fixed => "fixed",
                    ParamKind::Tied => "shared",
                },
                confidence: known.then(|| [-1.0, 1.0].map(|side| Number(p.value + side * times * p.stderr))),
                interval: None,
            };
            (p.name.name().to_owned(), reply)
        };
        FitReply {
            params: report.params.iter().map(param).collect(),
            order: model.params().iter().map(|p| p.name().to_owned()).collect(),
            covariance: numbers(&report.covariance),
            correlation: numbers(&report.correlation),
            observed: None,
            errors: if report.absolute { "absolute" } else { "scaled by the residuals" },
            chi2: Number(report.chi2),
            dof: report.dof,
            rows: report.rows,
            p_value: report.p_value.map(Number),
            residual_sd: Number(report.residual_sd),
            cost: (report.loss != Loss::Squares).then_some(Number(report.cost)),
            aic: Number(report.aic),
            bic: Number(report.bic),
            r_squared: report.r_squared.map(Number),
            condition: Number(report.condition),
            unidentified: report.unidentified.iter().map(direction).collect(),
            weakest: report.weakest.as_ref().map(direction),
            linear: model.is_linear(),
            status: if report.stop.is_minimum() { "estimated" } else { "failed" },
            stop: report.stop.word(),
            reason: report.stop.about(),
            evaluations: report.evaluations,
            proposed: report.proposed,
            trace: report
                .trace
                .iter()
                .map(|t| FitTraceReply {
                    params: t.params.iter().copied().map(Number).collect(),
                    chi2: Number(t.chi2),
                    damping: Number(t.damping),
                })
                .collect(),
            diagnostics: None,
            bands: None,
        }
    }
}

impl std::fmt::Display for FitReply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let width = self.params.keys().map(|name| name.chars().count()).max().unwrap_or(0);
        let rest = self.params.iter().filter(|(name, _)| !self.order.contains(name)).map(|(name, _)| name);
        for name in self.order.iter().chain(rest) {
            let Some(p) = self.params.get(name) else { continue };
            write!(f, "{name:<width$} = {}", p.value)?;
            match p.kind {
                "free" | "shared" => write!(f, " ± {:.2e}", p.stderr.0)?,
                "at-bound" => {
                    f.write_str(" (held by a bound; the errors of the others are for this value)")?
                }
                kind => write!(f, " ({kind})")?,
            }
            if let Some([low, high]) = &p.interval {
                let end = |end: &Option<Number>| end.map_or("open".to_owned(), |x| x.to_string());
                write!(f, ", by profile {} to {}", end(low), end(high))?;
            }
            writeln!(f)?;
        }
        write!(f, "chi-squared {} with {} degrees of freedom", self.chi2, self.dof)?;
        self.p_value.iter().try_for_each(|p| write!(f, ", p = {:.4}", p.0))?;
        write!(f, "\nresidual standard deviation {}", self.residual_sd)?;
        self.r_squared.iter().try_for_each(|r| write!(f, ", R² = {:.6}", r.0))?;
        write!(f, "\nerrors {}", self.errors)?;
        self.unidentified.iter().try_for_each(|d| write!(f, "\n{}", d.about))?;
        if let Some(told) = &self.diagnostics {
            write!(f, "\nresiduals: {} runs (p = {:.3})", told.runs, told.runs_p.0)?;
            write!(
                f,
                ", autocorrelation {:.3}, normality p = {:.3}",
                told.autocorrelation.0, told.normality_p.0
            )?;
            if let Some(row) = told.outliers.first() {
                write!(f, ", largest in row {} ({:.2} standard deviations)", row.row, row.standardised.0)?;
            }
        }
        let start = if self.proposed { ", from a start that was proposed" } else { "" };
        write!(f, "\n{}: {}, {} evaluations{start}", self.stop, self.reason, self.evaluations)
    }
}
