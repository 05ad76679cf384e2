//! Figures: what they compute, what typed functions change, where mistakes are, one compiled figure in full.

use std::collections::BTreeMap;

use secant::program::{Program, Workspace};
use secant::sheet::Scope;
use secant::sheet::figure::{Compiled, FigureFault, Origin, Plan, Shape, TextPart};

const SLOPE: &str = include_str!("figure/slope.figure");

fn compile(text: &str, functions: &[(&str, &str)], slots: &[&str]) -> Result<Compiled, Vec<FigureFault>> {
    let functions =
        functions.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())).collect::<BTreeMap<_, _>>();
    Plan::read(text)?.compile("slope", &functions, slots)
}

fn good(text: &str, functions: &[(&str, &str)], slots: &[&str]) -> Compiled {
    compile(text, functions, slots).unwrap_or_else(|f| panic!("{f:#?}"))
}

/// The values of expressions beside the figure, at its beginning.
#[track_caller]
fn check(text: &str, functions: &[(&str, &str)], rows: &[(&str, f64)]) {
    let slots: Vec<&str> = rows.iter().map(|r| r.0).collect();
    let compiled = good(text, functions, &slots);
    let numbers = compiled.figure.numbers(&compiled.figure.start());
    for ((text, want), slot) in rows.iter().zip(&compiled.slots) {
        let got = numbers[*slot];
        assert!((got - want).abs() < 1e-12 || got.is_nan() && want.is_nan(), "{text}: {got}, not {want}");
    }
}

#[test]
fn names_mean_what_they_say() {
    check(
        SLOPE,
        &[],
        &[
            ("f(2)", 2.0),
            ("s", 0.75),
            ("f(a) + b", 3.25),
            ("f'(a)", 0.5),
            ("f'(2 a)", 1.0),
            ("f''(a)", 0.5),
            ("diff(f, x)(b)", 1.0),
            ("diff(f, x, 2)(b)", 0.5),
            ("diff(x^3, x)(a + 1)", 12.0),
            ("diff(f(a), a)", 0.5),
            ("diff(f(a) b, a)", 1.0),
            ("2 pi", std::f64::consts::TAU),
        ],
    );
    check(SLOPE, &[("f", "sin(x)")], &[("f'(0)", 1.0), ("s", 2f64.sin() - 1f64.sin())]);
}

const MEASURED: &str = "data xs = 1, 2, 3, 4\ndata ys = 2, 4, 7, 8\nm = 2 in 0..4\nb = 0 in -1..1\n\
    far(x) = x - mean(xs)\nchi(m, b) = sum((ys - m xs - b)^2)\nplot chi(m, b), m = 0..4 as cost";

#[test]
fn columns_are_taken_entry_by_entry() {
    check(
        MEASURED,
        &[],
        &[
            ("sum(xs)", 10.0),
            ("mean(ys)", 5.25),
            ("length(xs)", 4.0),
            ("xs[3] + ys[1 + 1]", 7.0),
            ("max(ys - m xs)", 1.0),
            ("sum(min(xs, m))", 7.0),
            ("prod(xs)", 24.0),
            ("norm(ys - 2 xs)", 1.0),
            ("sum((ys - m xs - b)^2)", 1.0),
            ("chi(1, 1)", 0.0 + 1.0 + 9.0 + 9.0),
            ("sum(xs ys)", 2.0 + 8.0 + 21.0 + 32.0),
            ("sum((xs - mean(xs))^2)/length(xs)", 1.25),
            ("sum(far(xs)^2)", 5.0),
            ("sum(xs[1] xs)", 10.0),
            ("diff(chi, m)(2, 0)", -6.0),
            ("diff(sum((ys - m xs)^2), m)", -6.0),
        ],
    );
    check("loss(w) = mean((w ts)^2)\ndata ts = 1, 2, 3\ns = sum(ts)", &[], &[("loss(3)", 42.0), ("s", 6.0)]);
    let compiled = good(MEASURED, &[], &[]);
    assert_eq!(compiled.figure.curve(0, &[2.0, 0.0], &[2.0]), [1.0]);
    assert_eq!(compiled.figure.curve(0, &[2.0, 1.0], &[2.0]), [3.0], "the curve follows a parameter");
}

#[test]
fn mistakes_with_columns_are_placed() {
    let data = "data xs = 1, 2\ndata ys = 1, 2, 3\n";
    for (line, code, place) in [
        ("s = xs", "name.column", "xs"),
        ("s = min(xs, 2)", "name.column", "xs"),
        ("s = sum(xs ys)", "domain.data", "ys"),
        ("s = xs[3]", "shape.index", "xs[3]"),
        ("s = xs[1, 1]", "shape.index", "xs[1, 1]"),
        ("s = sum(xs + q)", "name.unknown", "q"),
        ("s = diff(sum(xs), xs)", "name.column", "xs"),
    ] {
        bad(&format!("{data}{line}"), code, place);
    }
    let numbers = (1..=1000).map(|k| k.to_string()).collect::<Vec<_>>().join(", ");
    let text = format!(
        "data xs = {numbers}\na = 1 in 0..2\ns = sum(sin(a xs)^2 + cos(xs + a) exp(a xs) - a^xs/(1 + a xs^2) + tan(xs) atan(a xs) + sqrt(1 + a^4 xs))"
    );
    bad(
        &text,
        "budget.data",
        "sum(sin(a xs)^2 + cos(xs + a) exp(a xs) - a^xs/(1 + a xs^2) + tan(xs) atan(a xs) + sqrt(1 + a^4 xs))",
    );
}

#[test]
fn an_area_adds_up_with_its_sign() {
    let text = "a = 0 in -4..4\nb = 3 in -4..4\nf(x) = x^2 - 1\narea under f, x = a..b as whole\n\
        area between f and t + 1, t = -1..2 as gap\narea under 1/x, x = -1..1 as pole";
    let figure = good(text, &[], &[]).figure;
    let sum = figure.area(0, &[0.0, 3.0]).unwrap();
    assert!((sum.plus - 20.0 / 3.0).abs() < 1e-4 && (sum.minus - 2.0 / 3.0).abs() < 1e-4, "{sum:?}");
    assert!((sum.whole - 6.0).abs() < 1e-12, "{sum:?}");
    let back = figure.area(0, &[3.0, 0.0]).unwrap();
    assert!((back.whole + 6.0).abs() < 1e-12 && (back.minus - sum.plus).abs() < 1e-12, "{back:?}");
    assert_eq!(
        figure.told(0, &[0.0, 3.0]).unwrap(),
        "whole, from x = 0 to 3, comes to 6: 6.67 counted plus and 0.667 counted minus."
    );
    // x^2 - 1 is below x + 1 between -1 and 2.
    assert_eq!(figure.told(1, &[0.0, 3.0]).unwrap(), "gap, from t = −1 to 2, comes to −4.5.");
    assert_eq!(figure.told(2, &[0.0, 3.0]).unwrap(), "pole has no value on all of its range.");
    assert_eq!(figure.area(0, &[2.0, 2.0]).unwrap().whole, 0.0);
    let balanced = good("area under x, x = -1..1 as a", &[], &[]).figure;
    assert_eq!(balanced.area(0, &[]).unwrap().whole, 0.0, "what is left of a nought by rounding is nought");
}

#[test]
fn a_variable_never_meets_a_parameter_of_its_name() {
    let text = "light(d) = d^2\ngrow(l) = l + d\nlate(d) = grow(1) + d\nd = 3 in 0..5\nplot light, d = 0..2";
    check(
        text,
        &[],
        &[
            ("light(2)", 4.0),
            ("grow(1)", 4.0),
            ("late(10)", 14.0),
            ("diff(light, d)(5)", 10.0),
            ("diff(light(d), d)", 6.0),
            ("diff(late, d)(7)", 1.0),
        ],
    );
    let compiled = good(text, &[], &[]);
    assert_eq!(compiled.figure.curve(0, &[3.0], &[0.0, 1.0, 2.0]), [0.0, 1.0, 4.0]);
}

#[test]
fn points_carry_the_derivatives_of_their_place() {
    let compiled = good(SLOPE, &[], &[]);
    let numbers = compiled.figure.numbers(&[1.5, 2.0]);
    let element = compiled.figure.elements.iter().find(|e| e.id == "A").unwrap();
    let Shape::Point { x, y, drag: Some(drag), .. } = &element.shape else { panic!("{element:?}") };
    assert_eq!((numbers[*x], numbers[*y]), (1.5, 1.5625));
    assert_eq!(drag.params, [0]);
    assert_eq!((numbers[drag.dx[0]], numbers[drag.dy[0]]), (1.0, 0.75));
}

#[test]
fn a_typed_function_may_leave_a_point_where_it_is() {
    let text = "k = 1 in 0..3\nf(x) = k x\nedit f\nplot f, x = 0..2\npoint A = (1, f(1)) drag k";
    let still = |functions: &[(&str, &str)]| {
        let figure = good(text, functions, &[]).figure;
        let Shape::Point { drag: Some(drag), .. } = &figure.elements[1].shape else { panic!() };
        let numbers = figure.numbers(&[1.0]);
        (drag.still, numbers[drag.dy[0]])
    };
    assert_eq!(still(&[]), (false, 1.0));
    assert_eq!(still(&[("f", "sin(x)")]), (true, 0.0));
    assert_eq!(still(&[("f", "k^2 x")]), (false, 2.0));
    // The author's own figure has no such point.
    bad("k = 1 in 0..3\npoint A = (1, 2) drag k", "name.drag", "k");
}

#[test]
fn suggested_functions_can_be_typed() {
    let text = "k = 1 in 0..3\nf(x) = k x\nedit f\ntry f: \"sin(x)\", \"k x^2\"\nplot f, x = 0..2";
    let figure = good(text, &[("f", "x^3")], &[]).figure;
    assert_eq!(figure.functions[0].tries, ["sin(x)", "k x^2"], "whatever is typed at the moment");
    bad("f(x) = x\nedit f\ntry f: \"x^2\", \"x +\"", "syntax.missing-operand", "+");
    bad("f(x) = x\nedit f\ntry f: \"y\"", "name.unknown", "y");
    bad("f(x) = x\ntry f: \"x^2\"", "name.unknown", "f");
    bad("f(x) = x\nedit f\ntry g: \"x^2\"", "name.unknown", "g");
}

#[test]
fn rounding_is_told_as_nought() {
    let text = "a = 1 in 0..4\nh = sin(pi a)\nvalue v = h\nplot x, x = 0..1";
    let figure = good(text, &[], &["cos(pi/2)", "a^2/10^20"]).figure;
    let numbers = figure.numbers(&[1.0]);
    assert_eq!((numbers[figure.values[0].output], numbers[1]), (0.0, 0.0));
    assert!(numbers[2] > 0.0, "what is small by itself stays");
}

#[track_caller]
fn clean(text: &str, x: f64, want: f64) {
    let e = Scope::open().expression(text).unwrap();
    let program = Program::compile(&[e], &["x".into()]).unwrap();
    let mut out = [f64::NAN];
    program.evaluate_clean(&[x], &mut out, &mut Workspace::new()).unwrap();
    assert_eq!(out[0], want, "{text} at {x}");
}

/// Forty-eight steps down a wavy slope: the sizes of the steps add up, their errors do not.
#[test]
fn an_iteration_that_settles_is_no_rounding() {
    let text = "T(x) = x - 0.12 (2 cos(2 x) + 1/4 - 5 sin(5 x)/4)\nT2(x) = T(T(x))\nT4(x) = T2(T2(x))\nT8(x) = T4(T4(x))\n\
                T16(x) = T8(T8(x))\nT32(x) = T16(T16(x))\nvalue v = T32(T16(2.4))\nplot x, x = 0..1";
    let figure = good(text, &[], &[]).figure;
    let found = figure.numbers(&[])[figure.values[0].output];
    assert!((1.9..2.2).contains(&found), "{found}");
}

#[test]
fn rounding_is_nought_and_small_numbers_stay() {
    let pi = std::f64::consts::PI;
    clean("sin(x)", pi, 0.0);
    clean("cos(x/2)", pi, 0.0);
    clean("tan(x)", 100.0 * pi, 0.0);
    clean("x + 0.2 - 0.3", 0.1, 0.0);
    clean("1000 (x^2 - 2)", 2f64.sqrt(), 0.0);
    clean("sin(x)^2 + cos(x)^2 - 1", 0.7, 0.0);
    // What is small by itself is not made of anything larger.
    clean("x^2", 1e-9, 1e-9 * 1e-9);
    clean("sin(x)", 1e-17, 1e-17);
    clean("x/1000000", 1e-200, 1e-200 / 1e6);
    clean("1/x", 1e300, 1e-300);
    clean("(x + 1) - 1", 1e-9, 1e-9);
    clean("log(x)", 0.0, f64::NEG_INFINITY);
}

#[test]
fn outputs_stay_where_they_are_whatever_is_typed() {
    let own = good(SLOPE, &[], &["s", "f(a)"]);
    for typed in ["sin(x)", "x", "0", "1/x", "abs(x)", "x^2/4 + 1", "e^x"] {
        let other = good(SLOPE, &[("f", typed)], &["s", "f(a)"]);
        assert_eq!(other.slots, own.slots);
        let ids = |c: &Compiled| {
            c.figure.elements.iter().map(|e| (e.id.clone(), e.panel.clone())).collect::<Vec<_>>()
        };
        assert_eq!(ids(&other), ids(&own), "{typed}");
        let start = own.figure.start();
        assert_eq!(other.figure.numbers(&start).len(), own.figure.numbers(&start).len(), "{typed}");
    }
}

#[test]
fn heights_follow_the_typed_function() {
    let own = good(SLOPE, &[], &[]);
    assert_eq!((own.figure.panels[0].y, own.figure.panels[0].adapted), ([-1.0, 8.0], false));
    let other = good(SLOPE, &[("f", "100 sin(x)")], &[]);
    let [low, high] = other.figure.panels[0].y;
    assert!(
        other.figure.panels[0].adapted && (-130.0..=-100.0).contains(&low) && (100.0..=130.0).contains(&high)
    );
    let pole = good(SLOPE, &[("f", "1/x")], &[]);
    let [low, high] = pole.figure.panels[0].y;
    assert!(low > -30.0 && high < 30.0, "{low} {high}");
}

#[test]
fn heights_reach_for_points_that_are_seen() {
    let text = "plot x/4, x = 0..1 as curve\npoint D = (0.5, 7)\npoint E = (3, 99)\npoint F = (0.5, 50)";
    let figure = good(text, &[], &[]).figure;
    let heights = |visible: [bool; 4]| figure.heights("main", [0.0, 1.0], &[], &visible).unwrap();
    // E is beside the panel, F is not shown.
    let [low, high] = heights([true, true, true, false]);
    assert!((-1.0..=0.0).contains(&low) && (7.0..8.0).contains(&high), "{low} {high}");
    assert!(heights([true, false, false, false])[1] < 0.5);
}

#[test]
fn the_text_twin_has_numbers_in_it() {
    let compiled = good(SLOPE, &[], &[]);
    let [TextPart::Text(_), TextPart::Number { output, digits }, TextPart::Text(end)] =
        &compiled.figure.alt[..]
    else {
        panic!("{:?}", compiled.figure.alt)
    };
    assert_eq!((*digits, end.as_str()), (2, "."));
    assert_eq!(compiled.figure.numbers(&compiled.figure.start())[*output], 0.75);
}

/// What is wrong with a figure: the code, and the text that the place shows.
#[track_caller]
fn bad(text: &str, code: &str, place: &str) {
    let faults = compile(text, &[], &[]).err().unwrap_or_else(|| panic!("{text} is taken"));
    let found: Vec<_> = faults.iter().map(|f| (f.code, &text[f.span.clone()])).collect();
    assert_eq!(found, [(code, place)], "{text}: {faults:#?}");
}

#[test]
fn mistakes_in_a_figure_are_placed() {
    bad("f(x) = x +", "syntax.missing-operand", "+");
    bad("f(x) = x + q", "name.unknown", "q");
    bad("f(x) = sin(x", "syntax.unbalanced", "(");
    bad("f(x) = x\nf(x) = 2", "name.twice", "f");
    bad("a = 5 in 0..3", "domain.range", "5");
    bad("a = 1 in 3..0", "domain.range", "3..0");
    bad("a = 1/0 in 0..3", "domain.division-by-zero", "0");
    bad("a = b in 0..3", "name.unknown", "b");
    bad("edit f", "name.unknown", "f");
    bad("f(x) = x\nplot f, x = 0..1 as c\nplot f, x = 0..1 as c", "name.twice", "c");
    bad("f(x) = x\nplot f(x) + 1, x = 0..1", "syntax.figure", "f(x) + 1");
    bad("a = 1 in 0..2\npoint A = (a, f(a))", "name.unknown", "f");
    bad("a = 1 in 0..2\npoint A = (a, 1) drag b", "name.unknown", "b");
    bad("a = 1 in 0..2\nb = 1 in 0..2\npoint A = (a, 1) drag b", "name.drag", "b");
    bad("f(x) = x^2\ny = diff(f, t)", "name.variable", "t");
    bad("f(x) = x^2\ny = f + 1", "name.function", "f");
    bad("f(x) = x^2\ny = f(1, 2)", "syntax.arguments", "f(1, 2)");
    bad("a = 1 in 0..2\nalt \"here {a} and {b}\"", "name.unknown", "b");
}

/// Figures of two variables, of steps and of data: what their programs compute.
const LARGER: &str = "f(x, y) = x^2 + 3 y^2\na = 2 in -3..3\nb = 1 in -3..3\nn = 3 in 0..9\n\
    data xs = 1, 2, 4\ndata ys = 3, 5, 4\n\
    panel map: x = -3..3, y = -3..3, equal\npanel hill: x = -3..3, y = -3..3, z = 0..40, turn = 20\n\
    panel bins: xlabel \"x\"\n\
    map: contour f, x = -3..3, y = -3..3 as land levels 6; field up = (2 x, 6 y), x = -3..3, y = -3..3\n\
    map: implicit f(x, y) = a, x = -3..3, y = -3..3 as ring; curve c = (a cos(t), sin(t)), t = 0..pi\n\
    map: trace w = (x, y) from (a, b) by (x/2, y/2), n steps; scatter seen = (xs, ys)\n\
    hill: surface f, x = -3..3, y = -3..3 as h; point P = (a, b, f(a, b)) drag a, b\n\
    bins: histogram tall = xs, width 2\n\
    table t = [a, b; f(a, b), n] columns \"p\", \"q\"";

fn element<'a>(compiled: &'a Compiled, id: &str) -> (usize, &'a Shape) {
    let found = compiled.figure.elements.iter().enumerate().find(|(_, e)| e.id == id);
    found.map(|(k, e)| (k, &e.shape)).unwrap_or_else(|| panic!("no element {id}"))
}

#[test]
fn larger_elements_compute_what_they_show() {
    let compiled = good(LARGER, &[], &[]);
    let (figure, start) = (&compiled.figure, compiled.figure.start());
    let (k, Shape::Contour { levels, over, .. }) = element(&compiled, "land") else { panic!() };
    assert_eq!(levels, &[5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0]);
    let z = figure.sheet(k, &start, *over, [3, 2]);
    assert_eq!(z, [[36.0, 27.0, 36.0, 36.0, 27.0, 36.0]], "row by row from the lowest");
    assert_eq!(figure.columns(element(&compiled, "up").0, &start, &[&[1.0], &[2.0]]), [[2.0], [12.0]]);
    assert_eq!(figure.columns(element(&compiled, "ring").0, &start, &[&[1.0], &[2.0]]), [[11.0]]);
    let c = figure.columns(element(&compiled, "c").0, &start, &[&[0.0]]);
    assert_eq!(c, [[2.0], [0.0]]);
    let w = figure.trace(element(&compiled, "w").0, &start);
    assert_eq!(w, [[2.0, 1.0], [1.0, 0.5], [0.5, 0.25], [0.25, 0.125]]);
    let (_, Shape::Histogram { first, width, heights }) = element(&compiled, "tall") else { panic!() };
    assert_eq!((*first, *width, heights.as_slice()), (0.0, 2.0, [1.0, 1.0, 1.0].as_slice()));
    let (_, Shape::Point { z: Some(z), drag: Some(drag), .. }) = element(&compiled, "P") else { panic!() };
    let numbers = figure.numbers(&start);
    assert_eq!((numbers[*z], numbers[drag.dz[0]], numbers[drag.dz[1]]), (7.0, 4.0, 6.0));
    let (_, Shape::Table { cells, .. }) = element(&compiled, "t") else { panic!() };
    assert_eq!(cells.iter().flatten().map(|k| numbers[*k]).collect::<Vec<_>>(), [2.0, 1.0, 7.0, 3.0]);
}

#[test]
fn a_space_is_turned_by_two_parameters_of_its_own() {
    let compiled = good(LARGER, &[], &["hill_turn + hill_tilt"]);
    let figure = &compiled.figure;
    let space = figure.panels.iter().find(|p| p.id == "hill").unwrap().space.as_ref().unwrap();
    let angles = [space.turn, space.tilt].map(|k| (figure.params[k].name.as_str(), figure.params[k].value));
    assert_eq!(angles, [("hill_turn", 20.0), ("hill_tilt", 30.0)]);
    assert!(figure.params[space.turn].view && !figure.params[0].view);
    assert_eq!(figure.numbers(&figure.start())[compiled.slots[0]], 50.0);
}

#[test]
fn ranges_follow_the_larger_elements() {
    let compiled = good(LARGER, &[], &[]);
    let panel = |id: &str| compiled.figure.panels.iter().find(|p| p.id == id).unwrap().clone();
    assert_eq!((panel("bins").x, panel("bins").y), ([0.0, 6.0], [-0.1, 1.1]));
    let text =
        "f(x, y) = x y\nedit f\npanel p: x = 0..1, y = 0..1, z = 0..1\nsurface f, x = 0..1, y = 0..1 as s";
    let other = good(text, &[("f", "100 x + y")], &[]);
    let z = other.figure.panels[0].space.as_ref().unwrap().z;
    assert!(z[0] <= 0.0 && z[1] >= 101.0 && other.figure.panels[0].adapted, "{z:?}");
    let free = good("contour x y, x = -2..1, y = 0..7 as c\ncurve s = (t, t), t = 0..9", &[], &[]);
    assert_eq!((free.figure.panels[0].x, free.figure.panels[0].y), ([-2.0, 1.0], [0.0, 7.0]));
}

#[test]
fn larger_elements_are_told_in_words() {
    let compiled = good(LARGER, &[], &[]);
    let (figure, start) = (&compiled.figure, compiled.figure.start());
    let told = |id: &str| figure.told(element(&compiled, id).0, &start).unwrap();
    assert_eq!(told("land"), "land is lowest, 0, near x = 0, y = 0, and highest, 36, near x = −3, y = −3.");
    assert_eq!(told("up"), "up is shortest, 0, near x = 0, y = 0, and longest, 19, near x = −3, y = −3.");
    assert_eq!(told("ring"), "ring lies within x = −1.5 to 1.35 and y = −0.9 to 0.75.");
    assert_eq!(told("c"), "c runs from (2, 0) to (−2, 0).");
    assert_eq!(told("w"), "w begins at (2, 1) and stands at (0.25, 0.125) after 3 steps.");
    assert_eq!(told("seen"), "seen: 3 points, x from 1 to 4, y from 3 to 5.");
    assert_eq!(told("tall"), "tall: 3 bars, the highest, 1, from 0 to 2.");
    assert!(figure.told(element(&compiled, "P").0, &start).is_none());
}

#[test]
fn a_trace_ends_where_it_is_lost_and_is_bounded() {
    let lost = good("trace w = (x) from (4) by (log(x)), 20 steps at (x, 0)", &[], &[]);
    assert!((3..6).contains(&lost.figure.trace(0, &[]).len()));
    let long = good("trace w = (x, y) from (0, 0) by (x + 1, y), 10^9 steps", &[], &[]);
    assert_eq!(long.figure.trace(0, &[]).len(), 1001);
}

/// Newton's method: several places for each step, and formulas of where it ends.
const NEWTON: &str = "f(x) = x^2 - 2\nedit f\na = 2 in -3..3\nn = 2 in 0..9\nroot = last(walk, x)\n\
    g(x) = x + last(walk, k)\n\
    trace walk = (x, k) from (a, 0) by (x - f(x)/f'(x), k + 1), n steps at (x, 0), (x, f(x))\n\
    trace next = (y) from (last(walk, x)) by (y/2), 1 steps at (y, 0)\n\
    plot root x, x = 0..1 as ray\npoint P = (root, f(root))\nvalue sum = last(next, y) + g(1)\nvalue slope = diff(g(x) x, x)(2)";

#[test]
fn a_trace_has_places_and_an_end() {
    let compiled = good(NEWTON, &[], &["root", "root^2"]);
    let figure = &compiled.figure;
    let walk = element(&compiled, "walk").0;
    let newton = |a: f64, n: usize| (0..n).fold(a, |x, _| x - (x * x - 2.0) / (2.0 * x));
    for (a, n) in [(2.0, 0), (2.0, 2), (-1.5, 3), (0.7, 9)] {
        let params = [a, n as f64];
        let end = newton(a, n);
        let near = |have: f64, want: f64| assert!((have - want).abs() < 1e-12, "{have} {want} at {a} {n}");
        let steps = figure.trace(walk, &params);
        assert_eq!((steps.len(), steps[n].len()), (n + 1, 4));
        assert_eq!(figure.places(walk, &params, 0)[0].len(), 2 * (n + 1));
        near(steps[n][2], end);
        near(steps[n][3], end * end - 2.0);
        let numbers = figure.numbers(&params);
        near(numbers[compiled.slots[0]], end);
        near(numbers[compiled.slots[1]], end * end);
        near(figure.curve(element(&compiled, "ray").0, &params, &[0.5])[0], end / 2.0);
        let value = |id: &str| numbers[figure.values.iter().find(|v| v.id == id).unwrap().output];
        near(value("sum"), end / 2.0 + 1.0 + n as f64);
        near(value("slope"), 4.0 + n as f64);
    }
    assert_eq!(
        figure.told(walk, &[2.0, 1.0]).unwrap(),
        "walk begins at (2, 0) and stands at (1.5, 0) after 1 step."
    );
    // Where the walk is lost it stands where it stood before.
    let lost = good(NEWTON, &[("f", "x^2")], &["last(walk, x)"]);
    assert_eq!(lost.figure.numbers(&[0.0, 4.0])[lost.slots[0]], 0.0);
    assert!(good(LARGER, &[], &[]).figure.ends.is_empty());
}

#[test]
fn ends_of_traces_that_cannot_be() {
    let trace = "a = 1 in 0..2\ntrace w = (x) from (a) by (x/2), 3 steps at (x, 0)\n";
    bad(&format!("{trace}s = last(v, x)"), "name.unknown", "v");
    bad(&format!("{trace}s = last(w, y)"), "name.unknown", "y");
    bad(&format!("{trace}s = last(w)"), "syntax.arguments", "last(w)");
    bad(&format!("{trace}s = diff(last(w, x)^2, a)"), "unsupported.derivative", "diff(last(w, x)^2, a)");
    bad(&format!("{trace}point P = (last(w, x) + a, 0) drag a"), "name.drag", "a");
    bad("trace w = (x) from (last(w, x)) by (x), 3 steps at (x, 0)", "name.cycle", "x");
    bad(
        "trace w = (x) from (last(v, y)) by (x), 3 steps at (x, 0)\ntrace v = (y) from (1) by (y), 3 steps at (y, 0)",
        "name.cycle",
        "x",
    );
}

#[test]
fn mistakes_in_larger_elements_are_placed() {
    bad("contour x + q, x = 0..1, y = 0..1 as c", "name.unknown", "q");
    bad("contour x + y, x = 0..1, y = 0..1", "syntax.figure", "x + y");
    bad("contour x, x = 0..1, x = 0..1 as c", "name.twice", "x");
    bad("contour x, x = 1..0, y = 0..1 as c", "domain.range", "1..0");
    bad("surface x y, x = 0..1, y = 0..1 as s", "syntax.figure", "s");
    bad("panel p: z = 0..1\nplot x, x = 0..1 as c", "syntax.figure", "c");
    bad("panel p: z = 0..1\npoint A = (1, 2)", "syntax.figure", "1, 2");
    bad("point A = (1, 2, 3)", "syntax.figure", "1, 2, 3");
    bad("panel p: turn = 3\nplot x, x = 0..1 as c", "syntax.figure", "3");
    bad("panel p: z = 0..1, tilt = 120\nline l = (0, 0, 0) -> (1, 1, 1)", "domain.range", "120");
    bad("panel p: z = 0..1\nline l = (0, 0, 0) slope 2", "syntax.figure", "2");
    bad("data xs = 1\nscatter s = (xs, ys)", "name.unknown", "ys");
    bad("data xs = 1, 2\ndata ys = 1, 2, 3\nscatter s = (xs, ys)", "domain.data", "ys");
    bad("data xs = 1, 2\nhistogram h = xs, width 0", "domain.range", "0");
    bad("data xs = 1, 9999\nhistogram h = xs, width 0.1", "budget.data", "h");
    bad("trace w = (x, y) from (0, 0) by (x, z), 3 steps", "name.unknown", "z");
    bad("table t = [1, w]", "name.unknown", "w");
    bad("network n = [1, 2; 3] weights [1; 2]", "syntax.figure", "1; 2");
    bad("network n = [1; 2; 3] weights [1]", "syntax.figure", "n");
}

/// What is wrong with a typed function: the code, the place in characters, and a hint.
#[track_caller]
fn refused(typed: &str, code: &str, at: (usize, usize)) {
    let faults = compile(SLOPE, &[("f", typed)], &[]).err().unwrap_or_else(|| panic!("{typed} is taken"));
    let fault = &faults[0];
    assert_eq!((fault.code, (fault.chars.start, fault.chars.end)), (code, at), "{typed}: {fault:?}");
    assert_eq!(fault.origin, Origin::Function("f".into()));
    assert!(fault.hint.is_some(), "{typed}: {fault:?}");
}

#[test]
fn unsuitable_functions_are_refused_with_a_hint() {
    refused("x + y", "name.unknown", (4, 5));
    refused("2 t^2", "name.unknown", (2, 3));
    refused("a x", "name.unknown", (0, 1));
    refused("sinn(x)", "name.unknown-function", (0, 4));
    refused("é + x", "name.unknown", (0, 1));
    refused("sin(x", "syntax.unbalanced", (3, 4));
    refused("1/2x", "syntax.ambiguous-division", (0, 4));
    refused("log(-1 - x^2)", "domain.undefined", (0, 13));
    refused("sqrt(-4)", "domain.undefined", (5, 7));
    refused("1/(x - x)", "domain.division-by-zero", (2, 9));
    refused(&"x + ".repeat(1000), "budget.text", (0, 4000));
    let faults = compile(SLOPE, &[("g", "x")], &[]).err().unwrap();
    assert_eq!((faults[0].code, faults[0].origin.clone()), ("name.unknown", Origin::Function("g".into())));
    let faults = compile(SLOPE, &[], &["s", "s + wrong"]).err().unwrap();
    assert_eq!((faults[0].origin.clone(), faults[0].span.clone()), (Origin::Slot(1), 4..9));
}

/// The whole of a compiled figure, as the page gets it. `UPDATE_GOLDEN=1` writes it anew.
#[test]
fn a_compiled_figure_in_full() {
    let figure = good(SLOPE, &[], &["s"]).figure;
    let json = serde_json::to_string_pretty(&figure).unwrap() + "\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/figure/slope.json");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &json).unwrap();
    }
    assert_eq!(json, std::fs::read_to_string(path).unwrap_or_default(), "UPDATE_GOLDEN=1 writes it anew");
}

#[test]
fn a_number_that_a_typed_function_takes_away_is_a_gap() {
    let text = "f(x) = x + 1\nedit f\na = 1 in 0..2\nplot f, x = 0..2\ny = log(f(0))\npoint A = (a, y)\nvalue v = 1/f(0)";
    let compiled = good(text, &[("f", "x")], &["log(f(0))"]);
    let numbers = compiled.figure.numbers(&[1.0]);
    assert!(!numbers[compiled.slots[0]].is_finite(), "{numbers:?}");
    assert!(compile(&text.replace("x + 1", "x"), &[], &[]).is_err(), "the author is told");
}

/// The blocks of a page that begin with "```figure".
fn figures(page: &str) -> Vec<&str> {
    page.split("\n```figure\n").skip(1).filter_map(|rest| rest.split("\n```").next()).collect()
}

#[test]
fn every_figure_of_the_authors_guide_compiles() {
    let guide = include_str!("../../../docs/authors.md");
    let blocks = figures(guide);
    // Those with a name stand in whole parts and before questions, which the course's own test loads.
    assert!(blocks.len() > 6, "{}", blocks.len());
    for block in &blocks {
        let figure = good(block, &[], &[]).figure;
        for (k, element) in figure.elements.iter().enumerate() {
            let told = figure.told(k, &figure.start());
            assert!(
                told.is_none_or(|text| !text.contains("has no")),
                "{} shows nothing:\n{block}",
                element.id
            );
        }
    }
    for word in [
        "contour",
        "implicit",
        "field",
        "curve",
        "trace",
        "surface",
        "scatter",
        "histogram",
        "network",
        "table",
        "data",
    ] {
        assert!(blocks.iter().any(|block| block.contains(word)), "the guide has no {word}");
    }
}
