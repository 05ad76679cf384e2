//! Vectors and matrices in LaTeX: what people write is read, and what is printed reads back.

use secant::sheet::{Limits, answer_line};
use serde_json::{Value, json};

fn ask(request: &Value) -> Value {
    serde_json::from_str(&answer_line(&request.to_string(), &Limits::default())).unwrap()
}

fn declare() -> Value {
    json!({"X": "matrix(m, n)", "A": "matrix(n, n)", "B": "matrix(n, n)", "x": "vector(n)", "y": "vector(n)",
           "w": "vector(n)", "b": "vector(m)", "u": "vector(3)", "S": "matrix(n, n, symmetric)"})
}

#[track_caller]
fn reads(latex: &str, want: &str) {
    let have = ask(&json!({"op": "parse", "latex": latex, "declare": declare()}));
    let want_reply = ask(&json!({"op": "parse", "expr": want, "declare": declare()}));
    assert_eq!(want_reply["ok"], json!(true), "{want}: {want_reply}");
    assert_eq!(have["expr"], want_reply["expr"], "{latex}: {have}");
}

#[track_caller]
fn refuses(latex: &str, code: &str, at: [usize; 2]) {
    let reply = ask(&json!({"op": "parse", "latex": latex, "declare": declare()}));
    assert_eq!(reply["error"]["code"], json!(code), "{latex}: {reply}");
    assert_eq!(reply["error"]["at"], json!(at), "{latex}: {reply}");
    assert!(reply["error"]["hint"].is_string(), "{latex}: {reply}");
}

#[test]
fn what_people_write() {
    reads(r"\mathbf{x}^\top A x", "x' A x");
    reads(r"x^{T} A x", "x' A x");
    reads(r"\boldsymbol{x}^{\mathsf{T}} \mathbf{A} \bm{x}", "x' A x");
    reads(r"\lVert x \rVert", "norm(x)");
    reads(r"\lVert x \rVert_2^2", "norm(x)^2");
    reads(r"\|x - y\|_{2}", "norm(x - y)");
    reads(r"\left\| X w - b \right\|^2", "norm(X w - b)^2");
    reads(r"\|x\|_1 + \lVert y\rVert_{1}", "norm1(x) + norm1(y)");
    reads(r"\|x\|_\infty", "max(abs(x))");
    reads(r"\lVert A \rVert_F", "norm(A)");
    reads(r"\det(A)", "det(A)");
    reads(r"\log\det(A)", "log(det(A))");
    reads(r"\operatorname{tr}(A B)", "tr(A B)");
    reads(r"\mathrm{tr}\left(A^{-1} B\right)", "tr(inv(A) B)");
    reads(r"A^{-1} x", "inv(A) x");
    reads(r"A^{-\top} x", "inv(A)' x");
    reads(r"\mathrm{diag}(x) y", "diag(x) y");
    reads(r"\left\langle x, y\right\rangle", "dot(x, y)");
    reads(r"\langle x, y \rangle + 1", "dot(x, y) + 1");
    reads(r"x \odot y", "x .* y");
    reads(r"x \oslash y", "x ./ y");
    reads(r"x^{\odot 2}", "x .^ 2");
    reads(r"x_{i} + x_1 y_{n}", "x[i] + x[1] y[n]");
    reads(r"A_{1,2} + A_{i,j}", "A[1, 2] + A[i, j]");
    reads(r"A_{1,:}^\top x", "A[1, :]' x");
    reads(r"x_{2:n}", "x[2:n]");
    reads(r"(A x)_{1}", "(A x)[1]");
    reads(r"I_{n} x", "eye(n) x");
    reads(r"x + \mathbf{1}_{n}", "x + ones(n)");
    reads(r"X + \mathbf{1}_{m \times n}", "X + ones(m, n)");
    reads(r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}", "[1, 2; 3, 4]");
    reads(r"\begin{pmatrix} a \\ c \end{pmatrix}", "[a; c]");
    reads(r"\left[\begin{array}{cc} 1 & 2 \\ 3 & 4 \end{array}\right]", "[1, 2; 3, 4]");
    reads(r"\begin{vmatrix} a & t \\ c & d \end{vmatrix}", "det([a, t; c, d])");
    reads(r"\nabla \mleft(t^2\mright)", "2 t");
    reads(r"\frac{\differentialD}{\differentialD t} t^2", "2 t");
    reads(r"\exponentialE^{t} + k_1", "exp(t) + k_1");
    reads(r"\sigma t", "sigma t");
}

#[test]
fn what_is_not_read_says_why() {
    refuses(r"x + \placeholder{}", "syntax.missing-operand", [4, 16]);
    refuses(r"\|x\|_{7}", "syntax.latex", [5, 9]);
    refuses(r"\sum_{i=1}^{n} x_i", "unsupported.notation", [0, 4]);
    refuses(r"X x + x", "shape.mismatch", [6, 7]);
    refuses(r"x^\top X", "shape.product", [7, 8]);
    refuses(r"A_{1}", "shape.index", [0, 5]);
    refuses(r"u_{4}", "shape.index", [3, 4]);
    refuses(r"\begin{pmatrix} 1 & 2 \\ 3 \end{pmatrix}", "shape.ragged", [25, 26]);
}

/// What our own printer writes is read as what it was. Not so `\left|x\right|` of a vector and `\min_{\text{axis 2}}`:
/// bars around a vector mean its length to most.
#[test]
fn what_is_printed_reads_back() {
    let texts = [
        "x' A x",
        "2 X' (X w - b)",
        "A x + A' x",
        "norm(x)",
        "norm(A)",
        "norm1(x)",
        "norm(X w - b)^2",
        "inv(A)",
        "inv(A)' B",
        "x .* y",
        "x ./ y",
        "x .^ 2",
        "x .^ (1/2)",
        "det(A)",
        "logdet(A)",
        "tr(A B)",
        "diag(x)",
        "diag(A)",
        "A .* B",
        "x y'",
        "x[1]",
        "x[i]",
        "x[2:n]",
        "A[1, :]",
        "A[:, 2]",
        "A[2:n, 1:n-1]",
        "A[i, j]",
        "(A x)[2]",
        "[1, 2; 3, 4]",
        "[a, c, t]",
        "[u[1], u[2]; a, c]",
        "eye(n)",
        "ones(n)",
        "ones(m, n)",
        "zeros(m, n)",
        "x + ones(n)",
        "A^2 x",
        "exp(x)",
        "sin(A x)",
        "softmax(x)",
        "logsumexp(x)",
        "max(x)",
        "prod(x)",
        "sum(x)",
        "sum(A)",
        "x' x",
        "x' S x",
        "log(det(S))",
        "sum(exp(x) .* y)",
        "where(a > 0, a, c_1)",
        "sigmoid(X w)",
        "[x, y]",
        "x/(x' x)",
        "a x' y A",
        "solve(A, x)",
        "diag(x) A diag(y)",
        "1 - x' y/norm(x)",
        "cross(u, u + 1)",
        "x .* (A x) + b' X x",
    ];
    let mut odd = Vec::new();
    for text in texts {
        let first = ask(&json!({"op": "parse", "expr": text, "declare": declare(), "also": ["latex"]}));
        assert_eq!(first["ok"], json!(true), "{text}: {first}");
        let again = ask(&json!({"op": "parse", "latex": first["latex"], "declare": declare()}));
        if again["expr"] != first["expr"] {
            odd.push(format!("{text} as {}: {again}", first["latex"]));
        }
    }
    assert!(odd.is_empty(), "{}", odd.join("\n"));
}
