//! The first terms of a series, coefficient by coefficient.
//!
//! Start reading at [`series()`].

use std::collections::BTreeMap;

use secant::calculus::derivative_within;
use secant::expr::{Expr, Node, Rational, Symbol, expand};
use secant::sheet::{Fault, PointValue};
use secant::syntax::Lowered;

use super::antiderivative::variable;
use super::entries::shares;
use super::read::{Piece, Read, Side, Trouble};
use super::reply::{FormReply, Verdict};
use super::{Found, Grader, plain, value};

/// Highest order.
const MAX_ORDER: u32 = 30;
/// Most parts of a derivative on the way.
const MAX_NODES: usize = 3_000;
/// Most terms of an expansion.
const MAX_TERMS: usize = 2_000;

/// Coefficients by the power of `x` minus the centre.
type Coefficients = BTreeMap<Rational, Expr>;

/// A series as it was written.
struct Series {
    coefficients: Coefficients,
    /// Is it a sum of powers, and not the function itself?
    is_polynomial: bool,
    /// From this power on nothing is said: `O(x^4)`.
    open: Option<Rational>,
    meaning: Lowered,
}

/// The kind `series`.
pub(super) fn series(grader: &Grader<'_>, answer: &str, model: &str) -> Read<Found> {
    let (model_piece, model_open) = without_order(model);
    let right = grader.model();
    let right = right.formula(&right.written(&model_piece)?)?;
    let x = variable(grader, &right.expr)?;
    let centre = centre(grader, &x)?;
    let task_order = || grader.ask.task.as_ref()?.get("order")?.as_u64().map(|n| n.min(1000) as u32);
    let asked = grader.ask.order.or_else(task_order);
    if asked.is_some_and(|n| n > MAX_ORDER) {
        let fault = Fault::new("budget.order", format!("the order is above {MAX_ORDER}"));
        return Err(Trouble::Question(fault.in_field("order").boxed()));
    }
    let open = model_open.map(|piece| order_of(grader.model(), &piece, &x, &centre)).transpose()?;
    let below = |n: &Rational| n - &Rational::ONE;
    let told = asked.map(|n| Rational::integer(i64::from(n))).or_else(|| open.as_ref().map(below));
    let right = read(grader.model(), right, &x, &centre, told.as_ref())?;
    let Some(order) = told.or_else(|| right.coefficients.keys().next_back().cloned()) else {
        return Ok(Found::undecided("the series of the right answer has no terms"));
    };

    let (piece, open) = without_order(answer);
    let written = grader.answer().written(&piece)?;
    let given = grader.answer().formula(&written)?;
    let open = open.map(|piece| order_of(grader.answer(), &piece, &x, &centre)).transpose()?;
    let given = Series { open, ..read(grader.answer(), given, &x, &centre, Some(&order))? };
    let reading = Some(given.meaning.expr.to_string());
    if let Some(open) = given.open.as_ref().filter(|open| **open <= order) {
        let say = format!(
            "Not yet: `O(…)` leaves out what is asked for. Terms up to {} are wanted; yours end before {}.",
            power_name(&x, &centre, &order),
            power_name(&x, &centre, open)
        );
        return Ok(Found { reading, ..Found::new(Verdict::Wrong, say) });
    }

    let zero = Expr::zero();
    let powers: Vec<Rational> = {
        let mut all: Vec<Rational> = right
            .coefficients
            .keys()
            .chain(given.coefficients.keys())
            .filter(|k| **k <= order)
            .cloned()
            .collect();
        all.sort();
        all.dedup();
        all
    };
    let of = |s: &Series, k: &Rational| Lowered {
        conditions: Vec::new(),
        ..s.coefficients.get(k).unwrap_or(&zero).clone().into()
    };
    let compared: Vec<Found> =
        powers.iter().map(|k| value::compare(grader, &of(&given, k), &of(&right, k))).collect();
    let names: Vec<String> = powers.iter().map(|k| power_name(&x, &centre, k)).collect();
    let places = vec![None; names.len()];
    let mut found = shares(compared, &names, &places, "the coefficient of");
    if found.verdict.is_right() {
        let beyond =
            given.coefficients.keys().any(|k| *k > order && given.open.as_ref().is_none_or(|o| k < o));
        let last = power_name(&x, &centre, &order);
        let message = if !given.is_polynomial {
            Some(format!("write it as a sum of powers up to {last}, not as the function itself"))
        } else if beyond {
            Some(format!("stop at {last}: there are terms beyond it"))
        } else {
            None
        };
        if let Some(message) = message {
            found = Found {
                verdict: Verdict::Wrong,
                score: 0.0,
                say: format!("The coefficients are right, the form is not yet: {message}."),
                form: Some(FormReply { asked: "polynomial".to_owned(), ok: false, message }),
                ..found
            };
        }
    }
    Ok(Found { reading, written: Some(written), pair: Some((given.meaning, right.meaning)), ..found })
}

/// `x^2` or `(x - 1)^2`.
fn power_name(x: &Symbol, centre: &Expr, k: &Rational) -> String {
    let base = Expr::var(x.clone()) - centre;
    if k.is_zero() {
        "the constant term".to_owned()
    } else {
        format!("`{}`", secant::expr::power(&base, &Expr::number(k.clone())))
    }
}

fn centre(grader: &Grader<'_>, x: &Symbol) -> Read<Expr> {
    let of_task = || -> Option<PointValue> {
        let at = grader.ask.task.as_ref()?.get("at")?;
        let at = at.get(x.name()).unwrap_or(at);
        serde_json::from_value(at.clone()).ok()
    };
    match grader.ask.at.clone().or_else(of_task) {
        None => Ok(Expr::zero()),
        Some(at) => {
            let text = plain(&at);
            Ok(value::number(grader.model(), &Piece::whole(&text))?.expr)
        }
    }
}

/// The text without `+ O(x^4)` or `+ …` at its end, and what is inside of `O`.
fn without_order(text: &str) -> (Piece<'_>, Option<Piece<'_>>) {
    let whole = Piece::whole(text);
    let parts = whole.split(&["+"]);
    let (Some(last), true) = (parts.last(), parts.len() > 1) else { return (whole, None) };
    let before = whole.slice(0, text.len() - last.text.len() - 1);
    let tail = last.trim();
    if matches!(tail.text, "..." | "…" | "... ") {
        return (before, None);
    }
    let inside = tail.text.strip_prefix('O').map(|_| tail.slice(1, tail.text.len()).trim());
    match inside.and_then(|p| p.inside('(', ')')) {
        Some(inside) => (before, Some(inside)),
        None => (whole, None),
    }
}

/// The power of what stands in `O(…)`.
fn order_of(side: Side<'_>, piece: &Piece<'_>, x: &Symbol, centre: &Expr) -> Read<Rational> {
    let e = side.formula(&side.written(piece)?)?.expr;
    let lowest = powers_of(&e, x, centre).and_then(|c| c.keys().next().cloned());
    lowest.ok_or_else(|| {
        let fault = Fault {
            at: Some(piece.span()),
            ..Fault::new("syntax.order", "this is no power of the variable")
        };
        side.trouble(fault.hint(format!("write it as `O({x}^4)`")))
    })
}

fn read(
    side: Side<'_>,
    meaning: Lowered,
    x: &Symbol,
    centre: &Expr,
    order: Option<&Rational>,
) -> Read<Series> {
    if let Some(coefficients) = powers_of(&meaning.expr, x, centre) {
        return Ok(Series { coefficients, is_polynomial: true, open: None, meaning });
    }
    let n = order.and_then(Rational::to_i64).filter(|n| (0..=i64::from(MAX_ORDER)).contains(n));
    let coefficients = n.and_then(|n| taylor(&meaning.expr, x, centre, n));
    match coefficients {
        Some(coefficients) => Ok(Series { coefficients, is_polynomial: false, open: None, meaning }),
        None => {
            let fault = Fault::new("request.series", "this is no sum of powers");
            Err(side.trouble(fault.hint(format!("write it as `1 + {x} + {x}^2/2`"))))
        }
    }
}

/// Coefficients of a sum of powers of `x - centre`.
fn powers_of(e: &Expr, x: &Symbol, centre: &Expr) -> Option<Coefficients> {
    let shifted = e.replace(x, &(Expr::var(x.clone()) + centre));
    let expanded = expand(&shifted, MAX_TERMS)?;
    let mut found = Coefficients::new();
    let mut put = |e: &Expr, c: &Rational| -> Option<()> {
        let (power, rest) = split(e, x)?;
        let entry = found.entry(power).or_insert_with(Expr::zero);
        *entry = &*entry + &(Expr::number(c.clone()) * rest);
        Some(())
    };
    match expanded.node() {
        Node::Sum(s) => {
            if !s.constant.is_zero() {
                put(&Expr::one(), &s.constant)?;
            }
            for t in &s.terms {
                put(&t.expr, &t.coefficient)?;
            }
        }
        _ => put(&expanded, &Rational::ONE)?,
    }
    found.retain(|_, c| !c.is_zero());
    Some(found)
}

/// The power of `x` in a term, and the rest of it.
fn split(e: &Expr, x: &Symbol) -> Option<(Rational, Expr)> {
    let power = |f: &Expr| -> Option<Rational> {
        let (base, n) = f.split_power();
        (base.as_var() == Some(x)).then(|| n.as_number().cloned()).flatten()
    };
    let factors: Vec<Expr> = match e.node() {
        Node::Product(list) => list.iter().cloned().collect(),
        _ => vec![e.clone()],
    };
    let (mut total, mut rest) = (Rational::ZERO, Expr::one());
    for f in factors {
        match power(&f) {
            Some(n) => total = &total + &n,
            None if f.contains(x) => return None,
            None => rest = rest * f,
        }
    }
    Some((total, rest))
}

/// Coefficients from derivatives at the centre.
fn taylor(e: &Expr, x: &Symbol, centre: &Expr, order: i64) -> Option<Coefficients> {
    let mut found = Coefficients::new();
    let (mut d, mut factorial) = (e.clone(), Rational::ONE);
    for k in 0..=order {
        if k > 0 {
            d = derivative_within(&d, x, MAX_NODES)?;
            factorial = &factorial * &Rational::integer(k);
        }
        if d.node_count() > MAX_NODES {
            return None;
        }
        let value = d.replace(x, centre);
        if value.is_undefined() {
            return None;
        }
        let c = value / Expr::number(factorial.clone());
        if !c.is_zero() {
            found.insert(Rational::integer(k), c);
        }
    }
    Some(found)
}
