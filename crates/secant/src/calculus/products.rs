//! Products with Jacobians and Hessians that are never formed: one differential, or one gradient, of an expression.
//!
//! Here: expressions for `J v`, `v' J` and `H v`. Multiplying them out in a cheap order is the program's work.
//! Source: Pearlmutter, "Fast exact multiplication by the Hessian", Neural Computation 6 (1994).

use super::derivative::{differential, differentials};
use super::gradient::gradient;
use crate::expr::{Expr, Shape, Symbol, contract};

/// The name that weights go by while a gradient is taken; it cannot be typed.
const WEIGHTS: &str = "# weights";

/// `J v`: what `e` changes by, to first order, when each name changes by its direction. It has the shape of `e`.
///
/// Each direction has the shape of its name, and is held constant; so is every name without one. Costs a small multiple of
/// `e`, whatever the size of the Jacobian.
pub fn jacobian_times_vector(e: &Expr, directions: &[(Symbol, Expr)]) -> Expr {
    differential(e, directions)
}

/// `v' J`: the gradient of `⟨weights, e⟩` by each variable, the weights held constant. Each has the shape of its variable.
///
/// Costs a small multiple of `e`, whatever the size of the Jacobian.
///
/// # Panics
/// When the weights have not the shape of `e`.
pub fn vector_times_jacobian(weights: &Expr, e: &Expr, wrt: &[(Symbol, Shape)]) -> Vec<Expr> {
    assert_eq!(weights.shape(), e.shape(), "a weight for each entry");
    // Under a name of their own: what they are may depend on the variables.
    let name = Symbol::new(WEIGHTS);
    let stand_in = Expr::tensor_var(name.clone(), e.shape().clone());
    let labels: Vec<u32> = (0..e.shape().rank() as u32).collect();
    let weighted = contract(&[(&stand_in, &labels), (e, &labels)], &[], &[]);
    gradient(&weighted, wrt).iter().map(|g| g.replace(&name, weights)).collect()
}

/// `H v`: the derivative of the gradient of a scalar along directions, one for each variable, in their order. Each has the shape
/// of its variable.
///
/// Costs a small multiple of `e`, whatever the size of the Hessian.
pub fn hessian_times_vector(e: &Expr, directions: &[(Symbol, Expr)]) -> Vec<Expr> {
    let wrt: Vec<(Symbol, Shape)> = directions.iter().map(|(x, v)| (x.clone(), v.shape().clone())).collect();
    differentials(&gradient(e, &wrt), directions)
}
