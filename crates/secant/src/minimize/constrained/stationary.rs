//! Every stationary point in a box, by the Lagrangian system, proven.
//!
//! Here: the system itself, for reading and for solving. Solved is the form of Fritz John, in which the objective has a
//! multiplier, too, and all multipliers together have length 1: so their box is bounded, and points at which the constraints
//! are singular are found with the rest.

use std::collections::HashSet;

use nalgebra::{DMatrix, DVector};

use super::problem::{Problem, wrt};
use super::{Constraint, Relation, second_order};
use crate::calculus::gradient;
use crate::expr::{Expr, Symbol};
use crate::minimize::MinimizeError;
use crate::minimize::certificate::enclosures;
use crate::minimize::report::Kind;
use crate::program::{Budget, Interval, Program};
use crate::solve::{RootOptions, Status, System, isolate};

/// `L = f + Σ λ g`, and its derivatives, which are to be 0.
#[derive(Clone, Debug)]
pub struct Lagrangian {
    /// `L`.
    pub expr: Expr,
    /// The names of the multipliers, one a constraint.
    pub multipliers: Vec<Symbol>,
    /// The derivative of `L` by each variable.
    pub slopes: Vec<Expr>,
}

/// The Lagrangian of an objective under constraints; multipliers have names that do not occur: `lambda`, `lambda_1`, ….
pub fn lagrangian(objective: &Expr, constraints: &[Constraint], names: &[Symbol]) -> Lagrangian {
    let mut taken: HashSet<String> = names.iter().map(|x| x.name().to_owned()).collect();
    for e in constraints.iter().map(|c| &c.expr).chain([objective]) {
        taken.extend(e.free_symbols().iter().map(|x| x.name().to_owned()));
    }
    let family = ["lambda", "mu", "nu"].into_iter().find(|word| !taken.iter().any(|t| t.starts_with(word)));
    let word = family.unwrap_or("multiplier");
    let multipliers: Vec<Symbol> = if constraints.len() == 1 && family.is_some() {
        vec![Symbol::new(word)]
    } else {
        (1..=constraints.len()).map(|k| Symbol::new(&format!("{word}_{k}"))).collect()
    };
    let parts = constraints.iter().zip(&multipliers);
    let expr = parts.fold(objective.clone(), |sum, (c, name)| sum + Expr::var(name.clone()) * &c.expr);
    let slopes = gradient(&expr, &wrt(names));
    Lagrangian { expr, multipliers, slopes }
}

/// A stationary point.
#[derive(Clone, Debug, PartialEq)]
pub struct Stationary {
    /// Where.
    pub x: Vec<f64>,
    /// The value there.
    pub value: f64,
    /// Of each constraint, 0 where it is not active; `None` where the constraints are singular and there are none.
    pub multipliers: Option<Vec<f64>>,
    /// By the curvature on the tangent space.
    pub kind: Kind,
    /// Where it lies, proven.
    pub enclosure: Vec<Interval>,
    /// Proven: exactly one stationary point is in it.
    pub proven: bool,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct StationaryReport {
    /// Lowest value first.
    pub points: Vec<Stationary>,
    /// Proven: there are no others in the box.
    pub complete: bool,
    /// Boxes and points at which something was evaluated.
    pub evaluations: usize,
}

/// Most inequalities: each set of active ones is a system of its own.
const MOST_INEQUALITIES: usize = 5;

/// All points of the box `over` that are stationary under the constraints. Of inequalities those count whose multipliers have
/// the sign that a minimum has; the box itself is no constraint.
///
/// # Errors
/// [`MinimizeError::TooMany`], and those of compiling and solving the system.
pub fn stationary_points(
    objective: &Expr,
    names: &[Symbol],
    constraints: &[Constraint],
    over: &[Interval],
    options: &RootOptions,
    budget: Budget<'_>,
) -> Result<StationaryReport, MinimizeError> {
    let mut problem = Problem::new(objective, names, constraints, None, budget)?;
    if over.len() != names.len() {
        return Err(MinimizeError::Start { given: over.len(), wanted: names.len() });
    }
    let (equal, other): (Vec<usize>, Vec<usize>) =
        (0..constraints.len()).partition(|k| constraints[*k].relation == Relation::Equal);
    if other.len() > MOST_INEQUALITIES {
        return Err(MinimizeError::TooMany { given: other.len(), limit: MOST_INEQUALITIES });
    }
    let mut report = StationaryReport { points: Vec::new(), complete: true, evaluations: 0 };
    for set in 0..1_usize << other.len() {
        let chosen = other.iter().enumerate().filter(|(bit, _)| set >> bit & 1 == 1).map(|(_, k)| *k);
        let active: Vec<usize> = equal.iter().copied().chain(chosen).collect();
        if active.len() > names.len() {
            continue;
        }
        with_active(&mut problem, &active, over, options, &mut report)?;
    }
    report.points.sort_by(|a, b| a.value.total_cmp(&b.value));
    Ok(report)
}

fn with_active(
    problem: &mut Problem<'_>,
    active: &[usize],
    over: &[Interval],
    options: &RootOptions,
    report: &mut StationaryReport,
) -> Result<(), MinimizeError> {
    let budget = problem.budget();
    let names = problem.names.clone();
    let of_objective = Symbol::new("multiplier of the objective");
    let mut unknowns = names.clone();
    let mut ranges = over.to_vec();
    let one = |low: f64| Interval::new(low, 1.0).unwrap_or(Interval::ALL);
    let mut equations = if active.is_empty() {
        gradient(&problem.objective, &wrt(&names))
    } else {
        let weights: Vec<Expr> = active.iter().map(|k| Expr::var(problem.multipliers[*k].clone())).collect();
        let first = Expr::var(of_objective.clone());
        let mut sum = &first * &problem.objective;
        let mut length = first.powi(2) - Expr::one();
        for (k, u) in active.iter().zip(&weights) {
            sum = sum + u * &problem.turned[*k];
            length = length + u.powi(2);
        }
        unknowns.push(of_objective);
        ranges.push(one(0.0));
        for k in active {
            unknowns.push(problem.multipliers[*k].clone());
            ranges.push(one(if problem.is_equation(*k) { -1.0 } else { 0.0 }));
        }
        let mut all = gradient(&sum, &wrt(&names));
        all.push(length);
        all
    };
    equations.extend(active.iter().map(|k| problem.turned[*k].clone()));
    let system = System::new(&equations, &[], &unknowns)?;
    let found = isolate(&system, &ranges, options, &budget)?;
    report.evaluations += found.evaluations;
    report.complete &= found.complete;
    let n = names.len();
    let rest: Vec<usize> = (0..problem.turned.len()).filter(|k| !active.contains(k)).collect();
    let idle: Vec<Expr> = rest.iter().map(|k| problem.turned[*k].clone()).collect();
    let idle = Program::compile(&idle, &names)?;
    for root in &found.roots {
        let Some(enclosure) = &root.enclosure else { continue };
        let slack = enclosures(&idle, &enclosure[..n], &budget)?;
        if slack.iter().any(|e| e.defined && e.values.low() > 0.0) {
            continue;
        }
        let feasible = slack.iter().all(|e| e.defined && e.values.high() <= 0.0);
        report.complete &= feasible;
        let x = root.at[..n].to_vec();
        let (value, _) = problem.values(&DVector::from_row_slice(&x))?;
        let (mut multipliers, mut kind) = (Some(vec![0.0; problem.turned.len()]), Kind::Undecided);
        let mut of_turned = DVector::zeros(problem.turned.len());
        let singular = !active.is_empty() && enclosure[n].contains(0.0);
        if singular {
            multipliers = None;
        } else if let Some(list) = &mut multipliers {
            for (at, k) in active.iter().enumerate() {
                of_turned[*k] = root.at[n + 1 + at] / root.at[n];
                let turned = problem.constraints[*k].relation == Relation::AtLeast;
                list[*k] = if turned { -of_turned[*k] } else { of_turned[*k] };
            }
            let point = DVector::from_row_slice(&x);
            let curvature = problem.second(&point, &of_turned)?;
            let normals: DMatrix<f64> = problem.first(&point)?.normals.select_columns(active);
            kind = second_order::test(&curvature, &normals).kind;
            let bounded = active.iter().any(|k| !problem.is_equation(*k));
            if bounded && kind == Kind::Maximum {
                kind = Kind::Saddle;
            }
        }
        // Multipliers of singular points come with both signs: they are one point.
        let known = report.points.iter().any(|p| {
            p.multipliers.is_none()
                && multipliers.is_none()
                && p.enclosure.iter().zip(&enclosure[..n]).all(|(a, b)| !a.is_disjoint(*b))
        });
        if !known {
            let proven = root.status == Status::Proven && feasible;
            report.points.push(Stationary {
                x,
                value,
                multipliers,
                kind,
                enclosure: enclosure[..n].to_vec(),
                proven,
            });
        }
    }
    Ok(())
}
