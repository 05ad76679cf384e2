//! Sheets: the list of those that are kept, one of them, one as Markdown.
//!
//! Here: the pages, complete and readable without scripts; making a sheet, empty or from an example or a text.
//! Not here: what a cell gives (`secant-course`), keeping what is typed (`api`), editing (the browser's modules).
//! Start reading at [`list`] and [`one`].

use std::sync::Arc;

use axum::extract::rejection::{PathRejection, StringRejection};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, PreEscaped, html};
use secant_course::sheet::{self, Cell, CellKind, EXAMPLES, Output, Sheet};
use serde_json::{Value, json};

use super::frame::{Frame, data, frame};
use super::{figure, missing, send};
use crate::api::ApiError;
use crate::app::App;
use crate::store::{KeptSheet, SheetRow};

/// Most sheets that are kept.
const MOST_SHEETS: usize = 1000;

/// `GET /sheet`
pub(crate) async fn list(State(app): State<Arc<App>>, asked: HeaderMap) -> Response {
    let made = async {
        let rows = app.store.sheets().await?;
        Ok(list_page(&app, &rows))
    };
    send(&app, made.await, &asked)
}

fn list_page(app: &App, rows: &[SheetRow]) -> Markup {
    let body = html! {
        h1 { "Sheets" }
        p.lead { "A sheet is a page of your own: words, the whole language running live, and figures. It is kept as you type." }
        form method="post" action="/sheet" { button.button type="submit" { "New sheet" } }
        @if !rows.is_empty() {
            section aria-labelledby="kept" {
                h2 #kept { "Kept" }
                ul.sheets { @for row in rows {
                    li data-sheet=(row.id) { a href={ "/sheet/" (row.id) } { (named(&row.title)) } }
                } }
            }
        }
        section aria-labelledby="examples" {
            h2 #examples { "To begin with" }
            ul.sheets { @for (name, _) in EXAMPLES {
                @let title = sheet::example(name).map(|s| s.title).unwrap_or_default();
                li { form method="post" action="/sheet" {
                    input type="hidden" name="from" value=(name);
                    button type="submit" { (title) }
                } }
            } }
        }
        section aria-labelledby="import" {
            h2 #import { "From Markdown" }
            form.import method="post" action="/sheet" {
                label for="text" { "A sheet or a lesson as text" }
                textarea #text name="text" rows="6" required spellcheck="false" {}
                button type="submit" { "Import" }
            }
        }
    };
    let page = Frame {
        title: "Sheets",
        kind: "sheets",
        figures: false,
        description: "Pages of your own, in which everything runs.",
    };
    frame(app, &page, body)
}

fn named(title: &str) -> &str {
    if title.trim().is_empty() { "A sheet without a title" } else { title }
}

/// A field of a form that was sent, decoded; empty where there is none.
fn field(body: &str, name: &str) -> String {
    let found = body.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name);
    let mut bytes = Vec::new();
    let mut left = found.map(|(_, value)| value).unwrap_or_default().bytes();
    while let Some(byte) = left.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16)).unwrap_or(0) as u8;
                digit(left.next()) * 16 + digit(left.next())
            }
            plain => plain,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// `POST /sheet`: a new sheet, and on to it.
pub(crate) async fn make(State(app): State<Arc<App>>, body: Result<String, StringRejection>) -> Response {
    let made = async {
        let body = body.map_err(|error| ApiError::malformed(error.to_string()))?;
        let (from, text) = (field(&body, "from"), field(&body, "text"));
        let new = if !from.is_empty() {
            sheet::example(&from).ok_or_else(|| ApiError::unknown("example", &from))?
        } else if text.trim().is_empty() {
            Sheet { title: String::new(), cells: vec![Cell { kind: CellKind::Request, text: String::new() }] }
        } else {
            Sheet::from_markdown(&text)
        };
        refuse(&new)?;
        if app.store.sheets().await?.len() >= MOST_SHEETS {
            let message = format!("{MOST_SHEETS} sheets are kept already; delete one first");
            return Err(ApiError::mistake("budget.sheets".to_owned(), message, None, None));
        }
        let cells = serde_json::to_string(&new.cells).unwrap_or_default();
        app.store.make_sheet(new.title, cells, (app.clock)()).await.map_err(ApiError::from)
    };
    match made.await {
        Ok(id) => Redirect::to(&format!("/sheet/{id}")).into_response(),
        Err(error) => send(&app, Err(error), &HeaderMap::new()),
    }
}

/// An error for a sheet that is too large.
pub(crate) fn refuse(sheet: &Sheet) -> Result<(), ApiError> {
    match sheet::refused(sheet) {
        Some((code, message)) => Err(ApiError::mistake(code.to_owned(), message, None, None)),
        None => Ok(()),
    }
}

/// A kept sheet as it was written; a row that cannot be read is an empty sheet.
fn read(kept: &KeptSheet) -> Sheet {
    Sheet { title: kept.title.clone(), cells: serde_json::from_str(&kept.cells).unwrap_or_default() }
}

async fn kept(app: &App, id: Result<Path<String>, PathRejection>) -> Result<Option<(i64, Sheet)>, ApiError> {
    let Some(id) = id.ok().and_then(|Path(id)| id.parse::<i64>().ok()) else { return Ok(None) };
    Ok(app.store.sheet(id).await?.map(|found| (id, read(&found))))
}

/// `GET /sheet/{id}`
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
    asked: HeaderMap,
) -> Response {
    let made = async {
        let Some((id, sheet)) = kept(&app, id).await? else { return Ok(None) };
        let held = app.clone();
        app.work.run(move || Some(page(&held, id, &sheet))).await
    };
    match made.await {
        Ok(Some(page)) => send(&app, Ok(page), &asked),
        Ok(None) => missing(&app, uri.path()),
        Err(error) => send(&app, Err(error), &asked),
    }
}

/// `GET /sheet/{id}/text`: the sheet as Markdown, to be kept elsewhere or made a lesson.
pub(crate) async fn text(
    State(app): State<Arc<App>>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
) -> Response {
    match kept(&app, id).await {
        Ok(Some((id, sheet))) => {
            let named = format!("attachment; filename=\"sheet-{id}.md\"");
            let headers = [
                (header::CONTENT_TYPE, "text/markdown; charset=utf-8".to_owned()),
                (header::CONTENT_DISPOSITION, named),
            ];
            (headers, sheet.to_markdown()).into_response()
        }
        Ok(None) => missing(&app, uri.path()),
        Err(error) => send(&app, Err(error), &HeaderMap::new()),
    }
}

fn page(app: &App, id: i64, sheet: &Sheet) -> Markup {
    let outputs = sheet::run(&sheet.cells, 0, None);
    let body = html! {
        article #sheet.sheet data-sheet=(id) {
            header {
                h1 { (named(&sheet.title)) }
                p.meta { a href="/sheet" { "All sheets" } " · " a href={ "/sheet/" (id) "/text" } download { "As Markdown" } " · " span #saved role="status" { "Saved" } }
            }
            div #cells.sheet-cells {
                @for (k, (cell, output)) in sheet.cells.iter().zip(&outputs).enumerate() {
                    section.sheet-cell data-kind=(word(cell.kind)) aria-label={ "Cell " (k + 1) ", " (word(cell.kind)) } {
                        @if cell.kind != CellKind::Prose { pre.source tabindex="0" { code { (cell.text) } } }
                        div.output tabindex="0" role="group" aria-label="What it gives" { (shown(output)) }
                        @if let Some(fault) = &output.fault {
                            p.reading.wrong { span.message { (fault.message) } @if let Some(hint) = &fault.hint { span.hint { (hint) } } }
                        }
                    }
                }
            }
            noscript { p { "Changing a sheet needs JavaScript; reading does not." } }
        }
        (data("sheet-data", &json(sheet, &outputs).to_string()))
    };
    let title = named(&sheet.title);
    frame(
        app,
        &Frame {
            title,
            kind: "sheet",
            figures: true,
            description: "A page of one's own, in which everything runs.",
        },
        body,
    )
}

const fn word(kind: CellKind) -> &'static str {
    match kind {
        CellKind::Prose => "prose",
        CellKind::Request => "request",
        CellKind::Figure => "figure",
    }
}

fn shown(output: &Output) -> Markup {
    html! {
        (PreEscaped(&output.html))
        @if let Some(figure) = &output.figure { (figure::own(figure)) }
    }
}

fn json(sheet: &Sheet, outputs: &[Output]) -> Value {
    let outputs: Vec<Value> = outputs.iter().map(|output| told(output, None)).collect();
    json!({ "title": sheet.title, "cells": sheet.cells, "outputs": outputs })
}

/// What a cell gives, for the page that shows it anew.
pub(crate) fn of_output(output: &Output) -> Value {
    told(output, Some(shown(output).into_string()))
}

fn told(output: &Output, html: Option<String>) -> Value {
    json!({ "html": html, "figure": output.figure.as_ref().map(|still| &still.figure), "fault": output.fault })
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn forms_are_decoded() {
        assert_eq!(field("from=&text=a+%2B%20b%0A%C3%A9&x=%zz%", "text"), "a + b\né");
        assert_eq!(field("text", "text"), "");
        assert_eq!(field("a=%", "a"), "\0");
    }
}
