//! Contractions of numbers: structural factors become index arithmetic, the rest is multiplied pair by pair.
//!
//! Not here: matrix products of a library, threads.
//! Source of the pairwise order: greedy by size of the result, as in opt_einsum (Smith & Gray, JOSS 2018).

use super::array::{Array, strides};

/// A label of a contraction.
pub(super) type Label = usize;

/// A factor: numbers, or a tensor known by its structure.
pub(super) enum Part<'a> {
    Dense(&'a Array, Vec<Label>),
    /// 1 where the second label is the first plus the offset.
    Shift {
        row: Label,
        column: Label,
        offset: i64,
    },
    /// 1 where the label is this (from 0).
    Unit {
        label: Label,
        place: i64,
    },
}

/// The labels of a factor as `base + offset`; without a base the coordinate is fixed.
#[derive(Clone, Copy)]
struct Affine {
    base: Option<Label>,
    offset: i64,
}

/// Numbers seen along base labels.
struct View {
    labels: Vec<Label>,
    strides: Vec<usize>,
    start: usize,
    data: Vec<f64>,
}

/// The contraction of the parts; `extents[label]` for every label, `out` are the labels of the result.
///
/// `spend` is told of the multiplications to come and may refuse.
pub(super) fn contract<E>(
    parts: &[Part<'_>],
    extents: &[usize],
    out: &[Label],
    spend: &mut dyn FnMut(u64) -> Result<(), E>,
) -> Result<Array, E> {
    let shape: Vec<usize> = out.iter().map(|&l| extents[l]).collect();
    let mut result = Array::filled(shape, 0.0);
    let Some((affine, lo, hi)) = structure(parts, extents) else { return Ok(result) };
    if (0..extents.len()).any(|l| affine[l].base == Some(l) && lo[l] >= hi[l]) {
        return Ok(result);
    }
    let extent: Vec<usize> = lo.iter().zip(&hi).map(|(a, b)| (b - a).max(0) as usize).collect();
    let mut views = Vec::new();
    for part in parts {
        if let Part::Dense(array, labels) = part {
            views.push(view(array, labels, &affine, &lo));
        }
    }
    // Base labels of the result, in its order.
    let mut wanted: Vec<Label> = Vec::new();
    for &l in out {
        if let Some(base) = affine[l].base
            && !wanted.contains(&base)
        {
            wanted.push(base);
        }
    }
    // A label that is summed and that no numbers have counts its terms.
    let mut factor = 1.0;
    for l in 0..extents.len() {
        let is_base = affine[l].base == Some(l);
        if is_base && !wanted.contains(&l) && !views.iter().any(|v| v.labels.contains(&l)) {
            factor *= extent[l] as f64;
        }
    }
    while views.len() > 1 {
        let (i, j) = cheapest_pair(&views, &wanted, &extent);
        let b = views.swap_remove(j);
        let a = views.swap_remove(i);
        let kept = |l: &Label| wanted.contains(l) || views.iter().any(|v| v.labels.contains(l));
        let mut labels: Vec<Label> = a.labels.clone();
        labels.extend(b.labels.iter().filter(|l| !a.labels.contains(l)));
        let keep: Vec<Label> = labels.iter().copied().filter(kept).collect();
        let product = multiply(&[&a, &b], &keep, &extent, spend)?;
        views.push(product);
    }
    let core = match views.pop() {
        Some(v) => {
            let present: Vec<Label> = wanted.iter().copied().filter(|l| v.labels.contains(l)).collect();
            if v.labels == present { v } else { multiply(&[&v], &present, &extent, spend)? }
        }
        None => View { labels: Vec::new(), strides: Vec::new(), start: 0, data: vec![1.0] },
    };
    // Into the result, at the coordinates that the structure leaves.
    let steps = result.strides();
    let mut start = 0_usize;
    let mut out_step = vec![0_usize; wanted.len()];
    for (axis, &l) in out.iter().enumerate() {
        let Affine { base, offset } = affine[l];
        match base {
            Some(base) => {
                let k =
                    wanted.iter().position(|w| *w == base).expect("wanted holds every base of the result");
                out_step[k] += steps[axis];
                start += (lo[base] + offset) as usize * steps[axis];
            }
            None => start += offset as usize * steps[axis],
        }
    }
    let core_step: Vec<usize> = wanted
        .iter()
        .map(|l| core.labels.iter().position(|c| c == l).map_or(0, |k| core.strides[k]))
        .collect();
    let counts: Vec<usize> = wanted.iter().map(|&l| extent[l]).collect();
    spend(counts.iter().product::<usize>() as u64)?;
    odometer(&counts, |index| {
        let at = |step: &[usize]| index.iter().zip(step).map(|(i, s)| i * s).sum::<usize>();
        result.data[start + at(&out_step)] = factor * core.data[core.start + at(&core_step)];
    });
    Ok(result)
}

/// What the structural parts say: each label as `base + offset`, and the range of each base. `None`: nothing fits.
fn structure(parts: &[Part<'_>], extents: &[usize]) -> Option<(Vec<Affine>, Vec<i64>, Vec<i64>)> {
    let n = extents.len();
    let mut affine: Vec<Affine> = (0..n).map(|l| Affine { base: Some(l), offset: 0 }).collect();
    // `label = value` for every label that so far is `base + …`.
    fn tie(affine: &mut [Affine], base: Label, to: Affine, offset: i64) {
        for a in affine {
            if a.base == Some(base) {
                *a = Affine { base: to.base, offset: to.offset + offset + a.offset };
            }
        }
    }
    for part in parts {
        match part {
            Part::Dense(..) => {}
            Part::Shift { row, column, offset } => {
                // column = row + offset
                let (r, c) = (affine[*row], affine[*column]);
                match (r.base, c.base) {
                    (Some(rb), Some(cb)) if rb == cb => {
                        if r.offset + offset != c.offset {
                            return None;
                        }
                    }
                    (_, Some(cb)) => tie(&mut affine, cb, r, offset - c.offset),
                    (Some(rb), None) => tie(&mut affine, rb, c, -offset - r.offset),
                    (None, None) => {
                        if r.offset + offset != c.offset {
                            return None;
                        }
                    }
                }
            }
            Part::Unit { label, place } => {
                let a = affine[*label];
                match a.base {
                    Some(base) => {
                        let fixed = Affine { base: None, offset: place - a.offset };
                        tie(&mut affine, base, fixed, 0);
                    }
                    None if a.offset == *place => {}
                    None => return None,
                }
            }
        }
    }
    let (mut lo, mut hi) = (vec![0_i64; n], vec![0_i64; n]);
    for l in 0..n {
        hi[l] = extents[l] as i64;
    }
    for l in 0..n {
        let Affine { base, offset } = affine[l];
        match base {
            Some(base) => {
                lo[base] = lo[base].max(-offset);
                hi[base] = hi[base].min(extents[l] as i64 - offset);
            }
            None if offset < 0 || offset >= extents[l] as i64 => return None,
            None => {}
        }
    }
    Some((affine, lo, hi))
}

fn view(array: &Array, labels: &[Label], affine: &[Affine], lo: &[i64]) -> View {
    let steps = array.strides();
    let mut v = View { labels: Vec::new(), strides: Vec::new(), start: 0, data: array.data.clone() };
    for (&l, &step) in labels.iter().zip(&steps) {
        let Affine { base, offset } = affine[l];
        match base {
            Some(base) => {
                v.start += (lo[base] + offset).max(0) as usize * step;
                match v.labels.iter().position(|k| *k == base) {
                    Some(k) => v.strides[k] += step,
                    None => {
                        v.labels.push(base);
                        v.strides.push(step);
                    }
                }
            }
            None => v.start += offset as usize * step,
        }
    }
    v
}

fn cheapest_pair(views: &[View], wanted: &[Label], extent: &[usize]) -> (usize, usize) {
    let mut best = (f64::INFINITY, (0, 1));
    for i in 0..views.len() {
        for j in i + 1..views.len() {
            let mut all = views[i].labels.clone();
            all.extend(views[j].labels.iter().filter(|l| !views[i].labels.contains(l)));
            let work: f64 = all.iter().map(|&l| extent[l] as f64).product();
            let others = |l: &Label| {
                wanted.contains(l)
                    || views.iter().enumerate().any(|(k, v)| k != i && k != j && v.labels.contains(l))
            };
            let left: f64 = all.iter().filter(|l| others(l)).map(|&l| extent[l] as f64).product();
            if work + left < best.0 {
                best = (work + left, (i, j));
            }
        }
    }
    best.1
}

/// `Σ Π views`, over every label that is not kept.
fn multiply<E>(
    views: &[&View],
    keep: &[Label],
    extent: &[usize],
    spend: &mut dyn FnMut(u64) -> Result<(), E>,
) -> Result<View, E> {
    let mut summed: Vec<Label> = Vec::new();
    for v in views {
        summed.extend(v.labels.iter().filter(|l| !keep.contains(l)));
    }
    summed.sort_unstable();
    summed.dedup();
    let counts = |labels: &[Label]| -> Vec<usize> { labels.iter().map(|&l| extent[l]).collect() };
    let steps = |v: &View, labels: &[Label]| -> Vec<usize> {
        labels.iter().map(|l| v.labels.iter().position(|k| k == l).map_or(0, |k| v.strides[k])).collect()
    };
    let (kept, inner) = (counts(keep), counts(&summed));
    let work = kept.iter().chain(&inner).map(|&n| n as u64).fold(1_u64, u64::saturating_mul);
    spend(work)?;
    let outer_steps: Vec<Vec<usize>> = views.iter().map(|v| steps(v, keep)).collect();
    let inner_steps: Vec<Vec<usize>> = views.iter().map(|v| steps(v, &summed)).collect();
    let mut data = Vec::with_capacity(kept.iter().product());
    odometer(&kept, |outer| {
        let starts: Vec<usize> = views
            .iter()
            .zip(&outer_steps)
            .map(|(v, s)| v.start + outer.iter().zip(s).map(|(i, s)| i * s).sum::<usize>())
            .collect();
        let mut total = 0.0;
        odometer(&inner, |index| {
            let mut term = 1.0;
            for ((v, start), s) in views.iter().zip(&starts).zip(&inner_steps) {
                term *= v.data[start + index.iter().zip(s).map(|(i, s)| i * s).sum::<usize>()];
            }
            total += term;
        });
        data.push(total);
    });
    let shape: Vec<usize> = kept;
    Ok(View { labels: keep.to_vec(), strides: strides(&shape), start: 0, data })
}

/// Every index below the counts, the last running fastest.
fn odometer(counts: &[usize], mut visit: impl FnMut(&[usize])) {
    if counts.contains(&0) {
        return;
    }
    let mut index = vec![0; counts.len()];
    loop {
        visit(&index);
        let mut axis = counts.len();
        loop {
            if axis == 0 {
                return;
            }
            axis -= 1;
            index[axis] += 1;
            if index[axis] < counts[axis] {
                break;
            }
            index[axis] = 0;
        }
    }
}
