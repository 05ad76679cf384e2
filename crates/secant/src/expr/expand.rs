//! Products and powers of sums multiplied out.

use std::collections::HashMap;

use super::hash::Build;
use super::node::{Expr, Node};
use super::rational::Rational;
use super::tensor::{Tensor, contract};
use super::{product, scale, sum};

/// `e` with every product over a sum multiplied out, inside functions too; contractions over sums as well.
///
/// `None` when that would make more than `max_terms` terms.
pub fn expand(e: &Expr, max_terms: usize) -> Option<Expr> {
    let mut left = max_terms;
    let mut done = HashMap::<usize, Expr, Build>::default();
    for part in e.post_order() {
        let part_done = part.with_children(|c| done[&c.address()].clone());
        let expanded = top(&part_done, &mut left)?;
        done.insert(part.address(), expanded);
    }
    done.remove(&e.address())
}

/// Multiplies out the outermost node, whose parts are multiplied out already.
fn top(e: &Expr, left: &mut usize) -> Option<Expr> {
    match e.node() {
        Node::Sum(s) => {
            // A lone scaled sum, or terms that a part's expansion has left as products of sums.
            let terms = std::iter::once((s.constant.clone(), Expr::one()))
                .chain(s.terms.iter().map(|t| (t.coefficient.clone(), t.expr.clone())));
            match &s.terms[..] {
                [t] if s.constant.is_zero() => distribute(&t.coefficient, &t.expr, left),
                _ => Some(sum(terms)),
            }
        }
        Node::Product(factors) => {
            let mut terms = vec![(Rational::ONE, Expr::one())];
            for f in factors {
                let parts = terms_of(&top_power(f, left)?);
                *left = left.checked_sub(terms.len() * parts.len())?;
                let pairs = terms.iter().flat_map(|(c, a)| {
                    parts.iter().map(move |(d, b)| (c * d, product([a.clone(), b.clone()])))
                });
                terms = collect(pairs.collect());
            }
            Some(sum(terms))
        }
        Node::Power(..) => top_power(e, left),
        Node::Tensor(Tensor::Contract(factors))
            if factors.iter().any(|f| is_sum(&f.expr) || repeated(&f.expr).len() > 1) =>
        {
            let labels: Vec<Vec<u32>> =
                factors.iter().map(|f| f.labels.iter().map(|&l| u32::from(l)).collect()).collect();
            let out: Vec<u32> = (0..e.shape().rank() as u32).collect();
            let extents: Vec<_> = out.iter().copied().zip(e.shape().dims().iter().cloned()).collect();
            let mut choices: Vec<(Rational, Vec<Expr>)> = vec![(Rational::ONE, Vec::new())];
            for f in factors {
                let parts = terms_of(&f.expr);
                *left = left.checked_sub(choices.len() * parts.len())?;
                choices = choices
                    .iter()
                    .flat_map(|(c, chosen)| {
                        parts.iter().map(move |(d, part)| {
                            let mut next = chosen.clone();
                            next.push(part.clone());
                            (c * d, next)
                        })
                    })
                    .collect();
            }
            Some(sum(choices.into_iter().map(|(c, chosen)| {
                let parts: Vec<(Expr, &[u32])> = chosen
                    .iter()
                    .zip(&labels)
                    .flat_map(|(e, l)| {
                        let labels = |part: &Expr| if part.shape().is_scalar() { &[][..] } else { &l[..] };
                        repeated(e).into_iter().map(move |part| (part.clone(), labels(&part)))
                    })
                    .collect();
                let list: Vec<(&Expr, &[u32])> = parts.iter().map(|(e, l)| (e, *l)).collect();
                (c, contract(&list, &out, &extents))
            })))
        }
        Node::Number(_)
        | Node::Constant(_)
        | Node::Var(_)
        | Node::Apply(..)
        | Node::Apply2(..)
        | Node::Select(..)
        | Node::Derivative(..)
        | Node::Tensor(_) => Some(e.clone()),
    }
}

fn distribute(c: &Rational, e: &Expr, left: &mut usize) -> Option<Expr> {
    let e = top(e, left)?;
    Some(match e.node() {
        Node::Sum(_) => sum(terms_of(&e).into_iter().map(|(d, t)| (c * &d, t))),
        _ => scale(c, &e),
    })
}

/// A power of a sum to a small positive integer as a sum; anything else as it is.
fn top_power(e: &Expr, left: &mut usize) -> Option<Expr> {
    let Node::Power(base, exponent) = e.node() else { return Some(e.clone()) };
    let n = exponent.as_number().and_then(Rational::to_i64).filter(|n| (2..=64).contains(n));
    let (Some(n), true) = (n, is_sum(base)) else { return Some(e.clone()) };
    let parts = terms_of(base);
    let mut terms = vec![(Rational::ONE, Expr::ones(base.shape()))];
    for _ in 0..n {
        *left = left.checked_sub(terms.len() * parts.len())?;
        let pairs = terms
            .iter()
            .flat_map(|(c, a)| parts.iter().map(move |(d, b)| (c * d, product([a.clone(), b.clone()]))));
        terms = collect(pairs.collect());
    }
    Some(sum(terms))
}

/// The factors of an elementwise product, a small power of a contraction written as often as it says: inside another
/// contraction these flatten.
fn repeated(e: &Expr) -> Vec<Expr> {
    match e.node() {
        Node::Product(factors) => factors.iter().flat_map(repeated).collect(),
        Node::Power(base, n) if matches!(base.node(), Node::Tensor(Tensor::Contract(_))) => {
            match n.as_number().and_then(Rational::to_i64) {
                Some(n @ 2..=4) => vec![base.clone(); n as usize],
                _ => vec![e.clone()],
            }
        }
        _ => vec![e.clone()],
    }
}

fn is_sum(e: &Expr) -> bool {
    matches!(e.node(), Node::Sum(_))
}

/// Like terms put together, so that the powers of a sum do not grow as a tree.
fn collect(terms: Vec<(Rational, Expr)>) -> Vec<(Rational, Expr)> {
    let mut table = HashMap::<Expr, Rational, Build>::default();
    let mut order = Vec::new();
    for (c, e) in terms {
        let (own, core) = e.split_coefficient();
        let c = &c * &own;
        match table.get_mut(&core) {
            Some(total) => *total = &*total + &c,
            None => {
                order.push(core.clone());
                table.insert(core, c);
            }
        }
    }
    order.into_iter().map(|e| (table[&e].clone(), e)).filter(|(c, _)| !c.is_zero()).collect()
}

/// The terms of a sum, its constant among them; any other expression is its own only term.
fn terms_of(e: &Expr) -> Vec<(Rational, Expr)> {
    match e.node() {
        Node::Sum(s) => {
            let constant = (!s.constant.is_zero()).then(|| (s.constant.clone(), Expr::one()));
            constant
                .into_iter()
                .chain(s.terms.iter().map(|t| (t.coefficient.clone(), t.expr.clone())))
                .collect()
        }
        _ => vec![(Rational::ONE, e.clone())],
    }
}
