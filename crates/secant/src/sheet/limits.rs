//! The limits that keep a request bounded.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::program::{Budget, Effort};

/// Each has a finite default; passing one is a `budget.` error that says what was reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest text, in characters.
    pub max_chars: usize,
    /// Deepest nesting of a text.
    pub max_depth: u32,
    /// Most nodes of an expression, shared ones counting once.
    pub max_nodes: usize,
    /// Most nodes that are printed, shared ones counting each time.
    pub max_printed: usize,
    /// Most points of one request.
    pub max_points: usize,
    /// Highest order of a derivative.
    pub max_order: u32,
    /// Most lines of a derivation.
    pub max_steps: usize,
    /// Most terms made while an equality is proven.
    pub proof_terms: usize,
    /// Most operations of one evaluation: an instruction of a program at a point is one.
    pub max_operations: u64,
    /// Most bytes of working memory of one evaluation.
    pub max_memory: u64,
    /// Most threads that one evaluation may use.
    pub threads: usize,
    /// Where it is raised an evaluation ends soon, with `budget.cancelled`.
    pub stop: Option<Stop>,
}

/// A flag by which whoever asked can stop an evaluation, from another thread and at any time.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Raises the flag, for good.
    pub fn raise(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl PartialEq for Stop {
    fn eq(&self, other: &Stop) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Stop {}

impl Limits {
    /// What an evaluation may cost.
    pub(super) fn effort(&self) -> Effort<'_> {
        let cancel = self.stop.as_ref().map(|stop| &*stop.0);
        let budget = Budget { operations: self.max_operations, memory: self.max_memory, cancel };
        Effort { threads: self.threads, budget }
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            max_chars: 100_000,
            max_depth: 250,
            max_nodes: 200_000,
            max_printed: 50_000,
            max_points: 1_000_000,
            max_order: 50,
            max_steps: 500,
            proof_terms: 50_000,
            max_operations: 20_000_000_000,
            max_memory: 1 << 30,
            threads: 1,
            stop: None,
        }
    }
}
