//! Definite integrals: tables of nice and nasty ones, divergence, and the shared cases.

use std::path::Path;

use secant::expr::{Expr, Symbol};
use secant::integral::quadrature::{End, Options, Report, Status, Stop, definite};
use secant::program::eval;
use secant::syntax::parse_expr;

fn read(text: &str) -> Expr {
    parse_expr(text).unwrap_or_else(|errors| panic!("{text}: {errors}"))
}

fn end(text: &str) -> End {
    match text {
        "inf" => End::Infinity,
        "-inf" => End::MinusInfinity,
        number => End::At(read(number)),
    }
}

fn asked(f: &str, from: &str, to: &str) -> Report {
    definite(&read(f), &Symbol::new("x"), &end(from), &end(to), &Options::default())
}

/// Within the error that is told, and within a relative 1e-9 where that is told.
#[track_caller]
fn is(f: &str, from: &str, to: &str, want: &str) {
    let want = eval(&read(want), &[]).unwrap();
    let found = asked(f, from, to);
    assert_eq!(found.status, Status::Estimated, "{f}: {:?}", found.stop);
    let off = (found.value - want).abs();
    assert!(off <= found.error, "{f}: {} for {want}, off by {off:e}, told {:e}", found.value, found.error);
    let sum: f64 = found.pieces.iter().map(|p| p.value).sum();
    assert!((sum - found.value).abs() <= found.error + 1e-13, "{f}: the pieces make {sum}");
    assert!(found.pieces.windows(2).all(|p| p[0].to <= p[1].to), "{f}: pieces ascend");
    eprintln!("{f}: off by {off:.1e}, told {:.1e}, {} evaluations", found.error, found.evaluations);
}

/// The same, and the error that is told is small.
#[track_caller]
fn precisely(f: &str, from: &str, to: &str, want: &str) {
    is(f, from, to, want);
    let found = asked(f, from, to);
    assert!(found.error <= 1e-8 * found.value.abs().max(1e-3), "{f}: error {:e}", found.error);
}

#[track_caller]
fn stops(f: &str, from: &str, to: &str, want: &str) {
    let found = asked(f, from, to);
    assert!(format!("{:?}", found.stop).starts_with(want), "{f}: {:?}, {}", found.stop, found.value);
    let proven = matches!(found.stop, Stop::Diverges { .. });
    assert_eq!(found.status, if proven { Status::Proven } else { Status::Failed }, "{f}");
    assert!(found.value.is_nan(), "{f}: {}", found.value);
}

#[test]
fn what_is_smooth() {
    precisely("x^2", "0", "3", "9");
    precisely("sin(x)", "0", "pi", "2");
    precisely("exp(-x^2)", "-1", "1", "sqrt(pi) erf(1)");
    precisely("1/(1 + x^2)", "1", "0", "-pi/4");
    precisely("cos(100 x)", "0", "1", "sin(100)/100");
    precisely("1/(1 + 25 x^2)", "-1", "1", "2 atan(5)/5");
    precisely("sqrt(4 x^2 + 4)", "0", "3", "3 sqrt(10) + asinh(3)");
    precisely("sin(x)/x", "0", "1", "0.946083070367183014941");
    precisely("(1 - cos(x))/x^2", "0", "1", "cos(1) - 1 + 0.946083070367183014941");
    precisely("exp(x)/(1 + exp(x))^2", "-40", "40", "tanh(20)");
}

#[test]
fn ends_without_a_value() {
    precisely("1/sqrt(x)", "0", "1", "2");
    precisely("1/sqrt(1 - x)", "0", "1", "2");
    precisely("1/sqrt(1 - x^2)", "-1", "1", "pi");
    precisely("log(x)", "0", "1", "-1");
    precisely("sqrt(x) log(x)", "0", "1", "-4/9");
    precisely("x^(-9/10)", "0", "1", "10");
    precisely("log(x)^3/sqrt(x)", "0", "1", "-96");
    precisely("log(cos(x/2))", "-pi", "pi", "-2 pi log(2)");
    precisely("log(x) log(1 - x)", "0", "1", "2 - pi^2/6");
    precisely("x^x", "0", "1", "0.783430510712134407059");
    precisely("1/(x*sqrt(x^2 - 9))", "3", "4", "pi/6 - asin(3/4)/3");
    precisely("cbrt(x)^-1", "-1", "8", "9/2");
    precisely("1/sqrt(abs(x - 1/3))", "0", "1", "2 sqrt(1/3) + 2 sqrt(2/3)");
    precisely("1/cbrt(x - sqrt(2))", "0", "2", "(3/2) ((2 - sqrt(2))^(2/3) - 2^(1/3))");
    precisely("sqrt(tan(x))", "0", "pi/2", "pi/sqrt(2)");
}

#[test]
fn kinks_and_jumps() {
    precisely("abs(x - 1/3)", "0", "1", "5/18");
    precisely("floor(x)", "0", "7/2", "0 + 1 + 2 + 3/2");
    precisely("abs(sin(x))", "0", "100", "63 + cos(100)");
    precisely("sign(x - sqrt(2))", "0", "2", "2 - 2 sqrt(2)");
    precisely("max(x, x^2)", "0", "2", "1/2 + 7/3");
    precisely("mod(x, 1)", "0", "5/2", "1 + 1/8");
    precisely("where(x < 1, x, 3 - x)", "0", "2", "2");
    precisely("x*sign(x^2 - 1/4)", "-1", "1", "0");
    precisely("relu(x^3 - 2)", "0", "2", "4 - 4 - (2^(4/3)/4 - 2^(4/3))");
    precisely("sqrt(1 - cos(x))", "0", "2 pi", "4 sqrt(2)");
}

#[test]
fn infinite_ranges() {
    precisely("exp(-x)", "0", "inf", "1");
    precisely("exp(-x^2)", "-inf", "inf", "sqrt(pi)");
    precisely("x^3 exp(-x^2)", "0", "inf", "1/2");
    precisely("1/(1 + x^2)", "-inf", "inf", "pi");
    precisely("1/((1 + x) sqrt(x))", "0", "inf", "pi");
    precisely("1/x^(11/10)", "1", "inf", "10");
    precisely("exp(x)", "-inf", "-3", "exp(-3)");
    precisely("x exp(-x) cos(x)", "0", "inf", "0");
    precisely("log(x)/(1 + x^2)", "0", "inf", "0");
    precisely("exp(-(x - 1000)^2)", "-inf", "inf", "sqrt(pi)");
    precisely("1/(1 + (x - 300)^2/10^-6)", "-inf", "inf", "pi/1000");
    precisely("x^2/(exp(x) - 1)", "0", "inf", "2.40411380631918857079947632302");
    precisely("exp(-x)/sqrt(x)", "0", "inf", "sqrt(pi)");
}

/// A narrow peak that lies between all points of the first rules.
#[test]
fn peaks_between_the_points() {
    precisely("exp(-10^8 (x - 0.3712)^2)", "0", "1", "sqrt(pi)/10^4");
    precisely("10^-6/((x - 0.5713)^2 + 10^-12)", "0", "1", "atan(428700) + atan(571300)");
    precisely(
        "sech(10 (x - 1/5))^2 + sech(100 (x - 2/5))^4 + sech(1000 (x - 3/5))^6",
        "0",
        "1",
        "0.21080273550054927737564325570573",
    );
}

#[test]
fn divergence_is_an_answer() {
    stops("1/x", "-1", "1", "Diverges { at: 0.0 }");
    stops("1/x^2", "-1", "1", "Diverges { at: 0.0 }");
    stops("1/x", "1", "inf", "Diverges { at: inf }");
    stops("1/(x - 1/3)", "0", "1", "Diverges { at: 0.3333");
    stops("tan(x)", "0", "2", "Diverges { at: 1.57");
    stops("tan(x)", "0", "pi/2", "Diverges { at: 1.57");
    stops("1/(x^2 - 2)", "0", "2", "Diverges { at: 1.41");
    stops("1", "0", "inf", "Diverges { at: inf }");
    stops("x", "-inf", "inf", "Diverges");
    stops("1/(exp(x) - 1)", "-1", "1", "Diverges { at: 0.0 }");
    stops("1/(cos(x) - x)", "0", "1", "SeemsToDiverge { at: 0.739");
    stops("gamma(x)", "-1/2", "1", "Diverges { at: 0.0 }");
}

#[test]
fn an_empty_range() {
    let found = asked("gamma(x)", "3", "3");
    assert_eq!((found.value, found.error, found.status), (0.0, 0.0, Status::Proven));
}

#[test]
fn what_is_refused() {
    stops("log(x)", "-1", "1", "Undefined");
    stops("sqrt(x^2 - 1)", "0", "2", "Undefined");
    stops("sin(x)", "0", "inf", "Oscillates");
    stops("sin(x)/x", "0", "inf", "Oscillates");
    stops("cos(x^2)", "0", "inf", "Oscillates");
    stops("a x", "0", "1", "Names");
    stops("1/(x log(x)^2)", "0", "1/2", "Undecided { at: 0.0 }");
    stops("1/sin(1/x)", "0", "1", "Crowded");
}

fn rows() -> Vec<serde_json::Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/integration");
    let Ok(files) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: no folder shared/data beside the project");
        return Vec::new();
    };
    let files = files.flatten().filter(|f| f.path().extension().is_some_and(|e| e == "jsonl"));
    let texts = files.map(|f| std::fs::read_to_string(f.path()).unwrap());
    texts.flat_map(|t| t.lines().map(|l| serde_json::from_str(l).unwrap()).collect::<Vec<_>>()).collect()
}

#[test]
fn the_shared_integrals() {
    let (mut asked, mut passed, mut outside) = (0, 0, 0);
    let (mut refused, mut wrong) = (Vec::new(), Vec::new());
    for row in rows().iter().filter(|row| row["definite"].is_object()) {
        asked += 1;
        let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let definite_of = &row["definite"];
        let bound = |key: &str| match &definite_of[key] {
            serde_json::Value::String(text) => end(text),
            number => end(&number.to_string()),
        };
        let Ok(mut f) = parse_expr(&text("integrand")) else {
            refused.push(format!("{}: {} cannot be read", text("id"), text("integrand")));
            continue;
        };
        for (name, value) in definite_of["at"].as_object().unwrap() {
            f = f.replace(&Symbol::new(name), &read(&value.to_string()));
        }
        let want = definite_of["value"].as_f64().unwrap();
        let x = Symbol::new(&text("var"));
        let found = definite(&f, &x, &bound("lower"), &bound("upper"), &Options::default());
        let line = format!("{}: {f}: {} ± {:e} for {want}", text("id"), found.value, found.error);
        if matches!(found.stop, Stop::Undefined { .. }) {
            outside += 1; // their value is that of a complex function
        } else if found.status != Status::Estimated {
            refused.push(format!("{line}: {:?}", found.stop));
        } else if (found.value - want).abs() <= found.error.max(1e-9 * want.abs()).max(1e-12) {
            passed += 1;
        } else {
            wrong.push(line);
        }
    }
    eprintln!(
        "integrals over a range: {passed} of {asked} passed, {outside} have no real value, {} refused, {} wrong",
        refused.len(),
        wrong.len()
    );
    eprintln!("{}", refused.join("\n"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(refused.is_empty(), "{}", refused.join("\n"));
    assert!(outside <= 6, "{outside}");
}

fn next(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 11) as f64 * 2f64.powi(-53)
}

fn proven(f: &Expr, from: &Expr, to: &Expr, relative_tol: f64) -> Report {
    let options = Options { prove: true, relative_tol, ..Options::default() };
    definite(f, &Symbol::new("x"), &End::At(from.clone()), &End::At(to.clone()), &options)
}

/// Integrands made by differentiating: the proven bounds hold what the antiderivative gives, and so do the estimates.
#[test]
fn bounds_hold() {
    let shapes = [
        "x^3 + A x^2 - B x",
        "sin(A x) exp(-x/4)",
        "exp(A x) cos(B x)/4",
        "log(1 + A^2 + sin(x))",
        "atan(A x + B)",
        "x sqrt(1 + (A x)^2)",
        "erf(A x) x",
        "tanh(A x - B)",
        "asinh(x) (x + A)",
        "1/(1 + A^2 x^2)",
        "abs(x - A)^3",
        "x abs(x - A)",
        "max(x, A) x",
        "sigmoid(A x) softplus(B x)",
        "cosh(x/3)^2 + A sin(x^2)",
    ];
    let x = Symbol::new("x");
    let mut state = 3;
    let (mut checks, mut missed, mut estimates, mut tight) = (0, Vec::new(), 0, 0);
    for _ in 0..14 {
        for shape in shapes {
            let number = |state: &mut u64| format!("({})", (next(state) * 40.0 - 20.0).round() / 10.0);
            let text = shape.replace('A', &number(&mut state)).replace('B', &number(&mut state));
            let antiderivative = read(&text);
            let f = antiderivative.diff(&x);
            let end = |state: &mut u64| read(&format!("{}", (next(state) * 60.0 - 30.0).round() / 10.0));
            let (from, to) = (end(&mut state), end(&mut state));
            let at = |e: &Expr| antiderivative.replace(&x, e);
            let truth = secant::program::Program::compile(&[at(&to) - at(&from)], &[]).unwrap();
            let mut want =
                [secant::program::Enclosure { values: secant::program::Interval::EMPTY, defined: false }];
            truth.evaluate_interval(&[], &mut want, &mut secant::program::Workspace::new()).unwrap();
            let want = want[0].values;
            let found = proven(&f, &from, &to, 1e-8);
            assert_eq!(found.status, Status::Proven, "{f} from {from} to {to}: {:?}", found.stop);
            let bounds =
                secant::program::Interval::new(found.value - found.error, found.value + found.error).unwrap();
            assert!(!bounds.is_disjoint(want), "{f} from {from} to {to}: {bounds:?} for {want:?}");
            checks += 1;
            tight += usize::from(found.error <= 1e-7 * found.value.abs().max(1e-3));
            if found.error > 1e-7 * found.value.abs().max(1e-3) {
                eprintln!("{f} from {from} to {to}: {} ± {:e}, {:?}", found.value, found.error, found.stop);
            }
            let options = Options::default();
            let guess = definite(&f, &x, &End::At(from.clone()), &End::At(to.clone()), &options);
            if guess.status == Status::Estimated {
                estimates += 1;
                let off = (guess.value - want.middle()).abs() - want.width();
                if off > guess.error {
                    missed.push(format!("{f} from {from} to {to}: off by {off:e}, told {:e}", guess.error));
                }
            }
        }
    }
    let misses = missed.len();
    eprintln!("{checks} proven bounds held, {tight} of them to 1e-7; {estimates} estimates, {misses} missed");
    assert!(checks == 210 && estimates > 200, "{checks}, {estimates}");
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    assert!(tight * 10 >= checks * 9, "{tight}");
}

#[test]
fn proven_bounds_are_told_or_refused() {
    let found = proven(&read("exp(-x^2)"), &read("0"), &read("1"), 1e-12);
    assert!((found.value - 0.746_824_132_812_427).abs() <= found.error && found.error < 1e-12);
    let found = proven(&read("sin(x)"), &read("pi"), &read("0"), 1e-12);
    assert!((found.value + 2.0).abs() <= found.error && found.error < 1e-11, "{found:?}");
    let found = proven(&read("sqrt(x)"), &read("0"), &read("1"), 1e-6);
    assert!((found.value - 2.0 / 3.0).abs() <= found.error && found.error < 1e-6, "{}", found.error);
    for (f, from, to) in [("1/x", "-1", "1"), ("log(x)", "0", "1"), ("1/sqrt(x)", "0", "1")] {
        let found = proven(&read(f), &read(from), &read(to), 1e-3);
        assert!(matches!(found.stop, Stop::Unproven { .. }) && found.value.is_nan(), "{f}: {found:?}");
    }
    let options = Options { prove: true, ..Options::default() };
    let found = definite(&read("exp(-x)"), &Symbol::new("x"), &end("0"), &end("inf"), &options);
    assert_eq!(found.stop, Stop::Unproven { at: f64::INFINITY });
}

fn exactly(request: &str) -> serde_json::Value {
    let line = secant::sheet::answer_line(request, &secant::sheet::Limits::default());
    serde_json::from_str(&line).unwrap()
}

/// What an antiderivative makes exact, confirmed by the number.
#[test]
fn exact_values() {
    let numbers = [
        ("x^2", "0", "3", "9"),
        ("sin(x)", "0", "pi", "2"),
        ("1/(1 + x^2)", "0", "1", "pi/4"),
        ("1/(1 + x^2)", "-inf", "inf", "pi"),
        ("exp(-x)", "0", "inf", "1"),
        ("exp(-x^2)", "0", "inf", "sqrt(pi)/2"),
        ("log(x)", "0", "1", "-1"),
        ("1/sqrt(x)", "0", "4", "4"),
        ("x exp(-x)", "0", "inf", "1"),
        ("1/x", "1", "e", "1"),
        ("abs(x - 1)", "0", "3", "5/2"),
        ("1/(x^2 - 1)", "2", "inf", "log(3)/2"),
        ("1/(sin(x)^2 + 1)", "0", "3 pi", "3 pi/sqrt(2)"),
        ("cos(x)", "3", "1", "sin(1) - sin(3)"),
    ];
    let mut found = 0;
    for (f, from, to, want) in numbers {
        let request = serde_json::json!({"op": "integrate", "expr": f, "wrt": "x", "from": from, "to": to});
        let reply = exactly(&request.to_string());
        let value = reply["value"].as_f64().unwrap_or_else(|| panic!("{f}: {reply}"));
        let number = eval(&read(want), &[]).unwrap();
        assert!((value - number).abs() <= 1e-9 * number.abs(), "{f}: {reply}");
        if let Some(text) = reply["expr"].as_str() {
            found += 1;
            let difference = read(text) - read(want);
            assert!(secant::equality::proves_zero(&difference, &[], 20_000), "{f}: {text} for {want}");
            assert!(matches!(reply["status"].as_str(), Some("proven" | "tested")), "{reply}");
        } else {
            eprintln!("no exact value: {f} from {from} to {to}");
        }
    }
    assert!(found >= 12, "{found}");
}

#[test]
fn letters_without_numbers() {
    let letters = [
        ("a x", "0", "1", "", "a/2"),
        ("x^2", "0", "b", "", "b^3/3"),
        ("exp(-a x)", "0", "inf", "a > 0", "1/a"),
        ("cos(w x)", "0", "1", "", "sin(w)/w"),
    ];
    for (f, from, to, assume, want) in letters {
        let assume: Vec<&str> = if assume.is_empty() { Vec::new() } else { vec![assume] };
        let request = serde_json::json!({"op": "integrate", "expr": f, "wrt": "x", "from": from, "to": to, "assume": assume});
        let reply = exactly(&request.to_string());
        let text = reply["expr"].as_str().unwrap_or_else(|| panic!("{f}: {reply}"));
        assert!(secant::equality::proves_zero(&(read(text) - read(want)), &[], 20_000), "{f}: {text}");
    }
    // There may be a pole in the range.
    for f in ["1/(x - a)", "1/(x - a)^2", "tan(a x)", "floor(a x)"] {
        let request = serde_json::json!({"op": "integrate", "expr": f, "wrt": "x", "from": 0, "to": 1});
        let reply = exactly(&request.to_string());
        assert_eq!(reply["error"]["code"], "name.without-value", "{f}: {reply}");
    }
}

/// The antiderivative has a jump, a pole or a tail that must not be stepped over.
#[test]
fn exact_values_are_not_taken_over_a_pole() {
    for (f, from, to) in
        [("1/x^2", "-1", "1"), ("1/x", "-1", "2"), ("sec(x)^2", "0", "pi"), ("sin(x)", "0", "inf")]
    {
        let request = serde_json::json!({"op": "integrate", "expr": f, "wrt": "x", "from": from, "to": to});
        let reply = exactly(&request.to_string());
        assert!(reply["expr"].is_null() && reply["value"].is_null(), "{f}: {reply}");
        assert!(reply["reason"].is_string(), "{f}: {reply}");
    }
}
