//! Minima of expressions, by every method.

mod cases;
mod classic;
mod requests;
