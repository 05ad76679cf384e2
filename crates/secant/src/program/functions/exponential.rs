//! `e^x` and what is made of it: `e^x - 1`, the logistic function and its integral.
//!
//! # Source
//! Argument reduction with log 2 in two parts: Cody & Waite, *Software Manual for the Elementary Functions*, ch. 6.
//! Polynomials interpolate at Chebyshev nodes; the remainder is below `2^-61`.

use super::lane::{either, mul_add, nearest, polynomial, scaled, sum_of_ordered, two_to};
use super::logarithm::log1p;
use super::relu;

/// The natural logarithm of 2 in two parts, the first of 42 bits: integers up to 2048 times it are exact.
pub(super) const LN_2: [f64; 2] =
    [f64::from_bits(0x3fe6_2e42_fefa_3800), f64::from_bits(0x3d2e_f357_93c7_6730)];

/// `e^(x + low) = 2^k (1 + r + rest)`, with `|r| ≤ log(2)/2`; as `(k, r, rest)`.
#[inline(always)]
fn reduced<const FMA: bool>(x: f64, low: f64) -> (f64, f64, f64) {
    let k = nearest(x * std::f64::consts::LOG2_E);
    let high = mul_add::<FMA>(-k, LN_2[0], x);
    let low = mul_add::<FMA>(k, LN_2[1], -low);
    let r = high - low;
    let tail = (high - r) - low;
    let series = polynomial::<FMA, 11>(
        r,
        [
            0.5,
            0.1666666666666667,
            0.04166666666666667,
            0.008333333333326136,
            0.0013888888888883748,
            0.00019841269874820627,
            2.4801587325547743e-05,
            2.7557255400206422e-06,
            2.75572736431103e-07,
            2.5105217004720745e-08,
            2.0914686968086876e-09,
        ],
    );
    (k, r, mul_add::<FMA>(r * r, series, mul_add::<FMA>(tail, r, tail)))
}

/// `2^k` and `m` with `e^(x + low) = 2^k m`, for `|x| ≤ 800`.
#[inline(always)]
pub(super) fn exp_scaled<const FMA: bool>(x: f64, low: f64) -> (f64, f64) {
    let (k, r, rest) = reduced::<FMA>(x, low);
    (k, 1.0 + (r + rest))
}

/// `x` where its exponential is neither 0 nor infinite, else a number where it is.
#[inline(always)]
pub(super) fn bounded(x: f64) -> f64 {
    let x = either(x > 710.0, 710.0, x);
    either(x < -746.0, -746.0, x)
}

/// `e^x`.
#[inline(always)]
pub(in crate::program) fn exp<const FMA: bool>(x: f64) -> f64 {
    let (k, m) = exp_scaled::<FMA>(bounded(x), 0.0);
    scaled(m, k)
}

/// `e^x - 1`.
#[inline(always)]
pub(in crate::program) fn expm1<const FMA: bool>(x: f64) -> f64 {
    let (k, r, rest) = reduced::<FMA>(either(x < -40.0, -40.0, bounded(x)), 0.0);
    // 2^k ((1 - 2^-k) + r + rest)
    let one = 1.0 - two_to(-either(k > 1000.0, 1000.0, k));
    let (head, tail) = sum_of_ordered(one, r);
    either(x == 0.0, x, scaled(head + (tail + rest), k))
}

/// `1/(1 + e^-x)`.
#[inline(always)]
pub(in crate::program) fn sigmoid<const FMA: bool>(x: f64) -> f64 {
    let t = exp::<FMA>(-x.abs());
    either(x < 0.0, t, 1.0) / (1.0 + t)
}

/// `log(1 + e^x)`.
#[inline(always)]
pub(in crate::program) fn softplus<const FMA: bool>(x: f64) -> f64 {
    relu(x) + log1p::<FMA>(exp::<FMA>(-x.abs()))
}
