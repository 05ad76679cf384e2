//! The surface tree: what a person wrote, part by part, each with its place in the text.
//!
//! Here: the tree and its printing back as text. Not here: reading (`parse`), meaning (`lower`).
//! Invariant: a tree is never higher than the limit it was read under, so that walking and dropping it may recurse.
//! Start reading at [`Written`] and [`Kind`].

use std::fmt;

use super::error::Span;
use super::vocabulary::Word;

/// A part of a text: what it is, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub span: Span,
    height: u32,
}

/// What a part of a text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number as it was typed: `12`, `0.50`, `1e-5`.
    Number(Box<str>),
    /// A name in its ASCII spelling: `α₁` and `alpha_1` are both `alpha_1`.
    Name(Box<str>),
    /// Something in brackets.
    Brackets(Bracket, Box<Written>),
    /// Two or more things in round brackets: a point.
    Tuple(Vec<Written>),
    /// `a - b + c`; the first sign is [`Sign::Plus`] where none is written.
    Sum(Vec<(Sign, Written)>),
    /// `2 x*y/z`; the first has [`Join::First`].
    Product(Vec<(Join, Written)>),
    /// A fraction with a bar.
    Fraction(Box<(Written, Written)>),
    /// A sign in front of a term or a factor.
    Signed(Sign, Box<Written>),
    /// Base and exponent.
    Power(Raise, Box<(Written, Written)>),
    /// `n!`
    Factorial(Box<Written>),
    /// `f'`, `f''`, `X'`: how many primes.
    Primed(Box<Written>, u32),
    /// `90°`
    Degrees(Box<Written>),
    /// `√x`, `∛x`, `∜x`: 2, 3 or 4.
    Root(u32, Box<Written>),
    /// `|x|`
    Abs(Box<Written>),
    /// `‖x‖`
    Norm(Box<Written>),
    /// A name (or what else may be applied) and its arguments. `x(x + 1)` is one, too: whether it is a product is
    /// known only where `x` is (see [`super::resolve`]).
    Call(Box<CallForm>),
    /// `x[2:n, 1]`
    Index(Box<Written>, Vec<Written>),
    /// `2:n`, `:n`, `2:` or `:` inside an index.
    Slice(Option<Box<Written>>, Option<Box<Written>>),
    /// `[1, 2; 3, 4]`, row by row.
    Matrix(Vec<Vec<Written>>),
    /// `{1, 2}`
    Set(Vec<Written>),
    /// `a <= b < c`
    Relation(Box<Written>, Vec<(Rel, Written)>),
    /// `-1..1`
    Range(Box<(Written, Written)>),
    /// `a and b`, `a or b`; two parts at least.
    Logic(Logical, Vec<Written>),
    /// `not a`
    Not(Box<Written>),
    /// `∂f/∂x`, `d/dx (…)`, `∂²f/(∂x ∂y)`
    Derivative(Box<LeibnizForm>),
}

/// A function and its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallForm {
    /// What is called: a name, `f'`, or a call such as `diff(f, x)`.
    pub function: Written,
    /// The arguments; a named one is a [`Kind::Relation`] (see [`Written::as_named`]).
    pub args: Vec<Written>,
    /// Without brackets, as in `sin x`?
    pub bare: bool,
    /// A blank between the name and its bracket?
    pub spaced: bool,
}

impl CallForm {
    /// May it be printed without brackets? `sin 2x` is clear only without the blank.
    fn is_bare(&self) -> bool {
        self.bare && self.args.iter().all(|a| a.kind.strength() >= Strength::Bare)
    }
}

/// A derivative in Leibniz' notation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeibnizForm {
    /// What is differentiated.
    pub of: Written,
    /// By what, and how often each, in the order written.
    pub by: Vec<(Box<str>, u32)>,
    /// With `∂` rather than `d`?
    pub partial: bool,
    /// `d/dx f` rather than `df/dx`?
    pub operator: bool,
}

/// The brackets around something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bracket {
    /// `( )`
    Round,
    /// The braces of LaTeX, which group and are not seen.
    Unseen,
    /// `⌊ ⌋`
    Floor,
    /// `⌈ ⌉`
    Ceil,
}

/// A sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// `+`
    Plus,
    /// `-`
    Minus,
}

/// How a factor is joined to what stands before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// It is the first.
    First,
    /// Nothing but its place: `2 x`.
    Implicit,
    /// `*`
    Times,
    /// `/`
    Over,
    /// `.*`
    TimesEach,
    /// `./`
    OverEach,
}

/// How a power is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Raise {
    /// `x^2`
    Caret,
    /// `x²`
    Superscript,
    /// `x.^2`
    Each,
    /// `sin^2(x)`: the base is the call.
    OnFunction,
}

/// A relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rel {
    /// `=`
    Equal,
    /// `==`
    Same,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
}

impl Rel {
    /// Its ASCII spelling.
    pub const fn text(self) -> &'static str {
        match self {
            Rel::Equal => "=",
            Rel::Same => "==",
            Rel::NotEqual => "!=",
            Rel::Less => "<",
            Rel::LessEqual => "<=",
            Rel::Greater => ">",
            Rel::GreaterEqual => ">=",
        }
    }
}

/// A connective.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Logical {
    /// Both.
    And,
    /// At least one.
    Or,
}

impl Written {
    /// A part from its pieces.
    pub fn new(kind: Kind, span: Span) -> Written {
        let mut height = 0;
        kind.for_each_child(|c| height = height.max(c.height + 1));
        Written { kind, span, height }
    }

    /// Longest way down to a part that has none.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The name it is, if it is one.
    pub fn as_name(&self) -> Option<&str> {
        match &self.kind {
            Kind::Name(name) => Some(name),
            _ => None,
        }
    }

    /// Name and value, if it is `name = value`.
    pub fn as_named(&self) -> Option<(&str, &Written)> {
        match &self.kind {
            Kind::Relation(name, rest) => match rest.as_slice() {
                [(Rel::Equal, value)] => Some((name.as_name()?, value)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Both sides, if it is one equation `a = b` (or `a == b`).
    pub fn as_equation(&self) -> Option<(&Written, &Written)> {
        match &self.kind {
            Kind::Relation(left, rest) => match rest.as_slice() {
                [(Rel::Equal | Rel::Same, right)] => Some((left, right)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Name and arguments, if it is `name(…)`.
    pub fn as_call(&self) -> Option<(&str, &[Written])> {
        match &self.kind {
            Kind::Call(call) => Some((call.function.as_name()?, &call.args)),
            _ => None,
        }
    }

    /// What is inside its outer brackets.
    pub fn without_brackets(&self) -> &Written {
        let mut inner = self;
        while let Kind::Brackets(Bracket::Round | Bracket::Unseen, w) = &inner.kind {
            inner = w;
        }
        inner
    }

    /// Every name that stands in it, in the order of the text, with repetition; names of functions that are called
    /// are left out.
    pub fn names(&self) -> Vec<&str> {
        fn walk<'a>(w: &'a Written, names: &mut Vec<&'a str>) {
            match &w.kind {
                Kind::Name(name) => names.push(name),
                Kind::Call(call) if call.function.as_name().is_some() => {
                    call.args.iter().for_each(|a| walk(a, names));
                }
                kind => kind.for_each_child(|c| walk(c, names)),
            }
        }
        let mut names = Vec::new();
        walk(self, &mut names);
        names
    }
}

impl Kind {
    /// Hands each part to `visit`, in the order of the text.
    pub fn for_each_child<'a>(&'a self, mut visit: impl FnMut(&'a Written)) {
        match self {
            Kind::Number(_) | Kind::Name(_) => {}
            Kind::Brackets(_, a)
            | Kind::Signed(_, a)
            | Kind::Factorial(a)
            | Kind::Primed(a, _)
            | Kind::Degrees(a)
            | Kind::Root(_, a)
            | Kind::Abs(a)
            | Kind::Norm(a)
            | Kind::Not(a) => visit(a),
            Kind::Fraction(ab) | Kind::Power(_, ab) | Kind::Range(ab) => {
                visit(&ab.0);
                visit(&ab.1);
            }
            Kind::Sum(terms) => terms.iter().for_each(|(_, t)| visit(t)),
            Kind::Product(factors) => factors.iter().for_each(|(_, f)| visit(f)),
            Kind::Tuple(list) | Kind::Set(list) | Kind::Logic(_, list) => list.iter().for_each(visit),
            Kind::Call(call) => {
                visit(&call.function);
                call.args.iter().for_each(visit);
            }
            Kind::Index(base, list) => {
                visit(base);
                list.iter().for_each(visit);
            }
            Kind::Slice(from, to) => {
                [from, to].into_iter().flatten().for_each(|w| visit(w));
            }
            Kind::Matrix(rows) => rows.iter().flatten().for_each(visit),
            Kind::Relation(first, rest) => {
                visit(first);
                rest.iter().for_each(|(_, w)| visit(w));
            }
            Kind::Derivative(d) => visit(&d.of),
        }
    }

    /// How tightly it holds together where it is printed inside something else.
    fn strength(&self) -> Strength {
        match self {
            Kind::Logic(Logical::Or, _) => Strength::Or,
            Kind::Logic(Logical::And, _) => Strength::And,
            Kind::Not(_) => Strength::Not,
            Kind::Relation(..) | Kind::Slice(..) => Strength::Relation,
            Kind::Range(_) => Strength::Range,
            Kind::Sum(_) => Strength::Sum,
            Kind::Signed(_, a) if a.kind.strength() < Strength::Bare => Strength::Sum,
            Kind::Signed(..) => Strength::Signed,
            Kind::Product(_) => Strength::Product,
            Kind::Derivative(d) if d.operator => Strength::Product,
            Kind::Derivative(_) | Kind::Fraction(_) => Strength::Quotient,
            Kind::Call(call) if call.is_bare() => Strength::Bare,
            Kind::Power(Raise::OnFunction, ab) => match &ab.0.kind {
                Kind::Call(call) if call.is_bare() => Strength::Bare,
                _ => Strength::Power,
            },
            Kind::Power(..) | Kind::Root(..) => Strength::Power,
            Kind::Factorial(_)
            | Kind::Primed(..)
            | Kind::Degrees(_)
            | Kind::Index(..)
            | Kind::Call(_)
            | Kind::Abs(_)
            | Kind::Norm(_)
            | Kind::Brackets(Bracket::Floor | Bracket::Ceil, _) => Strength::Postfix,
            Kind::Number(_)
            | Kind::Name(_)
            | Kind::Brackets(..)
            | Kind::Tuple(_)
            | Kind::Matrix(_)
            | Kind::Set(_) => Strength::Atom,
        }
    }
}

/// Does its text end in a name, not counting what stands in brackets?
fn ends_in_name(w: &Written) -> bool {
    match &w.kind {
        Kind::Name(_) => true,
        Kind::Power(raise, ab) => *raise != Raise::OnFunction && ends_in_name(&ab.1),
        Kind::Signed(_, a) | Kind::Root(_, a) | Kind::Brackets(Bracket::Unseen, a) => ends_in_name(a),
        Kind::Call(call) if call.is_bare() => call.args.last().is_some_and(ends_in_name),
        _ => false,
    }
}

/// `x!^2` and its kin, which are unclear in an exponent.
fn begins_with_postfix(w: &Written) -> bool {
    match &w.kind {
        Kind::Factorial(_) | Kind::Primed(..) | Kind::Degrees(_) => true,
        Kind::Power(raise, ab) => *raise != Raise::OnFunction && begins_with_postfix(&ab.0),
        Kind::Signed(_, a) => begins_with_postfix(a),
        _ => false,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    Or,
    And,
    Not,
    Relation,
    Range,
    Sum,
    Product,
    Quotient,
    Signed,
    Bare,
    Power,
    Postfix,
    Atom,
}

/// A part printed where it must hold together at least this tightly.
struct At<'a>(Strength, &'a Written);

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.1.kind.strength() >= self.0 { write!(f, "{}", self.1) } else { write!(f, "({})", self.1) }
    }
}

struct List<'a>(&'a [Written], &'static str);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (k, w) in self.0.iter().enumerate() {
            if k > 0 {
                f.write_str(self.1)?;
            }
            write!(f, "{w}")?;
        }
        Ok(())
    }
}

/// The text again, in ASCII, evenly spaced: reading it gives the same tree (braces of LaTeX and fractions with a bar
/// become round brackets).
impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use Strength as S;
        match &self.kind {
            Kind::Number(text) | Kind::Name(text) => f.write_str(text),
            Kind::Brackets(Bracket::Floor, a) => write!(f, "floor({a})"),
            Kind::Brackets(Bracket::Ceil, a) => write!(f, "ceil({a})"),
            Kind::Brackets(Bracket::Unseen, a)
                if a.kind.strength() == S::Atom && a.as_name().is_none_or(|n| Word::find(n).is_none()) =>
            {
                write!(f, "{a}")
            }
            Kind::Brackets(_, a) => write!(f, "({a})"),
            Kind::Tuple(list) => write!(f, "({})", List(list, ", ")),
            Kind::Sum(terms) => {
                for (k, (sign, t)) in terms.iter().enumerate() {
                    f.write_str(match (k, sign) {
                        (0, Sign::Plus) => "",
                        (0, Sign::Minus) => "-",
                        (_, Sign::Plus) => " + ",
                        (_, Sign::Minus) => " - ",
                    })?;
                    write!(f, "{}", At(S::Product, t))?;
                }
                Ok(())
            }
            Kind::Product(factors) => {
                let mut before: Option<&Written> = None;
                for (join, w) in factors {
                    let join = match join {
                        // A bracket behind a name would be taken for its arguments.
                        Join::Implicit
                            if before.is_some_and(ends_in_name)
                                && At(S::Bare, w).to_string().starts_with('(') =>
                        {
                            &Join::Times
                        }
                        join => join,
                    };
                    before = Some(w);
                    match join {
                        Join::First => {}
                        Join::Implicit => f.write_str(" ")?,
                        Join::Times => f.write_str("*")?,
                        Join::Over => f.write_str("/")?,
                        Join::TimesEach => f.write_str(" .* ")?,
                        Join::OverEach => f.write_str(" ./ ")?,
                    }
                    let needed = match join {
                        Join::First | Join::Implicit => S::Bare,
                        _ => S::Signed,
                    };
                    write!(f, "{}", At(needed, w))?;
                }
                Ok(())
            }
            Kind::Fraction(ab) => write!(f, "{}/{}", At(S::Power, &ab.0), At(S::Power, &ab.1)),
            Kind::Signed(sign, a) => {
                f.write_str(if *sign == Sign::Minus { "-" } else { "+" })?;
                write!(f, "{}", At(S::Product, a))
            }
            Kind::Power(Raise::OnFunction, ab) => {
                let Kind::Call(call) = &ab.0.kind else {
                    return write!(f, "{}^{}", At(S::Postfix, &ab.0), At(S::Postfix, &ab.1));
                };
                let exponent = At(S::Atom, &ab.1);
                if call.is_bare() {
                    write!(f, "{}^{exponent} {}", call.function, List(&call.args, ", "))
                } else {
                    write!(f, "{}^{exponent}({})", call.function, List(&call.args, ", "))
                }
            }
            Kind::Power(raise, ab) => {
                let sign = if *raise == Raise::Each { " .^ " } else { "^" };
                let plain = begins_with_postfix(&ab.1);
                write!(f, "{}{sign}", At(S::Postfix, &ab.0))?;
                match &ab.1.kind {
                    _ if plain => write!(f, "({})", ab.1),
                    Kind::Signed(Sign::Minus, a) if *raise != Raise::Each => {
                        write!(f, "-{}", At(S::Power, a))
                    }
                    _ => write!(f, "{}", At(S::Power, &ab.1)),
                }
            }
            Kind::Factorial(a) if matches!(a.kind, Kind::Factorial(_)) => write!(f, "({a})!"),
            Kind::Factorial(a) => write!(f, "{}!", At(S::Postfix, a)),
            Kind::Primed(a, n) => write!(f, "{}{}", At(S::Postfix, a), "'".repeat(*n as usize)),
            Kind::Degrees(a) => write!(f, "{}°", At(S::Postfix, a)),
            Kind::Root(n, a) => {
                let sign = ["√", "∛", "∜"][(*n as usize).clamp(2, 4) - 2];
                write!(f, "{sign}{}", At(S::Atom, a))
            }
            Kind::Abs(a) => write!(f, "abs({a})"),
            Kind::Norm(a) => write!(f, "norm({a})"),
            Kind::Call(call) => {
                if let (Some("~"), [left, right]) = (call.function.as_name(), call.args.as_slice()) {
                    return write!(f, "{left} ~ {right}");
                }
                write!(f, "{}", At(S::Postfix, &call.function))?;
                match (call.is_bare(), call.spaced && !call.bare) {
                    (true, _) => write!(f, " {}", List(&call.args, ", ")),
                    (false, true) => write!(f, " ({})", List(&call.args, ", ")),
                    (false, false) => write!(f, "({})", List(&call.args, ", ")),
                }
            }
            Kind::Index(base, list) => write!(f, "{}[{}]", At(S::Postfix, base), List(list, ", ")),
            Kind::Slice(from, to) => {
                if let Some(from) = from {
                    write!(f, "{}", At(S::Sum, from))?;
                }
                f.write_str(":")?;
                to.as_ref().map_or(Ok(()), |to| write!(f, "{}", At(S::Sum, to)))
            }
            Kind::Matrix(rows) => {
                f.write_str("[")?;
                for (k, row) in rows.iter().enumerate() {
                    if k > 0 {
                        f.write_str("; ")?;
                    }
                    write!(f, "{}", List(row, ", "))?;
                }
                f.write_str("]")
            }
            Kind::Set(list) => write!(f, "{{{}}}", List(list, ", ")),
            Kind::Relation(first, rest) => {
                write!(f, "{}", At(S::Range, first))?;
                rest.iter().try_for_each(|(rel, w)| write!(f, " {} {}", rel.text(), At(S::Range, w)))
            }
            Kind::Range(ab) => write!(f, "{}..{}", At(S::Sum, &ab.0), At(S::Sum, &ab.1)),
            Kind::Logic(logical, list) => {
                let (word, needed) = match logical {
                    Logical::And => (" and ", S::Not),
                    Logical::Or => (" or ", S::And),
                };
                for (k, w) in list.iter().enumerate() {
                    write!(f, "{}{}", if k > 0 { word } else { "" }, At(needed, w))?;
                }
                Ok(())
            }
            Kind::Not(a) => write!(f, "not {}", At(S::Not, a)),
            Kind::Derivative(d) => {
                let sign = if d.partial { "∂" } else { "d" };
                let order: u32 = d.by.iter().map(|(_, n)| n).sum();
                let power = |n: u32| if n == 1 { String::new() } else { format!("^{n}") };
                write!(f, "{sign}{}", power(order))?;
                if !d.operator {
                    write!(f, "{}{}", if order == 1 { "" } else { " " }, At(S::Atom, &d.of))?;
                }
                f.write_str("/")?;
                let by: Vec<String> = d.by.iter().map(|(x, n)| format!("{sign}{x}{}", power(*n))).collect();
                match by.as_slice() {
                    [one] => f.write_str(one)?,
                    many => write!(f, "({})", many.join(" "))?,
                }
                if d.operator {
                    write!(f, " {}", At(S::Quotient, &d.of))?;
                }
                Ok(())
            }
        }
    }
}
