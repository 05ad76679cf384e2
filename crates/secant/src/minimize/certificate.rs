//! Proof that a point is a minimum: exactly one stationary point in a box, and there the Hessian is positive definite.
//!
//! Here: for a function without constraints, in any dimension that the dense Hessian allows.
//! Not here: the lowest of all minima (`global`), constraints (`constrained`).

use super::MinimizeError;
use crate::calculus::{gradient, hessian};
use crate::expr::{Expr, Shape, Symbol};
use crate::program::{Budget, Enclosure, Interval, Program, Workspace};
use crate::solve::{System, certify};

/// Exactly one stationary point lies in `region`; it lies in `enclosure` and is a minimum, strictly lower than all else there.
#[derive(Clone, Debug, PartialEq)]
pub struct MinimumCertificate {
    /// As narrow as rounding allows.
    pub enclosure: Vec<Interval>,
    /// As wide as the proof of uniqueness reaches.
    pub region: Vec<Interval>,
    /// The value at the minimum lies in it.
    pub value: Interval,
}

/// A proof that `f`, a function of the numbers `names`, has a minimum next to `at`; `None` where there is no proof.
///
/// ```
/// use secant::expr::Symbol;
/// use secant::minimize::certify_minimum;
/// use secant::program::Budget;
/// use secant::syntax::parse_expr;
/// let f = parse_expr("(x - 1)^2 + 100 (y - x^2)^2").unwrap();
/// let names = ["x", "y"].map(Symbol::new);
/// let proof = certify_minimum(&f, &names, &[1.0 + 1e-12, 1.0], &Budget::UNLIMITED)?.unwrap();
/// assert!(proof.enclosure.iter().all(|x| x.contains(1.0) && x.width() < 1e-12));
/// assert!(certify_minimum(&f, &names, &[0.0, 0.0], &Budget::UNLIMITED)?.is_none());
/// # Ok::<(), secant::minimize::MinimizeError>(())
/// ```
///
/// # Errors
/// Those of compiling and evaluating the derivatives.
pub fn certify_minimum(
    f: &Expr,
    names: &[Symbol],
    at: &[f64],
    budget: &Budget<'_>,
) -> Result<Option<MinimumCertificate>, MinimizeError> {
    let wrt: Vec<(Symbol, Shape)> = names.iter().map(|x| (x.clone(), Shape::SCALAR)).collect();
    let system = System::new(&gradient(f, &wrt), &[], names)?;
    let Some(proof) = certify(&system, at, budget)? else { return Ok(None) };
    let entries: Vec<Expr> = hessian(f, &wrt).concat();
    let outputs: Vec<Expr> = entries.into_iter().chain([f.clone()]).collect();
    let program = Program::compile(&outputs, names)?;
    let over = enclosures(&program, &proof.enclosure, budget)?;
    let Some((value, entries)) = over.split_last() else { return Ok(None) };
    let entries: Vec<Interval> = entries.iter().filter(|e| e.defined).map(|e| e.values).collect();
    let positive = is_positive_definite(names.len(), &entries);
    Ok((positive && value.defined).then_some(MinimumCertificate {
        enclosure: proof.enclosure,
        region: proof.region,
        value: value.values,
    }))
}

pub(super) fn enclosures(
    program: &Program,
    over: &[Interval],
    budget: &Budget<'_>,
) -> Result<Vec<Enclosure>, MinimizeError> {
    let mut out = vec![Enclosure { values: Interval::EMPTY, defined: false }; program.output_count()];
    program.evaluate_interval_within(over, &mut out, budget, &mut Workspace::new())?;
    Ok(out)
}

/// Is every symmetric matrix with entries from these intervals, row by row, positive definite? `false` says nothing.
///
/// By elimination: each pivot of each such matrix lies in the interval that stands there, and all are positive.
pub(super) fn is_positive_definite(n: usize, entries: &[Interval]) -> bool {
    if entries.len() != n * n {
        return false;
    }
    let mut a = entries.to_vec();
    for k in 0..n {
        let pivot = a[k * n + k];
        if pivot.is_empty() || pivot.low() <= 0.0 || !pivot.high().is_finite() {
            return false;
        }
        for i in k + 1..n {
            let [factor, _] = a[k * n + i].quotients(pivot);
            for j in i..n {
                a[i * n + j] = a[i * n + j] - factor * a[k * n + j];
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pivots_decide() {
        let of = |list: &[f64]| {
            list.iter().map(|x| Interval::new(x - 0.01, x + 0.01).unwrap()).collect::<Vec<_>>()
        };
        assert!(is_positive_definite(2, &of(&[2.0, 1.0, 1.0, 2.0])));
        assert!(!is_positive_definite(2, &of(&[2.0, 2.0, 2.0, 2.0])));
        assert!(!is_positive_definite(2, &of(&[-2.0, 0.0, 0.0, 2.0])));
        assert!(!is_positive_definite(2, &of(&[1.0])));
    }
}
