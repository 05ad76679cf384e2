//! A course file with its name, and places in it.

use crate::fault::Fault;

/// The text of one file. Places in it are byte offsets.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) file: String,
    pub(crate) text: String,
}

/// A stretch of a source, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    /// Byte offset in the file.
    pub(crate) at: usize,
}

impl Source {
    /// Line and column (in characters) of a byte offset, both from 1.
    pub(crate) fn place(&self, offset: usize) -> (u32, u32) {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &self.text[..offset];
        let line = before.bytes().filter(|b| *b == b'\n').count();
        let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count());
        (u32::try_from(line + 1).unwrap_or(u32::MAX), u32::try_from(column + 1).unwrap_or(u32::MAX))
    }

    /// A fault at a byte offset.
    pub(crate) fn fault(&self, code: &'static str, at: usize, message: impl Into<String>) -> Fault {
        let (line, column) = self.place(at);
        let (message, file) = (message.into(), self.file.clone());
        let quote = self.text.lines().nth(line as usize - 1).unwrap_or_default().to_owned();
        Fault { code, message, file, line, column, at: None, hint: None, quote }
    }

    /// A fault with what to do about it.
    pub(crate) fn hinted(
        &self,
        code: &'static str,
        at: usize,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Fault {
        Fault { hint: Some(hint.into()), ..self.fault(code, at, message) }
    }
}

/// The number of words that a reader reads.
pub(crate) fn words(text: &str) -> usize {
    text.split_whitespace().filter(|w| w.chars().any(char::is_alphanumeric)).count()
}

/// Text made safe for HTML, in content and in attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
