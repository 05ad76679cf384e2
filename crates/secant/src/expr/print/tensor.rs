//! Nodes that only tensors have, apart from contractions (`contraction`).

use super::super::tensor::{MatrixFunc, Reduction, Tensor};
use super::super::{Dim, Expr, Func, Node};
use super::array::{Array, Fill, Place};
use super::build::Builder;
use super::contraction::{slice, unit};
use super::layout::{Id, Layout};
use super::order::Shape;

impl Builder<'_> {
    pub(super) fn array(&mut self, array: Array) -> Id {
        self.out.push(Layout::Array(array))
    }

    pub(super) fn call(&mut self, name: &'static str, arguments: &[&Expr]) -> Id {
        let arguments = arguments.iter().map(|a| self.outside(a)).collect();
        self.array(Array::Call(name, arguments))
    }

    pub(super) fn filled(&mut self, fill: Fill, extents: &[Dim]) -> Id {
        let extents = extents.iter().map(|d| self.outside(d)).collect();
        self.array(Array::Filled(fill, extents))
    }

    pub(super) fn tensor(&mut self, e: &Expr, t: &Tensor) -> (Id, Shape) {
        let dims = e.shape().dims();
        match t {
            Tensor::Var { .. } => unreachable!("variables are laid out as such"),
            Tensor::Zeros => (self.filled(Fill::Zeros, dims), Shape::NUMBER),
            Tensor::Contract(factors) => {
                let shape = factors.iter().map(|f| self.done(&f.expr).shape).reduce(Shape::times);
                (self.contraction(e, factors), shape.unwrap_or(Shape::NUMBER))
            }
            Tensor::Shift(_) if e.is_identity() => (self.filled(Fill::Identity, &dims[..1]), Shape::NUMBER),
            Tensor::Shift(offset) => {
                let id = match slice(e) {
                    Some((from, to)) => {
                        let base = self.filled(Fill::Identity, &dims[1..]);
                        let rows = Place::Range(self.outside(&from), self.outside(&to));
                        self.array(Array::Index(base, Box::new([rows, Place::All])))
                    }
                    None => self.call("shift", &[&dims[0], &dims[1], offset]),
                };
                (id, Shape::NUMBER)
            }
            Tensor::Unit(k) => {
                let id = match unit(e) {
                    Some(k) => {
                        let base = self.filled(Fill::Identity, dims);
                        let place = Place::At(self.outside(&k));
                        self.array(Array::Index(base, Box::new([Place::All, place])))
                    }
                    None => self.call("unit", &[k, &dims[0]]),
                };
                (id, Shape::NUMBER)
            }
            Tensor::Stack(entries) => (self.stack(e, entries), self.stacked_shape(entries)),
            Tensor::Matrix(f, a) => {
                let id = match f {
                    MatrixFunc::Inverse => {
                        let a = self.done(a).id;
                        self.array(Array::Inverse(a))
                    }
                    MatrixFunc::Det => self.call("det", &[a]),
                    MatrixFunc::LogDet => self.call("logdet", &[a]),
                };
                (id, Shape::FUNCTION)
            }
            Tensor::Reduce(f, a) => {
                let name = match f {
                    Reduction::Max => "max",
                    Reduction::Min => "min",
                    Reduction::LogSumExp => "logsumexp",
                    Reduction::Product => "prod",
                };
                let id = match a.shape().rank() {
                    1 => self.call(name, &[a]),
                    axis => {
                        let a = self.done(a).id;
                        self.array(Array::Along(name, a, axis))
                    }
                };
                (id, Shape::FUNCTION)
            }
        }
    }

    fn stacked_shape(&self, entries: &[Expr]) -> Shape {
        entries.iter().map(|e| self.done(e).shape).reduce(Shape::plus).unwrap_or(Shape::NUMBER)
    }

    /// Numbers in square brackets, rows of numbers under each other, anything else by name.
    fn stack(&mut self, e: &Expr, entries: &[Expr]) -> Id {
        if e.shape().rank() == 1 {
            let entries = entries.iter().map(|e| self.done(e).id).collect();
            return self.array(Array::Vector(entries));
        }
        let row = |e: &Expr| match e.node() {
            Node::Tensor(Tensor::Stack(entries)) => Some(entries.to_vec()),
            Node::Tensor(Tensor::Zeros) => {
                let n = e.shape().dims()[0].as_number()?.to_i64()?;
                (n <= 1000).then(|| vec![Expr::zero(); n as usize])
            }
            _ => None,
        };
        let rows: Option<Vec<Vec<Expr>>> = entries.iter().map(row).collect();
        match rows {
            Some(rows) if e.shape().rank() == 2 && rows.len() > 1 && rows[0].len() > 1 => {
                let columns = rows[0].len();
                let entries = rows.iter().flatten().map(|e| self.outside(e)).collect();
                self.array(Array::Table(columns, entries))
            }
            _ => {
                let entries: Vec<&Expr> = entries.iter().collect();
                self.call("stack", &entries)
            }
        }
    }

    /// `exp(k (u − logsumexp(u)))` is a power of the softmax of `u`.
    pub(super) fn softmax(&mut self, f: Func, a: &Expr) -> Option<Id> {
        if f != Func::Exp || a.shape().rank() != 1 {
            return None;
        }
        let (c, inside) = a.split_coefficient();
        let Node::Sum(s) = inside.node() else { return None };
        let u = s.terms.iter().find_map(|t| {
            let (scalar, _) = t.expr.uniform()?;
            match scalar.node() {
                Node::Tensor(Tensor::Reduce(Reduction::LogSumExp, u)) if u.shape() == a.shape() => {
                    t.coefficient.is_minus_one().then(|| u.clone())
                }
                _ => None,
            }
        })?;
        let folded = Expr::reduce(Reduction::LogSumExp, &u);
        if &u - folded != inside || !c.is_positive() {
            return None;
        }
        let id = self.call("softmax", &[&u]);
        Some(self.power_of(id, &c, true))
    }
}
