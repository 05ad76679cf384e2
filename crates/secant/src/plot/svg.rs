//! The text of an SVG: elements, escaped words, rounded numbers.
//!
//! Invariant: a number that is not finite is never written; two decimals of a pixel, the same on every machine.

use std::fmt::Write as _;

use super::colours::{Ink, Marker, dark_rules};

/// Elements, one after the other.
#[derive(Default)]
pub(super) struct Svg {
    text: String,
}

/// A number of pixels.
pub(super) fn px(x: f64) -> String {
    let text = format!("{:.2}", if x.is_finite() { x } else { 0.0 });
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Words that mean themselves in XML; characters that XML cannot hold are replaced.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// The path through these points.
pub(super) fn path(points: &[[f64; 2]], closed: bool) -> String {
    let mut d = String::new();
    for (k, [x, y]) in points.iter().enumerate() {
        let _ = write!(d, "{}{} {}", if k == 0 { "M" } else { "L" }, px(*x), px(*y));
    }
    if closed && !d.is_empty() {
        d.push('Z');
    }
    d
}

/// How a line is drawn.
#[derive(Clone, Copy)]
pub(super) struct Pen {
    pub(super) ink: Ink,
    pub(super) width: f64,
    pub(super) dash: &'static str,
}

impl Pen {
    pub(super) fn new(ink: Ink, width: f64) -> Pen {
        Pen { ink, width, dash: "" }
    }

    fn attributes(&self) -> String {
        let dash =
            if self.dash.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{}\"", self.dash) };
        format!(
            "class=\"{}-s\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"{dash} stroke-linejoin=\"round\"",
            self.ink.class(),
            self.ink.light(),
            px(self.width)
        )
    }
}

/// Where a text stands, beside its point.
#[derive(Clone, Copy)]
pub(super) struct Words {
    pub(super) at: [f64; 2],
    /// `start`, `middle` or `end`.
    pub(super) anchor: &'static str,
    pub(super) size: f64,
    pub(super) ink: Ink,
    pub(super) bold: bool,
    /// Turned, to be read from bottom to top.
    pub(super) upright: bool,
    /// With paper round the letters, where lines may run behind them.
    pub(super) halo: bool,
}

impl Words {
    pub(super) fn new(at: [f64; 2], anchor: &'static str, size: f64) -> Words {
        Words { at, anchor, size, ink: Ink::Ground("ink"), bold: false, upright: false, halo: false }
    }
}

impl Svg {
    pub(super) fn stroke(&mut self, d: &str, pen: Pen) {
        if !d.is_empty() {
            let _ = writeln!(self.text, "<path {} d=\"{d}\"/>", pen.attributes());
        }
    }

    /// An area. `crisp`: without soft edges, for areas that meet.
    pub(super) fn fill(&mut self, d: &str, ink: Ink, opacity: f64, crisp: bool) {
        if d.is_empty() {
            return;
        }
        let opacity =
            if opacity < 1.0 { format!(" fill-opacity=\"{}\"", px(opacity)) } else { String::new() };
        let crisp = if crisp { " shape-rendering=\"crispEdges\"" } else { "" };
        let (class, light) = (ink.class(), ink.light());
        let _ = writeln!(self.text, "<path class=\"{class}-f\" fill=\"{light}\"{opacity}{crisp} d=\"{d}\"/>");
    }

    pub(super) fn words(&mut self, text: &str, words: &Words) {
        let [x, y] = words.at.map(px);
        let (class, light) = (words.ink.class(), words.ink.light());
        let anchor = match words.anchor {
            "start" => String::new(),
            anchor => format!(" text-anchor=\"{anchor}\""),
        };
        let bold = if words.bold { " font-weight=\"bold\"" } else { "" };
        let turn = if words.upright { format!(" transform=\"rotate(-90 {x} {y})\"") } else { String::new() };
        let size = px(words.size);
        if words.halo {
            let paper = Ink::Ground("paper").light();
            let _ = writeln!(
                self.text,
                "<text class=\"paper-s\" x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"none\" stroke=\"{paper}\" stroke-width=\"3\" stroke-linejoin=\"round\" aria-hidden=\"true\"{anchor}{bold}{turn}>{}</text>",
                escape(text)
            );
        }
        let _ = writeln!(
            self.text,
            "<text class=\"{class}-f\" x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"{light}\"{anchor}{bold}{turn}>{}</text>",
            escape(text)
        );
    }

    /// Markers of one kind at these places; `hollow`: with paper inside.
    pub(super) fn markers(&mut self, places: &[[f64; 2]], marker: Marker, ink: Ink, size: f64, hollow: bool) {
        if places.is_empty() {
            return;
        }
        let d: String = places.iter().map(|at| outline(*at, marker, size)).collect();
        let (class, light) = (ink.class(), ink.light());
        let line = matches!(marker, Marker::Cross | Marker::Plus);
        if line {
            return self.stroke(&d, Pen::new(ink, 1.5));
        }
        if hollow {
            let paper = Ink::Ground("paper").light();
            let _ = writeln!(
                self.text,
                "<path class=\"paper-f {class}-s\" fill=\"{paper}\" stroke=\"{light}\" stroke-width=\"1.5\" d=\"{d}\"/>"
            );
        } else {
            self.fill(&d, ink, 1.0, false);
        }
    }

    /// The whole document; `desc` says in words what is to be seen.
    pub(super) fn document(self, [width, height]: [f64; 2], title: &str, desc: &str) -> String {
        let (width, height) = (px(width), px(height));
        let paper = Ink::Ground("paper").light();
        let style = dark_rules(&format!("paper-f{}", self.text));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" font-family=\"sans-serif\">\n\
             <title>{}</title>\n<desc>{}</desc>\n{style}\n\
             <path class=\"paper-f\" fill=\"{paper}\" d=\"M0 0H{width}V{height}H0Z\"/>\n{}</svg>\n",
            escape(title),
            escape(desc),
            self.text
        )
    }
}

/// A marker of about the area of a circle of radius `r`.
fn outline([x, y]: [f64; 2], marker: Marker, r: f64) -> String {
    let corners = |list: &[(f64, f64)]| {
        let points: Vec<[f64; 2]> = list.iter().map(|(u, v)| [x + u * r, y + v * r]).collect();
        path(&points, true)
    };
    match marker {
        Marker::Circle => {
            let (left, r2, y) = (px(x - r), px(r), px(y));
            format!("M{left} {y}a{r2} {r2} 0 1 0 {d} 0a{r2} {r2} 0 1 0 -{d} 0Z", d = px(2.0 * r))
        }
        Marker::Square => corners(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]),
        Marker::Triangle => corners(&[(0.0, -1.25), (1.1, 0.75), (-1.1, 0.75)]),
        Marker::Diamond => corners(&[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)]),
        Marker::Cross => bars(x, y, [(r, r), (r, -r)]),
        Marker::Plus => bars(x, y, [(1.2 * r, 0.0), (0.0, 1.2 * r)]),
    }
}

fn bars(x: f64, y: f64, arms: [(f64, f64); 2]) -> String {
    arms.iter().map(|(u, v)| path(&[[x - u, y - v], [x + u, y + v]], false)).collect()
}
