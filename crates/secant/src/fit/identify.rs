//! Names for what the rows do not tell: directions in the parameters along which the model stays as it is.
//!
//! A direction is found where it is (`normal`); here it is asked whether a simple combination stays the same along it, and
//! everywhere: `a b`, `a^2/b`, `a + 2 b`, `a exp(b)`. That is tested at other points, and only then said.

use super::regression::Regression;
use super::report::Wide;
use crate::expr::{Expr, Symbol};
use crate::program::{Program, Workspace};

/// A direction in the parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Direction {
    /// How much of each parameter; the largest is 1, those that take no part are left out.
    pub parts: Vec<(Symbol, f64)>,
    /// What is determined instead, where it has a simple form that holds everywhere: `a b`, `a + 2 b`.
    pub combination: Option<String>,
}

impl Direction {
    /// In words.
    pub fn about(&self) -> String {
        match (&self.combination, &self.parts[..]) {
            (Some(combination), _) => format!("only {combination} is determined"),
            (None, [(name, _)]) => format!("{name} changes nothing"),
            (None, parts) => {
                let parts: Vec<String> = parts.iter().map(|(name, d)| format!("{d:+.3} {name}")).collect();
                format!("nothing changes along ({})", parts.join(", "))
            }
        }
    }
}

/// A direction by its parts.
pub(super) fn plain(model: &Regression, direction: &Wide) -> Direction {
    let largest = direction.parts.iter().fold(0.0, |m: f64, d| if d.abs() > m.abs() { *d } else { m });
    let taking_part = model.params.iter().zip(&direction.parts).zip(&direction.shares);
    let parts = taking_part.filter(|(_, share)| share.abs() > 1e-6);
    Direction { parts: parts.map(|((name, d), _)| (name.clone(), d / largest)).collect(), combination: None }
}

/// How a parameter moves along a direction: by as much everywhere, or in proportion to its size.
#[derive(Clone, Copy, PartialEq)]
enum Moves {
    Evenly,
    InProportion,
}

/// A direction along which nothing changes, named.
pub(super) fn name(model: &Regression, params: &[f64], direction: &Wide) -> Direction {
    let mut named = plain(model, direction);
    let [(a, da), (b, db)] = &named.parts[..] else { return named };
    let at = |name: &Symbol| model.params.iter().position(|p| p == name).map_or(f64::NAN, |j| params[j]);
    for (first, second) in [
        (Moves::InProportion, Moves::InProportion),
        (Moves::Evenly, Moves::Evenly),
        (Moves::InProportion, Moves::Evenly),
        (Moves::Evenly, Moves::InProportion),
    ] {
        let rate = |moves, d: f64, b: f64| if moves == Moves::Evenly { d } else { d / b };
        let (u, v) = (rate(first, *da, at(a)), rate(second, *db, at(b)));
        if !(u.is_finite() && v.is_finite() && u != 0.0 && v != 0.0) {
            continue;
        }
        let Some((m, n)) = whole_ratio(-v / u) else { continue };
        // Along the direction one moves by u, the other by v = -u m/n: n times the first and m times the second cancel.
        if stays(model, &[(a, first, f64::from(n)), (b, second, -f64::from(m))]) {
            named.combination = Some(combination((a, first, m), (b, second, n)));
            break;
        }
    }
    named
}

/// A fraction of small numbers; the second is above 0.
fn whole_ratio(x: f64) -> Option<(i32, i32)> {
    (1..=6).find_map(|n| {
        let m = (x * f64::from(n)).round();
        (m != 0.0 && m.abs() <= 12.0 && (x * f64::from(n) - m).abs() < 1e-5).then_some((m as i32, n))
    })
}

/// Does the model stay the same along a direction, wherever it is asked?
fn stays(model: &Regression, along: &[(&Symbol, Moves, f64)]) -> bool {
    let slope = |name: &Symbol| model.params.iter().position(|p| p == name).map(|j| model.slopes[j].clone());
    let mut terms = Vec::new();
    for (name, moves, rate) in along {
        let (Some(slope), Some(rate)) = (slope(name), crate::expr::Rational::from_f64(*rate)) else {
            return false;
        };
        let speed = if *moves == Moves::Evenly { Expr::one() } else { Expr::var((*name).clone()) };
        terms.push(slope * speed * Expr::number(rate));
    }
    let names: Vec<Symbol> = model.params.iter().chain(&model.columns).cloned().collect();
    let Ok(program) = Program::compile(&terms, &names) else { return false };
    let (mut told, mut state, mut workspace) = (0, 1u64, Workspace::new());
    for _ in 0..60 {
        let point: Vec<f64> = names
            .iter()
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                0.3 + 1.7 * (state >> 11) as f64 / (1u64 << 53) as f64
            })
            .collect();
        let mut out = vec![0.0; terms.len()];
        if program.evaluate(&point, &mut out, &mut workspace).is_err() {
            return false;
        }
        let (sum, size) = (out.iter().sum::<f64>(), out.iter().map(|x| x.abs()).sum::<f64>());
        if size.is_finite() && size > 0.0 {
            if sum.abs() > 1e-10 * size {
                return false;
            }
            told += 1;
        }
    }
    told >= 20
}

/// What stays the same where the first moves by `1/m` and the second by `-1/n` of what they would have to.
fn combination((a, first, m): (&Symbol, Moves, i32), (b, second, n): (&Symbol, Moves, i32)) -> String {
    let power = |name: &Symbol, k: i32| match k {
        1 => name.to_string(),
        k => format!("{name}^{k}"),
    };
    let times = |k: i32, name: &Symbol| match k {
        1 => name.to_string(),
        k => format!("{k} {name}"),
    };
    match (first, second) {
        (Moves::InProportion, Moves::InProportion) if m < 0 => format!("{}/{}", power(b, n), power(a, -m)),
        (Moves::InProportion, Moves::InProportion) => format!("{} {}", power(a, m), power(b, n)),
        (Moves::Evenly, Moves::Evenly) if m < 0 => format!("{} - {}", times(n, b), times(-m, a)),
        (Moves::Evenly, Moves::Evenly) => format!("{} + {}", times(m, a), times(n, b)),
        (Moves::InProportion, Moves::Evenly) if m < 0 => format!("exp({})/{}", times(n, b), power(a, -m)),
        (Moves::InProportion, Moves::Evenly) => format!("{} exp({})", power(a, m), times(n, b)),
        (Moves::Evenly, Moves::InProportion) if m < 0 => format!("{} exp(-{})", power(b, n), times(-m, a)),
        (Moves::Evenly, Moves::InProportion) => format!("{} exp({})", power(b, n), times(m, a)),
    }
}
