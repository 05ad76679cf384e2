//! A discussion: the learner's own answer to the prompt.

use maud::{Markup, PreEscaped, html};
use secant_course::{Part, own_words};

/// What was answered, and the place to answer.
pub(super) fn own(part: &Part, answer: &str) -> Markup {
    html! {
        section.own-answer aria-labelledby="own-title" {
            h2 id="own-title" { "Your answer" }
            div.kept hidden[answer.is_empty()] { (PreEscaped(own_words(answer))) }
            form data-discussion=(part.id()) action=(part.address()) method="post" novalidate {
                label for="own-text" { "In your own words; formulas stand between dollar signs, as in $x^2$" }
                textarea #own-text name="text" rows="8" maxlength="20000" readonly aria-describedby="own-note" { (answer) }
                p.note #own-note { "Your answer is kept on this machine, in your data folder. Nothing is sent to anyone." }
                div.actions { button type="submit" disabled { "Keep" } span.noted role="status" {} }
                noscript { p { "Keeping an answer needs JavaScript; reading does not." } }
            }
        }
    }
}
