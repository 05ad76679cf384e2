//! Evaluation at one point.

use super::functions::{One, Two, choose, kernel, sin_cos, with_one, with_two};
use super::isa::Isa;
use super::opcode::Op;
use super::tape::{Step, Tape, What, with_chain};
use super::{Program, ProgramError, Workspace};

impl Program {
    /// Computes every output at one point. Allocates nothing once the workspace has grown.
    ///
    /// # Errors
    /// [`ProgramError::InputCount`] and [`ProgramError::OutputCount`] when the slices do not fit the program.
    pub fn evaluate(
        &self,
        inputs: &[f64],
        out: &mut [f64],
        workspace: &mut Workspace,
    ) -> Result<(), ProgramError> {
        self.check_lengths(inputs.len(), out.len())?;
        let Tape { constants, places, outputs, .. } = &self.tape;
        let file = &mut workspace.scalars;
        if file.len() < *places {
            file.resize(*places, 0.0);
        }
        let (given, rest) = file.split_at_mut(inputs.len());
        given.copy_from_slice(inputs);
        rest[..constants.len()].copy_from_slice(constants);
        run(workspace.isa, &self.tape, file);
        for (y, k) in out.iter_mut().zip(outputs) {
            *y = file[*k as usize];
        }
        Ok(())
    }
}

/// How the interpreter calls a function that is too long to stand in its loop.
trait Calls {
    fn one<K: One>(x: f64) -> f64;
    fn two<K: Two>(x: f64, y: f64) -> f64;
    fn sin_cos(x: f64) -> (f64, f64);
}

struct Plain;

impl Calls for Plain {
    #[inline(never)]
    fn one<K: One>(x: f64) -> f64 {
        K::at::<false>(x)
    }

    #[inline(never)]
    fn two<K: Two>(x: f64, y: f64) -> f64 {
        K::at::<false>(x, y)
    }

    #[inline(never)]
    fn sin_cos(x: f64) -> (f64, f64) {
        sin_cos::<false>(x)
    }
}

/// Called only by [`run_fused`].
#[cfg(target_arch = "x86_64")]
struct Fused;

#[cfg(target_arch = "x86_64")]
impl Calls for Fused {
    #[inline(always)]
    fn one<K: One>(x: f64) -> f64 {
        #[target_feature(enable = "avx2,fma")]
        #[inline(never)]
        fn call<K: One>(x: f64) -> f64 {
            K::at::<true>(x)
        }
        // SAFETY: the caller of `run_fused` has promised that the machine has these.
        unsafe { call::<K>(x) }
    }

    #[inline(always)]
    fn two<K: Two>(x: f64, y: f64) -> f64 {
        #[target_feature(enable = "avx2,fma")]
        #[inline(never)]
        fn call<K: Two>(x: f64, y: f64) -> f64 {
            K::at::<true>(x, y)
        }
        // SAFETY: as above.
        unsafe { call::<K>(x, y) }
    }

    #[inline(always)]
    fn sin_cos(x: f64) -> (f64, f64) {
        #[target_feature(enable = "avx2,fma")]
        #[inline(never)]
        fn call(x: f64) -> (f64, f64) {
            sin_cos::<true>(x)
        }
        // SAFETY: as above.
        unsafe { call(x) }
    }
}

/// Runs a tape on a number in each of its places, with the functions of `isa`.
fn run(isa: Isa, tape: &Tape, file: &mut [f64]) {
    #[cfg(target_arch = "x86_64")]
    if isa.fused() {
        // SAFETY: a workspace holds an instruction set only where the machine has it (`Workspace::with_isa`).
        return unsafe { run_fused(tape, file) };
    }
    let _ = isa;
    run_on::<Plain>(tape, file);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn run_fused(tape: &Tape, file: &mut [f64]) {
    run_on::<Fused>(tape, file);
}

#[inline(always)]
fn run_on<C: Calls>(tape: &Tape, file: &mut [f64]) {
    let file = &mut file[..tape.places];
    let get = |file: &[f64], k: u32| {
        // SAFETY: a tape names only places that it has, and there is room for all of them.
        unsafe { *file.get_unchecked(k as usize) }
    };
    let put = |file: &mut [f64], k: u32, value: f64| {
        // SAFETY: as above.
        unsafe { *file.get_unchecked_mut(k as usize) = value }
    };
    for step in &tape.steps {
        let Step { what, dst, a, b, c } = *step;
        let x = get(file, a);
        let op = match what {
            What::One(op) => op,
            What::Chain(first, then) => {
                let (y, z) = (get(file, b), get(file, c));
                let value = with_chain!(first, then, F, G => G::at::<false>(F::at::<false>(x, y), z));
                put(file, dst, value);
                continue;
            }
            What::SinCos => {
                let (sine, cosine) = C::sin_cos(x);
                put(file, c, cosine);
                put(file, dst, sine);
                continue;
            }
        };
        let value = with_one!(op, K => if K::LIGHT { K::at::<false>(x) } else { C::one::<K>(x) }, _ => with_two!(op, K => {
            let y = get(file, b);
            if K::LIGHT { K::at::<false>(x, y) } else { C::two::<K>(x, y) }
        }, _ => match op {
            // Smaller powers are products.
            Op::Powi if b == 0 => 1.0,
            Op::Powi => C::two::<kernel::Pow>(x, f64::from(b as i32)),
            _ => choose(x, get(file, b), get(file, c)),
        }));
        put(file, dst, value);
    }
}
