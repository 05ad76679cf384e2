//! Marking: what the engine says about an answer, and a sentence that helps.
//!
//! Here: the verdict, the point at which two formulas differ, the relation between a wrong answer and the right one.
//! Not here: equality itself (the engine's), the table of slips (`slips`).
//! Invariant: every sentence about an answer was checked by the engine; nothing is guessed from its text.
//! Start reading at [`Question::mark`].

use secant::equality::{self, Comparison, equal};
use secant::expr::{Condition, Constant, Expr, Rational};
use secant::sheet::Scope;
use secant::sheet::figure::{Task, format_number};
use serde::Serialize;

use crate::fault::Fault;
use crate::grade::{Verdict, Witness};

use super::Question;
use super::bind::Bound;
use super::plot::Plot;

/// How an answer was marked.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mark {
    /// Right, wrong or in between.
    pub verdict: Verdict,
    /// From 0 to 1.
    pub score: f64,
    /// What to tell the learner.
    pub feedback: String,
    /// The answer as it was understood, as mathematics.
    pub reading: String,
    /// A point where the answer and the right one differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness: Option<Witness>,
    /// The two formulas around that point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plot: Option<Plot>,
}

/// Longest answer, in bytes.
const MAX_ANSWER: usize = 2_000;
/// Digits of numbers in feedback.
const DIGITS: u32 = 4;

impl Question {
    /// Marks an answer.
    ///
    /// # Errors
    /// The answer could not be read; nothing is lost by that, it only has to be written again.
    pub fn mark(&self, seed: u64, answer: &str) -> Result<Mark, Fault> {
        let bound = self.bound(seed);
        let given = self.understand(&bound, answer)?;
        let expected = bound.conditional(&self.inner.spec.answer.text);
        let reading = given.0.to_mathml();
        if let Some(digits) = self.inner.spec.significant {
            return Ok(self.mark_number(&given.0, &expected.0, digits, reading));
        }
        let compared = compare(&given, &expected);
        let (verdict, feedback, witness) = match compared.verdict {
            equality::Verdict::Equal => (Verdict::Right, self.praise(&bound, &given.0), None),
            equality::Verdict::EqualWhereBothExist => {
                let praise = self.praise(&bound, &given.0);
                let feedback = format!("{praise} At some places only one of the two formulas has a value.");
                (Verdict::RightWhereBothExist, feedback, None)
            }
            equality::Verdict::EqualAtTestedPoints => {
                let feedback = format!("Right at all of the {} points that were tried.", compared.agreeing);
                (Verdict::RightAtTestedPoints, feedback, None)
            }
            equality::Verdict::Different => {
                let witness = compared.witness.map(|found| {
                    let at = found.at.iter().map(|(name, value)| (name.name().to_owned(), *value)).collect();
                    Witness { at, yours: found.a, expected: found.b }
                });
                let feedback = self.help(&bound, &given, &expected.0, witness.as_ref());
                (Verdict::Wrong, feedback, witness)
            }
            equality::Verdict::Undecided => {
                let feedback =
                    "This could not be decided, so it does not count against you. Try a simpler form of it.";
                (Verdict::Undecided, feedback.to_owned(), None)
            }
        };
        let score = if verdict.is_right() { 1.0 } else { 0.0 };
        let plot = witness.as_ref().and_then(|witness| Plot::through(witness, &given.0, &expected.0));
        Ok(Mark { verdict, score, feedback, reading, witness, plot })
    }

    /// The answer as an expression in the names that it may use.
    fn understand(&self, bound: &Bound, answer: &str) -> Result<Meant, Fault> {
        let names = self.names(bound);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        typed(answer, &names)
    }

    fn praise(&self, bound: &Bound, given: &Expr) -> String {
        // The shape of an answer costs nothing; that it can be shorter is worth a word.
        let shorter = match bound.scope.task(&self.inner.spec.answer.text) {
            Ok(Task::Value(_)) => self.inner.spec.steps.last(),
            _ => None,
        };
        let shorter = shorter.and_then(|(_, formula)| bound.expression(&formula.text).ok());
        match shorter.filter(|s| s.tree_size() + 4 < given.tree_size()) {
            Some(shorter) => format!("Right. It can also be written {shorter}."),
            None => "Right.".to_owned(),
        }
    }

    /// What to say about an answer that is wrong.
    fn help(&self, bound: &Bound, given: &Meant, expected: &Expr, witness: Option<&Witness>) -> String {
        let mut sentences = Vec::new();
        if let Some(witness) = witness {
            sentences.push(difference(witness));
        }
        let same = |e: &Expr| is_same(given, e);
        let slip = self.likely_slips(bound).into_iter().find(|slip| same(&slip.gives));
        let itself = match bound.scope.task(&self.inner.spec.answer.text) {
            Ok(Task::Derivative { of, .. }) => Some(of).filter(|of| same(of)),
            _ => None,
        };
        if let Some(slip) = slip {
            sentences.push(slip.say.unwrap_or_else(|| slip.slip.say.to_owned()));
        } else if itself.is_some() {
            sentences.push("That is the function itself; asked is how fast it changes.".to_owned());
        } else if same(&-expected.clone()) {
            sentences.push("Only the sign is wrong, everywhere: turn it round.".to_owned());
        } else if let Some(factor) = witness.and_then(|w| simple(w.yours / w.expected))
            && same(&(expected.clone() * factor.clone()))
        {
            sentences.push(format!("Everywhere it is {factor} times what it should be: look for a factor."));
        } else if let Some(shift) = witness.and_then(|w| simple(w.yours - w.expected))
            && same(&(expected.clone() + shift.clone()))
        {
            let (size, which) = match shift.as_number() {
                Some(n) if n.is_negative() => (Expr::number(n.abs()), "little"),
                _ => (shift, "much"),
            };
            sentences
                .push(format!("Everywhere it is {size} too {which}: the rest of your formula is right."));
        }
        sentences.join(" ")
    }

    /// A number, right to so many significant digits.
    fn mark_number(&self, given: &Expr, expected: &Expr, digits: u32, reading: String) -> Mark {
        let value = |e: &Expr| secant::program::eval(e, &[]).unwrap_or(f64::NAN);
        let (yours, right) = (value(given), value(expected));
        // Half a unit of the last digit, and what a rounded answer may be off itself.
        let unit = if right == 0.0 { 1.0 } else { 10.0_f64.powi(right.abs().log10().floor() as i32) };
        let tolerance = 0.500_001 * unit * 10.0_f64.powi(1 - digits as i32);
        let good = (yours - right).abs() <= tolerance;
        let (verdict, feedback) = if good {
            (Verdict::Right, format!("Right: {}.", format_number(right, digits + 2)))
        } else if (yours + right).abs() <= tolerance {
            (Verdict::Wrong, "The size is right; look at the sign.".to_owned())
        } else if (yours - right).abs() <= 10.0 * tolerance {
            (Verdict::Wrong, format!("Close: compute with more digits and round to {digits} at the end."))
        } else {
            let way = if yours < right { "too small" } else { "too large" };
            (Verdict::Wrong, format!("{} is {way}.", format_number(yours, DIGITS)))
        };
        let witness = (!good).then(|| Witness { at: Vec::new(), yours, expected: right });
        Mark { verdict, score: if good { 1.0 } else { 0.0 }, feedback, reading, witness, plot: None }
    }
}

/// Text that a learner typed, as an expression in these names.
pub(crate) fn typed(text: &str, names: &[&str]) -> Result<Meant, Fault> {
    let fault = |code: &'static str, message: String, hint: &str| Fault {
        code,
        message,
        file: String::new(),
        line: 0,
        column: 0,
        at: None,
        hint: Some(hint.to_owned()),
    };
    if text.trim().is_empty() {
        return Err(fault(
            "syntax.empty",
            "there is nothing to read yet".into(),
            "type a formula such as 2 x + 1",
        ));
    }
    if text.len() > MAX_ANSWER {
        let message = format!("the answer is {} bytes long; the limit is {MAX_ANSWER}", text.len());
        return Err(fault("budget.text", message, "write it shorter"));
    }
    let mut scope = Scope::strict();
    names.iter().for_each(|name| scope.variable(name));
    let given = scope.conditional(text).map_err(|wrong| {
        let wrong = wrong.within(secant::sheet::figure::Origin::Figure, text);
        let hint = match (wrong.code, wrong.hint) {
            ("name.unknown", None) if !names.is_empty() => {
                Some(format!("an answer may use {}", names.join(", ")))
            }
            (_, hint) => hint,
        };
        let at = Some((wrong.chars.start, wrong.chars.end));
        Fault { at, hint, ..fault(wrong.code, wrong.message, "") }
    })?;
    if let secant::expr::Node::Constant(Constant::Undefined) = given.0.node() {
        return Err(fault(
            "domain.undefined",
            "this has no value anywhere".into(),
            "is there a division by 0 in it?",
        ));
    }
    Ok(given)
}

/// An expression, and what must hold for the text it came from to have a value.
pub(crate) type Meant = (Expr, Vec<Condition>);

fn compare(a: &Meant, b: &Meant) -> Comparison {
    equal((&a.0, &a.1), (&b.0, &b.1), &equality::Options::default())
}

fn is_same(a: &Meant, b: &Expr) -> bool {
    let compared = equal((&a.0, &a.1), (b, &[]), &equality::Options::default());
    !matches!(compared.verdict, equality::Verdict::Different | equality::Verdict::Undecided)
}

/// "At x = 2 your formula gives 8, where 12 is right."
fn difference(witness: &Witness) -> String {
    let (yours, right) = (format_number(witness.yours, DIGITS), format_number(witness.expected, DIGITS));
    // Where they are close, more digits, so that two equal numbers are not called different.
    let (yours, right) = if yours == right {
        (format_number(witness.yours, 12), format_number(witness.expected, 12))
    } else {
        (yours, right)
    };
    let place: Vec<String> =
        witness.at.iter().map(|(n, v)| format!("{n} = {}", format_number(*v, DIGITS))).collect();
    let verb = |value: f64, text: &str| {
        if value.is_nan() { "has no value".to_owned() } else { format!("gives {text}") }
    };
    let place = match place.as_slice() {
        [] => String::new(),
        [one] => format!("At {one} "),
        [first @ .., last] => format!("At {} and {last} ", first.join(", ")),
    };
    let start = if place.is_empty() { "Your answer" } else { "your formula" };
    format!("Not yet. {place}{start} {}; {right} would be right.", verb(witness.yours, &yours))
}

/// A fraction with small numbers that `x` is, within rounding.
fn simple(x: f64) -> Option<Expr> {
    if !x.is_finite() || x.abs() > 1e6 || x == 0.0 {
        return None;
    }
    (1..=24_i64).find_map(|d| {
        let n = (x * d as f64).round();
        let close = n != 0.0 && (x * d as f64 - n).abs() <= 1e-9 * n.abs().max(1.0);
        if close { Rational::ratio(n as i64, d).map(Expr::number) } else { None }
    })
}
