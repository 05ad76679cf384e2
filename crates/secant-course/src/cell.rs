//! Cells: a few lines of the language, and what the engine makes of each. A lesson has them between its paragraphs, a sheet
//! is made of them.
//!
//! Here: statements (definitions, formulas, calls such as `taylor(f(x), x = 0, order = 3)`), the requests they make, the
//! answers as HTML.
//! Not here: mathematics (`secant`), what else a sheet is made of (`sheet`).
//! Invariant: a statement that fails leaves what was defined before as it was.
//! Start reading at [`Names::html`].

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use secant::calculus::{Detail, explain};
use secant::expr::Expr;
use secant::program::eval;
use secant::sheet::figure::{FigureFault, Function, Task, format_number};
use secant::sheet::{Answer, Fault, Limits, Reader, Scope, answer};
use serde_json::{Value, json};

use crate::scene::{split, trim};
use crate::text::{Piece, escape};

/// Most lines of an explanation.
const MAX_STEPS: usize = 40;
/// Most statements of one cell.
const MAX_STATEMENTS: usize = 60;
/// Digits of a number beside its exact form.
const DIGITS: u32 = 6;

/// What names mean, from cell to cell.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    scope: Scope,
    /// The definitions so far, as texts, each with the name that it defines.
    define: Vec<(String, String)>,
    limits: Limits,
}

/// What is wrong with a cell, and where: bytes of its text.
#[derive(Clone, Debug)]
pub(crate) struct Wrong {
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: String,
    pub(crate) span: Range<usize>,
    pub(crate) hint: Option<String>,
}

/// No cell of a lesson needs more than this, and with it none takes long.
pub(crate) fn limits() -> Limits {
    Limits {
        max_chars: 4_000,
        max_depth: 120,
        max_nodes: 20_000,
        max_printed: 5_000,
        max_points: 1_000,
        max_order: 30,
        max_steps: MAX_STEPS,
        proof_terms: 10_000,
        max_operations: 200_000_000,
        max_memory: 1 << 26,
        threads: 1,
        stop: None,
    }
}

impl Names {
    /// None but those of the language; others are variables.
    pub(crate) fn none(limits: Limits) -> Names {
        Names { scope: Scope::open().within(&limits), define: Vec::new(), limits }
    }

    /// Those of a figure; a cell may speak of names that the figure does not have.
    pub(crate) fn beside(scope: &Scope, functions: &[Function]) -> Names {
        let head = |f: &Function| format!("{}({}) = {}", f.name, f.vars.join(", "), f.text);
        let define = functions.iter().map(|f| (f.name.clone(), head(f))).collect();
        Names { scope: scope.opened(), define, limits: limits() }
    }

    /// What names mean.
    pub(crate) fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The definitions so far, oldest first: name and text.
    pub(crate) fn defined(&self) -> &[(String, String)] {
        &self.define
    }

    /// The HTML of a cell, statement by statement; names it defines are known from then on. Where one statement fails, so does
    /// the cell, after what came before it.
    pub(crate) fn html(&mut self, text: &str) -> (String, Option<Wrong>) {
        let mut out = String::new();
        let all = statements(text);
        if all.len() > MAX_STATEMENTS {
            let message = format!("{} statements; a cell has at most {MAX_STATEMENTS}", all.len());
            let span = all[MAX_STATEMENTS].at..text.len();
            let hint = Some("make two cells of it".to_owned());
            return (out, Some(Wrong { code: "budget.statements".into(), message, span, hint }));
        }
        for statement in all {
            match self.statement(&statement) {
                Ok(result) => out.push_str(&format!(
                    "<div class=\"cell\"><code class=\"source\">{}</code>{result}</div>\n",
                    escape(&statement.text)
                )),
                Err(wrong) => return (out, Some(wrong)),
            }
        }
        (out, None)
    }

    fn statement(&mut self, statement: &Piece) -> Result<String, Wrong> {
        if let Some(name) = defines(&statement.text) {
            return self.define(&name, statement);
        }
        match call(statement) {
            Some((word, args)) => self.request(statement, word, &args),
            None => self.formula(statement),
        }
    }

    /// Takes a definition in, in the place of an earlier one of the same name.
    fn define(&mut self, name: &str, statement: &Piece) -> Result<String, Wrong> {
        let mut define: Vec<(String, String)> =
            self.define.iter().filter(|(n, _)| n != name).cloned().collect();
        define.push((name.to_owned(), statement.text.clone()));
        let texts: Vec<String> = define.iter().map(|(_, text)| text.clone()).collect();
        let own = if texts.len() == 1 { "define".to_owned() } else { format!("define[{}]", texts.len() - 1) };
        let reader = Reader::new(&BTreeMap::new(), &texts, &[], &self.limits).map_err(|fault| {
            // An earlier definition may be the one that does not go with it.
            let of = fault.field.as_deref().is_none_or(|field| field == own).then_some(statement);
            Wrong::of(&fault, statement, of)
        })?;
        self.scope = reader.scope().clone();
        self.define = define;
        let head = statement.text.split('=').next().unwrap_or_default();
        let shown =
            self.scope.formula(head).ok().filter(|(e, _)| !statement.text.contains(':') && !e.is_undefined());
        Ok(match shown {
            Some((e, _)) => {
                let result = result(&e);
                format!("<div class=\"result\"><code>{}</code> = {result}</div>", escape(head.trim()))
            }
            None => String::new(),
        })
    }

    /// A formula, a derivative, an explanation.
    fn formula(&self, statement: &Piece) -> Result<String, Wrong> {
        let text = statement.text.as_str();
        let inside = text.strip_prefix("explain(").and_then(|t| t.strip_suffix(')'));
        let start = statement.at + if inside.is_some() { "explain(".len() } else { 0 };
        let placed = |wrong: FigureFault| Wrong::from(wrong.moved(start));
        let read = inside.unwrap_or(text);
        let task = match self.scope.task(read) {
            // What has axes is a formula all the same.
            Err(wrong) if wrong.code == "unsupported.tensor" => {
                self.scope.formula(read).map(|(e, _)| Task::Value(e))
            }
            other => other,
        };
        let task = task.map_err(placed)?;
        let mut steps = String::new();
        let value = match &task {
            Task::Value(e) => e.clone(),
            Task::Derivative { of, by, order } => {
                let derivation = explain(of, by, *order, Detail::Normal, MAX_STEPS);
                if inside.is_some() {
                    for step in &derivation.steps {
                        let (rule, from, to) =
                            (escape(&step.name()), step.from.to_mathml(), step.to.to_mathml());
                        steps.push_str(&format!("<li><span class=\"rule\">{rule}</span> {from} = {to}</li>"));
                    }
                }
                derivation.result
            }
        };
        if !steps.is_empty() {
            steps = format!("<ol class=\"steps\">{steps}</ol>");
        }
        Ok(format!("<div class=\"result\">{}</div>{steps}", result(&value)))
    }

    /// What the engine is asked by a word of its own.
    fn request(&self, statement: &Piece, word: &str, args: &[Piece]) -> Result<String, Wrong> {
        let (ask, of) = ask(statement, word, args)?;
        let mut ask = ask;
        ask["define"] = json!(self.define.iter().map(|(_, text)| text).collect::<Vec<_>>());
        ask["also"] = json!(["mathml"]);
        let reply = answer(ask, &self.limits);
        let found = reply.outcome.map_err(|fault| Wrong::of(&fault, statement, of.as_ref()))?;
        Ok(format!("<div class=\"result\">{}</div>", told(&found)))
    }
}

/// The statements of a cell: lines, put together as long as a bracket is open; what follows `#` is a comment.
fn statements(text: &str) -> Vec<Piece> {
    let (mut found, mut depth, mut from): (Vec<Piece>, i32, Option<usize>) = (Vec::new(), 0, None);
    let mut at = 0;
    let mut put = |from: usize, to: usize| {
        let piece = trim(&Piece { text: text[from..to].to_owned(), at: from });
        if !piece.text.is_empty() {
            found.push(piece);
        }
    };
    for line in text.split_inclusive('\n') {
        let code = line.find('#').map_or(line, |k| &line[..k]);
        let begin = *from.get_or_insert(at);
        for c in code.chars() {
            match c {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth -= 1,
                _ => {}
            }
        }
        let end = at + code.trim_end().len();
        at += line.len();
        if depth <= 0 || at == text.len() {
            put(begin, end.max(begin));
            (depth, from) = (0, None);
        }
    }
    found
}

/// The name that a statement defines: `f(x) = …`, `a = …`, `X: matrix(2, 2)`.
fn defines(text: &str) -> Option<String> {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|k| *k > 0)?;
    let (name, mut rest) = (&text[..end], text[end..].trim_start());
    if !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return None;
    }
    if rest.starts_with(':') {
        return Some(name.to_owned());
    }
    if let Some(inside) = rest.strip_prefix('(') {
        let (vars, after) = inside.split_once(')')?;
        let is_name = |v: &str| !v.is_empty() && v.chars().all(|c| c.is_alphanumeric() || c == '_');
        if !vars.split(',').all(|v| is_name(v.trim())) {
            return None;
        }
        rest = after.trim_start();
    }
    (rest.starts_with('=') && !rest.starts_with("==")).then(|| name.to_owned())
}

/// Words that the engine is asked by, each with how it is written.
const WORDS: &[(&str, &str)] = &[
    ("evaluate", "evaluate(x^2 + y, x = 2, y = 1/3)"),
    ("taylor", "taylor(sin(x), x = 0, order = 5, over = -1..1)"),
    ("limit", "limit(sin(x)/x, x = 0)"),
    ("simplify", "simplify((x^2 - 1)/(x - 1))"),
    ("equal", "equal(sin(x)^2 + cos(x)^2, 1)"),
];

/// `taylor(…)` and its like: the word and what stands between its commas.
fn call(statement: &Piece) -> Option<(&'static str, Vec<Piece>)> {
    let (word, rest) = WORDS.iter().find_map(|(w, _)| Some((*w, statement.text.strip_prefix(w)?)))?;
    let inside = rest.trim_start().strip_prefix('(')?.strip_suffix(')')?;
    // One bracket around all of it.
    let mut depth = 0_i32;
    for c in inside.chars() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return None;
        }
    }
    let at = statement.at + statement.text.len() - 1 - inside.len();
    Some((word, split(&Piece { text: inside.to_owned(), at }, &[","])))
}

/// A call as a request, and the formula that it is about.
fn ask(statement: &Piece, word: &str, args: &[Piece]) -> Result<(Value, Option<Piece>), Wrong> {
    let wrong = |piece: &Piece, message: String| {
        let form = WORDS.iter().find(|(w, _)| *w == word).map(|(_, form)| format!("write `{form}`"));
        Wrong {
            code: "request.call".into(),
            message,
            span: piece.at..piece.at + piece.text.len(),
            hint: form,
        }
    };
    let Some((of, rest)) = args.split_first() else {
        return Err(wrong(statement, "there is nothing to work on".to_owned()));
    };
    if word == "equal" {
        let [other] = rest else { return Err(wrong(statement, "two formulas are compared".to_owned())) };
        return Ok((json!({"op": "equal", "a": of.text, "b": other.text}), None));
    }
    let (mut at, mut order, mut over, mut side) = (serde_json::Map::new(), None, None, None);
    for piece in rest {
        let Some((name, value)) = piece.text.split_once('=') else {
            return Err(wrong(piece, format!("`{}` says no value", piece.text)));
        };
        let (name, value) = (name.trim(), value.trim());
        match name {
            "order" if word == "taylor" => {
                let number = value
                    .parse::<u32>()
                    .map_err(|_| wrong(piece, "the order is a whole number".to_owned()))?;
                order = Some(number);
            }
            "over" if word == "taylor" => {
                let ends =
                    value.split_once("..").ok_or_else(|| wrong(piece, "a range is `-1..1`".to_owned()))?;
                over = Some([ends.0.trim().to_owned(), ends.1.trim().to_owned()]);
            }
            "side" if word == "limit" => side = Some(value.to_owned()),
            _ => {
                at.insert(name.to_owned(), json!(value));
            }
        }
    }
    let one = |at: &serde_json::Map<String, Value>| match at.iter().next() {
        Some((name, value)) if at.len() == 1 => Ok((name.clone(), value.clone())),
        _ => Err(wrong(statement, "expected one place, such as `x = 0`".to_owned())),
    };
    let ask = match word {
        "evaluate" => json!({"op": "evaluate", "expr": of.text, "at": at}),
        "simplify" if at.is_empty() => json!({"op": "simplify", "expr": of.text}),
        "simplify" => return Err(wrong(statement, "only a formula is simplified".to_owned())),
        "limit" => {
            let (name, to) = one(&at)?;
            json!({"op": "limit", "expr": of.text, "wrt": name, "to": to, "side": side.as_deref().unwrap_or("both")})
        }
        _ => {
            let order =
                order.ok_or_else(|| wrong(statement, "how many terms? `order` is missing".to_owned()))?;
            let mut ask = json!({"op": "taylor", "expr": of.text, "at": at, "order": order});
            if let Some(over) = over {
                let (name, _) = one(&at)?;
                ask["over"] = json!({ name: over });
            }
            ask
        }
    };
    Ok((ask, Some(of.clone())))
}

/// A formula, and the number that it is.
fn result(e: &Expr) -> String {
    let exact = e.to_mathml();
    if e.as_number().is_some_and(|n| n.to_i64().is_some())
        || !e.free_symbols().is_empty()
        || !e.shape().is_scalar()
    {
        return exact;
    }
    match eval(e, &[]) {
        Ok(value) if value.is_finite() => {
            format!("{exact} <span class=\"near\">≈ {}</span>", format_number(value, DIGITS))
        }
        _ => exact,
    }
}

/// An answer of the engine as HTML.
fn told(found: &Answer) -> String {
    let formula = |f: &secant::sheet::Formula| f.mathml.clone().unwrap_or_else(|| code(&f.text));
    let list = |conditions: &[String]| match conditions {
        [] => String::new(),
        some => format!(" <span class=\"where\">where {}</span>", escape(&some.join(", "))),
    };
    match found {
        Answer::Parse { formula: f, conditions, .. } | Answer::Formula { formula: f, conditions } => {
            formula(f) + &list(conditions)
        }
        Answer::Diff { formula: f, conditions, .. } => formula(f) + &list(conditions),
        Answer::Explain { formula: f, .. } => formula(f),
        Answer::Plot { svg } => svg.clone(),
        Answer::Value { value } => code(&value.to_string()),
        Answer::Values { values } => {
            code(&values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        }
        Answer::Derivatives { expr, .. } => code(&expr.to_string()),
        Answer::Equal { verdict, reason, .. } => format!("<b>{}</b>: {}", escape(verdict), escape(reason)),
        Answer::Taylor { polynomial, exact, bound, .. } => {
            let mut out = formula(polynomial);
            if *exact {
                out.push_str(" <span class=\"where\">with nothing left out</span>");
            }
            if let Some(bound) = bound {
                let text = match (&bound.error, &bound.reason) {
                    (Some(error), _) => format!("off by at most {error} ({})", bound.status),
                    (None, Some(reason)) => format!("no bound: {reason}"),
                    (None, None) => "no bound".to_owned(),
                };
                out.push_str(&format!(" <span class=\"where\">{}</span>", escape(&text)));
            }
            out
        }
        Answer::Antiderivative { formula: Some(f), .. } => formula(f),
        Answer::Antiderivative { reason, .. } => escape(reason.as_deref().unwrap_or("no antiderivative")),
        Answer::Limit { exists: true, formula: Some(f), .. } => formula(f),
        Answer::Limit { left: Some(left), right: Some(right), .. } => {
            format!("no limit: from below {}, from above {}", code(left), code(right))
        }
        Answer::Limit { .. } => "no limit".to_owned(),
        Answer::Solve(reply) => escape(&reply.to_string()),
        Answer::Minimize(_) => escape(&found.to_string()),
        Answer::Definite { formula: Some(f), conditions, .. } => formula(f) + &list(conditions),
        Answer::Definite { value: Some(value), error: Some(error), status, .. } => {
            format!(
                "{} <span class=\"where\">off by at most {error} ({status})</span>",
                code(&value.to_string())
            )
        }
        Answer::Definite { reason, .. } => escape(reason.as_deref().unwrap_or("no integral")),
        Answer::Fit(_) => escape(&found.to_string()),
    }
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escape(text))
}

impl From<FigureFault> for Wrong {
    fn from(wrong: FigureFault) -> Wrong {
        Wrong { code: wrong.code.into(), message: wrong.message, span: wrong.span, hint: wrong.hint }
    }
}

impl Wrong {
    /// What the engine says of a request, at its place in the cell: `of` is the text that the place counts in.
    fn of(fault: &Fault, statement: &Piece, of: Option<&Piece>) -> Wrong {
        let whole = statement.at..statement.at + statement.text.len();
        let byte = |piece: &Piece, k: usize| {
            piece.at + piece.text.char_indices().nth(k).map_or(piece.text.len(), |(byte, _)| byte)
        };
        let about = fault.field.as_deref().is_none_or(|field| field == "expr" || field.starts_with("define"));
        let span = match (fault.at, of) {
            (Some([from, to]), Some(piece)) if about => byte(piece, from)..byte(piece, to),
            _ => whole,
        };
        Wrong {
            code: fault.code.clone().into(),
            message: fault.message.clone(),
            span,
            hint: fault.hint.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str) -> (String, Option<Wrong>) {
        Names::none(limits()).html(text)
    }

    #[test]
    fn statements_are_lines() {
        let found = |text: &str| statements(text).into_iter().map(|p| (p.text, p.at)).collect::<Vec<_>>();
        let told = found("a = 1 # one\n\n  f(x) = [1,\n 2]  \nf(a)");
        assert_eq!(told, [("a = 1".into(), 0), ("f(x) = [1,\n 2]".into(), 15), ("f(a)".into(), 32)]);
        assert_eq!(found("(((\nx"), [("(((\nx".to_owned(), 0)]);
        assert_eq!(found("# nothing\n"), []);
    }

    #[test]
    fn cells_say_what_comes_out() {
        #[track_caller]
        fn gives(text: &str, words: &[&str]) {
            let (html, wrong) = run(text);
            assert!(wrong.is_none(), "{text}: {wrong:?}");
            for word in words {
                assert!(html.contains(word), "{text}: {html}");
            }
        }
        gives("x^2 + 1", &["<math"]);
        gives("diff(x^2 sin(x), x)", &["<math", "cos"]);
        gives("explain(diff(x^2, x))", &["<ol class=\"steps\">"]);
        gives("f(x) = x^2\nf(3)", &["f(x)", ">9<"]);
        gives("sqrt(2)", &["≈ 1.41421"]);
        gives("grad(x^2 y, [x, y])", &["<mtable"]);
        gives("taylor(sin(x), x = 0, order = 3)", &["<math"]);
        gives("taylor(exp(x), x = 0, order = 4, over = -1..1)", &["off by at most", "proven"]);
        gives("limit(sin(x)/x, x = 0)", &[">1<"]);
        gives("limit(1/x, x = 0)", &["no limit"]);
        gives("g(t) = t^2 + 1\nevaluate(g(x) + y, x = 2, y = 1/2)", &["5.5"]);
        gives("simplify((x^2 - 1)/(x - 1))", &["<math"]);
        gives("equal(sin(x)^2 + cos(x)^2, 1)", &["<b>equal</b>"]);
        gives("A = [1, 2; 3, 4]\nA A", &["<mtable"]);
        // A later definition takes the place of an earlier one.
        gives("a = 1\na = a0 + 2\na", &["a0"]);
    }

    #[test]
    fn mistakes_have_their_place() {
        #[track_caller]
        fn wrong(text: &str, code: &str, place: &str) {
            let (_, wrong) = run(text);
            let wrong = wrong.unwrap_or_else(|| panic!("{text} is no mistake"));
            assert_eq!((wrong.code.as_ref(), &text[wrong.span.clone()]), (code, place), "{text}: {wrong:?}");
        }
        wrong("1 + 1\nx + * 2", "syntax.missing-operand", "+");
        wrong("a = 1\nb = a + * 2", "syntax.missing-operand", "+");
        wrong("evaluate(x^2 +* 2, x = 1)", "syntax.missing-operand", "+");
        wrong("taylor(sin(x), x = 0)", "request.call", "taylor(sin(x), x = 0)");
        wrong("taylor(sin(x), x = 0, order = many)", "request.call", "order = many");
        wrong("limit(x)", "request.call", "limit(x)");
        let (html, failed) = run("f(x) = x^2\nf(x) = )\nf(2)");
        assert!(failed.is_some() && html.contains("f(x)") && !html.contains(">4<"));
        let many = "1\n".repeat(MAX_STATEMENTS + 1);
        assert_eq!(run(&many).1.unwrap().code, "budget.statements");
    }
}
