//! Who may know whom, held by a test.
//!
//! Here: the picture of ARCHITECTURE.md as tables (`picture`), and the tests that hold the tree to it.
//! Not here: how a source file is read (`rust`, `script`).
//! Invariant: what is forbidden is found in snippets too (`the_test_is_tested`), so silence means something.
//! Start reading at `picture.rs`.

mod picture;
mod rust;
mod script;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use picture::{CRATES, MODULES};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace")
}

/// Every file under `folder` whose name ends in `.end`, sorted, relative to the root.
fn files(folder: &str, end: &str) -> Vec<PathBuf> {
    fn walk(folder: &Path, end: &str, found: &mut Vec<PathBuf>) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for entry in entries {
            let path = entry.expect("a readable folder").path();
            if path.is_dir() {
                walk(&path, end, found);
            } else if path.extension().is_some_and(|e| e == end) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), end, &mut found);
    found.sort();
    found.iter().map(|path| path.strip_prefix(root()).expect("under the root").to_owned()).collect()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[track_caller]
fn none(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn crates_know_only_what_they_may() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo metadata");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON from cargo");
    let packages: Vec<(String, Vec<String>)> = metadata["packages"]
        .as_array()
        .expect("packages")
        .iter()
        .map(|package| {
            let names = package["dependencies"].as_array().expect("dependencies").iter();
            let names = names.map(|dependency| dependency["name"].as_str().expect("a name").to_owned());
            (package["name"].as_str().expect("a name").to_owned(), names.collect())
        })
        .collect();
    assert!(packages.iter().any(|(name, _)| name == "secant"), "the engine is not in the workspace");
    none(picture::refused_dependencies(&packages));
}

#[test]
fn modules_know_only_what_they_may() {
    let mut complaints = Vec::new();
    let mut seen = BTreeSet::new();
    let sources: Vec<rust::Source> = files("crates/secant/src", "rs")
        .iter()
        .map(|path| rust::Source::read(path, Path::new("crates/secant/src"), &read(path)))
        .collect();
    let tests = rust::test_modules(&sources);
    for source in sources.iter().filter(|source| !source.lies_in(&tests)) {
        if let Some(module) = source.module.first() {
            seen.insert(module.clone());
        }
        complaints.extend(picture::refused_references(source));
        complaints.extend(picture::refused_serialisation(source));
    }
    let known: BTreeSet<String> = MODULES.iter().map(|(name, _)| (*name).to_owned()).collect();
    for module in seen.difference(&known) {
        complaints.push(format!(
            "crates/secant/src/{module}: this module is not in the picture; add its row to xtask/tests/architecture/picture.rs and to ARCHITECTURE.md"
        ));
    }
    assert!(seen.contains("expr"), "no module was read");
    none(complaints);
}

#[test]
fn engine_and_course_touch_nothing_outside() {
    let mut complaints = Vec::new();
    for name in picture::PURE {
        let folder = format!("crates/{name}/src");
        let sources: Vec<rust::Source> = files(&folder, "rs")
            .iter()
            .map(|path| rust::Source::read(path, Path::new(&folder), &read(path)))
            .collect();
        assert!(!sources.is_empty(), "{folder} was not read");
        let tests = rust::test_modules(&sources);
        for source in sources.iter().filter(|source| !source.lies_in(&tests)) {
            complaints.extend(picture::refused_effects(source));
        }
    }
    none(complaints);
}

#[test]
fn scripts_keep_to_their_side() {
    let mut complaints = Vec::new();
    for path in files("crates/secant-server/assets", "js") {
        complaints.extend(script::refused(&path.to_string_lossy(), &read(&path)));
    }
    none(complaints);
}

#[test]
fn the_picture_never_climbs() {
    for (table, what) in [(CRATES, "crate"), (MODULES, "module")] {
        for (row, (name, may_know)) in table.iter().enumerate() {
            for other in *may_know {
                let below = table[..row].iter().any(|(below, _)| below == other);
                assert!(
                    below,
                    "{what} `{name}` knows `{other}`, which has no row above it: the arrow climbs"
                );
            }
        }
    }
}

mod the_test_is_tested {
    use super::*;

    fn source(module: &str, text: &str) -> rust::Source {
        let path = format!("crates/secant/src/{module}.rs");
        rust::Source::read(Path::new(&path), Path::new("crates/secant/src"), text)
    }

    /// `want` is in the only complaint, and so is the place.
    #[track_caller]
    fn refused(complaints: &[String], want: &str) {
        assert_eq!(complaints.len(), 1, "{complaints:?}");
        assert!(complaints[0].contains(want), "{complaints:?}");
        assert!(complaints[0].contains(":2:"), "no line: {complaints:?}");
    }

    #[test]
    fn arrows_that_climb() {
        #[track_caller]
        fn check(module: &str, line: &str, want: &str) {
            refused(&picture::refused_references(&source(module, &format!("\n{line}"))), want);
        }
        check("calculus", "use crate::program::Program;", "`calculus` may not know `program`");
        check(
            "program",
            "use crate::{expr::Expr, calculus::derivative};",
            "`program` may not know `calculus`",
        );
        check("expr", "use super::syntax::parse;", "`expr` may not know `syntax`");
        check("expr/print", "use super::super::syntax;", "`expr` may not know `syntax`");
        check("expr/mod", "use super::{syntax::{Span, parse}};", "`expr` may not know `syntax`");
        check(
            "expr/print/mathml",
            "fn f() { super::super::super::sheet::run() }",
            "`expr` may not know `sheet`",
        );
        check(
            "syntax",
            "fn f(e: &Expr) { crate::calculus::derivative(e); }",
            "`syntax` may not know `calculus`",
        );
        check("equality", "type T = Vec<crate::syntax::Span>;", "`equality` may not know `syntax`");
        check("solve", "macro_rules! m { () => { $crate::sheet::run() } }", "`solve` may not know `sheet`");
        check("calculus", "mod inner { use super::super::program; }", "`calculus` may not know `program`");
        check("expr", "#[cfg(not(test))] use crate::syntax;", "`expr` may not know `syntax`");
        check("calculus", "use crate::Expr;", "name the module");
        check("calculus", "use crate::*;", "name the module");
        check("calculus", "pub use crate::program as engine;", "`calculus` may not know `program`");
    }

    #[test]
    fn arrows_that_go_down() {
        #[track_caller]
        fn check(module: &str, text: &str) {
            let complaints = picture::refused_references(&source(module, text));
            assert!(complaints.is_empty(), "{complaints:?}");
        }
        check("calculus", "use crate::expr::{Expr, func::Func}; use super::calculus::rules;");
        check("sheet/run", "use crate::{syntax, calculus, program}; use super::super::expr;");
        check(
            "calculus/rules",
            "use super::steps; pub(super) fn f() {} pub(crate) fn g() { crate::calculus::h() }",
        );
        check(
            "expr",
            "// use crate::sheet;\n/* crate::sheet::x /* nested */ */ const T: &str = \"crate::sheet::run\";",
        );
        check(
            "expr",
            "const R: &str = r#\"crate::sheet \"quoted\" \"#; fn f<'a>(c: char) -> bool { c == '\"' }",
        );
        check("expr", "#[cfg(test)] mod tests { use super::*; use crate::syntax::parse; }");
        check("expr", "#[cfg(test)]\n#[allow(unused)]\nuse crate::syntax::{parse, Span};\nfn real() {}");
        check("lib", "pub mod expr; pub use crate::sheet::run;");
    }

    #[test]
    fn effects() {
        #[track_caller]
        fn check(line: &str, want: &str) {
            refused(&picture::refused_effects(&source("expr", &format!("\n{line}"))), want);
        }
        check("use std::fs;", "std::fs");
        check("use std::{collections::HashMap, time::Instant};", "std::time");
        check("fn f() -> Option<String> { ::std::env::var(\"X\").ok() }", "std::env");
        check("fn f() { std::process::exit(1) }", "std::process");
        check("fn f() { println!(\"{}\", 1); }", "println!");
        check("fn f() { dbg!(1); }", "dbg!");
        let fine = source(
            "expr",
            "use std::fmt; fn f() { std::mem::swap(&mut 1, &mut 2); let println = 1; } #[cfg(test)] mod t { use std::fs; }",
        );
        assert!(picture::refused_effects(&fine).is_empty());
    }

    #[test]
    fn serialisation() {
        let line = "\n#[derive(Clone, Serialize)] struct S;";
        refused(&picture::refused_serialisation(&source("program", line)), "`Serialize`");
        let line = "\nuse serde_json::Value;";
        refused(&picture::refused_serialisation(&source("calculus/steps", line)), "`serde_json`");
        assert!(picture::refused_serialisation(&source("sheet/reply", line)).is_empty());
    }

    #[test]
    fn dependencies() {
        #[track_caller]
        fn check(name: &str, dependencies: &[&str], want: &[&str]) {
            let package = (name.to_owned(), dependencies.iter().map(|&d| d.to_owned()).collect());
            let complaints = picture::refused_dependencies(&[package]);
            assert_eq!(complaints.len(), want.len(), "{complaints:?}");
            for (complaint, want) in complaints.iter().zip(want) {
                assert!(complaint.contains(want), "{complaint}");
            }
        }
        check("secant", &["num-bigint"], &[]);
        check("secant", &["secant-course"], &["`secant` may not know `secant-course`"]);
        check("secant-course", &["secant", "axum"], &["`secant-course` may not know `axum`"]);
        check(
            "secant-server",
            &["secant-cli", "secant", "tokio"],
            &["`secant-server` may not know `secant-cli`"],
        );
        check("secant-game", &["secant"], &["not in the picture"]);
    }

    #[test]
    fn scripts() {
        #[track_caller]
        fn check(path: &str, text: &str, want: Option<&str>) {
            let complaints = script::refused(&format!("assets/{path}"), text);
            match want {
                Some(want) => refused(&complaints, want),
                None => assert!(complaints.is_empty(), "{complaints:?}"),
            }
        }
        check("math/program.js", "\nconst width = document.body.clientWidth;", Some("`document`"));
        check("math/program.js", "\nwindow.alert(1)", Some("`window`"));
        check("math/program.js", "\nimport { draw } from \"../view/figure.js\";", Some("../view/figure.js"));
        check("view/figure.js", "\nconst y = Math.sin(x);", Some("`Math.sin`"));
        check("view/figure.js", "\nconst f = new Function(\"x\", text);", Some("`Function`"));
        check("math/program.js", "\nconst f = eval(text);", Some("`eval`"));
        check(
            "math/program.js",
            "// the document\nconst s = 'window'; /* document */ x.window = {document: 1};",
            None,
        );
        check("math/program.js", "import { f } from './special.js';\nMath.sin(1)", None);
        check(
            "view/figure.js",
            "import { f } from '../math/program.js';\ndocument.title = `a ${Math.round(f)}`;",
            None,
        );
    }
}
