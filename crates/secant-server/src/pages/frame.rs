//! What every page has around its content.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::app::App;
use crate::assets::Assets;

/// What makes one page's frame differ from another's.
pub(super) struct Frame<'a> {
    pub(super) title: &'a str,
    /// Class of the body: `home`, `missing`, or the kind of part.
    pub(super) kind: &'a str,
    pub(super) description: &'a str,
    /// Does it begin with a figure that is played?
    pub(super) figures: bool,
}

/// A whole document around the content of `main`.
pub(super) fn frame(app: &App, page: &Frame<'_>, content: Markup) -> Markup {
    let assets = &app.assets;
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (page.title) " · Secant" }
                meta name="description" content=(page.description);
                @if assets.has("theme.js") { script src=(assets.address("theme.js")) {} }
                link rel="stylesheet" href=(assets.address("style.css"));
                @if assets.has("favicon.svg") {
                    link rel="icon" href=(assets.address("favicon.svg")) type="image/svg+xml";
                }
                (preloads(assets, page.figures))
                script type="module" src=(assets.address("app.js")) {}
                @if let Some(script) = script(page.kind) { script type="module" src=(assets.address(script)) {} }
                @if app.watch.is_some() { script type="module" src=(assets.address("watch.js")) {} }
            }
            body class=(page.kind) {
                a.skip href="#main" { "Skip to the content" }
                header.site {
                    a.brand href="/" { "Secant" }
                    nav aria-label="Site" {
                        a href="/" aria-current=[(page.kind == "home").then_some("page")] { "Course" }
                        a href="/sheet" aria-current=[(page.kind == "sheets").then_some("page")] { "Sheets" }
                    }
                    button #theme type="button" hidden aria-pressed="false" { "Dark" }
                }
                main #main tabindex="-1" { (content) }
                footer.site {
                    p { "Secant " (env!("CARGO_PKG_VERSION")) ". Everything on this page is computed on your own machine." }
                }
            }
        }
    }
}

/// The module that brings a page of this kind to life, beside the one that all pages have.
fn script(kind: &str) -> Option<&'static str> {
    match kind {
        "home" | "missing" | "sheets" => None,
        "sheet" => Some("sheet.js"),
        _ => Some("part.js"),
    }
}

/// The files that `preload.txt` names, one per line: fonts for every page, modules where a figure lives.
fn preloads(assets: &Assets, figures: bool) -> Markup {
    let list = assets.text("preload.txt").unwrap_or_default();
    let named = || list.lines().map(str::trim).filter(|path| assets.has(path));
    html! {
        @for path in named() {
            @if path.ends_with(".woff2") {
                link rel="preload" as="font" type="font/woff2" crossorigin href=(assets.address(path));
            } @else if figures && path.ends_with(".js") {
                link rel="modulepreload" href=(assets.address(path));
            }
        }
    }
}

/// Data for the browser's modules, in a form in which it cannot end its own element.
pub(super) fn data(id: &str, json: &str) -> Markup {
    let safe = json.replace('<', "\\u003c");
    html! { script type="application/json" id=(id) { (PreEscaped(safe)) } }
}
