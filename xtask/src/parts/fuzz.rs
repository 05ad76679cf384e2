//! libFuzzer on stable Rust, without a tool to install first.
//!
//! `cargo fuzz` is a wrapper around compiler flags and a folder layout. The layout in `fuzz/` is the
//! usual one, so `cargo fuzz run` works for whoever has it; here the flags are passed by hand.
//! The seed is fixed: a run is the same run everywhere.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::run::{Context, Outcome};
use crate::tools;

/// Coverage for libFuzzer from the compiler's stable options, and checks as in a debug build.
const FLAGS: &[&str] = &[
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
    "-Cdebug-assertions",
    "-Coverflow-checks",
    "-Dwarnings",
];

/// Lines shown of a run that failed.
const LAST_WORDS: usize = 60;

/// Builds the targets and runs each of them (or the one asked for) `fuzz_runs` times.
pub(super) fn run(context: &Context) -> Outcome {
    match run_all(context) {
        Ok(()) => Outcome::Passed,
        Err(outcome) => outcome,
    }
}

fn run_all(context: &Context) -> Result<(), Outcome> {
    let folder = context.root.join("fuzz");
    let mut targets = targets(&folder.join("fuzz_targets"))?;
    if let Some(wanted) = &context.fuzz_target {
        if !targets.contains(wanted) {
            let known = targets.join(", ");
            return Err(Outcome::Failed(format!("no fuzz target `{wanted}`; there are: {known}")));
        }
        targets = vec![wanted.clone()];
    }
    tools::package(context, &["g++"], || tools::program(&["c++", "g++", "clang++"]).is_some())?;

    let host = host(context)?;
    let built = context.target.join("fuzz");
    let mut build = context.cargo(&["build", "--quiet", "--release", "--manifest-path", "fuzz/Cargo.toml"]);
    build.args(["--target", &host]).env("CARGO_TARGET_DIR", &built).env("RUSTFLAGS", FLAGS.join(" "));
    tools::step(&mut build)?;

    let mut worst = Ok(());
    for target in targets {
        // New inputs are kept beside the build; what a person chose to keep is in fuzz/seeds.
        let corpus = built.join("corpus").join(&target);
        let found = built.join("artifacts").join(&target);
        for new in [&corpus, &found] {
            std::fs::create_dir_all(new)
                .map_err(|error| Outcome::Failed(format!("{}: {error}", new.display())))?;
        }
        if context.ci {
            // The same run everywhere: start from the seeds alone.
            let _ = std::fs::remove_dir_all(&corpus);
            let _ = std::fs::create_dir_all(&corpus);
        }
        let mut command = context.command(built.join(&host).join("release").join(&target));
        command.arg(format!("-runs={}", context.fuzz_runs));
        command.args(["-seed=1", "-timeout=10", "-rss_limit_mb=2048", "-max_len=512"]);
        command.args(["-print_pcs=0", "-print_funcs=0"]);
        command.arg(format!("-artifact_prefix={}/", found.display()));
        command.arg(&corpus);
        let seeds = folder.join("seeds").join(&target);
        if seeds.is_dir() {
            command.arg(seeds);
        }
        let dictionary = folder.join("dictionaries").join(format!("{target}.dict"));
        if dictionary.is_file() {
            command.arg(format!("-dict={}", dictionary.display()));
        }
        command.args(&context.extra);
        if let Err(why) = quietly(&target, &mut command) {
            worst = Err(Outcome::Failed(format!("{target}: {why}; the input is under {}", found.display())));
        }
    }
    worst
}

/// Runs one target. libFuzzer says much; a good run is one line here, a bad one shows how it ended.
fn quietly(target: &str, command: &mut Command) -> Result<(), String> {
    let begun = Instant::now();
    let output = command.stdin(Stdio::null()).output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stderr);
    let done = said.lines().rev().find(|line| line.starts_with("Done "));
    match done {
        Some(line) if output.status.success() => {
            println!("{target}: {line}");
            Ok(())
        }
        _ => {
            let lines: Vec<&str> = said.lines().filter(|line| !line.starts_with('#')).collect();
            println!("{}", lines[lines.len().saturating_sub(LAST_WORDS)..].join("\n"));
            Err(format!("ended with {} after {:.1} s", output.status, begun.elapsed().as_secs_f64()))
        }
    }
}

/// The names of the targets: every file of `fuzz/fuzz_targets`.
fn targets(folder: &Path) -> Result<Vec<String>, Outcome> {
    let failed = |error: std::io::Error| Outcome::Failed(format!("{}: {error}", folder.display()));
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|end| end == "rs") {
            names.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    names.sort();
    Ok(names)
}

/// The triple of this machine: libFuzzer's flags must not reach build scripts, so a target is named.
fn host(context: &Context) -> Result<String, Outcome> {
    tools::text(context.command("rustc").arg("-vV"))
        .and_then(|text| text.lines().find_map(|line| line.strip_prefix("host: ").map(str::to_owned)))
        .ok_or_else(|| Outcome::Failed("`rustc -vV` names no host".into()))
}
