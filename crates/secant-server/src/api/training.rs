//! A network trained by the formulas of a page: `POST /api/v1/training`.
//!
//! Here: the request and its reply. Not here: the training itself (`secant_course::training`).
//! Invariant: nothing is kept; a page sends the weights along from which it wants to go on.
//! Start reading at [`train`].

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use secant_course::plugin::Hung;
use secant_course::training::{Pace, Spec, Trainer, Weights};
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::Sent;
use super::{ApiError, Reply, mistake, to_json};
use crate::app::App;

#[derive(Deserialize)]
pub(super) struct Body {
    /// The part that has the training.
    part: String,
    /// A formula for each name that it asks for.
    formulas: BTreeMap<String, String>,
    /// Where to go on; else weights that belong to the seed.
    #[serde(default)]
    weights: Option<Weights>,
    #[serde(default)]
    seed: u64,
    rate: f64,
    steps: u32,
    frames: u32,
}

/// Some steps down the slope. Formulas that cannot be used are told in `refused`, and nothing is done then.
pub(super) async fn train(State(app): State<Arc<App>>, Sent(body): Sent<Body>) -> Reply {
    let course = app.course.clone();
    let reply = app
        .work
        .run(move || {
            let unknown = || ApiError::unknown("training in", &body.part);
            let hung = course.part(&body.part).and_then(|part| part.plugin()).ok_or_else(unknown)?;
            steps(hung, &body).ok_or_else(unknown)?
        })
        .await??;
    Ok(Json(reply))
}

/// None where the plugin is no training.
fn steps(hung: &Hung, body: &Body) -> Option<Result<Value, ApiError>> {
    let spec = Spec::read(&hung.options).ok().filter(|_| hung.name == "backpropagation")?;
    let targets = spec.targets();
    let trainer = match Trainer::new(&spec, &body.formulas) {
        Ok(trainer) => trainer,
        Err(refused) => {
            let rows = refused.iter().map(|r| {
                let fault = &r.fault;
                json!({"name": r.name, "code": fault.code, "message": fault.message, "at": fault.at, "hint": fault.hint})
            });
            return Some(Ok(json!({"ok": true, "targets": targets, "refused": rows.collect::<Vec<_>>()})));
        }
    };
    let weights = body.weights.clone().unwrap_or_else(|| spec.first_weights(body.seed));
    let pace = Pace { rate: body.rate, steps: body.steps, frames: body.frames };
    let run = match trainer.run(&weights, &pace) {
        Ok(run) => run,
        Err(fault) => return Some(Err(mistake(fault))),
    };
    Some(to_json(&run).map(|mut value| {
        value["ok"] = json!(true);
        value["targets"] = json!(targets);
        value["refused"] = json!([]);
        value
    }))
}
