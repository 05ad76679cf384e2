//! Compiled programs of expressions with axes, against a reference that walks the expression entry by entry.

mod allocations;
mod inputs;
mod naive;
mod polynomials;
mod products;
mod random;
mod sparse;
