//! Statements about numbers: equations, inequalities, intervals, and what `and`, `or` and `not` make of them.
//!
//! Here: reading them, also in the notation of intervals, which the language does not have.
//! Not here: which numbers they hold for (`reals`), comparison in several names (`relation`).
//! Start reading at [`statement()`].

use secant::expr::{Condition, Expr, Symbol};
use secant::program::eval;
use secant::sheet::Fault;
use secant::syntax::{Kind, Logical, Rel, Written};
use std::collections::BTreeSet;

use super::read::{Piece, Read, Side};

/// What a person states.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Statement {
    /// `f = 0`, `f > 0`, …
    Atom(Atom),
    /// All of them hold.
    All(Vec<Statement>),
    /// One of them holds at least.
    Any(Vec<Statement>),
    /// It does not hold.
    Not(Box<Statement>),
}

/// A relation to nought.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Atom {
    pub(super) f: Expr,
    pub(super) sign: Relation,
    /// What must hold for `f` to have a value.
    pub(super) conditions: Vec<Condition>,
}

/// How something stands to nought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Zero,
    NonZero,
    Positive,
    NonNegative,
}

/// Most relations in one statement.
const MAX_ATOMS: usize = 40;

impl Statement {
    pub(super) fn nothing() -> Statement {
        Statement::Any(Vec::new())
    }

    pub(super) fn everything() -> Statement {
        Statement::All(Vec::new())
    }

    pub(super) fn atom(f: Expr, sign: Relation) -> Statement {
        Statement::Atom(Atom { f, sign, conditions: Vec::new() })
    }

    /// Every relation in it.
    pub(super) fn atoms(&self) -> Vec<&Atom> {
        match self {
            Statement::Atom(atom) => vec![atom],
            Statement::All(list) | Statement::Any(list) => list.iter().flat_map(Statement::atoms).collect(),
            Statement::Not(inner) => inner.atoms(),
        }
    }

    pub(super) fn names(&self) -> BTreeSet<Symbol> {
        self.atoms().iter().flat_map(|a| a.f.free_symbols()).collect()
    }

    /// Does it hold, where `atom` says it of the parts? `None` where that is not known.
    pub(super) fn holds(&self, atom: &mut dyn FnMut(&Atom) -> Option<bool>) -> Option<bool> {
        match self {
            Statement::Atom(a) => atom(a),
            Statement::Not(inner) => inner.holds(atom).map(|h| !h),
            Statement::All(list) => list.iter().try_fold(true, |all, s| Some(s.holds(atom)? && all)),
            Statement::Any(list) => list.iter().try_fold(false, |any, s| Some(s.holds(atom)? || any)),
        }
    }
}

/// Reads a statement; intervals are about `x`.
pub(super) fn statement(side: Side<'_>, text: &str, x: &Symbol) -> Read<Statement> {
    let piece = Piece::whole(text).trim();
    match piece.text.to_lowercase().as_str() {
        "none" | "no solution" | "no solutions" | "∅" | "{}" => return Ok(Statement::nothing()),
        "r" | "ℝ" | "all real numbers" | "all" | "all reals" => return Ok(Statement::everything()),
        _ => {}
    }
    let read = match intervals(side, &piece, x)? {
        Some(union) => union,
        None => relations(side, &piece)?,
    };
    if read.atoms().len() > MAX_ATOMS {
        let fault = Fault::new("budget.relations", format!("more than {MAX_ATOMS} relations"));
        return Err(side.trouble(fault.hint("write it shorter")));
    }
    Ok(read)
}

/// Relations, joined by `and`, `or`, commas or ends of lines.
fn relations(side: Side<'_>, piece: &Piece<'_>) -> Read<Statement> {
    let parts: Vec<Piece<'_>> = piece.split(&[",", ";", "\n"]);
    let parts: Vec<Piece<'_>> = parts.into_iter().filter(|p| !p.text.trim().is_empty()).collect();
    if parts.len() < 2 {
        let written = side.written(piece)?;
        return from_written(side, &written);
    }
    let written = parts.iter().map(|p| side.written(p)).collect::<Read<Vec<_>>>()?;
    let list = written.iter().map(|w| from_written(side, w)).collect::<Read<Vec<_>>>()?;
    // `x = 2, x = -2` are two solutions, `x = 1, y = 2` is one.
    let solved: Option<Vec<&str>> = written.iter().map(|w| w.as_named().map(|(name, _)| name)).collect();
    let same = solved.is_some_and(|names| names.windows(2).all(|w| w[0] == w[1]));
    Ok(if same { Statement::Any(list) } else { Statement::All(list) })
}

pub(super) fn from_written(side: Side<'_>, written: &Written) -> Read<Statement> {
    match &written.kind {
        Kind::Brackets(_, inner) => from_written(side, inner),
        Kind::Logic(how, list) => {
            let list = list.iter().map(|w| from_written(side, w)).collect::<Read<Vec<_>>>()?;
            Ok(if *how == Logical::And { Statement::All(list) } else { Statement::Any(list) })
        }
        Kind::Not(inner) => Ok(Statement::Not(Box::new(from_written(side, inner)?))),
        Kind::Relation(first, rest) => {
            let mut list = Vec::new();
            let mut left: &Written = first;
            for (relation, right) in rest {
                list.push(atom(side, left, *relation, right)?);
                left = right;
            }
            Ok(if list.len() == 1 { list.swap_remove(0) } else { Statement::All(list) })
        }
        _ => {
            let fault = Fault {
                at: Some([written.span.from as usize, written.span.to as usize]),
                ..Fault::new("request.kind", format!("`{written}` states nothing"))
            };
            Err(side
                .trouble(fault.hint("write an equation such as `x = 2` or an inequality such as `x > 2`")))
        }
    }
}

fn atom(side: Side<'_>, left: &Written, relation: Rel, right: &Written) -> Read<Statement> {
    let (a, b) = (side.formula(left)?, side.formula(right)?);
    if !a.expr.shape().is_scalar() || !b.expr.shape().is_scalar() {
        let fault =
            Fault::new("shape.relation", format!("a relation of {} and {}", a.expr.shape(), b.expr.shape()));
        return Err(side.trouble(fault.hint("write it entry by entry")));
    }
    let (f, sign) = match relation {
        Rel::Equal | Rel::Same => (a.expr - b.expr, Relation::Zero),
        Rel::NotEqual => (a.expr - b.expr, Relation::NonZero),
        Rel::Greater => (a.expr - b.expr, Relation::Positive),
        Rel::GreaterEqual => (a.expr - b.expr, Relation::NonNegative),
        Rel::Less => (b.expr - a.expr, Relation::Positive),
        Rel::LessEqual => (b.expr - a.expr, Relation::NonNegative),
    };
    let conditions = [a.conditions, b.conditions].concat();
    Ok(Statement::Atom(Atom { f, sign, conditions }))
}

/// `[1, 2) union {3} union (4, inf)`; `None` where it is not in this notation.
fn intervals(side: Side<'_>, piece: &Piece<'_>, x: &Symbol) -> Read<Option<Statement>> {
    let parts = piece.split(&["union", "∪", "U", "or"]);
    let mut union = Vec::new();
    for part in &parts {
        let part = part.trim();
        if let Some(inside) = part.inside('{', '}') {
            for element in inside.split(&[",", ";"]).iter().filter(|e| !e.text.trim().is_empty()) {
                let e = end(side, element)?;
                union.push(Statement::atom(Expr::var(x.clone()) - e, Relation::Zero));
            }
            continue;
        }
        let (Some(open), Some(close)) = (part.text.chars().next(), part.text.chars().last()) else {
            return Ok(None);
        };
        if !matches!(open, '[' | '(') || !matches!(close, ']' | ')') || part.text.len() < 2 {
            return Ok(None);
        }
        let inside = part.slice(1, part.text.len() - 1);
        let ends = inside.split(&[",", ";"]);
        let [low, high] = ends.as_slice() else { return Ok(None) };
        union.push(interval(side, &part, (low, open == '['), (high, close == ']'), x)?);
    }
    Ok(Some(if union.len() == 1 { union.swap_remove(0) } else { Statement::Any(union) }))
}

fn interval(
    side: Side<'_>,
    whole: &Piece<'_>,
    (low, with_low): (&Piece<'_>, bool),
    (high, with_high): (&Piece<'_>, bool),
    x: &Symbol,
) -> Read<Statement> {
    let (a, b) = (bound(side, low)?, bound(side, high)?);
    let number = |e: &Option<Expr>, inf: f64| e.as_ref().map_or(inf, |e| eval(e, &[]).unwrap_or(f64::NAN));
    if number(&a, f64::NEG_INFINITY) > number(&b, f64::INFINITY) {
        let fault = Fault {
            at: Some(whole.span()),
            ..Fault::new("request.interval", "the left end of this interval is larger than the right one")
        };
        return Err(side.trouble(fault.hint("write the smaller end first")));
    }
    let x = Expr::var(x.clone());
    let sign = |with: bool| if with { Relation::NonNegative } else { Relation::Positive };
    let low = a.map(|a| Statement::atom(&x - &a, sign(with_low)));
    let high = b.map(|b| Statement::atom(&b - &x, sign(with_high)));
    Ok(Statement::All(low.into_iter().chain(high).collect()))
}

/// An end of an interval; `None` where there is none.
fn bound(side: Side<'_>, piece: &Piece<'_>) -> Read<Option<Expr>> {
    let text = piece.text.trim();
    let unsigned = text.trim_start_matches(['-', '+', '−']).trim();
    if matches!(unsigned, "inf" | "infinity" | "∞" | "oo") {
        return Ok(None);
    }
    end(side, piece).map(Some)
}

fn end(side: Side<'_>, piece: &Piece<'_>) -> Read<Expr> {
    Ok(super::value::number(side, piece)?.expr)
}
