//! Values at a few fixed points: the fingerprint by which thousands of formulas are compared.
//!
//! Here: the points, functions at them, when two fingerprints are the same.
//! Not here: proof. What agrees here is confirmed by `secant::equality` before anybody is told.
//! Invariant: points are the same in every run; several lie in each region where functions behave differently.
//! Start reading at [`Samples`] and [`same`].

use secant::expr::{Expr, Func, Func2, Symbol, apply, apply2};
use secant::program;

/// Points at which everything is known.
pub(crate) const LANES: usize = 8;

/// The values at these points; not a number where there is none.
pub(crate) type Samples = [f64; LANES];

/// Values for a variable, block by block: of mixed sign, above 0, between -1 and 1, above 1, further out, about 1.
const BLOCKS: [Samples; 6] = [
    [0.3719, 0.8153, 1.2847, 2.1391, -0.4273, -0.9182, -1.5731, 0.1264],
    [0.2191, 0.5613, 0.7438, 1.1417, 1.6932, 2.4179, 3.2651, 0.9127],
    [0.0713, -0.0891, 0.4429, -0.3561, 0.6817, -0.7337, 0.1879, -0.2243],
    [1.317, 1.853, 2.731, 3.617, 4.229, 5.173, 6.911, 8.377],
    [-3.271, -2.137, 11.31, 17.93, 0.0317, -5.219, 27.17, -8.431],
    [0.9713, 1.0237, 1.0519, 0.9371, -0.9629, -1.0331, 1.0877, 0.9043],
];

/// How many blocks of points there are.
pub(crate) const BLOCK_COUNT: usize = BLOCKS.len();

/// The values of the `k`-th variable in a block. Variables differ from each other at every point.
pub(crate) fn of_variable(k: usize, block: usize) -> Samples {
    let row = &BLOCKS[block % BLOCK_COUNT];
    let stretch = 1.0 + 0.0931 * k as f64 / (1.0 + 0.05 * k as f64);
    std::array::from_fn(|lane| row[(5 * k + lane * (2 * k + 1)) % LANES] * stretch)
}

/// Are they the same, as far as rounding lets one tell? At three points at least both must have a value.
pub(crate) fn same(a: &Samples, b: &Samples) -> bool {
    let (mut agree, mut vanish) = (0, 0);
    for (a, b) in a.iter().zip(b) {
        if !a.is_finite() || !b.is_finite() {
            continue;
        }
        let size = a.abs().max(b.abs());
        // Nearly nothing may be what rounding left of nothing; the other points tell.
        if size < 1e-11 {
            vanish += 1;
        } else if (a - b).abs() <= 1e-9 * size {
            agree += 1;
        } else {
            return false;
        }
    }
    agree >= 3 || (agree == 0 && vanish >= 3)
}

/// The one number that `a` is times `b`, if it is one.
pub(crate) fn ratio(a: &Samples, b: &Samples) -> Option<f64> {
    constant(&std::array::from_fn(|k| a[k] / b[k]))
}

/// The one number that it is wherever it has a value, if it is one.
pub(crate) fn constant(a: &Samples) -> Option<f64> {
    let mut finite = a.iter().filter(|x| x.is_finite());
    let first = *finite.next()?;
    let near = |x: &f64| (x - first).abs() <= 1e-9 * first.abs().max(1e-3);
    (finite.clone().count() >= 2 && finite.all(near)).then_some(first)
}

/// An operation at each point.
pub(crate) fn each(a: &Samples, f: impl Fn(f64) -> f64) -> Samples {
    a.map(f)
}

/// An operation of two at each point.
pub(crate) fn both(a: &Samples, b: &Samples, f: impl Fn(f64, f64) -> f64) -> Samples {
    std::array::from_fn(|k| f(a[k], b[k]))
}

/// A power; whole exponents are exact for negative bases, too.
pub(crate) fn power(a: f64, n: f64) -> f64 {
    if n == 0.5 {
        a.sqrt()
    } else if n.fract() == 0.0 && n.abs() <= 1024.0 {
        a.powi(n as i32)
    } else {
        a.powf(n)
    }
}

/// A function of one argument.
pub(crate) fn function(f: Func, x: f64) -> f64 {
    match f {
        Func::Exp => x.exp(),
        Func::Log => x.ln(),
        Func::Log2 => x.log2(),
        Func::Log10 => x.log10(),
        Func::Sin => x.sin(),
        Func::Cos => x.cos(),
        Func::Tan => x.tan(),
        Func::Sec => x.cos().recip(),
        Func::Csc => x.sin().recip(),
        Func::Cot => x.tan().recip(),
        Func::Asin => x.asin(),
        Func::Acos => x.acos(),
        Func::Atan => x.atan(),
        Func::Asec => x.recip().acos(),
        Func::Acsc => x.recip().asin(),
        Func::Acot => x.recip().atan(),
        Func::Sinh => x.sinh(),
        Func::Cosh => x.cosh(),
        Func::Tanh => x.tanh(),
        Func::Sech => x.cosh().recip(),
        Func::Csch => x.sinh().recip(),
        Func::Coth => x.tanh().recip(),
        Func::Asinh => x.asinh(),
        Func::Acosh => x.acosh(),
        Func::Atanh => x.atanh(),
        Func::Asech => x.recip().acosh(),
        Func::Acsch => x.recip().asinh(),
        Func::Acoth => x.recip().atanh(),
        Func::Cbrt => x.cbrt(),
        Func::Abs => x.abs(),
        Func::Sign => {
            if x == 0.0 {
                0.0
            } else {
                x.signum()
            }
        }
        Func::Floor => x.floor(),
        Func::Ceil => x.ceil(),
        Func::Sigmoid => (1.0 + (-x).exp()).recip(),
        Func::Softplus => x.max(0.0) + (-x.abs()).exp().ln_1p(),
        Func::Relu => x.max(0.0),
        Func::Step => f64::from(u8::from(x > 0.0)),
        Func::Erf | Func::Gamma | Func::Lgamma | Func::Digamma => rare(&apply(f, &Expr::var("x")), x, 0.0),
    }
}

/// A function of two arguments.
pub(crate) fn function2(f: Func2, a: f64, b: f64) -> f64 {
    let truth = |holds: bool| f64::from(u8::from(holds));
    match f {
        Func2::Atan2 => a.atan2(b),
        Func2::Max => a.max(b),
        Func2::Min => a.min(b),
        Func2::Mod => a - b * (a / b).floor(),
        Func2::Less => truth(a < b),
        Func2::LessEqual => truth(a <= b),
        Func2::Equal => truth(a == b),
        Func2::NotEqual => truth(a != b),
        Func2::And => truth(a != 0.0 && b != 0.0),
        Func2::Or => truth(a != 0.0 || b != 0.0),
        Func2::Polygamma => rare(&apply2(f, &Expr::var("x"), &Expr::var("y")), a, b),
    }
}

/// What the standard library does not have is left to the engine.
fn rare(e: &Expr, x: f64, y: f64) -> f64 {
    program::eval(e, &[(Symbol::new("x"), x), (Symbol::new("y"), y)]).unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_agree_with_the_engine() {
        for f in Func::ALL {
            for x in [-2.7, -0.6, 0.3, 0.9, 1.4, 5.2] {
                let engine = program::eval(&apply(*f, &Expr::var("x")), &[(Symbol::new("x"), x)]).unwrap();
                let ours = function(*f, x);
                let near = (ours - engine).abs() <= 1e-12 * engine.abs().max(1.0);
                assert!(near || (ours.is_nan() && engine.is_nan()), "{}({x}) = {ours}, {engine}", f.name());
            }
        }
    }

    #[test]
    fn fingerprints_tell_apart_what_differs_and_forgive_rounding() {
        let x = of_variable(0, 0);
        let near = each(&x, |x| x * (1.0 + 1e-13));
        assert!(same(&x, &near));
        assert!(!same(&x, &each(&x, |x| x + 1e-6)));
        assert!(!same(&x, &[f64::NAN; LANES]), "nothing to compare is no agreement");
        assert_eq!(ratio(&each(&x, |x| -3.0 * x), &x).map(f64::round), Some(-3.0));
        assert_eq!(ratio(&each(&x, |x| x * x), &x), None);
        let y = of_variable(1, 0);
        assert!(x.iter().zip(&y).all(|(x, y)| x != y), "two variables are never equal");
    }
}
