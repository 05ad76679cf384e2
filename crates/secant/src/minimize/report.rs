//! What came out of a minimisation: the point, why it stopped there, what is known of it, and the way it went.

use super::options::Method;
use crate::program::Interval;

/// What happened. Not arriving is an answer with a trace to look at, not an `Err`.
#[derive(Clone, Debug)]
pub struct Report {
    /// The best point seen; its value is never above that of the start.
    pub x: Vec<f64>,
    /// The value there.
    pub value: f64,
    /// The gradient there.
    pub gradient: Vec<f64>,
    /// Length of the gradient, without the parts that push against a bound.
    pub gradient_norm: f64,
    /// How it was done.
    pub method: Method,
    /// Why it ended.
    pub stop: Stop,
    /// The same in a sentence.
    pub reason: String,
    /// What kind of point it is, by the second derivatives.
    pub kind: Kind,
    /// How much of the answer is known.
    pub status: Status,
    /// Steps taken.
    pub steps: usize,
    /// How often what was evaluated.
    pub evaluations: Evaluations,
    /// The way: first and last point always, of a long way every second, every fourth, … in between.
    pub trace: Vec<TracePoint>,
    /// What the second derivatives say, where they were looked at.
    pub post_mortem: PostMortem,
    /// `Some`: exactly one stationary point in this box, proven to be a minimum. `None`: `x` is an estimate, and is called one.
    pub certificate: Option<Vec<Interval>>,
}

/// Why a minimisation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The gradient is nought, as far as was asked.
    Gradient,
    /// The last step was as short as was asked.
    Step,
    /// The last step changed the value as little as was asked.
    Value,
    /// What a step would still change is below the rounding of the value.
    Rounding,
    /// The value falls without end.
    Unbounded,
    /// As many steps as were allowed.
    MaxSteps,
    /// The value, or the gradient, is not a number.
    NotFinite,
    /// No lower value along a direction that leads down.
    LineSearch,
    /// As many operations as were allowed.
    Budget,
}

/// Every reason to end.
pub const STOPS: &[Stop] = &[
    Stop::Gradient,
    Stop::Step,
    Stop::Value,
    Stop::Rounding,
    Stop::Unbounded,
    Stop::MaxSteps,
    Stop::NotFinite,
    Stop::LineSearch,
    Stop::Budget,
];

impl Stop {
    /// One word.
    pub fn name(self) -> &'static str {
        match self {
            Stop::Gradient => "gradient",
            Stop::Step => "step",
            Stop::Value => "value",
            Stop::Rounding => "rounding",
            Stop::Unbounded => "unbounded",
            Stop::MaxSteps => "max-steps",
            Stop::NotFinite => "not-finite",
            Stop::LineSearch => "line-search",
            Stop::Budget => "budget",
        }
    }

    /// Did it end where it wanted to go?
    pub fn arrived(self) -> bool {
        matches!(self, Stop::Gradient | Stop::Step | Stop::Value | Stop::Rounding)
    }
}

/// What a stationary point is, by the eigenvalues of the Hessian (of its part along the free variables, where bounds hold
/// the others).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// All positive.
    Minimum,
    /// Of both signs.
    Saddle,
    /// All negative.
    Maximum,
    /// Some are 0 as far as rounding lets one see, the others have one sign: the second derivatives do not decide.
    Degenerate,
    /// Not known: the point is not stationary, or its second derivatives were not looked at.
    Undecided,
}

impl Kind {
    /// One word.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Minimum => "minimum",
            Kind::Saddle => "saddle",
            Kind::Maximum => "maximum",
            Kind::Degenerate => "degenerate",
            Kind::Undecided => "undecided",
        }
    }
}

/// How much of an answer is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// There is a certificate.
    Proven,
    /// It stopped where the gradient is nought, and the second derivatives say that it is a minimum.
    Tested,
    /// It stopped where it wanted to go.
    Estimated,
    /// It did not.
    Failed,
}

impl Status {
    /// One word.
    pub fn name(self) -> &'static str {
        match self {
            Status::Proven => "proven",
            Status::Tested => "tested",
            Status::Estimated => "estimated",
            Status::Failed => "failed",
        }
    }
}

/// How often what was evaluated. A gradient comes with its value, which is not counted again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evaluations {
    /// Values alone, residuals included.
    pub f: usize,
    /// Gradients, and Jacobians of residuals.
    pub grad: usize,
    /// Hessians.
    pub hessian: usize,
    /// Products of the Hessian with a vector.
    pub product: usize,
}

/// A point of the way.
#[derive(Clone, Debug, PartialEq)]
pub struct TracePoint {
    /// After how many steps; the start is 0.
    pub step: usize,
    /// Where.
    pub x: Vec<f64>,
    /// The value there.
    pub value: f64,
    /// Length of the gradient there, without the parts that push against a bound.
    pub gradient_norm: f64,
    /// How long the step to here was; 0 at the start.
    pub length: f64,
}

/// What there is to say after the end.
#[derive(Clone, Debug, Default)]
pub struct PostMortem {
    /// Eigenvalues of the Hessian along the free variables, ascending.
    pub eigenvalues: Vec<f64>,
    /// Largest over smallest of their sizes.
    pub condition: Option<f64>,
    /// How far away the second-order model has its stationary point, relative to `x` (or 1 where that is larger).
    pub distance: Option<f64>,
    /// How much lower the value is there, by the same model.
    pub fall: Option<f64>,
    /// Variables whose units make the problem hard, with how much larger than the usual one their unit is.
    pub badly_scaled: Vec<(String, f64)>,
    /// Bounds that hold a variable.
    pub active: Vec<ActiveBound>,
    /// Whatever else should be known, a sentence each.
    pub notes: Vec<String>,
}

/// A bound that holds a variable.
#[derive(Clone, Debug, PartialEq)]
pub struct ActiveBound {
    /// Which variable.
    pub name: String,
    /// Which bound.
    pub bound: f64,
    /// Is it the upper one?
    pub upper: bool,
    /// How much the value would fall for a bound that is wider by 1: at least 0.
    pub multiplier: f64,
}
