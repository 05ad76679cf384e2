//! Parameters that are given by others, with their errors.

use super::error::FitError;
use super::regression::Regression;
use super::report::{Param, ParamKind};
use crate::calculus::derivative;
use crate::expr::{Expr, Symbol};
use crate::program::Program;

/// Of every tied parameter the value, and the error that the covariance of the others gives it to first order.
pub(super) fn params(
    model: &Regression,
    at: &[f64],
    covariance: &[Vec<f64>],
) -> Result<Vec<Param>, FitError> {
    let names: Vec<Symbol> =
        model.params.iter().cloned().chain(model.fixed.iter().map(|(n, _)| n.clone())).collect();
    let values: Vec<f64> = at.iter().copied().chain(model.fixed.iter().map(|(_, v)| *v)).collect();
    let mut found = Vec::new();
    for (name, by) in &model.tied {
        let exprs: Vec<Expr> =
            std::iter::once(by.clone()).chain(model.params.iter().map(|p| derivative(by, p))).collect();
        let mut out = vec![0.0; exprs.len()];
        Program::compile(&exprs, &names)?.evaluate(&values, &mut out, &mut Default::default())?;
        let (value, slopes) = (out[0], &out[1..]);
        let mut variance = 0.0;
        for (i, a) in slopes.iter().enumerate() {
            for (j, b) in slopes.iter().enumerate().filter(|(_, b)| **b != 0.0) {
                variance += if *a == 0.0 { 0.0 } else { a * b * covariance[i][j] };
            }
        }
        found.push(Param { name: name.clone(), value, stderr: variance.sqrt(), kind: ParamKind::Tied });
    }
    Ok(found)
}
