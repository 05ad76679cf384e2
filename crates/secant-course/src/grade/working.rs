//! A working, line by line: the first line that does not follow, and whether what comes after it does.
//!
//! Start reading at [`working()`].

use secant::expr::Symbol;
use secant::sheet::Fault;
use secant::syntax::{Kind as Written_, Lowered, Written};
use serde_json::json;

use super::ask::Given;
use super::compare::{Compared, Known};
use super::read::{Piece, Read, Side};
use super::reply::{Part, Verdict};
use super::statement::{Statement, statement};
use super::{Found, Grader, relation};

/// Most steps of a working.
const MAX_STEPS: usize = 40;
/// Most of them that are equations or inequalities, each of which is solved.
const MAX_SOLVED: usize = 15;

/// A step: where it stands and what it says.
struct Step {
    name: String,
    at: [usize; 2],
    what: What,
    /// As it was written, where that is a formula or a relation.
    written: Option<Written>,
}

enum What {
    Formula(Lowered),
    Statement(Statement),
}

/// The kind `working`.
pub(super) fn working(grader: &Grader<'_>, model: &str) -> Read<Found> {
    let text = match &grader.ask.answer {
        Given::Many(lines) => lines.join("\n"),
        other => other.text(),
    };
    let x = Symbol::new("x");
    let side = grader.model();
    let goal = if is_relation(side, model) {
        What::Statement(statement(side, model, &x)?)
    } else {
        What::Formula(side.formula(&side.written(&Piece::whole(model))?)?)
    };
    let lines: Vec<Piece<'_>> = Piece::whole(&text)
        .split(&["\n", "⇒", "⟹", "=>"])
        .iter()
        .map(Piece::trim)
        .filter(|l| !l.text.is_empty())
        .collect();
    let mut steps = Vec::new();
    for (k, line) in lines.iter().enumerate() {
        read_line(grader, &goal, k, line, lines.len(), &mut steps)?;
        let most = if matches!(goal, What::Statement(_)) { MAX_SOLVED } else { MAX_STEPS };
        if steps.len() > most {
            let fault = Fault::new("budget.steps", format!("more than {most} steps"));
            return Err(grader.answer().trouble(fault.hint("write it shorter")));
        }
    }
    if steps.is_empty() {
        let fault = Fault::new("syntax.empty", "there is nothing to read");
        return Err(grader.answer().trouble(fault.hint("write one line after the other")));
    }
    Ok(judge(grader, &goal, &steps, &x))
}

fn judge(grader: &Grader<'_>, goal: &What, steps: &[Step], x: &Symbol) -> Found {
    // The work of all comparisons together is that of one.
    let mut options = grader.known.options.clone();
    options.proof_terms = (options.proof_terms / steps.len()).max(500);
    let known = Known { options };
    let same = |a: &What, b: &What| match (a, b) {
        (What::Formula(a), What::Formula(b)) => known.compare(a, b),
        (What::Statement(a), What::Statement(b)) => relation::compare(a, b, x),
        _ => Compared::of(Verdict::Wrong, super::Method::Comparison, 0),
    };
    let mut parts = Vec::new();
    let mut first_wrong: Option<(usize, Compared)> = None;
    let mut verdict = Verdict::Right;
    let mut evidence = None;
    let mut good = 0;
    for (k, step) in steps.iter().enumerate() {
        let before = if k == 0 { goal } else { &steps[k - 1].what };
        let compared = same(&step.what, before);
        // Back on the right way after a mistake is right, too.
        let recovered = first_wrong.is_some()
            && compared.verdict == Verdict::Wrong
            && same(&step.what, goal).verdict.is_right();
        let follows = compared.verdict.is_right() && first_wrong.is_some();
        let message = if recovered {
            "this is right again".to_owned()
        } else if follows {
            "this follows from the line before".to_owned()
        } else if compared.verdict.is_right() {
            String::new()
        } else {
            compared.say()
        };
        let own = if recovered { Verdict::Right } else { compared.verdict };
        good += usize::from(own.is_right());
        parts.push(Part { name: step.name.clone(), at: Some(step.at), verdict: own, message });
        verdict = verdict.and(own);
        if evidence.is_none() || compared.verdict == verdict {
            evidence = Some(compared.evidence.clone());
        }
        if compared.verdict == Verdict::Wrong && first_wrong.is_none() {
            first_wrong = Some((k, compared));
        }
    }
    let score = if verdict.is_right() { 1.0 } else { good as f64 / steps.len() as f64 };
    let say = match (&first_wrong, verdict) {
        (Some((0, compared)), _) => {
            format!("Not yet: {} is not what it should be.{}", steps[0].name, because(compared))
        }
        (Some((k, compared)), _) => {
            let later = &parts[k + 1..];
            let rest = if later.is_empty() {
                ""
            } else if later.iter().all(|p| p.verdict.is_right()) {
                " What comes after it follows."
            } else {
                " There is more to look at after it."
            };
            let (this, before) = (&steps[*k].name, &steps[k - 1].name);
            format!("Not yet: {this} does not follow from {before}.{}{rest}", because(compared))
        }
        (None, Verdict::Right | Verdict::RightWhereBothExist | Verdict::RightAtTestedPoints) => {
            "Right, every line of it.".to_owned()
        }
        (None, _) => "One of the lines could not be decided, so it does not count against you.".to_owned(),
    };
    let reading = steps.last().map(|step| match &step.what {
        What::Formula(f) => f.expr.to_string(),
        What::Statement(_) => step.name.clone(),
    });
    let found = match &first_wrong {
        Some((k, _)) => step_to(goal, steps, *k, Found::new(verdict, say)),
        None => Found::new(verdict, say),
    };
    let witness = first_wrong.and_then(|(_, compared)| compared.witness);
    let evidence = evidence.unwrap_or(found.evidence.clone());
    Found { score, parts, witness, evidence, reading, ..found }
}

/// The step at which it went wrong is a task of its own: the line before, rewritten.
fn step_to(goal: &What, steps: &[Step], k: usize, found: Found) -> Found {
    let before = k.checked_sub(1).map(|k| &steps[k]);
    let text = before.and_then(|step| step.written.as_ref()).map(Written::to_string);
    let pair = match (&steps[k].what, before.map_or(goal, |step| &step.what)) {
        (What::Formula(given), What::Formula(before)) => Some((given.clone(), before.clone())),
        _ => None,
    };
    let task = text.map(|text| json!({ "op": "simplify", "expr": text }));
    Found { written: steps[k].written.clone(), pair, task, ..found }
}

fn because(compared: &Compared) -> String {
    match &compared.witness {
        Some(w) if w.at.is_empty() => format!(" {}", w.sentence()),
        Some(w) => format!(" {}", w.place().trim_end().to_owned() + " the two differ."),
        None => String::new(),
    }
}

/// Is the goal a statement rather than a formula?
fn is_relation(side: Side<'_>, text: &str) -> bool {
    match side.written(&Piece::whole(text)) {
        Ok(written) => matches!(
            written.without_brackets().kind,
            Written_::Relation(..) | Written_::Logic(..) | Written_::Not(_)
        ),
        // Intervals and lists of solutions.
        Err(_) => text.contains(['=', '<', '>']),
    }
}

fn read_line(
    grader: &Grader<'_>,
    goal: &What,
    k: usize,
    line: &Piece<'_>,
    lines: usize,
    steps: &mut Vec<Step>,
) -> Read<()> {
    let side = grader.answer();
    let What::Formula(model) = goal else {
        let padded = format!("{}{}", " ".repeat(line.at), line.text);
        let read = statement(side, &padded, &Symbol::new("x"))?;
        steps.push(Step {
            name: format!("line {}", k + 1),
            at: line.span(),
            what: What::Statement(read),
            written: side.written(&Piece::whole(&padded)).ok(),
        });
        return Ok(());
    };
    let items: Vec<Piece<'_>> =
        line.split(&["=", "≡"]).iter().map(Piece::trim).filter(|p| !p.text.is_empty()).collect();
    let count = items.len();
    for (j, item) in items.iter().enumerate() {
        let written = side.written(item)?;
        if j == 0 && count > 1 && is_title(grader, &written, items.get(1), model) {
            continue;
        }
        let formula = side.formula(&written)?;
        let name = match (lines, count) {
            (1, _) => format!("step {}", steps.len() + 1),
            (_, 1 | 2) => format!("line {}", k + 1),
            _ => format!("line {}, step {}", k + 1, j + 1),
        };
        steps.push(Step { name, at: item.span(), what: What::Formula(formula), written: Some(written) });
    }
    Ok(())
}

/// `y' =`, `dy/dx =`, `f(x) =`: what is named at the left, and not a step.
fn is_title(grader: &Grader<'_>, written: &Written, next: Option<&Piece<'_>>, model: &Lowered) -> bool {
    if matches!(written.kind, Written_::Primed(..)) {
        return true;
    }
    let Ok(meaning) = grader.answer().meaning(written) else { return true };
    let mut known = model.expr.free_symbols();
    if let Some(next) = next
        && let Ok(next) = grader.answer().written(next)
        && let Ok(next) = grader.answer().meaning(&next)
    {
        known.extend(next.expr.free_symbols());
    }
    !meaning.expr.free_symbols().is_subset(&known)
}
