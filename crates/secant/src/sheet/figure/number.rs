//! How a number stands in running text. The page has a twin of this, so that a slot filled by either looks the same.

/// `value` with so many significant digits, as one writes it: `0.75`, `−2400`, `1.2×10⁻⁵`, `undefined`.
///
/// Positional for 10⁻⁴ ≤ |value| < 10⁶, noughts at the end of a fraction are cut, the minus is U+2212.
pub fn format_number(value: f64, digits: u32) -> String {
    if value.is_nan() {
        return "undefined".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "∞" } else { "−∞" }.to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let digits = digits.clamp(1, 17) as usize;
    let sign = if value < 0.0 { "−" } else { "" };
    // Rounded first: 999999.7 with three digits is a million.
    let scientific = format!("{:.*e}", digits - 1, value.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..6).contains(&exponent) {
        return format!("{sign}{}×10{}", cut(mantissa), superscript(exponent));
    }
    let figures: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let text = if exponent < 0 {
        format!("0.{}{figures}", "0".repeat(exponent.unsigned_abs() as usize - 1))
    } else {
        let whole = exponent as usize + 1;
        let figures = format!("{figures:0<whole$}");
        let (left, right) = figures.split_at(whole);
        format!("{left}.{right}")
    };
    format!("{sign}{}", cut(&text))
}

fn cut(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

fn superscript(exponent: i32) -> String {
    let raise = |c| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '0' | '4'..='9' => char::from_u32('⁰' as u32 + (c as u32 - '0' as u32)).unwrap_or(c),
        other => other,
    };
    exponent.to_string().chars().map(raise).collect()
}

#[cfg(test)]
mod tests {
    use super::format_number;

    #[track_caller]
    fn prints(value: f64, digits: u32, want: &str) {
        assert_eq!(format_number(value, digits), want);
    }

    #[test]
    fn numbers_as_one_writes_them() {
        prints(0.75, 3, "0.75");
        prints(12.0, 3, "12");
        prints(-2400.0, 2, "−2400");
        prints(2449.0, 2, "2400");
        prints(std::f64::consts::PI, 4, "3.142");
        prints(-0.0, 3, "0");
        prints(0.000_1, 3, "0.0001");
        prints(0.000_012_34, 2, "1.2×10⁻⁵");
        prints(999_999.7, 3, "1×10⁶");
        prints(999_499.0, 3, "999000");
        prints(-1.5e100, 3, "−1.5×10¹⁰⁰");
        prints(f64::NAN, 3, "undefined");
        prints(f64::NEG_INFINITY, 3, "−∞");
        prints(0.1 + 0.2, 15, "0.3");
    }
}
