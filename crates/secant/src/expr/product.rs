//! Products: flat, powers of one base collected, the number in front kept in a [`super::Sum`] of one term.

use super::node::{Constant, Expr, Node};
use super::rational::Rational;
use super::shape::Shape;
use super::{power, scale, sum};

/// The product of the factors, element by element, flat and collected. Tensors of one shape, and scalars.
pub fn product(factors: impl IntoIterator<Item = Expr>) -> Expr {
    let mut c = Rational::ONE;
    let mut flat: Vec<Factor> = Vec::new();
    let mut shape = Shape::SCALAR;
    let mut zero = false;
    for f in factors {
        if f.is_undefined() {
            return f;
        }
        if shape.is_scalar() {
            shape = f.shape().clone();
        }
        zero |= f.is_zero();
        flatten(&f, &mut c, &mut flat);
    }
    if c.is_zero() || zero {
        let infinite = flat.iter().any(|f| matches!(f.base.node(), Node::Constant(Constant::Infinity)));
        return if infinite { Expr::undefined() } else { Expr::zeros(&shape) };
    }
    // Rebuilding a power can set a number free (sqrt(2)·sqrt(2)) or open a product; twice at the most.
    for _ in 0..3 {
        let merged = collect(&mut flat);
        if !merged {
            break;
        }
        let old = std::mem::take(&mut flat);
        for f in old {
            match f.whole {
                Some(whole) => flat.push(Factor { whole: Some(whole), ..f }),
                None => {
                    let rebuilt = power(&f.base, &f.exponent);
                    if rebuilt.is_undefined() {
                        return rebuilt;
                    }
                    flatten(&rebuilt, &mut c, &mut flat);
                }
            }
        }
    }
    let mut factors: Vec<Expr> =
        flat.into_iter().map(|f| f.whole.unwrap_or_else(|| power(&f.base, &f.exponent))).collect();
    if !shape.is_scalar() {
        // Ones are the neutral element of a tensor's product; without another tensor they carry the shape.
        let ones = Expr::ones(&shape);
        factors.retain(|f| *f != ones);
        if factors.iter().all(|f| f.shape().is_scalar()) {
            factors.push(ones);
            factors.sort_by_key(|f| f.split_power().0.stable_hash());
        }
    }
    match factors.len() {
        0 => Expr::number(c),
        1 => scale(&c, &factors.swap_remove(0)),
        _ => scale(&c, &Expr::from_node(Node::Product(factors.into_boxed_slice()))),
    }
}

struct Factor {
    base: Expr,
    exponent: Expr,
    /// The factor as it came; lost when exponents are added.
    whole: Option<Expr>,
}

fn flatten(f: &Expr, c: &mut Rational, flat: &mut Vec<Factor>) {
    match f.node() {
        Node::Number(n) => *c = &*c * n,
        Node::Sum(s) if s.constant.is_zero() && s.terms.len() == 1 => {
            *c = &*c * &s.terms[0].coefficient;
            flatten(&s.terms[0].expr, c, flat);
        }
        Node::Product(factors) => factors.iter().for_each(|f| push(f, flat)),
        _ => push(f, flat),
    }
}

fn push(f: &Expr, flat: &mut Vec<Factor>) {
    let (base, exponent) = f.split_power();
    flat.push(Factor { base, exponent, whole: Some(f.clone()) });
}

/// Sorts by base and adds the exponents of equal bases; says whether any were equal.
fn collect(flat: &mut Vec<Factor>) -> bool {
    if flat.len() < 2 {
        return false;
    }
    flat.sort_by_key(|f| f.base.stable_hash());
    let mut merged = false;
    flat.dedup_by(|next, kept| {
        let same = next.base == kept.base;
        if same {
            kept.exponent = match (kept.exponent.as_number(), next.exponent.as_number()) {
                (Some(a), Some(b)) => Expr::number(a + b),
                _ => sum([(Rational::ONE, kept.exponent.clone()), (Rational::ONE, next.exponent.clone())]),
            };
            kept.whole = None;
            merged = true;
        }
        same
    });
    merged
}
