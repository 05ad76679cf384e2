//! The covariance by the exact Hessian of chi-squared, second derivatives included.

use super::double::Double;
use super::error::FitError;
use super::normal::Factor;
use super::options::{FitOptions, Loss};
use super::pass::{Engine, How};
use super::regression::Regression;
use super::report::FitReport;
use super::rows::Rows;

impl Regression {
    /// The observed covariance, `(J'J − Σ r ∂²f)⁻¹`, scaled as the expected one of the report; none where that is not positive,
    /// which a minimum inside its bounds is.
    ///
    /// # Errors
    /// As [`Regression::run`].
    pub fn observed(
        &self,
        report: &FitReport,
        rows: &mut dyn Rows,
        options: &FitOptions<'_>,
    ) -> Result<Option<Vec<Vec<f64>>>, FitError> {
        let p = self.params.len();
        let options = FitOptions { loss: Loss::Squares, ..*options };
        let mut engine = Engine::new(&options);
        let at = report.point();
        let how = How { exact: true, loss: Loss::Squares };
        let sums = engine.pass(&self.compiled, rows, &at, how)?;
        let bend = self.second()?.sums(&mut engine, rows, &at)?;
        let hessian: Vec<Double> = sums.products[p + 1..].iter().zip(&bend).map(|(h, b)| *h - *b).collect();
        let factor = Factor::new(p, &hessian, &[]);
        if !factor.undetermined.is_empty() {
            return Ok(None);
        }
        let scale = if report.absolute { 1.0 } else { report.residual_sd * report.residual_sd };
        Ok(Some(factor.inverse().chunks(p).map(|row| row.iter().map(|x| x * scale).collect()).collect()))
    }
}
