//! The rules for what only tensors have. Each is the differential that a book on matrix calculus prints.
//!
//! Source: Magnus & Neudecker, *Matrix Differential Calculus*, 3rd ed., ch. 8 (§8.3 determinant, §8.4 inverse).

use super::derivative::Rule;
use crate::expr::{
    Expr, Factor, Func2, MatrixFunc, Rational, Reduction, Tensor, apply2, contract, power, product, scale,
    sum,
};

pub(super) fn apply_rule(
    e: &Expr,
    t: &Tensor,
    depends: &dyn Fn(&Expr) -> bool,
    d: &mut dyn FnMut(&Expr) -> Expr,
) -> (Rule, Expr) {
    match t {
        Tensor::Var { .. } => (Rule::Variable, d(e)),
        Tensor::Zeros | Tensor::Shift(_) | Tensor::Unit(_) => (Rule::Constant, Expr::zeros(e.shape())),
        Tensor::Contract(factors) => {
            let turns = (0..factors.len()).filter(|&k| depends(&factors[k].expr)).map(|k| {
                let part = d(&factors[k].expr);
                (Rational::ONE, with_factor(e, factors, k, &part))
            });
            (Rule::TensorProduct, sum(turns.collect::<Vec<_>>()))
        }
        Tensor::Stack(entries) => {
            let parts = entries.iter().map(|u| if depends(u) { d(u) } else { Expr::zeros(u.shape()) });
            (Rule::Entries, Expr::stack(parts.collect()))
        }
        Tensor::Matrix(f, a) => {
            let inverse = Expr::matrix_func(MatrixFunc::Inverse, a);
            let trace = |da: &Expr| contract(&[(&inverse, &[0, 1]), (da, &[1, 0])], &[], &[]);
            match f {
                MatrixFunc::Inverse => {
                    let product = contract(&[(e, &[0, 2]), (&d(a), &[2, 3]), (e, &[3, 1])], &[0, 1], &[]);
                    (Rule::Inverse, scale(&Rational::MINUS_ONE, &product))
                }
                MatrixFunc::Det => (Rule::Determinant, product([e.clone(), trace(&d(a))])),
                MatrixFunc::LogDet => (Rule::LogDeterminant, trace(&d(a))),
            }
        }
        Tensor::Reduce(f, u) => {
            let rank = u.shape().rank() as u32;
            let (all, outer): (Vec<u32>, Vec<u32>) = ((0..rank).collect(), (0..rank - 1).collect());
            let last = (rank - 1, u.shape().dims()[rank as usize - 1].clone());
            // The result again along the folded axis, so that it can stand beside `u`.
            let extents: Vec<_> =
                outer.iter().copied().zip(e.shape().dims().iter().cloned()).chain([last]).collect();
            let spread = |r: &Expr| contract(&[(r, &outer)], &all, &extents);
            let fold = |weights: &Expr, du: &Expr| contract(&[(weights, &all), (du, &all)], &outer, &[]);
            match f {
                Reduction::LogSumExp => (Rule::LogSumExp, fold(&(u - spread(e)).exp(), &d(u))),
                Reduction::Max | Reduction::Min => {
                    let chosen = apply2(Func2::Equal, u, &spread(e));
                    let count = spread(&contract(&[(&chosen, &all)], &outer, &[]));
                    (Rule::Extremum, fold(&product([chosen, count.recip()]), &d(u)))
                }
                Reduction::Product => {
                    (Rule::ProductOfEntries, fold(&product([spread(e), power(u, &Expr::integer(-1))]), &d(u)))
                }
            }
        }
    }
}

/// The contraction with another tensor of the same shape in the place of factor `k`.
pub(super) fn with_factor(e: &Expr, factors: &[Factor], k: usize, part: &Expr) -> Expr {
    let labels: Vec<Vec<u32>> =
        factors.iter().map(|f| f.labels.iter().map(|&l| u32::from(l)).collect()).collect();
    let list: Vec<(&Expr, &[u32])> = factors
        .iter()
        .zip(&labels)
        .enumerate()
        .map(|(j, (f, l))| (if j == k { part } else { &f.expr }, &l[..]))
        .collect();
    let out: Vec<u32> = (0..e.shape().rank() as u32).collect();
    let extents: Vec<(u32, Expr)> = out.iter().copied().zip(e.shape().dims().iter().cloned()).collect();
    contract(&list, &out, &extents)
}
