//! `secant plot`: pictures on standard output and in files.

use std::path::Path;
use std::process::{Command, Output, Stdio};

fn secant(words: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_secant"))
        .args(words)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// The picture on standard output, which is drawn in every case without a word on standard error.
#[track_caller]
fn draws(words: &[&str], parts: &[&str]) -> String {
    let done = secant(&[&["plot"], words].concat(), Path::new("."));
    let (svg, said) =
        (String::from_utf8(done.stdout).unwrap(), String::from_utf8_lossy(&done.stderr).into_owned());
    assert_eq!((done.status.code(), said.as_str()), (Some(0), ""), "{words:?}");
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"), "{svg}");
    for part in parts {
        assert!(svg.contains(part), "{part:?} is not in\n{svg}");
    }
    svg
}

#[track_caller]
fn refuses(words: &[&str], parts: &[&str]) {
    let done = secant(&[&["plot"], words].concat(), Path::new("."));
    let said = String::from_utf8_lossy(&done.stderr);
    assert_eq!((done.status.code(), done.stdout.as_slice()), (Some(2), &b""[..]), "{words:?}: {said}");
    for part in parts {
        assert!(said.contains(part), "{part:?} is not in\n{said}");
    }
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn curves() {
    draws(&["sin(x)", "x - x^3/6", "x=-4..4"], &["A curve: sin(x)", "A curve: x - x^3/6", "x from −4 to 4"]);
    draws(&["sin(t)"], &["t from −5 to 5"]);
    draws(&["f(x) = a x; f(x)", "x=0..1", "--define", "a = 3"], &["upwards from "]);
    draws(&["sqrt(x)^2", "x=-1..1"], &["A curve"]);
    draws(
        &["-x", "x=-pi..pi", "--y", "-2..2", "--title", "falling"],
        &["<title>falling", "upwards from −2 to 2"],
    );
    draws(&["x", "x=0..1", "--size", "300x200"], &["width=\"300\" height=\"200\""]);
}

#[test]
fn layers() {
    let svg = draws(
        &["exp(x)", "x=-2..2", "--taylor", "0", "--order", "3"],
        &["Taylor polynomial of order 3", "error bound, proven"],
    );
    assert!(svg.contains("fill-opacity"), "the tube is a wash");
    draws(&["x^2 - 2", "x=0..3", "--newton", "3"], &["Newton", "steps"]);
    draws(&["sin(x)", "x=0..7", "--area", "0..2pi"], &[">+</text>", ">−</text>"]);
    draws(
        &["x^2 + y^2", "x + y = 1", "x=-2..2", "y=-2..2"],
        &["A landscape", "A line of equal value: x + y = 1"],
    );
    draws(&["-y", "x", "x=-2..2", "y=-2..2", "--field"], &["A field of arrows: (-y, x)"]);
    draws(&["x y", "--field", "x=-2..2", "y=-2..2"], &["A landscape", "A field of arrows: gradient"]);
}

#[test]
fn files() {
    let folder = tempfile::tempdir().unwrap();
    let done = secant(&["plot", "sin(x)", "x=-4..4", "-o", "a.svg"], folder.path());
    assert_eq!((done.status.code(), done.stdout.as_slice()), (Some(0), &b""[..]));
    let svg = std::fs::read_to_string(folder.path().join("a.svg")).unwrap();
    assert_eq!(svg, draws(&["sin(x)", "x=-4..4"], &[]));
    // An old file gives way.
    for _ in 0..2 {
        let words = ["plot", "sin(x)", "x=-4..4", "--size", "320x200", "-o", "a.png"];
        assert_eq!(secant(&words, folder.path()).status.code(), Some(0));
    }
    let png = std::fs::read(folder.path().join("a.png")).unwrap();
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    let side = |k: usize| u32::from_be_bytes(png[k..k + 4].try_into().unwrap());
    assert_eq!([side(16), side(20)], [320, 200]);
    let done = secant(&["plot", "x", "x=0..1", "-o", "no/such/folder.svg"], folder.path());
    assert_eq!(done.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&done.stderr).contains("was not saved as no/such/folder.svg"));
}

#[test]
fn refusals() {
    refuses(&["sin(x)", "x=0..1", "-o", "a.pdf"], &[".svg and .png"]);
    refuses(&["sin(x", "x=0..1"], &["syntax.unbalanced", "| sin(x"]);
    refuses(&["x", "cos(x", "x=0..1"], &["syntax.unbalanced", "| cos(x"]);
    refuses(&["a x", "x=0..1"], &["`a` has no value", "name.without-value"]);
    refuses(&["log(-1 - x^2)", "x=0..1"], &["domain.nothing-to-draw"]);
    refuses(&["x", "x=1..0"], &["request.range", "smaller number first"]);
    refuses(&["x", "x=0..1", "--size", "9999x100"], &["request.size"]);
    refuses(&["x", "x=0..1", "--size", "big"], &["WIDTHxHEIGHT"]);
    refuses(&["x = y", "x=0..1"], &["request.equation"]);
    refuses(&["a b c"], &["over which name"]);
    refuses(&["1"], &["over which name"]);
    refuses(&["x=0..1"], &["nothing to draw"]);
    refuses(&["x", "x=0..1", "--field"], &["two names"]);
    refuses(&["x", "y", "x y", "x=0..1", "y=0..1"], &["--field"]);
    refuses(&["x", "a=0..1", "b=0..1", "c=0..1"], &["request.range"]);
    refuses(&["x", "x=0..1", "--taylor", "0", "--order", "1000"], &["budget.order"]);
}
