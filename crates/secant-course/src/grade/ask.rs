//! What is asked of the grader: an answer, what is right, and what counts as the same.
//!
//! Start reading at [`GradeAsk`].

use std::collections::BTreeMap;

use secant::sheet::{Also, OneOrMany, PointValue};
use serde::{Deserialize, Serialize};

/// The op `grade`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GradeAsk {
    /// What the learner gave.
    pub answer: Given,
    /// What is right, of the same kind; a text may hold operations: `diff(sin(3x), x)`.
    pub model: Given,
    /// What kind of thing both are.
    #[serde(default)]
    pub kind: Kind,
    /// How the answer has to be written, beside being right: `expanded`, `decimal-places 2`, `contains sin`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<OneOrMany>,
    /// How far numbers may be off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<Tolerance>,
    /// The variable of an antiderivative, of a series or of a graph.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrt: Option<String>,
    /// The window that a graph is drawn in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draw: Option<Window>,
    /// The centre of a series; 0 unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<PointValue>,
    /// The highest power of a series that counts; that of the model unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<u32>,
    /// The request whose result the model is: what a diagnosis looks for broken rules in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<serde_json::Value>,
    /// Is a record wanted from which the verdict can be made again?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub record: bool,
    /// For other points where two expressions are compared at points.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub seed: u64,
    /// Notations of the answer wanted beside its reading.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Also>,
    /// Shapes of names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub declare: BTreeMap<String, String>,
    /// Names with a meaning.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub define: Vec<String>,
    /// What may be taken for granted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assume: Vec<String>,
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// An answer or a model: a text; a list of texts (labels, lines, elements); values by name (parameters).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Given {
    /// A text.
    Text(String),
    /// A number.
    Number(serde_json::Number),
    /// Labels of a choice, lines of a working, elements of a list.
    Many(Vec<String>),
    /// Values by name.
    Named(BTreeMap<String, PointValue>),
}

impl Default for Given {
    fn default() -> Given {
        Given::Text(String::new())
    }
}

impl From<&str> for Given {
    fn from(text: &str) -> Given {
        Given::Text(text.to_owned())
    }
}

/// What kind of thing an answer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A number.
    Value,
    /// A formula, of numbers or of what has axes.
    #[default]
    Expression,
    /// A formula up to a constant, which has to be there.
    Antiderivative,
    /// One equation or several.
    Equation,
    /// Inequalities, joined by `and` and `or`.
    Inequality,
    /// Things in any order.
    Set,
    /// Things in their order.
    List,
    /// An interval of numbers, or a union of such.
    Interval,
    /// A point.
    Point,
    /// A vector.
    Vector,
    /// A matrix.
    Matrix,
    /// The first terms of a series.
    Series,
    /// Lines that lead from one to the next.
    Working,
    /// One label or several.
    Choice,
    /// Values set on a figure.
    Parameters,
    /// A graph drawn by hand, as its heights at evenly spaced places.
    Drawn,
}

impl Kind {
    /// Every kind with its word.
    #[rustfmt::skip]
    pub const ALL: &[(Kind, &str)] = &[
        (Kind::Value, "value"), (Kind::Expression, "expression"), (Kind::Antiderivative, "antiderivative"),
        (Kind::Equation, "equation"), (Kind::Inequality, "inequality"), (Kind::Set, "set"), (Kind::List, "list"),
        (Kind::Interval, "interval"), (Kind::Point, "point"), (Kind::Vector, "vector"), (Kind::Matrix, "matrix"),
        (Kind::Series, "series"), (Kind::Working, "working"), (Kind::Choice, "choice"), (Kind::Parameters, "parameters"),
        (Kind::Drawn, "drawn"),
    ];
}

/// How far a number may be off. Any of the bounds that are given is enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tolerance {
    /// By this share of what is right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relative: Option<f64>,
    /// By this much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absolute: Option<f64>,
    /// By half a unit of the last of so many digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub significant_figures: Option<u32>,
    /// By half a unit of the last of so many digits behind the point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimal_places: Option<u32>,
}

/// The window in which a graph is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// From where to where, sideways.
    pub x: [f64; 2],
    /// From where to where, upwards.
    pub y: [f64; 2],
    /// How far a height may be off, as a part of the height of the window; 0.12 unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<f64>,
}
