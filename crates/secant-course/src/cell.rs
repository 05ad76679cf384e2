//! Cells: a few lines of the language, and what the engine makes of each. A lesson has them between its paragraphs, a sheet
//! is made of them.
//!
//! Here: statements: definitions, formulas, calls such as `taylor(f(x), x = 0, order = 3)`.
//! Not here: how calls are read and answered (`secant::sheet`), replies as HTML (`report`), what else a sheet is made of
//! (`sheet`).
//! Invariant: a statement that fails leaves what was defined before as it was.
//! Start reading at [`Names::html`].

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use secant::calculus::{Detail, explain};
use secant::expr::Expr;
use secant::program::eval;
use secant::sheet::figure::{FigureFault, Function, Task, format_number};
use secant::sheet::{Called, Fault, Limits, Reader, Scope, answer, called};
use serde_json::json;

use crate::report;
use crate::scene::trim;
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
        match called(&statement.text, &self.scope) {
            Some(Ok(call)) => self.request(statement, call),
            Some(Err(fault)) => Err(Wrong::of(&fault, statement, &[])),
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
            let own = fault.field.as_deref().is_none_or(|field| field == own);
            let at = fault.at.filter(|_| own);
            Wrong::of(&Fault { at, field: None, ..*fault }, statement, &[])
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
    fn request(&self, statement: &Piece, call: Called) -> Result<String, Wrong> {
        let mut ask = call.request;
        let op = ask["op"].as_str().unwrap_or_default().to_owned();
        let define = json!(self.needed(&statement.text, &call.without));
        if op == "explain" {
            ask["of"]["define"] = define;
        } else {
            ask["define"] = define;
        }
        ask["also"] = json!(["mathml"]);
        let reply = answer(ask, &self.limits);
        let found = reply.outcome.map_err(|fault| Wrong::of(&fault, statement, &call.places))?;
        let found = serde_json::to_value(&found).unwrap_or_default();
        Ok(format!("<div class=\"result\">{}</div>", report::html(&op, &found)))
    }

    /// The definitions that a text speaks of, with those that these speak of.
    fn needed(&self, text: &str, without: &[String]) -> Vec<&str> {
        let words = |text: &str| -> Vec<String> {
            text.split(|c: char| !(c.is_alphanumeric() || c == '_')).map(str::to_owned).collect()
        };
        let mut wanted = words(text);
        let mut taken = vec![false; self.define.len()];
        let open = |k: usize, taken: &[bool], wanted: &[String]| {
            let name = &self.define[k].0;
            !taken[k] && !without.contains(name) && wanted.contains(name)
        };
        while let Some(k) = (0..taken.len()).find(|k| open(*k, &taken, &wanted)) {
            taken[k] = true;
            wanted.extend(words(&self.define[k].1));
        }
        self.define
            .iter()
            .zip(taken)
            .filter(|(_, taken)| *taken)
            .map(|((_, text), _)| text.as_str())
            .collect()
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

impl From<FigureFault> for Wrong {
    fn from(wrong: FigureFault) -> Wrong {
        Wrong { code: wrong.code.into(), message: wrong.message, span: wrong.span, hint: wrong.hint }
    }
}

impl Wrong {
    /// What the engine says of a request, at its place in the cell: `places` are those of the request's texts, none where the
    /// place counts in the whole statement.
    fn of(fault: &Fault, statement: &Piece, places: &[(String, [usize; 2])]) -> Wrong {
        let byte = |k: usize| {
            let text = &statement.text;
            statement.at + text.char_indices().nth(k).map_or(text.len(), |(byte, _)| byte)
        };
        let field = fault.field.as_deref().unwrap_or("expr");
        let text = match places {
            [] => Some([0, statement.text.chars().count()]).filter(|_| fault.field.is_none()),
            some => some.iter().find(|(name, _)| *name == field).map(|(_, at)| *at),
        };
        let span = match (fault.at, text) {
            (Some([from, to]), Some([start, end])) => {
                byte((start + from).min(end))..byte((start + to).min(end))
            }
            (None, Some([start, end])) => byte(start)..byte(end),
            (_, None) => byte(0)..byte(usize::MAX),
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
        gives("f(x) = sin(x)\ntaylor(f, x = 0, 3)", &["<math"]);
        gives("taylor(sin(x), x = 0, 3)(1)", &["≈ 0.833333"]);
        gives("taylor(exp(x), x = 0, order = 4, over = -1..1)", &["off by at most", "proven"]);
        gives("limit(sin(x)/x, x = 0)", &[">1<"]);
        gives("limit(1/x, x = 0)", &["no limit"]);
        gives("g(t) = t^2 + 1\nevaluate(g(x) + y, x = 2, y = 1/2)", &["5.5"]);
        gives("simplify((x^2 - 1)/(x - 1))", &["<math"]);
        gives("equal(sin(x)^2 + cos(x)^2, 1)", &["<b>equal</b>"]);
        gives("f(x) = cos(x)\nsolve(f(x) = x, x = 1)", &["0.739085133215"]);
        gives("solve(x^3 = x, x = -2..2)", &["<td>−1</td>", "<td>0</td>", "no others", "proven"]);
        gives("solve([x + y = 3, x y = 2], x = 0..3, y = 0..3)", &["<th scope=\"col\">y</th>", "proven"]);
        gives("solve([2, 0; 0, 4], [2, 4])", &["<mtable"]);
        gives("f(x) = x e^x\nintegrate(f, x)", &["<math", "proven"]);
        gives("explain(integrate(x e^x, x))", &["<ol class=\"steps\">"]);
        gives("minimize((x - 1)^2 + (y - 2)^2, x = 0, y = 0)", &["<td>1</td>", "minimum"]);
        gives("plot(sin(x), x = 0..6)", &["<svg"]);
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
        wrong("taylor(sin(x), x = 0, order = many)", "request.call", "many");
        wrong("1 + 1\ntaylor([x, x], x = 0, 3)", "shape.series", "[x, x]");
        wrong("limit(x)", "request.call", "limit(x)");
        let (html, failed) = run("f(x) = x^2\nf(x) = )\nf(2)");
        assert!(failed.is_some() && html.contains("f(x)") && !html.contains(">4<"));
        let many = "1\n".repeat(MAX_STATEMENTS + 1);
        assert_eq!(run(&many).1.unwrap().code, "budget.statements");
    }
}
