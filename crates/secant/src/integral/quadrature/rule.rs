//! The pair of rules with 10 and 21 points.
//!
//! Source: A. S. Kronrod, *Nodes and weights of quadrature formulas*, 1965. The numbers below are checked by a test that
//! knows what they have to do.

/// Points of the rule.
pub(super) const POINTS: usize = 21;

/// A place in (0, 1), its weight among 21 and its weight among 10; mirrored, and the middle last.
pub(super) const ROWS: [(f64, f64, f64); 11] = [
    (0.995_657_163_025_808_1, 0.011_694_638_867_371_874, 0.0),
    (0.973_906_528_517_171_7, 0.032_558_162_307_964_73, 0.066_671_344_308_688_14),
    (0.930_157_491_355_708_2, 0.054_755_896_574_351_996, 0.0),
    (0.865_063_366_688_984_5, 0.075_039_674_810_919_95, 0.149_451_349_150_580_6),
    (0.780_817_726_586_416_9, 0.093_125_454_583_697_6, 0.0),
    (0.679_409_568_299_024_4, 0.109_387_158_802_297_64, 0.219_086_362_515_982_04),
    (0.562_757_134_668_604_7, 0.123_491_976_262_065_85, 0.0),
    (0.433_395_394_129_247_2, 0.134_709_217_311_473_33, 0.269_266_719_309_996_35),
    (0.294_392_862_701_460_2, 0.142_775_938_577_060_08, 0.0),
    (0.148_874_338_981_631_2, 0.147_739_104_901_338_5, 0.295_524_224_714_752_87),
    (0.0, 0.149_445_554_002_916_9, 0.0),
];

/// The places in (-1, 1).
pub(super) fn places() -> [f64; POINTS] {
    std::array::from_fn(|k| if k <= 10 { -ROWS[k].0 } else { ROWS[20 - k].0 })
}

/// The weight of a place among 21.
pub(super) fn weight(k: usize) -> f64 {
    if k <= 10 { ROWS[k].1 } else { ROWS[20 - k].1 }
}

/// What the rule makes of values at [`places`]: the integral over (-1, 1), its error, the integral of the size.
pub(super) fn apply(values: &[f64]) -> (f64, f64, f64) {
    let weights = |k: usize| if k <= 10 { ROWS[k] } else { ROWS[20 - k] };
    let (mut fine, mut coarse, mut size) = (0.0, 0.0, 0.0);
    for (k, v) in values.iter().enumerate() {
        let (_, of_fine, of_coarse) = weights(k);
        fine += of_fine * v;
        coarse += of_coarse * v;
        size += of_fine * v.abs();
    }
    let spread: f64 = values.iter().enumerate().map(|(k, v)| weight(k) * (v - 0.5 * fine).abs()).sum();
    let mut error = (fine - coarse).abs();
    // The difference of the rules is that of the coarse one; that of the fine one is as much smaller as the function is
    // smooth (R. Piessens et al., *QUADPACK*, 1983, §2.2).
    if spread > 0.0 && error > 0.0 {
        error = spread * (200.0 * error / spread).powf(1.5).min(1.0);
    }
    (fine, error.max(2.0 * f64::EPSILON * size), size)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten points are exact up to power 19, twenty-one up to 31; neither beyond.
    #[test]
    fn the_rules_do_what_they_are_made_for() {
        for power in 0..=33 {
            let values: Vec<f64> = places().iter().map(|x| x.powi(power)).collect();
            let weight = |k: usize| if k <= 10 { ROWS[k] } else { ROWS[20 - k] };
            let sum = |f: &dyn Fn((f64, f64, f64)) -> f64| -> f64 {
                values.iter().enumerate().map(|(k, v)| f(weight(k)) * v).sum()
            };
            let want = if power % 2 == 0 { 2.0 / f64::from(power + 1) } else { 0.0 };
            let (fine, coarse) = (sum(&|w| w.1), sum(&|w| w.2));
            assert_eq!((fine - want).abs() < 1e-15, power != 32, "21 points, power {power}: {fine}");
            assert_eq!((coarse - want).abs() < 1e-15, power % 2 == 1 || power < 20, "10 points, {power}");
        }
    }
}
