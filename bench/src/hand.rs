//! Loops written by hand, each for its one task: what the machine can do.
//!
//! Each is compiled for the best instruction set there is, as a C compiler would for this machine.

/// Defines functions that run the same body with the instructions that the machine has.
macro_rules! by_hand {
    ($($(#[$doc:meta])* fn $name:ident($($arg:ident: $type:ty),*) $(-> $out:ty)? $body:block)*) => {
        $($(#[$doc])*
        pub(crate) fn $name($($arg: $type),*) $(-> $out)? {
            #[inline(always)]
            fn body($($arg: $type),*) $(-> $out)? $body
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512dq,avx512vl")]
                fn avx512($($arg: $type),*) $(-> $out)? { body($($arg),*) }
                #[target_feature(enable = "avx2,fma")]
                fn avx2($($arg: $type),*) $(-> $out)? { body($($arg),*) }
                if ["avx512f", "avx512dq", "avx512vl"].iter().all(|f| has(f)) {
                    // SAFETY: the machine has these instructions.
                    return unsafe { avx512($($arg),*) };
                }
                if has("avx2") && has("fma") {
                    // SAFETY: as above.
                    return unsafe { avx2($($arg),*) };
                }
            }
            body($($arg),*)
        })*
    };
}

#[cfg(target_arch = "x86_64")]
fn has(feature: &str) -> bool {
    match feature {
        "avx512f" => std::arch::is_x86_feature_detected!("avx512f"),
        "avx512dq" => std::arch::is_x86_feature_detected!("avx512dq"),
        "avx512vl" => std::arch::is_x86_feature_detected!("avx512vl"),
        "avx2" => std::arch::is_x86_feature_detected!("avx2"),
        "fma" => std::arch::is_x86_feature_detected!("fma"),
        _ => false,
    }
}

/// Sums side by side, so that the loop is not a chain.
const LANES: usize = 32;

by_hand! {
    fn rosenbrock(x: &[f64]) -> f64 {
        let mut sums = [0.0; LANES];
        let (head, tail) = (&x[..x.len() - 1], &x[1..]);
        let term = |a: f64, b: f64| {
            let (u, v) = (b - a * a, 1.0 - a);
            100.0 * u * u + v * v
        };
        let (a, a_rest) = head.as_chunks::<LANES>();
        let (b, b_rest) = tail.as_chunks::<LANES>();
        for (a, b) in a.iter().zip(b) {
            for k in 0..LANES {
                sums[k] += term(a[k], b[k]);
            }
        }
        sums.iter().sum::<f64>() + a_rest.iter().zip(b_rest).map(|(a, b)| term(*a, *b)).sum::<f64>()
    }

    fn rosenbrock_gradient(x: &[f64], g: &mut [f64]) {
        let n = x.len();
        let from_right = |a: f64, b: f64| -400.0 * a * (b - a * a) - 2.0 * (1.0 - a);
        g[0] = from_right(x[0], x[1]);
        let (before, here, after) = (&x[..n - 2], &x[1..n - 1], &x[2..]);
        for (((g, a), b), c) in g[1..n - 1].iter_mut().zip(before).zip(here).zip(after) {
            *g = 200.0 * (b - a * a) + from_right(*b, *c);
        }
        g[n - 1] = 200.0 * (x[n - 1] - x[n - 2] * x[n - 2]);
    }

    fn rosenbrock_hessian(x: &[f64], diagonal: &mut [f64], beside: &mut [f64]) {
        let n = x.len();
        let from_right = |a: f64, b: f64| 1200.0 * a * a - 400.0 * b + 2.0;
        for ((((d, e), a), b), from_left) in diagonal[..n - 1]
            .iter_mut()
            .zip(&mut beside[..n - 1])
            .zip(&x[..n - 1])
            .zip(&x[1..])
            .zip(std::iter::repeat(200.0))
        {
            *d = from_left + from_right(*a, *b);
            *e = -400.0 * a;
        }
        diagonal[0] -= 200.0;
        diagonal[n - 1] = 200.0;
    }

    /// `X'(s − y)`, `s` the logistic function of `X b`: four rows at a time, which are then still near.
    fn logistic_gradient(x: &[f64], y: &[f64], b: &[f64], g: &mut [f64]) {
        let n = b.len();
        g.fill(0.0);
        for (rows, y) in x.chunks_exact(4 * n).zip(y.chunks_exact(4)) {
            let row = |k: usize| &rows[k * n..(k + 1) * n];
            let mut r = [0.0; 4];
            for k in 0..4 {
                let mut sums = [0.0; LANES];
                let (xs, x_rest) = row(k).as_chunks::<LANES>();
                let (bs, b_rest) = b.as_chunks::<LANES>();
                for (x, b) in xs.iter().zip(bs) {
                    for j in 0..LANES {
                        sums[j] += x[j] * b[j];
                    }
                }
                let z = sums.iter().sum::<f64>() + x_rest.iter().zip(b_rest).map(|(x, b)| x * b).sum::<f64>();
                r[k] = 1.0 / (1.0 + (-z).exp()) - y[k];
            }
            let [p, q, s, t] = [row(0), row(1), row(2), row(3)];
            for ((((g, p), q), s), t) in g.iter_mut().zip(p).zip(q).zip(s).zip(t) {
                *g += r[0] * p + r[1] * q + r[2] * s + r[3] * t;
            }
        }
    }
}
