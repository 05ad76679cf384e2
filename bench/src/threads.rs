//! The function of W3 and both its partial derivatives at a million points, by one thread and by two.

use secant::calculus::derivative;
use secant::expr::Symbol;
use secant::program::{Column, Effort, Outputs, Program, Workspace};
use secant::syntax::parse_expr;

use crate::figure;
use crate::uniform::Uniform;

const POINTS: usize = 1_000_000;

/// Seconds for each number of threads; on one core the second brings nothing.
pub(crate) fn batch() {
    let names = ["x", "y"].map(Symbol::new);
    let f = parse_expr("exp(-(x^2 + y^2)/2) sin(3x) cos(2y) + x^3 y/(1 + x^2)").expect("it reads");
    let parts = [f.clone(), derivative(&f, &names[0]), derivative(&f, &names[1])];
    let program = Program::compile(&parts, &names).expect("it has a value");
    let points: Vec<f64> = Uniform::new(3).take(2 * POINTS).map(|u| 4.0 * u - 2.0).collect();
    let columns = [Column::Strided(&points, 2), Column::Strided(&points[1..], 2)];
    let mut out = vec![0.0; 3 * POINTS];
    let mut workspace = Workspace::new();
    for threads in [1, 2] {
        let effort = Effort { threads, ..Effort::default() };
        let took = figure::seconds(|| {
            let rows = Outputs::Rows(&mut out, 3);
            program.evaluate_many(&columns, rows, &effort, &mut workspace).expect("it fits");
        });
        figure::line("threads", &format!("W3 in rows t{threads}"), took, "s");
    }
}
