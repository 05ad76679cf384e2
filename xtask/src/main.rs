//! The project's own tasks: `cargo xtask --help` lists them.
//!
//! Here: the table of tasks and the words of the command line.
//! Not here: what a part does (`parts`), how it is run and reported (`run`), how a missing tool is
//! found or installed (`tools`).
//! Invariant: every task is a row of [`TASKS`], so help and behaviour cannot disagree.
//! Start reading at [`TASKS`].
#![allow(clippy::print_stdout, reason = "a task runner reports on the terminal")]

mod parts;
mod run;
mod tools;

use std::process::ExitCode;

use parts::Part;
use run::Context;

/// Words of the command line, and the parts they run.
struct Task {
    words: &'static str,
    about: &'static str,
    parts: &'static [Part],
}

const RUST: &[Part] = &[parts::TESTS, parts::DOC_TESTS];
const LINT: &[Part] = &[parts::FORMAT, parts::CLIPPY, parts::DOCS];
const ALL: &[Part] = &[
    parts::FORMAT,
    parts::CLIPPY,
    parts::TESTS,
    parts::DOC_TESTS,
    parts::DOCS,
    parts::CONTENT,
    parts::TARGETS,
    parts::FUZZ,
    parts::BROWSER,
];
#[rustfmt::skip]
const TASKS: &[Task] = &[
    Task { words: "test",         about: "every part below, fast parts first; what CI runs",                 parts: ALL },
    Task { words: "test lint",    about: "formatting, clippy and the documentation, warnings denied",        parts: LINT },
    Task { words: "test rust",    about: "unit, table, property and documentation tests",                    parts: RUST },
    Task { words: "test content", about: "every cell, figure and question of course/",                       parts: &[parts::CONTENT] },
    Task { words: "test targets", about: "the engine and the course compile for the browser and for ARM",        parts: &[parts::TARGETS] },
    Task { words: "test fuzz",    about: "a short fixed number of runs of every fuzz target",                parts: &[parts::FUZZ] },
    Task { words: "test browser", about: "the pages in a real browser; words after -- go to pytest",         parts: &[parts::BROWSER] },
    Task { words: "fuzz",         about: "`fuzz [target] [--runs N]`: one target or all of them, longer",    parts: &[parts::FUZZ] },
    Task { words: "screenshots",  about: "take the pictures of docs/images/ again",                          parts: &[parts::SCREENSHOTS] },
    Task { words: "pictures",     about: "draw those pictures of docs/images/ again that `secant plot` draws", parts: &[parts::PICTURES] },
    Task { words: "measure",      about: "size and speed of the released command",                           parts: &[parts::MEASURE] },
    Task { words: "bench",        about: "`bench [workload …] [--peers]`: the table of bench/README.md",     parts: &[parts::BENCH] },
];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match parse(&words) {
        Ok(Command::Help) => {
            print!("{}", help());
            ExitCode::SUCCESS
        }
        Ok(Command::Run(task, context)) => run::report(task.parts, &context),
        Err(message) => {
            eprintln!("error: {message}\n\n{}", help());
            ExitCode::from(2)
        }
    }
}

/// What the command line asks for.
enum Command {
    Help,
    Run(&'static Task, Context),
}

fn parse(words: &[String]) -> Result<Command, String> {
    let mut names: Vec<&str> = Vec::new();
    let mut context = Context::from_environment();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        match word.as_str() {
            "-h" | "--help" => return Ok(Command::Help),
            "--install" => context.may_install = true,
            "--runs" => {
                let count = rest.next().ok_or("--runs needs a number")?;
                context.fuzz_runs =
                    count.parse().map_err(|_| format!("--runs needs a number, not `{count}`"))?;
            }
            "--peers" => context.peers = true,
            "--" => context.extra.extend(rest.by_ref().cloned()),
            flag if flag.starts_with('-') => return Err(format!("unknown option `{flag}`")),
            name => names.push(name),
        }
    }
    if names.is_empty() {
        return Ok(Command::Help);
    }
    if let ["fuzz", target] = names[..] {
        context.fuzz_target = Some(target.to_owned());
        names.truncate(1);
    }
    if let ["bench", workloads @ ..] = &names[..] {
        context.workloads = workloads.iter().map(|&name| name.to_owned()).collect();
        names.truncate(1);
    }
    let words = names.join(" ");
    match TASKS.iter().find(|task| task.words == words) {
        Some(task) => Ok(Command::Run(task, context)),
        None => Err(format!("no task `{words}`")),
    }
}

fn help() -> String {
    let mut text = String::from("usage: cargo xtask <task> [options]\n\ntasks:\n");
    for task in TASKS {
        text += &format!("  {:<14} {}\n", task.words, task.about);
    }
    text += "\noptions:\n  --install      let a task install system packages it needs (always allowed for root and in CI)\n";
    text += "  --runs N       how often `fuzz` calls each target\n";
    text += "  --peers        let `bench` run the peers too, installed into bench/.venv\n";
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, want: Result<&str, &str>) {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        match (parse(&words), want) {
            (Ok(Command::Help), Ok("help")) => {}
            (Ok(Command::Run(task, _)), Ok(name)) => assert_eq!(task.words, name),
            (Err(message), Err(part)) => assert!(message.contains(part), "{message}"),
            (Ok(Command::Help), other) => panic!("help where {other:?} was expected"),
            (Err(message), other) => panic!("error `{message}` where {other:?} was expected"),
            (Ok(Command::Run(task, _)), other) => panic!("`{}` where {other:?} was expected", task.words),
        }
    }

    #[test]
    fn command_lines() {
        check("", Ok("help"));
        check("test --help", Ok("help"));
        check("test", Ok("test"));
        check("test browser --install -- -k home", Ok("test browser"));
        check("fuzz parse --runs 7", Ok("fuzz"));
        check("bench W1 parse --peers", Ok("bench"));
        check("fuzz --runs", Err("needs a number"));
        check("fuzz --runs many", Err("not `many`"));
        check("tset", Err("no task `tset`"));
        check("test everything", Err("no task `test everything`"));
        check("test --quick", Err("unknown option `--quick`"));
    }

    #[test]
    fn words_for_a_task_reach_it() {
        let words = ["fuzz", "parse", "--runs", "7", "--", "-k", "x"].map(str::to_owned);
        let Ok(Command::Run(_, context)) = parse(&words) else { panic!("not a task") };
        assert_eq!(context.fuzz_target.as_deref(), Some("parse"));
        assert_eq!(context.fuzz_runs, 7);
        assert_eq!(context.extra, ["-k", "x"]);
    }

    #[test]
    fn help_has_a_line_for_every_task() {
        let text = help();
        for task in TASKS {
            assert!(text.lines().any(|line| line.contains(task.words) && line.contains(task.about)));
        }
    }
}
