//! Logarithms.
//!
//! # Source
//! `log(1 + f) = f - f²/2 + s (f²/2 + R(s²))` with `s = f/(2 + f)`: the series of `2 atanh(s)`, arranged so that the first two
//! terms are exact where it matters; Tang, *Table-driven implementation of the logarithm function*, ACM TOMS 16 (1990), §3.
//! `R` interpolates at Chebyshev nodes; the remainder is below `2^-60`.

use super::exponential::LN_2;
use super::lane::{either, mul_add, polynomial, product, sum, sum_of_ordered};

/// `x = 2^k m` with `m` from `sqrt(1/2)` to `sqrt(2)`, for `x > 0`; as `(k, m)`.
#[inline(always)]
fn split(x: f64) -> (f64, f64) {
    let subnormal = x < f64::MIN_POSITIVE;
    let bits = either(subnormal, x * 18_014_398_509_481_984.0, x).to_bits(); // 2^54
    const SQRT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
    const ONE: u64 = 0x3ff0_0000_0000_0000;
    let biased = bits.wrapping_sub(SQRT_HALF).wrapping_add(ONE) >> 52;
    let m = f64::from_bits(bits.wrapping_sub(biased << 52).wrapping_add(ONE));
    let k = f64::from_bits(biased | 0x4330_0000_0000_0000) - (4_503_599_627_370_496.0 + 1023.0);
    (either(subnormal, k - 54.0, k), m)
}

/// `f²/2` and `s (f²/2 + R(s²))`.
#[inline(always)]
fn terms<const FMA: bool>(f: f64) -> (f64, f64) {
    let s = f / (2.0 + f);
    let z = s * s;
    let half_square = 0.5 * f * f;
    let series = polynomial::<FMA, 8>(
        z,
        [
            0.6666666666666666,
            0.4000000000000088,
            0.2857142857080323,
            0.2222222239180047,
            0.18181795630884753,
            0.15386240205813478,
            0.13268759668560612,
            0.13086767009948175,
        ],
    );
    (half_square, s * mul_add::<FMA>(z, series, half_square))
}

/// What a logarithm of anything is at the ends of its domain.
#[inline(always)]
fn with_ends(x: f64, value: f64) -> f64 {
    let value = either(x == f64::INFINITY, x, value);
    let value = either(x == 0.0, f64::NEG_INFINITY, value);
    either(x >= 0.0, value, f64::NAN)
}

/// The natural logarithm.
#[inline(always)]
pub(in crate::program) fn log<const FMA: bool>(x: f64) -> f64 {
    let (k, m) = split(x);
    let f = m - 1.0;
    let (half_square, rest) = terms::<FMA>(f);
    let low = mul_add::<FMA>(k, LN_2[1], rest);
    with_ends(x, mul_add::<FMA>(k, LN_2[0], f - (half_square - low)))
}

/// `log(2^more (1 + x + low))` for a `low` that is small beside `x`.
#[inline(always)]
pub(super) fn log1p_of_sum<const FMA: bool>(x: f64, low: f64, more: f64) -> f64 {
    let (u, error) = sum(1.0, x);
    let (k, m) = split(u);
    // Near 1 the argument itself is what counts; elsewhere what rounding took from u.
    let near = k == 0.0;
    let f = either(near, x, m - 1.0);
    let correction = (either(near, 0.0, error) + low) / u;
    let (half_square, rest) = terms::<FMA>(f);
    let k = k + more;
    let low = mul_add::<FMA>(k, LN_2[1], rest) + correction;
    let value = mul_add::<FMA>(k, LN_2[0], f - (half_square - low));
    let value = either(x == f64::INFINITY, x, value);
    let value = either(x == -1.0, f64::NEG_INFINITY, value);
    let value = either(x == 0.0 && more == 0.0, x, value);
    either(x >= -1.0, value, f64::NAN)
}

/// `log(1 + x)`.
#[inline(always)]
pub(in crate::program) fn log1p<const FMA: bool>(x: f64) -> f64 {
    log1p_of_sum::<FMA>(x, 0.0, 0.0)
}

/// `log(1 + f) = high + low`, `high` of at most 21 bits.
#[inline(always)]
fn two_parts<const FMA: bool>(f: f64) -> (f64, f64) {
    let (half_square, rest) = terms::<FMA>(f);
    let high = f64::from_bits((f - half_square).to_bits() & 0xffff_ffff_0000_0000);
    (high, ((f - high) - half_square) + rest)
}

/// The logarithm to base 2.
#[inline(always)]
pub(in crate::program) fn log2<const FMA: bool>(x: f64) -> f64 {
    // 1/log(2), the first part of 32 bits.
    const SCALE: [f64; 2] = [f64::from_bits(0x3ff7_1547_6520_0000), 1.6751713164886512e-10];
    let (k, m) = split(x);
    let (high, low) = two_parts::<FMA>(m - 1.0);
    let head = high * SCALE[0];
    let tail = mul_add::<FMA>(low, SCALE[0], (low + high) * SCALE[1]);
    let (whole, error) = sum_of_ordered(k, head);
    with_ends(x, whole + (error + tail))
}

/// The logarithm to base 10.
#[inline(always)]
pub(in crate::program) fn log10<const FMA: bool>(x: f64) -> f64 {
    // 1/log(10) and log10(2), the first parts of 32 and 38 bits.
    const SCALE: [f64; 2] = [f64::from_bits(0x3fdb_cb7b_1520_0000), 2.5082946711645275e-11];
    const LOG_2: [f64; 2] = [f64::from_bits(0x3fd3_4413_509f_6000), 3.694239077158931e-13];
    let (k, m) = split(x);
    let (high, low) = two_parts::<FMA>(m - 1.0);
    let head = high * SCALE[0];
    let tail = mul_add::<FMA>(low, SCALE[0], (low + high) * SCALE[1]);
    let (whole, error) = sum_of_ordered(k * LOG_2[0], head);
    with_ends(x, whole + (error + mul_add::<FMA>(k, LOG_2[1], tail)))
}

/// The natural logarithm of `x > 0` as `high + low`, off by less than `2^-64` of itself.
#[inline(always)]
pub(super) fn log_precise<const FMA: bool>(x: f64) -> (f64, f64) {
    const THIRD: [f64; 2] = [0.3333333333333333, 1.850371707708594e-17];
    let (k, m) = split(x);
    // s = f/(2 + f) in two parts
    let f = m - 1.0;
    let (d, d_low) = sum_of_ordered(2.0, f);
    let s = f / d;
    let (back, error) = product::<FMA>(s, d);
    let s_low = (((f - back) - error) - s * d_low) / d;
    // log(m) = 2 s (1 + z (1/3 + z Q(z))), z = s²
    let (z, z_low) = product::<FMA>(s, s);
    let z_low = mul_add::<FMA>(2.0 * s, s_low, z_low);
    let series = polynomial::<FMA, 9>(
        z,
        [
            0.2,
            0.14285714285714282,
            0.11111111111114215,
            0.09090909089828463,
            0.07692307880585086,
            0.06666648267216467,
            0.05883406560517249,
            0.0522816363473947,
            0.053812122098046825,
        ],
    );
    let (w, w_low) = sum_of_ordered(THIRD[0], z * series);
    let w_low = w_low + THIRD[1];
    let (u, u_low) = product::<FMA>(z, w);
    let u_low = u_low + mul_add::<FMA>(z, w_low, z_low * w);
    let (v, v_low) = (2.0 * s, 2.0 * s_low);
    let (t, t_low) = product::<FMA>(v, u);
    let t_low = t_low + (mul_add::<FMA>(v, u_low, v_low * u) + v_low);
    let (high, low) = sum_of_ordered(v, t);
    let (whole, error) = sum_of_ordered(k * LN_2[0], high);
    let low = error + ((low + t_low) + k * LN_2[1]);
    sum_of_ordered(whole, low)
}
