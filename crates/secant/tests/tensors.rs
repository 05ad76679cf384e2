//! Gradients, Jacobians and Hessians of matrix expressions against central differences, built by constructors alone.
//!
//! Numbers such as (57) are those of equations in Petersen & Pedersen, *The Matrix Cookbook* (2012), restated.

use secant::calculus::{Detail, explain_jacobian, gradient, hessian, jacobian};
use secant::expr::{Expr, Func2, MatrixFunc, Node, Reduction, Shape, Symbol, apply2, contract, select};
use secant::program::{Array, evaluate_arrays};

fn dim(name: &str) -> Expr {
    Expr::var(name)
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
fn det(a: &Expr) -> Expr {
    Expr::matrix_func(MatrixFunc::Det, a)
}
fn logdet(a: &Expr) -> Expr {
    Expr::matrix_func(MatrixFunc::LogDet, a)
}
fn norm2(a: &Expr) -> Expr {
    a.powi(2).sum_all()
}

/// Arrays for every name, the same in every run; well-conditioned square matrices.
fn arrays(e: &Expr) -> Vec<(Symbol, Array)> {
    let extent = |d: &Expr| match d.to_string().as_str() {
        "m" => 4_usize,
        "n" => 3,
        "k" => 2,
        other => panic!("extent {other}"),
    };
    let mut state = 1_u64;
    let mut draw = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 * f64::EPSILON / 2.0
    };
    let mut seen = std::collections::BTreeMap::new();
    for part in e.post_order() {
        if let Some(name) = part.as_var() {
            seen.insert(name.clone(), part.shape().dims().iter().map(extent).collect::<Vec<_>>());
        }
    }
    let extents = ["m", "n", "k"].map(|n| (Symbol::new(n), Array::scalar(extent(&dim(n)) as f64)));
    seen.into_iter()
        .map(|(name, shape)| {
            let size: usize = shape.iter().product();
            let mut data: Vec<f64> = (0..size).map(|_| 0.3 + draw()).collect();
            if let [a, b] = shape[..]
                && a == b
            {
                (0..a).for_each(|k| data[k * a + k] += 2.0);
            }
            (name, Array::new(shape, data).unwrap())
        })
        .chain(extents)
        .collect()
}

/// The derivative by `x` and its value, checked entry by entry against central differences.
#[track_caller]
fn check(e: &Expr, x: &Expr) -> Expr {
    let name = x.as_var().unwrap().clone();
    let d = jacobian(e, &[(name.clone(), x.shape().clone())]).remove(0);
    let expected = Shape::new(e.shape().dims().iter().chain(x.shape().dims()).cloned());
    assert_eq!(*d.shape(), expected, "shape of the derivative of {e:?}");
    let mut at = arrays(&(e.sum_all() + x.sum_all()));
    let value = evaluate_arrays(std::slice::from_ref(&d), &at).unwrap().remove(0);
    let place = at.iter().position(|(n, _)| *n == name).unwrap();
    let size = at[place].1.data.len();
    let rows = value.data.len() / size;
    let h = 1e-5;
    for j in 0..size {
        let centre = at[place].1.data[j];
        let mut f = |x: f64| {
            at[place].1.data[j] = x;
            evaluate_arrays(std::slice::from_ref(e), &at).unwrap().remove(0).data
        };
        let (up, down) = (f(centre + h), f(centre - h));
        f(centre);
        for i in 0..rows {
            let (want, have) = ((up[i] - down[i]) / (2.0 * h), value.data[i * size + j]);
            let scale = want.abs().max(up[i].abs()).max(1.0);
            assert!((want - have).abs() < 1e-7 * scale, "entry {i},{j} of d {e:?}: {have} for {want}\n{d:?}");
        }
    }
    d
}

#[test]
fn cookbook_determinants() {
    let (x, a) = (matrix("X", "n", "n"), matrix("A", "n", "n"));
    assert_eq!(check(&det(&x), &x), det(&x) * inv(&x).transpose()); // (49)
    check(&det(&a.matmul(&x).matmul(&a)), &x); // (51)
    check(&det(&x.transpose().matmul(&a).matmul(&x)), &x); // (52)
    check(&logdet(&x.transpose().matmul(&x)), &x); // (55)
    assert_eq!(check(&logdet(&x), &x), inv(&x).transpose()); // (57)
    check(&det(&x.matmul(&x).matmul(&x)), &x); // (58), k = 3
}

#[test]
fn cookbook_inverses() {
    let (x, a, b) = (matrix("X", "n", "n"), matrix("A", "n", "n"), matrix("B", "n", "n"));
    let (u, v) = (vector("a", "n"), vector("b", "n"));
    check(&inv(&x), &x); // (60)
    check(&u.matmul(&inv(&x).matmul(&v)), &x); // (61)
    check(&det(&inv(&x)), &x); // (62)
    check(&trace(&a.matmul(&inv(&x)).matmul(&b)), &x); // (63)
    check(&trace(&inv(&(&x + &a))), &x); // (64)
}

#[test]
fn cookbook_first_and_second_order() {
    let (x, b, c) = (matrix("X", "n", "n"), matrix("B", "n", "n"), matrix("C", "n", "n"));
    let (u, v, w) = (vector("a", "n"), vector("b", "n"), vector("c", "n"));
    assert_eq!(check(&w.matmul(&u), &w), u); // (69)
    let outer = |a: &Expr, b: &Expr| contract(&[(a, &[0]), (b, &[1])], &[0, 1], &[]);
    assert_eq!(check(&u.matmul(&x.matmul(&v)), &x), outer(&u, &v)); // (70)
    assert_eq!(check(&u.matmul(&x.transpose().matmul(&v)), &x), outer(&v, &u)); // (71)
    check(&u.matmul(&x.matmul(&u)), &u); // (72)
    let ones = Expr::ones(x.shape());
    assert_eq!(check(&x.sum_all().powi(2), &x), Expr::integer(2) * x.sum_all() * ones); // (76)
    check(&u.matmul(&x.transpose().matmul(&x).matmul(&v)), &x); // (77)
    check(&(b.matmul(&w) + &u).matmul(&c.matmul(&(b.matmul(&w) + &v))), &w); // (78)
    check(&x.transpose().matmul(&b).matmul(&x), &x); // (79), (80)
    assert_eq!(check(&w.matmul(&b.matmul(&w)), &w), b.matmul(&w) + b.transpose().matmul(&w)); // (81)
    check(&u.matmul(&x.transpose().matmul(&b).matmul(&x).matmul(&v)), &x); // (82)
    check(&(x.matmul(&u) + &v).matmul(&c.matmul(&(x.matmul(&u) + &v))), &x); // (83)
    check(&(&w - b.matmul(&u)).matmul(&c.matmul(&(&w - b.matmul(&u)))), &u); // (84)–(88)
    check(&u.matmul(&x.matmul(&x).matmul(&x).matmul(&v)), &x); // (91), n = 3
}

#[test]
fn cookbook_traces() {
    let (x, a, b, c) =
        (matrix("X", "n", "n"), matrix("A", "n", "n"), matrix("B", "n", "n"), matrix("C", "n", "n"));
    let identity = Expr::identity(dim("n"));
    assert_eq!(check(&trace(&x), &x), identity); // (99)
    assert_eq!(check(&trace(&x.matmul(&a)), &x), a.transpose()); // (100)
    assert_eq!(check(&trace(&a.matmul(&x).matmul(&b)), &x), a.transpose().matmul(&b.transpose())); // (101)
    assert_eq!(check(&trace(&a.matmul(&x.transpose()).matmul(&b)), &x), b.matmul(&a)); // (102)
    assert_eq!(check(&trace(&x.transpose().matmul(&a)), &x), a); // (103)
    assert_eq!(check(&trace(&x.matmul(&x)), &x), Expr::integer(2) * x.transpose()); // (106)
    check(&trace(&x.matmul(&x).matmul(&b)), &x); // (107)
    check(&trace(&x.transpose().matmul(&b).matmul(&x)), &x); // (108)
    check(&trace(&b.matmul(&x).matmul(&x.transpose())), &x); // (109)
    assert_eq!(check(&trace(&x.matmul(&x.transpose())), &x), Expr::integer(2) * &x); // (115)
    check(&trace(&b.transpose().matmul(&x.transpose()).matmul(&c).matmul(&x).matmul(&b)), &x); // (116)
    check(&trace(&x.transpose().matmul(&b).matmul(&x).matmul(&c)), &x); // (117)
    check(&trace(&a.matmul(&x).matmul(&b).matmul(&x.transpose()).matmul(&c)), &x); // (118)
    let r = a.matmul(&x).matmul(&b) + &c;
    check(&trace(&r.matmul(&r.transpose())), &x); // (119)
    check(&trace(&x.matmul(&x).matmul(&x)), &x); // (121), k = 3
}

#[test]
fn cookbook_norms() {
    let (x, a) = (vector("x", "n"), vector("a", "n"));
    let r = &x - &a;
    check(&norm2(&r).sqrt(), &x); // (129)
    let direction = contract(&[(&r, &[0])], &[0], &[]) / norm2(&r).sqrt();
    check(&direction, &x); // (130)
    assert_eq!(check(&norm2(&x), &x), Expr::integer(2) * &x); // (131)
    let m = matrix("X", "m", "n");
    assert_eq!(check(&norm2(&m), &m), Expr::integer(2) * &m); // (132)
}

#[test]
fn machine_learning() {
    let (x, w, y) = (matrix("X", "m", "n"), vector("w", "n"), vector("y", "m"));
    let r = x.matmul(&w) - &y;
    assert_eq!(check(&norm2(&r), &w), Expr::integer(2) * x.transpose().matmul(&r));
    let z = x.matmul(&w);
    let logistic = ((Expr::one() + z.exp()).log() - &y * &z).sum_all();
    check(&logistic, &w);
    let h = hessian(&logistic, &[(Symbol::new("w"), w.shape().clone())]).remove(0).remove(0);
    assert!(h.is_symmetric(), "{h:?}");
    let lse = Expr::reduce(Reduction::LogSumExp, &w);
    let softmax = (&w - &lse).exp();
    assert_eq!(check(&lse, &w), softmax);
    check(&softmax, &w);
    check(&Expr::reduce(Reduction::Max, &x), &x);
    check(&Expr::reduce(Reduction::Product, &x), &x);
    // A layer, by its weights and by its input.
    let (u, v, t) = (matrix("U", "m", "k"), matrix("V", "n", "k"), matrix("T", "m", "n"));
    let loss = norm2(&(&t - u.matmul(&v.transpose())));
    check(&loss, &u);
    check(&loss, &v);
    let g = gradient(&loss, &[(Symbol::new("U"), u.shape().clone())]).remove(0);
    let h = check(&g, &u);
    // 2 V'V ⊗ I: two factors V and an identity.
    let core =
        contract(&[(&v, &[4, 1]), (&v, &[4, 3]), (&Expr::identity(dim("m")), &[0, 2])], &[0, 1, 2, 3], &[]);
    assert_eq!(h, Expr::integer(2) * core);
}

#[test]
fn slices_stacks_and_places() {
    let x = vector("x", "m");
    let n1 = dim("m") - Expr::one();
    let head = Expr::shift(n1.clone(), dim("m"), Expr::zero()).matmul(&x);
    let tail = Expr::shift(n1, dim("m"), Expr::one()).matmul(&x);
    let rosenbrock =
        (Expr::integer(100) * (&tail - head.powi(2)).powi(2) + (Expr::one() - &head).powi(2)).sum_all();
    let g = check(&rosenbrock, &x);
    check(&g, &x);
    let first = contract(&[(&x, &[0]), (&Expr::unit(Expr::one(), dim("m")), &[0])], &[], &[]);
    check(&(first.sin() * x.sum_all()), &x);
    let pair = Expr::stack(vec![first.powi(2), x.sum_all().exp()]);
    check(&pair, &x);
    let table = Expr::stack(vec![x.powi(2), x.exp()]);
    check(&table, &x);
    let diagonal = contract(&[(&x, &[0]), (&Expr::identity(dim("m")), &[0, 1])], &[0, 1], &[]);
    check(&diagonal, &x);
    check(&logdet(&diagonal), &x);
}

/// The branches are numbers, the condition has axes: the derivative has the shape all the same.
#[test]
fn a_choice_between_numbers() {
    let x = vector("x", "n");
    let chosen = select(&apply2(Func2::Less, &x, &x.powi(2)), &Expr::zero(), &Expr::one());
    check(&(chosen * &x), &x);
}

#[test]
fn one_canonical_form() {
    let (a, b, x) = (matrix("A", "n", "n"), matrix("B", "n", "n"), vector("x", "n"));
    assert_eq!(a.matmul(&b).matmul(&x), a.matmul(&b.matmul(&x)));
    assert_eq!(a.matmul(&b).transpose(), b.transpose().matmul(&a.transpose()));
    assert_eq!(a.transpose().transpose(), a);
    assert_eq!(trace(&a.matmul(&b)), trace(&b.matmul(&a)));
    assert_eq!(x.matmul(&a.matmul(&x)), x.matmul(&a.transpose().matmul(&x)));
    assert_eq!(trace(&a.matmul(&a).matmul(&b)), trace(&a.matmul(&b).matmul(&a)));
    assert_eq!(x.matmul(&x), norm2(&x));
    assert_eq!(inv(&a.transpose()), inv(&a).transpose());
    let b = matrix("B", "n", "n");
    assert_eq!(inv(&a.matmul(&b)), inv(&b).matmul(&inv(&a)));
    assert_eq!(
        inv(&a.transpose().matmul(&b).matmul(&a)),
        inv(&a).matmul(&inv(&b)).matmul(&inv(&a).transpose())
    );
    assert_eq!(det(&a.matmul(&b)), det(&a) * det(&b));
    assert_eq!(logdet(&b.matmul(&inv(&a))), logdet(&b) - logdet(&a));
    let s = Expr::var("s");
    assert_eq!(inv(&(&s * &a)), inv(&a) / &s);
    assert_eq!(det(&(&s * &a)), secant::expr::power(&s, &dim("n")) * det(&a));
    assert_eq!(inv(&inv(&a)), a);
    assert_eq!(Expr::identity(dim("n")).matmul(&a), a);
    assert_eq!(trace(&Expr::identity(dim("n"))), dim("n"));
    assert_eq!(Expr::ones(x.shape()).matmul(&x), x.sum_all());
    assert_eq!(&a - &a, Expr::zeros(a.shape()));
    assert_eq!(&x / &x, Expr::ones(x.shape()));
    let s = Expr::symmetric_var("S", dim("n"));
    assert_eq!(s.transpose(), s);
    assert_eq!(x.matmul(&s), s.matmul(&x));
    assert!(a.transpose().matmul(&a).is_symmetric());
    assert!(!a.matmul(&b).is_symmetric());
}

/// Every line of a matrix derivation is an equation between differentials; a central difference along a random
/// change of the variable stands for each that is not carried out.
#[test]
fn every_matrix_step_holds() {
    let (x, a) = (matrix("X", "n", "n"), matrix("A", "n", "n"));
    let (w, b) = (vector("w", "n"), vector("b", "n"));
    let lse = Expr::reduce(Reduction::LogSumExp, &w);
    let cases = [
        (norm2(&(a.matmul(&w) - &b)), &w),
        (w.matmul(&a.matmul(&w)).exp(), &w),
        (logdet(&x.transpose().matmul(&x)), &x),
        (b.matmul(&inv(&x).matmul(&b)) * det(&x), &x),
        (norm2(&w).sqrt(), &w),
        ((&w - &lse).exp(), &w),
        (Expr::reduce(Reduction::Max, &w) * w.sin().sum_all(), &w),
        (Expr::stack(vec![w.sum_all(), norm2(&w)]), &w),
    ];
    let h = Expr::number(secant::expr::Rational::ratio(1, 1 << 14).unwrap());
    let mut lines = 0;
    for (e, by) in cases {
        let name = by.as_var().unwrap().clone();
        for detail in [Detail::Normal, Detail::Full] {
            let derivation = explain_jacobian(&e, &name, by.shape(), detail, 500);
            assert!(!derivation.cut);
            let (last, steps) = derivation.steps.split_last().unwrap();
            assert_eq!(last.to, derivation.result);
            let change = Expr::tensor_var(&*format!("d {name}"), by.shape().clone());
            let carried_out = |e: &Expr| {
                e.rebuild(|part| match part.node() {
                    Node::Derivative(u, _) => {
                        let moved = |sign: i64| u.replace(&name, &(by + Expr::integer(sign) * &h * &change));
                        Some((moved(1) - moved(-1)) / (Expr::integer(2) * &h))
                    }
                    _ => None,
                })
            };
            for step in steps {
                let sides = [carried_out(&step.from), carried_out(&step.to)];
                let all: Expr = sides.iter().map(Expr::sum_all).sum();
                let at = arrays(&(all + by.sum_all() + change.sum_all()));
                let values = evaluate_arrays(&sides, &at).unwrap();
                for (from, to) in values[0].data.iter().zip(&values[1].data) {
                    assert!(
                        (from - to).abs() <= 1e-6 * from.abs().max(1.0),
                        "{:?} = {:?}",
                        step.from,
                        step.to
                    );
                }
                lines += 1;
            }
        }
    }
    assert!(lines > 60, "{lines}");
}
