//! Courses: lessons, assignments and the other parts; scenes, live figures, questions with variants, marking.
//!
//! Here: what a course file says, checked; the numbers of a part; questions and their feedback; the proof of a
//! course ([`check()`]); the judge of the sandpit.
//! Not here: mathematics (`secant`), files, HTTP, storage.
//! Invariant: a [`Course`] that loaded has no figure, cell or question that fails when it is shown.
//! Start reading at [`Course::load`]; for the op `grade` at [`grade::grade()`].

mod ask;
pub mod assignment;
mod blocks;
mod cell;
pub mod check;
mod course;
pub mod diagnosis;
mod fault;
mod feedback;
mod formula;
mod formula_sheet;
pub mod grade;
mod kind;
mod own_words;
mod part;
pub mod plugin;
mod prose;
pub mod question;
mod read;
mod report;
pub mod sandpit;
mod scene;
pub mod sheet;
pub mod slips;
mod text;
pub mod training;
mod view;
mod written;

pub use ask::{answer_line, schema};
pub use check::{check, check_with};
pub use course::{Course, Entry, Module};
pub use fault::{Fault, Faults};
pub use feedback::{Feedback, Level, Place, Shown};
pub use grade::{Verdict, Witness};
pub use kind::PartKind;
pub use own_words::own_words;
pub use part::Part;
pub use prose::CaptionPart;
pub use question::follow_up::{follow_up, without_follow_up};
pub use question::{Canvas, Cells, Choice, Mark, Plot, Question, Step, Still, Variant};
pub use read::{Reading, read};
pub use view::{PanelView, PartPage, ScenePage, View};
