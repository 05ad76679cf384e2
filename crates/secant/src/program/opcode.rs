//! The operations of a program: one table of number, name, operands and exact meaning.
//!
//! The interpreter in the browser (`assets/math/program.js`) is the twin of this table; the numbers never change.

macro_rules! opcodes {
    ($($op:ident $number:literal $name:literal $operands:ident $meaning:literal,)*) => {
        /// An operation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Op {
            $(#[doc = $meaning] $op = $number,)*
        }

        /// Every operation, in the order of their numbers.
        pub const OPCODES: &[Opcode] = &[
            $(Opcode {
                op: Op::$op, number: $number, name: $name, operands: Operands::$operands, meaning: $meaning,
            },)*
        ];

        impl Op {
            /// What it takes: its place in the row, without the row.
            #[inline]
            pub const fn operands(self) -> Operands {
                match self {
                    $(Op::$op => Operands::$operands,)*
                }
            }
        }
    };
}

/// A row of [`OPCODES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opcode {
    /// The operation.
    pub op: Op,
    /// Its number in a portable program; 0 is kept for the operand that does not fit (see [`Operands::Three`]).
    pub number: u32,
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub operands: Operands,
    /// What it gives, for every `f64`.
    pub meaning: &'static str,
}

/// What an operation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operands {
    /// Register `a`.
    One,
    /// Registers `a` and `b`.
    Two,
    /// Register `a` and a literal signed integer in the place of `b`.
    Literal,
    /// Registers `a`, `b` and `c`; in a portable program `c` follows as `[0, c, 0, 0]`.
    Three,
}

impl Operands {
    /// How many operands, a literal included.
    pub const fn count(self) -> u32 {
        match self {
            Operands::One => 1,
            Operands::Two | Operands::Literal => 2,
            Operands::Three => 3,
        }
    }
}

impl Op {
    /// Its row of [`OPCODES`].
    pub const fn row(self) -> &'static Opcode {
        &OPCODES[self as usize - 1]
    }

    /// The operation with this number.
    pub fn from_number(number: u32) -> Option<Op> {
        let k = usize::try_from(number).ok()?.checked_sub(1)?;
        OPCODES.get(k).map(|row| row.op)
    }

    /// Does the order of the two operands not matter?
    pub(super) const fn is_symmetric(self) -> bool {
        matches!(self, Op::Add | Op::Mul | Op::Max | Op::Min | Op::Eq | Op::Ne | Op::And | Op::Or)
    }
}

opcodes! {
    Add 1 "add" Two "a + b",
    Sub 2 "sub" Two "a - b",
    Mul 3 "mul" Two "a · b",
    Div 4 "div" Two "a / b; x/0 is ±inf, 0/0 is NaN",
    Neg 5 "neg" One "-a",
    Recip 6 "recip" One "1 / a",
    Powi 7 "powi" Literal "a^n for a literal n: up to |n| = 16 by repeated squaring, lowest bit first, with one division \
        at the end when n < 0; beyond as pow(a, n)",
    Pow 8 "pow" Two "a^b; NaN if a or b is NaN, if -inf < a < 0 and b is not an integer, if |a| = 1 and b is ±inf; a^0 = 1",
    Sqrt 9 "sqrt" One "the square root; NaN below 0",
    Cbrt 10 "cbrt" One "the real cube root, of negative numbers too",
    Root3 11 "root3" One "a^(1/3): the cube root; NaN below 0",
    Abs 12 "abs" One "|a|",
    Sign 13 "sign" One "-1, 0 or 1; NaN stays",
    Floor 14 "floor" One "the largest integer not above a",
    Ceil 15 "ceil" One "the smallest integer not below a",
    Exp 16 "exp" One "e^a",
    Expm1 17 "expm1" One "e^a - 1",
    Log 18 "log" One "the natural logarithm; -inf at 0, NaN below",
    Log1p 19 "log1p" One "log(1 + a)",
    Log2 20 "log2" One "the logarithm to base 2",
    Log10 21 "log10" One "the logarithm to base 10",
    Sin 22 "sin" One "sine of radians; NaN at ±inf",
    Cos 23 "cos" One "cosine of radians; NaN at ±inf",
    Tan 24 "tan" One "tangent of radians; NaN at ±inf",
    Asin 25 "asin" One "inverse sine; NaN outside [-1, 1]",
    Acos 26 "acos" One "inverse cosine; NaN outside [-1, 1]",
    Atan 27 "atan" One "inverse tangent",
    Sinh 28 "sinh" One "hyperbolic sine",
    Cosh 29 "cosh" One "hyperbolic cosine",
    Tanh 30 "tanh" One "hyperbolic tangent",
    Asinh 31 "asinh" One "inverse hyperbolic sine",
    Acosh 32 "acosh" One "inverse hyperbolic cosine; NaN below 1",
    Atanh 33 "atanh" One "inverse hyperbolic tangent; ±inf at ±1, NaN beyond",
    Erf 34 "erf" One "the error function",
    Gamma 35 "gamma" One "the gamma function; ±inf at ±0, NaN at negative integers and -inf",
    Lgamma 36 "lgamma" One "log|gamma(a)|; inf at 0 and at negative integers",
    Digamma 37 "digamma" One "the derivative of lgamma; NaN at 0, at negative integers and -inf",
    Sigmoid 38 "sigmoid" One "1/(1 + e^-a) without overflow: with t = e^-|a|, 1/(1 + t) for a >= 0, t/(1 + t) below",
    Softplus 39 "softplus" One "log(1 + e^a) without overflow: max(a, 0) + log1p(e^-|a|)",
    Relu 40 "relu" One "max(a, 0); NaN stays",
    Step 41 "step" One "1 above 0, else 0; NaN stays",
    Atan2 42 "atan2" Two "the angle of the point (b, a), in [-pi, pi]",
    Max 43 "max" Two "the larger; NaN if a or b is NaN; max(-0, 0) = 0",
    Min 44 "min" Two "the smaller; NaN if a or b is NaN; min(-0, 0) = -0",
    Mod 45 "mod" Two "a - b·floor(a/b) from the exact remainder, so it has the sign of b or is 0; NaN for b = 0 or a = ±inf",
    Polygamma 46 "polygamma" Two "the a-th derivative of digamma at b; NaN unless a is an integer from 0 to 100",
    Lt 47 "lt" Two "1 if a < b, else 0; 0 if a or b is NaN",
    Le 48 "le" Two "1 if a <= b, else 0; 0 if a or b is NaN",
    Eq 49 "eq" Two "1 if a = b, else 0; 0 if a or b is NaN",
    Ne 50 "ne" Two "1 if a and b differ, else 0; 1 if a or b is NaN",
    And 51 "and" Two "1 if neither a nor b is 0, else 0; NaN is not 0",
    Or 52 "or" Two "1 if a or b is not 0, else 0; NaN is not 0",
    Where 53 "where" Three "b if a is not 0, else c; NaN is not 0",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_places_in_the_table() {
        for (k, row) in OPCODES.iter().enumerate() {
            assert_eq!(row.number as usize, k + 1);
            assert_eq!(row.op as u32, row.number);
            assert_eq!(Op::from_number(row.number), Some(row.op));
            assert_eq!(row.op.row(), row);
            assert_eq!(OPCODES.iter().filter(|other| other.name == row.name).count(), 1, "{}", row.name);
        }
        assert_eq!(Op::from_number(0), None);
        assert_eq!(Op::from_number(OPCODES.len() as u32 + 1), None);
    }
}
