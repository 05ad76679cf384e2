//! `taylor` and `limit`: series with exact coefficients, proven remainders, limits.

use std::collections::{BTreeMap, HashMap};

use super::ask::{Answered, Context};
use super::number::Number;
use super::reader::Reader;
use super::reply::{AboutReply, Answer, BoundReply, Coefficient, Fault, RadiusReply};
use super::request::{Also, LimitAsk, PointValue, TaylorAsk};
use crate::equality;
use crate::expr::{Expr, Formula, Notation, Rational, Symbol, power, product, sum};
use crate::series::{self, Kind, Limit, Side, Stop, Toward};

impl Context<'_> {
    pub(super) fn taylor(&self, reader: &Reader, ask: &TaylorAsk) -> Answered {
        let e = self.scalar(reader, &ask.expr)?;
        if ask.at.is_empty() {
            let fault = Fault::new("request.field", "`at` names no variable");
            return Err(fault.hint("write `\"at\": {\"x\": 0}`").in_field("at").boxed());
        }
        let mut at: Vec<(Symbol, Expr)> = Vec::new();
        for (name, value) in &ask.at {
            at.push((self.number_variable(reader, name, "at")?, self.exact(reader, value, "at")?));
        }
        let sides = ask.over.as_ref().map(|over| self.sides(reader, &at, over)).transpose()?;
        let order = self.order(&e, &at, sides.as_deref(), ask)?;
        let found =
            series::taylor(&e, &at, order, &reader.assumptions).map_err(|stop| refused(&stop, "series"))?;
        let names = || at.iter().map(|(x, _)| x.name().to_owned());
        let mut coefficients = Vec::new();
        for (powers, c) in &found.coefficients {
            let powers = names().zip(powers.iter().map(Rational::to_text)).collect();
            coefficients.push(Coefficient { powers, coefficient: self.show(c)?.text });
        }
        let bound = sides.map(|sides| {
            let remainder = if found.kind == Kind::Taylor {
                series::remainder(&e, &at, order, &sides, &self.limits.effort().budget)
            } else {
                Err(Stop::Undefined)
            };
            match remainder {
                Ok(remainder) => {
                    BoundReply { error: Some(Number(remainder.error)), status: "proven", reason: None }
                }
                Err(stop) => BoundReply { error: None, status: "failed", reason: Some(words(&stop)) },
            }
        });
        Ok(Answer::Taylor {
            kind: match found.kind {
                Kind::Taylor => "taylor",
                Kind::Laurent => "laurent",
                Kind::Puiseux => "puiseux",
            },
            order,
            coefficients,
            polynomial: self.show(&found.polynomial)?,
            about: self.about(&found, &at),
            exact: found.exact,
            rounded: found.rounded,
            bound,
            radius: ask.radius.then(|| reach(&e, &at, found.kind)),
        })
    }

    /// The range of every variable.
    fn sides(
        &self,
        reader: &Reader,
        at: &[(Symbol, Expr)],
        over: &BTreeMap<String, [PointValue; 2]>,
    ) -> Answered<Vec<(f64, f64)>> {
        let mut sides = Vec::new();
        for (name, _) in at {
            let [low, high] = over.get(name.name()).ok_or_else(|| {
                let message = format!("`over` says nothing of `{name}`");
                Fault::new("request.field", message).in_field("over").boxed()
            })?;
            let side = (self.float(reader, low)?, self.float(reader, high)?);
            if !(side.0 <= side.1 && side.0.is_finite() && side.1.is_finite()) {
                let message = format!("`over` of `{name}` goes from {} to {}", side.0, side.1);
                let fault = Fault::new("request.field", message).hint("write the smaller number first");
                return Err(fault.in_field("over").boxed());
            }
            sides.push(side);
        }
        Ok(sides)
    }

    /// The order asked for, or the smallest that leaves out no more than was asked for.
    fn order(
        &self,
        e: &Expr,
        at: &[(Symbol, Expr)],
        sides: Option<&[(f64, f64)]>,
        ask: &TaylorAsk,
    ) -> Answered<u32> {
        let limit = self.limits.max_order;
        let wrong = |message: &str, field: &str, hint: &str| {
            Err(Fault::new("request.field", message).hint(hint).in_field(field).boxed())
        };
        match (ask.order, ask.error, sides) {
            (Some(order), None, _) if order <= limit => Ok(order),
            (Some(order), None, _) => {
                let message = format!("order {order} is above the limit of {limit}");
                Err(Fault::new("budget.order", message).in_field("order").boxed())
            }
            (Some(_), Some(_), _) => {
                wrong("`order` and `error` are both given", "error", "one of them follows from the other")
            }
            (None, None, _) => wrong("`order` is missing", "order", "or give `error` and `over`"),
            (None, Some(error), Some(sides)) if error > 0.0 => {
                let budget = self.limits.effort().budget;
                let enough = series::order_for(e, at, error, limit, sides, &budget)
                    .map_err(|stop| refused(&stop, "order"))?;
                if enough.reached {
                    return Ok(enough.order);
                }
                let message = format!(
                    "no order up to {limit} is proven to leave out less than {}; order {} leaves out at most {}",
                    Number(error),
                    enough.order,
                    Number(enough.remainder.error)
                );
                let fault = Fault::new("budget.order", message);
                Err(fault.hint("take a smaller range, or a larger error").in_field("error").boxed())
            }
            (None, Some(_), Some(_)) => wrong("`error` is not above 0", "error", "write a small number"),
            (None, Some(_), None) => {
                wrong("`over` is missing", "over", "say where the error counts: `\"over\": {\"x\": [0, 1]}`")
            }
        }
    }

    /// The polynomial in powers of the distance from the point, where that is not the variable itself.
    fn about(&self, found: &series::Taylor, at: &[(Symbol, Expr)]) -> Option<AboutReply> {
        if at.iter().all(|(_, a)| a.is_zero()) {
            return None;
        }
        let step = |k: usize| Symbol::new(&format!("\u{2022}step{k}"));
        let names: HashMap<Symbol, Formula> = at
            .iter()
            .enumerate()
            .map(|(k, (x, a))| (step(k), (Expr::var(x.clone()) - a).to_formula()))
            .collect();
        let polynomial = sum(found.coefficients.iter().map(|(powers, c)| {
            let steps = powers.iter().enumerate();
            let steps = steps.map(|(k, p)| power(&Expr::var(step(k)), &Expr::number(p.clone())));
            (Rational::ONE, product(steps.chain([c.clone()])))
        }));
        let formula = polynomial.to_formula_with(&names);
        Some(AboutReply {
            text: formula.print_limited(Notation::Text, self.limits.max_printed).ok()?,
            latex: self.also.contains(&Also::Latex).then(|| formula.to_latex()),
            mathml: self.also.contains(&Also::Mathml).then(|| formula.to_mathml()),
        })
    }

    pub(super) fn limit(&self, reader: &Reader, ask: &LimitAsk) -> Answered {
        let e = self.scalar(reader, &ask.expr)?;
        let x = self.number_variable(reader, &ask.wrt, "wrt")?;
        let to = match &ask.to {
            PointValue::Text(text) if matches!(text.trim(), "inf" | "+inf") => Toward::Infinity,
            PointValue::Text(text) if text.trim() == "-inf" => Toward::MinusInfinity,
            value => Toward::Point(self.exact(reader, value, "to")?),
        };
        let side = match ask.side.as_str() {
            "both" => Side::Both,
            "left" => Side::Left,
            "right" => Side::Right,
            other => {
                let fault = Fault::new("request.field", format!("`side` is `{other}`"));
                return Err(fault.hint("one of both, left, right").in_field("side").boxed());
            }
        };
        let shown = |e: &Expr| self.show(&equality::simplify(e, self.limits.proof_terms));
        let found =
            series::limit(&e, &x, &to, side, &reader.assumptions).map_err(|stop| refused(&stop, "limit"))?;
        Ok(match found {
            Limit::Value(value) => {
                Answer::Limit { exists: true, formula: Some(shown(&value)?), left: None, right: None }
            }
            Limit::None { left, right } => {
                let text =
                    |side: Option<Expr>| side.map(|e| shown(&e)).transpose().map(|f| f.map(|f| f.text));
                Answer::Limit { exists: false, formula: None, left: text(left)?, right: text(right)? }
            }
        })
    }

    /// What a series or an integral is taken of.
    pub(super) fn scalar(&self, reader: &Reader, text: &str) -> Answered<Expr> {
        let lowered = self.read_function(reader, text)?;
        if lowered.expr.shape().is_scalar() {
            return Ok(lowered.expr);
        }
        let message = format!("`expr` is {}; wanted is a number", lowered.expr.shape());
        Err(Fault::new("shape.series", message).hint("ask for one entry of it").in_field("expr").boxed())
    }

    /// A value as it was meant: 0.1 is one tenth.
    pub(super) fn exact(&self, reader: &Reader, value: &PointValue, field: &str) -> Answered<Expr> {
        match value {
            PointValue::Number(x) => {
                let exact = Rational::from_decimal(&format!("{}", x.abs())).filter(|_| x.is_finite());
                let exact = exact.ok_or_else(|| {
                    Fault::new("request.point", format!("{x} is not a number")).in_field(field).boxed()
                })?;
                Ok(Expr::number(if *x < 0.0 { -exact } else { exact }))
            }
            PointValue::Text(text) => {
                let e = self.read(reader, text).map_err(|fault| fault.in_field(field).boxed())?.expr;
                if e.shape().is_scalar() {
                    return Ok(e);
                }
                Err(Fault::new("request.point", format!("`{text}` is not a number")).in_field(field).boxed())
            }
            PointValue::Array(_) => {
                Err(Fault::new("request.point", "a list is not a number").in_field(field).boxed())
            }
        }
    }

    pub(super) fn float(&self, reader: &Reader, value: &PointValue) -> Answered<f64> {
        match value {
            PointValue::Number(x) => Ok(*x),
            PointValue::Text(text) => reader.number(text).map_err(|fault| fault.in_field("over").boxed()),
            PointValue::Array(_) => {
                Err(Fault::new("request.point", "a list is not a number").in_field("over").boxed())
            }
        }
    }
}

/// How far the series reaches.
fn reach(e: &Expr, at: &[(Symbol, Expr)], kind: Kind) -> RadiusReply {
    let found = match (at, kind) {
        ([(x, a)], Kind::Taylor | Kind::Laurent) => series::radius(e, x, a),
        ([_], Kind::Puiseux) => Err(Stop::Unsupported("the series is one to the right of the point".into())),
        _ => Err(Stop::Unsupported("the radius of a series in several variables".into())),
    };
    match found {
        Ok(found) => RadiusReply {
            radius: Some(Number(found.radius)),
            at: found.at.map(|(re, im)| [Number(re), Number(im)]),
            status: if found.proven { "proven" } else { "tested" },
            reason: None,
        },
        Err(stop) => RadiusReply { radius: None, at: None, status: "failed", reason: Some(words(&stop)) },
    }
}

/// Why there is none, in words.
pub(super) fn words(stop: &Stop) -> String {
    match stop {
        Stop::Undefined => "there are no real values near that point".to_owned(),
        Stop::Undecided(e) => format!("whether `{}` is 0, or its sign, could not be decided", plain(e)),
        Stop::Essential(e) => format!("`{}` has no power series there", plain(e)),
        Stop::Oscillates => "it goes up and down for ever".to_owned(),
        Stop::Unbounded(e) => format!("`{}` grows beyond all bounds there", plain(e)),
        Stop::Unsupported(what) => format!("not known: {what}"),
        Stop::MoreTerms => "too many leading terms cancel".to_owned(),
        Stop::Budget => "this takes more work than is allowed".to_owned(),
    }
}

/// Names that were made on the way are not shown to anybody.
fn plain(e: &Expr) -> String {
    let text = e.to_string();
    if text.contains('\u{2022}') { "a part of it".to_owned() } else { text }
}

/// The code of the fault that says so.
pub(super) fn code(stop: &Stop) -> &'static str {
    match stop {
        Stop::Undefined => "domain.undefined",
        Stop::Essential(_) | Stop::Oscillates | Stop::Unbounded(_) | Stop::Unsupported(_) => {
            "unsupported.series"
        }
        Stop::Undecided(_) => "unsupported.undecided",
        Stop::MoreTerms | Stop::Budget => "budget.series",
    }
}

pub(super) fn refused(stop: &Stop, what: &str) -> Box<Fault> {
    let fault = Fault::new(code(stop), format!("no {what} was found: {}", words(stop)));
    match stop {
        Stop::Undecided(e) if !e.free_symbols().is_empty() => {
            fault.hint("say what is known of the names: `\"assume\": [\"a > 0\"]`").boxed()
        }
        _ => fault.boxed(),
    }
}
