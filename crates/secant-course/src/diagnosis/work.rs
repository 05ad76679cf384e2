//! What every task of differentiation has in common: stages in which rules are applied, and what is done with the slopes
//! that come out.
//!
//! Here: one broken rule, the same one everywhere, arithmetic, two broken rules, in this order; how they are matched.
//! Not here: the tasks (`derivative`, `curves`), tables of them (`several`).
//! Start reading at [`explain`].

use secant::expr::expand;

use super::found::{Match, Mistake};
use super::rules::ARITHMETIC;
use super::samples;
use super::search::{Candidate, Search, Site};
use super::tree::{By, Id, Op, Tree};

/// A task whose answer is made of derivatives.
pub(super) trait Work: Sized {
    /// The right answer.
    fn right(&self, tree: &mut Tree) -> Id;
    /// How many formulas are differentiated on the way.
    fn stages(&self) -> usize;
    /// What is differentiated in a stage, and by what.
    fn stage(&self, tree: &mut Tree, k: usize) -> (Id, By);
    /// The answer, when a stage had this result and all that follows is right.
    fn finish(&self, tree: &mut Tree, k: usize, slope: Id) -> Id;
    /// Mistakes about the task as a whole.
    fn whole(&self, tree: &mut Tree) -> Vec<Match>;
    /// The answer, when a rule is broken wherever it occurs; and how often that is.
    fn everywhere(&self, tree: &mut Tree, slip: &str, which: usize) -> (Id, usize);
    /// The same task, begun from another form of what is given.
    fn other_forms(&self, _tree: &mut Tree) -> Vec<Self> {
        Vec::new()
    }
    /// What can be told from the answer alone.
    fn told_by(&self, _tree: &mut Tree, _answer: Id) -> Vec<Match> {
        Vec::new()
    }
    /// A quick look at the result of a stage: `false` when it cannot lead to the answer.
    fn may_lead_to(&self, _tree: &Tree, _slope: Id) -> bool {
        true
    }

    /// A mistake about the whole.
    fn once(&self, tree: &mut Tree, slip: &'static str, cost: u32, gives: Id) -> Match {
        let right = self.right(tree);
        Match::of(vec![Mistake { slip, cost, wrong: gives, right, whole: right }], gives)
    }
}

/// Terms that a formula may have when it is multiplied out.
pub(super) const MAX_TERMS: usize = 60;
/// Larger formulas are not put together or multiplied out.
pub(super) const MAX_SIZE: usize = 200;
/// Most parts made for the mistakes of one stage.
const MAX_FOR_STAGE: usize = 15_000;
/// Kinds of mistakes that are tried everywhere at once.
const MAX_KINDS: usize = 60;

/// Why an answer is wrong; reasons with the fewest mistakes only.
pub(super) fn explain<W: Work>(work: &W, tree: &mut Tree, answer: Id) -> Vec<Match> {
    let mut found = reasons(work, tree, answer);
    found.retain(|m| m.can_be_told(tree));
    found
}

fn reasons<W: Work>(work: &W, tree: &mut Tree, answer: Id) -> Vec<Match> {
    let mut found = work.whole(tree);
    found.retain(|m| tree.same(m.gives, answer));
    found.extend(work.told_by(tree, answer));
    let mut singles = singles(work, tree);
    singles.retain(|m| tree.same(m.gives, answer));
    found.extend(singles);
    let others = if found.is_empty() { work.other_forms(tree) } else { Vec::new() };
    for other in &others {
        let mut singles = self::singles(other, tree);
        singles.retain(|m| tree.same(m.gives, answer));
        found.extend(singles);
    }
    if !found.iter().any(Match::is_of_rules) {
        for work in std::iter::once(work).chain(&others) {
            let mut everywhere = everywhere(work, tree);
            everywhere.retain(|m| tree.same(m.gives, answer));
            found.extend(everywhere);
        }
    }
    if found.iter().any(Match::is_of_rules) {
        return found;
    }
    let (simple, odd): (Vec<Match>, Vec<Match>) =
        arithmetic(work, tree, answer).into_iter().partition(|m| m.mistakes[0].cost < ODD);
    found.extend(simple);
    if found.is_empty() {
        for work in std::iter::once(work).chain(&others) {
            found = pairs(work, tree, answer);
            if !found.is_empty() {
                break;
            }
        }
    }
    // Any number at all in one place fits much: two broken rules say more.
    if found.is_empty() { odd } else { found }
}

/// From this cost on the arithmetic that would have gone wrong is odd.
const ODD: u32 = ARITHMETIC + 5;

/// One rule broken in one stage.
pub(super) fn singles<W: Work>(work: &W, tree: &mut Tree) -> Vec<Match> {
    let mut all = Vec::new();
    let whole = work.right(tree);
    for k in 0..work.stages() {
        let (base, by) = work.stage(tree, k);
        let mut search = Search::new(tree, by);
        let singles = search.singles(base);
        let sites = search.sites;
        let before = tree.made();
        for c in singles {
            if tree.made() - before > MAX_FOR_STAGE {
                break;
            }
            if work.may_lead_to(tree, c.gives) {
                let gives = work.finish(tree, k, c.gives);
                all.push(Match::of(vec![Mistake::at(&sites[c.first as usize], whole)], gives));
            }
        }
    }
    all
}

/// One rule broken wherever it occurs, always in the same way.
fn everywhere<W: Work>(work: &W, tree: &mut Tree) -> Vec<Match> {
    let whole = work.right(tree);
    let mut kinds: Vec<(Site, usize)> = Vec::new();
    for k in 0..work.stages() {
        let (base, by) = work.stage(tree, k);
        let mut search = Search::new(tree, by);
        search.singles(base);
        for site in search.sites {
            let seen = kinds.iter().filter(|(s, _)| s.slip == site.slip).count();
            if seen < 2 && kinds.len() < MAX_KINDS {
                kinds.push((site, seen));
            }
        }
    }
    let mut all = Vec::new();
    let before = tree.made();
    for (site, which) in kinds {
        if tree.made() - before > MAX_FOR_STAGE {
            break;
        }
        let (gives, times) = work.everywhere(tree, site.slip, which);
        if times > 1 {
            let mistake = Mistake { slip: site.slip, cost: site.cost + 5, wrong: gives, right: whole, whole };
            all.push(Match::of(vec![mistake], gives));
        }
    }
    all
}

/// Two rules broken in one stage.
fn pairs<W: Work>(work: &W, tree: &mut Tree, answer: Id) -> Vec<Match> {
    for k in (0..work.stages()).rev() {
        let (base, by) = work.stage(tree, k);
        let mut search = Search::new(tree, by);
        let singles = search.singles(base);
        let pairs = search.pairs(base);
        let sites = search.sites;
        let mut all = Vec::new();
        let before = tree.made();
        for c in pairs {
            if tree.made() - before > MAX_FOR_STAGE {
                break;
            }
            if !work.may_lead_to(tree, c.gives) {
                continue;
            }
            let gives = work.finish(tree, k, c.gives);
            if tree.same(gives, answer) {
                let mistakes = mistakes(work, tree, k, &c, &singles, &sites);
                all.push(Match::of(mistakes, gives));
            }
        }
        if !all.is_empty() {
            return all;
        }
    }
    Vec::new()
}

/// The mistakes of a result with two, each beside what the whole is with the other one only.
fn mistakes<W: Work>(
    work: &W,
    tree: &mut Tree,
    k: usize,
    pair: &Candidate,
    singles: &[Candidate],
    sites: &[Site],
) -> Vec<Mistake> {
    let both: Vec<Site> =
        [Some(pair.first), pair.second].into_iter().flatten().map(|k| sites[k as usize]).collect();
    let mut mistakes = Vec::new();
    for (j, site) in both.iter().enumerate() {
        let other = both[(j + 1) % both.len()];
        let alone = singles.iter().find(|c| {
            let s = sites[c.first as usize];
            s.slip == other.slip && tree.same(s.wrong, other.wrong) && tree.same(s.right, other.right)
        });
        let whole = work.finish(tree, k, alone.map_or(pair.gives, |c| c.gives));
        mistakes.push(Mistake::at(site, whole));
    }
    mistakes
}

/// The sign, a number in front, a number added; of the whole or of one term.
fn arithmetic<W: Work>(work: &W, tree: &mut Tree, answer: Id) -> Vec<Match> {
    let right = work.right(tree);
    if let Some(factor) = samples::ratio(tree.at(answer), tree.at(right)) {
        if factor == 0.0 {
            return Vec::new();
        }
        let near = |x: f64| (factor - x).abs() < 1e-9;
        let (slip, cost) = match () {
            () if near(-1.0) => ("algebra-sign", ARITHMETIC),
            () if near(2.0) || near(0.5) => ("constant-factor", ARITHMETIC + 2),
            () => ("constant-factor", ODD + 2),
        };
        return vec![work.once(tree, slip, cost, answer)];
    }
    let difference = samples::both(tree.at(answer), tree.at(right), |a, b| a - b);
    let forms = if tree.size(right, MAX_SIZE) < MAX_SIZE {
        let e = tree.expr(right);
        vec![expand(&e, MAX_TERMS), Some(e)]
    } else {
        Vec::new()
    };
    for form in forms.into_iter().rev().flatten() {
        let Some(form) = tree.read_expr(&form) else { continue };
        let Op::Sum(list) = tree.op(form) else { continue };
        for term in tree.list(list).to_vec() {
            let Some(off) = samples::ratio(&difference, tree.at(term)).filter(|off| off.abs() > 1e-9) else {
                continue;
            };
            let (slip, cost) = match off {
                off if (off + 2.0).abs() < 1e-9 => ("algebra-sign", ARITHMETIC + 1),
                off if (off + 1.0).abs() < 1e-9 => ("term-lost", ARITHMETIC + 4),
                _ => ("algebra-arithmetic", ODD + 4),
            };
            // What stands in the answer is the term and what it is off by.
            let rest = tree.minus(right, term);
            let wrong = tree.minus(answer, rest);
            let mistake = Mistake { slip, cost, wrong, right: term, whole: right };
            return vec![Match::of(vec![mistake], answer)];
        }
    }
    let is_number = tree.is_constant(answer);
    match samples::constant(&difference).filter(|shift| !is_number && shift.abs() > 1e-9) {
        Some(_) => vec![work.once(tree, "algebra-arithmetic", ODD + 6, answer)],
        None => Vec::new(),
    }
}
