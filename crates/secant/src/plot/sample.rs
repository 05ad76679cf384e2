//! A curve as points that a picture can show.
//!
//! Here: an even first pass, then halving wherever the line would bend, jump or end; the edge of a domain and the place
//! of a jump to the last bit.
//! Invariant: a point with `NaN` stands between two points where the function does not exist or jumps, so that a pole is
//! never drawn as a line from bottom to top. At most [`ROOM`] points.

use crate::program::{Column, Program, Workspace};

/// Most points of a curve.
const ROOM: usize = 20_000;
/// How often an interval is halved.
const LEVELS: usize = 8;
/// Halvings to the place of a jump: as many as a number has bits.
const BISECTIONS: usize = 60;
/// Most jumps and edges that are looked for.
const MAX_EDGES: usize = 400;
/// Most values that a curve asks for.
pub(super) const MOST_VALUES: usize = 2 * ROOM + MAX_EDGES * BISECTIONS;
/// In pixels: a bend below it is not seen.
const BEND: f64 = 0.15;

/// What is seen, and how many pixels a unit has.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    pub(super) bottom: f64,
    pub(super) top: f64,
    pub(super) wide: f64,
    pub(super) tall: f64,
}

/// The values of a function of one variable at these places.
pub(super) fn values(f: &Program, x: &[f64]) -> Vec<f64> {
    let mut y = vec![f64::NAN; x.len()];
    // The program has one input and one output: it cannot fail.
    let _ = f.evaluate_batch(&[Column::Values(x)], &mut [&mut y], &mut Workspace::new());
    y
}

/// `count` places from the first to the last.
pub(super) fn even([low, high]: [f64; 2], count: usize) -> Vec<f64> {
    let n = count.max(2) - 1;
    (0..=n).map(|k| if k == n { high } else { low + (high - low) * (k as f64 / n as f64) }).collect()
}

/// `y = f(x)` over a range.
pub(super) fn curve(f: &Program, over: [f64; 2], view: &View) -> Vec<[f64; 2]> {
    let width = (over[1] - over[0]) * view.wide;
    let x = even(over, (width / 2.0).clamp(48.0, 2000.0) as usize);
    let y = values(f, &x);
    let mut points: Vec<[f64; 2]> = x.into_iter().zip(y).map(|(x, y)| [x, y]).collect();
    for _ in 0..LEVELS {
        let wanted = wanted(&points, view);
        if wanted.is_empty() || points.len() + wanted.len() > ROOM {
            break;
        }
        let middles: Vec<f64> = wanted.iter().map(|k| middle(points[*k][0], points[k + 1][0])).collect();
        let found = values(f, &middles);
        let mut new = wanted.iter().zip(middles.into_iter().zip(found)).peekable();
        let mut next = Vec::with_capacity(points.len() + wanted.len());
        for (k, point) in points.iter().enumerate() {
            next.push(*point);
            if let Some((_, (x, y))) = new.next_if(|(after, _)| **after == k) {
                next.push([x, y]);
            }
        }
        points = next;
    }
    edges(f, &points, view)
}

fn middle(a: f64, b: f64) -> f64 {
    a + (b - a) / 2.0
}

/// After which points one more is worth asking for.
fn wanted(points: &[[f64; 2]], view: &View) -> Vec<usize> {
    let margin = 40.0 / view.tall;
    let beyond = |y: f64| {
        if y > view.top + margin {
            1
        } else if y < view.bottom - margin {
            -1
        } else {
            0
        }
    };
    let mut ask = vec![false; points.len()];
    for (k, pair) in points.windows(2).enumerate() {
        let [a, b] = [pair[0], pair[1]];
        if a[1].is_finite() != b[1].is_finite() {
            ask[k] = true;
        }
        let Some(c) = points.get(k + 2) else { continue };
        if !(a[1].is_finite() && b[1].is_finite() && c[1].is_finite()) {
            continue;
        }
        let sides = [a, b, *c].map(|p| beyond(p[1]));
        if sides[0] != 0 && sides.iter().all(|side| *side == sides[0]) {
            continue;
        }
        let line = a[1] + (c[1] - a[1]) * ((b[0] - a[0]) / (c[0] - a[0]));
        if (b[1] - line).abs() * view.tall > BEND {
            ask[k] = true;
            ask[k + 1] = true;
        }
    }
    (0..points.len().saturating_sub(1))
        .filter(|k| ask[*k])
        .filter(|k| {
            let (a, b) = (points[*k][0], points[k + 1][0]);
            let m = middle(a, b);
            (b - a) * view.wide > 0.01 && a < m && m < b
        })
        .collect()
}

/// Puts gaps where the function ends or jumps.
fn edges(f: &Program, points: &[[f64; 2]], view: &View) -> Vec<[f64; 2]> {
    let mut out: Vec<[f64; 2]> = Vec::with_capacity(points.len());
    let mut left = MAX_EDGES;
    for (k, b) in points.iter().enumerate() {
        if k == 0 {
            out.push(*b);
            continue;
        }
        let a = points[k - 1];
        match (a[1].is_finite(), b[1].is_finite()) {
            (true, true) => {
                let rise = (b[1] - a[1]).abs() * view.tall;
                if rise > 4.0 && rise > 20.0 * (b[0] - a[0]) * view.wide && left > 0 {
                    left -= 1;
                    if let Some([a, b]) = jump(f, a, *b) {
                        out.extend([a, [a[0], f64::NAN], b]);
                    }
                }
            }
            (exists, other) if exists != other && left > 0 => {
                left -= 1;
                let last = if exists { edge(f, a, b[0]) } else { edge(f, *b, a[0]) };
                if exists {
                    out.extend([last, [last[0], f64::NAN]]);
                } else {
                    out.extend([[last[0], f64::NAN], last]);
                }
            }
            _ => {}
        }
        out.push(*b);
    }
    // No farther: so large a number of pixels would overflow.
    let far = 1e6 * (view.top - view.bottom);
    let (low, high) = (view.bottom - far, view.top + far);
    for point in &mut out {
        if point[1].is_finite() {
            point[1] = point[1].clamp(low, high);
        } else {
            point[1] = f64::NAN;
        }
    }
    out
}

/// The last place with a value between one that has it and one that has not.
fn edge(f: &Program, mut has: [f64; 2], mut not: f64) -> [f64; 2] {
    for _ in 0..BISECTIONS {
        let m = middle(has[0], not);
        if m == has[0] || m == not {
            break;
        }
        let y = values(f, &[m])[0];
        if y.is_finite() {
            has = [m, y];
        } else {
            not = m;
        }
    }
    has
}

/// Both sides of a jump between two points; `None` where the function is merely steep: then the rise shrinks with the run.
fn jump(f: &Program, mut a: [f64; 2], mut b: [f64; 2]) -> Option<[[f64; 2]; 2]> {
    let whole = (b[1] - a[1]).abs();
    for _ in 0..BISECTIONS {
        let m = middle(a[0], b[0]);
        if m == a[0] || m == b[0] {
            break;
        }
        let y = values(f, &[m])[0];
        if !y.is_finite() {
            return Some([a, b]);
        }
        // Into the half that rises more.
        if (y - a[1]).abs() >= (b[1] - y).abs() {
            b = [m, y];
        } else {
            a = [m, y];
        }
    }
    ((b[1] - a[1]).abs() > 0.4 * whole).then_some([a, b])
}
