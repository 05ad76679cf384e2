//! One equation turned into another: what went wrong on the way.
//!
//! An equation is the difference of its sides, and as good as any multiple of it; so a term that changed sides and kept
//! its sign is a term of the difference with the wrong sign.
//! Start reading at [`moved`].

use secant::syntax::{self, Written};

use super::super::found::{Found, Match};
use super::super::reading::Reading;
use super::super::samples;
use super::super::tree::{Id, Op, Tree};
use super::super::{Problem, text};
use super::{Algebra, Break, MAX_FOR_SINGLES, found, mistake};

/// Most terms that are looked at one by one.
const MAX_TERMS: usize = 12;

/// Does the task begin with an equation?
pub(in super::super) fn is_equation(problem: &Problem<'_>) -> bool {
    begun(problem).is_some_and(|w| w.as_equation().is_some())
}

fn begun(problem: &Problem<'_>) -> Option<Written> {
    syntax::parse(text(problem.task, "expr")?, &syntax::Limits::default()).ok()
}

/// Why an equation does not follow from the one before it.
pub(in super::super) fn moved(problem: &Problem<'_>) -> Vec<Found> {
    within(problem).unwrap_or_default()
}

fn within(problem: &Problem<'_>) -> Option<Vec<Found>> {
    let mut tree = Tree::new();
    let form = difference(&mut tree, &begun(problem)?, problem)?.root;
    let answer = difference(&mut tree, problem.written, problem)?;
    tree.settle(&[form, answer.root]);
    let is_answer = |tree: &Tree, id: Id| {
        samples::ratio(tree.at(id), tree.at(answer.root)).is_some_and(|r| r != 0.0 && r.is_finite())
    };
    if is_answer(&tree, form) || tree.size(form, MAX_FOR_SINGLES) >= MAX_FOR_SINGLES {
        return Some(Vec::new());
    }
    let mut algebra = Algebra::new(&mut tree);
    let mut matches: Vec<Match> = algebra
        .singles(form)
        .into_iter()
        .filter(|v| is_answer(algebra.tree, v.id))
        .map(|v| Match::of(vec![mistake(&v.breaks[0], form)], v.id))
        .collect();
    for (slip, gives) in both_sides(&mut tree, form) {
        if is_answer(&tree, gives) {
            matches.push(Match::of(vec![mistake(&Break { slip, right: form, wrong: gives }, form)], gives));
        }
    }
    let gives = |f: Found| Found { gives: problem.answer.clone(), confirmed: true, ..f };
    Some(matches.into_iter().map(|m| gives(found(&tree, m, &[form], &answer))).collect())
}

/// Left side minus right side.
fn difference(tree: &mut Tree, w: &Written, problem: &Problem<'_>) -> Option<Reading> {
    let (left, right) = w.as_equation()?;
    let (left, right) = (tree.read(left, problem.scope)?, tree.read(right, problem.scope)?);
    let minus = tree.node(Op::Neg(right.root));
    let list = tree.listed(&[left.root, minus]);
    let root = tree.node(Op::Sum(list));
    Some(Reading { root, places: [left.places, right.places].concat() })
}

/// Both sides divided by a number that did not reach one of the terms, or multiplied by it there.
fn both_sides(tree: &mut Tree, form: Id) -> Vec<(&'static str, Id)> {
    let mut terms = Vec::new();
    flattened(tree, form, false, &mut terms);
    terms.truncate(MAX_TERMS);
    let numbers: Vec<Id> = terms.iter().filter_map(|t| coefficient(tree, *t)).collect();
    let mut all = Vec::new();
    for number in numbers {
        for k in 0..terms.len() {
            let square = tree.powi(number, 2);
            for (slip, factor) in [("algebra-distribution", number), ("algebra-fraction-inverted", square)] {
                let mut changed = terms.clone();
                changed[k] = tree.times(factor, terms[k]);
                all.push((slip, tree.sum(&changed)));
            }
        }
    }
    all
}

fn flattened(tree: &mut Tree, id: Id, minus: bool, terms: &mut Vec<Id>) {
    match tree.op(id) {
        Op::Sum(list) if terms.len() < MAX_TERMS => {
            let parts = tree.list(list).to_vec();
            parts.into_iter().for_each(|p| flattened(tree, p, minus, terms));
        }
        Op::Neg(a) if terms.len() < MAX_TERMS => flattened(tree, a, !minus, terms),
        _ => {
            let term = if minus { tree.neg(id) } else { id };
            terms.push(term);
        }
    }
}

/// The number in front of a term, where there is one that is not 1.
fn coefficient(tree: &Tree, term: Id) -> Option<Id> {
    let of = |id: Id| tree.as_number(id).is_some_and(|n| !n.is_one() && !n.is_zero());
    match tree.op(term) {
        Op::Neg(a) => coefficient(tree, a),
        Op::Product(list) => tree.list(list).iter().copied().find(|f| of(*f)),
        _ => None,
    }
}
