//! What a tutor says about an answer: asks before telling, and never the answer itself at the first try.
//!
//! Here: which sentence of the table is said at which attempt, the place it points at, what is said where two
//! explanations fit.
//! Not here: the sentences about slips (`slips`), how slips are found (`diagnosis`), verdicts (`grade`).
//! Invariant: nothing at the first attempt holds the right answer or a sentence that names the rule.
//! Start reading at [`Feedback::about`].

mod relation;

use secant::equality::{self, equal};
use secant::expr::Expr;
use secant::sheet::Scope;
use serde::Serialize;

use crate::slips::{Example, Slip};
pub(crate) use relation::Relation;

/// How much is said: more from attempt to attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// A question that leads to the place.
    Question,
    /// The rule by its name.
    Rule,
    /// The slip beside the rule, on something small.
    Example,
}

impl Level {
    /// The level at an attempt, counted from 1.
    pub const fn at(attempt: u32) -> Level {
        match attempt {
            0 | 1 => Level::Question,
            2 => Level::Rule,
            _ => Level::Example,
        }
    }
}

/// What to tell a learner.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Feedback {
    /// In sentences.
    pub text: String,
    /// How much of it is told.
    pub level: Level,
    /// The places in the answer to look at, in the order of the sentences.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Place>,
    /// The slip beside the rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<Shown>,
    /// How many explanations fit; 0 where none is known.
    pub explanations: usize,
    /// The slip that a follow-up question would try again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<&'static str>,
}

/// A part of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// In characters of the answer.
    pub at: [usize; 2],
    /// What stands there.
    pub words: String,
}

/// An example as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// What is worked out.
    pub of: &'static str,
    /// What the slip gives.
    pub slip: &'static str,
    /// What the rule gives.
    pub rule: &'static str,
    /// The same two as mathematics; empty where they are no formulas.
    pub slip_mathml: String,
    /// What the rule gives, as mathematics.
    pub rule_mathml: String,
}

/// A rule that was broken, and where.
#[derive(Clone, Debug)]
pub(crate) struct Broken {
    pub(crate) slip: &'static Slip,
    pub(crate) at: Option<[usize; 2]>,
    /// What the author says about it instead of the table.
    pub(crate) say: Option<String>,
    /// The text of a factor that was left out, where it is that.
    pub(crate) missing: Option<String>,
    /// How rare its explanation is.
    pub(crate) cost: u32,
}

/// An answer that is wrong, and what is known about it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wrong<'a> {
    /// As typed.
    pub(crate) answer: &'a str,
    /// Counted from 1, this one included.
    pub(crate) attempt: u32,
    /// Where the answer and the right one differ, or what the grader says of this kind of answer.
    pub(crate) difference: String,
    /// Which rules were broken: explanations, best first, of one rule or two.
    pub(crate) explanations: Vec<Vec<Broken>>,
    /// What it has to do with the right answer, where no rule explains it.
    pub(crate) relation: Option<Relation>,
    /// What is right, where it is a formula: an example must not be it.
    pub(crate) right: Option<Expr>,
}

/// Most explanations that are told.
const MAX_TOLD: usize = 2;

impl Feedback {
    /// A few words about an answer that is right or could not be decided.
    pub(crate) fn plain(text: String) -> Feedback {
        Feedback {
            text,
            level: Level::Question,
            places: Vec::new(),
            example: None,
            explanations: 0,
            follow_up: None,
        }
    }

    /// What to say about an answer that is wrong.
    pub(crate) fn about(wrong: &Wrong<'_>) -> Feedback {
        let level = Level::at(wrong.attempt);
        let mut feedback = Feedback { level, ..Feedback::plain(String::new()) };
        let mut sentences = Vec::new();
        if !wrong.difference.is_empty() {
            sentences.push(wrong.difference.clone());
        }
        let told = told(&wrong.explanations);
        feedback.explanations = told.len();
        match told.as_slice() {
            [] => sentences.extend(wrong.relation.as_ref().map(|relation| relation.sentence(level))),
            [one] => feedback.explain(wrong, one, &mut sentences),
            [first, second, ..] => {
                sentences.push(
                    "Two different slips would lead to just this answer; only you can know which.".to_owned(),
                );
                feedback.explain(wrong, first, &mut sentences);
                sentences.push("Or:".to_owned());
                feedback.explain(wrong, second, &mut sentences);
            }
        }
        feedback.follow_up = told.first().and_then(|one| one.first()).map(|broken| broken.slip.name);
        if level >= Level::Example
            && let Some(example) = told.iter().flat_map(|one| one.iter()).find_map(|b| shown(wrong, b))
        {
            let Shown { of, slip, rule, .. } = &example;
            sentences
                .push(format!("On something small, {of}: the slip gives {slip}, the rule gives {rule}."));
            feedback.example = Some(example);
        }
        feedback.text = sentences.join(" ");
        feedback
    }

    /// The sentences of one explanation.
    fn explain(&mut self, wrong: &Wrong<'_>, explanation: &[Broken], sentences: &mut Vec<String>) {
        if explanation.len() > 1 {
            sentences.push("Two things happened here.".to_owned());
        }
        for (k, broken) in explanation.iter().enumerate() {
            if let Some(place) = broken.at.and_then(|at| Place::of(wrong.answer, at))
                && !self.places.contains(&place)
            {
                sentences.push(format!("{} `{}`.", if k == 0 { "Look at" } else { "Then at" }, place.words));
                self.places.push(place);
            }
            sentences.push(match (self.level, &broken.say) {
                (Level::Question, _) => broken.slip.ask.to_owned(),
                (_, Some(say)) => say.clone(),
                (_, None) => broken.slip.say.to_owned(),
            });
            if let Some(missing) = broken.missing.as_ref().filter(|_| self.level > Level::Question) {
                sentences.push(format!("What is missing is `{missing}`."));
            }
        }
    }
}

/// An explanation that is rarer than the best one by more than this is not told beside it.
const FAR: u32 = 6;

/// The explanations worth telling: the first, and a second one if it is about as likely and says something else.
fn told(explanations: &[Vec<Broken>]) -> Vec<&[Broken]> {
    let mut told: Vec<&[Broken]> = Vec::new();
    for explanation in explanations.iter().filter(|e| !e.is_empty()) {
        let names = |e: &[Broken]| e.iter().map(|b| b.slip.name).collect::<Vec<_>>();
        let fits = told.first().is_none_or(|first| {
            explanation.len() <= first.len() && explanation[0].cost <= first[0].cost.saturating_add(FAR)
        });
        if fits && told.iter().all(|other| names(other) != names(explanation)) && told.len() < MAX_TOLD {
            told.push(explanation);
        }
    }
    told
}

impl Place {
    /// The part of an answer; none where it is the whole of it or nothing.
    fn of(answer: &str, [from, to]: [usize; 2]) -> Option<Place> {
        let letters: Vec<char> = answer.chars().collect();
        let words: String = letters.get(from..to)?.iter().collect();
        let is_part = !words.trim().is_empty() && words.trim() != answer.trim();
        is_part.then_some(Place { at: [from, to], words })
    }
}

/// The example of a slip, unless it is the question itself.
fn shown(wrong: &Wrong<'_>, broken: &Broken) -> Option<Shown> {
    let Example { of, slip, rule } = broken.slip.example;
    let read = |text: &str| Scope::open().expression(text).ok();
    if let (Some(right), Some(rule)) = (&wrong.right, read(rule))
        && equal((right, &[]), (&rule, &[]), &equality::Options::default()).verdict
            != equality::Verdict::Different
    {
        return None;
    }
    let math = |text: &str| read(text).map(|e| e.to_mathml()).unwrap_or_default();
    Some(Shown { of, slip, rule, slip_mathml: math(slip), rule_mathml: math(rule) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slips::{SLIPS, find};

    fn broken(name: &str, at: Option<[usize; 2]>) -> Broken {
        Broken { slip: find(name).unwrap(), at, say: None, missing: None, cost: 3 }
    }

    fn say(attempt: u32, explanations: Vec<Vec<Broken>>) -> Feedback {
        Feedback::about(&Wrong { answer: "x^2 cos(x^2)", attempt, explanations, ..Wrong::default() })
    }

    #[test]
    fn it_asks_then_names_then_shows() {
        for slip in SLIPS {
            let one =
                |attempt| say(attempt, vec![vec![Broken { cost: 1, ..broken(slip.name, Some([4, 12])) }]]);
            let [first, second, third] = [one(1), one(2), one(3)];
            assert_eq!(first.text, format!("Look at `cos(x^2)`. {}", slip.ask));
            assert!(first.example.is_none() && second.example.is_none(), "{}", slip.name);
            assert!(second.text.contains(slip.say) && !second.text.contains(slip.ask), "{}", slip.name);
            assert!(third.text.contains(slip.say) && third.text.contains(slip.example.rule), "{}", slip.name);
            assert_eq!(third.example.unwrap().rule, slip.example.rule);
            assert_eq!(first.follow_up, Some(slip.name));
            assert_eq!(first.places, [Place { at: [4, 12], words: "cos(x^2)".into() }]);
        }
    }

    #[test]
    fn two_explanations_are_said_to_be_two() {
        let both = || vec![vec![broken("sign-of-cosine", None)], vec![broken("algebra-sign", None)]];
        let said = say(1, both());
        assert_eq!(said.explanations, 2);
        for part in ["Two different slips", "Or:", both()[0][0].slip.ask, both()[1][0].slip.ask] {
            assert!(said.text.contains(part), "{}", said.text);
        }
        let rare = Broken { cost: 30, ..broken("algebra-sign", None) };
        assert_eq!(say(1, vec![vec![broken("sign-of-cosine", None)], vec![rare]]).explanations, 1);
        // The same slip at another place is no other explanation, and two slips are not said beside one.
        let pair = vec![broken("power-not-lowered", Some([0, 3])), broken("sign-of-cosine", Some([4, 12]))];
        let said = say(
            1,
            vec![
                vec![broken("sign-of-cosine", None)],
                vec![broken("sign-of-cosine", Some([0, 3]))],
                pair.clone(),
            ],
        );
        assert_eq!(said.explanations, 1);
        let said = say(2, vec![pair]);
        assert_eq!((said.explanations, said.places.len()), (1, 2));
        let lost = Broken { missing: Some("1 - a^2".into()), ..broken("activation-derivative", None) };
        assert!(!say(1, vec![vec![lost.clone()]]).text.contains("1 - a^2"));
        assert!(say(2, vec![vec![lost]]).text.ends_with("What is missing is `1 - a^2`."));
        assert!(said.text.starts_with("Two things happened here. Look at `x^2`."), "{}", said.text);
        assert!(said.text.contains("Then at `cos(x^2)`."), "{}", said.text);
    }

    #[test]
    fn an_example_is_not_the_question_itself() {
        let slip = find("coefficient-lost").unwrap();
        let wrong = Wrong {
            answer: "3 x^2",
            attempt: 3,
            explanations: vec![vec![broken("coefficient-lost", None)]],
            right: Scope::open().expression("3*7 x^2").ok(),
            ..Wrong::default()
        };
        let said = Feedback::about(&wrong);
        assert!(said.example.is_none() && !said.text.contains(slip.example.rule), "{}", said.text);
    }

    #[test]
    fn a_place_that_is_the_whole_answer_or_outside_of_it_is_not_pointed_at() {
        for at in [[0, 12], [3, 3], [5, 99], [9, 4]] {
            assert_eq!(say(1, vec![vec![broken("not-differentiated", Some(at))]]).places, [], "{at:?}");
        }
    }
}
