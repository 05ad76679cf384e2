//! Newton–Raphson: follow the tangent to where it meets the axis.
//!
//! Here: the plain iteration, in one or many unknowns, with nothing done against its failures; what they are is seen and
//! named.
//! Not here: iterations that cannot run away (`safeguarded`, `bracket`).
//! Start reading at [`newton`].

use nalgebra::{DMatrix, DVector};

use crate::program::{Budget, ProgramError};

use super::certify::{Certificate, certified};
use super::exact;
use super::report::{Root, RootOptions, RootReport, Status, Step, Stop};
use super::system::{Evaluator, SolveError, System, Verdict};

/// Newton's iteration from `from`.
///
/// Converging, it ends with a root that is [`Status::Proven`] where intervals can prove it, [`Status::Tested`] where the
/// value is 0 within rounding (a multiple root, say), else [`Status::Estimated`]. Failing, it says in [`RootReport::stop`]
/// how.
///
/// # Errors
/// [`SolveError::Count`] when `from` does not fit, and those of the evaluation.
///
/// # Source
/// Ortega & Rheinboldt, *Iterative Solution of Nonlinear Equations in Several Variables*, §7.1; multiplicity from the rate
/// of convergence: Traub, *Iterative Methods for the Solution of Equations*, §7.3.
pub fn newton(
    system: &System,
    from: &[f64],
    options: &RootOptions,
    budget: &Budget<'_>,
) -> Result<RootReport, SolveError> {
    check(system, from)?;
    let mut on = Evaluator::new(system, budget);
    let mut walk = Walk::default();
    let mut x = from.to_vec();
    let stop = loop {
        let (values, jacobian) = on.slopes(&x)?;
        let slope = (x.len() == 1).then(|| jacobian[0]);
        walk.trace.push(Step { at: x.clone(), values: values.clone(), slope, bracket: None });
        if x.iter().any(|v| !v.is_finite()) {
            break if walk.is_growing() { Stop::Runaway } else { Stop::NotFinite { at: x.clone() } };
        }
        if let Some(stop) = unusable(&x, &values) {
            break stop;
        }
        if values.iter().all(|v| *v == 0.0) {
            break Stop::Converged;
        }
        if jacobian.iter().any(|v| !v.is_finite()) {
            break Stop::NotFinite { at: x.clone() };
        }
        if walk.sizes.is_empty() {
            walk.sizes = x.iter().map(|v| v.abs()).collect();
        }
        let Some(step) = step(&jacobian, &values) else { break Stop::Flat { at: x.clone() } };
        let far = |s: f64, v: f64| s.abs() > FLAT * v.abs().max(1.0);
        if step.iter().zip(&x).any(|(s, v)| far(*s, *v)) {
            break if walk.is_growing() { Stop::Runaway } else { Stop::Flat { at: x.clone() } };
        }
        let size = walk.add(&step, &x);
        if size <= options.step_tol || (size < NEAR && on.is_zero_within_rounding(&x)?) {
            x.iter_mut().zip(&step).for_each(|(v, s)| *v += s);
            break Stop::Converged;
        }
        if let Some(length) = walk.cycle() {
            break Stop::Cycle { length };
        }
        if walk.runs_away() {
            break Stop::Runaway;
        }
        if walk.trace.len() > options.max_steps {
            break Stop::MaxSteps;
        }
        x.iter_mut().zip(&step).for_each(|(v, s)| *v += s);
    };
    let at = match &stop {
        Stop::Converged => Some(x),
        _ => None,
    };
    let multiplicity = walk.multiplicity();
    finish(on, at, stop, walk.trace, multiplicity)
}

/// A step that leaves by this many sizes of `x` has followed a tangent that is flat for all that is known.
const FLAT: f64 = 1e12;
/// Steps below this share of `x` may have come to where rounding hides the rest.
const NEAR: f64 = 1e-3;

pub(super) fn check(system: &System, from: &[f64]) -> Result<(), SolveError> {
    let n = system.dimension();
    if from.len() == n { Ok(()) } else { Err(SolveError::Count { equations: n, unknowns: from.len() }) }
}

/// Is there a value to go on with?
pub(super) fn unusable(x: &[f64], values: &[f64]) -> Option<Stop> {
    if values.iter().any(|v| v.is_nan()) {
        Some(Stop::LeftDomain { at: x.to_vec() })
    } else if values.iter().any(|v| v.is_infinite()) {
        Some(Stop::NotFinite { at: x.to_vec() })
    } else {
        None
    }
}

/// The step `s` with `J s = -f`; `None` where there is none.
pub(super) fn step(jacobian: &[f64], values: &[f64]) -> Option<Vec<f64>> {
    if let ([slope], [value]) = (jacobian, values) {
        let step = -value / slope;
        return step.is_finite().then(|| vec![step]);
    }
    let n = values.len();
    let matrix = DMatrix::from_row_slice(n, n, jacobian);
    let size = matrix.amax();
    let lu = matrix.full_piv_lu();
    let smallest = lu.u().diagonal().iter().fold(f64::INFINITY, |least, v| least.min(v.abs()));
    if smallest.is_nan() || smallest <= 4.0 * f64::EPSILON * size {
        return None;
    }
    let step = lu.solve(&-DVector::from_row_slice(values))?;
    step.iter().all(|s| s.is_finite()).then(|| step.iter().copied().collect())
}

/// What the iteration has done so far.
#[derive(Default)]
struct Walk {
    trace: Vec<Step>,
    /// The largest size that each unknown has had.
    sizes: Vec<f64>,
    /// The steps, each in units of the size of its unknown, the largest.
    relative: Vec<f64>,
    steps: Vec<Vec<f64>>,
}

/// Longest round that is looked for.
const LONGEST_CYCLE: usize = 8;

impl Walk {
    /// Notes a step; its relative size.
    fn add(&mut self, step: &[f64], x: &[f64]) -> f64 {
        let mut largest = 0.0_f64;
        for ((s, v), size) in step.iter().zip(x).zip(&mut self.sizes) {
            *size = size.max(v.abs()).max((v + s).abs());
            let scale = v.abs().max(1e-6 * *size).max(f64::MIN_POSITIVE);
            largest = largest.max(s.abs() / scale);
        }
        self.relative.push(largest);
        self.steps.push(step.to_vec());
        largest
    }

    fn length(&self, k: usize) -> f64 {
        self.steps[k].iter().fold(0.0, |most: f64, s| most.max(s.abs()))
    }

    /// Has every step of late been longer than the one before?
    fn is_growing(&self) -> bool {
        let n = self.steps.len();
        n >= 4 && (n - 3..n).all(|k| self.length(k) > 1.5 * self.length(k - 1))
    }

    fn runs_away(&self) -> bool {
        let n = self.steps.len();
        let grew = |by: usize| n > by && (n - by..n).all(|k| self.length(k) > 1.5 * self.length(k - 1));
        if grew(10) || (grew(4) && self.relative.len() == n && self.far()) {
            return true;
        }
        // Steps that do not grow, but lead outward all the time and do not shrink either.
        const PATIENCE: usize = 24;
        if n < PATIENCE {
            return false;
        }
        let late = &self.steps[n - PATIENCE..];
        let outward = |s: &Vec<f64>| {
            let x = &self.trace[self.trace.len() - 1].at;
            s.iter().zip(x).all(|(s, x)| s * x >= 0.0)
        };
        late.iter().all(outward) && self.length(n - 1) > 0.95 * self.length(n - PATIENCE)
    }

    /// Is it very far from where it began?
    fn far(&self) -> bool {
        let (first, last) = (&self.trace[0].at, &self.trace[self.trace.len() - 1].at);
        first.iter().zip(last).any(|(a, b)| b.abs() > 1e6 * (1.0 + a.abs()))
    }

    /// The length of a round that has been gone through twice.
    fn cycle(&self) -> Option<usize> {
        let n = self.trace.len();
        let same = |a: usize, b: usize| {
            let close = |(x, y): (&f64, &f64)| (x - y).abs() <= 1e-10 * x.abs().max(y.abs());
            self.trace[a].at.iter().zip(&self.trace[b].at).all(close)
        };
        let wide = |length: usize| self.relative[self.relative.len() - length..].iter().all(|s| *s > 1e-6);
        (2..=LONGEST_CYCLE).find(|&length| {
            n > 2 * length && wide(length) && (1..=length).all(|k| same(n - k, n - k - length))
        })
    }

    /// Steps that shrink by the same factor `1 - 1/m` again and again lead to a root of multiplicity `m`.
    fn multiplicity(&self) -> Option<u32> {
        let lengths: Vec<f64> = (0..self.steps.len()).map(|k| self.length(k)).collect();
        let ratios: Vec<f64> = lengths.windows(2).map(|pair| pair[1] / pair[0]).collect();
        // The last steps of all are spoilt by rounding: the last steady stretch counts, unless it got faster after it.
        for late in ratios.windows(3).rev() {
            let m = (1.0 / (1.0 - late[2])).round();
            let near = |r: &f64| (r - (1.0 - 1.0 / m)).abs() < 0.25 / (m * m);
            if (2.0..=20.0).contains(&m) && late.iter().all(near) {
                return Some(m as u32);
            }
            if late[2] < 0.3 && late[2] > 0.0 {
                return None;
            }
        }
        None
    }
}

/// Roots with more unknowns are not proven: a proof multiplies matrices of intervals again and again.
const MOST_PROVEN: usize = 60;

/// The report, with what can be proven of the end point.
pub(super) fn finish(
    mut on: Evaluator<'_>,
    at: Option<Vec<f64>>,
    stop: Stop,
    trace: Vec<Step>,
    multiplicity: Option<u32>,
) -> Result<RootReport, SolveError> {
    let roots = match at {
        Some(at) => vec![root(&mut on, at, multiplicity)?],
        None => Vec::new(),
    };
    Ok(RootReport { roots, complete: false, undecided: Vec::new(), stop, evaluations: on.evaluations, trace })
}

fn root(on: &mut Evaluator<'_>, at: Vec<f64>, multiplicity: Option<u32>) -> Result<Root, ProgramError> {
    let mut proof: Option<Certificate> =
        if at.len() <= MOST_PROVEN { certified(on, &at, &[])? } else { None };
    if let Some(certificate) = &proof
        && on.verdict(&certificate.enclosure)? != Verdict::Perhaps
    {
        proof = None;
    }
    Ok(match proof {
        Some(certificate) => {
            let exact = exact::recognise(on.system, &certificate);
            let at = exact::point(&certificate, exact.as_deref());
            Root {
                residual: on.residual(&at)?,
                at,
                exact,
                multiplicity: exact::multiplicity(on.system, &certificate).or(multiplicity),
                enclosure: Some(certificate.enclosure),
                status: Status::Proven,
            }
        }
        None => {
            let residual = on.residual(&at)?;
            let tested = on.is_zero_within_rounding(&at)?;
            let status = if tested { Status::Tested } else { Status::Estimated };
            Root { at, residual, enclosure: None, exact: None, multiplicity, status }
        }
    })
}
