//! How often a made mistake is named, whether right answers are left alone, and how long that takes.

use std::time::Instant;

use crate::figure;

#[path = "../../crates/secant-course/tests/made/mod.rs"]
mod made;
use made::{Dice, Made, Tally};

/// Cases of each kind.
const CASES: usize = 2_000;

/// Shares over many cases; then the time of one answer, in the middle and at worst.
pub(crate) fn shares() {
    for (workload, broken, seed) in [("one slip", 1, 11), ("two slips", 2, 12), ("no slip", 0, 13)] {
        let mut dice = Dice(seed);
        let (mut tally, mut times) = (Tally::default(), Vec::new());
        while tally.cases < CASES {
            let made = if broken == 0 { Made::right(&mut dice) } else { Made::random(&mut dice, broken) };
            let Some(made) = made else { continue };
            let begun = Instant::now();
            let explained = made.explained();
            times.push(begun.elapsed().as_secs_f64());
            tally.count(&made, &explained);
        }
        times.sort_by(f64::total_cmp);
        if broken == 0 {
            // An answer without a slip has no explanation.
            figure::line(workload, "blamed", (tally.cases - tally.none) as f64, "count");
        } else {
            figure::line(workload, "named first", tally.share(), "share");
            figure::line(
                workload,
                "named first, of those with one explanation",
                tally.share_of_clear(),
                "share",
            );
        }
        figure::line(workload, "diagnosed t1", CASES as f64 / times.iter().sum::<f64>(), "1/s");
        figure::line(workload, "median t1", times[CASES / 2], "s");
        figure::line(workload, "slowest t1", times[CASES - 1], "s");
    }
}
