//! What programs are given: strides, single precision, and what does not fit.

use std::sync::atomic::{AtomicBool, Ordering};

use secant::expr::{Expr, MatrixFunc, Shape, Symbol, contract};
use secant::program::{Budget, Effort, Layout, ProgramError, TensorProgram, TensorWorkspace, View};

fn var(name: &str, dims: &[&str]) -> Expr {
    Expr::tensor_var(name, Shape::new(dims.iter().map(|d| Expr::var(*d))))
}

fn input(name: &str, shape: &[usize]) -> (Symbol, Vec<usize>) {
    (Symbol::new(name), shape.to_vec())
}

#[test]
fn strided_inputs() {
    let (a, x) = (var("A", &["m", "n"]), var("x", &["n"]));
    let program = TensorProgram::compile(&[a.matmul(&x)], &[input("A", &[2, 3]), input("x", &[3])]).unwrap();
    let (mut plain, mut strided) = ([0.0; 2], [0.0; 2]);
    let mut workspace = TensorWorkspace::new();
    let x = [1.0, 10.0, 100.0];
    let rows = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    program.evaluate(&[View::new(&rows), View::new(&x)], &mut [&mut plain], &mut workspace).unwrap();
    // By columns with a gap, and every other entry backwards in memory.
    let columns = [1.0, 4.0, 0.0, 2.0, 5.0, 0.0, 3.0, 6.0];
    let gaps = [1.0, 0.0, 10.0, 0.0, 100.0];
    let views = [View::strided(&columns, &[1, 3]), View::strided(&gaps, &[2])];
    program.evaluate(&views, &mut [&mut strided], &mut workspace).unwrap();
    assert_eq!(plain, [321.0, 654.0]);
    assert_eq!(strided, plain);
}

#[test]
fn single_precision() {
    let (a, b, w) = (var("A", &["n", "n"]), var("B", &["n", "n"]), var("w", &["n"]));
    let n = 70;
    let outputs = [
        a.matmul(&b).matmul(&w).exp().sum_all(),
        contract(&[(&a, &[2, 0]), (&w, &[2]), (&a, &[2, 1])], &[0, 1], &[]),
        Expr::matrix_func(MatrixFunc::LogDet, &(&b + Expr::integer(20) * Expr::identity(Expr::var("n")))),
    ];
    let inputs = [input("A", &[n, n]), input("B", &[n, n]), input("w", &[n])];
    let program = TensorProgram::compile(&outputs, &inputs).unwrap();
    let data = |k: usize| (0..k).map(|k| ((k * 31) % 17) as f64 / 64.0 - 0.125).collect::<Vec<f64>>();
    let wide = [data(n * n), data(n * n + 1)[1..].to_vec(), data(n).iter().map(|x| x / 16.0).collect()];
    let narrow = wide.clone().map(|v| v.iter().map(|x| *x as f32).collect::<Vec<f32>>());
    let mut out64 = [vec![0.0; 1], vec![0.0; n * n], vec![0.0; 1]];
    let mut out32 = [vec![0.0_f32; 1], vec![0.0; n * n], vec![0.0; 1]];
    let mut slots: Vec<&mut [f64]> = out64.iter_mut().map(|v| &mut v[..]).collect();
    let views: Vec<View<'_>> = wide.iter().map(View::from).collect();
    program.evaluate(&views, &mut slots, &mut TensorWorkspace::new()).unwrap();
    let mut slots: Vec<&mut [f32]> = out32.iter_mut().map(|v| &mut v[..]).collect();
    let views: Vec<View<'_, f32>> = narrow.iter().map(View::from).collect();
    program.evaluate(&views, &mut slots, &mut TensorWorkspace::new()).unwrap();
    for (wide, narrow) in out64.iter().zip(&out32) {
        let size = wide.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
        for (x, y) in wide.iter().zip(narrow) {
            assert!((x - f64::from(*y)).abs() <= 1e-5 * size, "{x} {y}");
        }
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let (a, x) = (var("A", &["m", "n"]), var("x", &["n"]));
    let product = a.matmul(&x);
    let one = std::slice::from_ref::<Expr>;
    let code = |outputs: &[Expr], inputs: &[(Symbol, Vec<usize>)]| {
        TensorProgram::compile(outputs, inputs).map(|_| ()).unwrap_err().code()
    };
    let good = [input("A", &[2, 3]), input("x", &[3])];
    assert_eq!(code(one(&product), &good[..1]), "program.unknown-name");
    assert_eq!(code(one(&product), &[input("A", &[2, 3]), input("x", &[4])]), "shape.array");
    assert_eq!(code(one(&product), &[input("A", &[2, 3]), input("x", &[3, 1])]), "shape.array");
    assert_eq!(
        code(one(&product), &[input("A", &[2, 3]), input("A", &[2, 3]), input("x", &[3])]),
        "program.repeated-input"
    );
    assert_eq!(
        code(one(&product), &[input("A", &[1 << 40, 1 << 40]), input("x", &[1 << 40])]),
        "program.too-large"
    );
    let square = Expr::tensor_var("A", Shape::new([Expr::var("m"), Expr::var("m")]));
    assert_eq!(code(&[Expr::matrix_func(MatrixFunc::Det, &square)], &[input("A", &[2, 3])]), "shape.array");
    let slow = contract(&[(&a, &[0, 1]), (&a, &[2, 1]), (&a, &[2, 3])], &[0, 3], &[]);
    assert_eq!(code(&[slow], &[input("A", &[9999, 9999])]), "program.too-large");
    assert_eq!(code(&[Expr::derivative_of(&product, &Symbol::new("t"))], &good), "program.unevaluated");

    let program = TensorProgram::compile(&[product], &good).unwrap();
    let (a, x, mut out) = ([0.0; 6], [0.0; 3], [0.0; 2]);
    let mut workspace = TensorWorkspace::new();
    let mut run = |inputs: &[View<'_>], out: &mut [f64]| program.evaluate(inputs, &mut [out], &mut workspace);
    let wrong = [
        run(&[View::new(&a)], &mut out),
        run(&[View::new(&a), View::new(&x[..2])], &mut out),
        run(&[View::strided(&a[..5], &[3, 1]), View::new(&x)], &mut out),
        run(&[View::strided(&a, &[3]), View::new(&x)], &mut out),
        run(&[View::strided(&a, &[usize::MAX, 1]), View::new(&x)], &mut out),
        run(&[View::new(&a), View::new(&x)], &mut [0.0; 3]),
    ];
    let codes = wrong.map(|result| result.map_err(|e: ProgramError| e.code()).unwrap_err());
    assert_eq!(codes[0], "program.input-count");
    assert!(codes[1..5].iter().all(|code| *code == "program.input-length"), "{codes:?}");
    assert_eq!(codes[5], "program.output-length");
    assert_eq!(run(&[View::new(&a), View::new(&x)], &mut out), Ok(()));
}

#[test]
fn extents_that_no_input_has_are_given() {
    // The sum of a vector of n twos, and the entry k of x.
    let x = var("x", &["m"]);
    let twos = Expr::integer(2) * Expr::ones(&Shape::new([Expr::var("n")]));
    let entry = Expr::unit(Expr::var("k"), Expr::var("m")).matmul(&x);
    let outputs = [(twos.sum_all(), Layout::Dense), (entry, Layout::Dense)];
    let extents = [(Symbol::new("n"), 7), (Symbol::new("k"), 2)];
    let program = TensorProgram::with_layouts(&outputs, &[input("x", &[3])], &extents).unwrap();
    let (mut a, mut b) = ([0.0], [0.0]);
    program
        .evaluate(&[View::new(&[1.0, 5.0, 9.0])], &mut [&mut a, &mut b], &mut TensorWorkspace::new())
        .unwrap();
    assert_eq!((a[0], b[0]), (14.0, 5.0));
    let without = TensorProgram::with_layouts(&outputs, &[input("x", &[3])], &extents[1..]);
    assert_eq!(without.unwrap_err().code(), "program.unknown-name");
}

#[test]
fn budgets_hold() {
    let a = var("A", &["n", "n"]);
    let program = TensorProgram::compile(&[a.matmul(&a).sin().sum_all()], &[input("A", &[20, 20])]).unwrap();
    assert!(program.work() >= 8000 && program.memory() >= 400, "{} {}", program.work(), program.memory());
    let (a, stop) = ([1.0; 400], AtomicBool::new(false));
    let code = |budget: Budget<'_>| {
        let result = program.evaluate_within(
            &[View::new(&a)],
            &mut [&mut [0.0]],
            &mut TensorWorkspace::new(),
            &budget,
        );
        result.map_err(|e| e.code())
    };
    assert_eq!(code(Budget { operations: 7000, ..Budget::UNLIMITED }), Err("budget.operations"));
    assert_eq!(code(Budget { memory: 3000, ..Budget::UNLIMITED }), Err("budget.memory"));
    let cancellable = Budget { cancel: Some(&stop), ..Budget::UNLIMITED };
    assert_eq!(code(cancellable), Ok(()));
    stop.store(true, Ordering::Relaxed);
    assert_eq!(code(cancellable), Err("budget.cancelled"));
}

#[test]
fn many_points() {
    let (a, x, s) = (var("A", &["m", "n"]), var("x", &["n"]), Expr::var("s"));
    let inputs = [input("A", &[2, 3]), input("x", &[3]), input("s", &[])];
    let program = TensorProgram::compile(&[&s * a.matmul(&x), x.sum_all()], &inputs).unwrap();
    let a = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    let (x, s) = ([1.0, 0.0, 0.0, 0.0, 1.0, 2.0], [1.0, -1.0]);
    let (mut y, mut sums) = ([0.0; 4], [0.0; 2]);
    let mut workspace = TensorWorkspace::new();
    let views = [View::new(&a), View::new(&x), View::new(&s)];
    let one = Effort::default();
    program.evaluate_points(2, &views, &mut [&mut y, &mut sums], &one, &mut workspace).unwrap();
    assert_eq!((y, sums), ([1.0, 4.0, -8.0, -17.0], [1.0, 3.0]));
    let short = program.evaluate_points(2, &views, &mut [&mut y, &mut sums[..1]], &one, &mut workspace);
    assert_eq!(short.unwrap_err().code(), "program.output-length");
    let views = [View::new(&a), View::new(&x[..5]), View::new(&s)];
    let odd = program.evaluate_points(2, &views, &mut [&mut y, &mut sums], &one, &mut workspace);
    assert_eq!(odd.unwrap_err().code(), "program.input-length");
    let few = program.evaluate_points(2, &views[..2], &mut [&mut y, &mut sums], &one, &mut workspace);
    assert_eq!(few.unwrap_err().code(), "program.input-count");
}

/// Threads take points, and the bits stay the same; limits are for all points together.
#[test]
fn many_points_by_threads() {
    let (a, x) = (var("A", &["n", "n"]), var("x", &["n"]));
    let inputs = [input("A", &[30, 30]), input("x", &[30])];
    let outputs = [a.matmul(&x).sin().sum_all(), a.matmul(&a).matmul(&x)];
    let program = TensorProgram::compile(&outputs, &inputs).unwrap();
    const POINTS: usize = 101;
    let a: Vec<f64> = (0..900).map(|k| (k as f64).cos()).collect();
    let x: Vec<f64> = (0..30 * POINTS).map(|k| (k as f64).sin()).collect();
    let run = |threads: usize, budget: Budget<'_>| {
        let (mut sums, mut y) = (vec![0.0; POINTS], vec![0.0; 30 * POINTS]);
        let effort = Effort { threads, budget };
        let views = [View::new(&a), View::new(&x)];
        let out: &mut [&mut [f64]] = &mut [&mut sums, &mut y];
        program.evaluate_points(POINTS, &views, out, &effort, &mut TensorWorkspace::new())?;
        Ok::<_, ProgramError>([sums, y].concat().into_iter().map(f64::to_bits).collect::<Vec<_>>())
    };
    let alone = run(1, Budget::UNLIMITED).unwrap();
    for threads in [2, 3, 7, 200] {
        assert!(run(threads, Budget::UNLIMITED).unwrap() == alone, "{threads} threads");
    }
    let little = Budget { operations: program.work() * 100, ..Budget::UNLIMITED };
    assert_eq!(run(2, little).unwrap_err().code(), "budget.operations");
    let stop = AtomicBool::new(true);
    let stopped = Budget { cancel: Some(&stop), ..Budget::UNLIMITED };
    assert_eq!(run(3, stopped).unwrap_err().code(), "budget.cancelled");
}
