//! Sequential quadratic programming: at each point a quadratic with the curvature of the Lagrangian under the tangents of the
//! constraints; its lowest point is where to go next, as far as objective and violations together get smaller.
//!
//! Here: the step, its multipliers, the merit function, what is done when the tangents contradict each other.
//! Source: Nocedal & Wright, *Numerical Optimization*, 2nd ed., ch. 18: algorithm 18.3, the second-order correction of
//! §18.3, the elastic mode of §18.2 (18.12).

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

use super::problem::{First, Problem};
use super::qp::{Failure, Quadratic, Solution, solve};
use super::{ConstrainedOptions, ConstrainedReport, ConstrainedStop, proof, second_order};
use crate::minimize::MinimizeError;
use crate::minimize::report::{Kind, Status, TracePoint};

/// Looks for the least of the problem from `start`.
///
/// ```
/// use secant::expr::Symbol;
/// use secant::minimize::{Constraint, ConstrainedOptions, Kind, Problem, Relation, minimize_under};
/// use secant::program::Budget;
/// use secant::syntax::parse_expr;
/// let names = ["x", "y"].map(Symbol::new);
/// let circle = Constraint { expr: parse_expr("x^2 + y^2 - 2").unwrap(), relation: Relation::Equal };
/// let f = parse_expr("x + y").unwrap();
/// let mut problem = Problem::new(&f, &names, &[circle], None, Budget::UNLIMITED)?;
/// let found = minimize_under(&mut problem, &[-2.0, 0.5], &ConstrainedOptions::default())?;
/// assert!((found.x[0] + 1.0).abs() < 1e-9 && (found.multipliers[0] - 0.5).abs() < 1e-9);
/// assert_eq!(found.kind, Kind::Minimum);
/// # Ok::<(), secant::minimize::MinimizeError>(())
/// ```
///
/// # Errors
/// [`MinimizeError::Start`], and those of the evaluation.
pub fn minimize_under(
    problem: &mut Problem<'_>,
    start: &[f64],
    options: &ConstrainedOptions,
) -> Result<ConstrainedReport, MinimizeError> {
    if start.len() != problem.dimension() {
        return Err(MinimizeError::Start { given: start.len(), wanted: problem.dimension() });
    }
    let mut run = Run::new(problem, start, options)?;
    let stop = run.go()?;
    run.report(stop)
}

/// Everything that is at most 0 or equal to 0: constraints, then the bounds that are finite.
struct Run<'p, 'a> {
    problem: &'p mut Problem<'a>,
    options: &'p ConstrainedOptions,
    x: DVector<f64>,
    first: First,
    /// Of the rows: constraints, lower bounds, upper bounds.
    multipliers: DVector<f64>,
    /// Rows that are equations come first: the order in which the quadratic program has them.
    order: Vec<Row>,
    equations: usize,
    penalty: f64,
    trace: Vec<TracePoint>,
    steps: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Row {
    Constraint(usize),
    Lower(usize),
    Upper(usize),
}

/// A point that is so many times further from 0 than the start does not come back.
const FAR: f64 = 1e9;
/// Largest weight of violations before the tangents are said to contradict each other.
const MOST_PENALTY: f64 = 1e9;

impl<'p, 'a> Run<'p, 'a> {
    fn new(
        problem: &'p mut Problem<'a>,
        start: &[f64],
        options: &'p ConstrainedOptions,
    ) -> Result<Run<'p, 'a>, MinimizeError> {
        // The bounds are kept all the way.
        let inside = start.iter().zip(&problem.bounds).map(|(x, (low, high))| x.clamp(*low, *high));
        let x = DVector::from_iterator(start.len(), inside);
        let first = problem.first(&x)?;
        let (equal, other): (Vec<usize>, Vec<usize>) =
            (0..problem.turned.len()).partition(|k| problem.is_equation(*k));
        let equations = equal.len();
        let across = first.normals.select_columns(&equal);
        let mut order: Vec<Row> = equal.into_iter().chain(other).map(Row::Constraint).collect();
        for (k, (low, high)) in problem.bounds.iter().enumerate() {
            order.extend(low.is_finite().then_some(Row::Lower(k)));
            order.extend(high.is_finite().then_some(Row::Upper(k)));
        }
        // Those of the equations that fit the gradient best: without them a linear objective has no curvature.
        let mut multipliers = DVector::zeros(order.len());
        if equations > 0 {
            let fitted =
                Cholesky::new(across.tr_mul(&across)).map(|f| f.solve(&-across.tr_mul(&first.gradient)));
            if let Some(fitted) = fitted.filter(|u| u.iter().all(|u| u.abs() < 1e6)) {
                multipliers.rows_mut(0, equations).copy_from(&fitted);
            }
        }
        let (trace, steps) = (Vec::new(), 0);
        Ok(Run { problem, options, x, first, multipliers, order, equations, penalty: 1.0, trace, steps })
    }

    /// The value of a row at a point where the constraints have these values.
    fn row_value(&self, row: Row, x: &DVector<f64>, constraints: &DVector<f64>) -> f64 {
        match row {
            Row::Constraint(k) => constraints[k],
            Row::Lower(k) => self.problem.bounds[k].0 - x[k],
            Row::Upper(k) => x[k] - self.problem.bounds[k].1,
        }
    }

    fn row_values(&self, x: &DVector<f64>, constraints: &DVector<f64>) -> DVector<f64> {
        let values = self.order.iter().map(|row| self.row_value(*row, x, constraints));
        DVector::from_iterator(self.order.len(), values)
    }

    fn normals(&self) -> DMatrix<f64> {
        let n = self.x.len();
        let mut all = DMatrix::zeros(n, self.order.len());
        for (column, row) in self.order.iter().enumerate() {
            match row {
                Row::Constraint(k) => all.set_column(column, &self.first.normals.column(*k)),
                Row::Lower(k) => all[(*k, column)] = -1.0,
                Row::Upper(k) => all[(*k, column)] = 1.0,
            }
        }
        all
    }

    fn violations<'v>(&'v self, values: &'v DVector<f64>) -> impl Iterator<Item = f64> + 'v {
        let equations = self.equations;
        values.iter().enumerate().map(move |(k, v)| if k < equations { v.abs() } else { v.max(0.0) })
    }

    fn merit(&self, value: f64, values: &DVector<f64>) -> f64 {
        value + self.penalty * self.violations(values).sum::<f64>()
    }

    /// The multipliers of the turned constraints, in their order.
    fn of_constraints(&self, of: &DVector<f64>) -> DVector<f64> {
        let mut list = DVector::zeros(self.problem.turned.len());
        for (row, u) in self.order.iter().zip(of) {
            if let Row::Constraint(k) = row {
                list[*k] = *u;
            }
        }
        list
    }

    fn go(&mut self) -> Result<ConstrainedStop, MinimizeError> {
        let mut last_step = 0.0;
        let mut idle = 0;
        let mut escapes = 2;
        loop {
            if !self.first.is_finite() {
                return Ok(ConstrainedStop::NotFinite);
            }
            let normals = self.normals();
            let values = self.row_values(&self.x, &self.first.constraints);
            let slope = &self.first.gradient + &normals * &self.multipliers;
            self.note(&slope, last_step);
            let scale = self.first.gradient.amax().max((&normals * &self.multipliers).amax()).max(1.0);
            let violation = self.violations(&values).fold(0.0, f64::max);
            let size = 1.0 + self.x.amax();
            let complementary = values.iter().zip(&self.multipliers).skip(self.equations);
            let slack = complementary.fold(0.0, |most: f64, (v, u)| most.max((v * u).abs()));
            let stationary =
                slope.amax() <= self.options.tol * scale && slack <= self.options.tol * scale * size;
            if stationary && violation <= self.options.tol * size && self.steps > 0 {
                return Ok(ConstrainedStop::Stationary);
            }
            if self.steps >= self.options.max_steps {
                return Ok(ConstrainedStop::MaxSteps);
            }
            let curvature = self.problem.second(&self.x, &self.of_constraints(&self.multipliers))?;
            if curvature.iter().any(|v| !v.is_finite()) {
                return Ok(ConstrainedStop::NotFinite);
            }
            let (solution, elastic) = match self.step(&curvature, &normals, &values) {
                Some(found) => found,
                None => return Ok(ConstrainedStop::Stuck),
            };
            let d = &solution.x;
            // A weight that makes the step one downhill.
            let largest = solution.multipliers.amax();
            if self.penalty < 1.1 * largest {
                self.penalty = 2.0 * largest + 1.0;
            } else if self.penalty > 100.0 * largest.max(0.01) {
                self.penalty = 10.0 * largest.max(0.01);
            }
            let now = self.merit(self.first.value, &values);
            let linear = &values + normals.tr_mul(d);
            let fall = self.first.gradient.dot(d)
                + self.penalty
                    * (self.violations(&linear).sum::<f64>() - self.violations(&values).sum::<f64>());
            if elastic && violation > self.options.tol * size {
                let better = self.violations(&values).sum::<f64>() - self.violations(&linear).sum::<f64>();
                if better <= 1e-8 * self.violations(&values).sum::<f64>() {
                    if escapes == 0 {
                        return Ok(ConstrainedStop::Infeasible);
                    }
                    // The tangents may contradict each other at this point alone: a step aside shows it.
                    escapes -= 1;
                    let aside = d * (0.1 * size / d.norm().max(1e-3 * size));
                    self.x += aside;
                    self.steps += 1;
                    self.first = self.problem.first(&self.x)?;
                    continue;
                }
            }
            let small = d.amax() <= 4.0 * f64::EPSILON * size;
            let rounding = 10.0 * f64::EPSILON * (now.abs() + self.penalty * violation + 1e-300);
            let mut t = 1.0;
            let mut taken = None;
            while t > 1e-12 {
                let there = &self.x + d * t;
                let (value, constraints) = self.problem.values(&there)?;
                let then = self.merit(value, &self.row_values(&there, &constraints));
                if then <= now + 1e-4 * t * fall + rounding {
                    taken = Some((there, t));
                    break;
                }
                if t == 1.0 && !elastic {
                    // The constraints bend: once more toward them from where the step ends.
                    let behind = self.row_values(&there, &constraints) - normals.tr_mul(d);
                    if let Some((corrected, false)) = self.step(&curvature, &normals, &behind) {
                        let there = &self.x + &corrected.x;
                        let (value, constraints) = self.problem.values(&there)?;
                        let then = self.merit(value, &self.row_values(&there, &constraints));
                        if then <= now + 1e-4 * fall + rounding {
                            taken = Some((there, 1.0));
                            break;
                        }
                    }
                }
                t *= 0.5;
            }
            let Some((mut there, t)) = taken else {
                self.multipliers = solution.multipliers;
                return Ok(self.at_rest(violation));
            };
            for (k, (low, high)) in self.problem.bounds.iter().enumerate() {
                there[k] = there[k].clamp(*low, *high);
            }
            self.steps += 1;
            last_step = (&there - &self.x).norm();
            self.multipliers += (&solution.multipliers - &self.multipliers) * t;
            if t == 1.0 {
                self.multipliers = solution.multipliers.clone();
            }
            self.x = there;
            self.first = self.problem.first(&self.x)?;
            if self.x.amax()
                > FAR * (1.0 + self.trace[0].x.iter().fold(0.0, |most: f64, v| most.max(v.abs())))
            {
                return Ok(ConstrainedStop::Unbounded);
            }
            idle = if small { idle + 1 } else { 0 };
            if idle >= 2 {
                return Ok(self.at_rest(violation));
            }
        }
    }

    /// What it is that no step makes better.
    fn at_rest(&self, violation: f64) -> ConstrainedStop {
        let normals = self.normals();
        let size = 1.0 + self.x.amax();
        let rough = self.options.tol.sqrt();
        if violation > rough * size {
            // Does the sum of the squares of the violations have a slope?
            let values = self.row_values(&self.x, &self.first.constraints);
            let over =
                values.iter().enumerate().map(|(k, v)| if k < self.equations { *v } else { v.max(0.0) });
            let over = DVector::from_iterator(values.len(), over);
            let flat = (&normals * &over).norm() * size <= 1e-4 * over.norm_squared();
            return if flat { ConstrainedStop::Infeasible } else { ConstrainedStop::Stuck };
        }
        let pull = &normals * &self.multipliers;
        let scale = self.first.gradient.amax().max(pull.amax()).max(1.0);
        let slope = (&self.first.gradient + pull).amax();
        if slope <= rough * scale { ConstrainedStop::Stationary } else { ConstrainedStop::Stuck }
    }

    fn note(&mut self, slope: &DVector<f64>, length: f64) {
        const MOST_KEPT: usize = 1000;
        if self.trace.len() < MOST_KEPT {
            self.trace.push(TracePoint {
                step: self.steps,
                x: self.x.iter().copied().collect(),
                value: self.first.value,
                gradient_norm: slope.norm(),
                length,
            });
        }
    }

    /// A curvature with which a step along the gradient is as long as `x`.
    fn usual(&self) -> f64 {
        self.first.gradient.amax() / (1.0 + self.x.amax())
    }

    /// The step of the quadratic program, and whether its constraints had to give way.
    fn step(
        &self,
        curvature: &DMatrix<f64>,
        normals: &DMatrix<f64>,
        values: &DVector<f64>,
    ) -> Option<(Solution, bool)> {
        let b = -values;
        let held: Vec<usize> =
            (0..self.order.len()).filter(|k| *k < self.equations || self.multipliers[*k] > 0.0).collect();
        let equal: Vec<usize> = (0..self.equations).collect();
        // Curvature across the active constraints is free to be added; where it is not enough, or where another set turns out
        // to be active, some is added everywhere.
        for across in [&held, &equal] {
            let (matrix, lift) = convex(curvature, normals, across, self.usual())?;
            let mut g = self.first.gradient.clone();
            for k in across {
                g += normals.column(*k) * (lift * values[*k]);
            }
            let problem = Quadratic { g: &g, normals, b: &b, equations: self.equations };
            match solve(&matrix, &problem) {
                Ok(mut found) => {
                    let kept = across.iter().all(|k| {
                        let rest = values[*k] + normals.column(*k).dot(&found.x);
                        *k < self.equations || found.multipliers[*k] > 0.0 || lift == 0.0 && rest <= 0.0
                    });
                    if !kept && across.len() > equal.len() {
                        continue;
                    }
                    found.multipliers.iter_mut().skip(self.equations).for_each(|u| *u = u.max(0.0));
                    return Some((found, false));
                }
                Err(Failure::Infeasible) => break,
                Err(Failure::Stalled) => {}
            }
        }
        self.elastic(curvature, normals, values).map(|found| (found, true))
    }

    /// The tangents contradict each other: each may give way, at a price.
    fn elastic(
        &self,
        curvature: &DMatrix<f64>,
        normals: &DMatrix<f64>,
        values: &DVector<f64>,
    ) -> Option<Solution> {
        let (n, m, e) = (self.x.len(), self.order.len(), self.equations);
        // The bounds are kept: only constraints give way, equations to both sides.
        let soft: Vec<usize> = (0..m).filter(|k| matches!(self.order[*k], Row::Constraint(_))).collect();
        let extra = soft.len();
        let size = n + extra;
        let price = (10.0 * self.penalty.max(self.first.gradient.amax()).max(1.0)).min(MOST_PENALTY);
        let mut h = DMatrix::zeros(size, size);
        let (convex, _) = positive(curvature, self.usual())?;
        h.view_mut((0, 0), (n, n)).copy_from(&convex);
        for k in n..size {
            h[(k, k)] = 1e-6 * price.max(1.0);
        }
        let mut g = DVector::zeros(size);
        g.rows_mut(0, n).copy_from(&self.first.gradient);
        g.rows_mut(n, extra).fill(price);
        // Row k: a d - s <= -c; of an equation also -a d - s <= c; s >= 0.
        let rows = m + e + extra;
        let mut all = DMatrix::zeros(size, rows);
        let mut b = DVector::zeros(rows);
        for k in 0..m {
            all.view_mut((0, k), (n, 1)).copy_from(&normals.column(k));
            b[k] = -values[k];
        }
        for (s, k) in soft.iter().enumerate() {
            all[(n + s, *k)] = -1.0;
            all[(n + s, m + e + s)] = -1.0;
            if *k < e {
                all.view_mut((0, m + k), (n, 1)).copy_from(&(-normals.column(*k)));
                all[(n + s, m + k)] = -1.0;
                b[m + k] = values[*k];
            }
        }
        let factor = Cholesky::new(h)?;
        let found = solve(&factor, &Quadratic { g: &g, normals: &all, b: &b, equations: 0 }).ok()?;
        let mut multipliers = found.multipliers.rows(0, m).into_owned();
        for k in 0..e {
            multipliers[k] -= found.multipliers[m + k];
        }
        Some(Solution { x: found.x.rows(0, n).into_owned(), multipliers })
    }

    fn report(mut self, stop: ConstrainedStop) -> Result<ConstrainedReport, MinimizeError> {
        let values = self.row_values(&self.x, &self.first.constraints);
        let violation = self.violations(&values).fold(0.0, f64::max);
        let normals = self.normals();
        let slope = &self.first.gradient + &normals * &self.multipliers;
        let size = 1.0 + self.x.amax();
        let close = |v: f64| v.abs() <= 1e3 * self.options.tol * size;
        let active_rows: Vec<usize> = (0..self.order.len())
            .filter(|k| *k < self.equations || self.multipliers[*k] > 0.0 || close(values[*k]))
            .collect();
        let of_turned = self.of_constraints(&self.multipliers);
        let mut bound_multipliers = vec![0.0; self.x.len()];
        let mut active = vec![false; self.problem.turned.len()];
        for k in &active_rows {
            match self.order[*k] {
                Row::Constraint(c) => active[c] = true,
                Row::Lower(v) => bound_multipliers[v] = -self.multipliers[*k],
                Row::Upper(v) => bound_multipliers[v] = self.multipliers[*k],
            }
        }
        let arrived = stop == ConstrainedStop::Stationary;
        let mut tested = second_order::Tested::unknown();
        let mut certificate = None;
        if arrived {
            let curvature = self.problem.second(&self.x, &of_turned)?;
            let strong =
                |k: &usize| *k < self.equations || self.multipliers[*k] > 1e-8 * (1.0 + slope.amax());
            let chosen: Vec<usize> = active_rows.iter().copied().filter(strong).collect();
            let tangents = normals.select_columns(&chosen);
            tested = second_order::test(&curvature, &tangents);
            let all_strong = chosen.len() == active_rows.len();
            // Lowest among neighbours it is only where no inequality pulls the other way.
            if chosen.len() > self.equations && tested.kind == Kind::Maximum {
                tested.kind = Kind::Saddle;
            }
            if all_strong && tested.kind == Kind::Minimum && !tested.degenerate {
                let held: Vec<proof::Held> = active_rows
                    .iter()
                    .map(|k| match self.order[*k] {
                        Row::Constraint(c) => proof::Held::Constraint(c),
                        Row::Lower(v) => proof::Held::Lower(v),
                        Row::Upper(v) => proof::Held::Upper(v),
                    })
                    .collect();
                let u: Vec<f64> = active_rows.iter().map(|k| self.multipliers[*k]).collect();
                certificate = proof::certificate(self.problem, self.x.as_slice(), &held, &u)?;
            }
        }
        if let Some(certificate) = &certificate {
            // The point is told as one of those that the proof speaks of.
            let inside =
                certificate.iter().zip(&self.x).map(|(e, x)| if e.contains(*x) { *x } else { e.middle() });
            let x = DVector::from_iterator(self.x.len(), inside);
            self.first.value = self.problem.values(&x)?.0;
            self.x = x;
        }
        let status = match (arrived, &certificate, tested.kind) {
            (false, ..) => Status::Failed,
            (true, Some(_), _) => Status::Proven,
            (true, None, Kind::Undecided | Kind::Degenerate) => Status::Estimated,
            (true, None, _) => Status::Tested,
        };
        let signs = self.problem.constraints.iter().zip(&of_turned);
        let multipliers = signs.map(|(c, u)| if c.relation == super::Relation::AtLeast { -u } else { *u });
        Ok(ConstrainedReport {
            multipliers: multipliers.collect(),
            x: self.x.iter().copied().collect(),
            value: self.first.value,
            bound_multipliers,
            active,
            violation,
            gradient_norm: slope.norm(),
            stop,
            kind: tested.kind,
            status,
            steps: self.steps,
            evaluations: self.problem.evaluations,
            trace: std::mem::take(&mut self.trace),
            curvatures: tested.curvatures,
            degenerate: tested.degenerate,
            certificate,
        })
    }
}

/// The curvature with some added across these constraints, and everywhere if need be, so that it is positive definite; and
/// how much was added across.
fn convex(
    curvature: &DMatrix<f64>,
    normals: &DMatrix<f64>,
    across: &[usize],
    usual: f64,
) -> Option<(Cholesky<f64, Dyn>, f64)> {
    if let Some(factor) = firm(curvature) {
        return Some((factor, 0.0));
    }
    if !across.is_empty() {
        let chosen = normals.select_columns(across);
        let square = &chosen * chosen.transpose();
        let mut lift = curvature.amax().max(1e-8) / square.amax().max(1e-300);
        for _ in 0..6 {
            if let Some(factor) = firm(&(curvature + &square * lift)) {
                return Some((factor, lift));
            }
            lift *= 10.0;
        }
    }
    positive(curvature, usual).map(|(_, factor)| (factor, 0.0))
}

/// The factor of a matrix that is positive definite, and not only by rounding.
fn firm(matrix: &DMatrix<f64>) -> Option<Cholesky<f64, Dyn>> {
    let factor = Cholesky::new(matrix.clone())?;
    let diagonal = factor.l_dirty().diagonal();
    let (least, most) = (diagonal.min(), diagonal.max());
    (least > 1e-7 * most).then_some(factor)
}

/// The matrix with as much added to its diagonal as makes it positive definite; `usual`: a curvature that fits the problem.
fn positive(matrix: &DMatrix<f64>, usual: f64) -> Option<(DMatrix<f64>, Cholesky<f64, Dyn>)> {
    let mut more = 0.0;
    let size = matrix.amax().max(usual).max(1e-12);
    for _ in 0..60 {
        let mut lifted = matrix.clone();
        for k in 0..matrix.nrows() {
            lifted[(k, k)] += more;
        }
        if let Some(factor) = firm(&lifted) {
            return Some((lifted, factor));
        }
        more = if more == 0.0 { 1e-3 * size } else { 4.0 * more };
    }
    None
}
