//! Programs as data: there and back, and what is refused.

use secant::expr::Symbol;
use secant::program::{Portable, Program, Workspace};

use crate::random::Random;

#[test]
fn there_and_back_gives_the_same_bits() {
    let names = ["x", "y", "z"].map(Symbol::new);
    for seed in 0..500 {
        let mut random = Random::new(seed + 77);
        let outputs = [random.expr(20), random.expr(6)];
        let program = Program::compile(&outputs, &names).unwrap();
        let portable = program.portable();
        let back = Program::from_portable(&portable).unwrap();
        assert_eq!(format!("{:?}", back.portable()), format!("{portable:?}"));
        let at = [random.number(), random.number(), random.number()];
        let (mut a, mut b) = ([0.0; 2], [0.0; 2]);
        program.evaluate(&at, &mut a, &mut Workspace::new()).unwrap();
        back.evaluate(&at, &mut b, &mut Workspace::new()).unwrap();
        for (a, b) in a.iter().zip(b) {
            assert!(a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()), "{outputs:?}");
        }
    }
}

fn good() -> Portable {
    Portable {
        version: 1,
        inputs: vec!["x".into(), "y \"\\\n".into()],
        constants: vec![0.5, f64::NEG_INFINITY, -0.0, f64::NAN, 1e300, 3.0],
        registers: 10,
        // mul, where, powi
        code: vec![3, 8, 0, 2, 53, 9, 8, 1, 0, 0, 0, 0, 7, 8, 9, -3],
        outputs: vec![8, 0],
    }
}

#[test]
fn json() {
    let text = good().to_json();
    assert_eq!(
        text,
        "{\"version\":1,\"inputs\":[\"x\",\"y \\\"\\\\\\u000a\"],\
         \"constants\":[0.5,\"-inf\",-0.0,\"nan\",1e300,3],\"registers\":10,\
         \"code\":[3,8,0,2,53,9,8,1,0,0,0,0,7,8,9,-3],\"outputs\":[8,0]}"
    );
    let read: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(read["inputs"][1], "y \"\\\n");
    assert!(read["constants"][2].as_f64().unwrap().is_sign_negative());
}

#[track_caller]
fn refused(code: &str, spoil: impl FnOnce(&mut Portable)) {
    assert!(Program::from_portable(&good()).is_ok());
    let mut portable = good();
    spoil(&mut portable);
    let error = Program::from_portable(&portable).unwrap_err();
    assert_eq!(error.code(), code, "{error}");
}

#[test]
fn what_is_no_program_is_refused() {
    refused("portable.version", |p| p.version = 2);
    refused("portable.repeated-input", |p| p.inputs[1] = "x".into());
    refused("portable.cut", |p| p.code.truncate(7));
    refused("portable.registers", |p| p.registers = 7);
    refused("portable.registers", |p| p.registers = u32::MAX);
    refused("portable.opcode", |p| p.code[0] = 0);
    refused("portable.opcode", |p| p.code[0] = 54);
    refused("portable.opcode", |p| p.code[0] = -1);
    refused("portable.third-operand", |p| p.code[8] = 1);
    refused("portable.third-operand", |p| p.code.truncate(8));
    refused("portable.read", |p| p.code[2] = 8);
    refused("portable.read", |p| p.code[3] = 10);
    refused("portable.read", |p| p.code[3] = -1);
    refused("portable.read", |p| p.code[9] = 9);
    refused("portable.read", |p| p.code[2] = i64::MIN);
    refused("portable.write", |p| p.code[1] = 7);
    refused("portable.write", |p| p.code[1] = 10);
    refused("portable.exponent", |p| p.code[15] = 1 << 31);
    refused("portable.unused", |p| p.code[12] = 5);
    refused("portable.output", |p| p.outputs.push(10));
    refused("portable.output", |p| {
        p.code.truncate(4);
        p.outputs[0] = 9;
        p.registers = 9;
    });
}
