//! Functions compiled for each instruction set from one body.

use super::float::Float;
use super::tile::Kernel;
use crate::program::Isa;

/// The kernel of an instruction set, on this machine.
pub(super) fn kernel(isa: Isa) -> Kernel {
    match isa {
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => Kernel::Avx512,
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 if std::arch::is_x86_feature_detected!("fma") => Kernel::Avx2,
        _ => Kernel::Portable,
    }
}

/// A function compiled for each instruction set, from one body that is told whether multiplications are fused.
macro_rules! compiled {
    ($(#[$doc:meta])* $vis:vis fn $name:ident<$t:ident: Float $(, const $n:ident: usize)?>($($arg:ident: $type:ty),* $(,)?) $(-> $out:ty)? = $body:ident) => {
        $(#[$doc])*
        $vis fn $name<$t: Float $(, const $n: usize)?>(isa: Isa, $($arg: $type),*) $(-> $out)? {
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            fn avx2<$t: Float $(, const $n: usize)?>($($arg: $type),*) $(-> $out)? {
                $body::<$t, $($n,)? true>($($arg),*)
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512dq,avx512vl")]
            fn avx512<$t: Float $(, const $n: usize)?>($($arg: $type),*) $(-> $out)? {
                $body::<$t, $($n,)? true>($($arg),*)
            }
            match $crate::program::tensor::compiled::kernel(isa) {
                $crate::program::tensor::tile::Kernel::Portable => $body::<$t, $($n,)? false>($($arg),*),
                // SAFETY: the machine has these instructions (`kernel`; a workspace holds no set that it has not).
                #[cfg(target_arch = "x86_64")]
                $crate::program::tensor::tile::Kernel::Avx2 => unsafe { avx2($($arg),*) },
                // SAFETY: as above.
                #[cfg(target_arch = "x86_64")]
                $crate::program::tensor::tile::Kernel::Avx512 => unsafe { avx512($($arg),*) },
            }
        }
    };
}

#[inline(always)]
pub(super) fn add_product<T: Float, const FUSED: bool>(a: T, b: T, sum: T) -> T {
    if FUSED { a.fused(b, sum) } else { a * b + sum }
}

pub(super) use compiled;

compiled! {
    /// The sum of numbers, in parts side by side; the same bits with every instruction set.
    pub(super) fn total<T: Float>(values: &[T]) -> T = total_body
}

#[inline(always)]
fn total_body<T: Float, const FUSED: bool>(values: &[T]) -> T {
    const LANES: usize = 32;
    let mut parts = [T::default(); LANES];
    let (whole, rest) = values.as_chunks::<LANES>();
    for block in whole {
        for k in 0..LANES {
            parts[k] += block[k];
        }
    }
    for (part, x) in parts.iter_mut().zip(rest) {
        *part += *x;
    }
    let mut width = LANES;
    while width > 1 {
        width /= 2;
        for k in 0..width {
            parts[k] += parts[k + width];
        }
    }
    parts[0]
}
