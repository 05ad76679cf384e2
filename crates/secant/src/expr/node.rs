//! The node and its handle.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, LazyLock};

use smallvec::SmallVec;

use super::func::{Func, Func2};
use super::hash::mix;
use super::rational::Rational;
use super::shape::Shape;
use super::symbol::Symbol;
use super::tensor::{Factor, Tensor};

/// An immutable expression: a shared node of a graph. Cloning copies a pointer.
///
/// Only [`super::sum`], [`super::product`], [`super::power`], [`super::apply`] and their kin build one, and they
/// keep the canonical form.
#[derive(Clone)]
pub struct Expr(Arc<Inner>);

struct Inner {
    hash: u64,
    /// A bit for each name that occurs (see [`Symbol::bloom`]).
    bloom: u64,
    /// Longest way down to a leaf.
    depth: u32,
    shape: Shape,
    node: Node,
}

/// What a node is. A `match` on it has no `_` arm: a new variant makes the compiler list the work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// An exact number.
    Number(Rational),
    /// A named constant.
    Constant(Constant),
    /// A variable.
    Var(Symbol),
    /// `constant + Σ coefficient · term`; a lone term with a coefficient is how `3 x` is kept.
    Sum(Sum),
    /// Two or more factors, none of them a number, each base once.
    Product(Factors),
    /// Base and exponent; the exponent is neither 0 nor 1.
    Power(Expr, Expr),
    /// A function of one argument.
    Apply(Func, Expr),
    /// A function of two arguments.
    Apply2(Func2, Expr, Expr),
    /// `Select(c, a, b)` is `a` where `c` is not 0, else `b`.
    Select(Expr, Expr, Expr),
    /// The derivative of an expression by a variable, not carried out: what a step of a derivation speaks of.
    Derivative(Expr, Symbol),
    /// What only tensors have.
    Tensor(Tensor),
}

/// The factors of a product, in canonical order (by the hash of the base); up to three without a list of their own.
pub type Factors = SmallVec<[Expr; 3]>;

/// A constant with a name of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Constant {
    /// The circle's circumference over its diameter.
    Pi,
    /// The base of the natural logarithm. Its powers are kept as [`Func::Exp`].
    E,
    /// Positive infinity.
    Infinity,
    /// Not a number: `1/0`, `log(-1)`, the square root of a negative number. Absorbs what it meets.
    Undefined,
}

impl Constant {
    /// Its name in the language.
    pub const fn name(self) -> &'static str {
        match self {
            Constant::Pi => "pi",
            Constant::E => "e",
            Constant::Infinity => "inf",
            Constant::Undefined => "undefined",
        }
    }
}

/// `constant + Σ coefficient · term`, flat: a term is a sum only where it is the one term, with a coefficient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// The number added.
    pub constant: Rational,
    /// In canonical order (by hash); no term twice, no coefficient 0.
    pub terms: Box<[Term]>,
}

/// One term of a [`Sum`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The number in front, not 0.
    pub coefficient: Rational,
    /// What it multiplies; never a number.
    pub expr: Expr,
}

/// The integers that are made once and shared: exponents and coefficients are nearly always among them.
const LEAST_KEPT: i64 = -16;
const MOST_KEPT: i64 = 256;

/// Above this depth a graph is freed with a list instead of by recursion.
const RECURSIVE_DROP_DEPTH: u32 = 200;

impl Expr {
    /// Wraps a node whose canonical form the caller has seen to; its shape is that of the first part with axes.
    pub(super) fn from_node(node: Node) -> Expr {
        Expr::with_shape(node, Shape::SCALAR)
    }

    /// Wraps a tensor whose canonical form the caller has seen to.
    pub(super) fn from_tensor(tensor: Tensor, shape: Shape) -> Expr {
        Expr::with_shape(Node::Tensor(tensor), shape)
    }

    fn with_shape(node: Node, mut shape: Shape) -> Expr {
        let elementwise = !matches!(node, Node::Tensor(_));
        let (mut hash, mut bloom, mut depth) = (0, 0, 0);
        let mut child = |tag: u64, e: &Expr| {
            hash = mix(mix(hash, tag), e.0.hash);
            bloom |= e.0.bloom;
            depth = depth.max(e.0.depth + 1);
            if elementwise && shape.is_scalar() && !e.0.shape.is_scalar() {
                shape = e.0.shape.clone();
            }
        };
        match &node {
            Node::Number(n) => hash = n.stable_hash(),
            Node::Constant(c) => hash = mix(0x61, *c as u64),
            Node::Var(s) => {
                hash = mix(0x62, s.stable_hash());
                bloom = s.bloom();
            }
            Node::Sum(s) => {
                for t in &s.terms {
                    child(t.coefficient.stable_hash(), &t.expr);
                }
                hash = mix(mix(0x63, s.constant.stable_hash()), hash);
            }
            Node::Product(factors) => {
                for f in factors {
                    child(0x64, f);
                }
            }
            Node::Power(base, exponent) => {
                child(0x65, base);
                child(0x66, exponent);
            }
            Node::Apply(f, a) => child(0x100 + *f as u64, a),
            Node::Apply2(f, a, b) => {
                child(0x200 + *f as u64, a);
                child(0x67, b);
            }
            Node::Select(c, a, b) => {
                child(0x68, c);
                child(0x69, a);
                child(0x6a, b);
            }
            Node::Derivative(u, x) => {
                child(0x6b, u);
                hash = mix(hash, x.stable_hash());
                bloom |= x.bloom();
            }
            Node::Tensor(t) => {
                match t {
                    Tensor::Var { name, symmetric } => {
                        hash = mix(mix(0x70, name.stable_hash()), u64::from(*symmetric));
                        bloom = name.bloom();
                    }
                    Tensor::Zeros => hash = 0x71,
                    Tensor::Contract(factors) => {
                        for Factor { expr, labels } in factors {
                            child(labels.iter().fold(0x72, |h, l| mix(h, u64::from(*l))), expr);
                        }
                        hash = mix(hash, 0x72);
                    }
                    Tensor::Shift(offset) => hash = mix(0x73, offset.stable_hash()),
                    Tensor::Unit(place) => hash = mix(0x74, place.stable_hash()),
                    Tensor::Stack(entries) => entries.iter().for_each(|e| child(0x75, e)),
                    Tensor::Matrix(f, a) => child(0x80 + *f as u64, a),
                    Tensor::Reduce(f, a) => child(0x90 + *f as u64, a),
                }
                hash = shape.dims().iter().fold(hash, |h, d| mix(h, d.stable_hash()));
            }
        }
        Expr(Arc::new(Inner { hash, bloom, depth, shape, node }))
    }

    /// The extents of its axes.
    #[inline]
    pub fn shape(&self) -> &Shape {
        &self.0.shape
    }

    /// What it is.
    #[inline]
    pub fn node(&self) -> &Node {
        &self.0.node
    }

    /// An exact number.
    pub fn number(n: Rational) -> Expr {
        match n.to_i64() {
            Some(small @ LEAST_KEPT..=MOST_KEPT) if !n.is_decimal() => Expr::integer(small),
            _ => Expr::from_node(Node::Number(n)),
        }
    }

    /// The integer `n`; small ones are made once and shared.
    pub fn integer(n: i64) -> Expr {
        static KEPT: LazyLock<Vec<Expr>> = LazyLock::new(|| {
            (LEAST_KEPT..=MOST_KEPT).map(|n| Expr::from_node(Node::Number(Rational::integer(n)))).collect()
        });
        match n {
            LEAST_KEPT..=MOST_KEPT => KEPT[(n - LEAST_KEPT) as usize].clone(),
            _ => Expr::from_node(Node::Number(Rational::integer(n))),
        }
    }

    /// Nought.
    pub fn zero() -> Expr {
        Expr::integer(0)
    }

    /// One.
    pub fn one() -> Expr {
        Expr::integer(1)
    }

    /// The base of the natural logarithm.
    pub(super) fn euler() -> &'static Expr {
        static EULER: LazyLock<Expr> = LazyLock::new(|| Expr::constant(Constant::E));
        &EULER
    }

    /// A variable.
    pub fn var(name: impl Into<Symbol>) -> Expr {
        Expr::from_node(Node::Var(name.into()))
    }

    /// The derivative of `u` by `x`, written down and not carried out.
    pub fn derivative_of(u: &Expr, x: &Symbol) -> Expr {
        Expr::from_node(Node::Derivative(u.clone(), x.clone()))
    }

    /// A named constant.
    pub fn constant(c: Constant) -> Expr {
        Expr::from_node(Node::Constant(c))
    }

    /// Not a number.
    pub fn undefined() -> Expr {
        Expr::constant(Constant::Undefined)
    }

    /// The number it is, if it is one.
    pub fn as_number(&self) -> Option<&Rational> {
        match self.node() {
            Node::Number(n) => Some(n),
            _ => None,
        }
    }

    /// The name it is, if it is a variable, with axes or without.
    pub fn as_var(&self) -> Option<&Symbol> {
        match self.node() {
            Node::Var(s) | Node::Tensor(Tensor::Var { name: s, .. }) => Some(s),
            _ => None,
        }
    }

    /// Is it the number nought, or a tensor of noughts?
    pub fn is_zero(&self) -> bool {
        match self.node() {
            Node::Number(n) => n.is_zero(),
            Node::Tensor(Tensor::Zeros) => true,
            _ => false,
        }
    }

    /// Is it the number one?
    pub fn is_one(&self) -> bool {
        self.as_number().is_some_and(Rational::is_one)
    }

    /// Is it not a number?
    pub fn is_undefined(&self) -> bool {
        matches!(self.node(), Node::Constant(Constant::Undefined))
    }

    /// `coefficient · rest`, the coefficient being 1 where none is written and `rest` 1 for a number.
    pub fn split_coefficient(&self) -> (Rational, Expr) {
        match self.node() {
            Node::Number(n) => (n.clone(), Expr::one()),
            Node::Sum(s) if s.constant.is_zero() && s.terms.len() == 1 => {
                (s.terms[0].coefficient.clone(), s.terms[0].expr.clone())
            }
            _ => (Rational::ONE, self.clone()),
        }
    }

    /// Is there a number below nought in front?
    pub fn has_negative_coefficient(&self) -> bool {
        match self.node() {
            Node::Number(n) => n.is_negative(),
            Node::Sum(s) if s.constant.is_zero() && s.terms.len() == 1 => {
                s.terms[0].coefficient.is_negative()
            }
            _ => false,
        }
    }

    /// Base and exponent: those of a power, `e` and the argument for `exp`, else itself and 1.
    pub fn split_power(&self) -> (Expr, Expr) {
        match self.node() {
            Node::Power(b, e) => (b.clone(), e.clone()),
            Node::Apply(Func::Exp, u) => (Expr::euler().clone(), u.clone()),
            _ => (self.clone(), Expr::one()),
        }
    }

    /// The same for equal expressions, on every platform and in every run.
    #[inline]
    pub fn stable_hash(&self) -> u64 {
        self.0.hash
    }

    /// Longest way down to a leaf.
    pub fn depth(&self) -> u32 {
        self.0.depth
    }

    /// Where the node lives: equal addresses are the same node.
    #[inline]
    pub(crate) fn address(&self) -> usize {
        Arc::as_ptr(&self.0) as usize
    }

    /// `false` means that the name certainly does not occur; `true` that it may.
    #[inline]
    pub(crate) fn may_contain(&self, symbol: &Symbol) -> bool {
        self.may_contain_any(symbol.bloom())
    }

    /// [`Expr::may_contain`] for several names, whose [`Symbol::bloom`] bits are these.
    #[inline]
    pub(crate) fn may_contain_any(&self, blooms: u64) -> bool {
        self.0.bloom & blooms != 0
    }
}

impl Node {
    /// Hands each child to `visit`, in order.
    #[inline]
    pub fn for_each_child<'a>(&'a self, mut visit: impl FnMut(&'a Expr)) {
        match self {
            Node::Number(_) | Node::Constant(_) | Node::Var(_) => {}
            Node::Sum(s) => s.terms.iter().for_each(|t| visit(&t.expr)),
            Node::Product(factors) => factors.iter().for_each(visit),
            Node::Power(a, b) | Node::Apply2(_, a, b) => {
                visit(a);
                visit(b);
            }
            Node::Apply(_, a) | Node::Derivative(a, _) => visit(a),
            Node::Select(c, a, b) => {
                visit(c);
                visit(a);
                visit(b);
            }
            Node::Tensor(t) => match t {
                Tensor::Var { .. } | Tensor::Zeros | Tensor::Shift(_) | Tensor::Unit(_) => {}
                Tensor::Contract(factors) => factors.iter().for_each(|f| visit(&f.expr)),
                Tensor::Stack(entries) => entries.iter().for_each(visit),
                Tensor::Matrix(_, a) | Tensor::Reduce(_, a) => visit(a),
            },
        }
    }

    /// Are they alike apart from their children?
    fn same_head(&self, other: &Node) -> bool {
        match (self, other) {
            (Node::Number(a), Node::Number(b)) => a == b,
            (Node::Constant(a), Node::Constant(b)) => a == b,
            (Node::Var(a), Node::Var(b)) => a == b,
            (Node::Sum(a), Node::Sum(b)) => {
                a.constant == b.constant
                    && a.terms.len() == b.terms.len()
                    && a.terms.iter().zip(&b.terms).all(|(s, t)| s.coefficient == t.coefficient)
            }
            (Node::Product(a), Node::Product(b)) => a.len() == b.len(),
            (Node::Power(..), Node::Power(..)) | (Node::Select(..), Node::Select(..)) => true,
            (Node::Apply(f, _), Node::Apply(g, _)) => f == g,
            (Node::Apply2(f, ..), Node::Apply2(g, ..)) => f == g,
            (Node::Derivative(_, x), Node::Derivative(_, y)) => x == y,
            (Node::Tensor(a), Node::Tensor(b)) => match (a, b) {
                (Tensor::Contract(a), Tensor::Contract(b)) => {
                    a.len() == b.len() && a.iter().zip(b).all(|(f, g)| f.labels == g.labels)
                }
                (Tensor::Stack(a), Tensor::Stack(b)) => a.len() == b.len(),
                (Tensor::Matrix(f, _), Tensor::Matrix(g, _)) => f == g,
                (Tensor::Reduce(f, _), Tensor::Reduce(g, _)) => f == g,
                (a, b) => a == b,
            },
            _ => false,
        }
    }
}

impl PartialEq for Expr {
    fn eq(&self, other: &Expr) -> bool {
        if Arc::ptr_eq(&self.0, &other.0) {
            return true;
        }
        if self.0.hash != other.0.hash {
            return false;
        }
        equal_graphs(self, other)
    }
}
impl Eq for Expr {}

/// Compares without recursion, and visits a pair of shared nodes once.
#[cold]
fn equal_graphs(a: &Expr, b: &Expr) -> bool {
    let mut seen = std::collections::HashSet::<(usize, usize), super::hash::Build>::default();
    let mut work = vec![(a, b)];
    while let Some((a, b)) = work.pop() {
        if Arc::ptr_eq(&a.0, &b.0) || !seen.insert((a.address(), b.address())) {
            continue;
        }
        if a.0.hash != b.0.hash || a.0.shape != b.0.shape || !a.node().same_head(b.node()) {
            return false;
        }
        let start = work.len();
        a.node().for_each_child(|c| work.push((c, c)));
        let mut k = start;
        b.node().for_each_child(|c| {
            work[k].1 = c;
            k += 1;
        });
    }
    true
}

impl Hash for Expr {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.hash);
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if self.depth <= RECURSIVE_DROP_DEPTH {
            return;
        }
        // A deep graph: its deep children are taken out before they are dropped, so that calls nest no deeper.
        let mut work = Vec::new();
        self.take_deep_children(&mut work);
        while let Some(e) = work.pop() {
            if let Some(mut inner) = Arc::into_inner(e.0) {
                inner.take_deep_children(&mut work);
            }
        }
    }
}

impl Inner {
    /// Leaves a node that frees without a list.
    fn take_deep_children(&mut self, into: &mut Vec<Expr>) {
        self.depth = 0;
        let node = std::mem::replace(&mut self.node, Node::Constant(Constant::Undefined));
        let mut take = |e: Expr| {
            if e.depth() > RECURSIVE_DROP_DEPTH {
                into.push(e);
            }
        };
        match node {
            Node::Number(_) | Node::Constant(_) | Node::Var(_) => {}
            Node::Sum(s) => s.terms.into_iter().for_each(|t| take(t.expr)),
            Node::Product(factors) => factors.into_iter().for_each(take),
            Node::Power(a, b) | Node::Apply2(_, a, b) => [a, b].into_iter().for_each(take),
            Node::Apply(_, a) | Node::Derivative(a, _) => take(a),
            Node::Select(c, a, b) => [c, a, b].into_iter().for_each(take),
            Node::Tensor(t) => match t {
                Tensor::Var { .. } | Tensor::Zeros | Tensor::Shift(_) | Tensor::Unit(_) => {}
                Tensor::Contract(factors) => factors.into_iter().for_each(|f| take(f.expr)),
                Tensor::Stack(entries) => entries.into_iter().for_each(take),
                Tensor::Matrix(_, a) | Tensor::Reduce(_, a) => take(a),
            },
        }
    }
}

impl fmt::Debug for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.node() {
            Node::Number(n) => write!(f, "{n}"),
            Node::Constant(c) => f.write_str(c.name()),
            Node::Var(s) => write!(f, "{s}"),
            Node::Sum(s) => {
                write!(f, "({}", s.constant)?;
                s.terms.iter().try_for_each(|t| write!(f, " + {}*{:?}", t.coefficient, t.expr))?;
                f.write_str(")")
            }
            Node::Product(factors) => f.debug_list().entries(factors).finish(),
            Node::Power(b, e) => write!(f, "({b:?})^({e:?})"),
            Node::Apply(g, a) => write!(f, "{}({a:?})", g.name()),
            Node::Apply2(g, a, b) => write!(f, "{}({a:?}, {b:?})", g.name()),
            Node::Select(c, a, b) => write!(f, "where({c:?}, {a:?}, {b:?})"),
            Node::Derivative(u, x) => write!(f, "diff({u:?}, {x})"),
            Node::Tensor(t) => match t {
                Tensor::Var { name, .. } => write!(f, "{name}"),
                Tensor::Zeros => write!(f, "zeros{:?}", self.shape().dims()),
                Tensor::Contract(factors) => {
                    write!(f, "einsum<{}>(", self.shape().rank())?;
                    factors.iter().try_for_each(|g| write!(f, "{:?}{:?} ", g.expr, g.labels))?;
                    f.write_str(")")
                }
                Tensor::Shift(o) => write!(f, "shift({o:?}){:?}", self.shape().dims()),
                Tensor::Unit(k) => write!(f, "unit({k:?}){:?}", self.shape().dims()),
                Tensor::Stack(entries) => write!(f, "stack{entries:?}"),
                Tensor::Matrix(g, a) => write!(f, "{g:?}({a:?})"),
                Tensor::Reduce(g, a) => write!(f, "{g:?}({a:?})"),
            },
        }
    }
}
