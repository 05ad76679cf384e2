//! Gradients, Jacobians and Hessians: the answer has the form of the question.

use std::collections::HashMap;

use super::ask::{Answered, Context, extents};
use super::reader::Reader;
use super::reply::{Answer, Fault, Nested};
use super::request::{Also, DerivativesAsk, OneOrMany};
use super::scope::{By, MAX_AXES};
use crate::calculus::{self, Structure};
use crate::expr::{Condition, Expr, Shape, Symbol};

/// Derivatives nested as they were asked for, with what is needed to show and evaluate them.
struct Table {
    /// Row by row: outputs first, then names.
    rows: Vec<Vec<Expr>>,
    conditions: Vec<Condition>,
}

impl Context<'_> {
    pub(super) fn grad(&self, reader: &Reader, ask: &DerivativesAsk) -> Answered {
        let OneOrMany::One(text) = &ask.expr else {
            let fault = Fault::new("shape.grad", "a gradient is of one expression");
            return Err(fault.hint("use `jacobian` for a list").in_field("expr").boxed());
        };
        let table = self.first(reader, std::slice::from_ref(text), &ask.wrt, true)?;
        self.answer(reader, ask, table, None)
    }

    pub(super) fn jacobian(&self, reader: &Reader, ask: &DerivativesAsk) -> Answered {
        let table = self.first(reader, ask.expr.texts(), &ask.wrt, false)?;
        self.answer(reader, ask, table, None)
    }

    pub(super) fn hessian(&self, reader: &Reader, ask: &DerivativesAsk) -> Answered {
        let OneOrMany::One(text) = &ask.expr else {
            let fault = Fault::new("shape.hessian", "a Hessian is of one expression").in_field("expr");
            return Err(fault.boxed());
        };
        let wrt = self.names(reader, &ask.wrt)?;
        let first = self.first(reader, std::slice::from_ref(text), &ask.wrt, true)?;
        let mut rows: Vec<Vec<Expr>> = Vec::new();
        // The order of differentiation does not matter (Schwarz): among numbers, what stands above the diagonal is below it.
        let numbers = wrt.iter().all(|by| by.shape().is_scalar());
        for (i, g) in first.rows[0].iter().enumerate() {
            let known = if numbers { i } else { 0 };
            let mut row: Vec<Expr> = rows[..known].iter().map(|above| above[i].clone()).collect();
            row.extend(self.row(g, &wrt[known..])?);
            row.iter().try_for_each(|e| self.within_nodes(e))?;
            rows.push(row);
        }
        let structure = match &ask.wrt {
            OneOrMany::One(_) => calculus::structure(&rows[0][0]),
            OneOrMany::Many(_) => calculus::structure_of_entries(&rows),
        };
        // Symmetric it is, whether the forms show it or not.
        let structure = if structure == Structure::Dense { Structure::Symmetric } else { structure };
        let scalar = matches!(ask.wrt, OneOrMany::One(_)) && wrt[0].shape().is_scalar();
        let table = Table { rows, conditions: first.conditions };
        // By a list of names a Hessian has rows for them, too.
        let nested = DerivativesAsk {
            expr: match &ask.wrt {
                OneOrMany::One(_) => ask.expr.clone(),
                OneOrMany::Many(names) => OneOrMany::Many(names.clone()),
            },
            ..ask.clone()
        };
        self.answer(reader, &nested, table, (!scalar).then(|| structure.to_string()))
    }

    fn names(&self, reader: &Reader, wrt: &OneOrMany) -> Answered<Vec<By>> {
        let names: Vec<By> = wrt.texts().iter().map(|text| self.by(reader, text)).collect::<Answered<_>>()?;
        if names.is_empty() {
            return Err(Fault::new("request.field", "no name to differentiate by").in_field("wrt").boxed());
        }
        for (k, text) in wrt.texts().iter().enumerate() {
            if wrt.texts()[..k].contains(text) {
                return Err(Fault::new("request.field", format!("`{text}` is named twice"))
                    .in_field("wrt")
                    .boxed());
            }
        }
        Ok(names)
    }

    fn first(&self, reader: &Reader, texts: &[String], wrt: &OneOrMany, scalar: bool) -> Answered<Table> {
        let wrt = self.names(reader, wrt)?;
        let (mut rows, mut conditions) = (Vec::new(), Vec::new());
        for text in texts {
            let lowered = self.read_function(reader, text)?;
            if scalar && !lowered.expr.shape().is_scalar() {
                let message = format!("`{text}` is {}; a gradient is of a scalar", lowered.expr.shape());
                return Err(Fault::new("shape.grad", message)
                    .hint("use `jacobian`")
                    .in_field("expr")
                    .boxed());
            }
            wrt.iter().try_for_each(|by| self.not_a_size(&lowered.expr, &by.symbol))?;
            let row = self.row(&lowered.expr, &wrt)?;
            row.iter().try_for_each(|e| self.within_nodes(e))?;
            rows.push(row);
            conditions.extend(lowered.conditions);
        }
        if rows.is_empty() {
            return Err(Fault::new("request.field", "no expression to differentiate")
                .in_field("expr")
                .boxed());
        }
        Ok(Table { rows, conditions })
    }

    /// The derivatives by each, in one sweep.
    fn row(&self, e: &Expr, wrt: &[By]) -> Answered<Vec<Expr>> {
        if let Some(by) = wrt.iter().find(|by| e.shape().rank() + by.shape().rank() > MAX_AXES) {
            let message = format!("the derivative by `{}` would have more than {MAX_AXES} axes", by.symbol);
            return Err(Fault::new("budget.axes", message).hint("ask for less at once").boxed());
        }
        // Several parts may be of one variable, by which is differentiated once.
        let mut names: Vec<(Symbol, Shape)> = Vec::new();
        let mut places: HashMap<&Symbol, usize> = HashMap::new();
        for by in wrt {
            places.entry(&by.symbol).or_insert_with(|| {
                names.push((by.symbol.clone(), by.whole.clone()));
                names.len() - 1
            });
        }
        // A few numbers forwards, which keeps the form of a list; everything else backwards, in one sweep.
        if !e.shape().is_scalar() && names.len() <= 20 && names.iter().all(|(_, shape)| shape.is_scalar()) {
            let forwards = wrt.iter().map(|by| by.derivative(e, self.limits.max_nodes));
            if let Some(row) = forwards.collect::<Option<Vec<_>>>() {
                return Ok(row.into_iter().map(|d| self.shorter(d)).collect());
            }
        }
        let whole = calculus::jacobian(e, &names);
        Ok(wrt.iter().map(|by| self.shorter(by.select(&whole[places[&by.symbol]]))).collect())
    }

    fn answer(
        &self,
        reader: &Reader,
        ask: &DerivativesAsk,
        table: Table,
        structure: Option<String>,
    ) -> Answered {
        let many_rows = matches!(ask.expr, OneOrMany::Many(_));
        let many_columns = matches!(ask.wrt, OneOrMany::Many(_));
        let arrange = |show: &dyn Fn(&Expr) -> Answered<String>| -> Answered<Nested<String>> {
            let row = |row: &[Expr]| -> Answered<Nested<String>> {
                if !many_columns {
                    return Ok(Nested::One(show(&row[0])?));
                }
                Ok(Nested::Many(row.iter().map(|e| Ok(Nested::One(show(e)?))).collect::<Answered<_>>()?))
            };
            if !many_rows {
                return row(&table.rows[0]);
            }
            Ok(Nested::Many(table.rows.iter().map(|r| row(r)).collect::<Answered<_>>()?))
        };
        // For values, everything is one tensor; lists of tensors of different shapes are left to the formulas.
        let whole = self.whole(&table, many_rows, many_columns);
        let mut shape = Vec::new();
        if let Some(whole) = &whole {
            shape = extents(whole.shape());
        }
        let (value, values) = match (&whole, &ask.at) {
            (Some(whole), at) => self.values_if_asked(reader, whole, &table.conditions, at.as_ref())?,
            (None, None) => (None, None),
            (None, Some(_)) => {
                let fault =
                    Fault::new("unsupported.values", "values of derivatives of different shapes at once");
                return Err(fault.hint("ask for one name at a time").in_field("at").boxed());
            }
        };
        Ok(Answer::Derivatives {
            expr: arrange(&|e| Ok(self.show(e)?.text))?,
            latex: self.also.contains(&Also::Latex).then(|| arrange(&|e| Ok(e.to_latex()))).transpose()?,
            mathml: self.also.contains(&Also::Mathml).then(|| arrange(&|e| Ok(e.to_mathml()))).transpose()?,
            shape,
            structure,
            value,
            values,
        })
    }

    fn whole(&self, table: &Table, many_rows: bool, many_columns: bool) -> Option<Expr> {
        let same = |list: &[Expr]| list.windows(2).all(|pair| pair[0].shape() == pair[1].shape());
        let mut rows = Vec::new();
        for row in &table.rows {
            if !same(row) {
                return None;
            }
            rows.push(if many_columns { Expr::stack(row.clone()) } else { row[0].clone() });
        }
        if !same(&rows) {
            return None;
        }
        Some(if many_rows { Expr::stack(rows) } else { rows.swap_remove(0) })
    }
}
