//! Digamma and its derivatives.
//!
//! Accuracy, held by the test below against values of 60 digits: digamma within `4 ε max(1, |ψ|, π|cot(πx)|)`, the others
//! within `(16 + n/4) ε` times the largest term of their sum.
//!
//! # Source
//! Abramowitz & Stegun, *Handbook of Mathematical Functions*, 6.3–6.4 (recurrence, reflection, asymptotic series), 23.1.30
//! (Euler–Maclaurin summation).

use std::f64::consts::PI;

use super::lane::{either, mul_add, nearest_of_any, polynomial};
use super::logarithm::log;
use super::trigonometric::tan_near;

/// `B_2k / (2k)` for k = 1, 2, …
const DIGAMMA_SERIES: [f64; 8] = [
    1.0 / 12.0,
    -1.0 / 120.0,
    1.0 / 252.0,
    -1.0 / 240.0,
    1.0 / 132.0,
    -691.0 / 32760.0,
    1.0 / 12.0,
    -3617.0 / 8160.0,
];

/// The derivative of `log|gamma|`; NaN at its poles.
#[inline(always)]
pub(in crate::program) fn digamma<const FMA: bool>(x: f64) -> f64 {
    let below = x <= 0.0;
    let (mut z, mut passed) = (either(below, 1.0 - x, x), 0.0);
    // Two steps up at a time, 1/z + 1/(z + 1), until the series holds.
    for _ in 0..5 {
        let near = z < 10.0;
        let two = mul_add::<FMA>(2.0, z, 1.0) / mul_add::<FMA>(z, z, z);
        passed += either(near, two, 0.0);
        z += either(near, 2.0, 0.0);
    }
    let w = 1.0 / (z * z);
    let series = w * polynomial::<FMA, 8>(w, DIGAMMA_SERIES);
    let value = log::<FMA>(z) - 0.5 / z - series - passed;
    // Below 0 by reflection: x less the nearest integer is exact, and the cotangent has period 1.
    let whole = nearest_of_any(x.abs()).copysign(x);
    let reflected = value - PI / tan_near::<FMA>(PI * (x - whole));
    either(below, either(x == whole, f64::NAN, reflected), value)
}

/// `B_2k / (2k)!` for k = 1, 2, …
const SUMMATION: [f64; 12] = [
    8.333_333_333_333_333e-2,
    -1.388_888_888_888_889e-3,
    3.306_878_306_878_306_5e-5,
    -8.267_195_767_195_768e-7,
    2.087_675_698_786_81e-8,
    -5.284_190_138_687_493e-10,
    1.338_253_653_068_467_9e-11,
    -3.389_680_296_322_582_7e-13,
    8.586_062_056_277_845e-15,
    -2.174_868_698_558_062e-16,
    5.509_002_828_360_229e-18,
    -1.395_446_468_581_252_3e-19,
];

/// `x^s Σ_{k ≥ 0} (x + k)^-s` for `x > 0` and an integer `s ≥ 2`.
fn scaled_zeta(s: i32, x: f64) -> f64 {
    let mut sum = 0.0;
    let mut a = x;
    while a < f64::from(10 + s) {
        let term = (x / a).powi(s);
        sum += term;
        a += 1.0;
        if term < sum * 1e-18 && a > 2.0 * x {
            return sum;
        }
    }
    // What is left, by Euler–Maclaurin from `a` on, in units of (x/a)^s.
    let sf = f64::from(s);
    let mut rising = sf / a;
    let mut tail = a / (sf - 1.0) + 0.5;
    for (k, c) in SUMMATION.iter().enumerate() {
        tail += c * rising;
        let j = sf + 2.0 * k as f64;
        rising *= (j + 1.0) / a * ((j + 2.0) / a);
    }
    sum + (x / a).powi(s) * tail
}

/// `n! Σ_{k ≥ 0} (x + k)^-(n + 1)` for `x > 0`.
fn factorial_zeta(n: i32, x: f64) -> f64 {
    // n! / x^(n + 1) from both ends of the factorial, so that no part of it overflows or vanishes before the whole does.
    let mut lead = if n % 2 == 0 { 1.0 } else { f64::from(n / 2 + 1) / x } / x;
    for k in 1..=n / 2 {
        lead *= (f64::from(k) / x) * (f64::from(n + 1 - k) / x);
    }
    lead * scaled_zeta(n + 1, x)
}

/// The `n`-th derivative of digamma; NaN at its poles and unless `n` is an integer from 0 to 100.
pub(in crate::program) fn polygamma<const FMA: bool>(n: f64, x: f64) -> f64 {
    if n == 0.0 {
        return digamma::<FMA>(x);
    }
    if !(1.0..=100.0).contains(&n) || n != n.floor() || x.is_nan() {
        return f64::NAN;
    }
    let n = n as i32;
    let even = n % 2 == 0;
    let sum = if x > 0.0 {
        if x.is_infinite() { 0.0 } else { factorial_zeta(n, x) }
    } else {
        if x == x.floor() {
            return f64::NAN;
        }
        // Terms below 0, nearest first, are a sum of the same kind that ends; those above 0 do not end.
        let (above, below) = (x - x.floor(), -x - (-x).floor());
        let finite = factorial_zeta(n, below) - factorial_zeta(n, 1.0 - x);
        factorial_zeta(n, above) + if even { -finite } else { finite }
    };
    if even { -sum } else { sum }
}
