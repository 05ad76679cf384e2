//! The reference sets of NIST for regression: <https://www.itl.nist.gov/div898/strd>.
//!
//! `--nocapture` shows, for every set and start, how many digits of parameters, of their standard errors and of the residual
//! deviation agree with the certified values (the least of each; at most 11, as many as are certified, or 15 for linear sets).

use std::path::{Path, PathBuf};

use secant::fit::Setup;
use serde_json::Value;

use crate::common::{Data, fit};

fn folder() -> Option<PathBuf> {
    let shared = match std::env::var_os("SECANT_SHARED") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
    };
    let folder = shared.join("data/nist-strd");
    folder.is_dir().then_some(folder)
}

fn rows(folder: &Path, file: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join(file)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|x| x.as_str().unwrap().to_owned()).collect()
}

fn numbers(list: &Value) -> Vec<f64> {
    let number = |x: &Value| x.as_f64().unwrap_or_else(|| x.as_str().unwrap().trim().parse().unwrap());
    list.as_array().unwrap().iter().map(number).collect()
}

/// The block of numbers behind `Data:`.
fn data(folder: &Path, row: &Value) -> Data {
    let bytes = std::fs::read(folder.join(row["file"].as_str().unwrap())).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    let names = texts(&row["columns"]);
    let mut columns = vec![Vec::new(); names.len()];
    let lines = text.lines().collect::<Vec<_>>();
    let begin = lines.iter().rposition(|line| line.trim_start().starts_with("Data:")).unwrap();
    for line in &lines[begin + 1..] {
        let entries: Vec<f64> = line.split_whitespace().filter_map(|x| x.parse().ok()).collect();
        if entries.len() == names.len() {
            columns.iter_mut().zip(entries).for_each(|(c, x)| c.push(x));
        }
    }
    assert_eq!(columns[0].len() as u64, row["observations"].as_u64().unwrap(), "{}", row["id"]);
    names.into_iter().zip(columns).collect()
}

/// How many digits agree.
fn digits(have: f64, want: f64, most: f64) -> f64 {
    let error = if want == 0.0 { have.abs() } else { (have / want - 1.0).abs() };
    (-error.max(1e-300).log10()).clamp(0.0, most)
}

struct Line {
    params: f64,
    errors: f64,
    deviation: f64,
}

fn compare(folder: &Path, row: &Value, start: Option<&str>) -> Line {
    let data = data(folder, row);
    let names = texts(&row["params"]);
    let setup = Setup { params: Some(names.iter().map(|n| n.as_str().into()).collect()), ..Setup::default() };
    let most = if row.get("start1").is_some() { 11.0 } else { 15.0 };
    let response = row["response"].as_str().unwrap();
    let text = format!("{response} ~ {}", row["model"].as_str().unwrap());
    let starts = start.map(|s| numbers(&row[s])).unwrap_or_default();
    let start: Vec<(&str, f64)> = names.iter().map(String::as_str).zip(starts).collect();
    let report = fit(&text, &data, &setup, &start);
    let least = |have: &dyn Fn(usize) -> f64, want: Vec<f64>| {
        want.iter().enumerate().map(|(k, w)| digits(have(k), *w, most)).fold(most, f64::min)
    };
    let line = Line {
        params: least(&|k| report.params[k].value, numbers(&row["certified"])),
        errors: least(&|k| report.params[k].stderr, numbers(&row["std_dev"])),
        deviation: digits(
            report.residual_sd,
            row["residual_std_dev"].as_str().unwrap().parse().unwrap(),
            most,
        ),
    };
    eprintln!(
        "{:<20} {:>5.1} {:>7.1} {:>9.1}   {:>4} {:>8.1e} {}",
        row["id"].as_str().unwrap(),
        line.params,
        line.errors,
        line.deviation,
        report.evaluations,
        report.condition,
        report.stop.word()
    );
    line
}

#[test]
fn linear_sets() {
    let Some(folder) = folder() else {
        return eprintln!("skipped: no folder data/nist-strd in SECANT_SHARED");
    };
    eprintln!("{:<20} {:>5} {:>7} {:>9}   eval condition", "set", "param", "std.err", "residual");
    let rows = rows(&folder, "linear.jsonl");
    assert_eq!(rows.len(), 11);
    for row in &rows {
        let line = compare(&folder, row, None);
        assert!(line.params >= 8.0 && line.errors >= 8.0 && line.deviation >= 8.0, "{}", row["id"]);
    }
}

#[test]
fn nonlinear_sets_from_both_starts() {
    let Some(folder) = folder() else {
        return eprintln!("skipped: no folder data/nist-strd in SECANT_SHARED");
    };
    let rows = rows(&folder, "nonlinear.jsonl");
    assert_eq!(rows.len(), 27);
    let mut failed = Vec::new();
    for start in ["start1", "start2"] {
        eprintln!(
            "{:<20} {:>5} {:>7} {:>9}   eval condition   {start}",
            "set", "param", "std.err", "residual"
        );
        for row in &rows {
            let line = compare(&folder, row, Some(start));
            if line.params < 9.0 {
                failed.push(format!("{} from {start}: {:.1}", row["id"], line.params));
            }
        }
    }
    assert!(failed.is_empty(), "fewer than 9 digits: {}", failed.join(", "));
}
