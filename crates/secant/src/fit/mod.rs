//! Chi-squared regression: the parameters of a model that make it fit rows of data, and how sure they are.
//!
//! Here: linear and nonlinear fits with exact slopes, weights, bounds, losses; errors and what they rest on.
//! Not here: reading files or texts (callers do), minima of other functions (`minimize`).
//! Invariant: every report says why it stopped and what its errors mean; a direction that the rows do not determine is
//! named, and no error is made up for it.
//! Start reading at [`Regression`], then [`FitReport`].

mod bands;
mod chance;
mod descent;
mod diagnostics;
mod double;
mod error;
mod faulty;
mod gram;
mod hoist;
mod identify;
mod linear;
mod normal;
mod observed;
mod options;
mod pass;
mod precise;
mod profile;
mod regression;
mod report;
mod rows;
mod sandwich;
mod scatter;
mod search;
mod second;
mod starts;
mod tied;

pub use bands::Bands;
pub use diagnostics::{Diagnostics, Standout};
pub use error::FitError;
pub use identify::Direction;
pub use options::{FitOptions, Loss, Method, Progress, Setup, Sigma};
pub use profile::Interval;
pub use regression::Regression;
pub use report::{FitReport, Param, ParamKind, Stop, TracePoint};
pub use rows::{Rows, Table};
