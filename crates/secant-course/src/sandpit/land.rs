//! The shapes of the floor under the sand, as texts of the language, one for each level.
//!
//! Here: which hollows, bowls, waves and walls a seed gives. All numbers are short decimals, so they are exact.
//! Not here: where the floor is lowest (`lowest`); that is looked for, never written down.
//! Invariant: the floor lies below the surface of the sand everywhere: every depth is positive.

use super::draws::Draws;

/// A number of hundredths as a decimal: 235 is `2.35`, 60 is `0.6`.
fn decimal(hundredths: i64) -> String {
    let (sign, size) = (if hundredths < 0 { "-" } else { "" }, hundredths.abs());
    let text = format!("{sign}{}.{:02}", size / 100, size % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A place, in hundredths.
type Place = (i64, i64);

fn place(draws: &mut Draws, low: i64, high: i64) -> Place {
    (draws.whole(low, high), draws.whole(low, high))
}

/// The square of the distance, in hundredths of hundredths.
fn apart(a: Place, b: Place) -> i64 {
    (a.0 - b.0).pow(2) + (a.1 - b.1).pow(2)
}

/// A place that keeps its distance from others: the first of a few tries, or the last.
fn place_away(draws: &mut Draws, (low, high): (i64, i64), from: &[Place], distance: i64) -> Place {
    let mut found = place(draws, low, high);
    for _ in 0..40 {
        if from.iter().all(|other| apart(found, *other) >= distance * distance) {
            break;
        }
        found = place(draws, low, high);
    }
    found
}

/// What is added up to a floor, and how far up it may reach.
struct Floor {
    terms: String,
    /// At least the highest value of the terms, in hundredths.
    top: i64,
}

impl Floor {
    /// A round bowl around a place, so many hundredths steep.
    fn bowl(at: Place, steepness: i64) -> Floor {
        let far = |c: i64| c.max(600 - c).pow(2);
        let top = steepness * (far(at.0) + far(at.1)) / 10_000 + 1;
        Floor { terms: format!("{} {}", decimal(steepness), square(at)), top }
    }

    /// A hollow of Gaussian shape; `width` is the square of its size, in hundredths.
    fn hollow(&mut self, at: Place, deep: i64, width: i64) {
        self.terms += &format!(" - {} exp(-{}/{})", decimal(deep), square(at), decimal(width));
    }

    /// A well whose sides reach far: one over a square.
    fn well(&mut self, at: Place, deep: i64, width: i64) {
        self.terms += &format!(" - {}/(1 + {}/{})", decimal(deep), square(at), decimal(width));
    }

    /// A wall along the line `a x + b y = c` (tenths, tenths, hundredths).
    fn wall(&mut self, (a, b): (i64, i64), c: i64, high: i64, width: i64) {
        let line = format!("({} x + {} y - ({}))^2", decimal(10 * a), decimal(10 * b), decimal(c));
        self.terms += &format!(" + {} exp(-{line}/{})", decimal(high), decimal(width));
        self.top += high;
    }

    /// Ripples that run across the square.
    fn wave(&mut self, deep: i64, (along, across, offset): (i64, i64, i64), by: [&str; 2]) {
        let [x, y] = by;
        let phase = format!("{} {x} + ({}) {y} + {}", decimal(along), decimal(across), decimal(offset));
        self.terms += &format!(" - {} cos({phase})", decimal(deep));
        self.top += deep;
    }

    /// The text, sunk until all of it lies below the surface.
    fn text(self) -> String {
        format!("{} - {}", self.terms, decimal(self.top + 40))
    }
}

/// `((x - 2.35)^2 + (y - 1)^2)`
fn square((x, y): Place) -> String {
    format!("((x - {})^2 + (y - {})^2)", decimal(x), decimal(y))
}

/// A wide bowl, and a well somewhere in its side.
pub(super) fn bowl_with_well(draws: &mut Draws) -> String {
    let middle = place(draws, 180, 420);
    let mut floor = Floor::bowl(middle, draws.whole(8, 14));
    let at = place_away(draws, (80, 520), &[middle], 130);
    floor.hollow(at, draws.whole(120, 200), draws.whole(50, 110));
    floor.text()
}

/// Hollows and a wall, which stands between the middle and the deepest of them.
pub(super) fn pits_and_wall(draws: &mut Draws) -> String {
    let middle = (300, 300);
    let deepest = place_away(draws, (90, 510), &[middle], 180);
    let mut floor = Floor::bowl(place(draws, 240, 360), draws.whole(2, 4));
    floor.hollow(deepest, draws.whole(190, 240), draws.whole(50, 90));
    let mut taken = vec![deepest];
    for _ in 0..draws.whole(2, 4) {
        let at = place_away(draws, (70, 530), &taken, 150);
        floor.hollow(at, draws.whole(60, 110), draws.whole(40, 90));
        taken.push(at);
    }
    // Directions of length one: the wall is as wide everywhere. One that has both well on its two sides.
    let along = |(a, b): (i64, i64), (x, y): Place| (a * x + b * y) / 10;
    let mut ways = vec![(6, 8), (8, 6), (10, 0), (0, 10), (6, -8), (8, -6)];
    ways.retain(|way| (along(*way, deepest) - along(*way, middle)).abs() >= 140);
    let way = if ways.is_empty() { (10, 0) } else { draws.one_of(&ways) };
    let c = (along(way, deepest) + along(way, middle)) / 2;
    floor.wall(way, c, draws.whole(80, 140), draws.whole(6, 14));
    floor.text()
}

/// A gentle bowl with ripples in two directions: a hollow wherever two troughs meet.
pub(super) fn many_minima(draws: &mut Draws) -> String {
    let mut floor = Floor::bowl(place(draws, 160, 440), draws.whole(5, 9));
    for by in [["x", "y"], ["y", "x"]] {
        let run = (draws.whole(330, 460), draws.whole(20, 110) * draws.one_of(&[-1, 1]), draws.whole(0, 628));
        floor.wave(draws.whole(35, 55), run, by);
    }
    floor.text()
}

/// Two hollows in a bowl, wide enough to be found by a measurement that errs.
pub(super) fn two_hollows(draws: &mut Draws) -> String {
    let middle = place(draws, 200, 400);
    let mut floor = Floor::bowl(middle, draws.whole(8, 14));
    let first = place_away(draws, (90, 510), &[middle], 120);
    floor.hollow(first, draws.whole(160, 210), draws.whole(90, 160));
    let second = place_away(draws, (90, 510), &[middle, first], 160);
    floor.hollow(second, draws.whole(70, 120), draws.whole(80, 140));
    floor.text()
}

/// A bowl that leads nowhere, and a narrow well, deep enough to be felt from some way off.
pub(super) fn narrow_well(draws: &mut Draws) -> String {
    let middle = place(draws, 180, 420);
    let mut floor = Floor::bowl(middle, draws.whole(6, 10));
    let at = place_away(draws, (80, 520), &[middle, (300, 300)], 170);
    floor.well(at, draws.whole(280, 360), draws.whole(3, 6));
    floor.text()
}
