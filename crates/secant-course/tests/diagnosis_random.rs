//! Made mistakes are named again, and right answers are left alone.

mod made;

use made::{Dice, Made, Tally};

/// Cases with so many broken rules, with what the diagnosis makes of them.
fn tally(seed: u64, broken: usize, cases: usize) -> (Tally, Vec<String>) {
    let mut dice = Dice(seed);
    let (mut tally, mut off) = (Tally::default(), Vec::new());
    while tally.cases < cases {
        let Some(made) = Made::random(&mut dice, broken) else { continue };
        let explained = made.explained();
        tally.count(&made, &explained);
        if explained.first() != Some(&made.slips) {
            off.push(format!(
                "{} -> {}: {:?}, found {explained:?}",
                made.task["expr"], made.answer, made.slips
            ));
        }
    }
    (tally, off)
}

#[test]
fn one_mistake_is_named() {
    let (tally, off) = tally(1, 1, 400);
    assert!(tally.share() >= 0.88 && tally.share_of_clear() >= 0.95, "{tally:?}\n{}", off.join("\n"));
}

#[test]
fn two_mistakes_are_named() {
    let (tally, off) = tally(2, 2, 120);
    assert!(tally.share() >= 0.65 && tally.share_of_clear() >= 0.8, "{tally:?}\n{}", off.join("\n"));
}

#[test]
fn right_answers_are_not_blamed() {
    let mut dice = Dice(3);
    let mut cases = 0;
    while cases < 400 {
        let Some(made) = Made::right(&mut dice) else { continue };
        cases += 1;
        let explained = made.explained();
        assert!(explained.is_empty(), "{} -> {}: {explained:?}", made.task["expr"], made.answer);
    }
}
