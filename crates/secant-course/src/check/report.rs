//! What the proof of a course has found, and how it is printed: each question, what is wrong, a table of the parts.

use std::fmt;

use crate::fault::Fault;
use crate::kind::PartKind;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Each part, in the order of the course.
    pub parts: Vec<PartReport>,
    /// What is wrong; empty for a good course.
    pub faults: Vec<Fault>,
}

/// A part in numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct PartReport {
    /// Its name.
    pub id: String,
    /// What sort of part it is.
    pub kind: PartKind,
    /// How many scenes it has.
    pub scenes: usize,
    /// How many words.
    pub words: usize,
    /// Minutes that it says it takes.
    pub minutes: u32,
    /// Minutes that its scenes and questions add up to.
    pub estimate: f64,
    /// Years of school that its sentences ask for (Flesch–Kincaid).
    pub grade: f64,
    /// Its questions.
    pub questions: Vec<QuestionReport>,
}

/// A question in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuestionReport {
    /// Its name, `part/name`.
    pub id: String,
    /// How many variants it has.
    pub variants: usize,
    /// How many were tried: all, or the first so many that seeds from 0 draw.
    pub tried: usize,
    /// How many of those are never asked, because a slip does no harm in them or two slips give the same.
    pub avoided: usize,
    /// Why, in words, each reason once.
    pub reasons: Vec<String>,
    /// Likely slips that every other variant tells apart.
    pub slips: usize,
    /// Is every form of its answer as good as another?
    pub free: bool,
    /// Right answers that were accepted, in other forms.
    pub accepted: usize,
    /// Wrong answers that were refused, each with a reason.
    pub refused: usize,
}

impl Report {
    /// Is the course good?
    pub fn ok(&self) -> bool {
        self.faults.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for q in self.parts.iter().flat_map(|part| &part.questions) {
            writeln!(
                f,
                "{}: {} of {} variants, {} right answers accepted, {} wrong ones refused, {} likely slips told apart",
                q.id, q.tried, q.variants, q.accepted, q.refused, q.slips
            )?;
            if q.avoided > 0 {
                writeln!(f, "  {} variants are not asked: {}", q.avoided, q.reasons.join("; "))?;
            }
        }
        for fault in &self.faults {
            writeln!(f, "{fault}")?;
        }
        let width = self.parts.iter().map(|part| part.id.len()).max().unwrap_or(0);
        if width > 0 {
            writeln!(
                f,
                "{:width$}  kind        scenes  questions  words  minutes  estimated  reading level",
                "part"
            )?;
        }
        for part in &self.parts {
            writeln!(
                f,
                "{:width$}  {:<10}  {:>6}  {:>9}  {:>5}  {:>7}  {:>9.1}  {:>13.1}",
                part.id,
                part.kind.word(),
                part.scenes,
                part.questions.len(),
                part.words,
                part.minutes,
                part.estimate,
                part.grade
            )?;
        }
        let questions: usize = self.parts.iter().map(|part| part.questions.len()).sum();
        let words: usize = self.parts.iter().map(|part| part.words).sum();
        let minutes: u32 = self.parts.iter().map(|part| part.minutes).sum();
        let (parts, faults) = (self.parts.len(), self.faults.len());
        write!(f, "{parts} parts, {questions} questions, {words} words, {minutes} minutes, {faults} faults")
    }
}
