//! Several derivatives at once: gradients, Jacobians, Hessians.
//!
//! Here: mistakes about the table as a whole; those of its entries, and how they come together.
//! Not here: what goes wrong in one entry (`derivative`).
//! Start reading at [`table`].

use secant::expr::{Expr, Symbol};
use secant::sheet::Scope;
use secant::syntax::{self, Kind, Span, Written};
use serde_json::Value;

use super::derivative::Derivative;
use super::found::{Found, Match};
use super::reading::{Reading, entries};
use super::rules::ARITHMETIC;
use super::samples;
use super::tree::{Id, Tree};
use super::work::{Work, explain, singles};
use super::{Problem, text};

/// Most entries whose mistakes are told.
const MAX_ENTRIES: usize = 36;

#[derive(Clone, Copy, PartialEq)]
enum Kept {
    Gradient,
    Jacobian,
    Hessian,
}

/// What is asked for: a table of derivatives, row by row.
struct Table {
    what: Kept,
    rows: Vec<Vec<Derivative>>,
}

impl Table {
    fn read(tree: &mut Tree, task: &Value, scope: &Scope) -> Option<Table> {
        let texts = |field: &str| -> Option<Vec<String>> {
            match task.get(field)? {
                Value::String(text) => Some(vec![text.clone()]),
                Value::Array(list) => list.iter().map(|v| v.as_str().map(str::to_owned)).collect(),
                _ => None,
            }
        };
        let what = match text(task, "op")? {
            "grad" => Kept::Gradient,
            "jacobian" => Kept::Jacobian,
            _ => Kept::Hessian,
        };
        let by: Vec<u32> = texts("wrt")?.iter().map(|name| tree.variable(&Symbol::new(name))).collect();
        let mut functions = Vec::new();
        for text in texts("expr")? {
            let written = syntax::parse(&text, &syntax::Limits::default()).ok()?;
            functions.extend(cells(tree, &written, scope)?.into_iter().flatten().map(|cell| cell.root));
        }
        let rows: Vec<Vec<Derivative>> = match (what, functions.as_slice()) {
            (Kept::Hessian, [f]) => {
                by.iter().map(|x| by.iter().map(|y| Derivative::of(*f, vec![*x, *y])).collect()).collect()
            }
            (Kept::Hessian, _) => return None,
            _ => {
                let row = |f: &Id| by.iter().map(|x| Derivative::of(*f, vec![*x])).collect();
                functions.iter().map(row).collect()
            }
        };
        let count: usize = rows.iter().map(Vec::len).sum();
        (1..=MAX_ENTRIES).contains(&count).then_some(Table { what, rows })
    }

    fn right(&self, tree: &mut Tree) -> Vec<Vec<Id>> {
        self.rows.iter().map(|row| row.iter().map(|d| d.right(tree)).collect()).collect()
    }

    /// The expression of a table: a list where there is one row.
    fn expr(&self, rows: &[Vec<Expr>]) -> Expr {
        if rows.iter().flatten().any(Expr::is_undefined) {
            return Expr::undefined();
        }
        match rows {
            [row] if self.rows.len() == 1 => match row.as_slice() {
                [one] => one.clone(),
                _ => Expr::stack(row.clone()),
            },
            _ => Expr::stack(rows.iter().map(|row| Expr::stack(row.clone())).collect()),
        }
    }
}

/// Why an answer to `grad`, `jacobian` or `hessian` is wrong.
pub(super) fn table(problem: &Problem<'_>) -> Vec<Found> {
    let mut tree = Tree::new();
    let Some(task) = Table::read(&mut tree, problem.task, problem.scope) else { return Vec::new() };
    let Some(answer) = cells(&mut tree, problem.written, problem.scope) else { return Vec::new() };
    let right = task.right(&mut tree);
    let mut wanted: Vec<Id> = answer.iter().flatten().map(|r| r.root).collect();
    wanted.extend(right.iter().flatten());
    tree.settle(&wanted);
    let given: Vec<Vec<Id>> = answer.iter().map(|row| row.iter().map(|r| r.root).collect()).collect();
    // A vector may lie or stand.
    let flat = |rows: &[Vec<Id>]| rows.iter().any(|row| row.len() > 1) && rows.len() > 1;
    let lists = !flat(&given) && !flat(&right);
    let same = |tree: &Tree, a: &[Vec<Id>], b: &[Vec<Id>]| {
        a.len() == b.len()
            && a.iter()
                .zip(b)
                .all(|(a, b)| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| tree.same(*a, *b)))
    };
    let laid = |rows: &[Vec<Id>]| vec![rows.iter().flatten().copied().collect::<Vec<Id>>()];
    let (given, expected) = if lists { (laid(&given), laid(&right)) } else { (given, right.clone()) };
    if same(&tree, &given, &expected) {
        return Vec::new();
    }
    let places: Vec<&Reading> = answer.iter().flatten().collect();
    let whole = |slip: &'static str, cost: u32, tree: &Tree| {
        let rows: Vec<Vec<Expr>> =
            given.iter().map(|row| row.iter().map(|id| tree.expr(*id)).collect()).collect();
        let gives = if rows.len() == 1 { Expr::stack(rows[0].clone()) } else { task.expr(&rows) };
        Found { slips: vec![(slip, None)], gives, cost, confirmed: true, missing: None }
    };
    let mut found = Vec::new();
    let transposed = |rows: &[Vec<Id>]| -> Vec<Vec<Id>> {
        let width = rows.first().map_or(0, Vec::len);
        (0..width).map(|j| rows.iter().filter_map(|row| row.get(j).copied()).collect()).collect()
    };
    if task.what == Kept::Jacobian && !lists && same(&tree, &given, &transposed(&expected)) {
        found.push(whole("jacobian-transposed", 1, &tree));
    }
    let reversed: Vec<Vec<Id>> = expected.iter().map(|r| r.iter().rev().copied().collect()).collect();
    if expected[0].len() > 1 && task.what != Kept::Hessian && same(&tree, &given, &reversed) {
        found.push(whole("wrong-variable", 3, &tree));
    }
    if is_part(&tree, &given, &expected, lists) {
        found.push(whole("row-lost", 2, &tree));
    }
    let fits = given.len() == expected.len() && given.iter().zip(&expected).all(|(a, b)| a.len() == b.len());
    if !fits {
        return found;
    }
    // What was asked for has the form of the answer now: entry by entry.
    let tasks: Vec<&Derivative> = task.rows.iter().flatten().collect();
    let width = task.rows[0].len();
    let (given, expected): (Vec<Id>, Vec<Id>) =
        (given.into_iter().flatten().collect(), expected.into_iter().flatten().collect());
    let off: Vec<usize> = (0..given.len()).filter(|k| !tree.same(given[*k], expected[*k])).collect();
    if task.what == Kept::Hessian
        && off.iter().all(|k| k / width != k % width && is_off_diagonal(&tree, given[*k], expected[*k]))
    {
        let rows: Vec<Vec<Expr>> =
            given.chunks(width).map(|r| r.iter().map(|id| tree.expr(*id)).collect()).collect();
        let span = off.iter().map(|k| places[*k].span()).reduce(Span::to);
        let gives = task.expr(&rows);
        found.push(Found {
            slips: vec![("hessian-off-diagonal", span)],
            gives,
            cost: 2,
            confirmed: true,
            missing: None,
        });
    }
    found.extend(entry_by_entry(&mut tree, &task, &tasks, &given, &expected, &off, &places));
    found
}

/// Rows (of a list: entries) of the right table, with some missing.
fn is_part(tree: &Tree, given: &[Vec<Id>], right: &[Vec<Id>], lists: bool) -> bool {
    if lists {
        let (given, right) = (&given[0], &right[0]);
        let mut next = right.iter();
        return given.len() < right.len() && given.iter().all(|g| next.any(|r| tree.same(*g, *r)));
    }
    let mut next = right.iter();
    let same = |a: &[Id], b: &[Id]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| tree.same(*a, *b));
    given.len() < right.len() && given.iter().all(|g| next.any(|r| same(g, r)))
}

/// Nought, half, twice, or with the other sign.
fn is_off_diagonal(tree: &Tree, given: Id, right: Id) -> bool {
    let factor = samples::ratio(tree.at(given), tree.at(right));
    factor.is_some_and(|f| [0.0, 0.5, 2.0, -1.0].iter().any(|known| (f - known).abs() < 1e-9))
}

/// The mistakes of the entries that are off; one kind in all of them, or two.
fn entry_by_entry(
    tree: &mut Tree,
    task: &Table,
    tasks: &[&Derivative],
    given: &[Id],
    expected: &[Id],
    off: &[usize],
    places: &[&Reading],
) -> Vec<Found> {
    let mut reasons: Vec<Vec<Match>> = Vec::new();
    for k in off {
        let found = explain(tasks[*k], tree, given[*k]);
        if found.is_empty() {
            return Vec::new();
        }
        reasons.push(found);
    }
    let width = task.rows[0].len();
    let make = |tree: &Tree, chosen: &[&Match]| -> Found {
        let mut entries: Vec<Expr> = expected.iter().map(|id| tree.expr(*id)).collect();
        let (mut slips, mut cost) = (Vec::new(), 0);
        for (k, m) in off.iter().zip(chosen) {
            let found = (*m).clone().found(tree, Some(places[*k]));
            for (name, at) in found.slips {
                if slips.iter().all(|(known, _)| *known != name) {
                    slips.push((name, Some(at.unwrap_or(places[*k].span()))));
                }
            }
            cost = cost.max(found.cost);
            entries[*k] = found.gives;
        }
        let rows: Vec<Vec<Expr>> = entries.chunks(width).map(<[Expr]>::to_vec).collect();
        Found { slips, gives: task.expr(&rows), cost, confirmed: true, missing: None }
    };
    if let [only] = reasons.as_slice() {
        return only.iter().map(|m| make(tree, &[m])).collect();
    }
    // The kinds that explain every entry: one, else two.
    let single = |m: &Match| if let [one] = m.mistakes[..] { Some(one.slip) } else { None };
    let mut kinds: Vec<&'static str> = Vec::new();
    for slip in reasons.iter().flatten().filter_map(single) {
        if !kinds.contains(&slip) && kinds.len() < 12 {
            kinds.push(slip);
        }
    }
    let cover = |allowed: &[&'static str]| -> Option<Vec<&Match>> {
        let of =
            |list: &'_ Vec<Match>| list.iter().position(|m| single(m).is_some_and(|s| allowed.contains(&s)));
        reasons.iter().map(|list| of(list).map(|k| &list[k])).collect()
    };
    let mut found: Vec<Found> = kinds.iter().filter_map(|a| Some(make(tree, &cover(&[*a])?))).collect();
    if found.is_empty() {
        for (k, a) in kinds.iter().enumerate() {
            for b in &kinds[..k] {
                found.extend(cover(&[*a, *b]).map(|chosen| make(tree, &chosen)));
            }
        }
        found.retain(|f| f.slips.len() <= 2);
    }
    found
}

/// Every wrong table with one mistake in one entry, or about the whole.
pub(super) fn likely(task: &Value, scope: &Scope) -> Vec<Found> {
    let mut tree = Tree::new();
    let Some(task) = Table::read(&mut tree, task, scope) else { return Vec::new() };
    let right = task.right(&mut tree);
    tree.settle(&right.iter().flatten().copied().collect::<Vec<Id>>());
    let exprs: Vec<Vec<Expr>> =
        right.iter().map(|row| row.iter().map(|id| tree.expr(*id)).collect()).collect();
    let mut found = Vec::new();
    let mut add = |slip: &'static str, cost: u32, gives: Expr| {
        found.push(Found { slips: vec![(slip, None)], gives, cost, confirmed: true, missing: None });
    };
    for (i, row) in task.rows.iter().enumerate() {
        for (j, entry) in row.iter().enumerate() {
            let mut all = entry.whole(&mut tree);
            all.extend(singles(entry, &mut tree));
            for m in all {
                if m.is_of_rules() && !tree.same(m.gives, right[i][j]) {
                    let mut rows = exprs.clone();
                    rows[i][j] = tree.expr(m.gives);
                    add(m.mistakes[0].slip, m.mistakes[0].cost, task.expr(&rows));
                }
            }
            if task.what == Kept::Hessian && i < j {
                for factor in [Expr::integer(2), Expr::integer(2).recip(), Expr::zero()] {
                    let mut rows = exprs.clone();
                    rows[i][j] = rows[i][j].clone() * factor.clone();
                    rows[j][i] = rows[i][j].clone();
                    if rows != exprs {
                        add("hessian-off-diagonal", ARITHMETIC / 4, task.expr(&rows));
                    }
                }
            }
        }
    }
    if task.what == Kept::Jacobian && exprs.len() > 1 && exprs[0].len() == exprs.len() {
        let turned: Vec<Vec<Expr>> =
            (0..exprs.len()).map(|j| exprs.iter().map(|row| row[j].clone()).collect()).collect();
        if turned != exprs {
            add("jacobian-transposed", 1, task.expr(&turned));
        }
    }
    found
}

/// The entries of what was written as a point, a vector, a matrix or lists in a list, row by row; a number is one entry.
fn cells(tree: &mut Tree, written: &Written, scope: &Scope) -> Option<Vec<Vec<Reading>>> {
    let written = written.without_brackets();
    let list = |w: &Written| match &w.kind {
        Kind::Tuple(list) => Some(list.clone()),
        Kind::Matrix(rows) if rows.len() == 1 => Some(rows[0].clone()),
        _ => None,
    };
    let each = |tree: &mut Tree, list: &[Written]| -> Option<Vec<Reading>> {
        list.iter().map(|w| tree.read(w, scope)).collect()
    };
    if let Some(parts) = list(written) {
        let inner: Option<Vec<Vec<Written>>> = parts.iter().map(|w| list(w.without_brackets())).collect();
        return match inner {
            Some(rows) => rows.iter().map(|row| each(tree, row)).collect(),
            None => Some(vec![each(tree, &parts)?]),
        };
    }
    if let Kind::Matrix(rows) = &written.kind {
        return rows.iter().map(|row| each(tree, row)).collect();
    }
    if let Some(reading) = tree.read(written, scope) {
        return Some(vec![vec![reading]]);
    }
    let meaning = syntax::lower(written, &mut scope.clone()).ok()?;
    let mut cells = Vec::new();
    for row in entries(&meaning.expr)? {
        let row: Option<Vec<Reading>> = row
            .iter()
            .map(|e| {
                let root = tree.read_expr(e)?;
                Some(Reading { root, places: vec![(root, written.span)] })
            })
            .collect();
        cells.push(row?);
    }
    Some(cells)
}
