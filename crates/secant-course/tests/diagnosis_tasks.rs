//! Wrong answers as learners write them, and the mistakes they come from: algebra, series, integrals, multipliers, fits,
//! gradients of a network. Right answers in unusual forms get no blame.

use secant::expr::{Expr, Shape};
use secant::sheet::Scope;
use secant::syntax::{self, Limits, Lowered, Written};
use secant_course::diagnosis::{Explanation, Problem, diagnose, likely};
use serde_json::{Value, json};

fn read(scope: &Scope, text: &str) -> (Written, Expr) {
    let written = syntax::parse(text, &Limits::default()).unwrap_or_else(|e| panic!("{text}: {e:?}"));
    let Lowered { expr, .. } =
        syntax::lower(&written, &mut scope.clone()).unwrap_or_else(|e| panic!("{text}: {e:?}"));
    (written, expr)
}

fn explanations(scope: &Scope, task: &Value, model: &str, answer: &str) -> Vec<Explanation> {
    let (_, model) = read(scope, model);
    let (written, answer) = read(scope, answer);
    diagnose(&Problem { task, scope, written: &written, answer: &answer, model: &model })
}

fn names(e: &Explanation) -> String {
    let mut names: Vec<&str> = e.slips.iter().map(|b| b.slip.name).collect();
    names.sort_unstable();
    names.join(" + ")
}

/// Rows of a model, an answer, its slips and the place of the first; all that fail are shown at once.
struct Table {
    scope: Scope,
    failed: Vec<String>,
    rows: usize,
}

impl Table {
    fn new(scope: Scope) -> Table {
        Table { scope, failed: Vec::new(), rows: 0 }
    }

    fn wrong(&mut self, task: &Value, model: &str, answer: &str, slips: &str, at: &str) {
        self.rows += 1;
        let found = explanations(&self.scope, task, model, answer);
        let first = found.first().map(names).unwrap_or_default();
        let place = found.first().map(|e| e.slips[0].at.of(answer)).unwrap_or_default();
        if first != slips || (!at.is_empty() && place != at) {
            let all: Vec<String> = found.iter().map(names).collect();
            self.failed.push(format!(
                "{model}  ->  {answer}\n    wanted {slips} at `{at}`\n    found {all:?} at `{place}`"
            ));
        }
    }

    fn right(&mut self, task: &Value, model: &str, answer: &str) {
        self.rows += 1;
        let found = explanations(&self.scope, task, model, answer);
        if let Some(first) = found.first() {
            self.failed.push(format!("{model}  ->  {answer} is right, and blamed for {}", names(first)));
        }
    }

    #[track_caller]
    fn done(self, rows: usize) {
        assert!(
            self.failed.is_empty(),
            "{} of {}:\n{}",
            self.failed.len(),
            self.rows,
            self.failed.join("\n")
        );
        assert!(self.rows >= rows, "{} rows", self.rows);
    }
}

#[test]
fn algebra() {
    let mut t = Table::new(Scope::open());
    #[rustfmt::skip]
    let rows: &[(&str, &str, &str, &str)] = &[
        ("(x + 5)^2", "x^2 + 25", "algebra-square-of-sum", ""),
        ("(x + 5)^2", "25 + x^2", "algebra-square-of-sum", ""),
        ("(x - 3)^2", "x^2 - 9", "algebra-square-of-sum", ""),
        ("(x - 3)^2", "x^2 + 9", "algebra-square-of-sum", ""),
        ("(a + b)^2", "a^2 + a b + b^2", "algebra-square-of-sum", ""),
        ("(2x + 1)^2", "4x^2 + 1", "algebra-square-of-sum", ""),
        ("(x + 2)^3", "x^3 + 8", "algebra-square-of-sum", ""),
        ("(x - 1)^2", "x^2 + 2x + 1", "algebra-sign", "2"),
        ("(x - 1)^2", "x^2 - 2x - 1", "algebra-sign", "1"),
        ("x^2 + 10x + 25", "x^2 + 25", "algebra-square-of-sum", ""),
        ("sqrt(x^2 + 9)", "x + 3", "algebra-root-of-sum", ""),
        ("sqrt(a + b)", "sqrt(a) + sqrt(b)", "algebra-root-of-sum", ""),
        ("sqrt(x + 16)", "sqrt(x) + 4", "algebra-root-of-sum", ""),
        ("3(x + 2)", "3x + 2", "algebra-distribution", "2"),
        ("3(x + 2)", "2 + 3 x", "algebra-distribution", "2"),
        ("5(2x - y + 4)", "10x - y + 4", "algebra-distribution", ""),
        ("5(2x - y + 4)", "10x - 5y + 4", "algebra-distribution", "4"),
        ("a (b + c)", "a b + c", "algebra-distribution", "c"),
        ("a (b + c)", "b + a c", "algebra-distribution", "b"),
        ("x (x + 2)", "x^2 + 2", "algebra-distribution", "2"),
        ("-2 (x - 4)", "-2x - 4", "algebra-distribution", ""),
        ("(x + 2)(x + 3)", "x^2 + 6", "algebra-distribution", ""),
        ("(x + 2)(x + 3)", "x^2 + 3x + 6", "algebra-distribution", ""),
        ("3 - (x - 2)", "1 - x", "algebra-sign", ""),
        ("a - (b + c)", "a - b + c", "algebra-sign", "c"),
        ("a - (b - c)", "a - b - c", "algebra-sign", "c"),
        ("2x - 3(x - 4)", "-x - 12", "algebra-sign", "12"),
        ("5 - 2(x + 1)", "3 + 2x", "algebra-sign", ""),
        ("x - y", "x + y", "algebra-sign", "y"),
        ("x - y", "y - x", "algebra-sign", ""),
        ("1/a + 1/b", "1/(a + b)", "algebra-fraction-sum", ""),
        ("1/a + 1/b", "2/(a + b)", "algebra-fraction-sum", ""),
        ("a/b + c/d", "(a + c)/(b + d)", "algebra-fraction-sum", ""),
        ("a/b + c/d", "(a + c)/(b d)", "algebra-fraction-sum", ""),
        ("1/x + 1/2", "2/(x + 2)", "algebra-fraction-sum", ""),
        ("(x + 2)/(2 x)", "2/(x + 2)", "algebra-fraction-sum", ""),
        ("a/b + c", "(a + c)/b", "algebra-fraction-sum", ""),
        ("a/(b + c)", "a/b + a/c", "algebra-fraction-sum", ""),
        ("1/(x + y)", "1/x + 1/y", "algebra-fraction-sum", ""),
        ("(a + b)/a", "b", "algebra-cancelling", ""),
        ("(a + b)/a", "1 + b", "algebra-cancelling", ""),
        ("(x + 4)/x", "5", "algebra-cancelling", ""),
        ("(x + a)/(x + b)", "a/b", "algebra-cancelling", ""),
        ("(x^2 + 3)/x", "x + 3", "algebra-cancelling", ""),
        ("(2 + 6 x)/2", "1 + 6x", "algebra-cancelling", ""),
        ("log(x^2 + 1)", "2 log(x)", "algebra-logarithm", ""),
        ("log(a + b)", "log(a) + log(b)", "algebra-logarithm", ""),
        ("log(a b)", "log(a) log(b)", "algebra-logarithm", ""),
        ("log(a) - log(b)", "log(a - b)", "algebra-logarithm", ""),
        ("log(a) - log(b)", "log(a)/log(b)", "algebra-logarithm", ""),
        ("log(a) + log(b)", "log(a + b)", "algebra-logarithm", ""),
        ("log(x^3)", "log(x)^3", "algebra-logarithm", ""),
        ("log(2 x)", "2 log(x)", "algebra-logarithm", ""),
        ("x^2 * x^3", "x^6", "algebra-exponents", ""),
        ("(x^2)^3", "x^5", "algebra-exponents", ""),
        ("x^6/x^2", "x^3", "algebra-exponents", ""),
        ("2^3 x", "6 x", "algebra-exponents", "6"),
        ("e^x e^y", "e^(x y)", "algebra-exponents", ""),
        ("e^(x + y)", "e^x + e^y", "algebra-exponents", ""),
        ("(e^x)^2", "e^(x + 2)", "algebra-exponents", ""),
        ("x^(1/2)", "x^2", "algebra-exponents", ""),
        ("2^-1", "-2", "algebra-negative-exponent", ""),
        ("x^-2", "-x^2", "algebra-negative-exponent", ""),
        ("3 x^-2", "3 x^2", "algebra-negative-exponent", ""),
        ("1/x^3", "x^3", "algebra-negative-exponent", ""),
        ("(3x)^2", "3x^2", "algebra-power-of-product", ""),
        ("(2 a b)^3", "2 a^3 b^3", "algebra-power-of-product", ""),
        ("(x/2)^2", "x^2/2", "algebra-power-of-product", ""),
        ("(-x)^2", "-x^2", "algebra-sign", ""),
        ("sin(a + b)", "sin(a) + sin(b)", "algebra-function-of-sum", ""),
        ("sin(2 x)", "2 sin(x)", "algebra-function-of-sum", ""),
        ("abs(x)", "x", "algebra-absolute-value", ""),
        ("2/(3/x)", "6/x", "algebra-fraction-inverted", ""),
        ("a/b", "b/a", "algebra-fraction-inverted", ""),
        ("7*8 - 9", "45", "algebra-arithmetic", ""),
        ("3*4 x + 1", "7 x + 1", "algebra-arithmetic", "7"),
        ("x^2 + 17", "x^2 + 18", "algebra-arithmetic", "18"),
        ("3 x^2 + 4 x", "3 x^2 + 5 x", "algebra-arithmetic", "5"),
        ("6 x y", "6 x", "algebra-factor-lost", ""),
        ("5 x^2 + 2 x + 1", "5 x^2 + 1", "term-lost", ""),
        ("x^2/3", "x^2", "constant-factor", ""),
        ("2 (x + 1)^2", "2 (x^2 + 1)", "algebra-square-of-sum", "x^2 + 1"),
        ("2 (x + 1)^2", "2 x^2 + 2", "algebra-square-of-sum", ""),
        ("(x + 1)^2 - (x - 1)^2", "x^2 + 1 - (x - 1)^2", "algebra-square-of-sum", ""),
        // Two at a time.
        ("3 (x + 5)^2 + 2 (y + 1)", "3 (x^2 + 25) + 2 y + 1", "algebra-distribution + algebra-square-of-sum", "x^2 + 25"),
        ("1/a + 1/b - (c + d)", "1/(a + b) - c + d", "algebra-fraction-sum + algebra-sign", ""),
    ];
    for (model, answer, slips, at) in rows {
        // The text of the question is known, or only what is right.
        t.wrong(&json!({"op": "simplify", "expr": model}), model, answer, slips, at);
    }
    #[rustfmt::skip]
    let right: &[(&str, &str)] = &[
        ("(x + 5)^2", "x^2 + 10x + 25"), ("(x + 5)^2", "25 + 2*5*x + x x"), ("3(x + 2)", "6 + 3x"), ("1/a + 1/b", "(a + b)/(a b)"),
        ("log(a b)", "log(b) + log(a)"), ("x^-2", "1/x^2"), ("2^-1", "0.5"), ("sqrt(x^2)", "abs(x)"), ("(a + b)/a", "1 + b/a"),
        ("a - (b - c)", "a + c - b"), ("sin(2 x)", "2 sin(x) cos(x)"), ("x^6/x^2", "x^4"), ("e^x e^y", "e^(y + x)"), ("7*8 - 9", "47"),
        ("(x - 1)^2", "(1 - x)^2"), ("a/(b/c)", "a c/b"), ("4 x^2 - 1", "(2x - 1)(2x + 1)"), ("cos(x)^2", "1 - sin(x)^2"),
    ];
    for (model, answer) in right {
        t.right(&json!({"op": "simplify", "expr": model}), model, answer);
    }
    t.done(100);
}

#[test]
fn algebra_behind_a_derivative() {
    let mut t = Table::new(Scope::open());
    #[rustfmt::skip]
    let rows: &[(&str, &str, &str, &str, &str)] = &[
        ("(x^2 + 1)^2", "4x^3 + 4x", "4x^3 + 1", "algebra-distribution", "1"),
        ("x^2 - 3 x (x - 4)", "12 - 4 x", "-12 - 4 x", "algebra-sign", "12"),
        ("log((x + 2)^2)", "2/(x + 2)", "2/x + 1", "algebra-fraction-sum", ""),
        ("1/(x + a)", "-1/(x + a)^2", "-1/(x^2 + a^2)", "algebra-square-of-sum", ""),
        ("e^(2x) x", "e^(2x) (1 + 2x)", "e^(2x) + 2x", "algebra-distribution", ""),
        ("7 x^2 + 9 x", "14 x + 9", "14 x + 8", "algebra-arithmetic", "8"),
        ("sqrt(x^2 + 9)", "x/sqrt(x^2 + 9)", "x/(x + 3)", "algebra-root-of-sum", ""),
        ("log(x) + x^2", "1/x + 2x", "(1 + 2x)/x", "algebra-fraction-sum", ""),
    ];
    for (expr, model, answer, slips, at) in rows {
        t.wrong(&json!({"op": "diff", "expr": expr, "wrt": "x"}), model, answer, slips, at);
    }
    t.done(7);
}

#[test]
fn lines_of_a_working() {
    let mut t = Table::new(Scope::open());
    #[rustfmt::skip]
    let rows: &[(&str, &str, &str, &str)] = &[
        ("2x + 4 = 10", "2x = 14", "algebra-sign", ""),
        ("2x + 4 = 10", "2x = 10 + 4", "algebra-sign", "4"),
        ("5x = 3x + 8", "8x = 8", "algebra-sign", ""),
        ("2x + 4 = 10", "x + 4 = 5", "algebra-distribution", ""),
        ("2x = 6", "x = 12", "algebra-fraction-inverted", ""),
        ("3(x - 2) = 9", "3x - 2 = 9", "algebra-distribution", "2"),
        ("(x + 1)^2 = y", "x^2 + 1 = y", "algebra-square-of-sum", ""),
        ("x - (y - 3) = 0", "x - y - 3 = 0", "algebra-sign", "3"),
        ("y/2 + x/3 = 1", "(x + y)/5 = 1", "algebra-fraction-sum", ""),
        ("7 + x = 12", "x = 4", "algebra-arithmetic", "4"),
    ];
    for (line, next, slips, at) in rows {
        t.wrong(&json!({"op": "simplify", "expr": line}), line, next, slips, at);
    }
    for (line, next) in [
        ("2x + 4 = 10", "x = 3"),
        ("5x = 3x + 8", "-8 = -2 x"),
        ("3(x - 2) = 9", "x - 2 = 3"),
        ("(x + 1)^2 = y", "y = x^2 + 2x + 1"),
        ("x - (y - 3) = 0", "y = x + 3"),
        ("y/2 + x/3 = 1", "3y + 2x = 6"),
    ] {
        t.right(&json!({"op": "simplify", "expr": line}), line, next);
    }
    t.done(16);
}

#[test]
fn series() {
    let mut t = Table::new(Scope::open());
    let task =
        |expr: &str, at: Value, order: u32| json!({"op": "taylor", "expr": expr, "at": at, "order": order});
    #[rustfmt::skip]
    let rows: &[(&str, Value, u32, &str, &str, &str, &str)] = &[
        ("e^x", json!(0), 3, "1 + x + x^2/2 + x^3/6", "1 + x + x^2 + x^3", "factorial-forgotten", ""),
        ("e^x", json!(0), 3, "1 + x + x^2/2 + x^3/6", "1 + x + x^2/2 + x^3/3", "factorial-forgotten", "3"),
        ("e^x", json!(0), 3, "1 + x + x^2/2 + x^3/6", "1 + x + x^2/2 + x^3", "factorial-forgotten", "x^3"),
        ("e^x", json!(0), 3, "1 + x + x^2/2 + x^3/6", "1 + x + x^2 + x^3/2", "factorial-forgotten", ""),
        ("e^x", json!(0), 4, "1 + x + x^2/2 + x^3/6 + x^4/24", "1 + x + x^2/2 + x^3/3 + x^4/4", "factorial-forgotten", ""),
        ("e^x", json!(0), 3, "1 + x + x^2/2 + x^3/6", "1 + x + x^2/2", "wrong-order", ""),
        ("e^x", json!(0), 2, "1 + x + x^2/2", "1 + x + x^2/2 + x^3/6", "wrong-order", ""),
        ("e^x", json!(0), 3, "1 + x + x^2/2 + x^3/6", "x + x^2/2 + x^3/6", "constant-term-lost", ""),
        ("e^x", json!(0), 3, "1 + x + x^2/2 + x^3/6", "1 - x + x^2/2 - x^3/6", "alternating-sign", ""),
        ("e^x", json!(1), 2, "e + e (x - 1) + (e/2) (x - 1)^2", "e + e x + e x^2/2", "wrong-centre", ""),
        ("e^x", json!(1), 2, "e + e (x - 1) + (e/2) (x - 1)^2", "1 + x + x^2/2", "wrong-centre", ""),
        ("e^x", json!(1), 2, "e + e (x - 1) + (e/2) (x - 1)^2", "1 + (x - 1) + (x - 1)^2/2", "wrong-centre", ""),
        ("e^x", json!(1), 2, "e + e (x - 1) + (e/2) (x - 1)^2", "e + e (x + 1) + (e/2) (x + 1)^2", "wrong-centre", ""),
        ("e^x", json!(1), 2, "e + e (x - 1) + (e/2) (x - 1)^2", "e + e^x (x - 1) + (e^x/2) (x - 1)^2", "not-evaluated", ""),
        ("log(x)", json!(1), 3, "(x - 1) - (x - 1)^2/2 + (x - 1)^3/3", "(x - 1) - (x - 1)^2 + 2 (x - 1)^3", "factorial-forgotten", ""),
        ("log(x)", json!(1), 3, "(x - 1) - (x - 1)^2/2 + (x - 1)^3/3", "x - x^2/2 + x^3/3", "wrong-centre", ""),
        ("log(x)", json!(1), 2, "(x - 1) - (x - 1)^2/2", "(x - 1) + (x - 1)^2/2", "alternating-sign", ""),
        ("log(x)", json!(1), 2, "(x - 1) - (x - 1)^2/2", "(1/x) (x - 1) - (x - 1)^2/(2 x^2)", "not-evaluated", ""),
        ("sin(x)", json!(0), 3, "x - x^3/6", "x + x^3/6", "alternating-sign", ""),
        ("sin(x)", json!(0), 5, "x - x^3/6 + x^5/120", "x - x^3 + x^5", "factorial-forgotten", ""),
        ("sin(x)", json!(0), 5, "x - x^3/6 + x^5/120", "x - x^3/3 + x^5/5", "factorial-forgotten", ""),
        ("sin(x)", json!(0), 5, "x - x^3/6 + x^5/120", "x - x^3/6", "wrong-order", ""),
        ("cos(x)", json!(0), 4, "1 - x^2/2 + x^4/24", "1 + x^2/2 + x^4/24", "alternating-sign", ""),
        ("cos(x)", json!(0), 4, "1 - x^2/2 + x^4/24", "-x^2/2 + x^4/24", "constant-term-lost", ""),
        ("sin(2x)", json!(0), 3, "2x - 4x^3/3", "x - x^3/6", "inner-derivative-forgotten", ""),
        ("e^(3x)", json!(0), 2, "1 + 3x + 9x^2/2", "1 + x + x^2/2", "inner-derivative-forgotten", ""),
        ("e^(3x)", json!(0), 2, "1 + 3x + 9x^2/2", "1 + 3x + 3x^2/2", "inner-derivative-forgotten", ""),
        ("e^(3x)", json!(0), 2, "1 + 3x + 9x^2/2", "1 + 3x + 9x^2", "factorial-forgotten", ""),
        ("1/(1 - x)", json!(0), 3, "1 + x + x^2 + x^3", "1 + x + 2x^2 + 6x^3", "factorial-forgotten", ""),
        ("1/(1 - x)", json!(0), 3, "1 + x + x^2 + x^3", "1 - x + x^2 - x^3", "alternating-sign", ""),
        ("sqrt(x)", json!(4), 2, "2 + (x - 4)/4 - (x - 4)^2/64", "2 + (x - 4)/4 - (x - 4)^2/32", "factorial-forgotten", ""),
        ("sqrt(x)", json!("4"), 1, "2 + (x - 4)/4", "2 + x/4", "wrong-centre", ""),
        ("cos(x)", json!("pi/2"), 1, "-(x - pi/2)", "-(x + pi/2)", "wrong-centre", ""),
        ("x^2 y", json!({"x": 1, "y": 2}), 2, "2 + 4(x-1) + (y-2) + 2(x-1)^2 + 2(x-1)(y-2)",
            "2 + 4(x-1) + (y-2) + 4(x-1)^2 + 4(x-1)(y-2)", "factorial-forgotten", ""),
        ("x^2 y", json!({"x": 1, "y": 2}), 2, "2 + 4(x-1) + (y-2) + 2(x-1)^2 + 2(x-1)(y-2)",
            "2 + 4(x-1) + (y-2) + 2(x-1)^2 + (x-1)(y-2)", "hessian-off-diagonal", "(x-1)(y-2)"),
        ("x^2 y", json!({"x": 1, "y": 2}), 2, "2 + 4(x-1) + (y-2) + 2(x-1)^2 + 2(x-1)(y-2)",
            "2 + 4(x-1) + (y-2) + 2(x-1)^2", "hessian-off-diagonal", ""),
        ("x^2 y", json!({"x": 1, "y": 2}), 1, "2 + 4(x-1) + (y-2)", "2 + 4x + y", "wrong-centre", ""),
        ("x^2 y", json!({"x": 1, "y": 2}), 1, "2 + 4(x-1) + (y-2)", "2 + 2 x y (x-1) + x^2 (y-2)", "not-evaluated", ""),
        ("e^x", json!(1), 2, "e + e (x - 1) + (e/2) (x - 1)^2", "e + e x + e x^2", "factorial-forgotten + wrong-centre", ""),
        ("e^x", json!(0), 3, "1 + x + x^2/2 + x^3/6", "1 - x + x^2 - x^3", "alternating-sign + factorial-forgotten", ""),
    ];
    for (expr, at, order, model, answer, slips, place) in rows {
        t.wrong(&task(expr, at.clone(), *order), model, answer, slips, place);
    }
    #[rustfmt::skip]
    let right: &[(&str, Value, u32, &str, &str)] = &[
        ("e^x", json!(0), 3, "1 + x + x^2/2 + x^3/6", "x^3/6 + 1/2*x^2 + x + 1"),
        ("e^x", json!(1), 2, "e + e (x - 1) + (e/2) (x - 1)^2", "(e/2) (x^2 + 1)"),
        ("log(x)", json!(1), 2, "(x - 1) - (x - 1)^2/2", "-x^2/2 + 2x - 3/2"),
        ("sin(x)", json!(0), 4, "x - x^3/6", "x (1 - x^2/3!)"),
        ("sqrt(x)", json!(4), 1, "2 + (x - 4)/4", "1 + x/4"),
    ];
    for (expr, at, order, model, answer) in right {
        t.right(&task(expr, at.clone(), *order), model, answer);
    }
    t.done(45);
}

#[test]
fn integrals() {
    let mut t = Table::new(Scope::open());
    let task = |expr: &str| json!({"op": "integrate", "expr": expr, "wrt": "x"});
    #[rustfmt::skip]
    let rows: &[(&str, &str, &str, &str, &str)] = &[
        ("x^2", "x^3/3", "x^3 + C", "power-not-divided", ""),
        ("x^2", "x^3/3", "x^3/2", "power-not-divided", ""),
        ("x^2", "x^3/3", "3 x^3 + c", "power-not-divided", ""),
        ("x^2", "x^3/3", "x^2/3 + C", "power-not-raised", ""),
        ("x^2", "x^3/3", "2 x + C", "differentiated-instead", ""),
        ("x^2", "x^3/3", "x^2 + C", "not-integrated", ""),
        ("5 x^2 + 3", "5x^3/3 + 3x", "5x^3 + 3x + C", "power-not-divided", ""),
        ("5 x^2 + 3", "5x^3/3 + 3x", "x^3/3 + 3x + C", "coefficient-lost", ""),
        ("5 x^2 + 3", "5x^3/3 + 3x", "10 x", "differentiated-instead", ""),
        ("5 x^2 + 3", "5x^3/3 + 3x", "5x^3/3 + 3 + C", "not-integrated", ""),
        ("cos(3x)", "sin(3x)/3", "3 sin(3x)", "inner-factor-multiplied", "3"),
        ("cos(3x)", "sin(3x)/3", "sin(3x) + C", "inner-factor-not-divided", ""),
        ("cos(3x)", "sin(3x)/3", "-sin(3x)/3", "sign-of-integral", ""),
        ("cos(3x)", "sin(3x)/3", "-3 sin(3x)", "differentiated-instead", ""),
        ("sin(x)", "-cos(x)", "cos(x)", "sign-of-integral", ""),
        ("sin(2x)", "-cos(2x)/2", "-cos(2x)", "inner-factor-not-divided", ""),
        ("sin(2x)", "-cos(2x)/2", "-2cos(2x)", "inner-factor-multiplied", ""),
        ("sin(2x)", "-cos(2x)/2", "cos(2x)/2", "sign-of-integral", ""),
        ("e^(2x)", "e^(2x)/2", "e^(2x) + C", "inner-factor-not-divided", ""),
        ("e^(2x)", "e^(2x)/2", "2 e^(2x) + C", "inner-factor-multiplied", ""),
        ("e^x", "e^x", "e^(x+1)/(x+1)", "power-rule-on-exponential", ""),
        ("2^x", "2^x/log(2)", "2^x", "exponential-base-forgotten", ""),
        ("2^x", "2^x/log(2)", "2^x log(2)", "differentiated-instead", ""),
        ("1/x", "log(abs(x))", "-1/x^2", "differentiated-instead", ""),
        ("1/(2x + 1)", "log(2x + 1)/2", "log(2x + 1)", "inner-factor-not-divided", ""),
        ("1/(2x + 1)", "log(2x + 1)/2", "2 log(2x + 1)", "inner-factor-multiplied", ""),
        ("1/x^2", "-1/x", "log(x^2)", "log-of-anything", ""),
        ("1/(x^2 + 1)", "atan(x)", "log(x^2 + 1)", "log-of-anything", ""),
        ("(2x + 1)^3", "(2x + 1)^4/8", "(2x + 1)^4/4", "inner-factor-not-divided", ""),
        ("(2x + 1)^3", "(2x + 1)^4/8", "(2x + 1)^4/2", "inner-factor-multiplied", ""),
        ("x e^x", "x e^x - e^x", "x e^x + e^x", "parts-sign", "e^x"),
        ("x e^x", "x e^x - e^x", "x e^x", "not-integrated", ""),
        ("x sin(x)", "sin(x) - x cos(x)", "-x cos(x)", "parts-half", ""),
        ("x e^x", "x e^x - e^x", "(x^2/2) e^x", "integral-of-product", ""),
        ("x cos(x)", "x sin(x) + cos(x)", "x sin(x) - cos(x)", "parts-sign", "cos(x)"),
        ("x cos(x)", "x sin(x) + cos(x)", "x^2 sin(x)/2", "integral-of-product", ""),
        ("sqrt(x)", "2 x^(3/2)/3", "x^(3/2)", "power-not-divided", ""),
        ("sqrt(x)", "2 x^(3/2)/3", "3 x^(3/2)/2", "power-not-divided", ""),
        ("x^2 + cos(2x)", "x^3/3 + sin(2x)/2", "x^3 + sin(2x) + C", "inner-factor-not-divided + power-not-divided", ""),
    ];
    for (expr, model, answer, slips, place) in rows {
        t.wrong(&task(expr), model, answer, slips, place);
    }
    let definite = |expr: &str, from: Value, to: Value| json!({"op": "integrate", "expr": expr, "wrt": "x", "from": from, "to": to});
    #[rustfmt::skip]
    let rows: &[(&str, Value, Value, &str, &str, &str)] = &[
        ("x", json!(1), json!(2), "3/2", "-3/2", "limits-swapped"),
        ("x", json!(1), json!(2), "3/2", "2", "lower-limit-forgotten"),
        ("x", json!(1), json!(2), "3/2", "5/2", "limits-added"),
        ("x^2", json!(1), json!(3), "26/3", "26", "power-not-divided"),
        ("x^2", json!(1), json!(3), "26/3", "9", "lower-limit-forgotten"),
        ("x^2", json!(1), json!(3), "26/3", "8", "not-integrated"),
        ("cos(2x)", json!(0), json!("pi/4"), "1/2", "1", "inner-factor-not-divided"),
        ("cos(2x)", json!(0), json!("pi/4"), "1/2", "2", "inner-factor-multiplied"),
        ("e^x", json!(0), json!(1), "e - 1", "e", "lower-limit-forgotten"),
        ("e^x", json!(0), json!(1), "e - 1", "1 - e", "limits-swapped"),
        ("sin(x)", json!("a"), json!("b"), "cos(a) - cos(b)", "cos(b) - cos(a)", "limits-swapped"),
    ];
    for (expr, from, to, model, answer, slips) in rows {
        t.wrong(&definite(expr, from.clone(), to.clone()), model, answer, slips, "");
    }
    #[rustfmt::skip]
    let right: &[(&str, &str, &str)] = &[
        ("x^2", "x^3/3", "x^3/3 + C"), ("x^2", "x^3/3", "7 + x x x/3"), ("sin(x) cos(x)", "sin(x)^2/2", "-cos(x)^2/2 + K"),
        ("1/(2x + 1)", "log(2x + 1)/2", "log(x + 1/2)/2 + C"), ("cos(3x)", "sin(3x)/3", "sin(3 x)/3 - 1"),
        ("x e^x", "x e^x - e^x", "e^x (x - 1) + C"), ("sqrt(x)", "2 x^(3/2)/3", "2 x sqrt(x)/3"),
    ];
    for (expr, model, answer) in right {
        t.right(&task(expr), model, answer);
    }
    t.done(55);
}

#[test]
fn multipliers() {
    let mut t = Table::new(Scope::open());
    let circle = json!({"op": "minimize", "expr": "x y", "subject_to": ["x^2 + y^2 = 1"]});
    let model = "[y = 2 lambda x, x = 2 lambda y, x^2 + y^2 = 1]";
    #[rustfmt::skip]
    let rows: &[(&str, &str, &str)] = &[
        ("[y = -2 lambda x, x = -2 lambda y, x^2 + y^2 = 1]", "multiplier-sign", ""),
        ("[y + 2 lambda x = 0, x + 2 lambda y = 0, x^2 + y^2 - 1 = 0]", "multiplier-sign", ""),
        ("[y = 2 lambda x, x = -2 lambda y, x^2 + y^2 = 1]", "multiplier-sign", "x = -2 lambda y"),
        ("[y = 2 lambda x, x = 2 lambda y]", "constraint-forgotten", ""),
        ("[y = 0, x = 0]", "constraint-forgotten", ""),
        ("[y = 0, x = 0, x^2 + y^2 = 1]", "constraint-forgotten", ""),
        ("[y = lambda, x = lambda, x^2 + y^2 = 1]", "constraint-gradient", ""),
        ("[y = 2 lambda y, x = 2 lambda x, x^2 + y^2 = 1]", "wrong-variable", ""),
        ("[lambda y = 2 x, lambda x = 2 y, x^2 + y^2 = 1]", "multiplier-on-wrong-side", ""),
        ("[y = 2 lambda x, x = 2 lambda y, x^2 + y^2 = 0]", "constraint-constant", "x^2 + y^2 = 0"),
        ("[y = 2 lambda x, x^2 + y^2 = 1]", "row-lost", ""),
        ("[y = lambda x, x = 2 lambda y, x^2 + y^2 = 1]", "exponent-lost", "y = lambda x"),
        ("[y = 2 lambda x^2, x = 2 lambda y, x^2 + y^2 = 1]", "power-not-lowered", "y = 2 lambda x^2"),
        ("[y = lambda x, x = lambda y, x^2 + y^2 = 1]", "exponent-lost", "y = lambda x, x = lambda y"),
    ];
    for (answer, slips, at) in rows {
        t.wrong(&circle, model, answer, slips, at);
    }
    let gradient = "[y, x] = lambda [2x, 2y]";
    t.wrong(&circle, gradient, "[y, x] = -lambda [2x, 2y]", "multiplier-sign", "");
    t.wrong(&circle, gradient, "[y, x] = lambda [2y, 2x]", "wrong-variable", "");
    t.wrong(&circle, gradient, "[y, x] = [0, 0]", "constraint-forgotten", "");
    t.wrong(&circle, gradient, "lambda [y, x] = [2x, 2y]", "multiplier-on-wrong-side", "");
    let line = json!({"op": "minimize", "expr": "x^2 + y^2", "subject_to": ["x + y = 2"]});
    t.wrong(&line, "[1, 1]", "[0, 0]", "constraint-forgotten", "");
    t.wrong(&line, "[1, 1]", "[1, -1]", "algebra-sign", "");
    let hyperbola = json!({"op": "minimize", "expr": "x y", "subject_to": ["x^2 + y^2 = 2"]});
    t.wrong(&hyperbola, "[1, -1]", "[1, 1]", "other-extremum", "");
    let system = "[2x = lambda, 2y = lambda, x + y = 2]";
    t.wrong(&line, system, "[2x = -lambda, 2y = -lambda, x + y = 2]", "multiplier-sign", "");
    t.wrong(&line, system, "[2x = lambda, 2y = lambda, x + y = 0]", "constraint-constant", "x + y = 0");
    t.wrong(&line, system, "[2x = 0, 2y = 0]", "constraint-forgotten", "");
    t.wrong(&line, system, "[x = lambda, 2y = lambda, x + y = 2]", "exponent-lost", "x = lambda");
    for (task, model, answer) in [
        (&circle, model, "[x^2 + y^2 = 1, x - 2 lambda y = 0, 2 lambda x - y = 0]"),
        (&circle, model, "[y/2 = lambda x, x/2 = lambda y, 1 = x^2 + y^2]"),
        (&circle, gradient, "[2x lambda, 2 y lambda] = [y, x]"),
        (&line, "[1, 1]", "[2/2, 1]"),
        (&line, system, "[lambda = 2 y, lambda - 2 x = 0, y = 2 - x]"),
    ] {
        t.right(task, model, answer);
    }
    t.done(28);
}

#[test]
fn fits() {
    let mut t = Table::new(Scope::open());
    let task = json!({"op": "fit", "model": "y ~ a x + b", "params": ["a", "b"], "sigma": "sigma"});
    let chi = "((y - a x - b)/sigma)^2";
    let by_a = "-2 x (y - a x - b)/sigma^2";
    #[rustfmt::skip]
    let rows: &[(&str, &str, &str, &str)] = &[
        (chi, "(y - a x - b)^2/sigma", "sigma-not-squared", "sigma"),
        (chi, "(y - a x - b)^2", "sigma-forgotten", ""),
        (chi, "(y - a x - b)/sigma^2", "square-forgotten", ""),
        (chi, "2 (y - a x - b)^2/sigma^2", "constant-factor", ""),
        (chi, "((y - a x + b)/sigma)^2", "algebra-sign", ""),
        (chi, "((y + a x + b)/sigma)^2", "algebra-sign", ""),
        (by_a, "2 x (y - a x - b)/sigma^2", "residual-sign", ""),
        (by_a, "-2 x (a x + b - y)/sigma^2", "residual-sign", "a x + b - y"),
        (by_a, "-x (y - a x - b)/sigma^2", "constant-factor", ""),
        (by_a, "-2 (y - a x - b)/sigma^2", "model-derivative-missing", ""),
        (by_a, "-2 x (y - a x - b)/sigma", "sigma-not-squared", "sigma"),
        (by_a, "-2 x (y - a x - b)^2/sigma^2", "power-not-lowered", ""),
        (by_a, "-2 x (y - a x - b)", "sigma-forgotten", ""),
        (by_a, "-2 x/sigma^2", "residual-missing", ""),
        (by_a, "2 (y - a x - b)/sigma^2", "model-derivative-missing + residual-sign", ""),
        ("y - a x - b", "a x + b - y", "residual-sign", ""),
        ("y - (a x + b)", "y - a x + b", "algebra-sign", ""),
    ];
    for (model, answer, slips, at) in rows {
        t.wrong(&task, model, answer, slips, at);
    }
    let decay = json!({"op": "fit", "model": "y ~ A exp(-k t)", "params": ["A", "k"]});
    let by_k = "2 A t exp(-k t) (y - A exp(-k t))";
    t.wrong(&decay, by_k, "-2 A t exp(-k t) (y - A exp(-k t))", "residual-sign", "");
    t.wrong(&decay, by_k, "-2 (y - A exp(-k t))", "model-derivative-missing", "");
    t.wrong(&decay, by_k, "-2 exp(-k t) (y - A exp(-k t))", "wrong-variable", "");
    t.right(&task, chi, "(y - b - a x)^2/sigma^2");
    t.right(&task, by_a, "2 x (a x + b - y)/sigma^2");
    t.right(&decay, by_k, "-2 (y - A/e^(k t)) (-t A/e^(k t))");
    t.done(22);

    let mut scope = Scope::open();
    for name in ["x", "y"] {
        scope.value(name, Expr::tensor_var(name, Shape::new([Expr::var("n")])));
    }
    let mut t = Table::new(scope);
    let chi = "sum(((y - a x - b)/sigma).^2)";
    let by_a = "-(2/sigma^2) x' (y - a x - b)";
    t.wrong(&task, chi, "sum((y - a x - b).^2)/sigma", "sigma-not-squared", "sigma");
    t.wrong(&task, chi, "sum((y - a x - b).^2)", "sigma-forgotten", "");
    t.wrong(&task, chi, "sum(y - a x - b)/sigma^2", "square-forgotten", "");
    t.wrong(&task, chi, "((y - a x - b)/sigma).^2", "sum-missing", "");
    t.wrong(&task, by_a, "(2/sigma^2) x' (y - a x - b)", "residual-sign", "y - a x - b");
    t.wrong(&task, by_a, "-(2/sigma^2) sum(y - a x - b)", "model-derivative-missing", "");
    t.wrong(&task, by_a, "-(2/sigma) x' (y - a x - b)", "sigma-not-squared", "sigma");
    t.right(&task, by_a, "-2 sum(x .* (y - a x - b))/sigma^2");
    t.right(&task, chi, "norm(y - a x - b)^2/sigma^2");
    t.done(9);
}

fn layers() -> Scope {
    let mut scope = Scope::open();
    let dim = |n: &str| Expr::var(n);
    let mut matrix = |name: &str, m: &str, n: &str| {
        scope.value(name, Expr::tensor_var(name, Shape::new([dim(m), dim(n)])));
    };
    for (k, n) in ["n0", "n1", "n2", "n3"].iter().enumerate() {
        matrix(&format!("a{k}"), n, "N");
        matrix(&format!("z{k}"), n, "N");
        matrix(&format!("d{k}"), n, "N");
    }
    matrix("y", "n3", "N");
    matrix("W1", "n1", "n0");
    matrix("W2", "n2", "n1");
    matrix("W3", "n3", "n2");
    scope
}

/// What a task's likely mistakes give is explained by them first of all: answers are written as the engine writes them.
#[test]
fn likely_mistakes_are_named() {
    let scope = Scope::open();
    let tasks = [
        json!({"op": "taylor", "expr": "e^(2x)", "at": 0, "order": 3}),
        json!({"op": "taylor", "expr": "log(x)", "at": 1, "order": 4}),
        json!({"op": "taylor", "expr": "cos(x)", "at": "pi/3", "order": 3}),
        json!({"op": "taylor", "expr": "1/(1 + x)", "at": 2, "order": 3}),
        json!({"op": "taylor", "expr": "x y^2 + x^3", "at": {"x": 1, "y": 2}, "order": 2}),
        json!({"op": "integrate", "expr": "3 x^2 + 5 cos(2 x)", "wrt": "x"}),
        json!({"op": "integrate", "expr": "e^(4 x) - 7", "wrt": "x"}),
        json!({"op": "integrate", "expr": "6 sqrt(x) + 1/x", "wrt": "x"}),
        json!({"op": "integrate", "expr": "a x^3 + sin(k x)", "wrt": "x"}),
        json!({"op": "simplify", "expr": "3 (x + 5)^2 - 2 (y - 4)"}),
        json!({"op": "simplify", "expr": "(a + b)/(c + d) + 1/a"}),
        json!({"op": "simplify", "expr": "log(x y^2) - sqrt(x + 4)"}),
        json!({"op": "simplify", "expr": "x^3 x^4/(2 x)^2"}),
    ];
    let (mut named, mut all) = (0, 0);
    let mut other = Vec::new();
    for task in &tasks {
        let right = model_of(&scope, task);
        for likely in likely(task, &scope) {
            let answer = likely.gives.to_string();
            let Ok(written) = syntax::parse(&answer, &Limits::default()) else { continue };
            let problem =
                Problem { task, scope: &scope, written: &written, answer: &likely.gives, model: &right };
            let found = diagnose(&problem);
            all += 1;
            if found.first().is_some_and(|e| e.slips.len() == 1 && e.slips[0].slip == likely.slip) {
                named += 1;
            } else {
                let found: Vec<String> = found.iter().map(names).collect();
                other.push(format!("{}: {answer} by {} is {found:?}", task["expr"], likely.slip.name));
            }
        }
    }
    assert!(all > 250, "{all}");
    assert!(named * 100 >= all * 98, "{named} of {all}:\n{}", other.join("\n"));
}

/// The right answer of a task: what its own text gives, by other means than the diagnosis has.
fn model_of(scope: &Scope, task: &Value) -> Expr {
    let text = task["expr"].as_str().unwrap();
    let model = match task["expr"].as_str().unwrap() {
        "e^(2x)" => "1 + 2x + 2x^2 + 4x^3/3",
        "log(x)" => "(x - 1) - (x - 1)^2/2 + (x - 1)^3/3 - (x - 1)^4/4",
        "cos(x)" => "1/2 - sqrt(3)/2*(x - pi/3) - (x - pi/3)^2/4 + sqrt(3)/12*(x - pi/3)^3",
        "1/(1 + x)" => "1/3 - (x - 2)/9 + (x - 2)^2/27 - (x - 2)^3/81",
        "x y^2 + x^3" => "5 + 7(x - 1) + 4(y - 2) + 3(x - 1)^2 + 4(x - 1)(y - 2) + (y - 2)^2",
        "3 x^2 + 5 cos(2 x)" => "x^3 + 5 sin(2 x)/2",
        "e^(4 x) - 7" => "e^(4 x)/4 - 7 x",
        "6 sqrt(x) + 1/x" => "4 x^(3/2) + log(abs(x))",
        "a x^3 + sin(k x)" => "a x^4/4 - cos(k x)/k",
        _ => text,
    };
    read(scope, model).1
}

#[test]
fn networks() {
    let mut t = Table::new(layers());
    let none = Value::Null;
    let last = "(2/N) ((a3 - y) .* a3 .* (1 - a3)) a2'";
    let middle = "(1/N) (W3' d3 .* (1 - a2.^2)) a1'";
    let bias = "(2/N) sum((a3 - y) .* a3 .* (1 - a3), 2)";
    let delta = "W3' d3 .* a2 .* (1 - a2)";
    #[rustfmt::skip]
    let rows: &[(&str, &str, &str)] = &[
        (last, "(2/N) (a3 - y) a2'", "activation-derivative"),
        (last, "(2/N) ((a3 - y) .* a3) a2'", "activation-derivative"),
        (last, "(2/N) ((a3 - y) .* (1 - a3)) a2'", "activation-derivative"),
        (last, "(2/N) ((a3 - y) .* z3 .* (1 - z3)) a2'", "activation-derivative"),
        (last, "(2/N) ((a3 - y) .* a3 .* (1 - a3)) a1'", "wrong-layer"),
        (last, "((a3 - y) .* a3 .* (1 - a3)) a2'*2/N^2", "constant-factor"),
        (last, "(1/N) ((a3 - y) .* a3 .* (1 - a3)) a2'", "constant-factor"),
        (last, "2 ((a3 - y) .* a3 .* (1 - a3)) a2'", "constant-factor"),
        (last, "(2/N) ((y - a3) .* a3 .* (1 - a3)) a2'", "algebra-sign"),
        (last, "(2/N) (a3 .* (1 - a3)) a2'", "chain-factor-lost"),
        (last, "(2/N) (a3 - y) .* a3 .* (1 - a3)", "chain-factor-lost"),
        (last, "(2/N) a2 ((a3 - y) .* a3 .* (1 - a3))'", "jacobian-transposed"),
        (last, "(2/N) ((a3 - y) .* a3 .* (1 + a3)) a2'", "algebra-sign"),
        (middle, "(1/N) (W3' d3) a1'", "activation-derivative"),
        (middle, "(1/N) (W3' d3 .* (1 - z2.^2)) a1'", "activation-derivative"),
        (middle, "(1/N) (W3' d3 .* (1 - a2)) a1'", "activation-derivative"),
        (middle, "(1/N) (W3' d3 .* (1 - a2.^2)) a0'", "wrong-layer"),
        (middle, "(W3' d3 .* (1 - a2.^2)) a1'", "constant-factor"),
        (middle, "-(1/N) (W3' d3 .* (1 - a2.^2)) a1'", "algebra-sign"),
        (bias, "(2/N) ((a3 - y) .* a3 .* (1 - a3))", "batch-sum-missing"),
        (bias, "(2/N) sum(a3 - y, 2)", "activation-derivative"),
        (bias, "2 sum((a3 - y) .* a3 .* (1 - a3), 2)", "constant-factor"),
        (delta, "W3' d3", "activation-derivative"),
        (delta, "W3' d3 .* z2 .* (1 - z2)", "activation-derivative"),
        (delta, "a2 .* (1 - a2)", "chain-factor-lost"),
        ("W3' d3 .* (z2 > 0)", "W3' d3", "activation-derivative"),
        ("W3' d3 .* (z2 > 0)", "W3' d3 .* (a2 > 0)", "activation-derivative"),
        (last, "(1/N) (a3 - y) a2'", "activation-derivative + constant-factor"),
    ];
    for (model, answer, slips) in rows {
        t.wrong(&none, model, answer, slips, "");
    }
    let missing = |answer: &str| {
        let found = explanations(&t.scope, &none, last, answer);
        found.first().and_then(|e| e.missing.clone())
    };
    assert_eq!(missing("(2/N) (a3 - y) a2'").as_deref(), Some("a3 .* (1 - a3)"));
    assert_eq!(missing("(2/N) (a3 .* (1 - a3)) a2'").as_deref(), Some("(a3 - y)"));
    assert_eq!(missing("2 ((a3 - y) .* a3 .* (1 - a3)) a2'").as_deref(), Some("1/N"));
    for (model, answer) in [
        (last, "2 ((a3 - y) .* (a3 - a3.^2)) a2'/N"),
        (last, "(2/N) (a2 (a3 .* (1 - a3) .* (a3 - y))')'"),
        (middle, "((W3' d3) .* (1 - a2.^2)) a1'*(1/N)"),
        (bias, "(2/N) ((a3 - y) .* a3 .* (1 - a3)) ones(N)"),
    ] {
        t.right(&none, model, answer);
    }
    t.done(30);
    // One neuron in each layer: numbers.
    let mut t = Table::new(Scope::open());
    let model = "2 (a2 - y) (1 - a2^2) w2 (1 - a1^2) a0";
    let task = json!({"op": "simplify", "expr": model});
    #[rustfmt::skip]
    let rows: &[(&str, &str)] = &[
        ("2 (a2 - y) w2 (1 - a1^2) a0", "activation-derivative"),
        ("2 (a2 - y) (1 - a2^2) w2 a0", "activation-derivative"),
        ("2 (a2 - y) (1 - a2) w2 (1 - a1^2) a0", "activation-derivative"),
        ("2 (a2 - y) (1 - a2^2) (1 - a1^2) a0", "chain-factor-lost"),
        ("2 (a2 - y) (1 - a2^2) w2 (1 - a1^2)", "chain-factor-lost"),
        ("2 (a2 - y) (1 - a2^2) w2 (1 - a1^2) a1", "wrong-layer"),
        ("(a2 - y) (1 - a2^2) w2 (1 - a1^2) a0", "constant-factor"),
        ("2 (y - a2) (1 - a2^2) w2 (1 - a1^2) a0", "algebra-sign"),
        ("2 (a2 - y) w2 a0", "activation-derivative"),
    ];
    for (answer, slips) in rows {
        t.wrong(&task, model, answer, slips, "");
    }
    t.right(&task, model, "2 a0 w2 (1 - a1)(1 + a1) (a2 - y) (1 - a2^2)");
    t.done(10);
}

/// Tasks that ask for nothing sensible: no explanation, and no harm.
#[test]
fn odd_tasks_are_not_explained() {
    let scope = Scope::open();
    let tasks = [
        json!({"op": "taylor"}),
        json!({"op": "taylor", "expr": "e^x", "order": -1}),
        json!({"op": "taylor", "expr": "e^x", "at": 0, "order": 4_000_000_000_u64}),
        json!({"op": "taylor", "expr": "log(x)", "at": 0, "order": 3}),
        json!({"op": "taylor", "expr": "1/x + y", "at": {"x": null}, "order": 2}),
        json!({"op": "taylor", "expr": "[x, x^2]", "at": 0, "order": 2}),
        json!({"op": "integrate", "expr": "1/0", "wrt": "x"}),
        json!({"op": "integrate", "expr": "x^2", "wrt": "x", "from": "inf", "to": {}}),
        json!({"op": "integrate", "expr": "1/x", "wrt": "x", "from": 0, "to": 1}),
        json!({"op": "minimize", "expr": "x y", "subject_to": []}),
        json!({"op": "minimize", "expr": "x y", "subject_to": ["x <= 1", ""]}),
        json!({"op": "minimize", "expr": "[x, y]", "subject_to": ["x = 1"]}),
        json!({"op": "minimize", "expr": "x", "subject_to": ["x = 1"], "wrt": [1, 2]}),
        json!({"op": "fit", "model": "y"}),
        json!({"op": "fit", "model": "~"}),
        json!({"op": "fit", "model": "y ~ [a, b]", "sigma": "0"}),
        json!({"op": "fit", "model": "y ~ a x", "params": ["q", "q"]}),
        json!({"op": "simplify", "expr": "= ="}),
        json!({"op": "simplify", "expr": "x = y = z"}),
        json!({"op": "simplify", "expr": 7}),
        json!({"op": ["simplify"]}),
        json!([1, 2]),
    ];
    let answers =
        ["x^7 + 11", "[x, y]", "17", "1/x", "[x = 1, y = lambda]", "W' a .* (1 - a)", "2^2^2^2^x", "abs(x)!"];
    for task in &tasks {
        for answer in answers {
            let Ok(written) = syntax::parse(answer, &Limits::default()) else { continue };
            let Ok(meaning) = syntax::lower(&written, &mut scope.clone()) else { continue };
            let (_, model) = read(&scope, "x^5 y + 12345 x z^3");
            let problem =
                Problem { task, scope: &scope, written: &written, answer: &meaning.expr, model: &model };
            let found: Vec<String> = diagnose(&problem).iter().map(names).collect();
            assert!(found.is_empty(), "{task}: {answer} is {found:?}");
        }
        let _ = likely(task, &scope);
    }
}
