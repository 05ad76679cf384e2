//! A function of two variables over a grid: its level lines and the regions above a level.
//!
//! Here: marching squares with linear interpolation, lines joined from end to end.
//! Not here: values (the figure computes them), pixels.
//! Invariant: a cell with a corner that has no value is left out of every line and region; lines are those of
//! `assets/math/grid.js`.
//! Start reading at [`Grid::lines`].

use std::collections::BTreeSet;
use std::fmt::Write as _;

/// A place in units of the grid.
pub type Place = (f64, f64);

/// Values row by row from the lowest.
#[derive(Clone, Copy, Debug)]
pub struct Grid<'a> {
    /// The values, `across * up` of them.
    pub z: &'a [f64],
    /// Places in a row.
    pub across: usize,
    /// Rows.
    pub up: usize,
}

/// A line in units of the grid.
#[derive(Clone, Debug)]
pub struct Line {
    /// Where it goes through.
    pub points: Vec<Place>,
    /// Does it end where it began?
    pub closed: bool,
}

/// The function itself, at places in units of the grid.
pub type Exact<'a> = &'a dyn Fn(&[Place]) -> Vec<f64>;

/// Where an edge of the grid is crossed: the place, and how much the function changes along the edge.
type Crossing = (Place, f64);

impl Grid<'_> {
    fn cells(&self) -> impl Iterator<Item = (usize, usize, [f64; 4])> + '_ {
        let rows = 0..self.up.saturating_sub(1);
        rows.flat_map(move |j| (0..self.across.saturating_sub(1)).map(move |i| (i, j))).filter_map(
            move |(i, j)| {
                let k = j * self.across + i;
                let corners =
                    [k, k + 1, k + self.across + 1, k + self.across].map(|k| self.z.get(k).copied());
                let [Some(a), Some(b), Some(c), Some(d)] = corners else { return None };
                let cell = [a, b, c, d];
                cell.iter().all(|z| z.is_finite()).then_some((i, j, cell))
            },
        )
    }

    /// The lines along which the grid has the value `level`. `exact`: the function at crossings; one that is not near
    /// the level there jumps or has a pole, and is no crossing.
    pub fn lines(&self, level: f64, exact: Option<Exact<'_>>) -> Vec<Line> {
        let flat = |i: usize, j: usize| j * self.across + i;
        let steep = |i: usize, j: usize| self.across * self.up + j * self.across + i;
        let mut ends: Vec<[Option<usize>; 2]> = vec![[None; 2]; 2 * self.across * self.up];
        let mut used = Vec::new();
        let mut join = |a: usize, b: usize| {
            for (from, to) in [(a, b), (b, a)] {
                if ends[from][0].is_none() {
                    used.push(from);
                    ends[from][0] = Some(to);
                } else {
                    ends[from][1] = Some(to);
                }
            }
        };
        for (i, j, cell) in self.cells() {
            let (bottom, right, top, left) = (flat(i, j), steep(i + 1, j), flat(i, j + 1), steep(i, j));
            let middle = cell.iter().sum::<f64>() / 4.0 >= level;
            match cell.map(|z| z >= level) {
                [true, false, false, false] | [false, true, true, true] => join(left, bottom),
                [false, true, false, false] | [true, false, true, true] => join(bottom, right),
                [true, true, false, false] | [false, false, true, true] => join(left, right),
                [false, false, true, false] | [true, true, false, true] => join(right, top),
                [false, true, true, false] | [true, false, false, true] => join(bottom, top),
                [true, true, true, false] | [false, false, false, true] => join(left, top),
                [first, second, ..] if first != second => {
                    if first == middle {
                        join(left, top);
                        join(bottom, right);
                    } else {
                        join(left, bottom);
                        join(right, top);
                    }
                }
                _ => {}
            }
        }
        let mut done = self.wrong(level, &used, exact);
        let wrong = done.clone();
        let open = |edge: usize| ends[edge].iter().any(|next| next.is_none_or(|next| wrong.contains(&next)));
        let (first, second): (Vec<usize>, Vec<usize>) = used.iter().partition(|edge| open(**edge));
        let mut lines = Vec::new();
        for start in first.into_iter().chain(second) {
            let (mut points, mut last, mut now) = (Vec::new(), start, Some(start));
            while let Some(edge) = now.filter(|edge| done.insert(*edge)) {
                points.push(self.crossing(edge, level).0);
                last = edge;
                now = ends[edge].into_iter().flatten().find(|next| !done.contains(next));
            }
            let closed = points.len() > 2 && !open(start) && ends[last].contains(&Some(start));
            if points.len() > 1 {
                lines.push(Line { points, closed });
            }
        }
        lines
    }

    /// The edges that are crossed only by a jump or a pole.
    fn wrong(&self, level: f64, used: &[usize], exact: Option<Exact<'_>>) -> BTreeSet<usize> {
        let Some(exact) = exact else { return BTreeSet::new() };
        let crossings: Vec<Crossing> = used.iter().map(|edge| self.crossing(*edge, level)).collect();
        let places: Vec<Place> = crossings.iter().map(|(place, _)| *place).collect();
        let found = exact(&places);
        let near =
            |k: usize| found.get(k).is_some_and(|value: &f64| (value - level).abs() <= 0.45 * crossings[k].1);
        used.iter().enumerate().filter(|(k, _)| !near(*k)).map(|(_, edge)| *edge).collect()
    }

    fn crossing(&self, edge: usize, level: f64) -> Crossing {
        let upright = edge >= self.across * self.up;
        let k = edge % (self.across * self.up);
        let (i, j) = ((k % self.across) as f64, (k / self.across) as f64);
        let (from, to) = (self.z[k], self.z[if upright { k + self.across } else { k + 1 }]);
        let t = (level - from) / (to - from);
        (if upright { (i, j + t) } else { (i + t, j) }, (to - from).abs())
    }

    /// The region where the grid is at least `level`, as a path; `px` and `py` turn units of the grid into texts.
    pub fn region(&self, level: f64, px: &dyn Fn(f64) -> String, py: &dyn Fn(f64) -> String) -> String {
        let mut path = String::new();
        let mut whole: Option<(usize, usize, usize)> = None; // row, first and last cell of a run of whole cells
        let flush = |whole: &mut Option<(usize, usize, usize)>, path: &mut String| {
            if let Some((j, first, last)) = whole.take() {
                let (j, first, last) = (j as f64, first as f64, last as f64);
                let _ = write!(
                    path,
                    "M{} {}H{}V{}H{}Z",
                    px(first),
                    py(j),
                    px(last + 1.0),
                    py(j + 1.0),
                    px(first)
                );
            }
        };
        for (i, j, cell) in self.cells() {
            let above = cell.map(|z| z >= level);
            if above == [true; 4] {
                match &mut whole {
                    Some((row, _, last)) if *row == j && *last + 1 == i => *last = i,
                    _ => {
                        flush(&mut whole, &mut path);
                        whole = Some((j, i, i));
                    }
                }
                continue;
            }
            if above == [false; 4] {
                continue;
            }
            let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
            let text = |k: usize, t: f64| {
                let (a, b) = (corners[k], corners[(k + 1) % 4]);
                let (u, v) = (a.0 + (b.0 - a.0) * t, a.1 + (b.1 - a.1) * t);
                format!("{} {}", px(i as f64 + u), py(j as f64 + v))
            };
            let cut = |k: usize| text(k, (level - cell[k]) / (cell[(k + 1) % 4] - cell[k]));
            let apart =
                above[0] == above[2] && above[1] == above[3] && cell.iter().sum::<f64>() / 4.0 < level;
            if apart {
                for k in (0..4).filter(|k| above[*k]) {
                    let _ = write!(path, "M{}L{}L{}Z", text(k, 0.0), cut(k), cut((k + 3) % 4));
                }
                continue;
            }
            let mut places = Vec::new();
            for k in 0..4 {
                if above[k] {
                    places.push(text(k, 0.0));
                }
                if above[k] != above[(k + 1) % 4] {
                    places.push(cut(k));
                }
            }
            let _ = write!(path, "M{}Z", places.join("L"));
        }
        flush(&mut whole, &mut path);
        path
    }
}

/// Which of the sixteen colours band `k` of `count` has.
pub fn shade(k: usize, count: usize) -> usize {
    if count < 2 { 8 } else { (15.0 * k as f64 / (count - 1) as f64).round() as usize }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(f: impl Fn(f64, f64) -> f64) -> Vec<f64> {
        (0..21)
            .flat_map(|j| (0..21).map(move |i| (f64::from(i), f64::from(j))))
            .map(|(x, y)| f(x, y))
            .collect()
    }

    fn lines(f: impl Fn(f64, f64) -> f64 + Copy, level: f64) -> Vec<Line> {
        let z = values(f);
        let exact = |places: &[Place]| places.iter().map(|(x, y)| f(*x, *y)).collect();
        Grid { z: &z, across: 21, up: 21 }.lines(level, Some(&exact))
    }

    #[test]
    fn a_circle_is_one_closed_line_on_the_circle() {
        let found = lines(|x, y| (x - 10.0).powi(2) + (y - 10.0).powi(2), 36.0);
        assert_eq!((found.len(), found[0].closed), (1, true));
        for (x, y) in &found[0].points {
            assert!(((x - 10.0).hypot(y - 10.0) - 6.0).abs() < 0.05, "{x} {y}");
        }
    }

    #[test]
    fn a_straight_line_is_exact_and_open() {
        let found = lines(|x, y| x + y, 15.5);
        assert_eq!((found.len(), found[0].closed), (1, false));
        assert!(found[0].points.iter().all(|(x, y)| (x + y - 15.5).abs() < 1e-9));
        assert_eq!(found[0].points.len(), 32, "sixteen edges across and sixteen up");
    }

    #[test]
    fn a_saddle_has_two_branches_and_a_pole_or_a_jump_none() {
        assert_eq!(lines(|x, y| (x - 10.3) * (y - 10.4), 1.0).len(), 2);
        assert_eq!(lines(|x, _| 1.0 / (x - 10.5), 0.0).len(), 0);
        assert_eq!(lines(|x, _| if x < 10.5 { -1.0 } else { 1.0 }, 0.0).len(), 0);
        assert_eq!(lines(|x, _| x.sqrt() - 40.0, 0.0).len(), 0);
    }

    #[test]
    fn cells_without_a_value_are_left_out() {
        let found = lines(|x, y| if x > 10.0 { f64::NAN } else { y }, 5.5);
        assert_eq!(found.len(), 1);
        assert!(found[0].points.iter().all(|(x, _)| *x <= 10.0));
    }

    /// The area of a path of straight pieces.
    fn area(path: &str) -> f64 {
        let mut total = 0.0;
        for piece in path.split('M').filter(|p| !p.is_empty()) {
            let piece = piece.trim_end_matches('Z');
            let mut points: Vec<Place> = Vec::new();
            if let Some((start, rest)) = piece.split_once('H') {
                let (x, y) = start.split_once(' ').unwrap();
                let (right, rest) = rest.split_once('V').unwrap();
                let (top, _) = rest.split_once('H').unwrap();
                let [x, y, right, top] = [x, y, right, top].map(|t| t.parse::<f64>().unwrap());
                points.extend([(x, y), (right, y), (right, top), (x, top)]);
            } else {
                for pair in piece.split('L') {
                    let (x, y) = pair.split_once(' ').unwrap();
                    points.push((x.parse().unwrap(), y.parse().unwrap()));
                }
            }
            let next = points.iter().cycle().skip(1);
            total += points.iter().zip(next).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum::<f64>() / 2.0;
        }
        total
    }

    #[test]
    fn regions_have_the_area_of_what_they_show() {
        let z = values(|x, y| x + y);
        let grid = Grid { z: &z, across: 21, up: 21 };
        let text = |v: f64| v.to_string();
        assert!((area(&grid.region(f64::NEG_INFINITY, &text, &text)) - 400.0).abs() < 1e-9);
        assert!((area(&grid.region(20.5, &text, &text)) - 19.5 * 19.5 / 2.0).abs() < 1e-9);
        let z = values(|x, y| -(x - 10.0).powi(2) - (y - 10.0).powi(2));
        let grid = Grid { z: &z, across: 21, up: 21 };
        assert!((area(&grid.region(-49.0, &text, &text)) - 49.0 * std::f64::consts::PI).abs() < 1.5);
        assert_eq!(grid.region(1.0, &text, &text), "");
    }
}
