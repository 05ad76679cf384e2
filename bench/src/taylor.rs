//! W8: coefficients 0 to 30 of `exp(sin x)/(1 + x²)` at 0.3, and the recurrences by hand as the limit; bounds of what a
//! polynomial leaves out; integrals over a range.

use std::hint::black_box;

use secant::expr::{Expr, Symbol};
use secant::integral::quadrature::{End, Options, definite};
use secant::program::{Budget, Program, Workspace};
use secant::series::{remainder, taylor};
use secant::syntax::parse_expr;

use crate::figure;

const WORKLOAD: &str = "W8";
const LENGTH: usize = 31;
type Series = [f64; LENGTH];

fn program() -> Program {
    let e = parse_expr("exp(sin(x))/(1+x^2)").expect("it reads");
    Program::compile(&[e], &[Symbol::new("x")]).expect("it has a value")
}

fn jet(program: &Program, workspace: &mut Workspace) -> Series {
    let mut c = [0.0; LENGTH];
    let at: &[f64] = &[black_box(0.3), 1.0];
    program.evaluate_jet(&[at], &mut [&mut c], &Budget::UNLIMITED, workspace).expect("one input, one output");
    c
}

/// The recurrences of Griewank & Walther, table 13.2, for this one function.
fn by_hand(x: f64) -> Series {
    let [mut s, mut c, mut e, mut d, mut y] = [[0.0; LENGTH]; 5];
    (s[0], c[0]) = x.sin_cos();
    e[0] = s[0].exp();
    (d[0], d[1], d[2]) = (1.0 + x * x, 2.0 * x, 1.0);
    y[0] = e[0] / d[0];
    for k in 1..LENGTH {
        let n = k as f64;
        (s[k], c[k]) = (c[k - 1] / n, -s[k - 1] / n);
        e[k] = (1..=k).map(|j| j as f64 * s[j] * e[k - j]).sum::<f64>() / n;
        y[k] = (e[k] - (1..=k.min(2)).map(|j| d[j] * y[k - j]).sum::<f64>()) / d[0];
    }
    y
}

/// Making the program, running it; and by hand.
pub(crate) fn coefficients() {
    figure::time(WORKLOAD, "text to coefficients", || jet(&program(), &mut Workspace::new()));
    figure::time(WORKLOAD, "make", program);
    let (f, mut workspace) = (program(), Workspace::new());
    figure::time(WORKLOAD, "coefficients", || jet(&f, &mut workspace));
    figure::limit(WORKLOAD, "coefficients", || by_hand(black_box(0.3)));
    let (ours, want) = (jet(&f, &mut workspace), reference());
    figure::line(WORKLOAD, "worst relative error", worst(&ours, &want), "ratio");
}

/// Exact series, and the bound of what they leave out: textbook functions.
pub(crate) fn series() {
    let x = Symbol::new("x");
    let read = |text: &str| parse_expr(text).expect("it reads");
    let zero = [(x.clone(), Expr::zero())];
    for (text, order) in [("exp(x) sin(x)", 10), ("log(1 + x)/(1 + x^2)", 10), ("tan(x)", 15)] {
        let e = read(text);
        figure::time("series", &format!("{text} to x^{order}"), || taylor(&e, &zero, order, &[]));
    }
    for (text, order) in [("exp(x)", 5), ("sin(x)", 7), ("exp(-x^2)", 8), ("log(2 + x)", 6)] {
        let e = read(text);
        let bound = || remainder(&e, &zero, order, &[(-0.5, 0.5)], &Budget::UNLIMITED);
        figure::time("series", &format!("proven bound of {text}, order {order}"), bound);
    }
}

/// Integrals over a range: the number, and proven bounds.
pub(crate) fn integrals() {
    let x = Symbol::new("x");
    let read = |text: &str| parse_expr(text).expect("it reads");
    let end = |text: &str| if text == "inf" { End::Infinity } else { End::At(read(text)) };
    for (text, from, to) in INTEGRALS {
        let (e, from, to) = (read(text), end(from), end(to));
        let number = || definite(&e, &x, &from, &to, &Options::default());
        figure::time("integrals", &format!("{text} estimated"), number);
        let options = Options { prove: true, relative_tol: 1e-10, ..Options::default() };
        if to != End::Infinity && *text != "1/sqrt(x)" {
            figure::time("integrals", &format!("{text} proven"), || definite(&e, &x, &from, &to, &options));
        }
    }
}

/// As in `peers/with_scipy.py` and `peers/with_mpmath.py`.
const INTEGRALS: &[(&str, &str, &str)] = &[
    ("exp(sin(x))/(1+x^2)", "0", "3"),
    ("cos(20 x) exp(-x)", "0", "2"),
    ("1/sqrt(x)", "0", "1"),
    ("exp(-x^2)", "0", "inf"),
];

fn worst(got: &Series, want: &Series) -> f64 {
    got.iter().zip(want).map(|(g, w)| ((g - w) / w).abs()).fold(0.0, f64::max)
}

/// From the table of the engine's own test, computed with 150 digits.
fn reference() -> Series {
    let table = include_str!("../../crates/secant/tests/program/series.txt");
    let line = table.lines().find(|line| line.starts_with("exp(sin(x))/(1+x^2) | 0.3 | "));
    let numbers = line.and_then(|line| line.rsplit(" | ").next()).unwrap_or_default();
    let mut series = [f64::NAN; LENGTH];
    for (c, text) in series.iter_mut().zip(numbers.split(' ')) {
        *c = text.parse().unwrap_or(f64::NAN);
    }
    series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_agree_with_the_table() {
        let want = reference();
        assert!(worst(&by_hand(0.3), &want) < 1e-12);
        assert!(worst(&jet(&program(), &mut Workspace::new()), &want) < 1e-13);
    }
}
