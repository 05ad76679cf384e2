//! Sets of things: in any order, each counted once.
//!
//! Start reading at [`set()`].

use secant::expr::Symbol;
use secant::sheet::Fault;
use secant::syntax::{Kind as Written_, Lowered, Written};

use super::read::{Piece, Read, Side};
use super::reply::{Evidence, Method, Part, Verdict};
use super::statement::{Statement, from_written};
use super::{Found, Grader, relation, value};

/// Most elements of a set: each is compared with each.
const MAX_ELEMENTS: usize = 30;

/// An element, as far as elements are compared.
#[derive(Clone, Debug)]
enum Thing {
    Formula(Lowered),
    /// An equation of a system, and its text.
    Statement(Box<Statement>, String),
    /// A point, a vector, a nested set: things in order, or in any order.
    Things(Vec<Thing>, Order),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Order {
    Fixed,
    Any,
}

/// The kind `set`.
pub(super) fn set(grader: &Grader<'_>, answer: &str, model: &str) -> Read<Found> {
    let right = elements(grader.model(), model)?;
    let given = elements(grader.answer(), answer)?;
    let right: Vec<Thing> = right.into_iter().map(|(_, thing)| thing).collect();
    let (pieces, given): (Vec<Piece<'_>>, Vec<Thing>) = given.into_iter().unzip();
    let (found, parts) = same(grader, &given, &right);
    let part = |(piece, verdict): (&Piece<'_>, &Verdict)| Part {
        name: piece.trim().text.to_owned(),
        at: Some(piece.span()),
        verdict: *verdict,
        message: if *verdict == Verdict::Wrong {
            "it does not belong there".to_owned()
        } else {
            String::new()
        },
    };
    let parts = pieces.iter().zip(&parts).map(part).collect();
    let reading: Vec<String> = given.iter().map(Thing::text).collect();
    let written = grader.answer().written(&Piece::whole(answer)).ok();
    Ok(Found { parts, reading: Some(format!("{{{}}}", reading.join(", "))), written, ..found })
}

fn elements<'a>(side: Side<'_>, text: &'a str) -> Read<Vec<(Piece<'a>, Thing)>> {
    let piece = Piece::whole(text).trim();
    if matches!(piece.text, "∅" | "{}") {
        return Ok(Vec::new());
    }
    let inside = piece.inside('{', '}').unwrap_or(piece);
    if inside.text.trim().is_empty() {
        if piece.text.is_empty() {
            let fault = Fault::new("syntax.empty", "there is nothing to read");
            return Err(side.trouble(fault.hint("write a set as `{1, 2}`, the empty one as `{}`")));
        }
        return Ok(Vec::new());
    }
    let pieces = inside.split(&[",", ";", "or"]);
    if pieces.len() > MAX_ELEMENTS {
        let fault =
            Fault::new("budget.entries", format!("{} elements; {MAX_ELEMENTS} are read", pieces.len()));
        return Err(side.trouble(fault.hint("write less")));
    }
    let written = pieces.iter().map(|p| side.written(p)).collect::<Read<Vec<_>>>()?;
    let system = is_system(&written);
    let read = |(piece, w): (Piece<'a>, Written)| Ok((piece, thing(side, w, system)?));
    pieces.into_iter().zip(written).map(read).collect()
}

/// Equations that belong together, rather than the solutions `x = 2` and `x = -2`.
fn is_system(written: &[Written]) -> bool {
    let relations = || written.iter().filter(|w| matches!(w.without_brackets().kind, Written_::Relation(..)));
    let named = |w: &Written| w.without_brackets().as_named().map(|(name, _)| name.to_owned());
    let first = relations().next().and_then(named);
    relations().count() > 0 && !relations().all(|w| first.is_some() && named(w) == first)
}

fn thing(side: Side<'_>, written: Written, system: bool) -> Read<Thing> {
    let things = |list: &[Written], order| {
        let list = list.iter().map(|w| thing(side, w.clone(), system)).collect::<Read<Vec<_>>>()?;
        Ok(Thing::Things(list, order))
    };
    match &written.without_brackets().kind {
        Written_::Tuple(list) => things(list, Order::Fixed),
        Written_::Set(list) => things(list, Order::Any),
        Written_::Matrix(rows) if rows.len() == 1 => things(&rows[0], Order::Fixed),
        Written_::Relation(..) if system => {
            Ok(Thing::Statement(Box::new(from_written(side, &written)?), written.to_string()))
        }
        // `x = 2` in a set of solutions is 2.
        Written_::Relation(..) if solution(&written).is_some() => {
            thing(side, solution(&written).cloned().unwrap_or(written), system)
        }
        _ => Ok(Thing::Formula(side.formula(&written)?)),
    }
}

/// The right side of `x = 2`.
fn solution(written: &Written) -> Option<&Written> {
    written.without_brackets().as_named().map(|(_, value)| value)
}

impl Thing {
    fn text(&self) -> String {
        match self {
            Thing::Formula(f) => f.expr.to_string(),
            Thing::Statement(_, text) => text.clone(),
            Thing::Things(list, order) => {
                let list: Vec<String> = list.iter().map(Thing::text).collect();
                let list = list.join(", ");
                if *order == Order::Fixed { format!("({list})") } else { format!("{{{list}}}") }
            }
        }
    }
}

fn is_same(grader: &Grader<'_>, a: &Thing, b: &Thing) -> Verdict {
    match (a, b) {
        (Thing::Formula(a), Thing::Formula(b)) => value::compare(grader, a, b).verdict,
        (Thing::Statement(a, _), Thing::Statement(b, _)) => {
            relation::compare(a, b, &Symbol::new("x")).verdict
        }
        (Thing::Things(a, Order::Any), Thing::Things(b, Order::Any)) => same(grader, a, b).0.verdict,
        (Thing::Things(a, Order::Fixed), Thing::Things(b, Order::Fixed)) if a.len() == b.len() => {
            a.iter().zip(b).fold(Verdict::Right, |v, (a, b)| v.and(is_same(grader, a, b)))
        }
        _ => Verdict::Wrong,
    }
}

/// The verdict on a set, and on each of its elements.
fn same(grader: &Grader<'_>, given: &[Thing], right: &[Thing]) -> (Found, Vec<Verdict>) {
    let mut covered: Vec<Verdict> = vec![Verdict::Wrong; right.len()];
    let mut belongs = Vec::new();
    // All are compared with all: an element may stand on either side more than once.
    for a in given {
        let mut best = Verdict::Wrong;
        for (k, b) in right.iter().enumerate() {
            let verdict = is_same(grader, a, b);
            if covered[k].and(verdict) == covered[k] {
                covered[k] = verdict;
            }
            if best.and(verdict) == best {
                best = verdict;
            }
        }
        belongs.push(best);
    }
    let verdict = covered.iter().chain(&belongs).fold(Verdict::Right, |v, w| v.and(*w));
    let found = covered.iter().filter(|v| v.is_right()).count();
    let missing = covered.iter().filter(|v| **v == Verdict::Wrong).count();
    let extra = belongs.iter().filter(|v| **v == Verdict::Wrong).count();
    let evidence = Evidence { method: Method::Comparison, points: 0 };
    if verdict != Verdict::Wrong {
        let found = match verdict {
            Verdict::Undecided => Found::undecided("an element could not be compared"),
            verdict => Found::new(verdict, "Right.".to_owned()),
        };
        return (Found { evidence, ..found }, belongs);
    }
    let count = |n: usize| if n == 1 { "one".to_owned() } else { n.to_string() };
    let mut notes = Vec::new();
    if missing > 0 {
        notes.push(format!("{} is missing", count(missing)));
    }
    if let Some(k) = belongs.iter().position(|v| *v == Verdict::Wrong) {
        notes.push(format!("`{}` does not belong there", given[k].text()));
    }
    let say = format!("Not yet: {}.", notes.join(", and "));
    let score = found.saturating_sub(extra) as f64 / right.len().max(1) as f64;
    (Found { evidence, score, ..Found::new(Verdict::Wrong, say) }, belongs)
}
