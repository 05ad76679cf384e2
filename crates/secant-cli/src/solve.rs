//! `solve`: roots of an equation or of several, from a place or all of them in a box.

use std::collections::BTreeMap;
use std::io::Write;

use secant::sheet::{Answer, Ask, LayerAsk, ParseAsk, PlotAsk, run};
use serde_json::{Value, json};

use crate::args::{SolveArgs, SolveWord};
use crate::asked::{asked, base, box_of, draw, point, values};
use crate::integrate::number;
use crate::picture;
use crate::words::{Texts, limits, named, show_reply, statements};

/// `secant solve 'cos(x) = x' x=1`
pub(crate) fn solve(args: &SolveArgs, out: &mut impl Write) -> anyhow::Result<u8> {
    if let Some(path) = &args.plot {
        picture::kind(path)?;
    }
    let mut define = args.names.define.clone();
    let (mut equations, mut from, mut over) = (Vec::new(), Vec::new(), Vec::new());
    let first = SolveWord::Text(args.equation.clone());
    for word in std::iter::once(&first).chain(&args.more) {
        match word {
            SolveWord::Range(name, ends) => over.push((name.clone(), ends.clone())),
            SolveWord::Place(name, value) if is_number(value, args, &define) => {
                from.push((name.clone(), value.clone()));
            }
            SolveWord::Place(..) | SolveWord::Text(_) => {
                let (text, before) = statements(&word.text(), &args.names);
                define.extend(before.into_iter().skip(args.names.define.len()));
                equations.push(text);
            }
        }
    }
    let mut request = base("solve", &args.names, &define);
    request.insert("equations".into(), json!(equations));
    if !from.is_empty() {
        request.insert("from".into(), point(&from));
    }
    if !over.is_empty() {
        request.insert("over".into(), box_of(&over));
    }
    if let Some(method) = &args.method {
        request.insert("method".into(), json!(method));
    }
    let reply = asked(request, "solving");
    let first = equations.first().cloned().unwrap_or_default();
    let texts = Texts { expr: &first, by: None, at: &from, place: "", names: &args.names, define: &define };
    let text = |fault: &secant::sheet::Fault| {
        let k = fault.field.as_deref().and_then(|f| f.strip_prefix("equations[")?.strip_suffix(']'));
        match k.and_then(|k| k.parse::<usize>().ok()) {
            Some(k) => equations.get(k).map(String::as_str),
            None => texts.at_fault(fault),
        }
    };
    let code = show_reply(&reply, args.format, "", text, out)?;
    if let (Some(path), Ok(_)) = (&args.plot, &reply.outcome) {
        let found = serde_json::to_value(&reply)?;
        let ask = drawn(&equations, &over, &found, &texts)?;
        draw(&named(Ask::Plot(ask), &texts), path)?;
    }
    Ok(code)
}

/// Is it a number, and no formula? `x=pi/2` is a place, `y=x^2` an equation.
fn is_number(text: &str, args: &SolveArgs, define: &[String]) -> bool {
    let texts = Texts { expr: text, by: None, at: &[], place: "", names: &args.names, define };
    let ask = Ask::Parse(ParseAsk { expr: Some(text.to_owned()), latex: None });
    matches!(run(&named(ask, &texts), &limits()).outcome, Ok(Answer::Parse { free, .. }) if free.is_empty())
}

/// Places of a list of `{"at": {name: number}}`.
pub(crate) fn places(list: &Value) -> Vec<BTreeMap<String, f64>> {
    let place = |one: &Value| -> Option<BTreeMap<String, f64>> {
        let at = one["at"].as_object()?;
        at.iter().map(|(name, value)| Some((name.clone(), value.as_f64()?))).collect()
    };
    list.as_array().into_iter().flatten().filter_map(place).collect()
}

/// A range that shows these numbers with room around them.
pub(crate) fn around(numbers: impl Iterator<Item = f64>) -> [f64; 2] {
    let (low, high) = numbers
        .filter(|x| x.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    if low > high {
        return [-5.0, 5.0];
    }
    let room = if high > low { 0.25 * (high - low) } else { (0.5 * high.abs()).max(1.0) };
    [low - room, high + room]
}

/// The sides of the equations, where they meet, and the way there.
fn drawn(
    equations: &[String],
    over: &[(String, [String; 2])],
    found: &Value,
    texts: &Texts<'_>,
) -> anyhow::Result<PlotAsk> {
    let (roots, trace) = (places(&found["roots"]), places(&found["trace"]));
    let mut names: Vec<String> = roots
        .iter()
        .chain(&trace)
        .flat_map(BTreeMap::keys)
        .chain(over.iter().map(|(n, _)| n))
        .cloned()
        .collect();
    names.sort();
    names.dedup();
    if names.is_empty() || names.len() > 2 {
        anyhow::bail!("a picture shows one unknown or two; there are {}", names.len());
    }
    let mut seen = BTreeMap::new();
    for name in &names {
        let given = over.iter().find(|(n, _)| n == name);
        let ends = match given {
            Some((_, [low, high])) => [number(low, texts)?, number(high, texts)?],
            None => around(roots.iter().chain(&trace).filter_map(|at| at.get(name).copied())),
        };
        seen.insert(name.clone(), values(ends));
    }
    let name = Some(format!("{} root{}", roots.len(), if roots.len() == 1 { "" } else { "s" }));
    let mut layers = Vec::new();
    if let [name_of_x] = &names[..] {
        let zero = equations.first().map(|text| difference(text)).unwrap_or_default();
        layers.push(LayerAsk::Curve { expr: zero, over: None, name: equations.first().cloned() });
        if let [from, ..] = &trace[..]
            && trace.len() > 1
        {
            layers.extend(path(found, name_of_x, from[name_of_x]));
        }
        let at = roots.iter().filter_map(|at| Some([*at.get(name_of_x)?, 0.0])).collect();
        layers.push(LayerAsk::Points { at, errors: Vec::new(), name });
    } else {
        let pair = |at: &BTreeMap<String, f64>| Some([*at.get(&names[0])?, *at.get(&names[1])?]);
        layers.extend(equations.iter().map(|text| LayerAsk::Equation { equation: text.clone(), name: None }));
        if trace.len() > 1 {
            let at: Vec<[f64; 2]> = trace.iter().filter_map(pair).collect();
            layers.push(LayerAsk::Path { name: Some(format!("{} steps", at.len() - 1)), at });
        }
        let at = roots.iter().filter_map(pair).collect();
        layers.push(LayerAsk::Points { at, errors: Vec::new(), name });
    }
    Ok(PlotAsk { layers, over: seen, ..PlotAsk::default() })
}

/// `a = b` as `(a) - (b)`.
pub(crate) fn difference(equation: &str) -> String {
    match equation.split_once('=') {
        Some((a, b)) => format!("({a}) - ({b})"),
        None => equation.to_owned(),
    }
}

/// Newton's steps: up to the curve, along the tangent down to the axis.
fn path(found: &Value, name: &str, first: f64) -> Option<LayerAsk> {
    let steps = found["trace"].as_array()?;
    let mut at = vec![[first, 0.0]];
    for (k, step) in steps.iter().enumerate() {
        let x = step["at"][name].as_f64()?;
        let value = step["values"].get(0).or_else(|| step.get("value")).and_then(Value::as_f64)?;
        if k > 0 {
            at.push([x, 0.0]);
        }
        at.push([x, value]);
    }
    let name = Some(format!("{} steps", steps.len().saturating_sub(1)));
    Some(LayerAsk::Path { at, name })
}
