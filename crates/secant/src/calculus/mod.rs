//! Derivatives of expressions, with the steps that lead to them.
//!
//! Here: the rule table, the walk that applies it, the record of every step.
//! Not here: canonical form (`expr`), numbers (`program`), the reader's mistakes (`secant-course`).
//! Invariant: every row of [`RULES`] agrees with a central difference (`tests/derivatives.rs`).
//! Start reading at [`derivative()`].

mod derivative;
mod gradient;
mod implicit;
mod rules;
mod steps;
mod structure;
mod tensor;

pub use derivative::{Rule, derivative, derivative_within, differential, nth_derivative};
pub use gradient::{gradient, hessian, jacobian};
pub use implicit::{implicit_derivative, parametric_derivative, total_derivative};
pub use rules::{OuterRule, RULES};
pub use steps::{Derivation, Detail, Step, explain, explain_jacobian, smoothness};
pub use structure::{Structure, structure, structure_of_entries};
