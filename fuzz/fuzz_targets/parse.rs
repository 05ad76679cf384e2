//! Any text is read or refused: no panic, every complaint points into the text, what is read prints and reads back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use secant::syntax::{
    Errors, FreeNames, Limits, lower, parse_expr, parse_latex, parse_shape, parse_statement,
};

fuzz_target!(|text: &str| {
    match parse_expr(text) {
        Ok(expr) => {
            let printed = expr.to_string();
            let again = parse_expr(&printed)
                .unwrap_or_else(|error| panic!("`{printed}` does not read back: {error:?}"));
            assert_eq!(again, expr, "`{printed}` reads as something else");
        }
        Err(errors) => inside(text, &errors),
    }
    match parse_latex(text, &Limits::default()) {
        Ok(written) => {
            if let Err(errors) = lower(&written, &mut FreeNames) {
                inside(text, &errors);
            }
        }
        Err(errors) => inside(text, &errors),
    }
    for errors in
        [parse_statement(text, &Limits::default()).err(), parse_shape(text, &Limits::default()).err()]
    {
        if let Some(errors) = errors {
            inside(text, &errors);
        }
    }
});

/// Every error has a place in the text (or right behind it), a code of the list and something to say.
fn inside(text: &str, errors: &Errors) {
    let length = text.chars().count() as u32;
    assert!(errors.iter().count() > 0, "refused without a reason");
    for error in errors.iter() {
        let span = error.span();
        assert!(
            span.from <= span.to && span.to <= length.max(1),
            "{span:?} in a text of {length}: {error:?}"
        );
        assert!(!error.message().is_empty() && error.code().contains('.'));
    }
}
