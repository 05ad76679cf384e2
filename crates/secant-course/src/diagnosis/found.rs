//! Explanations on their way: mistakes that give just what was answered.
//!
//! Start reading at [`Match`], which becomes a [`Found`].

use secant::expr::Expr;
use secant::syntax::Span;

use super::place::place;
use super::reading::Reading;
use super::rules::ARITHMETIC;
use super::search::Site;
use super::tree::{Id, Tree};

/// Larger results are not told.
const MAX_TOLD: usize = 2_000;

/// One mistake.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mistake {
    /// By its name in the table of slips.
    pub(crate) slip: &'static str,
    /// The larger, the rarer.
    pub(crate) cost: u32,
    /// What came out where it was made, and what should have.
    pub(crate) wrong: Id,
    pub(crate) right: Id,
    /// What the whole is without this mistake.
    pub(crate) whole: Id,
}

impl Mistake {
    pub(crate) fn at(site: &Site, whole: Id) -> Mistake {
        Mistake { slip: site.slip, cost: site.cost, wrong: site.wrong, right: site.right, whole }
    }
}

/// Mistakes, and what they give.
#[derive(Clone, Debug)]
pub(crate) struct Match {
    pub(crate) mistakes: Vec<Mistake>,
    pub(crate) gives: Id,
}

impl Match {
    pub(crate) fn of(mistakes: Vec<Mistake>, gives: Id) -> Match {
        Match { mistakes, gives }
    }

    /// Only rules were broken, no arithmetic.
    pub(crate) fn is_of_rules(&self) -> bool {
        self.mistakes.iter().all(|m| m.cost < ARITHMETIC)
    }

    /// Is what it gives small enough to be told?
    pub(crate) fn can_be_told(&self, tree: &Tree) -> bool {
        tree.size(self.gives, MAX_TOLD) < MAX_TOLD
    }

    /// With places in the answer.
    pub(crate) fn found(self, tree: &Tree, answer: Option<&Reading>) -> Found {
        let cost = self.mistakes.iter().map(|m| m.cost).sum();
        let mut slips: Vec<(&'static str, Option<Span>)> = Vec::new();
        for m in &self.mistakes {
            // The same mistake at two places is one mistake.
            if slips.iter().all(|(known, _)| *known != m.slip) {
                slips.push((m.slip, answer.and_then(|a| place(tree, a, m.wrong, m.right, tree.at(m.whole)))));
            }
        }
        Found { slips, gives: tree.expr(self.gives), cost, confirmed: false, missing: None }
    }
}

/// An explanation that has not been confirmed yet.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// Each mistake with its place in the answer, if it has one of its own.
    pub(crate) slips: Vec<(&'static str, Option<Span>)>,
    /// What the mistakes give.
    pub(crate) gives: Expr,
    /// The larger, the less likely.
    pub(crate) cost: u32,
    /// The answer itself, or compared with it entry by entry: there is nothing left to confirm.
    pub(crate) confirmed: bool,
    /// What was left out, where a factor was.
    pub(crate) missing: Option<String>,
}
