//! The proof of a course: what loading cannot see because it takes longer.
//!
//! Here: every question in many variants, accepted in other forms and refused when wrong; figures with other
//! functions; lengths and reading level.
//! Not here: what makes a course file readable at all ([`crate::Course::load`]).
//! Start reading at [`check_with`].

mod forms;
pub(crate) use forms::spoiled;
mod level;
mod question;
mod report;
pub use report::{PartReport, QuestionReport, Report};

use std::collections::BTreeMap;

use rayon::prelude::*;
use secant::sheet::figure::{Figure, TextPart};

use crate::course::Course;
use crate::fault::Fault;
use crate::kind::PartKind;
use crate::part::Part;
use crate::prose::CaptionPart;
use crate::text::words;

/// How thoroughly a course is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Variants of each question that are tried; all of them where there are fewer. Default 200.
    pub variants: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options { variants: 200 }
    }
}

/// Checks a course with the usual thoroughness.
pub fn check(course: &Course) -> Report {
    check_with(course, &Options::default())
}

/// How fast narration is spoken.
const WORDS_PER_SECOND: f64 = 2.5;
/// How fast a text with formulas in it is read.
const WORDS_READ_PER_MINUTE: f64 = 120.0;
/// Quiet after each scene, in seconds.
const BREATH: f64 = 1.0;
/// Seconds that a learner plays with a figure, per scene.
const PLAY: f64 = 6.0;
/// Minutes that a learner spends on a question.
const MINUTES_PER_QUESTION: f64 = 1.5;
/// Functions that every figure has to be able to show or to refuse with a reason.
const OTHERS: &[&str] =
    &["sin({x})", "{x}^3 - {x}", "1/{x}", "log({x})", "abs({x})", "exp(-{x}^2)", "2", "{x}"];

/// Checks a course.
pub fn check_with(course: &Course, options: &Options) -> Report {
    let mut report = Report::default();
    // Every part by itself, on as many threads as there are; the report is in the order of the course.
    let checked: Vec<_> = course.parts().par_iter().map(|part| checked(part, options)).collect();
    for (part, faults) in checked {
        report.parts.push(part);
        report.faults.extend(faults);
    }
    report
}

fn checked(part: &Part, options: &Options) -> (PartReport, Vec<Fault>) {
    let mut faults = Vec::new();
    figure(part, &mut faults);
    twin(part, &mut faults);
    parameters(part, &mut faults);
    let questions = part.questions().iter().map(|q| question::question(q, options, &mut faults)).collect();
    (measure(part, questions, &mut faults), faults)
}

/// Other functions in place of the author's: shown or refused, and never with other slots.
fn figure(part: &Part, faults: &mut Vec<Fault>) {
    let Some(figure) = &part.view().page.figure else { return };
    let own = figure.numbers(&figure.start()).len();
    for function in figure.functions.iter().filter(|f| f.editable) {
        let Some(var) = function.vars.first() else { continue };
        for other in OTHERS {
            let typed = other.replace("{x}", var);
            let functions = BTreeMap::from([(function.name.clone(), typed.clone())]);
            let trouble = match part.view_with(&functions) {
                Ok(view) => {
                    let count = view.page.figure.as_ref().map_or(0, |f| f.numbers(&f.start()).len());
                    (count != own).then(|| format!("{count} numbers instead of {own}"))
                }
                Err(fault) if fault.file.is_empty() && fault.code.starts_with("domain.") => None,
                Err(fault) => Some(fault.message),
            };
            if let Some(trouble) = trouble {
                let message =
                    format!("the figure cannot be drawn with {}({var}) = {typed}: {trouble}", function.name);
                faults.push(place(part, "figure.function", message));
            }
        }
    }
}

/// What a question wants set is there to be set.
fn parameters(part: &Part, faults: &mut Vec<Fault>) {
    let shared = part.view().page.figure.as_ref();
    for question in part.questions() {
        let own = question.figure(0);
        let figure = own.as_ref().map(|still| &still.figure).or(shared);
        let known: Vec<&str> = figure.iter().flat_map(|f| f.params.iter().map(|p| p.name.as_str())).collect();
        faults.extend(question.strange_parameters(&known));
    }
}

fn place(part: &Part, code: &'static str, message: String) -> Fault {
    part.script.source.fault(code, 0, message)
}

/// A figure is also told in words, with numbers that follow it; so are the figures of questions.
fn twin(part: &Part, faults: &mut Vec<Fault>) {
    if let Some(figure) = &part.view().page.figure
        && !is_told(figure, &part.view().alt)
    {
        faults.push(place(part, "figure.alt", NO_TWIN.to_owned()));
    }
    for question in part.questions() {
        if question.figure(0).is_some_and(|still| !is_told(&still.figure, &still.alt)) {
            faults.push(question.fault("figure.alt", format!("{}: {NO_TWIN}", question.id())));
        }
    }
    if part.view().page.figure.is_none() {
        return;
    }
    for scene in &part.view().page.scenes {
        if !scene.caption.iter().any(|p| matches!(p, CaptionPart::Text(t) if words(t) > 0)) {
            faults.push(place(part, "scene.caption", format!("the scene `{}` has no caption", scene.title)));
        }
    }
}

const NO_TWIN: &str = "the figure has no text twin: an `alt` line with what is to be seen and its numbers";

/// Does the text twin say what is to be seen, and with which numbers?
fn is_told(figure: &Figure, alt: &str) -> bool {
    let numbers = figure.alt.iter().filter(|part| matches!(part, TextPart::Number { .. })).count();
    words(alt) >= 8 && (numbers > 0 || figure.params.is_empty())
}

fn measure(part: &Part, questions: Vec<QuestionReport>, faults: &mut Vec<Fault>) -> PartReport {
    let text = part.script.all_words();
    let scenes = &part.view().page.scenes;
    let read = part.script.scene_words().map(|text| words(&text) as f64 / WORDS_PER_SECOND + BREATH);
    let seconds: f64 = scenes.iter().zip(read).map(|(s, read)| s.seconds.max(read) + PLAY).sum();
    let asked = MINUTES_PER_QUESTION * questions.len() as f64;
    let minutes = part.minutes();
    let estimate = match part.kind() {
        PartKind::Lesson => seconds / 60.0 + asked + 0.5,
        PartKind::Assignment | PartKind::Reading => words(&text) as f64 / WORDS_READ_PER_MINUTE + asked + 0.5,
        // Who thinks or plays does so for as long as it pleases them.
        PartKind::Discussion | PartKind::Lab => f64::from(minutes),
    };
    if (f64::from(minutes) - estimate).abs() > 2.0_f64.max(0.35 * estimate) {
        let message = format!("it says {minutes} minutes; scenes and questions add up to {estimate:.1}");
        faults.push(place(part, "part.minutes", message));
    }
    PartReport {
        id: part.id().to_owned(),
        kind: part.kind(),
        scenes: scenes.len(),
        words: words(&text),
        minutes,
        estimate,
        grade: level::grade(&text),
        questions,
    }
}
