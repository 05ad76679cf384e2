//! A program as JSON, for the interpreter in the page.

use serde_json::{Number, Value, json};

use crate::program::Program;

use super::compiled::Portable;

/// The program in the portable form.
pub(super) fn json(program: &Program) -> Portable {
    let p = program.portable();
    let constants: Vec<Value> = p.constants.iter().map(|x| number(*x)).collect();
    json!({
        "version": p.version,
        "inputs": p.inputs,
        "constants": constants,
        "registers": p.registers,
        "code": p.code,
        "outputs": p.outputs,
    })
}

/// A number that JSON may not have.
fn number(x: f64) -> Value {
    // 3, not 3.0: a third less to send.
    if x == x.trunc() && x.abs() < 1e15 && (x != 0.0 || x.is_sign_positive()) {
        return Value::from(x as i64);
    }
    match Number::from_f64(x) {
        Some(n) => Value::Number(n),
        None if x.is_nan() => "nan".into(),
        None if x > 0.0 => "inf".into(),
        None => "-inf".into(),
    }
}
