//! Named extents bound to numbers: the concrete shape of every part.

use std::collections::HashMap;

use crate::expr::{Dim, Expr, HashBuild, Node, Symbol};
use crate::program::ProgramError;

/// Most numbers in one array, and in all that an evaluation keeps at once.
pub(super) const MAX_ENTRIES: u64 = 100_000_000;

/// What named extents are.
#[derive(Default)]
pub(super) struct Extents {
    named: HashMap<Symbol, i64, HashBuild>,
    known: HashMap<Expr, i64, HashBuild>,
}

impl Extents {
    /// Learns extents from what is given by name, and from the shapes given for the variables of `parts`.
    pub(super) fn bind(
        parts: &[Expr],
        inputs: &[(Symbol, Vec<usize>)],
        given: &[(Symbol, i64)],
    ) -> Result<Extents, ProgramError> {
        let mut extents = Extents::default();
        extents.named.extend(given.iter().cloned());
        let mut later = Vec::new();
        for e in parts {
            let Some(name) = e.as_var() else { continue };
            let Some((_, shape)) = inputs.iter().find(|(n, _)| n == name) else {
                if matches!(e.node(), Node::Var(_)) && extents.named.contains_key(name) {
                    continue;
                }
                let known = inputs.iter().map(|(n, _)| n.clone()).collect();
                return Err(ProgramError::UnknownName { name: name.clone(), known });
            };
            let misfit = || ProgramError::Shape {
                name: name.clone(),
                wanted: e.shape().to_string(),
                given: shape.clone(),
            };
            if shape.len() != e.shape().rank() {
                return Err(misfit());
            }
            for (dim, &n) in e.shape().dims().iter().zip(shape) {
                let n = n as i64;
                match dim.as_var() {
                    Some(extent) => {
                        if *extents.named.entry(extent.clone()).or_insert(n) != n {
                            return Err(misfit());
                        }
                    }
                    None => later.push((dim, n, misfit())),
                }
            }
        }
        for (dim, n, misfit) in later {
            if extents.extent(dim)? != n {
                return Err(misfit);
            }
        }
        Ok(extents)
    }

    /// The number that a name is, when it is an extent.
    pub(super) fn of(&self, name: &Symbol) -> Option<i64> {
        self.named.get(name).copied()
    }

    /// An integer made of extents: the offset of a slice, the place of an entry.
    pub(super) fn integer(&mut self, e: &Dim) -> Result<i64, ProgramError> {
        if let Some(n) = e.as_number().and_then(|n| n.to_i64()) {
            return Ok(n);
        }
        if let Some(n) = self.known.get(e) {
            return Ok(*n);
        }
        let mut at = Vec::new();
        for name in e.free_symbols() {
            let value = self.of(&name).ok_or_else(|| ProgramError::UnknownName {
                name: name.clone(),
                known: self.named.keys().cloned().collect(),
            })?;
            at.push((name, value as f64));
        }
        let value = crate::program::eval(e, &at)?;
        // Whole numbers that f64 has exactly, with room to add a few of them.
        if value != value.trunc() || value.abs() > 1e15 {
            return Err(ProgramError::Extent { dim: e.to_string(), value });
        }
        self.known.insert(e.clone(), value as i64);
        Ok(value as i64)
    }

    fn extent(&mut self, dim: &Dim) -> Result<i64, ProgramError> {
        let n = self.integer(dim)?;
        if n < 0 || n > MAX_ENTRIES as i64 {
            return Err(ProgramError::Extent { dim: dim.to_string(), value: n as f64 });
        }
        Ok(n)
    }

    pub(super) fn shape(&mut self, e: &Expr) -> Result<Vec<i64>, ProgramError> {
        e.shape().dims().iter().map(|d| self.extent(d)).collect()
    }
}

/// How many numbers an array of these extents has.
pub(super) fn entries(extents: &[i64]) -> Result<usize, ProgramError> {
    let size = extents.iter().map(|&n| n as u64).fold(1, u64::saturating_mul);
    if size > MAX_ENTRIES {
        return Err(ProgramError::TooLarge { size: size as usize, limit: MAX_ENTRIES as usize });
    }
    Ok(size as usize)
}

/// How far apart neighbours along each axis are, row by row.
pub(super) fn strides(extents: &[i64]) -> smallvec::SmallVec<[i64; 4]> {
    let mut strides = smallvec::SmallVec::from_elem(1, extents.len());
    for k in (1..extents.len()).rev() {
        strides[k - 1] = strides[k] * extents[k].max(1);
    }
    strides
}
