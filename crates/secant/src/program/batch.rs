//! Steps on many points at once: the loops over a chunk of points, for each instruction set.
//!
//! Not here: where the points come from and go to (`columns`), and who runs which of them (`many`).
//! Invariant: numbers that lie side by side are read and written where they lie. A kernel sees one point at a time, so a result does not depend on its neighbours; what a chunk has beyond its
//! points is computed too and never read.

use super::functions::{self, One, Two, choose, with_one, with_two};
use super::isa::Isa;
use super::opcode::Op;
use super::tape::{Step, What, with_chain};

/// Points that a loop takes at a time; a chunk has room for a multiple of it.
pub(super) const BLOCK: usize = 16;

/// Points that a loop of few operations takes at a time, where there are as many.
const WIDE: usize = 32;

/// Sets `y[k]` to a value made of the `x[k]`, for all `k`, whose number is a multiple of [`BLOCK`]: by blocks of known length,
/// each computed before it is stored, so that nothing is asked about what overlaps.
macro_rules! in_blocks {
    ($y:ident, $($x:ident)+, $k:ident => $value:expr) => {{
        let done = $y.len() - $y.len() % WIDE;
        in_blocks!(@size WIDE, $y[..done], $($x[..done])+, $k => $value);
        in_blocks!(@size BLOCK, $y[done..], $($x[done..])+, $k => $value);
    }};
    (@size $size:ident, $y:ident[$yr:expr], $($x:ident[$xr:expr])+, $k:ident => $value:expr) => {{
        $(let mut $x = $x[$xr].as_chunks::<$size>().0.iter();)+
        for y in $y[$yr].as_chunks_mut::<$size>().0 {
            let ($(Some($x),)+) = ($($x.next(),)+) else { break };
            let mut block = [0.0; $size];
            for $k in 0..$size {
                block[$k] = $value;
            }
            *y = block;
        }
    }};
}

/// Where the numbers of the points are that are computed together.
pub(super) struct File<'f> {
    /// Room for `chunk` points for each place of the tape.
    pub(super) numbers: &'f mut [f64],
    pub(super) chunk: usize,
    /// Of the first places, those that are read elsewhere; null for others.
    pub(super) given: &'f [*const f64],
    /// Places that are written elsewhere.
    pub(super) outputs: &'f [(u32, *mut f64)],
}

impl File<'_> {
    /// The numbers of a place.
    #[inline(always)]
    pub(super) fn at(&mut self, place: u32) -> *mut f64 {
        let k = place as usize;
        match self.given.get(k) {
            Some(given) if !given.is_null() => given.cast_mut(),
            _ => match self.outputs.iter().find(|(output, _)| *output == place) {
                Some((_, numbers)) => *numbers,
                None => self.numbers[k * self.chunk..][..self.chunk].as_mut_ptr(),
            },
        }
    }
}

/// Runs the steps of a tape on the first `n` points with the instructions of `isa`; `n` is a multiple of [`BLOCK`].
///
/// # Safety
/// The file has all places of the tape; where numbers are given, or written elsewhere, there are `n`; what is written elsewhere is
/// neither given nor a place twice.
pub(super) unsafe fn run(isa: Isa, steps: &[Step], file: &mut File<'_>, n: usize) {
    // SAFETY: as the caller promises; a workspace holds an instruction set only where the machine has it
    // (`Workspace::with_isa`).
    unsafe {
        match isa {
            Isa::Baseline => run_on::<false>(steps, file, n),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => run_avx2(steps, file, n),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => run_avx512(steps, file, n),
            #[cfg(not(target_arch = "x86_64"))]
            Isa::Avx2 | Isa::Avx512 => run_on::<false>(steps, file, n),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn run_avx2(steps: &[Step], file: &mut File<'_>, n: usize) {
    // SAFETY: as the caller promises.
    unsafe { run_on::<true>(steps, file, n) };
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx2,fma")]
unsafe fn run_avx512(steps: &[Step], file: &mut File<'_>, n: usize) {
    // SAFETY: as the caller promises.
    unsafe { run_on::<true>(steps, file, n) };
}

/// Compiled once for each instruction set, into whose function it is drawn.
///
/// # Safety
/// As [`run`].
#[inline(always)]
unsafe fn run_on<const FMA: bool>(steps: &[Step], file: &mut File<'_>, n: usize) {
    assert!(n <= file.chunk);
    for step in steps {
        let Step { what, dst, a, b, c } = *step;
        // SAFETY: there are so many, and a tape writes to no place that the step reads.
        let (y, x) = unsafe {
            (std::slice::from_raw_parts_mut(file.at(dst), n), std::slice::from_raw_parts(file.at(a), n))
        };
        if what == What::SinCos {
            // SAFETY: as above, and to two places.
            let cosine = unsafe { std::slice::from_raw_parts_mut(file.at(c), n) };
            map_waves::<FMA>(y, cosine, x);
            continue;
        }
        // SAFETY: as above; asked only for operands that the step has.
        let mut at = |k: u32| unsafe { std::slice::from_raw_parts(file.at(k).cast_const(), n) };
        let op = match what {
            What::One(op) => op,
            What::Chain(first, then) => {
                let (b, c) = (at(b), at(c));
                with_chain!(first, then, F, G => map_chain::<F, G>(y, x, b, c));
                continue;
            }
            What::SinCos => continue,
        };
        with_one!(op, K => match op {
            Op::Sin => map_angle::<FMA, SinNear, K>(y, x),
            Op::Cos => map_angle::<FMA, CosNear, K>(y, x),
            Op::Tan => map_angle::<FMA, TanNear, K>(y, x),
            _ => map_one::<FMA, K>(y, x),
        }, _ => {
            with_two!(op, K => map_two::<FMA, K>(y, x, at(b)), _ => match op {
                Op::Powi => map_power::<FMA>(y, x, b as i32),
                _ => {
                    let (b, c) = (at(b), at(c));
                    map_three(y, x, b, c);
                }
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
        in_blocks!(y, x, k => K::at::<FMA>(x[k]));
        return;
    }
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
        in_blocks!(z, x y, k => K::at::<FMA>(x[k], y[k]));
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

/// Powers that are not products.
#[inline(always)]
fn map_power<const FMA: bool>(y: &mut [f64], x: &[f64], exponent: i32) {
    if exponent == 0 {
        return y.fill(1.0);
    }
    for (y, x) in y.as_chunks_mut::<BLOCK>().0.iter_mut().zip(x.as_chunks::<BLOCK>().0) {
        let mut block = [0.0; BLOCK];
        for k in 0..BLOCK {
            block[k] = functions::pow::<FMA>(x[k], f64::from(exponent));
        }
        *y = block;
    }
}

#[inline(always)]
fn map_chain<F: Two, G: Two>(y: &mut [f64], a: &[f64], b: &[f64], c: &[f64]) {
    in_blocks!(y, a b c, k => G::at::<false>(F::at::<false>(a[k], b[k]), c[k]));
}

#[inline(always)]
fn map_three(y: &mut [f64], a: &[f64], b: &[f64], c: &[f64]) {
    in_blocks!(y, a b c, k => choose(a[k], b[k], c[k]));
}
