//! Exact forms of roots: recognised from their digits, then proven.
//!
//! Here: rational numbers and rational multiples of π, square roots, logarithms and powers of e of such; of polynomials the
//! quadratic formula; how many roots fall together.
//! Not here: any form that is not put into the equations and found to make them 0.
//! Invariant: a form that is given lies in the region of the certificate and solves the equations, both proven; so it is the
//! root.

use std::collections::HashMap;

use num_traits::ToPrimitive;

use crate::equality::proves_zero;
use crate::expr::{Condition, ConditionKind, Constant, Expr, Node, Rational};
use crate::program::{Enclosure, Interval, Program, Workspace, eval};

use super::certify::Certificate;
use super::polynomial::Polynomial;
use super::smooth::holds;
use super::system::System;

/// Largest denominator that is recognised.
const MAX_DENOMINATOR: i64 = 10_000;
/// Terms that a proof may use.
const PROOF: usize = 4_000;
/// Larger equations are left alone.
const MAX_NODES: usize = 300;
/// Combinations of forms tried for a system.
const MAX_TRIED: usize = 32;

/// The exact root in the region, a form for each unknown.
pub(super) fn recognise(system: &System, certificate: &Certificate) -> Option<Vec<Expr>> {
    if system.equations().iter().map(Expr::node_count).sum::<usize>() > MAX_NODES {
        return None;
    }
    let forms: Vec<Vec<Expr>> = certificate
        .enclosure
        .iter()
        .zip(&certificate.region)
        .enumerate()
        .map(|(k, (x, region))| {
            let mut forms = forms(*x);
            if let Some(p) = &system.reduced()[k].polynomial {
                forms.extend(polynomial_forms(p));
            }
            forms.retain(|form| enclosure(form).is_some_and(|e| e.defined && e.values.is_within(*region)));
            forms
        })
        .collect();
    let combinations = forms.iter().try_fold(1_usize, |n, f| n.checked_mul(f.len())).unwrap_or(usize::MAX);
    for k in 0..combinations.min(MAX_TRIED) {
        let mut rest = k;
        let pick = |list: &Vec<Expr>| {
            let form = list[rest % list.len()].clone();
            rest /= list.len();
            form
        };
        let root: Vec<Expr> = forms.iter().map(pick).collect();
        let at: HashMap<_, _> = system.unknowns().iter().cloned().zip(root.iter().cloned()).collect();
        if system.reduced().iter().all(|r| proves_zero(&r.expr.substitute(&at), &[], PROOF)) {
            return Some(root);
        }
    }
    None
}

/// Does everything have a value at the exact root?
pub(super) fn has_value(system: &System, root: &[Expr]) -> Option<bool> {
    let at: HashMap<_, _> = system.unknowns().iter().cloned().zip(root.iter().cloned()).collect();
    let branches = |e: &Expr| e.post_order().iter().any(|p| matches!(p.node(), Node::Select(..)));
    let mut conditions: Vec<Condition> = system.conditions().to_vec();
    system.equations().iter().for_each(|e| conditions.extend(e.domain()));
    let mut all = true;
    for c in conditions {
        let there = Condition { expr: c.expr.substitute(&at), kind: c.kind };
        let known = there.holds().or_else(|| {
            if proves_zero(&there.expr, &[], PROOF) {
                return Some(c.kind == ConditionKind::NonNegative);
            }
            holds(c.kind, enclosure(&there.expr)?)
        });
        match known {
            Some(true) => {}
            // The condition may be that of a branch which is not taken.
            Some(false) if system.equations().iter().any(branches) => return None,
            Some(false) => return Some(false),
            None => all = false,
        }
    }
    all.then_some(true)
}

/// How many roots fall together: known of polynomials, and 1 where the equation itself was not reduced.
pub(super) fn multiplicity(system: &System, certificate: &Certificate) -> Option<u32> {
    let ([reduced], [equation]) = (system.reduced(), system.equations()) else { return None };
    if reduced.expr == *equation {
        return Some(1);
    }
    let mut found = None;
    for (part, n) in &reduced.parts {
        let mut out = [Enclosure { values: Interval::EMPTY, defined: false }];
        let program = Program::compile(std::slice::from_ref(part), system.unknowns()).ok()?;
        program.evaluate_interval(&certificate.enclosure, &mut out, &mut Workspace::new()).ok()?;
        if out[0].values.contains(0.0) && found.replace(*n).is_some() {
            return None;
        }
    }
    found
}

/// The number that is told for the root: that next to its exact form, else the middle of its enclosure.
pub(super) fn point(certificate: &Certificate, exact: Option<&[Expr]>) -> Vec<f64> {
    let numbers = certificate.enclosure.iter().enumerate().map(|(k, x)| {
        let known = exact.and_then(|forms| eval(&forms[k], &[]).ok());
        known.filter(|v| v.is_finite()).unwrap_or_else(|| x.middle())
    });
    numbers.collect()
}

fn enclosure(e: &Expr) -> Option<Enclosure> {
    let mut out = [Enclosure { values: Interval::EMPTY, defined: false }];
    let program = Program::compile(std::slice::from_ref(e), &[]).ok()?;
    program.evaluate_interval(&[], &mut out, &mut Workspace::new()).ok()?;
    Some(out[0])
}

/// Simple forms that have about this value.
fn forms(x: Interval) -> Vec<Expr> {
    let x = x.middle();
    let number = |value: f64| near(value).map(Expr::number);
    let signed = |e: Expr| if x < 0.0 { -e } else { e };
    let pi = Expr::constant(Constant::Pi);
    let mut forms: Vec<Expr> = Vec::new();
    forms.extend(number(x));
    forms.extend(number(x / std::f64::consts::PI).map(|r| r * pi));
    forms.extend(number(x * x).map(|r| signed(r.sqrt())));
    if x.abs() < 30.0 {
        forms.extend(number(x.exp()).map(|r| r.log()));
    }
    if x != 0.0 {
        forms.extend(number(x.abs().ln()).map(|r| signed(r.exp())));
    }
    forms
}

/// The rational number with a small denominator next to `x`, if it is nearly the same.
fn near(x: f64) -> Option<Rational> {
    if !x.is_finite() || x.abs() > 1e9 {
        return None;
    }
    let (mut h, mut k) = ((1_i64, 0_i64), (0_i64, 1_i64));
    let mut rest = x;
    loop {
        let whole = rest.floor();
        if whole.abs() > 1e9 {
            return None;
        }
        let a = whole as i64;
        let next = (a.checked_mul(h.0)?.checked_add(h.1)?, a.checked_mul(k.0)?.checked_add(k.1)?);
        if next.1 > MAX_DENOMINATOR {
            return None;
        }
        (h, k) = ((next.0, h.0), (next.1, k.0));
        let value = h.0 as f64 / k.0 as f64;
        if (value - x).abs() <= 1e-12 * x.abs().max(1e-3) {
            return Rational::ratio(h.0, k.0);
        }
        rest = (rest - whole).recip();
        if !rest.is_finite() {
            return None;
        }
    }
}

/// The roots of the polynomial that have a form with square roots, once its rational roots are divided out.
fn polynomial_forms(p: &Polynomial) -> Vec<Expr> {
    let rest = p.rational_roots().iter().fold(p.clone(), |p, root| p.without(root));
    match rest.degree() {
        2 => rest.quadratic_roots(),
        4 => match rest.in_squares() {
            Some(inner) => inner.quadratic_roots().iter().flat_map(|q| [-q.sqrt(), q.sqrt()]).collect(),
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

impl Polynomial {
    /// Its rational roots, where first and last coefficient have few divisors.
    fn rational_roots(&self) -> Vec<Rational> {
        const MAX_SIZE: u64 = 100_000_000;
        let mut roots = Vec::new();
        if self.value(&Rational::ZERO).is_zero() {
            roots.push(Rational::ZERO);
        }
        let p = self.without(&Rational::ZERO);
        let Some((first, last)) = p.ends() else { return roots };
        let (Some(first), Some(last)) = (first.to_u64(), last.to_u64()) else { return roots };
        if first > MAX_SIZE || last > MAX_SIZE {
            return roots;
        }
        let tops = divisors(first);
        for d in divisors(last) {
            for n in &tops {
                for sign in [1, -1] {
                    let Some(r) = i64::try_from(*n).ok().zip(i64::try_from(d).ok()) else { continue };
                    let Some(r) = Rational::ratio(sign * r.0, r.1) else { continue };
                    if !roots.contains(&r) && p.value(&r).is_zero() {
                        roots.push(r);
                    }
                }
            }
        }
        roots
    }
}

/// Every divisor, ascending; at most a hundred of them.
fn divisors(n: u64) -> Vec<u64> {
    let small: Vec<u64> =
        (1..).take_while(|d| d * d <= n).filter(|d| n.is_multiple_of(*d)).take(50).collect();
    let mut all = small.clone();
    all.extend(small.iter().rev().map(|d| n / d).filter(|d| d * d > n));
    all
}
