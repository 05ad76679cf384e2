//! How many rows and columns an answer has that is typed entry by entry.
//!
//! Here: the shape of the right answer, where it is a point, a vector or a matrix of numbers or formulas.
//! Not here: the cells (the page), the text they make (an answer is always the text that could be typed).
//! Start reading at [`Question::cells`].

use secant::expr::Expr;
use serde::Serialize;

use super::{Question, bind::Bound};
use crate::grade::Kind;

/// The grid in which an answer is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Cells {
    /// How many rows.
    pub rows: usize,
    /// How many columns.
    pub columns: usize,
    /// The brackets that the text has around its entries.
    pub brackets: &'static str,
    /// What stands between two rows.
    pub between: &'static str,
}

/// Most entries that are worth a grid.
const MOST: usize = 64;

impl Question {
    /// The grid for a variant; none where the answer is one formula, or a formula of matrices.
    pub(super) fn cells(&self, bound: &Bound) -> Option<Cells> {
        let kind = self.kind();
        if !matches!(kind, Kind::Point | Kind::Vector | Kind::Matrix | Kind::Expression) {
            return None;
        }
        let text = self.inner.spec.answer.text.trim();
        let (rows, columns, axes) = match bound.expression(text) {
            Ok(e) => {
                // Whoever answers in names of matrices writes a formula of them.
                let of_matrices = |part: &Expr| part.as_var().is_some() && !part.shape().is_scalar();
                if kind == Kind::Expression && e.post_order().iter().any(of_matrices) {
                    return None;
                }
                let extent = |d: &Expr| d.as_number()?.to_i64().and_then(|n| usize::try_from(n).ok());
                match e.shape().dims().iter().map(extent).collect::<Option<Vec<_>>>()?.as_slice() {
                    [n] => (*n, 1, 1),
                    [m, n] => (*m, *n, 2),
                    _ => return None,
                }
            }
            // A pair in round brackets is no expression.
            Err(_) => (1, text.strip_prefix('(')?.strip_suffix(')').map(entries)?, 1),
        };
        let across = kind == Kind::Point;
        let (rows, columns) = if across && columns == 1 { (1, rows) } else { (rows, columns) };
        (rows * columns >= 2 && rows * columns <= MOST).then_some(Cells {
            rows,
            columns,
            brackets: if across { "()" } else { "[]" },
            between: if axes == 1 { ", " } else { "; " },
        })
    }
}

/// How many entries stand between commas, those inside brackets left alone.
fn entries(inside: &str) -> usize {
    let mut depth = 0_i32;
    1 + inside
        .chars()
        .filter(|c| {
            match c {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth -= 1,
                _ => {}
            }
            *c == ',' && depth == 0
        })
        .count()
}
