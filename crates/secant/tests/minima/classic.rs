//! Functions of which one knows what should happen, and what must be true of every report.

use proptest::prelude::*;
use secant::expr::{Expr, Shape, Symbol};
use secant::minimize::{
    Kind, LineSearch, METHODS, Method, MinimizeError, Objective, Options, Report, Status, Stop, Variable,
    minimize,
};
use secant::syntax::parse_expr;

fn objective(text: &str) -> Objective<'static> {
    let f = parse_expr(text).unwrap();
    let names: Vec<Symbol> = f.free_symbols().into_iter().collect();
    Objective::of_numbers(&f, &names).unwrap()
}

fn run(text: &str, start: &[f64], options: &Options) -> Report {
    minimize(&mut objective(text), start, None, options).unwrap()
}

fn by(method: Method) -> Options {
    Options { method: Some(method), ..Options::default() }
}

/// By every method that is meant for it: this value, this kind.
#[track_caller]
fn every(text: &str, start: &[f64], value: f64) {
    let descents = [Method::ConjugateGradient, Method::Bfgs, Method::LimitedBfgs, Method::Newton];
    let squares = [Method::GaussNewton, Method::LevenbergMarquardt];
    let fits = objective(text).squares().is_some();
    for method in descents.iter().chain(squares.iter().filter(|_| fits)) {
        let found = run(text, start, &by(*method));
        let close = (found.value - value).abs() <= 1e-10 * value.abs().max(1.0);
        assert!(close, "{text} by {}: {found:?}", method.name());
        assert!(found.stop.arrived(), "{text} by {}: {found:?}", method.name());
        assert_eq!((found.kind, found.status), (Kind::Minimum, Status::Tested), "{text}: {found:?}");
    }
}

#[test]
fn well_known() {
    every("(1 - x)^2 + 100 (y - x^2)^2", &[-1.2, 1.0], 0.0);
    every("(1.5 - x + x y)^2 + (2.25 - x + x y^2)^2 + (2.625 - x + x y^3)^2", &[1.0, 1.0], 0.0);
    every("(x^2 + y - 11)^2 + (x + y^2 - 7)^2", &[0.0, 0.0], 0.0);
    every("x^2 + 1000000 y^2", &[3.0, 2.0], 0.0);
    every("log(1 + x^2 + 2 y^2)", &[1.0, 1.0], 0.0);
    every("exp(x) - 2 x", &[3.0], 2.0 - 2.0 * 2f64.ln());
    every("x^2 + 1000000000000", &[3.0], 1e12);
}

/// Powell's singular function has a Hessian of rank 2 where it is lowest.
#[test]
fn a_flat_basin() {
    let found = run(
        "(a + 10 b)^2 + 5 (c - d)^2 + (b - 2 c)^4 + 10 (a - d)^4",
        &[3.0, -1.0, 0.0, 1.0],
        &Options::default(),
    );
    assert!(found.value < 1e-10 && found.stop == Stop::Gradient, "{found:?}");
    let found = run("x^4", &[1.0], &Options::default());
    assert!(found.x[0].abs() < 2e-3 && found.status == Status::Tested, "{found:?}");
}

#[test]
fn a_saddle_at_the_start() {
    for text in ["x^2 + y^4 - y^2", "x^4 + y^4 - x y"] {
        let found = run(text, &[0.0, 0.0], &Options::default());
        assert_eq!((found.kind, found.status), (Kind::Minimum, Status::Tested), "{found:?}");
        for method in [Method::GradientDescent, Method::LimitedBfgs, Method::ConjugateGradient] {
            let found = run(text, &[0.0, 0.0], &by(method));
            assert_eq!((found.kind, found.status), (Kind::Saddle, Status::Failed), "{found:?}");
            assert_eq!((found.stop, found.steps), (Stop::Gradient, 0));
        }
    }
    let found = run("-x^2 - y^2", &[0.0, 0.0], &by(Method::Bfgs));
    assert_eq!((found.kind, found.status), (Kind::Maximum, Status::Failed));
}

#[test]
fn without_end() {
    for text in [
        "-x",
        "x^3",
        "x^3 - y^3",
        "x^5 + y^2",
        "-x^2",
        "-exp(x)",
        "x^3 + y^2",
        "x - y",
        "-log(x)",
        "x y",
        "-sqrt(x)",
    ] {
        for method in [None, Some(Method::LimitedBfgs), Some(Method::Bfgs), Some(Method::SteepestDescent)] {
            let n = objective(text).dimension();
            let start = [1.0, 0.5];
            let found = run(text, &start[..n], &Options { method, ..Options::default() });
            assert_ne!(found.status, Status::Tested, "{text}: {found:?}");
            assert_ne!(found.kind, Kind::Minimum, "{text}: {found:?}");
            if method.is_none() {
                assert_eq!(found.stop, Stop::Unbounded, "{text}: {found:?}");
            }
        }
    }
}

/// The least value is approached, and taken nowhere.
#[test]
fn towards_nothing() {
    // Steps that are too long lead far out; that is no fall without end.
    let options = Options { step: Some(1e30), max_steps: 50, ..by(Method::Nesterov) };
    let found = run("exp(-x^2) + 1/(1 + (y/10)^2)", &[1.0, 1.0], &options);
    assert_ne!(found.stop, Stop::Unbounded, "{found:?}");
    for text in ["exp(-x)", "1/x", "exp(-x) + exp(-y)", "atan(x)"] {
        for method in [None, Some(Method::LimitedBfgs)] {
            let n = objective(text).dimension();
            let found = run(text, &[1.0, 1.0][..n], &Options { method, ..Options::default() });
            assert_ne!(found.kind, Kind::Minimum, "{text}: {found:?}");
            assert_ne!(found.status, Status::Tested, "{text}: {found:?}");
        }
    }
}

#[test]
fn kinks_and_edges() {
    let found = run("abs(x) + (y - 1)^2", &[0.7, 3.0], &Options::default());
    assert!(found.value < 0.01 && found.stop == Stop::Step && found.status == Status::Failed, "{found:?}");
    let found = run("log(x)", &[-1.0], &Options::default());
    assert_eq!((found.stop, found.status), (Stop::NotFinite, Status::Failed));
    let found = run("x log(x)", &[2.0], &Options::default());
    assert!((found.x[0] - (-1f64).exp()).abs() < 1e-8, "{found:?}");
    let found = run("exp(x^2)", &[25.0], &Options::default());
    assert!(found.x[0].abs() < 1e-6, "{found:?}");
    let found = run("exp(exp(x))", &[10.0], &Options::default());
    assert_eq!(found.stop, Stop::NotFinite);
}

/// As with pencil and paper.
#[test]
fn the_path_of_a_fixed_step() {
    let options = Options { step: Some(0.25), max_steps: 3, ..by(Method::GradientDescent) };
    let found = run("x^2 + 2 y^2", &[4.0, 1.0], &options);
    let way: Vec<Vec<f64>> = found.trace.iter().map(|p| p.x.clone()).collect();
    assert_eq!(way, [[4.0, 1.0], [2.0, 0.0], [1.0, 0.0], [0.5, 0.0]]);
    assert_eq!((found.stop, found.steps), (Stop::MaxSteps, 3));

    // Through the lowest point, and back.
    let options = Options { step: Some(0.25), momentum: 0.5, max_steps: 4, ..by(Method::Momentum) };
    let way: Vec<f64> = run("x^2", &[4.0], &options).trace.iter().map(|p| p.x[0]).collect();
    assert_eq!(way, [4.0, 2.0, 0.0, -1.0, -1.0]);
    let options = Options { step: Some(0.25), momentum: 0.5, max_steps: 2, ..by(Method::Nesterov) };
    let way: Vec<f64> = run("x^2", &[4.0], &options).trace.iter().map(|p| p.x[0]).collect();
    assert_eq!(way, [4.0, 2.0, 0.5]);
    // Adam's first step is as long as it was told, whatever the slope.
    let options = Options { step: Some(0.5), max_steps: 1, ..by(Method::Adam) };
    assert!((run("1000 x^2", &[4.0], &options).trace[1].x[0] - 3.5).abs() < 1e-9);
    // Halved until it is low enough: 2, 1, 1/2.
    let options = Options {
        step: Some(2.0),
        max_steps: 1,
        line_search: LineSearch::Backtracking,
        ..by(Method::SteepestDescent)
    };
    assert_eq!(run("x^2 + x", &[1.0], &options).trace[1].x[0], -0.5);
}

#[test]
fn a_step_that_is_too_long() {
    let options = Options { step: Some(1.5), ..by(Method::GradientDescent) };
    let found = run("x^2", &[1.0], &options);
    assert_eq!((found.x[0], found.status), (1.0, Status::Failed));
    assert!(found.reason.contains("too long") && found.reason.contains("1.0e0"), "{}", found.reason);
    assert!(found.trace.last().unwrap().value > 1e10);
}

#[test]
fn bounds() {
    let go = |text: &str, start: &[f64], bounds: &[(f64, f64)], method: Option<Method>| {
        let options = Options { method, ..Options::default() };
        minimize(&mut objective(text), start, Some(bounds), &options).unwrap()
    };
    let inf = f64::INFINITY;
    let keep: Vec<_> =
        METHODS.iter().filter(|row| row.bounds && row.step == 1.0).map(|row| row.method).collect();
    for method in keep {
        let found = go("(x - 3)^2 + (y + 1)^2", &[0.5, 0.5], &[(0.0, 1.0), (0.0, inf)], Some(method));
        assert_eq!(found.x, [1.0, 0.0], "{found:?}");
        assert_eq!((found.kind, found.status), (Kind::Minimum, Status::Tested), "{found:?}");
        let held: Vec<_> =
            found.post_mortem.active.iter().map(|a| (&a.name[..], a.upper, a.multiplier)).collect();
        assert_eq!(held, [("x", true, 4.0), ("y", false, 2.0)]);
        let found =
            go("(1 - x)^2 + 100 (y - x^2)^2", &[-1.2, 1.0], &[(-2.0, 0.5), (-inf, inf)], Some(method));
        assert!((found.value - 0.25).abs() < 1e-6, "{found:?}");
    }
    // A bound that does not hold, and one at which the slope is nought.
    let found = go("(x - 1)^2", &[3.0], &[(1.0, 5.0)], None);
    assert_eq!((found.kind, found.x[0]), (Kind::Minimum, 1.0));
    // Between bounds even what falls without end has a least value.
    let found = go("-x^2 + y^2", &[0.0, 1.0], &[(-1.0, 2.0), (-inf, inf)], None);
    assert!(found.kind == Kind::Minimum && found.x[0].abs() >= 1.0, "{found:?}");
    let found = go("-x", &[0.0], &[(0.0, 0.0)], None);
    assert_eq!((found.x[0], found.stop), (0.0, Stop::Gradient));
    let refused = minimize(&mut objective("x^2"), &[0.0], Some(&[(1.0, -1.0)]), &Options::default());
    assert!(matches!(refused, Err(MinimizeError::Bounds { .. })));
    let refused =
        minimize(&mut objective("x^2"), &[0.0], Some(&[(0.0, 1.0)]), &by(Method::ConjugateGradient));
    assert_eq!(refused.unwrap_err().code(), "unsupported.method");
    let refused = minimize(&mut objective("x^3"), &[0.0], None, &by(Method::GaussNewton));
    assert_eq!(refused.unwrap_err().code(), "unsupported.method");
}

#[test]
fn units_that_make_it_hard() {
    let found = run("(a - 1)^2 + (b/10000 - 2)^2 + (c - 3)^2", &[0.0, 0.0, 0.0], &Options::default());
    assert_eq!(found.post_mortem.badly_scaled.len(), 1);
    let (name, times) = &found.post_mortem.badly_scaled[0];
    assert!(name == "b" && (times - 1e4).abs() < 1.0);
    assert!((found.post_mortem.condition.unwrap() / 1e8 - 1.0).abs() < 1e-6);
}

/// One vector of many entries: the chained Rosenbrock function, by each method that is made for size.
#[test]
fn many_variables() {
    let n = 1000;
    let x = Expr::tensor_var("x", Shape::new([Expr::integer(n)]));
    let part =
        |offset: i64| Expr::shift(Expr::integer(n - 1), Expr::integer(n), Expr::integer(offset)).matmul(&x);
    let bend = (part(1) - part(0).powi(2)).powi(2).sum_all();
    let f = Expr::integer(100) * bend + (Expr::integer(1) - part(0)).powi(2).sum_all();
    let shape = Shape::new([Expr::integer(n)]);
    let variable = Variable { name: Symbol::new("x"), shape, extents: vec![n as usize] };
    for method in [None, Some(Method::ConjugateGradient), Some(Method::Newton)] {
        let mut f = Objective::new(&f, std::slice::from_ref(&variable), &[]).unwrap();
        assert_eq!(f.names()[2], "x[3]");
        let start: Vec<f64> = (0..n).map(|i| if i % 2 == 0 { -1.2 } else { 1.0 }).collect();
        let options = Options { method, max_steps: 20_000, ..Options::default() };
        let found = minimize(&mut f, &start, None, &options).unwrap();
        let lowest = found.x.iter().skip(1).all(|x| (x - 1.0).abs() < 1e-5);
        // It has a second minimum, where the first number is nearly -1.
        assert!(lowest || found.value < 4.0, "{:?} {:?} {}", found.stop, found.method, found.value);
        assert!(found.stop.arrived(), "{:?} {} {}", found.stop, found.method.name(), found.gradient_norm);
        assert_eq!(found.kind, Kind::Undecided);
    }
}

fn texts() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("x^2"),
        Just("y^2"),
        Just("x y"),
        Just("sin(x)"),
        Just("exp(y)"),
        Just("x^4"),
        Just("y^4"),
        Just("cos(x y)"),
        Just("(x - y)^2"),
        Just("log(1 + x^2)"),
        Just("abs(x)"),
        Just("1/(1 + y^2)"),
        Just("x"),
        Just("y"),
        Just("exp(-x)"),
        Just("sqrt(1 + y^2)"),
        Just("tan(x)"),
        Just("x^3"),
        Just("1/x"),
        Just("log(y)"),
    ];
    prop::collection::vec((-3i32..=3, part), 1..5)
        .prop_map(|parts| parts.iter().map(|(c, p)| format!("{c} ({p})")).collect::<Vec<_>>().join(" + "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
    /// Whatever the function, start and method: the value is not above the start's, the gradient is that of the function,
    /// and the kind is that of the eigenvalues.
    #[test]
    fn reports_are_true(text in texts(), x in -3.0f64..3.0, y in -3.0f64..3.0, k in 0..METHODS.len(), boxed: bool) {
        let row = &METHODS[k];
        let f = parse_expr(&text).unwrap();
        let mut f = Objective::of_numbers(&f, &["x", "y"].map(Symbol::new)).unwrap();
        let bounds = [(-2.0, 2.5), (-1.0, f64::INFINITY)];
        let options = Options { method: Some(row.method), max_steps: 200, ..Options::default() };
        let bounds = boxed.then_some(&bounds[..]);
        let found = match minimize(&mut f, &[x, y], bounds, &options) {
            Ok(found) => found,
            Err(e) => { prop_assert_eq!(e.code(), "unsupported.method"); return Ok(()); }
        };
        prop_assert!(!found.reason.is_empty());
        if found.stop == Stop::NotFinite || found.value.is_nan() {
            prop_assert_eq!(found.status, Status::Failed);
            return Ok(());
        }
        prop_assert!(found.value <= found.trace[0].value, "{:?}", found);
        prop_assert_eq!(f.value(&found.x).unwrap(), found.value);
        if let Some(bounds) = bounds {
            prop_assert!(found.x.iter().zip(bounds).all(|(x, (a, b))| a <= x && x <= b));
        }
        for i in 0..2 {
            let h = 1e-5 * found.x[i].abs().max(1.0);
            let mut at = |by: f64| { let mut p = found.x.clone(); p[i] += by; f.value(&p).unwrap() };
            let (a, b, c, d) = (at(-h), at(h), at(-h / 2.0), at(h / 2.0));
            let slope = (4.0 * (d - c) / h - (b - a) / (2.0 * h)) / 3.0;
            let (whole, half) = ((b - a) / (2.0 * h), (d - c) / h);
            let size = found.value.abs().max(1.0);
            // Where the differences agree with each other there is no kink or pole in between.
            let (back, forth) = ((found.value - a) / h, (b - found.value) / h);
            let near = found.x.iter().all(|x| x.abs() < 100.0) && (back - forth).abs() <= 0.1 * (1.0 + slope.abs());
            if near && (whole - half).abs() <= 1e-6 * (1.0 + slope.abs()) {
                let error = (slope - found.gradient[i]).abs();
                prop_assert!(error <= 1e-4 * (1.0 + slope.abs()) + 1e-9 * size / h, "{} {:?}", slope, found);
            }
        }
        let eigen = &found.post_mortem.eigenvalues;
        match found.kind {
            Kind::Minimum => prop_assert!(eigen.iter().all(|v| *v > 0.0)),
            Kind::Maximum => prop_assert!(eigen.iter().all(|v| *v < 0.0)),
            Kind::Saddle => prop_assert!(eigen[0] < 0.0),
            Kind::Degenerate | Kind::Undecided => {}
        }
        if found.kind == Kind::Minimum && found.status == Status::Tested {
            for (i, by) in [(0, -1e-3), (0, 1e-3), (1, -1e-3), (1, 1e-3)] {
                let mut p = found.x.clone();
                p[i] += by;
                if let Some(bounds) = bounds { p[i] = p[i].clamp(bounds[i].0, bounds[i].1); }
                let there = f.value(&p).unwrap();
                prop_assert!(there.is_nan() || there >= found.value - 1e-9 * found.value.abs().max(1.0), "{:?}", found);
            }
        }
        if found.stop == Stop::Unbounded {
            prop_assert_eq!(found.status, Status::Failed);
        }
    }
}
