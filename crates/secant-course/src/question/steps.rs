//! The worked solution of a variant.

use secant::calculus::{Detail, explain};
use secant::expr::Expr;
use secant::sheet::figure::Task;
use serde::Serialize;

use super::Question;
use crate::grade::Kind;

/// A line of a worked solution: `from = to`, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The rule, or a sentence.
    pub rule: String,
    /// The left side as text; empty where the line goes on from the one before.
    pub from: String,
    /// The right side as text; empty where the sentence says it all.
    pub to: String,
    /// The left side as mathematics; may be empty.
    pub from_mathml: String,
    /// The right side as mathematics.
    pub to_mathml: String,
}

/// Most lines of a solution.
const MAX_STEPS: usize = 40;

impl Question {
    /// The worked solution: the author's lines if there are any, else the engine's derivation.
    pub fn steps(&self, seed: u64) -> Vec<Step> {
        let bound = self.bound(seed);
        let spec = &self.inner.spec;
        let mut steps = Vec::new();
        for (sentence, formula) in &spec.steps {
            if let Ok(reading) = self.reading(&bound, formula) {
                steps.push(Step {
                    rule: bound.said(&sentence.text),
                    from: String::new(),
                    to: reading.text,
                    from_mathml: String::new(),
                    to_mathml: reading.mathml,
                });
            }
        }
        if !steps.is_empty() {
            return steps;
        }
        match bound.scope.task(&spec.answer.text) {
            Ok(Task::Derivative { of, by, order }) => {
                if order == 1 && self.kind() == Kind::Drawn {
                    steps = self.what_to_see(&bound, &of, &by);
                }
                let derivation = explain(&of, &by, order, Detail::Normal, MAX_STEPS);
                let of_step = |s: &secant::calculus::Step| line(s.name(), Some(&s.from), &s.to);
                steps.extend(derivation.steps.iter().map(of_step));
            }
            Ok(Task::Value(e)) => steps.push(line("The answer".to_owned(), None, &e)),
            Err(_) => {}
        }
        steps
    }
}

fn line(rule: String, from: Option<&Expr>, to: &Expr) -> Step {
    Step {
        rule,
        from: from.map(Expr::to_string).unwrap_or_default(),
        to: to.to_string(),
        from_mathml: from.map(Expr::to_mathml).unwrap_or_default(),
        to_mathml: to.to_mathml(),
    }
}
