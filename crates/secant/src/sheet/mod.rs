//! What every door asks the engine, and what it answers.
//!
//! Here: the request and the reply (the only serialised types of the crate), the names a text may use, and the run
//! that leads from one to the other. Figures are cells of a sheet, too.
//! Not here: mathematics. No I/O: a request is a value, and so is its reply.
//! Invariant: [`run()`] ends within its [`Limits`] and never panics; [`answer_line()`] gives one line for any line.
//! Start reading at [`Request`] and [`run()`].

mod ask;
pub mod figure;
mod limits;
mod number;
mod reply;
mod request;
mod scope;

pub use ask::{answer_line, run};
pub use limits::Limits;
pub use number::Number;
pub use reply::{Answer, Fault, Formula, Reply, StepReply, WitnessReply};
pub use request::{Also, Ask, At, DiffAsk, EqualAsk, EvaluateAsk, ExplainAsk, ParseAsk, PointValue, Request};
