//! Operators between things with axes: products, quotients, powers, transposes, and what is said when shapes disagree.
//!
//! A vector is a column; `x'` lies as a row until a product has used it. Elsewhere a row is a vector like any other.
//! Not here: functions such as `sum` (`calls`), brackets and places (`places`).
//! Start reading at [`Lowering::tensor_product`].

use super::super::error::SyntaxError;
use super::super::written::{Bracket, Join, Kind, Raise, Written};
use super::{Lowering, Value};
use crate::expr::{self, Expr, Func2, MatrixFunc, Rational};
use crate::syntax::Span;

/// Most axes that one thing may have.
pub(super) const MAX_RANK: usize = 8;
/// Most factors of one product in which something has axes.
pub(super) const MAX_FACTORS: usize = 120;

impl Lowering<'_> {
    /// A product in which something has axes, from left to right.
    #[inline(never)]
    pub(super) fn tensor_product(
        &mut self,
        factors: &[(Join, Written)],
        values: &[Value],
        span: Span,
    ) -> Option<Value> {
        if factors.len() > MAX_FACTORS {
            return self.too_many_factors(span);
        }
        let mut whole = values[0].clone();
        // Is the last thing done an entry-by-entry product with something that has axes?
        let mut each = false;
        for (k, ((join, w), v)) in factors.iter().zip(values).enumerate().skip(1) {
            whole = match join {
                Join::Over if !v.is_scalar() => return self.no_divisor(&so_far(factors, k), &whole, w, v),
                Join::Over => {
                    let divisor = self.reciprocal(&v.expr, w.without_brackets().span)?;
                    whole.with(expr::product([whole.expr.clone(), divisor]))
                }
                Join::TimesEach | Join::OverEach => {
                    let so_far = so_far_written(factors, k);
                    let row = self.fitting(
                        &[&so_far, w],
                        &[whole.clone(), v.clone()],
                        "multiplied entry by entry",
                    )?;
                    let factor = match (join, v.is_scalar()) {
                        (Join::TimesEach, _) => v.expr.clone(),
                        (_, true) => self.reciprocal(&v.expr, w.without_brackets().span)?,
                        (_, false) => v.expr.recip(),
                    };
                    each = !v.is_scalar();
                    Value { expr: expr::product([whole.expr, factor]), row }
                }
                Join::First | Join::Implicit | Join::Times => {
                    if each && *join == Join::Implicit && !v.is_scalar() {
                        return self.ambiguous_each(factors, k);
                    }
                    match matrix_product(&whole, v) {
                        Some(product) => product,
                        None => return self.no_product(factors, k, &whole, v),
                    }
                }
            };
            self.defined(whole.expr.clone(), span)?;
        }
        Some(whole)
    }

    /// `x .* y z` is `(x .* y) z` for some and `x .* (y z)` for others.
    #[cold]
    fn ambiguous_each<T>(&mut self, factors: &[(Join, Written)], k: usize) -> Option<T> {
        let span = factors[0].1.span.to(factors[k].1.span);
        let message = "a product behind `.*` or `./` can be read in two ways";
        let (before, last, next) = (so_far(factors, k), &factors[k - 1].1, &factors[k].1);
        let hint = format!("write `({before}) {next}`, or put `{last} {next}` in brackets");
        self.fail(SyntaxError::new("syntax.ambiguous-product", span, message).with_hint(hint))
    }

    #[cold]
    pub(super) fn too_many_factors<T>(&mut self, span: Span) -> Option<T> {
        let message = format!("one product of matrices has more than {MAX_FACTORS} factors");
        self.fail(
            SyntaxError::new("budget.factors", span, message)
                .with_hint("give a part of it a name, or ask for less at once"),
        )
    }

    /// Says why two things cannot be multiplied, and what may have been meant.
    #[cold]
    fn no_product<T>(&mut self, factors: &[(Join, Written)], k: usize, a: &Value, b: &Value) -> Option<T> {
        let left = so_far_written(factors, k);
        let right = &factors[k].1;
        let (l, r) = (factor_text(&left), factor_text(right));
        let columns = |v: &Value| v.expr.shape().rank() == 1 && !v.row;
        let hint = if columns(a) && columns(b) {
            if a.expr.shape() == b.expr.shape() {
                format!("write `{l}' {r}` (a number), `{l} {r}'` (a matrix) or `{l} .* {r}` (entry by entry)")
            } else {
                format!("write `{l} {r}'` for the matrix of all products")
            }
        } else {
            let (at, bt) = (turned(a), turned(b));
            let (lt, rt) = (prime(&left), prime(right));
            let tries = [
                (&at, b, format!("{lt} {r}")),
                (a, &bt, format!("{l} {rt}")),
                (b, a, format!("{r} {l}")),
                (&at, &bt, format!("{lt} {rt}")),
                (&bt, a, format!("{rt} {l}")),
            ];
            match tries.iter().find(|(a, b, _)| matrix_product(a, b).is_some()) {
                Some((_, _, text)) => format!("did you mean `{text}`?"),
                None => "the columns of the left factor must be as many as the rows of the right".to_owned(),
            }
        };
        let message = format!("{l} is {}, {r} is {}: they cannot be multiplied", lie(a), lie(b));
        self.fail(SyntaxError::new("shape.product", right.span, message).with_hint(hint))
    }

    #[cold]
    pub(super) fn no_divisor<T>(&mut self, left: &str, a: &Value, w: &Written, v: &Value) -> Option<T> {
        let r = factor_text(w);
        let square = matches!(v.expr.shape().dims(), [m, n] if m == n);
        let each = if a.is_scalar() || a.expr.shape() == v.expr.shape() {
            format!("write `{left} ./ {r}` to divide entry by entry")
        } else {
            "divide by a number".to_owned()
        };
        let hint = if square { format!("write `inv({r})` for the inverse; {each}") } else { each };
        let message = format!("{r} is {}: it cannot be a divisor", lie(v));
        self.fail(SyntaxError::new("shape.division", w.span, message).with_hint(hint))
    }

    /// Do the parts have one shape, numbers apart? Says whether what they make lies as a row.
    #[inline(never)]
    pub(super) fn fitting(&mut self, parts: &[&Written], values: &[Value], done: &str) -> Option<bool> {
        let Some(first) = values.iter().position(|v| !v.is_scalar()) else { return Some(false) };
        let a = &values[first];
        let odd = |v: &Value| !v.is_scalar() && (v.expr.shape() != a.expr.shape() || v.row != a.row);
        let Some(k) = values.iter().position(odd) else { return Some(a.row) };
        let b = &values[k];
        let (l, r) = (factor_text(parts[first]), factor_text(parts[k]));
        let turned = turned(b);
        let hint = if turned.expr.shape() == a.expr.shape() && turned.row == a.row {
            format!("did you mean `{}`?", prime(parts[k]))
        } else {
            "they need one shape; a number goes with every entry".to_owned()
        };
        let message = format!("{l} is {}, {r} is {}: they cannot be {done}", lie(a), lie(b));
        self.fail(SyntaxError::new("shape.mismatch", parts[k].span, message).with_hint(hint))
    }

    /// Several things put together two at a time, entry by entry.
    #[inline(never)]
    pub(super) fn folded(&mut self, f: Func2, parts: &[Written]) -> Option<Value> {
        let values = self.values(parts)?;
        let written: Vec<&Written> = parts.iter().collect();
        let row = self.fitting(&written, &values, "taken together")?;
        let expr = values.into_iter().map(|v| v.expr).reduce(|a, b| expr::apply2(f, &a, &b))?;
        Some(Value { expr, row })
    }

    #[inline(never)]
    pub(super) fn transposed(&mut self, v: &Value, span: Span) -> Option<Value> {
        match v.expr.shape().rank() {
            0..=2 => Some(turned(v)),
            rank => {
                let message = format!("only vectors and matrices are transposed; this has {rank} axes");
                let hint = "exchange axes with `einsum(T[i, j, k], [k, j, i])`";
                self.fail(SyntaxError::new("shape.rank", span, message).with_hint(hint))
            }
        }
    }

    /// A power in which something has axes.
    #[inline(never)]
    pub(super) fn tensor_power(
        &mut self,
        raise: Raise,
        (base, b): (&Written, &Value),
        (exponent, e): (&Written, &Value),
        span: Span,
    ) -> Option<Value> {
        // `sin^2(x)` is entry by entry, as `sin(x)` is; so is `e^x` of a vector, for which there is nothing else.
        let each =
            matches!(raise, Raise::Each | Raise::OnFunction) || (b.is_scalar() && e.expr.shape().rank() == 1);
        if each {
            let row = self.fitting(&[base, exponent], &[b.clone(), e.clone()], "raised entry by entry")?;
            let whole = self.raise(&b.expr, &e.expr, base.span, span)?;
            return Some(Value { expr: whole, row });
        }
        let (l, r) = (factor_text(base), factor_text(exponent));
        if !e.is_scalar() {
            let message = format!("{r} is {}: it cannot be an exponent", lie(e));
            let hint = if b.expr == Expr::constant(expr::Constant::E) {
                format!("write `exp({r})` for the function of every entry")
            } else {
                format!("write `{l} .^ {r}` to raise entry by entry")
            };
            return self.fail(SyntaxError::new("shape.power", exponent.span, message).with_hint(hint));
        }
        let [m, n] = b.expr.shape().dims() else {
            let hint = if b.expr.shape().rank() == 1 {
                let column = if b.row { prime(base) } else { l.clone() };
                format!(
                    "write `{l} .^ {r}` entry by entry, `{column}' {column}` for the square of the length"
                )
            } else {
                format!("write `{l} .^ {r}` entry by entry")
            };
            let message = format!("{l} is {}: it has no powers", lie(b));
            return self.fail(SyntaxError::new("shape.power", span, message).with_hint(hint));
        };
        if m != n {
            let message = format!("{l} is {}: only a square matrix has powers", lie(b));
            let hint = format!("write `{l} .^ {r}` entry by entry, or `{}' {l}`", l);
            return self.fail(SyntaxError::new("shape.not-square", base.span, message).with_hint(hint));
        }
        let Some(k) = e.expr.as_number().filter(|k| k.is_integer()).and_then(Rational::to_i64) else {
            let message = "a matrix has whole numbers as exponents";
            let hint = format!("write `{l} .^ {r}` to raise entry by entry");
            return self.fail(SyntaxError::new("shape.power", exponent.span, message).with_hint(hint));
        };
        let factor = if k < 0 { Expr::matrix_func(MatrixFunc::Inverse, &b.expr) } else { b.expr.clone() };
        let times = usize::try_from(k.unsigned_abs()).unwrap_or(usize::MAX);
        if times > MAX_FACTORS {
            return self.too_many_factors(span);
        }
        let power = (1..times).fold(factor.clone(), |whole, _| whole.matmul(&factor));
        self.defined(if times == 0 { Expr::identity(m.clone()) } else { power }, span).map(Value::from)
    }
}

/// The product of vectors and matrices, a number with anything; `None` where the shapes do not allow it.
pub(super) fn matrix_product(a: &Value, b: &Value) -> Option<Value> {
    let (m, n) = (a.expr.shape().rank(), b.expr.shape().rank());
    let plain = |expr: Expr| Some(Value::from(expr));
    match (m, n) {
        (0, _) => Some(b.with(expr::product([a.expr.clone(), b.expr.clone()]))),
        (_, 0) => Some(a.with(expr::product([a.expr.clone(), b.expr.clone()]))),
        (1, 1) if !a.row && b.row => plain(expr::contract(&[(&a.expr, &[0]), (&b.expr, &[1])], &[0, 1], &[])),
        _ if (m == 1 && !a.row) || (n == 1 && b.row) => None,
        _ if m + n - 2 > MAX_RANK || a.expr.shape().dims().last() != b.expr.shape().dims().first() => None,
        _ => {
            let product = a.expr.matmul(&b.expr);
            let row = m == 1 && product.shape().rank() == 1;
            Some(Value { expr: product, row })
        }
    }
}

fn turned(v: &Value) -> Value {
    match v.expr.shape().rank() {
        1 => Value { expr: v.expr.clone(), row: !v.row },
        _ => Value::from(v.expr.transpose()),
    }
}

/// Shape and lie, in words.
pub(super) fn lie(v: &Value) -> String {
    if v.row { format!("the row of a {}", v.expr.shape()) } else { v.expr.shape().to_string() }
}

/// The factors before the `k`-th, as they were written.
fn so_far(factors: &[(Join, Written)], k: usize) -> String {
    so_far_written(factors, k).to_string()
}

fn so_far_written(factors: &[(Join, Written)], k: usize) -> Written {
    let (first, last) = (&factors[0].1, &factors[k - 1].1);
    match k {
        1 => first.clone(),
        _ => Written::new(Kind::Product(factors[..k].to_vec()), first.span.to(last.span)),
    }
}

/// What a part is called in a message.
pub(super) fn factor_text(w: &Written) -> String {
    let text = w.to_string();
    if text.chars().count() > 40 {
        return "this".to_owned();
    }
    match w.kind {
        Kind::Sum(_) | Kind::Product(_) | Kind::Signed(..) => format!("({text})"),
        _ => text,
    }
}

/// The part transposed, in text.
pub(super) fn prime(w: &Written) -> String {
    match &w.kind {
        Kind::Primed(inner, 1) => factor_text(inner),
        Kind::Name(_) | Kind::Index(..) | Kind::Brackets(Bracket::Round, _) | Kind::Matrix(_) => {
            format!("{}'", factor_text(w))
        }
        Kind::Call(call) if !call.bare => format!("{}'", factor_text(w)),
        Kind::Sum(_) | Kind::Product(_) | Kind::Signed(..) => format!("{}'", factor_text(w)),
        _ => format!("({})'", factor_text(w)),
    }
}
