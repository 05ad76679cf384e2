//! What the engine prints, it reads back as the same expression; LaTeX and MathML are well formed.
#![no_main]

use arbitrary::Unstructured;
use libfuzzer_sys::fuzz_target;
use secant::syntax::parse_expr;

fuzz_target!(|bytes: &[u8]| {
    let Ok(expr) = secant_fuzz::expression(&mut Unstructured::new(bytes)) else { return };
    if expr.is_undefined() {
        return; // said in a word that is no part of the language
    }
    let text = expr.to_string();
    match parse_expr(&text) {
        Ok(again) => assert_eq!(again, expr, "`{text}` reads as something else"),
        // A person is told that there is no value; the constructors go on without one.
        Err(errors) if errors.iter().all(|error| error.code().starts_with("domain.")) => {}
        Err(errors) => panic!("`{text}` does not read back: {errors:?}"),
    }
    let latex = expr.to_latex();
    assert_eq!(latex.matches('{').count(), latex.matches('}').count(), "{latex}");
    assert_eq!(latex.matches("\\left").count(), latex.matches("\\right").count(), "{latex}");
    nested(&expr.to_mathml());
});

/// Every element that is opened is closed, in order.
fn nested(mathml: &str) {
    let mut open: Vec<&str> = Vec::new();
    for tag in mathml.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').unwrap_or_else(|| panic!("no end of a tag: {mathml}"));
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "{mathml}"),
            None if tag.ends_with('/') => {}
            None => open.push(tag.split_whitespace().next().unwrap_or("")),
        }
    }
    assert!(open.is_empty(), "left open: {open:?} in {mathml}");
}
