//! From a request to its reply.

use super::limits::Limits;
use super::number::Number;
use super::reader::Reader;
use super::reply::{Answer, Fault, Formula, Reply, StepReply, WitnessReply};
use super::request::{
    Also, Ask, DiffAsk, EqualAsk, EvaluateAsk, ExplainAsk, ImplicitDiffAsk, OneOrMany, ParametricDiffAsk,
    ParseAsk, Request, SimplifyAsk,
};
use super::scope::{By, MAX_AXES};
use super::values::Values;
use crate::calculus::{self, Derivation, Detail};
use crate::equality::{self, Verdict};
use crate::expr::{Condition, Expr, Func2, Node, Shape, Symbol, domain};
use crate::program::ProgramError;
use crate::syntax::Lowered;

pub(super) type Answered<T = Answer> = Result<T, Box<Fault>>;

/// One line in, one line out: a JSON request and its JSON reply. Never panics, whatever the line holds.
pub fn answer_line(line: &str, limits: &Limits) -> String {
    let reply = match serde_json::from_str(line) {
        Ok(value) => answer(value, limits),
        Err(e) => {
            let fault = Fault::new("request.not-json", format!("the line is not JSON: {e}"));
            Reply { id: serde_json::Value::Null, outcome: Err(fault.boxed()) }
        }
    };
    reply.to_line()
}

/// Answers the request that a JSON value holds.
pub fn answer(value: serde_json::Value, limits: &Limits) -> Reply {
    match Request::from_json(value) {
        Ok(request) => run(&request, limits),
        Err((id, fault)) => Reply { id, outcome: Err(fault) },
    }
}

/// Answers a request, within the limits.
pub fn run(request: &Request, limits: &Limits) -> Reply {
    let context = Context { limits, also: &request.also };
    let outcome = context.reader(request).and_then(|reader| match &request.ask {
        Ask::Parse(ask) => context.parse(&reader, ask),
        Ask::Plot(ask) => context.plot(&reader, ask),
        Ask::Evaluate(ask) => context.evaluate(&reader, ask),
        Ask::Diff(ask) => context.diff(&reader, ask),
        Ask::Explain(ask) => context.explain(ask),
        Ask::Equal(ask) => context.equal(&reader, ask),
        Ask::Simplify(ask) => context.simplify(&reader, ask),
        Ask::Grad(ask) => context.grad(&reader, ask),
        Ask::Jacobian(ask) => context.jacobian(&reader, ask),
        Ask::Hessian(ask) => context.hessian(&reader, ask),
        Ask::ImplicitDiff(ask) => context.implicit_diff(&reader, ask),
        Ask::ParametricDiff(ask) => context.parametric_diff(&reader, ask),
        Ask::Taylor(ask) => context.taylor(&reader, ask),
        Ask::Limit(ask) => context.limit(&reader, ask),
        Ask::Integrate(ask) => context.integrate(&reader, ask),
        Ask::Solve(ask) => context.solve(&reader, ask),
        Ask::Minimize(ask) => context.minimize(&reader, ask),
        Ask::Fit(ask) => context.fit(&reader, ask),
    });
    Reply { id: request.id.clone(), outcome }
}

pub(super) struct Context<'a> {
    pub(super) limits: &'a Limits,
    pub(super) also: &'a [Also],
}

impl Context<'_> {
    fn reader(&self, request: &Request) -> Answered<Reader> {
        Reader::new(&request.declare, &request.define, &request.assume, self.limits)
    }

    fn parse(&self, reader: &Reader, ask: &ParseAsk) -> Answered {
        let lowered = match (&ask.expr, &ask.latex) {
            (Some(text), None) => self.read(reader, text)?,
            (None, Some(latex)) => {
                let lowered = reader.read_latex(latex).map_err(|fault| fault.in_field("latex").boxed())?;
                self.within_nodes(&lowered.expr)?;
                lowered
            }
            _ => return Err(Fault::new("request.field", "`parse` takes either `expr` or `latex`").boxed()),
        };
        let e = &lowered.expr;
        Ok(Answer::Parse {
            formula: self.show(e)?,
            shape: extents(e.shape()),
            free: e.free_symbols().iter().map(|s| s.name().to_owned()).collect(),
            conditions: texts(&domain::beyond(&lowered.conditions, &reader.assumptions)),
        })
    }

    fn evaluate(&self, reader: &Reader, ask: &EvaluateAsk) -> Answered {
        let lowered = self.read(reader, &ask.expr)?;
        // Outside the domain of the text as it was written there is no value, whatever its canonical form says.
        let values = self.values(reader, &lowered.expr, &lowered.conditions, &ask.at)?;
        Ok(match values {
            Values::One(value) => Answer::Value { value },
            Values::Many(values) => Answer::Values { values },
        })
    }

    fn diff(&self, reader: &Reader, ask: &DiffAsk) -> Answered {
        let lowered = self.read_function(reader, &ask.expr)?;
        let by = self.by(reader, &ask.wrt)?;
        self.not_a_size(&lowered.expr, &by.symbol)?;
        let d = self.derivative(&lowered.expr, &by, ask.order)?;
        let d = self.shorter(equality::assuming(&d, &reader.assumptions));
        let mut conditions = lowered.conditions.clone();
        if by.whole.is_scalar() {
            conditions.extend(calculus::smoothness(&lowered.expr, &by.symbol));
        }
        let stated = domain::beyond(&domain::beyond(&conditions, &d.domain()), &reader.assumptions);
        let (value, values) = self.values_if_asked(reader, &d, &lowered.conditions, ask.at.as_ref())?;
        Ok(Answer::Diff { formula: self.show(&d)?, conditions: texts(&stated), value, values })
    }

    /// The steps to a derivative by a whole variable, `name` as it was asked for.
    fn derivation(&self, e: &Expr, by: &By, name: &str, order: u32, detail: Detail) -> Answered<Derivation> {
        let refused = |message: String, hint: String| {
            Err(Fault::new("unsupported.explain", message).hint(hint).in_field("wrt").boxed())
        };
        let (x, shape) = (&by.symbol, &by.whole);
        if !by.is_whole() {
            return refused(
                format!("there are no steps for a part, `{name}`"),
                format!("ask for the steps by all of `{x}`"),
            );
        }
        if !shape.is_scalar() && order != 1 {
            return refused(
                format!("there are steps for the first derivative by {shape}, not for order {order}"),
                "ask for the steps of the gradient, then for those of the Jacobian of what comes out"
                    .to_owned(),
            );
        }
        self.not_a_size(e, x)?;
        // The derivative is taken once more, under the limits.
        self.derivative(e, by, order)?;
        Ok(if shape.is_scalar() {
            calculus::explain(e, x, order, detail, self.limits.max_steps)
        } else {
            calculus::explain_jacobian(e, x, shape, detail, self.limits.max_steps)
        })
    }

    fn explain(&self, ask: &ExplainAsk) -> Answered {
        let reader = self.reader(&ask.of)?;
        let detail = if ask.full { Detail::Full } else { Detail::Normal };
        if let Ask::Integrate(of) = &ask.of.ask {
            return self.explain_integral(&reader, of);
        }
        let (derivation, conditions) = match &ask.of.ask {
            Ask::Diff(of) => {
                let lowered = self.read_function(&reader, &of.expr)?;
                let by = self.by(&reader, &of.wrt)?;
                let derivation = self.derivation(&lowered.expr, &by, &of.wrt, of.order, detail)?;
                (derivation, lowered.conditions)
            }
            Ask::Grad(of) | Ask::Jacobian(of) => {
                let (OneOrMany::One(text), OneOrMany::One(name)) = (&of.expr, &of.wrt) else {
                    let fault = Fault::new(
                        "unsupported.explain",
                        "the steps are for one expression and one name at a time",
                    );
                    return Err(fault.in_field("of").boxed());
                };
                let lowered = self.read(&reader, text)?;
                let by = self.by(&reader, name)?;
                let derivation = self.derivation(&lowered.expr, &by, name, 1, detail)?;
                self.within_nodes(&derivation.result)?;
                (derivation, lowered.conditions)
            }
            Ask::Solve(of) => return self.explain_solve(&reader, of),
            Ask::Minimize(of) => return self.explain_minimize(&reader, of),
            _ => {
                let message =
                    "there are steps for `diff`, `grad`, `jacobian`, `integrate`, `minimize` and `solve`";
                return Err(Fault::new("unsupported.explain", message).in_field("of").boxed());
            }
        };
        let steps: Answered<Vec<StepReply>> = derivation.steps.iter().map(|s| self.step(s)).collect();
        let mut steps = steps?;
        let result = self.shorter(derivation.result.clone());
        if result != derivation.result {
            let line = calculus::Step {
                rule: None,
                chain: false,
                from: derivation.result,
                to: result.clone(),
                path: Vec::new(),
                conditions: domain::beyond(&conditions, &result.domain()),
            };
            steps.push(StepReply { rule: "simplify".into(), ..self.step(&line)? });
        }
        Ok(Answer::Explain { steps, formula: self.show(&result)?, cut: derivation.cut })
    }

    fn equal(&self, reader: &Reader, ask: &EqualAsk) -> Answered {
        let in_field = |name: &'static str| move |fault: Box<Fault>| fault.in_field(name).boxed();
        let a = self.read(reader, &ask.a).map_err(in_field("a"))?;
        let b = self.read(reader, &ask.b).map_err(in_field("b"))?;
        let options = equality::Options {
            proof_terms: self.limits.proof_terms,
            assume: reader.assumptions.clone(),
            integers: reader.integers().to_vec(),
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

    fn simplify(&self, reader: &Reader, ask: &SimplifyAsk) -> Answered {
        let lowered = self.read(reader, &ask.expr)?;
        let e = equality::assuming(&lowered.expr, &reader.assumptions);
        let e = equality::assuming(&equality::simplify(&e, self.limits.proof_terms), &reader.assumptions);
        self.formula(reader, &e, &lowered.conditions)
    }

    fn formula(&self, reader: &Reader, e: &Expr, conditions: &[Condition]) -> Answered {
        let stated = domain::beyond(&domain::beyond(conditions, &e.domain()), &reader.assumptions);
        Ok(Answer::Formula { formula: self.show(e)?, conditions: texts(&stated) })
    }

    fn implicit_diff(&self, reader: &Reader, ask: &ImplicitDiffAsk) -> Answered {
        let lowered = reader.read_equation(&ask.equation)?;
        self.within_nodes(&lowered.expr)?;
        if !lowered.expr.shape().is_scalar() {
            let message = format!("the equation is of {}, not of a number", lowered.expr.shape());
            return Err(Fault::new("shape.equation", message).in_field("equation").boxed());
        }
        let y = self.number_variable(reader, &ask.y, "y")?;
        let x = self.number_variable(reader, &ask.x, "x")?;
        match calculus::implicit_derivative(&lowered.expr, &y, &x) {
            Some(d) => {
                self.formula(reader, &equality::simplify(&d, self.limits.proof_terms), &lowered.conditions)
            }
            None => Err(Fault::new("domain.implicit", format!("the equation does not determine `{y}`"))
                .hint(format!("it must contain `{y}`"))
                .in_field("equation")
                .boxed()),
        }
    }

    fn parametric_diff(&self, reader: &Reader, ask: &ParametricDiffAsk) -> Answered {
        let in_field = |field: &'static str| move |fault: Box<Fault>| fault.in_field(field).boxed();
        let x = self.read(reader, &ask.x).map_err(in_field("x"))?;
        let y = self.read(reader, &ask.y).map_err(in_field("y"))?;
        let t = self.number_variable(reader, &ask.t, "t")?;
        if !x.expr.shape().is_scalar() {
            let message = format!("`x` is {}; a curve goes by numbers", x.expr.shape());
            return Err(Fault::new("shape.parametric", message).in_field("x").boxed());
        }
        if ask.order > self.limits.max_order.min(8) {
            return Err(
                Fault::new("budget.order", format!("order {} is above the limit of 8", ask.order)).boxed()
            );
        }
        let mut d = y.expr.clone();
        for _ in 0..ask.order {
            let next = calculus::parametric_derivative(&x.expr, &d, &t, 1);
            let fault = || {
                Fault::new("domain.parametric", format!("`x` does not vary with `{t}`")).in_field("x").boxed()
            };
            d = equality::simplify(&next.ok_or_else(fault)?, self.limits.proof_terms);
            self.within_nodes(&d)?;
        }
        self.formula(reader, &d, &[x.conditions, y.conditions].concat())
    }

    fn step(&self, s: &calculus::Step) -> Answered<StepReply> {
        let (from, to) = (self.show(&s.from)?, self.show(&s.to)?);
        let both = |a: Option<String>, b: Option<String>| a.zip(b).map(|(a, b)| [a, b]);
        let side = if s.rule == Some(calculus::Rule::ReadOff) { &s.to } else { &s.from };
        Ok(StepReply {
            rule: s.name(),
            path: s.path.clone(),
            shape: extents(side.shape()),
            conditions: texts(&s.conditions),
            latex: both(from.latex, to.latex),
            mathml: both(from.mathml, to.mathml),
            from: from.text,
            to: to.text,
        })
    }

    /// What is differentiated: an equation is not.
    pub(super) fn read_function(&self, reader: &Reader, text: &str) -> Answered<Lowered> {
        let lowered = self.read(reader, text)?;
        if let Node::Apply2(Func2::Equal, ..) = lowered.expr.node()
            && let Some((left, right)) = reader.sides(text)
        {
            let message = format!("`{text}` is an equation, and not what one side of it is");
            let hint = format!(
                "leave out `{left} =` and ask for `{right}`; for an equation there is `implicit_diff`"
            );
            return Err(Fault::new("request.equation", message).hint(hint).boxed());
        }
        Ok(lowered)
    }

    pub(super) fn read(&self, reader: &Reader, text: &str) -> Answered<Lowered> {
        let lowered = reader.read(text)?;
        self.within_nodes(&lowered.expr)?;
        Ok(lowered)
    }

    /// What is differentiated by.
    pub(super) fn by(&self, reader: &Reader, text: &str) -> Answered<By> {
        reader.by(text).map_err(|fault| fault.in_field("wrt").boxed())
    }

    /// The name of a number.
    pub(super) fn number_variable(&self, reader: &Reader, text: &str, field: &str) -> Answered<Symbol> {
        let by = reader.by(text).map_err(|fault| fault.in_field(field).boxed())?;
        if by.whole.is_scalar() {
            return Ok(by.symbol);
        }
        let message = format!("`{}` is {}; what is wanted is the name of a number", by.symbol, by.whole);
        Err(Fault::new("shape.wrt", message).hint("use `grad` or `jacobian`").in_field(field).boxed())
    }

    /// Nothing changes by a size: what has more entries is another thing.
    pub(super) fn not_a_size(&self, e: &Expr, name: &Symbol) -> Answered<()> {
        if !e.extent_symbols().contains(name) {
            return Ok(());
        }
        let fault = Fault::new("shape.wrt", format!("`{name}` is a size or a place in this expression"));
        Err(fault.hint("differentiate by a name that is a number").in_field("wrt").boxed())
    }

    /// The simplified form where that is much shorter; the derivation's own form otherwise.
    pub(super) fn shorter(&self, e: Expr) -> Expr {
        if e.node_count() > 1000 {
            return e;
        }
        let simple = equality::simplify(&e, self.limits.proof_terms);
        let length = |e: &Expr| e.to_formula().size();
        if length(&simple) * 4 <= length(&e) * 3 { simple } else { e }
    }

    pub(super) fn derivative(&self, e: &Expr, by: &By, order: u32) -> Answered<Expr> {
        if order > self.limits.max_order {
            let message = format!("order {order} is above the limit of {}", self.limits.max_order);
            return Err(Fault::new("budget.order", message).boxed());
        }
        let mut d = e.clone();
        for _ in 0..order {
            if d.shape().rank() + by.shape().rank() > MAX_AXES {
                let message = format!("this derivative would have more than {MAX_AXES} axes");
                return Err(Fault::new("budget.axes", message).hint("ask for a lower order").boxed());
            }
            d = by.derivative(&d, self.limits.max_nodes).ok_or_else(|| {
                let message =
                    format!("a derivative on the way has more than {} parts", self.limits.max_nodes);
                Fault::new("budget.nodes", message).boxed()
            })?;
            self.within_nodes(&d)?;
        }
        Ok(d)
    }

    pub(super) fn within_nodes(&self, e: &Expr) -> Answered<()> {
        let nodes = e.node_count();
        if nodes > self.limits.max_nodes {
            let message = format!("the expression has {nodes} parts; allowed are {}", self.limits.max_nodes);
            return Err(Fault::new("budget.nodes", message).boxed());
        }
        Ok(())
    }

    pub(super) fn show(&self, e: &Expr) -> Answered<Formula> {
        let text = e.print_limited(self.limits.max_printed).map_err(|e| {
            Fault::new(e.code(), e.to_string()).hint("ask for values instead of the formula").boxed()
        })?;
        Ok(Formula {
            text,
            latex: self.also.contains(&Also::Latex).then(|| e.to_latex()),
            mathml: self.also.contains(&Also::Mathml).then(|| e.to_mathml()),
        })
    }
}

/// Extents as texts, outermost first.
pub(super) fn extents(shape: &Shape) -> Vec<String> {
    shape.dims().iter().map(Expr::to_string).collect()
}

/// Conditions in words; those on entries of what has axes are left unsaid.
pub(super) fn texts(conditions: &[Condition]) -> Vec<String> {
    conditions.iter().filter(|c| c.expr.shape().is_scalar()).map(Condition::to_string).collect()
}

pub(super) fn program_fault(e: ProgramError) -> Box<Fault> {
    Fault::new(e.code(), e.to_string()).boxed()
}
