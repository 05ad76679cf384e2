//! How names are typeset: Greek letters, subscripts, primes, and the functions' customary names.

use super::super::{Func, Func2};

/// A name taken apart: `theta_0'` is a stem, a subscript and a prime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name<'a> {
    pub(super) stem: &'a str,
    pub(super) subscript: Option<&'a str>,
    pub(super) primes: usize,
}

impl<'a> Name<'a> {
    /// Takes a name apart at its first `_`, which neither begins nor ends it.
    pub(super) fn split(name: &'a str) -> Name<'a> {
        let bare = name.trim_end_matches('\'');
        let primes = name.len() - bare.len();
        match bare.split_once('_') {
            Some((stem, subscript)) if !stem.is_empty() && !subscript.is_empty() => {
                Name { stem, subscript: Some(subscript), primes }
            }
            _ => Name { stem: bare, subscript: None, primes },
        }
    }
}

/// Is it one letter, to be set in italics?
pub(super) fn is_letter(stem: &str) -> bool {
    stem.chars().count() == 1
}

/// The Greek letter of a name.
pub(super) fn greek(name: &str) -> Option<char> {
    GREEK.iter().find(|(n, _)| *n == name).map(|(_, c)| *c)
}

/// The Greek letters by name; those that look like Latin ones have no command in LaTeX.
const GREEK: &[(&str, char)] = &[
    ("alpha", 'α'),
    ("beta", 'β'),
    ("gamma", 'γ'),
    ("delta", 'δ'),
    ("epsilon", 'ε'),
    ("zeta", 'ζ'),
    ("eta", 'η'),
    ("theta", 'θ'),
    ("iota", 'ι'),
    ("kappa", 'κ'),
    ("lambda", 'λ'),
    ("mu", 'μ'),
    ("nu", 'ν'),
    ("xi", 'ξ'),
    ("omicron", 'ο'),
    ("pi", 'π'),
    ("rho", 'ρ'),
    ("sigma", 'σ'),
    ("tau", 'τ'),
    ("upsilon", 'υ'),
    ("phi", 'φ'),
    ("chi", 'χ'),
    ("psi", 'ψ'),
    ("omega", 'ω'),
    ("Alpha", 'Α'),
    ("Beta", 'Β'),
    ("Gamma", 'Γ'),
    ("Delta", 'Δ'),
    ("Epsilon", 'Ε'),
    ("Zeta", 'Ζ'),
    ("Eta", 'Η'),
    ("Theta", 'Θ'),
    ("Iota", 'Ι'),
    ("Kappa", 'Κ'),
    ("Lambda", 'Λ'),
    ("Mu", 'Μ'),
    ("Nu", 'Ν'),
    ("Xi", 'Ξ'),
    ("Omicron", 'Ο'),
    ("Pi", 'Π'),
    ("Rho", 'Ρ'),
    ("Sigma", 'Σ'),
    ("Tau", 'Τ'),
    ("Upsilon", 'Υ'),
    ("Phi", 'Φ'),
    ("Chi", 'Χ'),
    ("Psi", 'Ψ'),
    ("Omega", 'Ω'),
];

/// The command of a Greek letter in LaTeX, where it has one.
pub(super) fn greek_command(name: &str) -> Option<&'static str> {
    const WITHOUT: &[&str] = &[
        "omicron", "Alpha", "Beta", "Epsilon", "Zeta", "Eta", "Iota", "Kappa", "Mu", "Nu", "Omicron", "Rho",
        "Tau", "Chi",
    ];
    let (name, _) = GREEK.iter().find(|(n, _)| *n == name)?;
    (!WITHOUT.contains(name)).then_some(*name)
}

/// The customary name of a function in print, and the base below it where there is one.
pub(super) struct Title {
    pub(super) name: &'static str,
    pub(super) index: Option<&'static str>,
    /// Does LaTeX have it as a command?
    pub(super) command: bool,
}

/// How a function of one argument is titled.
pub(super) fn title(f: Func) -> Title {
    use Func::*;
    let known = |name| Title { name, index: None, command: true };
    let upright = |name| Title { name, index: None, command: false };
    match f {
        Exp | Log | Sin | Cos | Tan | Sec | Csc | Cot | Sinh | Cosh | Tanh | Coth => known(f.name()),
        Log2 => Title { name: "log", index: Some("2"), command: true },
        Log10 => Title { name: "log", index: Some("10"), command: true },
        Asin => known("arcsin"),
        Acos => known("arccos"),
        Atan => known("arctan"),
        Asec => upright("arcsec"),
        Acsc => upright("arccsc"),
        Acot => upright("arccot"),
        Asinh => upright("arsinh"),
        Acosh => upright("arcosh"),
        Atanh => upright("artanh"),
        Asech => upright("arsech"),
        Acsch => upright("arcsch"),
        Acoth => upright("arcoth"),
        Gamma => known("Gamma"),
        Digamma => known("psi"),
        Sech | Csch | Cbrt | Abs | Sign | Floor | Ceil | Erf | Lgamma | Sigmoid | Softplus | Step => {
            upright(f.name())
        }
        Relu => upright("ReLU"),
    }
}

/// Is it the custom to put an exponent between the name and the argument?
pub(super) fn takes_exponent(f: Func) -> bool {
    use Func::*;
    matches!(f, Log | Sin | Cos | Tan | Sec | Csc | Cot | Sinh | Cosh | Tanh | Sech | Csch | Coth)
        || matches!(
            f,
            Asin | Acos | Atan | Asec | Acsc | Acot | Asinh | Acosh | Atanh | Asech | Acsch | Acoth
        )
}

/// How a function of two arguments is titled.
pub(super) fn title2(f: Func2) -> Title {
    Title { name: f.name(), index: None, command: matches!(f, Func2::Max | Func2::Min) }
}

/// The brackets that stand for a function instead of a name.
pub(super) fn own_brackets(f: Func) -> Option<(char, char)> {
    match f {
        Func::Abs => Some(('|', '|')),
        Func::Floor => Some(('⌊', '⌋')),
        Func::Ceil => Some(('⌈', '⌉')),
        _ => None,
    }
}
