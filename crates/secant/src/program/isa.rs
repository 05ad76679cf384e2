//! Which instructions the machine has for many numbers at once.

use std::sync::OnceLock;

/// What workspaces are made for, decided when the first is made.
static BEST: OnceLock<Isa> = OnceLock::new();

/// An instruction set that a program is run with.
///
/// Those that multiply and add in one rounding ([`Isa::fused`]) give the same bits as each other, and the others as each
/// other: [`Isa::Baseline`] the same bits on every machine, for one. Between the two the last digits of functions may differ,
/// within the bounds of [`ACCURACY`](super::ACCURACY); sums, products, quotients and roots do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Isa {
    /// What every machine of the target has (SSE2 on x86-64, NEON on ARM).
    Baseline,
    /// 256 bits on x86-64.
    Avx2,
    /// 512 bits on x86-64.
    Avx512,
}

impl Isa {
    /// All of them, the best last.
    pub const ALL: &'static [Isa] = &[Isa::Baseline, Isa::Avx2, Isa::Avx512];

    /// The best that this machine has.
    pub fn detect() -> Isa {
        Isa::ALL.iter().rev().copied().find(|isa| isa.is_available()).unwrap_or(Isa::Baseline)
    }

    /// The one that workspaces of this process are made for where none is asked for: the best of the machine, or what was
    /// [chosen](Isa::choose).
    pub fn best() -> Isa {
        *BEST.get_or_init(Isa::detect)
    }

    /// Makes it [`Isa::best`], for as long as the process runs; for programs that compare machines, before anything is
    /// computed. `false`, and nothing is changed, where the machine does not have it or another is in use already.
    pub fn choose(self) -> bool {
        self.is_available() && *BEST.get_or_init(|| self) == self
    }

    /// Do the functions multiply and add in one rounding?
    pub const fn fused(self) -> bool {
        !matches!(self, Isa::Baseline)
    }

    /// Its name: `baseline`, `avx2`, `avx512`.
    pub const fn name(self) -> &'static str {
        match self {
            Isa::Baseline => "baseline",
            Isa::Avx2 => "avx2",
            Isa::Avx512 => "avx512",
        }
    }

    /// The one of this name.
    pub fn from_name(name: &str) -> Option<Isa> {
        Isa::ALL.iter().copied().find(|isa| isa.name() == name)
    }

    /// Does this machine have it?
    pub fn is_available(self) -> bool {
        match self {
            Isa::Baseline => true,
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => {
                std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma")
            }
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => {
                Isa::Avx2.is_available()
                    && std::arch::is_x86_feature_detected!("avx512f")
                    && std::arch::is_x86_feature_detected!("avx512dq")
                    && std::arch::is_x86_feature_detected!("avx512vl")
            }
            #[cfg(not(target_arch = "x86_64"))]
            Isa::Avx2 | Isa::Avx512 => false,
        }
    }
}

impl Default for Isa {
    fn default() -> Isa {
        Isa::best()
    }
}
