//! What all methods share: where they are, when they stop, the bounds, the way they went.
//!
//! Invariant: the best point is one that was evaluated, with a value that is finite and not above that of the start.

use super::options::{Method, Options};
use super::report::{Report, Stop, TracePoint};
use super::{MinimizeError, Objective};

/// Beyond these, what still falls is taken to fall for ever.
const FAR: f64 = 1e100;
/// A step that brings less than this, relative to the value or 1, is no fall.
const STILL_FALLS: f64 = 1e-9;
/// Steps of a method with momentum that are this short, relative to `x` or 1, are rest.
const RESTS: f64 = 1e-6;
/// Numbers that a trace may hold, all points together.
const MOST_TRACED: usize = 500_000;

/// A minimisation under way.
pub(super) struct Run<'r, 'a> {
    pub(super) objective: &'r mut Objective<'a>,
    pub(super) options: &'r Options,
    pub(super) bounds: Option<&'r [(f64, f64)]>,
    pub(super) method: Method,
    /// Here it is now.
    pub(super) at: Point,
    pub(super) best: Point,
    /// Value, and length of the gradient, at the start.
    first_value: f64,
    first_slope: f64,
    pub(super) steps: usize,
    pub(super) trace: Trace,
    /// The value, or a slope, on the way was not a number: where.
    pub(super) broken: Option<Vec<f64>>,
    /// Value of the last point and of the one before.
    pub(super) last_change: f64,
}

/// A point with its value and gradient.
#[derive(Clone, Debug)]
pub(super) struct Point {
    pub(super) x: Vec<f64>,
    pub(super) f: f64,
    pub(super) g: Vec<f64>,
}

impl Point {
    pub(super) fn is_finite(&self) -> bool {
        self.f.is_finite() && self.g.iter().all(|g| g.is_finite())
    }
}

impl<'r, 'a> Run<'r, 'a> {
    pub(super) fn new(
        objective: &'r mut Objective<'a>,
        start: &[f64],
        bounds: Option<&'r [(f64, f64)]>,
        options: &'r Options,
        method: Method,
    ) -> Result<Run<'r, 'a>, MinimizeError> {
        let mut x = start.to_vec();
        project(bounds, &mut x);
        let n = x.len();
        let at = Point { x, f: f64::NAN, g: vec![f64::NAN; n] };
        Ok(Run {
            objective,
            options,
            bounds,
            method,
            best: at.clone(),
            at,
            first_value: f64::NAN,
            first_slope: 0.0,
            steps: 0,
            trace: Trace::new(options.trace.clamp(2, (MOST_TRACED / (n + 4)).max(2))),
            broken: None,
            last_change: 0.0,
        })
    }

    /// Evaluates the start; some ends are there already.
    pub(super) fn begin(&mut self) -> Result<Option<Stop>, MinimizeError> {
        let x = self.at.x.clone();
        self.at = self.point(x)?;
        self.best = self.at.clone();
        self.first_value = self.at.f;
        self.first_slope = self.slope_length(&self.at);
        self.trace.push(self.traced(0.0));
        if !self.at.is_finite() {
            self.broken = Some(self.at.x.clone());
            return Ok(Some(if self.at.f == f64::NEG_INFINITY { Stop::Unbounded } else { Stop::NotFinite }));
        }
        // Where second derivatives are at hand a saddle is not the end.
        let flat = self.is_flat() && self.method != Method::Newton;
        Ok(if self.at.x.is_empty() || flat {
            Some(Stop::Gradient)
        } else if self.options.max_steps == 0 {
            Some(Stop::MaxSteps)
        } else {
            None
        })
    }

    /// Value and gradient at `x`.
    pub(super) fn point(&mut self, x: Vec<f64>) -> Result<Point, MinimizeError> {
        let mut g = vec![0.0; x.len()];
        let f = self.objective.gradient(&x, &mut g)?;
        Ok(Point { x, f, g })
    }

    /// Puts a point back between the bounds.
    pub(super) fn project(&self, x: &mut [f64]) {
        project(self.bounds, x);
    }

    /// Which variables are free: not at a bound against which the value pushes them.
    pub(super) fn free(&self, p: &Point) -> Vec<bool> {
        let Some(bounds) = self.bounds else { return vec![true; p.x.len()] };
        let held = |((x, g), (low, high)): ((&f64, &f64), &(f64, f64))| {
            (x <= low && *g >= 0.0) || (x >= high && *g <= 0.0)
        };
        p.x.iter().zip(&p.g).zip(bounds).map(|each| !held(each)).collect()
    }

    /// Length of the gradient along the free variables.
    pub(super) fn slope_length(&self, p: &Point) -> f64 {
        let free = self.free(p);
        length(p.g.iter().zip(free).filter(|(_, free)| *free).map(|(g, _)| *g))
    }

    /// Is the gradient here nought, as far as was asked?
    pub(super) fn is_flat(&self) -> bool {
        self.is_flat_at(&self.at)
    }

    /// Is the gradient there nought, as far as was asked?
    pub(super) fn is_flat_at(&self, p: &Point) -> bool {
        let scale = self.first_slope.min(p.f.abs().max(1.0));
        self.slope_length(p) <= self.options.gradient_tol * scale
    }

    /// Takes about `n³` operations, `times` over, from the budget.
    pub(super) fn cubed(&mut self, n: usize, times: u64) -> Result<(), MinimizeError> {
        let n = n as u64;
        Ok(self.objective.charge(times.saturating_mul(n.saturating_mul(n).saturating_mul(n)))?)
    }

    /// How much the value here may be wrong by rounding.
    pub(super) fn noise(&mut self) -> Result<f64, MinimizeError> {
        Ok(self.objective.noise(&self.at.x, self.at.f, &self.at.g)?)
    }

    /// Goes to a point; is that the end?
    pub(super) fn step_to(&mut self, to: Point) -> Option<Stop> {
        let from = std::mem::replace(&mut self.at, to);
        self.steps += 1;
        let moved = length(self.at.x.iter().zip(&from.x).map(|(a, b)| a - b));
        self.last_change = from.f - self.at.f;
        if self.at.is_finite() && self.at.f <= self.first_value {
            // Of two values that differ by rounding the one with the flatter slope is the better one.
            let rounding = 4.0 * f64::EPSILON * self.best.f.abs();
            let flatter = self.slope_length(&self.at) <= self.slope_length(&self.best);
            if self.at.f < self.best.f - rounding || (self.at.f <= self.best.f + rounding && flatter) {
                self.best = self.at.clone();
            }
        }
        self.trace.push(self.traced(moved));
        let size = length(self.at.x.iter().copied());
        // What tends to a limit far out does not fall, nor does what comes back from higher up.
        let falling = self.at.f <= self.best.f && self.last_change > STILL_FALLS * self.at.f.abs().max(1.0);
        let o = self.options;
        // What rolls through a flat place, or stands still where it turns round, has not arrived.
        let rolls = matches!(self.method, Method::Momentum | Method::Nesterov | Method::Adam);
        if self.at.f == f64::NEG_INFINITY || self.at.f < -FAR || (size > FAR && falling) {
            Some(Stop::Unbounded)
        } else if !self.at.is_finite() || self.at.x.iter().any(|x| !x.is_finite()) {
            self.broken = Some(self.at.x.clone());
            Some(Stop::NotFinite)
        } else if self.is_flat()
            && self.method != Method::Newton
            && (!rolls || moved <= RESTS * size.max(1.0))
        {
            Some(Stop::Gradient)
        } else if moved <= o.step_tol * size && (!rolls || o.step_tol > 0.0) {
            Some(Stop::Step)
        } else if o.value_tol > 0.0 && self.last_change.abs() <= o.value_tol * self.at.f.abs() {
            Some(Stop::Value)
        } else if self.steps >= o.max_steps {
            Some(Stop::MaxSteps)
        } else {
            None
        }
    }

    fn traced(&self, moved: f64) -> TracePoint {
        TracePoint {
            step: self.steps,
            x: self.at.x.clone(),
            value: self.at.f,
            gradient_norm: self.slope_length(&self.at),
            length: moved,
        }
    }

    /// The report, with what the second derivatives at the best point say.
    pub(super) fn report(mut self, stop: Stop) -> Result<Report, MinimizeError> {
        let found = self.classify(stop)?;
        let reason = self.reason(stop, &found);
        let gradient_norm = self.slope_length(&self.best);
        Ok(Report {
            value: self.best.f,
            gradient_norm,
            method: self.method,
            stop,
            reason,
            kind: found.kind,
            status: found.status,
            steps: self.steps,
            evaluations: self.objective.evaluations,
            trace: self.trace.points(),
            post_mortem: found.post_mortem,
            certificate: None,
            x: self.best.x,
            gradient: self.best.g,
        })
    }
}

fn project(bounds: Option<&[(f64, f64)]>, x: &mut [f64]) {
    for (x, (low, high)) in x.iter_mut().zip(bounds.unwrap_or(&[])) {
        *x = x.max(*low).min(*high);
    }
}

/// Length of a vector, without overflow on the way.
pub(super) fn length(v: impl Iterator<Item = f64> + Clone) -> f64 {
    let squared: f64 = v.clone().map(|x| x * x).sum();
    if squared.is_nan() || (1e-280..1e280).contains(&squared) {
        return squared.sqrt();
    }
    let largest = v.clone().fold(0.0_f64, |a, x| a.max(x.abs()));
    if largest == 0.0 || !largest.is_finite() {
        return largest;
    }
    largest * v.map(|x| (x / largest) * (x / largest)).sum::<f64>().sqrt()
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Points of a way of any length, in bounded room: when it is full every second one goes.
pub(super) struct Trace {
    kept: Vec<TracePoint>,
    last: Option<TracePoint>,
    /// Kept are the steps that this divides.
    every: usize,
    most: usize,
}

impl Trace {
    fn new(most: usize) -> Trace {
        Trace { kept: Vec::new(), last: None, every: 1, most }
    }

    fn push(&mut self, point: TracePoint) {
        if point.step.is_multiple_of(self.every) {
            if self.kept.len() + 1 >= self.most {
                self.every *= 2;
                self.kept.retain(|p| p.step % self.every == 0);
            }
            if point.step.is_multiple_of(self.every) {
                self.kept.push(point);
                self.last = None;
                return;
            }
        }
        self.last = Some(point);
    }

    fn points(mut self) -> Vec<TracePoint> {
        self.kept.extend(self.last);
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_keeps_its_ends() {
        for steps in [0, 1, 5, 9, 10, 11, 100, 1000, 1023, 1024] {
            let mut trace = Trace::new(10);
            for step in 0..=steps {
                trace.push(TracePoint { step, x: vec![], value: 0.0, gradient_norm: 0.0, length: 0.0 });
            }
            let kept: Vec<usize> = trace.points().iter().map(|p| p.step).collect();
            assert!(kept.len() <= 10, "{kept:?}");
            assert_eq!((kept[0], *kept.last().unwrap()), (0, steps));
            assert!(kept.windows(2).all(|w| w[0] < w[1]));
            assert!(steps > 8 || kept.len() == steps + 1);
        }
    }

    #[test]
    fn length_does_not_overflow() {
        assert_eq!(length([3.0, 4.0].into_iter()), 5.0);
        assert!((length([3e200, 4e200].into_iter()) / 5e200 - 1.0).abs() < 1e-15);
        assert!((length([3e-200, 4e-200].into_iter()) / 5e-200 - 1.0).abs() < 1e-15);
        assert_eq!(length([f64::INFINITY, 1.0].into_iter()), f64::INFINITY);
        assert_eq!(length([0.0, 0.0].into_iter()), 0.0);
        assert!(length([f64::NAN, 1.0].into_iter()).is_nan());
        assert!(length([1.0, f64::NAN].into_iter()).is_nan());
    }
}
