//! A simpler equation with the same roots.
//!
//! Here: denominators cleared, powers of factors dropped, of a polynomial in one unknown the part without repeated factors.
//! So poles stop being places where nothing can be said, and multiple roots become simple ones.
//! Not here: whether the equation as written has a value at such a root, which is asked of it itself.
//! Invariant: where the equation has a value, it is 0 exactly where the reduced one is.

use std::collections::BTreeMap;

use super::polynomial::Polynomial;
use crate::expr::{Expr, Func, Node, Rational, Symbol, power, product, scale, sum};

/// Factors with their powers; in the order in which they were met.
#[derive(Clone, Default)]
struct Denominator(Vec<(Expr, i64)>);

impl Denominator {
    fn raise(&mut self, base: Expr, to: i64) {
        match self.0.iter_mut().find(|(b, _)| *b == base) {
            Some((_, n)) => *n = (*n).max(to),
            None => self.0.push((base, to)),
        }
    }

    fn multiply(&mut self, base: Expr, by: i64) {
        match self.0.iter_mut().find(|(b, _)| *b == base) {
            Some((_, n)) => *n += by,
            None => self.0.push((base, by)),
        }
    }

    fn power_of(&self, base: &Expr) -> i64 {
        self.0.iter().find(|(b, _)| b == base).map_or(0, |(_, n)| *n)
    }
}

/// Sums above this many terms are left as they are.
const MAX_TERMS: usize = 200;
/// Powers above this size are left as they are.
const MAX_POWER: i64 = 50;

/// `e = numerator / denominator`.
fn fraction(e: &Expr) -> (Expr, Denominator) {
    let whole = |e: &Expr| (e.clone(), Denominator::default());
    let over = |above: Expr, below: Expr| (above, Denominator(vec![(below, 1)]));
    match e.node() {
        Node::Sum(s) if s.terms.len() <= MAX_TERMS => {
            let parts: Vec<(Expr, Denominator)> = s.terms.iter().map(|t| fraction(&t.expr)).collect();
            let mut common = Denominator::default();
            for (_, d) in &parts {
                d.0.iter().for_each(|(b, n)| common.raise(b.clone(), *n));
            }
            let missing = |d: &Denominator| -> Vec<Expr> {
                common.0.iter().map(|(b, n)| b.powi(n - d.power_of(b))).collect()
            };
            let constant = (s.constant.clone(), product(missing(&Denominator::default())));
            let terms = s.terms.iter().zip(&parts).map(|(t, (above, d))| {
                (t.coefficient.clone(), product(missing(d).into_iter().chain([above.clone()])))
            });
            (sum(terms.chain([constant])), common)
        }
        Node::Product(factors) => {
            let (mut above, mut below) = (Vec::new(), Denominator::default());
            for f in factors {
                let (n, d) = fraction(f);
                above.push(n);
                d.0.into_iter().for_each(|(b, n)| below.multiply(b, n));
            }
            (product(above), below)
        }
        Node::Power(base, exponent) => match exponent.as_number().and_then(Rational::to_i64) {
            Some(n) if (-MAX_POWER..0).contains(&n) => {
                let (above, below) = fraction(base);
                let turned = product(below.0.iter().map(|(b, m)| b.powi(m * -n)));
                (turned, Denominator(vec![(above, -n)]))
            }
            Some(n) if (1..=MAX_POWER).contains(&n) => {
                let (above, below) = fraction(base);
                (above.powi(n), Denominator(below.0.into_iter().map(|(b, m)| (b, m * n)).collect()))
            }
            None if exponent.as_number().is_some_and(Rational::is_negative) => {
                over(Expr::one(), power(base, &scale(&Rational::MINUS_ONE, exponent)))
            }
            _ => whole(e),
        },
        Node::Apply(Func::Tan, u) => over(u.sin(), u.cos()),
        Node::Apply(Func::Sec, u) => over(Expr::one(), u.cos()),
        Node::Apply(Func::Cot, u) => over(u.cos(), u.sin()),
        Node::Apply(Func::Csc, u) => over(Expr::one(), u.sin()),
        Node::Apply(Func::Coth, u) => over(u.cosh(), u.sinh()),
        Node::Apply(Func::Csch, u) => over(Expr::one(), u.sinh()),
        _ => whole(e),
    }
}

/// Every factor once, without its power and without a number in front; factors that are never 0 are dropped.
fn factors_of(e: &Expr, into: &mut Vec<Expr>) {
    let (c, rest) = e.split_coefficient();
    match rest.node() {
        Node::Product(factors) if !c.is_zero() => factors.iter().for_each(|f| factors_of(f, into)),
        Node::Power(base, exponent) if exponent.as_number().is_some_and(Rational::is_positive) => {
            factors_of(base, into);
        }
        _ if rest.is_positive() || (-&rest).is_positive() => {}
        _ if into.contains(&rest) || into.contains(&-&rest) => {}
        _ => into.push(rest),
    }
}

/// An equation in a simpler form.
#[derive(Clone, Debug)]
pub(super) struct Reduced {
    /// It is 0 where the equation is, wherever that has a value.
    pub(super) expr: Expr,
    /// Of a polynomial in one unknown: the parts whose roots are those of a certain multiplicity.
    pub(super) parts: Vec<(Expr, u32)>,
    /// Of such a polynomial: the part without repeated roots.
    pub(super) polynomial: Option<Polynomial>,
}

pub(super) fn reduce(e: &Expr, unknowns: &[Symbol]) -> Reduced {
    let numerator = fraction(e).0;
    if let [x] = unknowns
        && let Some(p) = Polynomial::of(&numerator, x)
    {
        let parts = p.square_free_parts();
        let radical = parts.iter().fold(Polynomial::one(), |all, (part, _)| all.times(part));
        let expr = radical.to_expr(x);
        let parts = parts.iter().map(|(part, n)| (part.to_expr(x), *n)).collect();
        return Reduced { expr, parts, polynomial: Some(radical) };
    }
    let mut factors = Vec::new();
    if !numerator.is_zero() {
        factors_of(&numerator, &mut factors);
    }
    let expr = if numerator.is_zero() { numerator } else { product(factors) };
    Reduced { expr, parts: Vec::new(), polynomial: None }
}

/// Coefficients by power, for [`Polynomial::of`].
pub(super) fn coefficients(e: &Expr, x: &Symbol) -> Option<BTreeMap<usize, Rational>> {
    const MAX_DEGREE: i64 = 64;
    let expanded = crate::expr::expand(e, 2_000)?;
    let mut found = BTreeMap::<usize, Rational>::new();
    let mut add = |c: &Rational, term: &Expr| -> Option<()> {
        let (c2, rest) = term.split_coefficient();
        let (base, exponent) = rest.split_power();
        let n = if rest.is_one() {
            0
        } else if base.as_var() == Some(x) {
            exponent.as_number()?.to_i64().filter(|n| (0..=MAX_DEGREE).contains(n))?
        } else {
            return None;
        };
        let entry = found.entry(usize::try_from(n).ok()?).or_insert(Rational::ZERO);
        *entry = &*entry + &(c * &c2);
        Some(())
    };
    match expanded.node() {
        Node::Number(n) => add(n, &Expr::one())?,
        Node::Sum(s) => {
            add(&s.constant, &Expr::one())?;
            s.terms.iter().try_for_each(|t| add(&t.coefficient, &t.expr))?;
        }
        _ => add(&Rational::ONE, &expanded)?,
    }
    found.retain(|_, c| !c.is_zero());
    Some(found)
}
