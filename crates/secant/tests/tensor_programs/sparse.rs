//! Sparse outputs: their patterns, for functions whose structure is known.

use secant::calculus::{Structure, gradient, hessian, structure};
use secant::expr::{Expr, Shape, Symbol};
use secant::program::{Array, Layout, TensorProgram, TensorWorkspace, View};

use super::naive::Values;
use super::random::{close, run};

fn vector(name: &str, n: i64) -> Expr {
    Expr::tensor_var(name, Shape::new([Expr::integer(n)]))
}

fn given(list: &[(&str, &[usize])]) -> Values {
    let value = |k: usize| ((k * 7919) % 101) as f64 / 50.0 - 1.0;
    list.iter()
        .map(|(name, shape)| {
            let data = (0..shape.iter().product()).map(value).collect();
            (Symbol::new(name), Array::new(shape.to_vec(), data).unwrap())
        })
        .collect()
}

fn rosenbrock(n: i64) -> (Expr, Vec<(Symbol, Shape)>) {
    let x = vector("x", n);
    let slice =
        |from: i64| Expr::shift(Expr::integer(n - 1), Expr::integer(n), Expr::integer(from)).matmul(&x);
    let (head, tail) = (slice(0), slice(1));
    let f = (Expr::integer(100) * (tail - head.powi(2)).powi(2) + (Expr::one() - head).powi(2)).sum_all();
    (f, vec![(Symbol::new("x"), x.shape().clone())])
}

#[test]
fn chained_rosenbrock() {
    for n in [2_usize, 3, 5, 1000] {
        let (f, by) = rosenbrock(n as i64);
        let h = hessian(&f, &by).remove(0).remove(0);
        let values = given(&[("x", &[n])]);
        let x = &values[&Symbol::new("x")].data;
        let (program, have) = run(&[(h.clone(), Layout::Sparse), (h.clone(), Layout::Lower)], &values);
        let (sparse, lower) = (program.pattern(0).unwrap(), program.pattern(1).unwrap());
        assert_eq!(sparse.value_count(), 3 * n - 2);
        assert_eq!(lower.value_count(), 2 * n - 1);
        for (value, at) in sparse.entries() {
            let (i, j) = (at[0].min(at[1]), at[0].max(at[1]));
            let want = match j - i {
                1 => -400.0 * x[i],
                0 => {
                    let left = if i > 0 { 200.0 } else { 0.0 };
                    let right = if i + 1 < n { 1200.0 * x[i] * x[i] - 400.0 * x[i + 1] + 2.0 } else { 0.0 };
                    left + right
                }
                far => panic!("an entry {far} from the diagonal"),
            };
            assert!((have[0][value] - want).abs() < 1e-9, "{i},{j} of {n}: {} for {want}", have[0][value]);
        }
        assert!(lower.entries().all(|(_, at)| at[1] <= at[0]));
        if n > 3 {
            let Structure::Banded(bands) = structure(&h) else { panic!("{}", structure(&h)) };
            let diagonals = sparse.runs().iter().map(|run| run.diagonal().unwrap());
            assert_eq!(diagonals.collect::<std::collections::BTreeSet<i64>>(), bands);
        }
        let rows = sparse.compressed_rows().unwrap();
        assert_eq!(*rows.row_starts.last().unwrap(), 3 * n - 2);
        assert_eq!(rows.columns.len(), 3 * n - 2);
        assert!(rows.row_starts.windows(2).all(|w| rows.columns[w[0]..w[1]].is_sorted()));
        assert_eq!(rows.terms.len(), 3 * n - 2);
    }
}

/// Loops of several blocks that begin anywhere in memory.
#[test]
fn gradients_of_long_chains() {
    for n in [1023, 1024, 1025, 1031, 5000] {
        let (f, by) = rosenbrock(n as i64);
        let values = given(&[("x", &[n])]);
        let x = &values[&Symbol::new("x")].data;
        let g = gradient(&f, &by).remove(0);
        let (_, have) = run(&[(f, Layout::Dense), (g, Layout::Dense)], &values);
        let steep = |i: usize| x[i + 1] - x[i] * x[i];
        let value: f64 = (0..n - 1).map(|i| 100.0 * steep(i).powi(2) + (1.0 - x[i]).powi(2)).sum();
        assert!(close(&have[0], &[value]), "{n}");
        let want: Vec<f64> = (0..n)
            .map(|i| {
                let left = if i > 0 { 200.0 * steep(i - 1) } else { 0.0 };
                let right = if i + 1 < n { -400.0 * x[i] * steep(i) - 2.0 * (1.0 - x[i]) } else { 0.0 };
                left + right
            })
            .collect();
        assert!(close(&have[1], &want), "{n}");
    }
}

/// The Hessian of `‖T − U V'‖²` by `U` is `2 V'V ⊗ I`: the values of its core are all that is computed.
#[test]
fn core_times_identity() {
    let (m, n, k) = (7, 4, 3);
    let matrix =
        |name: &str, a: i64, b: i64| Expr::tensor_var(name, Shape::new([Expr::integer(a), Expr::integer(b)]));
    let (u, v, t) = (matrix("U", m, k), matrix("V", n, k), matrix("T", m, n));
    let f = (&t - u.matmul(&v.transpose())).powi(2).sum_all();
    let by = [(Symbol::new("U"), u.shape().clone())];
    let h = hessian(&f, &by).remove(0).remove(0);
    assert_eq!(structure(&h), Structure::IdentityTimesCore);
    let values = given(&[("U", &[7, 3]), ("V", &[4, 3]), ("T", &[7, 4])]);
    let (program, have) = run(&[(h.clone(), Layout::Sparse), (h, Layout::Dense)], &values);
    let pattern = program.pattern(0).unwrap();
    assert_eq!(pattern.value_count(), 9);
    assert_eq!(pattern.entry_count(), 7 * 9);
    assert!(close(&pattern.dense(&have[0]).unwrap(), &have[1]));
}

/// A diagonal, a row and a column that cross: the entry where they meet is the sum.
#[test]
fn runs_that_cross() {
    let n = 6;
    let x = vector("x", n);
    let first = Expr::unit(Expr::one(), Expr::integer(n)).matmul(&x);
    let f = (&first * &x).powi(2).sum_all() + x.powi(3).sum_all();
    let by = [(Symbol::new("x"), x.shape().clone())];
    let h = hessian(&f, &by).remove(0).remove(0);
    let values = given(&[("x", &[6])]);
    let (program, have) = run(&[(h.clone(), Layout::Sparse), (h, Layout::Dense)], &values);
    let pattern = program.pattern(0).unwrap();
    assert!(pattern.value_count() <= 3 * n as usize + 1, "{}", pattern.value_count());
    assert!(close(&pattern.dense(&have[0]).unwrap(), &have[1]));
    let rows = pattern.compressed_rows().unwrap();
    assert_eq!(rows.columns.len(), 3 * n as usize - 2);
}

/// A Hessian of 10¹⁰ entries, of which there are 3·10⁵: made and evaluated in memory for those.
#[test]
fn what_is_nought_takes_no_room() {
    let n = 100_000;
    let (f, by) = rosenbrock(n as i64);
    let h = hessian(&f, &by).remove(0).remove(0);
    let g = gradient(&f, &by).remove(0);
    let program = TensorProgram::with_layouts(
        &[(h, Layout::Sparse), (g, Layout::Dense)],
        &[(Symbol::new("x"), vec![n])],
        &[],
    )
    .unwrap();
    assert_eq!(program.memory(), 0);
    let x = vec![1.0; n];
    let (mut h, mut g) = (vec![0.0; program.output_len(0)], vec![1.0; n]);
    program.evaluate(&[View::new(&x)], &mut [&mut h, &mut g], &mut TensorWorkspace::new()).unwrap();
    assert!(g.iter().all(|g| *g == 0.0));
    assert_eq!(h.iter().filter(|x| **x == 1002.0).count(), n - 2);
}
