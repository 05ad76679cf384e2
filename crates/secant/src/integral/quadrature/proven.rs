//! Bounds of an integral that are proven.
//!
//! Here: over each part of the range the Taylor polynomial about its middle is integrated exactly, and the coefficient one
//! beyond is enclosed over the whole part; the widest parts are cut in two. Where there is no such coefficient (a kink),
//! the values themselves are enclosed.
//! Invariant: the exact integral lies within the bounds. Every step is rounded outward.
//!
//! Source: R. E. Moore, *Methods and Applications of Interval Analysis*, SIAM 1979, §8.4; W. Tucker, *Validated Numerics*,
//! 2011, §5.3.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::expr::{Expr, Symbol};
use crate::program::{Enclosure, Interval, Program, Workspace};

use super::{End, Options, Piece, Report, Status, Stop, enclosure};

/// The power one beyond the polynomial; even, so that it has one sign.
const BEYOND: usize = 16;
/// Evaluations of the integrand that one series over an interval is counted as.
const COST: usize = 2 * BEYOND;

/// Bounds of `∫ f` over a bounded range.
pub(super) fn bounds(f: &Expr, x: &Symbol, from: &End, to: &End, options: &Options<'_>) -> Report {
    let (End::At(a), End::At(b)) = (from, to) else {
        let at = if *from == End::MinusInfinity || *to == End::MinusInfinity {
            f64::NEG_INFINITY
        } else {
            f64::INFINITY
        };
        return Report::without(Stop::Unproven { at });
    };
    let (Some(a), Some(b)) = (enclosure(a), enclosure(b)) else { return Report::without(Stop::Ends) };
    let program = match Program::compile(std::slice::from_ref(f), std::slice::from_ref(x)) {
        Ok(program) => program,
        Err(e) => return Report::without(Stop::Program(e.code())),
    };
    let swapped = a.low() > b.low();
    let (a, b) = if swapped { (b, a) } else { (a, b) };
    let mut parts = Parts { program: &program, options, workspace: Workspace::new(), evaluations: 0 };
    let report = parts.add_up(a, b);
    if swapped { report.turned() } else { report }
}

/// A part and the bounds of its integral.
struct Part {
    over: (f64, f64),
    integral: Interval,
}

impl Part {
    /// Wide ones come first; of equal ones the left.
    fn rank(&self, other: &Part) -> Ordering {
        let width = |p: &Part| p.integral.high() - p.integral.low();
        width(self).total_cmp(&width(other)).then(other.over.0.total_cmp(&self.over.0))
    }
}

impl PartialEq for Part {
    fn eq(&self, other: &Part) -> bool {
        self.rank(other).is_eq()
    }
}
impl Eq for Part {}
impl PartialOrd for Part {
    fn partial_cmp(&self, other: &Part) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Part {
    fn cmp(&self, other: &Part) -> Ordering {
        self.rank(other)
    }
}

struct Parts<'p> {
    program: &'p Program,
    options: &'p Options<'p>,
    workspace: Workspace,
    evaluations: usize,
}

impl Parts<'_> {
    fn add_up(&mut self, a: Interval, b: Interval) -> Report {
        if a.high() > b.low() {
            // The ends are the same number as far as numbers go.
            let whole = a.hull(b);
            return match self.plain(whole.low(), whole.high()) {
                Some(values) => {
                    let some = values.hull(-values);
                    self.report(
                        vec![Part { over: (whole.low(), whole.high()), integral: some }],
                        Stop::Tolerance,
                    )
                }
                None => Report::without(Stop::Unproven { at: whole.middle() }),
            };
        }
        // Between an end as a number and the exact one there is a part that may belong to the range.
        let mut edges = Vec::new();
        for edge in [a, b] {
            if edge.low() < edge.high() {
                let Some(values) = self.plain(edge.low(), edge.high()) else {
                    return Report::without(Stop::Unproven { at: edge.middle() });
                };
                let integral = values.hull(Interval::point(0.0));
                edges.push(Part { over: (edge.low(), edge.high()), integral });
            }
        }
        let mut open = BinaryHeap::new();
        let mut settled = edges;
        if a.high() < b.low() {
            open.push(self.part(a.high(), b.low()));
        }
        let most = self.options.budget.operations / (self.program.instruction_count() as u64).max(1);
        let most = self.options.max_evaluations.min(usize::try_from(most).unwrap_or(usize::MAX));
        let stop = loop {
            let total = sum(open.iter().chain(&settled));
            let width = total.high() - total.low();
            let wanted = self.options.absolute_tol.max(self.options.relative_tol * total.middle().abs());
            if width.is_finite() && 0.5 * width <= wanted {
                break Stop::Tolerance;
            }
            // Twice as many parts before the sum is asked for again.
            let round = (open.len() / 2).max(1);
            let mut cut = 0;
            while cut < round {
                let Some(part) = open.pop() else { break };
                let (low, high) = part.over;
                let middle = 0.5 * low + 0.5 * high;
                if middle <= low || middle >= high {
                    settled.push(part);
                    continue;
                }
                let halves = [self.part(low, middle), self.part(middle, high)];
                let both = halves[0].integral + halves[1].integral;
                let (before, after) = (part.integral.width(), both.width());
                if before.is_finite() && after > 0.9 * before {
                    // Rounding is all that is left.
                    settled.push(part);
                } else {
                    open.extend(halves);
                }
                cut += 1;
            }
            if cut == 0 {
                break Stop::Rounding;
            }
            if self.evaluations > most {
                break Stop::Evaluations;
            }
        };
        settled.extend(open);
        self.report(settled, stop)
    }

    fn report(&self, mut parts: Vec<Part>, stop: Stop) -> Report {
        parts.sort_by(|p, q| p.over.0.total_cmp(&q.over.0));
        let total = sum(parts.iter());
        let unbounded = |p: &&Part| !(p.integral.low().is_finite() && p.integral.high().is_finite());
        if let Some(part) = parts.iter().find(unbounded) {
            return Report {
                evaluations: self.evaluations,
                ..Report::without(Stop::Unproven { at: 0.5 * part.over.0 + 0.5 * part.over.1 })
            };
        }
        let (value, error) = centred(total);
        let pieces = parts.iter().map(|p| {
            let (value, error) = centred(p.integral);
            Piece { from: p.over.0, to: p.over.1, value, error }
        });
        let pieces = pieces.collect();
        Report { value, error, status: Status::Proven, stop, evaluations: self.evaluations, pieces }
    }

    fn part(&mut self, low: f64, high: f64) -> Part {
        let all = self.plain(low, high).unwrap_or(Interval::ALL);
        let integral = match self.by_series(low, high) {
            Some(better) => all.intersection(better),
            None => all,
        };
        Part { over: (low, high), integral }
    }

    /// The values times the length.
    fn plain(&mut self, low: f64, high: f64) -> Option<Interval> {
        self.evaluations += 1;
        let over = Interval::new(low, high)?;
        let found = super::enclose(self.program, &[over], &mut self.workspace);
        let fine = found.defined && found.values.low().is_finite() && found.values.high().is_finite();
        fine.then(|| found.values * (Interval::point(high) - Interval::point(low)))
    }

    fn by_series(&mut self, low: f64, high: f64) -> Option<Interval> {
        self.evaluations += COST;
        let one = Interval::point(1.0);
        let budget = &self.options.budget;
        let middle = 0.5 * low + 0.5 * high;
        let mut beyond = [Enclosure { values: Interval::EMPTY, defined: false }; BEYOND + 1];
        let over = Interval::new(low, high)?;
        self.program.evaluate_jet_interval(&[&[over, one]], &mut [&mut beyond], budget).ok()?;
        if !beyond[BEYOND].defined {
            return None;
        }
        let mut at_middle = [Enclosure { values: Interval::EMPTY, defined: false }; BEYOND];
        let point = Interval::point(middle);
        self.program.evaluate_jet_interval(&[&[point, one]], &mut [&mut at_middle], budget).ok()?;
        let (left, right) = (Interval::point(low) - point, Interval::point(high) - point);
        let (mut total, mut powers) = (Interval::point(0.0), (left, right));
        for (k, c) in at_middle.iter().chain([&beyond[BEYOND]]).enumerate() {
            if !c.defined {
                return None;
            }
            // ∫ (x - middle)^k
            let share = (powers.1 - powers.0).quotients(Interval::point((k + 1) as f64))[0];
            total = total + c.values * share;
            powers = (powers.0 * left, powers.1 * right);
        }
        let fine = total.low().is_finite() && total.high().is_finite();
        fine.then_some(total)
    }
}

fn sum<'p>(parts: impl Iterator<Item = &'p Part>) -> Interval {
    parts.fold(Interval::point(0.0), |total, part| total + part.integral)
}

/// The middle, and how far the bounds lie from it.
fn centred(bounds: Interval) -> (f64, f64) {
    let middle = bounds.middle();
    let above = (Interval::point(bounds.high()) - Interval::point(middle)).high();
    let below = (Interval::point(middle) - Interval::point(bounds.low())).high();
    (middle, above.max(below))
}
