//! `diff`, `explain`, `evaluate`: a request made of words, a reply made of lines.

use std::io::{self, IsTerminal as _, Write};

use serde_json::{Map, Value, json};

use crate::args::{DiffArgs, EvaluateArgs, ExplainArgs, Format, StepFormat};
use crate::show::{Colours, fault, number, text};
use crate::{ANSWER, BAD_INPUT, NONE_FOUND, ask};

/// `secant diff 'x^2 sin(x)' x`
pub(crate) fn diff(args: &DiffArgs, out: &mut impl Write) -> anyhow::Result<u8> {
    let mut request = json!({"op": "diff", "expr": args.expr, "wrt": args.by, "order": args.order});
    if !args.at.is_empty() {
        request["at"] = point(&args.at);
    }
    let also = match args.format {
        Format::Latex => Some("latex"),
        Format::Mathml => Some("mathml"),
        Format::Text | Format::Json => None,
    };
    if let Some(also) = also {
        request["also"] = json!([also]);
    }
    let reply = ask::ask(&request)?;
    if args.format == Format::Json {
        return whole(&reply, out);
    }
    if refused(&reply) {
        return complain(&reply, &args.expr);
    }
    writeln!(out, "{}", text(&reply[also.unwrap_or("expr")]))?;
    conditions(&reply, out)?;
    if let Some(value) = reply.get("value") {
        let place: Vec<String> = args.at.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        writeln!(out, "at {}: {}", place.join(", "), number(value))?;
    }
    Ok(found(&reply))
}

/// `secant explain 'sin(x^2)' x`
pub(crate) fn explain(args: &ExplainArgs, out: &mut impl Write) -> anyhow::Result<u8> {
    let of = json!({"op": "diff", "expr": args.expr, "wrt": args.by, "order": args.order});
    let reply = ask::ask(&json!({"op": "explain", "of": of}))?;
    if args.format == StepFormat::Json {
        return whole(&reply, out);
    }
    if refused(&reply) {
        return complain(&reply, &args.expr);
    }
    for (k, step) in reply["steps"].as_array().into_iter().flatten().enumerate() {
        writeln!(out, "{}. {}", k + 1, text(&step["rule"]))?;
        writeln!(out, "     {}", text(&step["from"]))?;
        writeln!(out, "   = {}", text(&step["to"]))?;
    }
    writeln!(out, "{}", text(&reply["expr"]))?;
    conditions(&reply, out)?;
    Ok(found(&reply))
}

/// `secant evaluate 'x^2 + y' x=1/3 y=2`
pub(crate) fn evaluate(args: &EvaluateArgs, out: &mut impl Write) -> anyhow::Result<u8> {
    let reply = ask::ask(&json!({"op": "evaluate", "expr": args.expr, "at": point(&args.at)}))?;
    if args.format == StepFormat::Json {
        return whole(&reply, out);
    }
    if refused(&reply) {
        return complain(&reply, &args.expr);
    }
    writeln!(out, "{}", number(&reply["value"]))?;
    Ok(found(&reply))
}

/// A point as the engine takes it. Values travel as text, so that 1/3 stays exact.
fn point(at: &[(String, String)]) -> Value {
    Value::Object(at.iter().map(|(name, value)| (name.clone(), json!(value))).collect::<Map<_, _>>())
}

fn conditions(reply: &Value, out: &mut impl Write) -> io::Result<()> {
    let all: Vec<&str> = reply["conditions"].as_array().into_iter().flatten().map(text).collect();
    if all.is_empty() { Ok(()) } else { writeln!(out, "where {}", all.join(" and ")) }
}

/// The whole reply, good or bad, as JSON.
fn whole(reply: &Value, out: &mut impl Write) -> anyhow::Result<u8> {
    writeln!(out, "{reply}")?;
    Ok(if refused(reply) { BAD_INPUT } else { found(reply) })
}

fn refused(reply: &Value) -> bool {
    reply["ok"] != json!(true)
}

/// Whether a good reply holds an answer: an expression that was looked for, a value that is a number.
fn found(reply: &Value) -> u8 {
    let nothing = |key: &str| reply.get(key).is_some_and(|value| value.is_null() || value == "nan");
    if nothing("expr") || nothing("value") { NONE_FOUND } else { ANSWER }
}

fn complain(reply: &Value, typed: &str) -> anyhow::Result<u8> {
    let colours = Colours::for_terminal(io::stderr().is_terminal());
    write!(io::stderr(), "{}", fault(&reply["error"], typed, colours))?;
    Ok(BAD_INPUT)
}
