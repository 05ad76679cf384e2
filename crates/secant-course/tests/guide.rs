//! The author's guide: its parts make a course, its questions are asked and answered.

use secant_course::check::Options;
use secant_course::{Course, check_with};

const GUIDE: &str = include_str!("../../../docs/authors.md");

/// The blocks between four backticks, each with what stands behind them: `part path.md`, `toml course.toml`.
fn files() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for block in GUIDE.split("\n````").skip(1).step_by(2) {
        let (info, text) = block.split_once('\n').unwrap();
        let (_, path) = info.split_once(' ').unwrap_or_else(|| panic!("{info} names no file"));
        files.push((path.to_owned(), format!("{text}\n")));
    }
    files
}

/// The questions outside of them, each with the figure that stands before it.
fn questions() -> Vec<(String, String)> {
    let outside: String = GUIDE.split("\n````").step_by(2).collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    let (mut figure, mut block, mut inside) = (String::new(), String::new(), false);
    for line in outside.lines() {
        if inside {
            block.push_str(line);
            block.push('\n');
            if line == "```" {
                inside = false;
                let first = block.lines().next().unwrap_or_default().to_owned();
                if let Some(name) = first.strip_prefix("```question ") {
                    found.push((name.to_owned(), std::mem::take(&mut figure) + &block));
                } else if first.starts_with("```figure ") {
                    figure.clone_from(&block);
                }
            }
        } else if line.starts_with("```") && line.len() > 3 {
            inside = true;
            block = format!("{line}\n");
        }
    }
    found
}

#[track_caller]
fn holds(files: Vec<(String, String)>) {
    let course = Course::load(files.clone()).unwrap_or_else(|faults| panic!("{faults}"));
    let report = check_with(&course, &Options { variants: 20 });
    assert!(report.ok(), "{report}\n{files:#?}");
}

#[test]
fn the_parts_of_the_guide_are_a_course() {
    let files = files();
    let kinds = ["assignment", "reading", "discussion", "lab"];
    assert!(kinds.iter().all(|kind| files.iter().any(|(_, t)| t.contains(&format!("kind = \"{kind}\"")))));
    holds(files);
}

#[test]
fn every_question_of_the_guide_holds() {
    let questions = questions();
    assert!(questions.len() > 12, "{questions:?}");
    let mut lesson =
        "+++\nid = \"all\"\ntitle = \"All\"\nminutes = 20\n+++\n\n## One\n\nEvery kind of question.\n\n"
            .to_owned();
    for (_, text) in &questions {
        lesson.push_str(text);
        lesson.push('\n');
    }
    let outline = "title = \"A\"\n[[module]]\ntitle = \"B\"\nsentence = \"C.\"\nparts = [\"all\"]\n";
    holds(vec![("course.toml".to_owned(), outline.to_owned()), ("all.md".to_owned(), lesson)]);
}
