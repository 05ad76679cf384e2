//! Where the marks of an axis stand, and what is written at them.
//!
//! Here: steps of 1, 2 or 5 times a power of ten, labels with one number of decimals for the whole axis.
//! Invariant: every tick lies within the range, and there are at most [`MOST`].

/// More would not be read.
const MOST: i64 = 60;

/// The marks of an axis.
pub(super) struct Ticks {
    pub(super) at: Vec<f64>,
    pub(super) labels: Vec<String>,
}

/// About `wanted` ticks between `low` and `high`.
pub(super) fn ticks(low: f64, high: f64, wanted: f64) -> Ticks {
    let rough = (high - low) / wanted.max(1.0);
    let mut exponent = rough.log10().floor() as i32;
    let factor = match rough / 10f64.powi(exponent) {
        x if x < 1.5 => 1,
        x if x < 3.5 => 2,
        x if x < 7.5 => 5,
        _ => {
            exponent += 1;
            1
        }
    };
    let at = |k: i64| decimal(k * factor, exponent);
    let step = at(1);
    let (first, last) = ((low / step - 1e-9).ceil(), (high / step + 1e-9).floor());
    // Ticks that the digits of a number cannot tell apart are none.
    if !(first.abs() < 1e15 && last.abs() < 1e15) {
        return Ticks { at: Vec::new(), labels: Vec::new() };
    }
    let (first, last) = (first as i64, (last as i64).min(first as i64 + MOST));
    let places: Vec<(i64, f64)> =
        (first..=last).map(|k| (k, at(k))).filter(|(_, x)| (low..=high).contains(x)).collect();
    let largest = places.iter().map(|(k, _)| (k * factor).abs()).max().unwrap_or(0);
    Ticks {
        labels: places.iter().map(|(k, _)| label(k * factor, exponent, largest)).collect(),
        at: places.into_iter().map(|(_, x)| x).collect(),
    }
}

/// `digits` times this power of ten, to the nearest number.
fn decimal(digits: i64, exponent: i32) -> f64 {
    format!("{digits}e{exponent}").parse().unwrap_or(0.0)
}

/// `digits` times a power of ten, in words that suit an axis whose largest mark has `largest` digits.
fn label(digits: i64, exponent: i32, largest: i64) -> String {
    if digits == 0 {
        return "0".to_owned();
    }
    let size = largest.max(1).ilog10() as i32 + exponent;
    if (-4..5).contains(&size) && exponent >= -6 {
        let text = if exponent >= 0 {
            decimal(digits, exponent).to_string()
        } else {
            format!("{:.*}", exponent.unsigned_abs() as usize, decimal(digits, exponent))
        };
        return text.replace('-', "−");
    }
    // One power of ten for the whole axis.
    let decimals = (size - exponent).max(0);
    let mantissa = format!("{:.*}", decimals as usize, decimal(digits, -decimals));
    format!("{}×10{}", mantissa.replace('-', "−"), raised(size))
}

/// A number for the eye: few digits, a real minus, powers of ten where it is far from 1.
pub(super) fn short(x: f64, digits: usize) -> String {
    if x == 0.0 || !x.is_finite() {
        return if x == 0.0 { "0".to_owned() } else { x.to_string() };
    }
    let text = format!("{x:.*e}", digits.saturating_sub(1));
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let trim = |text: &str| {
        let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text };
        text.replace('-', "−")
    };
    if (-3..5).contains(&exponent) {
        trim(&format!("{x:.*}", (digits as i32 - 1 - exponent).max(0) as usize))
    } else {
        format!("{}×10{}", trim(mantissa), raised(exponent))
    }
}

fn raised(exponent: i32) -> String {
    let up = |c: char| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        c => c.to_digit(10).and_then(|d| char::from_u32(0x2070 + d)).unwrap_or(c),
    };
    exponent.to_string().chars().map(up).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(low: f64, high: f64, wanted: f64, want: &str) {
        let found = ticks(low, high, wanted);
        assert_eq!(found.labels.join(" "), want);
        assert_eq!(found.at.len(), found.labels.len());
        assert!(found.at.iter().all(|x| (low..=high).contains(x)));
    }

    #[test]
    fn round_marks() {
        check(-4.0, 4.0, 8.0, "−4 −3 −2 −1 0 1 2 3 4");
        check(0.0, 1.0, 5.0, "0 0.2 0.4 0.6 0.8 1.0");
        check(0.0, 10.0, 4.0, "0 2 4 6 8 10");
        check(0.0, 30_000.0, 3.0, "0 10000 20000 30000");
        check(0.0, 3e7, 3.0, "0 1×10⁷ 2×10⁷ 3×10⁷");
        check(-2e-7, 2e-7, 4.0, "−2×10⁻⁷ −1×10⁻⁷ 0 1×10⁻⁷ 2×10⁻⁷");
        check(1.0, 1.001, 2.0, "1.0000 1.0005 1.0010");
        check(1e20, 1e20 + 1.0, 5.0, "");
        check(0.0, 12.0, 1.0, "0 10");
    }

    #[test]
    fn numbers_for_the_eye() {
        let row = |x: f64, want: &str| assert_eq!(short(x, 3), want);
        row(0.0, "0");
        row(1.0, "1");
        row(-0.12345, "−0.123");
        row(1234.0, "1234");
        row(1.5e8, "1.5×10⁸");
        row(-2.0e-9, "−2×10⁻⁹");
    }
}
