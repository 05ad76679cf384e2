//! Random expressions of every kind of node: the program gives what the reference gives.

use proptest::prelude::*;
use secant::calculus::{gradient, hessian};
use secant::expr::{Expr, Func2, MatrixFunc, Reduction, Shape, Symbol, apply2, contract, select};
use secant::program::{Array, Isa, Layout, TensorProgram, TensorWorkspace, View, Workspace};

use super::naive::{self, Values};

/// Draws expressions whose shapes are right, and values for their names.
pub(crate) struct Maker {
    state: u64,
    pub(crate) values: Values,
}

impl Maker {
    pub(crate) fn new(seed: u64) -> Maker {
        Maker { state: seed, values: Values::new() }
    }

    pub(crate) fn pick(&mut self, n: u64) -> u64 {
        self.state =
            self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) % n
    }

    fn number(&mut self) -> f64 {
        self.pick(1 << 20) as f64 / (1 << 19) as f64 - 1.0
    }

    /// A variable of this shape, with values between -1 and 1.
    pub(crate) fn variable(&mut self, shape: &[usize]) -> Expr {
        let (which, size) = (self.pick(2), shape.iter().product::<usize>());
        let name = Symbol::new(&format!(
            "v{which}_{}",
            shape.iter().map(usize::to_string).collect::<Vec<_>>().join("_")
        ));
        if !self.values.contains_key(&name) {
            let data = (0..size).map(|_| self.number()).collect();
            self.values.insert(name.clone(), Array::new(shape.to_vec(), data).unwrap());
        }
        Expr::tensor_var(name, shape_of(shape))
    }

    /// Extents from 0 to 4, nought seldom.
    fn extent(&mut self) -> usize {
        [1, 2, 3, 4, 3, 2, 4, 3, 2, 4, 3, 0][self.pick(12) as usize]
    }

    fn structural(&mut self, shape: &[usize]) -> Expr {
        let place = Expr::integer(self.pick(6) as i64 - 2);
        match shape {
            [m, n] if self.pick(3) > 0 => {
                Expr::shift(Expr::integer(*m as i64), Expr::integer(*n as i64), place)
            }
            [n] if self.pick(2) > 0 => Expr::unit(place, Expr::integer(*n as i64)),
            _ if self.pick(3) == 0 => Expr::zeros(&shape_of(shape)),
            _ => Expr::ones(&shape_of(shape)),
        }
    }

    pub(crate) fn tensor(&mut self, shape: &[usize], depth: u32) -> Expr {
        let Some(depth) = depth.checked_sub(1) else {
            return if self.pick(4) == 0 { self.structural(shape) } else { self.variable(shape) };
        };
        match self.pick(14) {
            0..=5 => self.contraction(shape, depth),
            6 => self.tensor(shape, depth) + self.tensor(shape, depth),
            7 => self.tensor(shape, depth) * self.tensor(shape, depth),
            8 => {
                let (s, e) = (self.tensor(&[], depth), self.tensor(shape, depth));
                s * e
            }
            9 => {
                let e = self.tensor(shape, depth);
                match self.pick(4) {
                    0 => e.sin(),
                    1 => e.powi(2),
                    2 => (Expr::ones(&shape_of(shape)) + e.powi(2)).recip(),
                    _ => e.cos().exp(),
                }
            }
            10 => {
                let (a, b, c) = (self.tensor(shape, depth), self.variable(shape), self.tensor(shape, depth));
                match self.pick(2) {
                    0 => apply2(Func2::Max, &a, &c),
                    _ => select(&apply2(Func2::Less, &b, &a), &b, &c),
                }
            }
            11 if !shape.is_empty() && shape[0] > 0 => {
                Expr::stack((0..shape[0]).map(|_| self.tensor(&shape[1..], depth)).collect())
            }
            12 => {
                let n = 1 + self.pick(3) as usize;
                let inner = self.tensor(&[shape, &[n]].concat(), depth);
                let f = [Reduction::Max, Reduction::Min, Reduction::LogSumExp, Reduction::Product];
                Expr::reduce(f[self.pick(4) as usize], &inner)
            }
            13 if matches!(shape, [m, n] if m == n && *n > 0) || shape.is_empty() => {
                let n = if shape.is_empty() { 1 + self.pick(3) as usize } else { shape[0] };
                let scale = Expr::integer(8) * Expr::identity(Expr::integer(n as i64));
                let inner = scale + self.tensor(&[n, n], depth).sin();
                let f = match (shape.is_empty(), self.pick(2)) {
                    (false, _) => MatrixFunc::Inverse,
                    (true, 0) => MatrixFunc::Det,
                    (true, _) => MatrixFunc::LogDet,
                };
                Expr::matrix_func(f, &inner)
            }
            _ => self.variable(shape),
        }
    }

    /// Factors over random labels: repeated ones, structural ones, labels that only the result has.
    pub(crate) fn contraction(&mut self, shape: &[usize], depth: u32) -> Expr {
        let mut extents: Vec<usize> = shape.to_vec();
        for _ in 0..self.pick(4) {
            extents.push(self.extent());
        }
        let mut factors = Vec::new();
        for _ in 0..1 + self.pick(4) {
            let rank = if extents.is_empty() { 0 } else { self.pick(4) as usize };
            let labels: Vec<u32> = (0..rank).map(|_| self.pick(extents.len() as u64) as u32).collect();
            let own: Vec<usize> = labels.iter().map(|&l| extents[l as usize]).collect();
            let e = match self.pick(4) {
                0 => self.structural(&own),
                1 => self.tensor(&own, depth),
                _ => self.variable(&own),
            };
            factors.push((e, labels));
        }
        let list: Vec<(&Expr, &[u32])> = factors.iter().map(|(e, l)| (e, &l[..])).collect();
        let out: Vec<u32> = (0..shape.len() as u32).collect();
        let dims: Vec<(u32, Expr)> =
            out.iter().map(|&l| (l, Expr::integer(extents[l as usize] as i64))).collect();
        contract(&list, &out, &dims)
    }
}

pub(crate) fn shape_of(shape: &[usize]) -> Shape {
    Shape::new(shape.iter().map(|&n| Expr::integer(n as i64)))
}

/// The outputs by a program, and their patterns.
pub(crate) fn run(outputs: &[(Expr, Layout)], values: &Values) -> (TensorProgram, Vec<Vec<f64>>) {
    run_on(Isa::detect(), outputs, values)
}

fn run_on(isa: Isa, outputs: &[(Expr, Layout)], values: &Values) -> (TensorProgram, Vec<Vec<f64>>) {
    let inputs: Vec<(Symbol, Vec<usize>)> =
        values.iter().map(|(n, a)| (n.clone(), a.shape.clone())).collect();
    let views: Vec<View<'_>> = inputs.iter().map(|(n, _)| View::new(&values[n].data)).collect();
    let program = TensorProgram::with_layouts(outputs, &inputs, &[]).unwrap();
    let mut results: Vec<Vec<f64>> =
        (0..outputs.len()).map(|k| vec![f64::MAX; program.output_len(k)]).collect();
    let mut workspace = TensorWorkspace::from_scalar(Workspace::with_isa(isa).unwrap());
    // Twice: nothing of the first evaluation may be left in the second.
    for _ in 0..2 {
        let mut out: Vec<&mut [f64]> = results.iter_mut().map(|v| &mut v[..]).collect();
        program.evaluate(&views, &mut out, &mut workspace).unwrap();
    }
    (program, results)
}

pub(crate) fn close(have: &[f64], want: &[f64]) -> bool {
    let size = want.iter().filter(|x| x.is_finite()).fold(1.0_f64, |m, x| m.max(x.abs()));
    have.len() == want.len()
        && have
            .iter()
            .zip(want)
            .all(|(x, y)| (x - y).abs() <= 1e-9 * size || (x.is_nan() && y.is_nan()) || x == y)
}

fn random_shape(maker: &mut Maker) -> Vec<usize> {
    let rank = maker.pick(4);
    (0..rank).map(|_| maker.extent()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn programs_give_what_the_definition_gives(seed in any::<u64>(), depth in 0_u32..4) {
        let mut maker = Maker::new(seed);
        let shape = random_shape(&mut maker);
        // Two that share parts, and one that is the other's part.
        let a = maker.tensor(&shape, depth);
        let b = maker.tensor(&shape, depth) + &a;
        let outputs = [a, b].map(|e| (e, Layout::Dense));
        let (_, have) = run(&outputs, &maker.values);
        for ((e, _), have) in outputs.iter().zip(&have) {
            let want = naive::value(e, &maker.values);
            prop_assert!(close(have, &want.data), "{e:?}\n{have:?}\n{:?}\n{:?}", want.data, maker.values);
        }
    }

    #[test]
    fn contractions_give_what_the_definition_gives(seed in any::<u64>()) {
        let mut maker = Maker::new(seed);
        let shape = random_shape(&mut maker);
        let outputs = [(maker.contraction(&shape, 1), Layout::Dense)];
        let (_, have) = run(&outputs, &maker.values);
        let want = naive::value(&outputs[0].0, &maker.values);
        prop_assert!(close(&have[0], &want.data), "{:?}\n{have:?}\n{:?}", outputs[0].0, want.data);
    }

    #[test]
    fn sparse_layouts_have_the_entries_of_dense_ones(seed in any::<u64>(), depth in 0_u32..3) {
        let mut maker = Maker::new(seed);
        let shape = random_shape(&mut maker);
        let e = maker.tensor(&shape, depth);
        let (program, have) = run(&[(e.clone(), Layout::Dense), (e.clone(), Layout::Sparse)], &maker.values);
        let pattern = program.pattern(1).unwrap();
        prop_assert!(close(&pattern.dense(&have[1]).unwrap(), &have[0]), "{e:?}\n{pattern:?}");
    }

    #[test]
    fn derivatives_of_random_functions(seed in any::<u64>()) {
        let mut maker = Maker::new(seed);
        let x = maker.variable(&[4]);
        let inner = maker.contraction(&[4], 1) + &x;
        let weights = maker.contraction(&[3, 4], 0);
        let f = (inner.sin() * weights.matmul(&x).powi(2).sum_all() + x.powi(3)).sum_all();
        let by = [(x.as_var().unwrap().clone(), x.shape().clone())];
        let g = gradient(&f, &by).remove(0);
        let h = hessian(&f, &by).remove(0).remove(0);
        let outputs = [(f, Layout::Dense), (g, Layout::Dense), (h.clone(), Layout::Dense), (h.clone(), Layout::Sparse), (h, Layout::Lower)];
        let (program, have) = run(&outputs, &maker.values);
        for ((e, layout), have) in outputs.iter().zip(&have).take(3) {
            prop_assert_eq!(*layout, Layout::Dense);
            prop_assert!(close(have, &naive::value(e, &maker.values).data), "{e:?}");
        }
        for k in [3, 4] {
            prop_assert!(close(&program.pattern(k).unwrap().dense(&have[k]).unwrap(), &have[2]), "{:?}", outputs[k].0);
        }
    }
}

/// Sizes at which products are packed in blocks, with every kind of remainder, transposed and not, with a diagonal, and
/// of a matrix with itself.
#[test]
fn large_products() {
    let sizes = [(1, 300, 5), (13, 29, 31), (97, 257, 50), (100, 600, 25), (24, 40, 1100), (8, 2000, 3)];
    let mut maker = Maker::new(7);
    for (m, k, n) in sizes {
        let (a, b, d) = (maker.variable(&[m, k]), maker.variable(&[k, n]), maker.variable(&[k]));
        let (at, bt) = (maker.variable(&[k, m]), maker.variable(&[n, k]));
        let outputs = [
            a.matmul(&b),
            at.transpose().matmul(&b),
            a.matmul(&bt.transpose()),
            at.transpose().matmul(&bt.transpose()),
            contract(&[(&a, &[0, 2]), (&d, &[2]), (&b, &[2, 1])], &[0, 1], &[]),
            contract(&[(&at, &[2, 0]), (&d, &[2]), (&at, &[2, 1])], &[0, 1], &[]),
            a.matmul(&a.transpose()),
            contract(&[(&a, &[0, 2]), (&b, &[2, 1])], &[1, 0], &[]),
            a.matmul(&d),
            at.transpose().matmul(&d),
            contract(&[(&at, &[1, 0]), (&d, &[1]), (&d.sin(), &[1])], &[0], &[]),
        ];
        let outputs = outputs.map(|e| (e, Layout::Dense));
        let wanted: Vec<Array> = outputs.iter().map(|(e, _)| naive::value(e, &maker.values)).collect();
        for &isa in Isa::ALL.iter().filter(|isa| isa.is_available()) {
            let (_, have) = run_on(isa, &outputs, &maker.values);
            for (((e, _), have), want) in outputs.iter().zip(&have).zip(&wanted) {
                assert!(close(have, &want.data), "{m} {k} {n} {isa:?}: {e:?}");
            }
        }
    }
}

/// Products with inverses are solutions: of vectors and matrices, from the left and the right, transposed, beside an inverse that
/// is asked for itself.
#[test]
fn solutions() {
    let mut maker = Maker::new(11);
    let (n, k) = (7, 3);
    let a = maker.variable(&[n, n]) + Expr::integer(9) * Expr::identity(Expr::integer(n as i64));
    let (b, c, v) = (maker.variable(&[n, k]), maker.variable(&[k, n]), maker.variable(&[n]));
    let inverse = Expr::matrix_func(MatrixFunc::Inverse, &a);
    let outputs = [
        inverse.matmul(&v),
        v.matmul(&inverse),
        v.matmul(&inverse.matmul(&v)),
        inverse.matmul(&b),
        c.matmul(&inverse),
        c.matmul(&inverse.matmul(&b)),
        inverse.matmul(&c.transpose()),
        inverse.transpose().matmul(&b),
        contract(&[(&inverse, &[0, 1]), (&a, &[1, 0])], &[], &[]),
        inverse.matmul(&inverse).matmul(&v),
        contract(&[(&inverse, &[0, 1]), (&v, &[0]), (&v, &[1])], &[0, 1], &[]),
        &inverse + inverse.matmul(&a),
    ];
    for e in &outputs {
        let (_, have) = run(&[(e.clone(), Layout::Dense)], &maker.values);
        assert!(close(&have[0], &naive::value(e, &maker.values).data), "{e:?}");
    }
    let outputs = outputs.map(|e| (e, Layout::Dense));
    let (_, have) = run(&outputs, &maker.values);
    for ((e, _), have) in outputs.iter().zip(&have) {
        assert!(close(have, &naive::value(e, &maker.values).data), "{e:?}");
    }
    let singular = Expr::matrix_func(MatrixFunc::Inverse, &Expr::ones(&shape_of(&[n, n]))).matmul(&v);
    let (_, have) = run(&[(singular, Layout::Dense)], &maker.values);
    assert!(have[0].iter().all(|x| x.is_nan()));
}
