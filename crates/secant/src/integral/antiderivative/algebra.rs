//! Small questions about expressions in one variable: is it nought, is it free of the variable, is it linear in it?

use crate::equality;
use crate::expr::{Condition, ConditionKind, Expr, Func, Node, Rational, Symbol, apply};
use crate::program;

/// Terms that one question of algebra may make.
const TERMS: usize = 3000;

/// One form for expressions that algebra alone shows to be the same.
pub(super) fn norm(e: &Expr) -> Expr {
    match e.node() {
        Node::Number(_) | Node::Var(_) | Node::Constant(_) => e.clone(),
        _ if e.node_count() > 300 => e.clone(),
        _ => equality::together(e, TERMS).unwrap_or_else(|| e.clone()),
    }
}

/// Is it nought, as far as algebra alone shows?
pub(super) fn is_zero(e: &Expr) -> bool {
    e.is_zero() || (e.as_number().is_none() && norm(e).is_zero())
}

/// Does it not depend on the variable?
pub(super) fn free(e: &Expr, x: &Symbol) -> bool {
    !e.contains(x)
}

/// The number `n/d`.
pub(super) fn ratio(n: i64, d: i64) -> Expr {
    Expr::number(Rational::ratio(n, d).unwrap_or(Rational::ZERO))
}

/// Factors of a product, a number in front among them.
pub(super) fn factors(e: &Expr) -> Vec<Expr> {
    let (c, rest) = e.split_coefficient();
    let mut list = match rest.node() {
        Node::Product(factors) => factors.to_vec(),
        _ => vec![rest],
    };
    if !c.is_one() {
        list.push(Expr::number(c));
    }
    list
}

/// Terms of a sum, each with its coefficient multiplied in.
pub(super) fn terms(e: &Expr) -> Vec<Expr> {
    match e.node() {
        Node::Sum(s) if s.terms.len() > 1 || !s.constant.is_zero() => {
            let constant = (!s.constant.is_zero()).then(|| Expr::number(s.constant.clone()));
            let rest = s.terms.iter().map(|t| crate::expr::scale(&t.coefficient, &t.expr));
            constant.into_iter().chain(rest).collect()
        }
        _ => vec![e.clone()],
    }
}

/// `(constant, rest)`: the factors that do not depend on the variable, and the others.
pub(super) fn split_constant(e: &Expr, x: &Symbol) -> (Expr, Expr) {
    let (out, rest): (Vec<_>, Vec<_>) = factors(e).into_iter().partition(|f| free(f, x));
    (out.into_iter().product(), rest.into_iter().product())
}

/// Every part that depends on the variable, the largest first, each once.
pub(super) fn parts(e: &Expr, x: &Symbol) -> Vec<Expr> {
    let mut list: Vec<Expr> = Vec::new();
    for part in e.post_order().into_iter().rev() {
        if part.contains(x) && !list.contains(&part) {
            list.push(part);
        }
    }
    list
}

/// The sign of what holds wherever the facts do: `1`, `-1` or `0`; `None` where that is not known.
pub(super) fn sign(e: &Expr, facts: &[Condition]) -> Option<i32> {
    let e = norm(e);
    if let Some(n) = e.as_number() {
        return Some(i32::from(n.is_positive()) - i32::from(n.is_negative()));
    }
    if e.free_symbols().is_empty() {
        let value = program::eval(&e, &[]).ok().filter(|v| v.is_finite())?;
        return (value.abs() > 1e-9).then_some(if value > 0.0 { 1 } else { -1 });
    }
    if e.is_positive() {
        return Some(1);
    }
    if (-&e).is_positive() {
        return Some(-1);
    }
    let told = equality::assuming(&apply(Func::Sign, &e), facts);
    told.as_number().and_then(Rational::to_i64).map(|s| s.signum() as i32)
}

/// `e > 0` as a condition.
pub(super) fn positive(e: &Expr) -> Condition {
    Condition::new(ConditionKind::Positive, e.clone())
}
