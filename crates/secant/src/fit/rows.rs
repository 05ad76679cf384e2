//! Where the rows come from: blocks of columns, in the same order each time they are asked for.
//!
//! Start reading at [`Rows`].

use super::error::FitError;
use crate::expr::Symbol;
use crate::program::Column;

/// Rows of data in blocks, so that all of them need never be in memory at once.
///
/// A linear fit asks for them once or twice, another once for every evaluation of its model.
pub trait Rows {
    /// Calls `each` with the columns `wanted`, block after block, from the first row to the last. The columns of one call
    /// are of the same length.
    ///
    /// # Errors
    /// Those of `each`, after which no more blocks are given; [`FitError::UnknownColumn`]; [`FitError::Rows`] where they cannot
    /// be read.
    fn visit(
        &mut self,
        wanted: &[Symbol],
        each: &mut dyn FnMut(&[Column<'_>]) -> Result<(), FitError>,
    ) -> Result<(), FitError>;
}

/// Columns in memory.
#[derive(Clone, Debug)]
pub struct Table<'a> {
    columns: Vec<(Symbol, Column<'a>)>,
}

impl<'a> Table<'a> {
    /// Of these columns.
    ///
    /// # Errors
    /// [`FitError::ColumnLength`].
    pub fn new<C: Into<Column<'a>>>(
        columns: impl IntoIterator<Item = (Symbol, C)>,
    ) -> Result<Table<'a>, FitError> {
        let columns: Vec<(Symbol, Column<'a>)> = columns.into_iter().map(|(n, c)| (n, c.into())).collect();
        let mut lengths = columns.iter().filter_map(|(name, column)| Some((name, length(column)?)));
        if let Some((first, wanted)) = lengths.next()
            && let Some((column, given)) = lengths.find(|(_, given)| *given != wanted)
        {
            return Err(FitError::ColumnLength {
                column: column.clone(),
                given,
                first: first.clone(),
                wanted,
            });
        }
        Ok(Table { columns })
    }

    /// The names of the columns.
    pub fn names(&self) -> Vec<Symbol> {
        self.columns.iter().map(|(name, _)| name.clone()).collect()
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.columns.iter().find_map(|(_, column)| length(column)).unwrap_or(0)
    }
}

impl Rows for Table<'_> {
    fn visit(
        &mut self,
        wanted: &[Symbol],
        each: &mut dyn FnMut(&[Column<'_>]) -> Result<(), FitError>,
    ) -> Result<(), FitError> {
        let find = |name: &Symbol| match self.columns.iter().find(|(known, _)| known == name) {
            Some((_, column)) => Ok(*column),
            None => Err(FitError::UnknownColumn { name: name.clone(), known: self.names() }),
        };
        let columns: Vec<Column<'_>> = wanted.iter().map(find).collect::<Result<_, _>>()?;
        each(&columns)
    }
}

/// How many rows a column has; `None` where it has the same for any number.
pub(super) fn length(column: &Column<'_>) -> Option<usize> {
    match *column {
        Column::Values(values) => Some(values.len()),
        Column::Strided(values, stride) => Some(values.len().div_ceil(stride.max(1))),
        Column::Single(values, stride) => Some(values.len().div_ceil(stride.max(1))),
        Column::Same(_) => None,
    }
}

/// So many rows of a column, from `start` on.
pub(super) fn part<'a>(column: &Column<'a>, start: usize, rows: usize) -> Column<'a> {
    let strided = |length: usize, stride: usize| {
        (start * stride).min(length)..((start + rows - 1) * stride + 1).min(length)
    };
    match *column {
        Column::Values(values) => Column::Values(&values[start..start + rows]),
        Column::Strided(values, stride) => Column::Strided(&values[strided(values.len(), stride)], stride),
        Column::Single(values, stride) => Column::Single(&values[strided(values.len(), stride)], stride),
        Column::Same(value) => Column::Same(value),
    }
}

/// The entry of a row.
pub(super) fn entry(column: &Column<'_>, row: usize) -> f64 {
    match *column {
        Column::Values(values) => values[row],
        Column::Strided(values, stride) => values[row * stride],
        Column::Single(values, stride) => f64::from(values[row * stride]),
        Column::Same(value) => value,
    }
}
