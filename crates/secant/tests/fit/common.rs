//! Models from texts, tables from lists.

use std::collections::BTreeMap;

use secant::expr::Symbol;
use secant::fit::{FitError, FitOptions, FitReport, Regression, Setup, Table};
use secant::syntax::parse_expr;

pub(crate) type Data = BTreeMap<String, Vec<f64>>;

pub(crate) fn data(columns: &[(&str, &[f64])]) -> Data {
    columns.iter().map(|(name, values)| ((*name).to_owned(), values.to_vec())).collect()
}

pub(crate) fn table(data: &Data) -> Table<'_> {
    Table::new(data.iter().map(|(name, values)| (Symbol::new(name), values.as_slice()))).unwrap()
}

/// `y ~ a x`, made ready.
pub(crate) fn model(text: &str, data: &Data, setup: &Setup) -> Result<Regression, FitError> {
    let (left, right) = text.split_once('~').unwrap();
    let columns: Vec<Symbol> = data.keys().map(|name| Symbol::new(name)).collect();
    Regression::new(&parse_expr(left).unwrap(), &parse_expr(right).unwrap(), &columns, setup)
}

pub(crate) fn fit(text: &str, data: &Data, setup: &Setup, start: &[(&str, f64)]) -> FitReport {
    fit_with(text, data, setup, start, &FitOptions::default()).unwrap()
}

pub(crate) fn fit_with(
    text: &str,
    data: &Data,
    setup: &Setup,
    start: &[(&str, f64)],
    options: &FitOptions<'_>,
) -> Result<FitReport, FitError> {
    let start: Vec<(Symbol, f64)> = start.iter().map(|(name, x)| (Symbol::new(name), *x)).collect();
    model(text, data, setup)?.run(&mut table(data), &start, options)
}
