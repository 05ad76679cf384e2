//! Questions: variants, marking, feedback, steps.

mod common;

use common::{LESSON, OUTLINE, load, with};
use secant::program::{Portable, Program, Workspace};
use secant_course::{Course, Question, Verdict};

fn question(course: &Course) -> &Question {
    course.question("slope/slope").unwrap()
}

fn course() -> Course {
    load(OUTLINE, LESSON).unwrap_or_else(|f| panic!("{f}"))
}

/// The course with these lines in place of those of its question.
fn asking(lines: &str) -> Course {
    let start = LESSON.find("f(x) = k x^2 + m").unwrap();
    let end = LESSON.find("```\n\nThat was it.").unwrap();
    with(&LESSON[start..end], lines).unwrap_or_else(|f| panic!("{f}"))
}

/// The seed of the variant with k = 3 and m = 2.
fn seed(question: &Question) -> u64 {
    let wanted = |s: &u64| question.variant(*s).ask_text.contains("3 x^2 + 2");
    (0..100).find(wanted).expect("some seed gives it")
}

#[test]
fn a_seed_gives_the_same_variant_and_all_variants_come() {
    let course = course();
    let question = question(&course);
    assert_eq!(question.variants(), 5);
    let mut asks: Vec<_> = (10..15).map(|s| question.variant(s).ask_text).collect();
    assert_eq!(asks, (10..15).map(|s| question.variant(s).ask_text).collect::<Vec<_>>());
    assert!(asks.iter().all(|a| !a.contains("2 x^2 + 1")), "{asks:?}");
    asks.sort();
    asks.dedup();
    assert_eq!(asks.len(), 5);
    let variant = question.variant(u64::MAX);
    assert_eq!((variant.names.as_slice(), variant.hints.len()), (["x".to_owned()].as_slice(), 1));
    assert!(variant.ask.contains("<math") && !variant.ask.contains("<p>"), "{}", variant.ask);
}

#[test]
fn right_in_any_form() {
    let course = course();
    let question = question(&course);
    let seed = seed(question);
    for right in [
        "6x",
        "6 x",
        "x*6",
        "3 (x + x)",
        "2*3*x^1",
        "(3 (x+1)^2 - 3 x^2 - 3)",
        "6x + sin(x)^2 + cos(x)^2 - 1",
        "6·x",
    ] {
        let mark = question.mark(seed, right).unwrap();
        assert_eq!((mark.verdict, mark.score), (Verdict::Right, 1.0), "{right}: {mark:?}");
        assert!(
            mark.feedback.starts_with("Right.") && mark.witness.is_none() && mark.reading.contains("<math")
        );
    }
    let mark = question.mark(seed, "6 x^2/x").unwrap();
    assert_eq!((mark.verdict, mark.score), (Verdict::RightWhereBothExist, 1.0), "{mark:?}");
}

/// A wrong answer, and what its feedback has to say.
#[track_caller]
fn wrong(question: &Question, seed: u64, answer: &str, says: &str) {
    let mark = question.mark(seed, answer).unwrap();
    assert_eq!((mark.verdict, mark.score), (Verdict::Wrong, 0.0), "{answer}: {mark:?}");
    assert!(mark.feedback.contains(says), "{answer}: {}", mark.feedback);
    let witness = mark.witness.unwrap();
    assert!(
        (witness.yours - witness.expected).abs() > 1e-9 || witness.yours.is_nan(),
        "{answer}: {witness:?}"
    );
    // The picture shows what the sentence says.
    let plot = mark.plot.unwrap();
    let at = witness.at.iter().find(|(name, _)| *name == plot.var).unwrap().1;
    assert!(plot.over[0] < at && at < plot.over[1], "{answer}: {plot:?}");
    for (program, value) in [(&plot.answer, witness.yours), (&plot.model, witness.expected)] {
        let drawn = run(program, at);
        assert!(value.is_nan() || (drawn - value).abs() <= 1e-9 * value.abs().max(1.0), "{answer}: {drawn}");
    }
}

/// A portable program of one input at one point.
fn run(program: &serde_json::Value, x: f64) -> f64 {
    let integers = |name: &str| program[name].as_array().unwrap().iter().map(|v| v.as_i64().unwrap());
    let portable = Portable {
        version: program["version"].as_u64().unwrap() as u32,
        inputs: vec!["x".to_owned()],
        constants: program["constants"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect(),
        registers: program["registers"].as_u64().unwrap() as u32,
        code: integers("code").collect(),
        outputs: integers("outputs").map(|r| r as u32).collect(),
    };
    let mut out = [0.0];
    let program = Program::from_portable(&portable).unwrap();
    program.evaluate(&[x], &mut out, &mut Workspace::new()).unwrap();
    out[0]
}

#[test]
fn wrong_answers_are_met_with_a_reason() {
    let course = course();
    let question = question(&course);
    let seed = seed(question);
    wrong(question, seed, "3 x^2", "one power less");
    wrong(question, seed, "3 x^2 + 2", "the function itself");
    wrong(question, seed, "-6 x", "Only the sign");
    wrong(question, seed, "12 x", "2 times");
    wrong(question, seed, "2 x", "1/3 times");
    wrong(question, seed, "6 x + 2", "2 too much");
    wrong(question, seed, "6 x - 1", "1 too little");
    wrong(question, seed, "x^5 + sin(x)", "Not yet. At x = ");
    wrong(question, seed, "7", "your formula gives 7");
}

#[test]
fn what_cannot_be_read_costs_nothing_and_is_placed() {
    let course = course();
    let question = question(&course);
    #[track_caller]
    fn refused(question: &Question, answer: &str, code: &str, at: Option<(usize, usize)>) {
        let fault = question.mark(0, answer).unwrap_err();
        assert_eq!((fault.code, fault.at), (code, at), "{answer}: {fault}");
        assert!(fault.hint.is_some(), "{answer}: {fault}");
    }
    refused(question, "", "syntax.empty", None);
    refused(question, "   ", "syntax.empty", None);
    refused(question, "6 x + y", "name.unknown", Some((6, 7)));
    refused(question, "6 (x", "syntax.unbalanced", Some((2, 3)));
    refused(question, "é6", "name.unknown", Some((0, 2)));
    refused(question, "1/0", "domain.division-by-zero", Some((2, 3)));
    refused(
        question,
        &"(".repeat(1000),
        "budget.depth",
        None::<(usize, usize)>.or(question.mark(0, &"(".repeat(1000)).unwrap_err().at),
    );
    refused(question, &"x + ".repeat(2000), "budget.text", None);
}

#[test]
fn steps_come_from_the_derivation_or_from_the_author() {
    let course = course();
    let steps = question(&course).steps(seed(question(&course)));
    assert!(!steps.is_empty() && steps.iter().all(|s| !s.rule.is_empty() && s.to_mathml.contains("<math")));
    assert_eq!(steps.last().unwrap().to, "6 x");
    let course =
        asking("vary k in 2..3\nask \"Twice {k}?\"\nanswer 2 k\nstep \"Add it to itself\" -> k + k\n");
    let steps = question(&course).steps(1);
    assert_eq!((steps.len(), steps[0].rule.as_str()), (1, "Add it to itself"));
}

#[test]
fn functions_vary_too() {
    let course = asking(
        "vary f in {sin, cos, sqrt}, k in 2..3\navoid sqrt with k = 2\nask \"Differentiate {f(k x)}.\"\nanswer diff(f(k x), x)\n",
    );
    let question = question(&course);
    assert_eq!(question.variants(), 5);
    let of = |text: &str| {
        (0..5).find(|s| question.variant(*s).ask_text.contains(text)).unwrap_or_else(|| panic!("{text}"))
    };
    assert_eq!(question.mark(of("sin(3 x)"), "3 cos(3x)").unwrap().verdict, Verdict::Right);
    assert_eq!(question.mark(of("cos(2 x)"), "-2 sin(2x)").unwrap().verdict, Verdict::Right);
    assert_eq!(question.mark(of("sqrt("), "3/(2 sqrt(3 x))").unwrap().verdict, Verdict::Right);
}

#[test]
fn numbers_are_right_to_the_digits_asked_for() {
    let course = asking("vary k in {7}\nask \"The root of {k}?\"\nanswer sqrt(k)\nsignificant 2\n");
    let question = question(&course);
    let verdict = |answer: &str| question.mark(0, answer).unwrap().verdict;
    for right in ["2.6", "2.65", "2.6458", "sqrt(7)", "7^(1/2)"] {
        assert_eq!(verdict(right), Verdict::Right, "{right}");
    }
    for wrong in ["2.5", "2.7", "-2.6", "26", "7"] {
        assert_eq!(verdict(wrong), Verdict::Wrong, "{wrong}");
    }
    assert!(question.mark(0, "-2.65").unwrap().feedback.contains("sign"));
    assert!(question.mark(0, "2.75").unwrap().feedback.contains("Close"));
    assert!(question.mark(0, "9").unwrap().feedback.contains("too large"));
}
