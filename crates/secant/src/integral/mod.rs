//! Integrals: antiderivatives by rule, integrals over a range by number and in closed form.
//!
//! Here: the methods by which an antiderivative is looked for (`antiderivative`), values over a range with a statement of
//! their error ([`quadrature`]).
//! Not here: the rules of the derivative, by which every antiderivative is checked (`calculus`).
//! Invariant: what is given as an antiderivative has been differentiated and compared with the integrand; a range over which
//! there is no integral is told, never skipped.
//! Start reading at [`antiderivative()`] and [`quadrature::definite`].

mod antiderivative;
pub mod quadrature;

pub use antiderivative::{Antiderivative, IntegralStep, Options, Side, antiderivative};
