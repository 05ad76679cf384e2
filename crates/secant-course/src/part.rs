//! A part of a course (a lesson, an assignment, …): its front matter, its figure, its scenes, its questions.
//!
//! Here: what a course file says, checked, and what each kind of part has to have.
//! Not here: how the file is taken apart (`blocks`), what its numbers are (`view`).
//! Start reading at [`Part`], then `Part::read`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use secant::sheet::figure::Plan;
use serde::Deserialize;
use toml::Spanned;

use crate::blocks::{Block, Blocks, QuestionBlock, SceneBlocks, is_id};
use crate::fault::Fault;
use crate::formula_sheet;
use crate::kind::PartKind;
use crate::plugin::{self, Hung, PLUGINS};
use crate::prose::Prose;
use crate::question::Question;
use crate::scene::Directives;
use crate::slips;
use crate::text::{Piece, Source, words};
use crate::view::View;

/// A part of a course, ready to be read, watched and answered.
#[derive(Clone, Debug)]
pub struct Part {
    pub(crate) script: Arc<Script>,
    pub(crate) module: usize,
    questions: Vec<Question>,
    view: View,
    lead: String,
    summary: String,
}

/// What a course file says, before any number is computed.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    pub(crate) source: Source,
    pub(crate) id: String,
    pub(crate) kind: PartKind,
    pub(crate) title: String,
    pub(crate) minutes: u32,
    /// Per cent that pass an assignment.
    pub(crate) pass: u32,
    pub(crate) needs: Vec<(String, usize)>,
    pub(crate) figure: Option<FigureText>,
    pub(crate) lead: Vec<Passage>,
    pub(crate) scenes: Vec<Scene>,
    pub(crate) closing: Vec<Passage>,
}

/// The figure of a part.
#[derive(Clone, Debug)]
pub(crate) struct FigureText {
    pub(crate) name: String,
    /// Where its text begins.
    pub(crate) at: usize,
    pub(crate) plan: Plan,
}

/// A scene: what it says and what it asks of the figure.
#[derive(Clone, Debug)]
pub(crate) struct Scene {
    pub(crate) title: Piece,
    pub(crate) directives: Directives,
    pub(crate) parts: Vec<Passage>,
}

/// Narration, a cell, a plugin, or a formula sheet as HTML.
#[derive(Clone, Debug)]
pub(crate) enum Passage {
    Prose(Prose),
    Cell(Piece),
    Plugin(Hung),
    Formulas(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Front {
    id: Spanned<String>,
    title: Spanned<String>,
    minutes: Spanned<u32>,
    #[serde(default)]
    kind: PartKind,
    pass: Option<Spanned<u32>>,
    #[serde(default)]
    needs: Vec<Spanned<String>>,
    #[serde(default)]
    slips: Vec<Spanned<String>>,
}

/// Most bytes a course file may have.
pub(crate) const MAX_FILE: usize = 200_000;
/// Most scenes a part may have.
const MAX_SCENES: usize = 40;
/// Fewest questions of an assignment.
const FEWEST_QUESTIONS: usize = 5;
/// Most questions of a part.
const MAX_QUESTIONS: usize = 40;
/// Longest part, in minutes.
const MAX_MINUTES: u32 = 60;
/// Per cent that pass an assignment which says nothing else.
const PASS: u32 = 80;

impl Part {
    /// Its name, as in its address.
    pub fn id(&self) -> &str {
        &self.script.id
    }

    /// What sort of part it is.
    pub fn kind(&self) -> PartKind {
        self.script.kind
    }

    /// Its address below that of the course: `/lesson/id`.
    pub fn address(&self) -> String {
        format!("/{}/{}", self.kind().word(), self.id())
    }

    /// Per cent of the score that pass it; for assignments.
    pub fn pass(&self) -> u32 {
        self.script.pass
    }

    /// Its plugin.
    pub fn plugin(&self) -> Option<&Hung> {
        self.script.plugin()
    }

    /// What it is called.
    pub fn title(&self) -> &str {
        &self.script.title
    }

    /// How long it takes.
    pub fn minutes(&self) -> u32 {
        self.script.minutes
    }

    /// The number of its module, from 1; 0 for a reading that belongs to none.
    pub fn module(&self) -> usize {
        self.module
    }

    /// The parts it builds on.
    pub fn needs(&self) -> impl Iterator<Item = &str> {
        self.script.needs.iter().map(|(id, _)| id.as_str())
    }

    /// HTML before the first scene.
    pub fn lead(&self) -> &str {
        &self.lead
    }

    /// HTML after the questions; may be empty.
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// Its questions, in order.
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// The part with the author's functions.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// The part with functions that the learner typed; those not named stay as they are.
    ///
    /// # Errors
    /// What is wrong with the first bad one.
    pub fn view_with(&self, functions: &BTreeMap<String, String>) -> Result<View, Fault> {
        if functions.is_empty() {
            return Ok(self.view.clone());
        }
        View::make(&self.script, functions).map_err(|mut faults| faults.remove(0))
    }

    /// Reads a part; `None` together with at least one fault.
    pub(crate) fn read(source: Source, faults: &mut Vec<Fault>) -> Option<Part> {
        let before = faults.len();
        if source.text.len() > MAX_FILE {
            let message = format!("the file is {} bytes long; the limit is {MAX_FILE}", source.text.len());
            faults.push(source.hinted("budget.text", 0, message, "make two parts of it"));
            return None;
        }
        let blocks = Blocks::read(&source, faults)?;
        let front = front(&source, &blocks.front, faults);
        let figure = figure(&source, &blocks, faults);
        let lead = passages(&source, &blocks.lead, faults);
        let closing = passages(&source, &blocks.closing, faults);
        let scenes: Vec<Scene> = blocks.scenes.iter().map(|s| scene(&source, s, faults)).collect();
        let front = front?;
        shape(&source, &blocks, &front, faults);
        let mut names = BTreeSet::new();
        let mut questions = Vec::new();
        for QuestionBlock { fence, figure } in &blocks.questions {
            if !names.insert(fence.name.text.as_str()) {
                faults.push(source.fault(
                    "name.twice",
                    fence.name.at,
                    "there is a question of this name already",
                ));
            }
            questions.extend(Question::read(&source, front.id.as_ref(), fence, figure.as_ref(), faults));
        }
        let script = Arc::new(Script {
            id: front.id.into_inner(),
            title: front.title.into_inner(),
            kind: front.kind,
            minutes: front.minutes.into_inner(),
            pass: front.pass.map_or(PASS, Spanned::into_inner),
            needs: front
                .needs
                .into_iter()
                .map(|n| (n.as_ref().clone(), blocks.front.at + n.span().start))
                .collect(),
            source,
            figure,
            lead,
            scenes,
            closing,
        });
        for question in script.plugin().into_iter().flat_map(|hung| &hung.questions) {
            if !names.contains(question.as_str()) {
                let message = format!("the plugin asks for the question `{question}`, which is not here");
                faults.push(script.source.fault("name.question", blocks.front.at, message));
            }
        }
        // What did not become a figure would only be complained of again wherever it is used.
        if script.figure.is_none() && !blocks.figures.is_empty() {
            return None;
        }
        let view = View::make(&script, &BTreeMap::new());
        let view = match view {
            Ok(view) => view,
            Err(more) => {
                faults.extend(more);
                return None;
            }
        };
        if faults.len() > before {
            return None;
        }
        let (lead, summary) = (view.lead.clone(), view.closing.clone());
        Some(Part { script, module: 0, questions, view, lead, summary })
    }
}

impl Script {
    /// Its plugin.
    fn plugin(&self) -> Option<&Hung> {
        let scenes = self.scenes.iter().flat_map(|scene| &scene.parts);
        self.lead.iter().chain(scenes).chain(&self.closing).find_map(|passage| match passage {
            Passage::Plugin(hung) => Some(hung),
            Passage::Prose(_) | Passage::Cell(_) | Passage::Formulas(_) => None,
        })
    }

    /// The words of its narration, scene by scene.
    pub(crate) fn scene_words(&self) -> impl Iterator<Item = String> {
        self.scenes.iter().map(|scene| text_of(&scene.parts))
    }

    /// All the words outside of questions.
    pub(crate) fn all_words(&self) -> String {
        let mut text = text_of(&self.lead);
        for scene in self.scene_words() {
            text.push(' ');
            text.push_str(&scene);
        }
        text + " " + &text_of(&self.closing)
    }

    /// Where its links lead, each with its place.
    pub(crate) fn links(&self) -> Vec<(String, usize)> {
        let parts = self.lead.iter().chain(self.scenes.iter().flat_map(|s| &s.parts)).chain(&self.closing);
        let mut links = Vec::new();
        for part in parts {
            let Passage::Prose(prose) = part else { continue };
            for link in prose.links() {
                let found = self.source.text[prose.at()..].find(&format!("]({link}"));
                links.push((link, prose.at() + found.map_or(0, |k| k + 2)));
            }
        }
        links
    }
}

pub(crate) fn text_of(parts: &[Passage]) -> String {
    let prose = parts.iter().filter_map(|p| match p {
        Passage::Prose(prose) => Some(prose.words()),
        Passage::Cell(_) | Passage::Plugin(_) | Passage::Formulas(_) => None,
    });
    prose.collect::<Vec<_>>().join(" ")
}

fn front(source: &Source, piece: &Piece, faults: &mut Vec<Fault>) -> Option<Front> {
    let front: Front = match toml::from_str(&piece.text) {
        Ok(front) => front,
        Err(error) => {
            let at = piece.at + error.span().map_or(0, |s| s.start);
            let hint = "front matter has id, title, minutes and, if wanted, kind, needs, slips and, in an assignment, pass";
            faults.push(source.hinted("syntax.front-matter", at, error.message().trim().to_owned(), hint));
            return None;
        }
    };
    let mut complain = |at: usize, message: String, hint: &str| {
        faults.push(source.hinted("syntax.front-matter", piece.at + at, message, hint));
    };
    if !is_id(front.id.as_ref()) {
        let message = format!("`{}` cannot be an id", front.id.as_ref());
        complain(front.id.span().start, message, "an id has small letters, digits and hyphens");
    }
    if words(front.title.as_ref()) == 0 {
        complain(front.title.span().start, "the title is empty".into(), "say what it is about");
    }
    if !(1..=MAX_MINUTES).contains(front.minutes.as_ref()) {
        let message = format!("{} minutes; a part takes from 1 to {MAX_MINUTES}", front.minutes.as_ref());
        complain(front.minutes.span().start, message, "make two parts of it");
    }
    if let Some(pass) = &front.pass {
        if front.kind != PartKind::Assignment {
            let message = format!("a {} is not passed", front.kind.word());
            complain(pass.span().start, message, "leave out `pass`, or make it an assignment");
        } else if !(1..=100).contains(pass.as_ref()) {
            let message = format!("{} per cent cannot be a pass mark", pass.as_ref());
            complain(pass.span().start, message, "write a number from 1 to 100, such as 80");
        }
    }
    for slip in &front.slips {
        if slips::find(slip.as_ref()).is_none() {
            let message = format!("there is no slip `{}`", slip.as_ref());
            complain(slip.span().start, message, &slips::nearest(slip.as_ref()));
        }
    }
    Some(front)
}

/// What each kind of part has to have.
fn shape(source: &Source, blocks: &Blocks, front: &Front, faults: &mut Vec<Fault>) {
    let mut complain = |code: &'static str, at: usize, message: String, hint: &str| {
        faults.push(source.hinted(code, at, message, hint));
    };
    let (scenes, questions) = (blocks.scenes.len(), blocks.questions.len());
    let mut plugins = blocks.passages().filter_map(|block| match block {
        Block::Plugin(fence) => Some(fence),
        Block::Prose(_) | Block::Cell(_) | Block::Formulas(_) => None,
    });
    match front.kind {
        PartKind::Lesson if scenes == 0 => {
            let message = "a lesson without scenes".to_owned();
            complain("syntax.scene", blocks.front.at, message, "a scene begins with `## Title`");
        }
        PartKind::Assignment if scenes > 0 => {
            let message = "an assignment has no scenes".to_owned();
            complain("syntax.scene", blocks.scenes[0].title.at, message, "say it before the first question");
        }
        PartKind::Assignment if questions < FEWEST_QUESTIONS => {
            let message = format!("{questions} questions; an assignment has at least {FEWEST_QUESTIONS}");
            complain("syntax.question", blocks.front.at, message, "a question is a block ```question name");
        }
        PartKind::Lesson
        | PartKind::Assignment
        | PartKind::Reading
        | PartKind::Discussion
        | PartKind::Lab => {}
    }
    if scenes > MAX_SCENES || questions > MAX_QUESTIONS {
        let message = format!(
            "{scenes} scenes and {questions} questions; a part has at most {MAX_SCENES} and {MAX_QUESTIONS}"
        );
        complain("budget.part", blocks.front.at, message, "make two parts of it");
    }
    if let Some(first) = plugins.next() {
        if !matches!(front.kind, PartKind::Lab | PartKind::Assignment) {
            let message = "only a lab or an assignment has a plugin".to_owned();
            complain("syntax.plugin", first.name.at, message, "write `kind = \"lab\"`");
        } else if let Some(second) = plugins.next() {
            let message = "a second plugin in this part".to_owned();
            complain("syntax.plugin", second.name.at, message, "make two parts of it");
        }
    }
    let first = blocks.questions.first().map_or(usize::MAX, |question| question.fence.name.at);
    for figure in blocks.figures.iter().filter(|figure| figure.name.at > first) {
        let message = format!("no question `{}` follows this figure", figure.name.text);
        let hint = "a figure after the first question stands directly before the question of its name";
        complain("name.figure", figure.name.at, message, hint);
    }
}

fn figure(source: &Source, blocks: &Blocks, faults: &mut Vec<Fault>) -> Option<FigureText> {
    if let Some(second) = blocks.figures.get(1) {
        let hint = "put all panels into one figure; scenes show and hide its elements";
        faults.push(source.hinted(
            "unsupported.figures",
            second.name.at,
            "a second figure in this part",
            hint,
        ));
    }
    let fence = blocks.figures.first()?;
    match Plan::read(&fence.body.text) {
        Ok(plan) => Some(FigureText { name: fence.name.text.clone(), at: fence.body.at, plan }),
        Err(wrong) => {
            faults.extend(wrong.into_iter().map(|f| {
                let fault = source.fault(f.code, fence.body.at + f.span.start, f.message);
                Fault { hint: f.hint, ..fault }
            }));
            None
        }
    }
}

fn passages(source: &Source, blocks: &[Block], faults: &mut Vec<Fault>) -> Vec<Passage> {
    let passage = |block: &Block| match block {
        Block::Prose(piece) => Some(Passage::Prose(Prose::read(source, piece, faults))),
        Block::Cell(piece) => Some(Passage::Cell(crate::scene::trim(piece))),
        Block::Formulas(piece) => Some(Passage::Formulas(formula_sheet::html(source, piece, faults))),
        Block::Plugin(fence) => plugin::read(PLUGINS, source, fence, faults).map(Passage::Plugin),
    };
    blocks.iter().filter_map(passage).collect()
}

fn scene(source: &Source, blocks: &SceneBlocks, faults: &mut Vec<Fault>) -> Scene {
    let directives = Directives::read(source, &blocks.directives, faults);
    let parts = passages(source, &blocks.blocks, faults);
    if words(&text_of(&parts)) == 0 {
        let hint = "write a few sentences: what is there to see?";
        faults.push(source.hinted("syntax.scene", blocks.title.at, "this scene says nothing", hint));
    }
    Scene { title: blocks.title.clone(), directives, parts }
}
