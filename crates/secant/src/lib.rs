//! Calculus you can run: expressions, derivatives with their steps, compiled evaluation.
//!
//! One path leads through the crate: text → [`expr::Expr`] → calculus (Expr → Expr) → program (Expr → numbers).
//! No I/O, no clock, no global state; whatever is random takes its seed as an argument.

pub mod calculus;
pub mod equality;
pub mod expr;
pub mod plot;
pub mod program;
pub mod series;
pub mod sheet;
pub mod solve;
pub mod sparse;
pub mod syntax;

/// The examples of the README are examples of this crate: they are compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
