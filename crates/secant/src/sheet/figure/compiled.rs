//! A compiled figure: everything a view of it needs, and what is written to JSON, version 1.
//!
//! Not here: how it is made (`compile`).
//! Invariant: indices count the elements and outputs of the figure's text, so they stay the same whatever
//! functions are typed in place of its own.

use serde::Serialize;

/// A figure, compiled: numbers come out of its programs, nothing in it is text to be parsed again.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    /// Version of this format.
    pub version: u32,
    /// Its name in the lesson.
    pub id: String,
    /// A title, may be empty.
    pub title: String,
    /// The text twin.
    pub alt: Vec<TextPart>,
    /// The numbers one can move.
    pub params: Vec<Param>,
    /// The functions, some of them open to be typed.
    pub functions: Vec<Function>,
    /// The planes that are drawn in; at least one.
    pub panels: Vec<Panel>,
    /// The program of every number that elements, values and text need; inputs are the parameters in order.
    pub state: Portable,
    /// What is drawn, in order.
    pub elements: Vec<Element>,
    /// Numbers shown beside the figure.
    pub values: Vec<Value>,
    #[serde(skip)]
    pub(super) programs: super::compile::Programs,
}

/// A program in the portable form, as JSON.
pub type Portable = serde_json::Value;

/// A stretch of text, or a number in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum TextPart {
    /// As it stands.
    Text(String),
    /// An output of the state program, with so many significant digits.
    Number {
        /// Index of the output.
        output: usize,
        /// Significant digits.
        digits: u32,
    },
}

/// A number one can move.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Param {
    /// Its name in formulas.
    pub name: String,
    /// Where it begins.
    pub value: f64,
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
    /// What to call it on the page.
    pub label: String,
}

/// A function of the figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The names of its variables.
    pub vars: Vec<String>,
    /// What it is, as text that can be typed again.
    pub text: String,
    /// May the learner type another one?
    pub editable: bool,
    /// What it is, as mathematics.
    pub mathml: String,
}

/// A plane with its ranges.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Panel {
    /// Its name.
    pub id: String,
    /// From where to where, sideways.
    pub x: [f64; 2],
    /// From where to where, upwards.
    pub y: [f64; 2],
    /// What stands along the horizontal axis.
    pub xlabel: String,
    /// What stands along the vertical axis.
    pub ylabel: String,
    /// The upward range was chosen for the functions as they are now.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub adapted: bool,
}

/// Something that is drawn.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Element {
    /// Its name; scenes show and hide it by this.
    pub id: String,
    /// The panel it is in.
    pub panel: String,
    /// One of the style words.
    pub style: String,
    /// A short text beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Not visible before a scene shows it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    /// What it is.
    #[serde(flatten)]
    pub shape: Shape,
}

/// What an element is. Places are pairs of outputs of the state program.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Shape {
    /// The graph of a function.
    Curve {
        /// Inputs: the variable, then the parameters; one output.
        program: Portable,
        /// From where to where.
        over: [f64; 2],
    },
    /// A point, perhaps one that can be dragged.
    Point {
        /// Output with its x.
        x: usize,
        /// Output with its y.
        y: usize,
        /// What dragging it moves.
        #[serde(skip_serializing_if = "Option::is_none")]
        drag: Option<Drag>,
    },
    /// From one place to another.
    Segment {
        /// Outputs of its beginning.
        from: [usize; 2],
        /// Outputs of its end.
        to: [usize; 2],
    },
    /// Through both places, without an end.
    Line {
        /// Outputs of one place.
        from: [usize; 2],
        /// Outputs of another.
        to: [usize; 2],
    },
    /// A segment with a head at its end.
    Arrow {
        /// Outputs of its beginning.
        from: [usize; 2],
        /// Outputs of its end.
        to: [usize; 2],
    },
    /// A short text at a place.
    Label {
        /// Output with its x.
        x: usize,
        /// Output with its y.
        y: usize,
        /// The text.
        text: String,
    },
}

/// The parameters a point moves, with the derivatives of its place by each.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Drag {
    /// Indices of parameters.
    pub params: Vec<usize>,
    /// Outputs with ∂x/∂parameter.
    pub dx: Vec<usize>,
    /// Outputs with ∂y/∂parameter.
    pub dy: Vec<usize>,
}

/// A number shown beside the figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Value {
    /// Its name.
    pub id: String,
    /// What to call it on the page.
    pub label: String,
    /// The output of the state program.
    pub output: usize,
    /// Significant digits.
    pub digits: u32,
}
