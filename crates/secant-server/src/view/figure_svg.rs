//! A compiled figure as SVG: one picture per panel, the same marks and class names as the living one.
//!
//! Here: where things stand and what class they have. Not here: colours and widths (the stylesheet),
//! numbers (the figure computes its own).
//! Invariant: what is drawn is finite and lies within the picture or is cut by it; the places are those of
//! `assets/view/marks.js`.
//! Start reading at [`figure_svg`].

use std::fmt::Write as _;

use maud::{Markup, html};
use secant::sheet::figure::{Element, Figure, Panel, Shape};
use secant_course::ScenePage;

use super::plane::{HEIGHT, Pixel, Plane, WIDTH, ticks};
use super::space::Space;

/// Places at which a curve is computed.
const SAMPLES: u32 = 240;

/// Pixels between two ticks, about.
const TICK_ACROSS: f64 = 76.0;
const TICK_UP: f64 = 54.0;

/// Whether an element is seen in a scene; without one, at the beginning.
pub(crate) fn visible(element: &Element, scene: Option<&ScenePage>) -> bool {
    scene.map_or(!element.hidden, |scene| scene.visible.contains(&element.id))
}

/// Whether anything in a panel is seen in a scene.
fn occupied(figure: &Figure, panel: &Panel, scene: Option<&ScenePage>) -> bool {
    figure.elements.iter().any(|element| element.panel == panel.id && visible(element, scene))
}

/// How many panels are seen in a scene.
pub(crate) fn panels_seen(figure: &Figure, scene: Option<&ScenePage>) -> usize {
    figure.panels.iter().filter(|panel| occupied(figure, panel, scene)).count()
}

/// The pictures of a figure at some values of its parameters. What `scene` does not show is left out.
pub(crate) fn figure_svg(figure: &Figure, params: &[f64], scene: Option<&ScenePage>) -> Markup {
    let numbers = figure.numbers(params);
    let class = |panel| if occupied(figure, panel, scene) { "plot" } else { "plot off" };
    let view = |panel: &Panel| scene.and_then(|scene| scene.view.get(&panel.id));
    html! {
        @for panel in &figure.panels {
            svg class=(class(panel)) data-panel=(panel.id) viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img"
                aria-labelledby={ "alt-" (figure.id) } {
                @let plane = Plane::of(panel, view(panel));
                @let space = Space::of(panel, [plane.x, plane.y], params);
                @let plane = if space.is_some() { Space::plane() } else { plane };
                (Picture { figure, panel, plane, space, params, numbers: &numbers, scene }.draw())
            }
        }
    }
}

/// What one panel's picture is made of.
pub(super) struct Picture<'a> {
    pub(super) figure: &'a Figure,
    pub(super) panel: &'a Panel,
    /// For a space it is the plane of the picture.
    pub(super) plane: Plane,
    pub(super) space: Option<Space>,
    pub(super) params: &'a [f64],
    pub(super) numbers: &'a [f64],
    scene: Option<&'a ScenePage>,
}

impl Picture<'_> {
    fn draw(&self) -> Markup {
        let clip = format!("clip-{}-{}", self.figure.id, self.panel.id);
        let Plane { left, right, top, bottom, .. } = self.plane;
        let is_drawn = |element: &Element| element.panel == self.panel.id && visible(element, self.scene);
        let elements = || self.figure.elements.iter().enumerate().filter(|(_, element)| is_drawn(element));
        html! {
            defs { clipPath id=(clip) {
                rect x=(px(left)) y=(px(top)) width=(px(right - left)) height=(px(bottom - top)) {}
            } }
            (self.axes())
            g clip-path={ "url(#" (clip) ")" } {
                @for (index, element) in elements() { (self.mark(index, element)) }
            }
            g {
                @for (index, element) in elements() { (self.label(index, element)) }
                @for (_, element) in elements() { (self.point(element)) }
            }
        }
    }

    fn axes(&self) -> Markup {
        if self.panel.bare {
            return html! {};
        }
        if let (Some(space), Some(third)) = (&self.space, &self.panel.space) {
            return space.axes([&self.panel.xlabel, &self.panel.ylabel, &third.zlabel]);
        }
        let Plane { x, y, left, right, top, bottom } = self.plane;
        let across = ticks(x, ((right - left) / TICK_ACROSS).round());
        let upward = ticks(y, ((bottom - top) / TICK_UP).round());
        let column = |value: f64| self.plane.pixel(value, y[0]).unwrap_or_default().0;
        let row = |value: f64| self.plane.pixel(x[0], value).unwrap_or_default().1;
        html! {
            g aria-hidden="true" {
                @for (value, _) in &across { (stroke("grid", None, (column(*value), top), (column(*value), bottom))) }
                @for (value, _) in &upward { (stroke("grid", None, (left, row(*value)), (right, row(*value)))) }
                @if y[0] <= 0.0 && y[1] >= 0.0 { (stroke("axis", None, (left, row(0.0)), (right, row(0.0)))) }
                @if x[0] <= 0.0 && x[1] >= 0.0 { (stroke("axis", None, (column(0.0), top), (column(0.0), bottom))) }
                @for (value, text) in &across {
                    text.tick x=(px(column(*value))) y=(px(bottom + 20.0)) text-anchor="middle" { (text) }
                }
                @for (value, text) in &upward {
                    text.tick x=(px(left - 9.0)) y=(px(row(*value) + 4.0)) text-anchor="end" { (text) }
                }
                text.axis-label x=(px(right)) y=(px(bottom - 8.0)) text-anchor="end" { (math_text(&self.panel.xlabel)) }
                text.axis-label x=(px(left - 26.0)) y=(px(top - 13.0)) { (math_text(&self.panel.ylabel)) }
            }
        }
    }

    /// What is cut off at the edges: curves, segments, lines, arrows.
    fn mark(&self, index: usize, element: &Element) -> Markup {
        let class = |kind: &str| self.class(kind, element);
        let id = Some(element.id.as_str());
        html! {
            @match &element.shape {
                Shape::Curve { over, .. } => {
                    path class=(class("curve")) data-id=[id] d=(path(&self.curve(index, *over))) {}
                }
                Shape::Segment { from, to } => @if let Some((from, to)) = self.stretch(from, to) {
                    (stroke(&class("segment"), id, from, to))
                },
                Shape::Line { from, to } => @if let Some((from, to)) = self.plane.line(self.place(from), self.place(to)) {
                    (stroke(&class("line"), id, from, to))
                },
                Shape::Arrow { from, to } => @if let Some((from, to)) = self.stretch(from, to) {
                    @let arrow = Arrow::new(from, to);
                    (stroke(&class("arrow"), id, from, arrow.neck))
                    @if let Some(head) = arrow.head { path class=(class("head")) d=(head) {} }
                },
                Shape::Point { .. } | Shape::Label { .. } => {}
                Shape::Path { .. } | Shape::Contour { .. } | Shape::Implicit { .. } | Shape::Surface { .. }
                | Shape::Field { .. } | Shape::Trace { .. } | Shape::Scatter { .. } | Shape::Histogram { .. }
                | Shape::Area { .. } | Shape::Network { .. } | Shape::Table { .. } => (self.larger(index, element)),
            }
        }
    }

    /// The text that belongs to an element, where there is room for it.
    fn label(&self, index: usize, element: &Element) -> Markup {
        let Plane { left, right, top, bottom, .. } = self.plane;
        let standing = match &element.shape {
            Shape::Curve { over, .. } => {
                let seen = |at: &Pixel| at.1 > top + 18.0 && at.1 < bottom - 8.0 && at.0 < right - 52.0;
                let last = self.curve(index, *over).into_iter().flatten().rfind(seen);
                last.map(|at| (at.0 - 2.0, at.1 - 12.0, "end"))
            }
            Shape::Point { x, y, z, .. } => {
                self.inside(*x, *y, *z).map(|at| (at.0 + 11.0, at.1 - 12.0, "start"))
            }
            Shape::Label { x, y, z, .. } => self.inside(*x, *y, *z).map(|at| (at.0, at.1, "start")),
            Shape::Path { .. }
            | Shape::Contour { .. }
            | Shape::Implicit { .. }
            | Shape::Surface { .. }
            | Shape::Field { .. }
            | Shape::Trace { .. }
            | Shape::Scatter { .. }
            | Shape::Histogram { .. }
            | Shape::Area { .. }
            | Shape::Network { .. }
            | Shape::Table { .. } => self.larger_label(index, element),
            Shape::Segment { from, to } | Shape::Arrow { from, to } => {
                self.stretch(from, to).and_then(|(from, to)| beside(from, to))
            }
            Shape::Line { from, to } => {
                let line = self.plane.line(self.place(from), self.place(to));
                line.map(|(from, to)| {
                    let end = if from.0 > to.0 { from } else { to };
                    (end.0 - 32.0, if end.1 < top + 24.0 { end.1 + 22.0 } else { end.1 - 8.0 }, "end")
                })
            }
        };
        let text = match &element.shape {
            Shape::Label { text, .. } => Some(text),
            _ => element.label.as_ref(),
        };
        html! {
            @if let (Some(text), Some((x, y, anchor))) = (text, standing) {
                text class=(self.class("label", element)) aria-hidden="true" x=(px(x.clamp(left, right)))
                    y=(px(y.clamp(top + 14.0, bottom - 4.0))) text-anchor=(anchor) { (math_text(text)) }
            }
        }
    }

    fn point(&self, element: &Element) -> Markup {
        let Shape::Point { x, y, z, drag } = &element.shape else { return html! {} };
        let Some(at) = self.inside(*x, *y, *z) else { return html! {} };
        html! {
            g class=(self.class("point", element)) data-id=(element.id) {
                circle.dot cx=(px(at.0)) cy=(px(at.1)) r=(if drag.as_ref().is_some_and(|d| !d.still) { "7.5" } else { "5" }) {}
            }
        }
    }

    pub(super) fn class(&self, kind: &str, element: &Element) -> String {
        format!("{kind} {}", element.style)
    }

    /// A place in the picture's plane, whatever kind of panel it is.
    pub(super) fn flat(&self, place: &[f64]) -> [f64; 2] {
        match (&self.space, place) {
            (Some(space), [x, y, z]) => space.project([*x, *y, *z]),
            (None, [x, y]) => [*x, *y],
            _ => [f64::NAN; 2],
        }
    }

    fn place(&self, outputs: &[usize]) -> [f64; 2] {
        let number = |output: &usize| self.numbers.get(*output).copied().unwrap_or(f64::NAN);
        self.flat(&outputs.iter().map(number).collect::<Vec<_>>())
    }

    fn stretch(&self, from: &[usize], to: &[usize]) -> Option<(Pixel, Pixel)> {
        let pixel = |[x, y]: [f64; 2]| self.plane.pixel(x, y);
        Some((pixel(self.place(from))?, pixel(self.place(to))?))
    }

    /// The pixel of a place that can be seen.
    fn inside(&self, x: usize, y: usize, z: Option<usize>) -> Option<Pixel> {
        let outputs: Vec<usize> = [x, y].into_iter().chain(z).collect();
        let [x, y] = self.place(&outputs);
        self.plane.pixel(x, y).filter(|_| self.plane.holds(x, y))
    }

    fn curve(&self, index: usize, over: [f64; 2]) -> Vec<Vec<Pixel>> {
        let (low, high) = (over[0].max(self.plane.x[0]), over[1].min(self.plane.x[1]));
        if low >= high {
            return Vec::new();
        }
        let share = |k: u32| f64::from(k) / f64::from(SAMPLES);
        let xs: Vec<f64> = (0..=SAMPLES).map(|k| low + (high - low) * share(k)).collect();
        self.plane.runs(&xs, &self.figure.curve(index, self.params, &xs))
    }
}

pub(super) fn path(runs: &[Vec<Pixel>]) -> String {
    let mut path = String::new();
    for run in runs {
        for (k, (x, y)) in run.iter().enumerate() {
            let _ = write!(path, "{}{} {}", if k == 0 { 'M' } else { 'L' }, px(*x), px(*y));
        }
    }
    path
}

/// Where the text of a stretch stands: right of one that rises, below one that runs; nowhere beside a short one.
fn beside(from: Pixel, to: Pixel) -> Option<(f64, f64, &'static str)> {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let middle = ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0);
    let flat = dx.abs() > dy.abs();
    let standing =
        if flat { (middle.0, middle.1 + 20.0, "middle") } else { (middle.0 + 9.0, middle.1 + 5.0, "start") };
    (dx.hypot(dy) >= 14.0).then_some(standing)
}

/// An arrow: where its line ends, and the path of its head, if it is long enough to have one.
struct Arrow {
    neck: Pixel,
    head: Option<String>,
}

impl Arrow {
    fn new(from: Pixel, to: Pixel) -> Self {
        let long = (to.0 - from.0).hypot(to.1 - from.1);
        if long < 3.0 {
            return Self { neck: to, head: None };
        }
        let (ux, uy) = ((to.0 - from.0) / long, (to.1 - from.1) / long);
        let head = arrow_head(from, to, long.min(10.0)).0;
        let neck = if long > 8.0 { (to.0 - 6.0 * ux, to.1 - 6.0 * uy) } else { to };
        Self { neck, head: Some(head) }
    }
}

/// The head of an arrow, as a path, and the middle of its back.
pub(super) fn arrow_head(from: Pixel, to: Pixel, size: f64) -> (String, Pixel) {
    let long = (to.0 - from.0).hypot(to.1 - from.1).max(1e-9);
    let (ux, uy) = ((to.0 - from.0) / long, (to.1 - from.1) / long);
    let (back, wide) = ((to.0 - ux * size, to.1 - uy * size), size * 0.42);
    let (left, right) = ((back.0 - uy * wide, back.1 + ux * wide), (back.0 + uy * wide, back.1 - ux * wide));
    (path(&[vec![to, left, right]]) + "Z", back)
}

pub(super) fn stroke(class: &str, id: Option<&str>, from: Pixel, to: Pixel) -> Markup {
    html! { line class=(class) data-id=[id] x1=(px(from.0)) y1=(px(from.1)) x2=(px(to.0)) y2=(px(to.1)) {} }
}

/// A number of pixels, to a tenth.
pub(super) fn px(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// A label with its single letters in mathematical italic, as the browser sets them (`assets/math/format.js`).
pub(super) fn math_text(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let is_letter = |k: usize| letters.get(k).is_some_and(char::is_ascii_alphabetic);
    let set = |(k, &letter): (usize, &char)| match letter {
        '-' => '−',
        '\'' => '′',
        letter if is_letter(k) && !is_letter(k + 1) && (k == 0 || !is_letter(k - 1)) => italic(letter),
        letter => letter,
    };
    letters.iter().enumerate().map(set).collect()
}

fn italic(letter: char) -> char {
    let from =
        |first: char, start: u32| char::from_u32(start + letter as u32 - first as u32).unwrap_or(letter);
    match letter {
        'h' => 'ℎ', // the one italic letter that stands elsewhere in Unicode
        'a'..='z' => from('a', 0x1d44e),
        'A'..='Z' => from('A', 0x1d434),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_letters_are_italic_and_words_upright() {
        for (text, want) in [
            ("f(x)", "𝑓(𝑥)"),
            ("Δy", "Δ𝑦"),
            ("h", "ℎ"),
            ("time in s", "time in 𝑠"),
            ("f'(a - h)", "𝑓′(𝑎 − ℎ)"),
            ("AZ B", "AZ 𝐵"),
            ("", ""),
        ] {
            assert_eq!(math_text(text), want);
        }
    }

    #[test]
    fn an_arrow_points_at_its_end() {
        let arrow = Arrow::new((0.0, 0.0), (100.0, 0.0));
        assert_eq!(arrow.neck, (94.0, 0.0));
        assert_eq!(arrow.head.as_deref(), Some("M100 0L90 4.2L90 -4.2Z"));
        assert!(Arrow::new((5.0, 5.0), (5.0, 5.0)).head.is_none());
    }
}
