//! Proof that a system has exactly one root near a point.
//!
//! Here: one step of the interval Newton method (Krawczyk's preconditioning, then Gauss–Seidel with both parts of each
//! quotient), and boxes blown up around an approximate root until it succeeds.
//! Not here: where to look (`isolate`).

use nalgebra::DMatrix;

use crate::program::{Budget, Interval, ProgramError};

use super::system::{Evaluator, System};

/// A proof: in `region` there is exactly one root, and it lies in `enclosure`.
#[derive(Clone, Debug, PartialEq)]
pub struct Certificate {
    /// As narrow as rounding allows.
    pub enclosure: Vec<Interval>,
    /// As wide as the proof reaches.
    pub region: Vec<Interval>,
}

/// What a step says of a box.
pub(super) enum Narrowed {
    /// No root in it.
    Empty,
    /// Exactly one root in it, which lies in this part.
    One(Vec<Interval>),
    /// All roots in it lie in these parts: one, or two that came out of a gap.
    Parts(Vec<Interval>, Option<Vec<Interval>>),
    /// Nothing can be said: the equations may not be smooth there, or the Jacobian is not bounded.
    Unknown,
}

/// One step of the interval Newton method on the box.
///
/// # Source
/// Neumaier, *Interval Methods for Systems of Equations*, §5.1–5.2; Hansen & Walster, 2nd ed., §11.
pub(super) fn narrowed(on: &mut Evaluator<'_>, x: &[Interval]) -> Result<Narrowed, ProgramError> {
    let n = x.len();
    let m: Vec<Interval> = x.iter().map(|x| Interval::point(x.middle())).collect();
    let Some(slopes) = on.tangents(x)? else { return Ok(Narrowed::Unknown) };
    let Some(f) = on.reduced(&m)? else { return Ok(Narrowed::Unknown) };
    let y = preconditioner(n, &slopes);
    let row = |i: usize, entry: &dyn Fn(usize) -> Interval| -> Interval {
        (0..n).fold(Interval::point(0.0), |sum, k| sum + Interval::point(y[(i, k)]) * entry(k))
    };
    let mut z = x.to_vec();
    let mut inside = true;
    let mut gap: Option<(usize, Interval, Interval)> = None;
    for i in 0..n {
        let a: Vec<Interval> = (0..n).map(|j| row(i, &|k| slopes[k * n + j])).collect();
        let mut above = -row(i, &|k| f[k]);
        for j in (0..n).filter(|j| *j != i) {
            above = above - a[j] * (z[j] - m[j]);
        }
        let [first, second] = above.quotients(a[i]).map(|q| m[i] + q);
        inside &= second.is_empty() && first.is_inside(x[i]) && !a[i].contains(0.0);
        let (first, second) = (first.intersection(z[i]), second.intersection(z[i]));
        match (first.is_empty(), second.is_empty()) {
            (true, true) => return Ok(Narrowed::Empty),
            (false, false) => {
                let wider =
                    |g: &(usize, Interval, Interval)| second.low() - first.high() > g.2.low() - g.1.high();
                if gap.as_ref().is_none_or(wider) {
                    gap = Some((i, first, second));
                }
                z[i] = first.hull(second);
            }
            (false, true) => z[i] = first,
            (true, false) => z[i] = second,
        }
    }
    if inside {
        return Ok(Narrowed::One(z));
    }
    let other = gap.map(|(i, first, second)| {
        let mut other = z.clone();
        z[i] = first;
        other[i] = second;
        other
    });
    Ok(Narrowed::Parts(z, other))
}

/// An approximate inverse of the middle of the Jacobian; the identity where it has none.
fn preconditioner(n: usize, slopes: &[Interval]) -> DMatrix<f64> {
    let middle = DMatrix::from_row_iterator(n, n, slopes.iter().map(|s| s.middle()));
    middle
        .try_inverse()
        .filter(|y| y.iter().all(|v| v.is_finite()))
        .unwrap_or_else(|| DMatrix::identity(n, n))
}

/// Narrows a box with one root as far as rounding lets it.
pub(super) fn tight(on: &mut Evaluator<'_>, mut x: Vec<Interval>) -> Result<Vec<Interval>, ProgramError> {
    const ROUNDS: usize = 30;
    for _ in 0..ROUNDS {
        let next = match narrowed(on, &x)? {
            Narrowed::One(z) | Narrowed::Parts(z, None) => z,
            Narrowed::Parts(..) | Narrowed::Empty | Narrowed::Unknown => break,
        };
        let gained = next.iter().zip(&x).any(|(new, old)| new.width() < 0.9 * old.width());
        x = next;
        if !gained {
            break;
        }
    }
    Ok(x)
}

/// Radii tried around a point, in units of the size of each unknown.
const FIRST_RADIUS: f64 = 4e-15;
const LAST_RADIUS: f64 = 0.3;

/// A proof that there is exactly one root near `at`; `None` when there is no proof.
///
/// # Errors
/// Those of the evaluation: [`ProgramError::Cancelled`] among them.
pub fn certify(
    system: &System,
    at: &[f64],
    budget: &Budget<'_>,
) -> Result<Option<Certificate>, ProgramError> {
    certified(&mut Evaluator::new(system, budget), at, &[])
}

/// `scale`: a least size for each unknown; none stands for 1e-3 each.
pub(super) fn certified(
    on: &mut Evaluator<'_>,
    at: &[f64],
    scale: &[f64],
) -> Result<Option<Certificate>, ProgramError> {
    let mut found: Option<Certificate> = None;
    let mut radius = FIRST_RADIUS;
    while radius < LAST_RADIUS {
        let size = |k: usize| at[k].abs().max(scale.get(k).copied().unwrap_or(1e-3));
        let around = |(k, x): (usize, &f64)| Interval::new(x - radius * size(k), x + radius * size(k));
        let Some(x) = at.iter().enumerate().map(around).collect::<Option<Vec<Interval>>>() else { break };
        match narrowed(on, &x)? {
            Narrowed::One(z) => {
                let enclosure = match found {
                    Some(before) => before.enclosure,
                    None => tight(on, z)?,
                };
                found = Some(Certificate { enclosure, region: x });
            }
            _ if found.is_some() => break,
            _ => {}
        }
        radius *= 4.0;
    }
    Ok(found)
}
