//! How much memory a node takes, counted by the allocator.

use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;

use mimalloc::MiMalloc;
use secant::calculus::derivative;

use crate::{figure, scalar};

thread_local! {
    static LIVE: Cell<isize> = const { Cell::new(0) };
}

fn count(bytes: isize) {
    // A thread that is ending has no counter any more; what it frees does not matter.
    let _ = LIVE.try_with(|live| live.set(live.get() + bytes));
}

/// The allocator of the `secant` command, with a count of the bytes that a thread has asked for and not given back.
pub(crate) struct Counting;

// SAFETY: every call goes to that allocator as it came; the count beside it allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: the caller's promises are those that `MiMalloc` asks for.
        unsafe { MiMalloc.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: as above.
        unsafe { MiMalloc.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size as isize - layout.size() as isize);
        // SAFETY: as above.
        unsafe { MiMalloc.realloc(at, layout, size) }
    }
}

/// Bytes of W1 and of its derivative over the nodes of both.
pub(crate) fn of_a_node() {
    // What is made once and kept (small integers) belongs to no node of these.
    drop(scalar::nest(1));
    let before = LIVE.get();
    let e = scalar::nest(143);
    let d = derivative(&e, &scalar::x());
    let bytes = LIVE.get() - before;
    let nodes = (&e + &d).node_count() - 1;
    figure::line("memory", "bytes a node", bytes as f64 / nodes as f64, "bytes");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_freed_is_not_counted() {
        let before = LIVE.get();
        let kept = vec![0_u8; 1000];
        drop(vec![0_u8; 500]);
        assert_eq!(LIVE.get() - before, 1000);
        drop(kept);
    }
}
