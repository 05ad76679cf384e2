//! What is printed of vectors and matrices reads back as the same expression: random expressions of every kind of
//! node, contractions of every shape among them.

use std::collections::BTreeMap;

use secant::expr::{
    Dim, Expr, Func, Func2, MatrixFunc, Rational, Reduction, Shape, apply, apply2, contract, power, product,
    select, sum,
};
use secant::syntax::{self, Errors, FreeNames, Limits, Lowered, Scope, Span, SyntaxError};

/// Numbers that look random and are the same in every run.
struct Draw(u64);

impl Draw {
    fn new(seed: u64) -> Draw {
        let mut draw = Draw(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        (0..4).for_each(|_| {
            draw.below(2);
        });
        draw
    }

    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n
    }

    fn one_of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    fn dim(&mut self) -> Dim {
        match self.below(5) {
            0 | 1 => Expr::var("n"),
            2 => Expr::var("m"),
            3 => Expr::integer(2),
            _ => Expr::integer(3),
        }
    }

    fn number(&mut self) -> Rational {
        match self.below(6) {
            0 | 1 => Rational::ONE,
            2 => Rational::MINUS_ONE,
            3 => Rational::integer(2),
            4 => Rational::integer(-3),
            _ => Rational::ratio(self.below(9) as i64 - 4, 3).unwrap(),
        }
    }

    fn leaf(&mut self, shape: &Shape) -> Expr {
        let dims = shape.dims();
        let square = dims.len() == 2 && dims[0] == dims[1];
        match (dims.len(), self.below(9)) {
            (0, 0) => Expr::number(self.number()),
            (0, _) => Expr::var(*self.one_of(&["p", "q", "i", "alpha", "rate"])),
            (_, 0) => Expr::ones(shape),
            (1, 1) => {
                let k = Expr::integer(self.below(4) as i64);
                let k = if self.below(2) == 0 { k } else { Expr::var("k") };
                Expr::unit(k, dims[0].clone())
            }
            (1, 2) if extent(&dims[0]).is_some() => {
                let entries = 0..extent(&dims[0]).unwrap();
                Expr::stack(entries.map(|_| Expr::number(self.number())).collect())
            }
            (2, 1) => Expr::shift(dims[0].clone(), dims[1].clone(), Expr::integer(self.below(4) as i64 - 1)),
            (2, 2) if square => Expr::identity(dims[0].clone()),
            (2, 3) if square => Expr::symmetric_var(&*format!("S_{}", dims[0]), dims[0].clone()),
            (rank, _) => {
                let stems: &[&str] = match rank {
                    1 => &["x", "y", "w", "weights"],
                    2 => &["A", "B", "X", "layer"],
                    _ => &["T", "U"],
                };
                let mut name = (*self.one_of(stems)).to_owned();
                if rank > 2 || dims.iter().any(|d| d.to_string() != "n") {
                    dims.iter().for_each(|d| name += &format!("_{d}"));
                }
                Expr::tensor_var(&*name, shape.clone())
            }
        }
    }

    /// Of this shape, or undefined.
    fn expr(&mut self, shape: &Shape, depth: usize) -> Expr {
        let Some(depth) = depth.checked_sub(1) else { return self.leaf(shape) };
        let rank = shape.rank();
        let square = rank == 2 && shape.dims()[0] == shape.dims()[1];
        // Scalars may stand beside tensors.
        let any = |draw: &mut Draw| if draw.below(4) == 0 { Shape::SCALAR } else { shape.clone() };
        match self.below(17) {
            0 | 1 => {
                let mut terms = vec![(Rational::ONE, self.leaf(shape))];
                for _ in 0..2 + self.below(2) {
                    let (c, shape) = (self.number(), any(self));
                    terms.push((c, self.expr(&shape, depth)));
                }
                sum(terms)
            }
            2 | 3 => {
                let mut factors = vec![self.leaf(shape)];
                for _ in 0..1 + self.below(3) {
                    let shape = any(self);
                    factors.push(self.expr(&shape, depth));
                }
                product(factors)
            }
            4 => {
                let exponent = Expr::integer(*self.one_of(&[-2, -1, 2, 3]));
                power(&self.expr(shape, depth), &exponent)
            }
            5 => {
                let base = self.expr(shape, depth);
                let half = Rational::ratio(*self.one_of(&[-1, 1]), 2).unwrap();
                let exponent =
                    if self.below(2) == 0 { Expr::number(half) } else { self.leaf(&Shape::SCALAR) };
                power(&base, &exponent)
            }
            6 => {
                let f =
                    *self.one_of(&[Func::Exp, Func::Sin, Func::Log, Func::Sigmoid, Func::Abs, Func::Relu]);
                apply(f, &self.expr(shape, depth))
            }
            7 => {
                let f = *self.one_of(&[Func2::Max, Func2::Min, Func2::Less, Func2::Equal]);
                let other = any(self);
                apply2(f, &self.expr(shape, depth), &self.expr(&other, depth))
            }
            8 => {
                let condition = any(self);
                let c = apply2(Func2::Less, &self.expr(&condition, depth), &self.leaf(&condition));
                let a = self.expr(shape, depth);
                let b = if self.below(2) == 0 { Expr::zeros(shape) } else { self.expr(shape, depth) };
                select(&c, &a, &b)
            }
            9 if rank == 1 => {
                let u = self.expr(shape, depth);
                (&u - Expr::reduce(Reduction::LogSumExp, &u)).exp()
            }
            9 if square => Expr::matrix_func(MatrixFunc::Inverse, &self.expr(shape, depth)),
            9 if rank == 0 => {
                let (f, n) = (*self.one_of(&[MatrixFunc::Det, MatrixFunc::LogDet]), self.dim());
                Expr::matrix_func(f, &self.expr(&Shape::new([n.clone(), n]), depth))
            }
            10 if rank < 2 => {
                use Reduction::*;
                let f = *self.one_of(&[Max, Min, LogSumExp, Product]);
                let longer: Vec<Dim> = shape.dims().iter().cloned().chain([self.dim()]).collect();
                Expr::reduce(f, &self.expr(&Shape::new(longer), depth))
            }
            11 if rank > 0 && extent(&shape.dims()[0]).is_some() => {
                let entries = 0..extent(&shape.dims()[0]).unwrap();
                let inner = Shape::new(shape.dims()[1..].iter().cloned());
                let entries: Vec<Expr> = entries.map(|_| self.expr(&inner, depth)).collect();
                if entries.iter().any(Expr::is_undefined) { Expr::undefined() } else { Expr::stack(entries) }
            }
            12 if rank == 2 => {
                let turned = Shape::new([shape.dims()[1].clone(), shape.dims()[0].clone()]);
                self.expr(&turned, depth).transpose()
            }
            _ => self.contraction(shape, depth),
        }
    }

    /// Factors with labels at random, those of the result among them.
    fn contraction(&mut self, shape: &Shape, depth: usize) -> Expr {
        let mut dims: Vec<Dim> = shape.dims().to_vec();
        let alike = self.below(2) == 0;
        for _ in 0..self.below(4) {
            let dim = if alike && !dims.is_empty() { self.one_of(&dims).clone() } else { self.dim() };
            dims.push(dim);
        }
        if dims.is_empty() {
            return self.leaf(shape);
        }
        let mut factors: Vec<(Expr, Vec<u32>)> = Vec::new();
        for _ in 0..1 + self.below(4) {
            let rank = *self.one_of(&[1, 1, 2, 2, 2, 2, 3]);
            let labels: Vec<u32> = (0..rank).map(|_| self.below(dims.len()) as u32).collect();
            let own = Shape::new(labels.iter().map(|&l| dims[l as usize].clone()));
            let depth = if self.below(2) == 0 { 0 } else { depth };
            factors.push((self.expr(&own, depth), labels));
        }
        let factors: Vec<(&Expr, &[u32])> = factors.iter().map(|(e, l)| (e, &l[..])).collect();
        let extents: Vec<(u32, Dim)> = (0..).zip(dims).collect();
        let out: Vec<u32> = (0..shape.rank() as u32).collect();
        contract(&factors, &out, &extents)
    }
}

fn extent(dim: &Dim) -> Option<i64> {
    dim.as_number()?.to_i64()
}

/// The variables of an expression.
struct Variables(BTreeMap<String, Expr>);

impl Variables {
    fn of(e: &Expr) -> Variables {
        let named = |part: Expr| Some((part.as_var()?.name().to_owned(), part));
        Variables(e.post_order().into_iter().filter_map(named).collect())
    }
}

impl Scope for Variables {
    fn name(&mut self, name: &str, span: Span) -> Result<Option<Lowered>, SyntaxError> {
        self.0.get(name).map_or_else(|| FreeNames.name(name, span), |e| Ok(Some(e.clone().into())))
    }
}

fn read(text: &str, e: &Expr) -> Result<Expr, Errors> {
    let written = syntax::parse(text, &Limits::default())?;
    Ok(syntax::lower(&written, &mut Variables::of(e))?.expr)
}

fn random(seed: u64) -> Option<Expr> {
    let mut draw = Draw::new(seed);
    let rank = *draw.one_of(&[0, 0, 1, 1, 2, 2, 3]);
    let shape = Shape::new((0..rank).map(|_| draw.dim()).collect::<Vec<_>>());
    let depth = 1 + draw.below(3);
    let e = draw.expr(&shape, depth);
    let defined = e.post_order().iter().all(|part| !part.is_undefined());
    defined.then_some(e)
}

#[test]
fn what_is_printed_reads_back() {
    let (mut read_back, mut refused, mut indices) = (0, 0, 0);
    let count = std::env::var("COUNT").map_or(20_000, |n| n.parse().unwrap());
    for seed in 0..count {
        let Some(e) = random(seed) else { continue };
        let text = e.to_string();
        match read(&text, &e) {
            Ok(again) => {
                assert_eq!(again, e, "seed {seed}, printed as {text}, read as {again}");
                assert_eq!(again.shape(), e.shape(), "seed {seed}, printed as {text}");
                assert_eq!(again.to_string(), text, "seed {seed}");
                read_back += 1;
            }
            // What has a value nowhere is refused by the reader whoever wrote it.
            Err(errors) => {
                let all = errors.iter().map(|e| format!("{} {e}", e.code())).collect::<Vec<_>>();
                let allowed = errors.iter().all(|e| e.code().starts_with("domain."));
                assert!(allowed, "seed {seed}, {text}: {}", all.join("; "));
                refused += 1;
            }
        }
        indices += usize::from(text.contains("einsum"));
    }
    assert!(refused * 50 < read_back, "{refused} refused, {read_back} read back");
    // Neither notation is the rule by mistake.
    assert!(indices * 2 < read_back && indices * 20 > read_back, "{indices} with indices of {read_back}");
}

#[test]
fn typeset_forms_are_never_empty_and_balanced() {
    for seed in 0..5_000 {
        let Some(e) = random(seed) else { continue };
        let (latex, mathml) = (e.to_latex(), e.to_mathml());
        let count = |s: &str, what: &str| s.matches(what).count();
        assert!(!latex.is_empty());
        assert_eq!(count(&latex, "{"), count(&latex, "}"), "{latex}");
        assert_eq!(count(&latex, "\\left"), count(&latex, "\\right"), "{latex}");
        for tag in ["mrow", "msub", "msup", "msubsup", "mtable", "mtr", "mtd", "mfrac", "msqrt", "munder"] {
            let (open, close) = (count(&mathml, &format!("<{tag}>")), count(&mathml, &format!("</{tag}>")));
            let open = open + count(&mathml, &format!("<{tag} "));
            assert_eq!(open, close, "{tag} in {mathml}");
        }
    }
}
