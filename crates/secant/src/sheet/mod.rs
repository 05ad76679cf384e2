//! What every door asks the engine, and what it answers.
//!
//! Here: the request and the reply (the only serialised types of the crate), the names a text may use, and the run
//! that leads from one to the other. Figures are cells of a sheet, too.
//! Not here: mathematics. No I/O: a request is a value, and so is its reply.
//! Invariant: [`run()`] ends within its [`Limits`] and never panics; [`answer_line()`] gives one line for any line.
//! Start reading at [`Request`] and [`run()`].

mod antiderivatives;
mod ask;
mod call;
mod constrained;
mod derivatives;
pub mod figure;
mod fits;
mod integrals;
mod limits;
mod minima;
mod number;
mod plot;
mod reader;
mod reply;
mod request;
pub mod schema;
mod scope;
mod series;
mod solve;
mod values;

pub use ask::{answer, answer_line, run};
pub use call::{Called, called, words};
pub use constrained::{MoreReply, PlaceReply};
pub use fits::{
    BandsReply, DataAsk, DiagnosticsReply, DirectionReply, FitAsk, FitOptionsAsk, FitReply, FitTraceReply,
    ParamReply, SigmaAsk, StandoutReply, fit_rows,
};
pub use limits::{Limits, Stop};
pub use minima::{
    ActiveReply, DescentReply, EvaluationsReply, MinimizeAsk, MinimizeOptions, MinimizeReply, PostMortemReply,
};
pub use number::Number;
pub use plot::{BelowAsk, LayerAsk, PlotAsk};
pub use reader::Reader;
pub use reply::{
    AboutReply, Answer, BoundReply, Coefficient, Fault, Formula, Nested, PieceReply, RadiusReply, Reply,
    StepReply, WitnessReply,
};
pub use request::{
    Also, Ask, At, DerivativesAsk, DiffAsk, EqualAsk, EvaluateAsk, ExplainAsk, ImplicitDiffAsk, IntegrateAsk,
    LimitAsk, OneOrMany, ParametricDiffAsk, ParseAsk, PointValue, Request, SimplifyAsk, TaylorAsk,
};
pub use schema::schema;
pub use scope::Scope;
pub use solve::{RootReply, SolveAsk, SolveOptions, SolveReply, TraceReply};
