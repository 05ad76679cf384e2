//! Programs against a second way to the same numbers: a recursive evaluator that knows nothing of programs.

mod agreement;
mod enclosed_jets;
mod evaluate;
mod interval;
mod jets;
mod many;
mod naive;
mod opcodes;
mod portable;
mod precise;
mod random;
mod values;
mod vector;
