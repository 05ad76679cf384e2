//! Pictures as wholes: golden files, and what holds of every picture.

use proptest::prelude::*;

use super::{Panel, Plot, Shape};
use crate::expr::{Expr, Symbol};
use crate::program::{Budget, Program};
use crate::syntax::parse_expr;

fn program(texts: &[&str], names: &[&str]) -> Program {
    let outputs: Vec<Expr> = texts.iter().map(|text| parse_expr(text).unwrap()).collect();
    let names: Vec<Symbol> = names.iter().map(|name| Symbol::new(name)).collect();
    Program::compile(&outputs, &names).unwrap()
}

fn curve(text: &str, over: [f64; 2]) -> Shape {
    Shape::Curve { f: program(&[text], &["x"]), over }
}

/// Numbers of the attributes and paths of a picture.
fn numbers(svg: &str) -> Vec<f64> {
    let mut found = Vec::new();
    for part in svg.split('<').skip(1) {
        let tag = part.split('>').next().unwrap();
        for (k, attribute) in tag.split('"').enumerate() {
            let name = tag.split('"').nth(k.wrapping_sub(1)).unwrap_or_default().trim();
            if k % 2 == 1 && [" d=", " x=", " y="].iter().any(|a| format!(" {name}").ends_with(a)) {
                let words = attribute.split(|c: char| !(c.is_ascii_digit() || "-.".contains(c)));
                found.extend(words.filter(|w| !w.is_empty()).map(|w| w.parse::<f64>().unwrap()));
            }
        }
    }
    found
}

/// What holds of every picture.
#[track_caller]
fn sound(plot: &Plot) -> String {
    let svg = plot.svg(&Budget::UNLIMITED).unwrap();
    let [width, height] = plot.size;
    for x in numbers(&svg) {
        // Circles are relative: a negative number there is a way back.
        assert!((-10.0..=width.max(height) + 0.01).contains(&x), "{x} in\n{svg}");
    }
    for word in ["NaN", "inf", "undefined"] {
        assert!(!svg.split('>').any(|part| part.contains(&format!("\"{word}"))), "{word}");
    }
    assert_eq!(svg, plot.svg(&Budget::UNLIMITED).unwrap(), "the same picture again");
    svg
}

#[track_caller]
fn golden(name: &str, plot: &Plot) {
    let svg = sound(plot);
    let path = format!("{}/tests/golden/plot-{name}.svg", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &svg).unwrap();
    }
    let want = std::fs::read_to_string(&path).expect("a golden file; UPDATE_GOLDEN=1 writes it");
    assert!(svg == want, "{path}: UPDATE_GOLDEN=1 writes what is drawn now");
}

#[test]
fn curves_with_a_pole_and_an_edge() {
    let over = [-4.0, 4.0];
    let mut panel = Panel::new("x", over);
    for text in ["1/x", "log(x)", "floor(x)", "sin(x)"] {
        panel.add(text, curve(text, over));
    }
    golden("curves", &Plot { title: "Poles, edges & jumps".into(), ..Plot::new(vec![panel]) });
}

#[test]
fn data_and_residuals() {
    let mut fit = Panel::new("t", [0.0, 5.0]);
    let at: Vec<[f64; 2]> = (0..11).map(|k| [k as f64 / 2.0, 2.0 - k as f64 / 7.0]).collect();
    let data = fit.add("measured", Shape::Points { at: at.clone(), errors: vec![0.25; 11] });
    let band = at.iter().map(|[x, y]| [*x, y - 0.1, y + 0.1]).collect();
    let line = fit.add("model", curve("2 - 2 x/7", [0.0, 5.0]));
    let band = fit.add("", Shape::Band { at: band, signed: false });
    fit.layers[band].like = Some(line);
    assert_eq!(data, 0);
    fit.y.label = "y".into();
    fit.share = 2.5;
    let mut rest = Panel::new("t", [0.0, 5.0]);
    rest.y.label = "residual".into();
    let at = (0..11).map(|k| [k as f64 / 2.0, if k % 2 == 0 { 0.1 } else { -0.1 }]).collect();
    rest.add("", Shape::Points { at, errors: vec![0.25; 11] });
    rest.add("", Shape::Bars(vec![[1.0, 2.0, 0.2]]));
    golden("residuals", &Plot::new(vec![fit, rest]));
}

#[test]
fn a_landscape_with_a_path() {
    let mut panel = Panel::new("x", [-2.0, 2.0]);
    panel.y.range = Some([-1.0, 3.0]);
    let f = program(&["(1 - x)^2 + 100 (y - x^2)^2"], &["x", "y"]);
    panel.add("", Shape::Landscape { f, levels: 10 });
    panel.add("x + y = 1", Shape::Level { f: program(&["x + y - 1"], &["x", "y"]), at: vec![0.0] });
    panel
        .add("descent", Shape::Path { at: vec![[-1.5, 2.0], [-1.0, 1.2], [0.5, 0.4], [1.0, 1.0]], marks: 1 });
    panel.add("", Shape::Note { at: [1.0, 1.0], text: "minimum".into() });
    golden("landscape", &Plot { size: [480.0, 400.0], ..Plot::new(vec![panel]) });
}

#[test]
fn a_field_and_an_area() {
    let mut first = Panel::new("x", [-2.0, 2.0]);
    first.y.range = Some([-2.0, 2.0]);
    first.equal = true;
    first.add("turning", Shape::Field { f: program(&["-y", "x"], &["x", "y"]) });
    let mut second = Panel::new("x", [-2.0, 2.0]);
    let at = (0..=80).map(|k| -2.0 + k as f64 / 20.0).map(|x: f64| [x, 0.0, x.sin()]).collect();
    second.add("area", Shape::Band { at, signed: true });
    second.add("sin(x)", curve("sin(x)", [-2.0, 2.0]));
    second.add("", Shape::Verticals(vec![1.0]));
    second.add("", Shape::Horizontals(vec![0.5]));
    golden("field", &Plot { size: [400.0, 600.0], ..Plot::new(vec![first, second]) });
}

#[test]
fn a_curve_ends_where_it_ends_and_breaks_where_it_jumps() {
    use super::sample::{View, curve};
    let view = View { bottom: -5.0, top: 5.0, wide: 80.0, tall: 40.0 };
    let gaps = |text: &str| {
        let points = curve(&program(&[text], &["x"]), [-4.0, 4.0], &view);
        (points.iter().filter(|p| p[1].is_nan()).count(), points)
    };
    // A steep rise is no jump; a jump between two numbers next to each other is.
    assert_eq!(gaps("tanh(100000 x)").0, 0);
    assert_eq!(gaps("sign(x - 1/3)").0, 1);
    assert_eq!(gaps("1/(x - 1/3)").0, 1);
    assert_eq!(gaps("x^3").0, 0);
    let (_, points) = gaps("sqrt(x - 1/3)");
    let first = points.iter().find(|p| p[1].is_finite()).unwrap();
    assert!((first[0] - 1.0 / 3.0).abs() < 1e-12 && first[1] < 1e-6, "{first:?}");
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    let code = |plot: Plot| plot.svg(&Budget::UNLIMITED).unwrap_err().code();
    let panel = |text: &str, over: [f64; 2]| {
        let mut panel = Panel::new("x", over);
        panel.add("", curve(text, [0.0, 1.0]));
        panel
    };
    assert_eq!(code(Plot::new(vec![panel("log(-1 - x^2)", [0.0, 1.0])])), "domain.nothing-to-draw");
    assert_eq!(code(Plot::new(vec![])), "domain.nothing-to-draw");
    assert_eq!(code(Plot::new(vec![panel("x", [1.0, 1.0])])), "request.range");
    assert_eq!(code(Plot::new(vec![panel("x", [1.0, f64::INFINITY])])), "request.range");
    assert_eq!(code(Plot::new(vec![panel("x", [-1e308, 1e308])])), "request.range");
    assert_eq!(code(Plot { size: [10.0, 1e9], ..Plot::new(vec![panel("x", [0.0, 1.0])]) }), "request.size");
    assert_eq!(
        code(Plot { size: [400.0, 160.0], ..Plot::new(vec![panel("x", [0.0, 1.0]); 9]) }),
        "request.size"
    );
    let mut many = panel("x", [0.0, 1.0]);
    many.add("", Shape::Points { at: vec![[0.0; 2]; Plot::MAX_POINTS], errors: Vec::new() });
    assert_eq!(code(Plot::new(vec![many])), "budget.picture");
    assert_eq!(code(Plot::new(vec![panel("x", [0.0, 1.0]); 61])), "budget.picture");
    let costly = Plot::new(vec![panel("x + 1", [0.0, 1.0])]);
    let budget = Budget { operations: 10_000, ..Budget::UNLIMITED };
    assert_eq!(costly.svg(&budget).unwrap_err().code(), "budget.operations");
    let mut wrong = panel("x", [0.0, 1.0]);
    wrong.add("", Shape::Landscape { f: program(&["x"], &["x"]), levels: 3 });
    assert_eq!(code(Plot::new(vec![wrong])), "internal.plot");
}

#[test]
fn words_are_escaped() {
    let mut panel = Panel::new("<x>", [0.0, 1.0]);
    panel.add("a < b & \"c\" \u{7} </svg>", curve("x", [0.0, 1.0]));
    let svg = sound(&Plot { title: "</title><script>".into(), ..Plot::new(vec![panel]) });
    assert!(svg.contains("a &lt; b &amp; &quot;c&quot; \u{fffd} &lt;/svg&gt;"), "{svg}");
    assert!(!svg.contains("<script") && svg.matches("</svg>").count() == 1);
}

#[rustfmt::skip]
const TEXTS: &[&str] = &[
    "x", "0", "1/x", "log(x)", "sqrt(x)", "tan(x)", "exp(exp(x))", "floor(x)", "sign(x)", "x^(1/3)", "sin(1/x)", "gamma(x)", "abs(x)",
    "exp(-x^2)", "1/(x^2 - 2)", "atan(1/x)", "log(log(x))", "10^300 x", "10^(-300) x", "x/x",
];

proptest! {
    #[test]
    fn any_picture_is_sound(
        chosen in proptest::collection::vec(0..TEXTS.len(), 1..4),
        low in -30.0..30.0f64, width in 1e-3..60.0f64, scale in -8..8i32,
        size in [160.0..1200.0f64, 200.0..900.0f64],
        data in proptest::collection::vec((-50.0..50.0f64, prop_oneof![-1e300..1e300f64, Just(f64::NAN), Just(f64::INFINITY)]), 0..20),
        y in proptest::option::of([-9.0..0.0f64, 0.1..9.0f64]),
    ) {
        let data: Vec<[f64; 2]> = data.into_iter().map(|(x, y)| [x, y]).collect();
        let stretch = 10f64.powi(scale);
        let over = [low * stretch, (low + width) * stretch];
        let mut panel = Panel::new("x", over);
        panel.y.range = y;
        for k in chosen {
            panel.add(TEXTS[k], curve(TEXTS[k], over));
        }
        panel.add("data", Shape::Points { at: data.clone(), errors: vec![1.0; 3] });
        panel.add("path", Shape::Path { at: data.clone(), marks: 1 });
        panel.add("band", Shape::Band { at: data.iter().map(|p| [p[0], 0.0, p[1]]).collect(), signed: true });
        let plot = Plot { size, ..Plot::new(vec![panel]) };
        match plot.svg(&Budget::UNLIMITED) {
            Ok(_) => { sound(&plot); }
            Err(e) => prop_assert!(["domain.nothing-to-draw", "request.size"].contains(&e.code()), "{e}"),
        }
    }
}
