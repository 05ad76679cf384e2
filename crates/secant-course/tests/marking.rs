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
    let mut asks: Vec<_> = (10..40).map(|s| question.variant(s).ask_text).collect();
    assert_eq!(asks, (10..40).map(|s| question.variant(s).ask_text).collect::<Vec<_>>());
    assert!(asks.iter().all(|a| !a.contains("2 x^2 + 1")), "{asks:?}");
    asks.sort();
    asks.dedup();
    // With 2 for k and for m, two slips would give the same.
    assert_eq!(asks.len(), 4, "{asks:?}");
    assert!(asks.iter().all(|a| !a.contains("2 x^2 + 2")), "{asks:?}");
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
        let mark = question.mark(seed, right, 1).unwrap();
        assert_eq!((mark.verdict, mark.score), (Verdict::Right, 1.0), "{right}: {mark:?}");
        assert!(
            mark.feedback.text.starts_with("Right.")
                && mark.witness.is_none()
                && mark.reading.contains("<math")
        );
    }
    let mark = question.mark(seed, "6 x^2/x", 1).unwrap();
    assert_eq!((mark.verdict, mark.score), (Verdict::RightWhereBothExist, 1.0), "{mark:?}");
}

/// A wrong answer, and what its feedback has to say.
#[track_caller]
fn wrong(question: &Question, seed: u64, answer: &str, says: &str) {
    let mark = question.mark(seed, answer, 2).unwrap();
    assert_eq!((mark.verdict, mark.score), (Verdict::Wrong, 0.0), "{answer}: {mark:?}");
    assert!(mark.feedback.text.contains(says), "{answer}: {}", mark.feedback.text);
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
    wrong(question, seed, "-6 x", "A sign got turned");
    wrong(question, seed, "12 x", "A factor in front");
    wrong(question, seed, "x^5 + sin(x)", "Not yet. At x = ");
    wrong(question, seed, "7", "your formula gives 7");
}

#[test]
fn what_cannot_be_read_costs_nothing_and_is_placed() {
    let course = course();
    let question = question(&course);
    #[track_caller]
    fn refused(question: &Question, answer: &str, code: &str, at: Option<[usize; 2]>) {
        let mark = question.mark(0, answer, 1).unwrap();
        assert_eq!((mark.verdict, mark.score), (Verdict::NotUnderstood, 0.0), "{answer}: {mark:?}");
        let fault = mark.error.unwrap();
        assert_eq!((fault.code.as_str(), fault.at), (code, at), "{answer}: {fault:?}");
        assert!(fault.hint.is_some(), "{answer}: {fault:?}");
    }
    refused(question, "6 x + y", "name.unknown", Some([6, 7]));
    refused(question, "6 (x", "syntax.unbalanced", Some([2, 3]));
    refused(question, "é6", "name.unknown", Some([0, 2]));
    refused(question, "1/0", "domain.division-by-zero", Some([2, 3]));
    for (answer, code) in [("", "syntax."), ("   ", "syntax."), ("(", "syntax.")] {
        let fault = question.mark(0, answer, 1).unwrap().error.unwrap();
        assert!(fault.code.starts_with(code), "{answer}: {fault:?}");
    }
    for answer in ["(".repeat(1000), "x + ".repeat(2000)] {
        let fault = question.mark(0, &answer, 1).unwrap().error.unwrap();
        assert!(fault.code.starts_with("budget."), "{fault:?}");
    }
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
    assert_eq!(question.mark(of("sin(3 x)"), "3 cos(3x)", 1).unwrap().verdict, Verdict::Right);
    assert_eq!(question.mark(of("cos(2 x)"), "-2 sin(2x)", 1).unwrap().verdict, Verdict::Right);
    assert_eq!(question.mark(of("sqrt("), "3/(2 sqrt(3 x))", 1).unwrap().verdict, Verdict::Right);
}

#[test]
fn numbers_are_right_to_the_digits_asked_for() {
    let course = asking("vary k in {7}\nask \"The root of {k}?\"\nanswer sqrt(k)\nsignificant 2\n");
    let question = question(&course);
    let verdict = |answer: &str| question.mark(0, answer, 1).unwrap().verdict;
    for right in ["2.6", "2.65", "2.6458", "sqrt(7)", "7^(1/2)"] {
        assert_eq!(verdict(right), Verdict::Right, "{right}");
    }
    for wrong in ["2.5", "2.7", "-2.6", "26", "7"] {
        assert_eq!(verdict(wrong), Verdict::Wrong, "{wrong}");
    }
    assert!(question.mark(0, "-2.65", 1).unwrap().feedback.text.contains("sign"));
    assert!(question.mark(0, "2.75", 1).unwrap().feedback.text.contains("close"));
    assert!(question.mark(0, "9", 1).unwrap().feedback.text.contains("too large"));
}

#[test]
fn a_tutor_asks_before_telling() {
    let course = course();
    let question = question(&course);
    let seed = seed(question);
    let say = |attempt: u32| question.mark(seed, "3 x^2", attempt).unwrap().feedback;
    let slip = secant_course::slips::find("power-not-lowered").unwrap();
    assert!(say(1).text.contains(slip.ask) && !say(1).text.contains(slip.say), "{:?}", say(1));
    assert!(say(2).text.contains(slip.say) && say(2).example.is_none(), "{:?}", say(2));
    assert_eq!(say(3).example.unwrap().rule, slip.example.rule);
    let text = question.mark(seed, "-6 x", 1).unwrap().feedback.text;
    assert!(text.contains("where does a minus come in") && !text.contains("6 x"), "{text}");
}

#[test]
fn slips_of_algebra_are_named_without_a_task() {
    let course = asking("vary k in {3}\nask \"{k}?\"\nanswer (x + k)^2\n");
    let say = question(&course).mark(0, "x^2 + 9", 2).unwrap().feedback;
    assert!(say.text.contains(secant_course::slips::find("algebra-square-of-sum").unwrap().say), "{say:?}");
}

#[test]
fn where_no_rule_is_broken_the_relation_to_the_right_answer_is_asked_about() {
    let course = asking("vary k in {3}\nask \"{k}?\"\nanswer k x^2 + x + 1\n");
    let question = question(&course);
    for (answer, asks, tells) in [
        ("7 (3 x^2 + x + 1)", "What could do that?", "7 times"),
        ("3 x^2 + x + 1 + 7/3", "always at the same distance", "7/3 too much"),
        ("3 x^2 + x + 1 - 7/3", "always at the same distance", "7/3 too little"),
    ] {
        let say = |attempt| question.mark(0, answer, attempt).unwrap().feedback.text;
        assert!(say(1).contains(asks) && !say(1).contains(tells), "{answer}: {}", say(1));
        assert!(say(2).contains(tells), "{answer}: {}", say(2));
    }
}

#[test]
fn the_first_attempt_never_gives_the_answer_away() {
    // Where the right answer is the same everywhere, a point would be the answer.
    let course = asking("vary k in {7}\nask \"The slope of {k x}?\"\nanswer diff(k x, x)\nnames x\n");
    let question = question(&course);
    for answer in ["1", "x", "-1", "14", "x + 1"] {
        let mark = question.mark(0, answer, 1).unwrap();
        assert_eq!(mark.verdict, Verdict::Wrong, "{answer}");
        assert!(mark.witness.is_none() && mark.plot.is_none(), "{answer}: {mark:?}");
        assert!(!mark.feedback.text.contains('7'), "{answer}: {}", mark.feedback.text);
    }
}

#[test]
fn entries_that_are_wrong_are_named_before_what_belongs_there() {
    let course = asking("vary k in {7}\nask \"{k}?\"\nanswer [k, 0; 1, k + 6]\nkind matrix\n");
    let question = question(&course);
    let say = |attempt| question.mark(0, "[7, 0; 1, 8]", attempt).unwrap();
    assert!(say(1).feedback.text.contains("[2, 2]"), "{:?}", say(1));
    let first = serde_json::to_string(&say(1)).unwrap();
    assert!(!first.contains("13"), "{first}");
    assert_eq!(say(1).score, 0.75);
}

#[test]
fn a_right_answer_in_a_roundabout_form_gets_a_kind_word() {
    let course = course();
    let question = question(&course);
    let seed = seed(question);
    let text = |answer: &str| question.mark(seed, answer, 1).unwrap().feedback.text;
    assert_eq!(text("3*2*x"), "Right.");
    assert!(text("x + x + x + x + x + x + 0 x").ends_with("It can also be written 6 x."));
}

/// The verdicts on answers to a question with these lines.
#[track_caller]
fn marks(lines: &str, answers: &[(&str, Verdict)]) {
    let course = asking(lines);
    let question = question(&course);
    for (answer, verdict) in answers {
        let mark = question.mark(0, answer, 1).unwrap();
        assert_eq!(mark.verdict, *verdict, "{answer}: {mark:?}");
        assert_eq!(mark.record.unwrap().verdict, *verdict);
    }
    let own = question.variant(0);
    assert_eq!(own.kind, lines.split("kind ").nth(1).map_or(own.kind, |k| k.split('\n').next().unwrap()));
}

#[test]
fn every_kind_of_answer_can_be_asked_for() {
    use Verdict::{NotUnderstood, Right, Wrong};
    let vary = "vary k in {2}\nask \"{k}?\"\n";
    let kind = |lines: &str| format!("{vary}{lines}\n");
    marks(
        &kind("answer {-sqrt(2 k), sqrt(2 k)}\nkind set"),
        &[("{2, -2}", Right), ("{2}", Wrong), ("{2, -2", NotUnderstood)],
    );
    marks(&kind("answer (k, k^2)\nkind point"), &[("(2, 4)", Right), ("(4, 2)", Wrong)]);
    marks(&kind("answer [0, k)\nkind interval"), &[("[0, 2)", Right), ("[0, 2]", Wrong)]);
    marks(&kind("answer y = k x\nkind equation"), &[("y - 2 x = 0", Right), ("y = x", Wrong)]);
    marks(&kind("answer x > k\nkind inequality"), &[("2 < x", Right), ("x >= 2", Wrong)]);
    marks(&kind("answer 1, k, k^2\nkind list"), &[("1, 2, 4", Right), ("1, 4, 2", Wrong)]);
    marks(&kind("answer [k x, 1]\nkind vector"), &[("[2x, 1]", Right), ("[x, 1]", Wrong)]);
    marks(&kind("answer [k, 0; 0, 1]\nkind matrix"), &[("[2, 0; 0, 1]", Right), ("[2, 0; 1, 0]", Wrong)]);
    marks(&kind("answer k x^3/3\nkind antiderivative\nby x"), &[("2 x^3/3 + C", Right), ("x^3 + C", Wrong)]);
    marks(&kind("answer sqrt(k)\ndecimals 2"), &[("1.41", Right), ("1.4", Wrong)]);
    marks(&kind("answer (x + k)^2\nform expanded"), &[("x^2 + 4 x + 4", Right), ("(x + 2)^2", Wrong)]);
}

#[test]
fn choices_are_shuffled_by_the_seed_and_tied_to_slips() {
    let course = asking(
        "vary k in 2..6\nask \"The slope of ${x^k}$?\"\nchoice right \"{k x^(k - 1)}\"\nchoice wrong \"{k x^k}\" -> power-not-lowered\nchoice wrong \"{x^k}\" -> not-differentiated \"Nothing happened.\"\n",
    );
    let question = question(&course);
    let mut places = std::collections::BTreeSet::new();
    for seed in 0..10 {
        let variant = question.variant(seed);
        assert_eq!((variant.kind, variant.choices.len(), variant.several), ("choice", 3, false));
        assert_eq!(variant, question.variant(seed));
        let verdicts = [1, 2, 3].map(|k| question.mark(seed, &k.to_string(), 1).unwrap().verdict.is_right());
        assert_eq!(verdicts.iter().filter(|right| **right).count(), 1);
        places.insert(verdicts);
        // The slip that a wrong choice is tied to asks its question.
        let asked = (1..=3).filter(|k| {
            let said = question.mark(seed, &k.to_string(), 1).unwrap().feedback;
            said.follow_up == Some("power-not-lowered") && said.text.contains("What becomes of the power")
        });
        assert_eq!(asked.count(), 1);
        let told = (1..=3).filter(|k| {
            question.mark(seed, &k.to_string(), 2).unwrap().feedback.text.contains("Nothing happened.")
        });
        assert_eq!(told.count(), 1);
    }
    assert!(places.len() > 1, "{places:?}");
    assert_eq!(question.mark(0, "9", 1).unwrap().verdict, Verdict::Wrong);
}

#[test]
fn values_are_set_on_the_figure_of_the_lesson() {
    let lines = |name: &str| {
        format!("vary k in 1..4\nask \"Set {{k}}.\"\nanswer {name} = k/2\nparameters {name} within 0.05\n")
    };
    let course = asking(&lines("a"));
    let question = question(&course);
    assert_eq!(question.variant(0).parameters, ["a"]);
    let mut verdicts = std::collections::BTreeSet::new();
    for seed in 0..4 {
        verdicts.insert(question.mark(seed, "a = 1.04", 1).unwrap().verdict.word());
    }
    assert_eq!(Vec::from_iter(verdicts), ["right", "wrong"]);
    assert!(secant_course::check(&course).ok(), "{}", secant_course::check(&course));
    let report = secant_course::check(&asking(&lines("q")));
    assert_eq!((report.faults[0].code, report.faults.len()), ("name.parameter", 1), "{report}");
}

#[test]
fn a_question_whose_variants_hide_the_mistakes_is_a_fault() {
    // With the power 1 there is nothing to lower.
    let course = asking("vary n in {1}, k in 2..9\nask \"{k x^n}?\"\nanswer diff(k x^n, x)\nnames x\n");
    let report = secant_course::check(&course);
    let fault = report.faults.first().unwrap_or_else(|| panic!("{report}"));
    assert_eq!((fault.code, fault.line), ("question.variants", 37), "{report}");
    assert!(fault.message.contains("the answer is a number") && fault.hint.is_some(), "{fault}");
}

/// A layer of a network, in matrices; `d` is given a meaning by the question.
const LAYER: &str = r#"ask "The gradient of the weights of a layer: how?"
declare W3: matrix(2, 7), a3: matrix(2, N), y: matrix(2, N), a2: matrix(7, N), a1: matrix(6, N)
d3 = (2/N) (a3 - y) .* a3 .* (1 - a3)
answer ((W3' d3) .* a2 .* (1 - a2)) a1'
names N, W3, a3, y, a2, a1, d3
slip "(W3' d3) a1'" -> activation-derivative
"#;

#[test]
fn formulas_of_matrices() {
    let course = asking(LAYER);
    let question = question(&course);
    let variant = question.variant(0);
    assert_eq!(variant.shapes["a2"], "matrix(7, N)");
    assert_eq!(variant.shapes["d3"], "matrix(2, N)");
    assert!(!variant.shapes.contains_key("N"));
    // A formula of matrices is written as one, whatever the extents of its value.
    let bias = asking(
        &LAYER
            .replace("answer ((W3' d3) .* a2 .* (1 - a2)) a1'", "answer sum(d3, 2)")
            .replace("slip \"(W3' d3) a1'\" -> activation-derivative\n", ""),
    );
    assert!(bias.question("slope/slope").unwrap().variant(0).cells.is_none());
    let mark = |answer: &str, attempt| question.mark(0, answer, attempt).unwrap();
    for right in [
        "((W3' d3) .* a2 .* (1 - a2)) a1'",
        "(W3' ((2/N) (a3 - y) .* a3 .* (1 - a3)) .* (a2 - a2.^2)) a1'",
        "(a1 ((1 - a2) .* a2 .* (W3' d3))')'",
    ] {
        let marked = mark(right, 1);
        assert!(marked.verdict.is_right(), "{right}: {marked:?}");
        assert!(marked.reading.contains("<math"), "{right}");
    }
    let wrong = mark("((W3' d3) .* a2) a1'", 2);
    assert_eq!(wrong.verdict, Verdict::Wrong);
    assert!(wrong.feedback.text.contains("What is missing is `(1 - a2)`."), "{}", wrong.feedback.text);
    let wrong = mark("((W3' d3) .* a2 .* (1 - a2)) a2'", 2);
    assert_eq!(wrong.feedback.follow_up, Some("wrong-layer"), "{}", wrong.feedback.text);
    // A shape that does not fit and a name that is unknown cost nothing, and are told.
    for unread in ["(d3 W3') a1'", "W2' d3", "W3' d3 +", ""] {
        let marked = mark(unread, 1);
        assert_eq!(marked.verdict, Verdict::NotUnderstood, "{unread}");
        assert!(marked.error.is_some(), "{unread}");
    }
    let report = secant_course::check(&course);
    assert!(report.faults.is_empty(), "{report}");
}

#[test]
fn slips_and_steps_of_answers_with_several_parts() {
    for (lines, right, slip) in [
        ("answer grad(f(x, y), [x, y])\nkind vector", "[2*k x, 1]", "[1, 2*k x]"),
        ("answer hessian(f(x, y), [x, y])\nkind matrix\nnames x, y", "[2*k, 0; 0, 0]", "[2*k x, 0; 0, 1]"),
        ("answer (k, 1)\nkind point", "(k, 1)", "(1, k)"),
        ("answer {k, -k}\nkind set", "{-k, k}", "{k}"),
        ("answer x^2 + k x + C\nkind antiderivative\nby x", "x^2 + k x", "x^2 + k x^2"),
    ] {
        let question = format!(
            "vary k in {{3}}\nf(x, y) = k x^2 + y\nask \"?\"\n{lines}\nstep \"So\" -> {}\nslip \"{slip}\" -> algebra-sign \"That is the wrong way round.\"\n",
            if lines.contains("anti") { "x^2 + k x" } else { right },
        );
        let course = asking(&question);
        let question = course.question("slope/slope").unwrap();
        let filled = |text: &str| text.replace('k', "3");
        assert!(!question.steps(0)[0].to_mathml.is_empty());
        let constant = if lines.contains("anti") { " + C" } else { "" };
        let marked = question.mark(0, &(filled(right) + constant), 1).unwrap();
        assert!(marked.verdict.is_right(), "{right}: {marked:?}");
        let marked = question.mark(0, &(filled(slip) + constant), 2).unwrap();
        assert_eq!(marked.verdict, Verdict::Wrong, "{slip}");
        assert!(marked.feedback.text.contains("the wrong way round"), "{slip}: {}", marked.feedback.text);
        let report = secant_course::check(&course);
        assert!(report.faults.is_empty(), "{report}");
    }
}

#[test]
fn powers_that_merge_whatever_the_numbers_are_not_gone() {
    let course = asking(
        "vary p in 2..4, n in 2..4\nask \"Differentiate {(x^p)^n}.\"\nanswer diff((x^p)^n, x)\nnames x\n",
    );
    let question = course.question("slope/slope").unwrap();
    let asks: std::collections::BTreeSet<_> = (0..60).map(|seed| question.variant(seed).ask_text).collect();
    assert!(asks.len() >= 3, "{asks:?}");
    let report = secant_course::check(&course);
    assert!(report.faults.is_empty(), "{report}");
}

#[test]
fn an_unknown_name_is_met_with_those_there_are() {
    for (lines, hint) in [
        ("ask \"?\"\nanswer 3; decimals 1", "the answer is a number"),
        ("ask \"?\"\nanswer 3 t\nnames t", "the only name known here is `t`"),
    ] {
        let course = asking(&format!("{lines}\n"));
        let marked = course.question("slope/slope").unwrap().mark(0, "banana", 1).unwrap();
        assert_eq!(marked.verdict, Verdict::NotUnderstood);
        assert_eq!(marked.error.unwrap().hint.as_deref(), Some(hint));
    }
}
