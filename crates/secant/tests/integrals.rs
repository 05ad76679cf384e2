//! Antiderivatives: a table, properties over random integrands, and the shared cases.

use std::collections::BTreeMap;
use std::path::PathBuf;

use secant::calculus::derivative;
use secant::expr::{Expr, Symbol};
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
        eprintln!("{level}: {} of {all} passed ({} proven), {} refused, {} wrong", t.passed, t.proven, t.refused.len(), t.wrong.len());
        t.refused.iter().for_each(|r| eprintln!("  refused {r}"));
        t.wrong.iter().for_each(|w| eprintln!("  WRONG {w}"));
    }
    if let Some(median) = times.get(times.len() / 2) {
        eprintln!("median {:.1} ms; slowest {:?}", median.0 * 1e3, &times[..times.len().min(12)]);
    }
    for t in levels.values() {
        assert!(t.wrong.is_empty(), "{:?}", t.wrong);
    }
}
