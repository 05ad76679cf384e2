//! One operation on series of intervals: the recurrences of `step`, with outward rounding.
//!
//! Not here: kinks, poles and ends of domains of values, which the intervals themselves tell; each function here says
//! `None` where what it gives need not be smooth.
//! Invariant: a coefficient that is given holds those of every series in the operands.

use crate::program::interval::{self, Enclosure, Interval, one, quotient, square, two};
use crate::program::opcode::Op;

/// All coefficients, the first included; those that are not there are 0.
pub(super) type Row = Vec<Interval>;

pub(super) const ZERO: Interval = Interval::ZERO;

fn number(x: f64) -> Interval {
    Interval::point(x)
}

fn times(a: Interval, b: Interval) -> Interval {
    if a == ZERO || b == ZERO { ZERO } else { a * b }
}

fn over(a: Interval, b: Interval) -> Interval {
    quotient(a, b).values
}

fn get(row: &[Interval], k: usize) -> Interval {
    row.get(k).copied().unwrap_or(ZERO)
}

/// `Σ_{from ≤ j ≤ to} a_j b_{k-j}`.
fn convolution(a: &[Interval], b: &[Interval], k: usize, from: usize, to: usize) -> Interval {
    let first = from.max((k + 1).saturating_sub(b.len()));
    let terms = a.iter().enumerate().take(to.min(k) + 1).skip(first);
    terms.fold(ZERO, |total, (j, a)| total + times(*a, get(b, k - j)))
}

fn multiply(a: &[Interval], b: &[Interval], n: usize) -> Row {
    let length = n.min((a.len() + b.len()).saturating_sub(1));
    (0..length).map(|k| convolution(a, b, k, 0, k)).collect()
}

fn squared(a: &[Interval], n: usize) -> Row {
    let length = n.min((2 * a.len()).saturating_sub(1));
    (0..length)
        .map(|k| {
            let mut total = ZERO;
            for j in 0..k.div_ceil(2) {
                total = total + times(get(a, j), get(a, k - j));
            }
            total = times(number(2.0), total);
            if k % 2 == 0 { total + square(get(a, k / 2)) } else { total }
        })
        .collect()
}

/// `a / b` for `b_0` without 0.
fn divide(a: &[Interval], b: &[Interval], n: usize) -> Option<Row> {
    let b0 = get(b, 0);
    if b0.contains(0.0) {
        return None;
    }
    let length = if b.len() <= 1 { n.min(a.len()) } else { n };
    let mut y: Row = Vec::with_capacity(length);
    for k in 0..length {
        let known = if k == 0 { ZERO } else { convolution(b, &y, k, 1, k) };
        y.push(over(get(a, k) - known, b0));
    }
    Some(y)
}

/// `u'`: coefficient `k` is `(k + 1) u_{k+1}`.
fn slope(u: &[Interval]) -> Row {
    u.iter().enumerate().skip(1).map(|(k, c)| times(number(k as f64), *c)).collect()
}

/// `y' = d`, with this value.
fn integral(lead: Interval, d: &[Interval], n: usize) -> Row {
    let rest = d.iter().take(n - 1).enumerate().map(|(k, c)| over(*c, number((k + 1) as f64)));
    std::iter::once(lead).chain(rest).collect()
}

/// `y' = d y`, with this value.
fn growth(lead: Interval, d: &[Interval], n: usize) -> Row {
    let mut y = vec![lead];
    for k in 1..n {
        let next = convolution(d, &y, k - 1, 0, k - 1);
        y.push(over(next, number(k as f64)));
    }
    y
}

/// `s' = d c`, `c' = sign d s`.
fn rotation(s0: Interval, c0: Interval, d: &[Interval], sign: f64, n: usize) -> (Row, Row) {
    let (mut s, mut c) = (vec![s0], vec![c0]);
    for k in 1..n {
        let of = number(k as f64);
        let (next_s, next_c) = (convolution(d, &c, k - 1, 0, k - 1), convolution(d, &s, k - 1, 0, k - 1));
        s.push(over(next_s, of));
        c.push(over(times(number(sign), next_c), of));
    }
    (s, c)
}

/// `y' = d (constant + linear y + quadratic y²)`.
fn riccati(lead: Interval, d: &[Interval], g: [f64; 3], n: usize) -> Row {
    let [constant, linear, quadratic] = g.map(number);
    let mut y = vec![lead];
    let mut growth: Row = Vec::new();
    for k in 1..n {
        let of_square = squared(&y, k).get(k - 1).copied().unwrap_or(ZERO);
        let mut next = times(linear, y[k - 1]) + times(quadratic, of_square);
        if k == 1 {
            next = next + constant;
        }
        growth.push(next);
        y.push(over(convolution(d, &growth, k - 1, 0, k - 1), number(k as f64)));
    }
    y
}

/// `u^r` for `u_0` without 0.
fn power(lead: Interval, u: &[Interval], r: Interval, n: usize) -> Option<Row> {
    let u0 = u[0];
    if u0.contains(0.0) {
        return None;
    }
    let mut y = vec![lead];
    for k in 1..n {
        let mut total = ZERO;
        for j in 1..=k.min(u.len() - 1) {
            let weight = times(r, number(j as f64)) - number((k - j) as f64);
            total = total + times(times(weight, u[j]), y[k - j]);
        }
        y.push(over(total, times(number(k as f64), u0)));
    }
    Some(y)
}

pub(super) fn integer_power(u: &[Interval], r: i32, n: usize) -> Option<Row> {
    const FEW: u32 = 16;
    let size = r.unsigned_abs();
    if !u[0].contains(0.0) && (r < 0 || size > FEW) {
        let lead = interval::integer_power(u[0], r).values;
        return power(lead, u, number(f64::from(r)), n);
    }
    if r < 0 {
        return None;
    }
    let (mut y, mut base, mut left) = (vec![number(1.0)], u.to_vec(), size);
    while left > 0 {
        if left & 1 == 1 {
            y = multiply(&y, &base, n);
        }
        left >>= 1;
        if left > 0 {
            base = squared(&base, n);
        }
    }
    Some(y)
}

/// `Σ f_k (u - u_0)^k`.
fn composition(f: &[Interval], u: &[Interval], n: usize) -> Row {
    let step: Row = std::iter::once(ZERO).chain(u.iter().skip(1).copied()).collect();
    let mut y = vec![ZERO];
    for c in f.iter().take(n).rev() {
        y = multiply(&y, &step, n);
        y[0] = y[0] + *c;
    }
    y
}

/// The `order`-th derivative of digamma.
fn polygamma(order: u32, u: &[Interval], n: usize) -> Option<Row> {
    let mut f = Vec::with_capacity(n);
    let mut factorial = number(1.0);
    for k in 0..n {
        if k > 0 {
            factorial = times(factorial, number(k as f64));
        }
        let found = two(Op::Polygamma, number(f64::from(order) + k as f64), u[0]);
        if !found.defined {
            return None;
        }
        f.push(over(found.values, factorial));
    }
    Some(composition(&f, u, n))
}

/// A function of one series that varies; `None` where it may not be smooth.
pub(super) fn unary(op: Op, u: &[Interval], lead: Interval, n: usize) -> Option<Row> {
    let of = |op: Op| one(op, u[0]);
    let d = slope(u);
    let by = |w: &[Interval]| Some(integral(lead, &divide(&d, w, n - 1)?, n));
    // c + sign u²
    let around_square = |c: f64, sign: f64| -> Row {
        let mut w = squared(u, n);
        w.iter_mut().for_each(|c| *c = times(number(sign), *c));
        w[0] = w[0] + number(c);
        w
    };
    let root = |w: Row| -> Option<Row> {
        let lead = one(Op::Sqrt, w[0]);
        if lead.defined { power(lead.values, &w, number(0.5), n) } else { None }
    };
    let kept = |sign: f64| Some(u.iter().map(|c| times(number(sign), *c)).collect());
    let constant = || (lead.low() == lead.high()).then(|| vec![lead]);
    match op {
        Op::Neg => kept(-1.0),
        Op::Recip => divide(&[number(1.0)], u, n),
        Op::Sqrt => (u[0].low() > 0.0).then(|| power(lead, u, number(0.5), n))?,
        Op::Cbrt => power(lead, u, over(number(1.0), number(3.0)), n),
        Op::Root3 => (u[0].low() > 0.0).then(|| power(lead, u, over(number(1.0), number(3.0)), n))?,
        Op::Abs if u[0].low() >= 0.0 => kept(1.0),
        Op::Abs if u[0].high() <= 0.0 => kept(-1.0),
        Op::Relu if u[0].low() >= 0.0 => kept(1.0),
        Op::Relu if u[0].high() <= 0.0 => Some(vec![lead]),
        Op::Abs | Op::Relu => None,
        Op::Sign | Op::Floor | Op::Ceil | Op::Step => constant(),
        Op::Exp => Some(growth(lead, &d, n)),
        Op::Expm1 => Some(growth(of(Op::Exp).values, &d, n)),
        Op::Log => (u[0].low() > 0.0).then(|| by(u))?,
        Op::Log1p => {
            let mut w = u.to_vec();
            w[0] = w[0] + number(1.0);
            (w[0].low() > 0.0).then(|| by(&w))?
        }
        Op::Log2 | Op::Log10 => {
            let base = one(Op::Log, number(if op == Op::Log2 { 2.0 } else { 10.0 })).values;
            let y = (u[0].low() > 0.0).then(|| by(u))??;
            Some(y.into_iter().map(|c| over(c, base)).collect())
        }
        Op::Sin => Some(rotation(lead, of(Op::Cos).values, &d, -1.0, n).0),
        Op::Cos => Some(rotation(of(Op::Sin).values, lead, &d, -1.0, n).1),
        Op::Sinh => Some(rotation(lead, of(Op::Cosh).values, &d, 1.0, n).0),
        Op::Cosh => Some(rotation(of(Op::Sinh).values, lead, &d, 1.0, n).1),
        Op::Tan => of(Op::Tan).defined.then(|| riccati(lead, &d, [1.0, 0.0, 1.0], n)),
        Op::Tanh => Some(riccati(lead, &d, [1.0, 0.0, -1.0], n)),
        Op::Sigmoid => Some(riccati(lead, &d, [0.0, 1.0, -1.0], n)),
        Op::Softplus => {
            let s = riccati(of(Op::Sigmoid).values, &d, [0.0, 1.0, -1.0], n);
            Some(integral(lead, &multiply(&d, &s, n - 1), n))
        }
        Op::Asin => by(&root(around_square(1.0, -1.0))?),
        Op::Acos => {
            let y = by(&root(around_square(1.0, -1.0))?)?;
            Some(y.into_iter().map(|c| times(number(-1.0), c)).collect())
        }
        Op::Asinh => by(&root(around_square(1.0, 1.0))?),
        Op::Acosh => (u[0].low() > 1.0).then(|| by(&root(around_square(-1.0, 1.0))?))?,
        Op::Atan => by(&around_square(1.0, 1.0)),
        Op::Atanh => of(Op::Atanh).defined.then(|| by(&around_square(1.0, -1.0)))?,
        Op::Erf => {
            let w: Row = squared(u, n).into_iter().map(|c| times(number(-1.0), c)).collect();
            let two_over_root_pi = over(number(2.0), one(Op::Sqrt, PI).values);
            let lead_of_bell = times(two_over_root_pi, one(Op::Exp, w[0]).values);
            let bell = growth(lead_of_bell, &slope(&w), n);
            Some(integral(lead, &multiply(&d, &bell, n - 1), n))
        }
        Op::Digamma => polygamma(0, u, n),
        Op::Lgamma => Some(integral(lead, &multiply(&d, &polygamma(0, u, n)?, n - 1), n)),
        Op::Gamma => Some(growth(lead, &multiply(&d, &polygamma(0, u, n)?, n - 1), n)),
        Op::Powi
        | Op::Add
        | Op::Sub
        | Op::Mul
        | Op::Div
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
        | Op::Where => None,
    }
}

const PI: Interval = Interval::PI;

/// A function of two series.
pub(super) fn binary(
    op: Op,
    a: &[Interval],
    b: &[Interval],
    lead: Enclosure,
    n: usize,
    same: bool,
) -> Option<Row> {
    if a.len() == 1 && b.len() == 1 {
        return lead.defined.then(|| vec![lead.values]);
    }
    let constant = || (lead.values.low() == lead.values.high()).then(|| vec![lead.values]);
    let longer = a.len().max(b.len());
    match op {
        Op::Add => Some((0..longer).map(|k| get(a, k) + get(b, k)).collect()),
        Op::Sub => Some((0..longer).map(|k| get(a, k) - get(b, k)).collect()),
        Op::Mul if same => Some(squared(a, n)),
        Op::Mul => Some(multiply(a, b, n)),
        Op::Div => divide(a, b, n),
        Op::Pow if b.len() == 1 => {
            let r = b[0];
            let whole = r.low() == r.high() && r.low() == r.low().floor() && r.low().abs() <= 1e6;
            if whole {
                integer_power(a, r.low() as i32, n)
            } else if a[0].low() > 0.0 {
                power(lead.values, a, r, n)
            } else {
                None
            }
        }
        Op::Pow => {
            // y' = y (b log a)'
            if a[0].low() <= 0.0 {
                return None;
            }
            let log = one(Op::Log, a[0]).values;
            let logarithms =
                if a.len() == 1 { vec![log] } else { integral(log, &divide(&slope(a), a, n - 1)?, n) };
            Some(growth(lead.values, &slope(&multiply(&logarithms, b, n)), n))
        }
        Op::Atan2 => {
            // The angle of (b, a); not across the cut.
            if a[0].contains(0.0) && b[0].low() <= 0.0 {
                return None;
            }
            let (p, q) = (multiply(b, &slope(a), n), multiply(a, &slope(b), n));
            let above: Row = (0..p.len().max(q.len())).map(|k| get(&p, k) - get(&q, k)).collect();
            let (p, q) = (squared(a, n), squared(b, n));
            let below: Row = (0..p.len().max(q.len())).map(|k| get(&p, k) + get(&q, k)).collect();
            Some(integral(lead.values, &divide(&above, &below, n - 1)?, n))
        }
        Op::Max | Op::Min => {
            let first = if op == Op::Max { a[0].low() >= b[0].high() } else { a[0].high() <= b[0].low() };
            let second = if op == Op::Max { b[0].low() >= a[0].high() } else { b[0].high() <= a[0].low() };
            match (first, second) {
                (true, _) => Some(a.to_vec()),
                (_, true) => Some(b.to_vec()),
                _ => None,
            }
        }
        Op::Mod => {
            let whole = one(Op::Floor, quotient(a[0], b[0]).values).values;
            if b[0].contains(0.0) || whole.low() != whole.high() {
                return None;
            }
            Some((0..longer).map(|k| get(a, k) - times(whole, get(b, k))).collect())
        }
        Op::Polygamma => {
            let order = a[0];
            let fine = a.len() == 1 && order.low() == order.high() && (0.0..=60.0).contains(&order.low());
            if fine { polygamma(order.low() as u32, b, n) } else { None }
        }
        Op::Lt | Op::Le | Op::Eq | Op::Ne | Op::And | Op::Or => constant(),
        _ => None,
    }
}
