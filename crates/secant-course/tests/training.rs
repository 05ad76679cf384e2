//! A network trained by formulas: right ones learn the curve, wrong ones are told, nothing runs away.

use std::collections::BTreeMap;

use secant_course::training::{Pace, Spec, Trainer};

const LINES: &[(&str, &str)] = &[
    ("layers", "1, 6, 7, 2"),
    ("curve", "(0.5 + 0.35 cos(2 pi t), 0.5 + 0.3 sin(2 pi t) (1 + 0.4 cos(4 pi t)))"),
    ("points", "50"),
    ("start", "6, 1, 1"),
    ("rate", "7"),
    ("given", "d3 = (2/N) (a3 - y) .* a3 .* (1 - a3)"),
    ("given", "W3 = d3 a2'"),
    ("ask", "b3 from b3"),
    ("ask", "d2 from d2"),
    ("ask", "W2 from w2"),
    ("ask", "b2 from b2"),
    ("ask", "d1 from d1"),
    ("ask", "W1 from w1"),
    ("ask", "b1 from b1"),
];
const FORMULAS: &[(&str, &str)] = &[
    ("b3", "sum(d3, 2)"),
    ("d2", "W3' d3 .* a2 .* (1 - a2)"),
    ("W2", "d2 a1'"),
    ("b2", "d2 ones(N)"),
    ("d1", "(W2' d2) .* sigmoid(z1) .* (1 - sigmoid(z1))"),
    ("W1", "d1 a0'"),
    ("b1", "sum(d1, 2)"),
];

fn formulas(other: &[(&str, &str)]) -> BTreeMap<String, String> {
    FORMULAS.iter().chain(other).map(|(n, f)| ((*n).to_owned(), (*f).to_owned())).collect()
}

fn pace(steps: u32) -> Pace {
    Pace { rate: 7.0, steps, frames: 5 }
}

#[test]
fn right_formulas_learn_the_curve() {
    let spec = Spec::read(LINES).unwrap();
    let trainer = Trainer::new(&spec, &formulas(&[])).unwrap();
    let run = trainer.run(&spec.first_weights(1), &pace(2_000)).unwrap();
    assert!(run.finite);
    assert!(run.off.values().all(|off| *off < 1e-9), "{:?}", run.off);
    assert_eq!(run.off.len(), 6);
    let costs: Vec<f64> = run.frames.iter().map(|f| f.cost).collect();
    assert_eq!(run.frames.iter().map(|f| f.step).collect::<Vec<_>>(), [0, 400, 800, 1200, 1600, 2000]);
    assert!(costs[5] < costs[0] / 10.0, "{costs:?}");
    assert!(run.frames.iter().all(|f| f.outputs.len() == 100));
    // In two runs it comes to the same.
    let half = trainer.run(&spec.first_weights(1), &pace(1_000)).unwrap();
    let whole = trainer.run(&half.weights, &pace(1_000)).unwrap();
    assert_eq!(whole.weights, run.weights);
}

#[test]
fn a_wrong_formula_is_off_and_no_other() {
    let spec = Spec::read(LINES).unwrap();
    for (name, formula) in [("b3", "sum((a3 - y), 2)/N"), ("W2", "2 d2 a1'"), ("W1", "-d1 a0'")] {
        let trainer = Trainer::new(&spec, &formulas(&[(name, formula)])).unwrap();
        let run = trainer.run(&spec.first_weights(2), &pace(10)).unwrap();
        for (other, off) in &run.off {
            assert_eq!(*off > 0.1, other == name, "{name} = {formula}: {other} is off by {off}");
        }
    }
    // A step far too large may lead anywhere; it ends, and says so where numbers are lost.
    let trainer = Trainer::new(&spec, &formulas(&[("W2", "10^300 d2 a1'")])).unwrap();
    let run = trainer.run(&spec.first_weights(2), &Pace { rate: 1e300, steps: 50, frames: 3 }).unwrap();
    assert!(!run.finite && run.frames.iter().all(|f| f.cost.is_finite()) && !run.frames.is_empty());
}

#[test]
fn what_cannot_be_used_is_told() {
    let spec = Spec::read(LINES).unwrap();
    let told = |name: &str, formula: &str| {
        let refused = Trainer::new(&spec, &formulas(&[(name, formula)])).unwrap_err();
        assert!(refused.iter().any(|r| r.name == name), "{formula}: {refused:?}");
        refused.into_iter().find(|r| r.name == name).map(|r| (r.fault.code, r.fault.at)).unwrap()
    };
    assert_eq!(told("W2", "  "), ("training.formula", None));
    assert_eq!(told("W2", "d2 q"), ("name.unknown", Some((3, 4))));
    assert_eq!(told("W2", "a1 d2'").0, "shape.training");
    assert!(told("W2", "d2 a2").0.starts_with("shape."));
    assert!(told("W2", "d2 (").0.starts_with("syntax."));
    assert_eq!(told("W2", &"1+".repeat(2_000)).0, "budget.text");
    let broken = Trainer::new(&spec, &formulas(&[("d1", "W2' q")])).unwrap_err();
    assert_eq!(broken.len(), 1, "{broken:?}");
    // A name is known from where it is asked for on.
    assert_eq!(told("b3", "sum(d1, 2)").0, "name.unknown");
    let trainer = Trainer::new(&spec, &formulas(&[])).unwrap();
    let mut weights = spec.first_weights(0);
    weights.insert("W2".to_owned(), vec![f64::NAN; 42]);
    assert_eq!(trainer.run(&weights, &pace(1)).unwrap_err().code, "request.weights");
    weights.remove("W2");
    assert_eq!(trainer.run(&weights, &pace(1)).unwrap_err().code, "request.weights");
}

#[test]
fn a_training_is_read_or_refused() {
    let without = |key: &str| {
        LINES.iter().copied().filter(|(k, v)| *k != key && !v.starts_with(key)).collect::<Vec<_>>()
    };
    let with = |key: &'static str, value: &'static str| {
        let mut lines = LINES.to_vec();
        lines.push((key, value));
        lines
    };
    for (lines, at) in [
        (without("layers"), 0),
        (without("curve"), 0),
        (without("W2"), 0),
        (with("layers", "1, 99, 2"), 14),
        (with("layers", "1, six, 2"), 14),
        (with("activation", "relu!"), 14),
        (with("curve", "cos(t)"), 14),
        (with("curve", "(1/t, t)"), 0),
        (with("curve", "(cos(u), t)"), 0),
        (with("points", "100000"), 14),
        (with("start", "1, 2"), 0),
        (with("start", "1, -2, 3"), 14),
        (with("rate", "0"), 14),
        (with("given", "d3"), 14),
        (with("ask", "W3"), 14),
        (with("nonsense", "3"), 14),
    ] {
        let (k, message, hint) = Spec::read(&lines).expect_err("it should be refused");
        assert_eq!(k, at, "{message}");
        assert!(!message.is_empty() && !hint.is_empty());
    }
}
