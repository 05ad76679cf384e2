//! The whole picture: title, legend, axes, and the words for those who cannot see it.
//!
//! Here: what stands around the layers; how far each panel reaches. Not here: the layers themselves (`layers`, `land`).
//! Start reading at [`draw`].

use super::clip::Rect;
use super::colours::{Ink, style};
use super::fit;
use super::land;
use super::layers;
use super::layout::{self, EDGE, ROW, SAMPLE, TEXT, TITLE};
use super::sample::{View, even, values};
use super::svg::{Pen, Svg, Words};
use super::ticks::{Ticks, short, ticks};
use super::{Axis, Layer, Panel, Plot, PlotError, Shape};
use crate::program::Budget;

/// Places of a curve that are looked at to see how far it reaches.
const LOOKED_AT: usize = 601;
/// How far beyond the layers that lead the others may reach, as a part of the range.
const BEYOND: f64 = 0.5;
/// Between the frame and the numbers of its ticks.
const GAP: f64 = 6.0;

/// A panel with its place: pixels from numbers.
pub(super) struct Scene<'p> {
    pub(super) panel: &'p Panel,
    pub(super) rect: Rect,
    pub(super) x: [f64; 2],
    pub(super) y: [f64; 2],
}

impl Scene<'_> {
    pub(super) fn place(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let part = |v: f64, [low, high]: [f64; 2]| (v - low) / (high - low);
        [
            self.rect.left + part(x, self.x) * self.rect.width(),
            self.rect.bottom - part(y, self.y) * self.rect.height(),
        ]
    }

    pub(super) fn view(&self) -> View {
        View {
            bottom: self.y[0],
            top: self.y[1],
            wide: self.rect.width() / (self.x[1] - self.x[0]),
            tall: self.rect.height() / (self.y[1] - self.y[0]),
        }
    }

    pub(super) fn has_land(&self) -> bool {
        self.panel.layers.iter().any(|layer| matches!(layer.shape, Shape::Landscape { .. }))
    }

    /// The style of a layer; `None` for one that has no colour of its own.
    pub(super) fn style(&self, layer: usize) -> Option<usize> {
        let coloured = |layer: &Layer| !matches!(layer.shape, Shape::Landscape { .. } | Shape::Note { .. });
        let mut number = layer;
        while let Some(like) = self.panel.layers[number].like.filter(|like| *like < number) {
            number = like;
        }
        if !coloured(&self.panel.layers[number]) {
            return None;
        }
        let before = self.panel.layers[..number].iter().filter(|l| coloured(l) && l.like.is_none()).count();
        // The first colour is too near to those of a landscape.
        Some(before + usize::from(self.has_land()))
    }
}

pub(super) fn draw(plot: &Plot, budget: &Budget<'_>) -> Result<String, PlotError> {
    let [width, height] = plot.size;
    let panels = &plot.panels;
    if panels.is_empty() {
        return Err(PlotError::Nothing);
    }
    let mut svg = Svg::default();
    let mut top = EDGE;
    if !plot.title.is_empty() {
        let title = layout::cut(&plot.title, TITLE, (width - 2.0 * EDGE) / 1.1);
        let words = Words { bold: true, ..Words::new([EDGE, top + TITLE * 0.8], "start", TITLE) };
        svg.words(&title, &words);
        top += TITLE + 10.0;
    }
    let ranges: Vec<[[f64; 2]; 2]> = panels.iter().map(ranges).collect::<Result<_, _>>()?;
    let entries = entries(panels, width - 2.0 * EDGE);
    let names: Vec<String> = entries.iter().map(|entry| entry.name.clone()).collect();
    let (places, rows) = layout::legend(&names, width - 2.0 * EDGE);
    // A legend that would leave no room for the picture is cut; its names are in the description.
    let rows = rows.min((0.4 * height / ROW) as usize);
    let legend_at = [EDGE, top + ROW / 2.0];
    top += rows as f64 * ROW + if rows > 0 { 6.0 } else { 0.0 };

    // A panel shows no numbers under it where the next one shows the same ones.
    let below: Vec<f64> = (0..panels.len())
        .map(|k| match ranges.get(k + 1) {
            Some(next)
                if next[0] == ranges[k][0]
                    && panels[k].x.label == panels[k + 1].x.label
                    && !panels[k].equal =>
            {
                16.0
            }
            _ => GAP + TEXT + 4.0 + if panels[k].x.label.is_empty() { 0.0 } else { TEXT + 6.0 },
        })
        .collect();
    let shares: Vec<f64> = panels.iter().map(|panel| panel.share).collect();
    let room = height - EDGE - top - below.iter().sum::<f64>();
    if room < 30.0 * panels.len() as f64 {
        return Err(PlotError::Size { width, height });
    }
    let whole = Rect { left: EDGE, top, right: width - EDGE, bottom: height - EDGE };
    let heights: Vec<f64> = layout::stack(whole, &shares, &below).iter().map(Rect::height).collect();
    let up: Vec<Ticks> =
        ranges.iter().zip(&heights).map(|(r, h)| ticks(r[1][0], r[1][1], h / 40.0)).collect();
    let widest = up
        .iter()
        .flat_map(|t| &t.labels)
        .map(|text| layout::width(text, TEXT))
        .fold(0.0, f64::max)
        .min(0.25 * width);
    let labelled = panels.iter().any(|panel| !panel.y.label.is_empty());
    let bar = panels.iter().any(|p| p.layers.iter().any(|l| matches!(l.shape, Shape::Landscape { .. })))
        && width >= 320.0;
    let inside = Rect {
        left: EDGE + widest + GAP + if labelled { TEXT + 8.0 } else { 0.0 },
        right: width - EDGE - if bar { layout::BAR } else { 6.0 },
        ..whole
    };
    for (k, rect) in layout::stack(inside, &shares, &below).into_iter().enumerate() {
        let [x, y] = ranges[k];
        let mut scene = Scene { panel: &panels[k], rect, x, y };
        if scene.panel.equal {
            level_units(&mut scene);
        }
        let numbers = below[k] > 16.0;
        let across = ticks(scene.x[0], scene.x[1], rect.width() / 80.0);
        let up = ticks(scene.y[0], scene.y[1], rect.height() / 40.0);
        ground(&mut svg, &scene, &across, &up);
        for (number, layer) in scene.panel.layers.iter().enumerate() {
            budget.proceed(0, layer.shape.cost())?;
            layers::draw(&mut svg, &scene, number, layer);
        }
        frame(&mut svg, &scene, [&across, &up], numbers);
        if bar && scene.has_land() {
            land::bar(&mut svg, &scene);
        }
    }
    for (entry, place) in entries.iter().zip(places) {
        let at = [legend_at[0] + place[0], legend_at[1] + place[1]];
        if place[1] < rows as f64 * ROW {
            sample(&mut svg, entry, at);
            svg.words(&entry.name, &Words::new(layout::name_at(at), "start", TEXT));
        }
    }
    let desc = told(plot, &ranges);
    let title = if plot.title.is_empty() { heading(panels) } else { plot.title.clone() };
    Ok(svg.document(plot.size, &title, &desc))
}

/// A name of the legend, and what it stands for.
struct Entry<'p> {
    name: String,
    shape: &'p Shape,
    style: usize,
}

fn entries(panels: &[Panel], room: f64) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for panel in panels {
        let scene = Scene {
            panel,
            rect: Rect { left: 0.0, top: 0.0, right: 1.0, bottom: 1.0 },
            x: [0.0, 1.0],
            y: [0.0, 1.0],
        };
        for (k, layer) in panel.layers.iter().enumerate() {
            let Some(style) = scene.style(k).filter(|_| !layer.name.is_empty()) else { continue };
            let name = layout::cut(&layer.name, TEXT, (room - SAMPLE - 10.0).min(420.0));
            entries.push(Entry { name, shape: &layer.shape, style });
        }
    }
    entries
}

/// What stands before a name in the legend.
fn sample(svg: &mut Svg, entry: &Entry<'_>, [x, y]: [f64; 2]) {
    let look = style(entry.style);
    let ink = Ink::Style(entry.style);
    let line = super::svg::path(&[[x, y], [x + SAMPLE, y]], false);
    match entry.shape {
        Shape::Points { .. } => svg.markers(&[[x + SAMPLE / 2.0, y]], look.marker, ink, 3.5, false),
        Shape::Band { .. } | Shape::Bars(_) => {
            let (right, above, under) = (x + SAMPLE, y - 5.0, y + 5.0);
            let corners = [[x, above], [right, above], [right, under], [x, under]];
            svg.fill(&super::svg::path(&corners, true), ink, 0.3, false);
        }
        Shape::Path { .. } => {
            svg.stroke(&line, Pen::new(ink, 1.5));
            svg.markers(&[[x + 4.0, y], [x + SAMPLE - 4.0, y]], look.marker, ink, 2.5, false);
        }
        Shape::Field { .. } => {
            let arrow = layers::arrow([x, y], [x + SAMPLE, y]);
            svg.stroke(&arrow, Pen::new(ink, 1.25));
        }
        _ => svg.stroke(&line, Pen { ink, width: 2.0, dash: look.dash }),
    }
}

/// From where to where a panel reaches, sideways and upwards.
fn ranges(panel: &Panel) -> Result<[[f64; 2]; 2], PlotError> {
    let x = match panel.x.range {
        Some(range) => range,
        None => {
            let places: Vec<f64> = panel.layers.iter().flat_map(|layer| reach(layer, 0, None)).collect();
            whole(&places).ok_or(PlotError::Nothing)?
        }
    };
    if let Some(y) = panel.y.range {
        return Ok([x, y]);
    }
    let (mut curves, mut data, mut rest) = (Vec::new(), Vec::new(), Vec::new());
    for layer in &panel.layers {
        let heights = reach(layer, 1, Some(x));
        match (&layer.shape, layer.leads) {
            (_, false) => rest.extend(heights),
            (Shape::Curve { .. }, _) => curves.push(heights),
            _ => data.extend(heights),
        }
    }
    // A pole decides no range: each curve shows what is near its middle heights, each measurement is shown.
    for heights in curves {
        data.extend(fit::core(&heights).map(|(low, high)| [low, high]).into_iter().flatten());
    }
    let range = if data.is_empty() { fit::around(&rest) } else { beyond(&data, &rest) };
    Ok([x, range.ok_or(PlotError::Nothing)?])
}

/// The range of what leads, a little wider where the rest needs it.
fn beyond(leads: &[f64], rest: &[f64]) -> Option<[f64; 2]> {
    let [low, high] = fit::around(leads)?;
    let more = BEYOND * (high - low);
    let reach = |cut: f64, best: fn(f64, f64) -> f64| rest.iter().fold(cut, |a, b| best(a, *b));
    let (least, most) = (reach(low, f64::min).max(low - more), reach(high, f64::max).min(high + more));
    if least < low || most > high { fit::around(&[least, most]) } else { Some([low, high]) }
}

fn whole(places: &[f64]) -> Option<[f64; 2]> {
    let (low, high) =
        places.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(*x), b.max(*x)));
    fit::around(&[low, high])
}

/// The finite coordinates of a layer along an axis; upwards only those over the range that is seen.
fn reach(layer: &Layer, axis: usize, seen: Option<[f64; 2]>) -> Vec<f64> {
    let is_seen = |x: f64| seen.is_none_or(|[low, high]| (low..=high).contains(&x));
    let mut found: Vec<f64> = match &layer.shape {
        Shape::Curve { f, over } => match (axis, seen) {
            (1, Some([low, high])) => {
                let over = [over[0].max(low), over[1].min(high)];
                if over[0] < over[1] { values(f, &even(over, LOOKED_AT)) } else { Vec::new() }
            }
            _ => over.to_vec(),
        },
        Shape::Band { at, .. } => {
            let seen = at.iter().filter(|p| is_seen(p[0]));
            seen.flat_map(|p| if axis == 0 { vec![p[0]] } else { vec![p[1], p[2]] }).collect()
        }
        Shape::Points { at, errors } => {
            let mut found = Vec::new();
            for (k, p) in at.iter().enumerate().filter(|(_, p)| is_seen(p[0])) {
                let error = if axis == 0 { 0.0 } else { errors.get(k).copied().unwrap_or(0.0) };
                found.extend([p[axis] - error, p[axis] + error]);
            }
            found
        }
        Shape::Path { at, .. } => at.iter().filter(|p| is_seen(p[0])).map(|p| p[axis]).collect(),
        Shape::Verticals(at) if axis == 0 => at.clone(),
        Shape::Horizontals(at) if axis == 1 => at.clone(),
        Shape::Bars(bars) if axis == 0 => bars.iter().flat_map(|b| [b[0], b[1]]).collect(),
        Shape::Bars(bars) => bars.iter().map(|b| b[2]).chain([0.0]).collect(),
        Shape::Note { at, .. } if is_seen(at[0]) => vec![at[axis]],
        _ => Vec::new(),
    };
    found.retain(|x| x.is_finite() && x.abs() < 1e280);
    found
}

/// Makes a unit as long upwards as sideways, by showing more of the axis that has room.
fn level_units(scene: &mut Scene<'_>) {
    let view = scene.view();
    let (range, factor) = if view.wide > view.tall {
        (&mut scene.x, view.wide / view.tall)
    } else {
        (&mut scene.y, view.tall / view.wide)
    };
    let (middle, half) = ((range[0] + range[1]) / 2.0, (range[1] - range[0]) / 2.0 * factor);
    *range = [middle - half, middle + half];
}

/// The grid, and the axes where they are seen.
fn ground(svg: &mut Svg, scene: &Scene<'_>, across: &Ticks, up: &Ticks) {
    let Rect { left, top, right, bottom } = scene.rect;
    let upright = |x: f64| {
        let x = scene.place([x, scene.y[0]])[0];
        super::svg::path(&[[x, top], [x, bottom]], false)
    };
    let level = |y: f64| {
        let y = scene.place([scene.x[0], y])[1];
        super::svg::path(&[[left, y], [right, y]], false)
    };
    let grid: String = across.at.iter().map(|x| upright(*x)).chain(up.at.iter().map(|y| level(*y))).collect();
    svg.stroke(&grid, Pen::new(Ink::Ground("grid"), 1.0));
    let seen = |[low, high]: [f64; 2]| low < 0.0 && high > 0.0;
    let axes = [seen(scene.y).then(|| level(0.0)), seen(scene.x).then(|| upright(0.0))];
    svg.stroke(&axes.into_iter().flatten().collect::<String>(), Pen::new(Ink::Ground("axis"), 1.0));
}

/// The frame, the numbers at it, the labels of the axes.
fn frame(svg: &mut Svg, scene: &Scene<'_>, [across, up]: [&Ticks; 2], numbers: bool) {
    let Rect { left, top, right, bottom } = scene.rect;
    let corners = [[left, top], [right, top], [right, bottom], [left, bottom]];
    svg.stroke(&super::svg::path(&corners, true), Pen::new(Ink::Ground("axis"), 1.0));
    let soft = |at, anchor| Words { ink: Ink::Ground("soft"), ..Words::new(at, anchor, TEXT) };
    if numbers {
        let widest = across.labels.iter().map(|text| layout::width(text, TEXT)).fold(0.0, f64::max);
        let step = (right - left) / across.at.len().max(1) as f64;
        let every = ((widest + 8.0) / step.max(1.0)).ceil().max(1.0) as usize;
        for (x, text) in across.at.iter().zip(&across.labels).step_by(every) {
            let half = layout::width(text, TEXT) / 2.0;
            let x = scene.place([*x, scene.y[0]])[0].clamp(half.min(right), (right + EDGE - half).max(left));
            svg.words(text, &soft([x, bottom + GAP + TEXT * 0.8], "middle"));
        }
        let label = layout::cut(&scene.panel.x.label, TEXT, right - left);
        if !label.is_empty() {
            let at = [(left + right) / 2.0, bottom + GAP + 2.0 * TEXT + 6.0];
            svg.words(&label, &Words::new(at, "middle", TEXT));
        }
    }
    for (y, text) in up.at.iter().zip(&up.labels) {
        let y = scene.place([scene.x[0], *y])[1];
        let text = layout::cut(text, TEXT, left - EDGE);
        svg.words(&text, &soft([left - GAP, y + TEXT * 0.35], "end"));
    }
    let label = layout::cut(&scene.panel.y.label, TEXT, bottom - top);
    if !label.is_empty() {
        let at = [EDGE + TEXT * 0.8, (top + bottom) / 2.0];
        svg.words(&label, &Words { upright: true, ..Words::new(at, "middle", TEXT) });
    }
}

/// A name for a picture that has none.
fn heading(panels: &[Panel]) -> String {
    let names: Vec<&str> = panels
        .iter()
        .flat_map(|panel| &panel.layers)
        .map(|layer| layer.name.as_str())
        .filter(|name| !name.is_empty())
        .collect();
    match names[..] {
        [] => "A picture".to_owned(),
        [one] => one.to_owned(),
        [first, ref rest @ ..] => format!("{first} and {} more", rest.len()),
    }
}

/// The picture in words.
fn told(plot: &Plot, ranges: &[[[f64; 2]; 2]]) -> String {
    let axis = |name: &str, axis: &Axis, [low, high]: [f64; 2]| {
        let name = if axis.label.is_empty() { name } else { &axis.label };
        format!("{name} from {} to {}", short(low, 4), short(high, 4))
    };
    let mut sentences = Vec::new();
    for (panel, [x, y]) in plot.panels.iter().zip(ranges) {
        sentences.push(format!("{}, {}.", axis("Sideways", &panel.x, *x), axis("upwards", &panel.y, *y)));
        for layer in &panel.layers {
            let name = if layer.name.is_empty() { String::new() } else { format!(": {}", layer.name) };
            sentences.push(format!("{}{name}.", layers::kind(&layer.shape)));
        }
    }
    sentences.join(" ")
}
