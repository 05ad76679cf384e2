//! Into a [`Tree`]: what somebody wrote, with the place of every part, and expressions of the engine.
//!
//! What is written keeps its form (`x/2` is a quotient, `a - b` has two terms); what has no form of its own here goes
//! through the engine.
//! Start reading at [`Reading`].

use std::collections::BTreeMap;

use secant::expr::{Constant, Expr, Func, Node, Rational, Shape, Symbol, Tensor};
use secant::sheet::Scope;
use secant::syntax::{self, Bracket, Join, Kind, Raise, Scope as _, Sign, Span, Written};

use super::tree::{Id, Op, Tree};

/// A text read into a tree, with the place of each part in it.
pub(crate) struct Reading {
    pub(crate) root: Id,
    /// Every part that was written, inner ones first.
    pub(crate) places: Vec<(Id, Span)>,
}

impl Reading {
    /// All of it.
    pub(crate) fn span(&self) -> Span {
        self.places.last().map_or_else(Span::default, |(_, span)| *span)
    }
}

/// Expressions with more parts are not read.
const MAX_NODES: usize = 2_000;

impl Tree {
    /// What was written; `None` when it has no value that is a number.
    pub(crate) fn read(&mut self, written: &Written, scope: &Scope) -> Option<Reading> {
        let resolved = syntax::resolve(written, scope).ok()?;
        let mut reader = Reader { tree: self, scope: scope.clone(), places: Vec::new() };
        let root = reader.part(&resolved)?;
        Some(Reading { root, places: reader.places })
    }

    /// A text, read in a scope.
    pub(crate) fn read_text(&mut self, text: &str, scope: &Scope) -> Option<Reading> {
        let written = syntax::parse(text, &syntax::Limits::default()).ok()?;
        self.read(&written, scope)
    }

    /// An expression of the engine; `None` when it has axes or too many parts.
    pub(crate) fn read_expr(&mut self, e: &Expr) -> Option<Id> {
        self.read_known(e, BTreeMap::new())
    }

    /// An expression with a part put in for a letter.
    pub(crate) fn read_with(&mut self, e: &Expr, letter: &Symbol, part: Id) -> Option<Id> {
        let letter = Expr::var(letter.clone()).stable_hash();
        self.read_known(e, BTreeMap::from([(letter, part)]))
    }

    fn read_known(&mut self, e: &Expr, mut known: BTreeMap<u64, Id>) -> Option<Id> {
        let parts = e.post_order();
        if parts.len() > MAX_NODES || self.is_full() {
            return None;
        }
        for part in &parts {
            if !part.shape().is_scalar() {
                return None;
            }
            if known.contains_key(&part.stable_hash()) {
                continue;
            }
            let of = |e: &Expr| known.get(&e.stable_hash()).copied();
            let id = match part.node() {
                Node::Number(n) => self.number(n.clone()),
                Node::Constant(c) => self.node(Op::Constant(*c)),
                Node::Var(name) => {
                    let k = self.variable(name);
                    self.var(k)
                }
                Node::Sum(s) => {
                    let mut terms = Vec::with_capacity(s.terms.len() + 1);
                    for t in &s.terms {
                        let term = of(&t.expr)?;
                        terms.push(if t.coefficient.is_minus_one() {
                            self.neg(term)
                        } else {
                            let c = self.number(t.coefficient.clone());
                            self.times(c, term)
                        });
                    }
                    if !s.constant.is_zero() {
                        terms.push(self.number(s.constant.clone()));
                    }
                    self.sum(&terms)
                }
                Node::Product(factors) => {
                    let (mut above, mut below) = (Vec::new(), Vec::new());
                    for f in factors {
                        match f.node() {
                            Node::Power(base, n) if n.as_number().is_some_and(Rational::is_negative) => {
                                let base = of(base)?;
                                let n = self.number(-n.as_number()?.clone());
                                below.push(self.power(base, n));
                            }
                            _ => above.push(of(f)?),
                        }
                    }
                    let above = self.product(&above);
                    let below = self.product(&below);
                    self.quotient(above, below)
                }
                Node::Power(base, n) => {
                    let base = of(base)?;
                    match n.as_number() {
                        Some(n) if n.is_minus_one() => {
                            let one = self.integer(1);
                            self.quotient(one, base)
                        }
                        _ => self.power(base, of(n)?),
                    }
                }
                Node::Apply(f, u) => self.apply(*f, of(u)?),
                Node::Apply2(f, a, b) => self.node(Op::Apply2(*f, of(a)?, of(b)?)),
                Node::Select(c, a, b) => self.node(Op::Select(of(c)?, of(a)?, of(b)?)),
                Node::Derivative(..) | Node::Tensor(_) => return None,
            };
            known.insert(part.stable_hash(), id);
        }
        known.get(&e.stable_hash()).copied()
    }
}

struct Reader<'t> {
    tree: &'t mut Tree,
    scope: Scope,
    places: Vec<(Id, Span)>,
}

impl Reader<'_> {
    fn part(&mut self, w: &Written) -> Option<Id> {
        if self.tree.is_full() {
            return None;
        }
        let id = match self.form(w)? {
            Form::Op(op) => self.tree.node(op),
            Form::Same(id) => id,
            Form::Meaning => {
                let meaning = syntax::lower(w, &mut self.scope).ok()?;
                self.tree.read_expr(&meaning.expr)?
            }
        };
        self.places.push((id, w.span));
        Some(id)
    }

    fn form(&mut self, w: &Written) -> Option<Form> {
        Some(match &w.kind {
            Kind::Number(text) => Form::Same(self.tree.number(Rational::from_decimal(text)?)),
            Kind::Name(name) => match self.scope.name(name, w.span).ok()? {
                Some(meaning) => Form::Same(self.tree.read_expr(&meaning.expr)?),
                None => Form::Meaning,
            },
            Kind::Brackets(Bracket::Round | Bracket::Unseen, a) => Form::Same(self.part(a)?),
            Kind::Sum(terms) => {
                let mut parts = Vec::with_capacity(terms.len());
                for (sign, term) in terms {
                    let part = self.part(term)?;
                    parts.push(if *sign == Sign::Minus { self.tree.node(Op::Neg(part)) } else { part });
                }
                Form::Op(Op::Sum(self.tree.listed(&parts)))
            }
            Kind::Signed(Sign::Minus, a) => Form::Op(Op::Neg(self.part(a)?)),
            Kind::Signed(Sign::Plus, a) => Form::Same(self.part(a)?),
            Kind::Product(factors) => {
                let mut above: Vec<Id> = Vec::with_capacity(factors.len());
                for (join, factor) in factors {
                    let part = self.part(factor)?;
                    if matches!(join, Join::Over | Join::OverEach) {
                        let top = self.several(&above);
                        above = vec![self.tree.node(Op::Quotient(top, part))];
                    } else {
                        above.push(part);
                    }
                }
                Form::Same(self.several(&above))
            }
            Kind::Fraction(ab) => Form::Op(Op::Quotient(self.part(&ab.0)?, self.part(&ab.1)?)),
            Kind::Power(Raise::OnFunction, ab) if !is_positive_integer(&ab.1) => Form::Meaning,
            Kind::Power(_, ab) => {
                let (base, n) = (self.part(&ab.0)?, self.part(&ab.1)?);
                match self.tree.op(base) {
                    Op::Constant(Constant::E) => Form::Op(Op::Apply(Func::Exp, n)),
                    _ => Form::Op(Op::Power(base, n)),
                }
            }
            Kind::Root(2, a) => Form::Op(self.root(a)?),
            Kind::Abs(a) => Form::Op(Op::Apply(Func::Abs, self.part(a)?)),
            Kind::Call(call) => match (call.function.as_name(), call.args.as_slice()) {
                (Some(name), [arg]) if !self.scope.is_function(name) => match function(name) {
                    Some(f) => Form::Op(Op::Apply(f, self.part(arg)?)),
                    None if name == "sqrt" => Form::Op(self.root(arg)?),
                    None => Form::Meaning,
                },
                _ => Form::Meaning,
            },
            _ => Form::Meaning,
        })
    }

    fn root(&mut self, a: &Written) -> Option<Op> {
        let a = self.part(a)?;
        let half = self.tree.number(Rational::HALF);
        Some(Op::Power(a, half))
    }

    fn several(&mut self, factors: &[Id]) -> Id {
        match factors {
            [one] => *one,
            _ => {
                let list = self.tree.listed(factors);
                self.tree.node(Op::Product(list))
            }
        }
    }
}

/// What a written part becomes.
enum Form {
    Op(Op),
    Same(Id),
    /// What the engine says it means.
    Meaning,
}

fn is_positive_integer(w: &Written) -> bool {
    match &w.without_brackets().kind {
        Kind::Number(text) => Rational::from_decimal(text).is_some_and(|n| n.is_integer() && n.is_positive()),
        _ => false,
    }
}

/// The function of this name, where its argument is one number.
fn function(name: &str) -> Option<Func> {
    match name {
        "ln" => Some(Func::Log),
        "arcsin" => Some(Func::Asin),
        "arccos" => Some(Func::Acos),
        "arctan" => Some(Func::Atan),
        _ => Func::from_name(name),
    }
}

/// The entries of a vector or of a matrix, row by row, where each is a number.
pub(crate) fn entries(e: &Expr) -> Option<Vec<Vec<Expr>>> {
    let stack = |e: &Expr| match (e.node(), e.shape().dims()) {
        (Node::Tensor(Tensor::Stack(list)), _) => Some(list.to_vec()),
        (Node::Tensor(Tensor::Zeros), [n]) => {
            let n = n.as_number()?.to_i64().filter(|n| (1..=64).contains(n))?;
            Some(vec![Expr::zero(); n as usize])
        }
        (Node::Tensor(Tensor::Zeros), [m, n]) => {
            let m = m.as_number()?.to_i64().filter(|m| (1..=64).contains(m))?;
            let row = Expr::zeros(&Shape::new([n.clone()]));
            Some(vec![row; m as usize])
        }
        _ => None,
    };
    match e.shape().rank() {
        0 => Some(vec![vec![e.clone()]]),
        1 => Some(vec![stack(e)?]),
        2 => stack(e)?.iter().map(stack).collect(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str) {
        let mut tree = Tree::new();
        let Some(reading) = tree.read_text(text, &Scope::open()) else { panic!("{text}") };
        let expr = syntax::parse_expr(text).unwrap();
        assert_eq!(tree.expr(reading.root), expr, "{text}");
        // The same values, whichever way it came in.
        let other = tree.read_expr(&expr).unwrap();
        assert!(tree.same(reading.root, other), "{text}");
    }

    #[test]
    fn what_is_written_and_what_it_means_are_the_same() {
        for text in [
            "x^2 sin(x)",
            "2 x/(x + 1)",
            "1/2*x - 3/x/y",
            "-x^2 + (-x)^2",
            "e^(2 x) + exp(-x)",
            "sin^2(x) cos 3x",
            "sqrt(x + 1) + √x + |x|",
            "ln(x) + log(x, 2) + log(x, 7)",
            "arcsin(x)/arctan(x)",
            "where(x < 1, x, x^2)",
            "max(x, y) + 3!",
            "a b c/(2 pi)",
            "0.5 x^-2",
        ] {
            check(text);
        }
    }

    #[test]
    fn places_are_those_of_the_text() {
        let mut tree = Tree::new();
        let text = "2 x cos(x^2)";
        let reading = tree.read_text(text, &Scope::open()).unwrap();
        let words: Vec<&str> = reading.places.iter().map(|(_, span)| span.of(text)).collect();
        assert_eq!(words, ["2", "x", "x", "2", "x^2", "cos(x^2)", "2 x cos(x^2)"]);
    }

    #[test]
    fn derivatives_agree_with_the_engine() {
        let x = Symbol::new("x");
        for text in [
            "x^2 sin(x)",
            "x/(x + 1)",
            "1/x + 3/(x^2 + 1)",
            "2^x + x^a + e^(x y)",
            "x^x",
            "atan(3 x) log(x)",
            "sqrt(1 + x^2)",
            "max(x, 2) x",
            "tan(x)^2 cosh(x) x",
            "log10(x) + cbrt(x) + erf(x)",
            "a b + y",
        ] {
            let mut tree = Tree::new();
            let reading = tree.read_text(text, &Scope::open()).unwrap();
            let k = tree.variable(&x);
            let d = tree.derivative(reading.root, k);
            let expected = syntax::parse_expr(text).unwrap().diff(&x);
            let expected = tree.read_expr(&expected).unwrap();
            tree.settle(&[reading.root]);
            assert!(tree.same(d, expected), "{text}: {}", tree.expr(d));
        }
    }
}
