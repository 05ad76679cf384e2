//! Replies: what comes back, as data and as text.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::fits::FitReply;
use super::minima::MinimizeReply;
use super::number::Number;
use super::solve::SolveReply;
use crate::calculus::Rule;
use crate::syntax::{Errors, SyntaxError};

/// The answer to one [`super::Request`], or why there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// That of the request.
    pub id: Value,
    /// What came out.
    pub outcome: Result<Answer, Box<Fault>>,
}

/// An expression in the notations asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Formula {
    /// In Secant's notation; it can be sent back in.
    #[serde(rename = "expr")]
    pub text: String,
    /// In LaTeX, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latex: Option<String>,
    /// In MathML, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mathml: Option<String>,
}

/// What came out of a request.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// Of `parse`.
    Parse {
        /// The canonical form.
        #[serde(flatten)]
        formula: Formula,
        /// Extents, outermost first; none for a scalar.
        shape: Vec<String>,
        /// The names in it, in alphabetical order.
        free: Vec<String>,
        /// What must hold for a value to exist.
        conditions: Vec<String>,
    },
    /// Of `simplify`, `implicit_diff` and `parametric_diff`.
    Formula {
        /// The expression.
        #[serde(flatten)]
        formula: Formula,
        /// What must hold beyond what the formula says itself.
        conditions: Vec<String>,
    },
    /// Of `plot`.
    Plot {
        /// The picture, the text of an SVG file.
        svg: String,
    },
    /// Of `evaluate` at one point.
    Value {
        /// The value.
        value: Nested<Number>,
    },
    /// Of `evaluate` at a list of points.
    Values {
        /// The values, in the order of the points.
        values: Vec<Nested<Number>>,
    },
    /// Of `grad`, `jacobian` and `hessian`.
    Derivatives {
        /// The derivatives, nested as the question was: outputs first, then names.
        expr: Nested<String>,
        /// In LaTeX, when asked for.
        #[serde(skip_serializing_if = "Option::is_none")]
        latex: Option<Nested<String>>,
        /// In MathML, when asked for.
        #[serde(skip_serializing_if = "Option::is_none")]
        mathml: Option<Nested<String>>,
        /// Extents of the whole, outermost first.
        shape: Vec<String>,
        /// Of a Hessian: which entries can be other than 0.
        #[serde(skip_serializing_if = "Option::is_none")]
        structure: Option<String>,
        /// At the point asked for.
        #[serde(skip_serializing_if = "Option::is_none")]
        value: Option<Nested<Number>>,
        /// At the points asked for.
        #[serde(skip_serializing_if = "Option::is_none")]
        values: Option<Vec<Nested<Number>>>,
    },
    /// Of `diff`.
    Diff {
        /// The derivative.
        #[serde(flatten)]
        formula: Formula,
        /// Where it holds, as far as the formula does not say so itself.
        conditions: Vec<String>,
        /// At the point asked for.
        #[serde(skip_serializing_if = "Option::is_none")]
        value: Option<Nested<Number>>,
        /// At the points asked for.
        #[serde(skip_serializing_if = "Option::is_none")]
        values: Option<Vec<Nested<Number>>>,
    },
    /// Of `explain`.
    Explain {
        /// The lines of the derivation.
        steps: Vec<StepReply>,
        /// The result.
        #[serde(flatten)]
        formula: Formula,
        /// There are more lines than the limit allows.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        cut: bool,
    },
    /// Of `equal`.
    Equal {
        /// "equal", "equal where both exist", "equal at tested points", "different", "undecided".
        verdict: &'static str,
        /// Where they differ.
        #[serde(skip_serializing_if = "Option::is_none")]
        witness: Option<WitnessReply>,
        /// In words.
        reason: String,
    },
    /// Of `taylor`.
    Taylor {
        /// `taylor`, `laurent` (negative powers) or `puiseux` (fractional ones, or one side of a kink: to the right).
        kind: &'static str,
        /// The highest power that was kept.
        order: u32,
        /// Ascending; those that are 0 are left out.
        coefficients: Vec<Coefficient>,
        /// Their sum.
        #[serde(flatten, serialize_with = "as_polynomial")]
        polynomial: Formula,
        /// The same in powers of the distance from the point, where that is another thing.
        #[serde(skip_serializing_if = "Option::is_none")]
        about: Option<AboutReply>,
        /// Is nothing left out?
        exact: bool,
        /// Are the coefficients rounded numbers, since their exact forms are too long to read?
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        rounded: bool,
        /// Of the error, where it was asked for.
        #[serde(skip_serializing_if = "Option::is_none")]
        bound: Option<BoundReply>,
        /// How far the series reaches, where that was asked for.
        #[serde(skip_serializing_if = "Option::is_none")]
        radius: Option<RadiusReply>,
    },
    /// Of `integrate` without a range.
    Antiderivative {
        /// The antiderivative; `null` where none was found.
        #[serde(flatten, serialize_with = "or_null")]
        formula: Option<Formula>,
        /// What was supposed, beyond what the formula says itself.
        conditions: Vec<String>,
        /// Its slope is the integrand: `proven` or `tested`; `failed` where none was found.
        status: &'static str,
        /// Why there is none.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Of `fit`.
    Fit(Box<FitReply>),
    /// Of `limit`.
    Limit {
        /// Is there one?
        exists: bool,
        /// What is approached; `inf` and `-inf` are such.
        #[serde(flatten)]
        formula: Option<Formula>,
        /// What is approached from below, where the sides differ.
        #[serde(skip_serializing_if = "Option::is_none")]
        left: Option<String>,
        /// And from above.
        #[serde(skip_serializing_if = "Option::is_none")]
        right: Option<String>,
    },
    /// Of `solve`.
    Solve(SolveReply),
    /// Of `minimize`.
    Minimize(Box<MinimizeReply>),
    /// Of `integrate` over a range.
    Definite {
        /// The exact value, where an antiderivative gives one.
        #[serde(flatten)]
        formula: Option<Formula>,
        /// That antiderivative.
        #[serde(skip_serializing_if = "Option::is_none")]
        antiderivative: Option<String>,
        /// What has to hold for the exact value, where there are letters in it.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        conditions: Vec<String>,
        /// The number, where there is one.
        #[serde(skip_serializing_if = "Option::is_none")]
        value: Option<Number>,
        /// How far the truth may be from it, as `status` says.
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<Number>,
        /// "proven", "tested", "estimated", "failed"; that it diverges can be proven, too.
        status: &'static str,
        /// One word: why it ended.
        stop: &'static str,
        /// In words, where there is no value or not a better one.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// Values of the integrand that were computed.
        evaluations: usize,
        /// The range in parts, where they were asked for.
        #[serde(skip_serializing_if = "Option::is_none")]
        pieces: Option<Vec<PieceReply>>,
    },
}

/// A part of a range, and what it contributes to an integral.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PieceReply {
    /// From here.
    pub from: Number,
    /// To here.
    pub to: Number,
    /// The integral over it.
    pub value: Number,
    /// Its error.
    pub error: Number,
}

/// A term of a series.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Coefficient {
    /// The power of the distance from the point, a variable each.
    pub powers: BTreeMap<String, String>,
    /// What stands in front.
    pub coefficient: String,
}

/// How far a series reaches.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RadiusReply {
    /// The distance of the nearest singularity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub radius: Option<Number>,
    /// That singularity: its real part and the size of its imaginary one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<[Number; 2]>,
    /// `proven`, `tested` by the coefficients, or `failed`.
    pub status: &'static str,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A polynomial in powers of `x - a`; what it says cannot be an expression, which would add up its numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AboutReply {
    /// In Secant's notation.
    #[serde(rename = "expr")]
    pub text: String,
    /// In LaTeX, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latex: Option<String>,
    /// In MathML, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mathml: Option<String>,
}

/// A bound of an error.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BoundReply {
    /// At most this much.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Number>,
    /// `proven` or `failed`.
    pub status: &'static str,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The text of a formula is called `polynomial` in a reply to `taylor`.
fn as_polynomial<S: Serializer>(formula: &Formula, serializer: S) -> Result<S::Ok, S::Error> {
    let notations = [("latex", &formula.latex), ("mathml", &formula.mathml)];
    let asked = notations.iter().filter_map(|(name, text)| Some((*name, text.as_deref()?)));
    serializer.collect_map([("polynomial", formula.text.as_str())].into_iter().chain(asked))
}

/// A formula that may not be there is `null`, and not left out.
fn or_null<S: Serializer>(formula: &Option<Formula>, serializer: S) -> Result<S::Ok, S::Error> {
    match formula {
        Some(formula) => formula.serialize(serializer),
        None => serializer.collect_map([("expr", Value::Null)]),
    }
}

/// One thing, or a list of such.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Nested<T> {
    /// A single one.
    One(T),
    /// A list.
    Many(Vec<Nested<T>>),
}

impl<T: fmt::Display> fmt::Display for Nested<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Nested::One(x) => x.fmt(f),
            Nested::Many(list) => {
                f.write_str("[")?;
                for (k, x) in list.iter().enumerate() {
                    write!(f, "{}{x}", if k > 0 { ", " } else { "" })?;
                }
                f.write_str("]")
            }
        }
    }
}

/// One line of a derivation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StepReply {
    /// The name of the rule.
    pub rule: String,
    /// The left side.
    pub from: String,
    /// The right side.
    pub to: String,
    /// The way to the part in question: which child, which child of that, …
    pub path: Vec<usize>,
    /// Extents of the left side, of the derivative where that is read off, outermost first; left out for a number.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shape: Vec<String>,
    /// Where the line is a convention, unless these hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<String>,
    /// Both sides in LaTeX, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latex: Option<[String; 2]>,
    /// Both sides in MathML, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mathml: Option<[String; 2]>,
}

/// A point at which two expressions differ: their enclosures there are apart.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WitnessReply {
    /// The point.
    pub at: BTreeMap<String, Number>,
    /// The value of the first.
    pub a: Number,
    /// The value of the second.
    pub b: Number,
}

/// What is wrong with a request, and what to do about it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fault {
    /// A code that never changes: `syntax.…`, `name.…`, `budget.…`.
    pub code: String,
    /// In words.
    pub message: String,
    /// Characters of the text at fault, from and to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<[usize; 2]>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Which text of the request is meant, where there are several (`a`, `b`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What else is wrong with the same text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub more: Vec<Fault>,
}

impl Fault {
    /// A fault without a place.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Fault {
        Fault {
            code: code.into(),
            message: message.into(),
            at: None,
            hint: None,
            field: None,
            more: Vec::new(),
        }
    }

    /// The same with advice.
    pub fn hint(mut self, hint: impl Into<String>) -> Fault {
        self.hint = Some(hint.into());
        self
    }

    /// The same, about one of several texts.
    pub fn in_field(mut self, field: &str) -> Fault {
        self.field = Some(field.to_owned());
        self
    }

    /// The same on the heap: results stay small.
    pub fn boxed(self) -> Box<Fault> {
        Box::new(self)
    }
}

impl From<SyntaxError> for Fault {
    fn from(e: SyntaxError) -> Fault {
        let at = Some([e.span().from as usize, e.span().to as usize]);
        Fault { at, hint: e.hint().map(str::to_owned), ..Fault::new(e.code(), e.message()) }
    }
}

impl From<Errors> for Box<Fault> {
    fn from(errors: Errors) -> Box<Fault> {
        let mut faults = errors.iter().cloned().map(Fault::from);
        let first =
            faults.next().unwrap_or_else(|| Fault::new("internal.no-error", "an error without a text"));
        Box::new(Fault { more: faults.collect(), ..first })
    }
}

impl Reply {
    /// The reply as one line of JSON.
    pub fn to_line(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|e| {
            let message = e.to_string().replace('"', "'");
            format!(r#"{{"ok":false,"error":{{"code":"internal.reply","message":"{message}"}}}}"#)
        })
    }
}

impl Serialize for Reply {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut all = Map::new();
        if !self.id.is_null() {
            all.insert("id".into(), self.id.clone());
        }
        all.insert("ok".into(), self.outcome.is_ok().into());
        match &self.outcome {
            Ok(answer) => {
                if let Ok(Value::Object(fields)) = serde_json::to_value(answer) {
                    all.extend(fields);
                }
            }
            Err(fault) => {
                all.insert("error".into(), serde_json::to_value(fault).unwrap_or(Value::Null));
            }
        }
        Value::Object(all).serialize(serializer)
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.outcome {
            Ok(answer) => answer.fmt(f),
            Err(fault) => fault.fmt(f),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message)?;
        self.hint.iter().try_for_each(|hint| write!(f, "\n  {hint}"))
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let notes = |f: &mut fmt::Formatter<'_>, conditions: &[String]| {
            conditions.iter().try_for_each(|c| write!(f, "\n  where {c}"))
        };
        match self {
            Answer::Derivatives { expr, structure, value, values, .. } => {
                match expr {
                    Nested::Many(rows) => rows
                        .iter()
                        .enumerate()
                        .try_for_each(|(k, row)| write!(f, "{}{row}", if k > 0 { "\n" } else { "" }))?,
                    one => one.fmt(f)?,
                }
                structure.iter().try_for_each(|s| write!(f, "\n  structure: {s}"))?;
                value.iter().chain(values.iter().flatten()).try_for_each(|v| write!(f, "\n= {v}"))
            }
            Answer::Parse { formula, conditions, .. } | Answer::Formula { formula, conditions } => {
                f.write_str(&formula.text)?;
                notes(f, conditions)
            }
            Answer::Plot { svg } => f.write_str(svg.trim_end()),
            Answer::Value { value } => value.fmt(f),
            Answer::Values { values } => values
                .iter()
                .enumerate()
                .try_for_each(|(k, v)| write!(f, "{}{v}", if k > 0 { "\n" } else { "" })),
            Answer::Diff { formula, conditions, value, values } => {
                f.write_str(&formula.text)?;
                notes(f, conditions)?;
                value.iter().chain(values.iter().flatten()).try_for_each(|v| write!(f, "\n= {v}"))
            }
            Answer::Explain { steps, formula, cut } => {
                for (k, s) in steps.iter().enumerate() {
                    write!(f, "{:>3}. {}", k + 1, s.rule)?;
                    match &s.shape[..] {
                        [] => writeln!(f)?,
                        [n] => writeln!(f, ", a vector of {n}")?,
                        extents => writeln!(f, ", {}", extents.join(" × "))?,
                    }
                    writeln!(f, "     {}", s.from)?;
                    let becomes = if s.rule == Rule::ReadOff.name() { "gives" } else { "=" };
                    writeln!(f, "     {becomes} {}", s.to)?;
                    s.conditions
                        .iter()
                        .try_for_each(|c| writeln!(f, "       where {c}; elsewhere by convention"))?;
                }
                if *cut {
                    writeln!(f, "     … (more lines than the limit)")?;
                }
                write!(f, "Result: {}", formula.text)
            }
            Answer::Taylor { kind, polynomial, about, exact, rounded, bound, radius, .. } => {
                f.write_str(&polynomial.text)?;
                about.iter().try_for_each(|about| write!(f, "\n= {}", about.text))?;
                if *rounded {
                    f.write_str("\n  coefficients rounded: their exact forms are too long to read")?;
                }
                match (*kind, exact) {
                    (_, true) => f.write_str("\n  nothing is left out")?,
                    ("taylor", _) => {}
                    ("laurent", _) => f.write_str("\n  a Laurent series: there is a pole")?,
                    _ => f.write_str("\n  to the right of the point")?,
                }
                if let Some(RadiusReply { radius: Some(radius), status, .. }) = radius {
                    write!(f, "\n  radius of convergence {radius}, {status}")?;
                }
                match bound {
                    Some(BoundReply { error: Some(error), .. }) => {
                        write!(f, "\n  error at most {error}, proven")
                    }
                    Some(BoundReply { reason: Some(reason), .. }) => {
                        write!(f, "\n  error not bounded: {reason}")
                    }
                    _ => Ok(()),
                }
            }
            Answer::Antiderivative { formula, conditions, status, reason } => {
                f.write_str(formula.as_ref().map_or("no antiderivative", |formula| &formula.text))?;
                notes(f, conditions)?;
                match reason {
                    Some(reason) => write!(f, "\n  {reason}"),
                    None => write!(f, "\n  {status} by differentiation"),
                }
            }
            Answer::Fit(fit) => fit.fmt(f),
            Answer::Limit { formula: Some(formula), .. } => f.write_str(&formula.text),
            Answer::Limit { left, right, .. } => {
                f.write_str("there is no limit")?;
                let side = |f: &mut fmt::Formatter<'_>, word: &str, side: &Option<String>| {
                    side.iter().try_for_each(|value| write!(f, "\n  from {word}: {value}"))
                };
                side(f, "below", left)?;
                side(f, "above", right)
            }
            Answer::Solve(reply) => reply.fmt(f),
            Answer::Minimize(reply) => reply.fmt(f),
            Answer::Definite { formula, conditions, value, error, status, reason, .. } => {
                if let Some(formula) = formula {
                    f.write_str(&formula.text)?;
                    notes(f, conditions)?;
                    return match value {
                        Some(value) => write!(f, "\n= {value}, {status}"),
                        None => write!(f, "\n  {status}"),
                    };
                }
                if let (Some(value), Some(error)) = (value, error) {
                    write!(f, "{value}\n  error at most {error}, {status}")?;
                }
                let line = if value.is_some() { "\n  " } else { "" };
                reason.iter().try_for_each(|reason| write!(f, "{line}{reason}"))
            }
            Answer::Equal { verdict, witness, reason } => {
                write!(f, "{verdict}")?;
                if !reason.is_empty() {
                    write!(f, ": {reason}")?;
                }
                let Some(w) = witness else { return Ok(()) };
                let at: Vec<String> = w.at.iter().map(|(name, x)| format!("{name} = {x}")).collect();
                write!(f, "\n  at {}: {} and {}", at.join(", "), w.a, w.b)
            }
        }
    }
}
