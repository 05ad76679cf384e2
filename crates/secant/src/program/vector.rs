//! Our own exponential, logarithm, sine and cosine: without branches, so that a loop over them becomes vector code.
//!
//! Here: kernels on one `f64` that the compiler widens to whatever lanes the instruction set has.
//! Not here: the other functions, still those of the standard library (`functions`).
//! Invariant: no fused multiply-add and no table, so every instruction set and lane gives the same bits. `sin` and `cos`
//! beyond [`NEAR`] are those of the standard library, one by one.
//! Accuracy: within 1 ulp at each of the 300 sampled arguments a function, compared with values of 60 digits
//! (`tests/program/vector.rs`); a bound over all arguments is not proven.
//!
//! # Source
//! Argument reduction with a constant in several parts: Cody & Waite, *Software Manual for the Elementary Functions*.
//! The series are those of the functions themselves, cut where the next term is below a hundredth of an ulp.

/// Added and taken away again, it rounds to an integer, whose low bits are then those of the sum.
const ROUND: f64 = 6_755_399_441_055_744.0; // 1.5 · 2^52

/// `if`, as a choice between two values that are both there.
#[inline(always)]
fn either(condition: bool, a: f64, b: f64) -> f64 {
    if condition { a } else { b }
}

/// `Σ c[k] z^k`.
#[inline(always)]
fn polynomial<const N: usize>(z: f64, c: [f64; N]) -> f64 {
    let mut sum = c[N - 1];
    let mut k = N - 1;
    while k > 0 {
        k -= 1;
        sum = sum * z + c[k];
    }
    sum
}

/// `2^k` for an integer `k` of at most ±1022.
#[inline(always)]
fn two_to(k: f64) -> f64 {
    f64::from_bits(((k + ROUND).to_bits() << 52).wrapping_add(1.0_f64.to_bits()))
}

/// The natural logarithm of 2 in two parts, the first of 42 bits.
const LN_2: [f64; 2] = [f64::from_bits(LN_2_BITS[0]), f64::from_bits(LN_2_BITS[1])];
const LN_2_BITS: [u64; 2] = [0x3fe62e42fefa3800, 0x3d2ef35793c76730];

/// `e^x`.
#[inline(always)]
pub(super) fn exp(x: f64) -> f64 {
    // Beyond these the result is 0 or inf; NaN passes both.
    let x = either(x > 710.0, 710.0, x);
    let x = either(x < -746.0, -746.0, x);
    let k = (x * std::f64::consts::LOG2_E + ROUND) - ROUND;
    // x = k log 2 + r, r in two parts; |r| ≤ log(2)/2
    let (high, low) = (x - k * LN_2[0], k * LN_2[1]);
    let r = high - low;
    let series = polynomial(
        r,
        [
            1.0 / 2.0,
            1.0 / 6.0,
            1.0 / 24.0,
            1.0 / 120.0,
            1.0 / 720.0,
            1.0 / 5040.0,
            1.0 / 40320.0,
            1.0 / 362880.0,
            1.0 / 3628800.0,
            1.0 / 39916800.0,
            1.0 / 479001600.0,
            1.0 / 6227020800.0,
        ],
    );
    let tail = (high - r) - low;
    let value = 1.0 + (r + (r * r * series + tail));
    // In two steps, for results that are subnormal.
    let half = (k * 0.5 + ROUND) - ROUND;
    value * two_to(half) * two_to(k - half)
}

/// The natural logarithm.
#[inline(always)]
pub(super) fn log(x: f64) -> f64 {
    let subnormal = x < f64::MIN_POSITIVE;
    let bits = either(subnormal, x * 18_014_398_509_481_984.0, x).to_bits(); // 2^54
    // x = 2^k m with m from sqrt(1/2) to sqrt(2).
    const SQRT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
    const ONE: u64 = 0x3ff0_0000_0000_0000;
    let biased = bits.wrapping_sub(SQRT_HALF).wrapping_add(ONE) >> 52;
    let m = f64::from_bits(bits.wrapping_sub(biased << 52).wrapping_add(ONE));
    let k = f64::from_bits(biased | 0x4330_0000_0000_0000) - (4_503_599_627_370_496.0 + 1023.0);
    let k = either(subnormal, k - 54.0, k);
    // log(1 + f) = f - f²/2 + s (f²/2 + R(s²)), s = f/(2 + f), R from the series of 2 atanh(s).
    let f = m - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let half_square = 0.5 * f * f;
    let series = z * polynomial(
        z,
        [
            2.0 / 3.0,
            2.0 / 5.0,
            2.0 / 7.0,
            2.0 / 9.0,
            2.0 / 11.0,
            2.0 / 13.0,
            2.0 / 15.0,
            2.0 / 17.0,
            2.0 / 19.0,
            2.0 / 21.0,
            2.0 / 23.0,
        ],
    );
    let value = k * LN_2[0] - ((half_square - (s * (half_square + series) + k * LN_2[1])) - f);
    let value = either(x == f64::INFINITY, x, value);
    let value = either(x == 0.0, f64::NEG_INFINITY, value);
    either(x >= 0.0, value, f64::NAN)
}

/// A quarter turn, pi/2, in three parts: 38 bits, 38 bits, and the rest.
const QUARTER_TURN: [f64; 3] = [
    f64::from_bits(0x3ff921fb54440000),
    f64::from_bits(0x3d868c234c4c0000),
    f64::from_bits(0x3b298a2e03707345),
];

/// Largest angle that [`sin_near`] and [`cos_near`] reduce without loss.
pub(super) const NEAR: f64 = 50_000.0;

/// `sin(x + quarter turns)` for `|x| ≤ NEAR`.
#[inline(always)]
fn wave(x: f64, quarters: u64) -> f64 {
    let shifted = x * std::f64::consts::FRAC_2_PI + ROUND;
    let q = shifted - ROUND;
    // The products of q with the first two parts are exact.
    let a = x - q * QUARTER_TURN[0];
    let (b, c) = (q * QUARTER_TURN[1], q * QUARTER_TURN[2]);
    let d = a - b;
    let d_low = {
        let part = d - a;
        (a - (d - part)) - (b + part)
    };
    let e = d_low - c;
    let r = d + e;
    let low = (d - r) + e;

    let z = r * r;
    let sine = r
        + (r * z
            * polynomial(
                z,
                [
                    -1.0 / 6.0,
                    1.0 / 120.0,
                    -1.0 / 5040.0,
                    1.0 / 362880.0,
                    -1.0 / 39916800.0,
                    1.0 / 6227020800.0,
                    -1.0 / 1307674368000.0,
                    1.0 / 355687428096000.0,
                ],
            )
            + low * (1.0 - 0.5 * z));
    let half = 0.5 * z;
    let head = 1.0 - half;
    let cosine = head
        + (((1.0 - head) - half)
            + (z * z
                * polynomial(
                    z,
                    [
                        1.0 / 24.0,
                        -1.0 / 720.0,
                        1.0 / 40320.0,
                        -1.0 / 3628800.0,
                        1.0 / 479001600.0,
                        -1.0 / 87178291200.0,
                        1.0 / 20922789888000.0,
                    ],
                )
                - r * low));
    let quarter = shifted.to_bits().wrapping_add(quarters);
    let value = either(quarter & 1 == 1, cosine, sine);
    f64::from_bits(value.to_bits() ^ ((quarter & 2) << 62))
}

/// `sin(x)` for `|x| ≤ NEAR`.
#[inline(always)]
pub(super) fn sin_near(x: f64) -> f64 {
    either(x == 0.0, x, wave(x, 0))
}

/// `cos(x)` for `|x| ≤ NEAR`.
#[inline(always)]
pub(super) fn cos_near(x: f64) -> f64 {
    wave(x, 1)
}

/// `sin(x)`.
#[inline]
pub(super) fn sin(x: f64) -> f64 {
    if x.abs() <= NEAR { sin_near(x) } else { x.sin() }
}

/// `cos(x)`.
#[inline]
pub(super) fn cos(x: f64) -> f64 {
    if x.abs() <= NEAR { cos_near(x) } else { x.cos() }
}
