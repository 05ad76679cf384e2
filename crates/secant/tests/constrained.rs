//! Minima under constraints, minima proven, the lowest value in a box.

use std::path::PathBuf;

use proptest::prelude::*;
use secant::expr::{Expr, Symbol};
use secant::minimize::{
    ConstrainedOptions, ConstrainedReport, ConstrainedStop, Constraint, GlobalOptions, Kind, Problem,
    Relation, Status, certify_minimum, global_minimum, minimize_under, stationary_points,
};
use secant::program::{Budget, Interval};
use secant::solve::RootOptions;
use secant::syntax::parse_expr;

fn constraint(text: &str) -> Constraint {
    for (sign, relation) in [("<=", Relation::AtMost), (">=", Relation::AtLeast), ("=", Relation::Equal)] {
        if let Some((left, right)) = text.split_once(sign) {
            let expr = parse_expr(left).unwrap() - parse_expr(right).unwrap();
            return Constraint { expr, relation };
        }
    }
    panic!("{text}");
}

fn symbols(names: &[&str]) -> Vec<Symbol> {
    names.iter().map(|x| Symbol::new(x)).collect()
}

fn least(
    f: &str,
    names: &[&str],
    under: &[&str],
    bounds: Option<&[(f64, f64)]>,
    start: &[f64],
) -> ConstrainedReport {
    let constraints: Vec<Constraint> = under.iter().map(|c| constraint(c)).collect();
    let f = parse_expr(f).unwrap();
    let mut problem = Problem::new(&f, &symbols(names), &constraints, bounds, Budget::UNLIMITED).unwrap();
    let report = minimize_under(&mut problem, start, &ConstrainedOptions::default()).unwrap();
    if report.stop == ConstrainedStop::Stationary {
        sound(&f, &symbols(names), &constraints, bounds, &report);
    }
    report
}

/// What is called stationary is: by central differences, which know none of our derivatives.
fn sound(
    f: &Expr,
    names: &[Symbol],
    constraints: &[Constraint],
    bounds: Option<&[(f64, f64)]>,
    report: &ConstrainedReport,
) {
    let value = |e: &Expr, x: &[f64]| {
        let at: Vec<(Symbol, f64)> = names.iter().cloned().zip(x.iter().copied()).collect();
        secant::program::eval(e, &at).unwrap()
    };
    let size = 1.0 + report.multipliers.iter().fold(0.0, |most: f64, u| most.max(u.abs()));
    for k in 0..names.len() {
        let h = 1e-5 * (1.0 + report.x[k].abs());
        let slope = |e: &Expr| {
            let moved = |by: f64| {
                let mut x = report.x.clone();
                x[k] += by;
                value(e, &x)
            };
            (moved(h) - moved(-h)) / (2.0 * h)
        };
        let terms = constraints.iter().zip(&report.multipliers).map(|(c, u)| u * slope(&c.expr));
        let all = slope(f) + terms.sum::<f64>() + report.bound_multipliers[k];
        let scale = size * (1.0 + slope(f).abs());
        assert!(all.abs() <= 1e-4 * scale, "{f}: slope {all} by {}: {report:?}", names[k]);
    }
    for (c, u) in constraints.iter().zip(&report.multipliers) {
        let v = value(&c.expr, &report.x);
        let (fine, sign) = match c.relation {
            Relation::Equal => (v.abs() <= 1e-7, true),
            Relation::AtMost => (v <= 1e-7, *u >= 0.0),
            Relation::AtLeast => (v >= -1e-7, *u <= 0.0),
        };
        assert!(fine && sign, "{c:?}: {v}, multiplier {u}");
    }
    for (k, (low, high)) in bounds.into_iter().flatten().enumerate() {
        assert!((*low..=*high).contains(&report.x[k]), "{report:?}");
    }
}

#[track_caller]
fn close(have: &[f64], want: &[f64], tol: f64) {
    assert_eq!(have.len(), want.len());
    for (a, b) in have.iter().zip(want) {
        assert!((a - b).abs() <= tol * b.abs().max(1.0), "{have:?} for {want:?}");
    }
}

#[test]
fn lagrange_multipliers() {
    let found = least("x + y", &["x", "y"], &["x^2 + y^2 = 2"], None, &[-2.0, 0.5]);
    close(&found.x, &[-1.0, -1.0], 1e-9);
    close(&found.multipliers, &[0.5], 1e-9);
    assert_eq!((found.kind, found.status), (Kind::Minimum, Status::Proven));
    let found = least("x^2 y", &["x", "y"], &["x^2 + y^2 = 3"], None, &[1.0, -1.2]);
    close(&found.x, &[2f64.sqrt(), -1.0], 1e-9);
    close(&[found.value], &[-2.0], 1e-9);
    // Beginning at the top, which is stationary, too: it is told what it is.
    let found = least("x + y", &["x", "y"], &["x^2 + y^2 = 2"], None, &[1.0, 1.0]);
    assert!(found.kind == Kind::Maximum || found.value < -1.9, "{found:?}");
    // The shadow price, with the sign of each relation as it was written.
    for (text, want) in [("x >= 1", -2.0), ("1 <= x", 2.0), ("x = 1", -2.0), ("1 - x <= 0", 2.0)] {
        let found = least("x^2 + y^2", &["x", "y"], &[text], None, &[3.0, 2.0]);
        close(&found.x, &[1.0, 0.0], 1e-9);
        close(&found.multipliers, &[want], 1e-9);
        assert_eq!(found.status, Status::Proven, "{text}: {found:?}");
    }
    let found = least("x^2 + y^2", &["x", "y"], &["x <= 1"], None, &[3.0, 2.0]);
    assert_eq!((found.multipliers[0], found.active[0]), (0.0, false));
}

#[test]
fn inequalities() {
    // Hock–Schittkowski 71, with its known optimum.
    let names = ["a", "b", "c", "d"];
    let under = ["a b c d >= 25", "a^2 + b^2 + c^2 + d^2 = 40"];
    let bounds = [(1.0, 5.0); 4];
    let found = least("a d (a + b + c) + c", &names, &under, Some(&bounds), &[1.0, 5.0, 5.0, 1.0]);
    close(&found.x, &[1.0, 4.742_999_63, 3.821_149_98, 1.379_408_29], 1e-7);
    close(&[found.value], &[17.014_017_3], 1e-8);
    assert_eq!((found.stop, found.status), (ConstrainedStop::Stationary, Status::Proven));
    assert!(found.bound_multipliers[0] < 0.0 && found.multipliers[0] < 0.0, "{found:?}");
    assert!(found.steps < 20, "{found:?}");
    // The corner of two lines; a curve that is not touched.
    let found =
        least("-x - y", &["x", "y"], &["x + 2y <= 4", "3x + y <= 6", "x^2 + y^2 <= 100"], None, &[0.0, 0.0]);
    close(&found.x, &[1.6, 1.2], 1e-9);
    assert_eq!(found.active, [true, true, false]);
    // Rosenbrock in a disc.
    let found = least("(1 - x)^2 + 100 (y - x^2)^2", &["x", "y"], &["x^2 + y^2 <= 1"], None, &[-1.2, 1.0]);
    close(&found.x, &[0.786_415_15, 0.617_698_31], 1e-6);
    assert_eq!(found.kind, Kind::Minimum);
}

#[test]
fn failures_have_names() {
    let found = least("x^2", &["x"], &["x >= 1", "x <= -1"], None, &[0.3]);
    assert_eq!((found.stop, found.status), (ConstrainedStop::Infeasible, Status::Failed), "{found:?}");
    let found = least("x + y", &["x", "y"], &["x^2 + y^2 = -1"], None, &[0.5, 0.5]);
    assert_eq!(found.stop, ConstrainedStop::Infeasible, "{found:?}");
    let found = least("x + y", &["x", "y"], &["x - y = 0"], None, &[0.5, 0.7]);
    assert_eq!(found.stop, ConstrainedStop::Unbounded, "{found:?}");
    let found = least("log(x)", &["x"], &["x <= 4"], None, &[-1.0]);
    assert_eq!(found.stop, ConstrainedStop::NotFinite, "{found:?}");
}

/// Every Hock–Schittkowski case with equations: how many are solved, from the start that the collection gives.
#[test]
fn hock_schittkowski() {
    let Some(folder) = std::env::var_os("SECANT_SHARED") else {
        eprintln!("SECANT_SHARED is not set: nothing to compare with");
        return;
    };
    let path = PathBuf::from(folder).join("data/hock_schittkowski/equality.jsonl");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("{} is not there", path.display());
        return;
    };
    let mut failed = Vec::new();
    let mut solved = 0;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let texts = |key: &str| -> Vec<String> {
            case[key].as_array().unwrap().iter().map(|v| v.as_str().unwrap().to_owned()).collect()
        };
        let (names, under) = (texts("vars"), texts("equalities"));
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let under: Vec<&str> = under.iter().map(String::as_str).collect();
        let end = |v: &serde_json::Value, open: f64| v.as_f64().unwrap_or(open);
        let bounds: Option<Vec<(f64, f64)>> = case["bounds"].as_array().map(|list| {
            list.iter().map(|b| (end(&b[0], f64::NEG_INFINITY), end(&b[1], f64::INFINITY))).collect()
        });
        let start: Vec<f64> = case["start"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect();
        let found = least(case["objective"].as_str().unwrap(), &names, &under, bounds.as_deref(), &start);
        let want = case["f_opt"].as_f64().unwrap();
        let good =
            found.stop == ConstrainedStop::Stationary && found.value <= want + 1e-7 * want.abs().max(1.0);
        eprintln!(
            "{} {} value {} for {want}, {} steps, {:?}, {:?} {:?}",
            case["id"],
            found.stop.name(),
            found.value,
            found.steps,
            found.evaluations,
            found.kind,
            found.status
        );
        if good {
            solved += 1;
            if let (false, Some(u)) = (found.degenerate, case["multipliers"].as_array()) {
                let u: Vec<f64> = u.iter().map(|v| v.as_f64().unwrap()).collect();
                let same_point = case["x_opt"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .zip(&found.x)
                    .all(|(a, b)| (a.as_f64().unwrap() - b).abs() < 1e-4);
                if same_point {
                    let size = u.iter().fold(1.0, |most: f64, v| most.max(v.abs()));
                    assert!(
                        u.iter().zip(&found.multipliers).all(|(a, b)| (a - b).abs() < 1e-4 * size),
                        "{found:?}"
                    );
                }
            }
        } else {
            failed.push(format!("{}: {} at {} for {want}", case["id"], found.stop.name(), found.value));
        }
    }
    // Of two the constraints are singular, at the solution or at the start: not solved, and not called so.
    assert!(solved >= 7, "solved {solved}; not: {failed:?}");
    assert!(failed.iter().all(|text| !text.contains("stationary")), "{failed:?}");
}

#[test]
fn every_stationary_point_in_a_box() {
    let circle = [constraint("x^2 + y^2 = 3")];
    let over = [Interval::new(-4.0, 4.0).unwrap(); 2];
    let names = symbols(&["x", "y"]);
    let all = |f: &str, under: &[Constraint]| {
        stationary_points(
            &parse_expr(f).unwrap(),
            &names,
            under,
            &over,
            &RootOptions::default(),
            Budget::UNLIMITED,
        )
        .unwrap()
    };
    let report = all("x^2 y", &circle);
    assert!(report.complete, "{report:#?}");
    let values: Vec<f64> = report.points.iter().map(|p| p.value).collect();
    close(&values, &[-2.0, -2.0, 0.0, 0.0, 2.0, 2.0], 1e-9);
    let kinds: Vec<Kind> = report.points.iter().map(|p| p.kind).collect();
    assert_eq!((kinds[0], kinds[5]), (Kind::Minimum, Kind::Maximum));
    for p in &report.points {
        let u = p.multipliers.as_ref().unwrap()[0];
        assert!(
            (2.0 * p.x[0] * (p.x[1] + u)).abs() < 1e-8 && (p.x[0] * p.x[0] + 2.0 * u * p.x[1]).abs() < 1e-8
        );
        assert!(p.proven);
    }
    // A cusp: there is no multiplier at the least point, which is found or known to be missing.
    let report = all("x", &[constraint("y^2 = x^3")]);
    let found = report.points.iter().any(|p| p.multipliers.is_none() && p.x[0].abs() < 1e-4);
    assert!(found || !report.complete, "{report:#?}");
    // Inequalities: inside, or on the border with the right sign.
    let report = all("(x - 2)^2 + y^2", &[constraint("x^2 + y^2 <= 1")]);
    assert!(report.complete && report.points.len() == 1, "{report:#?}");
    close(&report.points[0].x, &[1.0, 0.0], 1e-9);
}

#[test]
fn the_lowest_value_in_a_box() {
    let least = |f: &str, names: &[&str], low: f64, high: f64| {
        let over = vec![Interval::new(low, high).unwrap(); names.len()];
        let f = parse_expr(f).unwrap();
        global_minimum(&f, &symbols(names), &over, &GlobalOptions::default(), &Budget::UNLIMITED).unwrap()
    };
    // Six-hump camel: two places.
    let camel = "(4 - 2.1 x^2 + x^4/3) x^2 + x y + (-4 + 4 y^2) y^2";
    let found = least(camel, &["x", "y"], -3.0, 3.0);
    assert!(found.finished && found.proven, "{found:#?}");
    assert_eq!(found.minimisers.len(), 2);
    assert!(found.value.contains(-1.031_628_453_489_877) && found.value.width() < 1e-9, "{found:#?}");
    // Rastrigin, Rosenbrock; on an edge; where there is no slope at the lowest point.
    let found = least("20 + x^2 + y^2 - 10 cos(2 pi x) - 10 cos(2 pi y)", &["x", "y"], -5.12, 5.12);
    assert!(found.proven && found.value.contains(0.0), "{found:#?}");
    let found = least("(1 - x)^2 + 100 (y - x^2)^2", &["x", "y"], -3.0, 3.0);
    assert!(found.proven && found.value.contains(0.0), "{found:#?}");
    let found = least("x + y^2", &["x", "y"], -1.0, 2.0);
    assert!(found.proven && found.minimisers[0].at[0] == -1.0, "{found:#?}");
    let found = least("abs(x) + abs(y - 1)", &["x", "y"], -3.0, 2.0);
    assert!(!found.proven && found.value.contains(0.0), "{found:#?}");
    assert!(found.minimisers.iter().any(|m| m.enclosure[0].contains(0.0) && m.enclosure[1].contains(1.0)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    /// Random functions of two variables, 150 of them: no point of a fine grid is lower than what is proven, and a lower
    /// point lies in a minimiser.
    #[test]
    fn nothing_is_lower_than_the_lowest(c in prop::collection::vec(-8i32..8, 7), wave in 1i32..5) {
        let text = format!(
            "({}) x/4 + ({}) y/4 + ({}) x y/8 + ({}) x^2/8 + ({}) y^2/8 + ({}) sin({wave} x)/4 + ({}) cos({wave} y + x)/4",
            c[0], c[1], c[2], c[3], c[4], c[5], c[6]
        );
        let f = parse_expr(&text).unwrap();
        let names = symbols(&["x", "y"]);
        let over = [Interval::new(-2.0, 2.0).unwrap(); 2];
        let options = GlobalOptions { max_boxes: 5_000, ..GlobalOptions::default() };
        let found = global_minimum(&f, &names, &over, &options, &Budget::UNLIMITED).unwrap();
        let value = |x: f64, y: f64| {
            secant::program::eval(&f, &[(names[0].clone(), x), (names[1].clone(), y)]).unwrap()
        };
        for i in 0..=40 {
            for j in 0..=40 {
                let (x, y) = (-2.0 + f64::from(i) / 10.0, -2.0 + f64::from(j) / 10.0);
                let v = value(x, y);
                prop_assert!(v >= found.value.low() - 1e-12 * v.abs(), "{text}: {v} at {x}, {y}: {found:#?}");
                if v < found.value.high() - 1e-12 * v.abs() {
                    let held = found.minimisers.iter().any(|m| m.enclosure[0].contains(x) && m.enclosure[1].contains(y));
                    prop_assert!(held, "{text}: {v} at {x}, {y}: {found:#?}");
                }
            }
        }
        for m in found.minimisers.iter().filter(|m| m.proven) {
            prop_assert!((value(m.at[0], m.at[1]) - found.value.high()).abs() < 1e-6 * found.value.high().abs().max(1.0));
        }
    }

    /// Convex quadratics with a planted minimum, 150 of them in 2 to 5 variables: the certificate holds it.
    #[test]
    fn a_planted_minimum_lies_in_its_certificate(
        at in prop::collection::vec(-30i32..30, 2..6),
        entries in prop::collection::vec(-5i32..5, 25),
    ) {
        let n = at.len();
        let names: Vec<String> = (0..n).map(|k| format!("x{k}")).collect();
        let away = |k: usize| format!("({} - {}/7)", names[k], at[k]);
        let mut text = String::from("0");
        for i in 0..n {
            let row: String = (0..n).map(|j| format!("+ ({}) {}", entries[i * 5 + j] + if i == j { 9 } else { 0 }, away(j))).collect();
            text += &format!("+ (0 {row})^2 + {}^4", away(i));
        }
        let f = parse_expr(&text).unwrap();
        let names: Vec<Symbol> = names.iter().map(|x| Symbol::new(x)).collect();
        let root: Vec<f64> = at.iter().map(|r| f64::from(*r) / 7.0).collect();
        let proof = certify_minimum(&f, &names, &root, &Budget::UNLIMITED).unwrap();
        if let Some(proof) = proof {
            prop_assert!(proof.enclosure.iter().zip(&root).all(|(x, r)| x.low() - 1e-15 * r.abs() <= *r && *r <= x.high() + 1e-15 * r.abs()));
            prop_assert!(proof.value.low() <= 1e-12 && proof.value.high() >= 0.0);
        }
    }
}

fn ask(request: &str) -> serde_json::Value {
    let line = secant::sheet::answer_line(request, &secant::sheet::Limits::default());
    serde_json::from_str(&line).unwrap()
}

#[test]
fn the_operation() {
    let reply = ask(
        r#"{"op": "minimize", "expr": "x + y", "subject_to": "x^2 + y^2 = 2", "from": {"x": -2, "y": 0.5}}"#,
    );
    assert_eq!((&reply["stop"], &reply["kind"]), (&"stationary".into(), &"minimum".into()), "{reply}");
    assert!((reply["multipliers"][0].as_f64().unwrap() - 0.5).abs() < 1e-9, "{reply}");
    assert_eq!(reply["status"], "proven");
    let [low, high] = [0, 1].map(|k| reply["enclosure"]["x"][k].as_f64().unwrap());
    assert!(low <= -1.0 && -1.0 <= high && high - low < 1e-9, "{reply}");
    let reply =
        ask(r#"{"op": "minimize", "expr": "(x - 3)^2", "subject_to": ["0 <= x <= 2"], "from": {"x": 1}}"#);
    assert_eq!(reply["active"], serde_json::json!([false, true]), "{reply}");
    let reply =
        ask(r#"{"op": "minimize", "expr": "x^4 - 3x^2 + x", "over": {"x": [-3, 3]}, "method": "global"}"#);
    assert_eq!((&reply["status"], &reply["complete"]), (&"proven".into(), &true.into()), "{reply}");
    let reply = ask(
        r#"{"op": "minimize", "expr": "x y", "subject_to": "x + y = 4", "over": {"x": [-9, 9], "y": [-9, 9]}, "method": "stationary"}"#,
    );
    assert_eq!((&reply["kind"], &reply["complete"]), (&"maximum".into(), &true.into()), "{reply}");
    let reply = ask(
        r#"{"op": "explain", "of": {"op": "minimize", "expr": "x y", "subject_to": "x + y = 4", "from": {"x": 1, "y": 1}}}"#,
    );
    let steps = reply["steps"].as_array().unwrap();
    assert_eq!(steps[2]["from"], "lambda + y", "{reply}");
    for (request, code) in [
        (r#"{"op": "minimize", "expr": "x", "subject_to": "x > 1", "from": {"x": 1}}"#, "request.constraint"),
        (r#"{"op": "minimize", "expr": "x", "subject_to": "x", "from": {"x": 1}}"#, "request.constraint"),
        (
            r#"{"op": "minimize", "expr": "x", "subject_to": "x >= a", "from": {"x": 1}}"#,
            "name.without-value",
        ),
        (r#"{"op": "minimize", "expr": "x", "method": "global", "from": {"x": 1}}"#, "request.field"),
        (
            r#"{"op": "minimize", "expr": "x^2/x", "subject_to": "x >= 0", "from": {"x": 1}}"#,
            "unsupported.minimize",
        ),
        (
            r#"{"op": "minimize", "expr": "w' w", "declare": {"w": "vector(2)"}, "subject_to": "sum(w) = 1", "from": {"w": [1, 2]}}"#,
            "unsupported.minimize",
        ),
    ] {
        assert_eq!(ask(request)["error"]["code"], code, "{request}: {}", ask(request));
    }
}
