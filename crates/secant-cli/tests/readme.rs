//! The shell examples of README.md run, and print what README.md says.
//!
//! Every block marked `console` is a row: lines after `$ ` are commands, what follows is their output, all
//! of it. `UPDATE_GOLDEN=1` writes what the commands print into README.md, to be read as a diff.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A command, where it stands, and what README.md says it prints.
struct Example {
    line: usize,
    command: String,
    says: Vec<String>,
}

fn readme() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md")
}

fn examples(text: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut inside = false;
    for (number, line) in text.lines().enumerate() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if let (true, Some(command)) = (inside, line.strip_prefix("$ ")) {
            examples.push(Example { line: number + 1, command: command.to_owned(), says: Vec::new() });
        } else if inside {
            let example = examples.last_mut().expect("a console block starts with `$ `");
            example.says.push(line.to_owned());
        }
    }
    examples
}

/// What the command prints, standard error included, with the command under test first on `PATH`.
fn prints(command: &str) -> Vec<String> {
    let binary = Path::new(env!("CARGO_BIN_EXE_secant"));
    let mut path = vec![binary.parent().expect("a folder").to_owned()];
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let output = Command::new("sh")
        .args(["-c", &format!("{{ {command}\n}} 2>&1")])
        .current_dir(readme().parent().expect("the root"))
        .env("PATH", std::env::join_paths(path).expect("folders without colons"))
        .env("NO_COLOR", "1")
        .output()
        .expect("sh");
    String::from_utf8_lossy(&output.stdout)
        .trim_end()
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect()
}

#[test]
fn shell_examples_print_what_the_readme_says() {
    let text = std::fs::read_to_string(readme()).expect("README.md");
    let examples = examples(&text);
    assert!(examples.len() >= 3, "README.md has lost its examples");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let mut lines: Vec<&str> = text.lines().collect();
        let fresh: Vec<Vec<String>> = examples.iter().map(|example| prints(&example.command)).collect();
        for (example, fresh) in examples.iter().zip(&fresh).rev() {
            lines.splice(example.line..example.line + example.says.len(), fresh.iter().map(String::as_str));
        }
        std::fs::write(readme(), lines.join("\n") + "\n").expect("README.md can be written");
        return;
    }
    for Example { line, command, says } in examples {
        let said = prints(&command);
        assert_eq!(
            said.join("\n"),
            says.join("\n"),
            "README.md:{line}: `{command}` prints something else; UPDATE_GOLDEN=1 writes it down"
        );
    }
}

#[test]
fn examples_are_found_with_their_output() {
    let found = examples("text\n```console\n$ one 'a b'\n1\n\n2\n$ two\n```\n```sh\n$ three\n```\n");
    let rows: Vec<_> = found.iter().map(|e| (e.line, e.command.as_str(), e.says.join("|"))).collect();
    assert_eq!(rows, [(3, "one 'a b'", "1||2".to_owned()), (7, "two", String::new())]);
}
