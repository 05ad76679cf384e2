//! The parts of a full test run.
//!
//! Here: which commands each part consists of.
//! Not here: how parts are timed and reported (`run`), how tools are found (`tools`).
//! Invariant: a part of `test` builds with the `dev`/`test` profiles only, so that nothing is compiled twice
//! (the fuzzer, which needs other compiler flags, is the exception).
//! Start reading at [`Part`].

mod bench;
mod browser;
mod content;
mod fuzz;
mod measure;
mod pictures;
mod targets;

use crate::run::{Context, Outcome, visibly};
use crate::tools;

/// One part: a name, one line about it, and how it is run.
pub(crate) struct Part {
    pub name: &'static str,
    pub about: &'static str,
    pub run: fn(&Context) -> Outcome,
}

#[rustfmt::skip]
mod table {
    use super::{Part, bench, browser, content, fuzz, measure, pictures, targets, format, clippy, tests, doc_tests, docs};

    pub(crate) const FORMAT: Part = Part { name: "format", about: "the code is formatted", run: format };
    pub(crate) const CLIPPY: Part = Part { name: "clippy", about: "no compiler or clippy warning", run: clippy };
    pub(crate) const TESTS: Part = Part { name: "tests", about: "unit, table, property and golden tests", run: tests };
    pub(crate) const DOC_TESTS: Part = Part { name: "doc tests", about: "the examples in the documentation run", run: doc_tests };
    pub(crate) const DOCS: Part = Part { name: "docs", about: "the documentation builds without a warning", run: docs };
    pub(crate) const CONTENT: Part = Part { name: "content", about: "every cell, figure and question of the course", run: content::run };
    pub(crate) const TARGETS: Part = Part { name: "targets", about: "engine and course compile for the browser and for ARM", run: targets::run };
    pub(crate) const FUZZ: Part = Part { name: "fuzz", about: "a fixed number of runs of every fuzz target", run: fuzz::run };
    pub(crate) const BROWSER: Part = Part { name: "browser", about: "the pages in a real browser", run: browser::run };
    pub(crate) const MEASURE: Part = Part { name: "measure", about: "size and speed of the released command", run: measure::run };
    pub(crate) const BENCH: Part = Part { name: "bench", about: "the workloads of bench/README.md, ours and the peers'", run: bench::run };
    pub(crate) const SCREENSHOTS: Part = Part { name: "screenshots", about: "the pictures of docs/images/", run: browser::screenshots };
    pub(crate) const PICTURES: Part = Part { name: "pictures", about: "the pictures of docs/images/ that `secant plot` draws", run: pictures::run };
}
pub(crate) use table::*;

fn format(context: &Context) -> Outcome {
    for words in [&["fmt", "--all", "--check"][..], &["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"]]
    {
        let outcome = visibly(&mut context.cargo(words));
        if outcome != Outcome::Passed {
            return outcome;
        }
    }
    Outcome::Passed
}

fn clippy(context: &Context) -> Outcome {
    visibly(&mut context.cargo(&[
        "clippy",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))
}

fn tests(context: &Context) -> Outcome {
    let nextest = tools::succeeds(&mut context.cargo(&["nextest", "--version"]));
    let words: &[&str] = if nextest {
        &["nextest", "run", "--cargo-quiet", "--workspace", "--all-targets"]
    } else {
        &["test", "--quiet", "--workspace", "--all-targets", "--no-fail-fast"]
    };
    let mut command = context.cargo(words);
    if context.ci {
        // Integration judges the change and not the luck of the draw; on a developer's machine every run draws anew.
        command.env("PROPTEST_RNG_SEED", "20260101");
    }
    visibly(&mut command)
}

fn doc_tests(context: &Context) -> Outcome {
    visibly(&mut context.cargo(&["test", "--quiet", "--workspace", "--doc", "--no-fail-fast"]))
}

/// The command and the engine are both called `secant`: documented in one go, one would overwrite the
/// other. The engine goes last, so that its pages are the ones that stay.
fn docs(context: &Context) -> Outcome {
    let commands: [&[&str]; 2] = [
        &["doc", "--quiet", "--no-deps", "--package", "secant-cli", "--bins", "--document-private-items"],
        &["doc", "--quiet", "--no-deps", "--workspace", "--lib"],
    ];
    for words in commands {
        let outcome = visibly(context.cargo(words).env("RUSTDOCFLAGS", "-D warnings"));
        if outcome != Outcome::Passed {
            return outcome;
        }
    }
    Outcome::Passed
}

/// The `secant` command, as the tests use it: built with the profile the tests were built with.
pub(crate) fn secant(context: &Context) -> Result<std::path::PathBuf, Outcome> {
    tools::step(&mut context.cargo(&["build", "--quiet", "--package", "secant-cli"]))?;
    let file = context.target.join("debug/secant");
    if file.is_file() { Ok(file) } else { Err(Outcome::Failed(format!("{} was not built", file.display()))) }
}
