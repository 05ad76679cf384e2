//! The order a person would write terms and factors in.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::super::{Expr, Func, Node, Rational, Symbol, Tensor};
use super::array::Array;
use super::build::keeps_degree;
use super::formula::Formula;
use super::layout::{Head, Id, Layout};
use super::number::Digits;

/// What a node looks like from afar.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    /// The degree of it as a polynomial in all its variables, where it is one or looks like one.
    degree: f64,
    /// Does any variable occur?
    pub(super) varies: bool,
}

/// The degree that `x^n` counts as, per degree of `x`: above every number that is met.
const SYMBOLIC_DEGREE: f64 = 1e6;
const MAX_DEGREE: f64 = 1e12;

impl Shape {
    pub(super) const NUMBER: Shape = Shape { degree: 0.0, varies: false };
    pub(super) const VARIABLE: Shape = Shape { degree: 1.0, varies: true };
    pub(super) const FUNCTION: Shape = Shape { degree: 0.0, varies: true };

    pub(super) fn plus(self, other: Shape) -> Shape {
        Shape { degree: self.degree.max(other.degree), varies: self.varies || other.varies }
    }

    pub(super) fn times(self, other: Shape) -> Shape {
        let degree = (self.degree + other.degree).clamp(-MAX_DEGREE, MAX_DEGREE);
        Shape { degree, varies: self.varies || other.varies }
    }

    pub(super) fn to_the(self, number: Option<&Rational>, exponent: Shape) -> Shape {
        let degree = self.degree * number.map_or(SYMBOLIC_DEGREE, Rational::to_f64);
        Shape { degree: degree.clamp(-MAX_DEGREE, MAX_DEGREE), varies: self.varies || exponent.varies }
    }

    /// The shape of a function of it.
    pub(super) fn under(self, f: Func) -> Shape {
        Shape { degree: if keeps_degree(f) { self.degree } else { 0.0 }, varies: self.varies }
    }

    /// The shape of a function of both.
    pub(super) fn beside(self, other: Shape) -> Shape {
        Shape { degree: 0.0, varies: self.varies || other.varies }
    }
}

/// Where a term stands in its sum: what varies before what does not, high degree before low, then by the names.
pub(super) struct TermKey<'a> {
    /// Alike for every entry of the vector or matrix it is added to?
    spread: bool,
    varies: bool,
    degree: f64,
    /// The variables and their powers, by name.
    names: Vec<(NameKey<'a>, f64)>,
    expr: &'a Expr,
}

impl<'a> TermKey<'a> {
    pub(super) fn new(expr: &'a Expr, shape: Shape) -> TermKey<'a> {
        let factors = match expr.node() {
            Node::Product(factors) => &**factors,
            _ => std::slice::from_ref(expr),
        };
        let name = |f: &'a Expr| match f.node() {
            Node::Var(s) | Node::Tensor(Tensor::Var { name: s, .. }) => Some((NameKey::new(s), 1.0)),
            Node::Power(b, e) => Some((NameKey::new(b.as_var()?), e.as_number()?.to_f64())),
            _ => None,
        };
        let mut names: Vec<(NameKey<'_>, f64)> = factors.iter().filter_map(name).collect();
        names.sort_by(|(a, _), (b, _)| a.cmp(b));
        TermKey { spread: false, varies: shape.varies, degree: shape.degree, names, expr }
    }

    /// The key of a number that is added to every entry: behind what has entries.
    pub(super) fn spread(expr: &'a Expr, shape: Shape) -> TermKey<'a> {
        TermKey { spread: true, ..TermKey::new(expr, shape) }
    }

    pub(super) fn cmp(&self, other: &TermKey<'_>) -> Ordering {
        let first = self.spread.cmp(&other.spread).then_with(|| other.varies.cmp(&self.varies));
        first.then_with(|| other.degree.total_cmp(&self.degree)).then_with(|| {
            for ((a, m), (b, n)) in self.names.iter().zip(&other.names) {
                let order = a.cmp(b).then_with(|| n.total_cmp(m));
                if order.is_ne() {
                    return order;
                }
            }
            other.names.len().cmp(&self.names.len())
        })
    }

    /// What decides when nothing that is seen does.
    pub(super) fn last(&self, other: &TermKey<'_>) -> Ordering {
        self.expr.stable_hash().cmp(&other.expr.stable_hash())
    }
}

/// What kind of factor it is; factors are written in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    NumericRoot,
    Constant,
    Symbol,
    Exponential,
    Root,
    Function,
    Bracket,
}

/// Where a factor stands in its product.
pub(super) struct FactorKey<'a> {
    /// Numbers come before vectors and matrices.
    array: bool,
    class: Class,
    symbol: Option<NameKey<'a>>,
    hash: u64,
}

impl<'a> FactorKey<'a> {
    /// The key of a root of a number.
    pub(super) fn radical() -> FactorKey<'a> {
        FactorKey { array: false, class: Class::NumericRoot, symbol: None, hash: 0 }
    }

    /// The key of a factor; `stands_for` tells the names that stand for formulas.
    pub(super) fn new(f: &'a Expr, stands_for: impl Fn(&Symbol) -> bool) -> FactorKey<'a> {
        let (class, symbol) = match f.node() {
            Node::Number(_) => (Class::NumericRoot, None),
            Node::Constant(_) => (Class::Constant, None),
            Node::Var(s) | Node::Tensor(Tensor::Var { name: s, .. }) if stands_for(s) => {
                (Class::Bracket, None)
            }
            Node::Var(s) | Node::Tensor(Tensor::Var { name: s, .. }) => (Class::Symbol, Some(s)),
            Node::Apply(Func::Cbrt, _) => (Class::Root, None),
            Node::Apply(..) | Node::Apply2(..) => (Class::Function, None),
            Node::Sum(_) | Node::Product(_) | Node::Select(..) | Node::Derivative(..) | Node::Tensor(_) => {
                (Class::Bracket, None)
            }
            Node::Power(base, exponent) => {
                let number = exponent.as_number();
                let half = number.is_some_and(|e| e.abs() == Rational::HALF);
                match base.node() {
                    Node::Number(_) if number.is_some() => (Class::NumericRoot, None),
                    Node::Constant(_) if number.is_some() && !half => (Class::Constant, None),
                    Node::Number(_) | Node::Constant(_) => (Class::Exponential, None),
                    _ if half => (Class::Root, None),
                    Node::Var(s) | Node::Tensor(Tensor::Var { name: s, .. }) if stands_for(s) => {
                        (Class::Bracket, None)
                    }
                    Node::Var(s) | Node::Tensor(Tensor::Var { name: s, .. }) => (Class::Symbol, Some(s)),
                    Node::Apply(..) | Node::Apply2(..) => (Class::Function, None),
                    Node::Sum(_)
                    | Node::Product(_)
                    | Node::Power(..)
                    | Node::Select(..)
                    | Node::Derivative(..)
                    | Node::Tensor(_) => (Class::Bracket, None),
                }
            }
        };
        let array = !f.shape().is_scalar();
        FactorKey { array, class, symbol: symbol.map(NameKey::new), hash: f.stable_hash() }
    }

    /// Is it a vector, a matrix, or more?
    pub(super) fn is_array(&self) -> bool {
        self.array
    }

    pub(super) fn cmp(&self, other: &FactorKey<'_>) -> Ordering {
        (self.array, self.class, &self.symbol).cmp(&(other.array, other.class, &other.symbol))
    }

    /// What decides when nothing that is seen does.
    pub(super) fn last(&self, other: &FactorKey<'_>) -> Ordering {
        self.hash.cmp(&other.hash)
    }
}

/// Names stand alphabetically, small letters and capitals alike, with numbers at the end by value: `x_2` before `x_10`.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct NameKey<'a> {
    stem: Cow<'a, str>,
    digits: (usize, &'a str),
    name: &'a str,
}

impl NameKey<'_> {
    fn new(symbol: &Symbol) -> NameKey<'_> {
        let name = symbol.name();
        let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = name[stem.len()..].trim_start_matches('0');
        let stem = match stem.chars().all(|c| c.is_lowercase() || c == '_') {
            true => Cow::Borrowed(stem),
            false => Cow::Owned(stem.to_lowercase()),
        };
        NameKey { stem, digits: (digits.len(), digits), name }
    }
}

fn by_name(a: &Symbol, b: &Symbol) -> Ordering {
    NameKey::new(a).cmp(&NameKey::new(b))
}

/// Two formulas are compared by this many of their parts at the most.
const COMPARED_PARTS: usize = 200;

impl Formula {
    /// Which of two parts comes first, judged by what is seen: a power by its base, a call by its name, then by what
    /// is inside. Equal when the first few hundred parts do not differ.
    pub(super) fn compare(&self, a: Id, b: Id) -> Ordering {
        let (mut a, mut b) = (Tokens::of(self, a), Tokens::of(self, b));
        for _ in 0..COMPARED_PARTS {
            let (x, y) = (a.next(), b.next());
            if x.is_none() && y.is_none() {
                return Ordering::Equal;
            }
            let order = Token::compare(x, y);
            if order.is_ne() {
                return order;
            }
        }
        Ordering::Equal
    }
}

/// A formula as a row of tokens. Rows are compared as words are, so that the order is one order for any number of them.
struct Tokens<'a> {
    formula: &'a Formula,
    work: Vec<Token<'a>>,
}

#[derive(Clone, Copy)]
enum Token<'a> {
    /// A part without what is inside.
    Part(&'a Layout),
    /// What was before is the base of a power, and what follows is its exponent.
    Raised,
    /// A number in an exponent.
    Exponent(&'a Digits),
    Minus,
}

impl<'a> Tokens<'a> {
    fn of(formula: &'a Formula, id: Id) -> Tokens<'a> {
        Tokens { formula, work: vec![Token::Part(formula.layout(id))] }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let token = self.work.pop()?;
            let Token::Part(layout) = token else { return Some(token) };
            let formula = self.formula;
            let part = |id: Id| Token::Part(formula.layout(id));
            let start = self.work.len();
            match layout {
                Layout::Power(base, exponent) => {
                    self.work.push(match formula.layout(*exponent) {
                        Layout::Number(digits) => Token::Exponent(digits),
                        _ => part(*exponent),
                    });
                    self.work.extend([Token::Raised, part(*base)]);
                    continue;
                }
                Layout::Sum(terms) => {
                    // More are never compared.
                    for (negative, id) in terms.iter().take(COMPARED_PARTS) {
                        self.work.extend(negative.then_some(Token::Minus));
                        self.work.push(part(*id));
                    }
                }
                _ => layout.for_each_child(|c| {
                    if self.work.len() < start + COMPARED_PARTS {
                        self.work.push(part(c));
                    }
                }),
            }
            self.work[start..].reverse();
            return Some(token);
        }
    }
}

impl Token<'_> {
    /// Orders two tokens after equal ones; `None` is the end of the row.
    fn compare(a: Option<Token<'_>>, b: Option<Token<'_>>) -> Ordering {
        let rank = |t: &Option<Token<'_>>| match t {
            Some(Token::Raised) => 0,
            None => 1,
            Some(Token::Part(..)) => 2,
            Some(Token::Minus) => 3,
            Some(Token::Exponent(_)) => 4,
        };
        rank(&a).cmp(&rank(&b)).then_with(|| match (a, b) {
            (Some(Token::Part(x)), Some(Token::Part(y))) => compare_heads(x, y),
            // High powers before low ones.
            (Some(Token::Exponent(m)), Some(Token::Exponent(n))) => compare_digits(n, m),
            _ => Ordering::Equal,
        })
    }
}

fn compare_digits(m: &Digits, n: &Digits) -> Ordering {
    let value = |d: &Digits| d.digits.parse::<f64>().unwrap_or(f64::INFINITY);
    (m.exponent.unwrap_or(0).cmp(&n.exponent.unwrap_or(0)))
        .then_with(|| value(m).total_cmp(&value(n)))
        .then_with(|| m.digits.len().cmp(&n.digits.len()))
        .then_with(|| m.digits.cmp(&n.digits))
}

/// Compares two parts without what is inside.
fn compare_heads(x: &Layout, y: &Layout) -> Ordering {
    rank(x).cmp(&rank(y)).then_with(|| match (x, y) {
        (Layout::Number(m), Layout::Number(n)) => compare_digits(m, n),
        (Layout::Symbol(m), Layout::Symbol(n)) => by_name(m, n),
        (Layout::Constant(m), Layout::Constant(n)) => m.cmp(n),
        (Layout::Call(f, _), Layout::Call(g, _)) => name(f).cmp(name(g)),
        (Layout::Chain(f, ..), Layout::Chain(g, ..)) => f.cmp(g),
        (Layout::Relation(f, ..), Layout::Relation(g, ..)) => f.cmp(g),
        (Layout::Array(x), Layout::Array(y)) => compare_arrays(x, y),
        (Layout::Derivative { by: m, .. }, Layout::Derivative { by: n, .. }) => by_name(m, n),
        _ => Ordering::Equal,
    })
}

fn compare_arrays(x: &Array, y: &Array) -> Ordering {
    x.rank().cmp(&y.rank()).then_with(|| match (x, y) {
        (Array::Call(f, _), Array::Call(g, _)) => f.cmp(g),
        (Array::Along(f, _, i), Array::Along(g, _, j)) => (f, i).cmp(&(g, j)),
        (Array::Change(a), Array::Change(b)) => by_name(a, b),
        _ => Ordering::Equal,
    })
}

fn name(head: &Head) -> &str {
    match head {
        Head::Func(f) => f.name(),
        Head::Func2(f) => f.name(),
        Head::Named(s, _) => s.name(),
    }
}

fn rank(layout: &Layout) -> u8 {
    match layout {
        Layout::Symbol(_) => 0,
        Layout::Product(_) => 1,
        Layout::Power(..) => 2,
        Layout::SquareRoot(_) => 3,
        Layout::Call(..) => 4,
        Layout::Derivative { .. } => 5,
        Layout::Fraction(..) => 6,
        Layout::Sum(_) => 7,
        Layout::Negative(_) => 8,
        Layout::Chain(..) => 9,
        Layout::Relation(..) => 10,
        Layout::Outside(..) => 11,
        Layout::Where(..) => 12,
        Layout::Equals(_) => 13,
        Layout::Constant(_) => 14,
        Layout::Number(_) => 15,
        Layout::Array(_) => 16,
    }
}
