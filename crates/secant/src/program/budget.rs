//! Budgets: what an evaluation may cost, and how it is stopped from outside.
//!
//! Here: limits of operations and memory, and a flag that another thread may raise.
//! Not here: a clock. Whoever has one raises the flag when the time is over.
//! Invariant: what an evaluation will cost is known before it begins, so that it is refused before it begins; between
//! chunks of its work it looks at the flag.

use std::sync::atomic::{AtomicBool, Ordering};

use super::ProgramError;

/// What an evaluation may cost. The default has no limits.
///
/// ```
/// use std::sync::atomic::{AtomicBool, Ordering};
/// use secant::program::Budget;
/// let stop = AtomicBool::new(false);
/// let budget = Budget { operations: 1_000_000, cancel: Some(&stop), ..Budget::UNLIMITED };
/// assert_eq!(budget.allow(2_000_000, 0).unwrap_err().code(), "budget.operations");
/// stop.store(true, Ordering::Relaxed); // from a timer, say
/// assert_eq!(budget.proceed(300, 1000).unwrap_err().code(), "budget.cancelled");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Budget<'a> {
    /// Most operations on numbers: an instruction at a point is one, on a series of `n` coefficients `n²`.
    pub operations: u64,
    /// Most bytes of working memory.
    pub memory: u64,
    /// Where this is raised the evaluation ends soon, with [`ProgramError::Cancelled`].
    pub cancel: Option<&'a AtomicBool>,
}

impl Budget<'_> {
    /// Without limits.
    pub const UNLIMITED: Budget<'static> = Budget { operations: u64::MAX, memory: u64::MAX, cancel: None };

    /// Is there room for so many operations and so many bytes?
    ///
    /// # Errors
    /// [`ProgramError::Operations`], [`ProgramError::Memory`], [`ProgramError::Cancelled`].
    pub fn allow(&self, operations: u64, memory: u64) -> Result<(), ProgramError> {
        if operations > self.operations {
            return Err(ProgramError::Operations { needed: operations, limit: self.operations });
        }
        if memory > self.memory {
            return Err(ProgramError::Memory { needed: memory, limit: self.memory });
        }
        self.proceed(0, operations)
    }

    /// Asked between chunks of the work, `done` operations `of` all of them.
    ///
    /// # Errors
    /// [`ProgramError::Cancelled`] once the flag is raised.
    pub fn proceed(&self, done: u64, of: u64) -> Result<(), ProgramError> {
        match self.cancel {
            Some(flag) if flag.load(Ordering::Relaxed) => Err(ProgramError::Cancelled { done, of }),
            _ => Ok(()),
        }
    }
}

impl Default for Budget<'_> {
    fn default() -> Self {
        Budget::UNLIMITED
    }
}
