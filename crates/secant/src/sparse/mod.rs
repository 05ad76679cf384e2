//! Jacobians and Hessians of which most entries are 0: only the others are computed.
//!
//! Here: the pattern of a derivative, found by itself; a program that computes its entries, chosen by cost among two.
//! Not here: derivatives (`calculus`), patterns and colourings (`program`), solving with what comes out.
//! Invariant: the entries agree with those of the dense derivative (`tests/sparse.rs`), however they are computed.
//! Start reading at [`SparseHessian::compile`].

mod hessian;
mod jacobian;
mod plan;

pub use hessian::SparseHessian;
pub use jacobian::SparseJacobian;
pub use plan::{Method, Space};
