//! Questions: variants that a seed draws, an answer that the engine computes, marking, worked steps.
//!
//! Here: what a question is and its variants.
//! Not here: its text (`source`), which variant a seed draws (`draw`), marking (`mark`).
//! Invariant: every variant of a question that was read can be asked, answered and marked.
//! Start reading at [`Question`].

mod ask;
mod bind;
mod cells;
mod distinct;
pub(crate) mod draw;
mod drawing;
mod figure;
pub(crate) mod follow_up;
mod mark;
mod plot;
mod source;
mod steps;
mod task;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use secant::expr::{Expr, Symbol};

use crate::blocks::Fence;
use crate::fault::Fault;
use crate::grade::Kind;
use crate::prose::Prose;
use crate::read::Reading;
use crate::slips::{self, Slip};
use crate::text::{Piece, Source};
use bind::Bound;
use draw::Choice as Drawn;
use source::{Near, Spec};

pub use cells::Cells;
pub use drawing::Canvas;
pub use figure::Still;
pub use mark::Mark;
pub(crate) use mark::typed;
pub use plot::Plot;
pub use steps::Step;

/// A question with all its variants.
#[derive(Clone, Debug)]
pub struct Question {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    id: String,
    name: String,
    source: Source,
    at: usize,
    /// Drawn anew for every variant.
    figure: Option<Fence>,
    spec: Spec,
    ask: Prose,
    hints: Vec<Prose>,
    /// What the lines of a multiple choice say.
    choices_said: Vec<Prose>,
    /// Every choice that is not to be avoided.
    choices: Vec<Drawn>,
    /// Which of them tell the mistakes apart, as far as it was asked.
    memory: distinct::Memory,
}

/// A question as one learner sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// The seed it was drawn with.
    pub seed: u64,
    /// The question as HTML.
    pub ask: String,
    /// The question in plain words.
    pub ask_text: String,
    /// The kind of answer: `expression`, `set`, `choice`, …
    pub kind: &'static str,
    /// How to write such an answer; empty where there is nothing to say.
    pub note: String,
    /// The names that an answer may use.
    pub names: Vec<String>,
    /// The shapes of those that have axes: `matrix(2, 3)`.
    pub shapes: BTreeMap<String, String>,
    /// What there is to choose from, as HTML, in the order of this variant; an answer names places in it, from 1.
    pub choices: Vec<Choice>,
    /// Is more than one of them right?
    pub several: bool,
    /// The parameters of the figure that are the answer: of its own, where it has one, else of the part's.
    pub parameters: Vec<String>,
    /// What a graph is drawn in, where that is the answer.
    pub canvas: Option<Canvas>,
    /// The grid in which the answer is typed, where it has rows and columns.
    pub cells: Option<Cells>,
    /// Hints as HTML, in the order in which they are given.
    pub hints: Vec<String>,
}

/// Something to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// As HTML.
    pub html: String,
    /// In plain words.
    pub text: String,
}

/// A likely mistake in one variant.
#[derive(Clone, Debug)]
pub(crate) struct LikelySlip {
    pub(crate) slip: &'static Slip,
    /// As somebody would type it.
    pub(crate) gives: String,
    /// The same as a formula, where an answer is one.
    pub(crate) formula: Option<Expr>,
    /// What to say instead of what the table says.
    pub(crate) say: Option<String>,
}

/// Most variants a question may have.
const MAX_VARIANTS: usize = 20_000;

impl Question {
    /// Reads a question; with a fault if it cannot be asked in every variant.
    pub(crate) fn read(
        source: &Source,
        part: &str,
        Fence { name, body }: &Fence,
        figure: Option<&Fence>,
        faults: &mut Vec<Fault>,
    ) -> Option<Question> {
        let spec = Spec::read(source, body, faults)?;
        let before = faults.len();
        let ask = Prose::of_question(source, &spec.ask, faults);
        let hints = spec.hints.iter().map(|h| Prose::of_question(source, h, faults)).collect();
        let choices_said = spec.choices.iter().map(|c| Prose::of_question(source, &c.text, faults)).collect();
        let named = spec.slips.iter().map(|slip| &slip.name);
        for name in named.chain(spec.choices.iter().filter_map(|choice| choice.slip.as_ref())) {
            if slips::find(&name.text).is_none() {
                let message = format!("there is no slip `{}`", name.text);
                faults.push(source.hinted("name.slip", name.at, message, slips::nearest(&name.text)));
            }
        }
        let lengths: Vec<usize> = spec.vary.iter().map(|v| v.values.len()).collect();
        let Some(all) = draw::all(&lengths, MAX_VARIANTS) else {
            let message = format!("more than {MAX_VARIANTS} variants");
            faults.push(source.hinted("budget.variants", name.at, message, "vary fewer names or over less"));
            return None;
        };
        let mut inner = Inner {
            id: format!("{part}/{}", name.text),
            name: name.text.clone(),
            source: source.clone(),
            at: name.at,
            figure: figure.cloned(),
            spec,
            ask,
            hints,
            choices_said,
            choices: Vec::new(),
            memory: distinct::Memory::default(),
        };
        match inner.asked(all) {
            Ok(kept) => inner.choices = kept,
            Err(fault) => {
                faults.push(fault);
                return None;
            }
        }
        if inner.choices.is_empty() {
            let message = "every variant is avoided";
            faults.push(source.hinted("domain.variants", name.at, message, "avoid less or vary more"));
            return None;
        }
        if faults.len() > before {
            return None;
        }
        // One variant shows whether its expressions can be read at all; `check` goes through the others.
        let question = Question { inner: Arc::new(inner) };
        if let Err(fault) = question.try_variant(0) {
            faults.push(fault);
            return None;
        }
        Some(question)
    }

    /// Its name, `part/name`.
    pub fn id(&self) -> &str {
        &self.inner.id
    }

    /// Its name in the part.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// How many variants it has.
    pub fn variants(&self) -> usize {
        self.inner.choices.len()
    }

    /// The variant of a seed: the same for ever. Variants in which a likely slip does no harm, or in which two slips give
    /// the same, are passed over.
    pub fn variant(&self, seed: u64) -> Variant {
        let bound = self.bound(seed);
        let inner = &*self.inner;
        let mut fill = |slot: &crate::prose::Slot| bound.fill(&slot.expression.text);
        let ask = one_line(&inner.ask.html(&mut fill));
        let ask_text = plain(&inner.ask, &bound);
        let hints = inner.hints.iter().map(|h| one_line(&h.html(&mut fill))).collect();
        let said = |k: usize| &inner.choices_said[k];
        let choices = self.order_of_choices(seed).into_iter();
        let choices = choices
            .map(|k| Choice { html: one_line(&said(k).html(&mut fill)), text: plain(said(k), &bound) });
        let choices = choices.collect();
        let names = self.names(&bound);
        Variant {
            seed,
            ask,
            ask_text,
            kind: self.kind_word(),
            note: self.note(),
            shapes: self.shapes(&bound, &names),
            names,
            choices,
            several: inner.spec.choices.iter().filter(|c| c.right).count() > 1,
            parameters: inner.spec.parameters.iter().map(|p| p.text.clone()).collect(),
            canvas: self.canvas(&bound),
            cells: self.cells(&bound),
            hints,
        }
    }

    /// Why the definitions of some variant have no meaning.
    pub(crate) fn unbound(&self) -> Option<Fault> {
        self.inner.choices.iter().find_map(|choice| self.inner.bind(choice).err())
    }

    /// Everything that a variant needs, or why it cannot be had.
    pub(crate) fn try_variant(&self, seed: u64) -> Result<(), Fault> {
        let inner = &*self.inner;
        let bound = inner.bind(self.choice(seed))?;
        self.try_figure(seed)?;
        let said = inner.hints.iter().chain(&inner.choices_said).flat_map(Prose::slots);
        for slot in inner.ask.slots().chain(said) {
            inner.expression(&bound, &slot.expression)?;
        }
        if (self.is_formula() || self.kind() == Kind::Drawn)
            && let Err(fault) = inner.expression(&bound, &inner.spec.answer)
        {
            return Err(fault);
        }
        if let Some(line) = &inner.spec.task {
            let number = |text: &str| bound.expression(text).ok()?.as_number()?.to_i64()?.try_into().ok();
            task::stated(line, &number)
                .map_err(|(at, message)| inner.source.hinted("syntax.question", at, message, task::HINT))?;
        }
        inner.window(&bound)?;
        // Its own answer, as the grader takes it: whatever is wrong with model, form or tolerance shows here.
        let own = self.own_answer(seed);
        let asked = self.asked(seed, &own).map_err(|fault| self.own_fault(&fault))?;
        let grade = crate::grade::grade_in(&asked.ask, &asked.names, &secant::sheet::Limits::default());
        grade.map_err(|fault| self.own_fault(&fault))?;
        for (_, step) in &inner.spec.steps {
            self.reading(&bound, step)?;
        }
        for slip in &inner.spec.slips {
            self.reading(&bound, &slip.gives)?;
        }
        let sentences = inner.spec.slips.iter().filter_map(|slip| slip.say.as_ref());
        for say in sentences.chain(inner.spec.choices.iter().filter_map(|choice| choice.say.as_ref())) {
            for slot in inner.slots_of(say)? {
                inner.expression(&bound, &slot)?;
            }
        }
        Ok(())
    }

    /// What a step or a slip says in a variant: a formula, or an answer of the kind that is asked for.
    fn reading(&self, bound: &Bound, piece: &Piece) -> Result<Reading, Fault> {
        match self.inner.expression(bound, piece) {
            Ok(e) => Ok(Reading { text: e.to_string(), mathml: e.to_mathml() }),
            Err(fault) if self.is_formula() => Err(fault),
            Err(_) => {
                let names = self.names(bound);
                let shapes = self.shapes(bound, &names);
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let read = crate::read::read(&bound.filled(&piece.text), &names, &shapes, self.kind_word());
                read.map_err(|fault| {
                    let placed = self.inner.source.fault(fault.code, piece.at, fault.message);
                    Fault { hint: fault.hint, ..placed }
                })
            }
        }
    }

    /// The right answer to a variant, as somebody would type it.
    pub(crate) fn own_answer(&self, seed: u64) -> String {
        let spec = &self.inner.spec;
        if !spec.choices.is_empty() {
            let order = self.order_of_choices(seed);
            let right = (0..order.len()).filter(|k| spec.choices[order[*k]].right);
            return right.map(|k| (k + 1).to_string()).collect::<Vec<_>>().join(",");
        }
        let bound = self.bound(seed);
        if let Some(drawing) = self.drawing_of(&bound, &self.answer(&bound)) {
            return drawing;
        }
        let single = self.is_formula() || matches!(self.kind(), Kind::Antiderivative | Kind::Series);
        match bound.expression(&spec.answer.text).ok().filter(|_| single) {
            Some(e) => e.to_string(),
            None => bound.filled(&spec.answer.text),
        }
    }

    fn kind_word(&self) -> &'static str {
        let kind = self.kind();
        Kind::ALL.iter().find(|(k, _)| *k == kind).map_or("expression", |(_, word)| word)
    }

    /// How an answer of this kind is written.
    fn note(&self) -> String {
        let plural = |n: u32, word: &str| if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") };
        let near = match self.inner.spec.near {
            Some(Near::Significant(n)) => format!("to {}", plural(n, "significant digit")),
            Some(Near::Decimals(n)) => format!("to {}", plural(n, "decimal place")),
            Some(Near::Relative(_) | Near::Absolute(_)) | None => String::new(),
        };
        match self.kind() {
            Kind::Expression | Kind::Choice => String::new(),
            Kind::Value => near,
            Kind::Antiderivative if self.inner.spec.forms.iter().any(|form| form.text == "no-constant") => {
                "one of them is enough".to_owned()
            }
            Kind::Antiderivative => "with its constant, as + C".to_owned(),
            Kind::Equation => "an equation, such as y = 2 x".to_owned(),
            Kind::Inequality => "such as x > 2, or 0 <= x < 1".to_owned(),
            Kind::Set => "a set, such as {-1, 2}".to_owned(),
            Kind::List => "in order, such as 1, 2, 3".to_owned(),
            Kind::Interval => "such as [0, 2) or (-inf, 1]".to_owned(),
            Kind::Point => "a point, such as (1, 2)".to_owned(),
            Kind::Vector => "a vector, such as [1, 2]".to_owned(),
            Kind::Matrix => "row by row, such as [1, 2; 3, 4]".to_owned(),
            Kind::Series => "the terms that are asked for".to_owned(),
            Kind::Working => "one line after the other".to_owned(),
            Kind::Parameters => "set it on the figure above".to_owned(),
            Kind::Drawn => format!(
                "{} heights from left to right, null where there is no curve",
                crate::grade::drawn::PLACES
            ),
        }
    }

    fn choice(&self, seed: u64) -> &Drawn {
        &self.inner.choices[self.drawn(seed)]
    }

    fn bound(&self, seed: u64) -> Bound {
        self.inner.bind(self.choice(seed)).unwrap_or_default()
    }

    /// The answer of a variant.
    pub(crate) fn answer(&self, bound: &Bound) -> Expr {
        bound.expression(&self.inner.spec.answer.text).unwrap_or_else(|_| Expr::undefined())
    }

    /// The names that an answer may use: those that are given, else those of the answer.
    fn names(&self, bound: &Bound) -> Vec<String> {
        let spec = &self.inner.spec;
        if let Some(x) = self.drawn_along() {
            return vec![x];
        }
        let mut names: Vec<String> = spec.names.iter().map(|p| p.text.clone()).collect();
        if names.is_empty() {
            let found = std::cell::RefCell::new(BTreeSet::new());
            crate::read::each_formula(&spec.answer.text, &|formula| {
                if let Ok(e) = bound.expression(formula) {
                    found.borrow_mut().extend(e.free_symbols().iter().map(|s: &Symbol| s.name().to_owned()));
                }
                String::new()
            });
            names.extend(found.into_inner());
        }
        if self.kind() == Kind::Antiderivative && !names.iter().any(|n| n == "C") {
            names.push("C".to_owned());
        }
        names
    }

    /// The shapes of the names that have axes.
    fn shapes(&self, bound: &Bound, names: &[String]) -> BTreeMap<String, String> {
        let shape = |name: &String| Some((name.clone(), bound.expression(name).ok()?.shape().clone()));
        let with_axes = names.iter().filter_map(shape).filter(|(_, shape)| !shape.is_scalar());
        with_axes.map(|(name, shape)| (name, shape.to_string())).collect()
    }

    /// What the likely mistakes give in a variant.
    pub(crate) fn likely_slips(&self, bound: &Bound) -> Vec<LikelySlip> {
        let slips = self.inner.spec.slips.iter().filter_map(|line| {
            let slip = slips::find(&line.name.text)?;
            let say = line.say.as_ref().map(|s| bound.said(&s.text));
            if !self.is_formula() {
                return Some(LikelySlip { slip, gives: bound.filled(&line.gives.text), formula: None, say });
            }
            let formula = bound.expression(&line.gives.text).ok()?;
            Some(LikelySlip { slip, gives: formula.to_string(), formula: Some(formula), say })
        });
        slips.collect()
    }

    /// Parameters that the figure does not have.
    pub(crate) fn strange_parameters(&self, known: &[&str]) -> Vec<Fault> {
        let inner = &*self.inner;
        let strange = inner.spec.parameters.iter().filter(|p| !known.contains(&p.text.as_str()));
        let fault = |p: &Piece| {
            let message = format!("the figure has no parameter `{}`", p.text);
            let hint = format!("its parameters are {}", known.join(", "));
            inner.source.hinted("name.parameter", p.at, message, hint)
        };
        strange.map(fault).collect()
    }

    /// A fault at the place of the question.
    pub(crate) fn fault(&self, code: &'static str, message: String) -> Fault {
        self.inner.source.fault(code, self.inner.at, message)
    }
}

impl Inner {
    /// What stands between the braces of a sentence.
    fn slots_of(&self, say: &Piece) -> Result<Vec<Piece>, Fault> {
        let (mut slots, mut from) = (Vec::new(), 0);
        while let Some(open) = say.text[from..].find('{').map(|k| from + k) {
            let Some(close) = say.text[open..].find('}').map(|k| open + k) else {
                let hint = "close it with `}`";
                return Err(self.source.hinted("syntax.slot", say.at + open, "this `{` is not closed", hint));
            };
            slots.push(Piece { text: say.text[open + 1..close].to_owned(), at: say.at + open + 1 });
            from = close + 1;
        }
        Ok(slots)
    }

    /// An expression of the question's text.
    fn expression(&self, bound: &Bound, piece: &Piece) -> Result<Expr, Fault> {
        bound.expression(&piece.text).map_err(|wrong| {
            let fault = self.source.fault(wrong.code, piece.at + wrong.span.start, wrong.message);
            Fault { hint: wrong.hint, ..fault }
        })
    }
}

fn plain(prose: &Prose, bound: &Bound) -> String {
    let parts = prose.caption(&mut |slot| bound.fill(&slot.expression.text));
    let text = parts.into_iter().map(|part| match part {
        crate::prose::CaptionPart::Text(text) => text,
        crate::prose::CaptionPart::Number { .. } => String::new(),
    });
    text.collect()
}

/// The HTML of a single paragraph without the paragraph.
fn one_line(html: &str) -> String {
    let html = html.trim();
    match html.strip_prefix("<p>").and_then(|h| h.strip_suffix("</p>")) {
        Some(inside) if !inside.contains("<p>") => inside.to_owned(),
        _ => html.to_owned(),
    }
}

/// What a variant has to be able to tell apart.
pub(crate) struct Proof {
    pub(crate) answer: Expr,
    /// The right answer as somebody would type it; one of these is in the form that is asked for.
    pub(crate) own: Vec<String>,
    /// Is every form of the answer as good as another?
    pub(crate) forms_are_free: bool,
    /// Is every form of each formula in it?
    pub(crate) parts_are_free: bool,
    /// Wrong answers, and the sentence that each has to be met with.
    pub(crate) wrong: Vec<(String, Option<String>)>,
    /// What the likely mistakes give.
    pub(crate) slips: Vec<String>,
}

impl Question {
    /// What the check of a course tries on a variant.
    pub(crate) fn proof(&self, seed: u64) -> Proof {
        let bound = self.bound(seed);
        let spec = &self.inner.spec;
        let answer = self.answer(&bound);
        let likely = self.likely_slips(&bound);
        let mut wrong: Vec<(String, Option<String>)> = Vec::new();
        for slip in &likely {
            let say = slip.say.clone().unwrap_or_else(|| slip.slip.say.to_owned());
            // What is drawn by hand is the graph of what the slip gives.
            let drawing = bound.expression(&slip.gives).ok().and_then(|e| self.drawing_of(&bound, &e));
            wrong.push((drawing.unwrap_or_else(|| slip.gives.clone()), Some(say)));
        }
        let formula = self.is_formula();
        let forms_are_free = formula && spec.forms.is_empty();
        let mut own = vec![self.own_answer(seed)];
        if self.kind() == Kind::Choice {
            // Every other choice alone is wrong, and met with what it is tied to.
            for (k, line) in self.order_of_choices(seed).into_iter().map(|k| &spec.choices[k]).enumerate() {
                let slip = line.slip.as_ref().and_then(|name| slips::find(&name.text));
                let say = line.say.as_ref().map(|s| bound.said(&s.text)).or(slip.map(|s| s.say.to_owned()));
                if !line.right {
                    wrong.push(((k + 1).to_string(), say));
                }
            }
        } else if self.kind() == Kind::Drawn {
            wrong.extend(self.drawing_elsewhere(&bound, &answer).map(|drawing| (drawing, None)));
            // The graphs of the slips that can be told apart in this window.
            if let Ok(asked) = self.asked(seed, &own[0]) {
                for (name, drawing) in crate::grade::drawn::drawings_of_slips(&asked.ask, &asked.names) {
                    wrong.push((drawing, slips::find(name).map(|slip| slip.say.to_owned())));
                }
            }
        } else if formula {
            let names = self.names(&bound);
            let name = names.first().filter(|_| self.kind() == Kind::Expression);
            for e in crate::check::spoiled(&answer, name.map(String::as_str)) {
                wrong.push((e.to_string(), None));
            }
            own.extend(
                spec.steps.last().and_then(|(_, e)| Some(bound.expression(&e.text).ok()?.to_string())),
            );
        } else if self.kind() == Kind::Antiderivative {
            // A constant more would be right.
            let by =
                spec.by.as_ref().map(|by| by.text.clone()).or_else(|| self.names(&bound).first().cloned());
            wrong.extend(by.map(|by| (format!("{} + {by}", own[0]), None)));
        } else {
            // The last formula of it spoiled.
            let left = std::cell::Cell::new(0);
            crate::read::each_formula(&own[0], &|_| {
                left.set(left.get() + 1);
                String::new()
            });
            let spoiled = crate::read::each_formula(&own[0], &|formula| {
                left.set(left.get() - 1);
                if left.get() == 0 { format!("{formula} + 1") } else { formula.to_owned() }
            });
            wrong.push((spoiled, None));
        }
        own.push(bound.filled(&spec.answer.text));
        own.push(spec.answer.text.clone());
        if !spec.choices.is_empty() || self.kind() == Kind::Drawn {
            own.truncate(1);
        }
        let parts_are_free = spec.forms.is_empty()
            && matches!(
                self.kind(),
                Kind::Set
                    | Kind::List
                    | Kind::Interval
                    | Kind::Point
                    | Kind::Vector
                    | Kind::Matrix
                    | Kind::Parameters
            );
        Proof {
            answer,
            own,
            forms_are_free,
            parts_are_free,
            wrong,
            slips: likely.into_iter().map(|s| s.gives).collect(),
        }
    }
}
