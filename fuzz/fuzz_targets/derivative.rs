//! The derivative of anything ends, and is where a reader of the steps arrives.
#![no_main]

use arbitrary::Unstructured;
use libfuzzer_sys::fuzz_target;
use secant::calculus::{Derivation, Detail, derivative, explain};
use secant::expr::{Expr, Symbol};

fuzz_target!(|bytes: &[u8]| {
    let mut bytes = Unstructured::new(bytes);
    let Ok(a) = secant_fuzz::expression(&mut bytes) else { return };
    let x = Symbol::new("x");
    let da = derivative(&a, &x);
    let explained = explain(&a, &x, 1, Detail::Full, 1000);
    if !explained.cut && !da.is_undefined() {
        assert_eq!(followed(&explained, &a, &x), da, "the steps lead elsewhere for {a:?}");
    }
    if !a.contains(&x) && !a.is_undefined() {
        assert!(da.is_zero(), "a constant changes: {a:?}");
    }
});

/// Where a reader arrives who follows the steps: each unevaluated derivative replaced by what its line says.
fn followed(explained: &Derivation, of: &Expr, x: &Symbol) -> Expr {
    let mut line = Expr::derivative_of(of, x);
    for _ in 0..explained.steps.len() {
        let next = line.rebuild(|node| {
            explained.steps.iter().find(|step| step.from == *node).map(|step| step.to.clone())
        });
        if next == line {
            break;
        }
        line = next;
    }
    line
}
