//! Integrals inside texts: `integrate(f(x), x)` and `integrate(f(x), x = a..b)`.
//!
//! Here: when the difference of an antiderivative at the ends is the integral, and what stands in its place in a figure
//! when it is not.
//! Not here: how antiderivatives are found (`integral`), integrals as numbers with an error (the request `integrate`).
//! Invariant: exact, wherever a text may be compared with others; in a figure a number may follow its ends by a rule of fixed
//! places, which gives a gap where it cannot resolve five digits.
//! Start reading at [`Scope::integral_here`].

use super::Scope;
use super::series::arguments;
use crate::calculus;
use crate::expr::{self, Condition, ConditionKind, Constant, Expr, Func, Func2, Node, Rational, Symbol};
use crate::integral;
use crate::program::{self, Enclosure, Interval, Program, Workspace};
use crate::series::{self, Limit, Side, Toward};
use crate::syntax::{self, Errors, Kind, Lowered, Span, SyntaxError, Written};

const FORM: &str = "write `integrate(x e^x, x)` or `integrate(x^2, x = 0..1)`";

/// Places of the Gauss–Kronrod rule in -1..1 from the outside in, with their weight in the longer rule and in the shorter
/// one (0: it has not that place). R. Piessens et al., *QUADPACK*, Springer 1983.
const RULE: [(&str, &str, &str); 8] = [
    ("0.991455371120812639206854697526329", "0.022935322010529224963732008058970", "0"),
    (
        "0.949107912342758524526189684047851",
        "0.063092092629978553290700663189204",
        "0.129484966168869693270611432679082",
    ),
    ("0.864864423359769072789712788640926", "0.104790010322250183839876322541518", "0"),
    (
        "0.741531185599394439863864773280788",
        "0.140653259715525918745189590510238",
        "0.279705391489276667901467771423780",
    ),
    ("0.586087235467691130294144691258130", "0.169004726639267902826583426598550", "0"),
    (
        "0.405845151377397166906606412076961",
        "0.190350578064785409913256402421014",
        "0.381830050505118944950369775488975",
    ),
    ("0.207784955007898467600689403773245", "0.204432940075298892414161999234649", "0"),
    ("0", "0.209482141084727828012999174891714", "0.417959183673469387755102040816327"),
];
/// Parts that a range is cut into for the rule.
const PARTS: i64 = 4;
/// How far the two rules may differ, as a share of what is added up.
const RESOLVED: &str = "0.00001";

impl Scope {
    /// `integrate(f(x), x)` as an expression of `x`; `integrate(f(x), x = a..b)` as one of the ends.
    pub(super) fn integral_here(&mut self, args: &[Written], span: Span) -> Result<Lowered, Errors> {
        let [of, by] = args else {
            return Err(arguments(span, "`integrate` takes something, and a variable or a range", FORM));
        };
        match (by.as_name(), by.as_named()) {
            (Some(name), _) => self.indefinite(of, name, span),
            (None, Some((name, range))) if let Kind::Range(ends) = &range.kind => {
                let (a, b) = (syntax::lower(&ends.0, self)?, syntax::lower(&ends.1, self)?);
                self.definite(of, name, (a, b), span)
            }
            _ => Err(arguments(by.span, "this is neither a variable nor a range", FORM)),
        }
    }

    fn indefinite(&mut self, of: &Written, name: &str, span: Span) -> Result<Lowered, Errors> {
        let subject = self.subject(of, None)?;
        let (x, _) = self.going(&subject, &[], name, Expr::zero(), span)?;
        let found = integral::antiderivative(&subject.function.body.expr, &x, &integral::Options::default());
        let Some(expr) = found.result else {
            return Err(SyntaxError::new("unsupported.integral", span, found.reason).into());
        };
        let conditions = [found.conditions, expr.domain()].concat();
        self.at_own_names(&subject, Lowered { expr, conditions, row: false }, span)
    }

    fn definite(
        &mut self,
        of: &Written,
        name: &str,
        (a, b): (Lowered, Lowered),
        span: Span,
    ) -> Result<Lowered, Errors> {
        // The variable that runs is known inside only.
        let mut inside = self.clone();
        inside.local(name);
        let subject = inside.subject(of, None)?;
        let (x, a_) = inside.going(&subject, &[], name, a.expr.clone(), span)?;
        let (_, b_) = inside.going(&subject, &[], name, b.expr.clone(), span)?;
        let e = &subject.function.body.expr;
        let expr = self.between(e, &x, &a_, &b_, span)?;
        let conditions = [a.conditions, b.conditions, expr.domain()].concat();
        self.at_own_names(&subject, Lowered { expr, conditions, row: false }, span)
    }

    fn between(&self, e: &Expr, x: &Symbol, a: &Expr, b: &Expr, span: Span) -> Result<Expr, Errors> {
        let antiderivative = integral::antiderivative(e, x, &integral::Options::default()).result;
        let moves = |e: &Expr| e.free_symbols().iter().any(|s| s != x);
        if moves(e) || moves(a) || moves(b) {
            return match &antiderivative {
                Some(whole) if self.is_continuous(&[e, whole], x, a, b) => {
                    Ok(whole.replace(x, b) - whole.replace(x, a))
                }
                _ if self.numbers => Ok(by_rule(e, x, a, b)),
                Some(_) => {
                    let message =
                        "the antiderivative has gaps or jumps, and the ends may lie on two sides of one";
                    let error = SyntaxError::new("unsupported.integral", span, message);
                    Err(error.with_hint("put numbers in for the names").into())
                }
                None => {
                    Err(SyntaxError::new("unsupported.integral", span, "no antiderivative was found").into())
                }
            };
        }
        let left = least(a, b);
        let exact =
            antiderivative.filter(|whole| self.is_continuous(&[e, whole], x, a, b)).and_then(|whole| {
                let (low, high) = (at_end(&whole, x, a, *a == left)?, at_end(&whole, x, b, *b == left)?);
                Some(high - low)
            });
        match exact {
            Some(exact) if program::eval(&exact, &[]).is_ok_and(f64::is_finite) => Ok(exact),
            Some(_) => {
                let error =
                    SyntaxError::new("domain.integral", span, "over this range it grows beyond all bounds");
                Err(error.into())
            }
            None if self.numbers && is_finite(a) && is_finite(b) => Ok(by_rule(e, x, a, b)),
            None => {
                let message = "no antiderivative was found that has a value all the way";
                let error = SyntaxError::new("unsupported.integral", span, message);
                Err(error
                    .with_hint("in a cell of its own `integrate(…)` may give a number, with its error")
                    .into())
            }
        }
    }

    /// Have these a value, and no jump, wherever the ends may lead?
    fn is_continuous(&self, parts: &[&Expr], x: &Symbol, a: &Expr, b: &Expr) -> bool {
        if parts.iter().any(|e| e.post_order().iter().any(jumps)) {
            return false;
        }
        // Where the places with a value are all on one side of something, those between two of them have one as well.
        let one_sided = |c: &Condition| {
            let slope = calculus::derivative(&c.expr, x);
            let convex = matches!(c.kind, ConditionKind::Positive | ConditionKind::NonNegative);
            !c.expr.contains(x) || (convex && !slope.contains(x))
        };
        if parts.iter().all(|e| e.domain().iter().all(one_sided)) {
            return true;
        }
        let (Some((a0, a1)), Some((b0, b1))) = (self.reach(a), self.reach(b)) else { return false };
        let Some(hull) = Interval::new(a0.min(b0), a1.max(b1)) else { return false };
        let list: Vec<Expr> = parts.iter().map(|e| (*e).clone()).collect();
        let mut names: Vec<Symbol> = list.iter().flat_map(Expr::free_symbols).filter(|s| s != x).collect();
        names.sort();
        names.dedup();
        let ranges = names
            .iter()
            .map(|n| self.ranges.get(n.name()).and_then(|(low, high)| Interval::new(*low, *high)));
        let Some(mut inputs) = ranges.collect::<Option<Vec<Interval>>>() else { return false };
        inputs.push(hull);
        names.push(x.clone());
        let Ok(program) = Program::compile(&list, &names) else { return false };
        let mut out = vec![Enclosure { values: Interval::EMPTY, defined: false }; list.len()];
        program.evaluate_interval(&inputs, &mut out, &mut Workspace::new()).is_ok()
            && out.iter().all(|o| o.defined)
    }
}

/// May its value jump where it is defined?
fn jumps(part: &Expr) -> bool {
    match part.node() {
        Node::Apply(f, _) => matches!(f, Func::Floor | Func::Ceil | Func::Sign | Func::Step),
        Node::Apply2(f, ..) => !matches!(f, Func2::Max | Func2::Min),
        Node::Select(..) | Node::Derivative(..) | Node::Tensor(_) => true,
        _ => false,
    }
}

fn infinity() -> Expr {
    Expr::constant(Constant::Infinity)
}

fn is_finite(e: &Expr) -> bool {
    program::eval(e, &[]).is_ok_and(f64::is_finite)
}

/// The end that lies to the left.
fn least(a: &Expr, b: &Expr) -> Expr {
    let value = |e: &Expr| program::eval(e, &[]).unwrap_or(f64::NAN);
    if value(b) < value(a) { b.clone() } else { a.clone() }
}

/// What an antiderivative goes to at an end, from inside the range.
fn at_end(whole: &Expr, x: &Symbol, place: &Expr, from_above: bool) -> Option<Expr> {
    let (to, side) = match place {
        e if *e == infinity() => (Toward::Infinity, Side::Both),
        e if *e == -infinity() => (Toward::MinusInfinity, Side::Both),
        e => {
            let value = whole.replace(x, e);
            if !value.is_undefined() && is_finite(&value) {
                return Some(value);
            }
            (Toward::Point(e.clone()), if from_above { Side::Right } else { Side::Left })
        }
    };
    match series::limit(whole, x, &to, side, &[]).ok()? {
        Limit::Value(value) => Some(value),
        Limit::None { .. } => None,
    }
}

/// The rule, over all parts of the range; undefined where the longer and the shorter one do not agree.
fn by_rule(e: &Expr, x: &Symbol, a: &Expr, b: &Expr) -> Expr {
    let decimal = |text: &str| Expr::number(Rational::from_decimal(text).unwrap_or(Rational::ZERO));
    let half = expr::product([b - a, Expr::integer(2 * PARTS).recip()]);
    let (mut total, mut differ, mut size) = (Vec::new(), Vec::new(), Vec::new());
    for part in 0..PARTS {
        let middle = a + expr::product([half.clone(), Expr::integer(2 * part + 1)]);
        let mut apart = Vec::new();
        for (place, long, short) in RULE {
            let (place, long, short) = (decimal(place), decimal(long), decimal(short));
            let step = expr::product([half.clone(), place.clone()]);
            let sides =
                if place.is_zero() { vec![middle.clone()] } else { vec![&middle - &step, &middle + &step] };
            for at in sides {
                let value = e.replace(x, &at);
                total.push(expr::product([long.clone(), value.clone()]));
                size.push(expr::product([long.clone(), value.abs()]));
                apart.push(expr::product([&long - &short, value]));
            }
        }
        differ.push(apart.into_iter().sum::<Expr>().abs());
    }
    let resolved = expr::product([decimal(RESOLVED), size.into_iter().sum::<Expr>()]);
    let agree = expr::apply2(Func2::LessEqual, &differ.into_iter().sum::<Expr>(), &resolved);
    expr::select(&agree, &expr::product([half, total.into_iter().sum::<Expr>()]), &Expr::undefined())
}
