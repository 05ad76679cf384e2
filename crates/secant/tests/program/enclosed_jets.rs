//! Taylor coefficients over boxes hold those at every point.

use secant::expr::{Expr, Symbol};
use secant::program::{Budget, Enclosure, Interval, Program, Workspace};
use secant::syntax::parse_expr;

use crate::random::Random;

const NONE: Enclosure = Enclosure { values: Interval::EMPTY, defined: false };

fn enclosed(program: &Program, inputs: &[[Interval; 2]], length: usize) -> Vec<Enclosure> {
    let inputs: Vec<&[Interval]> = inputs.iter().map(|pair| &pair[..]).collect();
    let mut out = vec![NONE; length];
    program.evaluate_jet_interval(&inputs, &mut [&mut out], &Budget::UNLIMITED).unwrap();
    out
}

/// How far a number lies outside.
fn outside(x: f64, of: Interval) -> f64 {
    (of.low() - x).max(x - of.high()).max(0.0)
}

#[test]
fn series_of_every_function() {
    let mut checks = 0;
    for line in include_str!("series.txt").lines() {
        let [text, at, coefficients] = line.split(" | ").collect::<Vec<_>>()[..] else { panic!("{line}") };
        let want: Vec<f64> = coefficients.split(' ').map(|c| c.parse().unwrap()).collect();
        let program = Program::compile(&[parse_expr(text).unwrap()], &["x".into()]).unwrap();
        let at: f64 = at.parse().unwrap();
        let point = [[Interval::point(at), Interval::point(1.0)]];
        let got = enclosed(&program, &point, want.len());
        for (k, (got, want)) in got.iter().zip(&want).enumerate() {
            assert!(got.defined, "{text} at {at}, coefficient {k}");
            let off = outside(*want, got.values);
            assert!(off <= 2e-16 * want.abs(), "{text} at {at}, coefficient {k}: {got:?} for {want}");
            checks += 1;
        }
        // Of a remainder the divisor may be known by bounds only.
        let narrow = got[0].values.width() <= 1e-12 * (1.0 + want[0].abs());
        assert!(narrow || text.contains("mod"), "{text}: {:?}", got[0]);
        let box_around = [[Interval::new(at - 1e-3, at + 1e-3).unwrap(), Interval::point(1.0)]];
        for (k, (wide, want)) in enclosed(&program, &box_around, 6).iter().zip(&want).enumerate() {
            assert_eq!(outside(*want, wide.values), 0.0, "{text} around {at}, coefficient {k}: {wide:?}");
        }
    }
    eprintln!("{checks} coefficients lie in their enclosures");
}

#[test]
fn what_is_not_smooth_says_so() {
    let smooth = |text: &str, low: f64, high: f64| {
        let program = Program::compile(&[parse_expr(text).unwrap()], &["x".into()]).unwrap();
        let over = [[Interval::new(low, high).unwrap(), Interval::point(1.0)]];
        let found = enclosed(&program, &over, 3);
        (found[0].defined, found[1].defined && found[2].defined)
    };
    for text in ["abs(x)", "relu(x)", "max(x, 3 x)", "sign(x)", "floor(x)", "cbrt(x)", "where(x < 0, 1, x)"] {
        assert_eq!(smooth(text, -0.5, 0.5), (true, false), "{text}");
        assert_eq!(smooth(text, 0.25, 0.5), (true, true), "{text}");
    }
    assert_eq!(smooth("sqrt(x)", 0.0, 1.0), (true, false));
    for text in ["1/x", "log(x)", "sqrt(x)", "x^-2", "x^(1/3)", "gamma(x)", "atan2(x, 0)", "x^x", "acoth(x)"]
    {
        assert_eq!(smooth(text, -0.5, 0.5), (false, false), "{text}");
    }
    assert_eq!(smooth("x^5", -0.5, 0.5), (true, true));
    assert_eq!(smooth("atan2(x, x + 2)", -0.5, 0.5), (true, true));
    assert_eq!(smooth("mod(x, 1)", 0.25, 0.5), (true, true));
}

/// Random expressions along random lines: what `f64` gives at a point of the box is in the enclosure, but for rounding.
#[test]
fn random_programs() {
    const LENGTH: usize = 6;
    let mut random = Random::new(5);
    let names = ["x", "y", "z"].map(Symbol::new);
    let (mut checks, mut smooth) = (0, 0);
    for round in 0..4000 {
        let e: Expr = random.expr(2 + round % 12);
        let Ok(program) = Program::compile(std::slice::from_ref(&e), &names) else { continue };
        let inputs: [[Interval; 2]; 3] = std::array::from_fn(|_| {
            let (low, width, along) = (random.number(), random.unit() * 0.2, random.unit() * 2.0 - 1.0);
            [Interval::new(low, low + width).unwrap(), Interval::point(along)]
        });
        let bounds = enclosed(&program, &inputs, LENGTH);
        for _ in 0..4 {
            let point: Vec<[f64; 2]> = inputs
                .iter()
                .map(|[over, along]| {
                    [(over.low() + random.unit() * (over.high() - over.low())).min(over.high()), along.low()]
                })
                .collect();
            let series: Vec<&[f64]> = point.iter().map(|pair| &pair[..]).collect();
            let mut values = [0.0; LENGTH];
            let mut space = Workspace::new();
            program.evaluate_jet(&series, &mut [&mut values], &Budget::UNLIMITED, &mut space).unwrap();
            let mut size = 1e-300_f64;
            for (k, (x, bound)) in values.iter().zip(&bounds).enumerate() {
                if !bound.defined || !x.is_finite() || x.abs() > 1e100 {
                    break;
                }
                size = size.max(x.abs());
                // Rounding in the point's own arithmetic, where sizes cancel.
                let slack = 1e-9 * size.max(bound.values.magnitude().min(1e6) * 1e-4).max(1e-6);
                assert!(
                    outside(*x, bound.values) <= slack,
                    "{e} at {point:?}, coefficient {k}: {x} is not in {:?}",
                    bound.values
                );
                checks += 1;
                smooth += usize::from(k > 0);
            }
        }
    }
    assert!(smooth > 5000, "{smooth}");
    eprintln!("{checks} coefficients lie in their enclosures, {smooth} of them beyond the value");
}
