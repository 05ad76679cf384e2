//! Products: flat, powers of one base collected, the number in front kept in a [`super::Sum`] of one term.

use super::func::Func;
use super::node::{Constant, Expr, Factors, Node};
use super::rational::Rational;
use super::shape::Shape;
use super::sum::scaled;
use super::{power, sum};

/// The product of the factors, element by element, flat and collected. Tensors of one shape, and scalars.
pub fn product(factors: impl IntoIterator<Item = Expr>) -> Expr {
    let (c, e) = term(factors);
    scaled(c, e)
}

/// [`product`] as a term of a sum: the number in front, and the rest.
pub(crate) fn term(factors: impl IntoIterator<Item = Expr>) -> (Rational, Expr) {
    let mut c = Rational::ONE;
    let mut flat = Factors::new();
    let mut shape = Shape::SCALAR;
    let mut zero = false;
    for f in factors {
        if f.is_undefined() {
            return (Rational::ONE, f);
        }
        if shape.is_scalar() && !f.shape().is_scalar() {
            shape = f.shape().clone();
        }
        zero |= f.is_zero();
        flatten(f, &mut c, &mut flat);
    }
    if c.is_zero() || zero {
        let infinite = flat.iter().any(|f| matches!(base_of(f).node(), Node::Constant(Constant::Infinity)));
        return (Rational::ONE, if infinite { Expr::undefined() } else { Expr::zeros(&shape) });
    }
    // Adding exponents can set a number free (sqrt(2)·sqrt(2)) or open a product; twice at the most.
    for _ in 0..3 {
        flat.sort_by_key(base_hash);
        if !flat.windows(2).any(|pair| same_base(&pair[0], &pair[1])) {
            break;
        }
        let mut merged = Factors::new();
        let mut rest = flat.drain(..).peekable();
        while let Some(f) = rest.next() {
            if !rest.peek().is_some_and(|g| same_base(&f, g)) {
                merged.push(f);
                continue;
            }
            let (base, mut exponent) = f.split_power();
            while let Some(g) = rest.next_if(|g| same_base(&f, g)) {
                let more = g.split_power().1;
                exponent = match (exponent.as_number(), more.as_number()) {
                    (Some(a), Some(b)) => Expr::number(a + b),
                    _ => sum([(Rational::ONE, exponent), (Rational::ONE, more)]),
                };
            }
            let whole = power(&base, &exponent);
            if whole.is_undefined() {
                return (Rational::ONE, whole);
            }
            flatten(whole, &mut c, &mut merged);
        }
        drop(rest);
        flat = merged;
    }
    if !shape.is_scalar() {
        // Ones are the neutral element of a tensor's product; without another tensor they carry the shape.
        let ones = Expr::ones(&shape);
        flat.retain(|f| *f != ones);
        if flat.iter().all(|f| f.shape().is_scalar()) {
            flat.push(ones);
            flat.sort_by_key(base_hash);
        }
    }
    match flat.len() {
        0 => (Rational::ONE, Expr::number(c)),
        1 => (c, flat.remove(0)),
        _ => (c, Expr::from_node(Node::Product(flat))),
    }
}

fn flatten(f: Expr, c: &mut Rational, flat: &mut Factors) {
    match f.node() {
        Node::Number(n) => *c = &*c * n,
        Node::Sum(s) if s.constant.is_zero() && s.terms.len() == 1 => {
            *c = &*c * &s.terms[0].coefficient;
            flatten(s.terms[0].expr.clone(), c, flat);
        }
        Node::Product(factors) => flat.extend(factors.iter().cloned()),
        _ => flat.push(f),
    }
}

/// What is raised to a power; `e` for `exp(u)`.
fn base_of(f: &Expr) -> &Expr {
    match f.node() {
        Node::Power(base, _) => base,
        Node::Apply(Func::Exp, _) => Expr::euler(),
        _ => f,
    }
}

fn base_hash(f: &Expr) -> u64 {
    base_of(f).stable_hash()
}

fn same_base(f: &Expr, g: &Expr) -> bool {
    base_of(f) == base_of(g)
}
