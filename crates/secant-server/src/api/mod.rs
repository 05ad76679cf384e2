//! What the page asks of the server, in JSON under `/api/v1/`.
//!
//! Here: one handler per address, the body it takes, the reply it gives, the form of an error.
//! Not here: mathematics (`secant`), marking (`secant-course`), what is kept (`store`).
//! Invariant: every reply is one JSON object with `ok`; nothing is computed on a thread that serves.
//! Start reading at [`routes`].

mod assignment;
mod body;
mod error;
mod sandpit;
mod training;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{Uri, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use secant::sheet::{Limits, Stop};
use secant_course::assignment::earned;
use secant_course::sheet::Sheet;
use secant_course::{Fault, PartKind, Question, Variant, Verdict, Witness, answer_line, grade, own_words};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::app::App;
use crate::pages;
use crate::store::{Attempt, KeptSheet, Noted, Progress};
pub(crate) use assignment::said;
use body::{JsonText, Sent};
pub(crate) use error::ApiError;

/// The addresses below `/api/v1`.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/ask", post(ask))
        .route("/figure", post(figure))
        .route("/read", post(read))
        .route("/answer", post(answer))
        .route("/question", post(question))
        .route("/steps", post(steps))
        .route("/follow-up", post(follow_up))
        .route("/replay", post(replay))
        .route("/progress", post(progress))
        .route("/hint", post(assignment::hint))
        .route("/assignment", post(assignment::again))
        .route("/discussion", post(discussion))
        .route("/training", post(training::train))
        .route("/sheet", post(sheet))
        .route("/sheet/delete", post(delete_sheet))
        .nest("/sandpit", sandpit::routes())
        .route("/opcodes", get(opcodes))
        .route("/health", get(health))
        .route("/watch", get(watch))
        .fallback(async |uri: Uri| ApiError::unknown("address", uri.path()))
        .method_not_allowed_fallback(async || ApiError::method())
}

type Reply = Result<Json<Value>, ApiError>;

/// Stops the evaluation when it is dropped.
struct Asked(Stop);

impl Drop for Asked {
    fn drop(&mut self) {
        self.0.raise();
    }
}

/// Which version of a course that is being written is served, and what is wrong with the newer one.
async fn watch(State(app): State<Arc<App>>, uri: Uri) -> Reply {
    let watch = app.watch.as_ref().ok_or_else(|| ApiError::unknown("address", uri.path()))?;
    let (version, mistakes) = watch.state();
    Ok(Json(json!({"ok": true, "version": version, "mistakes": mistakes})))
}

/// Any request of the engine's language, exactly as `secant batch` takes it.
async fn ask(State(app): State<Arc<App>>, JsonText(text): JsonText) -> Result<impl IntoResponse, ApiError> {
    // Whoever asked may go away, or wait too long: then what nobody waits for ends.
    let asked = Asked(Stop::default());
    let limits = Limits { stop: Some(asked.0.clone()), ..Limits::default() };
    let reply = app.work.run(move || answer_line(&text, &limits)).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], reply))
}

#[derive(Deserialize)]
struct FigureBody {
    part: String,
    figure: String,
    functions: BTreeMap<String, String>,
}

/// The part's figure for the learner's functions; they are kept once the figure can be made of them.
async fn figure(State(app): State<Arc<App>>, Sent(body): Sent<FigureBody>) -> Reply {
    let course = app.course.clone();
    let (id, name, functions) = (body.part.clone(), body.figure.clone(), body.functions.clone());
    let page = app
        .work
        .run(move || {
            let part = course.part(&id).ok_or_else(|| ApiError::unknown("part", &id))?;
            let has = part.view().page.figure.as_ref().is_some_and(|figure| figure.id == name);
            if !has {
                return Err(ApiError::unknown("figure", &name));
            }
            let view = part.view_with(&functions).map_err(mistake)?;
            to_json(&view.page)
        })
        .await??;
    app.store.keep_functions(body.part, body.figure, body.functions, (app.clock)()).await?;
    Ok(Json(json!({"ok": true, "figure": page["figure"], "scenes": page["scenes"]})))
}

#[derive(Deserialize)]
struct ReadBody {
    text: String,
    #[serde(default)]
    names: Vec<String>,
    /// The shapes of those that have axes.
    #[serde(default)]
    shapes: BTreeMap<String, String>,
    #[serde(default)]
    kind: String,
}

/// How the engine reads a formula while it is being typed.
async fn read(State(app): State<Arc<App>>, Sent(body): Sent<ReadBody>) -> Reply {
    let reading = app
        .work
        .run(move || {
            let names: Vec<&str> = body.names.iter().map(String::as_str).collect();
            secant_course::read(&body.text, &names, &body.shapes, &body.kind).map_err(mistake)
        })
        .await??;
    Ok(Json(json!({"ok": true, "text": reading.text, "mathml": reading.mathml})))
}

#[derive(Deserialize)]
struct AnswerBody {
    question: String,
    seed: u64,
    answer: String,
}

/// Marks an answer and keeps it, with what its verdict can be made again from. One that cannot be understood is not an
/// attempt.
async fn answer(State(app): State<Arc<App>>, Sent(body): Sent<AnswerBody>) -> Reply {
    let part = assignment::attempt_of(&app, &body.question, body.seed).await?;
    let tries = app.store.tries(body.question.clone(), body.seed).await?;
    let attempt = u32::try_from(tries + 1).unwrap_or(u32::MAX);
    let (seed, typed) = (body.seed, body.answer.clone());
    let (mark, is_choice) = with_question(&app, (body.question.clone(), body.seed), move |question| {
        let mark = question.mark(seed, &typed, attempt).map_err(mistake)?;
        Ok((mark, question.kind() == grade::Kind::Choice))
    })
    .await?;
    let mut standing = None;
    if mark.verdict != Verdict::NotUnderstood {
        let earned = earned(mark.score.clamp(0.0, 1.0), is_choice, attempt - 1);
        let record = Kept { attempt, record: mark.record.clone() };
        let attempt = Attempt {
            question: body.question.clone(),
            seed: body.seed,
            answer: body.answer,
            verdict: mark.verdict.word().to_owned(),
            score: mark.score.clamp(0.0, 1.0),
            record: serde_json::to_string(&record).ok(),
            at: (app.clock)(),
        };
        match part {
            Some(part) => {
                let noted = Noted::Answered { attempt, earned };
                standing = Some(assignment::note(&app, part, body.question.clone(), noted).await?);
            }
            None => drop(app.store.record(attempt).await?),
        }
    }
    let tally = app.store.tally(body.question).await?;
    Ok(Json(json!({
        "ok": true,
        "verdict": mark.verdict.word(),
        "score": mark.score,
        "feedback": mark.feedback.text,
        "level": mark.feedback.level,
        "places": mark.feedback.places,
        "example": mark.feedback.example,
        "explanations": mark.feedback.explanations,
        "follow_up": mark.feedback.follow_up,
        "error": mark.error,
        "parts": mark.parts,
        "mathml": mark.reading,
        "witness": mark.witness.as_ref().map(witness),
        "plot": mark.plot,
        "attempts": tally.attempts,
        "best": tally.best,
        "assignment": standing,
    })))
}

/// What is kept with an attempt: which one at its variant it was, and the grader's record.
#[derive(serde::Serialize, Deserialize)]
struct Kept {
    attempt: u32,
    record: Option<grade::Record>,
}

#[derive(Deserialize)]
struct ReplayBody {
    question: String,
}

/// How many attempts are replayed at most, the latest ones.
const MOST_REPLAYED: u32 = 50;

/// Makes the verdicts on the kept attempts at a question again, each from its record alone, and says where this version
/// of the engine says something else.
async fn replay(State(app): State<Arc<App>>, Sent(body): Sent<ReplayBody>) -> Reply {
    let attempts = app.store.attempts(body.question, MOST_REPLAYED).await?;
    let replayed = app
        .work
        .run(move || {
            let again = |attempt: &Attempt| {
                let kept: Option<Kept> = attempt.record.as_deref().and_then(|text| serde_json::from_str(text).ok());
                let row = |rest: Value| {
                    json!({"seed": attempt.seed, "answer": attempt.answer, "verdict": attempt.verdict, "at": attempt.at, "replay": rest})
                };
                let Some(Kept { attempt: nth, record: Some(record) }) = kept else { return row(Value::Null) };
                match grade::replay(&record, &Limits::default()) {
                    Ok(replay) => row(json!({
                        "attempt": nth,
                        "verdict": replay.grade.verdict.word(),
                        "score": replay.grade.score,
                        "agrees": replay.agrees,
                        "engine": record.engine,
                        "same_engine": replay.same_engine,
                        "evidence": record.evidence,
                    })),
                    Err(fault) => row(json!({"agrees": false, "error": *fault})),
                }
            };
            attempts.iter().map(again).collect::<Vec<_>>()
        })
        .await?;
    Ok(Json(json!({"ok": true, "attempts": replayed})))
}

/// A point at which an answer and the right one differ.
fn witness(found: &Witness) -> Value {
    let at: BTreeMap<&str, Value> =
        found.at.iter().map(|(name, value)| (name.as_str(), number(*value))).collect();
    json!({"at": at, "answer": number(found.yours), "model": number(found.expected)})
}

/// A number, or the word for what is none.
fn number(value: f64) -> Value {
    match value {
        _ if value.is_nan() => json!("nan"),
        f64::INFINITY => json!("inf"),
        f64::NEG_INFINITY => json!("-inf"),
        finite => json!(finite),
    }
}

#[derive(Deserialize)]
struct VariantBody {
    question: String,
    seed: u64,
    /// Another variant than that of the seed, the next one on its way.
    #[serde(default)]
    next: bool,
}

/// One variant of a question, to be asked.
async fn question(State(app): State<Arc<App>>, Sent(body): Sent<VariantBody>) -> Reply {
    let (course, id) = (app.course.clone(), body.question.clone());
    let seed = match body.next {
        false => body.seed,
        // A question that follows up a slip is another one with every seed.
        true => {
            let next = move || {
                course.question(&id).map_or(body.seed.wrapping_add(1), |one| one.next_seed(body.seed))
            };
            app.work.run(next).await?
        }
    };
    let asked = with_question(&app, (body.question, seed), move |question| {
        Ok(variant(question, &question.variant(seed)))
    })
    .await?;
    Ok(Json(asked))
}

fn variant(question: &Question, variant: &Variant) -> Value {
    let choices = variant.choices.iter().map(|c| json!({"html": c.html, "text": c.text}));
    json!({
        "ok": true,
        "question": question.id(),
        "seed": variant.seed,
        "ask": variant.ask,
        "kind": variant.kind,
        "note": variant.note,
        "names": variant.names,
        "shapes": variant.shapes,
        "choices": choices.collect::<Vec<_>>(),
        "several": variant.several,
        "parameters": variant.parameters,
        "draw": variant.canvas,
        "cells": variant.cells,
        "hints": variant.hints,
        "figure": question.figure(variant.seed).map(|still| still.figure),
    })
}

#[derive(Deserialize)]
struct FollowUpBody {
    slip: String,
    seed: u64,
}

/// A question that only this slip gets wrong.
async fn follow_up(State(app): State<Arc<App>>, Sent(body): Sent<FollowUpBody>) -> Reply {
    let asked = app
        .work
        .run(move || match secant_course::follow_up(&body.slip, body.seed) {
            Some(question) => Ok(variant(&question, &question.variant(body.seed))),
            None => Err(ApiError::unknown("follow-up question for", &body.slip)),
        })
        .await??;
    Ok(Json(asked))
}

#[derive(Deserialize)]
struct StepsBody {
    question: String,
    seed: u64,
    /// So many of the first steps only.
    #[serde(default)]
    first: Option<usize>,
}

/// The worked solution of a variant, or its first steps.
async fn steps(State(app): State<Arc<App>>, Sent(body): Sent<StepsBody>) -> Reply {
    let part = assignment::attempt_of(&app, &body.question, body.seed).await?;
    let asked = (body.question.clone(), body.seed);
    let (mut steps, curve) = with_question(&app, asked, move |question| {
        Ok((question.steps(body.seed), question.curve(body.seed)))
    })
    .await?;
    let all = steps.len();
    steps.truncate(body.first.unwrap_or(all));
    let standing = match part {
        Some(part) => {
            let noted = if steps.len() < all { Noted::Helped } else { Noted::Shown };
            Some(assignment::note(&app, part, body.question, noted).await?)
        }
        None => None,
    };
    let last = steps.last().map(|step| step.to_mathml.clone());
    // The curve itself is the last step of a graph.
    let (more, curve) = (steps.len() < all, curve.filter(|_| steps.len() == all));
    Ok(Json(
        json!({"ok": true, "steps": to_json(&steps)?, "more": more, "mathml": last, "curve": curve, "assignment": standing}),
    ))
}

#[derive(Deserialize)]
struct ProgressBody {
    part: String,
    #[serde(default)]
    scene: u32,
    #[serde(default)]
    finished: bool,
}

/// Notes how far a part was followed.
async fn progress(State(app): State<Arc<App>>, Sent(body): Sent<ProgressBody>) -> Reply {
    let part = app.course.part(&body.part).ok_or_else(|| ApiError::unknown("part", &body.part))?;
    let last = u32::try_from(part.view().page.scenes.len()).unwrap_or(u32::MAX).saturating_sub(1);
    let reached = Progress { scene: body.scene.min(last), finished: body.finished };
    app.store.reach(body.part, reached, (app.clock)()).await?;
    Ok(Json(json!({"ok": true})))
}

/// Longest answer to a prompt, in bytes.
const MOST_WORDS: usize = 50_000;

#[derive(Deserialize)]
struct DiscussionBody {
    part: String,
    text: String,
}

/// Keeps the learner's answer to the prompt of a discussion, and says how it reads.
async fn discussion(State(app): State<Arc<App>>, Sent(body): Sent<DiscussionBody>) -> Reply {
    let found = app.course.part(&body.part).filter(|part| part.kind() == PartKind::Discussion);
    if found.is_none() {
        return Err(ApiError::unknown("discussion", &body.part));
    }
    if body.text.len() > MOST_WORDS {
        return Err(ApiError::too_large(MOST_WORDS));
    }
    let text = body.text.clone();
    let html = app.work.run(move || own_words(&text)).await?;
    app.store.discuss(body.part, body.text, (app.clock)()).await?;
    Ok(Json(json!({"ok": true, "html": html})))
}

#[derive(Deserialize)]
struct SheetBody {
    id: i64,
    #[serde(flatten)]
    sheet: Sheet,
    /// Cells before this one are as they were.
    #[serde(default)]
    from: usize,
}

/// Keeps a sheet, then says what its cells give, from the first one that has changed.
async fn sheet(State(app): State<Arc<App>>, Sent(body): Sent<SheetBody>) -> Reply {
    pages::refuse_sheet(&body.sheet)?;
    let cells = serde_json::to_string(&body.sheet.cells)
        .map_err(|error| ApiError::internal("internal.json", error.to_string()))?;
    let kept = KeptSheet { title: body.sheet.title.clone(), cells };
    if !app.store.keep_sheet(body.id, kept, (app.clock)()).await? {
        return Err(ApiError::unknown("sheet", &body.id.to_string()));
    }
    let asked = Asked(Stop::default());
    let stop = asked.0.clone();
    let outputs = app
        .work
        .run(move || {
            let outputs = secant_course::sheet::run(&body.sheet.cells, body.from, Some(stop));
            let each = outputs.iter().enumerate();
            each.map(|(k, output)| if k < body.from { Value::Null } else { pages::sheet_output(output) })
                .collect::<Vec<_>>()
        })
        .await?;
    Ok(Json(json!({"ok": true, "outputs": outputs})))
}

#[derive(Deserialize)]
struct SheetName {
    id: i64,
}

/// Deletes a sheet for good.
async fn delete_sheet(State(app): State<Arc<App>>, Sent(body): Sent<SheetName>) -> Reply {
    app.store.delete_sheet(body.id).await?;
    Ok(Json(json!({"ok": true})))
}

/// The instructions a figure's program may contain.
async fn opcodes() -> Json<Value> {
    // 0 is no operation: it carries the operand that does not fit into the one before.
    let rows = secant::program::OPCODES.iter().map(|row| (row.number, row.name));
    let opcodes: Vec<_> = std::iter::once((0, "extra")).chain(rows).collect();
    Json(json!({"version": 1, "opcodes": opcodes}))
}

/// Says that the server runs.
async fn health() -> Json<Value> {
    Json(json!({"ok": true, "version": env!("CARGO_PKG_VERSION")}))
}

/// Does something with a question, asked with a seed, where mathematics is done.
async fn with_question<T: Send + 'static>(
    app: &App,
    (id, seed): (String, u64),
    task: impl FnOnce(&Question) -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    let course = app.course.clone();
    app.work
        .run(move || task(&course.asked(&id, seed).ok_or_else(|| ApiError::unknown("question", &id))?))
        .await?
}

fn mistake(fault: Fault) -> ApiError {
    ApiError::mistake(fault.code.to_owned(), fault.message, fault.at, fault.hint)
}

fn to_json(value: &impl serde::Serialize) -> Result<Value, ApiError> {
    serde_json::to_value(value).map_err(|error| ApiError::internal("internal.json", error.to_string()))
}
