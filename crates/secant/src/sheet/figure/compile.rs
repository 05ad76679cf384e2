//! From the statements of a figure to its programs.
//!
//! Here: what each statement needs computed, one program for all of those numbers, one for each curve.
//! Not here: what names mean (`sheet::Scope`), which heights a panel shows (`plot::fit`).
//! Invariant: outputs are counted in the order of the statements and never merged, so that output 7 is the same
//! thing whatever function is typed.
//! Start reading at [`Plan::compile`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::calculus::derivative;
use crate::expr::{Expr, Symbol};
use crate::program::Program;

use super::compiled::{Drag, Element, End, Figure, Function, Panel, Param, Shape, Space, TextPart, Value};
use super::fault::{FigureFault, Origin};
use super::portable;
use super::source::{self, About, Look, Pair, Part, Place, Said, Span, Statement, Stroke, Toward};
use crate::sheet::Scope;

/// The text of a figure, read and ready to be compiled for any choice of functions.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    text: String,
    statements: Vec<Statement>,
}

/// A figure with what was asked for beside it.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The figure.
    pub figure: Figure,
    /// The outputs of the state program that hold the expressions beside it.
    pub slots: Vec<usize>,
    /// What its names mean.
    pub scope: Scope,
}

/// The programs that run on this side.
#[derive(Clone, Debug)]
pub(super) struct Programs {
    pub(super) state: Arc<Program>,
    /// For each element, if it has one of its own.
    pub(super) elements: Vec<Option<Arc<Program>>>,
}

/// The version of the format.
pub(super) const VERSION: u32 = 1;
/// The panel of a figure that names none.
const MAIN: &str = "main";
/// Longest function that may be typed, in bytes.
const MAX_TYPED: usize = 500;
/// From where a space is seen at first, in degrees.
const TURN: f64 = -60.0;
const TILT: f64 = 30.0;

impl Plan {
    /// Reads the text of a figure.
    ///
    /// # Errors
    /// Every statement that cannot be read.
    pub fn read(text: &str) -> Result<Plan, Vec<FigureFault>> {
        let faults =
            |f: Vec<FigureFault>| f.into_iter().map(|f| f.within(Origin::Figure, text)).collect::<Vec<_>>();
        Ok(Plan { text: text.to_owned(), statements: source::read(text).map_err(faults)? })
    }

    /// A figure with nothing in it.
    pub fn empty() -> Plan {
        Plan::default()
    }

    /// Compiles the figure with `functions` in place of its own where they are named, and with the expressions
    /// `slots`, whose values become outputs of the state program.
    ///
    /// # Errors
    /// All that is wrong, each in the text that it is in.
    pub fn compile(
        &self,
        id: &str,
        functions: &BTreeMap<String, String>,
        slots: &[&str],
    ) -> Result<Compiled, Vec<FigureFault>> {
        let mut maker = Maker {
            plan: self,
            typed: functions,
            scope: Scope::strict().for_numbers(),
            params: Vec::new(),
            functions: Vec::new(),
            panels: Vec::new(),
            outputs: Vec::new(),
            elements: Vec::new(),
            values: Vec::new(),
            title: String::new(),
            alt: Vec::new(),
            data: BTreeMap::new(),
            ends: Vec::new(),
            taken: BTreeSet::new(),
            faults: Vec::new(),
        };
        maker.params();
        maker.traces();
        maker.definitions();
        // A definition that cannot be read makes every use of it wrong as well.
        if maker.faults.is_empty() {
            maker.panels();
            maker.drawings();
        }
        let mut placed = Vec::new();
        if maker.faults.is_empty() {
            for (k, text) in slots.iter().enumerate() {
                placed.extend(maker.slot(k, text));
            }
        }
        maker.finish(id, placed)
    }
}

/// An element whose own program, if it has one, is still expressions.
struct Draft {
    element: Element,
    own: Option<Own>,
    /// About so many levels are still to be chosen.
    levels: Option<u32>,
}

/// What an element computes itself, for many values of its variables.
pub(super) struct Own {
    pub(super) bodies: Vec<Expr>,
    pub(super) vars: Vec<Symbol>,
    /// Where it stands in the figure's text.
    pub(super) span: Span,
}

pub(super) struct Maker<'a> {
    plan: &'a Plan,
    typed: &'a BTreeMap<String, String>,
    pub(super) scope: Scope,
    params: Vec<Param>,
    functions: Vec<Function>,
    /// With where the heights come from: `None`, they are to be looked for.
    panels: Vec<(Panel, Option<[f64; 2]>)>,
    /// Columns of data, by name.
    pub(super) data: BTreeMap<String, Vec<f64>>,
    /// Every number of every trace where it stands last: the trace, which number, and what stands for it.
    ends: Vec<(String, usize, Symbol)>,
    outputs: Vec<Expr>,
    elements: Vec<Draft>,
    values: Vec<Value>,
    title: String,
    alt: Vec<TextPart>,
    taken: BTreeSet<String>,
    faults: Vec<FigureFault>,
}

impl Maker<'_> {
    pub(super) fn fault(&mut self, fault: FigureFault) {
        self.faults.push(fault.within(Origin::Figure, &self.plan.text));
    }

    /// An expression of the figure's text; a mistake in it is kept and gives `None`.
    pub(super) fn expression(&mut self, scope: &Scope, part: &Part) -> Option<Expr> {
        match scope.expression(&part.text) {
            Ok(e) => Some(e),
            // A typed function may leave a number without a value: then there is a gap, and no mistake of the figure.
            Err(wrong) if !self.typed.is_empty() && wrong.code.starts_with("domain.") => {
                Some(Expr::undefined())
            }
            Err(wrong) => {
                self.fault(wrong.moved(part.span.start));
                None
            }
        }
    }

    /// A number of the figure's text, the same for all parameters.
    pub(super) fn constant(&mut self, part: &Part) -> Option<f64> {
        let e = self.expression(&Scope::strict(), part)?;
        match crate::program::eval(&e, &[]).ok().filter(|v| v.is_finite()) {
            Some(value) => Some(value),
            None => {
                let message = format!("`{}` is not a number", part.text);
                self.fault(FigureFault::new("domain.undefined", message, part.span.clone()));
                None
            }
        }
    }

    pub(super) fn range(&mut self, pair: &Pair) -> Option<[f64; 2]> {
        let (lo, hi) = (self.constant(&pair.first), self.constant(&pair.second));
        let (lo, hi) = (lo?, hi?);
        if lo >= hi {
            let message = format!("a range from {lo} to {hi} is empty");
            self.fault(FigureFault::new(
                "domain.range",
                message,
                pair.first.span.start..pair.second.span.end,
            ));
            return None;
        }
        Some([lo, hi])
    }

    /// Keeps a name for something; says so when it is taken.
    pub(super) fn take(&mut self, kind: &str, name: &Part) {
        if !self.taken.insert(format!("{kind} {}", name.text)) {
            let message = format!("there is a {kind} `{}` already", name.text);
            self.fault(FigureFault::new("name.twice", message, name.span.clone()).hint("take another name"));
        }
    }

    fn params(&mut self) {
        for statement in &self.plan.statements {
            let Said::Param { name, value, range, label } = &statement.said else { continue };
            self.take("name", name);
            let (at, ends) = (self.constant(value), self.range(range));
            let (Some(at), Some([min, max])) = (at, ends) else { continue };
            if at < min || at > max {
                let message = format!("{at} is outside of {min}..{max}");
                self.fault(FigureFault::new("domain.range", message, value.span.clone()));
            }
            let label = label.clone().unwrap_or_else(|| name.text.clone());
            self.params.push(Param { name: name.text.clone(), value: at, min, max, label, view: false });
            self.scope.parameter(&name.text, min, max);
        }
    }

    /// Names the ends of traces, which formulas may speak of before the trace is drawn.
    fn traces(&mut self) {
        let plan = self.plan;
        for statement in &plan.statements {
            let Said::Trace { name, vars, .. } = &statement.said else { continue };
            let vars: Vec<String> = vars.iter().map(|v| v.text.clone()).collect();
            let symbols = self.scope.trace(&name.text, vars);
            self.ends.extend(symbols.into_iter().enumerate().map(|(k, s)| (name.text.clone(), k, s)));
        }
    }

    fn definitions(&mut self) {
        let plan = self.plan;
        let editable: BTreeSet<&str> = plan
            .statements
            .iter()
            .filter_map(|s| match &s.said {
                Said::Edit { name } => Some(name.text.as_str()),
                _ => None,
            })
            .collect();
        // Columns may stand behind the formulas that speak of them.
        for statement in &plan.statements {
            let Said::Data { name, entries } = &statement.said else { continue };
            self.take("name", name);
            let column = entries.iter().filter_map(|entry| self.constant(entry)).collect();
            self.data.insert(name.text.clone(), column);
            // In formulas the numbers are as exact as they were written.
            let exact = entries.iter().filter_map(|e| Scope::strict().expression(&e.text).ok()).collect();
            self.scope.column(&name.text, exact);
        }
        for statement in &plan.statements {
            match &statement.said {
                Said::Define { name, vars, body } => {
                    self.take("name", name);
                    self.define(name, vars, body, editable.contains(name.text.as_str()));
                }
                Said::Let { name, body } => {
                    self.take("name", name);
                    let scope = self.scope.clone();
                    if let Some(e) = self.expression(&scope, body) {
                        self.scope.value(&name.text, e);
                    }
                }
                Said::Edit { name } | Said::Try { name, .. }
                    if !self.functions.iter().any(|f| f.name == name.text) && self.faults.is_empty() =>
                {
                    let message = format!("`{}` is not a function of this figure", name.text);
                    let hint = "`edit` and `try` come after the definition";
                    self.fault(FigureFault::new("name.unknown", message, name.span.clone()).hint(hint));
                }
                _ => {}
            }
        }
        for name in self.typed.keys() {
            if !editable.contains(name.as_str()) {
                let message = format!("this figure has no function `{name}` that can be typed");
                let known: Vec<&str> = editable.iter().copied().collect();
                let fault = FigureFault::new("name.unknown", message, 0..0);
                let fault =
                    if known.is_empty() { fault } else { fault.hint(format!("it has {}", known.join(", "))) };
                self.faults.push(fault.within(Origin::Function(name.clone()), ""));
            }
        }
    }

    fn define(&mut self, name: &Part, vars: &[Part], body: &Part, editable: bool) {
        let mut scope = self.scope.clone();
        let named: Vec<(String, Symbol)> =
            vars.iter().map(|v| (v.text.clone(), scope.local(&v.text))).collect();
        let symbols: Vec<Symbol> = named.iter().map(|(_, s)| s.clone()).collect();
        let Some(own) = self.expression(&scope, body) else { return };
        let mut text = body.text.clone();
        let mut meaning = own.clone();
        if let Some(typed) = self.typed.get(&name.text).filter(|_| editable) {
            match self.typed_function(name, vars, &symbols, &own, &scope, typed) {
                Ok(e) => {
                    text = typed.trim().to_owned();
                    meaning = e;
                }
                Err(fault) => self.faults.push(fault.within(Origin::Function(name.text.clone()), typed)),
            }
        }
        let tries = self.suggestions(name, vars, &symbols, &own, &scope, editable);
        let shown = symbols
            .iter()
            .zip(vars)
            .fold(meaning.clone(), |e, (s, v)| e.replace(s, &Expr::var(v.text.as_str())));
        self.functions.push(Function {
            name: name.text.clone(),
            vars: vars.iter().map(|v| v.text.clone()).collect(),
            text,
            editable,
            tries,
            mathml: shown.to_mathml(),
        });
        self.scope.function(&name.text, named, meaning);
    }

    /// The functions that the author suggests instead; each is one that can be typed.
    fn suggestions(
        &mut self,
        name: &Part,
        vars: &[Part],
        symbols: &[Symbol],
        own: &Expr,
        scope: &Scope,
        editable: bool,
    ) -> Vec<String> {
        let plan = self.plan;
        let mut tries = Vec::new();
        for statement in &plan.statements {
            let Said::Try { name: of, texts } = &statement.said else { continue };
            if of.text != name.text {
                continue;
            }
            if !editable {
                let message = format!("`{}` cannot be typed anew", name.text);
                let fault = FigureFault::new("name.unknown", message, of.span.clone());
                self.fault(fault.hint(format!("write `edit {}` as well", name.text)));
            }
            for part in texts {
                match self.typed_function(name, vars, symbols, own, scope, &part.text) {
                    Ok(_) => tries.push(part.text.clone()),
                    Err(wrong) => self.fault(wrong.moved(part.span.start)),
                }
            }
        }
        tries
    }

    /// What a learner typed for a function.
    fn typed_function(
        &self,
        name: &Part,
        vars: &[Part],
        symbols: &[Symbol],
        own: &Expr,
        scope: &Scope,
        typed: &str,
    ) -> Result<Expr, FigureFault> {
        let whole = 0..typed.len();
        if typed.len() > MAX_TYPED {
            let message = format!("the function is {} bytes long; the limit is {MAX_TYPED}", typed.len());
            return Err(FigureFault::new("budget.text", message, whole).hint("try a shorter one"));
        }
        let names = vars.iter().map(|v| v.text.as_str()).collect::<Vec<_>>().join(", ");
        let hint = format!("write it in {names}, as in `{}({names}) = …`", name.text);
        // Only its own variables, and what the author's function depends on: a point's place is no part of a curve.
        let allowed = own.free_symbols();
        let typed_scope = scope.only(|symbol| symbols.contains(symbol) || allowed.contains(symbol));
        let e = typed_scope.expression(typed).map_err(|wrong| {
            let known = wrong.code == "name.unknown";
            if known { wrong.hint(hint.clone()) } else { wrong }
        })?;
        if e.is_undefined() {
            let message = "this has no value anywhere";
            return Err(FigureFault::new("domain.undefined", message, whole).hint("try another one"));
        }
        Ok(e)
    }

    fn panels(&mut self) {
        let plan = self.plan;
        for statement in &plan.statements {
            let Said::Panel { name, about } = &statement.said else { continue };
            self.take("panel", name);
            let x = about.x.as_ref().and_then(|x| self.range(x));
            let y = about.y.as_ref().and_then(|y| self.range(y));
            let text = |label: &Option<String>| label.clone().unwrap_or_default();
            let panel = Panel {
                id: name.text.clone(),
                x: x.unwrap_or_default(),
                y: [0.0, 0.0],
                xlabel: text(&about.xlabel),
                ylabel: text(&about.ylabel),
                adapted: false,
                equal: about.equal,
                bare: about.bare,
                space: self.space(name, about),
            };
            self.panels.push((panel, y));
        }
        for statement in &plan.statements {
            if !statement.said.draws() {
                continue;
            }
            let known = self
                .panels
                .iter()
                .any(|(p, _)| statement.panel.as_ref().is_none_or(|name| name.text == p.id));
            if !known {
                // A figure may draw without describing where: its panels are those it names.
                let id = statement.panel.as_ref().map_or(MAIN, |p| p.text.as_str()).to_owned();
                let (xlabel, ylabel) = (String::new(), String::new());
                let (x, y) = ([0.0, 0.0], [0.0, 0.0]);
                let (adapted, equal, bare, space) = (false, false, false, None);
                let panel = Panel { id, x, y, xlabel, ylabel, adapted, equal, bare, space };
                self.panels.push((panel, None));
            }
        }
    }

    /// The third direction of a panel that has one, and the two parameters from where it is seen.
    fn space(&mut self, name: &Part, about: &About) -> Option<Space> {
        let Some(z) = &about.z else {
            if let Some(angle) = about.turn.as_ref().or(about.tilt.as_ref()) {
                let message = format!("the panel `{}` is a plane and cannot be turned", name.text);
                let fault = FigureFault::new("syntax.figure", message, angle.span.clone());
                self.fault(fault.hint("with a range `z = 0..4` it is a space"));
            }
            return None;
        };
        let z = self.range(z).unwrap_or_default();
        let turn = self.angle(name, "turn", about.turn.as_ref(), TURN, [-180.0, 180.0]);
        let tilt = self.angle(name, "tilt", about.tilt.as_ref(), TILT, [0.0, 90.0]);
        Some(Space { z, zlabel: about.zlabel.clone().unwrap_or_default(), turn, tilt })
    }

    fn angle(
        &mut self,
        panel: &Part,
        what: &str,
        given: Option<&Part>,
        usual: f64,
        [min, max]: [f64; 2],
    ) -> usize {
        let name = format!("{}_{what}", panel.text);
        let value = given.and_then(|part| self.constant(part)).unwrap_or(usual);
        if !(min..=max).contains(&value) {
            let span = given.map_or(panel.span.clone(), |part| part.span.clone());
            let message = format!("{value} degrees is outside of {min}..{max}");
            self.fault(FigureFault::new("domain.range", message, span));
        }
        self.take("name", &Part { text: name.clone(), span: panel.span.clone() });
        self.scope.variable(&name);
        self.params.push(Param { name, value, min, max, label: what.to_owned(), view: true });
        self.params.len() - 1
    }

    /// Whether the panel of that name is a space; it is known by now.
    pub(super) fn is_space(&self, panel: &str) -> bool {
        self.panels.iter().any(|(p, _)| p.id == panel && p.space.is_some())
    }

    pub(super) fn output(&mut self, e: Expr) -> usize {
        self.outputs.push(e);
        self.outputs.len() - 1
    }

    /// The outputs of a place; as many as it has coordinates, so that counting does not depend on what is typed.
    fn place(&mut self, panel: &str, place: &Place) -> (Vec<usize>, Vec<Expr>) {
        self.fits(panel, place);
        let scope = self.scope.clone();
        let at: Vec<Expr> =
            place.iter().map(|p| self.expression(&scope, p).unwrap_or_else(Expr::undefined)).collect();
        (at.iter().map(|e| self.output(e.clone())).collect(), at)
    }

    /// A place has as many coordinates as its panel has directions.
    pub(super) fn fits(&mut self, panel: &str, place: &Place) {
        let space = self.is_space(panel);
        if place.len() != if space { 3 } else { 2 } {
            let (kind, count) = if space { ("space", "three") } else { ("plane", "two") };
            let message = format!("the panel `{panel}` is a {kind}: a place in it has {count} coordinates");
            let span = place[0].span.start..place[place.len() - 1].span.end;
            let hint = "a panel with a range `z = 0..4` is a space, one without it a plane";
            self.fault(FigureFault::new("syntax.figure", message, span).hint(hint));
        }
    }

    fn drawings(&mut self) {
        let plan = self.plan;
        for statement in &plan.statements {
            let panel = match &statement.panel {
                Some(panel) => panel.text.clone(),
                None => self.panels.first().map_or(MAIN.to_owned(), |(p, _)| p.id.clone()),
            };
            match &statement.said {
                Said::Plot { body, var, over, name, look } => {
                    self.plot(&panel, body, var, over, name.as_ref(), look)
                }
                Said::Point { name, place, drag, look } => {
                    let (outputs, at) = self.place(&panel, place);
                    let drag = self.drag(drag, &at);
                    let (x, y, z) = (outputs[0], outputs[1], outputs.get(2).copied());
                    self.draw(name, &panel, look, "first", Shape::Point { x, y, z, drag });
                }
                Said::Straight { stroke, name, from, toward, look } => {
                    let (from, to) = self.ends(&panel, from, toward);
                    let shape = match stroke {
                        Stroke::Segment => Shape::Segment { from, to },
                        Stroke::Line => Shape::Line { from, to },
                        Stroke::Arrow => Shape::Arrow { from, to },
                    };
                    self.draw(
                        name,
                        &panel,
                        look,
                        if *stroke == Stroke::Line { "second" } else { "guide" },
                        shape,
                    );
                }
                Said::Text { name, place, text, look } => {
                    let (outputs, _) = self.place(&panel, place);
                    let (x, y, z) = (outputs[0], outputs[1], outputs.get(2).copied());
                    self.draw(name, &panel, look, "guide", Shape::Label { x, y, z, text: text.clone() });
                }
                Said::Curve { .. }
                | Said::Contour { .. }
                | Said::Implicit { .. }
                | Said::Surface { .. }
                | Said::Field { .. }
                | Said::Trace { .. }
                | Said::Scatter { .. }
                | Said::Histogram { .. }
                | Said::Area { .. }
                | Said::Network { .. } => self.larger(&panel, &statement.said),
                Said::Table { name, cells, rows, columns, digits, look } => {
                    let scope = self.scope.clone();
                    let mut cell = |part: &Part| {
                        let e = self.expression(&scope, part).unwrap_or_else(Expr::undefined);
                        self.output(e)
                    };
                    let cells = cells.iter().map(|row| row.iter().map(&mut cell).collect()).collect();
                    let (rows, columns, digits) = (rows.clone(), columns.clone(), *digits);
                    self.draw(name, "", look, "guide", Shape::Table { cells, rows, columns, digits });
                }
                Said::Value { name, body, digits, label } => {
                    self.take("value", name);
                    let scope = self.scope.clone();
                    let e = self.expression(&scope, body).unwrap_or_else(Expr::undefined);
                    let output = self.output(e);
                    let label = label.clone().unwrap_or_else(|| name.text.clone());
                    self.values.push(Value { id: name.text.clone(), label, output, digits: *digits });
                }
                Said::Alt { text } => self.alt(text),
                Said::Title { text } => self.title.clone_from(text),
                Said::Define { .. }
                | Said::Edit { .. }
                | Said::Try { .. }
                | Said::Param { .. }
                | Said::Let { .. }
                | Said::Data { .. }
                | Said::Panel { .. } => {}
            }
        }
    }

    pub(super) fn draw(&mut self, name: &Part, panel: &str, look: &Look, style: &str, shape: Shape) {
        self.take("element", name);
        let style = look.style.clone().unwrap_or_else(|| style.to_owned());
        let (id, label, hidden) = (name.text.clone(), look.label.clone(), look.hidden);
        let element = Element { id, panel: panel.to_owned(), style, label, hidden, shape };
        self.elements.push(Draft { element, own: None, levels: None });
    }

    /// Gives the element that was drawn last its own program, and how many levels are to be found for it.
    pub(super) fn computed(&mut self, own: Own, levels: Option<u32>) {
        if let Some(draft) = self.elements.last_mut() {
            draft.own = Some(own);
            draft.levels = levels;
        }
    }

    fn ends(&mut self, panel: &str, from: &Place, toward: &Toward) -> (Vec<usize>, Vec<usize>) {
        let (start, at) = self.place(panel, from);
        match toward {
            Toward::Place(to) => (start, self.place(panel, to).0),
            Toward::Slope(part) => {
                let scope = self.scope.clone();
                let slope = self.expression(&scope, part).unwrap_or_else(Expr::undefined);
                if at.len() > 2 {
                    let message = "in a space a slope is no direction";
                    let fault = FigureFault::new("syntax.figure", message, part.span.clone());
                    self.fault(fault.hint("write `->` and another place"));
                }
                let there = [at[0].clone() + Expr::one(), at[1].clone() + slope];
                (start, there.into_iter().map(|e| self.output(e)).collect())
            }
        }
    }

    fn drag(&mut self, names: &[Part], at: &[Expr]) -> Option<Drag> {
        if names.is_empty() {
            return None;
        }
        let mut drag =
            Drag { params: Vec::new(), dx: Vec::new(), dy: Vec::new(), dz: Vec::new(), still: true };
        for name in names {
            let Some(k) = self.params.iter().position(|p| p.name == name.text) else {
                let message = format!("`{}` is not a parameter of this figure", name.text);
                let hint = "a parameter is declared as `a = 1 in 0..3`";
                self.fault(FigureFault::new("name.unknown", message, name.span.clone()).hint(hint));
                continue;
            };
            let symbol = Symbol::new(&name.text);
            if at.iter().any(|e| self.ends.iter().any(|(_, _, s)| e.contains(s))) {
                let message = "a point that stands where a trace ends cannot be dragged";
                let fault = FigureFault::new("name.drag", message, name.span.clone());
                self.fault(fault.hint("drag the point at which the trace begins"));
            }
            drag.params.push(k);
            if at.iter().any(|e| e.contains(&symbol)) {
                drag.still = false;
            } else if self.typed.is_empty() {
                let message =
                    format!("dragging cannot move `{}`: the point does not depend on it", name.text);
                self.fault(FigureFault::new("name.drag", message, name.span.clone()));
            }
            for (e, outputs) in at.iter().zip([&mut drag.dx, &mut drag.dy, &mut drag.dz]) {
                self.outputs.push(derivative(e, &symbol));
                outputs.push(self.outputs.len() - 1);
            }
        }
        Some(drag)
    }

    fn plot(&mut self, panel: &str, body: &Part, var: &Part, over: &Pair, name: Option<&Part>, look: &Look) {
        let own = self.own(body, &[var]);
        let over = self.range(over);
        let Some(name) = self.name_of(name, body, "curve") else { return };
        self.only_in(panel, &name, false);
        let (Some(own), Some(over)) = (own, over) else { return };
        self.draw(&name, panel, look, "main", Shape::Curve { program: serde_json::Value::Null, over });
        self.computed(own, None);
    }

    /// The name of something drawn that may be called like its function.
    pub(super) fn name_of(&mut self, name: Option<&Part>, body: &Part, what: &str) -> Option<Part> {
        let name = name.unwrap_or(body).clone();
        if name.text.chars().all(|c| c.is_alphanumeric() || c == '_') {
            return Some(name);
        }
        let fault = FigureFault::new("syntax.figure", format!("this {what} needs a name"), body.span.clone());
        self.fault(fault.hint("write `as` and a name after its range"));
        None
    }

    /// A mistake when what is drawn belongs into the other kind of panel.
    pub(super) fn only_in(&mut self, panel: &str, name: &Part, space: bool) {
        if self.is_space(panel) != space {
            let (there, hint) = if space {
                ("a space", "give the panel a third range: `z = 0..4`")
            } else {
                ("a plane", "give it a panel without a range `z`")
            };
            let message = format!("`{}` is drawn in {there}, and `{panel}` is none", name.text);
            self.fault(FigureFault::new("syntax.figure", message, name.span.clone()).hint(hint));
        }
    }

    /// A function of `vars`, or an expression in them.
    pub(super) fn own(&mut self, body: &Part, vars: &[&Part]) -> Option<Own> {
        let mut scope = self.scope.clone();
        let symbols: Vec<Symbol> = vars.iter().map(|v| scope.local(&v.text)).collect();
        let e = match scope.applied(&body.text, &symbols) {
            Some(e) => e,
            None => self.expression(&scope, body)?,
        };
        Some(Own { bodies: vec![e], vars: symbols, span: body.span.clone() })
    }

    /// `"… {s:2} …"`
    fn alt(&mut self, text: &Part) {
        let mut rest = text.text.as_str();
        let mut at = text.span.start;
        while let Some(open) = rest.find('{') {
            if open > 0 {
                self.alt.push(TextPart::Text(rest[..open].to_owned()));
            }
            let Some(close) = rest[open..].find('}') else {
                self.fault(FigureFault::new(
                    "syntax.slot",
                    "this `{` is not closed",
                    at + open..at + open + 1,
                ));
                return;
            };
            let inside = &rest[open + 1..open + close];
            let (expression, digits) = match inside.rsplit_once(':') {
                Some((e, d)) => (e, d.trim().parse().ok().filter(|d| (1..=15).contains(d)).unwrap_or(3)),
                None => (inside, 3),
            };
            let start = at + open + 1;
            let span = source::trimmed(&self.plan.text, start..start + expression.len());
            let part = Part { text: self.plan.text[span.clone()].to_owned(), span };
            let scope = self.scope.clone();
            let e = self.expression(&scope, &part).unwrap_or_else(Expr::undefined);
            let output = self.output(e);
            self.alt.push(TextPart::Number { output, digits });
            at += open + close + 1;
            rest = &rest[open + close + 1..];
        }
        if !rest.is_empty() {
            self.alt.push(TextPart::Text(rest.to_owned()));
        }
    }

    fn slot(&mut self, k: usize, text: &str) -> Option<usize> {
        match self.scope.expression(text) {
            Ok(e) => Some(self.output(e)),
            Err(wrong) if !self.typed.is_empty() && wrong.code.starts_with("domain.") => {
                Some(self.output(Expr::undefined()))
            }
            Err(wrong) => {
                self.faults.push(wrong.within(Origin::Slot(k), text));
                None
            }
        }
    }

    fn finish(mut self, id: &str, slots: Vec<usize>) -> Result<Compiled, Vec<FigureFault>> {
        let (ends, asked) = self.asked_ends();
        let params = self.params.iter().map(|p| Symbol::new(&p.name));
        let symbols: Vec<Symbol> = params.chain(asked).collect();
        let (mut own, mut elements, mut wishes) = (Vec::new(), Vec::new(), Vec::new());
        for mut draft in std::mem::take(&mut self.elements) {
            let mut program = None;
            if let Some(asked) = &draft.own {
                let inputs: Vec<Symbol> = asked.vars.iter().chain(&symbols).cloned().collect();
                match Program::compile(&asked.bodies, &inputs) {
                    Ok(p) => {
                        draft.element.shape.set_program(portable::json(&p));
                        program = Some(Arc::new(p));
                    }
                    Err(error) => {
                        self.fault(FigureFault::new("budget.program", error.to_string(), asked.span.clone()));
                    }
                }
            }
            own.push(program);
            wishes.push(draft.levels);
            elements.push(draft.element);
        }
        let state = match Program::compile(&self.outputs, &symbols) {
            Ok(state) => Arc::new(state),
            Err(error) => {
                self.fault(FigureFault::new("budget.program", error.to_string(), 0..0));
                return Err(self.faults);
            }
        };
        if !self.faults.is_empty() {
            return Err(self.faults);
        }
        let mut figure = Figure {
            version: VERSION,
            id: id.to_owned(),
            title: std::mem::take(&mut self.title),
            alt: std::mem::take(&mut self.alt),
            params: std::mem::take(&mut self.params),
            functions: std::mem::take(&mut self.functions),
            panels: Vec::new(),
            state: portable::json(&state),
            elements,
            values: std::mem::take(&mut self.values),
            ends,
            programs: Programs { state, elements: own },
        };
        figure.choose_levels(&wishes);
        let panels = std::mem::take(&mut self.panels);
        for (panel, y) in panels {
            let panel = self.ranged(&figure, panel, y)?;
            figure.panels.push(panel);
        }
        Ok(Compiled { figure, slots, scope: self.scope })
    }

    /// The ends of traces that some formula asks for, in the order of the traces, and what stands for them. What a trace is
    /// made of may speak of traces before it.
    fn asked_ends(&mut self) -> (Vec<End>, Vec<Symbol>) {
        let mut found: Vec<(End, Symbol)> = Vec::new();
        for (trace, variable, symbol) in &self.ends {
            let Some(element) = self.elements.iter().position(|draft| draft.element.id == *trace) else {
                continue;
            };
            let bodies =
                self.elements.iter().filter_map(|draft| draft.own.as_ref()).flat_map(|own| &own.bodies);
            if self.outputs.iter().chain(bodies).any(|e| e.contains(symbol)) {
                found.push((End { element, variable: *variable }, symbol.clone()));
            }
        }
        found.sort_by_key(|(end, _)| (end.element, end.variable));
        let mut faults = Vec::new();
        for (index, draft) in self.elements.iter().enumerate() {
            let (Shape::Trace { start, steps, .. }, Some(own)) = (&draft.element.shape, &draft.own) else {
                continue;
            };
            let outputs = start.iter().chain([steps]).filter_map(|k| self.outputs.get(*k));
            let made_of: Vec<&Expr> = outputs.chain(&own.bodies).collect();
            let later =
                found.iter().any(|(end, s)| end.element >= index && made_of.iter().any(|e| e.contains(s)));
            if later {
                let message = format!(
                    "`{}` needs to know where a trace ends that is not done before it",
                    draft.element.id
                );
                let fault = FigureFault::new("name.cycle", message, own.span.clone());
                faults.push(fault.hint("a trace may speak of the ends of traces before it"));
            }
        }
        faults.into_iter().for_each(|fault| self.fault(fault));
        found.into_iter().unzip()
    }

    /// The panel with ranges for what is drawn in it.
    fn ranged(
        &self,
        figure: &Figure,
        mut panel: Panel,
        y: Option<[f64; 2]>,
    ) -> Result<Panel, Vec<FigureFault>> {
        let in_panel = || figure.elements.iter().filter(|e| e.panel == panel.id);
        let start = figure.start();
        if panel.x[0] >= panel.x[1] {
            panel.x = figure.widths(&panel.id, &start).unwrap_or([-5.0, 5.0]);
        }
        let typed = !self.typed.is_empty();
        let seen = figure.first_seen(&panel.id);
        let found = figure.heights(&panel.id, panel.x, &start, &seen);
        let curves = in_panel().any(|e| matches!(e.shape, Shape::Curve { .. }));
        let nothing = if panel.space.is_some() {
            in_panel().any(|e| matches!(e.shape, Shape::Surface { .. }))
                && figure.depths(&panel.id, &start).is_none()
        } else {
            curves && found.is_none()
        };
        if typed && nothing {
            let name = self.typed.keys().next().cloned().unwrap_or_default();
            let text = self.typed.get(&name).cloned().unwrap_or_default();
            let message = format!("this has no value anywhere between {} and {}", panel.x[0], panel.x[1]);
            let fault = FigureFault::new("domain.undefined", message, 0..text.len());
            let fault = fault.hint("try a function that is defined on what the figure shows");
            return Err(vec![fault.within(Origin::Function(name), &text)]);
        }
        match (y, found) {
            (Some(y), _) if !typed || !curves => panel.y = y,
            (y, found) => {
                panel.y = found.or(y).unwrap_or([-1.0, 1.0]);
                panel.adapted = typed;
            }
        }
        if let Some(space) = panel.space.as_mut().filter(|_| typed)
            && let Some(z) = figure.depths(&panel.id, &start)
        {
            space.z = z;
            panel.adapted = true;
        }
        Ok(panel)
    }
}
