//! `integrate`: which integral is meant, the value of one over a range, and what it is worth.

use super::ask::{Answered, Context, texts};
use super::number::Number;
use super::reader::Reader;
use super::reply::{Answer, Fault, PieceReply};
use super::request::{IntegrateAsk, PointValue};
use crate::expr::{Condition, Expr, Symbol};
use crate::integral::Antiderivative;
use crate::integral::quadrature::exact::{self, Exact};
use crate::integral::quadrature::{self, End, Options, Piece, Report, Status, Stop};

impl Context<'_> {
    pub(super) fn integrate(&self, reader: &Reader, ask: &IntegrateAsk) -> Answered {
        match (&ask.from, &ask.to) {
            (Some(from), Some(to)) => {
                let e = self.scalar(reader, &ask.expr)?;
                let x = self.number_variable(reader, &ask.wrt, "wrt")?;
                let ends = [self.range_end(reader, from, "from")?, self.range_end(reader, to, "to")?];
                self.definite(reader, &e, &x, &ends, ask)
            }
            (None, None) => self.indefinite(reader, ask),
            (given, _) => {
                let missing = if given.is_some() { "to" } else { "from" };
                let fault = Fault::new("request.field", format!("`{missing}` is missing"));
                Err(fault.hint("a range has both ends, `from` and `to`").in_field(missing).boxed())
            }
        }
    }

    fn definite(
        &self,
        reader: &Reader,
        e: &Expr,
        x: &Symbol,
        ends: &[End; 2],
        ask: &IntegrateAsk,
    ) -> Answered {
        let options = Options {
            budget: self.limits.effort().budget,
            prove: ask.prove,
            assume: reader.assumptions.clone(),
            ..Options::default()
        };
        let report = quadrature::definite(e, x, &ends[0], &ends[1], &options);
        if let Stop::Program(code) = report.stop {
            return Err(Fault::new(code, "the integrand cannot be evaluated so often").boxed());
        }
        let has_letters = |end: &End| matches!(end, End::At(c) if !c.free_symbols().is_empty());
        if matches!(report.stop, Stop::Names(_)) || ends.iter().any(has_letters) {
            return self.with_letters(reader, e, x, ends, ask);
        }
        if report.stop == Stop::Ends {
            let fault = Fault::new("request.point", "an end of the range is not a number");
            return Err(fault.hint("a number, an exact text, `inf` or `-inf`").in_field("from").boxed());
        }
        let mut answer = Told::of(&report, x);
        let hopeless = matches!(
            report.stop,
            Stop::Diverges { .. } | Stop::SeemsToDiverge { .. } | Stop::Undefined { .. }
        );
        if !hopeless {
            let found = self.antiderivative(reader, ask)?;
            if let Some(big) = &found.result
                && let Some(exact) =
                    exact::value(big, x, &ends[0], &ends[1], &reader.assumptions, &options.budget)
            {
                answer.take(exact, &found, &report);
            }
        }
        let pieces = ask.pieces.then(|| report.pieces.iter().map(piece).collect());
        Ok(Answer::Definite {
            formula: answer.exact.as_ref().map(|e| self.show(e)).transpose()?,
            antiderivative: answer.antiderivative.as_ref().map(|e| self.show(e)).transpose()?.map(|f| f.text),
            value: answer.bounds.map(|(value, _)| Number(value)),
            error: answer.bounds.map(|(_, error)| Number(error)),
            status: word(answer.status),
            stop: stop_word(&report.stop),
            reason: answer.reason,
            conditions: Vec::new(),
            evaluations: report.evaluations,
            pieces,
        })
    }

    /// Letters without a number: only an antiderivative helps.
    fn with_letters(
        &self,
        reader: &Reader,
        e: &Expr,
        x: &Symbol,
        ends: &[End; 2],
        ask: &IntegrateAsk,
    ) -> Answered {
        let found = self.antiderivative(reader, ask)?;
        let value = found
            .result
            .as_ref()
            .and_then(|big| exact::formula(big, x, [&ends[0], &ends[1]], &reader.assumptions));
        let Some((value, mut conditions)) = value else {
            let mut names = e.free_symbols();
            for end in ends {
                if let End::At(c) = end {
                    names.extend(c.free_symbols());
                }
            }
            names.remove(x);
            let names: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
            let message = format!(
                "{} has no value, and no antiderivative was found that is certain to be continuous over the range",
                names.join(" and ")
            );
            let hint = "put numbers for the letters, or say what is known of them: `\"assume\": [\"a > 0\"]`";
            return Err(Fault::new("name.without-value", message).hint(hint).in_field("expr").boxed());
        };
        conditions.extend(found.conditions.iter().filter(|c: &&Condition| !c.expr.contains(x)).cloned());
        let big = found.result.as_ref().map(|e| self.show(e)).transpose()?;
        Ok(Answer::Definite {
            formula: Some(self.show(&value)?),
            antiderivative: big.map(|f| f.text),
            value: None,
            error: None,
            status: if found.proven { "proven" } else { "tested" },
            stop: "antiderivative",
            reason: None,
            conditions: texts(&conditions),
            evaluations: 0,
            pieces: None,
        })
    }

    fn range_end(&self, reader: &Reader, value: &PointValue, field: &str) -> Answered<End> {
        Ok(match value {
            PointValue::Text(text) if matches!(text.trim(), "inf" | "+inf") => End::Infinity,
            PointValue::Text(text) if text.trim() == "-inf" => End::MinusInfinity,
            value => End::At(self.exact(reader, value, field)?),
        })
    }
}

/// What is answered.
struct Told {
    /// Value and error.
    bounds: Option<(f64, f64)>,
    status: Status,
    reason: Option<String>,
    exact: Option<Expr>,
    antiderivative: Option<Expr>,
}

impl Told {
    fn of(report: &Report, x: &Symbol) -> Told {
        let known = !report.value.is_nan();
        Told {
            bounds: known.then_some((report.value, report.error)),
            status: report.status,
            reason: reason(report, x),
            exact: None,
            antiderivative: None,
        }
    }

    /// Takes the exact value where the number agrees, or where there is no number and nothing is left open.
    fn take(&mut self, exact: Exact, found: &Antiderivative, report: &Report) {
        let (value, error) = (exact.value, exact.error);
        let certain = found.proven && exact.unbroken;
        let agrees = match self.bounds {
            Some((number, off)) => {
                let slack = if report.status == Status::Failed { f64::INFINITY } else { 1e-9 };
                (value - number).abs() <= off + error + slack * value.abs()
            }
            None => false,
        };
        // A number that is not to be used confirms nothing.
        let confirmed = agrees && report.status != Status::Failed;
        if !confirmed && (!certain || self.bounds.is_some() && !agrees) {
            return;
        }
        if report.status != Status::Proven {
            self.bounds = Some((value, error));
            self.status = if certain { Status::Proven } else { Status::Tested };
        }
        self.reason = None;
        self.exact = Some(exact.formula);
        self.antiderivative.clone_from(&found.result);
    }
}

fn piece(p: &Piece) -> PieceReply {
    PieceReply { from: Number(p.from), to: Number(p.to), value: Number(p.value), error: Number(p.error) }
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Proven => "proven",
        Status::Tested => "tested",
        Status::Estimated => "estimated",
        Status::Failed => "failed",
    }
}

fn stop_word(stop: &Stop) -> &'static str {
    match stop {
        Stop::Tolerance => "tolerance",
        Stop::Rounding => "rounding",
        Stop::Evaluations => "evaluations",
        Stop::Diverges { .. } => "diverges",
        Stop::SeemsToDiverge { .. } => "seems-to-diverge",
        Stop::Undefined { .. } => "undefined",
        Stop::Oscillates { .. } => "oscillates",
        Stop::Undecided { .. } => "undecided",
        Stop::Unproven { .. } => "unproven",
        Stop::Crowded { .. } => "crowded",
        Stop::Names(_) => "names",
        Stop::Ends => "ends",
        Stop::Program(_) => "program",
    }
}

/// Why there is no value, or not a better one.
fn reason(report: &Report, x: &Symbol) -> Option<String> {
    let place = |at: f64| {
        if at.is_finite() {
            format!("at {x} = {}", Number(at))
        } else {
            format!("as {x} goes to {}", if at > 0.0 { "inf" } else { "-inf" })
        }
    };
    Some(match &report.stop {
        Stop::Tolerance | Stop::Rounding | Stop::Names(_) | Stop::Ends | Stop::Program(_) => return None,
        Stop::Evaluations => "more values would be needed than are allowed".to_owned(),
        Stop::Diverges { at } => format!("the integral diverges {}", place(*at)),
        Stop::SeemsToDiverge { at } => format!("the integral seems to diverge {}", place(*at)),
        Stop::Undefined { from, to } => {
            format!("the integrand has no value from {x} = {} to {}", Number(*from), Number(*to))
        }
        Stop::Oscillates { at } => format!("the integrand goes up and down for ever {}", place(*at)),
        Stop::Undecided { at } => format!("whether the integral exists could not be decided {}", place(*at)),
        Stop::Unproven { at } => format!("no bound could be proven {}", place(*at)),
        Stop::Crowded { at } => {
            format!(
                "there are too many places without a value to look at them all, {} among them",
                place(*at)
            )
        }
    })
}
