//! Answers that other systems' tests grade, through the op: how many come out the same, and why the others do not.
//!
//! Each disagreement is in `shared_answers.txt`, with its reason; a row that is no longer one has to leave it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use secant::sheet::Limits;
use secant_course::answer_line;
use serde_json::{Value, json};

const SUITES: [&str; 4] = ["stack", "kas", "mathjs_compute_engine", "sympy_equal"];
const KNOWN: &str = include_str!("shared_answers.txt");

fn folder() -> Option<PathBuf> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/grading"));
    Some(folder).filter(|folder| folder.is_dir())
}

/// The kind that two texts are of.
fn kind(row: &Value) -> &'static str {
    let has = |tag: &str| row["tags"].as_array().into_iter().flatten().any(|t| t == tag);
    if has("matrix") {
        "matrix"
    } else if has("inequality") {
        "inequality"
    } else if has("equation") {
        "equation"
    } else if has("set") {
        "set"
    } else if has("list") {
        "list"
    } else {
        "expression"
    }
}

/// The request that a row is; `None` where it asks for something that no kind does.
fn request(row: &Value) -> Option<Value> {
    let text = |field: &str| row[field].as_str().unwrap_or_default().to_owned();
    let (student, teacher, option) = (text("student"), text("teacher"), text("option"));
    let complex = row["tags"].as_array()?.iter().any(|t| t == "complex");
    if complex || row["verdict"] == "error" {
        return None;
    }
    let numbers: Vec<&str> = option.trim_matches(['[', ']']).split(',').map(str::trim).collect();
    let own = |form: &str| {
        // Some rows ask for the form alone.
        let model = if matches!(&*teacher, "0" | "null") { &student } else { &teacher };
        json!({"answer": student, "model": model, "form": form})
    };
    let within = |field: &str| {
        let bound: f64 = if option.is_empty() { 0.05 } else { option.parse().ok()? };
        Some(json!({"kind": "value", "answer": student, "model": teacher, "tolerance": {field: bound}}))
    };
    let mut request = match row["mode"].as_str()? {
        "equivalent" => json!({"kind": kind(row), "answer": student, "model": teacher}),
        "same-form" | "identical" | "same-form-modulo-order" => {
            json!({"kind": kind(row), "answer": student, "model": teacher, "form": "same-form"})
        }
        "form-expanded" => own("expanded"),
        "form-factored" => own("factored"),
        "form-single-fraction" => own("single-fraction"),
        "form-lowest-terms" => own("lowest-terms"),
        "form-partial-fractions" => own("partial-fractions"),
        "form-completed-square" => own("completed-square"),
        "derivative" => json!({"answer": student, "model": teacher}),
        "antiderivative" | "constant-of-integration" if !option.contains("NOCONST") => {
            json!({"kind": "antiderivative", "answer": student, "model": teacher, "wrt": numbers[0]})
        }
        "antiderivative" | "antiderivative-up-to-constant" => {
            json!({"kind": "antiderivative", "answer": student, "model": teacher, "wrt": numbers[0], "form": "no-constant"})
        }
        "numeric-relative" => within("relative")?,
        "numeric-absolute" => within("absolute")?,
        "significant-figures" | "significant-figures-strict" => {
            let n: u32 = numbers[0].parse().ok()?;
            let right: i64 = numbers.get(1).map_or(Ok(i64::from(n)), |m| m.parse()).ok()?;
            let model = if teacher == "null" || right == 0 { &student } else { &teacher };
            let right = if right > 0 { right } else { i64::from(n) };
            let form = format!("significant-figures {n}");
            json!({"kind": "value", "answer": student, "model": model, "form": form,
                "tolerance": {"significant_figures": right}})
        }
        "decimal-places" => json!({"kind": "value", "answer": student, "model": teacher,
            "form": format!("decimal-places {option}"), "tolerance": {"decimal_places": option.parse::<u32>().ok()?}}),
        "same-solution-set" => {
            let list = |t: &str| t.trim_matches(['[', ']']).to_owned();
            json!({"kind": "equation", "answer": list(&student), "model": list(&teacher)})
        }
        "same-set" => json!({"kind": "set", "answer": student, "model": teacher}),
        "equivalence-chain" | "equivalence-chain-first" => {
            let lines: Vec<&str> = student.trim_matches(['[', ']']).split(", ").collect();
            let first = teacher.trim_matches(['[', ']']).split(", ").next()?.to_owned();
            json!({"kind": "working", "answer": lines, "model": first})
        }
        _ => return None,
    };
    request["op"] = "grade".into();
    Some(request)
}

#[derive(Default)]
struct Count {
    passed: usize,
    refused: usize,
    other: usize,
    not_asked: usize,
}

#[test]
fn answers_graded_elsewhere() {
    let Some(folder) = folder() else {
        eprintln!("skipped: there is no ../shared/data/grading beside this checkout");
        return;
    };
    let known: BTreeMap<&str, &str> = KNOWN
        .lines()
        .filter(|l| !l.trim().is_empty())
        .filter_map(|l| l.split_once(char::is_whitespace))
        .collect();
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    let mut disagreements = BTreeMap::new();
    for suite in SUITES {
        let text = std::fs::read_to_string(folder.join(format!("{suite}.jsonl"))).unwrap();
        for line in text.lines().filter(|l| !l.trim().is_empty()) {
            let row: Value = serde_json::from_str(line).unwrap();
            let count = counts.entry(row["mode"].as_str().unwrap().to_owned()).or_default();
            let Some(request) = request(&row) else {
                count.not_asked += 1;
                continue;
            };
            let reply: Value =
                serde_json::from_str(&answer_line(&request.to_string(), &Limits::default())).unwrap();
            let verdict = reply["verdict"].as_str().unwrap_or("question refused").to_owned();
            let equal = row["verdict"] == "equal";
            match &*verdict {
                "undecided" | "not understood" | "question refused" => count.refused += 1,
                "wrong" if !equal => count.passed += 1,
                right if right.starts_with("right") && equal => count.passed += 1,
                _ => {
                    count.other += 1;
                    disagreements
                        .insert(row["id"].as_str().unwrap().to_owned(), format!("{verdict}: {reply}"));
                }
            }
            if std::env::var_os("SECANT_SHOW").is_some()
                && matches!(&*verdict, "undecided" | "not understood" | "question refused")
            {
                eprintln!("{} {verdict} {request} {reply}", row["id"]);
            }
        }
    }
    let (mut passed, mut all) = (0, 0);
    for (mode, c) in &counts {
        eprintln!(
            "{mode:32} {:4} the same, {:3} refused, {:3} other, {:3} not asked",
            c.passed, c.refused, c.other, c.not_asked
        );
        passed += c.passed;
        all += c.passed + c.refused + c.other;
    }
    eprintln!("{passed} of {all} the same");
    let new: Vec<_> = disagreements.iter().filter(|(id, _)| !known.contains_key(id.as_str())).collect();
    assert!(new.is_empty(), "{new:#?}");
    let gone: Vec<_> = known.keys().filter(|id| !disagreements.contains_key(**id)).collect();
    assert!(gone.is_empty(), "no disagreement any more: {gone:?}");
}
