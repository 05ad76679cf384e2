//! What the larger elements of a figure show, in words, for those who do not see them.
//!
//! Here: one sentence for each, from the same numbers as the picture. Not here: the author's own text twin.
//! Invariant: the sentences are those of `tell` in the page (`assets/view/`).
//! Start reading at [`Figure::told`].

use super::compiled::{Element, Figure, Over, Shape};
use super::evaluate::even;
use super::number::format_number;

/// Places along each side that are looked at.
const SIDE: usize = 41;

impl Figure {
    /// The sentence about an element at these parameters; `None` for one that needs none.
    pub fn told(&self, index: usize, params: &[f64]) -> Option<String> {
        let element = self.elements.get(index)?;
        let name = element.label.as_ref().unwrap_or(&element.id).replace('_', " ");
        match &element.shape {
            Shape::Contour { over, .. } | Shape::Surface { over, .. } => {
                let z = self.sheet(index, params, *over, [SIDE, SIDE]).pop()?;
                Some(self.ends(index, &name, *over, &z, ["lowest", "highest"], "has no value here"))
            }
            Shape::Field { over, .. } => {
                let columns = self.sheet(index, params, *over, [SIDE, SIDE]);
                let [u, v] = columns.as_slice() else { return None };
                let long: Vec<f64> = u.iter().zip(v).map(|(u, v)| u.hypot(*v)).collect();
                Some(self.ends(index, &name, *over, &long, ["shortest", "longest"], "has no arrows here"))
            }
            Shape::Implicit { over, .. } => self.within(index, &name, *over, params),
            Shape::Path { over, .. } => {
                let place = |t: f64| listed(self.at(index, params, &[t]).into_iter());
                Some(format!("{name} runs from {} to {}.", place(over[0]), place(over[1])))
            }
            Shape::Trace { places: each, .. } => {
                let places = self.trace(index, params);
                let (Some(first), Some(last)) = (places.first(), places.last()) else {
                    return Some(format!("{name} begins nowhere."));
                };
                let place = |step: &[f64]| listed(step[..step.len() / each].iter().copied());
                let (first, last) = (place(first), place(last));
                let steps = if places.len() == 2 {
                    "1 step".to_owned()
                } else {
                    format!("{} steps", places.len() - 1)
                };
                Some(format!("{name} begins at {first} and stands at {last} after {steps}."))
            }
            Shape::Scatter { x, y, .. } => {
                Some(format!("{name}: {} points, x from {}, y from {}.", x.len(), span(x), span(y)))
            }
            Shape::Histogram { first, width, heights } => {
                let highest =
                    heights.iter().enumerate().fold(0, |a, (k, h)| if *h > heights[a] { k } else { a });
                let from = first + width * highest as f64;
                Some(format!(
                    "{name}: {} bars, the highest, {}, from {} to {}.",
                    heights.len(),
                    format_number(heights[highest], 3),
                    format_number(from, 4),
                    format_number(from + width, 4)
                ))
            }
            Shape::Area { .. } => {
                let Some(sum) = self.area(index, params) else {
                    return Some(format!("{name} has no value on all of its range."));
                };
                let [from, to] = sum.ends.map(|x| format_number(x, 3));
                let [plus, minus, whole] = [sum.plus, sum.minus, sum.whole].map(|x| format_number(x, 3));
                let x = &self.names(index)[0];
                let parts = match (sum.plus > 0.0, sum.minus > 0.0) {
                    (true, true) => format!(": {plus} counted plus and {minus} counted minus"),
                    _ => String::new(),
                };
                Some(format!("{name}, from {x} = {from} to {to}, comes to {whole}{parts}."))
            }
            Shape::Network { layers, .. } => {
                let numbers = self.numbers(params);
                let sizes: Vec<String> = layers.iter().map(|layer| layer.len().to_string()).collect();
                let number = |output: &usize| numbers.get(*output).copied().unwrap_or(f64::NAN);
                let last = listed(layers.last()?.iter().map(number));
                Some(format!("{name}: layers of {} neurons; the last says {last}.", sizes.join(", ")))
            }
            Shape::Curve { .. }
            | Shape::Point { .. }
            | Shape::Segment { .. }
            | Shape::Line { .. }
            | Shape::Arrow { .. }
            | Shape::Label { .. }
            | Shape::Table { .. } => None,
        }
    }

    /// Whether an element has a sentence of its own.
    pub fn is_told(element: &Element) -> bool {
        element.shape.reaches() && !matches!(element.shape, Shape::Curve { .. })
    }

    /// Where the least and the greatest of `z` stand.
    fn ends(&self, index: usize, name: &str, over: Over, z: &[f64], words: [&str; 2], none: &str) -> String {
        let finite = || (0..z.len()).filter(|k| z[*k].is_finite());
        let low = finite().reduce(|a, b| if z[b] < z[a] { b } else { a });
        let high = finite().reduce(|a, b| if z[b] > z[a] { b } else { a });
        let (Some(low), Some(high)) = (low, high) else { return format!("{name} {none}.") };
        let [xs, ys] = over.map(|range| even(range, SIDE));
        let [a, b] = self.names(index);
        let end = |k: usize| {
            let (x, y) = (format_number(xs[k % SIDE], 3), format_number(ys[k / SIDE], 3));
            format!("{}, near {a} = {x}, {b} = {y}", format_number(z[k], 3))
        };
        format!("{name} is {}, {}, and {}, {}.", words[0], end(low), words[1], end(high))
    }

    /// The box in which a curve given by an equation lies.
    fn within(&self, index: usize, name: &str, over: Over, params: &[f64]) -> Option<String> {
        let z = self.sheet(index, params, over, [SIDE, SIDE]).pop()?;
        let [xs, ys] = over.map(|range| even(range, SIDE));
        let crosses = |k: usize, other: Option<usize>| {
            other.and_then(|other| z.get(other)).is_some_and(|there| {
                let product = z[k] * there;
                product.is_finite() && product <= 0.0
            })
        };
        let met: Vec<usize> = (0..z.len())
            .filter(|k| {
                crosses(*k, Some(k + 1).filter(|next| next % SIDE != 0)) || crosses(*k, Some(k + SIDE))
            })
            .collect();
        if met.is_empty() {
            return Some(format!("{name} has no point here."));
        }
        let [a, b] = self.names(index);
        let x: Vec<f64> = met.iter().map(|k| xs[k % SIDE]).collect();
        let y: Vec<f64> = met.iter().map(|k| ys[k / SIDE]).collect();
        Some(format!("{name} lies within {a} = {} and {b} = {}.", span(&x), span(&y)))
    }

    /// What the first two variables of an element are called; a name may have been set apart from another of its spelling.
    fn names(&self, index: usize) -> [String; 2] {
        let inputs = self.programs.elements.get(index).and_then(Option::as_ref).map(|p| p.inputs());
        [0, 1].map(|k| {
            let name = inputs.and_then(|inputs| inputs.get(k)).map_or("", |symbol| symbol.name());
            name.trim_end_matches('_').to_owned()
        })
    }
}

/// A place.
fn listed(numbers: impl Iterator<Item = f64>) -> String {
    format!("({})", numbers.map(|x| format_number(x, 3)).collect::<Vec<_>>().join(", "))
}

fn span(numbers: &[f64]) -> String {
    let low = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let high = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    format!("{} to {}", format_number(low, 3), format_number(high, 3))
}
