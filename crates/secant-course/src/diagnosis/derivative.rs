//! One derivative, of any order: what a wrong answer to it can be explained by.
//!
//! Start reading at [`Derivative::explain`].

use secant::expr::{Symbol, expand};
use secant::sheet::Scope;
use serde_json::Value;

use super::found::{Found, Match, Mistake};
use super::rules::ARITHMETIC;
use super::samples;
use super::search::{Candidate, Search, Site};
use super::tree::{By, Id, Op, Tree};
use super::{Problem, text};

/// A function to be differentiated by a name, so many times.
#[derive(Clone)]
pub(super) struct Derivative {
    /// The function as it was written.
    function: Id,
    var: u32,
    order: u32,
}

/// Of higher derivatives no mistakes are told.
const MAX_ORDER: u64 = 6;
/// Terms that a function may have when it is multiplied out.
const MAX_TERMS: usize = 60;
/// Kinds of mistakes that are tried everywhere at once.
const MAX_KINDS: usize = 60;

/// Why an answer to `diff` is wrong.
pub(super) fn diff(problem: &Problem<'_>) -> Vec<Found> {
    let mut tree = Tree::new();
    let Some(task) = Derivative::read(&mut tree, problem.task, problem.scope) else { return Vec::new() };
    let Some(answer) = tree.read(problem.written, problem.scope) else { return Vec::new() };
    let Some(model) = tree.read_expr(problem.model) else { return Vec::new() };
    tree.settle(&[task.function, model, answer.root]);
    if tree.same(answer.root, model) {
        return Vec::new();
    }
    let matches = task.explain(&mut tree, answer.root);
    matches.into_iter().map(|m| m.found(&tree, Some(&answer))).collect()
}

/// Every wrong result of `diff` with one broken rule.
pub(super) fn likely(task: &Value, scope: &Scope) -> Vec<Found> {
    let mut tree = Tree::new();
    let Some(task) = Derivative::read(&mut tree, task, scope) else { return Vec::new() };
    let right = task.right(&mut tree);
    tree.settle(&[task.function, right]);
    let mut all = task.whole(&mut tree);
    all.extend(task.singles(&mut tree, task.function));
    all.retain(|m| !tree.same(m.gives, right));
    all.into_iter().map(|m| m.found(&tree, None)).collect()
}

impl Derivative {
    fn read(tree: &mut Tree, task: &Value, scope: &Scope) -> Option<Derivative> {
        let order = task.get("order").map_or(Some(1), Value::as_u64)?;
        let written = tree.read_text(text(task, "expr")?, scope)?;
        Derivative::of(tree, written.root, &Symbol::new(text(task, "wrt")?), order)
    }

    /// The derivative of a part by a name.
    pub(super) fn of(tree: &mut Tree, function: Id, by: &Symbol, order: u64) -> Option<Derivative> {
        let var = tree.variable(by);
        let order = u32::try_from(order).ok().filter(|_| (1..=MAX_ORDER).contains(&order))?;
        Some(Derivative { function, var, order })
    }

    /// The right result.
    pub(super) fn right(&self, tree: &mut Tree) -> Id {
        self.times(tree, self.function, self.order)
    }

    fn times(&self, tree: &mut Tree, id: Id, times: u32) -> Id {
        (0..times).fold(id, |id, _| tree.derivative(id, self.var))
    }

    /// Why an answer is wrong; the likeliest reasons only, those with the fewest mistakes.
    pub(super) fn explain(&self, tree: &mut Tree, answer: Id) -> Vec<Match> {
        let mut found: Vec<Match> = Vec::new();
        let mut keep = |tree: &Tree, all: Vec<Match>| {
            found.extend(all.into_iter().filter(|m| tree.same(m.gives, answer)));
            !found.is_empty()
        };
        let all = self.whole(tree);
        keep(tree, all);
        if let Some(m) = self.integrated(tree, answer) {
            keep(tree, vec![m]);
        }
        // The function as it was written, put together, and multiplied out: each may be where somebody begins.
        let mut forms = vec![self.function];
        let mut done = false;
        for k in 0..3 {
            if k > 0 && !done {
                let e = tree.expr(self.function);
                let other = if k == 1 { Some(e) } else { expand(&e, MAX_TERMS) };
                forms.extend(other.and_then(|e| tree.read_expr(&e)));
            }
            if let Some(form) = forms.get(k).copied() {
                let all = self.singles(tree, form);
                done |= keep(tree, all);
            }
            if done && k == 0 {
                break;
            }
        }
        if !found.iter().any(Match::is_of_rules) {
            for form in &forms {
                let all = self.everywhere(tree, *form);
                found.extend(all.into_iter().filter(|m| tree.same(m.gives, answer)));
            }
        }
        if found.is_empty() {
            found.extend(self.arithmetic(tree, answer));
        }
        if !found.iter().any(Match::is_of_rules) {
            for form in forms.iter().take(2) {
                let all = self.pairs(tree, *form, answer);
                found.extend(all);
                if !found.is_empty() {
                    break;
                }
            }
        }
        found
    }

    fn once(&self, tree: &mut Tree, slip: &'static str, cost: u32, gives: Id) -> Match {
        let right = self.right(tree);
        Match::of(vec![Mistake { slip, cost, wrong: gives, right, whole: right }], gives)
    }

    /// Mistakes about the task as a whole.
    pub(super) fn whole(&self, tree: &mut Tree) -> Vec<Match> {
        let mut all = Vec::new();
        all.push(self.once(tree, "not-differentiated", 2, self.function));
        for k in 1..self.order {
            let fewer = self.times(tree, self.function, k);
            all.push(self.once(tree, "differentiated-once-only", 1, fewer));
        }
        let more = self.times(tree, self.function, self.order + 1);
        all.push(self.once(tree, "differentiated-twice", 3, more));
        if self.order > 1 {
            let first = tree.derivative(self.function, self.var);
            let power = tree.powi(first, i64::from(self.order));
            all.push(self.once(tree, "derivative-squared", 6, power));
        }
        let right = self.right(tree);
        let one = tree.integer(1);
        let inverted = tree.quotient(one, right);
        all.push(self.once(tree, "dydx-inverted", 14, inverted));
        // By another letter, or by all of them at once.
        for other in 0..tree.names().len() as u32 {
            if other == self.var || !tree.depends(self.function, other) {
                continue;
            }
            let task = Derivative { var: other, ..self.clone() };
            let by_other = task.right(tree);
            all.push(self.once(tree, "wrong-variable", 3, by_other));
            let both = tree.sum(&[right, by_other]);
            all.push(self.once(tree, "wrong-variable", 6, both));
            if self.order == 2 {
                let mixed = tree.derivative(self.function, other);
                let mixed = tree.derivative(mixed, self.var);
                all.push(self.once(tree, "mixed-partial", 4, mixed));
            }
        }
        all
    }

    /// The answer's derivative is the function.
    fn integrated(&self, tree: &mut Tree, answer: Id) -> Option<Match> {
        let back = tree.derivative(answer, self.var);
        (tree.depends(answer, self.var) && tree.same(back, self.function))
            .then(|| self.once(tree, "integrated-instead", 4, answer))
    }

    /// One rule broken in one of the steps.
    pub(super) fn singles(&self, tree: &mut Tree, form: Id) -> Vec<Match> {
        let mut all = Vec::new();
        let whole = self.right(tree);
        for step in 1..=self.order {
            let base = self.step(tree, form, step);
            let mut search = Search::new(tree, By::plain(self.var));
            let singles = search.singles(base);
            let sites = search.sites;
            for c in singles {
                let gives = self.times(tree, c.gives, self.order - step);
                let mistake = Mistake::at(&sites[c.first as usize], whole);
                all.push(Match::of(vec![mistake], gives));
            }
        }
        all
    }

    /// What is differentiated in a step: put together as somebody would before going on.
    fn step(&self, tree: &mut Tree, form: Id, step: u32) -> Id {
        let before = self.times(tree, form, step - 1);
        if step == 1 {
            return before;
        }
        let e = tree.expr(before);
        tree.read_expr(&e).unwrap_or(before)
    }

    /// One rule broken wherever it occurs, in every step.
    fn everywhere(&self, tree: &mut Tree, form: Id) -> Vec<Match> {
        let whole = self.right(tree);
        let mut kinds: Vec<(Site, usize)> = Vec::new();
        for step in 1..=self.order {
            let base = self.step(tree, form, step);
            let mut search = Search::new(tree, By::plain(self.var));
            search.singles(base);
            for site in search.sites {
                let which = if kinds.iter().any(|(s, w)| s.slip == site.slip && *w == 0) { 1 } else { 0 };
                if kinds.len() < MAX_KINDS && !kinds.iter().any(|(s, w)| s.slip == site.slip && *w == which) {
                    kinds.push((site, which));
                }
            }
        }
        let mut all = Vec::new();
        for (site, which) in kinds {
            let mut at = form;
            let mut times = 0;
            for step in 1..=self.order {
                if step > 1 {
                    let e = tree.expr(at);
                    at = tree.read_expr(&e).unwrap_or(at);
                }
                let mut search = Search::new(tree, By::plain(self.var));
                let (gives, n) = search.everywhere(at, site.slip, which);
                at = gives;
                times += n;
            }
            if times > 1 {
                let mistake = Mistake { cost: site.cost + 5, ..Mistake::at(&site, whole) };
                all.push(Match::of(vec![Mistake { wrong: at, right: whole, ..mistake }], at));
            }
        }
        all
    }

    /// The sign, or a number in front, or one added.
    fn arithmetic(&self, tree: &mut Tree, answer: Id) -> Option<Match> {
        let right = self.right(tree);
        if let Some(factor) = samples::ratio(tree.at(answer), tree.at(right)) {
            let (slip, cost) = match factor {
                f if (f + 1.0).abs() < 1e-9 => ("algebra-sign", ARITHMETIC),
                _ => ("constant-factor", ARITHMETIC + 2),
            };
            return Some(self.once(tree, slip, cost, answer));
        }
        let difference = samples::both(tree.at(answer), tree.at(right), |a, b| a - b);
        let shift = samples::constant(&difference)?;
        let is_constant = matches!(tree.op(answer), Op::Number(_));
        (!is_constant && shift.abs() > 1e-9)
            .then(|| self.once(tree, "algebra-arithmetic", ARITHMETIC + 6, answer))
    }

    /// Two rules broken in one step.
    fn pairs(&self, tree: &mut Tree, form: Id, answer: Id) -> Vec<Match> {
        let mut all = Vec::new();
        for step in (1..=self.order).rev() {
            let base = self.step(tree, form, step);
            let mut search = Search::new(tree, By::plain(self.var));
            let singles = search.singles(base);
            let pairs = search.pairs(base);
            let sites = search.sites;
            for c in pairs {
                let gives = self.times(tree, c.gives, self.order - step);
                if !tree.same(gives, answer) {
                    continue;
                }
                let mistakes =
                    c.mistakes(&sites, &singles, |tree, id| self.times(tree, id, self.order - step), tree);
                all.push(Match::of(mistakes, gives));
            }
            if !all.is_empty() {
                break;
            }
        }
        all
    }
}

impl Candidate {
    /// The mistakes of a result with two, each beside what the whole is with the other one only.
    fn mistakes(
        &self,
        sites: &[Site],
        singles: &[Candidate],
        finish: impl Fn(&mut Tree, Id) -> Id,
        tree: &mut Tree,
    ) -> Vec<Mistake> {
        let both: Vec<Site> =
            [Some(self.first), self.second].into_iter().flatten().map(|k| sites[k as usize]).collect();
        let mut mistakes = Vec::new();
        for (k, site) in both.iter().enumerate() {
            // The other one alone, by the same wrong slope.
            let other = both[(k + 1) % both.len()];
            let alone = singles.iter().find(|c| {
                let s = sites[c.first as usize];
                s.slip == other.slip && tree.same(s.wrong, other.wrong) && tree.same(s.right, other.right)
            });
            let whole = alone.map_or(self.gives, |c| c.gives);
            let whole = finish(tree, whole);
            mistakes.push(Mistake::at(site, whole));
        }
        mistakes
    }
}
