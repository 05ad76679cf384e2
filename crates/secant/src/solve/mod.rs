//! Roots of one equation and of systems: found by iteration, or all of them in a box, proven.
//!
//! Here: Newton–Raphson with its failures named, safeguarded methods, isolation of every root in a box by intervals,
//! certificates of existence and uniqueness, exact forms where there are some.
//! Not here: minima (`minimize`), exact solution by rearranging, text.
//! Invariant: [`Status::Proven`] and [`RootReport::complete`] are said only of what intervals with outward rounding or exact
//! arithmetic have proven; not converging is a report with its reason and its trace, and every walk ends within its options.
//! Start reading at [`System::new`], then [`newton`] and [`isolate()`].

mod bracket;
mod certify;
mod exact;
mod isolate;
mod newton;
mod polynomial;
mod reduce;
mod report;
mod safeguarded;
mod smooth;
mod system;

pub use bracket::{bisection, bracketed};
pub use certify::{Certificate, certify};
pub use isolate::isolate;
pub use newton::newton;
pub use report::{Root, RootOptions, RootReport, Status, Step, Stop};
pub use safeguarded::safeguarded;
pub use smooth::Smoothness;
pub use system::{Narrowing, SolveError, System};
