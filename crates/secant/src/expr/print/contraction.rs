//! Matrix notation for contractions: chains of matrices found by following indices.
//!
//! Labels are the vertices of a graph, matrices its edges, vectors marks at a vertex. A label that is summed over and
//! has one edge turns that edge into a mark (a matrix times a vector), one with two edges joins them to a chain, two
//! edges beside each other are an elementwise product. What is left when no step is possible has no matrix notation.
//! Invariant: what is written reads back as the same contraction, not as an elementwise product of contractions.
//! Start reading at [`Builder::contraction`].

use super::super::tensor::{Factor, Tensor};
use super::super::{Dim, Expr, Func, Node, Rational, Symbol, Term, contract, product};
use super::array::{Array, Fill, Norm, Place};
use super::build::Builder;
use super::layout::{Id, Layout};

/// Larger contractions are written in index notation.
const MAX_FACTORS: usize = 40;

/// A matrix in a chain.
#[derive(Clone, PartialEq)]
enum Link {
    Matrix {
        expr: Expr,
        transposed: bool,
    },
    /// A vector on the diagonal of a matrix.
    Scale(Column),
}

/// A chain of matrices times a vector.
#[derive(Clone, PartialEq)]
struct Column {
    links: Vec<Link>,
    end: End,
}

#[derive(Clone, PartialEq)]
enum End {
    Vector(Expr),
    /// Rows of the chain are summed.
    Ones,
    /// The diagonal of a chain.
    Diagonal(Vec<Link>),
}

struct Edge {
    from: usize,
    to: usize,
    links: Vec<Link>,
}

/// The graph of a contraction: marks at each label, and edges between labels.
struct Graph {
    /// Labels below this are axes of the result.
    rank: usize,
    marks: Vec<Vec<Column>>,
    edges: Vec<Edge>,
}

impl Link {
    fn transpose(&self) -> Link {
        match self {
            Link::Matrix { expr, transposed } => {
                Link::Matrix { expr: expr.clone(), transposed: !transposed && !expr.is_symmetric() }
            }
            Link::Scale(_) => self.clone(),
        }
    }

    fn is_transposed(&self) -> bool {
        matches!(self, Link::Matrix { transposed: true, .. })
    }

    /// The matrix it stands for.
    fn value(&self) -> Expr {
        match self {
            Link::Matrix { expr, transposed } if *transposed => expr.transpose(),
            Link::Matrix { expr, .. } => expr.clone(),
            Link::Scale(column) => {
                let d = column.value();
                let n = d.shape().dims()[0].clone();
                contract(&[(&d, &[0]), (&Expr::identity(n), &[0, 1])], &[0, 1], &[])
            }
        }
    }
}

fn transposed(links: &[Link]) -> Vec<Link> {
    links.iter().rev().map(Link::transpose).collect()
}

fn count_transposed(links: &[Link]) -> usize {
    links.iter().filter(|l| l.is_transposed()).count()
}

fn value(links: &[Link]) -> Expr {
    let (first, rest) = links.split_first().expect("a chain has links");
    rest.iter().fold(first.value(), |chain, link| chain.matmul(&link.value()))
}

impl Column {
    fn vector(e: &Expr) -> Column {
        Column { links: Vec::new(), end: End::Vector(e.clone()) }
    }

    fn value(&self) -> Expr {
        let end = match &self.end {
            End::Vector(e) => e.clone(),
            End::Diagonal(links) => contract(&[(&value(links), &[0, 0])], &[0], &[]),
            End::Ones => return contract(&[(&value(&self.links), &[0, 1])], &[0], &[]),
        };
        if self.links.is_empty() { end } else { value(&self.links).matmul(&end) }
    }
}

impl Graph {
    fn new(factors: &[Factor], rank: usize) -> Option<Graph> {
        let labels = factors.iter().flat_map(|f| f.labels.iter()).map(|l| usize::from(*l) + 1).max();
        let mut marks = vec![Vec::new(); labels.unwrap_or(0).max(rank)];
        let mut edges = Vec::new();
        for f in factors {
            match f.labels[..] {
                [l] => marks[usize::from(l)].push(Column::vector(&f.expr)),
                [from, to] => {
                    let link = Link::Matrix { expr: f.expr.clone(), transposed: false };
                    edges.push(Edge { from: from.into(), to: to.into(), links: vec![link] });
                }
                _ => return None,
            }
        }
        Some(Graph { rank, marks, edges })
    }

    /// The edges at a vertex; a loop counts once.
    fn edges_at(&self, v: usize) -> Vec<usize> {
        (0..self.edges.len()).filter(|&e| self.edges[e].from == v || self.edges[e].to == v).collect()
    }

    fn is_loop(&self, e: usize) -> bool {
        self.edges[e].from == self.edges[e].to
    }

    /// Takes an edge out; its chain leads away from `v`.
    fn take_from(&mut self, e: usize, v: usize) -> (usize, Vec<Link>) {
        let edge = self.edges.remove(e);
        if edge.from == v { (edge.to, edge.links) } else { (edge.from, transposed(&edge.links)) }
    }

    /// The marks at a vertex as one column: all but the longest on diagonals.
    fn gather(&mut self, v: usize) -> Option<Column> {
        let mut marks = std::mem::take(&mut self.marks[v]);
        marks.sort_by_key(|m| m.links.len());
        let last = marks.pop()?;
        let mut links: Vec<Link> = marks.into_iter().map(Link::Scale).collect();
        links.extend(last.links);
        Some(Column { links, end: last.end })
    }

    /// Takes every step there is.
    fn reduce(&mut self) {
        while self.fold_loop() || self.fold_pendant() || self.join_series() || self.join_parallel() {}
    }

    /// A loop is a diagonal: a mark. One that is all there is stays: it is a trace.
    fn fold_loop(&mut self) -> bool {
        let found = (0..self.edges.len()).find(|&e| {
            let v = self.edges[e].from;
            let alone = v >= self.rank && self.marks[v].is_empty() && self.edges_at(v).len() == 1;
            self.is_loop(e) && !alone
        });
        let Some(e) = found else { return false };
        let edge = self.edges.remove(e);
        self.marks[edge.from].push(Column { links: Vec::new(), end: End::Diagonal(edge.links) });
        true
    }

    /// The label with the shortest chains first: what is left in the end is the middle, not an end.
    fn fold_pendant(&mut self) -> bool {
        let length = |v: &usize| self.marks[*v].iter().map(|m| m.links.len()).sum::<usize>();
        let pendant = |v: &usize| matches!(self.edges_at(*v)[..], [e] if !self.is_loop(e));
        let Some(v) = (self.rank..self.marks.len()).filter(pendant).min_by_key(length) else { return false };
        let (to, chain) = self.take_from(self.edges_at(v)[0], v);
        let mut links = transposed(&chain);
        let end = match self.gather(v) {
            Some(column) => {
                links.extend(column.links);
                column.end
            }
            None => End::Ones,
        };
        self.marks[to].push(Column { links, end });
        true
    }

    fn join_series(&mut self) -> bool {
        for v in self.rank..self.marks.len() {
            let [first, second] = self.edges_at(v)[..] else { continue };
            if self.is_loop(first) || self.is_loop(second) {
                continue;
            }
            let other = |e: usize| self.edges[e].from + self.edges[e].to - v;
            let around = other(first) == other(second);
            if around
                && !self.marks[v].is_empty()
                && !self.marks[other(first)].is_empty()
                && self.join_parallel()
            {
                return true;
            }
            let (to, behind) = self.take_from(second, v);
            let (from, before) = self.take_from(first, v);
            let mut links = transposed(&before);
            links.extend(std::mem::take(&mut self.marks[v]).into_iter().map(Link::Scale));
            links.extend(behind);
            self.edges.push(Edge { from, to, links });
            return true;
        }
        false
    }

    fn join_parallel(&mut self) -> bool {
        for first in 0..self.edges.len() {
            let (from, to) = (self.edges[first].from, self.edges[first].to);
            for second in first + 1..self.edges.len() {
                let edge = &self.edges[second];
                if from == to || (edge.from, edge.to) != (from, to) && (edge.to, edge.from) != (from, to) {
                    continue;
                }
                let one = value(&self.edges[first].links);
                let two = value(&edge.links);
                let two = if edge.from == from { two } else { two.transpose() };
                let Some(both) = elementwise(&one, &two) else { continue };
                self.edges.remove(second);
                self.edges[first].links = vec![Link::Matrix { expr: both, transposed: false }];
                return true;
            }
        }
        false
    }
}

/// The elementwise product, if its factors stay what they are.
fn elementwise(a: &Expr, b: &Expr) -> Option<Expr> {
    let pieces = |e: &Expr| match e.node() {
        Node::Product(factors) => factors.to_vec(),
        _ => vec![e.clone()],
    };
    let both = product([a.clone(), b.clone()]);
    let (parts, mut whole) = ([pieces(a), pieces(b)].concat(), pieces(&both));
    for part in &parts {
        whole.swap_remove(whole.iter().position(|w| w == part)?);
    }
    whole.is_empty().then_some(both)
}

/// What is cut out of an axis.
#[derive(Clone)]
enum Cut {
    Range(Dim, Dim),
    At(Dim),
}

/// A factor of a chain as it will be written.
#[derive(Clone)]
enum Item {
    /// A matrix or a vector, what is cut out of its axes, and whether it is transposed then.
    Array {
        expr: Expr,
        cuts: [Option<Cut>; 2],
        transposed: bool,
    },
    /// Ones beside a matrix: its rows or columns are summed.
    Ones {
        transposed: bool,
    },
    Other(Id),
}

impl Builder<'_> {
    /// A contraction: matrix notation where there is one, else index notation.
    pub(super) fn contraction(&mut self, e: &Expr, factors: &[Factor]) -> Id {
        let dims = e.shape().dims();
        if factors.is_empty() {
            return self.filled(Fill::Ones, dims);
        }
        if let ([f], []) = (factors, dims) {
            let mut labels = f.labels.to_vec();
            labels.sort_unstable();
            labels.dedup();
            if labels.len() == f.labels.len() {
                return self.sum_of_entries(&f.expr);
            }
        }
        let matrix_form = (factors.len() <= MAX_FACTORS && dims.len() <= 2)
            .then(|| Graph::new(factors, dims.len()))
            .flatten()
            .and_then(|mut graph| {
                graph.reduce();
                match dims {
                    [] => self.scalar(graph),
                    [_] => self.vector(graph),
                    _ => self.matrix(graph, dims),
                }
            });
        matrix_form.unwrap_or_else(|| self.index_notation(e, factors))
    }

    fn sum_of_entries(&mut self, e: &Expr) -> Id {
        let norm = |rank| if rank == 1 { Norm::Two } else { Norm::Frobenius };
        match e.node() {
            Node::Power(base, exponent)
                if exponent.as_number().is_some_and(|n| *n == Rational::integer(2))
                    && base.shape() == e.shape() =>
            {
                let base_id = self.outside(base);
                let norm = self.array(Array::Norm(norm(base.shape().rank()), base_id));
                let two = self.outside(&Expr::integer(2));
                self.out.push(Layout::Power(norm, two))
            }
            Node::Apply(Func::Abs, u) if u.shape().rank() == 1 => {
                let u = self.outside(u);
                self.array(Array::Norm(Norm::One, u))
            }
            _ => match picked(e) {
                Some((rest, k)) => {
                    let rest = self.outside(&rest);
                    self.place(rest, &[&k])
                }
                None => self.scalar_product(e).unwrap_or_else(|| self.call("sum", &[e])),
            },
        }
    }

    /// `x' y`, for the sum of the entries of `x .* y`.
    fn scalar_product(&mut self, e: &Expr) -> Option<Id> {
        let Node::Product(factors) = e.node() else { return None };
        let divides = |f: &Expr| match f.node() {
            Node::Power(_, exponent) => exponent.as_number().is_some_and(Rational::is_negative),
            _ => false,
        };
        let [a, b] = &factors[..] else { return None };
        if e.shape().rank() != 1 || divides(a) || divides(b) {
            return None;
        }
        let (a, b) = (End::Vector(a.clone()), End::Vector(b.clone()));
        Some(self.between(a, Vec::new(), b))
    }

    fn scalar(&mut self, mut graph: Graph) -> Option<Id> {
        if let [edge] = &graph.edges[..] {
            let unmarked = graph.marks.iter().all(Vec::is_empty);
            return (edge.from == edge.to && unmarked).then(|| self.trace(&edge.links));
        }
        let v = graph.marks.iter().position(|m| !m.is_empty())?;
        let others = graph.marks.iter().skip(v + 1).any(|m| !m.is_empty());
        if !graph.edges.is_empty() || others {
            return None;
        }
        let mut keyed: Vec<(Id, Column)> =
            std::mem::take(&mut graph.marks[v]).into_iter().map(|m| (self.column(&m), m)).collect();
        keyed.sort_by(|(a, x), (b, y)| {
            x.links.len().cmp(&y.links.len()).then_with(|| self.out.compare(*a, *b))
        });
        let mut marks: Vec<Column> = keyed.into_iter().map(|(_, m)| m).collect();
        let right = marks.pop()?;
        if marks.is_empty() {
            return Some(self.sum_of(right));
        }
        let left = marks.remove(0);
        let mut links = transposed(&left.links);
        links.extend(marks.into_iter().map(Link::Scale));
        links.extend(right.links.iter().cloned());
        Some(self.between(left.end, links, right.end))
    }

    /// The sum of the entries of a column.
    fn sum_of(&mut self, column: Column) -> Id {
        let inside = match column.end {
            End::Ones => {
                let back = transposed(&column.links);
                let turn = count_transposed(&back) < count_transposed(&column.links);
                self.chain(if turn { &back } else { &column.links })
            }
            End::Vector(_) | End::Diagonal(_) => self.column(&column),
        };
        self.array(Array::Call("sum", Box::new([inside])))
    }

    /// `a' · chain · b`.
    fn between(&mut self, a: End, links: Vec<Link>, b: End) -> Id {
        let place = |end: &End| match end {
            End::Vector(e) => unit(e),
            End::Ones | End::Diagonal(_) => None,
        };
        match (place(&a), place(&b)) {
            (Some(i), Some(j)) if !links.is_empty() => {
                let chain = self.chain(&links);
                return self.place(chain, &[&i, &j]);
            }
            (Some(k), _) => {
                let rest = self.column(&Column { links, end: b });
                return self.place(rest, &[&k]);
            }
            (_, Some(k)) => {
                let rest = self.column(&Column { links: transposed(&links), end: a });
                return self.place(rest, &[&k]);
            }
            _ => {}
        }
        if a == End::Ones {
            return self.sum_of(Column { links, end: b });
        }
        if b == End::Ones {
            return self.sum_of(Column { links: transposed(&links), end: a });
        }
        // Either way round means the same; the one with fewer transposes is written.
        let back = transposed(&links);
        let (a_id, b_id) = (self.end_id(&a), self.end_id(&b));
        let turn = count_transposed(&links)
            .cmp(&count_transposed(&back))
            .then_with(|| self.out.compare(a_id, b_id))
            .is_gt();
        let (a, links, b) = if turn { (b, back, a) } else { (a, links, b) };
        let mut items = vec![self.end(&a, true)];
        items.extend(self.items(&links));
        items.push(self.end(&b, false));
        self.written(items)
    }

    fn end_id(&mut self, end: &End) -> Id {
        match end {
            End::Vector(e) => self.outside(e),
            End::Diagonal(links) => {
                let (there, back) = (count_transposed(links), transposed(links));
                let inside = self.chain(if count_transposed(&back) < there { &back } else { links });
                self.array(Array::Call("diag", Box::new([inside])))
            }
            End::Ones => unreachable!("ones have been taken into a sum"),
        }
    }

    fn end(&mut self, end: &End, transposed: bool) -> Item {
        match end {
            End::Vector(expr) => Item::Array { expr: expr.clone(), cuts: [None, None], transposed },
            End::Ones => Item::Ones { transposed },
            End::Diagonal(_) => {
                let id = self.end_id(end);
                Item::Other(if transposed { self.array(Array::Transpose(id)) } else { id })
            }
        }
    }

    fn trace(&mut self, links: &[Link]) -> Id {
        // A trace may begin with any of its factors, and go round either way.
        let mut best: Option<(usize, Vec<Id>, Vec<Link>)> = None;
        for way in [links.to_vec(), transposed(links)] {
            let count = count_transposed(&way);
            for k in 0..way.len() {
                let mut turned = way.clone();
                turned.rotate_left(k);
                let ids: Vec<Id> = turned.iter().map(|l| self.link_id(l)).collect();
                let better = best.as_ref().is_none_or(|(c, known, _)| {
                    let order = ids.iter().zip(known).map(|(a, b)| self.out.compare(*a, *b));
                    count.cmp(c).then_with(|| order.fold(std::cmp::Ordering::Equal, |a, b| a.then(b))).is_lt()
                });
                if better {
                    best = Some((count, ids, turned));
                }
            }
        }
        let inside = self.chain(&best.map_or_else(|| links.to_vec(), |(_, _, links)| links));
        self.array(Array::Call("tr", Box::new([inside])))
    }

    fn link_id(&mut self, link: &Link) -> Id {
        match link {
            Link::Matrix { expr, .. } => self.outside(expr),
            Link::Scale(column) => self.column(column),
        }
    }

    fn vector(&mut self, mut graph: Graph) -> Option<Id> {
        let summed = graph.marks.iter().skip(1).any(|m| !m.is_empty());
        if !graph.edges.is_empty() || summed {
            return None;
        }
        let column = graph.gather(0)?;
        Some(self.column(&column))
    }

    fn matrix(&mut self, mut graph: Graph, dims: &[Dim]) -> Option<Id> {
        if graph.marks.iter().skip(2).any(|m| !m.is_empty()) {
            return None;
        }
        let (rows, columns) = (graph.marks[0].len(), graph.marks[1].len());
        if let Some(edge) = graph.edges.pop() {
            if !graph.edges.is_empty() || edge.from == edge.to {
                return None;
            }
            let links = if edge.from == 0 { edge.links } else { transposed(&edge.links) };
            let identity = matches!(&links[..], [Link::Matrix { expr, .. }] if expr.is_identity());
            let elementwise = matches!(&links[..], [Link::Matrix { expr, .. }] if contains_contraction(expr));
            if elementwise && rows + columns == 0 {
                // Written elementwise it would read back as an elementwise product.
                return None;
            }
            let scales = |marks: &mut Vec<Column>| std::mem::take(marks).into_iter().map(Link::Scale);
            let mut chain: Vec<Link> = scales(&mut graph.marks[0]).collect();
            if !identity || rows + columns == 0 {
                chain.extend(links);
            }
            chain.extend(scales(&mut graph.marks[1]));
            return Some(self.chain(&chain));
        }
        let ones = |dim: &Dim| Column::vector(&Expr::ones(&super::super::Shape::new([dim.clone()])));
        let left = graph.gather(0).unwrap_or_else(|| ones(&dims[0]));
        let right = graph.gather(1).unwrap_or_else(|| ones(&dims[1]));
        let mut items = self.items(&left.links);
        items.push(self.end(&left.end, false));
        items.push(self.end(&right.end, true));
        items.extend(self.items(&transposed(&right.links)));
        Some(self.written(items))
    }

    fn chain(&mut self, links: &[Link]) -> Id {
        let items = self.items(links);
        self.written(items)
    }

    fn column(&mut self, column: &Column) -> Id {
        let mut items = self.items(&column.links);
        items.push(self.end(&column.end, false));
        self.written(items)
    }

    fn items(&mut self, links: &[Link]) -> Vec<Item> {
        links
            .iter()
            .map(|link| match link {
                Link::Matrix { expr, transposed } => {
                    Item::Array { expr: expr.clone(), cuts: [None, None], transposed: *transposed }
                }
                Link::Scale(column) => {
                    let inside = self.column(column);
                    Item::Other(self.array(Array::Call("diag", Box::new([inside]))))
                }
            })
            .collect()
    }

    /// The factors side by side, after slices, places, sums and powers have been made of those that are written so.
    fn written(&mut self, items: Vec<Item>) -> Id {
        let mut items = cut_by_neighbours(items);
        self.sum_by_neighbours(&mut items);
        let mut ids: Vec<Id> = Vec::with_capacity(items.len());
        let mut k = 0;
        while k < items.len() {
            let mut id = self.item(&items[k]);
            if let Item::Array { expr, cuts: [None, None], transposed: false } = &items[k] {
                let same = |item: &Item| matches!(item, Item::Array { expr: other, cuts: [None, None], transposed: false } if other == expr);
                let run = items[k..].iter().take_while(|item| same(item)).count();
                if run > 1 && expr.shape().rank() == 2 {
                    let exponent = self.outside(&Expr::integer(run as i64));
                    id = self.out.push(Layout::Power(id, exponent));
                    k += run - 1;
                }
            }
            ids.push(id);
            k += 1;
        }
        match ids[..] {
            [one] => one,
            _ => self.array(Array::Product(ids.into())),
        }
    }

    /// `M 1` is the sum of its rows, `1' M` a row with the sum of its columns.
    fn sum_by_neighbours(&mut self, items: &mut Vec<Item>) {
        let mut k = 0;
        while k < items.len() {
            let (Item::Ones { transposed: row }, before) = (&items[k], k.wrapping_sub(1)) else {
                k += 1;
                continue;
            };
            let (row, beside) = (*row, if *row { k + 1 } else { before });
            if let Some(Item::Array { expr, cuts, transposed }) = items.get(beside).cloned() {
                let inside = self.item(&Item::Array { expr, cuts, transposed: false });
                let sums = self.array(Array::Along("sum", inside, if row == transposed { 2 } else { 1 }));
                items[beside] = Item::Other(if row { self.array(Array::Transpose(sums)) } else { sums });
            }
            items.remove(k);
        }
    }

    fn item(&mut self, item: &Item) -> Id {
        match item {
            Item::Other(id) => *id,
            Item::Array { expr, cuts, transposed } => {
                let mut id = self.outside(expr);
                if cuts.iter().any(Option::is_some) {
                    let places: Vec<Place> =
                        cuts.iter().take(expr.shape().rank()).map(|c| self.place_of(c.as_ref())).collect();
                    id = self.array(Array::Index(id, places.into()));
                }
                if *transposed { self.array(Array::Transpose(id)) } else { id }
            }
            Item::Ones { .. } => unreachable!("ones have been taken into the matrix beside them"),
        }
    }

    fn place_of(&mut self, cut: Option<&Cut>) -> Place {
        match cut {
            None => Place::All,
            Some(Cut::At(k)) => Place::At(self.outside(k)),
            Some(Cut::Range(from, to)) => Place::Range(self.outside(from), self.outside(to)),
        }
    }

    fn place(&mut self, base: Id, places: &[&Dim]) -> Id {
        let places: Vec<Place> = places.iter().map(|k| Place::At(self.outside(k))).collect();
        self.array(Array::Index(base, places.into()))
    }

    /// `einsum(A[i, k] B[k, j], [i, j])`.
    fn index_notation(&mut self, e: &Expr, factors: &[Factor]) -> Id {
        let mut parts: Vec<(Id, Vec<usize>)> = Vec::new();
        for f in factors {
            let labels: Vec<usize> = f.labels.iter().map(|l| usize::from(*l)).collect();
            match f.expr.node() {
                Node::Product(list) => {
                    parts.extend(list.iter().map(|piece| (self.outside(piece), labels.clone())));
                }
                _ => parts.push((self.outside(&f.expr), labels)),
            }
        }
        parts.sort_by(|(a, k), (b, l)| self.out.compare(*a, *b).then_with(|| k.cmp(l)));
        for (l, dim) in e.shape().dims().iter().enumerate() {
            if !parts.iter().any(|(_, labels)| labels.contains(&l)) {
                let ones = self.filled(Fill::Ones, std::slice::from_ref(dim));
                parts.push((ones, vec![l]));
            }
        }
        let rank = e.shape().rank();
        let mut order: Vec<usize> = (0..rank).collect();
        for l in parts.iter().flat_map(|(_, labels)| labels) {
            if !order.contains(l) {
                order.push(*l);
            }
        }
        let names: Vec<Symbol> = index_names(e).take(order.len()).collect();
        let ids: Vec<Id> = names.iter().map(|s| self.out.push(Layout::Symbol(s.clone()))).collect();
        let id_of = |l: &usize| ids[order.iter().position(|o| o == l).unwrap_or(0)];
        let factors: Vec<Id> = parts
            .iter()
            .map(|(base, labels)| {
                let places = labels.iter().map(|l| Place::At(id_of(l))).collect();
                self.array(Array::Index(*base, places))
            })
            .collect();
        let (result, summed) = names.split_at(rank);
        self.array(Array::Einsum { factors: factors.into(), result: result.into(), summed: summed.into() })
    }
}

/// For the product of a vector with a unit vector: the vector, and the place.
fn picked(e: &Expr) -> Option<(Expr, Dim)> {
    let Node::Product(factors) = e.node() else { return None };
    let (at, k) = factors.iter().enumerate().find_map(|(at, f)| Some((at, unit(f)?)))?;
    let rest = factors.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, f)| f.clone());
    let rest = product(rest);
    (product([rest.clone(), factors[at].clone()]) == *e).then_some((rest, k))
}

/// Is it an elementwise product with a contraction among its factors?
fn contains_contraction(e: &Expr) -> bool {
    match e.node() {
        Node::Product(factors) => factors
            .iter()
            .any(|f| matches!(f.node(), Node::Tensor(Tensor::Contract(list)) if !list.is_empty())),
        _ => false,
    }
}

/// Names for indices that the expression has no other use for.
fn index_names(e: &Expr) -> impl Iterator<Item = Symbol> {
    const LETTERS: [&str; 12] = ["i", "j", "k", "l", "p", "q", "r", "s", "t", "u", "v", "h"];
    let plain = LETTERS.iter().map(|s| (*s).to_owned());
    let numbered = (1..).flat_map(|n| LETTERS.iter().map(move |s| format!("{s}_{n}")));
    let e = e.clone();
    plain.chain(numbered).map(|s| Symbol::new(&s)).filter(move |s| !e.may_contain(s))
}

/// Shifts cut their neighbours, unit vectors pick a row or column of theirs, ones sum them.
fn cut_by_neighbours(mut items: Vec<Item>) -> Vec<Item> {
    // To the right of a shift first, so that a row of shifts works from the inside.
    let mut k = items.len();
    while k > 1 {
        k -= 1;
        let Some((from, to)) = slice_of(&items[k - 1], false) else { continue };
        if cut(&mut items[k], true, Cut::Range(from, to)) {
            items.remove(k - 1);
        }
    }
    let mut k = 1;
    while k < items.len() {
        let slice = slice_of(&items[k], true);
        if slice.is_some_and(|(from, to)| cut(&mut items[k - 1], false, Cut::Range(from, to))) {
            items.remove(k);
        } else {
            k += 1;
        }
    }
    let mut k = 1;
    while k < items.len() {
        // `M e_k` and `e_k' M`.
        let (left, right) = (unit_of(&items[k - 1], true), unit_of(&items[k], false));
        let gone = match (left, right) {
            (_, Some(place)) if cut(&mut items[k - 1], false, Cut::At(place.clone())) => Some(k),
            (Some(place), _) if cut(&mut items[k], true, Cut::At(place.clone())) => Some(k - 1),
            _ => None,
        };
        match gone {
            Some(gone) => {
                items.remove(gone);
            }
            None => k += 1,
        }
    }
    items
}

/// First and last place of what a shift picks, if it is written as a slice.
fn slice_of(item: &Item, wanted: bool) -> Option<(Dim, Dim)> {
    match item {
        Item::Array { expr, cuts: [None, None], transposed } if *transposed == wanted => slice(expr),
        _ => None,
    }
}

/// First and last place of what a shift picks, where both are places of the axis as far as can be told.
pub(super) fn slice(shift: &Expr) -> Option<(Dim, Dim)> {
    let Node::Tensor(Tensor::Shift(offset)) = shift.node() else { return None };
    let [rows, columns] = shift.shape().dims() else { return None };
    let (from, to) = (offset + Expr::one(), offset + rows);
    let number = |e: &Expr| e.as_number().cloned();
    let outside = number(offset).is_some_and(|o| o.is_negative())
        || number(rows).is_some_and(|r| !r.is_positive())
        || [&from, &to].into_iter().any(|k| number(&(columns - k)).is_some_and(|left| left.is_negative()))
        || number(&to).is_some_and(|to| !to.is_positive());
    // Blocks of `[x; y]` lie in a larger vector: they are no slices of a smaller one.
    let outside = outside || is_above_nought(&-offset) || is_above_nought(&(offset + rows - columns));
    let same_extent = &to - &from + Expr::one() == *rows;
    (!outside && same_extent).then_some((from, to))
}

/// Is it above 0 whatever the names in it are, sizes and places being at least 1?
fn is_above_nought(e: &Expr) -> bool {
    match e.node() {
        Node::Number(n) => n.is_positive(),
        Node::Var(_) => true,
        Node::Sum(s) => {
            let grows = |t: &Term| t.coefficient.is_positive() && is_above_nought(&t.expr);
            !s.constant.is_negative() && s.terms.iter().all(grows)
        }
        Node::Product(factors) => factors.iter().all(is_above_nought),
        _ => false,
    }
}

fn unit_of(item: &Item, wanted: bool) -> Option<Dim> {
    match item {
        Item::Array { expr, cuts: [None, None], transposed } if *transposed == wanted => unit(expr),
        _ => None,
    }
}

/// The place of a unit vector, where it is one of the axis as far as can be told.
pub(super) fn unit(e: &Expr) -> Option<Dim> {
    let Node::Tensor(Tensor::Unit(k)) = e.node() else { return None };
    let n = e.shape().dims().first()?;
    let outside = k.as_number().is_some_and(|k| !k.is_positive())
        || (n - k).as_number().is_some_and(|left| left.is_negative());
    (!outside).then(|| k.clone())
}

/// Cuts an item at the side where it begins, or ends.
fn cut(item: &mut Item, begin: bool, with: Cut) -> bool {
    let Item::Array { expr, cuts, transposed } = item else { return false };
    if expr.is_identity() {
        return false;
    }
    let axis = match (expr.shape().rank(), cuts.iter().any(|c| matches!(c, Some(Cut::At(_))))) {
        (2, false) => usize::from(begin == *transposed),
        // A column begins with its axis, a row ends with it.
        (1, false) if begin != *transposed => 0,
        _ => return false,
    };
    let place = matches!(with, Cut::At(_));
    if cuts[axis].is_some() || (place && expr.shape().rank() == 1) {
        return false;
    }
    cuts[axis] = Some(with);
    if place {
        // A column of a matrix is a column, a row of it is written as a column, too.
        *transposed = begin;
    }
    true
}
