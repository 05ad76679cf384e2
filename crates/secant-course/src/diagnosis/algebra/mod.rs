//! Slips of plain algebra: what becomes of a formula when a rule of rewriting is broken at one of its parts.
//!
//! Here: the walk that breaks rules at every part, one or two at a time, and what it is used for: formulas that were
//! rewritten, results of a derivative.
//! Not here: the broken rules themselves (`broken`), rules of calculus.
//! Invariant: the same tree gives the same list in the same order; its length is bounded.
//! Start reading at [`Algebra::singles`].

mod broken;
mod equation;
mod needs;

pub(super) use equation::{is_equation, moved};

use std::collections::BTreeMap;

use secant::equality::simplify;
use secant::expr::{Expr, expand};
use secant::sheet::Scope;
use secant::syntax::Span;
use serde_json::Value;

use super::found::{Found, Match, Mistake};
use super::reading::Reading;
use super::rules::ARITHMETIC;
use super::samples;
use super::tree::{Id, Op, Tree};
use super::{Problem, text};
use broken::broken;
use needs::Needs;

/// The slips, the commonest first; of two that give the same the earlier one is named first.
#[rustfmt::skip]
pub(crate) const COMMON: &[&str] = &[
    "algebra-square-of-sum", "algebra-cancelling", "algebra-distribution", "algebra-negative-exponent", "algebra-sign",
    "algebra-fraction-sum", "algebra-root-of-sum", "algebra-logarithm", "algebra-exponents", "algebra-power-of-product",
    "algebra-function-of-sum", "algebra-absolute-value", "algebra-fraction-inverted", "constant-factor",
    "algebra-factor-lost", "term-lost", "algebra-arithmetic",
];

/// How common a slip is: 0 is the commonest.
pub(crate) fn commonness(slip: &str) -> u32 {
    COMMON.iter().position(|s| *s == slip).unwrap_or(COMMON.len()) as u32
}

/// A broken rule: the part as it should be, and what came of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Break {
    pub(crate) slip: &'static str,
    pub(crate) right: Id,
    pub(crate) wrong: Id,
}

/// A formula in which one or two rules were broken.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    pub(crate) id: Id,
    pub(crate) breaks: Vec<Break>,
}

/// Most formulas with one broken rule.
const MAX_SINGLES: usize = 3_000;
/// Most formulas with two.
const MAX_PAIRS: usize = 5_000;
/// Parts of a formula: more, and no two rules are broken at once; far more, and none at all.
const MAX_FOR_PAIRS: usize = 60;
const MAX_FOR_SINGLES: usize = 300;
/// Most wrong results that are told of a task.
const MAX_LIKELY: usize = 200;
/// Terms that a formula may have when it is multiplied out.
const MAX_TERMS: usize = 60;
/// Steps that are taken to find a shorter form.
const EFFORT: usize = 2_000;

/// A tree with what was found out about its parts.
pub(crate) struct Algebra<'t> {
    pub(crate) tree: &'t mut Tree,
    singles: BTreeMap<Id, Vec<Variant>>,
}

impl<'t> Algebra<'t> {
    pub(crate) fn new(tree: &'t mut Tree) -> Algebra<'t> {
        Algebra { tree, singles: BTreeMap::new() }
    }

    /// The formula with one rule broken, at each of its parts in every way.
    pub(crate) fn singles(&mut self, id: Id) -> Vec<Variant> {
        if let Some(known) = self.singles.get(&id) {
            return known.clone();
        }
        let mut found = self.here(id);
        for (k, child) in self.tree.children(id).into_iter().enumerate() {
            for variant in self.singles(child) {
                if found.len() >= MAX_SINGLES || self.tree.is_full() {
                    break;
                }
                let id = rebuilt(self.tree, id, k, variant.id);
                found.push(Variant { id, breaks: variant.breaks });
            }
        }
        self.singles.insert(id, found.clone());
        found
    }

    fn here(&mut self, id: Id) -> Vec<Variant> {
        let made = broken(self.tree, id);
        let different = made.into_iter().filter(|(_, wrong)| !self.tree.same(*wrong, id));
        let variant = |(slip, wrong)| Variant { id: wrong, breaks: vec![Break { slip, right: id, wrong }] };
        different.map(variant).collect()
    }

    /// The formula with two rules broken, the common ones.
    pub(crate) fn pairs(&mut self, id: Id) -> Vec<Variant> {
        let mut budget = MAX_PAIRS;
        self.pairs_within(id, &mut budget)
    }

    fn common(&mut self, id: Id) -> Vec<Variant> {
        let mut all = self.singles(id);
        let number =
            |tree: &Tree, b: &Break| b.slip == "algebra-arithmetic" && tree.as_number(b.wrong).is_some();
        // A number may become nearly anything: two such say nothing.
        all.retain(|v| !v.breaks.iter().any(|b| number(self.tree, b)));
        all
    }

    fn pairs_within(&mut self, id: Id, budget: &mut usize) -> Vec<Variant> {
        let mut found = Vec::new();
        let children = self.tree.children(id);
        for (k, child) in children.iter().enumerate() {
            for pair in self.pairs_within(*child, budget) {
                if *budget == 0 || self.tree.is_full() {
                    return found;
                }
                *budget -= 1;
                let id = rebuilt(self.tree, id, k, pair.id);
                found.push(Variant { id, breaks: pair.breaks });
            }
        }
        for (k, child) in children.iter().enumerate() {
            for first in self.common(*child) {
                let part = rebuilt(self.tree, id, k, first.id);
                for (slip, wrong) in broken(self.tree, part) {
                    if *budget == 0 || self.tree.is_full() {
                        return found;
                    }
                    *budget -= 1;
                    let mut breaks = first.breaks.clone();
                    breaks.push(Break { slip, right: part, wrong });
                    found.push(Variant { id: wrong, breaks });
                }
                for (l, other) in children.iter().enumerate().skip(k + 1) {
                    for second in self.common(*other) {
                        if *budget == 0 || self.tree.is_full() {
                            return found;
                        }
                        *budget -= 1;
                        let id = rebuilt(self.tree, part, l, second.id);
                        let breaks = [first.breaks.clone(), second.breaks].concat();
                        found.push(Variant { id, breaks });
                    }
                }
            }
        }
        found
    }
}

/// A part with another child.
pub(crate) fn rebuilt(tree: &mut Tree, id: Id, child: usize, new: Id) -> Id {
    let with = |a: Id, k: usize| if k == child { new } else { a };
    let op = match tree.op(id) {
        Op::Sum(list) | Op::Product(list) => {
            let mut parts = tree.list(list).to_vec();
            if let Some(part) = parts.get_mut(child) {
                *part = new;
            }
            let list = tree.listed(&parts);
            if matches!(tree.op(id), Op::Sum(_)) { Op::Sum(list) } else { Op::Product(list) }
        }
        Op::Neg(_) => Op::Neg(new),
        Op::Apply(f, _) => Op::Apply(f, new),
        Op::Quotient(a, b) => Op::Quotient(with(a, 0), with(b, 1)),
        Op::Power(a, b) => Op::Power(with(a, 0), with(b, 1)),
        Op::Apply2(f, a, b) => Op::Apply2(f, with(a, 0), with(b, 1)),
        Op::Select(c, a, b) => Op::Select(with(c, 0), with(a, 1), with(b, 2)),
        leaf => leaf,
    };
    tree.node(op)
}

/// Why a formula that was rewritten is not what it was: the task's own formula, or the model where it has none.
pub(super) fn rewritten(problem: &Problem<'_>) -> Vec<Found> {
    let mut tree = Tree::new();
    let Some(answer) = tree.read(problem.written, problem.scope) else { return Vec::new() };
    let Some(model) = tree.read_expr(problem.model) else { return Vec::new() };
    let written = text(problem.task, "expr").and_then(|text| tree.read_text(text, problem.scope));
    let mut forms: Vec<Id> = written.map(|w| w.root).into_iter().collect();
    forms.extend(other_forms(&mut tree, problem.model));
    matched(tree, forms, model, &answer)
}

/// What each broken rule makes of a formula, one at a time.
pub(super) fn likely(task: &Value, scope: &Scope) -> Vec<Found> {
    let mut tree = Tree::new();
    let Some(form) = text(task, "expr").and_then(|text| tree.read_text(text, scope)) else {
        return Vec::new();
    };
    let form = form.root;
    tree.settle(&[form]);
    let mut algebra = Algebra::new(&mut tree);
    if algebra.tree.size(form, MAX_FOR_SINGLES) >= MAX_FOR_SINGLES {
        return Vec::new();
    }
    let singles = algebra.common(form);
    let matches = singles.into_iter().map(|v| Match::of(vec![mistake(&v.breaks[0], form)], v.id));
    let matches: Vec<Match> = matches.filter(|m| !tree.same(m.gives, form)).take(MAX_LIKELY).collect();
    matches.into_iter().map(|m| m.found(&tree, None)).collect()
}

/// Why a derivative that was right went wrong on the way to the answer.
pub(super) fn result(problem: &Problem<'_>) -> Vec<Found> {
    let mut tree = Tree::new();
    let Some(answer) = tree.read(problem.written, problem.scope) else { return Vec::new() };
    let Some(model) = tree.read_expr(problem.model) else { return Vec::new() };
    let mut forms = Vec::new();
    if let Some(slope) = derived(&mut tree, problem.task, problem) {
        forms.push(slope);
    }
    forms.extend(other_forms(&mut tree, problem.model));
    matched(tree, forms, model, &answer)
}

/// Adds what algebra explains to what broken rules of calculus do. A sign, a number, a factor or a term that went astray
/// explains too much to stand before two of those.
pub(super) fn beside(mut algebra: Vec<Found>, found: &mut Vec<Found>) {
    let first = |f: &Found| f.slips.first().map(|s| s.0);
    if found.iter().any(|f| f.cost < ARITHMETIC) {
        let weak = |slip: &str| {
            matches!(
                slip,
                "algebra-sign"
                    | "algebra-arithmetic"
                    | "constant-factor"
                    | "algebra-factor-lost"
                    | "term-lost"
            )
        };
        algebra.retain(|f| f.slips.len() == 1 && !f.slips.iter().any(|(slip, _)| weak(slip)));
    }
    found.retain(|f| algebra.iter().all(|a| first(a) != first(f)));
    found.extend(algebra);
}

/// The derivative as the rules leave it, where one derivative is asked for.
fn derived(tree: &mut Tree, task: &Value, problem: &Problem<'_>) -> Option<Id> {
    if task.get("order").and_then(Value::as_u64).unwrap_or(1) != 1 {
        return None;
    }
    let written = tree.read_text(text(task, "expr")?, problem.scope)?;
    let var = tree.variable(&secant::expr::Symbol::new(text(task, "wrt")?));
    Some(tree.derivative(written.root, var))
}

/// The formula as the engine has it, as short as it gets, and multiplied out; each form once.
pub(super) fn other_forms(tree: &mut Tree, e: &Expr) -> Vec<Id> {
    let mut all = vec![e.clone()];
    for other in [Some(simplify(e, EFFORT)), expand(e, MAX_TERMS)].into_iter().flatten() {
        if !all.contains(&other) {
            all.push(other);
        }
    }
    all.iter().filter_map(|e| tree.read_expr(e)).collect()
}

/// The mistakes that turn one of the forms into the answer.
fn matched(mut tree: Tree, forms: Vec<Id>, model: Id, answer: &Reading) -> Vec<Found> {
    let mut wanted = vec![model, answer.root];
    wanted.extend(forms.first());
    tree.settle(&wanted);
    if tree.same(model, answer.root) {
        return Vec::new();
    }
    let forms: Vec<Id> = forms.into_iter().filter(|f| tree.same(*f, model)).collect();
    let matches = explain(&mut tree, &forms, answer.root);
    matches.into_iter().map(|m| found(&tree, m, &forms, answer)).collect()
}

/// With places in the answer: a part that only has to be another number of times as much, a part that another part of
/// what is right belongs in place of, else where the mistake was made.
pub(super) fn found(tree: &Tree, m: Match, forms: &[Id], answer: &Reading) -> Found {
    let repairs: Vec<Option<Span>> = m
        .mistakes
        .iter()
        .map(|mistake| Needs::of(tree, answer, tree.at(mistake.whole)).narrowest(forms))
        .collect();
    let mut found = m.found(tree, Some(answer));
    for ((_, at), repair) in found.slips.iter_mut().zip(repairs) {
        *at = repair.or(*at);
    }
    found
}

/// The mistakes that turn one of the forms into the answer, each with what the whole is without it.
pub(super) fn explain(tree: &mut Tree, forms: &[Id], answer: Id) -> Vec<Match> {
    let mut algebra = Algebra::new(tree);
    let mut found = Vec::new();
    for form in forms {
        if algebra.tree.size(*form, MAX_FOR_SINGLES) >= MAX_FOR_SINGLES {
            continue;
        }
        for v in algebra.singles(*form) {
            if algebra.tree.same(v.id, answer) {
                found.push(Match::of(vec![mistake(&v.breaks[0], *form)], v.id));
            }
        }
    }
    let Some(first) = forms.first().copied() else { return found };
    if found.is_empty()
        && let Some(factor) = samples::ratio(algebra.tree.at(answer), algebra.tree.at(first))
        && (1..=12).any(|q| (factor * f64::from(q)).fract() == 0.0)
    {
        let slip = if factor == -1.0 { "algebra-sign" } else { "constant-factor" };
        let whole = Break { slip, right: first, wrong: answer };
        found.push(Match::of(vec![mistake(&whole, first)], answer));
    }
    for form in forms {
        if !found.is_empty() || algebra.tree.size(*form, MAX_FOR_PAIRS) >= MAX_FOR_PAIRS {
            break;
        }
        for v in algebra.pairs(*form) {
            if algebra.tree.same(v.id, answer) {
                let alone = [algebra.alone(*form, &v.breaks[1]), algebra.alone(*form, &v.breaks[0])];
                let mistakes = v.breaks.iter().zip(alone).map(|(b, whole)| mistake(b, whole));
                found.push(Match::of(mistakes.collect(), v.id));
            }
        }
    }
    found
}

fn mistake(b: &Break, whole: Id) -> Mistake {
    Mistake { slip: b.slip, cost: ARITHMETIC + commonness(b.slip), wrong: b.wrong, right: b.right, whole }
}

impl Algebra<'_> {
    /// The formula with only this rule broken.
    fn alone(&mut self, form: Id, b: &Break) -> Id {
        let singles = self.singles(form);
        let same = |tree: &Tree, a: Id, b: Id| tree.same(a, b);
        let exact = singles.iter().find(|v| {
            let other = v.breaks[0];
            other.slip == b.slip
                && same(self.tree, other.right, b.right)
                && same(self.tree, other.wrong, b.wrong)
        });
        let near = || singles.iter().find(|v| v.breaks[0].slip == b.slip);
        exact.or_else(near).map_or(form, |v| v.id)
    }
}
