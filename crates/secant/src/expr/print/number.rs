//! The digits of numbers: whole numbers, decimals as they were typed, very large and very small ones with a power of ten.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Zero};

use super::super::Rational;

/// A number that is not negative and has no fraction bar: `digits · 10^exponent`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Digits {
    /// Digits, with a decimal mark perhaps.
    pub(super) digits: String,
    /// The power of ten where one is written.
    pub(super) exponent: Option<i64>,
}

impl Digits {
    /// Long numbers count as more than one part, so that a limit on parts limits the length.
    pub(super) fn extra_size(&self) -> u64 {
        self.digits.len() as u64 / 32
    }
}

/// A number as it is written, its sign apart.
pub(super) enum Written {
    Plain(Digits),
    Ratio(Digits, Digits),
}

/// A positional decimal has no more zeros than this after its mark before the first other digit.
const LEADING_ZEROS: usize = 6;
/// A positional decimal has no more digits than this before its mark.
const WHOLE_DIGITS: usize = 21;
/// A decimal has no more places than this.
const PLACES: u32 = 400;

/// How `|n|` is written.
pub(super) fn written(n: &Rational) -> Written {
    let (numerator, denominator) = (BigInt::from(n.numerator().magnitude().clone()), n.denominator());
    if n.is_decimal()
        && let Some(places) = decimal_places(&denominator)
    {
        let scaled = &numerator * BigInt::from(10).pow(places) / &denominator;
        return Written::Plain(decimal(&scaled.to_string(), places as usize));
    }
    let plain = |n: &BigInt| Digits { digits: n.to_string(), exponent: None };
    if denominator.is_one() {
        Written::Plain(plain(&numerator))
    } else {
        Written::Ratio(plain(&numerator), plain(&denominator))
    }
}

/// How many places after the mark a fraction with this denominator needs, when it ends.
fn decimal_places(denominator: &BigInt) -> Option<u32> {
    let twos = u32::try_from(denominator.trailing_zeros().unwrap_or(0)).ok()?;
    let mut rest = denominator >> twos;
    let five = BigInt::from(5);
    let mut fives = 0;
    while !rest.is_one() {
        let (quotient, remainder) = rest.div_rem(&five);
        if !remainder.is_zero() || fives == PLACES {
            return None;
        }
        rest = quotient;
        fives += 1;
    }
    Some(twos.max(fives)).filter(|places| *places <= PLACES)
}

/// `scaled / 10^places`.
fn decimal(scaled: &str, places: usize) -> Digits {
    let significant = scaled.trim_end_matches('0');
    if significant.is_empty() {
        return Digits { digits: "0".into(), exponent: None };
    }
    // The mark stands after this many of the significant digits; negative: that many zeros between them.
    let mark = scaled.len() as i64 - places as i64;
    let positional = |digits| Digits { digits, exponent: None };
    if mark <= 0 && mark >= -(LEADING_ZEROS as i64) {
        return positional(format!("0.{}{significant}", "0".repeat(mark.unsigned_abs() as usize)));
    }
    if mark > 0 && (mark as usize) < significant.len() {
        let (whole, fraction) = significant.split_at(mark as usize);
        return positional(format!("{whole}.{fraction}"));
    }
    if mark > 0 && mark as usize <= WHOLE_DIGITS.max(significant.len()) {
        return positional(format!("{significant}{}", "0".repeat(mark as usize - significant.len())));
    }
    let (first, rest) = significant.split_at(1);
    let digits = if rest.is_empty() { first.to_string() } else { format!("{first}.{rest}") };
    Digits { digits, exponent: Some(mark - 1) }
}
