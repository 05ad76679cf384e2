//! What a question has the learner do, as a request of the engine: where a diagnosis looks for broken rules.
//!
//! Here: `diff(f(x), x)` and its like read off the answer; lines such as `task taylor f(x) at 0 order 3`.
//! Not here: the diagnosis. Start reading at [`implied`] and [`stated`].

use secant::syntax::{self, Kind, Written};
use serde_json::{Value, json};

use crate::scene::{first_word, trim};
use crate::text::Piece;

/// The request whose result the answer is, where its text says so: `diff(f(x), x)`, `grad(f(x, y))`, `hessian(…)`.
pub(super) fn implied(answer: &str, number: &dyn Fn(&str) -> Option<u32>) -> Option<Value> {
    let written = syntax::parse(answer, &syntax::Limits::default()).ok()?;
    let (operation, args) = written.without_brackets().as_call()?;
    let text = |part: &Written| slice(answer, part);
    let (of, by) = args.split_first()?;
    match operation {
        "diff" => {
            let (wrt, order) = by.split_first()?;
            let order = match order {
                [] => 1,
                [n] => number(&text(n)?)?,
                _ => return None,
            };
            Some(json!({"op": "diff", "expr": text(of)?, "wrt": wrt.as_name()?, "order": order}))
        }
        "grad" | "hessian" | "jacobian" => {
            let names = match by {
                [list] => match &list.without_brackets().kind {
                    Kind::Matrix(rows) => {
                        rows.iter().flatten().map(Written::as_name).collect::<Option<Vec<_>>>()?
                    }
                    _ => vec![list.as_name()?],
                },
                several => several.iter().map(Written::as_name).collect::<Option<Vec<_>>>()?,
            };
            let of = match &of.without_brackets().kind {
                Kind::Matrix(rows) if operation == "jacobian" => {
                    let parts = rows.iter().flatten().map(text).collect::<Option<Vec<_>>>()?;
                    json!(parts)
                }
                _ => json!(text(of)?),
            };
            // Without names: by everything in it, which the request leaves to the engine only where it is told.
            let wrt = if names.is_empty() {
                names_in(&args[0])
            } else {
                names.iter().map(|n| (*n).to_owned()).collect()
            };
            Some(json!({"op": operation, "expr": of, "wrt": wrt}))
        }
        _ => None,
    }
}

/// The names in something written, each once, in the order of the text.
fn names_in(written: &Written) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in written.names() {
        if !names.iter().any(|n| n == name) {
            names.push(name.to_owned());
        }
    }
    names
}

fn slice(text: &str, part: &Written) -> Option<String> {
    let (from, to) = (part.span.from as usize, part.span.to as usize);
    let found: String = text.chars().skip(from).take(to.checked_sub(from)?).collect();
    (!found.trim().is_empty()).then_some(found)
}

/// What a `task` line may say.
pub(super) const HINT: &str = "write `task diff f(x) by x`, `task grad f(x, y) by x, y`, `task jacobian f, g by x, y`, `task hessian f by x, y`, `task taylor f(x) by x at 0 order 3`, `task integrate f(x) by x`, `task minimize f subject to x + y = 1`, or `task simplify (x + 1)^2`";

/// A `task` line as a request; `number` reads a number that may speak of the variant.
pub(super) fn stated(line: &Piece, number: &dyn Fn(&str) -> Option<u32>) -> Result<Value, (usize, String)> {
    let (word, rest) = first_word(line);
    let wrong = |message: &str| (line.at, message.to_owned());
    let parts = cut(&rest, &[" by ", " at ", " order ", " from ", " to ", " subject to "]);
    let of = parts[0].1.text.clone();
    if of.is_empty() {
        return Err((rest.at, "expected a formula".to_owned()));
    }
    let part = |word: &str| parts.iter().find(|(w, _)| *w == word).map(|(_, p)| p.clone());
    let names = |p: &Piece| p.text.split(',').map(|n| n.trim().to_owned()).collect::<Vec<_>>();
    let by = part(" by ").map(|p| names(&p)).unwrap_or_default();
    let order = match part(" order ") {
        None => None,
        Some(p) => Some(number(&p.text).ok_or((p.at, "the order is no whole number".to_owned()))?),
    };
    let only = || match by.as_slice() {
        [one] => Ok(one.clone()),
        _ => Err(wrong("expected one letter after `by`")),
    };
    let several = || if by.is_empty() { Err(wrong("expected letters after `by`")) } else { Ok(by.clone()) };
    Ok(match word.text.as_str() {
        "diff" => json!({"op": "diff", "expr": of, "wrt": only()?, "order": order.unwrap_or(1)}),
        "grad" | "hessian" => json!({"op": word.text, "expr": of, "wrt": several()?}),
        "jacobian" => {
            let outputs: Vec<String> = split_outside(&of, ',');
            json!({"op": "jacobian", "expr": outputs, "wrt": several()?})
        }
        "taylor" => {
            let at = part(" at ").map_or_else(|| "0".to_owned(), |p| p.text);
            let order = order.ok_or_else(|| wrong("expected `order` and a number"))?;
            json!({"op": "taylor", "expr": of, "at": {only()?: at}, "order": order})
        }
        "integrate" => match (part(" from "), part(" to ")) {
            (Some(from), Some(to)) => {
                json!({"op": "integrate", "expr": of, "wrt": only()?, "from": from.text, "to": to.text})
            }
            _ => json!({"op": "integrate", "expr": of, "wrt": only()?}),
        },
        "minimize" => {
            let held = part(" subject to ").ok_or_else(|| wrong("expected `subject to` and an equation"))?;
            json!({"op": "minimize", "expr": of, "subject_to": split_outside(&held.text, ',')})
        }
        "simplify" => json!({"op": "simplify", "expr": of}),
        other => return Err((word.at, format!("there is no task `{other}`"))),
    })
}

/// A text at the words that part it: the first part belongs to no word.
fn cut<'a>(piece: &Piece, words: &[&'a str]) -> Vec<(&'a str, Piece)> {
    let mut parts = Vec::new();
    let (mut word, mut from, mut k) = ("", 0, 0);
    while k < piece.text.len() {
        let found = words.iter().filter(|w| piece.text[k..].starts_with(**w)).max_by_key(|w| w.len());
        match found {
            Some(next) => {
                parts
                    .push((word, trim(&Piece { text: piece.text[from..k].to_owned(), at: piece.at + from })));
                k += next.len() - 1; // the blank behind it may begin the next one
                (word, from) = (next, k);
            }
            None => k += piece.text[k..].chars().next().map_or(1, char::len_utf8),
        }
    }
    parts.push((word, trim(&Piece { text: piece.text[from..].to_owned(), at: piece.at + from })));
    parts
}

/// The parts of a text between signs that stand in no bracket.
fn split_outside(text: &str, sign: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_i32;
    for c in text.chars() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if c == sign && depth == 0 {
            parts.push(String::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts.into_iter().map(|p| p.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_are_read_off_answers() {
        #[track_caller]
        fn reads(answer: &str, want: Option<Value>) {
            assert_eq!(implied(answer, &|t| t.parse().ok()), want, "{answer}");
        }
        reads("diff(f(k x), x)", Some(json!({"op": "diff", "expr": "f(k x)", "wrt": "x", "order": 1})));
        reads("(diff(x^3, x, 2))", Some(json!({"op": "diff", "expr": "x^3", "wrt": "x", "order": 2})));
        reads("hessian(x^2 y, [x, y])", Some(json!({"op": "hessian", "expr": "x^2 y", "wrt": ["x", "y"]})));
        reads("grad(x^2 y)", Some(json!({"op": "grad", "expr": "x^2 y", "wrt": ["x", "y"]})));
        reads(
            "jacobian([x y, x + y], x, y)",
            Some(json!({"op": "jacobian", "expr": ["x y", "x + y"], "wrt": ["x", "y"]})),
        );
        reads("2 x + diff(x^2, x)", None);
        reads("sin(x)", None);
        reads("diff(", None);
    }

    #[test]
    fn tasks_are_stated_in_a_line() {
        let read = |text: &str| {
            stated(&Piece { text: text.into(), at: 5 }, &|t| if t == "n" { Some(4) } else { t.parse().ok() })
        };
        let good = |text: &str, want: Value| assert_eq!(read(text), Ok(want), "{text}");
        good("diff x^2 by x", json!({"op": "diff", "expr": "x^2", "wrt": "x", "order": 1}));
        good(
            "taylor sin(x) by x at pi order n",
            json!({"op": "taylor", "expr": "sin(x)", "at": {"x": "pi"}, "order": 4}),
        );
        good(
            "jacobian x y, f(x, y) by x, y",
            json!({"op": "jacobian", "expr": ["x y", "f(x, y)"], "wrt": ["x", "y"]}),
        );
        good(
            "integrate x^2 by x from 0 to k",
            json!({"op": "integrate", "expr": "x^2", "wrt": "x", "from": "0", "to": "k"}),
        );
        good(
            "minimize x^2 + y^2 subject to x + y = 1, x = y",
            json!({"op": "minimize", "expr": "x^2 + y^2", "subject_to": ["x + y = 1", "x = y"]}),
        );
        good("simplify (x + 1)^2", json!({"op": "simplify", "expr": "(x + 1)^2"}));
        let bad = |text: &str, at: usize| assert_eq!(read(text).map_err(|(at, _)| at), Err(at), "{text}");
        bad("dance x", 5);
        bad("diff x^2", 5);
        bad("diff x^2 by x, y", 5);
        bad("taylor x by x at 0 order pi", 30);
        bad("diff", 9);
    }
}
