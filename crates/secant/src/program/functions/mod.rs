//! The scalar functions: one place that says which code computes an operation.
//!
//! Here: a kernel for every operation, on one `f64`. Every way to run a program on `f64` calls these.
//! Not here: loops over points (`batch`), sets of numbers (`interval`).
//! Invariant: a kernel depends on its operands and on `FMA` alone (`lane`), so the bits of a result are the same at one
//! point and in a batch, however it is split, on every machine and instruction set with the same `FMA`. How far off
//! they may be is a table, [`ACCURACY`](accuracy::ACCURACY).
//! Start reading at `scalar`, then `with_one`.

pub(super) mod accuracy;
mod error_function;
mod exponential;
mod hyperbolic;
mod inverse;
mod lane;
mod logarithm;
mod polygamma;
mod power;
mod trigonometric;

pub(super) use accuracy::ACCURACY;
pub(super) use error_function::erf;
pub(super) use exponential::{exp, expm1, sigmoid, softplus};
pub(super) use hyperbolic::{acosh, asinh, atanh, cosh, sinh, tanh};
pub(super) use inverse::{acos, asin, atan, atan2};
pub(super) use logarithm::{log, log1p, log2, log10};
pub(super) use polygamma::{digamma, polygamma};
pub(super) use power::{MAX_SQUARING, cbrt, pow, powi, root3};
pub(super) use trigonometric::{cos, cos_near, is_near, sin, sin_cos, sin_cos_near, sin_near, tan, tan_near};

use super::isa::Isa;
use super::opcode::{Op, Operands};

/// A function of one operand.
pub(super) trait One {
    /// A few instructions, without multiply-add.
    const LIGHT: bool;

    /// Its value.
    fn at<const FMA: bool>(x: f64) -> f64;
}

/// A function of two operands.
pub(super) trait Two {
    /// A few instructions, without multiply-add.
    const LIGHT: bool;

    /// Its value.
    fn at<const FMA: bool>(x: f64, y: f64) -> f64;
}

/// A type for every kernel, and a macro that binds `$k` to the one of an operation and evaluates `$body` with it; `$other`
/// for the rest. (A type, because a closure may be left uninlined, outside of the instruction set of its caller.)
macro_rules! kernels {
    (@one $trait:ident ($($signature:tt)*) $name:ident $weight:ident $kernel:expr) => {
        pub(in crate::program) struct $name;
        impl $trait for $name {
            const LIGHT: bool = kernels!(@is_light $weight);

            #[inline(always)]
            fn at<const FMA: bool>($($signature)*) -> f64 {
                $kernel
            }
        }
    };
    (@is_light light) => { true };
    (@is_light heavy) => { false };
    ($dollar:tt $with:ident $trait:ident $signature:tt; $($name:ident $weight:ident $kernel:expr,)*) => {
        $(kernels! { @one $trait $signature $name $weight $kernel })*
        macro_rules! $with {
            ($dollar op:expr, $dollar k:ident => $dollar body:expr, _ => $dollar other:expr) => {
                match $dollar op {
                    $($crate::program::opcode::Op::$name => {
                        type $dollar k = $crate::program::functions::kernel::$name;
                        $dollar body
                    })*
                    _ => $dollar other,
                }
            };
        }
        pub(in crate::program) use $with;
    };
}

pub(super) mod kernel {
    use super::*;

    kernels! { $ with_one One (x: f64);
        Neg light -x,
        Recip light 1.0 / x,
        Sqrt light x.sqrt(),
        Cbrt heavy cbrt::<FMA>(x),
        Root3 heavy root3::<FMA>(x),
        Abs light x.abs(),
        Sign light sign(x),
        Floor light x.floor(),
        Ceil light x.ceil(),
        Exp heavy exp::<FMA>(x),
        Expm1 heavy expm1::<FMA>(x),
        Log heavy log::<FMA>(x),
        Log1p heavy log1p::<FMA>(x),
        Log2 heavy log2::<FMA>(x),
        Log10 heavy log10::<FMA>(x),
        Sin heavy sin::<FMA>(x),
        Cos heavy cos::<FMA>(x),
        Tan heavy tan::<FMA>(x),
        Asin heavy asin::<FMA>(x),
        Acos heavy acos::<FMA>(x),
        Atan heavy atan::<FMA>(x),
        Sinh heavy sinh::<FMA>(x),
        Cosh heavy cosh::<FMA>(x),
        Tanh heavy tanh::<FMA>(x),
        Asinh heavy asinh::<FMA>(x),
        Acosh heavy acosh::<FMA>(x),
        Atanh heavy atanh::<FMA>(x),
        Erf heavy erf::<FMA>(x),
        Gamma heavy libm::tgamma(x),
        Lgamma heavy libm::lgamma(x),
        Digamma heavy digamma::<FMA>(x),
        Sigmoid heavy sigmoid::<FMA>(x),
        Softplus heavy softplus::<FMA>(x),
        Relu light relu(x),
        Step light step(x),
    }

    kernels! { $ with_two Two (x: f64, y: f64);
        Add light x + y,
        Sub light x - y,
        Mul light x * y,
        Div light x / y,
        Pow heavy pow::<FMA>(x, y),
        Atan2 heavy atan2::<FMA>(x, y),
        Max light max(x, y),
        Min light min(x, y),
        Mod heavy modulo(x, y),
        Polygamma heavy polygamma::<FMA>(x, y),
        Lt light f64::from(u8::from(x < y)),
        Le light f64::from(u8::from(x <= y)),
        Eq light f64::from(u8::from(x == y)),
        Ne light f64::from(u8::from(x != y)),
        And light f64::from(u8::from((x != 0.0) & (y != 0.0))),
        Or light f64::from(u8::from((x != 0.0) | (y != 0.0))),
    }

    // Differences and quotients the other way round, for chains.
    kernels! { @one Two (x: f64, y: f64) SubFrom light y - x }
    kernels! { @one Two (x: f64, y: f64) DivUnder light y / x }
}
pub(super) use kernel::{with_one, with_two};

/// `op` on one point: `at` gives the value of an operand, `b` may be the bits of a literal.
#[inline(always)]
pub(super) fn scalar<const FMA: bool>(op: Op, [a, b, c]: [u32; 3], at: impl Fn(u32) -> f64) -> f64 {
    let x = at(a);
    with_one!(op, K => K::at::<FMA>(x), _ => {
        with_two!(op, K => K::at::<FMA>(x, at(b)), _ => match op {
            Op::Powi => powi::<FMA>(x, b as i32),
            _ => choose(x, at(b), at(c)),
        })
    })
}

/// [`scalar`] with the instructions of `isa`.
pub(super) fn value(isa: Isa, op: Op, [a, b, c]: [u32; 3], at: impl Fn(u32) -> f64) -> f64 {
    let (b, operands) = match op.row().operands {
        Operands::One => (0, [at(a); 3]),
        Operands::Literal => (b, [at(a); 3]),
        Operands::Two => (1, [at(a), at(b), 0.0]),
        Operands::Three => (1, [at(a), at(b), at(c)]),
    };
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    fn fused(op: Op, b: u32, operands: [f64; 3]) -> f64 {
        scalar::<true>(op, [0, b, 2], |k| operands[k as usize])
    }
    #[cfg(target_arch = "x86_64")]
    if isa.fused() {
        // SAFETY: a workspace holds an instruction set only where the machine has it (`Workspace::with_isa`).
        return unsafe { fused(op, b, operands) };
    }
    let _ = isa;
    scalar::<false>(op, [0, b, 2], |k| operands[k as usize])
}

/// `b` where `a` holds, else `c`.
#[inline(always)]
pub(super) fn choose(a: f64, b: f64, c: f64) -> f64 {
    if a != 0.0 { b } else { c }
}

#[inline(always)]
pub(super) fn sign(x: f64) -> f64 {
    if x > 0.0 {
        1.0
    } else if x < 0.0 {
        -1.0
    } else {
        x
    }
}

#[inline(always)]
pub(super) fn relu(x: f64) -> f64 {
    if x <= 0.0 { 0.0 } else { x }
}

#[inline(always)]
pub(super) fn step(x: f64) -> f64 {
    if x > 0.0 {
        1.0
    } else if x <= 0.0 {
        0.0
    } else {
        x
    }
}

#[inline(always)]
pub(super) fn max(x: f64, y: f64) -> f64 {
    if x > y {
        x
    } else if y > x {
        y
    } else if x == y {
        f64::from_bits(x.to_bits() & y.to_bits()) // equal: only zeros differ in their sign
    } else {
        f64::NAN
    }
}

#[inline(always)]
pub(super) fn min(x: f64, y: f64) -> f64 {
    if x < y {
        x
    } else if y < x {
        y
    } else if x == y {
        f64::from_bits(x.to_bits() | y.to_bits())
    } else {
        f64::NAN
    }
}

#[inline(always)]
pub(super) fn modulo(x: f64, y: f64) -> f64 {
    let r = x % y;
    if r != 0.0 && (r < 0.0) != (y < 0.0) { r + y } else { r }
}

#[cfg(test)]
mod tests {
    use super::{One, Two, with_one, with_two};
    use crate::program::opcode::{OPCODES, Operands};

    #[test]
    fn every_operation_has_a_kernel() {
        for row in OPCODES {
            let one = with_one!(row.op, K => { K::at::<false>(0.5); true }, _ => false);
            let two = with_two!(row.op, K => { K::at::<false>(1.0, 0.5); true }, _ => false);
            assert_eq!(one, row.operands == Operands::One, "{}", row.name);
            assert_eq!(two, row.operands == Operands::Two, "{}", row.name);
        }
    }
}
