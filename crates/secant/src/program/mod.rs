//! Programs: expressions compiled once and evaluated many times.
//!
//! Here: the table of opcodes, compiling (shared values, strength reduction, registers), evaluation at a point and
//! over a batch, over intervals, the scalar functions behind them, and the [portable](Portable) form that is sent.
//! Not here: what an expression means (`expr`), derivatives (`calculus`), text (`syntax`), JSON (`sheet`).
//! Invariant: a [`Program`] names only registers that it has, and reads none before it is written; so running one
//! cannot fail, and a point gives the same bits alone and in any batch.
//! Start reading at [`Program::compile`], then `lower` (expression → values) and `schedule` (values → registers).

mod arithmetic;
mod array;
mod batch;
mod budget;
mod colouring;
mod columns;
mod dust;
mod error;
mod functions;
mod index;
mod interval;
mod isa;
mod jet;
mod lower;
mod many;
mod opcode;
mod point;
mod portable;
mod schedule;
mod sparsity;
mod tape;
mod tensor;

use crate::expr::{Expr, Symbol};

pub use array::Array;
pub use budget::Budget;
pub use colouring::Colouring;
pub use columns::{Column, Outputs};
pub use error::ProgramError;
pub use functions::accuracy::{ACCURACY, Accuracy};
pub use interval::{Enclosure, Interval};
pub use isa::Isa;
pub use many::Effort;
pub use opcode::{OPCODES, Op, Opcode, Operands};
pub use portable::{PORTABLE_VERSION, Portable, PortableError};
pub use sparsity::{Dependence, SparsityPattern};
pub use tensor::{
    CompressedRows, Float, Layout, Pattern, Run, TensorProgram, TensorWorkspace, View, evaluate_arrays,
};

/// Expressions compiled together, so that what they share is computed once.
///
/// Everything is real. Outside its domain a function is NaN (`x^(1/3)` below 0, where `cbrt(x)` is real);
/// a division by zero gives what IEEE 754 says.
///
/// ```
/// use secant::expr::{Expr, Symbol};
/// use secant::program::{Program, Workspace};
/// let x = Expr::var("x");
/// let program = Program::compile(&[x.powi(2).sin()], &[Symbol::new("x")])?;
/// let mut out = [0.0];
/// program.evaluate(&[3.0], &mut out, &mut Workspace::new())?;
/// assert!((out[0] - 9f64.sin()).abs() < 1e-15);
/// # Ok::<(), secant::program::ProgramError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    inputs: Vec<Symbol>,
    constants: Vec<Constant>,
    code: Vec<Instruction>,
    /// Size of the register file: inputs, then constants, then temporaries.
    registers: u32,
    outputs: Vec<u32>,
    /// The code as it is run on numbers.
    tape: tape::Tape,
}

/// One step: `dst = op(a, b, c)`; operands that the operation does not have are 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Instruction {
    op: Op,
    dst: u32,
    a: u32,
    /// A register, or the bits of a signed literal (see [`Operands::Literal`]).
    b: u32,
    c: u32,
}

/// A number of the program: the nearest `f64`, and bounds of the exact number that it stands for.
#[derive(Clone, Copy, Debug)]
struct Constant {
    value: f64,
    low: f64,
    high: f64,
}

impl Constant {
    fn exact(value: f64) -> Constant {
        Constant { value, low: value, high: value }
    }

    fn bits(&self) -> [u64; 3] {
        [self.value.to_bits(), self.low.to_bits(), self.high.to_bits()]
    }
}

impl PartialEq for Constant {
    fn eq(&self, other: &Constant) -> bool {
        self.bits() == other.bits()
    }
}

/// Memory that evaluation works in. It grows to what the program needs, and is then used again without allocating;
/// one may serve many programs, one after another.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    scalars: Vec<f64>,
    chunks: Vec<f64>,
    enclosures: Vec<Enclosure>,
    jets: jet::Jets,
    isa: Isa,
}

impl Workspace {
    /// An empty one, for [`Isa::best`].
    pub fn new() -> Workspace {
        Workspace::default()
    }

    /// An empty one for this instruction set; `None` where the machine does not have it. See [`Isa`] for what the results
    /// have to do with it.
    pub fn with_isa(isa: Isa) -> Option<Workspace> {
        isa.is_available().then(|| Workspace { isa, ..Workspace::default() })
    }
}

/// Most registers or instructions that a program may have.
const MAX_SIZE: usize = 1 << 28;

impl Program {
    /// Compiles `outputs` together, as functions of `inputs`, in time linear in the size of the shared graph.
    ///
    /// # Errors
    /// [`ProgramError::UnknownName`] when an output uses a name that is not an input,
    /// [`ProgramError::Unevaluated`] when one holds a derivative that is not carried out,
    /// [`ProgramError::RepeatedInput`] when an input is named twice, [`ProgramError::TooLarge`].
    pub fn compile(outputs: &[Expr], inputs: &[Symbol]) -> Result<Program, ProgramError> {
        let graph = lower::lower(outputs, inputs)?;
        if graph.values.len() > MAX_SIZE {
            return Err(ProgramError::TooLarge { size: graph.values.len(), limit: MAX_SIZE });
        }
        Ok(schedule::schedule(&graph, inputs))
    }

    fn new(
        inputs: Vec<Symbol>,
        constants: Vec<Constant>,
        code: Vec<Instruction>,
        registers: u32,
        outputs: Vec<u32>,
    ) -> Program {
        let tape = tape::Tape::new(inputs.len(), &constants, &code, registers, &outputs);
        Program { inputs, constants, code, registers, outputs, tape }
    }

    /// The names of the inputs, in order.
    pub fn inputs(&self) -> &[Symbol] {
        &self.inputs
    }

    /// How many numbers it computes.
    pub fn output_count(&self) -> usize {
        self.outputs.len()
    }

    /// How many instructions it has.
    pub fn instruction_count(&self) -> usize {
        self.code.len()
    }

    /// How many registers it uses, those of inputs and constants included.
    pub fn register_count(&self) -> usize {
        self.registers as usize
    }

    fn check_lengths(&self, inputs: usize, outputs: usize) -> Result<(), ProgramError> {
        if inputs != self.inputs.len() {
            return Err(ProgramError::InputCount { given: inputs, wanted: self.inputs.len() });
        }
        if outputs != self.outputs.len() {
            return Err(ProgramError::OutputCount { given: outputs, wanted: self.outputs.len() });
        }
        Ok(())
    }
}

/// The value of one expression at one point. For many points compile a [`Program`].
///
/// # Errors
/// As [`Program::compile`].
pub fn eval(expr: &Expr, at: &[(Symbol, f64)]) -> Result<f64, ProgramError> {
    let (names, values): (Vec<Symbol>, Vec<f64>) = at.iter().cloned().unzip();
    let mut out = [f64::NAN];
    Program::compile(std::slice::from_ref(expr), &names)?.evaluate(
        &values,
        &mut out,
        &mut Workspace::new(),
    )?;
    Ok(out[0])
}
