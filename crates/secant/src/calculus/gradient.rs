//! Gradients, Jacobians and Hessians: the differential, read backwards.
//!
//! The differential of an expression is linear in the changes of its variables. Walking that linear expression from
//! the result down, with the adjoint of each part (what the result changes by when the part does), gives every
//! derivative at once, at a small multiple of the cost of the differential: reverse mode. Because the products are
//! Einstein products that flatten into one another, the order in which matrices are multiplied is left to evaluation.
//!
//! Source: Laue, Mitterreiter & Giesen, NeurIPS 2018, §3; Griewank & Walther, *Evaluating Derivatives*, 2nd ed., §3.2.

use std::collections::{HashMap, HashSet};

use super::derivative::differential;
use crate::expr::{
    Dim, Expr, HashBuild, Node, Rational, Shape, Symbol, Tensor, contract, product, scale, select,
};

/// The gradient of a scalar by each variable; each has the shape of its variable.
///
/// `wrt` names the variables with their shapes (a variable that does not occur has gradient nought).
pub fn gradient(e: &Expr, wrt: &[(Symbol, Shape)]) -> Vec<Expr> {
    jacobian(e, wrt)
}

/// The derivative of a tensor by each variable: the axes of the tensor first, then those of the variable.
pub fn jacobian(e: &Expr, wrt: &[(Symbol, Shape)]) -> Vec<Expr> {
    // Of many variables an entry of a gradient has few: the others take no part.
    let occurring = wrt.iter().filter(|(x, _)| e.may_contain(x));
    let changes: Vec<(Symbol, Expr)> = occurring.map(|(x, shape)| (x.clone(), change_of(x, shape))).collect();
    let d = differential(e, &changes);
    let outer = e.shape().dims();
    let adjoints = Adjoints::new(&d, outer);
    let mut changes = changes.iter().map(|(_, dx)| dx);
    let mut derivative = |(x, shape): &(Symbol, Shape)| {
        let dx = if e.may_contain(x) { changes.next() } else { None };
        adjoints.take(dx, outer, shape)
    };
    wrt.iter().map(&mut derivative).collect()
}

/// The second derivatives of a scalar by pairs of variables, row by row.
///
/// The order of differentiation does not matter (Schwarz): by numbers alone, the half below the diagonal is the half above.
pub fn hessian(e: &Expr, wrt: &[(Symbol, Shape)]) -> Vec<Vec<Expr>> {
    let numbers = wrt.iter().all(|(_, shape)| shape.is_scalar());
    let mut rows: Vec<Vec<Expr>> = Vec::with_capacity(wrt.len());
    for (i, g) in gradient(e, wrt).iter().enumerate() {
        let known = if numbers { i } else { 0 };
        let mut row: Vec<Expr> = rows[..known].iter().map(|above| above[i].clone()).collect();
        row.extend(jacobian(g, &wrt[known..]));
        rows.push(row);
    }
    rows
}

/// The variable that stands for the change of `x`. Its name cannot be typed, so it meets no other.
pub(super) fn change_of(x: &Symbol, shape: &Shape) -> Expr {
    Expr::tensor_var(&*format!("d {x}"), shape.clone())
}

/// Adjoints of the parts of a linear expression, with the axes of the result in front.
struct Adjoints {
    /// Sums still being collected: part → contributions.
    open: HashMap<Expr, Vec<(Rational, Expr)>, HashBuild>,
    /// The parts in which a change occurs.
    linear: HashSet<Expr, HashBuild>,
}

impl Adjoints {
    fn new(root: &Expr, outer: &[Dim]) -> Adjoints {
        let order = root.post_order();
        let mut linear = HashSet::<Expr, HashBuild>::default();
        for part in &order {
            let mut occurs = is_change(part);
            part.node().for_each_child(|c| occurs |= linear.contains(c));
            if occurs {
                linear.insert(part.clone());
            }
        }
        let mut adjoints = Adjoints { open: HashMap::default(), linear };
        adjoints.add(root, Rational::ONE, identity(outer));
        // Parents before children: every adjoint is complete when its turn comes.
        for part in order.into_iter().rev() {
            if is_change(&part) {
                continue;
            }
            if let Some(contributions) = adjoints.open.remove(&part) {
                let adjoint = total(contributions);
                adjoints.pass_down(&part, &adjoint, outer);
            }
        }
        adjoints
    }

    /// Does a change occur in it?
    fn is_linear(&self, e: &Expr) -> bool {
        self.linear.contains(e)
    }

    fn add(&mut self, part: &Expr, c: Rational, adjoint: Expr) {
        self.open.entry(part.clone()).or_default().push((c, adjoint));
    }

    fn take(&self, change: Option<&Expr>, outer: &[Dim], shape: &Shape) -> Expr {
        let whole = Shape::new(outer.iter().chain(shape.dims()).cloned());
        match change.and_then(|change| self.open.get(change)) {
            Some(contributions) => total(contributions.clone()).broadcast(&whole),
            None => Expr::zeros(&whole),
        }
    }

    fn pass_down(&mut self, e: &Expr, adjoint: &Expr, outer: &[Dim]) {
        let o = outer.len() as u32;
        let front: Vec<u32> = (0..o).collect();
        let axes = |n: usize| -> Vec<u32> { (o..o + n as u32).collect() };
        let with_front = |labels: &[u32]| -> Vec<u32> { front.iter().chain(labels).copied().collect() };
        match e.node() {
            Node::Sum(s) => {
                for t in &s.terms {
                    if self.is_linear(&t.expr) {
                        self.add(&t.expr, t.coefficient.clone(), adjoint.clone());
                    }
                }
            }
            Node::Product(factors) => {
                let own = axes(e.shape().rank());
                for (k, f) in
                    factors.iter().enumerate().filter(|(_, f)| self.linear.contains(*f)).collect::<Vec<_>>()
                {
                    let others =
                        product(factors.iter().enumerate().filter(|(j, _)| *j != k).map(|(_, f)| f.clone()));
                    let labels = if f.shape().is_scalar() { &[][..] } else { &own[..] };
                    let other_labels = if others.shape().is_scalar() { &[][..] } else { &own[..] };
                    let result = with_front(labels);
                    let extents: Vec<_> = own.iter().copied().zip(e.shape().dims().iter().cloned()).collect();
                    let times = |adjoint: &Expr| {
                        contract(&[(adjoint, &with_front(&own)), (&others, other_labels)], &result, &extents)
                    };
                    let part =
                        if labels == own { guarded(adjoint, &times, MAX_BRANCHES) } else { times(adjoint) };
                    self.add(f, Rational::ONE, part);
                }
            }
            Node::Tensor(Tensor::Contract(factors)) => {
                for (k, f) in factors
                    .iter()
                    .enumerate()
                    .filter(|(_, f)| self.linear.contains(&f.expr))
                    .collect::<Vec<_>>()
                {
                    // The labels of the contraction move behind those of the result; a label that the part has
                    // twice becomes two, tied by an identity.
                    let moved: Vec<Vec<u32>> = factors
                        .iter()
                        .map(|f| f.labels.iter().map(|&l| o + u32::from(l)).collect())
                        .collect();
                    let mut wanted: Vec<u32> = Vec::new();
                    let mut ties: Vec<(Expr, [u32; 2])> = Vec::new();
                    let mut fresh = o + 256;
                    for (l, dim) in moved[k].iter().zip(f.expr.shape().dims()) {
                        if wanted.contains(l) {
                            ties.push((Expr::identity(dim.clone()), [*l, fresh]));
                            wanted.push(fresh);
                            fresh += 1;
                        } else {
                            wanted.push(*l);
                        }
                    }
                    let adjoint_labels = with_front(&axes(e.shape().rank()));
                    let mut list: Vec<(&Expr, &[u32])> = vec![(adjoint, &adjoint_labels)];
                    list.extend(
                        factors
                            .iter()
                            .zip(&moved)
                            .enumerate()
                            .filter(|(j, _)| *j != k)
                            .map(|(_, (g, l))| (&g.expr, &l[..])),
                    );
                    list.extend(ties.iter().map(|(e, l)| (e, &l[..])));
                    let extents: Vec<_> =
                        wanted.iter().copied().zip(f.expr.shape().dims().iter().cloned()).collect();
                    let part = contract(&list, &with_front(&wanted), &extents);
                    self.add(&f.expr, Rational::ONE, part);
                }
            }
            Node::Tensor(Tensor::Stack(entries)) => {
                let n = Expr::integer(entries.len() as i64);
                let inner = axes(entries[0].shape().rank());
                let place = o + 255;
                for (k, entry) in
                    entries.iter().enumerate().filter(|(_, u)| self.linear.contains(*u)).collect::<Vec<_>>()
                {
                    let unit = Expr::unit(Expr::integer(k as i64 + 1), n.clone());
                    let own =
                        with_front(&std::iter::once(place).chain(inner.iter().copied()).collect::<Vec<_>>());
                    let part = contract(&[(adjoint, &own), (&unit, &[place])], &with_front(&inner), &[]);
                    self.add(entry, Rational::ONE, part);
                }
            }
            Node::Select(c, a, b) => {
                let own = axes(e.shape().rank());
                let all = with_front(&own);
                let extents: Vec<_> =
                    all.iter().copied().zip(outer.iter().chain(e.shape().dims()).cloned()).collect();
                let condition =
                    contract(&[(c, if c.shape().is_scalar() { &[] } else { &own })], &all, &extents);
                let nought = Expr::zeros(adjoint.shape());
                for (part, chosen) in
                    [(a, select(&condition, adjoint, &nought)), (b, select(&condition, &nought, adjoint))]
                {
                    if self.is_linear(part) {
                        self.add(part, Rational::ONE, chosen);
                    }
                }
            }
            // The others are not linear in a part, or have none; a differential holds none of them.
            Node::Number(_)
            | Node::Constant(_)
            | Node::Var(_)
            | Node::Power(..)
            | Node::Apply(..)
            | Node::Apply2(..)
            | Node::Derivative(..)
            | Node::Tensor(_) => {}
        }
    }
}

/// Branches inside branches that are kept apart; deeper ones are multiplied as they are.
const MAX_BRANCHES: u32 = 64;

/// The sum of what reaches a part; branches of one condition are added branch by branch.
fn total(contributions: Vec<(Rational, Expr)>) -> Expr {
    total_within(contributions, MAX_BRANCHES)
}

fn total_within(contributions: Vec<(Rational, Expr)>, levels: u32) -> Expr {
    type Terms = Vec<(Rational, Expr)>;
    let mut branches: Vec<(Expr, Terms, Terms)> = Vec::new();
    let mut rest = Terms::new();
    for (c, e) in contributions {
        let (inner, chosen) = e.split_coefficient();
        match chosen.node() {
            Node::Select(condition, a, b) if levels > 0 => {
                let c = &c * &inner;
                let known = branches.iter().position(|(known, ..)| known == condition);
                let k = known.unwrap_or_else(|| {
                    branches.push((condition.clone(), Terms::new(), Terms::new()));
                    branches.len() - 1
                });
                branches[k].1.push((c.clone(), a.clone()));
                branches[k].2.push((c, b.clone()));
            }
            _ => rest.push((c, e)),
        }
    }
    for (condition, a, b) in branches {
        rest.push((
            Rational::ONE,
            select(&condition, &total_within(a, levels - 1), &total_within(b, levels - 1)),
        ));
    }
    Expr::with_common_factors(rest)
}

/// An adjoint times the other factors of a product, entry by entry. What a branch that is not taken would give stays in
/// the branch: `0 · inf` is no slope.
fn guarded(adjoint: &Expr, times: &dyn Fn(&Expr) -> Expr, levels: u32) -> Expr {
    let (number, rest) = adjoint.split_coefficient();
    let (Node::Select(condition, a, b), Some(levels)) = (rest.node(), levels.checked_sub(1)) else {
        return times(adjoint);
    };
    let branch = |u: &Expr| if u.is_zero() { None } else { Some(guarded(u, times, levels)) };
    let (a, b) = (branch(a), branch(b));
    let Some(shape) = a.as_ref().or(b.as_ref()).map(|u| u.shape().clone()) else { return times(adjoint) };
    let [a, b] = [a, b].map(|u| u.unwrap_or_else(|| Expr::zeros(&shape)));
    scale(&number, &select(condition, &a, &b))
}

/// Is it the change of a variable?
fn is_change(e: &Expr) -> bool {
    e.as_var().is_some_and(|s| s.name().starts_with("d "))
}

/// The identity on tensors of this shape: its axes twice.
fn identity(dims: &[Dim]) -> Expr {
    let n = dims.len() as u32;
    let parts: Vec<(Expr, [u32; 2])> =
        (0..n).zip(dims).map(|(k, d)| (Expr::identity(d.clone()), [k, k + n])).collect();
    let list: Vec<(&Expr, &[u32])> = parts.iter().map(|(e, l)| (e, &l[..])).collect();
    contract(&list, &(0..2 * n).collect::<Vec<_>>(), &[])
}
