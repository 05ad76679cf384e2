//! Labels that were chosen, and values that were set on a figure.
//!
//! Start reading at [`choice()`] and [`parameters()`].

use std::collections::{BTreeMap, BTreeSet};

use secant::sheet::Fault;

use super::ask::{Given, Tolerance};
use super::read::{Piece, Read, Side};
use super::reply::{Evidence, Method, Part, Verdict};
use super::{Found, Grader, entries, plain, value};

/// The kind `choice`: one label or several, in any order.
pub(super) fn choice(grader: &Grader<'_>) -> Read<Found> {
    let (given, right) = (labels(&grader.ask.answer), labels(&grader.ask.model));
    if given.is_empty() {
        let fault = Fault::new("syntax.empty", "nothing was chosen");
        return Err(grader.answer().trouble(fault.hint("choose one, or several where several are right")));
    }
    let evidence = Evidence { method: Method::Comparison, points: 0 };
    let reading = Some(given.iter().cloned().collect::<Vec<_>>().join(", "));
    let part = |label: &String| {
        let verdict = if right.contains(label) { Verdict::Right } else { Verdict::Wrong };
        Part { name: label.clone(), at: None, verdict, message: String::new() }
    };
    let parts: Vec<Part> = given.iter().map(part).collect();
    if given == right {
        let found = Found::new(Verdict::Right, "Right.".to_owned());
        return Ok(Found { evidence, reading, parts, ..found });
    }
    let good = given.intersection(&right).count();
    let extra = given.len() - good;
    let missing = right.len() - good;
    let say = match (good, extra, missing) {
        (0, ..) => "Not yet.".to_owned(),
        (_, 0, _) => "Not yet: all that you chose is right, and something is missing.".to_owned(),
        (_, _, 0) => "Not yet: you chose all that is right, and something that is not.".to_owned(),
        _ => "Not yet: some of it is right.".to_owned(),
    };
    let score = good.saturating_sub(extra) as f64 / right.len().max(1) as f64;
    Ok(Found { evidence, reading, parts, score, ..Found::new(Verdict::Wrong, say) })
}

/// Labels as they are compared: without case and blanks around them.
fn labels(given: &Given) -> BTreeSet<String> {
    let tidy = |label: &str| {
        let label = label.trim().trim_start_matches('(').trim_end_matches([')', '.']).trim();
        label.to_lowercase()
    };
    let labels: Vec<String> = match given {
        Given::Many(labels) => labels.iter().map(|l| tidy(l)).collect(),
        Given::Text(text) => {
            Piece::whole(text).split(&[",", ";", "and"]).iter().map(|p| tidy(p.text)).collect()
        }
        Given::Number(n) => vec![n.to_string()],
        Given::Named(map) => map.keys().map(|l| tidy(l)).collect(),
    };
    labels.into_iter().filter(|l| !l.is_empty()).collect()
}

/// How far a slider may be from where it should be, as a share.
const SLIDER: Tolerance =
    Tolerance { relative: Some(1e-6), absolute: Some(1e-9), significant_figures: None, decimal_places: None };

/// The kind `parameters`: every value of the model, each worth its share.
pub(super) fn parameters(grader: &Grader<'_>) -> Read<Found> {
    let right = named(grader.model(), &grader.ask.model)?;
    let given = named(grader.answer(), &grader.ask.answer)?;
    let ask = super::GradeAsk { tolerance: grader.ask.tolerance.or(Some(SLIDER)), ..grader.ask.clone() };
    let known = super::Known { options: grader.known.options.clone() };
    let within = Grader { ask: &ask, names: grader.names, forms: Vec::new(), known };
    let mut compared = Vec::new();
    for (name, text) in &right {
        let Some(mine) = given.get(name) else {
            let fault = Fault::new("request.parameter", format!("there is no value for `{name}`"));
            return Err(grader.answer().trouble(fault.hint(format!("give it as `{name} = …`"))));
        };
        let right = value::number(grader.model(), &Piece::whole(text))?;
        let mine = value::number(grader.answer(), &Piece::whole(mine)).map_err(|trouble| match trouble {
            // The place is one in a text of its own.
            super::Trouble::Answer(fault) => {
                super::Trouble::Answer(Fault { at: None, ..*fault }.in_field(name).boxed())
            }
            other => other,
        })?;
        compared.push(value::compare(&within, &mine, &right));
    }
    let names: Vec<String> = right.keys().cloned().collect();
    let places = vec![None; names.len()];
    let reading = given.iter().map(|(name, text)| format!("{name} = {text}")).collect::<Vec<_>>().join(", ");
    Ok(Found { reading: Some(reading), ..entries::shares(compared, &names, &places, "the value of") })
}

fn named(side: Side<'_>, given: &Given) -> Read<BTreeMap<String, String>> {
    let text = match given {
        Given::Named(map) => return Ok(map.iter().map(|(n, v)| (n.clone(), plain(v))).collect()),
        other => other.text(),
    };
    let mut map = BTreeMap::new();
    for piece in Piece::whole(&text).split(&[",", ";", "and"]) {
        let Some((name, value)) = piece.text.split_once('=') else {
            let at = Some(piece.span());
            let fault = Fault { at, ..Fault::new("request.parameter", "this is no value of a name") };
            return Err(side.trouble(fault.hint("write `a = 1, b = 2`")));
        };
        map.insert(name.trim().to_owned(), value.trim().to_owned());
    }
    Ok(map)
}
