//! Random texts about vectors and matrices: those whose shapes are right have the value that plain loops give; of the
//! others, and of what is asked about any of them, nothing panics.

use proptest::prelude::*;
use secant::sheet::{Limits, answer_line};
use serde_json::{Value, json};

/// A matrix, row by row; a number is 1×1, a vector 3×1.
#[derive(Clone, Debug)]
struct Table {
    rows: usize,
    columns: usize,
    data: Vec<f64>,
}

impl Table {
    fn new(rows: usize, columns: usize, at: impl Fn(usize, usize) -> f64) -> Table {
        let data = (0..rows * columns).map(|k| at(k / columns, k % columns)).collect();
        Table { rows, columns, data }
    }

    fn at(&self, i: usize, j: usize) -> f64 {
        self.data[i * self.columns + j]
    }

    fn map(&self, f: impl Fn(f64) -> f64) -> Table {
        Table { data: self.data.iter().map(|x| f(*x)).collect(), ..self.clone() }
    }

    fn zip(&self, other: &Table, f: impl Fn(f64, f64) -> f64) -> Table {
        if other.data.len() == 1 {
            return self.map(|x| f(x, other.data[0]));
        }
        Table { data: self.data.iter().zip(&other.data).map(|(x, y)| f(*x, *y)).collect(), ..self.clone() }
    }

    fn turned(&self) -> Table {
        Table::new(self.columns, self.rows, |i, j| self.at(j, i))
    }

    fn times(&self, other: &Table) -> Table {
        assert_eq!(self.columns, other.rows);
        Table::new(self.rows, other.columns, |i, j| {
            (0..self.columns).map(|k| self.at(i, k) * other.at(k, j)).sum()
        })
    }

    fn sum(&self) -> Table {
        number(self.data.iter().sum())
    }

    fn det(&self) -> Table {
        let a = |i: usize, j: usize| self.at(i % 3, j % 3);
        number((0..3).map(|k| a(0, k) * (a(1, k + 1) * a(2, k + 2) - a(1, k + 2) * a(2, k + 1))).sum())
    }
}

fn number(x: f64) -> Table {
    Table { rows: 1, columns: 1, data: vec![x] }
}

fn named(name: &str) -> Table {
    let shift = f64::from(name.as_bytes()[0] % 7) / 4.0;
    match name {
        "x" | "y" => Table::new(3, 1, |i, _| shift - i as f64 * 0.75),
        "A" | "B" => Table::new(3, 3, |i, j| ((i * 3 + j * 5) % 7) as f64 / 4.0 - shift),
        _ => number(shift - 0.5),
    }
}

/// Makes texts of a wanted shape, with their values.
struct Maker(u64);

type Made = (String, Table);

impl Maker {
    fn pick(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn leaf(&mut self, names: [&str; 2]) -> Made {
        let name = names[self.pick(2) as usize];
        (name.to_owned(), named(name))
    }

    /// Two of a kind and an operator that works entry by entry.
    fn each(&mut self, (a, u): Made, (b, v): Made) -> Made {
        match self.pick(4) {
            0 => (format!("({a} + {b})"), u.zip(&v, |x, y| x + y)),
            1 => (format!("({a} - {b})"), u.zip(&v, |x, y| x - y)),
            2 => (format!("({a} .* {b})"), u.zip(&v, |x, y| x * y)),
            _ => (format!("max({a}, {b})"), u.zip(&v, f64::max)),
        }
    }

    fn function(&mut self, (a, u): Made) -> Made {
        match self.pick(4) {
            0 => (format!("tanh({a})"), u.map(f64::tanh)),
            1 => (format!("cos({a})"), u.map(f64::cos)),
            2 => (format!("({a}) .^ 2"), u.map(|x| x * x)),
            _ => (format!("abs({a})"), u.map(f64::abs)),
        }
        .bracketed()
    }

    fn scalar(&mut self, depth: u32) -> Made {
        let Some(d) = depth.checked_sub(1) else { return self.leaf(["s", "t"]) };
        match self.pick(14) {
            0 => self.leaf(["s", "t"]),
            1 => {
                let ((a, u), (b, v)) = (self.row(d), self.vector(d));
                (format!("({a} {b})"), u.times(&v))
            }
            2 => {
                let (a, u) = self.vector(d);
                (format!("sum({a})"), u.sum())
            }
            3 => {
                let (a, u) = self.matrix(d);
                (format!("tr({a})"), number(u.at(0, 0) + u.at(1, 1) + u.at(2, 2)))
            }
            4 => {
                let (a, u) = self.matrix(d);
                (format!("norm({a})"), number(u.map(|x| x * x).sum().data[0].sqrt()))
            }
            5 => {
                let (a, u) = self.matrix(d);
                (format!("det({a})"), u.det())
            }
            6 => {
                let (a, u) = self.vector(d);
                (format!("({a})[2]"), number(u.data[1]))
            }
            7 => {
                let (a, u) = self.matrix(d);
                (format!("({a})[3, 1]"), number(u.at(2, 0)))
            }
            8 => {
                let (a, u) = self.vector(d);
                (format!("max({a})"), number(u.data.iter().copied().fold(f64::MIN, f64::max)))
            }
            9 => {
                let ((a, u), (b, v)) = (self.vector(d), self.vector(d));
                (format!("dot({a}, {b})"), u.zip(&v, |x, y| x * y).sum())
            }
            10 => {
                let (a, u) = self.vector(d);
                (format!("logsumexp({a})"), number(u.map(f64::exp).sum().data[0].ln()))
            }
            11 => {
                let (a, u) = self.matrix(d);
                (format!("mean({a})"), number(u.sum().data[0] / 9.0))
            }
            12 => {
                let a = self.scalar(d);
                self.function(a)
            }
            _ => {
                let (a, b) = (self.scalar(d), self.scalar(d));
                self.each(a, b)
            }
        }
    }

    fn vector(&mut self, depth: u32) -> Made {
        let Some(d) = depth.checked_sub(1) else { return self.leaf(["x", "y"]) };
        match self.pick(15) {
            0 => self.leaf(["x", "y"]),
            1 => {
                let ((a, u), (b, v)) = (self.matrix(d), self.vector(d));
                (format!("({a} {b})"), u.times(&v))
            }
            2 => {
                let ((a, u), (b, v)) = (self.scalar(d), self.vector(d));
                (format!("({a} {b})"), v.zip(&u, |x, y| x * y))
            }
            3 => {
                let ((a, u), (b, v)) = (self.vector(d), self.scalar(d));
                (format!("({a})/(2 + ({b})^2)"), u.zip(&v, |x, y| x / (2.0 + y * y))).bracketed()
            }
            4 => {
                let (a, u) = self.matrix(d);
                (format!("({a})[:, 2]"), Table::new(3, 1, |i, _| u.at(i, 1)))
            }
            5 => {
                let (a, u) = self.matrix(d);
                (format!("({a})[1, :]"), Table::new(3, 1, |i, _| u.at(0, i)))
            }
            6 => {
                let (a, u) = self.matrix(d);
                (format!("diag({a})"), Table::new(3, 1, |i, _| u.at(i, i)))
            }
            7 => {
                let (a, u) = self.vector(d);
                let e = u.map(f64::exp);
                let total = e.sum();
                (format!("softmax({a})"), e.zip(&total, |x, y| x / y))
            }
            8 => {
                let (a, u) = self.row(d);
                (format!("({a})'"), u.turned())
            }
            9 => {
                let ((a, u), (b, v)) = (self.vector(d), self.vector(d));
                let chosen = u.zip(&v, |x, y| if x > 0.123 { y } else { 1.0 });
                (format!("where({a} > 0.123, {b}, 1)"), chosen)
            }
            10 => {
                let (a, u) = self.matrix(d);
                (format!("sum({a}, 1)"), Table::new(3, 1, |i, _| (0..3).map(|k| u.at(k, i)).sum()))
            }
            11 => {
                let (a, b, c) = (self.scalar(d), self.scalar(d), self.scalar(d));
                let data = [a.1, b.1, c.1].map(|t| t.data[0]);
                (format!("[{}, {}, {}]", a.0, b.0, c.0), Table::new(3, 1, |i, _| data[i]))
            }
            12 => {
                let ((a, u), (b, v)) = (self.vector(d), self.vector(d));
                let text = format!("sum([({a})[2:3]'; ({b})[1:2]'] [0, 1, 1; 1, 0, 2], 1)");
                let both = [u.data[1] + v.data[0], u.data[2] + v.data[1]];
                let columns = [[0.0, 1.0], [1.0, 0.0], [1.0, 2.0]];
                (text, Table::new(3, 1, |i, _| both[0] * columns[i][0] + both[1] * columns[i][1]))
            }
            13 => {
                let a = self.vector(d);
                self.function(a)
            }
            _ => {
                let (a, b) = (self.vector(d), self.vector(d));
                self.each(a, b)
            }
        }
    }

    fn row(&mut self, depth: u32) -> Made {
        let d = depth.saturating_sub(1);
        match if depth == 0 { 0 } else { self.pick(3) } {
            0 => {
                let (a, u) = self.vector(d);
                (format!("({a})'"), u.turned())
            }
            1 => {
                let ((a, u), (b, v)) = (self.row(d), self.matrix(d));
                (format!("({a} {b})"), u.times(&v))
            }
            _ => {
                let (a, b) = (self.row(d), self.row(d));
                self.each(a, b)
            }
        }
    }

    fn matrix(&mut self, depth: u32) -> Made {
        let Some(d) = depth.checked_sub(1) else { return self.leaf(["A", "B"]) };
        match self.pick(13) {
            0 => self.leaf(["A", "B"]),
            1 => {
                let ((a, u), (b, v)) = (self.matrix(d), self.matrix(d));
                (format!("({a} {b})"), u.times(&v))
            }
            2 => {
                let (a, u) = self.matrix(d);
                (format!("({a})'"), u.turned())
            }
            3 => {
                let ((a, u), (b, v)) = (self.vector(d), self.row(d));
                (format!("({a} {b})"), u.times(&v))
            }
            4 => {
                let (a, u) = self.matrix(d);
                (format!("({a})^2"), u.times(&u))
            }
            5 => ("eye(3)".into(), Table::new(3, 3, |i, j| f64::from(u8::from(i == j)))),
            6 => {
                let (a, u) = self.vector(d);
                (format!("diag({a})"), Table::new(3, 3, |i, j| if i == j { u.data[i] } else { 0.0 }))
            }
            7 => {
                let parts = [self.vector(d), self.vector(d), self.vector(d)];
                let text = format!("[{}, {}, {}]", parts[0].0, parts[1].0, parts[2].0);
                (text, Table::new(3, 3, |i, j| parts[j].1.data[i]))
            }
            8 => {
                let ((a, u), (b, v)) = (self.scalar(d), self.matrix(d));
                (format!("({a} {b})"), v.zip(&u, |x, y| x * y))
            }
            9 => {
                let ((a, u), (b, v)) = (self.matrix(d), self.vector(d));
                let value = Table::new(3, 3, |i, j| u.at(j, i) * v.data[j]);
                (format!("einsum(({a})[k, i] ({b})[k], [i, k])"), value)
            }
            10 => {
                let parts = [self.row(d), self.row(d), self.row(d)];
                let text = format!("[{}; {}; {}]", parts[0].0, parts[1].0, parts[2].0);
                (text, Table::new(3, 3, |i, j| parts[i].1.data[j]))
            }
            11 => {
                let a = self.matrix(d);
                self.function(a)
            }
            _ => {
                let (a, b) = (self.matrix(d), self.matrix(d));
                self.each(a, b)
            }
        }
    }
}

trait Bracketed {
    fn bracketed(self) -> Self;
}

impl Bracketed for Made {
    fn bracketed(self) -> Made {
        (format!("({})", self.0), self.1)
    }
}

fn ask(request: &Value) -> Value {
    serde_json::from_str(&answer_line(&request.to_string(), &Limits::default())).unwrap()
}

fn declare() -> Value {
    json!({"x": "vector(3)", "y": "vector(3)", "A": "matrix(3, 3)", "B": "matrix(3, 3)", "w": "vector(n)",
           "X": "matrix(m, n)", "T": "tensor(2, 3, 3)"})
}

fn at() -> Value {
    let rows = |t: &Table| t.data.chunks(t.columns).map(<[f64]>::to_vec).collect::<Vec<_>>();
    json!({"x": named("x").data, "y": named("y").data, "A": rows(&named("A")), "B": rows(&named("B")),
           "s": named("s").data[0], "t": named("t").data[0]})
}

fn flat(value: &Value) -> Vec<f64> {
    match value.as_array() {
        None => vec![value.as_f64().unwrap_or(f64::NAN)],
        Some(list) => list.iter().flat_map(flat).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn right_shapes_have_the_value_of_plain_loops(seed in any::<u64>(), depth in 1_u32..4) {
        let mut maker = Maker(seed);
        let (text, want) = match maker.pick(4) {
            0 => maker.scalar(depth),
            1 => maker.vector(depth),
            2 => maker.row(depth),
            _ => maker.matrix(depth),
        };
        let reply = ask(&json!({"op": "evaluate", "expr": text, "declare": declare(), "at": at()}));
        if reply["error"]["code"].as_str().is_some_and(|c| c.starts_with("domain.") || c.starts_with("budget.")) {
            return Ok(());
        }
        prop_assert_eq!(&reply["ok"], &json!(true), "{}: {}", text, reply);
        let have = flat(&reply["value"]);
        prop_assert_eq!(have.len(), want.data.len(), "{}: {}", text, reply);
        let size = want.data.iter().fold(1.0_f64, |m, x| m.max(x.abs()));
        for (x, y) in have.iter().zip(&want.data) {
            prop_assert!((x - y).abs() <= 1e-9 * size || !y.is_finite() || size > 1e12, "{}: {} for {:?}", text, reply, want);
        }
        for op in ["parse", "simplify"] {
            let first = ask(&json!({"op": op, "expr": text, "declare": declare()}));
            prop_assert_eq!(&first["ok"], &json!(true), "{}: {}", text, first);
            let again = ask(&json!({"op": "parse", "expr": first["expr"], "declare": declare()}));
            prop_assert_eq!(&again["ok"], &json!(true), "{} prints as {}: {}", text, first["expr"], again);
            prop_assert_eq!(&again["expr"], &first["expr"], "{}", text);
        }
        for wrt in ["x", "A", "t"] {
            let reply = ask(&json!({"op": "jacobian", "expr": text, "wrt": wrt, "declare": declare(), "at": at()}));
            let internal = reply["error"]["code"].as_str().is_some_and(|c| c.starts_with("internal."));
            prop_assert!(!internal, "{}: {}", text, reply);
        }
    }

    /// Pieces in any order: most are refused, none panics, and what is refused says where and what to do.
    #[test]
    fn any_shapes_are_answered(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 1..9)) {
        let text = pieces.join(" ");
        for op in ["parse", "evaluate", "jacobian", "simplify"] {
            let mut request = json!({"op": op, "expr": text, "declare": declare()});
            if op == "jacobian" { request["wrt"] = json!("x"); }
            if op == "evaluate" { request["at"] = at(); }
            let reply = ask(&request);
            let error = &reply["error"];
            let internal = error["code"].as_str().is_some_and(|c| c.starts_with("internal."));
            prop_assert!(!internal, "{}: {}", text, reply);
            if error["code"].as_str().is_some_and(|c| c.starts_with("shape.") && op == "parse") {
                prop_assert!(error["at"].is_array() && error["hint"].is_string(), "{}: {}", text, reply);
            }
        }
    }
}

const PIECES: &[&str] = &[
    "x",
    "y",
    "w",
    "A",
    "X",
    "T",
    "s",
    "2",
    "+",
    "-",
    "*",
    "/",
    "^",
    ".*",
    "./",
    ".^",
    "'",
    "(",
    ")",
    "[",
    "]",
    ",",
    ";",
    ":",
    "[2]",
    "[1, :]",
    "[2:3]",
    "[:, 1]",
    "^2",
    "^-1",
    "sum(",
    "norm(",
    "tr(",
    "inv(",
    "det(",
    "diag(",
    "softmax(",
    "max(",
    "where(",
    "einsum(",
    "eye(3)",
    "ones(n)",
    "zeros(2, 3)",
    "stack(",
    "|",
    "<",
    "x' y",
    "A x",
    "x' A",
    "x x'",
    "[1, 2, 3]",
    "[x, y]",
    "exp(",
    "log(",
    "end",
    "n",
    "axis=2",
    "sqrt(",
    "0",
];
