//! Graphs drawn by hand: a shaky hand is right, every slip is wrong and named, and it is said where.

mod common;

use common::{LESSON, with};
use proptest::prelude::*;
use secant::sheet::Limits;
use secant_course::grade::{Given, Grade, GradeAsk, Kind, Verdict, Window, grade, replay};
use secant_course::{Course, Question, check};

const X: [f64; 2] = [-3.0, 3.0];
const Y: [f64; 2] = [-4.0, 4.0];

fn ask(model: &str, answer: String) -> GradeAsk {
    let draw = Some(Window { x: X, y: Y, within: None });
    GradeAsk {
        answer: Given::Text(answer),
        model: model.into(),
        kind: Kind::Drawn,
        wrt: Some("x".into()),
        draw,
        ..Default::default()
    }
}

fn grades(model: &str, answer: String) -> Grade {
    grade(&ask(model, answer), &Limits::default()).unwrap()
}

/// A curve as heights; `null` where it leaves the window.
fn drawing(f: impl Fn(f64) -> f64) -> String {
    let height = |k: usize| {
        let y = f(X[0] + (X[1] - X[0]) * k as f64 / 48.0);
        if (Y[0]..=Y[1]).contains(&y) { y.to_string() } else { "null".to_owned() }
    };
    format!("[{}]", (0..49).map(height).collect::<Vec<_>>().join(", "))
}

/// A model, its slope, the function it is the slope of, and that function's antiderivative.
type Row = (&'static str, fn(f64) -> f64, fn(f64) -> f64, fn(f64) -> f64);

const MODELS: &[Row] = &[
    (
        "diff(x^3/6 - x, x)",
        |x| x * x / 2.0 - 1.0,
        |x| x.powi(3) / 6.0 - x,
        |x| x.powi(4) / 24.0 - x * x / 2.0,
    ),
    ("diff(2 sin(x), x)", |x| 2.0 * x.cos(), |x| 2.0 * x.sin(), |x| -2.0 * x.cos()),
    (
        "diff(2 e^(-x^2), x)",
        |x| -4.0 * x * (-x * x).exp(),
        |x| 2.0 * (-x * x).exp(),
        |x| 1.77 * (1.2 * x).tanh(),
    ),
];

#[test]
fn the_curve_itself_is_right_and_its_record_can_be_replayed() {
    for (model, slope, ..) in MODELS {
        let asked = GradeAsk { record: true, ..ask(model, drawing(slope)) };
        let grade = grade(&asked, &Limits::default()).unwrap();
        assert_eq!((grade.verdict, grade.score), (Verdict::Right, 1.0), "{model}: {}", grade.feedback);
        assert!(replay(&grade.record.unwrap(), &Limits::default()).unwrap().agrees);
    }
}

#[test]
fn slips_have_graphs_of_their_own() {
    #[track_caller]
    fn shows(model: &str, f: impl Fn(f64) -> f64, slip: &str) {
        let grade = grades(model, drawing(f));
        assert_eq!(grade.verdict, Verdict::Wrong, "{model} {slip}");
        let named: Vec<&str> = grade.diagnosis.iter().map(|row| row.slip).collect();
        assert_eq!(named, [slip], "{model}: {}", grade.feedback);
        assert!(grade.score < 0.9 && !grade.parts.is_empty(), "{model} {slip}");
    }
    for (model, slope, f, _) in MODELS {
        shows(model, |x| -slope(x), "graph-upside-down");
        shows(model, f, "not-differentiated");
        // A function is known by its shape: whoever draws it a little lower has not differentiated, either.
        shows(model, |x| f(x) - 0.8, "not-differentiated");
        shows(model, |x| slope(x) + 1.6, "graph-too-high-or-low");
    }
    // The bell has no sign: its area only rises, which no other slip does.
    let (model, _, _, area) = MODELS[2];
    shows(model, |x| area(x) - 0.3, "integrated-instead");
    let (model, slope, ..) = MODELS[2];
    shows(model, |x| slope(x - 0.9), "graph-moved-sideways");
}

#[test]
fn it_is_said_where_and_what() {
    #[track_caller]
    fn says(f: impl Fn(f64) -> f64, text: &str, detail: &str) {
        let grade = grades("x", drawing(f));
        assert_eq!(grade.verdict, Verdict::Wrong);
        assert!(grade.feedback.contains(text), "{}", grade.feedback);
        assert!(grade.parts.iter().any(|p| p.message.contains(detail)), "{:?}", grade.parts);
        for part in &grade.parts {
            let [from, to] = part.at.unwrap();
            assert!(from < to, "{part:?}");
        }
    }
    says(|x| if x > 0.5 { 0.2 } else { x }, "too low", "too low");
    says(|x| if x > 1.0 { f64::NAN } else { x }, "nothing is drawn there", "nothing is drawn");
    says(|x| if x > 1.0 { -x } else { x }, "from x = 1.1 to x = 3: it is on the wrong side of 0", "above 0");
    says(
        |x| if (-2.0..0.0).contains(&x) { -2.0 - x - 2.0 } else { x },
        "it falls where it should not",
        "should rise",
    );
    says(|x| 3.0_f64.max(x), "crosses 0 is missing", "cross 0 near x = 0");
    // The score is the part of the range that is right.
    let half = grades("x", drawing(|x| if x > 0.0 { -3.0 } else { x })).score;
    assert!((0.4..0.6).contains(&half), "{half}");
}

#[test]
fn poles_corners_and_what_lies_outside_ask_for_nothing_there() {
    let right = |model: &str, f: fn(f64) -> f64| {
        let grade = grades(model, drawing(f));
        assert_eq!(grade.verdict, Verdict::Right, "{model}: {}", grade.feedback);
    };
    right("1/x", |x| 1.0 / x);
    right("1/x", |x| if x.abs() < 0.3 { f64::NAN } else { 1.0 / x });
    right("diff(abs(x), x)", |x| if x < 0.05 { -1.0 } else { 1.0 });
    right("x^3", |x| x.powi(3));
    right("log(x)", f64::ln);
    // Above the window: along its edge is as good as nothing.
    right("x^3", |x| x.powi(3).clamp(-4.0, 4.0));
    assert_eq!(grades("1/x", drawing(|x| -1.0 / x)).diagnosis[0].slip, "graph-upside-down");
}

#[test]
fn what_is_no_drawing_costs_nothing() {
    for (answer, code) in [
        ("", "syntax.empty"),
        ("[null, null, null, null, null, null, null, null, null]", "syntax.empty"),
        ("[1, 2, 3]", "syntax.heights"),
        ("[1, 2, 3, four, 5, 6, 7, 8, 9]", "syntax.number"),
        ("[1, 2, 3, 1e999, 5, 6, 7, 8, 9]", "syntax.number"),
        ("[nan, 2, 3, 4, 5, 6, 7, 8, 9]", "syntax.number"),
        ("sin(x)", "syntax.heights"),
        ("[[[,,,,,,,,,", "syntax.heights"),
    ] {
        let grade = grades("x", answer.to_owned());
        assert_eq!(grade.verdict, Verdict::NotUnderstood, "{answer}");
        assert_eq!(grade.error.unwrap().code, code, "{answer}");
    }
    let long = "1,".repeat(1_900);
    assert_eq!(grades("x", long).verdict, Verdict::NotUnderstood);
    // A question without a window, with an empty one, in two names.
    for broken in [
        GradeAsk { draw: None, ..ask("x", drawing(|x| x)) },
        GradeAsk { draw: Some(Window { x: [1.0, 1.0], y: Y, within: None }), ..ask("x", drawing(|x| x)) },
        GradeAsk {
            draw: Some(Window { x: X, y: [f64::NAN, 1.0], within: None }),
            ..ask("x", drawing(|x| x))
        },
        GradeAsk { draw: Some(Window { x: X, y: Y, within: Some(7.0) }), ..ask("x", drawing(|x| x)) },
        GradeAsk { wrt: None, ..ask("x y", drawing(|x| x)) },
    ] {
        assert!(grade(&broken, &Limits::default()).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// A hand that shakes by less than the tolerance is right, whatever it does in between.
    #[test]
    fn a_shaky_hand_is_right(k in 0_usize..3, wobble in prop::collection::vec(-1.0_f64..1.0, 49), sideways in -0.02_f64..0.02) {
        let (model, slope, ..) = MODELS[k];
        // 0.12 of the window's height of 8.
        let most = 0.96 * 0.99;
        let heights: Vec<String> = wobble.iter().enumerate().map(|(k, w)| {
            let x = X[0] + (X[1] - X[0]) * k as f64 / 48.0;
            let y = slope((x + sideways * 6.0).clamp(X[0], X[1])) + most * w;
            y.clamp(Y[0], Y[1]).to_string()
        }).collect();
        let grade = grades(model, format!("[{}]", heights.join(", ")));
        prop_assert!(grade.verdict.is_right(), "{}", grade.feedback);
    }

    /// Curves of the same kind: the slope is right, and each slip's curve is refused with the slip.
    #[test]
    fn waves_are_told_from_their_slips(a in 1.0_f64..2.2, k in 1.3_f64..2.2, p in -1.5_f64..1.5, wobble in prop::collection::vec(-0.3_f64..0.3, 49)) {
        let model = format!("diff({a}*sin({k}*x + {p})/{k}, x)");
        let shaky = |f: &dyn Fn(f64) -> f64| {
            let place = |k: usize| X[0] + (X[1] - X[0]) * k as f64 / 48.0;
            let heights: Vec<String> = (0..49).map(|k| (f(place(k)) + a * wobble[k]).clamp(Y[0], Y[1]).to_string()).collect();
            format!("[{}]", heights.join(", "))
        };
        let slope = |x: f64| a * (k * x + p).cos();
        let right = grades(&model, shaky(&slope));
        prop_assert!(right.verdict.is_right(), "{}", right.feedback);
        let down = grades(&model, shaky(&|x| -slope(x)));
        prop_assert_eq!(down.verdict, Verdict::Wrong);
        prop_assert_eq!(down.diagnosis.first().map(|d| d.slip), Some("graph-upside-down"));
    }

    /// Nothing that is typed makes it stumble.
    #[test]
    fn nonsense_is_never_a_panic(text in "[\\[\\], 0-9a-z.−-]{0,200}") {
        let _ = grades("sin(x)", text);
    }
}

/// The small course with another question.
fn question(lines: &str) -> Result<Course, secant_course::Faults> {
    let (from, to) = (LESSON.find("```question").unwrap(), LESSON.find("That was it.").unwrap());
    with(&LESSON[from..to], &format!("```question graph\n{lines}\n```\n\n"))
}

const GRAPH: &str = "ask \"Draw the slope of {a sin(x)}.\"\nvary a in {1, 2, 3}\ndraw x = -2 pi..2 pi, y = -4..4 within 0.1\nanswer diff(a sin(x), x)\nhint \"Where is it flat?\"";

fn only(course: &Course) -> Question {
    course.part("slope").unwrap().questions()[0].clone()
}

#[test]
fn a_question_is_drawn_in_its_window() {
    let course = question(GRAPH).unwrap_or_else(|faults| panic!("{faults}"));
    let question = only(&course);
    let variant = question.variant(1);
    let canvas = variant.canvas.clone().unwrap();
    assert_eq!((variant.kind, canvas.names.clone()), ("drawn", ["x".to_owned(), "y".to_owned()]));
    assert!((canvas.x[1] - std::f64::consts::TAU).abs() < 1e-12);
    let curve = question.curve(1).unwrap();
    assert_eq!(curve.len(), canvas.places);
    let drawn = |heights: &[Option<f64>], of: fn(f64) -> f64| {
        let words: Vec<String> =
            heights.iter().map(|h| h.map_or("null".to_owned(), |h| of(h).to_string())).collect();
        format!("[{}]", words.join(", "))
    };
    assert_eq!(question.mark(1, &drawn(&curve, |h| h), 1).unwrap().verdict, Verdict::Right);
    let first = question.mark(1, &drawn(&curve, |h| -h), 1).unwrap();
    let second = question.mark(1, &drawn(&curve, |h| -h), 2).unwrap();
    assert!(first.parts.iter().all(|p| p.message.is_empty()), "nothing that is right is said at first");
    assert!(second.feedback.text.contains("upside down"), "{}", second.feedback.text);
    assert!(second.parts.iter().any(|p| p.message.starts_with("it should be")), "{:?}", second.parts);
    let rules: Vec<String> = question.steps(1).into_iter().map(|s| s.rule).collect();
    assert!(rules[0].starts_with("Where the graph is flat, its slope is 0: near x = −4.7"), "{rules:?}");
    assert!(rules[1].starts_with("Where the graph rises"), "{rules:?}");
}

#[test]
fn a_course_with_a_drawn_graph_is_proven() {
    let course = question(GRAPH).unwrap_or_else(|faults| panic!("{faults}"));
    let report = check(&course);
    let row = &report.parts[0].questions[0];
    assert!(row.accepted >= 3 && row.refused >= 6, "{row:?}");
    assert!(report.faults.iter().all(|f| !f.code.starts_with("question.")), "{:?}", report.faults);
}

#[test]
fn mistakes_in_the_lines_are_told() {
    let fault = |lines: &str| question(lines).map(|_| ()).unwrap_err().0[0].code;
    assert_eq!(fault("ask \"Draw.\"\nanswer x\nkind drawn"), "syntax.question");
    assert_eq!(fault("ask \"Draw.\"\nanswer x\nwithin 0.1"), "syntax.question");
    assert_eq!(fault("ask \"Draw.\"\nanswer x\ndraw x = 3..1, y = 0..1"), "domain.range");
    assert_eq!(fault("ask \"Draw.\"\nanswer x\ndraw x = 0..q, y = 0..1"), "syntax.question");
    assert_eq!(fault("ask \"Draw.\"\nanswer x\ndraw x = 0..1"), "syntax.question");
    assert_eq!(fault("ask \"Draw.\"\nanswer x\ndraw x = 0..1, y = 0..1 within 3"), "syntax.question");
    assert_eq!(fault("ask \"Draw.\"\nanswer x y\ndraw x = 0..1, y = 0..1"), "question.grading");
}
