//! Factors of a polynomial: exact ones over the rational numbers, and of quartics in `x²` over square roots.
//!
//! Roots found in floating point only suggest; a factor counts when it divides without remainder. What has no linear or
//! quadratic factor stays whole.

use num_bigint::BigInt;

use super::algebra::{is_zero, norm, ratio, sign};
use super::polynomial::{Poly, mul};
use crate::expr::{Condition, Expr, Node, Rational, power, product};

/// Monic factors of a monic polynomial without repeated roots.
pub(super) fn factor(p: &Poly, facts: &[Condition]) -> Vec<Poly> {
    let mut found = Vec::new();
    for part in over_rationals(p) {
        match over_roots(&part, facts) {
            Some([a, b]) => found.extend([a, b]),
            None => found.push(part),
        }
    }
    found
}

fn over_rationals(p: &Poly) -> Vec<Poly> {
    if p.degree() <= 1 {
        return vec![p.clone()];
    }
    if p.coefficient(0).is_zero() {
        let rest = Poly(p.0[1..].to_vec());
        return std::iter::once(Poly::x()).chain(over_rationals(&rest)).collect();
    }
    if let Some(numbers) = p.numbers() {
        return of_numbers(p, &numbers);
    }
    // x³ + a³ is a³ ((x/a)³ + 1): a polynomial with numbers for coefficients, stretched.
    let Some((stretched, scale)) = stretched(p) else { return quadratic_with_root(p) };
    let numbers = stretched.numbers().unwrap_or_default();
    let back = |f: Poly| {
        let n = f.degree();
        Poly::new(f.0.iter().enumerate().map(|(k, c)| mul(c, &norm(&scale.powi((n - k) as i64)))).collect())
    };
    of_numbers(&stretched, &numbers).into_iter().map(back).collect()
}

/// A quadratic with letters, when its discriminant is a perfect square in them.
fn quadratic_with_root(p: &Poly) -> Vec<Poly> {
    let whole = vec![p.clone()];
    if p.degree() != 2 {
        return whole;
    }
    let (b, c) = (p.coefficient(1), p.coefficient(0));
    let discriminant = crate::equality::simplify(&norm(&(b.powi(2) - Expr::integer(4) * &c)), 2000);
    let Some(root) = exact_root(&discriminant, 2) else { return whole };
    let half = ratio(1, 2);
    let roots = [&half * (-&b + &root), &half * (-&b - &root)];
    roots.iter().map(|r| Poly::new(vec![norm(&-r), Expr::one()])).collect()
}

/// The `n`-th root of a product of powers that are multiples of `n`.
pub(super) fn exact_root(e: &Expr, n: u32) -> Option<Expr> {
    let (c, rest) = e.split_coefficient();
    let mut roots = vec![Expr::number(c.root(n)?)];
    let list = match rest.node() {
        Node::Product(factors) => factors.to_vec(),
        Node::Number(_) => Vec::new(),
        _ => vec![rest],
    };
    let one_nth = Rational::ratio(1, i64::from(n))?;
    for f in list {
        let (base, m) = f.split_power();
        let m = m.as_number()? * &one_nth;
        m.is_integer().then(|| roots.push(power(&base, &Expr::number(m))))?;
    }
    Some(product(roots))
}

/// `q` with numbers for coefficients and `s` with `p(x) = sⁿ q(x/s)`.
fn stretched(p: &Poly) -> Option<(Poly, Expr)> {
    let n = p.degree();
    let k = (0..n).rev().find(|k| !p.coefficient(*k).is_zero())?;
    let (_, rest) = p.coefficient(k).split_coefficient();
    let scale = exact_root(&rest, u32::try_from(n - k).ok()?)?;
    if scale.is_one() {
        return None;
    }
    let coefficients: Option<Vec<Expr>> =
        p.0.iter()
            .enumerate()
            .map(|(k, c)| {
                let c = norm(&(c / scale.powi((n - k) as i64)));
                c.as_number().map(|c| Expr::number(c.clone()))
            })
            .collect();
    Some((Poly::new(coefficients?), scale))
}

fn of_numbers(p: &Poly, numbers: &[Rational]) -> Vec<Poly> {
    let mut found = Vec::new();
    let mut rest = p.clone();
    let floats: Vec<f64> = numbers.iter().map(Rational::to_f64).collect();
    let roots = roots(&floats);
    // Every coefficient of a monic factor is a fraction over the common denominator.
    let denominator =
        numbers.iter().fold(BigInt::from(1), |d, n| num_integer::Integer::lcm(&d, &n.denominator()));
    let denominator = Rational::from_big(denominator, BigInt::from(1)).unwrap_or(Rational::ONE);
    let nearest = |x: f64| -> Option<Expr> {
        let scaled = (x * denominator.to_f64()).round();
        let exact = Rational::from_f64(scaled)? * denominator.recip()?;
        ((exact.to_f64() - x).abs() <= 1e-6 * x.abs().max(1.0)).then(|| Expr::number(exact.without_decimal()))
    };
    let mut try_factor = |candidate: Option<Poly>, rest: &mut Poly| {
        let Some(f) = candidate.filter(|f| f.degree() <= rest.degree()) else { return };
        let (quotient, left) = rest.divide(&f);
        if left.is_zero() {
            *rest = quotient;
            found.push(f);
        }
    };
    for (re, im) in &roots {
        if im.abs() < 1e-6 {
            let f = nearest(-re).map(|c| Poly::new(vec![c, Expr::one()]));
            try_factor(f, &mut rest);
        }
    }
    for (k, (a, b)) in roots.iter().enumerate() {
        for (c, d) in &roots[k + 1..] {
            // The pair must have a real sum and a real product.
            if (b + d).abs() < 1e-6 && (a * d + b * c).abs() < 1e-6 {
                let (linear, constant) = (nearest(-(a + c)), nearest(a * c - b * d));
                let f = constant.zip(linear).map(|(c, b)| Poly::new(vec![c, b, Expr::one()]));
                try_factor(f, &mut rest);
            }
        }
    }
    if rest.degree() > 0 {
        found.push(rest);
    }
    found
}

/// All complex roots, by simultaneous iteration (Weierstrass): good enough to suggest.
pub(super) fn roots(coefficients: &[f64]) -> Vec<(f64, f64)> {
    let n = coefficients.len().saturating_sub(1);
    let lead = coefficients.last().copied().unwrap_or(1.0);
    let c: Vec<f64> = coefficients.iter().map(|a| a / lead).collect();
    let bound = 1.0 + c[..n].iter().fold(0.0_f64, |m, a| m.max(a.abs()));
    let times = |a: (f64, f64), b: (f64, f64)| (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0);
    let start = (0.4 * bound.min(2.0), 0.9 * bound.min(2.0));
    let mut z: Vec<(f64, f64)> = Vec::with_capacity(n);
    let mut next = (1.0, 0.0);
    for _ in 0..n {
        next = times(next, (0.4, 0.9));
        z.push((next.0 * start.1, next.1 * start.1));
    }
    for _ in 0..500 {
        let mut moved = 0.0_f64;
        for k in 0..n {
            let value = c.iter().rev().fold((0.0, 0.0), |v, a| {
                let w = times(v, z[k]);
                (w.0 + a, w.1)
            });
            let below = (0..n)
                .filter(|j| *j != k)
                .fold((1.0, 0.0), |p, j| times(p, (z[k].0 - z[j].0, z[k].1 - z[j].1)));
            let size = below.0 * below.0 + below.1 * below.1;
            if size == 0.0 {
                z[k].0 += 1e-3;
                continue;
            }
            let step = times(value, (below.0 / size, -below.1 / size));
            z[k] = (z[k].0 - step.0, z[k].1 - step.1);
            moved = moved.max(step.0.abs() + step.1.abs());
        }
        if moved < 1e-13 {
            break;
        }
    }
    z
}

/// `x⁴ + p x² + q` as two real quadratics.
fn over_roots(f: &Poly, facts: &[Condition]) -> Option<[Poly; 2]> {
    if f.degree() != 4 || !is_zero(&f.coefficient(1)) || !is_zero(&f.coefficient(3)) {
        return None;
    }
    let (p, q) = (f.coefficient(2), f.coefficient(0));
    let discriminant = norm(&(p.powi(2) - Expr::integer(4) * &q));
    let tidy = |e: Expr| crate::equality::simplify(&norm(&e), 1000);
    match sign(&discriminant, facts)? {
        1 => {
            let root = tidy(discriminant).sqrt();
            let half = ratio(1, 2);
            let of = |r: Expr| Poly::new(vec![norm(&(&half * &(&p + &r))), Expr::zero(), Expr::one()]);
            Some([of(root.clone()), of(-root)])
        }
        -1 => {
            let root = tidy(q).sqrt();
            let middle = tidy(Expr::integer(2) * &root - &p).sqrt();
            let of = |m: Expr| Poly::new(vec![root.clone(), m, Expr::one()]);
            Some([of(middle.clone()), of(-middle)])
        }
        _ => None,
    }
}

/// Do all of them multiply to `p`? For the tests of this module.
#[cfg(test)]
fn whole(factors: &[Poly]) -> Poly {
    factors.iter().fold(Poly::constant(Expr::one()), |p, f| p.times(f))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::Symbol;
    use crate::syntax::parse_expr;

    #[track_caller]
    fn check(text: &str, degrees: &[usize]) {
        let p = Poly::of(&parse_expr(text).unwrap(), &Symbol::new("x")).unwrap().monic();
        let factors = factor(&p, &[]);
        let mut found: Vec<usize> = factors.iter().map(Poly::degree).collect();
        found.sort_unstable();
        assert_eq!(found, degrees, "{text}: {factors:?}");
        assert!(whole(&factors).minus(&p).is_zero(), "{text}");
    }

    #[test]
    fn factors_multiply_to_the_polynomial() {
        check("x^2 - 1", &[1, 1]);
        check("x^2 + 1", &[2]);
        check("x^2 - 2", &[2]);
        check("x^4 + 1", &[2, 2]);
        check("x^4 - 3 x^2 + 1", &[2, 2]);
        check("x^6 - 1", &[1, 1, 2, 2]);
        check("30 x^5 - 13 x^4 + 50 x^3 - 286 x^2 - 299 x - 70", &[1, 1, 1, 2]);
        check("x^3 + a^3", &[1, 2]);
        check("x^3 - 6 a x^2 + 11 a^2 x - 6 a^3", &[1, 1, 1]);
        check("x^2 - (a + b) x + a b", &[1, 1]);
        check("x^3 + x + 1", &[3]);
        check("x", &[1]);
    }

    #[test]
    fn a_random_product_is_taken_apart() {
        for (a, b, c) in [(1, 2, 3), (-5, 7, 11), (2, -9, 4), (100, -3, 17)] {
            check(&format!("(x - {a}) (2 x + {b}) (x^2 + x + {c}^2) (x^2 + 3)"), &[1, 1, 2, 2]);
        }
    }
}
