//! Steps on many points at once: the loops over a chunk of points, for each instruction set.
//!
//! Not here: where the points come from and go to (`columns`), and who runs which of them (`many`).

use super::Instruction;
use super::functions::{choose, powi, with_one, with_two};
use super::isa::Isa;
use super::opcode::Op;
use super::vector;

/// Points in a chunk.
pub(super) const CHUNK: usize = 256;

/// Runs one step on the first `n` points of the chunk, with the instructions of `isa`.
pub(super) fn run(isa: Isa, step: &Instruction, registers: &mut [f64], n: usize) {
    match isa {
        Isa::Baseline => step_on(step, registers, n),
        // SAFETY: a workspace holds an instruction set only where the machine has it (`Workspace::with_isa`).
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => unsafe { step_avx2(step, registers, n) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => unsafe { step_avx512(step, registers, n) },
        #[cfg(not(target_arch = "x86_64"))]
        Isa::Avx2 | Isa::Avx512 => step_on(step, registers, n),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn step_avx2(step: &Instruction, registers: &mut [f64], n: usize) {
    step_on(step, registers, n);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl")]
fn step_avx512(step: &Instruction, registers: &mut [f64], n: usize) {
    step_on(step, registers, n);
}

/// Compiled once for each instruction set, into whose function it is drawn.
#[inline(always)]
fn step_on(step: &Instruction, registers: &mut [f64], n: usize) {
    let (dst, a, b, c) = (step.dst, step.a, step.b, step.c);
    with_one!(step.op, k => match step.op {
        Op::Sin => map_angle(registers, n, dst, a, vector::sin_near, vector::sin),
        Op::Cos => map_angle(registers, n, dst, a, vector::cos_near, vector::cos),
        _ => map_one(registers, n, dst, a, k),
    }, _ => {
        with_two!(step.op, k => map_two(registers, n, dst, a, b, k), _ => match step.op {
            Op::Powi => map_one(registers, n, dst, a, |x| powi(x, b as i32)),
            _ => map_three(registers, n, dst, [a, b, c]),
        })
    });
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
fn map_one(registers: &mut [f64], n: usize, dst: u32, a: u32, f: impl Fn(f64) -> f64) {
    let whole = n - n % BLOCK;
    for at in (0..whole).step_by(BLOCK) {
        let x = load(registers, a, at);
        let mut y = [0.0; BLOCK];
        for k in 0..BLOCK {
            y[k] = f(x[k]);
        }
        store(registers, dst, at, y);
    }
    let (dst, a) = (dst as usize * CHUNK, a as usize * CHUNK);
    for at in whole..n {
        registers[dst + at] = f(registers[a + at]);
    }
}

/// A function of angles: blocks of near ones without a branch, others one by one.
#[inline(always)]
fn map_angle(
    registers: &mut [f64],
    n: usize,
    dst: u32,
    a: u32,
    near: impl Fn(f64) -> f64,
    any: impl Fn(f64) -> f64,
) {
    let whole = n - n % BLOCK;
    for at in (0..whole).step_by(BLOCK) {
        let x = load(registers, a, at);
        let mut y = [0.0; BLOCK];
        if x.iter().fold(true, |all, x| all & (x.abs() <= vector::NEAR)) {
            for k in 0..BLOCK {
                y[k] = near(x[k]);
            }
        } else {
            y = x.map(&any);
        }
        store(registers, dst, at, y);
    }
    let (dst, a) = (dst as usize * CHUNK, a as usize * CHUNK);
    for at in whole..n {
        registers[dst + at] = any(registers[a + at]);
    }
}

#[inline(always)]
fn map_two(registers: &mut [f64], n: usize, dst: u32, a: u32, b: u32, f: impl Fn(f64, f64) -> f64) {
    let whole = n - n % BLOCK;
    for at in (0..whole).step_by(BLOCK) {
        let (x, y) = (load(registers, a, at), load(registers, b, at));
        let mut z = [0.0; BLOCK];
        for k in 0..BLOCK {
            z[k] = f(x[k], y[k]);
        }
        store(registers, dst, at, z);
    }
    let (dst, a, b) = (dst as usize * CHUNK, a as usize * CHUNK, b as usize * CHUNK);
    for at in whole..n {
        registers[dst + at] = f(registers[a + at], registers[b + at]);
    }
}

#[inline(always)]
fn map_three(registers: &mut [f64], n: usize, dst: u32, [a, b, c]: [u32; 3]) {
    let (dst, a, b, c) = (dst as usize * CHUNK, a as usize * CHUNK, b as usize * CHUNK, c as usize * CHUNK);
    for at in 0..n {
        registers[dst + at] = choose(registers[a + at], registers[b + at], registers[c + at]);
    }
}
