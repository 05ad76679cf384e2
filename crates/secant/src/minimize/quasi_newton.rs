//! Directions from a Hessian that is learnt from the slopes on the way, and from none: steepest descent, BFGS, L-BFGS.
//!
//! Between bounds the variables that are held stay where they are, and the matrix is that of the free ones.
//! Source: Nocedal & Wright, *Numerical Optimization*, 2nd ed., §6.1 and §7.2; the free variables after Bertsekas, SIAM J. Control
//! Optim. 20 (1982).

use std::collections::VecDeque;

use nalgebra::{Cholesky, DMatrix, DVector};

use super::MinimizeError;
use super::line_search::search;
use super::report::Stop;
use super::run::{Run, dot, length};

/// What is known of the Hessian.
pub(super) trait Model {
    /// `−H⁻¹ g` over the free variables, 0 elsewhere; `None` when nothing is known yet.
    fn direction(&mut self, g: &[f64], free: &[bool]) -> Option<Vec<f64>>;
    /// The slope changed by `y` over the step `s`.
    fn learn(&mut self, s: Vec<f64>, y: Vec<f64>);
    /// Begins anew.
    fn forget(&mut self);
    /// Operations of a direction among `n` variables.
    fn cost(&self, n: usize) -> u64;
}

/// Nothing is known: steepest descent.
pub(super) struct Nothing;

impl Model for Nothing {
    fn direction(&mut self, _: &[f64], _: &[bool]) -> Option<Vec<f64>> {
        None
    }

    fn learn(&mut self, _: Vec<f64>, _: Vec<f64>) {}

    fn forget(&mut self) {}

    fn cost(&self, n: usize) -> u64 {
        n as u64
    }
}

/// The Hessian as a whole matrix: BFGS.
#[derive(Default)]
pub(super) struct Full {
    matrix: Option<DMatrix<f64>>,
}

impl Model for Full {
    fn direction(&mut self, g: &[f64], free: &[bool]) -> Option<Vec<f64>> {
        let matrix = self.matrix.as_ref()?;
        let list: Vec<usize> = (0..g.len()).filter(|&i| free[i]).collect();
        if list.is_empty() {
            return None;
        }
        let part = if list.len() == g.len() {
            matrix.clone()
        } else {
            matrix.select_rows(&list).select_columns(&list)
        };
        let right = DVector::from_iterator(list.len(), list.iter().map(|&i| -g[i]));
        let solved = Cholesky::new(part)?.solve(&right);
        let mut d = vec![0.0; g.len()];
        list.iter().zip(solved.iter()).for_each(|(&i, s)| d[i] = *s);
        Some(d)
    }

    fn learn(&mut self, s: Vec<f64>, y: Vec<f64>) {
        let (sy, yy) = (dot(&s, &y), dot(&y, &y));
        if !curved(sy, &s, &y) {
            return;
        }
        let n = s.len();
        let (s, y) = (DVector::from_vec(s), DVector::from_vec(y));
        let matrix = self.matrix.get_or_insert_with(|| DMatrix::identity(n, n) * (yy / sy));
        let bs = &*matrix * &s;
        let sbs = s.dot(&bs);
        if sbs > 0.0 {
            matrix.ger(-1.0 / sbs, &bs, &bs, 1.0);
            matrix.ger(1.0 / sy, &y, &y, 1.0);
        }
    }

    fn forget(&mut self) {
        self.matrix = None;
    }

    fn cost(&self, n: usize) -> u64 {
        (n as u64).pow(3) / 3
    }
}

/// The last steps and what the slopes changed by over each: L-BFGS.
pub(super) struct Limited {
    memory: usize,
    pairs: VecDeque<(Vec<f64>, Vec<f64>)>,
}

impl Limited {
    pub(super) fn new(memory: usize) -> Limited {
        Limited { memory, pairs: VecDeque::new() }
    }
}

impl Model for Limited {
    fn direction(&mut self, g: &[f64], free: &[bool]) -> Option<Vec<f64>> {
        let all = free.iter().all(|f| *f);
        let inner = |a: &[f64], b: &[f64]| {
            if all {
                dot(a, b)
            } else {
                a.iter().zip(b).zip(free).filter(|(_, free)| **free).map(|((a, b), _)| a * b).sum()
            }
        };
        let mut d: Vec<f64> = g.iter().zip(free).map(|(g, free)| if *free { -g } else { 0.0 }).collect();
        // Of steps of which too little lies along the free variables nothing is learnt.
        let used: Vec<(&[f64], &[f64], f64)> = (self.pairs.iter())
            .map(|(s, y)| (&s[..], &y[..], inner(s, y)))
            .filter(|(s, y, sy)| all || *sy > f64::EPSILON * inner(s, s).sqrt() * inner(y, y).sqrt())
            .collect();
        let (_, y, sy) = used.last()?;
        let scale = sy / inner(y, y);
        let mut shares = Vec::with_capacity(used.len());
        for (s, y, sy) in used.iter().rev() {
            let share = inner(s, &d) / sy;
            d.iter_mut().zip(*y).for_each(|(d, y)| *d -= share * y);
            shares.push(share);
        }
        d.iter_mut().for_each(|d| *d *= scale);
        for ((s, y, sy), share) in used.iter().zip(shares.iter().rev()) {
            let back = inner(y, &d) / sy;
            d.iter_mut().zip(*s).for_each(|(d, s)| *d += (share - back) * s);
        }
        if !all {
            d.iter_mut().zip(free).filter(|(_, free)| !**free).for_each(|(d, _)| *d = 0.0);
        }
        Some(d)
    }

    fn learn(&mut self, s: Vec<f64>, y: Vec<f64>) {
        if curved(dot(&s, &y), &s, &y) {
            if self.pairs.len() == self.memory {
                self.pairs.pop_front();
            }
            self.pairs.push_back((s, y));
        }
    }

    fn forget(&mut self) {
        self.pairs.clear();
    }

    fn cost(&self, n: usize) -> u64 {
        8 * (self.pairs.len() * n) as u64
    }
}

/// Is the curvature along the step positive, beyond rounding?
fn curved(sy: f64, s: &[f64], y: &[f64]) -> bool {
    sy > f64::EPSILON * length(s.iter().copied()) * length(y.iter().copied()) && sy.is_finite()
}

/// The first step along a new direction is at least this long, relative to `x`.
pub(super) const LEAST: f64 = 1e-8;
/// Share of the slope that a step may leave.
const FLATTEN: f64 = 0.9;
/// The same without a model: a step that is nearly the best along its line.
const FLATTEN_ALONE: f64 = 0.1;

pub(super) fn run(run: &mut Run<'_, '_>, model: &mut dyn Model) -> Result<Stop, MinimizeError> {
    // How far the last step went, by its own slope: the next one is expected to bring as much.
    let mut last: Option<f64> = None;
    loop {
        run.objective.charge(model.cost(run.at.x.len()))?;
        let free = run.free(&run.at);
        let downhill = |d: &[f64]| {
            let slope = dot(&run.at.g, d);
            let steep = length(d.iter().copied()) * run.slope_length(&run.at);
            slope < -1e-14 * steep && d.iter().all(|d| d.is_finite())
        };
        let modelled = model.direction(&run.at.g, &free).filter(|d| downhill(d));
        let known = modelled.is_some();
        let d = modelled.unwrap_or_else(|| {
            model.forget();
            run.at.g.iter().zip(&free).map(|(g, free)| if *free { -g } else { 0.0 }).collect()
        });
        let slope = dot(&run.at.g, &d);
        if slope.is_nan() || slope >= 0.0 {
            return Ok(Stop::Rounding);
        }
        let long = length(d.iter().copied());
        // A step that `x` would not notice is none.
        let least = LEAST * length(run.at.x.iter().copied()) / long;
        let first = match (run.options.step, last) {
            _ if known => 1.0,
            (Some(step), _) => step,
            (None, Some(last)) => (last / -slope).max(least).min(1e10),
            (None, None) => (1.0 / long).min(1.0).max(least),
        };
        let flatten = if known { FLATTEN } else { FLATTEN_ALONE };
        match search(run, &d, first, flatten)? {
            Some(found) => {
                let s = found.point.x.iter().zip(&run.at.x).map(|(a, b)| a - b).collect();
                let y = found.point.g.iter().zip(&run.at.g).map(|(a, b)| a - b).collect();
                last = Some(-slope * found.along);
                if let Some(stop) = run.step_to(found.point) {
                    return Ok(stop);
                }
                model.learn(s, y);
            }
            None if -slope * first <= run.noise()? => return Ok(Stop::Rounding),
            None if known => {
                model.forget();
                last = None;
            }
            None => return Ok(Stop::LineSearch),
        }
    }
}
