//! Definite integrals.
//!
//! Here: where an integrand is in trouble (poles, kinks, ends without a value, infinite ranges), whether it can be
//! integrated there, and adaptive Gauss–Kronrod rules over what lies between.
//! Not here: antiderivatives.
//! Invariant: poles are looked for with intervals, so that none is stepped over; divergence is an answer, and a principal
//! value is never given for one; what oscillates without end is refused.
//! Start reading at [`definite`], then `trouble` (where), `local` (whether) and `adaptive` (how much).

mod adaptive;
pub mod exact;
mod local;
mod proven;
mod rule;
mod segment;
mod trouble;

use crate::expr::{Condition, Expr, Symbol};
use crate::program::{Budget, Enclosure, Interval, Program, Workspace};

use adaptive::Tolerance;
use local::Behaviour;
use segment::Segment;
use trouble::{Break, Nature};

/// What a number is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The truth lies within the error, by intervals.
    Proven,
    /// Confirmed by another way.
    Tested,
    /// The error is an estimate.
    Estimated,
    /// Not to be used.
    Failed,
}

/// An end of the range.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// A number.
    At(Expr),
    /// Beyond all bounds.
    Infinity,
    /// Below all bounds.
    MinusInfinity,
}

/// When [`definite`] stops; `Options { relative_tol: 1e-6, ..Options::default() }`.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    /// Accepted error over the value; default `1e-11`. Never below the rounding of what is added up.
    pub relative_tol: f64,
    /// Accepted error in units of the value; default 0.
    pub absolute_tol: f64,
    /// Most values of the integrand; default 400 000.
    pub max_evaluations: usize,
    /// What one evaluation may cost, and the flag that ends it.
    pub budget: Budget<'a>,
    /// Are bounds wanted that are proven, and not an estimate? Default: no.
    pub prove: bool,
    /// What is known of names.
    pub assume: Vec<Condition>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Options {
            relative_tol: 1e-11,
            absolute_tol: 0.0,
            max_evaluations: 400_000,
            budget: Budget::UNLIMITED,
            prove: false,
            assume: Vec::new(),
        }
    }
}

/// Why it ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    /// The error is small enough.
    Tolerance,
    /// It cannot be smaller: values are rounded.
    Rounding,
    /// As many values as were allowed.
    Evaluations,
    /// There is no integral: it grows beyond all bounds at this place, which is proven.
    Diverges {
        /// The place; infinite for a tail.
        at: f64,
    },
    /// It seems to grow beyond all bounds here, which is not proven.
    SeemsToDiverge {
        /// The place; infinite for a tail.
        at: f64,
    },
    /// The integrand has no value here.
    Undefined {
        /// From here.
        from: f64,
        /// To here.
        to: f64,
    },
    /// It goes up and down for ever, and not ever less.
    Oscillates {
        /// The place; infinite for a tail.
        at: f64,
    },
    /// Whether there is an integral could not be decided at this place.
    Undecided {
        /// The place; infinite for a tail.
        at: f64,
    },
    /// No bound could be proven, for what is here.
    Unproven {
        /// The place; infinite for a tail.
        at: f64,
    },
    /// More poles or kinks than are looked at.
    Crowded {
        /// Near here.
        at: f64,
    },
    /// Not a function of this one name.
    Names(Vec<Symbol>),
    /// An end is not a number.
    Ends,
    /// The program could not be made or run: the code of the reason.
    Program(&'static str),
}

/// A part of the range, and what it contributes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Piece {
    /// From here.
    pub from: f64,
    /// To here.
    pub to: f64,
    /// The integral over it.
    pub value: f64,
    /// Its error.
    pub error: f64,
}

/// What came out.
#[derive(Clone, Debug)]
pub struct Report {
    /// The value; infinite or not a number where there is none.
    pub value: f64,
    /// How far the truth may be from it, as `status` says.
    pub error: f64,
    /// What that is worth.
    pub status: Status,
    /// Why it ended.
    pub stop: Stop,
    /// Values of the integrand that were computed.
    pub evaluations: usize,
    /// The range in parts, ascending.
    pub pieces: Vec<Piece>,
}

impl Report {
    fn without(stop: Stop) -> Report {
        let status = if matches!(stop, Stop::Diverges { .. }) { Status::Proven } else { Status::Failed };
        let (value, error) = (f64::NAN, f64::INFINITY);
        Report { value, error, status, stop, evaluations: 0, pieces: Vec::new() }
    }

    fn turned(mut self) -> Report {
        self.value = -self.value;
        self.pieces.iter_mut().for_each(|p| p.value = -p.value);
        self
    }
}

/// The integral of `f` by `x` from one end to the other, as a number.
///
/// Accuracy: the error is the difference of two rules, a bound of the rounding that intervals give at a few points, and what
/// is cut off of a tail. An integrand without a value on part of the range has no integral.
pub fn definite(f: &Expr, x: &Symbol, from: &End, to: &End, options: &Options<'_>) -> Report {
    let others: Vec<Symbol> = f.free_symbols().into_iter().filter(|name| name != x).collect();
    if !others.is_empty() {
        return Report::without(Stop::Names(others));
    }
    let (Some(low), Some(high)) = (place(from), place(to)) else { return Report::without(Stop::Ends) };
    if low == high {
        let (value, error) = (0.0, 0.0);
        let status = if from == to { Status::Proven } else { Status::Estimated };
        return Report { value, error, status, stop: Stop::Tolerance, evaluations: 0, pieces: Vec::new() };
    }
    if options.prove {
        return proven::bounds(f, x, from, to, options);
    }
    if low > high {
        return ascending(f, x, (to, high), (from, low), options).turned();
    }
    ascending(f, x, (from, low), (to, high), options)
}

fn ascending(f: &Expr, x: &Symbol, from: (&End, f64), to: (&End, f64), options: &Options<'_>) -> Report {
    let program = match Program::compile(std::slice::from_ref(f), std::slice::from_ref(x)) {
        Ok(program) => program,
        Err(e) => return Report::without(Stop::Program(e.code())),
    };
    let breaks = match trouble::breaks(f, x, &program, from, to, &options.budget) {
        Ok(breaks) => breaks,
        Err(stop) => return Report::without(stop),
    };
    let segments = match segments(f, x, &program, &breaks, options) {
        Ok(segments) => segments,
        Err(stop) => return Report::without(stop),
    };
    let most = options.budget.operations / (program.instruction_count() as u64).max(1);
    let most = options.max_evaluations.min(usize::try_from(most).unwrap_or(usize::MAX));
    adaptive::integrate(&segments, &Tolerance::of(options, most))
}

/// The parts between breaks, each with at most one end that has to be approached with care.
fn segments(
    f: &Expr,
    x: &Symbol,
    program: &Program,
    breaks: &[Break],
    options: &Options<'_>,
) -> Result<Vec<Segment>, Stop> {
    let mut segments = Vec::new();
    let approach = |at: &Break, above: bool| -> Result<Option<Behaviour>, Stop> {
        let behaviour = match &at.nature {
            Nature::Regular | Nature::Kink(_) => return Ok(None),
            Nature::Singular(c) => local::at_point(f, x, c, above, &options.assume),
            Nature::Infinite => local::at_infinity(f, x, at.at > 0.0, &options.assume),
            // Where exactly is not known: the numbers have to tell.
            Nature::Somewhere => Behaviour::Undecided,
        };
        match behaviour {
            Behaviour::Finite => Ok(None),
            Behaviour::Diverges => Err(Stop::Diverges { at: at.at }),
            Behaviour::Oscillates => Err(Stop::Oscillates { at: at.at }),
            found @ (Behaviour::Integrable | Behaviour::Undecided) => Ok(Some(found)),
        }
    };
    for pair in breaks.windows(2) {
        let (left, right) = (&pair[0], &pair[1]);
        let (at_left, at_right) = (approach(left, true)?, approach(right, false)?);
        // Up to where the left end is approached with care, and from where on the right one is.
        let beyond = |x: f64| if x < 0.5 { 1.0 } else { 2.0 * x };
        let (low, high) = match (left.at.is_finite(), right.at.is_finite()) {
            (true, true) => match (&at_left, &at_right) {
                (None, None) => (left.at, right.at),
                (Some(_), None) => (right.at, right.at),
                (None, Some(_)) => (left.at, left.at),
                (Some(_), Some(_)) => [left.at + 0.5 * (right.at - left.at); 2].into(),
            },
            (true, false) if at_left.is_some() => [beyond(left.at); 2].into(),
            (true, false) => (left.at, beyond(left.at)),
            (false, true) if at_right.is_some() => [-beyond(-right.at); 2].into(),
            (false, true) => (-beyond(-right.at), right.at),
            (false, false) => (-1.0, 1.0),
        };
        if let Some(behaviour) = at_left {
            segments.push(Segment::toward(f, x, left, low, true, behaviour)?);
        }
        if low < high {
            segments.push(Segment::plain(program, low, high));
        }
        if let Some(behaviour) = at_right {
            segments.push(Segment::toward(f, x, right, high, false, behaviour)?);
        }
    }
    Ok(segments)
}

/// Where an end lies.
fn place(end: &End) -> Option<f64> {
    match end {
        End::Infinity => Some(f64::INFINITY),
        End::MinusInfinity => Some(f64::NEG_INFINITY),
        End::At(e) => {
            let v = value(e)?;
            v.is_finite().then_some(v)
        }
    }
}

/// A constant, where it certainly has a value.
fn value(e: &Expr) -> Option<f64> {
    match e.as_number() {
        Some(n) => Some(n.to_f64()),
        None => crate::program::eval(e, &[]).ok().filter(|_| enclosure(e).is_some()),
    }
}

/// Bounds of a constant; `None` where it may have no value.
fn enclosure(e: &Expr) -> Option<Interval> {
    let program = Program::compile(std::slice::from_ref(e), &[]).ok()?;
    let found = enclose(&program, &[], &mut Workspace::new());
    found.defined.then_some(found.values)
}

/// The first output over a box.
fn enclose(program: &Program, over: &[Interval], workspace: &mut Workspace) -> Enclosure {
    let mut out = vec![Enclosure { values: Interval::EMPTY, defined: false }; program.output_count()];
    match program.evaluate_interval(over, &mut out, workspace) {
        Ok(()) => out[0],
        Err(_) => Enclosure { values: Interval::ALL, defined: false },
    }
}
