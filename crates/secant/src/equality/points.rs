//! Points at which two expressions are compared: the same in every run, chosen so that most functions have a value.

use crate::expr::Symbol;

/// A small generator of numbers (Steele, Lea & Flood 2014, SplitMix64).
pub(super) struct SplitMix(pub(super) u64);

impl SplitMix {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(super) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 * f64::EPSILON / 2.0
    }
}

/// A source of points.
pub(super) struct Points<'a> {
    names: &'a [Symbol],
    integers: &'a [Symbol],
    generator: SplitMix,
    made: usize,
}

impl<'a> Points<'a> {
    /// Points for these names; which ones depends on the number of names and on `seed` alone.
    pub(super) fn new(names: &'a [Symbol], integers: &'a [Symbol], seed: u64) -> Points<'a> {
        Points { names, integers, generator: SplitMix(seed ^ names.len() as u64), made: 0 }
    }

    /// The next point. The first few are small and round, so that a witness is easy to check by hand; then the
    /// ranges change from call to call: functions have a value on different sides of 0 and of 1.
    pub(super) fn next(&mut self) -> Vec<f64> {
        const ROUND: [f64; 4] = [2.0, 1.0, 3.0, 0.5];
        let k = self.made;
        self.made += 1;
        let (integers, generator) = (self.integers, &mut self.generator);
        let coordinate = |(j, name): (usize, &Symbol)| {
            if integers.contains(name) {
                return 1.0 + (generator.next() % 6) as f64;
            }
            if k < ROUND.len() {
                return ROUND[(k + j) % ROUND.len()];
            }
            let u = generator.unit();
            let x = match k % 6 {
                0 => 0.05 + 0.9 * u,
                1 => 1.0 + 2.0 * u,
                2 => -1.0 + 2.0 * u,
                3 => -4.0 + 8.0 * u,
                4 => 4.0 + 12.0 * u,
                _ => -0.95 * u,
            };
            // Few digits: a witness should be readable.
            (x * 64.0).round() / 64.0
        };
        self.names.iter().enumerate().map(coordinate).collect()
    }
}
