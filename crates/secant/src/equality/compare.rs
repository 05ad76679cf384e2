//! The comparison: a proof from the normal form, a refutation from a point, or what the points suggest.

use super::points::Points;
use super::proves_zero;
use crate::expr::{Condition, Expr, Symbol, domain};
use crate::program::{Enclosure, Interval, Program, Workspace};

/// What is known about two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Proven equal, and defined at the same points as far as could be told.
    Equal,
    /// Proven equal wherever both have a value; one has a value where the other has none.
    EqualWhereBothExist,
    /// Equal at every point tried; no proof.
    EqualAtTestedPoints,
    /// A point shows that they differ.
    Different,
    /// Neither.
    Undecided,
}

/// A verdict with its evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// What is known.
    pub verdict: Verdict,
    /// For [`Verdict::Different`] of numbers: where. Of what has axes the reason tells.
    pub witness: Option<Witness>,
    /// In words; empty where there is nothing to add.
    pub reason: String,
    /// At how many points both had a value and the values agreed.
    pub agreeing: usize,
}

/// A point and the two values there.
#[derive(Clone, Debug, PartialEq)]
pub struct Witness {
    /// The point.
    pub at: Vec<(Symbol, f64)>,
    /// The value of the first expression.
    pub a: f64,
    /// The value of the second.
    pub b: f64,
}

/// How much effort is made.
#[derive(Clone, Debug)]
pub struct Options {
    /// Most terms made by the proof.
    pub proof_terms: usize,
    /// Points tried.
    pub points: usize,
    /// What may be taken for granted.
    pub assume: Vec<Condition>,
    /// Names that stand for integers.
    pub integers: Vec<Symbol>,
    /// For other points.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Options {
        Options { proof_terms: 50_000, points: 60, assume: Vec::new(), integers: Vec::new(), seed: 0 }
    }
}

/// Fewer agreeing points than this suggest nothing.
pub(super) const ENOUGH: usize = 8;

/// Compares two expressions, each with the conditions under which the text it came from has a value.
///
/// Deterministic; the cost is bounded by the options and the size of the two.
pub fn equal(a: (&Expr, &[Condition]), b: (&Expr, &[Condition]), options: &Options) -> Comparison {
    let conditions = || a.1.iter().chain(b.1).chain(&options.assume);
    if a.0.has_axes() || b.0.has_axes() || conditions().any(|c| c.expr.has_axes()) {
        return super::tensors::equal(a, b, options);
    }
    let names = names(a, b, options);
    let Some(table) = Table::new(a, b, options, &names) else {
        return Comparison {
            verdict: if a.0 == b.0 { Verdict::Equal } else { Verdict::Undecided },
            witness: None,
            reason: "one of them cannot be evaluated".into(),
            agreeing: 0,
        };
    };
    let trial = table.try_points(options, &names);
    if let Some(witness) = trial.witness {
        return Comparison {
            verdict: Verdict::Different,
            witness: Some(witness),
            reason: String::new(),
            agreeing: trial.agreeing,
        };
    }
    let reason = trial.only_one.clone().or_else(|| table.gap(a, b, options, &names));
    let difference = a.0 - b.0;
    let proven = !a.0.is_undefined()
        && !b.0.is_undefined()
        && proves_zero(&difference, &[&options.assume[..], a.1, b.1].concat(), options.proof_terms);
    let (verdict, reason) = match (proven, reason) {
        (true, None) => (Verdict::Equal, String::new()),
        (true, Some(reason)) => (Verdict::EqualWhereBothExist, reason),
        (false, reason) if trial.agreeing >= ENOUGH || (names.is_empty() && trial.agreeing > 0) => {
            let count = format!("the values agree at {} points; no proof was found", trial.agreeing);
            (Verdict::EqualAtTestedPoints, reason.map_or(count.clone(), |r| format!("{count}; {r}")))
        }
        (false, _) if trial.agreeing + trial.unclear == 0 => {
            (Verdict::Undecided, "no point was found at which both have a value".into())
        }
        (false, _) => (Verdict::Undecided, "the values are too uncertain to compare".into()),
    };
    Comparison { verdict, witness: None, reason, agreeing: trial.agreeing }
}

fn names(a: (&Expr, &[Condition]), b: (&Expr, &[Condition]), options: &Options) -> Vec<Symbol> {
    let conditions = a.1.iter().chain(b.1).chain(&options.assume);
    let mut names: Vec<Symbol> =
        [a.0, b.0].into_iter().chain(conditions.map(|c| &c.expr)).flat_map(Expr::free_symbols).collect();
    names.sort();
    names.dedup();
    names
}

/// Everything that is computed at a point, in one program.
struct Table {
    program: Program,
    of_a: Vec<Condition>,
    of_b: Vec<Condition>,
    assumed: Vec<Condition>,
}

struct Trial {
    witness: Option<Witness>,
    agreeing: usize,
    unclear: usize,
    /// Says where only one of them has a value.
    only_one: Option<String>,
}

/// The two values at a point, where they exist.
struct Row {
    allowed: bool,
    a: Option<f64>,
    b: Option<f64>,
}

impl Table {
    fn new(
        a: (&Expr, &[Condition]),
        b: (&Expr, &[Condition]),
        options: &Options,
        names: &[Symbol],
    ) -> Option<Table> {
        let outputs: Vec<Expr> = [a.0, b.0]
            .into_iter()
            .chain(a.1.iter().chain(b.1).chain(&options.assume).map(|c| &c.expr))
            .cloned()
            .collect();
        let program = Program::compile(&outputs, names).ok()?;
        Some(Table { program, of_a: a.1.to_vec(), of_b: b.1.to_vec(), assumed: options.assume.clone() })
    }

    fn row(&self, point: &[f64], workspace: &mut Workspace) -> Row {
        let mut out = vec![0.0; self.program.output_count()];
        if self.program.evaluate(point, &mut out, workspace).is_err() {
            return Row { allowed: false, a: None, b: None };
        }
        let (mut rest, values) = (&out[2..], &out[..2]);
        let mut hold = |conditions: &[Condition]| {
            let (these, others) = rest.split_at(conditions.len());
            rest = others;
            conditions.iter().zip(these).all(|(c, v)| c.holds_for(*v))
        };
        let (a, b, allowed) = (hold(&self.of_a), hold(&self.of_b), hold(&self.assumed));
        let value = |v: f64, defined: bool| (defined && !v.is_nan()).then_some(v);
        Row { allowed, a: value(values[0], a), b: value(values[1], b) }
    }

    fn try_points(&self, options: &Options, names: &[Symbol]) -> Trial {
        let mut points = Points::new(names, &options.integers, options.seed);
        let mut workspace = Workspace::new();
        let mut trial = Trial { witness: None, agreeing: 0, unclear: 0, only_one: None };
        let tries = if names.is_empty() { 1 } else { options.points };
        for _ in 0..tries {
            let point = points.next();
            let row = self.row(&point, &mut workspace);
            if !row.allowed {
                continue;
            }
            match (row.a, row.b) {
                (Some(a), Some(b)) => match self.apart(&point, &mut workspace) {
                    Some(true) => {
                        let at = names.iter().cloned().zip(point).collect();
                        trial.witness = Some(Witness { at, a, b });
                        return trial;
                    }
                    Some(false) => trial.agreeing += 1,
                    None => trial.unclear += 1,
                },
                (None, None) => {}
                (a, _) if trial.only_one.is_none() => {
                    trial.only_one = Some(only_one(a.is_some(), names, &point));
                }
                _ => {}
            }
        }
        trial
    }

    /// Do the values differ? Their enclosures decide: apart, they differ; narrow and overlapping, they agree; `None`
    /// when the enclosures are too wide to say anything.
    fn apart(&self, point: &[f64], workspace: &mut Workspace) -> Option<bool> {
        let nowhere = Enclosure { values: Interval::EMPTY, defined: false };
        let mut out = vec![nowhere; self.program.output_count()];
        let inputs: Vec<Interval> = point.iter().map(|x| Interval::point(*x)).collect();
        self.program.evaluate_interval(&inputs, &mut out, workspace).ok()?;
        let (a, b) = (out[0], out[1]);
        if !a.defined || !b.defined {
            return None;
        }
        if a.values.is_disjoint(b.values) {
            return Some(true);
        }
        let hull = a.values.hull(b.values);
        let size = hull.low().abs().max(hull.high().abs());
        (hull.width() <= 1e-6 * size || size < 1e-9).then_some(false)
    }

    /// A point, not among those tried, at which a condition of one of the two fails: `x/x` has no value at 0.
    fn gap(
        &self,
        a: (&Expr, &[Condition]),
        b: (&Expr, &[Condition]),
        options: &Options,
        names: &[Symbol],
    ) -> Option<String> {
        let mut workspace = Workspace::new();
        let extra = domain::beyond(a.1, b.1).into_iter().chain(domain::beyond(b.1, a.1));
        for condition in extra {
            let Ok(program) = Program::compile(std::slice::from_ref(&condition.expr), names) else {
                continue;
            };
            let mut value = |point: &[f64]| {
                let mut out = [f64::NAN];
                let _ = program.evaluate(point, &mut out, &mut workspace);
                out[0]
            };
            for point in critical_points(names, options, &mut value) {
                if condition.holds_for(value(&point)) {
                    continue;
                }
                let row = self.row(&point, &mut Workspace::new());
                if row.allowed && row.a.is_some() != row.b.is_some() {
                    return Some(only_one(row.a.is_some(), names, &point));
                }
            }
        }
        None
    }
}

fn only_one(first: bool, names: &[Symbol], point: &[f64]) -> String {
    let at: Vec<String> = names.iter().zip(point).map(|(n, x)| format!("{n} = {x}")).collect();
    let at = if at.is_empty() { String::new() } else { format!(" at {}", at.join(", ")) };
    format!("only the {} has a value{at}", if first { "first" } else { "second" })
}

/// Points at which an expression is nought: round numbers, and zeros found between points by bisection.
fn critical_points(
    names: &[Symbol],
    options: &Options,
    value: &mut dyn FnMut(&[f64]) -> f64,
) -> Vec<Vec<f64>> {
    const ROUND: [f64; 9] = [0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5, 3.0, -3.0];
    let mut found = Vec::new();
    let mut points = Points::new(names, &options.integers, options.seed ^ 1);
    for _ in 0..6 {
        let base = points.next();
        for j in 0..names.len() {
            let mut line: Vec<(f64, f64)> = Vec::new();
            let mut at = |x: f64| {
                let mut point = base.clone();
                point[j] = x;
                (value(&point), point)
            };
            for x in ROUND {
                let (v, point) = at(x);
                if v == 0.0 {
                    found.push(point);
                } else if v.is_finite() {
                    line.push((x, v));
                }
            }
            line.sort_by(|p, q| p.0.total_cmp(&q.0));
            for pair in line.windows(2) {
                let ((mut lo, v), (mut hi, w)) = (pair[0], pair[1]);
                if v.signum() == w.signum() {
                    continue;
                }
                for _ in 0..80 {
                    let middle = lo + (hi - lo) / 2.0;
                    if at(middle).0.signum() == v.signum() { lo = middle } else { hi = middle }
                }
                found.extend([at(lo).1, at(hi).1]);
            }
        }
    }
    found
}
