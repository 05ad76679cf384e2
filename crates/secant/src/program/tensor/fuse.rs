//! Loops over the same box that need not wait for one another become one loop, which shares what its formulas have in
//! common and reads each operand once.

use super::build::{Buffer, Draft, Item};
use super::form::Places;

/// Formulas of one loop; more would not share the first-level cache.
const MAX_ITEMS: usize = 8;

/// The drafts in an order that gives the same numbers, with fewer loops.
pub(super) fn fuse(drafts: Vec<Draft>, buffers: &[Buffer], places: &Places) -> Vec<Draft> {
    let mut fused: Vec<Draft> = Vec::with_capacity(drafts.len());
    // The last step so far that writes each buffer.
    let mut written: Vec<Option<usize>> = vec![None; buffers.len()];
    for draft in drafts {
        match draft {
            Draft::Items(items) => {
                for item in items {
                    place_item(item, &mut fused, &mut written, places);
                }
            }
            Draft::Product(_) | Draft::Fold { .. } | Draft::Matrix { .. } | Draft::Solve { .. } => {
                let target = match &draft {
                    Draft::Product(p) => p.target(),
                    Draft::Fold { target, .. }
                    | Draft::Matrix { target, .. }
                    | Draft::Solve { target, .. } => *target,
                    Draft::Items(_) => unreachable!("matched above"),
                };
                written[target] = Some(fused.len());
                fused.push(draft);
            }
        }
    }
    fused
}

fn place_item(item: Item, fused: &mut Vec<Draft>, written: &mut [Option<usize>], places: &Places) {
    let mut earliest = 0;
    for name in item.body.free_symbols() {
        if let Some(access) = places.get(&name)
            && let Some(step) = written[access.buffer]
        {
            earliest = earliest.max(step + 1);
        }
    }
    let target = item.target.buffer;
    if let Some(step) = written[target] {
        // What is added comes after what it is added to; entries that are each put once may be put together.
        earliest = earliest.max(step + usize::from(item.add));
    }
    let fits = |draft: &Draft| match draft {
        Draft::Items(items) => {
            let adds_to_it = |other: &Item| other.target.buffer == target && (other.add || item.add);
            items.len() < MAX_ITEMS && items[0].extents == item.extents && !items.iter().any(adds_to_it)
        }
        Draft::Product(_) | Draft::Fold { .. } | Draft::Matrix { .. } | Draft::Solve { .. } => false,
    };
    let found = (earliest..fused.len()).find(|&k| fits(&fused[k]));
    let step = found.unwrap_or(fused.len());
    written[target] = written[target].max(Some(step));
    match found.map(|k| &mut fused[k]) {
        Some(Draft::Items(items)) => items.push(item),
        _ => fused.push(Draft::Items(vec![item])),
    }
}
