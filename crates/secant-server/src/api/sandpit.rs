//! The sandpit over HTTP: begin, probe, give up, look at a game again, scores.
//!
//! Here: what is asked and what is said; which probe is refused, and why.
//! Not here: pits and what wins (`secant_course::sandpit`), what is kept (`store`).
//! Invariant: until a game is over, a reply says nothing of the pit but what its probes said: neither the floor nor where it
//! is lowest is even computed into one ([`told`] is the only place, and it asks first).

use std::sync::Arc;

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use secant_course::sandpit::{
    LEVELS, Level, METHODS, MOST_PROBES, MOST_SEED, NEAR, Over, Pit, SIDE, level, over,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::Sent;
use super::{ApiError, Reply, to_json};
use crate::app::App;
use crate::store::{Game, GameOver, KeptProbe, Score};

/// How many of its latest games a level shows.
const LATEST: u32 = 8;

/// The addresses below `/api/v1/sandpit`.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/start", post(start))
        .route("/probe", post(probe))
        .route("/give-up", post(give_up))
        .route("/game", post(game))
        .route("/scores", post(scores))
}

#[derive(Deserialize)]
struct StartBody {
    level: String,
    #[serde(default)]
    seed: Option<u64>,
}

/// Begins a game, or goes on with the one that is under way in the same pit.
async fn start(State(app): State<Arc<App>>, Sent(body): Sent<StartBody>) -> Reply {
    let level = known(&body.level)?;
    if body.seed.is_some_and(|seed| seed > MOST_SEED) {
        return Err(ApiError::refused(
            "request.seed",
            format!("a seed is a whole number from 0 to {MOST_SEED}"),
        )
        .with_hint("leave the seed out, and one is drawn"));
    }
    let id = app.store.begin_game(level.id.to_owned(), body.seed, (app.clock)()).await?;
    let game = kept(&app, id).await?;
    // A pit that cannot be made is found out now and not at the first probe.
    pit_of(&app, &game).await?;
    reply(&app, game).await
}

#[derive(Deserialize)]
struct ProbeBody {
    game: u64,
    x: f64,
    y: f64,
}

/// Pushes the stick into the sand.
async fn probe(State(app): State<Arc<App>>, Sent(body): Sent<ProbeBody>) -> Reply {
    let game = kept(&app, body.game).await?;
    if let Some(over) = game.over {
        return Err(ApiError::conflict("request.over", format!("game {} is over: {}", game.id, over.word()))
            .with_hint("begin another one"));
    }
    if game.probes.len() >= MOST_PROBES {
        return Err(ApiError::conflict("budget.probes", format!("a game has at most {MOST_PROBES} probes"))
            .with_hint("give up to see the floor, or begin another game"));
    }
    let pit = pit_of(&app, &game).await?;
    let Some(said) = pit.probe(game.probes.len(), body.x, body.y) else {
        let message = format!("({}, {}) is outside of the pit", body.x, body.y);
        return Err(ApiError::refused("request.outside", message)
            .with_hint(&format!("x and y reach from 0 to {SIDE}")));
    };
    let at = (app.clock)();
    let probe = KeptProbe { x: said.x, y: said.y, depth: said.depth, arrow: said.arrow, at };
    let won = pit.is_won_at(said.x, said.y);
    if !app.store.add_probe(game.id, game.probes.len() as u64, probe, won).await? {
        return Err(ApiError::conflict("request.again", "another probe came first".to_owned())
            .with_hint("look at the game again, then probe"));
    }
    let game = kept(&app, game.id).await?;
    reply(&app, game).await
}

#[derive(Deserialize)]
struct GameBody {
    game: u64,
}

/// Ends a game without having won it.
async fn give_up(State(app): State<Arc<App>>, Sent(body): Sent<GameBody>) -> Reply {
    let game = kept(&app, body.game).await?;
    if !app.store.give_up(game.id, (app.clock)()).await? {
        return Err(ApiError::conflict("request.over", format!("game {} is over", game.id)));
    }
    let game = kept(&app, game.id).await?;
    reply(&app, game).await
}

/// A game as it stands: to go on with, or to be replayed.
async fn game(State(app): State<Arc<App>>, Sent(body): Sent<GameBody>) -> Reply {
    let game = kept(&app, body.game).await?;
    reply(&app, game).await
}

#[derive(Deserialize)]
struct ScoresBody {
    lab: String,
}

/// The levels of a lab, each with its best game and its latest ones.
async fn scores(State(app): State<Arc<App>>, Sent(body): Sent<ScoresBody>) -> Reply {
    let mut levels = Vec::new();
    for level in LEVELS.iter().filter(|level| level.lab == body.lab) {
        let scores = app.store.scores(level.id.to_owned(), LATEST).await?;
        levels.push(json!({
            "id": level.id,
            "title": level.title,
            "about": level.about,
            "arrow": level.arrow,
            "noise": level.noise,
            "best": scores.best.as_ref().map(line),
            "latest": scores.latest.iter().map(line).collect::<Vec<_>>(),
            "won": scores.won,
        }));
    }
    if levels.is_empty() {
        return Err(ApiError::unknown("sandpit", &body.lab));
    }
    Ok(Json(json!({"ok": true, "side": SIDE, "near": NEAR, "levels": levels})))
}

fn line(score: &Score) -> Value {
    json!({
        "game": score.id,
        "seed": score.seed,
        "again": score.again,
        "over": score.over.map(GameOver::word),
        "probes": score.probes,
        "at": score.begun,
    })
}

fn known(id: &str) -> Result<&'static Level, ApiError> {
    let names: Vec<&str> = LEVELS.iter().map(|level| level.id).collect();
    level(id)
        .ok_or_else(|| ApiError::unknown("level", id).with_hint(&format!("levels are {}", names.join(", "))))
}

async fn kept(app: &App, id: u64) -> Result<Game, ApiError> {
    app.store.game(id).await?.ok_or_else(|| ApiError::unknown("game", &id.to_string()))
}

async fn pit_of(app: &App, game: &Game) -> Result<Pit, ApiError> {
    let (level, seed) = (known(&game.level)?, game.seed);
    let made = app.work.run(move || Pit::new(level, seed)).await?;
    made.ok_or_else(|| {
        ApiError::refused("request.seed", format!("no pit can be made of seed {seed}"))
            .with_hint("choose another seed")
    })
}

async fn reply(app: &App, game: Game) -> Reply {
    let told = told(app, &game).await?;
    let probes = game.probes.iter().map(|p| json!({"x": p.x, "y": p.y, "depth": p.depth, "arrow": p.arrow}));
    Ok(Json(json!({
        "ok": true,
        "game": {
            "id": game.id,
            "level": game.level,
            "seed": game.seed,
            "again": game.again,
            "over": game.over.map(GameOver::word),
            "probes": probes.collect::<Vec<_>>(),
        },
        "told": told,
    })))
}

/// What is told of a pit when its game is over; nothing before.
async fn told(app: &App, game: &Game) -> Result<Value, ApiError> {
    if game.over.is_none() {
        return Ok(Value::Null);
    }
    let pit = pit_of(app, game).await?;
    let places: Vec<(f64, f64)> = game.probes.iter().map(|p| (p.x, p.y)).collect();
    let made = app.work.run(move || over(&pit, &places).map(|over| (pit, over))).await?;
    let Some((pit, over)) = made else {
        return Err(ApiError::internal("internal.figure", "the floor could not be drawn".to_owned()));
    };
    told_of(&pit, &over)
}

fn told_of(pit: &Pit, over: &Over) -> Result<Value, ApiError> {
    let (x, y) = pit.lowest.place();
    let height = pit.lowest.height;
    let methods = over.played.iter().map(|one| {
        json!({
            "name": one.method.name,
            "about": one.method.about,
            "won": one.won,
            "probes": one.path.len(),
            // A grid is no path worth looking at.
            "path": (one.method.name != METHODS[METHODS.len() - 1].name).then_some(&one.path),
        })
    });
    Ok(json!({
        "x": x,
        "y": y,
        "depth": -height.middle(),
        "bounds": {
            "x": [pit.lowest.x.low(), pit.lowest.x.high()],
            "y": [pit.lowest.y.low(), pit.lowest.y.high()],
            "depth": [-height.high(), -height.low()],
            "boxes": pit.lowest.boxes,
        },
        "floor": pit.text,
        "mathml": pit.floor.to_mathml(),
        "par": over.par,
        "methods": methods.collect::<Vec<_>>(),
        "hindsight": over.hindsight,
        "figure": to_json(&over.figure)?,
    }))
}
