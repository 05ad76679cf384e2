//! The larger elements of a figure: each computes many places by itself, or shows a column of data.
//!
//! Here: curves with a parameter, contours, implicit curves, surfaces, fields, traces, scatter plots, areas, histograms, networks.
//! Not here: their numbers (`evaluate`), what is common to all elements (`compile`).
//! Start reading at [`Maker::larger`].

use super::compile::{Maker, Own};
use super::compiled::{Over, Portable, Shape};
use super::fault::FigureFault;
use super::source::{Levels, Look, Part, Place, Rows, Run, Said, Sheet};
use crate::expr::{Expr, Symbol};
use crate::sheet::Scope;

/// Most bars of a histogram.
const MOST_BARS: f64 = 500.0;

impl Maker<'_> {
    /// Draws one of the larger elements; other statements draw nothing here.
    pub(super) fn larger(&mut self, panel: &str, said: &Said) {
        match said {
            Said::Curve { name, place, run, look } => self.path(panel, name, place, run, look),
            Said::Contour { body, over, name, levels, lines, look } => {
                let Some(name) = self.name_of(name.as_ref(), body, "contour plot") else { return };
                self.only_in(panel, &name, false);
                let (found, wish) = match levels {
                    Levels::About(count) => (Vec::new(), Some(*count)),
                    Levels::At(parts) => (self.levels(parts), None),
                };
                let (Some(own), Some(over)) = (self.of_two(body, over), self.over(over)) else { return };
                let shape = Shape::Contour { program: Portable::Null, over, levels: found, lines: *lines };
                self.draw(&name, panel, look, "guide", shape);
                self.computed(own, wish);
            }
            Said::Implicit { left, right, over, name, look } => {
                let Some(name) = self.name_of(name.as_ref(), left, "curve") else { return };
                self.only_in(panel, &name, false);
                let (left, right) = (self.of_two(left, over), self.of_two(right, over));
                let (Some(mut own), Some(right), Some(over)) = (left, right, self.over(over)) else { return };
                own.bodies[0] = own.bodies[0].clone() - right.bodies[0].clone();
                self.draw(&name, panel, look, "main", Shape::Implicit { program: Portable::Null, over });
                self.computed(own, None);
            }
            Said::Surface { body, over, name, look } => {
                let Some(name) = self.name_of(name.as_ref(), body, "surface") else { return };
                self.only_in(panel, &name, true);
                let (Some(own), Some(over)) = (self.of_two(body, over), self.over(over)) else { return };
                self.draw(&name, panel, look, "guide", Shape::Surface { program: Portable::Null, over });
                self.computed(own, None);
            }
            Said::Field { name, place, over, look } => {
                self.only_in(panel, name, false);
                let Some(over_) = self.over(over) else { return };
                let mut scope = self.scope.clone();
                let vars = over.each_ref().map(|run| scope.local(&run.var.text)).to_vec();
                let Some(own) = self.several(&scope, vars, place) else { return };
                self.draw(name, panel, look, "guide", Shape::Field { program: Portable::Null, over: over_ });
                self.computed(own, None);
            }
            Said::Trace { .. } => self.trace(panel, said),
            Said::Scatter { name, columns, errors, look } => {
                self.scatter(panel, name, columns, errors.as_ref(), look)
            }
            Said::Network { name, layers, weights, look } => self.network(panel, name, layers, weights, look),
            Said::Area { upper, lower, run, name, look } => {
                let Some(name) = self.name_of(name.as_ref(), upper, "area") else { return };
                self.only_in(panel, &name, false);
                let scope = self.scope.clone();
                let (from, to) =
                    (self.number(&scope, &run.over.first), self.number(&scope, &run.over.second));
                let Some(mut own) = self.own(upper, &[&run.var]) else { return };
                own.bodies.push(match lower {
                    Some(lower) => match self.own(lower, &[&run.var]) {
                        // Both are about the same variable.
                        Some(other) => {
                            other.bodies[0].replace(&other.vars[0], &Expr::var(own.vars[0].clone()))
                        }
                        None => return,
                    },
                    None => Expr::zero(),
                });
                self.draw(&name, panel, look, "main", Shape::Area { program: Portable::Null, from, to });
                self.computed(own, None);
            }
            Said::Histogram { name, column, width, density, look } => {
                self.only_in(panel, name, false);
                let (Some(column), Some(width)) = (self.column(column), self.bin_width(width)) else {
                    return;
                };
                match bars(&column, width, *density) {
                    Some((first, heights)) => {
                        self.draw(name, panel, look, "second", Shape::Histogram { first, width, heights });
                    }
                    None => {
                        let message = format!("bins of {width} make more than {MOST_BARS} bars");
                        let fault = FigureFault::new("budget.data", message, name.span.clone());
                        self.fault(fault.hint("make the bins wider"));
                    }
                }
            }
            _ => {}
        }
    }

    fn path(&mut self, panel: &str, name: &Part, place: &Place, run: &Run, look: &Look) {
        self.fits(panel, place);
        let mut scope = self.scope.clone();
        let vars = vec![scope.local(&run.var.text)];
        let (Some(own), Some(over)) = (self.several(&scope, vars, place), self.range(&run.over)) else {
            return;
        };
        self.draw(name, panel, look, "main", Shape::Path { program: Portable::Null, over });
        self.computed(own, None);
    }

    fn trace(&mut self, panel: &str, said: &Said) {
        let Said::Trace { name, vars, from, by, steps, at, look } = said else { return };
        let mut scope = self.scope.clone();
        let outside = scope.clone();
        let start = from.iter().map(|part| self.number(&outside, part)).collect();
        let steps = self.number(&outside, steps);
        let symbols: Vec<Symbol> = vars.iter().map(|v| scope.local(&v.text)).collect();
        let own_place = std::slice::from_ref(vars);
        let stands = if at.is_empty() { own_place } else { at };
        let Some(mut own) = self.several(&scope, symbols, by) else { return };
        for place in stands {
            self.fits(panel, place);
            let Some(place) = self.several(&scope, Vec::new(), place) else { return };
            own.bodies.extend(place.bodies);
        }
        let shape = Shape::Trace { start, steps, program: Portable::Null, places: stands.len() };
        self.draw(name, panel, look, "second", shape);
        self.computed(own, None);
    }

    fn scatter(&mut self, panel: &str, name: &Part, columns: &Place, errors: Option<&Part>, look: &Look) {
        self.only_in(panel, name, false);
        let (x, y) = (self.column(&columns[0]), self.column(&columns[1]));
        let bars = errors.map(|part| (part, self.column(part)));
        let (Some(x), Some(y)) = (x, y) else { return };
        for (part, length) in [(&columns[1], y.len())]
            .into_iter()
            .chain(bars.iter().filter_map(|(part, column)| Some((*part, column.as_ref()?.len()))))
        {
            if length != x.len() {
                let message =
                    format!("`{}` has {length} numbers, `{}` has {}", part.text, columns[0].text, x.len());
                self.fault(FigureFault::new("domain.data", message, part.span.clone()));
            }
        }
        let errors = bars.and_then(|(_, column)| column);
        self.draw(name, panel, look, "second", Shape::Scatter { x, y, errors });
    }

    fn network(&mut self, panel: &str, name: &Part, layers: &Rows, weights: &[Rows], look: &Look) {
        self.only_in(panel, name, false);
        if !weights.is_empty() && weights.len() + 1 != layers.len() {
            let message = format!("{} blocks of weights between {} layers", weights.len(), layers.len());
            let fault = FigureFault::new("syntax.figure", message, name.span.clone());
            self.fault(fault.hint("one block between each layer and the next"));
            return;
        }
        for (k, block) in weights.iter().enumerate() {
            let (columns, rows) = (layers[k].len(), layers[k + 1].len());
            if block.len() != rows || block.iter().any(|row| row.len() != columns) {
                let message =
                    format!("weights from {columns} neurons to {rows} are {rows} rows of {columns}");
                let (first, last) = (&block[0][0], block.last().and_then(|row| row.last()));
                let span = first.span.start..last.unwrap_or(first).span.end;
                self.fault(FigureFault::new("syntax.figure", message, span));
            }
        }
        let scope = self.scope.clone();
        let mut outputs = |rows: &Rows| -> Vec<Vec<usize>> {
            rows.iter().map(|row| row.iter().map(|part| self.number(&scope, part)).collect()).collect()
        };
        let layers = outputs(layers);
        let weights = weights.iter().map(&mut outputs).collect();
        self.draw(name, panel, look, "guide", Shape::Network { layers, weights });
    }

    /// An output of the state program.
    fn number(&mut self, scope: &Scope, part: &Part) -> usize {
        let e = self.expression(scope, part).unwrap_or_else(Expr::undefined);
        self.output(e)
    }

    /// Several expressions in the same variables.
    fn several(&mut self, scope: &Scope, vars: Vec<Symbol>, parts: &[Part]) -> Option<Own> {
        let bodies: Vec<Option<Expr>> = parts.iter().map(|part| self.expression(scope, part)).collect();
        let span = parts[0].span.start..parts[parts.len() - 1].span.end;
        Some(Own { bodies: bodies.into_iter().collect::<Option<_>>()?, vars, span })
    }

    fn of_two(&mut self, body: &Part, over: &Sheet) -> Option<Own> {
        self.own(body, &[&over[0].var, &over[1].var])
    }

    fn over(&mut self, sheet: &Sheet) -> Option<Over> {
        if sheet[0].var.text == sheet[1].var.text {
            let message = format!("`{}` runs twice", sheet[1].var.text);
            self.fault(FigureFault::new("name.twice", message, sheet[1].var.span.clone()));
        }
        let (x, y) = (self.range(&sheet[0].over), self.range(&sheet[1].over));
        Some([x?, y?])
    }

    fn levels(&mut self, parts: &[Part]) -> Vec<f64> {
        let mut levels: Vec<f64> = parts.iter().filter_map(|part| self.constant(part)).collect();
        levels.sort_by(f64::total_cmp);
        levels.dedup();
        levels
    }

    fn column(&mut self, part: &Part) -> Option<Vec<f64>> {
        let column = self.data.get(&part.text).cloned();
        if column.is_none() {
            let message = format!("`{}` is not a column of data", part.text);
            let known: Vec<&str> = self.data.keys().map(String::as_str).collect();
            let hint = match known.as_slice() {
                [] => "write it down as `data xs = 1, 2, 3`".to_owned(),
                known => format!("there is {}", known.join(", ")),
            };
            self.fault(FigureFault::new("name.unknown", message, part.span.clone()).hint(hint));
        }
        column
    }

    fn bin_width(&mut self, part: &Part) -> Option<f64> {
        let width = self.constant(part)?;
        if width > 0.0 {
            return Some(width);
        }
        let message = format!("a bin cannot be {width} wide");
        self.fault(FigureFault::new("domain.range", message, part.span.clone()));
        None
    }
}

/// Where the first bin begins, at a multiple of the width, and how high each bar is; `None` when there are too many.
fn bars(column: &[f64], width: f64, density: bool) -> Option<(f64, Vec<f64>)> {
    let bin = |x: f64| (x / width).floor();
    let low = column.iter().copied().map(bin).fold(f64::INFINITY, f64::min);
    let high = column.iter().copied().map(bin).fold(f64::NEG_INFINITY, f64::max);
    let count = high - low + 1.0;
    if !(1.0..=MOST_BARS).contains(&count) {
        return None;
    }
    let each = if density { 1.0 / (column.len() as f64 * width) } else { 1.0 };
    let mut counts = vec![0_u32; count as usize];
    for x in column {
        counts[(bin(*x) - low) as usize] += 1;
    }
    Some((low * width, counts.into_iter().map(|n| f64::from(n) * each).collect()))
}
