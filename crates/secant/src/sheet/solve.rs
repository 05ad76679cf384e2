//! `solve`: roots of one equation and of systems.
//!
//! Here: what is asked and answered, why a search stopped in words, the iteration written out.
//! Not here: how roots are found (`solve`).

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::ask::{Answered, Context};
use super::number::Number;
use super::reader::Reader;
use super::reply::{Answer, Fault, StepReply};
use super::request::{OneOrMany, PointValue};
use crate::calculus::derivative;
use crate::expr::{Condition, Expr, Node, Rational, Symbol};
use crate::program::{Enclosure, Interval, Program, Workspace};
use crate::solve::{self, Root, RootOptions, RootReport, SolveError, Step, Stop, System};

/// Equations and where to look for roots.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SolveAsk {
    /// `"cos(x) = x"`, `"x^2 - 2"`; as many as there are unknowns.
    pub equations: OneOrMany,
    /// Where an iteration begins: the unknowns, each with a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<BTreeMap<String, PointValue>>,
    /// Where all roots are wanted: the unknowns, each with a range; `"inf"` and `"-inf"` are ends, too. One equation in one
    /// unknown that comes with neither is solved on the whole line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<BTreeMap<String, [PointValue; 2]>>,
    /// With `from`: `newton` (unless told) or `safeguarded`; with `over`: `all` (unless told), `bisection` or `bracketed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// When to stop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<SolveOptions>,
}

/// When a search for roots stops.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SolveOptions {
    /// Most steps of an iteration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_steps: Option<usize>,
    /// A step below this share of the size of an unknown has arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_tol: Option<f64>,
    /// Most boxes that are looked at where all roots are wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_boxes: Option<usize>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SolveReply {
    /// The roots, ascending.
    pub roots: Vec<RootReply>,
    /// Proven: there are no others in the ranges.
    pub complete: bool,
    /// Where there may be others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub undecided: Vec<BTreeMap<String, [Number; 2]>>,
    /// One word.
    pub stop: &'static str,
    /// In a sentence.
    pub reason: String,
    /// How often the equations were evaluated.
    pub evaluations: usize,
    /// The steps of an iteration.
    pub trace: Vec<TraceReply>,
}

/// A root.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RootReply {
    /// The unknowns there.
    pub at: BTreeMap<String, Number>,
    /// The largest absolute value of the equations there.
    pub residual: Number,
    /// Where it lies, for certain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enclosure: Option<BTreeMap<String, [Number; 2]>>,
    /// Its exact form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exact: Option<BTreeMap<String, String>>,
    /// How many roots fall together there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multiplicity: Option<u32>,
    /// `proven`, `tested` or `estimated`.
    pub status: &'static str,
}

/// A step of an iteration.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TraceReply {
    /// The unknowns.
    pub at: BTreeMap<String, Number>,
    /// The difference of the sides of each equation.
    pub values: Vec<Number>,
    /// The slope of the tangent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slope: Option<Number>,
    /// The bracket, where one is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bracket: Option<[Number; 2]>,
}

/// Most steps that may be asked for.
const MAX_STEPS: usize = 10_000;
/// Most boxes that may be asked for.
const MAX_BOXES: usize = 1_000_000;

impl Context<'_> {
    pub(super) fn solve(&self, reader: &Reader, ask: &SolveAsk) -> Answered {
        let (asked, report) = self.solved(reader, ask)?;
        self.solve_reply(&asked, report)
    }

    fn solved(&self, reader: &Reader, ask: &SolveAsk) -> Answered<(System, RootReport)> {
        let (equations, conditions) = self.equations(reader, ask)?;
        let options = options(ask)?;
        let effort = self.limits.effort();
        let method = ask.method.as_deref();
        let system = |unknowns: &[Symbol]| -> Answered<System> {
            if let Some(name) = unknowns.iter().find(|x| reader.integers().contains(x)) {
                let message = format!("`{name}` is an integer; roots are looked for among all numbers");
                return Err(Fault::new("unsupported.solve", message).in_field("assume").boxed());
            }
            let about = conditions.iter().map(|c| &c.expr);
            self.all_known(equations.iter().chain(about), unknowns)?;
            // What is taken for granted of other names has no part in this.
            let granted = reader.assumptions().iter();
            let granted =
                granted.filter(|c| c.expr.free_symbols().iter().all(|name| unknowns.contains(name)));
            let conditions: Vec<Condition> = conditions.iter().chain(granted).cloned().collect();
            System::new(&equations, &conditions, unknowns).map_err(solve_fault)
        };
        let (system, report) = match (&ask.from, &ask.over) {
            (Some(_), Some(_)) => {
                let fault = Fault::new("request.field", "`from` asks for one root, `over` for all of them");
                return Err(fault.hint("leave one of them out").in_field("over").boxed());
            }
            (Some(from), None) => {
                let (mut unknowns, mut start) = (Vec::new(), Vec::new());
                for (name, value) in from {
                    unknowns.push(self.number_variable(reader, name, "from")?);
                    start.push(self.start(reader, value)?);
                }
                let system = system(&unknowns)?;
                let run = match method {
                    None | Some("newton") => solve::newton,
                    Some("safeguarded") => solve::safeguarded,
                    Some(other) => return Err(no_such_method(other, "newton or safeguarded")),
                };
                let report = run(&system, &start, &options, &effort.budget);
                (system, report)
            }
            (None, over) => {
                let (unknowns, ranges) = self.ranges(reader, over.as_ref(), &equations)?;
                let system = system(&unknowns)?;
                let report = match method {
                    None | Some("all") => solve::isolate(&system, &ranges, &options, &effort.budget),
                    Some("bisection") => solve::bisection(&system, ranges[0], &options, &effort.budget),
                    Some("bracketed") => solve::bracketed(&system, ranges[0], &options, &effort.budget),
                    Some(other) => return Err(no_such_method(other, "all, bisection or bracketed")),
                };
                (system, report)
            }
        };
        Ok((system, report.map_err(solve_fault)?))
    }

    fn equations(&self, reader: &Reader, ask: &SolveAsk) -> Answered<(Vec<Expr>, Vec<Condition>)> {
        let (mut equations, mut conditions) = (Vec::new(), Vec::new());
        for text in ask.equations.texts() {
            let lowered = reader.read_equation(text).map_err(|fault| fault.in_field("equations").boxed())?;
            self.within_nodes(&lowered.expr)?;
            if !lowered.expr.shape().is_scalar() || lowered.expr.has_axes() {
                let message = format!("`{text}` is no equation of numbers");
                let fault = Fault::new("shape.equation", message).hint("write it entry by entry");
                return Err(fault.in_field("equations").boxed());
            }
            if lowered.expr.post_order().iter().any(|e| matches!(e.node(), Node::Derivative(..))) {
                let message = format!("`{text}` holds a derivative of something unknown");
                return Err(Fault::new("unsupported.solve", message).in_field("equations").boxed());
            }
            equations.push(lowered.expr);
            conditions.extend(lowered.conditions);
        }
        Ok((equations, conditions))
    }

    /// Every free name has to be an unknown.
    fn all_known<'e>(&self, parts: impl Iterator<Item = &'e Expr>, unknowns: &[Symbol]) -> Answered<()> {
        for e in parts {
            if let Some(name) = e.free_symbols().into_iter().find(|name| !unknowns.contains(name)) {
                let fault = Fault::new("name.without-value", format!("`{name}` has no value"));
                let hint =
                    format!("put its value in `define`, or make it an unknown: {{\"{name}\": 1}} in `from`");
                return Err(fault.hint(hint).in_field("equations").boxed());
            }
        }
        Ok(())
    }

    /// The unknowns and their ranges; of one equation in one unknown that comes without: the whole line.
    fn ranges(
        &self,
        reader: &Reader,
        over: Option<&BTreeMap<String, [PointValue; 2]>>,
        equations: &[Expr],
    ) -> Answered<(Vec<Symbol>, Vec<Interval>)> {
        let Some(over) = over else {
            let names: Vec<Symbol> = equations.iter().flat_map(Expr::free_symbols).collect();
            if let ([name], [_]) = (&names[..], equations) {
                return Ok((vec![name.clone()], vec![Interval::ALL]));
            }
            let fault = Fault::new("request.field", "the request says neither `from` where nor `over` what");
            let hint = "write `\"from\": {\"x\": 1}` for one root or `\"over\": {\"x\": [-10, 10]}` for all";
            return Err(fault.hint(hint).boxed());
        };
        let (mut unknowns, mut ranges) = (Vec::new(), Vec::new());
        for (name, [low, high]) in over {
            unknowns.push(self.number_variable(reader, name, "over")?);
            let (low, high) = (self.end(reader, low)?, self.end(reader, high)?);
            let range = Interval::new(low.low(), high.high()).filter(|_| low.low() <= high.low());
            ranges.push(range.ok_or_else(|| {
                let message = format!("`over` of `{name}` goes from {} to {}", low.low(), high.high());
                let fault = Fault::new("request.field", message).hint("write the smaller number first");
                fault.in_field("over").boxed()
            })?);
        }
        if unknowns.is_empty() {
            return Err(Fault::new("request.field", "`over` names no unknown").in_field("over").boxed());
        }
        Ok((unknowns, ranges))
    }

    /// An end of a range, as an interval around the number that was meant.
    fn end(&self, reader: &Reader, value: &PointValue) -> Answered<Interval> {
        let far = |x: f64| Ok(Interval::new(x.min(f64::MAX), x.max(-f64::MAX)).unwrap_or(Interval::EMPTY));
        match value {
            PointValue::Text(text) if matches!(text.trim(), "inf" | "+inf") => far(f64::INFINITY),
            PointValue::Text(text) if text.trim() == "-inf" => far(f64::NEG_INFINITY),
            value => {
                let e = self.exact(reader, value, "over")?;
                let mut out = [Enclosure { values: Interval::EMPTY, defined: false }];
                let program = Program::compile(std::slice::from_ref(&e), &[]);
                let known = program.and_then(|p| p.evaluate_interval(&[], &mut out, &mut Workspace::new()));
                if known.is_err() || !out[0].defined {
                    let fault = Fault::new("request.point", "the end of a range is not a number");
                    return Err(fault.in_field("over").boxed());
                }
                Ok(out[0].values)
            }
        }
    }

    fn start(&self, reader: &Reader, value: &PointValue) -> Answered<f64> {
        let x = match value {
            PointValue::Number(x) => *x,
            PointValue::Text(text) => reader.number(text).map_err(|fault| fault.in_field("from").boxed())?,
            PointValue::Array(_) => f64::NAN,
        };
        if x.is_finite() {
            return Ok(x);
        }
        Err(Fault::new("request.point", "an iteration begins at numbers").in_field("from").boxed())
    }

    fn solve_reply(&self, asked: &System, report: RootReport) -> Answered {
        let names: Vec<String> = asked.unknowns().iter().map(|x| x.name().to_owned()).collect();
        let reason = reason(&report, &names);
        let sides = |x: &[Interval]| -> BTreeMap<String, [Number; 2]> {
            let ends = x.iter().map(|x| [Number(x.low()), Number(x.high())]);
            names.iter().cloned().zip(ends).collect()
        };
        let point = |x: &[f64]| -> BTreeMap<String, Number> {
            names.iter().cloned().zip(x.iter().map(|x| Number(*x))).collect()
        };
        let mut roots = Vec::new();
        for root in &report.roots {
            let Root { at, residual, enclosure, exact, multiplicity, status } = root;
            let exact: Option<Answered<BTreeMap<String, String>>> = exact.as_ref().map(|forms| {
                names
                    .iter()
                    .zip(forms)
                    .map(|(name, form)| Ok((name.clone(), self.show(form)?.text)))
                    .collect()
            });
            roots.push(RootReply {
                at: point(at),
                residual: Number(*residual),
                enclosure: enclosure.as_deref().map(sides),
                exact: exact.transpose()?,
                multiplicity: *multiplicity,
                status: status.word(),
            });
        }
        let step = |step: &Step| TraceReply {
            at: point(&step.at),
            values: step.values.iter().map(|v| Number(*v)).collect(),
            slope: step.slope.map(Number),
            bracket: step.bracket.map(|ends| ends.map(Number)),
        };
        Ok(Answer::Solve(SolveReply {
            roots,
            complete: report.complete,
            undecided: report.undecided.iter().map(|x| sides(x)).collect(),
            stop: report.stop.word(),
            reason,
            evaluations: report.evaluations,
            trace: report.trace.iter().map(step).collect(),
        }))
    }

    /// Newton's iteration written out: the formula, then a line a step with the numbers put in.
    pub(super) fn explain_solve(&self, reader: &Reader, ask: &SolveAsk) -> Answered {
        let (asked, report) = self.solved(reader, ask)?;
        let ([f], [x]) = (asked.equations(), asked.unknowns()) else {
            let fault = Fault::new("unsupported.explain", "there are steps for one equation in one unknown");
            return Err(fault.in_field("of").boxed());
        };
        if ask.from.is_none() || !matches!(ask.method.as_deref(), None | Some("newton")) {
            let fault = Fault::new("unsupported.explain", "the steps are those of Newton's iteration");
            let hint = format!("ask with `\"from\": {{\"{x}\": 1}}` and without `method`");
            return Err(fault.hint(hint).in_field("of").boxed());
        }
        let slope = self.shorter(derivative(f, x));
        let next = Expr::var(x.clone()) - f / &slope;
        let plain = |rule: &str, from: String, to: String, latex: Option<[String; 2]>| StepReply {
            rule: rule.to_owned(),
            from,
            to,
            path: Vec::new(),
            shape: Vec::new(),
            conditions: Vec::new(),
            latex,
            mathml: None,
        };
        let both = |a: Option<String>, b: Option<String>| a.zip(b).map(|(a, b)| [a, b]);
        let (left, right) = (self.show(&Expr::derivative_of(f, x))?, self.show(&slope)?);
        let mut steps = vec![plain("derivative", left.text, right.text, both(left.latex, right.latex))];
        let shown = self.show(&next)?;
        let iteration = format!("{x}_next");
        let latex = shown.latex.map(|to| [format!("{x}_{{k+1}}"), to]);
        steps.push(plain("the tangent meets the axis", iteration, shown.text, latex));
        let with_latex = self.also.contains(&super::request::Also::Latex);
        for pair in report.trace.windows(2) {
            let (now, next) = (&pair[0], &pair[1]);
            let (Some(slope), [value], [at], [to]) = (now.slope, &now.values[..], &now.at[..], &next.at[..])
            else {
                continue;
            };
            let [at, value, slope, to] = [*at, *value, slope, *to].map(|v| self.number_text(v));
            let bracketed =
                |text: &str| if text.starts_with('-') { format!("({text})") } else { text.to_owned() };
            let latex = with_latex.then(|| [format!(r"{at} - \frac{{{value}}}{{{slope}}}"), to.clone()]);
            let from = format!("{at} - {}/{}", bracketed(&value), bracketed(&slope));
            steps.push(plain("newton's step", from, to, latex));
        }
        let last = match report.roots.first() {
            Some(root) => root.at[0],
            None => report.trace.last().map_or(f64::NAN, |step| step.at[0]),
        };
        let end = self.number_text(last);
        let words = reason(&report, &[x.name().to_owned()]);
        steps.push(plain(&format!("{}: {words}", report.stop.word()), end.clone(), end, None));
        let cut = steps.len() > self.limits.max_steps;
        steps.truncate(self.limits.max_steps);
        Ok(Answer::Explain { steps, formula: self.show(&number(last))?, cut })
    }

    fn number_text(&self, x: f64) -> String {
        if x.is_finite() { number(x).to_string() } else { Number(x).to_string() }
    }
}

/// The number with the digits that it is shown with.
fn number(x: f64) -> Expr {
    match Rational::from_decimal(&format!("{:e}", x.abs())) {
        Some(n) if x.is_finite() => Expr::number(if x < 0.0 { -n } else { n }),
        _ => Expr::undefined(),
    }
}

fn options(ask: &SolveAsk) -> Answered<RootOptions> {
    let default = RootOptions::default();
    let asked = ask.options.unwrap_or_default();
    let options = RootOptions {
        max_steps: asked.max_steps.unwrap_or(default.max_steps),
        step_tol: asked.step_tol.unwrap_or(default.step_tol),
        max_boxes: asked.max_boxes.unwrap_or(default.max_boxes),
        ..default
    };
    let refused = |what: &str, limit: usize| {
        Err(Fault::new("budget.steps", format!("`{what}` is above the limit of {limit}"))
            .in_field("options")
            .boxed())
    };
    if options.max_steps > MAX_STEPS {
        return refused("max_steps", MAX_STEPS);
    }
    if options.max_boxes > MAX_BOXES {
        return refused("max_boxes", MAX_BOXES);
    }
    Ok(options)
}

fn no_such_method(name: &str, known: &str) -> Box<Fault> {
    let fault = Fault::new("request.field", format!("there is no method `{name}` for this"));
    fault
        .hint(format!("{known}; `newton` and `safeguarded` go with `from`, the others with `over`"))
        .in_field("method")
        .boxed()
}

pub(super) fn solve_fault(e: SolveError) -> Box<Fault> {
    let fault = Fault::new(e.code(), e.to_string());
    match e {
        SolveError::Count { .. } => fault
            .hint("name every unknown in `from` or `over`, and nothing else")
            .in_field("equations")
            .boxed(),
        _ => fault.boxed(),
    }
}

/// Why it stopped, in a sentence.
fn reason(report: &RootReport, names: &[String]) -> String {
    let place = |at: &[f64]| -> String {
        let parts = names.iter().zip(at).map(|(name, x)| format!("{name} = {}", Number(*x)));
        parts.collect::<Vec<_>>().join(", ")
    };
    let steps = report.trace.len().saturating_sub(1);
    match &report.stop {
        Stop::Converged => match report.roots.first().and_then(|r| r.multiplicity).filter(|m| *m > 1) {
            Some(m) => format!(
                "it came to rest after {steps} steps, slowly: the steps shrink as they do at {m} roots that fall together"
            ),
            None => format!("it came to rest after {steps} steps"),
        },
        Stop::Complete => "every part of the range is decided: these are all the roots".to_owned(),
        Stop::Undecided => {
            "some parts of the range could not be decided: the curve touches the axis, has a kink or is not defined there"
                .to_owned()
        }
        Stop::Budget => "more boxes than `max_boxes` would be needed; the rest of the range was not looked at".to_owned(),
        Stop::Flat { at } if at.len() == 1 => {
            format!("the tangent at {} is flat and meets the axis nowhere; begin elsewhere", place(at))
        }
        Stop::Flat { at } => format!("the Jacobian at {} is singular; begin elsewhere", place(at)),
        Stop::Cycle { length } => {
            format!("the iteration goes round through {length} points for ever; begin elsewhere, or use `safeguarded`")
        }
        Stop::Runaway => "the iteration goes away further and further; begin nearer, or use `safeguarded`".to_owned(),
        Stop::NotFinite { at } => format!("a value or a derivative at {} is not finite", place(at)),
        Stop::LeftDomain { at } => format!("the equation has no value at {}", place(at)),
        Stop::MaxSteps => format!("it did not come to rest in {steps} steps"),
        Stop::Stuck { at } => {
            format!("at {} no step brings the equation nearer to 0, and it is not 0 there", place(at))
        }
        Stop::NoBracket { values: [a, b] } => {
            format!("the values at the ends, {} and {}, have the same sign", Number(*a), Number(*b))
        }
    }
}

impl fmt::Display for SolveReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for root in &self.roots {
            let mut parts = Vec::new();
            for (name, x) in &root.at {
                match root.exact.as_ref().and_then(|e| e.get(name)) {
                    Some(form) if *form != x.to_string() => parts.push(format!("{name} = {form} = {x}")),
                    _ => parts.push(format!("{name} = {x}")),
                }
            }
            let many =
                root.multiplicity.filter(|m| *m > 1).map(|m| format!(", {m} times")).unwrap_or_default();
            writeln!(f, "{}{many}  ({})", parts.join(", "), root.status)?;
        }
        if self.roots.is_empty() {
            writeln!(f, "no root {}", if self.complete { "there" } else { "found" })?;
        }
        write!(f, "  {}: {}", self.stop, self.reason)
    }
}
