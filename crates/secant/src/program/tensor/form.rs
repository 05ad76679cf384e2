//! What an expression with axes is, entry by entry: boxes of loop variables, each with a scalar expression.
//!
//! Here: places in buffers as affine functions of loop variables, pieces, and how pieces of factors meet over labels.
//! Not here: which loops are run (`build`), how (`loops`).
//! Invariant: a loop variable runs from 0; every variable of a piece occurs in a coordinate; an entry that no piece
//! speaks of is 0, and one that several speak of is their sum. So structure (slices, diagonals, single entries)
//! costs nothing, and what is nought is never computed.
//! Start reading at [`Piece`] and [`meet`].

use std::collections::HashMap;

use smallvec::SmallVec;

use crate::expr::{Expr, HashBuild, Node, Symbol};

/// An index as `variable + offset`; without a variable it is fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Coord {
    pub(super) var: Option<usize>,
    pub(super) offset: i64,
}

impl Coord {
    pub(super) fn var(v: usize) -> Coord {
        Coord { var: Some(v), offset: 0 }
    }
}

/// A place in a buffer: `offset + Σ steps[v] · v` over the loop variables.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Access {
    pub(super) buffer: usize,
    pub(super) offset: i64,
    pub(super) steps: SmallVec<[i64; 4]>,
}

impl Access {
    /// Seen from other variables: `map[v]` says what the variable `v` is there.
    pub(super) fn renamed(&self, map: &[Coord], vars: usize) -> Access {
        let mut new =
            Access { buffer: self.buffer, offset: self.offset, steps: SmallVec::from_elem(0, vars) };
        for (&step, coord) in self.steps.iter().zip(map) {
            new.offset += step * coord.offset;
            if let Some(v) = coord.var {
                new.steps[v] += step;
            }
        }
        new
    }
}

/// A box of loop variables: the entry at these coordinates is the body.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) extents: Vec<i64>,
    pub(super) at: Vec<Coord>,
    /// Elementwise, over scalars and the names of [`Places`].
    pub(super) body: Expr,
}

impl Piece {
    /// Every entry of a tensor of this shape.
    pub(super) fn full(shape: &[i64], body: Expr) -> Piece {
        Piece { extents: shape.to_vec(), at: (0..shape.len()).map(Coord::var).collect(), body }
    }

    pub(super) fn is_full(&self, shape: &[i64]) -> bool {
        self.extents == shape && self.at.iter().enumerate().all(|(k, c)| *c == Coord::var(k))
    }
}

/// The names that stand for places in buffers.
#[derive(Default)]
pub(super) struct Places {
    list: Vec<Access>,
    symbols: HashMap<Access, Expr, HashBuild>,
    numbers: HashMap<Symbol, usize, HashBuild>,
}

impl Places {
    /// The scalar that stands for a place.
    pub(super) fn name(&mut self, access: Access) -> Expr {
        if let Some(known) = self.symbols.get(&access) {
            return known.clone();
        }
        // A name that cannot be typed meets no other.
        let symbol = Symbol::new(&format!("#{}", self.list.len()));
        let e = Expr::var(symbol.clone());
        self.numbers.insert(symbol, self.list.len());
        self.list.push(access.clone());
        self.symbols.insert(access, e.clone());
        e
    }

    pub(super) fn get(&self, name: &Symbol) -> Option<&Access> {
        self.numbers.get(name).map(|k| &self.list[*k])
    }

    /// The place that a body is, where it is nothing else.
    pub(super) fn plain(&self, body: &Expr) -> Option<&Access> {
        match body.node() {
            Node::Var(name) => self.get(name),
            _ => None,
        }
    }

    /// A scalar that is called by its own name in bodies.
    pub(super) fn own_name(&mut self, name: &Symbol, buffer: usize) {
        self.numbers.insert(name.clone(), self.list.len());
        self.list.push(Access { buffer, offset: 0, steps: SmallVec::new() });
    }

    /// The body seen from other variables.
    pub(super) fn renamed(&mut self, body: &Expr, map: &[Coord], vars: usize) -> Expr {
        let same = map.len() == vars && map.iter().enumerate().all(|(k, c)| *c == Coord::var(k));
        if same {
            return body.clone();
        }
        body.rebuild(|part| {
            let Node::Var(name) = part.node() else { return None };
            let old = self.get(name)?;
            if old.steps.iter().all(|step| *step == 0) {
                return None;
            }
            let new = old.renamed(map, vars);
            Some(self.name(new))
        })
    }

    /// Does the body change with each of so many variables?
    pub(super) fn varies(&self, body: &Expr, vars: usize) -> Vec<bool> {
        let mut varies = vec![false; vars];
        for name in body.free_symbols() {
            if let Some(access) = self.get(&name) {
                for (v, step) in varies.iter_mut().zip(&access.steps) {
                    *v |= *step != 0;
                }
            }
        }
        varies
    }
}

/// A choice of pieces, one a factor, met over the labels of a product.
pub(super) struct Meeting {
    /// Extents of the variables that are left.
    pub(super) extents: Vec<i64>,
    /// What each label is.
    pub(super) labels: Vec<Coord>,
    /// What the variables of each piece are.
    pub(super) maps: Vec<Vec<Coord>>,
}

/// Lets pieces meet: coordinate `k` of piece `p` is the label `labels[p][k]`, label `l` runs below `extents[l]`.
/// `None`: they have no entry in common.
pub(super) fn meet(pieces: &[(&Piece, &[usize])], extents: &[i64]) -> Option<Meeting> {
    // Unknowns: the labels, then the variables of each piece in turn.
    let mut limit: Vec<i64> = extents.to_vec();
    let mut first = Vec::with_capacity(pieces.len());
    for (piece, _) in pieces {
        first.push(limit.len());
        limit.extend_from_slice(&piece.extents);
    }
    let mut ties: Vec<Coord> = (0..limit.len()).map(Coord::var).collect();
    // Everything that was `base + …` becomes `to + offset + …`.
    fn tie(ties: &mut [Coord], base: usize, to: Coord, offset: i64) {
        for t in ties {
            if t.var == Some(base) {
                *t = Coord { var: to.var, offset: to.offset + offset + t.offset };
            }
        }
    }
    for ((piece, labels), first) in pieces.iter().zip(&first) {
        for (&l, coord) in labels.iter().zip(&piece.at) {
            let label = ties[l];
            let other = match coord.var {
                Some(v) => Coord { offset: ties[first + v].offset + coord.offset, ..ties[first + v] },
                None => *coord,
            };
            match (label.var, other.var) {
                (Some(a), Some(b)) if a == b => {
                    if label.offset != other.offset {
                        return None;
                    }
                }
                // base(label) + label.offset = other
                (Some(a), _) => tie(&mut ties, a, other, -label.offset),
                (None, Some(b)) => tie(&mut ties, b, label, -other.offset),
                (None, None) if label.offset != other.offset => return None,
                (None, None) => {}
            }
        }
    }
    let (mut low, mut high) = (vec![0_i64; limit.len()], limit.clone());
    for (t, &n) in ties.iter().zip(&limit) {
        match t.var {
            Some(base) => {
                low[base] = low[base].max(-t.offset);
                high[base] = high[base].min(n - t.offset);
            }
            None if t.offset < 0 || t.offset >= n => return None,
            None => {}
        }
    }
    // The bases become variables that start at 0.
    let mut number = vec![usize::MAX; limit.len()];
    let mut left = Vec::new();
    for t in &ties {
        if let Some(base) = t.var
            && number[base] == usize::MAX
        {
            if low[base] >= high[base] {
                return None;
            }
            number[base] = left.len();
            left.push(high[base] - low[base]);
        }
    }
    let seen = |t: &Coord| match t.var {
        Some(base) => Coord { var: Some(number[base]), offset: t.offset + low[base] },
        None => *t,
    };
    let labels = ties[..extents.len()].iter().map(seen).collect();
    let maps = pieces
        .iter()
        .zip(&first)
        .map(|((piece, _), &first)| ties[first..first + piece.extents.len()].iter().map(seen).collect())
        .collect();
    Some(Meeting { extents: left, labels, maps })
}
