//! What each part of an answer would have to be worth for the whole to be right.
//!
//! Start reading at [`Needs::of`].

use std::collections::{BTreeMap, BTreeSet};

use secant::syntax::Span;

use super::super::reading::Reading;
use super::super::samples::{self, LANES, Samples};
use super::super::tree::{Id, Op, Tree};

/// Most parts of an answer, and of a formula it is compared with.
const MAX_PARTS: usize = 400;

/// The parts of an answer with what each of them has to be.
pub(crate) struct Needs<'a> {
    tree: &'a Tree,
    answer: &'a Reading,
    needed: BTreeMap<Id, Samples>,
    /// Parts that stand in a sum, or by themselves.
    terms: BTreeSet<Id>,
}

impl<'a> Needs<'a> {
    /// The whole is to be worth `target`; from there to the parts, each operation undone.
    pub(crate) fn of(tree: &'a Tree, answer: &'a Reading, target: &Samples) -> Needs<'a> {
        let mut needed = BTreeMap::new();
        let mut terms = BTreeSet::new();
        let mut open = vec![(answer.root, *target)];
        while let Some((id, need)) = open.pop() {
            if needed.len() > MAX_PARTS || needed.contains_key(&id) {
                continue;
            }
            needed.insert(id, need);
            let children = tree.children(id);
            for (k, child) in children.iter().enumerate() {
                let others = |f: fn(f64, f64) -> f64, start: f64| -> Samples {
                    let others =
                        children.iter().enumerate().filter(|(j, _)| *j != k).map(|(_, c)| tree.at(*c));
                    others.fold([start; LANES], |all, other| samples::both(&all, other, f))
                };
                let need = match (tree.op(id), k) {
                    (Op::Sum(_), _) => samples::both(&need, &others(|a, b| a + b, 0.0), |a, b| a - b),
                    (Op::Product(_), _) => samples::both(&need, &others(|a, b| a * b, 1.0), |a, b| a / b),
                    (Op::Neg(_), _) => samples::each(&need, |a| -a),
                    (Op::Quotient(_, b), 0) => samples::both(&need, tree.at(b), |a, b| a * b),
                    (Op::Quotient(a, _), _) => samples::both(tree.at(a), &need, |a, b| a / b),
                    (Op::Power(_, n), 0) => match tree.as_number(n).and_then(|n| n.to_i64()) {
                        Some(n) if n % 2 != 0 => {
                            samples::each(&need, |a| a.signum() * a.abs().powf(1.0 / n as f64))
                        }
                        _ => continue,
                    },
                    (Op::Power(u, _), _) => samples::both(&need, tree.at(u), |a, u| a.ln() / u.ln()),
                    _ => continue,
                };
                open.push((*child, need));
                if matches!(tree.op(id), Op::Sum(_) | Op::Neg(_) | Op::Apply(..)) {
                    terms.insert(*child);
                }
            }
        }
        Needs { tree, answer, needed, terms }
    }

    /// The narrowest part that needs only another factor; else the narrowest that should be what a part of a form is.
    pub(crate) fn narrowest(&self, forms: &[Id]) -> Option<Span> {
        let mut placed: Vec<(Id, Span)> = self.answer.places.clone();
        placed.sort_by_key(|(_, span)| span.to - span.from);
        let differs = |id: &Id, need: &Samples| !samples::same(self.tree.at(*id), need);
        let need_of = |id: &Id| self.needed.get(id).filter(|need| differs(id, need));
        let scaled = |id: &Id| {
            let ratio = need_of(id).and_then(|need| samples::ratio(need, self.tree.at(*id)));
            *id != self.answer.root && ratio.is_some_and(is_simple)
        };
        // A number that should be another, then a term, then anything.
        let is_number = |id: &Id| self.tree.as_number(*id).is_some();
        let kinds: [&dyn Fn(&Id) -> bool; 3] = [&is_number, &|id| self.terms.contains(id), &|_| true];
        for of_kind in kinds {
            if let Some((_, span)) = placed.iter().find(|(id, _)| of_kind(id) && scaled(id)) {
                return Some(*span);
            }
        }
        let mut wanted = Vec::new();
        let mut open = forms.to_vec();
        while let Some(id) = open.pop() {
            if wanted.len() > MAX_PARTS {
                break;
            }
            wanted.push(id);
            open.extend(self.tree.children(id));
        }
        let apt = |id: &Id| {
            need_of(id).is_some_and(|need| wanted.iter().any(|w| samples::same(self.tree.at(*w), need)))
        };
        let found = placed.iter().find(|(id, _)| *id != self.answer.root && apt(id));
        found.map(|(_, span)| *span)
    }
}

/// A number that somebody would multiply by.
fn is_simple(ratio: f64) -> bool {
    (1..=24).any(|q| {
        let p = ratio * f64::from(q);
        p.abs() < 1e4 && (p - p.round()).abs() <= 1e-8 * p.abs() && p.round() != 0.0
    })
}
