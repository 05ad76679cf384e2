//! Taylor polynomials and limits inside texts: `taylor(f(x), x = a, order = 5)`, `limit(sin(x)/x, x = 0)`.
//!
//! Both are expressions like any other: they may be drawn, differentiated, evaluated and asked for.
//! Not here: how they are found (`series`), error bounds (the request `taylor`).
//! Invariant: a polynomial is of all its order says; what has none is refused with the reason.
//! Start reading at [`Scope::taylor_here`].

use super::Scope;
use super::derivative::Subject;
use super::function::Function;
use crate::calculus;
use crate::expr::{self, Condition, Expr, Func2, Rational, Symbol, domain};
use crate::program::{Enclosure, Interval, Program, Workspace};
use crate::series::{self, Kind, Limit, Power, Side, Stop, Toward};
use crate::sheet::series::{code, words};
use crate::syntax::{self, Errors, Lowered, Span, SyntaxError, Written};

/// Highest order of a polynomial inside a text.
const MAX_ORDER: u32 = 30;
/// Most parts of all coefficients together where repeated differentiation has to find them.
const MAX_PARTS: usize = 20_000;

const TAYLOR: &str = "write `taylor(sin(x), x = 0, 5)`";
const LIMIT: &str = "write `limit(sin(x)/x, x = 0)`";

/// A variable that goes to a place.
pub(super) type At = (Symbol, Expr);

/// How many terms a polynomial has.
enum Order {
    Fixed(u32),
    /// A number that follows parameters, and the most that it can be.
    Moves(Expr, u32),
}

impl Order {
    fn most(&self) -> u32 {
        match self {
            Order::Fixed(n) | Order::Moves(_, n) => *n,
        }
    }
}

impl Scope {
    /// `taylor(f(x), x = a, 4)` as an expression of `x`.
    pub(super) fn taylor_here(&mut self, args: &[Written], span: Span) -> Result<Lowered, Errors> {
        let Some((of, rest)) = args.split_first() else {
            return Err(arguments(span, "`taylor` takes something to expand", TAYLOR));
        };
        let subject = self.subject(of, None)?;
        let (mut at, mut order): (Vec<At>, Option<Order>) = (Vec::new(), None);
        for w in rest {
            match w.as_named() {
                Some(("order", value)) => order = Some(self.order_of(value)?),
                Some(("over", _)) => {
                    let message = "a bound of the error is no part of a formula";
                    return Err(arguments(
                        w.span,
                        message,
                        "leave `over` out here; in a cell the polynomial stands alone",
                    ));
                }
                Some((name, value)) => {
                    let place = syntax::lower(value, self)?.expr;
                    at.push(self.going(&subject, &at, name, place, w.span)?);
                }
                None if order.is_none() => order = Some(self.order_of(w)?),
                None => return Err(arguments(w.span, "there are two orders", TAYLOR)),
            }
        }
        if at.is_empty() {
            return Err(arguments(span, "this does not say about which place", TAYLOR));
        }
        let Some(order) = order else {
            return Err(arguments(span, "how many terms? the order is missing", TAYLOR));
        };
        let p = self.expanded(&subject, &at, &order, span)?;
        self.at_own_names(&subject, p, span)
    }

    /// `limit(f(x), x = a)`, `limit(f(x), x = inf)`, `limit(f(x), x = 0, side = left)`.
    pub(super) fn limit_here(&mut self, args: &[Written], span: Span) -> Result<Lowered, Errors> {
        let Some((of, rest)) = args.split_first() else {
            return Err(arguments(span, "`limit` takes something that goes somewhere", LIMIT));
        };
        // The variable that goes somewhere is known inside only.
        let mut inside = self.clone();
        let bound = rest.iter().filter_map(Written::as_named).map(|(name, _)| name).find(|n| *n != "side");
        if let Some(name) = bound {
            inside.local(name);
        }
        let subject = inside.subject(of, None)?;
        let (mut at, mut side): (Vec<At>, _) = (Vec::new(), Side::Both);
        for w in rest {
            match w.as_named() {
                Some(("side", value)) => {
                    side = match value.as_name() {
                        Some("left") => Side::Left,
                        Some("right") => Side::Right,
                        Some("both") => Side::Both,
                        _ => return Err(arguments(w.span, "a side is left, right or both", LIMIT)),
                    };
                }
                Some((name, value)) if at.is_empty() => {
                    let place = syntax::lower(value, self)?.expr;
                    at.push(inside.going(&subject, &at, name, place, w.span)?);
                }
                _ => return Err(arguments(w.span, "a limit is of one variable that goes somewhere", LIMIT)),
            }
        }
        let Some((x, place)) = at.pop() else {
            return Err(arguments(span, "this does not say where it goes", LIMIT));
        };
        let infinity = Expr::constant(expr::Constant::Infinity);
        let to = match place {
            place if place == infinity => Toward::Infinity,
            place if place == -&infinity => Toward::MinusInfinity,
            place => Toward::Point(place),
        };
        let e = &subject.function.body.expr;
        let found = series::limit(e, &x, &to, side, &[]).map_err(|stop| refused(&stop, "limit", span))?;
        let value = match found {
            Limit::Value(value) => value,
            Limit::None { left: Some(left), right: Some(right) } => {
                let message = format!(
                    "there is no limit: from below it is {}, from above {}",
                    short(&left),
                    short(&right)
                );
                let error = SyntaxError::new("domain.limit", span, message);
                return Err(error.with_hint("take one side: `side = left`").into());
            }
            Limit::None { .. } => {
                let error =
                    SyntaxError::new("domain.limit", span, "there is no limit: it goes up and down for ever");
                return Err(error.into());
            }
        };
        let conditions = without(&subject, &value, &[x]);
        self.at_own_names(&subject, Lowered { expr: value, conditions, row: false }, span)
    }

    /// `taylor(…)(b)`: the polynomial at values of the variables that it was expanded in.
    pub(super) fn taylor_at(
        &mut self,
        inner: &[Written],
        args: &[Written],
        at: Span,
        span: Span,
    ) -> Result<Lowered, Errors> {
        let mut inside = self.clone();
        let names = inner.iter().filter_map(|w| w.as_named()).map(|(name, _)| name).filter(|n| *n != "order");
        let vars: Vec<(String, Expr)> =
            names.map(|name| (name.to_owned(), Expr::var(inside.local(name)))).collect();
        if vars.len() != args.len() {
            return Err(arguments(
                span,
                "`taylor(…)(…)` takes another number of values",
                "write `taylor(sin(x), x = 0, 5)(1)`",
            ));
        }
        let body = inside.taylor_here(inner, at)?;
        let given = args.iter().map(|arg| syntax::lower(arg, self)).collect::<Result<_, _>>()?;
        self.put(&Function { vars, body }, given, span)
    }

    /// `x = a`: the variable of the subject, and where it goes.
    pub(super) fn going(
        &mut self,
        subject: &Subject,
        before: &[At],
        name: &str,
        place: Expr,
        span: Span,
    ) -> Result<At, Errors> {
        let function = subject.is_function.then_some(&subject.function);
        let symbol = self.number_by(name, function, span)?;
        let fail = |message: String| arguments(span, &message, "write `x = 0`, `x = a` or `x = pi/2`");
        if !place.shape().is_scalar() || !subject.function.body.expr.shape().is_scalar() {
            let message = "a polynomial or a limit is of numbers";
            return Err(SyntaxError::new("shape.series", span, message)
                .with_hint("take one entry of it")
                .into());
        }
        let ends = || subject.function.body.expr.free_symbols().iter().any(|s| self.is_end(s));
        if self.ranges.contains_key(symbol.name()) && ends() {
            return Err(fail(format!("where a trace ends is not known as a formula in `{name}`")));
        }
        if place.contains(&symbol) {
            return Err(fail(format!("`{name}` cannot go to a place that moves with it")));
        }
        if before.iter().any(|(x, _)| *x == symbol) {
            return Err(fail(format!("`{name}` goes to two places")));
        }
        Ok((symbol, place))
    }

    /// A whole number, or one that follows parameters whose ranges are known.
    fn order_of(&mut self, w: &Written) -> Result<Order, Errors> {
        let e = syntax::lower(w, self)?.expr;
        let fail = || {
            let message = format!("the order is a whole number from 0 to {MAX_ORDER}");
            let hint = "write a number, or a parameter whose range ends there";
            Errors::from(SyntaxError::new("syntax.arguments", w.span, message).with_hint(hint))
        };
        if let Some(n) = e.as_number() {
            let n = n.to_i64().and_then(|n| u32::try_from(n).ok()).filter(|n| *n <= MAX_ORDER);
            return n.map(Order::Fixed).ok_or_else(fail);
        }
        let most = self
            .reach(&e)
            .map(|(_, most)| most)
            .filter(|most| (0.0..=f64::from(MAX_ORDER) + 0.49).contains(most));
        most.map(|most| Order::Moves(e, most.round() as u32)).ok_or_else(fail)
    }

    /// From where to where an expression of parameters can go.
    pub(super) fn reach(&self, e: &Expr) -> Option<(f64, f64)> {
        let names: Vec<Symbol> = e.free_symbols().into_iter().collect();
        let ranges = names.iter().map(|name| {
            let (low, high) = self.ranges.get(name.name())?;
            Interval::new(*low, *high)
        });
        let ranges: Vec<Interval> = ranges.collect::<Option<_>>()?;
        let program = Program::compile(std::slice::from_ref(e), &names).ok()?;
        let mut out = [Enclosure { values: Interval::EMPTY, defined: false }];
        program.evaluate_interval(&ranges, &mut out, &mut Workspace::new()).ok()?;
        let (low, high) = (out[0].values.low(), out[0].values.high());
        Some((low, high)).filter(|_| out[0].defined && low.is_finite() && high.is_finite())
    }

    /// The polynomial, made of the variables of the subject.
    fn expanded(&self, subject: &Subject, at: &[At], order: &Order, span: Span) -> Result<Lowered, Errors> {
        let e = &subject.function.body.expr;
        let terms = match series::taylor(e, at, order.most(), &[]) {
            Ok(found) if found.kind == Kind::Puiseux => {
                let message = "this has no Taylor polynomial there: a kink, a jump or a root begins there";
                return Err(SyntaxError::new("domain.series", span, message)
                    .with_hint("take another place")
                    .into());
            }
            Ok(found) => found.coefficients,
            // About a place without a value, whatever has derivatives has a polynomial.
            Err(Stop::Undecided(_) | Stop::Unsupported(_))
                if at.iter().any(|(_, a)| !a.free_symbols().is_empty()) =>
            {
                self.repeated(e, at, order.most(), span)?
            }
            Err(stop) => return Err(refused(&stop, "Taylor polynomial", span)),
        };
        let polynomial = expr::sum(terms.iter().map(|(powers, c)| {
            let distance = at.iter().zip(powers);
            let factors = distance
                .map(|((x, a), p)| expr::power(&(Expr::var(x.clone()) - a), &Expr::number(p.clone())));
            let term = expr::product(factors.chain([c.clone()]));
            (
                Rational::ONE,
                match order {
                    Order::Fixed(_) => term,
                    Order::Moves(n, _) => {
                        // The order is rounded: from half below its power on, the term counts.
                        let power = expr::sum(powers.iter().map(|p| (p.clone(), Expr::one())));
                        let from = power - Expr::number(Rational::HALF);
                        expr::select(&expr::apply2(Func2::LessEqual, &from, n), &term, &Expr::zero())
                    }
                },
            )
        }));
        let most = self.limits.max_nodes;
        if polynomial.node_count() > most {
            let message = format!("this polynomial has more than {most} parts");
            return Err(SyntaxError::new("budget.nodes", span, message).with_hint("lower the order").into());
        }
        let variables: Vec<Symbol> = at.iter().map(|(x, _)| x.clone()).collect();
        let conditions = without(subject, &polynomial, &variables);
        Ok(Lowered { expr: polynomial, conditions, row: false })
    }

    /// The coefficients by repeated differentiation.
    fn repeated(&self, e: &Expr, at: &[At], order: u32, span: Span) -> Result<Vec<(Power, Expr)>, Errors> {
        let too_long = || -> Errors {
            let message = format!("this polynomial has more than {MAX_PARTS} parts");
            SyntaxError::new("budget.nodes", span, message).with_hint("lower the order").into()
        };
        let places = at.iter().cloned().collect();
        let mut level: Vec<(Vec<i64>, Expr)> = vec![(vec![0; at.len()], e.clone())];
        let (mut terms, mut parts) = (Vec::new(), 0);
        for n in 0..=order {
            for (powers, d) in &level {
                let c = d.substitute(&places);
                parts += c.node_count();
                if parts > MAX_PARTS {
                    return Err(too_long());
                }
                let factorial =
                    powers.iter().flat_map(|k| 1..=*k).fold(Rational::ONE, |a, k| a * Rational::integer(k));
                let c = expr::product([c, Expr::number(factorial).recip()]);
                terms.push((powers.iter().map(|k| Rational::integer(*k)).collect(), c));
            }
            if n == order {
                break;
            }
            let mut next: Vec<(Vec<i64>, Expr)> = Vec::new();
            for (powers, d) in &level {
                // Each derivative once: by no variable before the last that it was taken by.
                let last = powers.iter().rposition(|k| *k > 0).unwrap_or(0);
                for (k, (x, _)) in at.iter().enumerate().skip(last) {
                    let mut powers = powers.clone();
                    powers[k] += 1;
                    let d = calculus::derivative_within(d, x, MAX_PARTS).ok_or_else(too_long)?;
                    next.push((powers, d));
                }
            }
            level = next;
        }
        Ok(terms)
    }
}

/// What must hold for the result: its own conditions, and those of the subject that do not speak of its variables.
fn without(subject: &Subject, e: &Expr, variables: &[Symbol]) -> Vec<Condition> {
    let mut conditions = e.domain();
    for c in &subject.function.body.conditions {
        if !variables.iter().any(|x| c.expr.contains(x)) {
            domain::require(&mut conditions, c.kind, c.expr.clone());
        }
    }
    conditions
}

pub(super) fn arguments(span: Span, message: &str, hint: &str) -> Errors {
    SyntaxError::new("syntax.arguments", span, message).with_hint(hint).into()
}

/// Where there is none, that is so of the function and the place; where none was found, of us.
fn refused(stop: &Stop, what: &str, span: Span) -> Errors {
    let code = match stop {
        Stop::Undefined | Stop::Essential(_) | Stop::Oscillates | Stop::Unbounded(_) => "domain.series",
        other => code(other),
    };
    SyntaxError::new(code, span, format!("no {what} was found: {}", words(stop))).into()
}

fn short(e: &Expr) -> String {
    e.print_limited(40).map_or_else(|_| "something long".to_owned(), |text| format!("`{text}`"))
}
