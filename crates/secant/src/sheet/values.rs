//! Values at the points of a request.

use std::collections::BTreeMap;

use super::ask::{Answered, Context, program_fault};
use super::number::Number;
use super::reader::Reader;
use super::reply::{Fault, Nested};
use super::request::{At, PointValue};
use crate::expr::{Condition, ConditionKind, Expr, Symbol};
use crate::program::{Array, Column, Outputs, Program, Workspace, evaluate_arrays};

/// What came out: one value for one point, a list for a list.
pub(super) enum Values {
    One(Nested<Number>),
    Many(Vec<Nested<Number>>),
}

type Point = BTreeMap<String, PointValue>;

impl Context<'_> {
    /// The fields `value` and `values` of a reply: those of a derivative of something with these conditions.
    ///
    /// Where the thing has a pole or a hole its derivative has no value. Where it merely is not real, as `log(x)` below 0,
    /// the formula of its derivative may be: that is the value, and the reply states the condition beside it.
    #[allow(clippy::type_complexity)]
    pub(super) fn values_if_asked(
        &self,
        reader: &Reader,
        e: &Expr,
        conditions: &[Condition],
        at: Option<&At>,
    ) -> Answered<(Option<Nested<Number>>, Option<Vec<Nested<Number>>>)> {
        Ok(match at {
            None => (None, None),
            Some(at) => match self.values(reader, e, &poles(conditions), at)? {
                Values::One(value) => (Some(value), None),
                Values::Many(values) => (None, Some(values)),
            },
        })
    }

    /// The values of `e`, not a number where a condition fails.
    pub(super) fn values(
        &self,
        reader: &Reader,
        e: &Expr,
        conditions: &[Condition],
        at: &At,
    ) -> Answered<Values> {
        let points: &[Point] = match at {
            At::One(point) => std::slice::from_ref(point),
            At::Many(points) => points,
        };
        if points.len() > self.limits.max_points {
            let message = format!("{} points; allowed are {}", points.len(), self.limits.max_points);
            return Err(Fault::new("budget.points", message).in_field("at").boxed());
        }
        let values = if e.has_axes() || conditions.iter().any(|c| c.expr.has_axes()) {
            let arrays: Answered<Vec<_>> = points
                .iter()
                .enumerate()
                .map(|(k, p)| self.array_value(reader, e, conditions, p, place(k, points.len())))
                .collect();
            arrays?
        } else {
            let names = names_of(e, conditions);
            self.batch(reader, e, conditions, &names, points)?
                .into_iter()
                .map(|x| Nested::One(Number(x)))
                .collect()
        };
        Ok(match at {
            At::One(_) => Values::One(values.into_iter().next().unwrap_or(Nested::One(Number(f64::NAN)))),
            At::Many(_) => Values::Many(values),
        })
    }

    fn batch(
        &self,
        reader: &Reader,
        e: &Expr,
        conditions: &[Condition],
        names: &[Symbol],
        points: &[Point],
    ) -> Answered<Vec<f64>> {
        let mut columns: Vec<Vec<f64>> = Vec::with_capacity(names.len());
        for name in names {
            let column: Answered<Vec<f64>> = points
                .iter()
                .enumerate()
                .map(|(k, point)| number_at(reader, name, point, &place(k, points.len())))
                .collect();
            columns.push(column?);
        }
        let outputs: Vec<Expr> =
            std::iter::once(e.clone()).chain(conditions.iter().map(|c| c.expr.clone())).collect();
        let program = Program::compile(&outputs, names).map_err(program_fault)?;
        let mut results = vec![vec![0.0; points.len()]; outputs.len()];
        let inputs: Vec<Column<'_>> = columns.iter().map(|c| Column::Values(c)).collect();
        let mut out: Vec<&mut [f64]> = results.iter_mut().map(Vec::as_mut_slice).collect();
        let (out, effort) = (Outputs::Columns(&mut out), self.limits.effort());
        program.evaluate_many(&inputs, out, &effort, &mut Workspace::new()).map_err(program_fault)?;
        let (values, checks) = results.split_first_mut().expect("the expression itself is the first output");
        for (k, value) in values.iter_mut().enumerate() {
            if conditions.iter().zip(&*checks).any(|(c, column)| !c.holds_for(column[k])) {
                *value = f64::NAN;
            }
        }
        Ok(std::mem::take(values))
    }

    fn array_value(
        &self,
        reader: &Reader,
        e: &Expr,
        conditions: &[Condition],
        point: &Point,
        place: String,
    ) -> Answered<Nested<Number>> {
        let outputs: Vec<Expr> =
            std::iter::once(e.clone()).chain(conditions.iter().map(|c| c.expr.clone())).collect();
        let mut names: Vec<Symbol> = Vec::new();
        for output in &outputs {
            names.extend(output.free_symbols());
            names.extend(output.extent_symbols());
        }
        let mut at: Vec<(Symbol, Array)> = Vec::new();
        // Names with axes first: they bind the named extents, which then need no value of their own.
        for (name, variable) in &reader.declared.variables {
            if variable.shape().is_scalar() {
                continue;
            }
            match point.get(name.name()) {
                Some(value) => {
                    let array = array_of(reader, value, &place)?;
                    for (dim, n) in variable.shape().dims().iter().zip(&array.shape) {
                        if let Some(extent) = dim.as_var() {
                            at.push((extent.clone(), Array::scalar(*n as f64)));
                        }
                    }
                    at.push((name.clone(), array));
                }
                None if names.contains(name) => return Err(without_value(name, &place)),
                None => {}
            }
        }
        for name in names {
            if !at.iter().any(|(n, _)| *n == name) {
                at.push((name.clone(), Array::scalar(number_at(reader, &name, point, &place)?)));
            }
        }
        let mut values = evaluate_arrays(&outputs, &at)
            .map_err(|e| program_fault(e).in_field(&place).boxed())?
            .into_iter();
        let mut array = values.next().expect("the expression itself is the first output");
        if conditions.iter().zip(values).any(|(c, v)| !v.data.iter().all(|v| c.holds_for(*v))) {
            array.data.fill(f64::NAN);
        }
        Ok(nested(&array.shape, &array.data))
    }
}

fn place(k: usize, of: usize) -> String {
    if of == 1 { "at".to_owned() } else { format!("at[{k}]") }
}

/// What must hold for there to be neither a pole nor a hole.
fn poles(conditions: &[Condition]) -> Vec<Condition> {
    let pole = |c: &Condition| match c.kind {
        ConditionKind::Positive => Some(Condition::new(ConditionKind::NonZero, c.expr.clone())),
        ConditionKind::NonNegative => None,
        ConditionKind::NonZero | ConditionKind::NoPole | ConditionKind::NotInteger => Some(c.clone()),
    };
    conditions.iter().filter_map(pole).collect()
}

fn names_of(e: &Expr, conditions: &[Condition]) -> Vec<Symbol> {
    let mut names: Vec<Symbol> = e.free_symbols().into_iter().collect();
    for c in conditions {
        names.extend(c.expr.free_symbols());
    }
    names.sort();
    names.dedup();
    names
}

pub(super) fn nested(shape: &[usize], data: &[f64]) -> Nested<Number> {
    match shape {
        [] => Nested::One(Number(data.first().copied().unwrap_or(f64::NAN))),
        [_, inner @ ..] => {
            let size: usize = inner.iter().product();
            if size == 0 {
                return Nested::Many(Vec::new());
            }
            Nested::Many(data.chunks(size).map(|chunk| nested(inner, chunk)).collect())
        }
    }
}

fn without_value(name: &Symbol, place: &str) -> Box<Fault> {
    Fault::new("name.without-value", format!("`{name}` has no value"))
        .hint(format!("give one in `{place}`: {{\"{name}\": 1}}"))
        .in_field(place)
        .boxed()
}

fn number_at(reader: &Reader, name: &Symbol, point: &Point, place: &str) -> Answered<f64> {
    match point.get(name.name()) {
        Some(PointValue::Number(x)) => Ok(*x),
        Some(PointValue::Text(text)) => reader.number(text).map_err(|f| f.in_field(place).boxed()),
        Some(PointValue::Array(_)) => {
            let fault = Fault::new("shape.point", format!("`{name}` is a number, its value is a list"));
            Err(fault.hint("give its shape in `declare`").in_field(place).boxed())
        }
        None => Err(without_value(name, place)),
    }
}

pub(super) fn array_of(reader: &Reader, value: &PointValue, place: &str) -> Answered<Array> {
    fn walk(
        reader: &Reader,
        value: &PointValue,
        shape: &mut Vec<usize>,
        depth: usize,
        data: &mut Vec<f64>,
    ) -> Answered<bool> {
        match value {
            PointValue::Number(x) => data.push(*x),
            PointValue::Text(text) => data.push(reader.number(text)?),
            PointValue::Array(list) => {
                if depth == shape.len() && data.is_empty() {
                    shape.push(list.len());
                } else if shape.get(depth) != Some(&list.len()) {
                    return Ok(false);
                }
                for item in list {
                    if !walk(reader, item, shape, depth + 1, data)? {
                        return Ok(false);
                    }
                }
                return Ok(true);
            }
        }
        Ok(depth == shape.len())
    }
    let (mut shape, mut data) = (Vec::new(), Vec::new());
    let even = walk(reader, value, &mut shape, 0, &mut data).map_err(|f| f.in_field(place).boxed())?;
    let array = if even { Array::new(shape, data) } else { None };
    array.ok_or_else(|| {
        Fault::new("shape.ragged", "the rows of the list differ in length").in_field(place).boxed()
    })
}
