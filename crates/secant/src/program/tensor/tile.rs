//! The innermost loop of products of matrices: a tile of the result in registers.
//!
//! Here: one kernel for each instruction set, for `f64` and `f32`.
//! Invariant: strips are packed: [`ROWS`] entries of `A`, or `columns` of `B`, for each step of the sum.

/// Rows of a tile.
pub(super) const ROWS: usize = 8;
/// Most columns of a tile, of any kind of number.
pub(super) const MOST_COLUMNS: usize = 48;

/// Which instructions products use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// What every machine of the target has.
    Portable,
    /// 256 bits with fused multiplication.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// 512 bits.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

/// `tile[i][j] = Σ_k a[k][i] b[k][j]` for `columns` columns; without vectors of a known size.
pub(super) fn portable<T: super::float::Float, const COLUMNS: usize>(a: &[T], b: &[T], tile: &mut [T]) {
    for (i, line) in tile.as_chunks_mut::<COLUMNS>().0.iter_mut().take(ROWS).enumerate() {
        let mut sums = [T::default(); COLUMNS];
        for (x, y) in a.as_chunks::<ROWS>().0.iter().zip(b.as_chunks::<COLUMNS>().0) {
            for j in 0..COLUMNS {
                sums[j] += x[i] * y[j];
            }
        }
        *line = sums;
    }
}

/// A kernel of `$count × $wide` vectors of `$lanes` numbers at a time, as often as fills the tile.
#[cfg(target_arch = "x86_64")]
macro_rules! kernel {
    ($name:ident, $t:ty, $features:literal, $columns:expr, $lanes:literal, $count:literal, $wide:literal,
     $zero:ident, $load:ident, $set:ident, $fused:ident, $store:ident) => {
        /// `tile[i][j] = Σ_k a[k][i] b[k][j]`.
        #[target_feature(enable = $features)]
        pub(super) fn $name(a: &[$t], b: &[$t], tile: &mut [$t]) {
            use std::arch::x86_64::*;
            const COLUMNS: usize = $columns;
            let (a, b) = (a.as_chunks::<ROWS>().0, b.as_chunks::<COLUMNS>().0);
            let lines = tile.as_chunks_mut::<COLUMNS>().0;
            for top in (0..ROWS).step_by($count) {
                for left in (0..COLUMNS).step_by($wide * $lanes) {
                    let mut sums = [[$zero(); $wide]; $count];
                    for (x, y) in a.iter().zip(b) {
                        let mut right = [$zero(); $wide];
                        for (w, v) in right.iter_mut().enumerate() {
                            // SAFETY: `left + $wide · $lanes` is at most COLUMNS, the length of `y`.
                            *v = unsafe { $load(y.as_ptr().add(left + w * $lanes)) };
                        }
                        for i in 0..$count {
                            let factor = $set(x[top + i]);
                            for w in 0..$wide {
                                sums[i][w] = $fused(factor, right[w], sums[i][w]);
                            }
                        }
                    }
                    for (line, own) in lines[top..top + $count].iter_mut().zip(&sums) {
                        for (w, v) in own.iter().enumerate() {
                            // SAFETY: as above, of `line`.
                            unsafe { $store(line.as_mut_ptr().add(left + w * $lanes), *v) };
                        }
                    }
                }
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
kernel!(
    wide_avx512,
    f64,
    "avx512f",
    24,
    8,
    8,
    3,
    _mm512_setzero_pd,
    _mm512_loadu_pd,
    _mm512_set1_pd,
    _mm512_fmadd_pd,
    _mm512_storeu_pd
);
#[cfg(target_arch = "x86_64")]
kernel!(
    narrow_avx512,
    f32,
    "avx512f",
    48,
    16,
    8,
    3,
    _mm512_setzero_ps,
    _mm512_loadu_ps,
    _mm512_set1_ps,
    _mm512_fmadd_ps,
    _mm512_storeu_ps
);
#[cfg(target_arch = "x86_64")]
kernel!(
    wide_avx2,
    f64,
    "avx2,fma",
    24,
    4,
    4,
    3,
    _mm256_setzero_pd,
    _mm256_loadu_pd,
    _mm256_set1_pd,
    _mm256_fmadd_pd,
    _mm256_storeu_pd
);
#[cfg(target_arch = "x86_64")]
kernel!(
    narrow_avx2,
    f32,
    "avx2,fma",
    48,
    8,
    4,
    3,
    _mm256_setzero_ps,
    _mm256_loadu_ps,
    _mm256_set1_ps,
    _mm256_fmadd_ps,
    _mm256_storeu_ps
);
