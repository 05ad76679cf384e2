//! Steps on many points at once: the loops over a chunk of points, for each instruction set.
//!
//! Not here: where the points come from and go to (`columns`), and who runs which of them (`many`).

use super::Instruction;
use super::functions::{self, One, Two, choose, powi, with_one, with_two};
use super::isa::Isa;
use super::opcode::Op;

/// Points in a chunk.
pub(super) const CHUNK: usize = 256;

/// Runs one step on the first `n` points of the chunk, with the instructions of `isa`.
pub(super) fn run(isa: Isa, step: &Instruction, registers: &mut [f64], n: usize) {
    match isa {
        Isa::Baseline => step_on::<false>(step, registers, n),
        // SAFETY: a workspace holds an instruction set only where the machine has it (`Workspace::with_isa`).
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => unsafe { step_avx2(step, registers, n) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => unsafe { step_avx512(step, registers, n) },
        #[cfg(not(target_arch = "x86_64"))]
        Isa::Avx2 | Isa::Avx512 => step_on::<false>(step, registers, n),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn step_avx2(step: &Instruction, registers: &mut [f64], n: usize) {
    step_on::<true>(step, registers, n);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx2,fma")]
fn step_avx512(step: &Instruction, registers: &mut [f64], n: usize) {
    step_on::<true>(step, registers, n);
}

/// Compiled once for each instruction set, into whose function it is drawn.
#[inline(always)]
fn step_on<const FMA: bool>(step: &Instruction, registers: &mut [f64], n: usize) {
    let (dst, a, b, c) = (step.dst, step.a, step.b, step.c);
    with_one!(step.op, K => match step.op {
        Op::Sin => map_angle::<FMA, SinNear, K>(registers, n, dst, a),
        Op::Cos => map_angle::<FMA, CosNear, K>(registers, n, dst, a),
        Op::Tan => map_angle::<FMA, TanNear, K>(registers, n, dst, a),
        _ => map_one::<FMA, K>(registers, n, dst, a),
    }, _ => {
        with_two!(step.op, K => map_two::<FMA, K>(registers, n, dst, a, b), _ => match step.op {
            Op::Powi => map_power::<FMA>(registers, n, dst, a, b as i32),
            _ => map_three(registers, n, dst, [a, b, c]),
        })
    });
}

macro_rules! near {
    ($name:ident $function:ident) => {
        /// The function where the angle is near.
        struct $name;
        impl One for $name {
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
fn map_power<const FMA: bool>(registers: &mut [f64], n: usize, dst: u32, a: u32, exponent: i32) {
    let (dst, a) = (dst as usize * CHUNK, a as usize * CHUNK);
    for at in 0..n {
        registers[dst + at] = powi::<FMA>(registers[a + at], exponent);
    }
}

/// Points loaded before any result is stored: the result may go where an operand is.
const BLOCK: usize = 16;

#[inline(always)]
fn load(registers: &[f64], register: u32, at: usize) -> [f64; BLOCK] {
    let start = register as usize * CHUNK + at;
    let mut block = [0.0; BLOCK];
    block.copy_from_slice(&registers[start..start + BLOCK]);
    block
}

#[inline(always)]
fn store(registers: &mut [f64], register: u32, at: usize, block: [f64; BLOCK]) {
    let start = register as usize * CHUNK + at;
    registers[start..start + BLOCK].copy_from_slice(&block);
}

#[inline(always)]
fn map_one<const FMA: bool, K: One>(registers: &mut [f64], n: usize, dst: u32, a: u32) {
    let whole = n - n % BLOCK;
    for at in (0..whole).step_by(BLOCK) {
        let x = load(registers, a, at);
        let mut y = [0.0; BLOCK];
        for k in 0..BLOCK {
            y[k] = K::at::<FMA>(x[k]);
        }
        store(registers, dst, at, y);
    }
    let (dst, a) = (dst as usize * CHUNK, a as usize * CHUNK);
    for at in whole..n {
        registers[dst + at] = K::at::<FMA>(registers[a + at]);
    }
}

/// A function of angles: blocks of near ones without a branch, others one by one.
#[inline(always)]
fn map_angle<const FMA: bool, Near: One, Any: One>(registers: &mut [f64], n: usize, dst: u32, a: u32) {
    let whole = n - n % BLOCK;
    for at in (0..whole).step_by(BLOCK) {
        let x = load(registers, a, at);
        let mut y = [0.0; BLOCK];
        if x.iter().fold(true, |all, x| all & functions::is_near(*x)) {
            for k in 0..BLOCK {
                y[k] = Near::at::<FMA>(x[k]);
            }
        } else {
            y = x.map(Any::at::<FMA>);
        }
        store(registers, dst, at, y);
    }
    let (dst, a) = (dst as usize * CHUNK, a as usize * CHUNK);
    for at in whole..n {
        registers[dst + at] = Any::at::<FMA>(registers[a + at]);
    }
}

#[inline(always)]
fn map_two<const FMA: bool, K: Two>(registers: &mut [f64], n: usize, dst: u32, a: u32, b: u32) {
    let whole = n - n % BLOCK;
    for at in (0..whole).step_by(BLOCK) {
        let (x, y) = (load(registers, a, at), load(registers, b, at));
        let mut z = [0.0; BLOCK];
        for k in 0..BLOCK {
            z[k] = K::at::<FMA>(x[k], y[k]);
        }
        store(registers, dst, at, z);
    }
    let (dst, a, b) = (dst as usize * CHUNK, a as usize * CHUNK, b as usize * CHUNK);
    for at in whole..n {
        registers[dst + at] = K::at::<FMA>(registers[a + at], registers[b + at]);
    }
}

#[inline(always)]
fn map_three(registers: &mut [f64], n: usize, dst: u32, [a, b, c]: [u32; 3]) {
    let (dst, a, b, c) = (dst as usize * CHUNK, a as usize * CHUNK, b as usize * CHUNK, c as usize * CHUNK);
    for at in 0..n {
        registers[dst + at] = choose(registers[a + at], registers[b + at], registers[c + at]);
    }
}
