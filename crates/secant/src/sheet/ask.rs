//! From a request to its reply.

use std::collections::BTreeMap;

use super::limits::Limits;
use super::number::Number;
use super::reply::{Answer, Fault, Formula, Reply, StepReply, WitnessReply};
use super::request::{
    Also, Ask, At, DiffAsk, EqualAsk, EvaluateAsk, ExplainAsk, ParseAsk, PointValue, Request,
};
use super::scope::{self, Reader};
use crate::calculus::{self, Detail};
use crate::equality::{self, Verdict};
use crate::expr::{Condition, Expr, Symbol, domain};
use crate::program::{Column, Program, ProgramError, Workspace};
use crate::syntax::Lowered;

type Answered<T = Answer> = Result<T, Box<Fault>>;

/// One line in, one line out: a JSON request and its JSON reply. Never panics, whatever the line holds.
pub fn answer_line(line: &str, limits: &Limits) -> String {
    let reply = match serde_json::from_str(line) {
        Ok(value) => match Request::from_json(value) {
            Ok(request) => run(&request, limits),
            Err((id, fault)) => Reply { id, outcome: Err(fault) },
        },
        Err(e) => {
            let fault = Fault::new("request.not-json", format!("the line is not JSON: {e}"));
            Reply { id: serde_json::Value::Null, outcome: Err(fault.boxed()) }
        }
    };
    serde_json::to_string(&reply).unwrap_or_else(|e| {
        format!(
            r#"{{"ok":false,"error":{{"code":"internal.reply","message":"{}"}}}}"#,
            e.to_string().replace('"', "'")
        )
    })
}

/// Answers a request, within the limits.
pub fn run(request: &Request, limits: &Limits) -> Reply {
    let context = Context { limits, also: &request.also };
    let outcome = context.reader(request).and_then(|reader| match &request.ask {
        Ask::Parse(ask) => context.parse(&reader, ask),
        Ask::Evaluate(ask) => context.evaluate(&reader, ask),
        Ask::Diff(ask) => context.diff(&reader, ask),
        Ask::Explain(ask) => context.explain(ask),
        Ask::Equal(ask) => context.equal(&reader, ask),
    });
    Reply { id: request.id.clone(), outcome }
}

struct Context<'a> {
    limits: &'a Limits,
    also: &'a [Also],
}

impl Context<'_> {
    fn reader(&self, request: &Request) -> Answered<Reader> {
        if !request.declare.is_empty() {
            let fault = Fault::new("unsupported.declare", "names with a shape are not supported yet")
                .in_field("declare");
            return Err(fault.hint("leave `declare` out: every name is a number").boxed());
        }
        let mut reader = Reader::new(self.limits);
        for text in &request.assume {
            reader.assume(text).map_err(|fault| fault.in_field("assume").boxed())?;
        }
        Ok(reader)
    }

    fn parse(&self, reader: &Reader, ask: &ParseAsk) -> Answered {
        let lowered = match (&ask.expr, &ask.latex) {
            (Some(text), None) => self.read(reader, text)?,
            (None, Some(_)) => {
                return Err(Fault::new("unsupported.latex", "LaTeX is not read yet")
                    .hint("send `expr`")
                    .boxed());
            }
            _ => return Err(Fault::new("request.field", "`parse` takes either `expr` or `latex`").boxed()),
        };
        let e = &lowered.expr;
        Ok(Answer::Parse {
            formula: self.show(e)?,
            shape: Vec::new(),
            free: e.free_symbols().iter().map(|s| s.name().to_owned()).collect(),
            conditions: texts(&domain::beyond(&lowered.conditions, &reader.assumptions)),
        })
    }

    fn evaluate(&self, reader: &Reader, ask: &EvaluateAsk) -> Answered {
        let lowered = self.read(reader, &ask.expr)?;
        // Outside the domain of the text as it was written there is no value, whatever its canonical form says.
        let values = self.values(reader, &lowered.expr, &lowered.conditions, &ask.at)?;
        Ok(match values {
            One::One(value) => Answer::Value { value },
            One::Many(values) => Answer::Values { values },
        })
    }

    fn diff(&self, reader: &Reader, ask: &DiffAsk) -> Answered {
        let lowered = self.read(reader, &ask.expr)?;
        let x = self.variable(&ask.wrt)?;
        let d = self.derivative(&lowered.expr, &x, ask.order)?;
        let mut conditions = lowered.conditions.clone();
        conditions.extend(calculus::smoothness(&lowered.expr, &x));
        let stated = domain::beyond(&domain::beyond(&conditions, &d.domain()), &reader.assumptions);
        let (value, values) = match &ask.at {
            None => (None, None),
            Some(at) => match self.values(reader, &d, &lowered.conditions, at)? {
                One::One(value) => (Some(value), None),
                One::Many(values) => (None, Some(values)),
            },
        };
        Ok(Answer::Diff { formula: self.show(&d)?, conditions: texts(&stated), value, values })
    }

    fn explain(&self, ask: &ExplainAsk) -> Answered {
        let Ask::Diff(diff) = &ask.of.ask else {
            let fault = Fault::new("unsupported.explain", "there are steps for `diff` only, so far");
            return Err(fault.in_field("of").boxed());
        };
        let reader = self.reader(&ask.of)?;
        let lowered = self.read(&reader, &diff.expr)?;
        let x = self.variable(&diff.wrt)?;
        // The derivative is taken once more, under the limits.
        self.derivative(&lowered.expr, &x, diff.order)?;
        let detail = if ask.full { Detail::Full } else { Detail::Normal };
        let derivation = calculus::explain(&lowered.expr, &x, diff.order, detail, self.limits.max_steps);
        let steps: Answered<Vec<StepReply>> = derivation.steps.iter().map(|s| self.step(s)).collect();
        Ok(Answer::Explain { steps: steps?, formula: self.show(&derivation.result)?, cut: derivation.cut })
    }

    fn equal(&self, reader: &Reader, ask: &EqualAsk) -> Answered {
        let in_field = |name: &'static str| move |fault: Box<Fault>| fault.in_field(name).boxed();
        let a = self.read(reader, &ask.a).map_err(in_field("a"))?;
        let b = self.read(reader, &ask.b).map_err(in_field("b"))?;
        let options = equality::Options {
            proof_terms: self.limits.proof_terms,
            assume: reader.assumptions.clone(),
            integers: reader.integers.clone(),
            ..equality::Options::default()
        };
        let comparison = equality::equal((&a.expr, &a.conditions), (&b.expr, &b.conditions), &options);
        let witness = comparison.witness.map(|w| WitnessReply {
            at: w.at.into_iter().map(|(name, x)| (name.name().to_owned(), Number(x))).collect(),
            a: Number(w.a),
            b: Number(w.b),
        });
        let verdict = match comparison.verdict {
            Verdict::Equal => "equal",
            Verdict::EqualWhereBothExist => "equal where both exist",
            Verdict::EqualAtTestedPoints => "equal at tested points",
            Verdict::Different => "different",
            Verdict::Undecided => "undecided",
        };
        Ok(Answer::Equal { verdict, witness, reason: comparison.reason })
    }

    fn step(&self, s: &calculus::Step) -> Answered<StepReply> {
        let (from, to) = (self.show(&s.from)?, self.show(&s.to)?);
        let both = |a: Option<String>, b: Option<String>| a.zip(b).map(|(a, b)| [a, b]);
        Ok(StepReply {
            rule: s.name(),
            path: s.path.clone(),
            conditions: texts(&s.conditions),
            latex: both(from.latex, to.latex),
            mathml: both(from.mathml, to.mathml),
            from: from.text,
            to: to.text,
        })
    }

    fn read(&self, reader: &Reader, text: &str) -> Answered<Lowered> {
        let lowered = reader.read(text)?;
        self.within_nodes(&lowered.expr)?;
        Ok(lowered)
    }

    fn variable(&self, name: &str) -> Answered<Symbol> {
        scope::variable(name, self.limits).map_err(|fault| fault.in_field("wrt").boxed())
    }

    fn derivative(&self, e: &Expr, x: &Symbol, order: u32) -> Answered<Expr> {
        if order > self.limits.max_order {
            let message = format!("order {order} is above the limit of {}", self.limits.max_order);
            return Err(Fault::new("budget.order", message).boxed());
        }
        let mut d = e.clone();
        for _ in 0..order {
            d = calculus::derivative(&d, x);
            self.within_nodes(&d)?;
        }
        Ok(d)
    }

    fn within_nodes(&self, e: &Expr) -> Answered<()> {
        let nodes = e.node_count();
        if nodes > self.limits.max_nodes {
            let message = format!("the expression has {nodes} parts; allowed are {}", self.limits.max_nodes);
            return Err(Fault::new("budget.nodes", message).boxed());
        }
        Ok(())
    }

    fn show(&self, e: &Expr) -> Answered<Formula> {
        let text = e.print_limited(self.limits.max_printed).map_err(|e| {
            Fault::new(e.code(), e.to_string()).hint("ask for values instead of the formula").boxed()
        })?;
        Ok(Formula {
            text,
            latex: self.also.contains(&Also::Latex).then(|| e.to_latex()),
            mathml: self.also.contains(&Also::Mathml).then(|| e.to_mathml()),
        })
    }

    fn values(&self, reader: &Reader, e: &Expr, conditions: &[Condition], at: &At) -> Answered<One> {
        let points: &[BTreeMap<String, PointValue>] = match at {
            At::One(point) => std::slice::from_ref(point),
            At::Many(points) => points,
        };
        if points.len() > self.limits.max_points {
            let message = format!("{} points; allowed are {}", points.len(), self.limits.max_points);
            return Err(Fault::new("budget.points", message).in_field("at").boxed());
        }
        let mut names: Vec<Symbol> = e.free_symbols().into_iter().collect();
        for c in conditions {
            names.extend(c.expr.free_symbols());
        }
        names.sort();
        names.dedup();
        let mut columns: Vec<Vec<f64>> = Vec::with_capacity(names.len());
        for name in &names {
            let column: Answered<Vec<f64>> = points
                .iter()
                .enumerate()
                .map(|(k, point)| self.coordinate(reader, name, point, k, points.len()))
                .collect();
            columns.push(column?);
        }
        let outputs: Vec<Expr> =
            std::iter::once(e.clone()).chain(conditions.iter().map(|c| c.expr.clone())).collect();
        let program = Program::compile(&outputs, &names).map_err(program_fault)?;
        let mut results = vec![vec![0.0; points.len()]; outputs.len()];
        let inputs: Vec<Column<'_>> = columns.iter().map(|c| Column::Values(c)).collect();
        let mut out: Vec<&mut [f64]> = results.iter_mut().map(Vec::as_mut_slice).collect();
        program.evaluate_batch(&inputs, &mut out, &mut Workspace::new()).map_err(program_fault)?;
        let (values, checks) = results.split_first_mut().expect("the expression itself is the first output");
        for (k, value) in values.iter_mut().enumerate() {
            if conditions.iter().zip(&*checks).any(|(c, column)| !c.holds_for(column[k])) {
                *value = f64::NAN;
            }
        }
        Ok(match at {
            At::One(_) => One::One(Number(values[0])),
            At::Many(_) => One::Many(values.iter().map(|v| Number(*v)).collect()),
        })
    }

    fn coordinate(
        &self,
        reader: &Reader,
        name: &Symbol,
        point: &BTreeMap<String, PointValue>,
        k: usize,
        of: usize,
    ) -> Answered<f64> {
        let field = if of == 1 { "at".to_owned() } else { format!("at[{k}]") };
        match point.get(name.name()) {
            Some(PointValue::Number(x)) => Ok(*x),
            Some(PointValue::Text(text)) => reader.number(text).map_err(|f| f.in_field(&field).boxed()),
            Some(PointValue::Array(_)) => {
                Err(Fault::new("shape.point", format!("`{name}` is a number, its value is a list"))
                    .in_field(&field)
                    .boxed())
            }
            None => Err(Fault::new("name.without-value", format!("`{name}` has no value"))
                .hint(format!("give one in `{field}`: {{\"{name}\": 1}}"))
                .in_field(&field)
                .boxed()),
        }
    }
}

enum One {
    One(Number),
    Many(Vec<Number>),
}

fn texts(conditions: &[Condition]) -> Vec<String> {
    conditions.iter().map(Condition::to_string).collect()
}

fn program_fault(e: ProgramError) -> Box<Fault> {
    Fault::new(e.code(), e.to_string()).boxed()
}
