//! Where an expression is a real number: the conditions that its parts impose.
//!
//! Here: one table, what a power and each function need of their arguments.
//! Not here: whether the text somebody wrote needed more than its canonical form (`syntax` collects that).

use super::func::{Func, Func2};
use super::node::{Expr, Node};
use super::rational::Rational;

/// Something that must hold for a value to exist.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Condition {
    /// What is asked about.
    pub expr: Expr,
    /// What is asked.
    pub kind: ConditionKind,
}

/// What a [`Condition`] asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ConditionKind {
    /// `expr != 0`
    NonZero,
    /// `expr > 0`
    Positive,
    /// `expr >= 0`
    NonNegative,
    /// `expr` is not one of 0, −1, −2, …
    NoPole,
    /// `expr` is not an integer
    NotInteger,
}
use ConditionKind::{NoPole, NonNegative, NonZero, NotInteger, Positive};

impl Condition {
    /// The condition, in its simplest form: a power's or a factor's part in it is taken out.
    pub fn new(kind: ConditionKind, expr: Expr) -> Condition {
        let (c, rest) = expr.split_coefficient();
        let positive = !c.is_negative();
        match (kind, rest.node()) {
            (NonZero, Node::Power(b, e)) if e.as_number().is_some_and(Rational::is_positive) => {
                Condition::new(NonZero, b.clone())
            }
            (NonZero, _) if !c.is_zero() && !c.is_one() && !rest.is_one() => Condition::new(NonZero, rest),
            (Positive | NonNegative, Node::Power(b, e))
                if positive && e.as_number().is_some_and(Rational::is_odd_integer) =>
            {
                // An odd power has the sign of its base; a negative one cannot be nought.
                let kind = if e.as_number().is_some_and(Rational::is_negative) { Positive } else { kind };
                Condition::new(kind, b.clone())
            }
            (Positive | NonNegative, _) if !c.is_one() && !rest.is_one() && positive && !c.is_zero() => {
                Condition::new(kind, rest)
            }
            _ => Condition { expr, kind },
        }
    }

    /// Does it hold everywhere (`Some(true)`), nowhere (`Some(false)`), or is it not known without values?
    pub fn holds(&self) -> Option<bool> {
        if self.expr.is_undefined() {
            return Some(false);
        }
        if let Some(n) = self.expr.as_number() {
            return Some(match self.kind {
                NonZero => !n.is_zero(),
                Positive => n.is_positive(),
                NonNegative => !n.is_negative(),
                NoPole => n.is_positive() || !n.is_integer(),
                NotInteger => !n.is_integer(),
            });
        }
        let yes = match self.kind {
            NonZero => self.expr.is_positive() || (-&self.expr).is_positive(),
            Positive => self.expr.is_positive(),
            NonNegative => self.expr.is_nonnegative(),
            NoPole => self.expr.is_positive(),
            NotInteger => false,
        };
        yes.then_some(true)
    }

    /// Does it hold for this value of [`Condition::expr`]?
    pub fn holds_for(&self, value: f64) -> bool {
        match self.kind {
            NonZero => value != 0.0,
            Positive => value > 0.0,
            NonNegative => value >= 0.0,
            NoPole => value > 0.0 || value != value.floor(),
            NotInteger => value != value.floor(),
        }
    }

    /// Is it certain to hold wherever `other` does?
    pub fn follows_from(&self, other: &Condition) -> bool {
        let same = self.expr == other.expr
            && (self.kind == other.kind
                || (other.kind == Positive && matches!(self.kind, NonZero | NonNegative | NoPole)));
        // What is below nought is not nought either.
        same || (self.kind == NonZero && other.kind == Positive && self.expr == -&other.expr)
    }
}

/// Adds a condition unless it holds anyway or is there already.
pub fn require(conditions: &mut Vec<Condition>, kind: ConditionKind, expr: Expr) {
    // A product vanishes where a factor does.
    if kind == NonZero
        && let Node::Product(factors) = expr.split_coefficient().1.node()
    {
        factors.iter().for_each(|f| require(conditions, NonZero, f.clone()));
        return;
    }
    let condition = Condition::new(kind, expr);
    if condition.holds() == Some(true) || conditions.iter().any(|known| condition.follows_from(known)) {
        return;
    }
    conditions.retain(|known| !known.follows_from(&condition));
    conditions.push(condition);
}

/// What `base ^ exponent` needs.
pub fn of_power(base: &Expr, exponent: &Expr, conditions: &mut Vec<Condition>) {
    match exponent.as_number() {
        Some(e) if e.is_integer() => {
            if e.is_negative() {
                require(conditions, NonZero, base.clone());
            }
        }
        Some(e) => {
            let kind = if e.is_negative() { Positive } else { NonNegative };
            require(conditions, kind, base.clone());
        }
        None => require(conditions, Positive, base.clone()),
    }
}

/// What `f(u)` needs.
pub fn of_apply(f: Func, u: &Expr, conditions: &mut Vec<Condition>) {
    let mut need = |kind, e: Expr| require(conditions, kind, e);
    let one = Expr::one;
    match f {
        Func::Log | Func::Log2 | Func::Log10 => need(Positive, u.clone()),
        Func::Tan | Func::Sec => need(NonZero, u.cos()),
        Func::Csc | Func::Cot => need(NonZero, u.sin()),
        Func::Csch | Func::Coth | Func::Acot | Func::Acsch => need(NonZero, u.clone()),
        Func::Asin | Func::Acos => need(NonNegative, one() - u.powi(2)),
        Func::Atanh => need(Positive, one() - u.powi(2)),
        Func::Asec | Func::Acsc => need(NonNegative, u.powi(2) - one()),
        Func::Acoth => need(Positive, u.powi(2) - one()),
        Func::Acosh => need(NonNegative, u - one()),
        Func::Asech => {
            need(Positive, u.clone());
            need(NonNegative, one() - u);
        }
        Func::Gamma | Func::Lgamma | Func::Digamma => need(NoPole, u.clone()),
        Func::Exp
        | Func::Sin
        | Func::Cos
        | Func::Atan
        | Func::Sinh
        | Func::Cosh
        | Func::Tanh
        | Func::Sech
        | Func::Asinh
        | Func::Cbrt
        | Func::Abs
        | Func::Sign
        | Func::Floor
        | Func::Ceil
        | Func::Erf
        | Func::Sigmoid
        | Func::Softplus
        | Func::Relu
        | Func::Step => {}
    }
}

/// What `f(a, b)` needs; no row asks anything of `a`.
pub fn of_apply2(f: Func2, b: &Expr, conditions: &mut Vec<Condition>) {
    match f {
        Func2::Mod => require(conditions, NonZero, b.clone()),
        Func2::Polygamma => require(conditions, NoPole, b.clone()),
        Func2::Atan2
        | Func2::Max
        | Func2::Min
        | Func2::Less
        | Func2::LessEqual
        | Func2::Equal
        | Func2::NotEqual
        | Func2::And
        | Func2::Or => {}
    }
}

impl Expr {
    /// Everything that must hold for it to be a real number. Inside a `where`, both branches are asked.
    pub fn domain(&self) -> Vec<Condition> {
        let mut conditions = Vec::new();
        for e in self.post_order() {
            match e.node() {
                Node::Power(b, x) => of_power(b, x, &mut conditions),
                Node::Apply(f, u) => of_apply(*f, u, &mut conditions),
                Node::Apply2(f, _, b) => of_apply2(*f, b, &mut conditions),
                Node::Number(_)
                | Node::Constant(_)
                | Node::Var(_)
                | Node::Sum(_)
                | Node::Product(_)
                | Node::Select(..)
                | Node::Derivative(..)
                | Node::Tensor(_) => {}
            }
        }
        conditions
    }
}

/// The conditions of `asked` that `known` does not answer.
pub fn beyond(asked: &[Condition], known: &[Condition]) -> Vec<Condition> {
    asked.iter().filter(|c| !known.iter().any(|k| c.follows_from(k))).cloned().collect()
}
