//! The steps of a program as they are run on numbers: on one, or on many at once.
//!
//! Here: sine and cosine of one angle become one step, and values get new places.
//! Not here: what is sent and what runs over intervals and series, which is the program's code itself.
//! Invariant: a step writes to places that it does not read, and names only places that the tape has; none is read before
//! it is written. So loops over a step need no look at what overlaps, nor at bounds.

use super::opcode::{Op, Operands};
use super::{Constant, Instruction};

/// In place of a place: none.
pub(super) const NONE: u32 = u32::MAX;

/// The steps, in terms of places: those of inputs, then of constants, then others.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tape {
    pub(super) constants: Vec<f64>,
    /// A sine has in `c` the place of the cosine of the same angle, or [`NONE`].
    pub(super) steps: Vec<Instruction>,
    pub(super) places: usize,
    pub(super) outputs: Vec<u32>,
}

/// The operands of an instruction that are places.
fn operands(step: &Instruction) -> impl Iterator<Item = u32> {
    let count = match step.op.operands() {
        Operands::One | Operands::Literal => 1,
        Operands::Two => 2,
        Operands::Three => 3,
    };
    [step.a, step.b, step.c].into_iter().take(count)
}

impl Tape {
    /// How many points are computed together: as many as fit into a first-level cache with all places, in the bounds in
    /// which neither the steps between loops nor the memory count.
    pub(super) fn chunk(&self) -> usize {
        const CACHE: usize = 32 * 1024 / size_of::<f64>();
        let fitting = CACHE / self.places.max(1);
        (fitting - fitting % super::batch::BLOCK).clamp(128, 512)
    }

    /// The tape of a program's code, in time linear in its length.
    pub(super) fn new(
        inputs: usize,
        constants: &[Constant],
        code: &[Instruction],
        registers: u32,
        outputs: &[u32],
    ) -> Tape {
        let given = (inputs + constants.len()) as u32;
        let mut values = given;
        // Registers are written again, values are not.
        let mut holds: Vec<u32> = (0..registers).map(|k| if k < given { k } else { NONE }).collect();
        let mut steps: Vec<Instruction> = Vec::with_capacity(code.len());
        // The first step that takes the sine or cosine of a value.
        let mut waves = vec![NONE; given as usize];
        for step in code {
            let at = |register: u32| holds[register as usize];
            let Instruction { op, a, .. } = *step;
            let (a, mut b, mut c) = (at(a), step.b, step.c);
            match op.operands() {
                Operands::One | Operands::Literal => {}
                Operands::Two => b = at(b),
                Operands::Three => (b, c) = (at(b), at(c)),
            }
            let value = values;
            values += 1;
            holds[step.dst as usize] = value;
            waves.push(NONE);
            if op == Op::Sin || op == Op::Cos {
                if op == Op::Sin {
                    c = NONE;
                }
                match steps.get_mut(waves[a as usize] as usize) {
                    None => waves[a as usize] = steps.len() as u32,
                    Some(first) if first.op == Op::Sin && op == Op::Cos && first.c == NONE => {
                        first.c = value;
                        continue;
                    }
                    Some(first) if first.op == Op::Cos && op == Op::Sin => {
                        *first = Instruction { op, dst: value, c: first.dst, ..*first };
                        continue;
                    }
                    Some(_) => {}
                }
            }
            steps.push(Instruction { op, dst: value, a, b, c });
        }
        let outputs: Vec<u32> = outputs.iter().map(|k| holds[*k as usize]).collect();
        place(steps, values, given, outputs, constants)
    }
}

/// Gives the values places. One is free again after the last step that reads its value.
fn place(
    mut steps: Vec<Instruction>,
    values: u32,
    given: u32,
    outputs: Vec<u32>,
    constants: &[Constant],
) -> Tape {
    let mut last = vec![NONE; values as usize];
    for (k, step) in steps.iter().enumerate() {
        operands(step).for_each(|v| last[v as usize] = k as u32);
    }
    // Given values and outputs keep their places.
    const KEPT: u32 = NONE - 1;
    last[..given as usize].fill(KEPT);
    outputs.iter().for_each(|v| last[*v as usize] = KEPT);
    let mut place: Vec<u32> = (0..values).collect();
    let mut places = given;
    let mut free = Vec::new();
    for (k, step) in steps.iter_mut().enumerate() {
        let read = *step;
        let mut fresh = |value: u32| {
            let found = free.pop().unwrap_or_else(|| {
                places += 1;
                places - 1
            });
            place[value as usize] = found;
            found
        };
        step.dst = fresh(read.dst);
        let pair = read.op == Op::Sin && read.c != NONE;
        if pair {
            step.c = fresh(read.c);
        }
        let at = |value: u32| place[value as usize];
        step.a = at(read.a);
        match read.op.operands() {
            Operands::One | Operands::Literal => {}
            Operands::Two => step.b = at(read.b),
            Operands::Three => (step.b, step.c) = (at(read.b), at(read.c)),
        }
        for v in operands(&read) {
            if last[v as usize] == k as u32 {
                last[v as usize] = KEPT; // once, if it is read twice
                free.push(at(v));
            }
        }
        // What nobody reads.
        for v in [Some(read.dst), pair.then_some(read.c)].into_iter().flatten() {
            if last[v as usize] == NONE {
                free.push(at(v));
            }
        }
    }
    let outputs = outputs.iter().map(|v| place[*v as usize]).collect();
    let constants = constants.iter().map(|c| c.value).collect();
    Tape { constants, steps, places: places as usize, outputs }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::{Expr, Symbol};
    use crate::program::Program;

    fn tape(outputs: &[Expr]) -> Tape {
        Program::compile(outputs, &[Symbol::new("x"), Symbol::new("y")]).unwrap().tape
    }

    #[test]
    fn sine_and_cosine_of_one_angle_are_one_step() {
        let (x, y) = (Expr::var("x"), Expr::var("y"));
        for parts in [[x.sin(), x.cos()], [x.cos(), x.sin()], [x.sin() * &y, (x.cos() + &y).exp()]] {
            let steps = tape(&parts).steps;
            assert_eq!(steps.iter().filter(|step| matches!(step.op, Op::Sin | Op::Cos)).count(), 1);
        }
        assert_eq!(tape(&[x.sin(), y.cos()]).steps.len(), 2);
    }

    #[test]
    fn a_step_reads_no_place_that_it_writes() {
        let (x, y) = (Expr::var("x"), Expr::var("y"));
        let mut e = x.clone();
        for k in 0..50 {
            e = (&e * &y + Expr::integer(k)).sin() * (&e - &x).cos() / (&e * &y + Expr::integer(k)).cos();
        }
        let tape = tape(&[e]);
        for step in &tape.steps {
            let pair = step.op == Op::Sin && step.c != NONE;
            assert!(operands(step).all(|v| v != step.dst && !(pair && v == step.c)), "{step:?}");
            assert!(!(pair && step.c == step.dst));
        }
        assert!(tape.places < 2 + tape.constants.len() + 12, "{}", tape.places);
    }
}
