//! Antiderivatives: right up to a constant, which has to be there.
//!
//! Start reading at [`antiderivative()`].

use std::collections::BTreeSet;

use secant::calculus::derivative_within;
use secant::expr::{Expr, Func, Node, Symbol};
use secant::sheet::Fault;
use secant::sheet::figure::format_number;
use secant::syntax::Lowered;

use super::form::Form;
use super::read::{Piece, Read, Trouble};
use super::reply::{DIGITS, FormReply, Verdict};
use super::{Found, Grader};

/// Most parts of a derivative.
const MAX_NODES: usize = 20_000;

/// The kind `antiderivative`.
pub(super) fn antiderivative(grader: &Grader<'_>, answer: &str, model: &str) -> Read<Found> {
    let right = grader.model();
    let right = right.formula(&right.written(&Piece::whole(model))?)?;
    let written = grader.answer().written(&Piece::whole(answer))?;
    let given = grader.answer().formula(&written)?;
    let x = variable(grader, &right.expr)?;
    let slope = |f: &Lowered| {
        let expr = derivative_within(&f.expr, &x, MAX_NODES)?;
        Some(Lowered { expr, ..f.clone() })
    };
    let reading = Some(given.expr.to_string());
    let (Some(mine), Some(theirs)) = (slope(&given), slope(&right)) else {
        return Ok(Found { reading, ..Found::undecided("its derivative is too long") });
    };
    let compared = grader.known.compare(&mine, &theirs);
    let verdict = compared.verdict;
    let mut found = Found::from(compared.clone());
    if let (Verdict::Wrong, Some(w)) = (verdict, &compared.witness) {
        let place = w.place();
        found.say = format!(
            "Not yet. Differentiate it to see: {}{} comes out, and {} should.",
            place.to_lowercase(),
            format_number(w.yours, DIGITS),
            format_number(w.expected, DIGITS)
        );
    }
    if verdict == Verdict::RightWhereBothExist && lacks_modulus(&given.expr, &right.expr) {
        found.say = format!(
            "Right where the logarithm has a value. Write `log(abs(…))`: it has one on both sides of 0, and the same \
             derivative. ({}.)",
            compared.reason
        );
    }
    let optional = grader.forms.iter().any(|(_, form)| *form == Form::NoConstant);
    if verdict.is_right() && !optional {
        let taken: BTreeSet<Symbol> = theirs.expr.free_symbols();
        let own = given.expr.free_symbols();
        let constant = own.iter().any(|s| *s != x && !taken.contains(s));
        if !constant {
            let message = match own.iter().find(|s| **s != x && right.expr.contains(s)) {
                Some(_) if has_lone_name(&given.expr, &x) => {
                    "the constant of integration needs a name of its own: `+ C`"
                }
                _ => "the constant of integration is missing: every antiderivative is this one `+ C`",
            };
            found = Found {
                verdict: Verdict::Wrong,
                score: 0.0,
                say: format!("The function is right; {message}."),
                form: Some(FormReply {
                    asked: "constant of integration".to_owned(),
                    ok: false,
                    message: message.to_owned(),
                }),
                ..found
            };
        }
    }
    Ok(Found { reading, written: Some(written), pair: Some((given, right)), ..found })
}

/// The name that the request integrates over.
pub(super) fn variable(grader: &Grader<'_>, model: &Expr) -> Read<Symbol> {
    let told = grader.ask.wrt.as_deref();
    let of_task = || grader.ask.task.as_ref()?.get("wrt")?.as_str();
    if let Some(name) = told.or_else(of_task) {
        return Ok(Symbol::new(name.trim()));
    }
    let names = model.free_symbols();
    if names.len() == 1 || names.contains(&Symbol::new("x")) {
        let x = Symbol::new("x");
        return Ok(if names.contains(&x) { x } else { names.into_iter().next().unwrap_or(x) });
    }
    let fault = Fault::new("request.variable", "which name is the variable?");
    Err(Trouble::Question(fault.hint("give it as `wrt`").in_field("wrt").boxed()))
}

/// `a x + a`: a term that is a name alone.
fn has_lone_name(e: &Expr, x: &Symbol) -> bool {
    match e.node() {
        Node::Sum(s) => s.terms.iter().any(|t| t.expr.as_var().is_some_and(|v| v != x)),
        _ => false,
    }
}

/// `log(u)` where the right answer has `log(abs(u))`.
fn lacks_modulus(given: &Expr, right: &Expr) -> bool {
    let logs = |e: &Expr| -> Vec<bool> {
        let parts = e.post_order();
        let inner = parts.iter().filter_map(|p| match p.node() {
            Node::Apply(Func::Log, u) => Some(matches!(u.node(), Node::Apply(Func::Abs, _))),
            _ => None,
        });
        inner.collect()
    };
    logs(right).contains(&true) && logs(given).contains(&false)
}
