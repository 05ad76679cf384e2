//! Arithmetic that the kernels are written in: on one `f64`, without branches, widened by the compiler to the lanes of the
//! instruction set that they are compiled for.
//!
//! Here: fused or separate multiply-add, choice without a branch, rounding, powers of two, sums and products with their
//! rounding errors, polynomials.
//! Invariant: `FMA` says whether `a b + c` rounds once; nothing else tells instruction sets apart, so all that have the
//! fused operation give the same bits, and so does every machine without it.

/// Added and taken away again, it rounds to an integer, whose low bits are then those of the sum.
pub(super) const ROUND: f64 = 6_755_399_441_055_744.0; // 1.5 · 2^52

/// `a`, as a choice between two values that are both there.
#[inline(always)]
pub(super) fn either(condition: bool, a: f64, b: f64) -> f64 {
    if condition { a } else { b }
}

/// `a b + c`.
#[inline(always)]
pub(super) fn mul_add<const FMA: bool>(a: f64, b: f64, c: f64) -> f64 {
    if FMA { a.mul_add(b, c) } else { a * b + c }
}

/// The nearest integer, for `|x| ≤ 2^51`.
#[inline(always)]
pub(super) fn nearest(x: f64) -> f64 {
    (x + ROUND) - ROUND
}

/// The nearest integer, for any `x ≥ 0`.
#[inline(always)]
pub(super) fn nearest_of_any(x: f64) -> f64 {
    const WHOLE: f64 = 4_503_599_627_370_496.0; // 2^52
    either(x < WHOLE, (x + WHOLE) - WHOLE, x)
}

/// `2^k` for an integer `k` of at most ±1022.
#[inline(always)]
pub(super) fn two_to(k: f64) -> f64 {
    f64::from_bits(((k + ROUND).to_bits() << 52).wrapping_add(1.0_f64.to_bits()))
}

/// `x 2^k` for an integer `k` of at most ±2044, in two steps: one rounding where the result is subnormal.
#[inline(always)]
pub(super) fn scaled(x: f64, k: f64) -> f64 {
    let half = nearest(k * 0.5);
    x * two_to(half) * two_to(k - half)
}

/// `a + b` and its rounding error, for `|a| ≥ |b|` or `a = 0`.
#[inline(always)]
pub(super) fn sum_of_ordered(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    (sum, (a - sum) + b)
}

/// `a + b` and its rounding error.
#[inline(always)]
pub(super) fn sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let part = sum - a;
    (sum, (a - (sum - part)) + (b - part))
}

/// `a b` and its rounding error, where no part of it overflows or is subnormal.
#[inline(always)]
pub(super) fn product<const FMA: bool>(a: f64, b: f64) -> (f64, f64) {
    let product = a * b;
    if FMA {
        return (product, a.mul_add(b, -product));
    }
    let split = |x: f64| {
        let far = 134_217_729.0 * x; // 2^27 + 1
        let head = far - (far - x);
        (head, x - head)
    };
    let ((a, a_rest), (b, b_rest)) = (split(a), split(b));
    (product, ((a * b - product) + a * b_rest + a_rest * b) + a_rest * b_rest)
}

/// `Σ c[k] z^k`: even and odd terms apart, so that two chains run at a time.
#[inline(always)]
pub(super) fn polynomial<const FMA: bool, const N: usize>(z: f64, c: [f64; N]) -> f64 {
    let square = z * z;
    let (mut first, mut second) = (c[N - 1], c[N - 2]);
    let mut k = N - 2;
    while k > 1 {
        first = mul_add::<FMA>(first, square, c[k - 1]);
        second = mul_add::<FMA>(second, square, c[k - 2]);
        k -= 2;
    }
    if k == 1 {
        // Odd length: `second` belongs to z^1, what is left to z^0 goes with `first`.
        first = mul_add::<FMA>(first, square, c[0]);
        mul_add::<FMA>(second, z, first)
    } else {
        mul_add::<FMA>(first, z, second)
    }
}
