//! The second-order test: the curvature of the Lagrangian on the tangent space of the active constraints.

use nalgebra::{DMatrix, SymmetricEigen};

use crate::minimize::report::Kind;

pub(super) struct Tested {
    pub(super) kind: Kind,
    pub(super) curvatures: Vec<f64>,
    /// The tangents depend on each other.
    pub(super) degenerate: bool,
}

impl Tested {
    pub(super) fn unknown() -> Tested {
        Tested { kind: Kind::Undecided, curvatures: Vec::new(), degenerate: false }
    }
}

/// Below this share of the largest, what is left of a normal is taken for 0.
const DEPENDENT: f64 = 1e-9;
/// And a curvature.
const FLAT: f64 = 1e-8;

/// `tangents`: the gradients of the active constraints, a column each.
///
/// Source: Nocedal & Wright, 2nd ed., §12.5.
pub(super) fn test(curvature: &DMatrix<f64>, tangents: &DMatrix<f64>) -> Tested {
    let n = curvature.nrows();
    let (basis, rank) = complement(tangents);
    let degenerate = rank < tangents.ncols();
    if rank == n {
        // A corner: there is no way to go along all of them.
        return Tested { kind: Kind::Minimum, curvatures: Vec::new(), degenerate };
    }
    let reduced = basis.transpose() * curvature * &basis;
    let mut curvatures: Vec<f64> = SymmetricEigen::new(reduced).eigenvalues.iter().copied().collect();
    curvatures.sort_by(f64::total_cmp);
    let size = curvature.amax();
    let flat = |v: f64| v.abs() <= FLAT * size.max(f64::MIN_POSITIVE);
    let (down, up) = (curvatures[0], curvatures[curvatures.len() - 1]);
    let kind = if curvatures.iter().any(|v| !v.is_finite()) {
        Kind::Undecided
    } else if down < 0.0 && !flat(down) && up > 0.0 && !flat(up) {
        Kind::Saddle
    } else if curvatures.iter().any(|v| flat(*v)) {
        Kind::Degenerate
    } else if down > 0.0 {
        Kind::Minimum
    } else {
        Kind::Maximum
    };
    Tested { kind, curvatures, degenerate }
}

/// An orthonormal basis of what is perpendicular to all columns, and how many of these are independent.
fn complement(columns: &DMatrix<f64>) -> (DMatrix<f64>, usize) {
    let n = columns.nrows();
    let mut basis: Vec<nalgebra::DVector<f64>> = Vec::new();
    let mut take = |v: nalgebra::DVector<f64>, least: f64| {
        let mut rest = v;
        for _ in 0..2 {
            for q in &basis {
                let part = q.dot(&rest);
                rest.axpy(-part, q, 1.0);
            }
        }
        let size = rest.norm();
        if size > least {
            basis.push(rest / size);
        }
        basis.len()
    };
    let mut rank = 0;
    for column in columns.column_iter() {
        rank = take(column.into_owned(), DEPENDENT * column.norm());
    }
    // The unit vectors fill up what is missing, those that are furthest from the rest first.
    let mut units: Vec<usize> = (0..n).collect();
    let covered = |k: usize, basis: &[nalgebra::DVector<f64>]| basis.iter().map(|q| q[k] * q[k]).sum::<f64>();
    let mut all = basis.clone();
    while all.len() < n {
        let Some(at) =
            (0..units.len()).min_by(|a, b| covered(units[*a], &all).total_cmp(&covered(units[*b], &all)))
        else {
            break;
        };
        let k = units.remove(at);
        let mut rest = nalgebra::DVector::zeros(n);
        rest[k] = 1.0;
        for _ in 0..2 {
            for q in &all {
                let part = q.dot(&rest);
                rest.axpy(-part, q, 1.0);
            }
        }
        let size = rest.norm();
        if size > 0.0 {
            all.push(rest / size);
        }
    }
    let free: Vec<nalgebra::DVector<f64>> = all.split_off(rank);
    if free.is_empty() {
        return (DMatrix::zeros(n, 0), rank);
    }
    (DMatrix::from_columns(&free), rank)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        let h = DMatrix::from_diagonal(&nalgebra::DVector::from_row_slice(&[1.0, -2.0, 3.0]));
        let along = |k: usize| DMatrix::from_fn(3, 1, |i, _| f64::from(u8::from(i == k)));
        assert_eq!(test(&h, &DMatrix::zeros(3, 0)).kind, Kind::Saddle);
        let tested = test(&h, &along(1));
        assert_eq!((tested.kind, tested.curvatures.len()), (Kind::Minimum, 2));
        assert_eq!(test(&-&h, &along(1)).kind, Kind::Maximum);
        assert_eq!(test(&h, &DMatrix::identity(3, 3)).kind, Kind::Minimum);
        assert!(test(&h, &DMatrix::from_element(3, 2, 1.0)).degenerate);
    }
}
