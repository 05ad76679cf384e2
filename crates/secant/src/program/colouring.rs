//! Colourings: which columns of a sparse matrix can be computed together.
//!
//! Columns of one colour are added up and computed as one, the product of the matrix with a vector of zeros and ones; the
//! colours are chosen so that every entry can be read from such a sum.
//!
//! # Source
//! Curtis, Powell & Reid, J. Inst. Maths Applics 13 (1974) for the columns of a Jacobian; Gebremedhin, Manne & Pothen,
//! *What color is your Jacobian?*, SIAM Review 47(4) (2005), algorithm 4.1 and §4 for star colouring of a Hessian.

use super::sparsity::SparsityPattern;
use super::{Budget, ProgramError};

/// A colour for each column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colouring {
    /// The colour of each column, from 0.
    pub colours: Vec<u32>,
    /// How many there are.
    pub count: usize,
}

const NONE: u32 = u32::MAX;

/// Colours that a column may not have. A mark is a number that stands for the column.
struct Forbidden(Vec<u32>);

impl Forbidden {
    fn forbid(&mut self, colour: u32, column: u32) {
        if colour != NONE {
            self.0[colour as usize] = column;
        }
    }

    /// The first colour that is not forbidden for this column; there may always be a new one.
    fn first(&mut self, column: u32) -> u32 {
        let free = self.0.iter().position(|mark| *mark != column).unwrap_or(self.0.len());
        if free + 1 >= self.0.len() {
            self.0.resize(free + 2, NONE);
        }
        free as u32
    }
}

impl SparsityPattern {
    /// With a quarter of all entries there is nothing to win.
    fn is_crowded(&self) -> bool {
        4 * self.count() >= self.rows() * self.columns()
    }

    /// Columns of one colour have no row in common, so that each entry is alone in its sum. Greedy, columns with many
    /// entries first; where a quarter of all entries is there, each column has its own.
    ///
    /// # Errors
    /// Those of [`Budget`]: the work is that of the pattern's product with its transpose.
    pub fn colour_columns(&self, budget: &Budget<'_>) -> Result<Colouring, ProgramError> {
        if self.is_crowded() {
            return Ok(Colouring::of((0..self.columns() as u32).collect()));
        }
        let by_column = self.transposed();
        let mut order: Vec<u32> = (0..self.columns() as u32).collect();
        order.sort_by_key(|j| std::cmp::Reverse(by_column.row(*j as usize).len()));
        let mut colours = vec![NONE; self.columns()];
        let mut forbidden = Forbidden(vec![NONE; 2]);
        let mut work = 0;
        for j in order {
            for i in by_column.row(j as usize) {
                let row = self.row(*i as usize);
                work += row.len() as u64;
                row.iter().for_each(|other| forbidden.forbid(colours[*other as usize], j));
            }
            budget.allow(work, 0)?;
            colours[j as usize] = forbidden.first(j);
        }
        Ok(Colouring::of(colours))
    }

    /// A star colouring of a symmetric pattern: neighbours differ, and no path of four has two colours only. Then of two
    /// entries `(i, j)` and `(j, i)` one is alone in its sum (see [`Colouring::alone`]).
    ///
    /// Rows with very many entries get a colour of their own, which keeps the work near the number of entries; where a quarter
    /// of all entries is there, each column has its own.
    ///
    /// # Errors
    /// Those of [`Budget`].
    pub fn colour_symmetric(&self, budget: &Budget<'_>) -> Result<Colouring, ProgramError> {
        let n = self.columns();
        if self.is_crowded() {
            return Ok(Colouring::of((0..n as u32).collect()));
        }
        let most = 4 * (self.count() as f64).sqrt() as usize + 64;
        let mut colours = vec![NONE; n];
        // Hubs have the first colours, one each.
        let mut hubs = 0;
        for (v, colour) in colours.iter_mut().enumerate() {
            if self.row(v).len() > most {
                *colour = hubs;
                hubs += 1;
            }
        }
        let mut forbidden = Forbidden(vec![NONE; hubs as usize + 2]);
        let mut work = 0;
        for v in 0..n as u32 {
            if colours[v as usize] != NONE {
                continue;
            }
            // The colours of hubs belong to them.
            (0..hubs).for_each(|colour| forbidden.forbid(colour, v));
            for w in self.row(v as usize).iter().filter(|w| **w != v) {
                let between = colours[*w as usize];
                if between != NONE && between < hubs {
                    continue;
                }
                forbidden.forbid(between, v);
                for x in self.row(*w as usize).iter().filter(|x| **x != v && *x != w) {
                    let same = colours[*x as usize];
                    if same == NONE || same < hubs {
                        continue;
                    }
                    work += 1;
                    // v and x of one colour with w between: allowed where no other neighbour of x has the colour of w.
                    if between == NONE {
                        forbidden.forbid(same, v);
                        continue;
                    }
                    let row = self.row(*x as usize);
                    work += row.len() as u64;
                    if row.iter().any(|y| y != w && y != x && colours[*y as usize] == between) {
                        forbidden.forbid(same, v);
                    }
                }
            }
            budget.allow(work, 0)?;
            colours[v as usize] = forbidden.first(v);
        }
        Ok(Colouring::of(colours))
    }
}

impl Colouring {
    fn of(colours: Vec<u32>) -> Colouring {
        let count = colours.iter().max().map_or(0, |most| *most as usize + 1);
        Colouring { colours, count }
    }

    /// For each entry of the pattern: is it alone in the sum of its colour, in its row? Then it can be read there.
    pub fn alone(&self, pattern: &SparsityPattern) -> Vec<bool> {
        let mut alone = Vec::with_capacity(pattern.count());
        let mut times = vec![0_u32; self.count];
        for i in 0..pattern.rows() {
            let colour = |j: &u32| self.colours[*j as usize] as usize;
            pattern.row(i).iter().for_each(|j| times[colour(j)] += 1);
            alone.extend(pattern.row(i).iter().map(|j| times[colour(j)] == 1));
            pattern.row(i).iter().for_each(|j| times[colour(j)] = 0);
        }
        alone
    }
}
