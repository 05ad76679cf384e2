//! Minima under constraints: equations and inequalities, with multipliers, active set and the second-order test.
//!
//! Here: the problem (objective, constraints, bounds) as programs; sequential quadratic programming with exact second
//! derivatives; the test on the tangent space; every stationary point in a box, proven; the Lagrangian system.
//! Not here: minima without constraints or under bounds alone (the methods beside this module).
//! Invariant: `∇f + Σ multiplier ∇constraint = 0` at what is called stationary, each constraint taken as left side minus right
//! side as it was written: multipliers of `≤` are not negative, those of `≥` not positive.
//! Start reading at [`minimize_under`].

mod problem;
mod proof;
mod qp;
mod second_order;
mod sqp;
mod stationary;

use crate::expr::Expr;
use crate::program::Interval;

use super::report::{Evaluations, Kind, Status, TracePoint};

pub use problem::Problem;
pub use sqp::minimize_under;
pub use stationary::{Lagrangian, Stationary, StationaryReport, lagrangian, stationary_points};

/// How a constraint compares with 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// `= 0`
    Equal,
    /// `≤ 0`
    AtMost,
    /// `≥ 0`
    AtLeast,
}

/// Left side minus right side, and how that compares with 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Constraint {
    /// Left side minus right side.
    pub expr: Expr,
    /// How it compares with 0.
    pub relation: Relation,
}

/// When to stop.
#[derive(Clone, Debug, PartialEq)]
pub struct ConstrainedOptions {
    /// Most steps; default 300.
    pub max_steps: usize,
    /// Stationary and feasible to this share of the sizes involved; default `1e-10`.
    pub tol: f64,
}

impl Default for ConstrainedOptions {
    fn default() -> ConstrainedOptions {
        ConstrainedOptions { max_steps: 300, tol: 1e-10 }
    }
}

/// Why it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConstrainedStop {
    /// Stationary and feasible, as far as was asked.
    Stationary,
    /// The constraints contradict each other there, as far as their tangents see; the violation is smallest there.
    Infeasible,
    /// The value falls without end.
    Unbounded,
    /// As many steps as were allowed.
    MaxSteps,
    /// A value or a derivative is not a number.
    NotFinite,
    /// No step makes it better, though it is not stationary.
    Stuck,
}

impl ConstrainedStop {
    /// One word.
    pub fn name(self) -> &'static str {
        match self {
            ConstrainedStop::Stationary => "stationary",
            ConstrainedStop::Infeasible => "infeasible",
            ConstrainedStop::Unbounded => "unbounded",
            ConstrainedStop::MaxSteps => "max-steps",
            ConstrainedStop::NotFinite => "not-finite",
            ConstrainedStop::Stuck => "stuck",
        }
    }
}

/// What happened. Not arriving is an answer with a trace to look at, not an `Err`.
#[derive(Clone, Debug)]
pub struct ConstrainedReport {
    /// The point.
    pub x: Vec<f64>,
    /// The value there.
    pub value: f64,
    /// Of each constraint, in the order in which they were given: `∇f + Σ multiplier ∇constraint + bound multipliers = 0`.
    pub multipliers: Vec<f64>,
    /// Of the bounds of each variable: negative where the lower one holds it, positive where the upper one does.
    pub bound_multipliers: Vec<f64>,
    /// Which constraints hold with equality.
    pub active: Vec<bool>,
    /// The largest violation of a constraint or bound.
    pub violation: f64,
    /// Length of the gradient of the Lagrangian.
    pub gradient_norm: f64,
    /// Why it ended.
    pub stop: ConstrainedStop,
    /// By the Hessian of the Lagrangian on the tangent space of the active constraints.
    pub kind: Kind,
    /// What is known.
    pub status: Status,
    /// Steps taken.
    pub steps: usize,
    /// How often what was evaluated.
    pub evaluations: Evaluations,
    /// The way.
    pub trace: Vec<TracePoint>,
    /// Eigenvalues of the Hessian of the Lagrangian on the tangent space, ascending.
    pub curvatures: Vec<f64>,
    /// The tangents of the active constraints depend on each other: multipliers are not unique.
    pub degenerate: bool,
    /// `Some`: exactly one stationary point with these active constraints lies in it, proven to be a strict local minimum.
    pub certificate: Option<Vec<Interval>>,
}
