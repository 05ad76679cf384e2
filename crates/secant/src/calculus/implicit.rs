//! Derivatives of functions given by an equation, and along a curve given by a parameter.

use super::derivative::derivative;
use crate::expr::{Expr, Symbol};

/// `dy/dx` where `f(x, y) = 0`: `−(∂f/∂x)/(∂f/∂y)`. `None` when `y` does not occur in `f`.
///
/// Source: the implicit function theorem; it holds where `∂f/∂y` is not 0.
pub fn implicit_derivative(f: &Expr, y: &Symbol, x: &Symbol) -> Option<Expr> {
    let fy = derivative(f, y);
    if fy.is_zero() {
        return None;
    }
    Some(-(derivative(f, x) / fy))
}

/// `dⁿy/dxⁿ` along the curve `(x(t), y(t))`: each derivative is that by `t`, over `dx/dt`. `None` when `x` does not
/// vary with `t`.
pub fn parametric_derivative(x: &Expr, y: &Expr, t: &Symbol, order: u32) -> Option<Expr> {
    let speed = derivative(x, t);
    if speed.is_zero() {
        return None;
    }
    Some((0..order).fold(y.clone(), |e, _| derivative(&e, t) / &speed))
}

/// The total derivative of `f` along a curve: `Σ ∂f/∂xᵢ · dxᵢ/dt + ∂f/∂t`, the curve being put in for the names.
pub fn total_derivative(f: &Expr, curve: &[(Symbol, Expr)], t: &Symbol) -> Expr {
    let put_in = |e: &Expr| e.substitute(&curve.iter().cloned().collect());
    let along = curve.iter().map(|(x, path)| put_in(&derivative(f, x)) * derivative(path, t));
    let own = put_in(&derivative(f, t));
    along.chain([own]).sum()
}
