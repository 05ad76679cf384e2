//! A variant and an answer as a request to the grader.
//!
//! Here: the model, the kind, the form, the tolerance, the task, and the names of both sides.
//! Not here: the verdict (`grade`). Invariant: the request holds everything, so that its record can be replayed
//! without the course. Start reading at [`Question::asked`].

use secant::sheet::{Fault as SheetFault, Limits, OneOrMany, Reader, Scope};
use serde_json::Value;

use super::source::Near;
use super::{Question, draw, task};
use crate::grade::{Given, GradeAsk, Kind, Names, Tolerance};

/// A request to the grader and what names mean in it.
pub(super) struct Asked {
    pub(super) ask: GradeAsk,
    pub(super) names: Names,
}

impl Question {
    /// What kind of answer is asked for.
    pub fn kind(&self) -> Kind {
        let word = self.inner.spec.kind.text.as_str();
        Kind::ALL.iter().find(|(_, w)| *w == word).map_or(Kind::Expression, |(kind, _)| *kind)
    }

    /// The request that marks an answer to a variant.
    pub(super) fn asked(&self, seed: u64, answer: &str) -> Result<Asked, Box<SheetFault>> {
        let spec = &self.inner.spec;
        let kind = self.kind();
        let given = match kind {
            Kind::Choice => Given::Many(answer.split(',').map(|label| label.trim().to_owned()).collect()),
            Kind::Working => {
                Given::Many(answer.lines().filter(|l| !l.trim().is_empty()).map(str::to_owned).collect())
            }
            _ => Given::Text(answer.to_owned()),
        };
        let model = match kind {
            Kind::Choice => {
                let order = self.order_of_choices(seed);
                let right = (0..order.len()).filter(|k| spec.choices[order[*k]].right);
                Given::Many(right.map(|k| (k + 1).to_string()).collect())
            }
            _ => Given::Text(spec.answer.text.clone()),
        };
        let names = self.names(&self.bound(seed));
        let form: Vec<String> = spec.forms.iter().map(|p| p.text.clone()).collect();
        let ask = GradeAsk {
            answer: given,
            model,
            kind,
            form: match form.len() {
                0 => None,
                _ => Some(OneOrMany::Many(form)),
            },
            tolerance: spec.near.map(Tolerance::from),
            wrt: match &spec.by {
                Some(by) => Some(by.text.clone()),
                None if matches!(kind, Kind::Antiderivative | Kind::Series | Kind::Drawn) => {
                    names.first().cloned()
                }
                None => None,
            },
            task: self.task(seed),
            draw: self.inner.window(&self.bound(seed)).ok().flatten(),
            record: true,
            declare: spec.shapes(),
            define: self.defines_of(self.choice(seed)),
            ..GradeAsk::default()
        };
        let reader = Reader::new(&ask.declare, &ask.define, &ask.assume, &Limits::default())?;
        let answer = self.vocabulary(reader.scope(), &names);
        let names = Names {
            model: reader.scope().clone(),
            answer,
            assume: reader.assumptions().to_vec(),
            integers: reader.integers().to_vec(),
        };
        Ok(Asked { ask, names })
    }

    /// What the names of an answer mean: what the question says of them, else they are variables.
    pub(super) fn vocabulary(&self, question: &Scope, names: &[String]) -> Scope {
        let spec = &self.inner.spec;
        let said = spec
            .declares
            .iter()
            .map(|(name, _)| &name.text)
            .chain(spec.defines.iter().filter(|d| d.vars.is_empty()).map(|d| &d.name.text))
            .collect::<Vec<_>>();
        let mut scope = Scope::strict();
        for name in names {
            match question.formula(name) {
                Ok((meaning, _)) if said.contains(&name) => scope.value(name, meaning),
                _ => scope.variable(name),
            }
        }
        scope
    }

    /// The request whose result the answer of a variant is.
    pub(crate) fn task(&self, seed: u64) -> Option<Value> {
        let bound = self.bound(seed);
        self.task_in(&|text| bound.expression(text).ok()?.as_number()?.to_i64()?.try_into().ok())
    }

    /// The same; `number` reads the numbers that a request wants as numbers.
    pub(super) fn task_in(&self, number: &dyn Fn(&str) -> Option<u32>) -> Option<Value> {
        match &self.inner.spec.task {
            Some(line) => task::stated(line, number).ok(),
            None => task::implied(&self.inner.spec.answer.text, number),
        }
    }

    /// The variant's values and the question's definitions, as the texts of `define`.
    pub(super) fn defines_of(&self, choice: &[usize]) -> Vec<String> {
        let spec = &self.inner.spec;
        let vary = spec.vary.iter().zip(choice).map(|(vary, k)| {
            let (name, value) = (&vary.name.text, &vary.values[*k].text);
            if Scope::open().alias("f", value) {
                format!("{name}(u) = {value}(u)")
            } else {
                format!("{name} = {value}")
            }
        });
        let defines = spec.defines.iter().map(|define| {
            let (name, body) = (&define.name.text, &define.body.text);
            let vars: Vec<&str> = define.vars.iter().map(|v| v.text.as_str()).collect();
            if vars.is_empty() {
                format!("{name} = {body}")
            } else {
                format!("{name}({}) = {body}", vars.join(", "))
            }
        });
        vary.chain(defines).collect()
    }

    /// In which order a variant shows its choices, as indices of the author's order.
    pub(super) fn order_of_choices(&self, seed: u64) -> Vec<usize> {
        let mut left: Vec<usize> = (0..self.inner.spec.choices.len()).collect();
        let mut order = Vec::with_capacity(left.len());
        while !left.is_empty() {
            order.push(left.remove(draw::draw(
                seed,
                &format!("{}#{}", self.inner.id, left.len()),
                left.len(),
            )));
        }
        order
    }
}

impl From<Near> for Tolerance {
    fn from(near: Near) -> Tolerance {
        let none = Tolerance::default();
        match near {
            Near::Significant(digits) => Tolerance { significant_figures: Some(digits), ..none },
            Near::Decimals(digits) => Tolerance { decimal_places: Some(digits), ..none },
            Near::Relative(share) => Tolerance { relative: Some(share), ..none },
            Near::Absolute(size) => Tolerance { absolute: Some(size), ..none },
        }
    }
}
