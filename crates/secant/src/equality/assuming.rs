//! The form that an expression takes where something is known about its names.
//!
//! Here: `abs(x)` is `x` where `x >= 0`, and what else follows from signs.
//! Not here: which form is the shortest (`simplify`), where an expression has a value (`expr::domain`).
//! Invariant: the result equals the expression wherever the facts hold and both have a value.

use std::cell::Cell;
use std::collections::HashMap;

use crate::expr::{
    Condition, ConditionKind, Constant, Expr, Func, Func2, HashBuild, Node, Rational, apply, power, product,
    sum,
};

/// Parts of parts that are looked into for a sign.
const DEPTH: u32 = 8;
/// Parts that are asked for their sign, all in all; what is asked later has any.
const MAX_ASKED: u32 = 20_000;

/// `e`, where all of `facts` hold.
pub fn assuming(e: &Expr, facts: &[Condition]) -> Expr {
    if facts.is_empty() {
        return e.clone();
    }
    let facts = Facts { known: facts, left: Cell::new(MAX_ASKED) };
    let mut done = HashMap::<usize, Expr, HashBuild>::default();
    for part in e.post_order() {
        let new = part.with_children(|c| done[&c.address()].clone());
        let new = facts.rewrite(&new).unwrap_or(new);
        done.insert(part.address(), new);
    }
    done[&e.address()].clone()
}

struct Facts<'a> {
    known: &'a [Condition],
    left: Cell<u32>,
}

impl Facts<'_> {
    fn rewrite(&self, e: &Expr) -> Option<Expr> {
        match e.node() {
            Node::Apply(f, u) => self.function(*f, u),
            Node::Apply2(f, a, b) => self.comparison(*f, a, b),
            Node::Power(base, n) => self.power(base, n),
            Node::Number(_)
            | Node::Constant(_)
            | Node::Var(_)
            | Node::Sum(_)
            | Node::Product(_)
            | Node::Select(..)
            | Node::Derivative(..)
            | Node::Tensor(_) => None,
        }
    }

    fn function(&self, f: Func, u: &Expr) -> Option<Expr> {
        let signs = self.signs(u, DEPTH);
        let (positive, negative) = (signs == Signs::POSITIVE, signs == Signs::NEGATIVE);
        let (not_negative, not_positive) = (!signs.may(Signs::NEGATIVE), !signs.may(Signs::POSITIVE));
        match f {
            Func::Abs if not_negative => Some(u.clone()),
            Func::Abs if not_positive => Some(-u),
            Func::Sign | Func::Step if positive => Some(Expr::ones(u.shape())),
            Func::Sign if negative => Some(-Expr::ones(u.shape())),
            Func::Relu if not_negative => Some(u.clone()),
            Func::Relu | Func::Step if not_positive => Some(Expr::zeros(u.shape())),
            // log(a b) = log a + log b and log(a^n) = n log a, where everything is positive.
            Func::Log => match u.node() {
                // One factor may be of unknown sign: where the product is positive, so is it.
                Node::Product(factors) if factors.iter().filter(|f| !self.positive(f)).count() <= 1 => {
                    Some(sum(factors.iter().map(|f| (Rational::ONE, self.log(f)))))
                }
                Node::Power(base, _) if self.positive(base) => Some(self.log(u)),
                Node::Sum(s) if s.constant.is_zero() && s.terms.len() == 1 => {
                    let (c, inner) = (&s.terms[0].coefficient, &s.terms[0].expr);
                    (c.is_positive() && self.positive(inner))
                        .then(|| Expr::number(c.clone()).log() + self.log(inner))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The logarithm of something positive, split where it can be.
    fn log(&self, u: &Expr) -> Expr {
        match u.node() {
            Node::Power(base, n) if self.positive(base) => product([n.clone(), base.log()]),
            Node::Product(_) => self.function(Func::Log, u).unwrap_or_else(|| apply(Func::Log, u)),
            _ => apply(Func::Log, u),
        }
    }

    fn comparison(&self, f: Func2, a: &Expr, b: &Expr) -> Option<Expr> {
        let larger = |a: &Expr, b: &Expr| self.nonnegative(&(a - b));
        let known = |holds: bool| {
            let one = Expr::one();
            if holds { one } else { Expr::zero() }.broadcast(if a.shape().is_scalar() {
                b.shape()
            } else {
                a.shape()
            })
        };
        match f {
            Func2::Max if larger(a, b) => Some(a.clone()),
            Func2::Max if larger(b, a) => Some(b.clone()),
            Func2::Min if larger(a, b) => Some(b.clone()),
            Func2::Min if larger(b, a) => Some(a.clone()),
            Func2::Less if self.positive(&(b - a)) => Some(known(true)),
            Func2::Less if larger(a, b) => Some(known(false)),
            Func2::LessEqual if larger(b, a) => Some(known(true)),
            Func2::LessEqual if self.positive(&(a - b)) => Some(known(false)),
            _ => None,
        }
    }

    /// `(a b)^n = a^n b^n` and `(a^m)^n = a^(m n)`, where `a` is positive.
    fn power(&self, base: &Expr, n: &Expr) -> Option<Expr> {
        if n.as_number().is_some_and(Rational::is_integer) {
            return None;
        }
        match base.node() {
            Node::Power(inner, m) if self.positive(inner) => {
                Some(power(inner, &product([m.clone(), n.clone()])))
            }
            Node::Product(factors) => {
                let (out, rest): (Vec<_>, Vec<_>) = factors.iter().cloned().partition(|f| self.positive(f));
                if out.is_empty() {
                    return None;
                }
                let rest = power(&product(rest), n);
                Some(product(out.iter().map(|f| power(f, n)).chain([rest])))
            }
            _ => None,
        }
    }

    fn positive(&self, e: &Expr) -> bool {
        self.signs(e, DEPTH) == Signs::POSITIVE
    }

    fn nonnegative(&self, e: &Expr) -> bool {
        !self.signs(e, DEPTH).may(Signs::NEGATIVE)
    }

    /// The signs that it may have where the facts hold and it has a value.
    fn signs(&self, e: &Expr, depth: u32) -> Signs {
        let Some(left) = self.left.get().checked_sub(1) else { return Signs::ANY };
        self.left.set(left);
        let Some(depth) = depth.checked_sub(1) else { return Signs::ANY };
        let of = |e: &Expr| self.signs(e, depth);
        let from_parts = match e.node() {
            Node::Number(n) => Signs::of_number(n),
            Node::Constant(c) => match c {
                Constant::Pi | Constant::E | Constant::Infinity => Signs::POSITIVE,
                Constant::Undefined => Signs::ANY,
            },
            Node::Sum(s) => s.terms.iter().fold(Signs::of_number(&s.constant), |signs, t| {
                signs.plus(Signs::of_number(&t.coefficient).times(of(&t.expr)))
            }),
            Node::Product(factors) => factors.iter().fold(Signs::POSITIVE, |signs, f| signs.times(of(f))),
            Node::Power(base, n) => {
                let base = of(base);
                let vanishing = Signs(base.0 & Signs::ZERO.0);
                match n.as_number() {
                    Some(n) if n.is_odd_integer() && n.is_negative() => base.without(Signs::ZERO),
                    Some(n) if n.is_odd_integer() => base,
                    Some(n) if n.is_negative() => Signs::POSITIVE,
                    Some(_) => Signs::POSITIVE.or(vanishing),
                    None if base == Signs::POSITIVE => Signs::POSITIVE,
                    None => Signs::ANY,
                }
            }
            Node::Apply(f, u) => match f {
                Func::Exp | Func::Cosh | Func::Sech | Func::Sigmoid | Func::Softplus => Signs::POSITIVE,
                Func::Abs => Signs::POSITIVE.or(Signs(of(u).0 & Signs::ZERO.0)),
                Func::Relu | Func::Step if of(u) == Signs::POSITIVE => Signs::POSITIVE,
                Func::Relu | Func::Step | Func::Acos | Func::Acosh | Func::Asech => {
                    Signs::ANY.without(Signs::NEGATIVE)
                }
                Func::Log => of(&(u - Expr::one())),
                Func::Cbrt
                | Func::Sign
                | Func::Sinh
                | Func::Tanh
                | Func::Asin
                | Func::Atan
                | Func::Asinh
                | Func::Atanh
                | Func::Erf => of(u),
                _ => Signs::ANY,
            },
            Node::Select(_, a, b) => of(a).or(of(b)),
            Node::Var(_) | Node::Apply2(..) | Node::Derivative(..) | Node::Tensor(_) => Signs::ANY,
        };
        self.known.iter().fold(from_parts, |signs, fact| Signs(signs.0 & fact_about(fact, e).0))
    }
}

/// What a fact says of the sign of `e`: something where `e` is what it is about, or that plus or minus a number.
fn fact_about(fact: &Condition, e: &Expr) -> Signs {
    let known = match fact.kind {
        ConditionKind::Positive => Signs::POSITIVE,
        ConditionKind::NonNegative => Signs::ANY.without(Signs::NEGATIVE),
        ConditionKind::NonZero => Signs::ANY.without(Signs::ZERO),
        ConditionKind::NoPole | ConditionKind::NotInteger => return Signs::ANY,
    };
    if let Some(more) = (e - &fact.expr).as_number() {
        return if more.is_zero() { known } else { known.plus(Signs::of_number(more)) };
    }
    match (e + &fact.expr).as_number() {
        Some(more) if more.is_zero() => known.times(Signs::NEGATIVE),
        Some(more) => known.times(Signs::NEGATIVE).plus(Signs::of_number(more)),
        None => Signs::ANY,
    }
}

/// A set of signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Signs(u8);

impl Signs {
    const NEGATIVE: Signs = Signs(1);
    const ZERO: Signs = Signs(2);
    const POSITIVE: Signs = Signs(4);
    const ANY: Signs = Signs(7);
    const EACH: [Signs; 3] = [Signs::NEGATIVE, Signs::ZERO, Signs::POSITIVE];

    fn of_number(n: &Rational) -> Signs {
        match (n.is_zero(), n.is_negative()) {
            (true, _) => Signs::ZERO,
            (_, true) => Signs::NEGATIVE,
            _ => Signs::POSITIVE,
        }
    }

    fn may(self, other: Signs) -> bool {
        self.0 & other.0 != 0
    }

    fn or(self, other: Signs) -> Signs {
        Signs(self.0 | other.0)
    }

    fn without(self, other: Signs) -> Signs {
        Signs(self.0 & !other.0)
    }

    fn pairs(self, other: Signs, rule: fn(Signs, Signs) -> Signs) -> Signs {
        let mine = Signs::EACH.into_iter().filter(|s| self.may(*s));
        mine.flat_map(|s| Signs::EACH.into_iter().filter(move |t| other.may(*t)).map(move |t| rule(s, t)))
            .fold(Signs(0), Signs::or)
    }

    fn plus(self, other: Signs) -> Signs {
        self.pairs(other, |s, t| match (s, t) {
            (Signs::ZERO, t) => t,
            (s, Signs::ZERO) => s,
            (s, t) if s == t => s,
            _ => Signs::ANY,
        })
    }

    fn times(self, other: Signs) -> Signs {
        self.pairs(other, |s, t| match (s, t) {
            (Signs::ZERO, _) | (_, Signs::ZERO) => Signs::ZERO,
            (s, t) if s == t => Signs::POSITIVE,
            _ => Signs::NEGATIVE,
        })
    }
}
