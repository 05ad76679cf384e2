//! The innermost loops of polynomials: some vectors of points at a time, every instruction on them, the result of one kept for
//! the next.
//!
//! Here: one kernel for each instruction set, and how points are cut into tiles.
//! Invariant: a value depends on its point alone; a sum has the same parts, of points that are [`PARTS`] apart, on every
//! instruction set that multiplies and adds alike.

use super::tile::Kernel;

/// Most points that are computed at a time.
const TILE: usize = 128;
/// Parts of a sum.
const PARTS: usize = 64;

/// A number for each of the points that are computed at a time, or the parts of a sum.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(super) struct Tile([f64; TILE]);

impl Default for Tile {
    fn default() -> Tile {
        Tile([0.0; TILE])
    }
}

impl Tile {
    pub(super) fn total(&self) -> f64 {
        let mut parts = self.0;
        let mut width = PARTS;
        while width > 1 {
            width /= 2;
            for k in 0..width {
                parts[k] += parts[k + width];
            }
        }
        parts[0]
    }
}

/// Where numbers begin: those of all points, or those of a tile. It is only followed by [`run`].
#[derive(Clone, Copy)]
pub(super) struct Pointer {
    start: *mut f64,
    /// All bits, or none.
    mask: usize,
}

impl Pointer {
    pub(super) fn all(numbers: *mut f64) -> Pointer {
        Pointer { start: numbers, mask: usize::MAX }
    }

    pub(super) fn tile(tile: *mut Tile) -> Pointer {
        Pointer { start: tile.cast(), mask: 0 }
    }

    /// Where those of the points from `i` on are.
    #[inline(always)]
    fn at(self, i: usize) -> *mut f64 {
        self.start.wrapping_add(i & self.mask)
    }
}

/// What is done to the result so far, `r`, and to numbers in memory, `m` and `n`; `a`, `b`, `c` are numbers.
#[derive(Clone, Copy, Debug)]
pub(super) enum Instruction<P = usize> {
    /// `r = c`
    Set(f64),
    /// `r = a m + c`
    Load(f64, P, f64),
    /// `r = a r + c`
    Scale(f64, f64),
    /// `r = a r² + c`
    Square(f64, f64),
    /// `r = (a r + b) m + c`
    Times(f64, f64, P, f64),
    /// `r = (a m + b) r + c`
    By(f64, f64, P, f64),
    /// `r += a m`
    Add(f64, P),
    /// `r += (a m + b) n`
    AddProduct(f64, f64, P, P),
    /// `r += a m²`
    AddSquare(f64, P),
    /// `r += a (b m + c)²`
    AddSquareOf(f64, f64, f64, P),
    /// `m = r`
    Store(P),
    /// The parts of a sum, `m`, with `r` added.
    Total(P),
}

impl<P: Copy> Instruction<P> {
    /// The same with other names for numbers in memory.
    pub(super) fn map<Q>(&self, mut at: impl FnMut(P) -> Q) -> Instruction<Q> {
        match *self {
            Instruction::Set(c) => Instruction::Set(c),
            Instruction::Load(a, m, c) => Instruction::Load(a, at(m), c),
            Instruction::Scale(a, c) => Instruction::Scale(a, c),
            Instruction::Square(a, c) => Instruction::Square(a, c),
            Instruction::Times(a, b, m, c) => Instruction::Times(a, b, at(m), c),
            Instruction::By(a, b, m, c) => Instruction::By(a, b, at(m), c),
            Instruction::Add(a, m) => Instruction::Add(a, at(m)),
            Instruction::AddProduct(a, b, m, n) => Instruction::AddProduct(a, b, at(m), at(n)),
            Instruction::AddSquare(a, m) => Instruction::AddSquare(a, at(m)),
            Instruction::AddSquareOf(a, b, c, m) => Instruction::AddSquareOf(a, b, c, at(m)),
            Instruction::Store(m) => Instruction::Store(at(m)),
            Instruction::Total(m) => Instruction::Total(at(m)),
        }
    }
}

/// Instructions, and where the numbers are that they name.
#[derive(Clone, Copy)]
pub(super) struct Code<'c> {
    pub(super) instructions: &'c [Instruction],
    pub(super) places: &'c [Pointer],
}

impl Code<'_> {
    /// Where the numbers of the points from `i` on are.
    ///
    /// # Safety
    /// There is such a place.
    #[inline(always)]
    unsafe fn at(&self, place: usize, i: usize) -> *mut f64 {
        // SAFETY: as the caller promises.
        unsafe { self.places.get_unchecked(place) }.at(i)
    }
}

/// Runs the instructions on points `0..n`.
///
/// # Safety
/// Every place that is named is there, and leads to `n` numbers or to a tile; what is written overlaps nothing else. The machine
/// has the instructions of the kernel.
pub(super) unsafe fn run(kernel: Kernel, code: Code<'_>, n: usize) {
    // SAFETY: as the caller promises.
    unsafe {
        match kernel {
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx512 if n >= 8 => avx512(code, n),
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx512 | Kernel::Avx2 if n >= 4 => avx2(code, n),
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx512 | Kernel::Avx2 => fused(code, n),
            Kernel::Portable => portable(code, n),
        }
    }
}

/// The first point whose result is stored where a vector of so many numbers lies well. Sums have the same parts wherever the
/// results lie.
fn first_aligned(code: Code<'_>, lanes: usize) -> Option<usize> {
    let mut first = None;
    for instruction in code.instructions {
        match instruction {
            Instruction::Store(m) if code.places[*m].mask != 0 => {
                first = Some(code.places[*m].start.align_offset(lanes * size_of::<f64>()) % lanes);
            }
            Instruction::Total(_) => return None,
            _ => {}
        }
    }
    first
}

/// A kernel for vectors of `$lanes` numbers, up to `$most` of them at a time; for at least one.
macro_rules! kernel {
    ($name:ident, $(#[$feature:meta])? $lanes:literal, $most:literal, $some:literal,
     $set:expr, $load:expr, $store:expr, $mul:expr, $fused:expr, $add:expr) => {
        $(#[$feature])?
        unsafe fn $name(code: Code<'_>, n: usize) {
            /// The points from `i` on, `U` vectors. `EDGE`: only those from `fresh` on are not in the sums yet.
            $(#[$feature])?
            #[inline]
            unsafe fn tile<const U: usize, const EDGE: bool>(code: Code<'_>, i: usize, fresh: usize) {
                let mut r = [$set(0.0); U];
                // SAFETY: the caller of `run` promises that there are so many numbers.
                unsafe {
                    for instruction in code.instructions {
                        match *instruction {
                            Instruction::Set(c) => r = [$set(c); U],
                            Instruction::Load(a, m, c) => {
                                let (a, m, c) = ($set(a), code.at(m, i), $set(c));
                                for u in 0..U {
                                    r[u] = $fused(a, $load(m.add(u * $lanes)), c);
                                }
                            }
                            Instruction::Scale(a, c) => {
                                let (a, c) = ($set(a), $set(c));
                                for u in 0..U {
                                    r[u] = $fused(a, r[u], c);
                                }
                            }
                            Instruction::Square(a, c) => {
                                let (a, c) = ($set(a), $set(c));
                                for u in 0..U {
                                    r[u] = $fused($mul(a, r[u]), r[u], c);
                                }
                            }
                            Instruction::Times(a, b, m, c) => {
                                let (a, b, m, c) = ($set(a), $set(b), code.at(m, i), $set(c));
                                for u in 0..U {
                                    r[u] = $fused($fused(a, r[u], b), $load(m.add(u * $lanes)), c);
                                }
                            }
                            Instruction::By(a, b, m, c) => {
                                let (a, b, m, c) = ($set(a), $set(b), code.at(m, i), $set(c));
                                for u in 0..U {
                                    r[u] = $fused($fused(a, $load(m.add(u * $lanes)), b), r[u], c);
                                }
                            }
                            Instruction::Add(a, m) => {
                                let (a, m) = ($set(a), code.at(m, i));
                                for u in 0..U {
                                    r[u] = $fused(a, $load(m.add(u * $lanes)), r[u]);
                                }
                            }
                            Instruction::AddProduct(a, b, m, n) => {
                                let (a, b, m, n) = ($set(a), $set(b), code.at(m, i), code.at(n, i));
                                for u in 0..U {
                                    let factor = $fused(a, $load(m.add(u * $lanes)), b);
                                    r[u] = $fused(factor, $load(n.add(u * $lanes)), r[u]);
                                }
                            }
                            Instruction::AddSquare(a, m) => {
                                let (a, m) = ($set(a), code.at(m, i));
                                for u in 0..U {
                                    let m = $load(m.add(u * $lanes));
                                    r[u] = $fused($mul(a, m), m, r[u]);
                                }
                            }
                            Instruction::AddSquareOf(a, b, c, m) => {
                                let (a, b, c, m) = ($set(a), $set(b), $set(c), code.at(m, i));
                                for u in 0..U {
                                    let m = $fused(b, $load(m.add(u * $lanes)), c);
                                    r[u] = $fused($mul(a, m), m, r[u]);
                                }
                            }
                            Instruction::Store(m) => {
                                let m = code.at(m, i);
                                for u in 0..U {
                                    $store(m.add(u * $lanes), r[u]);
                                }
                            }
                            Instruction::Total(m) if EDGE => {
                                let parts = code.at(m, 0);
                                let mut values = Tile::default();
                                for u in 0..U {
                                    $store(values.0.as_mut_ptr().add(u * $lanes), r[u]);
                                }
                                for k in fresh..i + U * $lanes {
                                    *parts.add(k % PARTS) += values.0[k - i];
                                }
                            }
                            Instruction::Total(m) => {
                                let parts = code.at(m, 0);
                                for u in 0..U.min(PARTS / $lanes) {
                                    let part = parts.add((i + u * $lanes) % PARTS);
                                    let mut sum = $add($load(part), r[u]);
                                    if U > PARTS / $lanes {
                                        sum = $add(sum, r[(u + PARTS / $lanes) % U]);
                                    }
                                    $store(part, sum);
                                }
                            }
                        }
                    }
                }
            }
            /// Tiles of `U` vectors, of which there is at least one; the last may lie over the one before.
            $(#[$feature])?
            unsafe fn tiles<const U: usize>(code: Code<'_>, n: usize) {
                let mut i = 0;
                if n >= 16 * U * $lanes && let Some(first) = first_aligned(code, $lanes) {
                    // SAFETY: points below n.
                    unsafe { tile::<U, false>(code, 0, 0) };
                    i = first;
                }
                while i + U * $lanes <= n {
                    // SAFETY: points below n.
                    unsafe { tile::<U, false>(code, i, i) };
                    i += U * $lanes;
                }
                if i < n {
                    // SAFETY: points below n.
                    unsafe { tile::<U, true>(code, n - U * $lanes, i) };
                }
            }
            // SAFETY: there are as many points.
            unsafe {
                match n / $lanes {
                    $most.. => tiles::<$most>(code, n),
                    $some.. => tiles::<$some>(code, n),
                    _ => tiles::<1>(code, n),
                }
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::*;

#[cfg(target_arch = "x86_64")]
kernel!(
    avx512,
    #[target_feature(enable = "avx512f")]
    8,
    16,
    4,
    _mm512_set1_pd,
    _mm512_loadu_pd,
    _mm512_storeu_pd,
    _mm512_mul_pd,
    _mm512_fmadd_pd,
    _mm512_add_pd
);
#[cfg(target_arch = "x86_64")]
kernel!(
    avx2,
    #[target_feature(enable = "avx2,fma")]
    4,
    8,
    3,
    _mm256_set1_pd,
    _mm256_loadu_pd,
    _mm256_storeu_pd,
    _mm256_mul_pd,
    _mm256_fmadd_pd,
    _mm256_add_pd
);
#[cfg(target_arch = "x86_64")]
kernel!(
    fused,
    #[target_feature(enable = "fma")]
    1,
    3,
    2,
    |x: f64| x,
    |from: *mut f64| *from,
    |to: *mut f64, x: f64| *to = x,
    |a: f64, b: f64| a * b,
    f64::mul_add,
    |a: f64, b: f64| a + b
);
kernel!(
    portable,
    1,
    16,
    4,
    |x: f64| x,
    |from: *mut f64| *from,
    |to: *mut f64, x: f64| *to = x,
    |a: f64, b: f64| a * b,
    |a: f64, b: f64, c: f64| a * b + c,
    |a: f64, b: f64| a + b
);
