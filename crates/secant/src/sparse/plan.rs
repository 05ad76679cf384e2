//! The two ways to the entries: an expression for each, or products with the matrix, a colour at a time.

use crate::expr::{Expr, Symbol};
use crate::program::{Budget, Colouring, Program, ProgramError, Workspace};

/// How entries are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Each by an expression of its own.
    Entries,
    /// Columns of one colour together, by a product with the matrix for each of so many colours.
    Colours(usize),
}

/// Memory that evaluation works in, used again without allocating; one may serve many matrices.
#[derive(Clone, Debug, Default)]
pub struct Space {
    workspace: Workspace,
    inputs: Vec<f64>,
    products: Vec<f64>,
}

/// A program for the entries, and how to run it.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    program: Program,
    colours: Option<Colours>,
    /// Numbers that make a point.
    inputs: usize,
}

/// The program computes products; `read` says for each entry of which colour and in which row it stands.
#[derive(Clone, Debug)]
struct Colours {
    colouring: Colouring,
    read: Vec<(u32, u32)>,
}

/// Symbolic derivatives take several steps for each step of the function; so many are assumed before they are made.
const GROWTH: u64 = 4;

/// One way is left out unmade where it is guessed to cost so many times the other.
const SURELY: u64 = 4;

/// Operations on a pattern that are always spent on looking for colours.
const LOOKING: u64 = 10_000_000;

/// What is known before a plan is made.
#[derive(Clone, Copy)]
pub(super) struct Guess {
    /// Steps of the function behind each row, added up.
    pub(super) behind_rows: u64,
    /// Steps of all of it.
    pub(super) steps: u64,
    /// Colours that there are at least.
    pub(super) least: usize,
}

impl Guess {
    fn entries(&self) -> u64 {
        self.behind_rows.saturating_mul(GROWTH)
    }

    fn colours(&self, count: usize) -> u64 {
        self.steps.saturating_mul(GROWTH).saturating_mul(count as u64)
    }
}

impl Plan {
    /// A program that has the entries as its outputs.
    pub(super) fn direct(entries: &[Expr], inputs: &[Symbol]) -> Result<Plan, ProgramError> {
        Ok(Plan { program: Program::compile(entries, inputs)?, colours: None, inputs: inputs.len() })
    }

    /// `products` are those of the matrix with `directions`, row by row.
    pub(super) fn coloured(
        products: &[Expr],
        inputs: &[Symbol],
        directions: &[Symbol],
        colouring: Colouring,
        read: Vec<(u32, u32)>,
    ) -> Result<Plan, ProgramError> {
        let program = Program::compile(products, &[inputs, directions].concat())?;
        Ok(Plan { program, colours: Some(Colours { colouring, read }), inputs: inputs.len() })
    }

    /// The way that takes fewer steps, or the one asked for. One that surely loses is not made.
    pub(super) fn choose(
        method: Option<Method>,
        guess: Guess,
        budget: &Budget<'_>,
        colouring: impl FnOnce(&Budget<'_>) -> Result<Colouring, ProgramError>,
        direct: impl FnOnce() -> Result<Plan, ProgramError>,
        coloured: impl FnOnce(Colouring) -> Result<Plan, ProgramError>,
    ) -> Result<Plan, ProgramError> {
        match method {
            Some(Method::Entries) => return direct(),
            Some(Method::Colours(_)) => return coloured(colouring(budget)?),
            None => {}
        }
        if guess.colours(guess.least) / SURELY > guess.entries() {
            return direct();
        }
        let looking = budget.operations.min(LOOKING.max(guess.entries()));
        let colouring = match colouring(&Budget { operations: looking, ..*budget }) {
            Err(ProgramError::Operations { .. }) => return direct(),
            other => other?,
        };
        if guess.entries() / SURELY > guess.colours(colouring.count) {
            return coloured(colouring);
        }
        let direct = direct()?;
        if guess.colours(colouring.count) / SURELY > direct.steps() {
            return Ok(direct);
        }
        let coloured = coloured(colouring)?;
        Ok(if coloured.steps() < direct.steps() { coloured } else { direct })
    }

    /// Steps of one evaluation of all entries.
    pub(super) fn steps(&self) -> u64 {
        let times = self.colours.as_ref().map_or(1, |c| c.colouring.count);
        (self.program.instruction_count() as u64).saturating_mul(times as u64)
    }

    pub(super) fn method(&self) -> Method {
        match &self.colours {
            None => Method::Entries,
            Some(colours) => Method::Colours(colours.colouring.count),
        }
    }

    pub(super) fn evaluate(
        &self,
        at: &[f64],
        values: &mut [f64],
        space: &mut Space,
    ) -> Result<(), ProgramError> {
        let Some(Colours { colouring, read }) = &self.colours else {
            return self.program.evaluate(at, values, &mut space.workspace);
        };
        if at.len() != self.inputs {
            return Err(ProgramError::InputCount { given: at.len(), wanted: self.inputs });
        }
        if values.len() != read.len() {
            return Err(ProgramError::OutputCount { given: values.len(), wanted: read.len() });
        }
        let (rows, columns) = (self.program.output_count(), colouring.colours.len());
        let Space { workspace, inputs, products } = space;
        inputs.clear();
        inputs.extend_from_slice(at);
        inputs.resize(at.len() + columns, 0.0);
        products.resize(rows * colouring.count, 0.0);
        for colour in 0..colouring.count {
            for (seed, own) in inputs[at.len()..].iter_mut().zip(&colouring.colours) {
                *seed = f64::from(u8::from(*own as usize == colour));
            }
            self.program.evaluate(inputs, &mut products[colour * rows..][..rows], workspace)?;
        }
        for (value, (colour, row)) in values.iter_mut().zip(read) {
            *value = products[*colour as usize * rows + *row as usize];
        }
        Ok(())
    }
}

/// Names for a direction in each variable; none that can be typed.
pub(super) fn directions(by: &[Symbol]) -> Vec<Symbol> {
    by.iter().map(|x| Symbol::new(&format!("direction {x}"))).collect()
}
