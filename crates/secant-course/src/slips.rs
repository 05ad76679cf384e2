//! The table of known mistakes: a name that never changes, and what to say to somebody who made one.

/// A known mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slip {
    /// Its name, permanent.
    pub name: &'static str,
    /// What happened, to the one it happened to: a sentence that helps.
    pub say: &'static str,
}

macro_rules! slips {
    ($($name:literal: $say:literal,)*) => {
        /// Every known mistake.
        pub const SLIPS: &[Slip] = &[$(Slip { name: $name, say: $say },)*];
    };
}

#[rustfmt::skip]
slips! {
    "inner-derivative-forgotten": "The slope of the outside is there; multiply it by the slope of the inside.",
    "inner-derivative-wrong": "The chain is right, the slope of the inside is not: differentiate that part by itself.",
    "inner-argument-dropped": "The outer slope is taken at the inside, so the inside stays in it.",
    "product-as-product-of-derivatives": "A product does not differentiate factor by factor: let one factor change at a time and add.",
    "product-half": "Half of the product rule is there; the other factor changes too.",
    "product-own-derivatives": "Each derivative goes with the other factor, not with its own.",
    "quotient-order-swapped": "In the quotient rule the derivative of the top comes first; swapping them turns the sign.",
    "quotient-sign": "The quotient rule has a minus between its two products.",
    "quotient-denominator-not-squared": "The quotient rule divides by the square of the bottom.",
    "quotient-numerator-squared": "It is the bottom that is squared, not the top.",
    "quotient-as-quotient-of-derivatives": "A quotient does not differentiate part by part.",
    "power-not-lowered": "The exponent came down in front; what is left has one power less.",
    "coefficient-lost": "The number in front stays: twice the function has twice the slope.",
    "power-rule-on-exponential": "The power rule is for a fixed exponent; here it is the exponent that changes.",
    "sign-of-cosine": "Where the cosine begins, it goes down: its slope is minus the sine.",
    "sign-of-sine": "The slope of the sine is the cosine, without a minus.",
    "log-derivative": "The slope of log(x) is 1/x.",
    "root-derivative": "A root is a power of one half: use the power rule on it.",
    "inverse-function": "The inverse function and one over the function are different things.",
    "not-differentiated": "That is the function itself; asked is how fast it changes.",
    "differentiated-once-only": "That is the first derivative; differentiate once more.",
    "differentiated-twice": "That has been differentiated once too often.",
    "integrated-instead": "That goes the other way: its derivative is what you began with.",
    "wrong-variable": "Look which letter changes here; the others stand still.",
    "dydx-inverted": "That is run over rise: the slope has the change in height on top.",
    "constant-not-dropped": "A constant does not change, so its slope is 0.",
    "constant-factor": "A factor in front is off by a number.",
    "sum-rule-on-product": "A product needs the product rule; only sums go term by term.",
    "jacobian-transposed": "Rows belong to outputs and columns to inputs; yours are exchanged.",
    "row-lost": "There is a row for each output.",
    "mixed-partial": "The mixed derivative goes by one variable after the other.",
    "hessian-off-diagonal": "Off the diagonal stand the mixed derivatives, the same on both sides.",
    "factorial-forgotten": "Divide the n-th derivative by n!.",
    "wrong-centre": "The series is about another point: powers are of (x - centre).",
    "wrong-order": "There is another number of terms asked for.",
    "multiplier-sign": "The sign of the multiplier is turned.",
    "constraint-forgotten": "The constraint has to hold as well.",
    "sigma-not-squared": "Weights are one over the square of the error.",
    "residual-sign": "Residuals are data minus model.",
    "activation-derivative": "The slope of the activation is missing or is taken at the wrong place.",
    "wrong-layer": "That factor belongs to another layer.",
    "algebra-sign": "A sign got turned on the way.",
    "algebra-arithmetic": "A number was added up wrongly on the way.",
    "algebra-distribution": "A factor in front of brackets multiplies every term inside.",
    "algebra-square-of-sum": "The square of a sum has a middle term: (x + h)^2 = x^2 + 2 x h + h^2.",
    "algebra-fraction-sum": "Fractions add over a common denominator.",
    "limit-not-taken": "That is the quotient before h has gone to 0: one term is still to vanish.",
    "rise-without-run": "That is the rise; divide it by the run.",
}

/// The mistake of this name.
pub fn find(name: &str) -> Option<&'static Slip> {
    SLIPS.iter().find(|s| s.name == name)
}

/// What to write instead of a name that is not in the table.
pub(crate) fn nearest(name: &str) -> String {
    let words: Vec<&str> = name.split('-').filter(|w| w.len() > 2).collect();
    let shared = |slip: &Slip| words.iter().filter(|w| slip.name.contains(**w)).count();
    match SLIPS.iter().max_by_key(|s| shared(s)).filter(|s| shared(s) > 0) {
        Some(slip) => format!("did you mean `{}`?", slip.name),
        None => "names are those of the table of slips".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_every_row_says_something() {
        for (k, slip) in SLIPS.iter().enumerate() {
            assert!(SLIPS[..k].iter().all(|s| s.name != slip.name), "{}", slip.name);
            assert!(slip.say.ends_with('.') && slip.say.len() > 20, "{}", slip.name);
        }
        assert_eq!(nearest("jacobian-flipped"), "did you mean `jacobian-transposed`?");
    }
}
