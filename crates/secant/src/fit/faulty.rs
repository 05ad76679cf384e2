//! When nothing finite comes out: which row is to blame.

use super::error::FitError;
use super::options::Sigma;
use super::pass::Engine;
use super::regression::Regression;
use super::rows::{Rows, entry, length, part};
use crate::expr::{Expr, Symbol};
use crate::program::{Column, Effort, Outputs, Program, Workspace};

/// The first fault of the rows, columns before sides of the model, at these parameters.
///
/// # Errors
/// Where rows cannot be read.
pub(super) fn first(
    model: &Regression,
    engine: &mut Engine<'_>,
    rows: &mut dyn Rows,
    params: &[f64],
) -> Result<FitError, FitError> {
    let columns = &model.compiled.columns;
    let left = program(std::slice::from_ref(&model.left), columns, &[])?;
    let right = program(std::slice::from_ref(&model.right), columns, &model.params)?;
    let mut workspace = Workspace::new();
    let (mut found, mut before) = (None, 0);
    rows.visit(columns, &mut |block| {
        let count = block.iter().filter_map(length).min().unwrap_or(0);
        const PART: usize = 1024;
        for start in (0..count).step_by(PART) {
            if found.is_some() {
                break;
            }
            engine.options.budget.proceed(start as u64, count as u64)?;
            let n = PART.min(count - start);
            let block: Vec<Column<'_>> = block.iter().map(|c| part(c, start, n)).collect();
            let with: Vec<Column<'_>> =
                block.iter().copied().chain(params.iter().map(|b| Column::Same(*b))).collect();
            let (mut l, mut r) = (vec![0.0; n], vec![0.0; n]);
            left.evaluate_many(&block, Outputs::Columns(&mut [&mut l]), &Effort::default(), &mut workspace)?;
            right.evaluate_many(
                &with,
                Outputs::Columns(&mut [&mut r]),
                &Effort::default(),
                &mut workspace,
            )?;
            found = (0..n).find_map(|k| {
                let row = before + start + k + 1;
                for (column, values) in columns.iter().zip(&block) {
                    let value = entry(values, k);
                    if !value.is_finite() {
                        return Some(FitError::NotFinite { column: column.clone(), row, value });
                    }
                    if model.sigma == Sigma::Column(column.clone()) && value <= 0.0 {
                        return Some(FitError::Sigma { value, row });
                    }
                }
                if !l[k].is_finite() {
                    return Some(FitError::NoValue { left: true, row });
                }
                (!r[k].is_finite()).then_some(FitError::NoValue { left: false, row })
            });
        }
        before += count;
        Ok(())
    })?;
    // Every row has a value, and their squares are too large for a number.
    Ok(found.unwrap_or(FitError::NoValue { left: false, row: 1 }))
}

fn program(exprs: &[Expr], columns: &[Symbol], params: &[Symbol]) -> Result<Program, FitError> {
    let inputs: Vec<Symbol> = columns.iter().chain(params).cloned().collect();
    Ok(Program::compile(exprs, &inputs)?)
}
