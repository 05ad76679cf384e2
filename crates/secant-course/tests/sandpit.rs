//! The sandpit's judge: pits, what is proven of them, probes, the end of a game.

use secant::program::{Program, Workspace};
use secant::syntax::parse_expr;
use secant_course::sandpit::{LEVELS, METHODS, MOST_SEED, NEAR, Pit, SIDE, level, over, play};

const SEEDS: u64 = 60;

fn pits(seeds: u64) -> impl Iterator<Item = Pit> {
    LEVELS.iter().flat_map(move |level| {
        (0..seeds).map(move |seed| Pit::new(level, seed).expect("every seed has a pit"))
    })
}

/// The floor, read anew from its text: it knows nothing of the judge's own program.
fn floor(pit: &Pit) -> impl Fn(f64, f64) -> f64 + use<> {
    let program = Program::compile(&[parse_expr(&pit.text).unwrap()], &["x".into(), "y".into()]).unwrap();
    move |x, y| {
        let mut out = [f64::NAN];
        program.evaluate(&[x, y], &mut out, &mut Workspace::new()).unwrap();
        out[0]
    }
}

fn called(pit: &Pit) -> String {
    format!("{} {}: {}", pit.level.id, pit.seed, pit.text)
}

#[test]
fn the_lowest_point_is_between_its_bounds_and_nothing_is_lower() {
    for pit in pits(SEEDS) {
        let (lowest, height) = (&pit.lowest, floor(&pit));
        let (x, y) = lowest.place();
        assert!(lowest.x.width() < 0.01 && lowest.y.width() < 0.01, "{}", called(&pit));
        assert!(lowest.height.width() < 1e-3, "{}", called(&pit));
        assert!(x > 0.3 && x < SIDE - 0.3 && y > 0.3 && y < SIDE - 0.3, "{}", called(&pit));
        // Downhill by small steps from the middle of the bounds: another way to the bottom.
        let (mut u, mut v) = (x, y);
        for step in [1e-3, 1e-4, 1e-5, 1e-6] {
            for _ in 0..40 {
                let next = [(u + step, v), (u - step, v), (u, v + step), (u, v - step)];
                let better = next.into_iter().find(|(a, b)| height(*a, *b) < height(u, v));
                let Some(better) = better else { break };
                (u, v) = better;
            }
        }
        let slack = 2e-6;
        assert!(
            u > lowest.x.low() - slack && u < lowest.x.high() + slack,
            "{u} {:?} {}",
            lowest.x,
            called(&pit)
        );
        assert!(
            v > lowest.y.low() - slack && v < lowest.y.high() + slack,
            "{v} {:?} {}",
            lowest.y,
            called(&pit)
        );
        assert!(lowest.height.contains(height(u, v)) || height(u, v) - lowest.height.high() < 1e-9);
        // A dense grid with steps that meet no box of the proof.
        let across = 173;
        for k in 0..across * across {
            let at = |k: usize| SIDE * k as f64 / (across - 1) as f64;
            let (a, b) = (at(k % across), at(k / across));
            assert!(height(a, b) >= lowest.height.low(), "({a}, {b}) is lower: {}", called(&pit));
            assert!(height(a, b) < 0.0, "({a}, {b}) stands out of the sand: {}", called(&pit));
        }
    }
}

#[test]
fn a_seed_gives_the_same_pit_for_ever() {
    for level in LEVELS {
        for seed in [0, 1, 77, MOST_SEED] {
            let (one, other) = (Pit::new(level, seed).unwrap(), Pit::new(level, seed).unwrap());
            assert_eq!((&one.text, &one.lowest), (&other.text, &other.lowest));
        }
        let texts: std::collections::BTreeSet<String> =
            (0..30).map(|seed| Pit::new(level, seed).unwrap().text).collect();
        assert_eq!(texts.len(), 30, "{}", level.id);
    }
    assert_eq!(MADE.len(), LEVELS.len());
    for (id, text) in MADE {
        assert_eq!(Pit::new(level(id).unwrap(), 7).unwrap().text, *text, "{id}");
    }
}
/// The floors of seed 7. A change here breaks every link that somebody shared.
#[rustfmt::skip]
const MADE: &[(&str, &str)] = &[
    ("bowl", "0.11 ((x - 3.78)^2 + (y - 3.15)^2) - 1.77 exp(-((x - 3.28)^2 + (y - 4.54)^2)/0.91) - 3.07"),
    ("depth-only", "0.1 ((x - 2.09)^2 + (y - 3.07)^2) - 1.55 exp(-((x - 1.92)^2 + (y - 5.08)^2)/0.89) - 2.88"),
    ("wall", "0.04 ((x - 2.67)^2 + (y - 2.4)^2) - 2.35 exp(-((x - 4.78)^2 + (y - 0.94)^2)/0.59) - 0.85 exp(-((x - 1.95)^2 + (y - 4.51)^2)/0.51) - 0.97 exp(-((x - 1.74)^2 + (y - 1.29)^2)/0.59) - 1 exp(-((x - 4.67)^2 + (y - 4.87)^2)/0.77) + 1.2 exp(-(0.8 x + -0.6 y - (1.93))^2/0.08) - 2.57"),
    ("many-minima", "0.08 ((x - 4.38)^2 + (y - 4.05)^2) - 0.49 cos(4.31 x + (-0.42) y + 2.86) - 0.43 cos(3.57 y + (-1.02) x + 5.07) - 4.17"),
    ("noise", "0.08 ((x - 2.45)^2 + (y - 3.25)^2) - 1.88 exp(-((x - 1.78)^2 + (y - 1.39)^2)/0.99) - 0.77 exp(-((x - 4.27)^2 + (y - 1.59)^2)/1.13) - 2.26"),
    ("narrow-well", "0.06 ((x - 2.07)^2 + (y - 2.46)^2) - 3.4/(1 + ((x - 0.93)^2 + (y - 4.65)^2)/0.04) - 2.08"),
];

#[test]
fn levels_are_as_their_sentences_say() {
    for pit in pits(SEEDS) {
        let ((x, y), height) = (pit.lowest.place(), floor(&pit));
        let straight = |t: f64| height(3.0 + t * (x - 3.0), 3.0 + t * (y - 3.0));
        let path: Vec<f64> = (0..=200).map(|k| straight(f64::from(k) / 200.0)).collect();
        // How far one has to climb on the straight way from the middle.
        let mut low = f64::INFINITY;
        let climb = path.iter().fold(0.0_f64, |most, h| {
            low = low.min(*h);
            most.max(h - low)
        });
        if pit.level.id == "wall" {
            assert!(climb > 0.2, "no wall in the way ({climb}): {}", called(&pit));
        }
        if pit.level.id == "many-minima" {
            let across = 121;
            let at = |k: usize| SIDE * k as f64 / (across - 1) as f64;
            let h: Vec<f64> = (0..across * across).map(|k| height(at(k % across), at(k / across))).collect();
            let hollows = (1..across - 1)
                .flat_map(|j| (1..across - 1).map(move |i| j * across + i))
                .filter(|k| [k - 1, k + 1, k - across, k + across].iter().all(|beside| h[*k] < h[*beside]));
            assert!(hollows.count() >= 5, "{}", called(&pit));
        }
    }
}

#[test]
fn a_probe_says_depth_and_the_way_down() {
    for pit in pits(8).filter(|pit| pit.level.noise == 0.0) {
        let height = floor(&pit);
        for (x, y) in [(0.0, 0.0), (6.0, 6.0), (3.1, 2.7), (1.2345, 5.4321)] {
            let probe = pit.probe(3, x, y).unwrap();
            assert!((probe.x - x).abs() < 0.000_51 && (probe.y - y).abs() < 0.000_51);
            assert!((probe.depth + height(probe.x, probe.y)).abs() <= 0.0005 + 1e-9);
            assert_eq!(probe.arrow.is_some(), pit.level.arrow);
            let Some([along_x, along_y]) = probe.arrow else { continue };
            let h = 1e-5;
            let fall_x = (height(probe.x - h, probe.y) - height(probe.x + h, probe.y)) / (2.0 * h);
            let fall_y = (height(probe.x, probe.y - h) - height(probe.x, probe.y + h)) / (2.0 * h);
            assert!(
                (along_x - fall_x).abs() < 0.0006 && (along_y - fall_y).abs() < 0.0006,
                "{}",
                called(&pit)
            );
        }
        for (x, y) in
            [(-0.001, 3.0), (3.0, 6.0001), (f64::NAN, 1.0), (1.0, f64::INFINITY), (-0.0, f64::NEG_INFINITY)]
        {
            assert_eq!(pit.probe(0, x, y), None);
        }
    }
}

#[test]
fn noise_errs_around_the_truth_differs_each_time_and_can_be_replayed() {
    let pit = Pit::new(level("noise").unwrap(), 3).unwrap();
    let again = Pit::new(level("noise").unwrap(), 3).unwrap();
    let other = Pit::new(level("noise").unwrap(), 4).unwrap();
    let (height, other_height) = (floor(&pit), floor(&other));
    let all: Vec<_> = (0..400).map(|nth| pit.probe(nth, 2.0, 4.0).unwrap()).collect();
    let depths: Vec<f64> = all.iter().map(|probe| probe.depth).collect();
    let mean = depths.iter().sum::<f64>() / 400.0;
    let spread = (depths.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / 400.0).sqrt();
    assert!((mean + height(2.0, 4.0)).abs() < 0.06, "{mean}");
    assert!((spread - pit.level.noise).abs() < 0.04, "{spread}");
    assert!(all.windows(2).all(|two| two[0] != two[1]));
    for (nth, probe) in all.iter().enumerate() {
        assert_eq!(again.probe(nth, 2.0, 4.0).as_ref(), Some(probe));
    }
    assert!((0..9).any(|nth| other.probe(nth, 2.0, 4.0).unwrap().depth + other_height(2.0, 4.0)
        != pit.probe(nth, 2.0, 4.0).unwrap().depth + height(2.0, 4.0)));
}

#[test]
fn near_enough_is_won_and_farther_is_not() {
    for pit in pits(5) {
        let (x, y) = pit.lowest.place();
        assert!(pit.is_won_at(x, y));
        assert!(pit.is_won_at(x + 0.99 * NEAR, y) && pit.is_won_at(x, y - 0.99 * NEAR));
        assert!(!pit.is_won_at(x + 1.01 * NEAR, y) && !pit.is_won_at(x + 0.8 * NEAR, y + 0.8 * NEAR));
    }
}

#[test]
fn methods_play_by_the_rules_and_the_par_is_the_best_of_them() {
    for pit in pits(8) {
        let told = over(&pit, &[(3.0, 3.0)]).expect("a figure");
        for one in &told.played {
            assert!(pit.level.arrow || !one.method.arrow, "{} sees too much", one.method.name);
            let (x, y) = *one.path.last().unwrap();
            assert_eq!(pit.is_won_at(x, y), one.won);
            assert!(
                one.path[..one.path.len() - 1].iter().all(|(x, y)| !pit.is_won_at(*x, *y)),
                "it went on after the end"
            );
        }
        let grid = told.played.iter().find(|one| one.method.name == "grid").unwrap();
        assert!(grid.won, "{}", called(&pit));
        assert_eq!(told.par, told.played.iter().filter(|one| one.won).map(|one| one.path.len()).min());
        assert!(told.par.unwrap() <= grid.path.len());
        assert_eq!(told.figure.elements[0].id, "floor");
    }
    let pit = Pit::new(level("bowl").unwrap(), 1).unwrap();
    for method in METHODS {
        assert_eq!(play(&pit, method).path, play(&pit, method).path);
    }
}

#[test]
fn hindsight_tells_what_happened() {
    for pit in pits(20) {
        let (x, y) = pit.lowest.place();
        let told = |probes: &[(f64, f64)]| over(&pit, probes).unwrap().hindsight;
        assert!(told(&[]).contains("nobody probes"));
        assert!(told(&[(x, y)]).contains("Luck"), "{}", called(&pit));
        let beside = (x + 0.2, y);
        let sentence = told(&[beside, (x, y)]);
        let exact = pit.level.noise == 0.0;
        assert!(sentence.contains("Probe 1 was the first"), "{sentence}");
        assert!(!exact || sentence.contains("From there"), "{sentence} {}", called(&pit));
        let lost = told(&[beside, (x + 0.21, y)]);
        assert!(lost.contains("Probe 1 was the first") && !lost.contains("you took"), "{lost}");
        // Where nothing runs down to it: at the bottom of another hollow, if there is one.
        let ends = [(0.0, 0.0), (0.0, SIDE), (SIDE, 0.0), (SIDE, SIDE)];
        let sentence = told(&ends);
        assert!(
            sentence.starts_with("None of your 4 probes") || sentence.contains("was the first"),
            "{sentence}"
        );
    }
}
