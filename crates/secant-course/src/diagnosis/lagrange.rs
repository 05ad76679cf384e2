//! Extrema under constraints: the equations with multipliers, and the points that solve other equations.
//!
//! An answer is a list of equations, each as good as any multiple of it; or a point.
//! Here: what goes wrong in setting the equations up. Not here: solving them.
//! Start reading at [`explain`].

use secant::expr::{Expr, Node, Symbol, Tensor};
use secant::program;
use secant::syntax::{self, Join, Kind, Logical, Rel, Sign, Span, Written};
use serde_json::Value;

use super::found::Found;
use super::samples;
use super::search::Search;
use super::tree::{By, Id, Tree};
use super::{Problem, text};

/// Most variables, and most constraints.
const MAX_VARIABLES: usize = 4;
const MAX_CONSTRAINTS: usize = 2;
/// Longest text of a model.
const MAX_TEXT: usize = 4_000;
/// Most wrong slopes of one part that are tried.
const MAX_SLOPES: usize = 40;
/// Most wrong systems of which two are put together.
const MAX_FOR_PAIRS: usize = 120;

/// Why an answer to `minimize` under constraints is wrong.
pub(super) fn explain(problem: &Problem<'_>) -> Vec<Found> {
    let mut tree = Tree::new();
    let Some(task) = Task::read(&mut tree, problem) else { return Vec::new() };
    match numbers(problem.answer) {
        Some(point) => task.point(problem, &point).unwrap_or_default(),
        None => task.equations(&mut tree, problem).unwrap_or_default(),
    }
}

/// The request: what is to be small or large, and under which constraints.
struct Task {
    f: Expr,
    /// Left side minus right side, and the constant that stood on the right.
    constraints: Vec<(Expr, Expr)>,
    variables: Vec<Symbol>,
}

/// Equations, each as what has to vanish. The gradient comes first, then the constraints; some may be missing.
#[derive(Clone, Debug)]
struct System {
    slip: &'static str,
    cost: u32,
    equations: Vec<Option<Id>>,
}

impl Task {
    fn read(_: &mut Tree, problem: &Problem<'_>) -> Option<Task> {
        let meaning = |w: &Written| Some(syntax::lower(w, &mut problem.scope.clone()).ok()?.expr);
        let parse = |text: &str| syntax::parse(text, &syntax::Limits::default()).ok();
        let f = meaning(&parse(text(problem.task, "expr")?)?)?;
        let mut constraints = Vec::new();
        let texts: Vec<&str> = match problem.task.get("subject_to")? {
            Value::Array(all) => all.iter().map(Value::as_str).collect::<Option<_>>()?,
            Value::String(one) => vec![one],
            _ => return None,
        };
        for text in texts {
            let written = parse(text)?;
            let (left, right) = written.as_equation()?;
            constraints.push((meaning(left)?, meaning(right)?));
        }
        let variables: Vec<Symbol> = match problem.task.get("wrt") {
            Some(Value::Array(names)) => {
                names.iter().map(|n| Some(Symbol::new(n.as_str()?))).collect::<Option<_>>()?
            }
            _ => {
                let mut all = f.free_symbols();
                for (left, right) in &constraints {
                    all.extend((left - right).free_symbols());
                }
                all.into_iter().collect()
            }
        };
        let fits = (1..=MAX_VARIABLES).contains(&variables.len())
            && (1..=MAX_CONSTRAINTS).contains(&constraints.len())
            && !f.has_axes();
        fits.then_some(Task { f, constraints, variables })
    }

    /// The multipliers: names of the answer (or of the model) that the task does not have.
    fn multipliers(&self, texts: [&Expr; 2]) -> Vec<Symbol> {
        let mut known: Vec<Symbol> = self.f.free_symbols().into_iter().collect();
        for (left, right) in &self.constraints {
            known.extend((left - right).free_symbols());
        }
        let mut found: Vec<Symbol> = Vec::new();
        for e in texts {
            found.extend(e.free_symbols().into_iter().filter(|x| !known.contains(x)));
        }
        found.dedup();
        for name in ["lambda", "mu"] {
            let name = Symbol::new(name);
            if found.len() < self.constraints.len() && !found.contains(&name) {
                found.push(name);
            }
        }
        found.truncate(self.constraints.len());
        found
    }

    fn equations(&self, tree: &mut Tree, problem: &Problem<'_>) -> Option<Vec<Found>> {
        let resolved = syntax::resolve(problem.written, problem.scope).ok()?;
        let given = residuals(tree, &resolved, problem)?;
        let multipliers = self.multipliers([problem.answer, problem.model]);
        let model = of_model(tree, problem);
        let (f, g) = (tree.read_expr(&self.f)?, self.constraint_parts(tree)?);
        let lambdas: Vec<Id> = multipliers
            .iter()
            .map(|l| {
                let k = tree.variable(l);
                tree.var(k)
            })
            .collect();
        let mut found = Vec::new();
        let mut settled: Vec<Id> = given.iter().map(|(id, _)| *id).collect();
        settled.extend(&model);
        settled.push(f);
        tree.settle(&settled);
        let given_ids: Vec<Id> = given.iter().map(|(id, _)| *id).collect();
        if !model.is_empty() && fits(tree, &given_ids, &model) {
            return Some(Vec::new());
        }
        // Without a model to compare with, either sign of the multiplier is right.
        if model.is_empty() {
            for turned in [false, true] {
                let right = self.right(tree, f, &g, &lambdas, turned);
                if fits(tree, &given_ids, &right) || fits(tree, &given_ids, &right[..self.variables.len()]) {
                    return Some(Vec::new());
                }
            }
        }
        for turned in [false, true] {
            let right = self.right(tree, f, &g, &lambdas, turned);
            let gradient = right[..self.variables.len()].to_vec();
            // Which of the two signs, and whether the constraints belong to it, is the model's choice.
            let (with_constraints, certain) = match () {
                () if model.is_empty() => (given.len() > self.variables.len(), false),
                () if fits(tree, &model, &right) => (true, true),
                () if fits(tree, &model, &gradient) => (false, true),
                () => continue,
            };
            let right = if with_constraints { right } else { gradient };
            if fits(tree, &given_ids, &right) {
                return Some(Vec::new());
            }
            if !certain && turned {
                continue;
            }
            let systems = self.wrong(tree, f, &g, &lambdas, turned, &right);
            found.extend(self.matched(tree, &right, systems, &given, problem));
            if !found.is_empty() {
                break;
            }
        }
        Some(found)
    }

    /// Constraints as parts: what has to vanish, and the same without the constant.
    fn constraint_parts(&self, tree: &mut Tree) -> Option<Vec<(Id, Id)>> {
        let part = |tree: &mut Tree, (left, right): &(Expr, Expr)| {
            Some((tree.read_expr(&(left - right))?, tree.read_expr(left)?))
        };
        self.constraints.iter().map(|c| part(tree, c)).collect()
    }

    fn slope(&self, tree: &mut Tree, id: Id, k: usize) -> Id {
        let var = tree.variable(&self.variables[k]);
        tree.derivative(id, var)
    }

    /// `f' - lambda g'` (or `f' + lambda g'`) for each variable, then the constraints.
    fn right(&self, tree: &mut Tree, f: Id, g: &[(Id, Id)], lambdas: &[Id], turned: bool) -> Vec<Id> {
        let mut all = Vec::new();
        for k in 0..self.variables.len() {
            let slope = self.slope(tree, f, k);
            let pulls: Vec<Id> = g.iter().map(|(g, _)| self.slope(tree, *g, k)).collect();
            all.push(balance(tree, slope, &pulls, lambdas, turned));
        }
        all.extend(g.iter().map(|(g, _)| *g));
        all
    }

    fn wrong(
        &self,
        tree: &mut Tree,
        f: Id,
        g: &[(Id, Id)],
        lambdas: &[Id],
        turned: bool,
        right: &[Id],
    ) -> Vec<System> {
        let n = self.variables.len();
        let base: Vec<Option<Id>> = right.iter().copied().map(Some).collect();
        let mut all: Vec<System> = Vec::new();
        let slopes: Vec<Id> = (0..n).map(|k| self.slope(tree, f, k)).collect();
        let pulls: Vec<Vec<Id>> =
            (0..n).map(|k| g.iter().map(|(g, _)| self.slope(tree, *g, k)).collect()).collect();
        let one = tree.integer(1);
        // What the gradient equations become, all of them or one at a time.
        let mut kinds: Vec<(&'static str, Vec<Id>)> = Vec::new();
        let of =
            |tree: &mut Tree, f: &mut dyn FnMut(&mut Tree, usize) -> Id| (0..n).map(|k| f(tree, k)).collect();
        kinds.push((
            "multiplier-sign",
            of(tree, &mut |tree, k| balance(tree, slopes[k], &pulls[k], lambdas, !turned)),
        ));
        kinds.push(("constraint-forgotten", slopes.clone()));
        kinds.push((
            "constraint-gradient",
            of(tree, &mut |tree, k| balance(tree, slopes[k], &vec![one; g.len()], lambdas, turned)),
        ));
        kinds.push((
            "not-differentiated",
            of(tree, &mut |tree, k| {
                let levels: Vec<Id> = g.iter().map(|(_, level)| *level).collect();
                balance(tree, slopes[k], &levels, lambdas, turned)
            }),
        ));
        kinds.push((
            "not-differentiated",
            of(tree, &mut |tree, k| balance(tree, f, &pulls[k], lambdas, turned)),
        ));
        kinds.push((
            "multiplier-on-wrong-side",
            of(tree, &mut |tree, k| match (lambdas, pulls[k].as_slice()) {
                ([l], [pull]) => {
                    let times = tree.times(*l, slopes[k]);
                    if turned { tree.sum(&[times, *pull]) } else { tree.minus(times, *pull) }
                }
                _ => slopes[k],
            }),
        ));
        for step in 1..n {
            kinds.push((
                "wrong-variable",
                of(tree, &mut |tree, k| balance(tree, slopes[k], &pulls[(k + step) % n], lambdas, turned)),
            ));
        }
        for (kind, (slip, new)) in kinds.iter().enumerate() {
            let mut equations = base.clone();
            new.iter().enumerate().for_each(|(k, id)| equations[k] = Some(*id));
            all.push(System { slip, cost: kind as u32, equations });
            if n < base.len() && *slip == "constraint-forgotten" {
                // Nothing but the gradient of the objective set to 0.
                let alone = new.iter().copied().map(Some).chain(base[n..].iter().map(|_| None)).collect();
                all.push(System { slip, cost: kind as u32, equations: alone });
            }
        }
        for (kind, (slip, new)) in kinds.iter().enumerate() {
            for k in 0..n {
                let mut equations = base.clone();
                equations[k] = Some(new[k]);
                all.push(System { slip, cost: 10 + kind as u32, equations });
            }
        }
        for k in 0..base.len() {
            let mut equations = base.clone();
            equations[k] = None;
            let slip = if k < n { "row-lost" } else { "constraint-forgotten" };
            all.push(System { slip, cost: 2, equations });
            let mut equations = base.clone();
            if let Some((_, level)) = k.checked_sub(n).and_then(|c| g.get(c)) {
                equations[k] = Some(*level);
                all.push(System { slip: "constraint-constant", cost: 4, equations });
            }
        }
        self.slopes(tree, f, g, lambdas, turned, &base, &mut all);
        all
    }

    /// Slips in the derivatives themselves.
    #[allow(clippy::too_many_arguments)]
    fn slopes(
        &self,
        tree: &mut Tree,
        f: Id,
        g: &[(Id, Id)],
        lambdas: &[Id],
        turned: bool,
        base: &[Option<Id>],
        all: &mut Vec<System>,
    ) {
        for k in 0..self.variables.len() {
            let var = tree.variable(&self.variables[k]);
            let slope = self.slope(tree, f, k);
            let pulls: Vec<Id> = g.iter().map(|(g, _)| self.slope(tree, *g, k)).collect();
            for part in std::iter::once(f).chain(g.iter().map(|(g, _)| *g)) {
                let mut search = Search::new(tree, By::plain(var));
                let singles = search.singles(part);
                let sites = search.sites;
                for c in singles.iter().take(MAX_SLOPES) {
                    let site = sites[c.first as usize];
                    let (mut slope, mut pulls) = (slope, pulls.clone());
                    match g.iter().position(|(g, _)| *g == part) {
                        Some(j) => pulls[j] = c.gives,
                        None => slope = c.gives,
                    }
                    let mut equations = base.to_vec();
                    equations[k] = Some(balance(tree, slope, &pulls, lambdas, turned));
                    all.push(System { slip: site.slip, cost: 20 + site.cost, equations });
                }
            }
        }
    }

    fn matched(
        &self,
        tree: &mut Tree,
        right: &[Id],
        systems: Vec<System>,
        given: &[(Id, Span)],
        problem: &Problem<'_>,
    ) -> Vec<Found> {
        let ids: Vec<Id> = given.iter().map(|(id, _)| *id).collect();
        let present = |s: &[Option<Id>]| s.iter().copied().flatten().collect::<Vec<Id>>();
        let mut found = Vec::new();
        let mut spot = |tree: &Tree, parts: &[&System]| {
            let mut slips: Vec<(&'static str, Option<Span>)> = Vec::new();
            for system in parts {
                let at = place(tree, right, system, given);
                // The same mistake in two equations is one mistake.
                match slips.iter_mut().find(|(slip, _)| *slip == system.slip) {
                    Some((_, first)) => *first = first.zip(at).map(|(a, b)| a.to(b)),
                    None => slips.push((system.slip, at)),
                }
            }
            let cost = parts.iter().map(|s| s.cost).sum();
            found.push(Found { slips, cost, gives: problem.answer.clone(), confirmed: true, missing: None });
        };
        for system in &systems {
            if fits(tree, &ids, &present(&system.equations)) {
                spot(tree, &[system]);
            }
        }
        let mut pairs = Vec::new();
        let mut systems = systems;
        systems.sort_by_key(|s| s.cost);
        let few = systems.len().min(MAX_FOR_PAIRS);
        for i in 0..few {
            for j in i + 1..few {
                let changed = |s: &System, k: usize| s.equations[k] != Some(right[k]);
                let both: Vec<Option<Id>> = (0..right.len())
                    .map(|k| {
                        if changed(&systems[i], k) {
                            systems[i].equations[k]
                        } else {
                            systems[j].equations[k]
                        }
                    })
                    .collect();
                let apart = (0..right.len()).all(|k| !(changed(&systems[i], k) && changed(&systems[j], k)));
                if apart && fits(tree, &ids, &present(&both)) {
                    pairs.push((i, j));
                }
            }
        }
        for (i, j) in pairs {
            spot(tree, &[&systems[i], &systems[j]]);
        }
        found
    }

    /// A point that solves something else.
    fn point(&self, problem: &Problem<'_>, point: &[f64]) -> Option<Vec<Found>> {
        let right = numbers(problem.model);
        if point.len() != self.variables.len() {
            return None;
        }
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-6 * a.abs().max(b.abs()).max(1.0);
        if right
            .as_ref()
            .is_some_and(|r| r.len() == point.len() && r.iter().zip(point).all(|(a, b)| near(*a, *b)))
        {
            return Some(Vec::new());
        }
        let value = |e: &Expr, at: &[f64]| {
            let at: Vec<(Symbol, f64)> = self.variables.iter().cloned().zip(at.iter().copied()).collect();
            program::eval(e, &at).ok()
        };
        let is_zero = |e: &Expr, at: &[f64]| value(e, at).is_some_and(|v| v.abs() <= 1e-7);
        let feasible = |at: &[f64]| self.constraints.iter().all(|(l, r)| is_zero(&(l - r), at));
        let gradient = |e: &Expr| -> Vec<Expr> { self.variables.iter().map(|x| e.diff(x)).collect() };
        let slopes = gradient(&self.f);
        let mut found = Vec::new();
        let mut add = |slip, cost| {
            found.push(Found {
                slips: vec![(slip, None)],
                cost,
                gives: problem.answer.clone(),
                confirmed: true,
                missing: None,
            });
        };
        if !feasible(point) && slopes.iter().all(|d| is_zero(d, point)) {
            add("constraint-forgotten", 0);
        }
        let parallel = |at: &[f64]| {
            let [(left, right)] = self.constraints.as_slice() else { return false };
            let pulls = gradient(&(left - right));
            let n = pulls.len();
            (0..n).all(|i| (0..i).all(|j| is_zero(&(&slopes[i] * &pulls[j] - &slopes[j] * &pulls[i]), at)))
        };
        if feasible(point) && parallel(point) {
            add("other-extremum", 1);
        }
        for k in 0..point.len() {
            let mut other = point.to_vec();
            other[k] = -other[k];
            let is_model = right.as_ref().is_some_and(|r| r.iter().zip(&other).all(|(a, b)| near(*a, *b)));
            if is_model {
                add("algebra-sign", 4);
            }
        }
        if let Some(r) = &right {
            let mut turned = point.to_vec();
            turned.rotate_left(1);
            if point.len() == 2 && r.iter().zip(&turned).all(|(a, b)| near(*a, *b)) {
                add("wrong-variable", 6);
            }
        }
        Some(found)
    }
}

/// `slope - lambda pull - …`
fn balance(tree: &mut Tree, slope: Id, pulls: &[Id], lambdas: &[Id], turned: bool) -> Id {
    let mut terms = vec![slope];
    for (l, pull) in lambdas.iter().zip(pulls) {
        let term = tree.times(*l, *pull);
        terms.push(if turned { term } else { tree.neg(term) });
    }
    tree.sum(&terms)
}

/// Are they the same equations, in any order, each up to a factor?
fn fits(tree: &Tree, given: &[Id], wanted: &[Id]) -> bool {
    let mut left: Vec<Id> = wanted.to_vec();
    given.len() == wanted.len()
        && given.iter().all(|a| {
            let found = left.iter().position(|b| is_multiple(tree, *a, *b));
            found.map(|k| left.swap_remove(k)).is_some()
        })
}

fn is_multiple(tree: &Tree, a: Id, b: Id) -> bool {
    samples::ratio(tree.at(a), tree.at(b)).is_some_and(|r| r != 0.0)
}

/// The equation that the mistake is in, where it is one that was given.
fn place(tree: &Tree, right: &[Id], system: &System, given: &[(Id, Span)]) -> Option<Span> {
    let changed: Vec<Id> =
        (0..right.len()).filter_map(|k| system.equations[k].filter(|e| *e != right[k])).collect();
    let spans: Vec<Span> = changed
        .iter()
        .filter_map(|e| given.iter().find(|(id, _)| is_multiple(tree, *id, *e)).map(|(_, span)| *span))
        .collect();
    spans.into_iter().reduce(Span::to)
}

/// Everything that the answer says to vanish, with its place.
fn residuals(tree: &mut Tree, w: &Written, problem: &Problem<'_>) -> Option<Vec<(Id, Span)>> {
    match &w.kind {
        Kind::Brackets(_, a) => residuals(tree, a, problem),
        Kind::Tuple(list) | Kind::Set(list) | Kind::Logic(Logical::And, list) => {
            let all: Option<Vec<_>> = list.iter().map(|w| residuals(tree, w, problem)).collect();
            Some(all?.concat())
        }
        Kind::Matrix(rows) => {
            let all: Option<Vec<_>> = rows.iter().flatten().map(|w| residuals(tree, w, problem)).collect();
            Some(all?.concat())
        }
        Kind::Relation(left, rest) => match rest.as_slice() {
            [(Rel::Equal | Rel::Same, right)] => {
                let (a, b) = (components(tree, left, problem)?, components(tree, right, problem)?);
                let n = a.len().max(b.len());
                let at = |side: &[Id], k: usize| side.get(if side.len() == 1 { 0 } else { k }).copied();
                (0..n)
                    .map(|k| {
                        let (a, b) = (at(&a, k)?, at(&b, k)?);
                        Some((tree.minus(a, b), w.span))
                    })
                    .collect()
            }
            _ => None,
        },
        _ => Some(components(tree, w, problem)?.into_iter().map(|id| (id, w.span)).collect()),
    }
}

/// The entries of a side: one, or those of `lambda [2 x, 2 y]`.
fn components(tree: &mut Tree, w: &Written, problem: &Problem<'_>) -> Option<Vec<Id>> {
    let all = |tree: &mut Tree, list: &mut dyn Iterator<Item = &Written>| -> Option<Vec<Id>> {
        let mut ids = Vec::new();
        for w in list {
            ids.extend(components(tree, w, problem)?);
        }
        Some(ids)
    };
    let together = |tree: &mut Tree, a: Vec<Id>, b: Vec<Id>, f: &mut dyn FnMut(&mut Tree, Id, Id) -> Id| {
        let at = |side: &[Id], k: usize| side[if side.len() == 1 { 0 } else { k }];
        let n = a.len().max(b.len());
        let fit = [a.len(), b.len()].iter().all(|l| *l == 1 || *l == n);
        fit.then(|| (0..n).map(|k| f(tree, at(&a, k), at(&b, k))).collect::<Vec<Id>>())
    };
    match &w.kind {
        Kind::Brackets(_, a) => components(tree, a, problem),
        Kind::Matrix(rows) => all(tree, &mut rows.iter().flatten()),
        Kind::Tuple(list) => all(tree, &mut list.iter()),
        Kind::Signed(sign, a) => {
            let a = components(tree, a, problem)?;
            Some(if *sign == Sign::Minus { a.into_iter().map(|a| tree.neg(a)).collect() } else { a })
        }
        Kind::Sum(terms) => {
            let mut whole: Option<Vec<Id>> = None;
            for (sign, term) in terms {
                let mut part = components(tree, term, problem)?;
                if *sign == Sign::Minus {
                    part = part.into_iter().map(|a| tree.neg(a)).collect();
                }
                whole = match whole {
                    None => Some(part),
                    Some(w) => Some(together(tree, w, part, &mut |tree, a, b| tree.sum(&[a, b]))?),
                };
            }
            whole
        }
        Kind::Product(factors) => {
            let mut whole: Option<Vec<Id>> = None;
            for (join, factor) in factors {
                let part = components(tree, factor, problem)?;
                whole = match whole {
                    None => Some(part),
                    Some(w) => Some(together(tree, w, part, &mut |tree, a, b| match join {
                        Join::Over | Join::OverEach => tree.quotient(a, b),
                        _ => tree.times(a, b),
                    })?),
                };
            }
            whole
        }
        _ => Some(vec![tree.read(w, problem.scope)?.root]),
    }
}

/// The equations of the model, as the engine writes them; none where they are not read.
fn of_model(tree: &mut Tree, problem: &Problem<'_>) -> Vec<Id> {
    let read = |tree: &mut Tree| {
        let text = problem.model.print_limited(MAX_TEXT).ok()?;
        let written = syntax::parse(&text, &syntax::Limits::default()).ok()?;
        let resolved = syntax::resolve(&written, problem.scope).ok()?;
        residuals(tree, &resolved, problem)
    };
    read(tree).unwrap_or_default().into_iter().map(|(id, _)| id).collect()
}

/// The entries, where all are numbers.
fn numbers(e: &Expr) -> Option<Vec<f64>> {
    entries(e)?.iter().map(|e| program::eval(e, &[]).ok().filter(|v| v.is_finite())).collect()
}

/// The entries of a number, a vector or a matrix that is written out; no more than a few.
fn entries(e: &Expr) -> Option<Vec<Expr>> {
    match e.node() {
        _ if e.shape().is_scalar() => Some(vec![e.clone()]),
        Node::Tensor(Tensor::Zeros) => match e.shape().dims() {
            [n] => {
                Some(vec![Expr::zero(); n.as_number()?.to_i64().filter(|n| (1..=8).contains(n))? as usize])
            }
            _ => None,
        },
        Node::Tensor(Tensor::Stack(list)) if list.len() <= 16 => {
            let all: Option<Vec<_>> = list.iter().map(entries).collect();
            Some(all?.concat())
        }
        _ => None,
    }
}
