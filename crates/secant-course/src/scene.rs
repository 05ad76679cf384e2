//! What a scene asks of the figure: parameters that move, elements shown and hidden, another view.
//!
//! Not here: what the expressions are worth (`view`).
//! Start reading at [`Directives::read`].

use crate::fault::Fault;
use crate::text::{Piece, Source};

/// A parameter that changes in a scene.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Move {
    pub(crate) name: Piece,
    /// Where it begins; `None`: where the scene before left it.
    pub(crate) from: Option<Piece>,
    pub(crate) to: Piece,
    /// How long it takes; nought for `a = 2`.
    pub(crate) seconds: Option<f64>,
}

/// Another view of a panel; without ranges, its own again.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Look {
    /// `None`: the first panel.
    pub(crate) panel: Option<Piece>,
    pub(crate) x: Option<(Piece, Piece)>,
    pub(crate) y: Option<(Piece, Piece)>,
}

/// All that the quote below the title of a scene says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Directives {
    pub(crate) moves: Vec<Move>,
    /// In order: `true` shows.
    pub(crate) shown: Vec<(Piece, bool)>,
    pub(crate) looks: Vec<Look>,
    /// `for 20 s`: the least length of the scene.
    pub(crate) seconds: Option<f64>,
}

/// Longest time a directive may give, in seconds.
const MAX_SECONDS: f64 = 120.0;
const HINT: &str = "a directive is `a: 0 -> 1 in 5 s`, `a -> 1 in 5 s`, `a = 1`, `show name`, `hide name`, \
    `view y = 0..4` or `for 20 s`";

impl Directives {
    /// Reads the lines of the quote; directives are parted by `;` and by the ends of lines.
    pub(crate) fn read(source: &Source, lines: &[Piece], faults: &mut Vec<Fault>) -> Directives {
        let mut directives = Directives::default();
        for line in lines {
            for piece in split(line, &[";"]) {
                if let Err(fault) = directives.one(source, &piece) {
                    faults.push(fault);
                }
            }
        }
        directives
    }

    fn one(&mut self, source: &Source, piece: &Piece) -> Result<(), Fault> {
        let (word, rest) = first_word(piece);
        match word.text.as_str() {
            "show" | "hide" => {
                let names = split(&rest, &[","]);
                if names.is_empty() {
                    return Err(source.hinted("syntax.directive", piece.at, "show or hide what?", HINT));
                }
                self.shown.extend(names.into_iter().map(|n| (n, word.text == "show")));
            }
            "view" => self.looks.push(look(source, &rest)?),
            "for" => self.seconds = Some(seconds(source, &rest)?),
            _ => self.moves.push(movement(source, piece)?),
        }
        Ok(())
    }
}

fn movement(source: &Source, piece: &Piece) -> Result<Move, Fault> {
    let bad = |message: &str| source.hinted("syntax.directive", piece.at, message, HINT);
    let (name, rest) = first_word(piece);
    if name.text.is_empty() {
        return Err(bad("expected the name of a parameter"));
    }
    if let Some(value) = cut(&rest, "=") {
        let to = some(value).ok_or_else(|| bad("expected a value after `=`"))?;
        return Ok(Move { name, from: None, to, seconds: Some(0.0) });
    }
    let (rest, seconds) = match find_word(&rest.text, "in") {
        Some(k) => {
            let (left, right) = part(&rest, k, 2);
            (left, Some(seconds(source, &right)?))
        }
        None => (rest, None),
    };
    let whole = cut(&rest, ":");
    let spoken = whole.clone().unwrap_or(rest);
    let Some(k) = spoken.text.find("->") else {
        return Err(bad("this is not a directive"));
    };
    let (from, to) = part(&spoken, k, 2);
    let to = some(to).ok_or_else(|| bad("expected a value after `->`"))?;
    let from = some(from);
    if whole.is_some() == from.is_none() {
        return Err(bad(if from.is_none() {
            "expected a value before `->`"
        } else {
            "expected `:` after the name"
        }));
    }
    Ok(Move { name, from, to, seconds })
}

fn look(source: &Source, piece: &Piece) -> Result<Look, Fault> {
    let bad = |at: usize, message: &str| source.hinted("syntax.directive", at, message, HINT);
    let (panel, rest) = match piece.text.find(':') {
        Some(k) => {
            let (name, rest) = part(piece, k, 1);
            (some(name), rest)
        }
        None => (None, piece.clone()),
    };
    if panel.is_none() && !rest.text.is_empty() && rest.text.chars().all(is_word) {
        return Ok(Look { panel: Some(rest), x: None, y: None });
    }
    let mut look = Look { panel, x: None, y: None };
    for range in split(&rest, &[","]) {
        let (axis, after) = first_word(&range);
        let ends = cut(&after, "=").ok_or_else(|| bad(range.at, "expected `x = 0..4` or `y = 0..4`"))?;
        let k = ends.text.find("..").ok_or_else(|| bad(ends.at, "expected a range such as `0..4`"))?;
        let (lo, hi) = part(&ends, k, 2);
        let (Some(lo), Some(hi)) = (some(lo), some(hi)) else {
            return Err(bad(ends.at, "a range needs both of its ends"));
        };
        match axis.text.as_str() {
            "x" => look.x = Some((lo, hi)),
            "y" => look.y = Some((lo, hi)),
            _ => return Err(bad(range.at, "a view has an `x` and a `y`")),
        }
    }
    if look.x.is_none() && look.y.is_none() {
        return Err(bad(piece.at, "expected `x = 0..4` or `y = 0..4` after `view`"));
    }
    Ok(look)
}

fn seconds(source: &Source, piece: &Piece) -> Result<f64, Fault> {
    let number = piece.text.strip_suffix('s').unwrap_or(&piece.text).trim();
    number.parse().ok().filter(|s| (0.0..=MAX_SECONDS).contains(s)).ok_or_else(|| {
        let message = format!("`{}` is not a time of at most {MAX_SECONDS} seconds", piece.text);
        source.hinted("syntax.directive", piece.at, message, "write `5 s`")
    })
}

fn some(piece: Piece) -> Option<Piece> {
    (!piece.text.is_empty()).then_some(piece)
}

/// The piece without white space at its ends.
pub(crate) fn trim(piece: &Piece) -> Piece {
    let start = piece.text.len() - piece.text.trim_start().len();
    Piece { text: piece.text.trim().to_owned(), at: piece.at + start }
}

/// What stands before byte `k`, and what stands `width` bytes later, both trimmed.
fn part(piece: &Piece, k: usize, width: usize) -> (Piece, Piece) {
    let left = Piece { text: piece.text[..k].to_owned(), at: piece.at };
    let right = Piece { text: piece.text[k + width..].to_owned(), at: piece.at + k + width };
    (trim(&left), trim(&right))
}

/// What follows `sign` when the piece begins with it.
fn cut(piece: &Piece, sign: &str) -> Option<Piece> {
    piece.text.starts_with(sign).then(|| part(piece, 0, sign.len()).1)
}

/// The word that a piece begins with, and the rest.
pub(crate) fn first_word(piece: &Piece) -> (Piece, Piece) {
    let piece = trim(piece);
    let length = piece.text.find(|c: char| !is_word(c)).unwrap_or(piece.text.len());
    part(&piece, length, 0)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

fn find_word(text: &str, word: &str) -> Option<usize> {
    text.match_indices(word).map(|(k, _)| k).find(|k| {
        let before = text[..*k].chars().next_back();
        let after = text[k + word.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}

/// The parts between any of `signs`, outside of brackets; empty ones are left out.
pub(crate) fn split(piece: &Piece, signs: &[&str]) -> Vec<Piece> {
    let (mut depth, mut from, mut parts) = (0_usize, 0, Vec::new());
    for (k, c) in piece.text.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && signs.iter().any(|s| piece.text[k..].starts_with(s)) {
            parts.push(Piece { text: piece.text[from..k].to_owned(), at: piece.at + from });
            from = k + c.len_utf8();
        }
    }
    parts.push(Piece { text: piece.text[from..].to_owned(), at: piece.at + from });
    parts.iter().map(trim).filter(|p| !p.text.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Directives, Vec<(u32, String)>> {
        let source = Source { file: "a.md".into(), text: text.into() };
        let mut faults = Vec::new();
        let read = Directives::read(&source, &[Piece { text: text.into(), at: 0 }], &mut faults);
        if faults.is_empty() {
            Ok(read)
        } else {
            Err(faults.into_iter().map(|f| (f.column, f.message)).collect())
        }
    }

    #[test]
    fn what_a_scene_may_say() {
        let d = read(
            "a: 0.1 -> 0.9 in 5 s; h = 2; b -> a + 1; show chord, run; hide tangent; view y = 0..4; for 20 s",
        )
        .unwrap();
        let moves: Vec<_> = d
            .moves
            .iter()
            .map(|m| {
                (
                    m.name.text.as_str(),
                    m.from.as_ref().map(|p| p.text.as_str()),
                    m.to.text.as_str(),
                    m.seconds,
                )
            })
            .collect();
        assert_eq!(
            moves,
            [("a", Some("0.1"), "0.9", Some(5.0)), ("h", None, "2", Some(0.0)), ("b", None, "a + 1", None)]
        );
        let shown: Vec<_> = d.shown.iter().map(|(p, s)| (p.text.as_str(), p.at, *s)).collect();
        assert_eq!(shown, [("chord", 46, true), ("run", 53, true), ("tangent", 63, false)]);
        assert_eq!(d.seconds, Some(20.0));
        let d = read("view error: x = -1..max(1, 2), y = f(a) - 1 .. f(a) + 1").unwrap();
        assert_eq!(d.looks[0].panel.as_ref().unwrap().text, "error");
        assert_eq!(d.looks[0].x.as_ref().unwrap().1.text, "max(1, 2)");
        assert_eq!(d.looks[0].y.as_ref().unwrap().0.text, "f(a) - 1");
        let d = read("view error").unwrap();
        assert_eq!((d.looks[0].panel.as_ref().unwrap().text.as_str(), &d.looks[0].x), ("error", &None));
    }

    #[track_caller]
    fn bad(text: &str, column: u32) {
        let faults = read(text).expect_err(text);
        assert_eq!(faults.iter().map(|f| f.0).collect::<Vec<_>>(), [column], "{text}: {faults:?}");
    }

    #[test]
    fn mistakes_are_placed() {
        bad("a", 1);
        bad("h = 2; nonsense here", 8);
        bad("a: -> 2", 1);
        bad("a: 1 -> 2 in never", 14);
        bad("a: 1 -> 2 in 1e9 s", 14);
        bad("show", 1);
        bad("view", 5);
        bad("view z = 0..4", 6);
        bad("view two words", 6);
        bad("view y = 4", 10);
        bad("for ever", 5);
        bad("-> 3", 1);
    }
}
