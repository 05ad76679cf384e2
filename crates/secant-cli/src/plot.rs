//! `plot`: texts and ranges in, a picture out.
//!
//! Here: which layer each word asks for. Not here: drawing (the engine), files (`picture`).
//! Start reading at [`plot`].

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use anyhow::bail;
use secant::sheet::{Answer, Ask, Fault, LayerAsk, ParseAsk, PlotAsk, PointValue, run};
use serde_json::json;

use crate::args::{PlotArgs, PlotWord};
use crate::asked::{asked, base, point};
use crate::picture;
use crate::solve::places;
use crate::words::{Texts, limits, named, refused, statements};
use crate::{ANSWER, BAD_INPUT};

/// What is seen of a name for which no range is given.
const USUAL: [&str; 2] = ["-5", "5"];

/// `secant plot 'sin(x)' 'x - x^3/6' x=-4..4 -o picture.svg`
pub(crate) fn plot(args: &PlotArgs, out: &mut impl Write) -> anyhow::Result<u8> {
    if let Some(path) = &args.output {
        picture::kind(path)?;
    }
    let mut define = args.names.define.clone();
    let mut texts = Vec::new();
    let mut over: BTreeMap<String, [PointValue; 2]> = BTreeMap::new();
    for word in std::iter::once(&args.first).chain(&args.more) {
        match word {
            PlotWord::Range(name, ends) => {
                over.insert(name.clone(), ends.clone().map(PointValue::Text));
            }
            PlotWord::Text(text) => {
                let (text, before) = statements(text, &args.names);
                define.extend(before.into_iter().skip(args.names.define.len()));
                texts.push(text);
            }
        }
    }
    if texts.is_empty() {
        bail!("there is nothing to draw: name an expression, for example secant plot 'sin(x)' x=-4..4");
    }
    let first = texts[0].clone();
    let known = Texts { expr: &first, by: None, at: &[], place: "", names: &args.names, define: &define };
    if over.is_empty() {
        for name in free(&texts, &known) {
            over.insert(name, USUAL.map(|end| PointValue::Text(end.to_owned())));
        }
        if over.is_empty() || over.len() > 2 {
            bail!("say over which name to draw, and from where to where, for example x=-4..4");
        }
    }
    let names: Vec<String> = over.keys().cloned().collect();
    let ask = PlotAsk {
        layers: layers(args, &texts, &names)?,
        over,
        y: args.y.clone().map(|ends| ends.map(PointValue::Text)),
        title: args.title.clone(),
        size: args.size,
        equal: args.equal,
        ..PlotAsk::default()
    };
    let mut ask = ask;
    if !args.descent.is_empty() {
        match way_down(args, &first, &known)? {
            Ok(layer) => ask.layers.push(layer),
            Err(fault) => {
                refused(&fault, |one| known.at_fault(one))?;
                return Ok(BAD_INPUT);
            }
        }
    }
    let reply = run(&named(Ask::Plot(ask), &known), &limits());
    match &reply.outcome {
        Ok(Answer::Plot { svg }) => {
            picture::save(svg, args.output.as_deref(), out)?;
            Ok(ANSWER)
        }
        Ok(_) => unreachable!("a request for a picture is answered by one"),
        Err(fault) => {
            let number = |k: &str| k.strip_prefix("layers[")?.strip_suffix(']')?.parse::<usize>().ok();
            let asked = fault.field.as_deref().and_then(number).and_then(|k| texts.get(k));
            refused(fault, |one| known.at_fault(one).or(asked.map(String::as_str)))?;
            Ok(BAD_INPUT)
        }
    }
}

/// The steps that a method takes from the given place.
fn way_down(args: &PlotArgs, expr: &str, known: &Texts<'_>) -> anyhow::Result<Result<LayerAsk, Box<Fault>>> {
    let mut request = base("minimize", &args.names, known.define);
    request.insert("expr".into(), json!(expr));
    request.insert("from".into(), point(&args.descent));
    if let Some(method) = &args.method {
        request.insert("method".into(), json!(method));
    }
    let reply = asked(request, "minimizing");
    if let Err(fault) = reply.outcome {
        return Ok(Err(fault));
    }
    let found = serde_json::to_value(&reply)?;
    let at: Vec<[f64; 2]> = places(&found["trace"])
        .iter()
        .filter_map(|at| match at.values().copied().collect::<Vec<f64>>()[..] {
            [x, y] => Some([x, y]),
            _ => None,
        })
        .collect();
    let name =
        format!("{}, {} steps", found["method"].as_str().unwrap_or("descent"), at.len().saturating_sub(1));
    Ok(Ok(LayerAsk::Path { at, name: Some(name) }))
}

/// The names in the texts that have no meaning yet.
fn free(texts: &[String], known: &Texts<'_>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for text in texts {
        let ask = Ask::Parse(ParseAsk { expr: Some(text.clone()), latex: None });
        if let Ok(Answer::Parse { free, .. }) = run(&named(ask, known), &limits()).outcome {
            names.extend(free);
        }
    }
    names
}

fn layers(args: &PlotArgs, texts: &[String], names: &[String]) -> anyhow::Result<Vec<LayerAsk>> {
    if names.len() == 2 {
        return land(args, texts, names);
    }
    if args.field {
        bail!("a field of arrows needs two names, for example x=-2..2 y=-2..2");
    }
    let mut layers = Vec::new();
    for (k, text) in texts.iter().enumerate() {
        let expr = text.clone();
        layers.push(match (&args.taylor, &args.newton) {
            (Some(at), _) if k == 0 => {
                LayerAsk::Taylor { expr, at: PointValue::Text(at.clone()), order: args.order }
            }
            (None, Some(from)) if k == 0 => LayerAsk::Newton { expr, from: PointValue::Text(from.clone()) },
            _ => LayerAsk::Curve { expr, over: None, name: None },
        });
    }
    if let Some(over) = &args.area {
        let over = over.clone().map(PointValue::Text);
        // Between the first curve and the second, where there is one.
        let base = texts.get(1).cloned();
        layers.push(LayerAsk::Area { expr: texts[0].clone(), base, over, name: Some("area".to_owned()) });
    }
    Ok(layers)
}

fn land(args: &PlotArgs, texts: &[String], names: &[String]) -> anyhow::Result<Vec<LayerAsk>> {
    let (equations, expressions): (Vec<&String>, Vec<&String>) =
        texts.iter().partition(|text| is_equation(text));
    let mut layers: Vec<LayerAsk> = match (&expressions[..], args.field) {
        ([u, v], true) => {
            vec![LayerAsk::Field { expr: [(*u).clone(), (*v).clone()], name: Some(format!("({u}, {v})")) }]
        }
        ([f], field) => {
            let land = LayerAsk::Landscape { expr: (*f).clone(), levels: args.levels };
            let slope = |name: &String| format!("diff({f}, {name})");
            let arrows = LayerAsk::Field {
                expr: [slope(&names[0]), slope(&names[1])],
                name: Some("gradient".to_owned()),
            };
            std::iter::once(land).chain(field.then_some(arrows)).collect()
        }
        ([], false) => Vec::new(),
        _ => bail!("over two names one expression is a landscape; two with --field are arrows"),
    };
    layers
        .extend(equations.into_iter().map(|text| LayerAsk::Equation { equation: text.clone(), name: None }));
    Ok(layers)
}

/// Has it an equals sign that is no part of `<=`, `>=`, `!=` or `==`?
fn is_equation(text: &str) -> bool {
    let alone = |k: usize| {
        let before = text[..k].chars().next_back();
        let after = text[k + 1..].chars().next();
        !matches!(before, Some('<' | '>' | '!' | '=')) && after != Some('=')
    };
    text.match_indices('=').any(|(k, _)| alone(k))
}
