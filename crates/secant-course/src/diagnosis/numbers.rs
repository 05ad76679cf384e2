//! What a formula with matrices is worth at one random point, read from the tree as it was written.
//!
//! Here: small matrices and what is done with them, names with their random entries.
//! Not here: which formulas are tried (`network`, `fit`).
//! Invariant: a formula whose shapes do not fit has no value.
//! Start reading at [`Point::value`].

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use secant::expr::{Expr, Rational, Symbol};
use secant::program::{Array, Program, Workspace, evaluate_arrays};
use secant::sheet::Scope;
use secant::syntax::{self, Bracket, CallForm, Join, Kind, Raise, Rel, Sign, Span, Written};

/// Numbers in rows and columns: a number by itself is one row of one, a vector is a column.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Numbers {
    rows: usize,
    columns: usize,
    entries: Vec<f64>,
}

/// Most entries of a matrix that is worked with.
const MAX_ENTRIES: usize = 4_096;
/// What named extents may be.
const SIZES: [i64; 9] = [3, 5, 4, 7, 6, 2, 8, 9, 10];
/// Values closer than this, beside their size, are the same.
const CLOSE: f64 = 1e-9;

impl Numbers {
    pub(super) fn scalar(x: f64) -> Numbers {
        Numbers { rows: 1, columns: 1, entries: vec![x] }
    }

    fn of(array: Array) -> Option<Numbers> {
        let (rows, columns) = match array.shape.as_slice() {
            [] => (1, 1),
            [n] => (*n, 1),
            [m, n] => (*m, *n),
            _ => return None,
        };
        Some(Numbers { rows, columns, entries: array.data })
    }

    pub(super) fn is_scalar(&self) -> bool {
        self.entries.len() == 1
    }

    pub(super) fn has_shape_of(&self, other: &Numbers) -> bool {
        (self.rows, self.columns) == (other.rows, other.columns)
    }

    pub(super) fn transposed(&self) -> Numbers {
        let at = |k: usize| self.entries[k % self.rows * self.columns + k / self.rows];
        let entries = (0..self.entries.len()).map(at).collect();
        Numbers { rows: self.columns, columns: self.rows, entries }
    }

    fn map(&self, f: impl FnMut(f64) -> f64) -> Numbers {
        Numbers { entries: self.entries.iter().copied().map(f).collect(), ..*self }
    }

    pub(super) fn scaled(&self, by: f64) -> Numbers {
        self.map(|x| by * x)
    }

    /// Entry by entry; a number goes with every entry.
    pub(super) fn each(&self, other: &Numbers, f: impl Fn(f64, f64) -> f64) -> Option<Numbers> {
        if self.has_shape_of(other) {
            let entries = self.entries.iter().zip(&other.entries).map(|(a, b)| f(*a, *b)).collect();
            Some(Numbers { entries, ..*self })
        } else if other.is_scalar() {
            Some(self.map(|a| f(a, other.entries[0])))
        } else if self.is_scalar() {
            Some(other.map(|b| f(self.entries[0], b)))
        } else {
            None
        }
    }

    fn times(&self, other: &Numbers) -> Option<Numbers> {
        if self.is_scalar() || other.is_scalar() {
            return self.each(other, |a, b| a * b);
        }
        if self.columns != other.rows || self.rows * other.columns > MAX_ENTRIES {
            return None;
        }
        let mut entries = Vec::with_capacity(self.rows * other.columns);
        for i in 0..self.rows {
            for j in 0..other.columns {
                let term =
                    |k: usize| self.entries[i * self.columns + k] * other.entries[k * other.columns + j];
                entries.push((0..self.columns).map(term).sum());
            }
        }
        Some(Numbers { rows: self.rows, columns: other.columns, entries })
    }

    /// A number as often as `other` has entries; what has entries of its own stays as it is.
    pub(super) fn like(&self, other: &Numbers) -> Option<Numbers> {
        self.each(&other.scaled(0.0), |a, b| a + b)
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    fn column(entries: Vec<f64>) -> Numbers {
        Numbers { rows: entries.len(), columns: 1, entries }
    }

    pub(super) fn sum(&self) -> f64 {
        self.entries.iter().sum()
    }

    /// Sums away the rows (1) or the columns (2).
    fn sum_along(&self, axis: usize) -> Option<Numbers> {
        let row = |r: &[f64]| r.iter().sum();
        match axis {
            1 => Some(Numbers::column(self.transposed().entries.chunks(self.rows).map(row).collect())),
            2 => Some(Numbers::column(self.entries.chunks(self.columns).map(row).collect())),
            _ => None,
        }
    }

    fn is_finite(&self) -> bool {
        self.entries.iter().all(|x| x.is_finite())
    }

    fn largest(&self) -> f64 {
        self.entries.iter().fold(0.0, |a, x| f64::max(a, x.abs()))
    }

    /// How many times `other` it is, where it is a multiple.
    pub(super) fn ratio(&self, other: &Numbers) -> Option<f64> {
        let k = other.entries.iter().position(|x| x.abs() > 1e-9 * other.largest())?;
        let ratio = self.entries.get(k)? / other.entries[k];
        (ratio.is_finite() && ratio != 0.0 && self.is(&other.scaled(ratio))).then_some(ratio)
    }

    /// The same entries, rounding apart; a row and a column of the same entries are not the same.
    pub(super) fn is(&self, other: &Numbers) -> bool {
        let size = self.largest().max(other.largest()).max(1e-12);
        let close = |(a, b): (&f64, &f64)| (a - b).abs() <= CLOSE * size;
        self.has_shape_of(other) && self.entries.iter().zip(&other.entries).all(close)
    }
}

/// A random point: what every name is worth there.
pub(super) struct Point {
    names: BTreeMap<String, Numbers>,
    functions: BTreeMap<String, Program>,
    workspace: RefCell<Workspace>,
}

impl Point {
    /// A point for all names of these texts; none where one has no meaning or is too large.
    pub(super) fn new(scope: &Scope, texts: &[&Written], seed: u64) -> Option<Point> {
        let mut names = BTreeSet::new();
        let mut calls = BTreeMap::new();
        for text in texts {
            names.extend(text.names().into_iter().map(str::to_owned));
            collect_calls(text, &mut calls);
        }
        let meaning = |name: &String| {
            let written = Written::new(Kind::Name(name.as_str().into()), Span::default());
            Some((name.clone(), syntax::lower(&written, &mut scope.clone()).ok()?.expr))
        };
        let meanings: Vec<(String, Expr)> = names.iter().map(meaning).collect::<Option<_>>()?;
        let variables = variables(meanings.iter().map(|(_, e)| e), seed)?;
        let mut values = BTreeMap::new();
        for (name, e) in meanings {
            let array = match e.as_var().and_then(|x| variables.iter().find(|(y, _)| x == y)) {
                Some((_, array)) => array.clone(),
                None => evaluate_arrays(&[e], &variables).ok()?.pop()?,
            };
            values.insert(name, Numbers::of(array)?);
        }
        let functions = calls.into_iter().filter_map(|(name, count)| {
            let program = function(scope, &name, count)?;
            Some((name, program))
        });
        Some(Point { names: values, functions: functions.collect(), workspace: RefCell::default() })
    }

    /// What the text is worth here.
    pub(super) fn value(&self, w: &Written) -> Option<Numbers> {
        self.value_with(w, &|_| None).filter(Numbers::is_finite)
    }

    /// The same with other values for some of its parts.
    pub(super) fn value_with(
        &self,
        w: &Written,
        instead: &dyn Fn(&Written) -> Option<Numbers>,
    ) -> Option<Numbers> {
        if let Some(other) = instead(w) {
            return Some(other);
        }
        let value = |w: &Written| self.value_with(w, instead);
        match &w.kind {
            Kind::Number(text) => Some(Numbers::scalar(Rational::from_decimal(text)?.to_f64())),
            Kind::Name(name) => self.names.get(&**name).cloned(),
            Kind::Brackets(Bracket::Round | Bracket::Unseen, a) => value(a),
            Kind::Sum(terms) => {
                let signed = |(sign, w): &(Sign, Written)| Some(signed(*sign, value(w)?));
                terms.iter().map(signed).reduce(|a, b| a?.each(&b?, |a, b| a + b))?
            }
            Kind::Product(factors) => {
                let mut whole = value(&factors.first()?.1)?;
                for (join, w) in &factors[1..] {
                    let v = value(w)?;
                    whole = match join {
                        Join::First | Join::Implicit | Join::Times => whole.times(&v)?,
                        Join::Over if !v.is_scalar() => return None,
                        Join::Over | Join::OverEach => whole.each(&v, |a, b| a / b)?,
                        Join::TimesEach => whole.each(&v, |a, b| a * b)?,
                    };
                }
                Some(whole)
            }
            Kind::Fraction(ab) => {
                let below = value(&ab.1).filter(Numbers::is_scalar)?;
                value(&ab.0)?.each(&below, |a, b| a / b)
            }
            Kind::Signed(sign, a) => Some(signed(*sign, value(a)?)),
            Kind::Power(raise, ab) => power(*raise, &value(&ab.0)?, &value(&ab.1)?),
            Kind::Primed(a, n) => {
                let a = value(a)?;
                Some(if n % 2 == 1 { a.transposed() } else { a })
            }
            Kind::Root(2, a) => Some(value(a)?.map(f64::sqrt)),
            Kind::Root(3, a) => Some(value(a)?.map(f64::cbrt)),
            Kind::Abs(a) => Some(value(a)?.map(f64::abs)),
            Kind::Norm(a) => Some(Numbers::scalar(norm(&value(a)?))),
            Kind::Call(call) => self.call(call, &value),
            Kind::Relation(left, rest) => match rest.as_slice() {
                [(rel, right)] => {
                    let holds = holds(*rel)?;
                    value(left)?.each(&value(right)?, |a, b| f64::from(u8::from(holds(a, b))))
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn call(&self, call: &CallForm, value: &dyn Fn(&Written) -> Option<Numbers>) -> Option<Numbers> {
        let args: Vec<Numbers> = call.args.iter().map(value).collect::<Option<_>>()?;
        match (call.function.as_name().unwrap_or_default(), args.as_slice()) {
            ("sum", [a]) => Some(Numbers::scalar(a.sum())),
            ("sum", [a, axis]) => a.sum_along(axis.entries[0] as usize),
            ("mean", [a]) => Some(Numbers::scalar(a.sum() / a.entries.len() as f64)),
            ("mean", [a, axis]) => {
                let axis = axis.entries[0] as usize;
                let count = if axis == 1 { a.rows } else { a.columns };
                Some(a.sum_along(axis)?.scaled(1.0 / count as f64))
            }
            ("transpose", [a]) => Some(a.transposed()),
            ("norm", [a]) => Some(Numbers::scalar(norm(a))),
            ("dot", [a, b]) => Some(Numbers::scalar(a.each(b, |a, b| a * b)?.sum())),
            ("outer", [a, b]) => a.times(&b.transposed()),
            ("diag", [a]) if a.columns == 1 => {
                let n = a.rows;
                let at = |k: usize| if k.is_multiple_of(n + 1) { a.entries[k / n] } else { 0.0 };
                Some(Numbers { rows: n, columns: n, entries: (0..n * n).map(at).collect() })
            }
            ("diag", [a]) if a.columns == a.rows => {
                Some(Numbers::column(a.entries.iter().step_by(a.columns + 1).copied().collect()))
            }
            (name @ ("ones" | "zeros"), [n]) => filled(n, &Numbers::scalar(1.0), name == "ones"),
            (name @ ("ones" | "zeros"), [m, n]) => filled(m, n, name == "ones"),
            _ => self.apply(&call.function.to_string(), &args),
        }
    }

    /// An elementary function, or one of the scope's, entry by entry.
    fn apply(&self, name: &str, args: &[Numbers]) -> Option<Numbers> {
        let program = self.functions.get(name)?;
        let run = |inputs: &[f64]| {
            let mut out = [f64::NAN];
            let done = program.evaluate(inputs, &mut out, &mut self.workspace.borrow_mut());
            done.map_or(f64::NAN, |()| out[0])
        };
        match args {
            [a] => Some(a.map(|a| run(&[a]))),
            [a, b] => a.each(b, |a, b| run(&[a, b])),
            _ => None,
        }
    }

    /// Names that stand for something of the same shape, itself left out.
    pub(super) fn names_like<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let own = self.names.get(name);
        self.names
            .iter()
            .filter(move |(other, v)| *other != name && own.is_some_and(|own| own.has_shape_of(v)))
            .map(|(other, _)| other.as_str())
    }

    /// Every name that is known here.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }
}

fn signed(sign: Sign, a: Numbers) -> Numbers {
    if sign == Sign::Minus { a.scaled(-1.0) } else { a }
}

fn norm(a: &Numbers) -> f64 {
    a.entries.iter().map(|x| x * x).sum::<f64>().sqrt()
}

fn filled(m: &Numbers, n: &Numbers, with_ones: bool) -> Option<Numbers> {
    let (rows, columns) = (m.entries[0] as usize, n.entries[0] as usize);
    let size = rows.checked_mul(columns).filter(|n| (1..=MAX_ENTRIES).contains(n))?;
    Some(Numbers { rows, columns, entries: vec![f64::from(u8::from(with_ones)); size] })
}

fn power(raise: Raise, a: &Numbers, b: &Numbers) -> Option<Numbers> {
    if raise == Raise::Each
        || (a.is_scalar() && b.columns == 1)
        || (raise == Raise::OnFunction && b.is_scalar())
    {
        return a.each(b, f64::powf);
    }
    let n = b.is_scalar().then(|| b.entries[0])?;
    if a.rows != a.columns || n != n.trunc() || !(1.0..=8.0).contains(&n) {
        return None;
    }
    (1..n as usize).try_fold(a.clone(), |whole, _| whole.times(a))
}

fn holds(rel: Rel) -> Option<fn(f64, f64) -> bool> {
    Some(match rel {
        Rel::Less => |a, b| a < b,
        Rel::LessEqual => |a, b| a <= b,
        Rel::Greater => |a, b| a > b,
        Rel::GreaterEqual => |a, b| a >= b,
        Rel::Equal | Rel::Same | Rel::NotEqual => return None,
    })
}

/// Functions that are called, with the number of their arguments.
fn collect_calls(w: &Written, calls: &mut BTreeMap<String, usize>) {
    if let Kind::Call(call) = &w.kind {
        calls.insert(call.function.to_string(), call.args.len());
    }
    w.kind.for_each_child(|c| collect_calls(c, calls));
}

/// A function of one or two numbers as a program; none for what is no such function.
fn function(scope: &Scope, name: &str, count: usize) -> Option<Program> {
    let mut inside = scope.clone();
    let inputs: Vec<Symbol> = (0..count).map(|k| inside.local(&format!("t_{k}"))).collect();
    let text = match count {
        1 => format!("{name}(t_0)"),
        2 => format!("{name}(t_0, t_1)"),
        _ => return None,
    };
    Program::compile(&[inside.expression(&text).ok()?], &inputs).ok()
}

/// Random entries for everything that the expressions depend on; named extents are small numbers, each another one.
fn variables<'e>(all: impl Iterator<Item = &'e Expr>, seed: u64) -> Option<Vec<(Symbol, Array)>> {
    let mut found: BTreeMap<Symbol, Expr> = BTreeMap::new();
    let mut extents: BTreeSet<Symbol> = BTreeSet::new();
    for e in all {
        extents.extend(e.extent_symbols());
        for part in e.post_order() {
            if let Some(symbol) = part.as_var() {
                extents.extend(part.shape().dims().iter().filter_map(Expr::as_var).cloned());
                found.insert(symbol.clone(), part.clone());
            }
        }
    }
    let fixed: BTreeSet<i64> =
        found.values().flat_map(|e| e.shape().dims()).filter_map(|d| d.as_number()?.to_i64()).collect();
    // Other numbers at another point, so that none is taken for a number of the formula.
    let free = SIZES.iter().copied().cycle().skip(2 * seed as usize % SIZES.len()).take(SIZES.len());
    let free: Vec<i64> = free.filter(|n| !fixed.contains(n)).collect();
    if free.len() < extents.len() {
        return None;
    }
    let sizes: BTreeMap<Symbol, i64> = extents.into_iter().zip(free).collect();
    let mut variables = Vec::new();
    for (symbol, n) in &sizes {
        variables.push((symbol.clone(), Array::scalar(*n as f64)));
    }
    for (symbol, e) in found {
        if sizes.contains_key(&symbol) {
            continue;
        }
        let size = |d: &Expr| match d.as_var() {
            Some(n) => sizes.get(n).copied(),
            None => d.as_number()?.to_i64(),
        };
        let shape: Vec<usize> =
            e.shape().dims().iter().map(|d| usize::try_from(size(d)?).ok()).collect::<Option<_>>()?;
        let count = shape.iter().try_fold(1_usize, |n, k| n.checked_mul(*k)).filter(|n| *n <= MAX_ENTRIES)?;
        let entries = (0..count).map(|k| random(symbol.name(), k, seed)).collect();
        variables.push((symbol, Array::new(shape, entries)?));
    }
    Some(variables)
}

/// Between 0.2 and 0.9, in every other point with a sign of its own; the same in every run.
fn random(name: &str, k: usize, seed: u64) -> f64 {
    let mix = |h: u64, b: u64| (h ^ b).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    let start = mix(0x243F_6A88_85A3_08D3, seed + 1);
    let hash = name.bytes().fold(mix(start, k as u64 + 1), |h, b| mix(h, u64::from(b)));
    let hash = (hash ^ (hash >> 31)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let hash = hash ^ (hash >> 29);
    let size = 0.2 + 0.7 * (hash >> 11) as f64 / (1_u64 << 53) as f64;
    if seed.is_multiple_of(2) && hash & 1 == 1 { -size } else { size }
}
