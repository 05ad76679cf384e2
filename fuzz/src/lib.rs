//! What the fuzz targets share: expressions from bytes.
//!
//! Here: an expression for every string of bytes, small changes of the bytes making small changes of it.
//! Not here: what must be true of it (each file of `fuzz_targets`).
//! Invariant: the expression is small enough for any operation of the engine to end soon.

use arbitrary::{Error, Result, Unstructured};
use secant::expr::{self, Constant, Expr, Func, Func2, Rational};

/// The names that occur.
pub const NAMES: &[&str] = &["x", "y", "a"];

/// Nested this deep at most.
const DEPTH: u32 = 7;

/// An expression of the elementary functions in [`NAMES`].
pub fn expression(bytes: &mut Unstructured<'_>) -> Result<Expr> {
    let expr = grow(bytes, DEPTH)?;
    if expr.post_order().iter().any(is_huge) { Err(Error::IncorrectFormat) } else { Ok(expr) }
}

/// A number of a hundred digits: powers of powers make them, and then time goes into multiplying digits.
fn is_huge(expr: &Expr) -> bool {
    expr.as_number().is_some_and(|n| n.numerator().bits() > 350 || n.denominator().bits() > 350)
}

fn grow(bytes: &mut Unstructured<'_>, depth: u32) -> Result<Expr> {
    if depth == 0 || bytes.is_empty() {
        return leaf(bytes);
    }
    let depth = depth - 1;
    Ok(match bytes.int_in_range(0..=9_u8)? {
        0 | 1 => leaf(bytes)?,
        2 | 3 => grow(bytes, depth)? + grow(bytes, depth)?,
        4 => grow(bytes, depth)? - grow(bytes, depth)?,
        5 => grow(bytes, depth)? * grow(bytes, depth)?,
        6 => grow(bytes, depth)? / grow(bytes, depth)?,
        7 => {
            let base = grow(bytes, depth)?;
            // Mostly small powers, as people write them; any other exponent now and then.
            let exponent = match bytes.int_in_range(0..=5_u8)? {
                0 => grow(bytes, depth)?,
                1 => number(bytes)?,
                _ => Expr::integer(bytes.int_in_range(-3..=4)?),
            };
            expr::power(&base, &exponent)
        }
        8 => expr::apply(*bytes.choose(Func::ALL)?, &grow(bytes, depth)?),
        _ => {
            let f = *bytes.choose(Func2::ALL)?;
            let left = grow(bytes, depth)?;
            expr::apply2(f, &left, &grow(bytes, depth)?)
        }
    })
}

fn leaf(bytes: &mut Unstructured<'_>) -> Result<Expr> {
    Ok(match bytes.int_in_range(0..=5_u8)? {
        0 | 1 => Expr::integer(bytes.int_in_range(-4..=9)?),
        2 => number(bytes)?,
        3 => Expr::constant(if bytes.arbitrary()? { Constant::Pi } else { Constant::E }),
        _ => Expr::var(*bytes.choose(NAMES)?),
    })
}

fn number(bytes: &mut Unstructured<'_>) -> Result<Expr> {
    let (over, under) = (bytes.arbitrary::<i8>()?, bytes.int_in_range(1..=12)?);
    Ok(Rational::ratio(i64::from(over), under).map_or_else(Expr::undefined, Expr::number))
}
