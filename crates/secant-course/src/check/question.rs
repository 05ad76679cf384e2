//! A question in many variants: right in other forms, wrong with a reason, its likely slips told apart.

use super::report::QuestionReport;
use super::{Options, forms};
use crate::fault::Fault;
use crate::grade::Verdict;
use crate::question::Question;

/// Other forms in which each variant has to accept its own answer.
const FORMS: usize = 3;
/// More faults than this of one question only repeat each other.
const MAX_FAULTS: usize = 5;

/// Checks a question.
pub(super) fn question(question: &Question, options: &Options, faults: &mut Vec<Fault>) -> QuestionReport {
    let tried = question.variants().min(options.variants);
    let mut report = QuestionReport {
        id: question.id().to_owned(),
        variants: question.variants(),
        tried,
        ..QuestionReport::default()
    };
    let before = faults.len();
    if let Some(fault) = question.unbound() {
        faults.push(fault);
        return report;
    }
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
    report.free |= proof.forms_are_free || proof.parts_are_free;
    let is_right = |text: &str| question.mark(seed, text, 2).is_ok_and(|mark| mark.verdict.is_right());
    if !proof.forms_are_free {
        // Its own answer is right in at least one of the ways to write it, and then with its formulas rewritten.
        let Some(own) = proof.own.iter().find(|own| is_right(own)) else {
            let own = proof.own.join(" or as ");
            complain("question.refused", format!("its own answer is not right as {own}"));
            return;
        };
        report.accepted += 1;
        let others = if proof.parts_are_free { forms::of_parts(own, FORMS) } else { Vec::new() };
        for form in others {
            if is_right(&form) {
                report.accepted += 1;
            } else {
                complain("question.refused", format!("its own answer, {own}, is not right as {form}"));
            }
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
