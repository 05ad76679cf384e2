//! One derivative, of any order, by one name or by several in turn.
//!
//! Start reading at [`Derivative`].

use secant::expr::{Symbol, expand};
use secant::sheet::Scope;
use serde_json::Value;

use super::found::{Found, Match};
use super::search::Search;
use super::tree::{By, Id, Tree};
use super::work::{MAX_SIZE, MAX_TERMS, Work, explain, singles};
use super::{Problem, text};

/// A function to be differentiated by one name after the other.
#[derive(Clone, Debug)]
pub(super) struct Derivative {
    function: Id,
    by: Vec<u32>,
}

/// Of higher derivatives no mistakes are told.
const MAX_ORDER: u64 = 6;

/// Names that may have been taken for the right one.
const MAX_NAMES: usize = 12;

/// Why an answer to `diff` is wrong.
pub(super) fn diff(problem: &Problem<'_>) -> Vec<Found> {
    let mut tree = Tree::new();
    let Some(task) = Derivative::read(&mut tree, problem.task, problem.scope) else { return Vec::new() };
    let Some((answer, model)) = problem.read(&mut tree) else { return Vec::new() };
    tree.settle(&[task.function, model, answer.root]);
    if tree.same(answer.root, model) {
        return Vec::new();
    }
    let matches = explain(&task, &mut tree, answer.root);
    matches.into_iter().map(|m| m.found(&tree, Some(&answer))).collect()
}

/// Every wrong result of `diff` with one mistake.
pub(super) fn likely(task: &Value, scope: &Scope) -> Vec<Found> {
    let mut tree = Tree::new();
    let Some(task) = Derivative::read(&mut tree, task, scope) else { return Vec::new() };
    likely_of(&task, &mut tree)
}

/// Every wrong result of a task with one mistake.
pub(super) fn likely_of<W: Work>(work: &W, tree: &mut Tree) -> Vec<Found> {
    let right = work.right(tree);
    tree.settle(&[right]);
    let mut all = work.whole(tree);
    all.extend(singles(work, tree));
    all.retain(|m| m.is_of_rules() && m.can_be_told(tree) && !tree.same(m.gives, right));
    all.into_iter().map(|m| m.found(tree, None)).collect()
}

impl Derivative {
    fn read(tree: &mut Tree, task: &Value, scope: &Scope) -> Option<Derivative> {
        let order = task.get("order").map_or(Some(1), Value::as_u64)?;
        let written = tree.read_text(text(task, "expr")?, scope)?;
        let x = tree.variable(&Symbol::new(text(task, "wrt")?));
        (1..=MAX_ORDER).contains(&order).then(|| Derivative::of(written.root, vec![x; order as usize]))
    }

    /// The derivative of a part by these, in this order.
    pub(super) fn of(function: Id, by: Vec<u32>) -> Derivative {
        Derivative { function, by }
    }

    fn order(&self) -> usize {
        self.by.len()
    }

    /// Differentiated by all but so many.
    fn after(&self, tree: &mut Tree, id: Id, done: usize) -> Id {
        self.by[done..].iter().fold(id, |id, x| tree.derivative(id, *x))
    }
}

impl Work for Derivative {
    fn right(&self, tree: &mut Tree) -> Id {
        self.after(tree, self.function, 0)
    }

    fn stages(&self) -> usize {
        self.order()
    }

    /// Put together as somebody would before going on.
    fn stage(&self, tree: &mut Tree, k: usize) -> (Id, By) {
        let before = self.by[..k].iter().fold(self.function, |id, x| tree.derivative(id, *x));
        let base = if k == 0 { before } else { put_together(tree, before) };
        (base, By::plain(self.by[k]))
    }

    fn finish(&self, tree: &mut Tree, k: usize, slope: Id) -> Id {
        self.after(tree, slope, k + 1)
    }

    fn whole(&self, tree: &mut Tree) -> Vec<Match> {
        let mut all = vec![self.once(tree, "not-differentiated", 3, self.function)];
        let mut fewer = self.function;
        for x in &self.by[..self.order() - 1] {
            fewer = tree.derivative(fewer, *x);
            all.push(self.once(tree, "differentiated-once-only", 1, fewer));
        }
        let right = self.right(tree);
        for x in &self.by[..1] {
            let more = tree.derivative(right, *x);
            all.push(self.once(tree, "differentiated-twice", 3, more));
        }
        if self.order() > 1 {
            let first = tree.derivative(self.function, self.by[0]);
            let power = tree.powi(first, self.order() as i64);
            all.push(self.once(tree, "derivative-squared", 6, power));
        }
        let one = tree.integer(1);
        let inverted = tree.quotient(one, right);
        all.push(self.once(tree, "dydx-inverted", 14, inverted));
        let zero = tree.integer(0);
        all.push(self.once(tree, "wrong-variable", 15, zero));
        // By another letter, or by all of them at once.
        let pure = self.by.iter().all(|x| *x == self.by[0]);
        for other in 0..tree.names().len().min(MAX_NAMES) as u32 {
            if !tree.depends(self.function, other) {
                continue;
            }
            if pure && self.by[0] != other {
                let by_other = Derivative::of(self.function, vec![other; self.order()]).right(tree);
                all.push(self.once(tree, "wrong-variable", 3, by_other));
                let both = tree.sum(&[right, by_other]);
                all.push(self.once(tree, "wrong-variable", 6, both));
            }
            if self.order() == 2 {
                let mixed = if pure { vec![self.by[0], other] } else { vec![other; 2] };
                let mixed = Derivative::of(self.function, mixed).right(tree);
                all.push(self.once(tree, "mixed-partial", 4, mixed));
            }
        }
        all
    }

    fn everywhere(&self, tree: &mut Tree, slip: &str, which: usize) -> (Id, usize) {
        let (mut at, mut times) = (self.function, 0);
        for (k, x) in self.by.iter().enumerate() {
            if tree.size(at, MAX_SIZE) >= MAX_SIZE {
                return (at, 0);
            }
            if k > 0 {
                at = put_together(tree, at);
            }
            let (gives, n) = Search::new(tree, By::plain(*x)).everywhere(at, slip, which);
            (at, times) = (gives, times + n);
        }
        (at, times)
    }

    /// Put together, and multiplied out.
    fn other_forms(&self, tree: &mut Tree) -> Vec<Derivative> {
        if tree.size(self.function, MAX_SIZE) >= MAX_SIZE {
            return Vec::new();
        }
        let e = tree.expr(self.function);
        let forms = [expand(&e, MAX_TERMS), Some(e)].into_iter().flatten();
        let forms = forms.filter_map(|e| Some(Derivative::of(tree.read_expr(&e)?, self.by.clone())));
        forms.collect()
    }

    /// Its derivative is the function.
    fn told_by(&self, tree: &mut Tree, answer: Id) -> Vec<Match> {
        let back = tree.derivative(answer, self.by[0]);
        let integrated =
            self.order() == 1 && tree.depends(answer, self.by[0]) && tree.same(back, self.function);
        if integrated { vec![self.once(tree, "integrated-instead", 4, answer)] } else { Vec::new() }
    }
}

/// The same formula as the engine keeps it.
pub(super) fn put_together(tree: &mut Tree, id: Id) -> Id {
    if tree.size(id, MAX_SIZE) >= MAX_SIZE {
        return id;
    }
    let e = tree.expr(id);
    tree.read_expr(&e).unwrap_or(id)
}
