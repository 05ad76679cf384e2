//! What depends on the parameters alone is computed once for all rows.
//!
//! Start reading at [`hoist`].

use std::collections::HashMap;

use crate::expr::{Expr, HashBuild, Node, Rational, Symbol, product, sum};

/// Expressions in columns, parameters and new names, and what the new names stand for, in parameters alone.
#[derive(Debug)]
pub(super) struct Hoisted {
    pub(super) exprs: Vec<Expr>,
    pub(super) scalars: Vec<(Symbol, Expr)>,
}

/// Takes out of the expressions what `params` alone determine. Parameters that stand alone stay.
pub(super) fn hoist(exprs: &[Expr], columns: &[Symbol]) -> Hoisted {
    let mut work = Work { columns, done: HashMap::default(), names: HashMap::default(), scalars: Vec::new() };
    let exprs = exprs.iter().map(|e| work.expression(e)).collect();
    Hoisted { exprs, scalars: work.scalars }
}

struct Work<'c> {
    columns: &'c [Symbol],
    /// Of every part: does it hold a column, and what has become of it?
    done: HashMap<Expr, (bool, Expr), HashBuild>,
    names: HashMap<Expr, Symbol, HashBuild>,
    scalars: Vec<(Symbol, Expr)>,
}

impl Work<'_> {
    fn expression(&mut self, e: &Expr) -> Expr {
        for part in e.post_order() {
            if self.done.contains_key(&part) {
                continue;
            }
            let mut varies = part.as_var().is_some_and(|name| self.columns.contains(name));
            part.node().for_each_child(|c| varies |= self.varies(c));
            let new = if varies { self.mixed(&part) } else { part.clone() };
            self.done.insert(part, (varies, new));
        }
        let (varies, new) = self.done[e].clone();
        if varies { new } else { self.scalar(new) }
    }

    fn varies(&self, e: &Expr) -> bool {
        self.done.get(e).is_some_and(|(varies, _)| *varies)
    }

    /// What stands for a part in something that varies.
    fn within(&mut self, e: &Expr) -> Expr {
        match self.done.get(e) {
            Some((true, new)) => new.clone(),
            _ => self.scalar(e.clone()),
        }
    }

    /// The name of what does not vary; numbers and single names stand for themselves.
    fn scalar(&mut self, e: Expr) -> Expr {
        if e.free_symbols().is_empty() || e.as_var().is_some() {
            return e;
        }
        let count = self.scalars.len();
        let name = self.names.entry(e.clone()).or_insert_with(|| {
            // A name that cannot be typed, so it meets no other.
            let name = Symbol::new(&format!("scalar {count}"));
            self.scalars.push((name.clone(), e));
            name
        });
        Expr::var(name.clone())
    }

    fn mixed(&mut self, e: &Expr) -> Expr {
        match e.node() {
            Node::Product(factors) => {
                let (coefficient, rest) = self.product(&Rational::ONE, factors);
                product([coefficient, rest])
            }
            Node::Sum(s) => {
                let mut same = vec![(s.constant.clone(), Expr::one())];
                let mut terms = Vec::new();
                for t in &s.terms {
                    match t.expr.node() {
                        _ if !self.varies(&t.expr) => same.push((t.coefficient.clone(), t.expr.clone())),
                        Node::Product(factors) => {
                            let (coefficient, rest) = self.product(&t.coefficient, factors);
                            terms.push((Rational::ONE, product([coefficient, rest])));
                        }
                        _ => terms.push((t.coefficient.clone(), self.within(&t.expr))),
                    }
                }
                let same = self.scalar(sum(same));
                sum(terms.into_iter().chain([(Rational::ONE, same)]))
            }
            _ => {
                let mut children = Vec::new();
                e.node().for_each_child(|c| children.push(c.clone()));
                let mut new = children.iter().map(|c| self.within(c)).collect::<Vec<_>>().into_iter();
                e.with_children(|c| new.next().unwrap_or_else(|| c.clone()))
            }
        }
    }

    /// A product of what varies and what does not, the number in front among the latter where it is more than a number.
    fn product(&mut self, number: &Rational, factors: &[Expr]) -> (Expr, Expr) {
        let (vary, same): (Vec<&Expr>, Vec<&Expr>) = factors.iter().partition(|f| self.varies(f));
        let scalar = product(same.into_iter().cloned().chain([Expr::number(number.clone())]));
        let rest = product(vary.into_iter().map(|f| self.within(f)));
        (self.scalar(scalar), rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse_expr;

    #[test]
    fn only_what_varies_is_left() {
        let columns = [Symbol::new("x"), Symbol::new("s")];
        let check = |text: &str, want: &str, scalars: &[&str]| {
            let hoisted = hoist(&[parse_expr(text).unwrap()], &columns);
            let have: Vec<String> = hoisted.scalars.iter().map(|(_, e)| e.to_string()).collect();
            assert_eq!(have, scalars, "{text}");
            assert_eq!(hoisted.exprs[0].to_string(), want, "{text}");
        };
        check("a x + b", "a x + b", &[]);
        check("a b^2 x", "scalar 0 x", &["a b^2"]);
        check("x^2 + s", "x^2 + s", &[]);
        check("exp(a) x + exp(a) s", "s scalar 0 + scalar 0 x", &["exp(a)"]);
        check("sqrt(a + 1)", "scalar 0", &["sqrt(a + 1)"]);
    }

    #[test]
    fn values_stay() {
        let columns = [Symbol::new("x"), Symbol::new("s")];
        for text in [
            "(3 a exp(-((x-m)/w)^2/2) + b0 + b1 x)/s",
            "a exp(-b x) - c exp(-d x) + a c",
            "(a + b x + c x^2)/(1 + d x + a x^2)",
            "where(x < a, a b x, a b - x) + max(a c, x)",
        ] {
            let e = parse_expr(text).unwrap();
            let hoisted = hoist(&[e.diff(&Symbol::new("a"))], &columns);
            let at: Vec<(Symbol, f64)> =
                e.free_symbols().into_iter().zip([0.7, 1.3, 0.4, 2.1, 0.9, 1.7, 0.3]).collect();
            let mut all = at.clone();
            for (name, scalar) in &hoisted.scalars {
                all.push((name.clone(), crate::program::eval(scalar, &at).unwrap()));
            }
            let want = crate::program::eval(&e.diff(&Symbol::new("a")), &at).unwrap();
            let have = crate::program::eval(&hoisted.exprs[0], &all).unwrap();
            assert!((have - want).abs() <= 1e-14 * want.abs().max(1.0), "{text}: {have} for {want}");
        }
    }
}
