//! Taylor polynomials, and the leading terms where there is no Taylor series.

use std::cell::Cell;
use std::collections::BTreeMap;

use crate::equality;
use crate::expr::{Condition, Expr, Node, Rational, Symbol, expand, product, sum};
use crate::program::{Budget, Program, Workspace, eval};

use super::decide::Decide;
use super::expand::Expander;
use super::exponent::Exponent;
use super::{SHORTEN, Stop};

/// What sort of series it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Powers 0, 1, 2, …
    Taylor,
    /// Integer powers, some negative.
    Laurent,
    /// Fractional powers, or one side of a kink: it holds to the right of the point.
    Puiseux,
}

/// A power of the distance from the point, a variable each.
pub type Power = Vec<Rational>;

/// The terms of a series up to an order.
#[derive(Clone, Debug)]
pub struct Taylor {
    /// What sort of series.
    pub kind: Kind,
    /// Ascending; coefficients that are 0 are left out.
    pub coefficients: Vec<(Power, Expr)>,
    /// `Σ coefficient · Π (x - a)^power`.
    pub polynomial: Expr,
    /// Is nothing left out?
    pub exact: bool,
    /// Are the coefficients numbers that were rounded? Their exact forms would be longer than anybody reads.
    pub rounded: bool,
}

/// Nodes of an exact coefficient, written out as a tree, above which it is given as a number where it is one.
const READABLE: u64 = 2_000;
/// Highest order.
const MAX_ORDER: u32 = 200;
/// Orders that are added when leading terms cancel, one attempt after the other.
const ATTEMPTS: [i64; 5] = [0, 4, 12, 30, 70];

/// The terms of `e` up to the total power `order` about the point `at`.
///
/// Of one variable the series may be one of Laurent or Puiseux; of several it is the Taylor polynomial. Coefficients are
/// exact; they may contain names that have no value, which then count as general: not nought, and such that roots and
/// logarithms of them exist.
///
/// # Errors
/// [`Stop`], which says why there is none.
///
/// # Source
/// Of several variables: the series along a line through the point, `e(a + t h)`, whose coefficients are polynomials in
/// the direction `h`.
pub fn taylor(e: &Expr, at: &[(Symbol, Expr)], order: u32, assume: &[Condition]) -> Result<Taylor, Stop> {
    if order > MAX_ORDER {
        return Err(Stop::Budget);
    }
    let decide = Decide { assume: assume.to_vec() };
    let t = Symbol::new("\u{2022}t");
    let log_t = Symbol::new("\u{2022}log");
    let direction = |k: usize| Expr::var(Symbol::new(&format!("\u{2022}h{k}")));
    let single = at.len() == 1;
    let moved = at.iter().enumerate().map(|(k, (x, a))| {
        let step = Expr::var(t.clone());
        (x.clone(), a + if single { step } else { step * direction(k) })
    });
    let along = e.substitute(&moved.collect());
    for more in ATTEMPTS {
        let expander = Expander {
            t: &t,
            log_t: Expr::var(log_t.clone()),
            decide: &decide,
            keep: Exponent::integer(i64::from(order) + 1 + more),
            one_sided: Cell::new(false),
        };
        let mut series = match expander.series(&along) {
            Err(Stop::MoreTerms) => continue,
            series => series?,
        };
        let wanted = Exponent::integer(i64::from(order));
        if series.end.as_ref().is_some_and(|end| *end <= wanted) {
            continue;
        }
        series.lead(&decide).or_else(|stop| if at.len() > 1 { Ok(None) } else { Err(stop) })?;
        let exact = series.end.is_none() && series.terms.iter().all(|(a, _)| *a <= wanted);
        series.terms.retain(|(a, _)| *a <= wanted);
        if series.terms.iter().any(|(_, c)| c.contains(&log_t)) {
            return Err(Stop::Essential(e.clone()));
        }
        let unreadable = series.terms.iter().any(|(_, c)| c.tree_size() > READABLE);
        let numbers = if unreadable && single { rounded(e, &at[0], order) } else { None };
        let is_rounded = numbers.is_some();
        let mut coefficients = BTreeMap::new();
        let mut fractional =
            expander.one_sided.get() && differs_on_the_left(&expander, &along, &series, &wanted);
        let mut negative = false;
        for (exponent, c) in &series.terms {
            let Some(power) = exponent.as_rational() else {
                return Err(Stop::Unsupported("a series in irrational powers".into()));
            };
            fractional |= !power.is_integer();
            negative |= power.is_negative();
            if let (Some(numbers), Some(k)) = (&numbers, power.to_i64()) {
                let number = usize::try_from(k).ok().and_then(|k| numbers.get(k)).cloned();
                coefficients.insert(vec![power.clone()], number.unwrap_or_else(|| c.clone()));
            } else if single {
                coefficients.insert(vec![power.clone()], equality::simplify(c, SHORTEN));
            } else {
                split(c, at.len(), &direction, &mut coefficients)?;
            }
        }
        let coefficients: Vec<(Power, Expr)> =
            coefficients.into_iter().filter(|(_, c)| !c.is_zero()).collect();
        let kind = match (fractional, negative) {
            (true, _) => Kind::Puiseux,
            (false, true) => Kind::Laurent,
            (false, false) => Kind::Taylor,
        };
        if !single && kind != Kind::Taylor {
            return Err(Stop::Essential(e.clone()));
        }
        let polynomial = sum(coefficients.iter().map(|(powers, c)| {
            let factors = powers
                .iter()
                .zip(at)
                .map(|(p, (x, a))| crate::expr::power(&(Expr::var(x.clone()) - a), &Expr::number(p.clone())));
            (Rational::ONE, product(factors.chain([c.clone()])))
        }));
        return Ok(Taylor { kind, coefficients, polynomial, exact, rounded: is_rounded });
    }
    Err(Stop::Budget)
}

/// The coefficients as numbers, all at once; `None` where there are names without a value, or poles.
fn rounded(e: &Expr, (x, a): &(Symbol, Expr), order: u32) -> Option<Vec<Expr>> {
    let a = eval(a, &[]).ok().filter(|a| a.is_finite())?;
    let program = Program::compile(std::slice::from_ref(e), std::slice::from_ref(x)).ok()?;
    let mut c = vec![0.0; order as usize + 1];
    let budget = Budget::UNLIMITED;
    program.evaluate_jet(&[&[a, 1.0]], &mut [&mut c], &budget, &mut Workspace::new()).ok()?;
    c.into_iter()
        .map(|c| Rational::from_decimal(&format!("{:e}", c.abs())).map(|n| (c, n)))
        .map(|found| found.map(|(c, n)| Expr::number(if c < 0.0 { -n } else { n })))
        .collect()
}

/// A kink: is the series to the left of the point another one?
fn differs_on_the_left(
    expander: &Expander<'_>,
    along: &Expr,
    right: &super::arithmetic::Series,
    order: &Exponent,
) -> bool {
    let mirrored = along.replace(expander.t, &-Expr::var(expander.t.clone()));
    // Without values on the left there is nothing to differ from.
    let left = match expander.series(&mirrored) {
        Ok(left) => left,
        Err(stop) => return stop != Stop::Undefined,
    };
    let turned = |a: &Exponent, c: &Expr| {
        let odd = a.as_rational().is_some_and(Rational::is_odd_integer);
        (a.clone(), if odd { -c } else { c.clone() })
    };
    let difference = left.map(turned).minus(right);
    difference.terms.iter().any(|(a, c)| a <= order && !expander.decide.plain().is_zero(c).unwrap_or(false))
}

/// Takes a polynomial in the directions apart.
fn split(
    c: &Expr,
    variables: usize,
    direction: &dyn Fn(usize) -> Expr,
    into: &mut BTreeMap<Power, Expr>,
) -> Result<(), Stop> {
    const MAX_TERMS: usize = 20_000;
    let directions: Vec<Expr> = (0..variables).map(direction).collect();
    let expanded = expand(c, MAX_TERMS).ok_or(Stop::Budget)?;
    let terms: Vec<(Rational, Expr)> = match expanded.node() {
        Node::Sum(s) => s
            .terms
            .iter()
            .map(|t| (t.coefficient.clone(), t.expr.clone()))
            .chain([(s.constant.clone(), Expr::one())])
            .collect(),
        _ => vec![(Rational::ONE, expanded.clone())],
    };
    let mut found = BTreeMap::<Power, Vec<(Rational, Expr)>>::new();
    for (c, term) in terms {
        let mut powers = vec![Rational::ZERO; variables];
        let mut rest = Vec::new();
        let factors = match term.node() {
            Node::Product(factors) => factors.to_vec(),
            _ => vec![term.clone()],
        };
        for factor in factors {
            let (base, exponent) = factor.split_power();
            match (directions.iter().position(|h| *h == base), exponent.as_number()) {
                (Some(k), Some(n)) => powers[k] = n.clone(),
                _ => rest.push(factor),
            }
        }
        let rest = product(rest);
        if directions.iter().filter_map(Expr::as_var).any(|h| rest.contains(h)) {
            return Err(Stop::Essential(rest));
        }
        found.entry(powers).or_default().push((c, rest));
    }
    for (powers, terms) in found {
        let c = equality::simplify(&sum(terms), SHORTEN);
        if !c.is_zero() {
            into.insert(powers, c);
        }
    }
    Ok(())
}
