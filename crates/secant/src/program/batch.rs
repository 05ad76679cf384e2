//! Steps on many points at once: the loops over a chunk of points, for each instruction set.
//!
//! Not here: where the points come from and go to (`columns`), and who runs which of them (`many`).
//! Invariant: a kernel sees one point at a time, so a result does not depend on its neighbours; what a chunk has beyond its
//! points is computed too and never read.

use super::functions::{self, One, Two, choose, with_one, with_two};
use super::isa::Isa;
use super::opcode::Op;
use super::tape::{Step, What, with_chain};

/// Points that a loop takes at a time; a chunk has room for a multiple of it.
pub(super) const BLOCK: usize = 16;

/// Runs the steps on the first `n` points of their places, which are `chunk` apart, with the instructions of `isa`; `n` is
/// a multiple of [`BLOCK`].
pub(super) fn run(isa: Isa, steps: &[Step], places: &mut [f64], chunk: usize, n: usize) {
    match isa {
        Isa::Baseline => run_on::<false>(steps, places, chunk, n),
        // SAFETY: a workspace holds an instruction set only where the machine has it (`Workspace::with_isa`).
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => unsafe { run_avx2(steps, places, chunk, n) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => unsafe { run_avx512(steps, places, chunk, n) },
        #[cfg(not(target_arch = "x86_64"))]
        Isa::Avx2 | Isa::Avx512 => run_on::<false>(steps, places, chunk, n),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn run_avx2(steps: &[Step], places: &mut [f64], chunk: usize, n: usize) {
    run_on::<true>(steps, places, chunk, n);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx2,fma")]
fn run_avx512(steps: &[Step], places: &mut [f64], chunk: usize, n: usize) {
    run_on::<true>(steps, places, chunk, n);
}

/// Compiled once for each instruction set, into whose function it is drawn.
#[inline(always)]
fn run_on<const FMA: bool>(steps: &[Step], places: &mut [f64], chunk: usize, n: usize) {
    for step in steps {
        let Step { what, dst, a, b, c } = *step;
        if what == What::SinCos {
            let at = |k: u32| k as usize * chunk..k as usize * chunk + n;
            // A tape never writes where it reads.
            if let Ok([sine, cosine, x]) = places.get_disjoint_mut([at(dst), at(c), at(a)]) {
                map_waves::<FMA>(sine, cosine, x);
            }
            continue;
        }
        let (before, rest) = places.split_at_mut(dst as usize * chunk);
        let (dst_chunk, after) = rest.split_at_mut(chunk);
        let dst_chunk = &mut dst_chunk[..n];
        let at = |k: u32| match k < dst {
            true => &before[k as usize * chunk..][..n],
            false => &after[(k - dst - 1) as usize * chunk..][..n],
        };
        let op = match what {
            What::One(op) => op,
            What::Chain(first, then) => {
                with_chain!(first, then, F, G => map_chain::<F, G>(dst_chunk, at(a), at(b), at(c)));
                continue;
            }
            What::SinCos => continue,
        };
        with_one!(op, K => match op {
            Op::Sin => map_angle::<FMA, SinNear, K>(dst_chunk, at(a)),
            Op::Cos => map_angle::<FMA, CosNear, K>(dst_chunk, at(a)),
            Op::Tan => map_angle::<FMA, TanNear, K>(dst_chunk, at(a)),
            _ => map_one::<FMA, K>(dst_chunk, at(a)),
        }, _ => {
            with_two!(op, K => map_two::<FMA, K>(dst_chunk, at(a), at(b)), _ => match op {
                Op::Powi => map_power::<FMA>(dst_chunk, at(a), b as i32),
                _ => map_three(dst_chunk, at(a), at(b), at(c)),
            })
        });
    }
}

macro_rules! near {
    ($name:ident $function:ident) => {
        /// The function where the angle is near.
        struct $name;
        impl One for $name {
            const LIGHT: bool = false;

            #[inline(always)]
            fn at<const FMA: bool>(x: f64) -> f64 {
                functions::$function::<FMA>(x)
            }
        }
    };
}
near!(SinNear sin_near);
near!(CosNear cos_near);
near!(TanNear tan_near);

#[inline(always)]
fn map_one<const FMA: bool, K: One>(y: &mut [f64], x: &[f64]) {
    if K::LIGHT {
        for (y, x) in y.iter_mut().zip(x) {
            *y = K::at::<FMA>(*x);
        }
        return;
    }
    // By blocks: a loop with a long body is widened as a whole only where its length is known.
    for (y, x) in y.as_chunks_mut::<BLOCK>().0.iter_mut().zip(x.as_chunks::<BLOCK>().0) {
        let mut block = [0.0; BLOCK];
        for k in 0..BLOCK {
            block[k] = K::at::<FMA>(x[k]);
        }
        *y = block;
    }
}

#[inline(always)]
fn are_near(x: &[f64; BLOCK]) -> bool {
    x.iter().fold(true, |all, x| all & functions::is_near(*x))
}

/// A function of angles: blocks of near ones without a branch, others one by one.
#[inline(always)]
fn map_angle<const FMA: bool, Near: One, Any: One>(y: &mut [f64], x: &[f64]) {
    for (y, x) in y.as_chunks_mut::<BLOCK>().0.iter_mut().zip(x.as_chunks::<BLOCK>().0) {
        if are_near(x) {
            let mut block = [0.0; BLOCK];
            for k in 0..BLOCK {
                block[k] = Near::at::<FMA>(x[k]);
            }
            *y = block;
        } else {
            for k in 0..BLOCK {
                y[k] = Any::at::<FMA>(x[k]);
            }
        }
    }
}

/// Sine and cosine of the same angles.
#[inline(always)]
fn map_waves<const FMA: bool>(sine: &mut [f64], cosine: &mut [f64], x: &[f64]) {
    let places = sine.as_chunks_mut::<BLOCK>().0.iter_mut().zip(cosine.as_chunks_mut::<BLOCK>().0);
    for ((sine, cosine), x) in places.zip(x.as_chunks::<BLOCK>().0) {
        if are_near(x) {
            let (mut s, mut c) = ([0.0; BLOCK], [0.0; BLOCK]);
            for k in 0..BLOCK {
                (s[k], c[k]) = functions::sin_cos_near::<FMA>(x[k]);
            }
            (*sine, *cosine) = (s, c);
        } else {
            for k in 0..BLOCK {
                (sine[k], cosine[k]) = functions::sin_cos::<FMA>(x[k]);
            }
        }
    }
}

#[inline(always)]
fn map_two<const FMA: bool, K: Two>(z: &mut [f64], x: &[f64], y: &[f64]) {
    if K::LIGHT {
        for ((z, x), y) in z.iter_mut().zip(x).zip(y) {
            *z = K::at::<FMA>(*x, *y);
        }
        return;
    }
    let operands = x.as_chunks::<BLOCK>().0.iter().zip(y.as_chunks::<BLOCK>().0);
    for (z, (x, y)) in z.as_chunks_mut::<BLOCK>().0.iter_mut().zip(operands) {
        let mut block = [0.0; BLOCK];
        for k in 0..BLOCK {
            block[k] = K::at::<FMA>(x[k], y[k]);
        }
        *z = block;
    }
}

/// [`functions::powi`], a block for each of its multiplications.
#[inline(always)]
fn map_power<const FMA: bool>(y: &mut [f64], x: &[f64], exponent: i32) {
    let by_squaring = exponent.unsigned_abs() <= functions::MAX_SQUARING;
    for (y, x) in y.as_chunks_mut::<BLOCK>().0.iter_mut().zip(x.as_chunks::<BLOCK>().0) {
        if !by_squaring {
            let mut block = [0.0; BLOCK];
            for k in 0..BLOCK {
                block[k] = functions::pow::<FMA>(x[k], f64::from(exponent));
            }
            *y = block;
            continue;
        }
        let (mut result, mut square) = ([1.0; BLOCK], *x);
        let mut left = exponent.unsigned_abs();
        loop {
            if left & 1 == 1 {
                (0..BLOCK).for_each(|k| result[k] *= square[k]);
            }
            left >>= 1;
            if left == 0 {
                break;
            }
            (0..BLOCK).for_each(|k| square[k] *= square[k]);
        }
        if exponent < 0 {
            (0..BLOCK).for_each(|k| result[k] = 1.0 / result[k]);
        }
        *y = result;
    }
}

#[inline(always)]
fn map_chain<F: Two, G: Two>(y: &mut [f64], a: &[f64], b: &[f64], c: &[f64]) {
    for (((y, a), b), c) in y.iter_mut().zip(a).zip(b).zip(c) {
        *y = G::at::<false>(F::at::<false>(*a, *b), *c);
    }
}

#[inline(always)]
fn map_three(y: &mut [f64], a: &[f64], b: &[f64], c: &[f64]) {
    for (((y, a), b), c) in y.iter_mut().zip(a).zip(b).zip(c) {
        *y = choose(*a, *b, *c);
    }
}
