//! Numbers `a + b r` where the square of `r` is known: what is left of roots and of sines beside cosines.

use super::algebra::{is_zero, norm};
use crate::expr::{Expr, Node, Rational, apply, power};

/// `a + b r`.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) a: Expr,
    pub(super) b: Expr,
}

/// How leaves are read, and what `r²` is.
pub(super) struct Ring<'a> {
    pub(super) square: Expr,
    /// `Some` for what stands for a pair as a whole; `None`: look into it.
    pub(super) leaf: &'a dyn Fn(&Expr) -> Option<Pair>,
}

impl Pair {
    pub(super) fn plain(a: Expr) -> Pair {
        Pair { a, b: Expr::zero() }
    }
}

impl Ring<'_> {
    /// The expression as a pair; functions and roots are looked into only where no `r` stands below them.
    pub(super) fn read(&self, e: &Expr) -> Option<Pair> {
        if let Some(pair) = (self.leaf)(e) {
            return Some(pair);
        }
        match e.node() {
            Node::Number(_) | Node::Constant(_) | Node::Var(_) => Some(Pair::plain(e.clone())),
            Node::Sum(s) => {
                let mut total = Pair::plain(Expr::number(s.constant.clone()));
                for t in &s.terms {
                    let p = self.read(&t.expr)?;
                    let c = Expr::number(t.coefficient.clone());
                    total = Pair { a: norm(&(total.a + &c * p.a)), b: norm(&(total.b + c * p.b)) };
                }
                Some(total)
            }
            Node::Product(factors) => {
                let mut total = Pair::plain(Expr::one());
                for f in factors {
                    total = self.times(&total, &self.read(f)?);
                }
                Some(total)
            }
            Node::Power(b, n) => {
                let base = self.read(b)?;
                match n.as_number().filter(|n| n.is_integer()).and_then(Rational::to_i64) {
                    Some(n) if n.unsigned_abs() <= 40 => self.pow(&base, n),
                    _ => {
                        let n = self.read(n)?;
                        (is_zero(&base.b) && is_zero(&n.b)).then(|| Pair::plain(power(&base.a, &n.a)))
                    }
                }
            }
            Node::Apply(f, u) => {
                let u = self.read(u)?;
                is_zero(&u.b).then(|| Pair::plain(apply(*f, &u.a)))
            }
            Node::Apply2(..) | Node::Select(..) | Node::Derivative(..) | Node::Tensor(_) => None,
        }
    }

    pub(super) fn times(&self, p: &Pair, q: &Pair) -> Pair {
        let cross = if p.b.is_zero() || q.b.is_zero() { Expr::zero() } else { &p.b * &q.b * &self.square };
        Pair { a: norm(&(&p.a * &q.a + cross)), b: norm(&(&p.a * &q.b + &p.b * &q.a)) }
    }

    pub(super) fn recip(&self, p: &Pair) -> Option<Pair> {
        if is_zero(&p.b) {
            return (!is_zero(&p.a)).then(|| Pair::plain(norm(&p.a.recip())));
        }
        let size = norm(&(p.a.powi(2) - p.b.powi(2) * &self.square));
        if size.is_zero() {
            return None;
        }
        Some(Pair { a: norm(&(&p.a / &size)), b: norm(&(-&p.b / size)) })
    }

    fn pow(&self, p: &Pair, n: i64) -> Option<Pair> {
        if is_zero(&p.b) {
            return Some(Pair::plain(norm(&p.a.powi(n))));
        }
        if p.a.is_zero() {
            // (b r)^n without a quotient that would have to be cancelled again
            let (half, odd) = (n.div_euclid(2), n.rem_euclid(2));
            let even = norm(&(p.b.powi(n) * self.square.powi(half)));
            return Some(if odd == 1 { Pair { a: Expr::zero(), b: even } } else { Pair::plain(even) });
        }
        let base = if n < 0 { self.recip(p)? } else { p.clone() };
        let mut total = Pair::plain(Expr::one());
        for _ in 0..n.unsigned_abs() {
            total = self.times(&total, &base);
        }
        Some(total)
    }
}
