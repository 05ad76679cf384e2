//! Vectors and matrices as text: what a text stands for, what it is worth, what is refused and what is said about it.

use secant::expr::{Expr, Func2, MatrixFunc, Reduction, Shape, apply2, contract, select};
use secant::syntax::{self, CODES, Errors, FreeNames, Lowered, Scope, Span, SyntaxError};

/// Names with shapes; any other name is a number.
struct Shaped;

fn declared(name: &str) -> Option<Expr> {
    let var = |dims: &[&str]| {
        let dims = dims.iter().map(|d| d.parse().map_or_else(|_| Expr::var(*d), Expr::integer));
        Some(Expr::tensor_var(name, Shape::new(dims)))
    };
    match name {
        "x" | "y" | "z" => var(&["n"]),
        "w" | "b" => var(&["m"]),
        "u" | "v" => var(&["3"]),
        "A" | "B" => var(&["n", "n"]),
        "X" | "Y" => var(&["m", "n"]),
        "M" => var(&["3", "2"]),
        "S" => Some(Expr::symmetric_var("S", Expr::var("n"))),
        "T" => var(&["k", "m", "n"]),
        _ => None,
    }
}

impl Scope for Shaped {
    fn name(&mut self, name: &str, span: Span) -> Result<Option<Lowered>, SyntaxError> {
        declared(name).map_or_else(|| FreeNames.name(name, span), |e| Ok(Some(e.into())))
    }
}

fn read(text: &str) -> Result<Expr, Errors> {
    let written = syntax::parse(text, &syntax::Limits::default())?;
    Ok(syntax::lower(&written, &mut Shaped)?.expr)
}

#[track_caller]
fn expr(text: &str) -> Expr {
    read(text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// The text stands for this expression.
#[track_caller]
fn means(text: &str, want: Expr) {
    let e = expr(text);
    assert_eq!(e, want, "{text}");
    assert_eq!(e.shape(), want.shape(), "{text}");
}

/// Both texts stand for the same expression.
#[track_caller]
fn same(a: &str, b: &str) {
    means(a, expr(b));
}

/// The text is refused with this code, at this piece of it, and with these words in the hint.
#[track_caller]
fn refuse(text: &str, code: &str, at: &str, hint: &str) {
    let errors = match read(text) {
        Ok(e) => panic!("{text} was read as {e:?}"),
        Err(errors) => errors,
    };
    let e = errors.first();
    assert_eq!(e.code(), code, "{text}: {e}");
    assert_eq!(e.span().of(text), at, "{text}: {e}");
    assert!(e.hint().unwrap_or_default().contains(hint), "{text}: {e}");
    assert!(CODES.iter().any(|(known, _)| *known == code), "{code} is in no table");
}

fn v(name: &str) -> Expr {
    declared(name).unwrap()
}
fn n(k: i64) -> Expr {
    Expr::integer(k)
}
fn dim(name: &str) -> Expr {
    Expr::var(name)
}
fn outer(a: &Expr, b: &Expr) -> Expr {
    contract(&[(a, &[0]), (b, &[1])], &[0, 1], &[])
}

#[test]
fn products() {
    means("X x", v("X").matmul(&v("x")));
    means("X*x", v("X").matmul(&v("x")));
    means("X'", v("X").transpose());
    means("Xᵀ w", v("X").transpose().matmul(&v("w")));
    means("X^T w", v("X").transpose().matmul(&v("w")));
    means("x' y", v("x").matmul(&v("y")));
    means("x y'", outer(&v("x"), &v("y")));
    means("x' A y", v("x").matmul(&v("A")).matmul(&v("y")));
    means("x' A", v("x").matmul(&v("A")));
    means("A B x", v("A").matmul(&v("B")).matmul(&v("x")));
    means("2 a A x/3", (n(2) * dim("a") / n(3)) * v("A").matmul(&v("x")));
    means("x' y z", v("x").matmul(&v("y")) * v("z"));
    means("x y' z", v("x") * v("y").matmul(&v("z")));
    means("2 X' (X x - w)", n(2) * v("X").transpose().matmul(&(v("X").matmul(&v("x")) - v("w"))));
    means("X'X", v("X").transpose().matmul(&v("X")));
    means("x'(A + B)y", v("x").matmul(&(v("A") + v("B"))).matmul(&v("y")));
    means("T x", v("T").matmul(&v("x")));
    same("(x' A)'", "A' x");
    same("x''", "x");
    same("A''", "A");
    same("-x' y", "-(x' y)");
    same("x' S y", "y' S x");
    same("(A x)' y", "x' A' y");
    same("transpose(X)", "X'");
}

#[test]
fn entry_by_entry() {
    means("x .* y", v("x") * v("y"));
    means("x ⊙ y", v("x") * v("y"));
    means("x ./ y", v("x") / v("y"));
    means("1 ./ x", v("x").recip());
    means("1./x", v("x").recip());
    means("x .^ 2", v("x").powi(2));
    means("x.^y", secant::expr::power(&v("x"), &v("y")));
    means("2 .^ x", secant::expr::power(&n(2), &v("x")));
    means("2 a x .* y", n(2) * dim("a") * v("x") * v("y"));
    means("x .* (A y)", v("x") * v("A").matmul(&v("y")));
    means("A x .* y", v("A").matmul(&v("x")) * v("y"));
    means("x ./ (2 a y)", v("x") / (n(2) * dim("a") * v("y")));
    means("x/2 + 1", v("x") / n(2) + n(1));
    means("A + a", v("A") + dim("a"));
    means("exp(-x)", (-v("x")).exp());
    means("e^x", v("x").exp());
    same("sin^2(x)", "sin(x) .^ 2");
    same("sin^2 x", "sin(x) .^ 2");
    same("sqrt(A)", "A .^ (1/2)");
    same("√x", "x .^ 0.5");
    same("log(x, 2)", "log2(x)");
    same("x' .* y'", "(x .* y)'");
    same("x' + y'", "(x + y)'");
    same("x'/2", "(x/2)'");
    same("tanh(x')", "tanh(x)'");
    same("90° + x", "x + pi/2");
    means("max(x, 0)", apply2(Func2::Max, &v("x"), &n(0)));
    means("max(x, y, z)", apply2(Func2::Max, &apply2(Func2::Max, &v("x"), &v("y")), &v("z")));
    means("x < y", apply2(Func2::Less, &v("x"), &v("y")));
    means("0 <= x < 1", expr("(0 <= x) and (x < 1)"));
    means("where(x > 0, x, 0)", select(&expr("0 < x"), &v("x"), &Expr::zeros(v("x").shape())));
    means("where(a > 0, x, y)", select(&expr("a > 0"), &v("x"), &v("y")));
    means("not (x > 0)", apply2(Func2::Equal, &expr("x > 0"), &n(0)));
    means("mod(x, 2)", apply2(Func2::Mod, &v("x"), &n(2)));
}

#[test]
fn powers() {
    same("A^2", "A A");
    same("A^3", "A A A");
    same("A²", "A A");
    same("A^-1", "inv(A)");
    same("A^(-2)", "inv(A) inv(A)");
    same("A^0", "eye(n)");
    same("A^1", "A");
    same("A^2 x", "A (A x)");
    same("pow(A, 2)", "A A");
    same("(x' A x)^2", "(x' A x)*(x' A x)");
}

#[test]
fn functions() {
    let (x, a) = (v("x"), v("A"));
    means("sum(x)", x.sum_all());
    means("sum(X)", v("X").sum_all());
    means("sum(X, 2)", v("X").matmul(&Expr::ones(v("x").shape())));
    means("sum(X, 1)", v("X").transpose().matmul(&Expr::ones(v("w").shape())));
    means("sum(X, axis=1)", expr("sum(X, 1)"));
    means("sum(x, 1)", x.sum_all());
    same("mean(x)", "sum(x)/n");
    same("mean(X)", "sum(X)/(m n)");
    same("mean(X, 1)", "sum(X, 1)/m");
    means("norm(x)", x.powi(2).sum_all().sqrt());
    same("norm(x)", "‖x‖");
    same("norm(x)^2", "x' x");
    same("norm2(x)", "norm(x)");
    same("norm(A)^2", "tr(A' A)");
    same("norm1(x)", "sum(abs(x))");
    same("norm(3)", "3");
    same("dot(x, y)", "x' y");
    same("dot(x', y)", "x' y");
    same("outer(x, y)", "x y'");
    same("tr(x y')", "x' y");
    means("tr(A)", contract(&[(&a, &[0, 0])], &[], &[]));
    means("det(A)", Expr::matrix_func(MatrixFunc::Det, &a));
    means("inv(A)", Expr::matrix_func(MatrixFunc::Inverse, &a));
    means("logdet(A)", Expr::matrix_func(MatrixFunc::LogDet, &a));
    same("solve(A, x)", "inv(A) x");
    same("solve(A, B)", "inv(A) B");
    means("diag(x)", contract(&[(&x, &[0]), (&Expr::identity(dim("n")), &[0, 1])], &[0, 1], &[]));
    means("diag(A)", contract(&[(&a, &[0, 0])], &[0], &[]));
    same("diag(diag(x))", "x");
    same("eye(n) A", "A");
    same("tr(eye(n))", "n");
    means("ones(n)", Expr::ones(x.shape()));
    means("ones(m, n)", Expr::ones(v("X").shape()));
    means("zeros(3, 2)", Expr::zeros(v("M").shape()));
    means("zeros(n - 1)", Expr::zeros(&Shape::new([dim("n") - n(1)])));
    same("ones(n)' x", "sum(x)");
    means("max(x)", Expr::reduce(Reduction::Max, &x));
    means("min(X)", Expr::reduce(Reduction::Min, &Expr::reduce(Reduction::Min, &v("X"))));
    means("max(X, axis=2)", Expr::reduce(Reduction::Max, &v("X")));
    means("max(X, axis=1)", Expr::reduce(Reduction::Max, &v("X").transpose()));
    means("prod(x)", Expr::reduce(Reduction::Product, &x));
    means("logsumexp(x)", Expr::reduce(Reduction::LogSumExp, &x));
    means("logsumexp(X, axis=2)", Expr::reduce(Reduction::LogSumExp, &v("X")));
    means("softmax(x)", (&x - Expr::reduce(Reduction::LogSumExp, &x)).exp());
    same("softmax(X)", "exp(X - outer(logsumexp(X, axis=2), ones(n)))");
    same("softmax(X, axis=1)", "exp(X - outer(ones(m), logsumexp(X, axis=1)))");
    means("stack(x, y)", Expr::stack(vec![x.clone(), v("y")]));
    means("unit(2, n)", Expr::unit(n(2), dim("n")));
    means("shift(n - 1, n, 1)", Expr::shift(dim("n") - n(1), dim("n"), n(1)));
    same("cross(u, v)[1]", "stack(u[2] v[3] - u[3] v[2], u[3] v[1] - u[1] v[3], u[1] v[2] - u[2] v[1])[1]");
}

#[test]
fn brackets() {
    means("[a, b_1, 3]", Expr::stack(vec![dim("a"), dim("b_1"), n(3)]));
    same("[1; 2; 3]", "[1, 2, 3]");
    let row = |a: i64, b: i64| Expr::stack(vec![n(a), n(b)]);
    means("[1, 2; 3, 4]", Expr::stack(vec![row(1, 2), row(3, 4)]));
    same("[[1, 2], [3, 4]]", "[1, 2; 3, 4]");
    same("[x'; y']", "stack(x, y)");
    same("[x, y]", "stack(x, y)'");
    same("[0, 0]", "zeros(2)");
    let unit = |k: Expr| Expr::unit(k, dim("n"));
    means("x[k]", contract(&[(&v("x"), &[0]), (&unit(dim("k")), &[0])], &[], &[]));
    means("x[end]", contract(&[(&v("x"), &[0]), (&unit(dim("n")), &[0])], &[], &[]));
    means(
        "A[i, j]",
        contract(&[(&v("A"), &[0, 1]), (&unit(dim("i")), &[0]), (&unit(dim("j")), &[1])], &[], &[]),
    );
    means("A[2, :]", contract(&[(&v("A"), &[0, 1]), (&unit(n(2)), &[0])], &[1], &[]));
    means("A[:, 2]", contract(&[(&v("A"), &[0, 1]), (&unit(n(2)), &[1])], &[0], &[]));
    same("A[:, :]", "A");
    same("A[1:n, :]", "A");
    let (less, one) = (dim("n") - n(1), n(1));
    means("x[2:n]", Expr::shift(less.clone(), dim("n"), one.clone()).matmul(&v("x")));
    same("x[2:]", "x[2:n]");
    same("x[2:end]", "x[2:n]");
    means("x[1:n-1]", Expr::shift(less.clone(), dim("n"), n(0)).matmul(&v("x")));
    same("x[:end-1]", "x[1:n-1]");
    assert_eq!(*expr("x[1:n - 1]").shape(), Shape::new([less.clone()]));
    means("A[2:n, :]", Expr::shift(less.clone(), dim("n"), one).matmul(&v("A")));
    means("eye(n)[2:n, :]", Expr::shift(less, dim("n"), n(1)));
    means("eye(n)[:, 2]", unit(n(2)));
    means("x'[k]", expr("x[k]"));
    same("M[2:3, 1:1][1, 1]", "(M[2:3, 1:1])[1, 1]");
}

#[test]
fn index_notation() {
    same("einsum(A[i, k] B[k, j], [i, j])", "A B");
    same("einsum(X[i, j], [j, i])", "X'");
    same("einsum(A[i, i])", "tr(A)");
    same("einsum(A[i, i], [i])", "diag(A)");
    same("einsum(X[i, j] x[j] w[i])", "w' X x");
    same("einsum(2 a x[i] y[i], [i])", "2 a x .* y");
    same("einsum((X x - w)[i] X[i, k], [k])", "X' (X x - w)");
    same("einsum(exp(x)[k] eye(n)[k, j], [j])", "exp(x)");
    same("einsum(A'[i, k] x[1:n][k], [i])", "A' x");
    same("einsum(ones(n)[j] x[i], [i, j])", "x ones(n)'");
    means(
        "einsum(A[i, k] B[k, j] x[k], [i, j])",
        contract(&[(&v("A"), &[0, 2]), (&v("B"), &[2, 1]), (&v("x"), &[2])], &[0, 1], &[]),
    );
    means("einsum(T[a, b, c] x[c] w[b], [a])", expr("(T x) w"));
}

#[test]
fn shape_mistakes() {
    refuse("X w", "shape.product", "w", "did you mean `X' w`?");
    refuse("X' x", "shape.product", "x", "did you mean `X x`?");
    refuse("x y", "shape.product", "y", "`x' y` (a number), `x y'` (a matrix) or `x .* y`");
    refuse("x w", "shape.product", "w", "`x w'`");
    refuse("x A", "shape.product", "A", "did you mean `x' A`?");
    refuse("x' y'", "shape.product", "y'", "did you mean `x y'`?");
    refuse("X Y", "shape.product", "Y", "did you mean `X' Y`?");
    refuse("X A'*X", "shape.product", "X", "");
    refuse("X X X", "shape.product", "X", "");
    refuse("A x'", "shape.product", "x'", "did you mean `A x`?");
    refuse("2 M X", "shape.product", "X", "columns of the left");
    refuse("M u", "shape.product", "u", "did you mean `M' u`?");
    refuse("x + A", "shape.mismatch", "A", "one shape");
    refuse("x + w", "shape.mismatch", "w", "one shape");
    refuse("x' + y", "shape.mismatch", "y", "did you mean `y'`?");
    refuse("X + Y'", "shape.mismatch", "Y'", "did you mean `Y`?");
    refuse("x + u", "shape.mismatch", "u", "");
    refuse("x .* w", "shape.mismatch", "w", "");
    refuse("max(x, w)", "shape.mismatch", "w", "");
    refuse("x < w", "shape.mismatch", "w", "");
    refuse("where(x > 0, y, w)", "shape.mismatch", "w", "");
    refuse("dot(x, w)", "shape.mismatch", "w", "");
    refuse("a/A", "shape.division", "A", "inv(A)");
    refuse("1/x", "shape.division", "x", "1 ./ x");
    refuse("x/y", "shape.division", "y", "x ./ y");
    refuse("X/w", "shape.division", "w", "by a number");
    refuse("x^2", "shape.power", "x^2", "x .^ 2");
    refuse("x²", "shape.power", "x²", "x .^ 2");
    refuse("A^n", "shape.power", "n", "A .^ n");
    refuse("A^(1/2)", "shape.power", "(1/2)", ".^");
    refuse("X^2", "shape.not-square", "X", "X .^ 2");
    refuse("2^A", "shape.power", "A", "2 .^ A");
    refuse("e^A", "shape.power", "A", "exp(A)");
    refuse("A^1000", "budget.factors", "A^1000", "");
    refuse("|x|", "shape.bars", "|x|", "norm(x)");
    refuse("|A|", "shape.bars", "|A|", "det(A)");
    refuse("det(X)", "shape.not-square", "X", "X' X");
    refuse("tr(x)", "shape.rank", "x", "a matrix");
    refuse("inv(q)", "shape.rank", "q", "`q: matrix(n, n)`");
    refuse("sum(q)", "shape.rank", "q", "`q: vector(n)`");
    refuse("norm1(A)", "shape.rank", "A", "vector");
    refuse("T'", "shape.rank", "T'", "einsum");
    refuse("x[0]", "shape.index", "0", "from 1 to n");
    refuse("x[n+1]", "shape.index", "n+1", "from 1 to n");
    refuse("u[4]", "shape.index", "4", "from 1 to 3");
    refuse("u[2:4]", "shape.index", "4", "from 1 to 3");
    refuse("u[3:2]", "shape.index", "3:2", "smaller");
    refuse("u[1.5]", "shape.index", "1.5", "whole");
    refuse("u[[3, 1][2]]", "shape.index", "[3, 1][2]", "whole");
    refuse("u[x]", "shape.index", "x", "whole");
    refuse("A[1]", "shape.index", "A[1]", "A[i, :]");
    refuse("x[1, 2]", "shape.index", "x[1, 2]", "x[i]");
    refuse("q[1]", "shape.index", "q[1]", "q: vector(n)");
    refuse("[1, x]", "shape.literal", "x", "[1; x]");
    refuse("[x; y']", "shape.literal", "y'", "`y`");
    refuse("[1, 2; 3]", "shape.ragged", "3", "");
    refuse("[]", "shape.empty", "[]", "entries");
    refuse("eye(0)", "shape.size", "0", "above 0");
    refuse("ones(2.5)", "shape.size", "2.5", "");
    refuse("sum(X, 3)", "shape.axis", "3", "axis 1");
    refuse("sum(x, k)", "shape.axis", "k", "leave it out");
    refuse("max(q)", "syntax.arguments", "max(q)", "max(a, b)");
    refuse("x .* y z", "syntax.ambiguous-product", "x .* y z", "(x .* y) z");
    refuse("einsum(A[i, j] x[i, j])", "shape.einsum", "x[i, j]", "each axis");
    refuse("einsum(X[i, i])", "shape.einsum", "i", "one size");
    refuse("einsum(A[i, j], [k])", "shape.einsum", "k", "once");
    refuse("einsum(A[i, 2])", "shape.einsum", "2", "letter");
    refuse("1 ./ zeros(3)", "domain.undefined", "1 ./ zeros(3)", "");
    refuse("stack(x, A)", "shape.mismatch", "A", "one shape");
    refuse("unit(1, x)", "shape.size", "x", "");
    refuse("a'", "unsupported.tensor", "a'", "diff");
}

/// Several mistakes are told at once.
#[test]
fn several_mistakes() {
    let errors = read("(X w) + (x y) + u[4]").unwrap_err();
    let codes: Vec<&str> = errors.iter().map(SyntaxError::code).collect();
    assert_eq!(codes, ["shape.product", "shape.product", "shape.index"]);
}
