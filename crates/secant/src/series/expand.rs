//! From an expression to its series at `t → 0+`.
//!
//! Here: what each node of an expression does to the series of its parts; where it has none, why.
//! Not here: arithmetic of series; which point and which side (`taylor`, `limit`).
//! Invariant: no term is guessed: a sign or a nought that cannot be decided stops the expansion.
//! Start reading at [`Expander::series`].

use std::cell::Cell;
use std::cmp::Ordering;
use std::collections::HashMap;

use crate::calculus::{self, OuterRule};
use crate::expr::{Constant, Expr, Func, Func2, HashBuild, Node, Rational, Symbol, apply, apply2};

use super::Stop;
use super::arithmetic::Series;
use super::decide::Decide;
use super::exponent::Exponent;

/// Expands expressions in one small positive variable.
pub(super) struct Expander<'a> {
    /// The variable.
    pub(super) t: &'a Symbol,
    /// What stands for its logarithm in coefficients.
    pub(super) log_t: Expr,
    pub(super) decide: &'a dyn Signs,
    /// Terms at this exponent and beyond are left out; where a series begins later than at 0, terms so far from its first.
    pub(super) keep: Exponent,
    /// Was something decided that holds for `t > 0` only?
    pub(super) one_sided: Cell<bool>,
}

/// Who decides signs and noughts of coefficients.
pub(super) trait Signs {
    fn plain(&self) -> &Decide;
    fn sign(&self, e: &Expr) -> Result<Ordering, Stop>;
}

impl Signs for Decide {
    fn plain(&self) -> &Decide {
        self
    }
    fn sign(&self, e: &Expr) -> Result<Ordering, Stop> {
        Decide::sign(self, e)
    }
}

/// A series taken apart where a function is applied to it.
struct Parts {
    /// The value at `t = 0`.
    at: Expr,
    /// The rest, which vanishes there.
    rest: Series,
}

/// Derivatives of a function that has no shorter recurrence.
const MAX_DERIVATIVES: usize = 24;

type Answer = Result<Series, Stop>;

impl Expander<'_> {
    /// The series of an expression.
    pub(super) fn series(&self, e: &Expr) -> Answer {
        self.with(e, &HashMap::new())
    }

    /// The same where names stand for series.
    fn with(&self, e: &Expr, names: &HashMap<Symbol, Series>) -> Answer {
        let mut done = HashMap::<Expr, Series, HashBuild>::default();
        for node in e.post_order() {
            let part = |e: &Expr| done[e].clone();
            let series = self.node(&node, &part, names)?.cut(&self.keep);
            done.insert(node, series);
        }
        Ok(done.remove(e).expect("the root is last"))
    }

    fn node(&self, e: &Expr, part: &dyn Fn(&Expr) -> Series, names: &HashMap<Symbol, Series>) -> Answer {
        match e.node() {
            Node::Number(_) | Node::Constant(Constant::Pi | Constant::E) => Ok(Series::constant(e.clone())),
            Node::Constant(Constant::Infinity) => Err(Stop::Unbounded(e.clone())),
            Node::Constant(Constant::Undefined) => Err(Stop::Undefined),
            Node::Var(name) if name == self.t => Ok(Series::term(Exponent::integer(1), Expr::one())),
            Node::Var(name) => Ok(names.get(name).cloned().unwrap_or_else(|| Series::constant(e.clone()))),
            Node::Sum(sum) => {
                let constant = Series::constant(Expr::number(sum.constant.clone()));
                let parts: Vec<_> =
                    sum.terms.iter().map(|t| (t.coefficient.clone(), part(&t.expr))).collect();
                let terms = parts.iter().map(|(c, s)| (c.clone(), s));
                Ok(Series::total(terms.chain([(Rational::ONE, &constant)])))
            }
            Node::Product(factors) => {
                let mut product = Series::constant(Expr::one());
                // Negative powers last: what they divide has then been cut where it may.
                for factor in factors {
                    product = product.times(&part(factor), &self.keep);
                }
                Ok(product)
            }
            Node::Power(base, exponent) => self.power(base, exponent, part),
            Node::Apply(f, u) => self.apply(*f, e, u, part(u)),
            Node::Apply2(f, a, b) => self.apply2(*f, e, part(a), part(b)),
            Node::Select(condition, a, b) => {
                let holds = self.leading_sign(part(condition))?.is_ne();
                Ok(if holds { part(a) } else { part(b) })
            }
            Node::Derivative(u, x) => self.series(&calculus::derivative(u, x)),
            Node::Tensor(_) => Err(Stop::Unsupported("a series of something with axes".into())),
        }
    }

    fn lead(&self, series: &mut Series) -> Result<Option<(Exponent, Expr)>, Stop> {
        series.lead(self.decide.plain())
    }

    /// The sign of a series for small positive `t`.
    fn leading_sign(&self, mut series: Series) -> Result<Ordering, Stop> {
        match self.lead(&mut series)? {
            Some((q, c)) => {
                if !q.is_zero() {
                    self.one_sided.set(true);
                }
                self.decide.sign(&c)
            }
            None if series.end.is_none() => Ok(Ordering::Equal),
            None => Err(Stop::MoreTerms),
        }
    }

    /// The value at 0 and the rest; `None` where the series is unbounded.
    fn parts(&self, series: &mut Series) -> Result<Option<Parts>, Stop> {
        let lead = self.lead(series)?;
        match lead {
            Some((q, _)) if q.is_negative() => Ok(None),
            None if series.end.as_ref().is_some_and(|end| !end.is_positive()) => Err(Stop::MoreTerms),
            _ => {
                let at = series.coefficient(&Exponent::integer(0));
                if series.end.as_ref().is_some_and(|end| !end.is_positive()) {
                    return Err(Stop::MoreTerms);
                }
                let mut rest = series.clone();
                rest.terms.retain(|(a, _)| a.is_positive());
                Ok(Some(Parts { at, rest }))
            }
        }
    }

    /// The same, where the function has no series at infinity.
    fn bounded(&self, e: &Expr, series: &mut Series) -> Result<Parts, Stop> {
        self.parts(series)?.ok_or_else(|| Stop::Essential(e.clone()))
    }

    fn power(&self, base: &Expr, exponent: &Expr, part: &dyn Fn(&Expr) -> Series) -> Answer {
        if exponent.contains(self.t) || !part(exponent).terms.iter().all(|(a, _)| a.is_zero()) {
            // b^v = exp(v log b)
            let log = self.apply(Func::Log, &apply(Func::Log, base), base, part(base))?;
            let inside = part(exponent).times(&log, &self.keep);
            return self.apply(Func::Exp, &crate::expr::power(base, exponent), base, inside);
        }
        let r = part(exponent).coefficient(&Exponent::integer(0));
        self.to_the(part(base), &r)
    }

    /// `u^r` for a constant `r`.
    fn to_the(&self, mut u: Series, r: &Expr) -> Answer {
        let whole = r.as_number().and_then(Rational::to_i64);
        if let Some(n @ 0..=64) = whole
            && u.end.is_none()
        {
            let mut power = Series::constant(Expr::one());
            for _ in 0..n {
                power = power.times(&u, &self.keep);
            }
            return Ok(power);
        }
        let Some((q, c)) = self.lead(&mut u)? else {
            let positive = r.as_number().is_some_and(Rational::is_positive);
            return match &u.end {
                None if positive => Ok(Series::zero()),
                Some(end) if positive => Ok(Series::zero().below(end.times(r))),
                _ => Err(u.nothing()),
            };
        };
        if whole == Some(-1) {
            return u.reciprocal(&self.keep, self.decide.plain());
        }
        if whole.is_none() {
            // A root needs a positive base.
            match self.decide.sign(&c) {
                Ok(Ordering::Less) => {
                    if !q.is_zero() {
                        self.one_sided.set(true);
                    }
                    return Err(Stop::Undefined);
                }
                // Where the sign of a free name decides, the series is that of the case in which the root exists.
                Ok(_) | Err(Stop::Undecided(_) | Stop::Oscillates) => {}
                Err(stop) => return Err(stop),
            }
        }
        let w = u.tail(&q, &c.recip());
        let by = q.times(r).ok_or(Stop::Undecided(r.clone()))?;
        let even = q.as_rational().is_some_and(Rational::is_even_integer);
        if whole.is_none() && !q.is_zero() && (even || !by.as_rational().is_some_and(Rational::is_integer)) {
            self.one_sided.set(true);
        }
        let keep = if by.is_negative() { self.keep.minus(&by) } else { self.keep.clone() };
        Ok(w.binomial(r, &keep)?.scaled(&crate::expr::power(&c, r)).shifted(&by))
    }

    fn reciprocal(&self, mut u: Series) -> Answer {
        u.reciprocal(&self.keep, self.decide.plain())
    }

    fn quotient(&self, above: Series, mut below: Series) -> Answer {
        above.over(&mut below, &self.keep, self.decide.plain())
    }

    fn apply(&self, f: Func, e: &Expr, argument: &Expr, mut u: Series) -> Answer {
        use Func::*;
        let one = || Series::constant(Expr::one());
        match f {
            Exp => {
                let Parts { at, rest } = self.bounded(e, &mut u)?;
                if self.log_t.as_var().is_some_and(|log| at.contains(log)) {
                    return Err(Stop::Essential(e.clone())); // a power of t that is not seen as one
                }
                Ok(rest.exponential(&self.keep)?.scaled(&at.exp()))
            }
            Log => {
                let Some((q, c)) = self.lead(&mut u)? else { return Err(u.nothing()) };
                match self.decide.sign(&c) {
                    Ok(Ordering::Less) => return Err(Stop::Undefined),
                    Ok(_) | Err(Stop::Undecided(_) | Stop::Oscillates) => {}
                    Err(stop) => return Err(stop),
                }
                let w = u.tail(&q, &c.recip());
                let mut start = c.log();
                if !q.is_zero() {
                    self.one_sided.set(true);
                    start = start + q.scale(&self.log_t);
                }
                Ok(w.logarithm(&self.keep)?.plus(&Series::constant(start)))
            }
            Log2 | Log10 => {
                let base = Expr::integer(if f == Log2 { 2 } else { 10 });
                Ok(self.apply(Log, e, argument, u)?.scaled(&base.log().recip()))
            }
            Sin | Cos | Tan | Sec | Csc | Cot => {
                let Parts { at, rest } = self.bounded(e, &mut u)?;
                let (s, c) = rest.rotation(false, &self.keep)?;
                let (s0, c0) = (at.sin(), at.cos());
                let sine = || s.scaled(&c0).plus(&c.scaled(&s0));
                let cosine = || c.scaled(&c0).minus(&s.scaled(&s0));
                match f {
                    Sin => Ok(sine()),
                    Cos => Ok(cosine()),
                    Tan => self.quotient(sine(), cosine()),
                    Cot => self.quotient(cosine(), sine()),
                    Sec => self.reciprocal(cosine()),
                    _ => self.reciprocal(sine()),
                }
            }
            Sinh | Cosh | Tanh | Sech | Csch | Coth => {
                let Parts { at, rest } = self.bounded(e, &mut u)?;
                let (s, c) = rest.rotation(true, &self.keep)?;
                let (s0, c0) = (at.sinh(), at.cosh());
                let sine = || s.scaled(&c0).plus(&c.scaled(&s0));
                let cosine = || c.scaled(&c0).plus(&s.scaled(&s0));
                match f {
                    Sinh => Ok(sine()),
                    Cosh => Ok(cosine()),
                    Tanh => self.quotient(sine(), cosine()),
                    Coth => self.quotient(cosine(), sine()),
                    Sech => self.reciprocal(cosine()),
                    _ => self.reciprocal(sine()),
                }
            }
            Asec | Acsc | Acot | Asech | Acsch | Acoth => {
                let inverse = match f {
                    Asec => Acos,
                    Acsc => Asin,
                    Acot => Atan,
                    Asech => Acosh,
                    Acsch => Asinh,
                    _ => Atanh,
                };
                let v = self.reciprocal(u)?;
                self.apply(inverse, &apply(inverse, &argument.recip()), &argument.recip(), v)
            }
            Atan => match self.parts(&mut u)? {
                Some(parts) => self.by_rule(f, e, parts, &u),
                None => {
                    let quarter = Expr::constant(Constant::Pi) * Expr::number(Rational::HALF);
                    let quarter = if self.leading_sign(u.clone())?.is_lt() { -quarter } else { quarter };
                    self.one_sided.set(true);
                    let inverse = self.reciprocal(u)?;
                    let near = self.apply(Atan, e, argument, inverse)?;
                    Ok(Series::constant(quarter).minus(&near))
                }
            },
            Asinh | Acosh => match self.parts(&mut u)? {
                Some(parts) => self.by_rule(f, e, parts, &u),
                None => {
                    // log(|u| + sqrt(u² ± 1)), with the sign of u
                    let negative = self.leading_sign(u.clone())?.is_lt();
                    let positive = if negative { u.negated() } else { u };
                    if negative && f == Acosh {
                        return Err(Stop::Undefined);
                    }
                    let shift = Expr::integer(if f == Asinh { 1 } else { -1 });
                    let square = positive.times(&positive, &self.keep).plus(&Series::constant(shift));
                    let root = self.to_the(square, &Expr::number(Rational::HALF))?;
                    let log = self.apply(Log, e, argument, root.plus(&positive))?;
                    Ok(if negative { log.negated() } else { log })
                }
            },
            Atanh => {
                // log((1 + u)/(1 - u))/2, which holds at ±1 too.
                let quotient = self.quotient(one().plus(&u), one().minus(&u))?;
                Ok(self.apply(Log, e, argument, quotient)?.scaled(&Expr::number(Rational::HALF)))
            }
            Asin | Acos | Erf => {
                let parts = self.bounded(e, &mut u)?;
                self.by_rule(f, e, parts, &u)
            }
            Cbrt => {
                let third = Expr::number(Rational::ratio(1, 3).expect("3 is not 0"));
                let sign = self.leading_sign(u.clone())?;
                match sign {
                    Ordering::Less => Ok(self.to_the(u.negated(), &third)?.negated()),
                    Ordering::Equal => Ok(Series::zero()),
                    Ordering::Greater => self.to_the(u, &third),
                }
            }
            Abs | Relu => match self.leading_sign(u.clone())? {
                Ordering::Less if f == Abs => Ok(u.negated()),
                Ordering::Greater => Ok(u),
                _ => Ok(Series::zero()),
            },
            Sign | Step => {
                let sign = self.leading_sign(u)?;
                let value = if f == Step { i64::from(sign.is_gt()) } else { sign as i64 };
                Ok(Series::constant(Expr::integer(value)))
            }
            Floor | Ceil => {
                let Parts { at, rest } = self.bounded(e, &mut u)?;
                if !at.as_number().is_some_and(Rational::is_integer) {
                    return Ok(Series::constant(self.decide.plain().rounded(f, &at)?));
                }
                let step = match (self.leading_sign(rest)?, f) {
                    (Ordering::Less, Floor) => -1,
                    (Ordering::Greater, Ceil) => 1,
                    _ => 0,
                };
                Ok(Series::constant(at + Expr::integer(step)))
            }
            Sigmoid => {
                let growing = self.apply(Exp, e, argument, u.negated())?;
                self.reciprocal(one().plus(&growing))
            }
            Softplus => {
                let growing = self.apply(Exp, e, argument, u)?;
                self.apply(Log, e, argument, one().plus(&growing))
            }
            Gamma | Lgamma | Digamma => self.gamma(f, e, u),
        }
    }

    /// `f(u) = f(u_0) + ∫ f'(u) du`, by the row of the table of derivatives.
    fn by_rule(&self, f: Func, e: &Expr, Parts { at, .. }: Parts, u: &Series) -> Answer {
        let value = apply(f, &at);
        if value.is_undefined() {
            return Err(Stop::Undefined);
        }
        let inside = Symbol::new("\u{2022}u");
        let rule = (OuterRule::of(f).outer)(&Expr::var(inside.clone()));
        let slope = self.with(&rule, &HashMap::from([(inside, u.clone())]))?;
        let product = slope.times(&u.euler(), &self.keep);
        if product.terms.iter().any(|(a, _)| !a.is_positive()) {
            return Err(Stop::Essential(e.clone()));
        }
        let integral = product.map(|a, c| (a.clone(), c / a.exact()));
        Ok(integral.plus(&Series::constant(value)))
    }

    /// `Σ f⁽ᵏ⁾(u_0)/k! w^k`.
    fn composed(&self, f: Func, Parts { at, rest }: Parts) -> Answer {
        let x = Symbol::new("\u{2022}u");
        let mut derivative = apply(f, &Expr::var(x.clone()));
        let mut total = Series::zero();
        let mut power = Series::constant(Expr::one());
        let mut factorial = Rational::ONE;
        for k in 0..MAX_DERIVATIVES {
            if k > 0 {
                derivative = calculus::derivative(&derivative, &x);
                power = power.times(&rest, &self.keep);
                factorial = &factorial * &Rational::integer(k as i64);
            }
            let value = derivative.replace(&x, &at);
            if value.is_undefined() {
                return Err(Stop::Undefined);
            }
            let inverse = Expr::number(factorial.recip().expect("a factorial is not 0"));
            total = total.plus(&power.scaled(&(value * inverse)));
            if power.terms.first().is_none_or(|(first, _)| *first >= self.keep) {
                return Ok(if power.terms.is_empty() { total } else { total.below(Some(self.keep.clone())) });
            }
        }
        Err(Stop::Budget)
    }

    /// The gamma function and what comes of it; at a pole by `Γ(u) = Γ(u + n + 1)/(u (u + 1) … (u + n))`.
    fn gamma(&self, f: Func, e: &Expr, mut u: Series) -> Answer {
        let parts = self.bounded(e, &mut u)?;
        let pole = parts.at.as_number().filter(|n| n.is_integer() && !n.is_positive());
        let Some(n) = pole.and_then(Rational::to_i64) else { return self.composed(f, parts) };
        let steps = 1 - n;
        if steps > 20 {
            return Err(Stop::Budget);
        }
        let at = |k: i64| u.plus(&Series::constant(Expr::integer(k)));
        let beyond = {
            let mut moved = at(steps);
            let parts = self.bounded(e, &mut moved)?;
            self.composed(f, parts)?
        };
        match f {
            Func::Digamma => {
                let mut total = beyond;
                for k in 0..steps {
                    total = total.minus(&self.reciprocal(at(k))?);
                }
                Ok(total)
            }
            _ => {
                let mut below = Series::constant(Expr::one());
                for k in 0..steps {
                    below = below.times(&at(k), &self.keep);
                }
                if f == Func::Gamma {
                    return self.quotient(beyond, below);
                }
                let size = if self.leading_sign(below.clone())?.is_lt() { below.negated() } else { below };
                Ok(beyond.minus(&self.apply(Func::Log, e, e, size)?))
            }
        }
    }

    fn apply2(&self, f: Func2, e: &Expr, a: Series, b: Series) -> Answer {
        let difference = || self.leading_sign(a.minus(&b));
        let truth = |holds: bool| Ok(Series::constant(Expr::integer(i64::from(holds))));
        match f {
            Func2::Max => Ok(if difference()?.is_lt() { b } else { a }),
            Func2::Min => Ok(if difference()?.is_gt() { b } else { a }),
            Func2::Less => truth(difference()?.is_lt()),
            Func2::LessEqual => truth(difference()?.is_le()),
            Func2::Equal => truth(difference()?.is_eq()),
            Func2::NotEqual => truth(difference()?.is_ne()),
            Func2::And => truth(self.leading_sign(a)?.is_ne() && self.leading_sign(b)?.is_ne()),
            Func2::Or => truth(self.leading_sign(a)?.is_ne() || self.leading_sign(b)?.is_ne()),
            Func2::Mod => {
                let quotient = self.quotient(a.clone(), b.clone())?;
                let floor = self.apply(Func::Floor, e, e, quotient)?;
                Ok(a.minus(&b.times(&floor, &self.keep)))
            }
            Func2::Atan2 => self.angle(e, a, b),
            Func2::Polygamma => {
                let Node::Apply2(_, order, _) = e.node() else { return Err(Stop::Undefined) };
                let mut b = b;
                let Parts { at, rest } = self.bounded(e, &mut b)?;
                let (mut total, mut power) = (Series::zero(), Series::constant(Expr::one()));
                let mut factorial = Rational::ONE;
                for k in 0..MAX_DERIVATIVES as i64 {
                    if k > 0 {
                        power = power.times(&rest, &self.keep);
                        factorial = &factorial * &Rational::integer(k);
                    }
                    let value = apply2(f, &(order + Expr::integer(k)), &at);
                    let inverse = Expr::number(factorial.recip().expect("a factorial is not 0"));
                    total = total.plus(&power.scaled(&(value * inverse)));
                    if power.terms.first().is_none_or(|(first, _)| *first >= self.keep) {
                        return Ok(if power.terms.is_empty() {
                            total
                        } else {
                            total.below(Some(self.keep.clone()))
                        });
                    }
                }
                Err(Stop::Budget)
            }
        }
    }

    /// The angle of the point `(x, y)`.
    fn angle(&self, e: &Expr, y: Series, x: Series) -> Answer {
        let pi = || Series::constant(Expr::constant(Constant::Pi));
        let (sx, sy) = (self.leading_sign(x.clone())?, self.leading_sign(y.clone())?);
        let atan = |above: &Series, below: &Series| {
            let quotient = self.quotient(above.clone(), below.clone())?;
            self.apply(Func::Atan, e, e, quotient)
        };
        match (sx, sy) {
            (Ordering::Greater, _) => atan(&y, &x),
            (Ordering::Less, Ordering::Less) => Ok(atan(&y, &x)?.minus(&pi())),
            (Ordering::Less, _) => Ok(atan(&y, &x)?.plus(&pi())),
            (Ordering::Equal, Ordering::Equal) => Err(Stop::Undefined),
            (Ordering::Equal, sign) => {
                let quarter = pi().scaled(&Expr::number(Rational::HALF));
                Ok(if sign.is_lt() { quarter.negated() } else { quarter })
            }
        }
    }
}
