//! The canonical form, case by case. Built through the constructors alone: no parser is involved.

use secant::expr::{Constant, Expr, Func, Rational, apply, power};

fn v(name: &str) -> Expr {
    Expr::var(name)
}
fn n(k: i64) -> Expr {
    Expr::integer(k)
}
fn q(a: i64, b: i64) -> Expr {
    Expr::number(Rational::ratio(a, b).unwrap())
}

#[test]
fn like_terms_and_powers_are_collected() {
    let (x, y) = (v("x"), v("y"));
    assert_eq!(&x + &x, n(2) * &x);
    assert_eq!(&x * &x, x.powi(2));
    assert_eq!((&x + &y) - &y, x);
    assert_eq!(&x / &x, n(1));
    assert_eq!((&x * &y).powi(2), x.powi(2) * y.powi(2));
    assert_eq!(&y * &x * &y, &x * y.powi(2));
    assert_eq!(n(2) * (&x + n(1)) - n(2) * &x - n(2), n(0));
    assert_eq!(-(&x - &y), &y - &x);
    assert_eq!(power(&x, &y) * &x, power(&x, &(&y + n(1))));
    assert_eq!(x.exp() * y.exp(), (&x + &y).exp());
    assert_eq!(x.exp() * (-&x).exp(), n(1));
}

#[test]
fn roots_are_real_and_normal() {
    let x = v("x");
    assert_eq!(x.powi(2).sqrt(), x.abs());
    assert_eq!(x.sqrt().powi(2), x);
    assert_eq!(n(8).sqrt(), n(2) * n(2).sqrt());
    assert_eq!(n(2).sqrt() * n(2).sqrt(), n(2));
    assert_eq!(n(2).sqrt() * n(3).sqrt(), n(6).sqrt());
    assert_eq!(n(1) / n(2).sqrt(), n(2).sqrt() / n(2));
    assert_eq!(q(4, 9).sqrt(), q(2, 3));
    assert_eq!(power(&n(-8), &q(1, 3)), Expr::undefined());
    assert_eq!(apply(Func::Cbrt, &n(-8)), n(-2));
    assert_eq!((n(4) * &x).sqrt(), n(2) * x.sqrt());
    assert_eq!((n(-4) * &x).sqrt(), n(2) * (-&x).sqrt());
}

#[test]
fn exact_values() {
    let pi = Expr::constant(Constant::Pi);
    assert_eq!((&pi / n(6)).sin(), q(1, 2));
    assert_eq!((&pi * q(-5, 4)).cos(), -(n(2).sqrt() / n(2)));
    assert_eq!((&pi * n(1000)).tan(), n(0));
    assert_eq!((&pi / n(2)).tan(), Expr::undefined());
    assert_eq!(n(1).exp().log(), n(1));
    assert_eq!((n(3) * v("x").log()).exp(), v("x").powi(3));
    assert_eq!(apply(Func::Gamma, &n(5)), n(24));
    assert_eq!(n(0).recip(), Expr::undefined());
    assert_eq!(Expr::undefined() * n(0), Expr::undefined());
    assert_eq!((-v("x")).sin(), -v("x").sin());
    assert_eq!((-v("x")).cos(), v("x").cos());
}

#[test]
fn infinity_is_no_number_to_cancel() {
    let inf = || Expr::constant(Constant::Infinity);
    assert_eq!(inf() - inf(), Expr::undefined());
    assert_eq!(inf() * n(0), Expr::undefined());
    assert_eq!(inf().recip(), n(0));
}

#[test]
fn hopeless_numbers_stay_unevaluated() {
    let huge = power(&n(2), &n(1_000_000_000));
    assert!(huge.as_number().is_none());
    assert_eq!(&huge / &huge, n(1));
}

#[test]
fn a_deep_graph_is_compared_and_freed_without_recursion() {
    let build = || (0..200_000).fold(v("x"), |e, _| e.sin());
    let (a, b) = (build(), build());
    assert_eq!(a, b);
    assert_eq!(a.depth(), 200_000);
}

#[test]
fn a_shared_graph_is_not_walked_as_a_tree() {
    let level = |e: Expr| e.sin() * (n(1) + &e);
    let (a, b) = ((0..60).fold(v("x"), |e, _| level(e)), (0..60).fold(v("x"), |e, _| level(e)));
    assert_eq!(a, b);
    assert!(a.tree_size() > 1 << 60);
    assert!(a.node_count() < 300);
}
