//! Who knows the names in a text, and what is said about a name that nobody knows.
//!
//! Start reading at [`Scope`].

use super::error::{Errors, Span, SyntaxError};
use super::lower::Lowered;
use super::spelling::distance;
use super::vocabulary::{CONSTANTS, Word};
use super::written::{LeibnizForm, Written};
use crate::expr::Expr;

/// Who knows the names in a text.
pub trait Scope {
    /// What a name stands for; `Ok(None)` when it stands for nothing of the scope's, and then it may be a constant.
    ///
    /// # Errors
    /// When the name must not be used here; see [`unknown_name`].
    fn name(&mut self, name: &str, span: Span) -> Result<Option<Lowered>, SyntaxError>;

    /// What a call stands for; `None` leaves it to the language.
    ///
    /// The arguments are not lowered yet: `lower(&call.args[0], self)` does that.
    fn call(&mut self, call: &Call<'_>, span: Span) -> Option<Result<Lowered, Errors>> {
        let _ = (call, span);
        None
    }

    /// What `name[places]` stands for; `None` leaves it to the language. The places are not lowered yet.
    fn entry(&mut self, name: &str, places: &[Written], span: Span) -> Option<Result<Lowered, Errors>> {
        let _ = (name, places, span);
        None
    }

    /// Is it a function of the scope's, so that `f(x)` is a call and not a product?
    fn is_function(&self, name: &str) -> bool {
        let _ = name;
        false
    }

    /// Names to suggest when another is not known.
    fn known(&self) -> Vec<String> {
        Vec::new()
    }
}

/// A call that a [`Scope`] may carry out.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// What is called.
    pub callee: Callee<'a>,
    /// Its arguments; none for a derivative in Leibniz' notation.
    pub args: &'a [Written],
}

/// What is called.
#[derive(Clone, Copy, Debug)]
pub enum Callee<'a> {
    /// `f(…)`; and `~` with two arguments, a model inside `fit(…)`.
    Name(&'a str),
    /// `f'(…)` with so many primes; `f'` alone comes with no arguments.
    Primed(&'a str, u32),
    /// `diff(f, x)(…)`: the result of a call.
    Result(&'a Written),
    /// `∂f/∂x`, `d/dx (…)`, and `dy/dx`.
    Derivative(&'a LeibnizForm),
}

/// Takes any name for a number.
#[derive(Clone, Copy, Debug, Default)]
pub struct FreeNames;

impl Scope for FreeNames {
    fn name(&mut self, name: &str, span: Span) -> Result<Option<Lowered>, SyntaxError> {
        if CONSTANTS.contains(&name) || Word::is_reserved(name) {
            return Ok(None);
        }
        // `xsinx` is a slip, too.
        if let Some(front) = name.chars().next().filter(|c| matches!(c, 'x' | 'y' | 't'))
            && let Some((function, rest)) = Word::split(&name[1..])
            && rest.chars().eq([front])
        {
            let hint = format!("write `{front} {function}({rest})`");
            return Err(unknown_name(name, &[], span).with_hint(hint));
        }
        // `sinx` is a slip, `cost` is a name.
        if let Some((function, rest)) = Word::split(name) {
            let letter = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            if matches!(letter, "x" | "y" | "z" | "theta") || (letter.len() == 1 && letter.len() < rest.len())
            {
                return Err(unknown_name(name, &[], span).with_hint(format!("write `{function}({rest})`")));
            }
        }
        Ok(Some(Expr::var(name).into()))
    }
}

/// Takes only the names it is given, as numbers.
#[derive(Clone, Debug)]
pub struct KnownNames {
    names: Vec<String>,
}

impl KnownNames {
    /// A scope of these names.
    pub fn new<S: Into<String>>(names: impl IntoIterator<Item = S>) -> KnownNames {
        KnownNames { names: names.into_iter().map(Into::into).collect() }
    }
}

impl Scope for KnownNames {
    fn name(&mut self, name: &str, span: Span) -> Result<Option<Lowered>, SyntaxError> {
        if self.names.iter().any(|n| n == name) {
            Ok(Some(Expr::var(name).into()))
        } else if CONSTANTS.contains(&name) || Word::is_reserved(name) {
            Ok(None)
        } else {
            Err(unknown_name(name, &self.names, span))
        }
    }

    fn known(&self) -> Vec<String> {
        self.names.clone()
    }
}

/// The error for a name that is none of `known`, with the likeliest correction.
pub fn unknown_name(name: &str, known: &[String], span: Span) -> SyntaxError {
    let error = SyntaxError::new("name.unknown", span, format!("`{name}` is not known here"));
    let hint = if let Some(parts) = split_into(name, known) {
        format!("write the product with a blank: `{}`", parts.join(" "))
    } else if let Some((function, rest)) = Word::split(name).filter(|(_, r)| known.iter().any(|k| k == r)) {
        format!("write `{function}({rest})`")
    } else if let Some(near) = nearest_name(name, known) {
        format!("did you mean `{near}`?")
    } else {
        match known {
            [] => format!("define it first: `{name} = …`"),
            [one] => format!("the only name known here is `{one}`"),
            some if some.len() <= 8 => format!("the names known here are `{}`", some.join("`, `")),
            _ => format!("define it first: `{name} = …`"),
        }
    };
    error.with_hint(hint)
}

/// The known name that is a slip of the finger away.
pub(super) fn nearest_name<'a>(name: &str, known: &'a [String]) -> Option<&'a str> {
    let limit = match name.chars().count() {
        0..=2 => return known.iter().find(|k| k.eq_ignore_ascii_case(name)).map(String::as_str),
        3..=5 => 1,
        _ => 2,
    };
    let near =
        known.iter().map(|k| (distance(name, k, limit), k)).filter(|(d, k)| *d <= limit && k.len() > 1);
    near.min_by_key(|(d, _)| *d).map(|(_, k)| k.as_str())
}

/// `xy` is `x` and `y` where both are known; numbers may stand between.
fn split_into<'a>(name: &'a str, known: &[String]) -> Option<Vec<&'a str>> {
    if name.len() > 40 {
        return None;
    }
    // For every end, where the last part begins.
    let mut begins: Vec<Option<usize>> = vec![None; name.len() + 1];
    begins[0] = Some(0);
    for to in 1..=name.len() {
        for from in (0..to).filter(|f| name.is_char_boundary(*f) && name.is_char_boundary(to)) {
            let part = &name[from..to];
            let good = known.iter().any(|k| k == part) || matches!(part, "e" | "pi");
            if good && begins[from].is_some() {
                begins[to] = Some(from);
                break;
            }
        }
    }
    let mut parts = Vec::new();
    let mut to = name.len();
    while to > 0 {
        let from = begins[to]?;
        parts.push(&name[from..to]);
        to = from;
    }
    parts.reverse();
    (parts.len() > 1).then_some(parts)
}
