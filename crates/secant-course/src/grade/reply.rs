//! What the grader says: verdict, score, sentence, and the evidence for them.
//!
//! Start reading at [`Grade`].

use secant::sheet::Fault;
use secant::sheet::figure::format_number;
use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap};

use super::record::Record;

/// What is said about an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// Proven to be the same.
    #[serde(rename = "right")]
    Right,
    /// The same at every point that was tried.
    #[serde(rename = "right at tested points")]
    RightAtTestedPoints,
    /// The same wherever both have a value; one has none at some places.
    #[serde(rename = "right where both exist")]
    RightWhereBothExist,
    /// Different, with a point that shows it, or right and not in the form that was asked for.
    #[serde(rename = "wrong")]
    Wrong,
    /// Neither could be shown; it costs nothing.
    #[serde(rename = "undecided")]
    Undecided,
    /// The answer could not be read; it costs nothing.
    #[serde(rename = "not understood")]
    NotUnderstood,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Verdict; 6] = [
        Verdict::Right,
        Verdict::RightAtTestedPoints,
        Verdict::RightWhereBothExist,
        Verdict::Wrong,
        Verdict::Undecided,
        Verdict::NotUnderstood,
    ];

    /// Its word, which never changes.
    pub const fn word(self) -> &'static str {
        match self {
            Verdict::Right => "right",
            Verdict::RightAtTestedPoints => "right at tested points",
            Verdict::RightWhereBothExist => "right where both exist",
            Verdict::Wrong => "wrong",
            Verdict::Undecided => "undecided",
            Verdict::NotUnderstood => "not understood",
        }
    }

    /// Does it count?
    pub const fn is_right(self) -> bool {
        matches!(self, Verdict::Right | Verdict::RightAtTestedPoints | Verdict::RightWhereBothExist)
    }

    /// What two parts are together.
    pub(super) fn and(self, other: Verdict) -> Verdict {
        let rank = |v: Verdict| match v {
            Verdict::Right => 0,
            Verdict::RightWhereBothExist => 1,
            Verdict::RightAtTestedPoints => 2,
            Verdict::Undecided => 3,
            Verdict::Wrong => 4,
            Verdict::NotUnderstood => 5,
        };
        if rank(other) > rank(self) { other } else { self }
    }
}

/// The verdict on one answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Grade {
    /// Right, wrong or in between.
    pub verdict: Verdict,
    /// From 0 to 1: the share that is right.
    pub score: f64,
    /// One plain sentence or two.
    pub feedback: String,
    /// The answer as it was understood, in the engine's writing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reading: Option<String>,
    /// The same in LaTeX, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latex: Option<String>,
    /// The same in MathML, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mathml: Option<String>,
    /// Where the answer and the right one differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness: Option<Witness>,
    /// The form that was asked for, and whether the answer has it; only of answers that are right otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<FormReply>,
    /// Why the answer could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Fault>,
    /// Entries, lines or coefficients, one by one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// The rules that were broken, best explanation first; empty where none fits.
    pub diagnosis: Vec<NamedSlip>,
    /// From which the verdict can be made again; see [`super::replay`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<Record>,
    /// What showed it.
    #[serde(skip)]
    pub evidence: Evidence,
}

/// What showed a verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// How it was shown.
    pub method: Method,
    /// Points at which both had a value and the values agreed.
    pub points: usize,
}

/// How a verdict was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Both have the same canonical form.
    SameForm,
    /// The normal form of the difference is nought.
    NormalForm,
    /// Intervals around the two values at a point do not meet.
    Intervals,
    /// The values agreed at points.
    Points,
    /// The solution sets were worked out exactly.
    SolutionSets,
    /// Numbers, labels or digits were compared as they are.
    Comparison,
    /// The answer was not compared.
    None,
}

/// A row of a diagnosis; rows with the same `explanation` belong together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NamedSlip {
    /// The rule that was broken, by its name in the table.
    pub slip: &'static str,
    /// Where, in characters of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<[usize; 2]>,
    /// What the explanation gives in the end.
    pub would_give: String,
    /// The factor that was left out, where it is that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// Counts the explanations, best first.
    pub explanation: usize,
    /// How rare the mistakes of this explanation are together.
    #[serde(skip)]
    pub cost: u32,
}

/// A form that was asked for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FormReply {
    /// As it was asked for.
    pub asked: String,
    /// Has the answer this form?
    pub ok: bool,
    /// What is missing; empty where nothing is.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub message: String,
}

/// An entry, a line or a coefficient.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Part {
    /// Which: `[1, 2]`, `line 3`, `x^2`.
    pub name: String,
    /// Characters of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<[usize; 2]>,
    /// What is said about it alone.
    pub verdict: Verdict,
    /// In words; empty where there is nothing to say.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub message: String,
}

/// A point where two formulas differ, and by how much.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Witness {
    /// The point, name by name.
    #[serde(serialize_with = "as_map")]
    pub at: Vec<(String, f64)>,
    /// What the answer gives there.
    #[serde(serialize_with = "finite_or_word")]
    pub yours: f64,
    /// What is right there.
    #[serde(serialize_with = "finite_or_word")]
    pub expected: f64,
}

fn as_map<S: Serializer>(at: &[(String, f64)], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(at.len()))?;
    for (name, value) in at {
        map.serialize_entry(name, &secant::sheet::Number(*value))?;
    }
    map.end()
}

fn finite_or_word<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    secant::sheet::Number(*value).serialize(serializer)
}

/// Digits of numbers in sentences.
pub(crate) const DIGITS: u32 = 4;

impl Witness {
    /// "At x = 2 your formula gives 8; 12 would be right."
    pub(crate) fn sentence(&self) -> String {
        let (mut yours, mut right) =
            (format_number(self.yours, DIGITS), format_number(self.expected, DIGITS));
        // Where they are close, more digits, so that two equal numbers are not called different.
        if yours == right {
            (yours, right) = (format_number(self.yours, 12), format_number(self.expected, 12));
        }
        let verb = if self.yours.is_nan() { "has no value".to_owned() } else { format!("gives {yours}") };
        let place = self.place();
        let subject = if place.is_empty() { "Your answer" } else { "your formula" };
        format!("{place}{subject} {verb}; {right} would be right.")
    }

    /// "At x = 2 and y = 1 "; empty where there are no names.
    pub(crate) fn place(&self) -> String {
        let place: Vec<String> =
            self.at.iter().map(|(n, v)| format!("{n} = {}", format_number(*v, DIGITS))).collect();
        match place.as_slice() {
            [] => String::new(),
            [one] => format!("At {one} "),
            [first @ .., last] => format!("At {} and {last} ", first.join(", ")),
        }
    }
}
