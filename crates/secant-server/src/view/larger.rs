//! The larger elements of a figure as still marks: contours, fields, surfaces, paths, data, tables.
//!
//! Here: where their parts stand. Not here: lines of a grid (`secant::plot`), values (the figure computes its own).
//! Invariant: the same parts, class names and choices as `assets/view/{area,fields,paths,data,space}.js`.
//! Start reading at [`Picture::larger`].

use std::fmt::Write as _;

use maud::{Markup, html};
use secant::plot::grid::{Grid, Line, shade};
use secant::sheet::figure::{Element, Figure, Over, Shape, format_number};

use super::figure_svg::{Picture, arrow_head, path, px, visible};
use super::plane::Pixel;
use secant_course::ScenePage;

/// Places along a side of a contour plot, and of a surface; a page has room for so many.
const SIDE: usize = 25;
const FACETS: usize = 17;
/// Places of a path.
const SAMPLES: usize = 241;
/// Pixels between the arrows of a field, and between labels of level lines.
const SPACING: f64 = 42.0;
const ROOM: f64 = 34.0;
/// Pixels between the lines of what counts minus.
const HATCH: f64 = 7.0;
/// A path that goes farther than this share of the picture in one step has jumped.
const JUMP: f64 = 0.4;

impl Picture<'_> {
    /// A larger element; nothing for the others.
    pub(super) fn larger(&self, index: usize, element: &Element) -> Markup {
        match &element.shape {
            Shape::Contour { over, levels, lines, .. } => self.contour(index, element, *over, levels, *lines),
            Shape::Implicit { over, .. } => self.implicit(index, element, *over),
            Shape::Field { over, .. } => self.field(index, element, *over),
            Shape::Surface { over, .. } => self.surface(index, element, *over),
            Shape::Path { .. } => {
                let runs = self.runs(&self.figure.places(index, self.params, SAMPLES), JUMP);
                html! { path class=(self.class("curve", element)) data-id=(element.id) d=(path(&runs)) {} }
            }
            Shape::Trace { .. } => self.trace(index, element),
            Shape::Area { .. } => self.area(index, element),
            Shape::Scatter { x, y, errors } => self.scatter(element, x, y, errors.as_deref()),
            Shape::Network { layers, weights } => self.network(element, layers, weights),
            Shape::Histogram { first, width, heights } => self.bars(element, *first, *width, heights),
            _ => html! {},
        }
    }

    /// Where the label of a larger element stands.
    pub(super) fn larger_label(&self, index: usize, element: &Element) -> Option<(f64, f64, &'static str)> {
        match &element.shape {
            Shape::Contour { over, .. } | Shape::Implicit { over, .. } | Shape::Field { over, .. } => {
                let over = self.seen(*over)?;
                let (x, y) = self.plane.pixel(over[0][1], over[1][1])?;
                Some((x - 6.0, y + 20.0, "end"))
            }
            Shape::Path { .. } | Shape::Trace { .. } => {
                let runs = self.runs(&self.figure.places(index, self.params, SAMPLES), JUMP);
                runs.iter().flatten().next_back().map(|at| (at.0 + 11.0, at.1 - 12.0, "start"))
            }
            Shape::Area { .. } => {
                let [a, b] = self.figure.area_ends(index, self.numbers);
                let x = (a.min(b).max(self.plane.x[0]) + a.max(b).min(self.plane.x[1])) / 2.0;
                let columns = self.figure.columns(index, self.params, &[&[x]]);
                let y = columns.iter().map(|column| column[0]).sum::<f64>() / 2.0;
                self.plane.pixel(x, y).map(|at| (at.0, at.1 + 5.0, "middle"))
            }
            _ => None,
        }
    }

    /// The part of a range that the panel shows.
    fn seen(&self, over: Over) -> Option<Over> {
        let cut = |a: [f64; 2], b: [f64; 2]| [a[0].max(b[0]), a[1].min(b[1])];
        let seen = [cut(over[0], self.plane.x), cut(over[1], self.plane.y)];
        seen.iter().all(|[lo, hi]| lo < hi).then_some(seen)
    }

    fn contour(&self, index: usize, element: &Element, over: Over, levels: &[f64], lines: bool) -> Markup {
        let Some(over) = self.seen(over) else { return html! {} };
        let z = self.figure.sheet(index, self.params, over, [SIDE, SIDE]).pop().unwrap_or_default();
        let grid = Grid { z: &z, across: SIDE, up: SIDE };
        let at = |u: f64, v: f64| self.on_grid(over, (u, v));
        // Whole pixels are fine enough for a picture that stands still, and half as long.
        let (x, y) = (|u: f64| format!("{:.0}", at(u, 0.0).0), |v: f64| format!("{:.0}", at(0.0, v).1));
        let count = levels.len() + 1;
        let bands = if lines { 0 } else { count };
        let found: Vec<Vec<Line>> = levels.iter().map(|level| grid.lines(*level, None)).collect();
        let mut taken: Vec<Pixel> = Vec::new();
        let spots: Vec<Option<Pixel>> = found
            .iter()
            .map(|lines| {
                let spot = self.spot(lines, over, &taken);
                taken.extend(spot);
                spot
            })
            .collect();
        html! {
            g class=(self.class("sheet", element)) data-id=(element.id) {
                @for k in 0..bands {
                    path class=(format!("band m{}", shade(k, bands)))
                        d=(grid.region(if k == 0 { f64::NEG_INFINITY } else { levels[k - 1] }, &x, &y)) {}
                }
                @for lines in &found {
                    path class=(format!("level {}", element.style)) d=(self.lines(lines, over)) {}
                }
                @for (level, spot) in levels.iter().zip(&spots) {
                    @if let Some((x, y)) = spot {
                        text.level-label aria-hidden="true" text-anchor="middle" x=(px(*x)) y=(px(y + 4.0)) {
                            (format_number(*level, 6))
                        }
                    }
                }
            }
        }
    }

    /// Where on its longest line a level is written: away from the edges and from other labels.
    fn spot(&self, lines: &[Line], over: Over, taken: &[Pixel]) -> Option<Pixel> {
        let longest =
            lines.iter().filter(|line| line.points.len() > 5).max_by_key(|line| line.points.len())?;
        let plane = &self.plane;
        [0.5, 0.3, 0.7, 0.15, 0.85, 0.0].into_iter().find_map(|share| {
            let k = (share * (longest.points.len() - 1) as f64) as usize;
            let (x, y) = self.on_grid(over, longest.points[k]);
            let inside = x > plane.left + 16.0
                && x < plane.right - 16.0
                && y > plane.top + 10.0
                && y < plane.bottom - 10.0;
            (inside && taken.iter().all(|o| (x - o.0).hypot(y - o.1) > ROOM)).then_some((x, y))
        })
    }

    fn implicit(&self, index: usize, element: &Element, over: Over) -> Markup {
        let Some(over) = self.seen(over) else { return html! {} };
        let z = self.figure.sheet(index, self.params, over, [SIDE, SIDE]).pop().unwrap_or_default();
        let exact = |places: &[Pixel]| {
            let place = |[lo, hi]: [f64; 2], u: f64| lo + (hi - lo) * u / (SIDE - 1) as f64;
            let xs: Vec<f64> = places.iter().map(|p| place(over[0], p.0)).collect();
            let ys: Vec<f64> = places.iter().map(|p| place(over[1], p.1)).collect();
            self.figure.columns(index, self.params, &[&xs, &ys]).pop().unwrap_or_default()
        };
        let lines = Grid { z: &z, across: SIDE, up: SIDE }.lines(0.0, Some(&exact));
        html! {
            g class=(self.class("sheet", element)) data-id=(element.id) {
                path class=(format!("curve {}", element.style)) d=(self.lines(&lines, over)) {}
            }
        }
    }

    fn lines(&self, lines: &[Line], over: Over) -> String {
        lines.iter().fold(String::new(), |text, line| {
            let run: Vec<Pixel> = line.points.iter().map(|p| self.on_grid(over, *p)).collect();
            text + &path(&[run]) + if line.closed { "Z" } else { "" }
        })
    }

    /// The pixel of a place of a grid of [`SIDE`] by [`SIDE`].
    fn on_grid(&self, over: Over, (u, v): Pixel) -> Pixel {
        let place = |[lo, hi]: [f64; 2], u: f64| lo + (hi - lo) * u / (SIDE - 1) as f64;
        self.plane.pixel(place(over[0], u), place(over[1], v)).unwrap_or_default()
    }

    fn field(&self, index: usize, element: &Element, over: Over) -> Markup {
        let Some(over) = self.seen(over) else { return html! {} };
        let scale = self.plane.scale();
        let length = |k: usize| (over[k][1] - over[k][0]) * scale[k];
        let count = [0, 1].map(|k| (length(k) / SPACING).round().clamp(8.0, 40.0) as usize + 1);
        let mut columns = self.figure.sheet(index, self.params, over, count);
        let (Some(v), Some(u)) = (columns.pop(), columns.pop()) else { return html! {} };
        let steps: Vec<Pixel> = u.iter().zip(&v).map(|(u, v)| (u * scale[0], -v * scale[1])).collect();
        let longest = steps.iter().map(|(x, y)| x.hypot(*y)).filter(|l| l.is_finite()).fold(0.0, f64::max);
        let spacing = (0..2).map(|k| length(k) / (count[k] - 1) as f64).fold(f64::INFINITY, f64::min);
        let factor = if longest > 0.0 { 0.95 * spacing / longest } else { 0.0 };
        let (mut shafts, mut heads) = (String::new(), String::new());
        for (k, (dx, dy)) in steps.iter().map(|(x, y)| (x * factor, y * factor)).enumerate() {
            let long = dx.hypot(dy);
            let share = |axis: usize, n: usize| {
                over[axis][0] + (over[axis][1] - over[axis][0]) * n as f64 / (count[axis] - 1) as f64
            };
            let Some((x, y)) = self.plane.pixel(share(0, k % count[0]), share(1, k / count[0])) else {
                continue;
            };
            if !long.is_finite() {
                continue;
            }
            if long < 2.5 {
                let _ = write!(shafts, "M{} {}h0", px(x), px(y));
                continue;
            }
            let (from, to) = ((x - dx / 2.0, y - dy / 2.0), (x + dx / 2.0, y + dy / 2.0));
            let (head, neck) = arrow_head(from, to, (0.6 * long).min(7.0));
            shafts += &path(&[vec![from, neck]]);
            heads += &head;
        }
        html! {
            g class=(self.class("sheet", element)) data-id=(element.id) {
                path class=(format!("arrow thin {}", element.style)) d=(shafts) {}
                path class=(format!("head {}", element.style)) d=(heads) {}
            }
        }
    }

    fn surface(&self, index: usize, element: &Element, over: Over) -> Markup {
        let Some(space) = &self.space else { return html! {} };
        let z = self.figure.sheet(index, self.params, over, [FACETS, FACETS]).pop().unwrap_or_default();
        let [low, high] = self.panel.space.as_ref().map_or([0.0, 1.0], |space| space.z);
        let corner = |i: usize, j: usize| {
            let place = |[lo, hi]: [f64; 2], k: usize| lo + (hi - lo) * k as f64 / (FACETS - 1) as f64;
            [place(over[0], i), place(over[1], j), z.get(j * FACETS + i).copied().unwrap_or(f64::NAN)]
        };
        let order = |ascending: bool| -> Vec<usize> {
            if ascending { (0..FACETS - 1).collect() } else { (0..FACETS - 1).rev().collect() }
        };
        let [along, across] = space.ascending().map(order);
        let mut facets = Vec::new();
        for j in &across {
            for i in &along {
                let corners = [corner(*i, *j), corner(i + 1, *j), corner(i + 1, j + 1), corner(*i, j + 1)];
                let seen = corners.iter().all(|c| c[2].is_finite())
                    && corners.iter().any(|c| (low..=high).contains(&c[2]));
                if !seen {
                    continue;
                }
                let corners = corners.map(|[x, y, z]| [x, y, z.clamp(low, high)]);
                let height = corners.iter().map(|c| c[2]).sum::<f64>() / 4.0;
                let colour = (15.0 * (height - low) / (high - low)).round().clamp(0.0, 15.0);
                let run = corners.map(|c| {
                    let [x, y] = space.project(c);
                    (x, -y)
                });
                facets.push((format!("facet m{colour} s{}", space.shadow(corners)), outline(&run)));
            }
        }
        html! {
            g class=(self.class("surface", element)) data-id=(element.id) {
                @for (class, d) in &facets { path class=(class) d=(d) {} }
            }
        }
    }

    /// Places as pixels, cut where one has no value or lies farther than this share of the picture from the one before.
    fn runs(&self, places: &[Vec<f64>], jump: f64) -> Vec<Vec<Pixel>> {
        let count = places.first().map_or(0, Vec::len);
        let far = jump * (self.plane.right - self.plane.left).hypot(self.plane.bottom - self.plane.top);
        let mut runs: Vec<Vec<Pixel>> = vec![Vec::new()];
        for k in 0..count {
            let place: Vec<f64> = places.iter().map(|column| column[k]).collect();
            let [x, y] = self.flat(&place);
            let Some(at) = self.plane.pixel(x, y) else {
                runs.push(Vec::new());
                continue;
            };
            let jumps =
                runs.last().and_then(|run| run.last()).is_some_and(|b| (at.0 - b.0).hypot(at.1 - b.1) > far);
            if jumps {
                runs.push(Vec::new());
            }
            if let Some(run) = runs.last_mut() {
                run.push(at);
            }
        }
        runs.retain(|run| !run.is_empty());
        runs
    }

    fn trace(&self, index: usize, element: &Element) -> Markup {
        let columns = self.figure.places(index, self.params, SAMPLES);
        let pixels: Vec<Pixel> = self.runs(&columns, f64::INFINITY).concat();
        let last = pixels.len().saturating_sub(1);
        let dots: String =
            pixels.iter().enumerate().map(|(k, at)| disc(*at, if k == last { 5.5 } else { 3.5 })).collect();
        html! {
            g class=(self.class("trace", element)) data-id=(element.id) {
                path class=(format!("curve {}", element.style)) d=(path(&[pixels])) {}
                path class=(format!("dots {}", element.style)) d=(dots) {}
            }
        }
    }

    fn scatter(&self, element: &Element, x: &[f64], y: &[f64], errors: Option<&[f64]>) -> Markup {
        let pixel = |x: f64, y: f64| self.plane.pixel(x, y);
        let dots: String =
            x.iter().zip(y).filter_map(|(x, y)| pixel(*x, *y)).map(|at| disc(at, 4.5)).collect();
        let mut bars = String::new();
        for ((x, y), error) in x.iter().zip(y).zip(errors.unwrap_or_default()) {
            if let (Some(low), Some(high)) = (pixel(*x, y - error), pixel(*x, y + error)) {
                let cap = |(x, y): Pixel| path(&[vec![(x - 4.0, y), (x + 4.0, y)]]);
                bars += &(path(&[vec![low, high]]) + &cap(low) + &cap(high));
            }
        }
        html! {
            g class=(self.class("scatter", element)) data-id=(element.id) {
                path class=(format!("error {}", element.style)) d=(bars) {}
                path class=(format!("dots {}", element.style)) d=(dots) {}
            }
        }
    }

    /// What counts plus is plain, what counts minus is hatched.
    fn area(&self, index: usize, element: &Element) -> Markup {
        let [plus, minus, hatch] = self.area_paths(index);
        html! {
            g class=(self.class("area", element)) data-id=(element.id) {
                path class="plus" d=(plus) {}
                path class="minus" d=(minus) {}
                path class="hatch" d=(hatch) {}
            }
        }
    }

    fn area_paths(&self, index: usize) -> [String; 3] {
        let (mut plus, mut minus, mut hatch) = (String::new(), String::new(), String::new());
        let [a, b] = self.figure.area_ends(index, self.numbers);
        let (lo, hi) = (a.min(b).max(self.plane.x[0]), a.max(b).min(self.plane.x[1]));
        if lo.partial_cmp(&hi).is_none_or(std::cmp::Ordering::is_ge) {
            return [plus, minus, hatch];
        }
        let xs: Vec<f64> = (0..SAMPLES).map(|k| lo + (hi - lo) * k as f64 / (SAMPLES - 1) as f64).collect();
        let columns = self.figure.columns(index, self.params, &[&xs]);
        let [upper, lower] = columns.as_slice() else { return [plus, minus, hatch] };
        let height = self.plane.y[1] - self.plane.y[0];
        let pixel = |x: f64, y: f64| {
            self.plane
                .pixel(x, y.clamp(self.plane.y[0] - height, self.plane.y[1] + height))
                .unwrap_or_default()
        };
        let mut piece = Piece::default();
        let mut close = |piece: &mut Piece| {
            let Piece { counts, above, below } = std::mem::take(piece);
            let Some(counts) = counts.filter(|_| above.len() > 1) else { return };
            let outline: Vec<Pixel> = above.iter().chain(below.iter().rev()).copied().collect();
            let whole = path(&[outline]) + "Z";
            if counts {
                plus += &whole;
                return;
            }
            minus += &whole;
            let mut next = (above[0].0 / HATCH).ceil() * HATCH;
            for k in 1..above.len() {
                while next <= above[k].0 {
                    let share = (next - above[k - 1].0) / (above[k].0 - above[k - 1].0);
                    let at = |line: &[Pixel]| line[k - 1].1 + share * (line[k].1 - line[k - 1].1);
                    let _ = write!(hatch, "M{} {}V{}", px(next), px(at(&above)), px(at(&below)));
                    next += HATCH;
                }
            }
        };
        for k in 0..SAMPLES {
            let (x, u, l) = (xs[k], upper[k], lower[k]);
            if !(u - l).is_finite() {
                close(&mut piece);
                continue;
            }
            let counts = (u > l) == (a < b);
            if u != l && piece.counts == Some(!counts) {
                let before = upper[k - 1] - lower[k - 1];
                let share = before / (before - (u - l));
                let crossing =
                    pixel(xs[k - 1] + share * (x - xs[k - 1]), upper[k - 1] + share * (u - upper[k - 1]));
                piece.put(crossing, crossing);
                close(&mut piece);
                piece.put(crossing, crossing);
            }
            piece.put(pixel(x, u), pixel(x, l));
            if u != l {
                piece.counts.get_or_insert(counts);
            }
        }
        close(&mut piece);
        [plus, minus, hatch]
    }

    fn network(&self, element: &Element, layers: &[Vec<usize>], weights: &[Vec<Vec<usize>>]) -> Markup {
        let number = |output: &usize| self.numbers.get(*output).copied().unwrap_or(f64::NAN);
        let at = |layer: usize, k: usize| {
            let [x, y] = neuron(layer, k, layers[layer].len());
            self.plane.pixel(x, y).unwrap_or_default()
        };
        html! {
            g class=(self.class("network", element)) data-id=(element.id) {
                @for (layer, block) in weights.iter().enumerate() {
                    @for (k, row) in block.iter().enumerate() {
                        @for (j, output) in row.iter().enumerate() {
                            @let weight = number(output);
                            @let (from, to) = (at(layer, j), at(layer + 1, k));
                            line class=(if weight < 0.0 { "link minus" } else { "link" }) stroke-width=(px(link_width(weight)))
                                x1=(px(from.0)) y1=(px(from.1)) x2=(px(to.0)) y2=(px(to.1)) {}
                        }
                    }
                }
                @for (layer, neurons) in layers.iter().enumerate() {
                    @for (k, output) in neurons.iter().enumerate() {
                        @let (x, y) = at(layer, k);
                        circle class=(format!("neuron m{}", saying(number(output)))) cx=(px(x)) cy=(px(y)) r="18" {}
                        text.said aria-hidden="true" text-anchor="middle" x=(px(x)) y=(px(y + 4.5)) {
                            (format_number(number(output), 2))
                        }
                    }
                }
            }
        }
    }

    fn bars(&self, element: &Element, first: f64, width: f64, heights: &[f64]) -> Markup {
        let mut bars = String::new();
        for (k, height) in heights.iter().enumerate().filter(|(_, height)| **height > 0.0) {
            let left = first + width * k as f64;
            if let (Some(low), Some(high)) =
                (self.plane.pixel(left, 0.0), self.plane.pixel(left + width, *height))
            {
                let (a, b, c, d) = (px(low.0), px(low.1), px(high.0), px(high.1));
                let _ = write!(bars, "M{a} {b}V{d}H{c}V{b}Z");
            }
        }
        html! {
            path class=(self.class("bars", element)) data-id=(element.id) d=(bars) {}
        }
    }
}

/// A part of an area between two crossings: the places of the first curve, and of the second.
#[derive(Default)]
struct Piece {
    /// Plus or minus; unknown while the curves are one.
    counts: Option<bool>,
    above: Vec<Pixel>,
    below: Vec<Pixel>,
}

impl Piece {
    fn put(&mut self, above: Pixel, below: Pixel) {
        self.above.push(above);
        self.below.push(below);
    }
}

/// Where neuron `k` of layer `layer` stands, of so many.
fn neuron(layer: usize, k: usize, count: usize) -> [f64; 2] {
    [layer as f64, (count - 1) as f64 / 2.0 - k as f64]
}

/// A full circle as a path.
fn disc((x, y): Pixel, r: f64) -> String {
    let (wide, r) = (px(2.0 * r), px(r));
    format!("M{} {}m-{r} 0a{r} {r} 0 1 0 {wide} 0a{r} {r} 0 1 0-{wide} 0", px(x), px(y))
}

/// How wide the line of a weight is, in pixels.
fn link_width(weight: f64) -> f64 {
    if weight.is_finite() { (0.5 + 1.5 * weight.abs()).min(7.0) } else { 0.5 }
}

/// Which of the sixteen colours a neuron has: −1 the first, 1 the last.
fn saying(value: f64) -> usize {
    if value.is_finite() { (7.5 + 7.5 * value.clamp(-1.0, 1.0)).round() as usize } else { 8 }
}

/// The tables of a figure.
pub(crate) fn tables(figure: &Figure, params: &[f64], scene: Option<&ScenePage>) -> Markup {
    let numbers = figure.numbers(params);
    let tables: Vec<&Element> =
        figure.elements.iter().filter(|e| matches!(e.shape, Shape::Table { .. })).collect();
    html! {
        @if !tables.is_empty() {
            div.tables {
                @for element in tables {
                    @if let Shape::Table { cells, rows, columns, digits } = &element.shape {
                        table.numbers data-id=(element.id) hidden[!visible(element, scene)] {
                            @if let Some(label) = &element.label { caption { (label) } }
                            @if !columns.is_empty() {
                                thead { tr {
                                    @if !rows.is_empty() { td {} }
                                    @for heading in columns { th scope="col" { (heading) } }
                                } }
                            }
                            tbody {
                                @for (k, row) in cells.iter().enumerate() {
                                    tr {
                                        @if let Some(heading) = rows.get(k) { th scope="row" { (heading) } }
                                        @for output in row {
                                            td { output data-output=(output) data-digits=(digits) {
                                                (format_number(numbers.get(*output).copied().unwrap_or(f64::NAN), *digits))
                                            } }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A closed path through whole pixels, each step from the one before.
fn outline(run: &[Pixel]) -> String {
    let whole = |v: f64| v.round() as i64;
    let mut text = String::new();
    let mut last = (0, 0);
    for (k, (x, y)) in run.iter().enumerate() {
        let here = (whole(*x), whole(*y));
        let _ = match k {
            0 => write!(text, "M{} {}", here.0, here.1),
            _ => write!(text, "l{} {}", here.0 - last.0, here.1 - last.1),
        };
        last = here;
    }
    text + "Z"
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use secant::sheet::figure::Plan;

    use super::super::figure_svg::figure_svg;
    use super::*;

    fn drawn(text: &str) -> String {
        let figure = Plan::read(text).unwrap().compile("f", &BTreeMap::new(), &[]).unwrap().figure;
        let params = figure.start();
        figure_svg(&figure, &params, None).into_string() + &tables(&figure, &params, None).into_string()
    }

    #[track_caller]
    fn counts(text: &str, rows: &[(&str, usize)]) {
        let svg = drawn(text);
        for (what, want) in rows {
            assert_eq!(svg.matches(what).count(), *want, "{what} in {text}");
        }
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{text}");
    }

    #[test]
    fn each_kind_has_its_parts() {
        let plane = "x = -1..1, y = -1..1";
        counts(&format!("contour x + y, {plane} as c levels 0, 1"), &[("\"band m", 3), ("\"level ", 2)]);
        counts(
            &format!("contour x + y, {plane} as c levels 0, 1 lines"),
            &[("\"band m", 0), ("\"level ", 2)],
        );
        counts(&format!("contour log(x) + y, {plane} as c"), &[("\"sheet guide\"", 1)]);
        counts(&format!("implicit 1/x = 0, {plane} as c"), &[("class=\"curve main\" d=\"\"", 1)]);
        counts(&format!("field v = (1/x, y), {plane}"), &[("arrow thin", 1)]);
        counts("curve c = (cos(t), sin(t)), t = 0..6.3", &[("class=\"curve main\" data-id=\"c\"", 1)]);
        counts("trace w = (x) from (4) by (x/2), 3 steps at (x, 0)", &[("m-3.5 0a", 3), ("m-5.5 0a", 1)]);
        counts("data a = 1, 2\nscatter s = (a, a) errors a", &[("m-4.5 0a", 2), ("\"error ", 1)]);
        counts("area under x, x = -1..1 as a", &[("class=\"area main\"", 1), ("class=\"hatch\" d=\"M", 1)]);
        counts("area under x, x = 0..1 as a", &[("class=\"plus\" d=\"M", 1), ("class=\"minus\" d=\"\"", 1)]);
        counts("area under log(x), x = -1..1 as a", &[("class=\"minus\" d=\"M", 1)]);
        counts("area between x and x, x = 0..1 as a", &[("class=\"hatch\" d=\"\"", 1)]);
        counts("data a = 1, 2, 4\nhistogram h = a, width 1", &[("class=\"bars second\"", 1)]);
        counts(
            "network n = [1, 0; 0.5; -1] weights [2, -1], [0]",
            &[("class=\"link\"", 2), ("link minus", 1), ("neuron m15", 1), ("neuron m0", 1)],
        );
        counts("table t = [1, 2; 3, 4] columns \"a\", \"b\"", &[("<tr>", 3), ("scope=\"col\"", 2)]);
    }

    #[test]
    fn a_surface_is_cut_at_its_space_and_left_out_where_it_has_no_value() {
        let space = |f: &str| {
            let over = "x = -1..1, y = -1..1";
            drawn(&format!("panel p: {over}, z = 0..1\nsurface {f}, {over} as s")).matches("\"facet").count()
        };
        assert_eq!(space("x^2/2"), (FACETS - 1) * (FACETS - 1));
        assert_eq!(space("3 + x"), 0, "it lies above the space");
        assert_eq!(space("sqrt(x)"), (FACETS - 1) * (FACETS - 1) / 2);
    }
}
