//! Marking: the grader's verdict on an answer to a variant, and what a tutor says about it.
//!
//! Here: how verdict, diagnosis and feedback are put together for a question.
//! Not here: the verdict (`grade`), the broken rules (`diagnosis`), the sentences (`feedback`, `slips`).
//! Invariant: every sentence about an answer was checked by the engine; nothing is guessed from its text, and nothing
//! said at the first attempt holds the right answer.
//! Start reading at [`Question::mark`].

use secant::equality::{self, equal};
use secant::expr::{Condition, Constant, Expr};
use secant::sheet::{Fault as SheetFault, Limits, Scope};
use serde::Serialize;

use super::plot::Plot;
use super::{Question, bind::Bound};
use crate::fault::Fault;
use crate::feedback::{Broken, Feedback, Relation, Wrong};
use crate::grade::{self, Grade, Kind, Part, Record, Verdict, Witness};
use crate::slips;

/// How an answer was marked.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mark {
    /// Right, wrong or in between; what could not be read is no attempt.
    pub verdict: Verdict,
    /// From 0 to 1.
    pub score: f64,
    /// What to tell the learner.
    pub feedback: Feedback,
    /// The answer as it was understood, as mathematics; empty where it was not.
    pub reading: String,
    /// Why it could not be read, and where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<SheetFault>,
    /// Entries, lines or coefficients, one by one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// A point where the answer and the right one differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness: Option<Witness>,
    /// The two formulas around that point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plot: Option<Plot>,
    /// From which the verdict can be made again.
    #[serde(skip)]
    pub record: Option<Record>,
}

/// An answer that is longer than this and twice as long as what is right may be told a shorter form.
const LONG: usize = 16;
/// Longest answer, in bytes.
const MAX_ANSWER: usize = 2_000;

impl Question {
    /// Marks an answer; `attempt` counts those at this variant from 1, this one included.
    ///
    /// # Errors
    /// The question itself cannot be asked.
    pub fn mark(&self, seed: u64, answer: &str, attempt: u32) -> Result<Mark, Fault> {
        let asked = self.asked(seed, answer).map_err(|fault| self.own_fault(&fault))?;
        let grade = grade::grade_in(&asked.ask, &asked.names, &Limits::default())
            .map_err(|fault| self.own_fault(&fault))?;
        Ok(self.tell(seed, answer, attempt, grade))
    }

    fn tell(&self, seed: u64, answer: &str, attempt: u32, grade: Grade) -> Mark {
        let bound = self.bound(seed);
        let names = self.names(&bound);
        let vocabulary = self.vocabulary(&bound.scope, &names);
        let shapes = self.shapes(&bound, &names);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let given = typed(answer, &vocabulary, &names).ok();
        // What is right as one formula, where it is one.
        let right = bound.conditional(&self.inner.spec.answer.text);
        let right = (self.is_formula() && !right.0.is_undefined()).then_some(right);
        let reading = crate::read::read(answer, &names, &shapes, &self.inner.spec.kind.text);
        let mut mark = Mark {
            verdict: grade.verdict,
            score: grade.score,
            feedback: Feedback::plain(grade.feedback.clone()),
            reading: reading.map(|r| r.mathml).unwrap_or_default(),
            error: grade.error.as_ref().map(|fault| learners_fault(fault, &names)),
            parts: grade.parts.clone(),
            witness: None,
            plot: None,
            record: grade.record.clone(),
        };
        match grade.verdict {
            Verdict::NotUnderstood => mark.reading = String::new(),
            Verdict::Undecided => {}
            Verdict::Wrong if grade.form.as_ref().is_some_and(|form| !form.ok) => {}
            Verdict::Wrong => {
                if attempt < 2 {
                    // Which entries or lines are wrong, and not yet what belongs there.
                    mark.parts.iter_mut().for_each(|part| part.message.clear());
                }
                // A point tells nothing about what is right elsewhere, unless it is the same everywhere.
                let telling = right.as_ref().is_none_or(|right| right.0.free_symbols().is_empty());
                let witness = grade.witness.clone().filter(|_| !telling);
                mark.feedback = Feedback::about(&Wrong {
                    answer,
                    attempt,
                    difference: match &witness {
                        Some(witness) => format!("Not yet. {}", witness.sentence()),
                        None if telling && self.kind() == Kind::Expression => "Not yet.".to_owned(),
                        None => unspoiled(&grade, attempt),
                    },
                    explanations: self.explanations(seed, &bound, answer, given.as_ref(), &grade),
                    relation: match (&given, &right, &grade.witness) {
                        (Some(given), Some(right), Some(w)) if self.kind() != Kind::Value => {
                            Relation::find((w.yours, w.expected), &right.0, |e| is_same(given, e))
                        }
                        _ => None,
                    },
                    right: right.as_ref().map(|right| right.0.clone()),
                });
                mark.plot = match (&witness, &given, &right) {
                    (Some(witness), Some(given), Some(right)) => Plot::through(witness, &given.0, &right.0),
                    _ => None,
                };
                mark.witness = witness;
            }
            Verdict::Right | Verdict::RightAtTestedPoints | Verdict::RightWhereBothExist => {
                if let Some(shorter) = self.shorter(&bound, answer, right.as_ref()) {
                    mark.feedback.text.push_str(&format!(" It can also be written {shorter}."));
                }
            }
        }
        mark
    }

    /// Is an answer one formula, compared as a whole?
    pub(super) fn is_formula(&self) -> bool {
        matches!(self.kind(), Kind::Expression | Kind::Value)
    }

    /// The shape of an answer costs nothing; that it can be much shorter is worth a word.
    fn shorter(&self, bound: &Bound, answer: &str, right: Option<&Meant>) -> Option<String> {
        let last = self.inner.spec.steps.last().and_then(|(_, formula)| bound.expression(&formula.text).ok());
        let shorter = last.unwrap_or_else(|| right.map_or_else(Expr::undefined, |r| r.0.clone()));
        let text = shorter.to_string();
        let long = answer.chars().count() > LONG && answer.chars().count() > 2 * text.chars().count();
        (self.kind() == Kind::Expression && long && !shorter.is_undefined()).then_some(text)
    }

    /// The rules that explain a wrong answer: those that the author lists, then those that were found.
    fn explanations(
        &self,
        seed: u64,
        bound: &Bound,
        answer: &str,
        given: Option<&Meant>,
        grade: &Grade,
    ) -> Vec<Vec<Broken>> {
        let listed = self.likely_slips(bound).into_iter().filter(|slip| match (&slip.formula, given) {
            (Some(gives), given) => given.is_some_and(|g| is_same(g, gives)),
            (None, _) => self.is_answer(seed, answer, &slip.gives),
        });
        let listed =
            listed.map(|line| Broken { slip: line.slip, at: None, say: line.say, missing: None, cost: 0 });
        let chosen = self.chosen_slips(seed, answer);
        let mut explanations: Vec<Vec<Broken>> =
            listed.chain(chosen).take(1).map(|broken| vec![broken]).collect();
        let mut last = None;
        for row in &grade.diagnosis {
            let Some(slip) = slips::find(row.slip) else { continue };
            let broken = Broken { slip, at: row.at, say: None, missing: row.missing.clone(), cost: row.cost };
            match explanations.last_mut() {
                Some(group) if last == Some(row.explanation) => group.push(broken),
                // The author's own words about a slip, at the place that was found for it.
                Some(group) if last.is_none() && group.len() == 1 && group[0].slip == slip => {
                    group[0].at = row.at;
                    group[0].missing = row.missing.clone();
                }
                _ => explanations.push(vec![broken]),
            }
            last = Some(row.explanation);
        }
        explanations
    }

    /// Would this answer be right if that were?
    fn is_answer(&self, seed: u64, answer: &str, model: &str) -> bool {
        // Whether there is a constant is another matter.
        let constant = if self.kind() == Kind::Antiderivative { " + C" } else { "" };
        let Ok(asked) = self.asked(seed, &format!("{answer}{constant}")) else { return false };
        let model = grade::Given::Text(format!("{model}{constant}"));
        let ask = grade::GradeAsk { model, form: None, task: None, record: false, ..asked.ask };
        grade::grade_in(&ask, &asked.names, &Limits::default()).is_ok_and(|found| found.verdict.is_right())
    }

    /// The slips that the wrong choices among the chosen ones are tied to.
    fn chosen_slips(&self, seed: u64, answer: &str) -> Vec<Broken> {
        if self.kind() != Kind::Choice {
            return Vec::new();
        }
        let order = self.order_of_choices(seed);
        let chosen = answer.split(',').filter_map(|label| label.trim().parse::<usize>().ok());
        let lines = chosen.filter_map(|k| Some(&self.inner.spec.choices[*order.get(k.checked_sub(1)?)?]));
        let broken = lines.filter_map(|line| {
            let slip = slips::find(&line.slip.as_ref()?.text)?;
            let say = line.say.as_ref().map(|say| self.bound(seed).said(&say.text));
            Some(Broken { slip, at: None, say, missing: None, cost: 0 })
        });
        broken.collect()
    }

    /// Something is wrong with the question itself.
    pub(super) fn own_fault(&self, fault: &SheetFault) -> Fault {
        let answer = &self.inner.spec.answer;
        let at = fault.at.map_or(answer.at, |[from, _]| {
            answer.at + answer.text.char_indices().nth(from).map_or(0, |(byte, _)| byte)
        });
        let message = fault.message.clone();
        Fault { hint: fault.hint.clone(), ..self.inner.source.fault("question.grading", at, message) }
    }
}

/// What the grader says of an answer of several parts; at the first attempt without the values that are right.
fn unspoiled(grade: &Grade, attempt: u32) -> String {
    match &grade.witness {
        Some(witness) if attempt < 2 => {
            let text = grade.feedback.replace(&witness.sentence(), "");
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        }
        _ => grade.feedback.clone(),
    }
}

/// A mistake in what was typed, as it is told.
fn learners_fault(fault: &SheetFault, names: &[&str]) -> SheetFault {
    SheetFault { hint: learners_hint(&fault.code, fault.hint.clone(), names), ..fault.clone() }
}

/// Nobody defines a name in an answer: which ones are there?
fn learners_hint(code: &str, hint: Option<String>, names: &[&str]) -> Option<String> {
    match hint {
        Some(hint) if code != "name.unknown" || !hint.starts_with("define it first") => Some(hint),
        None if code != "name.unknown" => None,
        _ if names.is_empty() => Some("the answer is a number".to_owned()),
        _ => Some(format!("an answer may use {}", names.join(", "))),
    }
}

/// Text that a learner typed, as a formula in these names, which mean something in this scope.
pub(crate) fn typed(text: &str, scope: &Scope, names: &[&str]) -> Result<Meant, Fault> {
    let fault = |code: &'static str, message: String, hint: &str| Fault {
        code,
        message,
        file: String::new(),
        line: 0,
        column: 0,
        at: None,
        hint: Some(hint.to_owned()),
        quote: String::new(),
    };
    if text.trim().is_empty() {
        return Err(fault(
            "syntax.empty",
            "there is nothing to read yet".into(),
            "type a formula such as 2 x + 1",
        ));
    }
    if text.len() > MAX_ANSWER {
        let message = format!("the answer is {} bytes long; the limit is {MAX_ANSWER}", text.len());
        return Err(fault("budget.text", message, "write it shorter"));
    }
    let given = scope.formula(text).map_err(|wrong| {
        let wrong = wrong.within(secant::sheet::figure::Origin::Figure, text);
        let hint = learners_hint(wrong.code, wrong.hint, names);
        let at = Some((wrong.chars.start, wrong.chars.end));
        Fault { at, hint, ..fault(wrong.code, wrong.message, "") }
    })?;
    if let secant::expr::Node::Constant(Constant::Undefined) = given.0.node() {
        return Err(fault(
            "domain.undefined",
            "this has no value anywhere".into(),
            "is there a division by 0 in it?",
        ));
    }
    Ok(given)
}

/// An expression, and what must hold for the text it came from to have a value.
pub(crate) type Meant = (Expr, Vec<Condition>);

fn is_same(a: &Meant, b: &Expr) -> bool {
    let compared = equal((&a.0, &a.1), (b, &[]), &equality::Options::default());
    !matches!(compared.verdict, equality::Verdict::Different | equality::Verdict::Undecided)
}
