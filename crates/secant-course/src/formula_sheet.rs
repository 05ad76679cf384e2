//! A sheet of formulas, each of which the engine has compared: the fence `formulas`.
//!
//! Here: its lines, the comparison of both sides, the table that a page shows.
//! Not here: how two sides are compared (`secant::equality`), a line as mathematics (`written`).
//! Invariant: a course that loaded has no wrong line; what was only tried with examples is called tested.
//! Start reading at [`html`].
//!
//! ```text
//! functions f, g                                      names that stand for any function
//! declare A: matrix(n, n)                             names with axes
//! diff(x^n, x) = n x^(n-1)  | for x > 0 | the power rule
//! diff(f(x) g(x), x) = f'(x) g(x) + f(x) g'(x)  | | the product rule
//! ```

use std::collections::BTreeMap;

use secant::equality::{self, Options, Verdict};
use secant::sheet::{Limits, Reader};
use secant::syntax::{self, Written};

use crate::fault::Fault;
use crate::formula;
use crate::scene::{first_word, split, trim};
use crate::text::{Piece, Source, escape};
use crate::written::latex;

/// Most lines of one sheet.
const MOST_LINES: usize = 200;
/// What a name for any function is tried with. `{}` is the number of the name, so that no two are alike.
const EXAMPLES: &[&str] =
    &["sin(u + {}) + u^2/(2 + {})", "e^(u/(3 + {})) - {} u", "u^3/(1 + {}) - 2 u + cos({} u)"];
/// Names that stand for any function, at most.
const MOST_FUNCTIONS: usize = 4;
const HINT: &str =
    "write `left = right | for x > 0 | the name of the rule`; condition and name may be left out";

/// What holds for all lines of a sheet.
#[derive(Default)]
struct Head {
    functions: Vec<String>,
    declare: BTreeMap<String, String>,
}

/// A line that has been compared.
struct Row {
    name: String,
    mathml: String,
    condition: String,
    /// Tried with examples, and not proven.
    tested: bool,
}

/// The table of a sheet; faults where a line is wrong or cannot be read.
pub(crate) fn html(source: &Source, body: &Piece, faults: &mut Vec<Fault>) -> String {
    let mut head = Head::default();
    let mut rows = Vec::new();
    let mut at = body.at;
    for line in body.text.split_inclusive('\n') {
        let text = line.split('#').next().unwrap_or_default();
        let piece = trim(&Piece { text: text.to_owned(), at });
        at += line.len();
        if piece.text.is_empty() {
            continue;
        }
        if rows.len() >= MOST_LINES {
            let message = format!("a sheet has at most {MOST_LINES} lines");
            faults.push(source.hinted("budget.formulas", piece.at, message, "make two sheets of it"));
            break;
        }
        let read = match head.take(source, &piece) {
            Some(read) => read.map(|()| None),
            None => row(source, &piece, &head).map(Some),
        };
        match read {
            Ok(row) => rows.extend(row),
            Err(fault) => faults.push(fault),
        }
    }
    table(&rows)
}

impl Head {
    /// `functions f, g` and `declare A: matrix(2, 2)`; `None` for another line.
    fn take(&mut self, source: &Source, piece: &Piece) -> Option<Result<(), Fault>> {
        let (word, rest) = first_word(piece);
        match word.text.as_str() {
            "functions" => {
                self.functions.extend(split(&rest, &[","]).into_iter().map(|name| name.text));
                let fits = (1..=MOST_FUNCTIONS).contains(&self.functions.len());
                Some(fits.then_some(()).ok_or_else(|| {
                    let message = format!("one to {MOST_FUNCTIONS} names stand for functions");
                    source.hinted("syntax.formulas", rest.at, message, "write `functions f, g`")
                }))
            }
            "declare" => Some(match rest.text.split_once(':') {
                Some((name, shape)) => {
                    self.declare.insert(name.trim().to_owned(), shape.trim().to_owned());
                    Ok(())
                }
                None => {
                    let hint = "write `declare A: matrix(2, 2)`, one name a line";
                    Err(source.hinted(
                        "syntax.formulas",
                        rest.at,
                        "expected a name, a colon and a shape",
                        hint,
                    ))
                }
            }),
            _ => None,
        }
    }
}

fn row(source: &Source, piece: &Piece, head: &Head) -> Result<Row, Fault> {
    let parts = bars(piece);
    let bad = |at: usize, message: String| source.hinted("syntax.formulas", at, message, HINT);
    let (equation, condition, name) = match parts.as_slice() {
        [equation] => (equation, None, None),
        [equation, condition] => (equation, Some(condition), None),
        [equation, condition, name] => (equation, Some(condition), Some(name)),
        _ => return Err(bad(piece.at, "a line has three parts at most".to_owned())),
    };
    let condition =
        condition.map(|c| c.text.strip_prefix("for ").unwrap_or(&c.text).trim()).unwrap_or_default();
    let assume: Vec<String> =
        condition.split(',').map(str::trim).filter(|c| !c.is_empty()).map(str::to_owned).collect();
    let limits = Limits::default();
    let placed = |at: usize, text: &str, errors: &syntax::Errors| {
        let first = errors.first();
        let byte = text.char_indices().nth(first.span().from as usize).map_or(text.len(), |(byte, _)| byte);
        let fault = source.fault(first.code(), at + byte, first.message());
        Fault { hint: first.hint().map(str::to_owned), ..fault }
    };
    let mut shown = None;
    let mut tested = !head.functions.is_empty();
    let sets = if head.functions.is_empty() { 1 } else { EXAMPLES.len() };
    for set in 0..sets {
        let define: Vec<String> = head
            .functions
            .iter()
            .enumerate()
            .map(|(k, f)| {
                let example = EXAMPLES[(set + k) % EXAMPLES.len()].replace("{}", &(k + 1).to_string());
                format!("{f}(u) = {example}")
            })
            .collect();
        let reader = Reader::new(&head.declare, &define, &assume, &limits).map_err(|fault| {
            let wrong = bad(piece.at, fault.message.clone());
            Fault { hint: fault.hint.clone().or(wrong.hint.clone()), ..wrong }
        })?;
        let written = syntax::parse(&equation.text, &reader.scope().limits())
            .map_err(|errors| placed(equation.at, &equation.text, &errors))?;
        let Some((left, right)) = written.as_equation() else {
            return Err(bad(equation.at, "this is not one equation".to_owned()));
        };
        let meant = |w: &Written| {
            reader.scope().meaning(w).map_err(|errors| placed(equation.at, &equation.text, &errors))
        };
        let (a, b) = (meant(left)?, meant(right)?);
        let options = Options { assume: reader.assumptions().to_vec(), ..Options::default() };
        let compared = equality::equal((&a.expr, &a.conditions), (&b.expr, &b.conditions), &options);
        match compared.verdict {
            Verdict::Equal | Verdict::EqualWhereBothExist => {}
            Verdict::EqualAtTestedPoints => tested = true,
            Verdict::Different => {
                let message = match compared.reason.as_str() {
                    "" => "the two sides are not equal".to_owned(),
                    why => format!("the two sides are not equal: {why}"),
                };
                let hint = "put it right, or say after `|` where it holds: `| for x > 0 |`";
                return Err(source.hinted("formula.wrong", equation.at, message, hint));
            }
            Verdict::Undecided => {
                let message = "it could not be decided whether the two sides are equal";
                let hint = "say after `|` where it holds: `| for x > 0 |`";
                return Err(source.hinted("formula.undecided", equation.at, message, hint));
            }
        }
        shown.get_or_insert_with(|| {
            let matrices: Vec<&str> = head.declare.keys().map(String::as_str).collect();
            as_mathematics(&equation.text, &latex(&written, &matrices))
        });
    }
    let condition = match assume.is_empty() {
        true => String::new(),
        false => assume
            .iter()
            .map(|text| match syntax::parse(text, &syntax::Limits::default()) {
                Ok(written) => as_mathematics(text, &latex(&written, &[])),
                Err(_) => escape(text),
            })
            .collect::<Vec<_>>()
            .join(", "),
    };
    let name = name.map(|name| escape(&name.text)).unwrap_or_default();
    Ok(Row { name, mathml: shown.unwrap_or_default(), condition, tested })
}

/// The parts of a line between bars that stand in no brackets and are followed by a blank or the end; `|x|` is a modulus.
fn bars(piece: &Piece) -> Vec<Piece> {
    let (mut parts, mut from) = (Vec::new(), 0);
    let text = piece.text.as_str();
    for (k, _) in text.match_indices('|') {
        let before = text[..k].ends_with(char::is_whitespace);
        let after = text[k + 1..].chars().next().is_none_or(char::is_whitespace);
        if before && after {
            parts.push(trim(&Piece { text: text[from..k].to_owned(), at: piece.at + from }));
            from = k + 1;
        }
    }
    parts.push(trim(&Piece { text: text[from..].to_owned(), at: piece.at + from }));
    parts
}

fn as_mathematics(text: &str, latex: &str) -> String {
    formula::mathml(latex, false).unwrap_or_else(|_| format!("<code>{}</code>", escape(text)))
}

fn table(rows: &[Row]) -> String {
    let mut out = String::from(
        "<table class=\"formulas\"><thead><tr><th scope=\"col\">Rule</th><th scope=\"col\">Formula</th><th scope=\"col\">Where it holds</th></tr></thead><tbody>",
    );
    for Row { name, mathml, condition, tested } in rows {
        let name = if name.is_empty() { "–" } else { name };
        let how = if *tested { " <small>tested</small>" } else { "" };
        out.push_str(&format!(
            "<tr><th scope=\"row\">{name}</th><td>{mathml}</td><td>{}{how}</td></tr>",
            if condition.is_empty() { "everywhere" } else { condition }
        ));
    }
    out + "</tbody></table>\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(text: &str) -> Result<String, Vec<(&'static str, u32, u32)>> {
        let source = Source { file: "a.md".into(), text: text.into() };
        let mut faults = Vec::new();
        let html = html(&source, &Piece { text: text.into(), at: 0 }, &mut faults);
        if faults.is_empty() {
            Ok(html)
        } else {
            Err(faults.iter().map(|f| (f.code, f.line, f.column)).collect())
        }
    }

    #[test]
    fn true_lines_are_shown_with_name_and_condition() {
        let html = sheet(
            "# a comment\ndiff(x^n, x) = n x^(n-1) | for x > 0 | the power rule\n\
             diff(sin(x), x) = cos(x) | | sine\nsin(x)^2 + cos(x)^2 = 1\n|x| = sqrt(x^2)\n",
        )
        .unwrap();
        assert_eq!(html.matches("<tr>").count(), 5, "{html}");
        assert!(html.contains("the power rule") && html.contains("<mo>></mo><mn>0</mn>"), "{html}");
        assert!(!html.contains("tested"), "{html}");
    }

    #[test]
    fn names_for_any_function_are_tried_and_matrices_compared() {
        let html = sheet(
            "functions f, g\ndiff(f(x) g(x), x) = f'(x) g(x) + f(x) g'(x) | | the product rule\n\
             diff(f(g(x)), x) = f'(g(x)) g'(x) | | the chain rule",
        )
        .unwrap();
        assert_eq!(html.matches("tested").count(), 2, "{html}");
        let html = sheet("declare A: matrix(2, 3)\ndeclare B: matrix(3, 2)\n(A B)' = B' A'").unwrap();
        assert!(html.contains("<mi>T</mi>"), "{html}");
    }

    #[test]
    fn wrong_lines_are_placed() {
        assert_eq!(sheet("diff(x^2, x) = 2 x\n  diff(x^n, x) = x^(n-1)"), Err(vec![("formula.wrong", 2, 3)]));
        assert_eq!(sheet("functions f\ndiff(f(x)^2, x) = 2 f(x)"), Err(vec![("formula.wrong", 2, 1)]));
        assert_eq!(sheet("x + = 2"), Err(vec![("syntax.missing-operand", 1, 3)]));
        assert_eq!(sheet("x + 2"), Err(vec![("syntax.formulas", 1, 1)]));
        assert_eq!(sheet("x = x | a | b | c"), Err(vec![("syntax.formulas", 1, 1)]));
        assert_eq!(sheet("functions f, g, h, k, l"), Err(vec![("syntax.formulas", 1, 11)]));
    }
}
