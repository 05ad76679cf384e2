//! Integration by parts where a factor becomes simpler when it is differentiated: logarithms, inverse functions, powers.

use std::collections::BTreeSet;

use super::algebra::{factors, free, norm, split_constant, terms};
use super::methods::map;
use super::polynomial::Poly;
use super::search::{Found, Search, with_integrals};
use crate::calculus::derivative_within;
use crate::expr::{Expr, Func, Node, Symbol, expand};

/// `∫ f V' dx = f V - ∫ f' V dx`, for every factor that is worth differentiating.
pub(super) fn by_parts(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Found> {
    let list = factors(e);
    for (k, f) in list.iter().enumerate() {
        if free(f, x) || !worth_differentiating(f, x) {
            continue;
        }
        let rest: Expr = list.iter().enumerate().filter(|(j, _)| *j != k).map(|(_, g)| g.clone()).product();
        if let Some(found) = attempt(search, f, &rest, x) {
            return Some(found);
        }
    }
    None
}

/// A sum in which one term is what a product leaves: `f' g + f g'` is the slope of `f g`.
pub(super) fn product_backwards(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Found> {
    let list = terms(e);
    if !(2..=8).contains(&list.len()) {
        return None;
    }
    let flat = expand(e, 200)?;
    let before = search.steps.len();
    for t in &list {
        let (c, varying) = split_constant(t, x);
        let parts = factors(&varying);
        for (k, f) in parts.iter().enumerate() {
            let rest: Expr =
                parts.iter().enumerate().filter(|(j, _)| *j != k).map(|(_, g)| g.clone()).product();
            search.steps.truncate(before);
            // Only what is known at sight, or from the integrals looked at before.
            let v = if rest.is_one() { Some(Expr::var(x.clone())) } else { search.at_sight(&rest, x) };
            let Some(v) = v else { continue };
            let front = &c * f * without_bars(&v, e);
            let Some(slope) = derivative_within(&front, x, 500) else { continue };
            let left = &flat - expand(&slope, 200).unwrap_or(slope);
            if left.is_zero() || (left.node_count() < 120 && norm(&left).is_zero()) {
                return Some(Found::new(front));
            }
            if terms(&left).len() < list.len()
                && let Some(other) = search.integrate(&left, x)
            {
                let line = with_integrals(front.clone(), &[(Expr::one(), left, x.clone())]);
                return Some(Found::new(front + other).line(line));
            }
        }
    }
    None
}

/// `log(abs(u))` as `log(u)`, where that is what the integrand speaks of.
fn without_bars(v: &Expr, e: &Expr) -> Expr {
    let known = e.post_order();
    map(v, &mut |p| match p.node() {
        Node::Apply(Func::Log, m) => match m.node() {
            Node::Apply(Func::Abs, u) if known.contains(&u.log()) => Some(u.log()),
            _ => None,
        },
        _ => None,
    })
}

fn worth_differentiating(f: &Expr, x: &Symbol) -> bool {
    let (base, n) = f.split_power();
    match base.node() {
        Node::Apply(g, _) => {
            let simpler = matches!(
                g,
                Func::Log
                    | Func::Log2
                    | Func::Log10
                    | Func::Asin
                    | Func::Acos
                    | Func::Atan
                    | Func::Acot
                    | Func::Asec
                    | Func::Acsc
                    | Func::Asinh
                    | Func::Acosh
                    | Func::Atanh
                    | Func::Acoth
                    | Func::Asech
                    | Func::Acsch
                    | Func::Erf
            );
            simpler && n.as_number().is_some_and(|n| n.is_integer() && n.is_positive())
        }
        _ => Poly::of(f, x).is_some_and(|p| (1..=4).contains(&p.degree())),
    }
}

/// The functions that occur in it: an antiderivative that brings new ones makes nothing simpler.
fn functions(e: &Expr, x: &Symbol) -> BTreeSet<Func> {
    let brought = |p: &Expr| match p.node() {
        Node::Apply(f, u) if !free(u, x) => Some(match f {
            Func::Sin | Func::Cos | Func::Tan | Func::Sec | Func::Csc | Func::Cot => Func::Sin,
            Func::Sinh | Func::Cosh | Func::Tanh | Func::Sech | Func::Csch | Func::Coth => Func::Exp,
            other => *other,
        }),
        _ => None,
    };
    e.post_order().iter().filter_map(brought).filter(|f| !matches!(f, Func::Abs | Func::Sign)).collect()
}

fn attempt(search: &mut Search<'_>, f: &Expr, rest: &Expr, x: &Symbol) -> Option<Found> {
    let v = if rest.is_one() { Expr::var(x.clone()) } else { search.integrate(rest, x)? };
    if v.node_count() > 150 || !functions(&v, x).is_subset(&functions(&(f * rest), x)) {
        return None;
    }
    let slope = derivative_within(f, x, 500)?;
    let whole = slope * &v;
    if whole.is_undefined() {
        return None;
    }
    let (c, inside) = split_constant(&whole, x);
    let other = search.integrate(&inside, x).map(|other| (c.clone(), inside, other)).or_else(|| {
        let short = if whole.node_count() < 120 && search.afford(&whole, 4) {
            crate::equality::simplify(&whole, 2000)
        } else {
            norm(&whole)
        };
        let (c, inside) = split_constant(&short, x);
        let other = search.integrate(&inside, x)?;
        Some((c, inside, other))
    });
    let (c, inside, other) = other?;
    let front = f * &v;
    let line = with_integrals(front.clone(), &[(-&c, inside, x.clone())]);
    Some(Found::new(front - c * other).line(line))
}
