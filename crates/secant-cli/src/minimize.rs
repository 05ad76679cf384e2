//! `minimize`: the lowest place from a start, between bounds where there are some.

use std::collections::BTreeMap;
use std::io::Write;

use secant::sheet::{Ask, LayerAsk, Number, PlotAsk};
use serde_json::{Value, json};

use crate::args::{Format, MinimizeArgs};
use crate::asked::{asked, base, box_of, draw, point, values};
use crate::integrate::number;
use crate::picture;
use crate::solve::{around, places};
use crate::words::{Texts, named, show_reply, statements};

/// `secant minimize '(1 - x)^2 + 100 (y - x^2)^2' x=-1 y=2`
pub(crate) fn minimize(args: &MinimizeArgs, out: &mut impl Write) -> anyhow::Result<u8> {
    if let Some(path) = &args.plot {
        picture::kind(path)?;
    }
    let (expr, define) = statements(&args.expr, &args.names);
    let mut request = base("minimize", &args.names, &define);
    request.insert("expr".into(), json!(expr));
    if !args.from.is_empty() {
        request.insert("from".into(), point(&args.from));
    }
    if !args.over.is_empty() {
        request.insert("over".into(), box_of(&args.over));
    }
    if !args.subject_to.is_empty() {
        request.insert("subject_to".into(), json!(args.subject_to));
    }
    if let Some(method) = &args.method {
        request.insert("method".into(), json!(method));
    }
    let reply = asked(request, "minimizing");
    let texts =
        Texts { expr: &expr, by: None, at: &args.from, place: "", names: &args.names, define: &define };
    let code = show_reply(&reply, args.format, "", |fault| texts.at_fault(fault), out)?;
    if reply.outcome.is_err() {
        return Ok(code);
    }
    let found = serde_json::to_value(&reply)?;
    if args.trace && args.format == Format::Text {
        trace(&found["trace"], out)?;
    }
    if let Some(path) = &args.plot {
        let ask = drawn(&expr, args, &found, &texts)?;
        draw(&named(Ask::Plot(ask), &texts), path)?;
    }
    Ok(code)
}

/// Every step, in columns.
fn trace(steps: &Value, out: &mut impl Write) -> anyhow::Result<()> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let short = |value: &Value| value.as_f64().map_or_else(|| value.to_string(), |x| format!("{x:.6}"));
    for (k, step) in steps.as_array().into_iter().flatten().enumerate() {
        let names = step["at"].as_object();
        if rows.is_empty() {
            let names = names.into_iter().flat_map(serde_json::Map::keys).cloned();
            rows.push(["step".to_owned()].into_iter().chain(names).chain(["value".to_owned()]).collect());
        }
        let at = names.into_iter().flat_map(serde_json::Map::values).map(short);
        rows.push([k.to_string()].into_iter().chain(at).chain([short(&step["value"])]).collect());
    }
    for line in columns(&rows) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// Rows as lines, every column as wide as its widest entry and set to the right.
pub(crate) fn columns(rows: &[Vec<String>]) -> Vec<String> {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |k: usize| rows.iter().filter_map(|r| r.get(k)).map(|t| t.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count).map(width).collect();
    let line = |row: &Vec<String>| {
        row.iter().zip(&widths).fold("  ".to_owned(), |line, (text, width)| {
            let space = " ".repeat(width - text.chars().count());
            format!("{line}{space}{text}  ")
        })
    };
    rows.iter().map(|row| line(row).trim_end().to_owned()).collect()
}

/// The landscape or the curve, the constraints, the way and the place.
fn drawn(expr: &str, args: &MinimizeArgs, found: &Value, texts: &Texts<'_>) -> anyhow::Result<PlotAsk> {
    let trace = places(&found["trace"]);
    let end = places(&json!([{ "at": found["at"] }]));
    let mut names: Vec<String> = end.iter().chain(&trace).flat_map(BTreeMap::keys).cloned().collect();
    names.sort();
    names.dedup();
    if names.is_empty() || names.len() > 2 {
        anyhow::bail!("a picture shows one variable or two; there are {}", names.len());
    }
    let mut over = BTreeMap::new();
    for name in &names {
        let ends = match args.over.iter().find(|(n, _)| n == name) {
            Some((_, [low, high])) => [number(low, texts)?, number(high, texts)?],
            None => around(end.iter().chain(&trace).filter_map(|at| at.get(name).copied())),
        };
        over.insert(name.clone(), values(ends));
    }
    let steps = Some(format!("{} steps", trace.len().saturating_sub(1)));
    let value = found["value"].as_f64();
    let lowest = value.map(|value| format!("lowest, {}", Number(value)));
    let layers = if let [x] = &names[..] {
        let heights = found["trace"].as_array();
        let at = trace.iter().zip(heights.into_iter().flatten());
        let way: Vec<[f64; 2]> =
            at.filter_map(|(at, step)| Some([*at.get(x)?, step["value"].as_f64()?])).collect();
        let spot = end.first().and_then(|at| Some([*at.get(x)?, value?]));
        let mut layers = vec![LayerAsk::Curve { expr: expr.to_owned(), over: None, name: None }];
        if way.len() > 1 {
            layers.push(LayerAsk::Path { at: way, name: steps });
        }
        layers.push(LayerAsk::Points { at: spot.into_iter().collect(), errors: Vec::new(), name: lowest });
        layers
    } else {
        let pair = |at: &BTreeMap<String, f64>| Some([*at.get(&names[0])?, *at.get(&names[1])?]);
        let mut layers = vec![LayerAsk::Landscape { expr: expr.to_owned(), levels: None }];
        let way: Vec<[f64; 2]> = trace.iter().filter_map(pair).collect();
        if way.len() > 1 {
            layers.push(LayerAsk::Path { at: way, name: steps });
        }
        let at = end.iter().filter_map(pair).collect();
        layers.push(LayerAsk::Points { at, errors: Vec::new(), name: lowest });
        layers
    };
    Ok(PlotAsk { layers, over, ..PlotAsk::default() })
}
