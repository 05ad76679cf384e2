//! Names with a meaning: definitions in requests, derivatives inside texts, derivatives by parts of a variable.

use secant::sheet::{Limits, answer_line};
use serde_json::{Value, json};

fn ask(request: &Value) -> Value {
    serde_json::from_str(&answer_line(&request.to_string(), &Limits::default())).unwrap()
}

/// What a text means beside these definitions.
#[track_caller]
fn means(define: &[&str], text: &str, want: &str) {
    let reply = ask(&json!({"op": "parse", "expr": text, "define": define}));
    assert_eq!(reply["expr"], json!(want), "{text}: {reply}");
}

/// The mistake in a text beside these definitions: its code and the characters at fault.
#[track_caller]
fn refuses(define: &[&str], text: &str, code: &str, at: Option<[usize; 2]>) -> Value {
    let reply = ask(&json!({"op": "parse", "expr": text, "define": define}));
    let error = &reply["error"];
    assert_eq!(error["code"], json!(code), "{text}: {reply}");
    assert_eq!(error["at"], at.map_or(Value::Null, |at| json!(at)), "{text}: {reply}");
    error.clone()
}

#[track_caller]
fn check(request: Value, want: Value) {
    let reply = ask(&request);
    for (field, value) in want.as_object().unwrap() {
        assert_eq!(&reply[field], value, "`{field}` of {reply} for {request}");
    }
}

#[test]
fn definitions_in_any_order() {
    means(&["f(x) = x^2 + a", "a = 2 b"], "f(3)", "2 b + 9");
    means(&["a = 2 b", "f(x) = x^2 + a"], "f(3)", "2 b + 9");
    means(&["f(x, y) = x^2 y", "g(t) = f(t, 2 t)"], "g(x)", "2 x^3");
    means(&["A = [1, 2; 3, 4]", "x: vector(2)"], "A x", "[1, 2; 3, 4] x");
    means(&["x: vector(n)", "n = 3", "A: matrix(2, n)"], "A x", "A x");
    means(&["c() = 7"], "c() + 1", "8");
    // The variable of a function is its own affair.
    means(&["f(x) = x + y", "y = x"], "f(1)", "x + 1");
    means(&["f(a) = a^2", "a = 5"], "f(3) + a", "14");
}

#[test]
fn a_definition_keeps_rows_and_conditions() {
    check(
        json!({"op": "evaluate", "expr": "r A", "define": ["r = x'", "x = [1, 2]", "A = [1, 2; 3, 4]"]}),
        json!({"value": [7.0, 10.0]}),
    );
    check(
        json!({"op": "evaluate", "expr": "r x", "define": ["r = x'", "x = [1, 2]"]}),
        json!({"value": 5.0}),
    );
    check(
        json!({"op": "evaluate", "expr": "q", "define": ["q = x/x"], "at": {"x": 0}}),
        json!({"value": "nan"}),
    );
    check(
        json!({"op": "evaluate", "expr": "q(0)", "define": ["q(t) = t x/x"], "at": {"x": 0}}),
        json!({"value": "nan"}),
    );
    check(
        json!({"op": "parse", "expr": "q(y)", "define": ["q(t) = t/t"]}),
        json!({"expr": "1", "conditions": ["y != 0"]}),
    );
}

#[test]
fn functions_of_vectors() {
    let q: &[&str] = &["q(x) = x' A x", "A = [2, 1; 1, 3]"];
    check(json!({"op": "evaluate", "expr": "q([1, 2])", "define": q}), json!({"value": 18.0}));
    means(&["q(x) = x' A x", "x: vector(n)", "A: matrix(n, n)"], "q(x)", "x' A x");
    means(&["q(x) = x' A x", "x: vector(n)", "A: matrix(n, n)"], "grad(q)", "A x + A' x");
    means(&["q(x) = x' A x", "x: vector(n)", "A: matrix(n, n)"], "hessian(q)", "A + A'");
    means(&["twice(u) = 2 u", "x: vector(n)"], "twice(x) + twice(3) x", "8 x");
    means(&["f(n) = sum(ones(n))"], "f(k)", "k");
    refuses(q, "q([1, 2, 3])", "shape.product", Some([0, 12]));
}

#[test]
fn derivatives_inside_texts() {
    means(&[], "diff(x^2 y, x)", "2 x y");
    means(&[], "diff(x^2 y, x, 2)", "2 y");
    means(&[], "diff(x^2 y^3, x, y, 2)", "12 x y");
    means(&["f(x) = x^3"], "f'(x) + f''(2)", "3 x^2 + 12");
    means(&["f(x) = x^3"], "diff(f, x)(a + 1)", "3 (a + 1)^2");
    means(&[], "diff(x^2 + x, x)(3)", "7");
    means(&["y = x^3"], "dy/dx + d²y/dx²", "3 x^2 + 6 x");
    means(&["f(x, y) = x^2 y"], "∂f/∂x ∂f/∂y", "2 x^3 y");
    means(&["f(x, y) = x^2 y"], "∂²f/∂x∂y", "2 x");
    means(&["f(x, y) = x^2 y"], "∂²f/∂x²", "2 y");
    means(&[], "d/dx (x^3)", "3 x^2");
    means(&["f(x, y) = x^2 y"], "∇f", "[2 x y, x^2]");
    means(&["f(x, y) = x^2 y"], "grad(f)(1, 2)", "[4, 1]");
    means(&["f(x, y) = x^2 y"], "hessian(f)", "[2 y, 2 x; 2 x, 0]");
    means(&["f(x, y) = x^2 y", "g(x, y) = x - y"], "jacobian([f, g])", "[2 x y, x^2; 1, -1]");
    means(&[], "jacobian([x y, x + y], x, y)", "[y, x; 1, 1]");
    means(&[], "grad(x y, [x, y])", "[y, x]");
    means(&["x: vector(n)", "A: matrix(n, n)"], "diff(x' A x, x)", "A x + A' x");
    means(&["x: vector(n)", "A: matrix(n, n)"], "diff(x' A x, A)", "x x'");
    means(&["x: vector(4)", "A: matrix(4, 4)"], "diff(x' A x, x[2:3])", "(A x + A' x)[2:3]");
    means(&["A: matrix(m, n)"], "grad(sum(A .^ 2), A[1, :])", "2 A[1, :]");
    // The quotient of two names, as nothing says what `y` depends on.
    means(&[], "dy/dx", "dy/dx");
}

#[test]
fn a_derivative_holds_where_its_function_does() {
    check(json!({"op": "parse", "expr": "diff(log(x), x)"}), json!({"expr": "1/x", "conditions": ["x > 0"]}));
    check(json!({"op": "evaluate", "expr": "diff(log(x), x)", "at": {"x": -1}}), json!({"value": "nan"}));
}

#[test]
fn by_parts_of_a_variable() {
    let x = json!({"x": "vector(n)", "A": "matrix(n, n)"});
    let row = |op: &str, expr: &str, wrt: &str| json!({"op": op, "expr": expr, "wrt": wrt, "declare": x});
    check(row("grad", "x' A x", "x[2:n]"), json!({"expr": "(A x + A' x)[2:n]", "shape": ["n - 1"]}));
    check(row("grad", "x' A x", "x[2]"), json!({"expr": "(A x + A' x)[2]", "shape": []}));
    check(row("diff", "x' A x", "x[end]"), json!({"expr": "(A x + A' x)[n]"}));
    check(row("grad", "tr(A)", "A[1, :]"), json!({"expr": "eye(n)[:, 1]", "shape": ["n"]}));
    check(row("jacobian", "A x", "x[2:n]"), json!({"expr": "A[:, 2:n]", "shape": ["n", "n - 1"]}));
    let at = json!({"x": [1, 2, 3]});
    check(
        json!({"op": "hessian", "expr": "sum(x .^ 3)", "wrt": "x[2:3]", "declare": {"x": "vector(3)"}, "at": at}),
        json!({"value": [[12.0, 0.0], [0.0, 18.0]], "shape": ["2", "2"], "structure": "diagonal"}),
    );
    check(
        json!({"op": "hessian", "expr": "x[1]^2 x[3]", "wrt": ["x[1]", "x[3]"], "declare": {"x": "vector(3)"}, "at": at}),
        json!({"value": [[6.0, 2.0], [2.0, 0.0]]}),
    );
    check(
        json!({"op": "diff", "expr": "sum(x .^ 3)", "wrt": "x[2]", "order": 2, "declare": {"x": "vector(3)"}, "at": at}),
        json!({"value": 12.0}),
    );
    let refused = ask(&row("grad", "x' A x", "x[0]"));
    assert_eq!(refused["error"]["code"], json!("shape.index"), "{refused}");
    assert_eq!(refused["error"]["field"], json!("wrt"), "{refused}");
}

/// A derivative by a part is the central difference in the entries of that part.
#[test]
fn parts_against_central_differences() {
    let value = |expr: &str, point: &[f64]| {
        let request =
            json!({"op": "evaluate", "expr": expr, "declare": {"x": "vector(4)"}, "at": {"x": point}});
        ask(&request)["value"].as_f64().unwrap()
    };
    let point = [0.3, 1.2, -0.7, 2.0];
    for expr in [
        "sum(sin(x) .* x)",
        "exp(x[1] x[3]) + norm(x)",
        "logsumexp(x)",
        "x[2:4]' [1, 2; 3, 4; 5, 6] [x[1], 1]",
        "norm([x; 2 x[1:2]; 1])^3",
        "det([x[1:2], x[3:4]]) + sum([x x', x; x', x[1]])",
    ] {
        for (part, places) in [
            ("x[2:3]", vec![1, 2]),
            ("x[4]", vec![3]),
            ("x[1:4]", vec![0, 1, 2, 3]),
            ("x[3:end]", vec![2, 3]),
        ] {
            let request = json!({"op": "grad", "expr": expr, "wrt": part, "declare": {"x": "vector(4)"}, "at": {"x": point}});
            let reply = ask(&request);
            let have: Vec<f64> = match &reply["value"] {
                Value::Array(list) => list.iter().map(|v| v.as_f64().unwrap()).collect(),
                one => vec![one.as_f64().unwrap_or_else(|| panic!("{reply}"))],
            };
            assert_eq!(have.len(), places.len(), "{expr} by {part}");
            for (have, place) in have.iter().zip(places) {
                let step = |h: f64| {
                    let mut p = point;
                    p[place] += h;
                    value(expr, &p)
                };
                let want = (step(1e-5) - step(-1e-5)) / 2e-5;
                assert!(
                    (have - want).abs() < 1e-8 * want.abs().max(1.0),
                    "{expr} by {part}: {have}, not {want}"
                );
            }
        }
    }
}

#[test]
fn every_operation_knows_them() {
    let define = json!(["f(x) = x^2 + a", "a = 3"]);
    let with = |mut request: Value| {
        request["define"] = define.clone();
        request
    };
    check(with(json!({"op": "evaluate", "expr": "f(2)"})), json!({"value": 7.0}));
    check(with(json!({"op": "diff", "expr": "f(t)", "wrt": "t"})), json!({"expr": "2 t"}));
    check(with(json!({"op": "simplify", "expr": "f(x) - x^2"})), json!({"expr": "3"}));
    check(with(json!({"op": "grad", "expr": "f(x)", "wrt": ["x"]})), json!({"expr": ["2 x"]}));
    check(with(json!({"op": "equal", "a": "f(x)", "b": "x^2 + 3"})), json!({"verdict": "equal"}));
    check(
        with(json!({"op": "implicit_diff", "equation": "f(x) + y^2 = 4", "y": "y", "x": "x"})),
        json!({"expr": "-x/y"}),
    );
    check(with(json!({"op": "parametric_diff", "x": "t", "y": "f(t)", "t": "t"})), json!({"expr": "2 t"}));
    let explained =
        ask(&json!({"op": "explain", "of": with(json!({"op": "diff", "expr": "f(x)", "wrt": "x"}))}));
    assert_eq!(explained["expr"], json!("2 x"), "{explained}");
    check(with(json!({"op": "parse", "expr": "log(b - 3)", "assume": ["b > a"]})), json!({"conditions": []}));
}

/// Blocks print as what reads back.
#[test]
fn blocks_read_back() {
    let define = ["x: vector(n)", "y: vector(m)", "A: matrix(n, n)", "u: vector(3)"];
    for text in [
        "[x; y]",
        "[x; 1]",
        "[u; 2 u]",
        "[A, x; x', 1]",
        "[A, A]",
        "[A; x']",
        "[x', 1] [x; 1]",
        "[x[2:n]; y]",
    ] {
        let first = ask(&json!({"op": "parse", "expr": text, "define": define}));
        let again = ask(&json!({"op": "parse", "expr": first["expr"], "define": define}));
        assert_eq!(again["expr"], first["expr"], "{text}");
        assert_eq!(again["shape"], first["shape"], "{text}: {first}");
        let equal = ask(&json!({"op": "equal", "a": text, "b": first["expr"], "define": define}));
        assert_eq!(equal["verdict"], json!("equal"), "{text}: {first}");
        assert!(!first["expr"].as_str().unwrap().contains("x[1:m + n]"), "{first}");
    }
}

#[test]
fn an_equation_is_not_differentiated() {
    for (op, field) in [("diff", "wrt"), ("grad", "wrt"), ("hessian", "wrt"), ("jacobian", "wrt")] {
        let reply = ask(&json!({"op": op, "expr": "y = x^2", field: "x"}));
        assert_eq!(reply["error"]["code"], json!("request.equation"), "{reply}");
        assert!(reply["error"]["hint"].as_str().unwrap().contains("`x^2`"), "{reply}");
    }
    check(
        json!({"op": "jacobian", "expr": "[x y, x + y]", "wrt": ["x", "y"]}),
        json!({"expr": ["[y, 1]", "[x, 1]"]}),
    );
}

#[test]
fn mistakes() {
    let error = refuses(&["a = b", "b = a"], "a", "name.cycle", None);
    assert_eq!(error["message"], json!("`a`, `b` are defined by each other"));
    refuses(&["a = a + 1"], "a", "name.cycle", None);
    refuses(&["f(x) = f(x - 1)"], "f(2)", "name.cycle", None);
    refuses(&["a = 1", "a = 2"], "a", "name.defined-twice", None);
    refuses(&["a: vector(2)", "a = [1, 2]"], "a", "name.defined-twice", None);
    refuses(&["e = 3"], "e", "syntax.definition", Some([0, 1]));
    refuses(&["pi(x) = 3"], "1", "syntax.definition", Some([0, 2]));
    refuses(&["f(e) = e"], "1", "syntax.definition", Some([2, 3]));
    refuses(&["inf: vector(2)"], "1", "syntax.definition", Some([0, 3]));
    refuses(&["sin(x) = 3"], "1", "syntax.definition", Some([0, 3]));
    refuses(&["x^2"], "1", "syntax.definition", Some([0, 3]));
    refuses(&["y ~ a x"], "1", "syntax.definition", Some([0, 1]));
    // All of them at once, each with its field.
    let error = refuses(&["a = )", "b = 1/0", "c = 2", "d = sin("], "1", "syntax.unbalanced", Some([4, 5]));
    assert_eq!(error["field"], json!("define[0]"));
    assert_eq!(error["more"][0]["field"], json!("define[3]"));
    let error = refuses(&["b = 1/0"], "1", "domain.division-by-zero", Some([6, 7]));
    assert_eq!(error["field"], json!("define"));
    refuses(&["f(x) = x + 1/0"], "1", "domain.division-by-zero", Some([13, 14]));
    refuses(&["f(x) = x^2"], "f(1, 2)", "syntax.arguments", Some([0, 7]));
    refuses(&["f(x) = x^2"], "f + 1", "name.function", Some([0, 1]));
    refuses(&["f(x) = 1/x"], "1 + f(0)", "domain.undefined", Some([4, 8]));
    refuses(&["f = x^2"], "f'", "name.variable", Some([0, 2]));
    refuses(&["f(x, y) = x y"], "f'", "syntax.arguments", Some([0, 2]));
    refuses(&["f(x) = a x"], "diff(f, a)", "name.variable", Some([8, 9]));
    refuses(&["a = 2"], "diff(a x, a)", "name.variable", Some([10, 11]));
    refuses(&[], "diff(x^2, x + 1)", "syntax.arguments", Some([10, 15]));
    refuses(&[], "grad(x y)", "syntax.arguments", Some([5, 8]));
    refuses(&[], "grad()", "syntax.arguments", Some([0, 6]));
    refuses(&[], "grad([x, y], x)", "shape.grad", Some([0, 15]));
    refuses(&[], "diff(x, x, 21)", "syntax.arguments", Some([11, 13]));
    refuses(&[], "∂y/∂x", "name.unknown", Some([1, 2]));
    refuses(&["x: vector(n)"], "diff(sum(x), n)", "shape.wrt", Some([0, 15]));
    refuses(&["A: matrix(n, n)"], "diff(A A, A, 4)", "budget.axes", Some([0, 15]));
    check(json!({"op": "diff", "expr": "a x", "wrt": "a", "define": ["a = 1"]}), json!({"ok": false}));
    check(json!({"op": "parse", "expr": "e", "declare": {"e": "scalar"}}), json!({"ok": false}));
}

/// Definitions that double at each step end, by sharing or by a limit.
#[test]
fn definitions_are_bounded() {
    let doubling: Vec<String> = std::iter::once("f0(x) = x + 1".to_owned())
        .chain((1..200).map(|k| format!("f{k}(x) = f{j}(f{j}(x)/2) + f{j}(x)", j = k - 1)))
        .collect();
    let reply = ask(&json!({"op": "parse", "expr": "f199(x)", "define": doubling}));
    let code = reply["error"]["code"].as_str().unwrap_or_default();
    assert!(code.starts_with("budget."), "{reply}");
    let values: Vec<String> = (1..1000).map(|k| format!("a{k} = a{} + 1", k - 1)).collect();
    let reply = ask(&json!({"op": "parse", "expr": "a999", "define": values}));
    assert_eq!(reply["expr"], json!("a0 + 999"), "{reply}");
    // Other shapes at every level.
    let growing: Vec<String> = std::iter::once("g0(x) = x".to_owned())
        .chain((1..300).map(|k| format!("g{k}(x) = g{j}([x, x])[1]", j = k - 1)))
        .collect();
    let reply = ask(&json!({"op": "parse", "expr": "g299([1, 2])", "define": growing}));
    assert_eq!(reply["ok"], json!(false), "{reply}");
    let many: Vec<String> = (0..2000).map(|k| format!("a{k} = 1")).collect();
    let reply = ask(&json!({"op": "parse", "expr": "1", "define": many}));
    assert_eq!(reply["error"]["code"], json!("budget.definitions"), "{reply}");
}
