//! W7: logistic regression of 10,000 rows and 500 columns: `Σ log(1 + exp(z)) − y z`, `z = X b`, its gradient and Hessian.

use secant::calculus::{gradient, hessian};
use secant::expr::{Expr, Shape, Symbol};
use secant::program::{TensorProgram, TensorWorkspace, View};

use crate::uniform::Uniform;
use crate::{figure, hand};

const ROWS: usize = 10_000;
const COLUMNS: usize = 500;

fn loss() -> (Expr, Vec<(Symbol, Shape)>) {
    let (m, n) = (Expr::var("m"), Expr::var("n"));
    let x = Expr::tensor_var("X", Shape::new([m.clone(), n.clone()]));
    let (y, b) = (Expr::tensor_var("y", Shape::new([m])), Expr::tensor_var("b", Shape::new([n])));
    let z = x.matmul(&b);
    let e = ((Expr::one() + z.exp()).log() - y * z).sum_all();
    (e, vec![(Symbol::new("b"), b.shape().clone())])
}

pub(crate) fn regression() {
    let workload = "W7";
    let x: Vec<f64> = Uniform::new(71).take(ROWS * COLUMNS).map(|u| 2.0 * u - 1.0).collect();
    let y: Vec<f64> = Uniform::new(72).take(ROWS).map(|u| if u > 0.5 { 1.0 } else { 0.0 }).collect();
    let b: Vec<f64> = Uniform::new(73).take(COLUMNS).map(|u| (u - 0.5) / 10.0).collect();
    let inputs = [("X", vec![ROWS, COLUMNS]), ("y", vec![ROWS]), ("b", vec![COLUMNS])];
    let inputs = inputs.map(|(name, shape)| (Symbol::new(name), shape));
    let views = [View::new(&x), View::new(&y), View::new(&b)];
    let slope = |e: &Expr, by: &[(Symbol, Shape)]| gradient(e, by).remove(0);
    let curvature = |e: &Expr, by: &[(Symbol, Shape)]| hessian(e, by).remove(0).remove(0);
    let compile = |e: Expr| TensorProgram::compile(&[e], &inputs).expect("the bench compiles");
    let mut workspace = TensorWorkspace::new();
    let mut run = |program: &TensorProgram, out: &mut [f64]| {
        program.evaluate(&views, &mut [out], &mut workspace).expect("the bench runs");
    };

    figure::time(workload, "build+compile gradient", || {
        let (e, by) = loss();
        compile(slope(&e, &by))
    });
    let (e, by) = loss();
    let mut value = [0.0];
    let program = compile(e.clone());
    figure::time(workload, "f", || run(&program, &mut value));
    let mut g = vec![0.0; COLUMNS];
    let program = compile(slope(&e, &by));
    figure::time(workload, "gradient", || run(&program, &mut g));
    figure::time(workload, "build+compile hessian", || {
        let (e, by) = loss();
        compile(curvature(&e, &by))
    });
    let mut h = vec![0.0; COLUMNS * COLUMNS];
    let program = compile(curvature(&e, &by));
    figure::time(workload, "hessian", || run(&program, &mut h));

    let mut by_hand = vec![0.0; COLUMNS];
    figure::limit(workload, "gradient", || hand::logistic_gradient(&x, &y, &b, &mut by_hand));
    let error = g.iter().zip(&by_hand).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    figure::line(workload, "error of the gradient", error, "ratio");
}
