//! The text of a question, taken apart; expressions stay text with their place.
//!
//! Start reading at [`Spec::read`].

use std::collections::BTreeMap;

use crate::fault::Fault;
use crate::scene::{first_word, split, trim};
use crate::text::{Piece, Source};

/// A name that differs from variant to variant, and the values it may take.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Vary {
    pub(crate) name: Piece,
    pub(crate) values: Vec<Piece>,
}

/// A likely mistake: what it would give, which row of the table it is, what to say.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SlipLine {
    pub(crate) gives: Piece,
    pub(crate) name: Piece,
    pub(crate) say: Option<Piece>,
}

/// A definition that the other lines may use.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Define {
    pub(crate) name: Piece,
    pub(crate) vars: Vec<Piece>,
    pub(crate) body: Piece,
}

/// A line of a multiple choice.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ChoiceLine {
    pub(crate) text: Piece,
    pub(crate) right: bool,
    /// The mistake that leads to it, for a wrong one.
    pub(crate) slip: Option<Piece>,
    pub(crate) say: Option<Piece>,
}

/// The window of a graph that is drawn by hand.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DrawLine {
    pub(crate) x: DrawRange,
    pub(crate) y: DrawRange,
}

/// `x = -3..3`
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DrawRange {
    pub(crate) name: Piece,
    pub(crate) from: Piece,
    pub(crate) to: Piece,
}

/// How near a number has to come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Near {
    Significant(u32),
    Decimals(u32),
    Relative(f64),
    Absolute(f64),
}

/// A question as it stands in the file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Spec {
    pub(crate) ask: Piece,
    pub(crate) vary: Vec<Vary>,
    pub(crate) avoid: Vec<Piece>,
    pub(crate) defines: Vec<Define>,
    /// Names that have axes, and their shapes: `W` and `matrix(2, 3)`.
    pub(crate) declares: Vec<(Piece, Piece)>,
    /// Empty for a multiple choice.
    pub(crate) answer: Piece,
    /// What sort of answer it is: one of [`KINDS`].
    pub(crate) kind: Piece,
    /// What the answer has to look like, line by line.
    pub(crate) forms: Vec<Piece>,
    pub(crate) near: Option<Near>,
    /// What was to be done, where the answer does not say it itself.
    pub(crate) task: Option<Piece>,
    /// The letter that an antiderivative or a series is in.
    pub(crate) by: Option<Piece>,
    pub(crate) choices: Vec<ChoiceLine>,
    /// The parameters of the lesson's figure that are the answer.
    pub(crate) parameters: Vec<Piece>,
    /// The window in which the answer is drawn.
    pub(crate) draw: Option<DrawLine>,
    /// How far a drawn height may be off, as a part of the window's.
    pub(crate) within: Option<f64>,
    pub(crate) names: Vec<Piece>,
    pub(crate) hints: Vec<Piece>,
    /// A sentence, and the formula that stands after it.
    pub(crate) steps: Vec<(Piece, Piece)>,
    pub(crate) slips: Vec<SlipLine>,
}

/// The sorts of answer there are.
pub(crate) const KINDS: &[&str] = &[
    "value",
    "expression",
    "antiderivative",
    "equation",
    "inequality",
    "set",
    "list",
    "interval",
    "point",
    "vector",
    "matrix",
    "series",
    "working",
    "choice",
    "parameters",
    "drawn",
];

/// Most values one name may take.
const MAX_VALUES: i64 = 1000;
/// Most lines of a multiple choice.
const MAX_CHOICES: usize = 12;
const HINT: &str = "a line is ask, vary, avoid, declare, answer, kind, form, significant, decimals, relative, absolute, task, by, names, hint, step, slip, choice, parameters, draw, within, or a definition such as `f(x) = …`";

impl Spec {
    /// Reads the body of a question block.
    pub(crate) fn read(source: &Source, body: &Piece, faults: &mut Vec<Fault>) -> Option<Spec> {
        let before = faults.len();
        let mut ask = None;
        let mut answer = None;
        let empty = Piece { text: String::new(), at: body.at };
        let mut spec = Spec {
            ask: empty.clone(),
            vary: Vec::new(),
            avoid: Vec::new(),
            defines: Vec::new(),
            declares: Vec::new(),
            answer: empty.clone(),
            kind: empty,
            forms: Vec::new(),
            near: None,
            task: None,
            by: None,
            choices: Vec::new(),
            parameters: Vec::new(),
            draw: None,
            within: None,
            names: Vec::new(),
            hints: Vec::new(),
            steps: Vec::new(),
            slips: Vec::new(),
        };
        let mut at = body.at;
        for line in body.text.split_inclusive('\n') {
            let piece = trim(&Piece { text: comment_cut(line).to_owned(), at });
            at += line.len();
            // `answer …; significant 2` on one line.
            for piece in split_outside_quotes(&piece) {
                if let Err(fault) = spec.line(source, &piece, &mut ask, &mut answer) {
                    faults.push(fault);
                }
            }
        }
        if faults.len() > before {
            return None;
        }
        let wrong = |message: String| source.hinted("syntax.question", body.at, message, HINT);
        let Some(ask) = ask else {
            faults.push(wrong("the question has no `ask` line".to_owned()));
            return None;
        };
        spec.ask = ask;
        match (answer, spec.choices.is_empty()) {
            (Some(answer), true) => spec.answer = answer,
            (None, false) => {}
            (None, true) => faults.push(wrong("the question has no `answer` line".to_owned())),
            (Some(answer), false) => {
                let hint = "leave out `answer` or the lines with `choice`";
                let message = "a multiple choice has its answer in its lines";
                faults.push(source.hinted("syntax.question", answer.at, message, hint));
            }
        }
        spec.settle_kind(source, body, faults);
        (faults.len() == before).then_some(spec)
    }

    /// The shapes of the names that have axes.
    pub(crate) fn shapes(&self) -> BTreeMap<String, String> {
        self.declares.iter().map(|(name, shape)| (name.text.clone(), shape.text.clone())).collect()
    }

    /// The kind that the other lines imply, and whether they fit the one that is named.
    fn settle_kind(&mut self, source: &Source, body: &Piece, faults: &mut Vec<Fault>) {
        let implied = match () {
            () if !self.choices.is_empty() => Some("choice"),
            () if !self.parameters.is_empty() => Some("parameters"),
            () if self.draw.is_some() => Some("drawn"),
            () => None,
        };
        let mut fault = |at: usize, message: &str, hint: &str| {
            faults.push(source.hinted("syntax.question", at, message, hint));
        };
        if self.kind.text.is_empty() {
            let usual = if self.near.is_some() { "value" } else { "expression" };
            self.kind.text = implied.unwrap_or(usual).to_owned();
        } else if implied.is_some_and(|kind| kind != self.kind.text) {
            fault(self.kind.at, "the other lines make this another kind", "leave out the line with `kind`");
        } else if implied.is_none() && matches!(self.kind.text.as_str(), "choice" | "parameters" | "drawn") {
            let hint = match self.kind.text.as_str() {
                "choice" => "write lines such as `choice right \"…\"` and `choice wrong \"…\" -> slip-name`",
                "parameters" => "write a line such as `parameters a, b within 0.05`",
                _ => "write a line such as `draw x = -3..3, y = -4..4`",
            };
            fault(self.kind.at, "there is nothing to choose, to set or to draw in", hint);
        }
        if let (Some(_), None) = (self.within, &self.draw) {
            fault(
                body.at,
                "`within` is said of a graph that is drawn",
                "write a line such as `draw x = -3..3, y = -4..4`",
            );
        }
        if !self.choices.is_empty() {
            let right = self.choices.iter().filter(|c| c.right).count();
            if right == 0 || right == self.choices.len() {
                fault(body.at, "a choice has right lines and wrong ones", "write at least one of each");
            }
            if self.choices.len() > MAX_CHOICES {
                fault(body.at, "there are too many choices", "twelve are enough");
            }
        }
    }

    fn line(
        &mut self,
        source: &Source,
        piece: &Piece,
        ask: &mut Option<Piece>,
        answer: &mut Option<Piece>,
    ) -> Result<(), Fault> {
        let (word, rest) = first_word(piece);
        let bad = |message: &str| source.hinted("syntax.question", piece.at, message, HINT);
        match word.text.as_str() {
            _ if rest.text.starts_with('=') => self.defines.push(define(source, piece)?),
            "ask" | "answer" => {
                let slot = if word.text == "ask" { ask } else { answer };
                if slot.is_some() {
                    return Err(bad("there is one already"));
                }
                *slot =
                    Some(if word.text == "ask" { quoted(source, &rest)?.0 } else { some(source, &rest)? });
            }
            "vary" => {
                for piece in split(&rest, &[","]) {
                    self.vary.push(vary(source, &piece)?);
                }
            }
            "avoid" => self.avoid.push(some(source, &rest)?),
            "declare" => {
                for piece in split(&some(source, &rest)?, &[","]) {
                    self.declares.push(declare(source, &piece)?);
                }
            }
            "names" => self.names.extend(split(&rest, &[","])),
            "hint" => {
                let (_number, text) = first_word(&rest);
                let text = if rest.text.starts_with('"') { &rest } else { &text };
                self.hints.push(quoted(source, text)?.0);
            }
            "step" => {
                let (text, rest) = quoted(source, &rest)?;
                self.steps.push((text, after_arrow(source, &rest)?));
            }
            "slip" => {
                let (gives, rest) = quoted(source, &rest)?;
                let (name, rest) = first_word(&after_arrow(source, &rest)?);
                let say = if rest.text.is_empty() { None } else { Some(quoted(source, &rest)?.0) };
                self.slips.push(SlipLine { gives, name, say });
            }
            "significant" | "decimals" | "relative" | "absolute" => {
                let near = near(source, &word, &rest)?;
                if self.near.replace(near).is_some() {
                    return Err(bad("it is said already how near a number has to come"));
                }
            }
            "kind" => {
                if !KINDS.contains(&rest.text.as_str()) {
                    let message = format!("there is no kind `{}`", rest.text);
                    let hint = format!("kinds are {}", KINDS.join(", "));
                    return Err(source.hinted("name.kind", rest.at, message, hint));
                }
                self.kind = rest;
            }
            "form" => self.forms.extend(split(&some(source, &rest)?, &[","])),
            "task" => self.task = Some(some(source, &rest)?),
            "by" => self.by = Some(some(source, &rest)?),
            "choice" => self.choices.push(choice(source, &rest)?),
            "parameters" => {
                let (names, within) = match rest.text.find(" within ") {
                    Some(k) => {
                        let names = Piece { text: rest.text[..k].to_owned(), at: rest.at };
                        let number = Piece { text: rest.text[k + 8..].to_owned(), at: rest.at + k + 8 };
                        let word = Piece { text: "absolute".to_owned(), at: rest.at };
                        (trim(&names), Some(near(source, &word, &trim(&number))?))
                    }
                    None => (rest.clone(), None),
                };
                self.parameters.extend(split(&some(source, &names)?, &[","]));
                self.near = within.or(self.near);
            }
            "draw" => {
                let (ranges, within) = match rest.text.find(" within ") {
                    Some(k) => {
                        let ranges = Piece { text: rest.text[..k].to_owned(), at: rest.at };
                        (ranges, Some(Piece { text: rest.text[k + 8..].to_owned(), at: rest.at + k + 8 }))
                    }
                    None => (rest.clone(), None),
                };
                if self.draw.replace(draw(source, &ranges)?).is_some() {
                    return Err(bad("there is one already"));
                }
                if let Some(size) = within {
                    self.within = Some(part(source, &trim(&size))?);
                }
            }
            "within" => self.within = Some(part(source, &rest)?),
            _ if rest.text.starts_with('(') => self.defines.push(define(source, piece)?),
            _ => return Err(bad("this is not a line of a question")),
        }
        Ok(())
    }
}

/// `significant 3`, `decimals 2`, `relative 1e-3`, `absolute 0.01`
fn near(source: &Source, word: &Piece, rest: &Piece) -> Result<Near, Fault> {
    let bad = |message: &str| source.fault("syntax.question", rest.at, message);
    let digits = |least: u32| rest.text.parse().ok().filter(|d| (least..=12).contains(d));
    let size = || rest.text.parse().ok().filter(|x: &f64| x.is_finite() && *x > 0.0);
    let found = match word.text.as_str() {
        "significant" => digits(1).map(Near::Significant),
        "decimals" => digits(0).map(Near::Decimals),
        "relative" => size().map(Near::Relative),
        _ => size().map(Near::Absolute),
    };
    found.ok_or_else(|| match word.text.as_str() {
        "significant" => bad("expected a number of digits from 1 to 12"),
        "decimals" => bad("expected a number of digits from 0 to 12"),
        _ => bad("expected a number greater than 0, such as 0.05"),
    })
}

/// `x = -3..3, y = -4..4`
fn draw(source: &Source, piece: &Piece) -> Result<DrawLine, Fault> {
    let hint = "write `draw x = -3..3, y = -4..4`: the name along which it is drawn, then the heights";
    let bad = |at: usize, message: &str| source.hinted("syntax.question", at, message, hint);
    let range = |piece: &Piece| {
        let (name, rest) = first_word(piece);
        let ends = rest.text.strip_prefix('=').and_then(|text| text.split_once(".."));
        let (from, to) = ends.ok_or_else(|| bad(piece.at, "expected a name and its range"))?;
        let from_at = rest.at + 1;
        let to_at = from_at + from.len() + 2;
        let end = |text: &str, at: usize| some(source, &trim(&Piece { text: text.to_owned(), at }));
        Ok(DrawRange { name, from: end(from, from_at)?, to: end(to, to_at)? })
    };
    match split(piece, &[","]).as_slice() {
        [x, y] => Ok(DrawLine { x: range(x)?, y: range(y)? }),
        _ => Err(bad(piece.at, "expected two ranges")),
    }
}

/// A part of the whole, from 0 to 1.
fn part(source: &Source, piece: &Piece) -> Result<f64, Fault> {
    let found = piece.text.parse().ok().filter(|x: &f64| *x > 0.0 && *x < 1.0);
    found.ok_or_else(|| {
        source.fault(
            "syntax.question",
            piece.at,
            "expected a part of the height between 0 and 1, such as 0.15",
        )
    })
}

/// `right "…"` or `wrong "…" -> slip-name "what to say"`
fn choice(source: &Source, piece: &Piece) -> Result<ChoiceLine, Fault> {
    let (word, rest) = first_word(piece);
    let right = word.text == "right";
    if !right && word.text != "wrong" {
        let hint = "write `choice right \"…\"` or `choice wrong \"…\" -> slip-name`";
        return Err(source.hinted("syntax.question", piece.at, "a choice is right or wrong", hint));
    }
    let (text, rest) = quoted(source, &rest)?;
    let mut line = ChoiceLine { text, right, slip: None, say: None };
    if rest.text.is_empty() {
        return Ok(line);
    }
    if right {
        return Err(source.fault("syntax.question", rest.at, "nothing follows a choice that is right"));
    }
    let (name, rest) = first_word(&after_arrow(source, &rest)?);
    line.slip = Some(name);
    line.say = if rest.text.is_empty() { None } else { Some(quoted(source, &rest)?.0) };
    Ok(line)
}

/// The line up to a `#` outside of quotes.
fn comment_cut(line: &str) -> &str {
    let mut quoted = false;
    for (k, c) in line.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '#' if !quoted => return &line[..k],
            _ => {}
        }
    }
    line
}

/// The parts between `;` that stand in no quotes and in no brackets.
fn split_outside_quotes(piece: &Piece) -> Vec<Piece> {
    let (mut quoted, mut depth, mut from, mut parts) = (false, 0_i32, 0, Vec::new());
    for (k, c) in piece.text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth -= 1,
            ';' if !quoted && depth <= 0 => {
                parts.push(Piece { text: piece.text[from..k].to_owned(), at: piece.at + from });
                from = k + 1;
            }
            _ => {}
        }
    }
    parts.push(Piece { text: piece.text[from..].to_owned(), at: piece.at + from });
    parts.iter().map(trim).filter(|p| !p.text.is_empty()).collect()
}

fn some(source: &Source, piece: &Piece) -> Result<Piece, Fault> {
    if piece.text.is_empty() {
        return Err(source.fault("syntax.question", piece.at, "expected something here"));
    }
    Ok(piece.clone())
}

/// A text in quotes at the beginning, and what follows it.
fn quoted(source: &Source, piece: &Piece) -> Result<(Piece, Piece), Fault> {
    let inside = piece.text.strip_prefix('"');
    let Some((inside, length)) = inside.and_then(|t| Some((t, t.find('"')?))) else {
        return Err(source.fault("syntax.question", piece.at, "expected a text in quotes"));
    };
    let text = Piece { text: inside[..length].to_owned(), at: piece.at + 1 };
    let rest = Piece { text: inside[length + 1..].to_owned(), at: piece.at + length + 2 };
    Ok((text, trim(&rest)))
}

fn after_arrow(source: &Source, piece: &Piece) -> Result<Piece, Fault> {
    let rest = piece.text.strip_prefix("->");
    let rest =
        rest.ok_or_else(|| source.fault("syntax.question", piece.at, "expected `->` after the text"))?;
    some(source, &trim(&Piece { text: rest.to_owned(), at: piece.at + 2 }))
}

/// `name = body` or `name(x, y) = body`
fn define(source: &Source, piece: &Piece) -> Result<Define, Fault> {
    let bad = |at: usize, message: &str| source.fault("syntax.question", at, message);
    let (name, rest) = first_word(piece);
    let Some(k) = rest.text.find('=') else {
        return Err(bad(rest.at, "expected `=` in a definition"));
    };
    let head = trim(&Piece { text: rest.text[..k].to_owned(), at: rest.at });
    let body = trim(&Piece { text: rest.text[k + 1..].to_owned(), at: rest.at + k + 1 });
    let vars = match head.text.strip_prefix('(') {
        None => Vec::new(),
        Some(inside) => {
            let inside =
                inside.strip_suffix(')').ok_or_else(|| bad(head.at, "expected `)` after the variables"))?;
            split(&Piece { text: inside.to_owned(), at: head.at + 1 }, &[","])
        }
    };
    Ok(Define { name, vars, body: some(source, &body)? })
}

/// `W: matrix(2, 3)`
fn declare(source: &Source, piece: &Piece) -> Result<(Piece, Piece), Fault> {
    let part = |text: &str, at: usize| trim(&Piece { text: text.to_owned(), at });
    let found = piece
        .text
        .split_once(':')
        .map(|(name, shape)| (part(name, piece.at), part(shape, piece.at + name.len() + 1)));
    let is_name = |name: &Piece| !name.text.is_empty() && !name.text.contains(char::is_whitespace);
    found.filter(|(name, shape)| is_name(name) && !shape.text.is_empty()).ok_or_else(|| {
        let hint = "write `declare W: matrix(2, 3), b: vector(n)`";
        source.hinted("syntax.question", piece.at, "expected a name, a colon and a shape", hint)
    })
}

/// `k in 2..9` or `n in {2, 3}`
fn vary(source: &Source, piece: &Piece) -> Result<Vary, Fault> {
    let hint = "write `k in 2..9` or `k in {2, 3, 5}`";
    let bad = |at: usize, message: String| source.hinted("syntax.question", at, message, hint);
    let (name, rest) = first_word(piece);
    let (word, range) = first_word(&rest);
    if word.text != "in" {
        return Err(bad(rest.at, format!("expected `in` after `{}`", name.text)));
    }
    if let Some(inside) = range.text.strip_prefix('{') {
        let inside =
            inside.strip_suffix('}').ok_or_else(|| bad(range.at, "this `{` is not closed".into()))?;
        let values = split(&Piece { text: inside.to_owned(), at: range.at + 1 }, &[","]);
        if values.is_empty() {
            return Err(bad(range.at, "a name needs at least one value".into()));
        }
        return Ok(Vary { name, values });
    }
    let ends = range.text.split_once("..").and_then(|(a, b)| {
        let (a, b) = (a.trim().parse::<i64>().ok()?, b.trim().parse::<i64>().ok()?);
        (a <= b && b.checked_sub(a)? < MAX_VALUES).then_some((a, b))
    });
    let (from, to) = ends.ok_or_else(|| {
        bad(range.at, format!("expected a range of at most {MAX_VALUES} integers or a list in braces"))
    })?;
    let values = (from..=to).map(|n| Piece { text: n.to_string(), at: range.at }).collect();
    Ok(Vary { name, values })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Spec, Vec<(u32, u32)>> {
        let source = Source { file: "a.md".into(), text: text.into() };
        let mut faults = Vec::new();
        let spec = Spec::read(&source, &Piece { text: text.into(), at: 0 }, &mut faults);
        spec.ok_or_else(|| faults.into_iter().map(|f| (f.line, f.column)).collect())
    }

    #[test]
    fn all_that_a_question_may_say() {
        let spec = read(
            "ask \"Differentiate {f(x)}; gently.\"  # a comment\n\
             vary k in 2..4, g in {sin, cos}\n\
             avoid k = 2 with g = sin\n\
             f(x) = g(k x)\n\
             c = k + 1\n\
             answer (diff(f(x), x)); significant 2\n\
             names x, y\n\
             declare W: matrix(2, n), b: vector(n)\n\
             hint 1 \"Outside first.\"\n\
             step \"Start\" -> f(x)\n\
             slip \"k\" -> not-differentiated \"That is k.\"\n",
        )
        .unwrap();
        assert_eq!(spec.ask.text, "Differentiate {f(x)}; gently.");
        let values = |k: usize| spec.vary[k].values.iter().map(|v| v.text.as_str()).collect::<Vec<_>>();
        assert_eq!((values(0), values(1)), (vec!["2", "3", "4"], vec!["sin", "cos"]));
        assert_eq!(spec.defines.len(), 2);
        assert_eq!(spec.answer.text, "(diff(f(x), x))");
        assert_eq!((spec.near, spec.kind.text.as_str()), (Some(Near::Significant(2)), "value"));
        assert_eq!(spec.declares.len(), 2);
        assert_eq!(spec.declares[0].1.text, "matrix(2, n)");
        assert_eq!(spec.hints[0].text, "Outside first.");
        assert_eq!(spec.steps[0].1.text, "f(x)");
        assert_eq!(spec.slips[0].say.as_ref().unwrap().text, "That is k.");
    }

    #[test]
    fn kinds_of_answer() {
        let spec = |lines: &str| read(&format!("ask \"?\"\n{lines}")).unwrap();
        let kind = |lines: &str| spec(lines).kind.text;
        assert_eq!(kind("answer x"), "expression");
        assert_eq!(kind("answer 2; decimals 3"), "value");
        assert_eq!(kind("answer {1, 2}; kind set"), "set");
        assert_eq!(spec("answer [1, 2; 3, 4]; kind matrix").answer.text, "[1, 2; 3, 4]");
        let chosen = spec("choice right \"yes\"\nchoice wrong \"no\" -> algebra-sign \"A sign.\"");
        assert_eq!((chosen.kind.text.as_str(), chosen.choices.len()), ("choice", 2));
        assert_eq!(chosen.choices[1].slip.as_ref().unwrap().text, "algebra-sign");
        let set = spec("answer a = 1, b = 2\nparameters a, b within 0.05");
        assert_eq!((set.near, set.parameters.len()), (Some(Near::Absolute(0.05)), 2));
        let form = spec("answer x; form expanded, contains log; task taylor f(x) at 0 order 3");
        assert_eq!((form.forms.len(), form.task.unwrap().text.as_str()), (2, "taylor f(x) at 0 order 3"));
    }

    #[track_caller]
    fn bad(text: &str, places: &[(u32, u32)]) {
        assert_eq!(read(text).expect_err(text), places, "{text}");
    }

    #[test]
    fn mistakes_are_placed() {
        bad("ask \"open\nanswer x", &[(1, 5)]);
        bad("answer x", &[(1, 1)]);
        bad("ask \"a\"\nanswer", &[(2, 7)]);
        bad("ask \"a\"\nanswer x\nvary k of 2..3", &[(3, 8)]);
        bad("ask \"a\"\nanswer x\nvary k in 3..2", &[(3, 11)]);
        bad("ask \"a\"\nanswer x\nvary k in 0..99999", &[(3, 11)]);
        bad("ask \"a\"\nanswer x\nnonsense 3\nslip \"x\" not-differentiated", &[(3, 1), (4, 10)]);
        bad("ask \"a\"\nask \"b\"\nanswer x", &[(2, 1)]);
        bad("ask \"a\"\nanswer x\ndeclare W matrix(2, 3)", &[(3, 9)]);
        bad("ask \"a\"\nanswer x\nkind number", &[(3, 6)]);
        bad("ask \"a\"\nanswer x\nkind choice", &[(3, 6)]);
        bad("ask \"a\"\nchoice maybe \"x\"", &[(2, 8)]);
        bad("ask \"a\"\nchoice right \"x\"", &[(1, 1)]);
        bad("ask \"a\"\nanswer 2\nchoice right \"x\"\nchoice wrong \"y\"", &[(2, 8)]);
        bad("ask \"a\"\nanswer 2; decimals 77", &[(2, 20)]);
        bad("ask \"a\"\nanswer 2; significant 2; absolute 1", &[(2, 26)]);
        bad("ask \"a\"\nanswer a = 2\nparameters a within -1", &[(3, 21)]);
    }
}
