//! One operation on series: what each row of the table of opcodes does to more than a number.
//!
//! Coefficient 0 always comes from the kernel of `functions`, for the instruction set of the workspace; the others start from
//! that of the baseline. Functions are solutions of differential equations: either
//! `y' = u' g` for a series `g` that is known, or one in which `y` itself occurs.

use std::f64::consts::{FRAC_2_SQRT_PI, LN_2, LN_10};

use super::series::{
    composition, copy, growth, integral, power, product, quotient, riccati, rotation, slope, square_root,
};
use crate::program::functions::{self, MAX_SQUARING};
use crate::program::opcode::{Op, Operands};
use crate::program::{Instruction, Isa};

/// Runs a step; `at` gives the series of a register. The result stands at the beginning of `work`, which has room for
/// [`super::WORK`] series; says how many coefficients it has.
pub(super) fn run<'a>(
    isa: Isa,
    step: &Instruction,
    at: impl Fn(u32) -> &'a [f64],
    work: &mut [f64],
) -> usize {
    let n = work.len() / super::WORK;
    let lead = functions::value(isa, step.op, [step.a, step.b, step.c], |k| at(k)[0]);
    let (y, rest) = work.split_at_mut(n);
    let a = at(step.a);
    let used = match step.op.row().operands {
        Operands::One if a.len() == 1 => 1,
        Operands::One => one(step.op, a, lead, y, rest),
        Operands::Literal => to_the(a, f64::from(step.b as i32), lead, y, rest),
        Operands::Two => two(step.op, a, at(step.b), lead, y, rest),
        Operands::Three => {
            let chosen = at(if a[0] != 0.0 { step.b } else { step.c });
            y[..chosen.len()].copy_from_slice(chosen);
            chosen.len()
        }
    };
    y[0] = lead;
    if !y[..used].iter().fold(true, |fine, c| fine & c.is_finite()) {
        let first = y.iter().position(|c| !c.is_finite()).unwrap_or(0);
        y[first.max(1)..].fill(f64::NAN);
        return n;
    }
    used
}

/// All but `c_0` is no number.
fn nowhere(y: &mut [f64]) -> usize {
    y.fill(f64::NAN);
    y.len()
}

/// `y' = u' / w`.
fn by_quotient(u: &[f64], w: &[f64], y: &mut [f64], [p, q]: [&mut [f64]; 2]) -> usize {
    quotient(slope(u, p), w, q);
    integral(q, y);
    y.len()
}

/// `y' = u' g`.
fn by_product(u: &[f64], g: &[f64], y: &mut [f64], [p, q]: [&mut [f64]; 2]) -> usize {
    let used = product(slope(u, p), g, q);
    integral(&q[..used], y);
    y.len()
}

/// `w = c + sign · u²` with `w_0` as given, which is computed without loss where it is near 0.
fn square_and(lead: f64, sign: f64, u: &[f64], w: &mut [f64]) -> usize {
    let used = product(u, u, w);
    w[..used].iter_mut().for_each(|c| *c *= sign);
    w[0] = lead;
    used
}

/// A function of one series that varies.
fn one(op: Op, u: &[f64], lead: f64, y: &mut [f64], rest: &mut [f64]) -> usize {
    let n = y.len();
    let (p, rest) = rest.split_at_mut(n);
    let (q, r) = rest.split_at_mut(n);
    let x = u[0];
    y[0] = lead;
    match op {
        Op::Neg => {
            for (y, u) in y.iter_mut().zip(u) {
                *y = -u;
            }
            u.len()
        }
        Op::Recip => quotient(&[1.0], u, y),
        Op::Sqrt => {
            square_root(u, y);
            n
        }
        Op::Cbrt | Op::Root3 => {
            power(u, slope(u, p), 1.0 / 3.0, y);
            n
        }
        Op::Abs | Op::Relu => {
            let factor = if x > 0.0 {
                1.0
            } else if x < 0.0 && op == Op::Abs {
                -1.0
            } else {
                return 1;
            };
            for (y, u) in y.iter_mut().zip(u) {
                *y = factor * u;
            }
            u.len()
        }
        Op::Sign | Op::Floor | Op::Ceil | Op::Step => 1,
        Op::Exp => {
            growth(slope(u, p), y);
            n
        }
        Op::Expm1 => {
            y[0] = x.exp();
            growth(slope(u, p), y);
            n
        }
        Op::Log => by_quotient(u, u, y, [p, q]),
        Op::Log1p => {
            copy(u, r);
            r[0] = 1.0 + x;
            by_quotient(u, &r[..u.len()], y, [p, q])
        }
        Op::Log2 | Op::Log10 => {
            let used = by_quotient(u, u, y, [p, q]);
            let base = if op == Op::Log2 { LN_2 } else { LN_10 };
            y.iter_mut().for_each(|c| *c /= base);
            used
        }
        Op::Sin => {
            q[0] = functions::scalar::<false>(Op::Cos, [0; 3], |_| x);
            rotation(slope(u, p), -1.0, y, q);
            n
        }
        Op::Cos => {
            q[0] = functions::scalar::<false>(Op::Sin, [0; 3], |_| x);
            rotation(slope(u, p), -1.0, q, y);
            n
        }
        Op::Sinh => {
            q[0] = x.cosh();
            rotation(slope(u, p), 1.0, y, q);
            n
        }
        Op::Cosh => {
            q[0] = x.sinh();
            rotation(slope(u, p), 1.0, q, y);
            n
        }
        Op::Tan => {
            q[0] = 1.0 + lead * lead;
            riccati(slope(u, p), 0.0, 1.0, y, q);
            n
        }
        Op::Tanh => {
            // 1 - tanh² without loss where it is small.
            q[0] = x.cosh().recip().powi(2);
            riccati(slope(u, p), 0.0, -1.0, y, q);
            n
        }
        Op::Sigmoid => {
            q[0] = lead * functions::sigmoid::<false>(-x);
            riccati(slope(u, p), 1.0, -1.0, y, q);
            n
        }
        Op::Softplus => {
            r[0] = functions::sigmoid::<false>(x);
            q[0] = r[0] * functions::sigmoid::<false>(-x);
            riccati(slope(u, p), 1.0, -1.0, r, q);
            by_product(u, r, y, [p, q])
        }
        Op::Asin | Op::Acos => {
            let used = square_and((1.0 - x) * (1.0 + x), -1.0, u, p);
            r[0] = p[0].sqrt();
            square_root(&p[..used], r);
            by_quotient(u, r, y, [p, q]);
            if op == Op::Acos {
                y.iter_mut().for_each(|c| *c = -*c);
            }
            n
        }
        Op::Asinh | Op::Acosh => {
            let w = if op == Op::Asinh { 1.0 + x * x } else { (x - 1.0) * (x + 1.0) };
            let used = square_and(w, 1.0, u, p);
            r[0] = p[0].sqrt();
            square_root(&p[..used], r);
            by_quotient(u, r, y, [p, q])
        }
        Op::Atan => {
            let used = square_and(1.0 + x * x, 1.0, u, r);
            by_quotient(u, &r[..used], y, [p, q])
        }
        Op::Atanh => {
            let used = square_and((1.0 - x) * (1.0 + x), -1.0, u, r);
            by_quotient(u, &r[..used], y, [p, q])
        }
        Op::Erf => {
            let used = square_and(-(x * x), -1.0, u, r);
            q[0] = FRAC_2_SQRT_PI * (-(x * x)).exp();
            growth(slope(&r[..used], p), q);
            r.copy_from_slice(q);
            by_product(u, r, y, [p, q])
        }
        Op::Gamma => {
            polygamma_series(0, u, r, [p, q]);
            let used = product(slope(u, p), r, q);
            growth(&q[..used], y);
            n
        }
        Op::Lgamma => {
            polygamma_series(0, u, r, [p, q]);
            by_product(u, r, y, [p, q])
        }
        Op::Digamma => {
            polygamma_series(0, u, y, [p, q]);
            n
        }
        Op::Add
        | Op::Sub
        | Op::Mul
        | Op::Div
        | Op::Powi
        | Op::Pow
        | Op::Atan2
        | Op::Max
        | Op::Min
        | Op::Mod
        | Op::Polygamma
        | Op::Lt
        | Op::Le
        | Op::Eq
        | Op::Ne
        | Op::And
        | Op::Or
        | Op::Where => nowhere(y),
    }
}

/// The `order`-th derivative of digamma.
fn polygamma_series(order: u32, u: &[f64], y: &mut [f64], [f, term]: [&mut [f64]; 2]) {
    let mut factorial = 1.0;
    for (k, f) in (0_u32..).zip(f.iter_mut()) {
        if k > 0 {
            factorial *= f64::from(k);
        }
        *f = functions::polygamma::<false>(f64::from(order + k), u[0]) / factorial;
    }
    composition(f, u, y, term);
}

/// `u^r` for a number `r`.
fn to_the(u: &[f64], r: f64, lead: f64, y: &mut [f64], rest: &mut [f64]) -> usize {
    let n = y.len();
    let (p, q) = rest.split_at_mut(n);
    let q = &mut q[..n];
    let whole = r >= 0.0 && r == r.floor();
    if u.len() == 1 || r == 0.0 {
        return 1;
    }
    if whole && r <= f64::from(MAX_SQUARING) {
        return by_squaring(u, r as u32, y, p, q);
    }
    if u[0] != 0.0 {
        y[0] = lead;
        power(u, slope(u, p), r, y);
        return n;
    }
    if !whole {
        return nowhere(y);
    }
    // u = t^k v with v_0 ≠ 0, and then u^r = t^(k r) v^r.
    let Some(k) = u.iter().position(|c| *c != 0.0) else { return 1 };
    y.fill(0.0);
    let start = k as f64 * r;
    if start < n as f64 {
        let start = start as usize;
        q[0] = u[k].powf(r);
        power(&u[k..], slope(&u[k..], p), r, q);
        y[start..].copy_from_slice(&q[..n - start]);
    }
    n
}

/// As `functions::powi` does it.
fn by_squaring(u: &[f64], r: u32, y: &mut [f64], square: &mut [f64], term: &mut [f64]) -> usize {
    copy(u, square);
    let (mut squared, mut used) = (u.len().min(y.len()), 1);
    y[0] = 1.0;
    let mut k = r;
    loop {
        if k & 1 == 1 {
            used = product(&y[..used], &square[..squared], term);
            y[..used].copy_from_slice(&term[..used]);
        }
        k >>= 1;
        if k == 0 {
            return used;
        }
        squared = product(&square[..squared], &square[..squared], term);
        square[..squared].copy_from_slice(&term[..squared]);
    }
}

/// A function of two series.
fn two(op: Op, a: &[f64], b: &[f64], lead: f64, y: &mut [f64], rest: &mut [f64]) -> usize {
    let n = y.len();
    let constant = a.len() == 1 && b.len() == 1;
    let take = |from: &[f64], y: &mut [f64]| {
        y[..from.len()].copy_from_slice(from);
        from.len()
    };
    match op {
        _ if constant => 1,
        Op::Add | Op::Sub => {
            let used = a.len().max(b.len());
            copy(a, &mut y[..used]);
            if op == Op::Add {
                y.iter_mut().zip(b).for_each(|(y, b)| *y += b);
            } else {
                y.iter_mut().zip(b).for_each(|(y, b)| *y -= b);
            }
            used
        }
        Op::Mul => product(a, b, y),
        Op::Div => quotient(a, b, y),
        Op::Pow if b.len() == 1 => to_the(a, b[0], lead, y, rest),
        Op::Pow => general_power(a, b, lead, y, rest),
        Op::Atan2 => angle(a, b, lead, y, rest),
        // Of two equal numbers the first counts.
        Op::Max => take(if a[0] >= b[0] { a } else { b }, y),
        Op::Min => take(if a[0] <= b[0] { a } else { b }, y),
        Op::Mod => {
            let whole = (a[0] / b[0]).floor();
            let used = a.len().max(b.len());
            copy(a, &mut y[..used]);
            y.iter_mut().zip(b).for_each(|(y, b)| *y -= whole * b);
            used
        }
        Op::Polygamma => {
            if a.len() > 1 || lead.is_nan() {
                return nowhere(y);
            }
            let (p, q) = rest.split_at_mut(n);
            polygamma_series(a[0] as u32, b, y, [p, &mut q[..n]]);
            n
        }
        Op::Lt | Op::Le | Op::Eq | Op::Ne | Op::And | Op::Or => 1,
        Op::Neg
        | Op::Recip
        | Op::Powi
        | Op::Sqrt
        | Op::Cbrt
        | Op::Root3
        | Op::Abs
        | Op::Sign
        | Op::Floor
        | Op::Ceil
        | Op::Exp
        | Op::Expm1
        | Op::Log
        | Op::Log1p
        | Op::Log2
        | Op::Log10
        | Op::Sin
        | Op::Cos
        | Op::Tan
        | Op::Asin
        | Op::Acos
        | Op::Atan
        | Op::Sinh
        | Op::Cosh
        | Op::Tanh
        | Op::Asinh
        | Op::Acosh
        | Op::Atanh
        | Op::Erf
        | Op::Gamma
        | Op::Lgamma
        | Op::Digamma
        | Op::Sigmoid
        | Op::Softplus
        | Op::Relu
        | Op::Step
        | Op::Where => nowhere(y),
    }
}

/// `a^b` with an exponent that varies: `y' = y (b log a)'`, for a positive base.
fn general_power(a: &[f64], b: &[f64], lead: f64, y: &mut [f64], rest: &mut [f64]) -> usize {
    let n = y.len();
    if a.len() == 1 && a[0] == 0.0 && b[0] > 0.0 {
        return 1; // 0 to a positive power stays 0
    }
    let positive = a[0] > 0.0;
    if !positive {
        return nowhere(y);
    }
    let (p, rest) = rest.split_at_mut(n);
    let (q, r) = rest.split_at_mut(n);
    let logarithms = if a.len() == 1 { 1 } else { by_quotient(a, a, r, [p, q]) };
    r[0] = functions::scalar::<false>(Op::Log, [0; 3], |_| a[0]);
    let used = product(&r[..logarithms], b, q);
    y[0] = lead;
    growth(slope(&q[..used], p), y);
    n
}

/// The angle of the point `(x, y)`: `(x y' − y x')/(x² + y²)`, integrated.
fn angle(b: &[f64], a: &[f64], lead: f64, y: &mut [f64], rest: &mut [f64]) -> usize {
    let n = y.len();
    let (p, rest) = rest.split_at_mut(n);
    let (q, r) = rest.split_at_mut(n);
    r.fill(0.0);
    let used = product(a, slope(b, p), q);
    r[..used].copy_from_slice(&q[..used]);
    let used = product(b, slope(a, p), q);
    r.iter_mut().zip(&q[..used]).for_each(|(r, q)| *r -= q);
    let mut square = |s: &[f64], sum: &mut [f64]| {
        let used = product(s, s, q);
        sum.iter_mut().zip(&q[..used]).for_each(|(sum, q)| *sum += q);
    };
    p.fill(0.0);
    square(a, p);
    square(b, p);
    quotient(r, p, q);
    y[0] = lead;
    integral(q, y);
    n
}
