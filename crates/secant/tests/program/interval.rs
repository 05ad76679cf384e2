//! Enclosures: tight where that is known by hand, sound everywhere.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

use secant::expr::{Constant, Expr, Func, Func2, Node, Rational, Symbol, apply, apply2, power, select};
use secant::program::{Budget, Enclosure, Interval, Program, Workspace, eval};

use crate::random::Random;

const NOWHERE: Enclosure = Enclosure { values: Interval::EMPTY, defined: false };

fn enclose(e: &Expr, low: f64, high: f64) -> Enclosure {
    let program = Program::compile(std::slice::from_ref(e), &["x".into()]).unwrap();
    let mut out = [NOWHERE];
    let x = Interval::new(low, high).unwrap();
    program.evaluate_interval(&[x], &mut out, &mut Workspace::new()).unwrap();
    out[0]
}

/// The enclosure over `[low, high]` contains `[want_low, want_high]` and is at most a little wider.
#[track_caller]
fn check(e: Expr, (low, high): (f64, f64), (want_low, want_high): (f64, f64), defined: bool) {
    let got = enclose(&e, low, high);
    let near = |a: f64, b: f64| a == b || (a - b).abs() <= 4e-14 * (1.0 + b.abs());
    let (a, b) = (got.values.low(), got.values.high());
    let fits = a <= want_low && b >= want_high && near(a, want_low) && near(b, want_high);
    assert!(fits && got.defined == defined, "{e:?} over {low}..{high}: {got:?}");
}

fn x() -> Expr {
    Expr::var("x")
}
fn n(k: i64) -> Expr {
    Expr::integer(k)
}
fn q(a: i64, b: i64) -> Expr {
    Expr::number(Rational::ratio(a, b).unwrap())
}
const INF: f64 = f64::INFINITY;

#[test]
fn images() {
    check(x().powi(2), (-1.0, 2.0), (0.0, 4.0), true);
    check(x().powi(3), (-1.0, 2.0), (-1.0, 8.0), true);
    check(x().powi(4), (-3.0, 2.0), (0.0, 81.0), true);
    check(x().powi(20), (-2.0, 1.0), (0.0, 1048576.0), true);
    check(x().powi(-2), (2.0, 4.0), (0.0625, 0.25), true);
    check(x().recip(), (-1.0, 2.0), (-INF, INF), false);
    check(x().recip(), (0.0, 2.0), (0.5, INF), false);
    check(x().recip(), (-4.0, 0.0), (-INF, -0.25), false);
    check(power(&x(), &q(3, 2)), (0.0, 4.0), (0.0, 8.0), true);
    check(power(&x(), &q(1, 3)), (-8.0, 8.0), (0.0, 2.0), false);
    check(power(&x(), &q(1, 7)), (-1.0, 128.0), (0.0, 2.0), false);
    check(power(&n(2), &x()), (-1.0, 3.0), (0.5, 8.0), true);
    check(power(&x(), &x()), (1.0, 2.0), (1.0, 4.0), true);
    check(x().sin(), (0.0, 3.0), (0.0, 1.0), true);
    check(x().sin(), (1.0, 1.5), (1f64.sin(), 1.5f64.sin()), true);
    check(x().sin(), (4.0, 8.0), (-1.0, 1.0), true);
    check(x().sin(), (100.0, 101.0), (100f64.sin(), 101f64.sin()), true);
    check(x().sin(), (1e22, 1e22), (1e22f64.sin(), 1e22f64.sin()), true);
    check(x().cos(), (-1.0, 2.0), (2f64.cos(), 1.0), true);
    check(x().cos(), (3.0, 4.0), (-1.0, 4f64.cos()), true);
    check(x().cos(), (-INF, INF), (-1.0, 1.0), true);
    check(x().tan(), (-1.0, 1.0), (-1f64.tan(), 1f64.tan()), true);
    check(x().tan(), (1.0, 2.0), (-INF, INF), false);
    check(x().exp(), (-INF, 0.0), (0.0, 1.0), true);
    check(x().log(), (0.0, 1.0), (-INF, 0.0), false);
    check(x().log(), (-5.0, std::f64::consts::E), (-INF, 1.0), false);
    check(x().sqrt(), (-1.0, 9.0), (0.0, 3.0), false);
    check(x().asin(), (0.0, 3.0), (0.0, FRAC_PI_2), false);
    check(x().acos(), (0.0, 1.0), (0.0, FRAC_PI_2), true);
    check(apply(Func::Atanh, &x()), (0.0, 1.0), (0.0, INF), false);
    check(x().cosh(), (-1.0, 2.0), (1.0, 2f64.cosh()), true);
    check(x().abs(), (-3.0, 2.0), (0.0, 3.0), true);
    check(x().sign(), (-3.0, 2.0), (-1.0, 1.0), true);
    check(apply(Func::Floor, &x()), (-0.5, 2.5), (-1.0, 2.0), true);
    check(apply(Func::Relu, &x()), (-0.5, 2.5), (0.0, 2.5), true);
    check(apply(Func::Sigmoid, &x()), (-INF, INF), (0.0, 1.0), true);
    check(apply(Func::Gamma, &x()), (1.0, 4.0), (0.885603194410888, 6.0), true);
    check(apply(Func::Gamma, &x()), (-0.5, 4.0), (-INF, INF), false);
    check(apply(Func::Lgamma, &x()), (1.0, 2.0), (-0.121486290535849, 0.0), true);
    check(apply(Func::Digamma, &x()), (1.0, 2.0), (-0.5772156649015329, 0.42278433509846714), true);
    check(apply2(Func2::Mod, &x(), &n(3)), (4.0, 5.0), (1.0, 2.0), true);
    check(apply2(Func2::Mod, &x(), &n(3)), (5.0, 7.0), (0.0, 3.0), true);
    check(apply2(Func2::Max, &x(), &n(1)), (0.0, 3.0), (1.0, 3.0), true);
    check(apply2(Func2::Atan2, &x(), &n(1)), (-1.0, 1.0), (-FRAC_PI_4, FRAC_PI_4), true);
    check(apply2(Func2::Atan2, &x(), &n(-1)), (-1.0, 1.0), (-PI, PI), true);
    check(apply2(Func2::Less, &x(), &n(1)), (0.0, 0.5), (1.0, 1.0), true);
    check(apply2(Func2::Less, &x(), &n(1)), (0.0, 1.0), (0.0, 1.0), true);
    check(apply2(Func2::Less, &x(), &n(1)), (1.0, 2.0), (0.0, 0.0), true);
    // Only what can be chosen counts.
    let less = apply2(Func2::Less, &x(), &n(1));
    check(select(&less, &n(7), &x().log()), (-1.0, 0.0), (7.0, 7.0), true);
    check(select(&less, &n(7), &x()), (0.0, 2.0), (0.0, 7.0), true);
}

#[test]
fn exact_results_are_points() {
    for e in [x() + n(1), n(3) * x(), x() / n(4), x().sqrt(), x().log() + n(4), x().powi(2), x().sin() * n(0)]
    {
        let at = if e == x().log() + n(4) { 1.0 } else { 4.0 };
        let got = enclose(&e, at, at);
        assert_eq!(got.values.low(), got.values.high(), "{e:?}");
        assert!(got.defined);
    }
    // Neither a third nor pi nor the root of two is a float, and their bounds know it.
    for e in [q(1, 3) + x(), Expr::constant(Constant::Pi) * x(), n(2).sqrt() * x()] {
        let got = enclose(&e, 1.0, 1.0).values;
        assert!(got.low() < got.high() && got.width() < 2e-15, "{e:?} {got:?}");
    }
}

#[test]
fn outside_the_domain_is_empty() {
    for e in [x().log(), x().sqrt(), power(&x(), &q(1, 3)), apply(Func::Acosh, &x()), (x() + n(5)).asin()] {
        assert_eq!(enclose(&e, -2.0, -1.0), NOWHERE, "{e:?}");
        assert_eq!(enclose(&(e.clone() * n(2) + n(1)), -2.0, -1.0), NOWHERE, "{e:?}");
    }
    assert_eq!(enclose(&x().log(), 0.0, 0.0), NOWHERE);
    assert_eq!(enclose(&x().recip(), 0.0, 0.0), NOWHERE);
    assert!(!enclose(&apply(Func::Gamma, &x()), -1.0, -1.0).defined);
    assert_eq!(enclose(&(x() + Expr::undefined()), 0.0, 1.0), NOWHERE);
}

#[test]
fn unequal_expressions_are_told_apart_at_a_point() {
    let difference = |a: Expr, b: Expr| {
        let got = enclose(&(a - b), 1.0, 1.0);
        got.defined && !got.values.contains(0.0)
    };
    assert!(difference(x().sin().powi(2), (x().powi(2)).sin()));
    assert!(difference(q(1, 3) * x(), Expr::number(Rational::from_decimal("0.333333333333333").unwrap())));
    assert!(!difference(x().sin().powi(2) + x().cos().powi(2), n(1)));
    assert!(!difference(n(2).sqrt() * n(3).sqrt() * x(), n(6).sqrt()));
}

#[test]
fn malformed_intervals_are_not_made() {
    assert_eq!(Interval::new(2.0, 1.0), None);
    assert_eq!(Interval::new(f64::NAN, 1.0), None);
    assert_eq!(Interval::new(INF, INF), None);
    assert!(Interval::point(f64::NAN).is_empty());
    assert!(Interval::point(INF).is_empty());
}

fn by_way_of(e: &Expr) -> Option<&Expr> {
    use Func::{Acot, Acoth, Acsc, Acsch, Asec, Asech};
    match e.node() {
        Node::Apply(Acot | Acoth | Acsc | Acsch | Asec | Asech, u) => Some(u),
        _ => None,
    }
}

/// The bounds of the largest error that this test can catch are those of the functions themselves: every value computed
/// in `f64` without overflow lies in the enclosure.
#[test]
fn enclosures_contain_the_image() {
    let names = ["x", "y", "z"].map(Symbol::new);
    let (mut inside, mut undefined, mut bounded) = (0_u64, 0_u64, 0_u64);
    for seed in 0..6000 {
        let mut random = Random::new(seed + 500_000);
        let size = 2 + random.below(16);
        let e = random.expr(size);
        // Every part is an output, so that overflow on the way is seen.
        let mut parts = e.post_order();
        // acot(u) and its kin are computed by way of 1/u.
        let inverses: Vec<Expr> = parts.iter().filter_map(|p| by_way_of(p).map(Expr::recip)).collect();
        parts.extend(inverses);
        parts.push(e.clone());
        let program = Program::compile(&parts, &names).unwrap();
        let mut space = Workspace::new();
        for _ in 0..4 {
            let wide = [0.0, 1e-9, 0.01, 1.0, 10.0][random.below(5)];
            let bounds = [(); 3].map(|()| {
                let a = random.number();
                (a, a + wide * random.unit())
            });
            let domain = bounds.map(|(a, b)| Interval::new(a, b).unwrap());
            let mut image = vec![NOWHERE; parts.len()];
            program.evaluate_interval(&domain, &mut image, &mut space).unwrap();
            let image = *image.last().unwrap();
            for _ in 0..6 {
                let at = bounds.map(|(a, b)| match random.below(4) {
                    0 => a,
                    1 => b,
                    _ => (a + (b - a) * random.unit()).clamp(a, b),
                });
                let mut values = vec![0.0; parts.len()];
                program.evaluate(&at, &mut values, &mut space).unwrap();
                let value = *values.last().unwrap();
                if values.iter().all(|v| v.is_finite()) {
                    inside += 1;
                    bounded += u64::from(image.values.width().is_finite());
                    assert!(
                        image.values.contains(value),
                        "{e:?} at {at:?} in {domain:?}: {value} is outside {image:?} (seed {seed})"
                    );
                } else if values.iter().any(|v| v.is_nan()) && values.iter().all(|v| !v.is_infinite()) {
                    // A NaN without overflow: outside the domain of something, though perhaps of a branch not taken.
                    undefined += 1;
                    let taken = value.is_nan();
                    assert!(
                        !(taken && image.defined),
                        "{e:?} at {at:?} in {domain:?}: undefined, but {image:?} (seed {seed})"
                    );
                }
            }
        }
    }
    assert!(inside > 80_000 && bounded > 60_000 && undefined > 5_000, "{inside} {bounded} {undefined}");
}

#[test]
fn a_certainly_defined_point_has_its_value_inside() {
    // Points: the enclosure is a proof about one number, so it must also be narrow.
    let mut narrow = 0;
    for seed in 0..3000 {
        let mut random = Random::new(seed + 900_000);
        let e = random.expr(8).replace(&"y".into(), &x()).replace(&"z".into(), &x());
        let at = random.number();
        let got = enclose(&e, at, at);
        let value = eval(&e, &[("x".into(), at)]).unwrap();
        if got.defined && value.is_finite() && value.abs() < 1e100 {
            assert!(got.values.contains(value), "{e:?} at {at}: {value} outside {got:?}");
            narrow += usize::from(got.values.width() <= 1e-9 * (1.0 + value.abs()));
        }
    }
    assert!(narrow > 1500, "{narrow}");
}

#[test]
fn enclosing_stays_within_its_budget() {
    let program = Program::compile(&[x().sin() + x().powi(2)], &["x".into()]).unwrap();
    let stop = std::sync::atomic::AtomicBool::new(true);
    let run = |budget: &Budget<'_>| {
        let (mut out, mut space) = ([NOWHERE], Workspace::new());
        program.evaluate_interval_within(&[Interval::point(1.0)], &mut out, budget, &mut space)
    };
    let free = Budget::UNLIMITED;
    let steps = program.instruction_count() as u64;
    assert_eq!(run(&Budget { operations: steps, ..free }), Ok(()));
    assert_eq!(run(&Budget { operations: steps - 1, ..free }).unwrap_err().code(), "budget.operations");
    assert_eq!(run(&Budget { memory: 1, ..free }).unwrap_err().code(), "budget.memory");
    assert_eq!(run(&Budget { cancel: Some(&stop), ..free }).unwrap_err().code(), "budget.cancelled");
}
