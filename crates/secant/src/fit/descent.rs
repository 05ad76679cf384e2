//! Down to the least chi-squared of a model that is not linear, or has bounds, or a loss of its own.
//!
//! Here: Levenberg and Marquardt, Gauss–Newton, steepest descent; bounds; when to stop.
//! Not here: the sums over the rows (`pass`), where to start (`search`, `starts`), errors of the parameters (`report`).
//! Invariant: with Levenberg and Marquardt chi-squared never grows from one point of the trace to the next, rounding aside.
//! Source: Moré, LNM 630 (1978); Madsen, Nielsen & Tingleff, *Methods for Non-Linear Least Squares Problems* (2004), §3.2;
//! Golub & Pereyra, Inverse Problems 19 (2003), for parameters that stand linearly; Transtrum & Sethna, arXiv:1201.5885.
//! Start reading at [`descend`].

use super::double::Double;
use super::error::FitError;
use super::faulty;
use super::gram::{place, triangle};
use super::normal::{Factor, POOR, Real};
use super::options::{Loss, Method};
use super::pass::{Engine, How, Sums};
use super::regression::Regression;
use super::report::{Found, Stop, TracePoint};
use super::rows::Rows;

/// The first damping, over the diagonal of `J'J`.
pub(super) const DAMPING: f64 = 1e-3;
/// No step is expected to do anything beyond this damping.
const MOST_DAMPING: f64 = 1e20;
/// After so many failed steps a valley is taken to be bent, and steps are bent with it.
const HARD: usize = 4;
/// Below this least pivot parameters are not told apart any more.
const LOST: f64 = 1e-13;
/// Below this part of chi-squared its change is rounding.
const NOISE: f64 = 1e-13;

/// A point, with its sums.
pub(super) struct Point {
    pub(super) params: Vec<f64>,
    pub(super) sums: Sums,
}

/// A step that may be taken.
pub(super) struct Step {
    change: Vec<f64>,
    /// By how much it would lower chi-squared if the model were linear.
    predicted: f64,
}

/// What is remembered from step to step.
struct State<'b> {
    at: Point,
    bounds: &'b [(f64, f64)],
    how: How,
    damping: f64,
    /// By how much the damping grows when a step has failed.
    growth: f64,
    /// The largest squared length that a column has had.
    largest: Vec<f64>,
    /// How far the minimum was at the point before.
    last: Option<f64>,
    /// How often it has not come nearer.
    stuck: usize,
    /// How often a step has failed.
    failed: usize,
    /// Are steps taken by the exact Hessian?
    newton: Newton,
    trace: Vec<TracePoint>,
}

#[derive(Clone, Copy, PartialEq)]
enum Newton {
    /// Not yet: Gauss–Newton comes near fast.
    Unused,
    Used,
    /// It has led astray.
    Refused,
}

/// Down from `start`, within these bounds; a parameter whose bounds are one number is held there.
pub(super) fn descend(
    model: &Regression,
    bounds: &[(f64, f64)],
    engine: &mut Engine<'_>,
    rows: &mut dyn Rows,
    start: Vec<f64>,
    damping: f64,
) -> Result<Found, FitError> {
    let p = start.len();
    let options = engine.options;
    let how = How { exact: false, loss: options.loss };
    let spent = engine.evaluations;
    let sums = engine.pass(&model.compiled, rows, &start, how)?;
    if !sums.is_finite() {
        return Err(faulty::first(model, engine, rows, &start)?);
    }
    if sums.rows < p {
        return Err(FitError::TooFewRows { rows: sums.rows, parameters: p });
    }
    let at = Point { params: start, sums };
    let mut state = State {
        bounds,
        how,
        damping: if options.method == Method::LevenbergMarquardt { damping } else { 0.0 },
        growth: 2.0,
        largest: vec![0.0; p],
        last: None,
        stuck: 0,
        failed: 0,
        newton: Newton::Unused,
        trace: vec![at.point(damping)],
        at,
    };
    let stop = loop {
        engine.best = state.at.sums.cost.value();
        if let Some(stop) = state.turn(model, engine, rows, spent)? {
            break stop;
        }
    };
    let State { at, how, trace, .. } = state;
    let free = at.free(bounds);
    let (_, least) =
        at.step(&free, &[], how.exact).unwrap_or((Step { change: Vec::new(), predicted: 0.0 }, 0.0));
    let cost = at.sums.cost.value();
    Ok(Found {
        at_bound: free.iter().map(|free| !free).collect(),
        params: at.params,
        curvature: at.sums.products[p + 1..].to_vec(),
        exact: how.exact,
        cost,
        chi2: if options.loss == Loss::Squares { cost } else { f64::NAN },
        rows: at.sums.rows,
        stop,
        trace,
        proposed: false,
        degenerate: least < LOST,
    })
}

impl State<'_> {
    /// One step; `Some` when it was the last.
    fn turn(
        &mut self,
        model: &Regression,
        engine: &mut Engine<'_>,
        rows: &mut dyn Rows,
        spent: usize,
    ) -> Result<Option<Stop>, FitError> {
        let options = engine.options;
        let p = self.at.params.len();
        let cost = engine.best;
        for (j, largest) in self.largest.iter_mut().enumerate() {
            *largest = f64::max(*largest, self.at.curvature(j, j));
        }
        if cost == 0.0 {
            return Ok(Some(Stop::Exact));
        }
        let free = self.at.free(self.bounds);
        let Some((mut whole, least)) = self.at.step(&free, &[], self.how.exact) else {
            return Ok(Some(Stop::NotFinite));
        };
        if least < POOR && !self.how.exact {
            self.how.exact = true;
            self.at.sums = engine.pass(&model.compiled, rows, &self.at.params, self.how)?;
            return Ok(None);
        }
        let newton = self.newton == Newton::Used;
        if newton {
            match self.at.newton(model, engine, rows, &free, self.how.exact)? {
                Some(step) => whole = step,
                None => self.newton = Newton::Refused,
            }
        }
        // How far it is: for every parameter in its own size, and for all in chi-squared.
        let ready = self.at.relative(&whole.change);
        let distance = whole.predicted.max(0.0).sqrt();
        let rate = self.last.map_or(1.0, |last| (distance / last).min(1.0));
        let noise = self.at.noise();
        let settled = whole.predicted <= (1e-8 * cost / self.at.sums.rows as f64).max(noise);
        let near = ready <= options.tolerance || ready <= 1e-8 && ready * rate <= 0.1 * options.tolerance;
        if settled && near {
            self.at.params = within(self.bounds, &self.at.params, &whole.change);
            return Ok(Some(Stop::Converged));
        }
        let quiet = whole.predicted <= noise;
        self.stuck = if quiet && rate > 0.9 { self.stuck + 1 } else { 0 };
        if self.stuck >= 3 {
            return Ok(Some(Stop::Rounding));
        }
        // Where another start may be needed, half of the evaluations are left for it.
        let allowed = match options.method {
            Method::LevenbergMarquardt if spent == 0 => options.max_evaluations.div_ceil(2),
            _ => options.max_evaluations,
        };
        if engine.evaluations >= allowed {
            return Ok(Some(Stop::MaxEvaluations));
        }
        if options.method == Method::LevenbergMarquardt
            && self.newton == Newton::Unused
            && rate > 0.3
            && self.last.is_some()
            && ready < 1e-2
        {
            self.newton = Newton::Used;
            return Ok(None);
        }
        self.last = Some(distance);
        let change = match options.method {
            Method::SteepestDescent { aggression } => {
                (0..p).map(|j| 2.0 * aggression * self.at.slope(j)).collect()
            }
            Method::GaussNewton => whole.change,
            Method::LevenbergMarquardt => {
                return self.damped(model, engine, rows, &free, whole, newton, noise);
            }
        };
        let params = within(self.bounds, &self.at.params, &change);
        let sums = engine.pass(&model.compiled, rows, &params, self.how)?;
        if !sums.is_finite() {
            return Ok(Some(Stop::NotFinite));
        }
        self.at = Point { params, sums };
        self.trace.push(self.at.point(0.0));
        Ok(None)
    }

    /// A damped step, and whether it has done what it promised.
    #[expect(clippy::too_many_arguments, reason = "the parts of one step")]
    fn damped(
        &mut self,
        model: &Regression,
        engine: &mut Engine<'_>,
        rows: &mut dyn Rows,
        free: &[bool],
        whole: Step,
        newton: bool,
        noise: f64,
    ) -> Result<Option<Stop>, FitError> {
        let quiet = whole.predicted <= noise;
        let step = if quiet || newton || self.damping == 0.0 {
            whole
        } else {
            let raised: Vec<f64> = self.largest.iter().map(|d| self.damping * d).collect();
            let Some((step, _)) = self.at.step(free, &raised, self.how.exact) else {
                return Ok(Some(Stop::NotFinite));
            };
            if self.failed >= HARD { self.bent(model, engine, rows, free, &raised, step)? } else { step }
        };
        let (params, step) = self.at.moved(self.bounds, step);
        let sums = engine.pass(&model.compiled, rows, &params, self.how)?;
        let mut new = Point { params, sums };
        let mut gain = self.gain(&new);
        // Parameters that the model is linear in need no search: they are put where they are best, if that is worth a pass.
        if new.sums.is_finite()
            && let Some(best) = new.projected(model, self.how)
            && best.predicted > 0.1 * gain.max(noise)
        {
            let (params, _) = new.moved(self.bounds, best);
            let sums = engine.pass(&model.compiled, rows, &params, self.how)?;
            let better = Point { params, sums };
            if better.sums.is_finite() && self.gain(&better) > gain {
                gain = self.gain(&better);
                new = better;
            }
        }
        if new.sums.is_finite() && (gain >= 1e-4 * step.predicted && gain > 0.0 || quiet && gain >= -noise) {
            self.damping = match gain / step.predicted {
                _ if quiet || newton => self.damping,
                ratio if ratio > 0.75 => self.damping / 10.0,
                ratio if ratio > 0.25 => self.damping,
                _ => self.damping * 2.0,
            };
            if self.damping < 1e-12 {
                self.damping = 0.0;
            }
            self.growth = 2.0;
            self.at = new;
            self.trace.push(self.at.point(self.damping));
        } else if newton {
            self.newton = Newton::Refused;
        } else if quiet {
            return Ok(Some(Stop::Rounding));
        } else {
            self.failed += 1;
            self.damping = (self.damping * self.growth).max(1e-6);
            self.growth *= 2.0;
            if self.damping > MOST_DAMPING {
                return Ok(Some(Stop::Stalled));
            }
        }
        Ok(None)
    }

    /// The step bent as the model bends along it, where that is not too much (geodesic acceleration).
    fn bent(
        &self,
        model: &Regression,
        engine: &mut Engine<'_>,
        rows: &mut dyn Rows,
        free: &[bool],
        raised: &[f64],
        step: Step,
    ) -> Result<Step, FitError> {
        let p = step.change.len();
        let at: Vec<f64> = self.at.params.iter().chain(&step.change).copied().collect();
        let bend = engine.pass(model.along()?, rows, &at, How { loss: Loss::Squares, ..self.how })?;
        if !bend.is_finite() {
            return Ok(step);
        }
        let mut bent = Point { params: self.at.params.clone(), sums: self.at.sums.clone() };
        bent.sums.products[1..=p].copy_from_slice(&bend.products[1..=p]);
        let Some((second, _)) = bent.step(free, raised, self.how.exact) else { return Ok(step) };
        let length = |change: &[f64]| -> f64 {
            change.iter().zip(&self.largest).map(|(d, scale)| d * d * scale).sum::<f64>().sqrt()
        };
        if length(&second.change) > 0.75 * length(&step.change) {
            return Ok(step);
        }
        let change = step.change.iter().zip(&second.change).map(|(d, more)| d - 0.5 * more).collect();
        Ok(Step { change, predicted: step.predicted })
    }

    fn gain(&self, new: &Point) -> f64 {
        if new.sums.is_finite() { (self.at.sums.cost - new.sums.cost).value() } else { f64::NEG_INFINITY }
    }
}

/// The point that a step leads to, within the bounds.
fn within(bounds: &[(f64, f64)], params: &[f64], change: &[f64]) -> Vec<f64> {
    let moved = params.iter().zip(change).map(|(b, d)| b + d);
    moved.zip(bounds).map(|(b, (low, high))| b.clamp(*low, *high)).collect()
}

impl Point {
    fn point(&self, damping: f64) -> TracePoint {
        TracePoint { params: self.params.clone(), chi2: self.sums.cost.value(), damping }
    }

    /// Half of what chi-squared falls by along a parameter.
    fn slope(&self, j: usize) -> f64 {
        self.sums.products[j + 1].value()
    }

    fn curvature(&self, i: usize, j: usize) -> f64 {
        let p = self.params.len();
        self.sums.products[p + 1 + place(p, i.min(j), i.max(j))].value()
    }

    /// The parameters that are not held by a bound which chi-squared falls towards.
    fn free(&self, bounds: &[(f64, f64)]) -> Vec<bool> {
        let held = |(j, (low, high)): (usize, &(f64, f64))| {
            let (b, slope) = (self.params[j], self.slope(j));
            !(b <= *low && slope <= 0.0 || b >= *high && slope >= 0.0)
        };
        bounds.iter().enumerate().map(held).collect()
    }

    /// The step to the minimum of the linear model, and the least pivot on the way.
    fn step(&self, free: &[bool], raised: &[f64], exact: bool) -> Option<(Step, f64)> {
        if exact { self.step_in::<Double>(free, raised) } else { self.step_in::<f64>(free, raised) }
    }

    fn step_in<T: Real>(&self, free: &[bool], raised: &[f64]) -> Option<(Step, f64)> {
        let p = self.params.len();
        let kept: Vec<usize> = (0..p).filter(|j| free[*j]).collect();
        let n = kept.len();
        let entry = |k: usize| T::of(self.sums.products[k]);
        let mut upper = Vec::with_capacity(triangle(n));
        for (a, i) in kept.iter().enumerate() {
            for j in &kept[a..] {
                upper.push(entry(p + 1 + place(p, *i, *j)));
            }
        }
        let g: Vec<T> = kept.iter().map(|j| entry(j + 1)).collect();
        let raised: Vec<f64> = kept.iter().filter_map(|j| raised.get(*j).copied()).collect();
        let factor = Factor::new(n, &upper, &raised);
        let mut change = vec![0.0; p];
        for (j, d) in kept.iter().zip(factor.solve(&g)) {
            change[*j] = d.value();
        }
        let least = if factor.undetermined.is_empty() { factor.least } else { 0.0 };
        let step = Step { predicted: self.predicted(&change), change };
        step.change.iter().all(|d| d.is_finite()).then_some((step, least))
    }

    /// By how much a step lowers chi-squared of the linear model.
    fn predicted(&self, change: &[f64]) -> f64 {
        let mut predicted = 0.0;
        for (i, d) in change.iter().enumerate() {
            let bend: f64 = change.iter().enumerate().map(|(j, d)| self.curvature(i, j) * d).sum();
            predicted += d * (2.0 * self.slope(i) - bend);
        }
        predicted
    }

    /// The step of Newton's method, by the exact Hessian, where that is positive.
    fn newton(
        &self,
        model: &Regression,
        engine: &mut Engine<'_>,
        rows: &mut dyn Rows,
        free: &[bool],
        exact: bool,
    ) -> Result<Option<Step>, FitError> {
        let p = self.params.len();
        let bend = model.second()?.sums(engine, rows, &self.params)?;
        let mut curved = Point { params: self.params.clone(), sums: self.sums.clone() };
        curved.sums.products[p + 1..].iter_mut().zip(&bend).for_each(|(h, b)| *h = *h - *b);
        Ok(curved
            .step(free, &[], exact)
            .filter(|(step, least)| *least > LOST && step.predicted > 0.0)
            .map(|(step, _)| step))
    }

    /// The step to the best values of the parameters that the model is linear in, while the others stand still.
    pub(super) fn projected(&self, model: &Regression, how: How) -> Option<Step> {
        if how.loss != Loss::Squares || !model.linear_part.contains(&true) {
            return None;
        }
        let (step, _) = self.step(&model.linear_part, &[], how.exact)?;
        Some(step)
    }

    /// Where a step leads within the bounds, and what is left of it.
    pub(super) fn moved(&self, bounds: &[(f64, f64)], step: Step) -> (Vec<f64>, Step) {
        let params = within(bounds, &self.params, &step.change);
        let whole = params.iter().zip(&self.params).zip(&step.change).all(|((new, b), d)| *new == b + d);
        if whole {
            return (params, step);
        }
        let change: Vec<f64> = params.iter().zip(&self.params).map(|(new, b)| new - b).collect();
        let predicted = self.predicted(&change);
        (params, Step { change, predicted })
    }

    /// Below this a change of chi-squared is rounding: of the residuals, and of the terms of the model that cancel in them.
    fn noise(&self) -> f64 {
        let terms: f64 = self.params.iter().enumerate().map(|(j, b)| b * b * self.curvature(j, j)).sum();
        let cost = self.sums.cost.value();
        NOISE * cost + 2.0 * f64::EPSILON * (cost * terms).sqrt()
    }

    /// The largest change of a parameter over its size; of one that is nearly 0, over what the rows can tell of it.
    fn relative(&self, change: &[f64]) -> f64 {
        let deviation = (self.sums.cost.value() / self.sums.rows.max(1) as f64).sqrt();
        let size = |j: usize| {
            let told = 1e-6 * deviation / self.curvature(j, j).sqrt();
            let told = if told.is_finite() { told } else { 0.0 };
            self.params[j].abs().max(told)
        };
        let each = change.iter().enumerate().map(|(j, d)| if *d == 0.0 { 0.0 } else { d.abs() / size(j) });
        each.fold(0.0, f64::max)
    }
}
