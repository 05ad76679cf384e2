//! The whole server without a network: requests in, replies out.

mod parts;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;

use secant_course::PartKind;

use crate::app::{App, router};
use crate::assets::{ASSETS, Assets};
use crate::content;
use crate::store::Sqlite;
use crate::work::Work;

mod sandpit;

/// A server whose data folder lives as long as it does.
struct Server {
    folder: TempDir,
    app: Arc<App>,
    service: Router,
}

struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Server {
    async fn new() -> Self {
        Self::with(tempfile::tempdir().unwrap(), None).await
    }

    async fn with(folder: TempDir, assets: Option<PathBuf>) -> Self {
        let app = Arc::new(App {
            course: Arc::new(content::load(None).unwrap()),
            store: Arc::new(Sqlite::open(folder.path()).await.unwrap()),
            assets: Assets::new(assets),
            work: Work::new(2),
            clock: || 1_700_000_000_000,
            watch: None,
        });
        Self { folder, app: app.clone(), service: router(app) }
    }

    /// The same learner, after the server has been started again.
    async fn restarted(self) -> Self {
        self.app.store.close().await.unwrap();
        Self::with(self.folder, None).await
    }

    async fn send(&self, request: Request<Body>) -> Reply {
        let reply = self.service.clone().oneshot(request).await.unwrap();
        let (head, body) = reply.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Reply { status: head.status, headers: head.headers, body }
    }

    async fn get(&self, path: &str) -> Reply {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        let request =
            headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let reply = self.post_with(path, &[("content-type", "application/json")], body.to_string()).await;
        reply.json()
    }

    async fn post_with(&self, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Reply {
        let request =
            headers.iter().fold(Request::post(path), |request, (name, value)| request.header(*name, *value));
        self.send(request.body(body.into()).unwrap()).await
    }

    fn lessons(&self) -> Vec<String> {
        let lessons = self.app.course.parts().iter().filter(|part| part.kind() == PartKind::Lesson);
        let ids: Vec<_> = lessons.map(|lesson| lesson.id().to_owned()).collect();
        assert!(!ids.is_empty());
        ids
    }

    fn pages(&self) -> Vec<String> {
        let parts = self.app.course.parts().iter().map(|part| part.address());
        ["/".to_owned(), "/sheet".to_owned()].into_iter().chain(parts).collect()
    }

    /// A question of the course, by its id.
    fn question(&self) -> String {
        let mut questions = self.app.course.parts().iter().flat_map(|part| part.questions());
        questions.next().expect("the course asks something").id().to_owned()
    }

    /// A lesson with a figure that has a function to be typed: lesson, figure, function.
    fn editable(&self) -> (String, String, String) {
        self.app
            .course
            .parts()
            .iter()
            .filter(|part| part.kind() == PartKind::Lesson)
            .find_map(|lesson| {
                let figure = lesson.view().page.figure.as_ref()?;
                let function = figure.functions.iter().find(|function| function.editable)?;
                Some((lesson.id().to_owned(), figure.id.clone(), function.name.clone()))
            })
            .expect("the course has a figure with a function to be typed")
    }
}

impl Reply {
    #[track_caller]
    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    #[track_caller]
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// The values of an attribute, in the order of the page.
fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    page.split(start.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// The data that a page hands to the browser.
fn page_data(page: &str) -> Value {
    let (_, rest) =
        page.split_once("<script type=\"application/json\" id=\"lesson\">").expect("the page has data");
    let (json, _) = rest.split_once("</script>").unwrap();
    assert!(!json.contains('<'));
    serde_json::from_str(json).unwrap()
}

#[tokio::test]
async fn addresses_and_what_is_there() {
    let server = Server::new().await;
    let mut table: Vec<(&str, String, u16, &str)> = vec![
        ("GET", "/nope".into(), 404, "text/html; charset=utf-8"),
        ("GET", "/lesson/nope".into(), 404, "text/html; charset=utf-8"),
        ("GET", "/lesson/".into(), 404, "text/html; charset=utf-8"),
        ("GET", "/lesson/%ff".into(), 404, "text/html; charset=utf-8"),
        ("GET", "/lesson/%3Cscript%3E".into(), 404, "text/html; charset=utf-8"),
        ("GET", "/assets/nope.js".into(), 404, "text/html; charset=utf-8"),
        ("GET", "/assets/../Cargo.toml".into(), 404, "text/html; charset=utf-8"),
        ("GET", "/assets/%2e%2e/Cargo.toml".into(), 404, "text/html; charset=utf-8"),
        ("GET", "/api/v1/nope".into(), 404, "application/json"),
        ("GET", "/api/nope".into(), 404, "application/json"),
        ("GET", "/api/v1/ask".into(), 405, "application/json"),
        ("POST", "/".into(), 405, "application/json"),
        ("DELETE", "/lesson/x".into(), 405, "application/json"),
        ("GET", "/api/v1/health".into(), 200, "application/json"),
        ("GET", "/api/v1/opcodes".into(), 200, "application/json"),
    ];
    table.extend(server.pages().into_iter().map(|page| ("GET", page, 200, "text/html; charset=utf-8")));
    for (method, path, status, kind) in table {
        let request = Request::builder().method(method).uri(&path).body(Body::empty()).unwrap();
        let reply = server.send(request).await;
        assert_eq!(reply.status, status, "{method} {path}");
        assert_eq!(reply.header("content-type"), kind, "{method} {path}");
        if kind == "application/json" && status >= 400 {
            assert_eq!(reply.json()["ok"], false, "{method} {path}");
            assert!(
                reply.json()["error"]["code"].as_str().unwrap().starts_with("request."),
                "{method} {path}"
            );
        }
        let part = ["text/javascript", "text/css", "font/"].iter().any(|part| kind.starts_with(part));
        if !part {
            let policy = reply.header("content-security-policy");
            assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
            assert_eq!(reply.header("x-frame-options"), "DENY");
            assert_eq!(reply.header("referrer-policy"), "no-referrer");
        }
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert!(!reply.header("cache-control").is_empty());
    }
    let page = server.get("/lesson/%3Cscript%3E").await;
    assert!(!page.text().contains("<script>"), "{}", page.text());
}

#[tokio::test]
async fn pages_have_a_sound_skeleton_and_nothing_inline() {
    let server = Server::new().await;
    for path in server.pages().into_iter().chain(["/nope".to_owned()]) {
        let reply = server.get(&path).await;
        let page = reply.text();
        for once in [
            "<!DOCTYPE html><html lang=\"en\">",
            "<main ",
            "<h1>",
            "name=\"viewport\"",
            "href=\"#main\"",
            "<title>",
        ] {
            assert_eq!(page.matches(once).count(), 1, "{once} in {path}");
        }
        assert!(!page.contains(" style=") && !page.contains("<style"), "a style in {path}");
        for script in page.split("<script").skip(1) {
            let (head, rest) = script.split_once('>').unwrap();
            let data = head.contains("type=\"application/json\"");
            assert!(
                data || (head.contains(" src=\"/assets/") && rest.starts_with("</script>")),
                "{head} in {path}"
            );
        }
        for tag in page.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
            assert!(!tag.split(' ').any(|word| word.starts_with("on") && word.contains('=')), "{tag}");
        }
        // Headings go down one level at a time.
        let mut level = 0;
        for at in page.match_indices("<h").map(|(at, _)| at) {
            if let Some(next) = page[at + 2..].chars().next().and_then(|c| c.to_digit(10)) {
                assert!(next <= level + 1, "h{next} after h{level} in {path}");
                level = next;
            }
        }
        let ids = attributes(page, "id");
        let distinct: BTreeSet<_> = ids.iter().collect();
        assert_eq!(ids.len(), distinct.len(), "an id twice in {path}: {ids:?}");
        for attribute in ["aria-labelledby", "aria-describedby", "for"] {
            for id in attributes(page, attribute).into_iter().flat_map(str::split_whitespace) {
                assert!(distinct.contains(&id), "{attribute} of nothing: {id} in {path}");
            }
        }
        for link in attributes(page, "href").into_iter().chain(attributes(page, "src")) {
            if let Some(id) = link.strip_prefix('#') {
                assert!(distinct.contains(&id), "{link} in {path}");
            } else if link.starts_with("/assets/") && !ASSETS.is_empty() {
                assert_eq!(server.get(link).await.status, 200, "{link} in {path}");
            } else if !link.starts_with("/assets/") {
                assert!(link.starts_with('/'), "{link} in {path} leaves this machine");
                assert_eq!(server.get(link).await.status, 200, "{link} in {path}");
            }
        }
    }
}

#[tokio::test]
async fn a_lesson_can_be_read_without_javascript() {
    let server = Server::new().await;
    let seed = server.app.store.seed().await.unwrap();
    for lesson in server.app.course.parts() {
        let reply = server.get(&lesson.address()).await;
        let page = reply.text();
        let view = lesson.view();
        for narration in &view.narration {
            assert!(page.contains(narration.as_str()));
        }
        for scene in &view.page.scenes {
            assert!(!scene.title.is_empty());
        }
        assert_eq!(page.matches("<section class=\"scene\"").count(), view.page.scenes.len());
        assert_eq!(page.matches("<form class=\"question\"").count(), lesson.questions().len());
        let data = page_data(page);
        assert_eq!(data["id"], lesson.id());
        assert_eq!(data["kept"]["scene"], 0);
        if let Some(figure) = &view.page.figure {
            let own = lesson.questions().iter().filter_map(|question| question.figure(seed));
            let panels = figure.panels.len() + own.map(|still| still.figure.panels.len()).sum::<usize>();
            assert_eq!(page.matches("<svg class=\"plot").count(), panels);
            assert!(page.contains(&view.alt));
            for output in page.split("<output ").skip(1) {
                let shown = output.split_once('>').unwrap().1.split_once('<').unwrap().0;
                assert!(!shown.is_empty() && shown != "NaN", "an empty number in {}", lesson.id());
            }
            let plots =
                page.split("<svg class=\"plot").skip(1).map(|svg| svg.split("</svg>").next().unwrap());
            let plots: Vec<&str> = plots.collect();
            for svg in &plots {
                assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
            }
            assert!(plots.iter().any(|svg| svg.contains("data-id=")), "nothing is drawn in {}", lesson.id());
        }
    }
}

#[tokio::test]
async fn a_page_is_sent_once_and_files_are_kept_for_ever() {
    let server = Server::new().await;
    let page = server.get("/").await;
    let tag = page.header("etag").to_owned();
    assert!(tag.starts_with("W/\""));
    let again = server.get_with("/", &[("if-none-match", &tag)]).await;
    assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    assert_eq!(server.get_with("/", &[("if-none-match", "\"other\"")]).await.status, 200);

    for file in ASSETS {
        let address = server.app.assets.address(file.path);
        let reply = server.get(&address).await;
        assert_eq!(reply.status, 200, "{address}");
        assert!(reply.body == file.bytes);
        assert!(reply.header("cache-control").contains("immutable"), "{address}");
        let plain = server.get(&format!("/assets/{}", file.path)).await;
        assert_eq!((plain.status, plain.header("cache-control")), (StatusCode::OK, "no-cache"));
        let known = server.get_with(&address, &[("if-none-match", reply.header("etag"))]).await;
        assert_eq!(known.status, StatusCode::NOT_MODIFIED);
    }
}

/// Modules that only pages with these kinds of elements in their figure, or with these plugins, fetch.
const LARGER: &[(&str, &[&str])] = &[
    ("math/area.js", &["area"]),
    ("math/grid.js", &["contour", "implicit", "field", "surface"]),
    ("math/entries.js", &["cells"]),
    ("math/strokes.js", &["draw"]),
    ("math/sandpit.js", &["sandpit"]),
    ("plugins/sandpit.css", &["sandpit"]),
    ("math/turn.js", &["surface"]),
    ("view/area.js", &["area"]),
    ("view/cells.js", &["cells"]),
    ("view/draw.js", &["draw"]),
    ("view/sheet.js", &["sheet"]),
    ("view/sheet-cell.js", &["sheet"]),
    ("sheet.js", &["sheet"]),
    ("view/cursor.js", &["contour", "implicit", "field"]),
    ("view/data.js", &["scatter", "histogram", "table"]),
    ("view/fields.js", &["contour", "implicit", "field"]),
    ("view/network.js", &["network"]),
    ("view/paths.js", &["path", "trace", "scatter", "histogram", "table"]),
    ("view/sandpit-board.js", &["sandpit"]),
    // After a game, and when the sound is switched on.
    ("view/sandpit-ending.js", &[]),
    ("view/sandpit-sound.js", &[]),
    ("view/sandpit-words.js", &["sandpit"]),
    ("view/space.js", &["surface"]),
    ("watch.js", &["only while a course is written"]),
];

/// Modules that only pages with one of these texts fetch; without a text, only once something was asked for.
const ASKED: &[(&str, &[&str])] = &[
    ("view/stage.js", &["id=\"stage\""]),
    ("theme.js", &["id=\"theme\""]),
    ("plugins.js", &["data-plugin="]),
    ("view/assignment.js", &["data-assignment="]),
    ("view/own-answer.js", &["data-discussion=", "class=\"done-with\""]),
    ("view/question-figure.js", &["<div class=\"own\">"]),
    ("view/question-form.js", &[]),
    ("view/witness.js", &[]),
];

#[tokio::test]
async fn a_sheet_is_made_kept_shown_and_refused() {
    let server = Server::new().await;
    let form = [("content-type", "application/x-www-form-urlencoded")];
    for (name, _) in secant_course::sheet::EXAMPLES {
        let made = server.post_with("/sheet", &form, format!("from={name}")).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER);
        let address = made.headers["location"].to_str().unwrap().to_owned();
        let page = server.get(&address).await;
        let title = secant_course::sheet::example(name).unwrap().title;
        assert!(page.status.is_success() && page.text().contains(&title), "{name}");
        assert!(page.text().contains("<figure") && !page.text().contains("reading wrong"), "{name}");
        let text = server.get(&format!("{address}/text")).await;
        assert!(text.text().starts_with("+++") && text.text().contains("```secant"), "{name}");
    }
    let made = server.post_with("/sheet", &form, "from=").await;
    let id: i64 = made.headers["location"].to_str().unwrap().rsplit('/').next().unwrap().parse().unwrap();
    let cells = json!([{"kind": "request", "text": "f(x) = x^2"}, {"kind": "request", "text": "f(x"}, {"kind": "request", "text": "f(3)"}]);
    let kept =
        server.post("/api/v1/sheet", &json!({"id": id, "title": "<b>", "cells": cells, "from": 1})).await;
    assert_eq!(kept["ok"], true, "{kept}");
    assert!(kept["outputs"][0].is_null() && kept["outputs"][1]["fault"]["at"].is_array(), "{kept}");
    assert!(kept["outputs"][2]["html"].as_str().unwrap().contains(">9<"), "{kept}");
    let page = server.get(&format!("/sheet/{id}")).await;
    assert!(page.text().contains("&lt;b&gt;") && !page.text().contains("<b>"));
    let none = server.post("/api/v1/sheet", &json!({"id": id + 99, "title": "", "cells": []})).await;
    assert_eq!(none["ok"], false);
    let long = json!([{"kind": "prose", "text": "x".repeat(20_001)}]);
    let refused = server.post("/api/v1/sheet", &json!({"id": id, "title": "", "cells": long})).await;
    assert_eq!(refused["error"]["code"], "budget.text", "{refused}");
    for nothing in ["/sheet/none", "/sheet/999999", "/sheet/-1/text"] {
        assert_eq!(server.get(nothing).await.status, StatusCode::NOT_FOUND, "{nothing}");
    }
    let unknown = server.post_with("/sheet", &form, "from=nonsense").await;
    assert!(unknown.status.is_client_error());
}

/// The modules that a module imports before it begins.
fn imports(assets: &Assets, file: &str) -> Vec<String> {
    let text = assets.text(file).filter(|_| file.ends_with(".js")).unwrap_or_default();
    let folder: Vec<&str> = file.rsplit_once('/').map_or(vec![], |(folder, _)| folder.split('/').collect());
    let named = text.lines().filter_map(|line| {
        let (_, from) = line.split_once(" from '").or_else(|| line.split_once("import '"))?;
        from.split_once('\'').map(|(path, _)| path)
    });
    let found = named.filter(|path| path.starts_with('.')).map(|path| {
        let mut parts = folder.clone();
        for part in path.split('/') {
            match part {
                "." => {}
                ".." => drop(parts.pop()),
                name => parts.push(name),
            }
        }
        parts.join("/")
    });
    let found: Vec<String> = found.collect();
    for path in &found {
        assert!(assets.has(path), "{file} imports {path}");
    }
    found
}

#[tokio::test]
async fn everything_a_browser_needs_is_small() {
    let server = Server::new().await;
    for (path, _) in ASKED {
        assert!(ASSETS.iter().any(|file| file.path == *path), "there is no {path}");
    }
    for (path, _) in LARGER {
        assert!(ASSETS.iter().any(|file| file.path == *path), "there is no {path}");
    }
    let mut heavy = Vec::new();
    for path in server.pages() {
        let page = server.get(&path).await;
        let shows = |kind: &&str| {
            let marks =
                [format!("\"kind\":\"{kind}\""), format!(" data-{kind}="), format!("data-plugin=\"{kind}\"")];
            marks.iter().any(|mark| page.text().contains(mark))
        };
        // What the page names, what belongs to its kinds, and what these import.
        let named = ASSETS.iter().map(|file| file.path).filter(|path| {
            let plugin = path.strip_prefix("plugins/").and_then(|rest| rest.split(['.', '/']).next());
            let larger = LARGER.iter().find(|(larger, _)| larger == path);
            let asked = ASKED.iter().find(|(asked, _)| asked == path);
            page.text().contains(&server.app.assets.address(path))
                || plugin.is_some_and(|name| page.text().contains(&format!("data-plugin=\"{name}\"")))
                || larger.is_some_and(|(_, kinds)| kinds.iter().any(shows))
                || asked.is_some_and(|(_, texts)| texts.iter().any(|text| page.text().contains(text)))
        });
        let mut fetched: Vec<String> = named.map(str::to_owned).collect();
        let mut at = 0;
        while let Some(file) = fetched.get(at).cloned() {
            at += 1;
            for import in imports(&server.app.assets, &file) {
                if !fetched.contains(&import) {
                    fetched.push(import);
                }
            }
        }
        let asks = page.text().contains("class=\"question");
        assert!(!asks || fetched.iter().any(|file| file == "view/question.js"), "{path}: {fetched:?}");
        let mut total = server.get_with(&path, &[("accept-encoding", "gzip, deflate, br")]).await.body.len();
        for file in &fetched {
            let address = server.app.assets.address(file);
            total += server.get_with(&address, &[("accept-encoding", "gzip, deflate, br")]).await.body.len();
        }
        if total >= 150_000 {
            heavy.push(format!("{path}: {total}"));
        }
    }
    assert!(heavy.is_empty(), "bytes compressed, with every file that is asked for: {heavy:#?}");
}

#[tokio::test]
async fn files_from_a_folder_have_their_types_and_are_compressed_where_it_helps() {
    let assets = tempfile::tempdir().unwrap();
    let long = "a { color: red }\n".repeat(200);
    let table = [
        ("style.css", "text/css; charset=utf-8", true),
        ("app.js", "text/javascript; charset=utf-8", true),
        ("deep/er/lesson.mjs", "text/javascript; charset=utf-8", true),
        ("data.json", "application/json", true),
        ("favicon.svg", "image/svg+xml", true),
        ("fonts/a.woff2", "font/woff2", false),
        ("a.png", "image/png", false),
        ("odd", "application/octet-stream", true),
    ];
    for (path, _, _) in table {
        let file = assets.path().join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, &long).unwrap();
    }
    std::fs::write(assets.path().join(".hidden"), "").unwrap();
    let server = Server::with(tempfile::tempdir().unwrap(), Some(assets.path().to_owned())).await;
    for (path, kind, packed) in table {
        for address in [format!("/assets/{path}"), server.app.assets.address(path)] {
            let reply = server.get_with(&address, &[("accept-encoding", "gzip, deflate, br")]).await;
            assert_eq!(reply.header("content-type"), kind, "{address}");
            assert_eq!(reply.header("content-encoding"), if packed { "gzip" } else { "" }, "{address}");
            assert_eq!(reply.header("cache-control"), "no-cache", "{address}");
            assert_eq!(reply.body.len() < long.len(), packed);
        }
    }
    assert_eq!(server.get("/assets/.hidden").await.status, 404);
    assert_eq!(server.get("/assets/fonts").await.status, 404);
}

#[tokio::test]
async fn what_is_refused_and_how() {
    let server = Server::new().await;
    let json = ("content-type", "application/json");
    let good = r#"{"op":"parse","expr":"x"}"#;
    type Row<'a> = (&'a [(&'a str, &'a str)], &'a str, u16, &'a str);
    let table: &[Row<'_>] = &[
        (&[json, ("host", "localhost:8642")], good, 200, ""),
        (&[json, ("host", "127.0.0.1:8642"), ("origin", "http://127.0.0.1:8642")], good, 200, ""),
        (&[json, ("sec-fetch-site", "same-origin")], good, 200, ""),
        (&[("content-type", "Application/JSON; charset=utf-8")], good, 200, ""),
        (&[], good, 415, "request.media-type"),
        (&[("content-type", "text/plain")], good, 415, "request.media-type"),
        (&[("content-type", "application/x-www-form-urlencoded")], good, 415, "request.media-type"),
        (&[json, ("host", "example.org")], good, 403, "request.origin"),
        (&[json, ("host", "127.0.0.1:8642"), ("origin", "http://example.org")], good, 403, "request.origin"),
        (
            &[json, ("host", "127.0.0.1:8642"), ("origin", "http://127.0.0.1:9999")],
            good,
            403,
            "request.origin",
        ),
        (&[json, ("host", "127.0.0.1:8642"), ("origin", "null")], good, 403, "request.origin"),
        (
            &[json, ("host", "127.0.0.1:8642"), ("origin", "null"), ("sec-fetch-site", "same-origin")],
            good,
            200,
            "",
        ),
        (&[json, ("sec-fetch-site", "cross-site")], good, 403, "request.origin"),
        (&[json, ("sec-fetch-site", "same-site")], good, 403, "request.origin"),
    ];
    for (headers, body, status, code) in table {
        let reply = server.post_with("/api/v1/ask", headers, body.to_string()).await;
        assert_eq!(reply.status, *status, "{headers:?}: {}", reply.text());
        assert_eq!(reply.json()["error"]["code"].as_str().unwrap_or_default(), *code, "{headers:?}");
    }
    let page = server.get_with("/", &[("host", "rebound.example.org")]).await;
    assert_eq!(page.status, 403);

    for (body, code) in [
        ("", "request.malformed"),
        ("{", "request.malformed"),
        ("[1]", "request.malformed"),
        ("{}", "request.malformed"),
    ] {
        let reply = server.post_with("/api/v1/answer", &[json], body).await;
        assert_eq!(
            (reply.status.as_u16(), reply.json()["error"]["code"].as_str().unwrap()),
            (400, code),
            "{body}"
        );
    }
    let reply = server.post_with("/api/v1/read", &[json], vec![b'"', 0xff, b'"']).await;
    assert_eq!(
        (reply.status.as_u16(), reply.json()["error"]["code"].as_str().unwrap()),
        (400, "request.malformed")
    );
    let megabyte = json!({"op": "parse", "expr": "x+".repeat(500_000)}).to_string();
    for path in ["/api/v1/ask", "/api/v1/read", "/api/v1/answer"] {
        let reply = server.post_with(path, &[json], megabyte.clone()).await;
        assert_eq!(
            (reply.status.as_u16(), reply.json()["error"]["code"].as_str().unwrap()),
            (413, "request.too-large")
        );
    }
}

#[tokio::test]
async fn names_that_do_not_exist_are_named() {
    let server = Server::new().await;
    let (lesson, _, _) = server.editable();
    for (path, body, name) in [
        ("/api/v1/answer", json!({"question": "no/such", "seed": 1, "answer": "x"}), "no/such"),
        ("/api/v1/question", json!({"question": "no/such", "seed": 1}), "no/such"),
        ("/api/v1/steps", json!({"question": "no/such", "seed": 1}), "no/such"),
        ("/api/v1/figure", json!({"part": "nowhere", "figure": "x", "functions": {}}), "nowhere"),
        ("/api/v1/figure", json!({"part": lesson, "figure": "nothing", "functions": {}}), "nothing"),
        ("/api/v1/progress", json!({"part": "nowhere", "scene": 1}), "nowhere"),
    ] {
        let reply = server.post(path, &body).await;
        assert_eq!(reply["error"]["code"], "request.unknown", "{path}");
        assert!(reply["error"]["message"].as_str().unwrap().contains(name), "{path}");
    }
}

#[tokio::test]
async fn an_answer_is_marked_and_kept_over_a_restart() {
    let server = Server::new().await;
    let question = server.question();
    let ask = |answer: &str| json!({"question": question, "seed": 5, "answer": answer});

    let wrong = server.post("/api/v1/answer", &ask("12345")).await;
    assert_eq!(
        (&wrong["ok"], &wrong["verdict"], &wrong["attempts"]),
        (&json!(true), &json!("wrong"), &json!(1)),
        "{wrong}"
    );
    assert!(!wrong["feedback"].as_str().unwrap().is_empty());
    assert!(wrong["mathml"].as_str().unwrap().starts_with("<math"), "{wrong}");

    let unreadable = server.post("/api/v1/answer", &ask("2 (x")).await;
    assert_eq!(unreadable["verdict"], "not understood", "{unreadable}");
    assert!(unreadable["error"]["code"].as_str().unwrap().starts_with("syntax."), "{unreadable}");
    assert!(unreadable["error"]["at"].is_array());
    assert_eq!(unreadable["attempts"], 1, "it costs no attempt");

    // The worked solution ends in the answer.
    let steps = server.post("/api/v1/steps", &json!({"question": question, "seed": 5})).await;
    let steps = steps["steps"].as_array().unwrap();
    let answer = steps.last().expect("a worked solution has steps")["to"].as_str().unwrap();
    let right = server.post("/api/v1/answer", &ask(answer)).await;
    let verdict = right["verdict"].as_str().unwrap().to_owned();
    assert!(verdict.starts_with("right"), "{right}");
    assert_eq!((&right["attempts"], &right["best"]), (&json!(2), &json!(1.0)), "{right}");

    let server = server.restarted().await;
    let (lesson, _) = question.split_once('/').unwrap();
    let reply = server.get(&format!("/lesson/{lesson}")).await;
    let page = reply.text();
    let form = page
        .split("<form class=\"question\"")
        .find(|form| form.contains(&format!("data-question=\"{question}\"")))
        .unwrap();
    assert_eq!(attributes(form, "data-seed"), ["5"]);
    assert_eq!(attributes(form, "data-verdict")[0], verdict);
    assert!(form.contains("<ol class=\"attempts\"") && form.contains("<code>12345</code>"));
    let third = server.post("/api/v1/answer", &ask("0.5")).await;
    assert_eq!(third["attempts"], 3);
}

#[tokio::test]
async fn every_attempt_at_a_variant_is_told_more() {
    let server = Server::new().await;
    let question = server.question();
    let answer = async |seed: u64| {
        server.post("/api/v1/answer", &json!({"question": question, "seed": seed, "answer": "12345"})).await
    };
    let levels = [answer(3).await, answer(3).await, answer(3).await].map(|reply| reply["level"].clone());
    assert_eq!(levels, [json!("question"), json!("rule"), json!("example")]);
    assert_eq!(answer(4).await["level"], "question", "another variant begins anew");
}

#[tokio::test]
async fn steps_come_one_by_one() {
    let server = Server::new().await;
    let mut questions = server.app.course.parts().iter().flat_map(|part| part.questions());
    let question = questions.find(|question| question.steps(5).len() > 1).unwrap().id();
    let steps = async |first: Option<usize>| {
        let reply =
            server.post("/api/v1/steps", &json!({"question": question, "seed": 5, "first": first})).await;
        (reply["steps"].as_array().unwrap().len(), reply["more"].as_bool().unwrap())
    };
    let (all, more) = steps(None).await;
    assert!(all > 1 && !more);
    assert_eq!(steps(Some(1)).await, (1, true));
    assert_eq!(steps(Some(all)).await, (all, false));
}

#[tokio::test]
async fn a_slip_is_followed_up_and_marked_like_any_question() {
    let server = Server::new().await;
    let asked = server.post("/api/v1/follow-up", &json!({"slip": "sign-of-cosine", "seed": 9})).await;
    assert_eq!((&asked["ok"], &asked["kind"]), (&json!(true), &json!("choice")), "{asked}");
    let question = asked["question"].as_str().unwrap();
    assert_eq!(question, "follow-up/sign-of-cosine");
    let mut right = 0;
    for pair in ["1,2", "1,3", "1,4", "2,3", "2,4", "3,4"] {
        let reply =
            server.post("/api/v1/answer", &json!({"question": question, "seed": 9, "answer": pair})).await;
        right += u32::from(reply["verdict"] == "right");
        assert!(reply["verdict"] == "right" || reply["follow_up"] == "sign-of-cosine", "{reply}");
    }
    assert_eq!(right, 1);
    let none = server.post("/api/v1/follow-up", &json!({"slip": "no-such", "seed": 9})).await;
    assert_eq!(none["error"]["code"], "request.unknown");
}

#[tokio::test]
async fn kept_verdicts_are_made_again_from_their_records() {
    let server = Server::new().await;
    let question = server.question();
    for answer in ["12345", "0.2", "(1", "0.1"] {
        server.post("/api/v1/answer", &json!({"question": question, "seed": 5, "answer": answer})).await;
    }
    let server = server.restarted().await;
    let reply = server.post("/api/v1/replay", &json!({"question": question})).await;
    let rows = reply["attempts"].as_array().unwrap();
    assert_eq!(rows.len(), 3, "{reply}");
    for (k, row) in rows.iter().enumerate() {
        let replay = &row["replay"];
        assert_eq!((&replay["agrees"], &replay["same_engine"]), (&json!(true), &json!(true)), "{row}");
        assert_eq!((&replay["verdict"], &replay["attempt"]), (&row["verdict"], &json!(k + 1)), "{row}");
        assert!(replay["evidence"]["method"].is_string(), "{row}");
    }
}

#[tokio::test]
async fn every_learner_begins_at_variants_of_their_own() {
    let first = async |server: &Server| {
        let lesson = server.question().split_once('/').unwrap().0.to_owned();
        let page = server.get(&format!("/lesson/{lesson}")).await;
        attributes(page.text(), "data-seed").remove(0).to_owned()
    };
    let server = Server::new().await;
    let seed = first(&server).await;
    assert_eq!(seed, server.app.store.seed().await.unwrap().to_string());
    let server = server.restarted().await;
    assert_eq!(first(&server).await, seed);
    let others = [Server::new().await, Server::new().await, Server::new().await];
    let mut seeds = BTreeSet::from([seed]);
    for other in &others {
        seeds.insert(first(other).await);
    }
    assert!(seeds.len() > 1, "{seeds:?}");
}

#[tokio::test]
async fn every_question_can_be_asked_again_with_other_numbers() {
    let server = Server::new().await;
    let question = server.question();
    let mut asked = BTreeSet::new();
    for seed in 1..=20 {
        let reply = server.post("/api/v1/question", &json!({"question": question, "seed": seed})).await;
        assert_eq!((&reply["ok"], &reply["seed"]), (&json!(true), &json!(seed)));
        let again = server.post("/api/v1/question", &json!({"question": question, "seed": seed})).await;
        assert_eq!(reply, again);
        asked.insert(reply["ask"].as_str().unwrap().to_owned());
    }
    assert!(asked.len() > 1, "{asked:?}");
}

#[tokio::test]
async fn progress_is_shown_at_home_and_in_the_lesson() {
    let server = Server::new().await;
    let lesson = server.lessons().remove(0);
    let states = async |server: &Server| {
        let home = server.get("/").await;
        let row = format!(" data-part=\"{lesson}\"");
        let before = home.text().split(row.as_str()).next().unwrap().rsplit('<').next().unwrap().to_owned();
        attributes(&before, "class").remove(0).to_owned()
    };
    assert_eq!(states(&server).await, "new");
    assert_eq!(
        server.post("/api/v1/progress", &json!({"part": lesson, "scene": 1})).await,
        json!({"ok": true})
    );
    assert_eq!(states(&server).await, "begun");
    let page = server.get(&format!("/lesson/{lesson}")).await;
    assert_eq!(page_data(page.text())["kept"]["scene"], 1);
    server
        .post("/api/v1/progress", &json!({"part": lesson, "scene": 4_000_000_000u32, "finished": true}))
        .await;
    assert_eq!(states(&server).await, "done");
    let server = server.restarted().await;
    assert_eq!(states(&server).await, "done");
    let page = server.get(&format!("/lesson/{lesson}")).await;
    let data = page_data(page.text());
    assert_eq!(data["kept"]["finished"], true);
    assert_eq!(data["kept"]["scene"], json!(data["scenes"].as_array().unwrap().len() - 1));
}

#[tokio::test]
async fn a_figure_follows_the_learners_function_and_keeps_it() {
    let server = Server::new().await;
    let (lesson, figure, function) = server.editable();
    let ask = |text: &str| json!({"part": lesson, "figure": figure, "functions": {function.clone(): text}});
    let reply = server.post("/api/v1/figure", &ask("sin(x) + 2")).await;
    assert_eq!(reply["ok"], true, "{reply}");
    assert_eq!(reply["figure"]["id"], figure);
    assert!(reply["scenes"].is_array());

    let bad = server.post("/api/v1/figure", &ask("sin(x")).await;
    assert_eq!(bad["ok"], false);
    assert!(
        bad["error"]["at"].is_array() && bad["error"]["code"].as_str().unwrap().starts_with("syntax."),
        "{bad}"
    );

    let server = server.restarted().await;
    let page = server.get(&format!("/lesson/{lesson}")).await;
    assert_eq!(page_data(page.text())["kept"]["functions"], json!({function.clone(): "sin(x) + 2"}));
    let own = json!({"part": lesson, "figure": figure, "functions": {}});
    assert_eq!(server.post("/api/v1/figure", &own).await["ok"], true);
    let page = server.get(&format!("/lesson/{lesson}")).await;
    assert_eq!(page_data(page.text())["kept"]["functions"], json!({}));
}

#[tokio::test]
async fn a_formula_is_read_while_it_is_typed() {
    let server = Server::new().await;
    let read = async |text: &str| server.post("/api/v1/read", &json!({"text": text, "names": ["x"]})).await;
    let good = read("2x sin(x)").await;
    assert_eq!(good["ok"], true, "{good}");
    assert!(good["mathml"].as_str().unwrap().starts_with("<math"));
    for (text, code) in [("2 (x", "syntax."), ("", "syntax."), ("y + 1", "name.")] {
        let bad = read(text).await;
        assert_eq!(bad["ok"], false, "{text}");
        assert!(bad["error"]["code"].as_str().unwrap().starts_with(code), "{text}: {bad}");
    }
}

#[tokio::test]
async fn the_engine_answers_and_says_which_request() {
    let server = Server::new().await;
    let reply = server
        .post(
            "/api/v1/ask",
            &json!({"id": "a", "op": "diff", "expr": "x^2 sin(x)", "wrt": "x", "at": {"x": 0}}),
        )
        .await;
    assert_eq!(
        (&reply["id"], &reply["ok"], &reply["value"]),
        (&json!("a"), &json!(true), &json!(0.0)),
        "{reply}"
    );
    let reply = server.post("/api/v1/ask", &json!({"id": 7, "op": "parse", "expr": "("})).await;
    assert_eq!((&reply["id"], &reply["ok"]), (&json!(7), &json!(false)));
    let graded = json!({"id": 8, "op": "grade", "answer": "cos(3x)", "model": "diff(sin(3x), x)"});
    let reply = server.post("/api/v1/ask", &graded).await;
    assert_eq!((&reply["id"], &reply["verdict"]), (&json!(8), &json!("wrong")), "{reply}");
    assert_eq!(reply["diagnosis"][0]["slip"], "inner-derivative-forgotten", "{reply}");
    let deep = "(".repeat(10_000) + "x" + &")".repeat(10_000);
    let reply = server.post("/api/v1/ask", &json!({"op": "diff", "expr": deep, "wrt": "x"})).await;
    assert!(reply["error"]["code"].as_str().unwrap().starts_with("budget."), "{reply}");
}

#[tokio::test]
async fn formulas_of_a_page_train_its_network() {
    let server = Server::new().await;
    let part = "backpropagation-lab";
    let formulas = json!({
        "b3": "sum(d3, 2)", "d2": "(W3' d3) .* a2 .* (1 - a2)", "W2": "d2 a1'", "b2": "sum(d2, 2)",
        "d1": "(W2' d2) .* a1 .* (1 - a1)", "W1": "d1 a0'", "b1": "sum(d1, 2)",
    });
    let ask = |formulas: &Value, weights: &Value| json!({"part": part, "formulas": formulas, "weights": weights, "seed": 3, "rate": 7, "steps": 40, "frames": 4});
    let first = server.post("/api/v1/training", &ask(&formulas, &Value::Null)).await;
    assert_eq!((first["ok"].as_bool(), first["finite"].as_bool()), (Some(true), Some(true)), "{first}");
    let cost = |reply: &Value, k: usize| reply["frames"][k]["cost"].as_f64().unwrap();
    assert!(cost(&first, 4) < cost(&first, 0), "{first}");
    assert!(first["off"].as_object().unwrap().values().all(|off| off.as_f64().unwrap() < 1e-9), "{first}");
    // It goes on where it was, whatever was between.
    let second = server.post("/api/v1/training", &ask(&formulas, &first["weights"])).await;
    assert!((cost(&second, 0) - cost(&first, 4)).abs() < 1e-15);
    // What cannot be used is told by its name, and the points are there all the same.
    let mut wrong = formulas.clone();
    wrong["W2"] = json!("d2 a2");
    wrong["b1"] = json!("");
    let refused = server.post("/api/v1/training", &ask(&wrong, &Value::Null)).await;
    assert_eq!(refused["refused"][0]["name"], "b1", "{refused}");
    wrong["b1"] = json!("sum(d1, 2)");
    let refused = server.post("/api/v1/training", &ask(&wrong, &Value::Null)).await;
    assert_eq!(refused["refused"][0]["name"], "W2", "{refused}");
    assert_eq!(refused["targets"].as_array().unwrap().len(), 200);
    for (body, code) in [
        (
            json!({"part": "product-rule", "formulas": {}, "rate": 1, "steps": 1, "frames": 1}),
            "request.unknown",
        ),
        (ask(&formulas, &json!({"W1": [1]})), "request.weights"),
        (json!({"part": part}), "request."),
    ] {
        let reply = server.post("/api/v1/training", &body).await;
        assert!(reply["error"]["code"].as_str().unwrap().starts_with(code), "{reply}");
    }
}

#[tokio::test]
async fn files_travel_packed_for_browsers_that_can_unpack_them() {
    let server = Server::new().await;
    let address = server.app.assets.address("view/figure.js");
    let encoded =
        |reply: &Reply| reply.headers.get("content-encoding").map(|v| v.to_str().unwrap().to_owned());
    let plain = server.get(&address).await;
    for (accept, how) in [
        ("gzip, deflate, br, zstd", Some("br")),
        ("br;q=0, gzip", Some("gzip")),
        ("gzip", Some("gzip")),
        ("brotli", None),
        ("identity", None),
    ] {
        let reply = server.get_with(&address, &[("accept-encoding", accept)]).await;
        assert_eq!(encoded(&reply).as_deref(), how, "{accept}");
        assert_eq!(reply.headers["etag"], plain.headers["etag"], "{accept}");
        assert!(how.is_none() || reply.body.len() < plain.body.len() / 2, "{accept}");
        let known = reply.headers["etag"].to_str().unwrap().to_owned();
        let again =
            server.get_with(&address, &[("accept-encoding", accept), ("if-none-match", &known)]).await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0), "{accept}");
    }
    let packed = ASSETS.iter().find(|file| file.path == "view/figure.js").unwrap();
    let mut unpacked = Vec::new();
    brotli::BrotliDecompress(&mut packed.brotli.unwrap(), &mut unpacked).unwrap();
    assert_eq!(unpacked, packed.bytes);
}
