//! `diff`, `explain`, `evaluate`, `simplify`, `grad`, `equal` and kin: words in, one request, one reply out.

use std::io::{self, IsTerminal as _, Write};

use secant::sheet::{
    Also, Answer, Ask, At, DerivativesAsk, DiffAsk, EqualAsk, EvaluateAsk, ExplainAsk, Fault, Formula,
    Limits, Nested, Number, OneOrMany, PointValue, Reply, Request, SimplifyAsk, run,
};

use crate::args::{
    DerivativesArgs, DiffArgs, EqualArgs, EvaluateArgs, ExplainArgs, Format, Shapes, SimplifyArgs,
};
use crate::show::{self, Colours};
use crate::{ANSWER, BAD_INPUT, NONE_FOUND};

/// `secant diff 'x^2 sin(x)' x`
pub(crate) fn diff(args: &DiffArgs, out: &mut impl Write) -> anyhow::Result<u8> {
    let at = (!args.at.is_empty()).then(|| point(&args.at));
    let ask = DiffAsk { expr: args.expr.clone(), wrt: args.by.clone(), order: args.order, at };
    let texts = Texts { expr: &args.expr, by: Some(&args.by), at: &args.at, place: "--at " };
    tell(Ask::Diff(ask).into(), args.format, &texts, out)
}

/// `secant explain 'sin(x^2)' x`
pub(crate) fn explain(args: &ExplainArgs, out: &mut impl Write) -> anyhow::Result<u8> {
    let of = DiffAsk { expr: args.expr.clone(), wrt: args.by.clone(), order: args.order, at: None };
    let ask = ExplainAsk { of: Box::new(Ask::Diff(of).into()), full: args.full };
    let texts = Texts { expr: &args.expr, by: Some(&args.by), at: &[], place: "" };
    tell(Ask::Explain(ask).into(), args.format, &texts, out)
}

/// `secant evaluate 'x^2 + y' x=1/3 y=2`
pub(crate) fn evaluate(args: &EvaluateArgs, out: &mut impl Write) -> anyhow::Result<u8> {
    let ask = EvaluateAsk { expr: args.expr.clone(), at: point(&args.at) };
    let texts = Texts { expr: &args.expr, by: None, at: &args.at, place: "" };
    tell(Ask::Evaluate(ask).into(), args.format, &texts, out)
}

/// `secant simplify '(x^2 - 1)/(x - 1)'`
pub(crate) fn simplify(args: &SimplifyArgs, out: &mut impl Write) -> anyhow::Result<u8> {
    let ask = Ask::Simplify(SimplifyAsk { expr: args.expr.clone() });
    let texts = Texts { expr: &args.expr, by: None, at: &[], place: "" };
    tell(with_shapes(ask, &args.shapes), args.format, &texts, out)
}

/// `secant grad 'x^2 y' x y` and its kin
pub(crate) fn derivatives(
    ask: impl Fn(DerivativesAsk) -> Ask,
    args: &DerivativesArgs,
    out: &mut impl Write,
) -> anyhow::Result<u8> {
    let wrt = match args.by.as_slice() {
        [name] => OneOrMany::One(name.clone()),
        names => OneOrMany::Many(names.to_vec()),
    };
    let at = (!args.at.is_empty()).then(|| point(&args.at));
    let ask = ask(DerivativesAsk { expr: OneOrMany::One(args.expr.clone()), wrt, at });
    let by = match args.by.as_slice() {
        [name] => Some(name.as_str()),
        _ => None,
    };
    let texts = Texts { expr: &args.expr, by, at: &args.at, place: "--at " };
    tell(with_shapes(ask, &args.shapes), args.format, &texts, out)
}

/// `secant equal 'sin(2x)' '2 sin(x) cos(x)'`
pub(crate) fn equal(args: &EqualArgs, out: &mut impl Write) -> anyhow::Result<u8> {
    let ask = Ask::Equal(EqualAsk { a: args.a.clone(), b: args.b.clone() });
    let request = Request { assume: args.assume.clone(), ..with_shapes(ask, &args.shapes) };
    let texts = Texts { expr: &args.a, by: Some(&args.b), at: &[], place: "" };
    tell(request, args.format, &texts, out)
}

fn with_shapes(ask: Ask, shapes: &Shapes) -> Request {
    Request { declare: shapes.declare.iter().cloned().collect(), ..ask.into() }
}

/// What was typed, and how a place is written in this command.
struct Texts<'a> {
    expr: &'a str,
    /// The other text: a name to differentiate by, or the second of two expressions.
    by: Option<&'a str>,
    at: &'a [(String, String)],
    place: &'a str,
}

impl Texts<'_> {
    /// The text that a fault speaks of, when it is known.
    fn at_fault(&self, fault: &Fault) -> Option<&str> {
        match (fault.field.as_deref(), self.at) {
            (None | Some("of" | "a" | "expr"), _) => Some(self.expr),
            (Some("wrt" | "b"), _) => self.by,
            (Some("at"), [(_, value)]) => Some(value),
            _ => None,
        }
    }
}

/// A point as the engine takes it. Values travel as text, so that 1/3 stays exact.
fn point(at: &[(String, String)]) -> At {
    At::One(at.iter().map(|(name, value)| (name.clone(), PointValue::Text(value.clone()))).collect())
}

/// The engine's own, with all the threads that the machine has.
pub(crate) fn limits() -> Limits {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    Limits { threads, ..Limits::default() }
}

fn tell(request: Request, format: Format, texts: &Texts<'_>, out: &mut impl Write) -> anyhow::Result<u8> {
    let also = match format {
        Format::Latex => vec![Also::Latex],
        Format::Mathml => vec![Also::Mathml],
        Format::Text | Format::Json => Vec::new(),
    };
    let reply = run(&Request { also, ..request }, &limits());
    match format {
        Format::Json => writeln!(out, "{}", serde_json::to_string(&reply)?)?,
        Format::Text if reply.outcome.is_ok() => writeln!(out, "{reply}")?,
        Format::Text | Format::Latex | Format::Mathml => {
            for line in reply.outcome.iter().flat_map(|answer| written(answer, format)) {
                writeln!(out, "{line}")?;
            }
        }
    }
    if let (Err(fault), false) = (&reply.outcome, format == Format::Json) {
        let colours = Colours::for_terminal(io::stderr().is_terminal());
        let mut hinted = fault.clone();
        if fault.code == "name.without-value" {
            hinted.hint = Some(format!("give it one: {}NAME=VALUE", texts.place));
        }
        write!(io::stderr(), "{}", show::fault(&hinted, texts.at_fault(fault), colours))?;
    }
    Ok(exit_code(&reply))
}

/// The lines of an answer in another notation: steps, one line each, then the formula, or the plain value.
fn written(answer: &Answer, format: Format) -> Vec<String> {
    let notation = |formula: &Formula| match format {
        Format::Latex => formula.latex.clone(),
        _ => formula.mathml.clone(),
    };
    match answer {
        Answer::Parse { formula, .. } | Answer::Diff { formula, .. } | Answer::Formula { formula, .. } => {
            notation(formula).into_iter().collect()
        }
        Answer::Derivatives { latex, mathml, .. } => {
            let nested = if format == Format::Latex { latex } else { mathml };
            nested.iter().flat_map(leaves).cloned().collect()
        }
        Answer::Explain { steps, formula, .. } => {
            let sides = |latex, mathml| if format == Format::Latex { latex } else { mathml };
            let lines = steps.iter().filter_map(|step| {
                let [from, to]: [String; 2] = sides(step.latex.clone(), step.mathml.clone())?;
                Some(format!("{from} = {to}"))
            });
            lines.chain(notation(formula)).collect()
        }
        Answer::Value { .. } | Answer::Values { .. } | Answer::Equal { .. } => vec![answer.to_string()],
    }
}

fn leaves<T>(nested: &Nested<T>) -> Vec<&T> {
    match nested {
        Nested::One(x) => vec![x],
        Nested::Many(list) => list.iter().flat_map(leaves).collect(),
    }
}

fn exit_code(reply: &Reply) -> u8 {
    let none = |value: &Nested<Number>| leaves(value).iter().all(|number| number.0.is_nan());
    match &reply.outcome {
        Err(_) => BAD_INPUT,
        Ok(Answer::Value { value } | Answer::Diff { value: Some(value), .. }) if none(value) => NONE_FOUND,
        Ok(_) => ANSWER,
    }
}
