//! The covariance of parameters that a loss has found: `H⁻¹ (J'ψ²J) H⁻¹`, which holds whatever rows scatter like.
//!
//! Source: Huber & Ronchetti, *Robust Statistics*, 2nd ed., §6.3 and §7.6.

use super::error::FitError;
use super::pass::Engine;
use super::regression::Regression;
use super::rows::Rows;

/// The inverse with the pull of every row in its middle, without the scatter, and the plain sum of squares.
pub(super) fn covariance(
    model: &Regression,
    engine: &mut Engine<'_>,
    rows: &mut dyn Rows,
    params: &[f64],
    inverse: &[f64],
) -> Result<(Vec<f64>, f64), FitError> {
    let p = params.len();
    let loss = engine.options.loss;
    let (mut middle, mut squares) = (vec![0.0; p * p], 0.0);
    engine.each_group(&model.compiled, rows, params, &mut |engine, columns, start, rows, _| {
        engine.each_piece(&model.compiled, columns, start, rows, |_, columns| {
            for (row, r) in columns[0].iter().enumerate() {
                let (_, pull, _) = loss.at(*r);
                squares += r * r;
                for i in 0..p {
                    let pulled = pull * pull * r * r * columns[i + 1][row];
                    (0..p).for_each(|j| middle[i * p + j] += pulled * columns[j + 1][row]);
                }
            }
        })
    })?;
    engine.evaluations += 1;
    let times = |a: &[f64], b: &[f64]| -> Vec<f64> {
        (0..p * p).map(|k| (0..p).map(|m| term(a[k / p * p + m], b[m * p + k % p])).sum()).collect()
    };
    Ok((times(&times(inverse, &middle), inverse), squares))
}

/// What a bound holds takes no part.
fn term(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { 0.0 } else { a * b }
}
