//! Batches: the same bits whatever the split, the stride and the threads; 32-bit numbers in and out; budgets.

use std::sync::atomic::AtomicBool;

use secant::expr::Symbol;
use secant::program::{Budget, Column, Effort, Outputs, Program, ProgramError, Workspace};
use secant::syntax::parse_expr;

use crate::random::Random;

/// Two outputs of two inputs and some hundred operations, so that a few thousand points are worth more than a thread.
fn program() -> Program {
    let deep = (1..=12).fold("x".to_owned(), |e, k| format!("sin(({e})^2 + {k} y)/(2 + cos({k} x))"));
    let outputs = [&*deep, "exp(-x^2) log(1 + y^2) + tan(x)"].map(|text| parse_expr(text).unwrap());
    Program::compile(&outputs, &["x", "y"].map(Symbol::new)).unwrap()
}

fn threads(threads: usize) -> Effort<'static> {
    Effort { threads, ..Effort::default() }
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|v| v.to_bits()).collect()
}

#[test]
fn bits_do_not_depend_on_the_split() {
    let program = program();
    let mut random = Random::new(7);
    for points in [0, 1, 15, 16, 17, 255, 256, 257, 1000, 4097, 20_011] {
        let rows: Vec<f64> = (0..2 * points).map(|_| random.number()).collect();
        let x: Vec<f64> = rows.iter().step_by(2).copied().collect();
        let y: Vec<f64> = rows.iter().skip(1).step_by(2).copied().collect();
        let mut space = Workspace::new();
        // The reference: one point at a time.
        let mut want = [Vec::new(), Vec::new()];
        for (x, y) in x.iter().zip(&y) {
            let mut out = [0.0; 2];
            program.evaluate(&[*x, *y], &mut out, &mut space).unwrap();
            want[0].push(out[0]);
            want[1].push(out[1]);
        }
        let columns = [Column::Values(&x), Column::Values(&y)];
        let strided = [Column::Strided(&rows, 2), Column::Strided(rows.get(1..).unwrap_or(&[]), 2)];
        for n in [1, 2, 3, 7] {
            let (mut a, mut b) = (vec![0.0; points], vec![0.0; points]);
            let out = &mut [&mut a[..], &mut b[..]];
            program.evaluate_many(&columns, Outputs::Columns(out), &threads(n), &mut space).unwrap();
            assert_eq!(
                (bits(&a), bits(&b)),
                (bits(&want[0]), bits(&want[1])),
                "{points} points, {n} threads"
            );

            // Rows with a place between them that is left alone, the last cut short.
            let mut out = vec![0.25; (3 * points).saturating_sub(1)];
            program.evaluate_many(&strided, Outputs::Rows(&mut out, 3), &threads(n), &mut space).unwrap();
            for (i, row) in out.chunks(3).enumerate() {
                assert_eq!(
                    bits(&row[..2]),
                    bits(&[want[0][i], want[1][i]]),
                    "point {i} of {points}, {n} threads"
                );
                assert!(row.len() == 2 || row[2] == 0.25);
            }
        }
    }
}

#[test]
fn numbers_of_32_bits() {
    let program = program();
    let x: Vec<f32> = (0..3000).map(|k| k as f32 * 0.001 - 1.5).collect();
    let wide: Vec<f64> = x.iter().map(|x| f64::from(*x)).collect();
    let mut want = [vec![0.0; 3000], vec![0.0; 3000]];
    let mut space = Workspace::new();
    let [a, b] = &mut want;
    program.evaluate_batch(&[Column::Values(&wide), Column::Same(0.5)], &mut [a, b], &mut space).unwrap();
    for n in [1, 2] {
        let (mut a, mut b) = (vec![0_f32; 3000], vec![0_f32; 3000]);
        let out = Outputs::SingleColumns(&mut [&mut a[..], &mut b[..]]);
        let columns = [Column::from(&x[..]), Column::Same(0.5)];
        program.evaluate_many(&columns, out, &threads(n), &mut space).unwrap();
        let mut rows = vec![0_f32; 6000];
        program.evaluate_many(&columns, Outputs::SingleRows(&mut rows, 2), &threads(n), &mut space).unwrap();
        for i in 0..3000 {
            assert_eq!((a[i], b[i]), (want[0][i] as f32, want[1][i] as f32));
            assert_eq!((rows[2 * i], rows[2 * i + 1]), (a[i], b[i]));
        }
    }
    // Every third of them.
    let (mut a, mut b) = ([0.0; 1000], [0.0; 1000]);
    let columns = [Column::Single(&x[1..], 3), Column::Same(0.5)];
    program.evaluate_batch(&columns, &mut [&mut a, &mut b], &mut space).unwrap();
    assert!((0..1000).all(|i| a[i] == want[0][3 * i + 1]));
}

#[test]
fn wrong_calls_and_spent_budgets() {
    let program = program();
    let x = [1.0; 1000];
    let run = |columns: [Column<'_>; 2], room: usize, stride: usize, effort: Effort<'_>| {
        let mut out = vec![0.0; room];
        program.evaluate_many(&columns, Outputs::Rows(&mut out, stride), &effort, &mut Workspace::new())
    };
    let free = Effort::default();
    let both = [Column::Values(&x), Column::Same(1.0)];
    assert_eq!(run(both, 2000, 2, free), Ok(()));
    let code = |result: Result<(), ProgramError>| result.unwrap_err().code();
    assert_eq!(code(run(both, 2000, 1, free)), "program.stride");
    assert_eq!(code(run([Column::Strided(&x, 0), Column::Same(1.0)], 2000, 2, free)), "program.stride");
    assert_eq!(code(run(both, 2000, 3, free)), "program.column-length");
    assert_eq!(
        code(run([Column::Values(&x), Column::Values(&x[1..])], 2000, 2, free)),
        "program.column-length"
    );
    let limited = |budget: Budget<'static>| Effort { threads: 2, budget };
    let steps = program.instruction_count() as u64;
    let enough = Budget { operations: 1000 * steps, ..Budget::UNLIMITED };
    assert_eq!(run(both, 2000, 2, limited(enough)), Ok(()));
    let less = Budget { operations: 1000 * steps - 1, ..Budget::UNLIMITED };
    assert_eq!(code(run(both, 2000, 2, limited(less))), "budget.operations");
    assert_eq!(
        code(run(both, 2000, 2, limited(Budget { memory: 10_000, ..Budget::UNLIMITED }))),
        "budget.memory"
    );
    let stop = AtomicBool::new(true);
    let stopped = Effort { budget: Budget { cancel: Some(&stop), ..Budget::UNLIMITED }, ..free };
    assert_eq!(code(run(both, 2000, 2, stopped)), "budget.cancelled");
}

/// Raised while the batch runs, the flag ends it.
#[test]
fn a_batch_is_stopped_from_outside() {
    let program = program();
    let stop = AtomicBool::new(false);
    let budget = Budget { cancel: Some(&stop), ..Budget::UNLIMITED };
    let x = vec![0.3; 1_000_000];
    let (mut a, mut b) = (vec![f64::NAN; x.len()], vec![0.0; x.len()]);
    let result = std::thread::scope(|scope| {
        scope.spawn(|| stop.store(true, std::sync::atomic::Ordering::Relaxed));
        let mut space = Workspace::new();
        let mut run = || {
            let out = &mut [&mut a[..], &mut b[..]];
            let effort = Effort { threads: 2, budget };
            program.evaluate_many(
                &[Column::Values(&x), Column::Same(0.5)],
                Outputs::Columns(out),
                &effort,
                &mut space,
            )
        };
        // Again and again until it is stopped: the flag is raised for good.
        loop {
            if let Err(error) = run() {
                return error;
            }
        }
    });
    let ProgramError::Cancelled { done, of } = result else { panic!("{result}") };
    assert!(done < of && of == x.len() as u64 * program.instruction_count() as u64);
}
