//! Lines and regions, cut at the edge of a rectangle; points that a line does not need.
//!
//! Invariant: what comes out lies in the rectangle and is finite.

/// `[[left, top], [right, bottom]]`, in pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rect {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

type Point = [f64; 2];

impl Rect {
    pub(super) fn width(&self) -> f64 {
        self.right - self.left
    }

    pub(super) fn height(&self) -> f64 {
        self.bottom - self.top
    }

    pub(super) fn contains(&self, [x, y]: Point) -> bool {
        (self.left..=self.right).contains(&x) && (self.top..=self.bottom).contains(&y)
    }

    fn nearest(&self, [x, y]: Point) -> Point {
        [x.clamp(self.left, self.right), y.clamp(self.top, self.bottom)]
    }

    /// The part of a segment inside (Liang and Barsky).
    pub(super) fn segment(&self, a: Point, b: Point) -> Option<[Point; 2]> {
        let (mut from, mut to) = (0.0_f64, 1.0_f64);
        let d = [b[0] - a[0], b[1] - a[1]];
        for (d, room) in [
            (-d[0], a[0] - self.left),
            (d[0], self.right - a[0]),
            (-d[1], a[1] - self.top),
            (d[1], self.bottom - a[1]),
        ] {
            if d == 0.0 {
                if room < 0.0 {
                    return None;
                }
            } else if d < 0.0 {
                from = from.max(room / d);
            } else {
                to = to.min(room / d);
            }
        }
        if from > to {
            return None;
        }
        let at = |t: f64| self.nearest([a[0] + t * d[0], a[1] + t * d[1]]);
        Some([if from > 0.0 { at(from) } else { a }, if to < 1.0 { at(to) } else { b }])
    }

    /// The pieces of a line inside; where a coordinate is not finite it is broken.
    pub(super) fn line(&self, points: &[Point]) -> Vec<Vec<Point>> {
        let mut pieces: Vec<Vec<Point>> = Vec::new();
        let mut end: Option<Point> = None;
        for pair in points.windows(2) {
            let [a, b] = [pair[0], pair[1]];
            let inside = a.iter().chain(&b).all(|x| x.is_finite()).then(|| self.segment(a, b)).flatten();
            let Some([from, to]) = inside else {
                end = None;
                continue;
            };
            match pieces.last_mut() {
                Some(piece) if end == Some(from) => piece.push(to),
                _ => pieces.push(vec![from, to]),
            }
            end = (to == b).then_some(b);
        }
        pieces
    }

    /// The part of a region inside (Sutherland and Hodgman).
    pub(super) fn region(&self, corners: &[Point]) -> Vec<Point> {
        let mut corners: Vec<Point> =
            corners.iter().copied().filter(|p| p.iter().all(|x| x.is_finite())).collect();
        // An axis, the edge, and the side of it that is inside.
        let edges = [(0, self.left, 1.0), (0, self.right, -1.0), (1, self.top, 1.0), (1, self.bottom, -1.0)];
        for (axis, edge, side) in edges {
            let inside = |p: &Point| (p[axis] - edge) * side >= 0.0;
            let mut kept = Vec::with_capacity(corners.len());
            for (k, b) in corners.iter().enumerate() {
                let a = &corners[if k == 0 { corners.len() - 1 } else { k - 1 }];
                if inside(a) != inside(b) {
                    let t = (edge - a[axis]) / (b[axis] - a[axis]);
                    let mut crossing = [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
                    crossing[axis] = edge;
                    kept.push(crossing);
                }
                if inside(b) {
                    kept.push(*b);
                }
            }
            corners = kept;
        }
        corners.into_iter().map(|p| self.nearest(p)).collect()
    }
}

/// Leaves out points that lie within `tolerance` of the line without them (Douglas and Peucker).
pub(super) fn thin(points: &[Point], tolerance: f64) -> Vec<Point> {
    if points.len() < 3 {
        return points.to_vec();
    }
    let mut kept = vec![false; points.len()];
    kept[0] = true;
    kept[points.len() - 1] = true;
    let mut open = vec![(0, points.len() - 1)];
    while let Some((from, to)) = open.pop() {
        let farthest = (from + 1..to)
            .map(|k| (distance(points[k], points[from], points[to]), k))
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        if let Some((far, k)) = farthest
            && far > tolerance
        {
            kept[k] = true;
            open.extend([(from, k), (k, to)]);
        }
    }
    points.iter().zip(kept).filter(|(_, kept)| *kept).map(|(p, _)| *p).collect()
}

/// From `p` to the segment from `a` to `b`.
fn distance(p: Point, a: Point, b: Point) -> f64 {
    let d = [b[0] - a[0], b[1] - a[1]];
    let square = d[0] * d[0] + d[1] * d[1];
    let t = if square > 0.0 {
        (((p[0] - a[0]) * d[0] + (p[1] - a[1]) * d[1]) / square).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (p[0] - a[0] - t * d[0]).hypot(p[1] - a[1] - t * d[1])
}
