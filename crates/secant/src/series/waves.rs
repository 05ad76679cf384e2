//! Numbers that go up and down for ever, of which only bounds are known.
//!
//! Here: the angle of a sine or cosine whose argument grows, the part that a floor cuts off, the remainder of an
//! asymptotic formula; what follows of an expression of such numbers.
//! Invariant: what is concluded holds whatever values they take within their bounds.

use std::cmp::Ordering;

use crate::calculus::derivative;
use crate::equality;
use crate::expr::{Expr, Func, Node, Rational, Symbol, apply};
use crate::program::{Enclosure, Interval, Program, Workspace};

use super::growth::Growth;
use super::{SHORTEN, Stop};

/// A number of which only bounds are known, for ever.
#[derive(Clone)]
pub(super) struct Wave {
    pub(super) name: Symbol,
    pub(super) range: Interval,
    /// The argument of the sine and cosine whose angle this is: it takes all its values again and again.
    pub(super) angle_of: Option<Expr>,
}
impl Growth {
    /// A constant as the limit: `None` where it holds a number that goes up and down for ever.
    pub(super) fn settled(&self, value: &Expr) -> Result<Option<Expr>, Stop> {
        let value = equality::simplify(value, SHORTEN);
        // One angle takes all its values again and again; two may be tied to each other.
        match &self.waves_in(&value)[..] {
            [] => Ok(Some(value)),
            [Wave { name, angle_of: Some(_), .. }] => match self.decide.is_zero(&derivative(&value, name)) {
                Ok(false) => Ok(None),
                _ => Err(Stop::Undecided(value)),
            },
            _ => Err(Stop::Undecided(value)),
        }
    }

    pub(super) fn waves_in(&self, e: &Expr) -> Vec<Wave> {
        self.waves.borrow().iter().filter(|wave| e.contains(&wave.name)).cloned().collect()
    }

    /// Where an expression of waves lies; `None` where it may have no value.
    pub(super) fn enclosed(&self, e: &Expr) -> Option<Interval> {
        let (names, ranges): (Vec<Symbol>, Vec<Interval>) =
            self.waves_in(e).into_iter().map(|wave| (wave.name, wave.range)).unzip();
        enclosure(e, &names, &ranges)
    }

    /// A number that stays between two bounds and is not known otherwise.
    pub(super) fn between(&self, low: f64, high: f64, angle_of: Option<&Expr>) -> Expr {
        if let Some(u) = angle_of
            && let Some(known) = self.waves.borrow().iter().find(|wave| wave.angle_of.as_ref() == Some(u))
        {
            return Expr::var(known.name.clone());
        }
        let name = self.symbol("b");
        let range = Interval::new(low, high).expect("bounds in order");
        self.waves.borrow_mut().push(Wave { name: name.clone(), range, angle_of: angle_of.cloned() });
        Expr::var(name)
    }

    /// The sign of what does not grow, whatever the waves in it do.
    pub(super) fn sign_of_bounded(&self, e: &Expr) -> Result<Ordering, Stop> {
        let waves = self.waves_in(e);
        if waves.is_empty() {
            return self.decide.sign(e);
        }
        if let Some(values) = self.enclosed(e) {
            if values.low() > 0.0 {
                return Ok(Ordering::Greater);
            }
            if values.high() < 0.0 {
                return Ok(Ordering::Less);
            }
        }
        if let [Wave { name, angle_of: Some(_), .. }] = &waves[..] {
            let at = |k: u32| {
                enclosure(e, std::slice::from_ref(name), &[Interval::point(0.4 + f64::from(k) * 0.7)])
            };
            // Where it has no value it does not oscillate.
            let values: Option<Vec<Interval>> = (0..9).map(at).collect();
            if let Some(values) = values
                && values.iter().any(|v| v.high() < 0.0)
                && values.iter().any(|v| v.low() > 0.0)
            {
                return Err(Stop::Oscillates);
            }
        }
        Err(Stop::Undecided(e.clone()))
    }

    /// Where a wave is divided by, nothing is known.
    pub(super) fn must_be_bounded(&self, c: &Expr) -> Result<(), Stop> {
        if self.waves_in(c).is_empty() {
            return Ok(());
        }
        for node in c.post_order() {
            let inside = match node.node() {
                Node::Power(base, exponent) if !exponent.as_number().is_some_and(Rational::is_positive) => {
                    base
                }
                Node::Apply(Func::Log, u) => u,
                _ => continue,
            };
            let apart = self.enclosed(inside).is_some_and(|v| !v.contains(0.0));
            if !self.waves_in(inside).is_empty() && !apart {
                return Err(Stop::Undecided(inside.clone()));
            }
        }
        Ok(())
    }

    /// A floor over a bounded wave that stays between two integers.
    pub(super) fn floor_of_wave(&self, f: Func, at: &Expr) -> Result<Expr, Stop> {
        let round = |x: f64| if f == Func::Floor { x.floor() } else { x.ceil() };
        match self.enclosed(at) {
            Some(v)
                if round(v.low()) == round(v.high())
                    && v.low() != v.low().floor()
                    && v.high() != v.high().floor() =>
            {
                Ok(Expr::integer(round(v.low()) as i64))
            }
            _ => Err(Stop::Undecided(apply(f, at))),
        }
    }
}

/// An enclosure over a box; `None` where it may have no value.
fn enclosure(e: &Expr, names: &[Symbol], ranges: &[Interval]) -> Option<Interval> {
    let program = Program::compile(std::slice::from_ref(e), names).ok()?;
    let mut out = [Enclosure { values: Interval::EMPTY, defined: false }];
    program.evaluate_interval(ranges, &mut out, &mut Workspace::new()).ok()?;
    (out[0].defined && !out[0].values.is_empty()).then_some(out[0].values)
}
