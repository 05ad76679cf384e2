//! Polynomials over kernels with Gaussian rational coefficients: the normal form in which equality is proven.
//!
//! A monomial is `Π kernelⁿ · exp(re + i im)`: sines and cosines become exponentials, so that every identity of
//! trigonometry and of the hyperbolic functions is a cancellation of coefficients.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};

use crate::expr::{Expr, HashBuild, Rational, sum};

/// `re + i im`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gauss {
    pub(super) re: Rational,
    pub(super) im: Rational,
}

impl Gauss {
    pub(super) fn real(re: Rational) -> Gauss {
        Gauss { re, im: Rational::ZERO }
    }
    pub(super) fn is_zero(&self) -> bool {
        self.re.is_zero() && self.im.is_zero()
    }
    pub(super) fn add(&self, o: &Gauss) -> Gauss {
        Gauss { re: &self.re + &o.re, im: &self.im + &o.im }
    }
    pub(super) fn mul(&self, o: &Gauss) -> Gauss {
        if self.im.is_zero() && o.im.is_zero() {
            return Gauss::real(&self.re * &o.re);
        }
        Gauss { re: &(&self.re * &o.re) - &(&self.im * &o.im), im: &(&self.re * &o.im) + &(&self.im * &o.re) }
    }
    pub(super) fn recip(&self) -> Option<Gauss> {
        let norm = (&(&self.re * &self.re) + &(&self.im * &self.im)).recip()?;
        Some(Gauss { re: &self.re * &norm, im: &(-&self.im) * &norm })
    }
}

/// Index of a kernel in the table of the proof.
pub(super) type Kernel = u32;

/// `Π kernelⁿ · exp(re + i im)`; powers in order of kernel, none 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Monomial {
    pub(super) powers: Vec<(Kernel, i64)>,
    pub(super) re: Expr,
    pub(super) im: Expr,
}

impl Hash for Monomial {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for (k, n) in &self.powers {
            state.write_u64((u64::from(*k) << 32) ^ (*n as u64));
        }
        state.write_u64(self.re.stable_hash());
        state.write_u64(self.im.stable_hash());
    }
}

impl Monomial {
    pub(super) fn one() -> Monomial {
        Monomial { powers: Vec::new(), re: Expr::zero(), im: Expr::zero() }
    }

    pub(super) fn is_one(&self) -> bool {
        self.powers.is_empty() && self.re.is_zero() && self.im.is_zero()
    }

    pub(super) fn mul(&self, o: &Monomial) -> Monomial {
        let mut powers = Vec::with_capacity(self.powers.len() + o.powers.len());
        let (mut i, mut j) = (0, 0);
        while i < self.powers.len() || j < o.powers.len() {
            match (self.powers.get(i), o.powers.get(j)) {
                (Some(&(a, n)), Some(&(b, m))) if a == b => {
                    if n + m != 0 {
                        powers.push((a, n + m));
                    }
                    i += 1;
                    j += 1;
                }
                (Some(&(a, n)), other) if other.is_none_or(|&(b, _)| a < b) => {
                    powers.push((a, n));
                    i += 1;
                }
                (_, Some(&p)) => {
                    powers.push(p);
                    j += 1;
                }
                (_, None) => unreachable!("one of both has a factor left"),
            }
        }
        Monomial { powers, re: add(&self.re, &o.re), im: add(&self.im, &o.im) }
    }

    /// Its power; `None` for absurdly large ones.
    pub(super) fn pow(&self, n: i64) -> Option<Monomial> {
        let powers: Option<Vec<_>> = self.powers.iter().map(|&(k, m)| Some((k, m.checked_mul(n)?))).collect();
        let times = |e: &Expr| sum([(Rational::integer(n), e.clone())]);
        Some(Monomial { powers: powers?, re: flat(&times(&self.re)), im: flat(&times(&self.im)) })
    }
}

fn add(a: &Expr, b: &Expr) -> Expr {
    if a.is_zero() {
        b.clone()
    } else if b.is_zero() {
        a.clone()
    } else {
        flat(&sum([(Rational::ONE, a.clone()), (Rational::ONE, b.clone())]))
    }
}

/// A lone `c · (a + b)` multiplied out, so that exponents have one form.
pub(super) fn flat(e: &Expr) -> Expr {
    let (c, rest) = e.split_coefficient();
    match rest.node() {
        crate::expr::Node::Sum(s) if !c.is_one() => {
            let constant = (&c * &s.constant, Expr::one());
            sum(std::iter::once(constant)
                .chain(s.terms.iter().map(|t| (&c * &t.coefficient, t.expr.clone()))))
        }
        _ => e.clone(),
    }
}

/// A polynomial; no coefficient is 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Poly {
    pub(super) terms: HashMap<Monomial, Gauss, HashBuild>,
}

impl Poly {
    pub(super) fn zero() -> Poly {
        Poly::default()
    }

    pub(super) fn term(c: Gauss, m: Monomial) -> Poly {
        let mut p = Poly::zero();
        p.add_term(m, c);
        p
    }

    pub(super) fn number(n: Rational) -> Poly {
        Poly::term(Gauss::real(n), Monomial::one())
    }

    pub(super) fn is_zero(&self) -> bool {
        self.terms.is_empty()
    }

    pub(super) fn as_term(&self) -> Option<(&Monomial, &Gauss)> {
        if self.terms.len() == 1 { self.terms.iter().next() } else { None }
    }

    /// The number it is, if it is one.
    pub(super) fn as_number(&self) -> Option<Gauss> {
        if self.is_zero() {
            return Some(Gauss::real(Rational::ZERO));
        }
        self.as_term().filter(|(m, _)| m.is_one()).map(|(_, c)| c.clone())
    }

    pub(super) fn add_term(&mut self, m: Monomial, c: Gauss) {
        if c.is_zero() {
            return;
        }
        match self.terms.entry(m) {
            std::collections::hash_map::Entry::Occupied(mut old) => {
                let total = old.get().add(&c);
                if total.is_zero() {
                    old.remove();
                } else {
                    *old.get_mut() = total;
                }
            }
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(c);
            }
        }
    }

    pub(super) fn add(&mut self, o: &Poly, c: &Gauss) {
        for (m, d) in &o.terms {
            self.add_term(m.clone(), d.mul(c));
        }
    }

    pub(super) fn scaled(&self, c: &Gauss) -> Poly {
        let mut p = Poly::zero();
        p.add(self, c);
        p
    }

    /// Terms in an order that depends on nothing but the polynomial.
    pub(super) fn sorted(&self) -> Vec<(&Monomial, &Gauss)> {
        let mut terms: Vec<_> = self.terms.iter().collect();
        terms.sort_by(|(a, _), (b, _)| {
            (&a.powers, a.re.stable_hash(), a.im.stable_hash()).cmp(&(
                &b.powers,
                b.re.stable_hash(),
                b.im.stable_hash(),
            ))
        });
        terms
    }
}

impl Poly {
    /// The quotient when `g` divides it without remainder, both being polynomials in kernels alone; in at most so many
    /// steps.
    pub(super) fn divided_by(&self, g: &Poly, max_steps: usize) -> Option<Poly> {
        let plain = |p: &Poly| p.terms.keys().all(|m| m.re.is_zero() && m.im.is_zero());
        if !plain(self) || !plain(g) || g.is_zero() {
            return None;
        }
        let mut kernels: Vec<Kernel> =
            self.terms.keys().chain(g.terms.keys()).flat_map(|m| m.powers.iter().map(|p| p.0)).collect();
        kernels.sort_unstable();
        kernels.dedup();
        let exponents = |m: &Monomial| -> Vec<i64> {
            kernels.iter().map(|k| m.powers.iter().find(|p| p.0 == *k).map_or(0, |p| p.1)).collect()
        };
        let lowest = |p: &Poly| -> Vec<i64> {
            let all: Vec<Vec<i64>> = p.terms.keys().map(&exponents).collect();
            (0..kernels.len()).map(|j| all.iter().map(|e| e[j]).min().unwrap_or(0)).collect()
        };
        // Both brought to exponents from 0 up; the quotient is shifted back.
        let (low, low_g) = (lowest(self), lowest(g));
        let dense = |p: &Poly, low: &[i64]| -> std::collections::BTreeMap<Vec<i64>, Gauss> {
            let shifted = |m: &Monomial| exponents(m).iter().zip(low).map(|(e, l)| e - l).collect();
            p.terms.iter().map(|(m, c)| (shifted(m), c.clone())).collect()
        };
        let (mut rest, divisor) = (dense(self, &low), dense(g, &low_g));
        let (lead, lead_c) = divisor.last_key_value()?;
        let inverse = lead_c.recip()?;
        let mut quotient = Poly::zero();
        for _ in 0..max_steps {
            let Some((top, c)) = rest.last_key_value() else { return Some(quotient) };
            let difference: Vec<i64> = top.iter().zip(lead).map(|(a, b)| a - b).collect();
            if difference.iter().any(|d| *d < 0) {
                return None;
            }
            let c = c.mul(&inverse);
            for (e, d) in &divisor {
                let place: Vec<i64> = e.iter().zip(&difference).map(|(a, b)| a + b).collect();
                let take = Gauss { re: -&c.re, im: -&c.im }.mul(d);
                let total = rest.get(&place).map_or(take.clone(), |old| old.add(&take));
                if total.is_zero() {
                    rest.remove(&place);
                } else {
                    rest.insert(place, total);
                }
            }
            let powers = kernels.iter().enumerate().map(|(j, k)| (*k, difference[j] + low[j] - low_g[j]));
            let powers = powers.filter(|p| p.1 != 0).collect();
            quotient.add_term(Monomial { powers, ..Monomial::one() }, c);
        }
        None
    }
}
