//! Roots: of a linear function or a quotient of two, of a binomial, each of which becomes the new variable; and roots
//! brought to a simpler form first.

use num_integer::Integer;

use super::algebra::{factors, free, norm, positive, terms};
use super::methods::{map, rewritten};
use super::polynomial::{Fraction, Poly};
use super::search::{Found, Search, with_integrals};
use crate::calculus::derivative_within;
use crate::expr::{Expr, Func, Node, Rational, Symbol, apply, power, product};

/// Higher roots are left alone.
const MAX_ROOT: i64 = 24;

/// What stands below roots, and the least common root of each.
pub(super) fn roots(e: &Expr, x: &Symbol) -> Vec<(Expr, i64)> {
    let mut list: Vec<(Expr, i64)> = Vec::new();
    for part in e.post_order() {
        let Node::Power(b, n) = part.node() else { continue };
        let Some((_, q)) = n.as_number().and_then(Rational::to_small) else { continue };
        if q == 1 || free(b, x) {
            continue;
        }
        match list.iter_mut().find(|(known, _)| known == b) {
            Some((_, known)) => *known = known.lcm(&q),
            None => list.push((b.clone(), q)),
        }
    }
    list
}

/// `u = ((a x + b)/(c x + d))^(1/n)`.
pub(super) fn of_root(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Found> {
    for (base, n) in roots(e, x) {
        if n > MAX_ROOT {
            continue;
        }
        let Some(f) = Fraction::of(&base, x).map(|f| f.lowest()) else { continue };
        if f.above.degree() > 1 || f.below.degree() > 1 {
            continue;
        }
        let name = search.fresh(e, x);
        let u = Expr::var(name.clone());
        // u^n (c x + d) = a x + b
        let (a, b, c, d) =
            (f.above.coefficient(1), f.above.coefficient(0), f.below.coefficient(1), f.below.coefficient(0));
        let lifted = u.powi(n);
        let value = norm(&((&lifted * d - b) / (a - &lifted * c)));
        let Some(slope) = derivative_within(&value, &name, 500) else { continue };
        let inside = map(e, &mut |p| match p.node() {
            Node::Power(known, m) if *known == base => {
                let m = m.as_number()? * &Rational::integer(n);
                Some(power(&u, &Expr::number(m)))
            }
            _ => None,
        })
        .replace(x, &value);
        let inside = inside * norm(&slope);
        if !free(&inside, x) || inside.is_undefined() {
            continue;
        }
        let root = power(&base, &Expr::number(Rational::ratio(1, n)?));
        let found = search.integrate_in(&inside, &name, &root, Some(positive(&u)));
        if let Some(result) = found {
            let line = with_integrals(Expr::zero(), &[(Expr::one(), inside, name.clone())]);
            return Some(Found::new(result).says(format!("substitution {name} = {root}")).line(line));
        }
    }
    None
}

/// `xᵐ R(xⁿ) (a + c xⁿ)^p` with an integer `(m + 1)/n + p` (Chebyshev): `u = ((a + c xⁿ)/xⁿ)^(1/q)`.
pub(super) fn of_binomial(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Found> {
    let list = roots(e, x);
    let [(base, q)] = &list[..] else { return None };
    let p = Poly::of(base, x).filter(|_| *q <= MAX_ROOT)?;
    let n = p.degree();
    if n < 2 || p.coefficient(0).is_zero() || (1..n).any(|k| !p.coefficient(k).is_zero()) {
        return None;
    }
    let (a, c) = (p.coefficient(0), p.leading());
    let name = search.fresh(e, x);
    let (u, var) = (Expr::var(name.clone()), Expr::var(x.clone()));
    let lifted = u.powi(*q);
    let y = &a / (&lifted - &c);
    let n = Rational::integer(n as i64);
    let flat = map(e, &mut |part| match part.node() {
        Node::Power(b, k) if b == base => {
            let k = k.as_number()?;
            let ours = power(&u, &Expr::number(k * &Rational::integer(*q)));
            Some(ours * power(&var, &Expr::number(k * &n)))
        }
        _ => None,
    });
    let mut whole = true;
    let inside = (flat * &var).rebuild(|part| match part.node() {
        Node::Power(b, k) if *b == var => {
            let k = k.as_number()? * &n.recip()?;
            whole &= k.is_integer();
            Some(power(&y, &Expr::number(k)))
        }
        _ => None,
    });
    // dx/x = dy/(n y) = -q u^(q - 1)/(n (u^q - c)) du
    let slope = Expr::integer(-*q) * u.powi(q - 1) / (Expr::number(n.clone()) * (&lifted - &c));
    let inside = norm(&(inside * slope));
    if !whole || !free(&inside, x) || inside.is_undefined() {
        return None;
    }
    let over = Rational::ratio(1, *q)?;
    let value = power(base, &Expr::number(over.clone())) * power(&var, &Expr::number(-(&n * &over)));
    let result = search.integrate_in(&inside, &name, &value, None)?;
    let line = with_integrals(Expr::zero(), &[(Expr::one(), inside, name.clone())]);
    Some(Found::new(result).says(format!("substitution {name} = {value}")).line(line))
}

/// `sqrt(a) sqrt(b)` as `sqrt(a b)`, where that cancels something: both sides exist where each root does.
pub(super) fn joined(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Found> {
    let other = together(e, x)?;
    rewritten(search, e, &other, x)
}

/// The roots of a product under one root, if that makes the polynomials below it smaller.
pub(super) fn together(e: &Expr, x: &Symbol) -> Option<Expr> {
    let (mut below, mut rest, mut degree, mut count) = (Vec::new(), Vec::new(), 0, 0);
    let mut least = 1;
    for f in factors(e) {
        let (base, n) = f.split_power();
        match n.as_number().and_then(Rational::to_small) {
            Some((p, q)) if q > 1 && !free(&base, x) => {
                degree += Poly::of(&base, x)?.degree();
                least = least.lcm(&q);
                count += 1;
                below.push((base, Rational::ratio(p, q)?));
            }
            _ => rest.push(f),
        }
    }
    if count < 2 || least > 6 {
        return None;
    }
    let least = Rational::integer(least);
    let inside = product(below.iter().map(|(b, n)| power(b, &Expr::number(n * &least))));
    let f = Fraction::of(&inside, x)?.lowest();
    let mut degree_left = 0;
    for p in [&f.above, &f.below] {
        degree_left += p.monic().square_free().iter().map(|(g, _)| g.degree()).sum::<usize>();
    }
    if degree_left >= degree && degree_left > 2 {
        return None;
    }
    let base = f.to_expr(&Expr::var(x.clone()));
    Some(product(rest) * power(&base, &Expr::number(least.recip()?)))
}

/// `log(v + sqrt(v² + 1))` has a name, and so has `log(v + sqrt(v² - 1))`.
pub(super) fn named(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Found> {
    let other = map(e, &mut |p| {
        let Node::Apply(f, u) = p.node() else { return None };
        if let (Func::Atanh | Func::Asinh, Node::Apply(g, v)) = (f, u.node())
            && matches!((f, g), (Func::Atanh, Func::Tanh) | (Func::Asinh, Func::Sinh))
        {
            return Some(v.clone());
        }
        if *f != Func::Log {
            return None;
        }
        let list = terms(u);
        let [a, b] = &list[..] else { return None };
        let (v, root) = if matches!(a.node(), Node::Power(..)) { (b, a) } else { (a, b) };
        let Node::Power(base, n) = root.node() else { return None };
        if n.as_number() != Some(&Rational::HALF) || free(v, x) {
            return None;
        }
        let rest = norm(&(base - v.powi(2)));
        match rest.as_number().and_then(Rational::to_i64) {
            Some(1) => Some(apply(Func::Asinh, v)),
            Some(-1) => Some(apply(Func::Acosh, v)),
            _ => None,
        }
    });
    rewritten(search, e, &other, x)
}

/// `(a x + b)^r (c x + d)^s` with an integer `r + s`: the root of the quotient is the new variable.
pub(super) fn of_quotient(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Found> {
    let list = roots(e, x);
    let [(first, n), (second, m)] = &list[..] else { return None };
    let linear = |b: &Expr| Poly::of(b, x).is_some_and(|p| p.degree() == 1);
    if n != m || *n > MAX_ROOT || !linear(first) || !linear(second) {
        return None;
    }
    let quotient = first / second;
    let mut whole = Rational::ZERO;
    let mut rest = Vec::new();
    for f in factors(e) {
        match f.node() {
            Node::Power(b, k) if b == first || b == second => {
                let k = k.as_number()?.clone();
                if b == first {
                    rest.push(power(&quotient, &Expr::number(k.clone())));
                    // what is missing from second^s is second^(r + s)
                }
                whole = &whole + &k;
            }
            _ if roots(&f, x).is_empty() => rest.push(f),
            _ => return None,
        }
    }
    whole.is_integer().then_some(())?;
    rest.push(power(second, &Expr::number(whole)));
    rewritten(search, e, &product(rest), x)
}

/// Squares taken out of roots, and numerators and denominators below one: `sqrt(x² (1 + x))` is `abs(x) sqrt(1 + x)`.
pub(super) fn tidy(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Found> {
    if roots(e, x).is_empty() {
        return None;
    }
    let other = map(e, &mut |p| match p.node() {
        Node::Power(b, n) if !free(b, x) && n.as_number().is_some_and(|n| !n.is_integer()) => {
            taken_out(b, n.as_number()?, x)
        }
        _ => None,
    });
    rewritten(search, e, &other, x)
}

fn taken_out(base: &Expr, n: &Rational, x: &Symbol) -> Option<Expr> {
    let f = Fraction::of(base, x)?;
    if f.above.degree() + f.below.degree() < 2 {
        return None;
    }
    let mut factors: Vec<(Poly, i64)> = Vec::new();
    for (p, sign) in [(&f.above, 1), (&f.below, -1)] {
        factors.extend(p.monic().square_free().into_iter().map(|(g, k)| (g, sign * k as i64)));
    }
    if factors.iter().all(|(_, k)| *k == 1) {
        return None;
    }
    let var = Expr::var(x.clone());
    let lead = norm(&(f.above.leading() / f.below.leading()));
    let (mut out, mut inside) = (Vec::new(), vec![lead]);
    for (g, k) in factors {
        // Of an even power, and of one that the root undoes, the modulus leaves the root; the sign of an odd one stays.
        let (_, q) = n.to_small()?;
        let whole = k - k.rem_euclid(q);
        let leaves = if k % 2 == 0 { k } else { whole };
        let g = g.to_expr(&var);
        if leaves != 0 {
            out.push(power(&g.abs(), &Expr::number(&Rational::integer(leaves) * n)));
        }
        if leaves % 2 != 0 {
            inside.push(g.sign());
        }
        if k != leaves {
            inside.push(g.powi(k - leaves));
        }
    }
    let inside = crate::expr::expand(&product(inside), 400)?;
    Some(product(out) * power(&inside, &Expr::number(n.clone())))
}
