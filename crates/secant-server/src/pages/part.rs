//! A part of the course: the figure with its text twin, every scene's narration, the questions.

use std::collections::BTreeMap;

use maud::{Markup, PreEscaped, html};
use secant_course::{Part, PartKind};
use serde::Serialize;

use super::assignment::{Under, sitting};
use super::discussion;
use super::figure::still;
use super::frame::{Frame, data, frame};
use super::home::kind;
use super::question::{Setting, form};
use crate::api::ApiError;
use crate::app::App;
use crate::store::{Attempt, Progress};

/// What is kept of the learner's work in a part.
pub(super) struct Kept {
    pub(super) progress: Progress,
    /// Figure to name to text.
    pub(super) functions: BTreeMap<String, BTreeMap<String, String>>,
    /// For every question in order, its latest attempts, oldest first.
    pub(super) attempts: Vec<Vec<Attempt>>,
    /// Where the variants of this learner begin.
    pub(super) seed: u64,
    /// The attempt that is under way, in an assignment.
    pub(super) under: Option<Under>,
    /// The learner's own answer to the prompt; may be empty.
    pub(super) answer: String,
}

/// The page.
pub(super) fn page(app: &App, part: &Part, kept: &Kept) -> Result<Markup, ApiError> {
    let view = part.view();
    let module = app.course.modules().iter().find(|module| module.number == part.module());
    let description =
        format!("{}, a {} of about {} minutes.", part.title(), part.kind().word(), part.minutes());
    let body = html! {
        article #part data-part=(part.id()) data-kind=(part.kind().word()) {
            div.theatre.plain[view.page.figure.is_none()] {
                header {
                    h1 { (part.title()) }
                    p.meta {
                        @if part.kind() != PartKind::Lesson { (kind(part.kind())) " · " }
                        (part.minutes()) (if part.minutes() == 1 { " minute" } else { " minutes" })
                        @if let Some(module) = module { " · " a href={ "/#module-" (module.number) } { (module.title) } }
                    }
                    div.lead { (PreEscaped(part.lead())) }
                }
                @if view.page.figure.is_some() {
                    div #stage.stage {
                        div.screen { (still(view)) div #player.player hidden {} }
                        div #controls.controls hidden {}
                    }
                }
                div #scenes.scenes {
                    @for (k, (scene, narration)) in view.page.scenes.iter().zip(&view.narration).enumerate() {
                        @let title = format!("scene-{}-title", k + 1);
                        section.scene data-scene=(k) id={ "scene-" (k + 1) } aria-labelledby=(title) {
                            h2 id=(title) { (scene.title) }
                            (PreEscaped(narration))
                        }
                    }
                }
            }
            @if let Some(under) = &kept.under {
                (sitting(part, kept, under))
            } @else if !part.questions().is_empty() {
                section.questions aria-labelledby="questions-title" {
                    h2 id="questions-title" { "Your turn" }
                    @for (k, question) in part.questions().iter().enumerate() {
                        (form(part, question, kept.attempts.get(k).map_or(&[], Vec::as_slice), &Setting::Open { first: kept.seed }))
                    }
                }
            }
            @if part.kind() == PartKind::Discussion { (discussion::own(part, &kept.answer)) }
            @if !part.summary().is_empty() { div.summary { (PreEscaped(part.summary())) } }
            @if matches!(part.kind(), PartKind::Reading | PartKind::Lab) { (done_with(part.kind(), kept.progress)) }
            (neighbours(app, part))
        }
        (data("lesson", &page_json(part, Some(kept))))
    };
    let figures = part.view().page.figure.is_some();
    let page = Frame { title: part.title(), kind: part.kind().word(), description: &description, figures };
    Ok(frame(app, &page, body))
}

/// The button that notes a reading as read or a lab as done.
fn done_with(kind: PartKind, progress: Progress) -> Markup {
    let (word, done) = match kind {
        PartKind::Reading => ("I have read this", "You have read this."),
        PartKind::Lesson | PartKind::Assignment | PartKind::Discussion | PartKind::Lab => {
            ("I am done with this", "You have done this.")
        }
    };
    html! {
        p.end {
            @if progress.finished { span.noted { (done) } } @else { button.done-with type="button" hidden { (word) } }
        }
    }
}

fn neighbours(app: &App, part: &Part) -> Markup {
    let (before, after) = app.course.neighbours(part.id());
    html! {
        nav.neighbours aria-label="Before and after" {
            @if let Some(one) = before { a rel="prev" href=(one.address()) { (one.title()) } }
            @if let Some(one) = after { a rel="next" href=(one.address()) { (one.title()) } }
        }
    }
}

/// The part's data for the browser's modules.
pub(super) fn page_json(part: &Part, kept: Option<&Kept>) -> String {
    #[derive(Serialize)]
    struct Page<'a> {
        #[serde(flatten)]
        page: &'a secant_course::PartPage,
        #[serde(skip_serializing_if = "Option::is_none")]
        kept: Option<KeptJson<'a>>,
    }
    #[derive(Serialize)]
    struct KeptJson<'a> {
        scene: u32,
        finished: bool,
        functions: &'a BTreeMap<String, String>,
    }
    let page = &part.view().page;
    let none = BTreeMap::new();
    let kept = kept.map(|kept| KeptJson {
        scene: kept.progress.scene,
        finished: kept.progress.finished,
        functions: page.figure.as_ref().and_then(|figure| kept.functions.get(&figure.id)).unwrap_or(&none),
    });
    serde_json::to_string(&Page { page, kept }).unwrap_or_default()
}
