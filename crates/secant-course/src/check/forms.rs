//! Other ways to write an answer, all of them the same formula.

use secant::expr::{Expr, Node, Rational, power, product, scale, sum};
use secant::sheet::Scope;

use crate::read::each_formula;

/// Texts of the same formula, each different from the others and from how the engine prints it.
pub(super) fn others(e: &Expr) -> Vec<String> {
    let printed = e.to_string();
    if e.has_axes() {
        let twice = if e.shape().dims().len() > 1 {
            format!("(({printed})')'")
        } else {
            format!("({printed}) + 0 ({printed})")
        };
        return vec![format!("({printed})/3 + 2*({printed})/3"), format!("-(-({printed}))"), twice];
    }
    let expanded = expand(e, 0);
    let mut forms = vec![
        explicit(e, 0),
        format!("({printed})/3 + 2*({printed})/3"),
        explicit(&expanded, 0),
        raised(&printed),
        format!("-(-({expanded}))"),
    ];
    let mut seen = vec![printed];
    forms.retain(|form| {
        let new = !seen.contains(form);
        if new {
            seen.push(form.clone());
        }
        new
    });
    forms
}

/// An answer of several formulas with each of them rewritten, in so many ways. Names alone stay as they are.
pub(super) fn of_parts(own: &str, ways: usize) -> Vec<String> {
    let scope = Scope::open();
    let is_name = |text: &str| text.trim_start_matches('-').chars().all(char::is_alphanumeric);
    let begins_as_one = |text: &str| text.trim_start_matches('-').starts_with(char::is_alphabetic);
    let rewritten = |k: usize| {
        each_formula(own, &|formula| {
            if is_name(formula) && begins_as_one(formula) {
                return formula.to_owned();
            }
            let forms = scope.expression(formula).map(|e| others(&e)).unwrap_or_default();
            forms.into_iter().nth(k).unwrap_or_else(|| format!("({formula})"))
        })
    };
    (0..ways).map(rewritten).filter(|form| form != own).collect()
}

/// Deeper than this nothing is rewritten.
const MAX_DEPTH: u32 = 40;
/// Most terms of an expansion.
const MAX_TERMS: usize = 60;

/// With every bracket and sign of multiplication, the last term first.
fn explicit(e: &Expr, depth: u32) -> String {
    if depth > MAX_DEPTH {
        return format!("({e})");
    }
    let inner = |e: &Expr| explicit(e, depth + 1);
    match e.node() {
        Node::Number(n) => format!("({n})"),
        Node::Constant(_) | Node::Var(_) => e.to_string(),
        Node::Sum(s) => {
            let mut terms: Vec<String> = Vec::new();
            if !s.constant.is_zero() {
                terms.push(format!("({})", s.constant));
            }
            terms.extend(s.terms.iter().map(|t| {
                if t.coefficient.is_one() {
                    inner(&t.expr)
                } else {
                    format!("({})*({})", inner(&t.expr), t.coefficient)
                }
            }));
            terms.reverse();
            format!("({})", terms.join(" + "))
        }
        Node::Product(factors) => {
            let mut factors: Vec<String> = factors.iter().map(inner).collect();
            factors.reverse();
            format!("({})", factors.join("*"))
        }
        Node::Power(base, exponent) => format!("({}^({}))", inner(base), inner(exponent)),
        Node::Apply(f, u) => format!("{}({})", f.name(), inner(u)),
        Node::Apply2(..) | Node::Select(..) | Node::Derivative(..) | Node::Tensor(_) => format!("({e})"),
    }
}

/// Exponents of one digit written small and high.
fn raised(text: &str) -> String {
    let mut out = text.to_owned();
    for (digit, small) in ["²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"].iter().enumerate() {
        let digit = digit + 2;
        for after in [" ", ")", "*", "/"] {
            out = out.replace(&format!("^{digit}{after}"), &format!("{small}{after}"));
        }
        if let Some(start) = out.strip_suffix(&format!("^{digit}")) {
            out = format!("{start}{small}");
        }
    }
    out
}

/// Products of sums multiplied out.
fn expand(e: &Expr, depth: u32) -> Expr {
    if depth > MAX_DEPTH {
        return e.clone();
    }
    match e.node() {
        Node::Sum(s) => {
            let constant = (s.constant.clone(), Expr::one());
            let terms = s.terms.iter().map(|t| (t.coefficient.clone(), expand(&t.expr, depth + 1)));
            // A number in front goes into a sum that is the only term.
            let whole = sum(std::iter::once(constant).chain(terms));
            match whole.node() {
                Node::Sum(s) if s.constant.is_zero() && s.terms.len() == 1 => {
                    let Node::Sum(inner) = s.terms[0].expr.node() else { return whole.clone() };
                    let c = &s.terms[0].coefficient;
                    let constant = (&inner.constant * c, Expr::one());
                    let terms = inner.terms.iter().map(|t| (&t.coefficient * c, t.expr.clone()));
                    sum(std::iter::once(constant).chain(terms))
                }
                _ => whole,
            }
        }
        Node::Product(factors) => {
            let mut terms = vec![(Rational::ONE, Expr::one())];
            for factor in factors {
                terms = multiply(&terms, &addends(&expand(factor, depth + 1)));
                if terms.len() > MAX_TERMS {
                    return e.clone();
                }
            }
            sum(terms)
        }
        Node::Power(base, exponent) => match exponent.as_number().and_then(Rational::to_i64) {
            Some(n @ 2..=6) => {
                let base = addends(&expand(base, depth + 1));
                let mut terms = vec![(Rational::ONE, Expr::one())];
                for _ in 0..n {
                    terms = multiply(&terms, &base);
                    if terms.len() > MAX_TERMS {
                        return e.clone();
                    }
                }
                sum(terms)
            }
            _ => power(&expand(base, depth + 1), exponent),
        },
        Node::Number(_)
        | Node::Constant(_)
        | Node::Var(_)
        | Node::Apply(..)
        | Node::Apply2(..)
        | Node::Select(..)
        | Node::Derivative(..)
        | Node::Tensor(_) => e.clone(),
    }
}

fn addends(e: &Expr) -> Vec<(Rational, Expr)> {
    match e.node() {
        Node::Sum(s) => {
            let constant = (!s.constant.is_zero()).then(|| (s.constant.clone(), Expr::one()));
            constant
                .into_iter()
                .chain(s.terms.iter().map(|t| (t.coefficient.clone(), t.expr.clone())))
                .collect()
        }
        _ => vec![e.split_coefficient()],
    }
}

fn multiply(a: &[(Rational, Expr)], b: &[(Rational, Expr)]) -> Vec<(Rational, Expr)> {
    let pairs = a.iter().flat_map(|x| b.iter().map(move |y| (x, y)));
    pairs.map(|((c, u), (d, v))| (c * d, product([u.clone(), v.clone()]))).collect()
}

/// The wrong answers that are always worth a try: a sign, a factor, a term, a variable too many.
pub(crate) fn spoiled(e: &Expr, name: Option<&str>) -> Vec<Expr> {
    let mut wrong = vec![sum([(Rational::ONE, e.clone()), (Rational::ONE, Expr::one())])];
    if !e.is_zero() {
        wrong.push(scale(&Rational::MINUS_ONE, e));
        wrong.push(scale(&Rational::integer(2), e));
        wrong.extend(name.map(|name| product([e.clone(), Expr::var(name)])));
    }
    wrong
}
