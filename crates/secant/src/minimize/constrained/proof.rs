//! Proof that a point is a strict local minimum under constraints.
//!
//! Here: exactly one solution of the Lagrangian system of the active constraints (interval Newton), positive multipliers of the
//! active inequalities, the others kept strictly, positive curvature along the active ones.
//! Source: Nocedal & Wright, 2nd ed., theorem 12.6; curvature by Debreu's lemma: what is positive definite once enough is
//! added across the constraints is so along them.

use std::collections::HashMap;

use super::problem::{Problem, wrt};
use crate::calculus::{gradient, hessian};
use crate::expr::{Expr, Rational, Symbol};
use crate::minimize::MinimizeError;
use crate::minimize::certificate::{enclosures, is_positive_definite};
use crate::program::{Interval, Program};
use crate::solve::{System, certify};

/// What holds a variable or a combination of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    Constraint(usize),
    Lower(usize),
    Upper(usize),
}

/// Enclosures of the point, with exactly one such minimum inside; `None` where there is no proof.
pub(super) fn certificate(
    problem: &Problem<'_>,
    x: &[f64],
    held: &[Held],
    multipliers: &[f64],
) -> Result<Option<Vec<Interval>>, MinimizeError> {
    let budget = problem.budget();
    let names = &problem.names;
    // Variables at a bound are numbers.
    let mut fixed: HashMap<Symbol, Expr> = HashMap::new();
    let mut at_bound: Vec<(usize, f64, bool)> = Vec::new();
    for h in held {
        let (v, bound, upper) = match h {
            Held::Constraint(_) => continue,
            Held::Lower(v) => (*v, problem.bounds[*v].0, false),
            Held::Upper(v) => (*v, problem.bounds[*v].1, true),
        };
        let Some(number) = Rational::from_f64(bound) else { return Ok(None) };
        if fixed.insert(names[v].clone(), Expr::number(number)).is_none() {
            at_bound.push((v, bound, upper));
        }
    }
    let free: Vec<usize> = (0..names.len()).filter(|v| !fixed.contains_key(&names[*v])).collect();
    let mut active: Vec<(usize, f64)> = Vec::new();
    for (h, u) in held.iter().zip(multipliers) {
        if let Held::Constraint(k) = h {
            active.push((*k, *u));
        }
    }
    let mut lagrangian = problem.objective.clone();
    for (k, _) in &active {
        lagrangian = lagrangian + Expr::var(problem.multipliers[*k].clone()) * &problem.turned[*k];
    }
    let free_names: Vec<Symbol> = free.iter().map(|v| names[*v].clone()).collect();
    let unknowns: Vec<Symbol> = free_names
        .iter()
        .cloned()
        .chain(active.iter().map(|(k, _)| problem.multipliers[*k].clone()))
        .collect();
    let slopes: Vec<Expr> = gradient(&lagrangian, &wrt(names)).iter().map(|e| e.substitute(&fixed)).collect();
    let constraints: Vec<Expr> = problem.turned.iter().map(|e| e.substitute(&fixed)).collect();
    let equations: Vec<Expr> = free
        .iter()
        .map(|v| slopes[*v].clone())
        .chain(active.iter().map(|(k, _)| constraints[*k].clone()))
        .collect();
    let enclosure = if unknowns.is_empty() {
        Vec::new()
    } else {
        let system = System::new(&equations, &[], &unknowns)?;
        let start: Vec<f64> = free.iter().map(|v| x[*v]).chain(active.iter().map(|(_, u)| *u)).collect();
        match certify(&system, &start, &budget)? {
            Some(proof) => proof.enclosure,
            None => return Ok(None),
        }
    };
    let (point, of_active) = enclosure.split_at(free.len());
    let inequality = |k: usize| !problem.is_equation(k);
    if active.iter().zip(of_active).any(|((k, _), u)| inequality(*k) && u.low() <= 0.0) {
        return Ok(None);
    }
    for (v, x) in free.iter().zip(point) {
        let (low, high) = problem.bounds[*v];
        if x.low() <= low || x.high() >= high {
            return Ok(None);
        }
    }
    // Slopes that push against the bounds, and constraints that are not active.
    let idle: Vec<usize> = (0..constraints.len()).filter(|k| !active.iter().any(|(a, _)| a == k)).collect();
    let reduced = lagrangian.substitute(&fixed);
    let entries = hessian(&reduced, &wrt(&free_names)).concat();
    let normals: Vec<Expr> =
        active.iter().flat_map(|(k, _)| gradient(&constraints[*k], &wrt(&free_names))).collect();
    let outputs: Vec<Expr> = at_bound
        .iter()
        .map(|(v, ..)| slopes[*v].clone())
        .chain(idle.iter().map(|k| constraints[*k].clone()))
        .chain(entries)
        .chain(normals)
        .collect();
    let program = Program::compile(&outputs, &unknowns)?;
    let over = enclosures(&program, &enclosure, &budget)?;
    if over.iter().any(|e| !e.defined) {
        return Ok(None);
    }
    let over: Vec<Interval> = over.iter().map(|e| e.values).collect();
    let (pushes, rest) = over.split_at(at_bound.len());
    let (slack, rest) = rest.split_at(idle.len());
    let (curvature, normals) = rest.split_at(free.len() * free.len());
    let against = |((_, _, upper), slope): (&(usize, f64, bool), &Interval)| {
        if *upper { slope.high() < 0.0 } else { slope.low() > 0.0 }
    };
    if !at_bound.iter().zip(pushes).all(against) || slack.iter().any(|s| s.high() >= 0.0) {
        return Ok(None);
    }
    if !curved_up(free.len(), curvature, normals) {
        return Ok(None);
    }
    let mut whole: Vec<Interval> = vec![Interval::EMPTY; names.len()];
    for (v, bound, _) in at_bound {
        whole[v] = Interval::point(bound);
    }
    for (v, x) in free.iter().zip(point) {
        whole[*v] = *x;
    }
    Ok(Some(whole))
}

/// Positive definite along the constraints?
fn curved_up(n: usize, curvature: &[Interval], normals: &[Interval]) -> bool {
    let size = curvature.iter().fold(0.0, |most: f64, e| most.max(e.magnitude())).max(1e-300);
    let across = normals.iter().fold(0.0, |most: f64, e| most.max(e.magnitude()));
    let mut lift = 0.0;
    for _ in 0..8 {
        let lifted: Vec<Interval> = (0..n * n)
            .map(|at| {
                let (i, j) = (at / n, at % n);
                normals
                    .chunks(n.max(1))
                    .fold(curvature[at], |sum, a| sum + Interval::point(lift) * (a[i] * a[j]))
            })
            .collect();
        if is_positive_definite(n, &lifted) {
            return true;
        }
        if across == 0.0 {
            return false;
        }
        lift = if lift == 0.0 { size / (across * across) } else { 10.0 * lift };
    }
    false
}
