//! Functions of both axes: landscapes, lines of equal value, fields of arrows.
//!
//! Here: the grid they are computed on, which levels are drawn, the bar that explains the colours.
//! Not here: lines and regions of a grid (`grid`).

use super::clip::thin;
use super::colours::Ink;
use super::draw::Scene;
use super::fit;
use super::grid::{Grid, Place, shade};
use super::layers;
use super::layout::{self, BAR, TEXT};
use super::sample::even;
use super::svg::{Pen, Svg, Words, path};
use super::ticks::short;
use crate::plot::Shape;
use crate::program::{Column, Program, Workspace};

/// Places along each side of the grid of a landscape.
pub(super) const SIDE: usize = 101;
/// The same where a line has to be found.
pub(super) const FINE: usize = 201;
/// Arrows in a row.
pub(super) const ARROWS: usize = 17;
/// Most levels.
const MOST: usize = 15;

/// The columns of a program's outputs over a grid of places, row by row from the lowest.
fn over_grid(f: &Program, scene: &Scene<'_>, across: usize, up: usize) -> (Vec<[f64; 2]>, Vec<Vec<f64>>) {
    let xs = even(scene.x, across);
    let places: Vec<[f64; 2]> =
        even(scene.y, up).into_iter().flat_map(|y| xs.iter().map(move |x| [*x, y])).collect();
    let found = at(f, &places);
    (places, found)
}

fn at(f: &Program, places: &[[f64; 2]]) -> Vec<Vec<f64>> {
    let inputs: [Vec<f64>; 2] = [0, 1].map(|k| places.iter().map(|p| p[k]).collect());
    let mut out = vec![vec![f64::NAN; places.len()]; f.output_count()];
    let mut columns: Vec<&mut [f64]> = out.iter_mut().map(Vec::as_mut_slice).collect();
    let inputs = [Column::Values(&inputs[0]), Column::Values(&inputs[1])];
    // Two inputs, and as many columns as outputs: it cannot fail.
    let _ = f.evaluate_batch(&inputs, &mut columns, &mut Workspace::new());
    out
}

/// Round levels; closer together where most of the land lies, if that is low (or high) in its range.
fn levels(z: &[f64], count: usize) -> Vec<f64> {
    let count = count.clamp(2, MOST);
    let mut finite: Vec<f64> = z.iter().copied().filter(|z| z.is_finite()).collect();
    finite.sort_unstable_by(f64::total_cmp);
    let [low, .., high] = finite[..] else { return Vec::new() };
    let half = (finite[finite.len() / 2] - low) / (high - low);
    if !half.is_finite() || (0.2..=0.8).contains(&half) {
        let mut levels = fit::levels(z, count as u32);
        levels.truncate(MOST);
        return levels;
    }
    // A power of the part of the range, such that half of the levels lie below the middle of the land.
    let rising = half < 0.5;
    let power = (half.min(1.0 - half).max(1e-12).ln() / 0.5_f64.ln()).clamp(1.0, 12.0);
    let mut levels: Vec<f64> = (1..count)
        .map(|k| {
            let part = (k as f64 / count as f64).powf(power);
            let level = if rising { low + (high - low) * part } else { high - (high - low) * part };
            format!("{level:.1e}").parse().unwrap_or(level)
        })
        .filter(|level| (low..=high).contains(level))
        .collect();
    levels.sort_unstable_by(f64::total_cmp);
    levels.dedup();
    levels
}

fn pixel(scene: &Scene<'_>, side: usize, (u, v): Place) -> [f64; 2] {
    let last = (side - 1) as f64;
    [scene.rect.left + scene.rect.width() * u / last, scene.rect.bottom - scene.rect.height() * v / last]
}

pub(super) fn landscape(svg: &mut Svg, scene: &Scene<'_>, f: &Program, count: usize) {
    let (_, mut found) = over_grid(f, scene, SIDE, SIDE);
    let z = found.pop().unwrap_or_default();
    let grid = Grid { z: &z, across: SIDE, up: SIDE };
    let levels = levels(&z, count);
    // Areas have whole pixels, the lines between them are finer.
    let x = |u: f64| format!("{:.0}", pixel(scene, SIDE, (u, 0.0))[0]);
    let y = |v: f64| format!("{:.0}", pixel(scene, SIDE, (0.0, v))[1]);
    for k in 0..=levels.len() {
        let from = if k == 0 { f64::NEG_INFINITY } else { levels[k - 1] };
        svg.fill(&grid.region(from, &x, &y), Ink::Map(shade(k, levels.len() + 1)), 1.0, true);
    }
    for level in levels {
        let d = lines(scene, &grid, level, None);
        svg.stroke(&d, Pen::new(Ink::Ground("axis"), 0.75));
    }
}

/// Which colour is which height, beside the panel.
pub(super) fn bar(svg: &mut Svg, scene: &Scene<'_>) {
    let land = scene.panel.layers.iter().find_map(|layer| match &layer.shape {
        Shape::Landscape { f, levels } => Some((f, *levels)),
        _ => None,
    });
    let Some((f, count)) = land else { return };
    let levels = levels(&over_grid(f, scene, SIDE, SIDE).1.pop().unwrap_or_default(), count);
    let (left, right) = (scene.rect.right + 12.0, scene.rect.right + 26.0);
    let step = scene.rect.height() / (levels.len() + 1) as f64;
    for k in 0..=levels.len() {
        let (under, above) = (scene.rect.bottom - k as f64 * step, scene.rect.bottom - (k + 1) as f64 * step);
        let corners = [[left, under], [right, under], [right, above], [left, above]];
        svg.fill(&path(&corners, true), Ink::Map(shade(k, levels.len() + 1)), 1.0, true);
    }
    let every = ((TEXT + 3.0) / step).ceil().max(1.0) as usize;
    for (k, level) in levels.iter().enumerate().step_by(every) {
        let y = scene.rect.bottom - (k + 1) as f64 * step + TEXT * 0.35;
        let text = layout::cut(&short(*level, 4), TEXT, BAR - 34.0 + layout::EDGE);
        let words = Words { ink: Ink::Ground("soft"), ..Words::new([right + 4.0, y], "start", TEXT) };
        svg.words(&text, &words);
    }
}

pub(super) fn level(svg: &mut Svg, scene: &Scene<'_>, f: &Program, values: &[f64], pen: Pen) {
    let z = over_grid(f, scene, FINE, FINE).1.pop().unwrap_or_default();
    let grid = Grid { z: &z, across: FINE, up: FINE };
    let place = |[low, high]: [f64; 2], u: f64| low + (high - low) * u / (FINE - 1) as f64;
    let exact = |places: &[Place]| {
        let places: Vec<[f64; 2]> =
            places.iter().map(|(u, v)| [place(scene.x, *u), place(scene.y, *v)]).collect();
        at(f, &places).pop().unwrap_or_default()
    };
    let d: String = values.iter().map(|value| lines(scene, &grid, *value, Some(&exact))).collect();
    if scene.has_land() {
        svg.stroke(&d, Pen::new(Ink::Ground("paper"), pen.width + 2.5));
    }
    svg.stroke(&d, pen);
}

fn lines(scene: &Scene<'_>, grid: &Grid<'_>, level: f64, exact: Option<super::grid::Exact<'_>>) -> String {
    let lines = grid.lines(level, exact);
    let paths = lines.iter().map(|line| {
        let points: Vec<[f64; 2]> = line.points.iter().map(|p| pixel(scene, grid.across, *p)).collect();
        path(&thin(&points, 0.1), line.closed)
    });
    paths.collect()
}

/// The longest arrow is as long as the places are apart; the others by the root of what they stand for.
pub(super) fn field(svg: &mut Svg, scene: &Scene<'_>, f: &Program, ink: Ink) {
    let up = ((ARROWS as f64 * scene.rect.height() / scene.rect.width()).round() as usize).clamp(5, ARROWS);
    let (places, found) = over_grid(f, scene, ARROWS, up);
    let [u, v] = &found[..] else { return };
    let view = scene.view();
    let arrows: Vec<[f64; 2]> = u.iter().zip(v).map(|(u, v)| [u * view.wide, -v * view.tall]).collect();
    let length = |d: &[f64; 2]| d[0].hypot(d[1]);
    let longest = arrows.iter().map(length).filter(|l| l.is_finite()).fold(0.0, f64::max);
    let room = scene.rect.width() / (ARROWS - 1) as f64 * 0.9;
    let mut d = String::new();
    for (place, arrow) in places.iter().zip(&arrows) {
        let l = length(arrow);
        if !(l > 0.0 && l.is_finite()) {
            continue;
        }
        let size = (l / longest).sqrt() * room / l;
        let from = scene.place(*place);
        if let Some([from, to]) =
            scene.rect.segment(from, [from[0] + size * arrow[0], from[1] + size * arrow[1]])
        {
            d.push_str(&layers::arrow(from, to));
        }
    }
    svg.stroke(&d, Pen::new(ink, 1.25));
}
