//! What a Taylor polynomial leaves out, bounded with certainty.
//!
//! Here: Lagrange's form of the remainder, with the coefficient one beyond the order enclosed over the whole box.
//! Not here: the polynomial (`taylor`).
//! Invariant: the bound holds for the exact polynomial at every point of the box.
//!
//! The next coefficient is built as an expression in the point it is taken at, by the recurrences of the series, so that
//! enclosing it is interval arithmetic on Taylor coefficients (R. E. Moore, *Methods and Applications of Interval
//! Analysis*, SIAM 1979, §3.4). The box is cut into pieces while that pays.

use std::cell::Cell;

use crate::expr::{Expr, Symbol};
use crate::program::{Enclosure, Interval, Program, Workspace};

use super::Stop;
use super::decide::{self, Decide};
use super::expand::Expander;
use super::exponent::Exponent;

/// A bound of `|e - polynomial|` over a box.
#[derive(Clone, Debug, PartialEq)]
pub struct Remainder {
    /// At most this far from the polynomial anywhere in the box.
    pub error: f64,
    /// Pieces that the box was cut into.
    pub pieces: usize,
}

/// Most pieces of the box.
const MAX_PIECES: usize = 512;

/// Bounds the remainder of the Taylor polynomial of total order `order` about `at`, over `over`.
///
/// # Errors
/// [`Stop::Undefined`] where the function may have no value or no derivative of the order in the box,
/// [`Stop::Unsupported`] where names without a value are left, and those of the expansion.
pub fn remainder(
    e: &Expr,
    at: &[(Symbol, Expr)],
    order: u32,
    over: &[(f64, f64)],
) -> Result<Remainder, Stop> {
    let points: Option<Vec<Interval>> = at.iter().map(|(_, a)| decide::value(a, &[], &[])).collect();
    let points = points.ok_or(Stop::Unsupported("the point must be a number".into()))?;
    if e.free_symbols().iter().any(|name| at.iter().all(|(x, _)| x != name)) {
        return Err(Stop::Unsupported("every other name needs a value".into()));
    }
    let next = i64::from(order) + 1;
    let t = Symbol::new("\u{2022}t");
    let name = |letter: &str, k: usize| Symbol::new(&format!("\u{2022}{letter}{k}"));
    let moved = at.iter().enumerate().map(|(k, (x, _))| {
        let along = Expr::var(name("h", k)) * Expr::var(t.clone());
        (x.clone(), Expr::var(name("c", k)) + along)
    });
    let log_t = Symbol::new("\u{2022}log");
    let decide = Decide::default();
    let expander = Expander {
        t: &t,
        log_t: Expr::var(log_t.clone()),
        decide: &decide,
        keep: Exponent::integer(next + 1),
        one_sided: Cell::new(false),
    };
    let series = expander.series(&e.substitute(&moved.collect()))?;
    if expander.one_sided.get() || series.end.as_ref().is_some_and(|end| *end <= Exponent::integer(next)) {
        return Err(Stop::Undefined);
    }
    let coefficient = series.coefficient(&Exponent::integer(next));
    if coefficient.contains(&log_t) {
        return Err(Stop::Undefined);
    }
    let names: Vec<Symbol> =
        (0..at.len()).map(|k| name("c", k)).chain((0..at.len()).map(|k| name("h", k))).collect();
    // The function itself must have a value all the way, also where its coefficient forgets that.
    let first = series.coefficient(&Exponent::integer(0));
    let program = Program::compile(&[coefficient, first], &names).map_err(|_| Stop::Budget)?;

    let mut boxes: Vec<(f64, f64)> = Vec::new();
    for ((low, high), point) in over.iter().zip(&points) {
        // The point between is somewhere between the centre and the end.
        boxes.push((low.min(point.low()), high.max(point.high())));
    }
    // How far from the centre, as an enclosure.
    let reach: Vec<Interval> = over
        .iter()
        .zip(&points)
        .map(|((low, high), point)| {
            let down = (low - point.high()).next_down();
            let up = (high - point.low()).next_up();
            Interval::new(down.min(0.0), up.max(0.0)).ok_or(Stop::Undefined)
        })
        .collect::<Result<_, _>>()?;

    let mut workspace = Workspace::new();
    let mut best: Option<Remainder> = None;
    let mut pieces = 1;
    while pieces <= MAX_PIECES {
        let error = enclosed(&program, &boxes, &reach, &points, over, pieces, next, &mut workspace);
        let gained = match (&best, error) {
            (Some(old), Some(new)) => new < 0.9 * old.error,
            (None, _) => true,
            (_, None) => false,
        };
        if let Some(error) = error
            && best.as_ref().is_none_or(|old| error < old.error)
        {
            best = Some(Remainder { error, pieces: pieces.pow(at.len() as u32) });
        }
        if !gained || best.as_ref().is_some_and(|b| b.error == 0.0) {
            break;
        }
        pieces *= if at.len() == 1 { 4 } else { 2 };
        if pieces.pow(at.len() as u32) > MAX_PIECES {
            break;
        }
    }
    best.ok_or(Stop::Undefined)
}

/// The bound with every side of the box cut into so many pieces.
#[allow(clippy::too_many_arguments)]
fn enclosed(
    program: &Program,
    boxes: &[(f64, f64)],
    reach: &[Interval],
    points: &[Interval],
    over: &[(f64, f64)],
    pieces: usize,
    next: i64,
    workspace: &mut Workspace,
) -> Option<f64> {
    let axes = boxes.len();
    let single = axes == 1;
    let mut worst = 0.0_f64;
    for index in 0..pieces.pow(axes as u32) {
        let mut inputs = Vec::with_capacity(2 * axes);
        let mut rest = index;
        for (low, high) in boxes {
            let (k, n) = ((rest % pieces) as f64, pieces as f64);
            rest /= pieces;
            let from = if k == 0.0 { *low } else { low + (high - low) * (k / n) };
            let to = if k + 1.0 == n { *high } else { low + (high - low) * ((k + 1.0) / n) };
            inputs.push(Interval::new(from.next_down().max(*low), to.next_up().min(*high))?);
        }
        let distance = if single {
            // Beyond the point between, the distance counts: x lies further from the centre than it.
            inputs.push(Interval::point(1.0));
            let (low, high) = over[0];
            (high - points[0].low()).abs().max((points[0].high() - low).abs()).next_up()
        } else {
            inputs.extend(reach);
            1.0
        };
        let mut out = [Enclosure { values: Interval::EMPTY, defined: false }; 2];
        program.evaluate_interval(&inputs, &mut out, workspace).ok()?;
        if !out.iter().all(|o| o.defined) {
            return None;
        }
        let size = out[0].values.low().abs().max(out[0].values.high().abs());
        let mut bound = size;
        for _ in 0..if single { next } else { 0 } {
            bound = (bound * distance).next_up();
        }
        worst = worst.max(bound);
    }
    worst.is_finite().then_some(worst)
}
