//! What can be wrong with a fit before it begins, and what ends it from outside.

use crate::expr::Symbol;
use crate::program::ProgramError;

/// Why there is no fit. Not converging is no error: it is in the report.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FitError {
    /// A name of the left side, or one that should be a column, is no column.
    #[error("`{name}` is not a column; the columns are {}", names(.known))]
    UnknownColumn {
        /// The name.
        name: Symbol,
        /// The columns.
        known: Vec<Symbol>,
    },
    /// Something is said of a parameter that the model does not have.
    #[error("the model has no parameter `{name}`; it has {}", names(.known))]
    UnknownParameter {
        /// The name.
        name: Symbol,
        /// The parameters.
        known: Vec<Symbol>,
    },
    /// A name is neither a column nor among the parameters that were listed.
    #[error("`{name}` is neither a column nor one of the parameters {}", names(.known))]
    UnknownName {
        /// The name.
        name: Symbol,
        /// The parameters.
        known: Vec<Symbol>,
    },
    /// A name is both a column and a parameter.
    #[error("`{name}` is a column and cannot be a parameter, too")]
    ColumnAsParameter {
        /// The name.
        name: Symbol,
    },
    /// Every name of the model is a column.
    #[error("the model has no parameter: every name in it is a column or a constant")]
    NoParameters,
    /// A side of the model is not a number.
    #[error("a model is of numbers, `{part}` has axes")]
    HasAxes {
        /// The side.
        part: String,
    },
    /// Columns differ in length.
    #[error("the column `{column}` has {given} rows, `{first}` has {wanted}")]
    ColumnLength {
        /// The column.
        column: Symbol,
        /// Its length.
        given: usize,
        /// The first column.
        first: Symbol,
        /// The length of the first.
        wanted: usize,
    },
    /// Fewer rows than parameters.
    #[error("{rows} rows do not determine {parameters} parameters")]
    TooFewRows {
        /// Rows.
        rows: usize,
        /// Parameters that are free.
        parameters: usize,
    },
    /// An entry of a column is not a finite number.
    #[error("row {row} of `{column}` is {value}")]
    NotFinite {
        /// The column.
        column: Symbol,
        /// The row; the first is 1.
        row: usize,
        /// The entry.
        value: f64,
    },
    /// The model, or the left side, has no value at a row.
    #[error("{} has no value at row {row}", if *.left { "the left side" } else { "the model" })]
    NoValue {
        /// Is it the left side?
        left: bool,
        /// The row; the first is 1.
        row: usize,
    },
    /// A standard deviation is not above 0.
    #[error("sigma is {value} {}; it must be above 0", place(.row))]
    Sigma {
        /// The value.
        value: f64,
        /// The row, the first being 1; 0 where it is the same for all.
        row: usize,
    },
    /// Bounds between which nothing lies, or a start that is not a number.
    #[error("`{name}` cannot lie between {low} and {high}")]
    Bounds {
        /// The parameter.
        name: Symbol,
        /// The lower bound.
        low: f64,
        /// The upper bound.
        high: f64,
    },
    /// A start is not a finite number.
    #[error("the start of `{name}` is {value}")]
    Start {
        /// The parameter.
        name: Symbol,
        /// The start.
        value: f64,
    },
    /// An option is out of its range.
    #[error("`{option}` is {value}; wanted is {wanted}")]
    Option {
        /// Which.
        option: &'static str,
        /// Its value.
        value: f64,
        /// What it may be.
        wanted: &'static str,
    },
    /// Rows could not be read.
    #[error("{0}")]
    Rows(String),
    /// The model cannot be computed, or the budget is spent.
    #[error(transparent)]
    Program(#[from] ProgramError),
}

impl FitError {
    /// A code that never changes.
    pub fn code(&self) -> &'static str {
        match self {
            FitError::UnknownColumn { .. } => "name.column",
            FitError::UnknownParameter { .. } => "name.parameter",
            FitError::UnknownName { .. } => "name.unknown",
            FitError::ColumnAsParameter { .. } => "name.column-as-parameter",
            FitError::NoParameters => "request.no-parameters",
            FitError::HasAxes { .. } => "shape.model",
            FitError::ColumnLength { .. } => "shape.column-length",
            FitError::TooFewRows { .. } => "shape.too-few-rows",
            FitError::NotFinite { .. } => "domain.not-finite",
            FitError::NoValue { .. } => "domain.no-value",
            FitError::Sigma { .. } => "domain.sigma",
            FitError::Bounds { .. } => "request.bounds",
            FitError::Start { .. } => "request.start",
            FitError::Option { .. } => "request.option",
            FitError::Rows(_) => "request.rows",
            FitError::Program(e) => e.code(),
        }
    }

    /// What to do about it, where there is something to say.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            FitError::UnknownColumn { .. } => {
                "the left side of `~` is made of columns, the right side of columns and parameters"
            }
            FitError::UnknownName { .. } => "add it to the parameters, or give a column of this name",
            FitError::NoParameters => "a name that is no column is a parameter: `y ~ a + b x`",
            FitError::TooFewRows { .. } => "give more rows, or fix some of the parameters",
            FitError::NotFinite { .. } => "leave the row out",
            FitError::NoValue { left: false, .. } => "start elsewhere, or bound the parameters",
            FitError::NoValue { left: true, .. } => "leave the row out",
            FitError::Sigma { .. } => "sigma is a standard deviation; without one all rows weigh the same",
            FitError::Bounds { .. } => "write the smaller bound first; to hold a parameter, fix it",
            _ => return None,
        })
    }
}

fn names(list: &[Symbol]) -> String {
    if list.is_empty() {
        return "none".to_owned();
    }
    list.iter().map(|s| format!("`{s}`")).collect::<Vec<_>>().join(", ")
}

fn place(row: &usize) -> String {
    match row {
        0 => "for all rows".to_owned(),
        row => format!("at row {row}"),
    }
}
