//! How far a computed function may be from the exact one.

use crate::program::opcode::Op;

/// A row of [`ACCURACY`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Accuracy {
    /// The function.
    pub op: Op,
    /// Largest error, in units of the last place of the exact value: the distance of the two `f64` around it, beyond the
    /// largest that of the two below.
    pub ulps: f64,
    /// `None`: the error is as small beside every value. `Some`: near its zeros the error is measured as if the value were
    /// as large as this says.
    pub beside: Option<&'static str>,
}

const fn ulps(op: Op, ulps: f64) -> Accuracy {
    Accuracy { op, ulps, beside: None }
}

const fn beside(op: Op, ulps: f64, parts: &'static str) -> Accuracy {
    Accuracy { op, ulps, beside: Some(parts) }
}

/// Every function that is not exact up to rounding, and the largest error of its kernels on any instruction set, held by a
/// test over the whole range. Not proven: the test tries a few thousand arguments for each.
pub const ACCURACY: &[Accuracy] = &[
    ulps(Op::Pow, 1.0),
    ulps(Op::Cbrt, 1.0),
    ulps(Op::Root3, 1.0),
    ulps(Op::Exp, 1.0),
    ulps(Op::Expm1, 1.0),
    ulps(Op::Log, 1.0),
    ulps(Op::Log1p, 1.0),
    ulps(Op::Log2, 1.0),
    ulps(Op::Log10, 1.0),
    ulps(Op::Sin, 1.0),
    ulps(Op::Cos, 1.0),
    ulps(Op::Tan, 2.0),
    ulps(Op::Asin, 1.0),
    ulps(Op::Acos, 1.0),
    ulps(Op::Atan, 1.0),
    ulps(Op::Sinh, 1.5),
    ulps(Op::Cosh, 1.5),
    ulps(Op::Tanh, 2.0),
    ulps(Op::Asinh, 2.0),
    ulps(Op::Acosh, 2.0),
    ulps(Op::Atanh, 2.0),
    ulps(Op::Erf, 1.5),
    ulps(Op::Gamma, 10.0),
    beside(Op::Lgamma, 10.0, "lgamma(|a|) for a < 0"),
    beside(Op::Digamma, 10.0, "1, and π/tan(π a) for a < 0"),
    ulps(Op::Sigmoid, 2.0),
    ulps(Op::Softplus, 2.0),
    ulps(Op::Atan2, 2.0),
];
