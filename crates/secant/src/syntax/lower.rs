//! From what was written to what it means.
//!
//! Here: names, functions and operators into the constructors of `expr`; what must hold for the text to be defined.
//! Not here: definitions and operations such as `diff`, which a [`Scope`] supplies; what is done with axes (`tensor`).
//! Invariant: an expression without conditions is defined everywhere the text is.
//! Start reading at [`lower()`].

mod calls;
mod places;
mod tensor;

use super::error::{Errors, MAX_ERRORS, Span, SyntaxError};
use super::parse::base_function;
use super::resolve::{has_products, resolve};
use super::scope::{Call, Callee, Scope, nearest_name, unknown_name};
use super::vocabulary::{Other, Word};
use super::written::{Bracket, CallForm, Join, Kind, LeibnizForm, Logical, Raise, Rel, Sign, Written};
use crate::expr::domain::{self, Condition, ConditionKind};
use crate::expr::{self, Constant, Expr, Func, Func2, Node, Rational};

/// What a text means.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// The expression, in canonical form.
    pub expr: Expr,
    /// All that must hold for the text as written to be defined: `x/x` is 1 where `x` is not 0.
    pub conditions: Vec<Condition>,
    /// Is it a vector that lies as a row, as `x'` does?
    pub row: bool,
}

impl From<Expr> for Lowered {
    /// A meaning that nothing else must hold for.
    fn from(expr: Expr) -> Lowered {
        Lowered { expr, conditions: Vec::new(), row: false }
    }
}

/// What a text means, its names being those of the scope.
///
/// # Errors
/// `name.`, `domain.`, `syntax.arguments` and `unsupported.` codes, several at once.
pub fn lower(written: &Written, scope: &mut dyn Scope) -> Result<Lowered, Errors> {
    let resolved;
    let written = if has_products(written, scope) {
        resolved = resolve(written, scope)?;
        &resolved
    } else {
        written
    };
    let mut lowering = Lowering { scope, conditions: Vec::new(), errors: Vec::new(), ends: Vec::new() };
    let value = lowering.value(written);
    match (Errors::from_list(lowering.errors), value) {
        (Some(errors), _) => Err(errors),
        (None, Some(Value { expr, row })) => Ok(Lowered { expr, conditions: lowering.conditions, row }),
        (None, None) => Err(SyntaxError::new(
            "internal.lower",
            written.span,
            "no meaning was found and no mistake either",
        )
        .into()),
    }
}

/// Most binary digits of the exact numbers in one sum or product: about 30 000 decimal ones. Time goes with
/// their square.
const MAX_BITS: u64 = 100_000;

struct Lowering<'s> {
    scope: &'s mut dyn Scope,
    conditions: Vec<Condition>,
    errors: Vec<SyntaxError>,
    /// What `end` means inside the brackets of an index, innermost last.
    ends: Vec<Expr>,
}

/// The meaning of a part. A vector may lie as a row, `x'`; what has other axes, or none, does not.
#[derive(Clone, Debug)]
struct Value {
    expr: Expr,
    row: bool,
}

impl From<Expr> for Value {
    fn from(expr: Expr) -> Value {
        Value { expr, row: false }
    }
}

impl Value {
    /// The same lie, another meaning; a number does not lie.
    fn with(&self, expr: Expr) -> Value {
        Value { row: self.row && expr.shape().rank() == 1, expr }
    }

    fn is_scalar(&self) -> bool {
        self.expr.shape().is_scalar()
    }
}

impl Lowering<'_> {
    #[inline(never)]
    fn fail<T>(&mut self, error: SyntaxError) -> Option<T> {
        if self.errors.len() < 4 * MAX_ERRORS {
            self.errors.push(error);
        }
        None
    }

    /// The meaning of a part, whichever way it lies; `None` once a mistake has been noted.
    fn lower(&mut self, w: &Written) -> Option<Expr> {
        Some(self.value(w)?.expr)
    }

    /// The meaning of a part; `None` once a mistake has been noted.
    fn value(&mut self, w: &Written) -> Option<Value> {
        match &w.kind {
            Kind::Number(text) => self.number(text, w.span),
            Kind::Name(name) => return self.name(name, w.span),
            Kind::Brackets(bracket, a) => {
                let inner = self.value(a)?;
                return Some(match bracket {
                    Bracket::Round | Bracket::Unseen => inner,
                    Bracket::Floor => inner.with(expr::apply(Func::Floor, &inner.expr)),
                    Bracket::Ceil => inner.with(expr::apply(Func::Ceil, &inner.expr)),
                });
            }
            Kind::Sum(terms) => return self.sum(terms, w.span),
            Kind::Product(factors) => return self.product(factors, w.span),
            Kind::Fraction(ab) => return self.quotient(&ab.0, &ab.1, w.span),
            Kind::Signed(sign, a) => {
                let a = self.value(a)?;
                return Some(if *sign == Sign::Minus { a.with(-&a.expr) } else { a });
            }
            Kind::Power(raise, ab) => return self.power(*raise, &ab.0, &ab.1, w.span),
            Kind::Factorial(a) => {
                let n = self.lower(a)? + Expr::one();
                self.apply(Func::Gamma, "!", &n, a.span)
            }
            Kind::Primed(a, n) => return self.primed(a, *n, w.span),
            Kind::Degrees(a) => Some(self.lower(a)? * degree()),
            Kind::Root(n, a) => {
                let inner = self.lower(a)?;
                self.root(&inner, &Expr::integer(i64::from(*n)), a.span)
            }
            Kind::Abs(a) => self.modulus(a, w.span),
            Kind::Norm(a) => self.norm_of(a),
            Kind::Call(call) => return self.call(call, w.span),
            Kind::Relation(first, rest) => self.relation(first, rest),
            Kind::Logic(logical, parts) => {
                let f = if *logical == Logical::And { Func2::And } else { Func2::Or };
                Some(self.folded(f, parts)?.expr)
            }
            Kind::Not(a) => Some(expr::apply2(Func2::Equal, &self.lower(a)?, &Expr::zero())),
            Kind::Derivative(form) => return self.derivative(form, w.span),
            Kind::Index(base, list) => match self.entry(base, list, w.span) {
                Some(entry) => return entry,
                None => self.index(base, list, w.span),
            },
            Kind::Matrix(rows) => return self.literal(rows, w.span),
            Kind::Slice(..) | Kind::Tuple(_) | Kind::Set(_) | Kind::Range(_) => self.unread(w),
        }
        .map(Value::from)
    }

    /// Notes what must hold for a number to exist; of what has axes nothing is noted.
    fn require(&mut self, kind: ConditionKind, e: Expr) {
        if e.shape().is_scalar() {
            domain::require(&mut self.conditions, kind, e);
        }
    }

    /// What has a surface form and no meaning as a number.
    #[inline(never)]
    fn unread(&mut self, w: &Written) -> Option<Expr> {
        let what = match &w.kind {
            Kind::Tuple(_) => "a point",
            Kind::Set(_) => "a set",
            _ => "a range",
        };
        let hint = match &w.kind {
            Kind::Tuple(_) => "write a single expression here, or a vector in square brackets",
            _ => "write a single expression here",
        };
        let message = format!("{what} is not a number");
        self.fail(SyntaxError::new("unsupported.notation", w.span, message).with_hint(hint))
    }

    /// All of them, so that a mistake in one does not hide the next.
    #[inline(never)]
    fn each(&mut self, list: &[Written]) -> Option<Vec<Expr>> {
        let all: Vec<Option<Expr>> = list.iter().map(|w| self.lower(w)).collect();
        all.into_iter().collect()
    }

    #[inline(never)]
    fn number(&mut self, text: &str, span: Span) -> Option<Expr> {
        match Rational::from_decimal(text) {
            Some(n) => match n.to_i64() {
                // Small integers are shared.
                Some(n @ 0..=1) => Some(Expr::integer(n)),
                _ => Some(Expr::number(n)),
            },
            None => self.fail(
                SyntaxError::new("syntax.number", span, format!("`{text}` is not a number"))
                    .with_hint("write numbers as `12`, `0.5` or `1e-5`"),
            ),
        }
    }

    /// All of them, each with its lie.
    #[inline(never)]
    fn values(&mut self, list: &[Written]) -> Option<Vec<Value>> {
        let all: Vec<Option<Value>> = list.iter().map(|w| self.value(w)).collect();
        all.into_iter().collect()
    }

    #[inline(never)]
    fn name(&mut self, name: &str, span: Span) -> Option<Value> {
        if let ("end", Some(end)) = (name, self.ends.last()) {
            return Some(end.clone().into());
        }
        match self.scope.name(name, span) {
            Ok(Some(meaning)) => return Some(self.taken(meaning)),
            Ok(None) => {}
            Err(e) => return self.fail(e),
        }
        if let Some(constant) = constant(name) {
            return Some(constant.into());
        }
        if self.scope.is_function(name) || Word::find(base_function(name)).is_some() {
            let error = SyntaxError::new(
                "syntax.missing-argument",
                span,
                format!("the function `{name}` has no argument"),
            );
            return self.fail(error.with_hint(format!("write its argument in brackets: `{name}(…)`")));
        }
        let known = self.scope.known();
        self.fail(unknown_name(name, &known, span))
    }

    #[inline(never)]
    fn sum(&mut self, terms: &[(Sign, Written)], span: Span) -> Option<Value> {
        let lowered: Vec<Option<Value>> = terms.iter().map(|(_, t)| self.value(t)).collect();
        let values: Vec<Value> = lowered.into_iter().collect::<Option<_>>()?;
        let row = if values.iter().all(Value::is_scalar) {
            false
        } else {
            let parts: Vec<&Written> = terms.iter().map(|(_, t)| t).collect();
            self.fitting(&parts, &values, "added")?
        };
        self.of_bounded_size(values.iter().map(|v| &v.expr), span)?;
        let signed = terms.iter().zip(values).map(|((sign, _), v)| {
            (if *sign == Sign::Minus { Rational::MINUS_ONE } else { Rational::ONE }, v.expr)
        });
        let expr = self.defined(expr::sum(signed), span)?;
        Some(Value { expr, row })
    }

    /// Numbers with many digits are not put together: each product would be as long as both.
    fn of_bounded_size<'e>(&mut self, parts: impl Iterator<Item = &'e Expr>, span: Span) -> Option<()> {
        let bits = |e: &Expr| match e.node() {
            Node::Number(n) => n.bits(),
            Node::Product(_) | Node::Sum(_) => e.split_coefficient().0.bits(),
            _ => 0,
        };
        if parts.map(bits).sum::<u64>() <= MAX_BITS {
            return Some(());
        }
        let message = "the numbers in this have too many digits to be put together exactly";
        let error = SyntaxError::new("budget.number", span, message);
        self.fail(error.with_hint("leave a part of it under a name, or write rounded numbers"))
    }

    /// Infinities that cancel.
    #[inline(never)]
    fn defined(&mut self, e: Expr, span: Span) -> Option<Expr> {
        if e.is_undefined() {
            let error = SyntaxError::new("domain.undefined", span, "this has no value");
            return self.fail(
                error.with_hint("`inf - inf`, `0*inf` and their kin have none; ask for a limit instead"),
            );
        }
        Some(e)
    }

    #[inline(never)]
    fn product(&mut self, factors: &[(Join, Written)], span: Span) -> Option<Value> {
        if let [(_, over), (Join::Over, under)] = factors
            && let (Some(over), Some(under)) = (over.as_name(), under.as_name())
            && let Some(result) = self.quotient_of_differentials(over, under, factors[0].1.span, span)
        {
            return result;
        }
        let lowered: Vec<Option<Value>> = factors.iter().map(|(_, f)| self.value(f)).collect();
        let values: Vec<Value> = lowered.into_iter().collect::<Option<_>>()?;
        if !values.iter().all(Value::is_scalar) {
            return self.tensor_product(factors, &values, span);
        }
        let mut exprs: Vec<Expr> = values.into_iter().map(|v| v.expr).collect();
        for ((join, w), e) in factors.iter().zip(&mut exprs) {
            match join {
                Join::First | Join::Implicit | Join::Times | Join::TimesEach => {}
                Join::Over | Join::OverEach => *e = self.reciprocal(e, w.span)?,
            }
        }
        self.of_bounded_size(exprs.iter(), span)?;
        let product = expr::product(exprs);
        self.defined(product, span).map(Value::from)
    }

    #[inline(never)]
    fn quotient(&mut self, over: &Written, under: &Written, span: Span) -> Option<Value> {
        let (a, b) = (self.value(over), self.value(under));
        let (a, b) = (a?, b?);
        if !b.is_scalar() {
            return self.no_divisor(&over.to_string(), &a, under, &b);
        }
        let b = self.reciprocal(&b.expr, under.without_brackets().span)?;
        let quotient = self.defined(expr::product([a.expr.clone(), b]), span)?;
        Some(a.with(quotient))
    }

    #[inline(never)]
    fn reciprocal(&mut self, e: &Expr, span: Span) -> Option<Expr> {
        if e.is_zero() {
            let error = SyntaxError::new("domain.division-by-zero", span, "this divisor is 0");
            return self.fail(error.with_hint("nothing can be divided by 0; check the divisor"));
        }
        self.require(ConditionKind::NonZero, e.clone());
        Some(e.recip())
    }

    #[inline(never)]
    fn power(&mut self, raise: Raise, base: &Written, exponent: &Written, span: Span) -> Option<Value> {
        let b = self.value(base);
        if let Some(b) = &b
            && !b.is_scalar()
            && raise != Raise::Each
            && exponent.without_brackets().as_name() == Some("T")
        {
            return self.transposed(b, span);
        }
        let e = self.value(exponent);
        let (b, e) = (b?, e?);
        if !b.is_scalar() || !e.is_scalar() {
            return self.tensor_power(raise, (base, &b), (exponent, &e), span);
        }
        self.raise(&b.expr, &e.expr, base.span, span).map(Value::from)
    }

    #[inline(never)]
    fn raise(&mut self, b: &Expr, e: &Expr, base: Span, span: Span) -> Option<Expr> {
        match (b.as_number(), e.as_number()) {
            (Some(n), Some(k)) if n.is_zero() && k.is_negative() => {
                let error =
                    SyntaxError::new("domain.division-by-zero", base, "0 to a negative power divides by 0");
                return self.fail(error.with_hint("nothing can be divided by 0; check the base"));
            }
            (Some(n), Some(k)) if n.is_negative() && !k.is_integer() => {
                let third = k.denominator() == 3.into();
                let message = "a negative number has no real power with this exponent";
                let error = SyntaxError::new("domain.undefined", span, message);
                return self.fail(error.with_hint(if third {
                    "the real cube root is `cbrt(…)`"
                } else {
                    "everything is real here: the base must be 0 or more"
                }));
            }
            // Whether `(-1)^n` exists depends on `n`, which no condition can say.
            (Some(n), None) if n.is_negative() => {}
            (Some(n), None) if n.is_zero() => self.require(ConditionKind::Positive, e.clone()),
            _ if b.shape().is_scalar() && e.shape().is_scalar() => {
                domain::of_power(b, e, &mut self.conditions);
            }
            _ => {}
        }
        self.defined(expr::power(b, e), span)
    }

    /// The real `n`-th root; of negative numbers too where `n` is odd.
    #[inline(never)]
    fn root(&mut self, a: &Expr, n: &Expr, span: Span) -> Option<Expr> {
        match n.as_number() {
            Some(k) if k.is_zero() => {
                let error = SyntaxError::new("domain.undefined", span, "there is no 0-th root");
                self.fail(error.with_hint("the second argument of `root` is 2, 3, …"))
            }
            Some(k) if k.to_i64() == Some(3) => Some(expr::apply(Func::Cbrt, a)),
            Some(k) if k.is_odd_integer() && k.is_positive() => {
                let size = expr::power(&a.abs(), &n.recip());
                Some(expr::product([a.sign(), size]))
            }
            Some(k) if k.is_integer() && a.as_number().is_some_and(Rational::is_negative) => {
                let error = SyntaxError::new(
                    "domain.undefined",
                    span,
                    "a negative number has no real root of even order",
                );
                self.fail(
                    error.with_hint("everything is real here: what is under the root must be 0 or more"),
                )
            }
            _ => {
                let e = self.reciprocal(n, span)?;
                self.raise(a, &e, span, span)
            }
        }
    }

    #[inline(never)]
    fn relation(&mut self, first: &Written, rest: &[(Rel, Written)]) -> Option<Expr> {
        let mut left = self.value(first);
        let mut left_written = first;
        let mut all = Some(Vec::with_capacity(rest.len()));
        for (rel, w) in rest {
            let right = self.value(w);
            let compared = match (&left, &right) {
                (Some(a), Some(b)) => self
                    .fitting(&[left_written, w], &[a.clone(), b.clone()], "compared")
                    .map(|_| compare(*rel, &a.expr, &b.expr)),
                _ => None,
            };
            match (compared, &mut all) {
                (Some(e), Some(list)) => list.push(e),
                _ => all = None,
            }
            (left, left_written) = (right, w);
        }
        all?.into_iter().reduce(|a, b| expr::apply2(Func2::And, &a, &b))
    }

    // Calls.

    /// Puts a call to the scope; `None` when the scope leaves it to the language.
    fn ask(&mut self, callee: Callee<'_>, args: &[Written], span: Span) -> Option<Option<Value>> {
        let answer = self.scope.call(&Call { callee, args }, span)?;
        Some(self.answered(answer))
    }

    /// `name[…]`, if the scope knows it.
    fn entry(&mut self, base: &Written, places: &[Written], span: Span) -> Option<Option<Value>> {
        let answer = self.scope.entry(base.as_name()?, places, span)?;
        Some(self.answered(answer))
    }

    fn answered(&mut self, answer: Result<Lowered, Errors>) -> Option<Value> {
        match answer {
            Ok(lowered) => Some(self.taken(lowered)),
            Err(errors) => {
                errors.into_iter().for_each(|e| {
                    self.fail::<()>(e);
                });
                None
            }
        }
    }

    /// A meaning of the scope's, with what must hold for it.
    fn taken(&mut self, Lowered { expr, conditions, row }: Lowered) -> Value {
        for c in conditions {
            self.require(c.kind, c.expr);
        }
        Value { expr, row }
    }

    #[inline(never)]
    fn not_available(&mut self, what: &str, span: Span) -> Option<Expr> {
        let error =
            SyntaxError::new("unsupported.operation", span, format!("{what} is not carried out here"));
        self.fail(error.with_hint("write its result, or ask for it on its own"))
    }

    #[inline(never)]
    fn derivative(&mut self, form: &LeibnizForm, span: Span) -> Option<Value> {
        match self.ask(Callee::Derivative(form), &[], span) {
            Some(result) => result,
            None => self.not_available("a derivative", span).map(Value::from),
        }
    }

    /// `dy/dx`, if the scope knows it as a derivative.
    #[inline(never)]
    fn quotient_of_differentials(
        &mut self,
        over: &str,
        under: &str,
        at: Span,
        span: Span,
    ) -> Option<Option<Value>> {
        let of = over.strip_prefix('d').filter(|n| !n.is_empty())?;
        let by = under.strip_prefix('d').filter(|n| !n.is_empty())?;
        let at = Span { from: at.from + 1, to: at.to };
        let of = Written::new(Kind::Name(of.into()), at);
        let form = LeibnizForm { of, by: vec![(by.into(), 1)], partial: false, operator: false };
        self.ask(Callee::Derivative(&form), &[], span)
    }

    #[inline(never)]
    fn primed(&mut self, a: &Written, n: u32, span: Span) -> Option<Value> {
        let mut function = false;
        if let Some(name) = a.as_name() {
            if let Some(result) = self.ask(Callee::Primed(name, n), &[], span) {
                return result;
            }
            function = (self.scope.is_function(name) || Word::find(base_function(name)).is_some())
                && !matches!(self.scope.name(name, a.span), Ok(Some(_)));
        }
        if !function {
            let inner = self.value(a)?;
            if !inner.is_scalar() {
                return if n.is_multiple_of(2) { Some(inner) } else { self.transposed(&inner, span) };
            }
        }
        let message =
            "this is neither the derivative of a function that is known nor the transpose of a matrix";
        let error = SyntaxError::new("unsupported.tensor", span, message);
        let hint = match a.as_name() {
            Some(name) => format!("define `{name}(x) = …` first, or write `diff(…, x)`"),
            None => "a derivative is written `f'(x)` or `diff(f, x)`".to_owned(),
        };
        self.fail(error.with_hint(hint))
    }

    #[inline(never)]
    fn call(&mut self, call: &CallForm, span: Span) -> Option<Value> {
        let (callee, name) = match &call.function.kind {
            Kind::Name(name) => (Callee::Name(name), &**name),
            Kind::Primed(inner, n) => (Callee::Primed(inner.as_name().unwrap_or_default(), *n), "f'"),
            _ => (Callee::Result(&call.function), "the result of a call"),
        };
        if let Some(result) = self.ask(callee, &call.args, span) {
            return result;
        }
        let Callee::Name(_) = callee else {
            let what = if name == "f'" { "a derivative" } else { name };
            return self.not_available(what, span).map(Value::from);
        };
        if name == "~" {
            let error = SyntaxError::new("unsupported.notation", span, "a model is not a number");
            return self.fail(error.with_hint("a model `y ~ a x + b` stands in `fit(…)`"));
        }
        let args = &call.args;
        if let Some(base) = name.strip_prefix("log_") {
            return self.log_subscript(base, call, span).map(Value::from);
        }
        match Word::find(name) {
            Some(Word::One(f)) => {
                self.count(name, args, 1, 1, span)?;
                let arg = self.value(&args[0])?;
                let value = self.apply(f, name, &arg.expr, args[0].span)?;
                Some(arg.with(value))
            }
            Some(Word::Two(f)) => {
                self.count(name, args, 2, 2, span)?;
                let values = self.values(args)?;
                let row = self.fitting(&[&args[0], &args[1]], &values, "taken together")?;
                let expr = self.apply2(f, &values[0].expr, &values[1].expr, args[1].span, span)?;
                Some(Value { expr, row })
            }
            Some(Word::Other(other)) => self.other(other, name, args, span),
            Some(Word::Tensor) => self.tensor_call(name, args, span),
            Some(Word::Operation) if name == "solve" && args.len() == 2 && is_plain(args) => {
                self.tensor_call(name, args, span)
            }
            Some(Word::Operation) => self.not_available(&format!("`{name}`"), span).map(Value::from),
            None => {
                let known = self.scope.known();
                let hint = match Word::nearest(name).or_else(|| nearest_name(name, &known)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("define it first: `{name}(…) = …`"),
                };
                let message = format!("there is no function `{name}`");
                self.fail(
                    SyntaxError::new("name.unknown-function", call.function.span, message).with_hint(hint),
                )
            }
        }
    }

    /// The arguments, if there are as many as there should be.
    #[inline(never)]
    fn arguments(
        &mut self,
        name: &str,
        args: &[Written],
        least: usize,
        most: usize,
        span: Span,
    ) -> Option<Vec<Expr>> {
        self.count(name, args, least, most, span)?;
        self.each(args)
    }

    /// Are there as many arguments as there should be?
    #[inline(never)]
    fn count(&mut self, name: &str, args: &[Written], least: usize, most: usize, span: Span) -> Option<()> {
        if args.len() < least || args.len() > most {
            let s = |n: usize| if n == 1 { "" } else { "s" };
            let takes = if least == most {
                format!("{least} argument{}", s(least))
            } else if most == usize::MAX {
                format!("{least} arguments or more")
            } else {
                format!("{least} or {most} arguments")
            };
            let message = format!("`{name}` takes {takes}, not {}", args.len());
            let letters = ["x", "a", "b"];
            let example = match least {
                1 => format!("{name}({})", letters[0]),
                2 => format!("{name}({}, {})", letters[1], letters[2]),
                _ => format!("{name}(x < 0, a, b)"),
            };
            let error = SyntaxError::new("syntax.arguments", span, message)
                .with_hint(format!("write it as `{example}`"));
            return self.fail(error);
        }
        Some(())
    }

    #[inline(never)]
    fn apply(&mut self, f: Func, name: &str, u: &Expr, arg: Span) -> Option<Expr> {
        let mut needed = Vec::new();
        domain::of_apply(f, u, &mut needed);
        let value = expr::apply(f, u);
        let nowhere = needed.iter().any(|c| c.holds() == Some(false));
        if nowhere || (value.is_undefined() && !u.is_undefined()) {
            let error = SyntaxError::new("domain.undefined", arg, format!("`{name}` has no value here"));
            return self.fail(error.with_hint(needs(f)));
        }
        for c in needed {
            self.require(c.kind, c.expr);
        }
        Some(value)
    }

    fn apply2(&mut self, f: Func2, a: &Expr, b: &Expr, divisor: Span, span: Span) -> Option<Expr> {
        if f == Func2::Mod && b.is_zero() {
            let error = SyntaxError::new("domain.division-by-zero", divisor, "this divisor is 0");
            return self.fail(error.with_hint("nothing can be divided by 0; check the divisor"));
        }
        if b.shape().is_scalar() {
            domain::of_apply2(f, b, &mut self.conditions);
        }
        self.defined(expr::apply2(f, a, b), span)
    }

    #[inline(never)]
    fn other(&mut self, other: Other, name: &str, args: &[Written], span: Span) -> Option<Value> {
        match other {
            Other::Log => {
                let most = if name == "ln" { 1 } else { 2 };
                self.count(name, args, 1, most, span)?;
                let values = self.values(args)?;
                match values.as_slice() {
                    [x] => {
                        let value = self.apply(Func::Log, name, &x.expr, args[0].span)?;
                        Some(x.with(value))
                    }
                    _ => self.log_with_base_of(args, &values),
                }
            }
            Other::LogBase => {
                self.count(name, args, 2, 2, span)?;
                let values = self.values(args)?;
                self.log_with_base_of(args, &values)
            }
            Other::Sqrt => {
                self.count(name, args, 1, 1, span)?;
                let x = self.value(&args[0])?;
                let root = self.root(&x.expr, &Expr::integer(2), args[0].span)?;
                Some(x.with(root))
            }
            Other::Root => {
                self.count(name, args, 2, 2, span)?;
                let values = self.values(args)?;
                let row = self.fitting(&[&args[0], &args[1]], &values, "taken together")?;
                let expr = self.root(&values[0].expr, &values[1].expr, args[0].span)?;
                Some(Value { expr, row })
            }
            Other::Max | Other::Min => {
                let axis = |w: &Written| matches!(w.as_named(), Some(("axis", _)));
                if args.len() == 1 || (args.len() == 2 && axis(&args[1])) {
                    return self.extremum(other, name, args, span).map(Value::from);
                }
                self.count(name, args, 2, usize::MAX, span)?;
                self.folded(if other == Other::Max { Func2::Max } else { Func2::Min }, args)
            }
            Other::Where => self.where_(name, args, span).map(Value::from),
            Other::Factorial => {
                let [n] = self.arguments(name, args, 1, 1, span)?.try_into().ok()?;
                self.apply(Func::Gamma, name, &(n + Expr::one()), args[0].span).map(Value::from)
            }
            Other::Pow => {
                self.count(name, args, 2, 2, span)?;
                self.power(Raise::Caret, &args[0], &args[1], span)
            }
        }
    }

    /// `log(x, b)`
    fn log_with_base_of(&mut self, args: &[Written], values: &[Value]) -> Option<Value> {
        let row = self.fitting(&[&args[0], &args[1]], values, "taken together")?;
        let expr = self.log_with_base(&values[0].expr, &values[1].expr, [args[0].span, args[1].span])?;
        Some(Value { expr, row })
    }

    /// What a branch needs holds by itself where the condition of the branch says so.
    #[inline(never)]
    fn where_(&mut self, name: &str, args: &[Written], span: Span) -> Option<Expr> {
        let [c, a, b] = args else {
            return self.arguments(name, args, 3, 3, span).and(None);
        };
        let condition = self.value(c);
        let mut branch = |w: &Written, holds: bool| {
            let outer = std::mem::take(&mut self.conditions);
            let value = self.value(w);
            let inner = std::mem::replace(&mut self.conditions, outer);
            let mut given = Vec::new();
            if let Some(condition) = &condition {
                guarantees(&condition.expr, holds, &mut given);
            }
            for c in domain::beyond(&inner, &given) {
                domain::require(&mut self.conditions, c.kind, c.expr);
            }
            value
        };
        let (when, otherwise) = (branch(a, true), branch(b, false));
        let values = [condition?, when?, otherwise?];
        self.fitting(&[c, a, b], &values, "chosen from")?;
        Some(chosen(&values))
    }

    /// `log_2(x)`, `log_b(x)`
    #[inline(never)]
    fn log_subscript(&mut self, base: &str, call: &CallForm, span: Span) -> Option<Expr> {
        let from = call.function.span.to - u32::try_from(base.chars().count()).unwrap_or(0);
        let at = Span { from: from.max(call.function.span.from), to: call.function.span.to };
        let digits = base.bytes().all(|b| b.is_ascii_digit());
        let base = if digits { self.number(base, at) } else { self.name(base, at).map(|v| v.expr) };
        let list = self.arguments("log_b", &call.args, 1, 1, span);
        let [x] = list?.try_into().ok()?;
        self.log_with_base(&x, &base?, [call.args[0].span, at])
    }

    fn log_with_base(&mut self, x: &Expr, base: &Expr, [at, base_at]: [Span; 2]) -> Option<Expr> {
        match base.as_number().and_then(Rational::to_i64) {
            Some(2) => return self.apply(Func::Log2, "log", x, at),
            Some(10) => return self.apply(Func::Log10, "log", x, at),
            _ => {}
        }
        let (over, under) =
            (self.apply(Func::Log, "log", x, at), self.apply(Func::Log, "log", base, base_at));
        let (over, under) = (over?, under?);
        let under = self.reciprocal(&under, base_at)?;
        Some(over * under)
    }
}

/// A comparison, element by element.
fn compare(rel: Rel, a: &Expr, b: &Expr) -> Expr {
    match rel {
        Rel::Equal | Rel::Same => expr::apply2(Func2::Equal, a, b),
        Rel::NotEqual => expr::apply2(Func2::NotEqual, a, b),
        Rel::Less => expr::apply2(Func2::Less, a, b),
        Rel::LessEqual => expr::apply2(Func2::LessEqual, a, b),
        Rel::Greater => expr::apply2(Func2::Less, b, a),
        Rel::GreaterEqual => expr::apply2(Func2::LessEqual, b, a),
    }
}

/// `where(c, a, b)`; both branches have the shape of the whole.
fn chosen([c, a, b]: &[Value; 3]) -> Expr {
    let whole = [c, a, b].into_iter().find(|v| !v.is_scalar()).unwrap_or(c);
    let (a, b) = (a.expr.broadcast(whole.expr.shape()), b.expr.broadcast(whole.expr.shape()));
    expr::select(&c.expr, &a, &b)
}

/// Arguments that are neither named nor equations.
fn is_plain(args: &[Written]) -> bool {
    args.iter().all(|a| !matches!(a.kind, Kind::Relation(..)))
}

/// The constant of the language that has this name; see [`super::vocabulary::CONSTANTS`].
fn constant(name: &str) -> Option<Expr> {
    Some(match name {
        "pi" => Expr::constant(Constant::Pi),
        "e" => Expr::constant(Constant::E),
        "inf" => Expr::constant(Constant::Infinity),
        "undefined" => Expr::undefined(),
        "deg" => degree(),
        _ => return None,
    })
}

/// One degree in radians.
fn degree() -> Expr {
    Expr::constant(Constant::Pi) * Expr::integer(180).recip()
}

/// What a comparison says about its sides, where it holds or where it does not.
fn guarantees(condition: &Expr, holds: bool, given: &mut Vec<Condition>) {
    let mut add = |kind, a: &Expr, b: &Expr| given.push(Condition::new(kind, a - b));
    if let Node::Apply2(f, a, b) = condition.node() {
        match (f, holds) {
            (Func2::Less, true) | (Func2::LessEqual, false) => {
                let (a, b) = if holds { (b, a) } else { (a, b) };
                add(ConditionKind::Positive, a, b);
            }
            (Func2::LessEqual, true) | (Func2::Less, false) => {
                let (a, b) = if holds { (b, a) } else { (a, b) };
                add(ConditionKind::NonNegative, a, b);
            }
            (Func2::NotEqual, true) | (Func2::Equal, false) => {
                add(ConditionKind::NonZero, a, b);
                add(ConditionKind::NonZero, b, a);
            }
            (Func2::And, true) | (Func2::Or, false) => {
                guarantees(a, holds, given);
                guarantees(b, holds, given);
            }
            _ => {}
        }
    }
}

/// What a function asks of its argument, in words.
fn needs(f: Func) -> &'static str {
    match f {
        Func::Log | Func::Log2 | Func::Log10 => "a logarithm takes a number above 0",
        Func::Asin | Func::Acos => "its argument must be between -1 and 1",
        Func::Atanh => "its argument must be between -1 and 1, both left out",
        Func::Asec | Func::Acsc => "its argument must be at least 1 or at most -1",
        Func::Acoth => "its argument must be above 1 or below -1",
        Func::Acosh => "its argument must be at least 1",
        Func::Asech => "its argument must be above 0 and at most 1",
        Func::Tan | Func::Sec => "it has a pole where the cosine is 0",
        Func::Csc | Func::Cot => "it has a pole where the sine is 0",
        Func::Csch | Func::Coth | Func::Acot | Func::Acsch => "it has a pole at 0",
        Func::Gamma | Func::Lgamma | Func::Digamma => {
            "it has poles at 0, -1, -2, …; a factorial has them at -1, -2, …"
        }
        Func::Exp
        | Func::Sin
        | Func::Cos
        | Func::Atan
        | Func::Sinh
        | Func::Cosh
        | Func::Tanh
        | Func::Sech
        | Func::Asinh
        | Func::Cbrt
        | Func::Abs
        | Func::Sign
        | Func::Floor
        | Func::Ceil
        | Func::Erf
        | Func::Sigmoid
        | Func::Softplus
        | Func::Relu
        | Func::Step => "check its argument",
    }
}
