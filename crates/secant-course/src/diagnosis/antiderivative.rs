//! Integrals: why an antiderivative or a value between limits is wrong.
//!
//! Antiderivatives are compared by their derivatives, so that no constant matters.
//! Not here: the table of integrals (`integral`).
//! Start reading at [`explain`].

use secant::expr::{Expr, Rational, Symbol};
use secant::sheet::Scope;
use secant::syntax;
use serde_json::Value;

use super::algebra;
use super::found::{Found, Match, Mistake};
use super::integral::{integrate, of_product, put};
use super::reading::Reading;
use super::tree::{Id, Op, Tree};
use super::{Problem, text};

/// The slips, the commonest first.
#[rustfmt::skip]
const COMMON: &[&str] = &[
    "limits-swapped", "lower-limit-forgotten", "limits-added", "inner-factor-not-divided", "inner-factor-multiplied",
    "sign-of-integral", "power-not-divided", "power-not-raised", "parts-sign", "differentiated-instead",
    "exponential-base-forgotten", "not-integrated", "parts-half", "integral-of-product", "coefficient-lost",
    "power-rule-on-exponential", "log-of-anything", "log-missing", "constant-integrated-as-variable", "constant-factor",
];
/// Two slips are looked for among this many with one.
const MAX_FOR_PAIRS: usize = 120;

fn cost(slip: &str) -> u32 {
    COMMON.iter().position(|s| *s == slip).unwrap_or(COMMON.len()) as u32
}

/// Why an answer to `integrate` is wrong.
pub(super) fn explain(problem: &Problem<'_>) -> Vec<Found> {
    let limits = [problem.task.get("from"), problem.task.get("to")];
    match limits.map(|l| l.filter(|v| !v.is_null())) {
        [Some(from), Some(to)] => definite(problem, from, to).unwrap_or_default(),
        _ => indefinite(problem).unwrap_or_default(),
    }
}

/// What each slip gives in the place of the right antiderivative, of what the table has.
pub(super) fn likely(task: &Value, scope: &Scope) -> Vec<Found> {
    let mut tree = Tree::new();
    let Some((f, _, x)) = integrand(&mut tree, task, scope) else { return Vec::new() };
    let Some(table) = integrate(&mut tree, f, x) else { return Vec::new() };
    tree.settle(&[f, table.right]);
    let wrong = table.wrong.iter().filter(|(_, w)| {
        let (a, b) = (tree.derivative(*w, x), f);
        !tree.same(a, b)
    });
    let wrong: Vec<(&'static str, Id)> = wrong.copied().collect();
    let mistake = |slip, gives| Mistake {
        slip,
        cost: cost(slip),
        wrong: gives,
        right: table.right,
        whole: table.right,
    };
    wrong.into_iter().map(|(slip, w)| Match::of(vec![mistake(slip, w)], w).found(&tree, None)).collect()
}

/// The integrand and the place of its variable.
fn integrand(tree: &mut Tree, task: &Value, scope: &Scope) -> Option<(Id, Symbol, u32)> {
    let written = tree.read_text(text(task, "expr")?, scope)?;
    let x = Symbol::new(text(task, "wrt").unwrap_or("x"));
    let k = tree.variable(&x);
    Some((written.root, x, k))
}

/// Wrong antiderivatives with their slips: those of the table, and those that come of taking the right one apart.
fn wrong(tree: &mut Tree, f: Id, model: Id, x: u32) -> Vec<(&'static str, Id, Id, Id)> {
    let mut all: Vec<(&'static str, Id, Id, Id)> = Vec::new();
    match integrate(tree, f, x) {
        Some(table) => all.extend(table.wrong.iter().map(|(slip, w)| (*slip, *w, *w, table.right))),
        None => {
            let slope = tree.derivative(f, x);
            all.push(("differentiated-instead", slope, slope, model));
            all.push(("not-integrated", f, f, model));
            all.extend(of_product(tree, f, x).into_iter().map(|w| ("integral-of-product", w, w, model)));
            if let Op::Quotient(_, below) = tree.op(f) {
                let log = tree.apply(secant::expr::Func::Log, below);
                all.push(("log-of-anything", log, log, model));
            }
        }
    }
    apart(tree, f, model, x, &mut all);
    all
}

/// The right antiderivative with a term or a factor of it got wrong.
fn apart(tree: &mut Tree, f: Id, model: Id, x: u32, all: &mut Vec<(&'static str, Id, Id, Id)>) {
    let varying = |tree: &Tree, id: Id| match tree.op(id) {
        Op::Product(list) => tree.list(list).iter().filter(|p| tree.depends(**p, x)).count(),
        _ => 1,
    };
    let parts = varying(tree, f) > 1;
    if let Op::Sum(list) = tree.op(model) {
        let terms = tree.list(list).to_vec();
        for k in 0..terms.len() {
            let (flipped, nothing) = (tree.neg(terms[k]), tree.integer(0));
            let names = if parts { ["parts-sign", "parts-half"] } else { ["algebra-sign", "term-lost"] };
            for (slip, new) in names.into_iter().zip([flipped, nothing]) {
                let mut terms = terms.clone();
                let right = terms[k];
                terms[k] = new;
                let whole = tree.sum(&terms);
                all.push((slip, whole, new, right));
            }
        }
    }
    // The slope of an inside, taken as a factor or not taken at all.
    let mut insides: Vec<Id> = Vec::new();
    inside(tree, model, x, 12, &mut insides);
    for k in insides {
        let without = tree.times(model, k);
        let squared = tree.product(&[model, k, k]);
        all.push(("inner-factor-not-divided", without, without, model));
        all.push(("inner-factor-multiplied", squared, squared, model));
    }
}

/// Constant slopes of what stands inside functions and powers.
fn inside(tree: &mut Tree, id: Id, x: u32, depth: u32, found: &mut Vec<Id>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    if let Op::Apply(_, u) | Op::Power(u, _) = tree.op(id)
        && tree.depends(u, x)
        && found.len() < 8
    {
        let slope = tree.derivative(u, x);
        let new =
            !tree.depends(slope, x) && !tree.is_one(slope) && found.iter().all(|k| !tree.same(*k, slope));
        if new {
            found.push(slope);
        }
    }
    for child in tree.children(id) {
        inside(tree, child, x, depth, found);
    }
}

fn indefinite(problem: &Problem<'_>) -> Option<Vec<Found>> {
    let mut tree = Tree::new();
    let (f, name, x) = integrand(&mut tree, problem.task, problem.scope)?;
    let answer = tree.read(problem.written, problem.scope)?;
    let model = tree.read_expr(problem.model)?;
    tree.settle(&[f, model, answer.root]);
    let slope = tree.derivative(answer.root, x);
    let right = tree.derivative(model, x);
    if tree.same(slope, right) {
        return Some(Vec::new());
    }
    let candidates = wrong(&mut tree, f, model, x);
    let own = shifted(&mut tree, answer.root, model);
    let mut found = Vec::new();
    for (slip, gives, wrong, right) in &candidates {
        let other = tree.derivative(*gives, x);
        // Constants have no slope to compare.
        let zero = tree.is_zero(other) && tree.is_zero(slope);
        let fits = if zero { tree.same(*gives, own) } else { tree.same(other, slope) };
        if fits {
            let mistake = Mistake { slip, cost: cost(slip), wrong: *wrong, right: *right, whole: model };
            found.push(Match::of(vec![mistake], *gives));
        }
    }
    // Of a constant nothing can be told but what it is.
    let varies = !tree.is_zero(slope);
    if found.is_empty() && varies {
        found = same_pace(&mut tree, &candidates, (model, right), slope, x);
    }
    if found.is_empty() && varies {
        let model_form = tree.expr(model);
        let forms = algebra::other_forms(&mut tree, &model_form);
        found = algebra::explain(&mut tree, &forms, own);
    }
    let by = |m| with_constant(&tree, m, &answer, problem.answer, (model, &name));
    Some(found.into_iter().filter_map(by).collect())
}

/// The answer without the constants it was given beside the model's, where they are names of their own.
fn shifted(tree: &mut Tree, answer: Id, model: Id) -> Id {
    let Op::Sum(list) = tree.op(answer) else { return answer };
    let own = |tree: &Tree, id: Id| match tree.op(id) {
        Op::Var(k) => !tree.depends(model, k),
        _ => false,
    };
    let terms: Vec<Id> = tree.list(list).iter().copied().filter(|t| !own(tree, *t)).collect();
    tree.sum(&terms)
}

/// Two slips: the changes that both make to the slope, added.
fn same_pace(
    tree: &mut Tree,
    candidates: &[(&'static str, Id, Id, Id)],
    (model, right): (Id, Id),
    slope: Id,
    x: u32,
) -> Vec<Match> {
    let singles: Vec<_> = candidates.iter().take(MAX_FOR_PAIRS).collect();
    let slopes: Vec<Id> = singles.iter().map(|c| tree.derivative(c.1, x)).collect();
    let mut found = Vec::new();
    for i in 0..singles.len() {
        for j in i + 1..singles.len() {
            let (a, b) = (slopes[i], slopes[j]);
            let at: [f64; super::samples::LANES] =
                std::array::from_fn(|k| tree.at(a)[k] + tree.at(b)[k] - tree.at(right)[k]);
            if !super::samples::same(&at, tree.at(slope)) || tree.is_full() {
                continue;
            }
            let minus = tree.neg(model);
            let gives = tree.sum(&[singles[i].1, singles[j].1, minus]);
            let mistake = |own: &(&'static str, Id, Id, Id), other: Id| Mistake {
                slip: own.0,
                cost: cost(own.0),
                wrong: own.2,
                right: own.3,
                whole: other,
            };
            let pair = vec![mistake(singles[i], singles[j].1), mistake(singles[j], singles[i].1)];
            found.push(Match::of(pair, gives));
        }
    }
    found
}

/// What the slip gives, with the constant that the answer has; none where it turns out to give something else.
fn with_constant(
    tree: &Tree,
    m: Match,
    answer: &Reading,
    given: &Expr,
    (model, x): (Id, &Symbol),
) -> Option<Found> {
    let gives = tree.expr(m.gives);
    let found = algebra::found(tree, m, &[model], answer);
    let extra = given.free_symbols().into_iter().find(|c| !gives.contains(c));
    let with_extra = extra.map(|c| gives.clone() + Expr::var(c));
    let tries = [Some(gives.clone()), with_extra];
    let gives = match tries.into_iter().flatten().find(|e| super::is_same(e, given)) {
        Some(gives) => gives,
        None if super::is_same(&gives.diff(x), &given.diff(x)) => given.clone(),
        None => return None,
    };
    Some(Found { gives, ..found })
}

fn definite(problem: &Problem<'_>, from: &Value, to: &Value) -> Option<Vec<Found>> {
    let mut tree = Tree::new();
    let (f, symbol, x) = integrand(&mut tree, problem.task, problem.scope)?;
    let answer = tree.read(problem.written, problem.scope)?;
    let model = tree.read_expr(problem.model)?;
    tree.settle(&[model, answer.root]);
    if tree.same(model, answer.root) {
        return Some(Vec::new());
    }
    let limit = |tree: &mut Tree, v: &Value| match v {
        Value::Number(n) => Some(tree.number(Rational::from_decimal(&n.to_string())?)),
        Value::String(text) => {
            let written = syntax::parse(text, &syntax::Limits::default()).ok()?;
            Some(tree.read(&written, problem.scope)?.root)
        }
        _ => None,
    };
    let (a, b) = (limit(&mut tree, from)?, limit(&mut tree, to)?);
    let mut candidates: Vec<(&'static str, Id)> = vec![("limits-swapped", tree.neg(model))];
    if let Some(table) = integrate(&mut tree, f, x) {
        let between = |tree: &mut Tree, id: Id| {
            let (above, below) = (put(tree, id, &symbol, b)?, put(tree, id, &symbol, a)?);
            Some(tree.minus(above, below))
        };
        let (above, below) =
            (put(&mut tree, table.right, &symbol, b)?, put(&mut tree, table.right, &symbol, a)?);
        candidates.push(("lower-limit-forgotten", above));
        candidates.push(("limits-added", tree.sum(&[above, below])));
        candidates.push(("lower-limit-forgotten", below));
        let wrong: Vec<_> =
            table.wrong.iter().filter_map(|(s, w)| Some((*s, between(&mut tree, *w)?))).collect();
        candidates.extend(wrong);
    }
    // The height of the integrand, or how far it rises, for the area under it.
    let (above, below) = (put(&mut tree, f, &symbol, b)?, put(&mut tree, f, &symbol, a)?);
    candidates.push(("not-integrated", tree.minus(above, below)));
    candidates.retain(|(_, id)| tree.same(*id, answer.root));
    let found = candidates.into_iter().map(|(slip, gives)| {
        let mistake = Mistake { slip, cost: cost(slip), wrong: gives, right: model, whole: model };
        Match::of(vec![mistake], gives).found(&tree, Some(&answer))
    });
    let mut found: Vec<Found> = found.collect();
    if found.is_empty() {
        let model_form = problem.model.clone();
        let forms = algebra::other_forms(&mut tree, &model_form);
        let matches = algebra::explain(&mut tree, &forms, answer.root);
        found.extend(matches.into_iter().map(|m| algebra::found(&tree, m, &forms, &answer)));
    }
    Some(found)
}
