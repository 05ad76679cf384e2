//! `integrate`, `solve` and `minimize` as a person or a script meets them.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

struct Done {
    code: Option<i32>,
    out: String,
    err: String,
}

fn secant(words: &[&str], folder: &Path) -> Done {
    let output = Command::new(env!("CARGO_BIN_EXE_secant"))
        .args(words)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Done { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// An answer with these parts, and nothing on standard error.
#[track_caller]
fn says(words: &[&str], code: i32, parts: &[&str]) -> String {
    let done = secant(words, Path::new("."));
    assert_eq!((done.code, done.err.as_str()), (Some(code), ""), "{words:?}: {}", done.out);
    for part in parts {
        assert!(done.out.contains(part), "{part:?} is not in\n{}", done.out);
    }
    done.out
}

#[track_caller]
fn refuses(words: &[&str], parts: &[&str]) {
    let done = secant(words, Path::new("."));
    assert_eq!((done.code, done.out.as_str()), (Some(2), ""), "{words:?}: {}", done.err);
    for part in parts {
        assert!(done.err.contains(part), "{part:?} is not in\n{}", done.err);
    }
    assert!(!done.err.contains("panicked"), "{}", done.err);
}

#[track_caller]
fn json(words: &[&str]) -> Value {
    let done = secant(&[words, &["--format", "json"]].concat(), Path::new("."));
    assert_eq!(done.err, "", "{words:?}");
    serde_json::from_str(&done.out).unwrap()
}

#[test]
fn integrals() {
    says(&["integrate", "x exp(x)", "x"], 0, &["exp(x)", "proven"]);
    says(&["integrate", "x exp(x)", "x", "--explain"], 0, &["  1. ", "Result: "]);
    says(&["integrate", "exp(-x^2)", "x", "0..inf"], 0, &["0.886226925452"]);
    says(&["integrate", "sin(x)", "x=0..pi", "--prove"], 0, &["proven"]);
    says(&["integrate", "1/x", "x", "0..1"], 1, &["diverges"]);
    let reply = json(&["integrate", "x", "x", "0..1"]);
    assert!((reply["value"].as_f64().unwrap() - 0.5).abs() < 1e-15, "{reply}");
    refuses(&["integrate", "a x sin(x^x)", "x", "0..1"], &["`a` has no value"]);
    says(&["integrate", "2 x", "x", "--format", "latex"], 0, &["x^{2}"]);
    says(&["integrate", "exp(x)/(x + sin(x))^x", "x"], 1, &["no antiderivative"]);
    refuses(&["integrate", "x +", "x"], &["syntax.missing-operand", "| x +"]);
    refuses(&["integrate", "x", "x=0..1", "0..2"], &["two ranges"]);
    refuses(&["integrate", "x", "x", "--plot", "a.pdf"], &[".svg and .png"]);
}

#[test]
fn roots() {
    says(&["solve", "cos(x) = x", "x=1"], 0, &["0.739085133215"]);
    says(&["solve", "x^2 = 2", "x=-10..10"], 0, &["1.414213562373", "-1.414213562373"]);
    says(&["solve", "x^2 + y^2 = 4", "y = x", "x=1", "y=1"], 0, &["1.414213562373"]);
    says(&["solve", "x^2 = -1", "x=-10..10"], 1, &[]);
    let reply = json(&["solve", "x = 3"]);
    assert_eq!(reply["roots"][0]["at"]["x"].as_f64(), Some(3.0), "{reply}");
    refuses(&["solve", "x^2 = a", "x=1"], &["`a` has no value"]);
    refuses(&["solve", "x^2 = (", "x=1"], &["syntax."]);
}

#[test]
fn minima() {
    let out = says(&["minimize", "(x - 1)^2 + (y + 2)^2", "x=0", "y=0", "--trace"], 0, &["minimum"]);
    assert!(out.lines().any(|line| line.split_whitespace().next() == Some("step")), "{out}");
    says(&["minimize", "x^2", "x=3", "--over", "x=1..4"], 0, &["x = 1\n"]);
    says(&["minimize", "-x^2", "x=1"], 1, &[]);
    refuses(&["minimize", "x^2", "x=1", "--method", "magic"], &["magic"]);
    refuses(&["minimize", "x^2 +", "x=1"], &["syntax.", "| x^2 +"]);
}

/// Rows of `2 exp(-x/2)`, a little off.
const ROWS: &str = "x,y,s\n0,2.02,0.05\n1,1.19,0.05\n2,0.75,0.05\n3,0.43,0.05\n4,0.28,0.05\n5,0.15,0.05\n";

#[test]
fn fits() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("data.csv"), ROWS).unwrap();
    let fit = |words: &[&str]| {
        let done = secant(&[&["fit", "y ~ a exp(-b x)", "data.csv"], words].concat(), folder.path());
        assert_eq!((done.code, done.err.as_str()), (Some(0), ""), "{words:?}: {}", done.out);
        done.out
    };
    let reply: Value = serde_json::from_str(&fit(&["--sigma", "s", "--format", "json"])).unwrap();
    for (name, want) in [("a", 2.0), ("b", 0.5)] {
        let param = &reply["params"][name];
        let (value, error) = (param["value"].as_f64().unwrap(), param["stderr"].as_f64().unwrap());
        assert!((value - want).abs() < 3.0 * error && error < 0.1, "{name}: {param}");
    }
    assert!(fit(&["--sigma", "0.05"]).contains("chi-squared"));
    assert!(fit(&["--fix", "b=0.5"]).contains("fixed"));
    fit(&["--sigma", "s", "--start", "a=1", "--bound", "b=0..3", "--plot", "fit.svg"]);
    let svg = std::fs::read_to_string(folder.path().join("fit.svg")).unwrap();
    for part in ["6 points with error bars", "A curve: a exp(-b x)", "confidence", "residual"] {
        assert!(svg.contains(part), "{part:?} is not in\n{svg}");
    }
    let refused = |words: &[&str], part: &str| {
        let done = secant(words, folder.path());
        assert!(done.code == Some(2) && done.err.contains(part), "{words:?}: {} {}", done.out, done.err);
    };
    refused(&["fit", "y ~ a exp(-b x", "data.csv"], "| y ~ a exp(-b x");
    refused(&["fit", "y ~ a x", "none.csv"], "none.csv");
    refused(&["fit", "y ~ a z^2 + b q", "data.csv", "--plot", "a.svg"], "one column");
    refused(&["fit", "y + a x", "data.csv"], "is not a model");
}

#[test]
fn pictures() {
    let folder = tempfile::tempdir().unwrap();
    let rows: &[(&[&str], &[&str])] = &[
        (&["integrate", "sin(x)", "x", "0..pi"], &["An area", "A curve: sin(x)"]),
        (&["integrate", "exp(-x^2)", "x", "-inf..inf"], &["An area"]),
        (&["integrate", "cos(x)", "x"], &["A curve: cos(x)", "A curve: sin(x)"]),
        (&["solve", "x^3 = 2 x + 5", "x=-4..4"], &["1 root"]),
        (&["solve", "x^3 = 2 x + 5", "x=4"], &["A path", "1 root"]),
        (&["solve", "x^2 + y^2 = 4", "y = x^2", "x=1", "y=1"], &["A line of equal value", "A path"]),
        (&["minimize", "x^2 + 3 y^2", "x=1", "y=2"], &["A landscape", "A path"]),
        (&["minimize", "cosh(x - 1)", "x=3"], &["A curve", "A path"]),
        (&["plot", "x^2 + 3 y^2", "x=-3..3", "y=-3..3", "--descent", "x=1,y=2"], &["A path"]),
    ];
    for (words, parts) in rows {
        let flag = if words[0] == "plot" { "-o" } else { "--plot" };
        let done = secant(&[*words, &[flag, "a.svg"]].concat(), folder.path());
        assert_eq!((done.code, done.err.as_str()), (Some(0), ""), "{words:?}");
        let svg = std::fs::read_to_string(folder.path().join("a.svg")).unwrap();
        for part in *parts {
            assert!(svg.contains(part), "{words:?}: {part:?} is not in\n{svg}");
        }
        std::fs::remove_file(folder.path().join("a.svg")).unwrap();
    }
}
