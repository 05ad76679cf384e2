//! Sums of squares, seen from the expression.

use crate::expr::{Expr, Node, Rational, power, product, scale};

/// An expression as `Σ residual² + rest`, `rest` a number.
#[derive(Clone, Debug, Default)]
pub(super) struct Squares {
    /// None where the expression is no such sum.
    pub(super) residuals: Vec<Expr>,
}

/// The residuals of a sum of squares; none where a term is no square, or stands there with a minus.
pub(super) fn residuals(e: &Expr) -> Squares {
    let terms: Vec<(Rational, Expr)> = match e.node() {
        Node::Sum(s) => s.terms.iter().map(|t| (t.coefficient.clone(), t.expr.clone())).collect(),
        _ => vec![e.split_coefficient()],
    };
    let roots: Option<Vec<Expr>> = terms.iter().map(|(c, e)| root(c, e)).collect();
    Squares { residuals: roots.unwrap_or_default() }
}

/// A real root of `c e`, where that is a square.
fn root(c: &Rational, e: &Expr) -> Option<Expr> {
    if !c.is_positive() {
        return None;
    }
    let root = match e.node() {
        Node::Product(factors) => product(factors.iter().map(half).collect::<Option<Vec<_>>>()?),
        _ => half(e)?,
    };
    let c = Expr::number(c.clone()).sqrt();
    Some(match c.as_number() {
        Some(c) => scale(c, &root),
        None => product([c, root]),
    })
}

/// `b^(k/2)` of `b^k`, `k` even.
fn half(e: &Expr) -> Option<Expr> {
    let Node::Power(base, exponent) = e.node() else { return None };
    let halved = exponent.as_number()? * &Rational::ratio(1, 2)?;
    halved.is_integer().then(|| power(base, &Expr::number(halved)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse_expr;

    #[track_caller]
    fn check(text: &str, want: &[&str]) {
        let mut found: Vec<String> =
            residuals(&parse_expr(text).unwrap()).residuals.iter().map(Expr::to_string).collect();
        found.sort();
        assert_eq!(found, want, "{text}");
    }

    #[test]
    fn roots_of_the_terms() {
        check("100 (y - x^2)^2 + (1 - x)^2", &["1 - x", "10 (y - x^2)"]);
        check("4 x^2 y^2 + x^4 + 3", &["2 x y", "x^2"]);
        check("2 x^2", &["sqrt(2) x"]);
        check("x^2/y^4", &["x/y^2"]);
        check("x^2 - y^2", &[]);
        check("x^2 + y", &[]);
        check("x^3", &[]);
        check("x^3 y^2", &[]);
        check("x", &[]);
    }
}
