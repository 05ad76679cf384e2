//! Derivatives against a number type that carries its own: forward mode knows neither the rule table nor expressions
//! of derivatives.
//!
//! A [`Hyper`] is `v + a ε + b η + c ε η` with `ε² = η² = 0`, so that `a`, `b` are first derivatives and `c` a second
//! (Fike & Alonso, AIAA 2011-886). Its functions are written here with formulas of their own.

use std::collections::BTreeSet;

use proptest::prelude::*;
use secant::calculus::{derivative, gradient, hessian};
use secant::equality::proves_zero;
use secant::expr::{Expr, Func, Func2, Node, Rational, Shape, Symbol, apply, apply2, power, select};
use secant::program::eval;

/// Value, derivatives in two directions, and the mixed second one.
#[derive(Clone, Copy, Debug)]
struct Hyper {
    v: f64,
    a: f64,
    b: f64,
    c: f64,
    /// The largest number met on the way: what rounding is relative to.
    size: f64,
}

impl Hyper {
    fn number(v: f64) -> Hyper {
        Hyper::with_size(v, 0.0, 0.0, 0.0, 1.0)
    }

    fn with_size(v: f64, a: f64, b: f64, c: f64, size: f64) -> Hyper {
        Hyper { v, a, b, c, size: [v, a, b, c].into_iter().map(f64::abs).fold(size, f64::max) }
    }

    /// A function with value `f`, first derivative `d` and second `dd` at `self.v`.
    fn chain(self, f: f64, d: f64, dd: f64) -> Hyper {
        let c = d * self.c + dd * self.a * self.b;
        let size =
            [d, dd, d * self.c, dd * self.a * self.b].into_iter().map(f64::abs).fold(self.size, f64::max);
        Hyper::with_size(f, d * self.a, d * self.b, c, size)
    }

    fn plus(self, o: Hyper) -> Hyper {
        Hyper::with_size(self.v + o.v, self.a + o.a, self.b + o.b, self.c + o.c, self.size.max(o.size))
    }

    fn times(self, o: Hyper) -> Hyper {
        Hyper::with_size(
            self.v * o.v,
            self.v * o.a + self.a * o.v,
            self.v * o.b + self.b * o.v,
            self.v * o.c + self.a * o.b + self.b * o.a + self.c * o.v,
            self.size.max(o.size),
        )
    }

    fn one_over(self) -> Hyper {
        let r = 1.0 / self.v;
        self.chain(r, -r * r, 2.0 * r * r * r)
    }

    fn exp(self) -> Hyper {
        let e = self.v.exp();
        self.chain(e, e, e)
    }

    fn log(self) -> Hyper {
        let r = 1.0 / self.v;
        self.chain(self.v.ln(), r, -r * r)
    }

    fn to_the(self, n: f64) -> Hyper {
        let p = |m: f64| if m == 0.0 { 1.0 } else { self.v.powf(m) };
        self.chain(p(n), if n == 0.0 { 0.0 } else { n * p(n - 1.0) }, n * (n - 1.0) * p(n - 2.0))
    }

    /// A function of the table.
    fn apply(self, f: Func) -> Option<Hyper> {
        let x = self.v;
        let number = Hyper::number;
        let (sin, cos) = x.sin_cos();
        Some(match f {
            Func::Exp => self.exp(),
            Func::Log => self.log(),
            Func::Log2 => self.log().times(number(1.0 / 2f64.ln())),
            Func::Log10 => self.log().times(number(1.0 / 10f64.ln())),
            Func::Sin => self.chain(sin, cos, -sin),
            Func::Cos => self.chain(cos, -sin, -cos),
            Func::Tan => self.apply(Func::Sin)?.times(self.apply(Func::Cos)?.one_over()),
            Func::Sec => self.apply(Func::Cos)?.one_over(),
            Func::Csc => self.apply(Func::Sin)?.one_over(),
            Func::Cot => self.apply(Func::Cos)?.times(self.apply(Func::Sin)?.one_over()),
            Func::Asin => {
                let w = 1.0 - x * x;
                self.chain(x.asin(), w.powf(-0.5), x * w.powf(-1.5))
            }
            Func::Acos => {
                let w = 1.0 - x * x;
                self.chain(x.acos(), -w.powf(-0.5), -x * w.powf(-1.5))
            }
            Func::Atan => {
                let w = 1.0 + x * x;
                self.chain(x.atan(), 1.0 / w, -2.0 * x / (w * w))
            }
            Func::Asec => self.one_over().apply(Func::Acos)?,
            Func::Acsc => self.one_over().apply(Func::Asin)?,
            Func::Acot => self.one_over().apply(Func::Atan)?,
            Func::Sinh => self.chain(x.sinh(), x.cosh(), x.sinh()),
            Func::Cosh => self.chain(x.cosh(), x.sinh(), x.cosh()),
            Func::Tanh => {
                // sech² by the exponential, without the cancellation of 1 - tanh².
                let s = 4.0 / (x.exp() + (-x).exp()).powi(2);
                self.chain(x.tanh(), s, -2.0 * s * x.tanh())
            }
            Func::Sech => self.apply(Func::Cosh)?.one_over(),
            Func::Csch => self.apply(Func::Sinh)?.one_over(),
            Func::Coth => self.apply(Func::Tanh)?.one_over(),
            Func::Asinh => {
                let w = 1.0 + x * x;
                self.chain(x.asinh(), w.powf(-0.5), -x * w.powf(-1.5))
            }
            Func::Acosh => {
                let w = (x - 1.0) * (x + 1.0);
                self.chain(x.acosh(), w.powf(-0.5), -x * w.powf(-1.5))
            }
            Func::Atanh => {
                let w = (1.0 - x) * (1.0 + x);
                self.chain(x.atanh(), 1.0 / w, 2.0 * x / (w * w))
            }
            Func::Asech => self.one_over().apply(Func::Acosh)?,
            Func::Acsch => self.one_over().apply(Func::Asinh)?,
            Func::Acoth => self.one_over().apply(Func::Atanh)?,
            Func::Cbrt => {
                let r = x.cbrt();
                self.chain(r, 1.0 / (3.0 * r * r), -2.0 / (9.0 * r.powi(5)))
            }
            Func::Abs => self.chain(x.abs(), x.signum(), 0.0),
            Func::Sign => number(x.signum()),
            Func::Floor => number(x.floor()),
            Func::Ceil => number(x.ceil()),
            Func::Erf => {
                let d = 2.0 / std::f64::consts::PI.sqrt() * (-x * x).exp();
                self.chain(value(&apply(Func::Erf, &Expr::var("t")), &[("t", x)]), d, -2.0 * x * d)
            }
            Func::Sigmoid => number(1.0).plus(self.times(number(-1.0)).exp()).one_over(),
            Func::Softplus => number(1.0).plus(self.exp()).log(),
            Func::Relu => self.chain(x.max(0.0), f64::from(x > 0.0), 0.0),
            Func::Step => number(f64::from(x > 0.0)),
            // Their own derivatives need digamma and polygamma: series of their own, below.
            Func::Gamma => {
                let (g, p0, p1) = (value(&apply(f, &Expr::var("t")), &[("t", x)]), psi(0, x), psi(1, x));
                self.chain(g, g * p0, g * (p0 * p0 + p1))
            }
            Func::Lgamma => self.chain(value(&apply(f, &Expr::var("t")), &[("t", x)]), psi(0, x), psi(1, x)),
            Func::Digamma => self.chain(psi(0, x), psi(1, x), psi(2, x)),
        })
    }
}

/// Digamma and its first two derivatives for positive `x`: the recurrence up to 30, then the asymptotic series.
///
/// Source: Abramowitz & Stegun §6.3.18, 6.4.11–6.4.13.
fn psi(n: u32, x: f64) -> f64 {
    let (mut x, mut sum) = (x, 0.0);
    while x < 30.0 {
        sum += match n {
            0 => -1.0 / x,
            1 => 1.0 / (x * x),
            _ => -2.0 / (x * x * x),
        };
        x += 1.0;
    }
    let r = 1.0 / x;
    let z = r * r;
    sum + match n {
        0 => x.ln() - r / 2.0 - z * (1.0 / 12.0 - z * (1.0 / 120.0 - z * (1.0 / 252.0 - z / 240.0))),
        1 => r + z / 2.0 + r * z * (1.0 / 6.0 - z * (1.0 / 30.0 - z * (1.0 / 42.0 - z / 30.0))),
        _ => -z - r * z - z * z * (0.5 - z * (1.0 / 6.0 - z * (1.0 / 6.0 - z * 0.3))),
    }
}

fn value(e: &Expr, at: &[(&str, f64)]) -> f64 {
    let at: Vec<(Symbol, f64)> = at.iter().map(|(n, v)| (Symbol::new(n), *v)).collect();
    eval(e, &at).unwrap()
}

/// The expression over hyper-dual numbers. `None` at a kink, where a part has no value, and where a rule here knows nothing.
fn forward(e: &Expr, at: &dyn Fn(&Symbol) -> Hyper) -> Option<Hyper> {
    let result = forward_node(e, at)?;
    [result.v, result.a, result.b, result.c].iter().all(|x| x.is_finite()).then_some(result)
}

fn forward_node(e: &Expr, at: &dyn Fn(&Symbol) -> Hyper) -> Option<Hyper> {
    Some(match e.node() {
        Node::Number(n) => Hyper::number(n.to_f64()),
        Node::Constant(_) => Hyper::number(value(e, &[])),
        Node::Var(x) => at(x),
        Node::Sum(s) => {
            let mut total = Hyper::number(s.constant.to_f64());
            for t in &s.terms {
                total = total.plus(forward(&t.expr, at)?.times(Hyper::number(t.coefficient.to_f64())));
            }
            total
        }
        Node::Product(factors) => {
            let mut total = Hyper::number(1.0);
            for f in factors {
                total = total.times(forward(f, at)?);
            }
            total
        }
        Node::Power(base, exponent) => {
            let base = forward(base, at)?;
            match exponent.as_number() {
                Some(n) => base.to_the(n.to_f64()),
                None => forward(exponent, at)?.times(base.log()).exp(),
            }
        }
        Node::Apply(f, u) => {
            let u = forward(u, at)?;
            let kinked = match f {
                Func::Abs | Func::Sign | Func::Relu | Func::Step | Func::Cbrt => u.v.abs() < 1e-3,
                Func::Floor | Func::Ceil => (u.v - u.v.round()).abs() < 1e-3,
                Func::Gamma | Func::Lgamma | Func::Digamma => u.v < 1e-3,
                _ => false,
            };
            if kinked {
                return None;
            }
            u.apply(*f)?
        }
        Node::Apply2(f, a, b) => {
            let (a, b) = (forward(a, at)?, forward(b, at)?);
            match f {
                Func2::Max | Func2::Min if (a.v - b.v).abs() < 1e-3 => return None,
                Func2::Max => {
                    if a.v > b.v {
                        a
                    } else {
                        b
                    }
                }
                Func2::Min => {
                    if a.v < b.v {
                        a
                    } else {
                        b
                    }
                }
                // On each half plane an angle is the arc tangent of a quotient and a constant.
                Func2::Atan2 => {
                    let quotient = if a.v.abs() < b.v.abs() {
                        a.times(b.one_over()).apply(Func::Atan)?
                    } else {
                        b.times(a.one_over()).apply(Func::Atan)?.times(Hyper::number(-1.0))
                    };
                    Hyper { v: a.v.atan2(b.v), ..quotient }
                }
                Func2::Less | Func2::LessEqual if (a.v - b.v).abs() < 1e-3 => return None,
                Func2::Less | Func2::LessEqual => Hyper::number(f64::from(a.v < b.v)),
                _ => return None,
            }
        }
        Node::Select(c, a, b) => {
            if forward(c, at)?.v != 0.0 {
                forward(a, at)?
            } else {
                forward(b, at)?
            }
        }
        Node::Derivative(..) | Node::Tensor(_) => return None,
    })
}

/// Are first and mixed second derivatives by `x` and `y` those of forward mode? `None` where it cannot be said.
fn agrees(e: &Expr, point: [f64; 2]) -> Option<Result<(), String>> {
    let (x, y) = (Symbol::new("x"), Symbol::new("y"));
    let seeded = |s: &Symbol| match s.name() {
        "x" => Hyper::with_size(point[0], 1.0, 0.0, 0.0, 1.0),
        _ => Hyper::with_size(point[1], 0.0, 1.0, 0.0, 1.0),
    };
    let want = forward(e, &seeded)?;
    // Where a number on the way is huge, digits are lost on both ways; nothing follows.
    if !(want.v.is_finite() && want.size < 1e6) {
        return None;
    }
    let both = [derivative(e, &x), derivative(e, &y)];
    let second = derivative(&both[0], &y);
    for (name, d, want_d) in [("x", &both[0], want.a), ("y", &both[1], want.b), ("x, y", &second, want.c)] {
        let have = value(d, &[("x", point[0]), ("y", point[1])]);
        let scale = want.size * want.size;
        if (have - want_d).abs() > 1e-9 * scale.max(1.0) || have.is_nan() {
            return Some(Err(format!("d/d({name}) of {e} at {point:?}: {have} for {want_d}; {d}")));
        }
    }
    Some(Ok(()))
}

fn rational() -> impl Strategy<Value = Rational> {
    (-6_i64..=6, 1_i64..=4).prop_map(|(p, q)| Rational::ratio(p, q).unwrap())
}

/// Expressions of every kind of node, in `x` and `y`.
fn expression() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        3 => Just(Expr::var("x")),
        3 => Just(Expr::var("y")),
        1 => rational().prop_map(Expr::number),
    ];
    leaf.prop_recursive(5, 24, 3, |inner| {
        let one = inner.clone();
        prop_oneof![
            3 => proptest::collection::vec((rational(), inner.clone()), 2..4).prop_map(secant::expr::sum),
            3 => proptest::collection::vec(inner.clone(), 2..4).prop_map(secant::expr::product),
            2 => (inner.clone(), -3_i64..=3).prop_map(|(u, n)| u.powi(n)),
            1 => (inner.clone(), rational()).prop_map(|(u, n)| power(&u, &Expr::number(n))),
            1 => (inner.clone(), inner.clone()).prop_map(|(u, v)| power(&u, &v)),
            5 => (0..Func::ALL.len(), one).prop_map(|(k, u)| apply(Func::ALL[k], &u)),
            1 => (inner.clone(), inner.clone()).prop_map(|(u, v)| apply2(Func2::Atan2, &u, &v)),
            1 => (inner.clone(), inner.clone()).prop_map(|(u, v)| apply2(Func2::Max, &u, &v)),
            1 => (inner.clone(), inner.clone()).prop_map(|(u, v)| apply2(Func2::Min, &u, &v)),
            1 => (inner.clone(), inner.clone(), inner)
                .prop_map(|(u, v, w)| select(&apply2(Func2::Less, &u, &v), &v, &w)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, max_global_rejects: 200_000, ..ProptestConfig::default() })]

    #[test]
    fn first_and_mixed_derivatives_are_those_of_forward_mode(
        e in expression(), x in 0.15..2.0_f64, y in -1.5..1.5_f64,
    ) {
        let verdict = agrees(&e, [x, y]);
        prop_assume!(verdict.is_some());
        if let Some(Err(message)) = verdict {
            prop_assert!(false, "{message}");
        }
    }

    #[test]
    fn mixed_partials_commute_and_derivatives_are_linear(
        f in expression(), g in expression(), p in rational(), q in rational(), x in 0.15..2.0_f64, y in -1.5..1.5_f64,
    ) {
        let (a, b) = (Symbol::new("x"), Symbol::new("y"));
        let at = [("x", x), ("y", y)];
        let (xy, yx) = (derivative(&derivative(&f, &a), &b), derivative(&derivative(&f, &b), &a));
        let seeded = |s: &Symbol| Hyper::with_size(if s.name() == "x" { x } else { y }, 1.0, 1.0, 0.0, 1.0);
        let sizes: Option<Vec<Hyper>> = [&f, &g].into_iter().map(|e| forward(e, &seeded)).collect();
        prop_assume!(sizes.is_some());
        let size = sizes.unwrap().iter().map(|h| h.size).fold(1.0, f64::max);
        prop_assume!(size < 1e6);
        let near = |u: &Expr, v: &Expr| (value(u, &at) - value(v, &at)).abs() <= 1e-9 * size * size;
        prop_assert!(xy == yx || near(&xy, &yx), "{f}: {xy} and {yx}");
        let (p, q) = (Expr::number(p), Expr::number(q));
        let whole = derivative(&(&p * &f + &q * &g), &a);
        let parts = &p * derivative(&f, &a) + &q * derivative(&g, &a);
        prop_assert!(
            whole == parts || near(&whole, &parts) || proves_zero(&(&whole - &parts), &[], 20_000),
            "{whole} and {parts}"
        );
    }

    /// The gradient, read backwards, is the derivatives one by one; so is the Hessian, and it is symmetric.
    #[test]
    fn reverse_mode_is_forward_mode(e in expression(), x in 0.15..2.0_f64, y in -1.5..1.5_f64) {
        let wrt = ["x", "y"].map(|s| (Symbol::new(s), Shape::SCALAR));
        let at = [("x", x), ("y", y)];
        let seeded = |s: &Symbol| Hyper::with_size(if s.name() == "x" { x } else { y }, 1.0, 1.0, 0.0, 1.0);
        let size = forward(&e, &seeded).map(|h| h.size);
        prop_assume!(size.is_some_and(|size| size < 1e6));
        let size = size.unwrap();
        let near = |u: &Expr, v: &Expr| (value(u, &at) - value(v, &at)).abs() <= 1e-9 * size * size;
        let (g, h) = (gradient(&e, &wrt), hessian(&e, &wrt));
        for (i, (s, _)) in wrt.iter().enumerate() {
            let d = derivative(&e, s);
            prop_assert!(near(&g[i], &d), "{e}: {} and {d}", g[i]);
            for (j, (t, _)) in wrt.iter().enumerate() {
                let dd = derivative(&d, t);
                prop_assert!(near(&h[i][j], &dd), "{e}: {} and {dd}", h[i][j]);
                prop_assert!(near(&h[i][j], &h[j][i]), "{e}: {} and {}", h[i][j], h[j][i]);
            }
        }
    }
}

/// Every function at places of its domain, so that none is left to chance.
#[test]
fn every_function_has_its_turn() {
    let (x, y) = (Expr::var("x"), Expr::var("y"));
    let quarter = Expr::number(Rational::ratio(1, 4).unwrap());
    let mut met = BTreeSet::new();
    for &f in Func::ALL {
        for inner in [&x * &y, &x + &quarter * &y, (&x * &x).exp() * &quarter + &y * &quarter, x.recip() + &y]
        {
            for point in [[0.3, 0.4], [0.5, -0.7], [1.4, 1.2], [0.9, 0.2]] {
                match agrees(&apply(f, &inner), point) {
                    Some(Ok(())) => {
                        met.insert(f);
                    }
                    Some(Err(message)) => panic!("{message}"),
                    None => {}
                }
            }
        }
    }
    assert_eq!(met.len(), Func::ALL.len(), "{met:?}");
}

/// The slope of the branch that is not taken may be infinite; it takes no part.
#[test]
fn a_branch_not_taken_leaves_no_trace() {
    let (x, y) = (Symbol::new("x"), Symbol::new("y"));
    for text in [
        "where(0 < x, sqrt(x), 0) + y",
        "where(0 < x, x log(x), x y)",
        "where(x <= 0, y, where(x < 1, 1/x, x^(1/3) y))",
        "y where(0 < x, x^x, 3 x) + sin(where(0 < x, 1/x, x))",
        "max(x, 0)^2 + where(0 < x, log(x)^2, 2)",
    ] {
        let e = secant::syntax::parse_expr(text).unwrap();
        let wrt = [&x, &y].map(|s| (s.clone(), Shape::SCALAR));
        let at = [("x", 0.0), ("y", 2.0)];
        for d in gradient(&e, &wrt).iter().chain(hessian(&e, &wrt).iter().flatten()) {
            assert!(value(d, &at).is_finite(), "{text}: {d}");
        }
    }
}

/// A variable that is named twice has its derivative twice.
#[test]
fn a_name_may_come_twice() {
    let e = secant::syntax::parse_expr("x^2 y").unwrap();
    let wrt = ["x", "y", "x"].map(|s| (Symbol::new(s), Shape::SCALAR));
    let g: Vec<String> = gradient(&e, &wrt).iter().map(Expr::to_string).collect();
    assert_eq!(g, ["2 x y", "x^2", "2 x y"]);
}
