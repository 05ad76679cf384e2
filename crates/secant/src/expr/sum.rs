//! Sums: flat, like terms collected, in canonical order.

use smallvec::SmallVec;

use super::node::{Constant, Expr, Node, Sum, Term};
use super::rational::Rational;
use super::shape::Shape;

/// Terms on their way; nearly every sum finds room without the heap.
type Flat = SmallVec<[Term; 3]>;

/// `Σ coefficient · expr`, flat and collected.
///
/// Terms of one shape; a scalar beside a tensor is added to every entry.
/// A lone `c · (a + b)` stays as it is (except that a sign is multiplied in); beside other terms it is multiplied out.
pub fn sum(terms: impl IntoIterator<Item = (Rational, Expr)>) -> Expr {
    let mut constant = Rational::ZERO;
    let mut first: Option<(Rational, Expr)> = None;
    let mut flat = Flat::new();
    let mut shape = Shape::SCALAR;
    for (c, e) in terms {
        if shape.is_scalar() && !e.shape().is_scalar() {
            shape = e.shape().clone();
        }
        if e.is_zero() {
            continue;
        }
        if c.is_zero() && !matches!(e.node(), Node::Constant(Constant::Undefined | Constant::Infinity)) {
            continue;
        }
        match e.node() {
            Node::Number(n) => constant = &constant + &(&c * n),
            Node::Constant(Constant::Undefined) => return e,
            _ if flat.is_empty() && first.is_none() => first = Some((c, e)),
            _ => {
                if let Some((c, e)) = first.take() {
                    flatten(c, e, &mut constant, &mut flat);
                }
                flatten(c, e, &mut constant, &mut flat);
            }
        }
    }
    if let Some((c, e)) = first {
        if constant.is_zero() && *e.shape() == shape {
            return scaled(c, e);
        }
        flatten(c, e, &mut constant, &mut flat);
    }
    if !shape.is_scalar() {
        // Numbers and scalars beside a tensor are added to every entry.
        let number = std::mem::replace(&mut constant, Rational::ZERO);
        for t in &mut flat {
            t.expr = t.expr.broadcast(&shape);
        }
        if !number.is_zero() {
            flat.push(Term { coefficient: number, expr: Expr::ones(&shape) });
        }
    }
    if opposite_infinities(&flat) {
        return Expr::undefined();
    }
    collect(&mut flat);
    finish(constant, flat, &shape)
}

fn opposite_infinities(flat: &[Term]) -> bool {
    let mut signs = flat
        .iter()
        .filter(|t| matches!(t.expr.node(), Node::Constant(Constant::Infinity)))
        .map(|t| t.coefficient.is_negative());
    signs.next().is_some_and(|first| signs.any(|sign| sign != first))
}

fn flatten(c: Rational, e: Expr, constant: &mut Rational, flat: &mut Flat) {
    match e.node() {
        Node::Number(n) => *constant = &*constant + &(&c * n),
        Node::Sum(s) => {
            if !s.constant.is_zero() {
                *constant = &*constant + &(&c * &s.constant);
            }
            for t in &s.terms {
                // One level only: a sum inside a sum occurs as the lone scaled term, and holds none itself.
                flatten(&c * &t.coefficient, t.expr.clone(), constant, flat);
            }
        }
        _ => flat.push(Term { coefficient: c, expr: e }),
    }
}

/// Sorts by hash and adds the coefficients of equal terms.
fn collect(flat: &mut Flat) {
    if flat.len() > 1 {
        flat.sort_by_key(|t| t.expr.stable_hash());
        flat.dedup_by(|next, kept| {
            let same = next.expr == kept.expr;
            if same {
                kept.coefficient = &kept.coefficient + &next.coefficient;
            }
            same
        });
    }
    flat.retain(|t| !t.coefficient.is_zero());
}

fn finish(constant: Rational, mut flat: Flat, shape: &Shape) -> Expr {
    match (flat.len(), constant.is_zero()) {
        (0, true) => Expr::zeros(shape),
        (0, _) => Expr::number(constant),
        (1, true) => {
            let Term { coefficient, expr } = flat.remove(0);
            scaled(coefficient, expr)
        }
        (n, _) => {
            let mut terms = Vec::with_capacity(n);
            terms.extend(flat);
            Expr::from_node(Node::Sum(Sum { constant, terms: terms.into_boxed_slice() }))
        }
    }
}

/// `c · e`.
pub fn scale(c: &Rational, e: &Expr) -> Expr {
    scaled(c.clone(), e.clone())
}

/// [`scale`] of what is not needed any more.
pub(super) fn scaled(c: Rational, e: Expr) -> Expr {
    if c.is_one() || e.is_undefined() || e.is_zero() {
        return e;
    }
    if c.is_zero() {
        let infinite = matches!(e.node(), Node::Constant(Constant::Infinity));
        return if infinite { Expr::undefined() } else { Expr::zeros(e.shape()) };
    }
    let times = |n: &Rational| n * &c;
    match e.node() {
        Node::Number(n) => Expr::number(times(n)),
        Node::Sum(s) if s.constant.is_zero() && s.terms.len() == 1 => {
            scaled(times(&s.terms[0].coefficient), s.terms[0].expr.clone())
        }
        Node::Sum(s) if c.is_minus_one() => {
            let terms =
                s.terms.iter().map(|t| Term { coefficient: times(&t.coefficient), expr: t.expr.clone() });
            Expr::from_node(Node::Sum(Sum { constant: times(&s.constant), terms: terms.collect() }))
        }
        _ => {
            let term = Term { coefficient: c, expr: e };
            Expr::from_node(Node::Sum(Sum { constant: Rational::ZERO, terms: Box::new([term]) }))
        }
    }
}

macro_rules! operators {
    ($($trait:ident $method:ident $compute:expr;)*) => {$(
        impl std::ops::$trait<Expr> for Expr {
            type Output = Expr;
            fn $method(self, other: Expr) -> Expr {
                let compute: fn(Expr, Expr) -> Expr = $compute;
                compute(self, other)
            }
        }
        impl std::ops::$trait<&Expr> for &Expr {
            type Output = Expr;
            fn $method(self, other: &Expr) -> Expr {
                std::ops::$trait::$method(self.clone(), other.clone())
            }
        }
        impl std::ops::$trait<&Expr> for Expr {
            type Output = Expr;
            fn $method(self, other: &Expr) -> Expr {
                std::ops::$trait::$method(self, other.clone())
            }
        }
        impl std::ops::$trait<Expr> for &Expr {
            type Output = Expr;
            fn $method(self, other: Expr) -> Expr {
                std::ops::$trait::$method(self.clone(), other)
            }
        }
    )*};
}

operators! {
    Add add |a, b| sum([(Rational::ONE, a), (Rational::ONE, b)]);
    Sub sub |a, b| sum([(Rational::ONE, a), (Rational::MINUS_ONE, b)]);
    Mul mul |a, b| super::product([a, b]);
    Div div |a, b| super::product([a, b.recip()]);
}

impl std::ops::Neg for &Expr {
    type Output = Expr;
    fn neg(self) -> Expr {
        -self.clone()
    }
}

impl std::ops::Neg for Expr {
    type Output = Expr;
    fn neg(self) -> Expr {
        scaled(Rational::MINUS_ONE, self)
    }
}

impl From<i64> for Expr {
    fn from(n: i64) -> Expr {
        Expr::integer(n)
    }
}

impl From<Rational> for Expr {
    fn from(n: Rational) -> Expr {
        Expr::number(n)
    }
}
