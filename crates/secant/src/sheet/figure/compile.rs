//! From the statements of a figure to its programs.
//!
//! Here: what each statement needs computed, one program for all of those numbers, one for each curve.
//! Not here: what names mean (`sheet::Scope`), which heights a panel shows (`heights`).
//! Invariant: outputs are counted in the order of the statements and never merged, so that output 7 is the same
//! thing whatever function is typed.
//! Start reading at [`Plan::compile`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::calculus::derivative;
use crate::expr::{Expr, Symbol};
use crate::program::{Column, Program, Workspace};

use super::compiled::{Drag, Element, Figure, Function, Panel, Param, Shape, TextPart, Value};
use super::fault::{FigureFault, Origin};
use super::heights;
use super::portable;
use super::source::{self, Look, Pair, Part, Said, Span, Statement, Stroke, Toward};
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
    state: Arc<Program>,
    /// For each element, if it is a curve.
    curves: Vec<Option<Arc<Program>>>,
}

/// The version of the format.
pub(super) const VERSION: u32 = 1;
/// How many places of a curve are looked at to choose the heights of a panel.
const SAMPLES: usize = 401;
/// The panel of a figure that names none.
const MAIN: &str = "main";
/// Longest function that may be typed, in bytes.
const MAX_TYPED: usize = 500;

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
            scope: Scope::strict(),
            params: Vec::new(),
            functions: Vec::new(),
            panels: Vec::new(),
            outputs: Vec::new(),
            elements: Vec::new(),
            values: Vec::new(),
            title: String::new(),
            alt: Vec::new(),
            taken: BTreeSet::new(),
            faults: Vec::new(),
        };
        maker.params();
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

/// An element whose curve, if it is one, is still an expression.
struct Draft {
    element: Element,
    curve: Option<Curve>,
}

struct Curve {
    body: Expr,
    var: Symbol,
    over: [f64; 2],
    /// Where it stands in the figure's text.
    span: Span,
}

struct Maker<'a> {
    plan: &'a Plan,
    typed: &'a BTreeMap<String, String>,
    scope: Scope,
    params: Vec<Param>,
    functions: Vec<Function>,
    /// With where the heights come from: `None`, they are to be looked for.
    panels: Vec<(Panel, Option<[f64; 2]>)>,
    outputs: Vec<Expr>,
    elements: Vec<Draft>,
    values: Vec<Value>,
    title: String,
    alt: Vec<TextPart>,
    taken: BTreeSet<String>,
    faults: Vec<FigureFault>,
}

impl Maker<'_> {
    fn fault(&mut self, fault: FigureFault) {
        self.faults.push(fault.within(Origin::Figure, &self.plan.text));
    }

    /// An expression of the figure's text; a mistake in it is kept and gives `None`.
    fn expression(&mut self, scope: &Scope, part: &Part) -> Option<Expr> {
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
    fn constant(&mut self, part: &Part) -> Option<f64> {
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

    fn range(&mut self, pair: &Pair) -> Option<[f64; 2]> {
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
    fn take(&mut self, kind: &str, name: &Part) {
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
            self.params.push(Param { name: name.text.clone(), value: at, min, max, label });
            self.scope.variable(&name.text);
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
                Said::Edit { name }
                    if !self.functions.iter().any(|f| f.name == name.text) && self.faults.is_empty() =>
                {
                    let message = format!("`{}` is not a function of this figure", name.text);
                    let hint = "`edit` comes after the definition";
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
        let shown = symbols
            .iter()
            .zip(vars)
            .fold(meaning.clone(), |e, (s, v)| e.replace(s, &Expr::var(v.text.as_str())));
        self.functions.push(Function {
            name: name.text.clone(),
            vars: vars.iter().map(|v| v.text.clone()).collect(),
            text,
            editable,
            mathml: shown.to_mathml(),
        });
        self.scope.function(&name.text, named, meaning);
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
            let Said::Panel { name, x, y, xlabel, ylabel } = &statement.said else { continue };
            self.take("panel", name);
            let x = x.as_ref().and_then(|x| self.range(x));
            let y = y.as_ref().and_then(|y| self.range(y));
            let panel = Panel {
                id: name.text.clone(),
                x: x.unwrap_or([0.0, 0.0]),
                y: [0.0, 0.0],
                xlabel: xlabel.clone().unwrap_or_default(),
                ylabel: ylabel.clone().unwrap_or_default(),
                adapted: false,
            };
            self.panels.push((panel, y));
        }
        for statement in &plan.statements {
            let draws = matches!(
                statement.said,
                Said::Plot { .. } | Said::Point { .. } | Said::Straight { .. } | Said::Text { .. }
            );
            if !draws {
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
                let panel = Panel { id, x: [0.0, 0.0], y: [0.0, 0.0], xlabel, ylabel, adapted: false };
                self.panels.push((panel, None));
            }
        }
    }

    fn output(&mut self, e: Expr) -> usize {
        self.outputs.push(e);
        self.outputs.len() - 1
    }

    /// The outputs of a place; always two, so that counting does not depend on what is typed.
    fn place(&mut self, pair: &Pair) -> ([usize; 2], [Expr; 2]) {
        let scope = self.scope.clone();
        let x = self.expression(&scope, &pair.first).unwrap_or_else(Expr::undefined);
        let y = self.expression(&scope, &pair.second).unwrap_or_else(Expr::undefined);
        ([self.output(x.clone()), self.output(y.clone())], [x, y])
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
                    let ([x, y], [at_x, at_y]) = self.place(place);
                    let drag = self.drag(drag, &at_x, &at_y);
                    self.draw(name, &panel, look, "first", Shape::Point { x, y, drag });
                }
                Said::Straight { stroke, name, from, toward, look } => {
                    let (from, to) = self.ends(from, toward);
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
                    let ([x, y], _) = self.place(place);
                    self.draw(name, &panel, look, "guide", Shape::Label { x, y, text: text.clone() });
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
                | Said::Param { .. }
                | Said::Let { .. }
                | Said::Panel { .. } => {}
            }
        }
    }

    fn draw(&mut self, name: &Part, panel: &str, look: &Look, style: &str, shape: Shape) {
        self.take("element", name);
        let style = look.style.clone().unwrap_or_else(|| style.to_owned());
        let (id, label, hidden) = (name.text.clone(), look.label.clone(), look.hidden);
        let element = Element { id, panel: panel.to_owned(), style, label, hidden, shape };
        self.elements.push(Draft { element, curve: None });
    }

    fn ends(&mut self, from: &Pair, toward: &Toward) -> ([usize; 2], [usize; 2]) {
        let (start, [x, y]) = self.place(from);
        match toward {
            Toward::Place(to) => (start, self.place(to).0),
            Toward::Slope(slope) => {
                let scope = self.scope.clone();
                let slope = self.expression(&scope, slope).unwrap_or_else(Expr::undefined);
                (start, [self.output(x + Expr::one()), self.output(y + slope)])
            }
        }
    }

    fn drag(&mut self, names: &[Part], x: &Expr, y: &Expr) -> Option<Drag> {
        if names.is_empty() {
            return None;
        }
        let mut drag = Drag { params: Vec::new(), dx: Vec::new(), dy: Vec::new() };
        for name in names {
            let Some(k) = self.params.iter().position(|p| p.name == name.text) else {
                let message = format!("`{}` is not a parameter of this figure", name.text);
                let hint = "a parameter is declared as `a = 1 in 0..3`";
                self.fault(FigureFault::new("name.unknown", message, name.span.clone()).hint(hint));
                continue;
            };
            let symbol = Symbol::new(&name.text);
            drag.params.push(k);
            let by = |e: &Expr| derivative(e, &symbol);
            let (dx, dy) = (by(x), by(y));
            if !x.contains(&symbol) && !y.contains(&symbol) {
                let message =
                    format!("dragging cannot move `{}`: the point does not depend on it", name.text);
                self.fault(FigureFault::new("name.drag", message, name.span.clone()));
            }
            drag.dx.push(self.output(dx));
            drag.dy.push(self.output(dy));
        }
        Some(drag)
    }

    fn plot(&mut self, panel: &str, body: &Part, var: &Part, over: &Pair, name: Option<&Part>, look: &Look) {
        let mut scope = self.scope.clone();
        let symbol = scope.local(&var.text);
        let e = match scope.applied(&body.text, &symbol) {
            Some(e) => Some(e),
            None => self.expression(&scope, body),
        };
        let over = self.range(over);
        let name = name.cloned().unwrap_or_else(|| body.clone());
        if !name.text.chars().all(|c| c.is_alphanumeric() || c == '_') {
            let message = "this curve needs a name";
            let fault = FigureFault::new("syntax.figure", message, body.span.clone());
            self.fault(fault.hint("write `as` and a name after its range"));
            return;
        }
        let (Some(body_expr), Some(over)) = (e, over) else { return };
        let shape = Shape::Curve { program: serde_json::Value::Null, over };
        self.draw(&name, panel, look, "main", shape);
        if let Some(draft) = self.elements.last_mut() {
            draft.curve = Some(Curve { body: body_expr, var: symbol, over, span: body.span.clone() });
        }
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
        let symbols: Vec<Symbol> = self.params.iter().map(|p| Symbol::new(&p.name)).collect();
        let mut curves = Vec::new();
        let mut elements = Vec::new();
        for mut draft in std::mem::take(&mut self.elements) {
            let mut program = None;
            if let Some(curve) = &draft.curve {
                let inputs: Vec<Symbol> =
                    std::iter::once(curve.var.clone()).chain(symbols.iter().cloned()).collect();
                match Program::compile(std::slice::from_ref(&curve.body), &inputs) {
                    Ok(p) => {
                        draft.element.shape = Shape::Curve { program: portable::json(&p), over: curve.over };
                        program = Some(Arc::new(p));
                    }
                    Err(error) => {
                        self.fault(FigureFault::new("budget.program", error.to_string(), curve.span.clone()));
                    }
                }
            }
            curves.push(program);
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
            programs: Programs { state, curves },
        };
        let panels = std::mem::take(&mut self.panels);
        for (panel, y) in panels {
            let panel = self.ranged(&figure, panel, y)?;
            figure.panels.push(panel);
        }
        Ok(Compiled { figure, slots, scope: self.scope })
    }

    /// The panel with ranges for what is drawn in it.
    fn ranged(
        &self,
        figure: &Figure,
        mut panel: Panel,
        y: Option<[f64; 2]>,
    ) -> Result<Panel, Vec<FigureFault>> {
        let in_panel = || figure.elements.iter().filter(|e| e.panel == panel.id);
        if panel.x[0] >= panel.x[1] {
            let mut ends = in_panel().filter_map(|e| match &e.shape {
                Shape::Curve { over, .. } => Some(*over),
                _ => None,
            });
            let first = ends.next().unwrap_or([-5.0, 5.0]);
            panel.x = ends.fold(first, |a, b| [a[0].min(b[0]), a[1].max(b[1])]);
        }
        let typed = !self.typed.is_empty();
        let found = figure.heights(&panel.id, panel.x, &figure.start(), &figure.first_seen(&panel.id));
        let curves = in_panel().any(|e| matches!(e.shape, Shape::Curve { .. }));
        if typed && curves && found.is_none() {
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
        Ok(panel)
    }
}

impl Figure {
    /// The parameters where they begin.
    pub fn start(&self) -> Vec<f64> {
        self.params.iter().map(|p| p.value).collect()
    }

    /// The curves that a panel is made for: those visible from the beginning, or all where none is.
    pub fn first_seen(&self, panel: &str) -> Vec<bool> {
        let curve = |e: &Element| e.panel == panel && matches!(e.shape, Shape::Curve { .. });
        let any = self.elements.iter().any(|e| curve(e) && !e.hidden);
        self.elements.iter().map(|e| curve(e) && !(any && e.hidden)).collect()
    }

    /// Every output of the state program.
    pub fn numbers(&self, params: &[f64]) -> Vec<f64> {
        if params.len() != self.params.len() {
            return Vec::new();
        }
        let mut out = vec![f64::NAN; self.programs.state.output_count()];
        match self.programs.state.evaluate(params, &mut out, &mut Workspace::new()) {
            Ok(()) => out,
            Err(_) => Vec::new(),
        }
    }

    /// The heights of a curve at `xs`; empty when `element` is none.
    pub fn curve(&self, element: usize, params: &[f64], xs: &[f64]) -> Vec<f64> {
        let Some(Some(program)) = self.programs.curves.get(element) else { return Vec::new() };
        if params.len() != self.params.len() {
            return Vec::new();
        }
        let same = params.iter().map(|p| Column::Same(*p));
        let inputs: Vec<Column<'_>> = std::iter::once(Column::Values(xs)).chain(same).collect();
        let mut heights = vec![f64::NAN; xs.len()];
        match program.evaluate_batch(&inputs, &mut [&mut heights], &mut Workspace::new()) {
            Ok(()) => heights,
            Err(_) => Vec::new(),
        }
    }

    /// The heights a panel has to show for its visible curves and points between `x`; `None` when there are none.
    pub fn heights(&self, panel: &str, x: [f64; 2], params: &[f64], visible: &[bool]) -> Option<[f64; 2]> {
        let numbers = self.numbers(params);
        let (mut found, mut points) = (Vec::new(), Vec::<f64>::new());
        for (k, element) in self.elements.iter().enumerate() {
            if element.panel != panel || !visible.get(k).copied().unwrap_or(false) {
                continue;
            }
            match &element.shape {
                Shape::Curve { over, .. } => {
                    let (lo, hi) = (over[0].max(x[0]), over[1].min(x[1]));
                    if lo < hi {
                        let step = (hi - lo) / (SAMPLES - 1) as f64;
                        let xs: Vec<f64> = (0..SAMPLES).map(|k| lo + step * k as f64).collect();
                        found.extend(self.curve(k, params, &xs));
                    }
                }
                Shape::Point { x: across, y, .. } => {
                    let at = numbers.get(*across).filter(|at| (x[0]..=x[1]).contains(*at));
                    points.extend(at.and_then(|_| numbers.get(*y)));
                }
                Shape::Segment { .. } | Shape::Line { .. } | Shape::Arrow { .. } | Shape::Label { .. } => {}
            }
        }
        // A point is one against hundreds of places of a curve: among them it would pass for a pole.
        match heights::around(&found) {
            Some([low, high]) => {
                points.retain(|y| y.is_finite() && !(low..=high).contains(y));
                if points.is_empty() {
                    return Some([low, high]);
                }
                points.extend([low, high]);
                heights::around(&points)
            }
            None => heights::around(&points),
        }
    }
}
