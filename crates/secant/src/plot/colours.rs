//! Colours, dashes and markers: one table for light paper, dark paper, and eyes that see fewer colours.
//!
//! Invariant: two neighbours in [`STYLES`] differ in lightness, in dash and in marker, not in hue alone. Attributes give
//! the light colours; where a reader prefers dark ones, the rules of [`dark_rules`] replace them by class.

use std::fmt::Write as _;

/// What a layer looks like.
pub(super) struct Style {
    pub(super) light: &'static str,
    dark: &'static str,
    /// Lengths of strokes and gaps; empty for a whole line.
    pub(super) dash: &'static str,
    pub(super) marker: Marker,
}

#[derive(Clone, Copy)]
pub(super) enum Marker {
    Circle,
    Square,
    Triangle,
    Diamond,
    Cross,
    Plus,
}

#[rustfmt::skip]
pub(super) const STYLES: &[Style] = &[
    Style { light: "#1c5fb8", dark: "#7ab4ff", dash: "",            marker: Marker::Circle },
    Style { light: "#c2410c", dark: "#ffa45c", dash: "8 4",         marker: Marker::Square },
    Style { light: "#00776b", dark: "#55d6c2", dash: "2 3",         marker: Marker::Triangle },
    Style { light: "#5c1a66", dark: "#d3509c", dash: "10 3 2 3",    marker: Marker::Diamond },
    Style { light: "#8a6d00", dark: "#f0e442", dash: "14 4",        marker: Marker::Cross },
    Style { light: "#4a4d55", dark: "#c9ccd3", dash: "5 3 2 3 2 3", marker: Marker::Plus },
];

/// Paper, text and lines: name, light, dark.
#[rustfmt::skip]
const GROUND: &[(&str, &str, &str)] = &[
    ("paper", "#ffffff", "#15171b"),
    ("ink",   "#1d1e22", "#e9e7e1"),
    ("soft",  "#5a5b62", "#a8abb4"),
    ("axis",  "#8b8981", "#6e7480"),
    ("grid",  "#eae8e1", "#262b33"),
];

/// Of a landscape, from low to high: light and dark. Lightness rises evenly in both.
const MAP: [(&str, &str); 16] = [
    ("#5e7ec5", "#0e204f"),
    ("#558aca", "#012a55"),
    ("#4d96cc", "#00345a"),
    ("#48a2cc", "#003e5d"),
    ("#46accb", "#00485f"),
    ("#4bb7c8", "#005260"),
    ("#56c0c4", "#005b5f"),
    ("#66c9c0", "#00635d"),
    ("#78d0bc", "#026b5b"),
    ("#8cd7b8", "#267358"),
    ("#a0deb5", "#3d7a54"),
    ("#b4e3b3", "#528052"),
    ("#c9e9b3", "#66854f"),
    ("#dceeb5", "#798a4f"),
    ("#eef2ba", "#8c8f50"),
    ("#fff7c1", "#9e9454"),
];

/// A colour: of the ground, of a style, of the map.
#[derive(Clone, Copy)]
pub(super) enum Ink {
    Ground(&'static str),
    Style(usize),
    Map(usize),
}

impl Ink {
    pub(super) fn class(self) -> String {
        match self {
            Ink::Ground(name) => name.to_owned(),
            Ink::Style(k) => format!("s{}", k % STYLES.len()),
            Ink::Map(k) => format!("m{}", k.min(15)),
        }
    }

    pub(super) fn light(self) -> &'static str {
        match self {
            Ink::Ground(name) => GROUND.iter().find(|row| row.0 == name).map_or("#000000", |row| row.1),
            Ink::Style(k) => STYLES[k % STYLES.len()].light,
            Ink::Map(k) => MAP[k.min(15)].0,
        }
    }
}

/// The style of the layer that is `k`th to need one.
pub(super) fn style(k: usize) -> &'static Style {
    &STYLES[k % STYLES.len()]
}

/// Rules for readers who prefer dark paper, those that the text needs: a class ends in `-s` for strokes and `-f` for areas.
pub(super) fn dark_rules(text: &str) -> String {
    let ground = GROUND.iter().map(|(name, _, dark)| ((*name).to_owned(), *dark));
    let styles = STYLES.iter().enumerate().map(|(k, style)| (format!("s{k}"), style.dark));
    let map = MAP.iter().enumerate().map(|(k, (_, dark))| (format!("m{k}"), *dark));
    let mut rules = String::new();
    for (class, dark) in ground.chain(styles).chain(map) {
        for (ending, property) in [("f", "fill"), ("s", "stroke")] {
            if text.contains(&format!("{class}-{ending}")) {
                let _ = write!(rules, ".{class}-{ending}{{{property}:{dark}}}");
            }
        }
    }
    format!("<style>@media (prefers-color-scheme:dark){{{rules}}}</style>")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance (WCAG 2).
    fn luminance(colour: &str) -> f64 {
        let part = |k: usize| {
            let c = f64::from(u8::from_str_radix(&colour[k..k + 2], 16).unwrap()) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
        (a / b).max(b / a)
    }

    #[test]
    fn lines_and_words_can_be_seen_on_both_papers() {
        let (_, white, black) = GROUND[0];
        for style in STYLES {
            assert!(contrast(style.light, white) > 4.0, "{}", style.light);
            assert!(contrast(style.dark, black) > 4.0, "{}", style.dark);
        }
        for (name, light, dark) in &GROUND[1..3] {
            assert!(contrast(light, white) > 4.5 && contrast(dark, black) > 4.5, "{name}");
        }
    }

    #[test]
    fn the_map_rises() {
        for pair in MAP.windows(2) {
            assert!(luminance(pair[0].0) < luminance(pair[1].0), "{}", pair[1].0);
            assert!(luminance(pair[0].1) < luminance(pair[1].1), "{}", pair[1].1);
        }
    }
}
