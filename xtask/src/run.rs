//! Running parts one after the other and saying how each went.
//!
//! Here: the heading, the clock, the outcome and the closing table; running a command in sight.
//! Not here: which commands a part runs (`parts`).
//! Invariant: every part of the list is run, whatever happened to the ones before it, and the exit
//! status is zero only when none failed. In CI a part that had to be left out counts as failed.
//! Start reading at [`report`].

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};
use std::time::{Duration, Instant};

use crate::parts::Part;

/// How a part ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passed,
    /// With the one sentence a reader needs.
    Failed(String),
    /// Could not be run here; with the one line that is missing.
    LeftOut(String),
}

/// What a part may know about this run.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    /// The root of the workspace; every command runs there.
    pub root: PathBuf,
    /// Where cargo builds.
    pub target: PathBuf,
    /// Running under continuous integration: nothing may be left out.
    pub ci: bool,
    /// System packages may be installed.
    pub may_install: bool,
    /// How often the fuzzer calls each target.
    pub fuzz_runs: u64,
    /// The one fuzz target asked for; all of them otherwise.
    pub fuzz_target: Option<String>,
    /// The workloads that `bench` is asked for; all of them where there are none.
    pub workloads: Vec<String>,
    /// `bench` runs the peers too.
    pub peers: bool,
    /// Words after `--`, for the tool that a part calls.
    pub extra: Vec<String>,
}

impl Context {
    pub(crate) fn from_environment() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace");
        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => root.join(folder),
            None => root.join("target"),
        };
        let ci = std::env::var("CI").is_ok_and(|value| value == "true" || value == "1");
        Self {
            root: root.to_owned(),
            target,
            ci,
            may_install: ci || crate::tools::is_root(),
            fuzz_runs: 20_000,
            fuzz_target: None,
            workloads: Vec::new(),
            peers: false,
            extra: Vec::new(),
        }
    }

    /// A command that will run in the root of the workspace.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }

    /// `cargo`, the same one that runs this.
    pub(crate) fn cargo(&self, words: &[&str]) -> Command {
        let mut command = self.command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(words);
        // Set for this process by `cargo run`; a cargo inside must find its own.
        for name in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_PKG_VERSION"] {
            command.env_remove(name);
        }
        command
    }
}

/// Runs `command` in sight; a failure names it.
pub(crate) fn visibly(command: &mut Command) -> Outcome {
    let line = spelled(command);
    println!("$ {line}");
    outcome(&line, command.status())
}

fn outcome(line: &str, status: std::io::Result<ExitStatus>) -> Outcome {
    match status {
        Ok(status) if status.success() => Outcome::Passed,
        Ok(status) => Outcome::Failed(format!("`{line}` ended with {status}")),
        Err(error) => Outcome::Failed(format!("`{line}` could not be started: {error}")),
    }
}

/// The command as a person would type it.
fn spelled(command: &Command) -> String {
    let name = Path::new(command.get_program()).file_stem().unwrap_or(command.get_program());
    let mut line = name.to_string_lossy().into_owned();
    for word in command.get_args() {
        line.push(' ');
        line.push_str(&word.to_string_lossy());
    }
    line
}

/// Runs every part, prints what happened, and gives the exit status of the whole.
pub(crate) fn report(parts: &[Part], context: &Context) -> ExitCode {
    let start = Instant::now();
    let mut lines = Vec::new();
    let mut failed = 0;
    for part in parts {
        println!("\n=== {}: {}", part.name, part.about);
        let begun = Instant::now();
        let outcome = settle((part.run)(context), context.ci);
        let line = row(part.name, &outcome, begun.elapsed());
        failed += usize::from(matches!(outcome, Outcome::Failed(_)));
        println!("--- {line}");
        lines.push(line);
    }
    println!("\n=== all parts, {}", seconds(start.elapsed()));
    for line in &lines {
        println!("    {line}");
    }
    if failed == 0 {
        println!("all good");
        ExitCode::SUCCESS
    } else {
        println!("{failed} of {} parts failed", parts.len());
        ExitCode::FAILURE
    }
}

/// In CI whatever had to be left out has failed: a green run ran everything.
fn settle(outcome: Outcome, ci: bool) -> Outcome {
    match outcome {
        Outcome::LeftOut(why) if ci => Outcome::Failed(format!("left out, which CI does not allow: {why}")),
        other => other,
    }
}

fn row(name: &str, outcome: &Outcome, took: Duration) -> String {
    let (word, why) = match outcome {
        Outcome::Passed => ("passed", ""),
        Outcome::Failed(why) => ("FAILED", why.as_str()),
        Outcome::LeftOut(why) => ("left out", why.as_str()),
    };
    format!("{name:<12} {word:<9} {:>8}  {why}", seconds(took)).trim_end().to_owned()
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(name: &'static str, run: fn(&Context) -> Outcome) -> Part {
        Part { name, about: "", run }
    }

    #[test]
    fn a_failing_part_does_not_hide_the_next() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        static RAN: AtomicUsize = AtomicUsize::new(0);
        let parts = [
            part("first", |_| Outcome::Failed("broken".into())),
            part("second", |_| {
                RAN.fetch_add(1, Ordering::SeqCst);
                Outcome::Passed
            }),
        ];
        let code = report(&parts, &Context::from_environment());
        assert_eq!(RAN.load(Ordering::SeqCst), 1);
        assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::FAILURE));
    }

    #[test]
    fn left_out_is_failed_in_ci_only() {
        let left = || Outcome::LeftOut("no browser".into());
        assert_eq!(settle(left(), false), left());
        assert!(matches!(settle(left(), true), Outcome::Failed(why) if why.contains("no browser")));
        assert_eq!(settle(Outcome::Passed, true), Outcome::Passed);
    }

    #[test]
    fn a_command_that_fails_or_is_missing_is_named() {
        let context = Context::from_environment();
        assert_eq!(visibly(&mut context.command("true")), Outcome::Passed);
        let Outcome::Failed(why) = visibly(&mut context.command("false")) else { panic!("passed") };
        assert!(why.contains("`false`"), "{why}");
        let Outcome::Failed(why) = visibly(&mut context.command("no-such-program")) else { panic!("passed") };
        assert!(why.contains("could not be started"), "{why}");
    }

    #[test]
    fn rows_are_readable() {
        let took = Duration::from_millis(1234);
        assert_eq!(row("format", &Outcome::Passed, took), "format       passed       1.2 s");
        assert_eq!(
            row("wasm", &Outcome::Failed("no target".into()), took),
            "wasm         FAILED       1.2 s  no target"
        );
    }
}
