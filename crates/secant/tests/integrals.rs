//! Antiderivatives: a table, properties over random integrands, and the shared cases.

use std::collections::BTreeMap;
use std::path::PathBuf;

use secant::calculus::derivative;
use secant::expr::{Condition, ConditionKind, Expr, Symbol};
use secant::integral::{Options, antiderivative};
use secant::program::eval;
use secant::syntax::parse_expr;

fn read(text: &str) -> Expr {
    parse_expr(text).unwrap_or_else(|errors| panic!("{text}: {errors}"))
}

fn value(e: &Expr, at: &BTreeMap<String, f64>) -> f64 {
    let point: Vec<(Symbol, f64)> = at.iter().map(|(n, x)| (Symbol::new(n), *x)).collect();
    eval(e, &point).unwrap_or(f64::NAN)
}

fn rows() -> Vec<serde_json::Value> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = std::env::var_os("SECANT_SHARED").map_or(beside, PathBuf::from).join("data/integration");
    let Ok(files) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: no folder of shared cases");
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = files.flatten().map(|f| f.path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "jsonl"));
    files.sort();
    let texts = files.iter().map(|f| std::fs::read_to_string(f).unwrap());
    texts.flat_map(|t| t.lines().map(|l| serde_json::from_str(l).unwrap()).collect::<Vec<_>>()).collect()
}

/// The number that a row holds, as one or as a text.
fn number(v: &serde_json::Value) -> Option<f64> {
    v.as_f64().or_else(|| eval(&parse_expr(v.as_str()?).ok()?, &[]).ok())
}

#[derive(Default)]
struct Tally {
    passed: usize,
    proven: usize,
    refused: Vec<String>,
    wrong: Vec<String>,
}

#[test]
fn the_shared_cases() {
    let only = std::env::var("SECANT_CASE").ok();
    let mut levels: BTreeMap<String, Tally> = BTreeMap::new();
    let rows = rows();
    let mut times: Vec<(f64, String)> = Vec::new();
    for row in &rows {
        let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let (id, integrand) = (text("id"), text("integrand"));
        if only.as_ref().is_some_and(|only| !id.contains(only.as_str())) {
            continue;
        }
        let tally = levels.entry(text("level")).or_default();
        let Ok(e) = parse_expr(&integrand) else {
            tally.refused.push(format!("{id}: {integrand}: cannot be read"));
            continue;
        };
        let x = Symbol::new(&text("var"));
        let start = std::time::Instant::now();
        let found = antiderivative(&e, &x, &Options::default());
        times.push((start.elapsed().as_secs_f64(), id.clone()));
        let Some(f) = &found.result else {
            tally.refused.push(format!("{id}: {integrand}: {}", found.reason));
            continue;
        };
        if only.is_some() {
            eprintln!("{id}: {integrand} => {f}   [{:?}]", found.conditions);
        }
        let slope = derivative(f, &x);
        // Where the source says nothing of points: inside the range of its definite integral.
        let mut samples: Vec<(BTreeMap<String, f64>, f64)> = Vec::new();
        for sample in row["samples"].as_array().into_iter().flatten() {
            let at = sample["at"].as_object().unwrap();
            let at = at.iter().map(|(n, v)| (n.clone(), v.as_f64().unwrap())).collect();
            samples.push((at, sample["value"].as_f64().unwrap()));
        }
        if samples.is_empty()
            && let (Some(a), Some(b)) = (number(&row["definite"]["lower"]), number(&row["definite"]["upper"]))
        {
            let (a, b) = (a.max(-5.0), b.min(5.0));
            for k in [0.21, 0.48, 0.83] {
                let at = BTreeMap::from([(x.name().to_owned(), a + k * (b - a))]);
                let want = value(&e, &at);
                samples.push((at, want));
            }
        }
        let (mut bad, mut missing) = (None, None);
        for (at, want) in &samples {
            let have = value(&slope, at);
            if have.is_nan() {
                missing = Some(at.clone());
            } else if (have - want).abs() > 1e-6 * want.abs().max(1e-3) {
                bad = Some(format!("{have} for {want} at {at:?}"));
            }
        }
        match (bad, missing) {
            (Some(bad), _) => tally.wrong.push(format!("{id}: {integrand}: {f}: {bad}")),
            (_, Some(at)) => tally.refused.push(format!("{id}: {integrand}: no value of {f} at {at:?}")),
            _ => {
                tally.passed += 1;
                tally.proven += usize::from(found.proven);
            }
        }
    }
    times.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (level, t) in &levels {
        let all = t.passed + t.refused.len() + t.wrong.len();
        eprintln!(
            "{level}: {} of {all} passed ({} proven), {} refused, {} wrong",
            t.passed,
            t.proven,
            t.refused.len(),
            t.wrong.len()
        );
        t.refused.iter().for_each(|r| eprintln!("  refused {r}"));
        t.wrong.iter().for_each(|w| eprintln!("  WRONG {w}"));
    }
    if let Some(median) = times.get(times.len() / 2) {
        eprintln!("median {:.1} ms; slowest {:?}", median.0 * 1e3, &times[..times.len().min(12)]);
    }
    // A little below what is reached; some of the collections are complex, and everything is real here.
    let floors = [("course", 0.97), ("university", 0.91), ("hard", 0.36)];
    for (level, t) in &levels {
        assert!(t.wrong.is_empty(), "{:?}", t.wrong);
        let all = (t.passed + t.refused.len()) as f64;
        let floor = floors.iter().find(|(name, _)| name == level).map_or(0.0, |(_, floor)| *floor);
        assert!(only.is_some() || t.passed as f64 >= floor * all, "{level}: {} of {all} passed", t.passed);
    }
}

/// Antiderivatives as a person would write them, one a line, with what is said about them: a golden file.
#[test]
fn the_table() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/antiderivatives.txt");
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    let mut out = String::new();
    for line in include_str!("integrals/table.txt").lines() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            out.push_str(&format!("{line}\n"));
            continue;
        }
        let e = read(line);
        let x = Symbol::new("x");
        let found = antiderivative(&e, &x, &Options::default());
        out.push_str(&format!("{line}\n    "));
        match &found.result {
            None => out.push_str(&format!("none: {}\n", found.reason)),
            Some(f) => {
                assert!(slope_agrees(f, &e, &x) >= 3, "{line}: {f}");
                out.push_str(&format!("{f}{}", if found.proven { "" } else { "   tested" }));
                found.conditions.iter().for_each(|c| out.push_str(&format!("   where {c}")));
                out.push('\n');
            }
        }
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &out).unwrap();
        return;
    }
    assert_eq!(out, golden, "run with UPDATE_GOLDEN=1 and read the difference");
}

/// At how many of a few points both the slope of `f` and `e` have a value; they must agree there.
#[track_caller]
fn slope_agrees(f: &Expr, e: &Expr, x: &Symbol) -> usize {
    let mut agreeing = 0;
    let slope = derivative(f, x);
    for k in 0..24 {
        let place = f64::from(k - 7) * 0.317 + 0.043;
        let mut at: BTreeMap<String, f64> = BTreeMap::new();
        for (j, n) in e.free_symbols().iter().chain(&f.free_symbols()).enumerate() {
            let letter = 0.55 + 0.21 * ((j + k as usize) % 5) as f64;
            at.insert(n.name().to_owned(), if n == x { place } else { letter });
        }
        let (have, want) = (value(&slope, &at), value(e, &at));
        if have.is_finite() && want.is_finite() {
            assert!(
                (have - want).abs() <= 1e-5 * want.abs().max(1e-2),
                "{f} at {at:?}: {have} for {want} of {e}"
            );
            agreeing += 1;
        }
    }
    agreeing
}

/// What a random function has for a slope has an antiderivative: it is found and right, or refused.
#[test]
fn slopes_of_random_functions() {
    let x = Symbol::new("x");
    let mut state = 20_u64;
    let mut next = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let leaves = ["x", "2 x + 1", "x^2", "sqrt(x)", "1/x", "3", "x^2 + 1", "a x"];
    let functions = ["sin", "cos", "exp", "log", "atan", "tan", "sqrt", "sinh", "asin", "tanh"];
    let (mut found, mut refused) = (0, 0);
    for _ in 0..200 {
        let mut part = || {
            let leaf = leaves[next(leaves.len() as u64) as usize];
            match next(3) {
                0 => leaf.to_owned(),
                _ => format!("{}({leaf})", functions[next(functions.len() as u64) as usize]),
            }
        };
        let (a, b) = (part(), part());
        let text = match next(4) {
            0 => format!("({a}) ({b})"),
            1 => format!("({a})/({b})"),
            2 => format!("({a})^2 + {b}"),
            _ => format!("{a} + {b}"),
        };
        let Ok(f) = parse_expr(&text) else { continue };
        let e = derivative(&f, &x);
        match antiderivative(&e, &x, &Options::default()).result {
            Some(g) => {
                found += 1;
                slope_agrees(&g, &e, &x);
            }
            None => {
                refused += 1;
                eprintln!("refused: {e} (from {text})");
            }
        }
    }
    eprintln!("{found} found, {refused} refused");
    assert!(found >= 4 * refused, "{found} found, {refused} refused");
}

#[test]
fn what_is_assumed_decides_the_form() {
    let x = Symbol::new("x");
    let positive = |text: &str| Condition::new(ConditionKind::Positive, read(text));
    let form = |text: &str, assume: &[Condition]| {
        let found =
            antiderivative(&read(text), &x, &Options { assume: assume.to_vec(), ..Options::default() });
        (
            found.result.unwrap().to_string(),
            found.conditions.iter().map(ToString::to_string).collect::<Vec<_>>(),
        )
    };
    let (circle, said) = form("1/(x^2 + a)", &[]);
    assert!(circle.contains("atan"), "{circle}");
    assert_eq!(said, ["a > 0"]);
    let (circle, said) = form("1/(x^2 + a)", &[positive("a")]);
    assert!(circle.contains("atan") && said.is_empty(), "{circle}, {said:?}");
    let (logs, said) = form("1/(x^2 + a)", &[positive("-a")]);
    assert!(logs.contains("log") && said.is_empty(), "{logs}, {said:?}");
    let (_, said) = form("x^n", &[]);
    assert_eq!(said, ["n + 1 != 0"]);
    let (both, said) = form("1/(1 + a cos(x))", &[]);
    assert!(both.starts_with("where("), "{both}");
    assert!(said.is_empty(), "{said:?}");
}

#[test]
fn steps_lead_from_the_question_to_the_answer() {
    let x = Symbol::new("x");
    for text in
        ["x sin(x^2)", "x^2 exp(x)", "x log(x)", "1/(x^2 - 1)", "sin(x)^3", "sqrt(1 - x^2)", "exp(x) sin(x)"]
    {
        let e = read(text);
        let found = antiderivative(&e, &x, &Options::default());
        let first = found.steps.first().unwrap();
        assert_eq!(first.from.integrals.len(), 1, "{text}");
        assert_eq!((&first.from.integrals[0].1, &first.from.integrals[0].2), (&e, &x), "{text}");
        // What a line leaves to be done, a later line begins with.
        for (k, step) in found.steps.iter().enumerate() {
            for (_, integrand, by) in &step.to.integrals {
                let begun = |s: &secant::integral::IntegralStep| {
                    s.from.integrals.iter().any(|(_, e, x)| e == integrand && x == by)
                };
                let at_sight = !integrand.contains(by);
                assert!(
                    at_sight || found.steps.iter().any(begun),
                    "{text}, line {k}: {integrand} is left over"
                );
            }
        }
    }
}
