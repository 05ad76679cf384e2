//! What the learner did, kept: attempts, progress through parts, attempts at assignments, answers of their own, functions
//! typed into figures, sheets, games.
//!
//! Here: the [`Store`] trait and its types, the one implementation there is ([`Sqlite`]).
//! Not here: what an answer is worth (`secant-course`), what of it a page shows (`pages`).
//! Invariant: a call that returned `Ok` survives a killed process.
//! Start reading at [`Store`].

mod games;
mod sittings;
mod sqlite;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::pin::Pin;

use secant_course::assignment::Standing;

pub use games::{Game, GameOver, Games, KeptProbe, Score, Scores};
pub use sqlite::Sqlite;

/// A future that a [`Store`] gives back; boxed, so that the trait can stand behind a pointer.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Milliseconds since the beginning of 1970, UTC.
pub type Millis = i64;

/// One repository for everything that is kept. Every write is one transaction.
pub trait Store: Games + Send + Sync {
    /// Adds an attempt and says how it went with this question so far, this attempt included.
    fn record(&self, attempt: Attempt) -> Later<'_, Tally>;
    /// How many attempts there were at one variant of a question.
    fn tries(&self, question: String, seed: u64) -> Later<'_, u64>;
    /// The seed of this learner, drawn when the database was made: where the variants of every question begin.
    fn seed(&self) -> Later<'_, u64>;
    /// How it went with a question so far.
    fn tally(&self, question: String) -> Later<'_, Tally>;
    /// The latest attempts at a question, so many at most, oldest first.
    fn attempts(&self, question: String, latest: u32) -> Later<'_, Vec<Attempt>>;
    /// Notes that a scene of a lesson was reached; the furthest scene and `finished` are never lost again.
    fn reach(&self, lesson: String, reached: Progress, at: Millis) -> Later<'_, ()>;
    /// Progress in every lesson that was begun, by lesson id.
    fn progress(&self) -> Later<'_, BTreeMap<String, Progress>>;
    /// Keeps the learner's functions of a figure, name to text; they replace all that were kept for it.
    fn keep_functions(
        &self,
        lesson: String,
        figure: String,
        functions: BTreeMap<String, String>,
        at: Millis,
    ) -> Later<'_, ()>;
    /// The learner's functions in a lesson: figure to name to text.
    fn functions(&self, lesson: String) -> Later<'_, BTreeMap<String, BTreeMap<String, String>>>;
    /// The latest attempt at an assignment. The first one is there from the beginning, at the learner's own seed.
    fn sitting(&self, assignment: String) -> Later<'_, Sitting>;
    /// Begins the next attempt at an assignment, with this seed.
    fn sit(&self, assignment: String, seed: u64, at: Millis) -> Later<'_, Sitting>;
    /// Notes what happened at a question of the latest attempt at an assignment, and says how it stands then.
    fn note(&self, assignment: String, question: String, noted: Noted, at: Millis) -> Later<'_, Sitting>;
    /// Every attempt at an assignment at which something was done, by assignment, in order.
    fn sittings(&self) -> Later<'_, BTreeMap<String, Vec<Sitting>>>;
    /// Keeps the learner's answer to the prompt of a discussion; an empty one is taken away.
    fn discuss(&self, discussion: String, text: String, at: Millis) -> Later<'_, ()>;
    /// The learner's answers to prompts, by discussion.
    fn discussions(&self) -> Later<'_, BTreeMap<String, String>>;
    /// Makes a sheet and says its number; `cells` is JSON.
    fn make_sheet(&self, title: String, cells: String, at: Millis) -> Later<'_, i64>;
    /// Keeps a sheet as it is now; `false` when there is none of this number.
    fn keep_sheet(&self, id: i64, sheet: KeptSheet, at: Millis) -> Later<'_, bool>;
    /// A sheet.
    fn sheet(&self, id: i64) -> Later<'_, Option<KeptSheet>>;
    /// All sheets, the one changed last first.
    fn sheets(&self) -> Later<'_, Vec<SheetRow>>;
    /// Deletes a sheet.
    fn delete_sheet(&self, id: i64) -> Later<'_, ()>;
    /// Writes out what is pending and lets go of the file.
    fn close(&self) -> Later<'_, ()>;
}

/// One answer to one variant of a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// `part/name`, permanent.
    pub question: String,
    /// Which variant.
    pub seed: u64,
    /// As typed.
    pub answer: String,
    /// One of the words of the API: right, wrong, …
    pub verdict: String,
    /// From 0 to 1.
    pub score: f64,
    /// From which the verdict can be made again, as JSON; attempts of an earlier version have none.
    pub record: Option<String>,
    /// When.
    pub at: Millis,
}

/// One attempt at an assignment.
#[derive(Clone, Debug, PartialEq)]
pub struct Sitting {
    /// From 1.
    pub number: u32,
    /// Which variant of every question.
    pub seed: u64,
    /// How each question stands that was touched, by its id.
    pub standings: BTreeMap<String, Standing>,
}

/// What can happen at a question of an assignment.
#[derive(Clone, Debug, PartialEq)]
pub enum Noted {
    /// An answer, which is kept as any other.
    Answered {
        /// The answer.
        attempt: Attempt,
        /// What it earns, from 0 to 1.
        earned: f64,
    },
    /// A hint or a single step was shown.
    Helped,
    /// The whole solution was shown.
    Shown,
}

/// A sheet as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptSheet {
    /// What it is called.
    pub title: String,
    /// Its cells, as JSON.
    pub cells: String,
}

/// A sheet in the list of all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetRow {
    /// Its number.
    pub id: i64,
    /// What it is called.
    pub title: String,
    /// When it was last changed.
    pub at: Millis,
}

/// How it went with a question so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// How many attempts.
    pub attempts: u64,
    /// The best score, 0 when there was no attempt.
    pub best: f64,
}

/// How far a lesson was followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The furthest scene, from 0.
    pub scene: u32,
    /// Whether the end was reached.
    pub finished: bool,
}

/// Why something could not be kept or read back. Messages say what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no folder to write in.
    #[error("cannot write in the data folder {}: {why}; make it writable, or choose another one with --data DIR", .folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        why: String,
    },
    /// No data folder was named, and the system names none either.
    #[error("the system names no folder for user data ({why}); choose one with --data DIR")]
    NoHome {
        /// What the system said.
        why: String,
    },
    /// The file is there, but is not a sound database of ours. It is left as it is.
    #[error("{} is damaged or not a Secant database ({why}); nothing was changed: restore or move the file away, or choose another folder with --data DIR", .file.display())]
    Corrupt {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The file was written by a later version.
    #[error("{} was written by a newer Secant; use that version, or choose another folder with --data DIR", .file.display())]
    Newer {
        /// The file.
        file: PathBuf,
    },
    /// The database refused.
    #[error("the learner's data could not be read or written: {0}")]
    Database(String),
}

impl StoreError {
    /// The code that never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Folder { .. } => "store.folder",
            Self::NoHome { .. } => "store.no-home",
            Self::Corrupt { .. } => "store.corrupt",
            Self::Newer { .. } => "store.newer",
            Self::Database(_) => "internal.store",
        }
    }
}
