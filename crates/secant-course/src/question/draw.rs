//! Which variant a seed gives.
//!
//! Invariant: the same seed gives the same variant for ever, and as many seeds in a row as there are variants
//! give every variant once.

/// One choice out of each list, as indices.
pub(crate) type Choice = Vec<usize>;

/// Every choice out of lists of these lengths, in order; `None` when there are more than `limit`.
pub(crate) fn all(lengths: &[usize], limit: usize) -> Option<Vec<Choice>> {
    let count = lengths.iter().try_fold(1_usize, |n, l| n.checked_mul(*l)).filter(|n| *n <= limit)?;
    Some((0..count).map(|k| nth(lengths, k)).collect())
}

fn nth(lengths: &[usize], mut k: usize) -> Choice {
    let mut choice = vec![0; lengths.len()];
    for (slot, length) in choice.iter_mut().zip(lengths).rev() {
        *slot = k % length;
        k /= length;
    }
    choice
}

/// The index that `seed` draws out of `count`: a walk through all of them in steps that look like no order.
///
/// `salt` keeps two questions of one page apart. `count` must not be 0.
pub(crate) fn draw(seed: u64, salt: &str, count: usize) -> usize {
    let count = count.max(1) as u64;
    let salt = salt
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |h: u64, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    // Steps near the golden section of the circle: neighbours in time are far apart.
    let mut step = (count as f64 * 0.618_033_988_749_895) as u64;
    while step == 0 || gcd(step, count) != 1 {
        step += 1;
    }
    let offset = mix(salt) % count;
    let along = u128::from(seed % count) * u128::from(step) + u128::from(offset);
    (along % u128::from(count)) as usize
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_in_a_row_give_every_variant_once() {
        for count in 1..200 {
            let mut seen: Vec<_> = (7..7 + count as u64).map(|seed| draw(seed, "a/b", count)).collect();
            seen.sort_unstable();
            assert_eq!(seen, (0..count).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_seed_never_changes_its_variant() {
        let drawn: Vec<_> =
            [0, 1, 2, 3, u64::MAX].iter().map(|s| draw(*s, "rise-over-run/slope", 56)).collect();
        assert_eq!(drawn, DRAWN);
    }
    const DRAWN: [usize; 5] = [12, 49, 30, 11, 7];

    #[test]
    fn choices_are_all_there_and_bounded() {
        assert_eq!(all(&[2, 3], 6).unwrap().len(), 6);
        assert_eq!(all(&[2, 3], 6).unwrap()[4], [1, 1]);
        assert_eq!(all(&[], 6).unwrap(), [Vec::<usize>::new()]);
        assert!(all(&[1000, 1000], 100_000).is_none());
        assert!(all(&[usize::MAX, 3], 100_000).is_none());
    }
}
