//! Texts of answers and models: cut where the language has no word for it, read by the language, places kept.
//!
//! Here: the names of both sides, pieces of a text with their places, what is no formula.
//! Not here: the language (`secant::syntax`).
//! Invariant: a place in an error counts characters of the text as it was given, also in a piece of it.
//! Start reading at [`Names`] and [`Piece`].

use secant::expr::{Condition, Symbol};
use secant::sheet::{Fault, Limits, Reader, Scope};
use secant::syntax::{self, Kind, Lowered, Written};

use super::ask::GradeAsk;

/// What the names of a question mean, to whoever asks and to whoever answers.
#[derive(Clone, Debug)]
pub struct Names {
    /// In the model.
    pub model: Scope,
    /// In the answer.
    pub answer: Scope,
    /// What may be taken for granted.
    pub assume: Vec<Condition>,
    /// Names that stand for integers.
    pub integers: Vec<Symbol>,
}

impl Names {
    /// Those that a request brings: the same on both sides.
    pub(super) fn of(ask: &GradeAsk, limits: &Limits) -> Result<Names, Box<Fault>> {
        let reader = Reader::new(&ask.declare, &ask.define, &ask.assume, limits)?;
        Ok(Names {
            model: reader.scope().clone(),
            answer: reader.scope().clone(),
            assume: reader.assumptions().to_vec(),
            integers: reader.integers().to_vec(),
        })
    }
}

/// Whose text it is: what cannot be read of an answer costs nothing; a model has to be read.
#[derive(Clone, Debug)]
pub(super) enum Trouble {
    /// With the answer.
    Answer(Box<Fault>),
    /// With the question.
    Question(Box<Fault>),
}

pub(super) type Read<T> = Result<T, Trouble>;

/// One of the two texts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Side<'a> {
    pub(super) scope: &'a Scope,
    is_answer: bool,
}

impl<'a> Side<'a> {
    pub(super) fn answer(names: &'a Names) -> Side<'a> {
        Side { scope: &names.answer, is_answer: true }
    }

    pub(super) fn model(names: &'a Names) -> Side<'a> {
        Side { scope: &names.model, is_answer: false }
    }

    /// Something wrong with this side.
    pub(super) fn trouble(self, fault: impl Into<Box<Fault>>) -> Trouble {
        let fault = fault.into();
        if self.is_answer {
            Trouble::Answer(fault)
        } else {
            Trouble::Question(fault.in_field("model").boxed())
        }
    }

    /// What was written, with products told from calls.
    pub(super) fn written(self, piece: &Piece<'_>) -> Read<Written> {
        if piece.text.trim().is_empty() {
            let fault = Fault {
                at: Some([piece.at, piece.end()]),
                ..Fault::new("syntax.empty", "there is nothing to read")
            };
            return Err(self.trouble(fault.hint("type a formula such as `2 x + 1`")));
        }
        // Blanks in front keep the places as they are in the whole text.
        let padded;
        let text = if piece.at == 0 {
            piece.text
        } else {
            padded = format!("{}{}", " ".repeat(piece.at), piece.text);
            &padded
        };
        let written = syntax::parse(text, &self.scope.limits()).map_err(|e| self.trouble(e))?;
        syntax::resolve(&written, self.scope).map_err(|e| self.trouble(e))
    }

    /// The formula that was written.
    pub(super) fn formula(self, written: &Written) -> Read<Lowered> {
        if let Some((message, hint)) = no_formula(written) {
            let fault = Fault::from(syntax::SyntaxError::new("unsupported.notation", written.span, message));
            return Err(self.trouble(Fault { code: "request.kind".into(), ..fault }.hint(hint)));
        }
        self.meaning(written)
    }

    /// What was written means, whatever it is.
    pub(super) fn meaning(self, written: &Written) -> Read<Lowered> {
        let meaning = self.scope.meaning(written).map_err(|e| self.trouble(e))?;
        if meaning.expr.is_undefined() {
            let fault = Fault {
                at: Some([written.span.from as usize, written.span.to as usize]),
                ..Fault::new("domain.undefined", "this has no value anywhere")
            };
            return Err(self.trouble(fault.hint("is there a division by 0 in it?")));
        }
        let most = 20_000;
        if meaning.expr.node_count() > most {
            let fault = Fault::new("budget.nodes", format!("this has more than {most} parts"));
            return Err(self.trouble(fault.hint("write it shorter")));
        }
        Ok(meaning)
    }
}

/// Why something written is not a formula, and what to write instead.
fn no_formula(written: &Written) -> Option<(&'static str, String)> {
    match &written.without_brackets().kind {
        Kind::Relation(left, rest) => Some((
            "this is a relation; what is wanted is one formula",
            match rest.as_slice() {
                [(_, right)] => format!("leave out `{left} {}` and write `{right}`", rest[0].0.text()),
                _ => "write one formula, without `=`".to_owned(),
            },
        )),
        Kind::Set(_) => {
            Some(("this is a set; what is wanted is one formula", "leave out the braces".to_owned()))
        }
        Kind::Tuple(_) => Some((
            "this is several things; what is wanted is one formula",
            "write one formula, without a comma".to_owned(),
        )),
        Kind::Logic(..) | Kind::Not(_) => Some((
            "this is a statement; what is wanted is one formula",
            "write one formula, without `and` and `or`".to_owned(),
        )),
        Kind::Range(_) | Kind::Slice(..) => Some((
            "this is a range; what is wanted is one formula",
            "write one formula, without `..`".to_owned(),
        )),
        _ => None,
    }
}

/// A part of a text and where it begins, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

impl<'a> Piece<'a> {
    pub(super) fn whole(text: &'a str) -> Piece<'a> {
        Piece { text, at: 0 }
    }

    pub(super) fn end(&self) -> usize {
        self.at + self.text.chars().count()
    }

    pub(super) fn span(&self) -> [usize; 2] {
        let inside = self.trim();
        [inside.at, inside.end()]
    }

    /// Without blanks around it.
    pub(super) fn trim(&self) -> Piece<'a> {
        let text = self.text.trim_start();
        let at = self.at + self.text[..self.text.len() - text.len()].chars().count();
        Piece { text: text.trim_end(), at }
    }

    /// The piece between two bytes of this one.
    pub(super) fn slice(&self, from: usize, to: usize) -> Piece<'a> {
        Piece { text: &self.text[from..to], at: self.at + self.text[..from].chars().count() }
    }

    /// The pieces between these separators, those inside brackets left alone. Words are matched whole.
    pub(super) fn split(&self, separators: &[&str]) -> Vec<Piece<'a>> {
        let (mut parts, mut from, mut depth) = (Vec::new(), 0, 0_usize);
        let mut k = 0;
        while k < self.text.len() {
            let rest = &self.text[k..];
            let c = rest.chars().next().unwrap_or(' ');
            match c {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0
                && let Some(separator) = separators.iter().find(|s| self.is_at(k, s))
            {
                parts.push(self.slice(from, k));
                k += separator.len();
                from = k;
            } else {
                k += c.len_utf8();
            }
        }
        parts.push(self.slice(from, self.text.len()));
        parts
    }

    fn is_at(&self, k: usize, separator: &str) -> bool {
        if !self.text[k..].starts_with(separator) {
            return false;
        }
        let is_word = separator.starts_with(char::is_alphabetic);
        let in_name = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        !is_word
            || !(in_name(self.text[..k].chars().next_back())
                || in_name(self.text[k + separator.len()..].chars().next()))
    }

    /// What is between these brackets, if they are around all of it.
    pub(super) fn inside(&self, open: char, close: char) -> Option<Piece<'a>> {
        let piece = self.trim();
        let inner = piece.text.strip_prefix(open)?.strip_suffix(close)?;
        let mut depth = 0_usize;
        for c in inner.chars() {
            match c {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth = depth.checked_sub(1)?,
                _ => {}
            }
        }
        Some(Piece { text: inner, at: piece.at + 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::Piece;

    #[test]
    fn pieces_know_where_they_are() {
        let text = "α + (1, 2), [3, 4)  union {5} , unions";
        let parts = Piece::whole(text).split(&[",", "union"]);
        let found: Vec<_> = parts.iter().map(|p| (p.trim().text, p.trim().at)).collect();
        assert_eq!(found, [("α + (1, 2)", 0), ("[3, 4)", 12), ("{5}", 26), ("unions", 32)]);
        assert_eq!(Piece::whole(" { 1, 2} ").inside('{', '}').map(|p| (p.text, p.at)), Some((" 1, 2", 2)));
        assert_eq!(Piece::whole("{1}, {2}").inside('{', '}'), None);
    }
}
