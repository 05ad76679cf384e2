//! Ways to find the lowest point that play by the player's rules: they see what a probe says, and nothing else.
//!
//! Here: descent along the arrows, a compass search without them, a grid; each ends with the first probe that wins.
//! The fewest probes that one of them needs in a pit is its par.
//! Source: Barzilai & Borwein, "Two-point step size gradient methods", IMA J. Numer. Anal. 8 (1988); Kolda, Lewis & Torczon,
//! "Optimization by direct search", SIAM Review 45 (2003).

use super::{NEAR, Pit, Probe, SIDE};

/// Probes after which a method is given up.
const MOST: usize = 900;

/// A way to play.
#[derive(Debug)]
pub struct Method {
    /// What it is called.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub about: &'static str,
    /// Whether it needs arrows.
    pub arrow: bool,
    run: fn(&mut Hand<'_>) -> Option<()>,
}

/// The methods that a player is measured by.
#[rustfmt::skip]
pub const METHODS: &[Method] = &[
    Method { name: "descent along the arrows", arrow: true, run: descent,
        about: "Go where the arrow points, with steps as long as the change of the last two arrows suggests (Barzilai and Borwein). At the bottom of a hollow begin again elsewhere, in a fixed order from the middle outwards." },
    Method { name: "compass search", arrow: false, run: compass,
        about: "Try one step to each side and go where it is deeper; when nothing is, halve the step. At the bottom begin again elsewhere, in the same order." },
    Method { name: "grid", arrow: false, run: grid,
        about: "Probe every 0.2, row by row. It never fails, and never learns anything." },
];

/// What a method did in a pit.
#[derive(Clone, Debug)]
pub struct Played {
    /// Which.
    pub method: &'static Method,
    /// Every probe in order; the last one wins, if it was won.
    pub path: Vec<(f64, f64)>,
    /// Whether it found the lowest point before it was given up.
    pub won: bool,
}

/// Plays a pit with a method.
pub fn play(pit: &Pit, method: &'static Method) -> Played {
    let mut hand = Hand::new(pit);
    (method.run)(&mut hand);
    Played { method, path: hand.path, won: hand.won }
}

/// How many probes the descent takes from a place on, that place not counted; `None` where it ends in another hollow.
pub(super) fn descent_from(pit: &Pit, x: f64, y: f64) -> Option<usize> {
    let mut hand = Hand::new(pit);
    let first = hand.probe(x, y)?;
    walk(&mut hand, first);
    hand.won.then(|| hand.path.len() - 1)
}

/// The hand that holds the stick. Its probes are `None` as soon as the game is over, so that a method ends with `?`.
struct Hand<'a> {
    pit: &'a Pit,
    path: Vec<(f64, f64)>,
    won: bool,
}

impl<'a> Hand<'a> {
    fn new(pit: &'a Pit) -> Hand<'a> {
        Hand { pit, path: Vec::new(), won: false }
    }

    fn probe(&mut self, x: f64, y: f64) -> Option<Probe> {
        if self.won || self.path.len() >= MOST {
            return None;
        }
        let inside = |v: f64| v.clamp(0.0, SIDE);
        let probe = self.pit.reading(self.path.len(), inside(x), inside(y))?;
        self.path.push((probe.x, probe.y));
        self.won = self.pit.is_won_at(probe.x, probe.y);
        (!self.won).then_some(probe)
    }
}

/// Where a method begins again: the middle, then ever finer grids.
fn starts() -> impl Iterator<Item = (f64, f64)> {
    let middle = SIDE / 2.0;
    let cells = |n: usize| {
        let at = move |k: usize| (k as f64 + 0.5) * SIDE / n as f64;
        (0..n * n).map(move |k| (at(k % n), at(k / n)))
    };
    std::iter::once((middle, middle)).chain([2, 3, 4, 6].into_iter().flat_map(cells))
}

fn descent(hand: &mut Hand<'_>) -> Option<()> {
    for (x, y) in starts() {
        let first = hand.probe(x, y)?;
        walk(hand, first)?;
    }
    Some(())
}

/// How far the first step goes, the longest one, the shortest one that is worth a probe.
const FIRST: f64 = 0.5;
const LONGEST: f64 = 1.0;
const SHORTEST: f64 = 0.06;
/// Probes on one way down.
const MOST_STEPS: usize = 25;

/// From one probe down to the bottom of its hollow.
fn walk(hand: &mut Hand<'_>, first: Probe) -> Option<()> {
    let mut best = first;
    let [ax, ay] = arrow(&first);
    let mut rate = FIRST / length(ax, ay);
    for _ in 0..MOST_STEPS {
        let [ax, ay] = arrow(&best);
        let steep = length(ax, ay);
        let step = (rate * steep).min(LONGEST);
        if step < SHORTEST {
            break;
        }
        let next = hand.probe(best.x + step * ax / steep, best.y + step * ay / steep)?;
        if next.depth < best.depth {
            rate = step / steep / 3.0; // too far: stay, and try nearer
            continue;
        }
        // The step that would have made the last arrow nought, had the floor been a round bowl.
        let [bx, by] = arrow(&next);
        let (dx, dy, gx, gy) = (next.x - best.x, next.y - best.y, ax - bx, ay - by);
        let bend = dx * gx + dy * gy;
        rate = if bend > 0.0 { (dx * dx + dy * dy) / bend } else { LONGEST / length(bx, by) };
        best = next;
    }
    Some(())
}

fn arrow(probe: &Probe) -> [f64; 2] {
    probe.arrow.unwrap_or([0.0; 2])
}

/// Never nought, so that one may divide by it.
fn length(x: f64, y: f64) -> f64 {
    (x * x + y * y).sqrt().max(1e-6)
}

fn compass(hand: &mut Hand<'_>) -> Option<()> {
    for (x, y) in starts() {
        let mut best = hand.probe(x, y)?;
        let mut step = LONGEST;
        while step > NEAR / 2.0 {
            let mut found = None;
            for (dx, dy) in [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)] {
                let next = hand.probe(best.x + step * dx, best.y + step * dy)?;
                if next.depth > best.depth {
                    found = Some(next);
                    break;
                }
            }
            match found {
                Some(next) => best = next,
                None => step /= 2.0,
            }
        }
    }
    Some(())
}

fn grid(hand: &mut Hand<'_>) -> Option<()> {
    const ACROSS: usize = 30;
    let at = |k: usize| (k as f64 + 0.5) * SIDE / ACROSS as f64;
    for k in 0..ACROSS * ACROSS {
        hand.probe(at(k % ACROSS), at(k / ACROSS))?;
    }
    Some(())
}
