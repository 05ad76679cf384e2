//! The picture: every allowed arrow, in tables, and what each table refuses.
//!
//! Rows stand in order: a row may name only rows above it, so that no arrow climbs.

use crate::rust::Source;

/// A name, and the names it may know.
pub(crate) type Row = (&'static str, &'static [&'static str]);

/// The crates of the workspace.
#[rustfmt::skip]
pub(crate) const CRATES: &[Row] = &[
    ("secant",        &[]),
    ("secant-course", &["secant"]),
    ("secant-server", &["secant", "secant-course"]),
    ("secant-cli",    &["secant", "secant-course", "secant-server"]),
    ("secant-python", &["secant"]),
    ("secant-bench",  &["secant", "secant-course"]),
    ("xtask",         &[]),
];

/// The modules of the engine.
#[rustfmt::skip]
pub(crate) const MODULES: &[Row] = &[
    ("expr",     &[]),
    ("syntax",   &["expr"]),
    ("calculus", &["expr"]),
    ("program",  &["expr"]),
    ("sparse",   &["expr", "calculus", "program"]),
    ("equality", &["expr", "calculus", "program"]),
    ("series",   &["expr", "calculus", "program", "equality"]),
    ("integral", &["expr", "calculus", "program", "equality", "series"]),
    ("solve",    &["expr", "calculus", "program", "sparse", "equality"]),
    ("minimize", &["expr", "calculus", "program", "sparse", "equality", "solve"]),
    ("fit",      &["expr", "calculus", "program", "solve", "minimize"]),
    ("network",  &["expr", "calculus", "program", "solve"]),
    ("plot",     &["expr", "program"]),
    ("sheet",    &["expr", "syntax", "calculus", "program", "solve", "integral", "minimize", "plot", "equality", "series", "fit", "network"]),
];

/// Crates that do nothing but compute.
pub(crate) const PURE: &[&str] = &["secant", "secant-course"];

/// What a crate that does nothing but compute may not call.
const EFFECTS: &[&str] = &["fs", "net", "env", "process", "time", "os"];
const PRINTING: &[&str] = &["print", "println", "eprint", "eprintln", "dbg"];

/// Libraries for the outside world: HTTP, storage, an asynchronous run time, chance.
const OUTSIDE: &[&str] = &[
    "axum",
    "clap",
    "getrandom",
    "hyper",
    "rand",
    "reqwest",
    "rusqlite",
    "sqlx",
    "tokio",
    "tower",
    "tower-http",
];

/// The only module that may speak of serialisation, and the words for it.
const SERIALISING: &str = "sheet";
const SERDE: &[&str] = &["serde", "serde_json", "Serialize", "Deserialize"];

fn row<'a>(table: &'a [Row], name: &str) -> Option<&'a [&'static str]> {
    table.iter().find(|(known, _)| *known == name).map(|(_, may_know)| *may_know)
}

fn or_nothing(names: &[&str]) -> String {
    if names.is_empty() { "nothing of ours".to_owned() } else { names.join(", ") }
}

/// `packages`: every crate of the workspace with the names of what it depends on.
pub(crate) fn refused_dependencies(packages: &[(String, Vec<String>)]) -> Vec<String> {
    let mut complaints = Vec::new();
    for (name, dependencies) in packages {
        let Some(may_know) = row(CRATES, name) else {
            complaints.push(format!("{name}/Cargo.toml: the crate `{name}` is not in the picture"));
            continue;
        };
        for dependency in dependencies {
            let ours = row(CRATES, dependency).is_some();
            let outside = PURE.contains(&name.as_str()) && OUTSIDE.contains(&dependency.as_str());
            if outside || ours && !may_know.contains(&dependency.as_str()) {
                complaints.push(format!(
                    "{name}/Cargo.toml: the crate `{name}` may not know `{dependency}`; of ours it may know {}",
                    or_nothing(may_know)
                ));
            }
        }
    }
    complaints
}

/// Paths into other modules of the engine that its module may not know.
pub(crate) fn refused_references(source: &Source) -> Vec<String> {
    let Some(module) = source.module.first() else { return Vec::new() };
    let may_know = row(MODULES, module).unwrap_or(&[]);
    let mut complaints = Vec::new();
    for path in &source.paths {
        if path.words.first().is_none_or(|first| first != "crate") {
            continue;
        }
        let place = format!("{}:{}", source.path, path.line);
        match path.words.get(1).map(String::as_str) {
            Some(other) if other == module || may_know.contains(&other) => {}
            Some(other) if row(MODULES, other).is_some() => complaints.push(format!(
                "{place}: `{module}` may not know `{other}`; it may know {}",
                or_nothing(may_know)
            )),
            other => complaints.push(format!(
                "{place}: `crate::{}` is no module of the picture: name the module that it comes from",
                other.unwrap_or("")
            )),
        }
    }
    complaints.dedup();
    complaints
}

/// Files, network, environment, processes, clock, printing.
pub(crate) fn refused_effects(source: &Source) -> Vec<String> {
    let mut complaints = Vec::new();
    for path in &source.paths {
        if let [first, second, ..] = &path.words[..]
            && first == "std"
            && EFFECTS.contains(&second.as_str())
        {
            complaints.push(format!(
                "{}:{}: `std::{second}` reaches outside; this crate only computes, its callers do the rest",
                source.path, path.line
            ));
        }
    }
    for (line, name) in &source.macros {
        if PRINTING.contains(&name.as_str()) {
            complaints.push(format!(
                "{}:{line}: `{name}!` prints; this crate returns what there is to say",
                source.path
            ));
        }
    }
    complaints
}

/// Serialisation outside the one module for it.
pub(crate) fn refused_serialisation(source: &Source) -> Vec<String> {
    if source.module.first().is_some_and(|module| module == SERIALISING) {
        return Vec::new();
    }
    let mut complaints = Vec::new();
    for (line, word) in &source.words {
        if SERDE.contains(&word.as_str()) {
            complaints.push(format!(
                "{}:{line}: `{word}` belongs to `{SERIALISING}`: requests and replies are serialised, engine types are not",
                source.path
            ));
        }
    }
    complaints
}
