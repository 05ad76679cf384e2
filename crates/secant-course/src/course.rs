//! A course: modules in order, parts in modules.
//!
//! Here: `course.toml`, and whether everything that is named exists.
//! Start reading at [`Course::load`].

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::fault::{Fault, Faults};
use crate::kind::PartKind;
use crate::part::Part;
use crate::prose::{Filling, Prose};
use crate::question::{Question, follow_up};
use crate::text::{Piece, Source};

/// A course, loaded and computed.
#[derive(Clone, Debug)]
pub struct Course {
    title: String,
    lead: String,
    modules: Vec<Module>,
    readings: Vec<Entry>,
    parts: Vec<Part>,
    /// Index of the part and of the question in it.
    questions: BTreeMap<String, (usize, usize)>,
}

/// A chapter of a course.
#[derive(Clone, Debug)]
pub struct Module {
    /// From 1.
    pub number: usize,
    /// What it is called.
    pub title: String,
    /// What it is about, in a sentence.
    pub sentence: String,
    /// Its parts, in order, with those that are still to be written.
    pub entries: Vec<Entry>,
}

/// A place in a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A part that exists.
    Part {
        /// What sort of part.
        kind: PartKind,
        /// As in its address.
        id: String,
        /// What it is called.
        title: String,
        /// How long it takes.
        minutes: u32,
    },
    /// A part that is planned, and is no link.
    Planned {
        /// What it will be called.
        title: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CourseToml {
    title: String,
    #[serde(default)]
    lead: String,
    #[serde(default)]
    readings: Vec<Spanned<EntryToml>>,
    #[serde(default)]
    module: Vec<ModuleToml>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ModuleToml {
    title: String,
    sentence: String,
    #[serde(default)]
    parts: Vec<Spanned<EntryToml>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum EntryToml {
    Id(String),
    Planned { planned: String },
}

/// The file that says what a course consists of.
const COURSE: &str = "course.toml";
/// Most files of a course.
const MAX_FILES: usize = 2_000;

impl Course {
    /// Loads a course from the texts of its files: `course.toml` and every `*.md`, named by their path below the
    /// folder of the course.
    ///
    /// # Errors
    /// All that is wrong with all of them, with file, line and column.
    pub fn load(files: impl IntoIterator<Item = (String, String)>) -> Result<Course, Faults> {
        let mut faults = Vec::new();
        let mut outline = None;
        let mut parts: Vec<Part> = Vec::new();
        for (k, (file, text)) in files.into_iter().enumerate() {
            let source = Source { file, text };
            if k >= MAX_FILES {
                let message = format!("a course has at most {MAX_FILES} files");
                faults.push(source.fault("budget.files", 0, message));
                break;
            }
            if source.file == COURSE {
                outline = Some(source);
            } else if source.file.ends_with(".md") {
                parts.extend(Part::read(source, &mut faults));
            }
        }
        let Some(outline) = outline else {
            let source = Source { file: COURSE.into(), text: String::new() };
            let hint = "it gives the course a title and lists its modules";
            faults.push(source.hinted("name.file", 0, "the course has no `course.toml`", hint));
            return Err(Faults(faults));
        };
        // Parts that could not be read are known to be there: only their own faults are worth reading.
        let complete = faults.is_empty();
        let course = Course::assemble(&outline, parts, complete, &mut faults);
        match course {
            Some(course) => Faults(faults).into_result(|| course),
            None => Err(Faults(faults).into_result(|| ()).err().unwrap_or_default()),
        }
    }

    fn assemble(
        outline: &Source,
        parts: Vec<Part>,
        complete: bool,
        faults: &mut Vec<Fault>,
    ) -> Option<Course> {
        let said: CourseToml = match toml::from_str(&outline.text) {
            Ok(said) => said,
            Err(error) => {
                let at = error.span().map_or(0, |s| s.start);
                let hint =
                    "a course has a title, a lead and [[module]] tables with title, sentence and parts";
                faults.push(outline.hinted("syntax.course", at, error.message().trim().to_owned(), hint));
                return None;
            }
        };
        let mut by_id = BTreeMap::new();
        for part in parts {
            let source = part.script.source.clone();
            if let Some(other) = by_id.insert(part.id().to_owned(), part) {
                let message = format!("the id `{}` is taken by {}", other.id(), other.script.source.file);
                faults.push(source.hinted("name.twice", 0, message, "ids are permanent and occur once"));
            }
        }
        let lead = {
            let source = Source { file: outline.file.clone(), text: said.lead.clone() };
            let prose = Prose::read(&source, &Piece { text: said.lead.clone(), at: 0 }, faults);
            prose.html(&mut |_| Filling::Fixed {
                html: String::new(),
                plain: String::new(),
                latex: String::new(),
            })
        };
        let mut course = Course {
            title: said.title,
            lead,
            readings: Vec::new(),
            modules: Vec::new(),
            parts: Vec::new(),
            questions: BTreeMap::new(),
        };
        let mut listed = |number: usize, entries: Vec<Spanned<EntryToml>>, faults: &mut Vec<Fault>| {
            let entry = |entry: Spanned<EntryToml>| {
                let at = entry.span().start;
                let id = match entry.into_inner() {
                    EntryToml::Planned { planned } => return Some(Entry::Planned { title: planned }),
                    EntryToml::Id(id) => id,
                };
                let Some(mut part) = by_id.remove(&id) else {
                    if complete {
                        let message = format!("there is no part `{id}`, or it is listed already");
                        let hint = "write `{ planned = \"Title\" }` for one that is still to be written";
                        faults.push(outline.hinted("name.part", at, message, hint));
                    }
                    return None;
                };
                part.module = number;
                let (kind, title, minutes) = (part.kind(), part.title().to_owned(), part.minutes());
                course.parts.push(part);
                Some(Entry::Part { kind, id, title, minutes })
            };
            entries.into_iter().filter_map(entry).collect::<Vec<_>>()
        };
        let mut modules = Vec::new();
        for (k, module) in said.module.into_iter().enumerate() {
            let entries = listed(k + 1, module.parts, faults);
            let (title, sentence) = (module.title, module.sentence);
            modules.push(Module { number: k + 1, title, sentence, entries });
        }
        let readings = listed(0, said.readings, faults);
        (course.modules, course.readings) = (modules, readings);
        for (id, part) in by_id {
            let message = format!("the {} `{id}` is in no module", part.kind().word());
            faults.push(part.script.source.hinted("name.part", 0, message, "list it in course.toml"));
        }
        for (k, part) in course.parts.iter().enumerate() {
            for (j, question) in part.questions().iter().enumerate() {
                course.questions.insert(question.id().to_owned(), (k, j));
            }
        }
        if complete {
            course.check_links(faults);
        }
        Some(course)
    }

    /// Every part that is named exists, and comes first where it is needed.
    fn check_links(&self, faults: &mut Vec<Fault>) {
        for (k, part) in self.parts.iter().enumerate() {
            let source = &part.script.source;
            for (need, at) in &part.script.needs {
                match self.parts.iter().position(|p| p.id() == need) {
                    None => faults.push(source.fault("name.part", *at, format!("there is no part `{need}`"))),
                    Some(j) if j >= k => {
                        let message = format!("`{need}` is needed here and comes later");
                        faults.push(source.hinted("name.part", *at, message, "parts build on earlier ones"));
                    }
                    Some(_) => {}
                }
            }
            for (link, at) in part.script.links() {
                if let Err(hint) = self.leads_somewhere(&link) {
                    let message = format!("the link `{link}` leads nowhere");
                    faults.push(source.hinted("name.link", at, message, hint));
                }
            }
        }
    }

    /// Does a link lead to a part or to a page of the world? If not, what to write.
    fn leads_somewhere(&self, link: &str) -> Result<(), String> {
        match PartKind::linked(link) {
            Some((kind, id)) => match self.part(id) {
                Some(part) if part.kind() == kind => Ok(()),
                Some(part) => Err(format!("write `{}:{id}`", part.kind().word())),
                None => Err(format!("there is no part `{id}`")),
            },
            None if link.starts_with("https://") && link.len() > 8 && !link.contains(char::is_whitespace) => {
                Ok(())
            }
            None => Err("link to `lesson:id`, `assignment:id`, … or to an `https://` address".to_owned()),
        }
    }

    /// What it is called.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What it is, as HTML.
    pub fn lead(&self) -> &str {
        &self.lead
    }

    /// Its modules, in order.
    pub fn modules(&self) -> &[Module] {
        &self.modules
    }

    /// What there is to read at any time: the readings that belong to no module.
    pub fn readings(&self) -> &[Entry] {
        &self.readings
    }

    /// Its parts, in order; the readings that belong to no module come last.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The part of this id.
    pub fn part(&self, id: &str) -> Option<&Part> {
        self.parts.iter().find(|p| p.id() == id)
    }

    /// The parts before and after the one of this id.
    pub fn neighbours(&self, id: &str) -> (Option<&Part>, Option<&Part>) {
        let Some(k) = self.parts.iter().position(|p| p.id() == id) else { return (None, None) };
        (k.checked_sub(1).and_then(|k| self.parts.get(k)), self.parts.get(k + 1))
    }

    /// The part that a question belongs to.
    pub fn part_of(&self, question: &str) -> Option<&Part> {
        self.parts.get(self.questions.get(question)?.0)
    }

    /// The question of this id, `part/name`.
    pub fn question(&self, id: &str) -> Option<&Question> {
        let (part, question) = self.questions.get(id)?;
        self.parts.get(*part)?.questions().get(*question)
    }

    /// The question that is asked under this id with this seed: one of the course, or one that follows up a slip,
    /// `follow-up/sign-of-cosine`.
    pub fn asked(&self, id: &str, seed: u64) -> Option<Question> {
        match id.split_once('/') {
            Some((follow_up::FOLDER, slip)) => follow_up::follow_up(slip, seed),
            _ => self.question(id).cloned(),
        }
    }
}
