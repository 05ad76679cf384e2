//! A question as a form: what is asked, room for the answer, what was answered before.

use maud::{Markup, PreEscaped, html};
use secant_course::{Lesson, Question};

use crate::store::Attempt;

/// The variant that is asked first.
const FIRST_SEED: u64 = 1;

/// The form of a question, for the variant that was tried last.
pub(super) fn form(lesson: &Lesson, question: &Question, attempts: &[Attempt]) -> Markup {
    let last = attempts.last();
    let variant = question.variant(last.map_or(FIRST_SEED, |attempt| attempt.seed));
    let name = question.name();
    let (ask, answer) = (format!("ask-{name}"), format!("answer-{name}"));
    let (reading, feedback) = (format!("reading-{name}"), format!("feedback-{name}"));
    html! {
        form.question id={ "question-" (name) } data-question=(question.id()) data-seed=(variant.seed)
            data-verdict=[last.map(|attempt| attempt.verdict.as_str())] data-steps
            action={ "/lesson/" (lesson.id()) } method="post" novalidate aria-labelledby=(ask) {
            div.ask id=(ask) { (PreEscaped(&variant.ask)) }
            label for=(answer) { "Your answer" }
            input.formula id=(answer) name="answer" type="text" autocomplete="off" autocapitalize="off" spellcheck="false"
                aria-describedby={ (reading) " " (feedback) } data-names=(variant.names.join(" "))
                value=[last.map(|attempt| attempt.answer.as_str())];
            p.reading id=(reading) aria-live="polite" {}
            div.actions {
                button type="submit" disabled { "Check" }
                button.hint type="button" hidden { "Hint" }
                button.show-steps type="button" hidden { "Show the steps" }
                button.another type="button" hidden { "Another one" }
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
                            code { (attempt.answer) } " " span.verdict { (attempt.verdict) }
                        }
                    }
                }
            }
            noscript { p { "Checking an answer needs JavaScript; reading does not." } }
        }
    }
}
