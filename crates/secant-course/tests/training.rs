//! A network trained by formulas: right ones learn the curve, wrong ones are told, nothing runs away.

use std::collections::BTreeMap;

use secant_course::training::{Pace, Spec, Trainer};

const OPTIONS: &[(&str, &str)] = &[
    ("layers", "1, 6, 7, 2"),
    ("curve", "(0.5 + 0.35 cos(2 pi t), 0.5 + 0.3 sin(2 pi t) (1 + 0.4 cos(4 pi t)))"),
    ("points", "50"),
    ("start", "6, 1, 1"),
    ("rate", "7"),
    ("given", "d3 = (2/N) (a3 - y) .* a3 .* (1 - a3); W3 = d3 a2'"),
    ("ask", "b3 from b3, d2 from d2, W2 from w2, b2 from b2, d1 from d1, W1 from w1, b1 from b1"),
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

/// The options with some of them changed; an empty one is left out.
fn options(other: &[(&str, &str)]) -> BTreeMap<String, String> {
    let all: BTreeMap<String, String> =
        OPTIONS.iter().chain(other).map(|(n, f)| ((*n).to_owned(), (*f).to_owned())).collect();
    all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

fn spec() -> Spec {
    Spec::read(&options(&[])).unwrap()
}

fn pace(steps: u32) -> Pace {
    Pace { rate: 7.0, steps, frames: 5 }
}

#[test]
fn right_formulas_learn_the_curve() {
    let spec = spec();
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
    let spec = spec();
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
    let spec = spec();
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
    for (key, value) in [
        ("layers", ""),
        ("curve", ""),
        ("ask", "b3 from b3"),
        ("layers", "1, 99, 2"),
        ("layers", "1, six, 2"),
        ("layers", "2, 3, 4, 2"),
        ("activation", "relu!"),
        ("curve", "cos(t)"),
        ("curve", "(1/t, t)"),
        ("curve", "(cos(u), t)"),
        ("points", "100000"),
        ("start", "1, 2"),
        ("start", "1, -2, 3"),
        ("rate", "0"),
        ("given", "d3"),
        ("ask", "W3"),
    ] {
        let (at, message) = Spec::read(&options(&[(key, value)])).expect_err("it should be refused");
        assert_eq!(at, key, "{message}");
        assert!(!message.is_empty());
    }
}
