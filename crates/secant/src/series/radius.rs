//! How far a Taylor series reaches: to the nearest singularity in the complex plane.
//!
//! Here: one row for each operation that is singular somewhere ([`singular_at`]), the places where its argument gets
//! there, and the series itself, whose coefficients have to grow as the place says.
//! Not here: which values the function has between its singularities.
//! Invariant: a finite radius is given only where the coefficients agree with it; an infinite one only of what is built
//! from functions without singularities.
//!
//! Source: J. Hadamard's root test; O. Aberth, *Iteration methods for finding all zeros of a polynomial simultaneously*,
//! Math. Comp. 27 (1973).

use nalgebra::Complex;

use crate::expr::{Constant, Expr, Func, Func2, Node, Rational, Symbol};
use crate::program::{Budget, Program, Workspace, eval};

use super::Stop;

type C = Complex<f64>;

/// How far a series reaches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Radius {
    /// The distance; infinite where there is no singularity.
    pub radius: f64,
    /// The nearest singularity, its real part and the size of its imaginary one.
    pub at: Option<(f64, f64)>,
    /// Is it proven? Else the coefficients of the series agree.
    pub proven: bool,
}

/// Turns of a periodic function that are looked at on either side.
const TURNS: i64 = 3;
/// Largest expression that is looked at.
const MAX_NODES: usize = 2_000;
/// Most places on the way.
const MAX_PLACES: usize = 2_000;
/// Coefficients by which a place is tested.
const TESTED: usize = 96;
/// The same where they have to be exact.
const EXACT: u32 = 60;
/// How far their growth may be from what the place says.
const AGREES: f64 = 0.06;
/// Highest power of a polynomial whose roots are looked for.
const MAX_DEGREE: usize = 40;

/// The radius of convergence of the series of `e` in `x` about `a`.
///
/// # Errors
/// [`Stop::Unsupported`] where the nearest singularity is not found, with the reason.
pub fn radius(e: &Expr, x: &Symbol, a: &Expr) -> Result<Radius, Stop> {
    let refuse = |why: &str| Err(Stop::Unsupported(why.to_owned()));
    let centre = match eval(a, &[]) {
        Ok(centre) if centre.is_finite() => centre,
        _ => return refuse("the point must be a number"),
    };
    if e.free_symbols().iter().any(|name| name != x) {
        return refuse("every other name needs a value");
    }
    if e.node_count() > MAX_NODES {
        return Err(Stop::Budget);
    }
    let search = Search { x, centre: C::new(centre, 0.0) };
    let mut places = Vec::new();
    for part in e.post_order() {
        if !part.contains(x) {
            continue;
        }
        for (argument, value) in singular_at(&part)? {
            places.extend(search.solve(&argument, value)?);
            if places.len() > MAX_PLACES {
                return Err(Stop::Budget);
            }
        }
    }
    if places.is_empty() {
        return Ok(Radius { radius: f64::INFINITY, at: None, proven: true });
    }
    let distance = |z: &C| (z - search.centre).norm();
    places.retain(|z| distance(z) > 1e-9 * (1.0 + centre.abs()));
    if places.is_empty() {
        // None but the point itself.
        return Ok(Radius { radius: f64::INFINITY, at: None, proven: true });
    }
    places.sort_by(|p, q| distance(p).total_cmp(&distance(q)).then(p.re.total_cmp(&q.re)));
    for place in &places {
        let radius = distance(place);
        if grows_like(e, x, (centre, a), radius) {
            return Ok(Radius { radius, at: Some((place.re, place.im.abs())), proven: false });
        }
    }
    refuse("the coefficients do not grow as any of the singularities that were found says")
}

/// Where an operation is singular: its argument, and the values at which.
fn singular_at(part: &Expr) -> Result<Vec<(Expr, Value)>, Stop> {
    let one = |u: &Expr, value: Value| Ok(vec![(u.clone(), value)]);
    let both = |u: &Expr, z: C| Ok(vec![(u.clone(), Value::At(z)), (u.clone(), Value::At(-z))]);
    let real = |x: f64| C::new(x, 0.0);
    let imaginary = |y: f64| C::new(0.0, y);
    let pi = std::f64::consts::PI;
    match part.node() {
        Node::Power(_, exponent)
            if exponent.as_number().is_some_and(|n| n.is_integer() && n.is_positive()) =>
        {
            Ok(Vec::new())
        }
        Node::Power(base, _) => one(base, Value::At(real(0.0))),
        Node::Apply(f, u) => match f {
            Func::Exp | Func::Sin | Func::Cos | Func::Sinh | Func::Cosh | Func::Erf => Ok(Vec::new()),
            Func::Log | Func::Log2 | Func::Log10 | Func::Cbrt => one(u, Value::At(real(0.0))),
            Func::Tan | Func::Sec => one(u, Value::Every { first: real(pi / 2.0), period: real(pi) }),
            Func::Csc | Func::Cot => one(u, Value::Every { first: real(0.0), period: real(pi) }),
            Func::Tanh | Func::Sech => {
                one(u, Value::Every { first: imaginary(pi / 2.0), period: imaginary(pi) })
            }
            Func::Csch | Func::Coth => one(u, Value::Every { first: real(0.0), period: imaginary(pi) }),
            Func::Sigmoid | Func::Softplus => {
                one(u, Value::Every { first: imaginary(pi), period: imaginary(2.0 * pi) })
            }
            Func::Asin | Func::Acos | Func::Acosh | Func::Atanh => both(u, real(1.0)),
            Func::Atan | Func::Asinh => both(u, imaginary(1.0)),
            // The origin is one where it is not made good by the branch: the coefficients tell.
            Func::Acoth | Func::Asec | Func::Acsc | Func::Asech => {
                Ok([both(u, real(1.0))?, one(u, Value::At(real(0.0)))?].concat())
            }
            Func::Acot | Func::Acsch => {
                Ok([both(u, imaginary(1.0))?, one(u, Value::At(real(0.0)))?].concat())
            }
            Func::Gamma | Func::Lgamma | Func::Digamma => {
                Ok((0..=60).map(|k| (u.clone(), Value::At(real(-f64::from(k))))).collect())
            }
            Func::Abs | Func::Sign | Func::Floor | Func::Ceil | Func::Relu | Func::Step => {
                Err(Stop::Unsupported(format!("`{}` is no function of a complex number", f.name())))
            }
        },
        Node::Apply2(Func2::Atan2, y, x) => {
            // The angle of (x, y) is singular where x² + y² = 0.
            one(&(x.powi(2) + y.powi(2)), Value::At(real(0.0)))
        }
        Node::Apply2(f, ..) => {
            Err(Stop::Unsupported(format!("`{}` is no function of a complex number", f.name())))
        }
        Node::Select(..) => Err(Stop::Unsupported("a choice is no function of a complex number".into())),
        Node::Number(_) | Node::Constant(_) | Node::Var(_) | Node::Sum(_) | Node::Product(_) => {
            Ok(Vec::new())
        }
        Node::Derivative(..) | Node::Tensor(_) => Err(Stop::Unsupported("not a function of a number".into())),
    }
}

/// What an argument has to be.
#[derive(Clone, Copy, Debug)]
enum Value {
    At(C),
    /// `first + k period`.
    Every {
        first: C,
        period: C,
    },
}

struct Search<'s> {
    x: &'s Symbol,
    centre: C,
}

impl Search<'_> {
    /// Places `x` at which `u` has the value.
    fn solve(&self, u: &Expr, value: Value) -> Result<Vec<C>, Stop> {
        match value {
            Value::At(w) => self.at(u, w, 0),
            Value::Every { first, period } => {
                // Those next to what it is at the centre.
                let here = self.value(u).unwrap_or(first);
                let middle = ((here - first) / period).re.round() as i64;
                let turns = (middle - TURNS..=middle + TURNS).map(|k| first + period * k as f64);
                let found: Result<Vec<Vec<C>>, Stop> = turns.map(|w| self.at(u, w, 0)).collect();
                Ok(found?.concat())
            }
        }
    }

    /// What it is at the centre, as a real number.
    fn value(&self, u: &Expr) -> Option<C> {
        let found = eval(u, &[(self.x.clone(), self.centre.re)]).ok()?;
        found.is_finite().then(|| C::new(found, 0.0))
    }

    fn at(&self, u: &Expr, w: C, depth: u32) -> Result<Vec<C>, Stop> {
        const DEEPEST: u32 = 12;
        let unknown = || Stop::Unsupported(format!("where `{u}` is singular could not be solved for"));
        if depth > DEEPEST {
            return Err(unknown());
        }
        if !u.contains(self.x) {
            return Ok(Vec::new());
        }
        if let Some(fraction) = Fraction::of(u, self.x) {
            let equation = fraction.above.minus(&fraction.below.scaled(w));
            return equation.roots().ok_or_else(unknown);
        }
        let go = |inner: &Expr, values: &[C]| -> Result<Vec<C>, Stop> {
            let found: Result<Vec<Vec<C>>, Stop> =
                values.iter().map(|w| self.at(inner, *w, depth + 1)).collect();
            Ok(found?.concat())
        };
        match u.node() {
            // constant + c · (something that varies)
            Node::Sum(sum) => {
                let (mut constant, mut varying) = (C::new(sum.constant.to_f64(), 0.0), Vec::new());
                for term in &sum.terms {
                    if term.expr.contains(self.x) {
                        varying.push(term);
                    } else {
                        constant += eval(&term.expr, &[]).map_err(|_| unknown())? * term.coefficient.to_f64();
                    }
                }
                match &varying[..] {
                    [term] => go(&term.expr, &[(w - constant) / term.coefficient.to_f64()]),
                    _ => Err(unknown()),
                }
            }
            Node::Product(factors) => {
                let (constants, varying): (Vec<&Expr>, Vec<&Expr>) =
                    factors.iter().partition(|f| !f.contains(self.x));
                let mut constant = C::new(1.0, 0.0);
                for c in constants {
                    constant *= eval(c, &[]).map_err(|_| unknown())?;
                }
                if w == C::new(0.0, 0.0) {
                    // Factors that are never 0 are told by having no places.
                    let found: Result<Vec<Vec<C>>, Stop> =
                        varying.iter().map(|f| self.at(f, w, depth + 1)).collect();
                    return Ok(found?.concat());
                }
                match varying[..] {
                    [one] => go(one, &[w / constant]),
                    _ => Err(unknown()),
                }
            }
            Node::Power(base, exponent) => match exponent.as_number().and_then(Rational::to_small) {
                Some((p, q)) if p.abs() <= 12 && q <= 12 => {
                    if w == C::new(0.0, 0.0) {
                        return if p > 0 { go(base, &[w]) } else { Ok(Vec::new()) };
                    }
                    // base^(p/q) = w: base = (w^q)^(1/p), all branches.
                    let power = w.powi(q as i32);
                    let n = p.unsigned_abs();
                    let (size, angle) = (power.norm().powf(1.0 / p as f64), power.arg() / p as f64);
                    let turn = std::f64::consts::TAU / p as f64;
                    let all: Vec<C> = (0..n).map(|k| C::from_polar(size, angle + turn * k as f64)).collect();
                    go(base, &all)
                }
                _ => Err(unknown()),
            },
            Node::Apply(f, inner) => {
                let tau = std::f64::consts::TAU;
                let pi = std::f64::consts::PI;
                let here = self.value(inner).unwrap_or_default();
                let every = |first: C, period: C| -> Vec<C> {
                    let middle = ((here - first) / period).re.round() as i64;
                    (middle - TURNS..=middle + TURNS).map(|k| first + period * k as f64).collect()
                };
                let i = C::new(0.0, 1.0);
                let values = match f {
                    Func::Exp if w == C::new(0.0, 0.0) => Vec::new(),
                    Func::Exp => every(w.ln(), i * tau),
                    Func::Log => vec![w.exp()],
                    Func::Sin => {
                        [every(w.asin(), tau.into()), every(C::from(pi) - w.asin(), tau.into())].concat()
                    }
                    Func::Cos => [every(w.acos(), tau.into()), every(-w.acos(), tau.into())].concat(),
                    Func::Tan if (w * w + 1.0).norm() > 1e-12 => every(w.atan(), pi.into()),
                    Func::Sinh => [every(w.asinh(), i * tau), every(i * pi - w.asinh(), i * tau)].concat(),
                    Func::Cosh => [every(w.acosh(), i * tau), every(-w.acosh(), i * tau)].concat(),
                    Func::Tanh if (w * w - 1.0).norm() > 1e-12 => every(w.atanh(), i * pi),
                    Func::Atan => vec![w.tan()],
                    Func::Asin => vec![w.sin()],
                    Func::Asinh => vec![w.sinh()],
                    Func::Cbrt => vec![w.powi(3)],
                    _ => return Err(unknown()),
                };
                go(inner, &values)
            }
            _ => Err(unknown()),
        }
    }
}

/// Do the coefficients grow as they do with this radius? The root test, over many of them.
fn grows_like(e: &Expr, x: &Symbol, centre: (f64, &Expr), radius: f64) -> bool {
    let Ok(program) = Program::compile(std::slice::from_ref(e), std::slice::from_ref(x)) else {
        return false;
    };
    let mut c = vec![0.0; TESTED];
    let (budget, mut workspace) = (Budget::UNLIMITED, Workspace::new());
    let run = program.evaluate_jet(&[&[centre.0, radius]], &mut [&mut c], &budget, &mut workspace);
    if run.is_err() || c.iter().any(|c| !c.is_finite()) {
        // A hole or a pole at the point itself: the exact coefficients.
        let Ok(series) = super::taylor(e, &[(x.clone(), centre.1.clone())], EXACT, &[]) else { return false };
        c = vec![0.0; EXACT as usize + 1];
        for (power, value) in &series.coefficients {
            let place = power.first().and_then(Rational::to_i64).and_then(|k| usize::try_from(k).ok());
            if let (Some(place), Ok(value)) =
                (place.and_then(|k| c.get_mut(k).map(|c| (k, c))), eval(value, &[]))
            {
                *place.1 = value * radius.powi(place.0 as i32);
            }
        }
    }
    // Of scaled coefficients the largest of late ones over the largest of early ones grows like a power of the order.
    let tested = c.len();
    let half = tested / 2;
    let largest = |from: usize, to: usize| {
        c[from..to]
            .iter()
            .enumerate()
            .fold((from, 0.0_f64), |best, (k, c)| if c.abs() > best.1 { (from + k, c.abs()) } else { best })
    };
    let ((j, early), (k, late)) = (largest(half / 2, half), largest(tested - half / 2, tested));
    if early == 0.0 || late == 0.0 || k <= j {
        return false;
    }
    let rate = (late / early).ln() / (k - j) as f64;
    rate.abs() <= AGREES
}

/// A polynomial with complex coefficients, the constant first.
#[derive(Clone, Debug)]
struct Polynomial(Vec<C>);

impl Polynomial {
    fn constant(c: C) -> Polynomial {
        Polynomial(vec![c])
    }

    fn scaled(&self, by: C) -> Polynomial {
        Polynomial(self.0.iter().map(|c| c * by).collect())
    }

    fn plus(&self, other: &Polynomial) -> Polynomial {
        let n = self.0.len().max(other.0.len());
        let at = |p: &Polynomial, k: usize| p.0.get(k).copied().unwrap_or_default();
        Polynomial((0..n).map(|k| at(self, k) + at(other, k)).collect())
    }

    fn minus(&self, other: &Polynomial) -> Polynomial {
        self.plus(&other.scaled(C::new(-1.0, 0.0)))
    }

    fn times(&self, other: &Polynomial) -> Option<Polynomial> {
        let n = self.0.len() + other.0.len() - 1;
        if n > MAX_DEGREE + 1 {
            return None;
        }
        let mut product = vec![C::default(); n];
        for (i, a) in self.0.iter().enumerate() {
            for (j, b) in other.0.iter().enumerate() {
                product[i + j] += a * b;
            }
        }
        Some(Polynomial(product))
    }

    fn value(&self, z: C) -> (C, C) {
        self.0.iter().rev().fold((C::default(), C::default()), |(v, d), c| (v * z + c, d * z + v))
    }

    /// All roots, by Aberth's iteration; `None` where it does not settle.
    fn roots(mut self) -> Option<Vec<C>> {
        let size = self.0.iter().fold(0.0_f64, |m, c| m.max(c.norm()));
        while self.0.last().is_some_and(|c| c.norm() <= 1e-14 * size) {
            self.0.pop();
        }
        let n = self.0.len().checked_sub(1)?;
        if n == 0 {
            return Some(Vec::new());
        }
        let lead = self.0[n];
        let spread = 1.0 + self.0[..n].iter().fold(0.0_f64, |m, c| m.max((c / lead).norm()));
        let start =
            |k: usize| C::from_polar(spread.powf(0.5), 0.4 + std::f64::consts::TAU * k as f64 / n as f64);
        let mut z: Vec<C> = (0..n).map(start).collect();
        for _ in 0..300 {
            let mut moved = 0.0_f64;
            for k in 0..n {
                let (v, d) = self.value(z[k]);
                if v == C::default() {
                    continue;
                }
                let others: C = (0..n).filter(|j| *j != k).map(|j| (z[k] - z[j]).inv()).sum();
                let step = (d / v - others).inv();
                if !step.is_finite() {
                    return None;
                }
                z[k] -= step;
                moved = moved.max(step.norm() / (1.0 + z[k].norm()));
            }
            if moved < 1e-13 {
                break;
            }
        }
        Some(z)
    }
}

/// A quotient of polynomials.
struct Fraction {
    above: Polynomial,
    below: Polynomial,
}

impl Fraction {
    /// `None` where it is none, or of too high a degree.
    fn of(e: &Expr, x: &Symbol) -> Option<Fraction> {
        let one = || Polynomial::constant(C::new(1.0, 0.0));
        let number = |c: f64| Fraction { above: Polynomial::constant(C::new(c, 0.0)), below: one() };
        if !e.contains(x) {
            return eval(e, &[]).ok().filter(|c| c.is_finite()).map(number);
        }
        match e.node() {
            Node::Var(_) => {
                Some(Fraction { above: Polynomial(vec![C::default(), C::new(1.0, 0.0)]), below: one() })
            }
            Node::Sum(sum) => {
                let mut total = number(sum.constant.to_f64());
                for term in &sum.terms {
                    let part = Fraction::of(&term.expr, x)?;
                    let c = C::new(term.coefficient.to_f64(), 0.0);
                    let same = part.below.0.len() == 1 && total.below.0.len() == 1;
                    total = if same {
                        let (p, q) = (part.below.0[0], total.below.0[0]);
                        let above = total.above.scaled(q.inv()).plus(&part.above.scaled(c / p));
                        Fraction { above, below: one() }
                    } else {
                        let left = total.above.times(&part.below)?;
                        let right = part.above.scaled(c).times(&total.below)?;
                        Fraction { above: left.plus(&right), below: total.below.times(&part.below)? }
                    };
                }
                Some(total)
            }
            Node::Product(factors) => factors.iter().try_fold(number(1.0), |total, factor| {
                let part = Fraction::of(factor, x)?;
                Some(Fraction {
                    above: total.above.times(&part.above)?,
                    below: total.below.times(&part.below)?,
                })
            }),
            Node::Power(base, exponent) => {
                let n = exponent
                    .as_number()
                    .and_then(Rational::to_i64)
                    .filter(|n| n.abs() <= MAX_DEGREE as i64)?;
                let part = Fraction::of(base, x)?;
                let part = if n < 0 { Fraction { above: part.below, below: part.above } } else { part };
                (0..n.abs()).try_fold(number(1.0), |total, _| {
                    Some(Fraction {
                        above: total.above.times(&part.above)?,
                        below: total.below.times(&part.below)?,
                    })
                })
            }
            Node::Constant(Constant::Infinity | Constant::Undefined) => None,
            _ => None,
        }
    }
}
