//! The words of the language: functions with their other spellings, operations, constants, tensor functions.
//!
//! Not here: what a function does to an expression (`lower`). Start reading at [`Word::find`].

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::sync::LazyLock;

use super::spelling::distance;
use crate::expr::{Func, Func2};

/// What a name means where it stands before a bracket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// An elementary function of one argument.
    One(Func),
    /// An elementary function of two arguments.
    Two(Func2),
    /// A function written here in terms of others.
    Other(Other),
    /// A function of vectors and matrices.
    Tensor,
    /// An operation of the calculus, carried out by whoever reads the text.
    Operation,
}

/// Functions that have no node of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Other {
    /// `log(x)`, `log(x, base)`
    Log,
    /// `logb(x, base)`
    LogBase,
    /// `sqrt(x)`
    Sqrt,
    /// `root(x, n)`
    Root,
    /// `max(a, b, …)`
    Max,
    /// `min(a, b, …)`
    Min,
    /// `where(c, a, b)`
    Where,
    /// `factorial(n)`
    Factorial,
    /// `pow(x, n)`
    Pow,
}

/// Other spellings of elementary functions.
#[rustfmt::skip]
const SPELLINGS: &[(&str, &str)] = &[
    ("arcsin", "asin"), ("arccos", "acos"), ("arctan", "atan"), ("arcsec", "asec"), ("arccsc", "acsc"),
    ("arccot", "acot"), ("arsinh", "asinh"), ("arcosh", "acosh"), ("artanh", "atanh"), ("arsech", "asech"),
    ("arcsch", "acsch"), ("arcoth", "acoth"), ("arcsinh", "asinh"), ("arccosh", "acosh"), ("arctanh", "atanh"),
    ("arctan2", "atan2"), ("cosec", "csc"), ("sgn", "sign"), ("Gamma", "gamma"), ("ceiling", "ceil"),
    ("lngamma", "lgamma"), ("loggamma", "lgamma"),
];

/// Spellings of other countries and languages that would mean something else to somebody: refused with a hint.
#[rustfmt::skip]
pub(super) const FOREIGN: &[(&str, &str)] = &[
    ("tg", "tan"), ("ctg", "cot"), ("cotg", "cot"), ("sen", "sin"), ("arctg", "atan"), ("arcctg", "acot"), ("sh", "sinh"),
    ("ch", "cosh"), ("th", "tanh"), ("cth", "coth"), ("lg", "log10"), ("lb", "log2"), ("ld", "log2"),
    ("heaviside", "step"), ("logit", "log(p/(1 - p))"), ("Abs", "abs"), ("square", "^2"), ("piecewise", "where"),
    ("if", "where"), ("ifelse", "where"), ("derivative", "diff"), ("deriv", "diff"), ("D", "diff"), ("int", "integrate"),
    ("integral", "integrate"), ("series", "taylor"), ("lim", "limit"), ("trace", "tr"),
    ("inverse", "inv"), ("sqr", "^2"), ("Log", "log"), ("Exp", "exp"), ("Sin", "sin"), ("Cos", "cos"),
    ("Tan", "tan"), ("Sqrt", "sqrt"), ("SQRT", "sqrt"), ("LN", "ln"), ("LOG", "log"), ("SIN", "sin"), ("COS", "cos"), ("Ln", "ln"),
];

#[rustfmt::skip]
const TENSOR: &[&str] = &[
    "sum", "norm", "norm1", "norm2", "dot", "outer", "tr", "det", "inv", "logdet", "diag", "eye", "ones", "zeros",
    "softmax", "logsumexp", "cross", "prod", "mean", "transpose", "stack", "einsum", "unit", "shift",
];

#[rustfmt::skip]
const OPERATIONS: &[&str] = &[
    "diff", "grad", "jacobian", "hessian", "explain", "taylor", "integrate", "limit", "solve", "minimize", "maximize",
    "fit", "plot", "simplify", "expand", "factor", "evaluate", "equal", "root_of", "implicit_diff", "parametric_diff",
    "total_diff",
];

const OTHERS: &[(&str, Other)] = &[
    ("log", Other::Log),
    ("ln", Other::Log),
    ("logb", Other::LogBase),
    ("sqrt", Other::Sqrt),
    ("root", Other::Root),
    ("nthroot", Other::Root),
    ("max", Other::Max),
    ("min", Other::Min),
    ("where", Other::Where),
    ("factorial", Other::Factorial),
    ("pow", Other::Pow),
];

/// By name, hashed the same way in every run.
type Words = HashMap<&'static str, Word, BuildHasherDefault<DefaultHasher>>;

impl Word {
    /// What the name means, if it means anything before a bracket.
    pub(super) fn find(name: &str) -> Option<Word> {
        static WORDS: LazyLock<Words> = LazyLock::new(Word::all);
        // No word has one letter: most names of variables do.
        if name.len() > 1 { WORDS.get(name).copied() } else { None }
    }

    /// Every word with its meaning.
    fn all() -> Words {
        let own = |name: &str| {
            Func::from_name(name).map(Word::One).or_else(|| Func2::from_name(name).map(Word::Two))
        };
        let mut words = Words::default();
        // Of two meanings the later one counts: `max` takes any number of arguments.
        words.extend(Func2::ALL.iter().map(|f| (f.name(), Word::Two(*f))));
        words.extend(Func::ALL.iter().map(|f| (f.name(), Word::One(*f))));
        words.extend(SPELLINGS.iter().filter_map(|(name, f)| Some((*name, own(f)?))));
        words.extend(TENSOR.iter().map(|name| (*name, Word::Tensor)));
        words.extend(OPERATIONS.iter().map(|name| (*name, Word::Operation)));
        words.extend(OTHERS.iter().map(|(name, other)| (*name, Word::Other(*other))));
        words
    }

    /// May the name stand before its argument without brackets, as in `sin x`?
    pub(super) fn goes_bare(name: &str) -> bool {
        match Word::find(name) {
            Some(Word::One(f)) => !matches!(
                f,
                Func::Abs
                    | Func::Sign
                    | Func::Floor
                    | Func::Ceil
                    | Func::Gamma
                    | Func::Lgamma
                    | Func::Digamma
                    | Func::Sigmoid
                    | Func::Softplus
                    | Func::Relu
                    | Func::Step
            ),
            Some(Word::Other(Other::Log | Other::Sqrt)) => true,
            _ => false,
        }
    }

    /// Is the name taken, so that it may not stand for a number? The letter `gamma` and ordinary words
    /// such as `step` may.
    pub(super) fn is_reserved(name: &str) -> bool {
        #[rustfmt::skip]
        const FREE: &[&str] = &[
            "gamma", "Gamma", "step", "sum", "norm", "dot", "outer", "tr", "inv", "cross", "prod", "root", "diag",
            "factor", "fit", "mod", "less", "sign", "equal", "limit", "plot", "mean", "stack", "unit", "shift", "transpose",
        ];
        matches!(name, "and" | "or" | "not") || (Word::find(name).is_some() && !FREE.contains(&name))
    }

    /// The function somebody meant who typed `name`: close in spelling, or known by this name elsewhere.
    pub(super) fn nearest(name: &str) -> Option<&'static str> {
        if let Some((_, own)) = FOREIGN.iter().find(|(n, _)| *n == name) {
            return Some(own);
        }
        let limit = match name.chars().count() {
            0..=2 => return None,
            3..=5 => 1,
            _ => 2,
        };
        let names = Func::ALL.iter().map(|f| f.name()).chain(Func2::ALL.iter().map(|f| f.name()));
        let names = names.chain(OTHERS.iter().map(|(n, _)| *n)).chain(SPELLINGS.iter().map(|(n, _)| *n));
        let names = names.chain(TENSOR.iter().chain(OPERATIONS).copied());
        names
            .map(|n| (distance(name, n, limit), n))
            .filter(|(d, n)| *d <= limit && n.len() > 2)
            .min_by_key(|(d, n)| (*d, !name.starts_with(n)))
            .map(|(_, n)| n)
    }

    /// `sinx` is `sin` and `x`; `None` when the name does not begin with the name of a function.
    pub(super) fn split(name: &str) -> Option<(&'static str, &str)> {
        let bare =
            Func::ALL.iter().map(|f| f.name()).chain(["ln", "sqrt"]).chain(SPELLINGS.iter().map(|(n, _)| *n));
        bare.filter_map(|f| name.strip_prefix(f).filter(|rest| !rest.is_empty()).map(|rest| (f, rest)))
            .filter(|(f, _)| Word::goes_bare(f))
            .max_by_key(|(f, _)| f.len())
    }
}

/// Constants that every text may name.
pub(super) const CONSTANTS: &[&str] = &["pi", "e", "inf", "deg", "undefined"];
