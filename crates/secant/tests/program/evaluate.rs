//! Compiling and running.

use secant::expr::{Constant, Expr, Func, Func2, Rational, Symbol, apply, apply2, power};
use secant::program::{Column, Program, ProgramError, Workspace, eval};

use crate::naive;
use crate::random::Random;

fn v(name: &str) -> Expr {
    Expr::var(name)
}
fn n(k: i64) -> Expr {
    Expr::integer(k)
}
fn q(a: i64, b: i64) -> Expr {
    Expr::number(Rational::ratio(a, b).unwrap())
}
fn xyz() -> [Symbol; 3] {
    ["x", "y", "z"].map(Symbol::new)
}

#[track_caller]
fn check(e: &Expr, x: f64, want: f64) {
    let got = eval(e, &[(Symbol::new("x"), x)]).unwrap();
    let same = got == want || (got.is_nan() && want.is_nan()) || (got - want).abs() <= 1e-15 * want.abs();
    assert!(same, "{e:?} at {x}: {got}, not {want}");
}

#[test]
fn values() {
    let x = v("x");
    check(&(n(2) * x.powi(2) * x.sin()), 3.0, 18.0 * 3f64.sin());
    check(&(n(1) - &x), 0.25, 0.75);
    check(&(-&x - n(2)), 0.25, -2.25);
    check(&(&x / n(10)), 3.0, 0.3);
    check(&(n(49) / &x), 49.0, 1.0);
    check(&(n(3) / x.powi(2)), 0.5, 12.0);
    check(&x.powi(-3), 2.0, 0.125);
    check(&x.powi(40), -2.0, 40f64.exp2());
    check(&x.powi(41), -2.0, -(41f64.exp2()));
    check(&power(&x, &q(3, 2)), 4.0, 8.0);
    check(&power(&x, &q(-1, 2)), 4.0, 0.5);
    check(&power(&x, &q(-5, 4)), 16.0, 1.0 / 32.0);
    check(&power(&x, &q(2, 3)), 64.0, 16.0);
    check(&power(&x, &q(1, 7)), 128.0, 2.0);
    check(&power(&n(2), &x), 0.5, std::f64::consts::SQRT_2);
    check(&apply(Func::Sec, &x), 0.5, 1.0 / 0.5f64.cos());
    check(&(Expr::constant(Constant::Pi) * &x), 1.0, std::f64::consts::PI);
    check(&apply2(Func2::Mod, &x, &n(3)), -7.0, 2.0);
    check(&apply2(Func2::Mod, &x, &n(-3)), 7.0, -2.0);
}

#[test]
fn outside_the_domain_is_nan_and_division_by_zero_as_ieee() {
    let x = v("x");
    check(&power(&x, &q(1, 3)), -8.0, f64::NAN);
    check(&apply(Func::Cbrt, &x), -8.0, -2.0);
    check(&x.sqrt(), -1.0, f64::NAN);
    check(&power(&x, &q(5, 2)), -1.0, f64::NAN);
    check(&power(&x, &q(1, 4)), -1.0, f64::NAN);
    check(&power(&x, &x), -0.5, f64::NAN);
    check(&x.log(), -1.0, f64::NAN);
    check(&x.log(), 0.0, f64::NEG_INFINITY);
    check(&x.recip(), 0.0, f64::INFINITY);
    check(&x.recip(), -0.0, f64::NEG_INFINITY);
    check(&(x.sin() / &x), 0.0, f64::NAN);
    check(&x.asin(), 1.5, f64::NAN);
    check(&apply(Func::Acosh, &x), -35084.7, f64::NAN);
    check(&apply2(Func2::Max, &x, &n(1)), f64::NAN, f64::NAN);
    check(&apply(Func::Relu, &x), f64::NAN, f64::NAN);
    check(&apply(Func::Step, &x), f64::NAN, f64::NAN);
    check(&apply(Func::Sign, &x), f64::NAN, f64::NAN);
}

#[test]
fn digits_are_not_lost_where_a_better_function_exists() {
    let x = v("x");
    check(&(x.exp() - n(1)), 1e-20, 1e-20);
    check(&(n(1) - x.exp()), 1e-20, -1e-20);
    check(&(n(3) * x.exp() - n(3)), 1e-20, 3e-20);
    check(&(&x + n(1)).log(), 1e-20, 1e-20);
    check(&(n(1) - x.powi(2)).log(), 1e-10, -1e-20);
    check(&(x.exp() + n(1)).log(), 1000.0, 1000.0);
    check(&(x.exp() + n(1)).log(), -700.0, (-700f64).exp());
}

#[test]
fn shared_parts_are_computed_once() {
    let (x, y) = (v("x"), v("y"));
    // Built twice, so the equal parts are different nodes.
    let part = || (v("x") * v("y")).sin();
    let program = Program::compile(&[part() + &x, part() * &y, part()], &["x".into(), "y".into()]).unwrap();
    assert_eq!(program.instruction_count(), 4); // mul, sin, add, mul
    let square = Program::compile(&[x.powi(2) + n(1), x.powi(2) + n(2)], &["x".into()]).unwrap();
    assert_eq!(square.instruction_count(), 3);
    // What only looked necessary is gone: exp under expm1, the sum under log1p.
    assert_eq!(Program::compile(&[x.exp() - n(1)], &["x".into()]).unwrap().instruction_count(), 1);
    assert_eq!(Program::compile(&[(&x + n(1)).log()], &["x".into()]).unwrap().instruction_count(), 1);
}

#[test]
fn registers_are_used_again() {
    let mut e = v("x");
    for k in 1..1000 {
        e = (e + n(k)).sin();
    }
    let program = Program::compile(&[e], &["x".into()]).unwrap();
    assert_eq!(program.register_count(), 1 + 999 + 1); // input, constants, one for the chain
}

#[test]
fn an_input_or_a_number_may_be_an_output() {
    let program = Program::compile(&[v("y"), n(7), v("x")], &["x".into(), "y".into()]).unwrap();
    let mut out = [0.0; 3];
    program.evaluate(&[1.0, 2.0], &mut out, &mut Workspace::new()).unwrap();
    assert_eq!(out, [2.0, 7.0, 1.0]);
}

#[test]
fn a_deep_graph() {
    let mut e = v("x");
    for k in 0..100_000 {
        e = if k % 2 == 0 { e.sin() } else { e.exp() - n(1) };
    }
    let program = Program::compile(&[e], &["x".into()]).unwrap();
    assert_eq!(program.instruction_count(), 100_000);
    let mut out = [0.0];
    program.evaluate(&[0.5], &mut out, &mut Workspace::new()).unwrap();
    let mut want = 0.5_f64;
    for k in 0..100_000 {
        want = if k % 2 == 0 { want.sin() } else { want.exp_m1() };
    }
    assert!((out[0] - want).abs() < 1e-6, "{} {want}", out[0]); // the chain forgets rounding slowly
}

#[test]
fn a_graph_that_is_huge_as_a_tree() {
    let x = v("x");
    let mut e = x.clone();
    let mut want = 0.3_f64;
    for k in 1..=60 {
        e = e.sin() * (n(k) + &e) / n(k + 1);
        let k = k as f64;
        want = want.sin() * (k + want) / (k + 1.0);
    }
    assert!(e.tree_size() > 1 << 60);
    let program = Program::compile(&[e], &["x".into()]).unwrap();
    assert!(program.instruction_count() <= 4 * 60);
    let mut out = [0.0];
    program.evaluate(&[0.3], &mut out, &mut Workspace::new()).unwrap();
    assert!((out[0] - want).abs() <= 1e-13 * want.abs(), "{} {want}", out[0]);
}

#[test]
fn a_wide_sum_needs_few_registers() {
    let names: Vec<Symbol> = (0..10_000).map(|k| Symbol::new(&format!("x{k}"))).collect();
    let e: Expr = names.iter().map(|s| Expr::var(s.clone()).sin()).sum();
    let program = Program::compile(&[e], &names).unwrap();
    assert!(program.register_count() <= names.len() + 3);
}

#[test]
fn errors_name_what_is_wrong() {
    let compile = |e: Expr, names: &[&str]| {
        Program::compile(&[e], &names.iter().map(|s| Symbol::new(s)).collect::<Vec<_>>())
    };
    let error = compile(v("x") + v("w"), &["x", "y"]).unwrap_err();
    assert_eq!(error.to_string(), "no value for `w`; known here: x, y");
    assert_eq!(error.code(), "program.unknown-name");
    assert_eq!(compile(v("w"), &[]).unwrap_err().to_string(), "no value for `w`; known here: no names");
    assert_eq!(compile(v("x"), &["x", "x"]).unwrap_err().code(), "program.repeated-input");

    let unevaluated = Expr::derivative_of(&v("f"), &"x".into());
    assert_eq!(compile(unevaluated, &["x", "f"]).unwrap_err().code(), "program.unevaluated");

    let program = compile(v("x") + v("y"), &["x", "y"]).unwrap();
    let space = &mut Workspace::new();
    let wrong = |e: Result<(), ProgramError>| e.unwrap_err().to_string();
    assert_eq!(wrong(program.evaluate(&[1.0], &mut [0.0], space)), "1 inputs given, the program has 2");
    assert_eq!(
        wrong(program.evaluate(&[1.0, 2.0], &mut [], space)),
        "room for 0 outputs given, the program has 1"
    );
    let columns = [Column::Values(&[1.0, 2.0, 3.0]), Column::Values(&[1.0])];
    assert_eq!(
        wrong(program.evaluate_batch(&columns, &mut [&mut [0.0; 3]], space)),
        "column 1 has 1 points, the batch has 3"
    );
}

#[test]
fn random_expressions_agree_with_the_recursive_evaluator() {
    let (mut checked, mut finite) = (0, 0);
    for seed in 0..4000 {
        let mut random = Random::new(seed);
        let size = 2 + random.below(24);
        let e = random.expr(size);
        let program = Program::compile(std::slice::from_ref(&e), &xyz()).unwrap();
        let mut space = Workspace::new();
        for _ in 0..8 {
            let at = [random.number(), random.number(), random.number()];
            let mut out = [0.0];
            program.evaluate(&at, &mut out, &mut space).unwrap();
            let want = naive::evaluate(&e, &|name| at["xyz".find(name).unwrap()]);
            let got = out[0];
            if want.error.is_finite() {
                checked += 1;
                finite += usize::from(got.is_finite());
                let close =
                    (got.is_nan() && want.value.is_nan()) || (got - want.value).abs() <= 4.0 * want.error;
                assert!(close || got == want.value, "{e:?} at {at:?}: {got}, not {want:?} (seed {seed})");
            }
        }
    }
    assert!(checked > 15_000 && finite > 12_000, "{checked} checked, {finite} of them finite");
}

#[test]
fn a_batch_gives_the_same_bits_as_single_points() {
    for seed in 0..300 {
        let mut random = Random::new(seed + 1_000_000);
        let outputs = [random.expr(15), random.expr(15)];
        let program = Program::compile(&outputs, &xyz()).unwrap();
        let points = [0, 1, 7, 255, 256, 257, 700][random.below(7)];
        let x: Vec<f64> = (0..points).map(|_| random.number()).collect();
        let y: Vec<f64> = (0..points).map(|_| random.number()).collect();
        let z = random.number();
        let mut space = Workspace::new();
        let (mut u, mut w) = (vec![0.0; points], vec![0.0; points]);
        let columns = [Column::Values(&x), Column::Values(&y), Column::Same(z)];
        program.evaluate_batch(&columns, &mut [&mut u, &mut w], &mut space).unwrap();
        for k in 0..points {
            let mut out = [0.0; 2];
            program.evaluate(&[x[k], y[k], z], &mut out, &mut space).unwrap();
            for (single, batch) in out.iter().zip([u[k], w[k]]) {
                let same = single.to_bits() == batch.to_bits() || (single.is_nan() && batch.is_nan());
                assert!(same, "{outputs:?} at {} {} {z}: {single} and {batch}", x[k], y[k]);
            }
        }
    }
}
