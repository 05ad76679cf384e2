//! Every function on every instruction set that the machine has, against more digits: the bounds of [`ACCURACY`] hold over
//! the whole range, special values are exact, and points are computed alike alone and in a batch.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_PI_2, FRAC_PI_4, LN_2, PI, SQRT_2, TAU};

use secant::program::{ACCURACY, Accuracy, Column, Isa, Op, Operands, Portable, Program, Workspace};

use crate::precise::{self as exact, Big};
use crate::random::Random;

/// The program of one operation.
fn program(op: Op) -> Program {
    let number = i64::from(op.row().number);
    let (inputs, code) = match op.row().operands {
        Operands::One => (1, vec![number, 1, 0, 0]),
        _ => (2, vec![number, 2, 0, 1]),
    };
    let portable = Portable {
        version: 1,
        inputs: ["a", "b"][..inputs as usize].iter().map(|s| s.to_string()).collect(),
        constants: vec![],
        registers: inputs + 1,
        code,
        outputs: vec![inputs],
    };
    Program::from_portable(&portable).unwrap()
}

fn instruction_sets() -> impl Iterator<Item = (Isa, Workspace)> {
    Isa::ALL.iter().filter_map(|&isa| Some((isa, Workspace::with_isa(isa)?)))
}

/// The values at points `(a, b)`, of which one-operand functions take the first.
fn run(program: &Program, points: &[(f64, f64)], space: &mut Workspace) -> Vec<f64> {
    let (a, b): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
    let mut y = vec![0.0; points.len()];
    let columns = [Column::Values(&a), Column::Values(&b)];
    program.evaluate_batch(&columns[..program.inputs().len()], &mut [&mut y], space).unwrap();
    y
}

fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}

/// The exact value, and where the error is measured beside something larger, that. `None` where there is no finite value.
fn reference(op: Op, a: f64, b: f64) -> Option<(Big, Option<Big>)> {
    let inside = match op {
        Op::Log | Op::Log2 | Op::Log10 | Op::Root3 => a > 0.0,
        Op::Log1p => a > -1.0,
        Op::Asin | Op::Acos => a.abs() <= 1.0,
        Op::Acosh => a >= 1.0,
        Op::Atanh => a.abs() < 1.0,
        Op::Pow => a != 0.0 && (a > 0.0 || b == b.floor()),
        // Further out gamma is 0 to every digit, and what is near a pole is too far for the reference.
        Op::Gamma => (-190.0..180.0).contains(&a) && (a > 0.0 || a != a.floor()),
        Op::Lgamma if a == 1.0 || a == 2.0 => false,
        Op::Lgamma | Op::Digamma => a > -1e4 && (a > 0.0 || a != a.floor()),
        Op::Atan2 => a != 0.0 || b != 0.0,
        _ => true,
    };
    if !inside || !a.is_finite() || !b.is_finite() {
        return None;
    }
    // Beyond the range of results nothing is exact but 0, 1 and infinity: specials.
    let steep = match op {
        Op::Exp | Op::Expm1 | Op::Sinh | Op::Cosh | Op::Sigmoid | Op::Softplus => a.abs() < 760.0,
        Op::Tanh => a.abs() < 400.0,
        Op::Erf => a.abs() < 12.0,
        Op::Pow => (b * a.abs().ln()).abs() < 760.0,
        _ => true,
    };
    if !steep {
        return None;
    }
    let (x, y) = (Big::of(a), Big::of(b));
    let plain = |value: Big| Some((value, None));
    match op {
        Op::Exp => plain(exact::exp(&x)),
        Op::Expm1 => plain(exact::expm1(&x)),
        Op::Log => plain(exact::log(&x)),
        Op::Log1p => plain(exact::log1p(&x)),
        Op::Log2 => plain(exact::log2(&x)),
        Op::Log10 => plain(exact::log10(&x)),
        Op::Sin => plain(exact::sin_cos(&x).0),
        Op::Cos => plain(exact::sin_cos(&x).1),
        Op::Tan => plain(exact::tan(&x)),
        Op::Asin => plain(exact::asin(&x)),
        Op::Acos => plain(exact::acos(&x)),
        Op::Atan => plain(exact::atan(&x)),
        Op::Atan2 => plain(exact::atan2(&x, &y)),
        Op::Sinh => plain(exact::sinh(&x)),
        Op::Cosh => plain(exact::cosh(&x)),
        Op::Tanh => plain(exact::tanh(&x)),
        Op::Asinh => plain(exact::asinh(&x)),
        Op::Acosh => plain(exact::acosh(&x)),
        Op::Atanh => plain(exact::atanh(&x)),
        Op::Pow => {
            let size = exact::pow(&x.abs(), &y);
            plain(if a < 0.0 && b % 2.0 != 0.0 { size.neg() } else { size })
        }
        Op::Cbrt | Op::Root3 => plain(exact::cbrt(&x)),
        Op::Erf => plain(exact::erf(&x)),
        Op::Sigmoid => plain(exact::sigmoid(&x)),
        Op::Softplus => plain(exact::softplus(&x)),
        Op::Gamma => plain(exact::gamma(&x)),
        Op::Lgamma if a < 0.0 => Some((exact::lgamma(&x), Some(exact::lgamma(&x.neg())))),
        Op::Lgamma => plain(exact::lgamma(&x)),
        Op::Digamma if a < 0.0 => {
            let parts = exact::cotangent(&x);
            Some((exact::digamma(&x), Some(if parts.top() < 0 { Big::int(1) } else { parts })))
        }
        Op::Digamma => Some((exact::digamma(&x), Some(Big::int(1)))),
        _ => None,
    }
}

/// How many units of its last place `y` is off; what overflows counts as the power of two after the largest number.
fn off(y: f64, value: &Big, beside: Option<&Big>) -> f64 {
    let bounded = |v: Big| match (v.top() >= 1024, v.is_negative()) {
        (false, _) => v,
        (true, false) => Big::power_of_two(1024),
        (true, true) => Big::power_of_two(1024).neg(),
    };
    let given = if y.is_infinite() { Big::power_of_two(1024).mul(&Big::of(y.signum())) } else { Big::of(y) };
    let top = beside.map_or(value.top(), |beside| value.top().max(beside.top())).clamp(-1022, 1023);
    given.sub(&bounded(value.clone())).abs().div(&Big::power_of_two(top - 52)).rough()
}

/// Of all numbers the nearest to a multiple of π/2.
const HARDEST_ANGLE: f64 = f64::from_bits(0x7506_ac5b_262c_a1ff);

/// Where a function does something: roots, poles, branch points, changes of method.
fn places(op: Op) -> &'static [f64] {
    match op {
        Op::Exp | Op::Sinh | Op::Cosh | Op::Sigmoid | Op::Softplus => &[
            0.0,
            0.34657359,
            1.0,
            1.03972077,
            709.782712893384,
            710.4758600739439,
            -708.3964,
            -745.1332,
            40.0,
        ],
        Op::Expm1 => &[0.0, 0.34657359, -0.34657359, 1.03972077, -1.03972077, -37.4, -40.0, 709.782712893384],
        Op::Log | Op::Log2 | Op::Log10 => &[1.0, 0.5, 2.0, FRAC_1_SQRT_2, SQRT_2, 10.0, 1000.0],
        Op::Log1p => &[0.0, -1.0, 1.0, -0.29289321, 0.41421356, -0.5, 1e10],
        Op::Sin | Op::Cos | Op::Tan => &[
            FRAC_PI_4,
            FRAC_PI_2,
            2.356194490192345,
            PI,
            4.71238898038469,
            TAU,
            49999.98,
            50000.0,
            50000.7,
            1e22,
            HARDEST_ANGLE,
        ],
        Op::Asin | Op::Acos => &[0.5, 1.0, -0.5, -1.0, FRAC_1_SQRT_2, 0.0],
        Op::Atan => &[0.4375, 0.6875, 1.0, 1.4545454, 2.2857142, -1.0],
        Op::Tanh => &[0.0, 0.17328679, 0.549306, 22.0, -22.0, 19.06],
        Op::Asinh => &[1.0, 1152921504606846976.0, -1152921504606846976.0, 0.5, 2.0],
        Op::Acosh => &[1.0, 2.0, 1152921504606846976.0, 1.25],
        Op::Atanh => &[0.5, 1.0, -1.0, 0.33333333],
        Op::Cbrt | Op::Root3 => &[1.0, 2.0, 4.0, 8.0, 0.125, -1.0, 27.0],
        Op::Erf => &[1.0, -1.0, 2.5, 5.9, 6.0],
        Op::Gamma | Op::Lgamma | Op::Digamma => &[
            1.0,
            2.0,
            1.4616321449683622,
            3.0,
            -0.5,
            -1.5,
            -2.457024738220805,
            -2.7476826467274127,
            -0.504083,
            10.0,
            171.6,
        ],
        _ => &[],
    }
}

fn of_binade(exponent: u64, random: &mut Random) -> f64 {
    f64::from_bits(exponent << 52 | (random.unit() * 52f64.exp2()) as u64)
}

/// Arguments of one-operand functions.
fn arguments(op: Op, random: &mut Random) -> Vec<f64> {
    let mut x = Vec::new();
    // Every binade, subnormal ones too, on both sides.
    for exponent in 0..2047_u64 {
        x.extend([of_binade(exponent, random), -of_binade(exponent, random)]);
    }
    x.extend((0..52).map(|k| f64::from_bits(1 << k)));
    for place in places(op) {
        let (mut below, mut above) = (*place, *place);
        for _ in 0..6 {
            x.extend([below, above]);
            (below, above) = (below.next_down(), above.next_up());
        }
        x.extend((0..20).map(|k| place * (1.0 + 2f64.powi(-2 * k - 1))));
        x.extend((0..20).map(|k| place * (1.0 - 2f64.powi(-2 * k - 2))));
    }
    let ranges: &[(f64, f64)] = match op {
        Op::Gamma | Op::Lgamma | Op::Digamma => {
            &[(0.0, 12.0), (-12.0, 0.0), (0.0, 172.0), (-180.0, 0.0), (0.8, 2.2)]
        }
        Op::Sin | Op::Cos | Op::Tan => &[(-1.0, 1.0), (-10.0, 10.0), (-5e4, 5e4), (-1e7, 1e7)],
        _ => &[(-1.0, 1.0), (-8.0, 8.0), (-50.0, 50.0), (-750.0, 750.0), (0.4, 2.2)],
    };
    for (low, high) in ranges {
        x.extend((0..200).map(|_| low + (high - low) * random.unit()));
    }
    x
}

fn pairs(op: Op, random: &mut Random) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    let any = |random: &mut Random| of_binade(random.below(2047) as u64, random);
    for k in 0..6000 {
        let a = if k % 3 == 0 { 0.3 + 2.0 * random.unit() } else { any(random) };
        let sign = if random.below(2) == 0 { -1.0 } else { 1.0 };
        let b = match op {
            // A result of any size, and whole powers of negative numbers.
            Op::Pow => (random.unit() * 1460.0 - 750.0) / a.ln(),
            _ if k % 2 == 0 => any(random),
            _ => a * 4.0 * random.unit(),
        };
        points.push((a, sign * b));
        if op == Op::Atan2 {
            points.push((-a, sign * b));
        } else {
            points.push((-a, sign * b.round()));
            points
                .push((1.0 + (random.unit() - 0.5) * 2f64.powi(-(random.below(50) as i32)), sign * b * 1e3));
        }
    }
    points
}

fn check(row: &Accuracy) {
    let op = row.op;
    let name = op.row().name;
    let mut random = Random::new(u64::from(op.row().number));
    let points = match op.row().operands {
        Operands::One => arguments(op, &mut random).into_iter().map(|x| (x, 0.0)).collect(),
        _ => pairs(op, &mut random),
    };
    let program = program(op);
    let results: Vec<(Isa, Vec<f64>)> =
        instruction_sets().map(|(isa, mut space)| (isa, run(&program, &points, &mut space))).collect();
    let (mut worst, mut checked) = ((0.0, 0.0, 0.0, Isa::Baseline), 0);
    for (k, &(a, b)) in points.iter().enumerate() {
        let Some((value, beside)) = reference(op, a, b) else { continue };
        checked += 1;
        for (isa, results) in &results {
            let y = results[k];
            assert!(!y.is_nan(), "{name}({a:?}, {b:?}) is NaN on {isa:?}");
            let off = off(y, &value, beside.as_ref());
            if off > worst.0 {
                worst = (off, a, b, *isa);
            }
        }
    }
    let (off, a, b, isa) = worst;
    assert!(
        off <= row.ulps,
        "{name}({a:?}, {b:?}): {off:.3} ulps off on {isa:?}, the table says {}",
        row.ulps
    );
    assert!(checked > 1000, "{name}: {checked} points");
}

/// Rows of the table are shared out over tests, which run at the same time.
fn rows(part: usize) {
    for row in ACCURACY.iter().skip(part).step_by(4) {
        check(row);
    }
}

#[test]
fn every_function_keeps_its_bound_1() {
    rows(0);
}

#[test]
fn every_function_keeps_its_bound_2() {
    rows(1);
}

#[test]
fn every_function_keeps_its_bound_3() {
    rows(2);
}

#[test]
fn every_function_keeps_its_bound_4() {
    rows(3);
}

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

/// Function, argument, exact value.
#[rustfmt::skip]
const SPECIALS: &[(&str, f64, f64)] = &[
    ("exp", 0.0, 1.0), ("exp", -0.0, 1.0), ("exp", INF, INF), ("exp", -INF, 0.0), ("exp", 800.0, INF), ("exp", -800.0, 0.0),
    ("exp", 1e300, INF), ("exp", -1e300, 0.0), ("exp", 5e-324, 1.0),
    ("expm1", 0.0, 0.0), ("expm1", -0.0, -0.0), ("expm1", INF, INF), ("expm1", -INF, -1.0), ("expm1", 5e-324, 5e-324),
    ("expm1", -1e300, -1.0),
    ("log", 0.0, -INF), ("log", -0.0, -INF), ("log", 1.0, 0.0), ("log", INF, INF), ("log", -1.0, NAN), ("log", -INF, NAN),
    ("log", -5e-324, NAN),
    ("log1p", 0.0, 0.0), ("log1p", -0.0, -0.0), ("log1p", -1.0, -INF), ("log1p", -1.5, NAN), ("log1p", INF, INF),
    ("log1p", -INF, NAN), ("log1p", 5e-324, 5e-324),
    ("log2", 0.0, -INF), ("log2", 8.0, 3.0), ("log2", 5e-324, -1074.0), ("log2", -1.0, NAN), ("log2", INF, INF),
    ("log10", 0.0, -INF), ("log10", 1000.0, 3.0), ("log10", 1e22, 22.0), ("log10", -1.0, NAN), ("log10", INF, INF),
    ("sin", 0.0, 0.0), ("sin", -0.0, -0.0), ("sin", INF, NAN), ("sin", -INF, NAN), ("sin", 5e-324, 5e-324),
    ("cos", 0.0, 1.0), ("cos", INF, NAN), ("cos", -INF, NAN), ("cos", 5e-324, 1.0),
    ("tan", 0.0, 0.0), ("tan", -0.0, -0.0), ("tan", INF, NAN), ("tan", 5e-324, 5e-324),
    ("asin", 0.0, 0.0), ("asin", -0.0, -0.0), ("asin", 1.5, NAN), ("asin", -INF, NAN), ("asin", 5e-324, 5e-324),
    ("asin", 1.0, FRAC_PI_2), ("asin", -1.0, -FRAC_PI_2),
    ("acos", 1.0, 0.0), ("acos", -1.0, PI), ("acos", 0.0, FRAC_PI_2), ("acos", 2.0, NAN),
    ("acos", -2.0, NAN),
    ("atan", 0.0, 0.0), ("atan", -0.0, -0.0), ("atan", INF, FRAC_PI_2), ("atan", 5e-324, 5e-324),
    ("atan", -INF, -FRAC_PI_2), ("atan", 1.0, FRAC_PI_4),
    ("sinh", 0.0, 0.0), ("sinh", -0.0, -0.0), ("sinh", INF, INF), ("sinh", -INF, -INF), ("sinh", 711.0, INF),
    ("cosh", 0.0, 1.0), ("cosh", INF, INF), ("cosh", -INF, INF), ("cosh", -1e300, INF),
    ("tanh", 0.0, 0.0), ("tanh", -0.0, -0.0), ("tanh", INF, 1.0), ("tanh", -INF, -1.0), ("tanh", 1e300, 1.0),
    ("asinh", 0.0, 0.0), ("asinh", -0.0, -0.0), ("asinh", INF, INF), ("asinh", -INF, -INF),
    ("acosh", 1.0, 0.0), ("acosh", 0.5, NAN), ("acosh", -3.0, NAN), ("acosh", -1e300, NAN), ("acosh", INF, INF), ("acosh", -INF, NAN),
    ("atanh", 0.0, 0.0), ("atanh", -0.0, -0.0), ("atanh", 1.0, INF), ("atanh", -1.0, -INF), ("atanh", 1.5, NAN),
    ("atanh", -1e300, NAN), ("atanh", INF, NAN),
    ("sqrt", -0.0, -0.0), ("sqrt", -1.0, NAN), ("sqrt", INF, INF),
    ("cbrt", 27.0, 3.0), ("cbrt", -8.0, -2.0), ("cbrt", 0.0, 0.0), ("cbrt", -0.0, -0.0), ("cbrt", INF, INF), ("cbrt", -INF, -INF),
    ("root3", 27.0, 3.0), ("root3", -8.0, NAN), ("root3", -0.0, -0.0), ("root3", INF, INF), ("root3", -INF, NAN),
    ("erf", 0.0, 0.0), ("erf", -0.0, -0.0), ("erf", INF, 1.0), ("erf", -INF, -1.0), ("erf", 9.0, 1.0),
    ("gamma", 0.0, INF), ("gamma", -0.0, -INF), ("gamma", -2.0, NAN), ("gamma", -INF, NAN), ("gamma", INF, INF), ("gamma", 5.0, 24.0),
    ("gamma", 1.0, 1.0), ("gamma", 180.0, INF), ("gamma", -200.5, -0.0), ("gamma", -201.5, 0.0),
    ("lgamma", 0.0, INF), ("lgamma", -3.0, INF), ("lgamma", 1.0, 0.0), ("lgamma", 2.0, 0.0), ("lgamma", INF, INF),
    ("lgamma", -INF, INF),
    ("digamma", 0.0, NAN), ("digamma", -1.0, NAN), ("digamma", INF, INF), ("digamma", -INF, NAN),
    ("sigmoid", 0.0, 0.5), ("sigmoid", INF, 1.0), ("sigmoid", -INF, 0.0), ("sigmoid", 1e300, 1.0),
    ("softplus", 0.0, LN_2), ("softplus", INF, INF), ("softplus", -INF, 0.0), ("softplus", 1e300, 1e300),
    ("relu", -1.0, 0.0), ("step", -0.0, 0.0), ("sign", -0.0, -0.0), ("floor", -0.5, -1.0), ("ceil", -0.5, -0.0),
];

/// Function, arguments, exact value.
#[rustfmt::skip]
const SPECIAL_PAIRS: &[(&str, f64, f64, f64)] = &[
    ("pow", 2.0, 0.0, 1.0), ("pow", 0.0, 0.0, 1.0), ("pow", INF, 0.0, 1.0), ("pow", -INF, -0.0, 1.0), ("pow", NAN, 0.0, NAN),
    ("pow", 1.0, NAN, NAN), ("pow", 1.0, INF, NAN), ("pow", -1.0, -INF, NAN), ("pow", -1.0, 3.0, -1.0), ("pow", -1.0, 1e300, 1.0),
    ("pow", -1.0, 9007199254740991.0, -1.0), ("pow", -1.0, 4503599627370497.0, -1.0), ("pow", -1.0, 4503599627370495.5, NAN),
    ("pow", 0.0, 3.0, 0.0), ("pow", -0.0, 3.0, -0.0), ("pow", -0.0, 2.0, 0.0), ("pow", -0.0, 0.5, 0.0), ("pow", 0.0, -1.0, INF),
    ("pow", -0.0, -1.0, -INF), ("pow", -0.0, -2.0, INF), ("pow", -8.0, 0.5, NAN), ("pow", -8.0, 1.0, -8.0), ("pow", 2.0, 10.0, 1024.0),
    ("pow", 2.0, -1074.0, 5e-324), ("pow", 2.0, 1024.0, INF), ("pow", 2.0, -1e300, 0.0), ("pow", 0.5, -INF, INF), ("pow", 0.5, INF, 0.0),
    ("pow", 2.0, INF, INF), ("pow", -2.0, INF, INF), ("pow", -INF, 3.0, -INF), ("pow", -INF, -3.0, -0.0), ("pow", -INF, 0.5, INF),
    ("pow", INF, -2.0, 0.0), ("pow", 1.0, 1e300, 1.0), ("pow", -2.0, 0.5, NAN), ("pow", 10.0, 15.0, 1e15),
    ("atan2", 0.0, 1.0, 0.0), ("atan2", -0.0, 1.0, -0.0), ("atan2", 0.0, -1.0, PI),
    ("atan2", -0.0, -1.0, -PI), ("atan2", 0.0, 0.0, 0.0), ("atan2", -0.0, 0.0, -0.0),
    ("atan2", 0.0, -0.0, PI), ("atan2", -0.0, -0.0, -PI),
    ("atan2", 1.0, 0.0, FRAC_PI_2), ("atan2", -1.0, -0.0, -FRAC_PI_2),
    ("atan2", INF, INF, FRAC_PI_4), ("atan2", -INF, -INF, -2.356194490192345),
    ("atan2", 1.0, INF, 0.0), ("atan2", -1.0, -INF, -PI), ("atan2", INF, -5.0, FRAC_PI_2),
    ("atan2", NAN, 1.0, NAN), ("atan2", 1.0, NAN, NAN), ("atan2", NAN, INF, NAN), ("atan2", INF, NAN, NAN),
    ("atan2", 1e308, 1e308, FRAC_PI_4), ("atan2", 5e-324, 5e-324, FRAC_PI_4),
    ("atan2", 5e-324, 1.0, 5e-324), ("atan2", 5e-324, 1e308, 0.0),
    ("max", -0.0, 0.0, 0.0), ("min", 0.0, -0.0, -0.0), ("max", NAN, 1.0, NAN), ("mod", -7.0, 3.0, 2.0), ("mod", 1.0, 0.0, NAN),
    ("and", NAN, 1.0, 1.0), ("or", 0.0, -0.0, 0.0), ("ne", NAN, NAN, 1.0),
];

#[track_caller]
fn exactly(name: &str, a: f64, b: f64, want: f64) {
    let op = secant::program::OPCODES.iter().find(|row| row.name == name).unwrap().op;
    for (isa, mut space) in instruction_sets() {
        // Whole blocks, and a rest.
        for y in run(&program(op), &[(a, b); 67], &mut space) {
            assert!(same(y, want), "{name}({a:?}, {b:?}) = {y:?}, not {want:?} ({isa:?})");
        }
    }
}

#[test]
fn specials() {
    for &(name, x, want) in SPECIALS {
        exactly(name, x, 0.0, want);
    }
    for &(name, a, b, want) in SPECIAL_PAIRS {
        exactly(name, a, b, want);
    }
    for row in ACCURACY.iter().filter(|row| row.op.row().operands == Operands::One) {
        exactly(row.op.row().name, NAN, 0.0, NAN);
    }
}

/// The same bits alone, in a batch, wherever a batch is cut, and on every instruction set of its kind.
#[test]
fn a_result_does_not_depend_on_its_neighbours() {
    let mut random = Random::new(11);
    for row in secant::program::OPCODES {
        let points: Vec<(f64, f64)> = match row.operands {
            Operands::One => {
                arguments(row.op, &mut random).into_iter().step_by(5).map(|x| (x, 0.0)).collect()
            }
            Operands::Two => pairs(row.op, &mut random).into_iter().step_by(9).collect(),
            // In the batches of random programs.
            Operands::Literal | Operands::Three => continue,
        };
        let program = program(row.op);
        let name = row.name;
        let mut fused: Option<Vec<f64>> = None;
        for (isa, mut space) in instruction_sets() {
            let whole = run(&program, &points, &mut space);
            let mut start = 0;
            while start < points.len() {
                let n = (1 + random.below(70)).min(points.len() - start);
                let part = run(&program, &points[start..start + n], &mut space);
                for (k, y) in part.into_iter().enumerate() {
                    let (at, want) = (points[start + k], whole[start + k]);
                    assert!(same(y, want), "{name}{at:?}: {y:?} in a batch of {n}, else {want:?} ({isa:?})");
                }
                start += n;
            }
            for (&(a, b), want) in points.iter().zip(&whole) {
                let mut out = [0.0];
                program.evaluate(&[a, b][..program.inputs().len()], &mut out, &mut space).unwrap();
                assert!(
                    same(out[0], *want),
                    "{name}({a:?}, {b:?}) alone: {:?}, not {want:?} ({isa:?})",
                    out[0]
                );
            }
            if isa.fused() {
                let first = fused.get_or_insert_with(|| whole.clone());
                assert!(first.iter().zip(&whole).all(|(a, b)| same(*a, *b)), "{name} on {isa:?}");
            }
        }
    }
}

/// The reference itself, against values of 60 digits from elsewhere. A line of `reference.txt`: function, bits of the argument,
/// bits of the nearest `f64`, and how many ulps the exact value lies above that.
#[test]
fn the_reference_is_right() {
    let float = |bits: &str| f64::from_bits(u64::from_str_radix(bits, 16).unwrap());
    let mut checked = 0;
    for line in include_str!("reference.txt").lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let (name, x, nearest, above) =
            (words[0], float(words[1]), float(words[2]), words[3].parse::<f64>().unwrap());
        let op = secant::program::OPCODES.iter().find(|row| row.name == name).unwrap().op;
        let (value, _) = reference(op, x, 0.0).unwrap();
        let off = off(nearest, &value, None);
        // At a power of two the units of the two differ by a factor of 2.
        let agree = [1.0, 2.0].iter().any(|unit| (off - unit * above.abs()).abs() < 0.002);
        assert!(agree, "{name}({x:?}): {off} and {above}");
        checked += 1;
    }
    assert!(checked > 1000);
}

#[test]
fn instruction_sets_have_names() {
    for &isa in Isa::ALL {
        assert_eq!(Isa::from_name(isa.name()), Some(isa));
    }
    assert_eq!(Isa::from_name("sse9"), None);
    assert!(Isa::detect().is_available());
    // Once one is in use it stays.
    let best = Isa::best();
    assert!(best.choose());
    assert!(Isa::ALL.iter().filter(|isa| **isa != best).all(|isa| !isa.choose()));
    assert_eq!(Isa::best(), best);
}
