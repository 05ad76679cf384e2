//! The value of an expression by recursion, with a bound of the rounding error, straight from what each node means.

use secant::expr::{Constant, Expr, Func, Func2, Node, Rational};

/// A value and how far rounding may have moved it; `error` is infinite where that cannot be told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rough {
    pub(crate) value: f64,
    pub(crate) error: f64,
}

fn exact(value: f64) -> Rough {
    Rough { value, error: 0.0 }
}

/// `f` of the arguments: its spread over the corners of their errors, and some ulps of its own.
fn spread(args: &[Rough], ulps: f64, f: impl Fn(&[f64]) -> f64) -> Rough {
    let centre: Vec<f64> = args.iter().map(|a| a.value).collect();
    let value = f(&centre);
    if value.is_nan() && args.iter().all(|a| a.error == 0.0) {
        return exact(value);
    }
    if args.iter().any(|a| a.error.is_infinite()) {
        return Rough { value, error: f64::INFINITY };
    }
    let mut error: f64 = 0.0;
    for corner in 0..3_usize.pow(args.len() as u32) {
        let mut k = corner;
        let at: Vec<f64> = args
            .iter()
            .map(|a| {
                let side = (k % 3) as f64 - 1.0;
                k /= 3;
                a.value + side * 2.0 * a.error
            })
            .collect();
        let away = (f(&at) - value).abs();
        error = if away.is_nan() { f64::INFINITY } else { error.max(away) };
    }
    // The derivative may be smaller at the corners than between: double the spread.
    Rough { value, error: 2.0 * error + ulps * f64::EPSILON * value.abs() + f64::MIN_POSITIVE }
}

pub(crate) fn evaluate(e: &Expr, at: &dyn Fn(&str) -> f64) -> Rough {
    match e.node() {
        Node::Number(n) => number(n),
        Node::Constant(c) => match c {
            Constant::Pi => spread(&[exact(std::f64::consts::PI)], 1.0, |x| x[0]),
            Constant::E => spread(&[exact(std::f64::consts::E)], 1.0, |x| x[0]),
            Constant::Infinity => exact(f64::INFINITY),
            Constant::Undefined => exact(f64::NAN),
        },
        Node::Var(s) => exact(at(s.name())),
        Node::Sum(s) => s.terms.iter().fold(number(&s.constant), |total, t| {
            let term = spread(&[number(&t.coefficient), evaluate(&t.expr, at)], 1.0, |x| x[0] * x[1]);
            spread(&[total, term], 1.0, |x| x[0] + x[1])
        }),
        Node::Product(factors) => factors.iter().fold(exact(1.0), |total, f| {
            // Every partial product may have been divided in another order.
            spread(&[total, evaluate(f, at)], 4.0, |x| x[0] * x[1])
        }),
        Node::Power(b, e) => match e.as_number() {
            Some(n) => {
                let n = n.to_f64();
                spread(&[evaluate(b, at)], 20.0, |x| x[0].powf(n))
            }
            None => spread(&[evaluate(b, at), evaluate(e, at)], 2.0, |x| {
                if x.iter().any(|v| v.is_nan()) || (x[0].abs() == 1.0 && x[1].is_infinite()) {
                    f64::NAN
                } else {
                    x[0].powf(x[1])
                }
            }),
        },
        Node::Apply(f, a) => {
            let a = evaluate(a, at);
            match f {
                Func::Digamma if a.value < FAR => Rough { value: f64::NAN, error: f64::INFINITY },
                // An angle known to less than its period says nothing, whatever the corners are.
                Func::Sin | Func::Cos | Func::Tan | Func::Sec | Func::Csc | Func::Cot if a.error > 0.1 => {
                    Rough { value: f64::NAN, error: f64::INFINITY }
                }
                Func::Digamma => rough_sum(spread(&[a], 8.0, |x| function(*f, x[0]))),
                _ => spread(&[a], 8.0, |x| function(*f, x[0])),
            }
        }
        Node::Apply2(f, a, b) => {
            let (a, b) = (evaluate(a, at), evaluate(b, at));
            match f {
                Func2::Polygamma if b.value < FAR => Rough { value: f64::NAN, error: f64::INFINITY },
                Func2::Polygamma => rough_sum(spread(&[a, b], 8.0, |x| function2(*f, x[0], x[1]))),
                Func2::Mod => {
                    // The quotient is rounded before it is multiplied back.
                    let mut value = spread(&[a, b], 8.0, |x| function2(*f, x[0], x[1]));
                    value.error += 4.0 * f64::EPSILON * (a.value.abs() + b.value.abs());
                    value
                }
                _ => spread(&[a, b], 8.0, |x| function2(*f, x[0], x[1])),
            }
        }
        Node::Derivative(..) | Node::Tensor(_) => exact(f64::NAN), // never made here
        Node::Select(c, a, b) => {
            let c = evaluate(c, at);
            let certain = c.error == 0.0 || c.value.abs() > 2.0 * c.error;
            let chosen = evaluate(if c.value != 0.0 { a } else { b }, at);
            if certain { chosen } else { Rough { error: f64::INFINITY, ..chosen } }
        }
    }
}

/// Terms that cancel leave more error than the ulps of the result.
fn rough_sum(value: Rough) -> Rough {
    Rough { error: value.error + 100.0 * f64::EPSILON * (60.0 + value.value.abs()), ..value }
}

/// Where summing digamma term by term would take too long.
const FAR: f64 = -1e5;

fn number(n: &Rational) -> Rough {
    spread(&[exact(n.to_f64())], 1.0, |x| x[0])
}

/// Central differences of lgamma would be too rough: sum the series of digamma and its derivatives, with a tail by integrals.
fn polygamma(n: i32, x: f64) -> f64 {
    if x.is_nan() || x < 2.0 * FAR || (x <= 0.0 && x == x.floor()) {
        return f64::NAN;
    }
    let terms = if x > 40.0 { 0 } else { 40 + 2 * x.abs() as i64 };
    let a = x + terms as f64;
    let sign = if n % 2 == 0 { -1.0 } else { 1.0 };
    let factorial: f64 = (1..=n).map(f64::from).product();
    let head: f64 = (0..terms).rev().map(|k| (x + k as f64).powi(-n - 1)).sum();
    if n == 0 {
        return a.ln() - 0.5 / a - 1.0 / (12.0 * a * a) + 1.0 / (120.0 * a.powi(4)) - head;
    }
    let s = f64::from(n + 1);
    let tail = a.powf(1.0 - s) / (s - 1.0) + 0.5 * a.powf(-s) + s / 12.0 * a.powf(-s - 1.0)
        - s * (s + 1.0) * (s + 2.0) / 720.0 * a.powf(-s - 3.0);
    sign * factorial * (head + tail)
}

fn acosh(x: f64) -> f64 {
    if x < 1.0 { f64::NAN } else { libm::acosh(x) }
}

fn function(f: Func, x: f64) -> f64 {
    match f {
        Func::Exp => x.exp(),
        Func::Log => x.ln(),
        Func::Log2 => x.log2(),
        Func::Log10 => x.log10(),
        Func::Sin => x.sin(),
        Func::Cos => x.cos(),
        Func::Tan => x.tan(),
        Func::Sec => 1.0 / x.cos(),
        Func::Csc => 1.0 / x.sin(),
        Func::Cot => x.cos() / x.sin(),
        Func::Asin => x.asin(),
        Func::Acos => x.acos(),
        Func::Atan => x.atan(),
        Func::Asec => (1.0 / x).acos(),
        Func::Acsc => (1.0 / x).asin(),
        Func::Acot => (1.0 / x).atan(),
        Func::Sinh => x.sinh(),
        Func::Cosh => x.cosh(),
        Func::Tanh => x.tanh(),
        Func::Sech => 1.0 / x.cosh(),
        Func::Csch => 1.0 / x.sinh(),
        Func::Coth => 1.0 / x.tanh(),
        Func::Asinh => libm::asinh(x),
        Func::Acosh => acosh(x),
        Func::Atanh => libm::atanh(x),
        Func::Asech => acosh(1.0 / x),
        Func::Acsch => libm::asinh(1.0 / x),
        Func::Acoth => libm::atanh(1.0 / x),
        Func::Cbrt => x.cbrt(),
        Func::Abs => x.abs(),
        Func::Sign => {
            if x == 0.0 || x.is_nan() {
                x
            } else {
                x.signum()
            }
        }
        Func::Floor => x.floor(),
        Func::Ceil => x.ceil(),
        Func::Erf => libm::erf(x),
        Func::Gamma => libm::tgamma(x),
        Func::Lgamma => libm::lgamma(x),
        Func::Digamma => polygamma(0, x),
        Func::Sigmoid => 1.0 / (1.0 + (-x).exp()),
        Func::Softplus => {
            if x > 40.0 {
                x
            } else {
                x.exp().ln_1p()
            }
        }
        Func::Relu => {
            if x.is_nan() {
                x
            } else {
                x.max(0.0)
            }
        }
        Func::Step => {
            if x.is_nan() {
                x
            } else {
                f64::from(u8::from(x > 0.0))
            }
        }
    }
}

fn function2(f: Func2, a: f64, b: f64) -> f64 {
    let truth = |t: bool| f64::from(u8::from(t));
    match f {
        Func2::Atan2 => a.atan2(b),
        Func2::Max | Func2::Min if a.is_nan() || b.is_nan() => f64::NAN,
        Func2::Max => a.max(b),
        Func2::Min => a.min(b),
        Func2::Mod if b.is_infinite() && a.is_finite() => {
            if a == 0.0 || (a < 0.0) == (b < 0.0) {
                a
            } else {
                b
            }
        }
        Func2::Mod => a - b * (a / b).floor(),
        Func2::Polygamma => polygamma(a as i32, b),
        Func2::Less => truth(a < b),
        Func2::LessEqual => truth(a <= b),
        Func2::Equal => truth(a == b),
        Func2::NotEqual => truth(a != b),
        Func2::And => truth(a != 0.0 && b != 0.0),
        Func2::Or => truth(a != 0.0 || b != 0.0),
    }
}
