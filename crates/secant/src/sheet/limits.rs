//! The limits that keep a request bounded.

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
        }
    }
}
