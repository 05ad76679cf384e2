//! Where to start when nobody says: candidates made of the sizes in the data, compared on a few rows.
//!
//! Parameters that the model is linear in are put where they are best for every candidate (variable projection); the others are
//! drawn from a pool of places and lengths of the columns, their inverses, and numbers near 1, with a fixed seed. The best go
//! down on the few rows, and are handed on in the order of what they reach.
//! Source: Golub & Pereyra, Inverse Problems 19 (2003).

use super::descent::{self, Point};
use super::error::FitError;
use super::options::{FitOptions, Loss, Progress};
use super::pass::{Engine, How};
use super::regression::Regression;
use super::rows::{Rows, Table, entry, length};
use crate::expr::Symbol;
use crate::program::Column;

/// Rows that candidates are compared on.
const SAMPLE: usize = 256;
/// Candidates, at the most.
const CANDIDATES: usize = 1500;
/// Candidates that go down.
const CHOSEN: usize = 8;

/// Starts, the best first; given values are kept, except of parameters that the model is linear in. Of several that are as
/// good, those near to `wish`.
pub(super) fn propose(
    model: &Regression,
    engine: &mut Engine<'_>,
    rows: &mut dyn Rows,
    given: &[Option<f64>],
    wish: Option<&[f64]>,
) -> Result<Vec<Vec<f64>>, FitError> {
    let names = &model.compiled.columns;
    let sample = sample(names, rows)?;
    let table = || Table::new(names.iter().cloned().zip(sample.iter().map(Vec::as_slice)));
    let quiet: Option<&dyn Fn(&Progress)> = None;
    let options = FitOptions { progress: quiet, threads: 1, max_evaluations: 80, ..*engine.options };
    let mut few = Engine::new(&options);
    // Places of rows are those of the sample here: what is wrong with them is told by the first pass over all.
    few.evaluations = 1;
    let open: Vec<usize> =
        (0..given.len()).filter(|j| given[*j].is_none() && !model.linear_part[*j]).collect();
    let pool = pool(model, names, &sample);
    let mut best: Vec<(f64, Vec<f64>)> = Vec::new();
    for choice in choices(pool.len(), open.len()) {
        engine.options.budget.proceed(0, 1)?;
        let mut params: Vec<f64> = given.iter().map(|g| g.unwrap_or(0.0)).collect();
        for (j, k) in open.iter().zip(choice) {
            params[*j] = pool[k];
        }
        for (b, (low, high)) in params.iter_mut().zip(&model.bounds) {
            *b = b.clamp(*low, *high);
        }
        let Some((cost, params)) = judged(model, &mut few, &mut table()?, params)? else { continue };
        if best.len() < CHOSEN || best.last().is_some_and(|(worst, _)| cost <= *worst) {
            // Two that are as good are likely to be the same, perhaps with parameters in other places: the one that is nearer to
            // what was wished for is kept.
            match best.iter_mut().find(|(other, _)| (other - cost).abs() <= 1e-6 * cost) {
                Some((_, same)) if away(&params, wish) < away(same, wish) => *same = params,
                Some(_) => {}
                None => {
                    let at = best.partition_point(|(other, _)| *other < cost);
                    best.insert(at, (cost, params));
                    best.truncate(CHOSEN);
                }
            }
        }
    }
    let mut reached: Vec<(bool, f64, Vec<f64>)> = Vec::new();
    for (cost, params) in best {
        few.evaluations = 1;
        let (unsound, cost, params) = match descent::descend(
            model,
            &model.bounds,
            &mut few,
            &mut table()?,
            params.clone(),
            descent::DAMPING,
        ) {
            Ok(found) => (!found.is_sound(), found.cost, found.params),
            Err(FitError::Program(e)) => return Err(e.into()),
            Err(_) => (true, cost, params),
        };
        reached.push((unsound, cost, params));
    }
    reached.sort_by(|a, b| (a.0, a.1).partial_cmp(&(b.0, b.1)).unwrap_or(std::cmp::Ordering::Equal));
    let mut starts: Vec<Vec<f64>> = reached.into_iter().map(|(_, _, params)| params).collect();
    if starts.is_empty() {
        let one = given.iter().zip(&model.bounds);
        starts.push(one.map(|(g, (low, high))| g.unwrap_or(1.0).clamp(*low, *high)).collect());
    }
    starts.truncate(3);
    Ok(starts)
}

/// How far parameters are from others, in their sizes and signs.
fn away(params: &[f64], from: Option<&[f64]>) -> f64 {
    let Some(from) = from else { return 0.0 };
    let one = |(a, b): (&f64, &f64)| {
        let sizes = (a.abs().max(1e-300) / b.abs().max(1e-300)).ln();
        sizes * sizes + if a * b < 0.0 { 100.0 } else { 0.0 }
    };
    params.iter().zip(from).map(one).sum()
}

/// What a candidate costs once the parameters that the model is linear in are put where they are best.
fn judged(
    model: &Regression,
    few: &mut Engine<'_>,
    rows: &mut Table<'_>,
    params: Vec<f64>,
) -> Result<Option<(f64, Vec<f64>)>, FitError> {
    let how = How { exact: false, loss: Loss::Squares };
    let sums = few.pass(&model.compiled, rows, &params, how)?;
    if !sums.is_finite() {
        return Ok(None);
    }
    let mut at = Point { params, sums };
    if let Some(step) = at.projected(model, how) {
        let (params, _) = at.moved(&model.bounds, step);
        let sums = few.pass(&model.compiled, rows, &params, how)?;
        if !sums.is_finite() {
            return Ok(None);
        }
        at = Point { params, sums };
    }
    Ok(Some((at.sums.cost.value(), at.params)))
}

/// Every so many rows, so that there are [`SAMPLE`] to twice as many, or all.
fn sample(names: &[Symbol], rows: &mut dyn Rows) -> Result<Vec<Vec<f64>>, FitError> {
    let mut kept: Vec<Vec<f64>> = vec![Vec::new(); names.len()];
    let (mut stride, mut before) = (1, 0);
    rows.visit(names, &mut |block: &[Column<'_>]| {
        let count = block.iter().filter_map(length).min().unwrap_or(0);
        for row in (0..count).filter(|row| (before + row) % stride == 0).collect::<Vec<_>>() {
            if (before + row) % stride != 0 {
                continue;
            }
            kept.iter_mut().zip(block).for_each(|(k, c)| k.push(entry(c, row)));
            if kept.first().is_some_and(|k| k.len() >= 2 * SAMPLE) {
                stride *= 2;
                for column in &mut kept {
                    *column = column.iter().copied().step_by(2).collect();
                }
            }
        }
        before += count;
        Ok(())
    })?;
    Ok(kept)
}

/// Numbers that parameters may be like.
fn pool(model: &Regression, names: &[Symbol], sample: &[Vec<f64>]) -> Vec<f64> {
    let mut pool = vec![1.0, -1.0, 0.1, -0.1, 10.0, -10.0, 0.5, 2.0];
    for (name, column) in names.iter().zip(sample) {
        if !model.right.contains(name) && model.left.as_var() != Some(name) {
            continue;
        }
        let mut sorted: Vec<f64> = column.iter().copied().filter(|x| x.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        let (Some(low), Some(high)) = (sorted.first(), sorted.last()) else { continue };
        let input = model.right.contains(name);
        let places = if input { 8 } else { 2 };
        for part in 0..=places {
            pool.push(sorted[(sorted.len() - 1) * part / places]);
        }
        let span = high - low;
        if input && span > 0.0 {
            for factor in [0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0] {
                pool.extend([span * factor, -span * factor, factor / span, -factor / span]);
            }
        }
    }
    pool.sort_by(f64::total_cmp);
    pool.dedup();
    pool.retain(|x| x.is_finite());
    pool
}

/// All choices of so many from the pool where there are few enough, otherwise some, always the same.
fn choices(pool: usize, open: usize) -> Vec<Vec<usize>> {
    let all = (0..open).try_fold(1usize, |n, _| n.checked_mul(pool)).filter(|n| *n <= 2 * CANDIDATES);
    if let Some(all) = all {
        let digits = |mut n: usize| {
            (0..open)
                .map(|_| {
                    let digit = n % pool;
                    n /= pool;
                    digit
                })
                .collect()
        };
        return (0..all).map(digits).collect();
    }
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as usize) % pool
    };
    (0..CANDIDATES).map(|_| (0..open).map(|_| next()).collect()).collect()
}
