//! A verdict that can be made again: what was asked, by which engine, and what showed it.
//!
//! Invariant: the same request gives the same verdict in every run of the same version.
//! Start reading at [`replay()`].

use secant::sheet::{Fault, Limits};
use serde::{Deserialize, Serialize};

use super::ask::GradeAsk;
use super::reply::{Evidence, Grade, Verdict};

/// From which a verdict can be made again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The request, seed and options included.
    pub ask: GradeAsk,
    /// The version of the engine.
    pub engine: String,
    /// What was said.
    pub verdict: Verdict,
    /// The share that was right.
    pub score: f64,
    /// What showed it.
    pub evidence: Evidence,
}

/// What became of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Replay {
    /// The verdict of this engine.
    pub grade: Grade,
    /// Is it the one that is on record, for the same reason?
    pub agrees: bool,
    /// Was the record made by this version of the engine?
    pub same_engine: bool,
}

/// The version that records are made by.
pub(super) const ENGINE: &str = env!("CARGO_PKG_VERSION");

impl Record {
    pub(super) fn of(ask: &GradeAsk, grade: &Grade) -> Record {
        Record {
            ask: ask.clone(),
            engine: ENGINE.to_owned(),
            verdict: grade.verdict,
            score: grade.score,
            evidence: grade.evidence.clone(),
        }
    }
}

/// Makes the verdict of a record again and says whether it is the same.
///
/// # Errors
/// As [`super::grade()`]: the question of the record cannot be asked.
pub fn replay(record: &Record, limits: &Limits) -> Result<Replay, Box<Fault>> {
    let grade = super::grade(&record.ask, limits)?;
    let agrees = grade.verdict == record.verdict
        && grade.score.to_bits() == record.score.to_bits()
        && grade.evidence == record.evidence;
    Ok(Replay { grade, agrees, same_engine: record.engine == ENGINE })
}
