//! Every operation at ordinary and special values, as a file that other interpreters are compared with.
//!
//! `tests/browser/fixtures/opcodes.json` is rewritten by `UPDATE_GOLDEN=1`; here it must agree with what is computed now.
//! Its numbers may differ by `relative · max(|want|, scale)`: 0 for what IEEE 754 fixes, a few ulps for functions.

use std::path::Path;

use secant::expr::{Expr, Func, Symbol, apply};
use secant::program::{OPCODES, Op, Operands, Portable, Program, Workspace};
use serde_json::{Value, json};

const ONE: &[f64] = &[
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -0.5,
    2.0,
    -2.0,
    3.0,
    -3.0,
    0.1,
    -0.1,
    0.75,
    1.25,
    -1.25,
    2.5,
    -2.5,
    10.3,
    -10.3,
    33.3,
    -33.3,
    100.7,
    171.5,
    700.0,
    -700.0,
    1000.0,
    8.0,
    -8.0,
    27.0,
    1e-5,
    -1e-5,
    1e-10,
    -1e-10,
    1e-300,
    -1e-300,
    5e-324,
    1e10,
    -1e10,
    1e300,
    -1e300,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
];
const TWO: &[f64] = &[
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -0.5,
    2.0,
    -3.0,
    3.0,
    7.25,
    -7.25,
    1e10,
    1e-300,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
];
const THREE: &[f64] = &[0.0, -0.0, 1.5, -2.5, f64::INFINITY, f64::NAN];
const ORDERS: &[f64] = &[0.0, 1.0, 2.0, 3.0, 7.0, 0.5, -1.0, 101.0, f64::NAN];
const EXPONENTS: &[i64] = &[0, 1, -1, 2, 3, -2, -3, 7, 16, -16, 17, -40, 101, i32::MIN as i64];

/// How far another implementation may be off, and the size below which that is absolute.
fn tolerance(op: Op) -> (f64, f64) {
    match op {
        Op::Add
        | Op::Sub
        | Op::Mul
        | Op::Div
        | Op::Neg
        | Op::Recip
        | Op::Sqrt
        | Op::Abs
        | Op::Sign
        | Op::Floor
        | Op::Ceil
        | Op::Relu
        | Op::Step
        | Op::Max
        | Op::Min
        | Op::Mod
        | Op::Lt
        | Op::Le
        | Op::Eq
        | Op::Ne
        | Op::And
        | Op::Or
        | Op::Where => (0.0, 0.0),
        Op::Powi
        | Op::Pow
        | Op::Cbrt
        | Op::Root3
        | Op::Exp
        | Op::Expm1
        | Op::Log
        | Op::Log1p
        | Op::Log2
        | Op::Log10
        | Op::Sin
        | Op::Cos
        | Op::Tan
        | Op::Asin
        | Op::Acos
        | Op::Atan
        | Op::Sinh
        | Op::Cosh
        | Op::Tanh
        | Op::Asinh
        | Op::Acosh
        | Op::Atanh
        | Op::Sigmoid
        | Op::Softplus
        | Op::Atan2 => (2e-15, 1e-290),
        Op::Erf => (4e-15, 1e-290),
        Op::Gamma | Op::Lgamma | Op::Digamma | Op::Polygamma => (2e-13, 0.1),
    }
}

fn program(op: Op, exponent: i64) -> Portable {
    let row = op.row();
    let number = i64::from(row.number);
    let (inputs, code) = match row.operands {
        Operands::One => (1, vec![number, 1, 0, 0]),
        Operands::Two => (2, vec![number, 2, 0, 1]),
        Operands::Literal => (1, vec![number, 1, 0, exponent]),
        Operands::Three => (3, vec![number, 3, 0, 1, 0, 2, 0, 0]),
    };
    Portable {
        version: 1,
        inputs: ["a", "b", "c"][..inputs as usize].iter().map(|s| s.to_string()).collect(),
        constants: vec![],
        registers: inputs + 1,
        code,
        outputs: vec![inputs],
    }
}

/// All tuples, as columns.
fn columns(values: &[&[f64]]) -> Vec<Vec<f64>> {
    let points: usize = values.iter().map(|v| v.len()).product();
    let mut period = points;
    values
        .iter()
        .map(|v| {
            period /= v.len();
            (0..points).map(|k| v[k / period % v.len()]).collect()
        })
        .collect()
}

fn case(name: &str, portable: &Portable, columns: &[Vec<f64>], (relative, scale): (f64, f64)) -> Value {
    let program = Program::from_portable(portable).unwrap();
    let points = columns[0].len();
    let mut outputs = vec![vec![0.0; points]; portable.outputs.len()];
    let mut space = Workspace::new();
    for k in 0..points {
        let at: Vec<f64> = columns.iter().map(|c| c[k]).collect();
        let mut out = vec![0.0; outputs.len()];
        program.evaluate(&at, &mut out, &mut space).unwrap();
        outputs.iter_mut().zip(out).for_each(|(column, y)| column[k] = y);
    }
    json!({
        "name": name,
        "program": serde_json::from_str::<Value>(&portable.to_json()).unwrap(),
        "relative": relative,
        "scale": scale,
        "inputs": columns.iter().map(|c| numbers(c)).collect::<Vec<_>>(),
        "outputs": outputs.iter().map(|c| numbers(c)).collect::<Vec<_>>(),
    })
}

fn numbers(values: &[f64]) -> Vec<Value> {
    let number = |x: &f64| match *x {
        x if x.is_nan() => json!("nan"),
        f64::INFINITY => json!("inf"),
        f64::NEG_INFINITY => json!("-inf"),
        x => json!(x),
    };
    values.iter().map(number).collect()
}

fn whole_programs() -> Vec<(&'static str, Vec<Expr>)> {
    let (x, y) = (Expr::var("x"), Expr::var("y"));
    let n = Expr::integer;
    let bell = (-(x.powi(2) + y.powi(2)) / n(2)).exp() * (n(3) * &x).sin() * (n(2) * &y).cos();
    let mut nested = x.clone();
    for k in 1..=5 {
        nested = (nested.powi(2) + n(k) * &x).sin() / (n(2) + (n(k) * &x).cos());
    }
    vec![
        ("bell", vec![bell.clone() + x.powi(3) * &y / (n(1) + x.powi(2)), bell]),
        ("nested", vec![nested.clone(), nested * &y]),
        (
            "mixed",
            vec![
                (x.exp() - n(1)) / (n(1) + y.powi(2)).log(),
                apply(Func::Sigmoid, &(&x - &y)) * x.abs().sqrt() + n(7),
            ],
        ),
    ]
}

fn file() -> Value {
    let mut cases = Vec::new();
    for row in OPCODES {
        let limits = tolerance(row.op);
        let mut push = |name: String, portable: Portable, columns: Vec<Vec<f64>>| {
            cases.push(case(&name, &portable, &columns, limits));
        };
        match row.operands {
            Operands::One => push(row.name.into(), program(row.op, 0), columns(&[ONE])),
            Operands::Two if row.op == Op::Polygamma => {
                push(row.name.into(), program(row.op, 0), columns(&[ORDERS, TWO]));
            }
            Operands::Two => push(row.name.into(), program(row.op, 0), columns(&[TWO, TWO])),
            Operands::Literal => {
                for &n in EXPONENTS {
                    push(format!("{} {n}", row.name), program(row.op, n), columns(&[ONE]));
                }
            }
            Operands::Three => push(row.name.into(), program(row.op, 0), columns(&[THREE, THREE, THREE])),
        }
    }
    let at = columns(&[&[-2.0, -0.5, 0.0, 0.3, 1.7], &[-1.0, 0.0, 0.6, 2.0]]);
    for (name, outputs) in whole_programs() {
        let portable = Program::compile(&outputs, &["x", "y"].map(Symbol::new)).unwrap().portable();
        cases.push(case(name, &portable, &at, (1e-12, 1.0)));
    }
    let table: Vec<_> =
        OPCODES.iter().map(|row| json!([row.number, row.name, row.operands.count()])).collect();
    json!({ "version": 1, "opcodes": table, "cases": cases })
}

fn value(v: &Value) -> f64 {
    match v.as_str() {
        Some("inf") => f64::INFINITY,
        Some("-inf") => f64::NEG_INFINITY,
        Some(_) => f64::NAN,
        None => v.as_f64().unwrap(),
    }
}

#[test]
fn the_file_for_other_interpreters_is_what_is_computed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/browser/fixtures/opcodes.json");
    let now = file();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        // A line for each case, so that a difference can be read.
        let cases: Vec<String> = now["cases"].as_array().unwrap().iter().map(Value::to_string).collect();
        let text = format!(
            "{{\"version\":1,\"opcodes\":{},\n\"cases\":[\n{}\n]}}\n",
            now["opcodes"],
            cases.join(",\n")
        );
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let text = std::fs::read_to_string(&path).expect("run with UPDATE_GOLDEN=1 to write the file");
    let kept: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(kept["opcodes"], now["opcodes"], "run with UPDATE_GOLDEN=1 and read the difference");
    let (kept, now) = (kept["cases"].as_array().unwrap(), now["cases"].as_array().unwrap());
    assert_eq!(kept.len(), now.len(), "run with UPDATE_GOLDEN=1 and read the difference");
    for (kept, now) in kept.iter().zip(now) {
        for part in ["name", "program", "relative", "scale", "inputs"] {
            assert_eq!(kept[part], now[part]);
        }
        let (relative, scale) = (now["relative"].as_f64().unwrap(), now["scale"].as_f64().unwrap());
        let columns = kept["outputs"].as_array().unwrap().iter().zip(now["outputs"].as_array().unwrap());
        for (kept_column, now_column) in columns {
            for (k, (a, b)) in
                kept_column.as_array().unwrap().iter().zip(now_column.as_array().unwrap()).enumerate()
            {
                let (a, b) = (value(a), value(b));
                let same = a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
                let close = (a - b).abs() <= relative * a.abs().max(scale);
                assert!(same || close, "{} at point {k}: {a} in the file, {b} now", now["name"]);
            }
        }
    }
}
