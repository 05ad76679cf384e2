//! Taylor coefficients over a box: the same program, run on series whose coefficients are intervals.
//!
//! Here: [`Program::evaluate_jet_interval`].
//! Not here: the recurrences (`enclosed_step`); what follows from them (remainders: `series`; integrals: `integral`).
//! Invariant: for every point of the box, the exact coefficient lies in its enclosure; where a coefficient may not exist
//! (a kink, a pole, an end of the domain), its enclosure says so.
//!
//! Source: R. E. Moore, *Methods and Applications of Interval Analysis*, SIAM 1979, §3.4; Griewank & Walther, *Evaluating
//! Derivatives*, 2nd ed., ch. 13.

use crate::program::interval::{self, Enclosure, Interval};
use crate::program::opcode::Op;
use crate::program::{Budget, Instruction, Program, ProgramError};

use super::enclosed_step::{Row, ZERO, binary, integer_power, unary};

/// A series on the way.
#[derive(Clone, Debug)]
struct Series {
    /// The value.
    lead: Enclosure,
    /// `c_1, c_2, …`, those that are not there are 0; `None` where there may be none.
    rest: Option<Vec<Interval>>,
}

impl Program {
    /// Runs the program on power series in one variable `t` whose coefficients are intervals: each input is given by
    /// `c_0, c_1, …`, as in [`Program::evaluate_jet`], and each output gets as many coefficients as it has room for.
    ///
    /// With the input `[box, 1]` coefficient `k` holds the `k`-th derivative over `k!` at every point of the box.
    ///
    /// # Errors
    /// [`ProgramError::InputCount`], [`ProgramError::OutputCount`], [`ProgramError::ColumnLength`] when an input is
    /// empty, and those of [`Budget`].
    pub fn evaluate_jet_interval(
        &self,
        inputs: &[&[Interval]],
        out: &mut [&mut [Enclosure]],
        budget: &Budget<'_>,
    ) -> Result<(), ProgramError> {
        self.check_lengths(inputs.len(), out.len())?;
        let n = out.iter().map(|y| y.len()).max().unwrap_or(0);
        if let Some(column) = inputs.iter().position(|series| series.is_empty()) {
            return Err(ProgramError::ColumnLength { column, given: 0, wanted: 1 });
        }
        let length = n as u64;
        let cost = (self.code.len() as u64).saturating_mul(length.saturating_mul(length));
        let bytes = u64::from(self.registers).saturating_mul(length).saturating_mul(16);
        budget.allow(cost, bytes)?;
        let given = inputs.iter().map(|series| Series {
            lead: Enclosure::of(series[0]),
            rest: Some(trimmed(series[1..].iter().take(n.saturating_sub(1)).copied().collect())),
        });
        let constants =
            self.constants.iter().map(|c| Series { lead: interval::constant(c), rest: Some(Vec::new()) });
        let mut registers: Vec<Series> = given.chain(constants).collect();
        let nowhere =
            Series { lead: Enclosure { values: Interval::EMPTY, defined: false }, rest: Some(Vec::new()) };
        registers.resize(self.registers as usize, nowhere);
        for (k, step) in self.code.iter().enumerate() {
            if k % super::STRIDE == super::STRIDE - 1 {
                budget.proceed(k as u64 * length * length, cost)?;
            }
            registers[step.dst as usize] = run(step, &registers, n);
        }
        for (y, k) in out.iter_mut().zip(&self.outputs) {
            let series = &registers[*k as usize];
            for (j, y) in y.iter_mut().enumerate() {
                *y = match (j, &series.rest) {
                    (0, _) => series.lead,
                    (_, None) => Enclosure { values: Interval::ALL, defined: false },
                    (j, Some(rest)) => Enclosure {
                        values: rest.get(j - 1).copied().unwrap_or(ZERO),
                        defined: series.lead.defined,
                    },
                };
            }
        }
        Ok(())
    }
}

/// Without zeros at the end.
fn trimmed(mut row: Row) -> Row {
    while row.last() == Some(&ZERO) {
        row.pop();
    }
    row
}

fn run(step: &Instruction, registers: &[Series], n: usize) -> Series {
    let at = |k: u32| &registers[k as usize];
    let lead = interval::run(step, |k| at(k).lead);
    let a = at(step.a);
    let operands = step.op.operands();
    let two_of = matches!(operands, crate::program::Operands::Two);
    let three = matches!(operands, crate::program::Operands::Three);
    if three {
        let zero = a.lead.values == ZERO;
        let rest = if zero {
            at(step.c).rest.clone()
        } else if !a.lead.values.contains(0.0) {
            at(step.b).rest.clone()
        } else {
            None
        };
        return Series { lead, rest };
    }
    if n < 2 || lead.values.is_empty() {
        return Series { lead, rest: lead.defined.then(Vec::new) };
    }
    let rest = (|| {
        let u = whole(a)?;
        let found = if two_of {
            let v = whole(at(step.b))?;
            binary(step.op, &u, &v, lead, n, step.a == step.b)
        } else if u.len() == 1 {
            // Of a number: nothing but the value, where that is certain.
            lead.defined.then(|| vec![lead.values])
        } else {
            match step.op {
                Op::Powi => integer_power(&u, step.b as i32, n),
                op => unary(op, &u, lead.values, n),
            }
        }?;
        let rest = found.into_iter().skip(1).collect::<Row>();
        rest.iter().all(|c| !c.is_empty()).then(|| trimmed(rest))
    })();
    Series { lead, rest }
}

/// Value and coefficients in one row, as long as it has to be.
fn whole(s: &Series) -> Option<Row> {
    let rest = s.rest.as_ref()?;
    (!s.lead.values.is_empty()).then(|| std::iter::once(s.lead.values).chain(rest.iter().copied()).collect())
}
