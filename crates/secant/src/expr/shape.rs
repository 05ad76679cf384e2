//! Shapes: a list of extents, each a number or an expression in names that are bound later.

use std::fmt;
use std::sync::Arc;

use super::node::Expr;

/// The extent of an axis: `3`, `n`, `n - 1`.
pub type Dim = Expr;

/// The extents of a tensor, outermost first; a scalar has none.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Shape(Option<Arc<[Dim]>>);

impl Shape {
    /// That of a scalar.
    pub const SCALAR: Shape = Shape(None);

    /// The shape with these extents.
    pub fn new(extents: impl IntoIterator<Item = Dim>) -> Shape {
        let extents: Vec<Dim> = extents.into_iter().collect();
        Shape(if extents.is_empty() { None } else { Some(extents.into()) })
    }

    /// The extents.
    pub fn dims(&self) -> &[Dim] {
        self.0.as_deref().unwrap_or(&[])
    }

    /// How many axes there are.
    pub fn rank(&self) -> usize {
        self.dims().len()
    }

    /// Has it no axes?
    pub fn is_scalar(&self) -> bool {
        self.0.is_none()
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.dims() {
            [] => f.write_str("a scalar"),
            [n] => write!(f, "vector({n})"),
            [m, n] => write!(f, "matrix({m}, {n})"),
            dims => {
                f.write_str("tensor(")?;
                for (k, d) in dims.iter().enumerate() {
                    write!(f, "{}{d}", if k > 0 { ", " } else { "" })?;
                }
                f.write_str(")")
            }
        }
    }
}

impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
