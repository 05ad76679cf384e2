//! Functions of vectors and matrices.
//!
//! Not here: elementary functions, which work entry by entry. Start reading at [`Lowering::tensor_call`].

use super::super::error::SyntaxError;
use super::super::vocabulary::Other;
use super::super::written::{Kind, Written};
use super::tensor::{MAX_RANK, factor_text, lie, matrix_product};
use super::{Lowering, Value};
use crate::expr::{self, Dim, Expr, MatrixFunc, Rational, Reduction, Shape};
use crate::syntax::Span;

/// What is folded with `sum` and its kin.
#[derive(Clone, Copy, PartialEq)]
enum Fold {
    Sum,
    Mean,
    By(Reduction),
}

impl Lowering<'_> {
    #[inline(never)]
    pub(super) fn tensor_call(&mut self, name: &str, args: &[Written], span: Span) -> Option<Value> {
        let plain = |e: Option<Expr>| e.map(Value::from);
        let (least, most) = match name {
            "sum" | "mean" | "prod" | "logsumexp" | "softmax" | "einsum" => (1, 2),
            "norm" | "norm1" | "norm2" | "tr" | "det" | "inv" | "logdet" | "diag" | "eye" | "transpose" => {
                (1, 1)
            }
            "dot" | "outer" | "cross" | "solve" | "unit" => (2, 2),
            "shift" => (3, 3),
            _ => (1, usize::MAX),
        };
        self.count(name, args, least, most, span)?;
        match name {
            "sum" => plain(self.fold(Fold::Sum, name, args, span)),
            "mean" => plain(self.fold(Fold::Mean, name, args, span)),
            "prod" => plain(self.fold(Fold::By(Reduction::Product), name, args, span)),
            "logsumexp" => plain(self.fold(Fold::By(Reduction::LogSumExp), name, args, span)),
            "softmax" => self.softmax(args, span),
            "norm" | "norm2" => plain(self.norm_of(&args[0])),
            "norm1" => {
                let x = self.with_axes(name, &args[0], 1..=1)?;
                Some(x.expr.abs().sum_all().into())
            }
            "dot" => {
                let (x, y) = self.pair(name, args, 1..=2)?;
                Some(expr::product([x.expr, y.expr]).sum_all().into())
            }
            "outer" => {
                let (x, y) = (self.with_axes(name, &args[0], 1..=1), self.with_axes(name, &args[1], 1..=1));
                Some(expr::contract(&[(&x?.expr, &[0]), (&y?.expr, &[1])], &[0, 1], &[]).into())
            }
            "cross" => plain(self.cross(args)),
            "tr" => {
                let a = self.square(name, &args[0])?;
                Some(expr::contract(&[(&a, &[0, 0])], &[], &[]).into())
            }
            "det" => Some(Expr::matrix_func(MatrixFunc::Det, &self.square(name, &args[0])?).into()),
            "inv" => Some(Expr::matrix_func(MatrixFunc::Inverse, &self.square(name, &args[0])?).into()),
            "logdet" => Some(Expr::matrix_func(MatrixFunc::LogDet, &self.square(name, &args[0])?).into()),
            "diag" => {
                let a = self.with_axes(name, &args[0], 1..=2)?.expr;
                if let [n] = a.shape().dims() {
                    let eye = Expr::identity(n.clone());
                    return Some(expr::contract(&[(&a, &[0]), (&eye, &[0, 1])], &[0, 1], &[]).into());
                }
                self.is_square(name, &args[0], &a)?;
                Some(expr::contract(&[(&a, &[0, 0])], &[0], &[]).into())
            }
            "transpose" => {
                let a = self.value(&args[0])?;
                self.transposed(&a, span)
            }
            "eye" => Some(Expr::identity(self.extent(&args[0])?).into()),
            "ones" | "zeros" => {
                let dims: Vec<Option<Dim>> = args.iter().map(|w| self.extent(w)).collect();
                let shape = Shape::new(dims.into_iter().collect::<Option<Vec<_>>>()?);
                if shape.rank() > MAX_RANK {
                    return self.too_many_axes(span);
                }
                Some(if name == "ones" { Expr::ones(&shape) } else { Expr::zeros(&shape) }.into())
            }
            "unit" => {
                let (k, n) = (self.whole_number(&args[0]), self.extent(&args[1]));
                Some(Expr::unit(k?, n?).into())
            }
            "shift" => {
                let (m, n) = (self.extent(&args[0]), self.extent(&args[1]));
                let offset = self.whole_number(&args[2]);
                Some(Expr::shift(m?, n?, offset?).into())
            }
            "stack" => plain(self.stacked(args, span)),
            "einsum" => plain(self.einsum(args, span)),
            "solve" => self.linear_solution(args),
            _ => plain(self.not_available(&format!("`{name}`"), span)),
        }
    }

    /// An argument with so many axes.
    #[inline(never)]
    fn with_axes(
        &mut self,
        name: &str,
        w: &Written,
        ranks: std::ops::RangeInclusive<usize>,
    ) -> Option<Value> {
        let v = self.value(w)?;
        if ranks.contains(&v.expr.shape().rank()) {
            return Some(v);
        }
        let takes = match (ranks.start(), ranks.end()) {
            (1, 1) => "a vector",
            (2, 2) => "a matrix",
            _ => "a vector or a matrix",
        };
        let hint = match w.as_name() {
            Some(x) if v.is_scalar() && *ranks.start() == 2 => {
                format!("declare its shape: `{x}: matrix(n, n)`")
            }
            Some(x) if v.is_scalar() => format!("declare its shape: `{x}: vector(n)`"),
            _ => format!("give it {takes}"),
        };
        let message = format!("{} is {}; `{name}` takes {takes}", factor_text(w), lie(&v));
        self.fail(SyntaxError::new("shape.rank", w.span, message).with_hint(hint))
    }

    /// Two arguments of one shape, whichever way they lie.
    fn pair(
        &mut self,
        name: &str,
        args: &[Written],
        ranks: std::ops::RangeInclusive<usize>,
    ) -> Option<(Value, Value)> {
        let (x, y) = (self.with_axes(name, &args[0], ranks.clone()), self.with_axes(name, &args[1], ranks));
        let column = |v: Value| Value::from(v.expr);
        let pair = [column(x?), column(y?)];
        self.fitting(&[&args[0], &args[1]], &pair, "taken together")?;
        let [x, y] = pair;
        Some((x, y))
    }

    fn square(&mut self, name: &str, w: &Written) -> Option<Expr> {
        let a = self.with_axes(name, w, 2..=2)?.expr;
        self.is_square(name, w, &a)?;
        Some(a)
    }

    fn is_square(&mut self, name: &str, w: &Written, a: &Expr) -> Option<()> {
        if matches!(a.shape().dims(), [m, n] if m == n) {
            return Some(());
        }
        let text = factor_text(w);
        let message = format!("{text} is {}; `{name}` takes a square matrix", a.shape());
        let hint = format!("a square one is `{text}' {text}`");
        self.fail(SyntaxError::new("shape.not-square", w.span, message).with_hint(hint))
    }

    /// `sum(x)` of every entry, `sum(A, 1)` over the rows (a number a column), `sum(A, 2)` over the columns (a number
    /// a row); so `mean`, `prod`, `logsumexp`, and `max`, `min` with `axis=`.
    #[inline(never)]
    fn fold(&mut self, fold: Fold, name: &str, args: &[Written], span: Span) -> Option<Expr> {
        let e = self.with_axes(name, &args[0], 1..=MAX_RANK)?.expr;
        let axis = match args.get(1) {
            Some(w) => Some(self.axis(name, w, &e)?),
            None => None,
        };
        let whole = match fold {
            Fold::By(f) => match axis {
                Some(k) => Expr::reduce(f, &with_last(&e, k)),
                None => (0..e.shape().rank()).fold(e, |e, _| Expr::reduce(f, &e)),
            },
            Fold::Sum | Fold::Mean => {
                let all: Vec<u32> = (0..e.shape().rank() as u32).collect();
                let kept: Vec<u32> =
                    all.iter().copied().filter(|&l| axis.is_some_and(|k| k != l as usize)).collect();
                let sum = expr::contract(&[(&e, &all)], &kept, &[]);
                if fold == Fold::Sum {
                    sum
                } else {
                    let folded =
                        e.shape().dims().iter().enumerate().filter(|(k, _)| axis.is_none_or(|a| a == *k));
                    let count: Vec<Expr> = folded.map(|(_, dim)| dim.recip()).collect();
                    expr::product(count.into_iter().chain([sum]))
                }
            }
        };
        self.defined(whole, span)
    }

    /// `2`, or `axis=2`.
    fn axis(&mut self, name: &str, w: &Written, e: &Expr) -> Option<usize> {
        let number = match w.as_named() {
            Some(("axis", value)) => value,
            _ => w,
        };
        let k = match &number.kind {
            Kind::Number(text) => Rational::from_decimal(text).and_then(|n| n.to_i64()),
            _ => None,
        };
        let rank = e.shape().rank();
        if let Some(k) = k.and_then(|k| usize::try_from(k).ok()).filter(|k| (1..=rank).contains(k)) {
            return Some(k - 1);
        }
        let message = format!("{} is no axis of {}", factor_text(number), e.shape());
        let hint = if rank == 1 {
            format!("a vector has one axis: leave it out, `{name}(x)`")
        } else {
            "axis 1 runs down the rows, axis 2 along the columns".to_owned()
        };
        self.fail(SyntaxError::new("shape.axis", w.span, message).with_hint(hint))
    }

    /// `max(x)` of all entries; `max(A, axis=2)`.
    #[inline(never)]
    pub(super) fn extremum(
        &mut self,
        which: Other,
        name: &str,
        args: &[Written],
        span: Span,
    ) -> Option<Expr> {
        let f = if which == Other::Max { Reduction::Max } else { Reduction::Min };
        if args.len() == 1 && self.value(&args[0])?.is_scalar() {
            self.count(name, args, 2, usize::MAX, span)?;
        }
        self.fold(Fold::By(f), name, args, span)
    }

    /// Of a vector, or along an axis; the last one unless told.
    #[inline(never)]
    fn softmax(&mut self, args: &[Written], span: Span) -> Option<Value> {
        let x = self.with_axes("softmax", &args[0], 1..=MAX_RANK)?;
        let rank = x.expr.shape().rank();
        let axis = match args.get(1) {
            Some(w) => self.axis("softmax", w, &x.expr)?,
            None => rank - 1,
        };
        let fold = Expr::reduce(Reduction::LogSumExp, &with_last(&x.expr, axis));
        let all: Vec<u32> = (0..rank as u32).collect();
        let kept: Vec<u32> = all.iter().copied().filter(|&l| l as usize != axis).collect();
        let extents = [(axis as u32, x.expr.shape().dims()[axis].clone())];
        let spread = if rank == 1 { fold } else { expr::contract(&[(&fold, &kept)], &all, &extents) };
        let value = self.defined((&x.expr - spread).exp(), span)?;
        Some(x.with(value))
    }

    /// The length of a vector; of a matrix the root of the sum of all squares (Frobenius).
    #[inline(never)]
    pub(super) fn norm_of(&mut self, w: &Written) -> Option<Expr> {
        let x = self.value(w)?;
        Some(if x.is_scalar() { x.expr.abs() } else { x.expr.powi(2).sum_all().sqrt() })
    }

    /// `|x|`, of a number.
    #[inline(never)]
    pub(super) fn modulus(&mut self, w: &Written, span: Span) -> Option<Expr> {
        // `||x||` is the length of a vector; of a number its modulus is its own.
        if let Kind::Abs(inner) = &w.kind {
            return self.norm_of(inner);
        }
        let x = self.value(w)?;
        let text = w.without_brackets().to_string();
        let text = if text.chars().count() > 40 { "…".to_owned() } else { text };
        let hint = match x.expr.shape().rank() {
            0 => return Some(x.expr.abs()),
            1 => format!("write `norm({text})` for the length, `abs({text})` entry by entry"),
            _ => format!("write `det({text})`, `norm({text})`, or `abs({text})` entry by entry"),
        };
        let message = format!("{} is {}: bars around it can be read in two ways", factor_text(w), lie(&x));
        self.fail(SyntaxError::new("shape.bars", span, message).with_hint(hint))
    }

    fn cross(&mut self, args: &[Written]) -> Option<Expr> {
        let (x, y) = self.pair("cross", args, 1..=1)?;
        let three = Expr::integer(3);
        if x.expr.shape().dims()[0] != three {
            let message =
                format!("{} is {}; `cross` takes vectors of 3", factor_text(&args[0]), x.expr.shape());
            let error = SyntaxError::new("shape.size", args[0].span, message);
            return self.fail(error.with_hint("declare both as `vector(3)`"));
        }
        let at = |v: &Value, k: i64| {
            let unit = Expr::unit(Expr::integer(k % 3 + 1), three.clone());
            expr::contract(&[(&v.expr, &[0]), (&unit, &[0])], &[], &[])
        };
        let entries = (0..3).map(|k| at(&x, k + 1) * at(&y, k + 2) - at(&x, k + 2) * at(&y, k + 1));
        Some(Expr::stack(entries.collect()))
    }

    /// `solve(A, b)` is the `x` with `A x = b`.
    fn linear_solution(&mut self, args: &[Written]) -> Option<Value> {
        let (a, b) = (self.square("solve", &args[0]), self.with_axes("solve", &args[1], 1..=2));
        let (a, b) = (Value::from(a?), b?);
        let inverse = Value::from(Expr::matrix_func(MatrixFunc::Inverse, &a.expr));
        match matrix_product(&inverse, &b) {
            Some(x) => Some(x),
            None => {
                let (l, r) = (factor_text(&args[0]), factor_text(&args[1]));
                let message = format!("{l} is {}, {r} is {}: they do not fit", lie(&a), lie(&b));
                let hint = "the right side has as many rows as the matrix";
                self.fail(SyntaxError::new("shape.product", args[1].span, message).with_hint(hint))
            }
        }
    }
}

/// The axes in another order: the `k`-th behind all others.
fn with_last(e: &Expr, k: usize) -> Expr {
    let rank = e.shape().rank();
    if k + 1 == rank {
        return e.clone();
    }
    let all: Vec<u32> = (0..rank as u32).collect();
    let out: Vec<u32> = all.iter().copied().filter(|&l| l as usize != k).chain([k as u32]).collect();
    expr::contract(&[(e, &all)], &out, &[])
}
