//! The derivation of one formula with rules broken in it: one anywhere, two anywhere, or the same one everywhere.
//!
//! Here: the walk. A part takes the slopes of its parts, right ones or with a broken rule below, and adds its own.
//! Not here: what can go wrong at a part (`rules`), what an answer is compared with (`derivative`, `several`, `curves`).
//! Invariant: no more than the budgets are made, whatever the formula; larger ones get single rules or none.
//! Start reading at [`Search::singles`].

use super::rules::{Wrong, broken};
use super::tree::{By, Id, Op, Tree};

/// A rule broken at a part.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Site {
    /// The mistake, by its name in the table of slips.
    pub(crate) slip: &'static str,
    /// The larger, the rarer.
    pub(crate) cost: u32,
    /// The slope that was given to the part, and the right one.
    pub(crate) wrong: Id,
    pub(crate) right: Id,
}

/// A wrong result.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    pub(crate) gives: Id,
    /// Where in [`Search::sites`]; the second only when two rules were broken.
    pub(crate) first: u32,
    pub(crate) second: Option<u32>,
}

/// Parts of a formula: more, and no two rules are broken at once; far more, and none at all.
const MAX_FOR_PAIRS: usize = 60;
const MAX_FOR_SINGLES: usize = 200;
/// Most results with one broken rule, and with two.
const MAX_SINGLES: usize = 800;
const MAX_PAIRS: usize = 12_000;

/// Breaks the rules of a derivation.
pub(crate) struct Search<'t> {
    pub(crate) tree: &'t mut Tree,
    pub(crate) by: By,
    pub(crate) sites: Vec<Site>,
    pairs_left: usize,
}

/// A part on the way up.
struct Walked {
    right: Id,
    singles: Vec<Candidate>,
    pairs: Vec<Candidate>,
}

impl<'t> Search<'t> {
    pub(crate) fn new(tree: &'t mut Tree, by: By) -> Search<'t> {
        Search { tree, by, sites: Vec::new(), pairs_left: MAX_PAIRS }
    }

    /// The right derivative.
    pub(crate) fn right(&mut self, id: Id) -> Id {
        if self.by.along.is_none() {
            return self.tree.derivative(id, self.by.var);
        }
        if !self.tree.varies(id, &self.by) {
            return self.tree.integer(0);
        }
        let below = self.tree.varying(id, &self.by);
        let slopes: Vec<Id> = below.into_iter().map(|c| self.right(c)).collect();
        self.tree.rule(id, &self.by, &slopes)
    }

    /// Every result with one broken rule.
    pub(crate) fn singles(&mut self, root: Id) -> Vec<Candidate> {
        if self.tree.size(root, MAX_FOR_SINGLES) >= MAX_FOR_SINGLES || !self.tree.varies(root, &self.by) {
            return Vec::new();
        }
        self.walk(root, false).singles
    }

    /// Every result with two broken rules, as far as the budget goes.
    pub(crate) fn pairs(&mut self, root: Id) -> Vec<Candidate> {
        if self.tree.size(root, MAX_FOR_PAIRS) >= MAX_FOR_PAIRS || !self.tree.varies(root, &self.by) {
            return Vec::new();
        }
        self.pairs_left = MAX_PAIRS;
        self.walk(root, true).pairs
    }

    fn walk(&mut self, id: Id, pairs: bool) -> Walked {
        let below = self.tree.varying(id, &self.by);
        let opaque = matches!(self.tree.op(id), Op::Apply2(..) | Op::Select(..));
        let walked: Vec<Walked> =
            if opaque { Vec::new() } else { below.iter().map(|c| self.walk(*c, pairs)).collect() };
        let slopes: Vec<Id> = walked.iter().map(|w| w.right).collect();
        let right = self.tree.rule(id, &self.by, &slopes);
        let mut singles: Vec<Candidate> = Vec::new();
        let mut both: Vec<Candidate> = Vec::new();
        // One below.
        for (k, w) in walked.iter().enumerate() {
            for c in &w.singles {
                if singles.len() >= MAX_SINGLES || self.tree.is_full() {
                    break;
                }
                let gives = self.with(id, &slopes, &[(k, c.gives)]);
                singles.push(Candidate { gives, ..*c });
            }
        }
        // One here.
        let wrongs = broken(self.tree, id, &self.by, &slopes);
        let mut own: Vec<(usize, Candidate)> = Vec::new();
        for (k, wrong) in wrongs.iter().enumerate() {
            if singles.len() >= MAX_SINGLES || self.is_no_mistake(wrong, right, &wrongs[..k]) {
                continue;
            }
            let first = self.site(wrong, right);
            let candidate = Candidate { gives: wrong.gives, first, second: None };
            own.push((k, candidate));
            singles.push(candidate);
        }
        if pairs {
            self.two(id, &slopes, &walked, &own, right, &mut both);
        }
        Walked { right, singles, pairs: both }
    }

    fn two(
        &mut self,
        id: Id,
        slopes: &[Id],
        walked: &[Walked],
        own: &[(usize, Candidate)],
        right: Id,
        both: &mut Vec<Candidate>,
    ) {
        // Two below one part, or below two.
        for (k, w) in walked.iter().enumerate() {
            for c in &w.pairs {
                if self.is_spent() {
                    return;
                }
                let gives = self.with(id, slopes, &[(k, c.gives)]);
                both.push(Candidate { gives, ..*c });
            }
            for (j, other) in walked.iter().enumerate().skip(k + 1) {
                for (a, b) in w.singles.iter().flat_map(|a| other.singles.iter().map(move |b| (a, b))) {
                    if self.is_spent() {
                        return;
                    }
                    let gives = self.with(id, slopes, &[(k, a.gives), (j, b.gives)]);
                    both.push(Candidate { gives, first: a.first, second: Some(b.first) });
                }
            }
        }
        // One below and one here.
        for (k, w) in walked.iter().enumerate() {
            for c in &w.singles {
                let mut slopes = slopes.to_vec();
                slopes[k] = c.gives;
                let wrongs = broken(self.tree, id, &self.by, &slopes);
                for (j, own) in own {
                    if self.is_spent() {
                        return;
                    }
                    both.push(Candidate { gives: wrongs[*j].gives, first: own.first, second: Some(c.first) });
                }
            }
        }
        // Two here: the slope of the inside forgotten, and something else.
        let forgotten = own.iter().find(|(_, c)| {
            let site = self.sites[c.first as usize];
            site.slip == "inner-derivative-forgotten" && site.right == right
        });
        if let (Some((f, forgotten)), [_]) = (forgotten, slopes) {
            let one = self.tree.integer(1);
            let wrongs = broken(self.tree, id, &self.by, &[one]);
            for (j, own) in own.iter().filter(|(j, _)| j != f) {
                if self.is_spent() {
                    return;
                }
                both.push(Candidate {
                    gives: wrongs[*j].gives,
                    first: forgotten.first,
                    second: Some(own.first),
                });
            }
        }
    }

    fn is_spent(&mut self) -> bool {
        self.pairs_left = self.pairs_left.saturating_sub(1);
        self.pairs_left == 0 || self.tree.is_full()
    }

    /// The rule with some of the slopes exchanged.
    fn with(&mut self, id: Id, slopes: &[Id], changed: &[(usize, Id)]) -> Id {
        let mut slopes = slopes.to_vec();
        changed.iter().for_each(|(k, slope)| slopes[*k] = *slope);
        self.tree.rule(id, &self.by, &slopes)
    }

    /// It comes out right, has no value, or was named the same before.
    fn is_no_mistake(&self, wrong: &Wrong, right: Id, before: &[Wrong]) -> bool {
        self.tree.same(wrong.gives, right)
            || self.tree.at(wrong.gives).iter().all(|x| !x.is_finite())
            || before.iter().any(|b| b.slip == wrong.slip && self.tree.same(b.gives, wrong.gives))
    }

    pub(crate) fn site(&mut self, wrong: &Wrong, right: Id) -> u32 {
        self.sites.push(Site { slip: wrong.slip, cost: wrong.cost, wrong: wrong.gives, right });
        (self.sites.len() - 1) as u32
    }

    /// The derivative with a rule broken wherever it can be, always in the same way (the `which`-th of its kind); and
    /// how often that was.
    pub(crate) fn everywhere(&mut self, id: Id, slip: &str, which: usize) -> (Id, usize) {
        if !self.tree.varies(id, &self.by) {
            return (self.tree.integer(0), 0);
        }
        let below = self.tree.varying(id, &self.by);
        let mut times = 0;
        let mut slopes = Vec::with_capacity(below.len());
        for c in below {
            let (slope, n) = self.everywhere(c, slip, which);
            slopes.push(slope);
            times += n;
        }
        let right = self.tree.rule(id, &self.by, &slopes);
        let wrongs = broken(self.tree, id, &self.by, &slopes);
        let of_kind = wrongs.iter().filter(|w| w.slip == slip).nth(which);
        match of_kind.filter(|w| !self.tree.same(w.gives, right)) {
            Some(wrong) => (wrong.gives, times + 1),
            None => (right, times),
        }
    }
}
