//! Pieces of one kind (of the same diagonal, say) cut where their boxes overlap, so that each entry is computed once.

use super::form::{Coord, Piece, Places};
use crate::expr::{Rational, sum};

/// Cells into which pieces of one kind are cut; where there would be more they stay as they are.
const MAX_CELLS: usize = 64;

/// A piece among those of its kind: its box over the variables of the kind, in the order of the coordinates.
struct Member<'a> {
    piece: &'a Piece,
    begin: Vec<i64>,
    end: Vec<i64>,
    /// What each variable of the piece is among those of the kind.
    names: Vec<usize>,
}

/// Pieces whose coordinates differ only in where their boxes begin.
struct Kind<'a> {
    at: Vec<Coord>,
    members: Vec<Member<'a>>,
}

/// The same entries: within a kind no two pieces have one in common.
pub(super) fn cells(pieces: &[Piece], places: &mut Places) -> Vec<Piece> {
    let mut kinds: Vec<Kind<'_>> = Vec::new();
    for piece in pieces {
        let (at, member) = member(piece);
        match kinds.iter_mut().find(|kind| kind.at == at) {
            Some(kind) => kind.members.push(member),
            None => kinds.push(Kind { at, members: vec![member] }),
        }
    }
    let mut cells = Vec::with_capacity(pieces.len());
    for kind in kinds {
        kind.cut(places, &mut cells);
    }
    cells
}

fn member(piece: &Piece) -> (Vec<Coord>, Member<'_>) {
    let mut names = vec![usize::MAX; piece.extents.len()];
    let (mut begin, mut end) = (Vec::new(), Vec::new());
    let mut at = Vec::with_capacity(piece.at.len());
    for c in &piece.at {
        at.push(match c.var {
            None => *c,
            Some(v) => {
                if names[v] == usize::MAX {
                    names[v] = begin.len();
                    begin.push(c.offset);
                    end.push(c.offset + piece.extents[v]);
                }
                Coord { var: Some(names[v]), offset: c.offset - begin[names[v]] }
            }
        });
    }
    (at, Member { piece, begin, end, names })
}

impl Kind<'_> {
    fn cut(&self, places: &mut Places, cells: &mut Vec<Piece>) {
        let rank = self.members[0].begin.len();
        let cuts: Vec<Vec<i64>> = (0..rank)
            .map(|v| {
                let mut cuts: Vec<i64> = self.members.iter().flat_map(|m| [m.begin[v], m.end[v]]).collect();
                cuts.sort_unstable();
                cuts.dedup();
                cuts
            })
            .collect();
        let count = cuts.iter().map(|c| c.len() - 1).fold(1, usize::saturating_mul);
        if self.members.len() == 1 || count > MAX_CELLS {
            cells.extend(self.members.iter().map(|m| m.piece.clone()));
            return;
        }
        for mut cell in 0..count {
            let (mut low, mut extents) = (vec![0; rank], vec![0; rank]);
            for v in (0..rank).rev() {
                let steps = cuts[v].len() - 1;
                let k = cell % steps;
                cell /= steps;
                (low[v], extents[v]) = (cuts[v][k], cuts[v][k + 1] - cuts[v][k]);
            }
            let mut bodies = Vec::new();
            for m in &self.members {
                if (0..rank).all(|v| m.begin[v] <= low[v] && low[v] < m.end[v]) {
                    let coord = |&v: &usize| Coord { var: Some(v), offset: low[v] - m.begin[v] };
                    let map: Vec<Coord> = m.names.iter().map(coord).collect();
                    bodies.push((Rational::ONE, places.renamed(&m.piece.body, &map, rank)));
                }
            }
            if !bodies.is_empty() {
                let shifted = |c: &Coord| Coord { offset: c.offset + c.var.map_or(0, |v| low[v]), ..*c };
                cells.push(Piece { extents, at: self.at.iter().map(shifted).collect(), body: sum(bodies) });
            }
        }
    }
}

/// Have they certainly no entry in common?
pub(super) fn apart(p: &Piece, q: &Piece) -> bool {
    let range = |p: &Piece, c: Coord| (c.offset, c.offset + c.var.map_or(1, |v| p.extents[v]));
    let ranges_apart = p.at.iter().zip(&q.at).any(|(a, b)| {
        let ((a_low, a_high), (b_low, b_high)) = (range(p, *a), range(q, *b));
        a_high <= b_low || b_high <= a_low
    });
    // Two diagonals of the same axes.
    let diagonals_apart = (0..p.at.len()).any(|j| {
        (0..j).any(|i| {
            let tied = |p: &Piece| p.at[i].var.is_some() && p.at[i].var == p.at[j].var;
            let offset = |p: &Piece| p.at[j].offset - p.at[i].offset;
            tied(p) && tied(q) && offset(p) != offset(q)
        })
    });
    ranges_apart || diagonals_apart
}
