//! Values of expressions with axes: fused elementwise programs between contractions.
//!
//! Here: binding of extents, the walk, matrices, folds.
//! Not here: loops over points (`batch`), index arithmetic (`contraction`).

use std::collections::HashMap;

use super::array::Array;
use super::contraction::{self, Part};
use super::{Column, Program, ProgramError, Workspace};
use crate::expr::{Dim, Expr, HashBuild, MatrixFunc, Node, Reduction, Symbol, Tensor};

/// Most multiplications of one evaluation unless told.
const MAX_WORK: u64 = 20_000_000_000;
/// Most numbers in one array.
const MAX_ENTRIES: u64 = 100_000_000;

/// The values of `outputs`, each name having the array given for it. Named extents are bound by the arrays.
///
/// # Errors
/// [`ProgramError::UnknownName`], [`ProgramError::Shape`] when an array does not fit its name,
/// [`ProgramError::TooLarge`] when the work would pass the budget.
pub fn evaluate_arrays(outputs: &[Expr], at: &[(Symbol, Array)]) -> Result<Vec<Array>, ProgramError> {
    let mut walk = Walk {
        at,
        extents: HashMap::new(),
        values: HashMap::default(),
        work: 0,
        workspace: Workspace::new(),
    };
    walk.bind(outputs)?;
    outputs.iter().map(|e| walk.value(e)).collect()
}

struct Walk<'a> {
    at: &'a [(Symbol, Array)],
    extents: HashMap<Symbol, usize>,
    values: HashMap<Expr, Array, HashBuild>,
    work: u64,
    workspace: Workspace,
}

impl<'a> Walk<'a> {
    /// Learns what named extents are from the arrays given for variables with them.
    fn bind(&mut self, outputs: &[Expr]) -> Result<(), ProgramError> {
        let mut later = Vec::new();
        for e in outputs.iter().flat_map(Expr::post_order) {
            let Node::Tensor(Tensor::Var { name, .. }) = e.node() else { continue };
            let array = self.given(name)?;
            let dims = e.shape().dims();
            if array.shape.len() != dims.len() {
                return Err(misfit(name, &e, array));
            }
            for (dim, &n) in dims.iter().zip(&array.shape) {
                match dim.as_var() {
                    Some(extent) => match self.extents.get(extent) {
                        Some(known) if *known != n => return Err(misfit(name, &e, array)),
                        _ => {
                            self.extents.insert(extent.clone(), n);
                        }
                    },
                    None => later.push((name.clone(), e.clone(), dim.clone(), n)),
                }
            }
        }
        for (name, e, dim, n) in later {
            if self.extent(&dim)? != n {
                return Err(misfit(&name, &e, self.given(&name)?));
            }
        }
        Ok(())
    }

    fn given(&self, name: &Symbol) -> Result<&'a Array, ProgramError> {
        let found = self.at.iter().find(|(n, _)| n == name);
        found.map(|(_, a)| a).ok_or_else(|| ProgramError::UnknownName {
            name: name.clone(),
            known: self.at.iter().map(|(n, _)| n.clone()).collect(),
        })
    }

    fn number(&self, e: &Expr) -> Result<f64, ProgramError> {
        if let Some(n) = e.as_number() {
            return Ok(n.to_f64());
        }
        let mut at = Vec::new();
        for name in e.free_symbols() {
            let value = match self.extents.get(&name) {
                Some(n) => *n as f64,
                None => self.given(&name)?.data.first().copied().unwrap_or(f64::NAN),
            };
            at.push((name, value));
        }
        super::eval(e, &at)
    }

    fn extent(&self, dim: &Dim) -> Result<usize, ProgramError> {
        let n = self.number(dim)?;
        if n < 0.0 || n != n.trunc() || n > MAX_ENTRIES as f64 {
            return Err(ProgramError::Extent { dim: dim.to_string(), value: n });
        }
        Ok(n as usize)
    }

    fn shape(&self, e: &Expr) -> Result<Vec<usize>, ProgramError> {
        let shape: Vec<usize> = e.shape().dims().iter().map(|d| self.extent(d)).collect::<Result<_, _>>()?;
        let entries = shape.iter().map(|&n| n as u64).fold(1, u64::saturating_mul);
        if entries > MAX_ENTRIES {
            return Err(ProgramError::TooLarge { size: entries as usize, limit: MAX_ENTRIES as usize });
        }
        Ok(shape)
    }

    /// The value of an expression; each shared tensor is computed once.
    fn value(&mut self, root: &Expr) -> Result<Array, ProgramError> {
        // Children of tensors come first; elementwise parts between them are fused into one program each.
        for e in root.post_order() {
            if let Node::Tensor(t) = e.node()
                && !self.values.contains_key(&e)
            {
                let value = self.tensor(&e, t)?;
                self.values.insert(e.clone(), value);
            }
        }
        self.elementwise(root)
    }

    /// The value of an expression whose tensors are known.
    fn elementwise(&mut self, e: &Expr) -> Result<Array, ProgramError> {
        if let Some(value) = self.values.get(e) {
            return Ok(value.clone());
        }
        let shape = self.shape(e)?;
        // Each tensor below becomes an input; what is below it is left alone.
        let mut inputs: Vec<(Symbol, Expr)> = Vec::new();
        let body = self.with_inputs(e, &mut inputs);
        let mut names: Vec<Symbol> = body.free_symbols().into_iter().collect();
        names.sort();
        let program = Program::compile(std::slice::from_ref(&body), &names)?;
        let mut columns: Vec<Column<'_>> = Vec::with_capacity(names.len());
        for name in &names {
            let column = match inputs.iter().find(|(n, _)| n == name) {
                Some((_, tensor)) => {
                    let array = &self.values[tensor];
                    if array.shape.is_empty() {
                        Column::Same(array.data[0])
                    } else {
                        Column::Values(&array.data)
                    }
                }
                None => match self.extents.get(name) {
                    Some(n) => Column::Same(*n as f64),
                    None => {
                        let array = self.given(name)?;
                        if !array.shape.is_empty() {
                            return Err(ProgramError::Shape {
                                name: name.clone(),
                                wanted: "a scalar".into(),
                                given: array.shape.clone(),
                            });
                        }
                        Column::Same(array.data[0])
                    }
                },
            };
            columns.push(column);
        }
        let mut data = vec![0.0; shape.iter().product()];
        program.evaluate_batch(&columns, &mut [&mut data[..]], &mut self.workspace)?;
        let value = Array { shape, data };
        self.values.insert(e.clone(), value.clone());
        Ok(value)
    }

    /// The expression with an input in the place of each topmost tensor.
    fn with_inputs(&self, e: &Expr, inputs: &mut Vec<(Symbol, Expr)>) -> Expr {
        let mut done = HashMap::<usize, Expr, HashBuild>::default();
        let mut work = vec![(e.clone(), false)];
        while let Some((e, children_done)) = work.pop() {
            if done.contains_key(&e.address()) {
                continue;
            }
            if let Node::Tensor(t) = e.node() {
                let is_ones = matches!(t, Tensor::Contract(factors) if factors.is_empty());
                let stand_in = if is_ones {
                    Expr::one()
                } else {
                    let known = inputs.iter().position(|(_, tensor)| *tensor == e);
                    let k = known.unwrap_or_else(|| {
                        // A name that cannot be typed meets no other.
                        inputs.push((Symbol::new(&format!("#{}", inputs.len())), e.clone()));
                        inputs.len() - 1
                    });
                    Expr::var(inputs[k].0.clone())
                };
                done.insert(e.address(), stand_in);
            } else if children_done {
                let new = e.with_children(|c| done[&c.address()].clone());
                done.insert(e.address(), new);
            } else {
                work.push((e.clone(), true));
                e.node().for_each_child(|c| work.push((c.clone(), false)));
            }
        }
        done[&e.address()].clone()
    }

    fn tensor(&mut self, e: &Expr, t: &Tensor) -> Result<Array, ProgramError> {
        let shape = self.shape(e)?;
        match t {
            Tensor::Var { name, .. } => Ok(self.given(name)?.clone()),
            Tensor::Zeros => Ok(Array::filled(shape, 0.0)),
            Tensor::Contract(factors) => {
                let mut most = shape.len();
                for f in factors {
                    most = f.labels.iter().map(|&l| usize::from(l) + 1).fold(most, usize::max);
                }
                let mut extents = shape.clone();
                extents.resize(most, 0);
                let mut dense: Vec<(Array, Vec<usize>)> = Vec::new();
                let mut parts: Vec<Part<'_>> = Vec::new();
                for f in factors {
                    let labels: Vec<usize> = f.labels.iter().map(|&l| usize::from(l)).collect();
                    for (&l, n) in labels.iter().zip(self.shape(&f.expr)?) {
                        extents[l] = n;
                    }
                    match f.expr.node() {
                        Node::Tensor(Tensor::Shift(offset)) => {
                            let offset = self.number(offset)? as i64;
                            parts.push(Part::Shift { row: labels[0], column: labels[1], offset });
                        }
                        Node::Tensor(Tensor::Unit(place)) => {
                            let place = self.number(place)? as i64 - 1;
                            parts.push(Part::Unit { label: labels[0], place });
                        }
                        _ => dense.push((self.elementwise(&f.expr)?, labels)),
                    }
                }
                parts.extend(dense.iter().map(|(a, l)| Part::Dense(a, l.clone())));
                let out: Vec<usize> = (0..shape.len()).collect();
                let work = &mut self.work;
                contraction::contract(&parts, &extents, &out, &mut |n| spend(work, n))
            }
            Tensor::Shift(offset) => {
                let offset = self.number(offset)? as i64;
                let mut a = Array::filled(shape.clone(), 0.0);
                for i in 0..shape[0] {
                    let j = i as i64 + offset;
                    if (0..shape[1] as i64).contains(&j) {
                        a.data[i * shape[1] + j as usize] = 1.0;
                    }
                }
                Ok(a)
            }
            Tensor::Unit(place) => {
                let place = self.number(place)?;
                let mut a = Array::filled(shape, 0.0);
                if place >= 1.0 && place <= a.data.len() as f64 {
                    a.data[place as usize - 1] = 1.0;
                }
                Ok(a)
            }
            Tensor::Stack(entries) => {
                let mut data = Vec::with_capacity(shape.iter().product());
                for entry in entries {
                    data.extend(self.elementwise(entry)?.data);
                }
                Ok(Array { shape, data })
            }
            Tensor::Matrix(f, a) => {
                let a = self.elementwise(a)?;
                let n = a.shape.first().copied().unwrap_or(1);
                if a.shape.iter().any(|m| *m != n) {
                    return Err(ProgramError::NotSquare { shape: a.shape });
                }
                spend(&mut self.work, (n as u64).pow(3))?;
                Ok(match f {
                    MatrixFunc::Inverse => Array { shape, data: inverse(a.data, n) },
                    MatrixFunc::Det => Array::scalar(determinant(a.data, n, false)),
                    MatrixFunc::LogDet => Array::scalar(determinant(a.data, n, true)),
                })
            }
            Tensor::Reduce(f, u) => {
                let u = self.elementwise(u)?;
                let n = u.shape.last().copied().unwrap_or(1);
                let rows: usize = shape.iter().product();
                let data = (0..rows).map(|k| fold(*f, &u.data[k * n..(k + 1) * n])).collect();
                Ok(Array { shape, data })
            }
        }
    }
}

fn spend(work: &mut u64, n: u64) -> Result<(), ProgramError> {
    *work = work.saturating_add(n);
    if *work > MAX_WORK {
        return Err(ProgramError::TooLarge { size: *work as usize, limit: MAX_WORK as usize });
    }
    Ok(())
}

fn misfit(name: &Symbol, e: &Expr, given: &Array) -> ProgramError {
    ProgramError::Shape { name: name.clone(), wanted: e.shape().to_string(), given: given.shape.clone() }
}

fn fold(f: Reduction, row: &[f64]) -> f64 {
    let largest = row.iter().copied().fold(f64::NEG_INFINITY, |a, b| if b.is_nan() || b > a { b } else { a });
    match f {
        Reduction::Max => largest,
        Reduction::Min => {
            row.iter().copied().fold(f64::INFINITY, |a, b| if b.is_nan() || b < a { b } else { a })
        }
        Reduction::LogSumExp if largest.is_infinite() || largest.is_nan() => largest,
        Reduction::LogSumExp => largest + row.iter().map(|x| (x - largest).exp()).sum::<f64>().ln(),
        Reduction::Product => row.iter().product(),
    }
}

/// Rows exchanged and eliminated so that the largest entry leads; gives the sign of the exchange, 0 when singular.
///
/// Source: Golub & Van Loan, *Matrix Computations*, 4th ed., §3.4.
fn eliminate(a: &mut [f64], n: usize, b: &mut [f64]) -> f64 {
    let columns = b.len() / n.max(1);
    let mut sign = 1.0;
    for k in 0..n {
        let lead = (k..n).max_by(|&i, &j| a[i * n + k].abs().total_cmp(&a[j * n + k].abs())).expect("k < n");
        if a[lead * n + k] == 0.0 {
            return 0.0;
        }
        if lead != k {
            sign = -sign;
            for j in 0..n {
                a.swap(k * n + j, lead * n + j);
            }
            for j in 0..columns {
                b.swap(k * columns + j, lead * columns + j);
            }
        }
        for i in k + 1..n {
            let m = a[i * n + k] / a[k * n + k];
            if m == 0.0 {
                continue;
            }
            for j in k..n {
                a[i * n + j] -= m * a[k * n + j];
            }
            for j in 0..columns {
                b[i * columns + j] -= m * b[k * columns + j];
            }
        }
    }
    sign
}

/// The inverse; not-a-number everywhere when there is none.
fn inverse(mut a: Vec<f64>, n: usize) -> Vec<f64> {
    let mut b = vec![0.0; n * n];
    for k in 0..n {
        b[k * n + k] = 1.0;
    }
    if eliminate(&mut a, n, &mut b) == 0.0 {
        return vec![f64::NAN; n * n];
    }
    for k in (0..n).rev() {
        for j in 0..n {
            let mut x = b[k * n + j];
            for i in k + 1..n {
                x -= a[k * n + i] * b[i * n + j];
            }
            b[k * n + j] = x / a[k * n + k];
        }
    }
    b
}

fn determinant(mut a: Vec<f64>, n: usize, log: bool) -> f64 {
    let sign = eliminate(&mut a, n, &mut []);
    let lead = (0..n).map(|k| a[k * n + k]);
    match (log, sign == 0.0) {
        (true, true) => f64::NEG_INFINITY,
        (true, false) => lead.map(|x| x.abs().ln()).sum(),
        (false, true) => 0.0,
        (false, false) => sign * lead.product::<f64>(),
    }
}
