//! What is told when a game is over: the floor, where it is lowest, what methods need there, what one could have done.
//!
//! Invariant: nothing of this is computed, or even asked for, while a game is under way.

use std::collections::BTreeMap;

use secant::sheet::figure::{Figure, Plan};

use super::methods::{METHODS, Played, descent_from, play};
use super::{NEAR, Pit, SIDE};

/// Everything there is to know about a pit.
#[derive(Clone, Debug)]
pub struct Over {
    /// What each method did that sees no more than the level shows.
    pub played: Vec<Played>,
    /// The fewest probes that one of them needed.
    pub par: Option<usize>,
    /// What one could have done, in a sentence or two.
    pub hindsight: String,
    /// The floor as a map, the first element of it, and as a surface with the probes on it.
    pub figure: Figure,
}

/// Tells it, for the places that were probed in order. `None` where the figure cannot be made, which no test has met.
pub fn over(pit: &Pit, probes: &[(f64, f64)]) -> Option<Over> {
    let methods = METHODS.iter().filter(|method| pit.level.arrow || !method.arrow);
    let played: Vec<Played> = methods.map(|method| play(pit, method)).collect();
    let par = played.iter().filter(|one| one.won).map(|one| one.path.len()).min();
    Some(Over { par, hindsight: hindsight(pit, probes), figure: figure(pit, probes)?, played })
}

/// How many probes the surface shows, the latest ones: a figure has a bounded number of statements.
const MOST_SHOWN: usize = 100;

/// The figure, as a text of the language.
fn figure(pit: &Pit, probes: &[(f64, f64)]) -> Option<Figure> {
    let (x, y) = pit.lowest.place();
    let heights: Vec<f64> = survey(31).map(|(x, y)| pit.truth(x, y)[0]).collect();
    let high = heights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (floor, ceiling) = (pit.lowest.height.low() - 0.05, high + 0.05);
    let mut text = format!(
        "title \"The floor of the pit\"\n\
         f(x, y) = {}\n\
         panel map: x = 0..6, y = 0..6, xlabel \"x\", ylabel \"y\", equal\n\
         map: contour f, x = 0..6, y = 0..6 as floor\n\
         panel land: x = 0..6, y = 0..6, z = {floor:.2}..{ceiling:.2}, xlabel \"x\", ylabel \"y\", zlabel \"height\", turn = -60, tilt = 40\n\
         land: surface f, x = 0..6, y = 0..6 as ground\n",
        pit.text
    );
    let shown = &probes[probes.len().saturating_sub(MOST_SHOWN)..];
    for (k, (x, y)) in shown.iter().enumerate() {
        text += &format!("land: point P{k} = ({x}, {y}, f({x}, {y})) style second\n");
    }
    text += &format!(
        "land: point lowest = ({x:.3}, {y:.3}, f({x:.3}, {y:.3})) label \"lowest\"\n\
         alt \"The floor of the pit. It is lowest, {{f({x:.3}, {y:.3})}}, at x = {x:.2}, y = {y:.2}.\"\n"
    );
    Some(Plan::read(&text).ok()?.compile("pit", &BTreeMap::new(), &[]).ok()?.figure)
}

/// Places in rows over the square, its edges included.
fn survey(across: usize) -> impl Iterator<Item = (f64, f64)> {
    let at = move |k: usize| SIDE * k as f64 / (across - 1) as f64;
    (0..across * across).map(move |k| (at(k % across), at(k / across)))
}

/// What one could have done.
fn hindsight(pit: &Pit, probes: &[(f64, f64)]) -> String {
    if probes.is_empty() {
        return "A pit that nobody probes keeps what it has.".to_owned();
    }
    let count = probes.len();
    let last_won = probes.last().is_some_and(|(x, y)| pit.is_won_at(*x, *y));
    let Some(k) = probes.iter().position(|(x, y)| leads_down(pit, *x, *y)) else {
        let nearest = probes.iter().map(|(x, y)| pit.distance(*x, *y)).fold(f64::INFINITY, f64::min);
        let (gap, (x, y)) = widest_gap(probes);
        return format!(
            "None of your {} stood on ground that runs down to the lowest point; the nearest was {nearest:.1} away from it. \
             The widest part you left alone lay around ({x:.1}, {y:.1}), {gap:.1} from any probe: before going down, look \
             everywhere once.",
            many(count, "probe")
        );
    };
    let (x, y) = probes[k];
    let nth = k + 1;
    if last_won && nth == count {
        return match count {
            1 => "One probe. Luck is allowed.".to_owned(),
            _ => format!(
                "Probe {nth}, the one that won, was the first to stand on ground that runs down to the lowest point: you found \
                 its hollow and its bottom with one probe."
            ),
        };
    }
    let after = count - nth;
    let arrows = if pit.level.arrow { "the arrows" } else { "the slope, had it been shown," };
    let first = format!("Probe {nth} was the first to stand on ground that runs down to the lowest point");
    match (descent_from(pit, x, y), last_won) {
        (Some(steps), true) if steps < after => format!(
            "{first}. From there descent along {arrows} needs {}; you took {after}.",
            many(steps, "more probe")
        ),
        (Some(steps), true) => format!(
            "{first}. From there you took {}; descent along {arrows} needs {steps}. Well played.",
            many(after, "more probe")
        ),
        (Some(steps), false) => format!(
            "{first}: {} along {arrows} would have been enough{}.",
            many(steps, "more probe"),
            if after == 0 { "" } else { ", and you went elsewhere" }
        ),
        (None, _) => format!("{first}, {:.1} away from it.", pit.distance(x, y)),
    }
}

fn many(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// Whether water poured out there would gather at the lowest point.
fn leads_down(pit: &Pit, x: f64, y: f64) -> bool {
    const STEP: f64 = 0.04;
    let (mut x, mut y) = (x, y);
    for _ in 0..500 {
        if pit.distance(x, y) <= NEAR {
            return true;
        }
        let [_, along_x, along_y] = pit.truth(x, y);
        let steep = (along_x * along_x + along_y * along_y).sqrt();
        if steep < 1e-3 {
            return false;
        }
        let step = STEP.min(0.2 * steep) / steep;
        let next = |v: f64, along: f64| (v - step * along).clamp(0.0, SIDE);
        (x, y) = (next(x, along_x), next(y, along_y));
    }
    false
}

/// The place that is farthest from all probes, and how far.
fn widest_gap(probes: &[(f64, f64)]) -> (f64, (f64, f64)) {
    let nearest = |(x, y): (f64, f64)| {
        probes.iter().map(|(u, v)| (x - u) * (x - u) + (y - v) * (y - v)).fold(f64::INFINITY, f64::min).sqrt()
    };
    let all = survey(31).map(|place| (nearest(place), place));
    all.fold((0.0, (0.0, 0.0)), |widest, one| if one.0 > widest.0 { one } else { widest })
}
