//! Integrals: antiderivatives by rule, definite integrals by rule and by number.
//!
//! Here: the methods by which an antiderivative is looked for (`antiderivative`).
//! Not here: the rules of the derivative, by which every antiderivative is checked (`calculus`).
//! Invariant: what is given as an antiderivative has been differentiated and compared with the integrand.
//! Start reading at [`antiderivative()`].

mod antiderivative;

pub use antiderivative::{Antiderivative, IntegralStep, Options, Side, antiderivative};
