//! Calculus you can run.
