//! Polynomials of one variable with rational coefficients: exact, small, and enough to know their real roots.
//!
//! Not here: polynomials in several variables and proofs (`secant::equality`).
//! Invariant: degree and digits are bounded; what would pass the bounds is `None`.
//! Start reading at [`Polynomial`] and [`Fraction`].

use std::cmp::Ordering;

use secant::expr::{Expr, Node, Rational, Symbol};

/// Highest degree.
const MAX_DEGREE: usize = 40;
/// Most binary digits of a coefficient.
const MAX_BITS: u64 = 3_000;
/// Highest degree of which roots are looked for.
const MAX_SOLVED: usize = 10;
/// Steps by which a root is narrowed down.
const NARROWINGS: usize = 60;

/// Coefficients from the lowest power up; the last one is not 0.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Polynomial(Vec<Rational>);

/// A quotient of two polynomials; the lower one is not 0.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fraction {
    pub(super) above: Polynomial,
    pub(super) below: Polynomial,
}

/// An interval with rational ends that holds one root and no more; both ends are the root where it is rational.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Root {
    pub(super) low: Rational,
    pub(super) high: Rational,
}

impl Polynomial {
    pub(super) fn new(mut coefficients: Vec<Rational>) -> Option<Polynomial> {
        while coefficients.last().is_some_and(Rational::is_zero) {
            coefficients.pop();
        }
        let good = coefficients.len() <= MAX_DEGREE + 1 && coefficients.iter().all(|c| c.bits() <= MAX_BITS);
        good.then_some(Polynomial(coefficients))
    }

    fn constant(c: Rational) -> Polynomial {
        Polynomial(if c.is_zero() { Vec::new() } else { vec![c] })
    }

    fn one() -> Polynomial {
        Polynomial::constant(Rational::ONE)
    }

    pub(super) fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    /// 0 also of the polynomial that is 0.
    pub(super) fn degree(&self) -> usize {
        self.0.len().saturating_sub(1)
    }

    pub(super) fn coefficients(&self) -> &[Rational] {
        &self.0
    }

    fn lead(&self) -> Rational {
        self.0.last().cloned().unwrap_or(Rational::ZERO)
    }

    fn add(&self, other: &Polynomial, factor: &Rational) -> Option<Polynomial> {
        let n = self.0.len().max(other.0.len());
        let part = |p: &Polynomial, k: usize| p.0.get(k).cloned().unwrap_or(Rational::ZERO);
        Polynomial::new((0..n).map(|k| &part(self, k) + &(&part(other, k) * factor)).collect())
    }

    pub(super) fn times(&self, other: &Polynomial) -> Option<Polynomial> {
        if self.is_zero() || other.is_zero() {
            return Some(Polynomial(Vec::new()));
        }
        if self.degree() + other.degree() > MAX_DEGREE {
            return None;
        }
        let mut out = vec![Rational::ZERO; self.0.len() + other.0.len() - 1];
        for (i, a) in self.0.iter().enumerate() {
            for (j, b) in other.0.iter().enumerate() {
                out[i + j] = &out[i + j] + &(a * b);
            }
        }
        Polynomial::new(out)
    }

    fn power(&self, n: usize) -> Option<Polynomial> {
        if n > MAX_DEGREE {
            return None;
        }
        (0..n).try_fold(Polynomial::one(), |p, _| p.times(self))
    }

    /// Quotient and remainder; `None` also where `other` is 0.
    pub(super) fn divide(&self, other: &Polynomial) -> Option<(Polynomial, Polynomial)> {
        let inverse = other.lead().recip()?;
        let mut rest = self.0.clone();
        let mut quotient = vec![Rational::ZERO; self.0.len().saturating_sub(other.0.len()) + 1];
        while rest.len() >= other.0.len() {
            let shift = rest.len() - other.0.len();
            let factor = rest.last()? * &inverse;
            for (k, c) in other.0.iter().enumerate() {
                rest[shift + k] = &rest[shift + k] - &(&factor * c);
            }
            quotient[shift] = factor;
            rest.pop();
            if rest.iter().any(|c| c.bits() > MAX_BITS) {
                return None;
            }
        }
        Some((Polynomial::new(quotient)?, Polynomial::new(rest)?))
    }

    /// With 1 as its first coefficient.
    fn monic(&self) -> Option<Polynomial> {
        match self.lead().recip() {
            Some(inverse) => Polynomial::new(self.0.iter().map(|c| c * &inverse).collect()),
            None => Some(self.clone()),
        }
    }

    /// The greatest common divisor, with 1 in front; 0 of two that are 0.
    pub(super) fn gcd(&self, other: &Polynomial) -> Option<Polynomial> {
        let (mut a, mut b) = (self.monic()?, other.monic()?);
        while !b.is_zero() {
            let rest = a.divide(&b)?.1.monic()?;
            (a, b) = (b, rest);
        }
        Some(a)
    }

    pub(super) fn derivative(&self) -> Polynomial {
        let d = self.0.iter().enumerate().skip(1).map(|(k, c)| &Rational::integer(k as i64) * c);
        Polynomial(d.collect())
    }

    /// The same roots, each once.
    pub(super) fn squarefree(&self) -> Option<Polynomial> {
        let common = self.gcd(&self.derivative())?;
        if common.degree() == 0 { self.monic() } else { self.divide(&common)?.0.monic() }
    }

    pub(super) fn at(&self, x: &Rational) -> Rational {
        self.0.iter().rev().fold(Rational::ZERO, |sum, c| &(&sum * x) + c)
    }

    pub(super) fn sign_at(&self, x: &Rational) -> Ordering {
        self.at(x).cmp(&Rational::ZERO)
    }

    /// The real roots, from left to right; of 0 there are none that count.
    pub(super) fn roots(&self) -> Option<Vec<Root>> {
        if self.degree() == 0 {
            return Some(Vec::new());
        }
        if self.degree() > MAX_SOLVED {
            return None;
        }
        let p = self.squarefree()?;
        let chain = p.sturm()?;
        let bound = p.root_bound()?;
        let minus = &Rational::ZERO - &bound;
        let mut found = Vec::new();
        let mut open = vec![(minus.clone(), bound.clone(), changes(&chain, &minus), changes(&chain, &bound))];
        // Depth first, the left half first.
        let mut steps = 0;
        while let Some((low, high, left, right)) = open.pop() {
            steps += 1;
            if steps > 2_000 {
                return None;
            }
            // Roots in (low, high].
            match left.checked_sub(right)? {
                0 => {}
                1 => found.push(p.narrow(low, high)?),
                _ => {
                    let middle = &(&low + &high) * &Rational::HALF;
                    let between = changes(&chain, &middle);
                    open.push((middle.clone(), high, between, right));
                    open.push((low, middle, left, between));
                }
            }
        }
        Some(found)
    }

    /// All roots of a polynomial that begins with 1 are smaller (Fujiwara); a power of two.
    fn root_bound(&self) -> Option<Rational> {
        let n = self.degree();
        let part = |k: usize| self.0[n - k].to_f64().abs().powf(1.0 / k as f64);
        let size = (1..=n).map(part).fold(0.5, f64::max);
        let exponent = (2.001 * size).log2().ceil();
        (exponent < 60.0).then(|| Rational::integer(1_i64 << exponent as u32))
    }

    fn sturm(&self) -> Option<Vec<Polynomial>> {
        let mut chain = vec![self.clone(), self.derivative()];
        while !chain[chain.len() - 1].is_zero() {
            let n = chain.len();
            let rest = chain[n - 2].divide(&chain[n - 1])?.1;
            // Positive factors change no sign.
            let size = rest.lead().abs().recip().unwrap_or(Rational::ONE);
            let turned = rest.0.iter().map(|c| &Rational::ZERO - &(c * &size)).collect();
            chain.push(Polynomial::new(turned)?);
        }
        chain.pop();
        Some(chain)
    }

    /// The one root in `(low, high]`, narrowed down.
    fn narrow(&self, mut low: Rational, mut high: Rational) -> Option<Root> {
        if self.at(&high).is_zero() {
            return Some(Root { low: high.clone(), high });
        }
        let right = self.sign_at(&high);
        for _ in 0..NARROWINGS {
            let middle = &(&low + &high) * &Rational::HALF;
            match self.sign_at(&middle) {
                Ordering::Equal => return Some(Root { low: middle.clone(), high: middle }),
                side if side == right => high = middle,
                _ => low = middle,
            }
        }
        // A rational root has a denominator that divides the first coefficient of whole numbers.
        let whole = self.whole()?;
        let guess = &(&(&low + &high) * &Rational::HALF) * &whole.lead();
        let numerator = (&guess + &Rational::HALF).floor();
        let root = &numerator * &whole.lead().recip()?;
        if self.at(&root).is_zero() {
            return Some(Root { low: root.clone(), high: root });
        }
        Some(Root { low, high })
    }

    /// The multiple with whole coefficients without a common factor, the first one positive.
    pub(super) fn whole(&self) -> Option<Polynomial> {
        let mut factor = Rational::ONE;
        for c in &self.0 {
            let below = (c * &factor).denominator();
            factor = &factor * &Rational::from_big(below, Rational::ONE.numerator())?;
            if factor.bits() > MAX_BITS {
                return None;
            }
        }
        let whole: Vec<Rational> = self.0.iter().map(|c| c * &factor).collect();
        let common = whole.iter().fold(Rational::ZERO, |g, c| gcd(&g, c));
        let common = if self.lead().is_negative() { &Rational::ZERO - &common } else { common };
        let inverse = common.recip()?;
        Polynomial::new(whole.iter().map(|c| c * &inverse).collect())
    }

    /// Is it a product of polynomials of lower degree? `None` where that is not known.
    pub(super) fn is_reducible(&self) -> Option<bool> {
        let n = self.degree();
        if n < 2 {
            return Some(false);
        }
        if self.gcd(&self.derivative())?.degree() > 0 {
            return Some(true);
        }
        if n > 8 {
            return self.roots()?.iter().any(|r| r.low == r.high).then_some(true);
        }
        let whole = self.whole()?;
        let lead = whole.lead();
        let roots = whole.complex_roots()?;
        // A factor has some of the roots; its coefficients, times the first one, are whole numbers.
        for chosen in 1_u32..1 << n {
            let size = chosen.count_ones() as usize;
            if size == 0 || size > n / 2 {
                continue;
            }
            let mut factor = vec![(1.0, 0.0)];
            for (k, (re, im)) in roots.iter().enumerate() {
                if chosen & (1 << k) == 0 {
                    continue;
                }
                let mut next = vec![(0.0, 0.0); factor.len() + 1];
                for (j, (a, b)) in factor.iter().enumerate() {
                    next[j + 1].0 += a;
                    next[j + 1].1 += b;
                    next[j].0 -= a * re - b * im;
                    next[j].1 -= a * im + b * re;
                }
                factor = next;
            }
            let scale = lead.to_f64();
            if factor.iter().any(|(_, im)| (im * scale).abs() > 0.1) {
                continue;
            }
            let rounded: Option<Vec<Rational>> = factor
                .iter()
                .map(|(re, _)| {
                    let n = (re * scale).round();
                    (n.abs() < 9e15)
                        .then(|| &Rational::integer(n as i64) * &lead.recip().unwrap_or(Rational::ONE))
                })
                .collect();
            let divides = rounded
                .and_then(Polynomial::new)
                .filter(|f| f.degree() == size)
                .and_then(|f| whole.divide(&f))
                .is_some_and(|(_, rest)| rest.is_zero());
            if divides {
                return Some(true);
            }
        }
        Some(false)
    }

    /// All roots at once (Durand & Kerner), as far as doubles go.
    fn complex_roots(&self) -> Option<Vec<(f64, f64)>> {
        let n = self.degree();
        let p: Vec<f64> = self.monic()?.0.iter().map(Rational::to_f64).collect();
        if p.iter().any(|c| !c.is_finite()) {
            return None;
        }
        let size = p.iter().fold(1.0, |m: f64, c| m.max(c.abs()));
        let times = |a: (f64, f64), b: (f64, f64)| (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0);
        let radius = (1.0 + size).powf(1.0 / n as f64);
        let mut roots: Vec<(f64, f64)> = (0..n)
            .map(|k| {
                let angle = 0.4 + std::f64::consts::TAU * k as f64 / n as f64;
                (radius * angle.cos(), radius * angle.sin())
            })
            .collect();
        for _ in 0..300 {
            let mut moved = 0.0_f64;
            for k in 0..n {
                let z = roots[k];
                let value = p.iter().rev().fold((0.0, 0.0), |sum, c| {
                    let (re, im) = times(sum, z);
                    (re + c, im)
                });
                let below = (0..n)
                    .filter(|j| *j != k)
                    .fold((1.0, 0.0), |product, j| times(product, (z.0 - roots[j].0, z.1 - roots[j].1)));
                let norm = below.0 * below.0 + below.1 * below.1;
                if norm == 0.0 {
                    continue;
                }
                let step = times(value, (below.0 / norm, -below.1 / norm));
                roots[k] = (z.0 - step.0, z.1 - step.1);
                moved = moved.max(step.0.abs() + step.1.abs());
            }
            if moved < 1e-15 * radius {
                break;
            }
        }
        Some(roots)
    }
}

impl Fraction {
    fn number(c: Rational) -> Fraction {
        Fraction { above: Polynomial::constant(c), below: Polynomial::one() }
    }

    /// What an expression in `x` alone is, if it is a quotient of polynomials with rational coefficients.
    pub(super) fn of(e: &Expr, x: &Symbol) -> Option<Fraction> {
        Fraction::within(e, x, 40)
    }

    fn within(e: &Expr, x: &Symbol, depth: u32) -> Option<Fraction> {
        let depth = depth.checked_sub(1)?;
        match e.node() {
            Node::Number(n) => Some(Fraction::number(n.clone())),
            Node::Var(v) if v == x => Some(Fraction {
                above: Polynomial(vec![Rational::ZERO, Rational::ONE]),
                below: Polynomial::one(),
            }),
            Node::Sum(s) => s.terms.iter().try_fold(Fraction::number(s.constant.clone()), |sum, t| {
                let part = Fraction::within(&t.expr, x, depth)?;
                let above = part.above.times(&Polynomial::constant(t.coefficient.clone()))?;
                sum.plus(&Fraction { above, ..part })
            }),
            Node::Product(factors) => {
                factors.iter().try_fold(Fraction::number(Rational::ONE), |product, f| {
                    let part = Fraction::within(f, x, depth)?;
                    Some(Fraction {
                        above: product.above.times(&part.above)?,
                        below: product.below.times(&part.below)?,
                    })
                })
            }
            Node::Power(base, n) => {
                let n = n.as_number()?.to_i64()?;
                let base = Fraction::within(base, x, depth)?;
                let (above, below) = if n < 0 { (base.below, base.above) } else { (base.above, base.below) };
                let n = usize::try_from(n.unsigned_abs()).ok()?;
                let (above, below) = (above.power(n)?, below.power(n)?);
                (!below.is_zero()).then_some(Fraction { above, below })
            }
            _ => None,
        }
    }

    fn plus(&self, other: &Fraction) -> Option<Fraction> {
        if self.below == other.below {
            let above = self.above.add(&other.above, &Rational::ONE)?;
            return Some(Fraction { above, below: self.below.clone() });
        }
        let (a, b) = (self.above.times(&other.below)?, other.above.times(&self.below)?);
        Some(Fraction { above: a.add(&b, &Rational::ONE)?, below: self.below.times(&other.below)? })
    }
}

fn changes(chain: &[Polynomial], x: &Rational) -> usize {
    let signs: Vec<Ordering> = chain.iter().map(|p| p.sign_at(x)).filter(|s| *s != Ordering::Equal).collect();
    signs.windows(2).filter(|w| w[0] != w[1]).count()
}

fn gcd(a: &Rational, b: &Rational) -> Rational {
    let (mut a, mut b) = (a.abs(), b.abs());
    while let Some(inverse) = b.recip() {
        let rest = &a - &(&(&a * &inverse).floor() * &b);
        (a, b) = (b, rest);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    fn polynomial(text: &str) -> Polynomial {
        let e = secant::syntax::parse_expr(text).unwrap();
        let f = Fraction::of(&e, &Symbol::new("x")).unwrap();
        assert_eq!(f.below.degree(), 0, "{text}");
        f.above
    }

    #[track_caller]
    fn roots(text: &str, want: &[f64]) {
        let found = polynomial(text).roots().unwrap();
        let found: Vec<f64> =
            found.iter().map(|r| (&(&r.low + &r.high) * &Rational::HALF).to_f64()).collect();
        assert_eq!(found.len(), want.len(), "{text}: {found:?}");
        for (a, b) in found.iter().zip(want) {
            assert!((a - b).abs() < 1e-12 * (1.0 + b.abs()), "{text}: {found:?}");
        }
    }

    #[test]
    fn real_roots() {
        roots("x^2 - 2", &[-2f64.sqrt(), 2f64.sqrt()]);
        roots("x^2 + 1", &[]);
        roots("(x - 1)^3 (x + 2) (3 x - 1)", &[-2.0, 1.0 / 3.0, 1.0]);
        roots("x^3 - 2", &[2f64.cbrt()]);
        roots("1000000 x - 1", &[1e-6]);
        roots("x (x - 1) (x - 2) (x - 3) (x - 4)", &[0.0, 1.0, 2.0, 3.0, 4.0]);
        roots("5", &[]);
        assert!(polynomial("3 x - 1").roots().unwrap().iter().all(|r| r.low == r.high));
    }

    #[test]
    fn products_are_told_from_what_is_none() {
        let reducible = |text: &str| polynomial(text).is_reducible();
        for text in
            ["x^2 - 1", "x^2", "2 x^2 - 6 x + 4", "x^4 + 4", "x^4 - 5 x^2 + 6", "x^3 - 1", "6 x^2 - 5 x + 1"]
        {
            assert_eq!(reducible(text), Some(true), "{text}");
        }
        for text in ["x^2 + 1", "x^2 - 2", "2 x - 6", "x^2 + x + 1", "x^4 + 1", "x^3 - 2", "7"] {
            assert_eq!(reducible(text), Some(false), "{text}");
        }
    }
}
