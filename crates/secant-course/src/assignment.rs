//! What an attempt at an assignment is worth.
//!
//! Here: how a question stands, the score of all of them, whether it passes.
//! Not here: whether an answer is right (`question`), what is kept where (the server).
//! Invariant: a score depends on the standings and the questions that there are now, and on nothing else.
//! Start reading at [`score()`].

use std::collections::BTreeMap;

use crate::part::Part;

/// How one question of an attempt stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Standing {
    /// The best score, from 0 to 1; nothing is earned once the solution was shown.
    pub best: f64,
    /// How many answers were given.
    pub tries: u32,
    /// How many hints and single steps were asked for.
    pub hints: u32,
    /// Was the whole solution shown?
    pub shown: bool,
}

impl Standing {
    /// The word for it: `not tried`, `wrong`, `partly` or `right`.
    pub fn state(&self) -> &'static str {
        match self.best {
            _ if self.best >= 1.0 => "right",
            _ if self.best > 0.0 => "partly",
            _ if self.tries > 0 => "wrong",
            _ => "not tried",
        }
    }

    /// What else is to be said: hints, and whether the solution was shown.
    pub fn help(&self) -> String {
        let hints = match self.hints {
            0 => String::new(),
            1 => "1 hint".to_owned(),
            n => format!("{n} hints"),
        };
        let shown = if self.shown { "solution shown" } else { "" };
        [hints.as_str(), shown].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

/// What an attempt is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score {
    /// Whole per cents, rounded down.
    pub percent: u32,
    /// Is that enough?
    pub passed: bool,
}

/// The score of an attempt: every question of the assignment counts the same.
pub fn score(part: &Part, standings: &BTreeMap<String, Standing>) -> Score {
    let questions = part.questions();
    let earned: f64 =
        questions.iter().filter_map(|q| Some(standings.get(q.id())?.best.clamp(0.0, 1.0))).sum();
    // Thirds and tenths add up to a little less than they should.
    let percent = (100.0 * earned / questions.len().max(1) as f64 + 1e-9).floor() as u32;
    Score { percent, passed: percent >= part.pass() }
}

/// The seed of the attempt after one with this seed: every question that has other variants is asked in another one.
pub fn next_seed(part: &Part, seed: u64) -> u64 {
    let mut after = (1..=MOST_SEEDS).map(|k| seed.wrapping_add(k));
    let is_fresh = |to: u64| part.questions().iter().all(|q| q.variants() == 1 || q.is_another(seed, to));
    after.find(|to| is_fresh(*to)).unwrap_or_else(|| seed.wrapping_add(1))
}

/// Most seeds that are looked at for an attempt with other numbers everywhere.
const MOST_SEEDS: u64 = 50;

/// What one answer earns. A place in a list can be found by trying them all: the second try earns half, the third a third.
pub fn earned(score: f64, is_choice: bool, tries_before: u32) -> f64 {
    if is_choice { score / f64::from(tries_before + 1) } else { score }
}
