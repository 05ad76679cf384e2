//! `minimize`: minima of an expression.
//!
//! Here: what is asked and answered, names and shapes to numbers in a row and back.
//! Not here: how minima are found (`minimize`).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::ask::{Answered, Context, program_fault};
use super::constrained::MoreReply;
use super::number::Number;
use super::reader::Reader;
use super::reply::{Answer, Fault, Nested};
use super::request::{OneOrMany, PointValue};
use super::values::{array_of, nested};
use crate::expr::{Expr, Symbol};
use crate::minimize::{
    Conjugate, Evaluations, LineSearch, METHODS, Method, MinimizeError, Objective, Options, Report, Status,
    Variable, minimize,
};
use crate::program::Array;
use crate::syntax::Lowered;

/// What is to be as low as possible, and where to begin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MinimizeAsk {
    /// The text.
    pub expr: String,
    /// Where it begins: the variables, each with a value. Those that only `over` names begin in the middle of their range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<BTreeMap<String, PointValue>>,
    /// Bounds; `"inf"` and `"-inf"` are ends, too. Those of a vector are for every entry, or lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<BTreeMap<String, [PointValue; 2]>>,
    /// Constraints: texts with `=`, `<=`, `>=`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_to: Option<OneOrMany>,
    /// One of [`METHODS`], `sqp`, `stationary` or `global`; what suits the expression unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// See [`MinimizeOptions`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<Map<String, Value>>,
}

/// How to minimise and when to stop: see [`Options`].
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MinimizeOptions {
    /// Most steps.
    pub max_steps: Option<usize>,
    /// How small the gradient is to be.
    pub gradient_tol: Option<f64>,
    /// How short a step is the last.
    pub step_tol: Option<f64>,
    /// How little the value changes over the last step.
    pub value_tol: Option<f64>,
    /// Length of a fixed step, first length of a search.
    pub step: Option<f64>,
    /// Share of the last step that goes on.
    pub momentum: Option<f64>,
    /// The same for the squares of slopes.
    pub decay: Option<f64>,
    /// `wolfe` or `backtracking`.
    pub line_search: Option<String>,
    /// `hager-zhang` or `polak-ribiere`.
    pub conjugate: Option<String>,
    /// How many steps `l-bfgs` remembers.
    pub memory: Option<usize>,
    /// Most points of the trace.
    pub trace: Option<usize>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MinimizeReply {
    /// The best point: the variables.
    pub at: BTreeMap<String, Nested<Number>>,
    /// The value there.
    pub value: Number,
    /// `minimum`, `saddle`, `maximum`, `degenerate` or `undecided`.
    pub kind: &'static str,
    /// One word of four.
    pub status: &'static str,
    /// One word.
    pub stop: &'static str,
    /// In a sentence.
    pub reason: String,
    /// How it was done.
    pub method: &'static str,
    /// Steps taken.
    pub steps: usize,
    /// How often what was evaluated.
    pub evaluations: EvaluationsReply,
    /// Length of the gradient there, without what pushes against a bound.
    pub gradient_norm: Number,
    /// Condition of the Hessian there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<Number>,
    /// What there is to say after the end.
    pub post_mortem: PostMortemReply,
    /// The way.
    pub trace: Vec<DescentReply>,
    /// What is known of constraints and of the whole box.
    #[serde(flatten)]
    pub more: MoreReply,
}

/// How often what was evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct EvaluationsReply {
    /// Values alone.
    pub f: usize,
    /// Gradients.
    pub grad: usize,
    /// Hessians.
    pub hessian: usize,
    /// Products of the Hessian with a vector.
    #[serde(skip_serializing_if = "is_nought")]
    pub product: usize,
}

impl From<Evaluations> for EvaluationsReply {
    fn from(e: Evaluations) -> EvaluationsReply {
        EvaluationsReply { f: e.f, grad: e.grad, hessian: e.hessian, product: e.product }
    }
}

fn is_nought(n: &usize) -> bool {
    *n == 0
}

/// What there is to say after the end.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PostMortemReply {
    /// Of the Hessian along the free variables, ascending.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub eigenvalues: Vec<Number>,
    /// How far away the second-order model has its stationary point, relative to the point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance: Option<Number>,
    /// Variables whose units make it hard, and how many times larger than the usual one their unit is.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub badly_scaled: BTreeMap<String, Number>,
    /// Bounds that hold a variable.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub active: Vec<ActiveReply>,
    /// Sentences.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A bound that holds a variable.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ActiveReply {
    /// Which variable.
    pub name: String,
    /// `lower` or `upper`.
    pub side: &'static str,
    /// Which bound.
    pub bound: Number,
    /// How much lower the value would be for a bound that is wider by 1.
    pub multiplier: Number,
}

/// A point of the way.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DescentReply {
    /// After how many steps.
    pub step: usize,
    /// The variables.
    pub at: BTreeMap<String, Nested<Number>>,
    /// The value.
    pub value: Number,
    /// Length of the gradient.
    pub gradient_norm: Number,
    /// How long the step to here was.
    pub length: Number,
}

/// Numbers that the trace of a reply may hold.
const MOST_TRACED: usize = 100_000;

/// The variables, where they begin and their bounds, as numbers in a row.
pub(super) struct Begin {
    pub(super) variables: Vec<Variable>,
    given: Vec<(Symbol, Array)>,
    pub(super) start: Vec<f64>,
    pub(super) bounds: Vec<(f64, f64)>,
}

impl Context<'_> {
    pub(super) fn minimize(&self, reader: &Reader, ask: &MinimizeAsk) -> Answered {
        if let Some(answered) = self.minimize_otherwise(reader, ask) {
            return answered;
        }
        let lowered = self.read_function(reader, &ask.expr)?;
        let e = &lowered.expr;
        if !e.shape().is_scalar() {
            let message = format!("`expr` is {}; what is minimised is a number", e.shape());
            let hint = "take its norm, or the sum of its squares: `sum(u.^2)`";
            return Err(Fault::new("shape.minimize", message).hint(hint).in_field("expr").boxed());
        }
        let mut options = options(ask)?;
        let begin = self.begin(reader, ask, &lowered)?;
        let n = begin.start.len();
        options.trace = options.trace.min(MOST_TRACED / (n + 4));
        let mut objective = Objective::new(e, &begin.variables, &begin.given)
            .and_then(|objective| objective.under(&lowered.conditions))
            .map_err(program_fault)?
            .within(self.limits.effort().budget);
        let bounded = begin.bounds.iter().any(|(low, high)| low.is_finite() || high.is_finite());
        let bounds = bounded.then_some(&begin.bounds[..]);
        let report = minimize(&mut objective, &begin.start, bounds, &options).map_err(fault)?;
        Ok(Answer::Minimize(Box::new(reply(&begin.variables, report))))
    }

    pub(super) fn begin(&self, reader: &Reader, ask: &MinimizeAsk, lowered: &Lowered) -> Answered<Begin> {
        let none = BTreeMap::new();
        let (from, over) = (ask.from.as_ref().unwrap_or(&none), ask.over.clone().unwrap_or_default());
        let mut names: BTreeSet<&String> = from.keys().chain(over.keys()).collect();
        if names.is_empty() {
            let fault = Fault::new("request.field", "it is not said where to begin");
            let hint =
                "give the variables a start, `\"from\": {\"x\": 1}`, or bounds, `\"over\": {\"x\": [0, 1]}`";
            return Err(fault.hint(hint).in_field("from").boxed());
        }
        let mut known: BTreeSet<Symbol> = lowered.expr.free_symbols();
        lowered.conditions.iter().for_each(|c| known.extend(c.expr.free_symbols()));
        // Names that do not occur are passed over, unless there are no others.
        if names.iter().any(|name| known.contains(&Symbol::new(name))) {
            names.retain(|name| known.contains(&Symbol::new(name)));
        }
        let mut begin = Begin { variables: vec![], given: vec![], start: vec![], bounds: vec![] };
        for name in names {
            let field = if from.contains_key(name) { "from" } else { "over" };
            let in_field = |fault: Fault| fault.in_field(field).boxed();
            let by = reader.by(name).map_err(|fault| in_field(*fault))?;
            if !by.is_whole() {
                let message =
                    format!("`{name}` is a part of a variable; the start is one of whole variables");
                return Err(in_field(Fault::new("request.variable", message)));
            }
            self.not_a_size(&lowered.expr, &by.symbol).map_err(|fault| in_field(*fault))?;
            if reader.integers().contains(&by.symbol) {
                let message = format!("`{name}` is an integer; minima are looked for among all numbers");
                return Err(in_field(Fault::new("unsupported.minimize", message)));
            }
            let declared = reader.declared.variables.iter().find(|(symbol, _)| *symbol == by.symbol);
            if declared.is_some_and(|(_, e)| e.shape().rank() > 1 && e.is_symmetric()) {
                let message = format!("`{name}` is declared symmetric; its entries are not free");
                let hint = "build it from numbers: `A = [a, b; b, c]`";
                return Err(in_field(Fault::new("unsupported.minimize", message).hint(hint)));
            }
            let range = over.get(name);
            let extents = match from.get(name) {
                Some(value) => {
                    let array = array_of(reader, value, "from")?;
                    if array.shape.len() != by.whole.rank() {
                        let message = format!("`{name}` is {}, its start is not", by.whole);
                        let hint = "give its shape in `declare`, or a start of its shape";
                        return Err(in_field(Fault::new("shape.point", message).hint(hint)));
                    }
                    begin.start.extend(&array.data);
                    array.shape
                }
                None => {
                    let known =
                        |dim: &Expr| dim.as_number().and_then(|n| n.to_i64()).map(|n| n.max(0) as usize);
                    let extents: Option<Vec<usize>> = by.whole.dims().iter().map(known).collect();
                    let fault = || {
                        Fault::new("name.without-value", format!("how large `{name}` is is not said"))
                            .hint(format!("give a start in `from`: {{\"{name}\": [0, 0]}}"))
                    };
                    extents.ok_or_else(|| in_field(fault()))?
                }
            };
            let size: usize = extents.iter().product();
            let ends = match range {
                None => vec![(f64::NEG_INFINITY, f64::INFINITY); size],
                Some([low, high]) => {
                    let (low, high) = (ends(reader, low, name, size)?, ends(reader, high, name, size)?);
                    low.into_iter().zip(high).collect()
                }
            };
            if !from.contains_key(name) {
                begin.start.extend(ends.iter().map(|(low, high)| middle(*low, *high)));
            }
            begin.bounds.extend(ends);
            for (dim, n) in by.whole.dims().iter().zip(&extents) {
                if let Some(extent) = dim.as_var()
                    && !begin.given.iter().any(|(name, _)| name == extent)
                {
                    begin.given.push((extent.clone(), Array::scalar(*n as f64)));
                }
            }
            begin.variables.push(Variable { name: by.symbol, shape: by.whole, extents });
        }
        known.extend(lowered.expr.extent_symbols());
        let has = |name: &Symbol| {
            begin.variables.iter().any(|v| v.name == *name) || begin.given.iter().any(|(n, _)| n == name)
        };
        if let Some(name) = known.iter().find(|name| !has(name)) {
            let fault = Fault::new("name.without-value", format!("`{name}` has no value"));
            let hint = format!("give it a start, `\"from\": {{\"{name}\": 1}}`, or its value in `define`");
            return Err(fault.hint(hint).in_field("from").boxed());
        }
        Ok(begin)
    }
}

/// One end of a range for each entry.
fn ends(reader: &Reader, value: &PointValue, name: &str, size: usize) -> Answered<Vec<f64>> {
    let array = array_of(reader, value, "over")?;
    match array.data[..] {
        [end] => Ok(vec![end; size]),
        _ if array.data.len() == size => Ok(array.data),
        _ => {
            let message = format!("the bounds of `{name}` are {} numbers, it has {size}", array.data.len());
            Err(Fault::new("shape.point", message).in_field("over").boxed())
        }
    }
}

/// A number between two, one of which may be missing.
fn middle(low: f64, high: f64) -> f64 {
    match (low.is_finite(), high.is_finite()) {
        (true, true) => 0.5 * low + 0.5 * high,
        (true, false) => low + low.abs().max(1.0),
        (false, true) => high - high.abs().max(1.0),
        (false, false) => 0.0,
    }
}

fn options(ask: &MinimizeAsk) -> Answered<Options> {
    let wrong = |field: &str, message: String, hint: String| {
        Fault::new("request.option", message).hint(hint).in_field(field).boxed()
    };
    let method = match &ask.method {
        None => None,
        Some(name) => Some(Method::by_name(name).ok_or_else(|| {
            let names: Vec<&str> = METHODS.iter().map(|row| row.name).collect();
            wrong("method", format!("there is no method `{name}`"), format!("one of {}", names.join(", ")))
        })?),
    };
    let given = ask.options.clone().unwrap_or_default();
    let given: MinimizeOptions = serde_json::from_value(Value::Object(given))
        .map_err(|e| Fault::new("request.option", e.to_string()).in_field("options").boxed())?;
    let line_search = match given.line_search.as_deref() {
        None | Some("wolfe") => LineSearch::Wolfe,
        Some("backtracking") => LineSearch::Backtracking,
        Some(other) => {
            let message = format!("there is no line search `{other}`");
            return Err(wrong("options", message, "wolfe or backtracking".to_owned()));
        }
    };
    let conjugate = match given.conjugate.as_deref() {
        None | Some("hager-zhang") => Conjugate::HagerZhang,
        Some("polak-ribiere") => Conjugate::PolakRibiere,
        Some(other) => {
            let message = format!("there is no conjugate direction `{other}`");
            return Err(wrong("options", message, "hager-zhang or polak-ribiere".to_owned()));
        }
    };
    let usual = Options::default();
    Ok(Options {
        method,
        max_steps: given.max_steps.unwrap_or(usual.max_steps),
        gradient_tol: given.gradient_tol.unwrap_or(usual.gradient_tol),
        step_tol: given.step_tol.unwrap_or(usual.step_tol),
        value_tol: given.value_tol.unwrap_or(usual.value_tol),
        step: given.step,
        momentum: given.momentum.unwrap_or(usual.momentum),
        decay: given.decay.unwrap_or(usual.decay),
        line_search,
        conjugate,
        memory: given.memory.unwrap_or(usual.memory),
        trace: given.trace.unwrap_or(usual.trace),
    })
}

pub(super) fn fault(e: MinimizeError) -> Box<Fault> {
    let field = match &e {
        MinimizeError::Option { .. } => "options",
        MinimizeError::Start { .. } => "from",
        MinimizeError::Bounds { .. } => "over",
        MinimizeError::NoBounds { .. } | MinimizeError::NoSquares { .. } => "method",
        MinimizeError::TooMany { .. } => "expr",
        MinimizeError::Program(e) => return program_fault(e.clone()),
    };
    let fault = Fault::new(e.code(), e.to_string()).in_field(field);
    let keep = |keep: fn(&crate::minimize::MethodRow) -> bool| {
        let names: Vec<&str> = METHODS.iter().filter(|row| keep(row)).map(|row| row.name).collect();
        names.join(", ")
    };
    match e {
        MinimizeError::NoBounds { .. } => {
            fault.hint(format!("these do: {}", keep(|row| row.bounds && !row.squares)))
        }
        MinimizeError::NoSquares { .. } => {
            fault.hint(format!("these are for any: {}", keep(|row| !row.squares)))
        }
        MinimizeError::Bounds { .. } => fault.hint("write the smaller number first"),
        _ => fault,
    }
    .boxed()
}

fn point(variables: &[Variable], x: &[f64]) -> BTreeMap<String, Nested<Number>> {
    let mut rest = x;
    let mut at = BTreeMap::new();
    for v in variables {
        let (own, others) = rest.split_at(v.entries());
        at.insert(v.name.to_string(), nested(&v.extents, own));
        rest = others;
    }
    at
}

fn reply(variables: &[Variable], report: Report) -> MinimizeReply {
    let numbers = |list: &[f64]| list.iter().copied().map(Number).collect();
    let trace = report.trace.iter().map(|p| DescentReply {
        step: p.step,
        at: point(variables, &p.x),
        value: Number(p.value),
        gradient_norm: Number(p.gradient_norm),
        length: Number(p.length),
    });
    let note = report.post_mortem;
    let active = note.active.into_iter().map(|a| ActiveReply {
        name: a.name,
        side: if a.upper { "upper" } else { "lower" },
        bound: Number(a.bound),
        multiplier: Number(a.multiplier),
    });
    let e = report.evaluations;
    MinimizeReply {
        at: point(variables, &report.x),
        value: Number(report.value),
        kind: report.kind.name(),
        status: report.status.name(),
        stop: report.stop.name(),
        reason: report.reason,
        method: report.method.name(),
        steps: report.steps,
        evaluations: e.into(),
        more: MoreReply::default(),
        gradient_norm: Number(report.gradient_norm),
        condition: note.condition.map(Number),
        trace: trace.collect(),
        post_mortem: PostMortemReply {
            eigenvalues: numbers(&note.eigenvalues),
            distance: note.distance.map(Number),
            badly_scaled: note.badly_scaled.into_iter().map(|(name, times)| (name, Number(times))).collect(),
            active: active.collect(),
            notes: note.notes,
        },
    }
}

impl fmt::Display for MinimizeReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = match self.status {
            s if s == Status::Failed.name() => "no minimum found; best value",
            _ if self.kind == "minimum" => "minimum",
            _ => "lowest value found",
        };
        write!(f, "{found} {} ({})", self.value, self.status)?;
        self.at.iter().try_for_each(|(name, x)| write!(f, "\n  {name} = {x}"))?;
        self.more.fmt(f)?;
        write!(f, "\n  {}: {}", self.method, self.reason)?;
        let note = &self.post_mortem;
        note.active.iter().try_for_each(|a| {
            write!(
                f,
                "\n  held by its {} bound: {} = {}, multiplier {}",
                a.side, a.name, a.bound, a.multiplier
            )
        })?;
        if !note.badly_scaled.is_empty() {
            let names: Vec<String> =
                note.badly_scaled.iter().map(|(name, times)| format!("{name} (times {times})")).collect();
            write!(f, "\n  units far from the usual one: {}", names.join(", "))?;
        }
        note.notes.iter().try_for_each(|text| write!(f, "\n  {text}"))?;
        let e = self.evaluations;
        write!(f, "\n  evaluations: {} values, {} gradients, {} Hessians", e.f, e.grad, e.hessian)
    }
}
