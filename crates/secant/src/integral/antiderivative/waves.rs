//! Polynomials times exponentials, sines and cosines; products of sines and cosines as sums.

use super::algebra::{factors, free, norm, ratio, split_constant};
use super::methods::rewritten;
use super::polynomial::{Poly, mul};
use super::search::{Found, Search, with_integrals};
use super::table::slope;
use crate::expr::{Expr, Func, Node, Rational, Symbol, apply};

/// Sines and cosines multiplied are terms; more are not made.
const MAX_TERMS: usize = 200;
/// Higher powers are left alone.
const MAX_POWER: i64 = 16;

/// One wave of a product: `coefficient · f(angle)`.
type Wave = (Expr, Func, Expr);

/// `sin(a) cos(b) = (sin(a + b) + sin(a - b))/2` and its kin, until one wave is left in each term.
pub(super) fn product_to_sum(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Found> {
    let mut waves: Vec<(Func, Expr, i64)> = Vec::new();
    let mut rest = Vec::new();
    for f in factors(e) {
        let (base, n) = f.split_power();
        match base.node() {
            Node::Apply(g @ (Func::Sin | Func::Cos | Func::Sinh | Func::Cosh), u)
                if !free(u, x) && slope(u, x).is_some() =>
            {
                let n = n.as_number().and_then(Rational::to_i64).filter(|n| (1..=MAX_POWER).contains(n))?;
                waves.push((*g, u.clone(), n));
            }
            _ => rest.push(f),
        }
    }
    let rest: Expr = rest.into_iter().product();
    let hyperbolic = |f: Func| matches!(f, Func::Sinh | Func::Cosh);
    if waves.iter().map(|w| w.2).sum::<i64>() < 2
        || waves.iter().any(|w| hyperbolic(w.0) != hyperbolic(waves[0].0))
    {
        return None;
    }
    let alone = free(&rest, x);
    let one_angle = waves.iter().all(|w| w.1 == waves[0].1);
    if alone && one_angle && waves.iter().any(|w| w.2 % 2 == 1) {
        // An odd power is a substitution.
        return None;
    }
    if waves[0].0 == Func::Sin && waves[0].2 == 1 && one_angle && waves.len() == 1 {
        return None;
    }
    let mut sum: Vec<Wave> =
        vec![(Expr::one(), if hyperbolic(waves[0].0) { Func::Cosh } else { Func::Cos }, Expr::zero())];
    for (f, u, n) in waves {
        for _ in 0..n {
            let mut next: Vec<Wave> = Vec::new();
            for (c, g, v) in &sum {
                for wave in multiplied(c, *g, v, f, &u) {
                    match next.iter_mut().find(|w| w.1 == wave.1 && w.2 == wave.2) {
                        Some(w) => w.0 = &w.0 + &wave.0,
                        None => next.push(wave),
                    }
                }
            }
            next.retain(|w| !w.0.is_zero());
            if next.len() > MAX_TERMS {
                return None;
            }
            sum = next;
        }
    }
    let flat: Expr = sum.into_iter().map(|(c, f, u)| c * apply(f, &u)).sum();
    let other = match &flat.node() {
        Node::Sum(s) => {
            let constant = &rest * Expr::number(s.constant.clone());
            constant
                + s.terms.iter().map(|t| &rest * crate::expr::scale(&t.coefficient, &t.expr)).sum::<Expr>()
        }
        _ => rest * flat,
    };
    rewritten(search, e, &other, x)
}

/// `c g(v) f(u)` as two waves, the angle of each with a positive sign in front of what varies.
fn multiplied(c: &Expr, g: Func, v: &Expr, f: Func, u: &Expr) -> [Wave; 2] {
    let half = ratio(1, 2) * c;
    let minus = -&half;
    let (add, less) = (norm_angle(&(v + u)), norm_angle(&(v - u)));
    let (a, b) = match (g, f) {
        (Func::Cos, Func::Cos) => ((half.clone(), Func::Cos, less), (half, Func::Cos, add)),
        (Func::Sin, Func::Sin) => ((half, Func::Cos, less), (minus, Func::Cos, add)),
        (Func::Sin, _) if f == Func::Cos => ((half.clone(), Func::Sin, add), (half, Func::Sin, less)),
        (Func::Cos, _) if f == Func::Sin => ((half, Func::Sin, add), (minus, Func::Sin, less)),
        (Func::Cosh, Func::Cosh) => ((half.clone(), Func::Cosh, add), (half, Func::Cosh, less)),
        (Func::Sinh, Func::Sinh) => ((half, Func::Cosh, add), (minus, Func::Cosh, less)),
        (Func::Sinh, _) => ((half.clone(), Func::Sinh, add), (half, Func::Sinh, less)),
        _ => ((half, Func::Sinh, add), (minus, Func::Sinh, less)),
    };
    [turned(a), turned(b)]
}

fn norm_angle(u: &Expr) -> Expr {
    crate::expr::expand(u, 100).unwrap_or_else(|| u.clone())
}

/// `sin(-u) = -sin(u)`: one of the two forms.
fn turned(wave: Wave) -> Wave {
    let (c, f, u) = wave;
    let shown = apply(f, &u);
    let (sign, core) = shown.split_coefficient();
    match core.node() {
        Node::Apply(g, v) => (Expr::number(sign) * c, *g, v.clone()),
        _ => (c, f, u),
    }
}

/// `P(x) g(x)`, where `g` is an exponential, a wave, or their product.
pub(super) fn by_parts(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Found> {
    let mut poly = Poly::constant(Expr::one());
    let mut varying = Vec::new();
    for f in factors(e) {
        match f.node() {
            Node::Apply(..) if !free(&f, x) => varying.push(f),
            _ => poly = poly.times(&Poly::of(&f, x)?),
        }
    }
    let first = Primitive::of(&varying, x)?;
    if poly.degree() > 40 {
        return None;
    }
    let var = Expr::var(x.clone());
    if poly.degree() == 0 {
        return matches!(first, Primitive::Both { .. }).then(|| {
            Found::new(poly.coefficient(0) * first.integral()).says("integration by parts, twice".to_owned())
        });
    }
    // P G - ∫ P' G
    if let Primitive::One { .. } = first {
        let g = first.integral();
        let slope = poly.derivative();
        let (c, rest) = split_constant(&(slope.to_expr(&var) * &g), x);
        let other = search.integrate(&rest, x)?;
        let front = poly.to_expr(&var) * &g;
        let line = with_integrals(front.clone(), &[(-&c, rest, x.clone())]);
        return Some(Found::new(front - c * other).line(line));
    }
    let (mut total, mut left, mut g, mut sign) = (Vec::new(), poly, first, Expr::one());
    while !left.is_zero() {
        g = g.next();
        total.push(&sign * left.to_expr(&var) * g.value());
        sign = -sign;
        left = left.derivative();
    }
    Some(Found::new(total.into_iter().sum()).says("integration by parts, repeated".to_owned()))
}

/// What can be integrated any number of times.
enum Primitive {
    /// `c f(u)` for one function.
    One { c: Expr, f: Func, u: Expr, slope: Expr },
    /// `exp(w) (p cos(u) + q sin(u))`, with the slopes of `w` and `u`.
    Both { w: Expr, u: Expr, a: Expr, b: Expr, p: Expr, q: Expr },
}

impl Primitive {
    fn of(list: &[Expr], x: &Symbol) -> Option<Primitive> {
        let wave = |f: Func| matches!(f, Func::Sin | Func::Cos);
        let part = |e: &Expr| match e.node() {
            Node::Apply(f @ (Func::Exp | Func::Sin | Func::Cos | Func::Sinh | Func::Cosh), u) => {
                Some((*f, u.clone(), slope(u, x)?))
            }
            _ => None,
        };
        match list {
            [one] => part(one).map(|(f, u, slope)| Primitive::One { c: Expr::one(), f, u, slope }),
            [one, two] => {
                let (mut one, mut two) = (part(one)?, part(two)?);
                if two.0 == Func::Exp {
                    std::mem::swap(&mut one, &mut two);
                }
                (one.0 == Func::Exp && wave(two.0)).then_some(())?;
                let cosine = two.0 == Func::Cos;
                let (p, q) = if cosine { (Expr::one(), Expr::zero()) } else { (Expr::zero(), Expr::one()) };
                Some(Primitive::Both { w: one.1, u: two.1, a: one.2, b: two.2, p, q })
            }
            _ => None,
        }
    }

    /// Its antiderivative.
    fn next(&self) -> Primitive {
        match self {
            Primitive::One { c, f, u, slope } => {
                let (sign, g) = match f {
                    Func::Sin => (-1, Func::Cos),
                    Func::Cos => (1, Func::Sin),
                    Func::Sinh => (1, Func::Cosh),
                    Func::Cosh => (1, Func::Sinh),
                    _ => (1, Func::Exp),
                };
                let c = Expr::integer(sign) * c / slope;
                Primitive::One { c, f: g, u: u.clone(), slope: slope.clone() }
            }
            Primitive::Both { w, u, a, b, p, q } => {
                let below = norm(&(a.powi(2) + b.powi(2)));
                let over = |e: Expr| norm(&(e / &below));
                let (p, q) = (over(mul(a, p) - mul(b, q)), over(mul(b, p) + mul(a, q)));
                Primitive::Both { w: w.clone(), u: u.clone(), a: a.clone(), b: b.clone(), p, q }
            }
        }
    }

    fn value(&self) -> Expr {
        match self {
            Primitive::One { c, f, u, .. } => c * apply(*f, u),
            Primitive::Both { w, u, p, q, .. } => (p * u.cos() + q * u.sin()) * w.exp(),
        }
    }

    fn integral(&self) -> Expr {
        self.next().value()
    }
}
