//! Products with Jacobians and Hessians that are never formed, against the formed ones.

use proptest::prelude::*;
use secant::calculus::{
    gradient, hessian, hessian_times_vector, jacobian, jacobian_times_vector, vector_times_jacobian,
};
use secant::expr::{Expr, Shape, Symbol};
use secant::program::{Layout, TensorProgram};

use super::naive;
use super::random::{Maker, close, run};

/// `Σ m[i][j] v[j]` for rows of this length.
fn times(m: &[f64], v: &[f64]) -> Vec<f64> {
    m.chunks(v.len()).map(|row| row.iter().zip(v).map(|(a, b)| a * b).sum()).collect()
}

fn transposed(m: &[f64], columns: usize) -> Vec<f64> {
    (0..columns).flat_map(|j| m.iter().skip(j).step_by(columns).copied()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn products_are_those_with_the_formed_matrices(seed in any::<u64>()) {
        products_of(seed)?;
    }
}

/// Seeds that found something once.
#[test]
fn products_found_before() {
    for seed in [11469141928707808216, 5692892751863994337, 2942323596902511578] {
        products_of(seed).unwrap();
    }
}

fn products_of(seed: u64) -> Result<(), TestCaseError> {
    let mut maker = Maker::new(seed);
    let x = maker.variable(&[4]);
    let inner = maker.contraction(&[2, 4], 1) * maker.variable(&[2, 4]);
    let e = (inner.matmul(&x) + maker.contraction(&[2], 1)).sin()
        * maker.contraction(&[2, 4], 0).matmul(&x.powi(2));
    let f = e.powi(2).sum_all();
    // A direction that depends on the variable is a direction all the same.
    let (v, w) = (maker.variable(&[4]).cos() + &x, maker.variable(&[2]) + &e);
    let name = x.as_var().unwrap().clone();
    let by: [(Symbol, Shape); 1] = [(name.clone(), x.shape().clone())];
    let along = [(name, v.clone())];
    let outputs = [
        jacobian(&e, &by).remove(0),
        hessian(&f, &by).remove(0).remove(0),
        jacobian_times_vector(&e, &along),
        vector_times_jacobian(&w, &e, &by).remove(0),
        hessian_times_vector(&f, &along).remove(0),
        v,
        w,
    ];
    let outputs = outputs.map(|e| (e, Layout::Dense));
    let (_, have) = run(&outputs, &maker.values);
    let [j, h, jv, wj, hv, v, w] = &have[..] else { unreachable!() };
    prop_assert!(close(jv, &times(j, v)), "{:?}", outputs[2].0);
    prop_assert!(close(wj, &times(&transposed(j, 4), w)), "{:?}", outputs[3].0);
    prop_assert!(close(hv, &times(h, v)), "{:?}", outputs[4].0);
    Ok(())
}

/// The product with the Hessian of a network's loss costs a few gradients, where the Hessian would cost thousands.
#[test]
fn products_cost_a_few_gradients() {
    let dim = |n: i64| Expr::integer(n);
    let matrix = |name: &str, m: i64, n: i64| Expr::tensor_var(name, Shape::new([dim(m), dim(n)]));
    let (w, u, x) = (matrix("W", 60, 50), matrix("U", 40, 60), matrix("X", 50, 30));
    let direction = matrix("V", 60, 50);
    let loss = u.matmul(&w.matmul(&x).tanh()).powi(2).sum_all();
    let name = Symbol::new("W");
    let g = gradient(&loss, &[(name.clone(), w.shape().clone())]).remove(0);
    let hv = hessian_times_vector(&loss, &[(name, direction)]).remove(0);
    let inputs = [("W", vec![60, 50]), ("U", vec![40, 60]), ("X", vec![50, 30]), ("V", vec![60, 50])]
        .map(|(n, s)| (Symbol::new(n), s));
    let work = |e: &Expr| TensorProgram::compile(std::slice::from_ref(e), &inputs).unwrap().work();
    let (gradient, product) = (work(&g), work(&hv));
    assert!(product < 4 * gradient, "{product} for {gradient}");
}

/// Loss, gradient and product with the Hessian of a logistic regression over more rows than a block has: the matrix is read
/// once, by rows, and the numbers are those of the definition.
#[test]
fn blocks_of_rows() {
    let (m, n) = (2500, 37);
    let mut maker = Maker::new(3);
    let (x, y, b) = (maker.variable(&[m, n]), maker.variable(&[m]), maker.variable(&[n]));
    let v = maker.variable(&[n]).cos();
    let z = x.matmul(&b);
    let loss = ((Expr::one() + z.exp()).log() - &y * &z).sum_all();
    let name = b.as_var().unwrap().clone();
    let by = [(name.clone(), b.shape().clone())];
    let outputs = [
        loss.clone(),
        gradient(&loss, &by).remove(0),
        hessian_times_vector(&loss, &[(name, v)]).remove(0),
        (x.matmul(&b) - y).powi(2).sum_all(),
    ];
    let outputs = outputs.map(|e| (e, Layout::Dense));
    let (program, have) = run(&outputs, &maker.values);
    for ((e, _), have) in outputs.iter().zip(&have) {
        assert!(close(have, &naive::value(e, &maker.values).data), "{e:?}");
    }
    // Vectors over the rows, and nothing of the size of the matrix, are kept.
    assert!(program.memory() < 10 * m, "{}", program.memory());
}
