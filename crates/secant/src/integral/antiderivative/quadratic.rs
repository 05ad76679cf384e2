//! Rational functions of `x` and the square root of a quadratic: Hermite's reduction beside the root, then the table of
//! what is left.

use super::algebra::{free, is_zero, norm, ratio};
use super::factor::factor;
use super::pair::{Pair, Ring};
use super::polynomial::{Fraction, Poly, mul};
use super::radical::roots;
use super::rational;
use super::search::{Found, Search};
use crate::equality;
use crate::expr::{Expr, Func, Node, Rational, Symbol, apply};

pub(super) fn integrate(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Found> {
    let list = roots(e, x);
    let [(base, 2)] = &list[..] else { return None };
    let q = Poly::of(base, x).filter(|q| q.degree() == 2)?;
    let leaf = |p: &Expr| match p.node() {
        _ if free(p, x) => Some(Pair::plain(p.clone())),
        Node::Power(b, n) if b == base => {
            // base^(k/2) for an odd k
            let whole = n.as_number()?.floor();
            Some(Pair { a: Expr::zero(), b: crate::expr::power(base, &Expr::number(whole)) })
                .filter(|_| !n.as_number().is_some_and(Rational::is_integer))
        }
        _ => None,
    };
    if !search.afford(e, 4) {
        return None;
    }
    let ring = Ring { square: base.clone(), leaf: &leaf };
    let Pair { a, b } = ring.read(e)?;
    let (a, b) = (Fraction::of(&a, x)?.lowest(), Fraction::of(&b, x)?.lowest());
    let plain = if a.above.is_zero() {
        Expr::zero()
    } else {
        search.integrate(&a.to_expr(&Expr::var(x.clone())), x)?
    };
    let r = Fraction { above: b.above.times(&q), below: b.below }.lowest();
    let mut work = Root { search, x, q, s: base.sqrt() };
    let beside = work.fraction(&r)?;
    Some(Found::new(plain + beside))
}

struct Root<'a, 'b> {
    search: &'a mut Search<'b>,
    x: &'a Symbol,
    q: Poly,
    s: Expr,
}

impl Root<'_, '_> {
    /// `∫ r/s dx`.
    fn fraction(&mut self, r: &Fraction) -> Option<Expr> {
        let (mut whole, rest) = r.above.divide(&r.below);
        let mut total = Vec::new();
        let mut factors = Vec::new();
        for (f, n) in r.below.square_free() {
            // What the factor shares with the quadratic is kept apart.
            let shared = f.gcd(&self.q);
            let other = f.divide(&shared).0;
            for part in [shared, other] {
                if part.degree() > 0 {
                    factors.extend(factor(&part.monic(), self.search.facts()).into_iter().map(|g| (g, n)));
                }
            }
        }
        for (f, n) in &factors {
            let own = f.pow(*n)?;
            let others = r.below.divide(&own).0;
            let share = rest.times(&others.divide(&own).1.inverse(&own)?).divide(&own).1;
            let (front, left, more) = self.reduce(share, f, *n)?;
            total.push(front);
            whole = whole.plus(&more);
            if !left.is_zero() {
                total.push(self.simple(&left, f)?);
            }
        }
        total.push(self.polynomial(whole)?);
        Some(total.into_iter().sum())
    }

    fn var(&self) -> Expr {
        Expr::var(self.x.clone())
    }

    /// `share/(fⁿ s)`: a front term, what is left over `f s`, and a polynomial over `s`.
    fn reduce(&mut self, share: Poly, f: &Poly, n: usize) -> Option<(Expr, Poly, Poly)> {
        let var = self.var();
        let below = equality::simplify(&f.to_expr(&var), 500);
        let half = ratio(1, 2);
        let mut rest = share;
        let mut front = Vec::new();
        if self.q.divide(f).1.is_zero() {
            // f divides the quadratic q = f g: (s u/fᵏ)' = (g u' f + u f g'/2 + (1/2 - k) u g f')/(fᵏ s)
            let g = self.q.divide(f).0;
            let slope = g.times(&f.derivative());
            let inverse = slope.inverse(f)?;
            for k in (1..=n).rev() {
                let by = norm(&(&half - Expr::integer(k as i64)));
                let u = rest.times(&inverse).divide(f).1.scaled(&norm(&by.recip()));
                let taken = g
                    .times(&u.derivative())
                    .times(f)
                    .plus(&u.times(f).times(&g.derivative()).scaled(&half))
                    .plus(&u.times(&slope).scaled(&by));
                let (next, left) = rest.minus(&taken).divide(f);
                left.is_zero().then_some(())?;
                front.push(u.to_expr(&var) * &self.s * below.powi(-(k as i64)));
                rest = next;
            }
            return Some((front.into_iter().sum(), Poly::zero(), rest));
        }
        // (s u/fᵏ⁻¹)' = (q u' f + u q' f/2 - (k - 1) u q f')/(fᵏ s)
        let slope = self.q.times(&f.derivative());
        let inverse = slope.inverse(f)?;
        for k in (2..=n).rev() {
            let by = Expr::integer(k as i64 - 1);
            let u = rest.times(&inverse).divide(f).1.scaled(&norm(&-by.recip()));
            let taken = self
                .q
                .times(&u.derivative())
                .times(f)
                .plus(&u.times(&self.q.derivative()).times(f).scaled(&half))
                .minus(&u.times(&slope).scaled(&by));
            let (next, left) = rest.minus(&taken).divide(f);
            left.is_zero().then_some(())?;
            front.push(u.to_expr(&var) * &self.s * below.powi(1 - k as i64));
            rest = next;
        }
        let (more, left) = rest.divide(f);
        Some((front.into_iter().sum(), left, more))
    }

    /// `∫ p/s dx`.
    fn polynomial(&mut self, p: Poly) -> Option<Expr> {
        let (var, half) = (self.var(), ratio(1, 2));
        let mut left = p;
        let mut front = Poly::zero();
        while left.degree() >= 1 {
            // (xᵐ s)' = (m xᵐ⁻¹ q + xᵐ q'/2)/s
            let m = left.degree() - 1;
            let c = norm(&(left.leading() / (self.q.leading() * Expr::integer(m as i64 + 1))));
            let mut term = vec![Expr::zero(); m + 1];
            term[m] = c;
            let term = Poly::new(term);
            let taken =
                term.derivative().times(&self.q).plus(&term.times(&self.q.derivative()).scaled(&half));
            left = left.minus(&taken);
            front = front.plus(&term);
        }
        let first = front.to_expr(&var) * &self.s;
        let k = left.coefficient(0);
        Some(if is_zero(&k) { first } else { first + k * self.reciprocal()? })
    }

    /// `∫ 1/s dx`.
    fn reciprocal(&mut self) -> Option<Expr> {
        let var = self.var();
        let (a, b, c) = (self.q.coefficient(2), self.q.coefficient(1), self.q.coefficient(0));
        let slope = Expr::integer(2) * &a * &var + &b;
        let d = tidy(norm(&(b.powi(2) - Expr::integer(4) * &a * &c)));
        if self.search.sign_or_suppose(&a)? > 0 {
            let root = self.search.root(&a);
            return Some(if d.as_number().is_some_and(Rational::is_negative) {
                let size = self.search.root(&tidy(-d));
                apply(Func::Asinh, &tidy(slope / size)) / root
            } else {
                tidy(slope + Expr::integer(2) * &root * &self.s).abs().log() / root
            });
        }
        match self.search.sign(&d) {
            Some(1) => {}
            Some(_) => return None,
            // Otherwise the root would be real nowhere.
            None => self.search.suppose(&d),
        }
        let (root, size) = (self.search.root(&norm(&-&a)), self.search.root(&d));
        // The two roots need not be positive, but of one sign.
        let size = if norm(&(&size / &root)).as_number().is_some_and(Rational::is_positive) {
            size
        } else {
            return Some(tidy(-slope / size.abs()).asin() / root.abs());
        };
        Some(tidy(-slope / size).asin() / root)
    }

    /// `∫ a/(f s) dx` with `f` linear or quadratic and no factor of the quadratic.
    fn simple(&mut self, a: &Poly, f: &Poly) -> Option<Expr> {
        match f.degree() {
            1 => Some(a.coefficient(0) * self.pole(&norm(&-f.coefficient(0)))?),
            2 => self.quadratic(a, f),
            _ => None,
        }
    }

    /// `∫ 1/((x - r) s) dx`.
    fn pole(&mut self, r: &Expr) -> Option<Expr> {
        let t = self.var() - r;
        let (b, c) = (self.q.derivative().at(r), tidy(self.q.at(r)));
        let two = Expr::integer(2);
        Some(if self.search.sign_or_suppose(&c)? > 0 {
            let root = self.search.root(&c);
            let above =
                if is_zero(&b) { &root + &self.s } else { &two * &c + &b * &t + two * &root * &self.s };
            -((above / t).abs().log()) / root
        } else {
            let root = self.search.root(&norm(&-&c));
            let inside =
                if is_zero(&b) { &self.s / &root } else { (&two * &c + &b * &t) / (two * &root * &self.s) };
            inside.atan() / root
        })
    }

    /// `∫ (a₁ x + a₀)/(f s) dx`, with `f` and the quadratic even about the same point; or `f` with real roots.
    fn quadratic(&mut self, a: &Poly, f: &Poly) -> Option<Expr> {
        let half = ratio(1, 2);
        let centre = mul(&-&half, &f.coefficient(1));
        let slope = self.q.derivative().at(&centre);
        if !is_zero(&slope) {
            let d = tidy(norm(&(f.coefficient(1).powi(2) - Expr::integer(4) * f.coefficient(0))));
            if self.search.sign(&d)? < 0 {
                return None;
            }
            let root = self.search.root(&d);
            let (r, t) = (&half * (&root - f.coefficient(1)), &half * (-&root - f.coefficient(1)));
            // (a₁ x + a₀)/((x - r)(x - t)) = A/(x - r) + B/(x - t)
            let (at_r, at_t) = (norm(&(a.at(&r) / &root)), norm(&(-a.at(&t) / &root)));
            return Some(at_r * self.pole(&norm(&r))? + at_t * self.pole(&norm(&t))?);
        }
        // About the centre: f = t² + m, q = A t² + C.
        let t = self.var() - &centre;
        let (m, lead, c) = (f.at(&centre), self.q.coefficient(2), self.q.at(&centre));
        let (a1, a0) = (a.coefficient(1), norm(&a.at(&centre)));
        let name = self.search.fresh(&(&self.s + &m), self.x);
        let w = Expr::var(name.clone());
        let mut total = Vec::new();
        if !is_zero(&a1) {
            // s ds = A t dt: ∫ t dt/((t² + m) s) = ∫ ds/(s² - C + A m)
            let inside = (w.powi(2) + norm(&(&lead * &m - &c))).recip();
            total.push(a1 * rational::integrate(self.search, &inside, &name)?.replace(&name, &self.s));
        }
        if !is_zero(&a0) {
            // w = t/s: ∫ dt/((t² + m) s) = ∫ dw/((C - A m) w² + m)
            let inside = (norm(&(&c - &lead * &m)) * w.powi(2) + &m).recip();
            total.push(a0 * rational::integrate(self.search, &inside, &name)?.replace(&name, &(t / &self.s)));
        }
        Some(total.into_iter().sum())
    }
}

fn tidy(e: Expr) -> Expr {
    equality::simplify(&e, 1000)
}
