//! A part of the range as the rule sees it: over a bounded range of a parameter, without anything violent.
//!
//! Near an end that needs care the distance `t` from it is `h exp(-u)`, towards infinity it is `h exp(u)`: powers and
//! logarithms of `t` become exponentials and powers of `u`, which the rule likes.

use crate::expr::{Constant, Expr, Func, Node, Rational, Symbol, apply, expand};
use crate::program::{Column, Effort, Interval, Outputs, Program, Workspace};

use super::Stop;
use super::local::Behaviour;
use super::trouble::{Break, Nature};

/// Where and how the integrand is evaluated.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    program: Program,
    map: Map,
    /// The range of the parameter.
    pub(super) from: f64,
    pub(super) to: f64,
    /// What may have been cut off beyond it.
    pub(super) rest: f64,
}

#[derive(Clone, Copy, Debug)]
enum Map {
    /// The parameter is the variable.
    Plain,
    /// `x = c + sign t`, `t = h exp(-u)`.
    Near { c: f64, sign: f64, h: f64 },
    /// `x = sign t`, `t = h exp(u)`.
    Far { sign: f64, h: f64 },
}

/// Largest parameter of an approach: `t` stays within what numbers can hold.
const FARTHEST: f64 = 660.0;
/// What is smaller than this part of the largest is not looked at.
const NEGLIGIBLE: f64 = 1e-19;
/// Beyond this distance (and below its reciprocal) nobody hides a peak, and what underflows has no useful bounds.
const REMOTE: f64 = 1e50;
/// A value of the integrand below this is none.
const NOTHING: f64 = 1e-290;
/// Slowest decay per unit of the parameter that is taken for one.
const SLOWEST: f64 = 0.02;

impl Segment {
    pub(super) fn plain(program: &Program, from: f64, to: f64) -> Segment {
        Segment { program: program.clone(), map: Map::Plain, from, to, rest: 0.0 }
    }

    /// From a break, the lower end (`above`) or the upper one, as far as `end`.
    pub(super) fn toward(
        f: &Expr,
        x: &Symbol,
        at: &Break,
        end: f64,
        above: bool,
        behaviour: Behaviour,
    ) -> Result<Segment, Stop> {
        let t = Symbol::new("\u{2022}t");
        let sign = if above { 1.0 } else { -1.0 };
        let (moved, map, farthest) = match &at.nature {
            Nature::Infinite => {
                let var = Expr::var(t.clone());
                let moved = f.replace(x, &if above { -var } else { var });
                let h = end.abs();
                (moved, Map::Far { sign: -sign, h }, FARTHEST - h.ln().max(0.0))
            }
            Nature::Singular(c) => {
                let h = (end - at.at).abs();
                (shifted(f, x, c, above, &t), Map::Near { c: at.at, sign, h }, FARTHEST + h.ln().min(0.0))
            }
            Nature::Regular | Nature::Kink(_) | Nature::Somewhere => {
                let c = Rational::from_f64(at.at).map_or_else(Expr::undefined, Expr::number);
                let h = (end - at.at).abs();
                // Nearer than this the place itself is not known.
                let nearest = 1e-12 * at.at.abs().max(1e-3 * h);
                (shifted(f, x, &c, above, &t), Map::Near { c: at.at, sign, h }, (h / nearest).ln().max(1.0))
            }
        };
        let program = Program::compile(&[moved], &[t]).map_err(|e| Stop::Program(e.code()))?;
        let mut segment = Segment { program, map, from: 0.0, to: farthest, rest: 0.0 };
        segment.cut(at.at, behaviour)?;
        Ok(segment)
    }

    /// Ends the approach where what is left no longer counts, and bounds that by how fast it falls.
    fn cut(&mut self, at: f64, behaviour: Behaviour) -> Result<(), Stop> {
        let steps = (2.0 * self.to) as usize;
        let places: Vec<f64> = (0..=steps).map(|k| self.to * k as f64 / steps as f64).collect();
        let mut sizes = vec![0.0; places.len()];
        self.values(&places, &mut sizes, &Effort::default(), &mut Workspace::new())?;
        sizes.iter_mut().for_each(|v| *v = v.abs());
        let known = sizes.iter().position(|v| !v.is_finite()).unwrap_or(sizes.len());
        let sizes = &sizes[..known];
        let most = sizes.iter().fold(0.0_f64, |m, v| m.max(*v));
        let last = sizes.iter().rposition(|v| *v > NEGLIGIBLE * most).unwrap_or(0);
        if last + 5 < known {
            // A peak far out, between all these places, is seen by intervals.
            let workspace = &mut Workspace::new();
            let seen = |pair: &[f64]| {
                let t = self.distance(pair[1]);
                (1.0 / REMOTE..REMOTE).contains(&t)
                    && self.bound(pair[0], pair[1], workspace).is_some_and(|b| b > 1e3 * NEGLIGIBLE * most)
            };
            let hidden = places[last + 5..].windows(2).map(seen).collect::<Vec<_>>();
            let hidden = hidden.iter().rposition(|seen| *seen).map_or(0, |k| k + 1);
            self.to = places[last + 5 + hidden];
            return Ok(());
        }
        if known < 8 {
            return Err(Stop::Undecided { at });
        }
        // How fast it falls, from the last quarter and the one before.
        let quarter = known / 4;
        let top = |part: &[f64]| part.iter().fold(0.0_f64, |m, v| m.max(*v));
        let (before, after) =
            (top(&sizes[known - 2 * quarter..known - quarter]), top(&sizes[known - quarter..]));
        let rate = (before / after).ln() / (places[known - 1] - places[known - 1 - quarter]);
        let undecided = matches!(behaviour, Behaviour::Undecided);
        if undecided && rate.is_nan() || rate < 1e-4 {
            return Err(Stop::SeemsToDiverge { at });
        }
        if rate.is_nan() || rate < SLOWEST && undecided {
            return Err(Stop::Undecided { at });
        }
        self.to = places[known - 1];
        self.rest =
            2.0 * sizes[known - 1].max(after * (-rate * (self.to - places[known - quarter])).exp()) / rate;
        Ok(())
    }

    /// The integrand in the parameter.
    pub(super) fn values(
        &self,
        places: &[f64],
        out: &mut [f64],
        effort: &Effort<'_>,
        workspace: &mut Workspace,
    ) -> Result<(), Stop> {
        let distances: Vec<f64> = places.iter().map(|u| self.distance(*u)).collect();
        self.program
            .evaluate_many(
                &[Column::Values(&distances)],
                Outputs::Columns(&mut [&mut *out]),
                effort,
                workspace,
            )
            .map_err(|e| Stop::Program(e.code()))?;
        if !matches!(self.map, Map::Plain) {
            out.iter_mut().zip(&distances).for_each(|(y, t)| *y *= t);
        }
        Ok(())
    }

    /// A bound of the size of the integrand over a range of the parameter; `None` where there is none.
    pub(super) fn bound(&self, from: f64, to: f64, workspace: &mut Workspace) -> Option<f64> {
        let (a, b) = (self.distance(from), self.distance(to));
        let over = Interval::new(a.min(b), a.max(b))?;
        let found = super::enclose(&self.program, &[over], workspace);
        let size = found.values.low().abs().max(found.values.high().abs());
        let scale = if matches!(self.map, Map::Plain) { 1.0 } else { over.high() };
        (found.defined && size.is_finite()).then_some(if size < NOTHING { 0.0 } else { size * scale })
    }

    /// How uncertain a value is, since the program rounds; infinite where that is not known.
    pub(super) fn noise(&self, at: f64, workspace: &mut Workspace) -> f64 {
        let t = self.distance(at);
        let found = super::enclose(&self.program, &[Interval::point(t)], workspace);
        let width = found.values.width() * if matches!(self.map, Map::Plain) { 1.0 } else { t };
        if width.is_nan() { f64::INFINITY } else { width }
    }

    fn distance(&self, u: f64) -> f64 {
        match self.map {
            Map::Plain => u,
            Map::Near { h, .. } => h * (-u).exp(),
            Map::Far { h, .. } => h * u.exp(),
        }
    }

    /// Into how many parts it is cut to begin with.
    pub(super) fn parts(&self) -> usize {
        match self.map {
            Map::Plain => 4,
            Map::Near { .. } | Map::Far { .. } => ((self.to - self.from) / 3.0).ceil() as usize,
        }
    }

    /// The variable at a parameter, and at the last one the end that is approached.
    pub(super) fn variable(&self, u: f64) -> f64 {
        let last = u == self.to;
        match self.map {
            Map::Plain => u,
            Map::Near { c, sign, .. } => {
                if last {
                    c
                } else {
                    c + sign * self.distance(u)
                }
            }
            Map::Far { sign, .. } => sign * if last { f64::INFINITY } else { self.distance(u) },
        }
    }
}

/// `f(c + t)` or `f(c - t)`, with what vanishes at `t = 0` multiplied out and angles taken from the nearest quarter of a
/// turn, so that it is exact for small `t`.
pub(super) fn shifted(f: &Expr, x: &Symbol, c: &Expr, above: bool, t: &Symbol) -> Expr {
    const MAX_TERMS: usize = 200;
    const MAX_NODES: usize = 1_000;
    let var = Expr::var(t.clone());
    let moved = f.replace(x, &if above { c + &var } else { c - &var });
    if moved.node_count() > MAX_NODES {
        return moved;
    }
    let vanishes = |e: &Expr| e.replace(t, &Expr::zero()).is_zero();
    let mut known = std::collections::HashMap::<usize, Expr>::new();
    for part in moved.post_order() {
        let same = part.with_children(|child| known[&child.address()].clone());
        let exact = match same.node() {
            Node::Sum(_) if vanishes(&same) => expand(&same, MAX_TERMS),
            Node::Apply(f, u) => from_quarter(*f, u, t, MAX_TERMS),
            _ => None,
        };
        known.insert(part.address(), exact.unwrap_or(same));
    }
    known.remove(&moved.address()).unwrap_or(moved)
}

/// A function of an angle that is a multiple of a quarter of a turn at `t = 0`, as one of the angle beyond.
fn from_quarter(f: Func, u: &Expr, t: &Symbol, max_terms: usize) -> Option<Expr> {
    if !matches!(f, Func::Sin | Func::Cos | Func::Tan | Func::Sec | Func::Csc | Func::Cot) || !u.contains(t) {
        return None;
    }
    let start = u.replace(t, &Expr::zero());
    let quarters = (Expr::integer(2) * &start / Expr::constant(Constant::Pi)).as_number()?.to_i64()?;
    let beyond = expand(&(u - start), max_terms)?;
    let sine = |k: i64| match k.rem_euclid(4) {
        0 => apply(Func::Sin, &beyond),
        1 => apply(Func::Cos, &beyond),
        2 => -apply(Func::Sin, &beyond),
        _ => -apply(Func::Cos, &beyond),
    };
    let (sin, cos) = (sine(quarters), sine(quarters + 1));
    Some(match f {
        Func::Sin => sin,
        Func::Cos => cos,
        Func::Tan => sin / cos,
        Func::Sec => cos.recip(),
        Func::Csc => sin.recip(),
        _ => cos / sin,
    })
}
