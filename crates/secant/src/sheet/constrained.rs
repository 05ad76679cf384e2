//! `minimize` under constraints, all stationary points, the lowest value in a box.
//!
//! Here: constraints read from their texts, the Lagrangian system written out, what is found as a reply.
//! Not here: how it is found (`minimize::constrained`, `minimize::global`).

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::ask::{Answered, Context};
use super::minima::{DescentReply, EvaluationsReply, MinimizeAsk, MinimizeReply, PostMortemReply, fault};
use super::number::Number;
use super::reader::Reader;
use super::reply::{Answer, Fault, Nested, StepReply};
use super::request::OneOrMany;
use crate::expr::{Condition, ConditionKind, Expr, Symbol, domain};
use crate::minimize::{
    ConstrainedOptions, ConstrainedReport, ConstrainedStop, Constraint, Evaluations, GlobalOptions, Kind,
    Problem, Relation, Status, global_minimum, lagrangian, minimize_under, stationary_points,
};
use crate::program::Interval;
use crate::solve::RootOptions;
use crate::syntax::Lowered;

/// A place where the value is stationary, or may be lowest.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlaceReply {
    /// The variables.
    pub at: BTreeMap<String, Number>,
    /// The value.
    pub value: Number,
    /// Of each constraint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multipliers: Option<Vec<Number>>,
    /// `minimum`, `saddle`, `maximum`, `degenerate` or `undecided`.
    pub kind: &'static str,
    /// Where it lies.
    pub enclosure: BTreeMap<String, [Number; 2]>,
    /// `proven` or `tested`.
    pub status: &'static str,
}

/// Beside the point itself: what is known of constraints and of the whole box.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct MoreReply {
    /// Of each constraint, left side minus right side as it was written: `∇f + Σ multiplier ∇constraint = 0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multipliers: Option<Vec<Number>>,
    /// Which constraints hold with equality.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<Vec<bool>>,
    /// The largest violation of a constraint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub violation: Option<Number>,
    /// Exactly one minimum lies in it, proven.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enclosure: Option<BTreeMap<String, [Number; 2]>>,
    /// The lowest value of the box lies in it, proven.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lowest: Option<[Number; 2]>,
    /// Every stationary point, or every place where the value may be lowest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub places: Option<Vec<PlaceReply>>,
    /// Proven: there are no others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complete: Option<bool>,
}

impl fmt::Display for MoreReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |list: &[Number]| list.iter().map(Number::to_string).collect::<Vec<_>>().join(", ");
        self.multipliers.iter().try_for_each(|u| write!(f, "\n  multipliers {}", list(u)))?;
        self.lowest
            .iter()
            .try_for_each(|[low, high]| write!(f, "\n  the lowest value lies in [{low}, {high}], proven"))?;
        for place in self.places.iter().flatten() {
            let at: Vec<String> = place.at.iter().map(|(name, x)| format!("{name} = {x}")).collect();
            write!(f, "\n  {} {} at {} ({})", place.kind, place.value, at.join(", "), place.status)?;
        }
        Ok(())
    }
}

/// The ways that are no descent.
pub(super) const WAYS: &[&str] = &["sqp", "stationary", "global"];

/// Why these ended, in one word, beside the words of a descent.
pub(super) const MORE_STOPS: &[&str] =
    &["stationary", "infeasible", "stuck", "complete", "undecided", "undefined"];

/// What is asked, as numbers in a row.
struct Asked {
    f: Expr,
    names: Vec<Symbol>,
    constraints: Vec<Constraint>,
    start: Vec<f64>,
    bounds: Vec<(f64, f64)>,
}

impl Context<'_> {
    /// `None` where it is a descent that is asked for.
    pub(super) fn minimize_otherwise(&self, reader: &Reader, ask: &MinimizeAsk) -> Option<Answered> {
        let way = ask.method.as_deref().filter(|name| WAYS.contains(name));
        match (way, &ask.subject_to) {
            (Some("global"), _) => Some(self.global(reader, ask)),
            (Some("stationary"), _) => Some(self.stationary(reader, ask)),
            (Some(_), _) => Some(self.under_constraints(reader, ask)),
            (None, Some(under)) if !under.texts().is_empty() => Some(self.under_constraints(reader, ask)),
            (None, _) => None,
        }
    }

    fn asked(&self, reader: &Reader, ask: &MinimizeAsk) -> Answered<Asked> {
        let lowered = self.read_function(reader, &ask.expr)?;
        let mut conditions = lowered.conditions.clone();
        let mut constraints = Vec::new();
        for text in ask.subject_to.as_ref().map_or(&[][..], OneOrMany::texts) {
            let in_field = |fault: Box<Fault>| fault.in_field("subject_to").boxed();
            let (list, more) = reader.constraints(text).map_err(in_field)?;
            list.iter().try_for_each(|c: &Constraint| self.within_nodes(&c.expr))?;
            constraints.extend(list);
            conditions.extend(more);
        }
        let has_axes = |e: &Expr| e.has_axes() || !e.shape().is_scalar();
        if has_axes(&lowered.expr) || constraints.iter().any(|c| has_axes(&c.expr)) {
            let fault =
                Fault::new("unsupported.minimize", "with constraints, variables and all else are numbers");
            return Err(fault.hint("write vectors entry by entry").in_field("expr").boxed());
        }
        // Where something has been cancelled, the formula has values that the text has not.
        let known: Vec<Condition> =
            constraints.iter().flat_map(|c| c.expr.domain()).chain(lowered.expr.domain()).collect();
        if let Some(c) = domain::beyond(&conditions, &known).first() {
            let message = format!("the text needs {c}, and the formula that it stands for does not");
            let fault = Fault::new("unsupported.minimize", message).hint("write the shorter formula");
            return Err(fault.in_field("expr").boxed());
        }
        // Every name of them has to be a variable.
        let known = constraints.iter().map(|c| Condition::new(ConditionKind::NonZero, c.expr.clone()));
        let known = Lowered {
            conditions: conditions.iter().cloned().chain(known).collect(),
            ..lowered.expr.clone().into()
        };
        let begin = self.begin(reader, ask, &known)?;
        let names: Vec<Symbol> = begin.variables.iter().map(|v| v.name.clone()).collect();
        if let Some(v) = begin.variables.iter().find(|v| !v.extents.is_empty()) {
            let fault = Fault::new("unsupported.minimize", format!("`{}` is no number", v.name));
            return Err(fault.hint("write vectors entry by entry").in_field("from").boxed());
        }
        Ok(Asked { f: lowered.expr.clone(), names, constraints, start: begin.start, bounds: begin.bounds })
    }

    fn under_constraints(&self, reader: &Reader, ask: &MinimizeAsk) -> Answered {
        let asked = self.asked(reader, ask)?;
        let budget = self.limits.effort().budget;
        let mut problem =
            Problem::new(&asked.f, &asked.names, &asked.constraints, Some(&asked.bounds), budget)
                .map_err(fault)?;
        let usual = ConstrainedOptions::default();
        let told = |name: &str| ask.options.as_ref().and_then(|o| o.get(name));
        for name in ask.options.iter().flat_map(|o| o.keys()) {
            if !["max_steps", "tol"].contains(&name.as_str()) {
                let fault =
                    Fault::new("request.option", format!("there is no option `{name}` with constraints"));
                return Err(fault.hint("max_steps, tol").in_field("options").boxed());
            }
        }
        let options = ConstrainedOptions {
            max_steps: told("max_steps")
                .and_then(|v| v.as_u64())
                .map_or(usual.max_steps, |n| n.min(10_000) as usize),
            tol: told("tol").and_then(|v| v.as_f64()).filter(|t| *t > 0.0).unwrap_or(usual.tol),
        };
        let report = minimize_under(&mut problem, &asked.start, &options).map_err(fault)?;
        Ok(Answer::Minimize(Box::new(under_reply(&asked.names, report))))
    }

    fn box_of(&self, asked: &Asked) -> Answered<Vec<Interval>> {
        let side = |(k, (low, high)): (usize, &(f64, f64))| {
            let bounded = low.is_finite() && high.is_finite();
            Interval::new(*low, *high).filter(|_| bounded).ok_or_else(|| {
                let fault = Fault::new("request.field", format!("`{}` has no bounded range", asked.names[k]));
                fault
                    .hint(format!("write `\"over\": {{\"{}\": [-10, 10]}}`", asked.names[k]))
                    .in_field("over")
                    .boxed()
            })
        };
        asked.bounds.iter().enumerate().map(side).collect()
    }

    fn stationary(&self, reader: &Reader, ask: &MinimizeAsk) -> Answered {
        let asked = self.asked(reader, ask)?;
        let over = self.box_of(&asked)?;
        let budget = self.limits.effort().budget;
        let options = RootOptions::default();
        let found = stationary_points(&asked.f, &asked.names, &asked.constraints, &over, &options, budget)
            .map_err(fault)?;
        let places = found.points.iter().map(|p| PlaceReply {
            at: point(&asked.names, &p.x),
            value: Number(p.value),
            multipliers: p.multipliers.as_deref().map(numbers),
            kind: p.kind.name(),
            enclosure: sides(&asked.names, &p.enclosure),
            status: if p.proven { "proven" } else { "tested" },
        });
        let lowest = found.points.first();
        let (status, stop, reason) = match (lowest, found.complete) {
            (None, true) => (Status::Failed, "complete", "proven: there is no stationary point in the box"),
            (None, false) => (
                Status::Failed,
                "undecided",
                "no stationary point was found; parts of the box could not be decided",
            ),
            (Some(_), true) => (
                Status::Proven,
                "complete",
                "these are all the stationary points in the box; the lowest one is told",
            ),
            (Some(_), false) => (
                Status::Estimated,
                "undecided",
                "parts of the box could not be decided: there may be more stationary points",
            ),
        };
        let nowhere = vec![f64::NAN; asked.names.len()];
        let more = MoreReply {
            multipliers: lowest.and_then(|p| p.multipliers.as_deref()).map(numbers),
            enclosure: lowest.filter(|p| p.proven).map(|p| sides(&asked.names, &p.enclosure)),
            places: Some(places.collect()),
            complete: Some(found.complete),
            ..MoreReply::default()
        };
        let told = Told {
            x: lowest.map_or(&nowhere, |p| &p.x),
            value: lowest.map_or(f64::NAN, |p| p.value),
            kind: lowest.map_or(Kind::Undecided, |p| p.kind),
            status,
            stop,
            reason: reason.to_owned(),
            method: "stationary",
            evaluations: Evaluations { f: found.evaluations, ..Evaluations::default() },
        };
        Ok(Answer::Minimize(Box::new(told.reply(&asked.names, more))))
    }

    fn global(&self, reader: &Reader, ask: &MinimizeAsk) -> Answered {
        let asked = self.asked(reader, ask)?;
        if !asked.constraints.is_empty() {
            let fault = Fault::new("unsupported.minimize", "`global` takes ranges, and no other constraints");
            return Err(fault
                .hint("use `stationary` for every stationary point in a box")
                .in_field("method")
                .boxed());
        }
        let over = self.box_of(&asked)?;
        let budget = self.limits.effort().budget;
        let found = global_minimum(&asked.f, &asked.names, &over, &GlobalOptions::default(), &budget)
            .map_err(fault)?;
        let places = found.minimisers.iter().map(|m| PlaceReply {
            at: point(&asked.names, &m.at),
            value: Number(m.value),
            multipliers: None,
            kind: if m.proven { "minimum" } else { "undecided" },
            enclosure: sides(&asked.names, &m.enclosure),
            status: if m.proven { "proven" } else { "tested" },
        });
        let lowest = found.minimisers.first();
        let (status, stop, reason) = match (lowest, found.finished, found.proven) {
            (None, ..) => (Status::Failed, "undefined", "the function has no value in the box".to_owned()),
            (_, false, _) => (Status::Estimated, "budget", "more parts of the box than are allowed: the lowest value lies in `lowest`, the place in one of `places`".to_owned()),
            (_, true, true) if found.minimisers.len() == 1 => (Status::Proven, "complete", "the only lowest place of the box, proven".to_owned()),
            (_, true, true) => {
                let n = found.minimisers.len();
                (Status::Proven, "complete", format!("the lowest value, proven; {n} minima share it as far as rounding shows"))
            }
            (_, true, false) => (Status::Tested, "complete", "the lowest value lies in `lowest`, proven; of its place no more is proven than `places`".to_owned()),
        };
        let nowhere = vec![f64::NAN; asked.names.len()];
        let more = MoreReply {
            enclosure: lowest.filter(|m| m.proven).map(|m| sides(&asked.names, &m.enclosure)),
            lowest: Some([Number(found.value.low()), Number(found.value.high())]),
            places: Some(places.collect()),
            complete: Some(found.finished),
            ..MoreReply::default()
        };
        let told = Told {
            x: lowest.map_or(&nowhere, |m| &m.at),
            value: lowest.map_or(f64::NAN, |m| m.value),
            kind: if lowest.is_some_and(|m| m.proven) { Kind::Minimum } else { Kind::Undecided },
            status,
            stop,
            reason,
            method: "global",
            evaluations: Evaluations { f: found.boxes, ..Evaluations::default() },
        };
        Ok(Answer::Minimize(Box::new(told.reply(&asked.names, more))))
    }

    /// The Lagrangian system as equations, and the solution that it leads to.
    pub(super) fn explain_minimize(&self, reader: &Reader, ask: &MinimizeAsk) -> Answered {
        let asked = self.asked(reader, ask)?;
        let system = lagrangian(&asked.f, &asked.constraints, &asked.names);
        let line = |rule: String, from: &Expr, to: &Expr| -> Answered<StepReply> {
            let (from, to) = (self.show(from)?, self.show(to)?);
            let both = |a: Option<String>, b: Option<String>| a.zip(b).map(|(a, b)| [a, b]);
            Ok(StepReply {
                rule,
                path: Vec::new(),
                shape: Vec::new(),
                conditions: Vec::new(),
                latex: both(from.latex, to.latex),
                mathml: both(from.mathml, to.mathml),
                from: from.text,
                to: to.text,
            })
        };
        let mut steps = vec![line("Lagrangian".to_owned(), &Expr::var("L"), &system.expr)?];
        for (x, slope) in asked.names.iter().zip(&system.slopes) {
            let slope = self.shorter(slope.clone());
            steps.push(line(
                format!("its derivative by {x}"),
                &Expr::derivative_of(&system.expr, x),
                &slope,
            )?);
            steps.push(line(format!("which is to be 0 ({x})"), &slope, &Expr::zero())?);
        }
        for (c, name) in asked.constraints.iter().zip(&system.multipliers) {
            let rule = match c.relation {
                Relation::Equal => "constraint".to_owned(),
                Relation::AtMost => {
                    format!("constraint; at most 0, and then {name} is 0 unless it is 0, never negative")
                }
                Relation::AtLeast => {
                    format!("constraint; at least 0, and then {name} is 0 unless it is 0, never positive")
                }
            };
            steps.push(line(rule, &c.expr, &Expr::zero())?);
        }
        let cut = steps.len() > self.limits.max_steps;
        steps.truncate(self.limits.max_steps);
        Ok(Answer::Explain { steps, formula: self.show(&system.expr)?, cut })
    }
}

/// What is told of the one point.
struct Told<'a> {
    x: &'a [f64],
    value: f64,
    kind: Kind,
    status: Status,
    stop: &'static str,
    reason: String,
    method: &'static str,
    evaluations: Evaluations,
}

impl Told<'_> {
    fn reply(self, names: &[Symbol], more: MoreReply) -> MinimizeReply {
        MinimizeReply {
            at: nested_point(names, self.x),
            value: Number(self.value),
            kind: self.kind.name(),
            status: self.status.name(),
            stop: self.stop,
            reason: self.reason,
            method: self.method,
            steps: 0,
            evaluations: EvaluationsReply::from(self.evaluations),
            gradient_norm: Number(0.0),
            condition: None,
            post_mortem: PostMortemReply::default(),
            trace: Vec::new(),
            more,
        }
    }
}

fn under_reply(names: &[Symbol], report: ConstrainedReport) -> MinimizeReply {
    let notes = match report.degenerate {
        true => vec![
            "the tangents of the active constraints depend on each other: other multipliers do as well"
                .to_owned(),
        ],
        false => Vec::new(),
    };
    let trace = report.trace.iter().map(|p| DescentReply {
        step: p.step,
        at: nested_point(names, &p.x),
        value: Number(p.value),
        gradient_norm: Number(p.gradient_norm),
        length: Number(p.length),
    });
    MinimizeReply {
        at: nested_point(names, &report.x),
        value: Number(report.value),
        kind: report.kind.name(),
        status: report.status.name(),
        stop: report.stop.name(),
        reason: reason(&report),
        method: "sqp",
        steps: report.steps,
        evaluations: EvaluationsReply::from(report.evaluations),
        gradient_norm: Number(report.gradient_norm),
        condition: None,
        trace: trace.collect(),
        post_mortem: PostMortemReply {
            eigenvalues: numbers(&report.curvatures),
            notes,
            ..PostMortemReply::default()
        },
        more: MoreReply {
            multipliers: Some(numbers(&report.multipliers)),
            active: Some(report.active),
            violation: Some(Number(report.violation)),
            enclosure: report.certificate.map(|c| sides(names, &c)),
            ..MoreReply::default()
        },
    }
}

fn reason(report: &ConstrainedReport) -> String {
    let steps = report.steps;
    match report.stop {
        ConstrainedStop::Stationary => {
            format!("after {steps} steps the constraints hold and the gradient is a combination of theirs")
        }
        ConstrainedStop::Infeasible => {
            format!(
                "the constraints contradict each other near there: their violation, {:e}, gets no smaller",
                report.violation
            )
        }
        ConstrainedStop::Unbounded => "the value falls without end".to_owned(),
        ConstrainedStop::MaxSteps => format!("it did not come to rest in {steps} steps"),
        ConstrainedStop::NotFinite => "a value or a derivative there is not a number".to_owned(),
        ConstrainedStop::Stuck => "no step makes it better, though it is not stationary".to_owned(),
    }
}

fn numbers(list: &[f64]) -> Vec<Number> {
    list.iter().copied().map(Number).collect()
}

fn point(names: &[Symbol], x: &[f64]) -> BTreeMap<String, Number> {
    names.iter().map(Symbol::to_string).zip(x.iter().copied().map(Number)).collect()
}

fn nested_point(names: &[Symbol], x: &[f64]) -> BTreeMap<String, Nested<Number>> {
    names.iter().map(Symbol::to_string).zip(x.iter().map(|x| Nested::One(Number(*x)))).collect()
}

fn sides(names: &[Symbol], x: &[Interval]) -> BTreeMap<String, [Number; 2]> {
    names.iter().map(Symbol::to_string).zip(x.iter().map(|x| [Number(x.low()), Number(x.high())])).collect()
}
