//! Square brackets: places and slices of a tensor, its entries written out, and index notation.
//!
//! Places count from 1; `from:to` holds both. An index that is a number takes its axis away, a slice keeps it.
//! Start reading at [`Lowering::index`] and [`Lowering::literal`].

use super::super::error::SyntaxError;
use super::super::written::{Join, Kind, Written};
use super::tensor::{MAX_RANK, factor_text, lie, prime};
use super::{Lowering, Value};
use crate::expr::{self, Dim, Expr, Node, Rational, Shape};
use crate::syntax::Span;

/// Largest number that may stand for an extent.
const MAX_EXTENT: i64 = 1_000_000_000;
/// Most labels of one `einsum`.
const MAX_LABELS: usize = 200;

impl Lowering<'_> {
    /// `x[k]`, `A[i, :]`, `x[2:n]`
    #[inline(never)]
    pub(super) fn index(&mut self, base: &Written, list: &[Written], span: Span) -> Option<Expr> {
        let whole = self.value(base)?;
        let dims = whole.expr.shape().dims().to_vec();
        if dims.len() != list.len() {
            let name = factor_text(base);
            let (message, hint) = if dims.is_empty() {
                let hint = match base.as_name() {
                    Some(name) => {
                        format!("declare its shape: `{name}: vector(n)`; an index of a name is `{name}_1`")
                    }
                    None => "only vectors, matrices and the like have places".to_owned(),
                };
                (format!("{name} is a number, which has no places"), hint)
            } else {
                let example = vec![":"; dims.len() - 1].join(", ");
                let separator = if example.is_empty() { "" } else { ", " };
                (
                    format!(
                        "{name} is {}: {} for its {}",
                        lie(&whole),
                        counted(list.len(), "index", "indices"),
                        counted(dims.len(), "axis", "axes")
                    ),
                    format!("write `{name}[i{separator}{example}]`; `:` stands for all of an axis"),
                )
            };
            return self.fail(SyntaxError::new("shape.index", span, message).with_hint(hint));
        }
        let axes = dims.len() as u32;
        let mut parts: Vec<(Expr, Vec<u32>)> = vec![(whole.expr.clone(), (0..axes).collect())];
        let mut out: Vec<u32> = Vec::new();
        let mut good = true;
        for ((axis, dim), w) in (0..).zip(&dims).zip(list) {
            self.ends.push(dim.clone());
            let place = self.place(dim, w);
            self.ends.pop();
            match place {
                None => good = false,
                Some(Place::All) => out.push(axis),
                Some(Place::One(unit)) => parts.push((unit, vec![axis])),
                Some(Place::Some(shift)) => {
                    parts.push((shift, vec![axes + axis, axis]));
                    out.push(axes + axis);
                }
            }
        }
        if !good {
            return None;
        }
        let list: Vec<(&Expr, &[u32])> = parts.iter().map(|(e, l)| (e, &l[..])).collect();
        self.defined(expr::contract(&list, &out, &[]), span)
    }

    #[inline(never)]
    fn place(&mut self, dim: &Dim, w: &Written) -> Option<Place> {
        let Kind::Slice(from, to) = &w.kind else {
            let k = self.whole_number(w)?;
            self.within(&k, dim, w.span)?;
            return Some(Place::One(Expr::unit(k, dim.clone())));
        };
        let ends: [Option<Expr>; 2] = [from, to].map(|end| match end {
            Some(w) => {
                let k = self.whole_number(w)?;
                self.within(&k, dim, w.span)?;
                Some(k)
            }
            None => None,
        });
        let written = [from.is_some(), to.is_some()];
        if ends.iter().zip(written).any(|(end, written)| written && end.is_none()) {
            return None;
        }
        let [from, to] = ends;
        let offset = from.map_or_else(Expr::zero, |k| k - Expr::one());
        let to = to.unwrap_or_else(|| dim.clone());
        let extent = &to - &offset;
        if offset.is_zero() && extent == *dim {
            return Some(Place::All);
        }
        if extent.as_number().is_some_and(|n| !n.is_positive()) {
            let message = "this slice ends before it begins";
            let hint = "write the smaller place first: `2:5` holds the places 2, 3, 4 and 5";
            return self.fail(SyntaxError::new("shape.index", w.span, message).with_hint(hint));
        }
        Some(Place::Some(Expr::shift(extent, dim.clone(), offset)))
    }

    fn within(&mut self, k: &Expr, dim: &Dim, at: Span) -> Option<()> {
        let low = k.as_number().is_some_and(|k| !k.is_positive());
        let beyond = (dim - k).as_number().is_some_and(Rational::is_negative);
        if !low && !beyond {
            return Some(());
        }
        let message = format!("there is no place {k} on an axis of {dim}");
        self.fail(
            SyntaxError::new("shape.index", at, message).with_hint(format!("places go from 1 to {dim}")),
        )
    }

    /// A place or an offset: a number with nothing behind the point, or an expression in names of numbers.
    #[inline(never)]
    pub(super) fn whole_number(&mut self, w: &Written) -> Option<Expr> {
        let e = self.lower(w)?;
        let good = match e.as_number() {
            Some(n) => n.is_integer() && n.to_i64().is_some_and(|n| n.abs() <= MAX_EXTENT),
            None => {
                e.post_order().iter().all(|p| p.shape().is_scalar() && !matches!(p.node(), Node::Tensor(_)))
            }
        };
        if good {
            return Some(e);
        }
        let message = format!("{} is no place", factor_text(w));
        self.fail(
            SyntaxError::new("shape.index", w.span, message)
                .with_hint("a place is a whole number, or a name that stands for one"),
        )
    }

    /// The extent of an axis: a whole number, or an expression in names.
    #[inline(never)]
    pub(super) fn extent(&mut self, w: &Written) -> Option<Dim> {
        let e = self.lower(w)?;
        let good = match e.as_number() {
            Some(n) => n.is_integer() && n.to_i64().is_some_and(|n| (1..=MAX_EXTENT).contains(&n)),
            None => e.post_order().iter().all(|p| {
                matches!(p.node(), Node::Number(_) | Node::Var(_) | Node::Sum(_) | Node::Product(_))
            }),
        };
        if good {
            return Some(e);
        }
        let message = format!("{} is no size", factor_text(w));
        self.fail(
            SyntaxError::new("shape.size", w.span, message)
                .with_hint("a size is a whole number above 0, or made of names: `3`, `n`, `n - 1`"),
        )
    }

    /// `[a, b, c]` is a vector, `[1, 2; 3, 4]` a matrix; `[x, y]` has columns `x` and `y`, `[x'; y']` these rows, `[x; y]`
    /// is one below the other, `[A, b; c', 1]` a matrix of blocks.
    #[inline(never)]
    pub(super) fn literal(&mut self, rows: &[Vec<Written>], span: Span) -> Option<Value> {
        let values: Vec<Option<Vec<Value>>> = rows.iter().map(|row| self.values(row)).collect();
        let values: Vec<Vec<Value>> = values.into_iter().collect::<Option<_>>()?;
        let flat: Vec<&Value> = values.iter().flatten().collect();
        let Some(first) = flat.first() else {
            let error = SyntaxError::new("shape.empty", span, "there is nothing between the brackets");
            return self.fail(error.with_hint("write the entries: `[1, 2, 3]`"));
        };
        let exprs = |list: &[Value]| list.iter().map(|v| v.expr.clone()).collect::<Vec<_>>();
        let one_column = values.iter().all(|row| row.len() == 1);
        if flat.iter().all(|v| v.is_scalar()) {
            if values.len() == 1 || one_column {
                return Some(Expr::stack(flat.into_iter().map(|v| v.expr.clone()).collect()).into());
            }
            return Some(Expr::stack(values.iter().map(|row| Expr::stack(exprs(row))).collect()).into());
        }
        let alike = flat.iter().all(|v| v.expr.shape() == first.expr.shape() && v.row == first.row);
        if alike && first.expr.shape().rank() == 1 {
            let is_list = |w: &Written| matches!(&w.kind, Kind::Matrix(rows) if rows.len() == 1);
            let lists = rows.iter().flatten().all(is_list);
            if values.len() == 1 && !first.row {
                let whole = Expr::stack(exprs(&values[0]));
                // `[[1, 2], [3, 4]]` is a list of rows.
                return Some(if lists { whole } else { whole.transpose() }.into());
            }
            if one_column && (first.row || lists) {
                return Some(Expr::stack(flat.into_iter().map(|v| v.expr.clone()).collect()).into());
            }
        }
        self.blocks(rows, &values, span)
    }

    /// Blocks side by side and one below the other: each is put in its place in a larger matrix, and these are added.
    #[inline(never)]
    fn blocks(&mut self, rows: &[Vec<Written>], values: &[Vec<Value>], span: Span) -> Option<Value> {
        if let Some(deep) = values.iter().flatten().find(|v| v.expr.shape().rank() > 2) {
            let message = format!("{} does not go into a matrix", deep.expr.shape());
            let error = SyntaxError::new("shape.literal", span, message);
            return self.fail(error.with_hint("write `stack(S, T)` for a new first axis"));
        }
        let heights: Vec<Dim> = values.iter().map(|row| extents(&row[0])[0].clone()).collect();
        let widths: Vec<Dim> = values[0].iter().map(|v| extents(v)[1].clone()).collect();
        for (row, (list, height)) in rows.iter().zip(values.iter().zip(&heights)) {
            for ((w, v), (k, width)) in row.iter().zip(list).zip(widths.iter().enumerate()) {
                let [m, n] = extents(v);
                if m != *height {
                    return self.no_block(
                        w,
                        v,
                        &format!("beside it are {height} rows, here {m}"),
                        &row[0],
                        &list[0],
                    );
                }
                if n != *width {
                    let above = (&rows[0][k], &values[0][k]);
                    return self.no_block(
                        w,
                        v,
                        &format!("above it are {width} columns, here {n}"),
                        above.0,
                        above.1,
                    );
                }
            }
        }
        let sum_of = |list: &[Dim]| list.iter().fold(Expr::zero(), |sum, n| sum + n);
        let (height, width) = (sum_of(&heights), sum_of(&widths));
        let column = values.iter().flatten().all(|v| extents(v)[1].is_one() && v.expr.shape().rank() < 2);
        let row = values.iter().flatten().all(|v| extents(v)[0].is_one() && v.expr.shape().rank() < 2);
        let column = column && values[0].len() == 1;
        let row = row && !column && values.len() == 1;
        let mut terms = Vec::new();
        let mut top = Expr::zero();
        for (list, m) in values.iter().zip(&heights) {
            let mut left = Expr::zero();
            for (v, n) in list.iter().zip(&widths) {
                // In a row and in a column one axis goes without saying.
                let down = if row { None } else { Some(placed(m, &height, &top)) };
                let along = if column { None } else { Some(placed(n, &width, &left)) };
                terms.push(in_place(v, down, along));
                left = left + n;
            }
            top = top + m;
        }
        let whole = expr::sum(terms.into_iter().map(|e| (Rational::ONE, e)));
        let expr = self.defined(whole, span)?;
        Some(Value { row, expr })
    }

    #[cold]
    fn no_block<T>(&mut self, w: &Written, v: &Value, why: &str, other: &Written, o: &Value) -> Option<T> {
        let (a, b) = (factor_text(w), factor_text(other));
        let message = format!("{a} is {}, {b} is {}: {why}", lie(v), lie(o));
        let is_column = |v: &Value| v.expr.shape().rank() <= 1 && !v.row;
        let hint = if is_column(v) && is_column(o) {
            format!("write `[{b}; {a}]` for one below the other")
        } else if v.expr.shape().rank() == 1 {
            format!("did you mean `{}`?", prime(w))
        } else {
            "blocks side by side have as many rows, blocks one below the other as many columns".to_owned()
        };
        self.fail(SyntaxError::new("shape.literal", w.span, message).with_hint(hint))
    }

    /// `stack(u, v)`: things of one shape along a new first axis.
    #[inline(never)]
    pub(super) fn stacked(&mut self, args: &[Written], span: Span) -> Option<Expr> {
        let values = self.values(args)?;
        let written: Vec<&Written> = args.iter().collect();
        if let Some(k) = values.iter().position(|v| v.expr.shape() != values[0].expr.shape()) {
            let (l, r) = (factor_text(written[0]), factor_text(written[k]));
            let message =
                format!("{l} is {}, {r} is {}: they cannot be stacked", lie(&values[0]), lie(&values[k]));
            let error = SyntaxError::new("shape.mismatch", written[k].span, message);
            return self.fail(error.with_hint("what is stacked has one shape"));
        }
        if values[0].expr.shape().rank() >= MAX_RANK {
            return self.too_many_axes(span);
        }
        Some(Expr::stack(values.into_iter().map(|v| v.expr).collect()))
    }

    #[cold]
    pub(super) fn too_many_axes<T>(&mut self, span: Span) -> Option<T> {
        let message = format!("this would have more than {MAX_RANK} axes");
        self.fail(SyntaxError::new("budget.axes", span, message).with_hint("use fewer axes"))
    }

    /// `einsum(A[i, k] B[k, j], [i, j])`: the product summed over every label that the result does not have.
    #[inline(never)]
    pub(super) fn einsum(&mut self, args: &[Written], span: Span) -> Option<Expr> {
        let one;
        let factors: &[(Join, Written)] = match &args[0].without_brackets().kind {
            Kind::Product(factors) => factors,
            _ => {
                one = [(Join::First, args[0].without_brackets().clone())];
                &one
            }
        };
        let mut names: Vec<(&str, Option<Dim>)> = Vec::new();
        let mut parts: Vec<(Expr, Vec<u32>)> = Vec::new();
        for (join, w) in factors {
            if !matches!(join, Join::First | Join::Implicit | Join::Times) {
                let message = "only products of factors with their labels stand in an `einsum`";
                let error = SyntaxError::new("shape.einsum", w.span, message);
                return self.fail(error.with_hint("write it as `einsum(A[i, k] B[k, j], [i, j])`"));
            }
            let (base, list): (&Written, &[Written]) = match &w.kind {
                Kind::Index(base, list) => (base, list),
                _ => (w, &[]),
            };
            let value = self.value(base)?;
            let dims = value.expr.shape().dims().to_vec();
            if dims.len() != list.len() {
                let message = format!(
                    "{} is {}: {} for its {}",
                    factor_text(base),
                    lie(&value),
                    counted(list.len(), "label", "labels"),
                    counted(dims.len(), "axis", "axes")
                );
                let error = SyntaxError::new("shape.einsum", w.span, message);
                return self.fail(error.with_hint("write a letter for each axis: `A[i, j]`"));
            }
            let mut labels = Vec::with_capacity(list.len());
            for (w, dim) in list.iter().zip(dims) {
                let label = self.label(w)?;
                let k = match names.iter().position(|(n, _)| *n == label) {
                    Some(k) => k,
                    None => {
                        names.push((label, None));
                        names.len() - 1
                    }
                };
                match &names[k].1 {
                    Some(known) if *known != dim => {
                        let message = format!("`{label}` runs to {known} and to {dim}");
                        let error = SyntaxError::new("shape.einsum", w.span, message);
                        return self.fail(error.with_hint("a label stands for axes of one size"));
                    }
                    _ => names[k].1 = Some(dim),
                }
                labels.push(k as u32);
            }
            parts.push((value.expr, labels));
        }
        let out: &[Written] = match args.get(1).map(|w| &w.kind) {
            None => &[],
            Some(Kind::Matrix(rows)) if rows.len() <= 1 => rows.first().map_or(&[], |row| row.as_slice()),
            Some(_) => {
                let error = SyntaxError::new("shape.einsum", args[1].span, "these are not labels");
                return self.fail(error.with_hint("write the labels of the result in brackets: `[i, j]`"));
            }
        };
        let mut result: Vec<u32> = Vec::new();
        for w in out {
            let label = self.label(w)?;
            let known = names.iter().position(|(n, _)| *n == label).map(|k| k as u32);
            match known.filter(|k| !result.contains(k)) {
                Some(k) => result.push(k),
                None => {
                    let what = if known.is_some() { "stands twice" } else { "is on no factor" };
                    let error = SyntaxError::new("shape.einsum", w.span, format!("`{label}` {what}"));
                    return self.fail(error.with_hint("name each label of the result once"));
                }
            }
        }
        if result.len() > MAX_RANK {
            return self.too_many_axes(span);
        }
        if names.len() > MAX_LABELS {
            return self.too_many_factors(span);
        }
        let list: Vec<(&Expr, &[u32])> = parts.iter().map(|(e, l)| (e, &l[..])).collect();
        self.defined(expr::contract(&list, &result, &[]), span)
    }

    fn label<'a>(&mut self, w: &'a Written) -> Option<&'a str> {
        match w.as_name() {
            Some(name) => Some(name),
            None => {
                let error = SyntaxError::new("shape.einsum", w.span, "a label is a name");
                self.fail(error.with_hint("write a letter for each axis: `A[i, j]`"))
            }
        }
    }
}

/// Rows and columns of a block.
fn extents(v: &Value) -> [Dim; 2] {
    match v.expr.shape().dims() {
        [n] if v.row => [Expr::one(), n.clone()],
        [n] => [n.clone(), Expr::one()],
        [m, n] => [m.clone(), n.clone()],
        _ => [Expr::one(), Expr::one()],
    }
}

/// Where a block begins on an axis: how many places it takes of how many, and how many come before it.
struct Placed {
    extent: Dim,
    whole: Dim,
    before: Dim,
}

fn placed(extent: &Dim, whole: &Dim, before: &Dim) -> Placed {
    Placed { extent: extent.clone(), whole: whole.clone(), before: before.clone() }
}

/// A block in its place in a matrix of noughts; in a vector where one of the axes is left out.
fn in_place(v: &Value, down: Option<Placed>, along: Option<Placed>) -> Expr {
    let rank = v.expr.shape().rank();
    let mut parts: Vec<(Expr, Vec<u32>)> = Vec::new();
    let mut out: Vec<u32> = Vec::new();
    // Which of its own axes runs down, which along; the others are one entry long.
    let own = [
        if rank == 2 || (rank == 1 && !v.row) { Some(0) } else { None },
        match rank {
            2 => Some(1),
            1 if v.row => Some(0),
            _ => None,
        },
    ];
    for (k, (side, own)) in (10..).zip([down, along].into_iter().zip(own)) {
        let Some(Placed { extent, whole, before }) = side else { continue };
        match own {
            // The whole axis.
            Some(axis) if extent == whole => {
                out.push(axis);
                continue;
            }
            Some(axis) => parts.push((Expr::shift(whole, extent, -before), vec![k, axis])),
            None if extent == whole => parts.push((Expr::ones(&Shape::new([whole])), vec![k])),
            None => parts.push((Expr::unit(before + Expr::one(), whole), vec![k])),
        }
        out.push(k);
    }
    let axes: Vec<u32> = (0..rank as u32).collect();
    let list: Vec<(&Expr, &[u32])> =
        std::iter::once((&v.expr, &axes[..])).chain(parts.iter().map(|(e, l)| (e, &l[..]))).collect();
    expr::contract(&list, &out, &[])
}

enum Place {
    All,
    One(Expr),
    Some(Expr),
}

fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
