//! The table of methods, in the order in which they are tried, and the small ones among them.

use super::algebra::{self, factors, free, split_constant, terms};
use super::search::{Found, Method, Search, with_integrals};
use super::{
    exponential, inverse, parts, quadratic, radical, rational, substitution, table, trigonometric, waves,
};
use crate::equality;
use crate::expr::{Expr, Func, Node, Symbol, apply, expand, power, product};

/// What is tried, from the cheap and short-spoken to the laborious.
#[rustfmt::skip]
pub(super) const METHODS: &[Method] = &[
    Method { name: "constant factor",             attempt: constant_factor },
    Method { name: "table",                       attempt: table::look_up },
    Method { name: "sum rule",                    attempt: term_by_term },
    Method { name: "exponentials to base e",      attempt: to_base_e },
    Method { name: "modulus piece by piece",      attempt: pieces },
    Method { name: "named inverse",               attempt: radical::named },
    Method { name: "substitution of a power",     attempt: substitution::of_power },
    Method { name: "partial fractions",           attempt: partial_fractions },
    Method { name: "roots under one bar",         attempt: radical::joined },
    Method { name: "product to sum",              attempt: waves::product_to_sum },
    Method { name: "integration by parts",        attempt: waves::by_parts },
    Method { name: "exponential reduction",       attempt: exponential::integrate },
    Method { name: "substitution",                attempt: substitution::derivative_divides },
    Method { name: "substitution of an inverse",  attempt: inverse::of_inverse_beside_roots },
    Method { name: "simplify the roots",          attempt: radical::tidy },
    Method { name: "substitution of a root",      attempt: radical::of_root },
    Method { name: "root of a quadratic",         attempt: quadratic::integrate },
    Method { name: "half-angle identity",         attempt: trigonometric::half_angles },
    Method { name: "trigonometric substitution",  attempt: trigonometric::circular },
    Method { name: "hyperbolic substitution",     attempt: trigonometric::hyperbolic },
    Method { name: "binomial differential",       attempt: radical::of_binomial },
    Method { name: "root of a quotient",          attempt: radical::of_quotient },
    Method { name: "product rule backwards",      attempt: parts::product_backwards },
    Method { name: "expand",                      attempt: expanded },
    Method { name: "integration by parts",        attempt: parts::by_parts },
    Method { name: "substitution of an inverse",  attempt: inverse::of_inverse },
    Method { name: "partial fractions",           attempt: fractions_beside },
    Method { name: "exponential form",            attempt: exponential_form },
    Method { name: "simplify",                    attempt: simplified },
];

fn constant_factor(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Found> {
    let (c, rest) = split_constant(e, x);
    if c.is_one() {
        return None;
    }
    let result = search.integrate(&rest, x)?;
    let line = with_integrals(Expr::zero(), &[(c.clone(), rest, x.clone())]);
    // A number goes into every term; a letter stays in front.
    let whole = match c.as_number() {
        Some(n) => terms(&result).iter().map(|t| crate::expr::scale(n, t)).sum(),
        None => c * result,
    };
    Some(Found::new(whole).line(line))
}

fn term_by_term(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Found> {
    let list = terms(e);
    if list.len() < 2 {
        return None;
    }
    let mut total = Vec::new();
    let mut open = Vec::new();
    for t in &list {
        match search.integrate(t, x) {
            Some(result) => total.push(result),
            None => open.push(t.clone()),
        }
    }
    // Terms that only have an antiderivative together: those with the same factor beside a rational one.
    let mut groups: Vec<(Expr, Expr)> = Vec::new();
    for t in open {
        let beside: Expr =
            factors(&t).into_iter().filter(|f| rational::is_rational(f, x) == Some(false)).product();
        match groups.iter_mut().find(|(known, _)| *known == beside) {
            Some((_, together)) => *together = &*together + t,
            None => groups.push((beside, t)),
        }
    }
    let mut list: Vec<Expr> = list;
    for (_, together) in groups {
        let parts = terms(&together);
        if parts.len() < 2 || parts.len() == list.len() {
            return None;
        }
        let whole = algebra::norm(&together);
        total.push(search.integrate(&whole, x)?);
        list.retain(|t| !parts.contains(t));
        list.push(whole);
    }
    let line: Vec<_> = list.into_iter().map(|t| (Expr::one(), t, x.clone())).collect();
    Some(Found::new(total.into_iter().sum()).line(with_integrals(Expr::zero(), &line)))
}

fn partial_fractions(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Found> {
    Some(Found::new(rational::integrate(search, e, x)?))
}

/// `R(x) g(x)` with a rational `R` that can be divided or taken apart.
fn fractions_beside(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Found> {
    let (inside, beside): (Vec<_>, Vec<_>) =
        factors(e).into_iter().partition(|f| rational::is_rational(f, x) == Some(true));
    let beside: Expr = beside.into_iter().product();
    if free(&beside, x) {
        return None;
    }
    let parts = rational::taken_apart(search, &inside.into_iter().product(), x)?;
    if parts.len() < 2 {
        return None;
    }
    rewritten(search, e, &parts.into_iter().map(|p| p * &beside).sum(), x)
}

/// The integral of another form of the same integrand.
pub(super) fn rewritten(search: &mut Search<'_>, e: &Expr, other: &Expr, x: &Symbol) -> Option<Found> {
    if other == e || other.is_undefined() {
        return None;
    }
    let result = search.integrate(other, x)?;
    Some(Found::new(result).line(with_integrals(Expr::zero(), &[(Expr::one(), other.clone(), x.clone())])))
}

fn expanded(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Found> {
    let flat = expand(e, 300)?;
    if terms(&flat).len() < 2 || !search.afford(&flat, 1) {
        return None;
    }
    rewritten(search, e, &flat, x)
}

fn simplified(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Found> {
    if e.node_count() > 120 || !search.afford(e, 4) {
        return None;
    }
    let facts = search.facts().to_vec();
    let known = equality::assuming(e, &facts);
    if known != *e {
        return rewritten(search, e, &known, x);
    }
    let short = equality::simplify(e, 3000);
    rewritten(search, e, &short, x).or_else(|| {
        let joined = algebra::norm(e);
        rewritten(search, e, &joined, x)
    })
}

/// `aˣ` as `exp(x log(a))`, and back.
fn to_base_e(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Found> {
    let based = |p: &Expr| match p.node() {
        Node::Power(b, n) => free(b, x) && !free(n, x),
        _ => false,
    };
    if !e.post_order().iter().any(based) {
        return None;
    }
    let other = map(e, &mut |p| match p.node() {
        Node::Power(b, n) if free(b, x) && !free(n, x) => Some(apply(Func::Exp, &(n * &b.log()))),
        Node::Power(b, n) => match b.node() {
            Node::Apply(Func::Exp, u) => Some(apply(Func::Exp, &(n * u))),
            _ => None,
        },
        _ => None,
    });
    let result = search.integrate(&other, x)?;
    let back = map(&result, &mut |p| match p.node() {
        Node::Apply(Func::Exp, u) => Some(powers_of_logs(u)),
        _ => None,
    });
    let line = with_integrals(Expr::zero(), &[(Expr::one(), other, x.clone())]);
    Some(Found::new(back).line(line))
}

/// `exp(x log(a) + y)` as `aˣ exp(y)`.
fn powers_of_logs(u: &Expr) -> Expr {
    let (mut out, mut left) = (Vec::new(), Vec::new());
    for t in terms(&expand(u, 200).unwrap_or_else(|| u.clone())) {
        let list = factors(&t);
        let log = list.iter().position(|f| matches!(f.node(), Node::Apply(Func::Log, b) if b.as_number().is_none_or(|n| n.is_positive())));
        match log {
            Some(k) if list.len() > 1 => {
                let Node::Apply(_, b) = list[k].node() else { continue };
                let rest = list.iter().enumerate().filter(|(j, _)| *j != k).map(|(_, f)| f.clone());
                out.push(power(b, &product(rest)));
            }
            _ => left.push(t),
        }
    }
    out.push(apply(Func::Exp, &left.into_iter().sum()));
    product(out)
}

/// Rebuilds an expression from below; where `change` gives something, that stands for the node.
pub(super) fn map(e: &Expr, change: &mut dyn FnMut(&Expr) -> Option<Expr>) -> Expr {
    let mut done = std::collections::HashMap::<usize, Expr, crate::expr::HashBuild>::default();
    for part in e.post_order() {
        let new = part.with_children(|c| done[&c.address()].clone());
        let new = change(&new).unwrap_or(new);
        done.insert(part.address(), new);
    }
    done[&e.address()].clone()
}

/// `abs(u)` is `sign(u) u`, and a sign is constant on each piece.
fn pieces(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Found> {
    let mut inside: Vec<(Expr, Symbol)> = Vec::new();
    for part in e.post_order() {
        if let Node::Apply(Func::Abs | Func::Sign, u) = part.node()
            && u.contains(x)
            && inside.iter().all(|(known, _)| known != u)
        {
            let taken = |s: &Symbol| e.contains(s) || inside.iter().any(|(_, known)| known == s);
            let name = (1..).map(|k| Symbol::new(&format!("sign_{k}"))).find(|s| !taken(s))?;
            inside.push((u.clone(), name));
        }
    }
    if inside.is_empty() || inside.len() > 3 {
        return None;
    }
    let name = |u: &Expr| inside.iter().find(|(known, _)| known == u).map(|(_, s)| Expr::var(s.clone()));
    let other = e.rebuild(|p| match p.node() {
        Node::Apply(Func::Abs, u) if u.contains(x) => Some(name(u)? * u),
        Node::Apply(Func::Sign, u) if u.contains(x) => name(u),
        _ => None,
    });
    // The square of a sign is 1.
    let squares = |e: &Expr| {
        map(e, &mut |p| match p.node() {
            Node::Power(b, n) if inside.iter().any(|(_, s)| b.as_var() == Some(s)) => match n.as_number() {
                Some(n) if n.is_even_integer() => Some(Expr::one()),
                Some(n) if n.is_integer() => Some(b.clone()),
                _ => None,
            },
            _ => None,
        })
    };
    let before = search.supposed.len();
    let mut result = search.integrate(&squares(&other), x)?;
    // Nothing may have been supposed of a sign: it has both values.
    if search.supposed[before.min(search.supposed.len())..]
        .iter()
        .any(|c| inside.iter().any(|(_, s)| c.expr.contains(s)))
    {
        return None;
    }
    let told: Vec<String> = inside.iter().map(|(u, s)| format!("{s} = sign({u})")).collect();
    let line = with_integrals(Expr::zero(), &[(Expr::one(), squares(&other), x.clone())]);
    for (u, s) in &inside {
        // A constant for each piece may be chosen so that nothing jumps where the sign changes.
        result = joined(&squares(&result), s, u, x);
        result = result.replace(s, &apply(Func::Sign, u));
    }
    let result = map(&result, &mut |p| {
        let list = factors(p);
        let (k, u) = list.iter().enumerate().find_map(|(k, f)| match f.node() {
            Node::Apply(Func::Sign, u) => Some((k, u.clone())),
            _ => None,
        })?;
        let j = list.iter().position(|f| *f == u)?;
        let rest = list.iter().enumerate().filter(|(i, _)| *i != k && *i != j).map(|(_, f)| f.clone());
        Some(product(rest.chain([u.abs()])))
    });
    Some(Found::new(result).says(format!("piece by piece, {}", told.join(", "))).line(line))
}

/// `s G + H` with a constant added to `G` so that it vanishes where `u` does, if one constant does that.
fn joined(result: &Expr, s: &Symbol, u: &Expr, x: &Symbol) -> Expr {
    use super::polynomial::Poly;
    let shifted = || -> Option<Expr> {
        let flat = expand(result, 300)?;
        let (with, without): (Vec<_>, Vec<_>) = terms(&flat).into_iter().partition(|t| t.contains(s));
        let g: Expr = with.iter().map(|t| t / Expr::var(s.clone())).sum();
        if g.contains(s) {
            return None;
        }
        let (g, u) = (Poly::of(&g, x)?, Poly::of(u, x)?);
        let rest = g.divide(&u).1;
        if rest.degree() > 0 {
            return None;
        }
        let var = Expr::var(x.clone());
        // A multiple of u: |u| stands for s u.
        let quotient = g.minus(&rest).divide(&u).0;
        let modulus = Expr::var(s.clone()) * u.to_expr(&var) * quotient.to_expr(&var);
        Some(modulus + without.into_iter().sum::<Expr>())
    };
    shifted().unwrap_or_else(|| result.clone())
}

/// Hyperbolic functions written out.
fn exponential_form(search: &mut Search<'_>, e: &Expr, x: &Symbol) -> Option<Found> {
    let other = map(e, &mut |p| match p.node() {
        Node::Apply(Func::Exp, u) if u.contains(x) => exponential_of_inverse(u),
        Node::Apply(f, u) if u.contains(x) => written_out(*f, u),
        _ => None,
    });
    rewritten(search, e, &other, x)
}

/// `exp(k atanh(v))` and its kin as powers.
fn exponential_of_inverse(u: &Expr) -> Option<Expr> {
    let (k, inverse) = u.split_coefficient();
    let Node::Apply(f, v) = inverse.node() else { return None };
    let (one, half) = (Expr::one(), Expr::number(&k * &crate::expr::Rational::HALF));
    let k = Expr::number(k);
    Some(match f {
        Func::Atanh => power(&((&one + v) / (one - v)), &half),
        Func::Acoth => power(&((v + &one) / (v - one)), &half),
        Func::Asinh => power(&(v + (v.powi(2) + one).sqrt()), &k),
        Func::Acosh => power(&(v + (v.powi(2) - one).sqrt()), &k),
        Func::Acsch => power(&(v.recip() + (v.powi(-2) + one).sqrt()), &k),
        _ => return None,
    })
}

fn written_out(f: Func, u: &Expr) -> Option<Expr> {
    let (up, down) = (apply(Func::Exp, u), apply(Func::Exp, &-u));
    let half = algebra::ratio(1, 2);
    let (sinh, cosh) = (&half * (&up - &down), half * (&up + &down));
    Some(match f {
        Func::Sinh => sinh,
        Func::Cosh => cosh,
        Func::Tanh => (&up - &down) / (&up + &down),
        Func::Coth => (&up + &down) / (&up - &down),
        Func::Sech => cosh.recip(),
        Func::Csch => sinh.recip(),
        Func::Sigmoid => (Expr::one() + down).recip(),
        Func::Softplus => (Expr::one() + up).log(),
        Func::Asinh => (u + (u.powi(2) + Expr::one()).sqrt()).log(),
        Func::Acosh => (u + (u.powi(2) - Expr::one()).sqrt()).log(),
        _ => return None,
    })
}
