//! The grader: is an answer right, and how is that known?
//!
//! Here: the kinds of answers, tolerance, the form of what was written, the verdict with its evidence.
//! Not here: equality itself (the engine's), which rule was broken (`diagnosis`), how a tutor goes on from there.
//! Invariant: an answer is never called wrong without a point, a number or an entry that shows it; what cannot be
//! read or decided costs nothing. The same request always gets the same verdict, within bounded work.
//! Start reading at [`grade()`].

mod antiderivative;
mod ask;
mod choice;
mod compare;
pub(crate) mod drawn;
mod entries;
mod form;
mod polynomial;
mod read;
mod reals;
mod record;
mod relation;
mod reply;
mod series;
mod sets;
mod statement;
mod value;
mod working;

pub use ask::{Given, GradeAsk, Kind, Tolerance, Window};
pub use read::Names;
pub use record::{Record, Replay, replay};
pub use reply::{Evidence, FormReply, Grade, Method, NamedSlip, Part, Verdict, Witness};

use secant::expr::Expr;
use secant::sheet::{Also, Fault, Limits};
use secant::syntax::{self, Lowered, Written};
use serde_json::{Value, json};

use crate::diagnosis::{Explanation, Problem, diagnose};

use compare::{Compared, Known};
use form::{Asked, Form};
use read::{Piece, Read, Side, Trouble};

/// Longest answer, in characters.
pub const MAX_ANSWER: usize = 4_000;
/// Deepest nesting of an answer.
const MAX_DEPTH: u32 = 120;
/// Most parts of an expression.
const MAX_NODES: usize = 20_000;

/// Grades an answer.
///
/// ```
/// use secant::sheet::Limits;
/// use secant_course::grade::{GradeAsk, Verdict, grade};
/// let ask = GradeAsk { answer: "3 cos(3 x)".into(), model: "diff(sin(3x), x)".into(), ..Default::default() };
/// assert_eq!(grade(&ask, &Limits::default())?.verdict, Verdict::Right);
/// # Ok::<(), Box<secant::sheet::Fault>>(())
/// ```
///
/// # Errors
/// The question cannot be asked: the model cannot be read, a form is unknown. An answer that cannot be read is a
/// verdict, [`Verdict::NotUnderstood`].
pub fn grade(ask: &GradeAsk, limits: &Limits) -> Result<Grade, Box<Fault>> {
    let limits = bounded(limits);
    let names = Names::of(ask, &limits)?;
    grade_within(ask, &names, &limits)
}

/// Grades an answer in names that have their meaning already; `declare`, `define` and `assume` of the request are
/// not looked at.
///
/// # Errors
/// As [`grade()`].
pub fn grade_in(ask: &GradeAsk, names: &Names, limits: &Limits) -> Result<Grade, Box<Fault>> {
    let limits = bounded(limits);
    let names = Names {
        model: names.model.clone().within(&limits),
        answer: names.answer.clone().within(&limits),
        ..names.clone()
    };
    grade_within(ask, &names, &limits)
}

/// No answer needs more than this, and with it none takes long.
fn bounded(limits: &Limits) -> Limits {
    Limits {
        max_chars: limits.max_chars.min(MAX_ANSWER),
        max_depth: limits.max_depth.min(MAX_DEPTH),
        max_nodes: limits.max_nodes.min(MAX_NODES),
        ..limits.clone()
    }
}

fn grade_within(ask: &GradeAsk, names: &Names, limits: &Limits) -> Result<Grade, Box<Fault>> {
    let texts = ask.form.as_ref().map(secant::sheet::OneOrMany::texts).unwrap_or_default();
    let forms = texts.iter().map(|text| Ok((text.as_str(), Form::parse(text)?)));
    let forms = forms.collect::<Result<Vec<_>, Box<Fault>>>()?;
    let grader = Grader { ask, names, forms, known: Known::of(ask, names, limits) };
    let grade = match grader.judge() {
        Ok(found) => {
            let diagnosis =
                if found.slips.is_empty() { grader.diagnosis(&found) } else { found.slips.clone() };
            let given = found.pair.as_ref().map(|(given, _)| given.expr.clone());
            let show = |also: Also, how: fn(&Expr) -> String| {
                given.as_ref().filter(|_| ask.also.contains(&also)).map(how)
            };
            let (latex, mathml) = (show(Also::Latex, Expr::to_latex), show(Also::Mathml, Expr::to_mathml));
            Grade { diagnosis, latex, mathml, ..grader.with_form(found) }
        }
        Err(Trouble::Answer(fault)) => not_understood(*fault),
        Err(Trouble::Question(fault)) => return Err(fault),
    };
    let record = ask.record.then(|| Record::of(ask, &grade));
    Ok(Grade { record, ..grade })
}

fn not_understood(fault: Fault) -> Grade {
    let hint = fault.hint.as_ref().map(|hint| format!(" Hint: {hint}.")).unwrap_or_default();
    let found = Found::new(
        Verdict::NotUnderstood,
        format!("This could not be read, and costs nothing: {}.{hint}", fault.message),
    );
    Grade { error: Some(fault), ..found.into_grade() }
}

/// One request on its way to a verdict.
struct Grader<'a> {
    ask: &'a GradeAsk,
    names: &'a Names,
    /// Each with the text that asks for it.
    forms: Vec<(&'a str, Form)>,
    known: Known,
}

/// What was found about an answer.
#[derive(Clone, Debug)]
struct Found {
    verdict: Verdict,
    score: f64,
    say: String,
    witness: Option<Witness>,
    parts: Vec<Part>,
    evidence: Evidence,
    /// A form that the kind itself asks for.
    form: Option<FormReply>,
    /// The answer as it was understood.
    reading: Option<String>,
    /// The answer as it was written: what a form is asked of.
    written: Option<Written>,
    /// The answer and the right one, as formulas: what a diagnosis is asked of.
    pair: Option<(Lowered, Lowered)>,
    /// What was to be done to come to the right one, where that is not the task of the question.
    task: Option<Value>,
    /// Broken rules that the kind itself finds.
    slips: Vec<NamedSlip>,
}

impl Found {
    fn new(verdict: Verdict, say: String) -> Found {
        Found {
            verdict,
            score: if verdict.is_right() { 1.0 } else { 0.0 },
            say,
            witness: None,
            parts: Vec::new(),
            evidence: Evidence { method: Method::None, points: 0 },
            form: None,
            reading: None,
            written: None,
            pair: None,
            task: None,
            slips: Vec::new(),
        }
    }

    fn undecided(reason: &str) -> Found {
        Found::from(Compared {
            reason: reason.to_owned(),
            ..Compared::of(Verdict::Undecided, Method::None, 0)
        })
    }

    fn into_grade(self) -> Grade {
        Grade {
            verdict: self.verdict,
            score: self.score,
            feedback: self.say,
            reading: self.reading,
            latex: None,
            mathml: None,
            witness: self.witness,
            form: self.form,
            error: None,
            parts: self.parts,
            diagnosis: Vec::new(),
            record: None,
            evidence: self.evidence,
        }
    }
}

impl From<Compared> for Found {
    fn from(compared: Compared) -> Found {
        let say = compared.say();
        Found { witness: compared.witness, evidence: compared.evidence, ..Found::new(compared.verdict, say) }
    }
}

impl<'a> Grader<'a> {
    /// For what needs no comparison of formulas.
    fn plain(ask: &'a GradeAsk, names: &'a Names) -> Grader<'a> {
        Grader { ask, names, forms: Vec::new(), known: Known::of(ask, names, &Limits::default()) }
    }

    fn answer(&self) -> Side<'a> {
        Side::answer(self.names)
    }

    fn model(&self) -> Side<'a> {
        Side::model(self.names)
    }

    /// The rules that a wrong answer breaks.
    fn diagnosis(&self, found: &Found) -> Vec<NamedSlip> {
        if found.verdict != Verdict::Wrong || found.form.is_some() {
            return Vec::new();
        }
        let Some(written) = &found.written else { return Vec::new() };
        let given = found.task.clone().or_else(|| self.ask.task.clone()).or_else(|| self.task_of_model());
        // Without a task there is the model, which may have been written in another form.
        let task = given.unwrap_or_else(|| json!({ "op": "simplify", "expr": self.ask.model.text() }));
        let pair = found.pair.as_ref().map(|(answer, model)| (answer.expr.clone(), model.expr.clone()));
        let equations = || Some((equations(self.answer(), written)?, self.equations_of_model()?));
        let Some((answer, model)) = pair.or_else(equations) else { return Vec::new() };
        let problem =
            Problem { task: &task, scope: &self.names.model, written, answer: &answer, model: &model };
        let rows = |(k, explanation): (usize, Explanation)| {
            let (would_give, cost) = (explanation.would_give.to_string(), explanation.cost);
            let missing = explanation.missing;
            explanation.slips.into_iter().map(move |broken| NamedSlip {
                slip: broken.slip.name,
                at: Some([broken.at.from as usize, broken.at.to as usize]),
                would_give: would_give.clone(),
                missing: missing.clone(),
                explanation: k + 1,
                cost,
            })
        };
        diagnose(&problem).into_iter().enumerate().flat_map(rows).collect()
    }

    fn equations_of_model(&self) -> Option<Expr> {
        let text = self.ask.model.text();
        equations(self.model(), &self.model().written(&Piece::whole(&text)).ok()?)
    }

    /// A model such as `diff(f, x)` is a task itself.
    fn task_of_model(&self) -> Option<Value> {
        let text = self.ask.model.text();
        let written = self.model().written(&Piece::whole(&text)).ok()?;
        let (name, args) = written.without_brackets().as_call()?;
        match (name, args) {
            ("diff", [of, by]) => Some(json!({ "op": "diff", "expr": of.to_string(), "wrt": by.as_name()? })),
            _ => None,
        }
    }

    /// The grade of what was found, the form of a right answer looked at.
    fn with_form(&self, found: Found) -> Grade {
        let written = found.written.clone();
        let grade = found.into_grade();
        let (Some(written), true) = (written, grade.verdict.is_right()) else { return grade };
        let model = self.ask.model.text();
        let model = self.model().written(&Piece::whole(&model)).ok();
        let asked = Asked { answer: &written, model: model.as_ref(), scope: &self.names.answer };
        let Some((first, _)) = self.forms.first() else { return grade };
        let missing = self.forms.iter().find_map(|(text, form)| Some((text, form.missing(&asked)?)));
        match missing {
            None => {
                let form = FormReply { asked: (*first).to_owned(), ok: true, message: String::new() };
                Grade { form: Some(form), ..grade }
            }
            Some((text, message)) => Grade {
                verdict: Verdict::Wrong,
                score: 0.0,
                feedback: format!("The value is right, the form is not yet: {message}."),
                form: Some(FormReply { asked: (*text).to_owned(), ok: false, message }),
                ..grade
            },
        }
    }

    fn judge(&self) -> Read<Found> {
        let (answer, model) = (self.ask.answer.text(), self.ask.model.text());
        if answer.chars().nth(MAX_ANSWER).is_some() {
            let message =
                format!("the answer is {} characters long; {MAX_ANSWER} are read", answer.chars().count());
            return Err(self.answer().trouble(Fault::new("budget.text", message).hint("write it shorter")));
        }
        match self.ask.kind {
            Kind::Value => value::value(self, &answer, &model),
            Kind::Expression => self.expression(&answer, &model),
            Kind::Point | Kind::Vector | Kind::Matrix | Kind::List => entries::entries(self, &answer, &model),
            Kind::Set => sets::set(self, &answer, &model),
            Kind::Choice => choice::choice(self),
            Kind::Parameters => choice::parameters(self),
            Kind::Antiderivative => antiderivative::antiderivative(self, &answer, &model),
            Kind::Equation | Kind::Inequality | Kind::Interval => relation::relation(self, &answer, &model),
            Kind::Series => series::series(self, &answer, &model),
            Kind::Working => working::working(self, &model),
            Kind::Drawn => drawn::drawn(self, &answer, &model),
        }
    }

    fn expression(&self, answer: &str, model: &str) -> Read<Found> {
        let right = self.model();
        let right = right.formula(&right.written(&Piece::whole(model))?)?;
        let written = self.answer().written(&Piece::whole(answer))?;
        let given = self.answer().formula(&written)?;
        let compared = self.known.compare(&given, &right);
        let say = self.strange_names(&given, &right, &compared).unwrap_or_else(|| compared.say());
        Ok(Found {
            say,
            reading: Some(given.expr.to_string()),
            written: Some(written),
            pair: Some((given, right)),
            ..Found::from(compared)
        })
    }

    /// A wrong answer in names that the right one does not speak of.
    fn strange_names(&self, given: &Lowered, right: &Lowered, compared: &Compared) -> Option<String> {
        if compared.verdict != Verdict::Wrong {
            return None;
        }
        let (mine, theirs) = (given.expr.free_symbols(), right.expr.free_symbols());
        let strange: Vec<String> = mine.difference(&theirs).map(|s| format!("`{s}`")).collect();
        let known: Vec<String> = theirs.iter().map(|s| format!("`{s}`")).collect();
        if strange.is_empty() || known.is_empty() {
            return None;
        }
        Some(format!(
            "{} Your answer speaks of {}; the right one of {}.",
            compared.say(),
            strange.join(", "),
            known.join(", ")
        ))
    }
}

/// One equation or several, as one expression.
fn equations(side: Side<'_>, written: &Written) -> Option<Expr> {
    let list = match &written.without_brackets().kind {
        syntax::Kind::Set(list) | syntax::Kind::Tuple(list) | syntax::Kind::Logic(_, list) => list.as_slice(),
        _ => std::slice::from_ref(written),
    };
    let all = list.iter().map(|w| side.meaning(w).ok().map(|lowered| lowered.expr));
    let all = all.collect::<Option<Vec<Expr>>>()?;
    match &all[..] {
        [] => None,
        [one] => Some(one.clone()),
        _ => all.iter().all(|e| e.shape().is_scalar()).then(|| Expr::stack(all.clone())),
    }
}

impl Given {
    /// As one text; of several, one beside the other.
    fn text(&self) -> String {
        match self {
            Given::Text(text) => text.clone(),
            Given::Number(n) => n.to_string(),
            Given::Many(texts) => texts.join(", "),
            Given::Named(values) => {
                let pairs: Vec<String> =
                    values.iter().map(|(name, v)| format!("{name} = {}", plain(v))).collect();
                pairs.join(", ")
            }
        }
    }
}

fn plain(value: &secant::sheet::PointValue) -> String {
    use secant::sheet::PointValue::{Array, Number, Text};
    match value {
        Number(x) => format!("{x}"),
        Text(text) => text.clone(),
        Array(list) => format!("[{}]", list.iter().map(plain).collect::<Vec<_>>().join(", ")),
    }
}
