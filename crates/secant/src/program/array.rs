//! Arrays of numbers.

/// Numbers with axes, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// Extents, outermost first; none for a single number.
    pub shape: Vec<usize>,
    /// As many numbers as the product of the extents.
    pub data: Vec<f64>,
}

impl Array {
    /// A single number.
    pub fn scalar(x: f64) -> Array {
        Array { shape: Vec::new(), data: vec![x] }
    }

    /// An array; `None` when there are not as many numbers as the extents ask for.
    pub fn new(shape: Vec<usize>, data: Vec<f64>) -> Option<Array> {
        (shape.iter().product::<usize>() == data.len()).then_some(Array { shape, data })
    }

    pub(super) fn filled(shape: Vec<usize>, x: f64) -> Array {
        let size = shape.iter().product();
        Array { shape, data: vec![x; size] }
    }
}
