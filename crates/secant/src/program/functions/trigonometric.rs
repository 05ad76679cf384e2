//! Sine, cosine, tangent.
//!
//! Here: reduction to a quarter turn, for near angles without a branch ([`NEAR`]), for others with as many digits of 2/π as
//! they need; the two polynomials behind all three functions.
//! Invariant: near or not is decided for each angle alone, so a result does not depend on its neighbours.
//!
//! # Source
//! Cody & Waite, *Software Manual for the Elementary Functions*, ch. 8 (π/2 in parts); Payne & Hanek, *Radian reduction for
//! trigonometric functions*, ACM SIGNUM Newsletter 18 (1983). Polynomials interpolate at Chebyshev nodes; the remainder
//! is below `2^-57` for the sine and `2^-60` for the cosine.

use super::lane::{ROUND, either, mul_add, polynomial, product};

/// A quarter turn, π/2, in three parts: 38 bits, 38 bits, and the rest.
const QUARTER_TURN: [f64; 3] = [
    f64::from_bits(0x3ff9_21fb_5444_0000),
    f64::from_bits(0x3d86_8c23_4c4c_0000),
    f64::from_bits(0x3b29_8a2e_0370_7345),
];

/// Largest angle that is reduced without a branch.
const NEAR: f64 = 50_000.0;

/// Is the angle one that the branch-free reduction may take?
#[inline(always)]
pub(in crate::program) fn is_near(x: f64) -> bool {
    x.abs() <= NEAR
}

/// An angle less some quarter turns: `r + low` from -π/4 to π/4, and how many, the last two bits of which count.
#[derive(Clone, Copy)]
struct Reduced {
    r: f64,
    low: f64,
    quarters: u64,
}

/// For [near](is_near) angles.
#[inline(always)]
fn reduced<const FMA: bool>(x: f64) -> Reduced {
    let shifted = mul_add::<FMA>(x, std::f64::consts::FRAC_2_PI, ROUND);
    let q = shifted - ROUND;
    // The products of q with the first two parts are exact, and so is what r leaves of a: x and q · QUARTER_TURN[0], where
    // it is not 0, are multiples of 2^-53, so that a is no smaller than the next product or both have few digits.
    let a = mul_add::<FMA>(-q, QUARTER_TURN[0], x);
    let b = q * QUARTER_TURN[1];
    let r = a - b;
    let low = mul_add::<FMA>(-q, QUARTER_TURN[2], -((r - a) + b));
    Reduced { r, low, quarters: shifted.to_bits() }
}

/// The digits of 2/π in words, after a word of nought.
const TWO_OVER_PI: [u64; 21] = [
    0,
    0xa2f9836e4e441529,
    0xfc2757d1f534ddc0,
    0xdb6295993c439041,
    0xfe5163abdebbc561,
    0xb7246e3a424dd2e0,
    0x06492eea09d1921c,
    0xfe1deb1cb129a73e,
    0xe88235f52ebb4484,
    0xe99c7026b45f7e41,
    0x3991d639835339f4,
    0x9c845f8bbdf9283b,
    0x1ff897ffde05980f,
    0xef2f118b5a0a6d1f,
    0x6d367ecf27cb09b7,
    0x4f463f669e5fea2d,
    0x7527bac7ebe5f17b,
    0x3d0739f78a5292ea,
    0x6bfb5fb11f8d5d08,
    0x56033046fc7b6bab,
    0xf0cfbc209af4361d,
];

/// For angles that are not near; NaN at ±inf.
#[cold]
#[inline(never)]
fn reduced_from_far(x: f64) -> Reduced {
    if !x.is_finite() {
        return Reduced { r: f64::NAN, low: 0.0, quarters: 0 };
    }
    // |x| = m 2^e, and of 2/π the 192 bits from the one that makes 4 of m 2^e: what is before it makes whole turns.
    let bits = x.abs().to_bits();
    let m = u128::from(bits & ((1 << 52) - 1) | 1 << 52);
    let from = ((bits >> 52) as i64 - 1075 - 2 + 64) as usize;
    let word = |k: usize| {
        let (word, bit) = (from / 64 + k, from % 64);
        let at = |k: usize| TWO_OVER_PI.get(k).copied().unwrap_or(0);
        ((u128::from(at(word)) << 64 | u128::from(at(word + 1))) >> (64 - bit)) as u64
    };
    let low = m * u128::from(word(2));
    let middle = (low >> 64) + m * u128::from(word(1));
    let high = (middle >> 64) as u64;
    let high = high.wrapping_add((m as u64).wrapping_mul(word(0)));
    // Quarter turns, modulo 4: two bits, then a fraction.
    let fraction = u128::from(high) << 66 | u128::from(middle as u64) << 2 | u128::from(low as u64 >> 62);
    let fraction = fraction as i128;
    let quarters = (high >> 62).wrapping_add(u64::from(fraction < 0));
    let head = fraction as f64;
    let tail = (fraction - head as i128) as f64;
    const UNIT: f64 = 1.0 / (1_u128 << 127) as f64 * 0.5;
    const HALF_PI: [f64; 2] = [std::f64::consts::FRAC_PI_2, 6.123233995736766e-17];
    let (head, tail) = (head * UNIT, tail * UNIT);
    let (r, error) = product::<false>(head, HALF_PI[0]);
    let low = error + (head * HALF_PI[1] + tail * HALF_PI[0]);
    if x < 0.0 {
        Reduced { r: -r, low: -low, quarters: quarters.wrapping_neg() }
    } else {
        Reduced { r, low, quarters }
    }
}

/// Sine and cosine of `r + low`.
#[inline(always)]
fn both<const FMA: bool>(r: f64, low: f64) -> (f64, f64) {
    let z = r * r;
    let series = polynomial::<FMA, 7>(
        z,
        [
            -0.16666666666666666,
            0.008333333333333331,
            -0.0001984126984126504,
            2.7557319219320575e-06,
            -2.5052106225992787e-08,
            1.6058530596390244e-10,
            -7.586636867766497e-13,
        ],
    );
    let half = 0.5 * z;
    let head = 1.0 - half;
    let sine = r + mul_add::<FMA>(r * z, series, low * head);
    let series = polynomial::<FMA, 6>(
        z,
        [
            0.041666666666666664,
            -0.0013888888888887389,
            2.48015872987544e-05,
            -2.7557317265876615e-07,
            2.087614504910828e-09,
            -1.1382544623404147e-11,
        ],
    );
    let cosine = head + (((1.0 - head) - half) + mul_add::<FMA>(z * z, series, -(r * low)));
    (sine, cosine)
}

/// `x` with its sign turned where bit 1 of `quarters` is set.
#[inline(always)]
fn turned(x: f64, quarters: u64) -> f64 {
    f64::from_bits(x.to_bits() ^ ((quarters & 2) << 62))
}

#[inline(always)]
fn sine<const FMA: bool>(x: f64, angle: Reduced) -> f64 {
    let (sine, cosine) = both::<FMA>(angle.r, angle.low);
    let value = either(angle.quarters & 1 == 1, cosine, sine);
    either(x == 0.0, x, turned(value, angle.quarters))
}

#[inline(always)]
fn cosine<const FMA: bool>(angle: Reduced) -> f64 {
    let (sine, cosine) = both::<FMA>(angle.r, angle.low);
    let value = either(angle.quarters & 1 == 1, sine, cosine);
    turned(value, angle.quarters.wrapping_add(1))
}

#[inline(always)]
fn tangent<const FMA: bool>(x: f64, angle: Reduced) -> f64 {
    let (sine, cosine) = both::<FMA>(angle.r, angle.low);
    let odd = angle.quarters & 1 == 1;
    let value = either(odd, -cosine, sine) / either(odd, sine, cosine);
    either(x == 0.0, x, value)
}

/// Sine, for [near](is_near) angles.
#[inline(always)]
pub(in crate::program) fn sin_near<const FMA: bool>(x: f64) -> f64 {
    sine::<FMA>(x, reduced::<FMA>(x))
}

/// Cosine, for [near](is_near) angles.
#[inline(always)]
pub(in crate::program) fn cos_near<const FMA: bool>(x: f64) -> f64 {
    cosine::<FMA>(reduced::<FMA>(x))
}

/// Tangent, for [near](is_near) angles.
#[inline(always)]
pub(in crate::program) fn tan_near<const FMA: bool>(x: f64) -> f64 {
    tangent::<FMA>(x, reduced::<FMA>(x))
}

/// Sine and cosine, the bits of [`sin_near`] and [`cos_near`].
#[inline(always)]
pub(in crate::program) fn sin_cos_near<const FMA: bool>(x: f64) -> (f64, f64) {
    let angle = reduced::<FMA>(x);
    (sine::<FMA>(x, angle), cosine::<FMA>(angle))
}

#[inline(always)]
fn any<const FMA: bool>(x: f64) -> Reduced {
    if is_near(x) { reduced::<FMA>(x) } else { reduced_from_far(x) }
}

/// Sine.
#[inline(always)]
pub(in crate::program) fn sin<const FMA: bool>(x: f64) -> f64 {
    sine::<FMA>(x, any::<FMA>(x))
}

/// Cosine.
#[inline(always)]
pub(in crate::program) fn cos<const FMA: bool>(x: f64) -> f64 {
    cosine::<FMA>(any::<FMA>(x))
}

/// Tangent.
#[inline(always)]
pub(in crate::program) fn tan<const FMA: bool>(x: f64) -> f64 {
    tangent::<FMA>(x, any::<FMA>(x))
}

/// Sine and cosine, the bits of [`sin`] and [`cos`].
#[inline(always)]
pub(in crate::program) fn sin_cos<const FMA: bool>(x: f64) -> (f64, f64) {
    let angle = any::<FMA>(x);
    (sine::<FMA>(x, angle), cosine::<FMA>(angle))
}
