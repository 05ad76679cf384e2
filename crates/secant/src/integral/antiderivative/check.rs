//! Antiderivatives differentiated back: a quick look at a few points on the way, the full comparison at the end.

use super::algebra::{factors, free};
use super::methods::map;
use crate::calculus::derivative_within;
use crate::equality::{self, Verdict};
use crate::expr::{Condition, Expr, Func, Node, Symbol, product};
use crate::program::{Program, Workspace};

/// Where a first look is taken.
const PLACES: [f64; 9] = [0.37, 0.81, -0.43, 1.27, -1.73, 2.3, 3.9, -4.1, 7.3];
/// Steps of a finer look, where none of these was in the domain.
const FINE: i32 = 80;
/// What letters stand for there.
const LETTERS: [f64; 5] = [0.83, 0.61, 1.19, 0.47, 1.53];
/// Parts that a derivative may have.
const MAX_PARTS: usize = 20_000;
/// Fewer agreeing points than this suggest nothing.
const ENOUGH: usize = 8;

/// The slope of `f`. Of `log(abs(u))` it is `u'/u` wherever that has a value.
fn slope(f: &Expr, x: &Symbol) -> Option<Expr> {
    let mut inside: Vec<Expr> = Vec::new();
    let other = f.rebuild(|p| match p.node() {
        Node::Apply(Func::Log, m) => match m.node() {
            Node::Apply(Func::Abs, u) => {
                inside.push(u.log());
                Some(u.log())
            }
            _ => None,
        },
        _ => None,
    });
    let slope = derivative_within(&other, x, MAX_PARTS)?;
    // A logarithm that is left keeps its modulus; a sign times its argument is a modulus.
    Some(map(&slope, &mut |p| match p.node() {
        Node::Apply(Func::Log, u) if inside.contains(p) => Some(u.abs().log()),
        Node::Product(_) => {
            let list = factors(p);
            let sign = list.iter().position(|f| matches!(f.node(), Node::Apply(Func::Sign, _)))?;
            let Node::Apply(_, u) = list[sign].node() else { return None };
            let k = list.iter().position(|f| f == u)?;
            let rest = list.iter().enumerate().filter(|(j, _)| *j != sign && *j != k).map(|(_, f)| f.clone());
            Some(product(rest.chain([u.abs()])))
        }
        _ => None,
    }))
}

/// Does the slope of `f` agree with `e`, and exist, at a few points where `e` does and the facts hold?
pub(super) fn agrees(f: &Expr, e: &Expr, x: &Symbol, facts: &[Condition]) -> bool {
    !free(f, x) && slope(f, x).is_some_and(|slope| slope == *e || agreeing(&slope, e, x, facts, false) > 0)
}

/// At how many points the two agree; 0 when they differ at one, or one is missing too often where the other is not.
fn agreeing(slope: &Expr, e: &Expr, x: &Symbol, facts: &[Condition], thorough: bool) -> usize {
    let outputs: Vec<Expr> = [slope, e].into_iter().chain(facts.iter().map(|c| &c.expr)).cloned().collect();
    let mut names: Vec<Symbol> = outputs.iter().flat_map(Expr::free_symbols).collect();
    names.push(x.clone());
    names.sort();
    names.dedup();
    let Ok(program) = Program::compile(&outputs, &names) else { return 0 };
    let mut workspace = Workspace::new();
    let mut out = vec![0.0; outputs.len()];
    let (mut same, mut missing) = (0, 0);
    for round in 0..3 {
        // A narrow domain is looked for from end to end.
        let fine = (0..FINE).map(|k| f64::from(k - FINE / 2) * 0.083 + 0.011);
        let places: Vec<f64> = match round {
            2 if same > 0 && !thorough => break,
            2 => fine.collect(),
            _ => PLACES.to_vec(),
        };
        for (j, place) in places.into_iter().enumerate() {
            let letter = |k: usize| match round {
                2 => 0.37 * ((7 * k + 3 * j + k * j) % 11) as f64 - 0.8,
                _ => LETTERS[(k + 2 * round) % LETTERS.len()] + 0.01 * k as f64,
            };
            let at: Vec<f64> =
                names.iter().enumerate().map(|(k, n)| if n == x { place } else { letter(k) }).collect();
            if program.evaluate(&at, &mut out, &mut workspace).is_err() {
                return 0;
            }
            let (have, want) = (out[0], out[1]);
            if !facts.iter().zip(&out[2..]).all(|(c, v)| c.holds_for(*v)) || !want.is_finite() {
                continue;
            }
            if have.is_nan() {
                missing += 1;
            } else if (have - want).abs() > 1e-4 * want.abs().max(1e-3) {
                return 0;
            } else {
                same += 1;
            }
        }
    }
    if missing <= 2 * same { same } else { 0 }
}

/// What the comparison of the slope of an antiderivative with the integrand says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compared {
    Proven,
    Tested,
    Not,
}

/// Compares the slope of `f` with `e` wherever both exist and the facts hold.
pub(super) fn compare(f: &Expr, e: &Expr, x: &Symbol, facts: &[Condition], proof_terms: usize) -> Compared {
    let Some(slope) = slope(f, x) else { return Compared::Not };
    let options = equality::Options { proof_terms, assume: facts.to_vec(), ..equality::Options::default() };
    match equality::equal((&slope, &[]), (e, &[]), &options).verdict {
        Verdict::Equal | Verdict::EqualWhereBothExist => Compared::Proven,
        Verdict::EqualAtTestedPoints => Compared::Tested,
        // Too few of its points lie in the domain; ours may.
        Verdict::Undecided if agreeing(&slope, e, x, facts, true) >= ENOUGH => Compared::Tested,
        Verdict::Different | Verdict::Undecided => Compared::Not,
    }
}
