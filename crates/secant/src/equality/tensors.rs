//! The comparison of vectors, matrices and what is made of them: a proof, or values at arrays of small sizes.
//!
//! Intervals are not carried through matrices. Two values differ when they are further apart than rounding and the
//! sensitivity of the expressions to it explain; that is measured, by evaluating again beside the point.
//! Start reading at [`equal()`].

use std::collections::BTreeMap;

use super::compare::{Comparison, ENOUGH, Options, Verdict};
use super::points::SplitMix;
use super::proves_zero;
use crate::expr::{Condition, Dim, Expr, Node, Shape, Symbol, Tensor};
use crate::program::{Array, evaluate_arrays};

/// The point at which every entry is 0: norms vanish there.
const NOUGHT: usize = 3;

/// As [`super::equal()`], of expressions in which something has axes.
pub(super) fn equal(a: (&Expr, &[Condition]), b: (&Expr, &[Condition]), options: &Options) -> Comparison {
    let verdict = |verdict, reason: String, agreeing| Comparison { verdict, witness: None, reason, agreeing };
    if a.0.shape() != b.0.shape() {
        return verdict(
            Verdict::Different,
            format!("one is {}, the other is {}", a.0.shape(), b.0.shape()),
            0,
        );
    }
    let trial = Trial::new(a, b, options).run(options);
    if let Some(place) = trial.differ {
        return verdict(Verdict::Different, place, trial.agreeing);
    }
    let proven = !a.0.is_undefined()
        && !b.0.is_undefined()
        && proves_zero(&(a.0 - b.0), &[&options.assume[..], a.1, b.1].concat(), options.proof_terms);
    match (proven, trial.only_one) {
        (true, None) => verdict(Verdict::Equal, String::new(), trial.agreeing),
        (true, Some(reason)) => verdict(Verdict::EqualWhereBothExist, reason, trial.agreeing),
        (false, reason) if trial.agreeing >= ENOUGH => {
            let count = format!("the values agree at {} points; no proof was found", trial.agreeing);
            let reason = reason.map_or(count.clone(), |r| format!("{count}; {r}"));
            verdict(Verdict::EqualAtTestedPoints, reason, trial.agreeing)
        }
        _ => verdict(
            Verdict::Undecided,
            "too few points were found at which both have a value".into(),
            trial.agreeing,
        ),
    }
}

/// What is evaluated, and the names in it.
struct Trial<'a> {
    /// The two, then the conditions of each, then what is assumed.
    outputs: Vec<Expr>,
    of_a: &'a [Condition],
    of_b: &'a [Condition],
    assumed: &'a [Condition],
    /// Names with axes: shape, and whether it equals its transpose.
    arrays: BTreeMap<Symbol, (Shape, bool)>,
    /// Extents and places.
    sizes: Vec<Symbol>,
    /// Other names.
    numbers: Vec<Symbol>,
}

#[derive(Default)]
struct Outcome {
    differ: Option<String>,
    agreeing: usize,
    only_one: Option<String>,
}

impl<'a> Trial<'a> {
    fn new(a: (&Expr, &'a [Condition]), b: (&Expr, &'a [Condition]), options: &'a Options) -> Trial<'a> {
        let conditions = a.1.iter().chain(b.1).chain(&options.assume).map(|c| &c.expr);
        let outputs: Vec<Expr> = [a.0, b.0].into_iter().chain(conditions).cloned().collect();
        let (mut arrays, mut sizes, mut numbers) = (BTreeMap::new(), Vec::new(), Vec::new());
        for output in &outputs {
            sizes.extend(output.extent_symbols());
            for part in output.post_order() {
                match part.node() {
                    Node::Var(name) => numbers.push(name.clone()),
                    Node::Tensor(Tensor::Var { name, symmetric }) => {
                        arrays.insert(name.clone(), (part.shape().clone(), *symmetric));
                    }
                    _ => {}
                }
            }
        }
        sizes.sort();
        sizes.dedup();
        numbers.sort();
        numbers.dedup();
        numbers.retain(|n| !sizes.contains(n));
        Trial { outputs, of_a: a.1, of_b: b.1, assumed: &options.assume, arrays, sizes, numbers }
    }

    fn run(&self, options: &Options) -> Outcome {
        let mut outcome = Outcome::default();
        let mut generator = SplitMix(options.seed ^ self.arrays.len() as u64);
        let nothing_varies = self.arrays.is_empty() && self.numbers.is_empty() && self.sizes.is_empty();
        // Where nothing can be varied, nothing shows how uncertain a value is: `sin(pi)` is not quite 0.
        let unknown = if nothing_varies { 1e-12 } else { 0.0 };
        let tries = if nothing_varies { ENOUGH } else { options.points.max(ENOUGH) };
        for k in 0..tries {
            let Some(at) = self.point(k, options, &mut generator) else { continue };
            let Ok(values) = evaluate_arrays(&self.outputs, &at) else { continue };
            let (these, mut rest) = values.split_at(2);
            let mut hold = |conditions: &[Condition]| {
                let (mine, others) = rest.split_at(conditions.len());
                rest = others;
                conditions.iter().zip(mine).all(|(c, v)| v.data.iter().all(|v| c.holds_for(*v)))
            };
            let (a_holds, b_holds, allowed) = (hold(self.of_a), hold(self.of_b), hold(self.assumed));
            if !allowed {
                continue;
            }
            let has_value = |v: &Array, holds: bool| holds && v.data.iter().all(|x| x.is_finite());
            match (has_value(&these[0], a_holds), has_value(&these[1], b_holds)) {
                (true, true) => {}
                (false, false) => continue,
                (first, _) => {
                    let which = if first { "first" } else { "second" };
                    outcome
                        .only_one
                        .get_or_insert_with(|| format!("only the {which} has a value {}", place(&at)));
                    continue;
                }
            }
            let Some(noise) = self.noise(&at, these) else { continue };
            let size = these.iter().flat_map(|v| &v.data).fold(0.0_f64, |m, x| m.max(x.abs()));
            let pairs = || these[0].data.iter().zip(&these[1].data).map(|(x, y)| (x - y).abs());
            let gap = pairs().fold(0.0, f64::max);
            if gap > 1e-9 * size + 1e4 * noise + unknown {
                outcome.differ = Some(format!("{}: {}", place(&at), difference(&these[0], &these[1])));
                return outcome;
            }
            if gap <= 1e-6 * size || size < 1e-9 {
                outcome.agreeing += 1;
            }
        }
        outcome
    }

    /// How much the values change when every number changes in its last digits.
    fn noise(&self, at: &[(Symbol, Array)], values: &[Array]) -> Option<f64> {
        let mut sign = 1.0;
        let beside: Vec<(Symbol, Array)> = at
            .iter()
            .map(|(name, array)| {
                let mut array = array.clone();
                if !self.sizes.contains(name) {
                    for x in &mut array.data {
                        // Alternately, so that differences are not shifted as a whole.
                        sign = -sign;
                        *x *= 1.0 + sign * 4.0 * f64::EPSILON;
                    }
                    if self.arrays.get(name).is_some_and(|(_, symmetric)| *symmetric) {
                        make_symmetric(&mut array);
                    }
                }
                (name.clone(), array)
            })
            .collect();
        let again = evaluate_arrays(&self.outputs[..2], &beside).ok()?;
        let changes = values.iter().zip(&again).flat_map(|(v, w)| v.data.iter().zip(&w.data));
        Some(changes.map(|(x, y)| (x - y).abs()).fold(0.0, f64::max))
    }

    /// Arrays for every name. The first few are small, with small whole entries.
    fn point(&self, k: usize, options: &Options, generator: &mut SplitMix) -> Option<Vec<(Symbol, Array)>> {
        let mut at: Vec<(Symbol, Array)> = Vec::new();
        for (j, name) in self.sizes.iter().enumerate() {
            // Sizes that differ from each other, then larger ones: slices may need them.
            let n = match k % 6 {
                0 | 1 => 2 + (j + k) % 2,
                2 | 3 => 2 + (2 * j + k) % 3,
                4 => 3 + (j + k) % 3,
                _ => 6 + (j + k) % 4,
            };
            at.push((name.clone(), Array::scalar(n as f64)));
        }
        let number = |k: usize, j: usize, generator: &mut SplitMix| {
            if k == NOUGHT {
                return 0.0;
            }
            if k < 2 {
                return 1.0 + ((j * (k + 1) + k) % 4) as f64;
            }
            let u = generator.unit();
            let x = match k % 4 {
                0 => 0.1 + 0.9 * u,
                1 => 1.0 + 2.0 * u,
                2 => -1.0 + 2.0 * u,
                _ => -3.0 + 6.0 * u,
            };
            (x * 64.0).round() / 64.0
        };
        for (j, name) in self.numbers.iter().enumerate() {
            let whole = options.integers.contains(name);
            let x = if whole { 1.0 + (generator.next() % 6) as f64 } else { number(k, j + 1, generator) };
            at.push((name.clone(), Array::scalar(x)));
        }
        let sizes: Vec<(Symbol, f64)> = at.iter().map(|(n, a)| (n.clone(), a.data[0])).collect();
        for (i, (name, (shape, symmetric))) in self.arrays.iter().enumerate() {
            let dims: Vec<usize> = shape.dims().iter().map(|d| extent(d, &sizes)).collect::<Option<_>>()?;
            let size: usize = dims.iter().product();
            if size > 10_000 {
                return None;
            }
            let mut data: Vec<f64> = (0..size).map(|j| number(k, i + j, generator)).collect();
            if let [m, n] = dims[..]
                && m == n
                && k.is_multiple_of(2)
            {
                // A large diagonal: it has an inverse, and a positive determinant.
                (0..n).for_each(|j| data[j * n + j] += n as f64 + 1.0);
            }
            let mut array = Array::new(dims, data)?;
            if *symmetric {
                make_symmetric(&mut array);
            }
            at.push((name.clone(), array));
        }
        Some(at)
    }
}

fn extent(dim: &Dim, sizes: &[(Symbol, f64)]) -> Option<usize> {
    let n = match dim.as_number() {
        Some(n) => n.to_f64(),
        None => crate::program::eval(dim, sizes).ok()?,
    };
    ((1.0..=1e4).contains(&n) && n == n.trunc()).then_some(n as usize)
}

fn make_symmetric(a: &mut Array) {
    let n = a.shape[0];
    for i in 0..n {
        for j in 0..i {
            a.data[i * n + j] = a.data[j * n + i];
        }
    }
}

/// The point in words, sizes left out: the arrays show them.
fn place(at: &[(Symbol, Array)]) -> String {
    let parts: Vec<String> =
        at.iter().map(|(name, a)| format!("{name} = {}", written(&a.shape, &a.data))).collect();
    format!("at {}", shortened(parts.join(", ")))
}

/// Arrays with more entries than this are told by the entry in which they differ most.
const FEW: usize = 9;

fn difference(a: &Array, b: &Array) -> String {
    let columns = match a.shape[..] {
        _ if a.data.len() <= FEW => 0,
        [_] => 1,
        [_, columns] => columns,
        _ => 0,
    };
    if columns == 0 {
        return format!("{} and {}", written(&a.shape, &a.data), written(&b.shape, &b.data));
    }
    let gap = |k: &usize| (a.data[*k] - b.data[*k]).abs();
    let most = (0..a.data.len()).fold(0, |most, k| if gap(&k) > gap(&most) { k } else { most });
    let (row, column) = (most / columns + 1, most % columns + 1);
    let place =
        if a.shape.len() == 1 { format!("entry {row}") } else { format!("row {row}, column {column}") };
    format!("{} and {} in {place}", rounded(a.data[most]), rounded(b.data[most]))
}

/// An array as it is typed; of more than two axes only its entries.
fn written(shape: &[usize], data: &[f64]) -> String {
    let list = |row: &[f64]| row.iter().map(|x| rounded(*x)).collect::<Vec<_>>().join(", ");
    shortened(match shape {
        [] => list(data),
        [_, n] if *n > 0 => format!("[{}]", data.chunks(*n).map(list).collect::<Vec<_>>().join("; ")),
        _ => format!("[{}]", list(data)),
    })
}

fn rounded(x: f64) -> String {
    let digits = format!("{x:.6}");
    if x.abs() >= 1e-3 && x.abs() < 1e9 {
        digits.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        format!("{x}")
    }
}

fn shortened(text: String) -> String {
    const MOST: usize = 300;
    if text.chars().count() <= MOST { text } else { text.chars().take(MOST).chain(['…']).collect() }
}
