//! The sandpit: find the lowest point of a floor hidden under sand, by probing it.
//!
//! Here: the levels, the pit that a seed gives, what a probe says, when a game is won, what is told when it is over.
//! Not here: games under way and their storage (the server), drawing (the page).
//! Invariant: the same level and seed give the same pit, and the same probes in the same order the same answers, on every
//! platform; where the floor is lowest is proven ([`Lowest`]), and what a probe says does not depend on it.
//! Start reading at [`Pit::new`] and [`Pit::probe`]; how a pit is made in `land`, how it is solved in `lowest`.

mod draws;
mod land;
mod lowest;
mod methods;
mod over;

use secant::calculus::gradient;
use secant::expr::{Expr, Shape, Symbol};
use secant::program::{Isa, Program, Workspace};
use secant::syntax::parse_expr;

use draws::{Draws, salt};
pub use lowest::Lowest;
pub use methods::{METHODS, Method, Played, play};
pub use over::{Over, over};

/// The pit is a square from 0 to this.
pub const SIDE: f64 = 6.0;

/// A probe this near to the lowest point wins.
pub const NEAR: f64 = 0.15;

/// How many probes a game may have.
pub const MOST_PROBES: usize = 300;

/// The largest seed: short enough to be read out, and exact in a page.
pub const MOST_SEED: u64 = 999_999_999;

/// A probe is read to so many parts of one.
const PARTS: f64 = 1000.0;

/// The lowest point keeps away from the edges, and from the middle, where everybody begins.
const FROM_EDGE: f64 = 0.3;
const FROM_MIDDLE: f64 = 0.8;

/// How many pits are made of one seed before it is given up.
const MOST_PITS: u64 = 64;

/// A kind of pit.
#[derive(Debug)]
pub struct Level {
    /// Its permanent name.
    pub id: &'static str,
    /// The lab in which it is played.
    pub lab: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What is hidden here, in a sentence.
    pub about: &'static str,
    /// Whether a probe also says which way the floor falls.
    pub arrow: bool,
    /// The standard deviation of what a probe says; 0 where it is exact.
    pub noise: f64,
    land: fn(&mut Draws) -> String,
}

/// Every level, in the order in which they are played.
#[rustfmt::skip]
pub const LEVELS: &[Level] = &[
    Level { id: "bowl", lab: "sandpit", title: "A bowl with a well", arrow: true, noise: 0.0, land: land::bowl_with_well,
        about: "One wide bowl, and somewhere in its side a well that is deeper." },
    Level { id: "depth-only", lab: "sandpit", title: "Depth only", arrow: false, noise: 0.0, land: land::bowl_with_well,
        about: "The same kind of floor, but the stick says how deep it went and nothing else: no arrows." },
    Level { id: "wall", lab: "sandpit", title: "Pits and a wall", arrow: true, noise: 0.0, land: land::pits_and_wall,
        about: "Several hollows, and a wall between the middle and the deepest of them." },
    Level { id: "many-minima", lab: "sandpit-2", title: "Many minima", arrow: true, noise: 0.0, land: land::many_minima,
        about: "Ripples in a bowl: a hollow in every trough, and every arrow honestly leads into the nearest." },
    Level { id: "noise", lab: "sandpit-2", title: "A shaky hand", arrow: true, noise: 0.3, land: land::two_hollows,
        about: "Two hollows in a bowl. Every reading errs, depth and arrow alike; the same place says something else the next time." },
    Level { id: "narrow-well", lab: "sandpit-2", title: "A deep narrow well", arrow: true, noise: 0.0, land: land::narrow_well,
        about: "A bowl that leads to nothing, and a well that hardly anything leads to." },
];

/// The level of this name.
pub fn level(id: &str) -> Option<&'static Level> {
    LEVELS.iter().find(|level| level.id == id)
}

/// What a probe says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Probe {
    /// Where, as it was rounded.
    pub x: f64,
    /// Where, as it was rounded.
    pub y: f64,
    /// How deep under the surface the floor lies.
    pub depth: f64,
    /// The way the floor falls, `−J`, and how fast; where the level shows it.
    pub arrow: Option<[f64; 2]>,
}

/// A floor, and where it is lowest.
#[derive(Clone, Debug)]
pub struct Pit {
    /// Its level.
    pub level: &'static Level,
    /// What it was made from.
    pub seed: u64,
    /// The height of the floor at `x` and `y`, as a text of the language; the surface of the sand is at 0.
    pub text: String,
    /// The same as an expression.
    pub floor: Expr,
    /// Where it is lowest, proven.
    pub lowest: Lowest,
    /// The height and both its slopes.
    program: Program,
}

impl Pit {
    /// The pit of a seed: the first one fit to play in. `None` when none of a bounded number is, which no test has met.
    pub fn new(level: &'static Level, seed: u64) -> Option<Pit> {
        (0..MOST_PITS).find_map(|nth| {
            let text = (level.land)(&mut Draws::new(seed, &[salt(level.id), nth]));
            let floor = parse_expr(&text).ok()?;
            let lowest = lowest::lowest(&floor)?;
            is_fit(&lowest).then_some(())?;
            let [x, y] = [Symbol::new("x"), Symbol::new("y")];
            let slopes = gradient(&floor, &[(x.clone(), Shape::SCALAR), (y.clone(), Shape::SCALAR)]);
            let [along_x, along_y] = <[Expr; 2]>::try_from(slopes).ok()?;
            let program = Program::compile(&[floor.clone(), along_x, along_y], &[x, y]).ok()?;
            Some(Pit { level, seed, text, floor, lowest, program })
        })
    }

    /// What the probe with number `nth`, counted from 0, says at a place. `None` outside of the square.
    pub fn probe(&self, nth: usize, x: f64, y: f64) -> Option<Probe> {
        let read = self.reading(nth, x, y)?;
        Some(Probe { arrow: read.arrow.filter(|_| self.level.arrow), ..read })
    }

    /// The same, with an arrow on every level.
    fn reading(&self, nth: usize, x: f64, y: f64) -> Option<Probe> {
        let inside = |v: f64| (0.0..=SIDE).contains(&v);
        if !inside(x) || !inside(y) {
            return None;
        }
        let (x, y) = (read_off(x), read_off(y));
        let [height, along_x, along_y] = self.truth(x, y);
        let mut errors = Draws::new(self.seed, &[salt(self.level.id), salt("noise"), nth as u64]);
        let mut shown = |value: f64| read_off(value + self.level.noise * errors.error());
        Some(Probe { x, y, depth: shown(-height), arrow: Some([shown(-along_x), shown(-along_y)]) })
    }

    /// Whether a probe there wins.
    pub fn is_won_at(&self, x: f64, y: f64) -> bool {
        self.distance(x, y) <= NEAR
    }

    /// How far a place is from the lowest point.
    fn distance(&self, x: f64, y: f64) -> f64 {
        let (u, v) = self.lowest.place();
        ((x - u) * (x - u) + (y - v) * (y - v)).sqrt()
    }

    /// The height of the floor and its slopes, without any error of a reading.
    fn truth(&self, x: f64, y: f64) -> [f64; 3] {
        let mut out = [f64::NAN; 3];
        // The same digits on every machine.
        let mut workspace = Workspace::with_isa(Isa::Baseline).unwrap_or_default();
        // Two numbers in, three out, as it was compiled: this cannot fail.
        let _ = self.program.evaluate(&[x, y], &mut out, &mut workspace);
        out
    }
}

/// To the thousandth; one that is nought has no sign.
fn read_off(value: f64) -> f64 {
    (value * PARTS).round() / PARTS + 0.0
}

/// Whether a game can be played for it: one spot, well inside, not in the middle.
fn is_fit(lowest: &Lowest) -> bool {
    let (x, y) = lowest.place();
    let inside = |v: f64| (FROM_EDGE..=SIDE - FROM_EDGE).contains(&v);
    let small = lowest.x.width().max(lowest.y.width()) < NEAR / 10.0;
    let middle = SIDE / 2.0;
    let off = ((x - middle) * (x - middle) + (y - middle) * (y - middle)).sqrt();
    small && inside(x) && inside(y) && off >= FROM_MIDDLE
}
