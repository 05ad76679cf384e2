//! The sandpit over HTTP: a game from its first probe to its end, what is refused, and what is never said too early.

use secant_course::sandpit::{LEVELS, MOST_PROBES, Pit, level};
use serde_json::{Value, json};

use super::Server;
use crate::store::{GameOver, KeptProbe};

const ADDRESS: &str = "/api/v1/sandpit";

impl Server {
    async fn sandpit(&self, what: &str, body: Value) -> Value {
        self.post(&format!("{ADDRESS}/{what}"), &body).await
    }

    async fn begin(&self, level: &str, seed: u64) -> u64 {
        let reply = self.sandpit("start", json!({"level": level, "seed": seed})).await;
        assert_eq!(reply["ok"], true, "{reply}");
        reply["game"]["id"].as_u64().unwrap()
    }

    async fn probe(&self, game: u64, x: f64, y: f64) -> Value {
        self.sandpit("probe", json!({"game": game, "x": x, "y": y})).await
    }
}

fn pit(id: &str, seed: u64) -> Pit {
    Pit::new(level(id).unwrap(), seed).unwrap()
}

#[track_caller]
fn refused(reply: &Value, code: &str) {
    assert_eq!((&reply["ok"], &reply["error"]["code"]), (&json!(false), &json!(code)), "{reply}");
    assert!(!reply["error"]["message"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn a_game_is_played_to_its_end() {
    let server = Server::new().await;
    for one in LEVELS {
        let truth = pit(one.id, 5);
        let (x, y) = truth.lowest.place();
        let game = server.begin(one.id, 5).await;
        for (nth, (px, py)) in [(0.0, 0.0), (6.0, 0.5), (0.25, 5.75)].into_iter().enumerate() {
            let reply = server.probe(game, px, py).await;
            let said = truth.probe(nth, px, py).unwrap();
            assert_eq!(reply["told"], Value::Null, "{reply}");
            assert_eq!(
                reply["game"]["probes"][nth],
                json!({"x": said.x, "y": said.y, "depth": said.depth, "arrow": said.arrow})
            );
        }
        let end = server.probe(game, x, y).await;
        assert_eq!((&end["game"]["over"], &end["game"]["again"]), (&json!("won"), &json!(false)), "{end}");
        let told = &end["told"];
        assert_eq!((told["x"].as_f64(), told["y"].as_f64()), (Some(x), Some(y)));
        assert_eq!(told["floor"], truth.text);
        assert!(told["mathml"].as_str().unwrap().starts_with("<math"));
        assert!(told["par"].as_u64().unwrap() > 0 && !told["hindsight"].as_str().unwrap().is_empty());
        assert_eq!(
            told["figure"]["elements"][0]["kind"], "contour",
            "the map that the page lays on the board"
        );
        assert_eq!(server.sandpit("game", json!({"game": game})).await, end, "a replay says the same");
    }
}

#[tokio::test]
async fn nonsense_is_refused_with_reasons() {
    let server = Server::new().await;
    let game = server.begin("bowl", 5).await;
    for (what, body, code) in [
        ("start", json!({"level": "nowhere"}), "request.unknown"),
        ("start", json!({"level": "bowl", "seed": 1_000_000_000}), "request.seed"),
        ("start", json!({"level": "bowl", "seed": -1}), "request.malformed"),
        ("start", json!({"level": "bowl", "seed": 1.5}), "request.malformed"),
        ("start", json!({"level": 7}), "request.malformed"),
        ("start", json!({}), "request.malformed"),
        ("probe", json!({"game": game, "x": 6.001, "y": 1}), "request.outside"),
        ("probe", json!({"game": game, "x": 1, "y": -0.001}), "request.outside"),
        ("probe", json!({"game": game, "x": 1e300, "y": 1}), "request.outside"),
        ("probe", json!({"game": game, "x": "1", "y": 1}), "request.malformed"),
        ("probe", json!({"game": game, "x": null, "y": 1}), "request.malformed"),
        ("probe", json!({"game": game, "x": 1}), "request.malformed"),
        ("probe", json!({"game": game + 1, "x": 1, "y": 1}), "request.unknown"),
        ("probe", json!({"game": u64::MAX, "x": 1, "y": 1}), "request.unknown"),
        ("game", json!({"game": 0}), "request.unknown"),
        ("game", json!({"game": -1}), "request.malformed"),
        ("game", json!({"game": u64::MAX}), "request.unknown"),
        ("give-up", json!({"game": game + 1}), "request.unknown"),
        ("scores", json!({"lab": "playground"}), "request.unknown"),
        ("nothing", json!({}), "request.unknown"),
    ] {
        refused(&server.sandpit(what, body).await, code);
    }
    let raw = [("content-type", "application/json")];
    for body in ["{\"game\": 1, \"x\": 1e999, \"y\": 1}", "{\"game\": 1, \"x\": NaN, \"y\": 1}", "[", ""] {
        let reply = server.post_with(&format!("{ADDRESS}/probe"), &raw, body).await;
        assert_eq!(reply.status, 400, "{body}");
        refused(&reply.json(), "request.malformed");
    }
    let reply = server.get(&format!("{ADDRESS}/probe")).await;
    assert_eq!(reply.status, 405);
    let game = server.sandpit("game", json!({"game": game})).await;
    assert_eq!(game["game"]["probes"], json!([]), "nothing of it was counted");
}

#[tokio::test]
async fn after_the_end_there_are_no_probes() {
    let server = Server::new().await;
    let won = server.begin("wall", 3).await;
    let (x, y) = pit("wall", 3).lowest.place();
    server.probe(won, x, y).await;
    let lost = server.begin("wall", 4).await;
    let reply = server.sandpit("give-up", json!({"game": lost})).await;
    assert_eq!((&reply["game"]["over"], reply["told"].is_object()), (&json!("given up"), true), "{reply}");
    for game in [won, lost] {
        let before = server.sandpit("game", json!({"game": game})).await;
        refused(&server.probe(game, 1.0, 1.0).await, "request.over");
        refused(&server.sandpit("give-up", json!({"game": game})).await, "request.over");
        assert_eq!(server.sandpit("game", json!({"game": game})).await, before);
    }
}

#[tokio::test]
async fn a_game_has_so_many_probes_and_no_more() {
    let server = Server::new().await;
    let game = server.begin("noise", 8).await;
    let mut said = std::collections::BTreeSet::new();
    for nth in 0..MOST_PROBES {
        let reply = server.probe(game, 0.0, 6.0).await;
        said.insert(reply["game"]["probes"][nth]["depth"].to_string());
    }
    assert!(said.len() > 100, "noise differs from probe to probe");
    refused(&server.probe(game, 0.0, 6.0).await, "budget.probes");
    let reply = server.sandpit("give-up", json!({"game": game})).await;
    assert_eq!(reply["game"]["probes"].as_array().unwrap().len(), MOST_PROBES);
}

#[tokio::test]
async fn a_game_under_way_survives_and_is_gone_on_with() {
    let server = Server::new().await;
    let game = server.begin("depth-only", 11).await;
    let before = server.probe(game, 1.5, 2.5).await;
    let server = server.restarted().await;
    assert_eq!(server.sandpit("game", json!({"game": game})).await, before);
    assert_eq!(server.begin("depth-only", 11).await, game, "the same pit is gone on with");
    assert_ne!(server.begin("depth-only", 12).await, game);
    let reply = server.probe(game, 4.0, 4.0).await;
    assert_eq!(reply["game"]["probes"].as_array().unwrap().len(), 2);
    let seeds: std::collections::BTreeSet<u64> = {
        let mut seeds = std::collections::BTreeSet::new();
        for _ in 0..6 {
            let reply = server.sandpit("start", json!({"level": "bowl"})).await;
            seeds.insert(reply["game"]["seed"].as_u64().unwrap());
        }
        seeds
    };
    assert!(seeds.len() > 3, "seeds are drawn: {seeds:?}");
}

#[tokio::test]
async fn probes_are_numbered_without_a_gap_and_end_with_the_game() {
    let server = Server::new().await;
    let store = &server.app.store;
    let game = server.begin("bowl", 1).await;
    let probe = KeptProbe { x: 1.0, y: 2.0, depth: 3.0, arrow: Some([-0.5, 0.25]), at: 9 };
    for (nth, added) in [(1, false), (0, true), (0, false), (2, false), (1, true)] {
        assert_eq!(store.add_probe(game, nth, probe, false).await.unwrap(), added, "{nth}");
    }
    assert!(!store.add_probe(game + 1, 0, probe, false).await.unwrap(), "no such game");
    assert!(store.add_probe(game, 2, probe, true).await.unwrap());
    assert!(!store.add_probe(game, 3, probe, false).await.unwrap(), "it is won");
    assert!(!store.give_up(game, 10).await.unwrap(), "it is won");
    let kept = store.game(game).await.unwrap().unwrap();
    assert_eq!((kept.over, kept.probes), (Some(GameOver::Won), vec![probe; 3]));
}

#[tokio::test]
async fn scores_count_pits_seen_for_the_first_time() {
    let server = Server::new().await;
    let scores = async || {
        let reply = server.sandpit("scores", json!({"lab": "sandpit"})).await;
        assert_eq!(reply["levels"].as_array().unwrap().len(), 3, "{reply}");
        reply["levels"][0].clone()
    };
    assert_eq!((&scores().await["best"], &scores().await["won"]), (&Value::Null, &json!(0)));
    let (x, y) = pit("bowl", 5).lowest.place();
    let first = server.begin("bowl", 5).await;
    server.probe(first, 0.0, 0.0).await;
    assert_eq!(scores().await["latest"][0]["over"], Value::Null, "one under way is there to be gone on with");
    server.probe(first, x, y).await;
    let second = server.begin("bowl", 5).await;
    let reply = server.probe(second, x, y).await;
    assert_eq!(reply["game"]["again"], true);
    let after = scores().await;
    assert_eq!(
        (&after["best"]["game"], &after["best"]["probes"], &after["won"]),
        (&json!(first), &json!(2), &json!(2))
    );
    let games: Vec<&Value> = after["latest"].as_array().unwrap().iter().map(|line| &line["game"]).collect();
    assert_eq!(games, [&json!(second), &json!(first)]);
}

/// Where the floor is lowest is said nowhere before the end: in no reply, right or refused, and on no page.
#[tokio::test]
async fn the_lowest_point_is_told_to_nobody_too_early() {
    let server = Server::new().await;
    for one in LEVELS {
        for seed in 20..25 {
            let truth = pit(one.id, seed);
            let (x, y) = truth.lowest.place();
            let mut said =
                vec![server.sandpit("start", json!({"level": one.id, "seed": seed})).await.to_string()];
            let game = server.begin(one.id, seed).await;
            // The corners: never near.
            for (px, py) in [(0.0, 0.0), (6.0, 0.0), (6.0, 6.0), (0.0, 6.0)] {
                let reply = server.probe(game, px, py).await;
                assert_eq!(reply["told"], Value::Null);
                let keys: Vec<&String> = reply["game"].as_object().unwrap().keys().collect();
                assert_eq!(keys, ["again", "id", "level", "over", "probes", "seed"]);
                said.push(reply.to_string());
            }
            said.push(server.probe(game, 7.0, 7.0).await.to_string());
            said.push(server.sandpit("game", json!({"game": game})).await.to_string());
            said.push(server.sandpit("scores", json!({"lab": one.lab})).await.to_string());
            for page in server.pages() {
                let with = format!("{page}?level={}&seed={seed}&game={game}", one.id);
                if seed == 20 {
                    said.push(server.get(&with).await.text().to_owned());
                }
            }
            let depth = -truth.lowest.height.middle();
            let digits = |value: f64| format!("{value:.3}").trim_end_matches('0').to_owned();
            for text in &said {
                let shown = digits(x).len() > 4 && text.contains(&digits(x)) && text.contains(&digits(y));
                assert!(!shown, "{} {seed}: the place is in {text}", one.id);
                assert!(!text.contains(&format!("{depth:.4}")), "{} {seed}: the depth is in {text}", one.id);
                assert!(!text.contains(&truth.text), "{} {seed}: the floor is in {text}", one.id);
            }
            let end = server.sandpit("give-up", json!({"game": game})).await.to_string();
            assert!(end.contains(&truth.text), "and then it is told");
        }
    }
}
