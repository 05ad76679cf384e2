//! The documents point at things that are there.

use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace")
}

/// The documents at the root and below docs/.
fn documents() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in [root().to_owned(), root().join("docs")] {
        for entry in std::fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.expect("a readable folder").path();
            if path.extension().is_some_and(|end| end == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Targets of `[text](target)` and `src="target"`, with their lines, outside code blocks.
fn links(text: &str) -> Vec<(usize, &str)> {
    let mut links = Vec::new();
    let mut code = false;
    for (number, line) in text.lines().enumerate() {
        if line.starts_with("```") {
            code = !code;
        } else if !code {
            for (open, close) in [("](", ')'), ("src=\"", '"'), ("srcset=\"", '"')] {
                for (at, _) in line.match_indices(open) {
                    links.extend(
                        line[at + open.len()..].split(close).next().map(|target| (number + 1, target)),
                    );
                }
            }
        }
    }
    links
}

/// Headings as the anchors that they get.
fn anchors(text: &str) -> Vec<String> {
    let heading = |line: &str| {
        line.trim_start_matches('#')
            .trim()
            .to_lowercase()
            .chars()
            .filter_map(|c| match c {
                ' ' => Some('-'),
                c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
                _ => None,
            })
            .collect()
    };
    text.lines().filter(|line| line.starts_with('#')).map(heading).collect()
}

#[test]
fn links_lead_somewhere() {
    let mut broken = Vec::new();
    for document in documents() {
        let text = std::fs::read_to_string(&document).expect("a text");
        for (line, target) in links(&text) {
            if target.contains("://") {
                continue;
            }
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let path =
                if file.is_empty() { document.clone() } else { document.with_file_name("").join(file) };
            let there = path.exists()
                && (anchor.is_empty()
                    || anchors(&std::fs::read_to_string(&path).unwrap_or_default())
                        .iter()
                        .any(|a| a == anchor));
            if !there {
                broken.push(format!("{}:{line}: {target}", document.display()));
            }
        }
    }
    assert!(broken.is_empty(), "links that lead nowhere:\n{}", broken.join("\n"));
}

#[test]
fn the_documents_of_a_project_are_there() {
    let names: Vec<String> = documents()
        .iter()
        .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
        .collect();
    for name in ["ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "README.md"] {
        assert!(names.iter().any(|there| there == name), "{name} is missing");
    }
    for name in ["LICENSE-APACHE", "LICENSE-MIT"] {
        assert!(root().join(name).is_file(), "{name} is missing");
    }
}

#[test]
fn pictures_are_small() {
    for entry in std::fs::read_dir(root().join("docs/images")).into_iter().flatten() {
        let path = entry.expect("a readable folder").path();
        let size = path.metadata().expect("a file").len();
        assert!(size <= 150_000, "{} has {size} bytes; take it again or make it smaller", path.display());
    }
}

#[test]
fn links_and_anchors_are_read() {
    let text = "see [a](b.md) and [c](#d-e)\n```\n[no](no.md)\n```\n<img src=\"x.png\">";
    assert_eq!(links(text), [(1, "b.md"), (1, "#d-e"), (5, "x.png")]);
    assert_eq!(anchors("# Who, then?\ntext\n## d `e`"), ["who-then", "d-e"]);
}
