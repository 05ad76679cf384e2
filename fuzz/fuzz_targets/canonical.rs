//! The canonical form is one form: building an expression again, or in another order, changes nothing.
#![no_main]

use arbitrary::Unstructured;
use libfuzzer_sys::fuzz_target;
use secant::expr::{Expr, Node, Symbol, power, product};

fuzz_target!(|bytes: &[u8]| {
    let mut bytes = Unstructured::new(bytes);
    let (Ok(a), Ok(b)) = (secant_fuzz::expression(&mut bytes), secant_fuzz::expression(&mut bytes)) else {
        return;
    };
    let again = a.rebuild(|leaf| match leaf.node() {
        Node::Var(name) => Some(Expr::var(Symbol::new(name.name()))),
        Node::Number(n) => Some(Expr::number(n.clone())),
        Node::Constant(c) => Some(Expr::constant(*c)),
        _ => None,
    });
    assert_eq!(again, a, "built again, it is another expression");
    assert_eq!(again.stable_hash(), a.stable_hash());
    assert_eq!(&a + &b, &b + &a, "a sum depends on the order of its terms");
    assert_eq!(&a * &b, &b * &a, "a product depends on the order of its factors");
    assert_eq!(product([a.clone(), Expr::one()]), a);
    assert_eq!(power(&a, &Expr::one()), a);
    let zero = &a - &a;
    assert!(zero.is_zero() || zero.is_undefined(), "a - a = {zero:?}");
});
