//! What is known of a Hessian or Jacobian before any number is: which entries can be other than nought.

use std::collections::BTreeSet;
use std::fmt;

use crate::expr::{Expr, Factor, Node, Tensor};

/// The structure of a matrix, or of a tensor of four axes that is a matrix of matrices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Structure {
    /// Every entry is 0.
    Zero,
    /// Entries off the diagonal are 0.
    Diagonal,
    /// Entries are 0 except on these diagonals (column − row), nought among them or not.
    Banded(BTreeSet<i64>),
    /// Four axes `(i, a, j, b)`: entries are 0 unless `i = j`, and do not depend on `i`: `identity ⊗ core`.
    IdentityTimesCore,
    /// Four axes `(i, a, j, b)`: entries are 0 unless `a = b`, and do not depend on `a`: `core ⊗ identity`.
    CoreTimesIdentity,
    /// Equal to its transpose, and nothing else is known.
    Symmetric,
    /// Nothing is known.
    Dense,
}

impl fmt::Display for Structure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Structure::Zero => f.write_str("zero"),
            Structure::Diagonal => f.write_str("diagonal"),
            Structure::Banded(offsets) => {
                let list: Vec<String> = offsets.iter().map(i64::to_string).collect();
                write!(f, "banded ({})", list.join(", "))
            }
            Structure::IdentityTimesCore => f.write_str("identity ⊗ core"),
            Structure::CoreTimesIdentity => f.write_str("core ⊗ identity"),
            Structure::Symmetric => f.write_str("symmetric"),
            Structure::Dense => f.write_str("dense"),
        }
    }
}

/// The structure of a tensor of two or four axes; of others, [`Structure::Dense`].
pub fn structure(e: &Expr) -> Structure {
    if e.is_zero() {
        return Structure::Zero;
    }
    match e.shape().rank() {
        2 => match diagonals(e, 0, 1) {
            Some(d) if d.iter().all(|k| *k == 0) => Structure::Diagonal,
            Some(d) => Structure::Banded(d),
            None if e.is_symmetric() => Structure::Symmetric,
            None => Structure::Dense,
        },
        4 if has_identity(e, 0, 2) => Structure::IdentityTimesCore,
        4 if has_identity(e, 1, 3) => Structure::CoreTimesIdentity,
        _ => Structure::Dense,
    }
}

/// The structure of a matrix written out entry by entry.
pub fn structure_of_entries(rows: &[Vec<Expr>]) -> Structure {
    let mut offsets = BTreeSet::new();
    for (i, row) in rows.iter().enumerate() {
        for (j, e) in row.iter().enumerate() {
            if !e.is_zero() {
                offsets.insert(j as i64 - i as i64);
            }
        }
    }
    let n = rows.len() as i64;
    let symmetric = || (0..rows.len()).all(|i| (0..i).all(|j| rows[i].get(j) == rows[j].get(i)));
    if offsets.is_empty() {
        Structure::Zero
    } else if offsets.iter().all(|k| *k == 0) {
        Structure::Diagonal
    } else if n > 2 && offsets.iter().all(|k| k.abs() < n - 1) && (offsets.len() as i64) < 2 * n - 1 {
        Structure::Banded(offsets)
    } else if symmetric() {
        Structure::Symmetric
    } else {
        Structure::Dense
    }
}

/// The diagonals (second − first coordinate) outside of which entries are 0; `None` when that is not known.
fn diagonals(e: &Expr, first: u8, second: u8) -> Option<BTreeSet<i64>> {
    match e.node() {
        Node::Sum(s) => {
            let mut all = BTreeSet::new();
            for t in &s.terms {
                all.extend(diagonals(&t.expr, first, second)?);
            }
            Some(all)
        }
        // Elementwise: one banded factor is enough.
        Node::Product(factors) => {
            factors.iter().filter(|f| !f.shape().is_scalar()).find_map(|f| diagonals(f, first, second))
        }
        Node::Tensor(Tensor::Zeros) => Some(BTreeSet::new()),
        Node::Tensor(Tensor::Shift(offset)) => {
            let k = offset.as_number()?.to_i64()?;
            match (first, second) {
                (0, 1) => Some(BTreeSet::from([k])),
                (1, 0) => Some(BTreeSet::from([-k])),
                _ => None,
            }
        }
        Node::Tensor(Tensor::Contract(factors)) => along(factors, first, second),
        Node::Number(_)
        | Node::Constant(_)
        | Node::Var(_)
        | Node::Power(..)
        | Node::Apply(..)
        | Node::Apply2(..)
        | Node::Select(..)
        | Node::Derivative(..)
        | Node::Tensor(_) => None,
    }
}

/// Follows banded factors from one label to the other; their offsets add.
fn along(factors: &[Factor], first: u8, second: u8) -> Option<BTreeSet<i64>> {
    let mut reached: Vec<(u8, BTreeSet<i64>)> = vec![(first, BTreeSet::from([0]))];
    let mut k = 0;
    while k < reached.len() {
        let (label, offsets) = reached[k].clone();
        if label == second {
            return Some(offsets);
        }
        for f in factors {
            for (i, l) in f.labels.iter().enumerate().filter(|(_, l)| **l == label) {
                for (j, next) in f.labels.iter().enumerate().filter(|(j, next)| *j != i && *next != l) {
                    if reached.iter().any(|(seen, _)| seen == next) {
                        continue;
                    }
                    if let Some(steps) = diagonals(&f.expr, i as u8, j as u8) {
                        let sums = offsets.iter().flat_map(|a| steps.iter().map(move |b| a + b)).collect();
                        reached.push((*next, sums));
                    }
                }
            }
        }
        k += 1;
    }
    None
}

/// Is every term a product with an identity between these two axes, on neither of which anything else depends?
fn has_identity(e: &Expr, first: u8, second: u8) -> bool {
    match e.node() {
        Node::Sum(s) => s.terms.iter().all(|t| has_identity(&t.expr, first, second)),
        Node::Product(factors) => {
            let mut tensors = factors.iter().filter(|f| !f.shape().is_scalar());
            matches!((tensors.next(), tensors.next()), (Some(f), None) if has_identity(f, first, second))
        }
        Node::Tensor(Tensor::Contract(factors)) => {
            let tie = factors.iter().position(|f| f.expr.is_identity() && f.labels[..] == [first, second]);
            tie.is_some_and(|k| {
                let others = factors.iter().enumerate().filter(|(j, _)| *j != k);
                others.flat_map(|(_, f)| f.labels.iter()).all(|l| *l != first && *l != second)
            })
        }
        Node::Number(_)
        | Node::Constant(_)
        | Node::Var(_)
        | Node::Power(..)
        | Node::Apply(..)
        | Node::Apply2(..)
        | Node::Select(..)
        | Node::Derivative(..)
        | Node::Tensor(_) => false,
    }
}
