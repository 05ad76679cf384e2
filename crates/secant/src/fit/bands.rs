//! How sure the curve is: bands for the mean and for a new row.

use super::chance::{normal_quantile, student_quantile};
use super::error::FitError;
use super::options::Sigma;
use super::regression::Regression;
use super::report::FitReport;
use super::rows::{Rows, Table, entry, length};
use crate::expr::{Expr, Symbol};
use crate::program::{Column, Effort, Outputs, Program, Workspace};

/// Values of the right side with half the widths of their bands, row by row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bands {
    /// The probability that a band holds.
    pub level: f64,
    /// The values.
    pub value: Vec<f64>,
    /// Half the width for the curve itself.
    pub confidence: Vec<f64>,
    /// Half the width for one new row; none where its sigma is not known.
    pub prediction: Option<Vec<f64>>,
}

impl Regression {
    /// Bands of the right side, to first order in the errors of the parameters, where `at` holds its columns; of a left side such
    /// as `log(y)` they are bands of that.
    ///
    /// # Errors
    /// [`FitError::UnknownColumn`] where a column is missing, [`FitError::Option`] where `level` is not between 0 and 1.
    pub fn bands(&self, report: &FitReport, at: &mut Table<'_>, level: f64) -> Result<Bands, FitError> {
        if !(level > 0.0 && level < 1.0) {
            return Err(FitError::Option {
                option: "level",
                value: level,
                wanted: "a number between 0 and 1",
            });
        }
        let times = report.quantile(level);
        let mut columns: Vec<Symbol> =
            self.columns.iter().filter(|name| self.right.contains(name)).cloned().collect();
        let inputs: Vec<Symbol> = columns.iter().chain(&self.params).cloned().collect();
        let exprs: Vec<Expr> =
            std::iter::once(self.right.clone()).chain(self.slopes.iter().cloned()).collect();
        let program = Program::compile(&exprs, &inputs)?;
        let count = columns.len();
        if let Sigma::Column(name) = &self.sigma
            && at.names().contains(name)
        {
            columns.push(name.clone());
        }
        let rows = at.rows();
        let point = report.point();
        let mut bands = Bands { level, ..Bands::default() };
        at.visit(&columns, &mut |block| {
            let n = block.iter().filter_map(length).min().unwrap_or(rows);
            let mut out = vec![0.0; exprs.len() * n];
            let mut views: Vec<&mut [f64]> = out.chunks_mut(n.max(1)).collect();
            let inputs: Vec<Column<'_>> =
                block[..count].iter().copied().chain(point.iter().map(|b| Column::Same(*b))).collect();
            if n > 0 {
                program.evaluate_many(
                    &inputs,
                    Outputs::Columns(&mut views),
                    &Effort::default(),
                    &mut Workspace::new(),
                )?;
            }
            let mut prediction = Vec::new();
            for row in 0..n {
                let slope = |j: usize| out[(j + 1) * n + row];
                let mut variance = 0.0;
                for (i, line) in report.covariance.iter().enumerate() {
                    for (j, c) in line.iter().enumerate() {
                        let (a, b) = (slope(i), slope(j));
                        // What a bound holds adds nothing.
                        variance += if c.is_nan() { 0.0 } else { a * b * c };
                    }
                }
                bands.value.push(out[row]);
                bands.confidence.push(times * variance.sqrt());
                let scatter = match &self.sigma {
                    Sigma::Unknown => Some(report.residual_sd),
                    Sigma::Same(s) if self.relative => Some(s * report.residual_sd),
                    Sigma::Same(s) => Some(*s),
                    Sigma::Column(_) => block
                        .get(count)
                        .map(|s| entry(s, row) * if self.relative { report.residual_sd } else { 1.0 }),
                };
                prediction.extend(scatter.map(|s| times * (variance + s * s).sqrt()));
            }
            if prediction.len() == n {
                bands.prediction.get_or_insert_default().extend(prediction);
            }
            Ok(())
        })?;
        Ok(bands)
    }
}

impl FitReport {
    /// How many standard errors an interval of this probability reaches to either side: normal where sigma is known, Student's t
    /// where it was estimated.
    pub fn quantile(&self, level: f64) -> f64 {
        if self.absolute { normal_quantile(level) } else { student_quantile(level, self.dof as f64) }
    }
}
