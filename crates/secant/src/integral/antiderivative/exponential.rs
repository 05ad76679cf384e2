//! Rational functions times the exponential of a polynomial: what is elementary is found, what is not is known not to be;
//! the error function beside it.

use super::algebra::{factors, free, is_zero, norm, ratio};
use super::polynomial::{Fraction, Poly};
use super::search::{Found, Search};
use crate::equality;
use crate::expr::{Constant, Expr, Func, Node, Symbol, apply};

/// Higher degrees are left alone.
const MAX_DEGREE: usize = 40;

/// `R(x) exp(q(x))`: poles and powers are taken down one by one, as Hermite and Risch do.
pub(super) fn integrate(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Found> {
    let mut exponent = None;
    let mut beside = Vec::new();
    for f in factors(e) {
        match f.node() {
            Node::Apply(Func::Exp, u) if !free(u, x) => exponent = Some(u.clone()),
            _ => beside.push(f),
        }
    }
    let exponent = exponent?;
    let q = Poly::of(&exponent, x).filter(|q| q.degree() <= 6)?;
    let r = Fraction::of(&beside.into_iter().product(), x)?.lowest();
    if r.above.degree() + r.below.degree() > MAX_DEGREE {
        return None;
    }
    let (var, slope) = (Expr::var(x.clone()), q.derivative());
    let bell = exponent.exp();
    let (mut poly, rest) = r.above.divide(&r.below);
    let mut front = Vec::new();
    for (f, n) in r.below.square_free() {
        let own = f.pow(n)?;
        let others = r.below.divide(&own).0;
        let mut share = rest.times(&others.divide(&own).1.inverse(&own)?).divide(&own).1;
        let below = equality::simplify(&f.to_expr(&var), 500);
        let inverse = if n > 1 { f.derivative().inverse(&f)? } else { Poly::zero() };
        for k in (2..=n).rev() {
            // (u exp(q)/fᵏ⁻¹)' = (u' f - (k - 1) u f' + u q' f) exp(q)/fᵏ
            let by = Expr::integer(k as i64 - 1);
            let u = share.times(&inverse).divide(&f).1.scaled(&norm(&-by.recip()));
            let taken =
                u.derivative().plus(&u.times(&slope)).times(&f).minus(&u.times(&f.derivative()).scaled(&by));
            let (next, left) = share.minus(&taken).divide(&f);
            left.is_zero().then_some(())?;
            front.push(u.to_expr(&var) * below.powi(1 - k as i64));
            share = next;
        }
        let (more, left) = share.divide(&f);
        // A simple pole is left: the exponential integral, which has no name here.
        left.is_zero().then_some(())?;
        poly = poly.plus(&more);
    }
    let step = slope.degree();
    let mut powers = Poly::zero();
    while !poly.is_zero() && poly.degree() >= step {
        // (c xᵐ exp(q))' begins with c q' xᵐ
        let m = poly.degree() - step;
        let mut term = vec![Expr::zero(); m + 1];
        term[m] = norm(&(poly.leading() / slope.leading()));
        let term = Poly::new(term);
        poly = poly.minus(&term.times(&slope)).minus(&term.derivative());
        powers = powers.plus(&term);
    }
    front.push(powers.to_expr(&var));
    let mut result = front.into_iter().sum::<Expr>() * &bell;
    let left = poly.coefficient(0);
    if poly.degree() > 0 || q.degree() > 2 && !is_zero(&left) {
        return None;
    }
    if !is_zero(&left) {
        result = result + left * gauss(search, &q, &var)?;
    }
    Some(Found::new(result))
}

/// `∫ exp(q) dx` for `q = -a x² + b x + c` with a positive `a`.
fn gauss(search: &mut Search<'_>, q: &Poly, var: &Expr) -> Option<Expr> {
    let a = norm(&-q.coefficient(2));
    if search.sign_or_suppose(&a)? <= 0 {
        return None;
    }
    let (b, c) = (q.coefficient(1), q.coefficient(0));
    let (root, half) = (search.root(&a), ratio(1, 2));
    let height = (c + b.powi(2) / (Expr::integer(4) * &a)).exp();
    let inside = &root * var - &half * b / &root;
    let pi = Expr::constant(Constant::Pi);
    Some(height * half * pi.sqrt() / root * apply(Func::Erf, &inside))
}
