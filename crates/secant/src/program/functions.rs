//! The scalar functions: one place that says which code computes an operation.
//!
//! Here: a kernel for every operation, on one `f64`. Every way to run a program on `f64` calls these, so all of them give
//! the same bits.
//! Not here: exponential, logarithm, sine and cosine (`vector`), digamma and its derivatives (`special`).
//! Start reading at `scalar`, then `with_one`.

use super::opcode::Op;
use super::vector;

/// Binds `$k` to the kernel of a one-operand operation and evaluates `$body` with it; `$other` for the rest.
macro_rules! with_one {
    ($op:expr, $k:ident => $body:expr, _ => $other:expr) => {
        with_one!(@arms $op, $k, $body, $other;
            Neg |x: f64| -x,
            Recip |x: f64| 1.0 / x,
            Sqrt f64::sqrt,
            Cbrt f64::cbrt,
            Root3 $crate::program::functions::root3,
            Abs f64::abs,
            Sign $crate::program::functions::sign,
            Floor f64::floor,
            Ceil f64::ceil,
            Exp $crate::program::vector::exp,
            Expm1 f64::exp_m1,
            Log $crate::program::vector::log,
            Log1p f64::ln_1p,
            Log2 f64::log2,
            Log10 f64::log10,
            Sin $crate::program::vector::sin,
            Cos $crate::program::vector::cos,
            Tan f64::tan,
            Asin f64::asin,
            Acos f64::acos,
            Atan f64::atan,
            Sinh f64::sinh,
            Cosh f64::cosh,
            Tanh f64::tanh,
            Asinh libm::asinh,
            Acosh $crate::program::functions::acosh,
            Atanh libm::atanh,
            Erf libm::erf,
            Gamma libm::tgamma,
            Lgamma libm::lgamma,
            Digamma $crate::program::special::digamma,
            Sigmoid $crate::program::functions::sigmoid,
            Softplus $crate::program::functions::softplus,
            Relu $crate::program::functions::relu,
            Step $crate::program::functions::step,
        )
    };
    (@arms $op:expr, $k:ident, $body:expr, $other:expr; $($name:ident $kernel:expr,)*) => {
        match $op {
            $(Op::$name => { let $k = $kernel; $body })*
            _ => $other,
        }
    };
}
pub(super) use with_one;

/// Binds `$k` to the kernel of a two-operand operation and evaluates `$body` with it; `$other` for the rest.
macro_rules! with_two {
    ($op:expr, $k:ident => $body:expr, _ => $other:expr) => {
        with_two!(@arms $op, $k, $body, $other;
            Add |x: f64, y: f64| x + y,
            Sub |x: f64, y: f64| x - y,
            Mul |x: f64, y: f64| x * y,
            Div |x: f64, y: f64| x / y,
            Pow $crate::program::functions::pow,
            Atan2 f64::atan2,
            Max $crate::program::functions::max,
            Min $crate::program::functions::min,
            Mod $crate::program::functions::modulo,
            Polygamma $crate::program::special::polygamma,
            Lt |x: f64, y: f64| f64::from(u8::from(x < y)),
            Le |x: f64, y: f64| f64::from(u8::from(x <= y)),
            Eq |x: f64, y: f64| f64::from(u8::from(x == y)),
            Ne |x: f64, y: f64| f64::from(u8::from(x != y)),
            And |x: f64, y: f64| f64::from(u8::from(x != 0.0 && y != 0.0)),
            Or |x: f64, y: f64| f64::from(u8::from(x != 0.0 || y != 0.0)),
        )
    };
    (@arms $op:expr, $k:ident, $body:expr, $other:expr; $($name:ident $kernel:expr,)*) => {
        match $op {
            $(Op::$name => { let $k = $kernel; $body })*
            _ => $other,
        }
    };
}
pub(super) use with_two;

/// `op` on one point: `at` gives the value of an operand, `b` may be the bits of a literal.
#[inline(always)]
pub(super) fn scalar(op: Op, [a, b, c]: [u32; 3], at: impl Fn(u32) -> f64) -> f64 {
    let x = at(a);
    with_one!(op, k => k(x), _ => {
        with_two!(op, k => k(x, at(b)), _ => match op {
            Op::Powi => powi(x, b as i32),
            _ => choose(x, at(b), at(c)),
        })
    })
}

/// Largest power computed by repeated squaring.
pub(super) const MAX_SQUARING: u32 = 16;

/// `x^n`, see [`Op::Powi`].
#[inline]
pub(super) fn powi(x: f64, n: i32) -> f64 {
    let mut k = n.unsigned_abs();
    if k > MAX_SQUARING {
        return pow(x, f64::from(n));
    }
    let (mut result, mut square) = (1.0, x);
    loop {
        if k & 1 == 1 {
            result *= square;
        }
        k >>= 1;
        if k == 0 {
            break;
        }
        square *= square;
    }
    if n < 0 { 1.0 / result } else { result }
}

/// `b` where `a` holds, else `c`.
#[inline]
pub(super) fn choose(a: f64, b: f64, c: f64) -> f64 {
    if a != 0.0 { b } else { c }
}

#[inline]
pub(super) fn pow(x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() || (x.abs() == 1.0 && y.is_infinite()) {
        return f64::NAN;
    }
    x.powf(y)
}

/// Below 1 there is none, and `libm` may give a number there.
#[inline]
pub(super) fn acosh(x: f64) -> f64 {
    if x < 1.0 { f64::NAN } else { libm::acosh(x) }
}

#[inline]
pub(super) fn root3(x: f64) -> f64 {
    if x < 0.0 { f64::NAN } else { x.cbrt() }
}

#[inline]
pub(super) fn sign(x: f64) -> f64 {
    if x > 0.0 {
        1.0
    } else if x < 0.0 {
        -1.0
    } else {
        x
    }
}

#[inline]
pub(super) fn relu(x: f64) -> f64 {
    if x <= 0.0 { 0.0 } else { x }
}

#[inline]
pub(super) fn step(x: f64) -> f64 {
    if x > 0.0 {
        1.0
    } else if x <= 0.0 {
        0.0
    } else {
        x
    }
}

#[inline]
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

#[inline]
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

#[inline]
pub(super) fn modulo(x: f64, y: f64) -> f64 {
    let r = x % y;
    if r != 0.0 && (r < 0.0) != (y < 0.0) { r + y } else { r }
}

#[inline]
pub(super) fn sigmoid(x: f64) -> f64 {
    let t = vector::exp(-x.abs());
    let above = if x < 0.0 { t } else { 1.0 };
    above / (1.0 + t)
}

#[inline]
pub(super) fn softplus(x: f64) -> f64 {
    relu(x) + vector::exp(-x.abs()).ln_1p()
}

#[cfg(test)]
mod tests {
    use crate::program::opcode::{OPCODES, Op, Operands};

    #[test]
    fn every_operation_has_a_kernel() {
        for row in OPCODES {
            let one = with_one!(row.op, k => { let _: f64 = k(0.5); true }, _ => false);
            let two = with_two!(row.op, k => { let _: f64 = k(1.0, 0.5); true }, _ => false);
            assert_eq!(one, row.operands == Operands::One, "{}", row.name);
            assert_eq!(two, row.operands == Operands::Two, "{}", row.name);
        }
    }
}
