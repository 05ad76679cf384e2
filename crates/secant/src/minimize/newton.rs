//! Newton's method in a trust region: the second-order model, as far as it has proven to tell the value.
//!
//! Each variable is measured in its own unit, the curvature along it. Between bounds, what the model sends beyond one stays
//! there, and the model is asked again for the others. A saddle, or a maximum, is left along a direction in which the value
//! falls by its curvature.
//! Source: Moré & Sorensen 1983; Conn, Gould & Toint, *Trust-Region Methods* (2000), §6 and §12.

use nalgebra::{DMatrix, DVector};

use super::MinimizeError;
use super::nearby::Scaled;
use super::report::Stop;
use super::run::{Point, Run, dot, length};
use super::trust_region::{Spectrum, steihaug};

/// Up to so many variables the model is taken apart by its eigenvalues.
const MOST_EIGEN: usize = 100;
/// Products with the Hessian for one step.
const MOST_PRODUCTS: usize = 200;
/// A unit is that of the curvature here, or this share of the last unit where that is larger: units shrink slowly.
pub(super) const KEPT: f64 = 0.9;
/// A promise above this share of the value is not rounding.
const NEAR_ROUNDING: f64 = 1e-8;
/// Share of the promised fall below which a step is not taken, below which the next is shorter, above which it is longer.
const TAKEN: f64 = 1e-4;
const POOR: f64 = 0.25;
const GOOD: f64 = 0.75;

/// The second derivatives at a point.
enum Curvature {
    Whole(DMatrix<f64>),
    /// Too large to have whole: products with vectors.
    Products,
}

impl Curvature {
    fn at(run: &mut Run<'_, '_>) -> Result<Curvature, MinimizeError> {
        let x = run.at.x.clone();
        Ok(run.objective.hessian(&x)?.map_or(Curvature::Products, Curvature::Whole))
    }

    fn times(&self, run: &mut Run<'_, '_>, v: &DVector<f64>) -> Result<DVector<f64>, MinimizeError> {
        Ok(match self {
            Curvature::Whole(h) => h * v,
            Curvature::Products => {
                let x = run.at.x.clone();
                let mut out = DVector::zeros(v.len());
                run.objective.hessian_times(&x, v.as_slice(), out.as_mut_slice())?;
                out
            }
        })
    }
}

pub(super) fn run(run: &mut Run<'_, '_>) -> Result<Stop, MinimizeError> {
    let n = run.at.x.len();
    let mut units = vec![0.0_f64; n];
    let mut radius: Option<f64> = None;
    loop {
        let curvature = Curvature::at(run)?;
        if let Curvature::Whole(h) = &curvature {
            if h.iter().any(|x| !x.is_finite()) {
                run.broken = Some(run.at.x.clone());
                return Ok(Stop::NotFinite);
            }
            for (i, unit) in units.iter_mut().enumerate() {
                *unit = (KEPT * *unit).max(h[(i, i)].abs().sqrt());
            }
        }
        let weights: Vec<f64> = units.iter().map(|u| if *u > 0.0 { *u } else { 1.0 }).collect();
        let size =
            |s: &[f64]| length(s.iter().zip(&weights).map(|(s, w)| s * w).collect::<Vec<_>>().into_iter());
        let mut reach =
            radius.unwrap_or_else(|| size(&run.at.x.iter().map(|x| x.abs().max(1.0)).collect::<Vec<_>>()));
        let tolerance = run.options.gradient_tol * run.at.f.abs().max(1.0);
        let mut first = true;
        let next = loop {
            let (s, fall) = step(run, &curvature, &weights, reach)?;
            let ends = (first && run.is_flat() && fall <= tolerance) || fall.is_nan() || fall <= 0.0;
            first = false;
            if ends {
                // A flat place on a slope is not the end.
                match lower(run, &curvature)? {
                    Some(lower) => break lower,
                    None => return Ok(if run.is_flat() { Stop::Gradient } else { Stop::Rounding }),
                }
            }
            let mut x: Vec<f64> = run.at.x.iter().zip(&s).map(|(x, s)| x + s).collect();
            run.project(&mut x);
            let went = size(&s);
            let there = run.objective.value(&x)?;
            let fallen = run.at.f - there;
            // Intervals cost more than a value: they are asked where rounding may have a part.
            let inherited: f64 = run.at.x.iter().zip(&run.at.g).map(|(x, g)| (x * g).abs()).sum();
            let small = fall <= NEAR_ROUNDING * (run.at.f.abs() + inherited);
            let noise = if small { run.noise()? } else { 0.0 };
            if there == f64::NEG_INFINITY {
                let g = vec![f64::NAN; n];
                break Point { x, f: there, g };
            }
            // What is promised is rounding: what counts is whether the slope flattens.
            if fall <= noise && fallen.abs() <= noise {
                let point = run.point(x)?;
                if point.is_finite() && run.slope_length(&point) <= 0.5 * run.slope_length(&run.at) {
                    break point;
                }
                return Ok(if run.is_flat() { Stop::Gradient } else { Stop::Rounding });
            }
            let share = if there.is_finite() { fallen / fall } else { f64::NEG_INFINITY };
            if share < POOR {
                reach = if there.is_finite() { 0.25 * went.min(reach) } else { 0.1 * went.min(reach) };
            } else if share > GOOD && went >= 0.8 * reach {
                reach = (2.0 * reach).min(f64::MAX);
            }
            if share > TAKEN {
                let point = run.point(x)?;
                if point.is_finite() {
                    break point;
                }
                reach = reach.min(0.1 * went);
            }
            if reach <= f64::EPSILON * size(&run.at.x) || reach < f64::MIN_POSITIVE {
                // The model promises what no step brings: a kink, where it is not rounding.
                return Ok(if fall <= run.noise()? { Stop::Rounding } else { Stop::Step });
            }
        };
        radius = Some(reach);
        if let Some(stop) = run.step_to(next) {
            return Ok(stop);
        }
    }
}

/// A lower point near one that is flat.
fn lower(run: &mut Run<'_, '_>, curvature: &Curvature) -> Result<Option<Point>, MinimizeError> {
    let free: Vec<usize> =
        run.free(&run.at).iter().enumerate().filter(|(_, f)| **f).map(|(k, _)| k).collect();
    let Curvature::Whole(h) = curvature else { return Ok(None) };
    if free.is_empty() || free.len() > MOST_EIGEN {
        return Ok(None);
    }
    run.cubed(free.len(), 10)?;
    let Some(scaled) = Scaled::of(h, &free) else { return Ok(None) };
    let here = run.at.clone();
    let Some(x) = run.lower_nearby(&here, &free, &scaled)? else { return Ok(None) };
    let point = run.point(x)?;
    Ok(point.is_finite().then_some(point))
}

/// A step within reach and between the bounds, and by how much the model falls over it.
fn step(
    run: &mut Run<'_, '_>,
    curvature: &Curvature,
    weights: &[f64],
    reach: f64,
) -> Result<(Vec<f64>, f64), MinimizeError> {
    let n = weights.len();
    let mut free = run.free(&run.at);
    let mut s = vec![0.0; n];
    let (x, g) = (run.at.x.clone(), run.at.g.clone());
    // Each round holds one more variable at least.
    for _ in 0..=n {
        let list: Vec<usize> = (0..n).filter(|&i| free[i]).collect();
        if list.is_empty() {
            break;
        }
        let moved = DVector::from_column_slice(&s);
        let beyond = if moved.iter().any(|s| *s != 0.0) { curvature.times(run, &moved)? } else { moved };
        let scaled = |i: usize| (g[i] + beyond[i]) / weights[i];
        let slope = DVector::from_iterator(list.len(), list.iter().map(|&i| scaled(i)));
        let part = match curvature {
            Curvature::Whole(h) if list.len() <= MOST_EIGEN => {
                let entry =
                    |i: usize, j: usize| h[(list[i], list[j])] / (weights[list[i]] * weights[list[j]]);
                let matrix = DMatrix::from_fn(list.len(), list.len(), entry);
                run.cubed(list.len(), 10)?;
                Spectrum::of(matrix).map(|spectrum| spectrum.step(&slope, reach))
            }
            _ => Some(steihaug(&slope, reach, MOST_PRODUCTS, |v| {
                let mut whole = DVector::zeros(n);
                list.iter().zip(v.iter()).for_each(|(&i, v)| whole[i] = v / weights[i]);
                let product = curvature.times(run, &whole)?;
                let part = list.iter().map(|&i| product[i] / weights[i]);
                Ok::<_, MinimizeError>(DVector::from_iterator(list.len(), part))
            })?),
        };
        let Some(part) = part else { break };
        let mut clipped = false;
        let mut proposed = s.clone();
        for (&i, p) in list.iter().zip(part.iter()) {
            proposed[i] = p / weights[i];
            if let Some(bounds) = run.bounds {
                let (low, high) = bounds[i];
                let to = x[i] + proposed[i];
                if to < low || to > high {
                    s[i] = to.clamp(low, high) - x[i];
                    free[i] = false;
                    clipped = true;
                }
            }
        }
        if !clipped {
            s = proposed;
            break;
        }
    }
    let fall = fall(run, curvature, &s)?;
    if run.bounds.is_none() && fall > 0.0 {
        return Ok((s, fall));
    }
    // At least what the way straight down, bent along the bounds, would bring.
    let down = straight_down(run, curvature, weights, reach)?;
    let safe = self::fall(run, curvature, &down)?;
    Ok(if fall >= 0.1 * safe && fall.is_finite() { (s, fall) } else { (down, safe) })
}

/// By how much the model falls over a step.
fn fall(run: &mut Run<'_, '_>, curvature: &Curvature, s: &[f64]) -> Result<f64, MinimizeError> {
    let s = DVector::from_column_slice(s);
    let bent = curvature.times(run, &s)?;
    Ok(-(dot(&run.at.g, s.as_slice()) + 0.5 * s.dot(&bent)))
}

/// The lowest point of the model along its steepest slope, within reach and between the bounds.
fn straight_down(
    run: &mut Run<'_, '_>,
    curvature: &Curvature,
    weights: &[f64],
    reach: f64,
) -> Result<Vec<f64>, MinimizeError> {
    let free = run.free(&run.at);
    let d: Vec<f64> = (run.at.g.iter().zip(weights).zip(&free))
        .map(|((g, w), free)| if *free { -g / (w * w) } else { 0.0 })
        .collect();
    let long = length(d.iter().zip(weights).map(|(d, w)| d * w).collect::<Vec<_>>().into_iter());
    if long.is_nan() || long <= 0.0 {
        return Ok(vec![0.0; d.len()]);
    }
    let bent = curvature.times(run, &DVector::from_column_slice(&d))?;
    let (slope, bend) = (dot(&run.at.g, &d), dot(&d, bent.as_slice()));
    let border = reach / long;
    let mut along = if bend > 0.0 { (-slope / bend).min(border) } else { border };
    let mut best = (vec![0.0; d.len()], 0.0);
    // Where bounds bend the way, the lowest point of the straight one need not be low.
    for _ in 0..20 {
        let mut to: Vec<f64> = run.at.x.iter().zip(&d).map(|(x, d)| x + along * d).collect();
        run.project(&mut to);
        let s: Vec<f64> = to.iter().zip(&run.at.x).map(|(to, x)| to - x).collect();
        let falls = fall(run, curvature, &s)?;
        if falls > best.1 {
            best = (s, falls);
        } else if best.1 > 0.0 {
            break;
        }
        if run.bounds.is_none() {
            break;
        }
        along *= 0.5;
    }
    Ok(best.0)
}
