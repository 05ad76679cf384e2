//! Small questions about expressions in one variable: is it nought, is it free of the variable, is it linear in it?

use crate::equality;
use crate::expr::{Condition, ConditionKind, Expr, Func, Node, Rational, Symbol, apply, power};
use crate::program;

/// Terms that one question of algebra may make.
const TERMS: usize = 3000;

/// One form for expressions that algebra alone shows to be the same.
pub(super) fn norm(e: &Expr) -> Expr {
    match e.node() {
        Node::Number(_) | Node::Var(_) | Node::Constant(_) => e.clone(),
        _ if e.node_count() > 300 => e.clone(),
        _ => equality::together(e, TERMS).map_or_else(|| e.clone(), |e| cleared(&e)),
    }
}

/// `a (1 - b/a)` as `a - b`: no sum among the factors keeps something below a bar.
fn cleared(e: &Expr) -> Expr {
    let (c, inner) = e.split_coefficient();
    let list = match inner.node() {
        Node::Product(factors) => factors.to_vec(),
        _ => vec![inner],
    };
    let mut out = Vec::new();
    for f in list {
        let (base, n) = f.split_power();
        let (own, core) = base.split_coefficient();
        let below = match (core.node(), n.as_number()) {
            (Node::Sum(_), Some(n)) if n.is_integer() => below_bars(&core),
            _ => Vec::new(),
        };
        if below.is_empty() {
            out.push(f);
            continue;
        }
        let common: Expr = below.iter().map(|(b, m)| power(b, &Expr::number(m.clone()))).product();
        let flat = terms(&core).into_iter().map(|t| t / &common).sum::<Expr>();
        out.push(power(&(Expr::number(own) * flat), &n));
        out.push(power(&common, &n));
    }
    crate::expr::scale(&c, &out.into_iter().product())
}

/// What stands below a bar in a term of a sum, with the least power it has.
fn below_bars(e: &Expr) -> Vec<(Expr, Rational)> {
    let mut found: Vec<(Expr, Rational)> = Vec::new();
    for t in terms(e) {
        for f in factors(&t) {
            let (base, n) = f.split_power();
            let Some(n) = n.as_number().filter(|n| n.is_negative() && n.is_integer()) else { continue };
            if matches!(base.node(), Node::Sum(_)) {
                continue;
            }
            match found.iter_mut().find(|(known, _)| *known == base) {
                Some((_, least)) if *least <= *n => {}
                Some((_, least)) => *least = n.clone(),
                None => found.push((base, n.clone())),
            }
        }
    }
    found
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
    // A square of letters is taken for what it nearly always is; at 0 the forms made with it have no value.
    if is_square(&e) {
        return Some(1);
    }
    if is_square(&-&e) {
        return Some(-1);
    }
    let core = sign_core(&e);
    if core != e {
        return sign(&core, facts);
    }
    let told = equality::assuming(&apply(Func::Sign, &e), facts);
    told.as_number().and_then(Rational::to_i64).map(|s| s.signum() as i32)
}

/// Even powers, and nothing else?
fn is_square(e: &Expr) -> bool {
    let (c, rest) = e.split_coefficient();
    let even = |f: &Expr| f.split_power().1.as_number().is_some_and(Rational::is_even_integer);
    c.is_positive() && !rest.is_one() && factors(&rest).iter().all(even)
}

/// What has the sign of `e` wherever `e` has one: even powers left out, of odd ones the base.
pub(super) fn sign_core(e: &Expr) -> Expr {
    let (c, rest) = e.split_coefficient();
    let Node::Product(list) = rest.node() else {
        let (base, n) = rest.split_power();
        let odd = n.as_number().is_some_and(Rational::is_odd_integer);
        let unit = Rational::integer(if c.is_negative() { -1 } else { 1 });
        return if odd && !rest.is_one() { crate::expr::scale(&unit, &base) } else { e.clone() };
    };
    let mut left = vec![Expr::integer(if c.is_negative() { -1 } else { 1 })];
    for f in list {
        let (base, n) = f.split_power();
        match n.as_number() {
            Some(n) if n.is_even_integer() => {}
            Some(n) if n.is_odd_integer() => left.push(base),
            _ => left.push(f.clone()),
        }
    }
    norm(&left.into_iter().product())
}

/// `e > 0` as a condition.
pub(super) fn positive(e: &Expr) -> Condition {
    Condition::new(ConditionKind::Positive, e.clone())
}
