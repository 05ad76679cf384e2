//! The home of the course: where one stands, what comes next, everything there is.

use maud::{Markup, PreEscaped, html};
use secant_course::{Course, Entry, Module, PartKind};

use super::figure::still;
use super::frame::{Frame, data, frame};
use super::part::page_json;
use super::progress::{Next, Way};
use crate::app::App;

/// The page.
pub(super) fn page(app: &App, way: &Way) -> Markup {
    let course = &*app.course;
    let next = way.next(course);
    // The figure of what comes next, or of the first part that has one.
    let wanted = next.as_ref().map(|next| next.part);
    let mut shown = wanted.into_iter().chain(course.parts()).filter(|part| part.view().page.figure.is_some());
    let shown = shown.next();
    let here = next.as_ref().map_or(1, |next| next.part.module());
    let description =
        format!("{}: a course in which every figure is alive and every answer is computed.", course.title());
    let body = html! {
        div.hero {
            div.hero-text {
                h1 { (course.title()) }
                div.lead { (PreEscaped(course.lead())) }
                section.next aria-labelledby="next-title" { (invitation(course, next.as_ref(), way)) }
            }
            @if let Some(part) = shown { div.stage { div.screen { (still(part.view())) } } }
        }
        @for module in course.modules() { (contents(course, module, module.number == here, way)) }
        (shelf(course, way))
        @if let Some(part) = shown { (data("lesson", &page_json(part, None))) }
    };
    frame(app, &Frame { title: course.title(), kind: "home", description: &description, figures: true }, body)
}

fn invitation(course: &Course, next: Option<&Next<'_>>, way: &Way) -> Markup {
    let done = course.parts().iter().filter(|part| way.is_done(part)).count();
    html! {
        h2 id="next-title" { (next.map_or("All done", |next| next.title)) }
        @match next {
            Some(Next { part, why, .. }) => {
                p { a.button href=(part.address()) { (part.title()) } " " span.minutes { (kind(part.kind())) ", " (part.minutes()) " minutes" } }
                p.why { (why) }
            }
            None => p { "You have done everything there is." },
        }
        @if done > 0 { p.tally { (done) " of " (course.parts().len()) " parts done" } }
    }
}

/// The word for a kind of part.
pub(super) fn kind(kind: PartKind) -> &'static str {
    match kind {
        PartKind::Lesson => "Lesson",
        PartKind::Assignment => "Assignment",
        PartKind::Reading => "Reading",
        PartKind::Discussion => "Discussion",
        PartKind::Lab => "Lab",
    }
}

fn contents(course: &Course, module: &Module, open: bool, way: &Way) -> Markup {
    let id = format!("module-{}", module.number);
    let parts: Vec<_> = course.parts().iter().filter(|part| part.module() == module.number).collect();
    let done = parts.iter().filter(|part| way.is_done(part)).count();
    let title = html! { h2 { span.number { (module.number) } " " (module.title) } };
    html! {
        @if module.entries.is_empty() {
            section.module id=(id) { (title) @if !module.sentence.is_empty() { p { (module.sentence) } } p.planned { "Not written yet." } }
        } @else {
            details.module id=(id) open[open] {
                summary {
                    (title)
                    @if !parts.is_empty() {
                        span.progress {
                            progress.bar max=(parts.len()) value=(done) aria-label={ "Done in module " (module.number) } {}
                            " " span.tally { (done) " of " (parts.len()) " done" }
                        }
                    }
                }
                @if !module.sentence.is_empty() { p { (module.sentence) } }
                (list(course, &module.entries, way))
            }
        }
    }
}

fn list(course: &Course, entries: &[Entry], way: &Way) -> Markup {
    html! {
        ol.contents {
            @for entry in entries {
                @match entry {
                    Entry::Part { kind: sort, id, title, minutes } => {
                        @let (stage, said) = course.part(id).map(|part| way.stage(part)).unwrap_or((super::progress::Stage::New, String::new()));
                        li class=(stage.word()) data-part=(id) {
                            a href={ "/" (sort.word()) "/" (id) } { (title) } " "
                            @if *sort != PartKind::Lesson { span.kind { (kind(*sort)) } " " }
                            @if !said.is_empty() { span.state { (said) } " " }
                            span.minutes { (minutes) " min" }
                        }
                    }
                    Entry::Planned { title } => li.planned { span.title { (title) } " " span.state { "planned" } },
                }
            }
        }
    }
}

/// What is of use at any time.
fn shelf(course: &Course, way: &Way) -> Markup {
    let labs = course.parts().iter().filter(|part| part.kind() == PartKind::Lab);
    let labs: Vec<_> = labs.collect();
    html! {
        @if !course.readings().is_empty() {
            section.module aria-labelledby="readings-title" {
                h2 id="readings-title" { "To read at any time" }
                (list(course, course.readings(), way))
            }
        }
        @if !labs.is_empty() {
            section.module aria-labelledby="labs-title" {
                h2 id="labs-title" { "Labs" }
                ul.shelf { @for lab in labs { li { a href=(lab.address()) { (lab.title()) } } } }
            }
        }
    }
}
