//! An assignment: where the attempt stands, its questions, a new attempt.

use maud::{Markup, html};
use secant_course::Part;
use secant_course::assignment::{Score, score};

use super::part::Kept;
use super::question::{Setting, form};
use crate::api::said;
use crate::store::Sitting;

/// The attempt that is under way, and what the others have come to.
pub(super) struct Under {
    pub(super) sitting: Sitting,
    /// The best of all attempts, this one included.
    pub(super) best: Score,
}

/// What stands above the questions, and the questions.
pub(super) fn sitting(part: &Part, kept: &Kept, under: &Under) -> Markup {
    let Under { sitting, best } = under;
    let now = score(part, &sitting.standings);
    let choices = part.questions().iter().any(|question| question.variant(0).kind == "choice");
    html! {
        section.sitting data-assignment=(part.id()) data-seed=(sitting.seed) data-passed=[now.passed.then_some("")] aria-labelledby="sitting-title" {
            h2 id="sitting-title" { "Attempt " (sitting.number) }
            p.score { strong { output.percent { (now.percent) } " %" } " so far. " span.said { (said(part, sitting, best.passed)) } }
            progress.bar max="100" value=(now.percent) aria-label="Score of this attempt" {}
            p.best { "Best attempt: " output.best-percent { (best.percent) } " %." }
            ol.states aria-label="Questions" {
                @for question in part.questions() {
                    @let standing = sitting.standings.get(question.id()).copied().unwrap_or_default();
                    li data-question=(question.id()) data-state=(standing.state()) {
                        a href={ "#question-" (question.name()) } { span.state { (standing.state()) } }
                    }
                }
            }
            p.rules {
                "Every question counts the same, its best answer counts, and wrong ones cost nothing"
                @if choices { ", except where you choose from a list: there the second try earns half, the third a third" }
                ". Hints are counted and cost nothing. A question whose solution you look at earns nothing more in this attempt."
            }
            button.again type="button" hidden { "New variant of everything" }
        }
        section.questions aria-labelledby="questions-title" {
            h2 id="questions-title" { "Questions" }
            @for (k, question) in part.questions().iter().enumerate() {
                @let standing = sitting.standings.get(question.id()).copied().unwrap_or_default();
                @let attempts = kept.attempts.get(k).map_or(&[][..], Vec::as_slice);
                (form(part, question, attempts, &Setting::Assignment { number: k + 1, seed: sitting.seed, standing }))
            }
        }
    }
}
