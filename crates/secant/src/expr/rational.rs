//! Exact rational numbers, small ones without a heap allocation.
//!
//! Here: arithmetic, comparison, conversion from and to decimal text and `f64`.
//! Not here: what an expression does with a number (`build`).
//! Invariant: lowest terms, positive denominator, and `Small` whenever numerator and denominator fit an `i64`.
//! Start reading at [`Rational`].

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// An exact rational number.
///
/// A number that a person wrote with a decimal point remembers it, and hands it on in arithmetic, so that
/// `0.1` is exactly one tenth and still prints as `0.1`. The mark takes no part in equality or hashing.
#[derive(Clone)]
pub struct Rational(Repr);

/// The mark of a decimal stands beside each variant, where it costs no space.
#[derive(Clone)]
enum Repr {
    Small(i64, i64, Decimal),
    Big(Box<(BigInt, BigInt)>, Decimal),
}
use Repr::{Big, Small};

/// Was it written with a decimal point?
type Decimal = bool;

/// Powers with more bits than this stay unevaluated: `2^(10^9)` is a fine expression and a hopeless integer. They have
/// fewer digits than are read (4000).
const MAX_POWER_BITS: u64 = 13_000;

impl Rational {
    /// Nought.
    pub const ZERO: Rational = Rational(Small(0, 1, false));
    /// One.
    pub const ONE: Rational = Rational(Small(1, 1, false));
    /// Minus one.
    pub const MINUS_ONE: Rational = Rational(Small(-1, 1, false));
    /// One half.
    pub const HALF: Rational = Rational(Small(1, 2, false));

    /// The integer `n`.
    pub const fn integer(n: i64) -> Rational {
        Rational(Small(n, 1, false))
    }

    /// `numerator / denominator` in lowest terms; `None` when the denominator is nought.
    pub fn ratio(numerator: i64, denominator: i64) -> Option<Rational> {
        (denominator != 0).then(|| Self::reduce_small(i128::from(numerator), i128::from(denominator)))
    }

    /// `numerator / denominator` in lowest terms; `None` when the denominator is nought.
    pub fn from_big(numerator: BigInt, denominator: BigInt) -> Option<Rational> {
        if denominator.is_zero() {
            return None;
        }
        let g = numerator.gcd(&denominator);
        let (mut n, mut d) =
            if g.is_one() { (numerator, denominator) } else { (numerator / &g, denominator / g) };
        if d.sign() == Sign::Minus {
            n = -n;
            d = -d;
        }
        Some(Self::lowest(n, d))
    }

    /// Wraps a fraction that is already in lowest terms with a positive denominator.
    fn lowest(n: BigInt, d: BigInt) -> Rational {
        let repr = match (n.to_i64(), d.to_i64()) {
            (Some(n), Some(d)) => Small(n, d, false),
            _ => Big(Box::new((n, d)), false),
        };
        Rational(repr)
    }

    fn reduce_small(n: i128, d: i128) -> Rational {
        // Nearly all fit 64 bits, where division is several times faster.
        if let (Ok(n), Ok(d)) = (i64::try_from(n), i64::try_from(d))
            && n != i64::MIN
            && d != i64::MIN
        {
            let g = gcd_small(n.unsigned_abs(), d.unsigned_abs()) as i64;
            let g = if d < 0 { -g } else { g };
            return Rational(Small(n / g, d / g, false));
        }
        let g = gcd(n.unsigned_abs(), d.unsigned_abs()) as i128;
        let (n, d) = if d < 0 { (-n / g, -d / g) } else { (n / g, d / g) };
        match (i64::try_from(n), i64::try_from(d)) {
            (Ok(n), Ok(d)) => Rational(Small(n, d, false)),
            _ => Rational(Big(Box::new((n.into(), d.into())), false)),
        }
    }

    /// Reads `12`, `0.5`, `.5`, `1e-05`, `2.5E3` exactly. A decimal point or an exponent marks the number as decimal.
    ///
    /// `None` when the text is not a number of this form or its exponent is beyond ±4000.
    pub fn from_decimal(text: &str) -> Option<Rational> {
        let (mantissa, exponent) = match text.find(['e', 'E']) {
            Some(k) => (&text[..k], text[k + 1..].parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let digits: String = [whole, fraction].concat();
        if !digits.bytes().all(|b| b.is_ascii_digit()) || exponent.abs() > 4000 {
            return None;
        }
        let decimal = mantissa.contains('.') || text.len() != mantissa.len();
        let scale = exponent - i32::try_from(fraction.len()).ok()?;
        let small = if digits.len() <= 18 { digits.parse::<i64>().ok() } else { None };
        let value = match (small, scale) {
            (Some(n), 0) => Rational::integer(n),
            (Some(n), -18..=-1) => Self::ratio(n, 10_i64.pow(scale.unsigned_abs()))?,
            _ => {
                let n = digits.parse::<BigInt>().ok()?;
                let ten = BigInt::from(10).pow(scale.unsigned_abs());
                if scale >= 0 { Self::from_big(n * ten, BigInt::one())? } else { Self::from_big(n, ten)? }
            }
        };
        Some(value.marked(decimal))
    }

    /// The number that the shortest decimal text of `x` names: `0.1` gives one tenth. `None` when not finite.
    pub fn from_f64(x: f64) -> Option<Rational> {
        if !x.is_finite() {
            return None;
        }
        if x == x.trunc() && x.abs() < 9.0e15 {
            return Some(Rational::integer(x as i64));
        }
        let text = format!("{:e}", x.abs());
        let value = Self::from_decimal(&text)?;
        Some(if x < 0.0 { value.neg() } else { value })
    }

    /// Was it, or a number it was computed from, written with a decimal point?
    pub fn is_decimal(&self) -> bool {
        match self.0 {
            Small(.., decimal) | Big(.., decimal) => decimal,
        }
    }

    /// The same number without the mark of a decimal point.
    pub fn without_decimal(&self) -> Rational {
        self.clone().marked(false)
    }

    /// Is it nought?
    pub fn is_zero(&self) -> bool {
        matches!(self.0, Small(0, ..))
    }

    /// Is it one?
    pub fn is_one(&self) -> bool {
        matches!(self.0, Small(1, 1, _))
    }

    /// Is it minus one?
    pub fn is_minus_one(&self) -> bool {
        matches!(self.0, Small(-1, 1, _))
    }

    /// Is it below nought?
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Small(n, ..) => *n < 0,
            Big(b, _) => b.0.is_negative(),
        }
    }

    /// Is it above nought?
    pub fn is_positive(&self) -> bool {
        !self.is_negative() && !self.is_zero()
    }

    /// Is it an integer?
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Small(_, d, _) => *d == 1,
            Big(b, _) => b.1.is_one(),
        }
    }

    /// The integer it is, when it is one that fits.
    pub fn to_i64(&self) -> Option<i64> {
        match self.0 {
            Small(n, 1, _) => Some(n),
            _ => None,
        }
    }

    /// Is it an even integer?
    pub fn is_even_integer(&self) -> bool {
        match &self.0 {
            Small(n, d, _) => *d == 1 && n % 2 == 0,
            Big(b, _) => b.1.is_one() && b.0.is_even(),
        }
    }

    /// Is it an odd integer?
    pub fn is_odd_integer(&self) -> bool {
        self.is_integer() && !self.is_even_integer()
    }

    /// Binary digits of the numerator or of the denominator, whichever has more.
    pub fn bits(&self) -> u64 {
        match &self.0 {
            Small(n, d, _) => u64::from(64 - n.unsigned_abs().max(d.unsigned_abs()).leading_zeros()),
            Big(b, _) => b.0.bits().max(b.1.bits()),
        }
    }

    /// The numerator, with the sign.
    pub fn numerator(&self) -> BigInt {
        match &self.0 {
            Small(n, ..) => BigInt::from(*n),
            Big(b, _) => b.0.clone(),
        }
    }

    /// The denominator, positive.
    pub fn denominator(&self) -> BigInt {
        match &self.0 {
            Small(_, d, _) => BigInt::from(*d),
            Big(b, _) => b.1.clone(),
        }
    }

    /// Numerator and denominator when both fit an `i64`.
    pub fn to_small(&self) -> Option<(i64, i64)> {
        match self.0 {
            Small(n, d, _) => Some((n, d)),
            Big(..) => None,
        }
    }

    /// The nearest `f64` (correctly rounded when numerator and denominator are below 2⁵³, else within 1 ulp).
    pub fn to_f64(&self) -> f64 {
        const EXACT: u64 = 1 << 53;
        match &self.0 {
            Small(n, d, _) if n.unsigned_abs() <= EXACT && d.unsigned_abs() <= EXACT => *n as f64 / *d as f64,
            _ => {
                // Shift so that the quotient keeps 64 significant bits, then divide as integers.
                let (n, d) = (self.numerator(), self.denominator());
                let shift = 64 + d.bits() as i64 - n.bits() as i64;
                let q = if shift >= 0 { (n << shift as u64) / d } else { n / (d << (-shift) as u64) };
                let q = q.to_f64().unwrap_or(f64::NAN);
                // Two steps, so that a subnormal result does not overflow the scale.
                let half = shift / 2;
                q * 2.0_f64.powi(-(half as i32)) * 2.0_f64.powi(-((shift - half) as i32))
            }
        }
    }

    fn neg(&self) -> Rational {
        match self.0 {
            Small(n, d, decimal) if n != i64::MIN => Rational(Small(-n, d, decimal)),
            _ => Self::lowest(-self.numerator(), self.denominator()).marked(self.is_decimal()),
        }
    }

    fn marked(mut self, decimal: bool) -> Rational {
        match &mut self.0 {
            Small(.., mark) | Big(.., mark) => *mark = decimal,
        }
        self
    }

    /// The absolute value.
    pub fn abs(&self) -> Rational {
        if self.is_negative() { self.neg() } else { self.clone() }
    }

    /// One over it; `None` for nought.
    pub fn recip(&self) -> Option<Rational> {
        match &self.0 {
            Small(0, ..) => None,
            Small(n, d, _) => {
                Some(Self::reduce_small(i128::from(*d), i128::from(*n)).marked(self.is_decimal()))
            }
            Big(b, _) => Self::from_big(b.1.clone(), b.0.clone()).map(|r| r.marked(self.is_decimal())),
        }
    }

    /// The largest integer not above it.
    pub fn floor(&self) -> Rational {
        match &self.0 {
            Small(n, d, _) => Rational::integer(n.div_euclid(*d)),
            Big(b, _) => Self::lowest(b.0.div_floor(&b.1), BigInt::one()),
        }
    }

    /// It to the power of an integer; `None` for `0` to a negative power and where the result would be larger
    /// than some thousands of digits.
    pub fn pow(&self, exponent: i64) -> Option<Rational> {
        let base = if exponent < 0 { self.recip()? } else { self.clone() };
        let e = exponent.unsigned_abs();
        if e == 0 {
            return Some(Self::ONE);
        }
        if let Small(n, d, _) = base.0 {
            if n == 0 || (n.unsigned_abs() == 1 && d == 1) {
                let value = if n < 0 && e.is_multiple_of(2) { 1 } else { n };
                return Some(Self::integer(value).marked(self.is_decimal()));
            }
            let small = u32::try_from(e).ok().and_then(|e| Some((n.checked_pow(e)?, d.checked_pow(e)?)));
            if let Some((n, d)) = small {
                return Some(Rational(Small(n, d, self.is_decimal())));
            }
        }
        let (n, d) = (base.numerator(), base.denominator());
        let bits = n.bits().max(d.bits());
        if bits.saturating_mul(e) > MAX_POWER_BITS {
            return None;
        }
        let e = u32::try_from(e).ok()?;
        Some(Self::lowest(n.pow(e), d.pow(e)).marked(self.is_decimal()))
    }

    /// The exact `n`-th root when there is a rational one (of a negative number only for odd `n`).
    pub fn root(&self, n: u32) -> Option<Rational> {
        if n == 0 || (self.is_negative() && n.is_even()) {
            return None;
        }
        let exact = |v: &BigInt| {
            let r = v.nth_root(n);
            (r.pow(n) == *v).then_some(r)
        };
        Some(Self::lowest(exact(&self.numerator())?, exact(&self.denominator())?).marked(self.is_decimal()))
    }

    /// The text of the number as a person would write it: `3`, `-1/2`, or `0.1` where it was written that way and
    /// the decimal ends within 20 places.
    pub fn to_text(&self) -> String {
        if self.is_decimal()
            && !self.is_integer()
            && let Some(text) = self.decimal_text()
        {
            return text;
        }
        if self.is_integer() {
            self.numerator().to_string()
        } else {
            format!("{}/{}", self.numerator(), self.denominator())
        }
    }

    /// The finite decimal, when there is one within 20 places: `0.125`.
    pub fn decimal_text(&self) -> Option<String> {
        let mut d = self.denominator();
        let (mut twos, mut fives) = (0_u32, 0_u32);
        while d.is_even() && twos <= 20 {
            d /= 2;
            twos += 1;
        }
        let five = BigInt::from(5);
        while (&d % &five).is_zero() && fives <= 20 {
            d /= 5;
            fives += 1;
        }
        let places = twos.max(fives);
        if !d.is_one() || places > 20 {
            return None;
        }
        let scaled = self.numerator().abs() * BigInt::from(10).pow(places) / self.denominator();
        let digits = format!("{:0>width$}", scaled.to_string(), width = places as usize + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places as usize);
        let sign = if self.is_negative() { "-" } else { "" };
        Some(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
    }

    /// Does [`Rational::to_text`] print it with a division bar?
    pub fn prints_as_fraction(&self) -> bool {
        !self.is_integer() && (!self.is_decimal() || self.decimal_text().is_none())
    }
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

/// [`gcd`] of numbers below 2⁶³.
fn gcd_small(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

macro_rules! operator {
    ($trait:ident, $method:ident, $small:expr, $big:expr) => {
        // a/b + c/d is made of products: that is no slip.
        #[allow(clippy::suspicious_arithmetic_impl)]
        impl std::ops::$trait<&Rational> for &Rational {
            type Output = Rational;
            fn $method(self, other: &Rational) -> Rational {
                let value = match (&self.0, &other.0) {
                    (Small(a, b, _), Small(c, d, _)) => {
                        let small: fn(i64, i64, i64, i64) -> Rational = $small;
                        small(*a, *b, *c, *d)
                    }
                    _ => {
                        let big: fn([BigInt; 4]) -> Option<Rational> = $big;
                        let parts =
                            [self.numerator(), self.denominator(), other.numerator(), other.denominator()];
                        big(parts).expect("denominators are positive")
                    }
                };
                value.marked(self.is_decimal() || other.is_decimal())
            }
        }
        impl std::ops::$trait for Rational {
            type Output = Rational;
            fn $method(self, other: Rational) -> Rational {
                std::ops::$trait::$method(&self, &other)
            }
        }
    };
}

operator!(
    Add,
    add,
    |a, b, c, d| match (b, d, a.checked_add(c)) {
        (1, 1, Some(n)) => Rational::integer(n),
        _ => Rational::sum_small(a, b, c, d),
    },
    |[a, b, c, d]| Rational::from_big(a * &d + c * &b, b * d)
);
operator!(
    Sub,
    sub,
    |a, b, c, d| match (b, d, a.checked_sub(c)) {
        (1, 1, Some(n)) => Rational::integer(n),
        _ if c == i64::MIN =>
            Rational::from_big(BigInt::from(a) * d - BigInt::from(c) * b, BigInt::from(b) * d,)
                .expect("denominators are positive"),
        _ => Rational::sum_small(a, b, -c, d),
    },
    |[a, b, c, d]| Rational::from_big(a * &d - c * &b, b * d)
);
operator!(
    Mul,
    mul,
    |a, b, c, d| match (b, d, a.checked_mul(c)) {
        (1, 1, Some(n)) => Rational::integer(n),
        _ => Rational::reduce_small(i128::from(a) * i128::from(c), i128::from(b) * i128::from(d)),
    },
    |[a, b, c, d]| Rational::from_big(a * c, b * d)
);

impl Rational {
    fn sum_small(a: i64, b: i64, c: i64, d: i64) -> Rational {
        // |a d| and |c b| are below 2^126, so their sum cannot overflow an i128.
        Self::reduce_small(
            i128::from(a) * i128::from(d) + i128::from(c) * i128::from(b),
            i128::from(b) * i128::from(d),
        )
    }
}

impl std::ops::Neg for Rational {
    type Output = Rational;
    fn neg(self) -> Rational {
        Rational::neg(&self)
    }
}

impl std::ops::Neg for &Rational {
    type Output = Rational;
    fn neg(self) -> Rational {
        Rational::neg(self)
    }
}

impl From<i64> for Rational {
    fn from(n: i64) -> Rational {
        Rational::integer(n)
    }
}

impl PartialEq for Rational {
    fn eq(&self, other: &Rational) -> bool {
        match (&self.0, &other.0) {
            (Small(a, b, _), Small(c, d, _)) => a == c && b == d,
            (Big(a, _), Big(b, _)) => a == b,
            _ => false,
        }
    }
}
impl Eq for Rational {}

impl Hash for Rational {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match &self.0 {
            Small(n, d, _) => (n, d).hash(state),
            Big(b, _) => b.hash(state),
        }
    }
}

impl Rational {
    /// A hash that is the same on every platform and in every run.
    pub(crate) fn stable_hash(&self) -> u64 {
        use super::hash::mix;
        match &self.0 {
            Small(n, d, _) => mix(mix(0x51, *n as u64), *d as u64),
            Big(b, _) => {
                let fold =
                    |h, v: &BigInt| v.to_signed_bytes_le().iter().fold(h, |h, byte| mix(h, u64::from(*byte)));
                fold(fold(0x52, &b.0), &b.1)
            }
        }
    }
}

impl PartialOrd for Rational {
    fn partial_cmp(&self, other: &Rational) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Rational {
    fn cmp(&self, other: &Rational) -> Ordering {
        match (&self.0, &other.0) {
            (Small(a, b, _), Small(c, d, _)) => {
                (i128::from(*a) * i128::from(*d)).cmp(&(i128::from(*c) * i128::from(*b)))
            }
            _ => (self.numerator() * other.denominator()).cmp(&(other.numerator() * self.denominator())),
        }
    }
}

impl fmt::Display for Rational {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

impl fmt::Debug for Rational {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn reads(text: &str, n: i64, d: i64) {
        assert_eq!(Rational::from_decimal(text), Rational::ratio(n, d), "{text}");
    }

    #[test]
    fn decimal_text_is_read_exactly() {
        reads("12", 12, 1);
        reads("0.1", 1, 10);
        reads(".5", 1, 2);
        reads("3.", 3, 1);
        reads("1e-05", 1, 100_000);
        reads("2.5E3", 2500, 1);
        for bad in ["", ".", "e5", "1e", "0x1", "1_0", "1e99999"] {
            assert_eq!(Rational::from_decimal(bad), None, "{bad}");
        }
        assert_eq!(Rational::from_decimal("0.1").unwrap().to_text(), "0.1");
        assert_eq!(Rational::from_decimal("1.50").unwrap().to_text(), "1.5");
        assert_eq!(Rational::ratio(1, 10).unwrap().to_text(), "1/10");
    }

    #[test]
    fn a_sixth_and_a_third_make_a_half() {
        let sum = Rational::ratio(1, 3).unwrap() + Rational::ratio(1, 6).unwrap();
        assert_eq!(sum, Rational::HALF);
    }

    #[test]
    fn powers_and_roots() {
        assert_eq!(Rational::integer(2).pow(-3), Rational::ratio(1, 8));
        assert_eq!(Rational::integer(2).pow(1_000_000_000), None);
        assert_eq!(Rational::ZERO.pow(-1), None);
        assert_eq!(Rational::integer(-1).pow(i64::MAX), Some(Rational::MINUS_ONE));
        assert_eq!(Rational::ratio(-8, 27).unwrap().root(3), Rational::ratio(-2, 3));
        assert_eq!(Rational::integer(2).root(2), None);
    }

    #[test]
    fn extreme_integers_do_not_overflow() {
        let low = Rational::integer(i64::MIN);
        assert_eq!((-&low).to_text(), "9223372036854775808");
        assert_eq!((&low - &low), Rational::ZERO);
        assert_eq!((-&(-&low)), low);
        assert_eq!((&Rational::ZERO - &low).to_text(), "9223372036854775808");
        assert_eq!(low.recip().unwrap().recip().unwrap(), low);
    }

    proptest! {
        #[test]
        fn a_field(a in any::<i64>(), b in 1_i64.., c in any::<i64>(), d in 1_i64.., e in any::<i64>()) {
            let (x, y, z) = (Rational::ratio(a, b).unwrap(), Rational::ratio(c, d).unwrap(), Rational::integer(e));
            prop_assert_eq!(&(&x + &y) - &y, x.clone());
            prop_assert_eq!(&x * &(&y + &z), &(&x * &y) + &(&x * &z));
            if let Some(r) = x.recip() {
                prop_assert!((&x * &r).is_one());
            }
        }

        #[test]
        fn floats_come_back(bits in any::<u64>()) {
            let x = f64::from_bits(bits);
            if let Some(r) = Rational::from_f64(x) {
                prop_assert!((r.to_f64() - x).abs() <= x.abs() * f64::EPSILON + f64::from_bits(1));
            }
        }
    }
}
