//! Tensors: what has axes. One product, the Einstein product, serves for scalar, matrix, outer and elementwise
//! products with a sum, for transposes, traces, diagonals and row sums.
//!
//! Here: the nodes that only tensors have, and [`contract()`], which keeps them canonical.
//! Not here: elementwise operations; `sum`, `product`, `power` and `apply` work on tensors as they do on numbers.
//! Invariant: a contraction holds no number, no scalar factor, no identity that could be carried out, and no
//! contraction unless it would become too long; factors with the same indices are one elementwise product.
//! Source of the design: Laue, Mitterreiter & Giesen, NeurIPS 2018, AAAI 2020.
//! Start reading at [`Tensor`] and [`contract()`].

use super::func::Func;
use super::node::{Expr, Node};
use super::rational::Rational;
use super::shape::{Dim, Shape};
use super::symbol::Symbol;
use super::{apply, product, scale, sum};

/// A node that only tensors have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tensor {
    /// A variable with axes.
    Var {
        /// Its name.
        name: Symbol,
        /// Declared to equal its transpose.
        symmetric: bool,
    },
    /// Every entry 0.
    Zeros,
    /// `Σ Π factors`, over every label that is not an axis of the result. Without factors: every entry 1.
    Contract(Box<[Factor]>),
    /// The matrix with 1 where `column = row + offset`, else 0; with offset 0 and equal extents the identity.
    Shift(Dim),
    /// The vector with 1 at this place (counted from 1), else 0.
    Unit(Dim),
    /// Tensors of one shape, laid along a new first axis.
    Stack(Box<[Expr]>),
    /// A function of a matrix.
    Matrix(MatrixFunc, Expr),
    /// The last axis folded.
    Reduce(Reduction, Expr),
}

/// A factor of a contraction and a label for each of its axes. Labels below the rank of the result are its axes, in
/// order; the others are summed over.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Factor {
    /// A tensor.
    pub expr: Expr,
    /// A label an axis.
    pub labels: Box<[u8]>,
}

/// A function of a square matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MatrixFunc {
    /// The inverse.
    Inverse,
    /// The determinant.
    Det,
    /// The logarithm of the determinant's absolute value.
    LogDet,
}

/// A way to fold an axis; sums are contractions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reduction {
    /// The largest.
    Max,
    /// The smallest.
    Min,
    /// `log Σ exp`, computed without overflow.
    LogSumExp,
    /// The product of all.
    Product,
}

/// The name of the factor that is left out; it cannot be typed.
const MARKER: &str = "# factor";

/// Most axes of the factors of one contraction, together; labels are bytes. What would be longer stays nested.
const MAX_SLOTS: usize = 160;

/// A label while a contraction is being put together.
pub(crate) type Label = u32;

/// Collects factors over labels, then makes the canonical contraction of them.
pub(crate) struct Contraction {
    coefficient: Rational,
    scalars: Vec<Expr>,
    factors: Vec<(Expr, Vec<Label>)>,
    extents: Vec<(Label, Dim)>,
    fresh: Label,
}

impl Contraction {
    /// An empty one. Labels below `first_fresh` are the caller's to give.
    pub(crate) fn new(first_fresh: Label) -> Contraction {
        Contraction {
            coefficient: Rational::ONE,
            scalars: Vec::new(),
            factors: Vec::new(),
            extents: Vec::new(),
            fresh: first_fresh,
        }
    }

    /// Adds a factor; a scalar has no labels.
    pub(crate) fn push(&mut self, expr: &Expr, labels: &[Label]) {
        debug_assert_eq!(expr.shape().rank(), labels.len());
        for (label, dim) in labels.iter().zip(expr.shape().dims()) {
            self.extent(*label, dim);
        }
        let (c, rest) = expr.split_coefficient();
        if !c.is_one() {
            self.coefficient = &self.coefficient * &c;
        }
        match rest.node() {
            _ if rest.shape().is_scalar() && !matches!(rest.node(), Node::Tensor(Tensor::Contract(_))) => {
                self.scalars.push(rest);
            }
            Node::Product(factors) => {
                for f in factors {
                    if f.shape().is_scalar() { self.push(f, &[]) } else { self.push(f, labels) }
                }
            }
            Node::Tensor(Tensor::Contract(factors)) if self.has_room_for(factors) => {
                // What is summed inside gets labels of its own.
                let rank = labels.len();
                let first = self.fresh;
                let mut most = 0;
                for f in factors {
                    let renamed: Vec<Label> = f
                        .labels
                        .iter()
                        .map(|&l| match usize::from(l) {
                            l if l < rank => labels[l],
                            l => {
                                most = most.max(l - rank + 1);
                                first + (l - rank) as Label
                            }
                        })
                        .collect();
                    self.fresh = first + most as Label;
                    for (label, dim) in renamed.iter().zip(f.expr.shape().dims()) {
                        self.extent(*label, dim);
                    }
                    match f.expr.node() {
                        // What it is joined with may be another thing here.
                        Node::Product(parts) => {
                            self.factors.extend(parts.iter().map(|e| (e.clone(), renamed.clone())));
                        }
                        _ => self.factors.push((f.expr.clone(), renamed)),
                    }
                }
            }
            _ => self.factors.push((rest, labels.to_vec())),
        }
    }

    fn has_room_for(&self, factors: &[Factor]) -> bool {
        let here: usize = self.factors.iter().map(|(_, labels)| labels.len()).sum();
        here + slots(factors) <= MAX_SLOTS
    }

    /// States the extent of a label that perhaps no factor has.
    pub(crate) fn extent(&mut self, label: Label, dim: &Dim) {
        if !self.extents.iter().any(|(l, _)| *l == label) {
            self.extents.push((label, dim.clone()));
        }
    }

    fn extent_of(&self, label: Label) -> Dim {
        let known = self.extents.iter().find(|(l, _)| *l == label);
        known.map_or_else(Expr::undefined, |(_, d)| d.clone())
    }

    /// The canonical contraction with these axes; every other label is summed over.
    pub(crate) fn finish(mut self, out: &[Label]) -> Expr {
        let shape = Shape::new(out.iter().map(|&l| self.extent_of(l)));
        let every: Vec<Label> = self.extents.iter().map(|(l, _)| *l).collect();
        if self.coefficient.is_zero() || self.factors.iter().any(|(e, _)| e.is_zero()) {
            return Expr::zeros(&shape);
        }
        loop {
            self.carry_out_identities(out);
            if !self.join_equal_labels() {
                break;
            }
        }
        if self.coefficient.is_zero() || self.factors.iter().any(|(e, _)| e.is_zero()) {
            return Expr::zeros(&shape);
        }
        // A sum over a label that nothing depends on counts its terms.
        for label in every {
            let used = out.contains(&label) || self.factors.iter().any(|(_, l)| l.contains(&label));
            if !used && self.alive(label) {
                self.scalars.push(self.extent_of(label));
            }
        }
        for part in self.split_off_scalars(out) {
            let core = core(&part, &[], &Shape::SCALAR);
            self.scalars.push(core);
        }
        self.scalars.push(core(&self.factors, out, &shape));
        scale(&self.coefficient, &product(self.scalars))
    }

    /// Was the label not renamed to another?
    fn alive(&self, label: Label) -> bool {
        self.extents.iter().any(|(l, _)| *l == label)
    }

    /// Takes out the groups of factors that share no label with the result: each is a scalar of its own.
    fn split_off_scalars(&mut self, out: &[Label]) -> Vec<Vec<(Expr, Vec<Label>)>> {
        let mut groups = Vec::new();
        let mut rest = std::mem::take(&mut self.factors);
        while let Some(first) = rest.pop() {
            let mut labels = first.1.clone();
            let mut group = vec![first];
            while let Some(k) = rest.iter().position(|(_, l)| l.iter().any(|l| labels.contains(l))) {
                let next = rest.swap_remove(k);
                labels.extend_from_slice(&next.1);
                group.push(next);
            }
            if labels.iter().any(|l| out.contains(l)) {
                self.factors.extend(group)
            } else {
                groups.push(group)
            }
        }
        groups
    }

    /// An identity renames one of its labels to the other, unless both are axes of the result.
    fn carry_out_identities(&mut self, out: &[Label]) {
        let mut k = 0;
        while k < self.factors.len() {
            let (e, labels) = &self.factors[k];
            let identity = e.is_identity();
            let (i, j) = match labels[..] {
                [i, j] if identity => (i, j),
                _ => {
                    k += 1;
                    continue;
                }
            };
            let (keep, gone) = match (out.contains(&i), out.contains(&j)) {
                (true, true) if i != j => {
                    // Both stay: other factors speak of the first of them.
                    let (first, second) = if position(out, i) < position(out, j) { (i, j) } else { (j, i) };
                    for (m, (_, labels)) in self.factors.iter_mut().enumerate() {
                        if m != k {
                            rename(labels, second, first);
                        }
                    }
                    self.factors[k].1 = vec![first, second];
                    let twin = self.factors.iter().enumerate().any(|(m, f)| m < k && f == &self.factors[k]);
                    if twin {
                        self.factors.remove(k);
                    } else {
                        k += 1;
                    }
                    continue;
                }
                (true, _) => (i, j),
                _ => (j, i),
            };
            self.factors.remove(k);
            if keep != gone {
                for (_, labels) in &mut self.factors {
                    rename(labels, gone, keep);
                }
                self.extents.retain(|(l, _)| *l != gone);
            }
            k = 0;
        }
    }

    /// Factors with the same labels become one elementwise product; says whether that made something new to look at.
    fn join_equal_labels(&mut self) -> bool {
        // A symmetric matrix has its labels in order.
        for (e, labels) in &mut self.factors {
            if let [i, j] = labels[..]
                && i > j
                && e.is_symmetric()
            {
                *labels = vec![j, i];
            }
        }
        let (symmetric, others): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.factors).into_iter().partition(|(e, l)| is_symmetric_pair(e, l));
        let mut joined = grouped(others);
        let known: Vec<Vec<Label>> = joined.iter().map(|(_, l)| l.clone()).collect();
        for (list, labels) in grouped(symmetric) {
            // A symmetric matrix joins what has its labels the other way round, too, unless others have them both ways.
            let turned = vec![labels[1], labels[0]];
            let way = match (known.contains(&labels), known.contains(&turned)) {
                (true, false) => Some(labels.clone()),
                (false, true) => Some(turned),
                (true, true) if labels == turned => Some(turned),
                _ => None,
            };
            match way.and_then(|way| joined.iter_mut().find(|(_, l)| *l == way)) {
                Some((group, _)) => group.extend(list),
                None => joined.push((list, labels)),
            }
        }
        let mut again = false;
        for (mut list, labels) in joined {
            if list.len() == 1 {
                self.factors.push((list.swap_remove(0), labels));
            } else {
                // The product may set a number free, or turn into ones.
                let e = product(list);
                let before = self.factors.len();
                self.push_joined(&e, &labels);
                again |= self.factors.len() != before + 1;
            }
        }
        again
    }

    fn push_joined(&mut self, e: &Expr, labels: &[Label]) {
        let (c, rest) = e.split_coefficient();
        self.coefficient = &self.coefficient * &c;
        match rest.node() {
            Node::Product(factors) if factors.iter().any(|f| f.shape().is_scalar()) => {
                let (scalars, tensors): (Vec<Expr>, Vec<Expr>) =
                    factors.iter().cloned().partition(|f| f.shape().is_scalar());
                self.scalars.extend(scalars);
                self.factors.push((product(tensors), labels.to_vec()));
            }
            Node::Tensor(Tensor::Contract(_)) => self.push(&rest, labels),
            _ => self.factors.push((rest, labels.to_vec())),
        }
    }
}

/// The contraction of factors that are as canonical as they get, but for their order.
fn core(factors: &[(Expr, Vec<Label>)], out: &[Label], shape: &Shape) -> Expr {
    if let [(e, labels)] = factors
        && labels == out
    {
        return e.clone();
    }
    if factors.is_empty() && out.is_empty() {
        return Expr::one();
    }
    let list = canonical_order(factors, out).into_iter().map(|(k, labels)| {
        let (expr, labels) = (factors[k].0.clone(), labels.into());
        Factor { expr, labels }
    });
    Expr::from_tensor(Tensor::Contract(list.collect()), shape.clone())
}

/// Factors with the same labels, together.
fn grouped(factors: Vec<(Expr, Vec<Label>)>) -> Vec<(Vec<Expr>, Vec<Label>)> {
    let mut groups: Vec<(Vec<Expr>, Vec<Label>)> = Vec::new();
    for (e, labels) in factors {
        match groups.iter_mut().find(|(_, l)| *l == labels) {
            Some((list, _)) => list.push(e),
            None => groups.push((vec![e], labels)),
        }
    }
    groups
}

fn slots(factors: &[Factor]) -> usize {
    factors.iter().map(|f| f.labels.len()).sum()
}

fn is_symmetric_pair(e: &Expr, labels: &[Label]) -> bool {
    labels.len() == 2 && e.is_symmetric()
}

fn position(out: &[Label], label: Label) -> usize {
    out.iter().position(|l| *l == label).unwrap_or(usize::MAX)
}

fn rename(labels: &mut [Label], from: Label, to: Label) {
    for l in labels {
        if *l == from {
            *l = to;
        }
    }
}

/// An order of the factors that does not depend on how they came, nor on the names of summed labels, and the labels of
/// each, numbered as they occur.
///
/// Labels are told apart by where they occur (axes of the result by their place; others by the factors they are in,
/// in rounds); where that leaves factors alike, one is singled out and the rounds go on.
fn canonical_order(factors: &[(Expr, Vec<Label>)], out: &[Label]) -> Vec<(usize, Vec<u8>)> {
    use super::hash::mix;
    use std::collections::BTreeMap;
    let mut labels: BTreeMap<Label, u64> = BTreeMap::new();
    for (_, list) in factors {
        for l in list {
            let place = out.iter().position(|o| o == l);
            labels.insert(*l, place.map_or(1, |p| 1000 + p as u64));
        }
    }
    let symmetric: Vec<bool> = factors.iter().map(|(e, l)| is_symmetric_pair(e, l)).collect();
    let mut colours: Vec<u64> = factors.iter().map(|(e, _)| e.stable_hash()).collect();
    let rounds = factors.len().min(8) + 1;
    let refine = |colours: &mut Vec<u64>, labels: &mut BTreeMap<Label, u64>| {
        for _ in 0..rounds {
            for (k, (_, list)) in factors.iter().enumerate() {
                colours[k] = match list[..] {
                    // The axes of a symmetric matrix are told apart by nothing.
                    [i, j] if symmetric[k] => mix(colours[k], labels[&i].wrapping_add(labels[&j])),
                    _ => list.iter().fold(colours[k], |h, l| mix(h, labels[l])),
                };
            }
            let mut next: BTreeMap<Label, u64> = labels.iter().map(|(l, h)| (*l, mix(*h, 7))).collect();
            for (k, (_, list)) in factors.iter().enumerate() {
                for (slot, l) in list.iter().enumerate() {
                    let entry = next.get_mut(l).expect("every label is in the map");
                    // A sum does not mind the order of the factors.
                    let slot = if symmetric[k] { 0 } else { slot as u64 };
                    *entry = entry.wrapping_add(mix(colours[k], slot));
                }
            }
            *labels = next;
        }
    };
    refine(&mut colours, &mut labels);
    let mut order = Vec::with_capacity(factors.len());
    let mut names: Vec<Label> = out.to_vec();
    let mut left: Vec<usize> = (0..factors.len()).collect();
    while !left.is_empty() {
        let best = left
            .iter()
            .copied()
            .min_by_key(|&k| (factors[k].0.stable_hash(), colours[k]))
            .expect("not empty");
        let mut tie = left.iter().any(|&k| k != best && colours[k] == colours[best]);
        left.retain(|&k| k != best);
        let mut own = factors[best].1.clone();
        if symmetric[best] {
            let new = |l: &Label| !names.contains(l);
            if own[0] != own[1] && new(&own[0]) && new(&own[1]) {
                own.sort_by_key(|l| labels[l]);
                tie |= labels[&own[0]] == labels[&own[1]];
            } else if new(&own[0]) {
                own.swap(0, 1);
            }
        }
        let mut numbers: Vec<u8> = Vec::with_capacity(own.len());
        for l in own {
            numbers.push(names.iter().position(|n| *n == l).unwrap_or_else(|| {
                names.push(l);
                names.len() - 1
            }) as u8);
        }
        if symmetric[best] {
            numbers.sort_unstable();
        }
        order.push((best, numbers));
        if tie {
            // What has been chosen among what is alike tells the rest apart.
            colours[best] = mix(colours[best], order.len() as u64);
            for (number, l) in names.iter().enumerate() {
                labels.insert(*l, mix(2000, number as u64));
            }
            refine(&mut colours, &mut labels);
        }
    }
    order
}

/// The Einstein product of factors: a label for each axis of each factor, and the labels of the result. Labels that
/// the result does not have are summed over. A label of the result that no factor has needs its extent in `extents`.
///
/// # Panics
/// When a factor has another number of labels than axes.
pub fn contract(factors: &[(&Expr, &[u32])], out: &[u32], extents: &[(u32, Dim)]) -> Expr {
    if factors.iter().any(|(e, _)| e.is_undefined()) {
        return Expr::undefined();
    }
    let all = factors.iter().flat_map(|(_, l)| l.iter()).chain(out).chain(extents.iter().map(|(l, _)| l));
    let mut c = Contraction::new(all.max().map_or(0, |m| m + 1));
    // Contractions come last and in an order of their own, so that which of them find room does not depend on how
    // the factors came.
    let mut inner = Vec::new();
    for (e, labels) in factors {
        assert_eq!(e.shape().rank(), labels.len(), "a label for each axis");
        match e.split_coefficient().1.node() {
            Node::Tensor(Tensor::Contract(parts)) => inner.push((slots(parts), e.stable_hash(), *e, *labels)),
            _ => c.push(e, labels),
        }
    }
    inner.sort_by_key(|(slots, hash, ..)| (*slots, *hash));
    for (_, _, e, labels) in inner {
        c.push(e, labels);
    }
    for (label, dim) in extents {
        c.extent(*label, dim);
    }
    c.finish(out)
}

impl Expr {
    /// A variable with axes.
    pub fn tensor_var(name: impl Into<Symbol>, shape: Shape) -> Expr {
        let name = name.into();
        if shape.is_scalar() {
            Expr::var(name)
        } else {
            Expr::from_tensor(Tensor::Var { name, symmetric: false }, shape)
        }
    }

    /// A square matrix variable that equals its transpose.
    pub fn symmetric_var(name: impl Into<Symbol>, n: Dim) -> Expr {
        let shape = Shape::new([n.clone(), n]);
        Expr::from_tensor(Tensor::Var { name: name.into(), symmetric: true }, shape)
    }

    /// The tensor of this shape with every entry 0; the number 0 for a scalar.
    pub fn zeros(shape: &Shape) -> Expr {
        if shape.is_scalar() { Expr::zero() } else { Expr::from_tensor(Tensor::Zeros, shape.clone()) }
    }

    /// The tensor of this shape with every entry 1; the number 1 for a scalar.
    pub fn ones(shape: &Shape) -> Expr {
        if shape.is_scalar() {
            Expr::one()
        } else {
            Expr::from_tensor(Tensor::Contract(Box::new([])), shape.clone())
        }
    }

    /// The identity matrix.
    pub fn identity(n: Dim) -> Expr {
        Expr::shift(n.clone(), n, Expr::zero())
    }

    /// The matrix with 1 where `column = row + offset`.
    pub fn shift(rows: Dim, columns: Dim, offset: Dim) -> Expr {
        Expr::from_tensor(Tensor::Shift(offset), Shape::new([rows, columns]))
    }

    /// The vector of length `n` with 1 at place `k`, counted from 1.
    pub fn unit(k: Dim, n: Dim) -> Expr {
        Expr::from_tensor(Tensor::Unit(k), Shape::new([n]))
    }

    /// Tensors of one shape along a new first axis.
    ///
    /// # Panics
    /// When there are none, or their shapes differ.
    pub fn stack(entries: Vec<Expr>) -> Expr {
        let inner = entries.first().expect("something to stack").shape().clone();
        assert!(entries.iter().all(|e| *e.shape() == inner), "stacked tensors have one shape");
        if let Some(bad) = entries.iter().find(|e| e.is_undefined()) {
            return bad.clone();
        }
        let extent = Expr::integer(entries.len() as i64);
        let shape = Shape::new(std::iter::once(extent).chain(inner.dims().iter().cloned()));
        if entries.iter().all(Expr::is_zero) {
            return Expr::zeros(&shape);
        }
        Expr::from_tensor(Tensor::Stack(entries.into()), shape)
    }

    /// The transpose of a matrix, the outer two axes exchanged; a vector or scalar is its own.
    pub fn transpose(&self) -> Expr {
        match self.shape().rank() {
            2 => contract(&[(self, &[1, 0])], &[0, 1], &[]),
            _ => self.clone(),
        }
    }

    /// For terms that are contractions alike but for one factor: the contraction with the sum of these factors.
    ///
    /// `A diag(p) A' − A diag(q) A'` becomes `A diag(p − q) A'`. Other terms are left as they are.
    pub(crate) fn with_common_factors(terms: Vec<(Rational, Expr)>) -> Expr {
        enum Group {
            Alone { term: (Rational, Expr), keys: Vec<(Expr, Expr)> },
            Joined { key: Expr, members: Vec<(Rational, Expr)> },
        }
        let mut groups: Vec<Group> = Vec::new();
        'terms: for (c, e) in terms {
            let (own, core) = e.split_coefficient();
            let c = &c * &own;
            let keys = core.without_one_factor();
            for group in &mut groups {
                match group {
                    Group::Joined { key, members } => {
                        if let Some((_, mine)) = keys.iter().find(|(k, _)| k == key) {
                            members.push((c, mine.clone()));
                            continue 'terms;
                        }
                    }
                    Group::Alone { term, keys: known } => {
                        let common = keys.iter().find_map(|(k, mine)| {
                            let other = known.iter().find(|(known, _)| known == k);
                            other.map(|(_, theirs)| (k.clone(), theirs.clone(), mine.clone()))
                        });
                        if let Some((key, theirs, mine)) = common {
                            *group =
                                Group::Joined { key, members: vec![(term.0.clone(), theirs), (c, mine)] };
                            continue 'terms;
                        }
                    }
                }
            }
            groups.push(Group::Alone { term: (c, core), keys });
        }
        let marker = Symbol::new(MARKER);
        sum(groups.into_iter().map(|group| match group {
            Group::Alone { term, .. } => term,
            Group::Joined { key, members } => (Rational::ONE, key.replace(&marker, &sum(members))),
        }))
    }

    /// For each factor of a contraction: the contraction with a marker in its place, and the factor.
    fn without_one_factor(&self) -> Vec<(Expr, Expr)> {
        let Node::Tensor(Tensor::Contract(factors)) = self.node() else { return Vec::new() };
        if factors.len() < 2 {
            return Vec::new();
        }
        let labels: Vec<Vec<u32>> =
            factors.iter().map(|f| f.labels.iter().map(|&l| u32::from(l)).collect()).collect();
        let out: Vec<u32> = (0..self.shape().rank() as u32).collect();
        // An axis along which nothing changes is in no factor.
        let extents: Vec<(u32, Dim)> = out.iter().copied().zip(self.shape().dims().iter().cloned()).collect();
        let keys = factors.iter().enumerate().map(|(k, f)| {
            let marker = Expr::tensor_var(MARKER, f.expr.shape().clone());
            let list: Vec<(&Expr, &[u32])> = factors
                .iter()
                .zip(&labels)
                .enumerate()
                .map(|(j, (g, l))| (if j == k { &marker } else { &g.expr }, &l[..]))
                .collect();
            (contract(&list, &out, &extents), f.expr.clone())
        });
        keys.collect()
    }

    /// The sum of every entry.
    pub fn sum_all(&self) -> Expr {
        let labels: Vec<u32> = (0..self.shape().rank() as u32).collect();
        contract(&[(self, &labels)], &[], &[])
    }

    /// The product of matrices and vectors: the last axis of one summed against the first of the other.
    ///
    /// # Panics
    /// When the extents differ.
    pub fn matmul(&self, other: &Expr) -> Expr {
        let (a, b) = (self.shape().rank() as u32, other.shape().rank() as u32);
        if a == 0 || b == 0 {
            return product([self.clone(), other.clone()]);
        }
        assert_eq!(self.shape().dims().last(), other.shape().dims().first(), "inner extents agree");
        let left: Vec<u32> = (0..a).collect();
        let right: Vec<u32> = (a - 1..a + b - 1).collect();
        let out: Vec<u32> = (0..a - 1).chain(a..a + b - 1).collect();
        contract(&[(self, &left), (other, &right)], &out, &[])
    }

    /// A scalar repeated over a shape.
    pub fn broadcast(&self, shape: &Shape) -> Expr {
        if shape.is_scalar() || !self.shape().is_scalar() {
            return self.clone();
        }
        if self.is_zero() { Expr::zeros(shape) } else { product([self.clone(), Expr::ones(shape)]) }
    }

    /// A function of a square matrix.
    pub fn matrix_func(f: MatrixFunc, a: &Expr) -> Expr {
        if a.is_undefined() {
            return a.clone();
        }
        let shape = if f == MatrixFunc::Inverse { a.shape().clone() } else { Shape::SCALAR };
        let whole = |a: &Expr| Expr::from_tensor(Tensor::Matrix(f, a.clone()), shape.clone());
        let n = || a.shape().dims().first().cloned().unwrap_or_else(Expr::one);
        if a.is_identity() {
            return match f {
                MatrixFunc::Inverse => a.clone(),
                MatrixFunc::Det => Expr::one(),
                MatrixFunc::LogDet => Expr::zero(),
            };
        }
        let (number, rest) = a.split_scalars();
        if !number.is_one() {
            let inner = Expr::matrix_func(f, &rest);
            return match f {
                MatrixFunc::Inverse => product([number.recip(), inner]),
                MatrixFunc::Det => super::power(&number, &n()) * inner,
                MatrixFunc::LogDet => n() * apply(Func::Abs, &number).log() + inner,
            };
        }
        if let Node::Tensor(Tensor::Matrix(MatrixFunc::Inverse, b)) = a.node() {
            return match f {
                MatrixFunc::Inverse => b.clone(),
                MatrixFunc::Det => Expr::matrix_func(f, b).recip(),
                MatrixFunc::LogDet => -Expr::matrix_func(f, b),
            };
        }
        if let Some(b) = a.transposed() {
            let inner = Expr::matrix_func(f, &b);
            return if f == MatrixFunc::Inverse { inner.transpose() } else { inner };
        }
        // A product of square matrices is singular exactly where one of them is.
        if let Some(chain) = a.square_chain() {
            let parts = chain.iter().map(|b| Expr::matrix_func(f, b));
            return match f {
                MatrixFunc::Inverse => {
                    parts.rev().reduce(|a, b| a.matmul(&b)).expect("a chain has two matrices at least")
                }
                MatrixFunc::Det => product(parts),
                MatrixFunc::LogDet => sum(parts.map(|part| (Rational::ONE, part))),
            };
        }
        whole(a)
    }

    /// What is in front of the one factor with axes, numbers and scalars, and that factor.
    fn split_scalars(&self) -> (Expr, Expr) {
        let (c, rest) = self.split_coefficient();
        let number = Expr::number(c);
        if let Node::Product(factors) = rest.node() {
            let (scalars, others): (Vec<Expr>, Vec<Expr>) =
                factors.iter().cloned().partition(|f| f.shape().is_scalar());
            if !scalars.is_empty() && !self.shape().is_scalar() {
                return (product(scalars.into_iter().chain([number])), product(others));
            }
        }
        (number, rest)
    }

    /// The matrices, in order, of which this is the product; two at least, all square and of one size.
    fn square_chain(&self) -> Option<Vec<Expr>> {
        let Node::Tensor(Tensor::Contract(factors)) = self.node() else { return None };
        let size = self.shape().dims().first()?;
        let square = |f: &Factor| f.expr.shape().dims() == [size.clone(), size.clone()];
        if factors.len() < 2 || !factors.iter().all(square) {
            return None;
        }
        let (mut at, mut left, mut chain) = (0, factors.iter().collect::<Vec<_>>(), Vec::new());
        while at != 1 {
            let k = left.iter().position(|f| f.labels.contains(&at))?;
            let f = left.swap_remove(k);
            let (row, column) = (f.labels[0], f.labels[1]);
            if row == column || left.iter().filter(|f| f.labels.contains(&at)).count() > 0 {
                return None;
            }
            chain.push(if row == at { f.expr.clone() } else { f.expr.transpose() });
            at = if row == at { column } else { row };
        }
        left.is_empty().then_some(chain)
    }

    /// `b` where this is exactly `b'`.
    pub(crate) fn transposed(&self) -> Option<Expr> {
        match self.node() {
            Node::Tensor(Tensor::Contract(factors)) => match &factors[..] {
                [f] if f.labels[..] == [1, 0] => Some(f.expr.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    /// The last axis folded.
    pub fn reduce(f: Reduction, a: &Expr) -> Expr {
        if a.is_undefined() {
            return a.clone();
        }
        let dims = a.shape().dims();
        assert!(!dims.is_empty(), "a scalar has no axis to fold");
        Expr::from_tensor(Tensor::Reduce(f, a.clone()), Shape::new(dims[..dims.len() - 1].iter().cloned()))
    }

    /// For a tensor all of whose entries are one number or scalar: that, and the shape.
    pub(crate) fn uniform(&self) -> Option<(Expr, Shape)> {
        let shape = self.shape();
        if shape.is_scalar() {
            return None;
        }
        let is_ones =
            |e: &Expr| matches!(e.node(), Node::Tensor(Tensor::Contract(factors)) if factors.is_empty());
        let (c, rest) = self.split_coefficient();
        match rest.node() {
            Node::Tensor(Tensor::Zeros) => Some((Expr::zero(), shape.clone())),
            Node::Tensor(Tensor::Contract(factors)) if factors.is_empty() => {
                Some((Expr::number(c), shape.clone()))
            }
            Node::Product(factors) if factors.iter().all(|f| f.shape().is_scalar() || is_ones(f)) => {
                let scalars = factors.iter().filter(|f| f.shape().is_scalar()).cloned();
                Some((scale(&c, &product(scalars)), shape.clone()))
            }
            _ => None,
        }
    }

    /// Is it the identity matrix?
    pub fn is_identity(&self) -> bool {
        matches!(self.node(), Node::Tensor(Tensor::Shift(offset)) if offset.is_zero())
            && self.shape().dims()[0] == self.shape().dims()[1]
    }

    /// Certainly equal to its transpose? A quick look, not a proof search.
    pub fn is_symmetric(&self) -> bool {
        let square = matches!(self.shape().dims(), [m, n] if m == n);
        square
            && match self.node() {
                Node::Tensor(t) => match t {
                    Tensor::Var { symmetric, .. } => *symmetric,
                    Tensor::Zeros => true,
                    Tensor::Shift(offset) => offset.is_zero(),
                    Tensor::Contract(factors) => factors.is_empty() || is_gram(factors),
                    Tensor::Matrix(MatrixFunc::Inverse, a) => a.is_symmetric(),
                    Tensor::Matrix(..) | Tensor::Unit(_) | Tensor::Stack(_) | Tensor::Reduce(..) => false,
                },
                Node::Sum(s) => s.terms.iter().all(|t| t.expr.is_symmetric()),
                Node::Product(factors) => factors.iter().all(|f| f.shape().is_scalar() || f.is_symmetric()),
                Node::Power(b, e) => b.is_symmetric() && (e.shape().is_scalar() || e.is_symmetric()),
                Node::Apply(_, a) => a.is_symmetric(),
                Node::Number(_)
                | Node::Constant(_)
                | Node::Var(_)
                | Node::Apply2(..)
                | Node::Select(..)
                | Node::Derivative(..) => false,
            }
    }
}

/// Does exchanging the two axes of the result give the same contraction?
fn is_gram(factors: &[Factor]) -> bool {
    if factors.len() > 12 {
        return false;
    }
    let most = factors.iter().flat_map(|f| f.labels.iter()).max().map_or(2, |m| u32::from(*m) + 1);
    let mut c = Contraction::new(most);
    for f in factors {
        let labels: Vec<Label> =
            f.labels.iter().map(|&l| if l < 2 { 1 - u32::from(l) } else { u32::from(l) }).collect();
        for (label, dim) in labels.iter().zip(f.expr.shape().dims()) {
            c.extent(*label, dim);
        }
        c.factors.push((f.expr.clone(), labels));
    }
    canonical_order(&c.factors, &[0, 1]).into_iter().zip(factors).all(|((k, labels), f)| {
        let (e, _) = &c.factors[k];
        *e == f.expr && labels[..] == f.labels[..]
    })
}
