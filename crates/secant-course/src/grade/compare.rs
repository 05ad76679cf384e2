//! Are two formulas the same? The engine's equality, in the words of a grader.
//!
//! Start reading at [`Known::compare`].

use secant::equality::{self, Options};
use secant::expr::domain;
use secant::sheet::Limits;
use secant::syntax::Lowered;

use super::ask::GradeAsk;
use super::read::Names;
use super::reply::{Evidence, Method, Verdict, Witness};

/// What a comparison may take for granted, and how hard it tries.
pub(super) struct Known {
    pub(super) options: Options,
}

/// What came out of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Compared {
    pub(super) verdict: Verdict,
    pub(super) witness: Option<Witness>,
    /// In words; empty where there is nothing to add.
    pub(super) reason: String,
    pub(super) evidence: Evidence,
}

/// Most terms of a proof: more have never proven what a learner wrote, and take their time.
const MAX_TERMS: usize = 5_000;
/// Points that are tried.
const POINTS: usize = 40;

impl Known {
    pub(super) fn of(ask: &GradeAsk, names: &Names, limits: &Limits) -> Known {
        let options = Options {
            proof_terms: limits.proof_terms.min(MAX_TERMS),
            points: POINTS,
            assume: names.assume.clone(),
            integers: names.integers.clone(),
            seed: ask.seed,
        };
        Known { options }
    }

    /// Compares an answer with what is right.
    pub(super) fn compare(&self, given: &Lowered, model: &Lowered) -> Compared {
        let (a, b) = (&given.expr, &model.expr);
        let same_domain = || {
            domain::beyond(&given.conditions, &model.conditions).is_empty()
                && domain::beyond(&model.conditions, &given.conditions).is_empty()
        };
        if a == b && !a.is_undefined() && same_domain() {
            return Compared::of(Verdict::Right, Method::SameForm, 0);
        }
        if a.shape() != b.shape() {
            let reason = format!("it is {}, and should be {}", a.shape(), b.shape());
            return Compared { reason, ..Compared::of(Verdict::Wrong, Method::Comparison, 0) };
        }
        let found = equality::equal((a, &given.conditions), (b, &model.conditions), &self.options);
        let proven = || {
            // Where both exist, what they need holds: there `sign(x)` may be 1.
            let facts = [&given.conditions[..], &model.conditions, &self.options.assume].concat();
            let difference = equality::assuming(a, &facts) - equality::assuming(b, &facts);
            equality::proves_zero(&difference, &facts, self.options.proof_terms)
        };
        let (verdict, method) = match found.verdict {
            equality::Verdict::EqualAtTestedPoints | equality::Verdict::Undecided
                if found.agreeing > 0 && !a.has_axes() && !b.has_axes() && proven() =>
            {
                let everywhere = !found.reason.contains("only the") && same_domain();
                let verdict = if everywhere { Verdict::Right } else { Verdict::RightWhereBothExist };
                (verdict, Method::NormalForm)
            }
            equality::Verdict::Equal => (Verdict::Right, Method::NormalForm),
            equality::Verdict::EqualWhereBothExist => (Verdict::RightWhereBothExist, Method::NormalForm),
            equality::Verdict::EqualAtTestedPoints => (Verdict::RightAtTestedPoints, Method::Points),
            equality::Verdict::Different => (Verdict::Wrong, Method::Intervals),
            equality::Verdict::Undecided => (Verdict::Undecided, Method::None),
        };
        let witness = found.witness.map(|w| {
            let at = w.at.iter().map(|(name, value)| (name.name().to_owned(), *value)).collect();
            Witness { at, yours: w.a, expected: w.b }
        });
        // "the values agree at 28 points; no proof was found" is said by the verdict.
        let reason = found
            .reason
            .split("; ")
            .find(|part| part.starts_with("only the"))
            .unwrap_or(if verdict.is_right() { "" } else { &found.reason });
        let reason = reason
            .replace("only the first has a value", "only your answer has a value")
            .replace("only the second has a value", "only the right answer has a value");
        let reason = if a.has_axes() { without_arrays(reason) } else { reason };
        Compared { witness, reason, ..Compared::of(verdict, method, found.agreeing) }
    }
}

/// Longest place that is told, in characters.
const MAX_PLACE: usize = 80;

/// What is said of two values that differ, without the arrays at which they do where these would fill the page.
fn without_arrays(reason: String) -> String {
    match reason.strip_prefix("at ").and_then(|rest| rest.rsplit_once(": ")) {
        Some((place, values)) if place.chars().count() > MAX_PLACE => {
            let values = values.replacen(" and ", " instead of ", 1);
            format!("with numbers put in for all names it gives {values}")
        }
        _ => reason,
    }
}

impl Compared {
    pub(super) fn of(verdict: Verdict, method: Method, points: usize) -> Compared {
        Compared { verdict, witness: None, reason: String::new(), evidence: Evidence { method, points } }
    }

    /// The plain sentence.
    pub(super) fn say(&self) -> String {
        match self.verdict {
            Verdict::Right => "Right.".to_owned(),
            Verdict::RightWhereBothExist if self.reason.is_empty() => {
                "Right wherever both have a value.".to_owned()
            }
            Verdict::RightWhereBothExist => format!("Right wherever both have a value: {}.", self.reason),
            Verdict::RightAtTestedPoints => {
                format!("Right at all of the {} points that were tried.", self.evidence.points)
            }
            Verdict::Wrong => match &self.witness {
                Some(witness) => format!("Not yet. {}", witness.sentence()),
                None if self.reason.is_empty() => "Not yet.".to_owned(),
                None => format!("Not yet: {}.", self.reason),
            },
            Verdict::Undecided | Verdict::NotUnderstood => {
                let why = if self.reason.is_empty() { String::new() } else { format!(" ({})", self.reason) };
                format!(
                    "This could not be decided{why}, so it does not count against you. Try a simpler form of it."
                )
            }
        }
    }
}
