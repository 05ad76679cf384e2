//! Assignments: how an attempt stands, help that is counted, the next attempt.
//!
//! Here: which attempt a request belongs to, its standing as JSON.
//! Not here: marking (`api::answer`), what a standing is worth (`secant-course`).
//! Start reading at [`attempt_of`].

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use secant_course::assignment::{Standing, next_seed, score};
use secant_course::{Part, PartKind};
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::Sent;
use super::{ApiError, Reply};
use crate::app::App;
use crate::store::{Noted, Sitting};

/// The assignment that a question is in, if this seed is the one its latest attempt asks with.
pub(super) async fn attempt_of<'a>(
    app: &'a App,
    question: &str,
    seed: u64,
) -> Result<Option<&'a Part>, ApiError> {
    let part = app.course.part_of(question).filter(|part| part.kind() == PartKind::Assignment);
    let Some(part) = part else { return Ok(None) };
    let sitting = app.store.sitting(part.id().to_owned()).await?;
    if sitting.seed == seed { Ok(Some(part)) } else { Err(ApiError::outdated()) }
}

/// Notes what happened at a question, and says how the attempt stands then.
pub(super) async fn note(app: &App, part: &Part, question: String, noted: Noted) -> Result<Value, ApiError> {
    let sitting = app.store.note(part.id().to_owned(), question, noted, (app.clock)()).await?;
    standing(app, part, &sitting).await
}

/// An attempt as the page shows it.
async fn standing(app: &App, part: &Part, sitting: &Sitting) -> Result<Value, ApiError> {
    let sittings = app.store.sittings().await?.remove(part.id()).unwrap_or_default();
    let now = score(part, &sitting.standings);
    let best = sittings.iter().map(|sitting| score(part, &sitting.standings)).max().unwrap_or(now);
    let questions = part.questions().iter().map(|question| {
        let standing = sitting.standings.get(question.id()).copied().unwrap_or_default();
        json!({
            "question": question.id(),
            "state": standing.state(),
            "tries": standing.tries,
            "help": standing.help(),
            "shown": standing.shown,
        })
    });
    Ok(json!({
        "number": sitting.number,
        "seed": sitting.seed,
        "percent": now.percent,
        "passed": now.passed,
        "best": best.percent,
        "said": said(part, sitting, best.passed),
        "questions": questions.collect::<Vec<_>>(),
    }))
}

/// Where an attempt stands, in a sentence.
pub(crate) fn said(part: &Part, sitting: &Sitting, ever_passed: bool) -> String {
    let now = score(part, &sitting.standings);
    let touched = |standing: &&Standing| standing.tries > 0 || standing.shown;
    let open = part.questions().len()
        - sitting.standings.values().filter(touched).count().min(part.questions().len());
    let passed = match (now.passed, ever_passed) {
        (true, _) => "Passed.".to_owned(),
        (false, true) => "Passed before; this attempt takes nothing away.".to_owned(),
        (false, false) => format!("{} % passes.", part.pass()),
    };
    match open {
        0 => passed,
        1 => format!("{passed} 1 question is not tried yet."),
        n => format!("{passed} {n} questions are not tried yet."),
    }
}

#[derive(Deserialize)]
pub(super) struct HintBody {
    question: String,
    seed: u64,
}

/// Counts a hint that was looked at. Outside of assignments nothing is counted.
pub(super) async fn hint(State(app): State<Arc<App>>, Sent(body): Sent<HintBody>) -> Reply {
    let Some(part) = attempt_of(&app, &body.question, body.seed).await? else {
        return Ok(Json(json!({"ok": true})));
    };
    let standing = note(&app, part, body.question, Noted::Helped).await?;
    Ok(Json(json!({"ok": true, "assignment": standing})))
}

#[derive(Deserialize)]
pub(super) struct AgainBody {
    assignment: String,
}

/// Begins the next attempt: a new variant of every question.
pub(super) async fn again(State(app): State<Arc<App>>, Sent(body): Sent<AgainBody>) -> Reply {
    let part = app.course.part(&body.assignment).filter(|part| part.kind() == PartKind::Assignment);
    let part = part.ok_or_else(|| ApiError::unknown("assignment", &body.assignment))?;
    let latest = app.store.sitting(body.assignment.clone()).await?;
    let (course, id) = (app.course.clone(), body.assignment.clone());
    let seed = app
        .work
        .run(move || course.part(&id).map_or(latest.seed, |part| next_seed(part, latest.seed)))
        .await?;
    let sitting = app.store.sit(body.assignment, seed, (app.clock)()).await?;
    Ok(Json(json!({"ok": true, "assignment": standing(&app, part, &sitting).await?})))
}
