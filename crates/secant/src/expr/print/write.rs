//! Writing a formula out, part by part, with a list of what is still to be written instead of recursion.

use std::borrow::Cow;

use super::Notation;
use super::formula::Formula;
use super::latex::Latex;
use super::layout::{Id, Layout};
use super::level::{Level, Style};
use super::mathml::MathMl;
use super::text::Text;

/// It in a notation, abbreviated where it goes beyond the usual limits.
pub(super) fn abbreviated(formula: &Formula, notation: Notation) -> String {
    let (nodes, depth) = notation.usual_limits();
    limited(formula, notation, nodes, depth)
}

/// It in a notation, whatever its size.
pub(super) fn complete(formula: &Formula, notation: Notation) -> String {
    limited(formula, notation, usize::MAX, u32::MAX)
}

fn limited(formula: &Formula, notation: Notation, nodes: usize, depth: u32) -> String {
    match notation {
        Notation::Text => write::<Text>(formula, nodes, depth),
        Notation::Latex => write::<Latex>(formula, nodes, depth),
        Notation::MathMlFragment => write::<MathMl>(formula, nodes, depth),
        Notation::MathMl => format!("<math>{}</math>", write::<MathMl>(formula, nodes, depth)),
    }
}

/// How a notation spells things.
pub(super) trait Spelling {
    /// The style of the whole.
    const STYLE: Style;
    /// What stands for parts left out.
    const ELLIPSIS: &'static str;
    /// Brackets, growing with what is inside or not.
    fn brackets(tall: bool) -> (&'static str, &'static str);
    /// Spells one part; what it consists of is handed on.
    fn spell(at: &mut Cursor<'_>, layout: &Layout);
}

enum Piece {
    Word(Cow<'static, str>),
    Part { id: Id, style: Style, depth: u32 },
}

/// The part that is being spelled, and what becomes of it.
pub(super) struct Cursor<'a> {
    pub(super) formula: &'a Formula,
    pub(super) id: Id,
    pub(super) style: Style,
    depth: u32,
    /// How many more parts may be written.
    left: usize,
    ellipsis: &'static str,
    brackets: fn(bool) -> (&'static str, &'static str),
    pieces: Vec<Piece>,
}

impl Cursor<'_> {
    /// Writes this.
    pub(super) fn word(&mut self, word: impl Into<Cow<'static, str>>) {
        self.pieces.push(Piece::Word(word.into()));
    }

    /// Writes a part, in brackets where it holds together less tightly than `level`; `…` when no more may be written.
    pub(super) fn part(&mut self, id: Id, level: Level) {
        self.part_in(id, level, self.style);
    }

    /// Does the part get brackets where `level` is asked for?
    pub(super) fn needs_brackets(&self, id: Id, level: Level) -> bool {
        self.formula.level(id, self.style) < level
    }

    pub(super) fn part_in(&mut self, id: Id, level: Level, style: Style) {
        let extra = match self.formula.layout(id) {
            Layout::Number(digits) => digits.extra_size() as usize,
            _ => 0,
        };
        let Some(left) = self.left.checked_sub(1 + extra) else {
            self.left = 0;
            self.word(self.ellipsis);
            return;
        };
        self.left = left;
        let part = Piece::Part { id, style, depth: self.depth + 1 };
        if self.formula.level(id, style) < level {
            let (open, close) = (self.brackets)(self.formula.part(id).tall && style == Style::Display);
            self.word(open);
            self.pieces.push(part);
            self.word(close);
        } else {
            self.pieces.push(part);
        }
    }

    /// How many more parts may be written.
    pub(super) fn room(&self) -> usize {
        self.left
    }
}

fn write<S: Spelling>(formula: &Formula, nodes: usize, max_depth: u32) -> String {
    let mut out = String::new();
    let mut work = Vec::new();
    let mut at = Cursor {
        formula,
        id: formula.root,
        style: S::STYLE,
        depth: 0,
        left: nodes,
        ellipsis: S::ELLIPSIS,
        brackets: S::brackets,
        pieces: Vec::new(),
    };
    at.part(formula.root, Level::Open);
    loop {
        work.extend(at.pieces.drain(..).rev());
        match work.pop() {
            None => return out,
            Some(Piece::Word(word)) => out.push_str(&word),
            Some(Piece::Part { depth, .. }) if depth > max_depth.saturating_add(1) => {
                out.push_str(S::ELLIPSIS)
            }
            Some(Piece::Part { id, style, depth }) => {
                (at.id, at.style, at.depth) = (id, style, depth);
                S::spell(&mut at, formula.layout(id));
            }
        }
    }
}
