//! Inverse trigonometric functions.
//!
//! # Source
//! `asin(x) = π/2 - 2 asin(sqrt((1 - x)/2))` above 1/2; `atan(a) = atan(b) + atan((a - b)/(1 + a b))` with `b` one of 0, 1/2
//! and 1: Abramowitz & Stegun, *Handbook of Mathematical Functions*, 4.4.32–34. Polynomials interpolate at Chebyshev
//! nodes; the remainder is below `2^-57`.

use super::lane::{either, mul_add, polynomial, product, sum_of_ordered};

const HALF_PI: [f64; 2] = [std::f64::consts::FRAC_PI_2, 6.123233995736766e-17];
const PI: [f64; 2] = [std::f64::consts::PI, 1.2246467991473532e-16];

/// What asin and acos share.
struct Arc {
    /// `|x| > 1/2`: `s` is the root of `(1 - |x|)/2`, else `|x|`.
    big: bool,
    s: f64,
    /// `asin(s) - s`, and what rounding took from the root.
    rest: f64,
}

#[inline(always)]
fn arc<const FMA: bool>(x: f64) -> Arc {
    let a = x.abs();
    let big = a > 0.5;
    let half = 0.5 * (1.0 - a);
    let z = either(big, half, a * a);
    let root = half.sqrt();
    let (square, error) = product::<FMA>(root, root);
    let lost = ((half - square) - error) / (2.0 * root + f64::MIN_POSITIVE);
    let s = either(big, root, a);
    let series = polynomial::<FMA, 13>(
        z,
        [
            0.16666666666666669,
            0.07499999999998425,
            0.04464285714637338,
            0.030381944137085216,
            0.022372173002005596,
            0.017352391265909227,
            0.013971235301124539,
            0.011478952690257387,
            0.010324318288744113,
            0.00545087818772055,
            0.017419357964884856,
            -0.014881409392818066,
            0.02877844261259304,
        ],
    );
    Arc { big, s, rest: mul_add::<FMA>(s * z, series, either(big, lost, 0.0)) }
}

/// Inverse sine.
#[inline(always)]
pub(in crate::program) fn asin<const FMA: bool>(x: f64) -> f64 {
    let Arc { big, s, rest } = arc::<FMA>(x);
    let (head, tail) = sum_of_ordered(HALF_PI[0], -2.0 * s);
    let above = head + (tail + mul_add::<FMA>(-2.0, rest, HALF_PI[1]));
    either(big, above, s + rest).copysign(x)
}

/// Inverse cosine.
#[inline(always)]
pub(in crate::program) fn acos<const FMA: bool>(x: f64) -> f64 {
    let Arc { big, s, rest } = arc::<FMA>(x);
    let (s, rest) = (s.copysign(x), rest * 1.0_f64.copysign(x));
    // π/2 - asin(x), 2 asin(s), π - 2 asin(s)
    let (base, base_low) = (either(big, PI[0], HALF_PI[0]), either(big, PI[1], HALF_PI[1]));
    let twice = either(big, 2.0, 1.0);
    let turn = x < 0.0 || !big;
    let sign = either(big && x < 0.0, 1.0, -1.0);
    let (head, tail) = sum_of_ordered(base, sign * twice * s);
    let away = head + (tail + mul_add::<FMA>(sign * twice, rest, base_low));
    either(turn, away, 2.0 * (s + rest))
}

/// The angle of the point `(x, y)`, for `x, y ≥ 0` and not both 0 or infinite; with `left`, of `(-x, y)`.
#[inline(always)]
fn angle<const FMA: bool>(y: f64, x: f64, left: bool) -> f64 {
    let swap = y > x;
    let (least, most) = (either(swap, x, y), either(swap, y, x));
    let (middle, far) = (least > 0.4375 * most, least > 0.6875 * most);
    let t = either(far, least - most, either(middle, 2.0 * least - most, least))
        / either(far, least + most, either(middle, 2.0 * most + least, most));
    let z = t * t;
    let series = polynomial::<FMA, 12>(
        z,
        [
            -0.3333333333333333,
            0.1999999999999941,
            -0.14285714285566672,
            0.1111111109663336,
            -0.09090908355081977,
            0.07692285541401948,
            -0.06666241706297325,
            0.05876944220330461,
            -0.052166649790788854,
            0.044921989571273566,
            -0.03312674367384146,
            0.014771803541259421,
        ],
    );
    // Angle of the base, itself or what it lacks of π/2, then of π.
    const EIGHTH: [f64; 2] = [std::f64::consts::FRAC_PI_4, 3.061616997868383e-17];
    const HALF: [f64; 2] = [0.4636476090008061, 2.2698777452961687e-17];
    const TWO: [f64; 2] = [1.1071487177940904, 9.40447137356638e-17];
    let base = |k: usize| {
        let outer = either(swap, HALF_PI[k], 0.0);
        let inner = either(swap, TWO[k], HALF[k]);
        either(far, EIGHTH[k], either(middle, inner, outer))
    };
    let (base, base_low) = (base(0), base(1));
    let (mirrored, error) = sum_of_ordered(PI[0], -base);
    let (base, base_low) = (either(left, mirrored, base), either(left, error + (PI[1] - base_low), base_low));
    let t = either(swap != left, -t, t);
    let (head, tail) = sum_of_ordered(base, t);
    head + (tail + mul_add::<FMA>(t * z, series, base_low))
}

/// Inverse tangent.
#[inline(always)]
pub(in crate::program) fn atan<const FMA: bool>(x: f64) -> f64 {
    angle::<FMA>(x.abs(), 1.0, false).copysign(x)
}

/// The angle of the point `(x, y)`.
#[inline(always)]
pub(in crate::program) fn atan2<const FMA: bool>(y: f64, x: f64) -> f64 {
    const LARGE: f64 = f64::from_bits(0x7e30_0000_0000_0000); // 2^996
    const SMALL: f64 = 1.0 / LARGE;
    const STEP: f64 = f64::from_bits(0x46f0_0000_0000_0000); // 2^112
    let (b, a) = (y.abs(), x.abs());
    let most = either(b > a, b, a);
    // Neither too large to be doubled nor too small to be divided by.
    let factor = either(most > LARGE, 1.0 / STEP, either(most < SMALL, STEP, 1.0));
    let infinite = most == f64::INFINITY;
    let scaled = |v: f64| either(infinite, either(v == f64::INFINITY, 1.0, 0.0), v * factor);
    let origin = most == 0.0;
    let value = angle::<FMA>(scaled(b), either(origin, 1.0, scaled(a)), 1.0_f64.copysign(x) < 0.0);
    let value = value.copysign(y);
    either(x.is_nan() | y.is_nan(), f64::NAN, value)
}
