//! Many points: W3 (a function and both its partial derivatives at a million points), and each function alone.

use secant::calculus::derivative;
use secant::expr::{Expr, Rational, Symbol};
use secant::program::{ACCURACY, Column, Effort, Isa, Op, Operands, Outputs, Portable, Program, Workspace};

use crate::figure;

const POINTS: usize = 1_000_000;

/// `exp(-(x² + y²)/2) sin 3x cos 2y + x³ y/(1 + x²)`.
fn function() -> Expr {
    let (x, y, number) = (Expr::var("x"), Expr::var("y"), Expr::integer);
    let half = Expr::number(Rational::ratio(-1, 2).expect("2 is not 0"));
    (half * (x.powi(2) + y.powi(2))).exp() * (number(3) * &x).sin() * (number(2) * &y).cos()
        + x.powi(3) * y / (number(1) + x.powi(2))
}

/// Function and partial derivatives, compiled together.
fn program() -> Program {
    let (f, names) = (function(), ["x", "y"].map(Symbol::new));
    let parts = [f.clone(), derivative(&f, &names[0]), derivative(&f, &names[1])];
    Program::compile(&parts, &names).expect("it has a value")
}

/// `x_i = 4 u_{2i} - 2`, `y_i = 4 u_{2i+1} - 2`, of the numbers that `bench/README.md` names.
fn points(n: usize) -> (Vec<f64>, Vec<f64>) {
    let mut s = 3_u64;
    let mut next = || {
        s = s.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        4.0 * ((s >> 11) as f64 * (-53_f64).exp2()) - 2.0
    };
    (0..n).map(|_| (next(), next())).unzip()
}

/// The instruction sets of this machine; the best bears the bare name, which is what peers are compared with.
fn instruction_sets(metric: &str) -> impl Iterator<Item = (String, Workspace)> {
    let offered = Isa::ALL.iter().rev().filter_map(|&isa| Some((isa, Workspace::with_isa(isa)?)));
    offered.enumerate().map(move |(k, (isa, space))| {
        (if k == 0 { metric.to_owned() } else { format!("{metric}, {}", isa.name()) }, space)
    })
}

/// W3, for every instruction set of the machine, and for two threads.
pub(crate) fn gradient() {
    let workload = "W3";
    figure::time(workload, "compile", program);
    let program = program();
    figure::line(workload, "instructions", program.instruction_count() as f64, "count");
    let (x, y) = points(POINTS);
    let columns = [Column::Values(&x), Column::Values(&y)];
    let mut out = vec![vec![0.0; POINTS]; 3];
    let mut run = |threads: usize, space: &mut Workspace| {
        let mut out: Vec<&mut [f64]> = out.iter_mut().map(|column| &mut column[..]).collect();
        let effort = Effort { threads, ..Effort::default() };
        program.evaluate_many(&columns, Outputs::Columns(&mut out), &effort, space).expect("it fits");
    };
    for (metric, mut space) in instruction_sets("f+grad") {
        figure::time(workload, &metric, || run(1, &mut space));
    }
    let mut hand = vec![vec![0.0; POINTS]; 3];
    figure::limit(workload, "f+grad", || by_hand(&x, &y, &mut hand));
    run(1, &mut Workspace::new());
    let errors = out.iter().flatten().zip(hand.iter().flatten()).map(|(a, b)| (a - b).abs());
    figure::line(workload, "difference from the loop by hand", errors.fold(0.0, f64::max), "ratio");
}

/// Every function of the table, over arguments that stay in the second-level cache: seconds a value.
pub(crate) fn functions() {
    const N: usize = 8192;
    let (x, y) = points(N);
    for op in ACCURACY.iter().map(|row| row.op) {
        // From 0 to 1, from 1 to 2 for what is not defined there.
        let from = if op == Op::Acosh { 1.0 } else { 0.0 };
        let a: Vec<f64> = x.iter().map(|x| from + (x + 2.0) / 4.0).collect();
        let program = one(op);
        let columns = [Column::Values(&a), Column::Values(&y)];
        let mut out = vec![0.0; N];
        for (metric, mut space) in instruction_sets("a value") {
            let workload = format!("function {}", op.row().name);
            let run = || {
                program
                    .evaluate_batch(&columns[..program.inputs().len()], &mut [&mut out], &mut space)
                    .expect("it fits")
            };
            figure::line(&workload, &format!("{metric} t1"), figure::seconds(run) / N as f64, "s");
        }
    }
}

/// The program of one operation.
fn one(op: Op) -> Program {
    let inputs = if op.row().operands == Operands::One { 1 } else { 2 };
    let portable = Portable {
        version: 1,
        inputs: ["a", "b"][..inputs].iter().map(|name| name.to_string()).collect(),
        constants: vec![],
        registers: inputs as u32 + 1,
        code: vec![i64::from(op.row().number), inputs as i64, 0, inputs as i64 - 1],
        outputs: vec![inputs as u32],
    };
    Program::from_portable(&portable).expect("a whole program")
}

/// W3 as one would write it for this one function: derivatives by hand, one pass, small angles only.
fn by_hand(x: &[f64], y: &[f64], out: &mut [Vec<f64>]) {
    let [f, fx, fy] = out else { return };
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx2,fma")]
        fn wide(x: &[f64], y: &[f64], out: [&mut [f64]; 3]) {
            pass::<true>(x, y, out);
        }
        #[target_feature(enable = "avx2,fma")]
        fn middle(x: &[f64], y: &[f64], out: [&mut [f64]; 3]) {
            pass::<true>(x, y, out);
        }
        match Isa::detect() {
            // SAFETY: the machine has what was detected.
            Isa::Avx512 => return unsafe { wide(x, y, [f, fx, fy]) },
            // SAFETY: as above.
            Isa::Avx2 => return unsafe { middle(x, y, [f, fx, fy]) },
            Isa::Baseline => {}
        }
    }
    pass::<false>(x, y, [f, fx, fy]);
}

#[inline(always)]
fn fma<const FMA: bool>(a: f64, b: f64, c: f64) -> f64 {
    if FMA { a.mul_add(b, c) } else { a * b + c }
}

/// Added and taken away again, it rounds to an integer.
const ROUND: f64 = 6_755_399_441_055_744.0;

#[inline(always)]
fn series<const FMA: bool, const N: usize>(z: f64, first: f64, step: impl Fn(f64) -> f64) -> f64 {
    let mut c = [first; N];
    for k in 1..N {
        c[k] = c[k - 1] * step(k as f64);
    }
    let mut sum = c[N - 1];
    for k in (0..N - 1).rev() {
        sum = fma::<FMA>(sum, z, c[k]);
    }
    sum
}

#[inline(always)]
fn sin_cos<const FMA: bool>(x: f64) -> (f64, f64) {
    let shifted = fma::<FMA>(x, std::f64::consts::FRAC_2_PI, ROUND);
    let q = shifted - ROUND;
    let r = fma::<FMA>(-q, 6.123233995736766e-17, fma::<FMA>(-q, std::f64::consts::FRAC_PI_2, x));
    let z = r * r;
    let s = r * series::<FMA, 8>(z, 1.0, |k| -1.0 / (2.0 * k * (2.0 * k + 1.0)));
    let c = series::<FMA, 8>(z, 1.0, |k| -1.0 / (2.0 * k * (2.0 * k - 1.0)));
    let bits = shifted.to_bits();
    let (s, c) = if bits & 1 == 1 { (c, s) } else { (s, c) };
    let turned = |v: f64, bits: u64| f64::from_bits(v.to_bits() ^ ((bits & 2) << 62));
    (turned(s, bits), turned(c, bits.wrapping_add(1)))
}

#[inline(always)]
fn exp<const FMA: bool>(x: f64) -> f64 {
    let shifted = fma::<FMA>(x, std::f64::consts::LOG2_E, ROUND);
    let k = shifted - ROUND;
    let r = fma::<FMA>(-k, 2.3190468138462996e-17, fma::<FMA>(-k, std::f64::consts::LN_2, x));
    let value = series::<FMA, 13>(r, 1.0, |k| 1.0 / k);
    value * f64::from_bits((shifted.to_bits() << 52).wrapping_add(1.0_f64.to_bits()))
}

#[inline(always)]
fn pass<const FMA: bool>(x: &[f64], y: &[f64], [f, fx, fy]: [&mut [f64]; 3]) {
    const BLOCK: usize = 16;
    let out = f.as_chunks_mut::<BLOCK>().0.iter_mut();
    let out = out.zip(fx.as_chunks_mut::<BLOCK>().0).zip(fy.as_chunks_mut::<BLOCK>().0);
    let points = x.as_chunks::<BLOCK>().0.iter().zip(y.as_chunks::<BLOCK>().0);
    for (((f, fx), fy), (x, y)) in out.zip(points) {
        let mut blocks = [[0.0; BLOCK]; 3];
        for k in 0..BLOCK {
            let (x, y) = (x[k], y[k]);
            let square = x * x;
            let e = exp::<FMA>(-0.5 * fma::<FMA>(y, y, square));
            let ((s, c), (sine, cosine)) = (sin_cos::<FMA>(3.0 * x), sin_cos::<FMA>(2.0 * y));
            let wave = s * cosine;
            let under = 1.0 / (1.0 + square);
            let ratio = square * x * under;
            blocks[0][k] = fma::<FMA>(e, wave, ratio * y);
            let slope = (3.0 * square - 2.0 * x * ratio) * under * y;
            blocks[1][k] = fma::<FMA>(e, fma::<FMA>(-x, wave, 3.0 * c * cosine), slope);
            blocks[2][k] = fma::<FMA>(e, fma::<FMA>(-y, wave, -2.0 * s * sine), ratio);
        }
        (*f, *fx, *fy) = (blocks[0], blocks[1], blocks[2]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_give_the_same() {
        let (x, y) = points(64);
        let (mut out, mut hand) = (vec![vec![0.0; 64]; 3], vec![vec![0.0; 64]; 3]);
        let mut columns: Vec<&mut [f64]> = out.iter_mut().map(|column| &mut column[..]).collect();
        let inputs = [Column::Values(&x), Column::Values(&y)];
        program().evaluate_batch(&inputs, &mut columns, &mut Workspace::new()).unwrap();
        by_hand(&x, &y, &mut hand);
        for (a, b) in out.iter().flatten().zip(hand.iter().flatten()) {
            assert!((a - b).abs() < 1e-13, "{a} {b}");
        }
    }
}
