//! What can be wrong with a program or with the numbers given to it.

use crate::expr::Symbol;

/// Why a program was not made or not run.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ProgramError {
    /// An output uses a name that is not among the inputs.
    #[error("no value for `{name}`; known here: {}", list(.known))]
    UnknownName {
        /// The name.
        name: Symbol,
        /// The inputs.
        known: Vec<Symbol>,
    },
    /// An output contains a derivative that is not carried out.
    #[error("the derivative by `{by}` has not been carried out, so it has no value yet")]
    Unevaluated {
        /// The variable.
        by: Symbol,
    },
    /// A part has axes; a program computes numbers.
    #[error("`{part}` has axes: give arrays instead of numbers")]
    HasAxes {
        /// The part.
        part: String,
    },
    /// An array does not fit the shape of its name.
    #[error("`{name}` is {wanted}, the array given has extents {given:?}")]
    Shape {
        /// The name.
        name: Symbol,
        /// Its shape.
        wanted: String,
        /// Extents of the array.
        given: Vec<usize>,
    },
    /// An extent is not a count.
    #[error("the extent {dim} comes out as {value}")]
    Extent {
        /// The extent as written.
        dim: String,
        /// What it comes out as.
        value: f64,
    },
    /// A function of square matrices was given another.
    #[error("a square matrix is wanted, this one has extents {shape:?}")]
    NotSquare {
        /// Its extents.
        shape: Vec<usize>,
    },
    /// The same name stands twice among the inputs.
    #[error("the input `{name}` is given twice")]
    RepeatedInput {
        /// The name.
        name: Symbol,
    },
    /// More steps than a program may have.
    #[error("the program would have {size} steps, more than {limit}")]
    TooLarge {
        /// Steps that it would have.
        size: usize,
        /// Steps that it may have.
        limit: usize,
    },
    /// Too few or too many input values.
    #[error("{given} inputs given, the program has {wanted}")]
    InputCount {
        /// Given.
        given: usize,
        /// Wanted.
        wanted: usize,
    },
    /// Too few or too many places for outputs.
    #[error("room for {given} outputs given, the program has {wanted}")]
    OutputCount {
        /// Given.
        given: usize,
        /// Wanted.
        wanted: usize,
    },
    /// An array has not as many numbers as its shape asks for, or not one stride for each axis.
    #[error("`{name}` has extents {shape:?}, the {given} numbers given do not fit them")]
    InputLength {
        /// The name.
        name: Symbol,
        /// How many numbers were given.
        given: usize,
        /// The extents.
        shape: Vec<usize>,
    },
    /// The room for an output is not its size.
    #[error("output {output} has {wanted} values, there is room for {given}")]
    OutputLength {
        /// Which one.
        output: usize,
        /// Room for so many.
        given: usize,
        /// How many it has.
        wanted: usize,
    },
    /// Columns or outputs of a batch differ in length.
    #[error("column {column} has {given} points, the batch has {wanted}")]
    ColumnLength {
        /// Which one, inputs first, then outputs.
        column: usize,
        /// Its length.
        given: usize,
        /// The length of the batch.
        wanted: usize,
    },
    /// A stride of 0, or rows without room for all outputs.
    #[error("the stride of column {column} is {given}, it must be {wanted} at least")]
    Stride {
        /// Which one, inputs first, then the rows of outputs.
        column: usize,
        /// Its stride.
        given: usize,
        /// The least that would do.
        wanted: usize,
    },
    /// More operations than the budget allows.
    #[error("this would take {needed} operations, the budget allows {limit}")]
    Operations {
        /// Operations that it would take.
        needed: u64,
        /// The most that are allowed.
        limit: u64,
    },
    /// More working memory than the budget allows.
    #[error("this would take {needed} bytes, the budget allows {limit}")]
    Memory {
        /// Bytes that it would take.
        needed: u64,
        /// The most that are allowed.
        limit: u64,
    },
    /// Stopped from outside.
    #[error("stopped after {done} of {of} operations")]
    Cancelled {
        /// Operations that were done.
        done: u64,
        /// Operations that there were to do.
        of: u64,
    },
}

impl ProgramError {
    /// A code that never changes.
    pub fn code(&self) -> &'static str {
        match self {
            ProgramError::UnknownName { .. } => "program.unknown-name",
            ProgramError::Unevaluated { .. } => "program.unevaluated",
            ProgramError::HasAxes { .. } => "shape.has-axes",
            ProgramError::Shape { .. } => "shape.array",
            ProgramError::Extent { .. } => "shape.extent",
            ProgramError::NotSquare { .. } => "shape.not-square",
            ProgramError::RepeatedInput { .. } => "program.repeated-input",
            ProgramError::TooLarge { .. } => "program.too-large",
            ProgramError::InputCount { .. } => "program.input-count",
            ProgramError::OutputCount { .. } => "program.output-count",
            ProgramError::InputLength { .. } => "program.input-length",
            ProgramError::OutputLength { .. } => "program.output-length",
            ProgramError::ColumnLength { .. } => "program.column-length",
            ProgramError::Stride { .. } => "program.stride",
            ProgramError::Operations { .. } => "budget.operations",
            ProgramError::Memory { .. } => "budget.memory",
            ProgramError::Cancelled { .. } => "budget.cancelled",
        }
    }
}

fn list(names: &[Symbol]) -> String {
    if names.is_empty() {
        return "no names".to_owned();
    }
    names.iter().map(Symbol::name).collect::<Vec<_>>().join(", ")
}
