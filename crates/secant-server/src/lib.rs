//! The Secant course over HTTP, on the learner's own machine.
//!
//! Here: pages, the addresses the page asks, what is kept of the learner's work, the browser's files.
//! Not here: mathematics (`secant`), content and marking (`secant-course`), words on the terminal (`secant-cli`).
//! Invariant: nothing is fetched from a network and nothing leaves this machine.
//! Start reading at [`serve()`], then `app.rs`, the table of addresses.

mod api;
mod app;
mod assets;
mod content;
mod hash;
mod headers;
#[cfg(test)]
mod lean;
mod pages;
mod serve;
pub mod store;
#[cfg(test)]
mod tests;
mod view;
mod watch;
mod work;

pub use content::{ContentError, load as load_course};
pub use serve::{FIRST_PORT, Options, ServeError, serve};
