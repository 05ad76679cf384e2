//! Functions of sines and cosines, or of their hyperbolic kin, of one angle: `u = cos`, `sin`, `tan`, and as a last
//! resort the tangent of half the angle (or the exponential).

use num_integer::Integer;

use super::algebra::{free, is_zero, norm, positive, ratio, sign};
use super::methods::{map, rewritten};
use super::pair::{Pair, Ring};
use super::polynomial::Poly;
use super::search::{Found, Search, with_integrals};
use crate::equality;
use crate::expr::{Condition, Expr, Func, Node, Rational, Symbol, apply, expand};

/// Higher multiples of an angle are not written out.
const MAX_MULTIPLE: i64 = 12;

/// A substitution: what sine and cosine, and the angle's differential, become. `r` is the one that `u` is not.
struct Row {
    /// The new variable in terms of the angle.
    of: fn(&Expr) -> Expr,
    /// `r²`, sine, cosine, and `dθ/du`, each as a pair over `r`.
    square: fn(&Expr) -> Expr,
    sine: fn(&Expr) -> [Expr; 2],
    cosine: fn(&Expr) -> [Expr; 2],
    slope: fn(&Expr) -> [Expr; 2],
    /// What is known of `u`.
    known: fn(&Expr) -> Option<Condition>,
    /// `u = tan(k θ)`: `1/k`, where it is one.
    tangent: Option<i64>,
    /// What `r` is, where its sign may stand in front.
    other: Option<fn(&Expr) -> Expr>,
}

fn one() -> Expr {
    Expr::one()
}
fn zero() -> Expr {
    Expr::zero()
}
fn tangent_square(u: &Expr) -> Expr {
    (one() + u.powi(2)).recip()
}

const COS: Row = Row {
    of: Expr::cos,
    square: |u| one() - u.powi(2),
    sine: |_| [zero(), one()],
    cosine: |u| [u.clone(), zero()],
    slope: |u| [zero(), -(one() - u.powi(2)).recip()],
    known: |_| None,
    tangent: None,
    other: Some(Expr::sin),
};
const SIN: Row = Row {
    of: Expr::sin,
    square: |u| one() - u.powi(2),
    sine: |u| [u.clone(), zero()],
    cosine: |_| [zero(), one()],
    slope: |u| [zero(), (one() - u.powi(2)).recip()],
    known: |_| None,
    tangent: None,
    other: Some(Expr::cos),
};
const TAN: Row = Row {
    of: Expr::tan,
    square: tangent_square,
    sine: |u| [zero(), u.clone()],
    cosine: |_| [zero(), one()],
    slope: |u| [tangent_square(u), zero()],
    known: |_| None,
    tangent: Some(1),
    other: Some(Expr::cos),
};
const HALF: Row = Row {
    of: |angle| (ratio(1, 2) * angle).tan(),
    square: |_| one(),
    sine: |u| [Expr::integer(2) * u * tangent_square(u), zero()],
    cosine: |u| [(one() - u.powi(2)) * tangent_square(u), zero()],
    slope: |u| [Expr::integer(2) * tangent_square(u), zero()],
    known: |_| None,
    tangent: Some(2),
    other: None,
};
const COSH: Row = Row {
    of: Expr::cosh,
    square: |u| u.powi(2) - one(),
    sine: |_| [zero(), one()],
    cosine: |u| [u.clone(), zero()],
    slope: |u| [zero(), (u.powi(2) - one()).recip()],
    known: |u| Some(positive(u)),
    tangent: None,
    other: Some(Expr::sinh),
};
const SINH: Row = Row {
    of: Expr::sinh,
    square: |u| one() + u.powi(2),
    sine: |u| [u.clone(), zero()],
    cosine: |_| [zero(), one()],
    slope: |u| [zero(), (one() + u.powi(2)).recip()],
    known: |_| None,
    tangent: None,
    other: None,
};
const TANH: Row = Row {
    of: Expr::tanh,
    square: |u| (one() - u.powi(2)).recip(),
    sine: |u| [zero(), u.clone()],
    cosine: |_| [zero(), one()],
    slope: |u| [(one() - u.powi(2)).recip(), zero()],
    known: |u| Some(positive(&(one() - u.powi(2)))),
    tangent: None,
    other: None,
};
const EXP: Row = Row {
    of: Expr::exp,
    square: |_| one(),
    sine: |u| [ratio(1, 2) * (u - u.recip()), zero()],
    cosine: |u| [ratio(1, 2) * (u + u.recip()), zero()],
    slope: |u| [u.recip(), zero()],
    known: |u| Some(positive(u)),
    tangent: None,
    other: None,
};

/// Circular or hyperbolic.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Circular,
    Hyperbolic,
}

fn kind(f: Func) -> Option<Kind> {
    use Func::{Cos, Cosh, Cot, Coth, Csc, Csch, Sec, Sech, Sin, Sinh, Tan, Tanh};
    Some(match f {
        Sin | Cos | Tan | Sec | Csc | Cot => Kind::Circular,
        Sinh | Cosh | Tanh | Sech | Csch | Coth => Kind::Hyperbolic,
        _ => return None,
    })
}

pub(super) fn circular(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Found> {
    let below = e.post_order().iter().any(|p| match p.node() {
        Node::Apply(f, _) => matches!(f, Func::Tan | Func::Sec | Func::Csc | Func::Cot),
        Node::Power(_, n) => n.as_number().is_some_and(Rational::is_negative),
        _ => false,
    });
    let rows: [&Row; 4] = if below { [&TAN, &COS, &SIN, &HALF] } else { [&COS, &SIN, &TAN, &HALF] };
    substituted(search, e, x, Kind::Circular, &rows)
}

pub(super) fn hyperbolic(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Found> {
    substituted(search, e, x, Kind::Hyperbolic, &[&COSH, &SINH, &TANH, &EXP])
}

fn substituted(search: &mut Search<'_>, e: &Expr, x: &Symbol, kind: Kind, rows: &[&Row]) -> Option<Found> {
    let (inside, unit, slope) = in_one_angle(e, x, kind)?;
    let (s, c) = (sine_name(), cosine_name());
    let name = search.fresh(e, x);
    let u = Expr::var(name.clone());
    // Where only the other function is left in front: its sign, and a root.
    let mut odd: Vec<(&Row, Expr)> = Vec::new();
    for row in rows {
        if !search.afford(&inside, 4) {
            return None;
        }
        let pair = |[a, b]: [Expr; 2]| Pair { a, b };
        let leaf = |p: &Expr| match p.node() {
            Node::Var(v) if *v == s => Some(pair((row.sine)(&u))),
            Node::Var(v) if *v == c => Some(pair((row.cosine)(&u))),
            _ if free(p, &s) && free(p, &c) => Some(Pair::plain(p.clone())),
            _ => None,
        };
        let ring = Ring { square: (row.square)(&u), leaf: &leaf };
        let Some(read) = ring.read(&inside) else { continue };
        let whole = ring.times(&read, &pair((row.slope)(&u)));
        if !is_zero(&whole.b) {
            if is_zero(&whole.a) && row.other.is_some() {
                odd.push((row, whole.b));
            }
            continue;
        }
        let known = (row.known)(&u);
        let facts: Vec<Condition> = known.iter().cloned().collect();
        let integrand = equality::assuming(&(whole.a / &slope), &facts);
        let integrand =
            if integrand.node_count() < 60 { equality::simplify(&integrand, 1000) } else { integrand };
        let value = (row.of)(&unit);
        let before = search.facts().to_vec();
        let Some(result) = search.integrate_in(&integrand, &name, &u, known) else { continue };
        let result = match row.tangent {
            Some(k) => continuous(&result, &name, &(ratio(1, k) * &unit), &before),
            None => result,
        };
        let line = with_integrals(zero(), &[(one(), integrand, name.clone())]);
        let found = Found::new(result.replace(&name, &value)).line(line);
        return Some(found.says(format!("substitution {name} = {value}")));
    }
    for (row, b) in odd {
        let integrand = equality::simplify(&(b * (row.square)(&u).sqrt() / &slope), 1000);
        let value = (row.of)(&unit);
        let Some(result) = search.integrate_in(&integrand, &name, &u, None) else { continue };
        let sign = (row.other?)(&unit).sign();
        let line = with_integrals(zero(), &[(sign.clone(), integrand, name.clone())]);
        let found = Found::new(sign * result.replace(&name, &value)).line(line);
        return Some(found.says(format!("substitution {name} = {value}")));
    }
    None
}

fn sine_name() -> Symbol {
    Symbol::new("\u{2022}s")
}
fn cosine_name() -> Symbol {
    Symbol::new("\u{2022}c")
}

/// The integrand in the sine and cosine of one angle, the angle, and its slope.
fn in_one_angle(e: &Expr, x: &Symbol, want: Kind) -> Option<(Expr, Expr, Expr)> {
    let mut angles: Vec<Poly> = Vec::new();
    for part in e.post_order() {
        if let Node::Apply(f, u) = part.node()
            && kind(*f) == Some(want)
            && !free(u, x)
        {
            let p = Poly::of(u, x).filter(|p| p.degree() == 1)?;
            if !angles.contains(&p) {
                angles.push(p);
            }
        }
    }
    let first = angles.first()?.coefficient(1);
    // Every slope is a multiple of one: first · p/q.
    let (mut above, mut below) = (0, 1);
    for p in &angles {
        let k = norm(&(p.coefficient(1) / &first));
        let (n, d) = k.as_number()?.to_small()?;
        (above, below) = ((above * d).gcd(&(n * below)), below * d);
        let shared = above.gcd(&below);
        (above, below) = (above / shared, below / shared);
    }
    let slope = norm(&(&first * ratio(above, below)));
    let multiple = |p: &Poly| norm(&(p.coefficient(1) / &slope)).as_number().and_then(Rational::to_i64);
    // An offset that all share, in proportion, belongs to the angle.
    let offset = norm(&(angles[0].coefficient(0) / Expr::integer(multiple(&angles[0])?)));
    let proportional = angles
        .iter()
        .all(|p| multiple(p).is_some_and(|n| is_zero(&(p.coefficient(0) - &offset * Expr::integer(n)))));
    let offset = if proportional { offset } else { zero() };
    let unit = &slope * Expr::var(x.clone()) + &offset;
    let (s, c) = (Expr::var(sine_name()), Expr::var(cosine_name()));
    let mut failed = false;
    let inside = e.rebuild(|p| {
        let Node::Apply(f, u) = p.node() else { return None };
        if free(u, x) {
            return None;
        }
        if *f == Func::Exp && want == Kind::Hyperbolic {
            // exp(k θ) = (cosh θ + sinh θ)^k
            let k = norm(&(u / &unit)).as_number().and_then(Rational::to_i64)?;
            return Some((&c + &s).powi(k));
        }
        (kind(*f) == Some(want)).then_some(())?;
        let written = || -> Option<Expr> {
            let p = Poly::of(u, x)?;
            let n = multiple(&p)?;
            let rest = norm(&(p.coefficient(0) - &offset * Expr::integer(n)));
            written_out(*f, n, &rest, &s, &c, want)
        };
        let other = written();
        failed |= other.is_none();
        other
    });
    (!failed && free(&inside, x)).then_some((inside, unit, slope))
}

/// `f(n θ + b)` by the sine and cosine of θ.
fn written_out(f: Func, n: i64, b: &Expr, s: &Expr, c: &Expr, want: Kind) -> Option<Expr> {
    if n.abs() > MAX_MULTIPLE {
        return None;
    }
    let back = if want == Kind::Circular { -1 } else { 1 };
    let (mut cos, mut sin) = (one(), zero());
    for _ in 0..n.abs() {
        (cos, sin) = (&cos * c + Expr::integer(back) * &sin * s, &sin * c + &cos * s);
    }
    let (mut cos, mut sin) =
        (expand(&cos, 500)?, crate::expr::scale(&Rational::integer(n.signum()), &expand(&sin, 500)?));
    if !b.is_zero() {
        let (cb, sb) = match want {
            Kind::Circular => (b.cos(), b.sin()),
            Kind::Hyperbolic => (b.cosh(), b.sinh()),
        };
        (cos, sin) = (&cos * &cb + Expr::integer(back) * &sin * &sb, &sin * &cb + &cos * &sb);
    }
    use Func::{Cos, Cosh, Cot, Coth, Csc, Csch, Sec, Sech, Sin, Sinh, Tan, Tanh};
    Some(match f {
        Sin | Sinh => sin,
        Cos | Cosh => cos,
        Tan | Tanh => sin / cos,
        Cot | Coth => cos / sin,
        Sec | Sech => cos.recip(),
        Csc | Csch => sin.recip(),
        _ => return None,
    })
}

/// `atan(a tan φ + b)` jumps where the tangent does; `φ + atan(…)` is the same without the jumps, for `b² < 4 a`.
fn continuous(result: &Expr, name: &Symbol, angle: &Expr, facts: &[Condition]) -> Expr {
    map(result, &mut |p| {
        let Node::Apply(Func::Atan, v) = p.node() else { return None };
        let (a, b) = Poly::of(v, name)?.linear()?;
        let turn = sign(&a, facts)?;
        let (a, b) = if turn < 0 { (-a, -b) } else { (a, b) };
        if sign(&(Expr::integer(4) * &a - b.powi(2)), facts)? <= 0 {
            return None;
        }
        let twice = Expr::integer(2) * angle;
        let above = (&a - one()) * twice.sin() + &b * (one() + twice.cos());
        let below = one() + &a + (one() - &a) * twice.cos() + &b * twice.sin();
        let rest = if above.is_zero() { zero() } else { equality::simplify(&(above / below), 1000).atan() };
        let whole = angle + rest;
        Some(if turn < 0 { -whole } else { whole })
    })
}

/// `1 + cos(u) = 2 cos(u/2)²`, `1 - sin(u) = 2 sin(pi/4 - u/2)²` below a root.
pub(super) fn half_angles(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Found> {
    let other = map(e, &mut |p| {
        let Node::Power(b, n) = p.node() else { return None };
        if n.as_number().is_none_or(Rational::is_integer) || free(b, x) {
            return None;
        }
        Some(crate::expr::power(&doubled(b, x)?, n))
    });
    rewritten(search, e, &other, x)
}

/// `k (1 ± cos(u))` or `k (1 ± sin(u))` as a square.
fn doubled(b: &Expr, x: &Symbol) -> Option<Expr> {
    let list = super::algebra::terms(b);
    let [first, second] = &list[..] else { return None };
    let (k, wave) = if free(first, x) { (first, second) } else { (second, first) };
    let (c, inside) = super::algebra::split_constant(wave, x);
    let Node::Apply(f, u) = inside.node() else { return None };
    let sign = norm(&(&c / k)).as_number().and_then(Rational::to_i64)?;
    let half = ratio(1, 2) * u;
    let quarter = ratio(1, 4) * Expr::constant(crate::expr::Constant::Pi);
    let root = match (f, sign) {
        (Func::Cos, 1) => half.cos(),
        (Func::Cos, -1) => half.sin(),
        (Func::Sin, 1) => (half - quarter).cos(),
        (Func::Sin, -1) => (half + quarter).cos(),
        (Func::Cosh, 1) => half.cosh(),
        (Func::Cosh, -1) => return None,
        _ => return None,
    };
    Some(Expr::integer(2) * k * apply(Func::Abs, &root).powi(2))
}
