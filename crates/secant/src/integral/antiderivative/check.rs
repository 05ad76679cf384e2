//! Antiderivatives differentiated back: a quick look at a few points on the way, the full comparison at the end.

use super::algebra::free;
use crate::calculus::derivative_within;
use crate::equality::{self, Verdict};
use crate::expr::{Condition, Expr, Symbol};
use crate::program::{Program, Workspace};

/// Where a first look is taken.
const PLACES: [f64; 9] = [0.37, 0.81, -0.43, 1.27, -1.73, 2.3, 3.9, -4.1, 7.3];
/// What letters stand for there.
const LETTERS: [f64; 5] = [0.83, 0.61, 1.19, 0.47, 1.53];
/// Parts that a derivative may have.
const MAX_PARTS: usize = 20_000;

/// Does the slope of `f` agree with `e`, and exist, at a few points where `e` does and the facts hold?
pub(super) fn agrees(f: &Expr, e: &Expr, x: &Symbol, facts: &[Condition]) -> bool {
    if free(f, x) {
        return false;
    }
    let Some(slope) = derivative_within(f, x, MAX_PARTS) else { return false };
    if slope == *e {
        return true;
    }
    let outputs: Vec<Expr> = [&slope, e].into_iter().chain(facts.iter().map(|c| &c.expr)).cloned().collect();
    let mut names: Vec<Symbol> = outputs.iter().flat_map(Expr::free_symbols).collect();
    names.push(x.clone());
    names.sort();
    names.dedup();
    let Ok(program) = Program::compile(&outputs, &names) else { return false };
    let mut workspace = Workspace::new();
    let mut out = vec![0.0; outputs.len()];
    let (mut same, mut missing) = (0, 0);
    for round in 0..2 {
        for place in PLACES {
            let at: Vec<f64> = names
                .iter()
                .enumerate()
                .map(|(k, n)| if n == x { place } else { LETTERS[(k + 2 * round) % LETTERS.len()] + 0.01 * k as f64 })
                .collect();
            if program.evaluate(&at, &mut out, &mut workspace).is_err() {
                return false;
            }
            let (have, want) = (out[0], out[1]);
            if !facts.iter().zip(&out[2..]).all(|(c, v)| c.holds_for(*v)) || !want.is_finite() {
                continue;
            }
            if have.is_nan() {
                missing += 1;
            } else if (have - want).abs() > 1e-4 * want.abs().max(1e-3) {
                return false;
            } else {
                same += 1;
            }
        }
    }
    same > 0 && missing <= 2 * same
}

/// What the comparison of the slope of an antiderivative with the integrand says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compared {
    Proven,
    Tested,
    Not,
}

/// Compares the slope of `f` with `e` wherever both exist and the facts hold.
pub(super) fn compare(f: &Expr, e: &Expr, x: &Symbol, facts: &[Condition], proof_terms: usize) -> Compared {
    let Some(slope) = derivative_within(f, x, MAX_PARTS) else { return Compared::Not };
    let options = equality::Options { proof_terms, assume: facts.to_vec(), ..equality::Options::default() };
    match equality::equal((&slope, &[]), (e, &[]), &options).verdict {
        Verdict::Equal | Verdict::EqualWhereBothExist => Compared::Proven,
        Verdict::EqualAtTestedPoints => Compared::Tested,
        Verdict::Different | Verdict::Undecided => Compared::Not,
    }
}
