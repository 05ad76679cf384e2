//! The numbers that arrays are made of.

use std::fmt::Debug;
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

use super::tile::{self, Kernel};

/// `f64` or `f32`: what arrays, and the products of matrices, are computed in. Formulas between them run in `f64`.
pub trait Float:
    Copy
    + Debug
    + Default
    + PartialEq
    + PartialOrd
    + Add<Output = Self>
    + AddAssign
    + Sub<Output = Self>
    + SubAssign
    + Mul<Output = Self>
    + MulAssign
    + Div<Output = Self>
    + Neg<Output = Self>
    + Send
    + Sync
    + private::Sealed
{
    /// The nearest number.
    fn from_f64(x: f64) -> Self;
    /// The same number.
    fn to_f64(self) -> f64;
    /// `self · a + b`, rounded once.
    fn fused(self, a: Self, b: Self) -> Self;
    /// Its size.
    fn abs(self) -> Self;
    /// The numbers, where they are `f64`.
    #[doc(hidden)]
    fn wide(numbers: &[Self]) -> Option<&[f64]>;
    /// The numbers, where they are `f64`.
    #[doc(hidden)]
    fn wide_mut(numbers: &mut [Self]) -> Option<&mut [f64]>;
    /// Columns of a tile of a product.
    #[doc(hidden)]
    const COLUMNS: usize;
    /// `tile[i][j] = Σ_k a[k][i] b[k][j]` for packed strips.
    #[doc(hidden)]
    fn tile(kernel: Kernel, a: &[Self], b: &[Self], tile: &mut [Self]);
}

mod private {
    pub trait Sealed {}
    impl Sealed for f64 {}
    impl Sealed for f32 {}
}

impl Float for f64 {
    #[inline(always)]
    fn from_f64(x: f64) -> f64 {
        x
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        self
    }
    #[inline(always)]
    fn fused(self, a: f64, b: f64) -> f64 {
        self.mul_add(a, b)
    }
    #[inline(always)]
    fn abs(self) -> f64 {
        f64::abs(self)
    }
    fn wide(numbers: &[f64]) -> Option<&[f64]> {
        Some(numbers)
    }
    fn wide_mut(numbers: &mut [f64]) -> Option<&mut [f64]> {
        Some(numbers)
    }

    const COLUMNS: usize = 24;

    fn tile(kernel: Kernel, a: &[f64], b: &[f64], tile: &mut [f64]) {
        match kernel {
            Kernel::Portable => tile::portable::<f64, 24>(a, b, tile),
            // SAFETY: a kernel is chosen only where the machine has its instructions (`matrix::kernel`).
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx2 => unsafe { tile::wide_avx2(a, b, tile) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx512 => unsafe { tile::wide_avx512(a, b, tile) },
        }
    }
}

impl Float for f32 {
    #[inline(always)]
    fn from_f64(x: f64) -> f32 {
        x as f32
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
    #[inline(always)]
    fn fused(self, a: f32, b: f32) -> f32 {
        self.mul_add(a, b)
    }
    #[inline(always)]
    fn abs(self) -> f32 {
        f32::abs(self)
    }
    fn wide(_: &[f32]) -> Option<&[f64]> {
        None
    }
    fn wide_mut(_: &mut [f32]) -> Option<&mut [f64]> {
        None
    }

    const COLUMNS: usize = 48;

    fn tile(kernel: Kernel, a: &[f32], b: &[f32], tile: &mut [f32]) {
        match kernel {
            Kernel::Portable => tile::portable::<f32, 48>(a, b, tile),
            // SAFETY: a kernel is chosen only where the machine has its instructions (`matrix::kernel`).
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx2 => unsafe { tile::narrow_avx2(a, b, tile) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx512 => unsafe { tile::narrow_avx512(a, b, tile) },
        }
    }
}
