//! Programs as plain data, to be sent: the portable format, version 1.
//!
//! ```json
//! {"version":1,"inputs":["x","a"],"constants":[0.5,3],"registers":6,"code":[3,4,0,0,1,5,4,3],"outputs":[5]}
//! ```
//!
//! A machine with one register file of `f64`. Registers `0 .. inputs` hold the inputs, the next ones the constants, the
//! rest are temporaries; `registers` is their total number. An instruction is four integers `op, dst, a, b`: register `dst`
//! becomes `op` of the registers `a` and `b`; an operation with one operand has `b = 0`; `powi` has a signed integer in
//! the place of `b`. An operation with three operands is followed by `0, c, 0, 0`. The table [`super::OPCODES`] says what
//! each number means, for every `f64` and every special value. `outputs` names the registers that hold the results at the
//! end. Numbers that JSON does not have are the strings `"inf"`, `"-inf"` and `"nan"`.
//!
//! What a receiver may rely on, and must check: instructions write temporaries only, and read only what is an input, a
//! constant, or was written before. The result may go to a register that is an operand of the same instruction.
//!
//! Not here: reading JSON (`sheet`). Not in the format: bounds of constants that `f64` does not hold exactly, so an
//! interval computed by a program that was sent is one of the program, not of the expression it came from.
//! Start reading at [`Program::portable`]; [`Program::from_portable`] goes back.

use std::fmt::Write;

use super::{Constant, Instruction, MAX_SIZE, Op, Operands, Program};
use crate::expr::Symbol;

/// The version of the format that is written and read.
pub const PORTABLE_VERSION: u32 = 1;

/// A program as plain data.
#[derive(Clone, Debug, PartialEq)]
pub struct Portable {
    /// The version of the format: [`PORTABLE_VERSION`].
    pub version: u32,
    /// Names of the inputs.
    pub inputs: Vec<String>,
    /// Values of the constants.
    pub constants: Vec<f64>,
    /// Size of the register file.
    pub registers: u32,
    /// Four integers an instruction.
    pub code: Vec<i64>,
    /// The registers of the results.
    pub outputs: Vec<u32>,
}

/// Why something is not a program. A `step` counts groups of four integers from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PortableError {
    /// Another version of the format.
    #[error("a program of version {given} cannot be read, only version {PORTABLE_VERSION}")]
    Version {
        /// Its version.
        given: u32,
    },
    /// The same name stands twice among the inputs.
    #[error("the input `{name}` is named twice")]
    RepeatedInput {
        /// The name.
        name: String,
    },
    /// The code is not a whole number of instructions.
    #[error("the code has {length} integers, which is not a multiple of four")]
    Cut {
        /// How many integers there are.
        length: usize,
    },
    /// Fewer registers than inputs and constants, or more than the code could write.
    #[error("{registers} registers do not fit the program, which can use {low} to {high}")]
    Registers {
        /// Given.
        registers: u32,
        /// The least that would do.
        low: usize,
        /// The most that could be used.
        high: usize,
    },
    /// No operation has this number, or its third operand is missing.
    #[error("step {step} has no operation: {number}")]
    Opcode {
        /// Where.
        step: usize,
        /// The number.
        number: i64,
    },
    /// The third operand of an operation does not follow it as `0, c, 0, 0`.
    #[error("step {step} should be followed by its third operand")]
    ThirdOperand {
        /// Where.
        step: usize,
    },
    /// A register that does not exist or holds nothing yet is read.
    #[error("step {step} reads register {register}, which holds nothing there")]
    Read {
        /// Where.
        step: usize,
        /// The register.
        register: i64,
    },
    /// A register that does not exist, or is an input or a constant, is written.
    #[error("step {step} writes register {register}, which is no temporary")]
    Write {
        /// Where.
        step: usize,
        /// The register.
        register: i64,
    },
    /// An exponent that is no 32-bit integer.
    #[error("step {step} has the exponent {exponent}, which is no 32-bit integer")]
    Exponent {
        /// Where.
        step: usize,
        /// The exponent.
        exponent: i64,
    },
    /// An unused place that is not 0.
    #[error("step {step} has {value} where nothing belongs")]
    Unused {
        /// Where.
        step: usize,
        /// What stands there.
        value: i64,
    },
    /// An output names a register that holds nothing at the end.
    #[error("output {output} names register {register}, which holds nothing at the end")]
    Output {
        /// Which output.
        output: usize,
        /// The register.
        register: u32,
    },
}

impl PortableError {
    /// A code that never changes.
    pub fn code(&self) -> &'static str {
        match self {
            PortableError::Version { .. } => "portable.version",
            PortableError::RepeatedInput { .. } => "portable.repeated-input",
            PortableError::Cut { .. } => "portable.cut",
            PortableError::Registers { .. } => "portable.registers",
            PortableError::Opcode { .. } => "portable.opcode",
            PortableError::ThirdOperand { .. } => "portable.third-operand",
            PortableError::Read { .. } => "portable.read",
            PortableError::Write { .. } => "portable.write",
            PortableError::Exponent { .. } => "portable.exponent",
            PortableError::Unused { .. } => "portable.unused",
            PortableError::Output { .. } => "portable.output",
        }
    }
}

impl Program {
    /// The program as plain data.
    pub fn portable(&self) -> Portable {
        let mut code = Vec::with_capacity(4 * self.code.len());
        for step in &self.code {
            let row = step.op.row();
            let b = match row.operands {
                Operands::One => 0,
                Operands::Two | Operands::Three => i64::from(step.b),
                Operands::Literal => i64::from(step.b as i32),
            };
            code.extend([i64::from(row.number), i64::from(step.dst), i64::from(step.a), b]);
            if row.operands == Operands::Three {
                code.extend([0, i64::from(step.c), 0, 0]);
            }
        }
        Portable {
            version: PORTABLE_VERSION,
            inputs: self.inputs.iter().map(|s| s.name().to_owned()).collect(),
            constants: self.constants.iter().map(|c| c.value).collect(),
            registers: self.registers,
            code,
            outputs: self.outputs.clone(),
        }
    }

    /// The program that the data describes, if it is one: every register exists, is written before it is read, and every
    /// operation is known.
    ///
    /// # Errors
    /// [`PortableError`] names the first thing that is wrong, and its place.
    pub fn from_portable(portable: &Portable) -> Result<Program, PortableError> {
        let Portable { version, inputs, constants, registers, code, outputs } = portable;
        if *version != PORTABLE_VERSION {
            return Err(PortableError::Version { given: *version });
        }
        let mut names = std::collections::BTreeSet::new();
        if let Some(name) = inputs.iter().find(|name| !names.insert(*name)) {
            return Err(PortableError::RepeatedInput { name: name.clone() });
        }
        if !code.len().is_multiple_of(4) {
            return Err(PortableError::Cut { length: code.len() });
        }
        let low = inputs.len() + constants.len();
        let high = (low + code.len() / 4).min(MAX_SIZE);
        if !(low..=high).contains(&(*registers as usize)) {
            return Err(PortableError::Registers { registers: *registers, low, high });
        }
        let mut written = vec![false; *registers as usize];
        written[..low].fill(true);
        let mut steps = Vec::with_capacity(code.len() / 4);
        let mut groups = code.chunks_exact(4).enumerate();
        while let Some((step, group)) = groups.next() {
            let [number, dst, a, b] = [group[0], group[1], group[2], group[3]];
            let op = u32::try_from(number).ok().and_then(Op::from_number);
            let op = op.ok_or(PortableError::Opcode { step, number })?;
            let read = |register: i64| match usize::try_from(register).ok().and_then(|k| written.get(k)) {
                Some(true) => Ok(register as u32),
                Some(false) | None => Err(PortableError::Read { step, register }),
            };
            let a = read(a)?;
            let (b, c) = match op.operands() {
                Operands::One if b == 0 => (0, 0),
                Operands::One => return Err(PortableError::Unused { step, value: b }),
                Operands::Two => (read(b)?, 0),
                Operands::Literal => match i32::try_from(b) {
                    Ok(exponent) => (exponent as u32, 0),
                    Err(_) => return Err(PortableError::Exponent { step, exponent: b }),
                },
                Operands::Three => match groups.next() {
                    Some((_, [0, c, 0, 0])) => (read(b)?, read(*c)?),
                    _ => return Err(PortableError::ThirdOperand { step }),
                },
            };
            let place = usize::try_from(dst).ok().filter(|k| (low..written.len()).contains(k));
            let Some(place) = place else { return Err(PortableError::Write { step, register: dst }) };
            written[place] = true;
            steps.push(Instruction { op, dst: place as u32, a, b, c });
        }
        for (output, &register) in outputs.iter().enumerate() {
            if written.get(register as usize) != Some(&true) {
                return Err(PortableError::Output { output, register });
            }
        }
        Ok(Program::new(
            inputs.iter().map(|name| Symbol::new(name)).collect(),
            constants.iter().map(|c| Constant::exact(*c)).collect(),
            steps,
            *registers,
            outputs.clone(),
        ))
    }
}

impl Portable {
    /// The JSON text of it; numbers read back as the same bits.
    pub fn to_json(&self) -> String {
        let mut text = format!("{{\"version\":{},\"inputs\":[", self.version);
        let list = |text: &mut String, items: &mut dyn Iterator<Item = String>| {
            for (k, item) in items.enumerate() {
                if k > 0 {
                    text.push(',');
                }
                text.push_str(&item);
            }
        };
        list(&mut text, &mut self.inputs.iter().map(|name| quoted(name)));
        text.push_str("],\"constants\":[");
        list(&mut text, &mut self.constants.iter().map(|c| number(*c)));
        // Writing to a string cannot fail.
        let _ = write!(text, "],\"registers\":{},\"code\":[", self.registers);
        list(&mut text, &mut self.code.iter().map(i64::to_string));
        text.push_str("],\"outputs\":[");
        list(&mut text, &mut self.outputs.iter().map(u32::to_string));
        text.push_str("]}");
        text
    }
}

fn number(x: f64) -> String {
    match x {
        x if x.is_nan() => "\"nan\"".to_owned(),
        f64::INFINITY => "\"inf\"".to_owned(),
        f64::NEG_INFINITY => "\"-inf\"".to_owned(),
        // The shortest text that reads back as the same bits; without `.0`, but the sign of -0 needs it.
        x if x == x.trunc() && x.abs() < 1e15 && x != 0.0 => format!("{x}"),
        x => format!("{x:?}"),
    }
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c < ' ' => quoted.push_str(&format!("\\u{:04x}", c as u32)),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
