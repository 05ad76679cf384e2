//! `fit`: chi-squared regression of a model to columns.
//!
//! Here: the request's words turned into a model and its options, the report turned into a reply.
//! Not here: the fit itself (`crate::fit`), files (whoever reads them hands rows to [`fit_rows()`]).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ask::{Answered, Context};
use super::limits::Limits;
use super::number::Number;
use super::reader::Reader;
use super::reply::{Answer, Fault, Reply};
use super::request::{Ask, PointValue, Request};
use crate::expr::Symbol;
use crate::fit::{
    Direction, FitError, FitOptions, FitReport, Loss, Method, ParamKind, Progress, Regression, Rows, Setup, Sigma,
    Standout, Table,
};
use crate::syntax::{self, Statement};

/// See [`Ask::Fit`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FitAsk {
    /// `y ~ a exp(-b x)`: what is observed, in columns, and what it is thought to be, in columns and parameters.
    pub model: String,
    /// The columns; a path is read by the command line only.
    pub data: DataAsk,
    /// The standard deviation of the left side: a column, a number, or one number a row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sigma: Option<SigmaAsk>,
    /// The parameters; the free names that are not columns unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub params: Option<Vec<String>>,
    /// Where to start; what is missing is proposed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub start: BTreeMap<String, PointValue>,
    /// Between what a parameter may lie; null for no bound.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub bounds: BTreeMap<String, [Option<PointValue>; 2]>,
    /// Parameters that are held.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fixed: BTreeMap<String, PointValue>,
    /// Parameters that others give: `{"b": "a"}`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub shared: BTreeMap<String, String>,
    /// `squares`, `huber`, `soft-l1`, `cauchy`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss: Option<String>,
    /// `levenberg-marquardt`, `gauss-newton`, `steepest-descent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// How far to go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<FitOptionsAsk>,
    /// Where bands are wanted: the columns of the right side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bands: Option<BTreeMap<String, Vec<f64>>>,
    /// Are intervals by the profile of chi-squared wanted, too?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub profile: bool,
    /// Is the covariance by the exact Hessian wanted, too?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub observed: bool,
}

/// The columns of a fit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum DataAsk {
    /// Each with its entries; null where one is missing.
    Columns(BTreeMap<String, Vec<Option<f64>>>),
    /// A file, for the command line.
    Path(String),
}

/// The standard deviation of the left side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SigmaAsk {
    /// The same for all rows.
    Same(f64),
    /// A column.
    Column(String),
    /// One number a row.
    Rows(Vec<f64>),
}

/// How far a fit goes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FitOptionsAsk {
    /// How sure every parameter has to be, relative to its size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<f64>,
    /// Most evaluations over all rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_evaluations: Option<usize>,
    /// The step of steepest descent over the slope of chi-squared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aggression: Option<f64>,
    /// Beyond so many standard deviations a loss takes a residual for large.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss_scale: Option<f64>,
    /// Are only the ratios of the sigmas known?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relative_sigma: Option<bool>,
    /// The probability of bands and intervals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<f64>,
}

/// A loss by its name, with the scale that it has unless told.
type LossRow = (&'static str, f64, fn(f64) -> Loss);

/// Every loss; the scales give 95 % of the efficiency of squares where rows scatter normally (soft-l1: that of Huber).
const LOSSES: &[LossRow] = &[
    ("squares", 1.0, |_| Loss::Squares),
    ("huber", 1.345, Loss::Huber),
    ("soft-l1", 1.345, Loss::SoftL1),
    ("cauchy", 2.385, Loss::Cauchy),
];

/// Names of the methods.
const METHODS: &[&str] = &["levenberg-marquardt", "gauss-newton", "steepest-descent"];

/// The name of sigma where it is given row by row; it cannot be typed.
const SIGMA: &str = "sigma of each row";

impl Context<'_> {
    pub(super) fn fit(&self, reader: &Reader, ask: &FitAsk) -> Answered {
        let DataAsk::Columns(columns) = &ask.data else {
            let fault = Fault::new("unsupported.path", "a file is read by the command line only");
            return Err(fault.hint("give the columns themselves: {\"x\": [1, 2], \"y\": [3, 4]}").in_field("data").boxed());
        };
        let entries: usize = columns.values().map(Vec::len).sum();
        if entries > self.limits.max_points {
            let message = format!("the columns have {entries} entries; allowed are {}", self.limits.max_points);
            return Err(Fault::new("budget.points", message).in_field("data").boxed());
        }
        let mut columns: Vec<(Symbol, Vec<f64>)> = columns
            .iter()
            .map(|(name, c)| (Symbol::new(name), c.iter().map(|x| x.unwrap_or(f64::NAN)).collect()))
            .collect();
        if let Some(SigmaAsk::Rows(sigma)) = &ask.sigma {
            columns.push((Symbol::new(SIGMA), sigma.clone()));
        }
        let views = columns.iter().map(|(name, c)| (name.clone(), c.as_slice()));
        let mut table = Table::new(views).map_err(|e| fault(&e, "data"))?;
        let names = table.names();
        self.fit_on(reader, ask, &mut table, &names, None)
    }

    /// Fits to rows that come from elsewhere.
    fn fit_on(
        &self,
        reader: &Reader,
        ask: &FitAsk,
        rows: &mut dyn Rows,
        names: &[Symbol],
        progress: Option<&dyn Fn(&Progress)>,
    ) -> Answered {
        let in_model = |f: Box<Fault>| f.in_field("model").boxed();
        let Statement::Model { left, right } =
            syntax::parse_statement(&ask.model, &reader.scope().limits()).map_err(|e| in_model(e.into()))?
        else {
            let fault = Fault::new("request.model", format!("`{}` is not a model", ask.model));
            return Err(fault.hint("write what is observed, `~`, and what it is: `y ~ a + b x`").in_field("model").boxed());
        };
        let meaning = |side| reader.scope().meaning(side).map_err(|e| in_model(e.into()));
        let (left, right) = (meaning(&left)?.expr, meaning(&right)?.expr);
        self.within_nodes(&left)?;
        self.within_nodes(&right)?;
        let setup = self.setup(reader, ask)?;
        let model = Regression::new(&left, &right, names, &setup).map_err(|e| fault(&e, "model"))?;
        let mut start = Vec::new();
        for (name, value) in &ask.start {
            start.push((Symbol::new(name), self.number_in(reader, value, "start")?));
        }
        let told = ask.options.clone().unwrap_or_default();
        let effort = self.limits.effort();
        let mut options = FitOptions { threads: effort.threads, budget: effort.budget, progress, ..FitOptions::default() };
        options.tolerance = told.tolerance.unwrap_or(options.tolerance);
        options.max_evaluations = told.max_evaluations.unwrap_or(options.max_evaluations).min(100_000);
        options.method = method(ask.method.as_deref(), told.aggression)?;
        options.loss = loss(ask.loss.as_deref(), told.loss_scale)?;
        if options.loss != Loss::Squares && setup.sigma == Sigma::Unknown {
            let fault = Fault::new("request.sigma", "a loss needs to know how large a residual is: sigma is not given");
            return Err(fault.hint("give `sigma`, a number or a column").in_field("sigma").boxed());
        }
        let report = model.run(rows, &start, &options).map_err(|e| fault(&e, "data"))?;
        let level = told.level.unwrap_or(0.95);
        let mut reply = FitReply::new(&model, &report, level);
        reply.diagnostics = Some(diagnostics(&model.diagnose(&report, rows, &options).map_err(|e| fault(&e, "data"))?));
        if ask.observed {
            let observed = model.observed(&report, rows, &options).map_err(|e| fault(&e, "data"))?;
            reply.observed = observed.map(|rows| numbers(&rows));
        }
        if ask.profile {
            for interval in model.profile(&report, rows, level, &options).map_err(|e| fault(&e, "profile"))? {
                if let Some(param) = reply.params.get_mut(interval.name.name()) {
                    param.interval = Some([interval.low, interval.high].map(|end| end.map(Number)));
                }
            }
        }
        if let Some(at) = &ask.bands {
            let views = at.iter().map(|(name, x)| (Symbol::new(name), x.as_slice()));
            let mut table = Table::new(views).map_err(|e| fault(&e, "bands"))?;
            let bands = model.bands(&report, &mut table, level).map_err(|e| fault(&e, "bands"))?;
            let list = |x: &[f64]| x.iter().copied().map(Number).collect();
            reply.bands = Some(BandsReply {
                level: Number(bands.level),
                value: list(&bands.value),
                confidence: list(&bands.confidence),
                prediction: bands.prediction.as_deref().map(list),
            });
        }
        Ok(Answer::Fit(Box::new(reply)))
    }

    fn setup(&self, reader: &Reader, ask: &FitAsk) -> Answered<Setup> {
        let mut setup = Setup {
            params: ask.params.as_ref().map(|names| names.iter().map(|n| Symbol::new(n)).collect()),
            sigma: match &ask.sigma {
                None => Sigma::Unknown,
                Some(SigmaAsk::Same(value)) => Sigma::Same(*value),
                Some(SigmaAsk::Column(name)) => Sigma::Column(Symbol::new(name)),
                Some(SigmaAsk::Rows(_)) => Sigma::Column(Symbol::new(SIGMA)),
            },
            relative: ask.options.as_ref().and_then(|o| o.relative_sigma).unwrap_or(false),
            ..Setup::default()
        };
        for (name, value) in &ask.fixed {
            setup.fixed.push((Symbol::new(name), self.number_in(reader, value, "fixed")?));
        }
        for (name, text) in &ask.shared {
            let by = self.read(reader, text).map_err(|f| f.in_field("shared").boxed())?.expr;
            setup.tied.push((Symbol::new(name), by));
        }
        for (name, ends) in &ask.bounds {
            let mut end = |k: usize, none: f64| match &ends[k] {
                None => Ok(none),
                Some(value) => self.number_in(reader, value, "bounds"),
            };
            setup.bounds.push((Symbol::new(name), end(0, f64::NEG_INFINITY)?, end(1, f64::INFINITY)?));
        }
        Ok(setup)
    }

    fn number_in(&self, reader: &Reader, value: &PointValue, field: &str) -> Answered<f64> {
        match value {
            PointValue::Number(x) => Ok(*x),
            PointValue::Text(text) => reader.number(text).map_err(|fault| fault.in_field(field).boxed()),
            PointValue::Array(_) => {
                Err(Fault::new("request.point", "a list is not a number").in_field(field).boxed())
            }
        }
    }
}

/// Answers a `fit` with rows that come from elsewhere, a file say: its columns have these names, and `data` in the request is not
/// looked at. `progress` is told where it is.
pub fn fit_rows(
    request: &Request,
    rows: &mut dyn Rows,
    columns: &[Symbol],
    progress: Option<&dyn Fn(&Progress)>,
    limits: &Limits,
) -> Reply {
    let context = Context { limits, also: &request.also };
    let outcome = match &request.ask {
        Ask::Fit(ask) => Reader::new(&request.declare, &request.define, &request.assume, limits)
            .and_then(|reader| context.fit_on(&reader, ask, rows, columns, progress)),
        _ => Err(Fault::new("request.unknown-op", "only `fit` takes rows").boxed()),
    };
    Reply { id: request.id.clone(), outcome }
}

fn method(name: Option<&str>, aggression: Option<f64>) -> Answered<Method> {
    let fault = |fault: Fault| Err(fault.in_field("method").boxed());
    match name {
        None | Some("levenberg-marquardt" | "lm") => Ok(Method::LevenbergMarquardt),
        Some("gauss-newton") => Ok(Method::GaussNewton),
        Some("steepest-descent") => match aggression {
            Some(aggression) => Ok(Method::SteepestDescent { aggression }),
            None => fault(
                Fault::new("request.option", "steepest descent needs `aggression`")
                    .hint("the step over the slope of chi-squared: `\"options\": {\"aggression\": 1e-4}`"),
            ),
        },
        Some(other) => fault(
            Fault::new("request.method", format!("there is no method `{other}`"))
                .hint(format!("one of {}", METHODS.join(", "))),
        ),
    }
}

fn loss(name: Option<&str>, scale: Option<f64>) -> Answered<Loss> {
    let name = name.unwrap_or("squares");
    match LOSSES.iter().find(|(known, ..)| *known == name) {
        Some((_, usual, loss)) => Ok(loss(scale.unwrap_or(*usual))),
        None => {
            let names: Vec<&str> = LOSSES.iter().map(|(name, ..)| *name).collect();
            let fault = Fault::new("request.loss", format!("there is no loss `{name}`"));
            Err(fault.hint(format!("one of {}", names.join(", "))).in_field("loss").boxed())
        }
    }
}

/// An error of a fit, told with the field that it is about.
fn fault(e: &FitError, field: &str) -> Box<Fault> {
    let field = match e {
        FitError::Sigma { .. } => "sigma",
        FitError::Start { .. } => "start",
        FitError::Bounds { .. } => "bounds",
        FitError::Option { .. } => "options",
        _ => field,
    };
    let fault = Fault::new(e.code(), e.to_string()).in_field(field);
    match e.hint() {
        Some(hint) => fault.hint(hint).boxed(),
        None => fault.boxed(),
    }
}

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
    pub trace: Vec<TraceReply>,
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
pub struct TraceReply {
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

fn numbers(rows: &[Vec<f64>]) -> Vec<Vec<Number>> {
    rows.iter().map(|row| row.iter().copied().map(Number).collect()).collect()
}

fn direction(d: &Direction) -> DirectionReply {
    let parts = d.parts.iter().map(|(name, x)| (name.name().to_owned(), Number(*x)));
    DirectionReply { direction: parts.collect(), about: d.about() }
}

fn diagnostics(told: &crate::fit::Diagnostics) -> DiagnosticsReply {
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
    fn new(model: &Regression, report: &FitReport, level: f64) -> FitReply {
        let times = report.quantile(level);
        let param = |p: &crate::fit::Param| {
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
                .map(|t| TraceReply {
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
                "at-bound" => f.write_str(" (held by a bound; the errors of the others are for this value)")?,
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
            write!(f, ", autocorrelation {:.3}, normality p = {:.3}", told.autocorrelation.0, told.normality_p.0)?;
            if let Some(row) = told.outliers.first() {
                write!(f, ", largest in row {} ({:.2} standard deviations)", row.row, row.standardised.0)?;
            }
        }
        let start = if self.proposed { ", from a start that was proposed" } else { "" };
        write!(f, "\n{}: {}, {} evaluations{start}", self.stop, self.reason, self.evaluations)
    }
}
