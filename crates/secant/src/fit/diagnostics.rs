//! What the residuals say of the model: do they scatter like chance, and which rows stand out?
//!
//! Source: Wald & Wolfowitz (1940) for runs; Jarque & Bera (1987); Belsley, Kuh & Welsch, *Regression Diagnostics*, ch. 2.

use super::chance::normal_tails;
use super::error::FitError;
use super::options::FitOptions;
use super::pass::Engine;
use super::regression::Regression;
use super::report::FitReport;
use super::rows::Rows;

/// Rows that are named.
const NAMED: usize = 5;

/// A row that stands out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standout {
    /// Which; the first is 1.
    pub row: usize,
    /// Its residual over the standard deviation that it should have (internally studentised).
    pub standardised: f64,
    /// How much it pulls the curve to itself, from 0 to 1; the mean is parameters over rows.
    pub leverage: f64,
}

/// What the residuals say, in the order of the rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostics {
    /// Stretches of residuals of one sign.
    pub runs: usize,
    /// The probability of so few or so many if signs were chance (both sides, by the normal approximation).
    pub runs_p: f64,
    /// The correlation of each residual with the next.
    pub autocorrelation: f64,
    /// The third moment over the standard deviation; 0 of a normal distribution.
    pub skewness: f64,
    /// The fourth, less 3; 0 of a normal distribution.
    pub excess_kurtosis: f64,
    /// The probability of such moments if residuals were normal, for many rows (Jarque and Bera).
    pub normality_p: f64,
    /// The rows with the largest standardised residuals.
    pub outliers: Vec<Standout>,
    /// The rows with the most leverage.
    pub leverage: Vec<Standout>,
}

impl Regression {
    /// What the residuals of a fit say, in one more pass over its rows.
    ///
    /// # Errors
    /// As [`Regression::run`].
    pub fn diagnose(
        &self,
        report: &FitReport,
        rows: &mut dyn Rows,
        options: &FitOptions<'_>,
    ) -> Result<Diagnostics, FitError> {
        let p = self.params.len();
        let mut engine = Engine::new(options);
        let mut told = Told::default();
        let (mut outliers, mut leverage) = (Vec::new(), Vec::new());
        engine.each_group(
            &self.compiled,
            rows,
            &report.point(),
            &mut |engine, columns, start, count, before| {
                engine.each_piece(&self.compiled, columns, start, count, |first, columns| {
                    for (k, r) in columns[0].iter().enumerate() {
                        told.add(*r);
                        let slope = |j: usize| columns[j + 1][k];
                        let mut pull = 0.0;
                        for i in 0..p {
                            for j in 0..p {
                                let c = report.inverse[i * p + j];
                                pull += if c.is_nan() { 0.0 } else { slope(i) * c * slope(j) };
                            }
                        }
                        let rest = (1.0 - pull).max(0.0).sqrt();
                        let size = report.residual_sd * rest;
                        let standardised = if size > 0.0 { r / size } else { 0.0 };
                        let row = Standout { row: before + first + k + 1, standardised, leverage: pull };
                        keep(&mut outliers, row, |r| r.standardised.abs());
                        keep(&mut leverage, row, |r| r.leverage);
                    }
                })
            },
        )?;
        Ok(told.diagnostics(outliers, leverage))
    }
}

/// Keeps the rows of which most is said.
fn keep(list: &mut Vec<Standout>, row: Standout, size: impl Fn(&Standout) -> f64) {
    if list.len() == NAMED && list.last().is_some_and(|last| size(&row) <= size(last)) {
        return;
    }
    let at = list.partition_point(|other| size(other) >= size(&row));
    list.insert(at, row);
    list.truncate(NAMED);
}

/// Sums over the residuals.
#[derive(Default)]
struct Told {
    count: f64,
    positive: f64,
    runs: usize,
    last: Option<f64>,
    /// Sums of powers, from the first to the fourth.
    powers: [f64; 4],
    neighbours: f64,
    /// Of the last residual that is not 0.
    sign: f64,
}

impl Told {
    fn add(&mut self, r: f64) {
        self.count += 1.0;
        if r != 0.0 {
            self.positive += f64::from(u8::from(r > 0.0));
            self.runs += usize::from(self.sign != r.signum());
            self.sign = r.signum();
        }
        let mut power = 1.0;
        for sum in &mut self.powers {
            power *= r;
            *sum += power;
        }
        if let Some(last) = self.last {
            self.neighbours += last * r;
        }
        self.last = Some(r);
    }

    fn diagnostics(self, outliers: Vec<Standout>, leverage: Vec<Standout>) -> Diagnostics {
        let n = self.count;
        let [first, second, third, fourth] = self.powers.map(|sum| sum / n);
        let variance = second - first * first;
        let m3 = third - 3.0 * first * second + 2.0 * first.powi(3);
        let m4 = fourth - 4.0 * first * third + 6.0 * first * first * second - 3.0 * first.powi(4);
        let skewness = m3 / variance.powf(1.5);
        let excess = m4 / (variance * variance) - 3.0;
        let (up, down) = (self.positive, n - self.positive);
        let mean = 2.0 * up * down / n + 1.0;
        let spread = (mean - 1.0) * (mean - 2.0) / (n - 1.0);
        Diagnostics {
            runs: self.runs,
            runs_p: if spread > 0.0 {
                normal_tails((self.runs as f64 - mean) / spread.sqrt())
            } else {
                f64::NAN
            },
            autocorrelation: self.neighbours / self.powers[1],
            skewness,
            excess_kurtosis: excess,
            normality_p: (-n / 12.0 * (skewness * skewness + excess * excess / 4.0)).exp(),
            outliers,
            leverage,
        }
    }
}
