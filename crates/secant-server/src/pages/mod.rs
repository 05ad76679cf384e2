//! The pages, made on the server so that they can be read without JavaScript.
//!
//! Here: the frame, the home of the course, its parts, the page that says there is none.
//! Not here: how things look (the stylesheet), what moves (the browser's modules), words of the course.
//! Invariant: no inline script and no inline style; data for the browser is JSON in which no `<` stands.
//! Start reading at [`part()`].

mod assignment;
mod discussion;
mod figure;
mod frame;
mod home;
mod part;
mod progress;
mod question;
mod sheet;

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use maud::{Markup, html};
use secant_course::PartKind;
use secant_course::assignment::score;

use crate::api::ApiError;
use crate::app::App;
use crate::assets::tagged;
use crate::hash::content_hash;
use frame::{Frame, frame};
pub(crate) use sheet::{
    list as sheets, make as make_sheet, of_output as sheet_output, one as sheet, refuse as refuse_sheet,
    text as sheet_text,
};

/// How many past attempts at a question a page shows.
const ATTEMPTS_SHOWN: u32 = 10;

/// `GET /`
pub(crate) async fn home(State(app): State<Arc<App>>, asked: HeaderMap) -> Response {
    let made = async {
        let way = progress::Way::of(&app).await?;
        let held = app.clone();
        app.work.run(move || home::page(&held, &way)).await
    };
    send(&app, made.await, &asked)
}

/// `GET /lesson/{id}`, `GET /assignment/{id}`, …
pub(crate) async fn part(
    State(app): State<Arc<App>>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
    asked: HeaderMap,
) -> Response {
    let found = id.ok().and_then(|Path(id)| app.course.part(&id));
    let Some(part) = found.filter(|part| uri.path().starts_with(&format!("/{}/", part.kind().word()))) else {
        return missing(&app, uri.path());
    };
    let (id, kind) = (part.id().to_owned(), part.kind());
    let questions: Vec<String> = part.questions().iter().map(|one| one.id().to_owned()).collect();
    let made = async {
        let mut kept = part::Kept {
            progress: app.store.progress().await?.remove(&id).unwrap_or_default(),
            functions: app.store.functions(id.clone()).await?,
            attempts: Vec::new(),
            seed: app.store.seed().await?,
            under: None,
            answer: app.store.discussions().await?.remove(&id).unwrap_or_default(),
        };
        if kind == PartKind::Assignment {
            kept.under = Some(under(&app, &id).await?);
        }
        for question in questions {
            let mut attempts = app.store.attempts(question, ATTEMPTS_SHOWN).await?;
            if let Some(under) = &kept.under {
                attempts.retain(|attempt| attempt.seed == under.sitting.seed);
            }
            kept.attempts.push(attempts);
        }
        let held = app.clone();
        app.work
            .run(move || {
                let part = held.course.part(&id).ok_or_else(|| ApiError::unknown("part", &id))?;
                part::page(&held, part, &kept)
            })
            .await?
    };
    send(&app, made.await, &asked)
}

/// The attempt at an assignment that is under way.
async fn under(app: &App, id: &str) -> Result<assignment::Under, ApiError> {
    let sitting = app.store.sitting(id.to_owned()).await?;
    let sittings = app.store.sittings().await?.remove(id).unwrap_or_default();
    let part = app.course.part(id).ok_or_else(|| ApiError::unknown("assignment", id))?;
    let scores = sittings.iter().chain([&sitting]).map(|sitting| score(part, &sitting.standings));
    let best = scores.max().unwrap_or_else(|| score(part, &sitting.standings));
    Ok(assignment::Under { sitting, best })
}

/// The page for an address at which there is nothing.
pub(crate) fn missing(app: &App, address: &str) -> Response {
    let body = html! {
        h1 { "There is no page here" }
        p.lead { "Nothing is kept at " code { (address) } ". The address may have been mistyped, or the page is not written yet." }
        p { a.button href="/" { "To the course" } }
    };
    let page = Frame {
        title: "No such page",
        kind: "missing",
        description: "There is no page at this address.",
        figures: false,
    };
    (StatusCode::NOT_FOUND, Html(frame(app, &page, body).into_string())).into_response()
}

fn send(app: &App, made: Result<Markup, ApiError>, asked: &HeaderMap) -> Response {
    match made {
        Ok(page) => {
            let text = page.into_string();
            tagged(content_hash(text.as_bytes()), "text/html; charset=utf-8", "no-cache", asked, text)
        }
        Err(error) => {
            let body = html! {
                h1 { "This page could not be made" }
                p.lead { (error.message()) }
                p { a.button href="/" { "To the course" } }
            };
            let page = Frame {
                title: "An error",
                kind: "missing",
                description: "The page could not be made.",
                figures: false,
            };
            (error.status(), Html(frame(app, &page, body).into_string())).into_response()
        }
    }
}
