//! What a fit is asked to do, and how far it may go.

use crate::expr::{Expr, Symbol};
use crate::program::Budget;

/// What is known beside the model: which names are parameters, how sure the rows are.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// The parameters, in the order of the report; where there is none, the names of the right side that are not columns, in
    /// alphabetical order.
    pub params: Option<Vec<Symbol>>,
    /// The standard deviation of the left side.
    pub sigma: Sigma,
    /// Is only the ratio of the sigmas known? Then errors are scaled by the residuals, as without any.
    pub relative: bool,
    /// Parameters that are held at a number.
    pub fixed: Vec<(Symbol, f64)>,
    /// Parameters that are given by others: shared ones, `b = a`, or any expression in parameters.
    pub tied: Vec<(Symbol, Expr)>,
    /// Between what a parameter may lie; infinite where there is no bound.
    pub bounds: Vec<(Symbol, f64, f64)>,
}

/// The standard deviation of the left side.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Sigma {
    /// The same for all rows and not known: it is estimated by the residuals.
    #[default]
    Unknown,
    /// The same for all rows.
    Same(f64),
    /// The column of this name.
    Column(Symbol),
}

/// By which steps a minimum is looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Method {
    /// Levenberg and Marquardt: Gauss–Newton, damped as far as chi-squared asks for it.
    #[default]
    LevenbergMarquardt,
    /// The whole step to where chi-squared of the linear model would be least, whatever comes of it.
    GaussNewton,
    /// Down the slope of chi-squared, so many times its length: simple, and slow.
    SteepestDescent {
        /// The step over the slope.
        aggression: f64,
    },
}

/// What a large residual costs. With `z = r/(c σ)`, the residual `r` over `c` standard deviations, the sum of
/// `c² ρ(z)` is made least; near 0 each is `z²`, so that small residuals count as ever.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Loss {
    /// `ρ = z²`: chi-squared.
    #[default]
    Squares,
    /// `ρ = z²` up to 1, then `2|z| − 1`: beyond `c` a residual pulls no harder.
    Huber(f64),
    /// `ρ = 2 (√(1 + z²) − 1)`: the same without a kink.
    SoftL1(f64),
    /// `ρ = log(1 + z²)`: far residuals pull less and less.
    Cauchy(f64),
}

/// How far a fit may go. `FitOptions { threads: 2, ..Default::default() }`.
#[derive(Clone, Copy)]
pub struct FitOptions<'a> {
    /// Default Levenberg and Marquardt.
    pub method: Method,
    /// Default squares.
    pub loss: Loss,
    /// A fit is done where every parameter is this sure, relative to its size; default `1e-10`.
    pub tolerance: f64,
    /// Most evaluations of the model over all rows; default 1000.
    pub max_evaluations: usize,
    /// Most threads; default 1. The result is the same, whatever their number.
    pub threads: usize,
    /// What it may cost; default without limits. The flag in it ends the fit between blocks of rows.
    pub budget: Budget<'a>,
    /// Is told where the fit is, every so many rows.
    pub progress: Option<&'a (dyn Fn(&Progress) + 'a)>,
}

impl Default for FitOptions<'_> {
    fn default() -> Self {
        FitOptions {
            method: Method::default(),
            loss: Loss::default(),
            tolerance: 1e-10,
            max_evaluations: 1000,
            threads: 1,
            budget: Budget::UNLIMITED,
            progress: None,
        }
    }
}

impl std::fmt::Debug for FitOptions<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FitOptions")
            .field("method", &self.method)
            .field("loss", &self.loss)
            .field("tolerance", &self.tolerance)
            .field("max_evaluations", &self.max_evaluations)
            .field("threads", &self.threads)
            .field("budget", &self.budget)
            .finish_non_exhaustive()
    }
}

/// Where a fit is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Evaluations over all rows that are done.
    pub evaluations: usize,
    /// Rows that are done of the next one.
    pub rows: usize,
    /// Chi-squared at the best parameters so far.
    pub chi2: f64,
}

impl Loss {
    pub(super) fn scale(self) -> Option<f64> {
        match self {
            Loss::Squares => None,
            Loss::Huber(c) | Loss::SoftL1(c) | Loss::Cauchy(c) => Some(c),
        }
    }

    /// Of a residual over sigma: what it costs, the weight `ρ'` of its pull, and the weight of its curvature.
    pub(super) fn at(self, r: f64) -> (f64, f64, f64) {
        let Some(c) = self.scale() else { return (r * r, 1.0, 1.0) };
        let square = (r / c) * (r / c);
        // ρ, ρ' and 2 ρ'' z² by z².
        let (cost, pull, bend) = match self {
            Loss::Squares => (square, 1.0, 0.0),
            Loss::Huber(_) if square <= 1.0 => (square, 1.0, 0.0),
            Loss::Huber(_) => {
                let z = square.sqrt();
                (2.0 * z - 1.0, 1.0 / z, -1.0 / z)
            }
            Loss::SoftL1(_) => {
                let root = (1.0 + square).sqrt();
                let bend = -square / (root * root * root);
                (2.0 * square / (1.0 + root), 1.0 / root, bend)
            }
            Loss::Cauchy(_) => {
                let pull = 1.0 / (1.0 + square);
                (square.ln_1p(), pull, -2.0 * square * pull * pull)
            }
        };
        // Where the cost is not convex, the curvature of the squares with the same pull stands for it.
        let curvature = if pull + bend > 0.1 * pull { pull + bend } else { pull };
        (c * c * cost, pull, curvature)
    }
}
