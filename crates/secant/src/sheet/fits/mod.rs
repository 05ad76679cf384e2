//! `fit`: chi-squared regression of a model to columns.
//!
//! Here: the request's words turned into a model and its options, the report turned into a reply.
//! Not here: the fit itself (`crate::fit`), files (whoever reads them hands rows to [`fit_rows()`]).

mod reply;
pub(super) mod schema;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ask::{Answered, Context};
use super::limits::Limits;
use super::number::Number;
use super::reader::Reader;
use super::reply::{Answer, Fault, Reply};
use super::request::{Ask, PointValue, Request};
use crate::expr::Symbol;
use crate::fit::{FitError, FitOptions, Loss, Method, Progress, Regression, Rows, Setup, Sigma, Table};
use crate::syntax::{self, Statement};

pub use reply::{
    BandsReply, DiagnosticsReply, DirectionReply, FitReply, FitTraceReply, ParamReply, StandoutReply,
};
use reply::{diagnostics, numbers};

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
            return Err(fault
                .hint("give the columns themselves: {\"x\": [1, 2], \"y\": [3, 4]}")
                .in_field("data")
                .boxed());
        };
        let entries: usize = columns.values().map(Vec::len).sum();
        if entries > self.limits.max_points {
            let message =
                format!("the columns have {entries} entries; allowed are {}", self.limits.max_points);
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
            return Err(fault
                .hint("write what is observed, `~`, and what it is: `y ~ a + b x`")
                .in_field("model")
                .boxed());
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
        let mut options =
            FitOptions { threads: effort.threads, budget: effort.budget, progress, ..FitOptions::default() };
        options.tolerance = told.tolerance.unwrap_or(options.tolerance);
        options.max_evaluations = told.max_evaluations.unwrap_or(options.max_evaluations).min(100_000);
        options.method = method(ask.method.as_deref(), told.aggression)?;
        options.loss = loss(ask.loss.as_deref(), told.loss_scale)?;
        if options.loss != Loss::Squares && setup.sigma == Sigma::Unknown {
            let fault = Fault::new(
                "request.sigma",
                "a loss needs to know how large a residual is: sigma is not given",
            );
            return Err(fault.hint("give `sigma`, a number or a column").in_field("sigma").boxed());
        }
        let report = model.run(rows, &start, &options).map_err(|e| fault(&e, "data"))?;
        let level = told.level.unwrap_or(0.95);
        let mut reply = FitReply::new(&model, &report, level);
        reply.diagnostics =
            Some(diagnostics(&model.diagnose(&report, rows, &options).map_err(|e| fault(&e, "data"))?));
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
            let end = |k: usize, none: f64| match &ends[k] {
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
