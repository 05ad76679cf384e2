//! Parts other than lessons: what their pages have, what an attempt at an assignment is worth.

use std::path::Path;

use super::*;

impl Server {
    /// A server with one part of every kind.
    async fn of_parts(folder: TempDir) -> Self {
        let course = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/browser/fixtures/parts");
        let app = Arc::new(App {
            course: Arc::new(content::load(Some(&course)).unwrap()),
            store: Arc::new(Sqlite::open(folder.path()).await.unwrap()),
            assets: Assets::new(None),
            work: Work::new(2),
            clock: || 1_700_000_000_000,
            watch: None,
        });
        Self { folder, app: app.clone(), service: router(app) }
    }

    async fn reborn(self) -> Self {
        self.app.store.close().await.unwrap();
        Self::of_parts(self.folder).await
    }

    async fn answer(&self, name: &str, seed: u64, answer: &str) -> Value {
        let question = format!("lines-quiz/{name}");
        self.post("/api/v1/answer", &json!({"question": question, "seed": seed, "answer": answer})).await
    }

    /// The right answers of the variant of a seed, from what is asked.
    async fn right(&self, name: &str, seed: u64) -> String {
        let question = format!("lines-quiz/{name}");
        let asked = self.post("/api/v1/question", &json!({"question": question, "seed": seed})).await;
        let steps = self.app.course.question(&question).unwrap().steps(seed);
        let last = steps.last().map_or(String::new(), |step| step.to.clone());
        match name {
            "lay" => format!("m = {}, c = {last}", steps[0].to),
            "which" => {
                let rows = asked["choices"].as_array().unwrap();
                let falls = |row: &Value| row["text"].as_str().unwrap().contains("1 - ");
                (rows.iter().position(falls).unwrap() + 1).to_string()
            }
            "meets" => format!("({last}, 0)"),
            _ => last,
        }
    }
}

const NAMES: [&str; 5] = ["lay", "slope", "at", "which", "meets"];

#[tokio::test]
async fn every_kind_of_part_has_its_page_and_no_other_address() {
    let server = Server::of_parts(tempfile::tempdir().unwrap()).await;
    for part in server.app.course.parts() {
        for kind in PartKind::ALL {
            let status = server.get(&format!("/{}/{}", kind.word(), part.id())).await.status;
            assert_eq!(status, if kind == part.kind() { 200 } else { 404 }, "{kind:?} {}", part.id());
        }
        let reply = server.get(&part.address()).await;
        let page = reply.text();
        for narration in &part.view().narration {
            assert!(page.contains(narration.as_str()));
        }
        assert_eq!(page.contains("<section class=\"sitting\""), part.kind() == PartKind::Assignment);
        assert_eq!(page.contains("<section class=\"own-answer\""), part.kind() == PartKind::Discussion);
        let noted = matches!(part.kind(), PartKind::Reading | PartKind::Lab);
        assert_eq!(page.contains("class=\"done-with\""), noted);
    }
    let home = server.get("/").await;
    for part in server.app.course.parts() {
        assert!(home.text().contains(&format!("href=\"{}\"", part.address())), "{}", part.id());
    }
    assert!(home.text().contains("Not written yet."));
}

#[tokio::test]
async fn an_assignment_is_passed_kept_and_begun_again() {
    let server = Server::of_parts(tempfile::tempdir().unwrap()).await;
    let seed = server.app.store.seed().await.unwrap();
    let page = server.get("/assignment/lines-quiz").await;
    assert!(attributes(page.text(), "data-seed").iter().all(|s| *s == seed.to_string()));

    // Each question counts a fifth; the first one is wrong before it is right.
    let reply = server.answer("slope", seed, "1").await;
    assert_eq!((&reply["verdict"], &reply["assignment"]["percent"]), (&json!("wrong"), &json!(0)), "{reply}");
    assert_eq!(reply["assignment"]["questions"][1]["state"], "wrong");
    let mut percents = Vec::new();
    for name in NAMES {
        let answer = server.right(name, seed).await;
        let reply = server.answer(name, seed, &answer).await;
        assert_eq!(reply["score"], 1.0, "{name}: {answer}: {reply}");
        percents.push(reply["assignment"]["percent"].as_u64().unwrap());
        assert_eq!(reply["assignment"]["passed"], percents.len() >= 4, "{reply}");
    }
    assert_eq!(percents, [20, 40, 60, 80, 100]);

    let server = server.reborn().await;
    let page = server.get("/assignment/lines-quiz").await;
    assert!(
        page.text().contains("class=\"percent\">100</output>") && page.text().contains("Passed."),
        "{}",
        page.text()
    );
    let home = server.get("/").await;
    assert!(home.text().contains("passed, best 100 %"));

    // Other numbers everywhere, nothing is lost, and a page of the attempt before is told so.
    let again =
        server.post("/api/v1/assignment", &json!({"assignment": "lines-quiz"})).await["assignment"].clone();
    assert_eq!((&again["number"], &again["percent"], &again["best"]), (&json!(2), &json!(0), &json!(100)));
    for question in server.app.course.part("lines-quiz").unwrap().questions() {
        let asked = |seed| (question.variant(seed).ask, question.variant(seed).choices, question.steps(seed));
        assert_ne!(asked(seed), asked(again["seed"].as_u64().unwrap()), "{}", question.id());
    }
    let late = server.answer("slope", seed, "1").await;
    assert_eq!(late["error"]["code"], "request.outdated", "{late}");
    let page = server.get("/assignment/lines-quiz").await;
    assert!(page.text().contains("Attempt 2") && page.text().contains("Passed before"), "{}", page.text());
}

#[tokio::test]
async fn help_is_counted_and_a_solution_that_was_shown_earns_nothing() {
    let server = Server::of_parts(tempfile::tempdir().unwrap()).await;
    let seed = server.app.store.seed().await.unwrap();
    let at = json!({"question": "lines-quiz/lay", "seed": seed});
    let hint = server.post("/api/v1/hint", &at).await;
    assert_eq!(hint["assignment"]["questions"][0]["help"], "1 hint", "{hint}");
    let step = json!({"question": "lines-quiz/lay", "seed": seed, "first": 1});
    let step = server.post("/api/v1/steps", &step).await;
    assert_eq!(step["assignment"]["questions"][0]["help"], "2 hints", "{step}");
    let shown = server.post("/api/v1/steps", &at).await;
    assert_eq!(shown["assignment"]["questions"][0]["help"], "2 hints, solution shown", "{shown}");
    let right = server.right("lay", seed).await;
    let reply = server.answer("lay", seed, &right).await;
    assert_eq!((&reply["score"], &reply["assignment"]["percent"]), (&json!(1.0), &json!(0)), "{reply}");
    // Looking at the solution afterwards takes nothing away.
    let right = server.right("at", seed).await;
    server.answer("at", seed, &right).await;
    let shown = server.post("/api/v1/steps", &json!({"question": "lines-quiz/at", "seed": seed})).await;
    assert_eq!(shown["assignment"]["percent"], 20, "{shown}");
    // In a list the second try earns half.
    let right = server.right("which", seed).await;
    server.answer("which", seed, if right == "1" { "2" } else { "1" }).await;
    let reply = server.answer("which", seed, &right).await;
    assert_eq!(reply["assignment"]["percent"], 30, "{reply}");
    assert_eq!(reply["assignment"]["questions"][3]["state"], "partly", "{reply}");
    // In a lesson nothing is counted.
    let lesson = server.post("/api/v1/steps", &json!({"question": "lines/steep", "seed": seed})).await;
    assert_eq!((&lesson["ok"], &lesson["assignment"]), (&json!(true), &Value::Null));
}

#[tokio::test]
async fn an_answer_of_ones_own_is_read_with_its_formulas_and_kept() {
    let server = Server::of_parts(tempfile::tempdir().unwrap()).await;
    let say = async |part: &str, text: &str| {
        server.post("/api/v1/discussion", &json!({"part": part, "text": text})).await
    };
    let reply = say("why-lines", "<b>Mine</b>: $y = x^2$").await;
    let html = reply["html"].as_str().unwrap();
    assert!(html.contains("&lt;b&gt;Mine") && html.contains("<msup>"), "{html}");
    assert_eq!(say("lines", "x").await["error"]["code"], "request.unknown");
    assert_eq!(say("why-lines", &"x".repeat(60_000)).await["error"]["code"], "request.too-large");
    let server = server.reborn().await;
    let page = server.get("/discussion/why-lines").await;
    assert!(
        page.text().contains(html) && page.text().contains("&lt;b&gt;Mine&lt;/b&gt;: $y = x^2$</textarea>")
    );
    assert!(server.get("/").await.text().contains("answered"));
}

#[tokio::test]
async fn home_says_what_is_next_and_why() {
    let server = Server::of_parts(tempfile::tempdir().unwrap()).await;
    let next = async |server: &Server| {
        let home = server.get("/").await;
        let (_, rest) = home.text().split_once("id=\"next-title\">").unwrap();
        let title = rest.split('<').next().unwrap().to_owned();
        let why = rest.split_once("class=\"why\">").unwrap().1.split('<').next().unwrap().to_owned();
        (title, attributes(rest, "href").remove(0).to_owned(), why)
    };
    let is = |said: (String, String, String), title: &str, address: &str, why: &str| {
        assert!(said.0 == title && said.1 == address && said.2.contains(why), "{said:?}");
    };
    is(next(&server).await, "Begin", "/lesson/lines", "begins here");
    server.post("/api/v1/progress", &json!({"part": "lines", "scene": 1})).await;
    is(next(&server).await, "Go on", "/lesson/lines", "in the middle");
    server.post("/api/v1/progress", &json!({"part": "lines", "finished": true})).await;
    is(next(&server).await, "Next", "/assignment/lines-quiz", "Lines");
    let seed = server.app.store.seed().await.unwrap();
    server.answer("slope", seed, "1").await;
    is(next(&server).await, "Go on", "/assignment/lines-quiz", "at 0 %; 80 % passes");
}

#[tokio::test]
async fn another_variant_is_another_one() {
    let server = Server::of_parts(tempfile::tempdir().unwrap()).await;
    let mut seed = 0;
    let mut before = Value::Null;
    for _ in 0..60 {
        let body = json!({"question": "lines-quiz/slope", "seed": seed, "next": true});
        let reply = server.post("/api/v1/question", &body).await;
        assert_ne!(reply["ask"], before, "seed {seed}");
        (seed, before) = (reply["seed"].as_u64().unwrap(), reply["ask"].clone());
    }
}

#[test]
fn every_plugin_has_its_module() {
    let text = |path: &str| {
        ASSETS.iter().find(|file| file.path == path).map(|file| String::from_utf8_lossy(file.bytes))
    };
    let table = text("plugins.js").unwrap();
    for plugin in secant_course::plugin::PLUGINS {
        let path = format!("plugins/{}.js", plugin.name);
        assert!(table.contains(&format!("import('./{path}')")), "{path} is not in the table");
        assert!(text(&path).is_some_and(|text| text.contains("export ") && text.contains("mount")), "{path}");
    }
}
