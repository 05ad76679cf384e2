//! Scalar expressions of one variable: W1, deeply nested, and a graph whose tree has 2⁶⁰ nodes.

use secant::calculus::derivative;
use secant::expr::{Expr, Symbol};
use secant::program::{Program, Workspace};

use crate::figure;

pub(crate) fn x() -> Symbol {
    Symbol::new("x")
}

/// `e_k = sin(e_{k-1}² + k x)/(2 + cos(k x))` from `e_0 = x`.
pub(crate) fn nest(levels: i64) -> Expr {
    let (x, number) = (Expr::var("x"), Expr::integer);
    (1..=levels)
        .fold(x.clone(), |e, k| (e.powi(2) + number(k) * &x).sin() / (number(2) + (number(k) * &x).cos()))
}

/// The derivative of [`nest`] at `x`, level by level: it knows none of the rules.
fn nest_slope(levels: i64, x: f64) -> f64 {
    let step = |(e, d): (f64, f64), k: i64| {
        let k = k as f64;
        let (u, v) = (e * e + k * x, 2.0 + (k * x).cos());
        let (du, dv) = (2.0 * e * d + k, -k * (k * x).sin());
        (u.sin() / v, (u.cos() * du * v - u.sin() * dv) / (v * v))
    };
    (1..=levels).fold((x, 1.0), step).1
}

/// `e_k = sin(e_{k-1}) (k + e_{k-1})/(k + 1)` from `e_0 = x`.
fn share(levels: i64) -> Expr {
    let number = Expr::integer;
    (1..=levels).fold(Expr::var("x"), |e, k| e.sin() * (number(k) + &e) / number(k + 1))
}

/// W1 for two sizes: building, differentiating, compiling, evaluating.
pub(crate) fn nested() {
    for levels in [14, 143] {
        let workload = format!("W1 K={levels}");
        let (e, x) = (nest(levels), x());
        figure::time(&workload, "build", || nest(levels));
        figure::time(&workload, "diff", || derivative(&e, &x));
        figure::time(&workload, "build+diff", || derivative(&nest(levels), &x));

        let d = derivative(&e, &x);
        let names = [x];
        let compile = || Program::compile(std::slice::from_ref(&d), &names).expect("it has a value");
        let program = compile();
        figure::line(&workload, "nodes, shared", d.node_count() as f64, "count");
        figure::line(&workload, "instructions", program.instruction_count() as f64, "count");
        figure::time(&workload, "compile", compile);
        figure::time(&workload, "compile + first eval", || value(&compile(), &mut Workspace::new()));
        let mut workspace = Workspace::new();
        figure::time(&workload, "eval", || value(&program, &mut workspace));
        nest_slope_limit(&workload, levels);
        let want = nest_slope(levels, 0.7);
        let error = (value(&program, &mut workspace) - want).abs() / want.abs();
        figure::line(&workload, "relative error", error, "ratio");
    }
}

fn value(program: &Program, workspace: &mut Workspace) -> f64 {
    let mut out = [0.0];
    program.evaluate(&[std::hint::black_box(0.7)], &mut out, workspace).expect("one input and one output");
    out[0]
}

/// One call of a small function, `x² y + 1`, and the same in Rust: the difference is what a call costs.
pub(crate) fn small_call() {
    let (x, y) = (Expr::var("x"), Expr::var("y"));
    let program = Program::compile(&[x.powi(2) * y + Expr::one()], &["x", "y"].map(Symbol::new));
    let (program, mut workspace) = (program.expect("it has a value"), Workspace::new());
    let at = [0.7, 1.3];
    let mut out = [0.0];
    figure::time("call", "x^2 y + 1", || {
        program
            .evaluate(std::hint::black_box(&at), &mut out, &mut workspace)
            .expect("two inputs and one output");
        out[0]
    });
    figure::limit("call", "x^2 y + 1", || {
        let [x, y] = *std::hint::black_box(&at);
        x * x * y + 1.0
    });
}

/// W1's derivative at one point, level by level, as one would write it by hand.
fn nest_slope_limit(workload: &str, levels: i64) {
    figure::limit(workload, "eval", || nest_slope(levels, std::hint::black_box(0.7)));
}

/// The graph that only an engine that shares can differentiate.
pub(crate) fn shared() {
    figure::time("shared-60", "build+diff", || derivative(&share(60), &x()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_derivative_agrees_with_forward_mode() {
        let d = derivative(&nest(14), &x());
        let program = Program::compile(&[d], &[x()]).unwrap();
        let want = nest_slope(14, 0.7);
        assert!((value(&program, &mut Workspace::new()) - want).abs() <= 1e-12 * want.abs());
    }
}
