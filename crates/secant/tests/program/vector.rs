//! Our own vector functions, on every instruction set that the machine has, against values of 60 digits.
//!
//! A line of `reference.txt`: function, bits of the argument, bits of the nearest `f64`, and how many ulps the exact value
//! lies above that.

use secant::expr::{Expr, Func, apply};
use secant::program::{Column, Isa, Program, Workspace};

/// Stated bound of the error, in ulps.
const BOUND: f64 = 1.0;

fn program(name: &str) -> Program {
    let f = apply(Func::from_name(name).unwrap(), &Expr::var("x"));
    Program::compile(&[f], &["x".into()]).unwrap()
}

fn run(program: &Program, x: &[f64], isa: Isa) -> Option<Vec<f64>> {
    let mut y = vec![0.0; x.len()];
    let mut space = Workspace::with_isa(isa)?;
    program.evaluate_batch(&[Column::Values(x)], &mut [&mut y], &mut space).unwrap();
    Some(y)
}

fn ulp(x: f64) -> f64 {
    let x = x.abs();
    if x < f64::MAX { x.next_up() - x } else { x - x.next_down() }
}

#[test]
fn every_function_on_every_instruction_set_keeps_its_bound() {
    for name in ["exp", "log", "sin", "cos"] {
        let float = |bits: &str| f64::from_bits(u64::from_str_radix(bits, 16).unwrap());
        let rows: Vec<(f64, f64, f64)> = include_str!("reference.txt")
            .lines()
            .filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
            .map(|line| {
                let words: Vec<&str> = line.split(' ').collect();
                (float(words[0]), float(words[1]), words[2].parse().unwrap())
            })
            .collect();
        assert!(rows.len() > 250, "{name}");
        let x: Vec<f64> = rows.iter().map(|row| row.0).collect();
        for &isa in Isa::ALL {
            let Some(y) = run(&program(name), &x, isa) else { continue };
            let baseline = run(&program(name), &x, Isa::Baseline).unwrap();
            for (&(x, nearest, above), (y, same)) in rows.iter().zip(y.into_iter().zip(baseline)) {
                assert_eq!(y.to_bits(), same.to_bits(), "{name}({x:?}) on {isa:?}");
                let off = ((y - nearest) / ulp(nearest) - above).abs();
                assert!(off <= BOUND, "{name}({x:?}) = {y:?}, {off:.3} ulp off ({isa:?})");
            }
        }
    }
}

#[test]
fn specials() {
    const INF: f64 = f64::INFINITY;
    let check = |name: &str, x: f64, want: f64| {
        for &isa in Isa::ALL {
            // A whole block, and a rest.
            let Some(y) = run(&program(name), &[x; 19], isa) else { continue };
            for y in y {
                let same = y.to_bits() == want.to_bits() || (y.is_nan() && want.is_nan());
                assert!(same, "{name}({x:?}) = {y:?}, not {want:?} ({isa:?})");
            }
        }
    };
    for (name, rows) in [
        (
            "exp",
            &[
                (0.0, 1.0),
                (-0.0, 1.0),
                (INF, INF),
                (-INF, 0.0),
                (f64::NAN, f64::NAN),
                (800.0, INF),
                (-800.0, 0.0),
            ][..],
        ),
        ("exp", &[(-745.1, 5e-324), (709.79, INF), (1e300, INF), (-1e300, 0.0)]),
        ("log", &[(0.0, -INF), (-0.0, -INF), (1.0, 0.0), (INF, INF), (-1.0, f64::NAN), (-INF, f64::NAN)]),
        (
            "log",
            &[
                (f64::NAN, f64::NAN),
                (5e-324, -744.4400719213812),
                (2.0, std::f64::consts::LN_2),
                (-1e-320, f64::NAN),
            ],
        ),
        (
            "sin",
            &[
                (0.0, 0.0),
                (-0.0, -0.0),
                (INF, f64::NAN),
                (-INF, f64::NAN),
                (f64::NAN, f64::NAN),
                (5e-324, 5e-324),
            ],
        ),
        (
            "cos",
            &[
                (0.0, 1.0),
                (-0.0, 1.0),
                (INF, f64::NAN),
                (-INF, f64::NAN),
                (f64::NAN, f64::NAN),
                (5e-324, 1.0),
            ],
        ),
    ] {
        rows.iter().for_each(|&(x, want)| check(name, x, want));
    }
}

#[test]
fn instruction_sets_have_names() {
    for &isa in Isa::ALL {
        assert_eq!(Isa::from_name(isa.name()), Some(isa));
    }
    assert_eq!(Isa::from_name("sse9"), None);
    assert!(Isa::detect().is_available());
}
