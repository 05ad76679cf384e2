//! Where in a learner's own text a mistake sits: the smallest part that, put right, makes the whole right.
//!
//! A part is put right by the right slope in place of the wrong one, by the factor between the two, or by the
//! difference. Start reading at [`place`].

use secant::syntax::Span;

use super::reading::Reading;
use super::samples::{self, LANES, Samples};
use super::tree::{Id, Op, Tree};

/// Most parts tried.
const MAX_TRIED: usize = 400;

/// The place of a mistake in a text: `wrong` stands there instead of `right`, and the whole should be `whole`.
pub(crate) fn place(tree: &Tree, answer: &Reading, wrong: Id, right: Id, whole: &Samples) -> Option<Span> {
    let (wrong, right) = (tree.at(wrong), tree.at(right));
    let parents = Parents::of(tree, answer.root);
    let mut best: Option<(u32, u32, Span)> = None;
    for (id, span) in answer.places.iter().take(MAX_TRIED) {
        let at = tree.at(*id);
        let exact = samples::same(at, wrong);
        let multiple = samples::ratio(at, wrong).is_some();
        let factor: Samples = std::array::from_fn(|k| at[k] * right[k] / wrong[k]);
        let sum: Samples = std::array::from_fn(|k| at[k] + right[k] - wrong[k]);
        // The same thing in another's place is a better place than a factor that could be put anywhere.
        let surplus: Samples = std::array::from_fn(|k| wrong[k] - right[k]);
        let too_much = samples::same(at, &surplus);
        let tries = [
            (exact, right, 0),
            (too_much, &[0.0; LANES], 0),
            (multiple, &factor, 1),
            (true, &sum, 2),
            (true, &factor, 3),
        ];
        for (_, repaired, rank) in tries.iter().filter(|(apt, ..)| *apt) {
            let width = span.to - span.from;
            if best.is_some_and(|(r, w, _)| (r, w) <= (*rank, width)) {
                continue;
            }
            if samples::same(&parents.with(tree, *id, repaired), whole) {
                best = Some((*rank, width, *span));
            }
        }
    }
    best.map(|(_, _, span)| span)
}

/// The way from each part of an answer to its root.
struct Parents {
    above: Vec<(Id, Id)>,
}

impl Parents {
    fn of(tree: &Tree, root: Id) -> Parents {
        let mut above = Vec::new();
        let mut open = vec![root];
        while let Some(id) = open.pop() {
            if above.len() > 4 * MAX_TRIED {
                break;
            }
            for child in tree.children(id) {
                above.push((child, id));
                open.push(child);
            }
        }
        Parents { above }
    }

    /// The values of the root when a part has others.
    fn with(&self, tree: &Tree, part: Id, values: &Samples) -> Samples {
        let (mut part, mut values) = (part, *values);
        while let Some((_, parent)) = self.above.iter().find(|(child, _)| *child == part) {
            values = recomputed(tree, *parent, part, &values);
            part = *parent;
        }
        values
    }
}

/// The values of a part when one of its parts has others.
fn recomputed(tree: &Tree, id: Id, child: Id, values: &Samples) -> Samples {
    let at = |k: Id| if k == child { values } else { tree.at(k) };
    match tree.op(id) {
        Op::Number(_) | Op::Constant(_) | Op::Var(_) => *tree.at(id),
        Op::Sum(list) => std::array::from_fn(|k| tree.list(list).iter().map(|t| at(*t)[k]).sum()),
        Op::Neg(a) => samples::each(at(a), |a| -a),
        Op::Product(list) => std::array::from_fn(|k| tree.list(list).iter().map(|t| at(*t)[k]).product()),
        Op::Quotient(a, b) => samples::both(at(a), at(b), |a, b| a / b),
        Op::Power(a, n) => samples::both(at(a), at(n), samples::power),
        Op::Apply(f, a) => samples::each(at(a), |a| samples::function(f, a)),
        Op::Apply2(f, a, b) => samples::both(at(a), at(b), |a, b| samples::function2(f, a, b)),
        Op::Select(c, a, b) => {
            let (c, a, b) = (at(c), at(a), at(b));
            let mut chosen = [0.0; LANES];
            chosen.iter_mut().enumerate().for_each(|(k, v)| *v = if c[k] != 0.0 { a[k] } else { b[k] });
            chosen
        }
    }
}
