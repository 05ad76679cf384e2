//! Slopes of curves: given by an equation, or by a parameter.
//!
//! Start reading at [`Implicit`] and [`Parametric`].

use secant::expr::Symbol;
use secant::sheet::Scope;
use secant::syntax::{self, Limits};
use serde_json::Value;

use super::derivative::{likely_of, put_together};
use super::found::{Found, Match};
use super::search::Search;
use super::tree::{By, Id, Op, Tree};
use super::work::{MAX_SIZE, Work, explain};
use super::{Problem, text};

/// Why an answer to `implicit_diff` is wrong.
pub(super) fn implicit(problem: &Problem<'_>) -> Vec<Found> {
    let mut tree = Tree::new();
    let Some(task) = Implicit::read(&mut tree, problem.task, problem.scope) else { return Vec::new() };
    let Some((answer, model)) = problem.read(&mut tree) else { return Vec::new() };
    tree.settle(&[task.equation, model, answer.root]);
    if tree.same(answer.root, model) {
        return Vec::new();
    }
    // With the answer for the slope, the differentiated equation holds just where a candidate leads to it.
    let values = *tree.at(answer.root);
    tree.put(task.slope.0, values);
    let matches = explain(&task, &mut tree, answer.root);
    matches.into_iter().map(|m| m.found(&tree, Some(&answer))).collect()
}

/// Why an answer to `parametric_diff` is wrong.
pub(super) fn parametric(problem: &Problem<'_>) -> Vec<Found> {
    let mut tree = Tree::new();
    let Some(task) = Parametric::read(&mut tree, problem.task, problem.scope) else { return Vec::new() };
    let Some((answer, model)) = problem.read(&mut tree) else { return Vec::new() };
    tree.settle(&[task.x, task.y, model, answer.root]);
    if tree.same(answer.root, model) {
        return Vec::new();
    }
    let matches = explain(&task, &mut tree, answer.root);
    matches.into_iter().map(|m| m.found(&tree, Some(&answer))).collect()
}

/// Every wrong slope with one mistake.
pub(super) fn likely(task: &Value, scope: &Scope) -> Vec<Found> {
    let mut tree = Tree::new();
    if task.get("equation").is_some() {
        // No answer is looked for, so that everything may lead to it.
        let task = Implicit::read(&mut tree, task, scope).map(|task| Implicit { any: true, ..task });
        return task.map_or_else(Vec::new, |task| likely_of(&task, &mut tree));
    }
    Parametric::read(&mut tree, task, scope).map_or_else(Vec::new, |task| likely_of(&task, &mut tree))
}

/// `dy/dx` where an equation holds.
struct Implicit {
    /// What is nought.
    equation: Id,
    by: By,
    /// The variable that stands for `dy/dx`, and the part that it is.
    slope: (u32, Id),
    any: bool,
}

impl Implicit {
    fn read(tree: &mut Tree, task: &Value, scope: &Scope) -> Option<Implicit> {
        let written = syntax::parse(text(task, "equation")?, &Limits::default()).ok()?;
        let equation = match written.as_equation() {
            Some((left, right)) => {
                let (left, right) = (tree.read(left, scope)?.root, tree.read(right, scope)?.root);
                if tree.is_zero(right) {
                    left
                } else {
                    let mut terms = tree.terms(left);
                    for term in tree.terms(right) {
                        terms.push(tree.neg(term));
                    }
                    let list = tree.listed(&terms);
                    tree.node(Op::Sum(list))
                }
            }
            None => tree.read(&written, scope)?.root,
        };
        let x = tree.variable(&Symbol::new(text(task, "x")?));
        let y = tree.variable(&Symbol::new(text(task, "y")?));
        let slope = tree.variable(&Symbol::new("dy/dx"));
        let part = tree.var(slope);
        let by = By { var: x, along: Some((y, part)) };
        tree.depends(equation, y).then_some(Implicit { equation, by, slope: (slope, part), any: false })
    }

    /// `a + b dy/dx`, as `a` and `b`.
    fn split(&self, tree: &mut Tree, total: Id) -> (Id, Id) {
        (tree.without(total, self.slope.0), tree.derivative(total, self.slope.0))
    }

    fn total(&self, tree: &mut Tree) -> Id {
        Search::new(tree, self.by).right(self.equation)
    }
}

impl Work for Implicit {
    fn right(&self, tree: &mut Tree) -> Id {
        let total = self.total(tree);
        self.finish(tree, 0, total)
    }

    fn stages(&self) -> usize {
        1
    }

    fn stage(&self, _tree: &mut Tree, _k: usize) -> (Id, By) {
        (self.equation, self.by)
    }

    fn finish(&self, tree: &mut Tree, _k: usize, slope: Id) -> Id {
        let (a, b) = self.split(tree, slope);
        if tree.is_zero(b) || tree.depends(b, self.slope.0) {
            return tree.nothing();
        }
        let minus = tree.neg(a);
        tree.quotient(minus, b)
    }

    fn whole(&self, tree: &mut Tree) -> Vec<Match> {
        let total = self.total(tree);
        let (a, b) = self.split(tree, total);
        let mut all = Vec::new();
        let minus = tree.neg(b);
        let inverted = tree.quotient(minus, a);
        all.push(self.once(tree, "dydx-inverted", 2, inverted));
        let inverted = tree.quotient(b, a);
        all.push(self.once(tree, "dydx-inverted", 9, inverted));
        let sign = tree.quotient(a, b);
        all.push(self.once(tree, "algebra-sign", 6, sign));
        all.push(self.once(tree, "wrong-variable", 5, a));
        all.push(self.once(tree, "wrong-variable", 9, b));
        let both = tree.sum(&[a, b]);
        all.push(self.once(tree, "implicit-derivative-forgotten", 6, both));
        all
    }

    fn everywhere(&self, tree: &mut Tree, slip: &str, which: usize) -> (Id, usize) {
        if tree.size(self.equation, MAX_SIZE) >= MAX_SIZE {
            return (self.equation, 0);
        }
        let (total, times) = Search::new(tree, self.by).everywhere(self.equation, slip, which);
        (self.finish(tree, 0, total), times)
    }

    fn may_lead_to(&self, tree: &Tree, slope: Id) -> bool {
        self.any || tree.at(slope).iter().all(|v| !v.is_finite() || v.abs() < 1e-6)
    }
}

/// `dⁿy/dxⁿ` along a curve.
struct Parametric {
    x: Id,
    y: Id,
    t: u32,
    order: usize,
}

/// Of higher derivatives along a curve no mistakes are told.
const MAX_ORDER: u64 = 3;

impl Parametric {
    fn read(tree: &mut Tree, task: &Value, scope: &Scope) -> Option<Parametric> {
        let order = task.get("order").map_or(Some(1), Value::as_u64)?;
        let x = tree.read_text(text(task, "x")?, scope)?.root;
        let y = tree.read_text(text(task, "y")?, scope)?.root;
        let t = tree.variable(&Symbol::new(text(task, "t")?));
        let moves = tree.depends(x, t) && (1..=MAX_ORDER).contains(&order);
        moves.then_some(Parametric { x, y, t, order: order as usize })
    }

    /// Differentiated along the curve, `x` having this speed.
    fn along(&self, tree: &mut Tree, e: Id, speed: Id, times: usize) -> Id {
        (0..times).fold(e, |e, _| {
            let slope = tree.derivative(e, self.t);
            tree.quotient(slope, speed)
        })
    }

    fn speed(&self, tree: &mut Tree) -> Id {
        tree.derivative(self.x, self.t)
    }
}

impl Work for Parametric {
    fn right(&self, tree: &mut Tree) -> Id {
        let speed = self.speed(tree);
        self.along(tree, self.y, speed, self.order)
    }

    /// `x`, `y`, and each slope on the way.
    fn stages(&self) -> usize {
        1 + self.order
    }

    fn stage(&self, tree: &mut Tree, k: usize) -> (Id, By) {
        let speed = self.speed(tree);
        let base = match k {
            0 => self.x,
            1 => self.y,
            _ => {
                let slope = self.along(tree, self.y, speed, k - 1);
                put_together(tree, slope)
            }
        };
        (base, By::plain(self.t))
    }

    fn finish(&self, tree: &mut Tree, k: usize, slope: Id) -> Id {
        if k == 0 {
            return self.along(tree, self.y, slope, self.order);
        }
        let speed = self.speed(tree);
        let first = tree.quotient(slope, speed);
        self.along(tree, first, speed, self.order - k)
    }

    fn whole(&self, tree: &mut Tree) -> Vec<Match> {
        let (dx, dy) = (self.speed(tree), tree.derivative(self.y, self.t));
        let mut all = Vec::new();
        let right = self.right(tree);
        let one = tree.integer(1);
        let inverted = tree.quotient(dx, dy);
        if self.order == 1 {
            all.push(self.once(tree, "dydx-inverted", 1, inverted));
            all.push(self.once(tree, "parametric-not-divided", 2, dy));
            all.push(self.once(tree, "wrong-variable", 6, dx));
            let product = tree.times(dx, dy);
            all.push(self.once(tree, "parametric-not-divided", 5, product));
            let ratio = tree.quotient(self.y, self.x);
            all.push(self.once(tree, "not-differentiated", 4, ratio));
            let second = self.along(tree, right, dx, 1);
            all.push(self.once(tree, "differentiated-twice", 6, second));
            return all;
        }
        let inverse = tree.quotient(one, right);
        all.push(self.once(tree, "dydx-inverted", 4, inverse));
        let mut upside_down = inverted;
        for _ in 1..self.order {
            let slope = tree.derivative(upside_down, self.t);
            upside_down = tree.quotient(slope, dy);
        }
        all.push(self.once(tree, "dydx-inverted", 3, upside_down));
        for k in 1..self.order {
            let fewer = self.along(tree, self.y, dx, k);
            all.push(self.once(tree, "differentiated-once-only", 1, fewer));
        }
        let before = self.along(tree, self.y, dx, self.order - 1);
        let undivided = tree.derivative(before, self.t);
        all.push(self.once(tree, "parametric-not-divided", 1, undivided));
        let (mut top, mut bottom) = (dy, dx);
        for _ in 1..self.order {
            (top, bottom) = (tree.derivative(top, self.t), tree.derivative(bottom, self.t));
        }
        let ratio = tree.quotient(top, bottom);
        all.push(self.once(tree, "quotient-as-quotient-of-derivatives", 2, ratio));
        let power = tree.powi(dx, self.order as i64);
        let ratio = tree.quotient(top, power);
        all.push(self.once(tree, "quotient-as-quotient-of-derivatives", 4, ratio));
        all.push(self.once(tree, "parametric-not-divided", 5, top));
        let first = tree.quotient(dy, dx);
        let power = tree.powi(first, self.order as i64);
        all.push(self.once(tree, "derivative-squared", 5, power));
        all
    }

    fn everywhere(&self, tree: &mut Tree, slip: &str, which: usize) -> (Id, usize) {
        let by = By::plain(self.t);
        let (dx, m) = Search::new(tree, by).everywhere(self.x, slip, which);
        let (mut at, mut times) = (self.y, m);
        for _ in 0..self.order {
            if tree.size(at, MAX_SIZE) >= MAX_SIZE {
                return (at, 0);
            }
            let (slope, n) = Search::new(tree, by).everywhere(at, slip, which);
            (at, times) = (tree.quotient(slope, dx), times + n);
        }
        (at, times)
    }
}
