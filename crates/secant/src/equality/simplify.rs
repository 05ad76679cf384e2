//! The form a person would write: the shortest of a few candidates, part by part.
//!
//! Bounded: each part gets a fixed number of candidates, each made within a budget of terms. Deterministic: candidates
//! come in a fixed order and a later one must be shorter to win. Every candidate equals the expression wherever both
//! have a value.

use std::collections::HashMap;

use super::normal::{NoForm, Normaliser};
use crate::expr::{Expr, Func, HashBuild, Node, Rational, apply, expand, power, product, scale, sum};

/// A part with more nodes than this is left as it is (its own parts are looked at).
const MAX_NODES: usize = 400;

/// The shortest form of `e` that is found with at most about `budget` terms made.
pub fn simplify(e: &Expr, budget: usize) -> Expr {
    let mut left = budget;
    let mut best = e.clone();
    // A second look: parts that became shorter may meet. Two rounds change nothing any more in practice; the bound
    // makes it certain that this ends.
    for _ in 0..4 {
        let next = round(&best, &mut left);
        if next == best {
            break;
        }
        best = next;
    }
    best
}

fn round(e: &Expr, left: &mut usize) -> Expr {
    let mut done = HashMap::<usize, Expr, HashBuild>::default();
    for part in e.post_order() {
        let new = part.with_children(|c| done[&c.address()].clone());
        // Sums, products and powers can be written in several ways; functions are what they are.
        let new = match new.node() {
            Node::Sum(_) | Node::Product(_) | Node::Power(..) => shortest(&new, left),
            _ => new,
        };
        done.insert(part.address(), new);
    }
    done[&e.address()].clone()
}

fn shortest(e: &Expr, left: &mut usize) -> Expr {
    let nodes = e.node_count();
    if nodes > MAX_NODES || *left < nodes {
        return e.clone();
    }
    *left -= nodes;
    let mut best = (length(e), e.clone());
    let mut offer = |candidate: Option<Expr>| {
        if let Some(candidate) = candidate.filter(|c| !c.is_undefined()) {
            let length = length(&candidate);
            if length < best.0 {
                best = (length, candidate);
            }
        }
    };
    let terms = 2000.min(*left);
    let expanded = expand(e, terms);
    let common = expanded.as_ref().and_then(common_factor);
    offer(common_factor(e));
    offer(expanded.clone());
    offer(common);
    offer(signs_turned(e));
    offer(tangents(e));
    if e.shape().is_scalar() {
        offer(expanded.as_ref().and_then(perfect_power));
        let together = over_one_bar(e, terms).ok();
        offer(together.as_ref().and_then(common_factor_above));
        offer(together.as_ref().and_then(signs_turned));
        offer(together);
        if turns_only(e) {
            offer(Normaliser::new(terms).normal_form(e).ok());
        }
    }
    best.1
}

/// How much there is to read.
fn length(e: &Expr) -> u64 {
    e.to_formula().size()
}

impl Normaliser {
    fn normal_form(&mut self, e: &Expr) -> Result<Expr, NoForm> {
        let f = self.fraction(e)?;
        let f = self.cancel(f)?;
        self.back(&f)
    }
}

/// One numerator over one denominator, common factors cancelled: nought exactly where algebra alone shows it, functions
/// being taken as they are. `None` when that would make more than `terms` terms, or where there is no value.
pub fn together(e: &Expr, terms: usize) -> Option<Expr> {
    over_one_bar(e, terms).ok()
}

/// One numerator over one denominator, common factors cancelled.
fn over_one_bar(e: &Expr, terms: usize) -> Result<Expr, NoForm> {
    Normaliser::algebraic(terms).normal_form(e)
}

/// The full normal form may be read as an expression only where its kernels are: a logarithm there is one of a
/// modulus.
fn turns_only(e: &Expr) -> bool {
    let mut turns = false;
    let plain = e.post_order().iter().all(|part| match part.node() {
        Node::Apply(f, _) => {
            let turning = matches!(
                f,
                Func::Sin
                    | Func::Cos
                    | Func::Tan
                    | Func::Sec
                    | Func::Csc
                    | Func::Cot
                    | Func::Sinh
                    | Func::Cosh
                    | Func::Tanh
            );
            turns |= turning;
            turning || *f == Func::Exp
        }
        Node::Power(_, x) => x.as_number().is_some_and(Rational::is_integer),
        Node::Number(_) | Node::Constant(_) | Node::Var(_) | Node::Sum(_) | Node::Product(_) => true,
        Node::Apply2(..) | Node::Select(..) | Node::Derivative(..) | Node::Tensor(_) => false,
    });
    turns && plain
}

/// What all terms of a sum share, in front: `x² eˣ + 2 x eˣ` is `x (x + 2) eˣ`.
fn common_factor(e: &Expr) -> Option<Expr> {
    let (outer, inner) = e.split_coefficient();
    let Node::Sum(s) = inner.node() else { return None };
    if !e.shape().is_scalar() {
        return None;
    }
    let terms: Vec<(Rational, Expr)> = std::iter::once((s.constant.clone(), Expr::one()))
        .filter(|(c, _)| !c.is_zero())
        .chain(s.terms.iter().map(|t| (t.coefficient.clone(), t.expr.clone())))
        .collect();
    // Powers with numeric exponents that occur in every term, at the least exponent.
    let powers = |e: &Expr| -> Vec<(Expr, Expr)> {
        match e.node() {
            Node::Product(factors) => factors.iter().map(Expr::split_power).collect(),
            _ => vec![e.split_power()],
        }
    };
    let mut shared: Vec<(Expr, Expr)> = powers(&terms[0].1);
    for (_, t) in &terms[1..] {
        let theirs = powers(t);
        shared.retain_mut(|(base, x)| {
            let Some((_, y)) = theirs.iter().find(|(b, _)| b == base) else { return false };
            if x == y {
                return true;
            }
            match (x.as_number(), y.as_number()) {
                (Some(a), Some(b)) if a.is_negative() == b.is_negative() => {
                    *x = Expr::number(if a.abs() < b.abs() { a.clone() } else { b.clone() });
                    true
                }
                _ => false,
            }
        });
    }
    shared.retain(|(base, _)| base.as_number().is_none());
    let content = content(terms.iter().map(|(c, _)| c));
    let factor = product(shared.iter().map(|(b, x)| power(b, x)));
    if factor.is_one() && content.is_one() {
        return None;
    }
    let inverse = factor.recip();
    let c_inverse = content.recip()?;
    let rest = sum(terms.iter().map(|(c, t)| (c * &c_inverse, product([t.clone(), inverse.clone()]))));
    let whole = product([factor, rest]);
    Some(scale(&(&outer * &content), &whole))
}

/// `-2/((1 - x) (1 + x))` as `2/((x - 1) (x + 1))`: a sign in front goes into a factor that has one to give.
fn signs_turned(e: &Expr) -> Option<Expr> {
    let (c, inner) = e.split_coefficient();
    let alone = [inner.clone()];
    let factors = match inner.node() {
        Node::Product(factors) => &factors[..],
        _ => &alone,
    };
    if !c.is_negative() {
        return None;
    }
    let turned = factors.iter().enumerate().find_map(|(k, f)| {
        let (base, n) = f.split_power();
        let odd = n.as_number().is_some_and(Rational::is_odd_integer);
        let Node::Sum(s) = base.node() else { return None };
        let minus = s.constant.is_negative() || s.terms.iter().any(|t| t.coefficient.is_negative());
        (odd && minus).then(|| (k, power(&-&base, &n)))
    });
    let (at, turned) = turned?;
    let others = factors.iter().enumerate().filter(|(k, _)| *k != at).map(|(_, f)| f.clone());
    Some(scale(&-c, &product(others.chain([turned]))))
}

/// `sin(u)/cos(u)` as `tan(u)`, `sinh(u)/cosh(u)` as `tanh(u)`, to any power; the other way up they would gain a hole.
fn tangents(e: &Expr) -> Option<Expr> {
    let (c, inner) = e.split_coefficient();
    let Node::Product(factors) = inner.node() else { return None };
    let mut factors: Vec<Expr> = factors.to_vec();
    for (above, below, quotient) in [(Func::Sin, Func::Cos, Func::Tan), (Func::Sinh, Func::Cosh, Func::Tanh)]
    {
        for k in 0..factors.len() {
            let (base, n) = factors[k].split_power();
            let (Node::Apply(f, u), Some(n)) = (base.node(), n.as_number()) else { continue };
            if *f != above || !n.is_integer() || n.is_negative() {
                continue;
            }
            let partner = factors.iter().position(|g| {
                let (base, m) = g.split_power();
                matches!(base.node(), Node::Apply(f, v) if *f == below && v == u)
                    && m.as_number() == Some(&-n)
            });
            if let Some(partner) = partner {
                factors[k] = power(&apply(quotient, u), &Expr::number(n.clone()));
                factors[partner] = Expr::one();
                return Some(scale(&c, &product(factors)));
            }
        }
    }
    None
}

/// `x^2 + 2 x y + y^2` as `(x + y)^2`, `8 x^3 + 12 x^2 + 6 x + 1` as `(2 x + 1)^3`: the power of a sum of two terms.
fn perfect_power(e: &Expr) -> Option<Expr> {
    let (c, inner) = e.split_coefficient();
    let Node::Sum(s) = inner.node() else { return None };
    let mut terms: Vec<(Rational, Expr)> =
        s.terms.iter().map(|t| (t.coefficient.clone(), t.expr.clone())).collect();
    if !s.constant.is_zero() {
        terms.push((s.constant.clone(), Expr::one()));
    }
    // (a + b)^n has n + 1 terms, among them a^n and b^n.
    let n = u32::try_from(terms.len()).ok()?.checked_sub(1).filter(|n| (2..=8).contains(n))?;
    let exponent = Expr::integer(i64::from(n));
    let one_nth = Rational::ratio(1, i64::from(n))?;
    let root = |(c, e): &(Rational, Expr)| -> Option<Expr> {
        let c = c.root(n).or_else(|| c.abs().root(n))?;
        let factors = match e.node() {
            Node::Product(factors) => factors.to_vec(),
            Node::Number(_) => Vec::new(),
            _ => vec![e.clone()],
        };
        let mut roots = Vec::with_capacity(factors.len());
        for f in factors {
            let (base, m) = f.split_power();
            let m = m.as_number()?.clone() * one_nth.clone();
            m.is_integer().then(|| roots.push(power(&base, &Expr::number(m))))?;
        }
        Some(scale(&c, &product(roots)))
    };
    let roots: Vec<Expr> = terms.iter().filter_map(root).collect();
    for (k, a) in roots.iter().enumerate() {
        for b in &roots[k + 1..] {
            for b in [b.clone(), -b] {
                let whole = power(&(a + &b), &exponent);
                if expand(&whole, 200).as_ref() == Some(&inner) {
                    return Some(scale(&c, &whole));
                }
            }
        }
    }
    None
}

/// The largest number of which every coefficient is an integer multiple; negative when all are.
fn content<'a>(coefficients: impl Iterator<Item = &'a Rational> + Clone) -> Rational {
    let gcd = |a: num_bigint::BigInt, b: num_bigint::BigInt| num_integer::Integer::gcd(&a, &b);
    let lcm = |a: num_bigint::BigInt, b: num_bigint::BigInt| num_integer::Integer::lcm(&a, &b);
    let above = coefficients.clone().map(Rational::numerator).reduce(gcd);
    let below = coefficients.clone().map(Rational::denominator).reduce(lcm);
    let negative = coefficients.clone().all(Rational::is_negative);
    let size = above.zip(below).and_then(|(a, b)| Rational::from_big(a, b));
    match size {
        Some(c) if !c.is_zero() => {
            if negative {
                -c.abs()
            } else {
                c.abs()
            }
        }
        _ => Rational::ONE,
    }
}

/// The common factor of a numerator, taken out.
fn common_factor_above(e: &Expr) -> Option<Expr> {
    let (c, inner) = e.split_coefficient();
    let Node::Product(factors) = inner.node() else { return None };
    let k = factors.iter().position(|f| matches!(f.node(), Node::Sum(_)))?;
    let out = common_factor(&factors[k])?;
    let others = factors.iter().enumerate().filter(|(j, _)| *j != k).map(|(_, f)| f.clone());
    Some(scale(&c, &product(others.chain([out]))))
}
