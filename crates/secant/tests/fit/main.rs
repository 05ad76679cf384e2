//! Fits: the reference sets of NIST, and what must hold of every fit.

mod common;
mod exact;
mod nist;
