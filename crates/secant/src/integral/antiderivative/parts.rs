//! Integration by parts where a factor becomes simpler when it is differentiated: logarithms, inverse functions, powers.

use super::algebra::{factors, free, norm, split_constant};
use super::polynomial::Poly;
use super::search::{Found, Search, with_integrals};
use crate::calculus::derivative_within;
use crate::expr::{Expr, Func, Node, Symbol};

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

fn attempt(search: &mut Search<'_>, f: &Expr, rest: &Expr, x: &Symbol) -> Option<Found> {
    let v = if rest.is_one() { Expr::var(x.clone()) } else { search.integrate(rest, x)? };
    if v.node_count() > 150 {
        return None;
    }
    let slope = derivative_within(f, x, 500)?;
    let whole = slope * &v;
    if whole.is_undefined() {
        return None;
    }
    let (c, inside) = split_constant(&whole, x);
    let other = search.integrate(&inside, x).map(|other| (c.clone(), inside, other)).or_else(|| {
        let short = if whole.node_count() < 120 { crate::equality::simplify(&whole, 2000) } else { norm(&whole) };
        let (c, inside) = split_constant(&short, x);
        let other = search.integrate(&inside, x)?;
        Some((c, inside, other))
    });
    let (c, inside, other) = other?;
    let front = f * &v;
    let line = with_integrals(front.clone(), &[(-&c, inside, x.clone())]);
    Some(Found::new(front - c * other).line(line))
}
