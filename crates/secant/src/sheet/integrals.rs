//! `integrate`: which integral is meant.

use super::ask::{Answered, Context};
use super::reader::Reader;
use super::reply::Fault;
use super::request::IntegrateAsk;

impl Context<'_> {
    pub(super) fn integrate(&self, reader: &Reader, ask: &IntegrateAsk) -> Answered {
        match (&ask.from, &ask.to) {
            (None, None) => self.indefinite(reader, ask),
            _ => {
                let fault = Fault::new("unsupported.range", "the integral over a range");
                Err(fault
                    .hint("ask for the antiderivative: leave out `from` and `to`")
                    .in_field("from")
                    .boxed())
            }
        }
    }
}
