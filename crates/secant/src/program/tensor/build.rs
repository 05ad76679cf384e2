//! Expressions → steps: every part as pieces, and a step wherever a sum, a matrix function or a fold needs numbers first.
//!
//! Here: the walk over the graph, what is computed into memory and what stays a formula, products and their order.
//! Not here: loops (`loops`), products of matrices (`product`), memory (`mod`).
//! Invariant: a step reads only buffers that steps before it have written in full.
//! Start reading at [`Builder::form`].

use std::collections::HashMap;

use smallvec::SmallVec;

use super::bind::{self, Extents, entries, strides};
use super::cells::{apart, cells};
use super::form::{Access, Coord, Meeting, Piece, Places, meet};
use super::order::{Set, order};
use super::product::Product;
use crate::expr::{
    Expr, Factor, Func, Func2, HashBuild, MatrixFunc, Node, Rational, Reduction, Shape, Symbol, Tensor,
    product, scale, sum,
};
use crate::program::ProgramError;

/// Most multiplications of one evaluation.
const MAX_WORK: u64 = 20_000_000_000;
/// Choices of pieces of the factors of a product that are followed one by one; beyond, factors are computed first.
const MAX_CHOICES: usize = 64;
/// Parts that a formula may have to be computed again rather than kept.
const CHEAP: usize = 16;

/// Where numbers live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Input(usize),
    Output(usize),
    Temporary,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Buffer {
    pub(super) kind: Kind,
    pub(super) size: usize,
}

/// A formula over a box of variables and where its values go.
pub(super) struct Item {
    pub(super) extents: Vec<i64>,
    pub(super) body: Expr,
    pub(super) target: Access,
    /// Added to what is there; else put in its place.
    pub(super) add: bool,
    /// The target's buffer is set to nought before.
    pub(super) clear: bool,
}

pub(super) enum Draft {
    Items(Vec<Item>),
    Product(Box<Product>),
    Fold {
        f: Reduction,
        source: usize,
        length: usize,
        target: usize,
    },
    Matrix {
        f: MatrixFunc,
        source: usize,
        n: usize,
        target: usize,
    },
    /// `A X = B`, or `A' X = B`.
    Solve {
        source: usize,
        n: usize,
        transposed: bool,
        right: usize,
        target: usize,
    },
}

/// What has been built so far.
pub(super) struct Builder {
    pub(super) places: Places,
    pub(super) buffers: Vec<Buffer>,
    pub(super) drafts: Vec<Draft>,
    pub(super) work: u64,
    extents: Extents,
    inputs: HashMap<Symbol, usize, HashBuild>,
    /// What each part is, by its node; scalars made of scalars alone are themselves and not in it.
    forms: HashMap<Expr, Vec<Piece>, HashBuild>,
    /// How many systems of equations are solved.
    solved: usize,
}

impl Builder {
    pub(super) fn new(extents: Extents, inputs: &[(Symbol, Vec<usize>)]) -> Result<Builder, ProgramError> {
        let mut builder = Builder {
            places: Places::default(),
            buffers: Vec::new(),
            drafts: Vec::new(),
            work: 0,
            extents,
            inputs: HashMap::default(),
            forms: HashMap::default(),
            solved: 0,
        };
        for (k, (name, shape)) in inputs.iter().enumerate() {
            let extents: Vec<i64> = shape.iter().map(|&n| i64::try_from(n).unwrap_or(i64::MAX)).collect();
            builder.buffers.push(Buffer { kind: Kind::Input(k), size: entries(&extents)? });
            if builder.inputs.insert(name.clone(), k).is_some() {
                return Err(ProgramError::RepeatedInput { name: name.clone() });
            }
            if shape.is_empty() {
                builder.places.own_name(name, k);
            }
        }
        Ok(builder)
    }

    /// What every part of `order` is; children come before parents.
    pub(super) fn walk(&mut self, order: &[Expr]) -> Result<(), ProgramError> {
        for e in order {
            if !self.forms.contains_key(e)
                && !is_inverse(e)
                && let Some(form) = self.form(e)?
            {
                self.forms.insert(e.clone(), form);
            }
        }
        Ok(())
    }

    /// The pieces of a part that the walk has been through.
    pub(super) fn pieces(&mut self, e: &Expr) -> Result<Vec<Piece>, ProgramError> {
        self.settle(e)?;
        Ok(match self.forms.get(e) {
            Some(form) => form.clone(),
            None => vec![Piece { extents: Vec::new(), at: Vec::new(), body: e.clone() }],
        })
    }

    /// An inverse is computed when something asks for it; most products do not (see [`Builder::with_solutions`]).
    fn settle(&mut self, e: &Expr) -> Result<(), ProgramError> {
        if is_inverse(e)
            && !self.forms.contains_key(e)
            && let Some(form) = self.form(e)?
        {
            self.forms.insert(e.clone(), form);
        }
        Ok(())
    }

    pub(super) fn shape(&mut self, e: &Expr) -> Result<Vec<i64>, ProgramError> {
        self.extents.shape(e)
    }

    /// `None` for a scalar made of scalars alone.
    fn form(&mut self, e: &Expr) -> Result<Option<Vec<Piece>>, ProgramError> {
        let shape = self.shape(e)?;
        if shape.contains(&0) {
            return Ok(Some(Vec::new()));
        }
        let pieces = match e.node() {
            Node::Number(_) | Node::Constant(_) => return Ok(None),
            Node::Var(name) => match self.extents.of(name) {
                Some(n) => vec![Piece::full(&[], Expr::integer(n))],
                None => return Ok(None),
            },
            Node::Derivative(_, by) => return Err(ProgramError::Unevaluated { by: by.clone() }),
            Node::Sum(s) => {
                if self.is_untouched(e) {
                    return Ok(None);
                }
                let mut pieces = Vec::new();
                if !s.constant.is_zero() {
                    pieces.push(Piece::full(&shape, Expr::number(s.constant.clone())));
                }
                for t in &s.terms {
                    let scalar = t.expr.shape().is_scalar();
                    for p in self.pieces(&t.expr)? {
                        let body = scale(&t.coefficient, &p.body);
                        pieces.push(if scalar { Piece::full(&shape, body) } else { Piece { body, ..p } });
                    }
                }
                gathered(pieces)
            }
            Node::Product(factors) => {
                if self.is_untouched(e) {
                    return Ok(None);
                }
                let axes: Vec<usize> = (0..shape.len()).collect();
                let list: Vec<(Expr, Vec<usize>)> = factors
                    .iter()
                    .map(|f| (f.clone(), if f.shape().is_scalar() { Vec::new() } else { axes.clone() }))
                    .collect();
                self.product(&list, &shape, shape.len())?
            }
            Node::Power(..) | Node::Apply(..) | Node::Apply2(..) | Node::Select(..) => {
                if self.is_untouched(e) {
                    return Ok(None);
                }
                let mut children = Vec::new();
                e.node().for_each_child(|c| children.push(c.clone()));
                let mut bodies = Vec::with_capacity(children.len());
                for c in &children {
                    bodies.push(self.dense_body(c)?);
                }
                let mut bodies = bodies.into_iter();
                let body = e.with_children(|_| bodies.next().expect("a body for each child"));
                vec![Piece::full(&shape, body)]
            }
            Node::Tensor(t) => self.tensor(e, t, &shape)?,
        };
        Ok(Some(pieces))
    }

    fn is_untouched(&self, e: &Expr) -> bool {
        let mut untouched = e.shape().is_scalar();
        e.node().for_each_child(|c| untouched &= !self.forms.contains_key(c));
        untouched
    }

    fn tensor(&mut self, e: &Expr, t: &Tensor, shape: &[i64]) -> Result<Vec<Piece>, ProgramError> {
        Ok(match t {
            Tensor::Var { name, .. } => {
                let buffer = self.inputs[name];
                vec![self.whole(buffer, shape)]
            }
            Tensor::Zeros => Vec::new(),
            Tensor::Contract(factors) => self.contraction(factors, shape)?,
            Tensor::Shift(offset) => {
                let offset = self.extents.integer(offset)?;
                let low = (-offset).max(0);
                let count = shape[0].min(shape[1].saturating_sub(offset)) - low;
                if count <= 0 {
                    return Ok(Vec::new());
                }
                let at =
                    vec![Coord { var: Some(0), offset: low }, Coord { var: Some(0), offset: low + offset }];
                vec![Piece { extents: vec![count], at, body: Expr::one() }]
            }
            Tensor::Unit(place) => {
                let place = self.extents.integer(place)? - 1;
                if !(0..shape[0]).contains(&place) {
                    return Ok(Vec::new());
                }
                let at = vec![Coord { var: None, offset: place }];
                vec![Piece { extents: Vec::new(), at, body: Expr::one() }]
            }
            Tensor::Stack(entries) => {
                let mut pieces = Vec::new();
                for (k, entry) in entries.iter().enumerate() {
                    for mut p in self.pieces(entry)? {
                        p.at.insert(0, Coord { var: None, offset: k as i64 });
                        pieces.push(p);
                    }
                }
                pieces
            }
            Tensor::Matrix(f, a) => {
                let inner = self.shape(a)?;
                let n = inner[0];
                if inner[1] != n {
                    return Err(ProgramError::NotSquare {
                        shape: inner.iter().map(|&n| n as usize).collect(),
                    });
                }
                let source = self.dense_buffer(a)?;
                self.spend((n as u64).saturating_pow(3))?;
                let target = self.temporary(entries(shape)?);
                self.drafts.push(Draft::Matrix { f: *f, source, n: n as usize, target });
                vec![self.whole(target, shape)]
            }
            Tensor::Reduce(f, u) => {
                let inner = self.shape(u)?;
                let length = inner[inner.len() - 1] as usize;
                let source = self.dense_buffer(u)?;
                self.spend(self.buffers[source].size as u64)?;
                let target = self.temporary(entries(shape)?);
                self.drafts.push(Draft::Fold { f: *f, source, length, target });
                vec![self.whole(target, shape)]
            }
        })
        .inspect(|pieces: &Vec<Piece>| debug_assert!(pieces.iter().all(|p| p.at.len() == e.shape().rank())))
    }

    pub(super) fn spend(&mut self, n: u64) -> Result<(), ProgramError> {
        self.work = self.work.saturating_add(n);
        if self.work > MAX_WORK {
            return Err(ProgramError::TooLarge { size: self.work as usize, limit: MAX_WORK as usize });
        }
        Ok(())
    }

    pub(super) fn temporary(&mut self, size: usize) -> usize {
        self.buffers.push(Buffer { kind: Kind::Temporary, size });
        self.buffers.len() - 1
    }

    /// A buffer, row by row, as a tensor.
    fn whole(&mut self, buffer: usize, shape: &[i64]) -> Piece {
        let body = self.places.name(Access { buffer, offset: 0, steps: strides(shape) });
        Piece::full(shape, body)
    }

    pub(super) fn item(&mut self, item: Item) -> Result<(), ProgramError> {
        let volume = item.extents.iter().map(|&n| n as u64).fold(1, u64::saturating_mul);
        self.spend(volume)?;
        self.drafts.push(Draft::Items(vec![item]));
        Ok(())
    }

    /// The one formula for every entry, computing the part into memory where it has none.
    fn dense_body(&mut self, e: &Expr) -> Result<Expr, ProgramError> {
        self.settle(e)?;
        if !self.forms.contains_key(e) {
            return Ok(e.clone());
        }
        let shape = self.shape(e)?;
        if let [p] = &self.forms[e][..]
            && p.is_full(&shape)
        {
            return Ok(p.body.clone());
        }
        self.compute(e, &shape)?;
        Ok(self.forms[e][0].body.clone())
    }

    /// The part in memory, row by row.
    fn dense_buffer(&mut self, e: &Expr) -> Result<usize, ProgramError> {
        let shape = self.shape(e)?;
        let body = self.dense_body(e)?;
        if let Some(access) = self.places.plain(&body)
            && access.offset == 0
            && access.steps == strides(&shape)
            && self.buffers[access.buffer].size == entries(&shape)?
        {
            return Ok(access.buffer);
        }
        self.compute(e, &shape)
    }

    /// Computes a part into memory, where whoever comes later finds it.
    fn compute(&mut self, e: &Expr, shape: &[i64]) -> Result<usize, ProgramError> {
        let pieces = self.pieces(e)?;
        let buffer = self.temporary(entries(shape)?);
        self.store(&pieces, shape, buffer)?;
        let whole = self.whole(buffer, shape);
        self.forms.insert(e.clone(), vec![whole]);
        Ok(buffer)
    }

    /// Writes pieces into a buffer that has this shape, row by row.
    pub(super) fn store(
        &mut self,
        pieces: &[Piece],
        shape: &[i64],
        buffer: usize,
    ) -> Result<(), ProgramError> {
        let cells = cells(pieces, &mut self.places);
        let steps = strides(shape);
        let volume = |p: &Piece| p.extents.iter().product::<i64>();
        let alone: Vec<bool> =
            (0..cells.len()).map(|k| cells[..k].iter().all(|q| apart(&cells[k], q))).collect();
        let covered: i64 =
            cells.iter().zip(&alone).filter(|(_, alone)| **alone).map(|(p, _)| volume(p)).sum();
        let mut clear = covered < self.buffers[buffer].size as i64;
        if cells.is_empty() && clear {
            // Nothing but noughts.
            let target = Access { buffer, offset: 0, steps: SmallVec::new() };
            return self.item(Item { extents: Vec::new(), body: Expr::zero(), target, add: false, clear });
        }
        for (p, alone) in cells.into_iter().zip(alone) {
            let target = Access { buffer, offset: 0, steps: steps.clone() }.renamed(&p.at, p.extents.len());
            let item = Item { extents: p.extents, body: p.body, target, add: !alone, clear };
            self.item(item)?;
            clear = false;
        }
        Ok(())
    }

    fn contraction(&mut self, factors: &[Factor], shape: &[i64]) -> Result<Vec<Piece>, ProgramError> {
        let mut extents = shape.to_vec();
        let mut list = Vec::with_capacity(factors.len());
        for f in factors {
            let labels: Vec<usize> = f.labels.iter().map(|&l| usize::from(l)).collect();
            for (&l, n) in labels.iter().zip(self.shape(&f.expr)?) {
                if extents.len() <= l {
                    extents.resize(l + 1, 0);
                }
                extents[l] = n;
            }
            list.push((f.expr.clone(), labels));
        }
        self.product(&list, &extents, shape.len())
    }

    /// `Σ Π factors` over labels of these extents, those below `rank` being the axes of the result.
    fn product(
        &mut self,
        factors: &[(Expr, Vec<usize>)],
        extents: &[i64],
        rank: usize,
    ) -> Result<Vec<Piece>, ProgramError> {
        let factors = &self.with_solutions(factors, rank)?[..];
        // A label that no factor has, and that is no axis, never came to be or was solved for.
        let has = |l: usize| l < rank || factors.iter().any(|(_, labels)| labels.contains(&l));
        let extents: Vec<i64> = (0..extents.len()).map(|l| if has(l) { extents[l] } else { 1 }).collect();
        loop {
            let mut forms: Vec<Vec<Piece>> = Vec::with_capacity(factors.len());
            for (e, _) in factors {
                forms.push(self.pieces(e)?);
            }
            let choices = forms.iter().map(Vec::len).fold(1_usize, usize::saturating_mul);
            if choices == 0 {
                return Ok(Vec::new());
            }
            if choices > MAX_CHOICES {
                let most = (0..factors.len()).max_by_key(|&k| forms[k].len()).expect("more than one choice");
                let shape = self.shape(&factors[most].0)?;
                self.compute(&factors[most].0, &shape)?;
                continue;
            }
            let mut met: Vec<(Meeting, Vec<Expr>)> = Vec::new();
            let mut costly = None;
            for choice in 0..choices {
                let mut rest = choice;
                let pieces: Vec<(&Piece, &[usize])> = forms
                    .iter()
                    .zip(factors)
                    .map(|(form, (_, labels))| {
                        let p = &form[rest % form.len()];
                        rest /= form.len();
                        (p, &labels[..])
                    })
                    .collect();
                let Some(meeting) = meet(&pieces, &extents) else { continue };
                costly = pieces
                    .iter()
                    .zip(&meeting.maps)
                    .position(|((p, _), map)| self.is_costly(p, map, &meeting));
                if costly.is_some() {
                    break;
                }
                let bodies = pieces.iter().zip(&meeting.maps);
                let bodies: Vec<Expr> = bodies
                    .map(|((p, _), map)| self.places.renamed(&p.body, map, meeting.extents.len()))
                    .collect();
                met.push((meeting, bodies));
            }
            if let Some(k) = costly {
                let shape = self.shape(&factors[k].0)?;
                self.compute(&factors[k].0, &shape)?;
                continue;
            }
            let mut pieces = Vec::with_capacity(met.len());
            for (meeting, bodies) in met {
                pieces.push(self.summed(meeting, bodies, rank)?);
            }
            return Ok(gathered(pieces));
        }
    }

    /// The factors with `A⁻¹ B`, summed over what they share, replaced by the solution of `A X = B`: a third of the work of an
    /// inverse, and more accurate. An inverse that is there already stays.
    fn with_solutions(
        &mut self,
        factors: &[(Expr, Vec<usize>)],
        rank: usize,
    ) -> Result<Vec<(Expr, Vec<usize>)>, ProgramError> {
        let mut list = factors.to_vec();
        let mut k = 0;
        while k < list.len() {
            let (inverse, labels) = list[k].clone();
            let (Node::Tensor(Tensor::Matrix(MatrixFunc::Inverse, a)), [i, j]) =
                (inverse.node(), &labels[..])
            else {
                k += 1;
                continue;
            };
            // The factor that alone shares a summed label with the inverse, and how it is read.
            let found =
                [(*j, *i, false), (*i, *j, true)].into_iter().find_map(|(shared, left, transposed)| {
                    let mut others =
                        list.iter().enumerate().filter(|(m, (_, l))| *m != k && l.contains(&shared));
                    let (m, (e, l)) = others.next()?;
                    let alone = others.next().is_none() && shared >= rank && i != j;
                    let fits = l.len() <= 2 && l.iter().filter(|l| **l == shared).count() == 1;
                    (alone && fits && !is_inverse(e)).then_some((m, shared, left, transposed))
                });
            let Some((m, shared, left, transposed)) = found.filter(|_| !self.forms.contains_key(&inverse))
            else {
                k += 1;
                continue;
            };
            let (right, right_labels) = list[m].clone();
            let other = right_labels.iter().copied().find(|l| *l != shared);
            let right = if right_labels[0] == shared { right } else { right.transpose() };
            if !self.forms.contains_key(&right)
                && let Some(form) = self.form(&right)?
            {
                self.forms.insert(right.clone(), form);
            }
            let (shape, square) = (self.shape(&right)?, self.shape(a)?);
            if square[0] != square[1] || shape.contains(&0) {
                k += 1;
                continue;
            }
            let (source, right) = (self.dense_buffer(a)?, self.dense_buffer(&right)?);
            let n = square[0] as u64;
            self.spend(n.saturating_pow(3) / 3 + n * self.buffers[right].size as u64)?;
            let target = self.temporary(entries(&shape)?);
            self.drafts.push(Draft::Solve { source, n: n as usize, transposed, right, target });
            let name = format!("# solution {}", self.solved);
            self.solved += 1;
            let solution = Expr::tensor_var(&*name, Shape::new(shape.iter().map(|&n| Expr::integer(n))));
            let whole = self.whole(target, &shape);
            self.forms.insert(solution.clone(), vec![whole]);
            list[k] = (solution, std::iter::once(left).chain(other).collect());
            list.remove(m);
            k = 0;
        }
        Ok(list)
    }

    /// Would a formula be worked out far more often than it has entries, or at a second place where that is much work?
    fn is_costly(&self, p: &Piece, map: &[Coord], meeting: &Meeting) -> bool {
        if matches!(p.body.node(), Node::Number(_) | Node::Var(_) | Node::Constant(_)) {
            return false;
        }
        let volume = |extents: &[i64]| extents.iter().map(|n| *n as f64).product::<f64>();
        let repeated = volume(&meeting.extents) > 4.0 * volume(&p.extents);
        let moved = map.iter().any(|c| c.offset != 0);
        let parts = p.body.post_order();
        let heavy = parts.iter().any(|e| match e.node() {
            Node::Apply(f, _) => {
                !matches!(f, Func::Abs | Func::Sign | Func::Relu | Func::Step | Func::Floor | Func::Ceil)
            }
            Node::Apply2(f, ..) => matches!(f, Func2::Atan2 | Func2::Mod | Func2::Polygamma),
            Node::Power(_, n) => n.as_number().is_none_or(|n| n.to_i64().is_none_or(|n| n.abs() > 4)),
            _ => false,
        });
        (repeated && (heavy || parts.len() > 3)) || (moved && (heavy || parts.len() > 2 * CHEAP))
    }

    /// The piece that a product of formulas is once it is summed over what is no coordinate of the result.
    fn summed(&mut self, meeting: Meeting, bodies: Vec<Expr>, rank: usize) -> Result<Piece, ProgramError> {
        let Meeting { extents, labels, .. } = meeting;
        let at = &labels[..rank];
        if extents.len() > Set::BITS as usize {
            return Err(ProgramError::TooLarge { size: extents.len(), limit: Set::BITS as usize });
        }
        let mut kept: Vec<usize> = Vec::new();
        for c in at {
            if let Some(v) = c.var
                && !kept.contains(&v)
            {
                kept.push(v);
            }
        }
        if kept.len() == extents.len() {
            return Ok(Piece { at: at.to_vec(), extents, body: product(bodies) });
        }
        let kept_set = kept.iter().fold(0, |s: Set, v| s | 1 << v);
        // Factors by the variables they depend on; what is not summed stays a formula outside.
        let mut count = Rational::ONE;
        let mut outside: Vec<Expr> = Vec::new();
        let mut groups: Vec<(Set, Vec<Expr>)> = Vec::new();
        let mut work: Vec<Expr> = bodies;
        while let Some(body) = work.pop() {
            let (c, rest) = body.split_coefficient();
            count = &count * &c;
            if let Node::Product(factors) = rest.node() {
                work.extend(factors.iter().cloned());
                continue;
            }
            let varies = self.places.varies(&rest, extents.len());
            let set = varies.iter().enumerate().filter(|(_, v)| **v).fold(0, |s: Set, (v, _)| s | 1 << v);
            if set & !kept_set == 0 {
                outside.push(rest);
            } else {
                match groups.iter_mut().find(|(s, _)| *s == set) {
                    Some((_, list)) => list.push(rest),
                    None => groups.push((set, vec![rest])),
                }
            }
        }
        let used = groups.iter().fold(0, |s, (set, _)| s | set);
        for (v, &n) in extents.iter().enumerate() {
            if kept_set >> v & 1 == 0 && used >> v & 1 == 0 {
                count = &count * &Rational::integer(n);
            }
        }
        outside.push(Expr::number(count));
        // Sums that share no variable are numbers, or vectors, of their own.
        while let Some(first) = groups.pop() {
            let mut set = first.0;
            let mut part = vec![first];
            while let Some(k) = groups.iter().position(|(s, _)| s & set & !kept_set != 0) {
                let next = groups.swap_remove(k);
                set |= next.0;
                part.push(next);
            }
            part.sort_by_key(|(s, _)| *s);
            let part: Vec<(Set, Expr)> = part.into_iter().map(|(s, list)| (s, product(list))).collect();
            let result = self.sum_of_products(part, &extents, &kept)?;
            outside.push(self.places.name(result));
        }
        // Only the coordinates' variables are left.
        let map: Vec<Coord> = (0..extents.len())
            .map(|v| match kept.iter().position(|k| *k == v) {
                Some(k) => Coord::var(k),
                None => Coord { var: None, offset: 0 },
            })
            .collect();
        let body = self.places.renamed(&product(outside), &map, kept.len());
        let at = at.iter().map(|c| Coord { var: c.var.and_then(|v| map[v].var), ..*c }).collect();
        Ok(Piece { extents: kept.iter().map(|&v| extents[v]).collect(), at, body })
    }

    /// The sum of a product of formulas over the variables that are not kept, in memory.
    fn sum_of_products(
        &mut self,
        mut groups: Vec<(Set, Expr)>,
        extents: &[i64],
        kept: &[usize],
    ) -> Result<Access, ProgramError> {
        let kept_set = kept.iter().fold(0, |s: Set, v| s | 1 << v);
        let all = groups.iter().fold(0, |s, (set, _)| s | set);
        // One loop does it where a formula runs over every variable anyway; matrices go to the library below.
        let everything = groups
            .iter()
            .any(|(s, body)| *s == all && (groups.len() == 1 || self.places.plain(body).is_none()));
        if everything {
            let body = product(groups.into_iter().map(|(_, body)| body));
            return self.fold(&body, all, extents, kept, kept_set);
        }
        // What only one factor varies with is summed in it alone.
        for k in 0..groups.len() {
            let others =
                groups.iter().enumerate().filter(|(j, _)| *j != k).fold(kept_set, |s, (_, (set, _))| s | set);
            let (set, body) = groups[k].clone();
            if set & !others != 0 {
                let access = self.fold(&body, set, extents, kept, others)?;
                groups[k] = (set & others, self.places.name(access));
            }
        }
        // A vector over a variable that two others are summed over is a diagonal between them: a weight of the sum.
        let mut weights: Vec<(usize, Expr)> = Vec::new();
        let mut k = 0;
        while k < groups.len() {
            let set = groups[k].0;
            let met = groups.iter().filter(|(s, _)| s & set != 0).count();
            if set.count_ones() == 1 && set & kept_set == 0 && met > 2 {
                let (set, body) = groups.remove(k);
                weights.push((set.trailing_zeros() as usize, body));
            } else {
                k += 1;
            }
        }
        let sets: Vec<Set> = groups.iter().map(|(set, _)| *set).collect();
        let pairs = order(&sets, extents, kept_set);
        let mut operands: Vec<Option<(Set, Access)>> = Vec::new();
        for (set, body) in groups {
            operands.push(Some((set, self.operand(&body, set, extents, kept)?)));
        }
        for (a, b) in pairs {
            let (Some((set_a, a)), Some((set_b, b))) = (operands[a].take(), operands[b].take()) else {
                unreachable!("the order takes each factor once");
            };
            let both = set_a | set_b;
            let left = both & operands.iter().flatten().fold(kept_set, |s, (set, _)| s | set);
            let (gone, mut own) = (both & !left, Vec::new());
            weights.retain(|(v, body)| {
                let here = gone >> v & 1 == 1;
                if here {
                    own.push(body.clone());
                }
                !here
            });
            let mut diagonals = Vec::new();
            for body in own {
                let set =
                    self.places.varies(&body, extents.len()).iter().position(|v| *v).map_or(0, |v| 1 << v);
                diagonals.push(self.operand(&body, set, extents, kept)?);
            }
            let variables = in_order(left, kept);
            let target = self.laid_out(&variables, extents)?;
            let volume = |set: Set| {
                (0..extents.len())
                    .filter(|v| set >> v & 1 == 1)
                    .map(|v| extents[v] as u64)
                    .fold(1, u64::saturating_mul)
            };
            if gone == 0 {
                let body = product([self.places.name(a), self.places.name(b)]);
                self.write(&body, both, extents, &target, kept, false)?;
            } else {
                self.spend(volume(both))?;
                let step = Product::new(&a, &b, &target, &diagonals, extents, gone);
                self.drafts.push(Draft::Product(Box::new(step)));
            }
            operands.push(Some((left, target)));
        }
        let (_, result) = operands.pop().flatten().expect("at least one factor is left");
        Ok(result)
    }

    /// A formula over some variables as numbers in memory.
    fn operand(
        &mut self,
        body: &Expr,
        set: Set,
        extents: &[i64],
        kept: &[usize],
    ) -> Result<Access, ProgramError> {
        if let Some(access) = self.places.plain(body) {
            return Ok(access.clone());
        }
        let target = self.laid_out(&in_order(set, kept), extents)?;
        self.write(body, set, extents, &target, kept, false)?;
        Ok(target)
    }

    /// The sum of a formula over those of its variables that are not in `left`.
    fn fold(
        &mut self,
        body: &Expr,
        set: Set,
        extents: &[i64],
        kept: &[usize],
        left: Set,
    ) -> Result<Access, ProgramError> {
        let target = self.laid_out(&in_order(set & left, kept), extents)?;
        self.write(body, set, extents, &target, kept, true)?;
        Ok(target)
    }

    fn write(
        &mut self,
        body: &Expr,
        set: Set,
        extents: &[i64],
        target: &Access,
        kept: &[usize],
        add: bool,
    ) -> Result<(), ProgramError> {
        let variables = in_order(set, kept);
        let mut map = vec![Coord { var: None, offset: 0 }; extents.len()];
        for (k, &v) in variables.iter().enumerate() {
            map[v] = Coord::var(k);
        }
        let body = self.places.renamed(body, &map, variables.len());
        let target = target.renamed(&map, variables.len());
        let extents = variables.iter().map(|&v| extents[v]).collect();
        self.item(Item { extents, body, target, add, clear: add })
    }

    /// New memory over some variables, the first of them outermost.
    fn laid_out(&mut self, variables: &[usize], extents: &[i64]) -> Result<Access, ProgramError> {
        let own: Vec<i64> = variables.iter().map(|&v| extents[v]).collect();
        let buffer = self.temporary(entries(&own)?);
        let mut steps = SmallVec::from_elem(0, extents.len());
        for (&v, step) in variables.iter().zip(strides(&own)) {
            steps[v] = step;
        }
        Ok(Access { buffer, offset: 0, steps })
    }
}

fn is_inverse(e: &Expr) -> bool {
    matches!(e.node(), Node::Tensor(Tensor::Matrix(MatrixFunc::Inverse, _)))
}

/// Variables of a set: those of the result first, in its order.
fn in_order(set: Set, kept: &[usize]) -> Vec<usize> {
    let has = |v: &usize| set >> v & 1 == 1;
    let others = (0..Set::BITS as usize).filter(|v| has(v) && !kept.contains(v));
    kept.iter().copied().filter(has).chain(others).collect()
}

/// Pieces with the same box and coordinates become one.
fn gathered(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut groups: Vec<(Piece, Vec<(Rational, Expr)>)> = Vec::new();
    for p in pieces {
        let body = (Rational::ONE, p.body.clone());
        match groups.iter_mut().find(|(q, _)| q.extents == p.extents && q.at == p.at) {
            Some((_, bodies)) => bodies.push(body),
            None => groups.push((p, vec![body])),
        }
    }
    let join = |(p, bodies): (Piece, Vec<(Rational, Expr)>)| match &bodies[..] {
        [_] => p,
        _ => Piece { body: sum(bodies), ..p },
    };
    groups.into_iter().map(join).filter(|p| !p.body.is_zero()).collect()
}

/// Is a buffer seen whole and row by row?
pub(super) fn is_whole(access: &Access, shape: &[i64], size: usize) -> bool {
    access.offset == 0 && access.steps == strides(shape) && bind::entries(shape).is_ok_and(|n| n == size)
}
