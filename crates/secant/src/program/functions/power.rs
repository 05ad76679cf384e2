//! Powers and roots.
//!
//! # Source
//! `x^y = e^(y log x)` with the logarithm in two parts; sums and products with their errors after Dekker, *A floating-point
//! technique for extending the available precision*, Numer. Math. 18 (1971). The cube root by Halley's iteration for
//! `x^(-1/3)` and one step of Newton on an exact residual.

use super::exponential::exp_scaled;
use super::lane::{either, mul_add, nearest, nearest_of_any, polynomial, product, scaled, two_to};
use super::logarithm::log_precise;

/// `x^y`, see [`Op::Pow`](crate::program::Op::Pow).
#[inline(always)]
pub(in crate::program) fn pow<const FMA: bool>(x: f64, y: f64) -> f64 {
    let a = x.abs();
    // Beyond it every power of anything but 1 is 0 or infinite.
    const FAR: f64 = f64::from_bits(0x4450_0000_0000_0000); // 2^70
    let exponent = either(y > FAR, FAR, either(y < -FAR, -FAR, y));
    let (log, log_low) = log_precise::<FMA>(a);
    let (high, error) = product::<FMA>(log, exponent);
    let low = mul_add::<FMA>(log_low, exponent, error);
    let (over, under) = (high > 710.0, high < -746.0);
    let low = either(over | under, 0.0, low);
    let (k, m) = exp_scaled::<FMA>(either(over, 710.0, either(under, -746.0, high)), low);
    let size = scaled(m, k);
    // 0 and infinity have no logarithm.
    let grows = y > 0.0;
    let size = either(a == 0.0, either(grows, 0.0, f64::INFINITY), size);
    let size = either(a == f64::INFINITY, either(grows, f64::INFINITY, 0.0), size);
    let size = either(y == 0.0, 1.0, size);
    // Whole and odd exponents.
    let b = y.abs();
    let whole = nearest_of_any(b) == b;
    let half = 0.5 * b;
    let odd = whole & (nearest_of_any(half) != half);
    let size = either((x < 0.0) & (a < f64::INFINITY) & !whole, f64::NAN, size);
    let size = either(odd, size.copysign(x), size);
    let undefined = x.is_nan() | y.is_nan() | ((a == 1.0) & (b == f64::INFINITY));
    either(undefined, f64::NAN, size)
}

/// The real cube root.
#[inline(always)]
pub(in crate::program) fn cbrt<const FMA: bool>(x: f64) -> f64 {
    let a = x.abs();
    let subnormal = a < f64::MIN_POSITIVE;
    let bits = either(subnormal, a * 18_014_398_509_481_984.0, a).to_bits(); // 2^54
    let m = f64::from_bits(bits & 0x000f_ffff_ffff_ffff | 1.0_f64.to_bits());
    let k = f64::from_bits(bits >> 52 | 0x4330_0000_0000_0000) - (4_503_599_627_370_496.0 + 1023.0);
    let k = either(subnormal, k - 54.0, k);
    // a = 8^q · m, m from 1 to 8.
    let q = nearest((k - 1.0) * (1.0 / 3.0));
    let left = mul_add::<FMA>(-3.0, q, k);
    let (one, two) = (left == 1.0, left == 2.0);
    let start = polynomial::<FMA, 6>(
        m,
        [
            1.7776471684890054,
            -1.5540274077106597,
            1.2271496200207155,
            -0.5865141615889806,
            0.15224956438221762,
            -0.016511679091286462,
        ],
    );
    let y = start * either(two, 0.6299605249474366, either(one, 0.7937005259840998, 1.0));
    let m = m * either(two, 4.0, either(one, 2.0, 1.0));
    // y is near m^(-1/3).
    let e = mul_add::<FMA>(-(m * y), y * y, 1.0);
    let y = mul_add::<FMA>(y * e, mul_add::<FMA>(e, 2.0 / 9.0, 1.0 / 3.0), y);
    let square = y * y;
    let root = m * square;
    let (r2, r2_low) = product::<FMA>(root, root);
    let (r3, r3_low) = product::<FMA>(r2, root);
    let residual = ((m - r3) - r3_low) - r2_low * root;
    let value = mul_add::<FMA>(residual * square, 1.0 / 3.0, root) * two_to(q);
    let value = either((a == 0.0) | (a == f64::INFINITY), a, value);
    either(x.is_nan(), x, value.copysign(x))
}

/// `x^(1/3)`: the cube root, NaN below 0.
#[inline(always)]
pub(in crate::program) fn root3<const FMA: bool>(x: f64) -> f64 {
    either(x < 0.0, f64::NAN, cbrt::<FMA>(x))
}

/// Largest power computed by repeated squaring.
pub(in crate::program) const MAX_SQUARING: u32 = 16;

/// `x^n`, see [`Op::Powi`](crate::program::Op::Powi).
#[inline(always)]
pub(in crate::program) fn powi<const FMA: bool>(x: f64, n: i32) -> f64 {
    let mut k = n.unsigned_abs();
    if k > MAX_SQUARING {
        return pow::<FMA>(x, f64::from(n));
    }
    let (mut result, mut square) = (1.0, x);
    loop {
        if k & 1 == 1 {
            result *= square;
        }
        k >>= 1;
        if k == 0 {
            break;
        }
        square *= square;
    }
    if n < 0 { 1.0 / result } else { result }
}
