//! Where an integrand is in trouble: poles, ends of its domain, kinks and jumps.
//!
//! Here: intervals over ever smaller parts of the range; the exact place of what is left.
//! Invariant: outside of the places told the integrand has a value everywhere, by intervals.

use crate::calculus::smoothness;
use crate::expr::{Condition, ConditionKind, Constant, Expr, Func2, Node, Rational, Symbol};
use crate::program::{Budget, Enclosure, Interval, Program, Workspace};

use super::segment::shifted;
use super::{End, Stop, enclose};

/// A place where the range is cut.
#[derive(Clone, Debug)]
pub(super) struct Break {
    pub(super) at: f64,
    pub(super) nature: Nature,
}

#[derive(Clone, Debug)]
pub(super) enum Nature {
    /// An end: as good as any place.
    Regular,
    /// A kink or a jump, and where exactly, if that is known.
    Kink(Option<Expr>),
    /// The integrand may grow beyond all bounds just here.
    Singular(Expr),
    /// The same, but the exact place is not known.
    Somewhere,
    /// No place at all.
    Infinite,
}

/// Cells that are looked at for places without a value.
const MAX_CELLS: usize = 30_000;
/// Cells that are looked at for kinks, which are a matter of speed.
const MAX_KINK_CELLS: usize = 6_000;
/// Most places.
const MAX_PLACES: usize = 100;
/// Beyond this nothing is looked at but the limit.
pub(super) const FAR: f64 = 1e300;

/// Every place where the range has to be cut, its ends first and last.
pub(super) fn breaks(
    f: &Expr,
    x: &Symbol,
    program: &Program,
    from: (&End, f64),
    to: (&End, f64),
    budget: &Budget<'_>,
) -> Result<Vec<Break>, Stop> {
    let range = (from.1.max(-FAR), to.1.min(FAR));
    let workspace = &mut Workspace::new();
    let judge = |low: f64, high: f64| match Interval::new(low, high) {
        Some(over) => {
            let found = enclose(program, &[over], workspace);
            if found.defined {
                Verdict::Fine
            } else if found.values.is_empty() {
                Verdict::Nowhere
            } else {
                Verdict::Unclear
            }
        }
        None => Verdict::Unclear,
    };
    let affordable = budget.operations / (program.instruction_count() as u64).max(1);
    let cells = MAX_CELLS.min(usize::try_from(affordable).unwrap_or(usize::MAX));
    let places = search(range, cells, budget, judge)?;
    let mut breaks = vec![end(from), end(to)];
    for (low, high) in places {
        let exact = exact_places(low, high, &[from.0, to.0])
            .into_iter()
            .find(|(c, at)| is_only_there(f, x, (c, *at), (low, high), range));
        let (at, nature) = match exact {
            Some((c, at)) => (at.clamp(range.0, range.1), Nature::Singular(c)),
            None => ((0.5 * low + 0.5 * high).clamp(range.0, range.1), Nature::Somewhere),
        };
        let touches = |b: &Break| b.at >= low && b.at <= high || b.at == at;
        match breaks.iter_mut().take(2).find(|b| touches(b)) {
            Some(end) => end.nature = nature,
            None => breaks.push(Break { at, nature }),
        }
    }
    for (low, high) in kinks(f, x, range, budget).unwrap_or_default() {
        let exact = exact_places(low, high, &[]).into_iter().next();
        let at = exact.as_ref().map_or(0.5 * low + 0.5 * high, |(_, at)| *at);
        let apart = |b: &Break| (b.at - at).abs() > 4.0 * (high - low) + 4.0 * f64::EPSILON * at.abs();
        if at > range.0 && at < range.1 && breaks.iter().all(apart) {
            breaks.push(Break { at, nature: Nature::Kink(exact.map(|(c, _)| c)) });
        }
    }
    breaks.sort_by(|a, b| a.at.total_cmp(&b.at));
    Ok(breaks)
}

fn end((_, at): (&End, f64)) -> Break {
    Break { at, nature: if at.is_finite() { Nature::Regular } else { Nature::Infinite } }
}

enum Verdict {
    Fine,
    /// Certainly no value anywhere.
    Nowhere,
    Unclear,
}

/// Cuts the range into cells until each is fine or as small as a number; what is left is given as places.
fn search(
    range: (f64, f64),
    max_cells: usize,
    budget: &Budget<'_>,
    mut judge: impl FnMut(f64, f64) -> Verdict,
) -> Result<Vec<(f64, f64)>, Stop> {
    let mut places: Vec<(f64, f64)> = Vec::new();
    let mut work = vec![range];
    let scale = (range.1 - range.0).min(1.0);
    let mut cells = 0;
    while let Some((low, high)) = work.pop() {
        cells += 1;
        if cells > max_cells || places.len() > MAX_PLACES {
            return Err(Stop::Crowded { at: low });
        }
        budget.proceed(cells as u64, max_cells as u64).map_err(|e| Stop::Program(e.code()))?;
        match judge(low, high) {
            Verdict::Fine => continue,
            Verdict::Nowhere => return Err(Stop::Undefined { from: low, to: high }),
            Verdict::Unclear => {}
        }
        let size = low.abs().max(high.abs());
        if high - low <= (1e-14 * size).max(1e-19 * scale) {
            match places.last_mut() {
                Some(last) if last.1 >= low => last.1 = high,
                _ => places.push((low, high)),
            }
            continue;
        }
        let middle = middle(low, high);
        work.push((middle, high));
        work.push((low, middle));
    }
    Ok(places)
}

/// Where a cell is cut: far cells by their size.
fn middle(low: f64, high: f64) -> f64 {
    if low < 0.0 && high > 0.0 {
        return 0.0;
    }
    if low < 0.0 {
        return -middle(-high, -low);
    }
    if low == 0.0 {
        return if high > 16.0 { 1.0 } else { high / 16.0 };
    }
    if high / low > 16.0 { low.sqrt() * high.sqrt() } else { 0.5 * low + 0.5 * high }
}

/// Places where the integrand is not smooth although it has a value; `None` where there are too many to know them all.
pub(super) fn kinks(f: &Expr, x: &Symbol, range: (f64, f64), budget: &Budget<'_>) -> Option<Vec<(f64, f64)>> {
    let mut conditions = smoothness(f, x);
    for part in f.post_order() {
        match part.node() {
            Node::Apply2(Func2::Less | Func2::LessEqual | Func2::Equal | Func2::NotEqual, a, b)
                if part.contains(x) =>
            {
                conditions.push(Condition::new(ConditionKind::NonZero, a - b));
            }
            _ => {}
        }
    }
    conditions.extend(f.domain().into_iter().filter(|c| {
        c.expr.contains(x) && matches!(c.kind, ConditionKind::NonNegative | ConditionKind::Positive)
    }));
    if conditions.is_empty() {
        return Some(Vec::new());
    }
    let outputs: Vec<Expr> = conditions.iter().map(|c| c.expr.clone()).collect();
    let program = Program::compile(&outputs, std::slice::from_ref(x)).ok()?;
    let mut workspace = Workspace::new();
    let mut out = vec![Enclosure { values: Interval::EMPTY, defined: false }; outputs.len()];
    let judge = |low: f64, high: f64| {
        let Some(over) = Interval::new(low, high) else { return Verdict::Unclear };
        if program.evaluate_interval(&[over], &mut out, &mut workspace).is_err() {
            return Verdict::Fine;
        }
        let crosses = |(c, found): (&Condition, &Enclosure)| match c.kind {
            ConditionKind::NotInteger => found.values.low().ceil() <= found.values.high().floor(),
            ConditionKind::NonZero | ConditionKind::Positive | ConditionKind::NonNegative => {
                found.values.contains(0.0)
            }
            ConditionKind::NoPole => false,
        };
        if conditions.iter().zip(&out).any(crosses) { Verdict::Unclear } else { Verdict::Fine }
    };
    let affordable = budget.operations / (program.instruction_count() as u64).max(1);
    let cells = MAX_KINK_CELLS.min(usize::try_from(affordable).unwrap_or(usize::MAX));
    search(range, cells, budget, judge).ok()
}

/// Numbers that a person writes and that lie in a tiny range: the ends, fractions, and those of `pi`, roots, `e` and `log`.
fn exact_places(low: f64, high: f64, ends: &[&End]) -> Vec<(Expr, f64)> {
    let middle = 0.5 * low + 0.5 * high;
    let slack = (high - low) + 1e-14 * middle.abs();
    let mut found: Vec<(Expr, f64)> = Vec::new();
    let mut offer = |e: Expr| {
        if let Some(at) = super::value(&e)
            && at >= low - slack
            && at <= high + slack
            && found.iter().all(|(known, _)| *known != e)
        {
            found.push((e, at));
        }
    };
    for end in ends {
        if let End::At(e) = end {
            offer(e.clone());
        }
    }
    if low <= 0.0 && high >= 0.0 {
        offer(Expr::zero());
        return found;
    }
    let number = |x: f64, most: i64| fraction(x, most).map(Expr::number);
    let pi = Expr::constant(Constant::Pi);
    number(middle, 1000).into_iter().for_each(&mut offer);
    number(middle / std::f64::consts::PI, 60).into_iter().for_each(|n| offer(n * &pi));
    let sign = Expr::integer(if middle < 0.0 { -1 } else { 1 });
    number(middle * middle, 100).into_iter().for_each(|n| offer(&sign * n.sqrt()));
    number(middle.exp(), 100).into_iter().for_each(|n| offer(n.log()));
    if middle > 0.0 {
        number(middle.ln(), 20).into_iter().for_each(|n| offer(n.exp()));
    }
    found
}

/// The fraction of a denominator at most `most` that is as good as the number, by continued fractions.
fn fraction(x: f64, most: i64) -> Option<Rational> {
    if x.is_nan() || x.abs() >= 1e9 {
        return None;
    }
    let (mut p0, mut q0, mut p1, mut q1) = (1_i64, 0_i64, x.floor() as i64, 1_i64);
    let mut rest = x - x.floor();
    for _ in 0..40 {
        if (p1 as f64 / q1 as f64 - x).abs() <= 4e-14 * x.abs().max(1e-3) {
            return Rational::ratio(p1, q1);
        }
        if rest <= 1e-15 {
            return None;
        }
        let turned = 1.0 / rest;
        let a = turned.floor();
        rest = turned - a;
        if a > 1e9 {
            return None;
        }
        (p0, p1) = (p1, (a as i64).checked_mul(p1)?.checked_add(p0)?);
        (q0, q1) = (q1, (a as i64).checked_mul(q1)?.checked_add(q0)?);
        if q1 > most {
            return None;
        }
    }
    None
}

/// Has the integrand a value everywhere around the place but just there? By intervals that shrink towards it.
fn is_only_there(f: &Expr, x: &Symbol, c: (&Expr, f64), around: (f64, f64), range: (f64, f64)) -> bool {
    const NEAREST: f64 = 1e-40;
    let t = Symbol::new("\u{2022}t");
    let mut workspace = Workspace::new();
    [true, false].into_iter().all(|above| {
        if (above && c.1 >= range.1) || (!above && c.1 <= range.0) {
            return true;
        }
        let Ok(program) = Program::compile(&[shifted(f, x, c.0, above, &t)], std::slice::from_ref(&t)) else {
            return false;
        };
        let mut far = 2.0 * (around.1 - around.0) + 1e-13 * c.1.abs();
        while far > NEAREST {
            let near = far / 4.0;
            let Some(over) = Interval::new(near, far) else { return false };
            if !enclose(&program, &[over], &mut workspace).defined {
                return false;
            }
            far = near;
        }
        true
    })
}
