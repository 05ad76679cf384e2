//! Intervals: the same program, run on sets of numbers.
//!
//! Here: intervals with outward rounding, an enclosure for every operation, [`Program::evaluate_interval`].
//! Not here: what follows from an enclosure (a proof that two expressions differ, a certified root: `equality`, `solve`).
//! Invariant: for every point of the box, the exact value lies in the enclosure, and so does the value that evaluation in
//! `f64` gives, as long as nothing on the way overflows; where there is no value, the enclosure says so.
//! Sums, products, quotients and roots are rounded outward only where they are not exact; functions are widened by a
//! stated bound on the error of the code that computes them (`WIDTH` and the calls of `about`).
//! Start reading at [`Enclosure`], then `one` and `two`.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use super::functions::{self, ACCURACY};
use super::opcode::{Op, Operands};
use super::{Budget, Constant, Instruction, Program, ProgramError, Workspace};

/// Steps between two looks at the flag of a budget.
const CHUNK: usize = 1024;

/// A closed interval of real numbers; an infinite bound means unbounded on that side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    low: f64,
    high: f64,
}

/// Where the values of an expression over a box lie, and whether there is one at every point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Enclosure {
    /// Contains every value; empty when there is none anywhere in the box.
    pub values: Interval,
    /// `true`: certainly defined at every point of the box. `false`: perhaps not.
    pub defined: bool,
}

impl Interval {
    /// Every real number.
    pub const ALL: Interval = Interval { low: f64::NEG_INFINITY, high: f64::INFINITY };
    /// No number.
    pub const EMPTY: Interval = Interval { low: f64::INFINITY, high: f64::NEG_INFINITY };

    /// Nothing but 0.
    pub(super) const ZERO: Interval = Interval { low: 0.0, high: 0.0 };
    /// Around the circle's circumference over its diameter.
    pub(super) const PI: Interval = Interval { low: PI, high: 3.141_592_653_589_793_6 };

    /// From `low` to `high`; `None` when that is no interval.
    pub fn new(low: f64, high: f64) -> Option<Interval> {
        let real = low <= high && low < f64::INFINITY && high > f64::NEG_INFINITY;
        real.then_some(Interval { low, high })
    }

    /// The one number `x`; empty when it is not finite.
    pub fn point(x: f64) -> Interval {
        Interval::new(x, x).unwrap_or(Interval::EMPTY)
    }

    /// Lower bound; `inf` when empty.
    pub fn low(self) -> f64 {
        self.low
    }

    /// Upper bound; `-inf` when empty.
    pub fn high(self) -> f64 {
        self.high
    }

    /// Has it no number?
    pub fn is_empty(self) -> bool {
        // Not `low > high`: a bound that is NaN makes nothing either.
        self.low.partial_cmp(&self.high).is_none_or(|order| order.is_gt())
    }

    /// Does it contain `x`?
    pub fn contains(self, x: f64) -> bool {
        self.low <= x && x <= self.high
    }

    /// Have they no number in common?
    pub fn is_disjoint(self, other: Interval) -> bool {
        self.is_empty() || other.is_empty() || self.high < other.low || other.high < self.low
    }

    /// An upper bound of the distance of the bounds; 0 when empty.
    pub fn width(self) -> f64 {
        if self.is_empty() { 0.0 } else { add_up(self.high, -self.low) }
    }

    /// A number inside, near the middle; NaN when empty.
    pub fn middle(self) -> f64 {
        if self.is_empty() {
            return f64::NAN;
        }
        let (low, high) = (self.low.max(-f64::MAX), self.high.min(f64::MAX));
        (0.5 * low + 0.5 * high).clamp(low, high)
    }

    /// The numbers in both.
    pub fn intersection(self, other: Interval) -> Interval {
        Interval::new(self.low.max(other.low), self.high.min(other.high)).unwrap_or(Interval::EMPTY)
    }

    /// The smallest interval around both.
    pub fn hull(self, other: Interval) -> Interval {
        Interval { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    fn is_point(self) -> bool {
        self.low == self.high
    }

    fn is_integer_point(self) -> bool {
        self.is_point() && self.low == self.low.floor()
    }

    fn contains_zero(self) -> bool {
        self.contains(0.0)
    }
}

impl Enclosure {
    const NOWHERE: Enclosure = Enclosure { values: Interval::EMPTY, defined: false };

    /// Of an input: what it is, everywhere.
    pub(super) fn of(values: Interval) -> Enclosure {
        Enclosure::defined(values)
    }

    fn defined(values: Interval) -> Enclosure {
        Enclosure { values, defined: !values.is_empty() }
    }

    fn perhaps(values: Interval) -> Enclosure {
        Enclosure { values, defined: false }
    }
}

impl Program {
    /// Encloses every output over the box `inputs`.
    ///
    /// ```
    /// use secant::expr::Expr;
    /// use secant::program::{Enclosure, Interval, Program, Workspace};
    /// let x = Expr::var("x");
    /// let program = Program::compile(&[x.powi(2) - Expr::integer(2)], &["x".into()])?;
    /// let mut out = [Enclosure { values: Interval::EMPTY, defined: false }];
    /// program.evaluate_interval(&[Interval::new(1.5, 2.0).unwrap()], &mut out, &mut Workspace::new())?;
    /// assert_eq!((out[0].values.low(), out[0].values.high(), out[0].defined), (0.25, 2.0, true));
    /// # Ok::<(), secant::program::ProgramError>(())
    /// ```
    ///
    /// # Errors
    /// [`ProgramError::InputCount`] and [`ProgramError::OutputCount`] when the slices do not fit the program.
    pub fn evaluate_interval(
        &self,
        inputs: &[Interval],
        out: &mut [Enclosure],
        workspace: &mut Workspace,
    ) -> Result<(), ProgramError> {
        self.evaluate_interval_within(inputs, out, &Budget::UNLIMITED, workspace)
    }

    /// [`Program::evaluate_interval`], within a budget.
    ///
    /// # Errors
    /// The same, and those of [`Budget`].
    pub fn evaluate_interval_within(
        &self,
        inputs: &[Interval],
        out: &mut [Enclosure],
        budget: &Budget<'_>,
        workspace: &mut Workspace,
    ) -> Result<(), ProgramError> {
        self.check_lengths(inputs.len(), out.len())?;
        let bytes = self.registers as usize * size_of::<Enclosure>();
        let steps = self.code.len() as u64;
        budget.allow(steps, bytes as u64)?;
        let registers = &mut workspace.enclosures;
        registers.clear();
        registers.extend(inputs.iter().map(|x| Enclosure::defined(*x)));
        registers.extend(self.constants.iter().map(constant));
        registers.resize(self.registers as usize, Enclosure::NOWHERE);
        for (k, steps_of_chunk) in self.code.chunks(CHUNK).enumerate() {
            budget.proceed((k * CHUNK) as u64, steps)?;
            for step in steps_of_chunk {
                registers[step.dst as usize] = run(step, |k| registers[k as usize]);
            }
        }
        for (y, k) in out.iter_mut().zip(&self.outputs) {
            *y = registers[*k as usize];
        }
        Ok(())
    }
}

/// What a constant stands for. An infinite one is larger than every number, and is not one.
pub(super) fn constant(c: &Constant) -> Enclosure {
    if c.value.is_nan() {
        Enclosure::NOWHERE
    } else if c.value.is_infinite() {
        let far = Interval { low: f64::MAX, high: f64::INFINITY };
        Enclosure::perhaps(if c.value > 0.0 { far } else { negative(far) })
    } else {
        Enclosure::defined(Interval { low: c.low, high: c.high })
    }
}

/// One step on enclosures.
pub(super) fn run(step: &Instruction, at: impl Fn(u32) -> Enclosure) -> Enclosure {
    let a = at(step.a);
    match step.op.operands() {
        Operands::One => strict(&[a], || one(step.op, a.values)),
        Operands::Literal => strict(&[a], || integer_power(a.values, step.b as i32)),
        Operands::Two => {
            let b = at(step.b);
            strict(&[a, b], || {
                if step.op == Op::Mul && step.a == step.b {
                    Enclosure::defined(square(a.values)) // both factors are the same number
                } else {
                    two(step.op, a.values, b.values)
                }
            })
        }
        Operands::Three => choose(a, at(step.b), at(step.c)),
    }
}

/// Undefined operands make an undefined result.
fn strict(operands: &[Enclosure], f: impl FnOnce() -> Enclosure) -> Enclosure {
    if operands.iter().any(|x| x.values.is_empty()) {
        return Enclosure::NOWHERE;
    }
    let mut result = f();
    result.defined &= operands.iter().all(|x| x.defined) && !result.values.is_empty();
    result
}

fn choose(a: Enclosure, b: Enclosure, c: Enclosure) -> Enclosure {
    let mut result = Enclosure { values: Interval::EMPTY, defined: a.defined };
    let only_zero = a.values.is_point() && a.values.low == 0.0;
    let can_hold = !(a.values.is_empty() || only_zero);
    let can_fail = a.values.contains_zero();
    for (possible, branch) in [(can_hold, b), (can_fail, c)] {
        if possible {
            result.values = result.values.hull(branch.values);
            result.defined &= branch.defined;
        }
    }
    result
}

// Rounding. `_down` is at most the exact value, `_up` at least; exact results stay.

/// Below this size the error of a product or quotient may itself be lost.
const TINY: f64 = 1e-290;

fn add_down(a: f64, b: f64) -> f64 {
    let s = a + b;
    if !s.is_finite() {
        return overflow_down(s, a.is_finite() && b.is_finite());
    }
    let b_part = s - a;
    let error = (a - (s - b_part)) + (b - b_part);
    if error >= 0.0 { s } else { s.next_down() }
}

fn add_up(a: f64, b: f64) -> f64 {
    -add_down(-a, -b)
}

/// The lower bound for a result that is not finite.
fn overflow_down(value: f64, finite_operands: bool) -> f64 {
    if value == f64::INFINITY && finite_operands {
        f64::MAX
    } else if value.is_nan() {
        f64::NEG_INFINITY
    } else {
        value
    }
}

pub(super) fn mul_down(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 {
        return 0.0; // an infinite bound stands for large numbers, and nought times those is nought
    }
    let p = a * b;
    if !p.is_finite() {
        return overflow_down(p, a.is_finite() && b.is_finite());
    }
    if p.abs() < TINY || a.mul_add(b, -p) < 0.0 { p.next_down() } else { p }
}

pub(super) fn mul_up(a: f64, b: f64) -> f64 {
    -mul_down(-a, b)
}

/// For `b ≠ 0`.
pub(super) fn div_down(a: f64, b: f64) -> f64 {
    if a == 0.0 || (a.is_infinite() && b.is_infinite()) {
        return 0.0; // for the second the other corners of the box give the bounds
    }
    let q = a / b;
    if !q.is_finite() {
        return overflow_down(q, a.is_finite());
    }
    if b.is_infinite() || q.abs() < TINY || a.abs() < TINY {
        return q.next_down();
    }
    let rest = (-q).mul_add(b, a);
    if rest != 0.0 && (rest < 0.0) != (b < 0.0) { q.next_down() } else { q }
}

pub(super) fn div_up(a: f64, b: f64) -> f64 {
    -div_down(-a, b)
}

fn sqrt_bounds(x: f64) -> (f64, f64) {
    let s = x.sqrt();
    if s == 0.0 || s.is_infinite() {
        return (s.min(f64::MAX), s);
    }
    let rest = (-s).mul_add(s, x);
    let low = if x < TINY || rest < 0.0 { s.next_down() } else { s };
    let high = if x < TINY || rest > 0.0 { s.next_up() } else { s };
    (low, high)
}

/// Ulps by which the code that computes a function may be off, from the table of them.
fn width(op: Op) -> f64 {
    ACCURACY.iter().find(|row| row.op == op).map_or(0.0, |row| row.ulps)
}

/// The interval around a computed value that is off by at most `ulps`.
fn about(value: f64, ulps: f64) -> Interval {
    around(value, value.abs() * ulps * f64::EPSILON + ulps * 5e-324)
}

fn around(value: f64, error: f64) -> Interval {
    if value.is_nan() {
        return Interval::ALL;
    }
    if value.is_infinite() {
        // What overflowed may be a little less than the largest number.
        let far = Interval { low: f64::MAX * (1.0 - 32.0 * f64::EPSILON), high: f64::INFINITY };
        return if value > 0.0 { far } else { negative(far) };
    }
    Interval { low: (value - error).next_down(), high: (value + error).next_up() }
}

/// As [`about`], for functions that are 0 only where they say so.
fn about_with_zero(value: f64, ulps: f64) -> Interval {
    if value == 0.0 { Interval { low: 0.0, high: 0.0 } } else { about(value, ulps) }
}

pub(super) fn negative(x: Interval) -> Interval {
    Interval { low: -x.high, high: -x.low }
}

pub(super) fn sum(x: Interval, y: Interval) -> Interval {
    Interval { low: add_down(x.low, y.low), high: add_up(x.high, y.high) }
}

/// From the values at the corners of a box.
pub(super) fn corners(
    x: Interval,
    y: Interval,
    down: impl Fn(f64, f64) -> f64,
    up: impl Fn(f64, f64) -> f64,
) -> Interval {
    let pairs = [(x.low, y.low), (x.low, y.high), (x.high, y.low), (x.high, y.high)];
    pairs.iter().fold(Interval::EMPTY, |all, &(a, b)| all.hull(Interval { low: down(a, b), high: up(a, b) }))
}

pub(super) fn quotient(x: Interval, y: Interval) -> Enclosure {
    if y.low > 0.0 || y.high < 0.0 {
        return Enclosure::defined(corners(x, y, div_down, div_up));
    }
    // Nought is a divisor somewhere: what is left of it and what is right of it.
    let mut values = Interval::EMPTY;
    if y.high > 0.0 {
        let high = if x.high > 0.0 { f64::INFINITY } else { div_up(x.high, y.high) };
        let low = if x.low < 0.0 { f64::NEG_INFINITY } else { div_down(x.low, y.high) };
        values = values.hull(Interval { low, high });
    }
    if y.low < 0.0 {
        let high = if x.low < 0.0 { f64::INFINITY } else { div_up(x.low, y.low) };
        let low = if x.high > 0.0 { f64::NEG_INFINITY } else { div_down(x.high, y.low) };
        values = values.hull(Interval { low, high });
    }
    Enclosure::perhaps(values)
}

pub(super) fn square(x: Interval) -> Interval {
    let m = magnitude(x);
    Interval { low: mul_down(m.low, m.low).max(0.0), high: mul_up(m.high, m.high) }
}

/// The absolute values.
fn magnitude(x: Interval) -> Interval {
    if x.low >= 0.0 {
        x
    } else if x.high <= 0.0 {
        negative(x)
    } else {
        Interval { low: 0.0, high: x.high.max(-x.low) }
    }
}

/// See [`Op::Powi`]: every multiplication rounds once, so `n` of them are off by less than `n` ulps.
pub(super) fn integer_power(x: Interval, n: i32) -> Enclosure {
    if n == 0 {
        return Enclosure::defined(Interval::point(1.0));
    }
    if n < 0 {
        let under = integer_power_size(x, n.unsigned_abs());
        return quotient(Interval::point(1.0), under);
    }
    Enclosure::defined(integer_power_size(x, n.unsigned_abs()))
}

fn integer_power_size(x: Interval, n: u32) -> Interval {
    let bounds = |v: f64| -> Interval {
        let exact = n == 1 || v == 0.0 || v.abs() == 1.0;
        match i32::try_from(n) {
            Ok(n) if exact => {
                Interval { low: functions::powi::<false>(v, n), high: functions::powi::<false>(v, n) }
            }
            Ok(k) if n <= functions::MAX_SQUARING => about(functions::powi::<false>(v, k), f64::from(n)),
            _ => about(functions::pow::<false>(v, f64::from(n)), width(Op::Pow)),
        }
    };
    if n.is_multiple_of(2) {
        let m = magnitude(x);
        Interval { low: bounds(m.low).low.max(0.0), high: bounds(m.high).high }
    } else {
        let (low, high) = (bounds(x.low).low, bounds(x.high).high);
        // A power has the sign of its base.
        Interval {
            low: if x.low >= 0.0 { low.max(0.0) } else { low },
            high: if x.high <= 0.0 { high.min(0.0) } else { high },
        }
    }
}

fn power(x: Interval, y: Interval) -> Enclosure {
    if y.is_integer_point() && y.low.abs() <= f64::from(i32::MAX) {
        let mut result = integer_power(x, y.low as i32);
        if !result.values.is_empty() {
            // `pow` may round the other way than repeated squaring.
            result.values =
                about_with_zero(result.values.low, 1.0).hull(about_with_zero(result.values.high, 1.0));
        }
        return result;
    }
    if x.low < 0.0 && y.low.ceil() <= y.high {
        // Defined below 0 at the integers among the exponents.
        return Enclosure::perhaps(Interval::ALL);
    }
    let domain = x.intersection(Interval { low: 0.0, high: f64::INFINITY });
    if domain.is_empty() {
        return Enclosure::NOWHERE;
    }
    // y log x is bilinear: its extremes, and those of its exponential, are at corners.
    let low = |a: f64, b: f64| about(functions::pow::<false>(a, b), width(Op::Pow)).low.max(0.0);
    let high = |a: f64, b: f64| about(functions::pow::<false>(a, b), width(Op::Pow)).high;
    let values = corners(domain, y, low, high);
    Enclosure { values, defined: x.low > 0.0 || (x.low == 0.0 && y.low > 0.0) }
}

fn increasing(x: Interval, f: fn(f64) -> f64, ulps: f64) -> Interval {
    Interval { low: about_with_zero(f(x.low), ulps).low, high: about_with_zero(f(x.high), ulps).high }
}

fn decreasing(x: Interval, f: fn(f64) -> f64, ulps: f64) -> Interval {
    Interval { low: about_with_zero(f(x.high), ulps).low, high: about_with_zero(f(x.low), ulps).high }
}

/// An increasing function on a part of the line.
fn within(x: Interval, domain: Interval, f: impl FnOnce(Interval) -> Interval) -> Enclosure {
    let inside = x.intersection(domain);
    if inside.is_empty() {
        return Enclosure::NOWHERE;
    }
    Enclosure { values: f(inside), defined: inside == x }
}

/// An increasing function on `(edge, inf)` that falls to `-inf` at the edge.
fn logarithm(x: Interval, edge: f64, f: fn(f64) -> f64, ulps: f64) -> Enclosure {
    if x.high <= edge {
        return Enclosure::NOWHERE;
    }
    let low = if x.low > edge { about_with_zero(f(x.low), ulps).low } else { f64::NEG_INFINITY };
    let values = Interval { low, high: about_with_zero(f(x.high), ulps).high };
    Enclosure { values, defined: x.low > edge }
}

/// Is one of the numbers `offset + k period` in the interval, or so near to it that rounding cannot tell?
fn meets(x: Interval, offset: f64, period: f64) -> bool {
    let place = |v: f64| (v - offset) / period;
    let (low, high) = (place(x.low), place(x.high));
    if !low.is_finite() || !high.is_finite() || high - low >= 1.0 {
        return true;
    }
    let slack = 8.0 * f64::EPSILON * (1.0 + low.abs().max(high.abs()));
    (high + slack).floor() >= (low - slack).ceil()
}

/// Sine or cosine, with the place of a maximum.
fn wave(x: Interval, f: fn(f64) -> f64, maximum: f64, ulps: f64) -> Interval {
    let unit = Interval { low: -1.0, high: 1.0 };
    let at = |v: f64| if v.is_finite() { about_with_zero(f(v), ulps) } else { unit };
    if x.is_point() {
        return at(x.low).intersection(unit);
    }
    let mut values = at(x.low).hull(at(x.high));
    if meets(x, maximum, TAU) {
        values.high = 1.0;
    }
    if meets(x, maximum + PI, TAU) {
        values.low = -1.0;
    }
    values.intersection(unit)
}

/// Is 0 or a negative integer inside?
fn has_pole(x: Interval) -> bool {
    x.low <= 0.0 && x.high.min(0.0).floor() >= x.low
}

/// Where gamma is least on the positive numbers.
const GAMMA_LEAST_AT: Interval = Interval { low: 1.461_632_144_968_362, high: 1.461_632_144_968_363 };

/// `f` falls, has its least value in `least_at`, and rises.
fn valley(x: Interval, least_at: Interval, least: f64, f: impl Fn(f64) -> Interval) -> Interval {
    let ends = f(x.low).hull(f(x.high));
    let low = if x.is_disjoint(least_at) { ends.low } else { least.min(ends.low) };
    Interval { low, high: ends.high }
}

fn gamma(x: Interval) -> Enclosure {
    let at = |v: f64| about(libm::tgamma(v), width(Op::Gamma));
    if x.low > 0.0 {
        return Enclosure::defined(valley(x, GAMMA_LEAST_AT, 0.885_603_194_410_88, at));
    }
    Enclosure {
        values: if x.is_point() && !has_pole(x) { at(x.low) } else { Interval::ALL },
        defined: !has_pole(x),
    }
}

fn lgamma(x: Interval) -> Enclosure {
    // Near its zeros what counts is the size of the parts that cancel.
    let at = |v: f64| {
        let value = libm::lgamma(v);
        let parts = if v < 0.0 { libm::lgamma(-v).abs() } else { 0.0 };
        around(value, width(Op::Lgamma) * f64::EPSILON * (value.abs() + parts))
    };
    if x.low > 0.0 {
        return Enclosure::defined(valley(x, GAMMA_LEAST_AT, -0.121_486_290_535_86, at));
    }
    Enclosure {
        values: if x.is_point() && !has_pole(x) { at(x.low) } else { Interval::ALL },
        defined: !has_pole(x),
    }
}

fn polygamma(n: Interval, x: Interval) -> Enclosure {
    if !n.is_integer_point() || !(0.0..=100.0).contains(&n.low) {
        let some_order = n.high >= 0.0 && n.low <= 100.0 && (n.is_integer_point() || !n.is_point());
        return if some_order { Enclosure::perhaps(Interval::ALL) } else { Enclosure::NOWHERE };
    }
    let order = n.low;
    let at = |v: f64| {
        if v.is_infinite() {
            return if order == 0.0 { about(v, 1.0) } else { Interval { low: 0.0, high: 0.0 } };
        }
        let value = functions::polygamma::<false>(order, v);
        if order == 0.0 {
            let parts = if v < 0.0 { functions::digamma::<false>(1.0 - v).abs() } else { 0.0 };
            return around(value, width(Op::Digamma) * f64::EPSILON * (1.0 + value.abs() + parts));
        }
        // Left of 0 the terms on both sides of the pole cancel: the nearest is the largest.
        let parts = if v < 0.0 {
            let near = (v - v.round()).abs();
            (1..=order as i32).fold(1.0 / near, |p, k| p * f64::from(k) / near)
        } else {
            0.0
        };
        around(value, (64.0 + order) * f64::EPSILON * (value.abs() + parts) + 5e-324)
    };
    let sign = if order == 0.0 || order % 2.0 == 0.0 { -1.0 } else { 1.0 };
    if x.low > 0.0 {
        let ends = at(x.low).hull(at(x.high));
        return Enclosure::defined(ends);
    }
    if has_pole(x) {
        let pole_only = x.is_point();
        return if pole_only { Enclosure::NOWHERE } else { Enclosure::perhaps(Interval::ALL) };
    }
    let values = if x.is_point() || order == 0.0 {
        at(x.low).hull(at(x.high))
    } else if sign > 0.0 {
        Interval { low: 0.0, high: f64::INFINITY }
    } else {
        Interval::ALL
    };
    Enclosure::defined(values)
}

fn modulo(x: Interval, y: Interval) -> Enclosure {
    if y.is_point() && y.low == 0.0 {
        return Enclosure::NOWHERE;
    }
    let wraps = Interval { low: y.low.min(0.0), high: y.high.max(0.0) };
    if y.contains_zero() {
        return Enclosure::perhaps(wraps);
    }
    if !y.is_point() || x.width() >= y.low.abs() {
        let inside = y.low > 0.0 && x.low >= 0.0 && x.high < y.low;
        return Enclosure::defined(if inside { x } else { wraps });
    }
    let (first, last) = (functions::modulo(x.low, y.low), functions::modulo(x.high, y.low));
    if first > last {
        return Enclosure::defined(wraps);
    }
    Enclosure::defined(Interval { low: first.next_down(), high: last.next_up() }.intersection(wraps))
}

fn angle(y: Interval, x: Interval) -> Enclosure {
    let turn = around(PI, 5e-16).hull(around(-PI, 5e-16));
    if y.contains_zero() && x.low <= 0.0 {
        // The origin or the cut is inside.
        return Enclosure { values: turn, defined: !x.contains_zero() };
    }
    // A convex set that is seen without the cut: the extreme angles are those of corners.
    let at = |b: f64, a: f64| about_with_zero(functions::atan2::<false>(b, a), width(Op::Atan2));
    Enclosure::defined(corners(y, x, |b, a| at(b, a).low, |b, a| at(b, a).high))
}

/// 1 for certain, 0 for certain, or either.
fn truth(certain: bool, possible: bool) -> Enclosure {
    Enclosure::defined(Interval {
        low: f64::from(u8::from(certain)),
        high: f64::from(u8::from(certain || possible)),
    })
}

/// A one-operand operation on a set that is not empty.
pub(super) fn one(op: Op, x: Interval) -> Enclosure {
    let real = Interval::ALL;
    let unit = Interval { low: -1.0, high: 1.0 };
    let positive = Interval { low: 0.0, high: f64::INFINITY };
    let ulps = width(op);
    let up = |f: fn(f64) -> f64| Enclosure::defined(increasing(x, f, ulps));
    let exact = |f: fn(f64) -> f64| Enclosure::defined(Interval { low: f(x.low), high: f(x.high) });
    match op {
        Op::Neg => Enclosure::defined(negative(x)),
        Op::Recip => quotient(Interval::point(1.0), x),
        Op::Sqrt => {
            within(x, positive, |x| Interval { low: sqrt_bounds(x.low).0, high: sqrt_bounds(x.high).1 })
        }
        Op::Cbrt => up(functions::cbrt::<false>),
        Op::Root3 => within(x, positive, |x| increasing(x, functions::cbrt::<false>, ulps)),
        Op::Abs => Enclosure::defined(magnitude(x)),
        Op::Sign => exact(functions::sign),
        Op::Floor => exact(f64::floor),
        Op::Ceil => exact(f64::ceil),
        Op::Exp => {
            let values = Interval {
                low: about(functions::exp::<false>(x.low), ulps).low,
                high: about(functions::exp::<false>(x.high), ulps).high,
            };
            Enclosure::defined(values.intersection(positive))
        }
        Op::Expm1 => {
            let mut result = up(functions::expm1::<false>);
            result.values.low = result.values.low.max(-1.0);
            result
        }
        Op::Log => logarithm(x, 0.0, functions::log::<false>, ulps),
        Op::Log1p => logarithm(x, -1.0, functions::log1p::<false>, ulps),
        Op::Log2 => logarithm(x, 0.0, functions::log2::<false>, ulps),
        Op::Log10 => logarithm(x, 0.0, functions::log10::<false>, ulps),
        Op::Sin => Enclosure::defined(wave(x, functions::sin::<false>, FRAC_PI_2, ulps)),
        Op::Cos => Enclosure::defined(wave(x, functions::cos::<false>, 0.0, ulps)),
        Op::Tan => {
            if x.is_point() || !meets(x, FRAC_PI_2, PI) {
                up(functions::tan::<false>)
            } else {
                Enclosure::perhaps(real)
            }
        }
        Op::Asin => within(x, unit, |x| increasing(x, functions::asin::<false>, ulps)),
        Op::Acos => within(x, unit, |x| decreasing(x, functions::acos::<false>, ulps)),
        Op::Atan => up(functions::atan::<false>),
        Op::Sinh => up(functions::sinh::<false>),
        Op::Cosh => {
            let mut values = increasing(magnitude(x), functions::cosh::<false>, ulps);
            values.low = values.low.max(1.0);
            Enclosure::defined(values)
        }
        Op::Tanh => {
            let result = up(functions::tanh::<false>);
            Enclosure::defined(result.values.intersection(unit))
        }
        Op::Asinh => up(functions::asinh::<false>),
        Op::Acosh => {
            let domain = Interval { low: 1.0, high: f64::INFINITY };
            within(x, domain, |x| {
                let values = increasing(x, functions::acosh::<false>, ulps);
                values.intersection(positive)
            })
        }
        Op::Atanh => {
            let mut result = within(x, unit, |x| increasing(x, functions::atanh::<false>, ulps));
            result.defined &= x.low > -1.0 && x.high < 1.0;
            if x.low >= 1.0 || x.high <= -1.0 {
                result = Enclosure::NOWHERE;
            }
            result
        }
        Op::Erf => {
            let result = up(functions::erf::<false>);
            Enclosure::defined(result.values.intersection(unit))
        }
        Op::Gamma => gamma(x),
        Op::Lgamma => lgamma(x),
        Op::Digamma => polygamma(Interval::point(0.0), x),
        Op::Sigmoid => {
            let values = Interval {
                low: about(functions::sigmoid::<false>(x.low), ulps).low,
                high: about(functions::sigmoid::<false>(x.high), ulps).high,
            };
            Enclosure::defined(values.intersection(Interval { low: 0.0, high: 1.0 }))
        }
        Op::Softplus => {
            let values = Interval {
                low: about(functions::softplus::<false>(x.low), ulps).low,
                high: about(functions::softplus::<false>(x.high), ulps).high,
            };
            Enclosure::defined(values.intersection(positive))
        }
        Op::Relu => exact(functions::relu),
        Op::Step => exact(functions::step),
        Op::Add
        | Op::Sub
        | Op::Mul
        | Op::Div
        | Op::Powi
        | Op::Pow
        | Op::Atan2
        | Op::Max
        | Op::Min
        | Op::Mod
        | Op::Polygamma
        | Op::Lt
        | Op::Le
        | Op::Eq
        | Op::Ne
        | Op::And
        | Op::Or
        | Op::Where => Enclosure::perhaps(real),
    }
}

/// A two-operand operation on sets that are not empty.
pub(super) fn two(op: Op, x: Interval, y: Interval) -> Enclosure {
    let zero = |x: Interval| x.is_point() && x.low == 0.0;
    match op {
        Op::Add => Enclosure::defined(sum(x, y)),
        Op::Sub => Enclosure::defined(sum(x, negative(y))),
        Op::Mul => Enclosure::defined(corners(x, y, mul_down, mul_up)),
        Op::Div => quotient(x, y),
        Op::Pow => power(x, y),
        Op::Atan2 => angle(x, y),
        Op::Max => Enclosure::defined(Interval { low: x.low.max(y.low), high: x.high.max(y.high) }),
        Op::Min => Enclosure::defined(Interval { low: x.low.min(y.low), high: x.high.min(y.high) }),
        Op::Mod => modulo(x, y),
        Op::Polygamma => polygamma(x, y),
        Op::Lt => truth(x.high < y.low, x.low < y.high),
        Op::Le => truth(x.high <= y.low, x.low <= y.high),
        Op::Eq => truth(x.is_point() && x == y, !x.is_disjoint(y)),
        Op::Ne => truth(x.is_disjoint(y), !(x.is_point() && x == y)),
        Op::And => truth(!x.contains_zero() && !y.contains_zero(), !zero(x) && !zero(y)),
        Op::Or => truth(!x.contains_zero() || !y.contains_zero(), !zero(x) || !zero(y)),
        _ => Enclosure::perhaps(Interval::ALL),
    }
}
