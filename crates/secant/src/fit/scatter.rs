//! How far the left side scatters about its mean.

use super::double::Double;
use super::error::FitError;
use super::options::Sigma;
use super::pass::{Compiled, Engine};
use super::regression::{Regression, compile};
use super::rows::Rows;

/// The sum of squares about the mean.
pub(super) fn about_mean(
    model: &Regression,
    engine: &mut Engine<'_>,
    rows: &mut dyn Rows,
) -> Result<f64, FitError> {
    let compiled: Compiled =
        compile(std::slice::from_ref(&model.left), &model.columns, &[], true, &Sigma::Unknown)?;
    let (mut sum, mut squares, mut origin, mut count) = (Double::ZERO, Double::ZERO, None, 0.0);
    engine.each_group(&compiled, rows, &[], &mut |engine, columns, start, rows, _| {
        engine.each_piece(&compiled, columns, start, rows, |_, columns| {
            let origin = *origin.get_or_insert(columns[0].first().copied().unwrap_or(0.0));
            let (mut part, mut part_squares) = (0.0, 0.0);
            for y in columns[0] {
                let y = y - origin;
                part += y;
                part_squares += y * y;
            }
            (sum, squares) = (sum.plus(part), squares.plus(part_squares));
            count += columns[0].len() as f64;
        })
    })?;
    let sum = sum.value();
    Ok(squares.value() - sum * sum / count)
}
