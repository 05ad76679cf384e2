//! Sparse derivatives against dense ones, patterns against what they leave out, colourings against their definition.

use secant::calculus::{differentials, gradient, hessian_times_vector, jacobian};
use secant::expr::{Expr, Shape, Symbol};
use secant::program::{Budget, Colouring, Program, SparsityPattern, Workspace};
use secant::sparse::{Method, Space, SparseHessian, SparseJacobian};
use secant::syntax::parse_expr;

const FREE: Budget<'static> = Budget::UNLIMITED;
const WAYS: [Option<Method>; 3] = [None, Some(Method::Entries), Some(Method::Colours(0))];

struct Random(u64);

impl Random {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 11) as f64 * (-53_f64).exp2()
    }

    fn below(&mut self, n: usize) -> usize {
        (self.unit() * n as f64) as usize
    }
}

fn names(n: usize) -> Vec<Symbol> {
    (0..n).map(|k| Symbol::new(&format!("x_{k}"))).collect()
}

fn scalars(names: &[Symbol]) -> Vec<(Symbol, Shape)> {
    names.iter().map(|x| (x.clone(), Shape::SCALAR)).collect()
}

/// A smooth function of two or three of the variables, defined everywhere.
fn piece(random: &mut Random, x: &[Symbol]) -> Expr {
    let mut pick = || Expr::var(x[random.below(x.len())].clone());
    let (a, b, c) = (pick(), pick(), pick());
    match random.below(7) {
        0 => (a * b).sin(),
        1 => (a - b * Expr::integer(2)).powi(3),
        2 => (a.powi(2) + Expr::one()).log() * c,
        3 => a.clone() * Expr::integer(5) + b,
        4 => (-(a.powi(2))).exp() / (c.powi(2) + Expr::integer(2)),
        5 => secant::expr::select(&secant::expr::apply2(secant::expr::Func2::Less, &a, &b), &b.powi(2), &c),
        _ => a.powi(4),
    }
}

fn values(outputs: &[Expr], x: &[Symbol], at: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; outputs.len()];
    Program::compile(outputs, x).unwrap().evaluate(at, &mut out, &mut Workspace::new()).unwrap();
    out
}

/// The dense matrix with these entries.
fn filled(pattern: &SparsityPattern, entries: &[f64]) -> Vec<Vec<f64>> {
    let mut dense = vec![vec![0.0; pattern.columns()]; pattern.rows()];
    for ((i, j), value) in pattern.entries().zip(entries) {
        dense[i][j] = *value;
    }
    dense
}

#[track_caller]
fn assert_near(got: &[f64], want: &[f64]) {
    assert_eq!(got.len(), want.len());
    for (k, (a, b)) in got.iter().zip(want).enumerate() {
        assert!((a - b).abs() <= 1e-12 * (1.0 + b.abs()), "entry {k}: {a} and not {b}");
    }
}

#[test]
fn jacobians_agree_with_dense_ones() {
    let mut space = Space::default();
    let mut coloured = 0;
    for seed in 0..60 {
        let mut random = Random(seed);
        let (n, m) = (1 + random.below(12), 1 + random.below(12));
        let x = names(n + 1);
        let f: Vec<Expr> = (0..m).map(|_| piece(&mut random, &x) + piece(&mut random, &x)).collect();
        let at: Vec<f64> = (0..=n).map(|_| random.unit() * 2.0 - 1.0).collect();
        // The last name is given, not varied.
        let (by, given) = x.split_at(n);
        let dense: Vec<Expr> = f.iter().flat_map(|f| jacobian(f, &scalars(by))).collect();
        let dense = values(&dense, &x, &at);
        for method in WAYS {
            let sparse = SparseJacobian::compile(&f, by, given, method, &FREE).unwrap();
            coloured += usize::from(matches!(sparse.method(), Method::Colours(_)));
            let mut entries = vec![f64::NAN; sparse.pattern().count()];
            sparse.evaluate(&at, &mut entries, &mut space).unwrap();
            assert_near(&filled(sparse.pattern(), &entries).concat(), &dense);
        }
    }
    assert!(coloured >= 60, "{coloured}");
}

#[test]
fn hessians_agree_with_dense_ones() {
    let mut space = Space::default();
    for seed in 0..60 {
        let mut random = Random(seed + 1000);
        let n = 2 + random.below(14);
        let x = names(n + 1);
        let f = (0..n).fold(Expr::zero(), |f, _| f + piece(&mut random, &x));
        let at: Vec<f64> = (0..=n).map(|_| random.unit() * 2.0 - 1.0).collect();
        let (by, given) = x.split_at(n);
        let g = gradient(&f, &scalars(by));
        let dense: Vec<Expr> = g.iter().flat_map(|g| jacobian(g, &scalars(by))).collect();
        let dense = values(&dense, &x, &at);
        for method in WAYS {
            let sparse = SparseHessian::compile(&f, by, given, method, &FREE).unwrap();
            let mut entries = vec![f64::NAN; sparse.lower().count()];
            sparse.evaluate(&at, &mut entries, &mut space).unwrap();
            let mut whole = filled(sparse.lower(), &entries);
            for (i, j) in sparse.lower().entries() {
                whole[j][i] = whole[i][j];
            }
            assert_near(&whole.concat(), &dense);
        }
    }
}

#[test]
fn structure_is_found() {
    let (n, x) = (200, names(200));
    let v = |k: usize| Expr::var(x[k].clone());
    // Chained: three diagonals, three colours at most. Arrow: the first variable with all others, two colours.
    let chain = (1..n).fold(Expr::zero(), |f, k| f + (v(k) - v(k - 1).powi(2)).powi(2));
    let arrow = (1..n).fold(Expr::zero(), |f, k| f + (v(0) * v(k)).sin());
    let apart = (0..n).fold(Expr::zero(), |f, k| f + v(k).exp());
    let check = |f: &Expr, count: usize, colours: usize| {
        let h = SparseHessian::compile(f, &x, &[], Some(Method::Colours(0)), &FREE).unwrap();
        assert_eq!(h.lower().count(), count);
        let Method::Colours(most) = h.method() else { panic!() };
        assert!(most <= colours, "{most} colours");
        // What is chosen costs no more than either.
        let chosen = SparseHessian::compile(f, &x, &[], None, &FREE).unwrap().steps();
        let entries = SparseHessian::compile(f, &x, &[], Some(Method::Entries), &FREE).unwrap().steps();
        assert!(chosen <= h.steps().min(entries), "{chosen} of {} and {entries}", h.steps());
    };
    check(&chain, 2 * n - 1, 3);
    check(&arrow, 2 * n - 1, 2);
    check(&apart, n, 1);
    // Nothing is passed on by what has no derivative.
    let f = parse_expr("floor(x) + where(y < 1, z, 2) + sign(x)").unwrap();
    let f = Program::compile(&[f], &["x", "y", "z"].map(Symbol::new)).unwrap();
    assert_eq!(f.dependence(&FREE).unwrap().pattern.row(0), [2]);
}

fn random_pattern(random: &mut Random, rows: usize, columns: usize, each: usize) -> SparsityPattern {
    let row = |random: &mut Random| (0..each).map(|_| random.below(columns) as u32).collect();
    SparsityPattern::from_rows(columns, (0..rows).map(|_| row(random)).collect::<Vec<_>>())
}

#[test]
fn colourings_are_what_they_must_be() {
    for seed in 0..200 {
        let mut random = Random(seed);
        let n = 5 + random.below(40);
        let each = 1 + random.below(3);
        let pattern = random_pattern(&mut random, n, n, each);
        let Colouring { colours, count } = pattern.colour_columns(&FREE).unwrap();
        assert!(colours.iter().all(|c| (*c as usize) < count));
        for i in 0..n {
            let mut of_row: Vec<u32> = pattern.row(i).iter().map(|j| colours[*j as usize]).collect();
            of_row.sort_unstable();
            of_row.dedup();
            assert_eq!(of_row.len(), pattern.row(i).len(), "columns of one row share a colour");
        }

        let symmetric = pattern.symmetric();
        let colouring = symmetric.colour_symmetric(&FREE).unwrap();
        let colour = |v: u32| colouring.colours[v as usize];
        let neighbours = |v: u32| symmetric.row(v as usize).iter().copied().filter(move |w| *w != v);
        for v in 0..n as u32 {
            for w in neighbours(v) {
                assert_ne!(colour(v), colour(w));
                for x in neighbours(w).filter(|x| *x != v) {
                    for y in neighbours(x).filter(|y| *y != v && *y != w) {
                        let two = colour(v) == colour(x) && colour(w) == colour(y);
                        assert!(!two, "a path of two colours: {v} {w} {x} {y}");
                    }
                }
            }
        }
        // So that every entry can be read, from one side or the other.
        let alone = colouring.alone(&symmetric);
        for (i, j) in symmetric.entries() {
            let at = |i, j| alone[symmetric.position(i, j).unwrap()];
            assert!(at(i, j) || at(j, i));
        }
    }
}

#[test]
fn patterns_turn_and_find() {
    let pattern = SparsityPattern::from_rows(4, [vec![3, 1, 1], vec![], vec![0]]);
    assert_eq!((pattern.rows(), pattern.columns(), pattern.count()), (3, 4, 3));
    assert_eq!(pattern.entries().collect::<Vec<_>>(), [(0, 1), (0, 3), (2, 0)]);
    assert_eq!(pattern.transposed().entries().collect::<Vec<_>>(), [(0, 2), (1, 0), (3, 0)]);
    assert_eq!(pattern.transposed().transposed(), pattern);
    assert_eq!((pattern.position(0, 3), pattern.position(0, 2)), (Some(1), None));
}

#[test]
fn products_without_the_matrix() {
    for seed in 0..40 {
        let mut random = Random(seed + 500);
        let x = names(5);
        let f: Vec<Expr> = (0..4).map(|_| piece(&mut random, &x) * piece(&mut random, &x)).collect();
        let at: Vec<f64> = (0..5).map(|_| random.unit() * 2.0 - 1.0).collect();
        let v: Vec<i64> = (0..5).map(|_| random.below(7) as i64 - 3).collect();
        let directions: Vec<(Symbol, Expr)> =
            x.iter().cloned().zip(v.iter().map(|v| Expr::integer(*v))).collect();
        let dense: Vec<Vec<f64>> = f.iter().map(|f| values(&jacobian(f, &scalars(&x)), &x, &at)).collect();
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let v: Vec<f64> = v.iter().map(|v| *v as f64).collect();
        let want: Vec<f64> = dense.iter().map(|row| dot(row, &v)).collect();
        assert_near(&values(&differentials(&f, &directions), &x, &at), &want);

        let g = gradient(&f[0], &scalars(&x));
        let want: Vec<f64> =
            g.iter().map(|g| dot(&values(&jacobian(g, &scalars(&x)), &x, &at), &v)).collect();
        assert_near(&values(&hessian_times_vector(&f[0], &directions), &x, &at), &want);
    }
}

#[test]
fn wrong_calls_and_spent_budgets() {
    let x = names(3);
    let f = parse_expr("x_0 x_1 + x_2^2").unwrap();
    let h = SparseHessian::compile(&f, &x, &[], Some(Method::Colours(0)), &FREE).unwrap();
    let mut space = Space::default();
    let code =
        |at: &[f64], values: &mut [f64], space: &mut Space| h.evaluate(at, values, space).unwrap_err().code();
    assert_eq!(code(&[1.0], &mut [0.0; 2], &mut space), "program.input-count");
    assert_eq!(code(&[1.0; 3], &mut [0.0; 3], &mut space), "program.output-count");
    let all = parse_expr("x_0 x_1 x_2").unwrap();
    let unknown = SparseHessian::compile(&all, &x[..2], &[], None, &FREE).unwrap_err();
    assert_eq!(unknown.code(), "program.unknown-name");
    let little = Budget { operations: 3, ..FREE };
    assert_eq!(SparseHessian::compile(&f, &x, &[], None, &little).unwrap_err().code(), "budget.operations");
}
