//! Hyperbolic functions and their inverses.
//!
//! # Source
//! From the exponential and the logarithm by their definitions, arranged so that nothing cancels: Abramowitz & Stegun,
//! *Handbook of Mathematical Functions*, 4.5.1–6, 4.6.20–22; the sine below 1 by its series.

use super::exponential::{exp_scaled, expm1};
use super::lane::{either, mul_add, polynomial, scaled, sum};
use super::logarithm::log1p_of_sum;

/// `e^x/2` for `0 ≤ x`; infinite where that is.
#[inline(always)]
fn half_exp<const FMA: bool>(x: f64) -> f64 {
    let (k, m) = exp_scaled::<FMA>(either(x > 711.0, 711.0, x), 0.0);
    scaled(m, k - 1.0)
}

/// Hyperbolic sine.
#[inline(always)]
pub(in crate::program) fn sinh<const FMA: bool>(x: f64) -> f64 {
    let a = x.abs();
    let e = half_exp::<FMA>(a);
    let z = a * a;
    let series = polynomial::<FMA, 8>(
        z,
        [
            1.0 / 6.0,
            1.0 / 120.0,
            1.0 / 5040.0,
            1.0 / 362880.0,
            1.0 / 39916800.0,
            1.0 / 6227020800.0,
            1.0 / 1307674368000.0,
            1.0 / 355687428096000.0,
        ],
    );
    let small = mul_add::<FMA>(a * z, series, a);
    either(a < 1.0, small, e - 0.25 / e).copysign(x)
}

/// Hyperbolic cosine.
#[inline(always)]
pub(in crate::program) fn cosh<const FMA: bool>(x: f64) -> f64 {
    let e = half_exp::<FMA>(x.abs());
    e + 0.25 / e
}

/// Hyperbolic tangent.
#[inline(always)]
pub(in crate::program) fn tanh<const FMA: bool>(x: f64) -> f64 {
    // 1 beyond 22.
    let a = x.abs();
    let e = expm1::<FMA>(2.0 * either(a > 22.0, 22.0, a));
    (e / (e + 2.0)).copysign(x)
}

/// Beyond it 1 does not count beside an argument.
const LARGE: f64 = 1_152_921_504_606_846_976.0; // 2^60

/// Inverse hyperbolic sine.
#[inline(always)]
pub(in crate::program) fn asinh<const FMA: bool>(x: f64) -> f64 {
    let a = x.abs();
    let large = a > LARGE;
    let square = a * a;
    let (u, low) = sum(a, square / (1.0 + (square + 1.0).sqrt()));
    let value = log1p_of_sum::<FMA>(either(large, a, u), either(large, 0.0, low), either(large, 1.0, 0.0));
    value.copysign(x)
}

/// Inverse hyperbolic cosine.
#[inline(always)]
pub(in crate::program) fn acosh<const FMA: bool>(x: f64) -> f64 {
    let large = x > LARGE;
    let t = x - 1.0;
    let (u, low) = sum(t, mul_add::<FMA>(t, t, 2.0 * t).sqrt());
    let value = log1p_of_sum::<FMA>(either(large, x, u), either(large, 0.0, low), either(large, 1.0, 0.0));
    either(x < 1.0, f64::NAN, value)
}

/// Inverse hyperbolic tangent.
#[inline(always)]
pub(in crate::program) fn atanh<const FMA: bool>(x: f64) -> f64 {
    let a = x.abs();
    let twice = 2.0 * a;
    let (u, low) = sum(twice, twice * a / (1.0 - a));
    let value = 0.5 * log1p_of_sum::<FMA>(u, low, 0.0);
    either(a > 1.0, f64::NAN, value.copysign(x))
}
