//! The proof of a course: what loading cannot see because it takes longer.
//!
//! Here: every question in many variants, accepted in other forms and refused when wrong; figures with other
//! functions; lengths and reading level.
//! Not here: what makes a course file readable at all ([`crate::Course::load`]).
//! Start reading at [`check_with`].

mod forms;
pub(crate) use forms::spoiled;
mod level;

use std::collections::BTreeMap;
use std::fmt;

use crate::course::Course;
use crate::fault::Fault;
use crate::grade::Verdict;
use crate::kind::PartKind;
use crate::part::Part;
use crate::prose::CaptionPart;
use crate::question::Question;
use crate::text::words;

/// How thoroughly a course is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Variants of each question that are tried; all of them where there are fewer. Default 200.
    pub variants: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options { variants: 200 }
    }
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Each lesson, in the order of the course.
    pub lessons: Vec<LessonReport>,
    /// What is wrong; empty for a good course.
    pub faults: Vec<Fault>,
}

/// A lesson in numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct LessonReport {
    /// Its name.
    pub id: String,
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
    /// Its name, `lesson/name`.
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

/// Checks a course with the usual thoroughness.
pub fn check(course: &Course) -> Report {
    check_with(course, &Options::default())
}

/// Other forms in which each variant has to accept its own answer.
const FORMS: usize = 3;
/// More faults than this of one question only repeat each other.
const MAX_FAULTS: usize = 5;
/// How fast narration is spoken.
const WORDS_PER_SECOND: f64 = 2.5;
/// How fast a text with formulas in it is read.
const WORDS_READ_PER_MINUTE: f64 = 120.0;
/// Minutes that an answer of one's own takes.
const MINUTES_TO_WRITE: f64 = 5.0;
/// Quiet after each scene, in seconds.
const BREATH: f64 = 1.0;
/// Seconds that a learner plays with a figure, per scene.
const PLAY: f64 = 6.0;
/// Minutes that a learner spends on a question.
const MINUTES_PER_QUESTION: f64 = 1.5;
/// Functions that every figure has to be able to show or to refuse with a reason.
const OTHERS: &[&str] =
    &["sin({x})", "{x}^3 - {x}", "1/{x}", "log({x})", "abs({x})", "exp(-{x}^2)", "2", "{x}"];

/// Checks a course.
pub fn check_with(course: &Course, options: &Options) -> Report {
    let mut report = Report::default();
    for lesson in course.parts() {
        figure(lesson, &mut report.faults);
        twin(lesson, &mut report.faults);
        parameters(lesson, &mut report.faults);
        let questions = lesson.questions().iter().map(|q| question(q, options, &mut report.faults)).collect();
        report.lessons.push(measure(lesson, questions, &mut report.faults));
    }
    report
}

/// Other functions in place of the author's: shown or refused, and never with other slots.
fn figure(lesson: &Part, faults: &mut Vec<Fault>) {
    let Some(figure) = &lesson.view().page.figure else { return };
    let own = figure.numbers(&figure.start()).len();
    for function in figure.functions.iter().filter(|f| f.editable) {
        let Some(var) = function.vars.first() else { continue };
        for other in OTHERS {
            let typed = other.replace("{x}", var);
            let functions = BTreeMap::from([(function.name.clone(), typed.clone())]);
            let trouble = match lesson.view_with(&functions) {
                Ok(view) => {
                    let count = view.page.figure.as_ref().map_or(0, |f| f.numbers(&f.start()).len());
                    (count != own).then(|| format!("{count} numbers instead of {own}"))
                }
                Err(fault) if fault.file.is_empty() && fault.code.starts_with("domain.") => None,
                Err(fault) => Some(fault.message),
            };
            if let Some(trouble) = trouble {
                let message =
                    format!("the figure cannot be drawn with {}({var}) = {typed}: {trouble}", function.name);
                faults.push(place(lesson, "figure.function", message));
            }
        }
    }
}

/// What a question wants set is there to be set.
fn parameters(lesson: &Part, faults: &mut Vec<Fault>) {
    let shared = lesson.view().page.figure.as_ref();
    for question in lesson.questions() {
        let own = question.figure(0);
        let figure = own.as_ref().map(|still| &still.figure).or(shared);
        let known: Vec<&str> = figure.iter().flat_map(|f| f.params.iter().map(|p| p.name.as_str())).collect();
        faults.extend(question.strange_parameters(&known));
    }
}

fn place(lesson: &Part, code: &'static str, message: String) -> Fault {
    lesson.script.source.fault(code, 0, message)
}

/// A figure is also told in words, with numbers that follow it.
fn twin(lesson: &Part, faults: &mut Vec<Fault>) {
    let Some(figure) = &lesson.view().page.figure else { return };
    let numbers =
        figure.alt.iter().filter(|p| matches!(p, secant::sheet::figure::TextPart::Number { .. })).count();
    if words(&lesson.view().alt) < 8 || numbers == 0 && !figure.params.is_empty() {
        let message =
            "the figure has no text twin: an `alt` line with what is to be seen and its numbers".to_owned();
        faults.push(place(lesson, "figure.alt", message));
    }
    for scene in &lesson.view().page.scenes {
        if !scene.caption.iter().any(|p| matches!(p, CaptionPart::Text(t) if words(t) > 0)) {
            faults.push(place(
                lesson,
                "scene.caption",
                format!("the scene `{}` has no caption", scene.title),
            ));
        }
    }
}

fn measure(lesson: &Part, questions: Vec<QuestionReport>, faults: &mut Vec<Fault>) -> LessonReport {
    let text = lesson.script.all_words();
    let scenes = &lesson.view().page.scenes;
    let read = lesson.script.scene_words().map(|text| words(&text) as f64 / WORDS_PER_SECOND + BREATH);
    let seconds: f64 = scenes.iter().zip(read).map(|(s, read)| s.seconds.max(read) + PLAY).sum();
    let asked = MINUTES_PER_QUESTION * questions.len() as f64;
    let minutes = lesson.minutes();
    let estimate = match lesson.kind() {
        PartKind::Lesson => seconds / 60.0 + asked + 0.5,
        PartKind::Assignment | PartKind::Reading => words(&text) as f64 / WORDS_READ_PER_MINUTE + asked + 0.5,
        PartKind::Discussion => words(&text) as f64 / WORDS_READ_PER_MINUTE + MINUTES_TO_WRITE,
        // Who plays, plays as long as it pleases them.
        PartKind::Lab => f64::from(minutes),
    };
    if (f64::from(minutes) - estimate).abs() > 2.0_f64.max(0.35 * estimate) {
        let message = format!("it says {minutes} minutes; scenes and questions add up to {estimate:.1}");
        faults.push(place(lesson, "part.minutes", message));
    }
    LessonReport {
        id: lesson.id().to_owned(),
        scenes: scenes.len(),
        words: words(&text),
        minutes,
        estimate,
        grade: level::grade(&text),
        questions,
    }
}

fn question(question: &Question, options: &Options, faults: &mut Vec<Fault>) -> QuestionReport {
    let tried = question.variants().min(options.variants);
    let mut report = QuestionReport {
        id: question.id().to_owned(),
        variants: question.variants(),
        tried,
        ..QuestionReport::default()
    };
    let before = faults.len();
    for seed in 0..tried as u64 {
        let index = question.first_drawn(seed);
        if let Some(misfit) = question.misfit(index) {
            report.avoided += 1;
            let reason = misfit.to_string();
            if report.reasons.len() < MAX_REASONS && !report.reasons.contains(&reason) {
                report.reasons.push(reason);
            }
            continue;
        }
        report.slips = report.slips.max(question.told_apart(index));
        variant(question, seed, &mut report, faults);
        if faults.len() - before > MAX_FAULTS {
            break;
        }
    }
    let left = tried - report.avoided;
    if left < FEWEST.min(question.variants()) {
        let message = format!(
            "{}: only {left} of {tried} variants tell the likely mistakes apart ({})",
            question.id(),
            report.reasons.join("; ")
        );
        let hint = "vary over other numbers: 0, 1 and powers of 1 make mistakes look alike";
        faults.push(Fault { hint: Some(hint.to_owned()), ..question.fault("question.variants", message) });
    }
    report
}

/// Fewer variants than this are too few, unless there are no more to begin with.
const FEWEST: usize = 4;
/// Most reasons that are told.
const MAX_REASONS: usize = 3;

fn variant(question: &Question, seed: u64, report: &mut QuestionReport, faults: &mut Vec<Fault>) {
    if let Err(fault) = question.try_variant(seed) {
        faults.push(fault);
        return;
    }
    let mut complain = |code: &'static str, message: String| {
        faults.push(question.fault(code, format!("{}, seed {seed}: {message}", question.id())));
    };
    let proof = question.proof(seed);
    if !proof.forms_are_free {
        // Whether any other form is right depends on the kind; its own answer always is.
        let mut right = proof.own.iter().map(|own| question.mark(seed, own, 2));
        let accepted = right.any(|mark| mark.is_ok_and(|mark| mark.verdict.is_right()));
        if accepted {
            report.accepted += FORMS;
        } else {
            complain(
                "question.refused",
                format!("its own answer is not right as {}", proof.own.join(" or as ")),
            );
        }
    } else if proof.answer.is_undefined() {
        complain("question.answer", "its own answer has no value".to_owned());
        return;
    } else {
        let forms = forms::others(&proof.answer);
        if forms.len() < FORMS {
            complain(
                "question.forms",
                format!("only {} other forms of {} were found", forms.len(), proof.answer),
            );
        }
        for form in forms {
            match question.mark(seed, &form, 2) {
                Ok(mark) if mark.verdict.is_right() => report.accepted += 1,
                Ok(mark) => complain(
                    "question.refused",
                    format!("its own answer is {} as {form}", mark.verdict.word()),
                ),
                Err(fault) => {
                    complain("question.refused", format!("its own answer is not read as {form}: {fault}"))
                }
            }
        }
    }
    for (text, why) in &proof.wrong {
        match question.mark(seed, text, 2) {
            Ok(mark) if mark.verdict == Verdict::Wrong => {
                let said = why.as_ref().is_none_or(|say| mark.feedback.text.contains(say.as_str()));
                let shown = mark.witness.as_ref().is_none_or(|w| w.yours.to_bits() != w.expected.to_bits());
                if said && shown && !mark.feedback.text.is_empty() {
                    report.refused += 1;
                } else {
                    complain("question.feedback", format!("{text} is refused with `{}`", mark.feedback.text));
                }
            }
            Ok(mark) => complain(
                "question.accepted",
                format!("{text} should be wrong and is {}", mark.verdict.word()),
            ),
            Err(fault) => {
                complain("question.accepted", format!("{text} should be wrong and is not read: {fault}"))
            }
        }
    }
    for (k, first) in proof.slips.iter().enumerate() {
        for second in &proof.slips[..k] {
            if first == second {
                complain("question.slips", format!("two slips give the same, {first}"));
            }
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for lesson in &self.lessons {
            writeln!(
                f,
                "{}: {} scenes, {} words, {} minutes (estimated {:.1}), reading level {:.1}",
                lesson.id, lesson.scenes, lesson.words, lesson.minutes, lesson.estimate, lesson.grade
            )?;
            for q in &lesson.questions {
                writeln!(
                    f,
                    "  {}: {} of {} variants, {} right answers accepted, {} wrong ones refused, {} likely slips told apart",
                    q.id, q.tried, q.variants, q.accepted, q.refused, q.slips
                )?;
                if q.avoided > 0 {
                    writeln!(f, "    {} variants are not asked: {}", q.avoided, q.reasons.join("; "))?;
                }
            }
        }
        for fault in &self.faults {
            writeln!(f, "{fault}")?;
        }
        let questions: usize = self.lessons.iter().map(|l| l.questions.len()).sum();
        let (lessons, faults) = (self.lessons.len(), self.faults.len());
        write!(f, "{lessons} lessons, {questions} questions, {faults} faults")
    }
}
