//! The grader takes any answer to any question: no panic, the same verdict each time, and never "wrong" for an answer
//! that is its own model.
#![no_main]

use libfuzzer_sys::fuzz_target;
use secant::sheet::Limits;
use secant_course::grade::{Given, GradeAsk, Kind, Verdict, grade};

const MODELS: &[&str] = &[
    "2 x",
    "x > 1 or x < -2",
    "[0, 1) union (2, inf)",
    "[1, x; 2, y]",
    "sin(x) + C",
    "a, b",
    "1.5",
    "x^2 = 2",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((head, rest)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let kind = Kind::ALL[usize::from(head % 16) % Kind::ALL.len()].0;
    let limits = Limits { proof_terms: 1_000, ..Limits::default() };
    let ask = |model: &str| GradeAsk {
        answer: Given::Text(text.to_owned()),
        model: Given::Text(model.to_owned()),
        kind,
        wrt: Some("x".to_owned()),
        ..GradeAsk::default()
    };
    let model = MODELS[usize::from(head / 16) % MODELS.len()];
    let once = grade(&ask(model), &limits);
    assert_eq!(once, grade(&ask(model), &limits), "{text}");
    // Lines of a working are steps as an answer, and one formula as a model.
    if kind != Kind::Working
        && let Ok(own) = grade(&ask(text), &limits)
    {
        assert!(own.verdict != Verdict::Wrong || own.form.is_some(), "{kind:?}: {text}: {own:?}");
    }
});
