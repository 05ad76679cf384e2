//! The pages, made on the server so that they can be read without JavaScript.
//!
//! Invariant: no inline script and no inline style.

mod frame;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use maud::html;

use crate::app::App;
use crate::assets::tagged;
use crate::hash::content_hash;
use frame::{Frame, frame};

/// `GET /`
pub(crate) async fn home(State(app): State<Arc<App>>, asked: HeaderMap) -> Response {
    let body = html! {
        h1 { "Mathematics for machine learning" }
        p.lead { "A course in which every figure is alive and every answer is computed." }
    };
    let page = Frame { title: "Secant", kind: "home", description: "A course with live figures." };
    let text = frame(&app, &page, body).into_string();
    tagged(content_hash(text.as_bytes()), "text/html; charset=utf-8", "no-cache", &asked, text)
}

/// The page for an address at which there is nothing.
pub(crate) fn missing(app: &App, address: &str) -> Response {
    let body = html! {
        h1 { "There is no page here" }
        p.lead { "Nothing is kept at " code { (address) } ". The address may have been mistyped, or the lesson is not written yet." }
        p { a.button href="/" { "To the course" } }
    };
    let page =
        Frame { title: "No such page", kind: "missing", description: "There is no page at this address." };
    (StatusCode::NOT_FOUND, Html(frame(app, &page, body).into_string())).into_response()
}
