//! One layer of a panel as marks of the picture.
//!
//! Invariant: whatever lies outside of the panel is cut off here.
//! Start reading at [`draw`].

use super::clip::thin;
use super::colours::{Ink, style};
use super::draw::Scene;
use super::land;
use super::layout::TEXT;
use super::sample;
use super::svg::{Pen, Svg, Words, path};
use super::{Layer, Shape};

/// In pixels: how far a line may be from the points that it leaves out.
const TOLERANCE: f64 = 0.05;
/// Points above which they are drawn smaller.
const MANY: usize = 400;
/// Of an area, in square pixels: a smaller one has no room for its sign.
const ROOM_FOR_SIGN: f64 = 900.0;

/// What a layer is, in words.
pub(super) fn kind(shape: &Shape) -> String {
    let of = |n: usize, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
    match shape {
        Shape::Curve { .. } => "A curve".into(),
        Shape::Band { signed: true, .. } => "An area".into(),
        Shape::Band { .. } => "A band".into(),
        Shape::Points { at, errors } if errors.is_empty() => of(at.len(), "point"),
        Shape::Points { at, .. } => format!("{} with error bars", of(at.len(), "point")),
        Shape::Path { at, .. } => format!("A path through {}", of(at.len(), "point")),
        Shape::Verticals(at) => of(at.len(), "upright line"),
        Shape::Horizontals(at) => of(at.len(), "level line"),
        Shape::Bars(bars) => of(bars.len(), "bar"),
        Shape::Landscape { .. } => "A landscape in bands of equal height".into(),
        Shape::Level { .. } => "A line of equal value".into(),
        Shape::Field { .. } => "A field of arrows".into(),
        Shape::Note { text, .. } => format!("A note, “{text}”"),
    }
}

pub(super) fn draw(svg: &mut Svg, scene: &Scene<'_>, number: usize, layer: &Layer) {
    let number = scene.style(number).unwrap_or(0);
    let (look, ink) = (style(number), Ink::Style(number));
    let pen = Pen { ink, width: 2.0, dash: look.dash };
    match &layer.shape {
        Shape::Curve { f, over } => {
            let over = [over[0].max(scene.x[0]), over[1].min(scene.x[1])];
            if over[0] < over[1] {
                line(svg, scene, &sample::curve(f, over, &scene.view()), pen);
            }
        }
        Shape::Band { at, signed } => band(svg, scene, at, *signed, ink),
        Shape::Points { at, errors } => points(svg, scene, at, errors, number),
        Shape::Path { at, marks } => {
            line(svg, scene, at, Pen::new(ink, 1.5));
            if *marks > 0 {
                let marked: Vec<[f64; 2]> = at.iter().copied().step_by(*marks).collect();
                ends(svg, scene, &marked, number);
            }
        }
        Shape::Verticals(at) => {
            for x in at {
                line(svg, scene, &[[*x, scene.y[0]], [*x, scene.y[1]]], Pen { width: 1.5, ..pen });
            }
        }
        Shape::Horizontals(at) => {
            for y in at {
                line(svg, scene, &[[scene.x[0], *y], [scene.x[1], *y]], Pen { width: 1.5, ..pen });
            }
        }
        Shape::Bars(bars) => {
            for [from, to, height] in bars {
                let corners = [[*from, 0.0], [*to, 0.0], [*to, *height], [*from, *height]];
                let corners = scene.rect.region(&corners.map(|p| scene.place(p)));
                let d = path(&corners, true);
                svg.fill(&d, ink, 0.3, false);
                svg.stroke(&d, Pen::new(ink, 1.0));
            }
        }
        Shape::Landscape { f, levels } => land::landscape(svg, scene, f, *levels),
        Shape::Level { f, at } => land::level(svg, scene, f, at, pen),
        Shape::Field { f } => land::field(svg, scene, f, ink),
        Shape::Note { at, text } => note(svg, scene, *at, text),
    }
}

/// A line through places of the panel; on a landscape with paper beside it.
pub(super) fn line(svg: &mut Svg, scene: &Scene<'_>, places: &[[f64; 2]], pen: Pen) {
    let pixels: Vec<[f64; 2]> = places.iter().map(|p| scene.place(*p)).collect();
    let d: String =
        scene.rect.line(&pixels).iter().map(|piece| path(&thin(piece, TOLERANCE), false)).collect();
    if scene.has_land() {
        svg.stroke(&d, Pen::new(Ink::Ground("paper"), pen.width + 2.5));
    }
    svg.stroke(&d, pen);
}

/// The region between two lines; where a number is missing it is broken.
fn band(svg: &mut Svg, scene: &Scene<'_>, at: &[[f64; 3]], signed: bool, ink: Ink) {
    for run in at.split(|p| !p.iter().all(|x| x.is_finite())) {
        let side = |k: usize| -> Vec<[f64; 2]> { run.iter().map(|p| scene.place([p[0], p[k]])).collect() };
        let (one, mut other) = (thin(&side(1), TOLERANCE), thin(&side(2), TOLERANCE));
        other.reverse();
        let d = path(&scene.rect.region(&[one, other].concat()), true);
        svg.fill(&d, ink, 0.22, false);
        if !signed {
            // The edges, for who does not see the wash.
            for k in [1, 2] {
                line(svg, scene, &run.iter().map(|p| [p[0], p[k]]).collect::<Vec<_>>(), Pen::new(ink, 0.75));
            }
            continue;
        }
        for part in run.chunk_by(|a, b| (a[2] - a[1] >= 0.0) == (b[2] - b[1] >= 0.0)) {
            sign(svg, scene, part);
        }
    }
}

/// Writes whether an area counts or is taken off, where there is room for it.
fn sign(svg: &mut Svg, scene: &Scene<'_>, part: &[[f64; 3]]) {
    let (mut weight, mut sum) = (0.0, [0.0, 0.0]);
    for pair in part.windows(2) {
        let [x, one] = scene.place([pair[0][0], pair[0][1]]);
        let [next, _] = scene.place([pair[1][0], pair[1][1]]);
        let other = scene.place([pair[0][0], pair[0][2]])[1];
        let [one, other] = [one, other].map(|y| y.clamp(scene.rect.top, scene.rect.bottom));
        let area = (next - x) * (one - other).abs();
        if area.is_finite() && (scene.rect.left..=scene.rect.right).contains(&x) {
            weight += area;
            sum = [sum[0] + area * x, sum[1] + area * (one + other) / 2.0];
        }
    }
    if weight > ROOM_FOR_SIGN {
        let middle = &part[part.len() / 2];
        let text = if middle[2] >= middle[1] { "+" } else { "−" };
        let at = [sum[0] / weight, sum[1] / weight + TEXT * 0.45];
        svg.words(text, &Words { bold: true, ..Words::new(at, "middle", TEXT * 1.4) });
    }
}

fn points(svg: &mut Svg, scene: &Scene<'_>, at: &[[f64; 2]], errors: &[f64], number: usize) {
    let (look, ink) = (style(number), Ink::Style(number));
    for (p, error) in at.iter().zip(errors).filter(|(_, error)| error.is_finite()) {
        line(svg, scene, &[[p[0], p[1] - error], [p[0], p[1] + error]], Pen::new(ink, 1.0));
        for end in [p[1] - error, p[1] + error] {
            let [x, y] = scene.place([p[0], end]);
            let (from, to) = ([x - 3.0, y], [x + 3.0, y]);
            if let Some([from, to]) = scene.rect.segment(from, to).filter(|_| y.is_finite() && x.is_finite())
            {
                svg.stroke(&path(&[from, to], false), Pen::new(ink, 1.0));
            }
        }
    }
    let seen: Vec<[f64; 2]> =
        at.iter().map(|p| scene.place(*p)).filter(|p| scene.rect.contains(*p)).collect();
    let size = if seen.len() > MANY { 1.5 } else { 3.0 };
    svg.markers(&seen, look.marker, ink, size, false);
}

/// Marks of a path: the first is hollow, the last is large.
fn ends(svg: &mut Svg, scene: &Scene<'_>, at: &[[f64; 2]], number: usize) {
    let (look, ink) = (style(number), Ink::Style(number));
    let seen = |at: &[[f64; 2]]| -> Vec<[f64; 2]> {
        at.iter().map(|p| scene.place(*p)).filter(|p| scene.rect.contains(*p)).collect()
    };
    let [first, between @ ..] = at else { return };
    if let [between @ .., last] = between {
        svg.markers(&seen(between), look.marker, ink, 2.25, false);
        svg.markers(&seen(&[*last]), look.marker, ink, 4.5, false);
    }
    svg.markers(&seen(&[*first]), look.marker, ink, 4.0, true);
}

fn note(svg: &mut Svg, scene: &Scene<'_>, at: [f64; 2], text: &str) {
    let [x, y] = scene.place(at);
    if !scene.rect.contains([x, y]) {
        return;
    }
    let left = x > (scene.rect.left + scene.rect.right) / 2.0;
    let room = if left { x - scene.rect.left } else { scene.rect.right - x } - 8.0;
    let text = super::layout::cut(text, TEXT, room.max(0.0));
    let (x, anchor) = if left { (x - 8.0, "end") } else { (x + 8.0, "start") };
    let y = if y < scene.rect.top + 20.0 { y + TEXT + 6.0 } else { y - 6.0 };
    svg.words(&text, &Words { halo: true, ..Words::new([x, y], anchor, TEXT) });
}

/// An arrow from one place of the picture to another.
pub(super) fn arrow(from: [f64; 2], to: [f64; 2]) -> String {
    let d = [to[0] - from[0], to[1] - from[1]];
    let length = d[0].hypot(d[1]);
    if length.is_nan() || length <= 0.5 {
        return String::new();
    }
    let head = (length / 3.0).min(5.0) / length;
    let wing = |s: f64| [to[0] - head * (d[0] - s * 0.6 * d[1]), to[1] - head * (d[1] + s * 0.6 * d[0])];
    path(&[from, to], false) + &path(&[wing(1.0), to, wing(-1.0)], false)
}
