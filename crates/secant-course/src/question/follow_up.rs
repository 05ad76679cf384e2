//! A fresh question after a slip, made so that only this slip gets it wrong.
//!
//! Four statements about two small derivatives are shown, two of them true. The false ones are what the slip gives and
//! nothing else gives: whoever makes any other mistake finds no statement that agrees with it.
//!
//! Here: the small functions, the choice of two on which a slip shows alone, the question made of them.
//! Not here: what slips give (`diagnosis`), marking (a follow-up is a question like any other).
//! Invariant: every false statement is the likely result of the slip and of no other one. The same slip and seed give
//! the same question. Start reading at [`follow_up`].

use std::sync::OnceLock;

use secant::expr::Expr;
use secant::sheet::Scope;
use serde_json::{Value, json};

use super::{Question, draw};
use crate::blocks::Fence;
use crate::diagnosis::likely;
use crate::slips::{SLIPS, Slip, find};
use crate::text::{Piece, Source};

/// A small function; `K` and `M` stand for numbers that a seed draws.
struct Small {
    of: &'static str,
    by: &'static str,
    order: u32,
}

const fn first(of: &'static str) -> Small {
    Small { of, by: "x", order: 1 }
}

const fn second(of: &'static str) -> Small {
    Small { of, by: "x", order: 2 }
}

/// The functions, smallest first: a slip is tried again on the first ones that it can be made on.
#[rustfmt::skip]
const SMALL: &[Small] = &[
    first("x^K"), first("K x^M"), first("x^2 + K"), first("x^M + K x"), first("sin(x)"), first("cos(x)"), first("sin(K x)"), first("cos(K x)"),
    first("exp(K x)"), first("K^x"), first("K^(M x)"), first("log(x)"), first("log(K x + M)"), first("sqrt(x)"), first("sqrt(K x + 1)"),
    first("1/x"), first("1/x^K"), first("1/(K x + M)"), first("(K x + 1)^M"), first("(x^2 + K)^M"), first("sin(x^2 + K)"), first("exp(x^2)"),
    first("x sin(x)"), first("x exp(K x)"), first("x^2 cos(x)"), first("x^M sin(x)"), first("(x + K)*sin(x)"), first("x log(x)"),
    first("x/(x + K)"), first("x/(x^2 + K)"), first("sin(x)/x"), first("(x + K)/(x - M)"), first("exp(x)/x"),
    first("tan(x)"), first("tan(K x)"), first("asin(x)"), first("acos(x)"), first("atan(x)"), first("atan(K x)"), first("sinh(x)"), first("cosh(K x)"),
    first("abs(K x + M)"), first("cbrt(x)"),
    Small { of: "x^2 y", by: "y", order: 1 }, Small { of: "x^K y^M", by: "x", order: 1 }, Small { of: "sin(x y)", by: "x", order: 1 },
    second("x^K"), second("sin(K x)"), second("x^M + K x"), second("exp(K x)"),
];

/// Numbers that are drawn for `K` and for `M`.
const K: [i64; 6] = [3, 5, 7, 4, 9, 6];
const M: [i64; 4] = [4, 5, 3, 7];
/// Numbers that are tried for one function before another one is taken.
const TRIES: u64 = 6;

/// A derivative and what a slip makes of it.
#[derive(Clone)]
struct Statement {
    of: String,
    right: Expr,
    wrong: Expr,
}

impl Small {
    fn task(&self, of: &str) -> Value {
        json!({"op": "diff", "expr": of, "wrt": self.by, "order": self.order})
    }

    /// With numbers in it.
    fn with(&self, seed: u64) -> (Value, String) {
        let k = K[draw::draw(seed, self.of, K.len())].to_string();
        let m = M[draw::draw(seed, "M", M.len())].to_string();
        let of = self.of.replace('K', &k).replace('M', &m);
        (self.task(&of), of)
    }

    /// What the slip makes of it, where no other slip does.
    fn statement(&self, slip: &Slip, seed: u64) -> Option<Statement> {
        let (task, of) = self.with(seed);
        let scope = Scope::open();
        let right = scope.expression(&format!("diff({of}, {}, {})", self.by, self.order)).ok()?;
        let likely = likely(&task, &scope);
        let wrong = &likely.iter().find(|l| l.slip.name == slip.name)?.gives;
        let printed = wrong.to_string();
        // A statement has to be short enough to be read, and in the letters of its function.
        let letters = scope.expression(&of).ok()?.free_symbols();
        let fits =
            printed.len() <= MAX_LENGTH && wrong.free_symbols().is_subset(&letters) && !wrong.is_undefined();
        let alone = likely.iter().all(|l| l.slip.name == slip.name || l.gives != *wrong);
        (fits && alone && *wrong != right).then(|| Statement { of, right, wrong: wrong.clone() })
    }

    fn statement_near(&self, slip: &Slip, seed: u64) -> Option<Statement> {
        (0..TRIES).find_map(|k| self.statement(slip, seed.wrapping_add(k)))
    }

    fn name(&self) -> &'static str {
        if self.order > 1 { "second derivative" } else { "derivative" }
    }
}

/// Longest false statement, in characters.
const MAX_LENGTH: usize = 60;

/// For each row of the table of slips: the functions on which it shows alone, smallest first.
fn table() -> &'static [Vec<usize>] {
    static TABLE: OnceLock<Vec<Vec<usize>>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let found =
            |slip: &Slip| (0..SMALL.len()).filter(|k| SMALL[*k].statement_near(slip, 1).is_some()).collect();
        SLIPS.iter().map(found).collect()
    })
}

/// The question after a slip, drawn with a seed; none for a slip that no small derivative shows alone.
pub fn follow_up(slip: &str, seed: u64) -> Option<Question> {
    let slip = find(slip)?;
    let row = SLIPS.iter().position(|s| s.name == slip.name)?;
    let shows = &table()[row];
    let at = |k: usize| shows.get(k).map(|k| &SMALL[*k]);
    // Two of the smallest, in an order that the seed draws; the same one twice, with other numbers, where there is one.
    let near = shows.len().min(WIDTH);
    let start = draw::draw(seed, slip.name, near.max(1));
    let (one, other) = (at(start)?, at((start + 1) % near.max(1))?);
    let first = one.statement_near(slip, seed)?;
    let second = (0..TRIES)
        .filter_map(|k| other.statement(slip, seed.wrapping_add(1 + k)))
        .find(|statement| statement.of != first.of)?;
    question(slip, &[(one, first), (other, second)])
}

/// Functions that one slip is tried on.
const WIDTH: usize = 4;

fn question(slip: &Slip, statements: &[(&Small, Statement); 2]) -> Option<Question> {
    let mut text =
        "ask \"Four statements. Which of them are true? Work each derivative out before you look.\"\n"
            .to_owned();
    for (small, statement) in statements {
        let by = if small.by == "x" && !statement.of.contains('y') {
            String::new()
        } else {
            format!(" by ${}$", small.by)
        };
        let mut line = |right: bool, gives: &Expr| {
            let start = if right { "choice right" } else { "choice wrong" };
            let end = if right { String::new() } else { format!(" -> {}", slip.name) };
            text.push_str(&format!(
                "{start} \"The {} of {{{}}}{by} is {{{gives}}}.\"{end}\n",
                small.name(),
                statement.of
            ));
        };
        line(true, &statement.right);
        line(false, &statement.wrong);
    }
    let source = Source { file: String::new(), text };
    let body = Piece { text: source.text.clone(), at: 0 };
    let name = Piece { text: slip.name.to_owned(), at: 0 };
    Question::read(&source, FOLDER, &Fence { name, body }, None, &mut Vec::new())
}

/// Where follow-ups stand among the questions: `follow-up/sign-of-cosine`.
pub(crate) const FOLDER: &str = "follow-up";

/// The slips that have no follow-up, each with the reason.
pub fn without_follow_up() -> Vec<(&'static str, &'static str)> {
    let rows = SLIPS.iter().zip(table()).filter(|(_, shows)| shows.is_empty());
    rows.map(|(slip, _)| {
        let made =
            |small: &Small| likely(&small.with(1).0, &Scope::open()).iter().any(|l| l.slip.name == slip.name);
        let reason = if SMALL.iter().any(made) {
            "another slip gives the same on every small function"
        } else {
            "it is not made while a function of one line is differentiated"
        };
        (slip.name, reason)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grade::Verdict;

    #[test]
    fn a_follow_up_is_got_wrong_by_its_slip_alone() {
        let mut counted = 0;
        for (slip, shows) in SLIPS.iter().zip(table()) {
            if shows.is_empty() {
                assert!(follow_up(slip.name, 1).is_none(), "{}", slip.name);
                continue;
            }
            counted += 1;
            for seed in [1, 2, 77] {
                let question = follow_up(slip.name, seed).unwrap_or_else(|| panic!("{} {seed}", slip.name));
                let variant = question.variant(seed);
                assert_eq!(variant, follow_up(slip.name, seed).unwrap().variant(seed), "{}", slip.name);
                assert_eq!((variant.choices.len(), variant.several), (4, true), "{}", slip.name);
                let own = question.own_answer(seed);
                assert_eq!(question.mark(seed, &own, 1).unwrap().verdict, Verdict::Right, "{}", slip.name);
                for k in 1..=4 {
                    let place = k.to_string();
                    let mark = question.mark(seed, &place, 1).unwrap();
                    assert_eq!(mark.verdict, Verdict::Wrong);
                    let expected = if own.contains(&place) { None } else { Some(slip.name) };
                    assert_eq!(mark.feedback.follow_up, expected, "{} {place}", slip.name);
                }
            }
        }
        assert!(counted >= 40, "{counted} slips have a follow-up; without one: {:?}", without_follow_up());
        assert_eq!(counted + without_follow_up().len(), SLIPS.len());
    }

    #[test]
    fn the_false_statements_are_what_this_slip_gives_and_no_other() {
        for (slip, shows) in SLIPS.iter().zip(table()) {
            for small in shows.iter().take(WIDTH).map(|k| &SMALL[*k]) {
                let statement =
                    small.statement_near(slip, 5).or_else(|| small.statement_near(slip, 1)).unwrap();
                let makers: Vec<&str> = likely(&small.task(&statement.of), &Scope::open())
                    .iter()
                    .filter(|l| l.gives == statement.wrong)
                    .map(|l| l.slip.name)
                    .collect();
                assert_eq!(makers, [slip.name], "{}", statement.of);
                assert_ne!(statement.right, statement.wrong);
            }
        }
    }
}
