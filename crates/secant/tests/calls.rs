//! Calls as people write them, and the requests that they make.

use std::collections::BTreeMap;

use secant::sheet::{Called, Limits, Reader, Scope, called, words};
use serde_json::{Value, json};

fn scope(define: &[&str]) -> Scope {
    let define: Vec<String> = define.iter().map(|text| (*text).to_owned()).collect();
    Reader::new(&BTreeMap::new(), &define, &[], &Limits::default()).unwrap().scope().clone()
}

#[track_caller]
fn read(define: &[&str], text: &str) -> Called {
    called(text, &scope(define))
        .unwrap_or_else(|| panic!("{text} is no call"))
        .unwrap_or_else(|f| panic!("{f:?}"))
}

#[track_caller]
fn asks(text: &str, want: Value) {
    assert_eq!(read(&["f(t) = t^2", "g(u, v) = u v"], text).request, want, "{text}");
}

#[test]
fn each_word_makes_its_request() {
    asks(
        "evaluate(x^2 + y, x = 2, y = 1/3)",
        json!({"op": "evaluate", "expr": "x^2 + y", "at": {"x": "2", "y": "1/3"}}),
    );
    asks("simplify(x/x)", json!({"op": "simplify", "expr": "x/x"}));
    asks("equal(x, sin(x))", json!({"op": "equal", "a": "x", "b": "sin(x)"}));
    asks(
        "taylor(sin(x), x = pi/2, order = 5)",
        json!({"op": "taylor", "expr": "sin(x)", "at": {"x": "pi/2"}, "order": 5}),
    );
    asks("taylor(f, t = 0, 2)", json!({"op": "taylor", "expr": "f(t)", "at": {"t": "0"}, "order": 2}));
    asks(
        "taylor(sin(x), x = 0, 5, over = -1..1)",
        json!({"op": "taylor", "expr": "sin(x)", "at": {"x": "0"}, "order": 5, "over": {"x": ["-1", "1"]}}),
    );
    asks(
        "taylor(g(x, y), x = 0, y = 1, 2, over = [x = -1..1, y = 0..2])",
        json!({"op": "taylor", "expr": "g(x, y)", "at": {"x": "0", "y": "1"}, "order": 2, "over": {"x": ["-1", "1"], "y": ["0", "2"]}}),
    );
    asks("limit(sin(x)/x, x = 0)", json!({"op": "limit", "expr": "sin(x)/x", "wrt": "x", "to": "0"}));
    asks(
        "limit(1/x, x = 0, side = left)",
        json!({"op": "limit", "expr": "1/x", "wrt": "x", "to": "0", "side": "left"}),
    );
    asks(
        "explain(limit(f, t = 1))",
        json!({"op": "explain", "of": {"op": "limit", "expr": "f(t)", "wrt": "t", "to": "1"}}),
    );
}

/// The places are those of the texts in the call, so that a mistake in one is shown there.
#[test]
fn texts_have_their_places() {
    let text = "taylor(sin(x) + 1, x = 0, 3)";
    let places = read(&[], text).places;
    assert_eq!(places, [("expr".to_owned(), [7, 17])]);
    assert_eq!(&text[7..17], "sin(x) + 1");
}

#[test]
fn what_is_no_such_call() {
    let is_none = |text: &str| assert!(called(text, &scope(&[])).is_none(), "{text}");
    is_none("x^2");
    is_none("diff(x^2, x)");
    is_none("taylor(sin(x), x = 0, 3) + 1");
    is_none("taylor(sin(x), x = 0, 3)(2)");
    is_none("solve(A, b)");
    is_none("solve([2, 0; 0, 4], [2, 4])");
    is_none("taylor(sin(x), x = 0");
    let wrong = |text: &str| {
        let fault = called(text, &scope(&[])).unwrap().unwrap_err();
        assert_eq!(fault.code, "request.call", "{text}");
        assert!(fault.hint.as_ref().is_some_and(|hint| hint.starts_with("write `")), "{text}: {fault:?}");
        fault.at.unwrap()
    };
    assert_eq!(wrong("taylor(sin(x), x = 0)"), [0, 21]);
    assert_eq!(wrong("taylor(sin(x), x = 0, order = many)"), [30, 34]);
    assert_eq!(wrong("taylor(sin(x), x = 0, 3, 4)"), [25, 26]);
    assert_eq!(wrong("taylor()"), [0, 8]);
    assert_eq!(wrong("limit(x)"), [0, 8]);
    assert_eq!(wrong("limit(x, 3)"), [9, 10]);
    assert_eq!(wrong("simplify(x, 2)"), [12, 13]);
    assert_eq!(wrong("equal(x)"), [0, 8]);
    assert_eq!(wrong("evaluate(x, 3)"), [12, 13]);
}

/// What a word shows as its form is read, and its request is understood.
#[test]
fn every_form_is_one() {
    assert!(words().count() >= 5);
    for (word, form) in words() {
        for form in form.split(" or ") {
            let data = ["xs = [0, 1, 2]", "ys = [2, 1, 0.5]"];
            let call = read(if word == "fit" { &data } else { &[] }, form);
            let request = secant::sheet::Request::from_json(call.request);
            assert!(request.is_ok(), "{form}: {request:?}");
        }
    }
}
