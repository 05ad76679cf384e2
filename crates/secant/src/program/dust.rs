//! Numbers that are nothing but rounding: `sin(pi)` is 1.2e-16 in `f64`, and 0.
//!
//! Here: one pass beside an evaluation that carries, for every value, how large the numbers were of which it was made. A
//! result below the rounding of these has no digit that can be believed, and is 0. This is the first order of a running
//! error analysis; operations of which nothing is known carry their own size only, so that they are never taken for dust.
//! Not here: bounds that hold for certain (`interval`). The page has a twin (`Program.clean` in `assets/math/program.js`).
//! Start reading at [`Program::evaluate_clean`] and [`size`].

use super::functions;
use super::opcode::{Op, Operands};
use super::{Program, ProgramError, Workspace};

/// A result is dust when it is not above this share of what it was made of: two roundings.
const SHARE: f64 = 2.0 * f64::EPSILON;

/// A step whose result is not below this share of its largest operand has cancelled nothing worth the name.
const KEPT: f64 = 1e-9;

impl Program {
    /// As [`Program::evaluate`], with 0 in place of results that are rounding and nothing else.
    ///
    /// # Errors
    /// As [`Program::evaluate`].
    pub fn evaluate_clean(
        &self,
        inputs: &[f64],
        out: &mut [f64],
        workspace: &mut Workspace,
    ) -> Result<(), ProgramError> {
        self.evaluate(inputs, out, workspace)?;
        let given = inputs.iter().copied().chain(self.constants.iter().map(|c| c.value));
        // Value and size of every register.
        let mut file: Vec<[f64; 2]> = given.map(|x| [x, x.abs()]).collect();
        file.resize(self.registers as usize, [0.0, 0.0]);
        for step in &self.code {
            let at = |k: u32| file.get(k as usize).copied().unwrap_or_default();
            let value = functions::value(workspace.isa, step.op, [step.a, step.b, step.c], |k| at(k)[0]);
            let (a, b, c) = (at(step.a), at(step.b), at(step.c));
            let size = match step.op {
                Op::Powi if a[0] == 0.0 => 0.0,
                Op::Powi => f64::from(step.b as i32).abs() * a[1] * (value / a[0]).abs(),
                op => size(op, value, a, b, c),
            };
            let mut size = if size.is_finite() { size.max(value.abs()) } else { value.abs() };
            // Sizes add up along a chain, though its errors need not: an iteration that settles forgets them. What comes from
            // operands that can be believed, by a step that cancels nothing, can be believed.
            let read = match step.op.operands() {
                Operands::One | Operands::Literal => &[a][..],
                Operands::Two => &[a, b][..],
                Operands::Three => &[a, b, c][..],
            };
            let largest = read.iter().fold(0.0, |m: f64, [x, _]| m.max(x.abs()));
            if value.abs() >= KEPT * largest && read.iter().all(|[x, s]| *x == 0.0 || x.abs() > SHARE * s) {
                size = size.min(value.abs() / (2.0 * SHARE));
            }
            file[step.dst as usize] = [value, size];
        }
        for (y, register) in out.iter_mut().zip(&self.outputs) {
            if y.is_finite() && y.abs() <= SHARE * file[*register as usize][1] {
                *y = 0.0;
            }
        }
        Ok(())
    }
}

/// How large the numbers are whose rounding `value` holds: each operand is its value and its size.
fn size(op: Op, value: f64, [a, sa]: [f64; 2], [b, sb]: [f64; 2], [_, sc]: [f64; 2]) -> f64 {
    match op {
        Op::Add | Op::Sub => sa + sb,
        Op::Max | Op::Min => sa.max(sb),
        Op::Mul => sa * b.abs() + sb * a.abs(),
        Op::Div => (sa + sb * value.abs()) / b.abs(),
        Op::Recip => sa * value * value,
        Op::Neg | Op::Abs => sa,
        Op::Where if a != 0.0 => sb,
        Op::Where => sc,
        Op::Sqrt => sa / (2.0 * value),
        // A slope of 1 at most.
        Op::Sin | Op::Cos | Op::Atan | Op::Tanh | Op::Asinh => sa,
        Op::Tan => sa * (1.0 + value * value),
        Op::Sinh => sa * (1.0 + value.abs()),
        Op::Expm1 => sa * (1.0 + value).abs(),
        Op::Log => sa / a.abs(),
        Op::Log1p => sa / (1.0 + a).abs(),
        Op::Log2 => sa / a.abs() * std::f64::consts::LOG2_E,
        Op::Log10 => sa / a.abs() * std::f64::consts::LOG10_E,
        Op::Atan2 => (sa * b.abs() + sb * a.abs()) / (a * a + b * b),
        Op::Powi
        | Op::Pow
        | Op::Cbrt
        | Op::Root3
        | Op::Sign
        | Op::Floor
        | Op::Ceil
        | Op::Exp
        | Op::Asin
        | Op::Acos
        | Op::Cosh
        | Op::Acosh
        | Op::Atanh
        | Op::Erf
        | Op::Gamma
        | Op::Lgamma
        | Op::Digamma
        | Op::Sigmoid
        | Op::Softplus
        | Op::Relu
        | Op::Step
        | Op::Mod
        | Op::Polygamma
        | Op::Lt
        | Op::Le
        | Op::Eq
        | Op::Ne
        | Op::And
        | Op::Or => 0.0,
    }
}
