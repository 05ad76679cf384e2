//! Numbers, as learners write them, within a tolerance.
//!
//! Not here: how many digits were written (`form`). Start reading at [`value()`].

use secant::expr::{Expr, Rational};
use secant::program::eval;
use secant::sheet::Fault;
use secant::sheet::figure::format_number;
use secant::syntax::Lowered;

use super::ask::Tolerance;
use super::read::{Piece, Read, Side};
use super::reply::{DIGITS, Evidence, Method, Verdict, Witness};
use super::{Found, Grader};

/// The kind `value`.
pub(super) fn value(grader: &Grader<'_>, answer: &str, model: &str) -> Read<Found> {
    let right = number(grader.model(), &Piece::whole(model))?;
    let given = number(grader.answer(), &Piece::whole(answer))?;
    let written = grader.answer().written(&Piece::whole(answer))?;
    let found = compare(grader, &given, &right);
    Ok(Found {
        reading: Some(given.expr.to_string()),
        written: Some(written),
        pair: Some((given, right)),
        ..found
    })
}

/// Compares two numbers, within the tolerance where there is one.
pub(super) fn compare(grader: &Grader<'_>, given: &Lowered, right: &Lowered) -> Found {
    match &grader.ask.tolerance {
        Some(tolerance) => within(tolerance, &given.expr, &right.expr),
        None => {
            let compared = grader.known.compare(given, right);
            let say = match (&compared.verdict, &compared.witness) {
                (Verdict::Wrong, Some(w)) => wrong(w.yours, w.expected, None),
                _ => compared.say(),
            };
            Found { say, ..Found::from(compared) }
        }
    }
}

/// A number that a person wrote.
pub(super) fn number(side: Side<'_>, piece: &Piece<'_>) -> Read<Lowered> {
    let text = piece.trim();
    let at = Some(text.span());
    let fault = |code: &str, message: String| Fault { at, ..Fault::new(code, message) };
    if let Some((whole, rest)) = text.text.split_once(',')
        && is_digits(whole.trim_start_matches(['-', '+', '−']))
        && is_digits(rest)
    {
        let plain = if rest.len() == 3 {
            format!("`{whole}{rest}` or `{whole}.{rest}`")
        } else {
            format!("`{whole}.{rest}`")
        };
        let fault = fault("syntax.number", "a comma inside a number can be read in two ways".into());
        return Err(side.trouble(fault.hint(format!("write {plain}"))));
    }
    if let Some(share) = text.text.strip_suffix('%') {
        let fault = fault("syntax.number", "a percentage is no number here".into());
        return Err(side.trouble(fault.hint(format!("write `{}/100`", share.trim()))));
    }
    let written = side.written(piece)?;
    let meaning = side.formula(&written)?;
    if !meaning.expr.shape().is_scalar() {
        let fault =
            fault("shape.value", format!("this is {}; what is wanted is a number", meaning.expr.shape()));
        return Err(side.trouble(fault.hint("write one number")));
    }
    if let Some(name) = meaning.expr.free_symbols().iter().next() {
        let fault = fault("name.value", format!("`{name}` has no value here; what is wanted is a number"));
        return Err(side.trouble(fault.hint("write the number alone, without a unit and without names")));
    }
    Ok(meaning)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn within(tolerance: &Tolerance, given: &Expr, right: &Expr) -> Found {
    let number = |e: &Expr| eval(e, &[]).unwrap_or(f64::NAN);
    let (yours, expected) = (number(given), number(right));
    let bound = tolerance.bound(expected);
    let good = match (given.as_number(), right.as_number(), bound) {
        _ if given == right => true,
        (Some(a), Some(b), Some(bound)) => (&(a - b).abs() - &exact(bound)).to_f64() <= 0.0,
        // A number that is rounded itself may be off by its last bits.
        (_, _, Some(bound)) => (yours - expected).abs() <= bound + 1e-12 * expected.abs(),
        (_, _, None) => false,
    };
    let evidence = Evidence { method: Method::Comparison, points: 0 };
    if good {
        let found = Found::new(Verdict::Right, "Right.".to_owned());
        return Found { evidence, ..found };
    }
    if yours.is_nan() || expected.is_nan() || bound.is_none() {
        return Found::undecided("the numbers could not be computed");
    }
    let witness = Some(Witness { at: Vec::new(), yours, expected });
    Found { witness, evidence, ..Found::new(Verdict::Wrong, wrong(yours, expected, bound)) }
}

fn exact(x: f64) -> Rational {
    Rational::from_f64(x).unwrap_or(Rational::ZERO)
}

impl Tolerance {
    /// How far from `right` an answer may be; `None` when no bound is given.
    pub(super) fn bound(&self, right: f64) -> Option<f64> {
        // Half a unit of the last digit, and what a rounded answer may be off itself.
        let half = 0.500_001;
        let unit = if right == 0.0 { 1.0 } else { 10.0_f64.powi(right.abs().log10().floor() as i32) };
        let power = |n: u32| 10.0_f64.powi(-(n.min(400) as i32));
        let bounds = [
            self.absolute,
            self.relative.map(|r| r * right.abs()),
            self.significant_figures.map(|n| half * unit * 10.0 * power(n)),
            self.decimal_places.map(|n| half * power(n)),
        ];
        bounds.into_iter().flatten().reduce(f64::max)
    }
}

/// What is wrong with a number, as far as its size tells.
fn wrong(yours: f64, right: f64, bound: Option<f64>) -> String {
    let tiny = 1e-9 * right.abs();
    let close = |x: f64, to: f64| (x - to).abs() <= bound.unwrap_or(0.0).max(tiny);
    let tens = (yours / right).abs().log10();
    if right != 0.0 && close(-yours, right) {
        "Not yet. The size is right; look at the sign.".to_owned()
    } else if right != 0.0
        && tens.is_finite()
        && tens.round() != 0.0
        && close(yours * 10_f64.powf(-tens.round()), right)
    {
        "Not yet. The digits are right; look at the power of ten.".to_owned()
    } else if (yours - right).abs() <= bound.map_or(0.01 * right.abs(), |b| 10.0 * b) {
        "Not yet, but close: compute with more digits and round at the end.".to_owned()
    } else {
        let way = if yours < right { "too small" } else { "too large" };
        format!("Not yet. {} is {way}.", format_number(yours, DIGITS))
    }
}
