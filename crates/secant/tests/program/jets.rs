//! Taylor jets against series computed with 150 digits (a Cauchy integral), and what they do where there is no series.
//!
//! A line of `series.txt`: expression in `x`, the point (its nearest `f64`), coefficients from `c_0` on.

use std::sync::atomic::AtomicBool;

use secant::expr::Symbol;
use secant::program::{Budget, Program, ProgramError, Workspace};
use secant::syntax::parse_expr;

fn program(text: &str) -> Program {
    Program::compile(&[parse_expr(text).unwrap()], &["x".into()]).unwrap()
}

fn jet(text: &str, series: &[f64], length: usize) -> Vec<f64> {
    let mut out = vec![0.5; length];
    let mut space = Workspace::new();
    program(text).evaluate_jet(&[series], &mut [&mut out], &Budget::UNLIMITED, &mut space).unwrap();
    out
}

/// The worst error, relative to coefficients that grow as fast as these do: terms of that size are added on the way.
fn worst(got: &[f64], want: &[f64]) -> f64 {
    let roots = want.iter().enumerate().skip(1).map(|(k, c)| c.abs().powf(1.0 / k as f64));
    let growth = roots.fold(0.0_f64, f64::max);
    let (mut size, mut worst) = (0.0_f64, 0.0_f64);
    for (got, want) in got.iter().zip(want) {
        size = (size * growth).max(want.abs());
        worst = worst.max((got - want).abs() / size.max(f64::MIN_POSITIVE));
    }
    worst
}

#[test]
fn series_of_every_function() {
    let table = include_str!("series.txt");
    for line in table.lines() {
        let [text, at, coefficients] = line.split(" | ").collect::<Vec<_>>()[..] else { panic!("{line}") };
        let want: Vec<f64> = coefficients.split(' ').map(|c| c.parse().unwrap()).collect();
        let got = jet(text, &[at.parse().unwrap(), 1.0], want.len());
        let error = worst(&got, &want);
        assert!(error <= 2e-14, "{text} at {at}: {error:e}\n{got:?}\n{want:?}");
        // The workload of the benches, each coefficient for itself.
        if text == "exp(sin(x))/(1+x^2)" {
            let each = got.iter().zip(&want).map(|(g, w)| ((g - w) / w).abs()).fold(0.0, f64::max);
            assert!(want.len() == 31 && each <= 1e-13, "{each:e}");
        }
    }
    assert!(table.lines().count() > 45);
}

#[test]
fn where_there_is_no_derivative() {
    let t = [0.0, 1.0];
    check("abs(x)", &t, "0 0 0");
    check("abs(x)", &[-2.0, 3.0, 1.0], "2 -3 -1");
    check("relu(x)", &t, "0 0 0");
    check("relu(x)", &[1.0, 3.0], "1 3 0");
    check("max(x, 2 x)", &t, "0 1 0"); // the first of two equal ones
    check("min(x, 2 x)", &t, "0 1 0");
    check("floor(x)", &t, "0 0 0");
    check("sign(x)", &t, "0 0 0");
    check("step(x)", &t, "0 0 0");
    check("where(x < 1, x^2, x)", &t, "0 0 1");
    check("where(x < 1, x^2, x)", &[1.0, 1.0], "1 1 0");
    check("mod(x, 3)", &[7.0, 2.0], "1 2 0");
    // A value, but no series.
    check("sqrt(x)", &t, "0 nan nan");
    check("cbrt(x)", &t, "0 nan nan");
    check("x^(7/5)", &t, "0 nan nan");
    check("asin(x)", &[1.0, 1.0], "1.5707963267948966 nan nan");
    check("atan2(x, 2 x)", &t, "0 nan nan");
    // Neither.
    check("1/x", &t, "inf nan nan");
    check("log(x)", &[-1.0, 1.0], "nan nan nan");
    check("gamma(x)", &[-1.0, 1.0], "nan nan nan");
    // Nothing varies, so there is nothing that could have no derivative.
    check("sqrt(x)", &[0.0], "0 0 0");
    check("x^3", &t, "0 0 0");
    check("x^2", &t, "0 0 1");
    check("x^0.5", &[4.0], "2 0 0");
}

#[track_caller]
fn check(text: &str, series: &[f64], want: &str) {
    let got: Vec<String> = jet(text, series, 3).iter().map(|c| format!("{c}").to_lowercase()).collect();
    assert_eq!(got.join(" ").replace("-0 ", "0 "), want, "{text}");
}

#[test]
fn lines_give_products_with_jacobian_and_hessian() {
    // f = x² y, at (3, 5) along (1, 2): ∇f = (30, 9), H = [[10, 6], [6, 0]].
    let f = Program::compile(&[parse_expr("x^2 y").unwrap()], &["x".into(), "y".into()]).unwrap();
    let mut c = [0.0; 3];
    let mut space = Workspace::new();
    f.evaluate_jet(&[&[3.0, 1.0], &[5.0, 2.0]], &mut [&mut c], &Budget::UNLIMITED, &mut space).unwrap();
    assert_eq!(c, [45.0, 30.0 + 2.0 * 9.0, (10.0 + 2.0 * 2.0 * 6.0) / 2.0]);
}

#[test]
fn wrong_calls_and_spent_budgets() {
    let f = Program::compile(&["x", "x^2"].map(|t| parse_expr(t).unwrap()), &["x".into()]).unwrap();
    let mut space = Workspace::new();
    let (mut a, mut b) = ([0.0; 4], [0.0; 4]);
    let mut run = |inputs: &[&[f64]], short: usize, budget: &Budget<'_>| {
        f.evaluate_jet(inputs, &mut [&mut a, &mut b[short..]], budget, &mut space).map_err(|e| e.code())
    };
    let free = Budget::UNLIMITED;
    assert_eq!(run(&[&[1.0]], 0, &free), Ok(()));
    assert_eq!(run(&[], 0, &free), Err("program.input-count"));
    assert_eq!(run(&[&[]], 0, &free), Err("program.column-length"));
    assert_eq!(run(&[&[1.0]], 1, &free), Err("program.column-length"));
    assert_eq!(run(&[&[1.0]], 0, &Budget { operations: 15, ..free }), Err("budget.operations"));
    assert_eq!(run(&[&[1.0]], 0, &Budget { operations: 16, ..free }), Ok(()));
    assert_eq!(run(&[&[1.0]], 0, &Budget { memory: 100, ..free }), Err("budget.memory"));
    let stop = AtomicBool::new(true);
    assert_eq!(run(&[&[1.0]], 0, &Budget { cancel: Some(&stop), ..free }), Err("budget.cancelled"));
    let none = Program::compile(&[], &[Symbol::new("x")]).unwrap();
    assert_eq!(none.evaluate_jet(&[&[1.0]], &mut [], &free, &mut space), Ok::<(), ProgramError>(()));
}
