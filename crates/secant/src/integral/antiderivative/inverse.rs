//! The substitution of an inverse function: `u = asin(x)`, `u = log(x)`, after which `x` is a sine, an exponential, …

use super::algebra::{free, norm, parts, positive, split_constant, terms};
use super::methods::map;
use super::polynomial::Poly;
use super::search::{Found, Search, with_integrals};
use crate::calculus::derivative_within;
use crate::expr::{Condition, Expr, Func, Node, Rational, Symbol, expand, power};

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
}
