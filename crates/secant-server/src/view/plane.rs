//! A panel's plane on the page: from the figure's numbers to pixels, ticks, and what is cut off at the edges.
//!
//! The measures are those of the living figure at the same size (`assets/view/panel.js`, `assets/math/ticks.js`),
//! so that nothing jumps when it takes over.
//! Invariant: nothing that leaves this module is infinite or not a number.

use secant::sheet::figure::Panel;
use secant_course::PanelView;

/// Width and height of a panel's picture.
pub(super) const WIDTH: f64 = 640.0;
pub(super) const HEIGHT: f64 = 400.0;

/// The edges of a plane that fills its picture.
const LEFT: f64 = 46.0;
const RIGHT: f64 = WIDTH - 16.0;
const BOTTOM: f64 = HEIGHT - 34.0;

/// How far a thinned curve may be from the curve, in pixels.
const TOLERANCE: f64 = 0.15;

/// A window of the plane and where it lies in the picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plane {
    pub(super) x: [f64; 2],
    pub(super) y: [f64; 2],
    pub(super) left: f64,
    pub(super) right: f64,
    /// Leaves room for a label when there is one.
    pub(super) top: f64,
    pub(super) bottom: f64,
}

/// A place in the picture, in pixels.
pub(super) type Pixel = (f64, f64);

impl Plane {
    /// The plane of a panel, or the part of it that a scene looks at.
    pub(super) fn of(panel: &Panel, view: Option<&PanelView>) -> Self {
        let (x, y) = view.map_or((panel.x, panel.y), |view| (view.x, view.y));
        let above = if panel.ylabel.is_empty() { 14.0 } else { 30.0 };
        let (left, right, top, bottom) =
            if panel.bare { (8.0, WIDTH - 8.0, 8.0, HEIGHT - 8.0) } else { (LEFT, RIGHT, above, BOTTOM) };
        let plane = Self { x: proper(x), y: proper(y), left, right, top, bottom };
        if panel.equal { plane.square() } else { plane }
    }

    /// The plane with one unit as long upwards as it is sideways, around the middle.
    fn square(self) -> Self {
        let [across, up] = [self.x[1] - self.x[0], self.y[1] - self.y[0]];
        let [scale_x, scale_y] = self.scale();
        let scale = scale_x.min(scale_y);
        let spare_x = (self.right - self.left - scale * across) / 2.0;
        let spare_y = (self.bottom - self.top - scale * up) / 2.0;
        Self {
            left: self.left + spare_x,
            right: self.right - spare_x,
            top: self.top + spare_y,
            bottom: self.bottom - spare_y,
            ..self
        }
    }

    /// Pixels of one unit, sideways and upwards.
    pub(super) fn scale(&self) -> [f64; 2] {
        let [across, up] = [self.x[1] - self.x[0], self.y[1] - self.y[0]];
        [(self.right - self.left) / across, (self.bottom - self.top) / up]
    }

    /// Pixels of a place; nothing for one that is not in the plane at all.
    pub(super) fn pixel(&self, x: f64, y: f64) -> Option<Pixel> {
        let place = (
            self.left + share(x, self.x) * (self.right - self.left),
            self.bottom - share(y, self.y) * (self.bottom - self.top),
        );
        // Far outside the picture is the same as anywhere else outside.
        let near = |v: f64| v.is_finite() && v.abs() < 1e5;
        (near(place.0) && near(place.1)).then_some(place)
    }

    /// Whether a place lies in the window.
    pub(super) fn holds(&self, x: f64, y: f64) -> bool {
        (self.x[0]..=self.x[1]).contains(&x) && (self.y[0]..=self.y[1]).contains(&y)
    }

    /// The part of a curve that can be seen: runs of pixels, cut where it is undefined or leaves the window
    /// on one side and comes back on the other.
    pub(super) fn runs(&self, xs: &[f64], ys: &[f64]) -> Vec<Vec<Pixel>> {
        let height = self.y[1] - self.y[0];
        let (low, high) = (self.y[0] - height, self.y[1] + height);
        let mut runs = Vec::new();
        let mut run: Vec<Pixel> = Vec::new();
        let mut before: Option<f64> = None;
        for (&x, &y) in xs.iter().zip(ys) {
            let leaps = before.is_some_and(|before| (before > high && y < low) || (before < low && y > high));
            let outside =
                before.is_some_and(|before| (before > high && y > high) || (before < low && y < low));
            if !y.is_finite() || leaps {
                runs.push(std::mem::take(&mut run));
            } else if outside {
                // Keep only the last point outside, from where the curve comes in again.
                run.pop();
                if !run.is_empty() {
                    runs.push(std::mem::take(&mut run));
                }
            }
            if let Some(pixel) = self.pixel(x, y.clamp(low, high)).filter(|_| y.is_finite()) {
                run.push(pixel);
            }
            before = y.is_finite().then_some(y);
        }
        runs.push(run);
        runs.retain(|run| run.len() > 1);
        runs.iter().map(|run| thinned(run)).collect()
    }

    /// The part inside the window of the unbounded line through two places.
    pub(super) fn line(&self, from: [f64; 2], to: [f64; 2]) -> Option<(Pixel, Pixel)> {
        let step = [to[0] - from[0], to[1] - from[1]];
        if !(step[0].is_finite() && step[1].is_finite()) || step == [0.0, 0.0] {
            return None;
        }
        let (mut first, mut last) = (f64::NEG_INFINITY, f64::INFINITY);
        for (axis, range) in [self.x, self.y].into_iter().enumerate() {
            if step[axis] == 0.0 {
                if from[axis] < range[0] || from[axis] > range[1] {
                    return None;
                }
                continue;
            }
            let ends = [(range[0] - from[axis]) / step[axis], (range[1] - from[axis]) / step[axis]];
            first = first.max(ends[0].min(ends[1]));
            last = last.min(ends[0].max(ends[1]));
        }
        if first >= last {
            return None;
        }
        let at = |t: f64| self.pixel(from[0] + t * step[0], from[1] + t * step[1]);
        Some((at(first)?, at(last)?))
    }
}

/// A run without the pixels that lie on the way from those before to those after (Douglas and Peucker).
fn thinned(run: &[Pixel]) -> Vec<Pixel> {
    let mut keep = vec![false; run.len()];
    let mut open = vec![(0, run.len() - 1)];
    keep[0] = true;
    keep[run.len() - 1] = true;
    while let Some((first, last)) = open.pop() {
        let (a, b) = (run[first], run[last]);
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let length = dx.hypot(dy).max(1e-9);
        let away = |p: Pixel| ((p.0 - a.0) * dy - (p.1 - a.1) * dx).abs() / length;
        let farthest = (first + 1..last).max_by(|i, j| away(run[*i]).total_cmp(&away(run[*j])));
        if let Some(far) = farthest.filter(|far| away(run[*far]) > TOLERANCE) {
            keep[far] = true;
            open.extend([(first, far), (far, last)]);
        }
    }
    run.iter().zip(keep).filter_map(|(pixel, keep)| keep.then_some(*pixel)).collect()
}

/// A range as it can be divided by: not empty, not reversed.
fn proper([low, high]: [f64; 2]) -> [f64; 2] {
    if low.is_finite() && high.is_finite() && low < high { [low, high] } else { [-1.0, 1.0] }
}

fn share(value: f64, [low, high]: [f64; 2]) -> f64 {
    (value - low) / (high - low)
}

/// Round numbers over a range, about so many: at 1, 2 or 5 times a power of ten, with what is written at them.
pub(super) fn ticks([low, high]: [f64; 2], wanted: f64) -> Vec<(f64, String)> {
    let rough = (high - low) / wanted.max(1.0);
    let exponent = rough.log10().floor();
    let base = rough / 10f64.powf(exponent);
    let (factor, more) = match base {
        _ if base < 1.5 => (1.0, 0.0),
        _ if base < 3.5 => (2.0, 0.0),
        _ if base < 7.5 => (5.0, 0.0),
        _ => (10.0, 1.0),
    };
    let step = factor * 10f64.powf(exponent);
    if !step.is_finite() || step <= 0.0 {
        return Vec::new();
    }
    let decimals = (-(exponent + more)).clamp(0.0, 20.0) as usize;
    let far = low.abs().max(high.abs()) >= 1e6 || decimals > 6;
    let text = |value: f64| if far { format!("{value:e}") } else { format!("{value:.decimals$}") };
    let (first, last) = ((low / step - 1e-9).ceil(), (high / step + 1e-9).floor());
    let count = (last - first).clamp(0.0, 100.0) as u32;
    (0..=count)
        .map(|k| first + f64::from(k))
        .map(|k| if k == 0.0 { 0.0 } else { k * step })
        .map(|value| (value, text(value).replace('-', "−")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLANE: Plane =
        Plane { x: [-4.0, 4.0], y: [-1.0, 8.0], left: LEFT, right: RIGHT, top: 30.0, bottom: BOTTOM };

    #[test]
    fn ticks_are_round_and_inside() {
        let check = |range, wanted, want: &[&str]| {
            let got: Vec<String> = ticks(range, wanted).into_iter().map(|(_, text)| text).collect();
            assert_eq!(got, want);
        };
        check([-4.0, 4.0], 8.0, &["−4", "−3", "−2", "−1", "0", "1", "2", "3", "4"]);
        check([0.0, 1.0], 5.0, &["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        check([-0.3, 0.7], 4.0, &["−0.2", "0.0", "0.2", "0.4", "0.6"]);
        check([0.0, 9e6], 3.0, &["0e0", "2e6", "4e6", "6e6", "8e6"]);
        check([0.0, f64::INFINITY], 3.0, &[]);
        for (value, _) in ticks([-0.31, 12.7], 9.0) {
            assert!((-0.31..=12.7).contains(&value));
        }
    }

    #[test]
    fn corners_of_the_window_are_corners_of_the_picture() {
        assert_eq!(PLANE.pixel(-4.0, -1.0), Some((LEFT, BOTTOM)));
        assert_eq!(PLANE.pixel(4.0, 8.0), Some((RIGHT, 30.0)));
        assert_eq!(PLANE.pixel(f64::NAN, 0.0), None);
        assert_eq!(PLANE.pixel(1e300, 0.0), None);
    }

    #[test]
    fn a_curve_is_cut_at_a_pole_and_at_gaps() {
        let xs: Vec<f64> = (0..=400).map(|k| -4.0 + 0.02 * f64::from(k)).collect();
        let of = |f: fn(f64) -> f64| PLANE.runs(&xs, &xs.iter().map(|x| f(*x)).collect::<Vec<_>>());
        assert_eq!(of(|x| x * x / 4.0).len(), 1);
        assert_eq!(of(|x| 4.0 / x).len(), 2);
        assert_eq!(of(|x| 4.0 / (x - 0.01)).len(), 2);
        assert_eq!(of(|x| 40.0 / x).len(), 1, "the other branch is below the window");
        assert_eq!(of(f64::sqrt).len(), 1);
        assert_eq!(of(|x| (x * x - 1.0).sqrt()).len(), 2);
        assert_eq!(of(|_| f64::NAN).len(), 0);
        assert_eq!(of(|_| 1e9).len(), 0);
        assert_eq!(of(|x| x + 1.0), [[PLANE.pixel(-4.0, -3.0).unwrap(), PLANE.pixel(4.0, 5.0).unwrap()]]);
        assert!((10..80).contains(&of(|x| x * x / 4.0)[0].len()));
        for run in of(|x| x.powi(9)) {
            assert!(run.iter().all(|(x, y)| x.is_finite() && y.abs() < 2.0 * HEIGHT));
        }
    }

    #[test]
    fn an_equal_plane_has_one_scale_and_the_same_middle() {
        let equal = PLANE.square();
        let [x, y] = equal.scale();
        assert!((x - y).abs() < 1e-9);
        assert_eq!((equal.top, equal.bottom), (30.0, BOTTOM), "it is as large as it can be");
        assert!(((equal.left + equal.right) - (LEFT + RIGHT)).abs() < 1e-9);
    }

    #[test]
    fn a_line_goes_from_edge_to_edge() {
        let ((x0, y0), (x1, y1)) = PLANE.line([0.0, 0.0], [0.0, 1.0]).unwrap();
        assert_eq!((y0, y1), (BOTTOM, 30.0));
        assert_eq!(x0, x1);
        assert!(PLANE.line([1.0, 1.0], [1.0, 1.0]).is_none());
        assert!(PLANE.line([0.0, 9.0], [1.0, 9.0]).is_none());
        assert!(PLANE.line([0.0, f64::NAN], [1.0, 9.0]).is_none());
    }
}
