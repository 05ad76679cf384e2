//! Roots: by iteration with its failures named, all of them in a box, proven.

use secant::expr::{Expr, Symbol};
use secant::program::{Budget, Interval};
use secant::solve::{
    RootOptions, RootReport, Status, System, bisection, bracketed, certify, isolate, newton, safeguarded,
};
use secant::syntax::parse_expr;

fn system(equations: &[&str], unknowns: &[&str]) -> System {
    let equations: Vec<Expr> = equations.iter().map(|e| parse_expr(e).unwrap()).collect();
    let unknowns: Vec<Symbol> = unknowns.iter().map(|x| Symbol::new(x)).collect();
    System::new(&equations, &[], &unknowns).unwrap()
}

fn range(low: f64, high: f64) -> Interval {
    Interval::new(low, high).unwrap()
}

fn all(equations: &[&str], unknowns: &[&str], over: &[(f64, f64)]) -> RootReport {
    let over: Vec<Interval> = over.iter().map(|(a, b)| range(*a, *b)).collect();
    isolate(&system(equations, unknowns), &over, &RootOptions::default(), &Budget::UNLIMITED).unwrap()
}

/// Newton from a point: the word it stops with, and where it ends.
#[track_caller]
fn ends(equation: &str, from: f64, stop: &str, root: Option<f64>) -> RootReport {
    let report =
        newton(&system(&[equation], &["x"]), &[from], &RootOptions::default(), &Budget::UNLIMITED).unwrap();
    assert_eq!(report.stop.word(), stop, "{equation} from {from}: {report:#?}");
    match root {
        Some(want) => {
            let have = report.roots[0].at[0];
            assert!((have - want).abs() <= 1e-7 * want.abs().max(1e-7), "{equation}: {have} for {want}");
        }
        None => assert!(report.roots.is_empty(), "{equation}: {report:#?}"),
    }
    assert_eq!(report.trace[0].at, [from]);
    report
}

#[test]
fn newton_and_its_failures() {
    ends("x^2 - 2", 1.0, "converged", Some(2f64.sqrt()));
    ends("cos(x) - x", 1.0, "converged", Some(0.739_085_133_215_160_6));
    ends("exp(x) - 3", 0.0, "converged", Some(3f64.ln()));
    ends("sin(x)", 3.0, "converged", Some(std::f64::consts::PI));
    ends("x^3 - x", 0.1, "converged", Some(0.0));
    ends("10^20 x - 10^6", 1.0, "converged", Some(1e-14));
    ends("x^3 - 2x + 2", 0.0, "cycle", None);
    ends("x^3 - 2x + 2", 0.1, "cycle", None);
    ends("x^3 - 2x + 2", -2.0, "converged", Some(-1.769_292_354_238_631));
    ends("cbrt(x)", 1.0, "runaway", None);
    ends("x^(1/3)", 1.0, "left-domain", None);
    ends("exp(-x)", 0.0, "runaway", None);
    ends("1/x", 1.0, "runaway", None);
    ends("x exp(-x)", 2.0, "runaway", None);
    ends("atan(x)", 1.0, "converged", Some(0.0));
    ends("atan(x)", 1.5, "runaway", None);
    ends("x^2 + 1", 0.0, "flat", None);
    ends("x^2 - 2", 0.0, "flat", None);
    ends("cos(x)", 0.0, "flat", None);
    ends("x^3 - 3x + 3", 1.0, "flat", None);
    ends("log(x)", 3.0, "left-domain", None);
    ends("sqrt(x) - 1", -1.0, "left-domain", None);
    ends("sqrt(x)", 0.0, "converged", Some(0.0));
    ends("1/x - 1", 0.0, "not-finite", None);
    ends("x^2 + 1", 0.3, "max-steps", None);
}

/// A cycle is one of its length.
#[test]
fn the_length_of_a_cycle() {
    let report = ends("x^3 - 2x + 2", 0.0, "cycle", None);
    assert_eq!(report.stop, secant::solve::Stop::Cycle { length: 2 });
}

#[test]
fn multiplicity_is_estimated_from_the_rate_and_known_of_polynomials() {
    for (equation, m, want) in [
        ("(x - cos(x))^2", 2, 0.739_085_133),
        ("1 - cos(x)", 2, 0.0),
        ("x - sin(x)", 3, 0.0),
        ("(x - 3)^4", 4, 3.0),
    ] {
        let f = system(&[equation], &["x"]);
        let report = newton(&f, &[1.0], &RootOptions::default(), &Budget::UNLIMITED).unwrap();
        assert_eq!(report.stop.word(), "converged", "{equation}: {report:#?}");
        assert_eq!(report.roots[0].multiplicity, Some(m), "{equation}: {report:#?}");
        assert!((report.roots[0].at[0] - want).abs() < 1e-4, "{equation}: {report:#?}");
    }
}

/// Every root in the range, its exact form where one is expected (`""` where not), and whether that is all of them.
#[track_caller]
fn roots(equation: &str, over: (f64, f64), want: &[(f64, &str)]) -> RootReport {
    let report = all(&[equation], &["x"], &[over]);
    let proven: Vec<_> = report.roots.iter().filter(|r| r.status == Status::Proven).collect();
    assert_eq!(proven.len(), want.len(), "{equation}: {report:#?}");
    for (root, (value, exact)) in proven.iter().zip(want) {
        let enclosure = root.enclosure.as_ref().unwrap()[0];
        assert!((root.at[0] - value).abs() <= 1e-9 * value.abs().max(1.0), "{equation}: {root:?}");
        assert!(enclosure.width() <= 1e-12 * value.abs().max(1.0), "{equation}: {root:?}");
        let text = root.exact.as_ref().map(|e| e[0].to_string()).unwrap_or_default();
        assert_eq!(text, *exact, "{equation}: {root:?}");
    }
    report
}

#[track_caller]
fn complete(equation: &str, over: (f64, f64), want: &[(f64, &str)]) {
    let report = roots(equation, over, want);
    assert!(report.complete && report.undecided.is_empty(), "{equation}: {report:#?}");
}

#[test]
fn all_roots_in_a_range() {
    let (pi, inf) = (std::f64::consts::PI, f64::INFINITY);
    complete("x^2 - 2", (-5.0, 5.0), &[(-(2f64.sqrt()), "-sqrt(2)"), (2f64.sqrt(), "sqrt(2)")]);
    complete("x^2 - 2", (-inf, inf), &[(-(2f64.sqrt()), "-sqrt(2)"), (2f64.sqrt(), "sqrt(2)")]);
    complete("x^2 + 1", (-5.0, 5.0), &[]);
    complete("exp(-x)", (0.0, inf), &[]);
    complete("x^2 - x - 1", (0.0, 5.0), &[(0.5 + 1.25f64.sqrt(), "sqrt(5)/2 + 1/2")]);
    complete("cos(x) - x", (-10.0, 10.0), &[(0.739_085_133_215_160_6, "")]);
    complete("sin(x)", (-4.0, 4.0), &[(-pi, "-pi"), (0.0, "0"), (pi, "pi")]);
    complete("sin(x)", (0.0, 1.0), &[(0.0, "0")]); // on the border
    complete("exp(x) - 3", (-5.0, 5.0), &[(3f64.ln(), "log(3)")]);
    complete("log(x) - 2", (0.0, 100.0), &[(2f64.exp(), "exp(2)")]);
    complete("x^3 - 2x + 2", (-5.0, 5.0), &[(-1.769_292_354_238_631, "")]);
    // Several at once are one, once the repeated factor is known.
    complete("(x - 1)^2", (-3.0, 3.0), &[(1.0, "1")]);
    complete("x^5 - 3x^4 + 3x^3 - x^2", (-3.0, 3.0), &[(0.0, "0"), (1.0, "1")]);
    complete("(x - cos(x))^2", (-3.0, 3.0), &[(0.739_085_133_215_160_6, "")]);
    // Poles and holes.
    complete("1/x", (-3.0, 3.0), &[]);
    complete("1/x - 2", (-3.0, 3.0), &[(0.5, "1/2")]);
    complete("sin(x)/x", (-4.0, 4.0), &[(-pi, "-pi"), (pi, "pi")]);
    complete("tan(x) - 1", (0.0, 4.0), &[(pi / 4.0, "pi/4"), (5.0 * pi / 4.0, "5 pi/4")]);
    complete("(x^2 - 1)/(x - 1) - 3", (-4.0, 4.0), &[(2.0, "2")]);
    // Where there is no value.
    complete("sqrt(x) - 2", (-10.0, 10.0), &[(4.0, "4")]);
    complete("log(x) + x", (-2.0, 2.0), &[(0.567_143_290_409_783_8, "")]);
    complete("sqrt(x - 2) + sqrt(1 - x)", (-5.0, 5.0), &[]);
    // Kinks and jumps.
    complete("abs(x - 1) - 0.5", (-3.0, 3.0), &[(0.5, "1/2"), (1.5, "3/2")]);
    complete("where(x < 1, x - 3, x - 2)", (-5.0, 5.0), &[(2.0, "2")]);
    complete("atan2(x, -1) + 1", (0.5, 9.0), &[]);
    complete("0.1 x - 0.3", (-9.0, 9.0), &[(3.0, "3")]);
}

/// What cannot be decided is told, and never called complete.
#[test]
fn what_cannot_be_decided() {
    for (equation, over) in [
        ("abs(x)", (-1.0, 1.0)),
        ("1 - cos(x)", (-1.0, 1.0)),
        ("exp(x) - 1 - x", (-1.0, 1.0)),
        ("x - x", (-1.0, 1.0)),
        ("sin(1/x)", (-1.0, 1.0)),
        ("floor(x)", (-1.0, 3.0)),
        ("sign(x) + 0.5", (-1.0, 1.0)),
        ("atan2(x, -1) + 1", (-9.0, 9.0)),
        ("exp(-x) - 1/(x + 1)^9", (20.0, f64::INFINITY)),
    ] {
        let report = all(&[equation], &["x"], &[over]);
        assert!(!report.complete, "{equation}: {report:#?}");
        assert!(!report.undecided.is_empty(), "{equation}: {report:#?}");
    }
    let report = roots("x sin(x)^2", (-1.0, 1.0), &[]);
    assert!(report.undecided.iter().any(|x| x[0].contains(0.0)), "{report:#?}");
    // A double root is told as tested.
    let report = all(&["1 - cos(x)"], &["x"], &[(-1.0, 1.0)]);
    assert_eq!(report.roots.len(), 1, "{report:#?}");
    assert_eq!(report.roots[0].status, Status::Tested);
    assert!(report.roots[0].at[0].abs() < 1e-6);
}

#[test]
fn systems() {
    let f = ["x^2 + y^2 - 4", "x y - 1"];
    let report = all(&f, &["x", "y"], &[(-5.0, 5.0), (-5.0, 5.0)]);
    assert!(report.complete, "{report:#?}");
    assert_eq!(report.roots.len(), 4, "{report:#?}");
    for r in &report.roots {
        assert!(r.status == Status::Proven && r.residual < 1e-14, "{r:?}");
    }
    let report = all(&["x + y - 3", "x - y - 1"], &["x", "y"], &[(-5.0, 5.0), (-5.0, 5.0)]);
    assert_eq!(report.roots.len(), 1);
    let exact: Vec<String> = report.roots[0].exact.as_ref().unwrap().iter().map(Expr::to_string).collect();
    assert_eq!(exact, ["2", "1"]);
    let report = all(&["x^2 + y^2 - 1", "x^2 + y^2 - 4"], &["x", "y"], &[(-5.0, 5.0), (-5.0, 5.0)]);
    assert!(report.complete && report.roots.is_empty(), "{report:#?}");
    // By iteration.
    let s = system(&["exp(x) - y", "x + y - 2"], &["x", "y"]);
    for method in [newton, safeguarded] {
        let report = method(&s, &[0.0, 0.0], &RootOptions::default(), &Budget::UNLIMITED).unwrap();
        assert_eq!(report.stop.word(), "converged", "{report:#?}");
        assert_eq!(report.roots[0].status, Status::Proven);
    }
    let s = system(&["x + y - 1", "2x + 2y - 5"], &["x", "y"]);
    let report = newton(&s, &[1.0, 1.0], &RootOptions::default(), &Budget::UNLIMITED).unwrap();
    assert_eq!(report.stop.word(), "flat", "{report:#?}");
}

/// What the plain iteration fails at.
#[test]
fn safeguarded_methods() {
    let options = RootOptions { max_steps: 200, ..Default::default() };
    for (equation, from, want) in [
        ("atan(x)", 5.0, 0.0),
        ("x^3 - 2x + 2", 0.0, -1.769_292_354_238_631),
        ("cbrt(x - 1)", 3.0, 1.0),
        ("x^2 - 2", 0.3, 2f64.sqrt()),
    ] {
        let report =
            safeguarded(&system(&[equation], &["x"]), &[from], &options, &Budget::UNLIMITED).unwrap();
        if equation.starts_with("x^3") {
            // A lowest place of |f| lies in the way: it says so.
            assert_eq!(report.stop.word(), "stuck", "{report:#?}");
            continue;
        }
        assert_eq!(report.stop.word(), "converged", "{equation}: {report:#?}");
        assert!((report.roots[0].at[0] - want).abs() < 1e-9, "{equation}: {report:#?}");
    }
    for method in [bisection, bracketed] {
        for (equation, over, want) in [
            ("x^3 - 2x + 2", (-5.0, 5.0), -1.769_292_354_238_631),
            ("atan(x) - 0.5", (-1e3, 2e3), 0.5f64.tan()),
            ("cbrt(x - 1)", (-3.0, 9.0), 1.0),
            ("x^9", (-1.0, 1.5), 0.0),
        ] {
            let s = system(&[equation], &["x"]);
            let report = method(&s, range(over.0, over.1), &options, &Budget::UNLIMITED).unwrap();
            assert_eq!(report.stop.word(), "converged", "{equation}: {report:#?}");
            assert!((report.roots[0].at[0] - want).abs() < 1e-9, "{equation}: {report:#?}");
            for step in &report.trace {
                let [low, high] = step.bracket.unwrap();
                assert!(low <= want + 1e-9 && want - 1e-9 <= high, "{equation}: {step:?}");
            }
        }
        let s = system(&["1/x"], &["x"]);
        assert_eq!(method(&s, range(-1.0, 2.0), &options, &Budget::UNLIMITED).unwrap().stop.word(), "stuck");
        let s = system(&["x^2 + 1"], &["x"]);
        assert_eq!(
            method(&s, range(-1.0, 2.0), &options, &Budget::UNLIMITED).unwrap().stop.word(),
            "no-bracket"
        );
    }
}

/// The classics of systems, by the safeguarded method.
#[test]
fn systems_from_afar() {
    let rosenbrock = system(&["10 (y - x^2)", "1 - x"], &["x", "y"]);
    let powell = system(&["10^4 x y - 1", "exp(-x) + exp(-y) - 1.0001"], &["x", "y"]);
    for (s, from, want) in
        [(&rosenbrock, [-1.2, 1.0], [1.0, 1.0]), (&powell, [0.0, 1.0], [1.098_159e-5, 9.106_146])]
    {
        let options = RootOptions { max_steps: 500, ..Default::default() };
        let report = safeguarded(s, &from, &options, &Budget::UNLIMITED).unwrap();
        assert_eq!(report.stop.word(), "converged", "{report:#?}");
        for (a, b) in report.roots[0].at.iter().zip(want) {
            assert!((a - b).abs() <= 1e-6 * b.abs(), "{report:#?}");
        }
        assert_eq!(report.roots[0].status, Status::Proven);
    }
}

#[test]
fn certificates_hold_at_roots_alone() {
    let s = system(&["x^2 + y^2 - 4", "x y - 1"], &["x", "y"]);
    let report = newton(&s, &[2.0, 0.3], &RootOptions::default(), &Budget::UNLIMITED).unwrap();
    let at = &report.roots[0].at;
    let proof = certify(&s, at, &Budget::UNLIMITED).unwrap().unwrap();
    assert!(proof.enclosure.iter().all(|x| x.width() < 1e-14));
    assert!(certify(&s, &[at[0] + 3.0, at[1]], &Budget::UNLIMITED).unwrap().is_none());
}

fn ask(request: &str) -> serde_json::Value {
    let line = secant::sheet::answer_line(request, &secant::sheet::Limits::default());
    serde_json::from_str(&line).unwrap()
}

#[test]
fn the_operation() {
    let reply = ask(r#"{"op": "solve", "equations": "x^2 = 2"}"#);
    assert_eq!(reply["complete"], true, "{reply}");
    assert_eq!(reply["roots"][1]["exact"]["x"], "sqrt(2)");
    assert_eq!((&reply["roots"][1]["status"], &reply["stop"]), (&"proven".into(), &"complete".into()));
    let reply = ask(r#"{"op": "solve", "equations": ["cos(x) = x"], "from": {"x": 1}}"#);
    assert_eq!(reply["stop"], "converged");
    assert_eq!(reply["trace"][0]["at"]["x"], 1.0);
    assert!((reply["trace"][0]["slope"].as_f64().unwrap() + 1.0 + 1f64.sin()).abs() < 1e-15, "{reply}");
    // The ends of the range are meant exactly: pi is a root, though the number next to it lies below.
    let reply = ask(r#"{"op": "solve", "equations": "sin(x)", "over": {"x": [0, "pi"]}}"#);
    assert_eq!(reply["roots"].as_array().unwrap().len(), 2, "{reply}");
    assert_eq!((&reply["roots"][1]["exact"]["x"], &reply["complete"]), (&"pi".into(), &true.into()));
    // What has been cancelled counts, and so does what is taken for granted.
    let reply = ask(r#"{"op": "solve", "equations": "x^2/x = 0", "over": {"x": [-1, 1]}}"#);
    assert_eq!((reply["roots"].as_array().unwrap().len(), &reply["complete"]), (0, &true.into()), "{reply}");
    let reply = ask(r#"{"op": "solve", "equations": "x^2 = 4", "assume": ["x > 0", "a > 1"]}"#);
    assert_eq!(
        (&reply["roots"][0]["exact"]["x"], &reply["complete"]),
        (&"2".into(), &true.into()),
        "{reply}"
    );
    assert_eq!(reply["roots"].as_array().unwrap().len(), 1);
    let reply = ask(r#"{"op": "solve", "equations": "a x = 3", "define": ["a = 2"], "from": {"x": 1}}"#);
    assert_eq!(reply["roots"][0]["exact"]["x"], "3/2", "{reply}");
    for (request, code) in [
        (r#"{"op": "solve", "equations": "a x = 3", "from": {"x": 1}}"#, "name.without-value"),
        (r#"{"op": "solve", "equations": "x y = 3"}"#, "request.field"),
        (r#"{"op": "solve", "equations": "x y = 3", "from": {"x": 1, "y": 1}}"#, "request.equations"),
        (r#"{"op": "solve", "equations": [], "from": {}}"#, "request.equations"),
        (r#"{"op": "solve", "equations": "x = 3", "over": {"x": [2, 1]}}"#, "request.field"),
        (r#"{"op": "solve", "equations": "x = 3", "over": {"x": ["nan", 1]}}"#, "request.point"),
        (r#"{"op": "solve", "equations": "x = 3", "from": {"x": 1}, "method": "magic"}"#, "request.field"),
        (r#"{"op": "solve", "equations": "x = 3", "from": {"x": "inf"}}"#, "request.point"),
        (
            r#"{"op": "solve", "equations": ["x = y", "x = 1"], "over": {"x": [0, 2], "y": [0, 2]}, "method": "bisection"}"#,
            "request.equations",
        ),
        (
            r#"{"op": "solve", "equations": "w = 3", "declare": {"w": "vector(2)"}, "from": {"w": 1}}"#,
            "shape.equation",
        ),
        (
            r#"{"op": "solve", "equations": "x = 3", "from": {"x": 1}, "options": {"max_steps": 1000000}}"#,
            "budget.steps",
        ),
        (
            r#"{"op": "solve", "equations": "n = 3", "assume": ["n integer"], "from": {"n": 1}}"#,
            "unsupported.solve",
        ),
    ] {
        assert_eq!(ask(request)["error"]["code"], code, "{request}: {}", ask(request));
    }
}

/// Every line that has numbers put in says what is so.
#[test]
fn the_iteration_written_out() {
    let request = r#"{"op": "explain", "of": {"op": "solve", "equations": "x^2 = 2", "from": {"x": 1}}}"#;
    let reply = ask(request);
    let steps = reply["steps"].as_array().unwrap();
    assert_eq!((&steps[0]["to"], &steps[1]["to"]), (&"2 x".into(), &"x - (x^2 - 2)/(2 x)".into()), "{reply}");
    let number = |text: &str| secant::program::eval(&parse_expr(text).unwrap(), &[]).unwrap();
    let lines: Vec<_> = steps.iter().filter(|s| s["rule"] == "newton's step").collect();
    assert_eq!((&lines[0]["from"], &lines[0]["to"]), (&"1 - (-1)/2".into(), &"1.5".into()));
    assert!(lines.len() > 3);
    for line in lines {
        let [from, to] = ["from", "to"].map(|side| number(line[side].as_str().unwrap()));
        assert!((from - to).abs() < 1e-14, "{line}");
    }
    assert!((number(reply["expr"].as_str().unwrap()) - 2f64.sqrt()).abs() < 1e-15);
    let failed =
        ask(r#"{"op": "explain", "of": {"op": "solve", "equations": "x^3 - 2x + 2", "from": {"x": 0}}}"#);
    let last = failed["steps"].as_array().unwrap().last().unwrap();
    assert!(last["rule"].as_str().unwrap().starts_with("cycle: "), "{failed}");
}
