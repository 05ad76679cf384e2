//! Chance that is the same on every machine: a seed in, numbers out.
//!
//! Invariant: only whole numbers are shuffled, so a seed gives the same draws on every platform and for ever (the table
//! in the tests holds it to that).
//! Source: Steele, Lea & Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014 (the mixing function).

/// A stream of draws.
#[derive(Clone, Debug)]
pub(super) struct Draws {
    state: u64,
}

impl Draws {
    /// The stream of a seed; `salts` keep streams apart that have the same seed.
    pub(super) fn new(seed: u64, salts: &[u64]) -> Draws {
        Draws { state: salts.iter().fold(mix(seed), |state, salt| mix(state.rotate_left(17) ^ mix(*salt))) }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.state)
    }

    /// A whole number from `low` to `high`, both included.
    pub(super) fn whole(&mut self, low: i64, high: i64) -> i64 {
        let count = u128::from((high - low).unsigned_abs()) + 1;
        low + ((u128::from(self.next()) * count) >> 64) as i64
    }

    /// One of `list`, which must not be empty.
    pub(super) fn one_of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.whole(0, list.len() as i64 - 1) as usize]
    }

    /// A number that errs around 0 with standard deviation 1: twelve even ones added, as bell-shaped as a game needs, and never
    /// beyond 6.
    pub(super) fn error(&mut self) -> f64 {
        let thousandths: i64 = (0..12).map(|_| self.whole(-500, 500)).sum();
        thousandths as f64 / 1000.0
    }
}

/// A text as a salt.
pub(super) fn salt(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_never_changes_its_draws() {
        let drawn: Vec<_> = [(0, 0), (1, 0), (0, 1), (u64::MAX, 7)]
            .map(|(seed, salt)| Draws::new(seed, &[salt]))
            .iter_mut()
            .map(|draws| [draws.whole(0, 999), draws.whole(-9, 9)])
            .collect();
        assert_eq!(drawn, DRAWN);
    }
    const DRAWN: [[i64; 2]; 4] = [[883, -1], [410, 3], [255, -8], [975, 3]];

    #[test]
    fn draws_fill_their_range_and_errors_err_around_nothing() {
        let mut draws = Draws::new(5, &[salt("x")]);
        let mut seen = [0; 5];
        (0..1000).for_each(|_| seen[draws.whole(-2, 2).unsigned_abs() as usize] += 1);
        assert!(seen[0] > 150 && seen[1] > 300 && seen[2] > 300 && seen[3] == 0, "{seen:?}");
        let errors: Vec<f64> = (0..4000).map(|_| draws.error()).collect();
        let mean = errors.iter().sum::<f64>() / 4000.0;
        let spread = (errors.iter().map(|e| e * e).sum::<f64>() / 4000.0).sqrt();
        assert!(mean.abs() < 0.06 && (spread - 1.0).abs() < 0.06, "{mean} {spread}");
    }
}
