//! One program, run every way there is: at a point, over a batch, on intervals, on series, sent and received. They agree.
//!
//! The page's interpreter is the fifth way: `tests/browser` compares it on the same programs.

use secant::calculus::differential;
use secant::expr::{Expr, Symbol};
use secant::program::{Budget, Column, Enclosure, Interval, OPCODES, Portable, Program, Workspace};

use crate::random::Random;

const NAMES: [&str; 3] = ["x", "y", "z"];
const NOWHERE: Enclosure = Enclosure { values: Interval::EMPTY, defined: false };

fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}

/// How often each operation stands in the program.
fn count(portable: &Portable, counts: &mut [u64]) {
    for group in portable.code.chunks(4) {
        if let Some(k) = (group[0] as usize).checked_sub(1) {
            counts[k] += 1;
        }
    }
}

#[test]
fn every_way_of_running_agrees() {
    let names = NAMES.map(Symbol::new);
    let mut counts = vec![0; OPCODES.len()];
    let (mut inside, mut slopes, mut seriesless, mut space) = (0, 0, 0, Workspace::new());
    for seed in 0..12_000 {
        let mut random = Random::new(seed + 3_000_000);
        let size = 2 + random.below(14);
        let e = match (seed % 16, random.expr(size)) {
            (0, e) => e.exp() - Expr::one(), // expm1 and log1p, which chance hardly makes
            (1, e) => (e + Expr::one()).log(),
            (_, e) => e,
        };
        let directions = [(); 3].map(|()| random.below(5) as f64 - 2.0);
        let changes: Vec<(Symbol, Expr)> =
            names.iter().cloned().zip(directions.map(|v| Expr::integer(v as i64))).collect();
        let program = Program::compile(std::slice::from_ref(&e), &names).unwrap();
        let slope = Program::compile(&[differential(&e, &changes)], &names).unwrap();
        let portable = program.portable();
        let received = Program::from_portable(&portable).unwrap();
        count(&portable, &mut counts);

        let points: Vec<[f64; 3]> = (0..5).map(|_| [(); 3].map(|()| random.number())).collect();
        let columns: Vec<Vec<f64>> = (0..3).map(|k| points.iter().map(|p| p[k]).collect()).collect();
        let columns: Vec<Column<'_>> = columns.iter().map(|c| Column::Values(c)).collect();
        let mut batch = [0.0; 5];
        program.evaluate_batch(&columns, &mut [&mut batch], &mut space).unwrap();
        for (point, in_batch) in points.iter().zip(batch) {
            let mut value = [0.0];
            program.evaluate(point, &mut value, &mut space).unwrap();
            assert!(same(value[0], in_batch), "{e:?} at {point:?}: {} in a batch {in_batch}", value[0]);
            let mut there = [0.0];
            received.evaluate(point, &mut there, &mut space).unwrap();
            assert!(same(value[0], there[0]), "{e:?} at {point:?}: {} received {}", value[0], there[0]);

            let lines: Vec<[f64; 2]> = point.iter().zip(directions).map(|(x, v)| [*x, v]).collect();
            let lines: Vec<&[f64]> = lines.iter().map(|line| &line[..]).collect();
            let mut long = [0.0; 4];
            program.evaluate_jet(&lines, &mut [&mut long], &Budget::UNLIMITED, &mut space).unwrap();
            for n in 1..4 {
                let mut jet = vec![0.0; n];
                program.evaluate_jet(&lines, &mut [&mut jet], &Budget::UNLIMITED, &mut space).unwrap();
                assert!(same(jet[0], value[0]), "{e:?} at {point:?}: {} as a jet {jet:?}", value[0]);
                // A longer series begins with the shorter one.
                assert!(
                    jet.iter().zip(long).all(|(a, b)| *a == b || same(*a, b)),
                    "{e:?} at {point:?}: {jet:?} {long:?}"
                );
            }

            let at = point.map(Interval::point);
            let (mut image, mut change) = ([NOWHERE], [NOWHERE]);
            program.evaluate_interval(&at, &mut image, &mut space).unwrap();
            slope.evaluate_interval(&at, &mut change, &mut space).unwrap();
            let (image, change) = (image[0], change[0]);
            // Where nothing overflowed on the way; `interval` asks more closely.
            if image.defined && value[0].is_finite() && image.values.width() <= 1e-6 * (1.0 + value[0].abs())
            {
                inside += 1;
                assert!(image.values.contains(value[0]), "{e:?} at {point:?}: {} in {image:?}", value[0]);
            }
            // The first coefficient is the derivative along the line, where that is certain and well conditioned.
            let want = change.values.middle();
            if change.defined && image.defined && change.values.width() <= 1e-11 * (1.0 + want.abs()) {
                slopes += 1;
                if long[1].is_nan() {
                    // A derivative and no series, as u^(7/6) at 0: seldom.
                    seriesless += 1;
                    continue;
                }
                let near = (long[1] - want).abs() <= 1e-9 * (1.0 + want.abs());
                assert!(near, "{e:?} at {point:?} along {directions:?}: {} and not {want}", long[1]);
            }
        }
    }
    let never: Vec<&str> =
        OPCODES.iter().zip(&counts).filter(|(_, n)| **n < 20).map(|(row, _)| row.name).collect();
    assert!(never.is_empty(), "not tried enough: {never:?}");
    assert!(
        inside > 20_000 && slopes > 15_000 && 100 * seriesless < slopes,
        "{inside} {slopes} {seriesless}"
    );
}
