//! Derivatives of expressions, with the steps that lead to them.
//!
//! Here: the rule table, the walk that applies it, the record of every step.
//! Not here: canonical form (`expr`), numbers (`program`), the reader's mistakes (`secant-course`).
//! Invariant: every row of [`RULES`] agrees with a central difference (`tests/derivatives.rs`).
//! Start reading at [`derivative()`].
//!
//! # Where there is no derivative
//!
//! At a kink or a jump a value is chosen, always the same one, so that a descent does not stop there. Answers state the
//! condition under which nothing was chosen, and steps name it where the rule is used ([`smoothness`]).
//!
//! | function | where | chosen |
//! |---|---|---|
//! | `abs(x)` | 0 | `sign(0) = 0` |
//! | `relu(x)` | 0 | `step(0) = 0` |
//! | `max(a, b)`, `min(a, b)` | `a = b` | the first argument counts |
//! | `max(x)`, `min(x)` of a vector | several entries are the largest | they share: each its part |
//! | `sign`, `step`, comparisons | the jump | 0 |
//! | `floor`, `ceil` | integers | 0 |
//! | `mod(a, b)` | `a/b` an integer | 1 by `a`, `-floor(a/b)` by `b` |
//! | `where(c, a, b)` | the border of `c` | the branch that is taken there; the other one leaves no trace, even where it is infinite |
//! | `norm(x)`, `sqrt(x)`, `cbrt(x)` | 0 | nothing: infinite, or not a number |

mod derivative;
mod gradient;
mod implicit;
mod products;
mod rules;
mod steps;
mod structure;
mod tensor;

pub use derivative::{Rule, derivative, derivative_within, differential, differentials, nth_derivative};
pub use gradient::{gradient, hessian, jacobian};
pub use implicit::{implicit_derivative, parametric_derivative, total_derivative};
pub use products::{hessian_times_vector, jacobian_times_vector, vector_times_jacobian};
pub use rules::{OuterRule, RULES};
pub use steps::{Derivation, Detail, Step, explain, explain_jacobian, smoothness};
pub use structure::{Structure, structure, structure_of_entries};
