//! How errors look in a terminal.

use std::fmt::Write as _;

use secant::sheet::Fault;

/// How much of a long text is shown on either side of a mistake, in characters.
const AROUND: usize = 36;

/// The widest underline, in characters.
const WIDEST: usize = 40;

/// How many faults are shown after the first.
const MOST: usize = 4;

/// Colours, or none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Colours(bool);

impl Colours {
    /// Colours for a terminal whose owner wants them (<https://no-color.org>).
    pub(crate) fn for_terminal(terminal: bool) -> Self {
        let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        Self(terminal && !unwanted && !dumb)
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.0 { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// The word that begins an error.
    pub(crate) fn error(self, text: &str) -> String {
        self.paint("1;31", text)
    }

    fn place(self, text: &str) -> String {
        self.paint("31", text)
    }

    fn quiet(self, text: &str) -> String {
        self.paint("2", text)
    }
}

/// Everything that is wrong with a request: messages, the text with its places marked, what to do.
///
/// `typed` gives the text that a fault speaks of.
pub(crate) fn fault<'t>(
    fault: &Fault,
    typed: impl Fn(&Fault) -> Option<&'t str>,
    colours: Colours,
) -> String {
    let mut lines = String::new();
    for one in std::iter::once(fault).chain(fault.more.iter().take(MOST)) {
        let code = colours.quiet(&format!("[{}]", one.code));
        let _ = writeln!(lines, "{} {} {code}", colours.error("error:"), plain(&one.message));
        if let (Some([from, to]), Some(typed)) = (one.at, typed(one)) {
            let (shown, before, width) = window(typed, from, to);
            let mark = colours.place(&"^".repeat(width));
            let _ = writeln!(lines, "  {} {shown}", colours.quiet("|"));
            let _ = writeln!(lines, "  {} {}{mark}", colours.quiet("|"), " ".repeat(before));
        }
        if let Some(hint) = &one.hint {
            let _ = writeln!(lines, "  {} {}", colours.quiet("hint:"), plain(hint));
        }
    }
    lines
}

/// The part of a text around a place, with the columns the place takes in it.
fn window(typed: &str, from: usize, to: usize) -> (String, usize, usize) {
    let characters: Vec<char> = typed.chars().collect();
    let from = from.min(characters.len());
    let to = to.clamp(from, characters.len());
    let line_start = characters[..from].iter().rposition(|c| *c == '\n').map_or(0, |k| k + 1);
    let line_end = characters[from..].iter().position(|c| *c == '\n').map_or(characters.len(), |k| from + k);
    let shown_to = to.clamp(from, from + WIDEST).min(line_end);
    let first = line_start.max(from.saturating_sub(AROUND));
    let last = line_end.min(shown_to + AROUND);
    let cut = |is_cut: bool| if is_cut { "…" } else { "" };
    let middle: String = characters[first..last].iter().map(|c| visible(*c)).collect();
    let shown = format!("{}{middle}{}", cut(first > line_start), cut(last < line_end));
    (shown, from - first + usize::from(first > line_start), (shown_to - from).max(1))
}

fn plain(text: &str) -> String {
    text.chars().map(visible).collect()
}

/// A character that takes one column and commands no terminal.
fn visible(c: char) -> char {
    if c == '\t' {
        ' '
    } else if c.is_control() {
        '\u{fffd}'
    } else {
        c
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, from: usize, to: usize, want: &str) {
        let (shown, before, width) = window(typed, from, to);
        assert_eq!(format!("{shown}\n{}{}", " ".repeat(before), "^".repeat(width)), want);
    }

    #[test]
    fn the_mark_stands_under_the_place() {
        check("sin(x", 3, 4, "sin(x\n   ^");
        check("sin(x", 5, 5, "sin(x\n     ^");
        check("sin(x", 9, 12, "sin(x\n     ^");
        check("π + foo", 4, 7, "π + foo\n    ^^^");
        check("a\nb + c\nd", 4, 5, "b + c\n  ^");
        check("\x1b[31m x", 0, 1, "\u{fffd}[31m x\n^");
        let long = "x + ".repeat(1000);
        let (shown, before, _) = window(&long, 2000, 2001);
        assert_eq!(shown.chars().count(), 2 * AROUND + 3);
        assert_eq!(shown.chars().nth(before), long.chars().nth(2000));
        assert!(window(&"(".repeat(10_000), 0, 10_000).0.chars().count() < 90);
    }
}
