//! Equations, inequalities and intervals: the same numbers, whichever way they are described.
//!
//! Here: which comparison fits (one name, several, linear systems, lists of solutions), and points that refute.
//! Not here: the line of real numbers (`reals`), reading (`statement`).
//! Start reading at [`relation()`].

use std::collections::{BTreeMap, BTreeSet};

use secant::calculus::derivative;
use secant::equality::{proves_zero, simplify};
use secant::expr::{Expr, Node, Rational, Symbol, expand};
use secant::program::{Enclosure, Interval, Program, Workspace};

use super::compare::Compared;
use super::read::{Piece, Read};
use super::reply::{Method, Verdict, Witness};
use super::statement::{Atom, Relation, Statement, statement};
use super::{Found, Grader, Kind, reals};

/// Terms of a proof.
const PROOF: usize = 3_000;

/// The kinds `equation`, `inequality` and `interval`.
pub(super) fn relation(grader: &Grader<'_>, answer: &str, model: &str) -> Read<Found> {
    let mut x = Symbol::new("x");
    let mut right = statement(grader.model(), model, &x)?;
    let mut given = statement(grader.answer(), answer, &x)?;
    // An interval is about the one name that the other speaks of.
    let names: BTreeSet<Symbol> = right.names().union(&given.names()).cloned().collect();
    let one_each = names.len() == 2 && right.names().len() == 1 && given.names().len() == 1;
    if one_each
        && names.contains(&x)
        && let Some(other) = names.iter().find(|n| **n != x)
    {
        let again = statement(grader.model(), model, other)?;
        let mine = statement(grader.answer(), answer, other)?;
        if again.names() == mine.names() {
            (right, given, x) = (again, mine, other.clone());
        }
    }
    let compared = compare(&given, &right, &x);
    let say = sentence(&compared, grader.ask.kind);
    let written = grader.answer().written(&Piece::whole(answer)).ok();
    Ok(Found { say, written, reading: Some(answer.trim().to_owned()), ..Found::from(compared) })
}

/// Do both hold for the same numbers?
pub(super) fn compare(given: &Statement, right: &Statement, x: &Symbol) -> Compared {
    if given == right {
        return Compared::of(Verdict::Right, Method::SameForm, 0);
    }
    let names: Vec<Symbol> = right.names().union(&given.names()).cloned().collect();
    match names.as_slice() {
        [] => reals::compare(given, right, x),
        [one] => reals::compare(given, right, one),
        names => several(given, right, names),
    }
}

fn sentence(compared: &Compared, kind: Kind) -> String {
    let Some(witness) = compared.witness.as_ref().filter(|_| compared.verdict == Verdict::Wrong) else {
        return compared.say();
    };
    let place = witness.place();
    let place = place.trim_start_matches("At ").trim_end();
    match (kind, witness.yours > 0.5, witness.expected > 0.5) {
        (Kind::Interval, true, false) => format!("Not yet: {place} is in yours and should not be."),
        (Kind::Interval, ..) => format!("Not yet: {place} should be in it and is not in yours."),
        (_, true, false) => format!("Not yet: {place} fits yours and should not."),
        _ => format!("Not yet: {place} should fit and does not fit yours."),
    }
}

/// Statements in several names.
fn several(given: &Statement, right: &Statement, names: &[Symbol]) -> Compared {
    let proven = || Compared::of(Verdict::Right, Method::SolutionSets, 0);
    let (mine, theirs) = (alternatives(given), alternatives(right));
    // The same relations, each up to a factor, in any order.
    if let (Some(mine), Some(theirs)) = (&mine, &theirs) {
        if let Some(verdict) = matched(mine, theirs, |a, b| matched(a, b, same_atom)) {
            return Compared { verdict, ..proven() };
        }
        if let ([a], [b]) = (mine.as_slice(), theirs.as_slice())
            && let (Some(a), Some(b)) = (linear(a, names), linear(b, names))
        {
            if a == b {
                return proven();
            }
            if let Some(compared) = linear_witness(&a, &b, names) {
                return compared;
            }
        }
        if let Some(compared) = solved(mine, theirs, names) {
            return compared;
        }
    }
    refuted(given, right, names)
}

/// Alternatives, each a list of relations that hold together.
fn alternatives(statement: &Statement) -> Option<Vec<Vec<Atom>>> {
    let conjunction = |s: &Statement| -> Option<Vec<Atom>> {
        match s {
            Statement::Atom(a) => Some(vec![a.clone()]),
            Statement::All(list) => list
                .iter()
                .map(|s| match s {
                    Statement::Atom(a) => Some(a.clone()),
                    _ => None,
                })
                .collect(),
            Statement::Any(_) | Statement::Not(_) => None,
        }
    };
    match statement {
        Statement::Any(list) => list.iter().map(conjunction).collect(),
        other => Some(vec![conjunction(other)?]),
    }
}

/// Pairs every one of a list with one of another; the worst verdict of the pairs.
fn matched<T>(a: &[T], b: &[T], same: impl Fn(&T, &T) -> Option<Verdict>) -> Option<Verdict> {
    if a.len() != b.len() {
        return None;
    }
    let mut free: Vec<&T> = b.iter().collect();
    let mut worst = Verdict::Right;
    for one in a {
        let (k, verdict) = free.iter().enumerate().find_map(|(k, other)| Some((k, same(one, other)?)))?;
        free.remove(k);
        worst = worst.and(verdict);
    }
    Some(worst)
}

/// Is one relation the other, up to a factor that is never 0?
fn same_atom(a: &Atom, b: &Atom) -> Option<Verdict> {
    if a.sign != b.sign {
        return None;
    }
    let sign_matters = matches!(a.sign, Relation::Positive | Relation::NonNegative);
    if proportional(&a.f, &b.f, sign_matters) {
        return Some(Verdict::Right);
    }
    // `y = 1/x` and `x y = 1`: a factor that is not 0 where the first has a value.
    let with = |(f, conditions): (&Expr, &[secant::expr::Condition]), g: &Expr| {
        let mut f = f.clone();
        for c in conditions.iter().take(3) {
            f = expand(&(&f * &c.expr), PROOF)?;
            if proportional(&f, g, sign_matters) {
                return Some(Verdict::RightWhereBothExist);
            }
        }
        None
    };
    if sign_matters {
        return None;
    }
    with((&a.f, &a.conditions), &b.f).or_else(|| with((&b.f, &b.conditions), &a.f))
}

/// Is `f` a number other than 0 times `g`?
fn proportional(f: &Expr, g: &Expr, positive: bool) -> bool {
    if f.is_zero() || g.is_zero() || f.node_count() + g.node_count() > 400 {
        return f == g;
    }
    let names: BTreeSet<Symbol> = f.free_symbols().union(&g.free_symbols()).cloned().collect();
    if f.free_symbols() != g.free_symbols() {
        return false;
    }
    let at: BTreeMap<&Symbol, f64> =
        names.iter().zip([2.0, 3.0, 0.7, 1.3, 5.0].into_iter().cycle()).collect();
    let at: Vec<(Symbol, f64)> = at.into_iter().map(|(n, x)| (n.clone(), x)).collect();
    let value = |e: &Expr| secant::program::eval(e, &at).unwrap_or(f64::NAN);
    let ratio = value(f) / value(g);
    if ratio.is_finite() && (ratio == 0.0 || (positive && ratio < 0.0)) {
        return false;
    }
    if let Some(c) = simplify(&(f / g), PROOF).as_number() {
        return if positive { c.is_positive() } else { !c.is_zero() };
    }
    ratio.is_finite()
        && names.iter().all(|x| {
            let cross = &derivative(f, x) * g - f * &derivative(g, x);
            proves_zero(&cross, &[], PROOF)
        })
}

type Rows = Vec<Vec<Rational>>;

/// The rows of a linear system in reduced form, the right sides last; `None` where it is not linear.
fn linear(atoms: &[Atom], names: &[Symbol]) -> Option<Rows> {
    if atoms.len() > 12 || names.len() > 12 {
        return None;
    }
    let mut rows: Rows = Vec::new();
    for atom in atoms {
        if atom.sign != Relation::Zero {
            return None;
        }
        let e = expand(&atom.f, PROOF)?;
        let mut row = vec![Rational::ZERO; names.len() + 1];
        let mut put = |e: &Expr, c: &Rational| -> Option<()> {
            let k = names.iter().position(|n| e.as_var() == Some(n))?;
            row[k] = c.clone();
            Some(())
        };
        match e.node() {
            Node::Number(n) => row[names.len()] = n.clone(),
            Node::Var(_) => put(&e, &Rational::ONE)?,
            Node::Sum(s) => {
                for t in &s.terms {
                    put(&t.expr, &t.coefficient)?;
                }
                row[names.len()] = s.constant.clone();
            }
            _ => return None,
        }
        rows.push(row);
    }
    Some(reduced(rows))
}

fn reduced(mut rows: Rows) -> Rows {
    let width = rows.first().map_or(0, Vec::len);
    let mut done = 0;
    for column in 0..width {
        let Some(pivot) = (done..rows.len()).find(|r| !rows[*r][column].is_zero()) else { continue };
        rows.swap(done, pivot);
        let inverse = rows[done][column].recip().unwrap_or(Rational::ONE);
        rows[done].iter_mut().for_each(|c| *c = &*c * &inverse);
        let row = rows[done].clone();
        for (k, other) in rows.iter_mut().enumerate() {
            let factor = other[column].clone();
            if k != done && !factor.is_zero() {
                other.iter_mut().zip(&row).for_each(|(c, r)| *c = &*c - &(&factor * r));
            }
        }
        done += 1;
    }
    rows.truncate(done);
    rows
}

/// A solution of one linear system that is none of the other.
fn linear_witness(mine: &Rows, theirs: &Rows, names: &[Symbol]) -> Option<Compared> {
    let n = names.len();
    let solutions = |rows: &Rows| -> Vec<Vec<Rational>> {
        if rows.iter().any(|r| r[..n].iter().all(Rational::is_zero)) {
            return Vec::new();
        }
        // Names that no row begins with are free: tried at 0, and each at 1.
        let lead = |r: &Vec<Rational>| r.iter().position(|c| !c.is_zero());
        let bound: Vec<Option<usize>> = rows.iter().map(lead).collect();
        let free: Vec<usize> = (0..n).filter(|k| !bound.contains(&Some(*k))).collect();
        let choices = std::iter::once(None).chain(free.iter().copied().map(Some));
        choices
            .map(|one| {
                let mut x = vec![Rational::ZERO; n];
                if let Some(k) = one {
                    x[k] = Rational::ONE;
                }
                for (row, lead) in rows.iter().zip(&bound) {
                    let Some(lead) = *lead else { continue };
                    let rest = free.iter().fold(row[n].clone(), |sum, k| &sum + &(&row[*k] * &x[*k]));
                    x[lead] = -rest;
                }
                x
            })
            .collect()
    };
    let fits = |rows: &Rows, x: &[Rational]| {
        rows.iter().all(|r| r[..n].iter().zip(x).fold(r[n].clone(), |sum, (c, x)| &sum + &(c * x)).is_zero())
    };
    let point = |x: &[Rational], yours: f64| Witness {
        at: names.iter().zip(x).map(|(n, x)| (n.name().to_owned(), x.to_f64())).collect(),
        yours,
        expected: 1.0 - yours,
    };
    let extra = solutions(mine).into_iter().find(|x| !fits(theirs, x)).map(|x| point(&x, 1.0));
    let lost = || solutions(theirs).into_iter().find(|x| !fits(mine, x)).map(|x| point(&x, 0.0));
    let witness = extra.or_else(lost)?;
    Some(Compared { witness: Some(witness), ..Compared::of(Verdict::Wrong, Method::SolutionSets, 0) })
}

/// A list of solutions, `x = 1 and y = 2 or …`, against another list or against relations.
fn solved(mine: &[Vec<Atom>], theirs: &[Vec<Atom>], names: &[Symbol]) -> Option<Compared> {
    let points = |list: &[Vec<Atom>]| -> Option<Vec<BTreeMap<Symbol, Expr>>> {
        list.iter().map(|atoms| point(atoms, names)).collect()
    };
    let given = points(mine)?;
    let fits = |at: &BTreeMap<Symbol, Expr>, list: &[Vec<Atom>]| -> Option<bool> {
        let holds = |atom: &Atom| -> Option<bool> {
            let value = at.iter().fold(atom.f.clone(), |e, (n, v)| e.replace(n, v));
            if atom.sign != Relation::Zero {
                return None;
            }
            if proves_zero(&value, &[], PROOF) {
                return Some(true);
            }
            let around = enclose(&value)?;
            (around.low() > 0.0 || around.high() < 0.0).then_some(false)
        };
        let mut any = Some(false);
        for atoms in list {
            let all = atoms.iter().map(holds).try_fold(true, |all, h| Some(all && h?));
            match all {
                Some(true) => return Some(true),
                Some(false) => {}
                None => any = None,
            }
        }
        any
    };
    let witness = |at: &BTreeMap<Symbol, Expr>, yours: f64| Witness {
        at: at
            .iter()
            .map(|(n, v)| (n.name().to_owned(), secant::program::eval(v, &[]).unwrap_or(f64::NAN)))
            .collect(),
        yours,
        expected: 1.0 - yours,
    };
    let wrong =
        |w: Witness| Compared { witness: Some(w), ..Compared::of(Verdict::Wrong, Method::SolutionSets, 0) };
    for at in &given {
        if fits(at, theirs) == Some(false) {
            return Some(wrong(witness(at, 1.0)));
        }
    }
    let right = points(theirs)?;
    let mut all = true;
    for at in &right {
        match fits(at, mine) {
            Some(true) => {}
            Some(false) => return Some(wrong(witness(at, 0.0))),
            None => all = false,
        }
    }
    all &= given.iter().all(|at| fits(at, theirs) == Some(true));
    all.then(|| Compared::of(Verdict::Right, Method::SolutionSets, 0))
}

/// The values of all names, where each relation gives one.
fn point(atoms: &[Atom], names: &[Symbol]) -> Option<BTreeMap<Symbol, Expr>> {
    let mut at = BTreeMap::new();
    for atom in atoms {
        let mut inside = atom.f.free_symbols().into_iter();
        let (Some(x), None) = (inside.next(), inside.next()) else { return None };
        let slope = derivative(&atom.f, &x);
        if atom.sign != Relation::Zero || slope.contains(&x) || slope.is_zero() {
            return None;
        }
        let value = -atom.f.replace(&x, &Expr::zero()) / slope;
        at.insert(x, value);
    }
    (at.len() == names.len()).then_some(at)
}

fn enclose(e: &Expr) -> Option<Interval> {
    let program = Program::compile(std::slice::from_ref(e), &[]).ok()?;
    let mut out = [Enclosure { values: Interval::EMPTY, defined: false }];
    program.evaluate_interval(&[], &mut out, &mut Workspace::new()).ok()?;
    out[0].defined.then_some(out[0].values)
}

/// Both statements over a box: held, not held, or not known.
struct Trial {
    program: Program,
}

impl Trial {
    fn new(given: &Statement, right: &Statement, names: &[Symbol]) -> Option<Trial> {
        let outputs: Vec<Expr> =
            given.atoms().into_iter().chain(right.atoms()).map(|a| a.f.clone()).collect();
        Some(Trial { program: Program::compile(&outputs, names).ok()? })
    }

    fn over(&self, at: &[Interval]) -> Option<Vec<Enclosure>> {
        let mut out =
            vec![Enclosure { values: Interval::EMPTY, defined: false }; self.program.output_count()];
        self.program.evaluate_interval(at, &mut out, &mut Workspace::new()).ok()?;
        Some(out)
    }

    /// The values alone, at a point.
    fn values(&self, at: &[f64]) -> Vec<f64> {
        let mut out = vec![f64::NAN; self.program.output_count()];
        let _ = self.program.evaluate(at, &mut out, &mut Workspace::new());
        out
    }
}

fn truth(statement: &Statement, values: &mut impl Iterator<Item = Enclosure>) -> Option<bool> {
    statement.holds(&mut |atom| {
        let Enclosure { values, defined } = values.next()?;
        let (above, below) = (values.low() > 0.0, values.high() < 0.0);
        if !defined {
            return None;
        }
        match atom.sign {
            Relation::Zero => (above || below).then_some(false),
            Relation::NonZero => (above || below).then_some(true),
            Relation::Positive if above => Some(true),
            Relation::Positive => (values.high() <= 0.0).then_some(false),
            Relation::NonNegative if values.low() >= 0.0 => Some(true),
            Relation::NonNegative => below.then_some(false),
        }
    })
}

/// Points at which one holds and the other does not.
fn refuted(given: &Statement, right: &Statement, names: &[Symbol]) -> Compared {
    let undecided = |reason: &str| Compared {
        reason: reason.to_owned(),
        ..Compared::of(Verdict::Undecided, Method::None, 0)
    };
    let Some(trial) = Trial::new(given, right, names) else {
        return undecided("one of them cannot be evaluated");
    };
    const TRIED: [f64; 11] = [2.0, 1.0, 3.0, 0.5, -1.0, -2.0, 1.75, -0.625, 5.0, 0.25, -4.5];
    let mut agreeing = 0;
    let count = given.atoms().len();
    for k in 0..60 {
        let at: Vec<f64> =
            (0..names.len()).map(|j| TRIED[(k * (2 * j + 1) + 3 * j + k / 11) % TRIED.len()]).collect();
        let boxes: Vec<Interval> = at.iter().map(|x| Interval::point(*x)).collect();
        let Some(out) = trial.over(&boxes) else { continue };
        let (mine, theirs) = (
            truth(given, &mut out[..count].iter().copied()),
            truth(right, &mut out[count..].iter().copied()),
        );
        let (Some(mine), Some(theirs)) = (mine, theirs) else { continue };
        if mine != theirs {
            let at = names.iter().zip(at).map(|(n, x)| (n.name().to_owned(), x)).collect();
            let number = |b: bool| f64::from(u8::from(b));
            let witness = Witness { at, yours: number(mine), expected: number(theirs) };
            return Compared {
                witness: Some(witness),
                ..Compared::of(Verdict::Wrong, Method::Intervals, agreeing)
            };
        }
        agreeing += 1;
    }
    let equations = given.atoms().into_iter().chain(right.atoms()).all(|a| a.sign == Relation::Zero);
    match (given, right) {
        (Statement::Atom(_), Statement::Atom(_)) if equations => crossings(&trial, names, &TRIED),
        _ if !equations && agreeing >= 20 => {
            Compared::of(Verdict::RightAtTestedPoints, Method::Points, agreeing)
        }
        _ => undecided("no way was found to compare these two"),
    }
}

/// Two equations, compared where one of the sides changes its sign: there it is solved, and so must be the other.
fn crossings(trial: &Trial, names: &[Symbol], tried: &[f64]) -> Compared {
    let mut agreeing = 0;
    for k in 0..8 {
        let base: Vec<f64> = (0..names.len()).map(|j| tried[(k + 4 * j) % tried.len()]).collect();
        for j in 0..names.len() {
            let at = |x: f64| {
                let mut at = base.clone();
                at[j] = x;
                at
            };
            let mut ends: Vec<f64> = tried.to_vec();
            ends.sort_by(f64::total_cmp);
            for pair in ends.windows(2) {
                let (first, last) = (trial.values(&at(pair[0])), trial.values(&at(pair[1])));
                for which in 0..2 {
                    let (v, w) = (first[which], last[which]);
                    if !v.is_finite() || !w.is_finite() || v * w >= 0.0 {
                        continue;
                    }
                    let (mut low, mut high) = (pair[0], pair[1]);
                    for _ in 0..50 {
                        let middle = low + (high - low) / 2.0;
                        if trial.values(&at(middle))[which].signum() == v.signum() {
                            low = middle
                        } else {
                            high = middle
                        }
                    }
                    // A little wider, so that the signs at both ends are certain.
                    let wide = 1e-9 * (1.0 + low.abs());
                    let (low, high) = (low - wide, high + wide);
                    let over = |from: f64, to: f64| {
                        let mut boxes: Vec<Interval> = base.iter().map(|x| Interval::point(*x)).collect();
                        boxes[j] = Interval::new(from, to)?;
                        trial.over(&boxes)
                    };
                    let (Some(left), Some(right), Some(whole)) =
                        (over(low, low), over(high, high), over(low, high))
                    else {
                        continue;
                    };
                    let sign = |e: Enclosure| {
                        if !e.defined {
                            0
                        } else if e.values.low() > 0.0 {
                            1
                        } else if e.values.high() < 0.0 {
                            -1
                        } else {
                            0
                        }
                    };
                    let crosses = |k: usize| sign(left[k]) * sign(right[k]) < 0 && whole[k].defined;
                    if !crosses(which) {
                        continue;
                    }
                    let other = 1 - which;
                    if sign(whole[other]) != 0 {
                        let middle = low + (high - low) / 2.0;
                        let point =
                            names.iter().zip(at(middle)).map(|(n, x)| (n.name().to_owned(), x)).collect();
                        let yours = if which == 0 { 1.0 } else { 0.0 };
                        let witness = Witness { at: point, yours, expected: 1.0 - yours };
                        return Compared {
                            witness: Some(witness),
                            ..Compared::of(Verdict::Wrong, Method::Intervals, agreeing)
                        };
                    }
                    if crosses(other) {
                        agreeing += 1;
                    }
                }
            }
        }
    }
    if agreeing >= 12 {
        return Compared::of(Verdict::RightAtTestedPoints, Method::Points, agreeing);
    }
    let reason = "no way was found to compare these two".to_owned();
    Compared { reason, ..Compared::of(Verdict::Undecided, Method::None, 0) }
}
