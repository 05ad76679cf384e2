//! The table of known mistakes: a name that never changes, and what to say to somebody who made one.
//!
//! Here: the table. A row has everything that is said about a slip: a question that leads to the place, the name of
//! the rule, a small example of what the slip gives and what the rule gives.
//! Not here: when which of them is said (`feedback`), how a slip is recognised.
//! Invariant: no question names what is right; every example that is a formula was worked out by the engine (the test
//! below). Start reading at [`SLIPS`].

/// A known mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slip {
    /// Its name, permanent.
    pub name: &'static str,
    /// A question that leads to the place without saying what belongs there.
    pub ask: &'static str,
    /// What happened, to the one it happened to: a sentence that names the rule.
    pub say: &'static str,
    /// The slip and the rule, side by side on something small.
    pub example: Example,
}

/// A small case of a slip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// What is worked out, in words that end in a formula: `the derivative of sin(5 x)`.
    pub of: &'static str,
    /// What the slip gives.
    pub slip: &'static str,
    /// What the rule gives.
    pub rule: &'static str,
}

macro_rules! slips {
    ($($name:literal: $ask:literal, $say:literal, $of:literal: $slip:literal, rule $rule:literal;)*) => {
        /// Every known mistake.
        pub const SLIPS: &[Slip] = &[$(Slip {
            name: $name,
            ask: $ask,
            say: $say,
            example: Example { of: $of, slip: $slip, rule: $rule },
        },)*];
    };
}

// A row: name, question, sentence, then an example: what is worked out, what the slip gives, what the rule gives.
#[rustfmt::skip]
slips! {
    "inner-derivative-forgotten":
        "What is inside here, and how fast does the inside itself change?",
        "The slope of the outside is there; multiply it by the slope of the inside.",
        "the derivative of sin(5 x)": "cos(5 x)", rule "5 cos(5 x)";
    "inner-derivative-wrong":
        "Take the inside by itself for a moment: what is its slope?",
        "The chain is right, the slope of the inside is not: differentiate that part by itself.",
        "the derivative of sin(x^3)": "3 x cos(x^3)", rule "3 x^2 cos(x^3)";
    "inner-argument-dropped":
        "Which number does the outer function really get, and is its slope taken there?",
        "The outer slope is taken at the inside, so the inside stays in it.",
        "the derivative of sin(5 x)": "5 cos(x)", rule "5 cos(5 x)";
    "product-as-product-of-derivatives":
        "Two factors change here at once. If only the first one changed, what would the product do?",
        "A product does not differentiate factor by factor: let one factor change at a time and add.",
        "the derivative of x^2 sin(x)": "2 x cos(x)", rule "2 x sin(x) + x^2 cos(x)";
    "product-half":
        "One factor was allowed to change here. What did the other one do?",
        "Half of the product rule is there; the other factor changes too.",
        "the derivative of x e^x": "e^x", rule "e^x + x e^x";
    "product-own-derivatives":
        "While one factor changes, which one stands still beside it?",
        "Each derivative goes with the other factor, not with its own.",
        "the derivative of x^2 sin(x)": "2 x^3 + sin(x) cos(x)", rule "2 x sin(x) + x^2 cos(x)";
    "quotient-order-swapped":
        "Suppose that only the top grows. Does the quotient go up or down, and which does your formula say?",
        "In the quotient rule the derivative of the top comes first; swapping them turns the sign.",
        "the derivative of x/(1 + x^2)": "(x^2 - 1)/(1 + x^2)^2", rule "(1 - x^2)/(1 + x^2)^2";
    "quotient-sign":
        "When only the bottom grows, what happens to the quotient?",
        "The quotient rule has a minus between its two products.",
        "the derivative of x/(1 + x^2)": "(1 + 3 x^2)/(1 + x^2)^2", rule "(1 - x^2)/(1 + x^2)^2";
    "quotient-denominator-not-squared":
        "Try it on something you know: which slope does your way give for 1/x?",
        "The quotient rule divides by the square of the bottom.",
        "the derivative of x/(1 + x^2)": "(1 - x^2)/(1 + x^2)", rule "(1 - x^2)/(1 + x^2)^2";
    "quotient-numerator-squared":
        "Something gets squared at the end of the quotient rule. Which of the two is it?",
        "It is the bottom that is squared, not the top.",
        "the derivative of x/(1 + x^2)": "(1 - x^2)/x^2", rule "(1 - x^2)/(1 + x^2)^2";
    "quotient-as-quotient-of-derivatives":
        "Try the same on x^2/x, which is only x. Which slope comes out?",
        "A quotient does not differentiate part by part.",
        "the derivative of sin(x)/x": "cos(x)", rule "(x cos(x) - sin(x))/x^2";
    "power-not-lowered":
        "The exponent has come down in front. What becomes of the power that it left?",
        "The exponent came down in front; what is left has one power less.",
        "the derivative of x^5": "5 x^5", rule "5 x^4";
    "coefficient-lost":
        "Draw a curve twice as tall. What happens to its slope?",
        "The number in front stays: twice the function has twice the slope.",
        "the derivative of 7 x^3": "3 x^2", rule "21 x^2";
    "power-rule-on-exponential":
        "Where is the letter that changes: in the base or in the exponent?",
        "The power rule is for a fixed exponent; here it is the exponent that changes.",
        "the derivative of 2^x": "x*2^(x - 1)", rule "2^x log(2)";
    "sign-of-cosine":
        "Look at the curve of the cosine just right of 0. Which way does it go?",
        "Where the cosine begins, it goes down: its slope is minus the sine.",
        "the derivative of cos(3 x)": "3 sin(3 x)", rule "-3 sin(3 x)";
    "sign-of-sine":
        "The sine sets out from 0. Which way does it go?",
        "The slope of the sine is the cosine, without a minus.",
        "the derivative of sin(3 x)": "-3 cos(3 x)", rule "3 cos(3 x)";
    "log-derivative":
        "Close to 0 the logarithm is steep, far out it is nearly flat. Does your slope do the same?",
        "The slope of log(x) is 1/x.",
        "the derivative of log(3 x + 1)": "3/log(3 x + 1)", rule "3/(3 x + 1)";
    "root-derivative":
        "If you write the root as a power, which exponent does it have?",
        "A root is a power of one half: use the power rule on it.",
        "the derivative of sqrt(3 x)": "3/sqrt(3 x)", rule "3/(2 sqrt(3 x))";
    "inverse-function":
        "Does this undo the function, or is it one divided by it? Put in a number and see.",
        "The inverse function and one over the function are different things.",
        "the derivative of asin(x)": "-cos(x)/sin(x)^2", rule "1/sqrt(1 - x^2)";
    "not-differentiated":
        "What does this tell about the function: how high it is, or how fast it changes?",
        "That is the function itself; asked is how fast it changes.",
        "the derivative of x^3": "x^3", rule "3 x^2";
    "differentiated-once-only":
        "How many times was this to be differentiated?",
        "That is the first derivative; differentiate once more.",
        "the second derivative of x^4": "4 x^3", rule "12 x^2";
    "differentiated-twice":
        "How often was this to be differentiated, and how often did you?",
        "That has been differentiated once too often.",
        "the derivative of x^4": "12 x^2", rule "4 x^3";
    "integrated-instead":
        "Differentiate your own answer. What do you get?",
        "That goes the other way: its derivative is what you began with.",
        "the derivative of x^3": "x^4/4", rule "3 x^2";
    "wrong-variable":
        "Which letter moves here, and which ones stand still?",
        "Look which letter changes here; the others stand still.",
        "the derivative by y of x^2 y": "2 x y", rule "x^2";
    "dydx-inverted":
        "A steeper line should give a larger number. Does yours?",
        "That is run over rise: the slope has the change in height on top.",
        "the slope of a line that climbs 6 while it goes 2 to the right": "1/3", rule "3";
    "constant-not-dropped":
        "Lift the whole curve by 1. What does that do to its slope?",
        "A constant does not change, so its slope is 0.",
        "the derivative of x^2 + 7": "2 x + 7", rule "2 x";
    "constant-factor":
        "The shape is right and the size is not. Which number in front could have gone astray?",
        "A factor in front is off by a number.",
        "the derivative of 3 sin(x)": "6 cos(x)", rule "3 cos(x)";
    "sum-rule-on-product":
        "Are these two added or multiplied?",
        "A product needs the product rule; only sums go term by term.",
        "the derivative of x sin(x)": "1 + cos(x)", rule "sin(x) + x cos(x)";
    "jacobian-transposed":
        "How many outputs are there, how many inputs, and which of the two do your rows count?",
        "Rows belong to outputs and columns to inputs; yours are exchanged.",
        "the Jacobian of [x y, x + y]": "[[y, 1], [x, 1]]", rule "[[y, x], [1, 1]]";
    "row-lost":
        "How many outputs has the function, and how many rows has your matrix?",
        "There is a row for each output.",
        "the Jacobian of [x y, x + y]": "[[y, x]]", rule "[[y, x], [1, 1]]";
    "mixed-partial":
        "By which letter did you differentiate first, and by which one after that?",
        "The mixed derivative goes by one variable after the other.",
        "the mixed derivative of x^2 y^3": "2 y^3", rule "6 x y^2";
    "hessian-off-diagonal":
        "What did you differentiate by, and in which order, for the entries off the diagonal?",
        "Off the diagonal stand the mixed derivatives, the same on both sides.",
        "the Hessian of x^2 y": "[[2 y, x], [x, 0]]", rule "[[2 y, 2 x], [2 x, 0]]";
    "factorial-forgotten":
        "Differentiate your last term as often as its power says. Is that the derivative of the function?",
        "Divide the n-th derivative by n!.",
        "the term of e^x with x^3": "x^3", rule "x^3/6";
    "wrong-centre":
        "Near which point is the series to be good, and what does yours give exactly there?",
        "The series is about another point: powers are of (x - centre).",
        "the first-order series about 1 of log(x)": "x", rule "x - 1";
    "wrong-order":
        "Up to which power was the series asked for?",
        "There is another number of terms asked for.",
        "the second-order series of e^x": "1 + x", rule "1 + x + x^2/2";
    "multiplier-sign":
        "At your point, do the two gradients pull the same way or against each other?",
        "The sign of the multiplier is turned.",
        "the multiplier for x^2 with x = 3": "-6", rule "6";
    "constraint-forgotten":
        "Put your point into the constraint. Does it hold?",
        "The constraint has to hold as well.",
        "the least x^2 + y^2 with x + y = 2": "(0, 0)", rule "(1, 1)";
    "sigma-not-squared":
        "One reading has half the error of another. How many readings of the other kind is it worth?",
        "Weights are one over the square of the error.",
        "the weight of a reading with the error 3": "1/3", rule "1/9";
    "residual-sign":
        "Where the data lie above the model, is your residual positive or negative?",
        "Residuals are data minus model.",
        "the residual of a reading of 5 where the model says 3": "-2", rule "2";
    "activation-derivative":
        "A small change passes through the activation. What is it multiplied by there?",
        "The slope of the activation is missing or is taken at the wrong place.",
        "the derivative by w of tanh(w x)": "x", rule "x (1 - tanh(w x)^2)";
    "wrong-layer":
        "Follow this weight one step forward: which signal does it multiply?",
        "That factor belongs to another layer.",
        "the derivative by v of v tanh(w x)": "x", rule "tanh(w x)";
    "algebra-sign":
        "Go through your lines once more: where does a minus come in, and where does it get to?",
        "A sign got turned on the way.",
        "the expansion of 3 - (x - 2)": "1 - x", rule "5 - x";
    "algebra-arithmetic":
        "The shape is right. Which of the numbers in it did you work out in your head?",
        "A number was added up wrongly on the way.",
        "the value of 7*8 - 9": "45", rule "47";
    "algebra-distribution":
        "What does the factor in front of the brackets multiply: how many terms are inside?",
        "A factor in front of brackets multiplies every term inside.",
        "the expansion of 3 (x + 2)": "3 x + 2", rule "3 x + 6";
    "algebra-square-of-sum":
        "Try it with numbers: what is (1 + 2)^2, and what does your way give?",
        "The square of a sum has a middle term: (x + h)^2 = x^2 + 2 x h + h^2.",
        "the expansion of (x + 5)^2": "x^2 + 25", rule "x^2 + 10 x + 25";
    "algebra-fraction-sum":
        "Try it with numbers: what does your way give for 1/2 + 1/2?",
        "Fractions add over a common denominator.",
        "the value of 1/x + 1/2": "2/(x + 2)", rule "(x + 2)/(2 x)";
    "limit-not-taken":
        "There is still an h in it. Where is h on its way to?",
        "That is the quotient before h has gone to 0: one term is still to vanish.",
        "the limit for h to 0 of ((x + h)^2 - x^2)/h": "2 x + h", rule "2 x";
    "rise-without-run":
        "On the same hill a longer walk climbs more. Does your number know how long the walk was?",
        "That is the rise; divide it by the run.",
        "the slope from (1, 2) to (4, 14)": "12", rule "4";
    "product-sign":
        "When both factors grow, does the product grow faster or slower than by one of them alone?",
        "The product rule has a plus between its parts.",
        "the derivative of x^2 sin(x)": "2 x sin(x) - x^2 cos(x)", rule "2 x sin(x) + x^2 cos(x)";
    "product-rule-on-sum":
        "Are these two added or multiplied?",
        "A sum is differentiated term by term; the slopes are added, not multiplied.",
        "the derivative of x^2 + x^3": "6 x^3", rule "2 x + 3 x^2";
    "quotient-half":
        "Top and bottom both change here. Which of the two stood still in your formula?",
        "Only one of the two products of the quotient rule is there.",
        "the derivative of x/(1 + x^2)": "1/(1 + x^2)", rule "(1 - x^2)/(1 + x^2)^2";
    "power-raised":
        "Try it on x^2: which way does the exponent go when you differentiate?",
        "Differentiating takes one off the exponent; it does not add one.",
        "the derivative of x^-3": "-3 x^-2", rule "-3 x^-4";
    "power-lowered-first":
        "Which exponent comes down in front: the old one or the new one?",
        "The exponent comes down as it was; only then is it lowered.",
        "the derivative of x^5": "4 x^4", rule "5 x^4";
    "exponent-lost":
        "How steep is x^2 at 1, and what does your way give there?",
        "The exponent comes down as a factor in front.",
        "the derivative of x^5": "x^4", rule "5 x^4";
    "exponential-rule-on-power":
        "Where is the letter that changes: in the base or in the exponent?",
        "A logarithm comes in where the exponent changes; here the base does.",
        "the derivative of x^5": "x^5 log(x)", rule "5 x^4";
    "log-factor-lost":
        "Which base has an exponential or a logarithm without a factor, and is it the base here?",
        "A base other than e brings its logarithm: the slope of a^x is a^x log(a), that of log_a(x) is 1/(x log(a)).",
        "the derivative of 2^x": "2^x", rule "2^x log(2)";
    "outer-not-differentiated":
        "You took the slope of the inside. What about the function around it?",
        "The inside was differentiated; the outside has a slope, too.",
        "the derivative of sin(5 x)": "5 sin(5 x)", rule "5 cos(5 x)";
    "tangent-derivative":
        "Write it with sine and cosine, and use the quotient rule: what comes out?",
        "The slope of tan is 1/cos^2, that of tanh 1/cosh^2; the others of the family follow from sine and cosine.",
        "the derivative of tan(x)": "1/cos(x)", rule "1/cos(x)^2";
    "inverse-trig-derivative":
        "Which of the inverse functions has a root in its slope, and with which sign inside?",
        "The slope of arcsin is 1/sqrt(1 - x^2), of arccos the same with a minus, of arctan 1/(1 + x^2).",
        "the derivative of atan(x)": "1/(1 - x^2)", rule "1/(1 + x^2)";
    "hyperbolic-sign":
        "The curve of cosh goes up to the right of 0. Does your slope?",
        "The hyperbolic sine and cosine are the slopes of each other, without a minus.",
        "the derivative of cosh(x)": "-sinh(x)", rule "sinh(x)";
    "modulus-derivative":
        "Which slope has the modulus on the left of zero, and which on the right?",
        "The modulus goes up with slope 1 on one side of zero and down with slope 1 on the other.",
        "the derivative of abs(x)": "1", rule "sign(x)";
    "derivative-squared":
        "What does a second derivative measure: a slope times itself, or how fast the slope changes?",
        "Differentiating twice is not squaring the first derivative.",
        "the second derivative of x^4": "16 x^6", rule "12 x^2";
    "implicit-derivative-forgotten":
        "When x moves along the curve, does y stand still, or does it move with a speed of its own?",
        "y depends on x, so each derivative of it carries a factor dy/dx.",
        "the slope of the circle x^2 + y^2 = 25 at (3, 4)": "no slope is left in 2 x + 2 y = 0", rule "-3/4";
    "parametric-not-divided":
        "Your last derivative is by the parameter. By what was it to be?",
        "Along a curve every derivative by the parameter is divided by dx/dt once more.",
        "the second derivative by x of the curve x = t^2, y = t^3": "3/2", rule "3/(4 t)";
    "term-lost":
        "How many terms has the function, and how many of them left a trace in your answer?",
        "A term has gone missing.",
        "the derivative of x^3 + x^2": "3 x^2", rule "3 x^2 + 2 x";
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
    use secant::equality::{self, Verdict, equal};
    use secant::expr::Expr;
    use secant::sheet::Scope;

    #[test]
    fn names_are_unique_and_every_row_says_something() {
        for (k, slip) in SLIPS.iter().enumerate() {
            assert!(SLIPS[..k].iter().all(|s| s.name != slip.name), "{}", slip.name);
            assert!(slip.say.ends_with('.') && slip.say.len() > 20, "{}", slip.name);
            assert!(slip.ask.contains('?') && slip.ask.len() > 20, "{}", slip.name);
            // A question leads there and does not say what belongs there.
            assert!(!slip.ask.contains(slip.example.rule) || slip.example.rule.len() == 1, "{}", slip.name);
        }
        assert_eq!(nearest("jacobian-flipped"), "did you mean `jacobian-transposed`?");
    }

    fn read(text: &str) -> Expr {
        Scope::open().expression(text).unwrap_or_else(|fault| panic!("{text}: {fault:?}"))
    }

    fn same(a: &Expr, b: &Expr) -> bool {
        equal((a, &[]), (b, &[]), &equality::Options::default()).verdict != Verdict::Different
    }

    /// What the words of an example ask for, where they are mathematics.
    fn worked_out(of: &str) -> Option<Expr> {
        let rest = |start: &str| of.strip_prefix(start);
        if let Some(text) = rest("the derivative of ") {
            return Some(read(&format!("diff({text}, x)")));
        }
        if let Some(text) = rest("the second derivative of ") {
            return Some(read(&format!("diff({text}, x, 2)")));
        }
        if let Some(text) = rest("the mixed derivative of ") {
            return Some(read(&format!("diff(diff({text}, x), y)")));
        }
        if let Some((by, text)) = rest("the derivative by ").and_then(|t| t.split_once(" of ")) {
            return Some(read(&format!("diff({text}, {by})")));
        }
        rest("the expansion of ").or_else(|| rest("the value of ")).map(read)
    }

    #[test]
    fn examples_are_right_and_their_slips_are_wrong() {
        let mut counted = 0;
        for slip in SLIPS {
            let Example { of, slip: wrong, rule } = slip.example;
            assert!(wrong != rule, "{}", slip.name);
            let Some(right) = worked_out(of) else { continue };
            assert!(same(&read(rule), &right), "{}: {of} is {right}", slip.name);
            assert!(!same(&read(wrong), &right), "{}: {of} is {right}", slip.name);
            counted += 1;
        }
        assert!(counted >= 34, "{counted}");
    }
}
