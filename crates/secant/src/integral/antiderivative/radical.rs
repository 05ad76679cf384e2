//! Roots of a linear function, or of a quotient of two: the root is the new variable.

use num_integer::Integer;

use super::algebra::{free, norm, positive};
use super::methods::{map, rewritten};
use super::polynomial::{Fraction, Poly};
use super::search::{Found, Search, with_integrals};
use crate::calculus::derivative_within;
use crate::expr::{Expr, Node, Rational, Symbol, power, product};

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
        // An even power is never negative and leaves the root; one factor stays.
        let even = k - k.rem_euclid(2);
        let g = g.to_expr(&var);
        if even != 0 {
            out.push(power(&g.abs(), &Expr::number(&Rational::integer(even) * n)));
        }
        if k != even {
            inside.push(g);
        }
    }
    let inside = crate::expr::expand(&product(inside), 400)?;
    Some(product(out) * power(&inside, &Expr::number(n.clone())))
}
