//! The chained Rosenbrock function of `n` variables, `Σ 100 (x_{i+1} − x_i²)² + (1 − x_i)²`: as a dozen nodes on one
//! vector, and written out on `n` scalars.

use secant::calculus::{gradient, hessian};
use secant::expr::{Expr, Rational, Shape, Symbol, sum};
use secant::program::{Budget, Layout, TensorProgram, TensorWorkspace, View};
use secant::sparse::{Space, SparseHessian};

use crate::figure;
use crate::hand;
use crate::uniform::Uniform;

/// On a vector.
pub(crate) fn on_a_vector(n: usize) -> (Expr, Vec<(Symbol, Shape)>) {
    let n = Expr::integer(n as i64);
    let shape = Shape::new([n.clone()]);
    let x = Expr::tensor_var("x", shape.clone());
    let slice = |from: i64| Expr::shift(&n - Expr::one(), n.clone(), Expr::integer(from)).matmul(&x);
    let (head, tail) = (slice(0), slice(1));
    let e = Expr::integer(100) * (tail - head.powi(2)).powi(2) + (Expr::one() - head).powi(2);
    (e.sum_all(), vec![(Symbol::new("x"), shape)])
}

fn on_scalars(names: &[Symbol]) -> Expr {
    let x: Vec<Expr> = names.iter().map(|name| Expr::var(name.clone())).collect();
    let terms = x.windows(2).flat_map(|pair| {
        let steep = (Rational::integer(100), (&pair[1] - pair[0].powi(2)).powi(2));
        [steep, (Rational::ONE, (Expr::one() - &pair[0]).powi(2))]
    });
    sum(terms)
}

/// Gradient and Hessian as expressions.
pub(crate) fn symbolic() {
    let (e, by) = on_a_vector(100_000);
    let workload = "rosenbrock vector n=100000";
    figure::time(workload, "build+gradient", || {
        let (e, by) = on_a_vector(100_000);
        gradient(&e, &by)
    });
    figure::time(workload, "hessian", || hessian(&e, &by));

    for n in [100, 1000] {
        let workload = format!("rosenbrock scalars n={n}");
        let names: Vec<Symbol> = (0..n).map(|k| Symbol::new(&format!("x{k}"))).collect();
        let by: Vec<(Symbol, Shape)> = names.iter().map(|name| (name.clone(), Shape::SCALAR)).collect();
        figure::time(&workload, "build+gradient", || gradient(&on_scalars(&names), &by));
        let e = on_scalars(&names);
        figure::time(&workload, "hessian", || hessian(&e, &by));
        let sparse =
            || SparseHessian::compile(&e, &names, &[], None, &Budget::UNLIMITED).expect("it has one");
        figure::time(&workload, "sparse hessian, compiled", sparse);
        let (h, mut space) = (sparse(), Space::default());
        let (at, mut entries) = (vec![0.5; n], vec![0.0; h.lower().count()]);
        figure::time(&workload, "sparse hessian, eval", || {
            h.evaluate(std::hint::black_box(&at), &mut entries, &mut space).expect("it fits");
        });
    }
}

/// W2: numbers.
pub(crate) fn evaluated() {
    for n in [1_000, 10_000, 100_000] {
        let workload = format!("W2 n={n}");
        let x: Vec<f64> = Uniform::new(2).take(n).map(|u| 2.0 * u - 1.0).collect();
        let inputs = [(Symbol::new("x"), vec![n])];
        let compile = |e: &Expr, layout| {
            TensorProgram::with_layouts(&[(e.clone(), layout)], &inputs, &[]).expect("the bench compiles")
        };
        figure::time(&workload, "first gradient", || {
            let (e, by) = on_a_vector(n);
            let program = compile(&gradient(&e, &by)[0], Layout::Dense);
            evaluate(&program, &x, &mut vec![0.0; n], &mut TensorWorkspace::new());
        });

        let (e, by) = on_a_vector(n);
        let mut workspace = TensorWorkspace::new();
        let value = compile(&e, Layout::Dense);
        figure::time(&workload, "f", || evaluate(&value, &x, &mut [0.0], &mut workspace));
        let slope = compile(&gradient(&e, &by)[0], Layout::Dense);
        let mut g = vec![0.0; n];
        figure::time(&workload, "gradient", || evaluate(&slope, &x, &mut g, &mut workspace));
        let second = || hessian(&e, &by).remove(0).remove(0);
        figure::time(&workload, "build hessian", || compile(&second(), Layout::Sparse));
        for (layout, metric) in [(Layout::Sparse, "hessian"), (Layout::Lower, "hessian, lower half")] {
            let curvature = compile(&second(), layout);
            let mut h = vec![0.0; curvature.output_len(0)];
            figure::time(&workload, metric, || evaluate(&curvature, &x, &mut h, &mut workspace));
        }

        let mut by_hand = vec![0.0; n];
        figure::limit(&workload, "f", || hand::rosenbrock(&x));
        figure::limit(&workload, "gradient", || hand::rosenbrock_gradient(&x, &mut by_hand));
        let error = g.iter().zip(&by_hand).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        figure::line(&workload, "error of the gradient", error, "ratio");
        let (mut diagonal, mut beside) = (vec![0.0; n], vec![0.0; n - 1]);
        figure::limit(&workload, "hessian, lower half", || {
            hand::rosenbrock_hessian(&x, &mut diagonal, &mut beside)
        });
    }
}

fn evaluate(program: &TensorProgram, x: &[f64], out: &mut [f64], workspace: &mut TensorWorkspace) {
    program.evaluate(&[View::new(x)], &mut [out], workspace).expect("the bench runs");
}
