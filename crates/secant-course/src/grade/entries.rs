//! Points, vectors, matrices and lists: entry by entry, each worth its share.
//!
//! Start reading at [`entries()`].

use secant::expr::Shape;
use secant::sheet::Fault;
use secant::syntax::{Kind as Written_, Lowered, Written};

use super::ask::Kind;
use super::read::{Piece, Read, Side};
use super::reply::{Evidence, Method, Part, Verdict};
use super::{Found, Grader, value};

/// Most entries of an answer.
const MAX_ENTRIES: usize = 100;

/// What stands in rows and columns; a vector is one column, whichever way it lies.
struct Grid {
    rows: usize,
    columns: usize,
    cells: Vec<Cell>,
}

struct Cell {
    meaning: Lowered,
    at: Option<[usize; 2]>,
}

/// The kinds `point`, `vector`, `matrix` and `list`.
pub(super) fn entries(grader: &Grader<'_>, answer: &str, model: &str) -> Read<Found> {
    let right = grid(grader.model(), model, grader.ask.kind)?;
    let given = grid(grader.answer(), answer, grader.ask.kind)?;
    let written = grader.answer().written(&Piece::whole(answer)).ok();
    let reading = Some(reading(&given));
    let (mine, theirs) = (size(&given), size(&right));
    let evidence = Evidence { method: Method::Comparison, points: 0 };
    if (given.rows, given.columns) != (right.rows, right.columns) {
        let transposed = (given.columns, given.rows) == (right.rows, right.columns)
            && compare(grader, &turned(given), &right).iter().all(|f| f.verdict.is_right());
        let say = if transposed {
            "Not yet: rows and columns are exchanged; everything else is right.".to_owned()
        } else {
            format!("Not yet: it has {mine}, and should have {theirs}.")
        };
        return Ok(Found { evidence, reading, written, ..Found::new(Verdict::Wrong, say) });
    }
    let compared = compare(grader, &given, &right);
    let square = given.rows == given.columns && given.rows > 1;
    let (names, places): (Vec<String>, Vec<_>) =
        given.cells.iter().enumerate().map(|(k, cell)| (name(&given, k), cell.at)).unzip();
    let found = shares(compared, &names, &places, "entry");
    let transposed = square
        && found.verdict == Verdict::Wrong
        && compare(grader, &turned(given), &right).iter().all(|f| f.verdict.is_right());
    let found = if transposed {
        let say = "Not yet: rows and columns are exchanged; everything else is right.".to_owned();
        Found { say, ..found }
    } else {
        found
    };
    let whole = |side: Side<'_>, text: &str| side.meaning(&side.written(&Piece::whole(text)).ok()?).ok();
    let pair = whole(grader.answer(), answer).zip(whole(grader.model(), model));
    // An entry of a formula with axes is harder to prove than the whole.
    let found = match (&pair, found.verdict) {
        (Some((a, b)), Verdict::RightAtTestedPoints) if a.expr.shape() == b.expr.shape() => {
            let whole = Found::from(grader.known.compare(a, b));
            if whole.verdict == Verdict::Right { Found { parts: Vec::new(), ..whole } } else { found }
        }
        _ => found,
    };
    Ok(Found { reading, written, pair, ..found })
}

/// One verdict from those of the parts; the score is the share that is right.
pub(super) fn shares(
    compared: Vec<Found>,
    names: &[String],
    places: &[Option<[usize; 2]>],
    what: &str,
) -> Found {
    let count = compared.len().max(1);
    let right = compared.iter().filter(|f| f.verdict.is_right()).count();
    let verdict = compared.iter().fold(Verdict::Right, |v, f| v.and(f.verdict));
    let worst = compared.iter().position(|f| f.verdict == verdict).unwrap_or(0);
    let say = match verdict {
        Verdict::Right => "Right.".to_owned(),
        Verdict::Wrong => {
            let first = format!("{what} {}", names[worst]);
            let wrong = compared.iter().filter(|f| f.verdict == Verdict::Wrong).count();
            let how = compared[worst].say.trim_start_matches("Not yet. ").trim_start_matches("Not yet: ");
            let how = if how == "Not yet." { String::new() } else { format!(" {how}") };
            if wrong == 1 && count > 1 {
                format!("Not yet: {right} of {count} are right. Look at {first}.{how}")
            } else {
                format!("Not yet: {right} of {count} are right. Begin with {first}.{how}")
            }
        }
        _ => compared[worst].say.clone(),
    };
    let score = if verdict.is_right() { 1.0 } else { right as f64 / count as f64 };
    let (witness, evidence) = match compared.get(worst) {
        Some(f) => (f.witness.clone(), f.evidence.clone()),
        None => (None, Evidence { method: Method::Comparison, points: 0 }),
    };
    let part = |(k, f): (usize, Found)| Part {
        name: names[k].clone(),
        at: places[k],
        verdict: f.verdict,
        message: if f.verdict == Verdict::Right { String::new() } else { f.say },
    };
    let parts = compared.into_iter().enumerate().map(part).collect();
    Found { score, parts, witness, evidence, ..Found::new(verdict, say) }
}

fn compare(grader: &Grader<'_>, given: &Grid, right: &Grid) -> Vec<Found> {
    let pairs = given.cells.iter().zip(&right.cells);
    pairs.map(|(a, b)| value::compare(grader, &a.meaning, &b.meaning)).collect()
}

fn turned(grid: Grid) -> Grid {
    let mut cells: Vec<(usize, Cell)> = grid
        .cells
        .into_iter()
        .enumerate()
        .map(|(k, cell)| (k % grid.columns * grid.rows + k / grid.columns, cell))
        .collect();
    cells.sort_by_key(|(k, _)| *k);
    Grid { rows: grid.columns, columns: grid.rows, cells: cells.into_iter().map(|(_, cell)| cell).collect() }
}

fn name(grid: &Grid, k: usize) -> String {
    if grid.columns == 1 {
        format!("{}", k + 1)
    } else {
        format!("[{}, {}]", k / grid.columns + 1, k % grid.columns + 1)
    }
}

fn size(grid: &Grid) -> String {
    match (grid.rows, grid.columns) {
        (1, 1) => "one entry".to_owned(),
        (n, 1) => format!("{n} entries"),
        (m, n) => format!("{m} rows and {n} columns"),
    }
}

fn reading(grid: &Grid) -> String {
    let rows: Vec<String> = grid
        .cells
        .chunks(grid.columns.max(1))
        .map(|row| row.iter().map(|c| c.meaning.expr.to_string()).collect::<Vec<_>>().join(", "))
        .collect();
    format!("[{}]", rows.join(if grid.columns == 1 { ", " } else { "; " }))
}

fn grid(side: Side<'_>, text: &str, kind: Kind) -> Read<Grid> {
    let piece = Piece::whole(text);
    let rows = literal(side, &piece, kind)?;
    let grid = match rows {
        Some(rows) => {
            let columns = rows.first().map_or(0, Vec::len);
            if rows.iter().any(|row| row.len() != columns) {
                let fault = Fault::new("shape.ragged", "rows of different length");
                return Err(side.trouble(fault.hint("give every row as many entries")));
            }
            let count = rows.len();
            check_count(side, count.max(1) * columns.max(1))?;
            let cells = rows.into_iter().flatten().map(|w| cell(side, &w)).collect::<Read<Vec<Cell>>>()?;
            Grid { rows: count, columns, cells }
        }
        None => computed(side, &piece, kind)?,
    };
    // A vector is a column, whichever way it was written.
    let lies = grid.rows == 1 && kind != Kind::Matrix;
    Ok(if lies { Grid { rows: grid.columns, columns: 1, ..grid } } else { grid })
}

fn check_count(side: Side<'_>, count: usize) -> Read<()> {
    if count <= MAX_ENTRIES {
        return Ok(());
    }
    let fault = Fault::new("budget.entries", format!("{count} entries; {MAX_ENTRIES} are read"));
    Err(side.trouble(fault.hint("write less")))
}

fn cell(side: Side<'_>, written: &Written) -> Read<Cell> {
    let meaning = side.formula(written)?;
    Ok(Cell { meaning, at: Some([written.span.from as usize, written.span.to as usize]) })
}

/// Rows of entries that stand in the text themselves.
fn literal(side: Side<'_>, piece: &Piece<'_>, kind: Kind) -> Read<Option<Vec<Vec<Written>>>> {
    let parts = piece.split(&[","]);
    if parts.len() > 1 {
        // `1, 2` without brackets.
        let row = parts.iter().map(|p| side.written(p)).collect::<Read<Vec<_>>>()?;
        return Ok(Some(vec![row]));
    }
    if kind == Kind::List
        && let Some(inside) =
            [('{', '}'), ('[', ']'), ('(', ')')].into_iter().find_map(|(a, b)| piece.inside(a, b))
    {
        if inside.text.trim().is_empty() {
            return Ok(Some(vec![Vec::new()]));
        }
        let row = inside.split(&[",", ";"]).iter().map(|p| side.written(p)).collect::<Read<Vec<_>>>()?;
        return Ok(Some(vec![row]));
    }
    let written = side.written(piece)?;
    Ok(rows(written))
}

fn rows(written: Written) -> Option<Vec<Vec<Written>>> {
    match written.without_brackets().kind.clone() {
        Written_::Tuple(row) => Some(vec![row]),
        Written_::Matrix(rows) => {
            let nested: Option<Vec<Vec<Written>>> = match rows.as_slice() {
                [row] => row
                    .iter()
                    .map(|w| match &w.kind {
                        Written_::Matrix(inner) if inner.len() == 1 => Some(inner[0].clone()),
                        _ => None,
                    })
                    .collect(),
                _ => None,
            };
            Some(nested.unwrap_or(rows))
        }
        _ => None,
    }
}

/// The entries of an expression with axes.
fn computed(side: Side<'_>, piece: &Piece<'_>, kind: Kind) -> Read<Grid> {
    let written = side.written(piece)?;
    let meaning = side.formula(&written)?;
    let extents = extents(meaning.expr.shape());
    let text = piece.trim().text;
    let (rows, columns) = match (extents.as_deref(), kind) {
        (Some([]), Kind::List) => (1, 1),
        (Some([n]), _) => (*n, 1),
        (Some([m, n]), _) => (*m, *n),
        _ => {
            let what = if meaning.expr.shape().is_scalar() {
                "a number".to_owned()
            } else {
                meaning.expr.shape().to_string()
            };
            let wanted = match kind {
                Kind::Point => ("a point", "write it as `(1, 2)`"),
                Kind::Matrix => ("a matrix", "write it as `[1, 2; 3, 4]`, row by row"),
                Kind::List => ("a list", "write it as `1, 2, 3`"),
                _ => ("a vector", "write it as `[1, 2, 3]`"),
            };
            let fault =
                Fault::new("shape.entries", format!("this is {what}; what is wanted is {}", wanted.0));
            return Err(side.trouble(fault.hint(wanted.1)));
        }
    };
    check_count(side, rows * columns)?;
    let mut cells = Vec::new();
    for k in 0..rows * columns {
        let (i, j) = (k / columns + 1, k % columns + 1);
        let entry = match extents.as_deref() {
            Some([]) => text.to_owned(),
            Some([_]) => format!("({text})[{i}]"),
            _ => format!("({text})[{i}, {j}]"),
        };
        let written = side.written(&Piece::whole(&entry))?;
        cells.push(Cell { meaning: side.formula(&written)?, at: None });
    }
    Ok(Grid { rows, columns, cells })
}

fn extents(shape: &Shape) -> Option<Vec<usize>> {
    let count = |d: &secant::expr::Expr| d.as_number()?.to_i64().and_then(|n| usize::try_from(n).ok());
    shape.dims().iter().map(count).collect()
}
