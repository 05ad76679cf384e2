//! What a learner is typing, read back as mathematics while it is typed.
//!
//! Here: the formula as it was understood; for answers that are several formulas (sets, intervals, points, equations)
//! each of them, with the signs between them.
//! Not here: whether it is right (`grade`). Start reading at [`read()`].

use std::collections::BTreeMap;

use secant::sheet::{Limits, Reader, Scope};
use serde::Serialize;

use crate::fault::Fault;
use crate::grade;
use crate::question;
use crate::text::escape;

/// A formula as it was understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// The formula in the engine's own writing.
    pub text: String,
    /// The formula as mathematics.
    pub mathml: String,
}

/// Kinds of answers that are one formula.
const FORMULAS: &[&str] = &["expression", "value", "antiderivative", "series"];
/// Signs and words between the formulas of an answer, longest first.
#[rustfmt::skip]
const BETWEEN: &[(&str, &str)] = &[
    (" union ", "∪"), (" and ", "and"), (" or ", "or"), ("<=", "≤"), (">=", "≥"), ("!=", "≠"), ("==", "="), ("\n", "⏎"), ("∪", "∪"),
    ("≤", "≤"), ("≥", "≥"), ("≠", "≠"), ("=", "="), ("<", "<"), (">", ">"), (",", ","), (";", ";"),
];
/// Deeper brackets are read as formulas.
const MAX_DEPTH: u32 = 4;

/// Reads an answer of a kind (`expression`, `set`, …) in these names, some of which have shapes (`matrix(2, 3)`); every
/// other name is a mistake.
///
/// # Errors
/// What is wrong with it, and where.
pub fn read(
    text: &str,
    names: &[&str],
    shapes: &BTreeMap<String, String>,
    kind: &str,
) -> Result<Reading, Fault> {
    if kind == "choice" {
        return Ok(Reading { text: text.to_owned(), mathml: String::new() });
    }
    if kind == "drawn" {
        let text = match grade::drawn::count(text) {
            Some((all, drawn)) => format!("{drawn} of {all} heights"),
            None => String::new(),
        };
        return Ok(Reading { text, mathml: String::new() });
    }
    let words = Words { names, scope: scope(names, shapes)? };
    if FORMULAS.contains(&kind) || kind.is_empty() {
        let (e, _) = question::typed(text, &words.scope, names)?;
        return Ok(Reading { text: e.to_string(), mathml: e.to_mathml() });
    }
    let mut out = Reading { text: String::new(), mathml: String::new() };
    pieces(text, 0, &words, 0, &mut out)?;
    out.mathml = format!("<math><mrow>{}</mrow></math>", out.mathml);
    Ok(out)
}

/// The names that a text may use.
struct Words<'a> {
    names: &'a [&'a str],
    scope: Scope,
}

fn scope(names: &[&str], shapes: &BTreeMap<String, String>) -> Result<Scope, Fault> {
    let of_shape = Reader::new(shapes, &[], &[], &Limits::default()).map_err(|fault| Fault {
        code: "request.shapes",
        message: fault.message.clone(),
        file: String::new(),
        line: 0,
        column: 0,
        at: None,
        hint: fault.hint.clone(),
        quote: String::new(),
    })?;
    let mut scope = Scope::strict();
    for name in names {
        match of_shape.scope().formula(name) {
            Ok((variable, _)) if shapes.contains_key(*name) => scope.value(name, variable),
            _ => scope.variable(name),
        }
    }
    Ok(scope)
}

/// The same text with something else in the place of each of its formulas.
pub(crate) fn each_formula(text: &str, put: &dyn Fn(&str) -> String) -> String {
    fn walk(text: &str, depth: u32, put: &dyn Fn(&str) -> String) -> String {
        let parts = split(text);
        if parts.len() > 1 {
            let parts = parts.into_iter().map(|(part, between)| {
                let own = if part.trim().is_empty() { part.to_owned() } else { walk(part, depth, put) };
                own + between.map_or("", |(word, _)| word)
            });
            return parts.collect();
        }
        let trimmed = text.trim();
        match bracketed(trimmed).filter(|_| depth < MAX_DEPTH) {
            Some((open, inside, close)) => format!("{open}{}{close}", walk(inside, depth + 1, put)),
            None if trimmed.is_empty() => text.to_owned(),
            None => put(trimmed),
        }
    }
    walk(text, 0, put)
}

/// The brackets around several formulas, and what is inside.
fn bracketed(text: &str) -> Option<(char, &str, char)> {
    let (open, close) = (text.chars().next()?, text.chars().next_back()?);
    let is_bracketed = text.len() >= 2 && "{[(".contains(open) && "}])".contains(close);
    let inside = is_bracketed.then(|| &text[1..text.len() - 1])?;
    (open == '{' || split(inside).len() > 1).then_some((open, inside, close))
}

/// Reads the formulas of a stretch of the text that begins at the character `at`.
fn pieces(text: &str, at: usize, words: &Words<'_>, depth: u32, out: &mut Reading) -> Result<(), Fault> {
    let parts = split(text);
    if let [(only, _)] = parts.as_slice() {
        let trimmed = only.trim();
        if let Some((open, inside, close)) = bracketed(trimmed).filter(|_| depth < MAX_DEPTH) {
            let before = at + only.chars().take_while(|c| c.is_whitespace()).count() + 1;
            sign(&open.to_string(), out);
            if !inside.trim().is_empty() {
                pieces(inside, before, words, depth + 1, out)?;
            }
            sign(&close.to_string(), out);
            return Ok(());
        }
        if trimmed.is_empty() && depth > 0 {
            return Ok(());
        }
        let (e, _) = question::typed(only, &words.scope, words.names)
            .map_err(|fault| Fault { at: fault.at.map(|(from, to)| (from + at, to + at)), ..fault })?;
        out.text.push_str(&e.to_string());
        let mathml = e.to_mathml();
        let inner = mathml.find('>').map_or("", |k| &mathml[k + 1..]).trim_end_matches("</math>");
        out.mathml.push_str(&format!("<mrow>{inner}</mrow>"));
        return Ok(());
    }
    let mut at = at;
    for (part, between) in parts {
        if !part.trim().is_empty() {
            pieces(part, at, words, depth, out)?;
        }
        at += part.chars().count();
        if let Some((written, shown)) = between {
            at += written.chars().count();
            sign(shown, out);
        }
    }
    Ok(())
}

fn sign(text: &str, out: &mut Reading) {
    let spaced = !matches!(text, "{" | "[" | "(" | "}" | "]" | ")" | "," | ";");
    if spaced {
        out.text.push(' ');
    }
    out.text.push_str(text);
    if spaced || matches!(text, "," | ";") {
        out.text.push(' ');
    }
    let shown = escape(text);
    if text.chars().all(char::is_alphabetic) {
        out.mathml.push_str(&format!("<mtext> {shown} </mtext>"));
    } else {
        out.mathml.push_str(&format!("<mo>{shown}</mo>"));
    }
}

/// The parts of a text between signs that stand in no bracket, each with the sign behind it.
fn split(text: &str) -> Vec<(&str, Option<&'static (&'static str, &'static str)>)> {
    let mut parts = Vec::new();
    let (mut depth, mut from, mut k) = (0_i32, 0, 0);
    while let Some(c) = text[k..].chars().next() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        let found =
            (depth == 0).then(|| BETWEEN.iter().find(|(word, _)| text[k..].starts_with(word))).flatten();
        match found {
            Some(between) => {
                parts.push((&text[from..k], Some(between)));
                k += between.0.len();
                from = k;
            }
            None => k += c.len_utf8(),
        }
    }
    parts.push((&text[from..], None));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_several_formulas_are_read_one_by_one() {
        #[track_caller]
        fn reads(kind: &str, text: &str, want: &str) {
            let reading = read(text, &["x", "y", "C"], &BTreeMap::new(), kind)
                .unwrap_or_else(|f| panic!("{text}: {f}"));
            assert_eq!(reading.text, want);
            assert!(
                reading.mathml.starts_with("<math>") && reading.mathml.ends_with("</math>"),
                "{}",
                reading.mathml
            );
        }
        reads("set", "{-sqrt(4), x x}", "{-2, x^2}");
        reads("set", "{}", "{}");
        reads("interval", "[0, 1+1) ∪ (3, 4]", "[0, 2) ∪ (3, 4]");
        reads("equation", "y = 2x+0", "y = 2 x");
        reads("inequality", "x <= 2 or x>3", "x ≤ 2 or x > 3");
        reads("point", "(1, 1+1)", "(1, 2)");
        reads("matrix", "[[1, x], [y, 2]]", "[[1, x], [y, 2]]");
        reads("parameters", "x = 1, y = (2)", "x = 1, y = 2");
        let shapes = BTreeMap::from([("x".to_owned(), "vector(n)".to_owned())]);
        assert_eq!(read("x' x", &["x"], &shapes, "expression").unwrap().text, "norm(x)^2");
        reads("working", "x^2\nx*x", "x^2 ⏎ x^2");
    }

    #[test]
    fn the_place_of_a_mistake_is_one_in_the_whole_answer() {
        #[track_caller]
        fn fails(text: &str, at: (usize, usize)) {
            assert_eq!(read(text, &["x"], &BTreeMap::new(), "set").unwrap_err().at, Some(at), "{text}");
        }
        fails("{1, z}", (4, 5));
        fails("{ x, (2 }", (5, 6));
        fails("é, 1", (0, 1));
    }
}
