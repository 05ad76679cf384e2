//! Requests about vectors and matrices, from the declaration to the value.
//!
//! Numbers such as (57) are those of equations in Petersen & Pedersen, *The Matrix Cookbook* (2012), restated in the
//! language; each derivative is compared with central differences of `evaluate`, which knows none of our rules.

use secant::sheet::{Limits, answer_line};
use serde_json::{Map, Value, json};

fn ask(request: &Value) -> Value {
    serde_json::from_str(&answer_line(&request.to_string(), &Limits::default())).unwrap()
}

#[track_caller]
fn check(request: Value, want: Value) {
    let reply = ask(&request);
    for (field, value) in want.as_object().unwrap() {
        assert_eq!(&reply[field], value, "`{field}` of {reply} for {request}");
    }
}

#[track_caller]
fn refuses(request: Value, code: &str, at: Option<[usize; 2]>) {
    let reply = ask(&request);
    assert_eq!(reply["ok"], json!(false), "{reply}");
    assert_eq!(reply["error"]["code"], json!(code), "{reply}");
    assert_eq!(reply["error"]["at"], at.map_or(Value::Null, |at| json!(at)), "{reply}");
}

/// The numbers of nested lists, and how many there are at each level.
fn flat(value: &Value) -> (Vec<usize>, Vec<f64>) {
    match value.as_array() {
        None => (vec![], vec![value.as_f64().unwrap_or(f64::NAN)]),
        Some(list) => {
            let parts: Vec<_> = list.iter().map(flat).collect();
            let inner = parts.first().map_or(vec![], |(s, _)| s.clone());
            let shape = std::iter::once(list.len()).chain(inner).collect();
            (shape, parts.into_iter().flat_map(|(_, d)| d).collect())
        }
    }
}

fn nested(shape: &[usize], data: &[f64]) -> Value {
    match shape {
        [] => json!(data[0]),
        [_, inner @ ..] => {
            let size = inner.iter().product::<usize>().max(1);
            data.chunks(size).map(|c| nested(inner, c)).collect()
        }
    }
}

#[track_caller]
fn close(have: &[f64], want: &[f64], tolerance: f64, what: &str) {
    assert_eq!(have.len(), want.len(), "{what}");
    let size = want.iter().fold(1.0_f64, |m, x| m.max(x.abs()));
    for (k, (x, y)) in have.iter().zip(want).enumerate() {
        assert!((x - y).abs() <= tolerance * size, "entry {k} of {what}: {x} for {y}");
    }
}

/// The value of a text at a point, in which `X` is 2×3, `A` and `B` are 2×2, `x` and `y` have 2 entries and `w` has 3.
#[track_caller]
fn value(text: &str, want: Value) {
    let request = json!({
        "op": "evaluate", "expr": text,
        "declare": {"X": "matrix(m, n)", "A": "matrix(m, m)", "B": "matrix(m, m)", "x": "vector(m)", "y": "vector(m)",
                    "w": "vector(n)"},
        "at": {"X": [[1, 2, 3], [4, 5, 6]], "A": [[2, 1], [1, 3]], "B": [[0, 1], [1, 0]], "x": [1, 2], "y": [3, -1],
               "w": [1, 0, -1], "a": 2, "k": 2},
    });
    let reply = ask(&request);
    let (shape, have) = flat(&reply["value"]);
    let (want_shape, want) = flat(&want);
    assert_eq!(shape, want_shape, "{text}: {reply}");
    close(&have, &want, 1e-12, text);
}

#[test]
fn values() {
    value("X w", json!([-2, -2]));
    value("X' x", json!([9, 12, 15]));
    value("x' X", json!([9, 12, 15]));
    value("x' y", json!(1));
    value("x y'", json!([[3, -1], [6, -2]]));
    value("x' A y", json!(5));
    value("A B x", json!([5, 5]));
    value("A^2", json!([[5, 5], [5, 10]]));
    value("A^-1", json!([[0.6, -0.2], [-0.2, 0.4]]));
    value("A .^ 2", json!([[4, 1], [1, 9]]));
    value("A .* B + 1", json!([[1, 2], [2, 1]]));
    value("x ./ y", json!([1.0 / 3.0, -2]));
    value("1 ./ x", json!([1, 0.5]));
    value("2 .^ x", json!([2, 4]));
    value("x/2", json!([0.5, 1]));
    value("a x - y", json!([-1, 5]));
    value("sum(X)", json!(21));
    value("sum(X, 1)", json!([5, 7, 9]));
    value("sum(X, 2)", json!([6, 15]));
    value("mean(X)", json!(3.5));
    value("mean(X, 2)", json!([2, 5]));
    value("sum(x)/m", json!(1.5));
    value("norm([3, 4])", json!(5));
    value("norm1(y)", json!(4));
    value("norm(A)", json!(15f64.sqrt()));
    value("dot(x, y)", json!(1));
    value("tr(A)", json!(5));
    value("det(A)", json!(5));
    value("logdet(A)", json!(5f64.ln()));
    value("inv(A) A", json!([[1, 0], [0, 1]]));
    value("solve(A, x)", json!([0.2, 0.6]));
    value("diag(x)", json!([[1, 0], [0, 2]]));
    value("diag(A)", json!([2, 3]));
    value("eye(m)", json!([[1, 0], [0, 1]]));
    value("eye(k)", json!([[1, 0], [0, 1]]));
    value("ones(2, 3)", json!([[1, 1, 1], [1, 1, 1]]));
    value("max(X)", json!(6));
    value("min(y)", json!(-1));
    value("max(X, axis=1)", json!([4, 5, 6]));
    value("max(x, y)", json!([3, 2]));
    value("min(x, y, 0)", json!([0, -1]));
    value("prod(X, axis=2)", json!([6, 120]));
    value("logsumexp([0, 0])", json!(2f64.ln()));
    value("softmax([0, log(3)])", json!([0.25, 0.75]));
    value("sum(softmax(X), 2)", json!([1, 1]));
    value("sum(softmax(X, axis=1), 1)", json!([1, 1, 1]));
    value("where(y > 0, x, -x)", json!([1, -2]));
    value("where(a > 0, x, y)", json!([1, 2]));
    value("[a, 2 a, 3]", json!([2, 4, 3]));
    value("[1, 2; 3, 4] [1, 2]", json!([5, 11]));
    value("[x, y]", json!([[1, 3], [2, -1]]));
    value("[x'; y']", json!([[1, 2], [3, -1]]));
    value("[x; y]", json!([1, 2, 3, -1]));
    value("[x; 7; w]", json!([1, 2, 7, 1, 0, -1]));
    value("[x', 7]", json!([1, 2, 7]));
    value("[x', 7] [y; 1]", json!(8));
    value("[A, y; x', 7]", json!([[2, 1, 3], [1, 3, -1], [1, 2, 7]]));
    value("[A, B]", json!([[2, 1, 0, 1], [1, 3, 1, 0]]));
    value("[A; B]", json!([[2, 1], [1, 3], [0, 1], [1, 0]]));
    value("[X; w']", json!([[1, 2, 3], [4, 5, 6], [1, 0, -1]]));
    value("[X, x, ones(m)]", json!([[1, 2, 3, 1, 1], [4, 5, 6, 2, 1]]));
    value("[[1, 2]; [3, 4]]", json!([[1, 2], [3, 4]]));
    value("sum([x; y] .^ 2)", json!(15));
    value("stack(X, X)[2, 1, 3]", json!(3));
    value("w[2:n]", json!([0, -1]));
    value("w[1:n-1]", json!([1, 0]));
    value("w[k]", json!(0));
    value("w[end]", json!(-1));
    value("X[2, :]", json!([4, 5, 6]));
    value("X[:, 2:n]", json!([[2, 3], [5, 6]]));
    value("X[2, k + 1]", json!(6));
    value("einsum(X[i, j] w[j] x[i])", json!(-6));
    value("einsum(A[i, k] B[k, j] x[k], [i, j])", json!([[2, 2], [6, 1]]));
    value("cross([1, 0, 0], [0, 1, 0])", json!([0, 0, 1]));
    value("sigmoid(x' y - 1)", json!(0.5));
}

#[test]
fn parse_and_faults() {
    let declare = json!({"X": "matrix(m, n)", "w": "vector(m)", "S": "matrix(n, n, symmetric)"});
    check(
        json!({"op": "parse", "expr": "X' w", "declare": declare}),
        json!({"ok": true, "shape": ["n"], "free": ["X", "w"], "conditions": []}),
    );
    check(
        json!({"op": "parse", "latex": r"X^\top w", "declare": declare}),
        json!({"ok": true, "shape": ["n"]}),
    );
    check(json!({"op": "parse", "latex": r"X^T w", "declare": declare}), json!({"ok": true, "shape": ["n"]}));
    check(json!({"op": "parse", "expr": "log(w)", "declare": declare}), json!({"conditions": []}));
    refuses(json!({"op": "parse", "expr": "2 X w", "declare": declare}), "shape.product", Some([4, 5]));
    refuses(json!({"op": "grad", "expr": "X' w", "wrt": "w", "declare": declare}), "shape.grad", None);
    check(
        json!({"op": "diff", "expr": "sum(w)", "wrt": "w", "declare": declare}),
        json!({"ok": true, "expr": "ones(m)"}),
    );
    refuses(json!({"op": "diff", "expr": "sum(w)/m", "wrt": "m", "declare": declare}), "shape.wrt", None);
    refuses(json!({"op": "grad", "expr": "w[k]", "wrt": "k", "declare": declare}), "shape.wrt", None);
    refuses(
        json!({"op": "implicit_diff", "equation": "X' w = w", "y": "y", "x": "x", "declare": declare}),
        "shape.equation",
        None,
    );
    refuses(
        json!({"op": "implicit_diff", "equation": "y = x", "y": "w", "x": "x", "declare": declare}),
        "shape.wrt",
        None,
    );
    refuses(
        json!({"op": "parse", "expr": "T", "declare": {"T": "tensor(1,1,1,1,1,1,1,1,1)"}}),
        "budget.axes",
        Some([0, 25]),
    );
    refuses(
        json!({"op": "evaluate", "expr": "sum(w)", "declare": declare, "at": {}}),
        "name.without-value",
        None,
    );
    refuses(
        json!({"op": "evaluate", "expr": "X' w", "declare": declare, "at": {"X": [[1], [2]], "w": [1, 2, 3]}}),
        "shape.array",
        None,
    );
    // A condition on a number counts, whatever axes it has inside.
    let at = json!([{"w": [0, 0]}, {"w": [3, 4]}]);
    check(
        json!({"op": "evaluate", "expr": "norm(w)/norm(w)", "declare": declare, "at": at}),
        json!({"values": ["nan", 1.0]}),
    );
    check(
        json!({"op": "evaluate", "expr": "w/norm(w)", "declare": declare, "at": at}),
        json!({"values": [["nan", "nan"], [0.6, 0.8]]}),
    );
    check(json!({"op": "evaluate", "expr": "ones(m)[1]", "at": {"m": 3}}), json!({"value": 1.0}));
}

#[track_caller]
fn equal(a: &str, b: &str, verdict: &str) {
    let request = json!({
        "op": "equal", "a": a, "b": b,
        "declare": {"X": "matrix(m, n)", "A": "matrix(n, n)", "B": "matrix(n, n)", "S": "matrix(n, n, symmetric)",
                    "x": "vector(n)", "y": "vector(n)", "w": "vector(m)"},
    });
    let reply = ask(&request);
    assert_eq!(reply["verdict"], json!(verdict), "{a} and {b}: {reply}");
}

#[test]
fn equality() {
    equal("(A B)'", "B' A'", "equal");
    equal("x' A y", "y' A' x", "equal");
    equal("x' S y", "y' S x", "equal");
    equal("x' A y", "y' A x", "different");
    equal("norm(X x - w)^2", "x' X' X x - 2 w' X x + w' w", "equal");
    equal("(A + B)^2", "A^2 + A B + B A + B^2", "equal");
    equal("(A + B)^2", "A^2 + 2 A B + B^2", "different");
    equal("tr(A B)", "tr(B A)", "equal");
    equal("tr(x y')", "x' y", "equal");
    equal("inv(A B)", "inv(B) inv(A)", "equal");
    equal("det(A B)", "det(A) det(B)", "equal");
    equal("det(eye(n) + A B)", "det(eye(n) + B A)", "equal at tested points");
    equal("logsumexp(x)", "log(sum(exp(x)))", "equal at tested points");
    equal("x", "x'", "equal");
    equal("x", "w", "different");
    equal("sum(x)", "x", "different");
    equal("x .* y", "y .* x", "equal");
    equal("A .* B", "A B", "different");
    equal("sum(x[2:n] - x[1:n-1])", "x[n] - x[1]", "equal at tested points");
    equal("norm(x)/norm(x)", "1", "equal where both exist");
    equal("diag(x) y", "x .* y", "equal");
    equal("eye(n) x", "x", "equal");
}

/// Entries of every name; square matrices are well conditioned with a positive determinant.
fn points() -> Map<String, Value> {
    let mut state = 7_u64;
    let mut draw = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 11) as f64 * f64::EPSILON / 2.0 * 1024.0).round() / 1024.0
    };
    let mut at = Map::new();
    for (name, shape) in shapes() {
        let size: usize = shape.iter().product();
        let mut data: Vec<f64> = (0..size).map(|_| 0.25 + draw()).collect();
        if let [m, n] = shape[..]
            && m == n
        {
            (0..n).for_each(|k| data[k * n + k] += 2.0);
            if name == "S" {
                (0..n * n).for_each(|k| data[k] = data[(k / n).max(k % n) * n + (k / n).min(k % n)]);
            }
        }
        at.insert(name.into(), nested(&shape, &data));
    }
    at
}

/// m = 4, n = 3.
fn shapes() -> Vec<(&'static str, Vec<usize>)> {
    let square = ["A", "B", "C", "D", "X", "S", "W"].map(|name| (name, vec![3, 3]));
    let columns = ["a", "b", "c", "d", "x", "s", "y"].map(|name| (name, vec![3]));
    let others = [("F", vec![4, 3]), ("G", vec![4, 3]), ("u", vec![4]), ("v", vec![4]), ("t", vec![])];
    square.into_iter().chain(columns).chain(others).collect()
}

fn declarations() -> Value {
    let of = |shape: &[usize], name: &str| {
        let dim = |n: usize| if n == 4 { "m" } else { "n" };
        match shape {
            [] => "scalar".to_owned(),
            [n] => format!("vector({})", dim(*n)),
            [m, n] if name == "S" => format!("matrix({}, {}, symmetric)", dim(*m), dim(*n)),
            [m, n] => format!("matrix({}, {})", dim(*m), dim(*n)),
            _ => unreachable!(),
        }
    };
    shapes()
        .into_iter()
        .map(|(name, shape)| (name.to_owned(), json!(of(&shape, name))))
        .collect::<Map<_, _>>()
        .into()
}

/// The derivative, checked entry by entry against central differences of `evaluate`.
#[track_caller]
fn derivative(expr: &str, wrt: &str) {
    let (declare, at) = (declarations(), points());
    let (shape, centre) = flat(&at[wrt]);
    let op = if shape.is_empty() { "diff" } else { "jacobian" };
    let reply = ask(&json!({"op": op, "expr": expr, "wrt": wrt, "declare": declare, "at": at}));
    assert_eq!(reply["ok"], json!(true), "{expr}: {reply}");
    let (_, have) = flat(&reply["value"]);
    // The text of the answer means what the answer is worth.
    let again = ask(&json!({"op": "evaluate", "expr": reply["expr"], "declare": declare, "at": at}));
    let short: String = reply["expr"].to_string().chars().take(300).collect();
    assert_eq!(again["ok"], json!(true), "{expr} by {wrt}: {again} for {short}");
    close(&flat(&again["value"]).1, &have, 1e-9, &format!("{short} read back"));
    let h = 1e-5;
    let mut list = Vec::new();
    for j in 0..centre.len() {
        for sign in [1.0, -1.0] {
            let mut data = centre.clone();
            data[j] += sign * h;
            let mut at = at.clone();
            at.insert(wrt.into(), nested(&shape, &data));
            list.push(at);
        }
    }
    let reply = ask(&json!({"op": "evaluate", "expr": expr, "declare": declare, "at": list}));
    let values: Vec<Vec<f64>> = reply["values"].as_array().unwrap().iter().map(|v| flat(v).1).collect();
    let rows = values[0].len();
    let want: Vec<f64> = (0..rows * centre.len())
        .map(|k| {
            let (i, j) = (k / centre.len(), k % centre.len());
            (values[2 * j][i] - values[2 * j + 1][i]) / (2.0 * h)
        })
        .collect();
    close(&have, &want, 2e-8, &format!("d {expr} / d {wrt}"));
}

#[test]
fn cookbook() {
    derivative("det(X)", "X"); // (49)
    derivative("det(A X B)", "X"); // (51)
    derivative("det(X' A X)", "X"); // (52)
    derivative("det(F' F)", "F"); // (54), A = I
    derivative("logdet(F' F)", "F"); // (55)
    derivative("logdet(X)", "X"); // (57)
    derivative("det(X^3)", "X"); // (58), k = 3
    derivative("inv(X)", "X"); // (60)
    derivative("a' inv(X) b", "X"); // (61)
    derivative("det(inv(X))", "X"); // (62)
    derivative("tr(A inv(X) B)", "X"); // (63)
    derivative("tr(inv(X + A))", "X"); // (64)
    derivative("x' a", "x"); // (69)
    derivative("a' x", "x"); // (69)
    derivative("a' X b", "X"); // (70)
    derivative("a' X' b", "X"); // (71)
    derivative("a' X a", "a"); // (72), by a
    derivative("sum(X)^2", "X"); // (76)
    derivative("b' F' F c", "F"); // (77)
    derivative("(B x + b)' C (D x + d)", "x"); // (78)
    derivative("X' B X", "X"); // (79), (80)
    derivative("x' B x", "x"); // (81)
    derivative("b' X' D X c", "X"); // (82)
    derivative("(X b + c)' D (X b + c)", "X"); // (83)
    derivative("(x - A s)' W (x - A s)", "s"); // (84)
    derivative("(x - s)' W (x - s)", "x"); // (85)
    derivative("(x - s)' W (x - s)", "s"); // (86)
    derivative("(x - A s)' W (x - A s)", "x"); // (87)
    derivative("(x - A s)' W (x - A s)", "A"); // (88)
    derivative("x' X x", "X"); // (90), n = 1
    derivative("a' X^3 b", "X"); // (91), n = 3
    derivative("a' (X^2)' X^2 b", "X"); // (92), n = 2
    derivative("a' x + x' A x + b' x", "x"); // (97), (98)
    derivative("tr(X)", "X"); // (99)
    derivative("tr(X A)", "X"); // (100)
    derivative("tr(A X B)", "X"); // (101)
    derivative("tr(A X' B)", "X"); // (102)
    derivative("tr(X' A)", "X"); // (103)
    derivative("tr(A X')", "X"); // (104)
    derivative("tr(X^2)", "X"); // (106)
    derivative("tr(X^2 B)", "X"); // (107)
    derivative("tr(X' B X)", "X"); // (108)
    derivative("tr(B X X')", "X"); // (109)
    derivative("tr(X X' B)", "X"); // (110)
    derivative("tr(X B X')", "X"); // (111)
    derivative("tr(B X' X)", "X"); // (112)
    derivative("tr(X' X B)", "X"); // (113)
    derivative("tr(A X B X)", "X"); // (114)
    derivative("tr(X' X)", "X"); // (115)
    derivative("tr(B' X' C X B)", "X"); // (116)
    derivative("tr(X' B X C)", "X"); // (117)
    derivative("tr(A X B X' C)", "X"); // (118)
    derivative("tr((A X B + C) (A X B + C)')", "X"); // (119)
    derivative("tr(X^4)", "X"); // (121), k = 4
    derivative("tr(A X^3)", "X"); // (122), k = 3
    derivative("tr(B' X' C X X' C X B)", "X"); // (123)
    derivative("tr(inv(X' C X) A)", "X"); // (125)
    derivative("tr(inv(X' C X) (X' B X))", "X"); // (126)
    derivative("tr(inv(A + X' C X) (X' B X))", "X"); // (127)
    derivative("tr(sin(X))", "X"); // (128), entry by entry
    derivative("norm(x - a)", "x"); // (129)
    derivative("(x - a)/norm(x - a)", "x"); // (130)
    derivative("norm(x)^2", "x"); // (131)
    derivative("norm(F)^2", "F"); // (132)
    derivative("inv(t A + B)", "t"); // (59)
    derivative("det(t A + B)", "t"); // (46)
    derivative("logdet(t A + B)", "t"); // (43)
    derivative("A (t X) B", "t"); // (37)
}

#[test]
fn learning() {
    derivative("norm(F x - u)^2 + t norm(x)^2", "x");
    derivative("sum(log(1 + exp(-u .* (F x))))/m", "x");
    derivative("sum(log(1 + exp(-u .* (F x))))/m", "F");
    derivative("softmax(A x)", "x");
    derivative("logsumexp(A x + b) - y' (A x + b)", "A");
    derivative("sum((u - F tanh(A x + b)) .^ 2)", "A");
    derivative("sum((u - F relu(A x + b)) .^ 2)/2", "b");
    derivative("sum(abs(x - a))", "x");
    derivative("max(x .* a)", "x");
    derivative("prod(x)", "x");
    derivative("norm1(F x)", "x");
    derivative("sum(softmax(F) .* G)", "F");
    derivative("sum(softmax(F, axis=1) .* G)", "F");
    derivative("sum(100 (x[2:n] - x[1:n-1] .^ 2) .^ 2 + (1 - x[1:n-1]) .^ 2)", "x");
    derivative("[x[1] x[2], sin(x[3]), t]", "x");
    derivative("[x, a] [1, 2; 3, t]", "x");
    derivative("[x'; a'] x", "x");
    derivative("where(x > a, x .^ 2, t x)", "x");
    derivative("sum(where(x > a, t, t^2))", "t");
    derivative("A[2, :]' x + A[1, 3]", "A");
    derivative("einsum(A[i, k] B[k, j] x[k], [i, j])", "x");
    derivative("diag(x) A diag(A)", "A");
    derivative("solve(A, x)", "A");
    derivative("x ./ (1 + x .^ 2)", "x");
    derivative("mean(F, 1)", "F");
    derivative("x' S x", "x");
    derivative("outer(x, x) a", "x");
    derivative("cross([x[1], 2, 3], [1, x[2], t])", "x");
    derivative("exp(-norm(F - G)^2/(2 t^2))", "t");
}

/// Many layers: the derivative holds one product for each, none larger than it must be.
#[test]
fn deep_chains() {
    for layers in [3, 30, 64, 90] {
        let expr = format!("sum({}x{})", "tanh(A ".repeat(layers), ")".repeat(layers));
        derivative(&format!("{expr}/{layers}"), "x");
    }
    derivative(&format!("a' {} x", "A ".repeat(50)).replace("A A", "(A/3) (B/3)"), "x");
}

#[test]
fn gradients_and_hessians() {
    let declare = declarations();
    let ask = |op: &str, expr: &str, wrt: Value| {
        ask(&json!({"op": op, "expr": expr, "wrt": wrt, "declare": declare}))
    };
    assert_eq!(ask("grad", "norm(F x - u)^2", json!("x"))["shape"], json!(["n"]));
    assert_eq!(ask("grad", "norm(F x - u)^2", json!("F"))["shape"], json!(["m", "n"]));
    let hessian = ask("hessian", "sum(exp(x))", json!("x"));
    assert_eq!(
        (&hessian["shape"], &hessian["structure"]),
        (&json!(["n", "n"]), &json!("diagonal")),
        "{hessian}"
    );
    assert_eq!(ask("jacobian", "F x", json!("x"))["shape"], json!(["m", "n"]));
    assert_eq!(ask("jacobian", "t F", json!("t"))["shape"], json!(["m", "n"]));
    assert_eq!(ask("simplify", "F x - F x + x' x 0", json!("x"))["ok"], json!(false)); // `wrt` is no field of it
}

/// The shared cases of matrix derivatives; vector by vector is in denominator layout there.
#[test]
fn matrix_derivatives() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/matrix_derivatives");
    let Ok(files) = std::fs::read_dir(file) else {
        eprintln!("skipped: the shared matrix derivatives are not beside this checkout");
        return;
    };
    let mut rows = 0;
    for file in files.map(|f| f.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "jsonl")) {
        for line in std::fs::read_to_string(&file).unwrap().lines() {
            matrix_derivative(&serde_json::from_str(line).unwrap());
            rows += 1;
        }
    }
    assert!(rows > 0);
}

#[track_caller]
fn matrix_derivative(row: &Value) {
    let column = |shape: &[usize]| matches!(shape, [_, 1]);
    let (mut declare, mut at) = (Map::new(), Map::new());
    for (name, value) in row["sample"]["at"].as_object().unwrap() {
        let (shape, data) = flat(value);
        let (text, value) = match shape[..] {
            [] => ("scalar".to_owned(), value.clone()),
            [n, 1] => (format!("vector({n})"), json!(data)),
            [m, n] => (format!("matrix({m}, {n})"), value.clone()),
            _ => panic!("{row}"),
        };
        declare.insert(name.clone(), json!(text));
        at.insert(name.clone(), value);
    }
    let (want_shape, want) = flat(&row["sample"]["derivative"]);
    let wrt = row["var"].as_str().unwrap();
    let op = if declare[wrt] == "scalar" { "diff" } else { "jacobian" };
    let expr = row["expr"].as_str().unwrap();
    let reply = ask(&json!({"op": op, "expr": expr, "wrt": wrt, "declare": declare, "at": at}));
    assert_eq!(reply["ok"], json!(true), "{row}: {reply}");
    let (shape, mut have) = flat(&reply["value"]);
    // A Jacobian has outputs first; the table has inputs first.
    let by_vector = declare[wrt].as_str().unwrap().starts_with("vector");
    if let [m, n] = shape[..]
        && by_vector
    {
        have = (0..m * n).map(|k| have[k % m * n + k / m]).collect();
    }
    if column(&want_shape) {
        assert!(shape.len() <= 1, "{row}: {reply}");
    }
    close(&have, &want, 1e-8, &row.to_string());
    let stated = ask(&json!({"op": "evaluate", "expr": row["derivative"], "declare": declare, "at": at}));
    assert_eq!(stated["ok"], json!(true), "{row}: {stated}");
    close(&flat(&stated["value"]).1, &want, 1e-8, &row.to_string());
}

/// `diff` by a vector has the steps of the gradient.
#[test]
fn steps_of_diff_by_a_vector() {
    let steps = |op: &str, wrt: &str, order: u32| {
        let of = json!({"op": op, "expr": "x' A x", "wrt": wrt, "order": order,
                        "declare": {"x": "vector(n)", "A": "matrix(n, n)"}});
        ask(&json!({"op": "explain", "of": of}))
    };
    let reply = steps("diff", "x", 1);
    assert_eq!(reply["expr"], json!("A x + A' x"), "{reply}");
    assert!(reply["steps"].as_array().unwrap().len() >= 2, "{reply}");
    let last = reply["steps"].as_array().unwrap().last().unwrap();
    assert_eq!(last["shape"], json!(["n"]), "{reply}");
    for refused in [steps("diff", "x", 2), steps("diff", "x[1]", 1)] {
        assert_eq!(refused["error"]["code"], json!("unsupported.explain"), "{refused}");
    }
}
