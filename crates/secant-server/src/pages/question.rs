//! A question as a form: what is asked, room for the answer, what was answered before.

use maud::{Markup, PreEscaped, html};
use secant_course::assignment::Standing;
use secant_course::{Part, Question, Variant};

use super::figure::own;
use super::frame::data;
use crate::store::Attempt;

/// How a question is asked.
pub(super) enum Setting {
    /// In a lesson: the variant that was tried last, or the one where this learner begins, and as many more as one likes.
    Open { first: u64 },
    /// In an assignment: the variant of the attempt that is under way.
    Assignment { number: usize, seed: u64, standing: Standing },
}

/// The form of a question.
pub(super) fn form(part: &Part, question: &Question, attempts: &[Attempt], setting: &Setting) -> Markup {
    let last = attempts.last();
    let (seed, fixed) = match setting {
        Setting::Open { first } => (last.map_or(*first, |attempt| attempt.seed), None),
        Setting::Assignment { number, seed, standing } => (*seed, Some((number, standing))),
    };
    let variant = question.variant(seed);
    let name = question.name();
    let still = question.figure(variant.seed);
    let (ask, answer) = (format!("ask-{name}"), format!("answer-{name}"));
    let (reading, feedback) = (format!("reading-{name}"), format!("feedback-{name}"));
    let shapes =
        (!variant.shapes.is_empty()).then(|| serde_json::to_string(&variant.shapes).unwrap_or_default());
    let typed = last.map(|attempt| attempt.answer.as_str());
    html! {
        form.question id={ "question-" (name) } data-question=(question.id()) data-seed=(variant.seed) data-kind=(variant.kind)
            data-fixed[fixed.is_some()] data-state=[fixed.map(|(_, standing)| standing.state())]
            data-verdict=[last.map(|attempt| attempt.verdict.as_str())]
            data-parameters=[(!variant.parameters.is_empty()).then(|| variant.parameters.join(" "))]
            action=(part.address()) method="post" novalidate aria-labelledby=(ask) {
            @if let Some((number, standing)) = fixed {
                h3 { "Question " (number) " " span.state { (standing.state()) } " " span.help { (standing.help()) } }
            }
            div.ask id=(ask) { (PreEscaped(&variant.ask)) }
            @if let Some(still) = &still {
                div.own { (own(still)) div.controls hidden {} }
                (data(&format!("data-of-{name}"), &serde_json::to_string(&still.figure).unwrap_or_default()))
            }
            @if variant.kind == "choice" {
                (choices(&variant, name, &feedback, typed))
            } @else {
                @let label = html! { label for=(answer) { "Your answer" @if !variant.note.is_empty() { span.note { ", " (variant.note) } } } };
                @if variant.kind == "working" {
                    (label)
                    textarea.formula id=(answer) name="answer" rows="4" autocomplete="off" autocapitalize="off" spellcheck="false"
                        aria-describedby={ (reading) " " (feedback) } data-names=(variant.names.join(" ")) data-shapes=[&shapes] { (typed.unwrap_or_default()) }
                } @else {
                    @let field = html! {
                        input.formula id=(answer) name="answer" type="text" autocomplete="off" autocapitalize="off" spellcheck="false"
                            aria-describedby={ (reading) " " (feedback) } data-names=(variant.names.join(" ")) data-shapes=[&shapes] value=[typed];
                    };
                    @if variant.canvas.is_some() || variant.cells.is_some() {
                        // The page makes the panel or the grid, which write the text below; without scripts the text is there.
                        div.entry data-draw=[variant.canvas.as_ref().map(json)] data-cells=[variant.cells.as_ref().map(json)] {}
                        details.as-text open { summary { "As text" } (label) (field) }
                    } @else {
                        (label) (field)
                    }
                }
            }
            p.reading id=(reading) aria-live="polite" {}
            div.actions {
                button type="submit" disabled { "Check" }
                button.hint type="button" hidden { "Hint" }
                button.next-step type="button" hidden { "Next step" }
                button.show-steps type="button" hidden { "Show the solution" }
                @if fixed.is_none() { button.another type="button" hidden { "Another one" } }
                button.follow-up type="button" hidden { "One more like this" }
            }
            div.feedback id=(feedback) role="status" {}
            @if !variant.hints.is_empty() {
                ol.hints { @for hint in &variant.hints { li hidden { (PreEscaped(hint)) } } }
            }
            ol.steps hidden {}
            @if !attempts.is_empty() {
                ol.attempts aria-label="Your attempts" {
                    @for attempt in attempts {
                        li data-verdict=(attempt.verdict) {
                            code { (told(question, attempt)) } " " span.verdict { (attempt.verdict) }
                        }
                    }
                }
            }
            noscript { p { "Checking an answer needs JavaScript; reading does not." } }
        }
    }
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// An earlier answer, in words where places in a list were chosen.
fn told(question: &Question, attempt: &Attempt) -> String {
    let variant = question.variant(attempt.seed);
    if variant.canvas.is_some() {
        return "a graph".to_owned();
    }
    let choices = variant.choices;
    if choices.is_empty() {
        return attempt.answer.clone();
    }
    let places = attempt.answer.split(',').filter_map(|place| place.trim().parse::<usize>().ok());
    let texts = places.filter_map(|place| Some(choices.get(place.checked_sub(1)?)?.text.as_str()));
    texts.collect::<Vec<_>>().join("; ")
}

/// What there is to choose from; what was chosen before is chosen again.
fn choices(variant: &Variant, name: &str, feedback: &str, typed: Option<&str>) -> Markup {
    let kind = if variant.several { "checkbox" } else { "radio" };
    let chosen: Vec<&str> = typed.unwrap_or_default().split(',').map(str::trim).collect();
    html! {
        fieldset.choices aria-describedby=(feedback) {
            legend { @if variant.several { "Choose all that are right" } @else { "Choose one" } }
            @for (k, choice) in variant.choices.iter().enumerate() {
                @let value = (k + 1).to_string();
                label {
                    input type=(kind) name={ "answer-" (name) } value=(value) aria-label=(choice.text) checked[chosen.contains(&value.as_str())];
                    span { (PreEscaped(&choice.html)) }
                }
            }
        }
    }
}
