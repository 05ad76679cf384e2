//! A course: modules in order, lessons in modules.
//!
//! Here: `course.toml`, and whether everything that is named exists.
//! Start reading at [`Course::load`].

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::fault::{Fault, Faults};
use crate::lesson::Lesson;
use crate::prose::{Filling, LESSON, Prose};
use crate::question::{Question, follow_up};
use crate::text::{Piece, Source};

/// A course, loaded and computed.
#[derive(Clone, Debug)]
pub struct Course {
    title: String,
    lead: String,
    modules: Vec<Module>,
    lessons: Vec<Lesson>,
    /// Index of the lesson and of the question in it.
    questions: BTreeMap<String, (usize, usize)>,
}

/// A part of a course.
#[derive(Clone, Debug)]
pub struct Module {
    /// From 1.
    pub number: usize,
    /// What it is called.
    pub title: String,
    /// What it is about, in a sentence.
    pub sentence: String,
    /// Its lessons, in order, with those that are still to be written.
    pub entries: Vec<Entry>,
}

/// A place in a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A lesson that exists.
    Lesson {
        /// As in its address.
        id: String,
        /// What it is called.
        title: String,
        /// How long it takes.
        minutes: u32,
    },
    /// A lesson that is planned, and is no link.
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
    module: Vec<ModuleToml>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ModuleToml {
    title: String,
    sentence: String,
    #[serde(default)]
    lessons: Vec<Spanned<EntryToml>>,
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
        let mut lessons: Vec<Lesson> = Vec::new();
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
                lessons.extend(Lesson::read(source, &mut faults));
            }
        }
        let Some(outline) = outline else {
            let source = Source { file: COURSE.into(), text: String::new() };
            let hint = "it gives the course a title and lists its modules";
            faults.push(source.hinted("name.file", 0, "the course has no `course.toml`", hint));
            return Err(Faults(faults));
        };
        // Lessons that could not be read are known to be there: only their own faults are worth reading.
        let complete = faults.is_empty();
        let course = Course::assemble(&outline, lessons, complete, &mut faults);
        match course {
            Some(course) => Faults(faults).into_result(|| course),
            None => Err(Faults(faults).into_result(|| ()).err().unwrap_or_default()),
        }
    }

    fn assemble(
        outline: &Source,
        lessons: Vec<Lesson>,
        complete: bool,
        faults: &mut Vec<Fault>,
    ) -> Option<Course> {
        let said: CourseToml = match toml::from_str(&outline.text) {
            Ok(said) => said,
            Err(error) => {
                let at = error.span().map_or(0, |s| s.start);
                let hint =
                    "a course has a title, a lead and [[module]] tables with title, sentence and lessons";
                faults.push(outline.hinted("syntax.course", at, error.message().trim().to_owned(), hint));
                return None;
            }
        };
        let mut by_id = BTreeMap::new();
        for lesson in lessons {
            let source = lesson.script.source.clone();
            if let Some(other) = by_id.insert(lesson.id().to_owned(), lesson) {
                let message = format!("the id `{}` is taken by {}", other.id(), other.script.source.file);
                faults.push(source.hinted("name.twice", 0, message, "ids are permanent and occur once"));
            }
        }
        let lead = {
            let source = Source { file: outline.file.clone(), text: said.lead.clone() };
            let prose = Prose::read(&source, &Piece { text: said.lead.clone(), at: 0 }, faults);
            prose.html(&mut |_| Filling::Fixed { html: String::new(), plain: String::new() })
        };
        let mut course = Course {
            title: said.title,
            lead,
            modules: Vec::new(),
            lessons: Vec::new(),
            questions: BTreeMap::new(),
        };
        for (k, module) in said.module.into_iter().enumerate() {
            let mut entries = Vec::new();
            for entry in module.lessons {
                let at = entry.span().start;
                let id = match entry.into_inner() {
                    EntryToml::Planned { planned } => {
                        entries.push(Entry::Planned { title: planned });
                        continue;
                    }
                    EntryToml::Id(id) => id,
                };
                match by_id.remove(&id) {
                    Some(mut lesson) => {
                        lesson.module = k + 1;
                        let (title, minutes) = (lesson.title().to_owned(), lesson.minutes());
                        entries.push(Entry::Lesson { id, title, minutes });
                        course.lessons.push(lesson);
                    }
                    None if complete => {
                        let message = format!("there is no lesson `{id}`");
                        let hint = "write `{ planned = \"Title\" }` for one that is still to be written";
                        faults.push(outline.hinted("name.lesson", at, message, hint));
                    }
                    None => {}
                }
            }
            let (title, sentence) = (module.title, module.sentence);
            course.modules.push(Module { number: k + 1, title, sentence, entries });
        }
        for (id, lesson) in by_id {
            let message = format!("the lesson `{id}` is in no module");
            faults.push(lesson.script.source.hinted("name.lesson", 0, message, "list it in course.toml"));
        }
        for (k, lesson) in course.lessons.iter().enumerate() {
            for (j, question) in lesson.questions().iter().enumerate() {
                course.questions.insert(question.id().to_owned(), (k, j));
            }
        }
        if complete {
            course.check_links(faults);
        }
        Some(course)
    }

    /// Every lesson that is named exists, and comes first where it is needed.
    fn check_links(&self, faults: &mut Vec<Fault>) {
        for (k, lesson) in self.lessons.iter().enumerate() {
            let source = &lesson.script.source;
            for (need, at) in &lesson.script.needs {
                match self.lessons.iter().position(|l| l.id() == need) {
                    None => {
                        faults.push(source.fault("name.lesson", *at, format!("there is no lesson `{need}`")))
                    }
                    Some(j) if j >= k => {
                        let message = format!("`{need}` is needed here and comes later");
                        faults.push(source.hinted(
                            "name.lesson",
                            *at,
                            message,
                            "lessons build on earlier ones",
                        ));
                    }
                    Some(_) => {}
                }
            }
            for (link, at) in lesson.script.links() {
                let good = match link.strip_prefix(LESSON) {
                    Some(id) => self.lesson(id).is_some(),
                    None => {
                        link.starts_with("https://") && link.len() > 8 && !link.contains(char::is_whitespace)
                    }
                };
                if !good {
                    let hint = "link to `lesson:id` or to an `https://` address";
                    faults.push(source.hinted(
                        "name.link",
                        at,
                        format!("the link `{link}` leads nowhere"),
                        hint,
                    ));
                }
            }
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

    /// Its lessons, in order.
    pub fn lessons(&self) -> &[Lesson] {
        &self.lessons
    }

    /// The lesson of this id.
    pub fn lesson(&self, id: &str) -> Option<&Lesson> {
        self.lessons.iter().find(|l| l.id() == id)
    }

    /// The lessons before and after the one of this id.
    pub fn neighbours(&self, id: &str) -> (Option<&Lesson>, Option<&Lesson>) {
        let Some(k) = self.lessons.iter().position(|l| l.id() == id) else { return (None, None) };
        (k.checked_sub(1).and_then(|k| self.lessons.get(k)), self.lessons.get(k + 1))
    }

    /// The question of this id, `lesson/name`.
    pub fn question(&self, id: &str) -> Option<&Question> {
        let (lesson, question) = self.questions.get(id)?;
        self.lessons.get(*lesson)?.questions().get(*question)
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
