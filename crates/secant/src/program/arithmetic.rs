//! Arithmetic of intervals as a caller writes it: sums, differences, products, and both parts of a quotient.
//!
//! Here: operators over the rounding of `interval`.
//! Not here: functions, and whether something is defined (`interval`).
//! Invariant: every result of numbers from the operands lies in the result; what is empty stays empty.

use std::ops::{Add, Mul, Neg, Sub};

use super::interval::{Interval, corners, div_down, div_up, mul_down, mul_up, negative, sum};

impl Add for Interval {
    type Output = Interval;
    fn add(self, other: Interval) -> Interval {
        if self.is_empty() || other.is_empty() { Interval::EMPTY } else { sum(self, other) }
    }
}

impl Neg for Interval {
    type Output = Interval;
    fn neg(self) -> Interval {
        if self.is_empty() { self } else { negative(self) }
    }
}

impl Sub for Interval {
    type Output = Interval;
    fn sub(self, other: Interval) -> Interval {
        self + -other
    }
}

impl Mul for Interval {
    type Output = Interval;
    fn mul(self, other: Interval) -> Interval {
        if self.is_empty() || other.is_empty() {
            Interval::EMPTY
        } else {
            corners(self, other, mul_down, mul_up)
        }
    }
}

impl Interval {
    /// The largest absolute value; 0 when empty.
    pub fn magnitude(self) -> f64 {
        if self.is_empty() { 0.0 } else { self.low().abs().max(self.high().abs()) }
    }

    /// Does every number of it lie strictly between the bounds of `other`?
    pub fn is_inside(self, other: Interval) -> bool {
        !self.is_empty() && other.low() < self.low() && self.high() < other.high()
    }

    /// Is every number of it one of `other`?
    pub fn is_within(self, other: Interval) -> bool {
        self.is_empty() || (other.low() <= self.low() && self.high() <= other.high())
    }

    /// The numbers `q` with `q d = n` for an `n` of `self` and a `d` of `by`, as at most two intervals, ascending; the
    /// second is empty unless there is a gap between them.
    ///
    /// # Source
    /// Hansen & Walster, *Global Optimization Using Interval Analysis*, 2nd ed., §9.3.
    pub fn quotients(self, by: Interval) -> [Interval; 2] {
        if self.is_empty() || by.is_empty() {
            return [Interval::EMPTY; 2];
        }
        if !by.contains(0.0) {
            return [corners(self, by, div_down, div_up), Interval::EMPTY];
        }
        if self.contains(0.0) {
            return [Interval::ALL, Interval::EMPTY];
        }
        // The number above lies on one side of 0: what comes out lies far from 0 on both sides.
        let (above, flip) = if self.low() > 0.0 { (self, false) } else { (-self, true) };
        let from = |low: f64| Interval::new(low, f64::INFINITY).unwrap_or(Interval::EMPTY);
        let right = if by.high() > 0.0 { from(div_down(above.low(), by.high())) } else { Interval::EMPTY };
        let left = if by.low() < 0.0 { -from(div_down(above.low(), -by.low())) } else { Interval::EMPTY };
        let [left, right] = if flip { [-right, -left] } else { [left, right] };
        if left.is_empty() { [right, Interval::EMPTY] } else { [left, right] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(low: f64, high: f64) -> Interval {
        Interval::new(low, high).unwrap()
    }

    #[test]
    fn quotients_have_a_gap_where_the_divisor_has_both_signs() {
        assert_eq!(of(1.0, 2.0).quotients(of(2.0, 4.0)), [of(0.25, 1.0), Interval::EMPTY]);
        assert_eq!(
            of(1.0, 2.0).quotients(of(-4.0, 2.0)),
            [of(f64::NEG_INFINITY, -0.25), of(0.5, f64::INFINITY)]
        );
        assert_eq!(
            of(-2.0, -1.0).quotients(of(-4.0, 2.0)),
            [of(f64::NEG_INFINITY, -0.5), of(0.25, f64::INFINITY)]
        );
        assert_eq!(of(1.0, 2.0).quotients(of(0.0, 2.0)), [of(0.5, f64::INFINITY), Interval::EMPTY]);
        assert_eq!(of(1.0, 2.0).quotients(of(-2.0, 0.0)), [of(f64::NEG_INFINITY, -0.5), Interval::EMPTY]);
        assert_eq!(of(1.0, 2.0).quotients(Interval::point(0.0)), [Interval::EMPTY; 2]);
        assert_eq!(of(-1.0, 2.0).quotients(of(-1.0, 1.0)), [Interval::ALL, Interval::EMPTY]);
    }

    #[test]
    fn results_hold_every_combination() {
        let sets = [of(-1.5, 0.3), of(0.1, 0.7), of(-2.0, -1.0 / 3.0), of(0.0, 0.0)];
        for x in sets {
            for y in sets {
                for a in [x.low(), x.middle(), x.high()] {
                    for b in [y.low(), y.middle(), y.high()] {
                        assert!(
                            (x + y).contains(a + b) && (x - y).contains(a - b) && (x * y).contains(a * b)
                        );
                        let [p, q] = x.quotients(y);
                        assert!(
                            b == 0.0 || p.contains(a / b) || q.contains(a / b),
                            "{a} / {b} of {x:?} {y:?}"
                        );
                    }
                }
            }
        }
    }
}
