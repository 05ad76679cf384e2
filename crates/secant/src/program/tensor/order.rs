//! The order in which the factors of a contraction are multiplied, pair by pair, by its cost for the real extents.
//!
//! The derivative of a long product is one contraction of many factors, so this choice is also the choice between forward
//! mode (from the inputs), reverse mode (from the result) and everything between (cross-country): whichever multiplies
//! least. A vector is met before two matrices are multiplied because that is cheaper, not because of a rule about derivatives.
//!
//! Source: exact for few factors by dynamic programming over their subsets, greedy for many: Smith & Gray, "opt_einsum",
//! JOSS 2018; Pfeifer, Haegeman & Verstraete, Phys. Rev. E 90, 033315 (2014).

/// Factors up to which the order is the best there is.
const EXACT: usize = 8;

/// A set of loop variables.
pub(super) type Set = u128;

/// Pairs to multiply, as places in a list to whose end each product is appended.
///
/// `factors` are the variables each depends on, `extents` those of all variables, `kept` are not summed. The cost of a pair
/// is its multiplications and the numbers it writes.
pub(super) fn order(factors: &[Set], extents: &[i64], kept: Set) -> Vec<(usize, usize)> {
    if factors.len() <= EXACT { exact(factors, extents, kept) } else { greedy(factors, extents, kept) }
}

fn volume(set: Set, extents: &[i64]) -> f64 {
    extents.iter().enumerate().filter(|(v, _)| set >> v & 1 == 1).map(|(_, n)| *n as f64).product()
}

fn exact(factors: &[Set], extents: &[i64], kept: Set) -> Vec<(usize, usize)> {
    let n = factors.len();
    if n < 2 {
        return Vec::new();
    }
    let all = (1_usize << n) - 1;
    let union = |subset: usize| (0..n).filter(|k| subset >> k & 1 == 1).fold(0, |s: Set, k| s | factors[k]);
    let unions: Vec<Set> = (0..=all).map(union).collect();
    // What the product of a subset depends on: what others, or the result, still ask for.
    let left = |subset: usize| unions[subset] & (kept | unions[all & !subset]);
    let mut best = vec![(f64::INFINITY, 0_usize); all + 1];
    for k in 0..n {
        best[1 << k] = (0.0, 0);
    }
    for subset in 1..=all {
        if subset.count_ones() < 2 {
            continue;
        }
        let written = volume(left(subset), extents);
        let mut part = (subset - 1) & subset;
        while part > 0 {
            let other = subset & !part;
            if part < other {
                let work = volume(left(part) | left(other), extents);
                let cost = best[part].0 + best[other].0 + work + written;
                if cost < best[subset].0 {
                    best[subset] = (cost, part);
                }
            }
            part = (part - 1) & subset;
        }
        if best[subset].1 == 0 {
            // Every way costs more than a number can say; any will be refused alike.
            best[subset].1 = subset & subset.wrapping_neg();
        }
    }
    // The chosen splits, products after their factors.
    let mut pairs = Vec::new();
    let mut number = vec![usize::MAX; all + 1];
    for k in 0..n {
        number[1 << k] = k;
    }
    let mut work = vec![(all, false)];
    while let Some((subset, parts_done)) = work.pop() {
        if subset.count_ones() < 2 {
            continue;
        }
        let part = best[subset].1;
        if parts_done {
            pairs.push((number[part], number[subset & !part]));
            number[subset] = n + pairs.len() - 1;
        } else {
            work.push((subset, true));
            work.push((part, false));
            work.push((subset & !part, false));
        }
    }
    pairs
}

fn greedy(factors: &[Set], extents: &[i64], kept: Set) -> Vec<(usize, usize)> {
    let mut list = factors.to_vec();
    let mut open: Vec<usize> = (0..factors.len()).collect();
    let mut pairs = Vec::new();
    while open.len() > 1 {
        let mut best = (f64::INFINITY, (0, 1), 0);
        for a in 0..open.len() {
            for b in a + 1..open.len() {
                let all = list[open[a]] | list[open[b]];
                let others = (0..open.len()).filter(|k| *k != a && *k != b);
                let left = all & others.fold(kept, |s, k| s | list[open[k]]);
                let (size, gone) =
                    (volume(left, extents), volume(list[open[a]], extents) + volume(list[open[b]], extents));
                // The work, and what the product adds to the numbers kept.
                let cost = volume(all, extents) + size - gone;
                if cost < best.0 || (a, b) == (0, 1) {
                    best = (cost, (a, b), left);
                }
            }
        }
        let (_, (a, b), left) = best;
        pairs.push((open[a], open[b]));
        open.remove(b);
        open.remove(a);
        open.push(list.len());
        list.push(left);
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(pairs: &[(usize, usize)], factors: &[Set], extents: &[i64], kept: Set) -> f64 {
        let mut list: Vec<Option<Set>> = factors.iter().map(|f| Some(*f)).collect();
        let mut total = 0.0;
        for &(a, b) in pairs {
            let all = list[a].take().unwrap() | list[b].take().unwrap();
            let left = all & list.iter().flatten().fold(kept, |s, f| s | f);
            total += volume(all, extents) + volume(left, extents);
            list.push(Some(left));
        }
        assert_eq!(list.iter().flatten().count(), 1);
        total
    }

    #[test]
    fn a_chain_is_multiplied_from_the_vector() {
        // A[i,j] B[j,k] v[k]: v first; and w[i] A B v from both ends alike.
        let chain = [0b0011, 0b0110, 0b0100];
        assert_eq!(order(&chain, &[100, 100, 100], 0b001), [(1, 2), (0, 3)]);
        // Every factor a vector's width more: greedy finds it too.
        let long: Vec<Set> = (0..12).map(|k| 0b11 << k).chain([1 << 12]).collect();
        let pairs = order(&long, &[50; 13], 1);
        assert!(cost(&pairs, &long, &[50; 13], 1) < 13.0 * 2600.0);
    }

    #[test]
    fn nothing_cheaper_exists() {
        // Every order of four factors of a network, tried.
        let (factors, extents) = ([0b00111, 0b01100, 0b11001, 0b10010], [7, 3, 11, 5, 2]);
        let mut best = f64::INFINITY;
        let mut tried = 0;
        let start: (Vec<usize>, Vec<(usize, usize)>) = (vec![0, 1, 2, 3], Vec::new());
        let mut work = vec![start];
        while let Some((open, pairs)) = work.pop() {
            if open.len() == 1 {
                best = best.min(cost(&pairs, &factors, &extents, 0b00001));
                tried += 1;
            }
            for a in 0..open.len() {
                for b in a + 1..open.len() {
                    let mut open = open.clone();
                    let mut pairs = pairs.clone();
                    pairs.push((open[a], open[b]));
                    open.remove(b);
                    open.remove(a);
                    open.push(4 + pairs.len() - 1);
                    work.push((open, pairs));
                }
            }
        }
        assert_eq!(tried, 18);
        assert_eq!(cost(&order(&factors, &extents, 0b00001), &factors, &extents, 0b00001), best);
    }
}
