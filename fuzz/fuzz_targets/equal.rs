//! Equality is sound: what is the same is never called different, and what is called equal has equal values.
#![no_main]

use arbitrary::Unstructured;
use libfuzzer_sys::fuzz_target;
use secant::equality::{Options, Verdict, equal};
use secant::expr::{Expr, Symbol};
use secant::program::eval;

fuzz_target!(|bytes: &[u8]| {
    let mut bytes = Unstructured::new(bytes);
    let (Ok(a), Ok(b)) = (secant_fuzz::expression(&mut bytes), secant_fuzz::expression(&mut bytes)) else {
        return;
    };
    let options = Options { proof_terms: 2_000, points: 20, ..Options::default() };
    let verdict = |a: &Expr, b: &Expr| equal((a, &[]), (b, &[]), &options).verdict;

    let other = Expr::integer(2) * (&a + &b) - &a - Expr::integer(2) * &b;
    assert_ne!(verdict(&a, &other), Verdict::Different, "{a} and {other}");

    if matches!(verdict(&a, &b), Verdict::Equal | Verdict::EqualWhereBothExist) {
        for point in [[0.3, 1.7, 0.9], [1.3, 0.4, 2.1], [-0.6, -1.1, 0.2]] {
            let at: Vec<_> = secant_fuzz::NAMES.iter().map(|name| Symbol::new(name)).zip(point).collect();
            let (Ok(left), Ok(right)) = (eval(&a, &at), eval(&b, &at)) else { continue };
            if left.is_finite() && right.is_finite() && left.abs() < 1e6 {
                let apart = (left - right).abs();
                assert!(apart <= 1e-3 * left.abs().max(1.0), "{a} = {b}? {left} and {right} at {point:?}");
            }
        }
    }
});
