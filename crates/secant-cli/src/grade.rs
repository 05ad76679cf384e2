//! `grade`: an answer and what is right in, the verdict out.
//!
//! Invariant: the verdict is that of the op `grade`, word for word. Start reading at [`grade`].

use std::io::{self, IsTerminal as _, Write};

use anyhow::Context as _;
use secant::sheet::Fault;
use secant_course::{answer_line, slips};
use serde_json::{Map, Value, json};

use crate::args::{Format, GradeArgs};
use crate::show::{self, Colours};
use crate::words::limits;
use crate::{ANSWER, BAD_INPUT, NONE_FOUND};

/// `secant grade 'cos(3x)' --model 'diff(sin(3x), x)'`
pub(crate) fn grade(args: &GradeArgs, out: &mut impl Write) -> anyhow::Result<u8> {
    let line = answer_line(&request(args)?.to_string(), &limits());
    let reply: Value = serde_json::from_str(&line)?;
    if args.format == Format::Json {
        writeln!(out, "{line}")?;
    } else {
        tell(args, &reply, out)?;
    }
    Ok(match reply["verdict"].as_str() {
        None | Some("not understood") => BAD_INPUT,
        Some("undecided") => NONE_FOUND,
        Some(_) => ANSWER,
    })
}

fn request(args: &GradeArgs) -> anyhow::Result<Value> {
    let pairs = |list: &[(String, String)]| -> Map<String, Value> {
        list.iter().map(|(name, text)| (name.clone(), json!(text))).collect()
    };
    let mut request = json!({
        "op": "grade", "answer": args.answer, "model": args.model, "kind": args.kind, "record": args.record,
        "declare": pairs(&args.names.declare), "define": args.names.define, "assume": args.names.assume,
    });
    if !args.form.is_empty() {
        request["form"] = json!(args.form);
    }
    for (name, bound) in &args.tolerance {
        let number: Value =
            serde_json::from_str(bound).with_context(|| format!("--tolerance {name}={bound}"))?;
        request["tolerance"][name] = number;
    }
    if let Some(wrt) = &args.wrt {
        request["wrt"] = json!(wrt);
    }
    if let Some(order) = args.order {
        request["order"] = json!(order);
    }
    Ok(request)
}

fn tell(args: &GradeArgs, reply: &Value, out: &mut impl Write) -> anyhow::Result<()> {
    let colours = Colours::for_terminal(io::stderr().is_terminal());
    if let Some(fault) = reply.get("error") {
        let fault = read_fault(fault);
        let text = if fault.field.as_deref() == Some("model") { &args.model } else { &args.answer };
        write!(io::stderr(), "{}", show::fault(&fault, |_| Some(text), colours))?;
    }
    let Some(verdict) = reply["verdict"].as_str() else { return Ok(()) };
    writeln!(out, "{verdict}, score {}", reply["score"])?;
    let said = reply["feedback"].as_str().unwrap_or_default();
    if verdict != "not understood" {
        writeln!(out, "  {said}")?;
    }
    for part in reply["parts"].as_array().into_iter().flatten() {
        let message = part["message"].as_str().map(|m| format!(": {m}")).unwrap_or_default();
        let text = |field: &str| part[field].as_str().unwrap_or_default();
        writeln!(out, "  {} {}{message}", text("name"), text("verdict"))?;
    }
    let mut last = None;
    for row in reply["diagnosis"].as_array().into_iter().flatten() {
        let name = row["slip"].as_str().unwrap_or_default();
        let again = last == Some(&row["explanation"]);
        last = Some(&row["explanation"]);
        let lead = if again { "  and" } else { "  perhaps" };
        let said = slips::find(name).map_or("", |slip| slip.say);
        writeln!(out, "{lead} {name}: {said}")?;
    }
    Ok(())
}

fn read_fault(fault: &Value) -> Fault {
    let text = |field: &str| fault[field].as_str().map(str::to_owned);
    let place = |k: usize| Some(fault["at"].get(k)?.as_u64()? as usize);
    Fault {
        at: place(0).zip(place(1)).map(|(from, to)| [from, to]),
        hint: text("hint"),
        field: text("field"),
        ..Fault::new(text("code").unwrap_or_default(), text("message").unwrap_or_default())
    }
}
