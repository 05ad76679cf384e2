//! What may be asked of a search for roots, and what comes back.

use crate::expr::Expr;
use crate::program::Interval;

/// When a search stops; `RootOptions { max_steps: 5, ..Default::default() }`.
#[derive(Clone, Debug, PartialEq)]
pub struct RootOptions {
    /// A step below this share of the size of `x` has arrived; default `1e-13`.
    pub step_tol: f64,
    /// Most steps of an iteration; default 120: a root of multiplicity 4 takes 104.
    pub max_steps: usize,
    /// Most boxes that are looked at where all roots are wanted; default 50 000.
    pub max_boxes: usize,
    /// Boxes below this share of the size of `x` are not cut further where nothing can be decided; default `1e-9`.
    pub min_width: f64,
}

impl Default for RootOptions {
    fn default() -> RootOptions {
        RootOptions { step_tol: 1e-13, max_steps: 120, max_boxes: 50_000, min_width: 1e-9 }
    }
}

/// What is known of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Exactly one root lies in the enclosure.
    Proven,
    /// The value there is 0 within the rounding of its evaluation.
    Tested,
    /// The iteration came to rest there.
    Estimated,
    /// Nothing was found.
    Failed,
}

impl Status {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Status::Proven => "proven",
            Status::Tested => "tested",
            Status::Estimated => "estimated",
            Status::Failed => "failed",
        }
    }
}

/// A root, or what is held for one.
#[derive(Clone, Debug, PartialEq)]
pub struct Root {
    /// A number for each unknown.
    pub at: Vec<f64>,
    /// The largest `|f(at)|` among the equations, as written.
    pub residual: f64,
    /// Where it lies. With [`Status::Proven`] there is exactly one root inside.
    pub enclosure: Option<Vec<Interval>>,
    /// Exact forms, where they were recognised and proven: one for each unknown.
    pub exact: Option<Vec<Expr>>,
    /// How many roots fall together here; `None` where nothing is known.
    pub multiplicity: Option<u32>,
    /// What is known of it.
    pub status: Status,
}

/// One step of an iteration, for the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Where.
    pub at: Vec<f64>,
    /// The values of the equations there.
    pub values: Vec<f64>,
    /// Of one equation in one unknown: its derivative there, where it was needed.
    pub slope: Option<f64>,
    /// Of a method that keeps a bracket: the bracket.
    pub bracket: Option<[f64; 2]>,
}

/// Why a search stopped.
#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    /// A step was too small to matter, or the value is 0 within rounding.
    Converged,
    /// Every part of the box has been decided.
    Complete,
    /// Some parts of the box could not be decided.
    Undecided,
    /// More boxes than the options allow.
    Budget,
    /// The tangent is flat there (of a system: the Jacobian is singular): it meets the axis nowhere.
    Flat {
        /// Where.
        at: Vec<f64>,
    },
    /// The iteration goes round for ever.
    Cycle {
        /// How many steps a round has.
        length: usize,
    },
    /// The iteration goes away further and further.
    Runaway,
    /// A value or a derivative is not finite there.
    NotFinite {
        /// Where.
        at: Vec<f64>,
    },
    /// The equation has no value there.
    LeftDomain {
        /// Where.
        at: Vec<f64>,
    },
    /// More steps than the options allow.
    MaxSteps,
    /// No step makes the values smaller: the place is lowest, and is no root.
    Stuck {
        /// Where.
        at: Vec<f64>,
    },
    /// The values at the ends of the bracket have the same sign.
    NoBracket {
        /// Those values.
        values: [f64; 2],
    },
}

impl Stop {
    /// One word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Stop::Converged => "converged",
            Stop::Complete => "complete",
            Stop::Undecided => "undecided",
            Stop::Budget => "budget",
            Stop::Flat { .. } => "flat",
            Stop::Cycle { .. } => "cycle",
            Stop::Runaway => "runaway",
            Stop::NotFinite { .. } => "not-finite",
            Stop::LeftDomain { .. } => "left-domain",
            Stop::MaxSteps => "max-steps",
            Stop::Stuck { .. } => "stuck",
            Stop::NoBracket { .. } => "no-bracket",
        }
    }
}

/// What happened. Not converging is an answer with a trace to look at, not an `Err`.
#[derive(Clone, Debug, PartialEq)]
pub struct RootReport {
    /// What was found, ascending by the first unknown.
    pub roots: Vec<Root>,
    /// Proven: there are no roots in the box but those listed with [`Status::Proven`].
    pub complete: bool,
    /// Parts of the box in which there may be more roots.
    pub undecided: Vec<Vec<Interval>>,
    /// Why it stopped.
    pub stop: Stop,
    /// How often the equations were evaluated, at points and over boxes, derivatives included.
    pub evaluations: usize,
    /// The steps of an iteration.
    pub trace: Vec<Step>,
}
