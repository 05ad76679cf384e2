//! Gradients of a network, written as products of matrices.
//!
//! Here: what goes wrong between the layers, applied to the right formula part by part.
//! Not here: what a formula is worth (`numbers`), exchanging parts (`change`).
//! Start reading at [`explain`].

use secant::sheet::Scope;
use secant::syntax::{self, CallForm, Join, Kind, Raise, Sign, Span, Written};

use super::Problem;
use super::change::{Change, Local, changes, mapped, parts, unplaced};
use super::found;
use super::numbers::{Numbers, Point};

/// Slips of this family, the commonest first; of two that fit equally well the earlier one is named first.
const COMMON: &[&str] = &[
    "activation-derivative",
    "transpose-missing",
    "wrong-layer",
    "chain-factor-lost",
    "constant-factor",
    "batch-sum-missing",
    "algebra-sign",
    "product-order",
    "product-kind",
    "jacobian-transposed",
    "transpose-extra",
    "term-lost",
];

/// Most parts of all formulas with two parts wrong that are tried, and most first parts.
const MAX_WORK: usize = 25_000;
const MAX_FIRST: usize = 60;
/// Most parts of a formula that is taken apart.
const MAX_PARTS: usize = 120;

/// One of the parts that were got wrong.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub slip: &'static str,
    pub at: Span,
    pub missing: Option<String>,
}

/// What was got wrong, and the formula that comes of it.
#[derive(Clone, Debug)]
pub(super) struct Reason {
    pub found: Vec<Found>,
    pub whole: Written,
}

/// Why a formula with matrices is wrong: the task's own text where it has one, else the model as the engine prints it.
pub(super) fn explain(problem: &Problem<'_>) -> Vec<found::Found> {
    let parse = |text: &str| {
        let written = syntax::parse(text, &syntax::Limits::default()).ok()?;
        syntax::resolve(&written, problem.scope).ok()
    };
    let Ok(answer) = syntax::resolve(problem.written, problem.scope) else { return Vec::new() };
    let of_task = problem.task.get("op").is_none_or(|op| op == "simplify");
    let texts = [
        super::text(problem.task, "expr").filter(|_| of_task).map(str::to_owned),
        problem.model.print_limited(4_000).ok(),
    ];
    for model in texts.into_iter().flatten().filter_map(|t| parse(&t)) {
        let reasons = reasons(problem.scope, &model, &answer);
        let as_found = |(cost, r): (usize, Reason)| {
            let gives = syntax::lower(&r.whole, &mut problem.scope.clone()).ok()?.expr;
            let mut slips: Vec<(&'static str, Option<Span>)> = Vec::new();
            for f in &r.found {
                // The same mistake at two places is one mistake.
                if slips.iter().all(|(known, _)| *known != f.slip) {
                    slips.push((f.slip, Some(f.at)));
                }
            }
            let missing = r.found.iter().find_map(|f| f.missing.clone());
            Some(found::Found { slips, gives, cost: cost as u32, confirmed: false, missing })
        };
        let found: Vec<found::Found> = reasons.into_iter().enumerate().filter_map(as_found).collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// The same for a network of single neurons, whose formulas are products of numbers: told by the slope of an activation
/// among the factors, and by layers in the names.
pub(super) fn of_numbers(problem: &Problem<'_>) -> Vec<found::Found> {
    let looks_like_one = |text: &str| {
        let written = syntax::parse(text, &syntax::Limits::default()).ok();
        let written = written.and_then(|w| syntax::resolve(&w, problem.scope).ok());
        written.is_some_and(|w| {
            let layers = w.names().iter().any(|n| stem(n) != *n);
            layers
                && parts(&w).iter().any(|p| matches!(&p.kind, Kind::Product(f) if !activations(f).is_empty()))
        })
    };
    match super::text(problem.task, "expr") {
        Some(text) if looks_like_one(text) => explain(problem),
        _ => Vec::new(),
    }
}

/// Why the answer is not the model; best first, empty where nothing fits or the answer is right.
pub(super) fn reasons(scope: &Scope, model: &Written, answer: &Written) -> Vec<Reason> {
    let (model, answer) = (right_side(model), right_side(answer));
    if parts(model).len() > MAX_PARTS || parts(answer).len() > 4 * MAX_PARTS {
        return Vec::new();
    }
    // Two points at which both have a value.
    let points = (0..4).filter_map(|seed| Point::new(scope, &[model, answer], seed));
    let points: Vec<Point> =
        points.filter(|p| p.value(model).is_some() && p.value(answer).is_some()).take(2).collect();
    if points.len() < 2 {
        return Vec::new();
    }
    let values = |w: &Written| points.iter().map(|p| p.value(w)).collect::<Option<Vec<Numbers>>>();
    let (Some(right), Some(given)) = (values(model), values(answer)) else { return Vec::new() };
    let same = |a: &[Numbers], b: &[Numbers]| a.iter().zip(b).all(|(a, b)| a.is(b));
    if same(&right, &given) {
        return Vec::new();
    }
    let fits = |w: &Written| {
        let first = points[0].value(w).is_some_and(|v| v.is(&given[0]));
        first && points[1].value(w).is_some_and(|v| v.is(&given[1]))
    };
    let reader = Reader { model, answer, points: &points, right: &right };
    let singles = ranked(reader.singles(model));
    let mut reasons: Vec<Reason> = singles
        .iter()
        .filter(|c| fits(&c.whole))
        .map(|c| Reason { found: vec![reader.found(c, &right)], whole: c.whole.clone() })
        .collect();
    if reasons.is_empty() {
        let mut budget = MAX_WORK / parts(model).len().max(1);
        'pairs: for first in singles.iter().take(MAX_FIRST) {
            for second in reader.singles(&first.whole).iter().filter(|s| s.part >= first.part) {
                if budget == 0 {
                    break 'pairs;
                }
                budget -= 1;
                if fits(&second.whole) {
                    reasons.push(reader.pair(first, second));
                }
            }
        }
        reasons.sort_by_key(|r| r.found.iter().map(|f| commonness(f.slip)).sum::<usize>());
    }
    if reasons.is_empty() && !right[0].has_shape_of(&given[0]) {
        let found = Found { slip: "wrong-shape", at: answer.span, missing: None };
        return vec![Reason { found: vec![found], whole: answer.clone() }];
    }
    distinct(reasons)
}

/// `J = …`: what stands behind the sign.
fn right_side(w: &Written) -> &Written {
    w.as_equation().map_or(w, |(_, right)| right).without_brackets()
}

fn commonness(slip: &str) -> usize {
    COMMON.iter().position(|s| *s == slip).unwrap_or(COMMON.len())
}

fn ranked(mut changes: Vec<Change>) -> Vec<Change> {
    changes.sort_by_key(|c| commonness(c.slip));
    changes
}

/// The first of those that say the same.
fn distinct(reasons: Vec<Reason>) -> Vec<Reason> {
    let key = |r: &Reason| r.found.iter().map(|f| (f.slip, f.at)).collect::<Vec<_>>();
    let mut kept: Vec<Reason> = Vec::new();
    for reason in reasons {
        if kept.len() < 3 && kept.iter().all(|k| key(k) != key(&reason)) {
            kept.push(reason);
        }
    }
    kept
}

struct Reader<'a> {
    model: &'a Written,
    answer: &'a Written,
    points: &'a [Point],
    right: &'a [Numbers],
}

impl Reader<'_> {
    fn singles(&self, whole: &Written) -> Vec<Change> {
        let mut found = changes(whole, &|w| self.ways(w));
        found.extend(self.of_the_whole(whole));
        found
    }

    /// What happens to a formula as a whole.
    fn of_the_whole(&self, whole: &Written) -> Vec<Change> {
        let number = |text: &str| unplaced(Kind::Number(text.into()));
        let times = |factor: Written| {
            unplaced(Kind::Product(vec![(Join::First, factor), (Join::Times, whole.clone())]))
        };
        let over =
            |below: Written| unplaced(Kind::Product(vec![(Join::First, whole.clone()), (Join::Over, below)]));
        let mut wrong = vec![
            ("algebra-sign", unplaced(Kind::Signed(Sign::Minus, Box::new(whole.clone())))),
            ("constant-factor", times(number("2"))),
            ("constant-factor", over(number("2"))),
        ];
        for count in self.points[0].names().filter(|n| is_count(n)) {
            let name = || unplaced(Kind::Name(count.into()));
            wrong.push(("constant-factor", times(name())));
            wrong.push(("constant-factor", over(name())));
        }
        if !self.right[0].is_scalar() {
            wrong.push(("jacobian-transposed", unplaced(Kind::Primed(Box::new(whole.clone()), 1))));
        }
        // One letter taken for another everywhere.
        for (old, new, slip) in self.exchanges(whole) {
            let renamed = renamed(whole, &old, &new);
            if count_of(whole, &old) > 1 {
                wrong.push((slip, renamed));
            }
        }
        let change = |(slip, wrong): (&'static str, Written)| Change {
            slip,
            missing: None,
            right: whole.clone(),
            whole: wrong.clone(),
            wrong,
            part: 0,
        };
        wrong.into_iter().map(change).collect()
    }

    /// Names in the text that may be taken for those of another layer.
    fn exchanges(&self, w: &Written) -> Vec<(String, String, &'static str)> {
        let mut own: Vec<&str> = w.names();
        own.sort_unstable();
        own.dedup();
        let mut all = Vec::new();
        for old in own {
            for new in self.points[0].names().filter(|new| is_other_layer(old, new)) {
                all.push((old.to_owned(), new.to_owned(), "wrong-layer"));
            }
        }
        all
    }

    /// Ways to get this part wrong.
    fn ways(&self, w: &Written) -> Vec<Local> {
        let mut ways = Vec::new();
        let mut add = |slip, wrong| ways.push(Local { slip, wrong, missing: None });
        match &w.kind {
            Kind::Name(name) => {
                for other in self.points[0].names().filter(|other| is_other_layer(name, other)) {
                    add("wrong-layer", unplaced(Kind::Name(other.into())));
                }
            }
            Kind::Primed(a, 1) => add("transpose-missing", (**a).clone()),
            Kind::Signed(Sign::Minus, a) => add("algebra-sign", (**a).clone()),
            Kind::Power(_, ab) if !is_activation(w) => add("activation-derivative", ab.0.clone()),
            // A term lost from `1 - a` is a slope lost, which the product around it tells.
            Kind::Sum(terms) => sum(terms, one_minus(w).is_none(), &mut ways),
            Kind::Product(factors) => self.product(factors, &mut ways),
            Kind::Fraction(ab) => {
                let slip = if is_constant(&ab.0) && is_constant(&ab.1) {
                    "constant-factor"
                } else {
                    "chain-factor-lost"
                };
                ways.push(Local {
                    slip,
                    wrong: ab.0.clone(),
                    missing: Some(format!("1/{}", in_product(&ab.1))),
                });
                let one = unplaced(Kind::Number("1".into()));
                let wrong = unplaced(Kind::Fraction(Box::new((one, ab.1.clone()))));
                if ab.0.to_string() != "1" {
                    let slip = if is_constant(&ab.0) { "constant-factor" } else { "chain-factor-lost" };
                    ways.push(Local { slip, wrong, missing: Some(ab.0.to_string()) });
                }
            }
            Kind::Call(call) => self.call(call, &mut ways),
            _ => {}
        }
        if is_activation(w) {
            self.elsewhere(w, &mut ways);
        }
        ways
    }

    /// A slope of the activation, taken at another place.
    fn elsewhere(&self, w: &Written, ways: &mut Vec<Local>) {
        let mut names = w.names();
        names.sort_unstable();
        names.dedup();
        for old in names {
            for new in self.points[0].names_like(old) {
                let slip = if stem(old) == stem(new) { "wrong-layer" } else { "activation-derivative" };
                ways.push(Local { slip, wrong: renamed(w, old, new), missing: None });
            }
        }
    }

    fn call(&self, call: &CallForm, ways: &mut Vec<Local>) {
        match (call.function.as_name(), call.args.as_slice()) {
            (Some("sum" | "mean"), [a, ..]) => {
                ways.push(Local { slip: "batch-sum-missing", wrong: a.clone(), missing: None });
            }
            _ => {
                // `f(z)` where `f'(z)` belongs.
                if let Kind::Primed(f, 1) = &call.function.kind {
                    let form = CallForm { function: (**f).clone(), ..call.clone() };
                    let wrong = unplaced(Kind::Call(Box::new(form)));
                    ways.push(Local { slip: "activation-derivative", wrong, missing: None });
                }
            }
        }
    }

    fn product(&self, factors: &[(Join, Written)], ways: &mut Vec<Local>) {
        let groups = activations(factors);
        for group in &groups {
            let missing = product_of(group.iter().map(|k| factors[*k].clone()).collect());
            ways.push(Local {
                slip: "activation-derivative",
                wrong: without(factors, group),
                missing: Some(missing.to_string()),
            });
            if let [i, j] = group[..] {
                for k in [i, j] {
                    let wrong = without(factors, &[k]);
                    let missing = Some(factors[k].1.to_string());
                    ways.push(Local { slip: "activation-derivative", wrong, missing });
                }
                let (inside, mut rest) = (unplaced(product_kind(&[&factors[i], &factors[j]])), Vec::new());
                self.elsewhere(&inside, &mut rest);
                for local in rest {
                    let Kind::Product(new) = &local.wrong.kind else { continue };
                    let mut factors = factors.to_vec();
                    factors[i].1 = new[0].1.clone();
                    factors[j].1 = new[1].1.clone();
                    ways.push(Local { wrong: product_of(factors), ..local });
                }
            }
        }
        for (k, (join, w)) in factors.iter().enumerate() {
            if !groups.iter().any(|g| g.contains(&k)) {
                let slip = match () {
                    () if is_constant(w) => "constant-factor",
                    () if is_call_of(w, "ones") => "batch-sum-missing",
                    () => "chain-factor-lost",
                };
                let over = matches!(join, Join::Over | Join::OverEach);
                let missing = if over { format!("1/{}", in_product(w)) } else { w.to_string() };
                ways.push(Local { slip, wrong: without(factors, &[k]), missing: Some(missing) });
            }
            let has_axes = |w: &Written| self.points[0].value(w).is_some_and(|v| !v.is_scalar());
            if !has_axes(w) {
                continue;
            }
            if !matches!(w.kind, Kind::Primed(..)) {
                let mut factors = factors.to_vec();
                let bracketed = match &w.kind {
                    Kind::Name(_) | Kind::Brackets(..) => w.clone(),
                    _ => unplaced(Kind::Brackets(secant::syntax::Bracket::Round, Box::new(w.clone()))),
                };
                factors[k].1 = unplaced(Kind::Primed(Box::new(bracketed), 1));
                ways.push(Local { slip: "transpose-extra", wrong: product_of(factors), missing: None });
            }
            let Some((next, after)) = factors.get(k + 1) else { continue };
            if !has_axes(after) {
                continue;
            }
            let is_matrix = |j: &Join| matches!(j, Join::Implicit | Join::Times);
            if is_matrix(next) {
                let mut swapped = factors.to_vec();
                swapped[k].1 = after.clone();
                swapped[k + 1].1 = w.clone();
                ways.push(Local { slip: "product-order", wrong: product_of(swapped), missing: None });
            }
            let other = match next {
                Join::Implicit | Join::Times => Join::TimesEach,
                Join::TimesEach => Join::Times,
                _ => continue,
            };
            let mut joined = factors.to_vec();
            joined[k + 1].0 = other;
            ways.push(Local { slip: "product-kind", wrong: product_of(joined), missing: None });
        }
    }

    fn found(&self, change: &Change, target: &[Numbers]) -> Found {
        let at = self.place(change, target).unwrap_or(self.answer.span);
        Found { slip: change.slip, at, missing: change.missing.clone() }
    }

    /// Both parts of a pair; each is looked for in an answer in which the other stays as it is.
    fn pair(&self, first: &Change, second: &Change) -> Reason {
        let only_first: Option<Vec<Numbers>> = self.points.iter().map(|p| p.value(&first.whole)).collect();
        let only_second = self
            .singles(self.model)
            .into_iter()
            .find(|c| c.slip == second.slip && c.right == second.right && c.wrong == second.wrong);
        let only_second: Option<Vec<Numbers>> =
            only_second.and_then(|c| self.points.iter().map(|p| p.value(&c.whole)).collect());
        let whole = Vec::new();
        let found = vec![
            self.found(first, only_second.as_deref().unwrap_or(&whole)),
            self.found(second, only_first.as_deref().unwrap_or(&whole)),
        ];
        Reason { found, whole: second.whole.clone() }
    }

    /// The smallest part of the answer that makes the whole worth `target` when it is put right.
    fn place(&self, change: &Change, target: &[Numbers]) -> Option<Span> {
        let point = &self.points[0];
        let (right, wrong) = (point.value(&change.right)?, point.value(&change.wrong)?);
        let target = target.first()?;
        let mut all = parts(self.answer);
        all.sort_by_key(|w| w.span.to - w.span.from);
        let fixes = |part: &Written, new: &Numbers| {
            let whole = point.value_with(self.answer, &|w| std::ptr::eq(w, part).then(|| new.clone()));
            whole.is_some_and(|whole| whole.is(target))
        };
        let part = all.iter().find(|part| {
            let Some(value) = point.value(part) else { return false };
            match value.ratio(&wrong) {
                Some(ratio) => fixes(part, &right.scaled(ratio)),
                None => false,
            }
        });
        part.map(|part| part.span)
    }
}

fn sum(terms: &[(Sign, Written)], may_lose: bool, ways: &mut Vec<Local>) {
    let flipped = |k: usize| {
        let mut terms = terms.to_vec();
        terms[k].0 = if terms[k].0 == Sign::Plus { Sign::Minus } else { Sign::Plus };
        unplaced(Kind::Sum(terms))
    };
    for k in 0..terms.len() {
        ways.push(Local { slip: "algebra-sign", wrong: flipped(k), missing: None });
        if !may_lose {
            continue;
        }
        let mut rest = terms.to_vec();
        let (_, lost) = rest.remove(k);
        let wrong = match rest.as_slice() {
            [(Sign::Plus, one)] => one.clone(),
            _ => unplaced(Kind::Sum(rest)),
        };
        ways.push(Local { slip: "term-lost", wrong, missing: Some(lost.to_string()) });
    }
}

/// The slopes of activations among the factors: one factor each, or `a` with `1 - a`.
fn activations(factors: &[(Join, Written)]) -> Vec<Vec<usize>> {
    let mut groups = Vec::new();
    for (j, (_, w)) in factors.iter().enumerate() {
        if is_activation(w) {
            groups.push(vec![j]);
        } else if let Some(u) = one_minus(w) {
            let same = |v: &Written| v.without_brackets().to_string() == u;
            if let Some(i) = factors.iter().position(|(_, v)| same(v)) {
                groups.push(vec![i, j]);
            }
        }
    }
    groups
}

/// `u`, where it is `1 - u`.
fn one_minus(w: &Written) -> Option<String> {
    match &w.without_brackets().kind {
        Kind::Sum(terms) => match terms.as_slice() {
            [(Sign::Plus, one), (Sign::Minus, u)] if one.to_string() == "1" => {
                Some(u.without_brackets().to_string())
            }
            _ => None,
        },
        _ => None,
    }
}

/// Is it the slope of an activation: `f'(z)`, `1 - a^2`, `sech(z)^2`, `z > 0`, `a (1 - a)`?
fn is_activation(w: &Written) -> bool {
    let w = w.without_brackets();
    match &w.kind {
        Kind::Call(call) => match (&call.function.kind, call.args.as_slice()) {
            (Kind::Primed(..), _) => true,
            (Kind::Name(name), [a]) if &**name == "diag" => is_activation(a),
            (Kind::Name(name), _) => &**name == "step",
            _ => false,
        },
        Kind::Relation(..) => true,
        Kind::Power(_, ab) => {
            ab.1.to_string().trim_start_matches('-') == "2"
                && matches!(ab.0.without_brackets().as_call(), Some(("sech" | "cosh", _)))
        }
        Kind::Fraction(ab) => ab.0.to_string() == "1" && is_activation(&ab.1),
        Kind::Sum(terms) => match terms.as_slice() {
            [(Sign::Plus, one), (Sign::Minus, square)] if one.to_string() == "1" => match &square.kind {
                Kind::Power(Raise::Caret | Raise::Superscript | Raise::Each | Raise::OnFunction, ab) => {
                    ab.1.to_string() == "2"
                }
                _ => false,
            },
            _ => false,
        },
        Kind::Product(factors) => {
            let groups = activations(factors);
            (0..factors.len()).all(|k| groups.iter().any(|g| g.contains(&k)))
        }
        _ => false,
    }
}

/// Only numbers, and how many examples there are.
fn is_constant(w: &Written) -> bool {
    w.names().iter().all(|n| is_count(n)) && !is_call_of(w, "ones") && !is_call_of(w, "eye")
}

fn is_count(name: &str) -> bool {
    matches!(name, "N" | "n" | "m" | "M")
}

fn is_call_of(w: &Written, name: &str) -> bool {
    match &w.without_brackets().kind {
        Kind::Primed(a, _) => is_call_of(a, name),
        _ => w.without_brackets().as_call().is_some_and(|(called, _)| called == name),
    }
}

/// The letters of a name, without the number behind them.
fn stem(name: &str) -> &str {
    name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_')
}

fn is_other_layer(name: &str, other: &str) -> bool {
    name != other && stem(name) == stem(other) && (stem(name) != name || stem(other) != other)
}

fn renamed(w: &Written, old: &str, new: &str) -> Written {
    mapped(w, &|w| (w.as_name() == Some(old)).then(|| unplaced(Kind::Name(new.into()))))
}

fn count_of(w: &Written, name: &str) -> usize {
    w.names().iter().filter(|n| **n == name).count()
}

fn product_kind(factors: &[&(Join, Written)]) -> Kind {
    Kind::Product(factors.iter().map(|f| (*f).clone()).collect())
}

/// A product of factors cut out of another.
fn product_of(mut factors: Vec<(Join, Written)>) -> Written {
    match factors.first().map(|f| f.0) {
        None => return unplaced(Kind::Number("1".into())),
        Some(Join::Over | Join::OverEach) => {
            factors.insert(0, (Join::First, unplaced(Kind::Number("1".into()))));
        }
        Some(_) => factors[0].0 = Join::First,
    }
    if factors.len() == 1 { factors.remove(0).1 } else { unplaced(Kind::Product(factors)) }
}

fn without(factors: &[(Join, Written)], lost: &[usize]) -> Written {
    let rest = factors.iter().enumerate().filter(|(k, _)| !lost.contains(k)).map(|(_, f)| f.clone());
    product_of(rest.collect())
}

/// The text of a factor, in brackets where it needs them.
fn in_product(w: &Written) -> String {
    match &w.kind {
        Kind::Sum(_) | Kind::Product(_) | Kind::Fraction(_) => format!("({w})"),
        _ => w.to_string(),
    }
}
