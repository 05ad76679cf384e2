//! The reference: every node by its definition, every sum term by term. It plans nothing and shares no code with programs
//! but the scalar functions.

use std::collections::HashMap;

use secant::expr::{Expr, MatrixFunc, Node, Reduction, Symbol, Tensor};
use secant::program::{Array, eval};

pub(crate) type Values = HashMap<Symbol, Array>;

pub(crate) fn extent(e: &Expr) -> usize {
    e.as_number().and_then(|n| n.to_i64()).expect("the extents of tests are numbers") as usize
}

fn shape(e: &Expr) -> Vec<usize> {
    e.shape().dims().iter().map(extent).collect()
}

/// Every index of a box, the last running fastest.
pub(crate) fn indices(extents: &[usize]) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for n in extents {
        all = all.iter().flat_map(|i| (0..*n).map(move |k| [&i[..], &[k]].concat())).collect();
    }
    all
}

pub(crate) fn at(a: &Array, index: &[usize]) -> f64 {
    a.data[index.iter().zip(&a.shape).fold(0, |place, (i, n)| place * n + i)]
}

pub(crate) fn value(e: &Expr, given: &Values) -> Array {
    let shape = shape(e);
    let entries = |f: &mut dyn FnMut(&[usize]) -> f64| {
        let data = indices(&shape).iter().map(|i| f(i)).collect();
        Array::new(shape.clone(), data).unwrap()
    };
    let number = |e: &Expr| e.as_number().and_then(|n| n.to_i64()).expect("places of tests are numbers");
    let Node::Tensor(t) = e.node() else {
        // Elementwise: the same node over numbers, at each index.
        let mut children = Vec::new();
        e.node().for_each_child(|c| children.push(value(c, given)));
        if children.is_empty() {
            let known: Vec<(Symbol, f64)> = given
                .iter()
                .filter(|(_, a)| a.shape.is_empty())
                .map(|(n, a)| (n.clone(), a.data[0]))
                .collect();
            return Array::scalar(eval(e, &known).unwrap());
        }
        let names: Vec<Symbol> = (0..children.len()).map(|k| Symbol::new(&format!("child{k}"))).collect();
        return entries(&mut |i| {
            let mut k = 0;
            let body = e.with_children(|_| {
                k += 1;
                Expr::var(names[k - 1].clone())
            });
            let point: Vec<(Symbol, f64)> = names
                .iter()
                .cloned()
                .zip(children.iter().map(|c| if c.shape.is_empty() { c.data[0] } else { at(c, i) }))
                .collect();
            eval(&body, &point).unwrap()
        });
    };
    match t {
        Tensor::Var { name, .. } => given[name].clone(),
        Tensor::Zeros => entries(&mut |_| 0.0),
        Tensor::Contract(factors) => {
            let values: Vec<Array> = factors.iter().map(|f| value(&f.expr, given)).collect();
            let mut extents = shape.clone();
            for (f, v) in factors.iter().zip(&values) {
                for (&l, &n) in f.labels.iter().zip(&v.shape) {
                    if extents.len() <= l as usize {
                        extents.resize(l as usize + 1, 1);
                    }
                    extents[l as usize] = n;
                }
            }
            let inner = indices(&extents[shape.len()..]);
            entries(&mut |i| {
                let mut sum = 0.0;
                for j in &inner {
                    let all = [i, &j[..]].concat();
                    let mut term = 1.0;
                    for (f, v) in factors.iter().zip(&values) {
                        let own: Vec<usize> = f.labels.iter().map(|&l| all[l as usize]).collect();
                        term *= at(v, &own);
                    }
                    sum += term;
                }
                sum
            })
        }
        Tensor::Shift(offset) => {
            let offset = number(offset);
            entries(&mut |i| f64::from(i[1] as i64 == i[0] as i64 + offset))
        }
        Tensor::Unit(place) => {
            let place = number(place);
            entries(&mut |i| f64::from(i[0] as i64 + 1 == place))
        }
        Tensor::Stack(list) => {
            let list: Vec<Array> = list.iter().map(|e| value(e, given)).collect();
            entries(&mut |i| at(&list[i[0]], &i[1..]))
        }
        Tensor::Matrix(f, a) => {
            let a = value(a, given);
            let n = a.shape[0];
            let (inverse, det) = eliminated(&a.data, n);
            match f {
                MatrixFunc::Inverse => Array::new(vec![n, n], inverse).unwrap(),
                MatrixFunc::Det => Array::scalar(det),
                MatrixFunc::LogDet => Array::scalar(det.abs().ln()),
            }
        }
        Tensor::Reduce(f, u) => {
            let u = value(u, given);
            let n = *u.shape.last().unwrap();
            entries(&mut |i| {
                let row: Vec<f64> = (0..n).map(|k| at(&u, &[i, &[k]].concat())).collect();
                match f {
                    Reduction::Max => row.iter().copied().fold(f64::NEG_INFINITY, f64::max),
                    Reduction::Min => row.iter().copied().fold(f64::INFINITY, f64::min),
                    Reduction::LogSumExp => row.iter().map(|x| x.exp()).sum::<f64>().ln(),
                    Reduction::Product => row.iter().product(),
                }
            })
        }
    }
}

/// Inverse and determinant by Gauss and Jordan, without exchanging rows: matrices of tests have large diagonals.
fn eliminated(a: &[f64], n: usize) -> (Vec<f64>, f64) {
    let (mut a, mut det) = (a.to_vec(), 1.0);
    let mut b: Vec<f64> = (0..n * n).map(|k| f64::from(k / n == k % n)).collect();
    for k in 0..n {
        let lead = a[k * n + k];
        det *= lead;
        for j in 0..n {
            a[k * n + j] /= lead;
            b[k * n + j] /= lead;
        }
        for i in (0..n).filter(|i| *i != k) {
            let m = a[i * n + k];
            for j in 0..n {
                a[i * n + j] -= m * a[k * n + j];
                b[i * n + j] -= m * b[k * n + j];
            }
        }
    }
    (b, det)
}
