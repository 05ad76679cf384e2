//! What must hold of every fit: exact lines, gradients of 0, covariances that are inverse Hessians.

use secant::expr::Symbol;
use secant::fit::{FitOptions, Loss, Method, ParamKind, Setup, Sigma, Stop};

use crate::common::{Data, data, fit, fit_with, model};

/// Numbers between -1 and 1 without a pattern.
fn noise(seed: u64, count: usize) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// Rows of `y = 5 exp(-0.7 x) + 1` with errors, and their sizes.
fn decay(count: usize) -> Data {
    let x: Vec<f64> = (0..count).map(|i| 6.0 * i as f64 / count as f64).collect();
    let s: Vec<f64> = noise(3, count).iter().map(|u| 0.1 + 0.05 * u).collect();
    let y: Vec<f64> = x
        .iter()
        .zip(noise(5, count))
        .zip(&s)
        .map(|((x, u), s)| 5.0 * (-0.7 * x).exp() + 1.0 + 1.7 * u * s)
        .collect();
    data(&[("x", &x), ("y", &y), ("s", &s)])
}

fn sigma() -> Setup {
    Setup { sigma: Sigma::Column(Symbol::new("s")), ..Setup::default() }
}

#[test]
fn a_line_through_its_points() {
    let rows = data(&[("x", &[0.0, 1.0, 2.0, 5.0]), ("y", &[1.0, 3.0, 5.0, 11.0])]);
    let report = fit("y ~ a + b x", &rows, &Setup::default(), &[]);
    assert_eq!((report.value("a"), report.value("b")), (Some(1.0), Some(2.0)));
    assert_eq!(report.chi2, 0.0);
    assert_eq!(report.stop, Stop::Solved);
    assert_eq!(report.r_squared, Some(1.0));
    assert_eq!(report.dof, 2);
}

#[test]
fn the_line_that_everybody_knows() {
    // By hand: Σx = 10, Σx² = 30, n = 5, Σy = 27, Σxy = 76; b = (5·76 - 10·27)/(5·30 - 100) = 2.2, a = (27 - 22)/5 = 1.
    let rows = data(&[("x", &[0.0, 1.0, 2.0, 3.0, 4.0]), ("y", &[1.0, 3.0, 6.0, 7.0, 10.0])]);
    let report = fit("y ~ a + b x", &rows, &Setup::default(), &[]);
    assert!((report.value("b").unwrap() - 2.2).abs() < 1e-15);
    assert!((report.value("a").unwrap() - 1.0).abs() < 1e-15);
    // Residuals 0, -0.2, 0.6, -0.6, 0.2: their squares make 0.8, over 3 degrees of freedom.
    assert!((report.chi2 - 0.8).abs() < 1e-14);
    assert!((report.residual_sd - (0.8f64 / 3.0).sqrt()).abs() < 1e-15);
    assert!((report.stderr("b").unwrap() - (0.8f64 / 3.0 / 10.0).sqrt()).abs() < 1e-15);
    assert!((report.stderr("a").unwrap() - (0.8f64 / 3.0 * 30.0 / 50.0).sqrt()).abs() < 1e-15);
    assert!((report.correlation[0][1] + 10.0 / (5.0f64 * 30.0).sqrt()).abs() < 1e-14);
    assert!(report.p_value.is_none() && !report.absolute);
}

#[test]
fn sigma_makes_errors_absolute() {
    let rows = data(&[("x", &[0.0, 1.0, 2.0, 3.0, 4.0]), ("y", &[1.0, 3.0, 6.0, 7.0, 10.0])]);
    let same =
        |sigma, relative| fit("y ~ a + b x", &rows, &Setup { sigma, relative, ..Setup::default() }, &[]);
    let (unknown, known) = (same(Sigma::Unknown, false), same(Sigma::Same(0.5), false));
    assert!((known.stderr("b").unwrap() - 0.5 / 10f64.sqrt()).abs() < 1e-15);
    assert!((known.chi2 - 3.2).abs() < 1e-13);
    // Q(3/2, 1.6), from 50 digits.
    assert!((known.p_value.unwrap() - 0.361_805_027_497_532).abs() < 1e-13, "{:?}", known.p_value);
    let relative = same(Sigma::Same(0.5), true);
    assert!((relative.stderr("b").unwrap() / unknown.stderr("b").unwrap() - 1.0).abs() < 1e-14);
    assert!(relative.p_value.is_none());
}

/// Chi-squared at a point, by a loop of its own.
fn chi2(rows: &Data, f: impl Fn(f64) -> f64) -> f64 {
    let (x, y, s) = (&rows["x"], &rows["y"], &rows["s"]);
    (0..x.len()).map(|i| ((y[i] - f(x[i])) / s[i]).powi(2)).sum()
}

#[test]
fn nothing_is_lower_nearby_and_the_covariance_is_the_inverse_hessian() {
    let rows = decay(60);
    let report = fit("y ~ a exp(-b x) + c", &rows, &sigma(), &[("a", 1.0), ("b", 0.2), ("c", 0.0)]);
    assert!(report.stop.is_minimum(), "{:?}", report.stop);
    let at: Vec<f64> = ["a", "b", "c"].iter().map(|n| report.value(n).unwrap()).collect();
    let f = |p: &[f64]| {
        let p = p.to_vec();
        chi2(&rows, move |x| p[0] * (-p[1] * x).exp() + p[2])
    };
    assert!((f(&at) / report.chi2 - 1.0).abs() < 1e-12);
    let h = 1e-4;
    let moved = |i: usize, j: usize, u: f64, v: f64| {
        let mut p = at.clone();
        p[i] += u * h;
        p[j] += v * h;
        f(&p)
    };
    for i in 0..3 {
        let slope = (moved(i, i, 0.5, 0.5) - moved(i, i, -0.5, -0.5)) / (2.0 * h);
        let size = (report.chi2).sqrt() / report.stderr(["a", "b", "c"][i]).unwrap();
        assert!(slope.abs() < 1e-6 * size, "slope {slope} by parameter {i}");
        // Half the Hessian times the covariance is nearly 1: the model is nearly linear over so small an error.
        for k in 0..3 {
            let product: f64 = (0..3)
                .map(|j| {
                    let bend = (moved(i, j, 1.0, 1.0) - moved(i, j, 1.0, -1.0) - moved(i, j, -1.0, 1.0)
                        + moved(i, j, -1.0, -1.0))
                        / (4.0 * h * h);
                    0.5 * bend * report.covariance[j][k] / report.covariance[k][k].sqrt()
                        * report.covariance[i][i].sqrt()
                })
                .sum();
            let want = if i == k { 1.0 } else { 0.0 };
            assert!((product - want).abs() < 0.1, "{i} {k}: {product}");
        }
    }
}

#[test]
fn every_method_and_any_number_of_threads_find_the_same() {
    let rows = decay(9000);
    let start = [("a", 4.0), ("b", 0.5), ("c", 0.5)];
    let run = |method, threads, max_evaluations| {
        let options = FitOptions { method, threads, max_evaluations, ..FitOptions::default() };
        fit_with("y ~ a exp(-b x) + c", &rows, &sigma(), &start, &options).unwrap()
    };
    let best = run(Method::LevenbergMarquardt, 1, 100);
    let threads = run(Method::LevenbergMarquardt, 2, 100);
    assert_eq!(best.params, threads.params);
    assert_eq!(best.covariance, threads.covariance);
    let newton = run(Method::GaussNewton, 1, 100);
    assert_eq!(newton.stop, Stop::Converged);
    let down = run(Method::SteepestDescent { aggression: 4e-8 }, 1, 40);
    assert_eq!(down.stop, Stop::MaxEvaluations);
    assert_eq!(down.trace.len(), 40);
    assert!(down.trace.windows(2).all(|pair| pair[1].chi2 < pair[0].chi2), "down at every step");
    assert!(down.chi2 > best.chi2);
    for name in ["a", "b", "c"] {
        let (best, newton) = (best.value(name).unwrap(), newton.value(name).unwrap());
        assert!((best / newton - 1.0).abs() < 1e-9, "{name}: {best} and {newton}");
    }
}

#[test]
fn fixed_and_tied_parameters() {
    let rows = decay(60);
    let start = [("a", 4.0), ("b", 0.5), ("c", 0.5)];
    let free = fit("y ~ a exp(-b x) + c", &rows, &sigma(), &start);
    let b = free.value("b").unwrap();
    let fixed = Setup { fixed: vec![(Symbol::new("b"), b)], ..sigma() };
    let report = fit("y ~ a exp(-b x) + c", &rows, &fixed, &start);
    assert_eq!(report.stop, Stop::Solved, "with b held the model is linear");
    assert!((report.value("a").unwrap() / free.value("a").unwrap() - 1.0).abs() < 1e-9);
    assert!(report.stderr("a").unwrap() < free.stderr("a").unwrap());
    assert_eq!(report.stderr("b"), Some(0.0));
    assert_eq!(report.dof, free.dof + 1);
    let tied =
        Setup { tied: vec![(Symbol::new("c"), secant::syntax::parse_expr("a/5").unwrap())], ..sigma() };
    let report = fit("y ~ a exp(-b x) + c", &rows, &tied, &start);
    let shared = fit("y ~ a (exp(-b x) + 0.2)", &rows, &sigma(), &start[..2]);
    assert!((report.value("a").unwrap() / shared.value("a").unwrap() - 1.0).abs() < 1e-12);
    assert!((report.value("c").unwrap() * 5.0 / report.value("a").unwrap() - 1.0).abs() < 1e-14);
    assert!((report.stderr("c").unwrap() * 5.0 / report.stderr("a").unwrap() - 1.0).abs() < 1e-12);
    assert_eq!(report.params[2].kind, ParamKind::Tied);
}

#[test]
fn bounds_hold_and_are_told() {
    let rows = decay(60);
    let start = [("a", 4.0), ("b", 0.5), ("c", 0.5)];
    let setup = Setup { bounds: vec![(Symbol::new("c"), f64::NEG_INFINITY, 0.8)], ..sigma() };
    let report = fit("y ~ a exp(-b x) + c", &rows, &setup, &start);
    assert!(report.stop.is_minimum());
    assert_eq!(report.value("c"), Some(0.8));
    assert_eq!(report.params[2].kind, ParamKind::AtBound);
    assert!(report.stderr("c").unwrap().is_nan());
    // The others are as if c were held there.
    let held = Setup { fixed: vec![(Symbol::new("c"), 0.8)], ..sigma() };
    let held = fit("y ~ a exp(-b x) + c", &rows, &held, &start);
    for name in ["a", "b"] {
        assert!((report.value(name).unwrap() / held.value(name).unwrap() - 1.0).abs() < 1e-9);
        assert!((report.stderr(name).unwrap() / held.stderr(name).unwrap() - 1.0).abs() < 1e-6);
    }
    let all = Setup { bounds: vec![(Symbol::new("c"), 5.0, 6.0)], ..sigma() };
    let report = fit("y ~ c", &rows, &all, &[]);
    assert_eq!((report.value("c"), report.params[0].kind), (Some(5.0), ParamKind::AtBound));
    let wide = Setup { bounds: vec![(Symbol::new("c"), -9.0, 9.0)], ..sigma() };
    let (wide, free) = (
        fit("y ~ a exp(-b x) + c", &rows, &wide, &start),
        fit("y ~ a exp(-b x) + c", &rows, &sigma(), &start),
    );
    assert!((wide.value("c").unwrap() / free.value("c").unwrap() - 1.0).abs() < 1e-9);
}

#[test]
fn losses_shrug_off_outliers() {
    let x: Vec<f64> = (0..40).map(f64::from).collect();
    let mut y: Vec<f64> = x.iter().zip(noise(11, 40)).map(|(x, u)| 2.0 + 0.5 * x + 0.1 * u).collect();
    y[7] += 60.0;
    y[30] -= 45.0;
    let rows = data(&[("x", &x), ("y", &y)]);
    let setup = Setup { sigma: Sigma::Same(0.1), ..Setup::default() };
    let plain = fit("y ~ a + b x", &rows, &setup, &[]);
    assert!((plain.value("b").unwrap() - 0.5).abs() > 0.05);
    for loss in [Loss::Huber(1.345), Loss::SoftL1(1.0), Loss::Cauchy(2.4)] {
        let options = FitOptions { loss, ..FitOptions::default() };
        let start = [("a", 0.0), ("b", 0.0)];
        let report = fit_with("y ~ a + b x", &rows, &setup, &start, &options).unwrap();
        assert!(report.stop.is_minimum(), "{loss:?}: {:?}", report.stop);
        assert!((report.value("b").unwrap() - 0.5).abs() < 0.005, "{loss:?}: {:?}", report.params);
        assert!(report.chi2 > plain.chi2, "chi-squared itself is larger: it is not what was made least");
        // The cost at the minimum, from its definition.
        let (a, b) = (report.value("a").unwrap(), report.value("b").unwrap());
        let cost: f64 = x.iter().zip(&y).map(|(x, y)| costs(loss, (y - a - b * x) / 0.1)).sum();
        assert!((report.cost / cost - 1.0).abs() < 1e-9, "{loss:?}");
        for (da, db) in [(1e-3, 0.0), (-1e-3, 0.0), (0.0, 1e-4), (0.0, -1e-4)] {
            let near: f64 =
                x.iter().zip(&y).map(|(x, y)| costs(loss, (y - a - da - (b + db) * x) / 0.1)).sum();
            assert!(near > cost, "{loss:?}");
        }
    }
}

fn costs(loss: Loss, r: f64) -> f64 {
    match loss {
        Loss::Squares => r * r,
        Loss::Huber(c) if r.abs() <= c => r * r,
        Loss::Huber(c) => 2.0 * c * r.abs() - c * c,
        Loss::SoftL1(c) => 2.0 * c * c * ((1.0 + (r / c).powi(2)).sqrt() - 1.0),
        Loss::Cauchy(c) => c * c * (1.0 + (r / c).powi(2)).ln(),
    }
}

#[test]
fn large_linear_fits_have_the_accuracy_of_small_ones() {
    let n = 30_000;
    let x: Vec<f64> = (0..n).map(|i| i as f64 / n as f64).collect();
    let y: Vec<f64> = x.iter().map(|x| ((x - 2.0) * x + 3.0) * x + 1.0).collect();
    let rows = data(&[("x", &x), ("y", &y)]);
    let report = fit("y ~ a + b x + c x^2 + d x^3", &rows, &Setup::default(), &[]);
    for (name, want) in [("a", 1.0), ("b", 3.0), ("c", -2.0), ("d", 1.0)] {
        let have = report.value(name).unwrap();
        assert!((have - want).abs() < 1e-13, "{name}: {have}");
    }
    // Columns that are told apart only by their tenth digit: the normal equations alone would keep none.
    let near: Vec<f64> = x.iter().zip(noise(2, n)).map(|(x, u)| x + 1e-7 * u).collect();
    let y: Vec<f64> = x.iter().zip(&near).map(|(x, near)| x + 2.0 * near).collect();
    let rows = data(&[("x", &x), ("near", &near), ("y", &y)]);
    let report = fit("y ~ a x + b near", &rows, &Setup::default(), &[]);
    assert!((report.value("a").unwrap() - 1.0).abs() < 1e-8, "{:?}", report.params);
    assert!(report.condition > 1e6);
}

#[test]
fn faults_are_told_with_their_place() {
    let rows = data(&[("x", &[1.0, 2.0, f64::NAN]), ("y", &[1.0, 2.0, 3.0]), ("s", &[1.0, 0.0, 1.0])]);
    let options = FitOptions::default();
    let fault = |text: &str, setup: &Setup, start: &[(&str, f64)]| {
        let error = fit_with(text, &rows, setup, start, &options).unwrap_err();
        (error.code(), error.to_string())
    };
    let plain = Setup::default();
    assert_eq!(fault("y ~ a x", &plain, &[]), ("domain.not-finite", "row 3 of `x` is NaN".to_owned()));
    assert_eq!(fault("z ~ a x", &plain, &[]).0, "name.column");
    assert_eq!(fault("y ~ x", &plain, &[]).0, "request.no-parameters");
    assert_eq!(fault("y ~ a s + b s^2 + c s^3 + d s^4", &plain, &[]).0, "shape.too-few-rows");
    assert_eq!(
        fault("y ~ a y", &sigma(), &[]),
        ("domain.sigma", "sigma is 0 at row 2; it must be above 0".to_owned())
    );
    assert_eq!(
        fault("y ~ log(a - y)", &plain, &[("a", 1.0)]),
        ("domain.no-value", "the model has no value at row 1".to_owned())
    );
    assert_eq!(fault("log(s) ~ a y", &plain, &[]).1, "the left side has no value at row 2");
    assert_eq!(fault("y ~ a y", &plain, &[("b", 1.0)]).0, "name.parameter");
    let params = Setup { params: Some(vec![Symbol::new("a")]), ..Setup::default() };
    assert_eq!(fault("y ~ a + b y", &params, &[]).0, "name.unknown");
    let bounds = Setup { bounds: vec![(Symbol::new("a"), 2.0, 1.0)], ..Setup::default() };
    assert_eq!(fault("y ~ a", &bounds, &[]).0, "request.bounds");
    assert!(model("y ~ a", &rows, &Setup { sigma: Sigma::Same(-1.0), ..Setup::default() }).is_err());
}

#[test]
fn combinations_that_alone_are_determined() {
    let x: Vec<f64> = (1..30).map(|i| 0.1 * f64::from(i)).collect();
    let y: Vec<f64> = x.iter().zip(noise(9, 29)).map(|(x, u)| 6.0 * (-0.5 * x).exp() + 0.01 * u).collect();
    let rows = data(&[("x", &x), ("y", &y)]);
    let told = |text: &str, start: &[(&str, f64)]| {
        let report = fit(text, &rows, &Setup::default(), start);
        assert!(report.condition.is_infinite(), "{text}: {}", report.condition);
        let told: Vec<String> = report.unidentified.iter().map(|d| d.about()).collect();
        for direction in &report.unidentified {
            for (name, _) in &direction.parts {
                assert!(
                    report.stderr(name.name()).unwrap().is_nan(),
                    "{text}: no error is made up for {name}"
                );
            }
        }
        told.join("; ")
    };
    assert_eq!(told("y ~ a b exp(-c x)", &[("a", 1.0), ("b", 2.0), ("c", 1.0)]), "only a b is determined");
    assert_eq!(told("y ~ a exp(-c x)/b", &[("a", 1.0), ("b", 2.0), ("c", 1.0)]), "only b/a is determined");
    assert_eq!(
        told("y ~ a^2 b exp(-c x)", &[("a", 1.0), ("b", 2.0), ("c", 1.0)]),
        "only a^2 b is determined"
    );
    assert_eq!(
        told("y ~ a exp(-(b + 2 c) x)", &[("a", 1.0), ("b", 0.2), ("c", 0.4)]),
        "only b + 2 c is determined"
    );
    assert_eq!(
        told("y ~ a exp(b - c x)", &[("a", 1.0), ("b", 0.2), ("c", 0.4)]),
        "only a exp(b) is determined"
    );
    assert_eq!(told("y ~ a + b + c x", &[]), "only a + b is determined");
}

#[test]
fn starts_are_found_when_nobody_gives_one() {
    let rows = decay(80);
    let start = [("a", 4.0), ("b", 0.5), ("c", 0.5)];
    let given = fit("y ~ a exp(-b x) + c", &rows, &sigma(), &start);
    let found = fit("y ~ a exp(-b x) + c", &rows, &sigma(), &[]);
    assert!(found.proposed && !given.proposed);
    for name in ["a", "b", "c"] {
        let (found, given) = (found.value(name).unwrap(), given.value(name).unwrap());
        assert!((found / given - 1.0).abs() < 1e-9, "{name}: {found} for {given}");
    }
    let x: Vec<f64> = (0..200).map(|i| 0.1 * f64::from(i)).collect();
    let bell = |x: f64| 3.0 * (-((x - 12.5) / 1.3).powi(2) / 2.0).exp() + 0.4 + 0.02 * x;
    let y: Vec<f64> = x.iter().zip(noise(7, 200)).map(|(x, u)| bell(*x) + 0.05 * u).collect();
    let rows = data(&[("x", &x), ("y", &y)]);
    let report = fit("y ~ A exp(-((x - m)/w)^2/2) + b0 + b1 x", &rows, &Setup::default(), &[]);
    assert!((report.value("m").unwrap() - 12.5).abs() < 0.05, "{:?}", report.params);
    assert!((report.value("w").unwrap().abs() - 1.3).abs() < 0.05, "{:?}", report.params);
    let wave = |x: f64| 2.0 * (1.9 * x + 0.3).sin();
    let y: Vec<f64> = x.iter().zip(noise(8, 200)).map(|(x, u)| wave(*x) + 0.1 * u).collect();
    let rows = data(&[("x", &x), ("y", &y)]);
    let report = fit("y ~ a sin(k x) + b cos(k x)", &rows, &Setup::default(), &[]);
    assert!((report.value("k").unwrap().abs() - 1.9).abs() < 0.01, "{:?}", report.params);
}
