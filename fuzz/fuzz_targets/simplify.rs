//! Another form is the same function: simplified or multiplied out, nothing changes where both have a value.
#![no_main]

use arbitrary::Unstructured;
use libfuzzer_sys::fuzz_target;
use secant::equality::{Options, Verdict, equal, proves_zero, simplify};
use secant::expr::{Expr, expand};

fuzz_target!(|bytes: &[u8]| {
    let Ok(expr) = secant_fuzz::expression(&mut Unstructured::new(bytes)) else { return };
    same(&expr, &simplify(&expr, 2_000), "simplified");
    if let Some(expanded) = expand(&expr, 500) {
        same(&expr, &expanded, "multiplied out");
    }
});

fn same(expr: &Expr, other: &Expr, how: &str) {
    let options = Options { proof_terms: 500, points: 20, ..Options::default() };
    let found = equal((expr, &[]), (other, &[]), &options);
    // FIXME: `equal` trusts numbers of double precision before it looks for a proof, and sums that cancel, such as
    // (e - 4)^16 multiplied out, lose half of theirs. Until it does not, a proof excuses it.
    if found.verdict == Verdict::Different {
        assert!(proves_zero(&(expr - other), &[], 50_000), "{expr} {how} is {other}: {found:?}");
    }
}
