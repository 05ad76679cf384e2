//! What vectors and matrices look like, and that their text means the same when it is read back.

#[path = "printing/table.rs"]
mod table;

use secant::calculus::{hessian, jacobian};
use secant::expr::{Dim, Expr, Func, MatrixFunc, Reduction, Shape, Symbol, apply, contract, power};
use table::Table;

fn dim(name: &str) -> Dim {
    Expr::var(name)
}
fn n(k: i64) -> Expr {
    Expr::integer(k)
}
fn vector(name: &str, n: &str) -> Expr {
    Expr::tensor_var(name, Shape::new([dim(n)]))
}
fn matrix(name: &str, m: &str, n: &str) -> Expr {
    Expr::tensor_var(name, Shape::new([dim(m), dim(n)]))
}
fn trace(a: &Expr) -> Expr {
    contract(&[(a, &[0, 0])], &[], &[])
}
fn inv(a: &Expr) -> Expr {
    Expr::matrix_func(MatrixFunc::Inverse, a)
}
fn diag(x: &Expr) -> Expr {
    contract(&[(x, &[0]), (&Expr::identity(x.shape().dims()[0].clone()), &[0, 1])], &[0, 1], &[])
}
fn outer(a: &Expr, b: &Expr) -> Expr {
    contract(&[(a, &[0]), (b, &[1])], &[0, 1], &[])
}
/// `x[from:to]`
fn slice(x: &Expr, from: &Expr, to: &Expr) -> Expr {
    let rows = to - from + n(1);
    Expr::shift(rows, x.shape().dims()[0].clone(), from - n(1)).matmul(x)
}
/// `x[k]`, `A[k, :]`
fn place(x: &Expr, k: &Expr) -> Expr {
    Expr::unit(k.clone(), x.shape().dims()[0].clone()).matmul(x)
}
fn derivative(e: &Expr, x: &Expr) -> Expr {
    jacobian(e, &[(x.as_var().unwrap().clone(), x.shape().clone())]).remove(0)
}

#[test]
fn products_of_matrices_are_chains() {
    let mut t = Table::new("matrix-products");
    let (a, b, c) = (matrix("A", "n", "n"), matrix("B", "n", "n"), matrix("C", "n", "n"));
    let (x, y, z) = (vector("x", "n"), vector("y", "n"), vector("z", "n"));
    t.row(a.matmul(&b).matmul(&x), "A B x");
    t.row(a.transpose().matmul(&x), "A' x");
    t.row(a.matmul(&b).transpose(), "B' A'");
    t.row(x.matmul(&y), "x' y");
    t.row((&x * &y * &z).sum_all(), "sum(x .* y .* z)");
    t.row((&x / &y).sum_all(), "sum(x ./ y)");
    t.row(x.matmul(&a.matmul(&y)), "x' A y");
    t.row(x.matmul(&a.transpose().matmul(&y)), "y' A x");
    t.row(outer(&a.matmul(&x), &b.matmul(&y)), "A x y' B'");
    t.row(&(x.matmul(&a.matmul(&y)) * b.matmul(&z)), "(x' A y) B z");
    t.row(&(x.matmul(&a.matmul(&y)) * Expr::var("a")), "a x' A y");
    t.row(x.matmul(&a.matmul(&y)).powi(2), "(x' A y)^2");
    t.row(a.matmul(&a).matmul(&a), "A^3");
    t.row(trace(&b.matmul(&a)), "tr(A B)");
    t.row(trace(&b.transpose().matmul(&a).matmul(&c)), "tr(A C B')");
    t.row(trace(&a.transpose().matmul(&b.transpose()).matmul(&c.transpose())), "tr(A C B)");
    t.row(diag(&x).matmul(&a), "diag(x) A");
    t.row(a.matmul(&diag(&x)).matmul(&y), "A (x .* y)");
    t.row(a.transpose().matmul(&diag(&x)).matmul(&a), "A' diag(x) A");
    t.row(contract(&[(&a, &[0, 0])], &[0], &[]), "diag(A)");
    t.row(contract(&[(&a, &[0, 1]), (&b, &[1, 0])], &[0], &[]), "diag(A B)");
    t.row(x.matmul(&diag(&a.matmul(&y)).matmul(&b).matmul(&z)), "x' diag(A y) B z");
    t.row(
        contract(&[(&x, &[0]), (&a, &[0, 1]), (&b, &[0, 2]), (&c, &[2, 1]), (&y, &[1])], &[], &[]),
        "x' (A .* (B C)) y",
    );
    let s = Expr::symmetric_var("S", dim("n"));
    t.row(s.transpose().matmul(&a), "S A");
    t.row((a.transpose() + &a).transpose(), "(A + A')'");
    t.row(&(n(2) * inv(&a).transpose().matmul(&x) / n(3)), "2 inv(A)' x/3");
    t.check();
}

#[test]
fn sums_norms_and_folds() {
    let mut t = Table::new("folds");
    let (a, b) = (matrix("A", "m", "n"), matrix("B", "n", "n"));
    let (x, w) = (vector("x", "n"), vector("w", "m"));
    t.row(x.sum_all(), "sum(x)");
    t.row(a.sum_all(), "sum(A)");
    t.row(a.matmul(&x).sum_all(), "sum(A x)");
    t.row(a.matmul(&b).sum_all(), "sum(A B)");
    t.row(contract(&[(&a, &[0, 1])], &[0], &[]), "sum(A, 2)");
    t.row(contract(&[(&a, &[0, 1])], &[1], &[]), "sum(A, 1)");
    t.row(contract(&[(&a, &[0, 1]), (&b, &[1, 2])], &[0], &[]), "A sum(B, 2)");
    t.row(contract(&[(&b, &[0, 1]), (&b, &[1, 2])], &[0], &[]), "B sum(B, 2)");
    t.row(contract(&[(&b, &[0, 1]), (&b, &[1, 2])], &[2], &[]), "B' sum(B, 1)");
    let sums = contract(&[(&b, &[0, 1])], &[1], &[]);
    t.row(outer(&sums, &b.matmul(&x)), "sum(B, 1) x' B'");
    t.row(outer(&b.matmul(&x), &sums), "B x sum(B, 1)'");
    t.row(outer(&w, &Expr::ones(x.shape())), "w ones(n)'");
    t.row(x.powi(2).sum_all(), "norm(x)^2");
    t.row(x.powi(2).sum_all().sqrt(), "norm(x)");
    t.row(&(&x / x.powi(2).sum_all().sqrt()), "x/norm(x)");
    t.row(&(n(1) / x.powi(2).sum_all()), "1/norm(x)^2");
    t.row(a.powi(2).sum_all(), "norm(A)^2");
    t.row(x.abs().sum_all(), "norm1(x)");
    t.row(a.abs().sum_all(), "sum(abs(A))");
    let lse = Expr::reduce(Reduction::LogSumExp, &x);
    t.row(&lse, "logsumexp(x)");
    t.row((&x - &lse).exp(), "softmax(x)");
    t.row((&x - &lse).exp().powi(2), "softmax(x) .^ 2");
    t.row(Expr::reduce(Reduction::Max, &x), "max(x)");
    t.row(Expr::reduce(Reduction::Min, &a), "min(A, axis=2)");
    t.row(Expr::reduce(Reduction::Product, &x), "prod(x)");
    t.row(Expr::matrix_func(MatrixFunc::Det, &b), "det(B)");
    t.row(Expr::matrix_func(MatrixFunc::LogDet, &(&b + &b.transpose())), "logdet(B + B')");
    t.check();
}

#[test]
fn elementwise_operations_and_numbers() {
    let mut t = Table::new("elementwise");
    let (x, y, z) = (vector("x", "n"), vector("y", "n"), vector("z", "n"));
    let (a, p, q) = (matrix("A", "n", "n"), Expr::var("p"), Expr::var("q"));
    t.row(&(&x * &y), "x .* y");
    t.row(&(n(2) * &p * &x * &y), "2 p x .* y");
    t.row(&(&x * a.matmul(&y)), "x .* (A y)");
    t.row(&(&x / &y), "x ./ y");
    t.row(y.recip(), "1 ./ y");
    t.row(&(&p * &x / (&q * &y * &z)), "p x ./ (q y .* z)");
    t.row(&(&x / n(2)), "x/2");
    t.row(&(&p * &x / &q), "p x/q");
    t.row(&(&x / x.sum_all()), "x/sum(x)");
    t.row(x.powi(2), "x .^ 2");
    t.row(x.powi(-2), "1 ./ x .^ 2");
    t.row(x.sqrt(), "sqrt(x)");
    t.row(power(&n(2), &x), "2 .^ x");
    t.row(power(&x, &y), "x .^ y");
    t.row(&(&x + n(1)), "x + 1");
    t.row(&(&p - &x), "p - x");
    t.row(&(&x + &p * &q - n(2)), "x + p q - 2");
    t.row(&(&x + (&p + &q).broadcast(x.shape()) * n(3)), "x + 3 (p + q) ones(n)");
    t.row(&(&p * Expr::ones(x.shape())), "p ones(n)");
    t.row(&(&p * Expr::ones(x.shape()) + Expr::ones(x.shape())), "p ones(n) + ones(n)");
    t.row(x.sin().exp(), "exp(sin(x))");
    t.row(Expr::zeros(a.shape()), "zeros(n, n)");
    t.row(&(a.matmul(&x) - &y), "A x - y");
    let s = apply(Func::Sigmoid, &x);
    t.row(&(&s * (n(1) - &s)), "sigmoid(x) .* (1 - sigmoid(x))");
    t.check();
}

#[test]
fn places_slices_and_entries() {
    let mut t = Table::new("places");
    let (x, y, a) = (vector("x", "n"), vector("y", "n"), matrix("A", "m", "n"));
    let (i, j, m) = (Expr::var("i"), Expr::var("j"), dim("n"));
    t.row(place(&x, &n(1)), "x[1]");
    t.row(place(&place(&a, &i), &j), "A[i, j]");
    t.row(place(&a, &i), "A[i, :]");
    t.row(place(&a.transpose(), &j), "A[:, j]");
    t.row(place(&a.matmul(&x), &n(2)), "(A x)[2]");
    t.row(&(place(&x, &n(1)) * place(&y, &n(1))), "x[1] y[1]");
    t.row(slice(&x, &n(2), &m), "x[2:n]");
    t.row(slice(&x, &n(1), &(&m - n(1))), "x[1:n - 1]");
    t.row(slice(&a.matmul(&x), &n(2), &dim("m")), "A[2:m, :] x");
    t.row(slice(&slice(&a, &n(1), &n(2)).transpose(), &n(2), &n(3)), "A[1:2, 2:3]'");
    t.row(slice(&(&x + &y), &n(2), &m).powi(2), "(x + y)[2:n] .^ 2");
    t.row(Expr::shift(&m - n(1), m.clone(), n(1)), "eye(n)[2:n, :]");
    t.row(Expr::shift(n(3), n(3), n(-1)), "shift(3, 3, -1)");
    t.row(Expr::unit(n(2), m.clone()), "eye(n)[:, 2]");
    t.row(Expr::unit(n(5), n(3)), "unit(5, 3)");
    t.row(Expr::identity(m.clone()), "eye(n)");
    t.row(Expr::stack(vec![i.clone(), n(2), j.sin()]), "[i, 2, sin(j)]");
    let row = |a: &Expr, b: &Expr| Expr::stack(vec![a.clone(), b.clone()]);
    t.row(Expr::stack(vec![row(&n(1), &i), row(&n(0), &n(0))]), "[1, i; 0, 0]");
    t.row(Expr::stack(vec![row(&n(1), &i)]), "stack([1, i])");
    t.row(Expr::stack(vec![x.powi(2), x.exp()]), "stack(x .^ 2, exp(x))");
    t.row(Expr::tensor_var("d X", a.shape().clone()).matmul(&x), "dX x");
    t.row(Expr::derivative_of(&a.matmul(&x), &Symbol::new("A")), "diff(A x, A)");
    t.check();
}

#[test]
fn index_notation_where_there_is_no_other() {
    let mut t = Table::new("indices");
    let (a, b, c) = (matrix("A", "n", "n"), matrix("B", "n", "n"), matrix("C", "n", "n"));
    let (v, x) = (matrix("V", "n", "k"), vector("x", "n"));
    let hessian =
        contract(&[(&v, &[4, 1]), (&v, &[4, 3]), (&Expr::identity(dim("m")), &[0, 2])], &[0, 1, 2, 3], &[]);
    t.row(&hessian, "einsum(V[p, j] V[p, l] eye(m)[i, k], [i, j, k, l])");
    // An elementwise product of contractions is another expression: a product of two.
    t.row(
        contract(&[(&a, &[0, 1]), (&b, &[0, 2]), (&c, &[2, 1])], &[0, 1], &[]),
        "einsum(A[i, j] B[i, k] C[k, j], [i, j])",
    );
    t.row(&(&a * b.matmul(&c)), "A .* (B C)");
    t.row(contract(&[(&x, &[0]), (&a, &[1, 2])], &[2, 1, 0], &[]), "einsum(A[j, i] x[k], [i, j, k])");
    t.row(
        contract(&[(&x, &[0]), (&(&a + &b), &[0, 1])], &[1, 0, 2], &[(2, dim("m"))]),
        "einsum(x[j] (A + B)[j, i] ones(m)[k], [i, j, k])",
    );
    let i = vector("i", "n");
    t.row(
        contract(&[(&i, &[0]), (&x, &[1]), (&x, &[2])], &[0, 1, 2], &[]),
        "einsum(i[j] x[k] x[l], [j, k, l])",
    );
    t.check();
}

/// The expressions whose derivatives are tested elsewhere, and those derivatives.
#[test]
fn derivatives() {
    let mut t = Table::new("matrix-derivatives");
    let mut both = |e: &Expr, x: &Expr, text: &str, d: &str| {
        t.row(e, text);
        t.row(derivative(e, x), d);
    };
    let (x, a, b, c) =
        (matrix("X", "n", "n"), matrix("A", "n", "n"), matrix("B", "n", "n"), matrix("C", "n", "n"));
    let (u, v) = (vector("u", "n"), vector("v", "n"));
    let det = |a: &Expr| Expr::matrix_func(MatrixFunc::Det, a);
    let logdet = |a: &Expr| Expr::matrix_func(MatrixFunc::LogDet, a);
    both(&det(&x), &x, "det(X)", "det(X) inv(X)'");
    both(&logdet(&x.transpose().matmul(&x)), &x, "2 logdet(X)", "2 inv(X)'");
    let tall = matrix("W", "m", "n");
    both(&logdet(&tall.transpose().matmul(&tall)), &tall, "logdet(W' W)", "2 W inv(W' W)");
    both(&inv(&x), &x, "inv(X)", "-einsum(inv(X)[i, k] inv(X)[l, j], [i, j, k, l])");
    both(&u.matmul(&inv(&x).matmul(&v)), &x, "u' inv(X) v", "-inv(X)' u v' inv(X)'");
    both(&trace(&a.matmul(&inv(&x)).matmul(&b)), &x, "tr(A inv(X) B)", "-inv(X)' A' B' inv(X)'");
    both(&u.matmul(&x.transpose().matmul(&x).matmul(&v)), &x, "u' X' X v", "X u v' + X v u'");
    both(&x.sum_all().powi(2), &x, "sum(X)^2", "2 sum(X) ones(n, n)");
    both(&u.matmul(&x.matmul(&u)), &u, "u' X u", "X u + X' u");
    both(&trace(&x), &x, "tr(X)", "eye(n)");
    both(&trace(&x.matmul(&x).matmul(&x)), &x, "tr(X^3)", "3 X' X'");
    both(&trace(&x.transpose().matmul(&b).matmul(&x).matmul(&c)), &x, "tr(B X C X')", "B X C + B' X C'");
    let r = a.matmul(&x).matmul(&b) + &c;
    both(&trace(&r.matmul(&r.transpose())), &x, "norm(A X B + C)^2", "2 A' (A X B + C) B'");
    let d = &u - &v;
    let length = d.powi(2).sum_all().sqrt();
    both(&length, &u, "norm(u - v)", "(u - v)/norm(u - v)");
    both(&(&d / &length), &u, "(u - v)/norm(u - v)", "eye(n)/norm(u - v) - (u - v) (u - v)'/norm(u - v)^3");
    let (x, w, y) = (matrix("X", "m", "n"), vector("w", "n"), vector("y", "m"));
    both(&(x.matmul(&w) - &y).powi(2).sum_all(), &w, "norm(X w - y)^2", "2 X' (X w - y)");
    let z = x.matmul(&w);
    let logistic = ((Expr::one() + z.exp()).log() - &y * &z).sum_all();
    both(&logistic, &w, "sum(log(exp(X w) + 1) - y .* (X w))", "X' (exp(X w) ./ (exp(X w) + 1) - y)");
    let lse = Expr::reduce(Reduction::LogSumExp, &w);
    both(&lse, &w, "logsumexp(w)", "softmax(w)");
    both(&(&w - &lse).exp(), &w, "softmax(w)", "diag(softmax(w)) - softmax(w) softmax(w)'");
    let (u, v, target) = (matrix("U", "m", "k"), matrix("V", "n", "k"), matrix("T", "m", "n"));
    let loss = (&target - u.matmul(&v.transpose())).powi(2).sum_all();
    both(&loss, &u, "norm(T - U V')^2", "-2 (T - U V') V");
    both(&loss, &v, "norm(T - U V')^2", "-2 (T - U V')' U");
    let h = hessian(&logistic, &[(Symbol::new("w"), w.shape().clone())]).remove(0).remove(0);
    t.row(&h, "X' diag(exp(X w) ./ (exp(X w) + 1) - exp(2 X w) ./ (exp(X w) + 1) .^ 2) X");
    t.check();
}
