//! The rule over parts of the range, the worst of them cut in two until their errors add up to little.
//!
//! Not here: where the range has to be cut (`trouble`).
//! Invariant: a part is not believed where its values are much smaller than what intervals allow there: it is cut further,
//! so that a narrow peak between the points is found.

use crate::program::{Effort, Workspace};

use super::rule::{self, POINTS};
use super::segment::Segment;
use super::{Options, Piece, Report, Status, Stop};

/// What is good enough.
pub(super) struct Tolerance<'a> {
    relative: f64,
    absolute: f64,
    evaluations: usize,
    effort: Effort<'a>,
}

impl<'a> Tolerance<'a> {
    pub(super) fn of(options: &Options<'a>, evaluations: usize) -> Tolerance<'a> {
        Tolerance {
            relative: options.relative_tol.max(0.0),
            absolute: options.absolute_tol.max(0.0),
            evaluations,
            effort: Effort { threads: 1, budget: options.budget },
        }
    }
}

/// A part of a segment and what the rule says of it.
#[derive(Clone, Copy, Debug)]
struct Part {
    segment: usize,
    from: f64,
    to: f64,
    value: f64,
    error: f64,
    size: f64,
    /// The largest value seen, and how far apart values are.
    peak: f64,
    spread: f64,
    /// How often it was cut, and how often only because of what may be hidden in it.
    depth: u32,
    hidden: u32,
    checked: bool,
}

/// Deepest cut.
const MAX_DEPTH: u32 = 60;
/// Most cuts of one part that are made on suspicion.
const MAX_HIDDEN: u32 = 12;
/// A value that intervals allow and that is so many times the largest seen makes suspicious.
const SUSPICIOUS: f64 = 20.0;
/// Most cuts on suspicion altogether.
const MAX_SUSPICIONS: usize = 1500;
/// Parts of which the rounding is looked at everywhere, and not at three places only.
const FEW_PARTS: usize = 200;
/// Rounding that is always there, over the size of what is added up.
const ROUNDING: f64 = 1e-14;

pub(super) fn integrate(segments: &[Segment], tolerance: &Tolerance<'_>) -> Report {
    let mut work = Work { segments, tolerance, workspace: Workspace::new(), evaluations: 0, suspicions: 0 };
    let mut parts = Vec::new();
    for (k, segment) in segments.iter().enumerate() {
        let n = segment.parts().max(1);
        let at = |j: usize| {
            let share = j as f64 / n as f64;
            if j == n { segment.to } else { segment.from + (segment.to - segment.from) * share }
        };
        parts.extend((0..n).map(|j| Part::new(k, at(j), at(j + 1))));
    }
    let mut fresh = parts.len();
    let stop = loop {
        let first = parts.len() - fresh;
        if let Err(stop) = work.measure(&mut parts[first..]) {
            return Report { evaluations: work.evaluations, ..Report::without(stop) };
        }
        let total = Total::of(&parts);
        let wanted =
            tolerance.absolute.max(tolerance.relative * total.value.abs()).max(ROUNDING * total.size);
        let small = total.error <= wanted;
        let mut cut: Vec<usize> =
            if small { work.suspicious(&mut parts) } else { worst(&parts, total.error) };
        if cut.is_empty() {
            break if small { Stop::Tolerance } else { Stop::Rounding };
        }
        let room = tolerance.evaluations.saturating_sub(work.evaluations) / (2 * POINTS);
        if room == 0 {
            break Stop::Evaluations;
        }
        cut.truncate(room);
        fresh = 2 * cut.len();
        split(&mut parts, cut, small);
    };
    work.report(parts, stop)
}

impl Part {
    fn new(segment: usize, from: f64, to: f64) -> Part {
        let (value, error, size, peak, spread) = (0.0, f64::INFINITY, 0.0, 0.0, 0.0);
        Part { segment, from, to, value, error, size, peak, spread, depth: 0, hidden: 0, checked: false }
    }

    fn can_be_cut(&self) -> bool {
        let middle = 0.5 * self.from + 0.5 * self.to;
        let room = (self.to - self.from).abs() > 1e-15 * self.from.abs().max(self.to.abs());
        room && middle > self.from && middle < self.to && self.depth < MAX_DEPTH
    }
}

struct Total {
    value: f64,
    error: f64,
    size: f64,
}

impl Total {
    fn of(parts: &[Part]) -> Total {
        let sum = |f: fn(&Part) -> f64| compensated(parts.iter().map(f));
        Total { value: sum(|p| p.value), error: sum(|p| p.error), size: sum(|p| p.size) }
    }
}

/// A sum that forgets nothing of its terms (Kahan and Neumaier).
fn compensated(terms: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut lost) = (0.0_f64, 0.0);
    for x in terms {
        let next = sum + x;
        lost += if sum.abs() >= x.abs() { (sum - next) + x } else { (x - next) + sum };
        sum = next;
    }
    if lost.is_finite() { sum + lost } else { sum }
}

/// The parts that make up most of the error, worst first; those that cannot be better are left out.
fn worst(parts: &[Part], error: f64) -> Vec<usize> {
    let better = |p: &Part| p.can_be_cut() && p.error > 4.0 * f64::EPSILON * p.size;
    let mut order: Vec<usize> = (0..parts.len()).filter(|k| better(&parts[*k])).collect();
    order.sort_by(|a, b| parts[*b].error.total_cmp(&parts[*a].error).then(a.cmp(b)));
    if !error.is_finite() {
        order.retain(|k| !parts[*k].error.is_finite());
        return order;
    }
    let mut sum = 0.0;
    let count = order.iter().take_while(|k| {
        let before = sum;
        sum += parts[**k].error;
        before < 0.9 * error
    });
    let count = count.count();
    order.truncate(count);
    order
}

/// Cuts parts in two; the new ones stand at the end.
fn split(parts: &mut Vec<Part>, mut which: Vec<usize>, suspicion: bool) {
    which.sort_unstable();
    let old: Vec<Part> = which.iter().rev().map(|k| parts.swap_remove(*k)).collect();
    for part in old {
        let middle = 0.5 * part.from + 0.5 * part.to;
        let hidden = part.hidden + u32::from(suspicion);
        for (from, to) in [(part.from, middle), (middle, part.to)] {
            parts.push(Part { depth: part.depth + 1, hidden, ..Part::new(part.segment, from, to) });
        }
    }
}

struct Work<'w> {
    segments: &'w [Segment],
    tolerance: &'w Tolerance<'w>,
    workspace: Workspace,
    evaluations: usize,
    suspicions: usize,
}

impl Work<'_> {
    /// Applies the rule to parts, those of a segment in one batch.
    fn measure(&mut self, parts: &mut [Part]) -> Result<(), Stop> {
        let places = rule::places();
        for (k, segment) in self.segments.iter().enumerate() {
            let mine: Vec<usize> = (0..parts.len()).filter(|j| parts[*j].segment == k).collect();
            let mut points = Vec::with_capacity(mine.len() * POINTS);
            for j in &mine {
                let (middle, half) =
                    (0.5 * parts[*j].from + 0.5 * parts[*j].to, 0.5 * (parts[*j].to - parts[*j].from));
                points.extend(places.iter().map(|x| middle + half * x));
            }
            let mut values = vec![0.0; points.len()];
            segment.values(&points, &mut values, &self.tolerance.effort, &mut self.workspace)?;
            self.evaluations += points.len();
            for (j, values) in mine.into_iter().zip(values.chunks(POINTS)) {
                let part = &mut parts[j];
                let half = 0.5 * (part.to - part.from);
                if values.iter().all(|v| v.is_finite()) {
                    let (value, error, size) = rule::apply(values);
                    (part.value, part.error, part.size) = (half * value, half * error, half * size);
                    let (low, high) = values
                        .iter()
                        .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(*v), b.max(*v)));
                    (part.peak, part.spread) = (high.max(-low), high - low);
                } else if values.iter().all(|v| v.is_nan()) || !part.can_be_cut() {
                    let (a, b) = (segment.variable(part.from), segment.variable(part.to));
                    return Err(Stop::Undefined { from: a.min(b), to: a.max(b) });
                } else {
                    (part.value, part.error, part.size) = (0.0, f64::INFINITY, 0.0);
                }
            }
        }
        Ok(())
    }

    /// Parts in which more may be hidden than was seen.
    fn suspicious(&mut self, parts: &mut [Part]) -> Vec<usize> {
        let total = Total::of(parts);
        let most = 0.01 * ROUNDING.max(self.tolerance.relative) * total.size;
        let mut found: Vec<(usize, f64)> = Vec::new();
        for (k, part) in parts.iter_mut().enumerate() {
            if part.checked || part.hidden >= MAX_HIDDEN || !part.can_be_cut() {
                continue;
            }
            part.checked = true;
            let segment = &self.segments[part.segment];
            let Some(allowed) = segment.bound(part.from, part.to, &mut self.workspace) else { continue };
            let hidden = allowed * (part.to - part.from).abs();
            if allowed > SUSPICIOUS * part.peak && hidden > most {
                found.push((k, hidden));
            }
        }
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found.truncate(MAX_SUSPICIONS - self.suspicions);
        self.suspicions += found.len();
        found.into_iter().map(|(k, _)| k).collect()
    }

    fn report(mut self, parts: Vec<Part>, stop: Stop) -> Report {
        let total = Total::of(&parts);
        let (mut noise, mut pieces) = (0.0, Vec::with_capacity(parts.len()));
        for part in &parts {
            let segment = &self.segments[part.segment];
            let (middle, half) = (0.5 * part.from + 0.5 * part.to, 0.5 * (part.to - part.from).abs());
            let mut at = |place: f64| {
                segment.noise(middle + half * place, &mut self.workspace).min(2.0 * part.peak) * half
            };
            let of_values: f64 = if parts.len() <= FEW_PARTS {
                rule::places().into_iter().enumerate().map(|(k, x)| rule::weight(k) * at(x)).sum()
            } else {
                0.5 * at(-0.9) + at(0.0) + 0.5 * at(0.9)
            };
            // The places are rounded, too.
            let of_places = f64::EPSILON * part.from.abs().max(part.to.abs()) * part.spread;
            let rounding = of_values + of_places;
            noise += rounding;
            let (a, b) = (segment.variable(part.from), segment.variable(part.to));
            let error = part.error + rounding;
            pieces.push(Piece { from: a.min(b), to: a.max(b), value: part.value, error });
        }
        pieces.sort_by(|a, b| a.from.total_cmp(&b.from).then(a.to.total_cmp(&b.to)));
        let rest: f64 = self.segments.iter().map(|s| s.rest).sum();
        let error = total.error + noise + rest + ROUNDING * 0.1 * total.size;
        // Of an answer that was cut off, only one that says something is given.
        let useless = !error.is_finite() || stop == Stop::Evaluations && error > 1e-2 * total.size;
        let status = if useless { Status::Failed } else { Status::Estimated };
        Report { value: total.value, error, status, stop, evaluations: self.evaluations, pieces }
    }
}
