//! Where the numbers of an evaluation are: arrays given, arrays asked for, and slots that steps share.
//!
//! Here: strided views of what is given, slots by who still needs them, access by buffer.
//! Invariant: two buffers that are needed at the same time never share a slot.

use super::build::{Buffer, Kind};
use super::float::Float;

/// Numbers of an input: row by row, or with strides of their own.
#[derive(Clone, Copy, Debug)]
pub struct View<'a, T = f64> {
    data: &'a [T],
    strides: Option<&'a [usize]>,
}

impl<'a, T> View<'a, T> {
    /// Row by row: as many numbers as the shape has entries.
    pub fn new(data: &'a [T]) -> View<'a, T> {
        View { data, strides: None }
    }

    /// The entry at `(i, j, …)` is `data[i · strides[0] + j · strides[1] + …]`. What does not lie row by row is copied at
    /// the beginning of each evaluation.
    pub fn strided(data: &'a [T], strides: &'a [usize]) -> View<'a, T> {
        View { data, strides: Some(strides) }
    }

    /// The numbers row by row when they lie so.
    pub(super) fn rows(&self) -> Option<&'a [T]> {
        match self.strides {
            None => Some(self.data),
            Some(_) => None,
        }
    }

    /// The numbers of one of so many points, where there are `size` for each; else the view as it is.
    pub(super) fn at_point(&self, point: usize, points: usize, size: usize) -> View<'a, T> {
        match self.strides {
            None if points != 1 && size.checked_mul(points) == Some(self.data.len()) => {
                View::new(&self.data[point * size..(point + 1) * size])
            }
            _ => View { data: self.data, strides: self.strides },
        }
    }

    pub(super) fn len(&self) -> usize {
        self.data.len()
    }

    pub(super) fn strides(&self) -> Option<&'a [usize]> {
        self.strides
    }
}

impl<T: Float> View<'_, T> {
    /// How many numbers it must have for this shape; `None` when it has not one stride for each axis.
    pub(super) fn wanted(&self, shape: &[usize]) -> Option<usize> {
        match self.strides {
            None => Some(shape.iter().product()),
            Some(strides) if strides.len() != shape.len() => None,
            Some(_) if shape.contains(&0) => Some(0),
            Some(strides) => {
                let steps = strides.iter().zip(shape).map(|(s, n)| s.saturating_mul(n - 1));
                Some(steps.fold(1, usize::saturating_add))
            }
        }
    }

    /// Copies it row by row; the caller has seen to its length.
    pub(super) fn copy(&self, shape: &[usize], into: &mut Vec<T>) {
        into.clear();
        let Some(strides) = self.strides else { return into.extend_from_slice(self.data) };
        let ([outer @ .., columns], [outer_steps @ .., step]) = (shape, strides) else {
            return into.extend_from_slice(&self.data[..1]);
        };
        let rows: usize = outer.iter().product();
        for row in 0..rows {
            let (mut rest, mut start) = (row, 0);
            for (n, step) in outer.iter().zip(outer_steps).rev() {
                start += rest % n * step;
                rest /= n;
            }
            into.extend((0..*columns).map(|j| self.data[start + j * step]));
        }
    }
}

impl<'a, T> From<&'a [T]> for View<'a, T> {
    fn from(data: &'a [T]) -> Self {
        View::new(data)
    }
}

impl<'a, T> From<&'a Vec<T>> for View<'a, T> {
    fn from(data: &'a Vec<T>) -> Self {
        View::new(data)
    }
}

/// Where a buffer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Home {
    Input(usize),
    Output(usize),
    Slot(usize),
}

/// The numbers of one evaluation, by buffer.
pub(super) struct Memory<'r, 'o, T> {
    pub(super) homes: &'r [Home],
    pub(super) inputs: &'r [View<'r, T>],
    /// Inputs that did not lie row by row.
    pub(super) copies: &'r [Vec<T>],
    pub(super) outputs: &'r mut [&'o mut [T]],
    pub(super) slots: &'r mut [Vec<T>],
}

/// The numbers of a buffer while a step writes them and reads others.
pub(super) enum Taken<'o, T> {
    Slot(Vec<T>),
    Output(&'o mut [T]),
}

impl<T> Taken<'_, T> {
    pub(super) fn numbers(&mut self) -> &mut [T] {
        match self {
            Taken::Slot(v) => v,
            Taken::Output(v) => v,
        }
    }
}

impl<'o, T> Memory<'_, 'o, T> {
    pub(super) fn read(&self, buffer: usize) -> &[T] {
        match self.homes[buffer] {
            Home::Input(k) => self.inputs[k].rows().unwrap_or_else(|| &self.copies[k]),
            Home::Output(k) => self.outputs[k],
            Home::Slot(k) => &self.slots[k],
        }
    }

    pub(super) fn write(&mut self, buffer: usize) -> &mut [T] {
        match self.homes[buffer] {
            Home::Input(_) => unreachable!("inputs are not written"),
            Home::Output(k) => self.outputs[k],
            Home::Slot(k) => &mut self.slots[k],
        }
    }

    /// Takes a buffer out, so that others can be read beside it; [`Memory::put`] brings it back.
    pub(super) fn take(&mut self, buffer: usize) -> Taken<'o, T> {
        match self.homes[buffer] {
            Home::Input(_) => unreachable!("inputs are not written"),
            Home::Output(k) => Taken::Output(std::mem::take(&mut self.outputs[k])),
            Home::Slot(k) => Taken::Slot(std::mem::take(&mut self.slots[k])),
        }
    }

    pub(super) fn put(&mut self, buffer: usize, taken: Taken<'o, T>) {
        match (self.homes[buffer], taken) {
            (Home::Output(k), Taken::Output(v)) => self.outputs[k] = v,
            (Home::Slot(k), Taken::Slot(v)) => self.slots[k] = v,
            _ => unreachable!("what is put back was taken from there"),
        }
    }
}

/// Homes for buffers, and the sizes of the slots: a slot goes to the next buffer when no later step needs its last.
///
/// `touched[k]` are the buffers that step `k` reads or writes.
pub(super) fn homes(buffers: &[Buffer], touched: &[Vec<usize>]) -> (Vec<Home>, Vec<usize>) {
    let mut last = vec![None; buffers.len()];
    for (k, list) in touched.iter().enumerate() {
        for &b in list {
            last[b] = Some(k);
        }
    }
    let mut homes: Vec<Option<Home>> = buffers
        .iter()
        .map(|b| match b.kind {
            Kind::Input(k) => Some(Home::Input(k)),
            Kind::Output(k) => Some(Home::Output(k)),
            Kind::Temporary => None,
        })
        .collect();
    let mut sizes: Vec<usize> = Vec::new();
    let mut free: Vec<usize> = Vec::new();
    for (k, list) in touched.iter().enumerate() {
        for &b in list {
            if homes[b].is_some() {
                continue;
            }
            // The free slot whose size is nearest.
            let size = buffers[b].size;
            let nearest = (0..free.len()).min_by_key(|&f| sizes[free[f]].abs_diff(size));
            let slot = match nearest {
                Some(f) => free.swap_remove(f),
                None => {
                    sizes.push(0);
                    sizes.len() - 1
                }
            };
            sizes[slot] = sizes[slot].max(size);
            homes[b] = Some(Home::Slot(slot));
        }
        for &b in list {
            if let (Some(Home::Slot(slot)), true) = (homes[b], last[b] == Some(k))
                && !free.contains(&slot)
            {
                free.push(slot);
            }
        }
    }
    // A buffer that no step touches is read by none.
    (homes.into_iter().map(|h| h.unwrap_or(Home::Slot(0))).collect(), sizes)
}
