//! `diff`, `explain`, `evaluate`, `simplify`, `grad`, `equal` and kin: words in, one request, one reply out.

use std::io::{self, IsTerminal as _, Write};

use secant::sheet::{
    Also, Answer, Ask, At, DerivativesAsk, DiffAsk, EqualAsk, EvaluateAsk, ExplainAsk, Fault, Formula,
    LimitAsk, Limits, Nested, Number, OneOrMany, ParseAsk, PointValue, Reply, Request, SimplifyAsk,
    TaylorAsk, run,
};

use crate::args::{
    DerivativesArgs, DiffArgs, EqualArgs, EvaluateArgs, ExplainArgs, Format, LimitArgs, Names, ParseArgs,
    Side, SimplifyArgs, TaylorArgs,
};
use crate::show::{self, Colours};
use crate::{ANSWER, BAD_INPUT, NONE_FOUND};

/// `secant diff 'x^2 sin(x)' x`
pub(crate) fn diff(args: &DiffArgs, out: &mut impl Write) -> anyhow::Result<u8> {
    let (expr, define) = statements(&args.expr, &args.names);
    let at = (!args.at.is_empty()).then(|| point(&args.at));
    let ask = DiffAsk { expr: expr.clone(), wrt: args.by.clone(), order: args.order, at };
    let texts = Texts {
        expr: &expr,
        by: Some(&args.by),
        at: &args.at,
        place: "--at ",
        names: &args.names,
        define: &define,
    };
    tell(named(Ask::Diff(ask), &texts), args.format, &texts, out)
}

/// `secant explain 'sin(x^2)' x`
pub(crate) fn explain(args: &ExplainArgs, out: &mut impl Write) -> anyhow::Result<u8> {
    let (expr, define) = statements(&args.expr, &args.names);
    let of = DiffAsk { expr: expr.clone(), wrt: args.by.clone(), order: args.order, at: None };
    let texts =
        Texts { expr: &expr, by: Some(&args.by), at: &[], place: "", names: &args.names, define: &define };
    let ask = ExplainAsk { of: Box::new(named(Ask::Diff(of), &texts)), full: args.full };
    tell(Ask::Explain(ask).into(), args.format, &texts, out)
}

/// `secant parse '2 x + x'`
pub(crate) fn parse(args: &ParseArgs, out: &mut impl Write) -> anyhow::Result<u8> {
    let (expr, define) = if args.latex {
        (args.expr.clone(), args.names.define.clone())
    } else {
        statements(&args.expr, &args.names)
    };
    let text = Some(expr.clone());
    let ask =
        if args.latex { ParseAsk { expr: None, latex: text } } else { ParseAsk { expr: text, latex: None } };
    let texts = Texts { expr: &expr, by: None, at: &[], place: "", names: &args.names, define: &define };
    tell(named(Ask::Parse(ask), &texts), args.format, &texts, out)
}

/// `secant evaluate 'x^2 + y' x=1/3 y=2`
pub(crate) fn evaluate(args: &EvaluateArgs, out: &mut impl Write) -> anyhow::Result<u8> {
    let (expr, define) = statements(&args.expr, &args.names);
    let ask = EvaluateAsk { expr: expr.clone(), at: point(&args.at) };
    let texts = Texts { expr: &expr, by: None, at: &args.at, place: "", names: &args.names, define: &define };
    tell(named(Ask::Evaluate(ask), &texts), args.format, &texts, out)
}

/// `secant simplify '(x^2 - 1)/(x - 1)'`
pub(crate) fn simplify(args: &SimplifyArgs, out: &mut impl Write) -> anyhow::Result<u8> {
    let (expr, define) = statements(&args.expr, &args.names);
    let ask = Ask::Simplify(SimplifyAsk { expr: expr.clone() });
    let texts = Texts { expr: &expr, by: None, at: &[], place: "", names: &args.names, define: &define };
    tell(named(ask, &texts), args.format, &texts, out)
}

/// `secant grad 'x^2 y' x y` and its kin
pub(crate) fn derivatives(
    ask: impl Fn(DerivativesAsk) -> Ask,
    args: &DerivativesArgs,
    out: &mut impl Write,
) -> anyhow::Result<u8> {
    let (expr, define) = statements(&args.expr, &args.names);
    let names: Vec<String> = args.by.iter().flat_map(|words| listed(words)).collect();
    let wrt = match names.as_slice() {
        [name] => OneOrMany::One(name.clone()),
        names => OneOrMany::Many(names.to_vec()),
    };
    let at = (!args.at.is_empty()).then(|| point(&args.at));
    let ask = ask(DerivativesAsk { expr: OneOrMany::One(expr.clone()), wrt, at });
    let by = match names.as_slice() {
        [name] => Some(name.as_str()),
        _ => None,
    };
    let texts = Texts { expr: &expr, by, at: &args.at, place: "--at ", names: &args.names, define: &define };
    tell(named(ask, &texts), args.format, &texts, out)
}

/// `secant taylor 'exp(x)' x=0 --order 3`
pub(crate) fn taylor(args: &TaylorArgs, out: &mut impl Write) -> anyhow::Result<u8> {
    let (expr, define) = statements(&args.expr, &args.names);
    let at = args.at.iter().map(|(name, value)| (name.clone(), PointValue::Text(value.clone()))).collect();
    let over = args.over.iter().cloned().map(|(name, ends)| (name, ends.map(PointValue::Text)));
    let over = (!args.over.is_empty()).then(|| over.collect());
    let ask = Ask::Taylor(TaylorAsk {
        expr: expr.clone(),
        at,
        order: Some(args.order),
        error: None,
        radius: false,
        over,
    });
    let texts = Texts { expr: &expr, by: None, at: &args.at, place: "", names: &args.names, define: &define };
    tell(named(ask, &texts), args.format, &texts, out)
}

/// `secant limit 'sin(x)/x' x=0`
pub(crate) fn limit(args: &LimitArgs, out: &mut impl Write) -> anyhow::Result<u8> {
    let (expr, define) = statements(&args.expr, &args.names);
    let (name, value) = &args.to;
    let side = match args.side {
        Side::Both => "both",
        Side::Left => "left",
        Side::Right => "right",
    };
    let (wrt, to, side) = (name.clone(), PointValue::Text(value.clone()), side.to_owned());
    let ask = Ask::Limit(LimitAsk { expr: expr.clone(), wrt, to, side });
    let texts =
        Texts { expr: &expr, by: Some(name), at: &[], place: "", names: &args.names, define: &define };
    tell(named(ask, &texts), args.format, &texts, out)
}

/// `secant equal 'sin(2x)' '2 sin(x) cos(x)'`
pub(crate) fn equal(args: &EqualArgs, out: &mut impl Write) -> anyhow::Result<u8> {
    let (a, define) = statements(&args.a, &args.names);
    let ask = Ask::Equal(EqualAsk { a: a.clone(), b: args.b.clone() });
    let texts =
        Texts { expr: &a, by: Some(&args.b), at: &[], place: "", names: &args.names, define: &define };
    tell(named(ask, &texts), args.format, &texts, out)
}

/// The request with what is said about names.
pub(crate) fn named(ask: Ask, texts: &Texts<'_>) -> Request {
    Request {
        declare: texts.names.declare.iter().cloned().collect(),
        define: texts.define.to_vec(),
        assume: texts.names.assume.clone(),
        ..ask.into()
    }
}

/// `x,y` and `[x, y]` are two names; `A[1, :]` is one.
fn listed(words: &str) -> Vec<String> {
    let inside = words.trim();
    let inside = inside.strip_prefix('[').and_then(|w| w.strip_suffix(']')).unwrap_or(inside);
    let (mut names, mut level, mut from) = (Vec::new(), 0_i32, 0);
    for (k, c) in inside.char_indices() {
        match c {
            '(' | '[' => level += 1,
            ')' | ']' => level -= 1,
            ',' if level == 0 => {
                names.push(inside[from..k].trim().to_owned());
                from = k + 1;
            }
            _ => {}
        }
    }
    names.push(inside[from..].trim().to_owned());
    names
}

/// The question in a text, and the definitions: those of the options and those before it, `f(x) = x^2; f(3)`.
pub(crate) fn statements(text: &str, names: &Names) -> (String, Vec<String>) {
    let (mut parts, mut level, mut from) = (Vec::new(), 0_i32, 0);
    for (k, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => level += 1,
            ')' | ']' | '}' => level -= 1,
            ';' if level == 0 => {
                parts.push(&text[from..k]);
                from = k + 1;
            }
            _ => {}
        }
    }
    if parts.is_empty() {
        return (text.to_owned(), names.define.clone());
    }
    let before = parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned);
    (text[from..].trim().to_owned(), names.define.iter().cloned().chain(before).collect())
}

/// What was typed, and how a place is written in this command.
pub(crate) struct Texts<'a> {
    pub(crate) expr: &'a str,
    /// The other text: a name to differentiate by, or the second of two expressions.
    pub(crate) by: Option<&'a str>,
    pub(crate) at: &'a [(String, String)],
    pub(crate) place: &'a str,
    pub(crate) names: &'a Names,
    pub(crate) define: &'a [String],
}

impl Texts<'_> {
    /// The text that a fault speaks of, when it is known.
    pub(crate) fn at_fault(&self, fault: &Fault) -> Option<&str> {
        let field = fault.field.as_deref().unwrap_or("expr");
        if let Some(k) = field.strip_prefix("define[").and_then(|f| f.strip_suffix(']')) {
            return k.parse().ok().and_then(|k: usize| self.define.get(k)).map(String::as_str);
        }
        match (field, self.at, self.names.declare.as_slice(), self.names.assume.as_slice()) {
            ("of" | "a" | "expr" | "latex", ..) => Some(self.expr),
            ("wrt" | "b", ..) => self.by,
            ("at", [(_, value)], ..) => Some(value),
            ("define", ..) => self.define.first().map(String::as_str),
            ("declare", _, [(_, shape)], _) => Some(shape),
            ("assume", _, _, [one]) => Some(one),
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
    show_reply(&reply, format, texts.place, |fault| texts.at_fault(fault), out)
}

/// Writes a reply and gives the exit code. `place`: how a value is given to a name in this command; `text`: the text that a
/// fault speaks of.
pub(crate) fn show_reply<'t>(
    reply: &Reply,
    format: Format,
    place: &str,
    text: impl Fn(&Fault) -> Option<&'t str>,
    out: &mut impl Write,
) -> anyhow::Result<u8> {
    match format {
        Format::Json => writeln!(out, "{}", serde_json::to_string(reply)?)?,
        Format::Text if reply.outcome.is_ok() => writeln!(out, "{reply}")?,
        Format::Text | Format::Latex | Format::Mathml => {
            for line in reply.outcome.iter().flat_map(|answer| written(answer, format)) {
                writeln!(out, "{line}")?;
            }
        }
    }
    if let (Err(fault), false) = (&reply.outcome, format == Format::Json) {
        let mut hinted = fault.clone();
        if fault.code == "name.without-value" {
            hinted.hint = Some(format!("give it one: {place}NAME=VALUE"));
        }
        refused(&hinted, text)?;
    }
    Ok(exit_code(reply))
}

/// Says what is wrong, and where.
pub(crate) fn refused<'a>(fault: &Fault, text: impl Fn(&Fault) -> Option<&'a str>) -> io::Result<()> {
    let colours = Colours::for_terminal(io::stderr().is_terminal());
    write!(io::stderr(), "{}", show::fault(fault, text, colours))
}

/// The lines of an answer in another notation: steps, one line each, then the formula, or the plain value.
fn written(answer: &Answer, format: Format) -> Vec<String> {
    let notation = |formula: &Formula| match format {
        Format::Latex => formula.latex.clone(),
        _ => formula.mathml.clone(),
    };
    match answer {
        Answer::Plot { svg } => vec![svg.clone()],
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
        Answer::Taylor { polynomial, .. } => notation(polynomial).into_iter().collect(),
        Answer::Antiderivative { formula: Some(formula), .. } => notation(formula).into_iter().collect(),
        Answer::Antiderivative { .. } => vec![answer.to_string()],
        Answer::Limit { formula: Some(formula), .. } => notation(formula).into_iter().collect(),
        Answer::Definite { formula: Some(formula), .. } => notation(formula).into_iter().collect(),
        Answer::Limit { .. } | Answer::Definite { .. } => vec![answer.to_string()],
        Answer::Value { .. }
        | Answer::Values { .. }
        | Answer::Equal { .. }
        | Answer::Solve(_)
        | Answer::Fit(_)
        | Answer::Minimize(_) => {
            vec![answer.to_string()]
        }
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
        Ok(
            Answer::Limit { exists: false, .. }
            | Answer::Antiderivative { formula: None, .. }
            | Answer::Definite { formula: None, value: None, .. },
        ) => NONE_FOUND,
        Ok(Answer::Solve(reply)) if reply.roots.is_empty() => NONE_FOUND,
        Ok(Answer::Minimize(reply)) if reply.status == "failed" => NONE_FOUND,
        Ok(Answer::Fit(reply)) if reply.status == "failed" => NONE_FOUND,
        Ok(_) => ANSWER,
    }
}
