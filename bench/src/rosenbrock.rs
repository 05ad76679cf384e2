//! The chained Rosenbrock function of `n` variables, `Σ 100 (x_{i+1} − x_i²)² + (1 − x_i)²`: as a dozen nodes on one
//! vector, and written out on `n` scalars.

use secant::calculus::{gradient, hessian};
use secant::expr::{Expr, Rational, Shape, Symbol, sum};

use crate::figure;

/// On a vector of 10⁵ entries.
fn on_a_vector() -> (Expr, Vec<(Symbol, Shape)>) {
    let n = Expr::integer(100_000);
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
    let (e, by) = on_a_vector();
    let workload = "rosenbrock vector n=100000";
    figure::time(workload, "build+gradient", || {
        let (e, by) = on_a_vector();
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
    }
}
