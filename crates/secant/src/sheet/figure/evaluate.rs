//! The numbers of a compiled figure, computed on this side: for its still picture, its ranges and its text.
//!
//! Here: the state program, the programs of elements, how far what is drawn reaches.
//! Not here: which ranges are round (`plot::fit`), drawing.
//! Invariant: nothing here fails; what cannot be computed is empty or NaN.
//! Start reading at [`Figure::columns`].

use super::compiled::{Element, Figure, Over, Shape};
use crate::plot::fit;
use crate::program::{Column, Workspace};

/// How many places of a curve are looked at to choose the ranges of a panel.
const SAMPLES: usize = 401;
/// The same along each side of a function of two variables.
const SIDE: usize = 41;
/// Steps in which an area is added up; even, for Simpson's rule.
const STRIPS: usize = 1000;
/// What is less than this share of all that is added up is the rule's own error.
const SHARE: f64 = 1e-9;
/// Most steps of a trace.
const MOST_STEPS: f64 = 1000.0;

/// What an area comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AreaSum {
    /// Where it begins and where it ends.
    pub ends: [f64; 2],
    /// What counts plus: the first curve above the second, from left to right.
    pub plus: f64,
    /// What counts minus.
    pub minus: f64,
    /// Both together.
    pub whole: f64,
}

impl Figure {
    /// The parameters where they begin.
    pub fn start(&self) -> Vec<f64> {
        self.params.iter().map(|p| p.value).collect()
    }

    /// What a panel is made for: what is visible in it from the beginning, or all where nothing is.
    pub fn first_seen(&self, panel: &str) -> Vec<bool> {
        let reaches = |e: &Element| e.panel == panel && e.shape.reaches();
        let any = self.elements.iter().any(|e| reaches(e) && !e.hidden);
        self.elements.iter().map(|e| reaches(e) && !(any && e.hidden)).collect()
    }

    /// Every output of the state program; what is rounding and nothing else is 0.
    pub fn numbers(&self, params: &[f64]) -> Vec<f64> {
        self.inputs(params).map_or_else(Vec::new, |inputs| self.state(&inputs))
    }

    /// The inputs of every program: the parameters, then where traces end.
    fn inputs(&self, params: &[f64]) -> Option<Vec<f64>> {
        if params.len() != self.params.len() {
            return None;
        }
        let mut inputs = params.to_vec();
        inputs.resize(params.len() + self.ends.len(), f64::NAN);
        let mut done = None;
        for (k, end) in self.ends.iter().enumerate() {
            // The ends of one trace stand together.
            if done.as_ref().is_none_or(|(element, _)| *element != end.element) {
                done = Some((end.element, self.walked(end.element, &inputs).1));
            }
            let last = done.as_ref().and_then(|(_, last)| last.get(end.variable));
            inputs[params.len() + k] = last.copied().unwrap_or(f64::NAN);
        }
        Some(inputs)
    }

    fn state(&self, inputs: &[f64]) -> Vec<f64> {
        let mut out = vec![f64::NAN; self.programs.state.output_count()];
        match self.programs.state.evaluate_clean(inputs, &mut out, &mut Workspace::new()) {
            Ok(()) => out,
            Err(_) => Vec::new(),
        }
    }

    /// What the program of an element makes of its variables at one place; what is rounding and nothing else is 0.
    pub(super) fn at(&self, element: usize, params: &[f64], vars: &[f64]) -> Vec<f64> {
        self.inputs(params).map_or_else(Vec::new, |inputs| self.at_inputs(element, &inputs, vars))
    }

    fn at_inputs(&self, element: usize, inputs: &[f64], vars: &[f64]) -> Vec<f64> {
        let Some(Some(program)) = self.programs.elements.get(element) else { return Vec::new() };
        let inputs = [vars, inputs].concat();
        let mut out = vec![f64::NAN; program.output_count()];
        match program.evaluate_clean(&inputs, &mut out, &mut Workspace::new()) {
            Ok(()) => out,
            Err(_) => Vec::new(),
        }
    }

    /// What the program of an element makes of columns of its variables: a column for each output; none when
    /// `element` has no program or the columns do not fit it.
    pub fn columns(&self, element: usize, params: &[f64], vars: &[&[f64]]) -> Vec<Vec<f64>> {
        let Some(Some(program)) = self.programs.elements.get(element) else { return Vec::new() };
        let count = vars.first().map_or(0, |column| column.len());
        let Some(inputs) = self.inputs(params).filter(|_| vars.iter().all(|column| column.len() == count))
        else {
            return Vec::new();
        };
        let inputs: Vec<Column<'_>> =
            vars.iter().map(|v| Column::Values(v)).chain(inputs.iter().map(|p| Column::Same(*p))).collect();
        let mut columns = vec![vec![f64::NAN; count]; program.output_count()];
        let mut out: Vec<&mut [f64]> = columns.iter_mut().map(Vec::as_mut_slice).collect();
        match program.evaluate_batch(&inputs, &mut out, &mut Workspace::new()) {
            Ok(()) => columns,
            Err(_) => Vec::new(),
        }
    }

    /// The heights of a curve at `xs`; empty when `element` has no program.
    pub fn curve(&self, element: usize, params: &[f64], xs: &[f64]) -> Vec<f64> {
        self.columns(element, params, &[xs]).into_iter().next().unwrap_or_default()
    }

    /// A function of two variables at `across` × `up` even places of `over`, row by row from the lowest: a column for
    /// each output.
    pub fn sheet(
        &self,
        element: usize,
        params: &[f64],
        over: Over,
        [across, up]: [usize; 2],
    ) -> Vec<Vec<f64>> {
        let (xs, ys) = (even(over[0], across), even(over[1], up));
        let x: Vec<f64> = ys.iter().flat_map(|_| xs.iter().copied()).collect();
        let y: Vec<f64> = ys.iter().flat_map(|y| std::iter::repeat_n(*y, across)).collect();
        self.columns(element, params, &[&x, &y])
    }

    /// Where a trace stands, from its beginning; empty when `element` is none. It ends where a number is lost. What stands
    /// for one step are the coordinates of its places, one after the other.
    pub fn trace(&self, element: usize, params: &[f64]) -> Vec<Vec<f64>> {
        self.inputs(params).map_or_else(Vec::new, |inputs| self.walked(element, &inputs).0)
    }

    /// The places of a trace, and its numbers where it stands last.
    fn walked(&self, element: usize, inputs: &[f64]) -> (Vec<Vec<f64>>, Vec<f64>) {
        let Some(Shape::Trace { start, steps, .. }) = self.elements.get(element).map(|e| &e.shape) else {
            return (Vec::new(), Vec::new());
        };
        let numbers = self.state(inputs);
        let number = |output: &usize| numbers.get(*output).copied().unwrap_or(f64::NAN);
        let mut now: Vec<f64> = start.iter().map(number).collect();
        let steps = number(steps).round().clamp(0.0, MOST_STEPS) as usize;
        let (mut places, mut last) = (Vec::new(), Vec::new());
        for _ in 0..=steps {
            let mut out = self.at_inputs(element, inputs, &now);
            let place = out.split_off(start.len().min(out.len()));
            if place.is_empty() || !place.iter().all(|x| x.is_finite()) {
                break;
            }
            places.push(place);
            last = std::mem::replace(&mut now, out);
        }
        (places, last)
    }

    /// Where an area begins and ends; not finite where it has no ends, or `element` is none.
    pub fn area_ends(&self, element: usize, numbers: &[f64]) -> [f64; 2] {
        match self.elements.get(element).map(|e| &e.shape) {
            Some(Shape::Area { from, to, .. }) => {
                [*from, *to].map(|output| numbers.get(output).copied().unwrap_or(f64::NAN))
            }
            _ => [f64::NAN; 2],
        }
    }

    /// What an area comes to, by Simpson's rule; its parts by strips. `None` where a curve has no value on the way.
    pub fn area(&self, element: usize, params: &[f64]) -> Option<AreaSum> {
        let ends = self.area_ends(element, &self.numbers(params));
        if !ends.iter().all(|x| x.is_finite()) {
            return None;
        }
        let columns = self.columns(element, params, &[&even(ends, STRIPS + 1)]);
        let [upper, lower] = columns.as_slice() else { return None };
        let d: Vec<f64> = upper.iter().zip(lower).map(|(u, l)| u - l).collect();
        if !d.iter().all(|d| d.is_finite()) {
            return None;
        }
        let step = (ends[1] - ends[0]) / STRIPS as f64;
        let (mut plus, mut minus, mut whole) = (0.0, 0.0, 0.0);
        let mut count = |part: f64| if part > 0.0 { plus += part } else { minus -= part };
        for k in 0..STRIPS {
            let (a, b) = (d[k], d[k + 1]);
            if a * b >= 0.0 {
                count(step * (a + b) / 2.0);
            } else {
                // It crosses here: a triangle on each side.
                count(step * a * a / (a - b) / 2.0);
                count(step * b * b / (b - a) / 2.0);
            }
        }
        for k in (0..STRIPS).step_by(2) {
            whole += step * (d[k] + 4.0 * d[k + 1] + d[k + 2]) / 3.0;
        }
        let all = SHARE * (plus + minus);
        let clean = |part: f64| if part.abs() <= all { 0.0 } else { part };
        Some(AreaSum { ends, plus: clean(plus), minus: clean(minus), whole: clean(whole) })
    }

    /// The places of an element at some parameters, as far as they are its own: a column for each coordinate.
    pub fn places(&self, element: usize, params: &[f64], samples: usize) -> Vec<Vec<f64>> {
        match self.elements.get(element).map(|e| &e.shape) {
            Some(Shape::Path { over, .. }) => {
                let ts = even(*over, samples);
                self.columns(element, params, &[&ts])
            }
            Some(Shape::Trace { places: each, .. }) => {
                let steps = self.trace(element, params);
                let count = steps.first().map_or(0, Vec::len) / each;
                let places = || steps.iter().flat_map(|step| step.chunks(count.max(1)));
                (0..count).map(|k| places().map(|place| place[k]).collect()).collect()
            }
            Some(Shape::Scatter { x, y, .. }) => vec![x.clone(), y.clone()],
            _ => Vec::new(),
        }
    }

    /// The heights a panel has to show for what is visible between `x`; `None` when there is nothing.
    pub fn heights(&self, panel: &str, x: [f64; 2], params: &[f64], visible: &[bool]) -> Option<[f64; 2]> {
        let numbers = self.numbers(params);
        let (mut found, mut points) = (Vec::new(), Vec::<f64>::new());
        let mut sheets: Option<[f64; 2]> = None;
        for (k, element) in self.elements.iter().enumerate() {
            if element.panel != panel || !visible.get(k).copied().unwrap_or(false) {
                continue;
            }
            match &element.shape {
                Shape::Curve { over, .. } => {
                    let (lo, hi) = (over[0].max(x[0]), over[1].min(x[1]));
                    if lo < hi {
                        found.extend(self.curve(k, params, &even([lo, hi], SAMPLES)));
                    }
                }
                Shape::Area { .. } => {
                    let [a, b] = self.area_ends(k, &numbers);
                    let (lo, hi) = (a.min(b).max(x[0]), a.max(b).min(x[1]));
                    if lo < hi {
                        found.extend(
                            self.columns(k, params, &[&even([lo, hi], SAMPLES)]).into_iter().flatten(),
                        );
                    }
                }
                Shape::Point { x: across, y, .. } => {
                    let at = numbers.get(*across).filter(|at| (x[0]..=x[1]).contains(*at));
                    points.extend(at.and_then(|_| numbers.get(*y)));
                }
                Shape::Scatter { y, errors: Some(errors), .. } => {
                    points.extend(y.iter().zip(errors).flat_map(|(y, e)| [y - e, y + e]));
                }
                Shape::Scatter { y, .. } => points.extend(y),
                Shape::Path { .. } | Shape::Trace { .. } => {
                    found.extend(self.places(k, params, SAMPLES).into_iter().nth(1).unwrap_or_default());
                }
                Shape::Histogram { heights, .. } => {
                    found.extend(heights);
                    found.push(0.0);
                }
                Shape::Network { layers, .. } => {
                    let half = layers.iter().map(Vec::len).max().unwrap_or(1) as f64 / 2.0 + 0.1;
                    sheets = Some(sheets.map_or([-half, half], |s| [s[0].min(-half), s[1].max(half)]));
                }
                Shape::Contour { over, .. }
                | Shape::Implicit { over, .. }
                | Shape::Field { over, .. }
                | Shape::Surface { over, .. } => {
                    sheets = Some(sheets.map_or(over[1], |s| [s[0].min(over[1][0]), s[1].max(over[1][1])]));
                }
                Shape::Segment { .. }
                | Shape::Line { .. }
                | Shape::Arrow { .. }
                | Shape::Label { .. }
                | Shape::Table { .. } => {}
            }
        }
        if sheets.is_some() {
            return sheets;
        }
        // A point is one against hundreds of places of a curve: among them it would pass for a pole.
        match fit::around(&found) {
            Some([low, high]) => {
                points.retain(|y| y.is_finite() && !(low..=high).contains(y));
                if points.is_empty() {
                    return Some([low, high]);
                }
                points.extend([low, high]);
                fit::around(&points)
            }
            None => fit::around(&points),
        }
    }

    /// How far sideways what is drawn in a panel reaches; `None` when there is nothing that says so.
    pub(super) fn widths(&self, panel: &str, params: &[f64]) -> Option<[f64; 2]> {
        let mut all: Option<[f64; 2]> = None;
        let mut loose = Vec::new();
        for (k, element) in self.elements.iter().enumerate().filter(|(_, e)| e.panel == panel) {
            let over = match &element.shape {
                Shape::Curve { over, .. } => *over,
                Shape::Contour { over, .. }
                | Shape::Implicit { over, .. }
                | Shape::Field { over, .. }
                | Shape::Surface { over, .. } => over[0],
                Shape::Area { .. } => {
                    let [a, b] = self.area_ends(k, &self.numbers(params));
                    if !(a.is_finite() && b.is_finite() && a != b) {
                        continue;
                    }
                    [a.min(b), a.max(b)]
                }
                Shape::Network { layers, .. } => [-0.5, layers.len() as f64 - 0.5],
                Shape::Histogram { first, width, heights } => [*first, first + width * heights.len() as f64],
                _ => {
                    loose.extend(self.places(k, params, SAMPLES).into_iter().next().unwrap_or_default());
                    continue;
                }
            };
            all = Some(all.map_or(over, |a| [a[0].min(over[0]), a[1].max(over[1])]));
        }
        all.or_else(|| fit::around(&loose))
    }

    /// How far the surfaces of a space reach in the third direction.
    pub(super) fn depths(&self, panel: &str, params: &[f64]) -> Option<[f64; 2]> {
        let mut found = Vec::new();
        for (k, element) in self.elements.iter().enumerate().filter(|(_, e)| e.panel == panel) {
            if let Shape::Surface { over, .. } = &element.shape {
                found.extend(self.sheet(k, params, *over, [SIDE, SIDE]).into_iter().flatten());
            }
        }
        fit::around(&found)
    }

    /// Chooses the levels of contour plots for the figure as it begins: for each element, about how many.
    pub(super) fn choose_levels(&mut self, wishes: &[Option<u32>]) {
        let start = self.start();
        for (k, wish) in wishes.iter().enumerate() {
            let (Some(count), Some(Shape::Contour { over, .. })) =
                (wish, self.elements.get(k).map(|e| &e.shape))
            else {
                continue;
            };
            let values: Vec<f64> = self.sheet(k, &start, *over, [SIDE, SIDE]).into_iter().flatten().collect();
            if let Shape::Contour { levels, .. } = &mut self.elements[k].shape {
                *levels = fit::levels(&values, *count);
            }
        }
    }
}

/// Even places from one end of a range to the other.
pub(super) fn even([lo, hi]: [f64; 2], count: usize) -> Vec<f64> {
    let step = (hi - lo) / (count.max(2) - 1) as f64;
    (0..count).map(|k| lo + step * k as f64).collect()
}
