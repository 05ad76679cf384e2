//! Questions: variants that a seed draws, an answer that the engine computes, marking, worked steps.
//!
//! Here: what a question is and its variants.
//! Not here: its text (`source`), which variant a seed draws (`draw`), marking (`mark`).
//! Invariant: every variant of a question that was read can be asked, answered and marked.
//! Start reading at [`Question`].

mod bind;
pub(crate) mod draw;
mod mark;
mod plot;
mod source;
mod steps;

use std::sync::Arc;

use secant::expr::{Expr, Symbol};

use crate::fault::Fault;
use crate::prose::Prose;
use crate::slips::{self, Slip};
use crate::text::{Piece, Source};
use bind::Bound;
use draw::Choice;
use source::Spec;

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
    spec: Spec,
    ask: Prose,
    hints: Vec<Prose>,
    /// Every choice that is not to be avoided.
    choices: Vec<Choice>,
}

/// A question as one learner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// The seed it was drawn with.
    pub seed: u64,
    /// The question as HTML.
    pub ask: String,
    /// The question in plain words.
    pub ask_text: String,
    /// The names that an answer may use.
    pub names: Vec<String>,
    /// Hints as HTML, in the order in which they are given.
    pub hints: Vec<String>,
}

/// A likely mistake in one variant.
#[derive(Clone, Debug)]
pub(crate) struct LikelySlip {
    pub(crate) slip: &'static Slip,
    pub(crate) gives: Expr,
    /// What to say instead of what the table says.
    pub(crate) say: Option<String>,
}

/// Most variants a question may have.
const MAX_VARIANTS: usize = 20_000;

impl Question {
    /// Reads a question; with a fault if it cannot be asked in every variant.
    pub(crate) fn read(
        source: &Source,
        lesson: &str,
        name: &Piece,
        body: &Piece,
        faults: &mut Vec<Fault>,
    ) -> Option<Question> {
        let spec = Spec::read(source, body, faults)?;
        let before = faults.len();
        let ask = Prose::read(source, &spec.ask, faults);
        let hints = spec.hints.iter().map(|h| Prose::read(source, h, faults)).collect();
        for slip in &spec.slips {
            if slips::find(&slip.name.text).is_none() {
                let message = format!("there is no slip `{}`", slip.name.text);
                faults.push(source.hinted(
                    "name.slip",
                    slip.name.at,
                    message,
                    slips::nearest(&slip.name.text),
                ));
            }
        }
        let lengths: Vec<usize> = spec.vary.iter().map(|v| v.values.len()).collect();
        let Some(all) = draw::all(&lengths, MAX_VARIANTS) else {
            let message = format!("more than {MAX_VARIANTS} variants");
            faults.push(source.hinted("budget.variants", name.at, message, "vary fewer names or over less"));
            return None;
        };
        let mut inner = Inner {
            id: format!("{lesson}/{}", name.text),
            name: name.text.clone(),
            source: source.clone(),
            at: name.at,
            spec,
            ask,
            hints,
            choices: Vec::new(),
        };
        for choice in all {
            match inner.bind(&choice).and_then(|bound| inner.is_avoided(&bound, &choice)) {
                Ok(true) => {}
                Ok(false) => inner.choices.push(choice),
                Err(fault) => {
                    faults.push(fault);
                    return None;
                }
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

    /// Its name, `lesson/name`.
    pub fn id(&self) -> &str {
        &self.inner.id
    }

    /// Its name in the lesson.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// How many variants it has.
    pub fn variants(&self) -> usize {
        self.inner.choices.len()
    }

    /// The variant of a seed: the same for ever.
    pub fn variant(&self, seed: u64) -> Variant {
        let bound = self.bound(seed);
        let inner = &*self.inner;
        let mut fill = |slot: &crate::prose::Slot| bound.fill(&slot.expression.text);
        let ask = one_line(&inner.ask.html(&mut fill));
        let ask_text = plain(&inner.ask, &bound);
        let hints = inner.hints.iter().map(|h| one_line(&h.html(&mut fill))).collect();
        Variant { seed, ask, ask_text, names: self.names(&bound), hints }
    }

    /// Everything that a variant needs, or why it cannot be had.
    pub(crate) fn try_variant(&self, seed: u64) -> Result<(), Fault> {
        let inner = &*self.inner;
        let bound = inner.bind(self.choice(seed))?;
        inner.expression(&bound, &inner.spec.answer)?;
        for slot in inner.ask.slots().chain(inner.hints.iter().flat_map(Prose::slots)) {
            inner.expression(&bound, &slot.expression)?;
        }
        for (_, formula) in &inner.spec.steps {
            inner.expression(&bound, formula)?;
        }
        for slip in &inner.spec.slips {
            inner.expression(&bound, &slip.gives)?;
        }
        Ok(())
    }

    fn choice(&self, seed: u64) -> &Choice {
        let choices = &self.inner.choices;
        &choices[draw::draw(seed, &self.inner.id, choices.len())]
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
        let given = &self.inner.spec.names;
        if !given.is_empty() {
            return given.iter().map(|p| p.text.clone()).collect();
        }
        self.answer(bound).free_symbols().iter().map(|s: &Symbol| s.name().to_owned()).collect()
    }

    /// What the likely mistakes give in a variant.
    pub(crate) fn likely_slips(&self, bound: &Bound) -> Vec<LikelySlip> {
        let slips = self.inner.spec.slips.iter().filter_map(|line| {
            let slip = slips::find(&line.name.text)?;
            let gives = bound.expression(&line.gives.text).ok()?;
            Some(LikelySlip { slip, gives, say: line.say.as_ref().map(|s| s.text.clone()) })
        });
        slips.collect()
    }

    /// A fault at the place of the question.
    pub(crate) fn fault(&self, code: &'static str, message: String) -> Fault {
        self.inner.source.fault(code, self.inner.at, message)
    }
}

impl Inner {
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
    /// Wrong answers, and the sentence that each has to be met with.
    pub(crate) wrong: Vec<(String, Option<String>)>,
    /// What the likely mistakes give.
    pub(crate) slips: Vec<Expr>,
}

impl Question {
    /// What the check of a course tries on a variant.
    pub(crate) fn proof(&self, seed: u64) -> Proof {
        let bound = self.bound(seed);
        let answer = self.answer(&bound);
        let likely = self.likely_slips(&bound);
        let mut wrong: Vec<(String, Option<String>)> = Vec::new();
        for slip in &likely {
            let say = slip.say.clone().unwrap_or_else(|| slip.slip.say.to_owned());
            wrong.push((slip.gives.to_string(), Some(say)));
        }
        let names = self.names(&bound);
        for e in crate::check::spoiled(&answer, names.first().map(String::as_str)) {
            wrong.push((e.to_string(), None));
        }
        Proof { answer, wrong, slips: likely.into_iter().map(|s| s.gives).collect() }
    }
}
