//! Minima of the chained Rosenbrock function, from the expression to the report.

use std::hint::black_box;

use secant::expr::Symbol;
use secant::minimize::{Method, Objective, Options, Report, Variable, minimize};

use crate::figure;
use crate::rosenbrock::on_a_vector;

/// By Newton's method in two variables, by L-BFGS in a hundred; each time with everything that has to be made first.
pub(crate) fn rosenbrock() {
    for (n, method) in [(2, Method::Newton), (100, Method::LimitedBfgs)] {
        let start: Vec<f64> = (0..n).map(|i| if i % 2 == 0 { -1.2 } else { 1.0 }).collect();
        let options = Options { method: Some(method), max_steps: 100_000, ..Options::default() };
        let run = || -> Report {
            let (e, by) = on_a_vector(n);
            let variable = Variable { name: Symbol::new("x"), shape: by[0].1.clone(), extents: vec![n] };
            let mut objective = Objective::new(&e, &[variable], &[]).expect("the bench compiles");
            minimize(&mut objective, black_box(&start), None, &options).expect("the bench runs")
        };
        let workload = format!("minimum n={n}");
        figure::time(&workload, "from the expression", run);
        let found = run();
        let e = found.evaluations;
        figure::line(&workload, "gradients", (e.grad + e.f) as f64, "count");
        figure::line(&workload, "gradient at the end", found.gradient_norm, "ratio");
    }
}
