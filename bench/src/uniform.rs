//! The numbers of the workloads: the same in every language.

/// Uniform between 0 and 1: `s ← 6364136223846793005 s + 1442695040888963407 (mod 2⁶⁴)`, of which the upper 53 bits.
pub(crate) struct Uniform(u64);

impl Uniform {
    pub(crate) fn new(seed: u64) -> Uniform {
        Uniform(seed)
    }
}

impl Iterator for Uniform {
    type Item = f64;

    fn next(&mut self) -> Option<f64> {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Some((self.0 >> 11) as f64 * (f64::EPSILON / 2.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_begins_as_everywhere() {
        let first: Vec<f64> = Uniform::new(1).take(3).collect();
        assert_eq!(first, [0.42320917087271326, 0.5094074428837206, 0.6483593939634306]);
    }
}
