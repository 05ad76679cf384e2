//! All roots in a box, by cutting it and by the interval Newton method.
//!
//! Here: which boxes are dropped, narrowed, cut or given up; the roots of the rest told apart.
//! Not here: the step on one box (`certify`), exact forms (`exact`).
//! Invariant: every root of the box is in a root's enclosure or in one of the undecided boxes.

use crate::program::{Budget, Interval};

use super::certify::{Certificate, Narrowed, certified, narrowed, tight};
use super::exact;
use super::report::{Root, RootOptions, RootReport, Status, Stop};
use super::system::{Evaluator, SolveError, System, Verdict};

type Cell = Vec<Interval>;

/// Most unknowns: the work grows with a power of the size of the box.
const MAX_UNKNOWNS: usize = 12;
/// Most undecided boxes that are told one by one.
const MAX_UNDECIDED: usize = 50;

/// Every root in the box `over`; a range may be unbounded.
///
/// [`RootReport::complete`] is the proof that there are no others. What cannot be decided (roots that fall together, places
/// at which the equations are not defined or have a kink) is in [`RootReport::undecided`]; where the value in such a part is
/// 0 within rounding, a root is told there as [`Status::Tested`].
///
/// # Errors
/// [`SolveError::TooMany`], [`SolveError::Count`] where `over` does not fit, and those of the evaluation.
pub fn isolate(
    system: &System,
    over: &[Interval],
    options: &RootOptions,
    budget: &Budget<'_>,
) -> Result<RootReport, SolveError> {
    let n = system.dimension();
    if n > MAX_UNKNOWNS {
        return Err(SolveError::TooMany { unknowns: n, limit: MAX_UNKNOWNS });
    }
    if over.len() != n || over.iter().any(|x| x.is_empty()) {
        return Err(SolveError::Count { equations: over.len(), unknowns: n });
    }
    let scale = over
        .iter()
        .map(|x| (1e-3 * x.width()).clamp(1e-9 * x.magnitude().min(1.0), 1e-3).max(1e-30))
        .collect();
    let on = Evaluator::new(system, budget);
    let mut search = Search {
        on,
        options,
        over,
        scale,
        proven: Vec::new(),
        undecided: Vec::new(),
        stack: vec![over.to_vec()],
    };
    let within_budget = search.run()?;
    search.report(within_budget)
}

struct Search<'a> {
    on: Evaluator<'a>,
    options: &'a RootOptions,
    over: &'a [Interval],
    /// A least size of each unknown.
    scale: Vec<f64>,
    proven: Vec<Certificate>,
    undecided: Vec<Cell>,
    stack: Vec<Cell>,
}

impl Search<'_> {
    /// Works through the box; `false` when there were too many parts.
    fn run(&mut self) -> Result<bool, SolveError> {
        let mut boxes = 0;
        while let Some(x) = self.stack.pop() {
            boxes += 1;
            if boxes > self.options.max_boxes {
                self.stack.push(x);
                self.undecided.append(&mut self.stack);
                return Ok(false);
            }
            self.look(x)?;
        }
        Ok(true)
    }

    fn look(&mut self, mut x: Cell) -> Result<(), SolveError> {
        if self.proven.iter().any(|c| is_within(&x, &c.region)) {
            return Ok(());
        }
        if self.on.verdict(&x)? == Verdict::None {
            return Ok(());
        }
        match narrowed(&mut self.on, &x)? {
            Narrowed::Empty => return Ok(()),
            Narrowed::One(z) => {
                let enclosure = tight(&mut self.on, z)?;
                return self.accept(Certificate { enclosure, region: x });
            }
            Narrowed::Parts(z, Some(other)) => {
                self.stack.extend([other, z]);
                return Ok(());
            }
            Narrowed::Parts(z, None) => {
                let much = z.iter().zip(&x).any(|(new, old)| new.width() < 0.6 * old.width());
                x = z;
                if much && !self.is_narrow(&x) {
                    self.stack.push(x);
                    return Ok(());
                }
            }
            Narrowed::Unknown => {}
        }
        if self.is_narrow(&x) {
            return self.give_up_or_prove(x);
        }
        if self.is_lost_in_rounding(&x)? {
            self.undecided.push(x);
            return Ok(());
        }
        self.cut(x);
        Ok(())
    }

    fn cut(&mut self, x: Cell) {
        match halves(&x, self.over) {
            Some((low, high)) => self.stack.extend([high, low]),
            None => self.undecided.push(x),
        }
    }

    fn is_narrow(&self, x: &[Interval]) -> bool {
        let small = |x: &Interval, s: f64| x.width() <= self.options.min_width * x.magnitude().max(s);
        x.iter().zip(&self.scale).all(|(x, s)| x.width().is_finite() && small(x, *s))
    }

    /// A small box that is still there: a root on its border can be proven with a larger one around it.
    fn give_up_or_prove(&mut self, x: Cell) -> Result<(), SolveError> {
        let middle: Vec<f64> = x.iter().map(|x| x.middle()).collect();
        let Some(certificate) = certified(&mut self.on, &middle, &self.scale)? else {
            self.undecided.push(x);
            return Ok(());
        };
        if !is_within(&x, &certificate.region) {
            self.cut(x);
            return Ok(());
        }
        // The one root of the region may lie outside the box, whose part is then empty.
        let apart = |a: &[Interval], b: &[Interval]| a.iter().zip(b).any(|(a, b)| a.is_disjoint(*b));
        if !apart(&certificate.enclosure, self.over) {
            self.accept(certificate)?;
        }
        Ok(())
    }

    /// Notes a proven root of the reduced equations, unless the equations as written have no value there or it is known.
    /// Where that cannot be told, its enclosure is undecided: the rest of its region has no root.
    fn accept(&mut self, certificate: Certificate) -> Result<(), SolveError> {
        match self.on.verdict(&certificate.enclosure)? {
            Verdict::None => return Ok(()),
            Verdict::Perhaps => {}
            Verdict::PerhapsUndefined => {
                let exact = exact::recognise(self.on.system, &certificate);
                match exact.and_then(|exact| exact::has_value(self.on.system, &exact)) {
                    Some(true) => {}
                    Some(false) => return Ok(()),
                    None => {
                        self.undecided.push(certificate.enclosure);
                        return Ok(());
                    }
                }
            }
        }
        for known in &mut self.proven {
            if is_within(&certificate.enclosure, &known.region)
                || is_within(&known.enclosure, &certificate.region)
            {
                for (a, b) in known.enclosure.iter_mut().zip(&certificate.enclosure) {
                    *a = a.intersection(*b);
                }
                return Ok(());
            }
            let apart = known.enclosure.iter().zip(&certificate.enclosure).any(|(a, b)| a.is_disjoint(*b));
            if !apart {
                self.undecided.push(certificate.enclosure);
                return Ok(());
            }
        }
        self.proven.push(certificate);
        Ok(())
    }

    /// Is the value at two opposite corners and in the middle 0 within rounding? Then cutting shows nothing more.
    fn is_lost_in_rounding(&mut self, x: &[Interval]) -> Result<bool, SolveError> {
        for of in [Interval::low, Interval::middle, Interval::high] {
            let point: Vec<f64> = x.iter().map(|x| of(*x)).collect();
            if !self.on.is_zero_within_rounding(&point)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn report(mut self, within_budget: bool) -> Result<RootReport, SolveError> {
        let undecided = merged(std::mem::take(&mut self.undecided));
        let mut roots = Vec::new();
        for certificate in std::mem::take(&mut self.proven) {
            let exact = exact::recognise(self.on.system, &certificate);
            let at = exact::point(&certificate, exact.as_deref());
            let residual = self.on.residual(&at)?;
            let multiplicity = exact::multiplicity(self.on.system, &certificate);
            let enclosure = Some(certificate.enclosure);
            roots.push(Root { at, residual, enclosure, exact, multiplicity, status: Status::Proven });
        }
        if within_budget {
            for part in &undecided {
                let at: Vec<f64> = part.iter().map(|x| x.middle()).collect();
                if self.on.is_zero_within_rounding(&at)? {
                    let residual = self.on.residual(&at)?;
                    roots.push(Root {
                        at,
                        residual,
                        enclosure: Some(part.clone()),
                        exact: None,
                        multiplicity: None,
                        status: Status::Tested,
                    });
                }
            }
        }
        roots.sort_by(|a, b| {
            let order = a.at.iter().zip(&b.at).map(|(a, b)| a.total_cmp(b));
            order.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
        });
        let stop = match (within_budget, undecided.is_empty()) {
            (false, _) => Stop::Budget,
            (true, true) => Stop::Complete,
            (true, false) => Stop::Undecided,
        };
        Ok(RootReport {
            roots,
            complete: within_budget && undecided.is_empty(),
            undecided,
            stop,
            evaluations: self.on.evaluations,
            trace: Vec::new(),
        })
    }
}

fn is_within(x: &[Interval], of: &[Interval]) -> bool {
    x.iter().zip(of).all(|(x, of)| x.is_within(*of))
}

/// Two halves along the side that is the longest part of the whole; `None` when there is no number between the ends.
fn halves(x: &[Interval], over: &[Interval]) -> Option<(Cell, Cell)> {
    let length = |k: usize| -> f64 {
        let (width, whole) = (x[k].width(), over[k].width());
        if whole.is_finite() { width / whole } else { width / x[k].magnitude().clamp(1.0, f64::MAX) }
    };
    let k = (0..x.len()).max_by(|a, b| length(*a).total_cmp(&length(*b)))?;
    let at = between(x[k]);
    let (left, right) = (Interval::new(x[k].low(), at)?, Interval::new(at, x[k].high())?);
    if left == x[k] || right == x[k] {
        return None;
    }
    let with = |side: Interval| {
        let mut part = x.to_vec();
        part[k] = side;
        part
    };
    Some((with(left), with(right)))
}

/// A number between the ends: near the middle, or, where the ends are of very different size, between their sizes.
fn between(x: Interval) -> f64 {
    let (low, high) = (x.low(), x.high());
    if low < 0.0 && high > 0.0 {
        // Never 0 itself, where exact roots like to be.
        let one_sided = low.abs().min(high) <= 1.0;
        return match (one_sided, low.abs().max(high) > 16.0) {
            (false, _) => 0.03125,
            (true, true) if high > 1.0 => 1.03125,
            (true, true) => -1.03125,
            (true, false) => 0.46875 * low + 0.53125 * high,
        };
    }
    let far = |near: f64, far: f64| -> f64 {
        if far.is_infinite() {
            (near * near).max(16.0)
        } else if far > 16.0 * near.max(1.0) {
            (near.max(0.0625) * far).sqrt()
        } else {
            0.46875 * near + 0.53125 * far
        }
    };
    if low >= 0.0 { far(low, high).min(f64::MAX) } else { -far(-high, -low).min(f64::MAX) }
}

/// Boxes that touch become one.
fn merged(mut boxes: Vec<Cell>) -> Vec<Cell> {
    let order = |a: &Cell, b: &Cell| a[0].low().total_cmp(&b[0].low());
    boxes.sort_by(order);
    let touch = |a: &Cell, b: &Cell| a.iter().zip(b).all(|(a, b)| !a.is_disjoint(*b));
    let mut groups: Vec<Cell> = Vec::new();
    for x in boxes {
        let mut whole = x;
        // What has grown may touch others.
        while let Some(k) = groups.iter().position(|g| touch(g, &whole)) {
            let g = groups.swap_remove(k);
            whole = whole.iter().zip(&g).map(|(a, b)| a.hull(*b)).collect();
        }
        groups.push(whole);
        if groups.len() > MAX_UNDECIDED {
            // Too many to tell apart: the two that came first become one.
            groups.sort_by(order);
            let (a, b) = (groups.remove(0), groups.remove(0));
            groups.push(a.iter().zip(&b).map(|(a, b)| a.hull(*b)).collect());
        }
    }
    groups.sort_by(order);
    groups
}
