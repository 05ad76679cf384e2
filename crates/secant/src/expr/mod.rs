//! Expressions: immutable, shared, canonical from the moment they are built.
//!
//! Here: exact numbers, the nodes, the constructors that keep the canonical form, walks over the graph.
//! Not here: text in (`syntax`), derivatives (`calculus`), numbers out (`program`).
//! Invariant: equal canonical forms have equal hashes, on every platform and in every run.
//! Start reading at [`Expr`], then [`sum()`], [`product()`], [`power()`] and [`apply()`], which build it.

mod apply;
pub mod domain;
mod expand;
mod func;
mod hash;
mod node;
mod power;
mod print;
mod product;
mod rational;
mod shape;
mod sum;
mod symbol;
mod tensor;
mod walk;

pub use apply::{apply, apply2, select};
pub use domain::{Condition, ConditionKind};
pub use expand::expand;
pub use func::{Func, Func2};
pub(crate) use hash::{Build as HashBuild, mix as hash_mix};

pub use node::{Constant, Expr, Factors, Node, Sum, Term};
pub use power::power;
pub use print::{Formula, Notation, Relation, TooLarge};
pub use product::product;
pub(crate) use product::term;
pub use rational::Rational;
pub use shape::{Dim, Shape};
pub use sum::{scale, sum};
pub use symbol::Symbol;
pub use tensor::{Factor, MatrixFunc, Reduction, Tensor, contract};
pub(crate) use walk::post_order;
