//! What can be wrong with a course or with something a learner typed, and where.

use std::fmt;

use serde::Serialize;

/// One mistake, in a course file or in something a learner typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Never changes: tests, clients and translations use it.
    pub code: &'static str,
    /// Lowercase, without a full stop.
    pub message: String,
    /// The course file; empty for typed text.
    pub file: String,
    /// From 1; 0 for typed text.
    pub line: u32,
    /// In characters, from 1; 0 for typed text.
    pub column: u32,
    /// Characters of the typed text.
    pub at: Option<(usize, usize)>,
    /// What to do about it.
    pub hint: Option<String>,
    /// The line of the file; empty for typed text.
    #[serde(skip)]
    pub quote: String,
}

/// Most characters of a line that are shown, and how many of them before the place.
const SHOWN: usize = 100;
const BEFORE: usize = 60;

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.file.is_empty() {
            write!(f, "{}", self.message)?;
        } else {
            write!(f, "{}:{}:{}: {}: {}", self.file, self.line, self.column, self.code, self.message)?;
            self.quoted(f)?;
        }
        match &self.hint {
            Some(hint) => write!(f, "\n    {hint}"),
            None => Ok(()),
        }
    }
}

impl Fault {
    /// The line, with a mark under the place.
    fn quoted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.quote.trim().is_empty() {
            return Ok(());
        }
        let place = (self.column as usize).saturating_sub(1);
        let (from, cut) = if place > BEFORE { (place - BEFORE, "…") } else { (0, "") };
        let shown: String = self.quote.chars().skip(from).take(SHOWN).collect();
        let more = if self.quote.chars().count() > from + SHOWN { "…" } else { "" };
        // A tab stays a tab, so that the mark stands under its place in every terminal.
        let before = self.quote.chars().skip(from).take(place - from);
        let under: String =
            cut.chars().map(|_| ' ').chain(before.map(|c| if c == '\t' { c } else { ' ' })).collect();
        let number = self.line.to_string();
        let room = " ".repeat(number.len());
        write!(f, "\n  {number} | {cut}{}{more}\n  {room} | {under}^", shown.trim_end())
    }
}

impl std::error::Error for Fault {}

/// All that is wrong with a course, file by file and in the order of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// `Err` with all of them, in order, if there are any.
    pub(crate) fn into_result<T>(mut self, value: impl FnOnce() -> T) -> Result<T, Faults> {
        if self.0.is_empty() {
            return Ok(value());
        }
        self.0.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        self.0.dedup();
        Err(self)
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (k, fault) in self.0.iter().enumerate() {
            if k > 0 {
                writeln!(f)?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

#[cfg(test)]
mod tests {
    use crate::text::Source;

    #[test]
    fn a_fault_is_shown_with_its_line_and_a_mark() {
        let text = "one\n\tf(x) = x + q\nthree";
        let source = Source { file: "a/b.md".into(), text: text.into() };
        let fault = source.hinted("name.unknown", text.find('q').unwrap(), "`q` is not known", "define it");
        let want = "a/b.md:2:13: name.unknown: `q` is not known\n  2 | \tf(x) = x + q\n    | \t           ^\n    define it";
        assert_eq!(fault.to_string(), want);
        let long = format!("{}q{}", "x".repeat(300), "y".repeat(300));
        let source = Source { file: "a.md".into(), text: long };
        let shown = source.fault("name.unknown", 300, "no").to_string();
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(
            lines[1].chars().position(|c| c == 'q'),
            lines[2].chars().position(|c| c == '^'),
            "{shown}"
        );
        assert!(lines[1].chars().count() < 120, "{shown}");
        assert!(!source.fault("syntax.file", 9999, "no").to_string().is_empty());
    }
}
