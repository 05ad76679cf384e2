//! `integrate`: an antiderivative, or the value over a range and what it is worth.

use std::io::Write;

use anyhow::bail;
use secant::sheet::{Answer, Ask, EvaluateAsk, LayerAsk, Nested, Number, PlotAsk, run};
use serde_json::{Value, json};

use crate::args::{Format, IntegrateArgs};
use crate::asked::{asked, base, draw, values};
use crate::picture;
use crate::words::{Texts, limits, named, show_reply, statements};

/// What is seen of a range without an end, beyond its other end.
const FAR: f64 = 8.0;

/// `secant integrate 'x exp(x)' x 0..1`
pub(crate) fn integrate(args: &IntegrateArgs, out: &mut impl Write) -> anyhow::Result<u8> {
    if let Some(path) = &args.plot {
        picture::kind(path)?;
    }
    let (expr, define) = statements(&args.expr, &args.names);
    let (name, given) = &args.by;
    let range = given.as_ref().or(args.range.as_ref());
    if given.is_some() && args.range.is_some() {
        bail!("two ranges are given; write one of them, for example `{name} 0..1`");
    }
    let mut request = base("integrate", &args.names, &define);
    request.insert("expr".into(), json!(expr));
    request.insert("wrt".into(), json!(name));
    if let Some([from, to]) = range {
        request.insert("from".into(), json!(from));
        request.insert("to".into(), json!(to));
    }
    if args.prove {
        request.insert("prove".into(), json!(true));
    }
    let also = match args.format {
        Format::Latex => json!(["latex"]),
        Format::Mathml => json!(["mathml"]),
        Format::Text | Format::Json => json!([]),
    };
    request.insert("also".into(), also.clone());
    if args.explain {
        let of = Value::Object(request);
        request = base("explain", &args.names, &define);
        request.insert("of".into(), of);
        request.insert("also".into(), also);
    }
    let reply = asked(request, "integrating");
    let texts =
        Texts { expr: &expr, by: Some(name), at: &[], place: "", names: &args.names, define: &define };
    let code = show_reply(&reply, args.format, "--define ", |fault| texts.at_fault(fault), out)?;
    if let (Some(path), Ok(_)) = (&args.plot, &reply.outcome) {
        let found = serde_json::to_value(&reply)?;
        let ask = drawn(&expr, name, range, &found, &texts)?;
        draw(&named(Ask::Plot(ask), &texts), path)?;
    }
    Ok(code)
}

/// The integrand with its area, or with its antiderivative.
fn drawn(
    expr: &str,
    name: &str,
    range: Option<&[String; 2]>,
    found: &Value,
    texts: &Texts<'_>,
) -> anyhow::Result<PlotAsk> {
    let curve = |expr: &str| LayerAsk::Curve { expr: expr.to_owned(), over: None, name: None };
    let (seen, layers) = match range {
        Some([from, to]) => {
            let ends = seen([number(from, texts)?, number(to, texts)?]);
            let margin = 0.15 * (ends[1] - ends[0]);
            let area = LayerAsk::Area {
                expr: expr.to_owned(),
                base: None,
                over: values(ends),
                name: found["value"].as_f64().map(|value| format!("∫ = {}", Number(value))),
            };
            ([ends[0] - margin, ends[1] + margin], vec![area, curve(expr)])
        }
        None => ([-5.0, 5.0], std::iter::once(expr).chain(found["expr"].as_str()).map(curve).collect()),
    };
    let over = [(name.to_owned(), values(seen))].into_iter().collect();
    Ok(PlotAsk { layers, over, ..PlotAsk::default() })
}

/// From where to where a range is drawn, the smaller end first.
fn seen([from, to]: [f64; 2]) -> [f64; 2] {
    let (low, high) = (from.min(to), from.max(to));
    match (low.is_finite(), high.is_finite()) {
        (true, true) => [low, high],
        (true, false) => [low, low + FAR],
        (false, true) => [high - FAR, high],
        (false, false) => [-FAR / 2.0, FAR / 2.0],
    }
}

/// The number that a text such as `2pi` or `inf` stands for.
pub(crate) fn number(text: &str, texts: &Texts<'_>) -> anyhow::Result<f64> {
    match text.trim() {
        "inf" | "+inf" => return Ok(f64::INFINITY),
        "-inf" => return Ok(f64::NEG_INFINITY),
        _ => {}
    }
    let ask = Ask::Evaluate(EvaluateAsk { expr: text.to_owned(), at: Default::default() });
    match run(&named(ask, texts), &limits()).outcome {
        Ok(Answer::Value { value: Nested::One(value) }) => Ok(value.0),
        _ => bail!("`{text}` is not a number"),
    }
}
