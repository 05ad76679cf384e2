//! What is seen of vectors and matrices: matrix products, transposes, indices, tables of entries.
//!
//! Here: the layouts that only they have, and how tightly each holds together. Not here: which of them an expression
//! gets (`build`, `contraction`).
//! Start reading at [`Array`]; `text`, `latex` and `mathml` spell it.

pub(super) mod latex;
pub(super) mod mathml;
pub(super) mod text;

use super::super::Symbol;
use super::layout::Id;
use super::level::{Level, Style};

/// One part of a formula, as [`super::layout::Layout`] has them.
#[derive(Clone, Debug)]
pub(in super::super) enum Array {
    /// `A B x`
    Product(Box<[Id]>),
    /// `x .* y`
    Elementwise(Box<[Id]>),
    /// `x ./ y`
    Over(Id, Id),
    /// `x .^ 2`
    Power(Id, Id),
    /// `A'`
    Transpose(Id),
    /// `inv(A)`
    Inverse(Id),
    /// `norm(x)`
    Norm(Norm, Id),
    /// `ones(m, n)`: the extents.
    Filled(Fill, Box<[Id]>),
    /// `A[2:n, k]`
    Index(Id, Box<[Place]>),
    /// `[a, b, c]`
    Vector(Box<[Id]>),
    /// `[1, 2; 3, 4]`: how many columns, and the entries row by row.
    Table(usize, Box<[Id]>),
    /// A function with a name in letters: `tr(A)`.
    Call(&'static str, Box<[Id]>),
    /// A fold of one axis, counted from 1: `sum(A, 2)`.
    Along(&'static str, Id, usize),
    /// `einsum(A[i, k] B[k, j], [i, j])`: factors, the indices of the result, and those summed over.
    Einsum { factors: Box<[Id]>, result: Box<[Symbol]>, summed: Box<[Symbol]> },
    /// The change of a variable: `dX`.
    Change(Symbol),
}

/// Which norm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Norm {
    /// Of a vector, the length.
    Two,
    /// Of a vector, the sum of the moduli.
    One,
    /// Of a matrix, that of its entries as a vector.
    Frobenius,
}

/// What every entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Fill {
    Zeros,
    Ones,
    /// 1 on the diagonal.
    Identity,
}

/// What stands between the commas of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Place {
    /// One place.
    At(Id),
    /// From the first to the last of these places.
    Range(Id, Id),
    /// The whole axis.
    All,
}

impl Array {
    /// The same over parts that stand `by` places later.
    pub(super) fn moved(&self, by: Id) -> Array {
        let all = |parts: &[Id]| parts.iter().map(|p| p + by).collect();
        match self {
            Array::Product(parts) => Array::Product(all(parts)),
            Array::Elementwise(parts) => Array::Elementwise(all(parts)),
            Array::Over(a, b) => Array::Over(a + by, b + by),
            Array::Power(a, b) => Array::Power(a + by, b + by),
            Array::Transpose(a) => Array::Transpose(a + by),
            Array::Inverse(a) => Array::Inverse(a + by),
            Array::Norm(norm, a) => Array::Norm(*norm, a + by),
            Array::Filled(fill, extents) => Array::Filled(*fill, all(extents)),
            Array::Index(a, places) => {
                let moved = |p: &Place| match *p {
                    Place::At(k) => Place::At(k + by),
                    Place::Range(from, to) => Place::Range(from + by, to + by),
                    Place::All => Place::All,
                };
                Array::Index(a + by, places.iter().map(moved).collect())
            }
            Array::Vector(entries) => Array::Vector(all(entries)),
            Array::Table(columns, entries) => Array::Table(*columns, all(entries)),
            Array::Call(name, arguments) => Array::Call(name, all(arguments)),
            Array::Along(name, a, axis) => Array::Along(name, a + by, *axis),
            Array::Einsum { factors, result, summed } => {
                Array::Einsum { factors: all(factors), result: result.clone(), summed: summed.clone() }
            }
            Array::Change(x) => Array::Change(x.clone()),
        }
    }

    /// Hands over the parts it consists of, in the order in which they are written.
    pub(super) fn for_each_child(&self, mut visit: impl FnMut(Id)) {
        match self {
            Array::Product(parts)
            | Array::Elementwise(parts)
            | Array::Filled(_, parts)
            | Array::Vector(parts)
            | Array::Table(_, parts)
            | Array::Call(_, parts)
            | Array::Einsum { factors: parts, .. } => parts.iter().for_each(|p| visit(*p)),
            Array::Over(a, b) | Array::Power(a, b) => {
                visit(*a);
                visit(*b);
            }
            Array::Transpose(a) | Array::Inverse(a) | Array::Norm(_, a) | Array::Along(_, a, _) => visit(*a),
            Array::Index(a, places) => {
                visit(*a);
                for place in places {
                    match *place {
                        Place::At(k) => visit(k),
                        Place::Range(from, to) => {
                            visit(from);
                            visit(to);
                        }
                        Place::All => {}
                    }
                }
            }
            Array::Change(_) => {}
        }
    }

    /// How tightly it holds together when written in this style.
    pub(super) fn level(&self, style: Style) -> Level {
        let text = style == Style::Text;
        match self {
            Array::Product(_) | Array::Elementwise(_) => Level::Chain,
            Array::Over(..) => Level::Quotient,
            Array::Power(..) => Level::Power,
            Array::Transpose(_) | Array::Inverse(_) | Array::Change(_) if !text => Level::Power,
            Array::Along("sum", ..) if !text => Level::Chain,
            Array::Einsum { result, .. } if !text && result.is_empty() => Level::Quotient,
            Array::Transpose(_)
            | Array::Inverse(_)
            | Array::Change(_)
            | Array::Norm(..)
            | Array::Filled(..)
            | Array::Index(..)
            | Array::Vector(_)
            | Array::Table(..)
            | Array::Call(..)
            | Array::Along(..)
            | Array::Einsum { .. } => Level::Atom,
        }
    }

    /// Does it rise above the line in print, whatever is inside?
    pub(super) fn is_tall(&self) -> bool {
        match self {
            Array::Vector(entries) => entries.len() > 1,
            Array::Table(columns, entries) => entries.len() > *columns,
            Array::Einsum { .. } => true,
            _ => false,
        }
    }

    /// Where it stands among other parts.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Array::Product(_) => 0,
            Array::Elementwise(_) => 1,
            Array::Over(..) => 2,
            Array::Power(..) => 3,
            Array::Transpose(_) => 4,
            Array::Inverse(_) => 5,
            Array::Norm(..) => 6,
            Array::Index(..) => 7,
            Array::Call(..) => 8,
            Array::Along(..) => 9,
            Array::Einsum { .. } => 10,
            Array::Vector(_) => 11,
            Array::Table(..) => 12,
            Array::Filled(..) => 13,
            Array::Change(_) => 14,
        }
    }
}
