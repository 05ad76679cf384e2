//! `integrate` without a range: an antiderivative, and the steps that lead to it.

use super::ask::{Answered, Context, texts};
use super::reader::Reader;
use super::reply::{Answer, Fault, Formula, StepReply};
use super::request::IntegrateAsk;
use crate::expr::{Expr, domain};
use crate::integral::{self, Antiderivative, Side};

impl Context<'_> {
    pub(super) fn indefinite(&self, reader: &Reader, ask: &IntegrateAsk) -> Answered {
        let found = self.antiderivative(reader, ask)?;
        let formula = found.result.as_ref().map(|e| self.show(e)).transpose()?;
        let conditions = match &found.result {
            Some(e) => domain::beyond(&found.conditions, &e.domain()),
            None => Vec::new(),
        };
        let status = match (&formula, found.proven) {
            (None, _) => "failed",
            (Some(_), true) => "proven",
            (Some(_), false) => "tested",
        };
        let reason = formula.is_none().then_some(found.reason);
        Ok(Answer::Antiderivative { formula, conditions: texts(&conditions), status, reason })
    }

    /// The steps to an antiderivative.
    pub(super) fn explain_integral(&self, reader: &Reader, ask: &IntegrateAsk) -> Answered {
        let found = self.antiderivative(reader, ask)?;
        let Some(result) = &found.result else {
            return Err(Fault::new("unsupported.integral", found.reason).in_field("of").boxed());
        };
        let mut steps = Vec::new();
        for step in found.steps.iter().take(self.limits.max_steps) {
            let (from, to) = (self.side(&step.from)?, self.side(&step.to)?);
            let both = |a: Option<String>, b: Option<String>| a.zip(b).map(|(a, b)| [a, b]);
            steps.push(StepReply {
                rule: step.rule.clone(),
                path: Vec::new(),
                shape: Vec::new(),
                conditions: Vec::new(),
                latex: both(from.latex, to.latex),
                mathml: both(from.mathml, to.mathml),
                from: from.text,
                to: to.text,
            });
        }
        Ok(Answer::Explain { cut: found.steps.len() > steps.len(), steps, formula: self.show(result)? })
    }

    pub(super) fn antiderivative(&self, reader: &Reader, ask: &IntegrateAsk) -> Answered<Antiderivative> {
        let e = self.scalar(reader, &ask.expr)?;
        let x = self.number_variable(reader, &ask.wrt, "wrt")?;
        let options = integral::Options {
            assume: reader.assumptions.clone(),
            proof_terms: self.limits.proof_terms,
            ..integral::Options::default()
        };
        Ok(integral::antiderivative(&e, &x, &options))
    }

    /// A side of a step: each name that stands for an integral is written as one.
    fn side(&self, side: &Side) -> Answered<Formula> {
        let mut whole = self.show(&side.expr)?;
        for (name, integrand, x) in &side.integrals {
            let (name, x) = (Expr::var(name.clone()), Expr::var(x.clone()));
            let inside = self.show(integrand)?;
            whole.text = whole.text.replace(&name.to_string(), &format!("integrate({}, {x})", inside.text));
            if let (Some(latex), Some(inside)) = (&mut whole.latex, &inside.latex) {
                let integral = format!("\\int {inside} \\, \\mathrm{{d}}{}", x.to_latex());
                *latex = latex.replace(&name.to_latex(), &integral);
            }
            if let (Some(mathml), Some(inside)) = (&mut whole.mathml, &inside.mathml) {
                let integral = format!(
                    "<mrow><mo>∫</mo>{}<mspace width=\"0.2em\"/><mi mathvariant=\"normal\">d</mi>{}</mrow>",
                    unwrapped(inside),
                    unwrapped(&x.to_mathml())
                );
                *mathml = mathml.replace(unwrapped(&name.to_mathml()), &integral);
            }
        }
        Ok(whole)
    }
}

/// What stands inside the element `math`.
fn unwrapped(mathml: &str) -> &str {
    let inside = mathml.find('>').map_or(mathml, |k| &mathml[k + 1..]);
    inside.strip_suffix("</math>").unwrap_or(inside)
}
