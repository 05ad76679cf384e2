//! What a browser needs of a script or a stylesheet: all but its comments and empty lines, which would be a quarter of what
//! travels.
//!
//! Only whole lines go, so that no string has to be told from a comment. Used by the build script.

/// The text of a `.js` or `.css` file without the comments that have lines of their own.
pub(crate) fn lean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for line in text.lines() {
        let trimmed = line.trim();
        if inside {
            inside = !trimmed.ends_with("*/");
        } else if trimmed.starts_with("/*") && !trimmed.contains("*/") {
            inside = true;
        } else if !(trimmed.is_empty()
            || trimmed.starts_with("//")
            || trimmed.starts_with("/*") && trimmed.ends_with("*/"))
        {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::lean;

    #[test]
    fn comments_go_and_code_stays() {
        let text =
            "// a\n/** b */\n/*\n * c\n */\n\nlet x = 'http://x'; // d\n  /* e */ f();\n  // g\n  h();\n";
        assert_eq!(lean(text), "let x = 'http://x'; // d\n  /* e */ f();\n  h();\n");
    }

    /// A line of a template that looks like a comment would be lost, and so would code behind a comment of several lines.
    #[test]
    fn the_files_are_written_so_that_nothing_is_lost() {
        for file in crate::assets::ASSETS.iter().filter(|file| file.path.ends_with(".js")) {
            let source = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/");
            let text = std::fs::read_to_string(format!("{source}{}", file.path)).unwrap();
            assert_eq!(lean(&text).as_bytes(), file.bytes, "{}", file.path);
            let mut open = false;
            for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
                if open {
                    let line = line.trim_start();
                    assert!(!line.starts_with("/*") && !line.starts_with("//"), "{}: {line}", file.path);
                }
                open ^= line.matches('`').count() % 2 == 1;
            }
        }
    }
}
