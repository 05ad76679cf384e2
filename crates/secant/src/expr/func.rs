//! The elementary functions: their names and symmetry.
//!
//! Not here: derivatives (`calculus::rules`), values (`program`). One row a function; everything that lists
//! functions reads [`Func::ALL`].

macro_rules! functions {
    ($(#[$doc:meta])* $type:ident { $($variant:ident $name:literal $about:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum $type {
            $(#[doc = $about] $variant,)*
        }

        impl $type {
            /// Every function, in the order of the table.
            pub const ALL: &'static [$type] = &[$($type::$variant,)*];

            /// Its name in the language.
            pub const fn name(self) -> &'static str {
                match self { $($type::$variant => $name,)* }
            }

            /// What it is, in a few words.
            pub const fn about(self) -> &'static str {
                match self { $($type::$variant => $about,)* }
            }

            /// The function of this name.
            pub fn from_name(name: &str) -> Option<$type> {
                match name { $($name => Some($type::$variant),)* _ => None }
            }
        }
    };
}

impl Func {
    /// What it does with the sign of its argument.
    pub(crate) const fn parity(self) -> Parity {
        use Func::*;
        match self {
            Cos | Sec | Cosh | Sech | Abs => Parity::Even,
            Sin | Tan | Csc | Cot | Asin | Atan | Acsc | Acot | Sinh | Tanh | Csch | Coth | Asinh | Atanh
            | Acsch | Acoth | Cbrt | Sign | Erf => Parity::Odd,
            Exp | Log | Log2 | Log10 | Acos | Asec | Acosh | Asech | Floor | Ceil | Gamma | Lgamma
            | Digamma | Sigmoid | Softplus | Relu | Step => Parity::Neither,
        }
    }
}

/// What a function does with the sign of its argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parity {
    Even,
    Odd,
    Neither,
}

functions! {
    /// An elementary function of one argument, applied element by element.
    Func {
        Exp "exp" "the exponential function",
        Log "log" "the natural logarithm",
        Log2 "log2" "the logarithm to base 2",
        Log10 "log10" "the logarithm to base 10",
        Sin "sin" "sine of an angle in radians",
        Cos "cos" "cosine of an angle in radians",
        Tan "tan" "tangent, sin/cos",
        Sec "sec" "secant, 1/cos",
        Csc "csc" "cosecant, 1/sin",
        Cot "cot" "cotangent, cos/sin",
        Asin "asin" "inverse sine, in [-pi/2, pi/2]",
        Acos "acos" "inverse cosine, in [0, pi]",
        Atan "atan" "inverse tangent, in (-pi/2, pi/2)",
        Asec "asec" "inverse secant, acos(1/x)",
        Acsc "acsc" "inverse cosecant, asin(1/x)",
        Acot "acot" "inverse cotangent, atan(1/x)",
        Sinh "sinh" "hyperbolic sine",
        Cosh "cosh" "hyperbolic cosine",
        Tanh "tanh" "hyperbolic tangent",
        Sech "sech" "hyperbolic secant, 1/cosh",
        Csch "csch" "hyperbolic cosecant, 1/sinh",
        Coth "coth" "hyperbolic cotangent, cosh/sinh",
        Asinh "asinh" "inverse hyperbolic sine",
        Acosh "acosh" "inverse hyperbolic cosine, at least 0",
        Atanh "atanh" "inverse hyperbolic tangent",
        Asech "asech" "inverse hyperbolic secant, acosh(1/x)",
        Acsch "acsch" "inverse hyperbolic cosecant, asinh(1/x)",
        Acoth "acoth" "inverse hyperbolic cotangent, atanh(1/x)",
        Cbrt "cbrt" "the real cube root, of negative numbers too",
        Abs "abs" "the absolute value",
        Sign "sign" "-1, 0 or 1",
        Floor "floor" "the largest integer not above",
        Ceil "ceil" "the smallest integer not below",
        Erf "erf" "the error function",
        Gamma "gamma" "the gamma function, gamma(n + 1) = n!",
        Lgamma "lgamma" "the logarithm of |gamma|",
        Digamma "digamma" "the derivative of lgamma",
        Sigmoid "sigmoid" "the logistic function 1/(1 + exp(-x))",
        Softplus "softplus" "log(1 + exp(x))",
        Relu "relu" "max(x, 0)",
        Step "step" "1 above 0, else 0: the derivative chosen for relu",
    }
}

functions! {
    /// An elementary function of two arguments.
    Func2 {
        Atan2 "atan2" "the angle of the point (x, y), written atan2(y, x)",
        Max "max" "the larger of two",
        Min "min" "the smaller of two",
        Mod "mod" "x - y floor(x/y)",
        Polygamma "polygamma" "polygamma(n, x), the n-th derivative of digamma",
        Less "less" "1 where a < b, else 0",
        LessEqual "lessequal" "1 where a <= b, else 0",
        Equal "equal" "1 where a = b, else 0",
        NotEqual "notequal" "1 where a and b differ, else 0",
        And "and" "1 where both are not 0, else 0",
        Or "or" "1 where at least one is not 0, else 0",
    }
}
