//! Walks over the graph that visit each shared node once and never recurse.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::hash::Build;
use super::node::{Expr, Node};
use super::symbol::Symbol;
use super::tensor::{Tensor, contract};
use super::{apply, apply2, power, product, select, sum};

impl Expr {
    /// Every node below and including this one, children before parents, each shared node once.
    pub fn post_order(&self) -> Vec<Expr> {
        post_order([self])
    }

    /// How many nodes the graph has, a shared node counting once.
    pub fn node_count(&self) -> usize {
        self.post_order().len()
    }

    /// How many nodes the expression has when it is written out as a tree; saturates.
    pub fn tree_size(&self) -> u64 {
        let mut sizes = HashMap::<usize, u64, Build>::default();
        for e in self.post_order() {
            let mut size = 1_u64;
            e.node().for_each_child(|c| size = size.saturating_add(sizes[&c.address()]));
            sizes.insert(e.address(), size);
        }
        sizes[&self.address()]
    }

    /// The names that occur, in alphabetical order.
    pub fn free_symbols(&self) -> BTreeSet<Symbol> {
        self.post_order().iter().filter_map(|e| e.as_var().cloned()).collect()
    }

    /// The names that extents and places are made of: `n` of a vector of `n`, `k` of `x[k]`.
    pub fn extent_symbols(&self) -> BTreeSet<Symbol> {
        let mut names = BTreeSet::new();
        for e in self.post_order() {
            e.shape().dims().iter().for_each(|d| names.extend(d.free_symbols()));
            if let Node::Tensor(Tensor::Shift(place) | Tensor::Unit(place)) = e.node() {
                names.extend(place.free_symbols());
            }
        }
        names
    }

    /// Has anything in it axes?
    pub fn has_axes(&self) -> bool {
        self.post_order().iter().any(|p| !p.shape().is_scalar() || matches!(p.node(), Node::Tensor(_)))
    }

    /// Does the name occur?
    pub fn contains(&self, symbol: &Symbol) -> bool {
        self.may_contain(symbol) && self.post_order().iter().any(|e| e.as_var() == Some(symbol))
    }

    /// Puts expressions for names, all at once, and brings the result to canonical form.
    pub fn substitute(&self, values: &HashMap<Symbol, Expr>) -> Expr {
        self.rebuild(|e| e.as_var().and_then(|s| values.get(s).cloned()))
    }

    /// Puts `value` for one name.
    pub fn replace(&self, symbol: &Symbol, value: &Expr) -> Expr {
        if !self.may_contain(symbol) {
            return self.clone();
        }
        self.rebuild(|e| (e.as_var() == Some(symbol)).then(|| value.clone()))
    }

    /// Builds the expression again from its leaves; where `leaf` gives something, that stands for the node.
    pub fn rebuild(&self, mut leaf: impl FnMut(&Expr) -> Option<Expr>) -> Expr {
        let mut done = HashMap::<usize, Expr, Build>::default();
        for e in self.post_order() {
            let new = leaf(&e).unwrap_or_else(|| e.with_children(|c| done[&c.address()].clone()));
            done.insert(e.address(), new);
        }
        done[&self.address()].clone()
    }

    /// The same node over other children, in canonical form; itself when no child changed.
    pub fn with_children(&self, mut child: impl FnMut(&Expr) -> Expr) -> Expr {
        let mut changed = false;
        let mut children = Vec::new();
        self.node().for_each_child(|c| {
            let new = child(c);
            changed |= new.address() != c.address();
            children.push(new);
        });
        if !changed {
            return self.clone();
        }
        let mut children = children.into_iter();
        let mut next = || children.next().expect("as many children as before");
        match self.node() {
            Node::Number(_) | Node::Constant(_) | Node::Var(_) => self.clone(),
            Node::Sum(s) => {
                let constant = (s.constant.clone(), Expr::one());
                sum(std::iter::once(constant).chain(s.terms.iter().map(|t| (t.coefficient.clone(), next()))))
            }
            Node::Product(factors) => product(factors.iter().map(|_| next())),
            Node::Power(..) => {
                let base = next();
                power(&base, &next())
            }
            Node::Apply(f, _) => apply(*f, &next()),
            Node::Apply2(f, ..) => {
                let a = next();
                apply2(*f, &a, &next())
            }
            Node::Select(..) => {
                let (c, a) = (next(), next());
                select(&c, &a, &next())
            }
            Node::Derivative(_, x) => Expr::derivative_of(&next(), x),
            Node::Tensor(t) => match t {
                Tensor::Var { .. } | Tensor::Zeros | Tensor::Shift(_) | Tensor::Unit(_) => self.clone(),
                Tensor::Contract(factors) => {
                    let children: Vec<(Expr, Vec<u32>)> = factors
                        .iter()
                        .map(|f| (next(), f.labels.iter().map(|&l| u32::from(l)).collect()))
                        .collect();
                    let factors: Vec<(&Expr, &[u32])> = children.iter().map(|(e, l)| (e, &l[..])).collect();
                    let out: Vec<u32> = (0..self.shape().rank() as u32).collect();
                    let extents: Vec<(u32, Expr)> =
                        out.iter().copied().zip(self.shape().dims().iter().cloned()).collect();
                    contract(&factors, &out, &extents)
                }
                Tensor::Stack(entries) => Expr::stack(entries.iter().map(|_| next()).collect()),
                Tensor::Matrix(f, _) => Expr::matrix_func(*f, &next()),
                Tensor::Reduce(f, _) => Expr::reduce(*f, &next()),
            },
        }
    }
}

/// Every node below the roots, children before parents, each shared node once.
pub(crate) fn post_order<'a>(roots: impl IntoIterator<Item = &'a Expr>) -> Vec<Expr> {
    let mut seen = HashSet::<usize, Build>::default();
    let mut order = Vec::new();
    let mut work = Vec::new();
    for root in roots {
        work.push((root, false));
        while let Some((e, children_done)) = work.pop() {
            if children_done {
                order.push(e.clone());
            } else if seen.insert(e.address()) {
                work.push((e, true));
                let start = work.len();
                e.node().for_each_child(|c| work.push((c, false)));
                work[start..].reverse();
            }
        }
    }
    order
}
