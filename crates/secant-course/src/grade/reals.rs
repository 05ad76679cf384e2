//! For which real numbers does a statement hold? Two statements about one name, compared all along the line.
//!
//! Here: the points at which a statement can change, exact where the parts are quotients of polynomials with rational
//! coefficients or at most quadratic with any; the truth at these points and between them.
//! Not here: statements in several names (`relation`).
//! Invariant: "different" carries a number at which exact arithmetic or intervals decide both statements.
//! Start reading at [`compare()`].

use std::cmp::Ordering;

use secant::calculus::derivative;
use secant::equality::proves_zero;
use secant::expr::{Condition, ConditionKind, Expr, Func, Node, Rational, Symbol, power};
use secant::program::{Enclosure, Interval, Program, Workspace};

use super::compare::Compared;
use super::polynomial::{Fraction, Polynomial, Root};
use super::reply::{Method, Verdict, Witness};
use super::statement::{Atom, Relation, Statement};

/// Terms of a proof that a number is nought.
const PROOF: usize = 2_000;

/// Highest sum of the degrees of all polynomials: each is looked at where any of them is 0.
const MAX_DEGREES: usize = 24;

/// Compares what two statements say of `x`.
pub(super) fn compare(given: &Statement, right: &Statement, x: &Symbol) -> Compared {
    let mut line = Line::new(x);
    for statement in [given, right] {
        for atom in statement.atoms() {
            line.take(&atom.f);
            atom.conditions.iter().for_each(|c| line.take(&c.expr));
        }
    }
    if line.degrees > MAX_DEGREES {
        let reason = "there are too many bounds in it".to_owned();
        return Compared { reason, ..Compared::of(Verdict::Undecided, Method::None, 0) };
    }
    line.sort();
    let mut certain = line.complete;
    let mut tried = 0;
    for place in line.places() {
        let mut sure = true;
        let mut truth = |statement: &Statement| {
            statement.holds(&mut |atom| {
                let (holds, exact) = line.holds(atom, &place)?;
                sure &= exact;
                Some(holds)
            })
        };
        let (mine, theirs) = (truth(given), truth(right));
        certain &= sure && mine.is_some() && theirs.is_some();
        let (Some(mine), Some(theirs)) = (mine, theirs) else { continue };
        tried += 1;
        if mine == theirs {
            continue;
        }
        if !sure {
            let reason = "a bound could not be computed exactly".to_owned();
            return Compared { reason, ..Compared::of(Verdict::Undecided, Method::None, tried) };
        }
        let at = line.number(&place);
        let number = |b: bool| if b { 1.0 } else { 0.0 };
        let witness =
            Witness { at: vec![(x.name().to_owned(), at)], yours: number(mine), expected: number(theirs) };
        return Compared {
            witness: Some(witness),
            ..Compared::of(Verdict::Wrong, Method::SolutionSets, tried)
        };
    }
    if certain {
        Compared::of(Verdict::Right, Method::SolutionSets, tried)
    } else {
        Compared::of(Verdict::RightAtTestedPoints, Method::Points, tried)
    }
}

/// A number at which something can change, and the ways in which it is known; none where it was found by trying.
#[derive(Clone, Debug, Default)]
struct Critical {
    rational: Option<Rational>,
    /// A root of a polynomial with rational coefficients, itself not rational.
    algebraic: Option<(Polynomial, Root)>,
    /// A number that an expression stands for.
    number: Option<Expr>,
    /// Around it.
    low: f64,
    high: f64,
}

/// A function of `x` with what is known of it.
struct Known {
    e: Expr,
    program: Option<Program>,
    fraction: Option<Fraction>,
}

/// A place on the line: a critical point, or a number between two.
enum Place {
    At(usize),
    Between(Rational),
}

struct Line<'a> {
    x: &'a Symbol,
    known: Vec<Known>,
    points: Vec<Critical>,
    /// Are all points at which something changes among them?
    complete: bool,
    /// The sum of the degrees of all polynomials so far.
    degrees: usize,
}

impl<'a> Line<'a> {
    fn new(x: &'a Symbol) -> Line<'a> {
        Line { x, known: Vec::new(), points: Vec::new(), complete: true, degrees: 0 }
    }

    fn take(&mut self, e: &Expr) {
        if self.known.iter().any(|k| k.e == *e) {
            return;
        }
        let program = Program::compile(std::slice::from_ref(e), std::slice::from_ref(self.x)).ok();
        let fraction = Fraction::of(e, self.x);
        match &fraction {
            Some(f) => {
                let found = self.roots(&f.above) & self.roots(&f.below);
                if !found {
                    self.search(program.as_ref());
                }
            }
            None if !e.contains(self.x) => {}
            None => {
                let solved = self.quadratic(e) || self.by_cases(e);
                if !solved {
                    self.complete = false;
                    self.search(program.as_ref());
                }
            }
        }
        self.known.push(Known { e: e.clone(), program, fraction });
    }

    /// Takes the roots of a polynomial; `false` where they are not known.
    fn roots(&mut self, p: &Polynomial) -> bool {
        self.degrees += p.degree();
        if self.degrees > MAX_DEGREES {
            return false;
        }
        let Some(roots) = p.roots() else {
            self.complete = false;
            return false;
        };
        let square_free = p.squarefree();
        for root in roots {
            let (low, high) = (down(root.low.to_f64()), up(root.high.to_f64()));
            let at = Critical { low, high, ..Critical::default() };
            self.points.push(if root.low == root.high {
                Critical { rational: Some(root.low), ..at }
            } else {
                Critical { algebraic: square_free.clone().map(|p| (p, root)), ..at }
            });
        }
        true
    }

    /// Roots of `a x^2 + b x + c`, the letters being any numbers.
    fn quadratic(&mut self, e: &Expr) -> bool {
        let zero = Expr::zero();
        let first = derivative(e, self.x);
        let second = derivative(&first, self.x);
        if first.contains(self.x) && second.contains(self.x) || e.node_count() > 200 {
            return false;
        }
        let (b, c) = (first.replace(self.x, &zero), e.replace(self.x, &zero));
        let a = &second / &Expr::integer(2);
        // A quadratic is what these three make again.
        let x = Expr::var(self.x.clone());
        let again = &a * &x * &x + &b * &x + &c;
        if b.is_undefined() || c.is_undefined() || !proves_zero(&(e - &again), &[], PROOF) {
            return false;
        }
        if !first.contains(self.x) {
            return b.is_zero() || self.number_point(-&c / &b);
        }
        let under = &b * &b - Expr::integer(4) * &a * &c;
        let Some(size) = enclose(&under) else { return false };
        if size.high() < 0.0 {
            return true;
        }
        if size.low() <= 0.0 {
            return proves_zero(&under, &[], PROOF) && self.number_point(-&b / (Expr::integer(2) * &a));
        }
        let root = power(&under, &Expr::number(Rational::HALF));
        self.number_point((-&b + &root) / (Expr::integer(2) * &a))
            && self.number_point((-&b - &root) / (Expr::integer(2) * &a))
    }

    fn number_point(&mut self, e: Expr) -> bool {
        if let Some(n) = e.as_number() {
            let (low, high) = (down(n.to_f64()), up(n.to_f64()));
            self.points.push(Critical { rational: Some(n.clone()), low, high, ..Critical::default() });
            return true;
        }
        let Some(around) = enclose(&e) else { return false };
        let at = Critical { low: around.low(), high: around.high(), ..Critical::default() };
        self.points.push(Critical { number: Some(e), ..at });
        true
    }

    /// With `abs(u)` as `u` or `-u`: all points of all cases.
    fn by_cases(&mut self, e: &Expr) -> bool {
        let parts = e.post_order();
        let moduli: Vec<&Expr> = parts
            .iter()
            .filter(|p| matches!(p.node(), Node::Apply(Func::Abs, _)) && p.contains(self.x))
            .collect();
        if moduli.is_empty() || moduli.len() > 4 {
            return false;
        }
        let mut polynomials = Vec::new();
        for case in 0..1_u32 << moduli.len() {
            let chosen = e.rebuild(|p| {
                let k = moduli.iter().position(|m| *m == p)?;
                let Node::Apply(_, u) = p.node() else { return None };
                Some(if case & (1 << k) == 0 { u.clone() } else { -u })
            });
            let Some(f) = Fraction::of(&chosen, self.x) else { return false };
            polynomials.extend([f.above, f.below]);
        }
        for m in moduli {
            let Node::Apply(_, u) = m.node() else { continue };
            let Some(f) = Fraction::of(u, self.x) else { return false };
            polynomials.extend([f.above, f.below]);
        }
        polynomials.iter().all(|p| self.roots(p))
    }

    /// Changes of sign between numbers that are tried.
    fn search(&mut self, program: Option<&Program>) {
        let Some(program) = program else { return };
        let mut workspace = Workspace::new();
        let mut value = |x: f64| {
            let mut out = [f64::NAN];
            let _ = program.evaluate(&[x], &mut out, &mut workspace);
            out[0]
        };
        let mut last: Option<(f64, f64)> = None;
        // Few changes: a function with many of them is not decided here.
        for k in -240..=240 {
            let x = f64::from(k) / 4.0 + if k == 0 { 0.0 } else { 0.003_906_25 };
            let v = value(x);
            if let Some((before, w)) = last
                && self.points.len() < 120
                && v.is_finite()
                && w.is_finite()
                && v.signum() != w.signum()
            {
                let (mut low, mut high) = (before, x);
                for _ in 0..60 {
                    let middle = low + (high - low) / 2.0;
                    if value(middle).signum() == w.signum() { low = middle } else { high = middle }
                }
                self.points.push(Critical { low: down(low), high: up(high), ..Critical::default() });
            } else if let Some((before, w)) = last
                && self.points.len() < 120
                && v.is_nan() != w.is_nan()
            {
                let (mut low, mut high) = (before, x);
                for _ in 0..60 {
                    let middle = low + (high - low) / 2.0;
                    if value(middle).is_nan() == w.is_nan() { low = middle } else { high = middle }
                }
                self.points.push(Critical { low: down(low), high: up(high), ..Critical::default() });
            }
            last = Some((x, v));
        }
    }

    /// From left to right, each once.
    fn sort(&mut self) {
        self.points.sort_by(|a, b| (a.low + a.high).total_cmp(&(b.low + b.high)));
        let mut kept: Vec<Critical> = Vec::new();
        for point in std::mem::take(&mut self.points) {
            if let Some(last) = kept.last_mut()
                && last.high >= point.low
            {
                if is_same(last, &point) == Some(true) {
                    last.rational = last.rational.take().or(point.rational);
                    last.algebraic = last.algebraic.take().or(point.algebraic);
                    last.number = last.number.take().or(point.number);
                } else {
                    // Closer than doubles can tell: there is no number between.
                    self.complete = false;
                }
                continue;
            }
            kept.push(point);
        }
        self.points = kept;
    }

    /// Every place to look at.
    fn places(&self) -> Vec<Place> {
        let exact = |x: f64| Rational::from_f64(x).unwrap_or(Rational::ZERO);
        let mut places = Vec::new();
        let Some((first, last)) = self.points.first().zip(self.points.last()) else {
            return [0.0, 1.0, -2.0, 17.0].map(|x| Place::Between(exact(x))).into();
        };
        places.push(Place::Between(exact((first.low - 1.0).floor())));
        for (k, point) in self.points.iter().enumerate() {
            places.push(Place::At(k));
            let between = match self.points.get(k + 1) {
                Some(next) => simple_between(point.high, next.low),
                None => (last.high + 1.0).ceil(),
            };
            places.push(Place::Between(exact(between)));
        }
        places
    }

    fn number(&self, place: &Place) -> f64 {
        match place {
            Place::Between(x) => x.to_f64(),
            Place::At(k) => {
                let point = &self.points[*k];
                point.rational.as_ref().map_or((point.low + point.high) / 2.0, Rational::to_f64)
            }
        }
    }

    /// Does a relation hold at a place, and is that certain?
    fn holds(&self, atom: &Atom, place: &Place) -> Option<(bool, bool)> {
        let mut sure = true;
        for condition in &atom.conditions {
            let (holds, exact) = self.condition(condition, place)?;
            sure &= exact;
            if !holds {
                return Some((false, sure));
            }
        }
        let (sign, exact) = self.sign(&atom.f, place)?;
        let holds = match (sign, atom.sign) {
            (None, _) => false,
            (Some(sign), Relation::Zero) => sign == Ordering::Equal,
            (Some(sign), Relation::NonZero) => sign != Ordering::Equal,
            (Some(sign), Relation::Positive) => sign == Ordering::Greater,
            (Some(sign), Relation::NonNegative) => sign != Ordering::Less,
        };
        Some((holds, sure && exact))
    }

    fn condition(&self, condition: &Condition, place: &Place) -> Option<(bool, bool)> {
        let (sign, exact) = self.sign(&condition.expr, place)?;
        let holds = match (sign, condition.kind) {
            (None, _) => false,
            (Some(sign), ConditionKind::NonZero) => sign != Ordering::Equal,
            (Some(sign), ConditionKind::Positive) => sign == Ordering::Greater,
            (Some(sign), ConditionKind::NonNegative) => sign != Ordering::Less,
            (Some(_), ConditionKind::NoPole | ConditionKind::NotInteger) => {
                let x = self.number(place);
                let known = self.known.iter().find(|k| k.e == condition.expr)?;
                let mut out = [f64::NAN];
                known.program.as_ref()?.evaluate(&[x], &mut out, &mut Workspace::new()).ok()?;
                return Some((condition.holds_for(out[0]), false));
            }
        };
        Some((holds, exact))
    }

    /// The sign of a function at a place (`None`: it has no value there), and whether that is certain.
    fn sign(&self, e: &Expr, place: &Place) -> Option<(Option<Ordering>, bool)> {
        let known = self.known.iter().find(|k| k.e == *e)?;
        let around = match place {
            Place::Between(x) => {
                if let Some(f) = &known.fraction {
                    return Some((quotient(f.above.sign_at(x), f.below.sign_at(x)), true));
                }
                Interval::point(x.to_f64())
            }
            Place::At(k) => {
                let critical = &self.points[*k];
                if let (Some(x), Some(f)) = (&critical.rational, &known.fraction) {
                    return Some((quotient(f.above.sign_at(x), f.below.sign_at(x)), true));
                }
                if let (Some((p, root)), Some(f)) = (&critical.algebraic, &known.fraction) {
                    let (above, below) = (at_root(&f.above, p, root)?, at_root(&f.below, p, root)?);
                    return Some((quotient(above, below), true));
                }
                let exact = critical.rational.clone().map(Expr::number).or_else(|| critical.number.clone());
                if let Some(x) = exact {
                    let value = e.replace(self.x, &x);
                    if value.is_undefined() {
                        return Some((None, true));
                    }
                    if let Some(n) = value.as_number() {
                        return Some((Some(n.cmp(&Rational::ZERO)), true));
                    }
                    if proves_zero(&value, &[], PROOF) {
                        return Some((Some(Ordering::Equal), true));
                    }
                }
                Interval::new(critical.low, critical.high)?
            }
        };
        let program = known.program.as_ref()?;
        let mut out = [Enclosure { values: Interval::EMPTY, defined: false }];
        program.evaluate_interval(&[around], &mut out, &mut Workspace::new()).ok()?;
        let Enclosure { values, defined } = out[0];
        if values.is_empty() {
            return Some((None, true));
        }
        if values.low() > 0.0 || values.high() < 0.0 {
            let sign = if values.low() > 0.0 { Ordering::Greater } else { Ordering::Less };
            if defined {
                return Some((Some(sign), true));
            }
        }
        // The value at one number near it, which proves nothing.
        let mut value = [f64::NAN];
        program.evaluate(&[around.middle()], &mut value, &mut Workspace::new()).ok()?;
        let v = value[0];
        let tiny = matches!(place, Place::At(_)) && v.abs() < 1e-9;
        let sign = if v.is_nan() {
            None
        } else if tiny || v == 0.0 {
            Some(Ordering::Equal)
        } else {
            v.partial_cmp(&0.0)
        };
        Some((sign, false))
    }
}

/// The sign of a quotient; `None` where it has no value.
fn quotient(above: Ordering, below: Ordering) -> Option<Ordering> {
    match below {
        Ordering::Equal => None,
        Ordering::Greater => Some(above),
        Ordering::Less => Some(above.reverse()),
    }
}

/// The sign of a polynomial at a root of another.
fn at_root(f: &Polynomial, p: &Polynomial, root: &Root) -> Option<Ordering> {
    if f.is_zero() || shares_root(f, p, root)? {
        return Some(Ordering::Equal);
    }
    let middle = &(&root.low + &root.high) * &Rational::HALF;
    Some(f.sign_at(&middle))
}

/// Is this root of `p` one of `f`, too?
fn shares_root(f: &Polynomial, p: &Polynomial, root: &Root) -> Option<bool> {
    let common = f.gcd(p)?;
    // The common part has simple roots, and one of them at most lies there.
    Some(common.degree() > 0 && common.sign_at(&root.low) != common.sign_at(&root.high))
}

/// Are they one number, their surroundings having numbers in common? `None` where that is not known.
fn is_same(a: &Critical, b: &Critical) -> Option<bool> {
    let zero = |e: Expr| proves_zero(&e, &[], PROOF).then_some(true);
    if let (Some(x), Some(y)) = (&a.rational, &b.rational) {
        return Some(x == y);
    }
    match (&a.algebraic, &b.algebraic) {
        (Some((p, root)), Some((q, _))) => return shares_root(q, p, root),
        (Some(_), None) if b.rational.is_some() => return Some(false),
        (None, Some(_)) if a.rational.is_some() => return Some(false),
        _ => {}
    }
    let number = |c: &Critical| c.number.clone().or_else(|| c.rational.clone().map(Expr::number));
    match (number(a), number(b)) {
        (Some(x), Some(y)) => zero(x - y),
        (Some(x), None) | (None, Some(x)) => {
            let (p, _) = a.algebraic.as_ref().or(b.algebraic.as_ref())?;
            let start = Expr::zero();
            zero(p.coefficients().iter().rev().fold(start, |sum, c| sum * &x + Expr::number(c.clone())))
        }
        (None, None) => None,
    }
}

/// A number of few digits between two.
fn simple_between(low: f64, high: f64) -> f64 {
    let middle = low + (high - low) / 2.0;
    let mut unit = 1.0_f64;
    for _ in 0..60 {
        let x = (middle / unit).round() * unit;
        if low < x && x < high {
            return x;
        }
        unit /= 2.0;
    }
    middle
}

fn enclose(e: &Expr) -> Option<Interval> {
    let program = Program::compile(std::slice::from_ref(e), &[]).ok()?;
    let mut out = [Enclosure { values: Interval::EMPTY, defined: false }];
    program.evaluate_interval(&[], &mut out, &mut Workspace::new()).ok()?;
    let good = out[0].defined && out[0].values.low().is_finite() && out[0].values.high().is_finite();
    good.then_some(out[0].values)
}

fn down(x: f64) -> f64 {
    if x == x.trunc() && x.abs() < 1e15 { x } else { x.next_down() }
}

fn up(x: f64) -> f64 {
    if x == x.trunc() && x.abs() < 1e15 { x } else { x.next_up() }
}
