//! The figure of a question: drawn anew for every variant.
//!
//! Here: how the values of a variant come into the text of the figure.
//! Not here: the language of figures (`secant::sheet::figure`).
//! Invariant: the lines of the text that is compiled are those of the file, so that a mistake has its line.
//! Start reading at [`Question::figure`].

use std::collections::BTreeMap;

use secant::sheet::Scope;
use secant::sheet::figure::{Figure, Plan};

use super::bind::Bound;
use super::{Inner, Question};
use crate::blocks::Fence;
use crate::fault::Fault;
use crate::view::alt;

/// A figure at its beginning, with its text twin as HTML. Its id is `of-name`, so that the figure of the part may have the
/// name of the question.
#[derive(Clone, Debug)]
pub struct Still {
    /// The figure, compiled.
    pub figure: Figure,
    /// What it shows, in words.
    pub alt: String,
}

impl Question {
    /// The figure of a variant; nothing for a question that has none of its own.
    pub fn figure(&self, seed: u64) -> Option<Still> {
        self.try_figure(seed).ok().flatten()
    }

    /// The same, or why it cannot be drawn.
    pub(crate) fn try_figure(&self, seed: u64) -> Result<Option<Still>, Fault> {
        let inner = &*self.inner;
        let Some(fence) = &inner.figure else { return Ok(None) };
        let text = inner.figure_text(fence, &self.bound(seed), self.choice(seed));
        let lines = text.given.lines().count();
        let compiled = Plan::read(&text.whole())
            .and_then(|plan| plan.compile(&format!("of-{}", fence.name.text), &BTreeMap::new(), &[]))
            .map_err(|faults| {
                let wrong = &faults[0];
                let line = text.whole()[..wrong.span.start.min(text.whole().len())].matches('\n').count();
                let before = fence.body.text.split_inclusive('\n').take(line.saturating_sub(lines));
                let at = fence.body.at + before.map(str::len).sum::<usize>();
                let message = format!("{} (in the variant of seed {seed})", wrong.message);
                Fault { hint: wrong.hint.clone(), ..inner.source.fault(wrong.code, at, message) }
            })?;
        let alt = alt(&compiled.figure, &compiled.figure.start());
        Ok(Some(Still { figure: compiled.figure, alt }))
    }
}

/// What is compiled: definitions of the variant, then the figure with the variant's values in it.
struct FigureText {
    given: String,
    own: String,
}

impl FigureText {
    fn whole(&self) -> String {
        format!("{}{}", self.given, self.own)
    }
}

impl Inner {
    fn figure_text(&self, fence: &Fence, bound: &Bound, choice: &[usize]) -> FigureText {
        let body = fence.body.text.as_str();
        let words = words(body);
        let is_used = |name: &str| words.iter().any(|word| word.text == name);
        let mut given = String::new();
        let mut values: BTreeMap<&str, String> = BTreeMap::new();
        for (vary, k) in self.spec.vary.iter().zip(choice) {
            let (name, text) = (vary.name.text.as_str(), vary.values[*k].text.as_str());
            if is_used(name) && Scope::open().alias(name, text) {
                given.push_str(&format!("{name}(u) = {text}(u)\n"));
            } else if is_used(name) {
                values.extend(bound.expression(name).map(|value| (name, value.to_string())));
            }
        }
        for define in self.spec.defines.iter().filter(|define| is_used(&define.name.text)) {
            let name = define.name.text.as_str();
            let vars: Vec<&str> = define.vars.iter().map(|var| var.text.as_str()).collect();
            if vars.is_empty() {
                values.extend(bound.expression(name).map(|value| (name, value.to_string())));
            } else {
                let head = format!("{name}({})", vars.join(", "));
                let body = bound.expression(&head);
                given.extend(body.map(|body| format!("{head} = {body}\n")));
            }
        }
        // Texts of the figure speak of a value by its name.
        for (name, value) in &values {
            if words.iter().any(|word| word.quoted && word.text == *name) {
                given.push_str(&format!("{name} = {value}\n"));
            }
        }
        let mut own = String::with_capacity(body.len());
        let mut done = 0;
        for word in words.iter().filter(|word| !word.quoted) {
            if let Some(value) = values.get(word.text) {
                own.push_str(&body[done..word.at]);
                own.push_str(&format!("({value})"));
                done = word.at + word.text.len();
            }
        }
        own.push_str(&body[done..]);
        FigureText { given, own }
    }
}

/// A name or keyword in the text of a figure.
struct Word<'a> {
    text: &'a str,
    at: usize,
    quoted: bool,
}

/// Every name and keyword outside of comments.
fn words(text: &str) -> Vec<Word<'_>> {
    let is_letter = |c: char| c.is_alphanumeric() || c == '_';
    let (mut words, mut quoted, mut comment, mut from) = (Vec::new(), false, false, None);
    for (k, c) in text.char_indices().chain([(text.len(), '\n')]) {
        if is_letter(c) {
            from = from.or(Some(k));
            continue;
        }
        if let Some(at) = from.take().filter(|at| !comment && !text[*at..].starts_with(char::is_numeric)) {
            words.push(Word { text: &text[at..k], at, quoted });
        }
        match c {
            '\n' => (quoted, comment) = (false, false),
            '"' if !comment => quoted = !quoted,
            '#' if !quoted => comment = true,
            _ => {}
        }
    }
    words
}
