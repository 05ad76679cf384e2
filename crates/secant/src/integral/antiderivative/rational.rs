//! Rational functions: division, partial fractions, Hermite's reduction, logarithms and arc tangents.

use super::algebra::{factors, free, is_zero, norm, ratio};
use super::factor::{exact_root, factor};
use super::polynomial::{Fraction, Poly, mul};
use super::search::Search;
use crate::equality;
use crate::expr::{Expr, Rational, Symbol};

/// Denominators of a higher degree are left alone.
const MAX_DEGREE: usize = 40;

/// The antiderivative of a rational function of `x`.
pub(super) fn integrate(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Expr> {
    let (above, below) = parts(e, x)?;
    of_parts(search, &above, &below, x)
}

/// Is it a quotient of polynomials? `None` for what does not vary.
pub(super) fn is_rational(e: &Expr, x: &Symbol) -> Option<bool> {
    if free(e, x) {
        return None;
    }
    Some(e.node_count() < 200 && Fraction::of(e, x).is_some())
}

/// The terms of a polynomial and the partial fractions that a rational function consists of.
pub(super) fn taken_apart(search: &Search<'_>, e: &Expr, x: &Symbol) -> Option<Vec<Expr>> {
    let var = Expr::var(x.clone());
    let (above, below) = parts(e, x)?;
    let mut all = Vec::new();
    for (f, n) in &below {
        all.extend(factor(f, search.facts()).into_iter().map(|g| (g, *n)));
    }
    let whole = all.iter().try_fold(Poly::constant(Expr::one()), |p, (f, n)| Some(p.times(&f.pow(*n)?)))?;
    let (quotient, rest) = above.divide(&whole);
    let terms = quotient.0.iter().enumerate().filter(|(_, c)| !c.is_zero());
    let mut list: Vec<Expr> = terms.map(|(k, c)| c * var.powi(k as i64)).collect();
    if rest.is_zero() {
        return Some(list);
    }
    for (f, n) in &all {
        let own = f.pow(*n)?;
        let others = whole.divide(&own).0;
        let mut share = rest.times(&others.divide(&own).1.inverse(&own)?).divide(&own).1;
        let base = f.to_expr(&var);
        for k in (1..=*n).rev() {
            let (next, digit) = share.divide(f);
            if !digit.is_zero() {
                list.push(digit.to_expr(&var) * base.powi(-(k as i64)));
            }
            share = next;
        }
    }
    Some(list)
}

/// Numerator, and the factors of the denominator as far as they can be read off.
fn parts(e: &Expr, x: &Symbol) -> Option<(Poly, Vec<(Poly, usize)>)> {
    let mut above = Poly::constant(Expr::one());
    let mut below: Vec<(Poly, usize)> = Vec::new();
    for f in factors(e) {
        let (base, n) = f.split_power();
        let n = n.as_number().and_then(Rational::to_i64).filter(|n| *n < 0);
        if let (Some(n), false) = (n, free(&f, x)) {
            let base = Fraction::of(&base, x)?;
            let n = usize::try_from(-n).ok()?;
            above = above.times(&base.below.pow(n)?);
            below.push((base.above, n));
        } else {
            let f = Fraction::of(&f, x)?;
            above = above.times(&f.above);
            below.push((f.below, 1));
        }
    }
    // Constants go above; the factors are made coprime.
    let mut coprime: Vec<(Poly, usize)> = Vec::new();
    for (f, n) in below {
        above = above.scaled(&norm(&f.leading().powi(-(n as i64))));
        if f.degree() == 0 {
            continue;
        }
        for (g, m) in f.monic().square_free() {
            insert(&mut coprime, g, m * n);
        }
    }
    let degree: usize = coprime.iter().map(|(f, n)| f.degree() * n).sum();
    (degree <= MAX_DEGREE).then_some((above, coprime))
}

/// Adds a factor to a list of coprime ones.
fn insert(list: &mut Vec<(Poly, usize)>, f: Poly, n: usize) {
    let mut rest = f;
    let mut k = 0;
    while k < list.len() && rest.degree() > 0 {
        let shared = list[k].0.gcd(&rest);
        if shared.degree() > 0 {
            let (g, m) = list[k].clone();
            let other = g.divide(&shared).0;
            rest = rest.divide(&shared).0;
            list[k] = (shared, m + n);
            if other.degree() > 0 {
                list.push((other.monic(), m));
            }
        }
        k += 1;
    }
    if rest.degree() > 0 {
        list.push((rest.monic(), n));
    }
}

pub(super) fn of_parts(
    search: &mut Search<'_>,
    above: &Poly,
    below: &[(Poly, usize)],
    x: &Symbol,
) -> Option<Expr> {
    let var = Expr::var(x.clone());
    let mut below = below.to_vec();
    // What numerator and denominator share.
    let mut above = above.clone();
    for (f, n) in &mut below {
        while *n > 0 {
            let (quotient, rest) = above.divide(f);
            if !rest.is_zero() {
                break;
            }
            above = quotient;
            *n -= 1;
        }
    }
    below.retain(|(_, n)| *n > 0);
    let mut all = Vec::new();
    for (f, n) in &below {
        // Of x⁵ + c and its kin all roots are known; only some of the factors have rational coefficients.
        if *n == 1 && matches!(f.degree(), 5 | 7..=12) && is_binomial(f) {
            all.push((f.clone(), 1));
        } else {
            all.extend(factor(f, search.facts()).into_iter().map(|g| (g, *n)));
        }
    }
    let whole = all.iter().try_fold(Poly::constant(Expr::one()), |p, (f, n)| Some(p.times(&f.pow(*n)?)))?;
    let (quotient, rest) = above.divide(&whole);
    let mut total = vec![polynomial(&quotient).to_expr(&var)];
    if rest.is_zero() {
        return total.pop();
    }
    for (f, n) in &all {
        let own = f.pow(*n)?;
        let others = whole.divide(&own).0;
        let share = rest.times(&others.divide(&own).1.inverse(&own)?).divide(&own).1;
        total.push(of_factor(search, share, f, *n, x)?);
    }
    Some(total.into_iter().sum())
}

pub(super) fn polynomial(p: &Poly) -> Poly {
    let terms = p.0.iter().enumerate().map(|(k, c)| mul(c, &ratio(1, k as i64 + 1)));
    Poly::new(std::iter::once(Expr::zero()).chain(terms).collect())
}

/// `share / fⁿ`, with `share` of a lower degree.
fn of_factor(search: &mut Search<'_>, share: Poly, f: &Poly, n: usize, x: &Symbol) -> Option<Expr> {
    let var = Expr::var(x.clone());
    let mut total = Vec::new();
    let slope = f.derivative();
    let inverse = if n > 1 { slope.inverse(f)? } else { Poly::zero() };
    // Hermite: A/fᵏ = (u/fᵏ⁻¹)' + …, with u ≡ -A/((k - 1) f') modulo f.
    let mut rest = share;
    for k in (2..=n).rev() {
        if rest.is_zero() {
            break;
        }
        let by = ratio(-1, k as i64 - 1);
        let u = rest.divide(f).1.times(&inverse).scaled(&by).divide(f).1;
        // rest - (u' f - (k - 1) u f') has the factor f.
        let taken = u.derivative().times(f).minus(&u.times(&slope).scaled(&Expr::integer(k as i64 - 1)));
        let (next, left) = rest.minus(&taken).divide(f);
        if !left.is_zero() {
            return None;
        }
        if !u.is_zero() {
            let below = equality::simplify(&f.to_expr(&var), 500);
            total.push(u.to_expr(&var) * below.powi(1 - k as i64));
        }
        rest = next;
    }
    let (whole, rest) = rest.divide(f);
    total.push(polynomial(&whole).to_expr(&var));
    if !rest.is_zero() {
        total.push(simple(search, &rest, f, x)?);
    }
    Some(total.into_iter().sum())
}

/// `a/f` with a square-free `f` and `a` of a lower degree.
fn simple(search: &mut Search<'_>, a: &Poly, f: &Poly, x: &Symbol) -> Option<Expr> {
    let var = Expr::var(x.clone());
    if f.degree() == 1 {
        return Some(a.coefficient(0) * f.to_expr(&var).abs().log());
    }
    // k f'/f
    let slope = f.derivative();
    let k = norm(&(a.coefficient(slope.degree()) / slope.leading()));
    if a.minus(&slope.scaled(&k)).is_zero() {
        let known = f.degree() == 2 && search.sign(&discriminant(f)) == Some(-1);
        let inside = f.to_expr(&var);
        return Some(k * if known { inside.log() } else { inside.abs().log() });
    }
    match f.degree() {
        2 => quadratic(search, a, f, x),
        _ => binomial(search, a, f, x),
    }
}

/// `b² - 4c` of `x² + b x + c`.
fn discriminant(f: &Poly) -> Expr {
    norm(&(f.coefficient(1).powi(2) - Expr::integer(4) * f.coefficient(0)))
}

fn quadratic(search: &mut Search<'_>, a: &Poly, f: &Poly, x: &Symbol) -> Option<Expr> {
    let var = Expr::var(x.clone());
    let half = ratio(1, 2);
    let b = f.coefficient(1);
    // a₁ x + a₀ = (a₁/2) f' + rest
    let by = mul(&half, &a.coefficient(1));
    let rest = norm(&(a.coefficient(0) - mul(&by, &b)));
    let d = discriminant(f);
    let sign = search.sign_or_suppose(&d)?;
    let inside = f.to_expr(&var);
    let log = if sign < 0 { inside.log() } else { inside.abs().log() };
    let slope = Expr::integer(2) * &var + &b;
    let tidy = |e: Expr| equality::simplify(&e, 1000);
    let other = if sign < 0 {
        let root = search.root(&tidy(norm(&-&d)));
        // 2/√(-D) atan((2x + b)/√(-D)), both bars in lowest terms
        Expr::integer(2) * &rest / &root * tidy(&slope / &root).atan()
    } else if sign > 0 {
        let root = search.root(&tidy(d));
        let (middle, root_half) = (&var + mul(&half, &b), &half * &root);
        &rest / &root * ((&middle - &root_half) / (middle + root_half)).abs().log()
    } else {
        Expr::integer(-2) * &rest / &slope
    };
    let first = if is_zero(&by) { Expr::zero() } else { by * log };
    Some(first + if is_zero(&rest) { Expr::zero() } else { other })
}

/// `xⁿ + c`
fn is_binomial(f: &Poly) -> bool {
    (1..f.degree()).all(|k| f.coefficient(k).is_zero()) && !f.coefficient(0).is_zero()
}

/// `a/(xⁿ + c)` for a number `c`: the roots lie on a circle.
fn binomial(search: &mut Search<'_>, a: &Poly, f: &Poly, x: &Symbol) -> Option<Expr> {
    let n = f.degree();
    if n > 12 || !is_binomial(f) {
        return None;
    }
    let var = Expr::var(x.clone());
    let c = f.coefficient(0);
    let (number, rest) = c.split_coefficient();
    let (sign, radius) = match exact_root(&rest, u32::try_from(n).ok()?) {
        Some(root) => {
            let sign = if number.is_negative() { -1 } else { 1 };
            (sign, root * crate::expr::power(&Expr::number(number.abs()), &ratio(1, n as i64)))
        }
        None => {
            let sign = search.sign_or_suppose(&c)?;
            let size = crate::expr::scale(&Rational::integer(i64::from(sign)), &c);
            (sign, crate::expr::power(&size, &ratio(1, n as i64)))
        }
    };
    let n = n as i64;
    let mut total = Vec::new();
    // Roots r (cos t + i sin t); a term aₖ xᵏ has there the residue aₖ rᵏ⁺¹⁻ⁿ e^(i (k + 1 - n) t)/n.
    for j in 0..n {
        let turn = if sign > 0 { 2 * j + 1 } else { 2 * j };
        if turn > n {
            break;
        }
        let terms = || {
            a.0.iter().enumerate().filter(|(_, c)| !c.is_zero()).map(|(k, c)| {
                let m = k as i64 + 1 - n;
                (c * radius.powi(m) * ratio(1, n), turn * m)
            })
        };
        let re: Expr = terms().map(|(size, t)| size * turned(t, n)[0].clone()).sum();
        let [cos, sin] = turned(turn, n).map(|wave| &radius * wave);
        if turn == 0 || turn == n {
            total.push(re * (&var - cos).abs().log());
            continue;
        }
        let im: Expr = terms().map(|(size, t)| size * turned(t, n)[1].clone()).sum();
        let inside = var.powi(2) - Expr::integer(2) * &cos * &var + radius.powi(2);
        total.push(re * inside.log() - Expr::integer(2) * im * ((&var - cos) / sin).atan());
    }
    Some(total.into_iter().sum())
}

/// Cosine and sine of `k pi/n`, by an angle of at most a quarter turn.
fn turned(k: i64, n: i64) -> [Expr; 2] {
    let k = k.rem_euclid(2 * n);
    let (k, below) = if k > n { (2 * n - k, -1) } else { (k, 1) };
    let (k, left) = if 2 * k > n { (n - k, -1) } else { (k, 1) };
    let angle = Expr::constant(crate::expr::Constant::Pi) * ratio(k, n);
    [Expr::integer(left) * angle.cos(), Expr::integer(below) * angle.sin()]
}
