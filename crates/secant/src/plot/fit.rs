//! How far up and down a panel has to reach for what is drawn in it.

/// The range that shows `heights` well: all of them, or without the far ends where a few run away to a pole.
///
/// `None` when not one of them is finite. The result has round ends and is never empty.
pub fn around(heights: &[f64]) -> Option<[f64; 2]> {
    let (mut low, mut high) = core(heights)?;
    if high - low < 1e-9 * (1.0 + high.abs()) {
        let half = if high == 0.0 { 1.0 } else { high.abs() / 2.0 };
        (low, high) = (low - half, high + half);
    }
    // The axis is worth seeing when it is near.
    let span = high - low;
    if low > 0.0 && low < 0.4 * span {
        low = 0.0;
    }
    if high < 0.0 && -high < 0.4 * span {
        high = 0.0;
    }
    let step = round_step((high - low) / 10.0);
    let margin = 0.04 * (high - low);
    Some([((low - margin) / step).floor() * step, ((high + margin) / step).ceil() * step].map(tidy))
}

/// About `count` round numbers between the ends of what `values` span, poles left out; none for a constant.
pub fn levels(values: &[f64], count: u32) -> Vec<f64> {
    let Some((low, high)) = core(values).filter(|(low, high)| high - low > 1e-9 * (1.0 + high.abs())) else {
        return Vec::new();
    };
    let rough = (high - low) / f64::from(count);
    let small = round_step(rough);
    // Of the two round steps around it, the nearer by ratio.
    let next = round_step(small * 2.6);
    let step = if rough * rough > small * next { next } else { small };
    let (first, last) = ((low / step + 1e-9).ceil() as i64, (high / step - 1e-9).floor() as i64);
    (first..=last).map(|k| tidy(k as f64 * step)).collect()
}

/// From where to where `heights` reach, without the far ends where a few run away to a pole.
pub(super) fn core(heights: &[f64]) -> Option<(f64, f64)> {
    let mut finite: Vec<f64> = heights.iter().copied().filter(|y| y.is_finite() && y.abs() < 1e12).collect();
    if finite.is_empty() {
        return None;
    }
    finite.sort_unstable_by(f64::total_cmp);
    let at = |part: f64| finite[((finite.len() - 1) as f64 * part).round() as usize];
    let (lowest, highest) = (at(0.0), at(1.0));
    let (low, high) = (at(0.08), at(0.92));
    let core = high - low;
    // Where the outer sixth of the heights spans several times what the rest does, it belongs to a pole.
    Some(if highest - lowest > 6.0 * core && core > 0.0 {
        ((low - 0.75 * core).max(lowest), (high + 0.75 * core).min(highest))
    } else {
        (lowest, highest)
    })
}

/// The largest of 1, 2, 5 times a power of ten that is not above `x`.
fn round_step(x: f64) -> f64 {
    let power = 10.0_f64.powf(x.log10().floor());
    let mantissa = x / power;
    let first = if mantissa >= 5.0 {
        5.0
    } else if mantissa >= 2.0 {
        2.0
    } else {
        1.0
    };
    first * power
}

/// Without the dust of binary fractions: 0.30000000000000004 is 0.3.
fn tidy(x: f64) -> f64 {
    format!("{x:.9e}").parse().unwrap_or(x)
}

#[cfg(test)]
mod tests {
    use super::around;

    fn of(f: impl Fn(f64) -> f64, lo: f64, hi: f64) -> Option<[f64; 2]> {
        let heights: Vec<f64> = (0..=400).map(|k| f(lo + (hi - lo) * f64::from(k) / 400.0)).collect();
        around(&heights)
    }

    #[track_caller]
    fn ranges(f: impl Fn(f64) -> f64, lo: f64, hi: f64, want: [f64; 2]) {
        assert_eq!(of(f, lo, hi), Some(want));
    }

    #[test]
    fn what_is_there_is_seen_and_poles_are_cut() {
        ranges(f64::sin, -4.0, 4.0, [-1.1, 1.1]);
        ranges(|x| x * x / 4.0 + 1.0, -4.0, 4.0, [-0.5, 5.5]);
        ranges(|_| 3.0, -4.0, 4.0, [1.2, 4.8]);
        ranges(|_| 0.0, -4.0, 4.0, [-1.2, 1.2]);
        ranges(|x| 1000.0 + x, 0.0, 1.0, [999.9, 1001.1]);
        let [low, high] = of(|x| 1.0 / x, -4.0, 4.0).unwrap();
        assert!((-20.0..=-2.0).contains(&low) && (2.0..=20.0).contains(&high), "{low} {high}");
        let [low, high] = of(f64::tan, -4.0, 4.0).unwrap();
        assert!((-40.0..=-2.0).contains(&low) && (2.0..=40.0).contains(&high), "{low} {high}");
        let [low, high] = of(f64::ln, -4.0, 4.0).unwrap();
        assert!((-8.0..=-1.0).contains(&low) && (1.0..=3.0).contains(&high), "{low} {high}");
    }

    #[test]
    fn levels_are_round_and_about_as_many() {
        let of = |f: &dyn Fn(f64) -> f64, count| {
            let values: Vec<f64> = (0..=400).map(|k| f(f64::from(k) / 400.0)).collect();
            super::levels(&values, count)
        };
        assert_eq!(of(&|x| 8.0 * x, 8), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
        assert_eq!(of(&|x| x, 5), [0.2, 0.4, 0.6, 0.8]);
        assert_eq!(of(&|x| x - 0.5, 4), [-0.4, -0.2, 0.0, 0.2, 0.4]);
        assert_eq!(of(&|x| 30.0 * x, 10).len(), 14);
        assert!(of(&|_| 3.0, 8).is_empty() && of(&|_| f64::NAN, 8).is_empty());
        assert!(of(&|x| 1.0 / (x - 0.5), 10).len() < 30, "a pole does not decide");
    }

    #[test]
    fn nothing_to_see_is_said() {
        assert_eq!(of(|_| f64::NAN, 0.0, 1.0), None);
        assert_eq!(around(&[]), None);
        assert_eq!(around(&[f64::INFINITY, 1e300]), None);
    }
}
