//! Requests from standard input, line by line.
//!
//! Invariant: one reply per request, in order, flushed; no line makes it stop or is held when it is too long.

use std::io::{self, BufRead, ErrorKind, Write};

use secant::sheet::{Fault, Reply};
use secant_course::answer_line;

use crate::ANSWER;
use crate::data::fit_line;
use crate::words::limits;

/// Answers every line of `input` until it ends.
pub(crate) fn batch(input: &mut impl BufRead, out: &mut impl Write, longest: usize) -> anyhow::Result<u8> {
    let limits = limits();
    let mut line = Vec::new();
    loop {
        let reply = match read(input, &mut line, longest)? {
            Line::End => return Ok(ANSWER),
            Line::TooLong(length) => {
                refused("budget.line", &format!("the line is {length} bytes long; {longest} are read"))
            }
            Line::Read => match std::str::from_utf8(&line) {
                Ok(text) if text.trim().is_empty() => continue,
                // A file is read here and nowhere else.
                Ok(text) => {
                    fit_line(text.trim(), &limits).unwrap_or_else(|| answer_line(text.trim(), &limits))
                }
                Err(error) => refused("request.malformed", &format!("the line is not UTF-8: {error}")),
            },
        };
        writeln!(out, "{reply}")?;
        out.flush()?;
    }
}

enum Line {
    Read,
    TooLong(usize),
    End,
}

/// Reads up to the next end of line; of a line that is too long only the length is kept.
fn read(input: &mut impl BufRead, line: &mut Vec<u8>, longest: usize) -> io::Result<Line> {
    line.clear();
    let mut length = 0;
    loop {
        let part = match input.fill_buf() {
            Ok(part) => part,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let end = part.iter().position(|byte| *byte == b'\n');
        let content = &part[..end.unwrap_or(part.len())];
        length += content.len();
        if length <= longest {
            line.extend_from_slice(content);
        } else {
            *line = Vec::new();
        }
        let (used, ended) = (content.len() + usize::from(end.is_some()), part.is_empty());
        input.consume(used);
        if end.is_some() || ended {
            return Ok(match length {
                0 if ended => Line::End,
                length if length > longest => Line::TooLong(length),
                _ => Line::Read,
            });
        }
    }
}

fn refused(code: &str, message: &str) -> String {
    let reply = Reply { id: serde_json::Value::Null, outcome: Err(Fault::new(code, message).boxed()) };
    serde_json::to_string(&reply).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_where_they_end_whatever_the_size_of_the_reads() {
        for size in [1, 2, 3, 7, 100] {
            let mut input = io::BufReader::with_capacity(size, &b"ab\n\nabcdef\nabcde\nx"[..]);
            let mut line = Vec::new();
            let mut seen = Vec::new();
            loop {
                seen.push(match read(&mut input, &mut line, 5).unwrap() {
                    Line::Read => String::from_utf8(line.clone()).unwrap(),
                    Line::TooLong(length) => format!("too long: {length}"),
                    Line::End => break,
                });
            }
            assert_eq!(seen, ["ab", "", "too long: 6", "abcde", "x"]);
        }
    }
}
