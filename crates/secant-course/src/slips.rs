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
    "misread":
        "Read the question once more: which quantity is asked for, and in which unit?",
        "That is a number of this story, but not the one that was asked for.",
        "how far a train gets in 3 hours at 80 km an hour": "80", rule "240";
    "start-forgotten":
        "Put in the place where something is known: does your formula say it there?",
        "Where something is known, the formula has to give it: a slope alone leaves one number open.",
        "the height after 3 hours of water that stood at 10 metres and rises by 2 an hour": "6", rule "16";
    "wrong-clock":
        "From which moment does your time count, and from which one should it?",
        "Time has to be counted from the moment at which that part of the story began.",
        "what is left at 5 o'clock of 20 cm of candle, lit at 3 and burning 2 cm an hour": "10", rule "16";
    "algebra-root-of-sum":
        "Try it with numbers: what is the root of 9 + 16, and what does your way give?",
        "The root of a sum is not the sum of the roots.",
        "the value of sqrt(x^2 + 9)": "x + 3", rule "sqrt(x^2 + 9)";
    "algebra-logarithm":
        "Which operation does a logarithm turn into a sum?",
        "A logarithm turns products into sums, quotients into differences, powers into factors, and nothing else.",
        "the value of log(x^2 + 1)": "2 log(x)", rule "log(x^2 + 1)";
    "algebra-exponents":
        "Write the powers out as products. How many factors are there in all?",
        "Powers of one base: multiplied, their exponents add; a power of a power multiplies them.",
        "the value of x^2*x^3": "x^6", rule "x^5";
    "algebra-negative-exponent":
        "Where does a minus in the exponent put the power: above the bar or below it?",
        "A minus in the exponent means one over the power; it changes no sign.",
        "the value of 2^-1": "-2", rule "1/2";
    "algebra-power-of-product":
        "The whole bracket is multiplied by itself. How often does each factor occur then?",
        "A power of a product reaches every factor.",
        "the value of (3 x)^2": "3 x^2", rule "9 x^2";
    "algebra-cancelling":
        "Try it with numbers: what is (2 + 4)/2, and what does your way give?",
        "Only factors of the whole top and the whole bottom may be struck out, not terms.",
        "the value of (x + 4)/x": "5", rule "1 + 4/x";
    "algebra-function-of-sum":
        "Try it with numbers: is this function of 1 + 1 twice the function of 1?",
        "A function of a sum is not the sum of the functions, and a factor does not come out of it.",
        "the value of sin(x + pi/2)": "sin(x) + 1", rule "cos(x)";
    "algebra-absolute-value":
        "Put in a negative number. Which sign has the result?",
        "The bars matter where what is between them is negative.",
        "the value of sqrt(x^2)": "x", rule "abs(x)";
    "algebra-fraction-inverted":
        "Which of the two belongs above the bar?",
        "Top and bottom are exchanged, or what divides was multiplied.",
        "the value of 2/(3/x)": "6/x", rule "2 x/3";
    "algebra-factor-lost":
        "Count the factors of this product: are there as many in the next line?",
        "A factor has gone missing.",
        "the expansion of x (x + 2)": "x + 2", rule "x^2 + 2 x";
    "not-evaluated":
        "At which point are the derivatives of a series taken?",
        "The derivatives are taken at the centre: what stands before the powers are numbers.",
        "the first-order series about 1 of x^2": "1 + 2 x (x - 1)", rule "1 + 2 (x - 1)";
    "constant-term-lost":
        "What does your series give exactly at the centre, and what does the function?",
        "A series begins with the value of the function at the centre.",
        "the first-order series about 0 of e^x": "x", rule "1 + x";
    "alternating-sign":
        "Which sign does each of the derivatives have at the centre, one after the other?",
        "The signs of the terms are those of the derivatives at the centre.",
        "the third-order series about 0 of sin(x)": "x + x^3/6", rule "x - x^3/6";
    "not-integrated":
        "Differentiate your answer. Do you get what was to be integrated?",
        "That is what was to be integrated; asked is what has it as its derivative.",
        "an antiderivative of x^2": "x^2", rule "x^3/3";
    "differentiated-instead":
        "Which way did you go: towards the slope, or back from it?",
        "That is the derivative; integrating goes the other way.",
        "an antiderivative of x^2": "2 x", rule "x^3/3";
    "power-not-divided":
        "Differentiate your answer. Which number comes down in front, and is it in the way?",
        "The power is raised by one and divided by the new exponent.",
        "an antiderivative of x^2": "x^3", rule "x^3/3";
    "power-not-raised":
        "Which power has a derivative with the power that was given?",
        "Integrating raises the power by one before it divides by it.",
        "an antiderivative of x^2": "x^2/2", rule "x^3/3";
    "inner-factor-not-divided":
        "Differentiate your answer. Which factor does the inside bring along?",
        "The inside runs at a pace of its own: the antiderivative is divided by that pace.",
        "an antiderivative of cos(3 x)": "sin(3 x)", rule "sin(3 x)/3";
    "inner-factor-multiplied":
        "Differentiate your answer. Does the factor of the inside go away, or does it come twice?",
        "Differentiating multiplies by the slope of the inside; integrating divides by it.",
        "an antiderivative of cos(3 x)": "3 sin(3 x)", rule "sin(3 x)/3";
    "sign-of-integral":
        "Differentiate your answer. Which sign do you get?",
        "The antiderivative of the sine is minus the cosine, that of the cosine is the sine.",
        "an antiderivative of sin(x)": "cos(x)", rule "-cos(x)";
    "parts-sign":
        "Integration by parts comes from the product rule. On which side does the second integral stand?",
        "By parts: the product, minus the integral that is left.",
        "an antiderivative of x e^x": "x e^x + e^x", rule "x e^x - e^x";
    "parts-half":
        "Differentiate your answer by the product rule. Which term is too many?",
        "By parts there is a second integral, and it has to be worked out, too.",
        "an antiderivative of x e^x": "x e^x", rule "x e^x - e^x";
    "integral-of-product":
        "Differentiate your answer by the product rule. Do you get what was given?",
        "A product is not integrated factor by factor.",
        "an antiderivative of x cos(x)": "x^2 sin(x)/2", rule "x sin(x) + cos(x)";
    "log-missing":
        "What does the power rule say for the exponent -1, and can that be?",
        "The antiderivative of 1/x is the logarithm.",
        "an antiderivative of 1/x": "1/x^2", rule "log(x)";
    "log-of-anything":
        "Differentiate your logarithm. What comes of its inside?",
        "One over something has the logarithm of it as antiderivative only where the inside is a straight line.",
        "an antiderivative of 1/x^2": "log(x^2)", rule "-1/x";
    "exponential-base-forgotten":
        "Differentiate your answer. Which logarithm comes along with this base?",
        "The antiderivative of a^x is divided by log(a).",
        "an antiderivative of 2^x": "2^x", rule "2^x/log(2)";
    "constant-integrated-as-variable":
        "Which letter is integrated by, and is this it?",
        "A constant stays a factor: its antiderivative is the constant times the variable.",
        "an antiderivative of 5": "25/2", rule "5 x";
    "limits-swapped":
        "From where to where does the area go, and which end is put in first?",
        "The value at the upper limit comes first, the one at the lower limit is taken away.",
        "the integral from 0 to 2 of x": "-2", rule "2";
    "lower-limit-forgotten":
        "How much area is there before the place where yours begins?",
        "The value at the lower limit is taken away from the one at the upper limit.",
        "the integral from 1 to 2 of x": "2", rule "3/2";
    "limits-added":
        "What happens when both limits are the same: which area is left?",
        "The two values are subtracted, not added.",
        "the integral from 1 to 2 of x": "5/2", rule "3/2";
    "constraint-gradient":
        "Which way does the constraint pull at a point: what is its own gradient there?",
        "The multiplier stands beside the gradient of the constraint.",
        "the condition for x y on x^2 + y^2 = 1": "y = lambda", rule "y = 2 lambda x";
    "constraint-constant":
        "On which curve of the constraint is the point to lie?",
        "The constraint keeps its own value on the other side.",
        "the constraint x + y = 2 beside the gradients": "x + y = 0", rule "x + y = 2";
    "multiplier-on-wrong-side":
        "Which of the two gradients is the multiple of the other?",
        "The gradient of the objective is a multiple of that of the constraint.",
        "the condition for x y on x^2 + y^2 = 1": "lambda y = 2 x", rule "y = 2 lambda x";
    "other-extremum":
        "What is the value there, and what is it at the other points that you found?",
        "The point is stationary, but it is not the one that was asked for.",
        "the least x y with x^2 + y^2 = 2": "(1, 1)", rule "(1, -1)";
    "sigma-forgotten":
        "One reading is twice as sure as another. Where does your formula know about it?",
        "Each residual is divided by its error.",
        "chi-squared of a residual of 6 with the error 3": "36", rule "4";
    "square-forgotten":
        "Two residuals, one up and one down: do they make up for each other?",
        "Residuals are squared before they are added.",
        "chi-squared of a residual of 6 with the error 3": "2", rule "4";
    "model-derivative-missing":
        "You turn this parameter a little. How much does the model move at each reading?",
        "The chain goes on into the model: multiply by its derivative by the parameter.",
        "the derivative by a of (y - a x)^2": "-2 (y - a x)", rule "-2 x (y - a x)";
    "residual-missing":
        "A fit that is perfect cannot be made better. What does your derivative say there?",
        "What is squared stays as a factor when the square is differentiated.",
        "the derivative by a of (y - a)^2": "-2", rule "-2 (y - a)";
    "sum-missing":
        "How many readings are there, and where do they come together?",
        "All readings count: the terms are added up.",
        "chi-squared of the residuals r": "r .^ 2", rule "sum(r .^ 2)";
    "transpose-missing":
        "Write the shapes under the factors. Do the inner ones meet, and is the outer pair the one you need?",
        "On the way back a matrix is transposed: rows and columns change places.",
        "the gradient by x of w' A x": "A w", rule "A' w";
    "transpose-extra":
        "Write the shapes under the factors. Which of them had to be turned?",
        "That factor does not have to be transposed.",
        "the gradient by x of w' x": "w'", rule "w";
    "chain-factor-lost":
        "Go from the weight to the cost, one link after the other. Is every link in your product?",
        "A link of the chain is missing: each step from the weight to the cost is a factor.",
        "the derivative by w of (w a - y)^2": "2 (w a - y)", rule "2 a (w a - y)";
    "batch-sum-missing":
        "How many examples are there, and how many numbers has your gradient for each weight?",
        "All examples share the weights: their parts are added up.",
        "the gradient by b of sum(d) where every column of d holds b": "d", rule "sum(d, 2)";
    "product-order":
        "Write the shapes under the factors, in your order: do the inner ones meet?",
        "Matrices do not change places in a product.",
        "the gradient by W of a delta a'": "a' delta", rule "delta a'";
    "product-kind":
        "Does each entry meet its own partner here, or do rows meet columns?",
        "One of the products is of the other kind: entry by entry, or rows by columns.",
        "the error carried back through W": "W .* delta", rule "W' delta";
    "wrong-shape":
        "Which shape has the thing you differentiate by, and which has your answer?",
        "A gradient has the shape of what it is taken by.",
        "the shape of the gradient by a matrix with 2 rows and 3 columns": "vector(6)", rule "matrix(2, 3)";
    "graph-upside-down":
        "Take one place where the given graph rises. On which side of the axis does your curve lie there?",
        "This is the right curve turned upside down: where the function rises its slope is above 0, where it falls, below.",
        "the derivative of x^2": "-2 x", rule "2 x";
    "graph-too-high-or-low":
        "The shape is well seen. At which height does it have to cross the axis?",
        "The shape is right, the whole curve lies too high or too low: fix it at a place whose height you know.",
        "the derivative of x^2": "2 x + 1", rule "2 x";
    "graph-moved-sideways":
        "The shape is well seen. At which places does it have to turn or to cross the axis?",
        "The shape is right, the whole curve stands too far to one side: fix it at a place that you know.",
        "the derivative of x^2": "2 (x - 1)", rule "2 x";
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
