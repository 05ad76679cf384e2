//! Where the floor is lowest, proven: branch and bound over intervals.
//!
//! The square is cut into boxes, and each box into four, again and again. A box is dropped when the floor cannot be lowest in
//! it: when all of it lies higher than a place already seen, or when the floor falls in one direction everywhere in it and the
//! box does not end at the edge of the square there. What is left after the last cut holds every place where the floor is lowest.
//! All bounds come from the engine's intervals, which are rounded outward.
//!
//! Here: the search and its budget. Not here: which pits are fit to play in (`super`).
//! Source: Hansen & Walster, *Global Optimization Using Interval Analysis*, 2nd ed., ch. 12 (cut-off, monotonicity, mean value).

use secant::calculus::gradient;
use secant::expr::{Expr, Shape, Symbol};
use secant::program::{Enclosure, Interval, Program, Workspace};

use super::SIDE;

/// Boxes that are looked at before the search is given up.
const MOST_BOXES: usize = 40_000;

/// The square is cut into 8 × 8 boxes at first, and 15 times in two altogether: into boxes of 0.0002.
const FIRST_CUTS: u32 = 3;
const LAST_CUTS: u32 = 15;

/// The place where the floor is lowest, between proven bounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lowest {
    /// Every place where the floor is lowest lies in here …
    pub x: Interval,
    /// … and here.
    pub y: Interval,
    /// The height of the floor there.
    pub height: Interval,
    /// How many boxes the proof took.
    pub boxes: usize,
}

impl Lowest {
    /// The middle of the bounds.
    pub fn place(&self) -> (f64, f64) {
        (self.x.middle(), self.y.middle())
    }
}

/// Outputs of the program that is run over boxes.
const VALUE: usize = 0;
const SLOPES: [usize; 2] = [1, 2];
const MEAN_VALUE: usize = 3;
const MIDDLE: usize = 4;

struct Search {
    /// `f(x, y)`, both slopes, the mean value form `f(m, n) + f_x dx + f_y dy`, and `f(m, n)`.
    program: Program,
    workspace: Workspace,
    out: [Enclosure; 5],
    /// The floor is certainly not higher than this somewhere.
    best: f64,
}

/// Proves where `floor`, an expression in `x` and `y`, is lowest in the square; `None` when that takes more than the budget
/// or leaves more than one spot.
pub(super) fn lowest(floor: &Expr) -> Option<Lowest> {
    let [x, y, m, n, dx, dy] = ["x", "y", "m", "n", "dx", "dy"].map(Symbol::new);
    let scalar = |s: &Symbol| (s.clone(), Shape::SCALAR);
    let slopes = gradient(floor, &[scalar(&x), scalar(&y)]);
    let middle = floor.replace(&x, &Expr::var("m")).replace(&y, &Expr::var("n"));
    let mean_value =
        middle.clone() + slopes[0].clone() * Expr::var("dx") + slopes[1].clone() * Expr::var("dy");
    let outputs = [floor.clone(), slopes[0].clone(), slopes[1].clone(), mean_value, middle];
    let program = Program::compile(&outputs, &[x, y, m, n, dx, dy]).ok()?;
    let nowhere = Enclosure { values: Interval::EMPTY, defined: false };
    let mut search = Search { program, workspace: Workspace::new(), out: [nowhere; 5], best: f64::INFINITY };

    let mut boxes: Vec<(u32, u32)> = square(FIRST_CUTS).collect();
    let mut looked_at = 0;
    for cuts in FIRST_CUTS..=LAST_CUTS {
        looked_at += boxes.len();
        if looked_at > MOST_BOXES {
            return None;
        }
        let mut kept = Vec::with_capacity(boxes.len());
        for (i, j) in boxes {
            let (low, falls) = search.look(i, j, cuts)?;
            if !falls {
                kept.push((i, j, low));
            }
        }
        kept.retain(|(_, _, low)| *low <= search.best);
        if cuts == LAST_CUTS {
            return search.close(&kept, looked_at);
        }
        boxes =
            kept.iter().flat_map(|(i, j, _)| square(1).map(move |(a, b)| (2 * i + a, 2 * j + b))).collect();
    }
    None
}

/// The boxes of a square cut so many times.
fn square(cuts: u32) -> impl Iterator<Item = (u32, u32)> {
    let count = 1_u32 << cuts;
    (0..count).flat_map(move |i| (0..count).map(move |j| (i, j)))
}

/// From where to where box `i` of the side reaches. Exact: the side times a fraction of a power of two.
fn side(i: u32, cuts: u32) -> (f64, f64) {
    let one = SIDE / f64::from(1_u32 << cuts);
    (f64::from(i) * one, f64::from(i + 1) * one)
}

impl Search {
    /// A lower bound of the floor in a box, and whether the floor falls out of it; `None` where the floor has no value.
    fn look(&mut self, i: u32, j: u32, cuts: u32) -> Option<(f64, bool)> {
        let (x, y) = (side(i, cuts), side(j, cuts));
        let half = (x.1 - x.0) / 2.0;
        let reach = Interval::new(-half, half)?;
        let inputs = [
            Interval::new(x.0, x.1)?,
            Interval::new(y.0, y.1)?,
            Interval::point(x.0 + half),
            Interval::point(y.0 + half),
            reach,
            reach,
        ];
        self.program.evaluate_interval(&inputs, &mut self.out, &mut self.workspace).ok()?;
        if self.out.iter().any(|one| !one.defined) {
            return None;
        }
        let values = |k: usize| self.out[k].values;
        self.best = self.best.min(values(MIDDLE).high());
        let falls = [(SLOPES[0], x), (SLOPES[1], y)].iter().any(|(k, (from, to))| {
            let slope = values(*k);
            (slope.low() > 0.0 && *from > 0.0) || (slope.high() < 0.0 && *to < SIDE)
        });
        Some((values(VALUE).low().max(values(MEAN_VALUE).low()), falls))
    }

    /// What the boxes that are left say together.
    fn close(&self, kept: &[(u32, u32, f64)], boxes: usize) -> Option<Lowest> {
        let hull = |part: fn(&(u32, u32, f64)) -> u32| {
            let ends = kept.iter().map(|one| side(part(one), LAST_CUTS));
            ends.fold(Interval::EMPTY, |all, (from, to)| {
                Interval::new(from, to).map_or(all, |one| all.hull(one))
            })
        };
        let low = kept.iter().map(|(_, _, low)| *low).fold(f64::INFINITY, f64::min);
        Some(Lowest { x: hull(|b| b.0), y: hull(|b| b.1), height: Interval::new(low, self.best)?, boxes })
    }
}
