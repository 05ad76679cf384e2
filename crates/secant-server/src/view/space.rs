//! A panel that is a space: from places with three coordinates to pixels, seen from far away at an angle.
//!
//! Here: the projection, the floor and the axes, which facet lies behind which.
//! Not here: values, colours. The measures are those of `assets/view/space.js`.
//! Start reading at [`Space::project`].

use maud::{Markup, html};
use secant::sheet::figure::Panel;

use super::figure_svg::{math_text, px, stroke};
use super::plane::{HEIGHT, Pixel, Plane, WIDTH, ticks};

/// How high a space is when its floor reaches from −1 to 1.
const TALL: f64 = 0.75;
/// Pixels that the numbers of the axes need, sideways and upwards.
const ROOM: [f64; 2] = [44.0, 62.0];
/// Pixels that the middle stands higher: more is written below than above.
const LIFT: f64 = 6.0;
/// Above this angle, in degrees, the third axis is too short for numbers.
const STEEP: f64 = 75.0;

/// A space and the direction it is seen from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Space {
    ranges: [[f64; 2]; 3],
    stretch: [f64; 3],
    right: [f64; 3],
    up: [f64; 3],
    towards: [f64; 3],
    tilt: f64,
}

impl Space {
    /// The space of a panel at these parameters, or nothing for a plane.
    pub(super) fn of(panel: &Panel, [x, y]: [[f64; 2]; 2], params: &[f64]) -> Option<Self> {
        let space = panel.space.as_ref()?;
        let angle = |k: usize| params.get(k).copied().unwrap_or_default();
        let (turn, tilt) = (angle(space.turn).to_radians(), angle(space.tilt).to_radians());
        let ranges = [x, y, space.z];
        let halves = ranges.map(|[lo, hi]| (hi - lo) / 2.0);
        let longest = halves.into_iter().fold(f64::MIN_POSITIVE, f64::max);
        let stretch = if panel.equal { halves.map(|half| half / longest) } else { [1.0, 1.0, TALL] };
        Some(Self {
            ranges,
            stretch,
            right: [-turn.sin(), turn.cos(), 0.0],
            up: [-tilt.sin() * turn.cos(), -tilt.sin() * turn.sin(), tilt.cos()],
            towards: [tilt.cos() * turn.cos(), tilt.cos() * turn.sin(), tilt.sin()],
            tilt: angle(space.tilt),
        })
    }

    /// The plane of the picture itself: a unit is a pixel, and up is up.
    pub(super) fn plane() -> Plane {
        let (left, right, top, bottom) = (4.0, WIDTH - 4.0, 4.0, HEIGHT - 4.0);
        Plane { x: [left, right], y: [-bottom, -top], left, right, top, bottom }
    }

    /// The place as a corner of the box from −1 to 1.
    fn shaped(&self, place: [f64; 3]) -> [f64; 3] {
        std::array::from_fn(|k| {
            let [lo, hi] = self.ranges[k];
            (2.0 * place[k] - lo - hi) / (hi - lo) * self.stretch[k]
        })
    }

    /// Where a place stands in [`Space::plane`].
    pub(super) fn project(&self, place: [f64; 3]) -> [f64; 2] {
        let p = self.shaped(place);
        // As large as fits whichever way it is turned.
        let wide = self.stretch[0].hypot(self.stretch[1]);
        let high = wide * self.towards[2] + self.stretch[2] * self.up[2];
        let scale = ((WIDTH - ROOM[0]) / (2.0 * wide)).min((HEIGHT - ROOM[1]) / (2.0 * high));
        [WIDTH / 2.0 + scale * dot(self.right, p), -(HEIGHT / 2.0 - LIFT - scale * dot(self.up, p))]
    }

    fn pixel(&self, place: [f64; 3]) -> Pixel {
        let [x, y] = self.project(place);
        (x, -y)
    }

    /// Whether rows and columns of a grid are drawn from their lowest on: what lies behind comes first.
    pub(super) fn ascending(&self) -> [bool; 2] {
        [self.towards[0] > 0.0, self.towards[1] > 0.0]
    }

    /// How dark a facet with these corners is, from 0 to 5.
    pub(super) fn shadow(&self, corners: [[f64; 3]; 4]) -> usize {
        let [a, b, c, d] = corners.map(|place| self.shaped(place));
        let (p, q) = (minus(c, a), minus(d, b));
        let mut normal = [p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]];
        let long = dot(normal, normal).sqrt().max(f64::MIN_POSITIVE);
        let side = if dot(normal, self.towards) < 0.0 { -long } else { long };
        normal = normal.map(|n| n / side);
        let light: [f64; 3] =
            std::array::from_fn(|k| 0.65 * self.towards[k] + 0.6 * self.up[k] - 0.47 * self.right[k]);
        (6.0 * (1.0 - dot(normal, light))).floor().clamp(0.0, 5.0) as usize
    }

    /// The floor with its grid, and the three axes with their numbers.
    pub(super) fn axes(&self, labels: [&str; 3]) -> Markup {
        let [x, y, z] = self.ranges;
        let near = |k: usize| if self.towards[k] > 0.0 { self.ranges[k][1] } else { self.ranges[k][0] };
        let far = |k: usize| if self.towards[k] > 0.0 { self.ranges[k][0] } else { self.ranges[k][1] };
        let (near, far) = ([near(0), near(1)], [far(0), far(1)]);
        let marks = [x, y, z].map(|range| ticks(range, 5.0));
        let edge = |class: &str, a: [f64; 3], b: [f64; 3]| stroke(class, None, self.pixel(a), self.pixel(b));
        // Outward from an edge of the floor, in pixels.
        let beyond = |at: [f64; 3], from: [f64; 3], by: f64| {
            let (p, q) = (self.pixel(at), self.pixel(from));
            let long = (p.0 - q.0).hypot(p.1 - q.1).max(1.0);
            (p.0 + by * (p.0 - q.0) / long, p.1 + by * (p.1 - q.1) / long + 4.0)
        };
        let corners = [[x[0], y[0]], [x[0], y[1]], [x[1], y[0]], [x[1], y[1]]];
        let leftmost = corners
            .into_iter()
            .min_by(|a, b| self.pixel([a[0], a[1], z[0]]).0.total_cmp(&self.pixel([b[0], b[1], z[0]]).0))
            .unwrap_or([x[0], y[0]]);
        let middle = |[lo, hi]: [f64; 2]| f64::midpoint(lo, hi);
        let text = |class: &str, at: Pixel, anchor: &str, text: &str| {
            html! { text class=(class) x=(px(at.0)) y=(px(at.1)) text-anchor=(anchor) { (text) } }
        };
        html! {
            g aria-hidden="true" {
                @for (value, label) in &marks[0] {
                    (edge("grid", [*value, y[0], z[0]], [*value, y[1], z[0]]))
                    (text("tick", beyond([*value, near[1], z[0]], [*value, far[1], z[0]], 16.0), "middle", label))
                }
                @for (value, label) in &marks[1] {
                    (edge("grid", [x[0], *value, z[0]], [x[1], *value, z[0]]))
                    (text("tick", beyond([near[0], *value, z[0]], [far[0], *value, z[0]], 16.0), "middle", label))
                }
                (edge("axis", [x[0], near[1], z[0]], [x[1], near[1], z[0]]))
                (edge("axis", [near[0], y[0], z[0]], [near[0], y[1], z[0]]))
                @let (cx, cy) = (middle(x), middle(y));
                (text("axis-label", beyond([cx, near[1], z[0]], [cx, far[1], z[0]], 36.0), "middle", &math_text(labels[0])))
                (text("axis-label", beyond([near[0], cy, z[0]], [far[0], cy, z[0]], 36.0), "middle", &math_text(labels[1])))
                @if self.tilt < STEEP {
                    @let foot = |value: f64| [leftmost[0], leftmost[1], value];
                    (edge("axis", foot(z[0]), foot(z[1])))
                    @for (value, label) in &marks[2] {
                        @let (at_x, at_y) = self.pixel(foot(*value));
                        (text("tick", (at_x - 8.0, at_y + 4.0), "end", label))
                    }
                    @let (at_x, at_y) = self.pixel(foot(z[1]));
                    (text("axis-label", (at_x, at_y - 12.0), "middle", &math_text(labels[2])))
                }
            }
        }
    }
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn minus(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn space(turn: f64, tilt: f64) -> Space {
        let text = String::new();
        let panel = Panel {
            id: "p".into(),
            x: [0.0, 4.0],
            y: [-1.0, 1.0],
            xlabel: text.clone(),
            ylabel: text.clone(),
            adapted: false,
            equal: false,
            bare: false,
            space: Some(secant::sheet::figure::Space { z: [0.0, 10.0], zlabel: text, turn: 0, tilt: 1 }),
        };
        Space::of(&panel, [panel.x, panel.y], &[turn, tilt]).unwrap()
    }

    #[test]
    fn from_straight_above_and_south_it_is_a_map() {
        let above = space(-90.0, 90.0);
        let [x0, y0] = above.project([2.0, 0.0, 5.0]);
        assert!((x0 - WIDTH / 2.0).abs() < 1e-9 && (y0 + HEIGHT / 2.0 - LIFT).abs() < 1e-9, "the middle");
        let [x1, y1] = above.project([4.0, 0.0, 9.0]);
        let [x2, y2] = above.project([2.0, 1.0, 1.0]);
        assert!(x1 > x0 && (y1 - y0).abs() < 1e-9, "x runs to the right, heights do not matter");
        assert!(y2 > y0 && (x2 - x0).abs() < 1e-9, "y runs upwards");
    }

    #[test]
    fn from_the_side_height_is_upwards_and_what_is_behind_comes_first() {
        let side = space(-90.0, 0.0);
        let [x0, y0] = side.project([2.0, -1.0, 0.0]);
        let [x1, y1] = side.project([2.0, 1.0, 10.0]);
        assert!(y1 > y0 && (x1 - x0).abs() < 1e-9);
        assert_eq!(space(-60.0, 30.0).ascending(), [true, false]);
        let flat = [[0.0, 0.0, 5.0], [1.0, 0.0, 5.0], [1.0, 1.0, 5.0], [0.0, 1.0, 5.0]];
        assert!(space(-60.0, 80.0).shadow(flat) <= space(-60.0, 5.0).shadow(flat));
    }
}
