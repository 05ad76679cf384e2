//! The cases of Moré, Garbow & Hillstrom and those of Hock & Schittkowski that have bounds at most, each by every method that
//! suits it. The files are named by the variable `SECANT_SHARED`.

use std::path::PathBuf;

use secant::expr::Symbol;
use secant::minimize::{Evaluations, Kind, Method, Objective, Options, Report, Status, Stop, minimize};
use secant::syntax::parse_expr;
use serde_json::Value;

struct Case {
    name: String,
    text: String,
    names: Vec<String>,
    start: Vec<f64>,
    bounds: Option<Vec<(f64, f64)>>,
    /// Values of known minima.
    minima: Vec<f64>,
}

fn numbers(v: &Value) -> Vec<f64> {
    v.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

fn strings(v: &Value) -> Vec<String> {
    v.as_array().unwrap().iter().map(|x| x.as_str().unwrap().to_owned()).collect()
}

/// The grammar of the files, in ours.
fn ours(text: &str) -> String {
    text.replace("ln(", "log(")
}

fn rows(file: &str) -> Option<Vec<Value>> {
    let folder = PathBuf::from(std::env::var_os("SECANT_SHARED")?);
    let text = std::fs::read_to_string(folder.join("data").join(file)).unwrap();
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

fn sums_of_squares() -> Option<Vec<Case>> {
    let mut cases = Vec::new();
    for row in rows("mgh/mgh.jsonl")? {
        let text: Vec<String> =
            strings(&row["residuals"]).iter().map(|r| format!("({})^2", ours(r))).collect();
        for factor in numbers(&row["start_factors"]) {
            cases.push(Case {
                name: format!("{} x{factor}", row["name"].as_str().unwrap()),
                text: text.join(" + "),
                names: strings(&row["vars"]),
                start: numbers(&row["start"]).iter().map(|x| x * factor).collect(),
                bounds: None,
                minima: row["minima"].as_array().unwrap().iter().filter_map(|m| m["f"].as_f64()).collect(),
            });
        }
    }
    Some(cases)
}

fn bounded() -> Option<Vec<Case>> {
    let case = |row: Value| Case {
        name: row["id"].as_str().unwrap().to_owned(),
        text: ours(row["objective"].as_str().unwrap()),
        names: strings(&row["vars"]),
        start: numbers(&row["start"]),
        bounds: row["bounds"].as_array().map(|list| {
            let side = |v: &Value, none: f64| v.as_f64().unwrap_or(none);
            list.iter().map(|b| (side(&b[0], f64::NEG_INFINITY), side(&b[1], f64::INFINITY))).collect()
        }),
        minima: vec![row["f_opt"].as_f64().unwrap()],
    };
    Some(rows("hs_unconstrained/bounds_only_or_free.jsonl")?.into_iter().map(case).collect())
}

fn solve(case: &Case, method: Option<Method>) -> Report {
    let names: Vec<Symbol> = case.names.iter().map(|n| Symbol::new(n)).collect();
    let f = parse_expr(&case.text).unwrap();
    let mut f = Objective::of_numbers(&f, &names).unwrap();
    // Few of those that take longer arrive at all.
    let max_steps = if method.is_some() { 500 } else { Options::default().max_steps };
    let options = Options { method, max_steps, ..Options::default() };
    minimize(&mut f, &case.start, case.bounds.as_deref(), &options).unwrap()
}

/// To so many digits of the value one of the known minima, or below it; where there is none, seen to be so.
fn is_solved(case: &Case, found: &Report) -> bool {
    if case.minima.iter().any(|f| *f < -1e20) {
        return found.stop == Stop::Unbounded;
    }
    case.minima.iter().any(|f| found.value - f <= 1e-6 * f.abs().max(1e-3))
}

/// What must be true of every report, whatever the method.
#[track_caller]
fn sound(case: &Case, found: &Report) {
    let what = format!("{} by {}: {found:?}", case.name, found.method.name());
    assert!(found.value <= found.trace[0].value, "{what}");
    assert!(found.certificate.is_none() && found.status != Status::Proven, "{what}");
    if found.stop == Stop::Unbounded {
        assert_eq!((found.kind, found.status), (Kind::Undecided, Status::Failed), "{what}");
    }
    if found.kind == Kind::Minimum {
        assert!(found.post_mortem.eigenvalues.iter().all(|v| *v > -1e-6), "{what}");
        assert!(found.post_mortem.distance.is_none_or(|d| d <= 1e-2), "{what}");
    }
    if let Some(bounds) = &case.bounds {
        let within = found.trace.iter().all(|p| p.x.iter().zip(bounds).all(|(x, (a, b))| a <= x && x <= b));
        assert!(within, "{what}");
    }
    if found.status == Status::Tested {
        // Of what is called a tested minimum no point around it is lower.
        let names: Vec<Symbol> = case.names.iter().map(|n| Symbol::new(n)).collect();
        let mut f = Objective::of_numbers(&parse_expr(&case.text).unwrap(), &names).unwrap();
        for k in 0..found.x.len() {
            for by in [-1e-3, 1e-3] {
                let mut x = found.x.clone();
                x[k] += by * x[k].abs().max(1.0);
                if let Some(bounds) = &case.bounds {
                    x[k] = x[k].clamp(bounds[k].0, bounds[k].1);
                }
                let there = f.value(&x).unwrap();
                assert!(there >= found.value - 1e-7 * found.value.abs().max(1.0), "{there} at {x:?}: {what}");
            }
        }
    }
}

/// Solved and steps of a method, over all cases; a line for each case that it does not solve.
fn all(cases: &[Case], method: Option<Method>) -> (usize, Vec<String>) {
    let (mut solved, mut failed, mut total) = (0, Vec::new(), Evaluations::default());
    for case in cases {
        let found = solve(case, method);
        sound(case, &found);
        let Evaluations { f, grad, hessian, product } = found.evaluations;
        if is_solved(case, &found) {
            solved += 1;
            total.f += f;
            total.grad += grad;
            total.hessian += hessian;
            total.product += product;
        } else {
            failed.push(format!("{} ({}, {:e})", case.name, found.stop.name(), found.value));
        }
    }
    let name = method.map_or("default", Method::name);
    eprintln!("{name}: {solved} of {} solved, with {total:?}; not: {}", cases.len(), failed.join(", "));
    (solved, failed)
}

fn cases() -> Option<Vec<Case>> {
    let mut cases = sums_of_squares()?;
    cases.extend(bounded()?);
    Some(cases)
}

/// The default leaves three: Beale's function falls towards a value at infinity from two of its starts, and Meyer's start,
/// multiplied by 100, lies where it is flat to the last digit.
#[test]
fn by_default() {
    let Some(cases) = cases() else { return eprintln!("SECANT_SHARED is not set: nothing to read") };
    let (_, failed) = all(&cases, None);
    let known = ["Beale x10 ", "Beale x100 ", "Meyer x100 "];
    assert!(failed.iter().all(|line| known.iter().any(|k| line.starts_with(k))), "{failed:#?}");
}

/// Every other method: what is said is true, and most is solved.
#[test]
fn by_other_methods() {
    let Some(cases) = cases() else { return eprintln!("SECANT_SHARED is not set: nothing to read") };
    for (method, least) in [
        (Method::LimitedBfgs, 34),
        (Method::Bfgs, 25),
        (Method::ConjugateGradient, 20),
        (Method::LevenbergMarquardt, 20),
        (Method::GaussNewton, 10),
        (Method::SteepestDescent, 10),
        (Method::GradientDescent, 1),
        (Method::Momentum, 1),
        (Method::Nesterov, 1),
        (Method::Adam, 1),
    ] {
        let row = method.row();
        let squares = |case: &Case| {
            let names: Vec<Symbol> = case.names.iter().map(|n| Symbol::new(n)).collect();
            Objective::of_numbers(&parse_expr(&case.text).unwrap(), &names).unwrap().squares().is_some()
        };
        let fits = |case: &Case| (case.bounds.is_none() || row.bounds) && (!row.squares || squares(case));
        let cases: Vec<Case> = self::cases().unwrap().into_iter().filter(|case| fits(case)).collect();
        let (solved, _) = all(&cases, Some(method));
        assert!(solved >= least, "{}: {solved}", row.name);
    }
    assert!(!cases.is_empty());
}
