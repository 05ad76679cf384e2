//! A lesson: its front matter, its figure, its scenes, its questions.
//!
//! Here: what a lesson file says, checked.
//! Not here: how the file is taken apart (`blocks`), what its numbers are (`view`).
//! Start reading at [`Lesson`], then `Lesson::read`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use secant::sheet::figure::Plan;
use serde::Deserialize;
use toml::Spanned;

use crate::blocks::{Block, Blocks, SceneBlocks, is_id};
use crate::fault::Fault;
use crate::prose::Prose;
use crate::question::Question;
use crate::scene::Directives;
use crate::slips;
use crate::text::{Piece, Source, words};
use crate::view::View;

/// A lesson, ready to be read, watched and answered.
#[derive(Clone, Debug)]
pub struct Lesson {
    pub(crate) script: Arc<Script>,
    pub(crate) module: usize,
    questions: Vec<Question>,
    view: View,
    lead: String,
    summary: String,
}

/// What a lesson file says, before any number is computed.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    pub(crate) source: Source,
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) minutes: u32,
    pub(crate) needs: Vec<(String, usize)>,
    pub(crate) figure: Option<FigureText>,
    pub(crate) lead: Vec<Part>,
    pub(crate) scenes: Vec<Scene>,
    pub(crate) closing: Vec<Part>,
}

/// The figure of a lesson.
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
    pub(crate) parts: Vec<Part>,
}

/// Narration or a cell.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    Prose(Prose),
    Cell(Piece),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Front {
    id: Spanned<String>,
    title: Spanned<String>,
    minutes: Spanned<u32>,
    #[serde(default)]
    needs: Vec<Spanned<String>>,
    #[serde(default)]
    slips: Vec<Spanned<String>>,
}

/// Most bytes a course file may have.
pub(crate) const MAX_FILE: usize = 200_000;
/// Most scenes a lesson may have.
const MAX_SCENES: usize = 40;
/// Longest lesson, in minutes.
const MAX_MINUTES: u32 = 60;

impl Lesson {
    /// Its name, as in its address.
    pub fn id(&self) -> &str {
        &self.script.id
    }

    /// What it is called.
    pub fn title(&self) -> &str {
        &self.script.title
    }

    /// How long it takes.
    pub fn minutes(&self) -> u32 {
        self.script.minutes
    }

    /// The number of its module, from 1.
    pub fn module(&self) -> usize {
        self.module
    }

    /// The lessons it builds on.
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

    /// The lesson with the author's functions.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// The lesson with functions that the learner typed; those not named stay as they are.
    ///
    /// # Errors
    /// What is wrong with the first bad one.
    pub fn view_with(&self, functions: &BTreeMap<String, String>) -> Result<View, Fault> {
        if functions.is_empty() {
            return Ok(self.view.clone());
        }
        View::make(&self.script, functions).map_err(|mut faults| faults.remove(0))
    }

    /// Reads a lesson; `None` together with at least one fault.
    pub(crate) fn read(source: Source, faults: &mut Vec<Fault>) -> Option<Lesson> {
        let before = faults.len();
        if source.text.len() > MAX_FILE {
            let message = format!("the file is {} bytes long; the limit is {MAX_FILE}", source.text.len());
            faults.push(source.hinted("budget.text", 0, message, "make two lessons of it"));
            return None;
        }
        let blocks = Blocks::read(&source, faults)?;
        let front = front(&source, &blocks.front, faults);
        let figure = figure(&source, &blocks, faults);
        let lead = parts(&source, &blocks.lead, faults);
        let closing = parts(&source, &blocks.closing, faults);
        let scenes: Vec<Scene> = blocks.scenes.iter().map(|s| scene(&source, s, faults)).collect();
        if scenes.is_empty() || scenes.len() > MAX_SCENES {
            let message = format!("{} scenes; a lesson has from 1 to {MAX_SCENES}", scenes.len());
            faults.push(source.hinted(
                "syntax.scene",
                blocks.front.at,
                message,
                "a scene begins with `## Title`",
            ));
        }
        let front = front?;
        let mut names = BTreeSet::new();
        let mut questions = Vec::new();
        for fence in &blocks.questions {
            if !names.insert(fence.name.text.as_str()) {
                faults.push(source.fault(
                    "name.twice",
                    fence.name.at,
                    "there is a question of this name already",
                ));
            }
            questions.extend(Question::read(&source, front.id.as_ref(), &fence.name, &fence.body, faults));
        }
        let script = Arc::new(Script {
            id: front.id.into_inner(),
            title: front.title.into_inner(),
            minutes: front.minutes.into_inner(),
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
        Some(Lesson { script, module: 0, questions, view, lead, summary })
    }
}

impl Script {
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
            let Part::Prose(prose) = part else { continue };
            for link in prose.links() {
                let found = self.source.text[prose.at()..].find(&format!("]({link}"));
                links.push((link, prose.at() + found.map_or(0, |k| k + 2)));
            }
        }
        links
    }
}

pub(crate) fn text_of(parts: &[Part]) -> String {
    let prose = parts.iter().filter_map(|p| match p {
        Part::Prose(prose) => Some(prose.words()),
        Part::Cell(_) => None,
    });
    prose.collect::<Vec<_>>().join(" ")
}

fn front(source: &Source, piece: &Piece, faults: &mut Vec<Fault>) -> Option<Front> {
    let front: Front = match toml::from_str(&piece.text) {
        Ok(front) => front,
        Err(error) => {
            let at = piece.at + error.span().map_or(0, |s| s.start);
            let hint = "front matter has id, title, minutes and, if wanted, needs and slips";
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
        complain(front.title.span().start, "the title is empty".into(), "say what the lesson is about");
    }
    if !(1..=MAX_MINUTES).contains(front.minutes.as_ref()) {
        let message = format!("{} minutes; a lesson takes from 1 to {MAX_MINUTES}", front.minutes.as_ref());
        complain(front.minutes.span().start, message, "make two lessons of it");
    }
    for slip in &front.slips {
        if slips::find(slip.as_ref()).is_none() {
            let message = format!("there is no slip `{}`", slip.as_ref());
            complain(slip.span().start, message, &slips::nearest(slip.as_ref()));
        }
    }
    Some(front)
}

fn figure(source: &Source, blocks: &Blocks, faults: &mut Vec<Fault>) -> Option<FigureText> {
    if let Some(second) = blocks.figures.get(1) {
        let hint = "put all panels into one figure; scenes show and hide its elements";
        faults.push(source.hinted(
            "unsupported.figures",
            second.name.at,
            "a second figure in this lesson",
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

fn parts(source: &Source, blocks: &[Block], faults: &mut Vec<Fault>) -> Vec<Part> {
    let part = |block: &Block| match block {
        Block::Prose(piece) => Part::Prose(Prose::read(source, piece, faults)),
        Block::Cell(piece) => Part::Cell(crate::scene::trim(piece)),
    };
    blocks.iter().map(part).collect()
}

fn scene(source: &Source, blocks: &SceneBlocks, faults: &mut Vec<Fault>) -> Scene {
    let directives = Directives::read(source, &blocks.directives, faults);
    let parts = parts(source, &blocks.blocks, faults);
    if words(&text_of(&parts)) == 0 {
        let hint = "write a few sentences: what is there to see?";
        faults.push(source.hinted("syntax.scene", blocks.title.at, "this scene says nothing", hint));
    }
    Scene { title: blocks.title.clone(), directives, parts }
}
