//! Arithmetic of truncated power series.
//!
//! A series is the slice of its coefficients `c_0, c_1, …`; those beyond its end are 0, so that a polynomial of low degree
//! costs little. Results go into `y`, whose length is the number of coefficients kept.
//! Every recurrence hands a coefficient, once it is known, on to all that depend on it: the inner loop is then one
//! multiplication and one addition at consecutive places.
//!
//! Source: Griewank & Walther, *Evaluating Derivatives*, 2nd ed., §13.2, tables 13.1 and 13.2.

/// `y[i] += c · x[i]`, as far as both go.
#[inline]
fn add_scaled(y: &mut [f64], x: &[f64], c: f64) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += c * x;
    }
}

/// `y = a · b`; says how many coefficients that has.
pub(super) fn product(a: &[f64], b: &[f64], y: &mut [f64]) -> usize {
    if a.is_empty() || b.is_empty() {
        return 0;
    }
    let n = y.len().min(a.len() + b.len() - 1);
    let y = &mut y[..n];
    y.fill(0.0);
    // Few long rows rather than many short ones. Either way a coefficient adds its terms in the order of `a`, so that
    // it does not depend on how many coefficients are kept.
    if a.len() <= b.len() {
        for (k, a) in a.iter().enumerate().take(n) {
            add_scaled(&mut y[k..], b, *a);
        }
    } else {
        for (k, b) in b.iter().enumerate().take(n).rev() {
            add_scaled(&mut y[k..], a, *b);
        }
    }
    n
}

/// `y = a / b`. Where `b_0 = 0` no coefficient is finite.
pub(super) fn quotient(a: &[f64], b: &[f64], y: &mut [f64]) -> usize {
    if let [b] = b {
        let n = a.len().min(y.len());
        for (y, a) in y.iter_mut().zip(a) {
            *y = a / b;
        }
        return n;
    }
    let n = y.len();
    copy(a, y);
    for k in 0..n {
        let (known, open) = y.split_at_mut(k + 1);
        known[k] /= b[0];
        add_scaled(open, &b[1..], -known[k]);
    }
    n
}

/// `y = a`, and 0 beyond.
pub(super) fn copy(a: &[f64], y: &mut [f64]) {
    let n = a.len().min(y.len());
    y[..n].copy_from_slice(&a[..n]);
    y[n..].fill(0.0);
}

/// `d = u'`; one coefficient less than `u`.
pub(super) fn slope<'d>(u: &[f64], d: &'d mut [f64]) -> &'d [f64] {
    let n = u.len() - 1;
    for (k, (d, u)) in d.iter_mut().zip(&u[1..]).enumerate() {
        *d = (k + 1) as f64 * u;
    }
    &d[..n]
}

/// `y' = d`, with `y_0` as it is.
pub(super) fn integral(d: &[f64], y: &mut [f64]) {
    y[1..].fill(0.0);
    for (k, (y, d)) in y[1..].iter_mut().zip(d).enumerate() {
        *y = d / (k + 1) as f64;
    }
}

/// `y' = d · y`, with `y_0` as it is: the exponential of an integral of `d`.
pub(super) fn growth(d: &[f64], y: &mut [f64]) {
    y[1..].fill(0.0);
    for k in 0..y.len() {
        let (known, open) = y.split_at_mut(k + 1);
        if k > 0 {
            known[k] /= k as f64;
        }
        add_scaled(open, d, known[k]);
    }
}

/// `s' = d · c` and `c' = sign · d · s`, with `s_0` and `c_0` as they are: circle or hyperbola.
pub(super) fn rotation(d: &[f64], sign: f64, s: &mut [f64], c: &mut [f64]) {
    s[1..].fill(0.0);
    c[1..].fill(0.0);
    for k in 0..s.len() {
        let (s_known, s_open) = s.split_at_mut(k + 1);
        let (c_known, c_open) = c.split_at_mut(k + 1);
        if k > 0 {
            s_known[k] /= k as f64;
            c_known[k] /= k as f64;
        }
        add_scaled(s_open, d, c_known[k]);
        add_scaled(c_open, d, sign * s_known[k]);
    }
}

/// `y' = d · g` for `g = const + linear · y + quadratic · y²`, with `y_0` and `g_0` as they are.
pub(super) fn riccati(d: &[f64], linear: f64, quadratic: f64, y: &mut [f64], g: &mut [f64]) {
    y[1..].fill(0.0);
    g[1..].fill(0.0);
    for k in 0..y.len() {
        if k > 0 {
            y[k] /= k as f64;
            g[k] += (linear + 2.0 * quadratic * y[0]) * y[k];
            add_square_terms(k, quadratic, y, g);
        }
        add_scaled(&mut y[k + 1..], d, g[k]);
    }
}

/// The products of `y_k` with `y_1 … y_k`, in the square of `y`, times `c`.
fn add_square_terms(k: usize, c: f64, y: &[f64], square: &mut [f64]) {
    if k + 1 < square.len() {
        add_scaled(&mut square[k + 1..], &y[1..k], 2.0 * c * y[k]);
    }
    if let Some(last) = square.get_mut(2 * k) {
        *last += c * y[k] * y[k];
    }
}

/// `y = √u`, with `y_0` as it is.
pub(super) fn square_root(u: &[f64], y: &mut [f64]) {
    let lead = y[0];
    copy(u, y);
    y[0] = lead;
    for k in 1..y.len() {
        let (known, open) = y.split_at_mut(k + 1);
        known[k] /= 2.0 * lead;
        let c = known[k];
        add_scaled(open, &known[1..k], -2.0 * c);
        if let Some(last) = open.get_mut(k - 1) {
            *last -= c * c;
        }
    }
}

/// `y = u^r` for `u_0 ≠ 0`, with `y_0` as it is; `d` is `u'`.
pub(super) fn power(u: &[f64], d: &[f64], r: f64, y: &mut [f64]) {
    y[1..].fill(0.0);
    for k in 0..y.len() {
        let (known, open) = y.split_at_mut(k + 1);
        if k > 0 {
            known[k] /= k as f64 * u[0];
        }
        let (by_slope, by_value) = (r * known[k], k as f64 * known[k]);
        for ((y, d), u) in open.iter_mut().zip(d).zip(&u[1..]) {
            *y += by_slope * d - by_value * u;
        }
    }
}

/// `y = Σ f_k (u − u_0)^k`; `term` is as long as `y`. In the third power of the length, but for a straight line.
pub(super) fn composition(f: &[f64], u: &[f64], y: &mut [f64], term: &mut [f64]) {
    if let [_, slope] = u {
        let mut power = 1.0;
        for (y, f) in y.iter_mut().zip(f) {
            *y = f * power;
            power *= slope;
        }
        return;
    }
    let n = y.len();
    y.fill(0.0);
    for f in f[..n].iter().rev() {
        term.fill(0.0);
        for k in 0..n {
            add_scaled(&mut term[k + 1..], &u[1..], y[k]);
        }
        term[0] = *f;
        y.copy_from_slice(term);
    }
}
