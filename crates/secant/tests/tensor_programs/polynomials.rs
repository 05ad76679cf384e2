//! Loops of polynomials: of every length, with offsets, sums beside what is stored, on every instruction set.

use secant::expr::{Expr, Shape, Symbol};
use secant::program::{Isa, Layout, TensorProgram, TensorWorkspace, View, Workspace};

use super::random::Maker;

/// A formula of the entries `x[i]`, `x[i + 1]`, `x[i + 2]`, `y[i]`.
enum Formula {
    Entry(usize),
    Number(i64),
    Sum(Box<Formula>, Box<Formula>),
    Difference(Box<Formula>, Box<Formula>),
    Product(Box<Formula>, Box<Formula>),
    Power(Box<Formula>, i64),
}

impl Formula {
    fn random(maker: &mut Maker, depth: u32) -> Formula {
        if depth == 0 {
            return match maker.pick(5) {
                4 => Formula::Number(maker.pick(5) as i64 - 2),
                k => Formula::Entry(k as usize),
            };
        }
        let kind = maker.pick(5);
        let mut part = || Box::new(Formula::random(maker, depth - 1));
        match kind {
            0 => Formula::Sum(part(), part()),
            1 => Formula::Difference(part(), part()),
            2 | 3 => Formula::Product(part(), part()),
            _ => Formula::Power(part(), 2 + i64::from(depth == 1)),
        }
    }

    fn expr(&self, entries: &[Expr; 4]) -> Expr {
        match self {
            Formula::Entry(k) => entries[*k].clone(),
            Formula::Number(n) => Expr::integer(*n) * Expr::ones(entries[0].shape()),
            Formula::Sum(a, b) => a.expr(entries) + b.expr(entries),
            Formula::Difference(a, b) => a.expr(entries) - b.expr(entries),
            Formula::Product(a, b) => a.expr(entries) * b.expr(entries),
            Formula::Power(a, n) => a.expr(entries).powi(*n),
        }
    }

    fn value(&self, entries: &[f64; 4]) -> f64 {
        match self {
            Formula::Entry(k) => entries[*k],
            Formula::Number(n) => *n as f64,
            Formula::Sum(a, b) => a.value(entries) + b.value(entries),
            Formula::Difference(a, b) => a.value(entries) - b.value(entries),
            Formula::Product(a, b) => a.value(entries) * b.value(entries),
            Formula::Power(a, n) => a.value(entries).powi(*n as i32),
        }
    }
}

#[test]
fn polynomials_of_every_length() {
    const LENGTHS: [usize; 16] = [1, 2, 3, 4, 7, 8, 11, 12, 31, 32, 64, 100, 128, 131, 257, 2100];
    for seed in 0..160 {
        let mut maker = Maker::new(seed);
        let n = LENGTHS[seed as usize % LENGTHS.len()];
        let [a, b] = [(); 2].map(|()| Formula::random(&mut maker, 3));
        let dim = |n: usize| Expr::integer(n as i64);
        let (x, y) =
            (Expr::tensor_var("x", Shape::new([dim(n + 2)])), Expr::tensor_var("y", Shape::new([dim(n)])));
        let slice = |from: i64| Expr::shift(dim(n), dim(n + 2), Expr::integer(from)).matmul(&x);
        let entries = [slice(0), slice(1), slice(2), y];
        let (f, g) = (a.expr(&entries), b.expr(&entries));
        let outputs = [f.clone(), g.sum_all(), f.sum_all(), &f - &g].map(|e| (e, Layout::Dense));
        let inputs = [(Symbol::new("x"), vec![n + 2]), (Symbol::new("y"), vec![n])];
        let program = TensorProgram::with_layouts(&outputs, &inputs, &[]).unwrap();
        let run = |isa: Isa, x: &[f64], y: &[f64]| {
            let mut workspace = TensorWorkspace::from_scalar(Workspace::with_isa(isa).unwrap());
            let (mut f, mut sums, mut difference) = (vec![0.0; n], [[0.0]; 2], vec![0.0; n]);
            let [g, own] = &mut sums;
            let out: &mut [&mut [f64]] = &mut [&mut f, g, own, &mut difference];
            program.evaluate(&[View::new(x), View::new(y)], out, &mut workspace).unwrap();
            [f, sums.concat(), difference].concat()
        };
        let available = || Isa::ALL.iter().copied().filter(|isa| isa.is_available());
        // Whole numbers, of which every result is exact.
        let mut whole = |n: usize| (0..n).map(|_| maker.pick(5) as f64 - 2.0).collect::<Vec<_>>();
        let (x, y) = (whole(n + 2), whole(n));
        let at = |i: usize| [x[i], x[i + 1], x[i + 2], y[i]];
        let f: Vec<f64> = (0..n).map(|i| a.value(&at(i))).collect();
        let g: Vec<f64> = (0..n).map(|i| b.value(&at(i))).collect();
        let difference: Vec<f64> = f.iter().zip(&g).map(|(f, g)| f - g).collect();
        let want = [&f[..], &[g.iter().sum(), f.iter().sum()], &difference].concat();
        for isa in available() {
            assert_eq!(run(isa, &x, &y), want, "seed {seed}, {n} numbers, {isa:?}");
        }
        // Any numbers: the same bits wherever multiplication and addition are one operation.
        let (x, y): (Vec<f64>, Vec<f64>) = (
            (0..n + 2).map(|k| (k as f64).sin()).collect(),
            (0..n).map(|k| (k as f64 + 0.5).cos()).collect(),
        );
        let fused: Vec<Vec<u64>> = available()
            .filter(|isa| isa.fused())
            .map(|isa| run(isa, &x, &y).into_iter().map(f64::to_bits).collect())
            .collect();
        assert!(fused.windows(2).all(|pair| pair[0] == pair[1]), "seed {seed}, {n} numbers");
    }
}
