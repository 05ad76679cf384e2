//! What is seen of a formula, before any notation: fractions, roots, signs and the order of everything.

use super::super::{Constant, Func, Func2, Symbol};
use super::array::Array;
use super::formula::Formula;
use super::number::Digits;

/// The place of a part in a [`Formula`].
pub(super) type Id = u32;

/// One part of a formula. The parts it consists of stand before it in the formula.
#[derive(Clone, Debug)]
pub(super) enum Layout {
    /// A number that is not negative, without a fraction bar.
    Number(Digits),
    Symbol(Symbol),
    Constant(Constant),
    Negative(Id),
    /// Terms, each with the sign before it; `true` is minus.
    Sum(Box<[(bool, Id)]>),
    /// Factors side by side; none of them a product.
    Product(Box<[Id]>),
    Fraction(Id, Id),
    Power(Id, Id),
    SquareRoot(Id),
    Call(Head, Box<[Id]>),
    /// One link of `a and b and c` or `max(a, b, c)`; a link of the same kind on the left belongs to the same chain.
    Chain(Chain, Id, Id),
    Relation(Relation, Id, Id),
    /// It is not in a set.
    Outside(Id, Set),
    /// Condition, value where it holds, value elsewhere.
    Where(Id, Id, Id),
    /// The derivative of a part by a name.
    Derivative {
        body: Id,
        by: Symbol,
        order: u32,
        sign: Sign,
    },
    /// `a = b = c`, as a statement.
    Equals(Box<[Id]>),
    /// What only vectors and matrices have.
    Array(Array),
}

/// How a derivative is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// `d/dx […]`
    Total,
    /// `∂/∂x […]`
    Partial,
    /// `d(…)`: the change of the whole with a variable that has axes.
    Differential,
}

/// What a call calls.
#[derive(Clone, Debug)]
pub(super) enum Head {
    Func(Func),
    Func2(Func2),
    /// A function with a name of its own, and its primes.
    Named(Symbol, u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Chain {
    Max,
    Min,
    And,
    Or,
}

/// A relation between two formulas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Relation {
    /// `a < b`
    Less,
    /// `a ≤ b`
    LessEqual,
    /// `a = b`, as a question; [`Formula::equals`] states it.
    Equal,
    /// `a ≠ b`
    NotEqual,
    /// `a > b`
    Greater,
    /// `a ≥ b`
    GreaterEqual,
}

/// A set that has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Set {
    /// 0, −1, −2, …
    Poles,
    Integers,
}

/// A part with what is known of it as a whole.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) layout: Layout,
    /// How many parts it has written out; saturates.
    pub(super) size: u64,
    /// How deep they are nested.
    pub(super) depth: u32,
    /// Does it rise above the line, so that brackets around it should grow?
    pub(super) tall: bool,
    /// How deep exponents are nested in it.
    pub(super) raised: u8,
}

impl Layout {
    /// The same over parts that stand `by` places later.
    pub(super) fn moved(&self, by: Id) -> Layout {
        let all = |parts: &[Id]| parts.iter().map(|p| p + by).collect();
        match self {
            Layout::Number(digits) => Layout::Number(digits.clone()),
            Layout::Symbol(s) => Layout::Symbol(s.clone()),
            Layout::Constant(c) => Layout::Constant(*c),
            Layout::Negative(a) => Layout::Negative(a + by),
            Layout::Sum(terms) => {
                Layout::Sum(terms.iter().map(|(negative, t)| (*negative, t + by)).collect())
            }
            Layout::Product(factors) => Layout::Product(all(factors)),
            Layout::Fraction(a, b) => Layout::Fraction(a + by, b + by),
            Layout::Power(a, b) => Layout::Power(a + by, b + by),
            Layout::SquareRoot(a) => Layout::SquareRoot(a + by),
            Layout::Call(head, arguments) => Layout::Call(head.clone(), all(arguments)),
            Layout::Chain(kind, a, b) => Layout::Chain(*kind, a + by, b + by),
            Layout::Relation(relation, a, b) => Layout::Relation(*relation, a + by, b + by),
            Layout::Outside(a, set) => Layout::Outside(a + by, *set),
            Layout::Where(c, a, b) => Layout::Where(c + by, a + by, b + by),
            Layout::Derivative { body, by: x, order, sign } => {
                Layout::Derivative { body: body + by, by: x.clone(), order: *order, sign: *sign }
            }
            Layout::Equals(sides) => Layout::Equals(all(sides)),
            Layout::Array(array) => Layout::Array(array.moved(by)),
        }
    }

    /// Hands over the parts it consists of, in the order in which they are written.
    pub(super) fn for_each_child(&self, mut visit: impl FnMut(Id)) {
        match self {
            Layout::Number(_) | Layout::Symbol(_) | Layout::Constant(_) => {}
            Layout::Negative(a)
            | Layout::SquareRoot(a)
            | Layout::Outside(a, _)
            | Layout::Derivative { body: a, .. } => visit(*a),
            Layout::Sum(terms) => terms.iter().for_each(|(_, t)| visit(*t)),
            Layout::Product(parts) | Layout::Call(_, parts) | Layout::Equals(parts) => {
                parts.iter().for_each(|p| visit(*p));
            }
            Layout::Fraction(a, b)
            | Layout::Power(a, b)
            | Layout::Chain(_, a, b)
            | Layout::Relation(_, a, b) => {
                visit(*a);
                visit(*b);
            }
            Layout::Where(c, a, b) => {
                visit(*c);
                visit(*a);
                visit(*b);
            }
            Layout::Array(array) => array.for_each_child(visit),
        }
    }
}

impl Formula {
    /// Adds a part over parts that are already there.
    pub(super) fn push(&mut self, layout: Layout) -> Id {
        let (mut size, mut depth, mut tall, mut raised) = (1_u64, 0, false, 0);
        layout.for_each_child(|c| {
            let part = self.part(c);
            size = size.saturating_add(part.size);
            depth = depth.max(part.depth + 1);
            tall |= part.tall;
            raised = raised.max(part.raised);
        });
        match &layout {
            Layout::Number(digits) => size += digits.extra_size(),
            Layout::Fraction(..)
            | Layout::SquareRoot(_)
            | Layout::Where(..)
            | Layout::Derivative { .. }
            | Layout::Call(Head::Func(Func::Cbrt), _) => tall = true,
            Layout::Power(base, exponent) => {
                // Exponents are small and on one line: brackets need not grow for them.
                tall = self.part(*base).tall;
                raised = self.part(*base).raised.max(self.part(*exponent).raised.saturating_add(1));
            }
            Layout::Array(Array::Power(base, exponent)) => {
                tall = self.part(*base).tall;
                raised = self.part(*base).raised.max(self.part(*exponent).raised.saturating_add(1));
            }
            Layout::Array(array) => tall |= array.is_tall(),
            Layout::Call(Head::Func(Func::Exp), args) => {
                tall &= !self.is_short_exponent(args[0]);
                raised = raised.saturating_add(1);
            }
            Layout::Symbol(_)
            | Layout::Constant(_)
            | Layout::Negative(_)
            | Layout::Sum(_)
            | Layout::Product(_)
            | Layout::Call(..)
            | Layout::Chain(..)
            | Layout::Relation(..)
            | Layout::Outside(..)
            | Layout::Equals(_) => {}
        }
        let id =
            Id::try_from(self.parts.len()).expect("a formula of more than 2^32 parts does not fit in memory");
        self.parts.push(Part { layout, size, depth, tall, raised });
        id
    }

    #[inline]
    pub(super) fn part(&self, id: Id) -> &Part {
        &self.parts[id as usize]
    }

    #[inline]
    pub(super) fn layout(&self, id: Id) -> &Layout {
        &self.part(id).layout
    }

    /// The links of the chain that ends here, in the order in which they are written. About the last `room` of them
    /// are looked up; what is before those stays one link.
    pub(super) fn chain(&self, id: Id, room: usize) -> Vec<Id> {
        let Layout::Chain(kind, mut left, right) = *self.layout(id) else { return vec![id] };
        let mut links = vec![right];
        loop {
            match *self.layout(left) {
                Layout::Chain(k, l, r) if k == kind && links.len() <= room => {
                    links.push(r);
                    left = l;
                }
                _ => break,
            }
        }
        links.push(left);
        links.reverse();
        links
    }

    /// The cases of a `where` whose last value is again one: condition and value of each, and the value elsewhere.
    pub(super) fn cases(&self, mut id: Id, room: usize) -> (Vec<(Id, Id)>, Id) {
        let mut cases = Vec::new();
        while let Layout::Where(condition, value, otherwise) = *self.layout(id) {
            if cases.len() > room {
                break;
            }
            cases.push((condition, value));
            id = otherwise;
        }
        (cases, id)
    }
}
