//! Numbers of things by their hash: what a hash map is, without the things in it.
//!
//! Whoever owns the things keeps them in a list; here are only their places in that list.

/// Places in a list, found by hash. Small, since memory that is touched for the first time costs more than looking twice.
#[derive(Default)]
pub(super) struct Index {
    /// Open addressing; a power of two of slots, at most half of them taken.
    slots: Vec<u32>,
    taken: usize,
}

const EMPTY: u32 = u32::MAX;
const FEWEST: usize = 64;

impl Index {
    /// An empty one with room for so many.
    pub(super) fn with_capacity(things: usize) -> Index {
        Index { slots: vec![EMPTY; (2 * things).next_power_of_two().max(FEWEST)], taken: 0 }
    }

    /// The place of the thing with this hash for which `is_it` holds.
    #[inline]
    pub(super) fn find(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let found = self.slots[self.slot(hash, is_it)];
        (found != EMPTY).then_some(found)
    }

    /// The same, or `next`, which is then the place of a new thing with this hash; `hash_of` gives the hashes of the others.
    #[inline]
    pub(super) fn find_or_add(
        &mut self,
        hash: u64,
        next: u32,
        is_it: impl Fn(u32) -> bool,
        hash_of: impl Fn(u32) -> u64,
    ) -> u32 {
        if 2 * self.taken >= self.slots.len() {
            self.grow(hash_of);
        }
        let slot = self.slot(hash, is_it);
        if self.slots[slot] == EMPTY {
            self.slots[slot] = next;
            self.taken += 1;
        }
        self.slots[slot]
    }

    /// The slot of the thing, or the empty one where it belongs.
    #[inline]
    fn slot(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> usize {
        let last = self.slots.len() - 1;
        let mut slot = (hash >> 32) as usize & last;
        while self.slots[slot] != EMPTY && !is_it(self.slots[slot]) {
            slot = (slot + 1) & last;
        }
        slot
    }

    #[cold]
    fn grow(&mut self, hash_of: impl Fn(u32) -> u64) {
        let size = (2 * self.slots.len()).max(FEWEST);
        for place in std::mem::replace(&mut self.slots, vec![EMPTY; size]) {
            if place != EMPTY {
                let slot = self.slot(hash_of(place), |_| false);
                self.slots[slot] = place;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_again() {
        // A poor hash, so that slots are shared.
        let hash = |x: u64| (x % 7) << 32;
        let things: Vec<u64> = (0..1000).map(|k| k * 31 % 701).collect();
        let (mut index, mut list) = (Index::default(), Vec::new());
        for x in &things {
            let next = list.len() as u32;
            let place =
                index.find_or_add(hash(*x), next, |k| list[k as usize] == *x, |k| hash(list[k as usize]));
            if place == next {
                list.push(*x);
            }
        }
        assert_eq!(list.len(), 701);
        for (k, x) in list.iter().enumerate() {
            assert_eq!(index.find(hash(*x), |k| list[k as usize] == *x), Some(k as u32));
        }
        assert_eq!(index.find(hash(5000), |k| list[k as usize] == 5000), None);
    }
}
