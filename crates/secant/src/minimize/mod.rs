//! Minima of an expression: from a start downhill, with every derivative exact, to a point of which is said what is known.
//!
//! Here: the objective (value, gradient, Hessian and their products as programs), the methods, bounds, what kind of point
//! was found, why it ended there.
//! Not here: constraints that are equations (`minimize::constrained`), regression (`fit`), proofs that a minimum is the
//! only one (`minimize::global`).
//! Invariant: every run ends (steps, operations); the value reported is never above that of the start; where the value falls
//! without end nothing is called a minimum.
//! Start reading at [`minimize()`]; then `run` (what all methods share) and the methods, a file for each family.
//!
//! # For those who build on it
//!
//! [`Objective`] is the function: made from an expression and its variables, with other names [given](Objective::give) and
//! changed between runs; it counts its evaluations and keeps within a budget. [`Options`] and [`Report`] are those of every
//! method.

mod certificate;
mod classify;
mod conjugate;
mod constrained;
mod fixed;
mod global;
mod line_search;
mod nearby;
mod newton;
mod objective;
mod options;
mod post_mortem;
mod quasi_newton;
mod report;
mod run;
mod squares;
mod sums_of_squares;
mod trust_region;

use crate::program::ProgramError;
use crate::solve::SolveError;

pub use certificate::{MinimumCertificate, certify_minimum};
pub use constrained::{
    ConstrainedOptions, ConstrainedReport, ConstrainedStop, Constraint, Lagrangian, Problem, Relation,
    Stationary, StationaryReport, lagrangian, minimize_under, stationary_points,
};
pub use global::{GlobalOptions, GlobalReport, Minimiser, global_minimum};
pub use objective::{Objective, Variable};
pub use options::{Conjugate, LineSearch, METHODS, MOST_MEMORY, MOST_STEPS, Method, MethodRow, Options};
pub use report::{ActiveBound, Evaluations, Kind, PostMortem, Report, STOPS, Status, Stop, TracePoint};

use run::Run;

/// The question is wrong, or could not be computed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MinimizeError {
    /// A number among the options is of no use.
    #[error("`{name}` is {value}; it must be {wanted}")]
    Option {
        /// Which.
        name: &'static str,
        /// What it is.
        value: f64,
        /// What it may be.
        wanted: &'static str,
    },
    /// The start has too few numbers, or too many.
    #[error("the start has {given} numbers, the objective {wanted}")]
    Start {
        /// So many.
        given: usize,
        /// So many are wanted.
        wanted: usize,
    },
    /// A bound is missing, or the lower one is above the upper one.
    #[error("the bounds of `{name}` are from {low} to {high}")]
    Bounds {
        /// Of which variable.
        name: String,
        /// The lower one.
        low: f64,
        /// The upper one.
        high: f64,
    },
    /// A method that keeps to no bounds was given some.
    #[error("`{method}` does not keep to bounds")]
    NoBounds {
        /// Which.
        method: &'static str,
    },
    /// A method for sums of squares was given something else.
    #[error("`{method}` is for sums of squares, and this expression is not seen to be one")]
    NoSquares {
        /// Which.
        method: &'static str,
    },
    /// More than the method is made for.
    #[error("{given} are too many here; at most {limit} are allowed")]
    TooMany {
        /// So many.
        given: usize,
        /// So many are allowed.
        limit: usize,
    },
    /// The expression, or one of its derivatives, could not be computed.
    #[error(transparent)]
    Program(#[from] ProgramError),
}

impl MinimizeError {
    /// A code that never changes.
    pub fn code(&self) -> &'static str {
        match self {
            MinimizeError::Option { .. } => "request.option",
            MinimizeError::Start { .. } => "request.start",
            MinimizeError::Bounds { .. } => "request.bounds",
            MinimizeError::NoBounds { .. } | MinimizeError::NoSquares { .. } => "unsupported.method",
            MinimizeError::TooMany { .. } => "budget.unknowns",
            MinimizeError::Program(e) => e.code(),
        }
    }
}

impl From<SolveError> for MinimizeError {
    fn from(e: SolveError) -> MinimizeError {
        match e {
            SolveError::Count { equations, unknowns } => {
                MinimizeError::Start { given: equations, wanted: unknowns }
            }
            SolveError::TooMany { unknowns, limit } => MinimizeError::TooMany { given: unknowns, limit },
            SolveError::Program(e) => MinimizeError::Program(e),
        }
    }
}

/// Up to this many variables the second derivatives are worth their cost.
const FEW: usize = 60;

/// The method that suits the objective: second derivatives for few variables, else `l-bfgs`.
pub fn chosen(objective: &Objective<'_>) -> Method {
    if objective.dimension() <= FEW { Method::Newton } else { Method::LimitedBfgs }
}

/// Looks for a minimum downhill from `start`; `bounds` are from and to for every number of a point, infinite where there is none.
///
/// ```
/// use secant::expr::Symbol;
/// use secant::minimize::{Kind, Objective, Options, Stop, minimize};
/// use secant::syntax::parse_expr;
/// let f = parse_expr("(x - 1)^2 + 100 (y - x^2)^2").unwrap();
/// let mut f = Objective::of_numbers(&f, &["x", "y"].map(Symbol::new))?;
/// let found = minimize(&mut f, &[-1.2, 1.0], None, &Options::default())?;
/// assert_eq!((found.stop, found.kind), (Stop::Gradient, Kind::Minimum));
/// assert!((found.x[0] - 1.0).abs() < 1e-9 && (found.x[1] - 1.0).abs() < 1e-9);
/// # Ok::<(), secant::minimize::MinimizeError>(())
/// ```
///
/// # Errors
/// [`MinimizeError`]: what was asked makes no sense, the expression has no program, or it was [cancelled](ProgramError::Cancelled).
pub fn minimize(
    objective: &mut Objective<'_>,
    start: &[f64],
    bounds: Option<&[(f64, f64)]>,
    options: &Options,
) -> Result<Report, MinimizeError> {
    options.check()?;
    let method = options.method.unwrap_or_else(|| chosen(objective));
    if start.len() != objective.dimension() {
        return Err(MinimizeError::Start { given: start.len(), wanted: objective.dimension() });
    }
    if let Some(bounds) = bounds {
        if bounds.len() != start.len() {
            return Err(MinimizeError::Start { given: bounds.len(), wanted: start.len() });
        }
        if let Some(k) = bounds.iter().position(|(low, high)| low.is_nan() || high.is_nan() || low > high) {
            let name = objective.names().swap_remove(k);
            return Err(MinimizeError::Bounds { name, low: bounds[k].0, high: bounds[k].1 });
        }
        if !method.row().bounds {
            return Err(MinimizeError::NoBounds { method: method.name() });
        }
    }
    if method.row().squares && objective.squares().is_none() {
        return Err(MinimizeError::NoSquares { method: method.name() });
    }
    let mut run = Run::new(objective, start, bounds, options, method)?;
    let stop = match go(&mut run, method) {
        Ok(stop) => stop,
        // What was found until then is an answer.
        Err(MinimizeError::Program(ProgramError::Operations { .. })) => Stop::Budget,
        Err(e) => return Err(e),
    };
    run.report(stop)
}

fn go(run: &mut Run<'_, '_>, method: Method) -> Result<Stop, MinimizeError> {
    if let Some(stop) = run.begin()? {
        return Ok(stop);
    }
    match method {
        Method::GradientDescent | Method::Momentum | Method::Nesterov | Method::Adam => {
            fixed::run(run, method)
        }
        Method::SteepestDescent => quasi_newton::run(run, &mut quasi_newton::Nothing),
        Method::Bfgs => quasi_newton::run(run, &mut quasi_newton::Full::default()),
        Method::LimitedBfgs => {
            let memory = run.options.memory;
            quasi_newton::run(run, &mut quasi_newton::Limited::new(memory))
        }
        Method::ConjugateGradient => conjugate::run(run),
        Method::Newton => newton::run(run),
        Method::GaussNewton => sums_of_squares::gauss_newton(run),
        Method::LevenbergMarquardt => sums_of_squares::levenberg_marquardt(run),
    }
}
