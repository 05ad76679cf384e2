//! What goes into a batch and what comes out: borrowed numbers, side by side or with a stride, of 64 or 32 bits.
//!
//! Arithmetic is in `f64` whatever is read and written: an `f32` is widened when it is read, and a result is rounded to
//! the nearest `f32` once, when it is written.

/// The values of one input over a batch.
#[derive(Clone, Copy, Debug)]
pub enum Column<'a> {
    /// One for every point.
    Values(&'a [f64]),
    /// Numbers a stride apart, the first at the beginning: column `j` of rows of `p` numbers is `Strided(&rows[j..], p)`.
    Strided(&'a [f64], usize),
    /// The same of 32-bit numbers.
    Single(&'a [f32], usize),
    /// The same for all.
    Same(f64),
}

impl<'a> From<&'a [f64]> for Column<'a> {
    fn from(values: &'a [f64]) -> Column<'a> {
        Column::Values(values)
    }
}

impl<'a> From<&'a [f32]> for Column<'a> {
    fn from(values: &'a [f32]) -> Column<'a> {
        Column::Single(values, 1)
    }
}

impl From<f64> for Column<'_> {
    fn from(value: f64) -> Self {
        Column::Same(value)
    }
}

impl Column<'_> {
    /// How many points it has values for; `None` when for any number.
    pub(super) fn points(&self) -> Option<usize> {
        match *self {
            Column::Values(values) => Some(values.len()),
            Column::Strided(values, stride) => Some(values.len().div_ceil(stride.max(1))),
            Column::Single(values, stride) => Some(values.len().div_ceil(stride.max(1))),
            Column::Same(_) => None,
        }
    }

    pub(super) fn stride(&self) -> usize {
        match *self {
            Column::Strided(_, stride) | Column::Single(_, stride) => stride,
            Column::Values(_) | Column::Same(_) => 1,
        }
    }

    /// The values from point `start` on, as many as `chunk` has room for.
    pub(super) fn read(&self, start: usize, chunk: &mut [f64]) {
        match *self {
            Column::Values(values) => chunk.copy_from_slice(&values[start..start + chunk.len()]),
            Column::Strided(values, stride) => {
                for (x, value) in chunk.iter_mut().zip(values[start * stride..].iter().step_by(stride)) {
                    *x = *value;
                }
            }
            Column::Single(values, stride) => {
                for (x, value) in chunk.iter_mut().zip(values[start * stride..].iter().step_by(stride)) {
                    *x = f64::from(*value);
                }
            }
            Column::Same(value) => chunk.fill(value),
        }
    }
}

/// Where the results of a batch go.
#[derive(Debug)]
pub enum Outputs<'o, 'v> {
    /// A slice for each output, with a place for each point.
    Columns(&'o mut [&'v mut [f64]]),
    /// The same, rounded to 32 bits.
    SingleColumns(&'o mut [&'v mut [f32]]),
    /// Point by point: output `j` of point `i` goes to place `i · stride + j`.
    Rows(&'v mut [f64], usize),
    /// The same, rounded to 32 bits.
    SingleRows(&'v mut [f32], usize),
}

impl<'o, 'v> From<&'o mut [&'v mut [f64]]> for Outputs<'o, 'v> {
    fn from(columns: &'o mut [&'v mut [f64]]) -> Self {
        Outputs::Columns(columns)
    }
}

impl Outputs<'_, '_> {
    /// How many outputs there is room for; `None` where a row has room for any number.
    pub(super) fn count(&self) -> Option<usize> {
        match self {
            Outputs::Columns(columns) => Some(columns.len()),
            Outputs::SingleColumns(columns) => Some(columns.len()),
            Outputs::Rows(..) | Outputs::SingleRows(..) => None,
        }
    }

    /// For how many points there is room for output `k` of `outputs`.
    pub(super) fn room(&self, k: usize, outputs: usize) -> usize {
        let (length, stride) = match self {
            Outputs::Columns(columns) => return columns[k].len(),
            Outputs::SingleColumns(columns) => return columns[k].len(),
            Outputs::Rows(values, stride) => (values.len(), *stride),
            Outputs::SingleRows(values, stride) => (values.len(), *stride),
        };
        // The last row may end where its outputs end.
        (length + stride).saturating_sub(outputs) / stride.max(1)
    }

    pub(super) fn stride(&self) -> Option<usize> {
        match self {
            Outputs::Columns(_) | Outputs::SingleColumns(_) => None,
            Outputs::Rows(_, stride) | Outputs::SingleRows(_, stride) => Some(*stride),
        }
    }

    /// The places themselves, for as long as this is borrowed.
    pub(super) fn places(&mut self) -> Places {
        match self {
            // A reference and a pointer to the same slice lie in memory alike.
            Outputs::Columns(columns) => Places::Columns(columns.as_mut_ptr().cast()),
            Outputs::SingleColumns(columns) => Places::SingleColumns(columns.as_mut_ptr().cast()),
            Outputs::Rows(values, stride) => Places::Rows(values.as_mut_ptr(), *stride),
            Outputs::SingleRows(values, stride) => Places::SingleRows(values.as_mut_ptr(), *stride),
        }
    }
}

/// Where results go, for threads that write different points at the same time.
#[derive(Clone, Copy)]
pub(super) enum Places {
    Columns(*const *mut [f64]),
    SingleColumns(*const *mut [f32]),
    Rows(*mut f64, usize),
    SingleRows(*mut f32, usize),
}

// SAFETY: what is done through it is `write`, whose caller promises that no place is written by two threads.
unsafe impl Send for Places {}
// SAFETY: as above.
unsafe impl Sync for Places {}

impl Places {
    /// Where output `k` of the points from `start` on goes, where it is a column of 64-bit numbers.
    ///
    /// # Safety
    /// As [`Places::write`].
    pub(super) unsafe fn column(self, k: usize, start: usize) -> Option<*mut f64> {
        match self {
            // SAFETY: there is such an output, and room for the point.
            Places::Columns(columns) => Some(unsafe { (*columns.add(k)).cast::<f64>().add(start) }),
            Places::SingleColumns(_) | Places::Rows(..) | Places::SingleRows(..) => None,
        }
    }

    /// Writes output `k` of the points from `start` on.
    ///
    /// # Safety
    /// The [`Outputs`] that it comes from are still borrowed and have room for these points of this output, and no other
    /// thread writes them.
    pub(super) unsafe fn write(self, k: usize, start: usize, chunk: &[f64]) {
        // SAFETY: every place is one of the point `start + i` and the output `k`, for which there is room.
        unsafe {
            match self {
                Places::Columns(columns) => {
                    let column = (*columns.add(k)).cast::<f64>().add(start);
                    std::ptr::copy_nonoverlapping(chunk.as_ptr(), column, chunk.len());
                }
                Places::SingleColumns(columns) => {
                    let column = (*columns.add(k)).cast::<f32>().add(start);
                    chunk.iter().enumerate().for_each(|(i, x)| column.add(i).write(*x as f32));
                }
                Places::Rows(values, stride) => {
                    let first = values.add(start * stride + k);
                    chunk.iter().enumerate().for_each(|(i, x)| first.add(i * stride).write(*x));
                }
                Places::SingleRows(values, stride) => {
                    let first = values.add(start * stride + k);
                    chunk.iter().enumerate().for_each(|(i, x)| first.add(i * stride).write(*x as f32));
                }
            }
        }
    }
}
