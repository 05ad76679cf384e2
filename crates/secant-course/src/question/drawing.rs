//! A graph that is drawn by hand: its window in a variant, its curve, and what there is to look at.
//!
//! Not here: when a drawing is right (`grade::drawn`). Start reading at [`Question::canvas`].

use secant::calculus::derivative_within;
use secant::expr::{Expr, Symbol};
use secant::program::{Program, Workspace, eval};
use secant::sheet::figure::format_number;
use serde::Serialize;

use super::bind::Bound;
use super::source::DrawRange;
use super::{Inner, Question, Step};
use crate::fault::Fault;
use crate::grade::{Window, drawn};

/// What the page draws in.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Canvas {
    /// What stands at the axes: along, upwards.
    pub names: [String; 2],
    /// From where to where, sideways.
    pub x: [f64; 2],
    /// From where to where, upwards.
    pub y: [f64; 2],
    /// At how many places the heights are taken.
    pub places: usize,
}

/// Largest slope whose signs are told.
const MAX_NODES: usize = 3_000;
/// Places at which signs are looked at.
const LOOKS: usize = 600;

impl Inner {
    /// The window of a variant.
    pub(super) fn window(&self, bound: &Bound) -> Result<Option<Window>, Fault> {
        let Some(draw) = &self.spec.draw else { return Ok(None) };
        let number = |piece: &crate::text::Piece| {
            let e = self.expression(bound, piece)?;
            let value = eval(&e, &[]).ok().filter(|v| v.is_finite());
            value.ok_or_else(|| {
                let message = format!("`{}` is no number", piece.text);
                self.source.fault("syntax.question", piece.at, message)
            })
        };
        let range = |range: &DrawRange| {
            let ends = [number(&range.from)?, number(&range.to)?];
            if ends[0] < ends[1] {
                return Ok(ends);
            }
            let message = format!("the range of `{}` is empty", range.name.text);
            Err(self.source.fault("domain.range", range.name.at, message))
        };
        Ok(Some(Window { x: range(&draw.x)?, y: range(&draw.y)?, within: self.spec.within }))
    }
}

impl Question {
    /// What a variant is drawn in; nothing for other kinds of answers.
    pub(super) fn canvas(&self, bound: &Bound) -> Option<Canvas> {
        let draw = self.inner.spec.draw.as_ref()?;
        let window = self.inner.window(bound).ok()??;
        let names = [draw.x.name.text.clone(), draw.y.name.text.clone()];
        Some(Canvas { names, x: window.x, y: window.y, places: drawn::PLACES })
    }

    /// The name along which a graph is drawn.
    pub(super) fn drawn_along(&self) -> Option<String> {
        self.inner.spec.draw.as_ref().map(|draw| draw.x.name.text.clone())
    }

    /// The curve that a variant wants drawn, as heights at the canvas's places.
    pub fn curve(&self, seed: u64) -> Option<Vec<Option<f64>>> {
        let bound = self.bound(seed);
        let window = self.inner.window(&bound).ok()??;
        drawn::sample(&self.answer(&bound), &self.drawn_along()?, &window, drawn::PLACES)
    }

    /// The drawing of a formula, as the text of an answer.
    pub(super) fn drawing_of(&self, bound: &Bound, e: &Expr) -> Option<String> {
        let window = self.inner.window(bound).ok()??;
        drawn::sample(e, &self.drawn_along()?, &window, drawn::PLACES).map(|heights| drawn::text(&heights))
    }

    /// A drawing that is wrong everywhere: the graph, moved by half of the window.
    pub(super) fn drawing_elsewhere(&self, bound: &Bound, e: &Expr) -> Option<String> {
        let window = self.inner.window(bound).ok()??;
        let heights = drawn::sample(e, &self.drawn_along()?, &window, drawn::PLACES)?;
        let half = window.height() / 2.0;
        let moved = |y: f64| if y + half <= window.y[1] { y + half } else { y - half };
        Some(drawn::text(&heights.into_iter().map(|height| height.map(moved)).collect::<Vec<_>>()))
    }

    /// What there is to look at when the slope of `f` is drawn: where it is flat, where it rises and falls.
    pub(super) fn what_to_see(&self, bound: &Bound, f: &Expr, x: &Symbol) -> Vec<Step> {
        let slope = derivative_within(f, x, MAX_NODES);
        let program = slope.and_then(|e| Program::compile(&[e], std::slice::from_ref(x)).ok());
        let (Ok(Some(window)), Some(program)) = (self.inner.window(bound), program) else {
            return Vec::new();
        };
        let mut workspace = Workspace::new();
        let mut at = |x: f64| {
            let mut out = [f64::NAN];
            program.evaluate(&[x], &mut out, &mut workspace).map_or(f64::NAN, |()| out[0])
        };
        let places: Vec<f64> = (0..=LOOKS)
            .map(|k| window.x[0] + (window.x[1] - window.x[0]) * k as f64 / LOOKS as f64)
            .collect();
        let slopes: Vec<f64> = places.iter().map(|x| at(*x)).collect();
        let near = |v: f64| format_number(v, 2);
        // Below a thousandth of the steepest slope in the window the graph is as good as flat.
        let steepest = slopes.iter().filter(|s| s.is_finite()).fold(0.0_f64, |a, s| a.max(s.abs()));
        let sign = |s: f64| {
            if s.is_nan() || s.abs() <= 1e-9 * steepest {
                0
            } else if s > 0.0 {
                1
            } else {
                -1
            }
        };
        let mut flat: Vec<f64> = Vec::new();
        let mut stretches: Vec<(i32, f64, f64)> = Vec::new();
        for (k, s) in slopes.iter().enumerate() {
            let now = sign(*s);
            if now == 0 {
                if s.is_finite() && flat.last().is_none_or(|last| k == 0 || *last < places[k - 1] - 1e-12) {
                    flat.push(places[k]);
                }
                continue;
            }
            match stretches.last_mut() {
                Some((before, _, to)) if *before == now => *to = places[k],
                last => {
                    let crossed = last.is_some() && k > 0 && sign(slopes[k - 1]) != 0;
                    // A slope that jumps or has a pole changes its sign without a flat place.
                    if crossed && (slopes[k] - slopes[k - 1]).abs() < steepest / 4.0 {
                        flat.push((places[k] + places[k - 1]) / 2.0);
                    }
                    stretches.push((now, places[k], places[k]));
                }
            }
        }
        let mut steps = Vec::new();
        let mut say = |text: String| steps.push(Step { rule: text, ..Step::default() });
        let listed: Vec<String> = flat.iter().map(|v| format!("{x} = {}", near(*v))).collect();
        if !listed.is_empty() && listed.len() <= 6 {
            say(format!(
                "Where the graph is flat, its slope is 0: near {}. There the drawn curve meets the axis.",
                listed.join(", ")
            ));
        }
        for (rises, words) in [(1, "rises, its slope is above 0"), (-1, "falls, its slope is below 0")] {
            let parts = stretches.iter().filter(|(s, from, to)| *s == rises && to > from);
            let parts: Vec<String> =
                parts.map(|(_, from, to)| format!("from {} to {}", near(*from), near(*to))).collect();
            if !parts.is_empty() && parts.len() <= 6 {
                say(format!("Where the graph {words}: {}.", parts.join(", ")));
            }
        }
        steps
    }
}
