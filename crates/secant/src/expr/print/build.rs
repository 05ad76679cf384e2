//! From an expression to what is seen of it.

use std::collections::{HashMap, HashSet};

use super::super::hash::Build;
use super::super::{Expr, Func, Func2, Node, Rational, Symbol, Tensor, Term, power, product};
use super::array::Array;
use super::formula::Formula;
use super::layout::{Chain, Head, Id, Layout, Relation, Sign};
use super::number::{Digits, Written, written};
use super::order::{FactorKey, Shape, TermKey};

/// The formula of an expression; `names` stand for other formulas.
pub(super) fn formula(e: &Expr, names: &HashMap<Symbol, Formula>) -> Formula {
    let order = e.post_order();
    let name = |e: &Expr| if e.shape().is_scalar() { None } else { e.as_var().cloned() };
    let arrays = order.iter().filter_map(name).collect();
    let mut build =
        Builder { out: Formula::empty(), done: HashMap::default(), names, arrays, kept: Vec::new() };
    // Children come before parents, so nothing recurses, and a shared node is laid out once.
    for e in order {
        let part = build.part(&e);
        build.done.insert(e.address(), part);
    }
    let root = build.done[&e.address()].id;
    build.out.with_root(root)
}

pub(super) struct Builder<'a> {
    pub(super) out: Formula,
    done: HashMap<usize, Done, Build>,
    names: &'a HashMap<Symbol, Formula>,
    /// Variables with axes.
    arrays: HashSet<Symbol>,
    /// What was laid out and is no part of the expression, kept alive so that an address stays its own.
    kept: Vec<Expr>,
}

/// What has been laid out for a node.
#[derive(Clone, Copy)]
pub(super) struct Done {
    pub(super) id: Id,
    pub(super) shape: Shape,
}

impl Builder<'_> {
    pub(super) fn done(&self, e: &Expr) -> Done {
        self.done[&e.address()]
    }

    /// Lays out what is perhaps no part of the expression, such as the extent of an axis.
    pub(super) fn outside(&mut self, e: &Expr) -> Id {
        if let Some(done) = self.done.get(&e.address()) {
            return done.id;
        }
        self.kept.push(e.clone());
        let mut work = vec![(e.clone(), false)];
        while let Some((e, ready)) = work.pop() {
            if self.done.contains_key(&e.address()) {
                continue;
            }
            if ready {
                let part = self.part(&e);
                self.done.insert(e.address(), part);
            } else {
                work.push((e.clone(), true));
                e.node().for_each_child(|c| work.push((c.clone(), false)));
            }
        }
        self.done(e).id
    }

    fn variable(&mut self, s: &Symbol) -> (Id, Shape) {
        if let Some(formula) = self.names.get(s) {
            return (self.out.append(formula), Shape::FUNCTION);
        }
        let layout = match s.name().strip_prefix("d ") {
            Some(x) => Layout::Array(Array::Change(Symbol::new(x))),
            None => Layout::Symbol(s.clone()),
        };
        (self.out.push(layout), Shape::VARIABLE)
    }

    fn part(&mut self, e: &Expr) -> Done {
        let child = |e: &Expr| self.done[&e.address()];
        let (id, shape) = match e.node() {
            Node::Number(n) => (self.number(n), Shape::NUMBER),
            Node::Constant(c) => (self.out.push(Layout::Constant(*c)), Shape::NUMBER),
            Node::Var(s) => self.variable(s),
            Node::Sum(s) => {
                let shape =
                    s.terms.iter().map(|t| child(&t.expr).shape).reduce(Shape::plus).unwrap_or(Shape::NUMBER);
                let id = match &*s.terms {
                    [term] if s.constant.is_zero() => {
                        let (negative, id) = self.term(term);
                        if negative { self.out.push(Layout::Negative(id)) } else { id }
                    }
                    terms => self.sum(&s.constant, terms),
                };
                (id, shape)
            }
            Node::Product(factors) => {
                let shape =
                    factors.iter().map(|f| child(f).shape).reduce(Shape::times).unwrap_or(Shape::NUMBER);
                (self.product(&Rational::ONE, factors), shape)
            }
            Node::Power(base, exponent) => {
                let shape = child(base).shape.to_the(exponent.as_number(), child(exponent).shape);
                (self.product(&Rational::ONE, std::slice::from_ref(e)), shape)
            }
            Node::Apply(f, a) => {
                let shape = child(a).shape.under(*f);
                match self.softmax(*f, a) {
                    Some(id) => (id, shape),
                    None => {
                        let a = self.done(a);
                        (self.out.push(Layout::Call(Head::Func(*f), Box::new([a.id]))), shape)
                    }
                }
            }
            Node::Apply2(f, a, b) => {
                let (a, b) = (child(a), child(b));
                (self.apply2(*f, a, b), a.shape.beside(b.shape))
            }
            Node::Select(c, a, b) => {
                let shape = child(c).shape.beside(child(a).shape).beside(child(b).shape);
                // A value that is alike for every entry is written as the number it is where others have the entries.
                let has_entries = |e: &Expr| !e.shape().is_scalar() && e.uniform().is_none();
                let plain = |e: &Expr, other: &Expr| {
                    let spread = !c.shape().is_scalar() || has_entries(other);
                    spread.then(|| e.uniform()).flatten().map_or_else(|| e.clone(), |(scalar, _)| scalar)
                };
                let (a, b) = (plain(a, b), plain(b, a));
                let ids = (self.done(c).id, self.outside(&a), self.outside(&b));
                (self.out.push(Layout::Where(ids.0, ids.1, ids.2)), shape)
            }
            Node::Derivative(u, x) => (self.derivative(u, x), Shape::FUNCTION),
            Node::Tensor(Tensor::Var { name, .. }) => self.variable(name),
            Node::Tensor(t) => self.tensor(e, t),
        };
        Done { id, shape }
    }

    fn digits(&mut self, digits: Digits) -> Id {
        self.out.push(Layout::Number(digits))
    }

    fn absolute(&mut self, n: &Rational) -> Id {
        match written(n) {
            Written::Plain(digits) => self.digits(digits),
            Written::Ratio(n, d) => {
                let (n, d) = (self.digits(n), self.digits(d));
                self.out.push(Layout::Fraction(n, d))
            }
        }
    }

    fn number(&mut self, n: &Rational) -> Id {
        let id = self.absolute(n);
        if n.is_negative() { self.out.push(Layout::Negative(id)) } else { id }
    }

    /// The sign of a term and the term without it.
    fn term(&mut self, term: &Term) -> (bool, Id) {
        let c = term.coefficient.abs();
        let id = match term.expr.node() {
            _ if c.is_one() => self.done(&term.expr).id,
            Node::Product(factors) => self.product(&c, factors),
            _ => self.product(&c, std::slice::from_ref(&term.expr)),
        };
        (term.coefficient.is_negative(), id)
    }

    fn sum(&mut self, constant: &Rational, terms: &[Term]) -> Id {
        // Beside a tensor, what is alike for every entry is written as the number it is.
        let spread = terms.iter().any(|t| !t.expr.shape().is_scalar() && t.expr.uniform().is_none());
        let mut constant = constant.clone();
        let mut keyed = Vec::with_capacity(terms.len());
        for t in terms {
            let shape = self.done(&t.expr).shape;
            let number = spread.then(|| t.expr.uniform()).flatten().map(|(scalar, _)| scalar);
            match number {
                Some(n) if n.is_one() => constant = &constant + &t.coefficient,
                Some(e) if !matches!(e.node(), Node::Sum(_)) => {
                    let id = self.outside(&e);
                    let part = self.term(&Term { coefficient: t.coefficient.clone(), expr: e.clone() });
                    keyed.push((TermKey::spread(&t.expr, shape), id, part));
                }
                _ => {
                    let part = self.term(t);
                    keyed.push((TermKey::new(&t.expr, shape), self.done(&t.expr).id, part));
                }
            }
        }
        keyed.sort_by(|(a, x, _), (b, y, _)| {
            a.cmp(b).then_with(|| self.out.compare(*x, *y)).then_with(|| a.last(b))
        });
        let mut parts: Vec<(bool, Id)> = keyed.into_iter().map(|(_, _, part)| part).collect();
        if !constant.is_zero() {
            let id = self.absolute(&constant);
            parts.push((constant.is_negative(), id));
        }
        // Nobody begins with a minus when there is a plus to begin with.
        if let Some(first) = parts.iter().position(|(negative, _)| !negative) {
            parts[..=first].rotate_right(1);
        }
        self.out.push(Layout::Sum(parts.into_boxed_slice()))
    }

    /// `c` times the factors, `c` positive: one fraction where there is anything to put below its bar.
    fn product(&mut self, c: &Rational, factors: &[Expr]) -> Id {
        let (mut above, mut below) = (Vec::new(), Vec::new());
        let radicals = joined_radicals(factors);
        let joined = |f: &Expr| radicals.iter().any(|r| r.parts.contains(f));
        for radical in &radicals {
            let base = self.number(&radical.base);
            let id = self.power_of(base, &radical.exponent, false);
            above.push((FactorKey::radical(), id));
        }
        for f in factors.iter().filter(|f| !joined(f)) {
            let each = !f.shape().is_scalar();
            match f.node() {
                Node::Power(base, exponent) => {
                    let base_id = self.done(base).id;
                    let key = FactorKey::new(f, |s| self.names.contains_key(s));
                    match exponent.as_number() {
                        Some(e) if e.is_negative() => {
                            let id = self.power_of(base_id, &e.abs(), each);
                            below.push((key, id));
                        }
                        Some(e) => {
                            let id = self.power_of(base_id, e, each);
                            above.push((key, id));
                        }
                        None => {
                            let exponent = self.done(exponent).id;
                            let id = self.raised(base_id, exponent, each);
                            above.push((key, id));
                        }
                    }
                }
                _ => above.push((FactorKey::new(f, |s| self.names.contains_key(s)), self.done(f).id)),
            }
        }
        let (top, bottom) = if c.is_one() {
            (None, None)
        } else {
            match written(c) {
                Written::Plain(digits) => (Some(digits), None),
                Written::Ratio(n, d) => (Some(n), Some(d)),
            }
        };
        let top = top.filter(|d| d.digits != "1" || d.exponent.is_some());
        let bottom = bottom.map(|d| self.digits(d));
        let top = match top {
            None if above.is_empty() => Some(Digits { digits: "1".into(), exponent: None }),
            top => top,
        };
        let top = top.map(|d| self.digits(d));
        let above = self.beside(top, above);
        if bottom.is_none() && below.is_empty() {
            return above;
        }
        let each = below.iter().any(|(key, _)| key.is_array());
        let below = self.beside(bottom, below);
        self.out.push(if each {
            Layout::Array(Array::Over(above, below))
        } else {
            Layout::Fraction(above, below)
        })
    }

    /// A number and factors side by side, in the order a person would write; not nothing at all.
    fn beside(&mut self, number: Option<Id>, mut factors: Vec<(FactorKey<'_>, Id)>) -> Id {
        factors.sort_by(|(a, x), (b, y)| {
            a.cmp(b).then_with(|| self.out.compare(*x, *y)).then_with(|| a.last(b))
        });
        let scalars = factors.iter().take_while(|(key, _)| !key.is_array()).count();
        let mut ids: Vec<Id> = number.into_iter().chain(factors.into_iter().map(|(_, id)| id)).collect();
        let arrays = ids.split_off(scalars + usize::from(number.is_some()));
        match arrays[..] {
            [] => {}
            [one] => ids.push(one),
            _ => ids.push(self.array(Array::Elementwise(arrays.into()))),
        }
        match ids[..] {
            [one] => one,
            _ => self.out.push(Layout::Product(ids.into_boxed_slice())),
        }
    }

    /// A base to a positive number; `each` entry of it.
    pub(super) fn power_of(&mut self, base: Id, exponent: &Rational, each: bool) -> Id {
        if exponent.is_one() {
            return base;
        }
        // A power of the square of a norm.
        if let Layout::Power(norm, _) = *self.out.layout(base)
            && matches!(self.out.layout(norm), Layout::Array(Array::Norm(..)))
        {
            let twice = exponent * &Rational::integer(2);
            if twice.is_integer() {
                return self.power_of(norm, &twice, each);
            }
        }
        if *exponent == Rational::HALF {
            return self.out.push(Layout::SquareRoot(base));
        }
        let exponent = self.number(exponent);
        self.raised(base, exponent, each)
    }

    fn raised(&mut self, base: Id, exponent: Id, each: bool) -> Id {
        self.out.push(if each {
            Layout::Array(Array::Power(base, exponent))
        } else {
            Layout::Power(base, exponent)
        })
    }

    fn apply2(&mut self, f: Func2, a: Done, b: Done) -> Id {
        let chain = |kind| (kind, a, b);
        let (kind, a, b) = match f {
            Func2::Max => chain(Chain::Max),
            Func2::Min => chain(Chain::Min),
            Func2::And => chain(Chain::And),
            Func2::Or => chain(Chain::Or),
            Func2::Less => return self.out.push(Layout::Relation(Relation::Less, a.id, b.id)),
            Func2::LessEqual => return self.out.push(Layout::Relation(Relation::LessEqual, a.id, b.id)),
            Func2::Equal | Func2::NotEqual => {
                let (a, b) = if self.stands_first(a, b) { (a, b) } else { (b, a) };
                let relation = if f == Func2::Equal { Relation::Equal } else { Relation::NotEqual };
                return self.out.push(Layout::Relation(relation, a.id, b.id));
            }
            Func2::Atan2 | Func2::Mod | Func2::Polygamma => {
                return self.out.push(Layout::Call(Head::Func2(f), Box::new([a.id, b.id])));
            }
        };
        // The order is free: the longer chain goes to the left, where it is continued without brackets.
        let length = |part: Done| match self.out.layout(part.id) {
            Layout::Chain(k, ..) if *k == kind => self.out.part(part.id).depth,
            _ => 0,
        };
        let (a, b) = match length(a).cmp(&length(b)) {
            std::cmp::Ordering::Greater => (a, b),
            std::cmp::Ordering::Less => (b, a),
            std::cmp::Ordering::Equal if self.stands_first(a, b) => (a, b),
            std::cmp::Ordering::Equal => (b, a),
        };
        self.out.push(Layout::Chain(kind, a.id, b.id))
    }

    /// In `a = b`, `max(a, b)`: what varies before what does not, else alphabetically.
    fn stands_first(&self, a: Done, b: Done) -> bool {
        (!a.shape.varies).cmp(&!b.shape.varies).then_with(|| self.out.compare(a.id, b.id)).is_le()
    }

    fn derivative(&mut self, u: &Expr, x: &Symbol) -> Id {
        let u_id = self.done(u).id;
        let (body, order) = match (u.node(), self.out.layout(u_id)) {
            (Node::Derivative(_, y), Layout::Derivative { body, order, .. }) if x == y => (*body, order + 1),
            _ => (u_id, 1),
        };
        let sign = if self.arrays.contains(x) { Sign::Differential } else { Sign::Total };
        self.out.push(Layout::Derivative { body, by: x.clone(), order, sign })
    }
}

/// Roots of numbers that read as one: `2^(1/2)` and `3^(1/2)` as the root of 6.
struct Radical {
    base: Rational,
    exponent: Rational,
    parts: Vec<Expr>,
}

/// Those roots of numbers among the factors that can be written as one, and still mean the same when read back.
fn joined_radicals(factors: &[Expr]) -> Vec<Radical> {
    let mut found: Vec<Radical> = Vec::new();
    for f in factors {
        let Node::Power(base, exponent) = f.node() else { continue };
        let (Some(base), Some(exponent)) = (base.as_number(), exponent.as_number()) else { continue };
        if !base.is_integer() || exponent.is_integer() || exponent.is_negative() {
            continue;
        }
        match found.iter_mut().find(|r| r.exponent == *exponent) {
            Some(radical) => {
                radical.base = &radical.base * base;
                radical.parts.push(f.clone());
            }
            None => {
                let (base, exponent) = (base.clone(), exponent.clone());
                found.push(Radical { base, exponent, parts: vec![f.clone()] });
            }
        }
    }
    found.retain(|r| {
        r.parts.len() > 1
            && power(&Expr::number(r.base.clone()), &Expr::number(r.exponent.clone()))
                == product(r.parts.iter().cloned())
    });
    found
}

/// Marks the functions whose argument decides how fast they grow.
pub(super) const fn keeps_degree(f: Func) -> bool {
    matches!(f, Func::Abs | Func::Relu)
}
