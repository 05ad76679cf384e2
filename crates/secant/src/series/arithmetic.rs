//! Arithmetic of series `Σ c t^α + O(t^end)` with exact coefficients and exponents in ascending order.
//!
//! Here: sums, products, quotients and the recurrences of powers, logarithms and exponentials.
//! Not here: which function an expression is (`expand`).
//! Invariant: exponents ascend strictly and lie below `end`; no coefficient is the number 0. A coefficient that is not a
//! number may still turn out to be 0: [`Series::lead`] decides.
//!
//! Source: Knuth, *The Art of Computer Programming* 2, §4.7; Griewank & Walther, *Evaluating Derivatives*, table 13.2. The
//! recurrences run over the exponents that can occur, which need not be integers.

use std::collections::{BTreeMap, BTreeSet};

use crate::expr::{Expr, Rational, sum};

use super::Stop;
use super::decide::Decide;
use super::exponent::Exponent;

/// A series, known below `end`; known altogether where that is `None`.
#[derive(Clone, Debug)]
pub(super) struct Series {
    pub(super) terms: Vec<(Exponent, Expr)>,
    pub(super) end: Option<Exponent>,
}

/// A sum on its way: numbers are added at once.
#[derive(Default)]
struct Sum {
    number: Option<Rational>,
    rest: Vec<(Rational, Expr)>,
}

impl Sum {
    fn add(&mut self, c: &Rational, e: &Expr) {
        match e.as_number() {
            Some(n) => {
                let term = c * n;
                self.number = Some(match &self.number {
                    Some(sum) => sum + &term,
                    None => term,
                });
            }
            None => self.rest.push((c.clone(), e.clone())),
        }
    }

    fn add_product(&mut self, c: &Rational, a: &Expr, b: &Expr) {
        match (a.as_number(), b.as_number()) {
            (Some(a), Some(_)) => self.add(&(c * a), b),
            (Some(a), None) => self.rest.push((c * a, b.clone())),
            (None, Some(b)) => self.rest.push((c * b, a.clone())),
            (None, None) => self.rest.push((c.clone(), a * b)),
        }
    }

    fn done(self) -> Expr {
        let number = self.number.unwrap_or(Rational::ZERO);
        if self.rest.is_empty() {
            return Expr::number(number);
        }
        sum(std::iter::once((number, Expr::one())).chain(self.rest))
    }
}

/// Where a series that begins at `first` is cut: at `keep`, or that far from its beginning when it begins after 0. So a
/// product with a negative power of `t` is known as far as its other factors are.
fn reach(first: &Exponent, keep: &Exponent) -> Exponent {
    if first.is_positive() { first.plus(keep) } else { keep.clone() }
}

fn least(a: Option<Exponent>, b: Option<Exponent>) -> Option<Exponent> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

impl Series {
    pub(super) fn zero() -> Series {
        Series { terms: Vec::new(), end: None }
    }

    pub(super) fn constant(c: Expr) -> Series {
        Series::term(Exponent::integer(0), c)
    }

    pub(super) fn term(exponent: Exponent, c: Expr) -> Series {
        let terms = if c.is_zero() { Vec::new() } else { vec![(exponent, c)] };
        Series { terms, end: None }
    }

    /// Nothing is known from `end` on.
    pub(super) fn below(mut self, end: Option<Exponent>) -> Series {
        self.end = least(self.end, end);
        if let Some(end) = &self.end {
            self.terms.retain(|(exponent, _)| exponent < end);
        }
        self
    }

    /// Forgets what lies at `keep` and beyond (see [`reach`]).
    pub(super) fn cut(self, keep: &Exponent) -> Series {
        let Some((first, _)) = self.terms.first() else { return self };
        let keep = reach(first, keep);
        match self.terms.last() {
            Some((last, _)) if *last >= keep => self.below(Some(keep)),
            _ => self,
        }
    }

    /// The first term that is not 0; strips those before it that are 0 after all. `None`: nothing below `end`.
    pub(super) fn lead(&mut self, decide: &Decide) -> Result<Option<(Exponent, Expr)>, Stop> {
        while let Some((exponent, c)) = self.terms.first() {
            if !decide.is_zero(c)? {
                return Ok(Some((exponent.clone(), c.clone())));
            }
            self.terms.remove(0);
        }
        Ok(None)
    }

    /// The coefficient of an exponent; 0 where there is none.
    pub(super) fn coefficient(&self, exponent: &Exponent) -> Expr {
        let found = self.terms.binary_search_by(|(known, _)| known.cmp(exponent));
        found.map_or_else(|_| Expr::zero(), |k| self.terms[k].1.clone())
    }

    pub(super) fn map(&self, f: impl Fn(&Exponent, &Expr) -> (Exponent, Expr)) -> Series {
        let terms = self.terms.iter().map(|(a, c)| f(a, c)).filter(|(_, c)| !c.is_zero()).collect();
        Series { terms, end: self.end.clone() }
    }

    pub(super) fn scaled(&self, by: &Expr) -> Series {
        if by.is_zero() {
            return Series::zero();
        }
        self.map(|a, c| (a.clone(), c * by))
    }

    pub(super) fn negated(&self) -> Series {
        self.map(|a, c| (a.clone(), -c))
    }

    /// `t^by` times the series.
    pub(super) fn shifted(&self, by: &Exponent) -> Series {
        let mut shifted = self.map(|a, c| (a.plus(by), c.clone()));
        shifted.end = self.end.as_ref().map(|end| end.plus(by));
        shifted
    }

    pub(super) fn total<'a>(parts: impl IntoIterator<Item = (Rational, &'a Series)>) -> Series {
        let (mut sums, mut end) = (BTreeMap::<Exponent, Sum>::new(), None);
        for (factor, part) in parts {
            end = least(end, part.end.clone());
            for (exponent, c) in &part.terms {
                sums.entry(exponent.clone()).or_default().add(&factor, c);
            }
        }
        Series::collected(sums).below(end)
    }

    pub(super) fn plus(&self, other: &Series) -> Series {
        Series::total([(Rational::ONE, self), (Rational::ONE, other)])
    }

    pub(super) fn minus(&self, other: &Series) -> Series {
        Series::total([(Rational::ONE, self), (Rational::MINUS_ONE, other)])
    }

    fn collected(sums: BTreeMap<Exponent, Sum>) -> Series {
        let terms = sums.into_iter().map(|(a, sum)| (a, sum.done())).filter(|(_, c)| !c.is_zero()).collect();
        Series { terms, end: None }
    }

    /// From where on a series counts as unknown or begins.
    fn begins(&self) -> Option<&Exponent> {
        self.terms.first().map(|(a, _)| a).or(self.end.as_ref())
    }

    pub(super) fn times(&self, other: &Series, keep: &Exponent) -> Series {
        let (Some(a0), Some(b0)) = (self.begins(), other.begins()) else { return Series::zero() };
        let cross = |begins: &Exponent, end: &Option<Exponent>| end.as_ref().map(|end| begins.plus(end));
        let mut end = least(cross(a0, &other.end), cross(b0, &self.end));
        let keep = &reach(&a0.plus(b0), keep);
        let mut sums = BTreeMap::<Exponent, Sum>::new();
        for (a, ca) in &self.terms {
            for (b, cb) in &other.terms {
                let exponent = a.plus(b);
                if end.as_ref().is_some_and(|end| exponent >= *end) {
                    break;
                }
                if exponent >= *keep {
                    end = least(end, Some(keep.clone()));
                    break;
                }
                sums.entry(exponent).or_default().add_product(&Rational::ONE, ca, cb);
            }
        }
        Series::collected(sums).below(end)
    }

    /// `d/dt`, of which only `t d/dt` is needed: `Σ α c t^α`.
    pub(super) fn euler(&self) -> Series {
        self.map(|a, c| (a.clone(), a.scale(c)))
    }

    /// `1/self`, times `t` to minus its leading exponent at the least.
    pub(super) fn reciprocal(&mut self, keep: &Exponent, decide: &Decide) -> Result<Series, Stop> {
        let one = Series::constant(Expr::one());
        one.over(self, keep, decide)
    }

    pub(super) fn over(&self, below: &mut Series, keep: &Exponent, decide: &Decide) -> Result<Series, Stop> {
        let Some((q, c)) = below.lead(decide)? else { return Err(below.nothing()) };
        // self / (c t^q (1 + w)): y_α = a_{α+q}/c - Σ w_β y_{α-β}
        let inverse = c.recip();
        let w = below.tail(&q, &inverse);
        let above = self.shifted(&Exponent::integer(0).minus(&q)).scaled(&inverse);
        let Some(first) = above.begins().cloned() else { return Ok(Series::zero()) };
        let end = least(above.end.clone(), w.end.as_ref().map(|end| end.plus(&first)));
        let keep = &reach(&first, keep);
        let support = above.terms.iter().map(|(a, _)| a.clone());
        recurrence(support, &w, keep, end, |alpha, known| {
            let mut sum = Sum::default();
            sum.add(&Rational::ONE, &above.coefficient(alpha));
            for (beta, cw) in &w.terms {
                if let Some(y) = known.get(&alpha.minus(beta)) {
                    sum.add_product(&Rational::MINUS_ONE, cw, y);
                }
            }
            sum.done()
        })
    }

    /// Why a series without a first term cannot be divided by: it is 0, or not known far enough.
    pub(super) fn nothing(&self) -> Stop {
        if self.end.is_some() { Stop::MoreTerms } else { Stop::Undefined }
    }

    /// `w` of `c t^q (1 + w)`.
    pub(super) fn tail(&self, q: &Exponent, inverse: &Expr) -> Series {
        let mut w = self.shifted(&Exponent::integer(0).minus(q)).scaled(inverse);
        w.terms.retain(|(a, _)| a.is_positive());
        w
    }

    /// `exp(w)` of a series that vanishes at 0: `α e_α = Σ β w_β e_{α-β}`.
    pub(super) fn exponential(&self, keep: &Exponent) -> Result<Series, Stop> {
        recurrence([Exponent::integer(0)], self, keep, self.end.clone(), |alpha, known| {
            if alpha.is_zero() {
                return Expr::one();
            }
            let mut sum = Sum::default();
            for (beta, c) in &self.terms {
                if let Some(y) = known.get(&alpha.minus(beta)) {
                    sum.add_product(&Rational::ONE, &beta.scale(c), y);
                }
            }
            divided(sum.done(), alpha)
        })
    }

    /// `log(1 + w)`: `α l_α = α w_α - Σ (α-β) w_β l_{α-β}`.
    pub(super) fn logarithm(&self, keep: &Exponent) -> Result<Series, Stop> {
        let support: Vec<_> = self.terms.iter().map(|(a, _)| a.clone()).collect();
        recurrence(support, self, keep, self.end.clone(), |alpha, known| {
            let mut sum = Sum::default();
            sum.add(&Rational::ONE, &alpha.scale(&self.coefficient(alpha)));
            for (beta, c) in &self.terms {
                let rest = alpha.minus(beta);
                if let Some(y) = known.get(&rest) {
                    sum.add_product(&Rational::MINUS_ONE, &rest.scale(c), y);
                }
            }
            divided(sum.done(), alpha)
        })
    }

    /// `(1 + w)^r`: `α p_α = Σ (r β - (α - β)) w_β p_{α-β}`.
    pub(super) fn binomial(&self, r: &Expr, keep: &Exponent) -> Result<Series, Stop> {
        recurrence([Exponent::integer(0)], self, keep, self.end.clone(), |alpha, known| {
            if alpha.is_zero() {
                return Expr::one();
            }
            let mut sum = Sum::default();
            for (beta, c) in &self.terms {
                let rest = alpha.minus(beta);
                if let Some(y) = known.get(&rest) {
                    let factor = beta.scale(r) - rest.exact();
                    sum.add_product(&Rational::ONE, &(&factor * c), y);
                }
            }
            divided(sum.done(), alpha)
        })
    }

    /// `(sin w, cos w)`, or `(sinh w, cosh w)`: `α s_α = Σ β w_β c_{α-β}` and `α c_α = ∓Σ β w_β s_{α-β}`.
    pub(super) fn rotation(&self, hyperbolic: bool, keep: &Exponent) -> Result<(Series, Series), Stop> {
        let sign = if hyperbolic { Rational::ONE } else { Rational::MINUS_ONE };
        let mut cosines = BTreeMap::<Exponent, Expr>::new();
        let sine = recurrence([Exponent::integer(0)], self, keep, self.end.clone(), |alpha, sines| {
            if alpha.is_zero() {
                cosines.insert(alpha.clone(), Expr::one());
                // The sine begins with 0; its place keeps the recurrence going.
                return Expr::zero();
            }
            let (mut s, mut c) = (Sum::default(), Sum::default());
            for (beta, w) in &self.terms {
                let rest = alpha.minus(beta);
                if let Some(y) = cosines.get(&rest) {
                    s.add_product(&Rational::ONE, &beta.scale(w), y);
                }
                if let Some(y) = sines.get(&rest) {
                    c.add_product(&sign, &beta.scale(w), y);
                }
            }
            cosines.insert(alpha.clone(), divided(c.done(), alpha));
            divided(s.done(), alpha)
        })?;
        let terms = cosines.into_iter().filter(|(_, c)| !c.is_zero()).collect();
        let cosine = Series { terms, end: None }.below(sine.end.clone());
        Ok((sine, cosine))
    }
}

fn divided(e: Expr, by: &Exponent) -> Expr {
    match by.as_rational().and_then(Rational::recip) {
        Some(inverse) => crate::expr::scale(&inverse, &e),
        None => e / by.exact(),
    }
}

/// Most terms of one series.
const MAX_TERMS: usize = 600;

/// The coefficients `f(α)`, in ascending order over every exponent that is one of `support` plus a sum of exponents of
/// `w`, below `keep` and `end`.
fn recurrence(
    support: impl IntoIterator<Item = Exponent>,
    w: &Series,
    keep: &Exponent,
    end: Option<Exponent>,
    mut f: impl FnMut(&Exponent, &BTreeMap<Exponent, Expr>) -> Expr,
) -> Result<Series, Stop> {
    let mut open: BTreeSet<Exponent> = support.into_iter().collect();
    let mut known = BTreeMap::new();
    let mut cut = None;
    let mut done = 0;
    while let Some(alpha) = open.pop_first() {
        if end.as_ref().is_some_and(|end| alpha >= *end) {
            break;
        }
        if alpha >= *keep {
            cut = Some(keep.clone());
            break;
        }
        done += 1;
        if done > MAX_TERMS {
            return Err(Stop::Budget);
        }
        let c = f(&alpha, &known);
        if c.is_undefined() {
            return Err(Stop::Undefined);
        }
        for (beta, _) in &w.terms {
            let next = alpha.plus(beta);
            if next >= *keep {
                cut = Some(keep.clone());
                break;
            }
            open.insert(next);
        }
        if !c.is_zero() {
            known.insert(alpha, c);
        }
    }
    let terms = known.into_iter().collect();
    Ok(Series { terms, end: None }.below(least(end, cut)))
}
