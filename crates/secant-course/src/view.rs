//! A part of a course with all its numbers, for one choice of functions.
//!
//! Here: scenes worked through in order (parameters, what is visible, what part of a panel is seen), narration
//! with its numbers filled in.
//! Invariant: which output stands in which slot depends on the lesson alone, never on the functions.
//! Start reading at [`View::make`].

use std::borrow::Cow;
use std::collections::BTreeMap;

use secant::sheet::figure::{Compiled, Figure, FigureFault, Origin, Plan, Shape, TextPart, format_number};
use serde::Serialize;

use crate::cell::Names;
use crate::fault::Fault;
use crate::part::{Passage, Scene, Script};
use crate::prose::{CaptionPart, Filling, Prose, Slot};
use crate::scene::Look;
use crate::text::{Piece, escape};

/// A part of a course with all its numbers, for one choice of functions.
#[derive(Clone, Debug)]
pub struct View {
    /// What the page gets as JSON.
    pub page: PartPage,
    /// HTML for each scene; numbers are those at its end.
    pub narration: Vec<String>,
    /// HTML of the figure's text twin; numbers are those at the beginning.
    pub alt: String,
    pub(crate) lead: String,
    pub(crate) closing: String,
}

/// A part of a course, for the page that plays it.
#[derive(Clone, Debug, Serialize)]
pub struct PartPage {
    /// Its name.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Its figure, compiled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub figure: Option<Figure>,
    /// Its scenes, in order.
    pub scenes: Vec<ScenePage>,
}

/// A scene, for the page that plays it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScenePage {
    /// What it is called.
    pub title: String,
    /// How long its parameters glide, from its beginning. It lasts longer where its narration does.
    pub seconds: f64,
    /// Parameters that change, with where they begin and end.
    pub params: BTreeMap<String, [f64; 2]>,
    /// Every parameter at the end of the scene.
    pub set: BTreeMap<String, f64>,
    /// Elements that this scene brings in.
    pub show: Vec<String>,
    /// Elements that this scene takes away.
    pub hide: Vec<String>,
    /// All that is visible.
    pub visible: Vec<String>,
    /// Panels that a scene up to here has given another view, complete.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub view: BTreeMap<String, PanelView>,
    /// The narration in plain words.
    pub caption: Vec<CaptionPart>,
}

/// What part of a panel is seen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PanelView {
    /// From where to where, sideways.
    pub x: [f64; 2],
    /// From where to where, upwards.
    pub y: [f64; 2],
}

/// How long a parameter glides where the scene does not say, in seconds.
const GLIDE: f64 = 4.0;

/// Expressions beside the figure, in the order in which they are met.
#[derive(Default)]
struct Asked {
    pieces: Vec<Piece>,
}

impl Asked {
    fn add(&mut self, piece: &Piece) {
        self.pieces.push(piece.clone());
    }

    fn of_passages(&mut self, parts: &[Passage]) {
        for part in parts {
            if let Passage::Prose(prose) = part {
                prose.slots().for_each(|slot| self.add(&slot.expression));
            }
        }
    }

    fn of_scene(&mut self, scene: &Scene) {
        for m in &scene.directives.moves {
            m.from.iter().for_each(|p| self.add(p));
            self.add(&m.to);
        }
        for look in &scene.directives.looks {
            for (lo, hi) in look.x.iter().chain(&look.y) {
                self.add(lo);
                self.add(hi);
            }
        }
        self.of_passages(&scene.parts);
    }
}

/// Hands out the compiled expressions in the same order.
struct Answers<'a> {
    script: &'a Script,
    compiled: &'a Compiled,
    asked: &'a Asked,
    next: usize,
    /// What the names of cells mean, from cell to cell.
    names: Names,
    /// A function was typed: a number without a value is no mistake of the lesson.
    typed: bool,
}

impl Answers<'_> {
    /// Output and value of the next expression.
    fn take(&mut self, params: &[f64]) -> (usize, f64) {
        let output = self.compiled.slots[self.next];
        self.next += 1;
        let value = self.compiled.figure.numbers(params).get(output).copied().unwrap_or(f64::NAN);
        (output, value)
    }

    /// The next expression, which has to be a number.
    fn number(&mut self, params: &[f64], faults: &mut Vec<Fault>) -> f64 {
        let piece = &self.asked.pieces[self.next];
        let (_, value) = self.take(params);
        if !value.is_finite() && !self.typed {
            let message = format!("`{}` has no value here", piece.text);
            faults.push(self.script.source.fault("domain.undefined", piece.at, message));
        }
        value
    }

    fn fill(&mut self, params: &[f64]) -> impl FnMut(&Slot) -> Filling {
        let live = self.script.figure.is_some();
        move |slot| {
            let (output, value) = self.take(params);
            let text = format_number(value, slot.digits);
            if live {
                Filling::Live { output, text }
            } else {
                Filling::Fixed { html: escape(&text), latex: text.replace('−', "-"), plain: text }
            }
        }
    }
}

impl View {
    /// Computes a lesson. Functions not named are the author's.
    pub(crate) fn make(script: &Script, functions: &BTreeMap<String, String>) -> Result<View, Vec<Fault>> {
        let mut asked = Asked::default();
        asked.of_passages(&script.lead);
        script.scenes.iter().for_each(|s| asked.of_scene(s));
        asked.of_passages(&script.closing);
        let texts: Vec<&str> = asked.pieces.iter().map(|p| p.text.as_str()).collect();
        let compiled = match &script.figure {
            Some(figure) => figure.plan.compile(&figure.name, functions, &texts),
            None => Plan::empty().compile("", functions, &texts),
        };
        let compiled =
            compiled.map_err(|f| f.into_iter().map(|f| placed(script, &asked, f)).collect::<Vec<_>>())?;
        let names = Names::beside(&compiled.scope, &compiled.figure.functions);
        let typed = !functions.is_empty();
        let mut answers = Answers { script, compiled: &compiled, asked: &asked, next: 0, names, typed };
        let mut faults = Vec::new();
        let start = compiled.figure.start();
        let lead = html(script, &script.lead, &mut answers, &start, &mut faults);
        let mut stage = Stage::new(&compiled, !functions.is_empty());
        let (mut scenes, mut narration) = (Vec::new(), Vec::new());
        for scene in &script.scenes {
            let mut page = stage.play(scene, &mut answers, &mut faults);
            let from = answers.next;
            narration.push(html(script, &scene.parts, &mut answers, &stage.params, &mut faults));
            answers.next = from;
            page.caption = caption(&scene.parts, &mut answers, &stage.params);
            scenes.push(page);
        }
        let closing = html(script, &script.closing, &mut answers, &stage.params, &mut faults);
        if !faults.is_empty() {
            return Err(faults);
        }
        let alt = alt(&compiled.figure, &start);
        let figure = script.figure.is_some().then_some(compiled.figure);
        let page = PartPage { id: script.id.clone(), title: script.title.clone(), figure, scenes };
        Ok(View { page, narration, alt, lead, closing })
    }
}

/// What the scenes so far have left.
struct Stage<'a> {
    figure: &'a Figure,
    params: Vec<f64>,
    visible: Vec<bool>,
    views: BTreeMap<String, PanelView>,
    /// The learner's functions: fixed heights of a view are looked for anew.
    adapt: bool,
}

impl<'a> Stage<'a> {
    fn new(compiled: &'a Compiled, adapt: bool) -> Stage<'a> {
        let figure = &compiled.figure;
        let visible = figure.elements.iter().map(|e| !e.hidden).collect();
        Stage { figure, params: figure.start(), visible, views: BTreeMap::new(), adapt }
    }

    fn play(&mut self, scene: &Scene, answers: &mut Answers<'_>, faults: &mut Vec<Fault>) -> ScenePage {
        let directives = &scene.directives;
        let before = self.params.clone();
        let (mut params, mut moving) = (BTreeMap::new(), 0.0_f64);
        for m in &directives.moves {
            let from = m.from.as_ref().map(|_| answers.number(&before, faults));
            let to = answers.number(&before, faults);
            let Some(k) = self.figure.params.iter().position(|p| p.name == m.name.text) else {
                let known = self.figure.params.iter().map(|p| p.name.as_str()).collect();
                faults.push(unknown(answers.script, &m.name, "parameter", known));
                continue;
            };
            let param = &self.figure.params[k];
            if params.contains_key(&param.name) {
                let message = format!("`{}` moves twice in this scene", param.name);
                faults.push(answers.script.source.hinted(
                    "syntax.directive",
                    m.name.at,
                    message,
                    "make two scenes of it",
                ));
            }
            for value in [from, Some(to)].into_iter().flatten() {
                if (value < param.min || value > param.max) && !self.adapt {
                    let message = format!(
                        "{value} is outside of {}..{}, the range of `{}`",
                        param.min, param.max, param.name
                    );
                    faults.push(answers.script.source.fault("domain.range", m.name.at, message));
                }
            }
            let within =
                |value: f64| if value.is_finite() { value.clamp(param.min, param.max) } else { before[k] };
            let from = from.map_or(before[k], within);
            let to = within(to);
            self.params[k] = to;
            let seconds = m.seconds.unwrap_or(GLIDE);
            params.insert(param.name.clone(), [if seconds == 0.0 { to } else { from }, to]);
            moving = moving.max(seconds);
        }
        let (mut show, mut hide) = (Vec::new(), Vec::new());
        for (name, shows) in &directives.shown {
            let Some(k) = self.figure.elements.iter().position(|e| e.id == name.text) else {
                let known = self.figure.elements.iter().map(|e| e.id.as_str()).collect();
                faults.push(unknown(answers.script, name, "element", known));
                continue;
            };
            self.visible[k] = *shows;
            (if *shows { &mut show } else { &mut hide }).push(name.text.clone());
        }
        for look in &directives.looks {
            self.look(look, answers, faults);
        }
        let mut view = self.views.clone();
        if self.adapt {
            self.fit(&mut view);
        }
        let seconds = moving.max(directives.seconds.unwrap_or(0.0));
        let ids =
            self.figure.elements.iter().zip(&self.visible).filter(|(_, v)| **v).map(|(e, _)| e.id.clone());
        let set = self.figure.params.iter().zip(&self.params).map(|(p, v)| (p.name.clone(), *v)).collect();
        ScenePage {
            title: scene.title.text.clone(),
            seconds,
            params,
            set,
            show,
            hide,
            visible: ids.collect(),
            view,
            caption: Vec::new(),
        }
    }

    /// Where other curves are seen than a panel was made for, it reaches as far as they do.
    fn fit(&self, views: &mut BTreeMap<String, PanelView>) {
        for panel in self.figure.panels.iter().filter(|p| !self.views.contains_key(&p.id)) {
            let first = self.figure.first_seen(&panel.id);
            let other = self.figure.elements.iter().enumerate().any(|(k, e)| {
                e.panel == panel.id && matches!(e.shape, Shape::Curve { .. }) && self.visible[k] && !first[k]
            });
            if other && let Some(y) = self.figure.heights(&panel.id, panel.x, &self.params, &self.visible) {
                views.insert(panel.id.clone(), PanelView { x: panel.x, y });
            }
        }
    }

    /// Changes the view of a panel.
    fn look(&mut self, look: &Look, answers: &mut Answers<'_>, faults: &mut Vec<Fault>) {
        let mut range = |ends: &Option<(Piece, Piece)>| {
            let at = ends.as_ref()?.0.at;
            let (lo, hi) = (answers.number(&self.params, faults), answers.number(&self.params, faults));
            if lo >= hi && !self.adapt {
                let message = format!("a range from {lo} to {hi} is empty");
                faults.push(answers.script.source.fault("domain.range", at, message));
            }
            (lo < hi).then_some([lo, hi])
        };
        let (x, y) = (range(&look.x), range(&look.y));
        let panel = match &look.panel {
            None => self.figure.panels.first(),
            Some(name) => self.figure.panels.iter().find(|p| p.id == name.text),
        };
        let Some(panel) = panel else {
            let known = self.figure.panels.iter().map(|p| p.id.as_str()).collect();
            let at = look.panel.clone().unwrap_or(Piece { text: String::new(), at: 0 });
            faults.push(unknown(answers.script, &at, "panel", known));
            return;
        };
        let own = PanelView { x: panel.x, y: panel.y };
        if x.is_none() && y.is_none() {
            self.views.insert(panel.id.clone(), own);
            return;
        }
        let mut view = self.views.get(&panel.id).copied().unwrap_or(own);
        view.x = x.unwrap_or(view.x);
        // The author's heights mean nothing for another function.
        let found = if self.adapt {
            self.figure.heights(&panel.id, view.x, &self.params, &self.visible)
        } else {
            None
        };
        view.y = found.or(y).unwrap_or(view.y);
        self.views.insert(panel.id.clone(), view);
    }
}

fn unknown(script: &Script, name: &Piece, what: &str, known: Vec<&str>) -> Fault {
    let message = format!("the figure has no {what} `{}`", name.text);
    let hint = if known.is_empty() {
        format!("it has no {what} at all")
    } else {
        format!("it has {}", known.join(", "))
    };
    script.source.hinted("name.unknown", name.at, message, hint)
}

fn placed(script: &Script, asked: &Asked, wrong: FigureFault) -> Fault {
    let base = match &wrong.origin {
        Origin::Figure => script.figure.as_ref().map_or(0, |f| f.at),
        Origin::Slot(k) => asked.pieces.get(*k).map_or(0, |p| p.at),
        Origin::Function(_) => {
            let at = Some((wrong.chars.start, wrong.chars.end));
            let (file, line, column) = (String::new(), 0, 0);
            return Fault {
                code: wrong.code,
                message: wrong.message,
                file,
                line,
                column,
                at,
                hint: wrong.hint,
                quote: String::new(),
            };
        }
    };
    let fault = script.source.fault(wrong.code, base + wrong.span.start, wrong.message);
    Fault { hint: wrong.hint, ..fault }
}

fn html(
    script: &Script,
    parts: &[Passage],
    answers: &mut Answers<'_>,
    params: &[f64],
    faults: &mut Vec<Fault>,
) -> String {
    let mut out = String::new();
    for part in parts {
        match part {
            Passage::Prose(prose) => out.push_str(&prose.html(&mut answers.fill(params))),
            Passage::Plugin(hung) => out.push_str(&hung.html()),
            Passage::Formulas(html) => out.push_str(html),
            Passage::Cell(piece) => {
                let (html, wrong) = answers.names.html(&piece.text);
                out.push_str(&html);
                if let Some(wrong) = wrong {
                    let code = match wrong.code {
                        Cow::Borrowed(code) => code,
                        // A code of the engine's reply.
                        Cow::Owned(_) => "request.cell",
                    };
                    let fault = script.source.fault(code, piece.at + wrong.span.start, wrong.message);
                    faults.push(Fault { hint: wrong.hint, ..fault });
                }
            }
        }
    }
    out
}

fn caption(parts: &[Passage], answers: &mut Answers<'_>, params: &[f64]) -> Vec<CaptionPart> {
    let prose = parts.iter().filter_map(|p| match p {
        Passage::Prose(prose) => Some(prose),
        Passage::Cell(_) | Passage::Plugin(_) | Passage::Formulas(_) => None,
    });
    let mut caption: Vec<CaptionPart> = Vec::new();
    for prose in prose {
        if !caption.is_empty() {
            caption.push(CaptionPart::Text(" ".into()));
        }
        caption.extend(Prose::caption(prose, &mut answers.fill(params)));
    }
    caption
}

/// The HTML of a figure's text twin, with its numbers at some parameters.
pub(crate) fn alt(figure: &Figure, params: &[f64]) -> String {
    let numbers = figure.numbers(params);
    let mut out = String::new();
    for part in &figure.alt {
        match part {
            TextPart::Text(text) => out.push_str(&escape(text)),
            TextPart::Number { output, digits } => {
                let text = format_number(numbers.get(*output).copied().unwrap_or(f64::NAN), *digits);
                out.push_str(&format!(
                    "<output data-output=\"{output}\" data-digits=\"{digits}\">{text}</output>"
                ));
            }
        }
    }
    out
}
