//! Columns with twice the precision: sums, products, quotients and whole powers of exact numbers and of the data.
//!
//! What else a column is made of (`exp`, say) is computed as ever and taken as it comes.

use std::collections::{HashMap, HashSet};

use super::double::Double;
use super::error::FitError;
use crate::expr::{Expr, HashBuild, Node, Rational, Symbol};
use crate::program::{Column, Effort, Outputs, Program, Workspace};

/// A few columns, compiled.
#[derive(Debug)]
pub(super) struct Precise {
    /// What is not taken apart, from the columns of the data.
    leaves: Program,
    columns: Vec<Symbol>,
    steps: Vec<Step>,
    outputs: Vec<usize>,
}

#[derive(Clone, Debug)]
enum Step {
    Number(Double),
    Leaf(usize),
    /// A number, and terms with their coefficients.
    Sum(Double, Vec<(Double, usize)>),
    Product(Vec<usize>),
    Power(usize, i64),
}

/// The number to 32 digits.
fn double(number: &Rational) -> Double {
    let high = number.to_f64();
    let low = Rational::from_f64(high).map_or(0.0, |h| (number - &h).to_f64());
    Double { high, low }
}

impl Precise {
    /// Of these expressions in the columns; none where twice the precision changes nothing.
    pub(super) fn new(exprs: &[Expr], columns: &[Symbol]) -> Result<Option<Precise>, FitError> {
        let mut places: HashMap<Expr, usize, HashBuild> = HashMap::default();
        let (mut steps, mut leaves) = (Vec::new(), Vec::new());
        let mut worth = false;
        for e in exprs {
            for part in taken_apart(e) {
                if places.contains_key(&part) {
                    continue;
                }
                let step = match part.node() {
                    Node::Number(n) => Step::Number(double(n)),
                    Node::Sum(s) => Step::Sum(
                        double(&s.constant),
                        s.terms.iter().map(|t| (double(&t.coefficient), places[&t.expr])).collect(),
                    ),
                    Node::Product(factors) => Step::Product(factors.iter().map(|f| places[f]).collect()),
                    Node::Power(base, exponent) if whole(exponent).is_some() => {
                        Step::Power(places[base], whole(exponent).unwrap_or(1))
                    }
                    _ => {
                        leaves.push(part.clone());
                        Step::Leaf(leaves.len() - 1)
                    }
                };
                worth |= matches!(step, Step::Sum(..) | Step::Product(_) | Step::Power(..));
                places.insert(part, steps.len());
                steps.push(step);
            }
        }
        if !worth {
            return Ok(None);
        }
        let used: Vec<Symbol> =
            columns.iter().filter(|name| leaves.iter().any(|e: &Expr| e.contains(name))).cloned().collect();
        let outputs = exprs.iter().map(|e| places[e]).collect();
        Ok(Some(Precise { leaves: Program::compile(&leaves, &used)?, columns: used, steps, outputs }))
    }

    /// The columns of the data that it reads.
    pub(super) fn columns(&self) -> &[Symbol] {
        &self.columns
    }

    /// The values of so many rows, column after column.
    pub(super) fn evaluate(
        &self,
        inputs: &[Column<'_>],
        rows: usize,
        workspace: &mut Workspace,
    ) -> Result<Vec<Vec<Double>>, FitError> {
        let mut leaves = vec![0.0; self.leaves.output_count() * rows];
        let mut views: Vec<&mut [f64]> = leaves.chunks_mut(rows).collect();
        self.leaves.evaluate_many(inputs, Outputs::Columns(&mut views), &Effort::default(), workspace)?;
        let mut values: Vec<Vec<Double>> = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            let column = match step {
                Step::Number(x) => vec![*x; rows],
                Step::Leaf(k) => leaves[k * rows..][..rows].iter().map(|x| Double::from(*x)).collect(),
                Step::Sum(constant, terms) => (0..rows)
                    .map(|row| terms.iter().fold(*constant, |sum, (c, e)| sum + *c * values[*e][row]))
                    .collect(),
                Step::Product(factors) => (0..rows)
                    .map(|row| factors.iter().fold(Double::ONE, |product, f| product * values[*f][row]))
                    .collect(),
                Step::Power(base, exponent) => values[*base].iter().map(|x| x.powi(*exponent)).collect(),
            };
            values.push(column);
        }
        Ok(self.outputs.iter().map(|k| values[*k].clone()).collect())
    }
}

fn whole(exponent: &Expr) -> Option<i64> {
    exponent.as_number().filter(|n| n.is_integer()).and_then(Rational::to_i64).filter(|n| n.abs() <= 64)
}

/// The parts that are computed with twice the precision, and the leaves below them, children first.
fn taken_apart(e: &Expr) -> Vec<Expr> {
    let (mut order, mut open) = (Vec::new(), vec![(e.clone(), false)]);
    let mut seen: HashSet<Expr, HashBuild> = HashSet::default();
    while let Some((part, entered)) = open.pop() {
        if !entered && !seen.insert(part.clone()) {
            continue;
        }
        let inner = match part.node() {
            Node::Sum(_) | Node::Product(_) => true,
            Node::Power(_, exponent) => whole(exponent).is_some(),
            _ => false,
        };
        if entered || !inner {
            order.push(part);
            continue;
        }
        open.push((part.clone(), true));
        match part.node() {
            Node::Power(base, _) => open.push((base.clone(), false)),
            node => node.for_each_child(|c| open.push((c.clone(), false))),
        }
    }
    order
}
