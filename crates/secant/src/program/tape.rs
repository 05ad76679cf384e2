//! The steps of a program as they are run on numbers: on one, or on many at once.
//!
//! Here: sine and cosine of one angle become one step, a power becomes products, which powers of one value share, and an
//! operation on the result of another that nothing else needs becomes one step with it (each rounds as before); values get
//! new places.
//! Not here: what is sent and what runs over intervals and series, which is the program's code itself.
//! Invariant: a step writes to places that it does not read, and names only places that the tape has; none is read before
//! it is written. So loops over a step need no look at what overlaps, nor at bounds.

use super::functions::MAX_SQUARING;
use super::opcode::{Op, Operands};
use super::{Constant, Instruction};

const NONE: u32 = u32::MAX;

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// An operation of `a`, `b`, `c`.
    One(Op),
    /// Sine and cosine of `a`, to `dst` and `c`.
    SinCos,
    /// `dst = (a first b) then c`, in two roundings.
    Chain(First, Then),
}

/// The first operation of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum First {
    Add,
    Sub,
    Mul,
}

/// The second operation of a chain, on the result `t` of the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// `t + c`
    Add,
    /// `t - c`
    Sub,
    /// `c - t`
    From,
    /// `t · c`
    Mul,
    /// `t / c`
    Div,
    /// `c / t`
    Under,
}

/// Evaluates `$body` with `$first` and `$then` bound to the types of the two operations of a chain.
macro_rules! with_chain {
    ($first_is:expr, $then_is:expr, $first:ident, $then:ident => $body:expr) => {
        with_chain!(@first $first_is, $then_is, $first, $then, $body; Add Sub Mul)
    };
    (@first $first_is:expr, $then_is:expr, $first:ident, $then:ident, $body:expr; $($name:ident)*) => {
        match $first_is {
            $($crate::program::tape::First::$name => {
                type $first = $crate::program::functions::kernel::$name;
                with_chain!(@then $then_is, $then, $body;
                    Add Add, Sub Sub, From SubFrom, Mul Mul, Div Div, Under DivUnder)
            })*
        }
    };
    (@then $then_is:expr, $then:ident, $body:expr; $($name:ident $kernel:ident),*) => {
        match $then_is {
            $($crate::program::tape::Then::$name => {
                type $then = $crate::program::functions::kernel::$kernel;
                $body
            })*
        }
    };
}
pub(super) use with_chain;

/// A step of a tape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) what: What,
    pub(super) dst: u32,
    pub(super) a: u32,
    /// A place, or the bits of a literal.
    pub(super) b: u32,
    pub(super) c: u32,
}

impl Step {
    /// The places that it reads.
    fn operands(&self) -> impl Iterator<Item = u32> + use<> {
        let count = match self.what {
            What::SinCos => 1,
            What::Chain(..) => 3,
            What::One(op) => match op.operands() {
                Operands::One | Operands::Literal => 1,
                Operands::Two => 2,
                Operands::Three => 3,
            },
        };
        [self.a, self.b, self.c].into_iter().take(count)
    }

    /// What else it writes beside `dst`.
    fn second(&self) -> Option<u32> {
        (self.what == What::SinCos).then_some(self.c)
    }
}

/// The steps, in terms of places: those of inputs, then of constants, then others.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tape {
    pub(super) constants: Vec<f64>,
    pub(super) steps: Vec<Step>,
    pub(super) places: usize,
    pub(super) outputs: Vec<u32>,
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
        // Registers are written again, values are not.
        let mut holds: Vec<u32> = (0..registers).map(|k| if k < given { k } else { NONE }).collect();
        let mut values = Values {
            steps: Vec::with_capacity(code.len()),
            waves: vec![NONE; given as usize],
            squares: vec![NONE; given as usize],
        };
        for step in code {
            let at = |register: u32| holds[register as usize];
            let Instruction { op, a, .. } = *step;
            let (a, mut b, mut c) = (at(a), step.b, step.c);
            match op.operands() {
                Operands::One | Operands::Literal => {}
                Operands::Two => b = at(b),
                Operands::Three => (b, c) = (at(b), at(c)),
            }
            holds[step.dst as usize] = match op {
                Op::Powi if (1..=MAX_SQUARING).contains(&(b as i32).unsigned_abs()) => {
                    values.power(a, b as i32)
                }
                Op::Mul if a == b => values.square(a),
                _ => values.apply(op, a, b, c),
            };
        }
        let (mut steps, values) = (values.steps, values.waves.len() as u32);
        let outputs: Vec<u32> = outputs.iter().map(|k| holds[*k as usize]).collect();
        chain(&mut steps, values, &outputs);
        place(steps, values, given, outputs, constants)
    }
}

/// Values as their steps are collected.
struct Values {
    steps: Vec<Step>,
    /// The first step that takes the sine or cosine of each value.
    waves: Vec<u32>,
    /// The square of each value, where it is computed.
    squares: Vec<u32>,
}

impl Values {
    fn fresh(&mut self) -> u32 {
        self.waves.push(NONE);
        self.squares.push(NONE);
        self.squares.len() as u32 - 1
    }

    fn apply(&mut self, op: Op, a: u32, b: u32, c: u32) -> u32 {
        let value = self.fresh();
        if op == Op::Sin || op == Op::Cos {
            match self.steps.get_mut(self.waves[a as usize] as usize) {
                None => self.waves[a as usize] = self.steps.len() as u32,
                Some(first) if first.what == What::One(Op::Sin) && op == Op::Cos => {
                    *first = Step { what: What::SinCos, c: value, ..*first };
                    return value;
                }
                Some(first) if first.what == What::One(Op::Cos) && op == Op::Sin => {
                    *first = Step { what: What::SinCos, dst: value, c: first.dst, ..*first };
                    return value;
                }
                Some(_) => {}
            }
        }
        self.steps.push(Step { what: What::One(op), dst: value, a, b, c });
        value
    }

    fn square(&mut self, a: u32) -> u32 {
        if self.squares[a as usize] == NONE {
            self.squares[a as usize] = self.apply(Op::Mul, a, a, 0);
        }
        self.squares[a as usize]
    }

    /// By repeated squaring, lowest bit first; powers of one value share their squares.
    fn power(&mut self, a: u32, exponent: i32) -> u32 {
        let (mut square, mut left) = (a, exponent.unsigned_abs());
        let mut result = None;
        loop {
            if left & 1 == 1 {
                result = Some(result.map_or(square, |result| self.apply(Op::Mul, result, square, 0)));
            }
            left >>= 1;
            if left == 0 {
                break;
            }
            square = self.square(square);
        }
        let result = result.unwrap_or(square);
        if exponent < 0 { self.apply(Op::Recip, result, 0, 0) } else { result }
    }
}

/// Takes an operation into the step that alone needs its result.
fn chain(steps: &mut Vec<Step>, values: u32, outputs: &[u32]) {
    let mut uses = vec![0_u32; values as usize];
    let mut made = vec![NONE; values as usize];
    for (k, step) in steps.iter().enumerate() {
        step.operands().for_each(|v| uses[v as usize] += 1);
        made[step.dst as usize] = k as u32;
    }
    outputs.iter().for_each(|v| uses[*v as usize] += 1);
    let mut taken = vec![false; steps.len()];
    for k in 0..steps.len() {
        let step = steps[k];
        let What::One(op @ (Op::Add | Op::Sub | Op::Mul | Op::Div)) = step.what else { continue };
        for (own, other, is_first) in [(step.a, step.b, true), (step.b, step.a, false)] {
            if uses[own as usize] != 1 || made[own as usize] == NONE {
                continue;
            }
            let at = made[own as usize] as usize;
            let Step { what, a, b, .. } = steps[at];
            let first = match what {
                What::One(Op::Add) => First::Add,
                What::One(Op::Sub) => First::Sub,
                What::One(Op::Mul) => First::Mul,
                _ => continue,
            };
            let then = match (op, is_first) {
                (Op::Add, _) => Then::Add,
                (Op::Sub, true) => Then::Sub,
                (Op::Sub, false) => Then::From,
                (Op::Mul, _) => Then::Mul,
                (_, true) => Then::Div,
                (_, false) => Then::Under,
            };
            steps[k] = Step { what: What::Chain(first, then), dst: step.dst, a, b, c: other };
            taken[at] = true;
            break;
        }
    }
    let mut k = 0;
    steps.retain(|_| {
        k += 1;
        !taken[k - 1]
    });
}

/// Gives the values places. One is free again after the last step that reads its value.
fn place(mut steps: Vec<Step>, values: u32, given: u32, outputs: Vec<u32>, constants: &[Constant]) -> Tape {
    let mut last = vec![NONE; values as usize];
    for (k, step) in steps.iter().enumerate() {
        step.operands().for_each(|v| last[v as usize] = k as u32);
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
        if let Some(second) = read.second() {
            step.c = fresh(second);
        }
        let at = |value: u32| place[value as usize];
        for (own, v) in [&mut step.a, &mut step.b, &mut step.c].into_iter().zip(read.operands()) {
            *own = at(v);
        }
        for v in read.operands() {
            if last[v as usize] == k as u32 {
                last[v as usize] = KEPT; // once, if it is read twice
                free.push(at(v));
            }
        }
        // What nobody reads.
        for v in [Some(read.dst), read.second()].into_iter().flatten() {
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
            assert_eq!(steps.iter().filter(|step| step.what == What::SinCos).count(), 1);
            assert!(steps.iter().all(|step| !matches!(step.what, What::One(Op::Sin | Op::Cos))));
        }
        assert_eq!(tape(&[x.sin(), y.cos()]).steps.len(), 2);
    }

    #[test]
    fn what_only_the_next_needs_is_one_step_with_it() {
        let (x, y) = (Expr::var("x"), Expr::var("y"));
        let chained = |e: Expr| tape(&[e]).steps.iter().filter(|s| matches!(s.what, What::Chain(..))).count();
        assert_eq!(chained(&x * &y + Expr::one()), 1);
        assert_eq!(chained(Expr::one() / (&x + &y)), 0); // a reciprocal
        assert_eq!(chained(&x / (&x - &y)), 1);
        // Needed twice, it is computed once.
        assert_eq!(tape(&[&x * &y + Expr::one(), &x * &y]).steps.len(), 2);
    }

    #[test]
    fn powers_share_their_squares() {
        let x = Expr::var("x");
        // x², x · x², (x²)², x⁴ · x² and its reciprocal
        let steps = tape(&[x.powi(2), x.powi(3), x.powi(4), x.powi(-6)]).steps;
        assert_eq!(steps.len(), 5);
        assert!(
            steps.iter().all(|step| matches!(step.what, What::One(Op::Mul | Op::Recip) | What::Chain(..)))
        );
        assert_eq!(tape(&[x.powi(17)]).steps.len(), 1);
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
            assert!(step.operands().all(|v| v != step.dst && Some(v) != step.second()), "{step:?}");
            assert!(step.second() != Some(step.dst));
        }
        assert!(tape.places < 2 + tape.constants.len() + 12, "{}", tape.places);
    }
}
