//! `x(x + 1)` is a product unless `x` is a function: decided here, where it is known which names are functions.
//!
//! A product binds less tightly than a call, so its factors may have to leave powers they were read into:
//! `e^x(x + 1)^2` is `e^x` times `(x + 1)^2` when `x` is no function.
//! Start reading at [`resolve()`].

use super::error::{Errors, Span, SyntaxError};
use super::parse::base_function;
use super::scope::Scope;
use super::vocabulary::{FOREIGN, Word};
use super::written::{Bracket, CallForm, Join, Kind, Raise, Written};

/// The same tree with every [`Kind::Call`] whose name is no function turned into a product.
///
/// # Errors
/// `name.unknown-function` where a product makes no sense, `syntax.ambiguous-division` and
/// `syntax.ambiguous-argument` where the product makes the text ambiguous.
pub fn resolve(written: &Written, scope: &dyn Scope) -> Result<Written, Errors> {
    if !has_products(written, scope) {
        return Ok(written.clone());
    }
    let mut resolver = Resolver { scope, errors: Vec::new() };
    let resolved = resolver.whole(written.clone());
    match Errors::from_list(resolver.errors) {
        Some(errors) => Err(errors),
        None => Ok(resolved),
    }
}

/// Is there a call in it whose name is no function?
pub(super) fn has_products(written: &Written, scope: &dyn Scope) -> bool {
    if let Kind::Call(call) = &written.kind
        && !is_call(&call.function, scope)
    {
        return true;
    }
    let mut found = false;
    written.kind.for_each_child(|c| found = found || has_products(c, scope));
    found
}

/// Can it be applied to arguments?
fn is_call(function: &Written, scope: &dyn Scope) -> bool {
    match &function.kind {
        Kind::Name(name) => {
            scope.is_function(name) || Word::find(base_function(name)).is_some() || &**name == "~"
        }
        Kind::Primed(inner, _) => is_call(inner, scope),
        _ => true,
    }
}

struct Resolver<'a> {
    scope: &'a dyn Scope,
    errors: Vec<SyntaxError>,
}

impl Resolver<'_> {
    #[inline(never)]
    fn whole(&mut self, w: Written) -> Written {
        let span = w.span;
        let mut factors = self.factors(w);
        if factors.len() == 1 {
            return factors.swap_remove(0);
        }
        Written::new(Kind::Product(joined(factors, Join::First)), span)
    }

    /// What the part is a product of; most are a product of themselves alone.
    #[inline(never)]
    fn factors(&mut self, w: Written) -> Vec<Written> {
        let span = w.span;
        match w.kind {
            Kind::Call(call) => self.call(*call, span),
            Kind::Power(raise, ab) => self.power(raise, *ab),
            Kind::Signed(sign, a) => self.front(*a, span, |a| Kind::Signed(sign, a)),
            Kind::Root(n, a) => self.front(*a, span, |a| Kind::Root(n, a)),
            Kind::Factorial(a) => self.behind(*a, span, |a| Kind::Factorial(Box::new(a))),
            Kind::Primed(a, n) => self.behind(*a, span, |a| Kind::Primed(Box::new(a), n)),
            Kind::Degrees(a) => self.behind(*a, span, |a| Kind::Degrees(Box::new(a))),
            Kind::Index(a, list) => {
                let list = self.each(list);
                self.behind(*a, span, |a| Kind::Index(Box::new(a), list))
            }
            kind => vec![Written::new(self.inside(kind), span)],
        }
    }

    #[inline(never)]
    fn power(&mut self, raise: Raise, (base, exponent): (Written, Written)) -> Vec<Written> {
        let mut factors = self.factors(base);
        let mut above = self.factors(exponent).into_iter();
        if let (Some(base), Some(exponent)) = (factors.pop(), above.next()) {
            let span = base.span.to(exponent.span);
            factors.push(Written::new(Kind::Power(raise, Box::new((base, exponent))), span));
        }
        factors.extend(above);
        factors
    }

    /// A sign before an operand belongs to the first factor.
    #[inline(never)]
    fn front(&mut self, a: Written, span: Span, kind: impl FnOnce(Box<Written>) -> Kind) -> Vec<Written> {
        let mut factors = self.factors(a);
        if let Some(first) = factors.first_mut() {
            let span = Span { from: span.from, to: first.span.to };
            let inner = std::mem::replace(first, Written::new(Kind::Name("".into()), span));
            *first = Written::new(kind(Box::new(inner)), span);
        }
        factors
    }

    /// A sign behind an operand belongs to the last factor.
    #[inline(never)]
    fn behind(&mut self, a: Written, span: Span, kind: impl FnOnce(Written) -> Kind) -> Vec<Written> {
        let mut factors = self.factors(a);
        if let Some(last) = factors.pop() {
            let span = Span { from: last.span.from, to: span.to };
            factors.push(Written::new(kind(last), span));
        }
        factors
    }

    #[inline(never)]
    fn call(&mut self, call: CallForm, span: Span) -> Vec<Written> {
        let CallForm { function, args, bare, spaced } = call;
        if is_call(&function, self.scope) {
            let arguments = args.len();
            let args = if bare {
                args.into_iter().map(|a| self.bare_argument(&function, a)).collect()
            } else {
                self.each(args)
            };
            debug_assert_eq!(args.len(), arguments);
            let function = match function.kind {
                // `diff(f, x)(a)`: what is called may hold products.
                Kind::Call(_) => self.whole(function),
                _ => function,
            };
            return vec![Written::new(Kind::Call(Box::new(CallForm { function, args, bare, spaced })), span)];
        }
        let name = match &function.kind {
            Kind::Primed(inner, _) => inner.as_name(),
            _ => function.as_name(),
        };
        let name = name.unwrap_or_default();
        let near = if Word::is_reserved(name) { None } else { near_function(name) };
        let named = args.iter().any(|a| a.as_named().is_some());
        if args.len() != 1 || named || near.is_some() {
            let known = self.scope.known();
            let hint = match near.or_else(|| super::scope::nearest_name(name, &known)) {
                Some(near) if near.chars().all(char::is_alphanumeric) => format!("did you mean `{near}`?"),
                Some(near) => format!("write `{near}` instead"),
                None if args.len() == 1 => format!("define it first, or write the product as `{name}*(…)`"),
                None => format!("define it first: `{name}(…) = …`"),
            };
            let message = format!("there is no function `{name}`");
            self.errors
                .push(SyntaxError::new("name.unknown-function", function.span, message).with_hint(hint));
        }
        let bracket = Span { from: function.span.to, to: span.to };
        let inner = match self.each(args) {
            mut one if one.len() == 1 => Kind::Brackets(Bracket::Round, Box::new(one.swap_remove(0))),
            many => Kind::Tuple(many),
        };
        vec![function, Written::new(inner, bracket)]
    }

    #[inline(never)]
    fn bare_argument(&mut self, function: &Written, arg: Written) -> Written {
        let span = arg.span;
        let before = match &arg.kind {
            Kind::Product(factors) => factors.len(),
            _ => 1,
        };
        let resolved = self.whole(arg);
        let after = match &resolved.kind {
            Kind::Product(factors) => factors.len(),
            _ => 1,
        };
        if after > before {
            let name = function.as_name().unwrap_or_default();
            let message = format!("where the argument of `{name}` ends can be read in two ways");
            self.errors.push(
                SyntaxError::new("syntax.ambiguous-argument", function.span.to(span), message)
                    .with_hint(format!("put the argument in brackets: `{name}(…)`")),
            );
        }
        resolved
    }

    #[inline(never)]
    fn each(&mut self, list: Vec<Written>) -> Vec<Written> {
        list.into_iter().map(|w| self.whole(w)).collect()
    }

    #[inline(never)]
    fn boxed(&mut self, w: Written) -> Box<Written> {
        Box::new(self.whole(w))
    }

    #[inline(never)]
    fn pair(&mut self, ab: (Written, Written)) -> Box<(Written, Written)> {
        Box::new((self.whole(ab.0), self.whole(ab.1)))
    }

    #[inline(never)]
    fn inside(&mut self, kind: Kind) -> Kind {
        match kind {
            Kind::Product(factors) => {
                let mut flat: Vec<(Join, Written)> = Vec::with_capacity(factors.len() + 1);
                for (join, w) in factors {
                    let span = w.span;
                    let parts = self.factors(w);
                    if parts.len() > 1 && matches!(join, Join::Over | Join::OverEach) {
                        self.errors.push(
                            SyntaxError::new(
                                "syntax.ambiguous-division",
                                flat[0].1.span.to(span),
                                "a product behind `/` can be read in two ways",
                            )
                            .with_hint("put brackets around the quotient, or around all of the divisor"),
                        );
                    }
                    flat.extend(joined(parts, join));
                }
                Kind::Product(flat)
            }
            Kind::Sum(terms) => Kind::Sum(terms.into_iter().map(|(s, w)| (s, self.whole(w))).collect()),
            Kind::Brackets(b, a) => Kind::Brackets(b, self.boxed(*a)),
            Kind::Abs(a) => Kind::Abs(self.boxed(*a)),
            Kind::Norm(a) => Kind::Norm(self.boxed(*a)),
            Kind::Not(a) => Kind::Not(self.boxed(*a)),
            Kind::Fraction(ab) => Kind::Fraction(self.pair(*ab)),
            Kind::Range(ab) => Kind::Range(self.pair(*ab)),
            Kind::Tuple(list) => Kind::Tuple(self.each(list)),
            Kind::Set(list) => Kind::Set(self.each(list)),
            Kind::Logic(logical, list) => Kind::Logic(logical, self.each(list)),
            Kind::Matrix(rows) => Kind::Matrix(rows.into_iter().map(|r| self.each(r)).collect()),
            Kind::Slice(from, to) => Kind::Slice(from.map(|w| self.boxed(*w)), to.map(|w| self.boxed(*w))),
            Kind::Relation(first, rest) => {
                let first = self.boxed(*first);
                Kind::Relation(first, rest.into_iter().map(|(r, w)| (r, self.whole(w))).collect())
            }
            Kind::Derivative(mut d) => {
                let of = std::mem::replace(&mut d.of, Written::new(Kind::Name("".into()), Span::default()));
                d.of = self.whole(of);
                Kind::Derivative(d)
            }
            // The rest is taken apart in `factors`.
            Kind::Number(_)
            | Kind::Name(_)
            | Kind::Call(_)
            | Kind::Power(..)
            | Kind::Signed(..)
            | Kind::Root(..)
            | Kind::Factorial(_)
            | Kind::Primed(..)
            | Kind::Degrees(_)
            | Kind::Index(..) => kind,
        }
    }
}

fn joined(factors: Vec<Written>, first: Join) -> Vec<(Join, Written)> {
    factors.into_iter().enumerate().map(|(k, w)| (if k == 0 { first } else { Join::Implicit }, w)).collect()
}

/// The function that was meant, where the name is more likely a slip than a factor.
fn near_function(name: &str) -> Option<&'static str> {
    if name.chars().count() < 2 || name.contains(['_', '\'']) || super::spelling::GREEK_NAMES.contains(&name)
    {
        return None;
    }
    FOREIGN.iter().find(|(n, _)| *n == name).map(|(_, own)| *own).or_else(|| Word::nearest(name))
}
