//! The home of the course: where one stands, what comes next, everything there is.

use std::collections::BTreeMap;

use maud::{Markup, PreEscaped, html};
use secant_course::{Entry, Module, Part};

use super::figure::still;
use super::frame::{Frame, data, frame};
use super::part::page_json;
use crate::app::App;
use crate::store::Progress;

/// `new`, `begun` or `done`.
fn state(progress: Option<&Progress>) -> &'static str {
    match progress {
        None => "new",
        Some(Progress { finished: false, .. }) => "begun",
        Some(Progress { finished: true, .. }) => "done",
    }
}

/// The page.
pub(super) fn page(app: &App, progress: &BTreeMap<String, Progress>) -> Markup {
    let course = &app.course;
    let lessons = course.parts();
    let of = |lesson: &Part| state(progress.get(lesson.id()));
    let next =
        lessons.iter().find(|one| of(one) == "begun").or_else(|| lessons.iter().find(|one| of(one) == "new"));
    let shown = next.or(lessons.first());
    let description =
        format!("{}: a course in which every figure is alive and every answer is computed.", course.title());
    let body = html! {
        div.hero {
            div.hero-text {
                h1 { (course.title()) }
                div.lead { (PreEscaped(course.lead())) }
                section.next aria-labelledby="next-title" { (invitation(lessons, next, progress)) }
            }
            @if let Some(lesson) = shown.filter(|lesson| lesson.view().page.figure.is_some()) {
                div.stage { div.screen { (still(lesson.view())) } }
            }
        }
        @for module in course.modules() { (contents(module, progress)) }
        @if let Some(lesson) = shown { (data("lesson", &page_json(lesson, None))) }
    };
    frame(app, &Frame { title: course.title(), kind: "home", description: &description }, body)
}

fn invitation(lessons: &[Part], next: Option<&Part>, progress: &BTreeMap<String, Progress>) -> Markup {
    let done = lessons.iter().filter(|one| state(progress.get(one.id())) == "done").count();
    let title = match next {
        Some(lesson) if progress.contains_key(lesson.id()) => "Go on",
        Some(_) if done > 0 => "Next",
        Some(_) => "Begin",
        None => "All done",
    };
    html! {
        h2 id="next-title" { (title) }
        @match next {
            Some(lesson) => {
                p { a.button href=(lesson.address()) { (lesson.title()) } " " span.minutes { (lesson.minutes()) " minutes" } }
            }
            None => p { "You have seen every lesson there is." },
        }
        @if done > 0 { p.tally { (done) " of " (lessons.len()) " lessons done" } }
    }
}

fn contents(module: &Module, progress: &BTreeMap<String, Progress>) -> Markup {
    let id = format!("module-{}", module.number);
    html! {
        section.module aria-labelledby=(id) {
            h2 id=(id) { span.number { (module.number) } " " (module.title) }
            @if !module.sentence.is_empty() { p { (module.sentence) } }
            @if !module.entries.is_empty() {
                ol.contents {
                    @for entry in &module.entries {
                        @match entry {
                            Entry::Part { kind, id, title, minutes } => {
                                @let state = state(progress.get(id));
                                li class=(state) data-part=(id) {
                                    a href={ "/" (kind.word()) "/" (id) } { (title) } " "
                                    span.minutes { (minutes) " min" } " "
                                    @if state != "new" { span.state { (state) } }
                                }
                            }
                            Entry::Planned { title } => li.planned { span.title { (title) } " " span.state { "planned" } },
                        }
                    }
                }
            }
        }
    }
}
