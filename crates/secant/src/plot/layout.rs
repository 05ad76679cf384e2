//! Where everything stands: margins, legend, panels.
//!
//! Here: how wide a text is (about: fonts differ; the widths are those of a wide one), rows of the legend, the rectangle
//! of each panel. Not here: what is drawn in it (`draw`).

use super::clip::Rect;

pub(super) const TEXT: f64 = 12.0;
pub(super) const TITLE: f64 = 16.0;
/// Around the whole picture.
pub(super) const EDGE: f64 = 12.0;
/// Of a row of the legend.
pub(super) const ROW: f64 = 20.0;
/// The sample of a line in the legend, and the space behind it.
pub(super) const SAMPLE: f64 = 28.0;
const AFTER_SAMPLE: f64 = 6.0;
const BETWEEN: f64 = 18.0;
/// Of the bar that explains the colours of a landscape, its numbers included.
pub(super) const BAR: f64 = 84.0;

/// Hundredths of the size that letters are wide, from the space to the tilde.
#[rustfmt::skip]
const WIDTHS: [u8; 95] = [
    32, 40, 46, 84, 64, 95, 78, 28, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84,
    53, 100, 68, 69, 70, 77, 63, 58, 78, 75, 30, 30, 66, 56, 86, 75, 79, 60, 79, 69, 64, 61, 73, 68, 99, 69, 61, 69, 39, 34, 39,
    84, 50, 50, 61, 64, 55, 64, 62, 35, 64, 63, 28, 28, 58, 28, 97, 63, 61, 64, 64, 41, 52, 39, 63, 59, 82, 59, 59, 52, 64, 34,
    64, 84,
];

/// About how wide a text is.
pub(super) fn width(text: &str, size: f64) -> f64 {
    let hundredths: f64 = text
        .chars()
        .map(|c| match (c as usize).checked_sub(0x20).and_then(|k| WIDTHS.get(k)) {
            Some(width) => f64::from(*width),
            None if ('⁰'..='₎').contains(&c) || "¹²³".contains(c) => 42.0,
            None if (c as u32) < 0x1100 => 70.0,
            None => 100.0,
        })
        .sum();
    hundredths / 100.0 * size
}

/// The text, cut so that it is no wider than `room`.
pub(super) fn cut(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        kept.push(c);
        if width(&kept, size) + size > room {
            kept.pop();
            break;
        }
    }
    kept.push('…');
    kept
}

/// Where the entries of the legend begin, in rows within `room`; and how many rows there are.
pub(super) fn legend(names: &[String], room: f64) -> (Vec<[f64; 2]>, usize) {
    let (mut x, mut row) = (0.0, 0);
    let mut places = Vec::new();
    for name in names {
        let needed = SAMPLE + AFTER_SAMPLE + width(name, TEXT);
        if x > 0.0 && x + needed > room {
            x = 0.0;
            row += 1;
        }
        places.push([x, row as f64 * ROW]);
        x += needed + BETWEEN;
    }
    (places, if names.is_empty() { 0 } else { row + 1 })
}

/// Where the name stands behind the sample.
pub(super) fn name_at([x, y]: [f64; 2]) -> [f64; 2] {
    [x + SAMPLE + AFTER_SAMPLE, y + TEXT / 3.0]
}

/// Rectangles one below the other in `inside`, with `below[k]` left free under the `k`th.
pub(super) fn stack(inside: Rect, shares: &[f64], below: &[f64]) -> Vec<Rect> {
    let shares: Vec<f64> =
        shares.iter().map(|s| if s.is_finite() && *s > 0.0 { s.min(100.0) } else { 1.0 }).collect();
    let total: f64 = shares.iter().sum();
    let room = (inside.height() - below.iter().sum::<f64>()).max(20.0 * shares.len() as f64);
    let mut top = inside.top;
    let mut rects = Vec::new();
    for (share, below) in shares.iter().zip(below) {
        let bottom = top + room * share / total;
        rects.push(Rect { top, bottom, ..inside });
        top = bottom + below;
    }
    rects
}
