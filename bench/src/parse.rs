//! How many characters a second are read, from text to a canonical expression.

use secant::calculus::derivative;
use secant::syntax::parse_expr;

use crate::{figure, scalar};

/// Textbook formulas, and one long formula as the engine prints it: the derivative of W1, K = 14.
pub(crate) fn throughput() {
    let formulas: Vec<&str> = include_str!("../formulas.txt").lines().collect();
    let long = derivative(&scalar::nest(14), &scalar::x()).to_string();
    for (workload, texts) in [("parse formulas", &formulas[..]), ("parse long", &[&long[..]])] {
        let read = || texts.iter().map(|text| parse_expr(text).expect("a formula")).collect::<Vec<_>>();
        figure::rate(workload, texts.iter().map(|text| text.chars().count()).sum(), read);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_formula_is_read() {
        for text in include_str!("../formulas.txt").lines() {
            assert!(parse_expr(text).is_ok(), "{text}");
        }
    }
}
