//! Substitutions: of an expression whose slope divides the integrand, of a power of the variable.

use super::algebra::{free, norm, parts, positive, split_constant, terms};
use super::search::{Found, Search, with_integrals};
use crate::calculus::derivative_within;
use crate::expr::{Expr, Func, Node, Rational, Symbol, power};

/// Expressions that are tried for `u`.
const MAX_CANDIDATES: usize = 24;

/// `∫ g(u) u' dx = ∫ g(u) du`, for every part `u` of the integrand.
pub(super) fn derivative_divides(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Found> {
    let name = search.fresh(e, x);
    let var = Expr::var(name.clone());
    for u in candidates(e, x) {
        let Some(du) = derivative_within(&u, x, 500) else { continue };
        if du.is_zero() || du.is_undefined() {
            continue;
        }
        let whole = e / &du;
        let mut inside = replaced(&whole, &u, &var, x);
        if !free(&inside, x) && whole.node_count() < 80 && search.afford(&whole, 1) {
            inside = replaced(&norm(&whole), &u, &var, x);
        }
        if !free(&inside, x) && whole.node_count() < 50 && search.afford(&whole, 4) {
            inside = norm(&replaced(&crate::equality::simplify(&whole, 1000), &u, &var, x));
        }
        if !free(&inside, x)
            && let Some(joined) = super::radical::together(&whole, x)
        {
            inside = replaced(&norm(&joined), &u, &var, x);
        }
        if !free(&inside, x) || inside.is_undefined() {
            continue;
        }
        let known = u.is_nonnegative().then(|| positive(&var));
        if let Some(result) = search.integrate_in(&inside, &name, &u, known) {
            let line = with_integrals(Expr::zero(), &[(Expr::one(), inside, name.clone())]);
            return Some(Found::new(result).says(format!("substitution {name} = {u}")).line(line));
        }
    }
    None
}

/// Arguments, bases and functions, without the variable itself and the integrand as a whole.
fn candidates(e: &Expr, x: &Symbol) -> Vec<Expr> {
    let mut list: Vec<Expr> = Vec::new();
    let mut offer = |u: &Expr| {
        let (_, u) = split_constant(u, x);
        if u.as_var().is_none() && !list.contains(&u) && u != *e {
            list.push(u);
        }
    };
    for part in parts(e, x) {
        match part.node() {
            Node::Apply(_, u) => {
                offer(&part);
                offer(u);
            }
            Node::Power(b, n) => {
                if !free(b, x) {
                    offer(b);
                }
                if !free(n, x) {
                    offer(n);
                }
                offer(&part);
            }
            _ => {}
        }
    }
    for part in parts(e, x) {
        if matches!(part.node(), Node::Sum(_)) {
            offer(&part);
        }
    }
    list.truncate(MAX_CANDIDATES);
    list
}

/// `e` with `var` for `u`, for the powers of `u`, and for what can be solved for.
pub(super) fn replaced(e: &Expr, u: &Expr, var: &Expr, x: &Symbol) -> Expr {
    // u = c m + d, with one term m that varies: m is (u - d)/c.
    let (mut m, mut value) = (u.clone(), var.clone());
    if let Node::Sum(_) = u.node() {
        let (fixed, varying): (Vec<_>, Vec<_>) = terms(u).into_iter().partition(|t| free(t, x));
        if let [t] = &varying[..] {
            let (c, rest) = split_constant(t, x);
            if rest.as_var().is_none() {
                value = (var - fixed.into_iter().sum::<Expr>()) / c;
                m = rest;
            }
        }
    }
    let (base, exponent) = m.split_power();
    e.rebuild(|p| {
        if p == u {
            return Some(var.clone());
        }
        if *p == m {
            return Some(value.clone());
        }
        match p.node() {
            Node::Apply(Func::Exp, v) if matches!(m.node(), Node::Apply(Func::Exp, _)) => {
                // exp(k w + c) is exp(w)^k exp(c)
                let slope = |e: &Expr| derivative_within(e, x, 100);
                let k = norm(&(slope(v)? / slope(&exponent)?));
                let k = k.as_number()?;
                let c = norm(&(v - crate::expr::scale(k, &exponent)));
                free(&c, x).then(|| power(&value, &Expr::number(k.clone())) * c.exp())
            }
            Node::Power(b, n) if *b == base && m.as_var().is_none() => {
                let k = norm(&(n / &exponent));
                let k = k.as_number().filter(|k| k.is_integer())?;
                Some(power(&value, &Expr::number(k.clone())))
            }
            _ => None,
        }
    })
}

/// Everything in powers of `xᵏ`: `u = xᵏ`.
pub(super) fn of_power(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Found> {
    let var = Expr::var(x.clone());
    let whole = e * &var;
    let mut exponents: Vec<Rational> = Vec::new();
    exponents_of(&whole, x, &mut exponents)?;
    let first = exponents.first()?.clone();
    let k = exponents.iter().fold(first, |a, b| gcd(&a, b)).abs();
    if k.is_one() || k.is_zero() {
        return None;
    }
    // 1/x is a better letter where all powers are negative.
    let k = if exponents.iter().all(Rational::is_negative) { -k } else { k };
    let name = search.fresh(e, x);
    let u = Expr::var(name.clone());
    let inverse = k.recip()?;
    let root = Expr::number(inverse.clone());
    let inside = whole.rebuild(|p| match p.node() {
        Node::Power(b, n) if b.as_var() == Some(x) => {
            Some(power(&u, &Expr::number(n.as_number()? * &inverse)))
        }
        Node::Var(s) if s == x => Some(power(&u, &root)),
        _ => None,
    });
    let inside = inside / (Expr::number(k.clone()) * &u);
    let value = power(&var, &Expr::number(k.clone()));
    let known = value.is_nonnegative().then(|| positive(&u));
    let result = search.integrate_in(&inside, &name, &value, known)?;
    let line = with_integrals(Expr::zero(), &[(Expr::one(), inside, name.clone())]);
    Some(Found::new(result).says(format!("substitution {name} = {value}")).line(line))
}

/// The exponents with which the variable occurs; `None` where it occurs in another's exponent.
fn exponents_of(e: &Expr, x: &Symbol, list: &mut Vec<Rational>) -> Option<()> {
    if free(e, x) {
        return Some(());
    }
    let mut add = |n: Rational| {
        if !list.contains(&n) {
            list.push(n);
        }
    };
    match e.node() {
        Node::Var(_) => add(Rational::ONE),
        Node::Power(b, n) if b.as_var() == Some(x) => add(n.as_number()?.clone()),
        node => {
            let mut all = Some(());
            node.for_each_child(|c| {
                if all.is_some() {
                    all = exponents_of(c, x, list);
                }
            });
            return all;
        }
    }
    Some(())
}

fn gcd(a: &Rational, b: &Rational) -> Rational {
    let (mut a, mut b) = (a.abs(), b.abs());
    for _ in 0..60 {
        let Some(inverse) = b.recip() else { return a };
        let rest = &a - &(&b * &(&a * &inverse).floor());
        a = b;
        b = rest;
    }
    Rational::ZERO
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_divisors_of_exponents() {
        let r = |n, d| Rational::ratio(n, d).unwrap();
        assert_eq!(gcd(&r(1, 2), &r(1, 3)), r(1, 6));
        assert_eq!(gcd(&r(4, 1), &r(-6, 1)), r(2, 1));
    }
}
