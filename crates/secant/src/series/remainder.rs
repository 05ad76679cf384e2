//! What a Taylor polynomial leaves out, bounded with certainty.
//!
//! Here: the integral form of the remainder, with the coefficient one beyond the order enclosed over parts of the way from
//! the point; which order is enough for an error.
//! Not here: the polynomial (`taylor`).
//! Invariant: the bound holds for the exact polynomial at every point of the box.
//!
//! Along the way `a + s h`, `0 ≤ s ≤ 1`, the polynomial of order `n` leaves out `∫ (n + 1)(1 - s)^n c(s) ds`, where `c` is
//! the coefficient of the power `n + 1` at `a + s h` in the direction `h`. It comes from the program, run on series over
//! boxes (R. E. Moore, *Methods and Applications of Interval Analysis*, SIAM 1979, §3.4). The way is cut into pieces while
//! that pays, so that far ones count little. The size of `c` is not let fall along the way: so the bound of a nearer place
//! is smaller by the power `n + 1` of how much nearer it is.

use crate::expr::{Expr, Symbol};
use crate::program::{Budget, Enclosure, Interval, Program, ProgramError};

use super::Stop;
use super::decide;

/// A bound of `|e - polynomial|` over a box.
#[derive(Clone, Debug, PartialEq)]
pub struct Remainder {
    /// At most this far from the polynomial anywhere in the box; of one variable, `t` times as far from the point as the
    /// farther end of the box, at most `t^(order + 1)` times as far.
    pub error: f64,
    /// Pieces that every way was cut into.
    pub pieces: usize,
}

/// The smallest order that is enough, or the best there is.
#[derive(Clone, Debug, PartialEq)]
pub struct Enough {
    /// The order.
    pub order: u32,
    /// What it leaves out.
    pub remainder: Remainder,
    /// Is that as little as was asked for? If not, no order up to the limit is proven to leave out less.
    pub reached: bool,
}

/// Most pieces altogether.
const MAX_PIECES: usize = 512;

/// Bounds the remainder of the Taylor polynomial of total order `order` about `at`, over `over`.
///
/// # Errors
/// [`Stop::Undefined`] where the function may have no value or no derivative of the order in the box,
/// [`Stop::Unsupported`] where names without a value are left.
pub fn remainder(
    e: &Expr,
    at: &[(Symbol, Expr)],
    order: u32,
    over: &[(f64, f64)],
    budget: &Budget<'_>,
) -> Result<Remainder, Stop> {
    let task = Task::new(e, at, over)?;
    let next = order as usize + 1;
    let mut best: Option<Remainder> = None;
    for pieces in task.refinements() {
        let error = task.errors(pieces, next + 1, budget)?[next - 1];
        // Four times the pieces leave about a quarter of what is too much: once that is little, the next would gain less.
        let gained = best.as_ref().is_none_or(|old| error < 0.75 * old.error);
        if error.is_finite() && best.as_ref().is_none_or(|old| error < old.error) {
            best = Some(Remainder { error, pieces });
        }
        if error.is_finite() && !gained || best.as_ref().is_some_and(|b| b.error == 0.0) {
            break;
        }
    }
    best.ok_or(Stop::Undefined)
}

/// The smallest order up to `limit` whose remainder over `over` is proven to be at most `error`.
///
/// # Errors
/// As [`remainder`].
pub fn order_for(
    e: &Expr,
    at: &[(Symbol, Expr)],
    error: f64,
    limit: u32,
    over: &[(f64, f64)],
    budget: &Budget<'_>,
) -> Result<Enough, Stop> {
    /// Pieces beyond which more of them are not tried for all orders at once.
    const FEW: usize = 64;
    let task = Task::new(e, at, over)?;
    // For each order the least that any refinement gives.
    let mut best: Vec<Remainder> = Vec::new();
    for pieces in task.refinements().into_iter().take_while(|p| *p <= FEW) {
        let errors = task.errors(pieces, limit as usize + 2, budget)?;
        if best.is_empty() {
            best = errors.iter().map(|e| Remainder { error: *e, pieces }).collect();
        }
        for (known, new) in best.iter_mut().zip(errors) {
            if new < known.error {
                *known = Remainder { error: new, pieces };
            }
        }
        if best.first().is_some_and(|r| r.error <= error) {
            break;
        }
    }
    let reached = best.iter().position(|r| r.error <= error);
    let least = || best.iter().enumerate().min_by(|a, b| a.1.error.total_cmp(&b.1.error)).map(|(k, _)| k);
    let order = reached.or_else(least).ok_or(Stop::Undefined)?;
    if !best[order].error.is_finite() {
        return Err(Stop::Undefined);
    }
    Ok(Enough { order: order as u32, remainder: best[order].clone(), reached: reached.is_some() })
}

/// What is bounded, and where.
struct Task<'t> {
    program: Program,
    points: Vec<Interval>,
    over: &'t [(f64, f64)],
    /// The box, with the point in it.
    boxes: Vec<Interval>,
}

impl Task<'_> {
    fn new<'t>(e: &Expr, at: &[(Symbol, Expr)], over: &'t [(f64, f64)]) -> Result<Task<'t>, Stop> {
        let points: Option<Vec<Interval>> = at.iter().map(|(_, a)| decide::value(a, &[], &[])).collect();
        let points = points.ok_or(Stop::Unsupported("the point must be a number".into()))?;
        if e.free_symbols().iter().any(|name| at.iter().all(|(x, _)| x != name)) {
            return Err(Stop::Unsupported("every other name needs a value".into()));
        }
        let names: Vec<Symbol> = at.iter().map(|(x, _)| x.clone()).collect();
        let program = Program::compile(std::slice::from_ref(e), &names).map_err(|_| Stop::Budget)?;
        let boxes =
            over.iter().zip(&points).map(|((low, high), p)| Some(Interval::new(*low, *high)?.hull(*p)));
        let boxes = boxes.collect::<Option<_>>().ok_or(Stop::Undefined)?;
        Ok(Task { program, points, over, boxes })
    }

    /// Into how many pieces a way is cut, one attempt after the other; of several variables every side of the box, too.
    fn refinements(&self) -> Vec<usize> {
        let axes = self.boxes.len() as u32;
        let step = if axes == 1 { 4 } else { 2 };
        std::iter::successors(Some(1_usize), |p| p.checked_mul(step))
            .take_while(|p| {
                p.checked_pow(if axes == 1 { 1 } else { axes + 1 }).is_some_and(|n| n <= MAX_PIECES)
            })
            .collect()
    }

    /// From the point to where: the ends of the one side, or boxes that together are the whole.
    fn ways(&self, pieces: usize) -> Vec<Vec<Interval>> {
        let away = |side: Interval, p: &Interval| side - *p;
        if let ([(low, high)], [p]) = (self.over, &self.points[..]) {
            // What is left out grows with the distance as long as sizes are added up.
            return [*low, *high].iter().map(|end| vec![away(Interval::point(*end), p)]).collect();
        }
        (0..pieces.pow(self.over.len() as u32))
            .map(|mut index| {
                let sides = self.over.iter().zip(&self.points).map(|((low, high), p)| {
                    let (j, n) = ((index % pieces) as f64, pieces as f64);
                    index /= pieces;
                    let from = if j == 0.0 { *low } else { low + (high - low) * (j / n) };
                    let to = if j + 1.0 == n { *high } else { low + (high - low) * ((j + 1.0) / n) };
                    away(Interval::new(from.next_down(), to.next_up()).unwrap_or(Interval::ALL), p)
                });
                sides.collect()
            })
            .collect()
    }

    /// For each order from 0 on the bound of what it leaves out; `length` coefficients are looked at, and so there is one
    /// less.
    fn errors(&self, pieces: usize, length: usize, budget: &Budget<'_>) -> Result<Vec<f64>, Stop> {
        let mut worst = vec![0.0_f64; length - 1];
        for way in self.ways(pieces) {
            let mut total = vec![Interval::point(0.0); length - 1];
            let mut largest = vec![0.0_f64; length - 1];
            for j in 0..pieces {
                // The part of the way, from 0 at the point to 1 at its end; pieces are a power of 2.
                let (from, to) = (j as f64 / pieces as f64, (j + 1) as f64 / pieces as f64);
                // They overlap, so that a kink between two of them is in both.
                let part = Interval::new(from.next_down().max(0.0), to.next_up().min(1.0));
                let part = part.ok_or(Stop::Undefined)?;
                let inputs: Vec<[Interval; 2]> = way
                    .iter()
                    .zip(self.points.iter().zip(&self.boxes))
                    .map(|(h, (p, within))| [(*p + part * *h).intersection(*within), *h])
                    .collect();
                let inputs: Vec<&[Interval]> = inputs.iter().map(|pair| &pair[..]).collect();
                let mut out = vec![Enclosure { values: Interval::EMPTY, defined: false }; length];
                self.program.evaluate_jet_interval(&inputs, &mut [&mut out], budget).map_err(
                    |e| match e {
                        ProgramError::Operations { .. }
                        | ProgramError::Memory { .. }
                        | ProgramError::Cancelled { .. } => Stop::Budget,
                        _ => Stop::Undefined,
                    },
                )?;
                let (mut before, mut after) = (Interval::point(1.0), Interval::point(1.0));
                for ((total, largest), c) in total.iter_mut().zip(&mut largest).zip(&out[1..]) {
                    before = before * Interval::point(1.0 - from);
                    after = after * Interval::point(1.0 - to);
                    let size = if c.defined { c.values.magnitude() } else { f64::INFINITY };
                    let size = largest.max(size);
                    *largest = size;
                    if size != 0.0 {
                        let size = Interval::new(0.0, size).unwrap_or(Interval::ALL);
                        *total = *total + size * (before - after);
                    }
                }
            }
            for (worst, total) in worst.iter_mut().zip(total) {
                *worst = worst.max(total.high());
            }
        }
        Ok(worst)
    }
}
