//! Models that are linear in their parameters: one pass over the rows for the normal equations, and what it takes to make
//! them as good as if they had not been formed.
//!
//! Products are summed in `f64` first. Where the parameters are told apart well, what rounding has spoilt is mended by
//! a second pass with the residuals themselves (iterative refinement); where they are not, or where there are few rows, products are
//! summed once more with twice the precision, and so are the columns where they are computed (`x^10`).
//! Source: Björck, *Numerical Methods for Least Squares Problems*, §2.9; Higham, *Accuracy and Stability*, ch. 20.

use super::double::Double;
use super::error::FitError;
use super::gram::{add_exact_products, add_products_with, subtract, triangle};
use super::normal::{Factor, POOR};
use super::options::Loss;
use super::pass::{Compiled, Engine, How, PIECE};
use super::regression::Regression;
use super::report::{Found, Stop, TracePoint};
use super::rows::{Rows, length, part};
use crate::program::{Isa, Workspace};

/// Multiplications below which twice the precision costs nothing that could be noticed.
const FEW: usize = 40_000;

pub(super) fn solve(
    model: &Regression,
    plain: &Compiled,
    engine: &mut Engine<'_>,
    rows: &mut dyn Rows,
) -> Result<Found, FitError> {
    let p = model.params.len();
    let origin = vec![0.0; p];
    let how = How { exact: false, loss: Loss::Squares };
    let mut sums = engine.pass(plain, rows, &origin, how)?;
    if !sums.is_finite() {
        return Err(super::faulty::first(model, engine, rows, &origin)?);
    }
    if sums.rows < p {
        return Err(FitError::TooFewRows { rows: sums.rows, parameters: p });
    }
    let upper: Vec<f64> = sums.products[p + 1..].iter().map(|x| x.value()).collect();
    let factor = Factor::new(p, &upper, &[]);
    let poor = factor.least < POOR || !factor.undetermined.is_empty();
    let few = sums.rows * triangle(p + 1) <= FEW;
    let (params, chi2) = if poor || few {
        match &model.precise {
            Some(_) => sums.products = precise_products(model, plain, engine, rows, None)?.0,
            None => sums.products = engine.pass(plain, rows, &origin, How { exact: true, ..how })?.products,
        }
        let factor = Factor::new(p, &sums.products[p + 1..], &[]);
        let mut params = factor.solve(&sums.products[1..=p]);
        // What is left of the residuals at these parameters corrects them.
        let rest = match &model.precise {
            Some(_) => precise_products(model, plain, engine, rows, Some(&params))?.0,
            None => left_over(plain, engine, rows, &params)?,
        };
        let correction = factor.solve(&rest[1..=p]);
        params.iter_mut().zip(&correction).for_each(|(b, more)| *b = *b + *more);
        (params, rest[0])
    } else {
        let g: Vec<f64> = sums.products[1..=p].iter().map(|x| x.value()).collect();
        let mut params: Vec<Double> = factor.solve(&g).into_iter().map(Double::from).collect();
        let rest = left_over(plain, engine, rows, &params)?;
        let g: Vec<f64> = rest[1..=p].iter().map(|x| x.value()).collect();
        params.iter_mut().zip(factor.solve(&g)).for_each(|(b, more)| *b = b.plus(more));
        (params, rest[0])
    };
    let params: Vec<f64> = params.iter().map(|b| b.value()).collect();
    let chi2 = chi2.value();
    let upper = sums.products.split_off(p + 1);
    let stop = if chi2.is_finite() { Stop::Solved } else { Stop::NotFinite };
    Ok(Found {
        trace: vec![TracePoint { params: params.clone(), chi2, damping: 0.0 }],
        params,
        at_bound: vec![false; p],
        curvature: upper,
        exact: poor || few,
        cost: chi2,
        chi2,
        rows: sums.rows,
        stop,
        proposed: false,
        degenerate: false,
    })
}

/// The squares of the residuals at these parameters, and their products with the slopes.
fn left_over(
    plain: &Compiled,
    engine: &mut Engine<'_>,
    rows: &mut dyn Rows,
    params: &[Double],
) -> Result<Vec<Double>, FitError> {
    let p = params.len();
    let mut total = vec![Double::ZERO; p + 1];
    let mut residuals = vec![0.0; 2 * PIECE];
    engine.each_group(plain, rows, &vec![0.0; p], &mut |engine, columns, start, count, _| {
        engine.each_piece(plain, columns, start, count, |_, columns| {
            let n = columns[0].len();
            let (high, low) = residuals.split_at_mut(PIECE);
            let (high, low) = (&mut high[..n], &mut low[..n]);
            subtract(Isa::best(), columns, params, high, low);
            add_products_with(Isa::best(), high, low, &columns[1..], &mut total);
        })
    })?;
    engine.evaluations += 1;
    Ok(total)
}

/// The products of the columns with twice the precision; with parameters, those of the residuals there with themselves and the slopes.
fn precise_products(
    model: &Regression,
    plain: &Compiled,
    engine: &mut Engine<'_>,
    rows: &mut dyn Rows,
    at: Option<&[Double]>,
) -> Result<(Vec<Double>, usize), FitError> {
    /// Rows that are worked through together.
    const FEW_ROWS: usize = 256;
    let Some(precise) = &model.precise else { return Ok((Vec::new(), 0)) };
    let p = model.params.len();
    let mut workspace = Workspace::new();
    let mut total = vec![Double::ZERO; triangle(p + 1)];
    let mut done = 0;
    rows.visit(&plain.columns, &mut |block| {
        let count = block.iter().filter_map(length).min().unwrap_or(0);
        let places: Vec<usize> =
            (0..plain.columns.len()).filter(|k| precise.columns().contains(&plain.columns[*k])).collect();
        for start in (0..count).step_by(FEW_ROWS) {
            let n = FEW_ROWS.min(count - start);
            engine.options.budget.proceed(start as u64, count as u64)?;
            let inputs: Vec<_> = places.iter().map(|k| part(&block[*k], start, n)).collect();
            let mut columns = precise.evaluate(&inputs, n, &mut workspace)?;
            if let Some(at) = at {
                let (residuals, slopes) = columns.split_at_mut(1);
                for (b, slope) in at.iter().zip(slopes) {
                    residuals[0].iter_mut().zip(&*slope).for_each(|(r, s)| *r = *r - *b * *s);
                }
            }
            let half = |take: fn(&Double) -> f64| -> Vec<Vec<f64>> {
                columns.iter().map(|c| c.iter().map(take).collect()).collect()
            };
            let (high, low) = (half(|x| x.high), half(|x| x.low));
            let high: Vec<&[f64]> = high.iter().map(Vec::as_slice).collect();
            let low: Vec<&[f64]> = low.iter().map(Vec::as_slice).collect();
            add_exact_products(Isa::best(), &high, Some(&low), &mut total);
        }
        done += count;
        Ok(())
    })?;
    engine.evaluations += 1;
    Ok((total, done))
}
