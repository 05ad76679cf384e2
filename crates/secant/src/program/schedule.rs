//! Values → steps: the order of computing, and a register for every value.
//!
//! Each output is computed depth first, so that a value is used soon after it is made, and of the operands of a value the deepest
//! first: what hangs on it then needs few registers, and of two chains that go side by side (the levels of a function
//! and of its derivative) neither waits for the end of the other. A register is free again after the last use of its value,
//! and the one freed last is taken first. What no output needs does not appear.

use super::lower::{Graph, Value};
use super::opcode::Operands;
use super::{Constant, Instruction, Program};
use crate::expr::Symbol;

const NONE: u32 = u32::MAX;

/// Lays the values that the outputs need out as a program.
pub(super) fn schedule(graph: &Graph, inputs: &[Symbol]) -> Program {
    let (order, mut uses) = order(graph);
    for &root in &graph.roots {
        uses[root as usize] = NONE; // an output is never given up
    }

    let mut register = vec![NONE; graph.values.len()];
    let mut constants: Vec<Constant> = Vec::new();
    for (v, value) in graph.values.iter().enumerate() {
        match *value {
            Value::Input(k) => register[v] = k,
            Value::Constant(k) if uses[v] > 0 => {
                register[v] = (inputs.len() + constants.len()) as u32;
                constants.push(graph.constants[k as usize]);
            }
            Value::Constant(_) | Value::Apply { .. } => {}
        }
    }

    let mut registers = (inputs.len() + constants.len()) as u32;
    let mut free: Vec<u32> = Vec::new();
    let mut code = Vec::with_capacity(order.len());
    for &v in &order {
        let value = graph.values[v as usize];
        let Value::Apply { op, a, b, c } = value else { continue };
        let at = |v: u32| register[v as usize];
        let (a, b, c) = match op.operands() {
            Operands::One => (at(a), 0, 0),
            Operands::Two => (at(a), at(b), 0),
            Operands::Literal => (at(a), b, 0),
            Operands::Three => (at(a), at(b), at(c)),
        };
        // Operands that end here give their registers back first: the result may go where an operand was.
        for_each_operand(value, |operand| {
            let (k, left) = (operand as usize, &mut uses[operand as usize]);
            if *left != NONE {
                *left -= 1;
                if *left == 0 && matches!(graph.values[k], Value::Apply { .. }) {
                    free.push(register[k]);
                }
            }
        });
        let dst = free.pop().unwrap_or_else(|| {
            registers += 1;
            registers - 1
        });
        register[v as usize] = dst;
        code.push(Instruction { op, dst, a, b, c });
    }
    let outputs = graph.roots.iter().map(|&v| register[v as usize]).collect();
    Program::new(inputs.to_vec(), constants, code, registers, outputs)
}

/// The operations that the roots need, operands first, and how often each value is used.
fn order(graph: &Graph) -> (Vec<u32>, Vec<u32>) {
    let depth = depths(graph);
    let mut order = Vec::with_capacity(graph.values.len());
    let mut uses = vec![0_u32; graph.values.len()];
    let mut seen = vec![false; graph.values.len()];
    // Values; one whose operands are done is marked (there are fewer than `MAX_SIZE`).
    const DONE: u32 = 1 << 31;
    let mut work: Vec<u32> = Vec::with_capacity(64);
    for &root in &graph.roots {
        work.push(root);
        while let Some(v) = work.pop() {
            if v & DONE != 0 {
                order.push(v & !DONE);
                continue;
            }
            let value = graph.values[v as usize];
            if !matches!(value, Value::Apply { .. }) || std::mem::replace(&mut seen[v as usize], true) {
                continue;
            }
            work.push(v | DONE);
            let start = work.len();
            for_each_operand(value, |operand| {
                uses[operand as usize] += 1;
                if !seen[operand as usize] {
                    work.push(operand);
                }
            });
            // The last is taken first.
            work[start..].reverse();
            work[start..].sort_by_key(|v| depth[*v as usize]);
        }
    }
    (order, uses)
}

/// How many operations follow one another up to each value, itself included.
fn depths(graph: &Graph) -> Vec<u32> {
    let mut depths = Vec::with_capacity(graph.values.len());
    for value in &graph.values {
        let mut deepest = 0;
        for_each_operand(*value, |operand| deepest = deepest.max(depths[operand as usize] + 1));
        depths.push(deepest);
    }
    depths
}

fn for_each_operand(value: Value, mut visit: impl FnMut(u32)) {
    let Value::Apply { op, a, b, c } = value else { return };
    visit(a);
    match op.operands() {
        Operands::One | Operands::Literal => {}
        Operands::Two => visit(b),
        Operands::Three => {
            visit(b);
            visit(c);
        }
    }
}
