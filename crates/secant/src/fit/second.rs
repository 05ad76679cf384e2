//! Second derivatives of the model over the rows: what the exact Hessian of chi-squared has beside `J'J`.

use super::double::Double;
use super::error::FitError;
use super::gram::{add_products_with, place, triangle};
use super::pass::{Compiled, Engine};
use super::regression::{Regression, compile, over_sigma};
use super::rows::Rows;
use crate::calculus::derivative;
use crate::expr::{Expr, Rational, Symbol, sum};
use crate::program::Isa;

/// The compiled second derivatives that are not 0, behind the residual, and the places of theirs in the triangle.
#[derive(Debug)]
pub(super) struct Second {
    compiled: Compiled,
    places: Vec<usize>,
}

impl Second {
    pub(super) fn new(model: &Regression) -> Result<Second, FitError> {
        let p = model.params.len();
        let (mut exprs, mut places) =
            (vec![over_sigma(&model.left - &model.right, &model.sigma)], Vec::new());
        for (i, slope) in model.slopes.iter().enumerate() {
            for (j, name) in model.params.iter().enumerate().skip(i) {
                let bend: Expr = derivative(slope, name);
                if !bend.is_zero() {
                    exprs.push(over_sigma(bend, &model.sigma));
                    places.push(place(p, i, j));
                }
            }
        }
        let compiled = compile(&exprs, &model.columns, &model.params, false, &model.sigma)?;
        Ok(Second { compiled, places })
    }

    /// `Σ ρ' r ∂²f/∂b∂b'`, the upper triangle: `J'J` less this is half the Hessian of chi-squared.
    pub(super) fn sums(
        &self,
        engine: &mut Engine<'_>,
        rows: &mut dyn Rows,
        params: &[f64],
    ) -> Result<Vec<Double>, FitError> {
        let loss = engine.options.loss;
        let mut total = vec![Double::ZERO; self.places.len() + 1];
        let (mut pulls, mut zeros) = (Vec::new(), Vec::new());
        engine.each_group(&self.compiled, rows, params, &mut |engine, columns, start, count, _| {
            engine.each_piece(&self.compiled, columns, start, count, |_, columns| {
                pulls.clear();
                pulls.extend(columns[0].iter().map(|r| loss.at(*r).1 * r));
                zeros.resize(pulls.len(), 0.0);
                add_products_with(Isa::best(), &pulls, &zeros[..pulls.len()], &columns[1..], &mut total);
            })
        })?;
        let mut upper = vec![Double::ZERO; triangle(params.len())];
        self.places.iter().zip(&total[1..]).for_each(|(k, sum)| upper[*k] = *sum);
        Ok(upper)
    }
}

/// The second derivative of the model along a direction, and its slopes, from the parameters and the direction.
pub(super) fn along(model: &Regression) -> Result<Compiled, FitError> {
    let direction: Vec<Symbol> = model.params.iter().map(|name| Symbol::new(&format!("d {name}"))).collect();
    let step = |slopes: &[Expr]| -> Expr {
        let terms = slopes.iter().zip(&direction).map(|(s, d)| s * Expr::var(d.clone()));
        sum(terms.map(|term| (Rational::ONE, term)))
    };
    let slope = step(&model.slopes);
    let bends: Vec<Expr> = model.params.iter().map(|name| derivative(&slope, name)).collect();
    let exprs: Vec<Expr> = std::iter::once(step(&bends))
        .chain(model.slopes.iter().cloned())
        .map(|e| over_sigma(e, &model.sigma))
        .collect();
    let names: Vec<Symbol> = model.params.iter().cloned().chain(direction).collect();
    compile(&exprs, &model.columns, &names, false, &model.sigma)
}
