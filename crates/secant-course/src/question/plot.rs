//! A small picture of where an answer and the right one part, as two programs for the page.
//!
//! Here: which name is drawn along, what the others are held at.
//! Not here: the point at which they differ (`mark`), drawing (the page).
//! Invariant: at the point, the two programs give what the witness says.

use secant::expr::{Expr, Rational, Symbol};
use secant::program::Program;
use serde::Serialize;
use serde_json::Value;

use crate::grade::Witness;

/// How far to either side of the point is drawn.
const REACH: f64 = 3.0;

/// Two formulas along one name through the point where they differ.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Plot {
    /// The name that varies; the others are held at the point.
    pub var: String,
    /// From where to where.
    pub over: [f64; 2],
    /// The answer, as a portable program of one input.
    pub answer: Value,
    /// What is right, likewise.
    pub model: Value,
}

impl Plot {
    /// The picture for a witness; none where there is nothing to draw along or a formula has no program.
    pub(super) fn through(witness: &Witness, answer: &Expr, model: &Expr) -> Option<Plot> {
        let free = model.free_symbols();
        let is_in_model = |name: &str| free.iter().any(|symbol| symbol.name() == name);
        let (var, middle) =
            witness.at.iter().find(|(name, _)| is_in_model(name)).or_else(|| witness.at.first())?;
        let along = |e: &Expr| {
            let mut held = e.clone();
            for (name, value) in witness.at.iter().filter(|(name, _)| name != var) {
                held = held.replace(&Symbol::new(name), &Expr::number(Rational::from_f64(*value)?));
            }
            let program = Program::compile(&[held], &[Symbol::new(var)]).ok()?;
            serde_json::from_str(&program.portable().to_json()).ok()
        };
        Some(Plot {
            over: [middle - REACH, middle + REACH],
            answer: along(answer)?,
            model: along(model)?,
            var: var.clone(),
        })
    }
}
