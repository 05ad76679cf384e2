//! Identities that the normal form proves, and near misses that it must not.

use secant::equality::proves_zero;
use secant::expr::{Constant, Expr, Func, Func2, Rational, apply, apply2, power};

fn v(name: &str) -> Expr {
    Expr::var(name)
}
fn n(k: i64) -> Expr {
    Expr::integer(k)
}
fn q(a: i64, b: i64) -> Expr {
    Expr::number(Rational::ratio(a, b).unwrap())
}
fn f(func: Func, a: Expr) -> Expr {
    apply(func, &a)
}

#[track_caller]
fn same(a: Expr, b: Expr) {
    assert!(proves_zero(&(&a - &b), &[], 20_000), "{a:?}  =  {b:?}");
}
#[track_caller]
fn not_proven(a: Expr, b: Expr) {
    assert!(!proves_zero(&(&a - &b), &[], 20_000), "{a:?}  =  {b:?}");
}

#[test]
fn algebra() {
    let (x, y) = (v("x"), v("y"));
    same((&x + &y).powi(2), x.powi(2) + n(2) * &x * &y + y.powi(2));
    same((&x + n(1)).powi(3) * (&x - n(1)).powi(3), (x.powi(2) - n(1)).powi(3));
    same((x.powi(2) - n(1)) / (&x - n(1)), &x + n(1));
    same(n(1) / (&x - n(1)) - n(1) / (&x + n(1)), n(2) / (x.powi(2) - n(1)));
    same(n(1) / (n(1) - &x), -n(1) / (&x - n(1)));
    same((&x * &y).powi(-2), x.powi(-2) * y.powi(-2));
    same(n(1) / (n(1) + n(1) / &x), &x / (&x + n(1)));
    same((&x - &y).powi(8), (&y - &x).powi(8));
    not_proven(x.powi(2), &x * &y);
    not_proven((&x + &y).powi(2), x.powi(2) + y.powi(2));
}

#[test]
fn trigonometry() {
    let (x, y, pi) = (v("x"), v("y"), Expr::constant(Constant::Pi));
    same(x.sin().powi(2) + x.cos().powi(2), n(1));
    same((n(2) * &x).sin(), n(2) * x.sin() * x.cos());
    same((n(2) * &x).cos(), n(1) - n(2) * x.sin().powi(2));
    same((&x + &y).sin(), x.sin() * y.cos() + x.cos() * y.sin());
    same(x.tan(), x.sin() / x.cos());
    same(f(Func::Sec, x.clone()).powi(2), n(1) + x.tan().powi(2));
    same((&x + &pi / n(2)).sin(), x.cos());
    same((&x - &pi).cos(), -x.cos());
    same((&x + &pi / n(3)).sin(), x.sin() / n(2) + n(3).sqrt() / n(2) * x.cos());
    same((n(3) * &x).sin(), n(3) * x.sin() - n(4) * x.sin().powi(3));
    same((&x / n(2)).sin().powi(2), (n(1) - x.cos()) / n(2));
    same(x.tan() + f(Func::Cot, x.clone()), n(1) / (x.sin() * x.cos()));
    same((n(1) - x.sin()) / x.cos(), x.cos() / (n(1) + x.sin()));
    same(x.sin() * y.sin(), ((&x - &y).cos() - (&x + &y).cos()) / n(2));
    not_proven(x.sin(), &x.cos() * n(1));
}

#[test]
fn exponentials_and_logarithms() {
    let (x, y) = (v("x"), v("y"));
    same((&x + &y).exp(), x.exp() * y.exp());
    same((x.exp() + n(1)).powi(2), (n(2) * &x).exp() + n(2) * x.exp() + n(1));
    same((&x * &y).log(), x.log() + y.log());
    same(x.powi(2).log(), n(2) * x.abs().log());
    same((n(2) * &x).log(), n(2).log() + x.log());
    same(q(1, 8).log(), -n(3) * n(2).log());
    same((&x * x.log()).exp(), power(&x, &x));
    same(power(&n(2), &(&x + n(1))), n(2) * power(&n(2), &x));
    same(power(&n(4), &x), power(&n(2), &(n(2) * &x)));
    same(x.cosh().powi(2) - x.sinh().powi(2), n(1));
    same(x.tanh(), (n(1) - (n(-2) * &x).exp()) / (n(1) + (n(-2) * &x).exp()));
    same(f(Func::Sigmoid, x.clone()), n(1) / (n(1) + (-&x).exp()));
    same(f(Func::Sigmoid, x.clone()), (n(1) + (&x / n(2)).tanh()) / n(2));
    same(f(Func::Asinh, x.clone()), (&x + (x.powi(2) + n(1)).sqrt()).log());
    same(f(Func::Atanh, x.clone()), ((n(1) + &x) / (n(1) - &x)).log() / n(2));
    same(f(Func::Log10, x.clone()), x.log() / n(10).log());
    same(x.sqrt().log(), x.log() / n(2));
    not_proven((&x + &y).log(), x.log() + y.log());
}

#[test]
fn roots_and_moduli() {
    let (x, y) = (v("x"), v("y"));
    same(x.sqrt() * x.sqrt(), x.clone());
    same(n(1) / x.sqrt(), x.sqrt() / &x);
    same(n(1) / (x.sqrt() - n(1)), (x.sqrt() + n(1)) / (&x - n(1)));
    same(power(&x, &q(3, 2)), &x * x.sqrt());
    same((n(4) * &x + n(4)).sqrt(), n(2) * (&x + n(1)).sqrt());
    same((&x * &y).abs(), x.abs() * y.abs());
    same((&x - &y).abs(), (&y - &x).abs());
    same(apply2(Func2::Max, &x, &y) + apply2(Func2::Min, &x, &y), &x + &y);
    same(n(1) / (n(1) + n(2).sqrt()), n(2).sqrt() - n(1));
    same(f(Func::Cbrt, x.clone()).powi(3), x.clone());
    same((n(8) * &x).powi(1) / n(8), x.clone());
    same(f(Func::Acos, x.clone()), Expr::constant(Constant::Pi) / n(2) - f(Func::Asin, x.clone()));
    same(f(Func::Gamma, &x + n(1)), &x * f(Func::Gamma, x.clone()));
    not_proven(x.sign().powi(2), n(1));
    not_proven(x.abs(), x.clone());
    not_proven((x.powi(2) + n(1)).sqrt(), &x + n(1));
}

#[test]
fn a_budget_ends_it() {
    let x = v("x");
    let monster = (0..12).fold(n(1), |p, k| p * (&x + v(&format!("y{k}")) + n(1)).powi(9));
    not_proven(monster, x);
}
