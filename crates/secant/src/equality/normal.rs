//! Expressions brought to a quotient of polynomials over kernels (variables, roots, logarithms, …).
//!
//! Kernels that obey a relation (a root, a modulus) are reduced by it. If the numerator of a difference comes out as
//! nought, the two sides are equal wherever both exist: that is a proof. If it does not, nothing follows: two kernels
//! may be related in a way that is not known here.

use std::collections::{HashMap, HashSet};

use super::polynomial::{Gauss, Kernel, Monomial, Poly, flat};
use crate::expr::{
    Condition, ConditionKind, Constant, Expr, Func, Func2, HashBuild, Node, Rational, apply, apply2, power,
    product, scale, sum,
};

/// `numerator / Π factorⁿ`; factors have at least two terms and leading coefficient 1.
#[derive(Clone, Debug)]
pub(super) struct Fraction {
    pub(super) above: Poly,
    pub(super) below: Vec<(Poly, u32)>,
}

/// Why there is no normal form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoForm {
    /// More terms than the budget allows.
    Budget,
    /// Not a number, or a part that has none.
    Undefined,
}

/// The table of kernels, and the budget.
pub(super) struct Normaliser {
    kernels: Vec<KernelRow>,
    index: HashMap<Expr, Kernel, HashBuild>,
    /// What is not negative wherever the expression in question exists: `log(v)` and `sqrt(v)` occur in it.
    nonnegative: HashSet<Expr, HashBuild>,
    /// Functions other than `exp` stay whole: the form is algebra alone.
    algebraic: bool,
    /// Terms that may still be made.
    budget: usize,
    /// How deep relations and rewritten parts lead into each other.
    nested: u32,
}

/// Deeper than this is given up: two relations lead round in a circle.
const MAX_NESTED: u32 = 24;

struct KernelRow {
    expr: Expr,
    /// `kernelⁿ = fraction`.
    relation: Option<(i64, Fraction)>,
}

type Result<T> = std::result::Result<T, NoForm>;

impl Fraction {
    fn of(above: Poly) -> Fraction {
        Fraction { above, below: Vec::new() }
    }
    fn number(n: Rational) -> Fraction {
        Fraction::of(Poly::number(n))
    }
}

impl Normaliser {
    pub(super) fn new(budget: usize) -> Normaliser {
        Normaliser {
            kernels: Vec::new(),
            index: HashMap::default(),
            nonnegative: HashSet::default(),
            algebraic: false,
            budget,
            nested: 0,
        }
    }

    /// One that takes functions other than `exp` as they are.
    pub(super) fn algebraic(budget: usize) -> Normaliser {
        Normaliser { algebraic: true, ..Normaliser::new(budget) }
    }

    /// Is `e` nought wherever it is defined? `true` is a proof.
    pub(super) fn is_zero(&mut self, e: &Expr) -> Result<bool> {
        self.assume(&e.domain());
        Ok(self.fraction(e)?.above.is_zero())
    }

    /// Takes conditions for granted.
    pub(super) fn assume(&mut self, conditions: &[Condition]) {
        let known = conditions
            .iter()
            .filter(|c| matches!(c.kind, ConditionKind::Positive | ConditionKind::NonNegative));
        self.nonnegative.extend(known.map(|c| c.expr.clone()));
    }

    fn is_nonnegative(&self, e: &Expr) -> bool {
        e.is_nonnegative() || self.nonnegative.contains(e)
    }

    fn spend(&mut self, terms: usize) -> Result<()> {
        self.budget = self.budget.checked_sub(terms).ok_or(NoForm::Budget)?;
        Ok(())
    }

    /// The normal form of an expression; each shared node is done once.
    pub(super) fn fraction(&mut self, root: &Expr) -> Result<Fraction> {
        self.deeper(|this| this.fraction_here(root))
    }

    fn fraction_here(&mut self, root: &Expr) -> Result<Fraction> {
        let mut done = HashMap::<usize, Fraction, HashBuild>::default();
        let order = root.post_order();
        for e in &order {
            let f = self.node(e, &|c| done[&c.address()].clone())?;
            done.insert(e.address(), f);
        }
        Ok(done.remove(&root.address()).expect("the root is last"))
    }

    fn node(&mut self, e: &Expr, part: &dyn Fn(&Expr) -> Fraction) -> Result<Fraction> {
        match e.node() {
            Node::Number(n) => Ok(Fraction::number(n.clone())),
            Node::Constant(Constant::E) => self.exponential(Fraction::number(Rational::ONE)),
            Node::Constant(Constant::Pi) | Node::Var(_) | Node::Derivative(..) => Ok(self.kernel(e)),
            // What has axes, and what comes of it, is a kernel as a whole.
            Node::Tensor(_) => Ok(self.kernel(e)),
            Node::Constant(Constant::Infinity | Constant::Undefined) => Err(NoForm::Undefined),
            Node::Sum(s) => {
                let mut total = Fraction::number(s.constant.clone());
                for t in &s.terms {
                    total = self.add(&total, &part(&t.expr), &t.coefficient)?;
                }
                Ok(total)
            }
            Node::Product(factors) => {
                let mut total = Fraction::number(Rational::ONE);
                for f in factors {
                    total = self.mul(&total, &part(f))?;
                }
                Ok(total)
            }
            Node::Power(b, x) => match x.as_number().and_then(Rational::to_small) {
                Some((n, 1)) => self.pow(&part(b), n),
                Some((p, q)) if q <= 12 => self.root(part(b), p, q),
                _ => {
                    // b^x = exp(x log b), which holds where b > 0; elsewhere it has no value.
                    if self.algebraic {
                        let (b, x) = (self.back(&part(b))?, self.back(&part(x))?);
                        return Ok(self.kernel(&power(&b, &x)));
                    }
                    let log = self.log(&part(b))?;
                    let exponent = self.mul(&part(x), &log)?;
                    self.exponential(exponent)
                }
            },
            Node::Apply(f, u) => self.apply(*f, part(u)),
            Node::Apply2(f, a, b) => self.apply2(*f, part(a), part(b)),
            Node::Select(c, a, b) => {
                let (c, a, b) = (self.back(&part(c))?, self.back(&part(a))?, self.back(&part(b))?);
                Ok(self.kernel(&crate::expr::select(&c, &a, &b)))
            }
        }
    }

    fn kernel(&mut self, e: &Expr) -> Fraction {
        let k = self.kernel_index(e, None);
        Fraction::of(Poly::term(
            Gauss::real(Rational::ONE),
            Monomial { powers: vec![(k, 1)], ..Monomial::one() },
        ))
    }

    fn kernel_index(&mut self, e: &Expr, relation: Option<(i64, Fraction)>) -> Kernel {
        if let Some(&k) = self.index.get(e) {
            return k;
        }
        let k = self.kernels.len() as Kernel;
        self.kernels.push(KernelRow { expr: e.clone(), relation });
        self.index.insert(e.clone(), k);
        k
    }

    // Arithmetic.

    fn poly_mul(&mut self, a: &Poly, b: &Poly) -> Result<Poly> {
        self.spend(1 + a.terms.len() * b.terms.len())?;
        let mut p = Poly::zero();
        for (m, c) in &a.terms {
            for (n, d) in &b.terms {
                p.add_term(m.mul(n), c.mul(d));
            }
        }
        Ok(p)
    }

    /// `a + c b`.
    pub(super) fn add(&mut self, a: &Fraction, b: &Fraction, c: &Rational) -> Result<Fraction> {
        let sum = self.add_raw(a, b, c)?;
        self.reduce(sum)
    }

    fn mul(&mut self, a: &Fraction, b: &Fraction) -> Result<Fraction> {
        let product = self.mul_raw(a, b)?;
        self.reduce(product)
    }

    fn recip(&mut self, a: &Fraction) -> Result<Fraction> {
        if a.above.is_zero() {
            return Err(NoForm::Undefined);
        }
        let mut above = Poly::number(Rational::ONE);
        for (f, n) in &a.below {
            for _ in 0..*n {
                above = self.poly_mul(&above, f)?;
            }
        }
        let mut below = Vec::new();
        match a.above.as_term() {
            Some((m, c)) => {
                let inverse =
                    Poly::term(c.recip().ok_or(NoForm::Undefined)?, m.pow(-1).ok_or(NoForm::Budget)?);
                above = self.poly_mul(&above, &inverse)?;
            }
            None => {
                // Leading coefficient 1 and no common monomial, so that equal factors are recognised.
                let (m, c) = leading(&a.above);
                let inverse = Poly::term(
                    Gauss::real(c.recip().ok_or(NoForm::Undefined)?),
                    m.pow(-1).ok_or(NoForm::Budget)?,
                );
                let monic = self.poly_mul(&a.above, &inverse)?;
                above = self.poly_mul(&above, &inverse)?;
                below.push((monic, 1));
            }
        }
        self.reduce(Fraction { above, below })
    }

    fn pow(&mut self, a: &Fraction, n: i64) -> Result<Fraction> {
        let base = if n < 0 { self.recip(a)? } else { a.clone() };
        let n = n.unsigned_abs();
        if let (Some((m, c)), true) = (base.above.as_term(), base.below.is_empty()) {
            let power = i64::try_from(n).ok().and_then(|n| Some((m.pow(n)?, c.clone(), n)));
            if let Some((m, c, n)) = power {
                let real = c.im.is_zero().then(|| c.re.pow(n)).flatten();
                if let Some(c) = real {
                    return self.reduce(Fraction::of(Poly::term(Gauss::real(c), m)));
                }
            }
        }
        if n > 64 {
            return Err(NoForm::Budget);
        }
        let mut result = Fraction::number(Rational::ONE);
        for _ in 0..n {
            result = self.mul(&result, &base)?;
        }
        Ok(result)
    }

    /// Applies the relations of kernels until every power is in range.
    fn reduce(&mut self, f: Fraction) -> Result<Fraction> {
        self.deeper(|this| this.reduce_here(f))
    }

    /// One level down, as long as there are any.
    fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.nested >= MAX_NESTED {
            return Err(NoForm::Budget);
        }
        self.nested += 1;
        let result = work(self);
        self.nested -= 1;
        result
    }

    fn reduce_here(&mut self, mut f: Fraction) -> Result<Fraction> {
        for _ in 0..64 {
            let found = f.above.terms.keys().find_map(|m| {
                m.powers.iter().find_map(|&(k, n)| match &self.kernels[k as usize].relation {
                    Some((q, _)) if n < 0 || n >= *q => Some(k),
                    _ => None,
                })
            });
            let Some(k) = found else { return Ok(f) };
            let (q, value) = self.kernels[k as usize].relation.clone().expect("found by it");
            let sign = matches!(self.kernels[k as usize].expr.node(), Node::Apply(Func::Sign, _));
            // Group by how often the relation applies: Σ (terms with powers in range) · valueʲ.
            let mut groups: HashMap<i64, Poly> = HashMap::new();
            for (m, c) in &f.above.terms {
                let n = m.powers.iter().find(|(kernel, _)| *kernel == k).map_or(0, |p| p.1);
                // One over a sign is that sign, wherever it has a value.
                let n = if sign { n.abs() } else { n };
                let (times, left) = (n.div_euclid(q), n.rem_euclid(q));
                let mut m = m.clone();
                m.powers.retain(|(kernel, _)| *kernel != k);
                if left != 0 {
                    m.powers.push((k, left));
                    m.powers.sort_unstable();
                }
                groups.entry(times).or_default().add_term(m, c.clone());
            }
            let mut times: Vec<i64> = groups.keys().copied().collect();
            times.sort_unstable();
            let mut total = Fraction::number(Rational::ZERO);
            for j in times {
                let factor = self.pow(&value, j)?;
                let part = self.mul_raw(&Fraction::of(groups[&j].clone()), &factor)?;
                total = self.add_raw(&total, &part, &Rational::ONE)?;
            }
            for (g, n) in f.below {
                total = self
                    .mul_raw(&total, &Fraction { above: Poly::number(Rational::ONE), below: vec![(g, n)] })?;
            }
            f = total;
        }
        Err(NoForm::Budget)
    }

    /// [`Normaliser::mul`] before the relations are applied.
    fn mul_raw(&mut self, a: &Fraction, b: &Fraction) -> Result<Fraction> {
        let above = self.poly_mul(&a.above, &b.above)?;
        let mut below = a.below.clone();
        for (f, n) in &b.below {
            match below.iter_mut().find(|(g, _)| g == f) {
                Some((_, m)) => *m += n,
                None => below.push((f.clone(), *n)),
            }
        }
        Ok(Fraction { above, below })
    }

    /// [`Normaliser::add`] before the relations are applied: over the least common denominator, factor by factor.
    fn add_raw(&mut self, a: &Fraction, b: &Fraction, c: &Rational) -> Result<Fraction> {
        self.spend(1 + a.above.terms.len() + b.above.terms.len())?;
        let mut below = a.below.clone();
        for (f, n) in &b.below {
            match below.iter_mut().find(|(g, _)| g == f) {
                Some((_, m)) => *m = (*m).max(*n),
                None => below.push((f.clone(), *n)),
            }
        }
        let mut lift = |x: &Fraction| -> Result<Poly> {
            let mut above = x.above.clone();
            for (f, n) in &below {
                let have = x.below.iter().find(|(g, _)| g == f).map_or(0, |(_, m)| *m);
                for _ in have..*n {
                    above = self.poly_mul(&above, f)?;
                }
            }
            Ok(above)
        };
        let (mut above, lifted) = (lift(a)?, lift(b)?);
        above.add(&lifted, &Gauss::real(c.clone()));
        Ok(Fraction { above, below })
    }

    /// Divides out the factors of the denominator that divide the numerator.
    pub(super) fn cancel(&mut self, f: Fraction) -> Result<Fraction> {
        let mut above = f.above;
        let mut below = Vec::new();
        for (g, n) in f.below {
            let mut left = n;
            while left > 0 {
                self.spend(above.terms.len() * g.terms.len())?;
                match above.divided_by(&g, 2000) {
                    Some(quotient) => above = quotient,
                    None => break,
                }
                left -= 1;
            }
            if left > 0 {
                below.push((g, left));
            }
        }
        self.reduce(Fraction { above, below })
    }

    // Functions.

    /// `exp` of a real argument.
    fn exponential(&mut self, u: Fraction) -> Result<Fraction> {
        let (numbers, rest) = self.split_logs(&u)?;
        let re = self.back_flat(&rest)?;
        let e = Fraction::of(Poly::term(Gauss::real(Rational::ONE), Monomial { re, ..Monomial::one() }));
        self.mul(&numbers, &e)
    }

    /// Takes `n · log|v|` for integers `n` out of an exponent: `exp(n log v + w) = vⁿ exp(w)`.
    ///
    /// The kernel stands for `log|v|`, so the factor is `|v|ⁿ`.
    fn split_logs(&mut self, u: &Fraction) -> Result<(Fraction, Fraction)> {
        let mut numbers = Fraction::number(Rational::ONE);
        if !u.below.is_empty() {
            return Ok((numbers, u.clone()));
        }
        let mut rest = Poly::zero();
        for (m, c) in u.above.sorted() {
            let log = match m.powers[..] {
                [(k, 1)] if m.re.is_zero() && m.im.is_zero() && c.im.is_zero() => {
                    match self.kernels[k as usize].expr.node() {
                        Node::Apply(Func::Log, v) => Some(v.clone()),
                        _ => None,
                    }
                }
                _ => None,
            };
            match (log, c.re.to_small()) {
                (Some(v), Some((p, q))) if q <= 12 => {
                    let base = self.fraction(&v)?;
                    let base = self.modulus(base)?;
                    let factor = if q == 1 { self.pow(&base, p)? } else { self.root(base, p, q)? };
                    numbers = self.mul(&numbers, &factor)?;
                }
                _ => rest.add_term(m.clone(), c.clone()),
            }
        }
        Ok((numbers, Fraction::of(rest)))
    }

    /// `exp(i u)`.
    fn turn(&mut self, u: &Fraction) -> Result<Fraction> {
        let im = self.back_flat(u)?;
        let (angle, rest) = split_pi(&im);
        // e^{iπr}: the quarter turns are exact; others stay, with r brought to 0 ≤ r < 2.
        let half_turns = &angle * &Rational::integer(2);
        let unit = |re: i64, im: i64| Gauss { re: Rational::integer(re), im: Rational::integer(im) };
        let whole = half_turns.floor();
        let left = &(&half_turns - &whole) * &Rational::HALF;
        let quarter = (&whole
            - &(&(&whole * &Rational::ratio(1, 4).expect("4")).floor() * &Rational::integer(4)))
            .to_i64();
        let c = match quarter {
            Some(0) => unit(1, 0),
            Some(1) => unit(0, 1),
            Some(2) => unit(-1, 0),
            _ => unit(0, -1),
        };
        let turn = |im: Expr, c: Gauss| Fraction::of(Poly::term(c, Monomial { im, ..Monomial::one() }));
        if left.is_zero() {
            return Ok(turn(rest, c));
        }
        let pi_left = scale(&left, &Expr::constant(Constant::Pi));
        let (cos, sin) = (pi_left.cos(), pi_left.sin());
        if matches!(cos.node(), Node::Apply(..)) || matches!(sin.node(), Node::Apply(..)) {
            return Ok(turn(flat(&(&rest + &pi_left)), c));
        }
        let (cos, sin) = (self.fraction(&cos)?, self.fraction(&sin)?);
        let i_sin = Fraction { above: sin.above.scaled(&unit(0, 1)), below: sin.below };
        let exact = self.add(&cos, &i_sin, &Rational::ONE)?;
        self.mul(&exact, &turn(rest, c))
    }

    fn sine_and_cosine(&mut self, u: &Fraction) -> Result<(Fraction, Fraction)> {
        let minus =
            Fraction { above: u.above.scaled(&Gauss::real(Rational::MINUS_ONE)), below: u.below.clone() };
        let (forth, back) = (self.turn(u)?, self.turn(&minus)?);
        let sin = self.add(&forth, &back, &Rational::MINUS_ONE)?;
        let cos = self.add(&forth, &back, &Rational::ONE)?;
        let half = Gauss::real(Rational::HALF);
        let over_2i = Gauss { re: Rational::ZERO, im: -Rational::HALF };
        let scaled = |f: Fraction, c: &Gauss| Fraction { above: f.above.scaled(c), below: f.below };
        Ok((scaled(sin, &over_2i), scaled(cos, &half)))
    }

    /// `(sinh u, cosh u)`.
    fn hyperbolic(&mut self, u: &Fraction) -> Result<(Fraction, Fraction)> {
        let minus =
            Fraction { above: u.above.scaled(&Gauss::real(Rational::MINUS_ONE)), below: u.below.clone() };
        let (up, down) = (self.exponential(u.clone())?, self.exponential(minus)?);
        let half = Gauss::real(Rational::HALF);
        let scaled = |f: Fraction| Fraction { above: f.above.scaled(&half), below: f.below };
        let sinh = scaled(self.add(&up, &down, &Rational::MINUS_ONE)?);
        let cosh = scaled(self.add(&up, &down, &Rational::ONE)?);
        Ok((sinh, cosh))
    }

    fn over(&mut self, a: &Fraction, b: &Fraction) -> Result<Fraction> {
        let inverse = self.recip(b)?;
        self.mul(a, &inverse)
    }

    fn times(&mut self, c: Rational, a: &Fraction) -> Fraction {
        Fraction { above: a.above.scaled(&Gauss::real(c)), below: a.below.clone() }
    }

    fn one_plus(&mut self, c: Rational, a: &Fraction) -> Result<Fraction> {
        self.add(&Fraction::number(Rational::ONE), a, &c)
    }

    fn apply(&mut self, f: Func, u: Fraction) -> Result<Fraction> {
        if self.algebraic && f != Func::Exp {
            let argument = self.back(&u)?;
            return Ok(self.kernel(&apply(f, &argument)));
        }
        match f {
            Func::Exp => self.exponential(u),
            Func::Log => self.log(&u),
            Func::Log2 | Func::Log10 => {
                let base = if f == Func::Log2 { 2 } else { 10 };
                let (above, below) = (self.log(&u)?, self.log(&Fraction::number(Rational::integer(base)))?);
                self.over(&above, &below)
            }
            Func::Sin | Func::Cos | Func::Tan | Func::Sec | Func::Csc | Func::Cot => {
                let (sin, cos) = self.sine_and_cosine(&u)?;
                match f {
                    Func::Sin => Ok(sin),
                    Func::Cos => Ok(cos),
                    Func::Tan => self.over(&sin, &cos),
                    Func::Sec => self.recip(&cos),
                    Func::Csc => self.recip(&sin),
                    _ => self.over(&cos, &sin),
                }
            }
            Func::Sinh | Func::Cosh | Func::Tanh | Func::Sech | Func::Csch | Func::Coth => {
                let (sinh, cosh) = self.hyperbolic(&u)?;
                match f {
                    Func::Sinh => Ok(sinh),
                    Func::Cosh => Ok(cosh),
                    Func::Tanh => self.over(&sinh, &cosh),
                    Func::Sech => self.recip(&cosh),
                    Func::Csch => self.recip(&sinh),
                    _ => self.over(&cosh, &sinh),
                }
            }
            // The inverse functions of reciprocals are those of 1/u; acos is what asin leaves of π/2.
            Func::Asec | Func::Acsc | Func::Acot | Func::Asech | Func::Acsch | Func::Acoth => {
                let inner = match f {
                    Func::Asec => Func::Acos,
                    Func::Acsc => Func::Asin,
                    Func::Acot => Func::Atan,
                    Func::Asech => Func::Acosh,
                    Func::Acsch => Func::Asinh,
                    _ => Func::Atanh,
                };
                let inverse = self.recip(&u)?;
                self.apply(inner, inverse)
            }
            Func::Acos => {
                let asin = self.apply(Func::Asin, u)?;
                let quarter = self.fraction(&scale(&Rational::HALF, &Expr::constant(Constant::Pi)))?;
                self.add(&quarter, &asin, &Rational::MINUS_ONE)
            }
            Func::Asinh | Func::Acosh => {
                let square = self.mul(&u, &u)?;
                let inside = self.add(
                    &square,
                    &Fraction::number(Rational::ONE),
                    &if f == Func::Asinh { Rational::ONE } else { Rational::MINUS_ONE },
                )?;
                let root = self.root(inside, 1, 2)?;
                let argument = self.add(&u, &root, &Rational::ONE)?;
                self.log(&argument)
            }
            Func::Atanh => {
                let (above, below) =
                    (self.one_plus(Rational::ONE, &u)?, self.one_plus(Rational::MINUS_ONE, &u)?);
                let (above, below) = (self.log(&above)?, self.log(&below)?);
                let difference = self.add(&above, &below, &Rational::MINUS_ONE)?;
                Ok(self.times(Rational::HALF, &difference))
            }
            Func::Sigmoid => {
                let minus = self.times(Rational::MINUS_ONE, &u);
                let e = self.exponential(minus)?;
                let below = self.one_plus(Rational::ONE, &e)?;
                self.recip(&below)
            }
            Func::Softplus => {
                let e = self.exponential(u)?;
                let inside = self.one_plus(Rational::ONE, &e)?;
                self.log(&inside)
            }
            Func::Abs => self.modulus(u),
            Func::Sign => {
                // Its cube is itself; its square is not 1 everywhere.
                let (sign, u) = self.positive_lead(u);
                let argument = self.back(&u)?;
                // A sign in front may come out once more: what stands in front then is a number.
                let (c, inner) = apply(Func::Sign, &argument).split_coefficient();
                let sign = &sign * &c;
                if !matches!(inner.node(), Node::Apply(Func::Sign, _)) {
                    let value = self.fraction(&inner)?;
                    return Ok(self.times(sign, &value));
                }
                let k = self.kernel_index(&inner, None);
                let itself = self.kernel(&inner);
                self.kernels[k as usize].relation = Some((3, itself.clone()));
                Ok(self.times(sign, &itself))
            }
            Func::Relu => {
                let modulus = self.modulus(u.clone())?;
                let twice = self.add(&u, &modulus, &Rational::ONE)?;
                Ok(self.times(Rational::HALF, &twice))
            }
            Func::Gamma => {
                // gamma(n + u) = (u)(u + 1)…(u + n − 1) gamma(u) brings every offset to 0 ≤ offset < 1.
                let argument = self.back_flat(&u)?;
                let offset = match argument.node() {
                    Node::Sum(s) => s.constant.floor(),
                    _ => Rational::ZERO,
                };
                let Some(n) = offset.to_i64().filter(|n| n.abs() <= 40) else {
                    return Ok(self.kernel(&apply(Func::Gamma, &argument)));
                };
                let base = &argument - &Expr::number(offset);
                let mut result = self.kernel(&apply(Func::Gamma, &base));
                for k in if n >= 0 { 0..n } else { n..0 } {
                    let factor = self.fraction(&(&base + Expr::integer(k)))?;
                    result = if n >= 0 { self.mul(&result, &factor)? } else { self.over(&result, &factor)? };
                }
                Ok(result)
            }
            Func::Asin | Func::Atan | Func::Erf | Func::Cbrt => {
                // Odd functions: the sign comes out, so that f(a − b) and −f(b − a) meet.
                let (sign, u) = self.positive_lead(u);
                if f == Func::Cbrt {
                    return self.cube_root(sign, u);
                }
                let argument = self.back(&u)?;
                let (c, inner) = apply(f, &argument).split_coefficient();
                let value = match inner.node() {
                    Node::Apply(g, _) if *g == f => self.kernel(&inner),
                    _ => self.fraction(&inner)?,
                };
                Ok(self.times(&sign * &c, &value))
            }
            Func::Floor | Func::Ceil | Func::Lgamma | Func::Digamma | Func::Step => {
                let argument = self.back(&u)?;
                let inner = apply(f, &argument);
                match inner.node() {
                    Node::Apply(..) => Ok(self.kernel(&inner)),
                    _ => self.fraction(&inner),
                }
            }
        }
    }

    fn apply2(&mut self, f: Func2, a: Fraction, b: Fraction) -> Result<Fraction> {
        if self.algebraic {
            let e = apply2(f, &self.back(&a)?, &self.back(&b)?);
            return Ok(self.kernel(&e));
        }
        match f {
            Func2::Max | Func2::Min => {
                let difference = self.add(&a, &b, &Rational::MINUS_ONE)?;
                let modulus = self.modulus(difference)?;
                let total = self.add(&a, &b, &Rational::ONE)?;
                let sign = if f == Func2::Max { Rational::ONE } else { Rational::MINUS_ONE };
                let twice = self.add(&total, &modulus, &sign)?;
                Ok(self.times(Rational::HALF, &twice))
            }
            Func2::Atan2
            | Func2::Mod
            | Func2::Polygamma
            | Func2::Less
            | Func2::LessEqual
            | Func2::Equal
            | Func2::NotEqual
            | Func2::And
            | Func2::Or => {
                let e = apply2(f, &self.back(&a)?, &self.back(&b)?);
                match e.node() {
                    Node::Apply2(..) => Ok(self.kernel(&e)),
                    _ => self.fraction(&e),
                }
            }
        }
    }

    /// Makes the first coefficient positive; says which sign was taken out.
    fn positive_lead(&mut self, u: Fraction) -> (Rational, Fraction) {
        let negative = !u.above.is_zero() && leading(&u.above).1.is_negative();
        if negative {
            let minus = Gauss::real(Rational::MINUS_ONE);
            (Rational::MINUS_ONE, Fraction { above: u.above.scaled(&minus), below: u.below })
        } else {
            (Rational::ONE, u)
        }
    }

    /// Number, kernels and other factors of a fraction: `c · Π baseⁿ`, bases with their first coefficient positive.
    fn factors(&mut self, u: &Fraction) -> Result<(Rational, Vec<(Fraction, i64)>)> {
        if u.above.is_zero() {
            return Err(NoForm::Undefined);
        }
        let (lead, c) = leading(&u.above);
        let mut list = Vec::new();
        if u.above.terms.len() == 1 {
            for &(k, n) in &lead.powers {
                let monomial = Monomial { powers: vec![(k, 1)], ..Monomial::one() };
                list.push((Fraction::of(Poly::term(Gauss::real(Rational::ONE), monomial)), n));
            }
            if !lead.re.is_zero() {
                let monomial = Monomial { powers: Vec::new(), ..lead };
                list.push((Fraction::of(Poly::term(Gauss::real(Rational::ONE), monomial)), 1));
            }
        } else {
            // The common part of all monomials is a factor of its own.
            let mut common: Vec<(Kernel, i64)> = lead.powers.clone();
            for m in u.above.terms.keys() {
                for (k, n) in &mut common {
                    let have = m.powers.iter().find(|p| p.0 == *k).map_or(0, |p| p.1);
                    *n = if *n > 0 { have.clamp(0, *n) } else { have.clamp(*n, 0) };
                }
            }
            common.retain(|p| p.1 != 0);
            let inverse =
                Monomial { powers: common.iter().map(|&(k, n)| (k, -n)).collect(), ..Monomial::one() };
            let mut primitive = Poly::zero();
            let c_inverse = Gauss::real(c.recip().ok_or(NoForm::Undefined)?);
            for (m, d) in &u.above.terms {
                primitive.add_term(m.mul(&inverse), d.mul(&c_inverse));
            }
            for (k, n) in common {
                let monomial = Monomial { powers: vec![(k, 1)], ..Monomial::one() };
                list.push((Fraction::of(Poly::term(Gauss::real(Rational::ONE), monomial)), n));
            }
            list.push((Fraction::of(primitive), 1));
        }
        for (f, n) in &u.below {
            list.push((Fraction::of(f.clone()), -i64::from(*n)));
        }
        Ok((c, list))
    }

    /// `log|u|`, which is `log u` wherever that exists: a sum over the factors of `u`.
    fn log(&mut self, u: &Fraction) -> Result<Fraction> {
        let (c, factors) = self.factors(u)?;
        let mut total = Fraction::number(Rational::ZERO);
        let (n, d) = c.abs().to_small().ok_or(NoForm::Budget)?;
        for (value, sign) in [(n, 1), (d, -1)] {
            let mut rest = value;
            let mut p = 2;
            while rest > 1 && p < 1 << 12 {
                let prime = if p * p > rest { rest } else { p };
                while rest % prime == 0 {
                    rest /= prime;
                    let log = self.kernel(&Expr::integer(prime).log());
                    total = self.add(&total, &log, &Rational::integer(sign))?;
                }
                p += 1;
            }
            if rest > 1 {
                let log = self.kernel(&Expr::integer(rest).log());
                total = self.add(&total, &log, &Rational::integer(sign))?;
            }
        }
        for (f, n) in factors {
            let exponential = f.above.as_term().filter(|(m, _)| m.powers.is_empty() && m.im.is_zero());
            let part = match exponential {
                Some((m, _)) if f.below.is_empty() => {
                    let re = m.re.clone();
                    self.fraction(&re)?
                }
                _ => {
                    let inner = self.back(&f)?;
                    // A root inside a logarithm is a factor in front of it; a modulus makes no difference.
                    match inner.node() {
                        Node::Power(b, e) if e.as_number().is_some() => {
                            let base = self.fraction(b)?;
                            let log = self.log(&base)?;
                            self.times(e.as_number().expect("just seen").clone(), &log)
                        }
                        Node::Apply(Func::Abs, v) => self.kernel(&v.log()),
                        Node::Constant(Constant::E) => Fraction::number(Rational::ONE),
                        _ => self.kernel(&inner.log()),
                    }
                }
            };
            total = self.add(&total, &part, &Rational::integer(n))?;
        }
        Ok(total)
    }

    /// `|u|`: the product over the factors; each obeys `|v|² = v²`.
    fn modulus(&mut self, u: Fraction) -> Result<Fraction> {
        if u.above.is_zero() {
            return Ok(u);
        }
        let (c, factors) = self.factors(&u)?;
        let mut total = Fraction::number(c.abs());
        for (f, n) in factors {
            let inner = self.back(&f)?;
            let part = if n % 2 == 0 || self.is_nonnegative(&inner) {
                self.pow(&f, n)?
            } else {
                let square = self.mul(&f, &f)?;
                let modulus = apply(Func::Abs, &inner);
                let part = match modulus.node() {
                    Node::Apply(Func::Abs, _) => {
                        let k = self.kernel_index(&modulus, Some((2, square)));
                        let monomial = Monomial { powers: vec![(k, 1)], ..Monomial::one() };
                        Fraction::of(Poly::term(Gauss::real(Rational::ONE), monomial))
                    }
                    _ => Fraction::of(Poly::zero()),
                };
                if part.above.is_zero() {
                    return Err(NoForm::Budget);
                }
                self.pow(&part, n)?
            };
            total = self.mul(&total, &part)?;
        }
        Ok(total)
    }

    /// `u^(p/q)`, defined where `u ≥ 0`.
    fn root(&mut self, u: Fraction, p: i64, q: i64) -> Result<Fraction> {
        if u.above.is_zero() {
            return if p > 0 { Ok(u) } else { Err(NoForm::Undefined) };
        }
        let (c, factors) = self.factors(&u)?;
        // What is certainly not negative leaves the root; the rest stays in it together, with the sign.
        let mut total = Fraction::number(Rational::ONE);
        let mut inside = Fraction::number(if c.is_negative() { Rational::MINUS_ONE } else { Rational::ONE });
        total = self.mul(&total, &Fraction::number(Rational::ONE))?;
        let number = power(&Expr::number(c.abs()), &Expr::number(Rational::ratio(p, q).expect("q > 0")));
        let number = self.radicals(&number)?;
        total = self.mul(&total, &number)?;
        for (f, n) in factors {
            let inner = self.back(&f)?;
            let exponent = f
                .above
                .as_term()
                .filter(|(m, _)| m.powers.is_empty() && m.im.is_zero())
                .map(|(m, _)| m.re.clone());
            if let (Some(re), true) = (exponent, f.below.is_empty()) {
                let re = flat(&scale(&Rational::ratio(n * p, q).ok_or(NoForm::Budget)?, &re));
                let e =
                    Fraction::of(Poly::term(Gauss::real(Rational::ONE), Monomial { re, ..Monomial::one() }));
                total = self.mul(&total, &e)?;
            } else if self.is_nonnegative(&inner) {
                let part = self.radical(&f, &inner, n * p, q)?;
                total = self.mul(&total, &part)?;
            } else if n % 2 == 0 {
                let modulus = self.modulus(f)?;
                let inner = self.back(&modulus)?;
                let part = self.radical(&modulus, &inner, n * p, q)?;
                total = self.mul(&total, &part)?;
            } else {
                // v^(2k+1) under a root is v (v²)^k: the even part leaves as a modulus.
                let even = n - 1;
                if even != 0 {
                    let modulus = self.modulus(f.clone())?;
                    let inner = self.back(&modulus)?;
                    let part = self.radical(&modulus, &inner, even * p, q)?;
                    total = self.mul(&total, &part)?;
                }
                inside = self.mul(&inside, &f)?;
            }
        }
        if inside.above.as_number().is_some_and(|g| g.re.is_one()) {
            return Ok(total);
        }
        let inner = self.back(&inside)?;
        let part = self.radical(&inside, &inner, p, q)?;
        self.mul(&total, &part)
    }

    /// `base^(p/q)` as a power of the kernel `base^(1/q)`.
    fn radical(&mut self, base: &Fraction, inner: &Expr, p: i64, q: i64) -> Result<Fraction> {
        let exponent = Rational::ratio(p, q).ok_or(NoForm::Budget)?;
        let (p, q) = exponent.to_small().ok_or(NoForm::Budget)?;
        if q == 1 {
            return self.pow(base, p);
        }
        let e = power(inner, &Expr::number(Rational::ratio(1, q).expect("q > 0")));
        if !matches!(e.node(), Node::Power(..)) {
            return Err(NoForm::Budget);
        }
        let k = self.kernel_index(&e, Some((q, base.clone())));
        let monomial = Monomial { powers: vec![(k, p)], ..Monomial::one() };
        self.reduce(Fraction::of(Poly::term(Gauss::real(Rational::ONE), monomial)))
    }

    /// A product of numbers and roots of primes, as `expr` has folded it.
    fn radicals(&mut self, e: &Expr) -> Result<Fraction> {
        let (c, rest) = e.split_coefficient();
        let mut total = Fraction::number(c);
        let factors: Vec<Expr> = match rest.node() {
            Node::Product(factors) => factors.to_vec(),
            _ => vec![rest],
        };
        for f in factors {
            let part = match f.node() {
                Node::Number(n) => Fraction::number(n.clone()),
                Node::Power(b, x) => match (b.as_number(), x.as_number().and_then(Rational::to_small)) {
                    (Some(n), Some((p, q))) => self.radical(&Fraction::number(n.clone()), b, p, q)?,
                    _ => self.kernel(&f),
                },
                _ => self.kernel(&f),
            };
            total = self.mul(&total, &part)?;
        }
        Ok(total)
    }

    fn cube_root(&mut self, sign: Rational, u: Fraction) -> Result<Fraction> {
        if u.above.is_zero() {
            return Ok(u);
        }
        let inner = self.back(&u)?;
        let e = apply(Func::Cbrt, &inner);
        let value = match e.node() {
            Node::Apply(Func::Cbrt, _) => {
                let k = self.kernel_index(&e, Some((3, u)));
                let monomial = Monomial { powers: vec![(k, 1)], ..Monomial::one() };
                Fraction::of(Poly::term(Gauss::real(Rational::ONE), monomial))
            }
            _ => return Ok(self.kernel(&apply(Func::Cbrt, &inner))),
        };
        Ok(self.times(sign, &value))
    }

    // Back to expressions.

    /// The expression of a fraction with real coefficients: the same one for equal fractions.
    pub(super) fn back(&mut self, f: &Fraction) -> Result<Expr> {
        let above = self.back_poly(&f.above)?;
        let mut factors = vec![above];
        for (g, n) in &f.below {
            let g = self.back_poly(g)?;
            factors.push(power(&g, &Expr::integer(-i64::from(*n))));
        }
        Ok(product(factors))
    }

    fn back_flat(&mut self, f: &Fraction) -> Result<Expr> {
        Ok(flat(&self.back(f)?))
    }

    fn back_poly(&mut self, p: &Poly) -> Result<Expr> {
        self.spend(p.terms.len())?;
        let mut terms = Vec::with_capacity(p.terms.len());
        for (m, c) in p.sorted() {
            let kernels =
                m.powers.iter().map(|&(k, n)| power(&self.kernels[k as usize].expr, &Expr::integer(n)));
            let real = product(kernels.chain([m.re.exp()]));
            if m.im.is_zero() {
                if !c.im.is_zero() {
                    return Err(NoForm::Budget);
                }
                terms.push((c.re.clone(), real));
            } else {
                // Real polynomials have conjugate pairs; each half gives half of c e^{iθ} + c̄ e^{−iθ}.
                terms.push((c.re.clone(), product([real.clone(), m.im.cos()])));
                terms.push((-&c.im, product([real, m.im.sin()])));
            }
        }
        Ok(sum(terms))
    }
}

/// The first monomial, without its turning part, and a real number that stands for its coefficient: dividing by
/// both leaves a real polynomial real.
fn leading(p: &Poly) -> (Monomial, Rational) {
    let (m, c) = p.sorted()[0];
    let c = if c.re.is_zero() { &c.im } else { &c.re };
    (Monomial { im: Expr::zero(), ..m.clone() }, c.clone())
}

/// `im = π r + rest`.
fn split_pi(im: &Expr) -> (Rational, Expr) {
    let is_pi = |e: &Expr| matches!(e.node(), Node::Constant(Constant::Pi));
    match im.node() {
        Node::Constant(Constant::Pi) => (Rational::ONE, Expr::zero()),
        Node::Sum(s) => match s.terms.iter().find(|t| is_pi(&t.expr)) {
            Some(t) => {
                let r = t.coefficient.clone();
                let rest = im - &scale(&r, &Expr::constant(Constant::Pi));
                (r, flat(&rest))
            }
            None => (Rational::ZERO, im.clone()),
        },
        _ => (Rational::ZERO, im.clone()),
    }
}
