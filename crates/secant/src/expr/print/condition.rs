//! Conditions in writing.

use std::fmt;

use super::super::{Condition, ConditionKind, Expr};
use super::formula::Formula;
use super::layout::{Relation, Set};

impl Condition {
    /// It as a formula: `x ≠ 0`.
    pub fn to_formula(&self) -> Formula {
        let e = self.expr.to_formula();
        let relation = |relation| Formula::relation(e.clone(), relation, &Expr::zero().to_formula());
        match self.kind {
            ConditionKind::NonZero => relation(Relation::NotEqual),
            ConditionKind::Positive => relation(Relation::Greater),
            ConditionKind::NonNegative => relation(Relation::GreaterEqual),
            ConditionKind::NoPole => Formula::outside(e, Set::Poles),
            ConditionKind::NotInteger => Formula::outside(e, Set::Integers),
        }
    }
}

/// Its text; the first three kinds read back as relations.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_formula().fmt(f)
    }
}
