//! Antiderivatives, term by term: the right one, and what comes of a broken rule.
//!
//! Here: sums of constants times `u^n`, `sin u`, `cos u`, `e^u`, `a^u`, `1/u` with `u = k x + m`.
//! Not here: whatever needs more than a table; of that the given antiderivative is taken apart (`antiderivative`).
//! Start reading at [`integrate`].

use secant::expr::{Func, Rational, Symbol};

use super::tree::{Id, Op, Tree};

/// An antiderivative, and the wrong ones with the slip that led there.
#[derive(Clone, Debug)]
pub(crate) struct Integral {
    pub(crate) right: Id,
    pub(crate) wrong: Vec<(&'static str, Id)>,
}

/// Deeper than this nothing is integrated.
const MAX_DEPTH: u32 = 24;
/// Most wrong antiderivatives of a sum.
const MAX_WRONG: usize = 600;

/// The antiderivative by `x`, where the table has one.
pub(crate) fn integrate(tree: &mut Tree, id: Id, x: u32) -> Option<Integral> {
    within(tree, id, x, MAX_DEPTH)
}

fn within(tree: &mut Tree, id: Id, x: u32, depth: u32) -> Option<Integral> {
    let depth = depth.checked_sub(1)?;
    if tree.is_full() {
        return None;
    }
    if !tree.depends(id, x) {
        return Some(constant(tree, id, x));
    }
    match tree.op(id) {
        Op::Neg(a) => {
            let inner = within(tree, a, x, depth)?;
            Some(mapped(tree, &inner, |tree, f| tree.neg(f)))
        }
        Op::Sum(list) => {
            let terms = tree.list(list).to_vec();
            let parts: Vec<Integral> =
                terms.iter().map(|t| within(tree, *t, x, depth)).collect::<Option<_>>()?;
            Some(summed(tree, &parts))
        }
        Op::Product(list) => {
            let factors = tree.list(list).to_vec();
            let (fixed, varying): (Vec<Id>, Vec<Id>) = factors.iter().partition(|f| !tree.depends(**f, x));
            let c = tree.product(&fixed);
            match varying.as_slice() {
                [one] => {
                    let inner = within(tree, *one, x, depth)?;
                    Some(scaled(tree, &inner, c))
                }
                [a, b] => {
                    // Multiplied out where it can be, else only the wrong ones are known.
                    let (a, b) = (*a, *b);
                    let expanded = multiplied_out(tree, c, a, b)?;
                    let mut whole = within(tree, expanded, x, depth)?;
                    factor_by_factor(tree, &mut whole, c, a, b, x, depth);
                    Some(whole)
                }
                _ => None,
            }
        }
        Op::Quotient(a, b) if !tree.depends(b, x) => {
            let one = tree.integer(1);
            let c = tree.quotient(one, b);
            let inner = within(tree, a, x, depth)?;
            let mut whole = scaled(tree, &inner, c);
            // Divided by the constant is not multiplied by it.
            let wrong = tree.times(b, inner.right);
            whole.wrong.push(("constant-factor", wrong));
            Some(whole)
        }
        Op::Quotient(a, b) if !tree.depends(a, x) => {
            let (base, n) = match tree.op(b) {
                Op::Power(base, n) => (base, tree.neg(n)),
                _ => (b, tree.integer(-1)),
            };
            let mut inner = power(tree, base, n, x)?;
            inner.wrong.push(("log-of-anything", tree.apply(Func::Log, b)));
            Some(scaled(tree, &inner, a))
        }
        Op::Quotient(a, b) => {
            // A sum over a power, term by term.
            let Op::Sum(list) = tree.op(a) else { return quotient_of_powers(tree, a, b, x) };
            let terms = tree.list(list).to_vec();
            let terms: Vec<Id> = terms.iter().map(|t| tree.quotient(*t, b)).collect();
            let parts: Vec<Integral> =
                terms.iter().map(|t| within(tree, *t, x, depth)).collect::<Option<_>>()?;
            Some(summed(tree, &parts))
        }
        Op::Power(base, n) if !tree.depends(n, x) => power(tree, base, n, x),
        Op::Power(base, n) if !tree.depends(base, x) => exponential(tree, base, n, x),
        Op::Var(_) => {
            let one = tree.integer(1);
            power(tree, id, one, x)
        }
        Op::Apply(f, u) => function(tree, f, u, x),
        _ => None,
    }
}

fn constant(tree: &mut Tree, c: Id, x: u32) -> Integral {
    let (x, two) = (tree.var(x), tree.integer(2));
    let right = tree.times(c, x);
    let nothing = tree.integer(0);
    let square = tree.powi(c, 2);
    let half = tree.quotient(square, two);
    Integral {
        right,
        wrong: vec![
            ("not-integrated", c),
            ("differentiated-instead", nothing),
            ("constant-integrated-as-variable", half),
        ],
    }
}

fn mapped(tree: &mut Tree, i: &Integral, mut f: impl FnMut(&mut Tree, Id) -> Id) -> Integral {
    let right = f(tree, i.right);
    let wrong = i.wrong.iter().map(|(slip, w)| (*slip, f(tree, *w))).collect();
    Integral { right, wrong }
}

fn scaled(tree: &mut Tree, i: &Integral, c: Id) -> Integral {
    if tree.is_one(c) {
        return i.clone();
    }
    let mut scaled = mapped(tree, i, |tree, f| tree.times(c, f));
    scaled.wrong.push(("coefficient-lost", i.right));
    scaled
}

fn summed(tree: &mut Tree, parts: &[Integral]) -> Integral {
    let right: Vec<Id> = parts.iter().map(|p| p.right).collect();
    let mut wrong = Vec::new();
    let mut slips: Vec<&'static str> = Vec::new();
    for (k, part) in parts.iter().enumerate() {
        for (slip, w) in part.wrong.iter().take(MAX_WRONG / parts.len().max(1)) {
            let mut terms = right.clone();
            terms[k] = *w;
            // A constant is hardly differentiated by itself.
            if !tree.is_zero(*w) {
                wrong.push((*slip, tree.sum(&terms)));
            }
            if !slips.contains(slip) {
                slips.push(slip);
            }
        }
    }
    // The same mistake in every term that allows it.
    for slip in slips {
        let most =
            parts.iter().map(|p| p.wrong.iter().filter(|(s, _)| *s == slip).count()).max().unwrap_or(0);
        for which in 0..most.min(4) {
            let term = |p: &Integral| {
                let own: Vec<Id> = p.wrong.iter().filter(|(s, _)| *s == slip).map(|(_, w)| *w).collect();
                own.get(which).or(own.first()).copied().unwrap_or(p.right)
            };
            let terms: Vec<Id> = parts.iter().map(term).collect();
            wrong.push((slip, tree.sum(&terms)));
        }
    }
    Integral { right: tree.sum(&right), wrong }
}

/// `k` and `u`, where `u` is `k x + m`.
fn pace(tree: &mut Tree, u: Id, x: u32) -> Option<Id> {
    let slope = tree.derivative(u, x);
    let constant = super::samples::constant(tree.at(slope)).is_some() || !tree.depends(slope, x);
    (constant && !tree.is_zero(slope)).then_some(slope)
}

/// What goes wrong with the pace of the inside: `g` is the antiderivative by `u` and `f` what was integrated.
fn chained(tree: &mut Tree, g: Id, f: Id, k: Id, x: u32) -> Integral {
    let right = tree.quotient(g, k);
    let mut wrong = Vec::new();
    if !tree.is_one(k) {
        wrong.push(("inner-factor-not-divided", g));
        wrong.push(("inner-factor-multiplied", tree.times(k, g)));
    }
    let slope = tree.derivative(f, x);
    wrong.push(("differentiated-instead", slope));
    wrong.push(("not-integrated", f));
    Integral { right, wrong }
}

fn power(tree: &mut Tree, u: Id, n: Id, x: u32) -> Option<Integral> {
    let k = pace(tree, u, x)?;
    let f = tree.power(u, n);
    if tree.as_number(n).is_some_and(Rational::is_minus_one) {
        let size = tree.apply(Func::Abs, u);
        let g = tree.apply(Func::Log, size);
        let mut whole = chained(tree, g, f, k, x);
        let square = tree.powi(f, 2);
        whole.wrong.push(("log-missing", tree.quotient(square, k)));
        return Some(whole);
    }
    let one = tree.integer(1);
    let more = match tree.as_number(n) {
        Some(number) => {
            let more = number + &Rational::ONE;
            tree.number(more)
        }
        None => tree.sum(&[n, one]),
    };
    let raised = tree.power(u, more);
    let g = tree.quotient(raised, more);
    let mut whole = chained(tree, g, f, k, x);
    let mut wrong = vec![
        ("power-not-divided", raised),
        ("power-not-divided", tree.quotient(raised, n)),
        ("power-not-divided", tree.times(more, raised)),
        ("power-not-divided", tree.times(n, raised)),
        ("power-not-raised", tree.quotient(f, more)),
        ("power-not-raised", tree.quotient(f, n)),
    ];
    let less = tree.one_less(n);
    let lowered = tree.power(u, less);
    wrong.push(("power-not-raised", tree.quotient(lowered, less)));
    wrong.push(("power-not-raised", tree.quotient(lowered, more)));
    for (slip, w) in wrong {
        whole.wrong.push((slip, tree.quotient(w, k)));
    }
    Some(whole)
}

fn exponential(tree: &mut Tree, a: Id, n: Id, x: u32) -> Option<Integral> {
    let k = pace(tree, n, x)?;
    let f = tree.power(a, n);
    let log = tree.log(a);
    let g = tree.quotient(f, log);
    let mut whole = chained(tree, g, f, k, x);
    let one = tree.integer(1);
    let more = tree.sum(&[n, one]);
    let raised = tree.power(a, more);
    whole.wrong.push(("power-rule-on-exponential", tree.quotient(raised, more)));
    whole.wrong.push(("exponential-base-forgotten", tree.quotient(f, k)));
    let times = tree.times(f, log);
    whole.wrong.push(("exponential-base-forgotten", tree.quotient(times, k)));
    Some(whole)
}

fn function(tree: &mut Tree, f: Func, u: Id, x: u32) -> Option<Integral> {
    let k = pace(tree, u, x)?;
    let whole = tree.apply(f, u);
    let g = match f {
        Func::Sin | Func::Cos => {
            let (right, turned) = if f == Func::Sin {
                let cos = tree.apply(Func::Cos, u);
                (tree.neg(cos), cos)
            } else {
                let sin = tree.apply(Func::Sin, u);
                (sin, tree.neg(sin))
            };
            let mut integral = chained(tree, right, whole, k, x);
            integral.wrong.insert(0, ("sign-of-integral", tree.quotient(turned, k)));
            if !tree.is_one(k) {
                // With the slope of the inside in front it is a derivative, taken for the antiderivative.
                integral.wrong.push(("differentiated-instead", tree.times(k, turned)));
            }
            return Some(integral);
        }
        Func::Exp => {
            let mut integral = chained(tree, whole, whole, k, x);
            let one = tree.integer(1);
            let more = tree.sum(&[u, one]);
            let raised = tree.apply(Func::Exp, more);
            integral.wrong.push(("power-rule-on-exponential", tree.quotient(raised, more)));
            return Some(integral);
        }
        Func::Sinh => tree.apply(Func::Cosh, u),
        Func::Cosh => tree.apply(Func::Sinh, u),
        _ => return None,
    };
    Some(chained(tree, g, whole, k, x))
}

/// `x^m/x^n` as one power.
fn quotient_of_powers(tree: &mut Tree, a: Id, b: Id, x: u32) -> Option<Integral> {
    let as_power = |tree: &mut Tree, id: Id| match tree.op(id) {
        Op::Power(u, n) => (u, n),
        _ => (id, tree.integer(1)),
    };
    let ((u, m), (v, n)) = (as_power(tree, a), as_power(tree, b));
    if !tree.same(u, v) {
        return None;
    }
    let n = tree.as_number(m)? - tree.as_number(n)?;
    let n = tree.number(n);
    power(tree, u, n, x)
}

/// `c a b` as a sum, where one of the two is one; `c x^m x^n` as one power.
fn multiplied_out(tree: &mut Tree, c: Id, a: Id, b: Id) -> Option<Id> {
    for (sum, other) in [(a, b), (b, a)] {
        if let Op::Sum(list) = tree.op(sum) {
            let terms = tree.list(list).to_vec();
            let terms: Vec<Id> = terms.iter().map(|t| joined(tree, *t, other)).collect();
            let sum = tree.sum(&terms);
            return Some(tree.times(c, sum));
        }
    }
    let whole = joined(tree, a, b);
    (!matches!(tree.op(whole), Op::Product(_))).then(|| tree.times(c, whole))
}

/// A product, powers of one base put together, a sum multiplied out.
fn joined(tree: &mut Tree, a: Id, b: Id) -> Id {
    if let Op::Sum(list) = tree.op(b) {
        let terms = tree.list(list).to_vec();
        let terms: Vec<Id> = terms.iter().map(|t| joined(tree, a, *t)).collect();
        return tree.sum(&terms);
    }
    let (c, a) = split(tree, a);
    let (d, b) = split(tree, b);
    let number = tree.times(c, d);
    let as_power = |tree: &mut Tree, id: Id| match tree.op(id) {
        Op::Power(u, n) => (u, n),
        _ => (id, tree.integer(1)),
    };
    let whole = if tree.is_one(a) || tree.is_one(b) {
        tree.times(a, b)
    } else {
        let ((u, m), (v, n)) = (as_power(tree, a), as_power(tree, b));
        match (tree.same(u, v), tree.as_number(m), tree.as_number(n)) {
            (true, Some(m), Some(n)) => {
                let n = m + n;
                let n = tree.number(n);
                tree.power(u, n)
            }
            _ => tree.times(a, b),
        }
    };
    tree.times(number, whole)
}

/// A number in front, and the rest.
fn split(tree: &mut Tree, id: Id) -> (Id, Id) {
    match tree.op(id) {
        Op::Number(_) => (id, tree.integer(1)),
        Op::Neg(a) => {
            let (c, rest) = split(tree, a);
            (tree.neg(c), rest)
        }
        Op::Product(list) => {
            let factors = tree.list(list).to_vec();
            match factors.first() {
                Some(first) if tree.as_number(*first).is_some() => (*first, tree.product(&factors[1..])),
                _ => (tree.integer(1), id),
            }
        }
        _ => (tree.integer(1), id),
    }
}

/// A product integrated factor by factor.
fn factor_by_factor(tree: &mut Tree, whole: &mut Integral, c: Id, a: Id, b: Id, x: u32, depth: u32) {
    for wrong in products_of_integrals(tree, a, b, x, depth) {
        whole.wrong.push(("integral-of-product", tree.times(c, wrong)));
    }
}

/// The integral of each factor, multiplied; one factor integrated and the other left as it is.
fn products_of_integrals(tree: &mut Tree, a: Id, b: Id, x: u32, depth: u32) -> Vec<Id> {
    let (fa, fb) = (within(tree, a, x, depth), within(tree, b, x, depth));
    let mut wrong = Vec::new();
    if let (Some(fa), Some(fb)) = (&fa, &fb) {
        wrong.push(tree.times(fa.right, fb.right));
    }
    wrong.extend(fa.map(|fa| tree.times(fa.right, b)));
    wrong.extend(fb.map(|fb| tree.times(a, fb.right)));
    wrong
}

/// What a product of two factors is taken for whose antiderivative is not in the table.
pub(crate) fn of_product(tree: &mut Tree, id: Id, x: u32) -> Vec<Id> {
    let Op::Product(list) = tree.op(id) else { return Vec::new() };
    let factors = tree.list(list).to_vec();
    let (fixed, varying): (Vec<Id>, Vec<Id>) = factors.iter().partition(|f| !tree.depends(**f, x));
    let [a, b] = varying.as_slice() else { return Vec::new() };
    let c = tree.product(&fixed);
    let wrong = products_of_integrals(tree, *a, *b, x, MAX_DEPTH);
    wrong.into_iter().map(|w| tree.times(c, w)).collect()
}

/// The name of a variable as a part, for limits to be put in.
pub(crate) fn put(tree: &mut Tree, id: Id, x: &Symbol, value: Id) -> Option<Id> {
    let e = tree.expr(id);
    tree.read_with(&e, x, value)
}
