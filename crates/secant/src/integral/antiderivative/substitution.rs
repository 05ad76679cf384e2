//! Substitutions: of an expression whose slope divides the integrand, of a power of the variable, of an inverse function.

use super::algebra::{free, norm, parts, positive, split_constant, terms};
use super::methods::map;
use super::polynomial::Poly;
use super::search::{Found, Search, with_integrals};
use crate::calculus::derivative_within;
use crate::expr::{Condition, Expr, Func, Node, Rational, Symbol, expand, power};

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

/// [`of_inverse`] where roots become sines: before anything else is done with them.
pub(super) fn of_inverse_beside_roots(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Found> {
    if super::radical::roots(e, x).is_empty() { None } else { inverses(search, e, x, &[Func::Log]) }
}

/// `u = f(g(x))` for a function whose inverse has a name: `asin`, `log`, …
pub(super) fn of_inverse(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Found> {
    inverses(search, e, x, &[])
}

fn inverses(search: &mut Search<'_>, e: &Expr, x: &Symbol, without: &[Func]) -> Option<Found> {
    let name = search.fresh(e, x);
    let u = Expr::var(name.clone());
    for part in parts(e, x) {
        let Node::Apply(f, g) = part.node() else { continue };
        if without.contains(f) {
            continue;
        }
        let Some((inverse, known)) = inverse(*f, &u) else { continue };
        let Some((x_of_u, slope)) = solved(g, &inverse, x) else { continue };
        let dx = derivative_within(&inverse, &name, 200)? * slope;
        let root = e.rebuild(|p| (*p == part).then(|| u.clone())).replace(x, &x_of_u) * dx;
        let inside = in_sines(&pythagoras(&root, &u));
        if !free(&inside, x) || inside.is_undefined() {
            continue;
        }
        if let Some(result) = search.integrate_in(&inside, &name, &part, known) {
            let result = unfolded(&result, &part);
            let line = with_integrals(Expr::zero(), &[(Expr::one(), inside, name.clone())]);
            return Some(Found::new(result).says(format!("substitution {name} = {part}")).line(line));
        }
    }
    None
}

/// The inverse of `f` at `u`, and what is known of `u`.
fn inverse(f: Func, u: &Expr) -> Option<(Expr, Option<Condition>)> {
    Some(match f {
        Func::Log => (u.exp(), None),
        Func::Asin => (u.sin(), Some(positive(&u.cos()))),
        Func::Acos => (u.cos(), Some(positive(&u.sin()))),
        Func::Atan => (u.tan(), Some(positive(&u.cos()))),
        Func::Asinh => (u.sinh(), None),
        Func::Acosh => (u.cosh(), Some(positive(u))),
        Func::Atanh => (u.tanh(), None),
        Func::Asec => (u.cos().recip(), Some(positive(&u.sin()))),
        Func::Acsc => (u.sin().recip(), Some(positive(&u.cos()))),
        Func::Acot => (u.tan().recip(), Some(positive(&u.cos()))),
        _ => return None,
    })
}

/// `x` and `dx/dg` for `g(x) = value`, where `g` is linear or a power of the variable.
fn solved(g: &Expr, value: &Expr, x: &Symbol) -> Option<(Expr, Expr)> {
    if let Some((a, b)) = Poly::of(g, x).and_then(|p| p.linear()) {
        return Some(((value - b) / &a, a.recip()));
    }
    let (c, rest) = split_constant(g, x);
    let (base, n) = rest.split_power();
    let inverse = n.as_number()?.recip()?;
    if base.as_var() != Some(x) {
        return None;
    }
    let scaled = value / &c;
    let root = power(&scaled, &Expr::number(inverse.clone()));
    Some((root, Expr::number(inverse.clone()) * power(&scaled, &Expr::number(&inverse - &Rational::ONE)) / c))
}

/// Tangents and their kin as quotients of sines and cosines, where that cancels something.
fn in_sines(e: &Expr) -> Expr {
    let other = map(e, &mut |p| {
        let Node::Apply(f, u) = p.node() else { return None };
        Some(match f {
            Func::Tan => u.sin() / u.cos(),
            Func::Cot => u.cos() / u.sin(),
            Func::Sec => u.cos().recip(),
            Func::Csc => u.sin().recip(),
            Func::Tanh => u.sinh() / u.cosh(),
            _ => return None,
        })
    });
    if other.node_count() < e.node_count() { other } else { e.clone() }
}

/// Roots of `1 - sin²`, `1 + tan²`, `1 + sinh²` and their multiples as what they are where `u` comes from an inverse.
fn pythagoras(e: &Expr, u: &Expr) -> Expr {
    let squares = [
        (Expr::one() - u.sin().powi(2), u.cos()),
        (Expr::one() - u.cos().powi(2), u.sin()),
        (Expr::one() + u.tan().powi(2), u.cos().recip()),
        (u.tan().powi(-2) + Expr::one(), u.sin().abs().recip()),
        (u.sinh().powi(2) + Expr::one(), u.cosh()),
        (u.cosh().powi(2) - Expr::one(), u.sinh()),
        (u.cos().powi(-2) - Expr::one(), u.sin() / u.cos().abs()),
        (u.sin().powi(-2) - Expr::one(), u.cos() / u.sin().abs()),
        (Expr::one() - u.tanh().powi(2), u.cosh().recip()),
    ];
    map(e, &mut |p| {
        let Node::Power(b, n) = p.node() else { return None };
        let n = n.as_number()?;
        if !matches!(b.node(), Node::Sum(_)) {
            return None;
        }
        let twice = n * &Rational::integer(2);
        if !twice.is_integer() || terms(b).len() != 2 {
            return None;
        }
        squares.iter().find_map(|(square, root)| {
            let k = norm(&(b / square));
            let fixed = k.free_symbols().iter().all(|s| Some(s) != u.as_var());
            let k = if fixed { Some(k) } else { None }?;
            Some(power(&k, &Expr::number(n.clone())) * power(root, &Expr::number(twice.clone())))
        })
    })
}

/// `sin(asin(g))` and its kin are folded by the constructors; what is left are double angles and tangents.
fn unfolded(e: &Expr, part: &Expr) -> Expr {
    let Node::Apply(f, g) = part.node() else { return e.clone() };
    let one = Expr::one;
    let (sin, cos) = match f {
        Func::Asin => (g.clone(), (one() - g.powi(2)).sqrt()),
        Func::Acos => ((one() - g.powi(2)).sqrt(), g.clone()),
        Func::Atan => (g / (one() + g.powi(2)).sqrt(), (one() + g.powi(2)).sqrt().recip()),
        Func::Acot => ((g.powi(2) + one()).sqrt().recip() * g.sign(), g.abs() / (one() + g.powi(2)).sqrt()),
        Func::Asec => ((one() - g.powi(-2)).sqrt(), g.recip()),
        Func::Acsc => (g.recip(), (one() - g.powi(-2)).sqrt()),
        _ => return hyperbolic_unfolded(e, part),
    };
    map(e, &mut |p| {
        let Node::Apply(h, a) = p.node() else { return None };
        let k = multiple(a, part)?;
        let (mut c, mut s) = (Expr::one(), Expr::zero());
        for _ in 0..k {
            (c, s) = (&c * &cos - &s * &sin, &s * &cos + &c * &sin);
        }
        let (c, s) = (expand(&c, 200)?, expand(&s, 200)?);
        Some(match h {
            Func::Sin => s,
            Func::Cos => c,
            Func::Tan => s / c,
            Func::Cot => c / s,
            Func::Sec => c.recip(),
            Func::Csc => s.recip(),
            _ => return None,
        })
    })
}

fn hyperbolic_unfolded(e: &Expr, part: &Expr) -> Expr {
    let Node::Apply(f, g) = part.node() else { return e.clone() };
    let one = Expr::one;
    let (sinh, cosh) = match f {
        Func::Asinh => (g.clone(), (one() + g.powi(2)).sqrt()),
        Func::Acosh => ((g.powi(2) - one()).sqrt(), g.clone()),
        Func::Atanh => (g / (one() - g.powi(2)).sqrt(), (one() - g.powi(2)).sqrt().recip()),
        _ => return e.clone(),
    };
    map(e, &mut |p| {
        let Node::Apply(h, a) = p.node() else { return None };
        let k = multiple(a, part)?;
        let (mut c, mut s) = (Expr::one(), Expr::zero());
        for _ in 0..k {
            (c, s) = (&c * &cosh + &s * &sinh, &s * &cosh + &c * &sinh);
        }
        let (c, s) = (expand(&c, 200)?, expand(&s, 200)?);
        Some(match h {
            Func::Sinh => s,
            Func::Cosh => c,
            Func::Tanh => s / c,
            Func::Coth => c / s,
            Func::Sech => c.recip(),
            Func::Csch => s.recip(),
            Func::Exp => c + s,
            _ => return None,
        })
    })
}

/// `k` where `a` is `k` times the part, for small positive integers.
fn multiple(a: &Expr, part: &Expr) -> Option<i64> {
    let (c, rest) = a.split_coefficient();
    (rest == *part).then_some(())?;
    c.to_i64().filter(|k| (1..=8).contains(k))
}

/// For the table of functions: is there an inverse with a name?
#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::apply;

    #[test]
    fn inverses_are_inverses() {
        let u = Expr::var("u");
        let mut checked = 0;
        for f in Func::ALL {
            let Some((g, _)) = inverse(*f, &u) else { continue };
            let at = [(Symbol::new("u"), 0.3)];
            let back = crate::program::eval(&apply(*f, &g), &at).unwrap();
            assert!((back - 0.3).abs() < 1e-12, "{f:?}");
            checked += 1;
        }
        assert!(checked >= 10);
    }

    #[test]
    fn common_divisors_of_exponents() {
        let r = |n, d| Rational::ratio(n, d).unwrap();
        assert_eq!(gcd(&r(1, 2), &r(1, 3)), r(1, 6));
        assert_eq!(gcd(&r(4, 1), &r(-6, 1)), r(2, 1));
    }
}
