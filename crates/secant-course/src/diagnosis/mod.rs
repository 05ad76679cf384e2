//! Which rule was broken: from a wrong answer to the mistakes that give just this answer.
//!
//! Here: the tasks whose mistakes are known, the walk that breaks rules, the comparison of what comes out with what was
//! answered, the place in the answer.
//! Not here: whether an answer is right (`grade`), what to say about it (`slips`).
//! Invariant: an explanation gives the answer, confirmed by `secant::equality`; a right answer gets none. Everything is
//! bounded and the same in every run.
//! Start reading at [`diagnose`].

mod algebra;
mod antiderivative;
mod change;
mod curves;
mod derivative;
mod fit;
mod found;
mod functions;
mod integral;
mod lagrange;
mod network;
mod numbers;
mod place;
mod reading;
mod rules;
mod samples;
mod search;
mod several;
mod taylor;
mod tree;
mod work;

use secant::equality::{Options, Verdict, equal};
use secant::expr::Expr;
use secant::sheet::Scope;
use secant::syntax::{Span, Written};
use serde_json::Value;

use crate::slips::{self, Slip};
use found::Found;
use reading::Reading;
use tree::{Id, Tree};

/// A wrong answer to a task.
#[derive(Clone, Copy, Debug)]
pub struct Problem<'a> {
    /// The request whose result was asked for, as JSON: `{"op": "diff", "expr": "sin(3x)", "wrt": "x"}`.
    pub task: &'a Value,
    /// What the names mean, in the task and in the answer.
    pub scope: &'a Scope,
    /// The answer as it was written.
    pub written: &'a Written,
    /// What it means.
    pub answer: &'a Expr,
    /// The right answer.
    pub model: &'a Expr,
}

/// One way in which a wrong answer can have come about.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// One mistake or two.
    pub slips: Vec<Broken>,
    /// What they give; it is the answer, in another form perhaps.
    pub would_give: Expr,
    /// The text of a factor that was left out, where it is that.
    pub missing: Option<String>,
    /// How rare such mistakes are together: the larger, the less likely.
    pub cost: u32,
}

/// A mistake and its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The mistake.
    pub slip: &'static Slip,
    /// The part of the answer that it is about, in the text of the answer.
    pub at: Span,
}

/// A mistake that a task invites, and the wrong answer it leads to.
#[derive(Clone, Debug, PartialEq)]
pub struct Likely {
    /// The mistake.
    pub slip: &'static Slip,
    /// The wrong answer.
    pub gives: Expr,
}

/// Most explanations of one answer.
const MAX_EXPLANATIONS: usize = 4;

/// Which mistakes lead to an answer, the likeliest first: one rather than two, broken rules rather than arithmetic, common
/// ones rather than rare ones. Empty when none fits, and for a right answer.
pub fn diagnose(problem: &Problem<'_>) -> Vec<Explanation> {
    let mut found = match operation(problem.task) {
        Some("diff") => derivative::diff(problem),
        Some("grad" | "jacobian" | "hessian") => several::table(problem),
        Some("implicit_diff") => curves::implicit(problem),
        Some("parametric_diff") => curves::parametric(problem),
        Some("taylor") => taylor::explain(problem),
        Some("integrate") => antiderivative::explain(problem),
        Some("minimize" | "maximize") => lagrange::explain(problem),
        Some("fit") => fit::explain(problem),
        None | Some("simplify" | "expand" | "factor") if problem.model.has_axes() => {
            network::explain(problem)
        }
        Some("simplify") if algebra::is_equation(problem) => algebra::moved(problem),
        None | Some("simplify" | "expand" | "factor") => {
            let found = network::of_numbers(problem);
            if found.is_empty() { algebra::rewritten(problem) } else { found }
        }
        _ => Vec::new(),
    };
    // A gradient that is not written out entry by entry.
    if found.is_empty() && operation(problem.task) == Some("grad") && problem.model.has_axes() {
        found = network::explain(problem);
    }
    // Perhaps the rules of calculus were kept, and one of algebra was broken behind them.
    let single = |f: &Found| f.slips.len() == 1 && f.cost < rules::ARITHMETIC;
    if operation(problem.task) == Some("diff") && !found.iter().any(single) {
        algebra::beside(algebra::result(problem), &mut found);
    }
    found.sort_by_key(|f| (f.slips.len(), f.cost));
    explained(problem, found)
}

/// What each known mistake, made once, gives in place of the right answer; likeliest first, each wrong answer once.
pub fn likely(task: &Value, scope: &Scope) -> Vec<Likely> {
    let mut found = match operation(task) {
        Some("diff") => derivative::likely(task, scope),
        Some("grad" | "jacobian" | "hessian") => several::likely(task, scope),
        Some("implicit_diff" | "parametric_diff") => curves::likely(task, scope),
        Some("taylor") => taylor::likely(task, scope),
        Some("integrate") => antiderivative::likely(task, scope),
        Some("simplify" | "expand" | "factor") => algebra::likely(task, scope),
        _ => Vec::new(),
    };
    found.sort_by_key(|f| f.cost);
    let mut all: Vec<Likely> = Vec::new();
    for f in found {
        if let [(name, _)] = f.slips[..]
            && let Some(slip) = slips::find(name)
            && !f.gives.is_undefined()
            && all.iter().all(|l| l.gives != f.gives)
        {
            all.push(Likely { slip, gives: f.gives });
        }
    }
    all
}

impl Problem<'_> {
    /// Answer and right answer, where each is a number.
    fn read(&self, tree: &mut Tree) -> Option<(Reading, Id)> {
        Some((tree.read(self.written, self.scope)?, tree.read_expr(self.model)?))
    }
}

fn operation(task: &Value) -> Option<&str> {
    text(task, "op")
}

fn text<'v>(task: &'v Value, field: &str) -> Option<&'v str> {
    task.get(field)?.as_str()
}

/// Those that give the answer for certain, each kind once.
fn explained(problem: &Problem<'_>, found: Vec<Found>) -> Vec<Explanation> {
    let mut explanations: Vec<Explanation> = Vec::new();
    // Equations are no formulas: they were compared where they were read.
    let formulas =
        !matches!(operation(problem.task), Some("minimize" | "maximize")) && !algebra::is_equation(problem);
    if found.is_empty() || (formulas && is_same(problem.answer, problem.model)) {
        return explanations;
    }
    for f in found {
        let broken = f.slips.iter().map(|(name, at)| {
            slips::find(name).map(|slip| Broken { slip, at: at.unwrap_or(problem.written.span) })
        });
        let Some(broken) = broken.collect::<Option<Vec<Broken>>>() else { continue };
        let names = |list: &[Broken]| {
            let mut names: Vec<&str> = list.iter().map(|b| b.slip.name).collect();
            names.sort_unstable();
            names
        };
        // With fewer mistakes it was explained already.
        if explanations.iter().any(|e| e.slips.len() < broken.len() || names(&e.slips) == names(&broken)) {
            continue;
        }
        if f.confirmed || compared(problem.answer, &f.gives) != Verdict::Different {
            explanations.push(Explanation {
                slips: broken,
                would_give: f.gives,
                missing: f.missing,
                cost: f.cost,
            });
        }
        if explanations.len() >= MAX_EXPLANATIONS {
            break;
        }
    }
    explanations
}

/// Equal as far as a short look shows.
fn is_same(a: &Expr, b: &Expr) -> bool {
    !matches!(compared(a, b), Verdict::Different | Verdict::Undecided)
}

/// A short look; the fingerprints were compared before.
fn compared(a: &Expr, b: &Expr) -> Verdict {
    let options = Options { proof_terms: 2_000, points: 16, ..Options::default() };
    equal((a, &[]), (b, &[]), &options).verdict
}

#[cfg(test)]
mod tests;
