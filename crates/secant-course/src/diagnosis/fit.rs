//! Fits: residuals, chi-squared and its derivatives, written as formulas in the readings.
//!
//! All of them are of one form, `sign factor residual^n model' / sigma^m`, added up or not: the right formula and the
//! answer are looked up among all such forms, and what they differ in are the mistakes.
//! Not here: what a formula is worth (`numbers`).
//! Start reading at [`Form`] and [`explain`].

use secant::calculus::derivative;
use secant::expr::{Expr, Symbol};
use secant::sheet::Scope;
use secant::syntax::{self, Kind, Sign, Span, Written};
use serde_json::Value;

use super::change::{parts, unplaced};
use super::found::Found;
use super::numbers::{Numbers, Point};
use super::{Problem, text};

/// Most parameters of a model.
const MAX_PARAMETERS: usize = 6;
/// Most parts of an answer.
const MAX_PARTS: usize = 300;
/// Factors in front that occur.
const FACTORS: [f64; 4] = [1.0, 2.0, 0.5, 4.0];

/// A formula about a fit.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Form {
    minus: bool,
    /// Where in [`FACTORS`].
    factor: usize,
    /// Powers of the residual and of sigma.
    residual: u32,
    sigma: u32,
    /// What the model changes by: by nothing, by a parameter, or the model itself is there in its place.
    by: By,
    /// Added up, averaged, or neither.
    all: All,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum By {
    Nothing,
    Parameter(usize),
    Model,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum All {
    Each,
    Sum,
    Mean,
}

/// What a fit is about, as texts.
struct Fit {
    residual: Written,
    /// The residual with one sign of the model turned.
    turned: Vec<Written>,
    sigma: Option<Written>,
    model: Written,
    slopes: Vec<Written>,
}

/// Why an answer to `fit` is wrong.
pub(super) fn explain(problem: &Problem<'_>) -> Vec<Found> {
    within(problem).unwrap_or_default()
}

fn parse(text: &str) -> Option<Written> {
    syntax::parse(text, &syntax::Limits::default()).ok()
}

fn within(problem: &Problem<'_>) -> Option<Vec<Found>> {
    let right = syntax::resolve(&parse(&problem.model.print_limited(4_000).ok()?)?, problem.scope).ok()?;
    let answer = syntax::resolve(problem.written, problem.scope).ok()?;
    let answer = answer.as_equation().map_or(&answer, |(_, right)| right);
    if parts(answer).len() > MAX_PARTS {
        return None;
    }
    let fit = Fit::read(problem.task, problem.scope, &[&right, answer])?;
    let mut texts: Vec<&Written> = vec![&right, answer, &fit.residual, &fit.model];
    texts.extend(&fit.turned);
    texts.extend(&fit.slopes);
    texts.extend(&fit.sigma);
    let points = (0..4).filter_map(|seed| Point::new(problem.scope, &texts, seed));
    let worth = |p: Point| Some((p.value(&right)?, p.value(answer)?, p));
    let (wanted, given, point) = points.filter_map(worth).next()?;
    if wanted.is(&given) {
        return Some(Vec::new());
    }
    let base = point.value(&fit.residual)?;
    let forms = fit.forms();
    let worth: Vec<(Form, Numbers)> =
        forms.iter().filter_map(|f| Some((*f, fit.value(&point, f, &base)?))).collect();
    // The right one in its plainest form: a residual of a constant model may be read in several ways.
    let rights: Vec<Form> = worth.iter().filter(|(_, v)| v.is(&wanted)).map(|(f, _)| *f).collect();
    let mut found = Vec::new();
    let mut add = |form: &Form, right: &Form, extra: Option<&'static str>, residual: &Written| {
        let mut slips = differences(right, form);
        slips.extend(extra);
        if (1..=2).contains(&slips.len()) {
            let cost = slips.iter().map(|s| commonness(s)).sum();
            let text = fit.text(form, residual);
            let gives =
                text.and_then(|t| Some(syntax::lower(&parse(&t)?, &mut problem.scope.clone()).ok()?.expr));
            let slips = slips.iter().map(|s| (*s, place(s, answer, &fit, &point, &base))).collect();
            if let Some(gives) = gives {
                found.push(Found { slips, gives, cost, confirmed: false, missing: None });
            }
        }
    };
    for (form, value) in &worth {
        if value.is(&given) {
            for right in &rights {
                add(form, right, None, &fit.residual);
            }
        }
    }
    for turned in &fit.turned {
        let Some(base) = point.value(turned) else { continue };
        for form in &forms {
            let near = |right: &Form| differences(right, form).len() <= 1;
            if !rights.iter().any(near) || !fit.value(&point, form, &base).is_some_and(|v| v.is(&given)) {
                continue;
            }
            for right in rights.iter().filter(|r| near(r)) {
                add(form, right, Some("algebra-sign"), turned);
            }
        }
    }
    Some(found)
}

/// The slips, the commonest first.
#[rustfmt::skip]
const COMMON: &[&str] = &[
    "sigma-not-squared", "model-derivative-missing", "residual-sign", "constant-factor", "square-forgotten",
    "sigma-forgotten", "sum-missing", "power-not-lowered", "wrong-variable", "residual-missing", "not-differentiated",
    "algebra-sign",
];

fn commonness(slip: &str) -> u32 {
    COMMON.iter().position(|s| *s == slip).unwrap_or(COMMON.len()) as u32
}

/// What was got wrong where `form` was given for `right`.
fn differences(right: &Form, form: &Form) -> Vec<&'static str> {
    let mut slips = Vec::new();
    if right.minus != form.minus {
        slips.push(if right.residual % 2 == 1 { "residual-sign" } else { "algebra-sign" });
    }
    if right.factor != form.factor {
        slips.push("constant-factor");
    }
    if right.residual != form.residual {
        slips.push(match (right.residual, form.residual) {
            (2, 1) => "square-forgotten",
            (1, 2) => "power-not-lowered",
            _ => "residual-missing",
        });
    }
    if right.sigma != form.sigma {
        slips.push(if form.sigma == 0 { "sigma-forgotten" } else { "sigma-not-squared" });
    }
    if right.by != form.by {
        slips.push(match (right.by, form.by) {
            (By::Parameter(_), By::Parameter(_)) => "wrong-variable",
            (By::Parameter(_), By::Nothing) => "model-derivative-missing",
            (By::Parameter(_), By::Model) => "not-differentiated",
            _ => "differentiated-instead",
        });
    }
    if right.all != form.all {
        slips.push(match (right.all, form.all) {
            (All::Sum | All::Mean, All::Each) => "sum-missing",
            _ => "constant-factor",
        });
    }
    slips
}

impl Fit {
    /// From `y ~ a x + b`, `sigma` and `params` of a request; of the texts the names tell what is in use.
    fn read(task: &Value, scope: &Scope, texts: &[&Written]) -> Option<Fit> {
        let (left, right) = text(task, "model")?.split_once('~')?;
        let (y, model) = (parse(left)?, parse(right)?);
        let model = syntax::resolve(&model, scope).ok()?;
        let meaning = syntax::lower(&model, &mut scope.clone()).ok()?.expr;
        let used = |name: &str| texts.iter().any(|t| t.names().contains(&name));
        let sigma = match task.get("sigma") {
            Some(Value::String(sigma)) => Some(sigma.as_str()),
            _ => ["sigma", "s"].into_iter().find(|n| used(n) && !meaning.contains(&Symbol::new(n))),
        };
        let columns: Vec<&str> = task
            .get("data")
            .and_then(Value::as_object)
            .map(|d| d.keys().map(String::as_str).collect())
            .unwrap_or_default();
        let parameters: Vec<Symbol> = match task.get("params").and_then(Value::as_array) {
            Some(names) => names.iter().map(|n| Some(Symbol::new(n.as_str()?))).collect::<Option<_>>()?,
            None => {
                let own = |x: &Symbol| !columns.contains(&x.name()) && is_scalar(scope, x.name());
                meaning.free_symbols().into_iter().filter(own).collect()
            }
        };
        if parameters.len() > MAX_PARAMETERS {
            return None;
        }
        let slope = |p: &Symbol| -> Option<Written> {
            syntax::resolve(&parse(&as_text(&derivative(&meaning, p))?)?, scope).ok()
        };
        let slopes = parameters.iter().map(slope).collect::<Option<_>>()?;
        let minus = |y: &Written, m: &Written| {
            unplaced(Kind::Sum(vec![(Sign::Plus, y.clone()), (Sign::Minus, bracketed(m))]))
        };
        let mut turned = Vec::new();
        if let Kind::Sum(terms) = &model.kind {
            for k in 0..terms.len().min(MAX_PARAMETERS) {
                let mut terms = terms.clone();
                terms[k].0 = if terms[k].0 == Sign::Plus { Sign::Minus } else { Sign::Plus };
                turned.push(minus(&y, &unplaced(Kind::Sum(terms))));
            }
        }
        turned.push(unplaced(Kind::Sum(vec![(Sign::Plus, y.clone()), (Sign::Plus, bracketed(&model))])));
        let sigma = sigma.and_then(parse);
        Some(Fit { residual: minus(&y, &model), turned, sigma, model, slopes })
    }

    fn forms(&self) -> Vec<Form> {
        let mut bys = vec![By::Nothing, By::Model];
        bys.extend((0..self.slopes.len()).map(By::Parameter));
        let mut all = Vec::new();
        for by in bys {
            for sum in [All::Each, All::Sum, All::Mean] {
                for residual in 0..=2 {
                    for sigma in 0..=if self.sigma.is_some() { 2 } else { 0 } {
                        for factor in 0..FACTORS.len() {
                            for minus in [false, true] {
                                all.push(Form { minus, factor, residual, sigma, by, all: sum });
                            }
                        }
                    }
                }
            }
        }
        all
    }

    fn value(&self, point: &Point, form: &Form, residual: &Numbers) -> Option<Numbers> {
        let mut whole = Numbers::scalar(1.0);
        for _ in 0..form.residual {
            whole = whole.each(residual, |a, b| a * b)?;
        }
        if let (Some(sigma), true) = (&self.sigma, form.sigma > 0) {
            let n = form.sigma as i32;
            whole = whole.each(&point.value(sigma)?, |a, b| a / b.powi(n))?;
        }
        let slope = match form.by {
            By::Nothing => None,
            By::Model => Some(&self.model),
            By::Parameter(k) => Some(self.slopes.get(k)?),
        };
        if let Some(slope) = slope {
            whole = whole.each(&point.value(slope)?, |a, b| a * b)?;
        }
        // One reading or all of them: what has no axes is one.
        let sign = if form.minus { -1.0 } else { 1.0 };
        let whole = whole.scaled(sign * FACTORS[form.factor]);
        match form.all {
            All::Each => Some(whole),
            All::Sum | All::Mean if residual.is_scalar() => None,
            All::Sum => Some(Numbers::scalar(whole.like(residual)?.sum())),
            All::Mean => {
                let whole = whole.like(residual)?;
                Some(Numbers::scalar(whole.sum() / whole.len() as f64))
            }
        }
    }

    fn text(&self, form: &Form, residual: &Written) -> Option<String> {
        let mut text = format!("{}", FACTORS[form.factor]);
        if form.residual > 0 {
            text = format!("{text} .* ({residual}) .^ {}", form.residual);
        }
        match form.by {
            By::Nothing => {}
            By::Model => text = format!("{text} .* ({})", self.model),
            By::Parameter(k) => text = format!("{text} .* ({})", self.slopes.get(k)?),
        }
        if let (Some(sigma), true) = (&self.sigma, form.sigma > 0) {
            text = format!("{text} ./ ({sigma}) .^ {}", form.sigma);
        }
        let text = match form.all {
            All::Each => text,
            All::Sum => format!("sum({text})"),
            All::Mean => format!("mean({text})"),
        };
        Some(if form.minus { format!("-({text})") } else { text })
    }
}

fn bracketed(w: &Written) -> Written {
    unplaced(Kind::Brackets(syntax::Bracket::Round, Box::new(w.clone())))
}

fn as_text(e: &Expr) -> Option<String> {
    e.print_limited(4_000).ok()
}

fn is_scalar(scope: &Scope, name: &str) -> bool {
    let written = unplaced(Kind::Name(name.into()));
    syntax::lower(&written, &mut scope.clone()).is_ok_and(|l| l.expr.shape().is_scalar())
}

/// Where in the answer: at sigma, or at the residual.
fn place(slip: &str, answer: &Written, fit: &Fit, point: &Point, residual: &Numbers) -> Option<Span> {
    let mut all = parts(answer);
    all.sort_by_key(|w| w.span.to - w.span.from);
    let at = match slip {
        "sigma-not-squared" => {
            let sigma = fit.sigma.as_ref()?.to_string();
            all.iter().find(|w| w.to_string() == sigma)
        }
        "residual-sign" | "square-forgotten" | "power-not-lowered" => all
            .iter()
            .find(|w| point.value(w).is_some_and(|v| v.is(residual) || v.is(&residual.scaled(-1.0)))),
        _ => None,
    };
    at.map(|w| w.span)
}
