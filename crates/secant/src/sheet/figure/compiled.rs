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
    /// Where traces end, as far as a formula asks: in every program these numbers come after the parameters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ends: Vec<End>,
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
    /// It only says from where a space is seen: turning the space moves it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub view: bool,
}

/// A number of a trace where it stands last.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct End {
    /// The index of the trace.
    pub element: usize,
    /// Which of its numbers.
    pub variable: usize,
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
    /// Others that the author suggests; none: the page has some of its own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tries: Vec<String>,
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
    /// One unit is as long upwards as it is sideways.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub equal: bool,
    /// Without axes.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub bare: bool,
    /// The third direction of a panel that is a space.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub space: Option<Space>,
}

/// What makes a panel a space that can be turned.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Space {
    /// From where to where, in the third direction.
    pub z: [f64; 2],
    /// What stands along the third axis.
    pub zlabel: String,
    /// The parameter with the angle around the third axis, in degrees.
    pub turn: usize,
    /// The parameter with the angle from above, in degrees: 0 is level, 90 is straight down.
    pub tilt: usize,
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

/// Two ranges: of the first and of the second variable.
pub type Over = [[f64; 2]; 2];

/// What an element is. Places are outputs of the state program: two in a plane, three in a space.
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
        /// Output with its z, in a space.
        #[serde(skip_serializing_if = "Option::is_none")]
        z: Option<usize>,
        /// What dragging it moves.
        #[serde(skip_serializing_if = "Option::is_none")]
        drag: Option<Drag>,
    },
    /// From one place to another.
    Segment {
        /// Outputs of its beginning.
        from: Vec<usize>,
        /// Outputs of its end.
        to: Vec<usize>,
    },
    /// Through both places, without an end.
    Line {
        /// Outputs of one place.
        from: Vec<usize>,
        /// Outputs of another.
        to: Vec<usize>,
    },
    /// A segment with a head at its end.
    Arrow {
        /// Outputs of its beginning.
        from: Vec<usize>,
        /// Outputs of its end.
        to: Vec<usize>,
    },
    /// A short text at a place.
    Label {
        /// Output with its x.
        x: usize,
        /// Output with its y.
        y: usize,
        /// Output with its z, in a space.
        #[serde(skip_serializing_if = "Option::is_none")]
        z: Option<usize>,
        /// The text.
        text: String,
    },
    /// The places that a variable runs through.
    Path {
        /// Inputs: the variable, then the parameters; an output for each coordinate.
        program: Portable,
        /// From where to where.
        over: [f64; 2],
    },
    /// A function of two variables as level lines, and colours between them.
    Contour {
        /// Inputs: both variables, then the parameters; one output.
        program: Portable,
        /// Where it is drawn.
        over: Over,
        /// The levels, in ascending order.
        levels: Vec<f64>,
        /// Only the lines, without colours between them.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        lines: bool,
    },
    /// The places where a function of two variables is nought.
    Implicit {
        /// Inputs: both variables, then the parameters; one output.
        program: Portable,
        /// Where it is drawn.
        over: Over,
    },
    /// A function of two variables as a surface in a space.
    Surface {
        /// Inputs: both variables, then the parameters; one output.
        program: Portable,
        /// Where it is drawn.
        over: Over,
    },
    /// An arrow at every place.
    Field {
        /// Inputs: both variables, then the parameters; two outputs.
        program: Portable,
        /// Where it is drawn.
        over: Over,
    },
    /// The places that a step, done again and again, leads to.
    Trace {
        /// Outputs with the numbers it begins at.
        start: Vec<usize>,
        /// Output with the number of steps.
        steps: usize,
        /// Inputs: the numbers of the trace, then the parameters. Outputs: the numbers after a step, then the coordinates
        /// of where it stands before it, place by place.
        program: Portable,
        /// How many places a step has.
        places: usize,
    },
    /// Measured points.
    Scatter {
        /// Where they stand sideways.
        x: Vec<f64>,
        /// Where they stand upwards.
        y: Vec<f64>,
        /// How far up and down the error bar of each reaches.
        #[serde(skip_serializing_if = "Option::is_none")]
        errors: Option<Vec<f64>>,
    },
    /// How many numbers lie in each bin.
    Histogram {
        /// Where the first bin begins.
        first: f64,
        /// How wide a bin is.
        width: f64,
        /// The height of each bar.
        heights: Vec<f64>,
    },
    /// What lies between two curves, or between one and the axis.
    Area {
        /// Inputs: the variable, then the parameters; two outputs, the first curve and the second.
        program: Portable,
        /// Output with where it begins.
        from: usize,
        /// Output with where it ends; to the left of the beginning it counts the other way round.
        to: usize,
    },
    /// Neurons in layers, joined by weights. Layer `k` stands at `x = k`, its neurons one unit apart around `y = 0`.
    Network {
        /// Outputs with what each neuron says, layer by layer from the inputs on.
        layers: Vec<Vec<usize>>,
        /// Outputs between one layer and the next: a row for each neuron of the later one. Empty: not drawn.
        weights: Vec<Vec<Vec<usize>>>,
    },
    /// Numbers in rows and columns, beside the panels.
    Table {
        /// Outputs, row by row.
        cells: Vec<Vec<usize>>,
        /// The heading of each row; may be empty.
        rows: Vec<String>,
        /// The heading of each column; may be empty.
        columns: Vec<String>,
        /// Significant digits.
        digits: u32,
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
    /// Outputs with ∂z/∂parameter, in a space.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dz: Vec<usize>,
    /// With the function that was typed none of them moves it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub still: bool,
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

impl Shape {
    /// Does it say how far its panel has to reach?
    pub(super) fn reaches(&self) -> bool {
        match self {
            Shape::Curve { .. }
            | Shape::Path { .. }
            | Shape::Contour { .. }
            | Shape::Implicit { .. }
            | Shape::Surface { .. }
            | Shape::Field { .. }
            | Shape::Trace { .. }
            | Shape::Scatter { .. }
            | Shape::Histogram { .. }
            | Shape::Area { .. }
            | Shape::Network { .. } => true,
            Shape::Point { .. }
            | Shape::Segment { .. }
            | Shape::Line { .. }
            | Shape::Arrow { .. }
            | Shape::Label { .. }
            | Shape::Table { .. } => false,
        }
    }

    /// Gives it its program, where it has one.
    pub(super) fn set_program(&mut self, own: Portable) {
        match self {
            Shape::Curve { program, .. }
            | Shape::Path { program, .. }
            | Shape::Contour { program, .. }
            | Shape::Implicit { program, .. }
            | Shape::Surface { program, .. }
            | Shape::Field { program, .. }
            | Shape::Trace { program, .. }
            | Shape::Area { program, .. } => *program = own,
            Shape::Point { .. }
            | Shape::Segment { .. }
            | Shape::Line { .. }
            | Shape::Arrow { .. }
            | Shape::Label { .. }
            | Shape::Scatter { .. }
            | Shape::Histogram { .. }
            | Shape::Network { .. }
            | Shape::Table { .. } => {}
        }
    }
}
